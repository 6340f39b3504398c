//! The lists of smsVerificationService, put together as services, countries and offers.
//!
//! A service has another id in each list, so services are known by their names, without case: `whatsapp`. The United
//! States are one country for the lists that are theirs; other countries have the provider's ids. An eSIM plan is a
//! service of its own: `esim:usa 5gb / 30 days`. The provider tells no stock.

use futures::try_join;

use super::{
    SmsVerificationService,
    product::{List, Product, Term},
    wire::catalog::{Country, GlobalService, Plan, Rental, Service},
};
use crate::upstream::{
    Cost, ESIM_COUNTRY, UpstreamCountry, UpstreamError, UpstreamOffer, UpstreamService, countries,
};

/// The United States, which have no id of their own.
const HOME: &str = "us";

/// The name that stands for a country where a plan has none.
const ESIM_NAME: &str = "eSIM";

/// What the key of a plan begins with.
const PLAN: &str = "esim:";

/// One row of any list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ware {
    /// The service's or the plan's.
    pub name: String,
    pub product: Product,
    pub cost: Cost,
}

/// Where an offer's country key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Home,
    Abroad(u64),
    Esim,
}

impl Place {
    /// None when no country has this key.
    pub fn read(key: &str) -> Option<Self> {
        match key {
            HOME => Some(Self::Home),
            ESIM_COUNTRY => Some(Self::Esim),
            _ => key.parse().ok().map(Self::Abroad).filter(|place| place.key() == key),
        }
    }

    pub fn key(self) -> String {
        match self {
            Self::Home => HOME.to_owned(),
            Self::Abroad(id) => id.to_string(),
            Self::Esim => ESIM_COUNTRY.to_owned(),
        }
    }
}

impl Ware {
    pub fn place(&self) -> Place {
        match self.product {
            Product::Listed { .. } | Product::Rental { .. } => Place::Home,
            Product::Global { country, .. } => Place::Abroad(country),
            Product::Esim { .. } => Place::Esim,
        }
    }

    pub fn service(&self) -> UpstreamService {
        let key = match self.product {
            Product::Listed { .. } | Product::Rental { .. } | Product::Global { .. } => {
                folded(&self.name)
            }
            Product::Esim { .. } => format!("{PLAN}{}", folded(&self.name)),
        };
        UpstreamService { key, name: self.name.clone() }
    }

    pub fn offer(self) -> UpstreamOffer {
        UpstreamOffer {
            service: self.service().key,
            country: self.place().key(),
            kind: self.product.kind(),
            choice: self.product.choice(),
            product: self.product.reference(),
            takes_area_code: self.product.takes_area_code(),
            cost: self.cost,
            stock: None,
        }
    }
}

impl SmsVerificationService {
    /// Everything that is sold in one place, in as many calls as it has lists.
    pub(super) async fn sold_in(&self, place: Place) -> Result<Vec<Ware>, UpstreamError> {
        match place {
            Place::Home => self.sold_at_home().await,
            Place::Abroad(country) => self.sold_abroad(country).await,
            Place::Esim => Ok(self.plans().await?.into_iter().map(plan).collect()),
        }
    }

    /// The list that has this product, in one call.
    pub(super) async fn sold_beside(&self, product: &Product) -> Result<Vec<Ware>, UpstreamError> {
        match product {
            Product::Listed { list, .. } => self.listed(*list).await,
            Product::Rental { .. } => {
                Ok(self.rentals().await?.into_iter().flat_map(rental).collect())
            }
            Product::Global { country, .. } => self.sold_in(Place::Abroad(*country)).await,
            Product::Esim { .. } => self.sold_in(Place::Esim).await,
        }
    }

    async fn sold_at_home(&self) -> Result<Vec<Ware>, UpstreamError> {
        let (temporary, best, day, month, rentals) = try_join!(
            self.listed(List::Temporary),
            self.listed(List::Best),
            self.listed(List::Day),
            self.listed(List::Month),
            self.rentals(),
        )?;
        let rentals = rentals.into_iter().flat_map(rental);
        Ok([temporary, best, day, month].into_iter().flatten().chain(rentals).collect())
    }

