//! Takes what the gateway brings, each thing in a task of its own: answers at once that it is at it, asks the shop, carries
//! out its answer. One bad event, or a panic, harms no other.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bot_core::{
    action::{Action, GroupChange},
    messenger::{Messenger, Urgency},
    screen::{Reply, Screen, Span},
    suggest::Phrase,
};
use futures::FutureExt;
use serde_json::json;
use serenity::{
    builder::{CreateActionRow, CreateInputText},
    model::{application::InputTextStyle, id::UserId},
};
use tokio::{sync::mpsc, task::JoinSet, time::timeout};

use crate::{
    custom_id::{AMOUNT, top_up_form},
    decode::{Ask, Asked, Request, Ticket, Way, decode, decode_message},
    door::Door,
    fields::{choices, wanted},
    gateway::Event,
    markdown::cut,
    memory::Memory,
    render::Message,
    replies::{Callback, Conversation, Replies, with_toast},
};

/// What is remembered as done: a resumed session, or Discord itself, may bring an event again.
const REMEMBERED: usize = 10_000;
/// Things of one person, and of all, that are worked on at the same time; more are refused.
const MOST_OF_ONE: usize = 20;
const MOST_OF_ALL: usize = 1_000;
/// How long a stop waits for what is being handled. Real time.
const DRAIN: Duration = Duration::from_secs(2);
/// Characters of a form's title, of its field's label, and of an amount.
const LONGEST_TITLE: usize = 45;
const LONGEST_AMOUNT: u16 = 20;

pub(crate) struct Desk<D> {
    pub door: Arc<D>,
    pub replies: Replies,
    seen: Mutex<Memory<u64, ()>>,
    busy: Mutex<HashMap<UserId, usize>>,
}

impl<D: Door> Desk<D> {
    pub fn new(door: Arc<D>, replies: Replies) -> Self {
        let seen = Mutex::new(Memory::new(REMEMBERED));
        Self { door, replies, seen, busy: Mutex::default() }
    }

    /// Runs until no more events come, then until what was begun is done, if that does not take long.
    pub async fn run(self: Arc<Self>, mut events: mpsc::Receiver<Event>) {
        let mut tasks = JoinSet::new();
        while let Some(event) = events.recv().await {
            while tasks.try_join_next().is_some() {}
            let is_full = tasks.len() >= MOST_OF_ALL;
            let desk = Arc::clone(&self);
            tasks.spawn(async move { desk.serve(event, is_full).await });
        }
        let all = async { while tasks.join_next().await.is_some() {} };
        if timeout(DRAIN, all).await.is_err() {
            tracing::warn!("some answers were not finished in time");
        }
    }

    async fn serve(&self, event: Event, is_full: bool) {
        let (id, asked) = match event {
            Event::Interaction(interaction) => (interaction.id.get(), decode(&interaction)),
            Event::Message(message) => {
                let language = self.replies.messenger.passes.language(message.author.id);
                let request = decode_message(&message, language);
                (message.id.get(), request.map(|request| Asked::Request(Box::new(request))))
            }
            Event::Guild { guild, is_in } => {
                let title = guild.name;
                let change = if is_in { GroupChange::Joined { title } } else { GroupChange::Left };
                return self.door.group_changed(&guild.id.to_string(), change).await;
            }
        };
        if lock(&self.seen).insert(id, ()).is_some() {
            return;
        }
        match asked {
            Some(Asked::Request(request)) => self.serve_request(&request, is_full).await,
            Some(Asked::Suggestions { ticket, language, field }) => {
                let choices = choices(&*self.door, &language, &field);
                let data = json!({"choices": choices});
                self.replies.first(&ticket, Callback::Suggestions, Some(data)).await;
            }
            Some(Asked::TopUpForm { ticket, language, person }) => {
                self.show_form(&ticket, &language, person).await;
            }
            Some(Asked::NotTheirs { ticket, language }) => {
                let text = self.door.phrase(Some(&language), Phrase::NotYours);
                self.turn_away(&ticket, &text).await;
            }
            None => {}
        }
    }

