//! Worlds that are not the usual one: on the machine's clock, for the program itself, or with another catalogue.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use bot_core::{
    clock::{Clock, ManualClock, Timestamp},
    money::Money,
};
use sandbox::{
    request_log::RequestLog,
    upstream::{
        numbers::CodePlan,
        smscode::{self, CatalogSize},
    },
};

use super::{KEY, Person, Platform, World, alone, emulators_clock};

fn log_in(folder: &Path) -> RequestLog {
    RequestLog::to_file(&folder.join("telegram.log")).unwrap()
}

/// A clock that runs like the machine's and can be moved. Clones are the same clock.
#[derive(Clone, Default)]
pub struct ShiftedClock(Arc<AtomicI64>);

impl ShiftedClock {
    /// From now on this many milliseconds behind (below zero) or ahead of the machine's.
    pub fn shift(&self, milliseconds: i64) {
        self.0.store(milliseconds, Ordering::Relaxed);
    }

    fn emulators(&self) -> sandbox::clock::Clock {
        let (shift, machine) = (Arc::clone(&self.0), Clock::real());
        sandbox::clock::Clock::from_fn(move || machine.now().0 + shift.load(Ordering::Relaxed))
    }
}

impl World {
    /// Everything but the shop, on the machine's clock and the provider on its own. `clock` then is only what a shop
    /// inside the test goes by, from the provider's present on: good for preparing customers in no time.
    pub async fn in_real_time(provider_clock: &ShiftedClock, on: &'static [Platform]) -> Self {
        let options = smscode::Options {
            clock: provider_clock.emulators(),
            codes: CodePlan::Manual,
            ..smscode::Options::new(KEY)
        };
        let shops_clock = ManualClock::starting_at(Timestamp(options.clock.now_ms()));
        Self::around(options, sandbox::clock::Clock::real(), shops_clock, log_in, on).await
    }

    /// Everything but the shop, with a catalogue of this size.
    pub async fn with_catalog(on: Platform, catalog: CatalogSize) -> Self {
        let clock = ManualClock::starting_at(Timestamp(1_790_000_000_000));
        let time = emulators_clock(&clock);
        let options = smscode::Options {
            clock: time.clone(),
            codes: CodePlan::Manual,
            catalog,
            ..smscode::Options::new(KEY)
        };
        Self::around(options, time, clock, log_in, alone(on)).await
    }

    /// Opens the shop inside the test, and the owner says hello.
    pub async fn opens(&mut self) {
        self.start().await;
        for platform in self.on {
            let mut owner = self.owner_on(*platform);
            owner.sends("/start").await;
            owner.sees("Your balance").await;
        }
    }

    /// The status of every request that Telegram has answered. Only in worlds that this file makes.
    pub fn telegram_answers(&self) -> Vec<u64> {
        let log = std::fs::read_to_string(self.folder.path().join("telegram.log")).unwrap();
        let status = |line: &str| {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            entry["status"].as_u64().unwrap()
        };
        log.lines().map(status).collect()
    }
}

impl Person {
    /// Asks for a number until there is a price, as somebody does to whom a shop that has just opened says "try again".
    pub async fn gets_a_price(&mut self, line: &str) -> Money {
        loop {
            self.sends(line).await;
            let answer = super::wait(&self.clock, || {
                let is_answer = |text: &str| text.contains("Price: ") || text.contains("try again");
                self.news().rev().find(|message| message.is_bots && is_answer(&message.text))
            });
            let answer = answer.await.unwrap_or_else(|| panic!("no price:\n{}", self.transcript()));
            if let Some((_, rest)) = answer.text.split_once("Price: $") {
                return Money::parse_amount(rest.lines().next().unwrap()).unwrap();
            }
        }
    }
}
