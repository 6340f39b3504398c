//! The one door that chat adapters call: authorise, route an action to its flow, answer with a screen.
//!
//! Knows no chat platform. Flows (`flows/*.rs`) hold what each action does; workers (`worker/*.rs`) what goes on without
//! anyone asking. Both work on the [`Shop`].

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use dashmap::{DashMap, DashSet};
use tokio::sync::{Mutex, Notify};
use tracing::{Instrument, Span};

use crate::{
    action::{Action, Actor, Audience, ChatKind, CommandName},
    catalog::{Catalog, Freshness},
    clock::{Clock, Timestamp},
    flows,
    ids::{Identity, OrderId, Platform},
    ledger::LedgerError,
    messenger::Messenger,
    money::OutOfRange,
    pricing::{PriceRise, Pricing, PricingError},
    random::Random,
    rights::{Right, Role, StaffRules},
    screen::Reply,
    seeded::bug,
    store::{Store, StoreError, customers::Customer, orders::Order, staff::Badge},
    text::{Texts, Words},
    transition::TransitionError,
    upstream::Upstream,
};

mod alerts;
mod commits;
pub(crate) mod gate;
mod groups;
mod guesses;
mod pushes;
mod records;
mod route;
mod signature;
mod trust;
mod watch;

pub(crate) use commits::Happened;
pub use pushes::{Kept, PushFault};
pub use watch::Lateness;
pub(crate) use watch::Room;

/// How long somebody who looked at a rental is taken to wait for its message.
const EXPECTED_FOR: Duration = Duration::from_hours(1);

/// What the operator decides.
pub struct Settings {
    /// The shop's name, shown in greetings.
    pub name: String,
    /// Who may do everything.
    pub owners: Vec<Identity>,
    pub pricing: Pricing,
    pub price_rise: PriceRise,
    pub lateness: Lateness,
    pub staff: StaffRules,
    /// How customers pay by hand; no deposits are taken without.
    pub deposit: Option<String>,
    pub random: Random,
}

/// The shop. Adapters and workers share one behind an `Arc`.
pub struct Shop {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) upstream: Arc<dyn Upstream>,
    pub(crate) catalog: Catalog,
    pub(crate) texts: Texts,
    pub(crate) settings: Settings,
    pub(crate) health: alerts::Health,
    /// Purchases that the provider was asked for, until its answer is stored. A restart takes every `Placing` for one.
    pub(crate) asked: DashSet<OrderId>,
    /// Whoever moves money at a provider whose balance alone settles doubt, until what came of it is stored.
    pub(crate) purse: Mutex<()>,
    /// Purchases in doubt that the balance has shown once to be without effect.
    pub(crate) even: DashSet<OrderId>,
    /// Who guesses at voucher codes.
    pub(crate) guesses: guesses::Guesses,
    /// When each of the provider's orders was looked at last.
    gate: gate::Gate,
    /// When somebody last looked at a rental whose message they expect.
    expected: DashMap<OrderId, Timestamp>,
    /// The way to each platform, to ask who people are in a group.
    messengers: DashMap<Platform, Arc<dyn Messenger>>,
    /// Rung after a push was kept, and when a push may find its order.
    pub(crate) inbox: Notify,
    /// Rung after a commit that left work for `worker/place`, `worker/outbox` and `worker/poll`.
    pub(crate) jobs: Notify,
    pub(crate) outbox: Notify,
    pub(crate) polls: Notify,
    /// Whether what the provider pushes arrives.
    pub(crate) trust: trust::Trust,
    /// How many numbers wait for a code that each cost requests of their own.
    pub(crate) watched_alone: AtomicUsize,
    /// Orders that the poller must look at anew in the database.
    changed: std::sync::Mutex<BTreeSet<OrderId>>,
}

/// One line of a command menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandHelp {
    pub name: CommandName,
    /// Both in the language asked for; the word where commands are named in the person's language.
    pub word: String,
    pub description: String,
}

/// A chat platform's update that is acknowledged there but not yet handled here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptUpdate {
    /// The platform's own number of the update.
    pub id: i64,
    /// As it came.
    pub payload: String,
}

