//! The door for what the provider pushes: it is read, made durable, and the worker is rung. Nothing is believed here, and
//! nobody's signature is checked: whoever calls has done that.

use super::Shop;
use crate::{
    store::StoreError,
    upstream::{Push, PushSecret, UpstreamError},
};

/// What became of a push at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    New,
    /// A copy of it was there already.
    Again,
    /// It is about no order: a test of the connection, or an event without meaning here.
    Nothing,
}

/// Why a push was not kept. Safe to log: no secrets, numbers or codes.
#[derive(Debug, thiserror::Error)]
pub enum PushFault {
    /// The body is not what the document promises.
    #[error(transparent)]
    Unreadable(#[from] UpstreamError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Shop {
    /// The provider's name in the configuration.
    pub fn provider(&self) -> &'static str {
        self.upstream.capabilities().provider
    }

    /// Whether and how the provider pushes.
    pub fn push(&self) -> Push {
        self.upstream.capabilities().push
    }

    /// Keeps a pushed body, once, and has it worked on at once.
    pub async fn keep_push(&self, body: &[u8]) -> Result<Kept, PushFault> {
        let pushed = self.upstream.read_push(body)?;
        let Some(order) = pushed.order else { return Ok(Kept::Nothing) };
        let not_text = |_| UpstreamError::Malformed { route: "push", field: "the body".to_owned() };
        let body = str::from_utf8(body).map_err(not_text)?.to_owned();
        let (provider, now) = (self.provider(), self.clock.now());
        let is_new = self
            .store
            .write(move |tx| {
                Box::pin(
                    async move { tx.keep_push(provider, &pushed.dedup, &order, &body, now).await },
                )
            })
            .await?;
        self.inbox.notify_one();
        Ok(if is_new { Kept::New } else { Kept::Again })
    }

    /// Has the provider push to this address; answers with the secret that signs it.
    pub async fn register_push(&self, url: &str) -> Result<PushSecret, UpstreamError> {
        self.upstream.register_push(url).await
    }

    /// Has the provider push a test to this address, and answers with the HTTP status that it got there.
    pub async fn test_push(&self, url: &str) -> Result<u16, UpstreamError> {
        self.upstream.test_push(url).await
    }
}
