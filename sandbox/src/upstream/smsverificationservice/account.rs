//! The reseller's account: orders, stock and wallet, and everything that happens to them. It knows nothing of HTTP. Time is
//! handed in; what was due since the last call happens first, so nothing ever sleeps.

use rand::rngs::StdRng;

use super::{
    catalog::{Catalog, Offer, OfferKey, Ware},
    order::{End, Goods, Line, Order, Stage, Status},
    phone,
    refusal::Refusal,
};
use crate::upstream::{
    numbers::{self, CodePlan, Sms},
    orders::Orders,
    wallet::Wallet,
};

const DAY_MS: i64 = 24 * 60 * 60_000;

/// What the document leaves open, and what goes wrong with prices and codes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub codes: CodePlan,
    pub lifetime_ms: i64,
    pub rental_refund_ms: i64,
    pub drift_cents: i64,
    pub text_only_percent: u32,
}

#[derive(Debug)]
pub(super) struct Account {
    pub catalog: Catalog,
    /// In cents.
    pub wallet: Wallet,
    seed: u64,
    pub terms: Terms,
    /// Every number is open until its time is over; an eSIM never is.
    pub orders: Orders<Order>,
    /// Every SMS that nobody was told of yet, with its order.
    arrived: Vec<(u64, Sms)>,
}

impl Account {
    pub fn new(catalog: Catalog, wallet: Wallet, seed: u64, terms: Terms) -> Self {
        Self { catalog, wallet, seed, terms, orders: Orders::new(), arrived: Vec::new() }
    }

    pub fn order(&self, id: u64) -> Result<&Order, Refusal> {
        self.orders.get(id).ok_or(Refusal::OrderNotFound)
    }

    /// Lets everything happen that was due by `now_ms`: codes arrive, orders end.
    pub fn settle(&mut self, now_ms: i64) {
        for id in self.orders.open_ids() {
            let Some(order) = self.orders.open_mut(id) else { continue };
            let is_rental = order.key.rental_days().is_some();
            let Some(line) = order.line_mut() else { continue };
            if let Some(sms) = line.receive_due(now_ms) {
                self.arrived.push((id, sms));
            }
            let (expires_ms, code_came) = (line.expires_ms, !line.sms.is_empty());
            if expires_ms <= now_ms {
                self.close(
                    id,
                    if is_rental || code_came { End::Over } else { End::Cancelled },
                    expires_ms,
                );
            }
        }
    }

    /// Every SMS that came since this was asked last, with its order.
    pub fn take_arrived(&mut self) -> Vec<(u64, Sms)> {
        std::mem::take(&mut self.arrived)
    }

    /// Buys and returns the order's id. Money is looked at before stock, because the wallet is debited before the provider
    /// is asked; when there is no number, "the debit is rolled back" and leaves no trace.
    pub fn buy(
        &mut self,
        key: &OfferKey,
        area_code: Option<&str>,
        now_ms: i64,
    ) -> Result<u64, Refusal> {
        let row = self.catalog.row(key).ok_or(Refusal::not_sold(key))?;
        let (ware, label, price) = (row.ware, row.label(), self.debit(&row.offer));
        let in_stock = row.offer.stock > 0;
        if self.wallet.balance() < price {
            return Err(Refusal::InsufficientBalance);
        }
        if !in_stock {
            return Err(Refusal::NotAvailable);
        }
        let id = self.orders.next_id();
        let mut random = numbers::random_for(self.seed, id);
        let goods = self.goods(key, ware, area_code, now_ms, &mut random)?;
        self.wallet.charge(id, price, now_ms).map_err(|_| Refusal::InsufficientBalance)?;
        if let Some(offer) = self.catalog.offer_mut(key) {
            offer.stock = offer.stock.saturating_sub(1);
        }
        let phone = match &goods {
            Goods::Number(line) => Some(line.phone.clone()),
            Goods::Esim { .. } => None,
        };
        let is_esim = phone.is_none();
        let key = key.clone();
        let (price_cents, paid_cents, created_ms) = (price, price, now_ms);
        let order = Order { id, key, label, price_cents, paid_cents, created_ms, goods };
        self.orders.add(order, phone.unwrap_or_default());
        if is_esim {
            self.orders.close(id);
        }
        Ok(id)
    }

