//! Has the provider push to this shop, where it can be asked to, and makes sure that it gets through. Goes on trying: a
//! shop without pushes only learns of codes later.

use std::{sync::Arc, time::Duration};

use bot_core::{clock::Clock, shop::Shop};

use super::Hook;

/// Between two tries. The provider takes ten tests a minute.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Registers `url` and tests it, until both have worked. The server must be up.
pub async fn run(shop: Arc<Shop>, hook: Arc<Hook>, url: String, clock: Clock) {
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt(&shop, &hook, &url).await {
            Ok(()) => {
                tracing::info!("the provider pushes to this shop");
                return;
            }
            Err(reason) => {
                tracing::warn!(
                    reason,
                    "the provider does not push to this shop yet; codes are polled for"
                );
            }
        }
        clock.sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

async fn attempt(shop: &Shop, hook: &Hook, url: &str) -> Result<(), String> {
    hook.is_signed_with(shop.register_push(url).await.map_err(|error| error.to_string())?);
    match shop.test_push(url).await {
        Ok(200) => Ok(()),
        Ok(status) => Err(format!("its test got {status} from http.public_url")),
        Err(error) => Err(error.to_string()),
    }
}
