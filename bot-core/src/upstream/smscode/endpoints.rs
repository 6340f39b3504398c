//! Every endpoint of SMSCode's document as a typed method: one call each (products: one per page), sent once.
//!
//! Amounts are in the version's own currency. Which calls the shop makes, and when, is not known here.

use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    SmsCode, Version,
    client::{Call, read},
    wire::{
        Absent, Country, PageMeta, Product, Reply, Service, Webhook, WebhookTested,
        money::{BalanceV1, BalanceV2, Denomination, FxMeta, Idr, Usd, UsdIdr, UsdIdrV1},
        order::{ActiveOrder, Cancelled, Finished, Order, Resent, Status},
    },
};
use crate::{
    ids::{IdempotencyKey, UpstreamOrderId},
    upstream::{
        UpstreamError,
        http::{Answer, Connection, Lost},
    },
};

/// Products asked for in one page: the most that is allowed, because a page costs one request whatever its size.
pub const PRODUCTS_IN_PAGE: u32 = 10_000;

/// The most pages of products that are read; beyond 200,000 products something is wrong.
const PRODUCT_PAGES: u32 = 20;

const PRODUCTS: &str = "GET /catalog/products";
const ORDERS: &str = "GET /orders";
pub const ORDER: &str = "GET /orders/{id}";
pub const CREATE: &str = "POST /orders/create";
const CANCEL: &str = "POST /orders/cancel";

/// Which products to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    pub country_id: Option<u64>,
    pub platform_id: Option<u64>,
}

/// Catalogue and account.
impl SmsCode {
    /// `GET /catalog/countries`: also the inactive ones.
    pub async fn countries(&self) -> Result<Vec<Country>, UpstreamError> {
        self.get(Call::new("GET /catalog/countries", "/catalog/countries")).await
    }

    /// `GET /catalog/services`: also the inactive ones; of one country or of all.
    pub async fn services(&self, country_id: Option<u64>) -> Result<Vec<Service>, UpstreamError> {
        let query: Vec<_> =
            country_id.map(|id| ("country_id", id.to_string())).into_iter().collect();
        let call = Call::new("GET /catalog/services", "/catalog/services");
        self.get(Call { query: &query, ..call }).await
    }

    /// `GET /catalog/products`, all pages: also the inactive ones. `page_size` is 1 to 10,000.
    pub async fn products(
        &self,
        filter: ProductFilter,
        page_size: u32,
    ) -> Result<Vec<Product>, UpstreamError> {
        let mut products: Vec<Product> = Vec::new();
        for page in 1..=PRODUCT_PAGES {
            let (mut found, limit) = match self.version {
                Version::V1 => self.products_page::<Idr>(filter, page_size, page).await?,
                Version::V2 => self.products_page::<Usd>(filter, page_size, page).await?,
            };
            let is_last = found.len() < limit;
            products.append(&mut found);
            if is_last {
                // One that moved between two pages while they were read comes twice.
                products.sort_by_key(|product| product.id);
                products.dedup_by_key(|product| product.id);
                return Ok(products);
            }
        }
        Err(malformed(PRODUCTS, &format!("data, with more than {PRODUCT_PAGES} pages")))
    }

    /// One page, and the size that the provider gave it, which may be smaller than what was asked for.
    async fn products_page<M: Denomination>(
        &self,
        filter: ProductFilter,
        page_size: u32,
        page: u32,
    ) -> Result<(Vec<Product>, usize), UpstreamError> {
        // By name, because price and stock change while pages are read and would move products between them.
        let mut query = vec![
            ("sort", "name_asc".to_owned()),
            ("limit", page_size.to_string()),
            ("page", page.to_string()),
        ];
        query.extend(filter.country_id.map(|id| ("country_id", id.to_string())));
        query.extend(filter.platform_id.map(|id| ("platform_id", id.to_string())));
        let call = Call { query: &query, ..Call::new(PRODUCTS, "/catalog/products") };
        let reply: Reply<Vec<Product<M>>, PageMeta<M::Fx>> =
            self.client.ask(call, Method::GET, None).await?;
        if reply.meta.page != page {
            return Err(malformed(PRODUCTS, "meta.page"));
        }
        let limit = usize::try_from(reply.meta.limit).unwrap_or(usize::MAX);
        if limit == 0 {
            return Err(malformed(PRODUCTS, "meta.limit"));
        }
        let products: Vec<_> = reply.data.into_iter().map(Product::plain).collect();
        if let Some(index) = products.iter().position(|product| product.price < Decimal::ZERO) {
            return Err(malformed(PRODUCTS, &format!("data[{index}].price")));
        }
        Ok((products, limit))
    }

