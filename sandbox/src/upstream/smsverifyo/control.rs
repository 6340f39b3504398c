//! What can be changed by hand in a running SMSVerifyo emulator, within the process and over `/sandbox/` routes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    SmsVerifyo,
    catalog::{Offer, OfferKey},
    gate::Abuse,
    order::{Order, OrderView},
    refusal::Refusal,
};
use crate::upstream::{
    control::{self, ControlError, Steered, done},
    server::{Answer, Request, control_answer},
    wallet::Wallet,
};

/// The handle of a running SMSVerifyo emulator. Its money is in pips: ten-thousandths of a USD.
pub type Control = control::Control<SmsVerifyo>;

impl Control {
    /// Sets how many numbers are in stock.
    pub fn set_stock(&self, offer: &OfferKey, available: u32) -> Result<(), ControlError> {
        self.change(|emulator| emulator.change_offer(offer, |offer| offer.available = available))
    }

    /// Sets what the list says, in ten-thousandths of a USD.
    pub fn set_price(&self, offer: &OfferKey, pips: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_price(offer, pips))
    }

    /// Sets how much more (or less, below zero) an order costs than the list says, in percent; -100 and below is refused.
    pub fn set_drift(&self, percent: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_drift(percent))
    }

    /// Revokes the key, or lets it in again.
    pub fn set_revoked(&self, revoked: bool) {
        self.change(|emulator| emulator.set_revoked(revoked));
    }

    /// How often an order was polled within a second of the poll before, and whether the key is revoked.
    pub fn abuse(&self) -> Abuse {
        self.emulator().with(|state, _| state.gate.abuse)
    }

    /// Every offer, by service and country.
    pub fn offers(&self) -> Vec<Offer> {
        self.emulator().with(|state, _| state.account.catalog.offers.values().cloned().collect())
    }

    /// The offer of these names, such as ("WhatsApp", "Indonesia"). The first eight services, Telegram, Google, WhatsApp,
    /// Instagram, Facebook, Discord, X and TikTok, are in stock everywhere.
    pub fn offer(&self, service: &str, country: &str) -> Option<Offer> {
        self.emulator().with(|state, _| state.account.catalog.find(service, country).cloned())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stock {
    offer: OfferKey,
    available: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    offer: OfferKey,
    pips: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Drift {
    percent: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    revoked: bool,
}

impl Steered for SmsVerifyo {
    const UNIT: &'static str = "pips";
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

impl SmsVerifyo {
    /// The routes below `/sandbox/`.
    pub(super) fn control_route(&self, path: &str, request: &Request) -> Option<Answer> {
        control::route(self, path, request)
            .or_else(|| self.own_route(path, request))
            .map(control_answer)
    }

    fn own_route(&self, path: &str, request: &Request) -> Option<Result<Value, String>> {
        Some(match (request.method.as_str(), path) {
            ("GET", "offers") => self.with(|state, _| {
                Ok(json!({ "offers": state.account.catalog.offers.values().collect::<Vec<_>>() }))
            }),
            ("GET", "abuse") => self.with(|state, _| Ok(json!({ "abuse": state.gate.abuse }))),
            ("POST", "stock") => done(request, |Stock { offer, available }| {
                self.change_offer(&offer, |offer| offer.available = available)
            }),
            ("POST", "price") => {
                done(request, |Price { offer, pips }| self.set_price(&offer, pips))
            }
            ("POST", "drift") => done(request, |Drift { percent }| self.set_drift(percent)),
            ("POST", "key") => done(request, |Key { revoked }| {
                self.set_revoked(revoked);
                Ok::<_, ControlError>(())
            }),
            _ => return None,
        })
    }

    fn change_offer(
        &self,
        key: &OfferKey,
        change: impl FnOnce(&mut Offer),
    ) -> Result<(), ControlError> {
        self.with(|state, _| {
            let offer = state.account.catalog.offers.get_mut(key);
            offer.map(change).ok_or(ControlError::NoSuchProduct)
        })
    }

    fn set_price(&self, key: &OfferKey, pips: i64) -> Result<(), ControlError> {
        let pips = ControlError::positive(pips)?;
        self.change_offer(key, |offer| offer.price_pips = pips)
    }

    fn set_drift(&self, percent: i64) -> Result<(), ControlError> {
        ControlError::positive(percent.saturating_add(100))?;
        self.with(|state, _| state.account.drift_percent = percent);
        Ok(())
    }

    fn set_revoked(&self, revoked: bool) {
        self.with(|state, _| state.gate.abuse.revoked = revoked);
    }
}

fn of(refusal: &Refusal) -> ControlError {
    if matches!(refusal, Refusal::NotFound(_)) {
        ControlError::NoSuchOrder
    } else {
        ControlError::WrongState
    }
}
