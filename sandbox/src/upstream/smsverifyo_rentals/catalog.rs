//! What SMSVerifyo's rental API sells: every offer is a service in a country, with any number or with one of a real mobile
//! carrier, made from the seed. It knows nothing of rentals.

use std::collections::BTreeMap;

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::upstream::{
    numbers::{percent, random_for, stock},
    world::{COUNTRIES, SERVICES},
};

/// The first services of the market are offered everywhere with plenty of stock, so that tests can rely on them.
const SURE_SERVICES: usize = 8;
const OFFERED_PERCENT: u32 = 60;
/// How much of what is offered is offered by real mobile carriers too.
const REAL_MOBILE_PERCENT: u32 = 50;
/// The market's prices are in IDR; so many make one USD.
const IDR: i64 = 16_250;
/// So many ten-thousandths are one USD.
pub const PIPS: i64 = 10_000;

/// What names an offer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferKey {
    /// Such as "wa".
    pub service: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub real_mobile: bool,
}

/// One offer as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    pub key: OfferKey,
    /// Numbers in stock.
    pub available: u32,
    /// In ten-thousandths of a USD.
    pub price_pips: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Catalog {
    pub offers: BTreeMap<OfferKey, Offer>,
}

impl Catalog {
    pub fn new(seed: u64) -> Self {
        let mut catalog = Self { offers: BTreeMap::new() };
        for (place, service) in SERVICES.iter().enumerate() {
            let sure = place < SURE_SERVICES;
            for (number, country) in COUNTRIES.iter().enumerate() {
                let mut random = random_for(seed, (place * COUNTRIES.len() + number) as u64);
                if !sure && !percent(OFFERED_PERCENT, &mut random) {
                    continue;
                }
                let spread = random.random_range(80..=130);
                let price_idr = service.price_idr * country.price_percent * spread;
                let price_pips = price_idr * PIPS / IDR / 10_000;
                for real_mobile in [false, true] {
                    if real_mobile && !sure && !percent(REAL_MOBILE_PERCENT, &mut random) {
                        continue;
                    }
                    let (service, country) = (service.code.to_owned(), country.iso.to_owned());
                    catalog.add(Offer {
                        key: OfferKey { service, country, real_mobile },
                        available: if sure {
                            random.random_range(50..3000)
                        } else {
                            stock(&mut random)
                        },
                        // "the marginal cost is worth the higher success rate"
                        price_pips: price_pips * if real_mobile { 120 } else { 100 } / 100,
                    });
                }
            }
        }
        catalog
    }

    fn add(&mut self, offer: Offer) {
        self.offers.insert(offer.key.clone(), offer);
    }

    pub fn offer(&self, service: &str, country: &str, real_mobile: bool) -> Option<&Offer> {
        let (service, country) = (service.to_owned(), country.to_owned());
        self.offers.get(&OfferKey { service, country, real_mobile })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_large_uneven_and_the_same_for_the_same_seed() {
        let offers = Catalog::new(1).offers;
        assert!(offers.len() > 3_000, "{}", offers.len());
        assert!(offers.values().all(|offer| offer.price_pips > 300));
        for wanted in [0, 1] {
            assert!(offers.values().any(|offer| offer.available == wanted));
        }
        assert_eq!(offers, Catalog::new(1).offers);
        assert_ne!(offers, Catalog::new(2).offers);
    }

    #[test]
    fn real_mobile_costs_more_and_is_never_all_there_is() {
        let catalog = Catalog::new(1);
        let (mobile, any): (Vec<_>, Vec<_>) =
            catalog.offers.values().partition(|offer| offer.key.real_mobile);
        assert!(mobile.len() < any.len());
        for offer in mobile {
            let plain = catalog.offer(&offer.key.service, &offer.key.country, false).unwrap();
            assert!(plain.price_pips < offer.price_pips);
        }
    }
}
