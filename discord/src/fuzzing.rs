//! The door for what Discord's gateway sends; the properties below knock at it with anything. Compiled for tests alone.

use crate::{
    decode::{decode, decode_message},
    wire::{DirectMessage, Interaction},
};

/// The bytes of one event's data: an interaction, or a direct message. Whatever they are, the gateway goes on.
pub fn event(bytes: &[u8]) {
    if let Ok(interaction) = serde_json::from_slice::<Interaction>(bytes) {
        let _ = decode(&interaction);
    }
    if let Ok(message) = serde_json::from_slice::<DirectMessage>(bytes) {
        let _ = decode_message(&message, None);
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_an_event(bytes in vec(any::<u8>(), 0..300)) {
            event(&bytes);
        }

        #[test]
        fn any_text_name_and_value_are_an_interaction(
            (id, text) in (1u64..1 << 62, ".{0,120}"),
            kind in 0u8..8,
            name in prop::sample::select(vec!["buy", "menu", "topup", "Top up", "order", "?"]),
            context in prop::option::of(0u8..5),
        ) {
            let id = id.to_string();
            let user = json!({ "id": id, "username": text, "global_name": text });
            let options = json!([
                { "name": "service", "type": 3, "value": text, "focused": true },
                { "name": "amount", "type": 6, "value": id },
            ]);
            let data = json!({
                "name": name, "options": options, "custom_id": text, "values": [text],
                "resolved": { "users": { &id: user } },
                "components": [{ "components": [{ "custom_id": "amount", "value": text }] }],
            });
            let interaction = json!({
                "id": id, "type": kind, "token": text, "channel_id": id, "user": user, "locale": text,
                "context": context, "data": data,
                "message": { "id": id, "flags": 64, "interaction_metadata": { "user": user } },
            });
            let body = interaction.to_string();
            prop_assert!(serde_json::from_str::<Interaction>(&body).is_ok());
            event(body.as_bytes());
            event(&body.as_bytes()[..body.len() / 2]);
            let message = json!({ "id": id, "channel_id": id, "author": user, "content": text }).to_string();
            prop_assert!(serde_json::from_str::<DirectMessage>(&message).is_ok());
            event(message.as_bytes());
        }
    }
}
