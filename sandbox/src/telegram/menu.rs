//! The command menus: which commands the bot set for which scope and language, and which of them a person sees where (Bot
//! API, "Determining list of commands"). Knows nothing of what the commands do.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{chat::Chat, refusal::Refusal, text::utf16_len};

const COMMANDS_AT_MOST: usize = 100;
const NAME_AT_MOST: usize = 32;
const DESCRIPTION_AT_MOST: usize = 256;

/// One line of a menu (Bot API, BotCommand).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    pub command: String,
    pub description: String,
}

/// Where a menu applies (Bot API, BotCommandScope).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Scope {
    #[default]
    Default,
    AllPrivateChats,
    AllGroupChats,
    AllChatAdministrators,
    Chat {
        chat_id: i64,
    },
    ChatAdministrators {
        chat_id: i64,
    },
    ChatMember {
        chat_id: i64,
        user_id: i64,
    },
}

impl Scope {
    /// The parameter `scope`; the default one when missing.
    pub(super) fn parse(scope: Option<&Value>) -> Result<Self, Refusal> {
        let Some(scope) = scope else { return Ok(Self::Default) };
        Self::deserialize(scope)
            .map_err(|_| Refusal::bad("can't parse BotCommandScope: Unsupported type specified"))
    }
}

/// Reads and judges the parameter `commands`.
pub(super) fn parse_commands(commands: &Value) -> Result<Vec<Command>, Refusal> {
    let commands = Vec::<Command>::deserialize(commands)
        .map_err(|_| Refusal::bad("can't parse commands: expected an Array of BotCommand"))?;
    if commands.len() > COMMANDS_AT_MOST {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for Command { command, description } in &commands {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !(1..=NAME_AT_MOST).contains(&command.len()) || !command.bytes().all(is_name) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=DESCRIPTION_AT_MOST).contains(&utf16_len(description)) {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    Ok(commands)
}

/// All menus by scope and language; the language is empty where no other fits.
#[derive(Debug, Default)]
pub(super) struct Menus(HashMap<(Scope, String), Vec<Command>>);

impl Menus {
    pub fn set(&mut self, scope: Scope, language: &str, commands: Vec<Command>) {
        if commands.is_empty() {
            self.delete(scope, language);
        } else {
            self.0.insert((scope, language.to_owned()), commands);
        }
    }

    pub fn get(&self, scope: Scope, language: &str) -> &[Command] {
        self.0.get(&(scope, language.to_owned())).map_or(&[], Vec::as_slice)
    }

    pub fn delete(&mut self, scope: Scope, language: &str) {
        self.0.remove(&(scope, language.to_owned()));
    }

    /// The menu that a person with this language sees in a chat: the narrowest scope that has one.
    pub fn shown(&self, chat: &Chat, person: i64, language: &str) -> &[Command] {
        let chat_id = chat.id;
        let scopes = if chat.is_group() {
            let is_admin = chat.standing(person).is_admin();
            vec![
                Some(Scope::ChatMember { chat_id, user_id: person }),
                is_admin.then_some(Scope::ChatAdministrators { chat_id }),
                Some(Scope::Chat { chat_id }),
                is_admin.then_some(Scope::AllChatAdministrators),
                Some(Scope::AllGroupChats),
                Some(Scope::Default),
            ]
        } else {
            vec![Some(Scope::Chat { chat_id }), Some(Scope::AllPrivateChats), Some(Scope::Default)]
        };
        let language = language.split('-').next().unwrap_or_default();
        let mut candidates =
            scopes.into_iter().flatten().flat_map(|scope| [(scope.clone(), language), (scope, "")]);
        candidates
            .find_map(|(scope, language)| {
                Some(self.get(scope, language)).filter(|commands| !commands.is_empty())
            })
            .unwrap_or_default()
    }
}
