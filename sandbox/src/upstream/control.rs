//! What the handles of all emulators share: the fault switch, the books of requests, waiting for what happens, and the
//! reading of `/sandbox/` requests. What can be done to a provider's orders and stock is said in its own module.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    changes::TooLate,
    requests::{Count, RequestBook},
    server::{Equipment, Request},
};
use crate::faults::Faults;

/// What cannot be done by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    #[error("there is no such order")]
    NoSuchOrder,
    #[error("there is no such product")]
    NoSuchProduct,
    /// It has ended, or a code has come to an order that was to be withdrawn.
    #[error("the order is no longer in the state for this")]
    WrongState,
    #[error("the amount is out of range")]
    BadAmount,
}

impl ControlError {
    /// The amount, when it is above zero.
    pub fn positive(amount: i64) -> Result<i64, Self> {
        if amount > 0 { Ok(amount) } else { Err(Self::BadAmount) }
    }
}

/// The handle of a running emulator of type `E`. Clones steer the same one.
pub struct Control<E> {
    emulator: Arc<E>,
    equipment: Equipment,
}

impl<E> Control<E> {
    pub(super) fn new(emulator: Arc<E>, equipment: Equipment) -> Self {
        Self { emulator, equipment }
    }

    /// The fault switch.
    pub fn faults(&self) -> Faults {
        self.equipment.faults.clone()
    }

    /// What was asked, when, and about which order.
    pub fn requests(&self) -> RequestBook {
        self.equipment.requests.clone()
    }

    /// How often each route was asked.
    pub fn request_counts(&self) -> BTreeMap<&'static str, Count> {
        self.equipment.requests.counts()
    }

    /// A receiver whose value changes after every request and every change by hand.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.equipment.changes.listen()
    }

    /// Waits until `found` gives something, looking again after every request.
    pub async fn wait_for<T>(
        &self,
        within: Duration,
        mut found: impl FnMut(&Self) -> Option<T>,
    ) -> Result<T, TooLate> {
        self.equipment.changes.wait_for(within, || found(self)).await
    }

    /// Looks into the emulator.
    pub(super) fn emulator(&self) -> &E {
        &self.emulator
    }

    /// Changes the emulator and rings the bell.
    pub(super) fn change<T>(&self, act: impl FnOnce(&E) -> T) -> T {
        let result = act(&self.emulator);
        self.equipment.changes.ring();
        result
    }
}

impl<E> Clone for Control<E> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.emulator), self.equipment.clone())
    }
}

impl<E> fmt::Debug for Control<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Control").finish_non_exhaustive()
    }
}

/// The body of `POST /sandbox/deliver`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delivery {
    order_id: Option<u64>,
    phone: Option<String>,
    pub code: String,
    /// The service's usual text when absent.
    pub message: Option<String>,
}

/// How a [`Delivery`] names its order.
pub(super) enum Addressee<'a> {
    Order(u64),
    /// The newest open order with this number.
    Phone(&'a str),
}

impl Delivery {
    pub fn addressee(&self) -> Result<Addressee<'_>, String> {
        match (self.order_id, &self.phone) {
            (Some(id), None) => Ok(Addressee::Order(id)),
            (None, Some(phone)) => Ok(Addressee::Phone(phone)),
            (None, None) | (Some(_), Some(_)) => {
                Err("either order_id or phone is needed".to_owned())
            }
        }
    }
}

/// The body of `POST /sandbox/cancel`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdrawal {
    pub order_id: u64,
}

/// Reads a control request's body and does what it says.
pub(super) fn done<T: DeserializeOwned, E: ToString>(
    request: &Request,
    act: impl FnOnce(T) -> Result<(), E>,
) -> Result<Value, String> {
    let asked = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    act(asked).map(|()| json!({})).map_err(|error| error.to_string())
}
