//! What must be true once everything has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use super::{Auditor, Books, Order, name};
use crate::{
    chat::Chats,
    emulator::{Account, Dialect, Emulator, Sold},
    people::People,
};

/// Everything that the end is judged by.
pub struct Ending<'a> {
    pub dialect: Dialect,
    pub emulator: &'a Emulator,
    pub people: &'a People,
    pub chats: &'a Chats,
}

impl Auditor {
    pub fn check_ending(&self, books: &mut Books, ending: &Ending<'_>) -> Result<(), String> {
        let orders = books.orders()?;
        for order in orders.iter().filter(|order| order.is_open()) {
            self.hub.violated(&format!("order {} is still {} at the end", order.id, order.state));
        }
        self.check_quotes(&orders);
        let sold = ending.emulator.sold();
        let accounts = ending.emulator.accounts();
        self.check_provider(ending, &orders, &sold, &accounts);
        self.check_wallets(books, &orders)?;
        self.check_codes(books, ending, &orders, &sold)?;
        self.check_updates(ending.people);
        Ok(())
    }

    /// A quote makes at most as many orders as it is for.
    fn check_quotes(&self, orders: &[Order]) {
        let mut made: BTreeMap<i64, i64> = BTreeMap::new();
        for order in orders {
            *made.entry(order.quote).or_default() += 1;
        }
        let model = self.model();
        for (quote, made) in made {
            if let Some(promise) = model.promises.get(&quote)
                && made != promise.quantity
            {
                self.hub.violated(&format!("quote {quote} made {made} orders"));
            }
        }
    }

    /// What the provider kept was paid for by a customer, and what it gave back was given back.
    fn check_provider(
        &self,
        ending: &Ending<'_>,
        orders: &[Order],
        sold: &[Sold],
        accounts: &BTreeMap<u64, Account>,
    ) {
        let by_upstream: BTreeMap<&str, &Order> =
            orders.iter().filter_map(|order| Some((order.upstream.as_deref()?, order))).collect();
        let decided = self.model().decided.clone();
        let mut unreachable = 0;
        for sold in sold {
            let account = accounts.get(&sold.number).copied().unwrap_or_default();
            let kept = account.charged > account.refunded;
            let Some(order) = by_upstream.get(sold.id.as_str()) else {
                unreachable += usize::from(kept);
                continue;
            };
            if decided.contains(&order.id) {
                continue;
            }
            // A ban promises no refund, and no customer pays for a number that is banned.
            let fits = kept == order.is_paid() || (kept && order.state == "banned");
            if order.kind == "activation" && !fits {
                self.hub.violated(&format!(
                    "order {} is {} although the provider {} its money",
                    order.id,
                    order.state,
                    if kept { "kept" } else { "gave back" }
                ));
            }
            let told = ending.emulator.as_told(account.charged).normalize().to_string();
            if order.kind == "activation"
                && order.cost.as_ref().is_some_and(|cost| decimal(cost) != Some(told.clone()))
            {
                self.hub.violated(&format!(
                    "order {} cost {told}, and the books say {:?}",
                    order.id, order.cost
                ));
            }
        }
        let given_up = orders.iter().filter(|order| decided.contains(&order.id)).count();
        if unreachable > given_up {
            self.hub.violated(&format!(
                "the provider sold {unreachable} numbers that nobody has, at most {given_up} explain themselves"
            ));
        }
        if ending.dialect == Dialect::Smscode && unreachable > given_up {
            self.hub.violated("a purchase was made twice");
        }
        let known: BTreeSet<&str> = sold.iter().map(|sold| sold.id.as_str()).collect();
        for id in by_upstream.keys().filter(|id| !known.contains(*id)) {
            self.hub.violated(&format!("the provider never sold {id}"));
        }
    }

