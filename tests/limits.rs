//! What others limit: Telegram's flood limits, the provider's rate limits and page sizes. A busy shop never hits them, and
//! nobody waits long for that.

use std::{collections::BTreeSet, time::Duration};

use bot_core::{clock::Timestamp, money::Money};
use futures::future::join_all;
use macro_rules_attribute::apply;
use sandbox::{
    faults::Fault,
    upstream::smscode::{CatalogSize, ProductView, Status},
};

use crate::support::{BOUND, Person, Platform, World, copies};

const STEP: Duration = Duration::from_millis(50);

/// How long a code, and how long any answer, may take in a shop where all buy at once.
const CODE_WITHIN: i64 = 5_000;
const ANSWER_WITHIN: i64 = 10_000;

fn now(world: &World) -> i64 {
    let Timestamp(now) = world.clock.clock().now();
    now
}

/// Buys a number and gets its code; how long the code took, in milliseconds.
async fn buys(world: &World, person: &mut Person) -> i64 {
    person.gets_a_price("/buy whatsapp indonesia").await;
    person.taps("Pay").await;
    let card = person.sees("Your number:").await;
    let phone = copies(&card).remove(0);
    let code = format!("4{:05}", person.id);
    let since = now(world);
    let text = format!("Your code is {code}");
    world.provider.control().deliver_to_phone(&phone, &code, &text).unwrap();
    let message = person.sees(&format!("code: {code}")).await;
    person.taps("Done").await;
    person.sees("this number is closed").await;
    message.sent_at - since
}

/// Asks for help; how long the answer took, in milliseconds.
async fn asks(world: &World, person: &mut Person) -> i64 {
    let since = now(world);
    person.sends("/help").await;
    person.sees("/balance").await.sent_at - since
}

/// Everybody in a group asks at once; how long the last answer took, in milliseconds.
async fn group_asks(world: &World, group: i64, members: &[i64]) -> i64 {
    let control = world.telegram.control();
    let since = now(world);
    for member in members.iter().cycle().take(10) {
        control.say(*member, group, "/help").unwrap();
    }
    let answers = || control.messages(group).into_iter().filter(|message| message.from.is_bot);
    let all = control.until(BOUND, |_| (answers().count() == 10).then_some(()));
    assert!(all.await.is_some(), "{} answers", answers().count());
    answers().map(|message| message.sent_at).max().unwrap() - since
}

/// Six who buy and 45 who only ask.
async fn people(world: &World) -> (Vec<Person>, Vec<Person>) {
    let mut customers = Vec::new();
    for id in 1..=6 {
        let customer = world.customer(id, &format!("Customer{id}"), "10").await;
        customers.push(customer.only_looks());
    }
    let visitor = |id| world.person(id, "Visitor", &format!("visitor{id}")).only_looks();
    (customers, (101..=145).map(visitor).collect())
}

#[tokio::test]
async fn a_busy_shop_is_never_told_to_slow_down() {
    let mut world = World::with_catalog(Platform::Telegram, CatalogSize::Standard).await;
    world.opens().await;
    let (mut customers, mut crowd) = people(&world).await;
    let control = world.telegram.control();
    let groups = [(-500, [1, 2, 3]), (-501, [4, 5, 6])];
    for (group, members) in &groups {
        control.add_group(*group, "Friends", members).unwrap();
    }
    control.set_strict_limits(true);
    let session = futures::future::join3(
        join_all(customers.iter_mut().map(|customer| buys(&world, customer))),
        join_all(crowd.iter_mut().map(|visitor| asks(&world, visitor))),
        join_all(groups.iter().map(|(group, members)| group_asks(&world, *group, members))),
    );
    let (codes, answers, in_groups) = world.at_its_own_pace(STEP, session).await;
    assert!(codes.iter().all(|waited| *waited <= CODE_WITHIN), "{codes:?}");
    assert!(answers.iter().all(|waited| *waited <= ANSWER_WITHIN), "{answers:?}");
    // One message a second and three at once: ten answers cannot come faster.
    assert!(in_groups.iter().all(|waited| *waited <= 12_000), "{in_groups:?}");
    let told = world.telegram_answers();
    assert!(told.len() > 100, "{}", told.len());
    assert_eq!(told.iter().filter(|status| **status == 429).count(), 0);
    world.ends_well().await;
}

