//! What staff do beside moving money: look at a customer, send codes again, end an order that nothing settles.

use super::{alert, button, menu::menu_button, not_allowed, say, show};
use crate::{
    action::Tap,
    ids::{CustomerId, Identity, OrderId},
    ledger,
    money::Money,
    order::Event,
    rights::Right,
    screen::{Reply, Screen, Span},
    shop::{Caller, Fault, Happened, Shop},
    store::{
        audit_log::{Act, Deed},
        customers::Customer,
        orders::Order,
        outbox::Notice,
    },
};

/// The longest part of what was typed that is said back.
const LONGEST_ECHO: usize = 40;

pub(super) fn echo(typed: &str) -> String {
    typed.chars().take(LONGEST_ECHO).collect()
}

/// A name with what tells two people of one name apart.
pub(super) fn shown_name(customer: &Customer) -> String {
    match &customer.username {
        Some(username) => format!("{} (@{username})", customer.name),
        None => format!("{} ({})", customer.name, customer.identity.user),
    }
}

/// By `@username`, by the platform's id, by `platform:id`, or whom the message replies to.
pub(super) async fn find(
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

/// Whom a command is about, and the words behind: the first word, or whom the message replies to unless that word is an
/// `@username` or `platform:id`. `Err` is what to answer when there is nobody.
pub(super) async fn whom<'t>(
    shop: &Shop,
    caller: &Caller<'_>,
    words: &[&'t str],
    usage: &'static str,
) -> Result<Result<(Customer, Vec<&'t str>), Reply>, Fault> {
    let replied = caller.actor.reply_to.as_ref();
    let names_somebody = |word: &&str| word.starts_with('@') || word.contains(':');
    let named = words.first().copied().filter(|word| replied.is_none() || names_somebody(word));
    if named.is_none() && replied.is_none() {
        return Ok(Err(say(caller, usage, &[])));
    }
    let rest = words.iter().skip(usize::from(named.is_some())).copied().collect();
    if let Some(customer) = find(shop, caller, named).await? {
        return Ok(Ok((customer, rest)));
    }
    let who = named.or(replied.map(|person| person.name.as_str())).unwrap_or_default();
    Ok(Err(say(caller, "topup-unknown-person", &[("who", echo(who).into())])))
}

/// `/customer @anna`.
pub async fn customer_command(
    shop: &Shop,
    caller: &Caller<'_>,
    typed: &str,
) -> Result<Reply, Fault> {
    if !caller.may(Right::LookUp) {
        return Ok(not_allowed(caller));
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    match whom(shop, caller, &words, "customer-usage").await? {
        Ok((found, _)) => customer(shop, caller, found.id).await,
        Err(reply) => Ok(reply),
    }
}

/// `/resend 12`: the codes of an order go to its buyer once more. Who asks does not see them.
pub async fn resend(shop: &Shop, caller: &Caller<'_>, typed: &str) -> Result<Reply, Fault> {
    if !caller.may(Right::LookUp) {
        return Ok(not_allowed(caller));
    }
    let typed = typed.trim();
    let Ok(id) = typed.trim_start_matches('#').parse().map(OrderId) else {
        return Ok(say(caller, "resend-usage", &[]));
    };
    let unknown = || say(caller, "resend-unknown", &[("order", echo(typed).into())]);
    let Some(order) = shop.store.order(id).await? else { return Ok(unknown()) };
    let (badge, now) = (caller.badge(), shop.clock.now());
    let (chat, state) = (order.purchase.chat.clone(), order.state.word().to_owned());
    let deed = Deed {
        act: Act::Resend,
        subject: Some(order.purchase.customer),
        order: Some(id),
        before: state.clone(),
        after: state,
        note: None,
    };
    let sent = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let Some(authority) = tx.authorise(&badge, Right::LookUp).await? else {
                    return Ok(None);
                };
                let all = tx.sms_of(id).await?;
                for sms in &all {
                    tx.tell(&chat, &Notice::Sms { order: id, sms: sms.id }, now).await?;
                }
                if !all.is_empty() {
                    tx.log(&authority, &deed, now).await?;
                }
                Ok::<_, Fault>(Some(all.len()))
            })
        })
        .await?;
    let Some(sent) = sent else { return Ok(not_allowed(caller)) };
    shop.wake();
    let args = [("order", id.0.into()), ("count", i64::try_from(sent).unwrap_or(i64::MAX).into())];
    Ok(if sent == 0 {
        say(caller, "resend-nothing", &args)
    } else {
        say(caller, "resend-done", &args)
    })
}

/// A customer's card.
pub async fn customer(shop: &Shop, caller: &Caller<'_>, id: CustomerId) -> Result<Reply, Fault> {
    if !caller.may(Right::LookUp) {
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
    if balance.line > Money::ZERO {
        text.push(Span::Plain("\n".into()));
        text.extend(caller.words.spans("customer-line", &[("line", balance.line.into())]));
    }
    if let Some(role) = shop.store.role_of(id).await? {
        text.push(Span::Plain("\n".into()));
        text.extend(caller.words.spans("customer-role", &[("role", role.word().into())]));
    }
    if !customer.reachable {
        text.push(Span::Plain("\n".into()));
        text.extend(caller.words.spans("customer-unreachable", &[]));
    }
    let mut screen = Screen::new(vec![]);
    for link in shop.store.links_of(customer.id).await? {
        let args =
            [("identity", link.identity.to_string().into()), ("brought", link.brought.into())];
        text.push(Span::Plain("\n".into()));
        text.extend(caller.words.spans("customer-linked", &args));
        screen = screen.row(vec![button(&caller.words, "button-unlink", Tap::AskUnlink(link.id))]);
    }
    screen.text = text;
    let screen = screen.row(vec![menu_button(&caller.words)]).only_for_actor();
    show(shop, caller, screen).await
}

/// *Give the money back*, for an order that the provider does not settle. Asks once more when its records show what could
/// be the number.
pub async fn refund(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    if caller.may(Right::Settle)
        && let Some(order) = shop.store.order(id).await?
        && let Some(question) = super::doubt::ask_before_refund(shop, caller, &order).await?
    {
        return Ok(question);
    }
    refund_anyway(shop, caller, id).await
}

/// *Give the money back* without another question. What the order may still bring is the customer's.
pub async fn refund_anyway(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    if !caller.may(Right::Settle) {
        return Ok(not_allowed(caller));
    }
    let holds = |order: Option<Order>| order.is_some_and(|order| order.state.holds_money());
    if !holds(shop.store.order(id).await?) {
        return Ok(alert(caller.words.line("refund-settled", &[])));
    }
    let happened = Happened::new(id, Event::OperatorRefund);
    if shop.commit_as(caller.badge(), Act::Refund, happened).await?.is_none() {
        return Ok(not_allowed(caller));
    }
    if holds(shop.store.order(id).await?) {
        return Ok(alert(caller.words.line("refund-not-yet", &[])));
    }
    let screen = Screen::new(caller.words.spans("refund-done", &[("order", id.0.into())]));
    show(shop, caller, screen.only_for_actor()).await
}
