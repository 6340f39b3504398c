//! The gateway: one WebSocket that brings what people ask. Keeps it alive, resumes it, begins anew, and ends for good only
//! when Discord says so.
//!
//! serenity's gateway logs what it cannot read, tokens and all, waits for ever for a server that does not speak, and brings a
//! second TLS library; so this is the protocol of "Gateway" and nothing more. Its times are Discord's, so they are real.

use std::{sync::Arc, time::Duration};

use bot_core::{clock::Clock, messenger::Urgency};
use futures::{SinkExt, StreamExt};
use reqwest::Url;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Message as Frame,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use crate::{
    backoff::Backoff,
    client::{CallError, Client, Pace, Refusal, Route},
    stopped,
    wire::{DirectMessage, GatewayBot, Guild, Interaction},
};

/// For the connection, for HELLO, and for anything that is sent.
const STEP_WITHIN: Duration = Duration::from_secs(15);
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// Guilds and direct messages; interactions come without asking ("Gateway Intents").
const INTENTS: u64 = 1 | 1 << 12;

/// Why the gateway will not come back by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    #[error("Discord does not accept the bot's token any more")]
    TokenRevoked,
    /// "Gateway Close Event Codes" that forbid another try.
    #[error("Discord ended the connection for good (close code {0})")]
    Closed(u16),
}

/// What somebody asks.
pub(crate) enum Event {
    Interaction(Box<Interaction>),
    Message(Box<DirectMessage>),
    /// The bot is in a guild, or is not any more.
    Guild {
        guild: Guild,
        is_in: bool,
    },
}

pub(crate) struct Gateway {
    client: Arc<Client>,
    clock: Clock,
    events: mpsc::Sender<Event>,
    session: Option<Session>,
    /// Of the last event.
    sequence: Option<u64>,
    /// Whether the present connection got as far as READY or RESUMED.
    is_established: bool,
    is_acknowledged: bool,
}

/// What a broken connection is resumed with.
struct Session {
    id: String,
    url: String,
}

