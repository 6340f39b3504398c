//! What is read: the catalogue, orders, codes, and reads that fail.

use std::collections::HashSet;

use super::*;
use crate::upstream::PollBy;

pub async fn the_listing_belongs_together(subject: &Subject) {
    let listing = subject.upstream.listing().await.unwrap();
    let services: HashSet<_> = listing.services.iter().map(|it| it.key.as_str()).collect();
    let countries: HashSet<_> = listing.countries.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(services.len(), listing.services.len());
    assert_eq!(countries.len(), listing.countries.len());
    assert!(listing.services.iter().all(|it| !it.name.is_empty()));
    assert!(listing.countries.iter().all(|it| !it.name.is_empty()));
    let mut products = HashSet::new();
    for offer in &listing.offers {
        assert!(services.contains(offer.service.as_str()), "{offer:?}");
        assert!(countries.contains(offer.country.as_str()), "{offer:?}");
        assert!(offer.cost.money.is_positive(), "{offer:?}");
        assert!(products.insert((&offer.service, &offer.country, &offer.product)), "{offer:?}");
    }
    let Wanted { service, country, product } = subject.knobs.wanted();
    assert!(products.contains(&(&service, &country, &product)));
}

pub async fn offers_of_one_service_and_country_are_those_of_the_listing(subject: &Subject) {
    let Wanted { service, country, .. } = subject.knobs.wanted();
    let mut offers = subject.upstream.offers(&service, &country).await.unwrap();
    let listing = subject.upstream.listing().await.unwrap();
    let mut listed: Vec<_> = listing
        .offers
        .into_iter()
        .filter(|offer| offer.service == service && offer.country == country)
        .collect();
    offers.sort_by(|a, b| a.product.cmp(&b.product));
    listed.sort_by(|a, b| a.product.cmp(&b.product));
    assert_eq!(offers, listed);
    subject.knobs.set_stock(7);
    let offers = subject.upstream.offers(&service, &country).await.unwrap();
    let product = subject.knobs.wanted().product;
    let stock = offers.iter().find(|offer| offer.product == product).unwrap().stock;
    assert!(stock.is_none_or(|stock| stock == 7));
    assert_eq!(subject.upstream.offers("no-such-service", &country).await, Ok(vec![]));
}

pub async fn a_code_is_seen_with_its_zeros(subject: &Subject) {
    let order = subject.buy("k1").await;
    subject.buy("k2").await;
    subject.knobs.deliver(&order.id, "001203", "Your code is 001203");
    let mut seen = vec![subject.order(&order.id).await];
    if subject.upstream.capabilities().poll == PollBy::ActiveList {
        let active = subject.upstream.active_orders().await.unwrap();
        assert_eq!(active.len(), 2);
        seen.extend(active.into_iter().filter(|other| other.id == order.id));
        assert_eq!(seen.len(), 2);
    }
    for order in seen {
        assert_eq!(order.status, UpstreamStatus::CodeReceived);
        let [sms] = &order.sms[..] else { panic!("{order:?}") };
        let said = [sms.code.as_deref(), sms.text.as_deref()];
        assert!(said.into_iter().flatten().any(|text| text.contains("001203")));
        assert!(sms.code.as_deref().is_none_or(|code| code == "001203"));
    }
}

pub async fn reads_that_fail_say_how(subject: &Subject) {
    let order = subject.buy("k1").await;
    for fault in troubles() {
        subject.knobs.strike(Call::Order, fault.clone());
        let error = subject.upstream.order(&order.id).await.unwrap_err();
        let is_right = match &fault {
            Fault::Status500 | Fault::Status500AfterCommit => {
                matches!(error, UpstreamError::Unavailable { retry_after: None, .. })
            }
            Fault::Status503 { retry_after: 3 } => matches!(
                error,
                UpstreamError::Unavailable { retry_after: Some(wait), .. } if wait.as_secs() == 3
            ),
            Fault::Garbage | Fault::TruncatedJson => {
                matches!(error, UpstreamError::Malformed { .. })
            }
            _ => matches!(error, UpstreamError::NoAnswer { .. }),
        };
        assert!(is_right, "{fault:?}: {error:?}");
    }
    subject.knobs.strike(Call::Order, Fault::Status429 { retry_after: 4 });
    let error = subject.upstream.order(&order.id).await.unwrap_err();
    let wait = Duration::from_secs(4);
    assert!(
        matches!(error, UpstreamError::RateLimited { retry_after, .. } if retry_after == wait),
        "{error:?}"
    );
    assert_eq!(subject.order(&order.id).await.id, order.id);
}

pub async fn an_order_that_does_not_exist_is_not_found(subject: &Subject) {
    for id in ["987654321", "../balance", ""] {
        let error = subject.upstream.order(&UpstreamOrderId::from(id)).await.unwrap_err();
        assert!(matches!(error, UpstreamError::NotFound { .. }), "{id:?}: {error:?}");
    }
}
