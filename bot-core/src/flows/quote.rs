//! Locks a price and shows it: of the best offer, or of the one that was picked among a provider's choices.

use std::{sync::Arc, time::Duration};

use super::{
    button,
    menu::menu_button,
    pool::{pay::that_may_pay, title},
    show,
};
use crate::{
    action::{Pick, PoolTap, Sort, Tap},
    catalog::{Freshness, Offer},
    ids::{CountryId, QuoteId, ServiceId},
    ledger,
    money::Money,
    order::Item,
    phone::Phone,
    screen::{Button, Reply, Screen, Span},
    shop::{Caller, Fault, Room, Shop},
    store::quotes::QuotedOffer,
    text::{Arg, Words},
    upstream::{Choice, Kind},
};

/// How long a price is kept.
const LIFE: Duration = Duration::from_mins(1);

/// How long the provider is asked for a fresh price before the cached one, or an apology, must do.
const FRESH_PRICE_WITHIN: Duration = Duration::from_secs(4);

/// Owners named to somebody who needs a top-up.
const OWNERS_NAMED: usize = 3;

/// Shows the price of an offer, locked.
pub async fn quote(
    shop: &Shop,
    caller: &Caller<'_>,
    service: ServiceId,
    country: CountryId,
    pick: &Pick,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let names = names(shop, service, country);
    let offers = fresh_offers(shop, service, country).await?;
    let offer = offers.as_deref().and_then(|offers| picked(offers, pick));
    let back = back_button(words, service, offer.as_ref());
    let doors = |screen: Screen| screen.row(vec![back.clone(), menu_button(words)]);
    let Some(offer) = offer else {
        let id = match shop.catalog.freshness(shop.clock.now()) {
            Freshness::Fresh { .. } if !shop.catalog.is_whole() => "catalog-loading",
            Freshness::Fresh { .. } if names.is_some() => "quote-gone",
            Freshness::Fresh { .. } => "service-gone",
            Freshness::Stale { .. } | Freshness::TooOld { .. } => "catalog-unavailable",
            Freshness::Empty => "catalog-loading",
        };
        let text = words.spans(id, &named(names.unwrap_or_default()));
        return show(shop, caller, doors(Screen::new(text))).await;
    };
    let names = names.unwrap_or_default();
    let args = named(names.clone());
    if offer.is_sold_out() {
        return show(shop, caller, doors(Screen::new(words.spans("quote-gone", &args)))).await;
    }
    let quantity = pick.quantity.min(most_at_once(shop, &offer));
    let quoted = QuotedOffer {
        customer: caller.customer.id,
        provider: shop.upstream.capabilities().provider.to_owned(),
        service,
        country,
        item: Item::New(offer.kind),
        product: offer.product.clone(),
        area_code: pick.area_code.clone().filter(|_| offer.takes_area_code),
        quantity,
        cost: offer.cost.money,
        price: shop.settings.pricing.retail(offer.cost.money)?,
        pool: None,
    };
    let text = Text { names, phone: None, choice: offer.choice.clone(), back };
    let has_options = offer.kind == Kind::Activation
        && (offer.takes_area_code
            || most_at_once(shop, &offer) > 1
            || offers.iter().flatten().filter(|other| other.kind == offer.kind).count() > 1);
    let options = has_options.then(|| {
        let pick = Pick { quantity, ..pick.clone() };
        button(words, "button-options", Tap::Options { service, country, pick })
    });
    offered(shop, caller, quoted, text, options).await
}

/// What a quote's text says beside its price.
pub(super) struct Text {
    pub names: Names,
    /// Of a rental that is to go on.
    pub phone: Option<Phone>,
    pub choice: Choice,
    pub back: Button,
}

