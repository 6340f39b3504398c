//! The provider of the workers' own tests: says what its script says.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::{PRICE, Script};
use crate::{
    clock::{Clock, Timestamp},
    ids::{ProductRef, UpstreamOrderId},
    money::Money,
    upstream::{
        CancelAnswer, Capabilities, Cost, Listing, PlaceRequest, Placing, PushSecret, Pushed,
        Unclear, Upstream, UpstreamCountry, UpstreamError, UpstreamOffer, UpstreamOrder,
        UpstreamService,
        budget::{Budget, Outcome},
        http::Lost,
    },
};

pub(super) struct Provider {
    pub capabilities: Capabilities,
    pub budget: Arc<Budget>,
    pub clock: Clock,
    pub script: Mutex<Script>,
}

impl Provider {
    fn create(&self) -> Placing {
        let mut script = self.script.lock().unwrap();
        script.asked_to_create += 1;
        let unclear = Unclear { reason: "no answer".into(), retry_after: None };
        script.creates.pop_front().unwrap_or(Placing::Unknown(unclear))
    }
}

#[async_trait]
impl Upstream for Provider {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    async fn balance(&self) -> Result<Cost, UpstreamError> {
        let balance = self.script.lock().unwrap().balance;
        let cost = |amount| Cost { amount, currency: "USD".into(), money: PRICE };
        balance.map(cost).ok_or(UpstreamError::Unreachable { route: "balance" })
    }

    async fn listing(&self) -> Result<Listing, UpstreamError> {
        Ok(listing())
    }

    async fn offers(&self, _: &str, _: &str) -> Result<Vec<UpstreamOffer>, UpstreamError> {
        Ok(vec![])
    }

    async fn place(&self, _: &PlaceRequest<'_>) -> Placing {
        self.create()
    }

    async fn place_again(&self, _: &PlaceRequest<'_>) -> Placing {
        self.create()
    }

    async fn recent_orders(&self, since: Timestamp) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        if self.script.lock().unwrap().has_no_records {
            return Err(UpstreamError::Unreachable { route: "orders" });
        }
        let mut records = self.script.lock().unwrap().records.clone();
        records.retain(|order| order.created_at.is_none_or(|at| at >= since));
        Ok(records)
    }

    async fn active_orders(&self) -> Result<Vec<UpstreamOrder>, UpstreamError> {
        let mut script = self.script.lock().unwrap();
        script.asked_for_lists += 1;
        script.listed.clone().unwrap_or(Ok(vec![]))
    }

    async fn order(&self, id: &UpstreamOrderId) -> Result<UpstreamOrder, UpstreamError> {
        let permit =
            self.budget.pass("order").await.map_err(|held| Lost::from(held).on("order"))?;
        permit.report(Outcome::Answered);
        if self.script.lock().unwrap().hangs_at.contains(id) {
            return std::future::pending().await;
        }
        let mut script = self.script.lock().unwrap();
        script.asked_for_orders += 1;
        script.asked_at.push((self.clock.now(), id.clone()));
        let known = script.orders.get(id).cloned();
        known.unwrap_or(Err(UpstreamError::NotFound { route: "order" }))
    }

    async fn cancel(&self, _: &UpstreamOrderId) -> Result<CancelAnswer, UpstreamError> {
        let answer = self.script.lock().unwrap().cancel;
        answer.ok_or(UpstreamError::Unreachable { route: "cancel" })
    }

    async fn finish(&self, _: &UpstreamOrderId) -> Result<(), UpstreamError> {
        Ok(())
    }

    async fn resend(&self, _: &UpstreamOrderId) -> Result<bool, UpstreamError> {
        Ok(false)
    }

    async fn renew(&self, _: &UpstreamOrderId, _: &ProductRef, _: Money) -> Placing {
        self.create()
    }

    fn may_be(&self, record: &UpstreamOrder, request: &PlaceRequest<'_>) -> bool {
        record.product.as_ref().is_none_or(|product| product == request.product)
    }

    fn read_push(&self, body: &[u8]) -> Result<Pushed, UpstreamError> {
        let known = str::from_utf8(body)
            .ok()
            .and_then(|body| self.script.lock().unwrap().pushes.get(body).cloned());
        known.ok_or_else(|| UpstreamError::Malformed { route: "push", field: "body".into() })
    }

    async fn register_push(&self, _: &str) -> Result<PushSecret, UpstreamError> {
        Err(UpstreamError::Unreachable { route: "push" })
    }

    async fn test_push(&self, _: &str) -> Result<u16, UpstreamError> {
        Err(UpstreamError::Unreachable { route: "push" })
    }
}

pub fn listing() -> Listing {
    let (key, name) = (|| "1".to_owned(), |name: &str| name.to_owned());
    Listing {
        services: vec![UpstreamService { key: key(), name: name("WhatsApp") }],
        countries: vec![UpstreamCountry { key: key(), name: name("Indonesia"), flag: name("") }],
        offers: vec![],
        goes_on: false,
    }
}
