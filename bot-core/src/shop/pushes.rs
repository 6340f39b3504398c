//! The door for what the provider pushes: it is read, made durable, and the worker is rung. What it says is believed
//! elsewhere; here only who may have said it, by [`Shop::is_genuine`].

use super::{Shop, signature};
use crate::{
    seeded::bug,
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

    /// Whether a body may be the provider's: it is signed with the secret, where this provider signs. `signature` reads a
    /// header.
    pub fn is_genuine<'h>(
        &self,
        secret: Option<&PushSecret>,
        signature: impl FnOnce(&str) -> Option<&'h [u8]>,
        body: &[u8],
    ) -> bool {
        match self.push() {
            Push::Unsigned => true,
            Push::Never => false,
            Push::Signed { .. } if bug("push-without-a-check") => true,
            Push::Signed { header, .. } => secret
                .zip(signature(header))
                .is_some_and(|(secret, code)| signature::is_right(secret, body, code)),
        }
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
