//! What the handles of all emulators share, within the process and over `/sandbox/` routes: the fault switch, the books
//! of requests, waiting for what happens, and what can be done to any provider's orders and wallet. Stock and prices
//! differ too much and are each provider's own.

use std::{collections::BTreeMap, fmt, io, net::SocketAddr, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    changes::TooLate,
    requests::{Count, RequestBook},
    server::{self, Emulator, Equipment, InProcess, Request, Running},
    wallet::{Entry, Wallet},
    webhook::{self, Pusher, Pushing},
};
use crate::{clock::Clock, faults::Faults, request_log::RequestLog};

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
    #[error("the URL cannot be pushed to")]
    BadUrl,
}

impl ControlError {
    /// The amount, when it is above zero.
    pub fn positive(amount: i64) -> Result<i64, Self> {
        if amount > 0 { Ok(amount) } else { Err(Self::BadAmount) }
    }
}

/// An emulator whose orders and wallet can be changed by hand. Every call is atomic.
pub trait Steered: Emulator {
    /// The unit of the wallet, as the control routes name it.
    const UNIT: &'static str;
    /// An order as the emulator's owner sees it.
    type Order: Serialize;

    /// Every order, oldest first.
    fn orders(&self) -> Vec<Self::Order>;

    /// The newest open order with this number (`+` and digits).
    fn open_order_with(&self, phone: &str) -> Option<u64>;

