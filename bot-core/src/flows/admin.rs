//! What owners do: credit a customer, look at one.

use std::time::Duration;

use super::{alert, button, menu::menu_button, show};
use crate::{
    action::Tap,
    ids::{CustomerId, Identity, OrderId, TopUpId},
    ledger,
    money::{AmountError, LARGEST_AMOUNT, Money},
    order::Event,
    screen::{Place, Reply, Screen, Span},
    shop::{Caller, Fault, Shop},
    store::{customers::Customer, orders::Order, outbox::Notice, top_ups::TopUpState},
};

/// How long a top-up may be confirmed: a button that is found again much later says nothing of what is meant then.
const CONFIRM_WITHIN: Duration = Duration::from_hours(24);

/// The longest part of what was typed that is said back.
const LONGEST_ECHO: usize = 40;

fn not_allowed(caller: &Caller<'_>) -> Reply {
    say(caller, "not-allowed", &[])
}

fn say(caller: &Caller<'_>, id: &'static str, args: &[(&'static str, crate::text::Arg)]) -> Reply {
    let screen = Screen::new(caller.words.spans(id, args)).only_for_actor();
    Reply::Show { screen, place: Place::New, toast: None }
}

fn echo(typed: &str) -> String {
    typed.chars().take(LONGEST_ECHO).collect()
}

/// `/topup @anna 5`, `/topup 123456 5`, or `/topup 5` as a reply: asks for confirmation, moves nothing.
pub async fn top_up(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.is_admin {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    let (who, amount) = match (words.as_slice(), &caller.actor.reply_to) {
        ([amount], Some(_)) => (None, *amount),
        ([who, amount], _) => (Some(*who), *amount),
        _ => return Ok(say(caller, "topup-usage", &[])),
    };
    let amount = match Money::parse_amount(amount) {
        Ok(amount) => amount,
        Err(error) => return Ok(bad_amount(caller, amount, error)),
    };
    let Some(customer) = find(shop, caller, who).await? else {
        let who = who.map_or_else(
            || caller.actor.reply_to.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
            str::to_owned,
        );
        return Ok(say(caller, "topup-unknown-person", &[("who", echo(&who).into())]));
    };
    let balance = ledger::balance(&shop.store, customer.id).await?.free;
    let after = balance.checked_add(amount)?;
    let (asked_by, id, now) = (caller.actor.identity.to_string(), customer.id, shop.clock.now());
    let top_up = shop
        .store
        .write(move |tx| Box::pin(async move { tx.ask_top_up(id, amount, &asked_by, now).await }))
        .await?;
    let text = caller.words.spans(
        "topup-confirm",
        &[
            ("amount", amount.into()),
            ("name", shown_name(&customer).into()),
            ("balance", balance.into()),
            ("after", after.into()),
        ],
    );
    let screen = Screen::new(text)
        .row(vec![
            button(&caller.words, "button-confirm", Tap::ConfirmTopUp(top_up)),
            button(&caller.words, "button-drop", Tap::DropTopUp(top_up)),
        ])
        .only_for_actor();
    Ok(Reply::Show { screen, place: Place::New, toast: None })
}

fn bad_amount(caller: &Caller<'_>, typed: &str, error: AmountError) -> Reply {
    let typed = ("typed", echo(typed).into());
    match error {
        AmountError::NotANumber => say(caller, "topup-bad-amount-not-a-number", &[typed]),
        AmountError::NotPositive => say(caller, "topup-bad-amount-not-positive", &[typed]),
        AmountError::TooPrecise => say(caller, "topup-bad-amount-too-precise", &[typed]),
        AmountError::TooLarge => {
            say(caller, "topup-bad-amount-too-large", &[typed, ("largest", LARGEST_AMOUNT.into())])
        }
    }
}

/// A name with what tells two people of one name apart.
fn shown_name(customer: &Customer) -> String {
    match &customer.username {
        Some(username) => format!("{} (@{username})", customer.name),
        None => format!("{} ({})", customer.name, customer.identity.user),
    }
}

/// By `@username`, by the platform's id, by `platform:id`, or whom the message replies to.
async fn find(
    shop: &Shop,
    caller: &Caller<'_>,
    who: Option<&str>,
) -> Result<Option<Customer>, Fault> {
    let platform = &caller.actor.identity.platform;
    let identity = match who {
        None => caller.actor.reply_to.as_ref().map(|person| person.identity.clone()),
        Some(who) => {
            if let Some(username) = who.strip_prefix('@') {
                return Ok(shop.store.customer_by_username(platform.as_str(), username).await?);
            }
            let on_this_platform = Identity { platform: platform.clone(), user: who.to_owned() };
            Some(who.parse().unwrap_or(on_this_platform))
        }
    };
    match identity {
        Some(identity) => Ok(shop.store.customer_by_identity(&identity).await?),
        None => Ok(None),
    }
}

/// *Yes, add it.* Moves the money once, however often it is tapped, and tells the customer.
pub async fn confirm_top_up(shop: &Shop, caller: &Caller<'_>, id: TopUpId) -> Result<Reply, Fault> {
    if !caller.is_admin {
        return Ok(alert(caller.words.line("not-allowed", &[])));
    }
    let now = shop.clock.now();
    let asked = shop.store.top_up(id).await?;
    let Some(asked) = asked.filter(|asked| now.since(asked.asked_at) <= CONFIRM_WITHIN) else {
        return Ok(super::menu::stale_button(caller));
    };
    let Some(customer) = shop.store.customer(asked.customer).await? else {
        return Ok(super::menu::stale_button(caller));
    };
    let (actor, chat) = (caller.actor.identity.to_string(), customer.private_chat.clone());
    let decided = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(top_up) = tx.decide_top_up(id, &actor, TopUpState::Done).await? else {
                    return Ok(None);
                };
                ledger::top_up(tx, id, top_up.customer, top_up.amount, &actor, now).await?;
                tx.tell(&chat, &Notice::Credited { top_up: id }, now).await?;
                Ok::<_, Fault>(Some(top_up))
            })
        })
        .await?;
    let Some(top_up) = decided else { return Ok(alert(caller.words.line("topup-already", &[]))) };
    shop.wake();
    let balance = ledger::balance(&shop.store, top_up.customer).await?.free;
    let args = [
        ("amount", top_up.amount.into()),
        ("name", shown_name(&customer).into()),
        ("balance", balance.into()),
    ];
    let screen = Screen::new(caller.words.spans("topup-done", &args)).only_for_actor();
    show(shop, caller, screen).await
}

