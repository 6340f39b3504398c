//! Finds what people type: `whatsapp indonesia`, `wa id`, `whatsap`, `ВК`, `🇮🇩`.
//!
//! Knows the catalogue and nothing else: no prices, no screens. The work for one search is bounded by the catalogue and by
//! [`fold::LONGEST`], whatever was typed.

use crate::{
    catalog::{Catalog, fold::fold},
    ids::{CountryId, ServiceId},
};

mod alias;
mod rank;

use rank::{Phrase, Rank};

/// Words of the longest country name that a search looks for: `saint vincent and the grenadines`.
const LONGEST_COUNTRY: usize = 5;

/// Words that may stand between a service and a country.
const LINKS: [&str; 4] = ["in", "for", "from", "number"];

/// Words of a sentence that are looked at, so that one made of single letters costs no more than others.
const LONGEST_SENTENCE: usize = 12;

/// What a typed line names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The service, when there is no doubt which.
    pub service: Option<ServiceId>,
    /// The country, when there is no doubt which.
    pub country: Option<CountryId>,
    /// Every service that the line without its country may mean, best first. Empty when the line names only a country.
    pub services: Vec<ServiceId>,
    /// The part of the line that stands for the service, folded.
    pub service_words: String,
}

/// The services that match, best first; of equal matches the one that sells more. An empty query matches all.
pub fn find_services(catalog: &Catalog, query: &str) -> Vec<ServiceId> {
    let folded = fold(query);
    if folded.is_empty() {
        return catalog.services().iter().map(|service| service.id).collect();
    }
    ids(&services(catalog, &folded))
}

/// The countries that match, best first. An empty query matches none.
pub fn find_countries(catalog: &Catalog, query: &str) -> Vec<CountryId> {
    ids(&countries(catalog, &fold(query)))
}

/// Takes a line apart into a service and a country, in either order. The reading that matches best wins.
pub fn split(catalog: &Catalog, query: &str) -> Found {
    let folded = fold(query);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let whole = services(catalog, &folded);
    let mut best =
        whole.first().map(|(rank, _)| (rank.distance(), Found::of(&whole, None, &words)));
    for (country_words, service_words) in readings(&words) {
        let Some((rank, country)) = the_one(&countries(catalog, &country_words.join(" "))) else {
            continue;
        };
        let hits = services(catalog, &service_words.join(" "));
        let distance = match hits.first() {
            Some((of_service, _)) => rank.distance() + of_service.distance(),
            None if service_words.is_empty() => rank.distance(),
            None => continue,
        };
        if best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, Found::of(&hits, Some(country), service_words)));
        }
    }
    best.map_or_else(|| any_word(catalog, &words), |(_, found)| found)
}

type Hits<Id> = Vec<(Rank, Id)>;

impl Found {
    fn of(hits: &Hits<ServiceId>, country: Option<CountryId>, service_words: &[&str]) -> Self {
        Self {
            service: the_one(hits).map(|(_, id)| id),
            country,
            services: ids(hits),
            service_words: service_words.join(" "),
        }
    }
}

fn ids<Id: Copy>(hits: &Hits<Id>) -> Vec<Id> {
    hits.iter().map(|(_, id)| *id).collect()
}

/// The hit that is certainly meant: by its very name, or better than any other.
fn the_one<Id: Copy>(hits: &Hits<Id>) -> Option<(Rank, Id)> {
    let best = *hits.first()?;
    let rivalled = hits.get(1).is_some_and(|(rank, _)| *rank == best.0);
    (best.0 <= Rank::Alias || !rivalled).then_some(best)
}

/// Every way to read words as a country and the rest: the country last, or first.
fn readings<'a>(words: &'a [&'a str]) -> impl Iterator<Item = (&'a [&'a str], &'a [&'a str])> {
    let is_word = |word: &&str| !LINKS.contains(word);
    (1..=LONGEST_COUNTRY.min(words.len())).flat_map(move |length| {
        let (rest, country) = words.split_at(words.len() - length);
        let end = rest.iter().rposition(is_word).map_or(0, |last| last + 1);
        let country_last = (country, &rest[..end]);
        let (country, rest) = words.split_at(length);
        let start = rest.iter().position(is_word).unwrap_or(rest.len());
        [country_last, (country, &rest[start..])]
    })
}

/// A sentence: the first word that clearly names a service.
fn any_word(catalog: &Catalog, words: &[&str]) -> Found {
    let clear = |hits: &Hits<ServiceId>, word: &str| {
        hits.first().is_some_and(|(rank, _)| {
            *rank <= Rank::Alias || (*rank == Rank::Prefix && rank::is_long_enough(word))
        })
    };
    words
        .iter()
        .take(LONGEST_SENTENCE)
        .map(|word| (word, services(catalog, word)))
        .find(|(word, hits)| clear(hits, word))
        .map(|(word, hits)| Found::of(&hits, None, &[*word]))
        .unwrap_or_default()
}

fn services(catalog: &Catalog, folded: &str) -> Hits<ServiceId> {
    let Some(phrase) = Phrase::new(folded, &alias::SERVICES) else { return Vec::new() };
    let all = catalog.services();
    let ranked = |rank: &dyn Fn(&str) -> Option<Rank>| {
        sorted(all.iter().filter_map(|service| Some((rank(&service.name_folded)?, service.id))))
    };
    let hits = ranked(&|name| phrase.rank(name));
    if hits.is_empty() { ranked(&|name| phrase.rank_typo(name)) } else { hits }
}

fn countries(catalog: &Catalog, folded: &str) -> Hits<CountryId> {
    let Some(phrase) = Phrase::new(folded, &alias::COUNTRIES) else { return Vec::new() };
    let all = catalog.countries();
    let hits =
        sorted(all.iter().filter_map(|country| Some((phrase.rank_country(country)?, country.id))));
    if hits.is_empty() {
        sorted(
            all.iter()
                .filter_map(|country| Some((phrase.rank_typo(&country.name_folded)?, country.id))),
        )
    } else {
        hits
    }
}

/// Equal ranks stay in the order in which they came.
fn sorted<Id>(hits: impl Iterator<Item = (Rank, Id)>) -> Hits<Id> {
    let mut hits: Hits<Id> = hits.collect();
    hits.sort_by_key(|(rank, _)| *rank);
    hits
}

#[cfg(test)]
mod tests;
