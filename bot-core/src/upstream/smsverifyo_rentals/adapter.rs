//! What the shop asks of a provider, put together from the rental API's calls.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{
    SmsVerifyoRentals,
    create::{UNREACHABLE_WAIT, Verdict, judge, judge_again, unknown},
    endpoints::{CANCEL, CREATE, RENTAL, refusal},
    wire::{Code, Country, Create, Product, SIGNATURE, Service, Shelf, read_push},
};
use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        CancelAnswer, CancelRule, Capabilities, Choice, ChoiceKind, Cost, FindAgain, Kind, Listing,
        PlaceRequest, Placing, PollBy, Push, PushSecret, Pushed, Rejection, Upstream,
        UpstreamCountry, UpstreamError, UpstreamOffer, UpstreamOrder, UpstreamService,
        UpstreamStatus,
        budget::{Budget, Group, Limits},
        countries,
    },
};

/// An assumption: what the same company's other API documents. The guide gives no length.
const LIFETIME: Duration = Duration::from_mins(20);

/// "Polling every 3 seconds is fine and simpler".
const PACE: Duration = Duration::from_secs(3);

/// "The default limit is 60 rental requests/minute per key", which is taken to count creations. What the rest is given is an
/// assumption: what the same company's other API documents.
const LIMITS: Limits = Limits {
    groups: &[
        Group { name: "creations", per_minute: 60, routes: &[CREATE] },
        Group { name: "everything else", per_minute: 120, routes: &[] },
    ],
    polls: RENTAL,
};

/// What the rental API can do.
pub fn capabilities() -> Capabilities {
    Capabilities {
        provider: "smsverifyo-rentals",
        // "Release early for a full refund", without a cooldown.
        create: CREATE,
        cancel: CancelRule::After(Duration::ZERO),
        poll: PollBy::Single,
        pace: PACE,
        limits: LIMITS,
        resend: false,
        find_again: FindAgain::SameKey,
        // The address is registered in the provider's dashboard, by hand.
        push: Push::Signed { header: SIGNATURE, registers: false },
        rentals: false,
        esims: false,
        renew: false,
        most_at_once: 1,
        area_codes: false,
        choices: &[ChoiceKind::MobileCarrier],
        takes_max_cost: true,
        tells_balance: false,
        lifetime: LIFETIME,
    }
}

#[async_trait]
impl Upstream for SmsVerifyoRentals {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Sends nothing: the guide has no such call, only an alert in the provider's dashboard.
    fn budget(&self) -> &Arc<Budget> {
        self.http.budget()
    }

    async fn balance(&self) -> Result<Cost, UpstreamError> {
        Err(undocumented("balance"))
    }

    async fn listing(&self) -> Result<Listing, UpstreamError> {
        let mut listing = Listing::default();
        let mut places = BTreeMap::new();
        for Service { code, name, countries } in self.services().await? {
            listing.offers.extend(countries.iter().flat_map(|country| offers(&code, country)));
            for Country { code, name, .. } in countries {
                places.entry(code).or_insert(name);
            }
            listing.services.push(UpstreamService { key: code, name });
        }
        listing.countries = places.into_iter().map(named).collect();
        Ok(listing)
    }

    async fn offers(
        &self,
        service: &str,
        country: &str,
    ) -> Result<Vec<UpstreamOffer>, UpstreamError> {
        let services = self.services().await?.into_iter().filter(|it| it.code == service);
        let countries = services.flat_map(|it| it.countries).filter(|it| it.code == country);
        Ok(countries.flat_map(|country| offers(service, &country)).collect())
    }

    async fn place(&self, request: &PlaceRequest<'_>) -> Placing {
        let Some(product) = Product::read(request.product) else {
            return Placing::Rejected(Rejection::OfferGone);
        };
        match self.create(&Create::new(product, request.max_cost), request.key).await {
            Err(error) => Placing::Rejected(Rejection::Invalid(error.to_string())),
            Ok(answer) => match judge(&answer, product, self.clock.now()) {
                Verdict::Clear(placing) => placing,
                Verdict::TooDear => Placing::Rejected(self.too_dear(request).await),
            },
        }
    }

    async fn place_again(&self, request: &PlaceRequest<'_>) -> Placing {
        let Some(product) = Product::read(request.product) else {
            return unknown("the product cannot be asked for".to_owned(), None);
        };
        match self.create(&Create::new(product, request.max_cost), request.key).await {
            Err(error) => unknown(error.to_string(), None),
            Ok(answer) => judge_again(&answer, product, self.clock.now()),
        }
    }

