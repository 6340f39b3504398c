//! What is told about groups' pools: to a group, to whoever asked, and to those who get something back.

use super::Ready;
use crate::{
    action::{PoolTap, Tap},
    flows::{button, menu::menu_button, pool::title},
    ids::{CustomerId, OrderId, PoolRequestId, PoolReturnId, SmsId},
    ledger,
    messenger::Urgency,
    screen::Screen,
    shop::{Fault, Shop},
    store::{orders::Order, pools::requests::RequestState},
    text::{Arg, Words},
};

/// Asks a group's administrators. Nothing to say once it is decided.
pub(super) async fn request_screen(
    shop: &Shop,
    words: &Words,
    id: PoolRequestId,
) -> Result<Option<Ready>, Fault> {
    let Some(request) = shop.store.pool_request(id).await? else { return Ok(None) };
    let Some(quote) = shop.store.quote(request.quote, request.customer).await? else {
        return Ok(None);
    };
    if request.state != RequestState::Asked {
        return Ok(None);
    }
    let (service, country, flag) =
        shop.store.names(quote.offer.service, quote.offer.country).await?;
    let customer = shop.store.customer(request.customer).await?;
    let args = [
        ("name", customer.map(|customer| customer.name).unwrap_or_default().into()),
        ("service", service.into()),
        ("country", country.into()),
        ("flag", flag.into()),
        ("price", quote.offer.total()?.into()),
        ("left", request.expires_at.since(shop.clock.now()).into()),
    ];
    let screen = Screen::new(words.spans("pool-request", &args)).row(vec![
        button(words, "button-pool-approve", Tap::Pool(PoolTap::Approve(id))),
        button(words, "button-decline", Tap::Pool(PoolTap::Decline(id))),
    ]);
    Ok(Some(Ready::new(screen, Urgency::Now)))
}

/// Tells a buyer that nothing comes of what they asked for.
pub(super) async fn decided_screen(
    shop: &Shop,
    words: &Words,
    id: PoolRequestId,
) -> Result<Option<Ready>, Fault> {
    let Some(request) = shop.store.pool_request(id).await? else { return Ok(None) };
    let text = match request.state {
        RequestState::Declined => words.spans("pool-you-were-declined", &[]),
        RequestState::Lapsed => words.spans("pool-nobody-answered", &[]),
        RequestState::Asked | RequestState::Approved => return Ok(None),
    };
    let screen = Screen::new(text).row(vec![menu_button(words)]).only_for_actor();
    Ok(Some(Ready::new(screen, Urgency::Soon)))
}

/// Tells somebody what came back to them.
pub(super) async fn returned_screen(
    shop: &Shop,
    words: &Words,
    back: PoolReturnId,
    customer: CustomerId,
) -> Result<Option<Ready>, Fault> {
    let Some((pool, amount)) = shop.store.returned_to(back, customer).await? else {
        return Ok(None);
    };
    let Some(pool) = shop.store.pool(pool).await? else { return Ok(None) };
    let balance = ledger::balance(&shop.store, customer).await?.free;
    let args = [
        ("group", title(words, &pool).into()),
        ("amount", amount.into()),
        ("balance", balance.into()),
    ];
    let screen = Screen::new(words.spans("pool-came-back", &args)).row(vec![menu_button(words)]);
    Ok(Some(Ready::new(screen.only_for_actor(), Urgency::Soon)))
}

/// A number, for everybody in the group whose pool paid.
pub(super) async fn number_screen(
    shop: &Shop,
    words: &Words,
    id: OrderId,
) -> Result<Option<Ready>, Fault> {
    let Some(order) = shop.store.order(id).await? else { return Ok(None) };
    let Some(line) = order.state.line() else { return Ok(None) };
    let mut args = names(shop, &order).await?;
    args.push(("phone", line.phone.as_str().into()));
    Ok(Some(Ready::new(Screen::new(words.spans("pool-number", &args)), Urgency::Soon)))
}

/// An SMS, for everybody in the group whose pool paid.
pub(super) async fn sms_screen(
    shop: &Shop,
    words: &Words,
    id: OrderId,
    sms: SmsId,
) -> Result<Option<Ready>, Fault> {
    let Some(order) = shop.store.order(id).await? else { return Ok(None) };
    let all = shop.store.sms_of(id).await?;
    let Some(sms) = all.into_iter().find(|it| it.id == sms) else { return Ok(None) };
    let mut args = names(shop, &order).await?;
    args.push(("code", sms.code.or(sms.text).unwrap_or_default().into()));
    Ok(Some(Ready::new(Screen::new(words.spans("pool-code", &args)), Urgency::Now)))
}

async fn names(shop: &Shop, order: &Order) -> Result<Vec<(&'static str, Arg)>, Fault> {
    let (service, country, flag) =
        shop.store.names(order.purchase.service, order.purchase.country).await?;
    let customer = shop.store.customer(order.purchase.customer).await?;
    Ok(vec![
        ("name", customer.map(|customer| customer.name).unwrap_or_default().into()),
        ("service", service.into()),
        ("country", country.into()),
        ("flag", flag.into()),
    ])
}
