//! Time that passes only while nothing moves: limits per second then mean the same on a fast machine and on a busy one.

use std::time::Duration;

use super::World;

/// So long, in real time, nobody is asked anything before time moves on. Everything runs in one thread, so whatever was
/// sent has arrived by then.
const STILL_FOR: u32 = 4;
const LOOK: Duration = Duration::from_millis(1);

impl World {
    /// Runs `session`, in which nobody moves the clock, and lets time pass in steps.
    pub async fn at_its_own_pace<T>(&self, step: Duration, session: impl Future<Output = T>) -> T {
        let pace = async {
            loop {
                self.is_still().await;
                self.clock.advance(step);
            }
        };
        tokio::select! {
            outcome = session => outcome,
            () = pace => unreachable!("time does not end"),
        }
    }

    /// Waits until the shop's time has moved on by `duration`, which somebody else makes it do.
    pub async fn rests(&self, duration: Duration) {
        self.clock.clock().sleep(duration).await;
    }

    async fn is_still(&self) {
        let (mut before, mut still) = (self.asked(), 0);
        while still < STILL_FOR {
            tokio::time::sleep(LOOK).await;
            let now = self.asked();
            still = if now == before { still + 1 } else { 0 };
            before = now;
        }
    }

    /// How often anybody was asked anything.
    fn asked(&self) -> u64 {
        let provider = self.provider.control().request_counts();
        let telegram = self.telegram.control().requests();
        let discord = self.discord.control().requests();
        provider.values().map(|count| count.total).sum::<u64>()
            + telegram.values().chain(discord.values()).sum::<u64>()
    }
}
