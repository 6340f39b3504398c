//! The provider of a history: one of the sandbox's emulators, in process, with what the campaign does to it and reads of
//! it. Knows nothing of the shop.

mod market;

use std::{collections::BTreeMap, sync::Arc};

use hyper::body::Bytes;
use rust_decimal::{Decimal, RoundingStrategy};
use sandbox::{
    clock::Clock,
    faults::{Fault, Rule},
    upstream::{
        numbers::CodePlan,
        server::{HangUp, InProcess},
        smsbuyz, smscode, smsverificationservice, smsverifyo,
        wallet::{Entry, Movement},
        webhook::{Post, PushFault},
    },
};

/// The reseller's key at every emulator.
pub const KEY: &str = "campaign-key";

/// Signs pushes, where they are signed.
pub const SECRET: &str = "campaign-secret";

/// What is on paper where it pushes to; it is listened to in process.
const ADDRESS: &str = "http://127.0.0.1:9/hook";

/// Whole IDR for one USD.
const RATE: i64 = 16_250;

/// Codes as they come in life, only somewhat faster.
const CODES: CodePlan = CodePlan::Seeded { median_ms: 12_000, spread: 0.8, never_percent: 25 };

/// A provider and its way of finding a lost answer again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SMSCode v2: keys, one list of everything that is open, signed pushes.
    Smscode,
    /// SMSVerifyo: neither keys nor records, one question per order, no pushes.
    Smsverifyo,
    /// smsVerificationService: records, unsigned pushes, rentals, eSIMs.
    Smsverificationservice,
    /// SmsBuyz: records, one list of everything with its SMS, bans without a refund, no pushes.
    Smsbuyz,
}

impl Dialect {
    pub const ALL: [Self; 4] =
        [Self::Smscode, Self::Smsverifyo, Self::Smsverificationservice, Self::Smsbuyz];

    pub fn name(self) -> &'static str {
        match self {
            Self::Smscode => "smscode-v2",
            Self::Smsverifyo => "smsverifyo",
            Self::Smsverificationservice => "smsverificationservice",
            Self::Smsbuyz => "smsbuyz",
        }
    }

    /// The name in the emulator's own catalogue of something that is always sold, as a person types it.
    pub fn line(self) -> &'static str {
        match self {
            Self::Smscode | Self::Smsverifyo | Self::Smsbuyz => "whatsapp indonesia",
            Self::Smsverificationservice => "whatsapp united states",
        }
    }
}

#[derive(Clone)]
pub enum Emulator {
    Smscode(InProcess<smscode::Control>),
    Smsverifyo(InProcess<smsverifyo::Control>),
    Smsverificationservice(InProcess<smsverificationservice::Control>),
    Smsbuyz(InProcess<smsbuyz::Control>),
}

/// Does the same with whichever emulator it is.
macro_rules! each {
    ($emulator:expr, $it:ident => $act:expr) => {
        match $emulator {
            Emulator::Smscode($it) => $act,
            Emulator::Smsverifyo($it) => $act,
            Emulator::Smsverificationservice($it) => $act,
            Emulator::Smsbuyz($it) => $act,
        }
    };
}

/// An order in the provider's own book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    /// What the emulator's controls and its journal call it.
    pub number: u64,
    /// What the API calls it.
    pub id: String,
    /// `+` and digits; empty where there is none.
    pub phone: String,
    pub created_ms: i64,
    /// The codes that the API would show now, oldest first.
    pub codes: Vec<String>,
    pub is_open: bool,
}

/// What one order did to the reseller's wallet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub charged: i64,
    pub refunded: i64,
    pub charges: u32,
    pub refunds: u32,
}

