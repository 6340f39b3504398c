//! What the shop asks of a provider, put together from SmsBuyz's endpoints.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::de::IgnoredAny;

use super::{
    SmsBuyz,
    buy::{UNREACHABLE_WAIT, judge, unknown},
    endpoints::{BUY, CANCEL, CHECK, ORDERS, PRICES, PRODUCTS, malformed, read},
    wire::{
        ANY, Order, Product, Status, cost,
        prices::{Operators, Shelf, Sold, any_of, flatten},
        refusal::refusal,
    },
};
use crate::{
    clock::Timestamp,
    ids::{ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        CancelAnswer, CancelRule, Capabilities, Choice, ChoiceKind, Cost, FindAgain, Kind, Listing,
        PlaceRequest, Placing, PollBy, Push, PushSecret, Pushed, Rejection, Upstream,
        UpstreamCountry, UpstreamError, UpstreamOffer, UpstreamOrder, UpstreamService,
        budget::{Budget, Group, Limits},
        countries, json,
    },
};

/// "Order expired (20 min)", section "Order Statuses".
const LIFETIME: Duration = Duration::from_mins(20);

/// The most pages of orders that are read to find the recent ones.
const ORDER_PAGES: u32 = 100;

/// The longest path that an error shows, in bytes: it is made of names from the answer.
const LONGEST_PATH: usize = 80;

/// "Poll every 3-5 seconds".
const PACE: Duration = Duration::from_secs(3);

/// A careful guess: the document states no limit.
const LIMITS: Limits =
    Limits { groups: &[Group { name: "everything", per_minute: 600, routes: &[] }], polls: CHECK };

/// What SmsBuyz can do.
pub fn capabilities() -> Capabilities {
    Capabilities {
        provider: "smsbuyz",
        create: BUY,
        cancel: CancelRule::After(Duration::ZERO),
        poll: PollBy::ActiveList,
        pace: PACE,
        limits: LIMITS,
        resend: false,
        find_again: FindAgain::Records,
        push: Push::Never,
        rentals: false,
        esims: false,
        renew: false,
        most_at_once: 1,
        area_codes: false,
        choices: &[ChoiceKind::Operator],
        takes_max_cost: false,
        tells_balance: true,
        lifetime: LIFETIME,
    }
}

#[async_trait]
impl Upstream for SmsBuyz {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn budget(&self) -> &Arc<Budget> {
        self.http.budget()
    }

    async fn balance(&self) -> Result<Cost, UpstreamError> {
        const ROUTE: &str = "GET /user/profile";
        cost(self.profile().await?.balance)
            .map_err(|error| malformed(ROUTE, format!("balance ({error})")))
    }

    /// One offer for each operator and one for any of them. Services and countries are named after their keys, since the
    /// provider has no lists of them: `microsoft` is Microsoft, and `ru` Russia.
    async fn listing(&self) -> Result<Listing, UpstreamError> {
        let sold = flatten(self.all_prices().await?).ok_or_else(|| {
            malformed(PRICES, "the body, where no level has countries only".to_owned())
        })?;
        let services: BTreeSet<_> = sold.iter().map(|it| it.product.clone()).collect();
        let countries: BTreeSet<_> = sold.iter().map(|it| it.country.clone()).collect();
        let offers: Result<Vec<_>, _> = sold.iter().map(offers).collect();
        Ok(Listing {
            goes_on: false,
            services: services.into_iter().map(service).collect(),
            countries: countries.into_iter().map(country).collect(),
            offers: offers?.into_iter().flatten().collect(),
        })
    }

