//! What may happen in one step.

use std::time::Duration;

use bot_core::{
    action::{Action, Command, Tap},
    ids::{MessageRef, OrderId, QuoteId, TopUpId},
    screen::Press,
};
use rand::{Rng, seq::IndexedRandom};
use sandbox::upstream::webhook::PushFault;

use super::World;
use crate::{history::Family, people::Way, process::Spot};

/// What an owner gives somebody.
const TOP_UPS: [&str; 4] = ["1", "5", "2.50", "20"];

impl World {
    /// The owner says hello and everybody gets some money.
    pub(super) async fn begin(&mut self) -> Result<(), String> {
        for person in 0..self.people.all().len() {
            let id = self.people.does(person, Action::Command(Command::Start(String::new())), None);
            self.tell(id, Way::Handle);
        }
        self.pass(Duration::from_secs(5)).await;
        self.reopen_if_dead().await?;
        for person in 0..self.people.all().len() {
            self.asks_for_money(person, "20");
            self.pass(Duration::from_millis(300)).await;
        }
        self.pass(Duration::from_secs(2)).await;
        self.owner_looks();
        Ok(())
    }

    pub(super) async fn step(&mut self) -> Result<(), String> {
        self.reopen_if_dead().await?;
        match self.random.random_range(0..1_000) {
            0..330 => self.somebody_wants_a_number(),
            330..560 => self.somebody_taps(),
            560..640 => self.somebody_types(),
            640..690 => self.somebody_forges(),
            690..715 => self.somebody_closes_the_chat(),
            715..765 => self.owner_looks(),
            765..775 => self.owner_meddles()?,
            775..785 => self.somebody_is_poor(),
            785..790 => self.somebody_redeems(),
            790..860 => self.provider_does(),
            860..885 => self.push_goes_wrong(),
            885..900 => self.price_moves(),
            900..915 => self.network_goes_out(),
            915..930 => self.database_fails(),
            930..945 => self.process_is_doomed(),
            945..955 => self.clock_jumps(),
            955..975 => self.tell_again(),
            _ => self.update_comes_twice(),
        }
        let ms = match self.random.random_range(0..100) {
            0..30 => 0,
            30..80 => self.random.random_range(1..1_500),
            80..98 => self.random.random_range(1_500..8_000),
            _ => self.random.random_range(8_000..180_000),
        };
        self.pass(Duration::from_millis(ms)).await;
        Ok(())
    }

    fn somebody(&mut self) -> usize {
        self.random.random_range(1..self.people.all().len())
    }

    /// Tells the shop, sometimes twice at once, as a double tap does.
    fn does(&mut self, person: usize, action: Action, message: Option<MessageRef>) {
        let copies = if self.random.random_range(0..100) < 8 { 2 } else { 1 };
        for (action, message) in std::iter::repeat_n((action, message), copies) {
            let id = self.people.does(person, action, message);
            let way = if self.random.random_bool(0.4) { Way::Keep } else { Way::Handle };
            self.tell(id, way);
        }
    }

    fn somebody_wants_a_number(&mut self) {
        let person = self.somebody();
        let chat = self.people.all()[person].chat.clone();
        let pay =
            self.premises.chats.buttons(&chat).into_iter().find_map(
                |(message, button)| match button.press {
                    Press::Tap(Tap::Buy(quote)) => Some((message, quote)),
                    Press::Tap(_) | Press::Later(_) | Press::Copy(_) => None,
                },
            );
        if let (Some((message, quote)), true) = (pay, self.random.random_bool(0.7)) {
            return self.does(person, Action::Tap(Tap::Buy(quote)), Some(message));
        }
        let line = match self.random.random_range(0..20) {
            0 => format!("{} 3", self.dialect.line()),
            1 => "telegram india".to_owned(),
            2 => "google".to_owned(),
            _ => self.dialect.line().to_owned(),
        };
        self.does(person, Action::Command(Command::Buy(line)), None);
    }

    fn somebody_taps(&mut self) {
        let person = self.somebody();
        let chat = self.people.all()[person].chat.clone();
        let taps: Vec<_> = self
            .premises
            .chats
            .buttons(&chat)
            .into_iter()
            .filter_map(|(message, button)| match button.press {
                Press::Tap(tap) | Press::Later(tap) => Some((message, tap)),
                Press::Copy(_) => None,
            })
            .take(24)
            .collect();
        if let Some((message, tap)) = taps.choose(&mut self.random).cloned() {
            self.does(person, Action::Tap(tap), Some(message));
        }
    }

