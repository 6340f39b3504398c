//! The shop speaks the language of the person's app.

use std::collections::BTreeSet;

use bot_core::suggest::{Field, Phrase};
use macro_rules_attribute::apply;
use sandbox::telegram::Scope;
use serde_json::Value;

use crate::support::{Person, Platform, World};

async fn anna(world: &World, on: Platform) -> Person {
    let mut anna = world.speaker(on, 7, ("Anna", "anna"), "de");
    anna.sends("/start").await;
    anna.sees("Hallo Anna, willkommen bei Corner Shop").await;
    let mut owner = world.owner_on(on);
    owner.sends("/topup 7 10").await;
    owner.taps("Yes, add it").await;
    owner.sees("Added $10.00").await;
    anna.sees("Du hast $10.00 Guthaben bekommen").await;
    anna
}

#[apply(on_each_platform!)]
async fn whoever_has_a_german_app_buys_in_german(on: Platform) {
    let mut world = World::open_on(on).await;
    let mut anna = anna(&world, on).await;
    anna.sends("/buy whatsapp indonesia").await;
    anna.sees("Der Preis gilt für dich 60 Sekunden lang").await;
    anna.taps("bezahlen").await;
    let card = anna.sees("Deine Nummer:").await;
    let labels: Vec<_> = card.keyboard.iter().flatten().map(|button| &*button.text).collect();
    assert!(labels.iter().any(|label| label.starts_with("Zurückgeben in")), "{labels:?}");
    // What comes by itself is in German, too, also from a shop that has just been started.
    world.kill();
    world.start().await;
    world.code_comes("012345");
    anna.sees("Code von WhatsApp: 012345").await;
    anna.sees("bezahlt").await;
    anna.sends("/orders").await;
    anna.sees("Deine Bestellungen").await;
    anna.taps("Code ist da").await;
    anna.sees("Code: 012345").await;
    anna.sends("/help").await;
    anna.sees("/buy - Eine Nummer kaufen").await;
    world.ends_well().await;
}

/// A command may be typed by the name that it has in the person's language, as Discord shows it.
#[apply(on_each_platform!)]
async fn a_command_is_known_by_its_name_in_the_persons_language(on: Platform) {
    let world = World::open_on(on).await;
    let mut anna = anna(&world, on).await;
    anna.sends("/Guthaben").await;
    anna.sees("Dein Guthaben: $10.00").await;
    anna.sends("/kaufen whatsapp indonesia").await;
    anna.sees("Der Preis gilt für dich").await;
    anna.sends("/nonsense whatsapp").await;
    anna.sees("Den Befehl /nonsense gibt es hier nicht").await;
    let mut alice = world.customer(1, "Alice", "0").await;
    alice.sends("/kaufen whatsapp").await;
    alice.sees("There is no command /kaufen here").await;
    world.ends_well().await;
}

#[tokio::test]
async fn telegram_offers_commands_in_each_language() {
    let world = World::open().await;
    let control = world.telegram.control();
    for (language, described) in [("", "Buy a number"), ("de", "Eine Nummer kaufen")] {
        let offered = || control.commands(Scope::Default, language).into_iter();
        let buy = world.until("the menu is set", || offered().find(|it| it.command == "buy")).await;
        assert!(buy.description.starts_with(described), "{}", buy.description);
    }
    world.ends_well().await;
}

/// A name as Discord takes it: lower case letters and digits, `-`, `_` and `'`, at most 32.
fn fits(name: &str) -> bool {
    let is_letter = |it: char| it.is_alphanumeric() || "-_'".contains(it);
    (1..=32).contains(&name.chars().count())
        && name.chars().all(is_letter)
        && name.to_lowercase() == name
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or_else(|| panic!("no {field}: {item}"))
}

/// Checks the names of what stands beside each other.
fn are_named(items: &[Value]) {
    let defaults: BTreeSet<_> = items.iter().map(|item| text(item, "name")).collect();
    let mut names = BTreeSet::new();
    for item in items {
        let name = text(&item["name_localizations"], "de");
        let description = text(&item["description_localizations"], "de");
        assert!(fits(name) && fits(text(item, "name")), "{name}");
        assert!(names.insert(name), "two are called {name}");
        let is_anothers = defaults.contains(name) && text(item, "name") != name;
        assert!(!is_anothers, "{name} is another's name in English");
        assert_ne!(description, text(item, "description"), "{name} is not translated");
        assert!(description.chars().count() <= 100, "{name}");
        let options = item["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        are_named(options);
    }
}

#[tokio::test]
async fn discord_offers_commands_in_each_language() {
    let world = World::open_on(Platform::Discord).await;
    let commands = world.discord.control().commands(None);
    let (typed, entries): (Vec<_>, Vec<_>) =
        commands.into_iter().partition(|command| command["type"] == 1);
    are_named(&typed);
    let buy = typed.iter().find(|command| command["name"] == "buy").unwrap();
    assert_eq!(buy["name_localizations"]["de"], "kaufen");
    assert_eq!(buy["options"][0]["name_localizations"]["de"], "dienst");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["name_localizations"]["de"], "Guthaben aufladen");
    world.ends_well().await;
}

/// The English names are the words that the shop knows.
#[tokio::test]
async fn what_is_typed_is_the_english_name() {
    let world = World::open_on(Platform::Discord).await;
    for command in world.shop().commands(None) {
        assert_eq!(command.word, command.name.word());
    }
    let commands = world.discord.control().commands(None);
    let options = commands.iter().filter_map(|command| command["options"].as_array()).flatten();
    let known: BTreeSet<_> = options.map(|option| text(option, "name").to_owned()).collect();
    let fields = [
        Field::Service,
        Field::Country,
        Field::Person,
        Field::Amount,
        Field::Note,
        Field::Role,
        Field::Order,
        Field::Wanted,
        Field::Code,
        Field::Deposit,
        Field::Pool,
        Field::Spenders,
    ];
    let named = fields.map(|field| world.shop().phrase(None, Phrase::FieldName(field)));
    assert_eq!(known, BTreeSet::from(named));
    world.ends_well().await;
}
