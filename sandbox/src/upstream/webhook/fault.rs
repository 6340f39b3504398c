//! What goes wrong with a push on purpose. It knows nothing of sending.

use serde::{Deserialize, Serialize};

/// What a garbled push says: a web page, signed like a true body.
pub(super) const GARBAGE: &[u8] = b"<!doctype html><title>One moment</title>";

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushFault {
    /// It is never sent.
    Lose,
    /// It is sent twice.
    Duplicate,
    /// It is held back until the next one has been sent.
    Reorder,
    /// It is sent this many milliseconds later.
    Delay(i64),
    /// It is signed with another secret. Where nothing is signed there is no telling a forgery, so it goes as it is.
    Forge,
    /// Its body is no JSON, and its signature is right.
    Garbage,
}

/// A fault and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushRule {
    pub fault: PushFault,
    /// How many pushes it strikes; until cleared when absent.
    #[serde(default)]
    pub times: Option<u32>,
}

/// The fault for one push, if any; counts it.
pub(super) fn take(rules: &mut Vec<PushRule>) -> Option<PushFault> {
    rules.retain(|rule| rule.times != Some(0));
    let rule = rules.first_mut()?;
    rule.times = rule.times.map(|times| times - 1);
    let fault = rule.fault;
    rules.retain(|rule| rule.times != Some(0));
    Some(fault)
}
