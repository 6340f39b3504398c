//! The methods of the Bot API by name. Each reads its parameters, changes the world or refuses, and answers with
//! `result`. `getUpdates` waits and therefore lives in `polling`.

mod chats;
mod editing;
mod own_profile;
mod sending;

use serde_json::Value;

use super::{params::Params, refusal::Refusal, world::World};

/// Carries a method out, all under the world's lock.
pub(super) type Handler = fn(&mut World, &Params) -> Result<Value, Refusal>;

/// What a method's name stands for.
#[derive(Clone, Copy)]
pub(super) enum Method {
    /// Answered at once.
    Direct(&'static str, Handler),
    /// Waits for updates.
    GetUpdates,
}

impl Method {
    /// The documented name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct(name, _) => name,
            Self::GetUpdates => "getUpdates",
        }
    }
}

const DIRECT: [(&str, Handler); 29] = [
    ("getMe", own_profile::get_me),
    ("getMyCommands", own_profile::get_my_commands),
    ("setMyCommands", own_profile::set_my_commands),
    ("deleteMyCommands", own_profile::delete_my_commands),
    ("getMyName", own_profile::get_my_name),
    ("setMyName", own_profile::set_my_name),
    ("getMyDescription", own_profile::get_my_description),
    ("setMyDescription", own_profile::set_my_description),
    ("getMyShortDescription", own_profile::get_my_short_description),
    ("setMyShortDescription", own_profile::set_my_short_description),
    ("getChatMenuButton", own_profile::get_chat_menu_button),
    ("setChatMenuButton", own_profile::set_chat_menu_button),
    ("getWebhookInfo", own_profile::get_webhook_info),
    ("deleteWebhook", own_profile::delete_webhook),
    ("sendMessage", sending::send_message),
    ("sendPhoto", sending::send_photo),
    ("sendDocument", sending::send_document),
    ("sendChatAction", sending::send_chat_action),
    ("answerCallbackQuery", sending::answer_callback_query),
    ("editMessageText", editing::edit_message_text),
    ("editMessageCaption", editing::edit_message_caption),
    ("editMessageReplyMarkup", editing::edit_message_reply_markup),
    ("deleteMessage", editing::delete_message),
    ("deleteMessages", editing::delete_messages),
    ("getChat", chats::get_chat),
    ("getChatMember", chats::get_chat_member),
    ("getChatMemberCount", chats::get_chat_member_count),
    ("getChatAdministrators", chats::get_chat_administrators),
    ("leaveChat", chats::leave_chat),
];

/// Names in any case mean the same method (Bot API, "Making requests").
pub(super) fn find(name: &str) -> Option<Method> {
    if name.eq_ignore_ascii_case("getUpdates") {
        return Some(Method::GetUpdates);
    }
    let (name, handler) = DIRECT.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(Method::Direct(name, *handler))
}

/// The required parameter `chat_id`. Names (`@channel`) are known to nobody here.
fn chat_id(params: &Params) -> Result<i64, Refusal> {
    match params.text("chat_id") {
        None => Err(Refusal::bad("chat_id is empty")),
        Some(text) => text.parse().map_err(|_| Refusal::CHAT_NOT_FOUND),
    }
}
