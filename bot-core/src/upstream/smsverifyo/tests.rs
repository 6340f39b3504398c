//! SMSVerifyo against its emulator, over real HTTP: the contract, and what is its own.

use std::sync::Mutex;

use async_trait::async_trait;
use sandbox::{
    faults::Fault,
    upstream::{
        numbers::CodePlan,
        smsverifyo::{Control, OfferKey, Options, Running, start},
    },
};

use super::*;
use crate::{
    clock::{ManualClock, Timestamp},
    ids::{ProductRef, UpstreamOrderId},
    upstream::contract::{Call, Knobs, Subject, Wanted, one, passes_the_contract},
};

mod connection;
mod own;

const KEY: &str = "key-of-the-tests";

/// 2026-05-27T08:00:00.700Z: inside a second, because the provider's times are whole seconds.
const START: Timestamp = Timestamp(1_779_868_800_700);

passes_the_contract!(subject());

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
        // The country's id is 0: a real one.
        let offer = control.offer("WhatsApp", "Russia").unwrap().key;
        assert_eq!(offer.country_id, 0);
        Self { hand, control, url, offer, running: Mutex::new(Some(running)) }
    }

    fn client(&self, key: &str) -> SmsVerifyo {
        client(&format!("{}/api/public/v1", self.url), key, &self.hand)
    }

    /// The emulator's own number of an order.
    fn number(&self, id: &UpstreamOrderId) -> u64 {
        self.control.orders().into_iter().find(|order| order.uuid == id.as_str()).unwrap().id
    }
}

fn client(base_url: &str, key: &str, hand: &ManualClock) -> SmsVerifyo {
    SmsVerifyo::new(Settings {
        base_url: base_url.to_owned(),
        api_key: SecretString::from(key),
        timeout: Duration::from_secs(2),
        clock: hand.clock(),
        budget: Budget::without_limits(hand.clock()),
    })
    .unwrap()
}

async fn subject() -> Subject {
    let emulator = Emulator::start().await;
    Subject { upstream: Box::new(emulator.client(KEY)), knobs: Box::new(emulator) }
}

#[async_trait]
impl Knobs for Emulator {
    fn wanted(&self) -> Wanted {
        let OfferKey { service_id, country_id } = self.offer.clone();
        Wanted {
            product: ProductRef(format!("{service_id}/{country_id}")),
            service: service_id,
            country: country_id.to_string(),
        }
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
            Call::Balance => "balance",
            Call::Offers => "countries",
            Call::Create => "create",
            Call::Order => "order",
            Call::Cancel => "cancel",
            Call::Finish => "finish",
            Call::Recent | Call::Active | Call::Resend => {
                unreachable!("SMSVerifyo has no such call")
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
}
