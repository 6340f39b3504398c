//! The fields of the command that buys: what is suggested while somebody types, and what they meant in the end.
//!
//! A suggestion's value is an id. Discord sends whatever the person left in the field, so a value is read as an id or as
//! words, and the shop looks it up either way.

use bot_core::{
    action::{Action, Command, Sort, Tap},
    ids::{CountryId, ServiceId},
};
use serde::Serialize;

use crate::{
    decode::Field,
    door::Door,
    markdown::cut,
    rows::{LONGEST_OPTION, OPTIONS},
};

const SERVICE: char = 's';
const COUNTRY: char = 'c';

/// "Application Command Option Choice".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Choice {
    name: String,
    value: String,
}

/// As many as Discord takes, the best first.
pub(crate) fn choices(door: &impl Door, language: &str, field: &Field) -> Vec<Choice> {
    match field {
        Field::Service(typed) => {
            let found = door.suggest_services(language, words(typed, SERVICE), OPTIONS);
            found.into_iter().map(|found| choice(SERVICE, found.id.0, &found.label)).collect()
        }
        Field::Country { service, typed } => {
            let Some(service) = service_of(door, service) else { return Vec::new() };
            let typed = words(typed, COUNTRY);
            let found = door.suggest_countries(language, service, typed, OPTIONS);
            found.into_iter().map(|found| choice(COUNTRY, found.id.0, &found.label)).collect()
        }
    }
}

/// What the filled fields ask for. A service and a country lead to the price, a service to its countries; what names
/// neither for certain is a search, and so is what says more than a country: how many, or which area.
pub(crate) fn wanted(door: &impl Door, service: &str, country: &str) -> Action {
    if words(country, COUNTRY).contains(|character: char| character.is_ascii_digit()) {
        let named = id(service, SERVICE).and_then(|id| door.service_name(ServiceId(id)));
        let words = format!("{} {country}", named.as_deref().unwrap_or(words(service, SERVICE)));
        return Action::Command(Command::Buy(words.trim().to_owned()));
    }
    let Some(id) = service_of(door, service) else {
        let words = format!("{} {}", words(service, SERVICE), words(country, COUNTRY));
        return Action::Command(Command::Buy(words.trim().to_owned()));
    };
    match country_of(door, country) {
        Some(country) => Action::Tap(Tap::Quote { service: id, country }),
        None => Action::Tap(Tap::Countries { service: id, sort: Sort::default(), page: 0 }),
    }
}

fn service_of(door: &impl Door, value: &str) -> Option<ServiceId> {
    match id(value, SERVICE) {
        Some(id) => Some(ServiceId(id)),
        None if value.trim().is_empty() => None,
        None => door.service_meant(value),
    }
}

fn country_of(door: &impl Door, value: &str) -> Option<CountryId> {
    match id(value, COUNTRY) {
        Some(id) => Some(CountryId(id)),
        None if value.trim().is_empty() => None,
        None => door.country_meant(value),
    }
}

fn choice(kind: char, id: i64, label: &str) -> Choice {
    let name = if label.trim().is_empty() { "…".to_owned() } else { cut(label, LONGEST_OPTION) };
    Choice { name, value: format!("{kind}:{id}") }
}

fn id(value: &str, kind: char) -> Option<i64> {
    value.strip_prefix(kind)?.strip_prefix(':')?.parse().ok().filter(|id| *id >= 0)
}

/// What was typed; nothing where a suggestion was taken.
fn words(value: &str, kind: char) -> &str {
    if id(value, kind).is_some() { "" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::scripted::Scripted;

    #[test]
    fn fields_are_ids_or_words() {
        let door = Scripted::default();
        let quote = |service, country| {
            Action::Tap(Tap::Quote { service: ServiceId(service), country: CountryId(country) })
        };
        let countries = |service| {
            Action::Tap(Tap::Countries { service: ServiceId(service), sort: Sort::Price, page: 0 })
        };
        let search = |words: &str| Action::Command(Command::Buy(words.into()));
        for (service, country, expected) in [
            ("s:5", "c:0", quote(5, 0)),
            ("whatsapp", "c:7", quote(1, 7)),
            ("s:5", "indonesia", quote(5, 2)),
            ("s:5", "atlantis", countries(5)),
            ("s:5", "indonesia 3", search("Service 5 indonesia 3")),
            ("whatsapp", "united states 415", search("whatsapp united states 415")),
            ("s:77", "indonesia 3", search("indonesia 3")),
            ("s:5", "", countries(5)),
            ("", "", search("")),
            ("wha", "indonesia", search("wha indonesia")),
            ("wha", "c:7", search("wha")),
            ("c:5", "", search("c:5")),
            ("s:-5", "s:1", search("s:-5 s:1")),
            ("s:99999999999999999999", "", search("s:99999999999999999999")),
        ] {
            assert_eq!(wanted(&door, service, country), expected, "{service:?} {country:?}");
        }
    }

    #[test]
    fn suggestions_are_priced_and_few() {
        let door = Scripted::default();
        let services = choices(&door, "en-US", &Field::Service("wha".into()));
        assert_eq!(services.len(), 25);
        assert_eq!(services[0], Choice { name: "WHA 0 · from $1".into(), value: "s:0".into() });
        let field = Field::Country { service: "whatsapp".into(), typed: "ind".into() };
        assert_eq!(choices(&door, "en-US", &field)[3].value, "c:3");
        let unknown = Field::Country { service: "wha".into(), typed: "ind".into() };
        assert_eq!(choices(&door, "en-US", &unknown), []);
    }
}
