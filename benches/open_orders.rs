//! Orders that wait for their code, in the provider's records and in the shop's database alike.

use bot_core::{
    clock::Timestamp,
    ids::{CustomerId, IdempotencyKey, ProductRef, TopUpId, UpstreamOrderId},
    ledger::{self, LedgerError},
    money::Money,
    order::{Item, Line, State},
    phone::Phone,
    store::{Store, WriteTx, orders::Purchase, quotes::QuotedOffer},
    upstream::{Cost, Listing, UpstreamCountry, UpstreamService},
};
use reqwest::Client;
use rust_decimal::Decimal;
use sandbox::upstream::smscode::{self, OrderView, ProductView};
use serde_json::json;

use crate::{
    Outcome,
    stage::{KEY, STOCK, actor},
};

/// The most that one create of the provider's makes.
const PER_CREATE: usize = 100;
/// Orders written in one unit of work, and orders that one customer has.
const PER_WRITE: usize = 500;
const PER_CUSTOMER: usize = 10;

const PROVIDER: &str = "smscode-v2";
const PRICE: Money = Money::from_raw(5_000);

/// Buys `count` numbers at the provider, and writes them into the database at `url` as the shop would have.
pub async fn open(provider: &smscode::Running, url: &str, count: usize) -> Outcome<()> {
    let product = provider.control().product("WhatsApp", "Indonesia").ok_or("no such product")?;
    provider.control().set_stock(product.id, STOCK)?;
    let create = format!("{}/v2/orders/create", provider.url());
    let client = Client::builder().no_proxy().build()?;
    for _ in 0..count.div_ceil(PER_CREATE) {
        let body = json!({ "product_id": product.id, "quantity": PER_CREATE });
        let request =
            client.post(&create).bearer_auth(KEY).header("content-type", "application/json");
        request.body(body.to_string()).send().await?.error_for_status()?;
    }
    let orders = provider.control().orders();
    if orders.len() != count {
        return Err("the provider did not sell as many numbers as were asked for".into());
    }
    write(url, &product, orders).await
}

async fn write(url: &str, product: &ProductView, orders: Vec<OrderView>) -> Outcome<()> {
    let store = Store::open(url).await?;
    let offer = offer(&store, product).await?;
    for chunk in orders.chunks(PER_WRITE) {
        let (chunk, offer) = (chunk.to_vec(), offer.clone());
        let written =
            store.write(move |tx| Box::pin(async move { write_some(tx, offer, &chunk).await }));
        written.await?;
    }
    store.close().await;
    Ok(())
}

/// What is sold, numbered as the shop numbers it.
async fn offer(store: &Store, product: &ProductView) -> Outcome<QuotedOffer> {
    let (service, country) = (product.platform_id.to_string(), product.country_id.to_string());
    let listing = Listing {
        services: vec![UpstreamService { key: service.clone(), name: "WhatsApp".to_owned() }],
        countries: vec![UpstreamCountry {
            key: country.clone(),
            name: "Indonesia".to_owned(),
            flag: "🇮🇩".to_owned(),
        }],
        offers: Vec::new(),
        goes_on: false,
    };
    let numbered =
        store.write(move |tx| Box::pin(async move { tx.number(PROVIDER, &listing).await }));
    let numbers = numbered.await?;
    Ok(QuotedOffer {
        customer: CustomerId(0),
        provider: PROVIDER.to_owned(),
        service: *numbers.services.get(&service).ok_or("the service has no number")?,
        country: *numbers.countries.get(&country).ok_or("the country has no number")?,
        item: Item::ACTIVATION,
        product: ProductRef(product.id.to_string()),
        area_code: None,
        quantity: 1,
        cost: PRICE,
        price: PRICE,
        pool: None,
    })
}

async fn write_some(
    tx: &mut WriteTx,
    mut offer: QuotedOffer,
    orders: &[OrderView],
) -> Result<(), LedgerError> {
    for of_one in orders.chunks(PER_CUSTOMER) {
        let Some(first) = of_one.first() else { continue };
        let (person, at) = (i64::try_from(first.id).unwrap_or(0), Timestamp(first.created_ms));
        offer.customer = tx.meet(&actor(person), at).await?.id;
        for order in of_one {
            // The money for it, so that the books are right.
            let top_up = TopUpId(i64::try_from(order.id).unwrap_or(0));
            ledger::top_up(tx, top_up, offer.customer, PRICE, "bench", at).await?;
            write_one(tx, &offer, person, order).await?;
        }
    }
    Ok(())
}

async fn write_one(
    tx: &mut WriteTx,
    offer: &QuotedOffer,
    person: i64,
    order: &OrderView,
) -> Result<(), LedgerError> {
    let (at, buyer) = (Timestamp(order.created_ms), actor(person));
    let purchase = Purchase {
        quote: tx.add_quote(offer, at, at).await?,
        position: 0,
        customer: offer.customer,
        pool: None,
        identity: buyer.identity,
        chat: buyer.private_chat,
        provider: offer.provider.clone(),
        service: offer.service,
        country: offer.country,
        item: offer.item,
        product: offer.product.clone(),
        area_code: None,
        price: offer.price,
        quoted_cost: offer.cost,
        max_cost: offer.price,
        key: IdempotencyKey(format!("bench-{}", order.id)),
    };
    let corrupt = |what: &str| bot_core::store::StoreError::Corrupt(what.to_owned());
    let id = tx.add_order(&purchase, at).await?.ok_or_else(|| corrupt("the quote was used"))?;
    ledger::hold(tx, id, offer.customer, offer.price, at).await?;
    let line = Line {
        upstream: UpstreamOrderId(order.id.to_string()),
        phone: Phone::parse(&order.phone).map_err(|_| corrupt("not a phone number"))?,
        accepted_at: at,
        expires_at: Timestamp(order.expires_ms),
    };
    tx.set_order_state(id, &State::Waiting(line), at).await?;
    let cost = Cost { amount: Decimal::new(5, 1), currency: "USD".to_owned(), money: PRICE };
    tx.set_order_cost(id, &cost).await?;
    Ok(())
}