impl Emulator {
    pub fn open(dialect: Dialect, seed: u64, clock: Clock) -> Self {
        match dialect {
            Dialect::Smscode => {
                let options = smscode::Options {
                    seed,
                    clock,
                    codes: CODES,
                    wallet_idr: 500_000_000,
                    catalog: smscode::CatalogSize::Few(8),
                    ..smscode::Options::new(KEY)
                };
                let it = smscode::in_process(options);
                // An address on this machine and a rate above zero are always taken.
                let _ = it.control().set_fx_rate(RATE);
                let _ = it.control().set_webhook(ADDRESS, Some(SECRET));
                Self::Smscode(it)
            }
            Dialect::Smsverifyo => {
                let options = smsverifyo::Options {
                    seed,
                    clock,
                    codes: CODES,
                    wallet_pips: 100_000 * smsverifyo::PIPS,
                    retry_after: seed.is_multiple_of(2),
                    ..smsverifyo::Options::new(KEY)
                };
                Self::Smsverifyo(smsverifyo::in_process(options))
            }
            Dialect::Smsverificationservice => {
                let options = smsverificationservice::Options {
                    seed,
                    clock,
                    codes: CODES,
                    wallet_cents: 10_000_000,
                    text_only_percent: 20,
                    ..smsverificationservice::Options::new(KEY)
                };
                let it = smsverificationservice::in_process(options);
                let _ = it.control().set_callback(ADDRESS);
                Self::Smsverificationservice(it)
            }
            Dialect::Smsbuyz => Self::Smsbuyz(smsbuyz::in_process(smsbuyz::Options {
                seed,
                clock,
                codes: CODES,
                wallet_pips: 100_000 * smsbuyz::PIPS,
                ..smsbuyz::Options::new(KEY)
            })),
        }
    }

