//! What the provider charged beside what its list said, for owners.

use std::time::Duration;

use super::{menu::menu_button, not_allowed, show};
use crate::{
    order::State,
    rights::Right,
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::orders::Order,
    text::Words,
};

/// Orders that the page lists.
const LISTED: u32 = 10;

/// The time that the page sums up.
const SUMMED: Duration = Duration::from_hours(30 * 24);

/// The time that the daily notice tells of.
pub(super) const A_DAY: Duration = Duration::from_hours(24);

/// `/prices`.
pub async fn prices(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let words = &caller.words;
    if !caller.may(Right::Prices) {
        return Ok(not_allowed(caller));
    }
    let drift = shop.store.drift_since(shop.clock.now() - SUMMED).await?;
    let mut text = words.spans(
        "prices-title",
        &[
            ("dearer", drift.dearer.into()),
            ("rise", drift.rise.into()),
            ("cheaper", drift.cheaper.into()),
            ("fall", drift.fall.into()),
        ],
    );
    for order in shop.store.drifted_orders(LISTED).await? {
        text.push(Span::Plain("\n".into()));
        text.extend(line(shop, words, &order).await?);
    }
    let screen = Screen::new(text).row(vec![menu_button(words)]).only_for_actor();
    show(shop, caller, screen).await
}

async fn line(shop: &Shop, words: &Words, order: &Order) -> Result<Vec<Span>, Fault> {
    let purchase = &order.purchase;
    let (service, country, flag) = shop.store.names(purchase.service, purchase.country).await?;
    let args = [
        ("order", order.id.0.into()),
        ("service", service.into()),
        ("country", country.into()),
        ("flag", flag.into()),
        ("listed", purchase.quoted_cost.into()),
        ("charged", order.cost.unwrap_or_default().into()),
        ("price", purchase.price.into()),
        ("outcome", outcome(&order.state).into()),
    ];
    Ok(words.spans("prices-line", &args))
}

/// What became of the customer's money.
fn outcome(state: &State) -> &'static str {
    match state {
        State::Placing
        | State::InDoubt { .. }
        | State::NeedsOperator { .. }
        | State::Waiting(_)
        | State::Cancelling(_) => "held",
        State::CodeReceived(_)
        | State::Finished(_)
        | State::Active(_)
        | State::Ended(_)
        | State::Fulfilled(_) => "paid",
        State::Refused { .. }
        | State::Cancelled(_)
        | State::Expired(_)
        | State::Banned(_)
        | State::Undone => "back",
    }
}
