//! Knows what went in and what came out, and says what must have become of every purchase: success, failure, or not known
//! yet. Knows nothing of how the shop decides anything.
//!
//! Inputs are what people did and what the provider's emulator did; outputs are screens, messages, the books, and the
//! emulator's own wallet and orders.

mod books;
pub mod ending;
mod vouchers;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bot_core::{
    action::{Action, Command, Tap},
    screen::{Press, Reply, Screen},
};
use rust_decimal::{Decimal, prelude::ToPrimitive};

pub use books::{Books, Order};

use crate::{hub::Hub, people::Update};

/// How a person is told that an order does not exist.
const NOT_FOUND: &str = "I cannot find that order";

/// How a person is told that a button is out of date, and that something is the owner's alone.
const STALE: &str = "out of date";
const NOT_ALLOWED: &str = "Only the owner";

/// A price that somebody was shown, with a button to pay it.
#[derive(Clone, Copy, Debug)]
struct Promise {
    person: usize,
    /// For one number, in ten-thousandths.
    each: i64,
    quantity: i64,
}

/// What an owner was asked to confirm.
#[derive(Clone, Debug)]
struct TopUp {
    user: String,
    amount: i64,
    is_confirmed: bool,
}

#[derive(Default)]
struct Model {
    /// By quote.
    promises: BTreeMap<i64, Promise>,
    /// Quotes that the person who was shown them tapped *Pay* on.
    paid: BTreeSet<i64>,
    top_ups: BTreeMap<i64, TopUp>,
    /// Orders that an owner decided about, and those that their customer was done with.
    decided: BTreeSet<i64>,
    done: BTreeSet<i64>,
    /// Whose order is whose, by the books: `platform:user`.
    owners: BTreeMap<i64, String>,
    /// Codes that came after the provider's end of an order: number and code.
    late: BTreeSet<(u64, String)>,
    /// Bodies of pushes that the shop said it has.
    pushed: Vec<String>,
    closed_chats: BTreeSet<usize>,
    /// By their hash, and who typed which.
    vouchers: BTreeMap<String, vouchers::Voucher>,
    redeemed: BTreeSet<(String, String)>,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Auditor {
    hub: Hub,
    model: Arc<Mutex<Model>>,
}

impl Auditor {
    pub fn new(hub: Hub) -> Self {
        Self { hub, model: Arc::default() }
    }

    fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An update is about to be handled.
    pub fn asked(&self, update: &Update) {
        self.typed(update);
        let mut model = self.model();
        match &update.action {
            Action::Tap(Tap::Buy(quote)) => {
                // Without a promise the answer that showed the price was lost, and the tap is forged.
                let promise = model.promises.get(&quote.0);
                if promise.is_none_or(|promise| promise.person == update.person) {
                    model.paid.insert(quote.0);
                }
            }
            Action::Tap(Tap::Done(order)) => {
                let owner = model.owners.get(&order.0);
                if owner.is_none_or(|owner| *owner == name(update.person)) {
                    model.done.insert(order.0);
                }
            }
            Action::Tap(
                Tap::Refund(order) | Tap::RefundAnyway(order) | Tap::Adopt { order, .. },
            ) if update.person == 0 => {
                model.decided.insert(order.0);
            }
            Action::Tap(Tap::ConfirmTopUp(top_up)) if update.person == 0 => {
                if let Some(top_up) = model.top_ups.get_mut(&top_up.0) {
                    top_up.is_confirmed = true;
                }
            }
            Action::Reachable(false) => {
                model.closed_chats.insert(update.person);
            }
            Action::Tap(_)
            | Action::StaleTap
            | Action::Command(_)
            | Action::Text(_)
            | Action::Reachable(true)
            | Action::Group(_) => {}
        }
    }

    /// The shop has answered.
    pub fn answered(&self, update: &Update, reply: &Reply) {
        if let Action::Tap(tap) = &update.action {
            self.check_rights(update.person, tap, reply);
        }
        self.printed(update, reply);
        let Reply::Show { screen, .. } = reply else { return };
        let buttons: Vec<_> = screen.rows.iter().flatten().collect();
        for button in buttons {
            match &button.press {
                Press::Tap(Tap::Buy(quote)) => self.promised(update.person, quote.0, screen),
                Press::Tap(Tap::ConfirmTopUp(top_up)) => self.asked_to_confirm(update, top_up.0),
                Press::Tap(_) | Press::Later(_) | Press::Copy(_) => {}
            }
        }
    }