/// The same on Discord, where a refusal counts towards a ban.
#[tokio::test]
async fn a_busy_shop_on_discord_is_refused_nothing() {
    let mut world = World::with_catalog(Platform::Discord, CatalogSize::Standard).await;
    world.opens().await;
    let (mut customers, mut crowd) = people(&world).await;
    let control = world.discord.control();
    control.set_strict_limits(true);
    let session = futures::future::join(
        join_all(customers.iter_mut().map(|customer| buys(&world, customer))),
        join_all(crowd.iter_mut().map(|visitor| asks(&world, visitor))),
    );
    let (codes, answers) = world.at_its_own_pace(STEP, session).await;
    assert!(codes.iter().all(|waited| *waited <= CODE_WITHIN), "{codes:?}");
    assert!(answers.iter().all(|waited| *waited <= ANSWER_WITHIN), "{answers:?}");
    assert_eq!(control.invalid_requests(), 0);
    world.ends_well().await;
}

/// The emulator does say 429 to those who do not pace themselves.
#[tokio::test]
async fn telegrams_limits_are_on_in_these_tests() {
    let world = World::with_catalog(Platform::Telegram, CatalogSize::Standard).await;
    let control = world.telegram.control();
    let person = world.person(1, "Alice", "alice");
    control.say(person.id, person.id, "/start").unwrap();
    control.set_strict_limits(true);
    let send = format!("{}/bot{}/sendMessage", world.telegram.url(), crate::support::TOKEN);
    let http = reqwest::Client::new();
    for _ in 0..4 {
        let body = r#"{"chat_id":1,"text":"hello"}"#;
        let request = http.post(&send).header("content-type", "application/json").body(body);
        request.send().await.unwrap();
    }
    assert_eq!(world.telegram_answers(), [200, 200, 200, 429]);
}

#[apply(on_each_platform!)]
async fn ten_open_orders_are_watched_within_the_providers_limits(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "50").await;
    let provider = world.provider.control();
    for _ in 0..10 {
        alice.buys().await;
    }
    let ids: Vec<u64> = provider.orders().iter().map(|order| order.id).collect();
    let mut alice = alice.only_looks();
    let session = async {
        // Without the list that shows all of them, each must be asked for alone.
        let alone = world.calls("order");
        provider.faults().always("active", Fault::Garbage).unwrap();
        world.rests(Duration::from_secs(30)).await;
        provider.faults().clear();
        assert!(world.calls("order") >= alone + 40, "each in turn");
        for (number, id) in ids.into_iter().enumerate().take(4) {
            provider.deliver(id, &format!("90000{number}"), "Your code").unwrap();
            alice.sees(&format!("code: 90000{number}")).await;
        }
        world.rests(Duration::from_mins(2)).await;
        alice.sends("/cancel").await;
        for number in [6, 7] {
            let (message, data) = alice.finds(&format!("#{number} ")).await;
            alice.phone.presses(message, &data);
        }
        world.rests(Duration::from_secs(15)).await;
    };
    world.at_its_own_pace(5 * STEP, session).await;
    let counts = provider.request_counts();
    assert!(counts.values().all(|count| count.rate_limited == 0), "{counts:?}");
    let statuses: Vec<Status> = provider.orders().into_iter().map(|order| order.status).collect();
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(Status::OtpReceived), count(Status::Canceled)), (4, 2), "{statuses:?}");
    let looks = counts["active"].total;
    assert!((120..=300).contains(&looks), "about one look a second in 150 s: {looks}");
    let gap = provider.requests().shortest_gap_ms("order");
    assert!(gap.is_none_or(|gap| gap >= 1_000), "the same order twice within {gap:?} ms");
    world.ends_well().await;
}

/// The labels of the buttons that show one thing each, through all pages.
async fn labels_of_all_pages(person: &mut Person, text: &str, mark: &str) -> Vec<String> {
    let mut labels = Vec::new();
    loop {
        let page = person.sees(text).await;
        let buttons = || page.keyboard.iter().flatten().map(|button| button.text.clone());
        labels.extend(buttons().filter(|label| label.contains(mark)));
        if !buttons().any(|label| label.contains("Next")) {
            return labels;
        }
        person.taps("Next").await;
    }
}

fn on_sale(world: &World) -> impl Iterator<Item = ProductView> {
    world.provider.control().products().into_iter().filter(|product| product.active)
}

