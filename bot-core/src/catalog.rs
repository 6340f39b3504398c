//! What can be bought, as the provider last told it: services, countries, and one shelf of offers per service.
//!
//! Reads never wait and never touch the database. Readers get what is there, however old, and [`Catalog::freshness`] says
//! how old; asking it about an old list also calls the worker that [`Catalog::wanted`] keeps waiting. Knows nothing of
//! retail prices. As big as the provider's last listing, whose size the HTTP client bounds.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use dashmap::DashMap;
use tokio::sync::Notify;

use crate::{
    action::{OfferCode, Sort},
    clock::Timestamp,
    ids::{CountryId, ProductRef, ServiceId},
    upstream::{Choice, Cost, Kind, Listing, UpstreamOffer},
};

pub mod fold;
mod shelf;
mod sorting;

use fold::fold;
use shelf::Shelf;
use sorting::Sorted;

/// A list younger than this is taken as the truth.
pub const FRESH_FOR: Duration = Duration::from_mins(1);

/// From this age on a list is not worth showing.
pub const TOO_OLD_AFTER: Duration = Duration::from_mins(15);

/// The flag of a country whose provider has none.
pub const NO_FLAG: &str = "🌐";

/// The shop's numbers for what a provider names by keys of its own. The database hands them out, once and for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// By the provider's key.
    pub services: HashMap<String, ServiceId>,
    /// By the provider's key.
    pub countries: HashMap<String, CountryId>,
}

/// A service that is sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub id: ServiceId,
    /// The provider's key.
    pub key: Arc<str>,
    /// As the provider writes it.
    pub name: Arc<str>,
    /// As searches compare it.
    pub name_folded: Arc<str>,
}

/// A country with numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    pub id: CountryId,
    /// The provider's key.
    pub key: Arc<str>,
    /// As the provider writes it.
    pub name: Arc<str>,
    /// A flag emoji, or [`NO_FLAG`].
    pub flag: Arc<str>,
    /// As searches compare it.
    pub name_folded: Arc<str>,
}

/// The best product of one service in one country: the cheapest with stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub service: ServiceId,
    pub country: CountryId,
    pub kind: Kind,
    pub choice: Choice,
    pub product: ProductRef,
    pub cost: Cost,
    /// Whether an area of the country may be asked for.
    pub takes_area_code: bool,
    /// How many are in stock, where the provider says.
    pub stock: Option<u32>,
}

/// How old the list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing has been read yet.
    Empty,
    /// Younger than [`FRESH_FOR`].
    Fresh { age: Duration },
    /// Good to browse, not to sell from.
    Stale { age: Duration },
    /// [`TOO_OLD_AFTER`] or older.
    TooOld { age: Duration },
}

/// The cached catalogue. Shared behind an `Arc`.
#[derive(Default)]
pub struct Catalog {
    services: DashMap<ServiceId, Arc<Service>>,
    countries: DashMap<CountryId, Arc<Country>>,
    shelves: DashMap<ServiceId, Shelf>,
    sorted: RwLock<Sorted>,
    /// Whether the worker has been called since the last listing.
    called: AtomicBool,
    wanted: Notify,
}

impl Catalog {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over a listing that was read at `at`. What it does not name disappears; so does what has no number, and what
    /// is sold in a country that the listing does not name.
    pub fn replace(&self, listing: Listing, numbers: &Numbers, at: Timestamp) {
        let services: HashMap<_, _> = listing
            .services
            .iter()
            .filter_map(|service| Some((*numbers.services.get(&service.key)?, service)))
            .map(|(id, service)| (id, Arc::new(Service::new(id, &service.key, &service.name))))
            .collect();
        let countries: HashMap<_, _> = listing
            .countries
            .iter()
            .filter_map(|country| Some((*numbers.countries.get(&country.key)?, country)))
            .map(|(id, country)| {
                (id, Arc::new(Country::new(id, &country.key, &country.name, &country.flag)))
            })
            .collect();
        let mut offers: HashMap<ServiceId, Vec<Offer>> =
            services.keys().map(|service| (*service, Vec::new())).collect();
        let is_whole = !listing.goes_on;
        let mut nameless = 0_usize;
        for offer in listing.offers {
            let country =
                numbers.countries.get(&offer.country).filter(|id| countries.contains_key(*id));
            let service = numbers.services.get(&offer.service).copied();
            let shelf = service.and_then(|service| Some((service, offers.get_mut(&service)?)));
            match (shelf, country) {
                (Some((service, shelf)), Some(country)) => {
                    shelf.push(Offer::new(service, *country, offer));
                }
                (None, Some(_) | None) | (Some(_), None) => nameless += 1,
            }
        }
        if nameless > 0 {
            tracing::warn!(
                nameless,
                "offers of services or countries that the listing does not name"
            );
        }
        // Countries first: whoever finds an offer also finds its country.
        overwrite(&self.countries, countries);
        overwrite(&self.services, services);
        overwrite(
            &self.shelves,
            offers.into_iter().map(|(service, offers)| (service, Shelf::new(offers))).collect(),
        );
        let mut sorted = self.sorted_mut();
        sorted.read_at = Some(at);
        sorted.is_whole = is_whole;
        sorted.sort(&self.services, &self.countries, &self.shelves);
        self.called.store(false, Ordering::Release);
    }

    /// How often each service sells; sorts [`Catalog::services`] anew.
    pub fn set_popularity(&self, popularity: HashMap<ServiceId, u64>) {
        let mut sorted = self.sorted_mut();
        sorted.popularity = popularity;
        sorted.sort(&self.services, &self.countries, &self.shelves);
    }

