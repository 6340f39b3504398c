use futures::FutureExt;
use proptest::prelude::*;

use super::*;
use crate::{
    money::Money,
    upstream::{UpstreamCountry, UpstreamService},
};

/// (service, country, product, cost in ten-thousandths, stock)
type Row = (&'static str, &'static str, &'static str, i64, u32);

fn offer((service, country, product, cost, stock): Row) -> UpstreamOffer {
    let money = Money::from_raw(cost);
    UpstreamOffer {
        service: service.into(),
        country: country.into(),
        kind: Kind::Activation,
        choice: Choice::Any,
        product: product.into(),
        cost: Cost { amount: money.to_decimal(), currency: "USD".into(), money },
        takes_area_code: false,
        stock: Some(stock),
    }
}

fn listing(rows: &[Row]) -> Listing {
    let service = |key: &str, name: &str| UpstreamService { key: key.into(), name: name.into() };
    let country = |key: &str, name: &str, flag: &str| UpstreamCountry {
        key: key.into(),
        name: name.into(),
        flag: flag.into(),
    };
    Listing {
        services: vec![service("wa", "WhatsApp"), service("tg", "Telegram"), service("vk", "VK")],
        countries: vec![
            country("0", "Russia", "🇷🇺"),
            country("6", "Indonesia", ""),
            country("7", "Ghana", "🇬🇭"),
        ],
        offers: rows.iter().copied().map(offer).collect(),
        goes_on: false,
    }
}

const WHATSAPP: ServiceId = ServiceId(1);
const TELEGRAM: ServiceId = ServiceId(2);
const VK: ServiceId = ServiceId(3);
const RUSSIA: CountryId = CountryId(10);
const INDONESIA: CountryId = CountryId(11);
const GHANA: CountryId = CountryId(12);

fn numbers() -> Numbers {
    Numbers {
        services: [("wa", WHATSAPP), ("tg", TELEGRAM), ("vk", VK)]
            .map(|(key, id)| (key.to_owned(), id))
            .into(),
        countries: [("0", RUSSIA), ("6", INDONESIA), ("7", GHANA)]
            .map(|(key, id)| (key.to_owned(), id))
            .into(),
    }
}

fn catalog(rows: &[Row]) -> Catalog {
    let catalog = Catalog::new();
    catalog.replace(listing(rows), &numbers(), Timestamp(0));
    catalog
}

fn products(catalog: &Catalog, service: ServiceId, sort: Sort) -> Vec<String> {
    catalog.offers(service, sort).iter().map(|offer| offer.product.to_string()).collect()
}

fn names(catalog: &Catalog) -> Vec<String> {
    catalog.services().iter().map(|service| service.name.to_string()).collect()
}

#[test]
fn offers_are_sorted_by_price_or_stock_and_what_is_sold_out_comes_last() {
    let catalog = catalog(&[
        ("wa", "0", "dear", 900, 5),
        ("wa", "6", "cheap", 100, 2),
        ("wa", "7", "gone", 50, 0),
    ]);
    assert_eq!(products(&catalog, WHATSAPP, Sort::Price), ["cheap", "dear", "gone"]);
    assert_eq!(products(&catalog, WHATSAPP, Sort::Stock), ["dear", "cheap", "gone"]);
    assert_eq!(catalog.cheapest(WHATSAPP).unwrap().product.as_str(), "cheap");
    assert_eq!(catalog.offer(WHATSAPP, GHANA).unwrap().stock, Some(0));
    assert_eq!(catalog.offer(TELEGRAM, GHANA), None);
    assert_eq!(catalog.cheapest(TELEGRAM), None);
    assert!(catalog.offers(ServiceId(99), Sort::Price).is_empty());
}

#[test]
fn of_several_products_the_cheapest_with_stock_is_offered() {
    let catalog = catalog(&[
        ("wa", "0", "empty", 10, 0),
        ("wa", "0", "dear", 30, 9),
        ("wa", "0", "right", 20, 1),
        ("tg", "0", "both-empty-dear", 20, 0),
        ("tg", "0", "both-empty", 10, 0),
    ]);
    assert_eq!(products(&catalog, WHATSAPP, Sort::Price), ["right"]);
    assert_eq!(products(&catalog, TELEGRAM, Sort::Stock), ["both-empty"]);
    assert_eq!(catalog.cheapest(TELEGRAM), None);
}

#[test]
fn services_come_by_sales_then_stock_then_name() {
    let catalog =
        catalog(&[("tg", "0", "a", 10, 3), ("tg", "6", "b", 10, 3), ("vk", "0", "c", 10, 5)]);
    assert_eq!(names(&catalog), ["Telegram", "VK", "WhatsApp"]);
    catalog.set_popularity([(WHATSAPP, 2), (VK, 1)].into());
    assert_eq!(names(&catalog), ["WhatsApp", "VK", "Telegram"]);
    catalog.replace(listing(&[("tg", "0", "a", 10, 3)]), &numbers(), Timestamp(1));
    assert_eq!(names(&catalog), ["WhatsApp", "VK", "Telegram"], "popularity outlives a listing");
}

#[test]
fn what_a_listing_leaves_out_disappears_and_comes_back_under_its_number() {
    let catalog = catalog(&[("wa", "0", "a", 10, 3)]);
    catalog.replace(Listing::default(), &numbers(), Timestamp(1));
    assert_eq!((catalog.service(WHATSAPP), catalog.country(RUSSIA)), (None, None));
    assert_eq!(catalog.offer(WHATSAPP, RUSSIA), None);
    assert!(catalog.services().is_empty() && catalog.countries().is_empty());
    catalog.replace(listing(&[("wa", "0", "a", 10, 3)]), &numbers(), Timestamp(2));
    assert_eq!(&*catalog.service(WHATSAPP).unwrap().name, "WhatsApp");
    assert_eq!(&*catalog.service(WHATSAPP).unwrap().key, "wa");
    assert_eq!(catalog.offer(WHATSAPP, RUSSIA).unwrap().stock, Some(3));
}

#[test]
fn what_has_no_number_or_name_is_left_out() {
    let mut only_whatsapp = numbers();
    only_whatsapp.services.retain(|key, _| key == "wa");
    only_whatsapp.countries.retain(|key, _| key == "0");
    let rows = [
        ("wa", "0", "a", 1, 1),
        ("wa", "6", "b", 1, 1),
        ("tg", "0", "c", 1, 1),
        ("wa", "99", "d", 1, 1),
    ];
    let catalog = Catalog::new();
    catalog.replace(listing(&rows), &only_whatsapp, Timestamp(0));
    assert_eq!(names(&catalog), ["WhatsApp"]);
    assert_eq!(products(&catalog, WHATSAPP, Sort::Price), ["a"]);
    assert_eq!(catalog.country(INDONESIA), None);
}

#[test]
fn a_country_always_has_a_flag() {
    let catalog = catalog(&[]);
    assert_eq!(&*catalog.country(RUSSIA).unwrap().flag, "🇷🇺");
    assert_eq!(&*catalog.country(INDONESIA).unwrap().flag, NO_FLAG);
}

#[test]
fn one_pair_can_be_freshened() {
    let catalog = catalog(&[("wa", "0", "a", 10, 3), ("wa", "6", "b", 20, 3)]);
    let fresh = vec![offer(("wa", "0", "dear", 40, 8)), offer(("wa", "0", "new", 30, 8))];
    let answered = catalog.put_offers(WHATSAPP, RUSSIA, fresh);
    assert_eq!(answered.len(), 2);
    assert_eq!(catalog.offer(WHATSAPP, RUSSIA).unwrap().product.as_str(), "new");
    assert_eq!(catalog.everything_of(WHATSAPP).len(), 3);
    assert_eq!(products(&catalog, WHATSAPP, Sort::Price), ["b", "new"]);
    assert_eq!(products(&catalog, WHATSAPP, Sort::Stock), ["new", "b"]);
    assert_eq!(catalog.put_offers(WHATSAPP, RUSSIA, vec![]), []);
    assert_eq!(products(&catalog, WHATSAPP, Sort::Price), ["b"]);
}

#[test]
fn freshening_what_is_not_listed_answers_but_stores_nothing() {
    let catalog = Catalog::new();
    let answered = catalog.put_offers(WHATSAPP, RUSSIA, vec![offer(("wa", "0", "a", 10, 3))]);
    assert_eq!(answered[0].product.as_str(), "a");
    assert_eq!(catalog.offer(WHATSAPP, RUSSIA), None);
}

#[test]
fn age_is_told_with_its_bounds() {
    let empty = Catalog::new();
    assert_eq!(empty.freshness(Timestamp(5)), Freshness::Empty);
    let catalog = catalog(&[]);
    let at = |age: Duration| catalog.freshness(Timestamp(0) + age);
    let instant = Duration::from_millis(1);
    let age = FRESH_FOR.checked_sub(instant).unwrap();
    assert_eq!(at(age), Freshness::Fresh { age });
    assert_eq!(at(FRESH_FOR), Freshness::Stale { age: FRESH_FOR });
    let age = TOO_OLD_AFTER.checked_sub(instant).unwrap();
    assert_eq!(at(age), Freshness::Stale { age });
    assert_eq!(at(TOO_OLD_AFTER), Freshness::TooOld { age: TOO_OLD_AFTER });
}

#[test]
fn the_worker_is_called_once_per_stale_period() {
    let called = |catalog: &Catalog| catalog.wanted().now_or_never().is_some();
    let catalog = catalog(&[]);
    catalog.freshness(Timestamp(0));
    assert!(!called(&catalog), "a fresh list needs nobody");
    let stale = Timestamp(0) + FRESH_FOR;
    catalog.freshness(stale);
    catalog.freshness(stale);
    assert!(called(&catalog));
    catalog.freshness(stale + TOO_OLD_AFTER);
    assert!(!called(&catalog));
    catalog.replace(Listing::default(), &numbers(), stale);
    catalog.freshness(stale + FRESH_FOR);
    assert!(called(&catalog));
}

#[test]
fn readers_beside_a_writer_always_find_what_both_listings_have() {
    let catalog = catalog(&[("wa", "0", "a", 10, 3)]);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..200 {
                catalog.replace(listing(&[("wa", "0", "a", 10, 3)]), &numbers(), Timestamp(round));
                catalog.put_offers(WHATSAPP, RUSSIA, vec![offer(("wa", "0", "a", 10, 4))]);
            }
        });
        while !writer.is_finished() {
            assert!(catalog.service(WHATSAPP).is_some() && catalog.country(RUSSIA).is_some());
            assert!(catalog.offer(WHATSAPP, RUSSIA).is_some());
            assert_eq!(catalog.services().len(), 3);
        }
    });
}

