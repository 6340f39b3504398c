//! Codes that the provider pushes: at once, whatever is wrong with the pushes, and never believed further than they prove.
//!
//! Where a test is about pushes alone, nothing can be polled: the provider's routes are down, or too little time passes.

use std::{ffi::OsString, sync::Arc, time::Duration};

use macro_rules_attribute::apply;
use numdesk::{app::App, config::Config, http::Counts, http::Route};
use sandbox::{
    clock::Clock,
    faults::Fault,
    upstream::{
        numbers::CodePlan,
        smscode, smsverificationservice, smsverifyo_rentals,
        webhook::{Outcome, PushFault, Pusher},
    },
};
use serde_json::json;
use sqlx::Connection;

use crate::support::{BOUND, KEY, OWNER, Platform, World, log::Log, loopback, rows::connect};

const SECRET: &str = "what-the-provider-signs-with";

/// After so long a pushed hint may look at an order that was looked at just before.
const TURN: Duration = Duration::from_millis(1_300);

/// For longer than any test.
const DOWN: Fault = Fault::Status503 { retry_after: 1_000_000 };

/// A shop with a door for pushes.
struct Shop {
    world: World,
    app: App,
    provider: &'static str,
}

impl Shop {
    /// Opens on the provider behind `base_url`, with more settings.
    async fn open(
        world: World,
        provider: &'static str,
        base_url: String,
        more: &[(&str, String)],
    ) -> Self {
        let mut settings: Vec<(OsString, OsString)> = world.variables();
        let listen = more.iter().any(|(name, _)| *name == "NUMDESK_HTTP__LISTEN");
        let any_port = [("NUMDESK_HTTP__LISTEN", "127.0.0.1:0".to_owned())];
        let own = [
            ("NUMDESK_UPSTREAM__PROVIDER", provider.to_owned()),
            ("NUMDESK_UPSTREAM__BASE_URL", base_url),
            ("NUMDESK_UPSTREAM__REQUESTS_PER_MINUTE", "100000".to_owned()),
        ];
        let any_port = any_port.iter().filter(|_| !listen);
        for (name, value) in own.iter().chain(any_port).chain(more) {
            settings.retain(|(known, _)| known != name);
            settings.push((name.into(), value.into()));
        }
        let config = Config::load(None, settings).unwrap();
        let app = world.starts(&config).await;
        let shop = Arc::clone(app.shop());
        world
            .until("the shop reads the catalogue", || shop.has_whole_catalog().then_some(()))
            .await;
        let mut owner = world.person(OWNER, "Olivia", "olivia");
        owner.sends("/start").await;
        owner.sees("Your balance").await;
        Self { world, app, provider }
    }

    /// On SMSCode, which pushes here.
    async fn on_smscode(on: Platform) -> Self {
        let world = World::closed_on(on).await;
        let base_url = format!("{}/v2", world.provider.url());
        let secret = [("NUMDESK_UPSTREAM__WEBHOOK_SECRET", SECRET.to_owned())];
        let shop = Self::open(world, "smscode-v2", base_url, &secret).await;
        shop.smscode().set_webhook(&shop.address(), Some(SECRET)).unwrap();
        shop
    }

    /// From now on SMSCode shows no order.
    fn polls_no_more(&self) {
        for route in ["active", "order"] {
            self.smscode().faults().always(route, DOWN).unwrap();
        }
    }

    fn smscode(&self) -> smscode::Control {
        self.world.provider.control()
    }

    /// Where the provider pushes to.
    fn address(&self) -> String {
        let path = Route::new(self.provider, &KEY.into()).path();
        format!("http://{}{path}", self.app.server().unwrap().address())
    }

    fn counts(&self) -> Counts {
        self.app.server().unwrap().counts()
    }

    /// Waits until the provider has pushed so often, and answers what it got for it.
    async fn answers(&self, pushes: &Pusher, count: usize) -> Vec<Outcome> {
        let what = format!("{count} pushes are answered");
        let book = || Some(pushes.book()).filter(|book| book.len() >= count);
        let book = self.world.until(&what, book).await;
        assert_eq!(book.len(), count);
        book.into_iter().map(|push| push.outcome).collect()
    }

    /// Who told of each SMS, oldest first.
    async fn told_by(&self) -> Vec<String> {
        let mut books = connect(&self.world.database()).await;
        let sources = "SELECT source FROM order_event WHERE event = 'sms' ORDER BY id";
        let sources = sqlx::query_scalar(sources).fetch_all(&mut books).await.unwrap();
        books.close().await.unwrap();
        sources
    }

