//! What people do in the emulated Discord that the bot must answer: run commands, press buttons, choose, fill forms in.
//! Every act gives the interaction's id.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    control::{Control, ControlError},
    guild::Channel,
    interaction::{Answer, InteractionKind},
    invoke::{self, Act},
    message::Message,
    view::{MessageView, Select},
    world::World,
};

const SLASH: u64 = 1;
const ON_A_PERSON: u64 = 2;

impl World {
    /// A channel that the person is in.
    pub fn channel_of(&self, person: u64, channel: u64) -> Result<&Channel, ControlError> {
        if !self.people.contains_key(&person) {
            return Err(ControlError::UnknownPerson(person));
        }
        let place = self.channels.get(&channel).ok_or(ControlError::UnknownChannel(channel))?;
        if self.is_present(person, place) {
            Ok(place)
        } else {
            Err(ControlError::NotPresent { person, channel })
        }
    }

    /// A message on the person's screen.
    fn message_of(&self, person: u64, message: u64) -> Result<&Message, ControlError> {
        let unknown = ControlError::UnknownMessage(message);
        let message = self.message(message).filter(|message| message.is_seen_by(person));
        let message = message.ok_or(unknown)?;
        self.channel_of(person, message.channel)?;
        Ok(message)
    }

    fn command_act(
        &self,
        person: u64,
        channel: u64,
        line: &str,
        given: &[(&str, Value)],
        focused: Option<(&str, &str)>,
    ) -> Result<Act, ControlError> {
        let place = self.channel_of(person, channel)?;
        let mut words = line.trim_start_matches('/').split_whitespace();
        let name = words.next().unwrap_or_default();
        let command = self.commands.find(place.guild(), SLASH, name);
        let command = command.ok_or_else(|| ControlError::UnknownCommand(name.to_owned()))?;
        if !self.offers(command, person, place) {
            return Err(ControlError::NotOffered(name.to_owned()));
        }
        let words: Vec<&str> = words.collect();
        let filled = invoke::fill(command.options(), &words, given, focused)?;
        let mut data = json!({
            "id": command.id.to_string(),
            "name": name,
            "type": SLASH,
            "options": filled.options,
            "resolved": self.resolved(&filled.people, place),
        });
        if let Some(guild) = command.guild {
            data["guild_id"] = guild.to_string().into();
        }
        let kind = match focused {
            Some(_) => InteractionKind::Autocomplete,
            None => InteractionKind::Command,
        };
        Ok(Act { kind, name: name.to_owned(), data, source: None })
    }
}

impl Control {
    /// The commands that a person finds in a channel, as Discord shows them.
    pub fn offered(&self, person: u64, channel: u64) -> Result<Vec<Value>, ControlError> {
        let world = self.world();
        let place = world.channel_of(person, channel)?;
        let own = place.guild().into_iter().flat_map(|guild| world.commands.list(Some(guild)));
        let known = world.commands.list(None).chain(own);
        let offered = known.filter(|command| world.offers(command, person, place));
        Ok(offered.map(|command| command.to_api(world.bot.id)).collect())
    }

    /// A person runs a slash command, such as "/buy" or "/admin topup" (a subcommand).
    pub fn run_command(
        &self,
        person: u64,
        channel: u64,
        line: &str,
        options: &[(&str, Value)],
    ) -> Result<u64, ControlError> {
        let mut world = self.world();
        let act = world.command_act(person, channel, line, options, None)?;
        world.interact(person, channel, act)
    }

    /// A command arrives that Discord would not have let the person run: not offered here, with options nobody defined.
    /// Texts become strings, whole numbers integers.
    pub fn forge_command(
        &self,
        person: u64,
        channel: u64,
        name: &str,
        options: &[(&str, Value)],
    ) -> Result<u64, ControlError> {
        let mut world = self.world();
        let name = name.trim_start_matches('/');
        let id = world.commands.find(None, SLASH, name).map_or(0, |command| command.id);
        let options = options.iter().map(|(name, value)| {
            let kind = if value.is_string() {
                3
            } else if value.is_boolean() {
                5
            } else {
                4
            };
            json!({ "name": name, "type": kind, "value": value })
        });
        let options: Vec<Value> = options.collect();
        let data = json!({ "id": id.to_string(), "name": name, "type": SLASH, "options": options });
        let kind = InteractionKind::Command;
        world.interact(person, channel, Act { kind, name: name.to_owned(), data, source: None })
    }

