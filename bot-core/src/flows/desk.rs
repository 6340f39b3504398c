//! The desk: how the shop does, and where any order stands, for the people who run it.
//!
//! Reads only, but for the buttons that lead elsewhere. Knows nothing of how an unsettled order is settled (`doubt.rs`).

use std::time::Duration;

use super::{admin, admin::echo, button, doubt, menu::menu_button, not_allowed, say, show};
use crate::{
    action::Tap,
    ids::OrderId,
    money::Money,
    phone::Phone,
    rights::Right,
    screen::{Button, Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::desk::{Delivery, Figures},
    text::Words,
};

/// What the figures look back on.
const DAY: Duration = Duration::from_hours(24);

/// How long somebody waits for the provider to tell its balance.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Services, unsettled orders and orders of one number that are shown.
const SERVICES: usize = 5;
const UNSETTLED: u32 = 6;
const OF_A_NUMBER: u32 = 8;

/// From here on what the balance lasts is told in days.
const IN_DAYS: u64 = 48;

/// `/desk`.
pub async fn desk(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    if !caller.may(Right::Desk) {
        return Ok(not_allowed(caller));
    }
    let words = &caller.words;
    let since = shop.clock.now() - DAY;
    let figures = shop.store.figures(since).await?;
    let unsettled = shop.store.unsettled_orders(UNSETTLED).await?;
    let mut lines = vec![words.spans("desk-title", &[])];
    lines.extend(reseller(shop, words, figures.cost).await);
    lines.extend(standing(words, &figures)?);
    let deliveries = shop.store.deliveries(since).await?;
    lines.extend(deliveries.iter().take(SERVICES).map(|it| delivery(words, it)));
    if shop.upstream.budget().is_down() {
        lines.push(words.spans("desk-down", &[]));
    }
    if !unsettled.is_empty() {
        lines.push(words.spans("desk-unsettled", &[]));
    }
    let to_order = |id: &OrderId| {
        let label = words.line("button-desk-order", &[("order", id.0.into())]);
        Button::tap(label, Tap::Doubt(*id))
    };
    let mut screen = Screen::new(lines.join(&Span::Plain("\n".into())));
    for row in unsettled.chunks(3) {
        screen = screen.row(row.iter().map(to_order).collect());
    }
    let screen =
        screen.row(vec![button(words, "button-desk-again", Tap::Desk), menu_button(words)]);
    show(shop, caller, screen.only_for_actor()).await
}

/// The shop's own balance at the provider, and how long it lasts.
async fn reseller(shop: &Shop, words: &Words, spent: Money) -> Vec<Vec<Span>> {
    let provider = ("provider", shop.upstream.capabilities().provider.into());
    let told = tokio::select! {
        biased;
        told = shop.upstream.balance() => told.ok(),
        () = shop.clock.sleep(ANSWER_WITHIN) => None,
    };
    let Some(balance) = told else {
        return vec![words.spans("desk-reseller-unknown", &[provider])];
    };
    let args = [provider, ("balance", balance.money.into())];
    let mut lines = vec![words.spans("desk-reseller", &args)];
    if let Some(hours) = balance.money.lasts(spent) {
        let is_long = hours >= IN_DAYS;
        let (unit, count) = if is_long { ("days", hours / 24) } else { ("hours", hours) };
        let args =
            [("unit", unit.into()), ("count", i64::try_from(count).unwrap_or(i64::MAX).into())];
        lines.push(words.spans("desk-lasts", &args));
    }
    lines
}

fn standing(words: &Words, figures: &Figures) -> Result<[Vec<Span>; 3], Fault> {
    let earned = figures.sales.checked_sub(figures.repaid)?;
    Ok([
        words.spans(
            "desk-held",
            &[
                ("held", figures.held.into()),
                ("owed", figures.owed.into()),
                ("escrow", figures.escrow.into()),
            ],
        ),
        words.spans(
            "desk-open",
            &[("open", figures.open.into()), ("messages", figures.messages.into())],
        ),
        words.spans(
            "desk-sales",
            &[
                ("sold", figures.sold.into()),
                ("sales", figures.sales.into()),
                ("repaid", figures.repaid.into()),
                ("profit", earned.checked_sub(figures.cost)?.into()),
            ],
        ),
    ])
}

fn delivery(words: &Words, delivery: &Delivery) -> Vec<Span> {
    let seconds = delivery.median.map_or(0, |median| median.as_secs());
    words.spans(
        "desk-delivery",
        &[
            ("service", delivery.service.as_str().into()),
            ("tried", delivery.tried.into()),
            ("delivered", delivery.delivered.into()),
            ("seconds", i64::try_from(seconds).unwrap_or(i64::MAX).into()),
        ],
    )
}

/// `/find 12`, `/find +6281234567`, `/find @anna`: an order, the orders of a number, or a customer.
pub async fn find(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.may(Right::LookUp) {
        return Ok(not_allowed(caller));
    }
    let typed = typed.trim();
    if typed.is_empty() && caller.actor.reply_to.is_none() {
        return Ok(say(caller, "find-usage", &[]));
    }
    if let Ok(id) = typed.trim_start_matches('#').parse().map(OrderId)
        && shop.store.order(id).await?.is_some()
    {
        return doubt::look(shop, caller, id).await;
    }
    if let Ok(phone) = Phone::parse(typed) {
        let orders = shop.store.orders_with(&phone, OF_A_NUMBER).await?;
        if let [order] = orders.as_slice() {
            return doubt::look(shop, caller, order.id).await;
        }
        if !orders.is_empty() {
            let words = &caller.words;
            let mut screen = Screen::new(words.spans("find-orders", &[]));
            for order in orders {
                let label = words.line("button-desk-order", &[("order", order.id.0.into())]);
                screen = screen.row(vec![Button::tap(label, Tap::Doubt(order.id))]);
            }
            return show(shop, caller, screen.only_for_actor()).await;
        }
    }
    let who = (!typed.is_empty()).then_some(typed);
    match admin::find(shop, caller, who).await? {
        Some(customer) => admin::customer(shop, caller, customer.id).await,
        None => Ok(say(caller, "find-nothing", &[("typed", echo(typed).into())])),
    }
}
