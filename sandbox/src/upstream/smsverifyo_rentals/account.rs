//! The reseller's account behind SMSVerifyo's rental API: rentals, stock and wallet, and everything that happens to them.
//! It knows nothing of HTTP. Time is handed in; what was due since the last call happens first, so nothing ever sleeps.

use std::{collections::HashMap, mem};

use rand::Rng;

use super::{
    catalog::Catalog,
    refusal::Refusal,
    rental::{End, Rental, Stage, Status},
    wire::Wanted,
};
use crate::upstream::{
    drift::drifted,
    numbers::{self, CodePlan, Sms},
    orders::Orders,
    wallet::Wallet,
    world::{COUNTRIES, SERVICES},
};

/// A code that came.
#[derive(Clone, Debug)]
pub(super) struct News {
    pub number: u64,
    pub rental_id: String,
    pub sms: Sms,
}

#[derive(Debug)]
pub(super) struct Account {
    pub catalog: Catalog,
    /// In ten-thousandths of a USD.
    pub wallet: Wallet,
    seed: u64,
    codes: CodePlan,
    /// How much more a rental costs than the list says, in percent.
    pub drift_percent: i64,
    /// The waiting ones and the received ones whose time is not over are open.
    pub rentals: Orders<Rental>,
    /// The numbers of the rentals by what the API calls them.
    numbers: HashMap<String, u64>,
    /// What happened and was not yet told.
    news: Vec<News>,
}

impl Account {
    pub fn new(catalog: Catalog, wallet: Wallet, seed: u64, codes: CodePlan) -> Self {
        let (rentals, numbers, news) = (Orders::new(), HashMap::new(), Vec::new());
        Self { catalog, wallet, seed, codes, drift_percent: 0, rentals, numbers, news }
    }

    pub fn rental(&self, number: u64) -> Result<&Rental, Refusal> {
        self.rentals.get(number).ok_or(Refusal::NotFound("rental"))
    }

    /// The number of the rental with this id.
    pub fn number_of(&self, id: &str) -> Result<u64, Refusal> {
        self.numbers.get(id).copied().ok_or(Refusal::NotFound("rental"))
    }

    /// What came since the last call, oldest first as far as one rental goes.
    pub fn take_news(&mut self) -> Vec<News> {
        mem::take(&mut self.news)
    }

    /// Lets everything happen that was due by `now_ms`: codes arrive, rentals end.
    pub fn settle(&mut self, now_ms: i64) {
        for number in self.rentals.open_ids() {
            let Some(rental) = self.rentals.open_mut(number) else { continue };
            if let Some(sms) = rental.receive_due(now_ms) {
                self.news.push(News { number, rental_id: rental.id.clone(), sms });
            }
            let (expires_ms, code_came) = (rental.expires_ms(), !rental.sms.is_empty());
            if expires_ms <= now_ms {
                let how = if code_came { End::Fulfilled } else { End::Expired };
                self.close(number, how, expires_ms);
            }
        }
    }

    /// Rents a number and returns the rental's own.
    pub fn rent(&mut self, wanted: &Wanted, now_ms: i64) -> Result<u64, Refusal> {
        let key = &wanted.offer;
        let service = SERVICES.iter().find(|service| service.code == key.service);
        let service = service.ok_or(Refusal::NotFound("service"))?;
        let country = COUNTRIES.iter().find(|country| country.iso == key.country);
        let country = country.ok_or(Refusal::NotFound("country"))?;
        let offer = self.catalog.offers.get_mut(key);
        let offer = offer.ok_or(Refusal::NotFound("service in this country"))?;
        let left = offer.available.checked_sub(1).ok_or(Refusal::NoNumbers)?;
        // The cap is on what is paid, whatever the list says.
        let price_pips = drifted(offer.price_pips, self.drift_percent);
        if wanted.max_price_pips.is_some_and(|most| price_pips > most) {
            return Err(Refusal::PriceTooHigh);
        }
        let number = self.rentals.next_id();
        let mut random = numbers::random_for(self.seed, number);
        let phone = numbers::free_number(country, self.rentals.taken(), &mut random)
            .ok_or(Refusal::NoNumbers)?;
        self.wallet.charge(number, price_pips, now_ms).map_err(|_| Refusal::InsufficientFunds)?;
        offer.available = left;
        let coming = self.codes.sms(service, now_ms, &mut random);
        let rental = Rental {
            number,
            id: format!("rnt_{:024x}", random.random::<u128>() >> 32),
            offer: key.clone(),
            service,
            phone: phone.clone(),
            price_pips,
            created_ms: now_ms,
            sms: Vec::new(),
            stage: Stage::Open { coming },
        };
        self.numbers.insert(rental.id.clone(), number);
        self.rentals.add(rental, phone);
        Ok(number)
    }

    /// Takes a waiting rental of any age back and refunds it ("release early for a full refund").
    pub fn cancel(&mut self, number: u64, now_ms: i64) -> Result<(), Refusal> {
        match self.rental(number)?.status() {
            Status::Waiting => {
                self.close(number, End::Cancelled, now_ms);
                Ok(())
            }
            Status::Received | Status::Cancelled | Status::Expired => Err(Refusal::InvalidState),
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
        let usual = self.rental(number)?.service.message_with(&code);
        let rental = self.rentals.open_mut(number).ok_or(Refusal::InvalidState)?;
        let sms = Sms { at_ms: now_ms, code, message: message.unwrap_or(usual) };
        rental.stage = Stage::Open { coming: None };
        rental.sms.push(sms.clone());
        self.news.push(News { number, rental_id: rental.id.clone(), sms });
        Ok(())
    }

    /// An SMS arrives now for a rental that has ended, which changes neither its status nor any money.
    pub fn deliver_late(
        &mut self,
        number: u64,
        code: String,
        message: Option<String>,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let rental = self.rentals.get_mut(number).ok_or(Refusal::NotFound("rental"))?;
        match rental.stage {
            Stage::Open { .. } => Err(Refusal::InvalidState),
            Stage::Closed { .. } => {
                let message = message.unwrap_or_else(|| rental.service.message_with(&code));
                let sms = Sms { at_ms: now_ms, code, message };
                rental.sms.push(sms.clone());
                self.news.push(News { number, rental_id: rental.id.clone(), sms });
                Ok(())
            }
        }
    }

    /// Every way out of an open rental leads through here; the refund belongs to the end.
    fn close(&mut self, number: u64, how: End, at_ms: i64) {
        let Some(rental) = self.rentals.close(number) else { return };
        rental.stage = Stage::Closed { how, at_ms };
        let refunded = match how {
            End::Cancelled | End::Expired => true,
            End::Fulfilled => false,
        };
        if refunded && self.wallet.refund(number, rental.price_pips, at_ms).is_err() {
            tracing::error!(rental = number, "the sandbox wallet cannot take a refund");
        }
    }
}
