//! The way back out: how the shop hands a screen to a chat platform. Each adapter is one implementation.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    action::Standing,
    ids::{ChatRef, Identity, MessageRef, Platform},
    screen::Screen,
};

/// Sends and edits messages on one platform. Paces itself to that platform's limits.
#[async_trait]
pub trait Messenger: Send + Sync {
    fn platform(&self) -> &Platform;

    /// Sends a new message. Waits for its turn under the platform's limits.
    async fn send(
        &self,
        chat: &ChatRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<MessageRef, SendError>;

    /// Replaces a message. That it already looks like this is success.
    async fn edit(
        &self,
        message: &MessageRef,
        screen: &Screen,
        urgency: Urgency,
    ) -> Result<(), SendError>;

    /// What a person is in a group now. `None` where the platform says so with every action instead, and tells nothing
    /// when it is asked.
    async fn standing(&self, group: &str, person: &Identity)
    -> Result<Option<Standing>, SendError>;
}

/// Which messages go first when a platform's limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A code, or the answer to what a person just did.
    Now,
    /// A receipt, a changed order.
    Soon,
    /// A countdown: may be dropped when there is no room.
    Spare,
}

/// Why a message did not go out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The platform asks to wait.
    #[error("asked to wait {} s", .0.as_secs())]
    RetryAfter(Duration),
    /// Nothing can reach this chat: blocked, kicked, gone.
    #[error("the chat cannot be reached: {0}")]
    ChatClosed(String),
    /// The message to edit is gone or cannot be edited.
    #[error("the message is gone: {0}")]
    MessageGone(String),
    /// The platform will never take this message.
    #[error("refused: {0}")]
    Refused(String),
    /// The platform or the network failed; it may have gone out.
    #[error("failed: {0}")]
    Failed(String),
    /// No room for a [`Urgency::Spare`] message now.
    #[error("no room")]
    NoRoom,
}
