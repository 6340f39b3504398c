//! Registering commands, everywhere or in one guild ("Application Commands").

use serde_json::{Map, Value};

use crate::discord::{
    command_check, form::Form, payload::Payload, refusal::Refusal, rest::Reply, route::CommandWork,
    world::World,
};

pub(super) fn work(
    world: &mut World,
    application: u64,
    guild: Option<u64>,
    work: CommandWork,
    payload: &Payload,
) -> Result<Reply, Refusal> {
    if application != world.bot.id {
        return Err(Refusal::UNKNOWN_APPLICATION);
    }
    if let Some(guild) = guild
        && !world.guilds.get(&guild).is_some_and(|guild| guild.has_bot)
    {
        return Err(Refusal::MISSING_ACCESS);
    }
    match work {
        CommandWork::List => Ok(Reply::ok(list(world, guild))),
        CommandWork::PutAll => put_all(world, guild, payload),
        CommandWork::Create => create(world, guild, payload),
        CommandWork::Get(id) => {
            let command = world.commands.get(guild, id).ok_or(Refusal::UNKNOWN_COMMAND)?;
            Ok(Reply::ok(command.to_api(world.bot.id)))
        }
        CommandWork::Edit(id) => edit(world, guild, id, payload),
        CommandWork::Delete(id) => {
            let deleted = world.commands.delete(guild, id);
            if deleted { Ok(Reply::no_content()) } else { Err(Refusal::UNKNOWN_COMMAND) }
        }
    }
}

fn list(world: &World, guild: Option<u64>) -> Value {
    world.commands.list(guild).map(|command| command.to_api(world.bot.id)).collect()
}

fn put_all(world: &mut World, guild: Option<u64>, payload: &Payload) -> Result<Reply, Refusal> {
    let mut form = Form::default();
    let items = payload.json.as_array().map(Vec::as_slice).unwrap_or_default();
    if !payload.json.is_array() {
        form.refuse("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
    }
    command_check::commands(&mut form, items);
    form.finish()?;
    let fields: Vec<Map<String, Value>> =
        items.iter().filter_map(Value::as_object).cloned().collect();
    let now_ms = world.now();
    let ids = &mut world.ids;
    world.commands.put_all(guild, fields, || ids.next(now_ms));
    Ok(Reply::ok(list(world, guild)))
}

fn create(world: &mut World, guild: Option<u64>, payload: &Payload) -> Result<Reply, Refusal> {
    let fields = checked(&payload.json)?;
    let (now_ms, application) = (world.now(), world.bot.id);
    let ids = &mut world.ids;
    let (command, is_new) = world.commands.put(guild, fields, || ids.next(now_ms));
    let command = command.to_api(application);
    Ok(if is_new { Reply::created(command) } else { Reply::ok(command) })
}

fn edit(
    world: &mut World,
    guild: Option<u64>,
    id: u64,
    payload: &Payload,
) -> Result<Reply, Refusal> {
    let mut whole = world.commands.get(guild, id).ok_or(Refusal::UNKNOWN_COMMAND)?.fields().clone();
    let changes = payload.json.as_object().cloned().unwrap_or_default();
    whole.extend(changes.clone());
    checked(&whole.into())?;
    let (now_ms, application) = (world.now(), world.bot.id);
    let ids = &mut world.ids;
    let command = world.commands.patch(guild, id, &changes, || ids.next(now_ms));
    Ok(Reply::ok(command.ok_or(Refusal::UNKNOWN_COMMAND)?.to_api(application)))
}

fn checked(json: &Value) -> Result<Map<String, Value>, Refusal> {
    let mut form = Form::default();
    let fields = form.object(json).cloned();
    if let Some(fields) = &fields {
        command_check::command(&mut form, fields);
    }
    form.finish()?;
    Ok(fields.unwrap_or_default())
}
