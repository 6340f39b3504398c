//! What the shop asks of a provider, put together from smsVerificationService's endpoints.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::try_join;

use super::{
    SmsVerificationService,
    buy::{UNREACHABLE_WAIT, judge, judge_renewal, unknown},
    endpoints::{BUY, CANCEL, ORDERS, ORDERS_SHOWN, RENEW, STATUS, malformed, number, read},
    product::Product,
    wares::{Place, Ware, abroad, home, may_name, nowhere},
    wire::{
        Reply,
        order::{Closed, Status},
        push,
    },
};
use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        CancelAnswer, CancelRule, Capabilities, ChoiceKind, Cost, FindAgain, Kind, Listing,
        PlaceRequest, Placing, PollBy, Push, PushSecret, Pushed, Rejection, Upstream,
        UpstreamError, UpstreamOffer, UpstreamOrder, UpstreamStatus,
        budget::{Budget, Group, Limits},
    },
};

/// How long a short-term number is taken to wait for its SMS. The document does not say.
const LIFETIME: Duration = Duration::from_mins(15);

/// A third of the 60 calls a minute that the key has for everything.
const PACE: Duration = Duration::from_secs(3);

/// "Requests are throttled to 60 requests / API key / minute."
const LIMITS: Limits =
    Limits { groups: &[Group { name: "everything", per_minute: 60, routes: &[] }], polls: STATUS };

/// What smsVerificationService can do.
pub fn capabilities() -> Capabilities {
    Capabilities {
        provider: "smsverificationservice",
        // The document names no cooldown.
        create: BUY,
        cancel: CancelRule::After(Duration::ZERO),
        poll: PollBy::StatusList,
        pace: PACE,
        limits: LIMITS,
        resend: false,
        find_again: FindAgain::Records,
        push: Push::Unsigned,
        rentals: true,
        esims: true,
        renew: true,
        most_at_once: 1,
        area_codes: true,
        choices: &[ChoiceKind::BestDelivery],
        takes_max_cost: false,
        tells_balance: true,
        lifetime: LIFETIME,
    }
}

#[async_trait]
impl Upstream for SmsVerificationService {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn budget(&self) -> &Arc<Budget> {
        self.http.budget()
    }

    async fn balance(&self) -> Result<Cost, UpstreamError> {
        self.account_balance().await.map(|account| account.balance)
    }

    /// The lists of the United States, the eSIM plans, and what is known of the other countries: at most 7 calls and one
    /// for each of [`super::globals::AT_ONCE`] countries, so that several listings go by before all are known.
    async fn listing(&self) -> Result<Listing, UpstreamError> {
        let (at_home, plans, countries) =
            try_join!(self.sold_in(Place::Home), self.sold_in(Place::Esim), self.countries(),)?;
        let sold_abroad = self.known_abroad(&countries).await?;
        let goes_on = self.globals.count() < countries.len();
        let wares = at_home.into_iter().chain(plans).chain(sold_abroad);
        let mut services = BTreeMap::new();
        let mut offers = Vec::new();
        for ware in wares {
            let service = ware.service();
            services.entry(service.key.clone()).or_insert(service);
            offers.push(ware.offer());
        }
        let countries = [home(), nowhere()].into_iter().chain(countries.into_iter().map(abroad));
        Ok(Listing {
            services: services.into_values().collect(),
            countries: countries.collect(),
            offers,
            goes_on,
        })
    }

    async fn offers(
        &self,
        service: &str,
        country: &str,
    ) -> Result<Vec<UpstreamOffer>, UpstreamError> {
        let Some(place) = Place::read(country) else { return Ok(Vec::new()) };
        let offers = self.sold_in(place).await?.into_iter().map(Ware::offer);
        Ok(offers.filter(|offer| offer.service == service).collect())
    }

    async fn place(&self, request: &PlaceRequest<'_>) -> Placing {
        let product = match self.check(request).await {
            Err(rejection) => return Placing::Rejected(rejection),
            Ok(product) => product,
        };
        match self.buy(&product, request.area_code).await {
            Err(error) => Placing::Rejected(Rejection::Invalid(error.to_string())),
            Ok(answer) => judge(&answer, &product),
        }
    }

    /// Sends nothing: without a key that the provider knows, a repeated purchase is a second one.
    async fn place_again(&self, _request: &PlaceRequest<'_>) -> Placing {
        unknown("a purchase cannot be repeated at this provider".to_owned(), None)
    }

    /// The answer does not show the new end, so the order is read once more; when that fails, the renewal still holds. It
    /// does not show the price either: it is "the current sell price", which is read before.
    async fn renew(&self, id: &UpstreamOrderId, product: &ProductRef, max_cost: Money) -> Placing {
        let (Ok(number), Some(product)) = (number(RENEW, id), Product::read(product)) else {
            return Placing::Rejected(Rejection::OfferGone);
        };
        let cost = match self.affordable(&product, max_cost).await {
            Err(rejection) => return Placing::Rejected(rejection),
            Ok(ware) => ware.cost,
        };
        let placing = match self.ask_renew(number).await {
            Err(error) => return Placing::Rejected(Rejection::Invalid(error.to_string())),
            Ok(answer) => judge_renewal(&answer, number),
        };
        let Placing::Accepted(mut renewed) = placing else { return placing };
        for order in &mut renewed {
            order.cost = Some(cost.clone());
            if order.expires_at.is_some() {
                continue;
            }
            match self.order(id).await {
                Ok(seen) => order.expires_at = seen.expires_at,
                Err(error) => tracing::warn!(%error, "the new end of a rental could not be read"),
            }
        }
        Placing::Accepted(renewed)
    }