    fn somebody_types(&mut self) {
        let person = self.somebody();
        let action = match self.random.random_range(0..7) {
            0 => Action::Command(Command::Orders),
            1 => Action::Command(Command::Balance),
            2 => Action::Command(Command::Cancel),
            3 => Action::Text("whatsapp".into()),
            4 => Action::Command(Command::TopUp("here:101 5".into())),
            5 => Action::Command(Command::Start(String::new())),
            _ => Action::StaleTap,
        };
        self.does(person, action, None);
    }

    fn somebody_forges(&mut self) {
        let person = self.somebody();
        let id = self.random.random_range(1..60);
        let tap = match self.random.random_range(0..11) {
            0 => Tap::Order(OrderId(id)),
            1 | 2 => Tap::Cancel(OrderId(id)),
            3 => Tap::Another(OrderId(id)),
            4 => Tap::Done(OrderId(id)),
            5 | 6 => Tap::Buy(QuoteId(id)),
            7 => Tap::ConfirmTopUp(TopUpId(id)),
            8 => Tap::Refund(OrderId(id)),
            9 => Tap::RefundAnyway(OrderId(id)),
            _ => Tap::Check(OrderId(id)),
        };
        self.hub.struck("people: a forged tap");
        self.does(person, Action::Tap(tap), None);
    }

    /// The shop is blocked, or let in again.
    fn somebody_closes_the_chat(&mut self) {
        if !self.hub.lets(Family::Platforms) {
            return;
        }
        let person = self.somebody();
        // Most of the people never do that, so that they must hear of every code.
        if person > 2 {
            return;
        }
        let chat = self.people.all()[person].chat.clone();
        let is_closed = self.premises.chats.with(&chat, |room| {
            room.is_closed = !room.is_closed;
            room.is_closed
        });
        self.hub.struck("platform: 403");
        self.does(person, Action::Reachable(!is_closed), None);
    }

    fn asks_for_money(&mut self, person: usize, amount: &str) {
        let words = format!("{} {amount}", self.people.all()[person].identity);
        self.does(0, Action::Command(Command::TopUp(words)), None);
    }

    fn somebody_is_poor(&mut self) {
        let person = self.somebody();
        let amount = TOP_UPS.choose(&mut self.random).copied().unwrap_or("5");
        self.asks_for_money(person, amount);
    }

    /// Types a code that an owner may have passed on, or has new ones made.
    fn somebody_redeems(&mut self) {
        let codes = self.auditor.voucher_codes();
        let code = codes.choose(&mut self.random).cloned();
        match code {
            Some(code) if self.random.random_bool(0.85) => {
                let person = self.somebody();
                self.does(person, Action::Command(Command::Redeem(code)), None);
            }
            Some(_) | None => {
                let words = *["new 1 x3", "new 2.50 x2 each", "new 0.75"]
                    .choose(&mut self.random)
                    .unwrap_or(&"new 1");
                self.does(0, Action::Command(Command::Voucher(words.into())), None);
            }
        }
    }

    /// The owner taps what waits for an owner.
    pub(super) fn owner_looks(&mut self) {
        let chat = self.people.owner().chat.clone();
        let buttons = self.premises.chats.buttons(&chat);
        for (message, button) in buttons {
            let Press::Tap(tap) = button.press else { continue };
            let chance = match tap {
                Tap::ConfirmTopUp(_) => 0.9,
                Tap::Refund(_) | Tap::RefundAnyway(_) | Tap::Doubt(_) => 0.1,
                Tap::Adopt { .. } => 0.5,
                _ => 0.0,
            };
            if self.random.random_bool(chance) {
                self.does(0, Action::Tap(tap), Some(message));
            }
        }
    }

    /// In some histories the owner also looks into what settles by itself, and ends what need not be ended: what the
    /// auditor demands of such orders is less.
    fn owner_meddles(&mut self) -> Result<(), String> {
        if !self.plan.seed.is_multiple_of(3) {
            return Ok(());
        }
        let orders = self.books.orders()?;
        let open: Vec<_> = orders.iter().filter(|order| order.is_open()).collect();
        let Some(order) = open.choose(&mut self.random) else { return Ok(()) };
        let id = OrderId(order.id);
        let tap = match self.random.random_range(0..6) {
            0 => Tap::Refund(id),
            1 => Tap::RefundAnyway(id),
            _ => Tap::Doubt(id),
        };
        self.does(0, Action::Tap(tap), None);
        Ok(())
    }

