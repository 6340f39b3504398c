//! What no poller can beat, knowing how codes come but not when the next one does.
//!
//! Each order alone is asked at the best ages for a price per request (dynamic programming over the age of the last look);
//! what the key has in an order's life is given back at that price. For every price that is at most the delay of any poller
//! that keeps to the key's rate (Lagrangian duality), so the price that makes it highest is taken.

use super::{
    PACE, RATE,
    world::{LIFE, World, has_come_by, still_waits},
};

/// Ages are looked at in steps of this many seconds.
const STEP: f64 = 0.5;

/// Halvings of the span of prices.
const SEARCHES: usize = 30;

/// One service, by steps of age.
struct Steps {
    come: Vec<f64>,
    wait: Vec<f64>,
    /// `wait`, and `wait` times `come`, summed up over time until there.
    waited: Vec<f64>,
    waited_with: Vec<f64>,
}

/// Mean seconds until a code is seen, with so many orders open.
pub fn mean_delay(world: &World, open: usize) -> f64 {
    let services: Vec<Steps> = world.speeds.iter().map(|speed| Steps::of(*speed)).collect();
    let share = RATE / f64::from(u32::try_from(open).unwrap_or(u32::MAX));
    let codes: f64 = services.iter().map(Steps::codes).sum();
    let at = |price: f64| {
        services.iter().map(|service| service.cheapest(price, share)).sum::<f64>() / codes
    };
    // It rises and then falls with the price.
    let (mut low, mut high) = (0.0, 500.0);
    for _ in 0..SEARCHES {
        let (left, right) = (low + (high - low) * 0.4, low + (high - low) * 0.6);
        if at(left) < at(right) { low = left } else { high = right }
    }
    at(f64::midpoint(low, high))
}

impl Steps {
    fn of(speed: f64) -> Self {
        let ages = std::iter::successors(Some(0.0), |age| Some(age + STEP));
        let ages: Vec<f64> = ages.take_while(|age| *age <= LIFE).collect();
        let come: Vec<f64> = ages.iter().map(|age| has_come_by(*age, speed)).collect();
        let wait: Vec<f64> = ages.iter().map(|age| still_waits(*age)).collect();
        let (mut waited, mut waited_with) = (vec![0.0], vec![0.0]);
        for (come, wait) in come.windows(2).zip(wait.windows(2)) {
            let with = f64::midpoint(come[0] * wait[0], come[1] * wait[1]);
            waited.push(waited.last().unwrap_or(&0.0) + STEP * f64::midpoint(wait[0], wait[1]));
            waited_with.push(waited_with.last().unwrap_or(&0.0) + STEP * with);
        }
        Self { come, wait, waited, waited_with }
    }

    /// The share of orders whose code comes while its customer waits.
    fn codes(&self) -> f64 {
        let parts = self.come.windows(2).zip(self.wait.windows(2));
        parts.map(|(come, wait)| (come[1] - come[0]) * f64::midpoint(wait[0], wait[1])).sum()
    }

    /// The least of: delay, and the price of every request, less that of the requests which the key has meanwhile.
    fn cheapest(&self, price: f64, share: f64) -> f64 {
        let end = self.come.len() - 1;
        let pace = steps(PACE.as_secs_f64());
        // From a look at this age on.
        let mut from_here = vec![0.0; end + 1];
        for last in (0..=end).rev() {
            let between = |next: usize| {
                let waited = self.waited[next] - self.waited[last];
                let delay =
                    self.waited_with[next] - self.waited_with[last] - self.come[last] * waited;
                let still_open = 1.0 - self.come[last];
                delay - price * share * still_open * waited
            };
            // Nobody looks again: the code is found when the order is given up.
            let mut least = between(end);
            for (next, rest) in from_here.iter().enumerate().skip(last + pace) {
                let request = price * (1.0 - self.come[last]) * self.wait[next];
                least = least.min(between(next) + request + rest);
            }
            from_here[last] = least;
        }
        from_here[0]
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
fn steps(seconds: f64) -> usize {
    (seconds / STEP).round() as usize
}
