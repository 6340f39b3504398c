//! How a history ends: nothing goes wrong any more, the owner decides what is left to decide, and everything comes to rest.

use std::time::Duration;

use bot_core::{
    action::{Action, Tap},
    ids::OrderId,
};

use super::World;
use crate::{auditor::ending::Ending, people::Way};

/// The longest that a number lives, and what the shop takes to hear of its end.
const NUMBERS_END_WITHIN: Duration = Duration::from_mins(26);

/// After this much of doubt only a person decides.
const DOUBT_ENDS_WITHIN: Duration = Duration::from_mins(385);

/// Between two looks.
const STRIDE: Duration = Duration::from_secs(30);

impl World {
    pub(super) async fn end(&mut self) -> Result<(), String> {
        self.reopen_if_dead().await?;
        self.hub.calm_down();
        self.premises.emulator.spare();
        self.premises.emulator.exchange(true);
        self.premises.emulator.drift(0);
        for person in self.people.all().to_vec() {
            self.premises.chats.with(&person.chat, |room| room.is_closed = false);
        }
        self.tell_again();
        // In the other histories the provider ends the numbers.
        if self.plan.seed.is_multiple_of(2) {
            self.everybody_is_done()?;
        }
        self.rest(NUMBERS_END_WITHIN, true).await?;
        self.rest(DOUBT_ENDS_WITHIN, false).await?;
        self.owner_decides().await?;
        self.tell_again();
        self.pass(Duration::from_mins(3)).await;
        self.auditor.check_books(&mut self.books)?;
        let ending = Ending {
            dialect: self.dialect,
            emulator: &self.premises.emulator,
            people: &self.people,
            chats: &self.premises.chats,
        };
        self.auditor.check_ending(&mut self.books, &ending)
    }

    /// Time passes; all of it, or until no order is open.
    async fn rest(&mut self, time: Duration, all: bool) -> Result<(), String> {
        let strides = time.as_secs() / STRIDE.as_secs();
        for _ in 0..strides {
            let orders = self.books.orders()?;
            // What waits for a person alone does not end by waiting.
            let waits = |it: &crate::auditor::Order| it.is_open() && it.state != "needs_operator";
            let is_provider_done =
                || !self.premises.emulator.sold().iter().any(|sold| sold.is_open);
            if !orders.iter().any(waits) && (!all || is_provider_done()) {
                return Ok(());
            }
            self.pass(STRIDE).await;
            self.reopen_if_dead().await?;
            self.auditor.check_books(&mut self.books)?;
        }
        Ok(())
    }

    /// Who has a code needs the number no longer.
    fn everybody_is_done(&mut self) -> Result<(), String> {
        for order in self.books.orders()?.iter().filter(|order| order.state == "code_received") {
            let person = (0..self.people.all().len())
                .find(|person| crate::auditor::name(*person) == order.identity);
            let Some(person) = person else { continue };
            let id = self.people.does(person, Action::Tap(Tap::Done(OrderId(order.id))), None);
            self.tell(id, Way::Handle);
        }
        Ok(())
    }

    /// The owner gives the money of everything back that is still open and that nothing else settles.
    async fn owner_decides(&mut self) -> Result<(), String> {
        let orders = self.books.orders()?;
        for order in orders.iter().filter(|order| order.state == "needs_operator") {
            let tap = Tap::RefundAnyway(OrderId(order.id));
            let id = self.people.does(0, Action::Tap(tap), None);
            self.tell(id, Way::Handle);
        }
        self.pass(Duration::from_secs(30)).await;
        Ok(())
    }
}
