//! SMSVerifyo's rental API against its emulator, over real HTTP: the contract, and what is its own.

use std::sync::Mutex;

use async_trait::async_trait;
use rust_decimal::Decimal;
use sandbox::{
    faults::Fault,
    upstream::{
        numbers::CodePlan,
        smsverifyo_rentals::{Control, OfferKey, Options, Running, start},
    },
};

use super::*;
use crate::{
    clock::{ManualClock, Timestamp},
    ids::{ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        Cost, UpstreamStatus,
        contract::{Call, Knobs, Subject, Wanted, one, passes_the_contract},
    },
};

mod connection;
mod own;

const KEY: &str = "key-of-the-tests";

/// 2026-05-27T08:00:00.700Z: inside a second, because the provider's times are whole seconds.
const START: Timestamp = Timestamp(1_779_868_800_700);

passes_the_contract!(subject());

mod real_mobile {
    use super::*;

    passes_the_contract!(subject_wanting(true));
}

/// An emulator and the clock that it shares with its clients.
struct Emulator {
    hand: ManualClock,
    control: Control,
    url: String,
    offer: OfferKey,
    running: Mutex<Option<Running>>,
}

impl Emulator {
    async fn start() -> Self {
        let hand = ManualClock::starting_at(START);
        let clock = hand.clock();
        let options = Options {
            clock: sandbox::clock::Clock::from_fn(move || clock.now().0),
            codes: CodePlan::Manual,
            ..Options::new(KEY)
        };
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let (control, url) = (running.control(), running.url());
        let offer = control.offer("wa", "ID").unwrap().key;
        Self { hand, control, url, offer, running: Mutex::new(Some(running)) }
    }

    fn client(&self, key: &str) -> SmsVerifyoRentals {
        client(&format!("{}/v1", self.url), key, &self.hand)
    }

    /// The emulator's own number of a rental.
    fn number(&self, id: &UpstreamOrderId) -> u64 {
        self.control.orders().into_iter().find(|it| it.rental_id == id.as_str()).unwrap().id
    }
}

fn client(base_url: &str, key: &str, hand: &ManualClock) -> SmsVerifyoRentals {
    SmsVerifyoRentals::new(Settings {
        base_url: base_url.to_owned(),
        api_key: SecretString::from(key),
        timeout: Duration::from_secs(2),
        clock: hand.clock(),
        budget: Budget::without_limits(hand.clock()),
    })
    .unwrap()
}

async fn subject() -> Subject {
    subject_wanting(false).await
}

async fn subject_wanting(real_mobile: bool) -> Subject {
    let mut emulator = Emulator::start().await;
    emulator.offer.real_mobile = real_mobile;
    Subject { upstream: Box::new(emulator.client(KEY)), knobs: Box::new(emulator) }
}

#[async_trait]
impl Knobs for Emulator {
    fn wanted(&self) -> Wanted {
        let OfferKey { service, country, real_mobile } = self.offer.clone();
        let filter = if real_mobile { "/real-mobile" } else { "" };
        let product = ProductRef(format!("{service}/{country}{filter}"));
        Wanted { service, country, product }
    }

    fn set_stock(&self, stock: u32) {
        self.control.set_stock(&self.offer, stock).unwrap();
    }

    fn raise_price(&self, factor: i64) {
        let offer = self.control.offers().into_iter().find(|it| it.key == self.offer).unwrap();
        self.control.set_price(&self.offer, offer.price_pips * factor).unwrap();
    }

    fn deliver(&self, id: &UpstreamOrderId, code: &str, text: &str) {
        self.control.deliver(self.number(id), code, text).unwrap();
    }

    fn withdraw(&self, id: &UpstreamOrderId) {
        self.control.cancel_order(self.number(id)).unwrap();
    }

    fn strike(&self, call: Call, fault: Fault) {
        let route = match call {
            Call::Offers => "services",
            Call::Create => "create",
            Call::Order => "rental",
            Call::Cancel => "cancel",
            Call::Balance | Call::Recent | Call::Active | Call::Finish | Call::Resend => {
                unreachable!("the rental API has no such call")
            }
        };
        self.control.faults().once(route, fault).unwrap();
    }

    fn sold(&self) -> usize {
        self.control.orders().len()
    }

    fn creates(&self) -> u64 {
        self.control.request_counts().get("create").map_or(0, |count| count.total)
    }

    fn now(&self) -> Timestamp {
        self.hand.clock().now()
    }

    fn advance(&self, duration: Duration) {
        self.hand.advance(duration);
    }

    async fn close(&self) {
        let running = self.running.lock().unwrap().take().unwrap();
        running.stop().await;
    }

    fn purse(&self) -> Option<Cost> {
        let money = Money::from_raw(self.control.balance());
        Some(Cost { amount: Decimal::new(money.raw(), 4), currency: "USD".to_owned(), money })
    }

    fn has_records(&self) -> bool {
        false
    }

    fn finished(&self) -> UpstreamStatus {
        UpstreamStatus::CodeReceived
    }
}
