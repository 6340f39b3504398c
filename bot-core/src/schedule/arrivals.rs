//! What the shop has seen of when codes come: per service and country, leaning on the service where that is little, on all
//! services where that is little too, and on an assumption at first. Older records count less.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    SharedCurve,
    curve::{BINS, Curve, EDGES, bin_of, width},
};
use crate::{
    clock::Timestamp,
    ids::{CountryId, ServiceId},
};

/// After so long a record counts half.
const HALF_LIFE: Duration = Duration::from_hours(72);

/// As many orders' worth of the wider view stand beside the records of a narrower one.
const LEAN: f64 = 8.0;

/// Records after which the curves of other goods are drawn anew.
const REDRAW_AFTER: u64 = 8;

/// What was bought, as far as codes come alike for it.
pub type Goods = (ServiceId, CountryId);

/// What became of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    pub goods: Goods,
    /// How old the order was when the code came, or when it ended without one.
    pub age: Duration,
    pub came: bool,
    pub at: Timestamp,
}

/// Codes and the time that was waited, by bins of age.
#[derive(Clone, Debug)]
struct Cell {
    came: [f64; BINS],
    waited: [f64; BINS],
    at: Timestamp,
}

impl Cell {
    const fn new(at: Timestamp) -> Self {
        Self { came: [0.0; BINS], waited: [0.0; BINS], at }
    }

    fn add(&mut self, record: &Record) {
        // An older record than the newest counts as that.
        let passed = record.at.since(self.at);
        if !passed.is_zero() {
            let left = 0.5_f64.powf(passed.as_secs_f64() / HALF_LIFE.as_secs_f64());
            for count in self.came.iter_mut().chain(&mut self.waited) {
                *count *= left;
            }
            self.at = record.at;
        }
        let age = record.age.as_secs_f64();
        for (bin, waited) in self.waited.iter_mut().enumerate().take(bin_of(age) + 1) {
            *waited += (age - EDGES[bin]).min(width(bin));
        }
        if record.came {
            self.came[bin_of(age)] += 1.0;
        }
    }

    /// What these records say, leaning on what is known beside them.
    fn leaning_on(&self, wider: &[f64; BINS]) -> [f64; BINS] {
        let mut hazard = *wider;
        for (bin, hazard) in hazard.iter_mut().enumerate() {
            let lean = LEAN * width(bin);
            *hazard = (self.came[bin] + *hazard * lean) / (self.waited[bin] + lean);
        }
        hazard
    }
}

/// All that is known.
#[derive(Debug)]
pub struct Arrivals {
    assumed: [f64; BINS],
    all: Cell,
    services: BTreeMap<ServiceId, Cell>,
    goods: BTreeMap<Goods, Cell>,
    /// With how many records there were when each was drawn.
    curves: BTreeMap<Goods, (u64, SharedCurve)>,
    records: u64,
}

impl Default for Arrivals {
    fn default() -> Self {
        let assumed = Curve::assumed();
        Self {
            assumed: EDGES.map(|age| assumed.hazard(age)),
            all: Cell::new(Timestamp(i64::MIN)),
            services: BTreeMap::new(),
            goods: BTreeMap::new(),
            curves: BTreeMap::new(),
            records: 0,
        }
    }
}

impl Arrivals {
    /// What so many records teach, oldest first.
    pub fn of(records: &[Record]) -> Self {
        let mut arrivals = Self::default();
        for record in records {
            arrivals.add(record);
        }
        arrivals
    }

    pub fn records(&self) -> u64 {
        self.records
    }

    /// Takes in what became of a number.
    pub fn add(&mut self, record: &Record) {
        let (service, _) = record.goods;
        let cell = || Cell::new(record.at);
        self.all.add(record);
        self.services.entry(service).or_insert_with(cell).add(record);
        self.goods.entry(record.goods).or_insert_with(cell).add(record);
        self.curves.remove(&record.goods);
        self.records += 1;
    }

    /// When codes come for these goods, as far as is known now.
    pub fn curve(&mut self, goods: Goods) -> SharedCurve {
        if let Some((drawn, curve)) = self.curves.get(&goods)
            && self.records < *drawn + REDRAW_AFTER
        {
            return Arc::clone(curve);
        }
        let mut hazard = self.all.leaning_on(&self.assumed);
        for cell in [self.services.get(&goods.0), self.goods.get(&goods)].into_iter().flatten() {
            hazard = cell.leaning_on(&hazard);
        }
        let curve = Arc::new(Curve::of(&hazard));
        self.curves.insert(goods, (self.records, Arc::clone(&curve)));
        curve
    }

    /// These goods are known for good: what a bench compares learning with.
    pub fn know(&mut self, goods: Goods, curve: Curve) {
        self.curves.insert(goods, (u64::MAX - REDRAW_AFTER, Arc::new(curve)));
    }
}
