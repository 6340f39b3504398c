//! Prices that differ from the list's: the customer pays the quote or nothing, and the owner sees every drift.

use std::{ffi::OsString, sync::Arc, time::Duration};

use bot_core::money::Money;
use macro_rules_attribute::apply;
use numdesk::{app::App, config::Config};
use sandbox::{
    clock::Clock,
    upstream::{
        numbers::CodePlan,
        smsverifyo::{self, Offer, OrderView},
    },
};

use crate::support::{KEY, Person, Platform, World, loopback};

/// A world whose shop buys from SMSVerifyo, where an order may cost more than the list says.
pub struct Shop {
    pub world: World,
    pub provider: smsverifyo::Running,
    app: Option<App>,
}

impl Shop {
    pub async fn open(on: Platform, more: &[(&str, &str)]) -> Self {
        let world = World::closed_on(on).await;
        let clock = world.clock.clock();
        let options = smsverifyo::Options {
            clock: Clock::from_fn(move || clock.now().0),
            codes: CodePlan::Manual,
            ..smsverifyo::Options::new(KEY)
        };
        let provider = smsverifyo::start(options, loopback()).await.unwrap();
        let mut variables = world.variables();
        for (name, value) in &mut variables {
            match name.to_str() {
                Some("NUMDESK_UPSTREAM__PROVIDER") => *value = "smsverifyo".into(),
                Some("NUMDESK_UPSTREAM__BASE_URL") => {
                    *value = format!("{}/api/public/v1", provider.url()).into();
                }
                _ => {}
            }
        }
        variables.push(("NUMDESK_UPSTREAM__REQUESTS_PER_MINUTE".into(), "100000".into()));
        variables.extend(more.iter().map(|(name, value)| (OsString::from(name), value.into())));
        let config = Config::load(None, variables).unwrap();
        let app = world.starts(&config).await;
        let shop = Arc::clone(app.shop());
        world
            .until("the shop reads the catalogue", || shop.has_whole_catalog().then_some(()))
            .await;
        let mut owner = world.owner();
        owner.sends("/start").await;
        owner.sees("Your balance").await;
        Self { world, provider, app: Some(app) }
    }

    pub fn owner(&self) -> Person {
        self.world.owner()
    }

    pub fn orders(&self) -> Vec<OrderView> {
        self.provider.control().orders()
    }

    pub fn offer(&self) -> Offer {
        self.provider.control().offer("WhatsApp", "Indonesia").unwrap()
    }

    /// What the provider has charged and not paid back, in ten-thousandths.
    pub fn charged(&self) -> i64 {
        let journal = self.provider.control().journal();
        let opening = journal[0].balance;
        opening - journal.last().unwrap().balance
    }

    pub async fn ends_well(mut self) {
        self.world.taps_are_answered().await;
        self.app.take().unwrap().stop().await;
        self.world.ends_well().await;
    }
}

#[apply(on_each_platform!)]
async fn a_number_that_cost_more_than_its_customer_pays_goes_back_and_the_card_says_why(
    on: Platform,
) {
    let shop = Shop::open(on, &[]).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    // A margin of a fifth does not bear a price that is half as high again and more.
    shop.provider.control().set_drift(900).unwrap();
    let mut owner = shop.owner();
    owner.looks_now();
    alice.sends("/buy whatsapp indonesia").await;
    alice.taps("Pay").await;
    alice
        .sees("The supplier asked more than the price you were shown, so the number goes back")
        .await;
    owner.sees("have risen since its list: one order in a day").await;
    // The shop asks to give it back at once, and again when the supplier takes it. Time must not jump while it asks.
    shop.world.passes_slowly(Duration::from_secs(140)).await;
    alice.sees("so I gave the number back. Nothing is charged").await;
    alice.balance_is("$10.00").await;
    assert_eq!(shop.charged(), 0);
    assert!(!owner.has("more than the"), "it went back, so nothing was sold below cost");
    owner.sends("/prices").await;
    let page = owner.sees("More than listed: one order").await.text;
    assert!(page.contains("#1 WhatsApp") && page.contains("given back"), "{page}");
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_code_that_comes_before_a_dear_number_is_back_costs_what_was_shown(on: Platform) {
    let shop = Shop::open(on, &[]).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    shop.provider.control().set_drift(900).unwrap();
    let mut owner = shop.owner();
    owner.looks_now();
    alice.sends("/buy whatsapp indonesia").await;
    let quote = alice.sees("Price:").await.text;
    let after = quote.split("and $").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    alice.taps("Pay").await;
    alice.sees("so the number goes back").await;
    let order = shop.orders()[0].clone();
    shop.provider.control().deliver(order.id, "515151", "Your code is 515151").unwrap();
    alice.sees("code: 515151").await;
    alice.balance_is(&format!("${after}")).await;
    owner.sees("more than the").await;
    assert_eq!(shop.charged(), order.price_pips);
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_owner_may_bear_a_rise_up_to_a_limit(on: Platform) {
    let absorbs =
        [("NUMDESK_PRICING__PRICE_RISE", "absorb"), ("NUMDESK_PRICING__ABSORB_UP_TO", "100")];
    let shop = Shop::open(on, &absorbs).await;
    let mut alice = shop.world.customer(1, "Alice", "10").await;
    shop.provider.control().set_drift(900).unwrap();
    let mut owner = shop.owner();
    owner.looks_now();
    alice.buys().await;
    owner.sees("more than the").await;
    let order = shop.orders()[0].clone();
    assert_eq!(order.price_pips, shop.offer().price_pips * 10);
    shop.provider.control().deliver(order.id, "525252", "Your code is 525252").unwrap();
    alice.sees("code: 525252").await;
    owner.sends("/prices").await;
    let charged = format!("charged ${}", Money::from_raw(order.price_pips));
    let page = owner.sees("More than listed: one order").await.text;
    assert!(page.contains(&charged) && page.contains("paid"), "{page}");
    alice.sends("/prices").await;
    alice.sees("Only the owner of this shop can do that").await;
    shop.ends_well().await;
}

#[apply(on_each_platform!)]
async fn a_rise_within_the_margin_is_the_shops_and_is_told_once_a_day(on: Platform) {
    let shop = Shop::open(on, &[("NUMDESK_PRICING__MINIMUM", "5")]).await;
    let mut alice = shop.world.customer(1, "Alice", "50").await;
    shop.provider.control().set_drift(10).unwrap();
    let mut owner = shop.owner();
    owner.looks_now();
    for _ in 0..3 {
        alice.buys().await;
    }
    owner.sees("have risen since its list").await;
    owner.sends("/prices").await;
    owner.sees("More than listed: 3 orders").await;
    assert_eq!(owner.count("have risen since its list"), 1);
    assert!(!owner.has("more than the"));
    shop.ends_well().await;
}
