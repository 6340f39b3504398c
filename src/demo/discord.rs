//! The demo's Discord: a server with the shop in it, the same people under other names, and what they do before the page opens.

use std::net::{Ipv4Addr, SocketAddr};

use sandbox::{
    discord::{self, Control, ControlError, MessageView},
    page::Player,
    request_log::RequestLog,
};
use serde_json::{Value, json};

use super::{DemoError, PATIENCE, SHOP};

pub(super) const TOKEN: &str = "DEMO.DISCORD.TOKEN";

pub(super) const OLIVIA: u64 = 2_000;
const ALICE: u64 = 2_001;
const BOB: u64 = 2_002;
const GUILD: u64 = 3_000;
const GENERAL: u64 = 4_000;
const NUMBERS: u64 = 4_001;

/// Serves the emulator, on a port that only the shop needs to know, with everybody in it.
pub(super) async fn start() -> Result<discord::Running, DemoError> {
    let log = RequestLog::from_env().map_err(DemoError::RequestLog)?;
    let options = discord::Options {
        token: TOKEN.to_owned(),
        bot_username: SHOP.to_owned(),
        log,
        ..discord::Options::default()
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let running = discord::start(options, address)
        .await
        .map_err(|source| DemoError::Listen { address, source })?;
    gather(&running.control())?;
    Ok(running)
}

fn gather(people: &Control) -> Result<(), ControlError> {
    for (id, username, name) in
        [(OLIVIA, "olivia", "Olivia"), (ALICE, "alice", "Alice"), (BOB, "bobby", "Bob")]
    {
        people.add_user(id, username, Some(name), "en-US")?;
        people.dm(id)?;
    }
    people.add_guild(GUILD, "Night Owls", OLIVIA)?;
    people.join(GUILD, ALICE, false)?;
    people.join(GUILD, BOB, false)?;
    people.add_channel(GUILD, GENERAL, "general")?;
    people.add_channel(GUILD, NUMBERS, "numbers")
}

/// Everybody says hello, and the owner puts something on the customers' balances.
pub(super) async fn open_shop(people: &Control) -> Result<(), DemoError> {
    let is_open = |people: &Control| {
        (people.is_connected() && !people.commands(None).is_empty()).then_some(())
    };
    let silent = |what: &str| DemoError::Silent(what.to_owned());
    people.until(PATIENCE, is_open).await.ok_or_else(|| silent("the commands of Discord"))?;
    for person in [OLIVIA, ALICE, BOB] {
        ask(people, person, "/start", &[]).await?;
    }
    for (customer, amount) in [(ALICE, "10"), (BOB, "2")] {
        let fields = [("user", json!(customer.to_string())), ("amount", json!(amount))];
        let question = ask(people, OLIVIA, "/topup", &fields).await?;
        let before = people.last_message(customer, people.dm(customer)?).map(|last| last.id);
        let yes = question.buttons().next().and_then(|button| button.custom_id.clone());
        people.press(OLIVIA, question.id, &yes.unwrap_or_default())?;
        let told = |people: &Control| {
            let last = people.last_message(customer, people.dm(customer).ok()?)?;
            (Some(last.id) != before).then_some(())
        };
        people.until(PATIENCE, told).await.ok_or_else(|| silent("/topup"))?;
    }
    for (person, channel, text) in [
        (BOB, GENERAL, "anyone know where to get a number for one code?"),
        (OLIVIA, GENERAL, "Sure, I opened a shop: go to #numbers and type /buy 🙂"),
        (
            OLIVIA,
            NUMBERS,
            "Welcome! The bot sells numbers here. What it tells you, only you can see.",
        ),
    ] {
        people.say(person, channel, text)?;
    }
    Ok(())
}

/// A person runs a command in their direct messages; what the bot answers.
async fn ask(
    people: &Control,
    person: u64,
    line: &str,
    fields: &[(&str, Value)],
) -> Result<MessageView, DemoError> {
    let asked = people.run_command(person, people.dm(person)?, line, fields)?;
    people.answered(PATIENCE, asked).await;
    people.response(asked).ok_or_else(|| DemoError::Silent(line.to_owned()))
}

/// Who can be played, and what to try with each.
pub(super) fn players() -> Vec<Player> {
    let player = |person: u64, role: &str, hint: &str, command: &str| Player {
        person: person.to_string(),
        role: role.to_owned(),
        hint: hint.to_owned(),
        command: command.to_owned(),
    };
    vec![
        player(
            ALICE,
            "customer",
            "👋 You are Alice, with $10 to spend. Type / to see the commands, or buy a number:",
            "buy",
        ),
        player(
            BOB,
            "customer",
            "You are Bob, and you have only $2. What the bot told Alice, you do not see. Look at yours:",
            "balance",
        ),
        player(
            OLIVIA,
            "owner",
            "You are Olivia, and this is your shop. Put money on a balance, or click a member on the right:",
            "topup",
        ),
    ]
}
