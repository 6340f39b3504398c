//! An emulated Telegram with a few people, and the adapter on it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bot_core::clock::{Clock, ManualClock, Timestamp};
use sandbox::{
    request_log::RequestLog,
    telegram::{Control, MessageView, Options, Running, Toast},
};
use tokio::{sync::watch, task::JoinHandle};

use super::script::Script;
use crate::{Settings, Telegram, TokenRevoked, client::Client};

/// For anything to happen that has to happen, on a slow and busy machine, too.
pub(crate) const BOUND: Duration = Duration::from_mins(2);

pub(crate) struct Stage {
    pub telegram: Telegram,
    pub script: Arc<Script>,
    pub time: ManualClock,
    emulator: Running,
}

/// A running loop.
pub(crate) struct Run {
    pub stop: watch::Sender<bool>,
    pub task: JoinHandle<Result<(), TokenRevoked>>,
}

impl Run {
    /// Ends it at once, as a kill would.
    pub async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    pub async fn stop(self) -> Result<(), TokenRevoked> {
        self.stop.send_replace(true);
        bounded(self.task).await.unwrap()
    }
}

impl Stage {
    /// Ann (7), Bob (8) and Cem (9), who all wrote to the bot before; the group -50 with Ann, Bob and Dan (10), who never
    /// did. The one clock stands still until it is moved.
    pub async fn open() -> Self {
        Self::open_with(false).await
    }

    /// Where Telegram's limits hold, counted on the adapter's own clock.
    pub async fn open_strict() -> Self {
        Self::open_with(true).await
    }

    async fn open_with(strict_limits: bool) -> Self {
        let time = ManualClock::starting_at(Timestamp(1_700_000_000_000));
        let clock = time.clock();
        let clock = sandbox::clock::Clock::from_fn(move || clock.now().0);
        let log = RequestLog::from_env().unwrap();
        let options = Options { strict_limits, clock, log, ..Options::default() };
        let token = options.token.clone();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let emulator = sandbox::telegram::start(options, address).await.unwrap();
        let telegram = connect(&emulator.url(), &token, time.clock()).await;
        Self { telegram, script: Arc::new(Script::new()), time, emulator }
    }

    pub async fn with_people() -> Self {
        let stage = Self::open().await;
        for (id, name) in [(7, "Ann"), (8, "Bob"), (9, "Cem"), (10, "Dan")] {
            stage.control().add_person(id, name, None, "en").unwrap();
        }
        stage.control().add_group(-50, "Friends", &[7, 8, 10]).unwrap();
        let run = stage.run();
        for person in [7, 8, 9] {
            stage.control().say(person, person, "nothing").unwrap();
        }
        stage.begun(3).await;
        stage.is_quiet().await;
        run.stop().await.unwrap();
        stage.script.begun.send_replace(Vec::new());
        stage
    }

    pub fn control(&self) -> Control {
        self.emulator.control()
    }

    pub fn client(&self) -> Arc<Client> {
        Arc::clone(&self.telegram.client)
    }

    pub fn run(&self) -> Run {
        self.run_draining(Duration::from_secs(5))
    }

    pub fn run_draining(&self, drain: Duration) -> Run {
        let (stop, receiver) = watch::channel(false);
        let mut updates = self.telegram.updates(Arc::clone(&self.script), receiver);
        updates.drain = drain;
        Run { stop, task: tokio::spawn(updates.run()) }
    }

    /// Waits until the door was asked `count` times; what it was asked.
    pub async fn begun(&self, count: usize) -> Vec<String> {
        let mut begun = self.script.begun.subscribe();
        let begun = bounded(begun.wait_for(|begun| begun.len() >= count)).await;
        begun.unwrap().clone()
    }

    /// Waits until the store holds `count` updates.
    pub async fn kept(&self, count: usize) {
        let mut kept = self.script.kept.subscribe();
        bounded(kept.wait_for(|kept| kept.len() == count)).await.unwrap();
    }

    /// Waits until everything is acknowledged and the loop fetches again.
    pub async fn is_quiet(&self) {
        self.until(|control| (control.pending_updates() == 0 && control.is_polled()).then_some(()))
            .await;
    }

    /// The bot's messages in a chat, once there are `count`.
    pub async fn told(&self, chat: i64, count: usize) -> Vec<MessageView> {
        self.until(|control| Some(bot_messages(control, chat)).filter(|told| told.len() >= count))
            .await
    }

    pub fn texts(&self, chat: i64) -> Vec<String> {
        bot_messages(&self.control(), chat).into_iter().map(|message| message.text).collect()
    }

    /// What a person was shown for taps, once there are `count`, as text and whether it is an alert.
    pub async fn toasts(&self, person: i64, count: usize) -> Vec<(String, bool)> {
        let toasts =
            |control: &Control| Some(control.toasts(person)).filter(|all| all.len() >= count);
        let toasts: Vec<Toast> = self.until(toasts).await;
        toasts.into_iter().map(|toast| (toast.text, toast.alert)).collect()
    }

    /// Has a person say something and returns the message that answers it.
    pub async fn ask(&self, person: i64, chat: i64, text: &str) -> MessageView {
        let before = self.texts(chat).len();
        self.control().say(person, chat, text).unwrap();
        self.told(chat, before + 1).await.pop().unwrap()
    }

    pub async fn until<T>(&self, probe: impl FnMut(&Control) -> Option<T>) -> T {
        self.control().until(BOUND, probe).await.expect("within the bound")
    }

    /// Moves the adapter's clock on in small steps while `is_still` holds.
    pub async fn advance_while_quiet(&self, is_still: impl Fn() -> bool) {
        bounded(async {
            while is_still() {
                self.time.advance(Duration::from_millis(50));
                // Lets what woke up do its work before time goes on.
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    pub fn requests(&self, method: &str) -> u64 {
        self.control().requests().get(method).copied().unwrap_or(0)
    }
}

fn bot_messages(control: &Control, chat: i64) -> Vec<MessageView> {
    let mut messages = control.messages(chat);
    messages.retain(|message| message.from.is_bot && !message.deleted);
    messages
}

pub(crate) async fn connect(url: &str, token: &str, clock: Clock) -> Telegram {
    let settings = Settings { token: token.into(), api_url: url.to_owned() };
    Telegram::connect(settings, clock).await.unwrap()
}

pub(crate) async fn bounded<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, future).await.expect("within the bound")
}
