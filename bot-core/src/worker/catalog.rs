//! Keeps the catalogue fresh: at start, when a reader finds it stale, and at the latest every few minutes.

use std::{sync::Arc, time::Duration};

use crate::{
    shop::{Fault, Shop},
    upstream::{
        UpstreamError,
        budget::{Priority, with_priority},
    },
};

/// The longest that the catalogue goes without a look while nobody browses.
const AT_LEAST_EVERY: Duration = Duration::from_mins(5);

/// Between two parts of a catalogue that takes several looks.
const BETWEEN_PARTS: Duration = Duration::from_secs(2);

/// Pauses after a failed look.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Refreshes for ever.
pub async fn run(shop: &Arc<Shop>) {
    let mut failures = 0;
    loop {
        let pause = match refresh(shop).await {
            Ok(goes_on) => {
                failures = 0;
                shop.clock.sleep(BETWEEN_PARTS).await;
                if !goes_on {
                    tokio::select! {
                        biased;
                        () = shop.catalog.wanted() => {}
                        () = shop.clock.sleep(AT_LEAST_EVERY) => {}
                    }
                }
                continue;
            }
            Err(Failed::Upstream(error)) => {
                tracing::warn!(%error, failures, "the catalogue could not be read");
                shop.upstream_failed(&error).await;
                super::backoff(failures, FIRST_PAUSE, LONGEST_PAUSE)
                    .max(error.retry_after().unwrap_or_default())
            }
            Err(Failed::Fault(fault)) => {
                tracing::error!(%fault, "the catalogue could not be stored");
                LONGEST_PAUSE
            }
        };
        failures += 1;
        shop.clock.sleep(pause).await;
    }
}

enum Failed {
    Upstream(UpstreamError),
    Fault(Fault),
}

/// Answers whether there is more to read.
async fn refresh(shop: &Arc<Shop>) -> Result<bool, Failed> {
    // Whoever comes into a shop without a price list waits for it.
    let priority = if shop.has_catalog() { Priority::Catalog } else { Priority::People };
    let listing =
        with_priority(priority, shop.upstream.listing()).await.map_err(Failed::Upstream)?;
    shop.upstream_answered().await;
    let fault = |error: crate::store::StoreError| Failed::Fault(error.into());
    let provider = shop.upstream.capabilities().provider;
    let (listing, numbers) = shop
        .store
        .write(move |tx| {
            Box::pin(async move {
                let numbers = tx.number(provider, &listing).await?;
                Ok((listing, numbers))
            })
        })
        .await
        .map_err(fault)?;
    shop.catalog.set_popularity(shop.store.popularity().await.map_err(fault)?);
    let goes_on = listing.goes_on;
    shop.catalog.replace(listing, &numbers, shop.clock.now());
    Ok(goes_on)
}
