//! The lists that readers walk through, sorted once and then shared.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use dashmap::DashMap;

use super::{Country, Service, Shelf};
use crate::{
    clock::Timestamp,
    ids::{CountryId, ServiceId},
};

#[derive(Default)]
pub(super) struct Sorted {
    pub(super) services: Arc<[Arc<Service>]>,
    /// Those whose numbers can be rented.
    pub(super) rentals: Arc<[Arc<Service>]>,
    pub(super) countries: Arc<[Arc<Country>]>,
    pub(super) popularity: HashMap<ServiceId, u64>,
    /// When the listing was read.
    pub(super) read_at: Option<Timestamp>,
    /// Whether that listing was all of it, or its provider's catalogue takes more.
    pub(super) is_whole: bool,
}

impl Sorted {
    pub(super) fn sort(
        &mut self,
        services: &DashMap<ServiceId, Arc<Service>>,
        countries: &DashMap<CountryId, Arc<Country>>,
        shelves: &DashMap<ServiceId, Shelf>,
    ) {
        let mut services: Vec<_> = services.iter().map(|service| Arc::clone(&service)).collect();
        services.sort_by_cached_key(|service| {
            let sold = self.popularity.get(&service.id).copied().unwrap_or_default();
            let stock = shelves.get(&service.id).map_or(0, |shelf| shelf.stock());
            (Reverse(sold), Reverse(stock), Arc::clone(&service.name), service.id)
        });
        let mut countries: Vec<_> = countries.iter().map(|country| Arc::clone(&country)).collect();
        countries.sort_by_cached_key(|country| (Arc::clone(&country.name), country.id));
        let has = |service: &Arc<Service>, what: fn(&Shelf) -> bool, without: bool| {
            shelves.get(&service.id).map_or(without, |shelf| what(&shelf))
        };
        let mut rentals = services.clone();
        rentals.retain(|service| has(service, Shelf::has_rentals, false));
        services.retain(|service| has(service, Shelf::has_activations, true));
        self.rentals = rentals.into();
        self.services = services.into();
        self.countries = countries.into();
    }
}
