//! One door for each kind of bytes that come from outside; the properties below knock at them with anything. A door panics
//! only where a promise is broken. Compiled for tests alone.

use crate::{
    action::{Action, LONGEST_PACKED, Tap},
    catalog::{Catalog, Numbers},
    clock::Timestamp,
    code::{LONGEST, find_code},
    ids::{CountryId, ServiceId},
    money::{LARGEST_AMOUNT, Money},
    search,
    upstream::{Listing, UpstreamCountry, UpstreamService},
};

mod providers;

pub use providers::{provider_answer, push};

/// A button's data and a typed line, as a forged client can send them. What is understood packs and reads back the same.
pub fn callback(text: &str) {
    let _ = Action::from_line(text, "shop_bot");
    if let Ok(tap) = Tap::unpack(text) {
        let packed = tap.pack();
        assert!(packed.len() <= LONGEST_PACKED);
        assert_eq!(Tap::unpack(&packed), Ok(tap));
    }
}

/// A typed amount. What is taken is within the limits and is shown as it reads.
pub fn amount(text: &str) {
    if let Ok(money) = Money::parse_amount(text) {
        assert!(money.is_positive() && money <= LARGEST_AMOUNT);
        assert_eq!(Money::parse_amount(&money.to_string()), Ok(money));
    }
}

/// A typed search. Nothing is found twice, and nothing that is not sold.
pub fn search(text: &str) {
    let catalog = catalog();
    let services = search::find_services(&catalog, text);
    assert!(services.len() <= SERVICES.len());
    assert!(services.iter().all(|id| catalog.service(*id).is_some()));
    let countries = search::find_countries(&catalog, text);
    assert!(countries.len() <= COUNTRIES.len());
    let _ = search::split(&catalog, text);
}

/// An SMS. A code that is found is one that people can type.
pub fn sms(text: &str) {
    if let Some(code) = find_code(text) {
        assert!(text.chars().count() <= LONGEST);
        assert!(!code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}

const SERVICES: [&str; 6] =
    ["WhatsApp", "Instagram", "Google / YouTube / Gmail", "VK", "Any other", "Mail.ru"];
const COUNTRIES: [(&str, &str); 6] = [
    ("Indonesia", "🇮🇩"),
    ("United Kingdom", "🇬🇧"),
    ("Côte d'Ivoire", "🇨🇮"),
    ("Guinea", "🇬🇳"),
    ("Guinea-Bissau", "🇬🇼"),
    ("Saint Vincent and the Grenadines", "🇻🇨"),
];

fn catalog() -> Catalog {
    let keys = || (0..).map(|number: i64| (number.to_string(), number));
    let services = keys().zip(SERVICES);
    let countries = keys().zip(COUNTRIES);
    let numbers = Numbers {
        services: services.clone().map(|((key, id), _)| (key, ServiceId(id))).collect(),
        countries: countries.clone().map(|((key, id), _)| (key, CountryId(id))).collect(),
    };
    let listing = Listing {
        services: services
            .map(|((key, _), name)| UpstreamService { key, name: name.to_owned() })
            .collect(),
        countries: countries
            .map(|((key, _), (name, flag))| UpstreamCountry {
                key,
                name: name.to_owned(),
                flag: flag.to_owned(),
            })
            .collect(),
        offers: Vec::new(),
        goes_on: false,
    };
    let catalog = Catalog::new();
    catalog.replace(listing, &numbers, Timestamp(0));
    catalog
}

#[cfg(test)]
mod tests;
