//! The offers of one service, sorted once and then shared: of activations the best of each country, and everything.

use std::{
    cmp::{Ordering, Reverse},
    sync::{Arc, OnceLock},
};

use super::Offer;
use crate::{action::Sort, upstream::Kind};

pub(super) struct Shelf {
    /// Every kind and choice.
    all: Arc<[Offer]>,
    /// The best activation of each country.
    by_price: Arc<[Offer]>,
    /// Made when it is first asked for: most people never do.
    by_stock: OnceLock<Arc<[Offer]>>,
}

impl Shelf {
    /// Of several activations in one country the best is what is listed.
    pub(super) fn new(mut all: Vec<Offer>) -> Self {
        all.sort_by(Offer::by_price);
        let mut offers: Vec<Offer> =
            all.iter().filter(|offer| offer.kind == Kind::Activation).cloned().collect();
        offers.sort_by(|one, other| {
            one.country.cmp(&other.country).then_with(|| one.by_price(other))
        });
        offers.dedup_by_key(|offer| offer.country);
        offers.sort_by(Offer::by_price);
        Self { all: all.into(), by_price: offers.into(), by_stock: OnceLock::new() }
    }

    pub(super) fn all(&self) -> &Arc<[Offer]> {
        &self.all
    }

    /// Whether it belongs among the services that are listed for activations: also when everything is sold out.
    pub(super) fn has_activations(&self) -> bool {
        self.all.is_empty() || !self.by_price.is_empty()
    }

    pub(super) fn has_rentals(&self) -> bool {
        self.all.iter().any(|offer| matches!(offer.kind, Kind::Rental { .. }))
    }

    pub(super) fn by_price(&self) -> &[Offer] {
        &self.by_price
    }

    pub(super) fn sorted(&self, sort: Sort) -> Arc<[Offer]> {
        match sort {
            Sort::Price => Arc::clone(&self.by_price),
            Sort::Stock => Arc::clone(self.by_stock.get_or_init(|| {
                let mut offers = self.by_price.to_vec();
                // Stable: equal stock stays in the order of prices.
                offers.sort_by_key(|offer| Reverse(offer.plenty()));
                offers.into()
            })),
        }
    }

    pub(super) fn stock(&self) -> u64 {
        self.by_price.iter().map(|offer| u64::from(offer.stock.unwrap_or(1))).sum()
    }
}

impl Offer {
    /// In stock first, then cheap, then plenty; the country makes the order total.
    pub(crate) fn by_price(&self, other: &Self) -> Ordering {
        let key = |offer: &Self| {
            (offer.is_sold_out(), offer.cost.money, Reverse(offer.plenty()), offer.country)
        };
        key(self).cmp(&key(other))
    }
}
