//! What must be done behind a provider's back about what it sells beside single numbers, and what it says it has sold.

use sandbox::upstream::smsverificationservice::{Control, Offer, OfferKey};

use super::providers::Emulator;

impl Emulator {
    /// Of a provider that rents numbers out: WhatsApp's for three days costs so many times as much.
    pub fn raise_rental_price(&self, factor: i64) {
        let is_rental = |it: &Offer| matches!(it.key, OfferKey::Rental3Days { .. });
        raise(&self.seller(), "WhatsApp", is_rental, factor);
    }

    /// Of a provider that sells data plans: the one of 5 GB costs so many times as much.
    pub fn raise_esim_price(&self, factor: i64) {
        let is_esim = |it: &Offer| matches!(it.key, OfferKey::Esim { .. });
        raise(&self.seller(), "USA 5GB / 30 days", is_esim, factor);
    }

    /// Of the newest data plan.
    pub fn activation_code(&self) -> String {
        let order = self.seller().orders().pop().expect("an order");
        order.activation_code.expect("a data plan")
    }

    fn seller(&self) -> Control {
        match self {
            Self::Smsverificationservice(it) => it.control(),
            Self::Smscode(_)
            | Self::Smsbuyz(_)
            | Self::Smsverifyo(_)
            | Self::SmsverifyoRentals(_) => panic!("this provider sells single numbers only"),
        }
    }

    /// Of a provider that buys several numbers at once: so many of the next fail.
    pub fn fail_numbers(&self, count: u32) {
        let Self::Smscode(it) = self else { panic!("this provider sells one at a time") };
        it.control().fail_numbers(count);
    }

    /// An operator that has the product in Indonesia, as the provider names it.
    pub fn operator_of(&self, product: &str) -> String {
        let Self::Smsbuyz(it) = self else { panic!("this provider names no operators") };
        let offers = it.control().offers();
        let offer = offers
            .into_iter()
            .filter(|it| it.key.country == "id" && it.key.product == product && it.count > 0)
            .max_by_key(|it| it.price_pips);
        offer.expect("it is sold").key.operator
    }

    /// What the provider says that the newest order is of.
    pub fn newest_offer(&self) -> String {
        match self {
            Self::Smscode(it) => format!("{:?}", it.control().orders().pop()),
            Self::Smsbuyz(it) => format!("{:?}", it.control().orders().pop().map(|it| it.offer)),
            Self::Smsverificationservice(it) => {
                format!("{:?}", it.control().orders().pop().map(|it| it.offer))
            }
            Self::Smsverifyo(it) => format!("{:?}", it.control().orders().pop()),
            Self::SmsverifyoRentals(it) => {
                format!("{:?}", it.control().orders().pop().map(|it| it.offer))
            }
        }
    }
}

fn raise(control: &Control, name: &str, suits: fn(&Offer) -> bool, factor: i64) {
    let offer = control.offer(name, suits).unwrap();
    control.set_price(&offer.key, offer.price_cents * factor).unwrap();
}
