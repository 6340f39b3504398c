//! Every endpoint that a provider documents is asked, by its documented method and path, and answers as the adapter reads it.
//!
//! The tables are read off the providers' documents by hand. One that was never asked fails the test, and so does a route of
//! an emulator that no document has.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bot_core::{
    clock::Timestamp,
    ids::{IdempotencyKey, UpstreamOrderId},
    money::Money,
    random::Random,
    upstream::{
        CancelAnswer, CancelRule, FindAgain, Kind, PlaceRequest, Placing, PollBy, Push, Upstream,
        UpstreamOffer,
        budget::Budget,
        smsbuyz::{self, SmsBuyz},
        smscode::{self, SmsCode, Version},
        smsverificationservice::{self, SmsVerificationService},
    },
};
use numdesk::config::{UpstreamConfig, provider::Provider};

use crate::support::{
    KEY, World,
    providers::{Emulator, Received, base_path, received},
};

/// The emulator's name for it, the method, and the path, where `{}` stands for any one segment.
type Documented = (&'static str, &'static str, &'static str);

/// SMSCode: every endpoint of "Catalog", "Balance", "Orders" and "Webhook", the same for both versions.
const SMSCODE: &[Documented] = &[
    ("countries", "GET", "/catalog/countries"),
    ("services", "GET", "/catalog/services"),
    ("products", "GET", "/catalog/products"),
    ("exchange_rate", "GET", "/catalog/exchange-rate"),
    ("balance", "GET", "/balance"),
    ("orders", "GET", "/orders"),
    ("active", "GET", "/orders/active"),
    ("create", "POST", "/orders/create"),
    ("cancel", "POST", "/orders/cancel"),
    ("finish", "POST", "/orders/finish"),
    ("resend", "POST", "/orders/resend"),
    ("order", "GET", "/orders/{}"),
    ("webhook_get", "GET", "/webhook"),
    ("webhook_set", "PATCH", "/webhook"),
    ("webhook_test", "POST", "/webhook/test"),
];

const SMSBUYZ: &[Documented] = &[
    ("profile", "GET", "/user/profile"),
    ("orders", "GET", "/user/orders"),
    ("payments", "GET", "/user/payments"),
    ("products", "GET", "/guest/products/{}/{}"),
    ("prices", "GET", "/guest/prices"),
    ("buy", "GET", "/user/buy/activation/{}/{}/{}"),
    ("check", "GET", "/user/check/{}"),
    ("finish", "GET", "/user/finish/{}"),
    ("cancel", "GET", "/user/cancel/{}"),
    ("ban", "GET", "/user/ban/{}"),
];

/// SMSVerifyo's Reseller API v1.
const SMSVERIFYO: &[Documented] = &[
    ("balance", "GET", "/balance"),
    ("services", "GET", "/services"),
    ("countries", "GET", "/countries"),
    ("create", "POST", "/order"),
    ("order", "GET", "/order/{}"),
    ("cancel", "POST", "/order/{}/cancel"),
    ("finish", "POST", "/order/{}/finish"),
];

/// "The four-endpoint core" of SMSVerifyo's guide.
const SMSVERIFYO_RENTALS: &[Documented] = &[
    ("services", "GET", "/services"),
    ("create", "POST", "/rentals"),
    ("rental", "GET", "/rentals/{}"),
    ("cancel", "POST", "/rentals/{}/cancel"),
];

/// The callback at the document's end is the provider's own call.
const SMSVERIFICATIONSERVICE: &[Documented] = &[
    ("balance", "GET", "/balance/"),
    ("wallet_balance", "GET", "/wallet/balance/"),
    ("services_temporary", "GET", "/services/temporary/"),
    ("services_rental", "GET", "/services/rental/"),
    ("services_rent_1day", "GET", "/services/rent-1day/"),
    ("services_rent_30days", "GET", "/services/rent-30days/"),
    ("services_best_temp", "GET", "/services/best-temp/"),
    ("services_esim", "GET", "/services/esim/"),
    ("countries", "GET", "/global/countries/"),
    ("global_services", "GET", "/global/services/"),
    ("order_temporary", "POST", "/order/temporary/"),
    ("order_rental", "POST", "/order/rental/"),
    ("order_best_temp", "POST", "/order/best-temp/"),
    ("order_rent_1day", "POST", "/order/rent-1day/"),
    ("order_rent_30days", "POST", "/order/rent-30days/"),
    ("order_global", "POST", "/order/global/"),
    ("order_esim", "POST", "/order/esim/"),
    ("orders", "GET", "/orders/"),
    ("status", "GET", "/order/{}/status/"),
    ("cancel", "POST", "/order/{}/cancel/"),
    ("renew", "POST", "/order/{}/renew/"),
];

fn documented(provider: Provider) -> &'static [Documented] {
    match provider {
        Provider::SmscodeV1 | Provider::SmscodeV2 => SMSCODE,
        Provider::Smsbuyz => SMSBUYZ,
        Provider::Smsverificationservice => SMSVERIFICATIONSERVICE,
        Provider::Smsverifyo => SMSVERIFYO,
        Provider::SmsverifyoRentals => SMSVERIFYO_RENTALS,
    }
}

