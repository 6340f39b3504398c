//! Reads an interaction, or a direct message, as who asks and what they ask. Pure; decides nothing about the answer.
//!
//! Whatever is asked elsewhere than in the direct messages is answered to the person alone, so that for the shop every
//! conversation is in the person's private chat.

use bot_core::{
    action::{Action, Actor, ChatKind, Command, Mention, Tap},
    ids::Identity,
};
use secrecy::SecretString;
use serenity::model::{
    application::{
        ActionRowComponent, AuthorizingIntegrationOwner, AuthorizingIntegrationOwners, CommandData,
        CommandDataOptionValue, CommandInteraction, ComponentInteraction,
        ComponentInteractionDataKind, Interaction, InteractionContext, MessageInteractionMetadata,
        ModalInteraction,
    },
    channel::{Message, MessageFlags},
    id::{ChannelId, GuildId, InteractionId, UserId},
    user::User,
};

use crate::{
    address::{Spot, chat_ref, identity},
    commands::{BUY, COUNTRY, MENU, SERVICE},
    custom_id,
    passes::Home,
    wire::DirectMessage,
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
    /// A new direct message.
    Direct,
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

/// `None` for what is not meant for the shop.
pub(crate) fn decode(interaction: Interaction) -> Option<Asked> {
    match interaction {
        Interaction::Command(command) => Some(decode_command(command)),
        Interaction::Autocomplete(command) => decode_typing(command),
        Interaction::Component(component) => Some(decode_component(component)),
        Interaction::Modal(modal) => Some(decode_modal(modal)),
        // Pings come by HTTP only; other kinds are newer than this program.
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
    Some(Request { actor, ask: Ask::Do(action), way: Way::Direct })
}

fn decode_command(command: CommandInteraction) -> Asked {
    let ticket = Ticket {
        id: command.id,
        token: command.token.into(),
        person: command.user.id,
        home: home(
            command.context,
            command.guild_id,
            command.channel_id,
            &command.authorizing_integration_owners,
        ),
        opening: Opening::New,
    };
    // Only the entry in a person's menu has a target.
    if let Some(person) = command.data.target_id {
        let person = UserId::new(person.get());
        return Asked::TopUpForm { ticket, language: command.locale, person };
    }
    let mut actor = actor(&command.user, command.locale);
    actor.reply_to = mentioned(&command.data);
    let ask = match command.data.name.as_str() {
        BUY => Ask::Buy {
            service: field(&command.data, SERVICE),
            country: field(&command.data, COUNTRY),
        },
        MENU => Ask::Do(Action::Tap(Tap::Menu)),
        name => Ask::Do(typed(name, &command.data)),
    };
    Asked::Request(Box::new(Request { actor, ask, way: Way::Interaction(ticket) }))
}

/// A command as if it had been typed. Each field is one word, so that it cannot pass for two.
fn typed(name: &str, data: &CommandData) -> Action {
    let texts = data.options.iter().filter_map(|option| option.value.as_str());
    let words: Vec<String> = texts.map(one_word).collect();
    Action::from_line(&format!("/{name} {}", words.join(" ")), "")
        .unwrap_or_else(|| Action::Command(Command::Unknown(name.to_owned())))
}

fn one_word(text: &str) -> String {
    shortened(text).split_whitespace().collect::<Vec<_>>().join("_")
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_FIELD).collect()
}

/// What was chosen or typed in a field; empty when nothing was.
fn field(data: &CommandData, name: &str) -> String {
    let option = data.options.iter().find(|option| option.name == name);
    let text = option.and_then(|option| match &option.value {
        CommandDataOptionValue::String(text)
        | CommandDataOptionValue::Autocomplete { value: text, .. } => Some(text),
        _ => None,
    });
    text.map(|text| shortened(text)).unwrap_or_default()
}

fn mentioned(data: &CommandData) -> Option<Mention> {
    let person = data.options.iter().find_map(|option| option.value.as_user_id())?;
    let user = data.resolved.users.get(&person).filter(|user| !user.bot)?;
    Some(Mention {
        identity: identity(person),
        name: shown_name(user).to_owned(),
        username: Some(user.name.clone()),
    })
}

fn decode_typing(command: CommandInteraction) -> Option<Asked> {
    let focused = command
        .data
        .options
        .iter()
        .find(|option| matches!(option.value, CommandDataOptionValue::Autocomplete { .. }))?;
    let field = match focused.name.as_str() {
        SERVICE => Field::Service(field(&command.data, SERVICE)),
        COUNTRY => Field::Country {
            service: field(&command.data, SERVICE),
            typed: field(&command.data, COUNTRY),
        },
        _ => return None,
    };
    let ticket = Ticket {
        id: command.id,
        token: command.token.into(),
        person: command.user.id,
        home: Home::Elsewhere { channel: None },
        opening: Opening::New,
    };
    Some(Asked::Suggestions { ticket, language: command.locale, field })
}

fn decode_component(component: ComponentInteraction) -> Asked {
    let home = home(
        component.context,
        component.guild_id,
        component.channel_id,
        &component.authorizing_integration_owners,
    );
    let person = component.user.id;
    let spot = spot(&component.message, home);
    let ticket = Ticket {
        id: component.id,
        token: component.token.into(),
        person,
        home,
        opening: spot.map_or(Opening::New, Opening::Over),
    };
    // What only one person sees is theirs; in public it may be somebody else's.
    if spot.is_none() && owner(&component.message).is_some_and(|owner| owner != person) {
        return Asked::NotTheirs { ticket, language: component.locale };
    }
    let carried = match &component.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first(),
        _ => Some(&component.data.custom_id),
    };
    let tap = carried.and_then(|carried| custom_id::unpack(carried));
    let mut actor = actor(&component.user, component.locale);
    actor.message = spot.map(|spot| spot.to_ref(person));
    let ask = Ask::Do(tap.map_or(Action::StaleTap, Action::Tap));
    Asked::Request(Box::new(Request { actor, ask, way: Way::Interaction(ticket) }))
}

