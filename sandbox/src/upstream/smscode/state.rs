//! Everything an SMSCode account is at one moment, and what each endpoint answers from it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use serde_json::{Map, Value, json};

use super::{
    account::Account,
    ask::{
        self, CreateBody, OrderBody, OrdersQuery, ProductsQuery, RateQuery, ServicesQuery, Sort,
    },
    catalog::ProductView,
    endpoint::{Endpoint, Group, Version, WINDOW_MS, order_part},
    refusal::Refusal,
    show::{self, Fx, Money},
    webhook::{Patch, Webhook},
};
use crate::upstream::{ask::Nothing, limits::Limit, numbers, server::Request};

#[derive(Debug)]
pub(super) struct State {
    pub account: Account,
    pub fx: Fx,
    pub fx_available: bool,
    pub seed: u64,
    /// The first granted answer to every idempotency key, with the body that it answers. Refusals leave a key free.
    keys: HashMap<String, (CreateBody, Value)>,
    webhook: Webhook,
    limits: BTreeMap<Group, Limit>,
}

/// A granted request.
#[derive(Debug)]
pub(super) struct Done {
    pub data: Value,
    pub meta: Option<Value>,
}

impl From<Value> for Done {
    fn from(data: Value) -> Self {
        Self { data, meta: None }
    }
}

impl State {
    pub fn new(account: Account, fx: Fx, seed: u64, webhook: Webhook) -> Self {
        Self {
            account,
            fx,
            fx_available: true,
            seed,
            keys: HashMap::new(),
            webhook,
            limits: BTreeMap::new(),
        }
    }

    /// Does what an authorised request asks.
    pub fn handle(
        &mut self,
        version: Version,
        endpoint: Endpoint,
        path: &str,
        request: &Request,
    ) -> Result<Done, Refusal> {
        self.admit(endpoint.group(), request.at_ms)?;
        self.account.settle(request.at_ms);
        match endpoint {
            Endpoint::Countries => self.countries(request),
            Endpoint::Services => self.services(request),
            Endpoint::Products => self.products(version, request),
            Endpoint::ExchangeRate => self.exchange_rate(version, request),
            Endpoint::Balance => self.balance(version, request),
            Endpoint::Orders => self.orders(version, request),
            Endpoint::Order => self.order(version, path, request),
            Endpoint::Active => self.active(request),
            Endpoint::Create => self.create(request),
            Endpoint::Cancel => self.cancel(version, request),
            Endpoint::Finish => self.finish(request),
            Endpoint::Resend => self.resend(request),
            Endpoint::WebhookGet => {
                ask::query::<Nothing>(request)?;
                Ok(self.webhook.show().into())
            }
            Endpoint::WebhookSet => {
                self.set_webhook(ask::body(request)?, request.at_ms)?;
                Ok(self.webhook.show().into())
            }
            // Whether it is granted: the post itself takes time and comes after.
            Endpoint::WebhookTest => self.webhook.testable().map(|()| Value::Null.into()),
        }
    }

    /// Hands over what happened since the last time.
    pub fn tell(&mut self) {
        for news in self.account.take_news() {
            self.webhook.tell(&news, &self.account.catalog);
        }
    }

    /// Sets the webhook as `PATCH /webhook` does.
    pub fn set_webhook(&mut self, patch: Patch, now_ms: i64) -> Result<(), Refusal> {
        let mut random = numbers::random_for(self.seed, now_ms.unsigned_abs());
        self.webhook.change(patch, &mut random)
    }

    fn admit(&mut self, group: Group, now_ms: i64) -> Result<(), Refusal> {
        self.limits
            .entry(group)
            .or_insert_with(|| Limit::new(group.limit(), WINDOW_MS))
            .admit(now_ms)
            .map_err(|retry_after| Refusal::RateLimited { retry_after })
    }

    /// How this answer shows money; refused before anything is done when v2 has no rate.
    fn money(&self, version: Version) -> Result<Money, Refusal> {
        match version {
            Version::V1 => Ok(Money::Idr),
            Version::V2 if self.fx_available => Ok(Money::Usd(self.fx)),
            Version::V2 => Err(Refusal::FxUnavailable),
        }
    }

    fn countries(&self, request: &Request) -> Result<Done, Refusal> {
        ask::query::<Nothing>(request)?;
        Ok(self.account.catalog.countries.iter().map(show::country).collect::<Value>().into())
    }

    fn services(&self, request: &Request) -> Result<Done, Refusal> {
        let ServicesQuery { country_id } = ask::query(request)?;
        let catalog = &self.account.catalog;
        let offered = |service: u64| {
            catalog
                .products
                .values()
                .any(|product| product.platform_id == service && is(country_id, product.country_id))
        };
        let services =
            catalog.services.iter().filter(|row| country_id.is_none() || offered(row.id));
        Ok(services.map(show::service).collect::<Value>().into())
    }

    fn products(&self, version: Version, request: &Request) -> Result<Done, Refusal> {
        let query = ProductsQuery::read(request)?;
        let money = self.money(version)?;
        let mut products: Vec<_> = self
            .account
            .catalog
            .products
            .values()
            .filter(|product| {
                is(query.country_id, product.country_id)
                    && is(query.platform_id, product.platform_id)
            })
            .collect();
        // The products come by id and the sort is stable, so pages never overlap.
        sort(&mut products, query.sort);
        let skipped = (query.page - 1).saturating_mul(query.limit);
        let page = products.into_iter().skip(skipped).take(query.limit);
        let data: Vec<_> = page.map(|product| show::product(product, money)).collect();
        let meta = Map::from_iter([
            ("page".to_owned(), json!(query.page)),
            ("limit".to_owned(), json!(query.limit)),
            // Of this page: the document's example has one of each and does not say.
            ("count".to_owned(), json!(data.len())),
        ]);
        Ok(Done { data: data.into(), meta: money.meta(meta) })
    }

