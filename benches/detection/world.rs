//! When codes come and customers go, in seconds of an order's age.

/// The share of orders that ever get a code, and of those the share that comes fast.
const EVER: f64 = 0.65;
const FAST: f64 = 0.75;

/// Median and spread of both.
const FAST_CODES: (f64, f64) = (14.0, 0.7);
const SLOW_CODES: (f64, f64) = (90.0, 1.0);

/// No customer leaves before; then they do at this mean pace.
const PATIENCE: f64 = 120.0;
const THEN: f64 = 240.0;

/// The longest that a provider keeps a number open.
pub const LIFE: f64 = 1_200.0;

/// The services, by how many times slower their codes come.
pub struct World {
    pub speeds: Vec<f64>,
}

impl World {
    pub fn of_one_speed() -> Self {
        Self { speeds: vec![1.0] }
    }

    pub fn of_six_speeds() -> Self {
        Self { speeds: vec![0.25, 0.5, 1.0, 2.0, 4.0, 8.0] }
    }

    /// Which service somebody buys, and its speed.
    pub fn service(&self, dice: &mut Dice) -> (i64, f64) {
        let at = dice.below(self.speeds.len());
        (i64::try_from(at).unwrap_or(0), self.speeds[at])
    }
}

/// When the code comes, if it ever does.
pub fn comes(dice: &mut Dice, speed: f64) -> Option<f64> {
    if dice.fraction() >= EVER {
        return None;
    }
    let (median, spread) = if dice.fraction() < FAST { FAST_CODES } else { SLOW_CODES };
    Some(speed * median * (spread * dice.normal()).exp())
}

/// When the customer has waited enough.
pub fn gives_up(dice: &mut Dice) -> f64 {
    PATIENCE - THEN * (1.0 - dice.fraction()).ln()
}

/// The chance that a code has come by an age.
pub fn has_come_by(age: f64, speed: f64) -> f64 {
    if age <= 0.0 {
        return 0.0;
    }
    let part = |(median, spread): (f64, f64)| normal_below((age / speed / median).ln() / spread);
    EVER * (FAST * part(FAST_CODES) + (1.0 - FAST) * part(SLOW_CODES))
}

/// The share of customers who still wait at an age.
pub fn still_waits(age: f64) -> f64 {
    if age <= PATIENCE { 1.0 } else { (-(age - PATIENCE) / THEN).exp() }
}

/// The share of a normal distribution that is below: Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26,
/// exact to seven digits.
fn normal_below(x: f64) -> f64 {
    let z = x.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let series = t
        * (0.254_829_592
            + t * (-0.284_496_736
                + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let above = series * (-z * z).exp() / 2.0;
    if x >= 0.0 { 1.0 - above } else { above }
}

/// The same numbers in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    pub fn fraction(&mut self) -> f64 {
        let bits = u32::try_from(self.next() >> 32).unwrap_or(0);
        f64::from(bits) / 4_294_967_296.0
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.fraction()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.fraction()).cos()
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
