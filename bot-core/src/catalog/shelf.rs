//! The offers of one service, at most one per country, sorted once and then shared.

use std::{
    cmp::{Ordering, Reverse},
    sync::{Arc, OnceLock},
};

use super::Offer;
use crate::action::Sort;

pub(super) struct Shelf {
    by_price: Arc<[Offer]>,
    /// Made when it is first asked for: most people never do.
    by_stock: OnceLock<Arc<[Offer]>>,
}

impl Shelf {
    /// Of several offers for one country the best stays.
    pub(super) fn new(mut offers: Vec<Offer>) -> Self {
        offers.sort_by(|one, other| {
            one.country.cmp(&other.country).then_with(|| one.by_price(other))
        });
        offers.dedup_by_key(|offer| offer.country);
        offers.sort_by(Offer::by_price);
        Self { by_price: offers.into(), by_stock: OnceLock::new() }
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
    pub(super) fn by_price(&self, other: &Self) -> Ordering {
        let key = |offer: &Self| {
            (offer.is_sold_out(), offer.cost.money, Reverse(offer.plenty()), offer.country)
        };
        key(self).cmp(&key(other))
    }
}
