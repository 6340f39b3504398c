//! SmsBuyz over real HTTP: what only its own calls do, seen by a server that writes its answers by hand.

use super::*;
use crate::clock::{ManualClock, Timestamp};

mod connection;

const KEY: &str = "key-of-the-tests";

/// 2026-05-27T08:00:00.700Z: inside a second, because the provider's times are whole seconds.
const START: Timestamp = Timestamp(1_779_868_800_700);

fn client(base_url: &str, hand: &ManualClock) -> SmsBuyz {
    SmsBuyz::new(Settings {
        base_url: base_url.to_owned(),
        api_key: SecretString::from(KEY),
        timeout: Duration::from_secs(2),
        clock: hand.clock(),
    })
    .unwrap()
}
