//! What SMSVerifyo sells: every offer is a service in a country, made from the seed. It knows nothing of orders.

use std::collections::BTreeMap;

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::{
    refusal::Refusal,
    uuid::{Kind, uuid},
};
use crate::upstream::{
    numbers::{percent, random_for, stock},
    world::{COUNTRIES, Country, SERVICES, Service},
};

/// The first services of the market are offered everywhere with plenty of stock, so that tests can rely on them.
const SURE_SERVICES: usize = 8;
const OFFERED_PERCENT: u32 = 60;
/// The market's prices are in IDR; so many make one USD.
const IDR: i64 = 16_250;
/// So many ten-thousandths are one USD.
pub const PIPS: i64 = 10_000;

/// What names an offer, in the wire's own words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferKey {
    /// A UUID.
    pub service_id: String,
    /// The country's place in the market: 0 is Russia.
    pub country_id: u64,
}

/// One offer as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    pub key: OfferKey,
    /// Numbers in stock.
    pub available: u32,
    /// What the list says, in ten-thousandths of a USD; an order may cost something else.
    pub price_pips: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Catalog {
    /// With their ids, the most wanted first.
    pub services: Vec<(String, &'static Service)>,
    /// By service and country.
    pub offers: BTreeMap<OfferKey, Offer>,
}

impl Catalog {
    pub fn new(seed: u64) -> Self {
        let mut catalog = Self { services: Vec::new(), offers: BTreeMap::new() };
        for (place, service) in (0_u64..).zip(SERVICES) {
            let service_id = uuid(Kind::Service, seed, place);
            for (country_id, country) in (0_u64..).zip(COUNTRIES) {
                let key = OfferKey { service_id: service_id.clone(), country_id };
                let sure = catalog.services.len() < SURE_SERVICES;
                let offer = offer(key, service, country, sure, seed ^ (place << 32));
                catalog.offers.extend(offer.map(|offer| (offer.key.clone(), offer)));
            }
            catalog.services.push((service_id, service));
        }
        catalog
    }

    /// The service with this id. The document has no code for an unknown one; it counts as a malformed parameter.
    pub fn service(&self, id: &str) -> Result<&'static Service, Refusal> {
        let found = self.services.iter().find(|(known, _)| known == id);
        found.map(|(_, service)| *service).ok_or_else(|| "service_id is unknown".to_owned().into())
    }

    /// The offers of one service, by country.
    pub fn of_service(
        &self,
        id: &str,
    ) -> Result<impl Iterator<Item = (&Country, &Offer)>, Refusal> {
        self.service(id)?;
        let offers = self.offers.values().filter(move |offer| offer.key.service_id == id);
        Ok(offers.filter_map(|offer| Some((country(offer.key.country_id)?, offer))))
    }

    /// The offer of these names, as the market spells them.
    pub fn find(&self, service: &str, country: &str) -> Option<&Offer> {
        let (service_id, _) = self.services.iter().find(|(_, row)| row.name == service)?;
        let place = COUNTRIES.iter().position(|row| row.name == country)?;
        let country_id = u64::try_from(place).ok()?;
        self.offers.get(&OfferKey { service_id: service_id.clone(), country_id })
    }
}

/// The country with this id.
pub(super) fn country(id: u64) -> Option<&'static Country> {
    COUNTRIES.get(usize::try_from(id).ok()?)
}

fn offer(
    key: OfferKey,
    service: &Service,
    country: &Country,
    sure: bool,
    seed: u64,
) -> Option<Offer> {
    let mut random = random_for(seed, key.country_id);
    if !sure && !percent(OFFERED_PERCENT, &mut random) {
        return None;
    }
    let price_idr = service.price_idr * country.price_percent * random.random_range(80..=130);
    let available = if sure { random.random_range(50..3000) } else { stock(&mut random) };
    Some(Offer { key, available, price_pips: price_idr * PIPS / IDR / 10_000 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_large_uneven_and_the_same_for_the_same_seed() {
        let catalog = Catalog::new(1);
        let offers = &catalog.offers;
        assert!((2_001..COUNTRIES.len() * SERVICES.len()).contains(&offers.len()));
        assert!(offers.values().all(|offer| offer.price_pips > 300));
        for wanted in [0, 1] {
            assert!(offers.values().any(|offer| offer.available == wanted));
        }
        assert_eq!(*offers, Catalog::new(1).offers);
        assert_ne!(*offers, Catalog::new(2).offers);
    }

    #[test]
    fn the_popular_services_are_to_be_had_everywhere() {
        let catalog = Catalog::new(7);
        assert!(COUNTRIES.iter().all(|row| {
            catalog.find("WhatsApp", row.name).is_some_and(|offer| offer.available >= 50)
        }));
        assert_eq!(catalog.find("Telegram", "Russia").unwrap().key.country_id, 0);
        assert!(catalog.find("Telegram", "Atlantis").is_none());
    }
}