    /// `GET /catalog/exchange-rate`: rupiah for one dollar, above zero.
    pub async fn exchange_rate(&self) -> Result<Decimal, UpstreamError> {
        let call = Call::new("GET /catalog/exchange-rate", "/catalog/exchange-rate");
        match self.version {
            Version::V1 => {
                let query = [("pair", "USD/IDR".to_owned())];
                let answer: UsdIdrV1 = self.get(Call { query: &query, ..call }).await?;
                Ok(answer.rate)
            }
            Version::V2 => self.get(call).await.map(|answer: UsdIdr| answer.rate),
        }
    }

    /// `GET /balance`.
    pub async fn own_balance(&self) -> Result<Decimal, UpstreamError> {
        let call = Call::new("GET /balance", "/balance");
        Ok(match self.version {
            Version::V1 => self.get_with::<BalanceV1, Absent>(call).await?.balance.amount(),
            Version::V2 => self.get_with::<BalanceV2, FxMeta>(call).await?.balance.amount(),
        })
    }
}

/// Orders.
impl SmsCode {
    /// `GET /orders`, newest first. `limit` is 1 to 100.
    pub async fn orders(
        &self,
        limit: u32,
        offset: usize,
        status: Option<Status>,
    ) -> Result<Vec<Order>, UpstreamError> {
        let mut query = vec![("limit", limit.to_string()), ("offset", offset.to_string())];
        query.extend(status.map(|status| ("status", status.as_str().to_owned())));
        let call = Call { query: &query, ..Call::new(ORDERS, "/orders") };
        match self.version {
            Version::V1 => self.read_orders::<Idr>(call).await,
            Version::V2 => self.read_orders::<Usd>(call).await,
        }
    }

    async fn read_orders<M: Denomination>(
        &self,
        call: Call<'_>,
    ) -> Result<Vec<Order>, UpstreamError> {
        let orders = self.get_with::<Vec<Order<M>>, M::Meta>(call).await?;
        Ok(orders.into_iter().map(Order::plain).collect())
    }

    /// `GET /orders/{id}`.
    pub async fn one_order(&self, id: &UpstreamOrderId) -> Result<Order, UpstreamError> {
        let id = number(ORDER, id)?;
        let path = format!("/orders/{id}");
        let call = Call::new(ORDER, &path);
        let order = match self.version {
            Version::V1 => self.get_with::<Order<Idr>, Absent>(call).await?.plain(),
            Version::V2 => self.get_with::<Order<Usd>, FxMeta>(call).await?.plain(),
        };
        same_order(ORDER, id, order.id).map(|()| order)
    }

    /// `GET /orders/active`: every order that is `ACTIVE` or `OTP_RECEIVED`.
    pub async fn open_orders(&self) -> Result<Vec<ActiveOrder>, UpstreamError> {
        self.get(Call::new("GET /orders/active", "/orders/active")).await
    }

    /// `POST /orders/create`, sent at most once. `quantity` is 1 to 100. The answer is for [`super::create`] to judge;
    /// the outer error means that no request could be made of this.
    pub(super) async fn create_order(
        &self,
        product_id: u64,
        quantity: u32,
        key: &IdempotencyKey,
    ) -> Result<Result<Answer, Lost>, UpstreamError> {
        let key = HeaderValue::from_str(key.as_str())
            .map_err(|_| UpstreamError::Refused { route: CREATE, code: "unfit key".to_owned() })?;
        let call = Call::new(CREATE, "/orders/create");
        let body = json!({ "product_id": product_id, "quantity": quantity });
        let mut request = self.client.request(call, Method::POST, Some(&body));
        request.headers_mut().insert(HeaderName::from_static("idempotency-key"), key);
        Ok(self.client.send(call, request, Connection::Fresh).await)
    }