    fn goods(
        &self,
        key: &OfferKey,
        ware: Ware,
        area_code: Option<&str>,
        now_ms: i64,
        random: &mut StdRng,
    ) -> Result<Goods, Refusal> {
        let (service, country) = match ware {
            Ware::Esim(_) => {
                let activation_code = format!("SIM-{}", numbers::code(10, random));
                return Ok(Goods::Esim { activation_code });
            }
            Ware::Number { service, country } => (service, country),
        };
        let phone = phone::free(country, area_code, self.orders.taken(), random)
            .ok_or(Refusal::NotAvailable)?;
        let lifetime_ms = key.rental_days().map_or(self.terms.lifetime_ms, |days| days * DAY_MS);
        Ok(Goods::Number(Line {
            service,
            country,
            phone,
            expires_ms: now_ms.saturating_add(lifetime_ms),
            text_only: numbers::percent(self.terms.text_only_percent, random),
            sms: Vec::new(),
            stage: Stage::Open { coming: self.terms.codes.sms(service, now_ms, random) },
        }))
    }

    /// What an offer costs when it is bought, which may differ from what the list says.
    fn debit(&self, offer: &Offer) -> i64 {
        offer.price_cents.saturating_add(self.terms.drift_cents).max(1)
    }

    /// Takes an order back that its owner no longer wants: a short-term number without an SMS, or a rental that is young,
    /// without an SMS and never renewed.
    pub fn cancel(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        let order = self.order(id)?;
        let is_unused = order.line().is_some_and(|line| line.sms.is_empty());
        let is_young = now_ms < order.created_ms.saturating_add(self.terms.rental_refund_ms);
        let allowed = match order.status() {
            Status::Pending => true,
            Status::Active => is_unused && is_young && order.is_first_term(),
            Status::Completed | Status::Cancelled | Status::Expired => false,
        };
        if !allowed {
            return Err(Refusal::WrongState("Order cannot be cancelled"));
        }
        self.close(id, End::Cancelled, now_ms);
        Ok(())
    }

    /// The provider takes back a number that waits for its first SMS or is rented, whatever the rental's age, and refunds
    /// all of it.
    pub fn withdraw(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        let order = self.order(id)?;
        let allowed = match order.status() {
            Status::Pending => true,
            Status::Active => order.line().is_some(),
            Status::Completed | Status::Cancelled | Status::Expired => false,
        };
        if !allowed {
            return Err(Refusal::WrongState("Order is neither pending nor rented"));
        }
        self.close(id, End::Cancelled, now_ms);
        Ok(())
    }

    /// Another term for a rental that is not over, at what it costs now.
    pub fn renew(&mut self, id: u64, now_ms: i64) -> Result<(), Refusal> {
        let cannot = Refusal::WrongState("Order cannot be renewed");
        let order = self.order(id)?;
        let key = order.key.clone();
        let days = key.rental_days().filter(|_| order.status() == Status::Active);
        let days = days.ok_or(cannot.clone())?;
        let row = self.catalog.row(&key).ok_or(Refusal::not_sold(&key))?;
        let price = self.debit(&row.offer);
        let order = self.orders.open_mut(id).ok_or(cannot)?;
        self.wallet.charge(id, price, now_ms).map_err(|_| Refusal::InsufficientBalance)?;
        order.paid_cents = order.paid_cents.saturating_add(price);
        if let Some(line) = order.line_mut() {
            line.expires_ms = line.expires_ms.saturating_add(days * DAY_MS);
        }
        Ok(())
    }

    /// An SMS arrives now, instead of what was planned; for a number whose order has ended only when that is forced. Without
    /// a message the service's usual one is made.
    pub fn deliver(
        &mut self,
        id: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
        even_after_its_end: bool,
    ) -> Result<(), Refusal> {
        let order = self.orders.get_mut(id).ok_or(Refusal::OrderNotFound)?;
        let line = order.line_mut().ok_or(Refusal::WrongState("Order is an eSIM"))?;
        match &mut line.stage {
            Stage::Open { coming } => *coming = None,
            Stage::Closed { .. } if even_after_its_end => {}
            Stage::Closed { .. } => return Err(Refusal::WrongState("Order has ended")),
        }
        let message = message.unwrap_or_else(|| line.service.message_with(&code));
        let sms = Sms { at_ms: now_ms, code, message };
        line.sms.push(sms.clone());
        self.arrived.push((id, sms));
        Ok(())
    }

    /// Every way out of an open order leads through here; the refund belongs to the end.
    fn close(&mut self, id: u64, how: End, at_ms: i64) {
        let Some(order) = self.orders.close(id) else { return };
        let paid_cents = order.paid_cents;
        if let Some(line) = order.line_mut() {
            line.stage = Stage::Closed { how, at_ms };
        }
        let refunded = match how {
            End::Cancelled => true,
            End::Over => false,
        };
        if refunded && self.wallet.refund(id, paid_cents, at_ms).is_err() {
            tracing::error!(order = id, "the sandbox wallet cannot take a refund");
        }
    }
}