fn spot(message: &Message, home: Home) -> Option<Spot> {
    let is_ephemeral = message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL));
    match home {
        _ if is_ephemeral => Some(Spot::Ephemeral(message.id)),
        Home::Direct(channel) => Some(Spot::Direct { channel, message: message.id }),
        Home::Elsewhere { .. } => None,
    }
}

/// Whose interaction a message answers, or whom it calls.
fn owner(message: &Message) -> Option<UserId> {
    let asked = message.interaction_metadata.as_deref().and_then(|metadata| match metadata {
        MessageInteractionMetadata::Command(asked) => Some(asked.user.id),
        MessageInteractionMetadata::Component(asked) => Some(asked.user.id),
        MessageInteractionMetadata::ModalSubmit(asked) => Some(asked.user.id),
        _ => None,
    });
    asked.or_else(|| message.mentions.first().map(|user| user.id))
}

/// Forms are answered to the person alone wherever they are.
fn decode_modal(modal: ModalInteraction) -> Asked {
    let mut components = modal.data.components.iter().flat_map(|row| &row.components);
    let amount = components.find_map(|component| match component {
        ActionRowComponent::InputText(text) if text.custom_id == custom_id::AMOUNT => {
            text.value.as_deref()
        }
        _ => None,
    });
    let mut actor = actor(&modal.user, modal.locale);
    let person = custom_id::topped_up(&modal.data.custom_id);
    let action = match (person, amount) {
        (Some(person), Some(amount)) => {
            actor.reply_to = Some(nameless(person));
            Action::Command(Command::TopUp(one_word(amount)))
        }
        _ => Action::StaleTap,
    };
    let ticket = Ticket {
        id: modal.id,
        token: modal.token.into(),
        person: modal.user.id,
        home: Home::Elsewhere { channel: None },
        opening: Opening::New,
    };
    Asked::Request(Box::new(Request { actor, ask: Ask::Do(action), way: Way::Interaction(ticket) }))
}

fn nameless(identity: Identity) -> Mention {
    Mention { name: identity.user.clone(), identity, username: None }
}

fn home(
    context: Option<InteractionContext>,
    guild: Option<GuildId>,
    channel: ChannelId,
    installed: &AuthorizingIntegrationOwners,
) -> Home {
    if context == Some(InteractionContext::BotDm) && guild.is_none() {
        return Home::Direct(channel);
    }
    let bot_is_there = installed
        .0
        .iter()
        .any(|owner| matches!(owner, AuthorizingIntegrationOwner::GuildInstall(Some(_))));
    Home::Elsewhere { channel: Some(channel).filter(|_| guild.is_some() && bot_is_there) }
}

fn actor(user: &User, language: String) -> Actor {
    let mut actor = actor_of(user.id, shown_name(user), &user.name);
    actor.language = Some(language);
    actor
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
    }
}

fn shown_name(user: &User) -> &str {
    user.global_name.as_deref().unwrap_or(&user.name)
}

#[cfg(test)]
mod tests;
