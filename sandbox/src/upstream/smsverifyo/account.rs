//! The reseller's account at SMSVerifyo: orders, stock and wallet, and everything that happens to them. It knows nothing
//! of HTTP. Time is handed in; what was due since the last call happens first, so nothing ever sleeps.

use std::collections::HashMap;

use super::{
    catalog::{self, Catalog, OfferKey},
    order::{End, Order, Stage, Status},
    refusal::Refusal,
    uuid::{Kind, uuid},
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
    /// In ten-thousandths of a USD.
    pub wallet: Wallet,
    seed: u64,
    codes: CodePlan,
    /// How much more an order costs than the list says, in percent.
    pub drift_percent: i64,
    /// How old an order must be to be cancelled, in milliseconds.
    pub cancel_after_ms: i64,
    /// The waiting and received ones are open.
    pub orders: Orders<Order>,
    /// The numbers of the orders by what the API calls them.
    numbers: HashMap<String, u64>,
}

impl Account {
    /// An account without orders, drift or cooldown.
    pub fn new(catalog: Catalog, wallet: Wallet, seed: u64, codes: CodePlan) -> Self {
        Self {
            catalog,
            wallet,
            seed,
            codes,
            drift_percent: 0,
            cancel_after_ms: 0,
            orders: Orders::new(),
            numbers: HashMap::new(),
        }
    }

    pub fn order(&self, number: u64) -> Result<&Order, Refusal> {
        self.orders.get(number).ok_or(Refusal::NotFound("order"))
    }

    /// The number of the order with this UUID. What is no UUID is no order either.
    pub fn number_of(&self, uuid: &str) -> Result<u64, Refusal> {
        self.numbers.get(uuid).copied().ok_or(Refusal::NotFound("order"))
    }

    /// Lets everything happen that was due by `now_ms`: codes arrive, orders end.
    pub fn settle(&mut self, now_ms: i64) {
        for number in self.orders.open_ids() {
            let Some(order) = self.orders.open_mut(number) else { continue };
            order.receive_due(now_ms);
            let (expires_ms, code_came) = (order.expires_ms(), !order.sms.is_empty());
            if expires_ms <= now_ms {
                let how = if code_came { End::Finished } else { End::Expired };
                self.close(number, how, expires_ms);
            }
        }
    }

    /// Buys a number and returns the order's own. A country that does not sell the service, known or not, has no numbers.
    pub fn buy(&mut self, key: OfferKey, now_ms: i64) -> Result<u64, Refusal> {
        let service = self.catalog.service(&key.service_id)?;
        let country = catalog::country(key.country_id).ok_or(Refusal::NoNumbers)?;
        let offer = self.catalog.offers.get_mut(&key).ok_or(Refusal::NoNumbers)?;
        let left = offer.available.checked_sub(1).ok_or(Refusal::NoNumbers)?;
        let number = self.orders.next_id();
        let mut random = numbers::random_for(self.seed, number);
        let phone = numbers::free_number(country, self.orders.taken(), &mut random)
            .ok_or(Refusal::NoNumbers)?;
        let price_pips = drifted(offer.price_pips, self.drift_percent);
        self.wallet.charge(number, price_pips, now_ms).map_err(|_| Refusal::InsufficientFunds)?;
        offer.available = left;
        let order = Order {
            number,
            uuid: uuid(Kind::Order, self.seed, number),
            offer: key,
            service,
            phone: phone.clone(),
            price_pips,
            created_ms: now_ms,
            sms: Vec::new(),
            stage: Stage::Open { coming: self.codes.sms(service, now_ms, &mut random) },
        };
        self.numbers.insert(order.uuid.clone(), number);
        self.orders.add(order, phone);
        Ok(number)
    }

    /// Ends a received order.
    pub fn finish(&mut self, number: u64, now_ms: i64) -> Result<(), Refusal> {
        match self.order(number)?.status() {
            Status::Received => {
                self.close(number, End::Finished, now_ms);
                Ok(())
            }
            Status::Waiting | Status::Finished | Status::Cancelled | Status::Expired => {
                Err(Refusal::InvalidState("The order is not received"))
            }
        }
    }

    /// Takes a waiting order back after the cooldown and refunds it.
    pub fn cancel(&mut self, number: u64, now_ms: i64) -> Result<(), Refusal> {
        if now_ms < self.order(number)?.created_ms + self.cancel_after_ms {
            return Err(Refusal::InvalidState("The order is too young to be cancelled"));
        }
        self.withdraw(number, now_ms)
    }

    /// Takes a waiting order of any age back and refunds it.
    pub fn withdraw(&mut self, number: u64, now_ms: i64) -> Result<(), Refusal> {
        match self.order(number)?.status() {
            Status::Waiting => {
                self.close(number, End::Cancelled, now_ms);
                Ok(())
            }
            Status::Received | Status::Finished | Status::Cancelled | Status::Expired => {
                Err(Refusal::InvalidState("The order is not waiting"))
            }
        }
    }

    /// An SMS arrives now, instead of what was planned. Without a message the service's usual one is made.
    pub fn deliver(
        &mut self,
        number: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let usual = self.order(number)?.service.message_with(&code);
        let message = message.unwrap_or(usual);
        let ended = Refusal::InvalidState("The order has ended");
        let order = self.orders.open_mut(number).ok_or(ended)?;
        order.stage = Stage::Open { coming: None };
        order.sms.push(Sms { at_ms: now_ms, code, message });
        Ok(())
    }

    /// An SMS arrives now for an order that has ended, which changes neither its status nor any money.
    pub fn deliver_late(
        &mut self,
        number: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let order = self.orders.get_mut(number).ok_or(Refusal::NotFound("order"))?;
        match order.stage {
            Stage::Open { .. } => Err(Refusal::InvalidState("The order has not ended")),
            Stage::Closed { .. } => {
                let message = message.unwrap_or_else(|| order.service.message_with(&code));
                order.sms.push(Sms { at_ms: now_ms, code, message });
                Ok(())
            }
        }
    }

    /// Every way out of an open order leads through here; the refund belongs to the end.
    fn close(&mut self, number: u64, how: End, at_ms: i64) {
        let Some(order) = self.orders.close(number) else { return };
        order.stage = Stage::Closed { how, at_ms };
        let refunded = match how {
            End::Cancelled | End::Expired => true,
            End::Finished => false,
        };
        if refunded && self.wallet.refund(number, order.price_pips, at_ms).is_err() {
            tracing::error!(order = number, "the sandbox wallet cannot take a refund");
        }
    }
}
