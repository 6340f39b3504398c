//! What operators are told: once, until it is over.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::Shop;
use crate::{
    ids::{ChatRef, CustomerId},
    rights::Right,
    store::{
        StoreError,
        outbox::{Alert, Notice},
    },
    upstream::UpstreamError,
};

/// Failed calls in a row after which the provider counts as down.
const DOWN_AFTER: u32 = 3;

/// What this run knows of the provider. Losing it costs a message too many at most.
pub(crate) struct Health {
    failures: AtomicU32,
    /// Whether an alert may stand that the next good answer ends.
    told: AtomicBool,
    funds_told: AtomicBool,
}

impl Default for Health {
    /// An earlier run may have told of anything.
    fn default() -> Self {
        Self {
            failures: AtomicU32::new(0),
            told: AtomicBool::new(true),
            funds_told: AtomicBool::new(true),
        }
    }
}

impl Shop {
    /// The private chats of the owners who were ever here.
    pub(crate) async fn operators(&self) -> Result<Vec<ChatRef>, StoreError> {
        let mut chats = Vec::new();
        for owner in &self.settings.owners {
            if let Some(customer) = self.store.customer_by_identity(owner).await? {
                chats.push(customer.private_chat);
            }
        }
        Ok(chats)
    }

    /// The private chats of owners and staff who have `right`, but for one person's.
    pub(crate) async fn chats_of_staff(
        &self,
        right: Right,
        but: Option<CustomerId>,
    ) -> Result<Vec<ChatRef>, StoreError> {
        let mut people = Vec::new();
        for owner in &self.settings.owners {
            people.extend(self.store.customer_by_identity(owner).await?);
        }
        for staffer in self.store.staff().await? {
            if staffer.role.may(right) {
                people.extend(self.store.customer(staffer.customer).await?);
            }
        }
        let mut chats: Vec<ChatRef> = Vec::new();
        for person in people {
            if Some(person.id) != but && !chats.contains(&person.private_chat) {
                chats.push(person.private_chat);
            }
        }
        Ok(chats)
    }

    /// Tells the operators once, until [`Shop::all_clear`]. A fault here is logged: an alert never stops a purchase.
    pub(crate) async fn alert(&self, alert: Alert) {
        if let Err(fault) = self.try_alert(alert.clone(), true).await {
            tracing::error!(%fault, ?alert, "an alert could not be raised");
        }
    }

    /// The thing that `alert` told of is over; `news` is told if the alert stood.
    pub(crate) async fn all_clear(&self, alert: Alert, news: Option<Alert>) {
        let key = format!("{alert:?}");
        let cleared =
            self.store.write(move |tx| Box::pin(async move { tx.clear_alert(&key).await })).await;
        match (cleared, news) {
            (Ok(true), Some(news)) => {
                if let Err(fault) = self.try_alert(news, false).await {
                    tracing::error!(%fault, "the all-clear could not be told");
                }
            }
            (Ok(_), _) => {}
            (Err(fault), _) => tracing::error!(%fault, "an alert could not be cleared"),
        }
    }

    async fn try_alert(&self, alert: Alert, once: bool) -> Result<(), StoreError> {
        let (operators, now) = (self.operators().await?, self.clock.now());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    // With nobody to tell, it stays news until there is somebody.
                    if operators.is_empty() {
                        return Ok(());
                    }
                    if once && !tx.raise_alert(&format!("{alert:?}"), now).await? {
                        return Ok::<_, StoreError>(());
                    }
                    for chat in &operators {
                        tx.tell(chat, &Notice::Alert(alert.clone()), now).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        self.outbox.notify_waiters();
        Ok(())
    }

    /// Takes in that a call to the provider failed, and tells the operators when that means something for them.
    pub(crate) async fn upstream_failed(&self, error: &UpstreamError) {
        match error {
            UpstreamError::KeyRefused { .. } => {
                self.health.told.store(true, Ordering::Relaxed);
                self.alert(Alert::KeyRefused).await;
            }
            UpstreamError::Malformed { route, field } => {
                let field: String =
                    field.chars().filter(|character| !character.is_ascii_digit()).collect();
                self.alert(Alert::Garbage(format!("{route} {field}"))).await;
            }
            UpstreamError::Unavailable { .. }
            | UpstreamError::Unreachable { .. }
            | UpstreamError::NoAnswer { .. } => {
                // One lost answer is no outage.
                if self.health.failures.fetch_add(1, Ordering::Relaxed) + 1 == DOWN_AFTER {
                    self.health.told.store(true, Ordering::Relaxed);
                    self.alert(Alert::ProviderDown).await;
                }
            }
            UpstreamError::NotFound { .. }
            | UpstreamError::RateLimited { .. }
            | UpstreamError::Refused { .. } => {}
        }
    }

    /// Takes in that the provider answered as it should.
    pub(crate) async fn upstream_answered(&self) {
        self.health.failures.store(0, Ordering::Relaxed);
        if self.health.told.swap(false, Ordering::Relaxed) {
            self.all_clear(Alert::ProviderDown, Some(Alert::ProviderBack)).await;
            self.all_clear(Alert::KeyRefused, None).await;
        }
    }

    /// The reseller balance did not suffice.
    pub(crate) async fn funds_are_low(&self) {
        self.health.funds_told.store(true, Ordering::Relaxed);
        self.alert(Alert::FundsLow).await;
    }

    /// A purchase went through: the reseller balance suffices.
    pub(crate) async fn funds_suffice(&self) {
        if self.health.funds_told.swap(false, Ordering::Relaxed) {
            self.all_clear(Alert::FundsLow, None).await;
        }
    }
}
