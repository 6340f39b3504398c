use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::{
    catalog::Numbers,
    clock::Timestamp,
    upstream::{Listing, UpstreamCountry, UpstreamService},
};

const COUNTRIES: [(&str, &str); 14] = [
    ("Indonesia", "🇮🇩"),
    ("India", "🇮🇳"),
    ("United Kingdom", "🇬🇧"),
    ("United States", "🇺🇸"),
    ("United Arab Emirates", "🇦🇪"),
    ("Russia", "🇷🇺"),
    ("Côte d'Ivoire", "🇨🇮"),
    ("Germany", "🇩🇪"),
    ("Georgia", "🇬🇪"),
    ("South Korea", "🇰🇷"),
    ("Guinea", "🇬🇳"),
    ("Guinea-Bissau", "🇬🇼"),
    ("Saint Vincent and the Grenadines", "🇻🇨"),
    ("Oman", "🇴🇲"),
];

const SERVICES: [&str; 13] = [
    "WhatsApp",
    "Telegram",
    "Google / YouTube / Gmail",
    "Google Voice",
    "VK",
    "Instagram",
    "Facebook",
    "Line",
    "Any other",
    "Id.me",
    "Microsoft",
    "Uber",
    "Mail.ru",
];

/// Numbered in the order given, which is also the order of popularity.
fn catalog(services: &[&str]) -> Catalog {
    let key = |index: usize| index.to_string();
    let number = |index: usize| i64::try_from(index).unwrap();
    let named = |(index, name): (usize, &&str)| UpstreamService {
        key: key(index),
        name: (*name).to_owned(),
    };
    let countries = COUNTRIES.iter().enumerate().map(|(index, (name, flag))| UpstreamCountry {
        key: key(index),
        name: (*name).to_owned(),
        flag: (*flag).to_owned(),
    });
    let listing = Listing {
        goes_on: false,
        services: services.iter().enumerate().map(named).collect(),
        countries: countries.collect(),
        offers: vec![],
    };
    let numbers = Numbers {
        services: (0..services.len()).map(|index| (key(index), ServiceId(number(index)))).collect(),
        countries: (0..COUNTRIES.len())
            .map(|index| (key(index), CountryId(number(index))))
            .collect(),
    };
    let catalog = Catalog::new();
    let sold: HashMap<_, _> = (0..services.len())
        .map(|index| (ServiceId(number(index)), 1_000_000 - index as u64))
        .collect();
    catalog.set_popularity(sold);
    catalog.replace(listing, &numbers, Timestamp(0));
    catalog
}

fn found(query: &str) -> Vec<String> {
    let catalog = catalog(&SERVICES);
    let ids = find_services(&catalog, query);
    ids.into_iter().map(|id| catalog.service(id).unwrap().name.to_string()).collect()
}

/// The names of the service and the country that a line means.
fn meant(line: &str) -> (Option<String>, Option<String>) {
    let catalog = catalog(&SERVICES);
    let found = split(&catalog, line);
    (
        found.service.map(|id| catalog.service(id).unwrap().name.to_string()),
        found.country.map(|id| catalog.country(id).unwrap().name.to_string()),
    )
}

#[test]
fn services_are_found_as_people_type_them() {
    for (query, first) in [
        ("whatsapp", "WhatsApp"),
        ("  WHATSAPP!  ", "WhatsApp"),
        ("whats app", "WhatsApp"),
        ("wa", "WhatsApp"),
        ("whatsap", "WhatsApp"),
        ("watsapp", "WhatsApp"),
        ("whatspap", "WhatsApp"),
        ("ватсап", "WhatsApp"),
        ("ВК", "VK"),
        ("вконтакте", "VK"),
        ("tg", "Telegram"),
        ("телеграм", "Telegram"),
        ("instagarm", "Instagram"),
        ("fb", "Facebook"),
        ("google voice", "Google Voice"),
        ("voice", "Google Voice"),
        ("gmail", "Google / YouTube / Gmail"),
        ("google", "Google / YouTube / Gmail"),
        ("other", "Any other"),
        ("other any", "Any other"),
        ("soft", "Microsoft"),
        ("mailru", "Mail.ru"),
        ("outlook", "Microsoft"),
    ] {
        assert_eq!(found(query).first().map(String::as_str), Some(first), "{query:?}");
    }
    for query in ["qqq", "🔥", "zz zz", "xy", "."] {
        assert_eq!(found(query), [""; 0], "{query:?}");
    }
}

#[test]
fn an_empty_search_finds_all_by_popularity() {
    for query in ["", "  ", "\n"] {
        assert_eq!(found(query), SERVICES);
        assert_eq!(meant(query), (None, None));
    }
}

#[test]
fn a_better_match_comes_before_a_more_popular_one() {
    let order = ["Bigram Line", "Online", "Line Pay", "Line", "Lime"];
    let catalog = catalog(&order);
    let found: Vec<_> = find_services(&catalog, "line")
        .into_iter()
        .map(|id| order[usize::try_from(id.0).unwrap()])
        .collect();
    assert_eq!(found, ["Line", "Line Pay", "Bigram Line", "Online"]);
}

