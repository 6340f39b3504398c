//! From a locked price to an order: hold the money and hand the purchase to the workers in one commit.

use super::{
    alert, button,
    menu::menu_button,
    quote::{busy, poor},
    show, toast,
};
use crate::{
    action::{Pick, Tap},
    clock::Timestamp,
    ids::{ChatRef, CustomerId, Identity, MessageRef, PoolId, QuoteId},
    ledger::{self, LedgerError},
    order::Item,
    screen::{Reply, Screen},
    seeded::bug,
    shop::{Caller, Fault, Room, Shop},
    store::{
        StoreError, WriteTx,
        jobs::JobKind,
        orders::Purchase,
        outbox::Notice,
        quotes::{Quote, QuotedOffer},
    },
    upstream::Kind,
};

/// Why a quote made no order. Nothing was changed.
pub(super) enum NotBought {
    /// The quote has made its order already.
    Taken,
    Poor,
    /// The rental that is to be renewed is over, ends at another time now, or is being renewed already.
    Changed,
    Fault(Fault),
}

impl From<StoreError> for NotBought {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LedgerError> for NotBought {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Poor => Self::Poor,
            error @ (LedgerError::KeyTaken(_) | LedgerError::Store(_)) => Self::Fault(error.into()),
        }
    }
}

/// Buys: order, hold, job and message in one commit. However often it is asked for, a quote makes one order.
pub async fn buy(shop: &Shop, caller: &Caller<'_>, id: QuoteId) -> Result<Reply, Fault> {
    let words = &caller.words;
    let quote = match open_quote(shop, caller, id).await? {
        Ok(quote) => quote,
        Err(reply) => return Ok(reply),
    };
    let (offer, now) = (quote.offer.clone(), shop.clock.now());
    match place(shop, caller, &quote, now).await {
        Ok(()) => {
            shop.wake();
            Ok(Reply::Nothing)
        }
        Err(NotBought::Taken) => Ok(toast(words.line("quote-taken", &[]))),
        Err(NotBought::Changed) => expired(shop, caller, &offer).await,
        Err(NotBought::Poor) => {
            let purse = ledger::balance(&shop.store, caller.customer.id).await?;
            let back = button(words, "button-back", fresh_price(&offer));
            let (service, country, flag) = shop.store.names(offer.service, offer.country).await?;
            let args = vec![
                ("service", service.into()),
                ("country", country.into()),
                ("flag", flag.into()),
                ("price", offer.total()?.into()),
                ("balance", purse.free.into()),
            ];
            let missing = offer.total()?.checked_sub(purse.spendable()?)?;
            poor(shop, caller, args, missing, back).await
        }
        Err(NotBought::Fault(fault)) => {
            tracing::error!(%fault, "a purchase could not be stored");
            Ok(alert(words.line("apology", &[])))
        }
    }
}

/// A quote of this person's that can still be bought. `Err` says why not.
pub(super) async fn open_quote(
    shop: &Shop,
    caller: &Caller<'_>,
    id: QuoteId,
) -> Result<Result<Quote, Reply>, Fault> {
    let words = &caller.words;
    let Some(quote) = shop.store.quote(id, caller.customer.id).await? else {
        return Ok(Err(super::menu::stale_button(caller)));
    };
    if !shop.store.orders_of_quote(id).await?.is_empty() && !bug("quote-used-again") {
        return Ok(Err(toast(words.line("quote-taken", &[]))));
    }
    if shop.store.is_asked_for(id).await? {
        return Ok(Err(alert(words.line("pool-request-open", &[]))));
    }
    let is_sold_here = quote.offer.provider == shop.upstream.capabilities().provider;
    if quote.expires_at < shop.clock.now() || !is_sold_here {
        return Ok(Err(expired(shop, caller, &quote.offer).await?));
    }
    if shop.upstream.budget().is_down() {
        return Ok(Err(alert(words.line("provider-down", &[]))));
    }
    if shop.room_for(quote.offer.item, quote.offer.quantity) == Room::None {
        let fresh = button(words, "button-fresh-price", fresh_price(&quote.offer));
        let screen = busy(words).row(vec![fresh, menu_button(words)]);
        return Ok(Err(show(shop, caller, screen).await?));
    }
    Ok(Ok(quote))
}

