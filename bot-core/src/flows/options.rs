//! How else a number may be chosen, where the provider has a choice: operator, best delivery, real carriers, an area of the
//! country, or several at once. Every button leads back to a price with that choice made.

use super::{
    button,
    menu::menu_button,
    page_of,
    quote::{fresh_offers, most_at_once, names, picked},
    show,
};
use crate::{
    action::{Pick, Tap},
    catalog::Offer,
    ids::{CountryId, ServiceId},
    phone::AreaCode,
    screen::{Button, Reply, Screen},
    shop::{Caller, Fault, Shop},
    text::Words,
    upstream::{Choice, Kind},
};

/// How many numbers are offered at once; any other number can be typed.
const QUANTITIES: [u16; 6] = [1, 2, 3, 5, 10, 25];

/// Big cities of the United States: New York, Los Angeles, Chicago, Houston, Miami, San Francisco. Others can be typed.
const AREA_CODES: [&str; 6] = ["212", "213", "312", "713", "305", "415"];

/// The choices for a service in a country.
pub async fn options(
    shop: &Shop,
    caller: &Caller<'_>,
    service: ServiceId,
    country: CountryId,
    pick: &Pick,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let offers = fresh_offers(shop, service, country).await?.unwrap_or_default();
    let mut offers: Vec<Offer> =
        offers.into_iter().filter(|offer| offer.kind == Kind::Activation).collect();
    offers.sort_by(Offer::by_price);
    let to = |pick: Pick| Tap::Pick { service, country, pick };
    let back = button(words, "button-back", to(pick.clone()));
    let names = names(shop, service, country).unwrap_or_default();
    let args = [
        ("service", (&*names.service).into()),
        ("country", (&*names.country).into()),
        ("flag", (&*names.flag).into()),
    ];
    let Some(now) = picked(&offers, pick) else {
        let screen = Screen::new(words.spans("quote-gone", &args));
        return show(shop, caller, screen.row(vec![back, menu_button(words)])).await;
    };
    let mut screen = Screen::new(words.spans("options-title", &args));
    if offers.len() > 1 {
        let (shown, _) = page_of(words, &offers, 0, |_| Tap::Menu);
        for offer in &shown {
            let label = choice_label(shop, words, offer, offer.product == now.product)?;
            let pick = Pick { offer: Some(offer.code()), ..pick.clone() };
            screen = screen.row(vec![Button::tap(label, to(pick))]);
        }
    }
    let most = most_at_once(shop, &now);
    let quantities = QUANTITIES.into_iter().filter(|quantity| *quantity <= most);
    let quantity = |quantity: u16| {
        let label = words.line("button-quantity", &[("quantity", i64::from(quantity).into())]);
        Button::tap(label, to(Pick { quantity, ..pick.clone() }))
    };
    if most > 1 {
        screen = screen.row(quantities.map(quantity).collect());
    }
    if now.takes_area_code {
        let area = |area: &str| {
            let area_code = AreaCode::parse(area)?;
            let label = words.line("button-area-code", &[("area", area.into())]);
            Some(Button::tap(label, to(Pick { area_code: Some(area_code), ..pick.clone() })))
        };
        let areas: Vec<Button> = AREA_CODES.into_iter().filter_map(area).collect();
        for row in areas.chunks(3) {
            screen = screen.row(row.to_vec());
        }
    }
    show(shop, caller, screen.row(vec![back, menu_button(words)])).await
}

fn choice_label(
    shop: &Shop,
    words: &Words,
    offer: &Offer,
    is_chosen: bool,
) -> Result<String, Fault> {
    let price = ("price", shop.settings.pricing.retail(offer.cost.money)?.into());
    let mark = ("mark", if is_chosen { "✓ " } else { "" }.into());
    Ok(match &offer.choice {
        Choice::Any => words.line("button-choice-any", &[mark, price]),
        Choice::Operator(name) => {
            words.line("button-choice-operator", &[mark, price, ("operator", name.as_str().into())])
        }
        Choice::BestDelivery => words.line("button-choice-best-delivery", &[mark, price]),
        Choice::MobileCarrier => words.line("button-choice-mobile-carrier", &[mark, price]),
    })
}