/// What its references begin with, for each way to buy that has an endpoint of its own.
fn ways(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Smsverificationservice => {
            &["temporary/", "best/", "day/", "month/", "rental3/", "global/", "esim/"]
        }
        Provider::SmscodeV1
        | Provider::SmscodeV2
        | Provider::Smsbuyz
        | Provider::Smsverifyo
        | Provider::SmsverifyoRentals => &[""],
    }
}

fn is_at(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(path).all(|(wanted, found)| *wanted == "{}" || *wanted == found)
}

/// A provider with its emulator and the adapter that asks it.
struct Asked {
    world: World,
    emulator: Emulator,
    provider: Provider,
    upstream: Arc<dyn Upstream>,
    base_url: String,
}

impl Asked {
    async fn of(provider: Provider) -> Self {
        let world = World::closed("v2").await;
        let emulator = Emulator::start(provider, &world).await;
        let base_url = format!("{}{}", emulator.url(), base_path(provider));
        let config = UpstreamConfig {
            provider,
            base_url: base_url.clone(),
            api_key: KEY.into(),
            timeout: Duration::from_secs(10),
            requests_per_minute: Some(10_000),
            webhook_secret: None,
        };
        let upstream = config.connect(world.clock.clock(), Random::seeded(1)).unwrap();
        Self { world, emulator, provider, upstream, base_url }
    }

    /// Buys one of what sells by this way, which is not sold out.
    async fn buys(&self, way: &str, key: &str) -> (UpstreamOrderId, UpstreamOffer) {
        // One provider takes sixty requests a minute.
        self.world.passes(Duration::from_mins(1));
        let listing = self.upstream.listing().await.unwrap();
        let sells =
            |it: &&UpstreamOffer| it.product.as_str().starts_with(way) && it.stock != Some(0);
        let offer = listing.offers.iter().find(sells).unwrap();
        self.upstream.offers(&offer.service, &offer.country).await.unwrap();
        let key = IdempotencyKey::from(key);
        let request = PlaceRequest {
            key: &key,
            service: &offer.service,
            country: &offer.country,
            kind: offer.kind,
            product: &offer.product,
            area_code: None,
            quantity: 1,
            max_cost: Money::from_raw(i64::MAX),
        };
        match self.upstream.place(&request).await {
            Placing::Accepted(orders) => (orders[0].id.clone(), offer.clone()),
            other => panic!("{way}: {other:?}"),
        }
    }

    /// Everything that the shop may ask of any provider.
    async fn does_what_it_can(&self) {
        let able = self.upstream.capabilities().clone();
        // One provider has no call for it, and says so.
        let _ = self.upstream.balance().await;
        for (number, way) in ways(self.provider).iter().enumerate() {
            let (id, offer) = self.buys(way, &format!("way-{number}")).await;
            self.upstream.order(&id).await.unwrap();
            if able.renew && matches!(offer.kind, Kind::Rental { .. }) {
                let renewed =
                    self.upstream.renew(&id, &offer.product, Money::from_raw(i64::MAX)).await;
                assert!(matches!(renewed, Placing::Accepted(_)), "{renewed:?}");
            }
        }
        if able.poll != PollBy::Single {
            self.upstream.active_orders().await.unwrap();
        }
        if able.find_again == FindAgain::Records
            || matches!(self.provider, Provider::SmscodeV1 | Provider::SmscodeV2)
        {
            self.upstream.recent_orders(Timestamp(0)).await.unwrap();
        }
        let (way, [kept, returned]) = (ways(self.provider)[0], ["kept", "returned"]);
        let (kept, _) = self.buys(way, kept).await;
        self.emulator.deliver(self.emulator.sold().pop().unwrap().number, "123456");
        if able.resend {
            self.upstream.resend(&kept).await.unwrap();
        }
        self.upstream.finish(&kept).await.unwrap();
        let (returned, _) = self.buys(way, returned).await;
        let CancelRule::After(cooldown) = able.cancel else { panic!("nothing is given back") };
        self.world.passes(cooldown);
        let answer = self.upstream.cancel(&returned).await.unwrap();
        assert_eq!(answer, CancelAnswer::Cancelled);
        if matches!(able.push, Push::Signed { registers: true, .. }) {
            let receiver = self.world.telegram.url();
            self.upstream.register_push(&receiver).await.unwrap();
            self.upstream.test_push(&receiver).await.unwrap();
        }
    }

