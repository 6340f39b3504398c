//! One connection to the gateway: HELLO, IDENTIFY or RESUME, heartbeats, events ("Gateway", "Connections"). Knows what
//! is said on the wire and nothing of why.

use std::{
    io::{self, Write},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONNECTION, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE},
    },
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::ZlibEncoder};
use futures::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role, frame::coding::CloseCode},
    },
};

use super::{
    control::Control,
    gateway::{OUT_AT_MOST, Out},
    rest,
    world::World,
};

type Socket = WebSocketStream<TokioIo<Upgraded>>;

const HEARTBEAT: u64 = 1;
const IDENTIFY: u64 = 2;
const PRESENCE: u64 = 3;
const VOICE_STATE: u64 = 4;
const RESUME: u64 = 6;
const REQUEST_MEMBERS: u64 = 8;

/// The largest payload that the bot may send, in bytes.
const PAYLOAD_BYTES: usize = 4_096;
/// Payloads in a minute before the connection is closed.
const PAYLOADS_A_MINUTE: u32 = 120;
/// Members, presences, and what messages say: they must be switched on for an application.
const PRIVILEGED_INTENTS: u64 = 1 << 1 | 1 << 8 | 1 << 15;
const KNOWN_INTENTS: u64 = (1 << 26) - 1;

const UNKNOWN_OPCODE: (u16, &str) = (4_001, "Unknown opcode.");
const DECODE_ERROR: (u16, &str) = (4_002, "Error while decoding payload.");
const NOT_AUTHENTICATED: (u16, &str) = (4_003, "Not authenticated.");
const AUTHENTICATION_FAILED: (u16, &str) = (4_004, "Authentication failed.");
const ALREADY_AUTHENTICATED: (u16, &str) = (4_005, "Already authenticated.");
const RATE_LIMITED: (u16, &str) = (4_008, "Rate limited.");
const SESSION_TIMED_OUT: (u16, &str) = (4_009, "Session timed out.");
const INVALID_VERSION: (u16, &str) = (4_012, "Invalid API version.");
const INVALID_INTENTS: (u16, &str) = (4_013, "Invalid intent(s).");
const DISALLOWED_INTENTS: (u16, &str) = (4_014, "Disallowed intent(s).");

/// How long the bot may take to close its side.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why the gateway closes a connection: code and reason.
pub(super) type Close = (u16, &'static str);

/// Handles `/gateway`: agrees to a WebSocket and serves it.
pub(super) async fn upgrade(State(control): State<Control>, mut request: Request) -> Response {
    if control.is_down() {
        return rest::broken();
    }
    let headers = request.headers();
    let Some(key) = headers.get(SEC_WEBSOCKET_KEY) else {
        return (StatusCode::BAD_REQUEST, "a WebSocket is expected").into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    let greeting = Greeting {
        url: url(headers),
        speaks_our_version: request.uri().query().is_some_and(speaks_our_version),
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        match upgraded.await {
            Ok(upgraded) => {
                let io = TokioIo::new(upgraded);
                let socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
                serve(control, socket, greeting).await;
            }
            Err(error) => tracing::debug!(%error, "a sandbox gateway connection was not upgraded"),
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

/// Where the gateway is, as the bot reached this server.
pub(super) fn url(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    format!("ws://{host}/gateway")
}

/// Version 10, JSON, no transport compression.
fn speaks_our_version(query: &str) -> bool {
    let pairs: Vec<(&str, &str)> =
        query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.contains(&("v", "10"))
        && pairs.iter().all(|(name, value)| match *name {
            "encoding" => *value == "json",
            "compress" => false,
            _ => true,
        })
}

struct Greeting {
    url: String,
    speaks_our_version: bool,
}

/// What the gateway knows of this connection alone.
struct Talk {
    connection: u64,
    url: String,
    /// When the present minute began, by the emulator's clock, and the payloads since.
    minute: (i64, u32),
}

async fn serve(control: Control, mut socket: Socket, greeting: Greeting) {
    if !greeting.speaks_our_version {
        close(&mut socket, INVALID_VERSION).await;
        return;
    }
    let (out, mut outgoing) = mpsc::channel(OUT_AT_MOST);
    let connection = control.world().gateway.connect(out);
    control.world().touch();
    let mut talk = Talk { connection, url: greeting.url, minute: (0, 0) };
    let heartbeat_ms = control.heartbeat_ms();
    let hello =
        json!({ "op": 10, "s": null, "t": null, "d": { "heartbeat_interval": heartbeat_ms } });
    // A connection that breaks ends all by itself: the read below sees it.
    let _ = socket.send(Message::Text(hello.to_string())).await;
    let patience = Duration::from_millis(heartbeat_ms.saturating_mul(2));
    let mut silence = Box::pin(tokio::time::sleep(patience));
    let stopped = control.stopped();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            () = &mut silence => {
                control.world().gateway.close(connection, SESSION_TIMED_OUT);
                silence.set(tokio::time::sleep(patience));
            }
            out = outgoing.recv() => {
                if !write(&mut socket, out).await { break }
            }
            heard = socket.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    silence.set(tokio::time::sleep(patience));
                    if let Err(why) = talk.hear(&control, &text) {
                        control.world().gateway.close(connection, why);
                    }
                }
                Some(Ok(Message::Binary(_))) => {
                    control.world().gateway.close(connection, DECODE_ERROR);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(frame))) => {
                    // A client that closes politely gives its session up ("Gateway", "Initiating a Disconnect").
                    if frame.is_some_and(|frame| matches!(frame.code, CloseCode::Normal | CloseCode::Away)) {
                        control.world().gateway.give_up(connection);
                    }
                    break;
                }
                Some(Err(_)) | None => break,
            },
        }
    }
    let mut world = control.world();
    world.gateway.disconnect(connection);
    world.touch();
}

