//! What is mostly bought: what it costs, and how much of it there is.

use super::Emulator;

impl Emulator {
    /// What is mostly bought costs so much more or less than the list says, in percent; zero ends it.
    pub fn drift(&self, percent: i64) {
        match self {
            Self::Smscode(it) => {
                let control = it.control();
                if let Some(product) = control.product("WhatsApp", "Indonesia") {
                    let charge = product.price_idr * (100 + percent) / 100;
                    let charge = (percent != 0).then_some(charge.max(1));
                    let _ = control.set_charge(product.id, charge);
                }
            }
            Self::Smsverifyo(it) => {
                let _ = it.control().set_drift(percent);
            }
            Self::Smsbuyz(it) => {
                let _ = it.control().set_drift(percent);
            }
            Self::Smsverificationservice(it) => it.control().set_drift(percent / 5),
        }
    }

    /// The list price of what is mostly bought changes by so much in percent.
    pub fn reprice(&self, percent: i64) {
        match self {
            Self::Smscode(it) => {
                let control = it.control();
                if let Some(product) = control.product("WhatsApp", "Indonesia") {
                    let price = (product.price_idr * (100 + percent) / 100).max(1);
                    let _ = control.set_price(product.id, price);
                }
            }
            Self::Smsverifyo(it) => {
                let control = it.control();
                if let Some(offer) = control.offer("WhatsApp", "Indonesia") {
                    let price = (offer.price_pips * (100 + percent) / 100).max(1);
                    let _ = control.set_price(&offer.key, price);
                }
            }
            Self::Smsbuyz(it) => {
                let control = it.control();
                if let Some(offer) = control.offer("whatsapp", "id") {
                    let price = (offer.price_pips * (100 + percent) / 100).max(1);
                    let _ = control.set_price(&offer.key, price);
                }
            }
            Self::Smsverificationservice(it) => {
                let control = it.control();
                if let Some(offer) = control.temporary("WhatsApp") {
                    let price = (offer.price_cents * (100 + percent) / 100).max(1);
                    let _ = control.set_price(&offer.key, price);
                }
            }
        }
    }

    /// How many numbers of what is mostly bought there are.
    pub fn stock(&self, left: u32) {
        match self {
            Self::Smscode(it) => {
                let control = it.control();
                if let Some(product) = control.product("WhatsApp", "Indonesia") {
                    let _ = control.set_stock(product.id, left);
                }
            }
            Self::Smsverifyo(it) => {
                let control = it.control();
                if let Some(offer) = control.offer("WhatsApp", "Indonesia") {
                    let _ = control.set_stock(&offer.key, left);
                }
            }
            Self::Smsbuyz(it) => {
                let control = it.control();
                let offers = control.offers();
                for offer in offers.iter().filter(|it| it.key.product == "whatsapp") {
                    let _ = control.set_stock(&offer.key, left);
                }
            }
            Self::Smsverificationservice(it) => {
                let control = it.control();
                if let Some(offer) = control.temporary("WhatsApp") {
                    let _ = control.set_stock(&offer.key, left);
                }
            }
        }
    }

    /// The next purchase gets so many numbers fewer than it asks for, where several can be asked for.
    pub fn sells_fewer(&self, fewer: u32) -> bool {
        match self {
            Self::Smscode(it) => {
                it.control().fail_numbers(fewer);
                true
            }
            Self::Smsverifyo(_) | Self::Smsverificationservice(_) | Self::Smsbuyz(_) => false,
        }
    }
}
