//! How late codes may be while many numbers wait at once.

use std::time::Duration;

use bot_core::shop::Lateness;

use super::{Source, reader};

/// The most that either may be: an hour.
const MOST_SECONDS: u64 = 3_600;

pub(super) fn read(source: &mut Source) -> Lateness {
    let usual = Lateness::default();
    let expected = format!("whole seconds from 5 to {MOST_SECONDS}, such as 20");
    let mut seconds = |key| {
        let seconds = source.number(key, &expected, |text| {
            reader::plain_integer(text).filter(|seconds| (5..=MOST_SECONDS).contains(seconds))
        });
        seconds.map(Duration::from_secs)
    };
    let told = seconds("upstream.tell_late_seconds");
    let refused = seconds("upstream.refuse_late_seconds");
    let lateness = Lateness {
        told_from: told.unwrap_or(usual.told_from),
        refused_from: refused.unwrap_or(usual.refused_from),
    };
    if lateness.refused_from < lateness.told_from {
        source.refuse("upstream.refuse_late_seconds", "no less than upstream.tell_late_seconds");
    }
    lateness
}
