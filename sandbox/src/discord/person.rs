//! People with accounts, and the bot's own. Knows no server.

use serde_json::{Value, json};

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub id: u64,
    pub username: String,
    pub global_name: Option<String>,
    /// Such as "en-US".
    pub locale: String,
    pub dms_open: bool,
    /// Whether they added the application to their account, so that its commands are everywhere.
    pub has_installed: bool,
}

impl Person {
    /// The User object.
    pub fn to_api(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "username": self.username,
            "discriminator": "0",
            "global_name": self.global_name,
            "avatar": null,
            "public_flags": 0,
        })
    }

    /// What others read beside their messages.
    pub fn shown_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }
}

/// The bot, whose user id is the application's id.
#[derive(Clone, Debug)]
pub(super) struct Bot {
    pub id: u64,
    pub username: String,
}

impl Bot {
    /// The User object.
    pub fn to_api(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "username": self.username,
            "discriminator": "4242",
            "global_name": null,
            "avatar": null,
            "bot": true,
            "public_flags": 0,
        })
    }

    /// The User object as GET /users/@me shows it.
    pub fn to_api_as_me(&self) -> Value {
        let mut me = self.to_api();
        me["mfa_enabled"] = true.into();
        me["verified"] = true.into();
        me["locale"] = "en-US".into();
        me["flags"] = 0.into();
        me["email"] = Value::Null;
        me
    }

    /// The Application object.
    pub fn application(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "name": self.username,
            "icon": null,
            "description": "",
            "bot_public": true,
            "bot_require_code_grant": false,
            "verify_key": "00".repeat(32),
            "team": null,
            "flags": 0,
            "summary": "",
            "integration_types_config": { "0": {}, "1": {} },
        })
    }
}
