//! What the shop asks of a provider, put together from SMSCode's endpoints.

use std::{collections::HashSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use rust_decimal::Decimal;

use super::{
    SmsCode, Version,
    create::{UNREACHABLE_WAIT, judge, judge_again},
    endpoints::{CREATE, ORDER, PRODUCTS_IN_PAGE, ProductFilter, number},
    wire::{
        Product,
        error::{ErrorCode, failure, refusal},
        money::Prices,
        push,
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
        budget::{Budget, Group, Limits},
        http::Answer,
    },
};

/// "Order too recent to cancel — wait 2 minutes", section "Error Codes".
const CANCEL_COOLDOWN: Duration = Duration::from_mins(2);

/// From `created_at` to `expires_at` in the examples of `GET /orders`.
const LIFETIME: Duration = Duration::from_mins(20);

/// The most that one page of orders may hold.
const ORDERS_IN_PAGE: u32 = 100;

/// The most pages of orders that are read to find the recent ones.
const ORDER_PAGES: u32 = 100;

/// "Rate Limits": "API requests are rate-limited per endpoint group", in 60 seconds.
const LIMITS: Limits = Limits {
    groups: &[
        Group {
            name: "catalog",
            per_minute: 5_000,
            routes: &[
                "GET /catalog/countries",
                "GET /catalog/services",
                "GET /catalog/products",
                "GET /catalog/exchange-rate",
            ],
        },
        Group { name: "balance", per_minute: 600, routes: &["GET /balance"] },
        Group { name: "order create", per_minute: 3_000, routes: &["POST /orders/create"] },
        Group { name: "order cancel", per_minute: 1_000, routes: &["POST /orders/cancel"] },
        Group {
            name: "order actions",
            per_minute: 1_000,
            routes: &["POST /orders/finish", "POST /orders/resend"],
        },
        Group {
            name: "webhook config",
            per_minute: 600,
            routes: &["GET /webhook", "PATCH /webhook"],
        },
        Group { name: "webhook test", per_minute: 10, routes: &["POST /webhook/test"] },
        Group { name: "order reads", per_minute: 5_000, routes: &[] },
    ],
    polls: ORDER,
};

/// What SMSCode can do.
pub fn capabilities(version: Version) -> Capabilities {
    Capabilities {
        provider: match version {
            Version::V1 => "smscode-v1",
            Version::V2 => "smscode-v2",
        },
        create: CREATE,
        cancel: CancelRule::After(CANCEL_COOLDOWN),
        poll: PollBy::ActiveList,
        pace: Duration::from_secs(1),
        limits: LIMITS,
        resend: true,
        find_again: FindAgain::SameKey,
        push: Push::Signed { header: "X-Webhook-Signature", registers: true },
        rentals: false,
        esims: false,
        renew: false,
        most_at_once: 100,
        area_codes: false,
        choices: &[],
        takes_max_cost: false,
        tells_balance: true,
        lifetime: LIFETIME,
    }
}

#[async_trait]
impl Upstream for SmsCode {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn budget(&self) -> &Arc<Budget> {
        self.client.budget()
    }

    async fn balance(&self) -> Result<Cost, UpstreamError> {
        let prices = self.prices().await?;
        cost("GET /balance", prices, self.own_balance().await?)
    }

    async fn listing(&self) -> Result<Listing, UpstreamError> {
        let prices = self.prices().await?;
        let everything = self.products(ProductFilter::default(), PRODUCTS_IN_PAGE);
        let (countries, services, products) =
            futures::try_join!(self.countries(), self.services(None), everything)?;
        let countries: Vec<_> = countries.into_iter().filter(|it| it.active).collect();
        let services: Vec<_> = services.into_iter().filter(|it| it.active).collect();
        let open_countries: HashSet<u64> = countries.iter().map(|it| it.id).collect();
        let open_services: HashSet<u64> = services.iter().map(|it| it.id).collect();
        let offers = products.into_iter().filter(|product| {
            product.active
                && open_countries.contains(&product.country_id)
                && open_services.contains(&product.platform_id)
        });
        Ok(Listing {
            goes_on: false,
            offers: offers.map(|product| offer(prices, &product)).collect::<Result<_, _>>()?,
            services: services
                .into_iter()
                .map(|it| UpstreamService { key: it.id.to_string(), name: it.name })
                .collect(),
            countries: countries
                .into_iter()
                .map(|it| UpstreamCountry { key: it.id.to_string(), name: it.name, flag: it.emoji })
                .collect(),
        })
    }

    /// Leaves out inactive products. Whether the service and the country are active is what [`Upstream::listing`] told.
    async fn offers(
        &self,
        service: &str,
        country: &str,
    ) -> Result<Vec<UpstreamOffer>, UpstreamError> {
        let Some(filter) = filter(service, country) else {
            return Ok(Vec::new());
        };
        let prices = self.prices().await?;
        let products = self.products(filter, PRODUCTS_IN_PAGE).await?;
        products
            .into_iter()
            .filter(|product| product.active)
            .map(|product| offer(prices, &product))
            .collect()
    }

    async fn place(&self, request: &PlaceRequest<'_>) -> Placing {
        match self.check_price(request).await {
            Err(rejection) => Placing::Rejected(rejection),
            Ok(product_id) => {
                match self.create_order(product_id, request.quantity.into(), request.key).await {
                    Err(error) => Placing::Rejected(Rejection::Invalid(error.to_string())),
                    Ok(answer) => judge(&answer, request.product, request.quantity),
                }
            }
        }
    }

    async fn place_again(&self, request: &PlaceRequest<'_>) -> Placing {
        let sent = match request.product.as_str().parse() {
            Ok(product_id) => {
                self.create_order(product_id, request.quantity.into(), request.key).await
            }
            Err(_) => Err(UpstreamError::NotFound { route: "POST /orders/create" }),
        };
        match sent {
            Err(error) => super::create::unknown(error.to_string(), None),
            Ok(answer) => judge_again(&answer, request.product, request.quantity),
        }
    }

    /// Reads on until an order is older than `since` or a page is empty: the page size that the provider really uses
    /// is not told, so a short page ends nothing, and an order that is overlooked here could be refunded wrongly.
    async fn recent_orders(&self, since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        // The provider's times are whole seconds: an order of the same second may seem older than `since`.
        let since = Timestamp(since.0 - since.0.rem_euclid(1_000));
        let mut orders = Vec::new();
        let mut seen = HashSet::new();
        let mut offset = 0;
        for _ in 0..ORDER_PAGES {
            let page = self.orders(ORDERS_IN_PAGE, offset, None).await?;
            offset += page.len();
            let is_last = page.last().is_none_or(|oldest| oldest.created_at < since);
            // New orders push older ones onto the next page, where they come a second time.
            orders.extend(
                page.into_iter().filter(|order| order.created_at >= since && seen.insert(order.id)),
            );
            if is_last {
                let prices = self.prices_if_known().await;
                return Ok(orders.into_iter().map(|order| priced(prices, order)).collect());
            }
        }
        let field = format!("data, with more than {ORDER_PAGES} pages");
        Err(UpstreamError::Malformed { route: "GET /orders", field })
    }

    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        Ok(self.open_orders().await?.into_iter().map(UpstreamOrder::from).collect())
    }

    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        let order = self.one_order(id).await?;
        Ok(priced(self.prices_if_known().await, order))
    }

    async fn cancel(&self, id: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError> {
        const ROUTE: &str = "POST /orders/cancel";
        let number = number(ROUTE, id)?;
        let answer = self.cancel_order(number).await?;
        if answer.status.is_success() {
            return self.read_cancelled(number, &answer).map(|_| CancelAnswer::Cancelled);
        }
        match cancel_refusal(&answer) {
            Some(CancelRefusal::TooEarly) => {
                let retry_after = match answer.retry_after {
                    Some(wait) => wait,
                    None => self.cooldown_left(id).await,
                };
                Ok(CancelAnswer::TooEarly {
                    retry_after: retry_after.clamp(Duration::from_secs(1), CANCEL_COOLDOWN),
                })
            }
            Some(CancelRefusal::NotOpen) => Ok(CancelAnswer::NotOpen),
            None => Err(refusal(ROUTE, &answer)),
        }
    }

    async fn finish(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        self.finish_order(id).await.map(|_| ())
    }

    async fn resend(&self, id: &UpstreamOrderId) -> Result<bool, UpstreamError> {
        self.resend_order(id).await.map(|answer| answer.resent)
    }

    /// Sends nothing: there are no rentals here.
    async fn renew(&self, _: &UpstreamOrderId, _: &ProductRef, _: Money) -> Placing {
        super::create::unknown("nothing can be renewed at this provider".to_owned(), None)
    }

    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool {
        record.product.as_ref().is_none_or(|product| product == request.product)
    }

    fn read_push(&self, body: &[u8]) -> Result<Pushed, UpstreamError> {
        push::read(body).map_err(|error| error.on("push"))
    }

    async fn register_push(&self, url: &str) -> Result<PushSecret, UpstreamError> {
        self.register(url).await
    }

    async fn test_push(&self, url: &str) -> Result<u16, UpstreamError> {
        self.test(url).await
    }
}

