//! An order's card: the one message per purchase, and what its buttons do.

use std::time::Duration;

use super::{alert, menu::menu_button, rental, toast};
use crate::{
    action::Tap,
    clock::Timestamp,
    ids::OrderId,
    ledger::Purse,
    order::{Event, Line, State},
    screen::{Reply, Screen, Span},
    seeded::bug,
    shop::{Caller, Fault, Shop},
    store::{
        orders::{Order, Purchase},
        outbox::Notice,
    },
    text::Words,
    transition::{Applied, Source},
    upstream::CancelRule,
};

pub use view::render;

mod view;

/// How long somebody waits for the answer to *Another SMS*.
const RESEND_WITHIN: Duration = Duration::from_secs(8);

/// How long until the provider takes a number back; zero when it does, `None` when it never will.
pub fn until_cancel(rule: CancelRule, line: &Line, now: Timestamp) -> Option<Duration> {
    match rule {
        CancelRule::Never => None,
        CancelRule::After(wait) => Some((line.accepted_at + wait).since(now)),
    }
}

/// An order of this customer's. Anybody else's does not exist.
pub(super) async fn own(
    shop: &Shop,
    caller: &Caller<'_>,
    id: OrderId,
) -> Result<Option<Order>, Fault> {
    let order = shop.store.order(id).await?;
    let Some(order) = order else { return Ok(None) };
    let is_own = shop.store.belongs_to(order.purchase.customer, caller.customer.id).await?;
    Ok((is_own || bug("strangers-orders-exist")).then_some(order))
}

pub(super) fn not_found(caller: &Caller<'_>) -> Reply {
    alert(caller.words.line("order-not-found", &[]))
}

/// Shows an order in the tapped message, which is its card from now on; in a new one where the tapped message is the card
/// of another order.
pub async fn open(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
    shop.expects(id);
    if order.purchase.chat != caller.actor.private_chat {
        // Bought on another platform: its card stays there, and this is a copy.
        let screen = render(shop, &caller.words, &order).await?;
        return super::show(shop, caller, screen).await;
    }
    let here = match &caller.actor.message {
        Some(message) if message.chat == order.purchase.chat => {
            let shown = shop.store.order_on(message).await?;
            Some(message.clone()).filter(|_| shown.is_none_or(|shown| shown == id))
        }
        Some(_) | None => None,
    };
    let (chat, now) = (order.purchase.chat, shop.clock.now());
    shop.store
        .write(move |tx| {
            Box::pin(async move {
                match here {
                    Some(message) => tx.set_card(id, &message).await?,
                    None => tx.remove_card(id).await?,
                }
                tx.tell(&chat, &Notice::Card { order: id }, now).await
            })
        })
        .await?;
    shop.wake();
    Ok(Reply::Nothing)
}

/// *Give it back.*
pub async fn cancel(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
    let words = &caller.words;
    let line = match &order.state {
        State::Waiting(line) => line,
        State::Cancelling(_) => return Ok(toast(words.line("cancel-asked", &[]))),
        State::Placing | State::InDoubt { .. } | State::NeedsOperator { .. } => {
            return Ok(alert(words.line("cancel-not-yet", &[])));
        }
        State::CodeReceived(_) => return Ok(alert(words.line("cancel-has-code", &[]))),
        State::Active(line) => return rental::give_back(shop, caller, &order, line).await,
        State::Refused { .. }
        | State::Ended(_)
        | State::Fulfilled(_)
        | State::Undone
        | State::Finished(_)
        | State::Cancelled(_)
        | State::Expired(_)
        | State::Banned(_) => return Ok(closed(words, &order)),
    };
    match until_cancel(shop.upstream.capabilities().cancel, line, shop.clock.now()) {
        None => Ok(alert(words.line("cancel-impossible", &[]))),
        Some(Duration::ZERO) => {
            let applied = shop.apply(id, Event::CancelAsked, Source::Customer).await?;
            match applied {
                Applied::Moved => Ok(toast(words.line("cancel-asked", &[]))),
                // The code was faster.
                Applied::Unchanged => Ok(toast(words.line("cancel-has-code", &[]))),
            }
        }
        Some(left) => Ok(alert(words.line("cancel-too-early", &[("left", left.into())]))),
    }
}

/// Where money goes that comes back.
pub(super) fn back_to(words: &Words, purchase: &Purchase) -> String {
    match purchase.purse() {
        Purse::Wallet(_) => words.line("back-on-balance", &[]),
        Purse::Pool(_) => words.line("back-in-pool", &[]),
    }
}

fn closed(words: &Words, order: &Order) -> Reply {
    let args =
        [("state", order.state.word().into()), ("back", back_to(words, &order.purchase).into())];
    alert(words.line("order-closed", &args))
}

/// `/cancel`: the one open number, or a choice of several.
pub async fn cancel_command(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let words = &caller.words;
    let mut open = shop.store.open_orders_of(caller.customer.id).await?;
    open.retain(|order| order.state.holds_money());
    if let [order] = open.as_slice() {
        return match cancel(shop, caller, order.id).await? {
            Reply::Toast(notice) => {
                let screen = Screen::new(vec![Span::Plain(notice.text)]).only_for_actor();
                super::show(shop, caller, screen).await
            }
            other @ (Reply::Nothing | Reply::Show { .. }) => Ok(other),
        };
    }
    let text = if open.is_empty() { "cancel-nothing-open" } else { "cancel-which" };
    let mut screen = Screen::new(words.spans(text, &[])).only_for_actor();
    for order in open.iter().take(super::PAGE) {
        let button =
            super::account::order_button(shop, words, order, Tap::Cancel(order.id)).await?;
        screen = screen.row(vec![button]);
    }
    super::show(shop, caller, screen.row(vec![menu_button(words)])).await
}

/// *Another SMS.* Asks the provider while the person waits, since only it knows whether this service can.
pub async fn another(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
    let words = &caller.words;
    let State::CodeReceived(line) = &order.state else { return Ok(closed(words, &order)) };
    if !shop.buys_from(&order) {
        return Ok(alert(words.line("another-failed", &[])));
    }
    tokio::select! {
        biased;
        answer = shop.upstream.resend(&line.upstream) => match answer {
            Ok(true) => {
                shop.polls.notify_one();
                Ok(toast(words.line("another-asked", &[])))
            }
            Ok(false) => Ok(alert(words.line("another-unsupported", &[]))),
            Err(error) => {
                tracing::info!(order = %id, %error, "another SMS could not be asked for");
                shop.upstream_failed(&error).await;
                Ok(alert(words.line("another-failed", &[])))
            }
        },
        () = shop.clock.sleep(RESEND_WITHIN) => Ok(alert(words.line("another-failed", &[]))),
    }
}

/// *Done.* The number is free.
pub async fn done(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
    match shop.apply(id, Event::DoneAsked, Source::Customer).await? {
        Applied::Moved => Ok(toast(caller.words.line("done-thanks", &[]))),
        Applied::Unchanged => Ok(closed(&caller.words, &order)),
    }
}