    /// `POST /orders/cancel`. The whole answer, because some refusals are no errors; [`Self::read_cancelled`] reads
    /// a success.
    pub(super) async fn cancel_order(&self, id: u64) -> Result<Answer, UpstreamError> {
        let call = Call::new(CANCEL, "/orders/cancel");
        let request = self.client.request(call, Method::POST, Some(&json!({ "id": id })));
        let answer = self.client.send(call, request, Connection::Kept).await;
        answer.map_err(|lost| lost.on(CANCEL))
    }

    pub(super) fn read_cancelled(
        &self,
        id: u64,
        answer: &Answer,
    ) -> Result<Cancelled, UpstreamError> {
        let cancelled = match self.version {
            Version::V1 => read::<Reply<Cancelled<Idr>>>(CANCEL, answer)?.data.plain(),
            Version::V2 => read::<Reply<Cancelled<Usd>, FxMeta>>(CANCEL, answer)?.data.plain(),
        };
        same_order(CANCEL, id, cancelled.order_id).map(|()| cancelled)
    }

    /// `POST /orders/finish`.
    pub async fn finish_order(&self, id: &UpstreamOrderId) -> Result<Finished, UpstreamError> {
        const ROUTE: &str = "POST /orders/finish";
        let id = number(ROUTE, id)?;
        let call = Call::new(ROUTE, "/orders/finish");
        let done: Finished = self.send(call, Method::POST, &json!({ "id": id })).await?;
        same_order(ROUTE, id, done.order_id).map(|()| done)
    }

    /// `POST /orders/resend`.
    pub async fn resend_order(&self, id: &UpstreamOrderId) -> Result<Resent, UpstreamError> {
        const ROUTE: &str = "POST /orders/resend";
        let id = number(ROUTE, id)?;
        let call = Call::new(ROUTE, "/orders/resend");
        let done: Resent = self.send(call, Method::POST, &json!({ "id": id })).await?;
        same_order(ROUTE, id, done.order_id).map(|()| done)
    }
}

/// Webhooks.
impl SmsCode {
    /// `GET /webhook`.
    pub async fn webhook(&self) -> Result<Webhook, UpstreamError> {
        self.get(Call::new("GET /webhook", "/webhook")).await
    }

    /// `PATCH /webhook`: sets the address (HTTPS), or clears it with an empty text. Without a `secret` the provider keeps
    /// the one it has, or makes one the first time.
    pub async fn set_webhook(
        &self,
        url: &str,
        secret: Option<&SecretString>,
    ) -> Result<Webhook, UpstreamError> {
        let mut body = json!({ "webhook_url": url });
        if let Some(secret) = secret {
            body["webhook_secret"] = secret.expose_secret().into();
        }
        self.send(Call::new("PATCH /webhook", "/webhook"), Method::PATCH, &body).await
    }

    /// `POST /webhook/test`: the provider calls the address that is set and says what it was answered.
    pub async fn test_webhook(&self) -> Result<WebhookTested, UpstreamError> {
        let call = Call::new("POST /webhook/test", "/webhook/test");
        let reply: Reply<_> = self.client.ask(call, Method::POST, None).await?;
        Ok(reply.data)
    }
}

impl SmsCode {
    async fn get<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, UpstreamError> {
        self.get_with::<T, Absent>(call).await
    }

    async fn get_with<T: DeserializeOwned, M: DeserializeOwned>(
        &self,
        call: Call<'_>,
    ) -> Result<T, UpstreamError> {
        let reply: Reply<T, M> = self.client.ask(call, Method::GET, None).await?;
        Ok(reply.data)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        call: Call<'_>,
        method: Method,
        body: &Value,
    ) -> Result<T, UpstreamError> {
        let reply: Reply<T> = self.client.ask(call, method, Some(body)).await?;
        Ok(reply.data)
    }
}

/// An order's id as this provider counts it. Another text names no order of this provider, so none is asked for.
pub fn number(route: &'static str, id: &UpstreamOrderId) -> Result<u64, UpstreamError> {
    id.as_str().parse().map_err(|_| UpstreamError::NotFound { route })
}

/// An answer about another order must not be taken for this one's.
fn same_order(route: &'static str, asked: u64, answered: u64) -> Result<(), UpstreamError> {
    if asked == answered { Ok(()) } else { Err(malformed(route, "data, which is another order's")) }
}

fn malformed(route: &'static str, field: &str) -> UpstreamError {
    UpstreamError::Malformed { route, field: field.to_owned() }
}
