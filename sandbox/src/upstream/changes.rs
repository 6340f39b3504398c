//! A bell that rings whenever an emulator has handled a request or was changed by hand, so that a test can wait for
//! what it expects instead of sleeping. It knows nothing of what changed.

use std::time::Duration;

use tokio::sync::watch;

/// The bell. Clones ring for the same listeners.
#[derive(Clone, Debug)]
pub struct Changes(watch::Sender<u64>);

/// What was waited for did not come within the bound.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("what was waited for did not come within {0:?}")]
pub struct TooLate(pub Duration);

impl Changes {
    /// A bell that has not rung.
    pub fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// Wakes everyone who waits.
    pub fn ring(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A receiver whose value changes whenever the bell rings.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }

    /// Returns once `found` gives something; asks at once and after every ring.
    ///
    /// # Errors
    /// [`TooLate`] when `within` has passed.
    pub async fn wait_for<T>(
        &self,
        within: Duration,
        mut found: impl FnMut() -> Option<T>,
    ) -> Result<T, TooLate> {
        let mut receiver = self.listen();
        let search = async {
            loop {
                // Marked as seen before looking, so that a ring in between wakes the next wait.
                receiver.borrow_and_update();
                if let Some(thing) = found() {
                    return thing;
                }
                if receiver.changed().await.is_err() {
                    // Cannot happen while `self` holds the sender.
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(within, search).await.map_err(|_| TooLate(within))
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self::new()
    }
}