    /// What the shop has no use for, by the adapter's own methods or as the document writes it.
    async fn does_the_rest(&self) {
        let (base_url, api_key) = (self.base_url.clone(), KEY.into());
        let (timeout, clock) = (Duration::from_secs(10), self.world.clock.clock());
        let budget = Budget::without_limits(clock.clone());
        match self.provider {
            Provider::SmscodeV1 | Provider::SmscodeV2 => {
                let is_v1 = self.provider == Provider::SmscodeV1;
                let version = if is_v1 { Version::V1 } else { Version::V2 };
                let settings =
                    smscode::Settings { version, base_url, api_key, timeout, clock, budget };
                let client = SmsCode::new(settings).unwrap();
                client.exchange_rate().await.unwrap();
                client.webhook().await.unwrap();
            }
            Provider::Smsbuyz => {
                let settings = smsbuyz::Settings { base_url, api_key, timeout, clock, budget };
                let client = SmsBuyz::new(settings).unwrap();
                let (banned, _) = self.buys("", "banned").await;
                client.ban(&banned).await.unwrap();
                for path in ["/user/payments", "/guest/products/ru/any"] {
                    let request = reqwest::Client::new().get(format!("{}{path}", self.base_url));
                    let request = request.header("accept", "application/json");
                    let answer = request.bearer_auth(KEY).send().await.unwrap();
                    assert!(answer.status().is_success(), "{path}");
                }
            }
            Provider::Smsverificationservice => {
                let settings =
                    smsverificationservice::Settings { base_url, api_key, timeout, clock, budget };
                let client = SmsVerificationService::new(settings).unwrap();
                client.wallet_balance().await.unwrap();
            }
            Provider::Smsverifyo | Provider::SmsverifyoRentals => {}
        }
    }

    /// Compares what was asked with the document.
    fn was_asked_everything(&self) {
        let documented = documented(self.provider);
        let (mut names, mut routes): (Vec<_>, Vec<_>) = (
            documented.iter().map(|(name, ..)| *name).collect(),
            self.emulator.faults().routes().to_vec(),
        );
        names.sort_unstable();
        routes.sort_unstable();
        assert_eq!(names, routes, "the document's endpoints and the emulator's routes");
        let (counted, missing) =
            compared(documented, base_path(self.provider), &received(&self.world));
        assert!(missing.is_empty(), "never answered: {missing:?}");
        let booked = self.emulator.counts();
        let booked = booked.iter().map(|(name, count)| (*name, count.total)).collect();
        assert_eq!(counted, booked, "the log and the request book");
    }
}

/// How often each endpoint was asked, and which of them never answered with a success.
fn compared<'a>(
    documented: &'a [Documented],
    base: &str,
    requests: &[Received],
) -> (BTreeMap<&'a str, u64>, Vec<&'a str>) {
    let mut counted = BTreeMap::new();
    let mut missing: Vec<_> = documented.iter().map(|(name, ..)| *name).collect();
    for request in requests {
        let path = request.path.strip_prefix(base).unwrap();
        let is_it =
            |(_, method, pattern): &&Documented| *method == request.method && is_at(pattern, path);
        let found = documented.iter().find(is_it);
        let Some((name, ..)) = found else { panic!("no document has {request:?}") };
        *counted.entry(*name).or_default() += 1;
        if request.status.is_some_and(|status| status < 300) {
            missing.retain(|it| it != name);
        }
    }
    (counted, missing)
}

#[tokio::test]
async fn every_documented_endpoint_is_asked_and_answers() {
    for provider in Provider::ALL {
        let asked = Asked::of(*provider).await;
        asked.does_what_it_can().await;
        asked.does_the_rest().await;
        asked.was_asked_everything();
    }
}

#[test]
fn an_endpoint_that_nobody_asked_or_that_refused_is_missing() {
    let asked = |path: &str, status| Received {
        method: "GET".to_owned(),
        path: format!("/v1{path}"),
        status: Some(status),
    };
    let documented = [("balance", "GET", "/balance"), ("order", "GET", "/order/{}")];
    let requests = [asked("/balance", 200), asked("/order/7", 404)];
    let (counted, missing) = compared(&documented, "/v1", &requests);
    assert_eq!((counted["order"], missing), (1, vec!["order"]));
    let (_, missing) = compared(&documented, "/v1", &requests[..0]);
    assert_eq!(missing, ["balance", "order"]);
}

#[test]
fn a_path_is_known_by_its_pattern() {
    for (pattern, path, is_it) in [
        ("/orders/{}", "/orders/7", true),
        ("/orders/{}", "/orders", false),
        ("/orders/{}", "/orders/7/cancel", false),
        ("/order/{}/status/", "/order/7/status/", true),
        ("/order/{}/status/", "/order/7/status", false),
        ("/balance", "/balances", false),
    ] {
        assert_eq!(is_at(pattern, path), is_it, "{pattern} {path}");
    }
}
