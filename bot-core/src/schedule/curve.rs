//! When codes come: the chance that one has come by an order's age, as a hazard that is constant within each bin of ages.

/// Where the bins begin, in seconds of age. The last one has no end.
pub(super) const EDGES: [f64; BINS] = [
    0.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 23.0, 26.0, 30.0,
    35.0, 40.0, 45.0, 50.0, 60.0, 70.0, 80.0, 100.0, 120.0, 150.0, 180.0, 240.0, 300.0, 420.0,
    600.0, 900.0, 1_200.0,
];

pub(super) const BINS: usize = 34;

/// What is taken for the width of the last bin.
const LAST_WIDTH: f64 = 600.0;

/// Before anything is known: 65 of 100 get a code at last, half of those within 25 seconds.
const EVER: f64 = 0.65;
const HALF: f64 = 25.0;

/// The chance that a code comes, by age.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Codes a second, of those that have none yet.
    hazard: [f64; BINS],
    /// The hazard summed up until each bin begins.
    risk: [f64; BINS],
}

impl Curve {
    pub(super) fn of(hazard: &[f64; BINS]) -> Self {
        let mut risk = [0.0; BINS];
        let mut sum = 0.0;
        for (bin, (risk, hazard)) in risk.iter_mut().zip(hazard).enumerate() {
            *risk = sum;
            sum += hazard * width(bin);
        }
        Self { hazard: *hazard, risk }
    }

    /// From the chance that a code has come by an age, which never falls and stays below 1.
    pub fn known(has_come_by: impl Fn(f64) -> f64) -> Self {
        let risk = |age: f64| -(1.0 - has_come_by(age)).max(1e-9).ln();
        let mut hazard = [0.0; BINS];
        for (bin, hazard) in hazard.iter_mut().enumerate() {
            let from = EDGES[bin];
            *hazard = (risk(from + width(bin)) - risk(from)).max(0.0) / width(bin);
        }
        Self::of(&hazard)
    }

    /// What is assumed before anything is known.
    pub fn assumed() -> Self {
        Self::known(|age| EVER * age / (age + HALF))
    }

    pub fn hazard(&self, age: f64) -> f64 {
        self.hazard[bin_of(age)]
    }

    /// The chance that a code has come between two ages, when there was none at the first.
    pub fn chance(&self, from: f64, to: f64) -> f64 {
        1.0 - (self.risk_until(from) - self.risk_until(to.max(from))).exp()
    }

    fn risk_until(&self, age: f64) -> f64 {
        let bin = bin_of(age);
        self.risk[bin] + self.hazard[bin] * (age - EDGES[bin]).max(0.0)
    }
}

pub(super) fn bin_of(age: f64) -> usize {
    EDGES.partition_point(|edge| *edge <= age).saturating_sub(1)
}

pub(super) fn width(bin: usize) -> f64 {
    EDGES.get(bin + 1).map_or(LAST_WIDTH, |end| end - EDGES[bin])
}