    async fn offers(
        &self,
        service: &str,
        country: &str,
    ) -> Result<Vec<UpstreamOffer>, UpstreamError> {
        let mut countries = match self.prices(service, country).await {
            Ok(countries) => countries,
            // "Resource not found": the service or the country is not sold.
            Err(UpstreamError::NotFound { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let operators: Operators = countries.remove(country).unwrap_or_default();
        offers(&Sold { country: country.to_owned(), product: service.to_owned(), operators })
    }

    async fn place(&self, request: &PlaceRequest<'_>) -> Placing {
        let product = match self.check_price(request).await {
            Err(rejection) => return Placing::Rejected(rejection),
            Ok(product) => product,
        };
        match self.buy(product).await {
            Err(error) => Placing::Rejected(Rejection::Invalid(error.to_string())),
            Ok(answer) => judge(&answer, request.product),
        }
    }

    /// Sends nothing: without a key that the provider knows, a repeated purchase is a second one.
    async fn place_again(&self, _request: &PlaceRequest<'_>) -> Placing {
        unknown("a purchase cannot be repeated at this provider".to_owned(), None)
    }

    /// Reads pages until one is empty, or until the orders show that they come newest first and reach back before `since`.
    /// Neither their order nor the real size of a page is documented, and an order that is overlooked here could be
    /// refunded wrongly.
    async fn recent_orders(&self, since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        // The provider's times are whole seconds: an order of the same second may seem older than `since`.
        let since = Some(Timestamp(since.0 - since.0.rem_euclid(1_000)));
        let mut orders: Vec<Order> = Vec::new();
        let mut seen = HashSet::new();
        let mut offset = 0;
        for _ in 0..ORDER_PAGES {
            let page = self.orders(offset).await?;
            offset += page.len();
            let is_end = page.is_empty();
            // New orders push older ones onto the next page, where they come a second time.
            orders.extend(page.into_iter().filter(|order| seen.insert(order.id)));
            if is_end || reach_back_before(since, &orders) {
                orders.retain(|order| order.created_at >= since);
                orders.sort_by_key(|order| std::cmp::Reverse((order.created_at, order.id)));
                return Ok(orders.into_iter().map(UpstreamOrder::from).collect());
            }
        }
        Err(malformed(ORDERS, format!("the body, with more than {ORDER_PAGES} pages")))
    }

    /// The open ones of the first hundred orders in one call. Orders come with their SMS and live for 20 minutes, so where
    /// the newest come first these are all, unless a hundred are bought within 20 minutes; whoever watches asks for those
    /// that are not here one by one.
    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        let orders = self.orders(0).await?.into_iter();
        Ok(orders.filter(|order| is_open(order.status)).map(UpstreamOrder::from).collect())
    }

    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        self.check(id).await.map(UpstreamOrder::from)
    }

    /// The document does not show what a success looks like, so only the order's own status is taken as the provider's
    /// word for a refund.
    async fn cancel(&self, id: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError> {
        let answer = self.ask_cancel(id).await?;
        match answer.status.as_u16() {
            // "Invalid state transition", and what others say for it.
            400 | 404 | 409 => Ok(CancelAnswer::NotOpen),
            200..300 => {
                read::<IgnoredAny>(CANCEL, &answer)?;
                Ok(match self.check(id).await?.status {
                    Status::Canceled => CancelAnswer::Cancelled,
                    // No refusal: whatever that answer was, the cancel has not been carried out.
                    Status::Pending => {
                        let field = "the body, while the order is still open".to_owned();
                        return Err(malformed(CANCEL, field));
                    }
                    Status::Received | Status::Finished | Status::Banned | Status::Timeout => {
                        CancelAnswer::NotOpen
                    }
                })
            }
            _ => Err(refusal(CANCEL, &answer)),
        }
    }

    async fn finish(&self, id: &UpstreamOrderId) -> Result<(), UpstreamError> {
        self.ask_finish(id).await
    }

    /// Sends nothing: the document has no such call. More SMS may come by themselves.
    async fn resend(&self, _id: &UpstreamOrderId) -> Result<bool, UpstreamError> {
        Ok(false)
    }

    /// Sends nothing: there are no rentals here.
    async fn renew(&self, _: &UpstreamOrderId, _: &ProductRef, _: Money) -> Placing {
        unknown("nothing can be renewed at this provider".to_owned(), None)
    }

    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool {
        let Some(sold) = &record.product else { return true };
        match (Product::read(request.product), Product::read(sold)) {
            (Some(asked), Some(sold)) => asked.sells(sold),
            (Some(_) | None, None) | (None, Some(_)) => false,
        }
    }

    /// The provider pushes nothing, so whatever comes is not its own.
    fn read_push(&self, _body: &[u8]) -> Result<Pushed, UpstreamError> {
        Err(malformed("push", "the body".to_owned()))
    }

    /// Sends nothing: the document has no such call.
    async fn register_push(&self, _url: &str) -> Result<PushSecret, UpstreamError> {
        Err(UpstreamError::Refused { route: "push", code: "not documented".to_owned() })
    }

    /// Sends nothing, as above.
    async fn test_push(&self, _url: &str) -> Result<u16, UpstreamError> {
        Err(UpstreamError::Refused { route: "push", code: "not documented".to_owned() })
    }
}

impl SmsBuyz {
    /// What to buy, when it can be bought now for at most `max_cost`. Nothing is bought here, so every failure is a clear
    /// "not sold".
    async fn check_price<'a>(&self, request: &PlaceRequest<'a>) -> Result<Product<'a>, Rejection> {
        let product = Product::read(request.product).ok_or(Rejection::OfferGone)?;
        let shelf = if product.operator == ANY {
            self.any_shelf(product).await
        } else {
            self.shelf(product).await
        };
        let (now, count) = shelf.map_err(|error| not_now(&error))?.ok_or(Rejection::OfferGone)?;
        if count == 0 {
            Err(Rejection::NoNumbers)
        } else if now > request.max_cost {
            Err(Rejection::PriceMoved { now })
        } else {
            Ok(product)
        }
    }