    /// Where the shop believes it to be.
    pub fn base_url(&self) -> &'static str {
        match self {
            Self::Smscode(_) => "http://provider/v2",
            Self::Smsverifyo(_) => "http://provider/api/public/v1",
            Self::Smsverificationservice(_) => "http://provider/api/v1",
            Self::Smsbuyz(_) => "http://provider/v1",
        }
    }

    pub async fn call(
        &self,
        request: hyper::Request<Bytes>,
    ) -> Result<hyper::Response<Bytes>, HangUp> {
        each!(self, it => it.call(request).await)
    }

    /// The next request goes wrong like this.
    pub fn strike(&self, fault: Fault) {
        let rule = Rule { route: None, fault, times: Some(1) };
        // A rule without a route fits every emulator.
        let _ = each!(self, it => it.control().faults().add(rule));
    }

    /// What was to go wrong and has not.
    pub fn spare(&self) {
        each!(self, it => it.control().faults().clear());
        match self {
            Self::Smscode(it) => it.control().pushes().clear_faults(),
            Self::Smsverificationservice(it) => it.control().pushes().clear_faults(),
            Self::Smsverifyo(_) | Self::Smsbuyz(_) => {}
        }
    }

    pub fn journal(&self) -> Vec<Entry> {
        each!(self, it => it.control().journal())
    }

    pub fn balance(&self) -> i64 {
        each!(self, it => it.control().balance())
    }

    pub fn top_up(&self, amount: i64) -> bool {
        each!(self, it => it.control().top_up(amount)).is_ok()
    }

    /// What each order did to the wallet, by the number in the journal.
    pub fn accounts(&self) -> BTreeMap<u64, Account> {
        let mut accounts: BTreeMap<u64, Account> = BTreeMap::new();
        for entry in self.journal() {
            match entry.movement {
                Movement::Charge { order } => {
                    let account = accounts.entry(order).or_default();
                    account.charged -= entry.change;
                    account.charges += 1;
                }
                Movement::Refund { order } => {
                    let account = accounts.entry(order).or_default();
                    account.refunded += entry.change;
                    account.refunds += 1;
                }
                Movement::Opening | Movement::TopUp => {}
            }
        }
        accounts
    }

    /// Every order, oldest first.
    pub fn sold(&self) -> Vec<Sold> {
        match self {
            Self::Smscode(it) => {
                let sold = |it: smscode::OrderView| Sold {
                    number: it.id,
                    id: it.id.to_string(),
                    phone: it.phone,
                    created_ms: it.created_ms,
                    codes: it.code.into_iter().collect(),
                    is_open: matches!(
                        it.status,
                        smscode::Status::Active | smscode::Status::OtpReceived
                    ),
                };
                it.control().orders().into_iter().map(sold).collect()
            }
            Self::Smsverifyo(it) => {
                let sold = |it: smsverifyo::OrderView| Sold {
                    number: it.id,
                    id: it.uuid,
                    phone: it.phone,
                    created_ms: it.created_ms,
                    codes: it.codes.last().cloned().into_iter().collect(),
                    is_open: matches!(
                        it.status,
                        smsverifyo::Status::Waiting | smsverifyo::Status::Received
                    ),
                };
                it.control().orders().into_iter().map(sold).collect()
            }
            Self::Smsverificationservice(it) => {
                let sold = |it: smsverificationservice::OrderView| Sold {
                    number: it.id,
                    id: it.id.to_string(),
                    phone: it.phone.unwrap_or_default(),
                    created_ms: it.created_ms,
                    codes: it.codes,
                    is_open: it.closed_ms.is_none(),
                };
                it.control().orders().into_iter().map(sold).collect()
            }
            Self::Smsbuyz(it) => {
                let sold = |it: smsbuyz::OrderView| Sold {
                    number: it.id,
                    id: it.id.to_string(),
                    phone: it.phone,
                    created_ms: it.created_ms,
                    codes: it.codes,
                    is_open: it.closed_ms.is_none(),
                };
                it.control().orders().into_iter().map(sold).collect()
            }
        }
    }

    pub fn deliver(&self, number: u64, code: &str) -> bool {
        let text = format!("Your code is {code}");
        each!(self, it => it.control().deliver(number, code, &text)).is_ok()
    }

    pub fn deliver_late(&self, number: u64, code: &str) -> bool {
        let text = format!("Your code is {code}");
        each!(self, it => it.control().deliver_late(number, code, &text)).is_ok()
    }

    /// The provider takes an order back by itself.
    pub fn withdraw(&self, number: u64) -> bool {
        each!(self, it => it.control().cancel_order(number)).is_ok()
    }

    /// The number of an order turns out to be unusable, where the provider has a word for that.
    pub fn ban(&self, number: u64) -> bool {
        match self {
            Self::Smsbuyz(it) => it.control().ban(number).is_ok(),
            Self::Smscode(_) | Self::Smsverifyo(_) | Self::Smsverificationservice(_) => false,
        }
    }

    /// Whether v2 can show money at all; other providers always can.
    pub fn exchange(&self, available: bool) {
        if let Self::Smscode(it) = self {
            it.control().set_fx_available(available);
        }
    }

    /// Everything pushed goes to `door`.
    pub fn push_to(&self, door: Arc<dyn Post>) {
        match self {
            Self::Smscode(it) => it.control().pushes().deliver_here(door),
            Self::Smsverificationservice(it) => it.control().pushes().deliver_here(door),
            Self::Smsverifyo(_) | Self::Smsbuyz(_) => {}
        }
    }

    pub async fn push_due(&self) {
        match self {
            Self::Smscode(it) => it.control().push_due().await,
            Self::Smsverificationservice(it) => it.control().push_due().await,
            Self::Smsverifyo(_) | Self::Smsbuyz(_) => {}
        }
    }

    /// The next push goes wrong like this. Whether there are pushes at all.
    pub fn strike_push(&self, fault: PushFault) -> bool {
        match self {
            Self::Smscode(it) => it.control().pushes().fault_once(fault),
            Self::Smsverificationservice(it) => it.control().pushes().fault_once(fault),
            Self::Smsverifyo(_) | Self::Smsbuyz(_) => return false,
        }
        true
    }

    /// An amount of the journal's as the API shows it.
    pub fn as_told(&self, amount: i64) -> Decimal {
        match self {
            Self::Smscode(_) => {
                let usd = Decimal::from(amount) / Decimal::from(RATE);
                usd.round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
            }
            Self::Smsverifyo(_) | Self::Smsbuyz(_) => Decimal::new(amount, 4),
            Self::Smsverificationservice(_) => Decimal::new(amount, 2),
        }
    }
}