/// *No.*
pub async fn drop_top_up(shop: &Shop, caller: &Caller<'_>, id: TopUpId) -> Result<Reply, Fault> {
    if !caller.is_admin {
        return Ok(alert(caller.words.line("not-allowed", &[])));
    }
    let actor = caller.actor.identity.to_string();
    let dropped = shop
        .store
        .write(move |tx| {
            Box::pin(async move { tx.decide_top_up(id, &actor, TopUpState::Dropped).await })
        })
        .await?;
    match dropped {
        Some(_) => {
            let screen = Screen::new(caller.words.spans("topup-dropped", &[])).only_for_actor();
            show(shop, caller, screen).await
        }
        None => Ok(alert(caller.words.line("topup-already", &[]))),
    }
}

/// `/customer @anna`.
pub async fn customer_command(
    shop: &Shop,
    caller: &Caller<'_>,
    typed: &str,
) -> Result<Reply, Fault> {
    if !caller.is_admin {
        return Ok(not_allowed(caller));
    }
    let who = typed.split_whitespace().next();
    if who.is_none() && caller.actor.reply_to.is_none() {
        return Ok(say(caller, "customer-usage", &[]));
    }
    match find(shop, caller, who).await? {
        Some(found) => customer(shop, caller, found.id).await,
        None => Ok(say(
            caller,
            "topup-unknown-person",
            &[("who", echo(who.unwrap_or_default()).into())],
        )),
    }
}

/// A customer's card.
pub async fn customer(shop: &Shop, caller: &Caller<'_>, id: CustomerId) -> Result<Reply, Fault> {
    if !caller.is_admin {
        return Ok(not_allowed(caller));
    }
    let Some(customer) = shop.store.customer(id).await? else {
        return Ok(super::menu::stale_button(caller));
    };
    let balance = ledger::balance(&shop.store, id).await?;
    let (orders, spent) = shop.store.orders_and_spent(id).await?;
    let mut text = caller.words.spans(
        "customer-card",
        &[
            ("name", shown_name(&customer).into()),
            ("identity", customer.identity.to_string().into()),
            ("balance", balance.free.into()),
            ("held", balance.held.into()),
            ("orders", i64::try_from(orders).unwrap_or(i64::MAX).into()),
            ("spent", spent.into()),
        ],
    );
    if !customer.reachable {
        text.push(Span::Plain("\n".into()));
        text.extend(caller.words.spans("customer-unreachable", &[]));
    }
    let screen = Screen::new(text).row(vec![menu_button(&caller.words)]).only_for_actor();
    show(shop, caller, screen).await
}

/// *Give the money back*, for an order that the provider does not settle. Asks once more when its records show what could
/// be the number.
pub async fn refund(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    if caller.is_admin
        && let Some(order) = shop.store.order(id).await?
        && let Some(question) = super::doubt::ask_before_refund(shop, caller, &order).await?
    {
        return Ok(question);
    }
    refund_anyway(shop, caller, id).await
}

/// *Give the money back* without another question. What the order may still bring is the customer's.
pub async fn refund_anyway(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    if !caller.is_admin {
        return Ok(alert(caller.words.line("not-allowed", &[])));
    }
    let holds = |order: Option<Order>| order.is_some_and(|order| order.state.holds_money());
    if !holds(shop.store.order(id).await?) {
        return Ok(alert(caller.words.line("refund-settled", &[])));
    }
    shop.apply(id, Event::OperatorRefund, crate::transition::Source::Operator).await?;
    if holds(shop.store.order(id).await?) {
        return Ok(alert(caller.words.line("refund-not-yet", &[])));
    }
    let screen = Screen::new(caller.words.spans("refund-done", &[("order", id.0.into())]));
    show(shop, caller, screen.only_for_actor()).await
}