#[apply(on_each_platform!)]
async fn ten_thousand_products_are_read_browsed_and_bought(on: Platform) {
    let mut world = World::with_catalog(on, CatalogSize::AtLeast(10_500)).await;
    world.opens().await;
    assert!(world.provider.control().products().len() > 10_000);
    assert!(world.calls("products") >= 2, "one page does not hold them");
    let mut alice = world.customer(1, "Alice", "50").await;
    alice.sends("/start").await;
    alice.taps("Buy a number").await;
    let services = labels_of_all_pages(&mut alice, "Which service", " · ").await;
    let sold: BTreeSet<u64> = on_sale(&world).map(|product| product.platform_id).collect();
    assert_eq!(services.len(), sold.len());
    let distinct: BTreeSet<_> = services.iter().collect();
    assert_eq!(distinct.len(), services.len(), "each once");

    alice.sends("whatsapp").await;
    let countries = labels_of_all_pages(&mut alice, "which country", " · $").await;
    let whatsapp = world.product("WhatsApp", "Indonesia").platform_id;
    let sold = on_sale(&world).filter(|it| it.platform_id == whatsapp && it.available > 0).count();
    assert_eq!(countries.len(), sold);
    let price = |label: &String| {
        let price = label.split(" · $").nth(1).and_then(|rest| rest.split(' ').next());
        Money::parse_amount(price.unwrap()).unwrap()
    };
    assert!(countries.iter().map(price).is_sorted(), "cheapest first: {countries:?}");

    // Far down the list, on the provider's last page.
    let last =
        on_sale(&world).filter(|it| it.name.starts_with("Parlour") && it.available > 0).last();
    let last = last.expect("a product of an invented service");
    alice.gets_a_price(&format!("/buy {}", last.name)).await;
    alice.taps("Pay").await;
    alice.sees("Your number:").await;
    assert_eq!(world.newest_order().product_id, last.id);
    world.ends_well().await;
}

#[apply(on_each_platform!)]
async fn an_order_that_ends_while_it_is_given_back_is_not_asked_for_twice_at_once(on: Platform) {
    let world = World::open_on(on).await;
    let mut alice = world.customer(1, "Alice", "50").await;
    let provider = world.provider.control();
    for _ in 0..10 {
        alice.buys().await;
    }
    let ids: Vec<u64> = provider.orders().iter().map(|order| order.id).collect();
    let mut alice = alice.only_looks();
    let session = async {
        world.rests(Duration::from_secs(135)).await;
        alice.sends("/cancel").await;
        // Two end at the provider at the very moment at which their customer wants them back.
        for (number, id) in [(6, ids[5]), (7, ids[6])] {
            let (message, data) = alice.finds(&format!("#{number} ")).await;
            provider.cancel_order(id).unwrap();
            alice.phone.presses(message, &data);
        }
        world.rests(Duration::from_secs(15)).await;
    };
    world.at_its_own_pace(5 * STEP, session).await;
    let gap = provider.requests().shortest_gap_ms("order");
    assert!(gap.is_none_or(|gap| gap >= 1_000), "the same order twice within {gap:?} ms");
    world.ends_well().await;
}

/// At sixty requests a minute a key without its list cannot watch many numbers.
#[apply(on_each_platform!)]
async fn while_too_many_numbers_wait_a_customer_is_told_and_then_nothing_is_sold(on: Platform) {
    let settings = [
        ("NUMDESK_UPSTREAM__REQUESTS_PER_MINUTE", "60"),
        ("NUMDESK_UPSTREAM__TELL_LATE_SECONDS", "5"),
        ("NUMDESK_UPSTREAM__REFUSE_LATE_SECONDS", "10"),
    ];
    let world = World::open_where(on, &settings).await;
    let mut alice = world.customer(1, "Alice", "10").await;
    let mut bob = world.customer(2, "Bob", "10").await;
    world.provider.control().faults().always("active", Fault::Garbage).unwrap();
    for _ in 0..2 {
        alice.buys().await;
    }
    world.passes_slowly(Duration::from_secs(5)).await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.sees("Busy just now: your code may show up to 6 seconds after it came").await;
    bob.taps("Pay").await;
    bob.sees("Your number:").await;
    bob.gets_a_price("/buy whatsapp indonesia").await;
    alice.buys().await;
    world.passes_slowly(Duration::from_secs(5)).await;
    // It was offered while there was room.
    bob.taps("Pay").await;
    bob.sees("nothing was bought, and nothing was charged").await;
    bob.sends("/buy whatsapp indonesia").await;
    bob.sees("nothing was bought, and nothing was charged").await;
    assert_eq!(world.provider.control().orders().len(), 4);
    // With the list back every number is watched by one request.
    world.provider.control().faults().clear();
    world.passes_slowly(Duration::from_secs(20)).await;
    bob.buys().await;
    assert_eq!(world.provider.control().orders().len(), 5);
    assert_eq!(world.unrefunded_charges(), 5);
    world.ends_well().await;
}
