//! Everything that is known of one order, for the people who run the shop; and for one that nothing settles, the two ways
//! to end it.
//!
//! A number at the provider is adopted only when its own records, read anew at the tap, show it and no order of ours has
//! it. Knows nothing of how doubt is settled without a person (`worker/place/settle.rs`).

use std::time::Duration;

use super::{account::when, alert, button, menu, not_allowed, show};
use crate::{
    action::{RecordCode, Tap},
    ids::OrderId,
    order::{Event, Item, State, observed},
    rights::Right,
    screen::{Button, Reply, Screen, Span},
    shop::{Caller, Fault, Happened, Shop},
    store::{audit_log::Act, orders::Order},
    text::{Arg, Words},
    transition::Applied,
    upstream::{FindAgain, Kind, UpstreamOrder, UpstreamStatus},
    worker::place,
};

/// The provider's orders that one screen offers.
const OFFERED: usize = 5;

/// What happened to the order, as far as one screen lists it.
const HAPPENINGS: usize = 8;

/// Characters of the idempotency key that are shown: enough to find it in the provider's logs.
const KEY_SHOWN: usize = 12;

/// How long somebody waits for the provider's records.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// What the provider's records show of an order.
enum Records {
    /// Nothing is to be found there: there are none, or it is known which of the provider's orders it is.
    Pointless,
    Unreadable,
    /// Those that could be it, the likeliest first.
    Read(Vec<UpstreamOrder>),
}

/// *Look into it.* What ends an order is offered to those who may.
pub async fn look(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    if !caller.may(Right::LookUp) {
        return Ok(not_allowed(caller));
    }
    let Some(order) = shop.store.order(id).await? else { return Ok(menu::stale_button(caller)) };
    let may_settle = caller.may(Right::Settle);
    let records = if may_settle { records(shop, &order).await? } else { Records::Pointless };
    let screen = screen(shop, &caller.words, &order, &records, may_settle).await?;
    show(shop, caller, screen).await
}

/// *This is it.* However often it is tapped, one order gets the number, once.
pub async fn adopt(
    shop: &Shop,
    caller: &Caller<'_>,
    id: OrderId,
    code: RecordCode,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    if !caller.may(Right::Settle) {
        return Ok(not_allowed(caller));
    }
    let Some(order) = shop.store.order(id).await? else { return Ok(menu::stale_button(caller)) };
    if !is_unsettled(&order.state) {
        return Ok(alert(words.line("refund-settled", &[])));
    }
    let Some(record) = chosen(shop, &order, code).await? else {
        return Ok(alert(words.line("adopt-gone", &[])));
    };
    let Some(seen) = look_again(shop, record).await else {
        return Ok(alert(words.line("adopt-unread", &[])));
    };
    let cost = seen.cost.clone();
    let what_happened = observed(&seen);
    let Some(goods) = place::goods(shop, &order, seen) else {
        return Ok(alert(words.line("adopt-empty", &[])));
    };
    let events = [Event::OperatorAdopt(goods)].into_iter().chain(what_happened).collect();
    let happened = Happened { order: id, events, cost, looked_at: None };
    match shop.commit_as(caller.badge(), Act::Adopt, happened).await? {
        None => Ok(not_allowed(caller)),
        Some(Applied::Moved) => {
            let text = words.spans("adopt-done", &[("order", id.0.into())]);
            show(shop, caller, Screen::new(text).only_for_actor()).await
        }
        Some(Applied::Unchanged) => Ok(alert(words.line("refund-settled", &[]))),
    }
}

/// The one record that the button meant, as the provider's list shows it now.
async fn chosen(
    shop: &Shop,
    order: &Order,
    code: RecordCode,
) -> Result<Option<UpstreamOrder>, Fault> {
    let Records::Read(records) = records(shop, order).await? else { return Ok(None) };
    let mut meant = records.into_iter().filter(|record| RecordCode::from(&record.id) == code);
    let only = meant.next();
    Ok(only.filter(|_| meant.next().is_none()))
}

