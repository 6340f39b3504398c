//! The control interface over HTTP, below `/sandbox/`: for the demo's page, and for tests whose bot runs in another
//! process. Never logged as bot traffic. What cannot be done is refused with `{"error": "..."}`.

use std::convert::Infallible;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
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
use tokio::sync::broadcast::error::RecvError;

use super::{
    control::{Control, ControlError, WorldView},
    event::Event,
    fault::FaultRule,
    message::MessageView,
};

pub(super) fn routes() -> Router<Control> {
    Router::new()
        .route("/sandbox/world", get(world))
        .route("/sandbox/people", post(add_person))
        .route("/sandbox/groups", post(add_group))
        .route("/sandbox/chats/{id}/messages", get(messages))
        .route("/sandbox/say", post(say))
        .route("/sandbox/press", post(press))
        .route("/sandbox/block", post(block))
        .route("/sandbox/delete", post(delete))
        .route("/sandbox/replay", post(replay))
        .route("/sandbox/commands", get(commands))
        .route("/sandbox/toasts/{person}", get(toasts))
        .route("/sandbox/state", get(state))
        .route("/sandbox/files/{id}", get(file))
        .route("/sandbox/events", get(events))
        .route("/sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::UnknownPerson(_)
            | Self::UnknownChat(_)
            | Self::UnknownMessage { .. }
            | Self::UnknownUpdate(_)
            | Self::NoSuchButton => StatusCode::NOT_FOUND,
            Self::NotAMember { .. } | Self::Blocked => StatusCode::FORBIDDEN,
            Self::TextLength | Self::WrongId(_) | Self::EmptyGroup | Self::NotAGroup(_) => {
                StatusCode::BAD_REQUEST
            }
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

type Answer = Result<Json<Value>, ControlError>;

fn done() -> Json<Value> {
    Json(json!({ "ok": true }))
}

async fn world(State(control): State<Control>) -> Json<WorldView> {
    Json(control.view())
}

#[derive(Deserialize)]
struct NewPerson {
    id: i64,
    first_name: String,
    username: Option<String>,
    language_code: Option<String>,
}

async fn add_person(State(control): State<Control>, Json(person): Json<NewPerson>) -> Answer {
    let language = person.language_code.as_deref().unwrap_or("en");
    control.add_person(person.id, &person.first_name, person.username.as_deref(), language)?;
    Ok(done())
}

#[derive(Deserialize)]
struct NewGroup {
    id: i64,
    title: String,
    members: Vec<i64>,
}

async fn add_group(State(control): State<Control>, Json(group): Json<NewGroup>) -> Answer {
    control.add_group(group.id, &group.title, &group.members)?;
    Ok(done())
}

/// What is on the screen: deleted messages are not.
async fn messages(State(control): State<Control>, Path(chat): Path<i64>) -> Json<Vec<MessageView>> {
    let mut messages = control.messages(chat);
    messages.retain(|message| !message.deleted);
    Json(messages)
}

#[derive(Deserialize)]
struct Said {
    person: i64,
    chat: i64,
    text: String,
    reply_to: Option<i64>,
}

async fn say(State(control): State<Control>, Json(said): Json<Said>) -> Answer {
    let id = match said.reply_to {
        Some(message) => control.reply(said.person, said.chat, message, &said.text)?,
        None => control.say(said.person, said.chat, &said.text)?,
    };
    Ok(Json(json!({ "message_id": id })))
}

#[derive(Deserialize)]
struct Pressed {
    person: i64,
    chat: i64,
    message: i64,
    data: String,
}

async fn press(State(control): State<Control>, Json(pressed): Json<Pressed>) -> Answer {
    let id = control.press(pressed.person, pressed.chat, pressed.message, &pressed.data)?;
    Ok(Json(json!({ "query_id": id })))
}

#[derive(Deserialize)]
struct Blocked {
    person: i64,
    blocked: bool,
}

async fn block(State(control): State<Control>, Json(block): Json<Blocked>) -> Answer {
    if block.blocked {
        control.block(block.person)?;
    } else {
        control.unblock(block.person)?;
    }
    Ok(done())
}

#[derive(Deserialize)]
struct Deleted {
    chat: i64,
    message: i64,
}

async fn delete(State(control): State<Control>, Json(deleted): Json<Deleted>) -> Answer {
    control.delete_message(deleted.chat, deleted.message)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Replay {
    UpdateId(i64),
    Last(usize),
}

async fn replay(State(control): State<Control>, Json(replay): Json<Replay>) -> Answer {
    let count = match replay {
        Replay::UpdateId(id) => control.replay(id).map(|()| 1)?,
        Replay::Last(count) => control.replay_last(count),
    };
    Ok(Json(json!({ "replayed": count })))
}

#[derive(Deserialize)]
struct Place {
    chat: i64,
    person: i64,
}

async fn commands(State(control): State<Control>, Query(place): Query<Place>) -> Answer {
    Ok(Json(json!(control.commands_shown(place.chat, place.person)?)))
}

async fn toasts(State(control): State<Control>, Path(person): Path<i64>) -> Json<Value> {
    Json(json!(control.toasts(person)))
}

/// Counters for tests from outside.
async fn state(State(control): State<Control>) -> Json<Value> {
    Json(json!({
        "pending_updates": control.pending_updates(),
        "unanswered_queries": control.unanswered_queries(),
        "requests": control.requests(),
    }))
}

async fn file(State(control): State<Control>, Path(id): Path<String>) -> Response {
    match control.file(&id) {
        Some(file) => ([(header::CONTENT_TYPE, file.mime)], file.bytes).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({ "error": "no such file" }))).into_response(),
    }
}

async fn faults(State(control): State<Control>) -> Json<Vec<FaultRule>> {
    Json(control.faults())
}

async fn add_fault(State(control): State<Control>, Json(rule): Json<FaultRule>) -> Json<Value> {
    control.add_fault(rule);
    done()
}

async fn clear_faults(State(control): State<Control>) -> Json<Value> {
    control.clear_faults();
    done()
}

async fn events(
    State(control): State<Control>,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let stopped = control.stopped();
    let shown = stream::unfold(control.events(), |mut events| async move {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::Missed,
            Err(RecvError::Closed) => return None,
        };
        let data = serde_json::to_string(&event).unwrap_or_default();
        Some((Ok(sse::Event::default().data(data)), events))
    });
    Sse::new(shown.take_until(Box::pin(stopped)).boxed()).keep_alive(KeepAlive::default())
}
