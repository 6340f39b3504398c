//! Interactions on their way to the bot: what INTERACTION_CREATE says ("Receiving and Responding to Interactions").
//! Knows nothing of why somebody acts.

use serde_json::{Map, Value, json};

use super::{
    application_command::AppCommand,
    control::ControlError,
    gateway::{ALWAYS, Event},
    guild::{Channel, Place},
    interaction::{Interaction, InteractionKind, Interactions},
    world::World,
};

const SUBCOMMAND_GROUP: u64 = 2;
const USER_OPTION: u64 = 6;

/// What somebody did.
pub(super) struct Act {
    pub kind: InteractionKind,
    /// The command's name, or the `custom_id`.
    pub name: String,
    pub data: Value,
    pub source: Option<u64>,
}

impl World {
    /// Sends an interaction to the bot; its id.
    pub fn interact(&mut self, person: u64, channel: u64, act: Act) -> Result<u64, ControlError> {
        if !self.people.contains_key(&person) {
            return Err(ControlError::UnknownPerson(person));
        }
        let place = self.channels.get(&channel).ok_or(ControlError::UnknownChannel(channel))?;
        let mut data = self.about_place(person, place);
        let id = self.new_id();
        let token = Interactions::token(id);
        data.insert("id".to_owned(), id.to_string().into());
        data.insert("application_id".to_owned(), self.bot.id.to_string().into());
        data.insert("type".to_owned(), act.kind.number().into());
        data.insert("token".to_owned(), token.clone().into());
        data.insert("version".to_owned(), 1.into());
        data.insert("data".to_owned(), act.data);
        if let Some(message) = act.source.and_then(|message| self.message(message)) {
            data.insert("message".to_owned(), self.message_to_api(message));
        }
        self.interactions.add(Interaction {
            id,
            token,
            kind: act.kind,
            user: person,
            channel,
            name: act.name,
            source: act.source,
            created_ms: self.now(),
            answer: None,
            answered_ms: None,
            original: None,
        });
        self.gateway.dispatch(Event {
            name: "INTERACTION_CREATE",
            data: data.into(),
            intents: ALWAYS,
        });
        self.touch();
        Ok(id)
    }

    /// Who is it and where are they.
    fn about_place(&self, person: u64, channel: &Channel) -> Map<String, Value> {
        let locale = self.people.get(&person).map_or("en-US", |person| &person.locale);
        let mut shown = self.channel_to_api(channel);
        shown["permissions"] = self.permissions(person, channel).into();
        let mut about = json!({
            "channel": shown,
            "channel_id": channel.id.to_string(),
            "app_permissions": "2147601408",
            "locale": locale,
            "entitlements": [],
            "authorizing_integration_owners": self.owners(person, channel),
            "context": channel.context(),
            "attachment_size_limit": 10_485_760,
        });
        match &channel.place {
            Place::Text { guild, .. } => {
                about["guild_id"] = guild.to_string().into();
                about["guild"] =
                    json!({ "id": guild.to_string(), "locale": "en-US", "features": [] });
                about["guild_locale"] = "en-US".into();
                about["member"] = self.member(person, *guild);
            }
            Place::Dm { .. } | Place::Private { .. } => about["user"] = self.user(person),
        }
        about.as_object().cloned().unwrap_or_default()
    }

    fn member(&self, person: u64, guild: u64) -> Value {
        let member = self.guilds.get(&guild).and_then(|guild| guild.members.get(&person));
        let mut object = member.copied().unwrap_or_default().to_api();
        object["user"] = self.user(person);
        object["deaf"] = false.into();
        object["mute"] = false.into();
        object
    }

    fn permissions(&self, person: u64, channel: &Channel) -> String {
        let guild = channel.guild().and_then(|guild| self.guilds.get(&guild));
        let member = guild.and_then(|guild| guild.members.get(&person)).copied();
        member.unwrap_or_default().permissions().to_string()
    }

    /// Whose installation of the application this is: a server's, a person's, or both.
    fn owners(&self, person: u64, channel: &Channel) -> Value {
        let mut owners = Map::new();
        if self.comes_with_server(channel) {
            let guild = channel.guild().unwrap_or(0);
            owners.insert("0".to_owned(), guild.to_string().into());
        }
        if self.people.get(&person).is_some_and(|person| person.has_installed) {
            owners.insert("1".to_owned(), person.to_string().into());
        }
        owners.into()
    }

    fn comes_with_server(&self, channel: &Channel) -> bool {
        match &channel.place {
            Place::Text { guild, .. } => self.guilds.get(guild).is_some_and(|guild| guild.has_bot),
            Place::Dm { .. } => true,
            Place::Private { .. } => false,
        }
    }

