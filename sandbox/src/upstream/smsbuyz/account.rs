//! The reseller's account at SmsBuyz: orders, stock and wallet, and everything that happens to them. It knows nothing
//! of HTTP. Time is handed in; what was due since the last call happens first, so nothing ever sleeps.

use super::{
    catalog::{Catalog, product_of},
    order::{End, Order, Stage, Status},
    refusal::Refusal,
};
use crate::upstream::{
    drift::drifted,
    numbers::{self, CodePlan, Sms},
    orders::Orders,
    wallet::Wallet,
};

#[derive(Debug)]
pub(super) struct Account {
    pub catalog: Catalog,
    /// In ten-thousandths.
    pub wallet: Wallet,
    seed: u64,
    codes: CodePlan,
    /// How much more an order costs than the list says, in percent.
    pub drift_percent: i64,
    /// The PENDING and RECEIVED ones are open.
    pub orders: Orders<Order>,
}

impl Account {
    pub fn new(catalog: Catalog, wallet: Wallet, seed: u64, codes: CodePlan) -> Self {
        Self { catalog, wallet, seed, codes, drift_percent: 0, orders: Orders::new() }
    }

    pub fn order(&self, id: u64) -> Result<&Order, Refusal> {
        self.orders.get(id).ok_or(Refusal::NotFound("Order not found"))
    }

    /// Lets everything happen that was due by `now_ms`: codes arrive, orders end.
    pub fn settle(&mut self, now_ms: i64) {
        for id in self.orders.open_ids() {
            let Some(order) = self.orders.open_mut(id) else { continue };
            order.receive_due(now_ms);
            let (expires_ms, code_came) = (order.expires_ms(), !order.sms.is_empty());
            if expires_ms <= now_ms {
                self.close(id, if code_came { End::Finished } else { End::Timeout }, expires_ms);
            }
        }
    }

    /// Buys a number and returns the order's id.
    pub fn buy(
        &mut self,
        country: &str,
        operator: &str,
        product: &str,
        now_ms: i64,
    ) -> Result<u64, Refusal> {
        let offer = self.catalog.pick(country, operator, product)?.clone();
        let (_, service) = product_of(product)?;
        let country = self.catalog.country(country)?.country;
        let id = self.orders.next_id();
        let mut random = numbers::random_for(self.seed, id);
        let phone = numbers::free_number(country, self.orders.taken(), &mut random)
            .ok_or(Refusal::NoNumbers)?;
        let price_pips = drifted(offer.price_pips, self.drift_percent);
        self.wallet.charge(id, price_pips, now_ms).map_err(|_| Refusal::InsufficientBalance)?;
        if let Some(stocked) = self.catalog.offer_mut(&offer.key) {
            stocked.count = stocked.count.saturating_sub(1);
        }
        let order = Order {
            id,
            offer: offer.key,
            service,
            phone: phone.clone(),
            price_pips,
            created_ms: now_ms,
            sms: Vec::new(),
            stage: Stage::Open { coming: self.codes.sms(service, now_ms, &mut random) },
        };
        self.orders.add(order, phone);
        Ok(id)
    }

    /// Ends a RECEIVED order.
    pub fn finish(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        match self.order(id)?.status() {
            Status::Received => {
                self.close(id, End::Finished, now_ms);
                Ok(())
            }
            Status::Pending
            | Status::Finished
            | Status::Canceled
            | Status::Banned
            | Status::Timeout => Err(Refusal::WrongState("Order is not RECEIVED")),
        }
    }

    /// Takes a PENDING order back, of any age, and refunds it.
    pub fn cancel(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        match self.order(id)?.status() {
            Status::Pending => {
                self.close(id, End::Canceled, now_ms);
                Ok(())
            }
            Status::Received
            | Status::Finished
            | Status::Canceled
            | Status::Banned
            | Status::Timeout => Err(Refusal::WrongState("Order is not PENDING")),
        }
    }

    /// Ends a PENDING or RECEIVED order, whose number never comes again.
    pub fn ban(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        let order = self.order(id)?;
        match order.status() {
            Status::Pending | Status::Received => {
                let phone = order.phone.clone();
                self.close(id, End::Banned, now_ms);
                self.orders.ban(phone);
                Ok(())
            }
            Status::Finished | Status::Canceled | Status::Banned | Status::Timeout => {
                Err(Refusal::WrongState("Order is neither PENDING nor RECEIVED"))
            }
        }
    }

    /// An SMS arrives now, instead of what was planned. Without a message the service's usual one is made.
    pub fn deliver(
        &mut self,
        id: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let usual = self.order(id)?.service.message_with(&code);
        let message = message.unwrap_or(usual);
        let order = self.orders.open_mut(id).ok_or(Refusal::WrongState("Order has ended"))?;
        order.stage = Stage::Open { coming: None };
        order.sms.push(Sms { at_ms: now_ms, code, message });
        Ok(())
    }

    /// An SMS arrives now for an order that has ended, which changes neither its status nor any money.
    pub fn deliver_late(
        &mut self,
        id: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let order = self.orders.get_mut(id).ok_or(Refusal::NotFound("Order not found"))?;
        match order.stage {
            Stage::Open { .. } => Err(Refusal::WrongState("Order has not ended")),
            Stage::Closed { .. } => {
                let message = message.unwrap_or_else(|| order.service.message_with(&code));
                order.sms.push(Sms { at_ms: now_ms, code, message });
                Ok(())
            }
        }
    }

    /// Every way out of an open order leads through here; the refund belongs to the end.
    fn close(&mut self, id: u64, how: End, at_ms: i64) {
        let Some(order) = self.orders.close(id) else { return };
        order.stage = Stage::Closed { how, at_ms };
        let refunded = match how {
            End::Canceled | End::Timeout => true,
            End::Finished | End::Banned => false,
        };
        if refunded && self.wallet.refund(id, order.price_pips, at_ms).is_err() {
            tracing::error!(order = id, "the sandbox wallet cannot take a refund");
        }
    }
}
