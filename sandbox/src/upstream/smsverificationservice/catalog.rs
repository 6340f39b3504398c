//! What smsVerificationService sells, made from the seed: numbers of the United States in several lists, numbers of other
//! countries, and eSIMs. It knows nothing of orders.

use std::collections::BTreeMap;

use rand::{Rng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::upstream::{
    numbers::{percent, random_for, stock},
    world::{COUNTRIES, Country, SERVICES, Service},
};

/// The first services of the market are in every list with plenty of stock, so that tests can rely on them.
const SURE_SERVICES: usize = 8;
const OFFERED_PERCENT: u32 = 60;
/// The market's prices are in IDR; so many make one USD.
const IDR: i64 = 16_250;
const HOME: &str = "US";

/// A list of US numbers that are bought by `service_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Temporary,
    BestTemp,
    Rent1Day,
    Rent30Days,
}

impl List {
    /// What a service of this list is called as an offer.
    pub const fn key(self, service_id: u64) -> OfferKey {
        match self {
            Self::Temporary => OfferKey::Temporary { service_id },
            Self::BestTemp => OfferKey::BestTemp { service_id },
            Self::Rent1Day => OfferKey::Rent1Day { service_id },
            Self::Rent30Days => OfferKey::Rent30Days { service_id },
        }
    }

    /// The id of a service by its place in the market. The document's examples have the same ids for the short-term
    /// lists and others for the rentals.
    const fn service_id(self, place: u64) -> u64 {
        match self {
            Self::Temporary | Self::BestTemp => 1_010 + place,
            Self::Rent1Day => 4_420 + place,
            Self::Rent30Days => 7_820 + place,
        }
    }
}

/// What names an offer, in the wire's own words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OfferKey {
    Temporary {
        service_id: u64,
    },
    BestTemp {
        service_id: u64,
    },
    Rent1Day {
        service_id: u64,
    },
    Rent30Days {
        service_id: u64,
    },
    /// Country 0 is a real one.
    Global {
        service_id: u64,
        country_id: u64,
    },
    /// By the service's name as it is listed.
    Rental3Days {
        service: String,
    },
    Rental30Days {
        service: String,
    },
    /// By the plan's name as it is listed.
    Esim {
        plan: String,
    },
}

impl OfferKey {
    pub(super) const fn is_global(&self) -> bool {
        matches!(self, Self::Global { .. })
    }

    /// How many days a rental lasts; none when it is no rental.
    pub(super) const fn rental_days(&self) -> Option<i64> {
        match self {
            Self::Rent1Day { .. } => Some(1),
            Self::Rental3Days { .. } => Some(3),
            Self::Rent30Days { .. } | Self::Rental30Days { .. } => Some(30),
            Self::Temporary { .. }
            | Self::BestTemp { .. }
            | Self::Global { .. }
            | Self::Esim { .. } => None,
        }
    }
}

/// One offer as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    pub key: OfferKey,
    /// The service's or the plan's name.
    pub name: &'static str,
    /// Where its numbers are from; none for an eSIM.
    pub country: Option<&'static str>,
    /// What can be sold. The API does not show it: what is sold out stays in the lists.
    pub stock: u32,
    /// What the lists say, in US cents.
    pub price_cents: i64,
}

/// An eSIM plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub name: &'static str,
    /// In tenths.
    pub data_gb: i64,
    pub days: u32,
    price_cents: i64,
}

const PLANS: [Plan; 4] = [
    Plan { name: "USA 1GB / 7 days", data_gb: 10, days: 7, price_cents: 350 },
    Plan { name: "USA 5GB / 30 days", data_gb: 50, days: 30, price_cents: 1_200 },
    Plan { name: "Europe 10GB / 30 days", data_gb: 100, days: 30, price_cents: 1_850 },
    Plan { name: "Global 2.5GB / 15 days", data_gb: 25, days: 15, price_cents: 1_999 },
];

/// What a buyer gets.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ware {
    Number { service: &'static Service, country: &'static Country },
    Esim(&'static Plan),
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub offer: Offer,
    pub ware: Ware,
}

