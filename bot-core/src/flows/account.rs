//! A customer's own pages: balance with the last movements, and all orders.

use time::{OffsetDateTime, macros::format_description};

use super::{PAGE, button, menu::menu_button, neighbours, show};
use crate::{
    action::{Query, Tap},
    clock::Timestamp,
    ledger::{self, Movement, Reason},
    money::Money,
    screen::{Button, Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::orders::Order,
    text::Words,
};

/// Movements shown with a balance.
const MOVEMENTS: u16 = 8;

/// The balance and what moved it.
pub async fn balance(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let words = &caller.words;
    let balance = ledger::balance(&shop.store, caller.customer.id).await?;
    let movements = ledger::movements(&shop.store, caller.customer.id, MOVEMENTS).await?;
    let mut text = words
        .spans("balance-title", &[("balance", balance.free.into()), ("held", balance.held.into())]);
    if balance.line > Money::ZERO {
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("balance-line", &[("line", balance.line.into())]));
    }
    text.push(Span::Plain("\n\n".into()));
    if movements.is_empty() {
        text.extend(words.spans("balance-empty", &[]));
    }
    let lines: Vec<String> =
        movements.iter().map(|movement| movement_line(words, movement)).collect();
    text.push(Span::Plain(lines.join("\n")));
    let screen = Screen::new(text)
        .row(vec![button(words, "button-orders", Tap::Orders { page: 0 }), menu_button(words)])
        .only_for_actor();
    show(shop, caller, screen).await
}

fn movement_line(words: &Words, movement: &Movement) -> String {
    let order = ("order", movement.order.map_or(0, |order| order.0).into());
    let what = match movement.reason {
        Reason::TopUp => words.line("movement-topup", &[]),
        Reason::Hold => {
            let service = movement.service.clone().unwrap_or_default();
            words.line("movement-hold", &[("service", service.into()), order])
        }
        Reason::Release => words.line("movement-release", &[order]),
        Reason::Refund => words.line("movement-refund", &[order]),
        Reason::Link => words.line("movement-link", &[]),
        Reason::Unlink => words.line("movement-unlink", &[]),
        Reason::Capture => words.line("movement-capture", &[order]),
        Reason::Voucher => words.line("movement-voucher", &[]),
        Reason::Gift => words.line("movement-gift", &[]),
        Reason::Return => words.line("movement-return", &[]),
        Reason::Merge => words.line("movement-merge", &[]),
        Reason::Debit => words.line("movement-debit", &[]),
    };
    let sign = if movement.change < Money::ZERO { "−" } else { "+" };
    let amount = Money::from_raw(movement.change.raw().saturating_abs());
    words.line(
        "balance-movement",
        &[
            ("sign", sign.into()),
            ("amount", amount.into()),
            ("what", what.into()),
            ("when", when(movement.at).into()),
        ],
    )
}

/// A moment as people read it, UTC.
pub fn when(at: Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    OffsetDateTime::from_unix_timestamp(at.0 / 1000)
        .ok()
        .and_then(|at| at.format(format).ok())
        .unwrap_or_default()
}

/// All orders, the open ones first.
pub async fn orders(shop: &Shop, caller: &Caller<'_>, page: u16) -> Result<Reply, Fault> {
    let words = &caller.words;
    let size = u16::try_from(PAGE).unwrap_or(u16::MAX);
    let (orders, more) = shop.store.orders_of(caller.customer.id, page, size).await?;
    let text = if orders.is_empty() { "orders-empty" } else { "orders-title" };
    let mut screen = Screen::new(words.spans(text, &[])).only_for_actor();
    for order in &orders {
        screen = screen.row(vec![order_button(shop, words, order, Tap::Order(order.id)).await?]);
    }
    screen = screen.row(neighbours(words, page, more, |page| Tap::Orders { page }));
    let buy = button(words, "button-buy", Tap::Services { query: Query::default(), page: 0 });
    show(shop, caller, screen.row(vec![buy, menu_button(words)])).await
}

/// One order as a button.
pub async fn order_button(
    shop: &Shop,
    words: &Words,
    order: &Order,
    tap: Tap,
) -> Result<Button, Fault> {
    let (service, _, flag) =
        shop.store.names(order.purchase.service, order.purchase.country).await?;
    let args = [
        ("order", order.id.0.into()),
        ("flag", flag.into()),
        ("service", service.into()),
        ("state", order.state.word().into()),
    ];
    Ok(Button::tap(words.line("button-order", &args), tap))
}
