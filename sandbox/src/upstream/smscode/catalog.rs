//! What SMSCode sells: its countries, services and products with their ids, made from the seed. It knows nothing of
//! orders.

use std::collections::BTreeMap;

use rand::Rng;
use serde::Serialize;

use crate::upstream::{
    numbers::{percent, random_for, stock},
    world::{COUNTRIES, Country, SERVICES, Service},
};

/// The first services of the market are offered everywhere with plenty of stock, so that tests can rely on them.
const SURE_SERVICES: usize = 8;
const OFFERED_PERCENT: u32 = 72;
const INACTIVE_PRODUCT_PERCENT: u32 = 2;
const INACTIVE_COUNTRIES: [&str; 2] = ["TD", "ML"];
const INACTIVE_SERVICES: [&str; 2] = ["pm", "bz"];
const FIRST_PRODUCT_ID: u64 = 101;

/// How much there is to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogSize {
    /// About 3,000 products of 50 real services in 80 countries.
    Standard,
    /// Only the first services of the standard one, so many.
    Few(usize),
    /// The standard catalogue and invented services, until there are at least this many products.
    AtLeast(usize),
}

#[derive(Clone, Debug)]
pub(super) struct CountryRow {
    pub id: u64,
    pub country: &'static Country,
    pub active: bool,
}

#[derive(Clone, Debug)]
pub(super) struct ServiceRow {
    pub id: u64,
    pub code: String,
    pub name: String,
    pub service: &'static Service,
    pub active: bool,
}

/// One service in one country, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProductView {
    pub id: u64,
    /// Service and country, as in "WhatsApp Indonesia".
    pub name: String,
    pub country_id: u64,
    /// The service's id; SMSCode calls services platforms.
    pub platform_id: u64,
    /// Numbers in stock.
    pub available: u32,
    /// Whole IDR.
    pub price_idr: i64,
    pub active: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Catalog {
    pub countries: Vec<CountryRow>,
    pub services: Vec<ServiceRow>,
    pub products: BTreeMap<u64, ProductView>,
}

impl Catalog {
    pub fn new(seed: u64, size: CatalogSize) -> Self {
        let countries = (0..)
            .zip(COUNTRIES)
            .map(|(id, country)| CountryRow {
                id,
                country,
                active: !INACTIVE_COUNTRIES.contains(&country.iso),
            })
            .collect();
        let mut catalog = Self { countries, services: Vec::new(), products: BTreeMap::new() };
        let most = match size {
            CatalogSize::Few(most) => most,
            CatalogSize::Standard | CatalogSize::AtLeast(_) => SERVICES.len(),
        };
        for service in SERVICES.iter().take(most) {
            let active = !INACTIVE_SERVICES.contains(&service.code);
            catalog.add_service(
                service.code.to_owned(),
                service.name.to_owned(),
                service,
                active,
                seed,
            );
        }
        let wanted = match size {
            CatalogSize::Standard | CatalogSize::Few(_) => 0,
            CatalogSize::AtLeast(wanted) => wanted,
        };
        // Each invented service adds more than half a product per country, so this ends.
        for (number, service) in (1..).zip(SERVICES.iter().cycle()) {
            if catalog.products.len() >= wanted {
                break;
            }
            catalog.add_service(
                format!("x{number}"),
                format!("Parlour {number}"),
                service,
                true,
                seed,
            );
        }
        catalog
    }

    pub fn country(&self, id: u64) -> Option<&CountryRow> {
        self.countries.get(usize::try_from(id).ok()?)
    }

    pub fn service(&self, id: u64) -> Option<&ServiceRow> {
        self.services.get(usize::try_from(id.checked_sub(1)?).ok()?)
    }

    /// The product of these names, as the catalogue spells them.
    pub fn find(&self, service: &str, country: &str) -> Option<&ProductView> {
        let service = self.services.iter().find(|row| row.name == service)?;
        let country = self.countries.iter().find(|row| row.country.name == country)?;
        self.products
            .values()
            .find(|product| product.platform_id == service.id && product.country_id == country.id)
    }

    fn add_service(
        &mut self,
        code: String,
        name: String,
        service: &'static Service,
        active: bool,
        seed: u64,
    ) {
        let place = self.services.len();
        let id = place as u64 + 1;
        for row in &self.countries {
            let mut random = random_for(seed, id << 32 | row.id);
            let sure = place < SURE_SERVICES;
            if !sure && !percent(OFFERED_PERCENT, &mut random) {
                continue;
            }
            let product = ProductView {
                id: FIRST_PRODUCT_ID + self.products.len() as u64,
                name: format!("{name} {}", row.country.name),
                country_id: row.id,
                platform_id: id,
                available: if sure { random.random_range(50..3000) } else { stock(&mut random) },
                price_idr: service.price_idr
                    * row.country.price_percent
                    * random.random_range(80..=130)
                    / 10_000,
                active: active
                    && row.active
                    && (sure || !percent(INACTIVE_PRODUCT_PERCENT, &mut random)),
            };
            self.products.insert(product.id, product);
        }
        self.services.push(ServiceRow { id, code, name, service, active });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_large_uneven_and_the_same_for_the_same_seed() {
        let catalog = Catalog::new(1, CatalogSize::Standard);
        let products: Vec<_> = catalog.products.values().collect();
        assert!(
            (2_001..COUNTRIES.len() * SERVICES.len()).contains(&products.len()),
            "{}",
            products.len()
        );
        assert!(products.iter().all(|product| product.price_idr > 500));
        for wanted in [0, 1] {
            assert!(products.iter().any(|product| product.available == wanted));
        }
        assert!(products.iter().any(|product| !product.active));
        assert_eq!(catalog.products, Catalog::new(1, CatalogSize::Standard).products);
        assert_ne!(catalog.products, Catalog::new(2, CatalogSize::Standard).products);
    }

    #[test]
    fn the_popular_services_are_to_be_had_everywhere() {
        let catalog = Catalog::new(7, CatalogSize::Standard);
        let product = catalog.find("WhatsApp", "Indonesia").unwrap();
        assert!(product.active && product.available >= 50);
        assert_eq!((product.country_id, product.platform_id), (6, 3));
        assert_eq!(catalog.find("Telegram", "Russia").unwrap().country_id, 0);
        assert!(!catalog.find("Telegram", "Chad").unwrap().active);
        assert!(catalog.find("Telegram", "Atlantis").is_none());
    }

    #[test]
    fn the_catalogue_grows_on_request() {
        assert!(Catalog::new(1, CatalogSize::AtLeast(10_001)).products.len() > 10_000);
    }
}
