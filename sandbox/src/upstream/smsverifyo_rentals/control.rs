//! What can be changed by hand in a running emulator of SMSVerifyo's rental API, within the process and over `/sandbox/`
//! routes. The webhook is here because the provider sets it in a dashboard, not over its API.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    SmsVerifyoRentals,
    catalog::{Offer, OfferKey},
    refusal::Refusal,
    rental::{Rental, RentalView},
    wire::SIGNATURE,
};
use crate::upstream::{
    control::{self, ControlError, Steered, done},
    server::{Answer, Request, control_answer},
    wallet::Wallet,
    webhook::{self, Policy, Pushing, Receiver},
};

/// The handle of a running emulator. Its money is in pips: ten-thousandths of a USD.
pub type Control = control::Control<SmsVerifyoRentals>;

impl Control {
    /// Sets how many numbers are in stock.
    pub fn set_stock(&self, offer: &OfferKey, available: u32) -> Result<(), ControlError> {
        self.change(|emulator| emulator.change_offer(offer, |offer| offer.available = available))
    }

    /// Sets a price in ten-thousandths of a USD for rentals from now on.
    pub fn set_price(&self, offer: &OfferKey, pips: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_price(offer, pips))
    }

    /// Sets how much more (or less, below zero) a rental costs than the list says, in percent; -100 and below is refused.
    pub fn set_drift(&self, percent: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_drift(percent))
    }

    /// Registers a webhook on this machine; every code goes there, signed with the secret.
    pub fn set_webhook(&self, url: &str, secret: &str) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_webhook(url, secret))
    }

    /// Takes the webhook away.
    pub fn clear_webhook(&self) {
        self.change(|emulator| emulator.pusher().set_receiver(None));
    }

    /// Every offer, by service and country.
    pub fn offers(&self) -> Vec<Offer> {
        self.emulator().with(|state, _| state.account.catalog.offers.values().cloned().collect())
    }

    /// The offer of these codes with any number, such as ("wa", "ID"). The first eight services, tg, go, wa, ig, fb, ds,
    /// tw and lf, are in stock everywhere, real mobile carriers included.
    pub fn offer(&self, service: &str, country: &str) -> Option<Offer> {
        self.emulator()
            .with(|state, _| state.account.catalog.offer(service, country, false).cloned())
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
struct Webhook {
    url: String,
    secret: String,
}

impl Steered for SmsVerifyoRentals {
    const UNIT: &'static str = "pips";
    type Order = RentalView;

    fn orders(&self) -> Vec<RentalView> {
        self.with(|state, _| state.account.rentals.all().map(Rental::view).collect())
    }

    fn open_order_with(&self, phone: &str) -> Option<u64> {
        self.with(|state, _| state.account.rentals.open_with(phone))
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
        self.with(|state, now_ms| state.account.cancel(id, now_ms)).map_err(|refusal| of(&refusal))
    }

    fn with_wallet<T>(&self, act: impl FnOnce(&mut Wallet, i64) -> T) -> T {
        self.with(|state, now_ms| act(&mut state.account.wallet, now_ms))
    }
}

impl SmsVerifyoRentals {
    /// The routes below `/sandbox/`.
    pub(super) fn control_route(&self, path: &str, request: &Request) -> Option<Answer> {
        control::route(self, path, request)
            .or_else(|| webhook::route(self.pusher(), path, request))
            .or_else(|| self.own_route(path, request))
            .map(control_answer)
    }

    fn own_route(&self, path: &str, request: &Request) -> Option<Result<Value, String>> {
        Some(match (request.method.as_str(), path) {
            ("GET", "offers") => self.with(|state, _| {
                Ok(json!({ "offers": state.account.catalog.offers.values().collect::<Vec<_>>() }))
            }),
            ("POST", "stock") => done(request, |Stock { offer, available }| {
                self.change_offer(&offer, |offer| offer.available = available)
            }),
            ("POST", "price") => {
                done(request, |Price { offer, pips }| self.set_price(&offer, pips))
            }
            ("POST", "drift") => done(request, |Drift { percent }| self.set_drift(percent)),
            ("POST", "webhook") => {
                done(request, |Webhook { url, secret }| self.set_webhook(&url, &secret))
            }
            ("DELETE", "webhook") => {
                self.pusher().set_receiver(None);
                Ok(json!({}))
            }
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

    fn set_webhook(&self, url: &str, secret: &str) -> Result<(), ControlError> {
        let policy = Policy::Signed { header: SIGNATURE, secret: secret.to_owned() };
        let receiver = Receiver::on_loopback(url, policy).map_err(|_| ControlError::BadUrl)?;
        self.pusher().set_receiver(Some(receiver));
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
