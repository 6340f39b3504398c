//! What can be changed by hand in a running SmsBuyz emulator, within the process and over `/sandbox/` routes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    SmsBuyz,
    catalog::{ANY, Offer, OfferKey},
    order::{Order, OrderView},
    refusal::Refusal,
};
use crate::upstream::{
    control::{self, ControlError, Steered, done},
    server::{Answer, Request, control_answer},
    wallet::Wallet,
};

/// The handle of a running SmsBuyz emulator. Its money is in pips: ten-thousandths of a currency without a name.
pub type Control = control::Control<SmsBuyz>;

impl Control {
    /// Sets how many numbers are in stock.
    pub fn set_stock(&self, offer: &OfferKey, count: u32) -> Result<(), ControlError> {
        self.change(|emulator| emulator.change_offer(offer, |offer| offer.count = count))
    }

    /// Sets a price in ten-thousandths for orders from now on.
    pub fn set_price(&self, offer: &OfferKey, pips: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_price(offer, pips))
    }

    /// Sets how much more (or less, below zero) an order costs than the list says, in percent; -100 and below is refused.
    pub fn set_drift(&self, percent: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_drift(percent))
    }

    /// The number of an open order turns out to be unusable: nothing is paid back.
    pub fn ban(&self, order_id: u64) -> Result<(), ControlError> {
        self.change(|emulator| {
            emulator
                .with(|account, now_ms| account.ban(order_id, now_ms))
                .map_err(|refusal| of(&refusal))
        })
    }

    /// Every offer, by country.
    pub fn offers(&self) -> Vec<Offer> {
        self.emulator().with(|account, _| account.catalog.offers().cloned().collect())
    }

    /// What a purchase by any operator takes now, such as ("whatsapp", "id"); none when nothing is in stock. The first
    /// eight services, telegram, google, whatsapp, instagram, facebook, discord, x and tiktok, are in stock everywhere.
    pub fn offer(&self, product: &str, country: &str) -> Option<Offer> {
        self.emulator().with(|account, _| account.catalog.pick(country, ANY, product).ok().cloned())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stock {
    offer: OfferKey,
    count: u32,
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

impl Steered for SmsBuyz {
    const UNIT: &'static str = "pips";
    type Order = OrderView;

    fn orders(&self) -> Vec<OrderView> {
        self.with(|account, _| account.orders.all().map(Order::view).collect())
    }

    fn open_order_with(&self, phone: &str) -> Option<u64> {
        self.with(|account, _| account.orders.open_with(phone))
    }

    fn deliver(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError> {
        let (code, message) = (code.to_owned(), message.map(str::to_owned));
        self.with(|account, now_ms| account.deliver(id, code, message, now_ms))
            .map_err(|refusal| of(&refusal))
    }

    fn deliver_late(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError> {
        let (code, message) = (code.to_owned(), message.map(str::to_owned));
        self.with(|account, now_ms| account.deliver_late(id, code, message, now_ms))
            .map_err(|refusal| of(&refusal))
    }

    fn withdraw(&self, id: u64) -> Result<(), ControlError> {
        self.with(|account, now_ms| account.cancel(id, now_ms)).map_err(|refusal| of(&refusal))
    }

    fn with_wallet<T>(&self, act: impl FnOnce(&mut Wallet, i64) -> T) -> T {
        self.with(|account, now_ms| act(&mut account.wallet, now_ms))
    }
}

impl SmsBuyz {
    /// The routes below `/sandbox/`.
    pub(super) fn control_route(&self, path: &str, request: &Request) -> Option<Answer> {
        control::route(self, path, request)
            .or_else(|| self.own_route(path, request))
            .map(control_answer)
    }

    fn own_route(&self, path: &str, request: &Request) -> Option<Result<Value, String>> {
        Some(match (request.method.as_str(), path) {
            ("GET", "offers") => self.with(|account, _| {
                Ok(json!({ "offers": account.catalog.offers().collect::<Vec<_>>() }))
            }),
            ("POST", "stock") => done(request, |Stock { offer, count }| {
                self.change_offer(&offer, |offer| offer.count = count)
            }),
            ("POST", "price") => {
                done(request, |Price { offer, pips }| self.set_price(&offer, pips))
            }
            ("POST", "drift") => done(request, |Drift { percent }| self.set_drift(percent)),
            _ => return None,
        })
    }

    fn change_offer(
        &self,
        key: &OfferKey,
        change: impl FnOnce(&mut Offer),
    ) -> Result<(), ControlError> {
        self.with(|account, _| {
            account.catalog.offer_mut(key).map(change).ok_or(ControlError::NoSuchProduct)
        })
    }

    fn set_price(&self, key: &OfferKey, pips: i64) -> Result<(), ControlError> {
        let pips = ControlError::positive(pips)?;
        self.change_offer(key, |offer| offer.price_pips = pips)
    }

    fn set_drift(&self, percent: i64) -> Result<(), ControlError> {
        ControlError::positive(percent.saturating_add(100))?;
        self.with(|account, _| account.drift_percent = percent);
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