    /// What an operator's number costs now, and how many there are. None when it is not sold.
    async fn shelf(&self, product: Product<'_>) -> Result<Option<(Money, u32)>, UpstreamError> {
        let reference = product.reference();
        let offers = self.offers(product.name, product.country).await?.into_iter();
        let mut offers = offers.filter(|offer| offer.product == reference);
        Ok(offers.next().map(|offer| (offer.cost.money, offer.stock.unwrap_or_default())))
    }

    /// The same for any operator, in the provider's own words: which operator will sell is its choice.
    async fn any_shelf(&self, product: Product<'_>) -> Result<Option<(Money, u32)>, UpstreamError> {
        let wares = match self.products(product.country, ANY).await {
            Ok(wares) => wares,
            // "Resource not found": nothing is sold in this country.
            Err(UpstreamError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(ware) = wares.get(product.name) else { return Ok(None) };
        let bad =
            || malformed(PRODUCTS, json::plain(&format!("{}.Price", product.name), LONGEST_PATH));
        Ok(Some((price(ware.price).ok_or_else(bad)?.money, ware.qty)))
    }
}

/// Whether an SMS may still come.
fn is_open(status: Status) -> bool {
    match status {
        Status::Pending | Status::Received => true,
        Status::Finished | Status::Canceled | Status::Banned | Status::Timeout => false,
    }
}

/// Whether these orders come newest first, as far as they show it, and the last is older than `since`.
fn reach_back_before(since: Option<Timestamp>, orders: &[Order]) -> bool {
    let (Some(first), Some(last)) = (orders.first(), orders.last()) else { return false };
    first.created_at > last.created_at
        && last.created_at < since
        && orders.is_sorted_by(|newer, older| newer.created_at >= older.created_at)
}

/// One offer for each operator, and one for any of them, last: of equals the first is preferred, and a sale by a certain
/// operator is the easier one to find again. An operator whose name fits no address cannot be bought from.
fn offers(sold: &Sold) -> Result<Vec<UpstreamOffer>, UpstreamError> {
    let Sold { country, product, operators } = sold;
    let is_buyable =
        |operator: &str| operator != ANY && Product::new(country, operator, product).is_some();
    let named: Vec<(&str, Shelf)> = operators
        .iter()
        .map(|(operator, shelf)| (operator.as_str(), *shelf))
        .filter(|(operator, _)| is_buyable(operator))
        .collect();
    let any = any_of(named.iter().map(|(_, shelf)| *shelf)).map(|shelf| (ANY, shelf));
    let offer = |(operator, shelf): (&str, Shelf)| {
        let reference = Product::new(country, operator, product)?.reference();
        let path = || json::plain(&format!("{country}.{operator}.cost"), LONGEST_PATH);
        let cost = price(shelf.cost).ok_or_else(|| malformed(PRICES, path()));
        Some(cost.map(|cost| UpstreamOffer {
            service: product.clone(),
            country: country.clone(),
            kind: Kind::Activation,
            choice: match operator {
                ANY => Choice::Any,
                _ => Choice::Operator(operator.to_owned()),
            },
            product: reference,
            cost,
            takes_area_code: false,
            stock: Some(shelf.count),
        }))
    };
    named.into_iter().chain(any).filter_map(offer).collect()
}

/// What a listed price costs; none when it cannot be one.
fn price(amount: Decimal) -> Option<Cost> {
    if amount < Decimal::ZERO { None } else { cost(amount).ok() }
}

fn service(key: String) -> UpstreamService {
    UpstreamService { name: capitalised(&key), key }
}

fn country(key: String) -> UpstreamCountry {
    let (name, flag) = match countries::named(&key.to_ascii_lowercase()) {
        Some((name, flag)) => (name.to_owned(), flag),
        None => (capitalised(&key), String::new()),
    };
    UpstreamCountry { key, name, flag }
}

fn capitalised(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
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
