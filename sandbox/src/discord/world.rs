//! The whole emulated Discord as one application knows it: people, servers, channels, interactions and switches behind
//! one lock. Knows nothing of HTTP; the routes and the control interface change it through what stands here.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    Options,
    application_command::AppCommands,
    fault::FaultRule,
    gateway::{Event, GUILDS, Gateway},
    guild::{Channel, Guild, Member, Place},
    interaction::{InteractionKind, Interactions},
    limits::Limits,
    message::{Author, Message},
    person::{Bot, Person},
    refusal::Refusal,
    snowflake::Snowflakes,
    view::{MessageView, UsedCommand, Writer},
};
use crate::clock::Clock;

#[derive(Debug)]
pub(super) struct World {
    pub clock: Clock,
    pub ids: Snowflakes,
    pub bot: Bot,
    pub people: BTreeMap<u64, Person>,
    pub guilds: BTreeMap<u64, Guild>,
    pub channels: BTreeMap<u64, Channel>,
    /// The channel of each person's DM with the bot.
    dms: BTreeMap<u64, u64>,
    pub interactions: Interactions,
    pub commands: AppCommands,
    pub gateway: Gateway,
    pub faults: Vec<FaultRule>,
    pub limits: Limits,
    /// How often each route was asked with the right token, under its name, faults included.
    pub requests: BTreeMap<&'static str, u64>,
    /// Nothing is reachable.
    pub is_down: bool,
    /// The bot's token is no longer valid.
    pub is_revoked: bool,
    /// Goes up with every change that a test may wait for.
    pub changed: watch::Sender<u64>,
}

impl World {
    pub fn new(options: &Options) -> Self {
        Self {
            clock: options.clock.clone(),
            ids: Snowflakes::new(),
            bot: Bot { id: options.application_id, username: options.bot_username.clone() },
            people: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            dms: BTreeMap::new(),
            interactions: Interactions::new(options.deadlines),
            commands: AppCommands::default(),
            gateway: Gateway::new(),
            faults: Vec::new(),
            limits: Limits::new(options.strict_limits, options.invalid_requests_at_most),
            requests: BTreeMap::new(),
            is_down: false,
            is_revoked: false,
            changed: watch::Sender::new(0),
        }
    }

    pub fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn new_id(&mut self) -> u64 {
        self.ids.next(self.clock.now_ms())
    }

    /// Tells everybody who waits that something is different now.
    pub fn touch(&self) {
        self.changed.send_modify(|version| *version += 1);
    }

    /// The DM channel of a person, made when there is none.
    pub fn dm(&mut self, person: u64) -> u64 {
        if let Some(channel) = self.dms.get(&person) {
            return *channel;
        }
        let id = self.new_id();
        self.channels.insert(id, Channel::new(id, Place::Dm { person }));
        self.dms.insert(person, id);
        id
    }

    /// The User object of a person; Null for nobody.
    pub fn user(&self, person: u64) -> Value {
        if person == self.bot.id {
            return self.bot.to_api();
        }
        self.people.get(&person).map_or(Value::Null, Person::to_api)
    }

    pub fn channel_to_api(&self, channel: &Channel) -> Value {
        channel.to_api(|id| self.people.get(&id))
    }

    /// A guild with its channels and members, as GUILD_CREATE tells it.
    pub fn guild_to_api(&self, guild: &Guild) -> Value {
        let is_here = |channel: &&Channel| channel.guild() == Some(guild.id);
        let channels = self.channels.values().filter(is_here);
        let channels: Vec<Value> = channels.map(|channel| self.channel_to_api(channel)).collect();
        let member = |(person, member): (&u64, &Member)| {
            let mut object = member.to_api();
            object["user"] = self.user(*person);
            object["deaf"] = false.into();
            object["mute"] = false.into();
            object
        };
        let mut members: Vec<Value> = guild.members.iter().map(member).collect();
        members.push(member((&self.bot.id, &Member::default())));
        guild.to_api(&channels, &members)
    }

    /// Every guild that the bot is in.
    pub fn guilds_of_bot(&self) -> Vec<Value> {
        let guilds = self.guilds.values().filter(|guild| guild.has_bot);
        guilds.map(|guild| self.guild_to_api(guild)).collect()
    }

