//! The shop on SmsBuyz: every operator an offer, no cooldown, no key that makes a purchase repeatable, and bans.

use std::{sync::Arc, time::Duration};

use bot_core::{
    ids::UpstreamOrderId,
    upstream::{
        budget::Budget,
        smsbuyz::{Settings, SmsBuyz},
    },
};
use macro_rules_attribute::apply;
use numdesk::{app::App, config::Config};
use sandbox::{
    clock::Clock,
    faults::Fault,
    upstream::{
        numbers::CodePlan,
        smsbuyz::{self, OrderView, Status},
    },
};

use crate::support::{KEY, OWNER, Platform, World, loopback};

/// A world whose shop buys from SmsBuyz.
struct Shop {
    world: World,
    provider: smsbuyz::Running,
    app: App,
}

impl Shop {
    async fn open(on: Platform) -> Self {
        let world = World::closed_on(on).await;
        let clock = world.clock.clock();
        let options = smsbuyz::Options {
            clock: Clock::from_fn(move || clock.now().0),
            codes: CodePlan::Manual,
            ..smsbuyz::Options::new(KEY)
        };
        let provider = smsbuyz::start(options, loopback()).await.unwrap();
        let mut variables = world.variables();
        for (name, value) in &mut variables {
            match name.to_str() {
                Some("NUMDESK_UPSTREAM__PROVIDER") => *value = "smsbuyz".into(),
                Some("NUMDESK_UPSTREAM__BASE_URL") => {
                    *value = format!("{}/v1", provider.url()).into();
                }
                _ => {}
            }
        }
        let config = Config::load(None, variables).unwrap();
        let app = world.starts(&config).await;
        let shop = Arc::clone(app.shop());
        world
            .until("the shop reads the catalogue", || shop.has_whole_catalog().then_some(()))
            .await;
        let mut owner = world.person(OWNER, "Olivia", "olivia");
        owner.sends("/start").await;
        owner.sees("Your balance").await;
        Self { world, provider, app }
    }

    fn orders(&self) -> Vec<OrderView> {
        self.provider.control().orders()
    }

    async fn newest_becomes(&self, status: Status) {
        let what = format!("the provider's order becomes {status:?}");
        let probe = || (self.orders().last()?.status == status).then_some(());
        self.world.until(&what, probe).await;
    }

    async fn ends_well(self) {
        self.app.stop().await;
        self.world.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_number_is_bought_from_the_cheapest_operator_and_its_codes_come(on: Platform) {
    let shop = Shop::open(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    let cheapest = shop.provider.control().offer("whatsapp", "id").unwrap();
    alice.buys().await;
    let order = shop.orders().pop().unwrap();
    assert_eq!((&order.offer, order.price_pips), (&cheapest.key, cheapest.price_pips));
    assert_eq!(alice.copies(), vec![order.phone]);
    for code in ["012345", "678900"] {
        shop.provider.control().deliver(order.id, code, &format!("Your code is {code}")).unwrap();
        alice.sees(&format!("code: {code}")).await;
    }
    alice.taps("Done").await;
    alice.sees("this number is closed").await;
    shop.newest_becomes(Status::Finished).await;
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_number_is_given_back_at_once(on: Platform) {
    let shop = Shop::open(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    alice.taps("Give it back").await;
    alice.sees("is back on your balance").await;
    assert_eq!(shop.orders()[0].status, Status::Canceled);
    alice.balance_is("$10.00").await;
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_purchase_that_never_arrived_is_settled_by_the_records_and_not_repeated(on: Platform) {
    let shop = Shop::open(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    shop.provider.control().faults().once("buy", Fault::ResetBefore).unwrap();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    alice.sees("checking whether it gave you a number").await;
    shop.world.passes(Duration::from_mins(3));
    alice.sees("the supplier gave out no number").await;
    let purchases = shop.provider.control().request_counts()["buy"].total;
    assert_eq!((purchases, shop.orders().len()), (1, 0));
    alice.balance_is("$10.00").await;
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_purchase_whose_answer_was_lost_is_found_in_the_records_and_its_code_comes(on: Platform) {
    let shop = Shop::open(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    shop.provider.control().faults().once("buy", Fault::ResetAfterCommit).unwrap();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    let order = shop.orders()[0].clone();
    assert_eq!(alice.copies(), vec![format!("+{}", order.phone.trim_start_matches('+'))]);
    shop.provider.control().deliver(order.id, "818181", "Your code is 818181").unwrap();
    alice.sees("code: 818181").await;
    assert_eq!(shop.orders().len(), 1);
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_number_that_is_banned_before_a_code_is_paid_back(on: Platform) {
    let shop = Shop::open(on).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    alice.buys().await;
    let client = SmsBuyz::new(Settings {
        base_url: format!("{}/v1", shop.provider.url()),
        api_key: KEY.into(),
        timeout: Duration::from_secs(3),
        clock: shop.world.clock.clock(),
        budget: Budget::without_limits(shop.world.clock.clock()),
    });
    let id = UpstreamOrderId(shop.orders()[0].id.to_string());
    client.unwrap().ban(&id).await.unwrap();
    alice.sees("turned out to be unusable").await;
    alice.balance_is("$10.00").await;
    shop.ends_well().await;
}
