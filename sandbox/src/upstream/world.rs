//! The made-up market that the emulators sell from: real countries and services, invented prices, numbers and texts.
//! It knows nothing of any provider's ids or formats.

mod countries;
mod services;

pub use countries::COUNTRIES;
pub use services::SERVICES;

/// A country with the form of its mobile numbers.
#[derive(Clone, Copy, Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub iso: &'static str,
    pub name: &'static str,
    /// Without the plus sign.
    pub dial_code: &'static str,
    /// What follows the dial code: `X` is any digit, `N` is 2 to 9, everything else stands as it is. From ranges kept
    /// for fiction where the country has them, otherwise with zeros where no operator has numbers.
    pub number: &'static str,
    /// What a number costs here, in percent of the service's price.
    pub price_percent: i64,
}

impl Country {
    /// The flag, made of regional indicator letters.
    pub fn flag(&self) -> String {
        self.iso
            .bytes()
            .filter_map(|letter| char::from_u32(0x1F1E6 + u32::from(letter.checked_sub(b'A')?)))
            .collect()
    }
}

/// A service that sends codes.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// A short code in the fashion of the trade.
    pub code: &'static str,
    pub name: &'static str,
    /// The usual price in whole IDR.
    pub price_idr: i64,
    /// How many digits its codes have.
    pub digits: u32,
    /// How long its codes take, in percent of the usual time.
    pub pace_percent: u32,
    /// Whether it sends another SMS when asked to.
    pub resends: bool,
    /// Its SMS: `{code}` stands for the code, `{dashed}` for the code with a dash in its middle.
    pub message: &'static str,
}

impl Service {
    /// The SMS with this code in it.
    pub fn message_with(&self, code: &str) -> String {
        let (left, right) = code.split_at_checked(code.len() / 2).unwrap_or((code, ""));
        self.message.replace("{code}", code).replace("{dashed}", &format!("{left}-{right}"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_market_is_wide_and_without_doubles() {
        let countries: BTreeSet<_> =
            COUNTRIES.iter().flat_map(|country| [country.iso, country.name]).collect();
        assert!(COUNTRIES.len() >= 65, "{}", COUNTRIES.len());
        assert_eq!(countries.len(), COUNTRIES.len() * 2);
        let services: BTreeSet<_> = SERVICES.iter().map(|service| service.name).collect();
        let codes: BTreeSet<_> = SERVICES.iter().map(|service| service.code).collect();
        assert!(SERVICES.len() >= 45, "{}", SERVICES.len());
        assert_eq!((services.len(), codes.len()), (SERVICES.len(), SERVICES.len()));
    }

    #[test]
    fn every_number_fits_e164_and_every_message_holds_its_code() {
        for country in COUNTRIES {
            let digits = country.dial_code.len() + country.number.len();
            assert!((9..=15).contains(&digits), "{} has {digits} digits", country.name);
            assert_eq!(country.flag().chars().count(), 2);
        }
        for service in SERVICES {
            assert!((4..=6).contains(&service.digits), "{}", service.name);
            assert!(
                service.message.contains("{code}") || service.message.contains("{dashed}"),
                "{}",
                service.name
            );
        }
        assert_eq!(COUNTRIES[6].flag(), "\u{1F1EE}\u{1F1E9}");
        assert_eq!(
            SERVICES[2].message_with("012345"),
            "Your WhatsApp code is 012-345. Do not share it."
        );
    }
}
