//! An order's card: the one message per purchase, and what its buttons do.

use std::time::Duration;

use super::{alert, menu::menu_button, toast};
use crate::{
    action::{Sort, Tap},
    clock::Timestamp,
    ids::OrderId,
    order::{Event, Line, Refusal, State},
    screen::{Button, Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::{
        orders::{Order, Sms},
        outbox::Notice,
    },
    text::{Arg, Words},
    transition::{Applied, Source},
    upstream::CancelRule,
};

/// How long somebody waits for the answer to *Another SMS*.
const RESEND_WITHIN: Duration = Duration::from_secs(8);

/// The card as it is true now.
pub async fn render(shop: &Shop, words: &Words, order: &Order) -> Result<Screen, Fault> {
    let sms = shop.store.sms_of(order.id).await?;
    let (service, country, flag) =
        shop.store.names(order.purchase.service, order.purchase.country).await?;
    let names = vec![
        ("service", service.into()),
        ("country", country.into()),
        ("flag", flag.into()),
        ("order", order.id.0.into()),
        ("price", order.purchase.price.into()),
    ];
    let view =
        View { words, order, now: shop.clock.now(), cancel: shop.upstream.capabilities().cancel };
    Ok(view.screen(names, &sms, shop.upstream.capabilities().resend).only_for_actor())
}

struct View<'a> {
    words: &'a Words,
    order: &'a Order,
    now: Timestamp,
    cancel: CancelRule,
}

impl View<'_> {
    fn screen(&self, mut args: Vec<(&'static str, Arg)>, sms: &[Sms], resend: bool) -> Screen {
        if let Some(line) = self.order.state.line() {
            args.push(("phone", line.phone.as_str().into()));
            args.push(("left", line.expires_at.since(self.now).into()));
        }
        let text = self.text(args, sms);
        let screen = Screen::new(text);
        match &self.order.state {
            State::Placing | State::InDoubt { .. } | State::NeedsOperator { .. } => screen,
            State::Waiting(line) => screen
                .row(vec![self.copy_number(line)])
                .row(self.cancel_button(line).into_iter().collect()),
            State::Cancelling(line) => screen.row(vec![self.copy_number(line)]),
            State::CodeReceived(line) => {
                let copies =
                    self.copy_code(sms).into_iter().chain([self.copy_number(line)]).collect();
                let another = Button::tap(
                    self.words.line("button-another", &[]),
                    Tap::Another(self.order.id),
                );
                let done =
                    Button::tap(self.words.line("button-done", &[]), Tap::Done(self.order.id));
                screen
                    .row(copies)
                    .row(Some(another).filter(|_| resend).into_iter().chain([done]).collect())
            }
            State::Finished(_) => screen
                .row(self.copy_code(sms).into_iter().collect())
                .row(vec![self.again(), menu_button(self.words)]),
            State::Refused { .. } | State::Cancelled(_) | State::Expired(_) | State::Banned(_) => {
                screen
                    .row(self.copy_code(sms).into_iter().collect())
                    .row(vec![self.again(), menu_button(self.words)])
            }
        }
    }

    fn text(&self, args: Vec<(&'static str, Arg)>, sms: &[Sms]) -> Vec<Span> {
        let mut text = self.state_text(args, sms);
        let said = |sms: &Sms| sms.code.clone().or_else(|| sms.text.clone());
        let earlier: Vec<String> = sms.iter().rev().skip(1).filter_map(said).collect();
        if !earlier.is_empty() {
            text.push(Span::Plain("\n".into()));
            text.extend(self.words.spans("order-earlier", &[("codes", earlier.join(", ").into())]));
        }
        text
    }

    fn state_text(&self, mut args: Vec<(&'static str, Arg)>, sms: &[Sms]) -> Vec<Span> {
        let latest = sms.last();
        let code = latest.and_then(|sms| sms.code.clone());
        let has_code = code.is_some();
        let text = latest.and_then(|sms| sms.text.clone()).unwrap_or_default();
        args.push(("code", code.unwrap_or_default().into()));
        args.push(("text", text.into()));
        let words = self.words;
        match &self.order.state {
            State::Placing => words.spans("order-placing", &args),
            State::InDoubt { .. } => words.spans("order-in-doubt", &args),
            State::NeedsOperator { .. } => words.spans("order-needs-operator", &args),
            State::Waiting(_) => words.spans("order-waiting", &args),
            State::Cancelling(_) => words.spans("order-cancelling", &args),
            State::CodeReceived(_) if has_code => words.spans("order-code", &args),
            State::CodeReceived(_) => words.spans("order-text", &args),
            State::Finished(_) if has_code => words.spans("order-finished", &args),
            State::Finished(_) => words.spans("order-finished-text", &args),
            State::Cancelled(_) => words.spans("order-cancelled", &args),
            State::Expired(_) => words.spans("order-expired", &args),
            State::Banned(_) => words.spans("order-banned", &args),
            State::Refused { reason } => match reason {
                Refusal::NoNumbers => words.spans("order-refused-no-numbers", &args),
                Refusal::PriceMoved => words.spans("order-refused-price-moved", &args),
                Refusal::ProviderFunds => words.spans("order-refused-provider-funds", &args),
                Refusal::OfferGone => words.spans("order-refused-offer-gone", &args),
                Refusal::Busy => words.spans("order-refused-busy", &args),
                Refusal::Key => words.spans("order-refused-key", &args),
                Refusal::Invalid => words.spans("order-refused-invalid", &args),
                Refusal::NotPlaced => words.spans("order-refused-not-placed", &args),
                Refusal::Operator => words.spans("order-refused-operator", &args),
            },
        }
    }

    fn copy_number(&self, line: &Line) -> Button {
        let phone = line.phone.as_str();
        Button::copy(self.words.line("button-copy-number", &[("phone", phone.into())]), phone)
    }

    fn copy_code(&self, sms: &[Sms]) -> Option<Button> {
        let code = sms.last()?.code.as_deref()?;
        Some(Button::copy(self.words.line("button-copy-code", &[("code", code.into())]), code))
    }

    fn cancel_button(&self, line: &Line) -> Option<Button> {
        let label = match until_cancel(self.cancel, line, self.now)? {
            Duration::ZERO => self.words.line("button-cancel", &[]),
            left => self.words.line("button-cancel-in", &[("left", left.into())]),
        };
        Some(Button::tap(label, Tap::Cancel(self.order.id)))
    }

    fn again(&self) -> Button {
        let purchase = &self.order.purchase;
        let tap = Tap::Countries { service: purchase.service, sort: Sort::default(), page: 0 };
        Button::tap(self.words.line("button-again", &[]), tap)
    }
}

/// How long until the provider takes a number back; zero when it does, `None` when it never will.
pub fn until_cancel(rule: CancelRule, line: &Line, now: Timestamp) -> Option<Duration> {
    match rule {
        CancelRule::Never => None,
        CancelRule::After(wait) => Some((line.accepted_at + wait).since(now)),
    }
}

/// An order of this customer's. Anybody else's does not exist.
async fn own(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Option<Order>, Fault> {
    let order = shop.store.order(id).await?;
    Ok(order.filter(|order| order.purchase.customer == caller.customer.id))
}

fn not_found(caller: &Caller<'_>) -> Reply {
    alert(caller.words.line("order-not-found", &[]))
}

/// Shows an order in the tapped message, which is its card from now on; in a new one where the tapped message is the card
/// of another order.
pub async fn open(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
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
        State::Refused { .. }
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

fn closed(words: &Words, order: &Order) -> Reply {
    alert(words.line("order-closed", &[("state", order.state.word().into())]))
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
