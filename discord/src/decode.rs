//! Reads an interaction, or a direct message, as who asks and what they ask. Pure; decides nothing about the answer.
//!
//! Whatever is asked elsewhere than in the direct messages is answered to the person alone, so that for the shop every
//! conversation is in the person's private chat.

use bot_core::{
    action::{Action, Actor, ChatKind, Command, Group, Mention, Tap},
    ids::Identity,
};
use secrecy::SecretString;
use serenity::model::id::{ChannelId, InteractionId, UserId};

use crate::{
    address::{Spot, channel_ref, chat_ref, identity},
    commands::{BUY, COUNTRY, MENU, NOTE, SERVICE},
    custom_id,
    passes::Home,
    wire::{Author, CommandField, Data, DirectMessage, Interaction, TappedMessage},
};

/// The longest part of what was typed into a field that is looked at, in characters.
const LONGEST_FIELD: usize = 100;

/// What somebody wants.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Something of the shop.
    Request(Box<Request>),
    /// Suggestions for a field they are typing in.
    Suggestions { ticket: Ticket, language: String, field: Field },
    /// The form that tops a person up.
    TopUpForm { ticket: Ticket, language: String, person: UserId },
    /// They tapped what was shown to somebody else.
    NotTheirs { ticket: Ticket, language: String },
}

#[derive(Debug)]
pub(crate) struct Request {
    pub actor: Actor,
    pub ask: Ask,
    pub way: Way,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Do(Action),
    /// The command with fields: ids that were suggested, or anything else.
    Buy {
        service: String,
        country: String,
    },
}

/// A field of the command that buys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Service(String),
    Country { service: String, typed: String },
}

/// How the answer goes back.
#[derive(Debug)]
pub(crate) enum Way {
    Interaction(Ticket),
    /// A new message in the person's direct messages, where they have just written.
    Direct(ChannelId),
}

/// An interaction, which wants its first answer within three seconds.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub id: InteractionId,
    pub token: SecretString,
    pub person: UserId,
    pub home: Home,
    pub opening: Opening,
}

/// What the first answer begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// A message of its own.
    New,
    /// A change of the message whose button was tapped.
    Over(Spot),
}

/// "Interaction Type".
const COMMAND: u8 = 2;
const COMPONENT: u8 = 3;
const TYPING: u8 = 4;
const FORM: u8 = 5;
/// "Interaction Context Types": the direct messages with the bot.
const BOT_DM: u8 = 1;
/// "Application Integration Types": installed in a guild.
const GUILD_INSTALL: &str = "0";

/// `None` for what is not meant for the shop, or newer than this program.
pub(crate) fn decode(interaction: &Interaction) -> Option<Asked> {
    let person = interaction.person()?;
    match interaction.kind {
        COMMAND => Some(decode_command(interaction, person)),
        TYPING => decode_typing(interaction, person),
        COMPONENT => decode_component(interaction, person),
        FORM => Some(decode_form(interaction, person)),
        _ => None,
    }
}

/// `None` for what bots write and what is said elsewhere.
pub(crate) fn decode_message(message: &DirectMessage, language: Option<String>) -> Option<Request> {
    if message.guild_id.is_some() || message.author.bot {
        return None;
    }
    let author = &message.author;
    let mut actor = actor_of(author.id, author.shown_name(), &author.username);
    actor.language = language;
    // A command that was typed instead of chosen means the same; none is addressed to another bot here.
    let action = Action::from_line(&message.content, "")?;
    Some(Request { actor, ask: Ask::Do(action), way: Way::Direct(message.channel_id) })
}

fn decode_command(command: &Interaction, person: &Author) -> Asked {
    let ticket = ticket(command, person, home(command), Opening::New);
    // Only the entry in a person's menu has a target.
    if let Some(person) = command.data.target_id {
        return Asked::TopUpForm { ticket, language: language(command), person };
    }
    let data = &command.data;
    let mut actor = actor(person, command);
    actor.reply_to = mentioned(data);
    let ask = match data.name.as_str() {
        BUY => Ask::Buy { service: field(data, SERVICE), country: field(data, COUNTRY) },
        MENU => Ask::Do(Action::Tap(Tap::Menu)),
        name => Ask::Do(typed(name, data)),
    };
    Asked::Request(Box::new(Request { actor, ask, way: Way::Interaction(ticket) }))
}

/// A command as if it had been typed. Each field is one word, so that it cannot pass for two; a note comes last, as it is.
fn typed(name: &str, data: &Data) -> Action {
    let (notes, fields): (Vec<_>, Vec<_>) =
        data.options.iter().partition(|option| option.name == NOTE);
    let role = data.options.iter().find_map(CommandField::role);
    let role = role.into_iter().flat_map(|role| ["role".to_owned(), role.to_string()]);
    let fields = fields.into_iter().filter_map(CommandField::text).map(one_word);
    let notes = notes.into_iter().filter_map(CommandField::text).map(shortened);
    let words: Vec<String> = role.chain(fields).chain(notes).collect();
    Action::from_line(&format!("/{name} {}", words.join(" ")), "")
        .unwrap_or_else(|| Action::Command(Command::unknown(name, "")))
}

fn one_word(text: &str) -> String {
    shortened(text).split_whitespace().collect::<Vec<_>>().join("_")
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_FIELD).collect()
}

