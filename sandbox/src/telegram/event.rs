//! What people in the chats get to see, the moment it happens: the stream behind the demo's page. Knows nothing of who
//! listens.

use serde::Serialize;

use super::{message::MessageView, query::Toast};

/// One change on somebody's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Event {
    Message(MessageView),
    Edited(MessageView),
    Deleted(MessageView),
    Toast(Toast),
    Typing {
        chat: i64,
        action: String,
    },
    /// A chat appeared, or its title or members changed: read the world again.
    Chat {
        chat: i64,
    },
    /// The listener was too slow and missed events: read everything again.
    Missed,
}
