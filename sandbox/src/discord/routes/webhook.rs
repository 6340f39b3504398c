//! What follows the first answer to an interaction: `@original`, follow-ups, their edits, for fifteen minutes
//! ("Followup Messages").

use crate::discord::{
    authoring::Below,
    interaction::{Answer, Interaction},
    message::LOADING,
    message_check::Target,
    payload::Payload,
    refusal::Refusal,
    rest::Reply,
    route::Which,
    world::World,
};

fn interaction<'a>(
    world: &'a World,
    application: u64,
    token: &str,
) -> Result<&'a Interaction, Refusal> {
    if application != world.bot.id {
        return Err(Refusal::UNKNOWN_WEBHOOK);
    }
    world.interactions.of_token(token, world.now())
}

/// The message that is meant, if it belongs to this interaction.
fn message(world: &World, application: u64, token: &str, which: Which) -> Result<u64, Refusal> {
    let interaction = interaction(world, application, token)?;
    let id = match which {
        Which::Original => interaction.original,
        Which::Numbered(id) if Some(id) == interaction.original => Some(id),
        Which::Numbered(id) => world
            .message(id)
            .filter(|message| message.interaction == Some(interaction.id))
            .map(|message| message.id),
    };
    id.filter(|id| world.message(*id).is_some()).ok_or(Refusal::UNKNOWN_MESSAGE)
}

fn shown(world: &World, id: u64) -> Result<Reply, Refusal> {
    let message = world.message(id).ok_or(Refusal::UNKNOWN_MESSAGE)?;
    Ok(Reply::ok(world.message_to_api(message)))
}

/// POST: a further message; after a deferred answer the first one takes the place of "… is thinking".
pub(super) fn follow_up(
    world: &mut World,
    application: u64,
    token: &str,
    payload: &Payload,
) -> Result<Reply, Refusal> {
    let found = interaction(world, application, token)?;
    let (id, channel) = (found.id, found.channel);
    match found.answer {
        Some(Answer::Choices(_)) | None => return Err(Refusal::UNKNOWN_WEBHOOK),
        Some(
            Answer::Message
            | Answer::Deferred
            | Answer::DeferredUpdate
            | Answer::Update
            | Answer::Modal(_),
        ) => {}
    }
    let is_thinking = |id: &u64| world.message(*id).is_some_and(|it| it.flags & LOADING != 0);
    let thinking = found.original.filter(is_thinking);
    let draft = world.draft(payload, Below::Top, Target::Interaction)?;
    let Some(thinking) = thinking else {
        let id = world.post(channel, draft, Some(id));
        return shown(world, id);
    };
    // It stays as visible as the deferred answer said.
    let now_ms = world.now();
    let message = world.message_mut(thinking).ok_or(Refusal::UNKNOWN_MESSAGE)?;
    message.flags &= !LOADING;
    message.body = draft.body;
    message.edited_ms = Some(now_ms);
    message.edits += 1;
    shown(world, thinking)
}

pub(super) fn get(
    world: &World,
    application: u64,
    token: &str,
    which: Which,
) -> Result<Reply, Refusal> {
    shown(world, message(world, application, token, which)?)
}

pub(super) fn edit(
    world: &mut World,
    application: u64,
    token: &str,
    which: Which,
    payload: &Payload,
) -> Result<Reply, Refusal> {
    let id = message(world, application, token, which)?;
    world.revise(id, payload, Below::Top)?;
    shown(world, id)
}

pub(super) fn delete(
    world: &mut World,
    application: u64,
    token: &str,
    which: Which,
) -> Result<Reply, Refusal> {
    let id = message(world, application, token, which)?;
    world.delete(id)?;
    Ok(Reply::no_content())
}
