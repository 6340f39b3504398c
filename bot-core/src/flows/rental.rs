//! Rentals: which services can be rented and for how long, and what is done with a number that is rented.

use std::time::Duration;

use super::{
    alert, browse, button,
    card::{back_to, not_found, own},
    menu::menu_button,
    page_of,
    quote::{self, Text},
    show, toast,
};
use crate::{
    action::{Pick, Tap},
    catalog::Offer,
    ids::{OrderId, ServiceId},
    order::{Event, Item, Line, State, observed},
    screen::{Button, Reply, Screen},
    shop::{Caller, Fault, Happened, Shop},
    store::{orders::Order, quotes::QuotedOffer},
    transition::{Applied, Source},
    upstream::{CancelAnswer, Choice, Kind},
};

/// How long a person waits for the provider's answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// The services whose numbers can be rented.
pub async fn services(shop: &Shop, caller: &Caller<'_>, page: u16) -> Result<Reply, Fault> {
    if let Some(screen) = browse::not_ready(shop, caller) {
        return show(shop, caller, screen).await;
    }
    let words = &caller.words;
    let all = shop.catalog.rentals();
    let text = if all.is_empty() { "rentals-none" } else { "rentals-title" };
    let mut screen = Screen::new(words.spans(text, &[]));
    let (shown, neighbours) = page_of(words, &all, page, |page| Tap::Rentals { page });
    for service in shown {
        let Some(cheapest) = terms_of(shop, service.id).into_iter().min_by(Offer::by_price) else {
            continue;
        };
        let price = shop.settings.pricing.retail(cheapest.cost.money)?;
        let args = [("service", (&*service.name).into()), ("price", price.into())];
        let tap = Tap::RentalTerms { service: service.id, page: 0 };
        screen = screen.row(vec![Button::tap(words.line("button-service", &args), tap)]);
    }
    show(shop, caller, screen.row(neighbours).row(vec![menu_button(words)])).await
}

/// For how long a service's numbers can be rented, and where.
pub async fn terms(
    shop: &Shop,
    caller: &Caller<'_>,
    service: ServiceId,
    page: u16,
) -> Result<Reply, Fault> {
    if let Some(screen) = browse::not_ready(shop, caller) {
        return show(shop, caller, screen).await;
    }
    let words = &caller.words;
    let doors = vec![button(words, "button-back", Tap::Rentals { page: 0 }), menu_button(words)];
    let offers = terms_of(shop, service);
    let name = shop.catalog.service(service).filter(|_| !offers.is_empty());
    let Some(name) = name else {
        let screen = Screen::new(words.spans("service-gone", &[])).row(doors);
        return show(shop, caller, screen).await;
    };
    let args = [("service", (&*name.name).into())];
    let mut screen = Screen::new(words.spans("rental-terms-title", &args));
    let (shown, neighbours) =
        page_of(words, &offers, page, |page| Tap::RentalTerms { service, page });
    for offer in shown {
        let Some(country) = shop.catalog.country(offer.country) else { continue };
        let Kind::Rental { days } = offer.kind else { continue };
        let price = shop.settings.pricing.retail(offer.cost.money)?;
        let args = [
            ("flag", (&*country.flag).into()),
            ("country", (&*country.name).into()),
            ("days", i64::from(days).into()),
            ("price", price.into()),
        ];
        let pick = Pick { offer: Some(offer.code()), ..Pick::default() };
        let tap = Tap::Pick { service, country: offer.country, pick };
        screen = screen.row(vec![Button::tap(words.line("button-rental-term", &args), tap)]);
    }
    show(shop, caller, screen.row(neighbours).row(doors)).await
}

/// The rentals of a service that are in stock, the shortest first and then the cheapest. The same term of the same country
/// is on more than one list of some providers: the cheapest is offered.
fn terms_of(shop: &Shop, service: ServiceId) -> Vec<Offer> {
    let all = shop.catalog.everything_of(service);
    let is_rental =
        |offer: &&Offer| matches!(offer.kind, Kind::Rental { .. }) && !offer.is_sold_out();
    let mut offers: Vec<Offer> = all.iter().filter(is_rental).cloned().collect();
    offers.sort_by(|one, other| one.kind.cmp(&other.kind).then_with(|| one.by_price(other)));
    let mut known = Vec::new();
    offers.retain(|offer| {
        let term = (offer.kind, offer.country);
        let is_new = !known.contains(&term);
        known.push(term);
        is_new
    });
    offers
}

