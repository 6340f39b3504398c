//! A chat's last messages, bounded. Knows nothing of who may read them.

use std::collections::VecDeque;

use super::message::{Draft, Message, Sender};

/// Messages kept per chat; older ones are forgotten as if they had been deleted.
const MESSAGES_AT_MOST: usize = 1_000;

#[derive(Debug, Default)]
pub(super) struct History {
    last_id: i64,
    /// In the order of their ids, deleted ones included.
    messages: VecDeque<Message>,
}

impl History {
    /// Appends a message and gives it the chat's next id.
    pub fn append(&mut self, sender: Sender, draft: Draft, now_ms: i64) -> &Message {
        self.last_id += 1;
        if self.messages.len() >= MESSAGES_AT_MOST {
            self.messages.pop_front();
        }
        let message = Message {
            id: self.last_id,
            sender,
            draft,
            sent_ms: now_ms,
            edited_ms: None,
            edit_count: 0,
            deleted: false,
        };
        self.messages.push_back(message);
        &self.messages[self.messages.len() - 1]
    }

    fn position(&self, id: i64) -> Option<usize> {
        self.messages.binary_search_by_key(&id, |message| message.id).ok()
    }

    /// The message, unless it was deleted or forgotten.
    pub fn get(&self, id: i64) -> Option<&Message> {
        self.position(id).map(|at| &self.messages[at]).filter(|message| !message.deleted)
    }

    /// The message, unless it was deleted or forgotten.
    pub fn get_mut(&mut self, id: i64) -> Option<&mut Message> {
        let at = self.position(id)?;
        Some(&mut self.messages[at]).filter(|message| !message.deleted)
    }

    /// Whether a message of this id ever was in this chat.
    pub fn has_been(&self, id: i64) -> bool {
        (1..=self.last_id).contains(&id)
    }

    /// Everything kept, oldest first, deleted messages included.
    pub fn iter(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter()
    }
}
