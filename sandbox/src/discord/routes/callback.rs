//! The first answer to an interaction ("Interaction Callback Type"). What comes after is in `webhook`.

use serde_json::{Value, json};

use crate::discord::{
    authoring::{Below, Draft},
    command_check, component_check,
    form::Form,
    interaction::{Answer, Interaction, InteractionKind},
    message::{EPHEMERAL, LOADING},
    message_check::Target,
    modal::ModalView,
    payload::Payload,
    refusal::Refusal,
    rest::{Asked, Reply},
    world::World,
};

const CHOICES_AT_MOST: usize = 25;

/// The kinds of answer, with Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Callback {
    Message = 4,
    Deferred = 5,
    DeferredUpdate = 6,
    Update = 7,
    Choices = 8,
    Modal = 9,
}

impl Callback {
    const ALL: [Self; 6] = [
        Self::Message,
        Self::Deferred,
        Self::DeferredUpdate,
        Self::Update,
        Self::Choices,
        Self::Modal,
    ];

    fn read(value: &Value) -> Option<Self> {
        let number = value.as_u64()?;
        Self::ALL.into_iter().find(|callback| *callback as u64 == number)
    }

    /// Whether such an answer can be given to such an interaction.
    fn fits(self, interaction: &Interaction) -> bool {
        match (self, interaction.kind) {
            (Self::Choices, kind) => kind == InteractionKind::Autocomplete,
            (_, InteractionKind::Autocomplete) | (Self::Modal, InteractionKind::Modal) => false,
            (Self::Message | Self::Deferred | Self::Modal, _) => true,
            (Self::DeferredUpdate | Self::Update, _) => interaction.source.is_some(),
        }
    }
}

/// POST /interactions/{id}/{token}/callback.
pub(super) fn answer(
    world: &mut World,
    id: u64,
    token: &str,
    asked: &Asked,
    payload: &Payload,
) -> Result<Reply, Refusal> {
    let now_ms = world.now();
    let interaction = world.interactions.open(id, token, now_ms)?.clone();
    let mut form = Form::default();
    let callback = Callback::read(&payload.json["type"]).filter(|it| it.fits(&interaction));
    if callback.is_none() {
        form.at("type", |form| form.not_one_of("4, 5, 6, 7, 8, 9, as the interaction allows"));
    }
    form.finish()?;
    // The form was refused when there is none.
    let callback = callback.ok_or(Refusal::INTERNAL)?;
    let (answer, original) = carry_out(world, callback, &interaction, payload)?;
    if let Some(interaction) = world.interactions.get_mut(id) {
        interaction.answer = Some(answer);
        interaction.answered_ms = Some(now_ms);
        interaction.original = original;
    }
    if asked.query.split('&').any(|pair| pair == "with_response=true") {
        return Ok(Reply::ok(response(world, callback, &interaction, original)));
    }
    Ok(Reply::no_content())
}

/// Does it; the answer, and the message that `@original` is from now on.
fn carry_out(
    world: &mut World,
    callback: Callback,
    interaction: &Interaction,
    payload: &Payload,
) -> Result<(Answer, Option<u64>), Refusal> {
    let (id, channel) = (interaction.id, interaction.channel);
    let data = &payload.json["data"];
    Ok(match callback {
        Callback::Message => {
            let draft = world.draft(payload, Below::Data, Target::Interaction)?;
            (Answer::Message, Some(world.post(channel, draft, Some(id))))
        }
        Callback::Deferred => {
            let flags = deferred_flags(data)?;
            let draft = Draft { flags: flags | LOADING, ..Draft::default() };
            (Answer::Deferred, Some(world.post(channel, draft, Some(id))))
        }
        Callback::DeferredUpdate => (Answer::DeferredUpdate, interaction.source),
        Callback::Update => {
            let source = interaction.source.ok_or(Refusal::UNKNOWN_MESSAGE)?;
            world.revise(source, payload, Below::Data)?;
            (Answer::Update, Some(source))
        }
        Callback::Choices => (Answer::Choices(choices(data)?), None),
        Callback::Modal => (Answer::Modal(modal(data)?), None),
    })
}

/// A deferred answer may only say who will see it.
fn deferred_flags(data: &Value) -> Result<u64, Refusal> {
    let flags = data["flags"].as_u64().unwrap_or(0);
    let mut form = Form::default();
    if flags & !EPHEMERAL != 0 {
        form.at("data", |form| {
            form.at("flags", |form| {
                form.refuse("MESSAGE_FLAGS_INVALID", "Only EPHEMERAL can be set here.");
            });
        });
    }
    form.finish()?;
    Ok(flags)
}

fn choices(data: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let mut form = Form::default();
    let found = form.at("data", |form| {
        let Some(data) = form.object(data) else { return Vec::new() };
        if !data.contains_key("choices") {
            form.at("choices", Form::required);
        }
        let items = form.list(data, "choices", (0, CHOICES_AT_MOST), command_check::choice);
        let read = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        items.iter().map(|choice| (read(&choice["name"]), read(&choice["value"]))).collect()
    });
    form.finish()?;
    Ok(found)
}

fn modal(data: &Value) -> Result<ModalView, Refusal> {
    let mut form = Form::default();
    form.at("data", |form| {
        if let Some(data) = form.object(data) {
            component_check::modal(form, data);
        }
    });
    form.finish()?;
    Ok(ModalView::new(data))
}

/// The Interaction Callback Response object.
fn response(
    world: &World,
    callback: Callback,
    interaction: &Interaction,
    original: Option<u64>,
) -> Value {
    let mut about = json!({
        "id": interaction.id.to_string(),
        "type": interaction.kind.number(),
    });
    let mut resource = json!({ "type": callback as u64 });
    if let Some(message) = original.and_then(|id| world.message(id)) {
        about["response_message_id"] = message.id.to_string().into();
        about["response_message_loading"] = (message.flags & LOADING != 0).into();
        about["response_message_ephemeral"] = message.is_ephemeral().into();
        resource["message"] = world.message_to_api(message);
    }
    json!({ "interaction": about, "resource": resource })
}