    fn exchange_rate(&self, version: Version, request: &Request) -> Result<Done, Refusal> {
        match version {
            Version::V2 if self.fx_available => Ok(self.fx.show().into()),
            Version::V2 => Err(Refusal::FxUnavailable),
            Version::V1 => {
                let RateQuery { pair } = ask::query(request)?;
                if !self.fx_available || pair.is_some_and(|pair| pair != "USD/IDR") {
                    return Err(Refusal::NotFound("Exchange rate not found"));
                }
                let rate = self.fx.rate;
                Ok(json!({ "pair": "USD/IDR", "base_currency": "USD", "quote_currency": "IDR", "rate": rate }).into())
            }
        }
    }

    fn balance(&self, version: Version, request: &Request) -> Result<Done, Refusal> {
        ask::query::<Nothing>(request)?;
        let money = self.money(version)?;
        let balance = money.total(self.account.wallet.balance());
        let data = match version {
            Version::V1 => json!({ "currency": "IDR", "balance": balance }),
            Version::V2 => json!({ "balance": balance }),
        };
        Ok(Done { data, meta: money.meta(Map::new()) })
    }

    fn orders(&self, version: Version, request: &Request) -> Result<Done, Refusal> {
        let query = OrdersQuery::read(request)?;
        let money = self.money(version)?;
        let data = self
            .account
            .orders
            .all()
            .rev()
            .filter(|order| query.status.is_none_or(|status| status == order.status()))
            .skip(query.offset)
            .take(query.limit)
            .map(|order| show::full_order(order, money))
            .collect();
        Ok(Done { data, meta: money.meta(Map::new()) })
    }

    fn order(&self, version: Version, path: &str, request: &Request) -> Result<Done, Refusal> {
        ask::query::<Nothing>(request)?;
        let id = ask::order_id(order_part(path).unwrap_or_default())?;
        let money = self.money(version)?;
        let data = show::full_order(self.account.order(id)?, money);
        Ok(Done { data, meta: money.meta(Map::new()) })
    }

    fn active(&self, request: &Request) -> Result<Done, Refusal> {
        ask::query::<Nothing>(request)?;
        Ok(self.account.orders.open().map(show::active_order).collect::<Value>().into())
    }

    /// The whole of it is one step under the state's lock, so of many requests with one key exactly one buys.
    fn create(&mut self, request: &Request) -> Result<Done, Refusal> {
        let body = CreateBody::read(request)?;
        let key = ask::idempotency_key(request)?;
        if let Some((earlier_body, answer)) = key.as_ref().and_then(|key| self.keys.get(key)) {
            return if *earlier_body == body {
                Ok(answer.clone().into())
            } else {
                Err(Refusal::Conflict("Idempotency-Key was used with another body"))
            };
        }
        let created = self.account.create(body.product_id, body.quantity, request.at_ms)?;
        let orders: Result<Vec<_>, _> =
            created.ids.iter().map(|id| self.account.order(*id).map(show::created_order)).collect();
        let answer = json!({ "orders": orders?, "failed_count": created.failed_count });
        if let Some(key) = key {
            self.keys.insert(key, (body, answer.clone()));
        }
        Ok(answer.into())
    }

    fn cancel(&mut self, version: Version, request: &Request) -> Result<Done, Refusal> {
        let OrderBody { id } = ask::body(request)?;
        let money = self.money(version)?;
        let refund = self.account.cancel(id, request.at_ms)?;
        let data = json!({
            "order_id": id,
            "status": self.account.order(id)?.status().name(),
            "refund_amount": money.price(refund),
            "new_balance": money.total(self.account.wallet.balance()),
        });
        Ok(Done { data, meta: money.meta(Map::new()) })
    }

    fn finish(&mut self, request: &Request) -> Result<Done, Refusal> {
        let OrderBody { id } = ask::body(request)?;
        self.account.finish(id, request.at_ms)?;
        Ok(json!({ "order_id": id, "status": self.account.order(id)?.status().name() }).into())
    }

    fn resend(&mut self, request: &Request) -> Result<Done, Refusal> {
        let OrderBody { id } = ask::body(request)?;
        let resent = self.account.resend(id, request.at_ms)?;
        let status = self.account.order(id)?.status().name();
        Ok(json!({ "order_id": id, "status": status, "resent": resent }).into())
    }
}

/// Whether a filter lets an id pass.
fn is(wanted: Option<i64>, id: u64) -> bool {
    wanted.is_none_or(|wanted| u64::try_from(wanted) == Ok(id))
}

fn sort(products: &mut [&ProductView], by: Sort) {
    match by {
        Sort::PriceAsc => products.sort_by_key(|product| product.price_idr),
        Sort::PriceDesc => products.sort_by_key(|product| Reverse(product.price_idr)),
        Sort::AvailableAsc => products.sort_by_key(|product| product.available),
        Sort::AvailableDesc => products.sort_by_key(|product| Reverse(product.available)),
        Sort::NameAsc => products.sort_by(|a, b| a.name.cmp(&b.name)),
        Sort::NameDesc => products.sort_by(|a, b| b.name.cmp(&a.name)),
    }
}
