//! Methods about chats and who is in them.

use serde_json::{Value, json};

use super::chat_id;
use crate::telegram::{
    chat::{Chat, ChatKind, Standing},
    event::Event,
    message::Sender,
    params::Params,
    refusal::Refusal,
    world::World,
};

/// A chat the bot may look at: unlike sending, a block does not forbid it.
fn visible<'a>(world: &'a World, params: &Params) -> Result<&'a Chat, Refusal> {
    let id = chat_id(params)?;
    let chat = world.chats.get(&id).ok_or(Refusal::CHAT_NOT_FOUND)?;
    if world.people.get(&id).is_some_and(|person| !person.has_written) {
        return Err(Refusal::CHAT_NOT_FOUND);
    }
    chat.check_bot_is_in()?;
    Ok(chat)
}

fn group<'a>(world: &'a World, params: &Params) -> Result<&'a Chat, Refusal> {
    let chat = visible(world, params)?;
    if chat.kind == ChatKind::Private {
        return Err(Refusal::bad("there are no administrators in the private chat"));
    }
    Ok(chat)
}

pub(super) fn get_chat(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let chat = visible(world, params)?;
    let mut full = chat.to_api();
    full["accent_color_id"] = 0.into();
    full["max_reaction_count"] = 11.into();
    let takes_gifts = !chat.is_group();
    full["accepted_gift_types"] = json!({
        "unlimited_gifts": takes_gifts,
        "limited_gifts": takes_gifts,
        "unique_gifts": takes_gifts,
        "premium_subscription": takes_gifts,
        "gifts_from_channels": takes_gifts,
    });
    if chat.is_group() {
        full["permissions"] = permissions();
    }
    Ok(full)
}

/// Bot API, ChatPermissions: what any member may do.
fn permissions() -> Value {
    json!({
        "can_send_messages": true,
        "can_send_audios": true,
        "can_send_documents": true,
        "can_send_photos": true,
        "can_send_videos": true,
        "can_send_video_notes": true,
        "can_send_voice_notes": true,
        "can_send_polls": true,
        "can_send_other_messages": true,
        "can_add_web_page_previews": true,
        "can_change_info": false,
        "can_invite_users": true,
        "can_pin_messages": false,
        "can_manage_topics": false,
    })
}

pub(super) fn get_chat_member(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let user =
        params.integer("user_id")?.ok_or_else(|| Refusal::bad("invalid user_id specified"))?;
    let chat = visible(world, params)?;
    if user == world.bot.id {
        return Ok(chat.bot.to_api(&world.bot.to_api()));
    }
    if !world.people.contains_key(&user) {
        return Err(Refusal::USER_NOT_FOUND);
    }
    Ok(chat.standing(user).to_api(&world.user(Sender::Person(user))))
}

pub(super) fn get_chat_administrators(
    world: &mut World,
    params: &Params,
) -> Result<Value, Refusal> {
    let chat = group(world, params)?;
    let people = chat.members.iter().filter(|(_, standing)| standing.is_admin());
    let mut admins: Vec<Value> =
        people.map(|(id, standing)| standing.to_api(&world.user(Sender::Person(*id)))).collect();
    if chat.bot.is_admin() {
        admins.push(chat.bot.to_api(&world.bot.to_api()));
    }
    Ok(admins.into())
}

pub(super) fn get_chat_member_count(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let chat = visible(world, params)?;
    let people = chat.members.values().filter(|standing| standing.is_present()).count();
    Ok((people + 1).into())
}

pub(super) fn leave_chat(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let id = visible(world, params)?.id;
    let chat = world.chats.get_mut(&id).ok_or(Refusal::CHAT_NOT_FOUND)?;
    if chat.kind == ChatKind::Private {
        return Err(Refusal::bad("chat member status can't be changed in private chats"));
    }
    chat.bot = Standing::Left;
    world.show(|_| Event::Chat { chat: id });
    Ok(true.into())
}