    async fn listed(&self, list: List) -> Result<Vec<Ware>, UpstreamError> {
        let services = self.services(list).await?.into_iter();
        Ok(services.map(|service| listed(list, service)).collect())
    }

    /// Remembered too. A country that the provider does not know sells nothing.
    async fn sold_abroad(&self, country: u64) -> Result<Vec<Ware>, UpstreamError> {
        let services = match self.global_services(country).await {
            Ok(services) => services,
            Err(UpstreamError::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let wares: Vec<_> = services.into_iter().map(global).collect();
        self.globals.put(country, wares.clone(), self.clock.now());
        Ok(wares)
    }
}

pub fn home() -> UpstreamCountry {
    let name = "United States";
    UpstreamCountry {
        key: Place::Home.key(),
        name: name.to_owned(),
        flag: countries::flag_of(name).unwrap_or_default(),
    }
}

pub fn nowhere() -> UpstreamCountry {
    UpstreamCountry { key: Place::Esim.key(), name: ESIM_NAME.to_owned(), flag: String::new() }
}

pub fn abroad(country: Country) -> UpstreamCountry {
    UpstreamCountry {
        key: Place::Abroad(country.country_id).key(),
        flag: countries::flag_of(&country.country_name).unwrap_or_default(),
        name: country.country_name,
    }
}

/// Whether a record's label, `WhatsApp (UK)`, may stand for the service with this key.
pub fn may_name(label: &str, key: &str) -> bool {
    let (label, name) = (folded(label), key.strip_prefix(PLAN).unwrap_or(key));
    label.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

/// Without case and with single spaces: the provider takes names "case-insensitive".
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn listed(list: List, service: Service) -> Ware {
    let Service { service_id, name, price } = service;
    Ware { name, product: Product::Listed { list, service: service_id }, cost: price }
}

fn rental(rental: Rental) -> [Ware; 2] {
    let Rental { name, sell_price_3days, sell_price_30days } = rental;
    [(Term::Days3, sell_price_3days), (Term::Days30, sell_price_30days)].map(|(term, cost)| Ware {
        name: name.clone(),
        product: Product::Rental { term, service: name.clone() },
        cost,
    })
}

fn global(service: GlobalService) -> Ware {
    let GlobalService { service_id, country_id, service_name, sell_price } = service;
    let product = Product::Global { country: country_id, service: service_id };
    Ware { name: service_name, product, cost: sell_price }
}

fn plan(plan: Plan) -> Ware {
    let Plan { name, sell_price } = plan;
    Ware { product: Product::Esim { plan: name.clone() }, name, cost: sell_price }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_nothing_else_is() {
        for place in [Place::Home, Place::Esim, Place::Abroad(0), Place::Abroad(17)] {
            assert_eq!(Place::read(&place.key()), Some(place));
        }
        for key in ["", "US", "usa", "04", "+4", "-4", "eSIM"] {
            assert_eq!(Place::read(key), None, "{key:?}");
        }
    }

    #[test]
    fn a_label_names_its_service_with_and_without_a_country() {
        for (label, key) in [
            ("WhatsApp", "whatsapp"),
            ("WhatsApp (UK)", "whatsapp"),
            (" whatsapp  (United Kingdom)", "whatsapp"),
            ("Google (Voice)", "google (voice)"),
            ("USA 5GB / 30 days", "esim:usa 5gb / 30 days"),
        ] {
            assert!(may_name(label, key), "{label}");
        }
        for (label, key) in [
            ("", "whatsapp"),
            ("WhatsApp Business", "whatsapp"),
            ("Google Voice (UK)", "google"),
            ("WhatsApp (UK)", "whatsapp business"),
            ("Telegram", "whatsapp"),
        ] {
            assert!(!may_name(label, key), "{label}");
        }
    }
}
