//! smsVerificationService against its emulator, over real HTTP: the contract, and what is its own.

use std::sync::Mutex;

use async_trait::async_trait;
use sandbox::{
    faults::Fault,
    upstream::{
        numbers::CodePlan,
        smsverificationservice::{Control, OfferKey, Options, Running, start},
    },
};

use super::*;
use crate::{
    clock::{ManualClock, Timestamp},
    ids::{ProductRef, UpstreamOrderId},
    upstream::{
        UpstreamStatus,
        contract::{Call, Knobs, Subject, Wanted, one, passes_the_contract},
    },
};

mod connection;
mod lists;
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
    /// Time stands still between the calls of a test, so its limit is out of the way.
    async fn start() -> Self {
        Self::limited(10_000).await
    }

    async fn limited(requests_per_minute: usize) -> Self {
        let hand = ManualClock::starting_at(START);
        let clock = hand.clock();
        let options = Options {
            clock: sandbox::clock::Clock::from_fn(move || clock.now().0),
            codes: CodePlan::Manual,
            requests_per_minute,
            ..Options::new(KEY)
        };
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let (control, url) = (running.control(), running.url());
        let offer = control.temporary("WhatsApp").unwrap().key;
        Self { hand, control, url, offer, running: Mutex::new(Some(running)) }
    }

    fn client(&self, key: &str) -> SmsVerificationService {
        client(&self.url, key, &self.hand)
    }
}

fn client(base_url: &str, key: &str, hand: &ManualClock) -> SmsVerificationService {
    SmsVerificationService::new(Settings {
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

fn number(id: &UpstreamOrderId) -> u64 {
    id.as_str().parse().unwrap()
}

#[async_trait]
impl Knobs for Emulator {
    fn wanted(&self) -> Wanted {
        let OfferKey::Temporary { service_id } = self.offer else { unreachable!() };
        Wanted {
            service: "whatsapp".to_owned(),
            country: "us".to_owned(),
            product: ProductRef(format!("temporary/{service_id}")),
        }
    }

    fn set_stock(&self, stock: u32) {
        self.control.set_stock(&self.offer, stock).unwrap();
    }

    fn raise_price(&self, factor: i64) {
        let offer = self.control.offers().into_iter().find(|it| it.key == self.offer).unwrap();
        self.control.set_price(&self.offer, offer.price_cents * factor).unwrap();
    }

    fn deliver(&self, id: &UpstreamOrderId, code: &str, text: &str) {
        self.control.deliver(number(id), code, text).unwrap();
    }

    fn withdraw(&self, id: &UpstreamOrderId) {
        self.control.cancel_order(number(id)).unwrap();
    }

    fn strike(&self, call: Call, fault: Fault) {
        let route = match call {
            Call::Balance => "balance",
            Call::Offers => "services_temporary",
            Call::Create => "order_temporary",
            Call::Recent | Call::Active => "orders",
            Call::Order => "status",
            Call::Cancel => "cancel",
            Call::Finish | Call::Resend => unreachable!("the provider has no such call"),
        };
        self.control.faults().once(route, fault).unwrap();
    }

    fn sold(&self) -> usize {
        self.control.orders().len()
    }

    fn creates(&self) -> u64 {
        self.control.request_counts().get("order_temporary").map_or(0, |count| count.total)
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

    /// The document has no other word for what was refunded.
    fn ended_unused(&self) -> UpstreamStatus {
        UpstreamStatus::Cancelled
    }

    /// "completed" only says that the code is here.
    fn finished(&self) -> UpstreamStatus {
        UpstreamStatus::CodeReceived
    }
}