    /// Everybody has what was put in less what they paid, to the last decimal.
    fn check_wallets(&self, books: &mut Books, orders: &[Order]) -> Result<(), String> {
        let mut expected: BTreeMap<String, i64> = BTreeMap::new();
        for (id, identity, amount) in books.top_ups()? {
            let model = self.model();
            let asked = model.top_ups.get(&id);
            let is_right = asked.is_some_and(|asked| {
                asked.is_confirmed && asked.amount == amount && asked.user == identity
            });
            drop(model);
            if !is_right {
                self.hub.violated(&format!("top-up {id} was not asked for like this"));
            }
            *expected.entry(identity).or_default() += amount;
        }
        self.check_vouchers(books, &mut expected)?;
        for order in orders.iter().filter(|order| order.is_paid() || order.is_open()) {
            *expected.entry(order.identity.clone()).or_default() -= order.price;
        }
        for (identity, balance) in books.wallets()? {
            let expected = expected.get(&identity).copied().unwrap_or_default();
            if balance != expected {
                self.hub.violated(&format!("{identity} has {balance} and should have {expected}"));
            }
        }
        Ok(())
    }

    /// One code, one message; and it can be read again.
    fn check_codes(
        &self,
        books: &mut Books,
        ending: &Ending<'_>,
        orders: &[Order],
        sold: &[Sold],
    ) -> Result<(), String> {
        let sms = books.sms()?;
        for order in orders {
            let Some(upstream) = &order.upstream else { continue };
            let Some(sold) = sold.iter().find(|sold| sold.id == *upstream) else { continue };
            let person = (0..ending.people.all().len()).find(|it| name(*it) == order.identity);
            let Some(person) = person else { continue };
            let (is_ended_by_us, is_reachable) = {
                let model = self.model();
                let ended = model.done.contains(&order.id) || model.decided.contains(&order.id);
                (ended, !model.closed_chats.contains(&person))
            };
            for code in &sold.codes {
                let is_late = self.model().late.contains(&(sold.number, code.clone()));
                let kept = sms.iter().any(|(id, known, text)| {
                    *id == order.id && (known == code || text.contains(code.as_str()))
                });
                if !kept && !is_late && !is_ended_by_us {
                    self.hub.violated(&format!("a code of order {} was lost", order.id));
                }
                if kept {
                    self.check_bell(ending, order, person, code, is_reachable);
                }
            }
        }
        self.check_pushes(orders, sold, &sms);
        Ok(())
    }

    fn check_bell(
        &self,
        ending: &Ending<'_>,
        order: &Order,
        person: usize,
        code: &str,
        is_reachable: bool,
    ) {
        let chat = &ending.people.all()[person].chat;
        let (rang, ambiguous) = ending.chats.with(chat, |room| {
            let rang = room.bells.iter().filter(|bell| bell.contains(code)).count();
            (rang, room.ambiguous)
        });
        if rang == 0 && is_reachable {
            self.hub.violated(&format!("nobody was told the code of order {}", order.id));
        }
        if rang > 1 + ambiguous {
            self.hub.violated(&format!("the code of order {} was told {rang} times", order.id));
        }
    }

    /// A code that the shop said it has been told is there.
    fn check_pushes(&self, orders: &[Order], sold: &[Sold], sms: &[(i64, String, String)]) {
        let pushed = self.model().pushed.clone();
        for body in pushed {
            let Ok(body) = serde_json::from_str::<serde_json::Value>(&body) else { continue };
            let data = &body["data"];
            let (Some(number), Some(code)) = (data["order_id"].as_u64(), data["otp_code"].as_str())
            else {
                continue;
            };
            let id = sold.iter().find(|sold| sold.number == number).map(|sold| &sold.id);
            let order = orders
                .iter()
                .find(|order| order.upstream.is_some() && order.upstream.as_ref() == id);
            let Some(order) = order else { continue };
            if !sms.iter().any(|(id, known, _)| *id == order.id && known == code) {
                self.hub.violated(&format!("a pushed code of order {} was lost", order.id));
            }
        }
    }

    /// Everything that anybody did was taken care of.
    fn check_updates(&self, people: &People) {
        for (id, update) in people.updates().iter() {
            if !update.is_acknowledged || update.answers == 0 {
                self.hub.violated(&format!("update {id} was never taken care of"));
            }
        }
    }
}

fn decimal(text: &str) -> Option<String> {
    Some(text.parse::<rust_decimal::Decimal>().ok()?.normalize().to_string())
}
