//! `getUpdates`: the long poll (Bot API, "Getting updates"). Knows nothing of what the updates say.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;

use super::{control::Control, params::Params, refusal::Refusal};

/// Telegram answers after this long even if asked to wait longer.
const TIMEOUT_AT_MOST_S: u64 = 50;

/// Waits until there is something, `timeout` passes, another `getUpdates` begins or the emulator stops (None).
pub(super) async fn get_updates(
    control: &Control,
    params: &Params,
) -> Option<Result<String, Refusal>> {
    let call = match Call::read(params) {
        Ok(call) => call,
        Err(refusal) => return Some(Err(refusal)),
    };
    let (poll, mut woken) = {
        let mut world = control.world();
        let poll = world.updates.begin_poll(call.allowed);
        if let Some(offset) = call.offset {
            world.updates.acknowledge(offset);
            world.touch();
        }
        (poll, world.updates.woken())
    };
    let mut timeout = std::pin::pin!(tokio::time::sleep(call.timeout));
    let mut stopped = std::pin::pin!(control.stopped());
    let mut is_over = call.timeout.is_zero();
    let _waiting = Waiting { control, poll };
    loop {
        woken.borrow_and_update();
        {
            let mut world = control.world();
            if !world.updates.is_current(poll) {
                return Some(Err(Refusal::Conflict));
            }
            let batch = world.updates.batch(call.limit);
            if is_over || !batch.is_empty() {
                return Some(Ok(format!("[{}]", batch.join(","))));
            }
            world.updates.waiting_poll = Some(poll);
            world.touch();
        }
        tokio::select! {
            () = &mut timeout => is_over = true,
            () = &mut stopped => return None,
            // The queue lives as long as the handle.
            _ = woken.changed() => {}
        }
    }
}

/// Ends the waiting however the call ends, a client that hung up included.
struct Waiting<'a> {
    control: &'a Control,
    poll: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut world = self.control.world();
        if world.updates.waiting_poll == Some(self.poll) {
            world.updates.waiting_poll = None;
            world.touch();
        }
    }
}

struct Call {
    offset: Option<i64>,
    limit: Option<i64>,
    timeout: Duration,
    allowed: Option<BTreeSet<String>>,
}

impl Call {
    fn read(params: &Params) -> Result<Self, Refusal> {
        let seconds = params.integer("timeout")?.unwrap_or(0);
        let seconds = u64::try_from(seconds).unwrap_or(0).min(TIMEOUT_AT_MOST_S);
        let allowed = params.json("allowed_updates")?.map(|list| {
            list.as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        });
        Ok(Self {
            offset: params.integer("offset")?,
            limit: params.integer("limit")?,
            timeout: Duration::from_secs(seconds),
            allowed,
        })
    }
}