    /// Sends nothing: the guide has no such call.
    async fn renew(&self, _: &UpstreamOrderId, _: &ProductRef, _: Money) -> Placing {
        unknown("nothing can be renewed at this provider".to_owned(), None)
    }

    /// An error: the guide has no list, and an empty one would say that a lost creation bought nothing. Only the same key
    /// tells.
    async fn recent_orders(&self, _since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        Err(undocumented("recent rentals"))
    }

    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool {
        record.product.as_ref().is_none_or(|product| product == request.product)
    }

    /// Sends nothing: the guide has no such call.
    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        Err(undocumented("active rentals"))
    }

    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        self.rental(id).await
    }

    async fn cancel(&self, id: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError> {
        let answer = self.ask_cancel(id).await?;
        if answer.status.is_success() {
            let order = self.read_rental(CANCEL, id.as_str(), &answer)?;
            return Ok(match order.status {
                UpstreamStatus::Cancelled => CancelAnswer::Cancelled,
                UpstreamStatus::Active
                | UpstreamStatus::CodeReceived
                | UpstreamStatus::Completed
                | UpstreamStatus::Expired
                | UpstreamStatus::Banned => CancelAnswer::NotOpen,
            });
        }
        if answer.status.is_client_error() && Code::read(&answer.body) == Some(Code::InvalidState) {
            return Ok(CancelAnswer::NotOpen);
        }
        Err(refusal(CANCEL, &answer))
    }

    /// Sends nothing: the guide has no such call, and a rental with a code ends by itself.
    async fn finish(&self, _id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        Ok(())
    }

    /// Sends nothing: the guide has no such call. More codes may come by themselves.
    async fn resend(&self, _id: &UpstreamOrderId) -> Result<bool, UpstreamError> {
        Ok(false)
    }

    fn read_push(&self, body: &[u8]) -> Result<Pushed, UpstreamError> {
        read_push(body).map_err(|error| error.on("push"))
    }

    /// Sends nothing: it is done "under Reseller → Webhooks", by hand.
    async fn register_push(&self, _url: &str) -> Result<PushSecret, UpstreamError> {
        Err(undocumented("webhooks"))
    }

    /// Sends nothing, as above.
    async fn test_push(&self, _url: &str) -> Result<u16, UpstreamError> {
        Err(undocumented("webhooks"))
    }
}

impl SmsVerifyoRentals {
    /// What a refusal for the price means: the refusal does not tell the price, the catalogue does.
    async fn too_dear(&self, request: &PlaceRequest<'_>) -> Rejection {
        let later = |reason: String, retry_after: Option<Duration>| Rejection::NotNow {
            retry_after: retry_after.unwrap_or(UNREACHABLE_WAIT),
            reason,
        };
        let offers = match self.offers(request.service, request.country).await {
            Ok(offers) => offers,
            Err(error) => return later(error.to_string(), error.retry_after()),
        };
        match offers.into_iter().find(|offer| offer.product == *request.product) {
            None => Rejection::OfferGone,
            Some(offer) if offer.cost.money > request.max_cost => {
                Rejection::PriceMoved { now: offer.cost.money }
            }
            Some(_) => later("the price was above what is allowed a moment ago".to_owned(), None),
        }
    }
}

/// Numbers of any kind, and those of real mobile carriers where there are any. Codes that fit no reference cannot be asked
/// for.
fn offers(service: &str, country: &Country) -> Vec<UpstreamOffer> {
    let offer = |real_mobile, choice, cost: &Cost, available| {
        Some(UpstreamOffer {
            service: service.to_owned(),
            country: country.code.clone(),
            kind: Kind::Activation,
            choice,
            product: Product::new(service, &country.code, real_mobile)?.reference(),
            takes_area_code: false,
            cost: cost.clone(),
            stock: Some(available),
        })
    };
    let any = offer(false, Choice::Any, &country.price_usd, country.available);
    let mobile = country.real_mobile.as_ref().and_then(|Shelf { price_usd, available }| {
        offer(true, Choice::MobileCarrier, price_usd, *available)
    });
    any.into_iter().chain(mobile).collect()
}

fn named((code, name): (String, String)) -> UpstreamCountry {
    let flag = countries::named(&code.to_ascii_lowercase()).map(|(_, flag)| flag);
    UpstreamCountry { key: code, name, flag: flag.unwrap_or_default() }
}

fn undocumented(route: &'static str) -> UpstreamError {
    UpstreamError::Refused { route, code: "not documented".to_owned() }
}
