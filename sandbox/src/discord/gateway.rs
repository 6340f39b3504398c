//! The gateway's sessions: who is connected, what was sent under which number, what a resumed session gets again
//! ("Gateway"). Knows no socket; [`super::connection`] carries what stands here.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::connection::Close;

/// Events kept per session for resuming.
const KEPT_AT_MOST: usize = 1_000;
/// What may wait to be written to a connection.
pub(super) const OUT_AT_MOST: usize = 1_000;

/// Sent to everybody, whatever intents they asked for.
pub(super) const ALWAYS: u64 = 0;
/// The intent of servers and channels.
pub(super) const GUILDS: u64 = 1;
/// The intents of what people write, in servers and to the bot.
pub(super) const GUILD_MESSAGES: u64 = 1 << 9;
pub(super) const DIRECT_MESSAGES: u64 = 1 << 12;

/// Something to write to a connection.
#[derive(Clone, Debug)]
pub(super) enum Out {
    Text(String),
    /// Compressed on its own.
    Packed(String),
    Close(u16, &'static str),
    /// The connection breaks without a word.
    Cut,
}

impl Out {
    /// Op 9; `resumable` says whether RESUME is worth a try.
    pub fn invalid_session(resumable: bool) -> Self {
        Self::Text(json!({ "op": 9, "s": null, "t": null, "d": resumable }).to_string())
    }

    /// Op 7.
    pub fn reconnect() -> Self {
        Self::Text(json!({ "op": 7, "s": null, "t": null, "d": null }).to_string())
    }
}

#[derive(Debug)]
struct Connection {
    out: mpsc::Sender<Out>,
    session: Option<String>,
}

#[derive(Debug)]
struct Session {
    intents: u64,
    compresses: bool,
    seq: u64,
    kept: VecDeque<(u64, String)>,
    connection: Option<u64>,
}

/// What the bot did at the gateway since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct GatewayCounts {
    pub connections: u64,
    pub identifies: u64,
    pub resumes: u64,
    pub heartbeats: u64,
}

/// An event on its way: its name, its data, the intents that get it ([`ALWAYS`] for all).
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub name: &'static str,
    pub data: Value,
    pub intents: u64,
}

#[derive(Debug)]
pub(super) struct Gateway {
    connections: BTreeMap<u64, Connection>,
    sessions: BTreeMap<String, Session>,
    /// Counts connections and sessions.
    made: u64,
    /// Whether heartbeats are acknowledged.
    pub acknowledges: bool,
    /// Events that wait until they are released.
    held: Option<Vec<Event>>,
    last_interaction: Option<Event>,
    pub counts: GatewayCounts,
}

impl Gateway {
    pub fn new() -> Self {
        Self {
            connections: BTreeMap::new(),
            sessions: BTreeMap::new(),
            made: 0,
            acknowledges: true,
            held: None,
            last_interaction: None,
            counts: GatewayCounts::default(),
        }
    }

    /// A new connection; its number.
    pub fn connect(&mut self, out: mpsc::Sender<Out>) -> u64 {
        self.made += 1;
        self.counts.connections += 1;
        self.connections.insert(self.made, Connection { out, session: None });
        self.made
    }

    /// The connection is gone; its session can be resumed.
    pub fn disconnect(&mut self, connection: u64) {
        self.connections.remove(&connection);
        for session in self.sessions.values_mut() {
            if session.connection == Some(connection) {
                session.connection = None;
            }
        }
    }

    /// The session of a connection ends with it.
    pub fn give_up(&mut self, connection: u64) {
        self.sessions.retain(|_, session| session.connection != Some(connection));
    }

    /// Whether the connection was neither broken off nor hung up.
    pub fn is_open(&self, connection: u64) -> bool {
        self.connections.contains_key(&connection)
    }

    /// Whether the connection has a session.
    pub fn is_identified(&self, connection: u64) -> bool {
        self.connections.get(&connection).is_some_and(|connection| connection.session.is_some())
    }

    /// Connections with a session: the bot is up.
    pub fn live(&self) -> usize {
        self.connections.values().filter(|connection| connection.session.is_some()).count()
    }