impl SmsCode {
    /// The product's id, when it can be bought now for at most `max_cost`. Nothing is bought here, so every failure is
    /// a clear "not sold".
    async fn check_price(&self, request: &PlaceRequest<'_>) -> Result<u64, Rejection> {
        let filter = filter(request.service, request.country);
        let wanted = request.product.as_str().parse::<u64>();
        let (Some(filter), Ok(wanted)) = (filter, wanted) else {
            return Err(Rejection::Invalid(
                "service, country or product is not a number".to_owned(),
            ));
        };
        let products =
            self.products(filter, PRODUCTS_IN_PAGE).await.map_err(|error| not_now(&error))?;
        let product = products
            .into_iter()
            .find(|product| product.id == wanted && product.active)
            .ok_or(Rejection::OfferGone)?;
        let prices = self.prices().await.map_err(|error| not_now(&error))?;
        let offer = offer(prices, &product).map_err(|error| not_now(&error))?;
        if offer.stock == Some(0) {
            Err(Rejection::NoNumbers)
        } else if offer.cost.money > request.max_cost {
            Err(Rejection::PriceMoved { now: offer.cost.money })
        } else {
            Ok(wanted)
        }
    }

    /// Orders must be readable while there is no exchange rate: a code does not wait for a cost.
    async fn prices_if_known(&self) -> Option<Prices> {
        let prices = self.prices().await;
        prices
            .inspect_err(|error| tracing::warn!(%error, "orders are read without their costs"))
            .ok()
    }