    /// Fails when the newest orders that the provider shows do not reach back to `since`: an order that is overlooked
    /// here could be refunded wrongly.
    async fn recent_orders(&self, since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        // The provider's times are whole seconds: an order of the same second may seem older than `since`.
        let since = Timestamp(since.0 - since.0.rem_euclid(1_000));
        let mut orders = self.orders().await?;
        let reach_back =
            orders.len() < ORDERS_SHOWN || orders.iter().any(|order| order.created_at < since);
        if !reach_back {
            let code = format!("the newest {} orders do not reach back far enough", orders.len());
            return Err(UpstreamError::Refused { route: ORDERS, code });
        }
        orders.retain(|order| order.created_at >= since);
        orders.sort_by_key(|order| std::cmp::Reverse((order.created_at, order.order_id)));
        Ok(orders.into_iter().map(UpstreamOrder::from).collect())
    }

    /// The records do not say which list a number is from, but what it is for.
    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool {
        let is_product = record.product.as_ref().is_none_or(|it| it == request.product);
        let is_named = record.label.as_ref().is_none_or(|label| may_name(label, request.service));
        // An eSIM has no number.
        is_product && is_named && (request.kind != Kind::Esim || record.phone.is_none())
    }

    /// The open ones of the newest 50, without their SMS; a completed order is open, since more may come.
    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        let orders = self.orders().await?.into_iter().map(UpstreamOrder::from);
        Ok(orders.filter(|order| is_open(order.status)).collect())
    }

    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        let order = self.status(id).await?.at(self.clock.now());
        // "completed" promises a code or a text.
        if order.status == UpstreamStatus::CodeReceived && order.sms.is_empty() {
            return Err(malformed(STATUS, "data.otp".to_owned()));
        }
        Ok(order)
    }

    async fn cancel(&self, id: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError> {
        let number = number(CANCEL, id)?;
        let answer = self.ask_cancel(number).await?;
        // "Already-cancelled or completed orders return HTTP 400", and what others say for it.
        if matches!(answer.status.as_u16(), 400 | 409) {
            return Ok(CancelAnswer::NotOpen);
        }
        let Reply { data: closed, .. } = read::<Reply<Closed>>(CANCEL, &answer)?;
        if closed.order_id != number {
            return Err(malformed(CANCEL, "data.order_id, which is another order's".to_owned()));
        }
        match closed.status {
            Status::Cancelled => Ok(CancelAnswer::Cancelled),
            Status::Completed | Status::Expired => Ok(CancelAnswer::NotOpen),
            Status::Pending | Status::Active => Err(malformed(CANCEL, "data.status".to_owned())),
        }
    }

    /// Sends nothing: the document has no such call.
    async fn finish(&self, _id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        Ok(())
    }

    /// Sends nothing: the document has no such call. More SMS may come by themselves.
    async fn resend(&self, _id: &UpstreamOrderId) -> Result<bool, UpstreamError> {
        Ok(false)
    }

    fn read_push(&self, body: &[u8]) -> Result<Pushed, UpstreamError> {
        push::read(body).map_err(|error| error.on("push"))
    }

    /// Sends nothing: the address is entered by hand, under "Dashboard → API → Callbacks", and nothing is signed.
    async fn register_push(&self, _url: &str) -> Result<PushSecret, UpstreamError> {
        Err(UpstreamError::Refused { route: "push", code: "not documented".to_owned() })
    }

    /// Sends nothing, as above.
    async fn test_push(&self, _url: &str) -> Result<u16, UpstreamError> {
        Err(UpstreamError::Refused { route: "push", code: "not documented".to_owned() })
    }
}

impl SmsVerificationService {
    /// What to buy, when it can be bought now for at most `max_cost`. Nothing is bought here, so every failure is a clear
    /// "not sold".
    async fn check(&self, request: &PlaceRequest<'_>) -> Result<Product, Rejection> {
        let product = Product::read(request.product).ok_or(Rejection::OfferGone)?;
        if request.area_code.is_some() && !product.takes_area_code() {
            return Err(Rejection::Invalid("area_code, which is not taken here".to_owned()));
        }
        let ware = self.affordable(&product, request.max_cost).await?;
        if ware.service().key == request.service { Ok(product) } else { Err(Rejection::OfferGone) }
    }

    /// A product as it is listed now, when it costs `max_cost` at most.
    async fn affordable(&self, product: &Product, max_cost: Money) -> Result<Ware, Rejection> {
        let wares = self.sold_beside(product).await.map_err(|error| not_now(&error))?;
        let ware = wares.into_iter().find(|ware| ware.product == *product);
        let ware = ware.ok_or(Rejection::OfferGone)?;
        if ware.cost.money > max_cost {
            return Err(Rejection::PriceMoved { now: ware.cost.money });
        }
        Ok(ware)
    }
}

/// Whether an SMS may still come.
fn is_open(status: UpstreamStatus) -> bool {
    match status {
        UpstreamStatus::Active | UpstreamStatus::CodeReceived => true,
        UpstreamStatus::Completed
        | UpstreamStatus::Cancelled
        | UpstreamStatus::Expired
        | UpstreamStatus::Banned => false,
    }
}

/// A read before the purchase failed, so nothing was bought. Only a refused key is told apart: waiting does not mend it.
fn not_now(error: &UpstreamError) -> Rejection {
    if let UpstreamError::KeyRefused { .. } = error {
        return Rejection::KeyRefused;
    }
    Rejection::NotNow {
        retry_after: error.retry_after().unwrap_or(UNREACHABLE_WAIT),
        reason: error.to_string(),
    }
}