    /// Puts what the provider says now about one service in one country (nothing: not sold) into the list, and answers
    /// with it. What the list does not know stays out of it.
    pub fn put_offers(
        &self,
        service: ServiceId,
        country: CountryId,
        fresh: Vec<UpstreamOffer>,
    ) -> Vec<Offer> {
        let fresh: Vec<Offer> =
            fresh.into_iter().map(|offer| Offer::new(service, country, offer)).collect();
        if self.countries.contains_key(&country)
            && let Some(mut shelf) = self.shelves.get_mut(&service)
        {
            let others = shelf.all().iter().filter(|offer| offer.country != country).cloned();
            let offers = others.chain(fresh.iter().cloned()).collect();
            *shelf = Shelf::new(offers);
        }
        fresh
    }

    /// Those whose numbers can be rented, in the same order.
    pub fn rentals(&self) -> Arc<[Arc<Service>]> {
        Arc::clone(&self.sorted().rentals)
    }

    /// Everything that is sold of a service, of every kind, the cheapest in stock first.
    pub fn everything_of(&self, service: ServiceId) -> Arc<[Offer]> {
        self.shelves.get(&service).map(|shelf| Arc::clone(shelf.all())).unwrap_or_default()
    }

    /// The data plans, the cheapest first.
    pub fn esims(&self) -> Vec<Offer> {
        let mut plans = Vec::new();
        for shelf in &self.shelves {
            plans.extend(shelf.all().iter().filter(|offer| offer.kind == Kind::Esim).cloned());
        }
        plans.sort_by(|one, other| one.by_price(other).then(one.service.cmp(&other.service)));
        plans
    }

    /// All services with activations: what sells most first, then what has most stock, then by name.
    pub fn services(&self) -> Arc<[Arc<Service>]> {
        Arc::clone(&self.sorted().services)
    }

    /// All countries by name.
    pub fn countries(&self) -> Arc<[Arc<Country>]> {
        Arc::clone(&self.sorted().countries)
    }

    pub fn service(&self, id: ServiceId) -> Option<Arc<Service>> {
        self.services.get(&id).map(|service| Arc::clone(&service))
    }

    pub fn country(&self, id: CountryId) -> Option<Arc<Country>> {
        self.countries.get(&id).map(|country| Arc::clone(&country))
    }

    /// One offer per country, those in stock first.
    pub fn offers(&self, service: ServiceId, sort: Sort) -> Arc<[Offer]> {
        self.shelves.get(&service).map(|shelf| shelf.sorted(sort)).unwrap_or_default()
    }

    /// The best activation of a service in a country.
    pub fn offer(&self, service: ServiceId, country: CountryId) -> Option<Offer> {
        let shelf = self.shelves.get(&service)?;
        shelf.by_price().iter().find(|offer| offer.country == country).cloned()
    }

    /// The cheapest offer in stock.
    pub fn cheapest(&self, service: ServiceId) -> Option<Offer> {
        let shelf = self.shelves.get(&service)?;
        shelf.by_price().first().filter(|offer| !offer.is_sold_out()).cloned()
    }

    /// Whether everything that the provider sells was read. Until then what is not here may only not be here yet.
    pub fn is_whole(&self) -> bool {
        self.sorted().is_whole
    }

    /// How old the list is. Asked about one that is not fresh, it calls the worker: once until the next listing.
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let freshness = self.sorted().read_at.map_or(Freshness::Empty, |read_at| {
            let age = now.since(read_at);
            if age < FRESH_FOR {
                Freshness::Fresh { age }
            } else if age < TOO_OLD_AFTER {
                Freshness::Stale { age }
            } else {
                Freshness::TooOld { age }
            }
        });
        match freshness {
            Freshness::Fresh { .. } => {}
            Freshness::Empty | Freshness::Stale { .. } | Freshness::TooOld { .. } => {
                if !self.called.swap(true, Ordering::AcqRel) {
                    self.wanted.notify_one();
                }
            }
        }
        freshness
    }

    /// Waits until somebody needs a new list. A call made while nobody waits is kept. For one waiter.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    fn sorted(&self) -> RwLockReadGuard<'_, Sorted> {
        self.sorted.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn sorted_mut(&self) -> RwLockWriteGuard<'_, Sorted> {
        self.sorted.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Readers in between see old and new entries, never a missing one that is in both.
fn overwrite<Id: Copy + Eq + std::hash::Hash, T>(map: &DashMap<Id, T>, new: HashMap<Id, T>) {
    map.retain(|id, _| new.contains_key(id));
    for (id, value) in new {
        map.insert(id, value);
    }
}

impl Service {
    fn new(id: ServiceId, key: &str, name: &str) -> Self {
        Self { id, key: key.into(), name: name.into(), name_folded: fold(name).into() }
    }
}

impl Country {
    fn new(id: CountryId, key: &str, name: &str, flag: &str) -> Self {
        let flag = if flag.trim().is_empty() { NO_FLAG } else { flag.trim() };
        Self {
            id,
            key: key.into(),
            name: name.into(),
            flag: flag.into(),
            name_folded: fold(name).into(),
        }
    }
}

impl Offer {
    fn new(service: ServiceId, country: CountryId, offer: UpstreamOffer) -> Self {
        let UpstreamOffer { kind, choice, product, cost, takes_area_code, stock, .. } = offer;
        Self { service, country, kind, choice, product, cost, takes_area_code, stock }
    }

    /// How buttons name it.
    pub fn code(&self) -> OfferCode {
        OfferCode::from(&self.product)
    }

    /// Whether the provider says that nothing is left.
    pub fn is_sold_out(&self) -> bool {
        self.stock == Some(0)
    }

    /// For sorting: a stock that is not told counts as the largest.
    fn plenty(&self) -> u32 {
        self.stock.unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