    /// An SMS arrives for an open order; without a message it is the service's usual one.
    fn deliver(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError>;

    /// An SMS arrives even though the order has ended. Neither its status nor any money changes.
    fn deliver_late(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError>;

    /// The provider takes an order back by itself and refunds it.
    fn withdraw(&self, id: u64) -> Result<(), ControlError>;

    /// Looks at the wallet or moves it, at this time in Unix milliseconds.
    fn with_wallet<T>(&self, act: impl FnOnce(&mut Wallet, i64) -> T) -> T;
}

fn deliver_to_phone<E: Steered>(
    emulator: &E,
    phone: &str,
    code: &str,
    message: Option<&str>,
) -> Result<(), ControlError> {
    let id = emulator.open_order_with(phone).ok_or(ControlError::NoSuchOrder)?;
    emulator.deliver(id, code, message)
}

fn top_up<E: Steered>(emulator: &E, amount: i64) -> Result<(), ControlError> {
    let amount = ControlError::positive(amount)?;
    emulator
        .with_wallet(|wallet, now_ms| wallet.top_up(amount, now_ms))
        .map_err(|_| ControlError::BadAmount)
}

/// The handle of a running emulator of type `E`. Clones steer the same one.
pub struct Control<E> {
    emulator: Arc<E>,
    equipment: Equipment,
}

/// Starts an emulator on `address` (port 0 takes a free one), with a handle of its own.
pub(super) async fn start<E: Emulator>(
    emulator: E,
    address: SocketAddr,
    clock: Clock,
    log: RequestLog,
) -> io::Result<Running<Control<E>>> {
    let equipment = Equipment::new::<E>(clock, log);
    start_beside(Arc::new(emulator), address, equipment, async {}).await
}

/// Starts an emulator that pushes; otherwise like [`start`].
pub(super) async fn start_pushing<E: Pushing>(
    emulator: E,
    address: SocketAddr,
    clock: Clock,
    log: RequestLog,
) -> io::Result<Running<Control<E>>> {
    let emulator = Arc::new(emulator);
    let equipment = Equipment::new::<E>(clock, log);
    let sending = webhook::run(Arc::clone(&emulator), equipment.changes.clone());
    start_beside(emulator, address, equipment, sending).await
}

/// The emulator in this process, with a handle of its own. What it pushes goes out by [`Control::push_due`].
pub(super) fn in_process<E: Emulator>(
    emulator: E,
    clock: Clock,
    log: RequestLog,
) -> InProcess<Control<E>> {
    let emulator = Arc::new(emulator);
    let equipment = Equipment::new::<E>(clock, log);
    let control = Control { emulator: Arc::clone(&emulator), equipment: equipment.clone() };
    InProcess::new(emulator, equipment, control)
}

async fn start_beside<E: Emulator>(
    emulator: Arc<E>,
    address: SocketAddr,
    equipment: Equipment,
    beside: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Running<Control<E>>> {
    let control = Control { emulator: Arc::clone(&emulator), equipment: equipment.clone() };
    server::start(address, emulator, equipment, control, beside).await
}

impl<E> Control<E> {
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

impl<E: Steered> Control<E> {
    /// An SMS arrives for an open order.
    pub fn deliver(&self, order_id: u64, code: &str, message: &str) -> Result<(), ControlError> {
        self.change(|emulator| emulator.deliver(order_id, code, Some(message)))
    }

    /// An SMS arrives at the number of an open order (`+` and digits).
    pub fn deliver_to_phone(
        &self,
        phone: &str,
        code: &str,
        message: &str,
    ) -> Result<(), ControlError> {
        self.change(|emulator| deliver_to_phone(emulator, phone, code, Some(message)))
    }

    /// An SMS arrives even though the order has ended. Neither its status nor any money changes.
    pub fn deliver_late(
        &self,
        order_id: u64,
        code: &str,
        message: &str,
    ) -> Result<(), ControlError> {
        self.change(|emulator| emulator.deliver_late(order_id, code, Some(message)))
    }

    /// The provider takes an order back by itself and refunds it.
    pub fn cancel_order(&self, order_id: u64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.withdraw(order_id))
    }

    /// Puts so many of [`Steered::UNIT`] into the wallet.
    pub fn top_up(&self, amount: i64) -> Result<(), ControlError> {
        self.change(|emulator| top_up(emulator, amount))
    }

    /// Every order, oldest first.
    pub fn orders(&self) -> Vec<E::Order> {
        self.emulator.orders()
    }

    /// Every movement of the wallet, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.emulator.with_wallet(|wallet, _| wallet.journal().to_vec())
    }

    /// The balance in [`Steered::UNIT`].
    pub fn balance(&self) -> i64 {
        self.emulator.with_wallet(|wallet, _| wallet.balance())
    }
}

impl<E: Pushing> Control<E> {
    /// What is pushed, where to, and what goes wrong with it.
    pub fn pushes(&self) -> Pusher {
        self.emulator.pusher().clone()
    }

    /// Pushes everything that is due, one after the other: for an emulator in process, which does not do so by itself.
    pub async fn push_due(&self) {
        self.emulator.settle();
        self.pushes().send_due().await;
    }
}

impl<E> Clone for Control<E> {
    fn clone(&self) -> Self {
        Self { emulator: Arc::clone(&self.emulator), equipment: self.equipment.clone() }
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
struct Delivery {
    order_id: Option<u64>,
    phone: Option<String>,
    code: String,
    message: Option<String>,
}

/// The body of `POST /sandbox/deliver_late`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LateDelivery {
    order_id: u64,
    code: String,
    message: Option<String>,
}

/// The body of `POST /sandbox/cancel`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    order_id: u64,
}

/// The `/sandbox/` routes that every provider has; none when the path is not one of them.
pub(super) fn route<E: Steered>(
    emulator: &E,
    path: &str,
    request: &Request,
) -> Option<Result<Value, String>> {
    Some(match (request.method.as_str(), path) {
        ("GET", "orders") => Ok(json!({ "orders": emulator.orders() })),
        ("GET", "journal") => emulator.with_wallet(|wallet, _| {
            let mut shown = json!({ "journal": wallet.journal() });
            shown[format!("balance_{}", E::UNIT)] = wallet.balance().into();
            Ok(shown)
        }),
        ("POST", "deliver") => done(request, |delivery: Delivery| {
            let Delivery { order_id, phone, code, message } = delivery;
            let message = message.as_deref();
            match (order_id, phone) {
                (Some(id), None) => emulator.deliver(id, &code, message),
                (None, Some(phone)) => deliver_to_phone(emulator, &phone, &code, message),
                (None, None) | (Some(_), Some(_)) => {
                    return Err("either order_id or phone is needed".to_owned());
                }
            }
            .map_err(|error| error.to_string())
        }),
        ("POST", "deliver_late") => done(request, |LateDelivery { order_id, code, message }| {
            emulator.deliver_late(order_id, &code, message.as_deref())
        }),
        ("POST", "cancel") => done(request, |Withdrawal { order_id }| emulator.withdraw(order_id)),
        ("POST", "top_up") => done(request, |body: BTreeMap<String, i64>| {
            let amount = body.get(E::UNIT).ok_or_else(|| format!("{} is needed", E::UNIT))?;
            top_up(emulator, *amount).map_err(|error| error.to_string())
        }),
        _ => return None,
    })
}

/// Reads a control request's body and does what it says.
pub(super) fn done<T: DeserializeOwned, E: ToString>(
    request: &Request,
    act: impl FnOnce(T) -> Result<(), E>,
) -> Result<Value, String> {
    let asked = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    act(asked).map(|()| json!({})).map_err(|error| error.to_string())
}
