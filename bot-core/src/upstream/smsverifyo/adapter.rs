//! What the shop asks of a provider, put together from SMSVerifyo's endpoints.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{
    SmsVerifyo,
    buy::{UNREACHABLE_WAIT, judge, unknown},
    endpoints::{BALANCE, CANCEL, CREATE, ORDER, malformed, read},
    wire::{
        Closed, Country, Id, Product, Service, Status, cost,
        refusal::{Code, code},
    },
};
use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        CancelAnswer, CancelRule, Capabilities, Choice, Cost, FindAgain, Kind, Listing,
        PlaceRequest, Placing, PollBy, Push, PushSecret, Pushed, Rejection, Upstream,
        UpstreamCountry, UpstreamError, UpstreamOffer, UpstreamOrder, UpstreamService,
        UpstreamStatus,
        budget::{Budget, Group, Limits},
        http::Answer,
    },
};

/// How long an order may not be cancelled. The document speaks of "the cooldown window" and gives it no length; this is
/// what another provider of the same kind documents. Where it is longer here, the provider says "not yet".
const CANCEL_COOLDOWN: Duration = Duration::from_mins(2);

/// "max ~20 min", section "Order lifecycle".
const LIFETIME: Duration = Duration::from_mins(20);

/// "Poll every 3–5 seconds"; below one second is abuse.
const PACE: Duration = Duration::from_secs(3);

/// "Soft limit: ~120 requests/minute per key."
const LIMITS: Limits =
    Limits { groups: &[Group { name: "everything", per_minute: 120, routes: &[] }], polls: ORDER };

/// What SMSVerifyo can do.
pub fn capabilities() -> Capabilities {
    Capabilities {
        provider: "smsverifyo",
        create: CREATE,
        cancel: CancelRule::After(CANCEL_COOLDOWN),
        poll: PollBy::Single,
        pace: PACE,
        limits: LIMITS,
        resend: false,
        find_again: FindAgain::Balance,
        push: Push::Never,
        rentals: false,
        esims: false,
        renew: false,
        most_at_once: 1,
        area_codes: false,
        choices: &[],
        takes_max_cost: false,
        tells_balance: true,
        lifetime: LIFETIME,
    }
}

#[async_trait]
impl Upstream for SmsVerifyo {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn budget(&self) -> &Arc<Budget> {
        self.http.budget()
    }

    async fn balance(&self) -> Result<Cost, UpstreamError> {
        cost(self.account().await?.balance_usd).map_err(|_| malformed(BALANCE, "balance_usd"))
    }

    /// At most [`super::shelves::AT_ONCE`] calls and one, so that several listings go by before all is known. A service
    /// that was not read yet is listed without offers.
    async fn listing(&self) -> Result<Listing, UpstreamError> {
        let services = self.known_services().await?;
        let mut listing = Listing::default();
        let mut countries = BTreeMap::new();
        let known = self.known_countries(&services).await?;
        listing.goes_on = known.len() < services.len();
        for (service, sold_in) in known {
            listing.offers.extend(sold_in.iter().map(|country| offer(&service, country)));
            for country in sold_in {
                countries.entry(country.country_id).or_insert_with(|| named(country));
            }
        }
        listing.services = services.into_iter().map(kept).collect();
        listing.countries = countries.into_values().collect();
        Ok(listing)
    }

