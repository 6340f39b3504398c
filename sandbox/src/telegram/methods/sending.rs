//! Methods that put something on people's screens: messages, photos, documents, "typing", answers to pressed buttons.

use serde_json::Value;

use super::chat_id;
use crate::telegram::{
    event::Event,
    html,
    keyboard::Markup,
    markdown,
    message::{Draft, Media, Sender, picture_size},
    params::Params,
    refusal::Refusal,
    text::{Entity, EntityKind, FormattedText, utf16_len},
    world::World,
};

const TEXT_UNITS: usize = 4_096;
const CAPTION_UNITS: usize = 1_024;
const TOAST_UNITS: usize = 200;
const CHAT_ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

pub(super) fn send_message(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let text = read_text(world, params, Refusal::TEXT_TOO_LONG)?;
    send(world, params, text, None)
}

pub(super) fn send_photo(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let caption = read_caption(world, params)?;
    send(world, params, caption, Some("photo"))
}

pub(super) fn send_document(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let caption = read_caption(world, params)?;
    send(world, params, caption, Some("document"))
}

/// The text of a message, 1-4096 characters after entities parsing.
pub(super) fn read_text(
    world: &World,
    params: &Params,
    too_long: Refusal,
) -> Result<FormattedText, Refusal> {
    let text = read_formatted(world, params, "text", "entities")?;
    if text.text.is_empty() {
        return Err(Refusal::TEXT_EMPTY);
    }
    if text.len() > TEXT_UNITS {
        return Err(too_long);
    }
    Ok(text)
}

/// The caption of a file, 0-1024 characters after entities parsing.
pub(super) fn read_caption(world: &World, params: &Params) -> Result<FormattedText, Refusal> {
    let caption = read_formatted(world, params, "caption", "caption_entities")?;
    if caption.len() > CAPTION_UNITS {
        return Err(Refusal::CAPTION_TOO_LONG);
    }
    Ok(caption)
}

fn read_formatted(
    world: &World,
    params: &Params,
    name: &str,
    entities: &str,
) -> Result<FormattedText, Refusal> {
    let source = params.text(name).unwrap_or_default();
    let mode = params.text("parse_mode").unwrap_or_default();
    let mut text = match mode.to_ascii_lowercase().as_str() {
        "" => match params.json(entities)? {
            None => FormattedText::plain(&source),
            Some(list) => {
                let list =
                    serde_json::from_value::<Vec<Entity>>(list.into_owned()).map_err(|_| {
                        Refusal::bad("can't parse MessageEntity: Unsupported type specified")
                    })?;
                FormattedText::with_entities(&source, list)?
            }
        },
        "html" => html::parse(&source).map_err(|reason| Refusal::entities(&reason))?.tidied(),
        "markdownv2" => {
            markdown::parse(&source).map_err(|reason| Refusal::entities(&reason))?.tidied()
        }
        _ => return Err(Refusal::bad("unsupported parse_mode")),
    };
    name_mentioned_users(world, &mut text);
    Ok(text)
}

/// Links to people become mentions, which carry the whole User; to strangers they are plain text.
fn name_mentioned_users(world: &World, text: &mut FormattedText) {
    text.entities.retain_mut(|entity| {
        let id = match (entity.kind, &entity.url, &entity.user) {
            (EntityKind::TextLink, Some(url), _) => match url.strip_prefix("tg://user?id=") {
                Some(id) => id.parse().ok(),
                None => return true,
            },
            (EntityKind::TextMention, _, user) => {
                user.as_ref().and_then(|user| user.get("id")?.as_i64())
            }
            _ => return true,
        };
        let Some(person) = id.and_then(|id| world.people.get(&id)) else { return false };
        entity.kind = EntityKind::TextMention;
        entity.url = None;
        entity.user = Some(person.to_api());
        true
    });
}