/// The order itself, with what only the list tells; `None` when it cannot be read.
async fn look_again(shop: &Shop, record: UpstreamOrder) -> Option<UpstreamOrder> {
    let answer = tokio::select! {
        biased;
        answer = shop.look_at(&record.id) => answer,
        () = shop.clock.sleep(ANSWER_WITHIN) => return None,
    };
    match answer {
        Ok(seen) => Some(UpstreamOrder {
            status: seen.status,
            phone: seen.phone.or(record.phone),
            activation_code: seen.activation_code.or(record.activation_code),
            cost: seen.cost.or(record.cost),
            created_at: seen.created_at.or(record.created_at),
            expires_at: seen.expires_at.or(record.expires_at),
            sms: seen.sms,
            ..record
        }),
        Err(error) => {
            tracing::warn!(%error, "an order that is to be adopted could not be read");
            shop.upstream_failed(&error).await;
            None
        }
    }
}

/// Before the money goes back although there is a number in use, or the records show what could be it: asks once more.
/// `None` when there is nothing to ask, or the records cannot be read.
pub(super) async fn ask_before_refund(
    shop: &Shop,
    caller: &Caller<'_>,
    order: &Order,
) -> Result<Option<Reply>, Fault> {
    let words = &caller.words;
    if order.state.line().is_some_and(|line| line.expires_at > shop.clock.now())
        && order.state.holds_money()
    {
        let text = words.spans("refund-confirm-open", &[("order", order.id.0.into())]);
        return show(shop, caller, sure(words, order, text)).await.map(Some);
    }
    let found = match records(shop, order).await? {
        Records::Pointless | Records::Unreadable => return Ok(None),
        Records::Read(found) if found.is_empty() => return Ok(None),
        Records::Read(found) => found,
    };
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let args = [("order", order.id.0.into()), ("count", count.into())];
    show(shop, caller, sure(words, order, words.spans("refund-confirm", &args))).await.map(Some)
}

fn sure(words: &Words, order: &Order, question: Vec<Span>) -> Screen {
    Screen::new(question)
        .row(vec![button(words, "button-refund-anyway", Tap::RefundAnyway(order.id))])
        .row(vec![button(words, "button-doubt", Tap::Doubt(order.id))])
        .only_for_actor()
}

/// Whether it is unknown what was bought.
fn is_unsettled(state: &State) -> bool {
    matches!(state, State::InDoubt { .. } | State::NeedsOperator { line: None })
}

async fn records(shop: &Shop, order: &Order) -> Result<Records, Fault> {
    let has_records = match (shop.upstream.capabilities().find_again, order.purchase.item) {
        (FindAgain::SameKey | FindAgain::Records, Item::New(_)) => shop.buys_from(order),
        (FindAgain::Balance, _) | (_, Item::Renewal { .. }) => false,
    };
    if !has_records || !is_unsettled(&order.state) {
        return Ok(Records::Pointless);
    }
    let read = tokio::select! {
        biased;
        read = shop.unclaimed_records(order, None) => read?,
        () = shop.clock.sleep(ANSWER_WITHIN) => None,
    };
    let Some(mut found) = read else { return Ok(Records::Unreadable) };
    found.sort_by_key(|record| {
        record.created_at.map_or(u64::MAX, |at| at.0.abs_diff(order.created_at.0))
    });
    found.truncate(OFFERED);
    Ok(Records::Read(found))
}

async fn screen(
    shop: &Shop,
    words: &Words,
    order: &Order,
    records: &Records,
    may_settle: bool,
) -> Result<Screen, Fault> {
    let mut text = words.spans("doubt-card", &known(shop, order).await?);
    let history = shop.store.history(order.id).await?;
    for happening in history.iter().rev().take(HAPPENINGS).rev() {
        let args =
            [("when", when(happening.at).into()), ("event", happening.event.as_str().into())];
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("doubt-event", &args));
    }
    let needs_a_person =
        is_unsettled(&order.state) || matches!(order.state, State::NeedsOperator { .. });
    if let Some(line) = order.state.line() {
        let args = [
            ("id", line.upstream.as_str().into()),
            ("phone", line.phone.as_str().into()),
            ("until", when(line.expires_at).into()),
        ];
        text.push(Span::Plain("\n\n".into()));
        text.extend(words.spans("doubt-line", &args));
        if needs_a_person {
            text.push(Span::Plain("\n".into()));
            text.extend(words.spans("doubt-line-advice", &[]));
        }
    } else if needs_a_person && may_settle {
        text.push(Span::Plain("\n\n".into()));
        text.extend(evidence(shop, words, order, records).await?);
    }
    let mut screen = Screen::new(text);
    if let Records::Read(found) = records {
        for record in found {
            screen = screen.row(vec![adopt_button(words, order, record)]);
        }
    }
    let look_again = button(words, "button-doubt-again", Tap::Doubt(order.id));
    let refund = (needs_a_person && may_settle)
        .then(|| button(words, "button-refund", Tap::Refund(order.id)));
    Ok(screen.row(vec![look_again]).row(refund.into_iter().collect()).only_for_actor())
}

