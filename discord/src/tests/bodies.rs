//! What was sent, read by somebody else: the types and checks of another library for Discord.

use std::{path::Path, time::Duration};

use bot_core::{
    action::Tap,
    messenger::{Messenger, Urgency},
    screen::{Button, Picture, Screen},
};
use sandbox::request_log::RequestLog;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use serenity::model::id::UserId;
use twilight_model::{
    application::command::{Command, CommandType},
    channel::message::{AllowedMentions, Component},
    http::{
        attachment::Attachment,
        interaction::{InteractionResponse, InteractionResponseData, InteractionResponseType},
    },
};
use twilight_validate::{command, component, message};

use super::stage::*;
use crate::address::chat_ref;

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value:#}"))
}

/// A field of a message; the default of its type when it is absent.
fn field<T: DeserializeOwned + Default>(body: &Value, name: &str) -> T {
    body.get(name).map(read).unwrap_or_default()
}

fn check_components(components: &[Component]) {
    message::components(components, false).unwrap_or_else(|error| panic!("{error}"));
}

fn check_message(body: &Value) {
    message::content(field::<String>(body, "content")).unwrap();
    check_components(&field::<Vec<Component>>(body, "components"));
    for attachment in field::<Vec<Attachment>>(body, "attachments") {
        message::attachment(&attachment).unwrap();
    }
    let allowed: AllowedMentions = read(&body["allowed_mentions"]);
    assert!(allowed.parse.is_empty() && allowed.roles.is_empty(), "nobody is called by accident");
}

fn check_callback(body: &Value) -> InteractionResponseType {
    let InteractionResponse { kind, data } = read(body);
    let InteractionResponseData { choices, components, title, custom_id, content, .. } =
        data.unwrap_or_default();
    for choice in choices.into_iter().flatten() {
        command::choice(&choice).unwrap();
    }
    let components = components.unwrap_or_default();
    match kind {
        InteractionResponseType::ChannelMessageWithSource => {
            message::content(content.unwrap_or_default()).unwrap();
            check_components(&components);
        }
        InteractionResponseType::Modal => {
            assert!((1..=45).contains(&title.unwrap().chars().count()));
            assert!((1..=100).contains(&custom_id.unwrap().chars().count()));
            for row in &components {
                component::component_v1(row).unwrap();
            }
        }
        _ => {}
    }
    kind
}

fn check_commands(commands: Vec<Value>) {
    assert!(commands.len() > 5);
    for command in commands {
        let command: Command = read(&command);
        match command.kind {
            CommandType::ChatInput => command::command(&command).unwrap(),
            _ => command::name(&command.name).unwrap(),
        }
    }
}

/// A long list, a form, suggestions, a grey button, a picture, a notice, an edit, direct messages.
async fn everything(stage: &Stage) {
    let mut list = screen("Which service?\n# *@everyone*");
    for page in 0..30 {
        list = list.row(vec![Button::tap(
            format!("Page {page} {}", "x".repeat(90)),
            Tap::Orders { page },
        )]);
    }
    let shown = stage.shows_in_lounge(list).await;
    stage.shop.will_say(edit(menu(&"x".repeat(3_000))));
    stage
        .control
        .choose(ANN, shown.id, "", &[&shown.selects().next().unwrap().options[3].value])
        .unwrap();
    stage.sees(ANN, LOUNGE, "xxx").await;
    stage.shop.will_say(toast("Not yet"));
    stage.control.press(ANN, shown.id, "Menu").unwrap();
    stage.sees(ANN, LOUNGE, "Not yet").await;
    let typing = stage.control.autocomplete(BOUND, ANN, LOUNGE, "/buy", &[], ("service", "wha"));
    typing.await.unwrap();
    let form = stage.control.context_command(ANN, LOUNGE, "TopUpForm", BOB).unwrap();
    stage.control.until(BOUND, |control| control.modal(form)).await.expect("a form");
    let public = stage.control.forge_press(BOB, shown.id, "0.1m").unwrap();
    stage.control.answered(BOUND, public).await.expect("an answer");
    let picture = Picture(b"not really a PNG".as_slice().into());
    let grey = Button::later("Give it back in 01:10", Tap::Cancel(bot_core::ids::OrderId(1)));
    let card = screen("A card").row(vec![grey, Button::copy("Copy", "4711")]).with_picture(picture);
    // First where she is, then as a direct message.
    for _ in 0..2 {
        let chat = chat_ref(UserId::new(ANN));
        let sent = stage.messenger().send(&chat, &card, Urgency::Now).await.unwrap();
        stage.messenger().edit(&sent, &Screen::default(), Urgency::Now).await.unwrap();
        stage.time.advance(Duration::from_mins(15));
    }
}

fn requests(log: &Path) -> Vec<Value> {
    let lines = std::fs::read_to_string(log).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn another_library_takes_what_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("requests.jsonl");
    let stage = Stage::open_with(|options| options.log = RequestLog::to_file(&log).unwrap()).await;
    let _run = stage.run();
    stage.is_online().await;
    everything(&stage).await;
    check_commands(stage.control.commands(None));
    let (mut messages, mut kinds) = (0, Vec::new());
    for request in requests(&log) {
        let body = match request["body"].get("payload_json") {
            Some(json) => json.clone(),
            None => request["body"].clone(),
        };
        let path = request["path"].as_str().unwrap();
        assert!(request["status"].as_u64() < Some(300), "{request:#}");
        if path.ends_with("/callback") {
            kinds.push(check_callback(&body));
        } else if path.contains("/messages") || path.contains("/webhooks/") {
            check_message(&body);
            messages += 1;
        }
    }
    assert!(messages >= 7, "{messages}");
    for kind in [
        InteractionResponseType::DeferredChannelMessageWithSource,
        InteractionResponseType::DeferredUpdateMessage,
        InteractionResponseType::ApplicationCommandAutocompleteResult,
        InteractionResponseType::Modal,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} was never sent");
    }
    // A check that takes everything would be worth nothing.
    let twice = json!({"type": 2, "style": 2, "label": "x", "custom_id": "x".repeat(101)});
    let row: Component = read(&json!({"type": 1, "components": [twice]}));
    assert!(message::components(&[row], false).is_err());
}