    /// How long an order may not be cancelled yet; the whole cooldown when the order cannot be read. A second longer than
    /// it seems, because the provider's times are whole seconds.
    async fn cooldown_left(&self, id: &UpstreamOrderId) -> Duration {
        match self.one_order(id).await {
            Ok(order) => {
                let opens_at = order.created_at + CANCEL_COOLDOWN + Duration::from_secs(1);
                opens_at.since(self.clock.now())
            }
            Err(_) => CANCEL_COOLDOWN,
        }
    }
}

/// What a refused cancel means, where it is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CancelRefusal {
    TooEarly,
    /// The order is closed already, or never was open: reading it tells.
    NotOpen,
}

fn cancel_refusal(answer: &Answer) -> Option<CancelRefusal> {
    if !answer.status.is_client_error() {
        return None;
    }
    match failure(&answer.body)?.code {
        ErrorCode::CancelTooEarly => Some(CancelRefusal::TooEarly),
        ErrorCode::Conflict
        | ErrorCode::NotFound
        | ErrorCode::ValidationError
        | ErrorCode::ProviderError => Some(CancelRefusal::NotOpen),
        ErrorCode::Unauthorized
        | ErrorCode::Forbidden
        | ErrorCode::InsufficientBalance
        | ErrorCode::RateLimitExceeded
        | ErrorCode::InternalError
        | ErrorCode::ServiceUnavailable
        | ErrorCode::FxRateUnavailable
        | ErrorCode::Other(_) => None,
    }
}

fn filter(service: &str, country: &str) -> Option<ProductFilter> {
    Some(ProductFilter {
        country_id: Some(country.parse().ok()?),
        platform_id: Some(service.parse().ok()?),
    })
}

fn offer(prices: Prices, product: &Product) -> Result<UpstreamOffer, UpstreamError> {
    Ok(UpstreamOffer {
        service: product.platform_id.to_string(),
        country: product.country_id.to_string(),
        kind: Kind::Activation,
        choice: Choice::Any,
        product: ProductRef(product.id.to_string()),
        cost: cost("GET /catalog/products", prices, product.price)?,
        takes_area_code: false,
        stock: Some(product.available),
    })
}

fn cost(route: &'static str, prices: Prices, amount: Decimal) -> Result<Cost, UpstreamError> {
    prices
        .cost(amount)
        .map_err(|error| UpstreamError::Malformed { route, field: error.to_string() })
}

fn priced(prices: Option<Prices>, order: super::wire::order::Order) -> UpstreamOrder {
    let cost = prices.and_then(|prices| prices.cost(order.amount).ok());
    UpstreamOrder { cost, ..UpstreamOrder::from(order) }
}

/// A read before the purchase failed, so nothing was bought. Only a refused key is told apart: waiting does not mend it.
fn not_now(error: &UpstreamError) -> Rejection {
    let retry_after = match error {
        UpstreamError::KeyRefused { .. } => return Rejection::KeyRefused,
        UpstreamError::RateLimited { retry_after, .. } => Some(*retry_after),
        UpstreamError::Unavailable { retry_after, .. } => *retry_after,
        UpstreamError::NotFound { .. }
        | UpstreamError::Unreachable { .. }
        | UpstreamError::NoAnswer { .. }
        | UpstreamError::Refused { .. }
        | UpstreamError::Malformed { .. } => None,
    };
    Rejection::NotNow {
        retry_after: retry_after.unwrap_or(UNREACHABLE_WAIT),
        reason: error.to_string(),
    }
}