    async fn serve_request(&self, request: &Request, is_full: bool) {
        let language = request.actor.language.as_deref();
        let Some(_place) = self.enter(request).filter(|_| !is_full) else {
            // A message for each message would double a flood, so only interactions are answered.
            if let Way::Interaction(ticket) = &request.way {
                self.turn_away(ticket, &self.door.too_fast(language)).await;
            }
            return;
        };
        match &request.way {
            Way::Interaction(ticket) => {
                if let Some(language) = language {
                    self.replies.messenger.passes.speaks(ticket.person, language);
                }
                let Some(conversation) = self.replies.open(ticket).await else { return };
                self.converse(request, &conversation).await;
            }
            Way::Direct(channel) => {
                if let Some(person) = crate::address::person_of(&request.actor.private_chat) {
                    self.replies.messenger.passes.came_to_direct(person, *channel);
                }
                self.write_back(request).await;
            }
        }
    }

    async fn converse(&self, request: &Request, conversation: &Conversation<'_>) {
        let Some(reply) = self.ask(request).await else {
            let apology = self.door.apology(request.actor.language.as_deref());
            return self.replies.tell(conversation, &apology).await;
        };
        self.replies.carry_out(conversation, reply).await;
    }

    /// `None` when the shop panicked, which changed nothing that is used again.
    async fn ask(&self, request: &Request) -> Option<Reply> {
        let answer = self.door.handle(&request.actor, self.action(&request.ask));
        let answer = AssertUnwindSafe(answer).catch_unwind().await;
        if answer.is_err() {
            tracing::error!("a panic while handling an action");
        }
        answer.ok()
    }

    fn action(&self, ask: &Ask) -> Action {
        match ask {
            Ask::Do(action) => action.clone(),
            Ask::Buy { service, country } => wanted(&*self.door, service, country),
        }
    }

    /// Answers a direct message with another.
    async fn write_back(&self, request: &Request) {
        let screen = match self.ask(request).await {
            Some(Reply::Nothing) => return,
            Some(Reply::Toast(toast)) => Screen::new(vec![Span::Plain(toast.text)]),
            Some(Reply::Show { screen, toast, .. }) => with_toast(screen, toast),
            None => {
                let apology = self.door.apology(request.actor.language.as_deref());
                Screen::new(vec![Span::Plain(apology)])
            }
        };
        let chat = &request.actor.chat;
        if let Err(error) = self.replies.messenger.send(chat, &screen, Urgency::Now).await {
            tracing::warn!(%error, "a direct message got no answer");
        }
    }

    async fn show_form(&self, ticket: &Ticket, language: &str, person: UserId) {
        let phrase = |phrase| cut(&self.door.phrase(Some(language), phrase), LONGEST_TITLE);
        let field =
            CreateInputText::new(InputTextStyle::Short, phrase(Phrase::TopUpAmount), AMOUNT)
                .min_length(1)
                .max_length(LONGEST_AMOUNT);
        let form = json!({
            "custom_id": top_up_form(person),
            "title": phrase(Phrase::TopUpForm),
            "components": [CreateActionRow::InputText(field)],
        });
        self.replies.first(ticket, Callback::Form, Some(form)).await;
    }

    async fn turn_away(&self, ticket: &Ticket, text: &str) {
        let notice = Message::notice(text).ephemeral();
        self.replies.first(ticket, Callback::Message, Some(notice)).await;
    }

    /// `None` when the person has too much going on already.
    fn enter(&self, request: &Request) -> Option<Entered<'_, D>> {
        let person = crate::address::person_of(&request.actor.private_chat)?;
        let mut busy = lock(&self.busy);
        let count = busy.entry(person).or_default();
        if *count >= MOST_OF_ONE {
            return None;
        }
        *count += 1;
        Some(Entered { desk: self, person })
    }
}

/// One thing of a person's that is being worked on.
struct Entered<'a, D> {
    desk: &'a Desk<D>,
    person: UserId,
}

impl<D> Drop for Entered<'_, D> {
    fn drop(&mut self) {
        let mut busy = lock(&self.desk.busy);
        if let Some(count) = busy.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&self.person);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