    /// Whether Discord shows a command to a person in a place ("Contexts", "Permissions").
    pub fn offers(&self, command: &AppCommand, person: u64, channel: &Channel) -> bool {
        let by_person = self.people.get(&person).is_some_and(|person| person.has_installed)
            && command.fits_installation(1);
        let by_server = self.comes_with_server(channel)
            && command.fits_installation(0)
            && (channel.guild().is_some() || self.knows_bot(person));
        let may = match (channel.guild(), command.needs_permissions()) {
            (Some(guild), Some(bits)) => self
                .guilds
                .get(&guild)
                .and_then(|guild| guild.members.get(&person))
                .is_some_and(|member| member.has(bits)),
            (None, _) | (_, None) => true,
        };
        (by_person || by_server) && command.fits_context(channel.context()) && may
    }

    /// The `resolved` people of a command's data.
    pub fn resolved(&self, people: &[u64], channel: &Channel) -> Value {
        let mut resolved = json!({ "users": {} });
        for person in people {
            resolved["users"][person.to_string()] = self.user(*person);
            let member = channel
                .guild()
                .and_then(|guild| self.guilds.get(&guild))
                .and_then(|guild| guild.members.get(person));
            if let Some(member) = member {
                resolved["members"][person.to_string()] = member.to_api();
            }
        }
        resolved
    }
}

/// The options of a command as the data carries them, below the subcommands that `words` name.
pub(super) struct Filled {
    pub options: Vec<Value>,
    /// The people that options name.
    pub people: Vec<u64>,
}

/// Fills a command's options with what somebody typed. `focused` is the option that is being typed in, with its text so
/// far; required options may be missing then.
pub(super) fn fill(
    options: &[Value],
    words: &[&str],
    given: &[(&str, Value)],
    focused: Option<(&str, &str)>,
) -> Result<Filled, ControlError> {
    if let [word, rest @ ..] = words {
        let known = options.iter().find(|option| option["name"] == *word);
        let known = known.ok_or_else(|| ControlError::WrongOption((*word).to_owned()))?;
        let nested = known["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let inner = fill(nested, rest, given, focused)?;
        let kind = if rest.is_empty() { 1 } else { SUBCOMMAND_GROUP };
        let option = json!({ "name": word, "type": kind, "options": inner.options });
        return Ok(Filled { options: vec![option], people: inner.people });
    }
    let mut filled = Filled { options: Vec::new(), people: Vec::new() };
    for (name, value) in given {
        let wrong = || ControlError::WrongOption((*name).to_owned());
        let known = options.iter().find(|option| option["name"] == *name).ok_or_else(wrong)?;
        if !takes(known, value) {
            return Err(wrong());
        }
        if known["type"] == USER_OPTION {
            filled.people.extend(super::snowflake::read(value));
        }
        filled.options.push(json!({ "name": name, "type": known["type"], "value": value }));
    }
    if let Some((name, text)) = focused {
        let known = options.iter().find(|it| it["name"] == name && it["autocomplete"] == true);
        let known = known.ok_or_else(|| ControlError::WrongOption(name.to_owned()))?;
        let kind = &known["type"];
        filled.options.push(json!({ "name": name, "type": kind, "value": text, "focused": true }));
        return Ok(filled);
    }
    let is_given = |option: &Value| given.iter().any(|(name, _)| option["name"] == *name);
    let missing = options.iter().find(|option| option["required"] == true && !is_given(option));
    match missing.and_then(|option| option["name"].as_str()) {
        Some(name) => Err(ControlError::MissingOption(name.to_owned())),
        None => Ok(filled),
    }
}

/// Whether Discord's client lets this value into the option. Suggestions bind nobody: any text goes where there is
/// autocomplete.
fn takes(option: &Value, value: &Value) -> bool {
    let choices = option["choices"].as_array().filter(|choices| !choices.is_empty());
    if choices.is_some_and(|choices| !choices.iter().any(|choice| choice["value"] == *value)) {
        return false;
    }
    let number = |name: &str| option[name].as_f64();
    let within = |size: Option<f64>, least: &str, most: &str| {
        size.is_some_and(|size| {
            number(least).is_none_or(|least| size >= least)
                && number(most).is_none_or(|most| size <= most)
        })
    };
    match option["type"].as_u64() {
        Some(3) => {
            let units = value.as_str().map(super::form::units);
            let size = units.and_then(|units| u32::try_from(units).ok()).map(f64::from);
            size.is_some_and(|size| size <= 6_000.0) && within(size, "min_length", "max_length")
        }
        Some(4) => value.is_i64() && within(value.as_f64(), "min_value", "max_value"),
        Some(5) => value.is_boolean(),
        Some(10) => within(value.as_f64(), "min_value", "max_value"),
        Some(6..=9 | 11) => value.is_string(),
        Some(_) | None => false,
    }
}
