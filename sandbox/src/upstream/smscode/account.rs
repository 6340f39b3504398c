//! The reseller's account at SMSCode: orders, stock and wallet, and everything that happens to them. It knows nothing
//! of HTTP. Time is handed in; what was due since the last call happens first, so nothing ever sleeps.

use std::{collections::BTreeMap, mem};

use rand::rngs::StdRng;

use super::{
    catalog::{Catalog, ProductView},
    order::{CANCEL_AFTER_MS, Event, News, Order, Stage},
    refusal::Refusal,
};
use crate::upstream::{
    numbers::{self, CodePlan, Sms},
    orders::Orders,
    wallet::Wallet,
    world::Service,
};

#[derive(Debug)]
pub(super) struct Account {
    pub catalog: Catalog,
    pub wallet: Wallet,
    seed: u64,
    codes: CodePlan,
    /// The ACTIVE and OTP_RECEIVED ones are open.
    pub orders: Orders<Order>,
    /// What a create charges in place of the listed price, by product; whole IDR.
    pub charged: BTreeMap<u64, i64>,
    /// How many of the next numbers fail, whatever the stock says.
    pub failing: u32,
    /// What happened and was not yet told.
    news: Vec<News>,
}

/// What a create brought.
#[derive(Debug)]
pub(super) struct Created {
    pub ids: Vec<u64>,
    pub failed_count: u32,
}

impl Account {
    pub fn new(catalog: Catalog, wallet: Wallet, seed: u64, codes: CodePlan) -> Self {
        let (orders, charged) = (Orders::new(), BTreeMap::new());
        Self { catalog, wallet, seed, codes, orders, charged, failing: 0, news: Vec::new() }
    }

    pub fn order(&self, id: u64) -> Result<&Order, Refusal> {
        self.orders.get(id).ok_or(Refusal::NotFound("Order not found"))
    }

    /// Lets everything happen that was due by `now_ms`: codes arrive, orders end.
    pub fn settle(&mut self, now_ms: i64) {
        for id in self.orders.open_ids() {
            if let Some(order) = self.orders.open_mut(id) {
                if let Some(at_ms) = receive_due_code(order, now_ms) {
                    self.news.push(News { event: Event::OtpReceived, at_ms, order: order.clone() });
                }
                if order.expires_ms() <= now_ms {
                    let at_ms = order.expires_ms();
                    self.end(id, at_ms);
                }
            }
        }
    }

    /// What happened since the last call, oldest first as far as one order goes.
    pub fn take_news(&mut self) -> Vec<News> {
        mem::take(&mut self.news)
    }

    /// Buys up to `quantity` numbers. The balance must allow for all of them; those that fail, because the stock runs
    /// short or by hand, are counted and cost nothing when the create is answered.
    pub fn create(
        &mut self,
        product_id: u64,
        quantity: u32,
        now_ms: i64,
    ) -> Result<Created, Refusal> {
        let Some(product) = self.catalog.products.get(&product_id) else {
            return Err(Refusal::NotFound("Product not found"));
        };
        if !product.active {
            return Err(Refusal::Provider("This product is not on sale"));
        }
        let total = self.price_of(product).checked_mul(i64::from(quantity));
        if total.is_none_or(|total| total > self.wallet.balance()) {
            return Err(Refusal::InsufficientBalance);
        }
        let mut created = Created { ids: Vec::new(), failed_count: 0 };
        for _ in 0..quantity {
            match self.buy_one(product_id, now_ms) {
                Some(id) => created.ids.push(id),
                None => created.failed_count += 1,
            }
        }
        Ok(created)
    }

    /// What a create charges for a number.
    fn price_of(&self, product: &ProductView) -> i64 {
        self.charged.get(&product.id).copied().unwrap_or(product.price_idr)
    }