/// What all sending methods share, after their own content was read: where, in answer to what, with which buttons.
fn send(
    world: &mut World,
    params: &Params,
    text: FormattedText,
    file: Option<&str>,
) -> Result<Value, Refusal> {
    let chat = chat_id(params)?;
    let place = world.chat_of_bot(chat)?;
    let is_group = place.is_group();
    let reply_to = read_reply(params, |id| place.history.get(id).is_some())?;
    let markup = Markup::parse(params.json("reply_markup")?.as_deref())?;
    let force_reply = markup == Markup::ForceReply;
    let link_preview = params.json("link_preview_options")?.map(std::borrow::Cow::into_owned);
    if let Some(name) = file {
        check_file(world, params, name)?;
    }
    let now_ms = world.now();
    if let Some(flood) = &mut world.flood {
        flood
            .admit(chat, is_group, now_ms)
            .map_err(|retry_after_s| Refusal::TooManyRequests { retry_after_s })?;
    }
    let media = file.map(|name| take_file(world, params, name)).transpose()?;
    let draft = Draft {
        text,
        media,
        keyboard: markup.into_keyboard(),
        force_reply,
        reply_to,
        silent: params.flag("disable_notification"),
        protected: params.flag("protect_content"),
        link_preview,
        service: None,
    };
    let id = world.post(chat, Sender::Bot, draft).ok_or(Refusal::CHAT_NOT_FOUND)?;
    let place = world.chat_of_bot(chat)?;
    let message = place.history.get(id).ok_or(Refusal::InternalServerError)?;
    Ok(world.message_to_api(place, message))
}

fn read_reply(params: &Params, exists: impl Fn(i64) -> bool) -> Result<Option<i64>, Refusal> {
    let Some(reply) = params.json("reply_parameters")? else { return Ok(None) };
    let id = reply.get("message_id").and_then(Value::as_i64).ok_or_else(|| {
        Refusal::bad("can't parse reply parameters: message_id must be an integer")
    })?;
    if exists(id) {
        return Ok(Some(id));
    }
    if reply.get("allow_sending_without_reply") == Some(&Value::Bool(true)) {
        return Ok(None);
    }
    Err(Refusal::REPLY_NOT_FOUND)
}

/// Refuses what cannot be sent, before anything is counted or kept.
fn check_file(world: &World, params: &Params, name: &str) -> Result<(), Refusal> {
    if let Some(upload) = params.upload(name) {
        if upload.bytes.is_empty() {
            return Err(Refusal::bad("file must be non-empty"));
        }
        if name == "photo" && picture_size(&upload.bytes).is_none() {
            return Err(Refusal::bad("IMAGE_PROCESS_FAILED"));
        }
        return Ok(());
    }
    let Some(id) = params.text(name) else {
        return Err(Refusal::bad(format!("there is no {name} in the request")));
    };
    if id.starts_with("http://") || id.starts_with("https://") {
        return Err(Refusal::bad("failed to get HTTP URL content"));
    }
    if world.file(&id).is_none() {
        return Err(Refusal::bad("wrong file identifier/HTTP URL specified"));
    }
    Ok(())
}

fn take_file(world: &mut World, params: &Params, name: &str) -> Result<Media, Refusal> {
    let known = params.text(name).and_then(|id| world.file(&id));
    let file = match (known, params.upload(name)) {
        (Some(file), _) => file,
        (None, Some(upload)) => world.keep_file(upload),
        (None, None) => return Err(Refusal::bad("wrong file identifier/HTTP URL specified")),
    };
    Ok(if name == "photo" { Media::Photo(file) } else { Media::Document(file) })
}

pub(super) fn send_chat_action(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let chat = world.chat_of_bot(chat_id(params)?)?.id;
    let action = params.text("action").unwrap_or_default().into_owned();
    if !CHAT_ACTIONS.contains(&action.as_str()) {
        return Err(Refusal::bad("wrong parameter action in request"));
    }
    world.show(|_| Event::Typing { chat, action });
    Ok(true.into())
}

pub(super) fn answer_callback_query(world: &mut World, params: &Params) -> Result<Value, Refusal> {
    let id = params.text("callback_query_id").unwrap_or_default();
    let text = params.text("text").unwrap_or_default();
    if utf16_len(&text) > TOAST_UNITS {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let own_link = format!("t.me/{}?start=", world.bot.username).to_ascii_lowercase();
    if params
        .text("url")
        .is_some_and(|url| !url.is_empty() && !url.to_ascii_lowercase().contains(&own_link))
    {
        return Err(Refusal::bad("URL_INVALID"));
    }
    let now_ms = world.now();
    let toast = world.queries.answer(&id, text.into_owned(), params.flag("show_alert"), now_ms);
    let toast = toast.ok_or(Refusal::QUERY_TOO_OLD)?;
    world.show(|_| Event::Toast(toast));
    Ok(true.into())
}
