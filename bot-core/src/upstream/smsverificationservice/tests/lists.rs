//! The catalogue: lists with ids of their own, countries in turn, and one limit for everything.

use std::collections::{BTreeSet, HashSet};

use super::*;
use crate::upstream::{Choice, ESIM_COUNTRY, Kind, Listing, Upstream};

/// Lists until every country was read.
async fn whole_listing(emulator: &Emulator, client: &SmsVerificationService) -> Listing {
    let reads = || emulator.control.request_counts()["global_services"].total;
    let mut listing = client.listing().await.unwrap();
    loop {
        let before = reads();
        emulator.advance(Duration::from_mins(1));
        listing = client.listing().await.unwrap_or(listing);
        if reads() == before {
            return listing;
        }
    }
}

#[tokio::test]
async fn everything_that_is_sold_is_listed_once_all_countries_were_read() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    let listing = whole_listing(&emulator, &client).await;
    let listed: BTreeSet<_> = listing
        .offers
        .iter()
        .map(|it| (it.product.to_string(), it.cost.money.raw() / 100, it.kind, it.choice.clone()))
        .collect();
    let rental = |days| Kind::Rental { days };
    let expected: BTreeSet<_> = emulator
        .control
        .offers()
        .into_iter()
        .map(|offer| {
            let (product, kind, choice) = match offer.key {
                OfferKey::Temporary { service_id } => {
                    (format!("temporary/{service_id}"), Kind::Activation, Choice::Any)
                }
                OfferKey::BestTemp { service_id } => {
                    (format!("best/{service_id}"), Kind::Activation, Choice::BestDelivery)
                }
                OfferKey::Rent1Day { service_id } => {
                    (format!("day/{service_id}"), rental(1), Choice::Any)
                }
                OfferKey::Rent30Days { service_id } => {
                    (format!("month/{service_id}"), rental(30), Choice::Any)
                }
                OfferKey::Global { service_id, country_id } => {
                    (format!("global/{country_id}/{service_id}"), Kind::Activation, Choice::Any)
                }
                OfferKey::Rental3Days { service } => {
                    (format!("rental3/{service}"), rental(3), Choice::Any)
                }
                OfferKey::Rental30Days { service } => {
                    (format!("rental30/{service}"), rental(30), Choice::Any)
                }
                OfferKey::Esim { plan } => (format!("esim/{plan}"), Kind::Esim, Choice::Any),
            };
            (product, offer.price_cents, kind, choice)
        })
        .collect();
    assert!(listed == expected);
    assert_eq!(listed.len(), listing.offers.len());

    let country = |key: &str| listing.countries.iter().find(|it| it.key == key).unwrap();
    assert_eq!((&*country("us").name, &*country("us").flag), ("United States", "🇺🇸"));
    assert_eq!((&*country("16").name, &*country("16").flag), ("United Kingdom", "🇬🇧"));
    assert_eq!(country("0").name, "Russia");
    assert_eq!(country(ESIM_COUNTRY).name, "eSIM");
    let whatsapp = listing.services.iter().find(|it| it.key == "whatsapp").unwrap();
    assert_eq!(whatsapp.name, "WhatsApp");
    let plan = listing.services.iter().find(|it| it.key == "esim:usa 5gb / 30 days").unwrap();
    assert_eq!(plan.name, "USA 5GB / 30 days");
    let places: HashSet<_> = listing
        .offers
        .iter()
        .filter(|it| it.service == "whatsapp")
        .map(|it| it.country.as_str())
        .collect();
    assert!(places.contains("us") && places.contains("16") && !places.contains(ESIM_COUNTRY));
}

#[tokio::test]
async fn listings_stay_within_the_documented_limit_and_read_a_country_every_ten_minutes() {
    let emulator = Emulator::limited(60).await;
    let client = emulator.client(KEY);
    let total = || emulator.control.request_counts().values().map(|count| count.total).sum::<u64>();
    client.listing().await.unwrap();
    assert_eq!(total(), 8);
    client.listing().await.unwrap();
    assert_eq!(total(), 8 + 22);
    emulator.advance(Duration::from_mins(1));
    whole_listing(&emulator, &client).await;
    let countries = emulator.control.request_counts()["global_services"].total;
    // All that were just read are known for a while, and a minute has sixty calls again.
    emulator.advance(Duration::from_mins(1));
    let before = total();
    client.listing().await.unwrap();
    assert_eq!(total(), before + 7);
    emulator.advance(Duration::from_mins(10));
    client.listing().await.unwrap();
    assert_eq!(emulator.control.request_counts()["global_services"].total, countries + 15);
}

#[tokio::test]
async fn a_country_that_cannot_be_read_holds_up_no_other() {
    let emulator = Emulator::start().await;
    let client = emulator.client(KEY);
    client.listing().await.unwrap();
    emulator.control.faults().once("global_services", Fault::Garbage).unwrap();
    let listing = client.listing().await.unwrap();
    let places: HashSet<_> = listing.offers.iter().map(|it| it.country.as_str()).collect();
    assert_eq!(places.len(), 2 + 1 + 14);
    // Nor is a limit taken for an empty country.
    emulator.control.faults().once("global_services", Fault::Status429 { retry_after: 7 }).unwrap();
    let error = client.listing().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}