/// Locks `quoted` and shows it, or says how much is missing.
pub(super) async fn offered(
    shop: &Shop,
    caller: &Caller<'_>,
    mut quoted: QuotedOffer,
    Text { names, phone, choice, back }: Text,
    options: Option<Button>,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let total = quoted.total()?;
    let mut args = named(names);
    args.extend(phone.map(|phone| ("phone", phone.as_str().into())));
    let purse = ledger::balance(&shop.store, caller.customer.id).await?;
    let balance = purse.free;
    args.extend([
        ("price", total.into()),
        ("each", quoted.price.into()),
        ("quantity", i64::from(quoted.quantity).into()),
        ("balance", balance.into()),
    ]);
    let has_enough = purse.spendable()? >= total;
    let pool = that_may_pay(shop, caller, total).await?;
    if !has_enough && pool.is_none() {
        let missing = total.checked_sub(purse.spendable()?)?;
        return poor(shop, caller, args, missing, back).await;
    }
    args.extend([
        ("after", if has_enough { balance.checked_sub(total)? } else { balance }.into()),
        ("seconds", i64::try_from(LIFE.as_secs()).unwrap_or(0).into()),
    ]);
    let room = shop.room_for(quoted.item, quoted.quantity);
    if room == Room::None {
        return show(shop, caller, busy(words).row(vec![back, menu_button(words)])).await;
    }
    let mut text = text(words, &quoted, &choice, args);
    if let Some((pool, balance)) = &pool {
        let args = [("group", title(words, pool).into()), ("balance", (*balance).into())];
        text.push(Span::Plain("\n\n".into()));
        text.extend(words.spans("quote-pool", &args));
    }
    if let Room::Late(delay) = room {
        let seconds = i64::try_from(delay.as_secs()).unwrap_or(i64::MAX);
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("quote-late", &[("seconds", seconds.into())]));
    }
    quoted.pool = pool.as_ref().map(|(pool, _)| pool.id);
    let quote = lock(shop, quoted).await?;
    let price = [("price", total.into())];
    let own = if pool.is_some() { "button-pay-myself" } else { "button-pay" };
    let own = has_enough.then(|| Button::tap(words.line(own, &price), Tap::Buy(quote)));
    let shared = pool.map(|_| {
        Button::tap(words.line("button-pay-pool", &price), Tap::Pool(PoolTap::Pay(quote)))
    });
    let screen = Screen::new(text)
        .row(shared.into_iter().collect())
        .row(own.into_iter().collect())
        .row(options.into_iter().collect())
        .row(vec![back, menu_button(words)]);
    show(shop, caller, screen.only_for_actor()).await
}

/// The key cannot watch one number more.
pub(super) fn busy(words: &Words) -> Screen {
    Screen::new(words.spans("quote-busy", &[])).only_for_actor()
}

