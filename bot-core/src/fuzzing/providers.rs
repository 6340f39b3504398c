//! What providers answer and push: each adapter is asked for everything, and gets the same bytes for every request.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{Request, Response, StatusCode};

use crate::{
    clock::{ManualClock, Timestamp},
    ids::{IdempotencyKey, ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        Kind, PlaceRequest, Placing, Upstream,
        budget::Budget,
        http::{Carrier, Connection, Http, Lost},
        smsbuyz, smscode, smsverificationservice, smsverifyo, smsverifyo_rentals,
    },
};

/// The statuses that providers use.
const STATUSES: [u16; 12] = [200, 201, 204, 400, 401, 402, 403, 404, 409, 422, 429, 503];

/// Longer than any adapter goes on reading pages that are all alike.
const PATIENCE: Duration = Duration::from_mins(1);

/// Named products of every kind that any provider has.
const PRODUCTS: [&str; 4] = ["7", "whatsapp/usa/any", "0:0", "us-whatsapp"];

/// Every call of every provider's, answered with these bytes: the first chooses the status, the rest is the body.
pub fn provider_answer(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else { return };
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    let status = StatusCode::from_u16(status).expect("a status");
    let answer = Always { status, body: body.to_vec() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        for provider in providers(answer) {
            let all = tokio::time::timeout(PATIENCE, everything(provider.as_ref()));
            all.await.expect("an adapter comes to an end");
        }
    });
}

/// A pushed body, read by every provider's adapter.
pub fn push(body: &[u8]) {
    for provider in providers(Always { status: StatusCode::OK, body: Vec::new() }) {
        let _ = provider.read_push(body);
    }
}

/// Whatever comes of it: it comes to an end, and a purchase is never taken for more than was asked for.
async fn everything(provider: &dyn Upstream) {
    let _ = provider.balance().await;
    let _ = provider.listing().await;
    let _ = provider.offers("1", "1").await;
    let _ = provider.active_orders().await;
    let _ = provider.recent_orders(Timestamp(0)).await;
    let _ = provider.register_push("https://shop.example/hooks").await;
    let _ = provider.test_push("https://shop.example/hooks").await;
    for id in ["1", "20dff9be-7a39-4be5-a4a1-8b0a3f4ad3a5"] {
        let id = UpstreamOrderId(id.to_owned());
        let _ = provider.order(&id).await;
        let _ = provider.cancel(&id).await;
        let _ = provider.finish(&id).await;
        let _ = provider.resend(&id).await;
    }
    let quantity = provider.capabilities().most_at_once.min(3);
    let key = IdempotencyKey("6f0f6f2c".to_owned());
    let (max_cost, rental) = (Money::from_raw(10_000), UpstreamOrderId("1".to_owned()));
    for product in PRODUCTS {
        let product = ProductRef(product.to_owned());
        let _ = provider.renew(&rental, &product, max_cost).await;
        for kind in [Kind::Activation, Kind::Rental { days: 30 }, Kind::Esim] {
            let request = PlaceRequest {
                key: &key,
                service: "1",
                country: "1",
                kind,
                product: &product,
                area_code: None,
                quantity,
                max_cost,
            };
            for placing in [provider.place(&request).await, provider.place_again(&request).await] {
                if let Placing::Accepted(orders) = placing {
                    assert!((1..=usize::from(quantity)).contains(&orders.len()));
                }
            }
        }
    }
}

/// Gives one answer to every request.
#[derive(Debug)]
struct Always {
    status: StatusCode,
    body: Vec<u8>,
}

#[async_trait]
impl Carrier for Always {
    async fn carry(&self, _: &'static str, _: Request, _: Connection) -> Result<Response, Lost> {
        let mut response = http::Response::new(self.body.clone());
        *response.status_mut() = self.status;
        Ok(response.into())
    }
}

/// One of each that remembers nothing yet, and of SMSCode one of each version.
fn providers(answer: Always) -> Vec<Box<dyn Upstream>> {
    let clock = ManualClock::starting_at(Timestamp(1_790_000_000_000)).clock();
    let budget = Budget::without_limits(clock.clone());
    let http = Http::given(Arc::new(answer), TIMEOUT, clock.clone(), Arc::clone(&budget));
    macro_rules! adapter {
        ($module:ident::$adapter:ident $(, $field:ident: $value:expr)?) => {{
            let settings = $module::Settings {
                $($field: $value,)?
                base_url: NOWHERE.to_owned(),
                api_key: "key".into(),
                timeout: TIMEOUT,
                clock: clock.clone(),
                budget: Arc::clone(&budget),
            };
            let adapter = $module::$adapter::over(settings, http.clone()).expect("an adapter");
            Box::new(adapter) as Box<dyn Upstream>
        }};
    }
    vec![
        adapter!(smscode::SmsCode, version: smscode::Version::V1),
        adapter!(smscode::SmsCode, version: smscode::Version::V2),
        adapter!(smsbuyz::SmsBuyz),
        adapter!(smsverificationservice::SmsVerificationService),
        adapter!(smsverifyo::SmsVerifyo),
        adapter!(smsverifyo_rentals::SmsVerifyoRentals),
    ]
}

/// Nothing is sent there.
const NOWHERE: &str = "http://127.0.0.1:9/v1";
const TIMEOUT: Duration = Duration::from_secs(1);
