//! The handle that steers a running SMSCode emulator, within the process and over `/sandbox/` routes.

use serde::Deserialize;
use serde_json::Value;

use super::{
    Smscode,
    catalog::ProductView,
    order::{Order, OrderView},
    refusal::Refusal,
    show::Fx,
    webhook::Patch,
};
use crate::upstream::{
    control::{self, ControlError, Steered, done},
    server::{Answer, Request, control_answer},
    wallet::Wallet,
    webhook::{self, Pushing},
};

/// The handle of a running SMSCode emulator.
pub type Control = control::Control<Smscode>;

impl Control {
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

    /// A create charges this in whole IDR while the catalogue goes on showing another price; none ends it.
    pub fn set_charge(&self, product_id: u64, idr: Option<i64>) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_charge(product_id, idr))
    }

    /// So many of the next numbers fail, whatever the stock says.
    pub fn fail_numbers(&self, count: u32) {
        self.change(|emulator| emulator.fail_numbers(count));
    }

    /// Sets the webhook as the API does: without a secret one is made.
    pub fn set_webhook(&self, url: &str, secret: Option<&str>) -> Result<(), ControlError> {
        let patch =
            Patch { webhook_url: Some(url.to_owned()), webhook_secret: secret.map(str::to_owned) };
        self.change(|emulator| emulator.with(|state, now_ms| state.set_webhook(patch, now_ms)))
            .map_err(|_| ControlError::BadUrl)
    }

    /// Whether v2 can show money at all.
    pub fn set_fx_available(&self, available: bool) {
        self.change(|emulator| emulator.set_fx_available(available));
    }

    /// Sets the rate in whole IDR for one USD, recorded as of now.
    pub fn set_fx_rate(&self, rate: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_fx_rate(rate))
    }

    /// The balance in whole IDR.
    pub fn wallet_idr(&self) -> i64 {
        self.balance()
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

/// Without an amount the create charges the listed price again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Charge {
    product_id: u64,
    idr: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failing {
    count: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FxSwitch {
    available: bool,
}

impl Steered for Smscode {
    const UNIT: &'static str = "idr";
    type Order = OrderView;

    fn orders(&self) -> Vec<OrderView> {
        self.with(|state, _| state.account.orders.all().map(Order::view).collect())
    }

    fn open_order_with(&self, phone: &str) -> Option<u64> {
        self.with(|state, _| state.account.orders.open_with(phone))
    }

    fn deliver(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError> {
        let (code, message) = (code.to_owned(), message.map(str::to_owned));
        self.with(|state, now_ms| state.account.deliver(id, code, message, now_ms))
            .map_err(|refusal| of(&refusal))
    }

    fn deliver_late(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError> {
        let (code, message) = (code.to_owned(), message.map(str::to_owned));
        self.with(|state, now_ms| state.account.deliver_late(id, code, message, now_ms))
            .map_err(|refusal| of(&refusal))
    }

    fn withdraw(&self, id: u64) -> Result<(), ControlError> {
        self.with(|state, now_ms| state.account.withdraw(id, now_ms))
            .map_err(|refusal| of(&refusal))
    }

    fn with_wallet<T>(&self, act: impl FnOnce(&mut Wallet, i64) -> T) -> T {
        self.with(|state, now_ms| act(&mut state.account.wallet, now_ms))
    }
}

impl Smscode {
    /// The routes below `/sandbox/`.
    pub(super) fn control_route(&self, path: &str, request: &Request) -> Option<Answer> {
        control::route(self, path, request)
            .or_else(|| webhook::route(self.pusher(), path, request))
            .or_else(|| self.own_route(path, request))
            .map(control_answer)
    }

    fn own_route(&self, path: &str, request: &Request) -> Option<Result<Value, String>> {
        Some(match (request.method.as_str(), path) {
            ("POST", "stock") => done(request, |Stock { product_id, available }| {
                self.change_product(product_id, |product| product.available = available)
            }),
            ("POST", "price") => {
                done(request, |Price { product_id, idr }| self.set_price(product_id, idr))
            }
            ("POST", "charge") => {
                done(request, |Charge { product_id, idr }| self.set_charge(product_id, idr))
            }
            ("POST", "fail_numbers") => done(request, |Failing { count }| {
                self.fail_numbers(count);
                Ok::<_, ControlError>(())
            }),
            ("POST", "fx") => done(request, |FxSwitch { available }| {
                self.set_fx_available(available);
                Ok::<_, ControlError>(())
            }),
            _ => return None,
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

    fn set_charge(&self, id: u64, idr: Option<i64>) -> Result<(), ControlError> {
        let idr = idr.map(ControlError::positive).transpose()?;
        self.change_product(id, |_| ())?;
        self.with(|state, _| match idr {
            Some(idr) => state.account.charged.insert(id, idr),
            None => state.account.charged.remove(&id),
        });
        Ok(())
    }

    fn fail_numbers(&self, count: u32) {
        self.with(|state, _| state.account.failing = count);
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

fn of(refusal: &Refusal) -> ControlError {
    if matches!(refusal, Refusal::NotFound(_)) {
        ControlError::NoSuchOrder
    } else {
        ControlError::WrongState
    }
}
