//! From an offer to an order: lock a price, then hold the money and hand the purchase to the workers in one commit.

use std::time::Duration;

use super::{alert, button, menu::menu_button, show, toast};
use crate::{
    action::{Sort, Tap},
    catalog::{Freshness, Offer},
    clock::Timestamp,
    ids::{CountryId, OrderId, QuoteId, ServiceId},
    ledger::{self, LedgerError},
    money::Money,
    screen::{Button, Reply, Screen},
    shop::{Caller, Fault, Shop},
    store::{
        StoreError,
        jobs::JobKind,
        orders::Purchase,
        outbox::Notice,
        quotes::{Quote, QuotedOffer},
    },
    text::Arg,
};

/// How long a price is kept.
const QUOTE_LIFE: Duration = Duration::from_mins(1);

/// How long the provider is asked for a fresh price before the cached one, or an apology, must do.
const FRESH_PRICE_WITHIN: Duration = Duration::from_secs(4);

/// Owners named to somebody who needs a top-up.
const OWNERS_NAMED: usize = 3;

/// Locks a price and shows it.
pub async fn quote(
    shop: &Shop,
    caller: &Caller<'_>,
    service: ServiceId,
    country: CountryId,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let back =
        button(words, "button-back", Tap::Countries { service, sort: Sort::default(), page: 0 });
    let doors = |screen: Screen| screen.row(vec![back.clone(), menu_button(words)]);
    let names = names(shop, service, country);
    let Some(offer) = fresh_offer(shop, service, country).await? else {
        let id = match shop.catalog.freshness(shop.clock.now()) {
            Freshness::Fresh { .. } if names.is_some() => "quote-gone",
            Freshness::Fresh { .. } => "service-gone",
            Freshness::Stale { .. } | Freshness::TooOld { .. } => "catalog-unavailable",
            Freshness::Empty => "catalog-loading",
        };
        return show(shop, caller, doors(Screen::new(words.spans(id, &names.unwrap_or_default()))))
            .await;
    };
    let mut args = names.unwrap_or_default();
    if offer.is_sold_out() {
        return show(shop, caller, doors(Screen::new(words.spans("quote-gone", &args)))).await;
    }
    let price = shop.settings.pricing.retail(offer.cost.money)?;
    let balance = ledger::balance(&shop.store, caller.customer.id).await?.free;
    args.extend([("price", price.into()), ("balance", balance.into())]);
    if balance < price {
        return poor(shop, caller, args, price.checked_sub(balance)?, back).await;
    }
    let quote = lock(shop, caller, &offer, price).await?;
    args.extend([
        ("after", balance.checked_sub(price)?.into()),
        ("seconds", i64::try_from(QUOTE_LIFE.as_secs()).unwrap_or(0).into()),
    ]);
    let pay = Button::tap(words.line("button-pay", &[("price", price.into())]), Tap::Buy(quote));
    let screen = Screen::new(words.spans("quote-title", &args)).row(vec![pay]).only_for_actor();
    show(shop, caller, doors(screen)).await
}

/// The names that texts about an offer show.
fn names(shop: &Shop, service: ServiceId, country: CountryId) -> Option<Vec<(&'static str, Arg)>> {
    let (service, country) = (shop.catalog.service(service)?, shop.catalog.country(country)?);
    Some(vec![
        ("service", (&*service.name).into()),
        ("country", (&*country.name).into()),
        ("flag", (&*country.flag).into()),
    ])
}

/// The offer as the cache knows it while that is fresh, else as the provider says now. `None` when it is not sold, or
/// cannot be known.
async fn fresh_offer(
    shop: &Shop,
    service: ServiceId,
    country: CountryId,
) -> Result<Option<Offer>, Fault> {
    let now = shop.clock.now();
    if let Freshness::Fresh { .. } = shop.catalog.freshness(now) {
        return Ok(shop.catalog.offer(service, country));
    }
    let Some((service_key, country_key)) = shop.store.keys(service, country).await? else {
        return Ok(None);
    };
    let asked = shop.upstream.offers(&service_key, &country_key);
    tokio::select! {
        answer = asked => match answer {
            Ok(offers) => Ok(shop.catalog.put_offers(service, country, offers)),
            Err(error) => {
                tracing::warn!(%error, "a price could not be read");
                shop.upstream_failed(&error).await;
                Ok(None)
            }
        },
        () = shop.clock.sleep(FRESH_PRICE_WITHIN) => Ok(None),
    }
}

