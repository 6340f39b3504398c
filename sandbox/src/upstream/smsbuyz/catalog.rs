//! What SmsBuyz sells: every offer is a product (a service's name) in a country by an operator, made from the seed. It
//! knows nothing of orders.

use std::collections::BTreeMap;

use rand::{Rng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::upstream::{
    numbers::{percent, random_for, stock},
    world::{COUNTRIES, Country, SERVICES, Service},
};

/// The operator that stands for all of them.
pub(super) const ANY: &str = "any";
/// The first services of the market are offered everywhere with plenty of stock, so that tests can rely on them.
const SURE_SERVICES: usize = 8;
const OFFERED_PERCENT: u32 = 60;
/// The market's prices are in IDR; so many make one of SmsBuyz's currency.
const IDR: i64 = 16_250;
/// So many ten-thousandths are one of SmsBuyz's currency.
pub const PIPS: i64 = 10_000;

/// What names an offer, in the wire's own words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferKey {
    /// ISO 3166-1 alpha-2 in small letters.
    pub country: String,
    /// Such as "Virtual1".
    pub operator: String,
    /// Such as "microsoft".
    pub product: String,
}

/// One offer as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    pub key: OfferKey,
    /// Numbers in stock.
    pub count: u32,
    /// In ten-thousandths.
    pub price_pips: i64,
}

#[derive(Clone, Debug)]
pub(super) struct CountryRow {
    pub country: &'static Country,
    pub offers: Vec<Offer>,
}

#[derive(Clone, Debug)]
pub(super) struct Catalog {
    /// By ISO code in small letters.
    pub countries: BTreeMap<String, CountryRow>,
}

impl Catalog {
    pub fn new(seed: u64) -> Self {
        let row = |(place, country): (u64, &'static Country)| {
            let iso = country.iso.to_lowercase();
            let offers = offers(&iso, country, &mut random_for(seed, place));
            (iso, CountryRow { country, offers })
        };
        Self { countries: (0..).zip(COUNTRIES).map(row).collect() }
    }

    /// The country with this ISO code.
    pub fn country(&self, iso: &str) -> Result<&CountryRow, Refusal> {
        self.countries.get(iso).ok_or(Refusal::NotFound("Country not found"))
    }

    /// The country with this ISO code or this name, as `guest/products` takes both.
    pub fn country_or_name(&self, text: &str) -> Result<&CountryRow, Refusal> {
        self.country(text).or_else(|refusal| {
            self.countries.values().find(|row| plain(row.country.name) == text).ok_or(refusal)
        })
    }

    /// Every offer, by country.
    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.countries.values().flat_map(|row| &row.offers)
    }

    pub fn offer_mut(&mut self, key: &OfferKey) -> Option<&mut Offer> {
        let row = self.countries.get_mut(&key.country)?;
        row.offers.iter_mut().find(|offer| offer.key == *key)
    }

    /// The offer that a purchase takes: of several operators the cheapest with stock.
    pub fn pick(&self, country: &str, operator: &str, product: &str) -> Result<&Offer, Refusal> {
        let (product, _) = product_of(product)?;
        let offers = self.country(country)?.by(operator)?;
        let mut offers = offers.filter(|offer| offer.key.product == product).peekable();
        if offers.peek().is_none() {
            return Err(Refusal::NotFound("Product not found here"));
        }
        offers
            .filter(|offer| offer.count > 0)
            .min_by_key(|offer| offer.price_pips)
            .ok_or(Refusal::NoNumbers)
    }
}

impl CountryRow {
    /// The offers of one operator, or of [`ANY`].
    pub fn by(&self, operator: &str) -> Result<impl Iterator<Item = &Offer>, Refusal> {
        let is_of = move |offer: &&Offer| operator == ANY || offer.key.operator == operator;
        if self.offers.iter().any(|offer| is_of(&offer)) {
            Ok(self.offers.iter().filter(is_of))
        } else {
            Err(Refusal::NotFound("Operator not found"))
        }
    }
}

/// The product with this name or PID. Nothing in the API shows a PID; here it is the product's place, from 1.
pub(super) fn product_of(name_or_pid: &str) -> Result<(String, &'static Service), Refusal> {
    SERVICES
        .iter()
        .zip(1_u32..)
        .map(|(service, pid)| (plain(service.name), service, pid))
        .find(|(name, _, pid)| name == name_or_pid || name_or_pid.parse() == Ok(*pid))
        .map(|(name, service, _)| (name, service))
        .ok_or(Refusal::NotFound("Product not found"))
}

/// A name in the form that paths have: small letters and digits.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

fn offers(iso: &str, country: &Country, random: &mut StdRng) -> Vec<Offer> {
    let mut offers = Vec::new();
    for operator in 1..=random.random_range(1..=3) {
        for (place, service) in SERVICES.iter().enumerate() {
            let sure = place < SURE_SERVICES;
            if !sure && !percent(OFFERED_PERCENT, random) {
                continue;
            }
            let price_idr =
                service.price_idr * country.price_percent * random.random_range(80..=130);
            offers.push(Offer {
                key: OfferKey {
                    country: iso.to_owned(),
                    operator: format!("Virtual{operator}"),
                    product: plain(service.name),
                },
                count: if sure { random.random_range(50..3000) } else { stock(random) },
                price_pips: price_idr * PIPS / IDR / 10_000,
            });
        }
    }
    offers
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_catalogue_is_large_uneven_and_the_same_for_the_same_seed() {
        let catalog = Catalog::new(1);
        let offers: Vec<_> = catalog.offers().collect();
        assert!((3_000..12_000).contains(&offers.len()), "{}", offers.len());
        let keys: BTreeSet<_> = offers.iter().map(|offer| &offer.key).collect();
        assert_eq!(keys.len(), offers.len());
        assert!(offers.iter().all(|offer| offer.price_pips > 300));
        for wanted in [0, 1] {
            assert!(offers.iter().any(|offer| offer.count == wanted));
        }
        for operators in 1..=3 {
            let has = |row: &CountryRow| row.by(&format!("Virtual{operators}")).is_ok();
            assert!(catalog.countries.values().any(has));
        }
        assert!(catalog.offers().eq(Catalog::new(1).offers()));
        assert!(!catalog.offers().eq(Catalog::new(2).offers()));
    }

    #[test]
    fn names_are_plain_and_without_doubles() {
        let products: BTreeSet<_> = SERVICES.iter().map(|service| plain(service.name)).collect();
        let countries: BTreeSet<_> = COUNTRIES.iter().map(|country| plain(country.name)).collect();
        assert_eq!((products.len(), countries.len()), (SERVICES.len(), COUNTRIES.len()));
        assert!(products.contains("mailru") && countries.contains("hongkong"));
        assert!(!products.contains(""));
        assert_eq!(product_of("3").unwrap().0, "whatsapp");
    }
}
