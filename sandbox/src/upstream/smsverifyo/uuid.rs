//! The ids that SMSVerifyo shows: version 4 UUIDs that follow from the seed. They know nothing of what they name.

use rand::Rng;

use crate::upstream::numbers::random_for;

/// What an id is for; each draws from randomness of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Service,
    Order,
}

/// The id of the thing with this number.
pub(super) fn uuid(kind: Kind, seed: u64, number: u64) -> String {
    let salt = match kind {
        Kind::Service => 0x5E12_91CE,
        Kind::Order => 0x0DE2,
    };
    let drawn: u128 = random_for(seed ^ salt, number).random();
    // The places of version and variant (RFC 9562, section 5.4).
    let marked = drawn & !(0xF << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{marked:032x}");
    let part = |from, to| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_have_the_form_of_a_uuid_and_follow_from_seed_kind_and_number() {
        let mut ids = BTreeSet::new();
        for number in 0..500 {
            for id in [uuid(Kind::Service, 1, number), uuid(Kind::Order, 1, number)] {
                let parts: Vec<_> = id.split('-').map(str::len).collect();
                assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
                assert_eq!(id.as_bytes()[14], b'4', "{id}");
                assert!(matches!(id.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{id}");
                assert!(ids.insert(id));
            }
        }
        assert_eq!(uuid(Kind::Order, 1, 7), uuid(Kind::Order, 1, 7));
        assert_ne!(uuid(Kind::Order, 1, 7), uuid(Kind::Order, 2, 7));
    }
}
