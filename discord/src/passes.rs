//! Remembers how each person can be reached: the pass that each interaction gives for a quarter of an hour, their direct
//! messages, and whether those are closed.
//!
//! Only in memory: after a restart messages go to the direct messages, and what was shown to one person alone stays as it
//! is. Passes are secrets.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bot_core::clock::{Clock, Timestamp};
use secrecy::SecretString;
use serenity::model::id::{ChannelId, MessageId, UserId};

use crate::memory::Memory;

/// An interaction's token lives 15 minutes ("Receiving and Responding, Followup Messages"); a little is left for the way.
const PASS_LIFE: Duration = Duration::from_secs(14 * 60 + 30);
/// For so long nothing is sent to direct messages that were closed: refusals can ban the whole shop's address.
const CLOSED_FOR: Duration = Duration::from_hours(1);
/// People and messages that are remembered.
const MOST_PEOPLE: usize = 20_000;
const MOST_MESSAGES: usize = 50_000;

/// The right to show one person something alone, and to edit that.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    pub token: SecretString,
    until: Timestamp,
}

/// What a message is to the interaction whose pass edits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cover {
    /// Its first answer, or the message below which it was tapped.
    Original,
    FollowUp,
}

/// Where an interaction came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// The direct messages with the bot.
    Direct(ChannelId),
    /// Anywhere else: answers are shown to the person alone. The channel, where the bot itself may write there.
    Elsewhere { channel: Option<ChannelId> },
}

#[derive(Debug, Default)]
struct Person {
    /// Of the last interaction elsewhere, unless they came to the direct messages since.
    pass: Option<Pass>,
    /// Where they were last seen, until they were called there.
    channel: Option<ChannelId>,
    direct: Option<ChannelId>,
    closed_until: Option<Timestamp>,
    language: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Passes {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    people: Memory<UserId, Person>,
    messages: Memory<MessageId, (Pass, Cover)>,
}

impl Passes {
    pub fn new(clock: Clock) -> Self {
        let state =
            State { people: Memory::new(MOST_PEOPLE), messages: Memory::new(MOST_MESSAGES) };
        Self { clock, state: Mutex::new(state) }
    }

    /// A pass that begins now.
    pub fn issue(&self, token: SecretString) -> Pass {
        Pass { token, until: self.clock.now() + PASS_LIFE }
    }

    /// A person came, and their interaction has its first answer: its token is of use from now on.
    pub fn came(&self, person: UserId, home: Home, pass: &Pass) {
        match home {
            Home::Direct(channel) => self.came_to_direct(person, channel),
            Home::Elsewhere { channel } => self.with(person, |person| {
                person.pass = Some(pass.clone());
                person.channel = channel;
            }),
        }
    }

    /// A person is in their direct messages, which are open then.
    pub fn came_to_direct(&self, person: UserId, channel: ChannelId) {
        self.with(person, |person| {
            let language = person.language.take();
            *person = Person { direct: Some(channel), language, ..Person::default() };
        });
    }

    pub fn speaks(&self, person: UserId, language: &str) {
        self.with(person, |person| person.language = Some(language.to_owned()));
    }

    pub fn language(&self, person: UserId) -> Option<String> {
        self.lock().people.get(&person)?.language.clone()
    }

    /// A message was shown, or tapped, under a pass, which edits it.
    pub fn covers(&self, message: MessageId, pass: Pass, cover: Cover) {
        self.lock().messages.insert(message, (pass, cover));
    }

    pub fn for_message(&self, message: MessageId) -> Option<(Pass, Cover)> {
        let now = self.clock.now();
        self.lock().messages.get(&message).filter(|(pass, _)| pass.until > now).cloned()
    }

    pub fn for_person(&self, person: UserId) -> Option<Pass> {
        let now = self.clock.now();
        self.lock().people.get(&person)?.pass.clone().filter(|pass| pass.until > now)
    }

    /// Discord does not take the person's pass any more.
    pub fn drop_pass(&self, person: UserId) {
        self.with(person, |person| person.pass = None);
    }

    pub fn direct(&self, person: UserId) -> Option<ChannelId> {
        self.lock().people.get(&person)?.direct
    }

    pub fn set_direct(&self, person: UserId, channel: ChannelId) {
        self.with(person, |person| person.direct = Some(channel));
    }

    pub fn is_closed(&self, person: UserId) -> bool {
        let now = self.clock.now();
        let state = self.lock();
        let closed_until = state.people.get(&person).and_then(|person| person.closed_until);
        closed_until.is_some_and(|until| until > now)
    }

    /// The person's direct messages are closed.
    pub fn close(&self, person: UserId) {
        let until = self.clock.now() + CLOSED_FOR;
        self.with(person, |person| person.closed_until = Some(until));
    }

    /// Where to call somebody whose direct messages are closed: once for each time they come.
    pub fn take_channel(&self, person: UserId) -> Option<ChannelId> {
        self.lock().people.get_mut(&person)?.channel.take()
    }

    fn with<T>(&self, person: UserId, change: impl FnOnce(&mut Person) -> T) -> T {
        let mut state = self.lock();
        if let Some(known) = state.people.get_mut(&person) {
            return change(known);
        }
        let mut known = Person::default();
        let changed = change(&mut known);
        state.people.insert(person, known);
        changed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bot_core::clock::ManualClock;

    use super::*;

    const ANN: UserId = UserId::new(7);
    const DIRECT: ChannelId = ChannelId::new(70);
    const GUILD: ChannelId = ChannelId::new(71);

    fn passes() -> (ManualClock, Passes) {
        let clock = ManualClock::starting_at(Timestamp(0));
        let passes = Passes::new(clock.clock());
        (clock, passes)
    }

    #[test]
    fn a_pass_lives_a_quarter_of_an_hour() {
        let (clock, passes) = passes();
        let pass = passes.issue("t".into());
        passes.came(ANN, Home::Elsewhere { channel: Some(GUILD) }, &pass);
        passes.covers(MessageId::new(1), pass, Cover::Original);
        assert!(
            passes.for_person(ANN).is_some() && passes.for_message(MessageId::new(1)).is_some()
        );
        clock.advance(PASS_LIFE);
        assert!(
            passes.for_person(ANN).is_none() && passes.for_message(MessageId::new(1)).is_none()
        );
    }

    #[test]
    fn who_comes_to_the_direct_messages_is_written_to_there() {
        let (_clock, passes) = passes();
        let pass = passes.issue("t".into());
        passes.came(ANN, Home::Elsewhere { channel: Some(GUILD) }, &pass);
        passes.close(ANN);
        assert!(passes.is_closed(ANN));
        passes.came(ANN, Home::Direct(DIRECT), &pass);
        assert!(!passes.is_closed(ANN) && passes.for_person(ANN).is_none());
        assert_eq!(passes.direct(ANN), Some(DIRECT));
    }

    #[test]
    fn somebody_is_called_once_for_each_time_they_come() {
        let (clock, passes) = passes();
        let pass = passes.issue("t".into());
        let home = Home::Elsewhere { channel: Some(GUILD) };
        passes.came(ANN, home, &pass);
        passes.close(ANN);
        assert_eq!(passes.take_channel(ANN), Some(GUILD));
        assert_eq!(passes.take_channel(ANN), None);
        passes.came(ANN, home, &pass);
        assert!(passes.is_closed(ANN));
        assert_eq!(passes.take_channel(ANN), Some(GUILD));
        clock.advance(CLOSED_FOR);
        assert!(!passes.is_closed(ANN));
    }
}
