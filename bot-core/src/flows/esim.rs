//! Data plans: which there are, and the picture by which a phone installs one.

use super::{
    browse, button,
    card::{not_found, own},
    menu::menu_button,
    page_of, show, toast,
};
use crate::{
    action::{Pick, Query, Tap},
    ids::OrderId,
    screen::{Button, Reply, Screen},
    shop::{Caller, Fault, Shop},
    store::outbox::Notice,
};

/// The data plans, the cheapest first.
pub async fn plans(shop: &Shop, caller: &Caller<'_>, page: u16) -> Result<Reply, Fault> {
    if let Some(screen) = browse::not_ready(shop, caller) {
        return show(shop, caller, screen).await;
    }
    let words = &caller.words;
    let mut plans = shop.catalog.esims();
    plans.retain(|plan| !plan.is_sold_out());
    let text = if plans.is_empty() { "esims-none" } else { "esims-title" };
    let mut screen = Screen::new(words.spans(text, &[]));
    let (shown, neighbours) = page_of(words, &plans, page, |page| Tap::Esims { page });
    for plan in shown {
        let Some(service) = shop.catalog.service(plan.service) else { continue };
        let price = shop.settings.pricing.retail(plan.cost.money)?;
        let args = [("plan", (&*service.name).into()), ("price", price.into())];
        let pick = Pick { offer: Some(plan.code()), ..Pick::default() };
        let tap = Tap::Pick { service: plan.service, country: plan.country, pick };
        screen = screen.row(vec![Button::tap(words.line("button-esim", &args), tap)]);
    }
    let buy = button(words, "button-buy", Tap::Services { query: Query::default(), page: 0 });
    show(shop, caller, screen.row(neighbours).row(vec![buy, menu_button(words)])).await
}

/// *QR code.* Sends the picture again.
pub async fn qr_code(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
    if order.state.esim().is_none() {
        return Ok(not_found(caller));
    }
    let (chat, now) = (order.purchase.chat, shop.clock.now());
    shop.store
        .write(move |tx| {
            Box::pin(async move { tx.tell(&chat, &Notice::Esim { order: id }, now).await })
        })
        .await?;
    shop.wake();
    Ok(toast(caller.words.line("qr-code-sent", &[])))
}
