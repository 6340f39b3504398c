//! A purchase that ends clearly.

use std::collections::HashSet;

use super::*;
use crate::upstream::PollBy;

pub async fn the_balance_falls_by_what_is_bought(subject: &Subject) {
    let listed = subject.cost().await;
    let before = subject.balance().await;
    let order = subject.buy("k1").await;
    let after = subject.balance().await;
    assert_eq!(before.currency, after.currency);
    let told = order.cost.or(subject.order(&order.id).await.cost).map(|cost| cost.money);
    let cost = told.unwrap_or(listed);
    // Balances may be shown with fewer digits than prices.
    let fallen = before.money.checked_sub(after.money).unwrap().raw();
    assert!((fallen - cost.raw()).abs() <= 100, "{fallen} for {cost:?}");
}

pub async fn a_number_is_bought_once_and_found_everywhere(subject: &Subject) {
    let began = subject.knobs.now();
    let cost = subject.cost().await;
    let bought = subject.buy("k1").await;
    assert_eq!((subject.knobs.sold(), subject.knobs.creates()), (1, 1));
    assert!(subject.may_be_wanted(&bought));
    let phone = bought.phone.unwrap();

    let order = subject.order(&bought.id).await;
    assert_eq!((&order.id, order.status), (&bought.id, UpstreamStatus::Active));
    assert_eq!(order.phone.as_ref(), Some(&phone));
    assert!(order.cost.is_none_or(|told| told.money == cost));
    assert!(order.sms.is_empty());
    assert!(order.expires_at.is_none_or(|expires_at| expires_at > subject.knobs.now()));

    if let Some(recent) = subject.recent(began).await {
        let is_listed = !subject.finds_again_by(FindAgain::Balance);
        assert_eq!(recent, [bought.id.clone()][..usize::from(is_listed)]);
    }
    if subject.upstream.capabilities().poll != PollBy::Single {
        let active = subject.upstream.active_orders().await.unwrap();
        assert_eq!(active.iter().map(|order| &order.id).collect::<Vec<_>>(), [&bought.id]);
    }
    // An hour later it is no longer recent.
    subject.knobs.advance(Duration::from_hours(1));
    let recent = subject.recent(subject.knobs.now()).await;
    assert!(recent.is_none_or(|recent| recent.is_empty()));
}

pub async fn nothing_is_bought_above_the_highest_cost(subject: &Subject) {
    let max_cost = subject.cost().await;
    subject.knobs.raise_price(2);
    let Rejection::PriceMoved { now } = rejected(subject.place("k1", max_cost).await) else {
        panic!("bought, or refused for another reason");
    };
    assert_eq!(now, subject.cost().await);
    assert!(now > max_cost);
    // Where the provider can be told the most, it is the one who refuses.
    let asked = u64::from(subject.upstream.capabilities().takes_max_cost);
    assert_eq!((subject.knobs.sold(), subject.knobs.creates()), (0, asked));
    assert!(matches!(subject.place("k2", now).await, Placing::Accepted(_)));
}

pub async fn nothing_is_bought_without_stock(subject: &Subject) {
    let cost = subject.cost().await;
    subject.knobs.set_stock(0);
    assert_eq!(rejected(subject.place("k1", cost).await), Rejection::NoNumbers);
    assert_eq!(subject.knobs.sold(), 0);
}

pub async fn nothing_is_bought_that_is_not_sold(subject: &Subject) {
    let wanted = Wanted { product: ProductRef::from("987654321"), ..subject.knobs.wanted() };
    let key = IdempotencyKey::from("k1");
    let placing = subject.upstream.place(&wanted.request(&key, Money::from_raw(i64::MAX))).await;
    assert_eq!(rejected(placing), Rejection::OfferGone);
    assert_eq!(subject.knobs.sold(), 0);
}

pub async fn nothing_is_bought_without_money(subject: &Subject) {
    subject.knobs.raise_price(1_000_000);
    let placing = subject.place("k1", Money::from_raw(i64::MAX)).await;
    assert_eq!(rejected(placing), Rejection::UpstreamFunds);
    assert_eq!(subject.knobs.sold(), 0);
}

pub async fn nothing_is_bought_when_the_price_cannot_be_read(subject: &Subject) {
    if subject.upstream.capabilities().takes_max_cost {
        return;
    }
    let cost = subject.cost().await;
    for fault in troubles() {
        subject.knobs.strike(Call::Offers, fault.clone());
        let rejection = rejected(subject.place("k1", cost).await);
        assert!(matches!(rejection, Rejection::NotNow { .. }), "{fault:?}: {rejection:?}");
    }
    assert_eq!((subject.knobs.sold(), subject.knobs.creates()), (0, 0));
}

pub async fn a_limited_create_bought_nothing_and_says_when(subject: &Subject) {
    let cost = subject.cost().await;
    subject.knobs.strike(Call::Create, Fault::Status429 { retry_after: 11 });
    match rejected(subject.place("k1", cost).await) {
        Rejection::NotNow { retry_after, .. } => {
            assert_eq!(retry_after, Duration::from_secs(11));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!((subject.knobs.sold(), subject.knobs.creates()), (0, 1));
}

pub async fn many_creates_at_once_are_as_many_orders(subject: &Subject) {
    let cost = subject.cost().await;
    let keys: Vec<_> = (0..10).map(|number| format!("k{number}")).collect();
    let placed = futures::future::join_all(keys.iter().map(|key| subject.place(key, cost))).await;
    let ids: HashSet<_> = placed.into_iter().map(|placing| one(placing).id.to_string()).collect();
    assert_eq!((ids.len(), subject.knobs.sold(), subject.knobs.creates()), (10, 10, 10));
}

pub async fn a_provider_that_cannot_be_reached_was_not_asked(subject: &Subject) {
    let cost = subject.cost().await;
    subject.knobs.close().await;
    let rejection = rejected(subject.place("k1", cost).await);
    assert!(matches!(rejection, Rejection::NotNow { .. }), "{rejection:?}");
    let Wanted { service, country, .. } = subject.knobs.wanted();
    let error = subject.upstream.offers(&service, &country).await.unwrap_err();
    assert!(matches!(error, UpstreamError::Unreachable { .. }), "{error:?}");
    // Of a repeated create, not even that it was not sent is news.
    if subject.finds_again_by(FindAgain::SameKey) {
        let placing = subject.place_again("k1", cost).await;
        assert!(matches!(placing, Placing::Unknown(_)), "{placing:?}");
    }
}