async fn lock(
    shop: &Shop,
    caller: &Caller<'_>,
    offer: &Offer,
    price: Money,
) -> Result<QuoteId, Fault> {
    let quoted = QuotedOffer {
        customer: caller.customer.id,
        provider: shop.upstream.capabilities().provider.to_owned(),
        service: offer.service,
        country: offer.country,
        product: offer.product.clone(),
        cost: offer.cost.money,
        price,
    };
    let now = shop.clock.now();
    let lock = shop.store.write(move |tx| {
        Box::pin(async move { tx.add_quote(&quoted, now, now + QUOTE_LIFE).await })
    });
    Ok(lock.await?)
}

/// Not enough money: how much is missing, and whom to ask.
async fn poor(
    shop: &Shop,
    caller: &Caller<'_>,
    mut args: Vec<(&'static str, Arg)>,
    missing: Money,
    back: Button,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let owners = owners(shop).await?;
    args.push(("missing", missing.into()));
    let text = if owners.is_empty() {
        words.spans("quote-poor-alone", &args)
    } else {
        args.push(("owners", owners.join(", ").into()));
        words.spans("quote-poor", &args)
    };
    let screen = Screen::new(text).row(vec![back, menu_button(words)]).only_for_actor();
    show(shop, caller, screen).await
}

async fn owners(shop: &Shop) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    for owner in shop.settings.owners.iter().take(OWNERS_NAMED) {
        if let Some(customer) = shop.store.customer_by_identity(owner).await? {
            names.push(customer.username.map_or(customer.name, |username| format!("@{username}")));
        }
    }
    Ok(names)
}

/// Why a quote made no order. Nothing was changed.
enum NotBought {
    /// The quote has made its order already.
    Taken,
    Poor,
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
    let Some(quote) = shop.store.quote(id, caller.customer.id).await? else {
        return Ok(super::menu::stale_button(caller));
    };
    let now = shop.clock.now();
    if shop.store.order_of_quote(id).await?.is_some() {
        return Ok(toast(words.line("quote-taken", &[])));
    }
    let offer = quote.offer.clone();
    let is_sold_here = offer.provider == shop.upstream.capabilities().provider;
    if quote.expires_at < now || !is_sold_here {
        let tap = Tap::Quote { service: offer.service, country: offer.country };
        let screen = Screen::new(words.spans("quote-expired", &[]))
            .row(vec![button(words, "button-fresh-price", tap), menu_button(words)]);
        return show(shop, caller, screen).await;
    }
    match place(shop, caller, &quote, now).await {
        Ok(_) => {
            shop.wake();
            Ok(Reply::Nothing)
        }
        Err(NotBought::Taken) => Ok(toast(words.line("quote-taken", &[]))),
        Err(NotBought::Poor) => {
            let balance = ledger::balance(&shop.store, caller.customer.id).await?.free;
            let back = button(
                words,
                "button-back",
                Tap::Quote { service: offer.service, country: offer.country },
            );
            let (service, country, flag) = shop.store.names(offer.service, offer.country).await?;
            let args = vec![
                ("service", service.into()),
                ("country", country.into()),
                ("flag", flag.into()),
                ("price", offer.price.into()),
                ("balance", balance.into()),
            ];
            let missing = offer.price.checked_sub(balance)?;
            poor(shop, caller, args, missing, back).await
        }
        Err(NotBought::Fault(fault)) => {
            tracing::error!(%fault, "a purchase could not be stored");
            Ok(alert(words.line("apology", &[])))
        }
    }
}

async fn place(
    shop: &Shop,
    caller: &Caller<'_>,
    quote: &Quote,
    now: Timestamp,
) -> Result<OrderId, NotBought> {
    let offer = quote.offer.clone();
    let purchase = Purchase {
        quote: quote.id,
        customer: caller.customer.id,
        identity: caller.actor.identity.clone(),
        chat: caller.actor.private_chat.clone(),
        provider: offer.provider,
        service: offer.service,
        country: offer.country,
        product: offer.product,
        price: offer.price,
        // The shop never sells below cost by itself: the provider may ask for as much as the customer pays.
        max_cost: offer.price,
        key: shop.settings.random.idempotency_key(),
    };
    let card =
        caller.actor.message.clone().filter(|message| message.chat == caller.actor.private_chat);
    shop.store
        .write(move |tx| {
            Box::pin(async move {
                let order = tx.add_order(&purchase, now).await?.ok_or(NotBought::Taken)?;
                ledger::hold(tx, order, purchase.customer, purchase.price, now).await?;
                tx.add_order_event(order, "customer", "bought", "quote", "placing", now).await?;
                tx.add_job(order, JobKind::Place, now).await?;
                if let Some(card) = card {
                    tx.set_card(order, &card).await?;
                }
                tx.tell(&purchase.chat, &Notice::Card { order }, now).await?;
                Ok(order)
            })
        })
        .await
}