    /// The data of READY.
    pub fn ready(&self, session: &str, url: &str, shard: &Value) -> Value {
        let guilds = self.guilds.values().filter(|guild| guild.has_bot);
        let mut ready = json!({
            "v": 10,
            "user": self.bot.to_api_as_me(),
            "guilds": guilds.map(|guild| json!({ "id": guild.id.to_string(), "unavailable": true })).collect::<Vec<_>>(),
            "session_id": session,
            "session_type": "normal",
            "resume_gateway_url": url,
            "application": { "id": self.bot.id.to_string(), "flags": 0 },
            "private_channels": [],
            "relationships": [],
        });
        if shard.is_array() {
            ready["shard"] = shard.clone();
        }
        ready
    }

    /// Tells the bot that it came into a guild.
    pub fn announce_guild(&mut self, guild: u64) {
        let Some(data) = self.guilds.get(&guild).map(|guild| self.guild_to_api(guild)) else {
            return;
        };
        self.gateway.dispatch(Event { name: "GUILD_CREATE", data, intents: GUILDS });
        self.touch();
    }

    /// Tells the bot that it is no longer in a guild.
    pub fn announce_farewell(&mut self, guild: u64) {
        let data = json!({ "id": guild.to_string() });
        self.gateway.dispatch(Event { name: "GUILD_DELETE", data, intents: GUILDS });
        self.touch();
    }

    /// A channel that the bot itself may read and write in.
    pub fn channel_of_bot(&self, id: u64) -> Result<&Channel, Refusal> {
        let channel = self.channels.get(&id).ok_or(Refusal::UNKNOWN_CHANNEL)?;
        match &channel.place {
            Place::Dm { .. } => Ok(channel),
            Place::Text { guild, .. } => {
                let has_bot = self.guilds.get(guild).is_some_and(|guild| guild.has_bot);
                if has_bot { Ok(channel) } else { Err(Refusal::MISSING_ACCESS) }
            }
            Place::Private { .. } => Err(Refusal::MISSING_ACCESS),
        }
    }

    /// Whether the person and the bot have anything in common: a server, or the application installed.
    pub fn knows_bot(&self, person: u64) -> bool {
        let shares = |guild: &Guild| guild.has_bot && guild.members.contains_key(&person);
        self.guilds.values().any(shares)
            || self.people.get(&person).is_some_and(|person| person.has_installed)
    }

    /// Whether the bot may write to the person first.
    pub fn takes_dms(&self, person: u64) -> bool {
        self.people.get(&person).is_some_and(|account| account.dms_open) && self.knows_bot(person)
    }

    /// Whether the person is in the channel.
    pub fn is_present(&self, person: u64, channel: &Channel) -> bool {
        match &channel.place {
            Place::Dm { person: theirs } => *theirs == person,
            Place::Private { people } => people.contains(&person),
            Place::Text { guild, .. } => {
                self.guilds.get(guild).is_some_and(|guild| guild.members.contains_key(&person))
            }
        }
    }

    /// A message that was not deleted, wherever it is.
    pub fn message(&self, id: u64) -> Option<&Message> {
        self.channels.values().find_map(|channel| channel.get(id))
    }

    pub fn message_mut(&mut self, id: u64) -> Option<&mut Message> {
        self.channels.values_mut().find_map(|channel| channel.get_mut(id))
    }

    /// The Message object.
    pub fn message_to_api(&self, message: &Message) -> Value {
        let author = match message.author {
            Author::Bot => self.bot.to_api(),
            Author::Person(person) => self.user(person),
        };
        let mentions: Vec<Value> =
            message.body.pings.people.iter().map(|person| self.user(*person)).collect();
        let mut object = message.to_api(self.bot.id, &author, &mentions);
        if let Some(interaction) =
            message.interaction.and_then(|interaction| self.interactions.get(interaction))
        {
            object["interaction_metadata"] = json!({
                "id": interaction.id.to_string(),
                "type": interaction.kind.number(),
                "user": self.user(interaction.user),
                "authorizing_integration_owners": { "1": interaction.user.to_string() },
            });
        }
        object
    }

    /// The message as people see it.
    pub fn view(&self, message: &Message) -> MessageView {
        let (id, name, is_bot) = match message.author {
            Author::Bot => (self.bot.id, self.bot.username.clone(), true),
            Author::Person(id) => {
                (id, self.people.get(&id).map_or("", Person::shown_name).to_owned(), false)
            }
        };
        let used = message
            .interaction
            .and_then(|id| self.interactions.get(id))
            .filter(|it| it.kind == InteractionKind::Command && it.original == Some(message.id));
        let used = used.map(|it| UsedCommand { person: it.user, command: it.name.clone() });
        MessageView::new(message, Writer { id, name, is_bot }, used)
    }
}
