//! What SMSVerifyo sells, as it was read last.
//!
//! The provider shows the countries of one service in a call, and a key has about 120 calls a minute for everything, so a
//! listing reads only some of the services: those never read, in the provider's own order, and then those read longest
//! ago. A listed price may therefore be as old as it takes to go round (a listing for every [`AT_ONCE`] services, and at
//! least [`COUNTRIES_KEPT`]); a purchase reads it again.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    SmsVerifyo,
    wire::{Country, Id, Service},
};
use crate::{clock::Timestamp, upstream::UpstreamError};

/// The most services that one listing reads: a quarter of a minute's calls.
pub const AT_ONCE: usize = 30;

/// The most that the very first listing reads, for which the shop's first customers wait.
pub const AT_FIRST: usize = 10;

/// "Cache /services for at least an hour".
const SERVICES_KEPT: Duration = Duration::from_hours(1);

/// "And /countries per service for a few minutes".
const COUNTRIES_KEPT: Duration = Duration::from_mins(5);

#[derive(Debug, Default)]
pub struct Shelves(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    services: Option<(Timestamp, Vec<Service>)>,
    /// Only of services that the provider lists.
    countries: BTreeMap<Id, Read>,
}

#[derive(Debug)]
struct Read {
    at: Timestamp,
    countries: Vec<Country>,
}

impl Shelves {
    pub fn put(&self, service: &Id, countries: Vec<Country>, at: Timestamp) {
        self.lock().countries.insert(service.clone(), Read { at, countries });
    }

    /// The service could not be read: what is known stays, and it is not tried again at once.
    fn miss(&self, service: &Id, at: Timestamp) {
        let mut known = self.lock();
        known.countries.entry(service.clone()).or_insert(Read { at, countries: Vec::new() }).at =
            at;
    }

    fn services(&self, now: Timestamp) -> Option<Vec<Service>> {
        let known = self.lock();
        let (at, services) = known.services.as_ref()?;
        is_fresh(*at, now, SERVICES_KEPT).then(|| services.clone())
    }

    /// Forgets the countries of every other service.
    fn put_services(&self, services: Vec<Service>, at: Timestamp) {
        let mut known = self.lock();
        let ids: HashSet<_> = services.iter().map(|service| &service.id).collect();
        known.countries.retain(|id, _| ids.contains(id));
        drop(ids);
        known.services = Some((at, services));
    }

    /// Which services to read now.
    fn due(&self, services: &[Service], now: Timestamp) -> Vec<Id> {
        let known = self.lock();
        let most = if known.countries.is_empty() { AT_FIRST } else { AT_ONCE };
        let read_at = |id: &Id| known.countries.get(id).map(|read| read.at);
        let is_stale = |id: &&Id| !read_at(id).is_some_and(|at| is_fresh(at, now, COUNTRIES_KEPT));
        let mut due: Vec<_> = services.iter().map(|service| &service.id).filter(is_stale).collect();
        // Those of the same age stay in the provider's order.
        due.sort_by_key(|id| read_at(id));
        due.into_iter().take(most).cloned().collect()
    }

    fn known(&self) -> Vec<(Id, Vec<Country>)> {
        let known = self.lock();
        let all = known.countries.iter();
        all.map(|(id, read)| (id.clone(), read.countries.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A moment to come means that the clock was set back.
fn is_fresh(at: Timestamp, now: Timestamp, kept: Duration) -> bool {
    at <= now && now.since(at) < kept
}

impl SmsVerifyo {
    /// The services, at most an hour old.
    pub(super) async fn known_services(&self) -> Result<Vec<Service>, UpstreamError> {
        if let Some(services) = self.shelves.services(self.clock.now()) {
            return Ok(services);
        }
        let services = self.services().await?;
        self.shelves.put_services(services.clone(), self.clock.now());
        Ok(services)
    }

    /// The countries of a service now. Remembered too.
    pub(super) async fn fresh_countries(
        &self,
        service: &Id,
    ) -> Result<Vec<Country>, UpstreamError> {
        let countries = self.countries(service).await?;
        self.shelves.put(service, countries.clone(), self.clock.now());
        Ok(countries)
    }

    /// What is known of these services, after some of them were read again. What is wrong with one service holds up no
    /// other.
    pub(super) async fn known_countries(
        &self,
        services: &[Service],
    ) -> Result<Vec<(Id, Vec<Country>)>, UpstreamError> {
        for service in self.shelves.due(services, self.clock.now()) {
            match self.fresh_countries(&service).await {
                Ok(_) => {}
                Err(
                    error @ (UpstreamError::Malformed { .. }
                    | UpstreamError::Refused { .. }
                    | UpstreamError::Unavailable { .. }
                    | UpstreamError::NotFound { .. }),
                ) => {
                    let id = service.as_str();
                    tracing::warn!(id, %error, "the countries of a service could not be read");
                    self.shelves.miss(&service, self.clock.now());
                }
                Err(
                    error @ (UpstreamError::KeyRefused { .. }
                    | UpstreamError::RateLimited { .. }
                    | UpstreamError::Unreachable { .. }
                    | UpstreamError::NoAnswer { .. }),
                ) => return Err(error),
            }
        }
        Ok(self.shelves.known())
    }
}

#[cfg(test)]
mod tests;
