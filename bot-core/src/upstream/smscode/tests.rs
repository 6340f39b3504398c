//! SMSCode against its emulator, over real HTTP: the contract in both versions, and what is its own.

use std::sync::Mutex;

use async_trait::async_trait;
use sandbox::{
    faults::Fault,
    upstream::{
        numbers::CodePlan,
        smscode::{CatalogSize, Control, Options, Running, start},
    },
};

use super::*;
use crate::{
    clock::ManualClock,
    ids::{ProductRef, UpstreamOrderId},
    upstream::contract::{Call, Knobs, Subject, Wanted, one, passes_the_contract},
};

mod connection;
mod own;

const KEY: &str = "key-of-the-tests";

/// 2026-05-27T08:00:00.700Z: inside a second, because the provider's times are whole seconds.
const START: Timestamp = Timestamp(1_779_868_800_700);

mod v1 {
    use super::*;
    passes_the_contract!(subject(Version::V1));
}

mod v2 {
    use super::*;
    passes_the_contract!(subject(Version::V2));
}

/// An emulator and the clock that it shares with its clients.
struct Emulator {
    hand: ManualClock,
    control: Control,
    url: String,
    running: Mutex<Option<Running>>,
}

impl Emulator {
    async fn start() -> Self {
        let hand = ManualClock::starting_at(START);
        let clock = hand.clock();
        let options = Options {
            clock: sandbox::clock::Clock::from_fn(move || clock.now().0),
            codes: CodePlan::Manual,
            catalog: CatalogSize::Standard,
            ..Options::new(KEY)
        };
        let running = start(options, ([127, 0, 0, 1], 0).into()).await.unwrap();
        let (control, url) = (running.control(), running.url());
        Self { hand, control, url, running: Mutex::new(Some(running)) }
    }

    fn client(&self, version: Version, key: &str) -> SmsCode {
        let path = match version {
            Version::V1 => "v1",
            Version::V2 => "v2/",
        };
        SmsCode::new(Settings {
            version,
            base_url: format!("{}/{path}", self.url),
            api_key: SecretString::from(key),
            timeout: Duration::from_secs(2),
            clock: self.hand.clock(),
            budget: Budget::without_limits(self.hand.clock()),
        })
        .unwrap()
    }

    fn product(&self) -> sandbox::upstream::smscode::ProductView {
        self.control.product("WhatsApp", "Indonesia").unwrap()
    }
}

async fn subject(version: Version) -> Subject {
    let emulator = Emulator::start().await;
    Subject { upstream: Box::new(emulator.client(version, KEY)), knobs: Box::new(emulator) }
}

fn number(id: &UpstreamOrderId) -> u64 {
    id.as_str().parse().unwrap()
}

#[async_trait]
impl Knobs for Emulator {
    fn wanted(&self) -> Wanted {
        let product = self.product();
        Wanted {
            service: product.platform_id.to_string(),
            country: product.country_id.to_string(),
            product: ProductRef(product.id.to_string()),
        }
    }

    fn set_stock(&self, stock: u32) {
        self.control.set_stock(self.product().id, stock).unwrap();
    }

    fn raise_price(&self, factor: i64) {
        let product = self.product();
        self.control.set_price(product.id, product.price_idr * factor).unwrap();
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
            Call::Offers => "products",
            Call::Create => "create",
            Call::Recent => "orders",
            Call::Active => "active",
            Call::Order => "order",
            Call::Cancel => "cancel",
            Call::Finish => "finish",
            Call::Resend => "resend",
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