/// Why an action could not be carried out through no fault of the person's. Its transaction changed nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Transition(#[from] TransitionError),
    #[error(transparent)]
    Pricing(#[from] PricingError),
    #[error(transparent)]
    Money(#[from] OutOfRange),
}

/// Someone asking, with what is known of them.
pub(crate) struct Caller<'a> {
    pub actor: &'a Actor,
    pub customer: Customer,
    pub words: Words,
    /// As what they came in; deeds ask again where they are done ([`Caller::badge`]).
    pub role: Option<Role>,
}

impl Shop {
    pub fn new(
        store: Store,
        clock: Clock,
        upstream: Arc<dyn Upstream>,
        texts: Texts,
        settings: Settings,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock,
            upstream,
            catalog: Catalog::default(),
            texts,
            settings,
            health: alerts::Health::default(),
            asked: DashSet::new(),
            purse: Mutex::new(()),
            even: DashSet::new(),
            guesses: guesses::Guesses::default(),
            gate: gate::Gate::default(),
            expected: DashMap::new(),
            messengers: DashMap::new(),
            inbox: Notify::new(),
            jobs: Notify::new(),
            outbox: Notify::new(),
            polls: Notify::new(),
            trust: trust::Trust::default(),
            watched_alone: AtomicUsize::new(0),
            changed: std::sync::Mutex::default(),
        })
    }

    /// What is logged within it tells which provider the shop buys from.
    pub fn span(&self) -> Span {
        // As grave as the gravest line, so that no level leaves it out.
        tracing::error_span!("shop", provider = self.upstream.capabilities().provider)
    }

    /// Answers one action. Never fails: what goes wrong is a screen that says what happened to the money.
    pub async fn handle(&self, actor: &Actor, action: Action) -> Reply {
        match self.route(actor, action).instrument(self.span()).await {
            Ok(reply) => reply,
            Err(fault) => {
                tracing::error!(%fault, platform = %actor.identity.platform, "an action failed");
                flows::menu::apology(&self.texts.language(actor.language.as_deref()))
            }
        }
    }

    async fn route(&self, actor: &Actor, action: Action) -> Result<Reply, Fault> {
        if let Action::Reachable(reachable) = action {
            return flows::menu::reachable(self, actor, reachable).await;
        }
        if let Action::Group(change) = action {
            return self.group_changes(actor, change).await;
        }
        let caller = self.meet(actor).await?;
        match action {
            Action::Tap(tap) => self.tapped(&caller, tap).await,
            Action::StaleTap => Ok(flows::menu::stale_button(&caller)),
            Action::Command(command) => {
                let command = flows::menu::in_own_words(&caller.words, command);
                self.commanded(&caller, command).await
            }
            Action::Text(text) if actor.chat_kind == ChatKind::Private => {
                flows::browse::search(self, &caller, &text).await
            }
            Action::Text(_) | Action::Reachable(_) | Action::Group(_) => Ok(Reply::Nothing),
        }
    }

    /// Knows who asks. Writes only when something about them changed.
    async fn meet<'a>(&self, actor: &'a Actor) -> Result<Caller<'a>, Fault> {
        let known = self.store.customer_by_identity(&actor.identity).await?;
        let customer = match known {
            Some(customer) if is_up_to_date(&customer, actor) => customer,
            Some(_) | None => {
                let (actor, now) = (actor.clone(), self.clock.now());
                self.store
                    .write(move |tx| Box::pin(async move { tx.meet(&actor, now).await }))
                    .await?
            }
        };
        let words = self.texts.language(actor.language.as_deref());
        let role = if bug("everybody-is-an-owner") || self.settings.owners.contains(&actor.identity)
        {
            Some(Role::Owner)
        } else {
            self.store.role_of(customer.id).await?
        };
        Ok(Caller { actor, customer, words, role })
    }

    /// The commands in `language` (an IETF tag; the default language when `None` or unknown).
    pub fn commands(&self, language: Option<&str>) -> Vec<CommandHelp> {
        CommandName::ALL.into_iter().map(|name| self.command(language, name)).collect()
    }

    /// One of them.
    pub fn command(&self, language: Option<&str>, name: CommandName) -> CommandHelp {
        let words = self.texts.language(language);
        CommandHelp {
            name,
            word: flows::menu::command_name(&words, name),
            description: flows::menu::command_description(&words, name),
        }
    }

    /// The languages that the shop speaks beside the default one, as two-letter codes.
    pub fn languages(&self) -> Vec<String> {
        self.texts.languages()
    }

    /// The platform's own ids of the people who own this shop.
    pub fn owners(&self, platform: &Platform) -> Vec<String> {
        let owners = self.settings.owners.iter().filter(|owner| owner.platform == *platform);
        owners.map(|owner| owner.user.clone()).collect()
    }

    /// What to say when handling an action failed inside (a panic): nothing was lost, try again.
    pub fn apology(&self, language: Option<&str>) -> String {
        self.texts.language(language).line("apology", &[])
    }

    /// What to say to a person whose queue is full.
    pub fn too_fast(&self, language: Option<&str>) -> String {
        self.texts.language(language).line("too-fast", &[])
    }

    /// What to say to a person in a group to whom the shop cannot write privately.
    pub fn open_private_first(&self, language: Option<&str>) -> String {
        self.texts.language(language).line("open-private-first", &[])
    }

    /// Makes updates durable, so that they may be acknowledged before they are handled. An id kept twice stays once.
    pub async fn keep_updates(
        &self,
        platform: &Platform,
        updates: Vec<KeptUpdate>,
    ) -> Result<(), StoreError> {
        if bug("update-confirmed-too-early") {
            return Ok(());
        }
        let platform = platform.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for update in &updates {
                        tx.keep_update(&platform, update).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Every kept update, oldest first: what a restart has to handle again.
    pub async fn kept_updates(&self, platform: &Platform) -> Result<Vec<KeptUpdate>, StoreError> {
        self.store.kept_updates(platform).await
    }

    /// Forgets updates that are handled.
    pub async fn forget_updates(
        &self,
        platform: &Platform,
        ids: Vec<i64>,
    ) -> Result<(), StoreError> {
        let platform = platform.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    for id in ids {
                        tx.forget_update(&platform, id).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Whether an order is at the provider that this shop buys from now. Another's order ids mean other people's orders
    /// here, so nothing is asked about them until the shop runs with that provider again.
    pub(crate) fn buys_from(&self, order: &Order) -> bool {
        order.purchase.provider == self.upstream.capabilities().provider
    }

    /// Somebody waits for a message of this order: it is looked at more often for a while.
    pub(crate) fn expects(&self, order: OrderId) {
        let now = self.clock.now();
        self.expected.retain(|_, at| now.since(*at) < EXPECTED_FOR);
        self.expected.insert(order, now);
        self.has_changed([order]);
    }

    /// When somebody last waited for a message of this order.
    pub(crate) fn expected_at(&self, order: OrderId) -> Option<Timestamp> {
        self.expected.get(&order).map(|at| *at)
    }

    /// Whether there is a price list to browse.
    pub fn has_catalog(&self) -> bool {
        self.catalog.freshness(self.clock.now()) != Freshness::Empty
    }

    /// Whether that price list shows everything that the provider sells.
    pub fn has_whole_catalog(&self) -> bool {
        self.catalog.is_whole()
    }

    /// Closes the books once nothing uses them any more.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

impl Caller<'_> {
    /// Commands that this person is offered.
    pub fn is_offered(&self, name: CommandName) -> bool {
        match name.audience() {
            Audience::Customer => true,
            Audience::Staff(right) => self.may(right),
        }
    }

    /// Whether they had this right when they came in.
    pub fn may(&self, right: Right) -> bool {
        self.role.is_some_and(|role| role.may(right))
    }

    /// For whoever must be sure of a right.
    pub fn badge(&self) -> Badge {
        Badge {
            identity: self.actor.identity.clone(),
            customer: self.customer.id,
            is_owner: self.role == Some(Role::Owner),
        }
    }
}

fn is_up_to_date(customer: &Customer, actor: &Actor) -> bool {
    customer.name == actor.name
        && customer.username == actor.username.as_ref().map(|name| name.to_lowercase())
        && customer.language == actor.language
        && customer.private_chat == actor.private_chat
        && (customer.reachable || actor.chat != actor.private_chat)
}
