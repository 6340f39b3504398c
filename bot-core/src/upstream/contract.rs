//! What every provider must hold, whatever its wire looks like. Runs over real HTTP against the provider's emulator.
//!
//! A provider's own tests make a [`Subject`] and call [`passes_the_contract!`], which makes one test of each function
//! below. What a provider cannot do by its [`Capabilities`](super::Capabilities) is left out there, never what it should.

use std::time::Duration;

use async_trait::async_trait;
use sandbox::faults::Fault;

use super::{
    Cost, FindAgain, Kind, PlaceRequest, Placing, Rejection, Upstream, UpstreamError,
    UpstreamOrder, UpstreamStatus,
};
use crate::{
    clock::Timestamp,
    ids::{IdempotencyKey, ProductRef, UpstreamOrderId},
    money::Money,
};

mod buying;
mod closing;
mod doubt;
mod reading;

pub use buying::*;
pub use closing::*;
pub use doubt::*;
pub use reading::*;

/// A client and the emulator that it talks to.
pub struct Subject {
    pub upstream: Box<dyn Upstream>,
    pub knobs: Box<dyn Knobs>,
}

/// An offer to test with.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub service: String,
    pub country: String,
    pub product: ProductRef,
}

impl Wanted {
    /// One of it.
    pub fn request<'a>(&'a self, key: &'a IdempotencyKey, max_cost: Money) -> PlaceRequest<'a> {
        PlaceRequest {
            key,
            service: &self.service,
            country: &self.country,
            kind: Kind::Activation,
            product: &self.product,
            area_code: None,
            quantity: 1,
            max_cost,
        }
    }
}

/// A call, by what the shop wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Balance,
    Offers,
    Create,
    Recent,
    Active,
    Order,
    Cancel,
    Finish,
    Resend,
}

/// What can be done to a provider behind the client's back. Every client call and every knob sees the same clock.
#[async_trait]
pub trait Knobs: Send + Sync {
    /// An activation in stock whose service can send another SMS.
    fn wanted(&self) -> Wanted;
    /// Zero, or as many as this; where the provider tells no stock, any other number only means that there is some.
    fn set_stock(&self, stock: u32);
    /// Multiplies the wanted offer's price.
    fn raise_price(&self, factor: i64);
    fn deliver(&self, id: &UpstreamOrderId, code: &str, text: &str);
    /// The provider takes the order back by itself.
    fn withdraw(&self, id: &UpstreamOrderId);
    /// The next such call goes wrong, once.
    fn strike(&self, call: Call, fault: Fault);
    /// Orders at the provider.
    fn sold(&self) -> usize;
    /// Creates that reached the provider.
    fn creates(&self) -> u64;
    fn now(&self) -> Timestamp;
    fn advance(&self, duration: Duration);
    /// Nobody listens any more.
    async fn close(&self);
    /// What the reseller has left, where the provider has no call that tells it.
    fn purse(&self) -> Option<Cost> {
        None
    }
    /// Whether the provider has a list of its orders. One without is [`FindAgain::Balance`], or knows keys.
    fn has_records(&self) -> bool {
        true
    }
    /// How an order looks whose time was over before an SMS came.
    fn ended_unused(&self) -> UpstreamStatus {
        UpstreamStatus::Expired
    }
    /// How an order with an SMS looks when it was finished; as before where the provider cannot be told.
    fn finished(&self) -> UpstreamStatus {
        UpstreamStatus::Completed
    }
}

impl Subject {
    /// What the wanted offer costs now.
    async fn cost(&self) -> Money {
        let Wanted { service, country, product } = self.knobs.wanted();
        let offers = self.upstream.offers(&service, &country).await.unwrap();
        offers.into_iter().find(|offer| offer.product == product).unwrap().cost.money
    }

    /// What the reseller has left.
    async fn balance(&self) -> Cost {
        match self.knobs.purse() {
            None => self.upstream.balance().await.unwrap(),
            Some(purse) => {
                assert!(self.upstream.balance().await.is_err());
                purse
            }
        }
    }