/// The price is void: nothing was charged, and there is a way to a new one.
pub(super) async fn expired(
    shop: &Shop,
    caller: &Caller<'_>,
    offer: &QuotedOffer,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let doors = vec![button(words, "button-fresh-price", fresh_price(offer)), menu_button(words)];
    show(shop, caller, Screen::new(words.spans("quote-expired", &[])).row(doors)).await
}

/// The same choice at today's price.
fn fresh_price(offer: &QuotedOffer) -> Tap {
    let (service, country) = (offer.service, offer.country);
    let plain = offer.quantity == 1 && offer.area_code.is_none();
    match offer.item {
        Item::Renewal { of, .. } => Tap::Renew(of),
        Item::New(Kind::Activation) if plain => Tap::Quote { service, country },
        Item::New(Kind::Activation | Kind::Rental { .. } | Kind::Esim) => {
            let pick = Pick {
                offer: Some((&offer.product).into()),
                quantity: offer.quantity,
                area_code: offer.area_code.clone(),
            };
            Tap::Pick { service, country, pick }
        }
    }
}

async fn place(
    shop: &Shop,
    caller: &Caller<'_>,
    quote: &Quote,
    now: Timestamp,
) -> Result<(), NotBought> {
    let buyer = Buyer::from(caller);
    let first = purchase(shop, &buyer, quote, None);
    let quantity = quote.offer.quantity;
    shop.store
        .write(move |tx| {
            Box::pin(async move { add_orders(tx, &first, quantity, buyer.card, now).await })
        })
        .await
}

/// Who buys, and where it is shown.
pub(super) struct Buyer {
    pub customer: CustomerId,
    pub identity: Identity,
    pub chat: ChatRef,
    /// The message in their private chat that becomes the order's card.
    pub card: Option<MessageRef>,
}

impl From<&Caller<'_>> for Buyer {
    fn from(caller: &Caller<'_>) -> Self {
        let chat = caller.actor.private_chat.clone();
        Self {
            customer: caller.customer.id,
            identity: caller.actor.identity.clone(),
            card: caller.actor.message.clone().filter(|message| message.chat == chat),
            chat,
        }
    }
}

/// The first order of a quote, paid by a pool or by the buyer.
pub(super) fn purchase(
    shop: &Shop,
    buyer: &Buyer,
    quote: &Quote,
    pool: Option<PoolId>,
) -> Purchase {
    let offer = quote.offer.clone();
    Purchase {
        quote: quote.id,
        position: 0,
        customer: buyer.customer,
        pool,
        identity: buyer.identity.clone(),
        chat: buyer.chat.clone(),
        provider: offer.provider,
        service: offer.service,
        country: offer.country,
        item: offer.item,
        product: offer.product,
        area_code: offer.area_code,
        price: if bug("charged-more-than-shown") {
            offer.price.checked_add(crate::money::Money::from_raw(100)).unwrap_or(offer.price)
        } else {
            offer.price
        },
        quoted_cost: offer.cost,
        // The shop never sells below cost by itself: the provider may ask for as much as the customer pays.
        max_cost: offer.price,
        key: shop.settings.random.idempotency_key(),
    }
}

/// The orders of a quote with their holds, the job and the message.
pub(super) async fn add_orders(
    tx: &mut WriteTx,
    first: &Purchase,
    quantity: u16,
    card: Option<MessageRef>,
    now: Timestamp,
) -> Result<(), NotBought> {
    for position in 0..quantity {
        let mut purchase = Purchase { position, ..first.clone() };
        if bug("quote-used-again") {
            purchase.position = u16::try_from(now.0 % 60_000).unwrap_or(position);
        }
        let order = tx.add_order(&purchase, now).await?.ok_or(NotBought::Taken)?;
        // A lost answer is settled by the rental's end, which tells of one renewal only.
        if let Item::Renewal { of, after, .. } = purchase.item
            && !tx.may_be_renewed_by(order, of, after).await?
        {
            return Err(NotBought::Changed);
        }
        ledger::hold(tx, order, purchase.purse(), purchase.price, now).await?;
        tx.add_order_event(order, "customer", "bought", "quote", "placing", now).await?;
        // What is bought together is asked for once.
        if position == 0 {
            tx.add_job(order, JobKind::Place, now).await?;
            if let Some(card) = &card {
                tx.set_card(order, card).await?;
            }
        }
        tx.tell(&purchase.chat, &Notice::Card { order }, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
