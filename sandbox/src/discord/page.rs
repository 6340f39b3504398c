//! The control interface over HTTP, below `/sandbox/`: for the demo's page, and for tests whose bot runs in another
//! process. Never logged as bot traffic. Ids are strings. What cannot be done is refused with `{"error": "..."}`.

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
    routing::{get, post},
};
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    control::{Control, ControlError},
    fault::FaultRule,
    guild::Place,
    interaction::InteractionView,
    snowflake::from_text,
    view::MessageView,
};

/// As long as Discord's own client waits.
const SUGGEST_WITHIN: Duration = Duration::from_secs(3);

pub(super) fn routes() -> Router<Control> {
    Router::new()
        .route("/sandbox/world", get(world))
        .route("/sandbox/users", post(add_user))
        .route("/sandbox/guilds", post(add_guild))
        .route("/sandbox/channels", post(add_channel))
        .route("/sandbox/channels/{channel}/messages/{person}", get(messages))
        .route("/sandbox/interactions/{id}", get(interaction))
        .route("/sandbox/commands", get(commands).post(run))
        .route("/sandbox/offered/{channel}/{person}", get(offered))
        .route("/sandbox/autocomplete", post(autocomplete))
        .route("/sandbox/context", post(run_on_person))
        .route("/sandbox/files/{message}/{file}", get(file))
        .route("/sandbox/events", get(events))
        .route("/sandbox/press", post(press))
        .route("/sandbox/choose", post(choose))
        .route("/sandbox/modals", post(submit))
        .route("/sandbox/say", post(say))
        .route("/sandbox/state", get(state))
        .route("/sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::UnknownPerson(_)
            | Self::UnknownGuild(_)
            | Self::UnknownChannel(_)
            | Self::UnknownCommand(_)
            | Self::UnknownMessage(_)
            | Self::UnknownRoute(_)
            | Self::NoSuchComponent(_)
            | Self::NoModal(_) => StatusCode::NOT_FOUND,
            Self::NotPresent { .. } | Self::NotOffered(_) => StatusCode::FORBIDDEN,
            Self::Taken(_) => StatusCode::CONFLICT,
            Self::WrongOption(_) | Self::MissingOption(_) | Self::WrongField(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::NoAnswer => StatusCode::GATEWAY_TIMEOUT,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

type Answer = Result<Json<Value>, ControlError>;

fn done() -> Json<Value> {
    Json(json!({ "ok": true }))
}

fn begun(interaction: u64) -> Json<Value> {
    Json(json!({ "interaction": interaction.to_string() }))
}

/// Who and what there is.
async fn world(State(control): State<Control>) -> Json<Value> {
    let world = control.world();
    let people = world.people.values().map(|person| {
        json!({
            "id": person.id.to_string(), "name": person.shown_name(), "locale": person.locale,
            "dms_open": person.dms_open,
        })
    });
    let guilds = world.guilds.values().map(|guild| {
        let members = guild.members.iter();
        let members = members
            .map(|(id, member)| json!({ "id": id.to_string(), "is_admin": member.is_admin }));
        json!({
            "id": guild.id.to_string(), "name": guild.name, "has_bot": guild.has_bot,
            "members": members.collect::<Vec<_>>(),
        })
    });
    let channels = world.channels.values().map(|channel| {
        let id = channel.id.to_string();
        match &channel.place {
            Place::Text { guild, name } => {
                json!({ "id": id, "kind": "text", "guild": guild.to_string(), "name": name })
            }
            Place::Dm { person } => json!({ "id": id, "kind": "dm", "person": person.to_string() }),
            Place::Private { people } => {
                let people: Vec<String> = people.iter().map(u64::to_string).collect();
                json!({ "id": id, "kind": "private", "people": people })
            }
        }
    });
    Json(json!({
        "bot": { "id": world.bot.id.to_string(), "name": world.bot.username },
        "people": people.collect::<Vec<_>>(),
        "guilds": guilds.collect::<Vec<_>>(),
        "channels": channels.collect::<Vec<_>>(),
    }))
}

#[derive(Deserialize)]
struct NewUser {
    #[serde(deserialize_with = "from_text")]
    id: u64,
    username: String,
    global_name: Option<String>,
    locale: Option<String>,
}

/// The person's DM channel comes back.
async fn add_user(State(control): State<Control>, Json(user): Json<NewUser>) -> Answer {
    let locale = user.locale.as_deref().unwrap_or("en-US");
    control.add_user(user.id, &user.username, user.global_name.as_deref(), locale)?;
    Ok(Json(json!({ "dm": control.dm(user.id)?.to_string() })))
}

#[derive(Deserialize)]
struct NewGuild {
    #[serde(deserialize_with = "from_text")]
    id: u64,
    name: String,
    #[serde(deserialize_with = "from_text")]
    owner: u64,
    #[serde(default)]
    members: Vec<Value>,
}

async fn add_guild(State(control): State<Control>, Json(guild): Json<NewGuild>) -> Answer {
    control.add_guild(guild.id, &guild.name, guild.owner)?;
    for member in guild.members.iter().filter_map(super::snowflake::read) {
        control.join(guild.id, member, false)?;
    }
    Ok(done())
}

#[derive(Deserialize)]
struct NewChannel {
    #[serde(deserialize_with = "from_text")]
    guild: u64,
    #[serde(deserialize_with = "from_text")]
    id: u64,
    name: String,
}

async fn add_channel(State(control): State<Control>, Json(channel): Json<NewChannel>) -> Answer {
    control.add_channel(channel.guild, channel.id, &channel.name)?;
    Ok(done())
}

/// What the person has on their screen there.
async fn messages(
    State(control): State<Control>,
    Path((channel, person)): Path<(u64, u64)>,
) -> Json<Vec<MessageView>> {
    Json(control.messages(person, channel))
}

async fn interaction(
    State(control): State<Control>,
    Path(id): Path<u64>,
) -> Json<Option<InteractionView>> {
    Json(control.interaction(id))
}

async fn commands(State(control): State<Control>) -> Json<Vec<Value>> {
    Json(control.commands(None))
}

#[derive(Deserialize)]
struct Line {
    #[serde(deserialize_with = "from_text")]
    person: u64,
    #[serde(deserialize_with = "from_text")]
    channel: u64,
    line: String,
    #[serde(default)]
    options: BTreeMap<String, Value>,
}

impl Line {
    fn options(&self) -> Vec<(&str, Value)> {
        self.options.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
    }
}

async fn run(State(control): State<Control>, Json(line): Json<Line>) -> Answer {
    control.run_command(line.person, line.channel, &line.line, &line.options()).map(begun)
}

/// The commands that the person finds in a place.
async fn offered(
    State(control): State<Control>,
    Path((channel, person)): Path<(u64, u64)>,
) -> Answer {
    Ok(Json(control.offered(person, channel)?.into()))
}

#[derive(Deserialize)]
struct Typing {
    #[serde(flatten)]
    line: Line,
    option: String,
    text: String,
}

/// Labels and values of what the bot suggests.
async fn autocomplete(State(control): State<Control>, Json(typing): Json<Typing>) -> Answer {
    let Typing { line, option, text } = typing;
    let options = line.options();
    let focused = (option.as_str(), text.as_str());
    let found = control
        .autocomplete(SUGGEST_WITHIN, line.person, line.channel, &line.line, &options, focused)
        .await?;
    Ok(Json(json!(found)))
}

#[derive(Deserialize)]
struct OnPerson {
    #[serde(deserialize_with = "from_text")]
    person: u64,
    #[serde(deserialize_with = "from_text")]
    channel: u64,
    name: String,
    #[serde(deserialize_with = "from_text")]
    target: u64,
}

async fn run_on_person(State(control): State<Control>, Json(on): Json<OnPerson>) -> Answer {
    control.context_command(on.person, on.channel, &on.name, on.target).map(begun)
}

async fn file(State(control): State<Control>, Path((message, file)): Path<(u64, u64)>) -> Response {
    let kind = control.message(message).and_then(|message| {
        message.files.into_iter().find(|known| known.id == file).map(|known| known.mime)
    });
    match kind.zip(control.file(message, file)) {
        Some((mime, bytes)) => ([(header::CONTENT_TYPE, mime)], bytes).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({ "error": "no such file" }))).into_response(),
    }
}

/// An event whenever something changed, several changes at once as one; what it was is to be read.
async fn events(
    State(control): State<Control>,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let stopped = control.stopped();
    let changes = stream::unfold(control.changed(), |mut changed| async move {
        changed.changed().await.ok()?;
        Some((Ok(sse::Event::default().data("{}")), changed))
    });
    Sse::new(changes.take_until(Box::pin(stopped)).boxed()).keep_alive(KeepAlive::default())
}

#[derive(Deserialize)]
struct Press {
    #[serde(deserialize_with = "from_text")]
    person: u64,
    #[serde(deserialize_with = "from_text")]
    message: u64,
    name: String,
    #[serde(default)]
    values: Vec<String>,
}

async fn press(State(control): State<Control>, Json(press): Json<Press>) -> Answer {
    control.press(press.person, press.message, &press.name).map(begun)
}

async fn choose(State(control): State<Control>, Json(press): Json<Press>) -> Answer {
    let values: Vec<&str> = press.values.iter().map(String::as_str).collect();
    control.choose(press.person, press.message, &press.name, &values).map(begun)
}

#[derive(Deserialize)]
struct Filled {
    #[serde(deserialize_with = "from_text")]
    interaction: u64,
    texts: BTreeMap<String, String>,
}

async fn submit(State(control): State<Control>, Json(filled): Json<Filled>) -> Answer {
    let texts: Vec<(&str, &str)> =
        filled.texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    control.submit_modal(filled.interaction, &texts).map(begun)
}

#[derive(Deserialize)]
struct Said {
    #[serde(deserialize_with = "from_text")]
    person: u64,
    #[serde(deserialize_with = "from_text")]
    channel: u64,
    text: String,
}

async fn say(State(control): State<Control>, Json(said): Json<Said>) -> Answer {
    let id = control.say(said.person, said.channel, &said.text)?;
    Ok(Json(json!({ "message": id.to_string() })))
}

async fn state(State(control): State<Control>) -> Json<Value> {
    Json(json!({
        "is_connected": control.is_connected(),
        "gateway": control.gateway_counts(),
        "requests": control.requests(),
        "invalid_requests": control.invalid_requests(),
    }))
}

async fn faults(State(control): State<Control>) -> Json<Vec<FaultRule>> {
    Json(control.faults())
}

async fn add_fault(State(control): State<Control>, Json(rule): Json<FaultRule>) -> Answer {
    control.add_fault(rule)?;
    Ok(done())
}

async fn clear_faults(State(control): State<Control>) -> Json<Value> {
    control.clear_faults();
    done()
}
