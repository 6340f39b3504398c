//! How a person fills in the form that an interaction opened, and sends it.

use serde_json::{Value, json};

use super::{
    control::{Control, ControlError},
    form::units,
    interaction::{Answer, InteractionKind},
    invoke::Act,
    modal::{ModalField, ModalView},
};

impl Control {
    /// The form that an interaction opened.
    pub fn modal(&self, interaction: u64) -> Option<ModalView> {
        match self.interaction(interaction)?.answer? {
            Answer::Modal(modal) => Some(modal),
            Answer::Message
            | Answer::Deferred
            | Answer::DeferredUpdate
            | Answer::Update
            | Answer::Choices(_) => None,
        }
    }

    /// A person sends the form that their interaction opened. Fields are named by label or `custom_id`; what is not named
    /// keeps the text it came with.
    pub fn submit_modal(
        &self,
        interaction: u64,
        texts: &[(&str, &str)],
    ) -> Result<u64, ControlError> {
        let modal = self.modal(interaction).ok_or(ControlError::NoModal(interaction))?;
        let is_meant =
            |field: &ModalField, name: &str| field.label == name || field.custom_id == name;
        for (name, _) in texts {
            if !modal.fields.iter().any(|field| is_meant(field, name)) {
                return Err(ControlError::WrongField((*name).to_owned()));
            }
        }
        let mut filled = Vec::new();
        for field in &modal.fields {
            let typed = texts.iter().find(|(name, _)| is_meant(field, name));
            let text = typed.map_or(field.value.as_str(), |(_, text)| *text);
            let length = units(text);
            let may_be_empty = length == 0 && !field.is_required;
            let fits = length >= field.least.max(usize::from(field.is_required));
            if !(may_be_empty || fits) || length > field.most {
                return Err(ControlError::WrongField(field.label.clone()));
            }
            filled.push((field.custom_id.as_str(), text));
        }
        self.forge_modal(interaction, &filled)
    }

    /// A sent form arrives with these `custom_id`s and texts, whatever the form was like.
    pub fn forge_modal(
        &self,
        interaction: u64,
        texts: &[(&str, &str)],
    ) -> Result<u64, ControlError> {
        let modal = self.modal(interaction).ok_or(ControlError::NoModal(interaction))?;
        let rows = texts.iter().enumerate().map(|(at, (custom_id, text))| {
            let input = json!({ "type": 4, "custom_id": custom_id, "value": text });
            if modal.fields.get(at).is_some_and(|field| field.is_in_label) {
                json!({ "type": 18, "component": input })
            } else {
                json!({ "type": 1, "components": [input] })
            }
        });
        let rows: Vec<Value> = rows.collect();
        let data = json!({ "custom_id": modal.custom_id, "components": rows });
        let mut world = self.world();
        let opener = world.interactions.get(interaction);
        let opener = opener.ok_or(ControlError::NoModal(interaction))?;
        let (person, channel, source) = (opener.user, opener.channel, opener.source);
        let kind = InteractionKind::Modal;
        world.interact(person, channel, Act { kind, name: modal.custom_id, data, source })
    }
}
