//! The handle that steers a running SMSCode emulator, within the process and over `/sandbox/` routes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    Smscode, catalog::ProductView, order::OrderView, refusal::Refusal, show::Fx, state::State,
};
use crate::{
    faults::Faults,
    upstream::{
        changes::TooLate,
        requests::{Count, RequestBook},
        server::{Answer, Equipment, Request, control_answer},
        wallet::Entry,
    },
};

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

/// The handle. Clones steer the same emulator.
#[derive(Clone, Debug)]
pub struct Control {
    pub(super) emulator: Arc<Smscode>,
    pub(super) equipment: Equipment,
}

impl Control {
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
        self.change(|emulator| emulator.deliver_to_phone(phone, code, Some(message)))
    }

    /// Sets how many numbers are in stock.
    pub fn set_stock(&self, product_id: u64, available: u32) -> Result<(), ControlError> {
        self.change(|emulator| {
            emulator.change_product(product_id, |product| product.available = available)
        })
    }

    /// Sets a price in whole IDR for orders from now on.
    pub fn set_price(&self, product_id: u64, idr: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_price(product_id, idr))
    }

    /// The provider takes an order back by itself and refunds it.
    pub fn cancel_order(&self, order_id: u64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.withdraw(order_id))
    }

    /// Puts whole IDR into the wallet.
    pub fn top_up(&self, idr: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.top_up(idr))
    }

    /// Whether v2 can show money at all.
    pub fn set_fx_available(&self, available: bool) {
        self.emulator.with(|state, _| state.fx_available = available);
        self.equipment.changes.ring();
    }

    /// Sets the rate in whole IDR for one USD, recorded as of now.
    pub fn set_fx_rate(&self, rate: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_fx_rate(rate))
    }

    /// Every order, oldest first.
    pub fn orders(&self) -> Vec<OrderView> {
        self.emulator.orders()
    }

    /// Every movement of the wallet, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.emulator.with(|state, _| state.account.wallet.journal().to_vec())
    }

    /// The balance in whole IDR.
    pub fn wallet_idr(&self) -> i64 {
        self.emulator.with(|state, _| state.account.wallet.balance())
    }

    /// Every product, by id.
    pub fn products(&self) -> Vec<ProductView> {
        self.emulator.with(|state, _| state.account.catalog.products.values().cloned().collect())
    }

    /// The product of these names, such as ("WhatsApp", "Indonesia"). The first eight services, Telegram, Google,
    /// WhatsApp, Instagram, Facebook, Discord, X and TikTok, are in stock in every active country.
    pub fn product(&self, service: &str, country: &str) -> Option<ProductView> {
        self.emulator.with(|state, _| state.account.catalog.find(service, country).cloned())
    }

    fn change<T>(
        &self,
        act: impl FnOnce(&Smscode) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        let result = act(&self.emulator);
        self.equipment.changes.ring();
        result
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delivery {
    order_id: Option<u64>,
    phone: Option<String>,
    code: String,
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stock {
    product_id: u64,
    available: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    product_id: u64,
    idr: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopUp {
    idr: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    order_id: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FxSwitch {
    available: bool,
}

impl Smscode {
    /// The routes below `/sandbox/` that are this provider's own.
    pub(super) fn control_route(&self, path: &str, request: &Request) -> Option<Answer> {
        let result = match (request.method.as_str(), path) {
            ("GET", "orders") => Ok(json!({ "orders": self.orders() })),
            ("GET", "journal") => self.with(|state, _| {
                let wallet = &state.account.wallet;
                Ok(json!({ "balance_idr": wallet.balance(), "journal": wallet.journal() }))
            }),
            ("POST", "deliver") => done(request, |Delivery { order_id, phone, code, message }| {
                match (order_id, phone) {
                    (Some(id), None) => self
                        .deliver(id, &code, message.as_deref())
                        .map_err(|error| error.to_string()),
                    (None, Some(phone)) => self
                        .deliver_to_phone(&phone, &code, message.as_deref())
                        .map_err(|error| error.to_string()),
                    (None, None) | (Some(_), Some(_)) => {
                        Err("either order_id or phone is needed".to_owned())
                    }
                }
            }),
            ("POST", "stock") => done(request, |Stock { product_id, available }| {
                self.change_product(product_id, |product| product.available = available)
            }),
            ("POST", "price") => {
                done(request, |Price { product_id, idr }| self.set_price(product_id, idr))
            }
            ("POST", "cancel") => done(request, |Withdrawal { order_id }| self.withdraw(order_id)),
            ("POST", "top_up") => done(request, |TopUp { idr }| self.top_up(idr)),
            ("POST", "fx") => done(request, |FxSwitch { available }| {
                self.with(|state, _| state.fx_available = available);
                Ok::<_, ControlError>(())
            }),
            _ => return None,
        };
        Some(control_answer(result))
    }

    fn orders(&self) -> Vec<OrderView> {
        self.with(|state, _| state.account.orders().map(super::order::Order::view).collect())
    }

    fn deliver(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError> {
        self.with(|state, now_ms| deliver(state, id, code, message, now_ms))
    }

    fn deliver_to_phone(
        &self,
        phone: &str,
        code: &str,
        message: Option<&str>,
    ) -> Result<(), ControlError> {
        self.with(|state, now_ms| {
            let id = state.account.open_order_of(phone).ok_or(ControlError::NoSuchOrder)?;
            deliver(state, id, code, message, now_ms)
        })
    }

    fn change_product(
        &self,
        id: u64,
        change: impl FnOnce(&mut ProductView),
    ) -> Result<(), ControlError> {
        self.with(|state, _| {
            state
                .account
                .catalog
                .products
                .get_mut(&id)
                .map(change)
                .ok_or(ControlError::NoSuchProduct)
        })
    }

    fn set_price(&self, id: u64, idr: i64) -> Result<(), ControlError> {
        if idr <= 0 {
            return Err(ControlError::BadAmount);
        }
        self.change_product(id, |product| product.price_idr = idr)
    }

    fn withdraw(&self, id: u64) -> Result<(), ControlError> {
        self.with(|state, now_ms| {
            state.account.withdraw(id, now_ms).map_err(|refusal| of(&refusal))
        })
    }

    fn top_up(&self, idr: i64) -> Result<(), ControlError> {
        self.with(|state, now_ms| {
            let amount = if idr > 0 { Ok(idr) } else { Err(ControlError::BadAmount) };
            state.account.wallet.top_up(amount?, now_ms).map_err(|_| ControlError::BadAmount)
        })
    }

    fn set_fx_rate(&self, rate: i64) -> Result<(), ControlError> {
        if rate <= 0 {
            return Err(ControlError::BadAmount);
        }
        self.with(|state, now_ms| state.fx = Fx { rate, as_of_ms: Some(now_ms) });
        Ok(())
    }
}

fn deliver(
    state: &mut State,
    id: u64,
    code: &str,
    message: Option<&str>,
    now_ms: i64,
) -> Result<(), ControlError> {
    state
        .account
        .deliver(id, code.to_owned(), message.map(str::to_owned), now_ms)
        .map_err(|refusal| of(&refusal))
}

fn of(refusal: &Refusal) -> ControlError {
    if matches!(refusal, Refusal::NotFound(_)) {
        ControlError::NoSuchOrder
    } else {
        ControlError::WrongState
    }
}

/// Reads a control request's body and does what it says.
fn done<T: DeserializeOwned, E: ToString>(
    request: &Request,
    act: impl FnOnce(T) -> Result<(), E>,
) -> Result<Value, String> {
    let asked = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    act(asked).map(|()| json!({})).map_err(|error| error.to_string())
}