    fn buy_one(&mut self, product_id: u64, now_ms: i64) -> Option<u64> {
        if self.failing > 0 {
            self.failing -= 1;
            return None;
        }
        let id = self.orders.next_id();
        let mut random = numbers::random_for(self.seed, id);
        let product = self.catalog.products.get(&product_id)?.clone();
        let left = product.available.checked_sub(1)?;
        let country = self.catalog.country(product.country_id)?.country;
        let phone = numbers::free_number(country, self.orders.taken(), &mut random)?;
        let price = self.price_of(&product);
        self.wallet.charge(id, price, now_ms).ok()?;
        let coming = self.next_sms(product.platform_id, now_ms, &mut random);
        self.catalog.products.get_mut(&product_id)?.available = left;
        self.orders.add(Order::new(id, &product, price, phone.clone(), now_ms, coming), phone);
        Some(id)
    }

    /// Cancels an ACTIVE order for the reseller and returns the refund.
    pub fn cancel(&mut self, id: u64, now_ms: i64) -> Result<i64, Refusal> {
        let order = self.order(id)?;
        match &order.stage {
            Stage::Active { earlier: None, .. } => {}
            Stage::Active { earlier: Some(_), .. } | Stage::OtpReceived(_) => {
                return Err(Refusal::Conflict("Order has already received an SMS"));
            }
            Stage::Completed(_) | Stage::Canceled { .. } | Stage::Expired => {
                return Err(Refusal::Conflict("Order is not active"));
            }
        }
        if now_ms < order.created_ms + CANCEL_AFTER_MS {
            return Err(Refusal::CancelTooEarly);
        }
        let refund = order.price_idr;
        self.close(id, Stage::Canceled { at_ms: now_ms, reason: None }, now_ms);
        Ok(refund)
    }

    /// The provider itself takes an order back that has no code yet, of any age, and refunds it.
    pub fn withdraw(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        match &self.order(id)?.stage {
            Stage::Active { earlier: None, .. } => {
                let reason = Some("Number withdrawn by the provider".to_owned());
                self.close(id, Stage::Canceled { at_ms: now_ms, reason }, now_ms);
                Ok(())
            }
            Stage::Active { earlier: Some(_), .. }
            | Stage::OtpReceived(_)
            | Stage::Completed(_)
            | Stage::Canceled { .. }
            | Stage::Expired => Err(Refusal::Conflict("Order does not wait for its first SMS")),
        }
    }

    /// Ends an order whose code has come.
    pub fn finish(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        match &self.order(id)?.stage {
            Stage::OtpReceived(sms) | Stage::Active { earlier: Some(sms), .. } => {
                let sms = sms.clone();
                self.close(id, Stage::Completed(sms), now_ms);
                Ok(())
            }
            Stage::Active { earlier: None, .. } => {
                Err(Refusal::Conflict("Order has not received an SMS yet"))
            }
            Stage::Completed(_) | Stage::Canceled { .. } | Stage::Expired => {
                Err(Refusal::Conflict("Order is not active"))
            }
        }
    }

    /// Asks for another SMS. Returns whether the service sends one; if so the order waits again.
    pub fn resend(&mut self, id: u64, now_ms: i64) -> Result<bool, Refusal> {
        let order = self.order(id)?;
        let Stage::OtpReceived(earlier) = &order.stage else {
            return Err(Refusal::Conflict("Order has no SMS that could be sent again"));
        };
        let (earlier, platform_id) = (earlier.clone(), order.platform_id);
        if !self.service(platform_id).is_some_and(|service| service.resends) {
            return Ok(false);
        }
        // Mixed with the time, so that the second code is another one.
        let mut random = numbers::random_for(self.seed ^ now_ms.unsigned_abs(), id);
        let coming = self.next_sms(platform_id, now_ms, &mut random);
        if let Some(order) = self.orders.open_mut(id) {
            order.stage = Stage::Active { earlier: Some(earlier), coming };
        }
        Ok(true)
    }