    async fn offers(
        &self,
        service: &str,
        country: &str,
    ) -> Result<Vec<UpstreamOffer>, UpstreamError> {
        let Some(service) = Id::parse(service) else { return Ok(Vec::new()) };
        let sold_in = match self.fresh_countries(&service).await {
            Ok(countries) => countries,
            // "Malformed parameters", or not found: there is no such service.
            Err(UpstreamError::Refused { .. } | UpstreamError::NotFound { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let offers = sold_in.iter().map(|country| offer(&service, country));
        Ok(offers.filter(|offer| offer.country == country).collect())
    }

    async fn place(&self, request: &PlaceRequest<'_>) -> Placing {
        let product = match self.check_price(request).await {
            Err(rejection) => return Placing::Rejected(rejection),
            Ok(product) => product,
        };
        match self.buy(&product).await {
            Err(error) => Placing::Rejected(Rejection::Invalid(error.to_string())),
            Ok(answer) => judge(&answer, request.product),
        }
    }

    /// Sends nothing: without a key that the provider knows, a repeated purchase is a second one.
    async fn place_again(&self, _request: &PlaceRequest<'_>) -> Placing {
        unknown("a purchase cannot be repeated at this provider".to_owned(), None)
    }

    /// Sends nothing: there are no rentals here.
    async fn renew(&self, _: &UpstreamOrderId, _: &ProductRef, _: Money) -> Placing {
        unknown("nothing can be renewed at this provider".to_owned(), None)
    }

    /// Nothing, because there is no list of orders: not even that nothing was bought can be read here.
    async fn recent_orders(&self, _since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        Ok(Vec::new())
    }

    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool {
        record.product.as_ref().is_none_or(|product| product == request.product)
    }

    /// Sends nothing: the document has no such call.
    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        Err(undocumented("orders"))
    }

    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        self.one_order(id).await
    }

    async fn cancel(&self, id: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError> {
        let answer = self.ask_cancel(id).await?;
        if is_wrong_state(&answer) {
            return self.why_not_cancelled(id, &answer).await;
        }
        let Closed { status, .. } = read(CANCEL, &answer)?;
        Ok(match status {
            Status::Cancelled => CancelAnswer::Cancelled,
            Status::Waiting | Status::Received | Status::Expired | Status::Finished => {
                CancelAnswer::NotOpen
            }
        })
    }

    async fn finish(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        self.ask_finish(id).await
    }

    /// Sends nothing: the document has no such call. More SMS may come by themselves.
    async fn resend(&self, _id: &UpstreamOrderId) -> Result<bool, UpstreamError> {
        Ok(false)
    }

    /// The provider pushes nothing, so whatever comes is not its own.
    fn read_push(&self, _body: &[u8]) -> Result<Pushed, UpstreamError> {
        Err(malformed("push", "the body"))
    }

    /// Sends nothing: the document has no such call.
    async fn register_push(&self, _url: &str) -> Result<PushSecret, UpstreamError> {
        Err(undocumented("push"))
    }

    /// Sends nothing, as above.
    async fn test_push(&self, _url: &str) -> Result<u16, UpstreamError> {
        Err(undocumented("push"))
    }
}

impl SmsVerifyo {
    /// What to buy, when it can be bought now for at most `max_cost` by what the list says. Nothing is bought here, so
    /// every failure is a clear "not sold".
    async fn check_price(&self, request: &PlaceRequest<'_>) -> Result<Product, Rejection> {
        let product = Product::read(request.product).ok_or(Rejection::OfferGone)?;
        let offers = self
            .offers(product.service.as_str(), &product.country.to_string())
            .await
            .map_err(|error| not_now(&error))?;
        let offer = offers.first().ok_or(Rejection::OfferGone)?;
        if offer.stock == Some(0) {
            Err(Rejection::NoNumbers)
        } else if offer.cost.money > request.max_cost {
            Err(Rejection::PriceMoved { now: offer.cost.money })
        } else {
            Ok(product)
        }
    }

    /// `invalid_state` is said of an order that is too young and of one that is not waiting any more; the order itself
    /// tells which.
    async fn why_not_cancelled(
        &self,
        id: &UpstreamOrderId,
        answer: &Answer,
    ) -> Result<CancelAnswer, UpstreamError> {
        let order = self.one_order(id).await?;
        Ok(match order.status {
            // Neither the cooldown's length nor the order's age is told, but the whole of it is enough.
            UpstreamStatus::Active => CancelAnswer::TooEarly {
                retry_after: answer.retry_after.unwrap_or(CANCEL_COOLDOWN),
            },
            UpstreamStatus::CodeReceived
            | UpstreamStatus::Completed
            | UpstreamStatus::Cancelled
            | UpstreamStatus::Expired
            | UpstreamStatus::Banned => CancelAnswer::NotOpen,
        })
    }
}

fn is_wrong_state(answer: &Answer) -> bool {
    answer.status.as_u16() == 409 && code(&answer.body) == Some(Code::InvalidState)
}

fn offer(service: &Id, country: &Country) -> UpstreamOffer {
    let product = Product { service: service.clone(), country: country.country_id };
    UpstreamOffer {
        service: service.as_str().to_owned(),
        country: country.country_id.to_string(),
        kind: Kind::Activation,
        choice: Choice::Any,
        product: product.reference(),
        takes_area_code: false,
        cost: country.price_usd.clone(),
        stock: Some(country.available),
    }
}

fn kept(service: Service) -> UpstreamService {
    UpstreamService { key: service.id.as_str().to_owned(), name: service.name }
}

fn named(country: Country) -> UpstreamCountry {
    UpstreamCountry { key: country.country_id.to_string(), name: country.name, flag: country.flag }
}

fn undocumented(route: &'static str) -> UpstreamError {
    UpstreamError::Refused { route, code: "not documented".to_owned() }
}

/// A read before the purchase failed, so nothing was bought. Only a refused key is told apart: waiting does not mend it.
fn not_now(error: &UpstreamError) -> Rejection {
    if matches!(error, UpstreamError::KeyRefused { .. }) {
        return Rejection::KeyRefused;
    }
    Rejection::NotNow {
        retry_after: error.retry_after().unwrap_or(UNREACHABLE_WAIT),
        reason: error.to_string(),
    }
}