/// *Renew.* Locks the price of another term.
pub async fn renew(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let words = &caller.words;
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
    let (State::Active(line), Item::New(Kind::Rental { days })) =
        (&order.state, order.purchase.item)
    else {
        return Ok(alert(words.line("renew-over", &[])));
    };
    if !shop.upstream.capabilities().renew || !shop.buys_from(&order) {
        return Ok(alert(words.line("renew-impossible", &[])));
    }
    if shop.store.renewal_under_way(id).await?.is_some() {
        return Ok(alert(words.line("renew-under-way", &[])));
    }
    let purchase = &order.purchase;
    let offers = quote::fresh_offers(shop, purchase.service, purchase.country).await?;
    let offer = offers.into_iter().flatten().find(|offer| offer.product == purchase.product);
    let back = button(words, "button-back", Tap::Order(id));
    let names = quote::names(shop, purchase.service, purchase.country).unwrap_or_default();
    let Some(offer) = offer else {
        let args = [
            ("service", (&*names.service).into()),
            ("country", (&*names.country).into()),
            ("flag", (&*names.flag).into()),
        ];
        let screen = Screen::new(words.spans("renew-gone", &args)).row(vec![back]);
        return show(shop, caller, screen.only_for_actor()).await;
    };
    let quoted = QuotedOffer {
        customer: caller.customer.id,
        provider: purchase.provider.clone(),
        service: purchase.service,
        country: purchase.country,
        item: Item::Renewal { of: id, after: line.expires_at, days },
        product: purchase.product.clone(),
        area_code: None,
        quantity: 1,
        cost: offer.cost.money,
        price: shop.settings.pricing.retail(offer.cost.money)?,
        pool: None,
    };
    let phone = Some(line.phone.clone());
    let text = Text { names, phone, choice: Choice::Any, back };
    quote::offered(shop, caller, quoted, text, None).await
}

/// *Check now.* Messages come by themselves; this asks for them at once.
pub async fn check(shop: &Shop, caller: &Caller<'_>, id: OrderId) -> Result<Reply, Fault> {
    let words = &caller.words;
    let Some(order) = own(shop, caller, id).await? else { return Ok(not_found(caller)) };
    let State::Active(line) = &order.state else {
        return Ok(alert(words.line("renew-over", &[])));
    };
    shop.expects(id);
    match ask(shop, &order, line).await? {
        Some(Applied::Moved) => Ok(toast(words.line("check-news", &[]))),
        Some(Applied::Unchanged) => Ok(toast(words.line("check-nothing", &[]))),
        None => Ok(alert(words.line("another-failed", &[]))),
    }
}

/// Looks at a rental now; `None` when the provider does not answer in time.
async fn ask(shop: &Shop, order: &Order, line: &Line) -> Result<Option<Applied>, Fault> {
    if !shop.buys_from(order) {
        return Ok(None);
    }
    tokio::select! {
        biased;
        answer = shop.look_at(&line.upstream) => match answer {
            Ok(seen) => {
                let happened = Happened {
                    order: order.id,
                    events: observed(&seen),
                    cost: None,
                    looked_at: None,
                };
                Ok(Some(shop.commit(vec![happened], Source::Poll, None).await?))
            }
            Err(error) => {
                tracing::info!(order = %order.id, %error, "a rental could not be read");
                shop.upstream_failed(&error).await;
                Ok(None)
            }
        },
        () = shop.clock.sleep(ANSWER_WITHIN) => Ok(None),
    }
}

/// *Give it back.* The provider decides while the person waits; a lost answer is found by the next poll.
pub async fn give_back(
    shop: &Shop,
    caller: &Caller<'_>,
    order: &Order,
    line: &Line,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    if !shop.buys_from(order) {
        return Ok(alert(words.line("another-failed", &[])));
    }
    // The new term would be paid for a number that is gone.
    if shop.store.renewal_under_way(order.id).await?.is_some() {
        return Ok(alert(words.line("renew-under-way", &[])));
    }
    tokio::select! {
        biased;
        answer = shop.upstream.cancel(&line.upstream) => match answer {
            Ok(CancelAnswer::Cancelled) => {
                shop.apply(order.id, Event::ProviderCancelled, Source::Cancel).await?;
                let args = [("back", back_to(words, &order.purchase).into())];
                Ok(toast(words.line("rental-given-back", &args)))
            }
            Ok(CancelAnswer::TooEarly { retry_after }) => {
                Ok(alert(words.line("cancel-too-early", &[("left", retry_after.into())])))
            }
            Ok(CancelAnswer::NotOpen) => Ok(alert(words.line("rental-not-taken-back", &[]))),
            Err(error) => {
                tracing::info!(order = %order.id, %error, "a rental could not be given back");
                shop.upstream_failed(&error).await;
                Ok(alert(words.line("rental-unclear", &[])))
            }
        },
        () = shop.clock.sleep(ANSWER_WITHIN) => Ok(alert(words.line("rental-unclear", &[]))),
    }
}

#[cfg(test)]
mod tests;