    fn provider_does(&mut self) {
        if !self.hub.lets(Family::Provider) {
            return;
        }
        let emulator = self.premises.emulator.clone();
        let sold = emulator.sold();
        let Some(sold) = sold
            .iter()
            .rev()
            .take(12)
            .collect::<Vec<_>>()
            .choose(&mut self.random)
            .copied()
            .cloned()
        else {
            return;
        };
        let code = self.random.random_range(100_000..1_000_000).to_string();
        let kind = match self.random.random_range(0..12) {
            0..3 if emulator.deliver(sold.number, &code) => "provider: a code by hand",
            3..5 if emulator.withdraw(sold.number) => "provider: cancels by itself",
            5 if !sold.is_open && emulator.deliver_late(sold.number, &code) => {
                self.auditor.came_late(sold.number, &code);
                "provider: a code after the end"
            }
            6 => {
                emulator.exchange(false);
                "provider: no exchange rate"
            }
            7 => {
                emulator.stock(self.random.random_range(0..3));
                "provider: hardly any stock"
            }
            8 if emulator.ban(sold.number) => "provider: bans a number",
            9 if emulator.sells_fewer(self.random.random_range(1..3)) => {
                "provider: sells fewer than asked for"
            }
            _ => {
                emulator.exchange(true);
                emulator.stock(500);
                return;
            }
        };
        self.hub.struck(kind);
    }

    fn push_goes_wrong(&mut self) {
        let (name, fault) = match self.random.random_range(0..6) {
            0 => ("push: lost", PushFault::Lose),
            1 => ("push: twice", PushFault::Duplicate),
            2 => ("push: out of order", PushFault::Reorder),
            3 => ("push: late", PushFault::Delay(self.random.random_range(500..90_000))),
            4 => ("push: forged", PushFault::Forge),
            _ => ("push: a web page", PushFault::Garbage),
        };
        if self.hub.lets(Family::Pushes) && self.premises.emulator.strike_push(fault) {
            self.hub.struck(name);
        }
    }

    fn price_moves(&mut self) {
        let percent = [-20, -5, 5, 20, 60].choose(&mut self.random).copied().unwrap_or(5);
        let drifts = self.random.random_bool(0.6);
        let ends = self.random.random_bool(0.4);
        if !self.hub.lets(Family::Provider) {
            return;
        }
        if drifts {
            self.premises.emulator.drift(if ends { 0 } else { percent });
        } else {
            self.premises.emulator.reprice(percent);
        }
        self.hub.struck("provider: a price moves");
    }

    fn network_goes_out(&mut self) {
        let seconds = self.random.random_range(3..90);
        if self.hub.lets(Family::Network) {
            self.premises.network.goes_out_for(Duration::from_secs(seconds));
            self.hub.struck("network: out for a while");
        }
    }

    fn database_fails(&mut self) {
        let times = self.random.random_range(1..6);
        let full_for = Duration::from_secs(self.random.random_range(1..60));
        let is_full = self.random.random_bool(0.2);
        let Some(process) = &self.process else { return };
        if is_full {
            process.life.fill_disk(full_for);
        } else {
            process.life.fail_database(times);
        }
    }

    fn process_is_doomed(&mut self) {
        let spot = Spot::ALL.choose(&mut self.random).copied().unwrap_or(Spot::Sent);
        let times = self.random.random_range(1..30);
        if self.hub.lets(Family::Kills)
            && let Some(process) = &self.process
        {
            process.life.doom(spot, times);
            self.hub.struck("process: killed");
        }
    }

    fn clock_jumps(&mut self) {
        let ms = match self.random.random_range(0..4) {
            0 => self.random.random_range(-30_000..30_000),
            1 => self.random.random_range(-2_000..2_000),
            2 => 60_000,
            _ => -60_000,
        };
        if self.hub.lets(Family::Clock) {
            self.jump(ms);
            self.hub.struck("clock: jumps");
        }
    }

    fn update_comes_twice(&mut self) {
        let newest: Vec<i64> = self.people.updates().keys().rev().take(30).copied().collect();
        if let Some(id) = newest.choose(&mut self.random).copied() {
            self.hub.struck("platform: an update again");
            self.tell(id, Way::Handle);
        }
    }
}
