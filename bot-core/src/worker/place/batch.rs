//! The orders of one create: usually one, or as many as were bought at once. Each becomes what its place in the provider's
//! answer says.

use std::time::Duration;

use crate::{
    clock::Timestamp,
    ids::OrderId,
    order::{Esim, Event, Item, Line, Refusal, Sold, State},
    shop::{Fault, Happened, Shop},
    store::orders::Order,
    upstream::{Kind, PlaceRequest, UpstreamOrder},
};

pub(super) const DAY: Duration = Duration::from_hours(24);

/// Never empty; in their positions.
pub(super) struct Batch {
    orders: Vec<Order>,
}

impl Batch {
    /// All orders that were bought together with this one.
    pub(super) async fn of(shop: &Shop, order: &Order) -> Result<Self, Fault> {
        let mut orders = shop.store.orders_of_quote(order.purchase.quote).await?;
        if orders.is_empty() {
            orders.push(order.clone());
        }
        Ok(Self { orders })
    }

    /// Whether the first of them is in doubt as well.
    pub(super) fn is_in_first_hands(&self) -> bool {
        self.orders.first().is_some_and(|order| matches!(order.state, State::InDoubt { .. }))
    }

    pub(super) fn request<'a>(
        &'a self,
        order: &'a Order,
        kind: Kind,
        (service, country): (&'a str, &'a str),
    ) -> PlaceRequest<'a> {
        let purchase = &order.purchase;
        PlaceRequest {
            key: &purchase.key,
            service,
            country,
            kind,
            product: &purchase.product,
            area_code: purchase.area_code.as_ref(),
            quantity: u16::try_from(self.orders.len()).unwrap_or(u16::MAX),
            max_cost: purchase.max_cost,
        }
    }

    /// The same happened to all that are still undecided.
    pub(super) fn all(&self, event: &Event) -> Vec<Happened> {
        let undecided = self.orders.iter().filter(|order| is_undecided(&order.state));
        undecided.map(|order| Happened::new(order.id, event.clone())).collect()
    }

    /// What an accepted create means for each. What the answer shows of one may be unreadable: nothing is said of that one.
    pub(super) fn sold(&self, shop: &Shop, sold: Vec<UpstreamOrder>) -> Vec<Happened> {
        let mut sold = sold.into_iter();
        let mut happened = Vec::with_capacity(self.orders.len());
        for order in &self.orders {
            match sold.next() {
                Some(sold) => happened.extend(accepted(shop, order, sold)),
                None if order.state == State::Placing => {
                    let event = Event::Rejected(Refusal::NoNumbers);
                    happened.push(Happened::new(order.id, event));
                }
                None if is_undecided(&order.state) => {
                    happened.push(Happened::new(order.id, Event::NotPlaced));
                }
                None => {}
            }
        }
        happened
    }

    /// What is still undecided after all this is in doubt.
    pub(super) fn or_unclear(&self, mut happened: Vec<Happened>, now: Timestamp) -> Vec<Happened> {
        let decided: Vec<OrderId> = happened.iter().map(|happened| happened.order).collect();
        let unclear = self.all(&Event::Unclear(now));
        happened.extend(unclear.into_iter().filter(|it| !decided.contains(&it.order)));
        happened
    }
}

fn is_undecided(state: &State) -> bool {
    matches!(state, State::Placing | State::InDoubt { .. })
}

/// What a provider's order means for an order of ours that is to get it; with a price above what the operator is willing
/// to add, that it goes back at once.
pub(super) fn accepted(shop: &Shop, order: &Order, sold: UpstreamOrder) -> Option<Happened> {
    let cost = sold.cost.clone();
    let mut events = vec![Event::Accepted(goods(shop, order, sold)?)];
    if shop.is_overpriced(order, cost.as_ref()) {
        events.push(Event::Overpriced);
    }
    Some(Happened { order: order.id, events, cost, looked_at: None })
}

/// A number without its digits, or an eSIM without its code, is no answer that the document promises: something may have
/// been sold, so it is in doubt.
pub(crate) fn goods(shop: &Shop, order: &Order, sold: UpstreamOrder) -> Option<Sold> {
    let goods = match order.purchase.item {
        Item::New(Kind::Activation) => {
            let lifetime = shop.upstream.capabilities().lifetime;
            line(shop, sold, lifetime).map(Sold::Activation)
        }
        Item::New(Kind::Rental { days }) => {
            line(shop, sold, DAY.saturating_mul(days.into())).map(Sold::Rental)
        }
        Item::New(Kind::Esim) => {
            let UpstreamOrder { id: upstream, activation_code, .. } = sold;
            activation_code.map(|activation_code| Sold::Esim(Esim { upstream, activation_code }))
        }
        Item::Renewal { after, days, .. } => {
            let told = sold.expires_at.filter(|until| *until > after);
            let until = told.unwrap_or(after + DAY.saturating_mul(days.into()));
            Some(Sold::Renewal { until })
        }
    };
    if goods.is_none() {
        let field =
            if order.purchase.item == Item::New(Kind::Esim) { "activation_code" } else { "phone" };
        let route = shop.upstream.capabilities().create;
        tracing::warn!(order = %order.id, route, field, "the provider sold something without telling what");
    }
    goods
}

fn line(shop: &Shop, sold: UpstreamOrder, lifetime: Duration) -> Option<Line> {
    let now = shop.clock.now();
    Some(Line {
        upstream: sold.id,
        phone: sold.phone?,
        accepted_at: sold.created_at.unwrap_or(now),
        expires_at: sold.expires_at.unwrap_or(now + lifetime),
    })
}