    /// An SMS arrives now, whatever was planned. Without a message the service's usual one is made.
    pub fn deliver(
        &mut self,
        id: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let platform_id = self.order(id)?.platform_id;
        let usual = || self.service(platform_id).map(|service| service.message_with(&code));
        let message = message.or_else(usual).unwrap_or_default();
        let Some(order) = self.orders.open_mut(id) else {
            return Err(Refusal::Conflict("Order is not active"));
        };
        order.stage = Stage::OtpReceived(Sms { at_ms: now_ms, code, message });
        let news = News { event: Event::OtpReceived, at_ms: now_ms, order: order.clone() };
        self.news.push(news);
        Ok(())
    }

    /// An SMS arrives for an order that was refunded, which it stays.
    pub fn deliver_late(
        &mut self,
        id: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let platform_id = self.order(id)?.platform_id;
        let usual = || self.service(platform_id).map(|service| service.message_with(&code));
        let message = message.or_else(usual).unwrap_or_default();
        let order = self.orders.get_mut(id).filter(|order| match order.stage {
            Stage::Canceled { .. } | Stage::Expired => true,
            Stage::Active { .. } | Stage::OtpReceived(_) | Stage::Completed(_) => false,
        });
        let order = order.ok_or(Refusal::Conflict("Order was not refunded"))?;
        order.late = Some(Sms { at_ms: now_ms, code, message });
        let news = News { event: Event::OtpReceived, at_ms: now_ms, order: order.clone() };
        self.news.push(news);
        Ok(())
    }

    /// The end of an order's time.
    fn end(&mut self, id: u64, at_ms: i64) {
        let Ok(order) = self.order(id) else { return };
        let stage = match &order.stage {
            Stage::OtpReceived(sms) | Stage::Active { earlier: Some(sms), .. } => {
                Stage::Completed(sms.clone())
            }
            Stage::Active { earlier: None, .. } => Stage::Expired,
            closed @ (Stage::Completed(_) | Stage::Canceled { .. } | Stage::Expired) => {
                closed.clone()
            }
        };
        self.close(id, stage, at_ms);
    }

    /// Every way out of an open order leads through here; the refund belongs to the stage.
    fn close(&mut self, id: u64, stage: Stage, at_ms: i64) {
        let Some(order) = self.orders.close(id) else { return };
        let refunded = match &stage {
            Stage::Canceled { .. } | Stage::Expired => true,
            Stage::Active { .. } | Stage::OtpReceived(_) | Stage::Completed(_) => false,
        };
        if refunded && self.wallet.refund(id, order.price_idr, at_ms).is_err() {
            tracing::error!(order = id, "the sandbox wallet cannot take a refund");
        }
        order.stage = stage;
        let event = match &order.stage {
            Stage::Completed(_) => Event::Completed,
            Stage::Expired => Event::Expired,
            Stage::Canceled { reason: None, .. } => Event::Canceled,
            // The document has an event for the user's cancel only, so a withdrawn order must be found by asking.
            Stage::Canceled { reason: Some(_), .. }
            | Stage::Active { .. }
            | Stage::OtpReceived(_) => return,
        };
        self.news.push(News { event, at_ms, order: order.clone() });
    }

    fn service(&self, platform_id: u64) -> Option<&'static Service> {
        self.catalog.service(platform_id).map(|row| row.service)
    }

    fn next_sms(&self, platform_id: u64, now_ms: i64, random: &mut StdRng) -> Option<Sms> {
        let service = self.service(platform_id)?;
        self.codes.sms(service, now_ms, random)
    }
}

/// A code arrives only while the order lives. When it did, in Unix milliseconds.
fn receive_due_code(order: &mut Order, now_ms: i64) -> Option<i64> {
    let expires_ms = order.expires_ms();
    if let Stage::Active { coming: Some(sms), .. } = &order.stage
        && sms.at_ms <= now_ms
        && sms.at_ms < expires_ms
    {
        let at_ms = sms.at_ms;
        order.stage = Stage::OtpReceived(sms.clone());
        return Some(at_ms);
    }
    None
}