#[test]
fn names_fold_to_what_people_type() {
    for (text, folded) in [
        ("  WhatsApp ", "whatsapp"),
        ("Côte d’Ivoire", "cote d ivoire"),
        ("Türkiye", "turkiye"),
        ("ВКонтакте", "вконтакте"),
        ("X (Twitter)", "x twitter"),
        ("Any / other+", "any other"),
        ("WhatsApp🇮🇩", "whatsapp 🇮🇩"),
        ("🇮🇩🇺🇸 🇮", "🇮🇩 🇺🇸"),
        ("🔥 Steam", "steam"),
        ("🔥🔥", "🔥🔥"),
        ("", ""),
        (" \u{301}", "\u{301}"),
    ] {
        assert_eq!(fold(text), folded, "{text:?}");
    }
}

#[test]
fn a_flag_spells_its_code() {
    assert_eq!(fold::flag_code("🇮🇩").as_deref(), Some("id"));
    for no_flag in ["", NO_FLAG, "🇮", "🇮🇩🇮", "id", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"] {
        assert_eq!(fold::flag_code(no_flag), None, "{no_flag:?}");
    }
}

proptest! {
    #[test]
    fn folding_is_bounded_whatever_is_typed(text in any::<String>(), times in 1..200_usize) {
        // Each character counts once, may grow to three in lower case, and a flag letter brings a space.
        prop_assert!(fold(&text.repeat(times)).chars().count() <= 4 * fold::LONGEST);
    }
}