fn text(
    words: &Words,
    quoted: &QuotedOffer,
    choice: &Choice,
    mut args: Vec<(&'static str, Arg)>,
) -> Vec<Span> {
    let days = |days: u16| ("days", i64::from(days).into());
    let mut text = match quoted.item {
        Item::New(Kind::Activation) if quoted.quantity > 1 => words.spans("quote-several", &args),
        Item::New(Kind::Activation) => words.spans("quote-title", &args),
        Item::New(Kind::Rental { days: term }) => {
            args.push(days(term));
            words.spans("quote-rental", &args)
        }
        Item::New(Kind::Esim) => words.spans("quote-esim", &args),
        Item::Renewal { days: term, .. } => {
            args.push(days(term));
            words.spans("quote-renewal", &args)
        }
    };
    let chosen = match choice {
        Choice::Any => None,
        Choice::Operator(name) => {
            Some(words.spans("quote-operator", &[("operator", name.as_str().into())]))
        }
        Choice::BestDelivery => Some(words.spans("quote-best-delivery", &[])),
        Choice::MobileCarrier => Some(words.spans("quote-mobile-carrier", &[])),
    };
    let area = quoted
        .area_code
        .as_ref()
        .map(|area| words.spans("quote-area-code", &[("area", area.as_str().into())]));
    for line in chosen.into_iter().chain(area) {
        text.push(Span::Plain("\n".into()));
        text.extend(line);
    }
    text
}

fn named(Names { service, country, flag }: Names) -> Vec<(&'static str, Arg)> {
    vec![
        ("service", (&*service).into()),
        ("country", (&*country).into()),
        ("flag", (&*flag).into()),
    ]
}

/// What texts about an offer call it.
#[derive(Clone, Default)]
pub(super) struct Names {
    pub service: Arc<str>,
    pub country: Arc<str>,
    pub flag: Arc<str>,
}

/// `None` when the catalogue does not know them.
pub(super) fn names(shop: &Shop, service: ServiceId, country: CountryId) -> Option<Names> {
    let (service, country) = (shop.catalog.service(service)?, shop.catalog.country(country)?);
    let (service, flag) = (Arc::clone(&service.name), Arc::clone(&country.flag));
    Some(Names { service, country: Arc::clone(&country.name), flag })
}

/// Where a quote came from.
fn back_button(words: &Words, service: ServiceId, offer: Option<&Offer>) -> Button {
    let tap = match offer.map(|offer| offer.kind) {
        Some(Kind::Rental { .. }) => Tap::RentalTerms { service, page: 0 },
        Some(Kind::Esim) => Tap::Esims { page: 0 },
        Some(Kind::Activation) | None => Tap::Countries { service, sort: Sort::default(), page: 0 },
    };
    button(words, "button-back", tap)
}

/// Everything that is sold of a service in a country: as the cache knows it while that is fresh, else as the provider
/// says now. `None` when it cannot be known.
pub(super) async fn fresh_offers(
    shop: &Shop,
    service: ServiceId,
    country: CountryId,
) -> Result<Option<Vec<Offer>>, Fault> {
    if let Freshness::Fresh { .. } = shop.catalog.freshness(shop.clock.now()) {
        let all = shop.catalog.everything_of(service);
        return Ok(Some(all.iter().filter(|offer| offer.country == country).cloned().collect()));
    }
    let Some((service_key, country_key)) = shop.store.keys(service, country).await? else {
        return Ok(None);
    };
    let asked = shop.upstream.offers(&service_key, &country_key);
    tokio::select! {
        biased;
        answer = asked => match answer {
            Ok(offers) => Ok(Some(shop.catalog.put_offers(service, country, offers))),
            Err(error) => {
                tracing::warn!(%error, "a price could not be read");
                shop.upstream_failed(&error).await;
                Ok(None)
            }
        },
        () = shop.clock.sleep(FRESH_PRICE_WITHIN) => Ok(None),
    }
}

/// The picked offer, or the best activation: of those in the area that is wished for, where any is.
pub(super) fn picked(offers: &[Offer], pick: &Pick) -> Option<Offer> {
    if let Some(code) = pick.offer {
        return offers.iter().find(|offer| offer.code() == code).cloned();
    }
    let misses = |offer: &Offer| pick.area_code.is_some() && !offer.takes_area_code;
    offers
        .iter()
        .filter(|offer| offer.kind == Kind::Activation)
        .min_by(|one, other| misses(one).cmp(&misses(other)).then_with(|| one.by_price(other)))
        .cloned()
}

/// How many of an offer may be bought at once.
pub(super) fn most_at_once(shop: &Shop, offer: &Offer) -> u16 {
    let most = match offer.kind {
        Kind::Activation => shop.upstream.capabilities().most_at_once,
        Kind::Rental { .. } | Kind::Esim => 1,
    };
    let stock = offer.stock.map_or(u16::MAX, |stock| u16::try_from(stock).unwrap_or(u16::MAX));
    most.min(stock).max(1)
}

async fn lock(shop: &Shop, quoted: QuotedOffer) -> Result<QuoteId, Fault> {
    let now = shop.clock.now();
    let lock = shop
        .store
        .write(move |tx| Box::pin(async move { tx.add_quote(&quoted, now, now + LIFE).await }));
    Ok(lock.await?)
}

/// Not enough money: how much is missing, and whom to ask.
pub(super) async fn poor(
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

/// Whom to ask for money, by name.
pub(super) async fn owners(shop: &Shop) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    for owner in shop.settings.owners.iter().take(OWNERS_NAMED) {
        if let Some(customer) = shop.store.customer_by_identity(owner).await? {
            let name = customer.username.map_or(customer.name, |username| format!("@{username}"));
            // One person may own the shop on both platforms.
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(names)
}