    /// A person runs a command on somebody, from the menu under their name.
    pub fn context_command(
        &self,
        person: u64,
        channel: u64,
        name: &str,
        target: u64,
    ) -> Result<u64, ControlError> {
        let mut world = self.world();
        let place = world.channel_of(person, channel)?;
        let command = world.commands.find(place.guild(), ON_A_PERSON, name);
        let command = command.ok_or_else(|| ControlError::UnknownCommand(name.to_owned()))?;
        if !world.offers(command, person, place) {
            return Err(ControlError::NotOffered(name.to_owned()));
        }
        if world.user(target).is_null() {
            return Err(ControlError::UnknownPerson(target));
        }
        let data = json!({
            "id": command.id.to_string(),
            "name": name,
            "type": ON_A_PERSON,
            "target_id": target.to_string(),
            "resolved": world.resolved(&[target], place),
        });
        let kind = InteractionKind::Command;
        world.interact(person, channel, Act { kind, name: name.to_owned(), data, source: None })
    }

    /// A person types into an option; the suggestions that the bot makes (name, value), within `bound`.
    pub async fn autocomplete(
        &self,
        bound: Duration,
        person: u64,
        channel: u64,
        line: &str,
        options: &[(&str, Value)],
        (option, text): (&str, &str),
    ) -> Result<Vec<(String, String)>, ControlError> {
        let id = {
            let mut world = self.world();
            let focused = Some((option, text));
            let act = world.command_act(person, channel, line, options, focused)?;
            world.interact(person, channel, act)?
        };
        let view = self.answered(bound, id).await.ok_or(ControlError::NoAnswer)?;
        match view.answer {
            Some(Answer::Choices(choices)) => Ok(choices),
            Some(
                Answer::Message
                | Answer::Deferred
                | Answer::DeferredUpdate
                | Answer::Update
                | Answer::Modal(_),
            )
            | None => Err(ControlError::NoAnswer),
        }
    }

    /// A person presses a button: the first that is called `name` (label or `custom_id`), else the first whose label
    /// contains it.
    pub fn press(&self, person: u64, message: u64, name: &str) -> Result<u64, ControlError> {
        let missing = || ControlError::NoSuchComponent(name.to_owned());
        let shown = self.seen(person, message)?;
        let button = shown.button(name).filter(|button| !button.is_disabled).ok_or_else(missing)?;
        let custom_id = button.custom_id.clone().ok_or_else(missing)?;
        self.forge_press(person, message, &custom_id)
    }

    /// A button press arrives, whether or not the person sees such a button there: clients can be forged.
    pub fn forge_press(
        &self,
        person: u64,
        message: u64,
        custom_id: &str,
    ) -> Result<u64, ControlError> {
        let data = json!({ "custom_id": custom_id, "component_type": 2 });
        self.use_component(person, message, custom_id, data)
    }

    /// A person chooses options (values or labels) of the select that is called `name` (placeholder or `custom_id`); an
    /// empty name takes the only one.
    pub fn choose(
        &self,
        person: u64,
        message: u64,
        name: &str,
        wanted: &[&str],
    ) -> Result<u64, ControlError> {
        let missing = || ControlError::NoSuchComponent(name.to_owned());
        let shown = self.seen(person, message)?;
        let is_meant = |select: &&Select| {
            name.is_empty()
                || select.custom_id == name
                || select.placeholder.as_deref() == Some(name)
        };
        let select = shown.selects().find(is_meant).filter(|it| !it.is_disabled);
        let select = select.ok_or_else(missing)?;
        if !(select.least..=select.most).contains(&wanted.len()) {
            return Err(missing());
        }
        let value = |wanted: &&str| {
            let option =
                select.options.iter().find(|it| it.value == *wanted || it.label == *wanted);
            option
                .map(|option| option.value.clone())
                .ok_or_else(|| ControlError::NoSuchComponent((*wanted).to_owned()))
        };
        let values: Vec<String> = wanted.iter().map(value).collect::<Result<_, _>>()?;
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.forge_choice(person, message, &select.custom_id, &values)
    }

    /// A choice arrives, whether or not there is such a select with such values.
    pub fn forge_choice(
        &self,
        person: u64,
        message: u64,
        custom_id: &str,
        values: &[&str],
    ) -> Result<u64, ControlError> {
        let data = json!({ "custom_id": custom_id, "component_type": 3, "values": values });
        self.use_component(person, message, custom_id, data)
    }

    fn seen(&self, person: u64, message: u64) -> Result<MessageView, ControlError> {
        let world = self.world();
        Ok(world.view(world.message_of(person, message)?))
    }

    fn use_component(
        &self,
        person: u64,
        message: u64,
        custom_id: &str,
        data: Value,
    ) -> Result<u64, ControlError> {
        let mut world = self.world();
        let known = world.message(message).ok_or(ControlError::UnknownMessage(message))?;
        let (channel, source) = (known.channel, Some(message));
        let kind = InteractionKind::Component;
        world.interact(person, channel, Act { kind, name: custom_id.to_owned(), data, source })
    }
}
