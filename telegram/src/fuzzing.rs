//! The door for what Telegram sends; the properties below knock at it with anything. Compiled for tests alone.

use crate::{
    decode::decode,
    wire::{Update, UpdateNumber},
};

/// The bytes of one update. Whatever they are, the loop goes on.
pub fn update(bytes: &[u8]) {
    let _ = serde_json::from_slice::<UpdateNumber>(bytes);
    if let Ok(update) = serde_json::from_slice::<Update>(bytes) {
        let _ = decode(update, "shop_bot");
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_an_update(bytes in vec(any::<u8>(), 0..300)) {
            update(&bytes);
        }

        #[test]
        fn any_text_button_and_name_are_an_update(
            (id, text, data) in (any::<i64>(), ".{0,120}", ".{0,80}"),
            kind in prop::sample::select(vec!["private", "group", "supergroup", "channel", "?"]),
            status in prop::sample::select(vec!["member", "left", "kicked", "restricted", ""]),
        ) {
            let (from, chat) = (json!({ "id": id, "first_name": text }), json!({ "id": id, "type": kind }));
            let message = json!({ "message_id": id, "date": id, "from": from, "chat": chat, "text": text });
            let tapped = json!({ "id": data, "from": from, "data": data, "message": message });
            let member = json!({ "chat": chat, "from": from, "new_chat_member": { "status": status } });
            for (name, what) in
                [("message", &message), ("callback_query", &tapped), ("my_chat_member", &member)]
            {
                let body = json!({ "update_id": id, name: what }).to_string();
                prop_assert!(serde_json::from_str::<Update>(&body).is_ok(), "{name}");
                update(body.as_bytes());
                update(&body.as_bytes()[..body.len() / 2]);
            }
        }
    }
}
