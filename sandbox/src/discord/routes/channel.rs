//! Messages that the bot writes by itself, with its own token ("Message"). Ephemeral messages are not in the channel for
//! these routes: only their interaction's token reaches them.

use crate::discord::{
    authoring::Below,
    guild::Place,
    message::{Author, Message},
    message_check::Target,
    payload::Payload,
    refusal::Refusal,
    rest::Reply,
    world::World,
};

/// How long `enforce_nonce` finds an earlier message: "in the past few minutes".
const NONCE_MS: i64 = 5 * 60 * 1_000;
const MESSAGES_BY_DEFAULT: usize = 50;
const MESSAGES_AT_MOST: usize = 100;

fn find(world: &World, channel: u64, id: u64) -> Result<&Message, Refusal> {
    let message = world.channel_of_bot(channel)?.get(id);
    message.filter(|message| !message.is_ephemeral()).ok_or(Refusal::UNKNOWN_MESSAGE)
}

fn own(world: &World, channel: u64, id: u64) -> Result<(), Refusal> {
    match find(world, channel, id)?.author {
        Author::Bot => Ok(()),
        Author::Person(_) => Err(Refusal::NOT_YOUR_MESSAGE),
    }
}

fn shown(world: &World, id: u64) -> Result<Reply, Refusal> {
    let message = world.message(id).ok_or(Refusal::UNKNOWN_MESSAGE)?;
    Ok(Reply::ok(world.message_to_api(message)))
}

pub(super) fn get(world: &World, channel: u64) -> Result<Reply, Refusal> {
    Ok(Reply::ok(world.channel_to_api(world.channel_of_bot(channel)?)))
}

/// GET messages: the newest first; of the query only `limit` is read.
pub(super) fn messages(world: &World, channel: u64, query: &str) -> Result<Reply, Refusal> {
    let limit = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("limit=")?.parse().ok())
        .unwrap_or(MESSAGES_BY_DEFAULT)
        .min(MESSAGES_AT_MOST);
    let channel = world.channel_of_bot(channel)?;
    let shown =
        channel.history().rev().filter(|message| !message.deleted && !message.is_ephemeral());
    Ok(Reply::ok(shown.take(limit).map(|message| world.message_to_api(message)).collect()))
}

pub(super) fn create(world: &mut World, channel: u64, payload: &Payload) -> Result<Reply, Refusal> {
    check_reachable(world, channel)?;
    let draft = world.draft(payload, Below::Top, Target::Channel)?;
    if payload.json["enforce_nonce"] == true
        && let Some(earlier) = earlier(world, channel, draft.nonce.as_deref())?
    {
        return shown(world, earlier);
    }
    let id = world.post(channel, draft, None);
    shown(world, id)
}

fn check_reachable(world: &World, channel: u64) -> Result<(), Refusal> {
    match world.channel_of_bot(channel)?.place {
        Place::Dm { person } if !world.takes_dms(person) => Err(Refusal::DMS_CLOSED),
        Place::Dm { .. } | Place::Text { .. } | Place::Private { .. } => Ok(()),
    }
}

/// The message that the bot wrote with this nonce a short while ago.
fn earlier(world: &World, channel: u64, nonce: Option<&str>) -> Result<Option<u64>, Refusal> {
    let now_ms = world.now();
    let is_it = |message: &&Message| {
        nonce.is_some()
            && message.nonce.as_deref() == nonce
            && now_ms - message.created_ms < NONCE_MS
    };
    Ok(world.channel_of_bot(channel)?.history().find(is_it).map(|message| message.id))
}

pub(super) fn message(world: &World, channel: u64, id: u64) -> Result<Reply, Refusal> {
    find(world, channel, id)?;
    shown(world, id)
}

pub(super) fn edit(
    world: &mut World,
    channel: u64,
    id: u64,
    payload: &Payload,
) -> Result<Reply, Refusal> {
    own(world, channel, id)?;
    world.revise(id, payload, Below::Top)?;
    shown(world, id)
}

pub(super) fn delete(world: &mut World, channel: u64, id: u64) -> Result<Reply, Refusal> {
    // The bot has no permission to delete what others wrote.
    own(world, channel, id).map_err(|refusal| match refusal {
        Refusal::NOT_YOUR_MESSAGE => Refusal::Coded(403, 50_013, "Missing Permissions"),
        other => other,
    })?;
    world.delete(id)?;
    Ok(Reply::no_content())
}

pub(super) fn typing(world: &World, channel: u64) -> Result<Reply, Refusal> {
    world.channel_of_bot(channel)?;
    Ok(Reply::no_content())
}