    /// The ids in the provider's records. `None` where it has no list: an empty one would say that nothing was bought.
    async fn recent(&self, since: Timestamp) -> Option<Vec<UpstreamOrderId>> {
        let recent = self.upstream.recent_orders(since).await;
        if self.knobs.has_records() {
            Some(recent.unwrap().into_iter().map(|order| order.id).collect())
        } else {
            assert!(recent.is_err());
            None
        }
    }

    async fn place(&self, key: &str, max_cost: Money) -> Placing {
        self.ask(key, max_cost, false).await
    }

    async fn place_again(&self, key: &str, max_cost: Money) -> Placing {
        self.ask(key, max_cost, true).await
    }

    async fn ask(&self, key: &str, max_cost: Money, again: bool) -> Placing {
        let Wanted { service, country, product } = self.knobs.wanted();
        let key = IdempotencyKey::from(key);
        let request = Wanted { service, country, product };
        let request = request.request(&key, max_cost);
        if again {
            self.upstream.place_again(&request).await
        } else {
            self.upstream.place(&request).await
        }
    }

    /// Buys one number.
    async fn buy(&self, key: &str) -> UpstreamOrder {
        one(self.place(key, self.cost().await).await)
    }

    /// Whether a record may be what buying the wanted offer made.
    fn may_be_wanted(&self, record: &UpstreamOrder) -> bool {
        let key = IdempotencyKey::from("any");
        self.upstream.may_be(record, &self.knobs.wanted().request(&key, Money::ZERO))
    }

    fn finds_again_by(&self, way: FindAgain) -> bool {
        self.upstream.capabilities().find_again == way
    }

    async fn order(&self, id: &UpstreamOrderId) -> UpstreamOrder {
        self.upstream.order(id).await.unwrap()
    }
}

/// What was sold, when it is one.
#[track_caller]
pub fn one(placing: Placing) -> UpstreamOrder {
    match placing {
        Placing::Accepted(mut orders) if orders.len() == 1 => orders.remove(0),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn rejected(placing: Placing) -> Rejection {
    match placing {
        Placing::Rejected(rejection) => rejection,
        other => panic!("{other:?}"),
    }
}

/// Everything that can go wrong with a call so that its answer says nothing of what was done.
fn troubles() -> Vec<Fault> {
    vec![
        Fault::ResetBefore,
        Fault::ResetAfterCommit,
        Fault::Status500,
        Fault::Status500AfterCommit,
        Fault::Status503 { retry_after: 3 },
        Fault::Garbage,
        Fault::TruncatedJson,
        Fault::TimeoutBefore,
        Fault::TimeoutAfterCommit,
    ]
}

/// One test per function of the contract; `$open` is an async function that makes a fresh [`Subject`].
macro_rules! passes_the_contract {
    ($open:expr) => {
        $crate::upstream::contract::passes_the_contract! { @each $open =>
            the_listing_belongs_together
            offers_of_one_service_and_country_are_those_of_the_listing
            the_balance_falls_by_what_is_bought
            a_number_is_bought_once_and_found_everywhere
            nothing_is_bought_above_the_highest_cost
            nothing_is_bought_without_stock
            nothing_is_bought_that_is_not_sold
            nothing_is_bought_without_money
            nothing_is_bought_when_the_price_cannot_be_read
            a_limited_create_bought_nothing_and_says_when
            many_creates_at_once_are_as_many_orders
            a_provider_that_cannot_be_reached_was_not_asked
            a_create_without_a_clear_answer_is_unknown_and_sent_once
            the_records_tell_what_a_lost_answer_bought
            the_same_key_again_finds_the_lost_order
            the_same_key_at_once_buys_once
            a_code_is_seen_with_its_zeros
            reads_that_fail_say_how
            an_order_that_does_not_exist_is_not_found
            a_number_is_given_back_after_the_cooldown_and_refunded
            a_lost_answer_to_a_cancel_is_settled_by_the_order
            what_the_provider_takes_back_is_cancelled
            an_order_without_a_code_expires
            a_finished_order_keeps_its_code
            another_sms_comes_when_asked_for
        }
    };
    (@each $open:expr => $($name:ident)+) => {$(
        #[tokio::test]
        async fn $name() {
            let subject: $crate::upstream::contract::Subject = $open.await;
            $crate::upstream::contract::$name(&subject).await;
        }
    )+};
}

pub(crate) use passes_the_contract;