/// What the shop itself knows.
async fn known(shop: &Shop, order: &Order) -> Result<Vec<(&'static str, Arg)>, Fault> {
    let purchase = &order.purchase;
    let (service, country, flag) = shop.store.names(purchase.service, purchase.country).await?;
    let customer = shop.store.customer(purchase.customer).await?;
    let name = customer.map(|customer| customer.name).unwrap_or_default();
    let (kind, days) = match purchase.item {
        Item::New(Kind::Activation) => ("activation", 0),
        Item::New(Kind::Rental { days }) => ("rental", days),
        Item::New(Kind::Esim) => ("esim", 0),
        Item::Renewal { days, .. } => ("renewal", days),
    };
    let key: String = purchase.key.as_str().chars().take(KEY_SHOWN).collect();
    Ok(vec![
        ("order", order.id.0.into()),
        ("state", order.state.word().into()),
        ("name", name.into()),
        ("identity", purchase.identity.to_string().into()),
        ("service", service.into()),
        ("country", country.into()),
        ("flag", flag.into()),
        ("kind", kind.into()),
        ("days", i64::from(days).into()),
        ("price", purchase.price.into()),
        ("listed", purchase.quoted_cost.into()),
        ("provider", purchase.provider.as_str().into()),
        ("key", key.into()),
    ])
}

/// What the provider shows where it is not known what was bought.
async fn evidence(
    shop: &Shop,
    words: &Words,
    order: &Order,
    records: &Records,
) -> Result<Vec<Span>, Fault> {
    Ok(match records {
        Records::Pointless => match shop.store.balance_mark(order.id).await? {
            Some(mark) => {
                let amount = mark.amount.to_string();
                let args = [("amount", amount.into()), ("when", when(mark.read_at).into())];
                words.spans("doubt-balance", &args)
            }
            None => words.spans("doubt-no-records", &[]),
        },
        Records::Unreadable => words.spans("doubt-unreadable", &[]),
        Records::Read(found) if found.is_empty() => words.spans("doubt-nothing", &[]),
        Records::Read(found) => {
            let mut spans = words.spans("doubt-found", &[]);
            for record in found {
                spans.push(Span::Plain("\n".into()));
                spans.extend(words.spans("doubt-record", &record_args(record)));
            }
            spans
        }
    })
}

fn record_args(record: &UpstreamOrder) -> [(&'static str, Arg); 5] {
    let unknown = || Arg::from("?");
    [
        ("id", record.id.as_str().into()),
        ("when", record.created_at.map_or_else(unknown, |at| when(at).into())),
        ("status", status(record.status).into()),
        ("price", record.cost.as_ref().map_or_else(unknown, |cost| cost.money.into())),
        ("phone", record.phone.as_ref().map_or_else(unknown, |phone| phone.as_str().into())),
    ]
}

fn status(status: UpstreamStatus) -> &'static str {
    match status {
        UpstreamStatus::Active => "active",
        UpstreamStatus::CodeReceived => "code",
        UpstreamStatus::Completed => "completed",
        UpstreamStatus::Cancelled => "cancelled",
        UpstreamStatus::Expired => "expired",
        UpstreamStatus::Banned => "banned",
    }
}

fn adopt_button(words: &Words, order: &Order, record: &UpstreamOrder) -> Button {
    let tap = Tap::Adopt { order: order.id, record: (&record.id).into() };
    Button::tap(words.line("button-adopt", &[("id", record.id.as_str().into())]), tap)
}
