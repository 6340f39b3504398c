//! What other countries sell, as it was read last.
//!
//! The provider shows one country in a call, and a key has 60 calls a minute for everything, so a listing reads only some
//! of the countries: those never read, and then those read longest ago. A price may therefore be as old as it takes to
//! go round (ten minutes, or a listing for every [`AT_ONCE`] countries if that is longer); a purchase reads it again.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    SmsVerificationService,
    wares::{Place, Ware},
    wire::catalog::Country,
};
use crate::{clock::Timestamp, upstream::UpstreamError};

/// The most countries that one listing reads: with the other lists, about a third of a minute's calls.
pub const AT_ONCE: usize = 15;

/// The most that the very first listing reads, for which the shop's first customers wait.
const AT_FIRST: usize = 1;

/// How long a country is not read again for a listing.
const KEPT: Duration = Duration::from_mins(10);

/// By the country's id; only countries that the provider lists.
#[derive(Debug, Default)]
pub struct Globals(Mutex<BTreeMap<u64, Read>>);

#[derive(Debug)]
struct Read {
    at: Timestamp,
    wares: Vec<Ware>,
}

impl Globals {
    pub fn put(&self, country: u64, wares: Vec<Ware>, at: Timestamp) {
        self.lock().insert(country, Read { at, wares });
    }

    /// The country could not be read: what is known stays, and it is not tried again at once.
    fn miss(&self, country: u64, at: Timestamp) {
        self.lock().entry(country).or_insert(Read { at, wares: Vec::new() }).at = at;
    }

    /// Forgets every country but these, and tells which of them to read now.
    fn due(&self, countries: &[Country], now: Timestamp) -> Vec<u64> {
        let ids: HashSet<_> = countries.iter().map(|country| country.country_id).collect();
        let mut read = self.lock();
        read.retain(|id, _| ids.contains(id));
        let most = if read.is_empty() { AT_FIRST } else { AT_ONCE };
        let read_at = |id: u64| read.get(&id).map(|read| read.at);
        // A moment to come means that the clock was set back.
        let is_fresh = |at: Timestamp| at <= now && now.since(at) < KEPT;
        let mut due: Vec<_> =
            ids.into_iter().filter(|id| !read_at(*id).is_some_and(is_fresh)).collect();
        due.sort_unstable_by_key(|id| (read_at(*id), *id));
        due.truncate(most);
        due
    }

    /// How many countries were ever read.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    fn known(&self) -> Vec<Ware> {
        self.lock().values().flat_map(|read| read.wares.iter().cloned()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Read>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SmsVerificationService {
    /// What is known of these countries, after some of them were read again. What is wrong with one country holds up no
    /// other.
    pub(super) async fn known_abroad(
        &self,
        countries: &[Country],
    ) -> Result<Vec<Ware>, UpstreamError> {
        for country in self.globals.due(countries, self.clock.now()) {
            match self.sold_in(Place::Abroad(country)).await {
                Ok(_) => {}
                Err(
                    error @ (UpstreamError::Malformed { .. }
                    | UpstreamError::Refused { .. }
                    | UpstreamError::Unavailable { .. }
                    | UpstreamError::NotFound { .. }),
                ) => {
                    tracing::warn!(country, %error, "what a country sells could not be read");
                    self.globals.miss(country, self.clock.now());
                }
                Err(
                    error @ (UpstreamError::KeyRefused { .. }
                    | UpstreamError::RateLimited { .. }
                    | UpstreamError::Unreachable { .. }
                    | UpstreamError::NoAnswer { .. }),
                ) => return Err(error),
            }
        }
        Ok(self.globals.known())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_779_868_800_000);

    fn countries(ids: impl IntoIterator<Item = u64>) -> Vec<Country> {
        let country = |country_id| Country { country_id, country_name: "Country".to_owned() };
        ids.into_iter().map(country).collect()
    }

    #[test]
    fn countries_are_read_in_turn_and_each_at_most_every_ten_minutes() {
        let globals = Globals::default();
        let countries = countries(0..20);
        assert_eq!(globals.due(&countries, NOW), [0]);
        globals.put(0, Vec::new(), NOW);
        assert_eq!(globals.due(&countries, NOW), (1..16).collect::<Vec<_>>());
        for id in 1..15 {
            globals.put(id, Vec::new(), NOW);
        }
        let later = NOW + Duration::from_mins(5);
        assert_eq!(globals.due(&countries, later), [15, 16, 17, 18, 19]);
        for id in 15..20 {
            globals.miss(id, later);
        }
        assert!(globals.due(&countries, NOW + Duration::from_secs(599)).is_empty());
        let round = NOW + Duration::from_mins(10);
        assert_eq!(globals.due(&countries, round), (0..15).collect::<Vec<_>>());
        globals.put(3, Vec::new(), round);
        let all = NOW + Duration::from_mins(15);
        assert_eq!(globals.due(&countries, all).len(), AT_ONCE);
        assert!(!globals.due(&countries, all).contains(&3));
        // A clock that was set back keeps no country from being read.
        assert_eq!(globals.due(&countries, NOW - Duration::from_mins(1)).len(), AT_ONCE);
    }

    #[test]
    fn a_country_that_is_listed_no_more_is_forgotten() {
        let globals = Globals::default();
        globals.put(4, Vec::new(), NOW);
        globals.put(5, Vec::new(), NOW);
        assert_eq!(globals.due(&countries([5, 9]), NOW), [9]);
        assert_eq!(globals.due(&countries([4, 5, 9]), NOW), [4, 9]);
    }
}