    /// Starts a session; what nobody resumed until now is forgotten. Its id.
    pub fn identify(&mut self, connection: u64, intents: u64, compresses: bool) -> String {
        self.counts.identifies += 1;
        self.made += 1;
        // What nobody holds is not resumed once the bot starts afresh.
        self.sessions.retain(|_, session| session.connection.is_some());
        let id = format!("{:032x}", u128::from(self.made) << 64 | 0x5e55_1011);
        let session = Session {
            intents,
            compresses,
            seq: 0,
            kept: VecDeque::new(),
            connection: Some(connection),
        };
        self.sessions.insert(id.clone(), session);
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.session = Some(id.clone());
        }
        id
    }

    /// Goes on with a session after the event `seq`. False when it cannot be resumed.
    pub fn resume(&mut self, connection: u64, id: &str, seq: u64) -> bool {
        let Some(session) = self.sessions.get_mut(id) else { return false };
        let oldest = session.kept.front().map_or(session.seq + 1, |(number, _)| *number);
        if seq > session.seq || seq + 1 < oldest {
            return false;
        }
        self.counts.resumes += 1;
        session.connection = Some(connection);
        let missed: Vec<String> = session
            .kept
            .iter()
            .filter(|(number, _)| *number > seq)
            .map(|(_, text)| text.clone())
            .collect();
        let compresses = session.compresses;
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.session = Some(id.to_owned());
        }
        for text in missed {
            self.write(connection, packed(text, compresses));
        }
        self.send(id, "RESUMED", &json!({}));
        true
    }

    /// Sends an event to every session that asked for its kind, or holds it back.
    pub fn dispatch(&mut self, event: Event) {
        if event.name == "INTERACTION_CREATE" {
            self.last_interaction = Some(event.clone());
        }
        match &mut self.held {
            Some(held) => held.push(event),
            None => self.dispatch_now(&event),
        }
    }

    fn dispatch_now(&mut self, event: &Event) {
        let wants =
            |session: &Session| event.intents == ALWAYS || session.intents & event.intents != 0;
        let ids: Vec<String> = self
            .sessions
            .iter()
            .filter(|(_, session)| wants(session))
            .map(|(id, _)| id.clone())
            .collect();
        for id in ids {
            self.send(&id, event.name, &event.data);
        }
    }

    /// Sends one event to one session, whose number it gets.
    pub fn send(&mut self, id: &str, name: &str, data: &Value) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        session.seq += 1;
        let text = json!({ "op": 0, "s": session.seq, "t": name, "d": data }).to_string();
        if session.kept.len() >= KEPT_AT_MOST {
            session.kept.pop_front();
        }
        session.kept.push_back((session.seq, text.clone()));
        if let Some(connection) = session.connection {
            let compresses = session.compresses;
            self.write(connection, packed(text, compresses));
        }
    }

    /// Writes to one connection; one that does not read is broken off.
    pub fn write(&mut self, connection: u64, out: Out) {
        let is_full = self
            .connections
            .get(&connection)
            .is_some_and(|connection| connection.out.try_send(out).is_err());
        if is_full {
            self.disconnect(connection);
        }
    }

    /// Writes to every connection.
    pub fn write_all(&mut self, out: &Out) {
        let all: Vec<u64> = self.connections.keys().copied().collect();
        for connection in all {
            self.write(connection, out.clone());
        }
    }

    /// Closes one connection, after everything that is still on its way; its session can be resumed.
    pub fn close(&mut self, connection: u64, (code, reason): Close) {
        self.write(connection, Out::Close(code, reason));
        self.disconnect(connection);
    }

    /// The last thing that every connection gets; from now on nobody is connected.
    pub fn hang_up(&mut self, last: &Out) {
        self.write_all(last);
        let all: Vec<u64> = self.connections.keys().copied().collect();
        for connection in all {
            self.disconnect(connection);
        }
    }

    /// Op 9 to every connection, which has no session from now on.
    pub fn invalidate(&mut self, resumable: bool) {
        self.write_all(&Out::invalid_session(resumable));
        for session in self.sessions.values_mut() {
            session.connection = None;
        }
        if !resumable {
            self.sessions.clear();
        }
        for connection in self.connections.values_mut() {
            connection.session = None;
        }
    }

    /// No session can be resumed.
    pub fn forget_sessions(&mut self) {
        self.sessions.clear();
    }

    /// Keeps events back from now on.
    pub fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    /// Sends what was kept back; how many events it was.
    pub fn release(&mut self) -> usize {
        let held = self.held.take().unwrap_or_default();
        for event in &held {
            self.dispatch_now(event);
        }
        held.len()
    }

    /// Sends the last interaction once more. False when there was none.
    pub fn repeat(&mut self) -> bool {
        let Some(event) = self.last_interaction.clone() else { return false };
        self.dispatch(event);
        true
    }
}

fn packed(text: String, compresses: bool) -> Out {
    if compresses { Out::Packed(text) } else { Out::Text(text) }
}
