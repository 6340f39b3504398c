//! The bot itself, people and servers: gateway addresses, users, guilds, DM channels.

use serde_json::json;

use crate::discord::{
    payload::Payload,
    refusal::Refusal,
    rest::{Asked, Reply},
    snowflake,
    world::World,
};

const INVALID_RECIPIENT: Refusal = Refusal::Coded(400, 50_033, "Invalid Recipient(s)");

pub(super) fn gateway(asked: &Asked) -> Reply {
    Reply::ok(json!({ "url": asked.gateway_url }))
}

pub(super) fn gateway_bot(asked: &Asked) -> Reply {
    let limit = json!({ "total": 1_000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1 });
    Reply::ok(json!({ "url": asked.gateway_url, "shards": 1, "session_start_limit": limit }))
}

pub(super) fn my_guilds(world: &World) -> Reply {
    let guilds = world.guilds.values().filter(|guild| guild.has_bot);
    let guilds = guilds.map(|guild| {
        json!({
            "id": guild.id.to_string(), "name": guild.name, "icon": null, "banner": null,
            "owner": false, "permissions": "2147601408", "features": [],
        })
    });
    Reply::ok(guilds.collect())
}

pub(super) fn leave_guild(world: &mut World, guild: u64) -> Result<Reply, Refusal> {
    let known = world.guilds.get_mut(&guild).filter(|guild| guild.has_bot);
    known.ok_or(Refusal::UNKNOWN_GUILD)?.has_bot = false;
    world.announce_farewell(guild);
    Ok(Reply::no_content())
}

/// Opening the channel works even when the person takes no messages: the first message is refused.
pub(super) fn create_dm(world: &mut World, payload: &Payload) -> Result<Reply, Refusal> {
    let recipient = snowflake::read(&payload.json["recipient_id"])
        .filter(|person| world.people.contains_key(person))
        .ok_or(INVALID_RECIPIENT)?;
    let channel = world.dm(recipient);
    let channel = world.channels.get(&channel).ok_or(Refusal::UNKNOWN_CHANNEL)?;
    Ok(Reply::ok(world.channel_to_api(channel)))
}

pub(super) fn user(world: &World, user: u64) -> Result<Reply, Refusal> {
    let object = world.user(user);
    if object.is_null() { Err(Refusal::UNKNOWN_USER) } else { Ok(Reply::ok(object)) }
}

pub(super) fn guild(world: &World, guild: u64) -> Result<Reply, Refusal> {
    let known = world.guilds.get(&guild).filter(|guild| guild.has_bot);
    Ok(Reply::ok(known.ok_or(Refusal::UNKNOWN_GUILD)?.to_api(&[], &[])))
}

pub(super) fn member(world: &World, guild: u64, user: u64) -> Result<Reply, Refusal> {
    let guild = world.guilds.get(&guild).filter(|guild| guild.has_bot);
    let guild = guild.ok_or(Refusal::UNKNOWN_GUILD)?;
    let member = guild.members.get(&user).ok_or(Refusal::UNKNOWN_MEMBER)?;
    let mut object = member.to_api();
    object["user"] = world.user(user);
    object["deaf"] = false.into();
    object["mute"] = false.into();
    Ok(Reply::ok(object))
}