    fn promised(&self, person: usize, quote: i64, screen: &Screen) {
        let text = screen.plain();
        let total = amount_after(&text, "Price: $");
        let quantity = text
            .split_once(" × ")
            .and_then(|(count, _)| count.trim().parse::<i64>().ok())
            .unwrap_or(1);
        let Some(total) = total.filter(|total| total % quantity == 0) else {
            self.hub.violated(&format!("a quote shows no price that can be paid: {text:?}"));
            return;
        };
        let promise = Promise { person, each: total / quantity, quantity };
        self.model().promises.insert(quote, promise);
    }

    fn asked_to_confirm(&self, update: &Update, top_up: i64) {
        let Action::Command(Command::TopUp(words)) = &update.action else { return };
        let Some((user, amount)) = words.split_once(' ') else { return };
        let Some(amount) = raw(amount) else { return };
        let user = user.to_owned();
        self.model().top_ups.insert(top_up, TopUp { user, amount, is_confirmed: false });
    }

    /// A stranger's order does not exist, and nobody but the owner does what owners do.
    fn check_rights(&self, person: usize, tap: &Tap, reply: &Reply) {
        let said = match reply {
            Reply::Nothing => String::new(),
            Reply::Toast(toast) => toast.text.clone(),
            Reply::Show { screen, .. } => screen.plain(),
        };
        let model = self.model();
        let is_refused = match tap {
            Tap::Order(order)
            | Tap::Cancel(order)
            | Tap::Another(order)
            | Tap::Done(order)
            | Tap::Check(order)
            | Tap::Renew(order)
            | Tap::QrCode(order) => {
                let is_own = model.owners.get(&order.0).is_some_and(|owner| *owner == name(person));
                if is_own || !model.owners.contains_key(&order.0) {
                    return;
                }
                said.contains(NOT_FOUND) || said.contains(STALE)
            }
            Tap::Buy(quote) => {
                let promise = model.promises.get(&quote.0);
                if promise.is_none_or(|promise| promise.person == person) {
                    return;
                }
                said.contains(STALE)
            }
            Tap::ConfirmTopUp(_)
            | Tap::DropTopUp(_)
            | Tap::Customer(_)
            | Tap::Refund(_)
            | Tap::RefundAnyway(_)
            | Tap::Doubt(_)
            | Tap::Adopt { .. }
                if person != 0 =>
            {
                said.contains(NOT_ALLOWED)
            }
            _ => return,
        };
        drop(model);
        // Something broke inside: nothing was shown and nothing was done.
        if !is_refused && !said.starts_with("Something went wrong") {
            self.hub.violated(&format!("person {person} may not {tap:?}, and was told {said:?}"));
        }
    }

    /// The shop said that it has a pushed body, which was genuine or not.
    pub fn pushed(&self, body: &str, is_genuine: bool) {
        if is_genuine {
            self.model().pushed.push(body.to_owned());
        } else {
            self.hub.violated("a forged push was taken");
        }
    }

    /// A code came after the provider had ended an order.
    pub fn came_late(&self, number: u64, code: &str) {
        self.model().late.insert((number, code.to_owned()));
    }
}

/// How the books name somebody.
pub(crate) fn name(person: usize) -> String {
    format!("{}:{}", crate::chat::PLATFORMS[person % 2], 100 + person)
}

/// The amount behind a mark in a text, in ten-thousandths.
fn amount_after(text: &str, mark: &str) -> Option<i64> {
    let (_, rest) = text.split_once(mark)?;
    let end = rest.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(rest.len());
    raw(rest.get(..end)?.trim_end_matches('.'))
}

fn raw(amount: &str) -> Option<i64> {
    let amount: Decimal = amount.trim().parse().ok()?;
    (amount * Decimal::from(10_000)).to_i64()
}
