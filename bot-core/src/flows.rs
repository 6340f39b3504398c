//! What each action does. One file per subject; a flow reads, asks the catalogue or the provider, writes once, and
//! answers with a screen. Words come from `text.rs`, rules from `order.rs`, `ledger.rs` and `pricing.rs`.

pub mod account;
pub mod admin;
mod amount;
pub mod browse;
pub mod buy;
pub mod card;
pub mod credit;
pub mod credit_line;
pub mod deposit;
pub mod desk;
pub mod doubt;
pub mod esim;
pub mod link;
pub mod menu;
pub mod notice;
pub mod options;
pub mod pool;
pub mod prices;
pub mod quote;
pub mod rental;
pub mod staff;
pub mod voucher;

#[cfg(test)]
mod testing;

use crate::{
    action::{ChatKind, Tap},
    screen::{Button, Place, Privacy, Reply, Screen, Toast},
    shop::{Caller, Fault, Shop},
    text::{Arg, Words},
};

/// Buttons that list things: this many on a page.
const PAGE: usize = 8;

/// Shows a screen over the tapped message, unless that message is an order's card, which must stay.
async fn show(shop: &Shop, caller: &Caller<'_>, screen: Screen) -> Result<Reply, Fault> {
    let place = match &caller.actor.message {
        Some(message) if shop.store.order_on(message).await?.is_none() => Place::Edit,
        Some(_) | None => Place::New,
    };
    let leaves_the_group =
        caller.actor.chat_kind == ChatKind::Group && screen.privacy == Privacy::OnlyActor;
    let text = leaves_the_group.then(|| caller.words.line("sent-in-private", &[]));
    let toast = text.map(|text| Toast { text, alert: false });
    Ok(Reply::Show { screen, place, toast })
}

fn toast(text: String) -> Reply {
    Reply::Toast(Toast { text, alert: false })
}

/// A notice that must be read: why something did not happen.
fn alert(text: String) -> Reply {
    Reply::Toast(Toast { text, alert: true })
}

/// A sentence for this person alone.
fn say(caller: &Caller<'_>, id: &'static str, args: &[(&'static str, Arg)]) -> Reply {
    let screen = Screen::new(caller.words.spans(id, args)).only_for_actor();
    Reply::Show { screen, place: Place::New, toast: None }
}

/// Somebody lacks the right that it takes.
fn not_allowed(caller: &Caller<'_>) -> Reply {
    let words = &caller.words;
    match caller.role {
        None => alert(words.line("not-allowed", &[])),
        Some(_) => alert(words.line("not-your-right", &[])),
    }
}

fn button(words: &Words, id: &'static str, tap: Tap) -> Button {
    Button::tap(words.line(id, &[]), tap)
}

/// One page of `all`, and the buttons that lead to its neighbours.
fn page_of<T: Clone>(
    words: &Words,
    all: &[T],
    page: u16,
    to: impl Fn(u16) -> Tap,
) -> (Vec<T>, Vec<Button>) {
    let last = u16::try_from(all.len().saturating_sub(1) / PAGE).unwrap_or(u16::MAX);
    let page = page.min(last);
    let shown = all.iter().skip(usize::from(page) * PAGE).take(PAGE).cloned().collect();
    (shown, neighbours(words, page, page < last, to))
}

fn neighbours(words: &Words, page: u16, more: bool, to: impl Fn(u16) -> Tap) -> Vec<Button> {
    let mut buttons = Vec::new();
    if let Some(previous) = page.checked_sub(1) {
        buttons.push(button(words, "button-previous", to(previous)));
    }
    if more {
        buttons.push(button(words, "button-next", to(page.saturating_add(1))));
    }
    buttons
}
