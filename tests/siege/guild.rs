//! Ann on Discord during a siege. Discord keeps nothing for a bot that is not there: what she does while the program is
//! dead fails before her eyes, and she does it again.

use std::{collections::HashSet, time::Duration};

use sandbox::discord::MessageView;
use serde_json::json;

use super::{ANN, Siege, eventually, soon};

/// After so long without an answer she tries again.
const TRIES_AGAIN: Duration = Duration::from_secs(6);

/// Until what became of a payment that was not seen to fail is looked for.
const LOOKS_FOR: Duration = Duration::from_secs(10);

pub async fn says_hello(siege: &Siege) {
    let control = siege.discord.control();
    let commands = || (control.is_connected() && !control.commands(None).is_empty()).then_some(());
    eventually("the commands are there", commands).await;
    while runs(siege, "/menu", &[], "Your balance").await.is_none() {}
}

/// Runs a command in her direct messages; the answer, if there is one with `text` in it.
async fn runs(
    siege: &Siege,
    line: &str,
    options: &[(&str, serde_json::Value)],
    text: &str,
) -> Option<MessageView> {
    let control = siege.discord.control();
    let private = control.dm(ANN).unwrap();
    let asked = control.run_command(ANN, private, line, options).unwrap();
    let answer = || control.response(asked).filter(|message| message.text().contains(text));
    soon(TRIES_AGAIN, answer).await
}

/// The number on a card that shows one.
fn phone(message: &MessageView) -> Option<String> {
    let text = message.text();
    let (_, rest) = text.split_once("Your number: `")?;
    rest.split_once('`').map(|(phone, _)| phone.to_owned())
}

fn screen(siege: &Siege) -> Vec<MessageView> {
    let control = siege.discord.control();
    let private = control.dm(ANN).unwrap();
    control.messages(ANN, private)
}

/// Buys one number after the other, and at least one, and gets a code for each.
pub async fn buys(siege: &Siege) {
    let mut done = HashSet::new();
    while done.is_empty() || !siege.over.get() {
        let new = |done: &HashSet<String>| {
            screen(siege).iter().filter_map(phone).find(|phone| !done.contains(phone))
        };
        let found = match new(&done) {
            Some(phone) => Some(phone),
            None if pays(siege).await => soon(LOOKS_FOR, || new(&done)).await,
            None => None,
        };
        let Some(phone) = found else { continue };
        siege.shown.borrow_mut().phones.push(phone.clone());
        gets_a_code(siege, &phone, done.len()).await;
        done.insert(phone);
    }
}

/// Asks for a price and pays it; whether that was tried.
async fn pays(siege: &Siege) -> bool {
    let options = [("service", json!("whatsapp")), ("country", json!("indonesia"))];
    let Some(quote) = runs(siege, "/buy", &options, "Price:").await else { return false };
    siege.discord.control().press(ANN, quote.id, "Pay").is_ok()
}

async fn gets_a_code(siege: &Siege, phone: &str, number: usize) {
    let code = format!("77{number:06}");
    let sms = format!("Your code is {code}");
    siege.world.provider.control().deliver_to_phone(phone, &code, &sms).unwrap();
    let text = format!("code: `{code}`");
    eventually(&format!("Ann sees {text}"), || {
        screen(siege).iter().any(|message| message.text().contains(&text)).then_some(())
    })
    .await;
    siege.shown.borrow_mut().codes.push(code);
    eventually_closed(siege, phone).await;
}

/// Presses *Done* until the card says so.
async fn eventually_closed(siege: &Siege, phone: &str) {
    let control = siege.discord.control();
    let card = |text: &str| {
        screen(siege).into_iter().rev().find(|message| {
            let shown = message.text();
            shown.contains(phone) && shown.contains(text)
        })
    };
    let closes = async {
        while card("this number is closed").is_none() {
            let open = screen(siege)
                .into_iter()
                .rev()
                .find(|message| message.text().contains(phone) && message.button("Done").is_some());
            if let Some(message) = open {
                control.press(ANN, message.id, "Done").unwrap();
            }
            soon(TRIES_AGAIN, || card("this number is closed")).await;
        }
    };
    let closed = tokio::time::timeout(super::PATIENCE, closes).await;
    assert!(closed.is_ok(), "Ann never closes {phone}:\n{:#?}", screen(siege).last());
}