    /// Waits until so many pushes wait for nothing any more.
    async fn worked_on(&self, pushes: i64) {
        let mut books = connect(&self.world.database()).await;
        let all = async {
            let done = "SELECT COUNT(*) FROM inbox WHERE state = 'done'";
            while sqlx::query_scalar::<_, i64>(done).fetch_one(&mut books).await.unwrap() < pushes {
                self.world.passes(Duration::from_millis(25));
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(BOUND, all).await.expect("the pushes are worked on");
        books.close().await.unwrap();
    }

    async fn ends_well(self) {
        self.world.taps_are_answered().await;
        self.app.stop().await;
        self.world.ends_well().await;
    }
}

const OK: Outcome = Outcome::Answered(200);

#[apply(on_each_platform!)]
async fn a_pushed_code_comes_at_once(on: Platform) {
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    shop.polls_no_more();
    shop.world.code_comes("012345");
    alice.sees("code: 012345").await;
    assert_eq!(shop.told_by().await, ["push"]);
    assert_eq!(shop.answers(&shop.smscode().pushes(), 1).await, [OK]);
    assert_eq!(shop.counts(), Counts { accepted: 1, ..Counts::default() });
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn every_sms_of_a_number_is_pushed_in_whatever_order(on: Platform) {
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    shop.polls_no_more();
    shop.smscode().pushes().fault_once(PushFault::Reorder);
    shop.world.code_comes("111111");
    shop.world.code_comes("222222");
    alice.sees("code: 222222").await;
    alice.sees("code: 111111").await;
    assert_eq!(shop.told_by().await, ["push", "push"]);
    assert_eq!(shop.world.unrefunded_charges(), 1);
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_code_that_is_pushed_twice_and_polled_comes_once(on: Platform) {
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    shop.smscode().pushes().fault_once(PushFault::Duplicate);
    shop.world.code_comes("012345");
    alice.sees("code: 012345").await;
    assert_eq!(shop.answers(&shop.smscode().pushes(), 2).await, [OK, OK]);
    assert_eq!(shop.counts(), Counts { accepted: 1, copies: 1, ..Counts::default() });
    let polls = shop.world.calls("active");
    shop.world
        .until("it is polled, too", || (shop.world.calls("active") > polls + 2).then_some(()))
        .await;
    assert_eq!((alice.count("code: 012345"), shop.told_by().await.len()), (1, 1));
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn what_is_forged_garbled_lost_or_sent_elsewhere_changes_nothing_and_polling_finishes(
    on: Platform,
) {
    let cases = [
        (PushFault::Forge, Outcome::Answered(401), Counts { forged: 1, ..Counts::default() }),
        (PushFault::Garbage, Outcome::Answered(400), Counts { unreadable: 1, ..Counts::default() }),
        (PushFault::Lose, Outcome::Lost, Counts::default()),
    ];
    for (fault, outcome, counts) in cases {
        let shop = Shop::on_smscode(on).await;
        let mut alice = shop.world.customer(1, "Alice", "10").await;
        alice.buys().await;
        shop.smscode().pushes().fault_once(fault);
        shop.world.code_comes("012345");
        alice.sees("code: 012345").await;
        assert_eq!(shop.answers(&shop.smscode().pushes(), 1).await, [outcome], "{fault:?}");
        assert_eq!(shop.counts(), counts, "{fault:?}");
        assert_eq!(shop.told_by().await, ["poll"], "{fault:?}");
        shop.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn whoever_does_not_know_the_secret_route_finds_nothing_there(on: Platform) {
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let right = shop.address();
    let wrong = format!("{}{}", &right[..right.len() - 32], "0".repeat(32));
    shop.smscode().set_webhook(&wrong, Some(SECRET)).unwrap();
    shop.world.code_comes("012345");
    alice.sees("code: 012345").await;
    assert_eq!(shop.answers(&shop.smscode().pushes(), 1).await, [Outcome::Answered(404)]);
    assert_eq!((shop.counts(), shop.told_by().await), (Counts::default(), vec!["poll".to_owned()]));
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_code_that_is_pushed_before_the_purchase_is_answered_waits_for_it(on: Platform) {
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    shop.smscode().faults().once("create", Fault::Slow(1_500)).unwrap();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    let control = shop.smscode();
    shop.world.until("it is sold", || control.orders().pop()).await;
    shop.polls_no_more();
    shop.world.code_comes("012345");
    assert_eq!(shop.answers(&shop.smscode().pushes(), 1).await, [OK]);
    assert_eq!(alice.count("012345"), 0, "nobody knows yet whose it is");
    alice.sees("code: 012345").await;
    assert_eq!(shop.told_by().await, ["push"]);
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_event_about_a_strangers_order_is_kept_for_a_while_and_changes_nothing(on: Platform) {
    let log = Log::start();
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let stranger = json!({
        "event": "order.otp_received", "timestamp": "2026-09-21T13:46:40+00:00",
        "data": { "order_id": 999_999, "otp_code": "666666", "otp_message": null }
    });
    for _ in 0..2 {
        shop.smscode().pushes().push("by_hand", Some(999_999), &stranger);
    }
    assert_eq!(shop.answers(&shop.smscode().pushes(), 2).await, [OK, OK]);
    shop.world.passes(Duration::from_mins(11));
    shop.worked_on(1).await;
    assert_eq!((alice.count("666666"), shop.told_by().await.len()), (0, 0));
    let told = log.text();
    let told = told.lines().filter(|line| line.contains("an order that is not the shop's"));
    assert_eq!(told.filter(|line| line.contains("provider=\"smscode-v2\"")).count(), 1);
    assert!(!log.text().contains("666666"));
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_end_that_is_told_after_the_code_does_not_close_the_number(on: Platform) {
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    shop.world.code_comes("111111");
    alice.sees("code: 111111").await;
    let order = shop.world.newest_order().id;
    for event in ["order.expired", "order.canceled", "order.completed"] {
        let late = json!({
            "event": event, "timestamp": "2026-09-21T13:46:40+00:00",
            "data": { "order_id": order, "otp_code": null, "otp_message": null }
        });
        shop.smscode().pushes().push("by_hand", Some(order), &late);
    }
    shop.worked_on(4).await;
    shop.world.code_comes("222222");
    alice.sees("code: 222222").await;
    alice.balance_is(&balance_after(&shop, "whatsapp", "indonesia").await).await;
    shop.ends_well().await;
}

/// What is left of ten dollars after one number.
async fn balance_after(shop: &Shop, service: &str, country: &str) -> String {
    let price: f64 = shop.world.price(service, country).await.parse().unwrap();
    format!("${:.2}", 10.0 - price)
}

#[apply(on_each_platform!)]
async fn a_number_that_runs_out_is_refunded_when_the_provider_says_so(on: Platform) {
    let shop = Shop::on_smscode(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    shop.polls_no_more();
    shop.world.passes(Duration::from_mins(21));
    alice.sees("is back on your balance").await;
    assert_eq!(shop.answers(&shop.smscode().pushes(), 1).await, [OK]);
    assert_eq!(shop.world.unrefunded_charges(), 0);
    alice.balance_is("$10.00").await;
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_shop_registers_itself_once_and_makes_sure_that_it_is_reached(on: Platform) {
    // Another program may take the port before the shop does, which only fails the test.
    let port = std::net::TcpListener::bind(loopback()).unwrap().local_addr().unwrap().port();
    let world = World::closed_on(on).await;
    let base_url = format!("{}/v2", world.provider.url());
    let more = [
        ("NUMDESK_HTTP__LISTEN", format!("127.0.0.1:{port}")),
        ("NUMDESK_HTTP__PUBLIC_URL", format!("http://127.0.0.1:{port}/")),
    ];
    let mut shop = Shop::open(world, "smscode-v2", base_url.clone(), &more).await;
    assert_eq!(shop.answers(&shop.smscode().pushes(), 1).await, [OK]);
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    shop.polls_no_more();
    shop.world.code_comes("012345");
    alice.sees("code: 012345").await;
    assert_eq!(shop.told_by().await, ["push"]);

    shop.smscode().faults().clear();
    shop.app.stop().await;
    shop = Shop::open(shop.world, "smscode-v2", base_url, &more).await;
    assert_eq!(shop.answers(&shop.smscode().pushes(), 3).await, [OK; 3]);
    assert_eq!((shop.world.calls("webhook_set"), shop.world.calls("webhook_test")), (1, 2));
    shop.ends_well().await;
}

/// A shop on smsVerificationService, which signs nothing.
async fn on_smsverificationservice(on: Platform) -> (Shop, smsverificationservice::Running) {
    let world = World::closed_on(on).await;
    let clock = world.clock.clock();
    let options = smsverificationservice::Options {
        clock: Clock::from_fn(move || clock.now().0),
        codes: CodePlan::Manual,
        // As the shop is told above: time moves in leaps here.
        requests_per_minute: usize::MAX,
        ..smsverificationservice::Options::new(KEY)
    };
    let provider = smsverificationservice::start(options, loopback()).await.unwrap();
    let base_url = format!("{}/api/v1", provider.url());
    let shop = Shop::open(world, "smsverificationservice", base_url, &[]).await;
    provider.control().set_callback(&shop.address()).unwrap();
    (shop, provider)
}

/// How often single orders were asked for.
fn asked_alone(provider: &smsverificationservice::Running) -> u64 {
    provider.control().request_counts().get("status").map_or(0, |it| it.total)
}

/// Right after the poller asked for an order, which it does not do again for three seconds, in which a pushed hint has its
/// turn.
async fn between_two_polls(shop: &Shop, provider: &smsverificationservice::Running) {
    provider.control().faults().always("orders", DOWN).unwrap();
    let before = asked_alone(provider);
    shop.world.until("it is polled", || (asked_alone(provider) > before).then_some(())).await;
}

#[apply(on_each_platform!)]
async fn an_unsigned_hint_has_the_order_asked_for_at_once(on: Platform) {
    let (shop, provider) = on_smsverificationservice(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let order = provider.control().orders().pop().unwrap().id;
    for code in ["012345", "678900"] {
        between_two_polls(&shop, &provider).await;
        let before = asked_alone(&provider);
        provider.control().deliver(order, code, &format!("Your code is {code}")).unwrap();
        shop.world.passes(TURN);
        let is_asked = |_: &_| (asked_alone(&provider) > before).then_some(());
        provider.control().wait_for(BOUND, is_asked).await.unwrap();
        // It is settled now who tells of it; the chat has its own pace.
        alice.sees(&format!("code: {code}")).await;
    }
    assert_eq!(shop.told_by().await, ["push", "push"]);
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn the_hints_text_stands_in_where_the_provider_shows_none(on: Platform) {
    let (shop, provider) = on_smsverificationservice(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let order = provider.control().orders().pop().unwrap().id;
    for field in ["otp", "message"] {
        let missing = Fault::MissingField(field.to_owned());
        provider.control().faults().always("status", missing).unwrap();
    }
    between_two_polls(&shop, &provider).await;
    let before = asked_alone(&provider);
    provider.control().deliver(order, "012345", "Your code is 012345").unwrap();
    shop.world.passes(TURN);
    let is_asked = |_: &_| (asked_alone(&provider) > before).then_some(());
    provider.control().wait_for(BOUND, is_asked).await.unwrap();
    alice.sees("code: 012345").await;
    assert_eq!(shop.told_by().await, ["push"]);
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_hint_that_lies_changes_nothing(on: Platform) {
    let (shop, provider) = on_smsverificationservice(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let order = provider.control().orders().pop().unwrap().id;
    let lie = json!({
        "event": "incoming_message",
        "message": {
            "order_id": order, "number": "1", "service": "whatsapp", "sender": "1",
            "sms": "Your code is 666666", "type": "str"
        }
    });
    // From then on the list, which shows that nothing has come, spares all questions but the hint's.
    let lists = || provider.control().request_counts().get("orders").map_or(0, |it| it.total);
    let before = lists();
    shop.world.until("the list is read", || (lists() > before + 1).then_some(())).await;
    let asked = || asked_alone(&provider);
    let before = asked();
    provider.control().pushes().push("by_hand", Some(order), &lie);
    shop.worked_on(1).await;
    assert_eq!(asked() - before, 8, "it is asked for, and not for ever");
    assert_eq!((alice.count("666666"), shop.told_by().await.len()), (0, 0));
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_rental_apis_code_is_pushed(on: Platform) {
    let world = World::closed_on(on).await;
    let clock = world.clock.clock();
    let options = smsverifyo_rentals::Options {
        clock: Clock::from_fn(move || clock.now().0),
        codes: CodePlan::Manual,
        ..smsverifyo_rentals::Options::new(KEY)
    };
    let provider = smsverifyo_rentals::start(options, loopback()).await.unwrap();
    let base_url = format!("{}/v1", provider.url());
    let secret = [("NUMDESK_UPSTREAM__WEBHOOK_SECRET", SECRET.to_owned())];
    let shop = Shop::open(world, "smsverifyo-rentals", base_url, &secret).await;
    provider.control().set_webhook(&shop.address(), SECRET).unwrap();
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    provider.control().faults().always("rental", DOWN).unwrap();
    let rental = provider.control().orders().pop().unwrap().id;
    provider.control().deliver(rental, "012345", "Your code is 012345").unwrap();
    alice.sees("code: 012345").await;
    assert_eq!(shop.told_by().await, ["push"]);
    shop.ends_well().await;
}
