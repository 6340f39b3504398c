//! Methods about the bot itself: who it is, its command menus, its texts, its menu button, its (absent) webhook.

#![allow(
    clippy::unnecessary_wraps,
    reason = "the table of methods wants one signature for all of them"
)]

use serde_json::{Value, json};

use crate::telegram::{
    menu::{Scope, parse_commands},
    params::Params,
    profile::ProfileText,
    refusal::Refusal,
    text::utf16_len,
    world::World,
};

pub(super) fn get_me(world: &mut World, _: &Params) -> Result<Value, Refusal> {
    let mut me = world.bot.to_api();
    me["can_join_groups"] = true.into();
    for absent in [
        "can_read_all_group_messages",
        "supports_inline_queries",
        "supports_guest_queries",
        "can_connect_to_business",
        "has_main_web_app",
        "has_topics_enabled",
        "allows_users_to_create_topics",
        "can_manage_bots",
        "supports_join_request_queries",
    ] {
        me[absent] = false.into();
    }
    Ok(me)
}

fn scope(params: &Params) -> Result<Scope, Refusal> {
    Scope::parse(params.json("scope")?.as_deref())
}

fn language(params: &Params) -> Result<String, Refusal> {
    let language = params.text("language_code").unwrap_or_default();
    let is_code = language.is_empty()
        || (language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase()));
    if is_code {
        Ok(language.into_owned())
    } else {
        Err(Refusal::bad("invalid language code specified"))
    }
}

pub(super) fn set_my_commands(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let commands = params
        .json("commands")?
        .ok_or_else(|| Refusal::bad("parameter \"commands\" is required"))?;
    world.menus.set(scope(params)?, &language(params)?, parse_commands(&commands)?);
    world.touch();
    Ok(true.into())
}

pub(super) fn get_my_commands(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    Ok(json!(world.menus.get(scope(params)?, &language(params)?)))
}

pub(super) fn delete_my_commands(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    world.menus.delete(scope(params)?, &language(params)?);
    world.touch();
    Ok(true.into())
}

fn set_text(world: &mut World, params: &Params, which: ProfileText) -> Result<Value, Refusal> {
    let text = params.text(which.field()).unwrap_or_default();
    if utf16_len(&text) > which.limit() {
        return Err(Refusal::bad(format!("{} is too long", which.field())));
    }
    world.profile.set_text(which, &language(params)?, &text);
    world.touch();
    Ok(true.into())
}

fn get_text(world: &World, params: &Params, which: ProfileText) -> Result<Value, Refusal> {
    let unset = if which == ProfileText::Name { world.bot.name.as_str() } else { "" };
    let text = world.profile.text(which, &language(params)?).unwrap_or(unset);
    Ok(json!({ which.field(): text }))
}

pub(super) fn set_my_name(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    set_text(world, params, ProfileText::Name)
}

pub(super) fn get_my_name(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    get_text(world, params, ProfileText::Name)
}

pub(super) fn set_my_description(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    set_text(world, params, ProfileText::Description)
}

pub(super) fn get_my_description(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    get_text(world, params, ProfileText::Description)
}

pub(super) fn set_my_short_description(
    world: &mut World,
    params: &Params,
) -> Result<Value, Refusal> {
    set_text(world, params, ProfileText::ShortDescription)
}

pub(super) fn get_my_short_description(
    world: &mut World,
    params: &Params,
) -> Result<Value, Refusal> {
    get_text(world, params, ProfileText::ShortDescription)
}

pub(super) fn set_chat_menu_button(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let chat = params.integer("chat_id")?;
    if chat.is_some_and(|chat| !world.chats.contains_key(&chat)) {
        return Err(Refusal::CHAT_NOT_FOUND);
    }
    let button = params
        .json("menu_button")?
        .map_or_else(|| json!({ "type": "default" }), std::borrow::Cow::into_owned);
    world.profile.set_menu_button(chat, button);
    Ok(true.into())
}

pub(super) fn get_chat_menu_button(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    Ok(world.profile.menu_button(params.integer("chat_id")?))
}

/// There is never a webhook: the bot polls.
pub(super) fn get_webhook_info(world: &mut World, _: &Params) -> Result<Value, Refusal> {
    Ok(json!({
        "url": "",
        "has_custom_certificate": false,
        "pending_update_count": world.updates.waiting(),
    }))
}

pub(super) fn delete_webhook(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    if params.flag("drop_pending_updates") {
        world.updates.clear();
    }
    Ok(true.into())
}
