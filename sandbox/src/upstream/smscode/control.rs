//! The handle that steers a running SMSCode emulator, within the process and over `/sandbox/` routes.

use serde::Deserialize;
use serde_json::json;

use super::{
    Smscode, catalog::ProductView, order::OrderView, refusal::Refusal, show::Fx, state::State,
};
use crate::upstream::{
    control::{self, Addressee, ControlError, Delivery, Withdrawal, done},
    server::{Answer, Request, control_answer},
    wallet::Entry,
};

/// The handle of a running SMSCode emulator.
pub type Control = control::Control<Smscode>;

impl Control {
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
        self.change(|emulator| emulator.set_fx_available(available));
    }

    /// Sets the rate in whole IDR for one USD, recorded as of now.
    pub fn set_fx_rate(&self, rate: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_fx_rate(rate))
    }

    /// Every order, oldest first.
    pub fn orders(&self) -> Vec<OrderView> {
        self.emulator().orders()
    }

    /// Every movement of the wallet, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.emulator().with(|state, _| state.account.wallet.journal().to_vec())
    }

    /// The balance in whole IDR.
    pub fn wallet_idr(&self) -> i64 {
        self.emulator().with(|state, _| state.account.wallet.balance())
    }

    /// Every product, by id.
    pub fn products(&self) -> Vec<ProductView> {
        self.emulator().with(|state, _| state.account.catalog.products.values().cloned().collect())
    }

    /// The product of these names, such as ("WhatsApp", "Indonesia"). The first eight services, Telegram, Google,
    /// WhatsApp, Instagram, Facebook, Discord, X and TikTok, are in stock in every active country.
    pub fn product(&self, service: &str, country: &str) -> Option<ProductView> {
        self.emulator().with(|state, _| state.account.catalog.find(service, country).cloned())
    }
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
            ("POST", "deliver") => done(request, |delivery: Delivery| {
                let message = delivery.message.as_deref();
                match delivery.addressee()? {
                    Addressee::Order(id) => self.deliver(id, &delivery.code, message),
                    Addressee::Phone(phone) => {
                        self.deliver_to_phone(phone, &delivery.code, message)
                    }
                }
                .map_err(|error| error.to_string())
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
                self.set_fx_available(available);
                Ok::<_, ControlError>(())
            }),
            _ => return None,
        };
        Some(control_answer(result))
    }

    fn orders(&self) -> Vec<OrderView> {
        self.with(|state, _| state.account.orders.all().map(super::order::Order::view).collect())
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
            let id = state.account.orders.open_with(phone).ok_or(ControlError::NoSuchOrder)?;
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
        let idr = ControlError::positive(idr)?;
        self.change_product(id, |product| product.price_idr = idr)
    }

    fn withdraw(&self, id: u64) -> Result<(), ControlError> {
        self.with(|state, now_ms| {
            state.account.withdraw(id, now_ms).map_err(|refusal| of(&refusal))
        })
    }

    fn top_up(&self, idr: i64) -> Result<(), ControlError> {
        self.with(|state, now_ms| {
            let amount = ControlError::positive(idr)?;
            state.account.wallet.top_up(amount, now_ms).map_err(|_| ControlError::BadAmount)
        })
    }

    fn set_fx_available(&self, available: bool) {
        self.with(|state, _| state.fx_available = available);
    }

    fn set_fx_rate(&self, rate: i64) -> Result<(), ControlError> {
        let rate = ControlError::positive(rate)?;
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