#[test]
fn lines_are_taken_apart() {
    for (line, service, country) in [
        ("whatsapp indonesia", "WhatsApp", "Indonesia"),
        ("indonesia whatsapp", "WhatsApp", "Indonesia"),
        ("WhatsApp in Indonesia", "WhatsApp", "Indonesia"),
        ("wa id", "WhatsApp", "Indonesia"),
        ("wa🇮🇩", "WhatsApp", "Indonesia"),
        ("🇮🇩 wa", "WhatsApp", "Indonesia"),
        ("whatsap indonisia", "WhatsApp", "Indonesia"),
        ("telegram united kingdom", "Telegram", "United Kingdom"),
        ("telegram uk", "Telegram", "United Kingdom"),
        ("tg usa", "Telegram", "United States"),
        ("united arab emirates telegram", "Telegram", "United Arab Emirates"),
        ("tg uae", "Telegram", "United Arab Emirates"),
        ("вк россия", "VK", "Russia"),
        ("google voice us", "Google Voice", "United States"),
        ("line cote divoire", "Line", "Côte d'Ivoire"),
        ("line cote d'ivoire", "Line", "Côte d'Ivoire"),
        ("uber guinea", "Uber", "Guinea"),
        ("uber guinea bissau", "Uber", "Guinea-Bissau"),
        ("uber saint vincent and the grenadines", "Uber", "Saint Vincent and the Grenadines"),
        ("facebook korea", "Facebook", "South Korea"),
        ("facebook germ", "Facebook", "Germany"),
    ] {
        assert_eq!(meant(line), (Some(service.into()), Some(country.into())), "{line:?}");
    }
}

#[test]
fn a_line_may_name_only_one_of_them() {
    for (line, service, country) in [
        ("telegram", Some("Telegram"), None),
        ("whatsap", Some("WhatsApp"), None),
        ("ВК", Some("VK"), None),
        ("indonesia", None, Some("Indonesia")),
        ("🇮🇩", None, Some("Indonesia")),
        ("uk", None, Some("United Kingdom")),
        ("indoneisa", None, Some("Indonesia")),
        ("number for indonesia", None, Some("Indonesia")),
        ("i need whatsapp please", Some("WhatsApp"), None),
        ("id", Some("Id.me"), None),
        ("de", None, Some("Germany")),
        ("goo", None, None),
        ("telegram o", Some("Telegram"), None),
        ("telegram united", Some("Telegram"), None),
        ("🔥", None, None),
        ("qqq indonesia", None, None),
    ] {
        let expected = (service.map(str::to_owned), country.map(str::to_owned));
        assert_eq!(meant(line), expected, "{line:?}");
    }
}

#[test]
fn the_candidates_beside_a_country_are_told() {
    let catalog = catalog(&SERVICES);
    let found = split(&catalog, "goo indonesia");
    assert_eq!(found.services, [ServiceId(2), ServiceId(3)]);
    assert_eq!((found.service, found.country), (None, Some(CountryId(0))));
    assert_eq!(split(&catalog, "indonesia").services, []);
}

#[test]
fn hostile_lines_are_only_lines() {
    for line in [
        "🔥".repeat(4096),
        "🇮".repeat(4097),
        "a ".repeat(5000),
        "ﷺ".repeat(4096),
        "\u{301}".repeat(4096),
    ] {
        assert_eq!(meant(&line).1, None);
        found(&line);
    }
}

#[test]
fn aliases_are_folded_and_each_stands_once() {
    for groups in [&alias::SERVICES[..], &alias::COUNTRIES[..]] {
        let mut seen = std::collections::HashSet::new();
        for alias in groups.iter().copied().flatten() {
            assert_eq!(&fold(alias), alias);
            assert!(seen.insert(alias), "{alias} stands twice");
        }
    }
}

proptest! {
    #[test]
    fn nothing_that_is_typed_panics(query in any::<String>()) {
        let catalog = catalog(&SERVICES);
        prop_assert!(find_services(&catalog, &query).len() <= SERVICES.len());
        split(&catalog, &query);
    }

    #[test]
    fn words_in_any_order_do_not_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "wa", "united", "states", "in", "for", "google", "🇮🇩", "id", "guinea", "bissau", "x",
        ]), 0..12),
    ) {
        split(&catalog(&SERVICES), &words.join(" "));
    }

    #[test]
    fn a_services_own_name_finds_it_first(
        names in prop::collection::vec("[A-Za-zА-Яа-яé0-9.+/]{1,12}( [A-Za-z]{1,9}){0,2}", 1..12),
        chosen in any::<prop::sample::Index>(),
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let catalog = catalog(&names);
        let name = names[chosen.index(names.len())];
        let first = catalog.service(find_services(&catalog, name)[0]).unwrap();
        prop_assert_eq!(&*first.name_folded, fold(name));
    }
}
