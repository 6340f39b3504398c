//! What can be changed by hand in a running emulator, within the process and over `/sandbox/` routes.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    SmsVerificationService,
    catalog::{Offer, OfferKey},
    order::{Order, OrderView},
    refusal::Refusal,
};
use crate::upstream::{
    control::{self, ControlError, Steered, done},
    server::{Answer, Request, control_answer},
    wallet::Wallet,
    webhook::{self, Policy, Receiver},
};

/// The handle of a running smsVerificationService emulator. Its money is in US cents.
pub type Control = control::Control<SmsVerificationService>;

impl Control {
    /// Sets how many can be sold. The lists do not show it.
    pub fn set_stock(&self, offer: &OfferKey, stock: u32) -> Result<(), ControlError> {
        self.change(|emulator| emulator.change_offer(offer, |offer| offer.stock = stock))
    }

    /// Sets a price for lists, orders and renewals from now on.
    pub fn set_price(&self, offer: &OfferKey, cents: i64) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_price(offer, cents))
    }

    /// Orders and renewals cost this much more (or less) than the lists say from now on.
    pub fn set_drift(&self, cents: i64) {
        self.change(|emulator| emulator.with(|account, _| account.terms.drift_cents = cents));
    }

    /// Takes an offer out of the lists for good.
    pub fn remove_offer(&self, offer: &OfferKey) -> Result<(), ControlError> {
        self.change(|emulator| emulator.remove_offer(offer))
    }

    /// So many of a hundred orders made from now on show an empty `otp`: their codes are in the messages only.
    pub fn set_text_only(&self, percent: u32) {
        self.change(|emulator| {
            emulator.with(|account, _| account.terms.text_only_percent = percent);
        });
    }

    /// Where SMS are posted to from now on: an `http://` address on this machine. Nowhere until it is set.
    pub fn set_callback(&self, url: &str) -> Result<(), ControlError> {
        self.change(|emulator| emulator.set_callback(url))
    }

    /// Every offer.
    pub fn offers(&self) -> Vec<Offer> {
        self.emulator().with(|account, _| account.catalog.offers().cloned().collect())
    }

    /// The offer of this name that suits, such as "WhatsApp" with a key that is [`OfferKey::Temporary`]. The first eight
    /// services, Telegram, Google, WhatsApp, Instagram, Facebook, Discord, X and `TikTok`, are in stock in every list.
    pub fn offer(&self, name: &str, suits: impl Fn(&Offer) -> bool) -> Option<Offer> {
        self.offers().into_iter().find(|offer| offer.name == name && suits(offer))
    }

    /// A short-term number of the United States.
    pub fn temporary(&self, service: &str) -> Option<Offer> {
        self.offer(service, |offer| matches!(offer.key, OfferKey::Temporary { .. }))
    }

    /// A short-term number of another country, such as ("WhatsApp", "United Kingdom").
    pub fn global(&self, service: &str, country: &str) -> Option<Offer> {
        self.offer(service, |offer| {
            matches!(offer.key, OfferKey::Global { .. }) && offer.country == Some(country)
        })
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
    cents: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Removal {
    offer: OfferKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Drift {
    cents: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextOnly {
    percent: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Callback {
    url: String,
}

impl Steered for SmsVerificationService {
    const UNIT: &'static str = "cents";
    type Order = OrderView;

    fn orders(&self) -> Vec<OrderView> {
        self.with(|account, _| account.orders.all().map(Order::view).collect())
    }

    fn open_order_with(&self, phone: &str) -> Option<u64> {
        self.with(|account, _| account.orders.open_with(phone))
    }

    fn deliver(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError> {
        self.take_in(id, code, message, false)
    }

    fn deliver_late(&self, id: u64, code: &str, message: Option<&str>) -> Result<(), ControlError> {
        self.take_in(id, code, message, true)
    }

    fn withdraw(&self, id: u64) -> Result<(), ControlError> {
        self.with(|account, now_ms| account.withdraw(id, now_ms)).map_err(|refusal| of(&refusal))
    }

    fn with_wallet<T>(&self, act: impl FnOnce(&mut Wallet, i64) -> T) -> T {
        self.with(|account, now_ms| act(&mut account.wallet, now_ms))
    }
}

impl SmsVerificationService {
    /// The routes below `/sandbox/`.
    pub(super) fn control_route(&self, path: &str, request: &Request) -> Option<Answer> {
        control::route(self, path, request)
            .or_else(|| webhook::route(&self.pusher, path, request))
            .or_else(|| self.own_route(path, request))
            .map(control_answer)
    }

    fn own_route(&self, path: &str, request: &Request) -> Option<Result<Value, String>> {
        Some(match (request.method.as_str(), path) {
            ("GET", "offers") => self.with(|account, _| {
                Ok(json!({ "offers": account.catalog.offers().collect::<Vec<_>>() }))
            }),
            ("POST", "stock") => done(request, |Stock { offer, count }| {
                self.change_offer(&offer, |offer| offer.stock = count)
            }),
            ("POST", "price") => {
                done(request, |Price { offer, cents }| self.set_price(&offer, cents))
            }
            ("POST", "remove") => done(request, |Removal { offer }| self.remove_offer(&offer)),
            ("POST", "drift") => done(request, |Drift { cents }| {
                self.with(|account, _| account.terms.drift_cents = cents);
                Ok::<_, ControlError>(())
            }),
            ("POST", "text_only") => done(request, |TextOnly { percent }| {
                self.with(|account, _| account.terms.text_only_percent = percent);
                Ok::<_, ControlError>(())
            }),
            ("POST", "callback") => done(request, |Callback { url }| self.set_callback(&url)),
            _ => return None,
        })
    }

    fn set_callback(&self, url: &str) -> Result<(), ControlError> {
        let receiver =
            Receiver::on_loopback(url, Policy::Unsigned).map_err(|_| ControlError::BadUrl)?;
        self.pusher.set_receiver(Some(receiver));
        Ok(())
    }

    fn take_in(
        &self,
        id: u64,
        code: &str,
        message: Option<&str>,
        even_after_its_end: bool,
    ) -> Result<(), ControlError> {
        let (code, message) = (code.to_owned(), message.map(str::to_owned));
        self.with(|account, now_ms| account.deliver(id, code, message, now_ms, even_after_its_end))
            .map_err(|refusal| of(&refusal))
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

    fn set_price(&self, key: &OfferKey, cents: i64) -> Result<(), ControlError> {
        let cents = ControlError::positive(cents)?;
        self.change_offer(key, |offer| offer.price_cents = cents)
    }

    fn remove_offer(&self, key: &OfferKey) -> Result<(), ControlError> {
        self.with(|account, _| {
            account.catalog.remove(key).map(|_| ()).ok_or(ControlError::NoSuchProduct)
        })
    }
}

fn of(refusal: &Refusal) -> ControlError {
    if matches!(refusal, Refusal::OrderNotFound) {
        ControlError::NoSuchOrder
    } else {
        ControlError::WrongState
    }
}