/// How a connection ended.
enum Over {
    Stopped,
    /// The session may go on in another connection.
    Lost(&'static str),
    /// The session is gone.
    Invalid(&'static str),
    Forbidden(Ended),
}

/// "Gateway Event Payload Structure".
#[derive(Deserialize)]
struct Payload {
    op: u8,
    #[serde(default)]
    d: Value,
    s: Option<u64>,
    t: Option<String>,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Gateway {
    pub fn new(client: Arc<Client>, clock: Clock, events: mpsc::Sender<Event>) -> Self {
        Self {
            client,
            clock,
            events,
            session: None,
            sequence: None,
            is_established: false,
            is_acknowledged: true,
        }
    }

    /// Runs until it is stopped or Discord forbids more.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> Result<(), Ended> {
        let mut backoff = Backoff::new(self.clock.clone());
        loop {
            match self.connection(&mut stop).await {
                Over::Stopped => return Ok(()),
                Over::Forbidden(ended) => return Err(ended),
                Over::Lost(reason) => tracing::info!(reason, "the gateway is gone; resuming"),
                Over::Invalid(reason) => {
                    tracing::info!(reason, "the gateway's session is gone; beginning anew");
                    self.session = None;
                }
            }
            if self.is_established {
                backoff = Backoff::new(self.clock.clone());
            }
            tokio::select! {
                biased;
                () = stopped(&mut stop) => return Ok(()),
                () = backoff.wait() => {}
            }
        }
    }

    async fn connection(&mut self, stop: &mut watch::Receiver<bool>) -> Over {
        self.is_established = false;
        self.is_acknowledged = true;
        let connected = tokio::select! {
            biased;
            () = stopped(stop) => return Over::Stopped,
            connected = self.connect() => connected,
        };
        let (mut socket, url) = match connected {
            Ok(connected) => connected,
            Err(over) => return over,
        };
        let over = match self.listen(&mut socket, url, stop).await {
            Ok(never) => match never {},
            Err(over) => over,
        };
        // 1000 ends the session, any other code leaves it to be resumed.
        let code = match over {
            Over::Stopped => CloseCode::Normal,
            Over::Lost(_) | Over::Invalid(_) | Over::Forbidden(_) => CloseCode::Library(4_000),
        };
        let farewell = socket.close(Some(CloseFrame { code, reason: "".into() }));
        // Whether it is heard makes no difference any more.
        let _ = timeout(CLOSE_WITHIN, farewell).await;
        over
    }

    async fn connect(&mut self) -> Result<(Socket, String), Over> {
        let url = match &self.session {
            Some(session) => session.url.clone(),
            None => self.address().await?,
        };
        let Ok(mut address) = Url::parse(&url) else {
            tracing::warn!("the gateway's address is not an address");
            return Err(Over::Invalid("no address"));
        };
        address.set_query(Some("v=10&encoding=json"));
        match timeout(STEP_WITHIN, connect_async(address.as_str())).await {
            Ok(Ok((socket, _))) => Ok((socket, url)),
            // A session's own address may be what is wrong.
            Ok(Err(_)) | Err(_) if self.session.is_some() => Err(Over::Invalid("no connection")),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the gateway cannot be reached");
                Err(Over::Lost("no connection"))
            }
            Err(_) => Err(Over::Lost("the connection took too long")),
        }
    }

    /// Where the gateway is, as the API says: never a built-in address, which would be another Discord's than the one
    /// configured.
    async fn address(&self) -> Result<String, Over> {
        let pace = Pace { urgency: Urgency::Now, patience: STEP_WITHIN };
        match self.client.ask::<GatewayBot>(&Route::GatewayBot, pace).await {
            Ok(GatewayBot { url, session_start_limit: limit }) => {
                if limit.remaining == 0 {
                    tracing::warn!("the bot has begun too many sessions today; waiting");
                    sleep(Duration::from_millis(limit.reset_after)).await;
                }
                Ok(url)
            }
            Err(CallError::Refused { reason: Refusal::Unauthorized, .. }) => {
                Err(Over::Forbidden(Ended::TokenRevoked))
            }
            Err(error) => {
                tracing::warn!(%error, "the gateway's address cannot be read");
                Err(Over::Lost("no address"))
            }
        }
    }

    async fn listen(
        &mut self,
        socket: &mut Socket,
        url: String,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<std::convert::Infallible, Over> {
        let interval =
            timeout(STEP_WITHIN, hello(socket)).await.map_err(|_| Over::Lost("no HELLO"))??;
        let opening = self.opening();
        tell(socket, &opening).await?;
        // The first beat comes at any moment of the interval, so that many who reconnect do not beat together.
        let jitter = u32::try_from(self.clock.now().0.rem_euclid(1_000)).unwrap_or(0);
        let mut beat = Box::pin(sleep(interval * jitter / 1_000));
        loop {
            tokio::select! {
                biased;
                () = stopped(stop) => return Err(Over::Stopped),
                () = &mut beat => {
                    if !self.is_acknowledged {
                        return Err(Over::Lost("heartbeats are not answered"));
                    }
                    self.beat(socket).await?;
                    beat = Box::pin(sleep(interval));
                }
                frame = socket.next() => {
                    if let Some(payload) = read(frame)? {
                        self.take(socket, payload, &url).await?;
                    }
                }
            }
        }
    }

    /// RESUME where there is something to resume, else IDENTIFY.
    fn opening(&mut self) -> Value {
        let token = self.client.token().expose_secret();
        if let (Some(session), Some(sequence)) = (&self.session, self.sequence) {
            let d = json!({"token": token, "session_id": session.id, "seq": sequence});
            return json!({"op": 6, "d": d});
        }
        self.sequence = None;
        let properties =
            json!({"os": std::env::consts::OS, "browser": "numdesk", "device": "numdesk"});
        json!({"op": 2, "d": {"token": token, "intents": INTENTS, "properties": properties}})
    }

    async fn beat(&mut self, socket: &mut Socket) -> Result<(), Over> {
        self.is_acknowledged = false;
        tell(socket, &json!({"op": 1, "d": self.sequence})).await
    }

    async fn take(&mut self, socket: &mut Socket, payload: Payload, url: &str) -> Result<(), Over> {
        match payload.op {
            0 => {
                self.sequence = payload.s.or(self.sequence);
                self.dispatch(payload.t.as_deref().unwrap_or_default(), payload.d, url).await;
                Ok(())
            }
            1 => self.beat(socket).await,
            7 => Err(Over::Lost("Discord asked to reconnect")),
            9 if payload.d == Value::Bool(true) => Err(Over::Lost("invalid for now")),
            9 => Err(Over::Invalid("invalid")),
            11 => {
                self.is_acknowledged = true;
                Ok(())
            }
            // Newer than this program.
            _ => Ok(()),
        }
    }

    async fn dispatch(&mut self, name: &str, data: Value, url: &str) {
        let event = match name {
            "READY" => {
                let text = |field: &str| data[field].as_str().map(str::to_owned);
                self.session = text("session_id").map(|id| Session {
                    id,
                    url: text("resume_gateway_url").unwrap_or_else(|| url.to_owned()),
                });
                self.is_established = true;
                return;
            }
            "RESUMED" => {
                self.is_established = true;
                return;
            }
            "INTERACTION_CREATE" => serde_json::from_value(data).map(Event::Interaction),
            "MESSAGE_CREATE" => serde_json::from_value(data).map(Event::Message),
            // A guild that is unavailable has an outage, and nobody was removed.
            "GUILD_CREATE" | "GUILD_DELETE" if data["unavailable"] == Value::Bool(true) => return,
            "GUILD_CREATE" | "GUILD_DELETE" => {
                let is_in = name == "GUILD_CREATE";
                serde_json::from_value(data).map(|guild| Event::Guild { guild, is_in })
            }
            _ => return,
        };
        if let Ok(event) = event {
            // Whoever takes the events has ended, and will soon end this, too.
            let _ = self.events.send(event).await;
        } else {
            // What the person wrote stays out of the log, so the error does.
            tracing::error!(name, "an event is not readable");
        }
    }
}

/// The interval of heartbeats.
async fn hello(socket: &mut Socket) -> Result<Duration, Over> {
    loop {
        let Some(payload) = read(socket.next().await)? else { continue };
        let interval = payload.d["heartbeat_interval"].as_u64().filter(|millis| *millis > 0);
        return match (payload.op, interval) {
            (10, Some(millis)) => Ok(Duration::from_millis(millis)),
            (9, _) => Err(Over::Invalid("invalid")),
            _ => Err(Over::Lost("no HELLO")),
        };
    }
}

/// `None` for what is no payload.
fn read(
    frame: Option<Result<Frame, tokio_tungstenite::tungstenite::Error>>,
) -> Result<Option<Payload>, Over> {
    match frame {
        Some(Ok(Frame::Text(text))) => {
            let payload = serde_json::from_str(text.as_str());
            payload.map(Some).map_err(|_| Over::Lost("not the JSON of the gateway"))
        }
        Some(Ok(Frame::Close(frame))) => Err(closed(frame.map(|frame| frame.code.into()))),
        Some(Ok(Frame::Binary(_) | Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_))) => Ok(None),
        Some(Err(_)) | None => Err(Over::Lost("the connection broke")),
    }
}

/// "Gateway Close Event Codes".
fn closed(code: Option<u16>) -> Over {
    match code {
        Some(4_004) => Over::Forbidden(Ended::TokenRevoked),
        Some(code @ (4_010..=4_014)) => Over::Forbidden(Ended::Closed(code)),
        Some(1_000 | 1_001 | 4_003 | 4_007 | 4_009) => Over::Invalid("closed"),
        Some(_) | None => Over::Lost("closed"),
    }
}

async fn tell(socket: &mut Socket, payload: &Value) -> Result<(), Over> {
    match timeout(STEP_WITHIN, socket.send(Frame::text(payload.to_string()))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Over::Lost("the connection broke")),
    }
}
