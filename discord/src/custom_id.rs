//! What a component carries: a tap, and a number that makes it unique in its message. Pure.
//!
//! Discord takes 1 to 100 characters per `custom_id`, no two alike in a message ("Component Reference, Custom ID").

use bot_core::{action::Tap, ids::Identity};
use serenity::model::id::UserId;

use crate::address::{id_of, identity};

/// The name of a form that tops somebody up; their id follows.
const TOP_UP: &str = "topup.";

/// The field of that form.
pub(crate) const AMOUNT: &str = "amount";

/// The `number`th component or option of a message. A packed tap has at most 64 bytes, so this fits.
pub(crate) fn pack(number: usize, tap: &Tap) -> String {
    format!("{number}.{}", tap.pack())
}

/// `None` for what no version wrote: forged, or out of date.
pub(crate) fn unpack(custom_id: &str) -> Option<Tap> {
    let (number, packed) = custom_id.split_once('.')?;
    number.parse::<u8>().ok()?;
    Tap::unpack(packed).ok()
}

pub(crate) fn top_up_form(person: UserId) -> String {
    format!("{TOP_UP}{person}")
}

/// Whom a form is about.
pub(crate) fn topped_up(custom_id: &str) -> Option<Identity> {
    let person = custom_id.strip_prefix(TOP_UP)?;
    id_of(person).map(|person| identity(UserId::new(person)))
}

#[cfg(test)]
mod tests {
    use bot_core::{action::Query, ids::OrderId};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_tap_fits_and_reads_back(query in ".{0,60}", page in any::<u16>(), number in 0usize..250) {
            let tap = Tap::Services { query: Query::new(&query), page };
            let packed = pack(number, &tap);
            prop_assert!((1..=100).contains(&packed.encode_utf16().count()));
            prop_assert_eq!(unpack(&packed), Some(tap));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,120}") {
            let _ = (unpack(&text), topped_up(&text));
        }
    }

    #[test]
    fn components_already_in_chats_keep_their_meaning() {
        assert_eq!(unpack("0.1Xz"), Some(Tap::Cancel(OrderId(35))));
        assert_eq!(pack(0, &Tap::Cancel(OrderId(35))), "0.1Xz");
        for forged in ["", "1m", ".1m", "x.1m", "0.", "0.9m", "256.1m", "-1.1m", "💥.1m"] {
            assert_eq!(unpack(forged), None, "{forged:?}");
        }
    }

    #[test]
    fn a_form_names_a_person() {
        assert_eq!(top_up_form(UserId::new(42)), "topup.42");
        assert_eq!(topped_up("topup.42"), Some("discord:42".parse().unwrap()));
        for forged in ["", "topup.", "topup.0", "topup.-1", "topup.@ann", "0.1m"] {
            assert_eq!(topped_up(forged), None, "{forged:?}");
        }
    }
}