/// Writes one thing. False when nothing can be written any more.
async fn write(socket: &mut Socket, out: Option<Out>) -> bool {
    let message = match out {
        Some(Out::Text(text)) => Message::Text(text),
        Some(Out::Packed(text)) => match compress(&text) {
            Ok(bytes) => Message::Binary(bytes),
            Err(error) => {
                tracing::error!(%error, "a gateway payload could not be compressed");
                return false;
            }
        },
        Some(Out::Close(code, reason)) => {
            close(socket, (code, reason)).await;
            return false;
        }
        Some(Out::Cut) | None => return false,
    };
    socket.send(message).await.is_ok()
}

fn compress(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// Says why, and reads on for a while until the other side is gone: a connection that is dropped with something unread
/// is reset, and the reason is lost with it.
async fn close(socket: &mut Socket, (code, reason): Close) {
    let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
    if let Err(error) = socket.close(Some(frame)).await {
        tracing::debug!(%error, "a sandbox gateway connection was gone before it was closed");
    }
    let rest = async { while let Some(Ok(_)) = socket.next().await {} };
    if tokio::time::timeout(FAREWELL, rest).await.is_err() {
        tracing::debug!("the bot did not close its side of a sandbox gateway connection");
    }
}

impl Talk {
    /// Takes one payload of the bot.
    fn hear(&mut self, control: &Control, text: &str) -> Result<(), Close> {
        if text.len() > PAYLOAD_BYTES {
            return Err(DECODE_ERROR);
        }
        let payload: Value = serde_json::from_str(text).map_err(|_| DECODE_ERROR)?;
        let opcode = payload["op"].as_u64().ok_or(DECODE_ERROR)?;
        let data = &payload["d"];
        let mut world = control.world();
        if !world.gateway.is_open(self.connection) {
            // What it gets last is still on its way.
            return Ok(());
        }
        self.count(world.now())?;
        let is_identified = world.gateway.is_identified(self.connection);
        match opcode {
            HEARTBEAT => self.heartbeat(&mut world),
            IDENTIFY | RESUME if is_identified => return Err(ALREADY_AUTHENTICATED),
            IDENTIFY => {
                check_token(control, &world, data)?;
                self.identify(&mut world, data)?;
            }
            RESUME => {
                check_token(control, &world, data)?;
                self.resume(&mut world, data)?;
            }
            PRESENCE | VOICE_STATE | REQUEST_MEMBERS if !is_identified => {
                return Err(NOT_AUTHENTICATED);
            }
            PRESENCE | VOICE_STATE | REQUEST_MEMBERS => {}
            _ => return Err(UNKNOWN_OPCODE),
        }
        world.touch();
        Ok(())
    }

    fn count(&mut self, now_ms: i64) -> Result<(), Close> {
        if now_ms - self.minute.0 >= 60_000 {
            self.minute = (now_ms, 0);
        }
        self.minute.1 += 1;
        if self.minute.1 > PAYLOADS_A_MINUTE { Err(RATE_LIMITED) } else { Ok(()) }
    }

    fn heartbeat(&self, world: &mut World) {
        world.gateway.counts.heartbeats += 1;
        if world.gateway.acknowledges {
            let acknowledged = json!({ "op": 11, "s": null, "t": null, "d": null }).to_string();
            world.gateway.write(self.connection, Out::Text(acknowledged));
        }
    }

    fn identify(&self, world: &mut World, data: &Value) -> Result<(), Close> {
        let intents = data["intents"].as_u64().ok_or(INVALID_INTENTS)?;
        if intents & !KNOWN_INTENTS != 0 {
            return Err(INVALID_INTENTS);
        }
        if intents & PRIVILEGED_INTENTS != 0 {
            return Err(DISALLOWED_INTENTS);
        }
        if !data["properties"].is_object() {
            return Err(DECODE_ERROR);
        }
        let session = world.gateway.identify(self.connection, intents, data["compress"] == true);
        let ready = world.ready(&session, &self.url, &data["shard"]);
        world.gateway.send(&session, "READY", &ready);
        if intents & super::gateway::GUILDS != 0 {
            for guild in world.guilds_of_bot() {
                world.gateway.send(&session, "GUILD_CREATE", &guild);
            }
        }
        Ok(())
    }

    fn resume(&self, world: &mut World, data: &Value) -> Result<(), Close> {
        let session = data["session_id"].as_str().ok_or(DECODE_ERROR)?;
        let seq = data["seq"].as_u64().ok_or(DECODE_ERROR)?;
        if !world.gateway.resume(self.connection, session, seq) {
            world.gateway.write(self.connection, Out::invalid_session(false));
        }
        Ok(())
    }
}

fn check_token(control: &Control, world: &World, data: &Value) -> Result<(), Close> {
    let token = data["token"].as_str().ok_or(DECODE_ERROR)?;
    let token = token.strip_prefix("Bot ").unwrap_or(token);
    if control.is_token(token) && !world.is_revoked { Ok(()) } else { Err(AUTHENTICATION_FAILED) }
}
