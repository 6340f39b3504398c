//! Finding something to buy: services, countries, and the search that a typed line is.

use super::{button, menu::menu_button, page_of, show};
use crate::{
    action::{Pick, Query, Sort, Tap},
    catalog::{Freshness, Offer},
    ids::ServiceId,
    phone::AreaCode,
    screen::{Button, Reply, Screen},
    search,
    shop::{Caller, Fault, Shop},
};

/// The services that match, popular first.
pub async fn services(
    shop: &Shop,
    caller: &Caller<'_>,
    query: &Query,
    page: u16,
) -> Result<Reply, Fault> {
    if let Some(screen) = not_ready(shop, caller) {
        return show(shop, caller, screen).await;
    }
    let words = &caller.words;
    let found = if query.as_str().is_empty() {
        shop.catalog.services().iter().map(|service| service.id).collect()
    } else {
        search::find_services(&shop.catalog, query.as_str())
    };
    let text = match (query.as_str(), found.len()) {
        ("", _) => words.spans("services-title", &[]),
        (query, 0) => words.spans("services-none", &[("query", query.into())]),
        (query, count) => words.spans(
            "services-found",
            &[("query", query.into()), ("count", i64::try_from(count).unwrap_or(0).into())],
        ),
    };
    let to_page = |page| Tap::Services { query: query.clone(), page };
    let (shown, neighbours) = page_of(words, &found, page, to_page);
    let mut screen = Screen::new(text);
    for service in shown {
        screen = screen.row(service_button(shop, caller, service)?.into_iter().collect());
    }
    screen = screen.row(neighbours);
    let all =
        button(words, "button-all-services", Tap::Services { query: Query::default(), page: 0 });
    let last = if query.as_str().is_empty() { vec![] } else { vec![all] };
    show(shop, caller, screen.row(last.into_iter().chain([menu_button(words)]).collect())).await
}

fn service_button(
    shop: &Shop,
    caller: &Caller<'_>,
    id: ServiceId,
) -> Result<Option<Button>, Fault> {
    let Some(service) = shop.catalog.service(id) else { return Ok(None) };
    let tap = Tap::Countries { service: id, sort: Sort::default(), page: 0 };
    let name = ("service", (&*service.name).into());
    let label = match shop.catalog.cheapest(id) {
        Some(offer) => {
            let price = shop.settings.pricing.retail(offer.cost.money)?;
            caller.words.line("button-service", &[name, ("price", price.into())])
        }
        None => caller.words.line("button-service-empty", &[name]),
    };
    Ok(Some(Button::tap(label, tap)))
}

/// The countries that sell a service.
pub async fn countries(
    shop: &Shop,
    caller: &Caller<'_>,
    id: ServiceId,
    sort: Sort,
    page: u16,
) -> Result<Reply, Fault> {
    if let Some(screen) = not_ready(shop, caller) {
        return show(shop, caller, screen).await;
    }
    let words = &caller.words;
    let back = button(words, "button-back", Tap::Services { query: Query::default(), page: 0 });
    let Some(service) = shop.catalog.service(id) else {
        let screen =
            Screen::new(words.spans("service-gone", &[])).row(vec![back, menu_button(words)]);
        return show(shop, caller, screen).await;
    };
    let offers = shop.catalog.offers(id, sort);
    let text =
        if offers.iter().all(Offer::is_sold_out) { "countries-none" } else { "countries-title" };
    let mut screen = Screen::new(words.spans(text, &[("service", (&*service.name).into())]));
    let (shown, neighbours) =
        page_of(words, &offers, page, |page| Tap::Countries { service: id, sort, page });
    for offer in shown {
        let Some(country) = shop.catalog.country(offer.country) else { continue };
        let (flag, name) =
            (("flag", (&*country.flag).into()), ("country", (&*country.name).into()));
        let label = if offer.is_sold_out() {
            words.line("button-country-empty", &[flag, name])
        } else {
            let price = shop.settings.pricing.retail(offer.cost.money)?;
            let price = ("price", price.into());
            match offer.stock {
                Some(stock) => {
                    let stock = ("stock", i64::from(stock).into());
                    words.line("button-country", &[flag, name, price, stock])
                }
                None => words.line("button-country-any-stock", &[flag, name, price]),
            }
        };
        screen = screen
            .row(vec![Button::tap(label, Tap::Quote { service: id, country: offer.country })]);
    }
    let (other, label) = match sort {
        Sort::Price => (Sort::Stock, "button-sort-stock"),
        Sort::Stock => (Sort::Price, "button-sort-price"),
    };
    screen = screen.row(neighbours);
    if offers.len() > 1 {
        screen = screen.row(vec![button(
            words,
            label,
            Tap::Countries { service: id, sort: other, page: 0 },
        )]);
    }
    show(shop, caller, screen.row(vec![back, menu_button(words)])).await
}

/// What a typed line finds: a service and a country lead straight to the price, a service to its countries.
pub async fn search(shop: &Shop, caller: &Caller<'_>, line: &str) -> Result<Reply, Fault> {
    if let Some(screen) = not_ready(shop, caller) {
        return show(shop, caller, screen).await;
    }
    if line.trim().eq_ignore_ascii_case("esim") {
        return super::esim::plans(shop, caller, 0).await;
    }
    let (line, pick) = typed_pick(line);
    let query = Query::new(line);
    let found = search::split(&shop.catalog, query.as_str());
    match (found.service, found.country) {
        (Some(service), Some(country)) => {
            super::quote::quote(shop, caller, service, country, &pick).await
        }
        (Some(service), None) => countries(shop, caller, service, Sort::default(), 0).await,
        // Several services may be meant: they are listed under what was typed of them.
        (None, Some(_)) if !found.services.is_empty() => {
            services(shop, caller, &Query::new(&found.service_words), 0).await
        }
        (None, Some(_)) => services(shop, caller, &Query::default(), 0).await,
        (None, None) => services(shop, caller, &query, 0).await,
    }
}

/// A number behind the words is an area code when it has three digits, else how many: `whatsapp usa 212`, `vk russia 3`.
fn typed_pick(line: &str) -> (&str, Pick) {
    let none = (line, Pick::default());
    let Some((words, number)) = line.trim().rsplit_once(' ') else { return none };
    if let Some(area_code) = AreaCode::parse(number) {
        return (words, Pick { area_code: Some(area_code), ..Pick::default() });
    }
    match number.parse() {
        Ok(quantity @ 1..=100) => (words, Pick { quantity, ..Pick::default() }),
        Ok(_) | Err(_) => none,
    }
}

/// What to say while there is no list to browse, or one too old to be true.
pub(super) fn not_ready(shop: &Shop, caller: &Caller<'_>) -> Option<Screen> {
    let id = match shop.catalog.freshness(shop.clock.now()) {
        Freshness::Fresh { .. } | Freshness::Stale { .. } => return None,
        Freshness::Empty => "catalog-loading",
        Freshness::TooOld { .. } => "catalog-unavailable",
    };
    Some(Screen::new(caller.words.spans(id, &[])).row(vec![menu_button(&caller.words)]))
}
