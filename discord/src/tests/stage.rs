//! An emulated Discord with a few people, and the adapter on it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bot_core::{
    action::{CommandName, Tap},
    clock::{Clock, ManualClock, Timestamp},
    screen::{Button, Place, Reply, Screen, Span, Toast},
    shop::CommandHelp,
    suggest::Phrase,
};
use sandbox::{
    discord::{Control, MessageView, Options, Running},
    request_log::RequestLog,
};
use serenity::builder::CreateCommand;
use tokio::{sync::watch, task::JoinHandle};

use super::scripted::Scripted;
use crate::{Discord, Ended, Settings, commands, door::Door, messenger::DiscordMessenger};

/// For anything to happen that has to happen.
pub(crate) const BOUND: Duration = Duration::from_secs(20);

pub(crate) const ANN: u64 = 1_007;
pub(crate) const BOB: u64 = 1_008;
pub(crate) const GUILD: u64 = 2_000;
/// A channel of the guild, where both are.
pub(crate) const LOUNGE: u64 = 3_000;

pub(crate) struct Stage {
    pub discord: Arc<Discord>,
    pub shop: Arc<Scripted>,
    pub time: ManualClock,
    pub control: Control,
    emulator: Running,
}

pub(crate) struct Run {
    pub stop: watch::Sender<bool>,
    pub task: JoinHandle<Result<(), Ended>>,
}

impl Run {
    pub async fn stop(self) -> Result<(), Ended> {
        self.stop.send_replace(true);
        self.ended().await
    }

    pub async fn ended(self) -> Result<(), Ended> {
        bounded(self.task).await.unwrap()
    }
}

struct Few;

impl commands::Words for Few {
    fn languages(&self) -> Vec<String> {
        vec!["de".to_owned()]
    }

    fn command(&self, _: Option<&str>, name: CommandName) -> CommandHelp {
        let word = name.word().to_owned();
        CommandHelp { name, word, description: format!("Does {}", name.word()) }
    }

    fn phrase(&self, language: Option<&str>, phrase: Phrase) -> String {
        match phrase {
            Phrase::FieldName(field) => format!("{field:?}").to_lowercase(),
            Phrase::MenuName => "menu".to_owned(),
            other => Scripted::default().phrase(language, other),
        }
    }
}

impl Stage {
    /// The one clock stands still until it is moved.
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut Options)) -> Self {
        let time = ManualClock::starting_at(Timestamp(1_700_000_000_000));
        let clock = time.clock();
        let mut options = Options {
            clock: sandbox::clock::Clock::from_fn(move || clock.now().0),
            log: RequestLog::from_env().unwrap(),
            ..Options::default()
        };
        change(&mut options);
        let token = options.token.clone();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let emulator = sandbox::discord::start(options, address).await.unwrap();
        let discord = connect(&emulator.url(), &token, time.clock()).await;
        let control = emulator.control();
        control.add_user(ANN, "ann", Some("Ann"), "en-US").unwrap();
        control.add_user(BOB, "bob", None, "de").unwrap();
        control.add_guild(GUILD, "Friends", ANN).unwrap();
        control.join(GUILD, BOB, false).unwrap();
        control.add_channel(GUILD, LOUNGE, "lounge").unwrap();
        let shop = Arc::new(Scripted::default());
        Self { discord: Arc::new(discord), shop, time, control, emulator }
    }

    /// With the bot online and its commands registered.
    pub async fn running() -> (Self, Run) {
        let stage = Self::open().await;
        let run = stage.run();
        stage.is_online().await;
        (stage, run)
    }

    pub fn run(&self) -> Run {
        let (stop, stopping) = watch::channel(false);
        let (discord, shop) = (Arc::clone(&self.discord), Arc::clone(&self.shop));
        let commands: Vec<CreateCommand> = commands::commands(&Few);
        let task = tokio::spawn(async move { discord.run_with(shop, commands, stopping).await });
        Run { stop, task }
    }

    pub async fn is_online(&self) {
        let online = self.control.until(BOUND, |control| {
            (control.is_connected() && !control.commands(None).is_empty()).then_some(())
        });
        online.await.expect("the bot is online");
    }

    pub fn url(&self) -> String {
        self.emulator.url()
    }

    pub fn messenger(&self) -> DiscordMessenger {
        self.discord.messenger_for(&self.shop)
    }

    /// A command of Ann's in the lounge, answered with a screen.
    pub async fn shows_in_lounge(&self, screen: Screen) -> MessageView {
        self.shop.will_say(new(screen));
        let id = self.control.run_command(ANN, LOUNGE, "/orders", &[]).unwrap();
        self.answer(id).await
    }

    /// The first answer to an interaction, once it is more than a promise.
    pub async fn answer(&self, interaction: u64) -> MessageView {
        let answer = self.control.until(BOUND, |control| {
            control.response(interaction).filter(|message| !message.is_thinking)
        });
        answer.await.expect("an answer")
    }

    /// The last message on a person's screen, once it says this.
    pub async fn sees(&self, person: u64, channel: u64, text: &str) -> MessageView {
        let seen = self.control.until(BOUND, |control| {
            control.last_message(person, channel).filter(|message| message.text().contains(text))
        });
        let Some(seen) = seen.await else {
            panic!("{text:?} is not there, but {:#?}", self.control.messages(person, channel))
        };
        seen
    }

    pub async fn asked(&self, count: usize) {
        bounded(self.shop.is_asked(count)).await;
    }
}

pub(crate) async fn connect(url: &str, token: &str, clock: Clock) -> Discord {
    let settings = Settings { api_url: url.to_owned(), ..Settings::new(token.to_owned().into()) };
    Discord::connect(settings, clock).await.unwrap()
}

pub(crate) async fn bounded<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(BOUND, future).await.expect("in time")
}

pub(crate) fn screen(text: &str) -> Screen {
    Screen::new(vec![Span::Plain(text.into())])
}

/// With a button.
pub(crate) fn menu(text: &str) -> Screen {
    screen(text).row(vec![Button::tap("Menu", Tap::Menu)])
}

pub(crate) fn new(screen: Screen) -> Reply {
    Reply::Show { screen, place: Place::New, toast: None }
}

pub(crate) fn edit(screen: Screen) -> Reply {
    Reply::Show { screen, place: Place::Edit, toast: None }
}

pub(crate) fn toast(text: &str) -> Reply {
    Reply::Toast(Toast { text: text.into(), alert: true })
}