impl Row {
    /// What the list of orders calls it. The document's example abbreviates the one country that it shows, "WhatsApp (UK)",
    /// which `global/countries/` spells out; so does this emulator, and the label is no key to the offer.
    pub fn label(&self) -> String {
        let Offer { key, name, country, .. } = &self.offer;
        match country {
            Some("United Kingdom") if key.is_global() => format!("{name} (UK)"),
            Some(country) if key.is_global() => format!("{name} ({country})"),
            Some(_) | None => (*name).to_owned(),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Catalog(BTreeMap<OfferKey, Row>);

impl Catalog {
    pub fn new(seed: u64) -> Self {
        let mut rows = Vec::new();
        for (id, country) in (0..).zip(COUNTRIES) {
            let mut random = random_for(seed, id);
            if country.iso == HOME {
                rows.extend(at_home(country, &mut random));
            } else {
                rows.extend(abroad(id, country, &mut random));
            }
        }
        rows.extend(PLANS.iter().map(|plan| Row {
            offer: Offer {
                key: OfferKey::Esim { plan: plan.name.to_owned() },
                name: plan.name,
                country: None,
                stock: 100,
                price_cents: plan.price_cents,
            },
            ware: Ware::Esim(plan),
        }));
        Self(rows.into_iter().map(|row| (row.offer.key.clone(), row)).collect())
    }

    pub fn row(&self, key: &OfferKey) -> Option<&Row> {
        self.0.get(key)
    }

    pub fn offer_mut(&mut self, key: &OfferKey) -> Option<&mut Offer> {
        self.0.get_mut(key).map(|row| &mut row.offer)
    }

    /// Takes an offer out for good.
    pub fn remove(&mut self, key: &OfferKey) -> Option<Row> {
        self.0.remove(key)
    }

    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.0.values()
    }

    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.rows().map(|row| &row.offer)
    }
}

/// A country outside the United States.
pub(super) fn country(id: u64) -> Option<&'static Country> {
    COUNTRIES.get(usize::try_from(id).ok()?).filter(|country| country.iso != HOME)
}

fn at_home(country: &'static Country, random: &mut StdRng) -> Vec<Row> {
    let mut rows = Vec::new();
    for (place, service) in (0..).zip(SERVICES) {
        let mut add = |key, times| rows.push(row(key, service, country, times, random));
        let list = |list: List| list.key(list.service_id(place));
        add(list(List::Temporary), 1);
        if is_sure(service) {
            add(list(List::BestTemp), 2);
        }
        add(list(List::Rent1Day), 3);
        add(OfferKey::Rental3Days { service: service.name.to_owned() }, 6);
        add(OfferKey::Rental30Days { service: service.name.to_owned() }, 20);
        add(list(List::Rent30Days), 22);
    }
    rows
}

fn abroad(id: u64, country: &'static Country, random: &mut StdRng) -> Vec<Row> {
    let mut rows = Vec::new();
    for (place, service) in (0..).zip(SERVICES) {
        if is_sure(service) || percent(OFFERED_PERCENT, random) {
            let service_id = List::Temporary.service_id(place);
            let key = OfferKey::Global { service_id, country_id: id };
            rows.push(row(key, service, country, 1, random));
        }
    }
    rows
}

fn is_sure(service: &Service) -> bool {
    SERVICES.iter().take(SURE_SERVICES).any(|sure| sure.code == service.code)
}

/// An offer of a number at so many times its price for minutes.
fn row(
    key: OfferKey,
    service: &'static Service,
    country: &'static Country,
    times: i64,
    random: &mut StdRng,
) -> Row {
    let price_idr = service.price_idr * country.price_percent * random.random_range(80..=130);
    let offer = Offer {
        key,
        name: service.name,
        country: Some(country.name),
        stock: if is_sure(service) { random.random_range(50..3_000) } else { stock(random) },
        // Two percentages make ten thousandths, of which cents take two places back. Rounded up.
        price_cents: times * (price_idr / 100 / IDR + 1),
    };
    Row { offer, ware: Ware::Number { service, country } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_large_uneven_and_the_same_for_the_same_seed() {
        let catalog = Catalog::new(1);
        assert!((1_500..6_000).contains(&catalog.offers().count()), "{}", catalog.offers().count());
        assert!(catalog.offers().all(|offer| (5..10_000).contains(&offer.price_cents)));
        for wanted in [0, 1] {
            assert!(catalog.offers().any(|offer| offer.stock == wanted));
        }
        assert!(catalog.offers().eq(Catalog::new(1).offers()));
        assert!(!catalog.offers().eq(Catalog::new(2).offers()));
    }

    #[test]
    fn whatsapp_has_the_documents_id_and_country_zero_is_real() {
        let catalog = Catalog::new(1);
        for key in [
            OfferKey::Temporary { service_id: 1_012 },
            OfferKey::BestTemp { service_id: 1_012 },
            OfferKey::Global { service_id: 1_012, country_id: 0 },
        ] {
            assert_eq!(catalog.row(&key).unwrap().offer.name, "WhatsApp");
        }
        assert_eq!(country(0).unwrap().name, "Russia");
        assert!((0..100).filter_map(country).all(|country| country.iso != "US"));
    }
}