/// What was chosen or typed in a field; empty when nothing was.
fn field(data: &Data, name: &str) -> String {
    let option = data.options.iter().find(|option| option.name == name);
    option.and_then(CommandField::text).map(shortened).unwrap_or_default()
}

fn mentioned(data: &Data) -> Option<Mention> {
    let person = data.options.iter().find_map(CommandField::person)?;
    let user = data.resolved.users.get(&person).filter(|user| !user.bot)?;
    Some(Mention {
        identity: identity(person),
        name: user.shown_name().to_owned(),
        username: Some(user.username.clone()),
    })
}

fn decode_typing(command: &Interaction, person: &Author) -> Option<Asked> {
    let data = &command.data;
    let focused = data.options.iter().find(|option| option.focused)?;
    let field = match focused.name.as_str() {
        SERVICE => Field::Service(field(data, SERVICE)),
        COUNTRY => Field::Country { service: field(data, SERVICE), typed: field(data, COUNTRY) },
        _ => return None,
    };
    let ticket = ticket(command, person, home(command), Opening::New);
    Some(Asked::Suggestions { ticket, language: language(command), field })
}

/// `None` without a message, which every component has.
fn decode_component(component: &Interaction, person: &Author) -> Option<Asked> {
    let message = component.message.as_ref()?;
    let home = home(component);
    let spot = spot(message, home);
    let ticket = ticket(component, person, home, spot.map_or(Opening::New, Opening::Over));
    // What only one person sees is theirs; in public it may be somebody else's.
    if spot.is_none() && message.owner().is_some_and(|owner| owner != person.id) {
        return Some(Asked::NotTheirs { ticket, language: language(component) });
    }
    let data = &component.data;
    let carried = match &data.values {
        Some(values) => values.first(),
        None => Some(&data.custom_id),
    };
    let tap = carried.and_then(|carried| custom_id::unpack(carried));
    let mut actor = actor(person, component);
    actor.message = spot.map(|spot| spot.to_ref(person.id));
    let ask = Ask::Do(tap.map_or(Action::StaleTap, Action::Tap));
    Some(Asked::Request(Box::new(Request { actor, ask, way: Way::Interaction(ticket) })))
}

fn spot(message: &TappedMessage, home: Home) -> Option<Spot> {
    match home {
        _ if message.is_ephemeral() => Some(Spot::Ephemeral(message.id)),
        Home::Direct(channel) => Some(Spot::Direct { channel, message: message.id }),
        Home::Elsewhere { .. } => None,
    }
}

/// Forms are answered by a message of their own wherever they were opened.
fn decode_form(form: &Interaction, person: &Author) -> Asked {
    let mut actor = actor(person, form);
    let about = custom_id::topped_up(&form.data.custom_id);
    let action = match (about, form.data.filled(custom_id::AMOUNT)) {
        (Some(about), Some(amount)) => {
            actor.reply_to = Some(nameless(about));
            Action::Command(Command::TopUp(one_word(amount)))
        }
        (Some(_) | None, _) => Action::StaleTap,
    };
    let ticket = ticket(form, person, home(form), Opening::New);
    Asked::Request(Box::new(Request { actor, ask: Ask::Do(action), way: Way::Interaction(ticket) }))
}

fn nameless(identity: Identity) -> Mention {
    Mention { name: identity.user.clone(), identity, username: None }
}

fn ticket(interaction: &Interaction, person: &Author, home: Home, opening: Opening) -> Ticket {
    let token = interaction.token.clone().into();
    Ticket { id: interaction.id, token, person: person.id, home, opening }
}

fn language(interaction: &Interaction) -> String {
    interaction.locale.clone().unwrap_or_default()
}

fn home(interaction: &Interaction) -> Home {
    let is_in_guild = interaction.guild_id.is_some();
    match interaction.channel_id {
        Some(channel) if interaction.context == Some(BOT_DM) && !is_in_guild => {
            Home::Direct(channel)
        }
        channel => {
            let bot_is_there =
                interaction.authorizing_integration_owners.contains_key(GUILD_INSTALL);
            Home::Elsewhere { channel: channel.filter(|_| is_in_guild && bot_is_there) }
        }
    }
}

fn actor(person: &Author, interaction: &Interaction) -> Actor {
    let mut actor = actor_of(person.id, person.shown_name(), &person.username);
    actor.language.clone_from(&interaction.locale);
    actor.group = group(interaction);
    actor
}

/// The guild that somebody acts in, if the bot is there, too.
fn group(interaction: &Interaction) -> Option<Group> {
    let (guild, home) = (interaction.guild_id?, home(interaction));
    let Home::Elsewhere { channel: Some(channel) } = home else { return None };
    Some(Group {
        id: guild.to_string(),
        // Told by the guild itself, when it is there.
        title: String::new(),
        chat: channel_ref(channel),
        standing: Some(interaction.standing()),
    })
}

fn actor_of(person: UserId, name: &str, username: &str) -> Actor {
    Actor {
        identity: identity(person),
        name: name.to_owned(),
        username: Some(username.to_owned()),
        language: None,
        chat: chat_ref(person),
        chat_kind: ChatKind::Private,
        private_chat: chat_ref(person),
        message: None,
        reply_to: None,
        group: None,
    }
}

#[cfg(test)]
mod tests;
