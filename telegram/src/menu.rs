//! Tells Telegram which commands to offer to whom, in every language that the shop speaks.

use std::iter;

use bot_core::{
    action::{Audience, CommandName},
    ids::Platform,
    shop::{CommandHelp, Shop},
};
use teloxide::{
    payloads::SetMyCommands,
    types::{BotCommand, BotCommandScope, ChatId, Recipient},
};

use crate::{
    PLATFORM,
    client::{CallError, Client},
};

/// Everybody is offered the customers' commands, owners in their private chats all.
pub(crate) fn menus(shop: &Shop) -> Vec<SetMyCommands> {
    let owners = shop.owners(&Platform::from(PLATFORM));
    let owners: Vec<i64> = owners.iter().filter_map(|owner| owner.parse().ok()).collect();
    let languages = shop.languages();
    let in_language = |language: Option<&String>| {
        let commands = shop.commands(language.map(String::as_str));
        menus_in(language, &commands, &owners)
    };
    languages.iter().map(Some).chain([None]).flat_map(in_language).collect()
}

/// A menu is a help: a failure is logged, and the next start tries again.
pub(crate) async fn offer(client: &Client, menus: Vec<SetMyCommands>) {
    for menu in menus {
        match client.call::<_, bool>(&menu).await {
            Ok(_) => {}
            // An owner who never opened the chat.
            Err(error @ CallError::Refused { .. }) => {
                tracing::info!(%error, scope = ?menu.scope, "no menu");
            }
            Err(error) => tracing::warn!(%error, scope = ?menu.scope, "a menu could not be set"),
        }
    }
}

fn menus_in(
    language: Option<&String>,
    commands: &[CommandHelp],
    owners: &[i64],
) -> Vec<SetMyCommands> {
    let menu = |scope, is_offered: fn(CommandName) -> bool| {
        let offered = commands.iter().filter(|command| is_offered(command.name));
        let commands = offered
            .map(|command| BotCommand::new(command.name.word(), &command.description))
            .collect();
        SetMyCommands { commands, scope: Some(scope), language_code: language.cloned() }
    };
    let for_customers =
        menu(BotCommandScope::Default, |name| name.audience() == Audience::Customer);
    let for_owners = owners.iter().map(|owner| {
        menu(BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(*owner)) }, |_| true)
    });
    iter::once(for_customers).chain(for_owners).filter(|menu| !menu.commands.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use sandbox::telegram::{Command, Scope};

    use super::*;
    use crate::tests::stage::Stage;

    fn help(name: CommandName) -> CommandHelp {
        CommandHelp { name, word: String::new(), description: format!("Does {}", name.word()) }
    }

    #[tokio::test]
    async fn owners_are_offered_more() {
        let stage = Stage::open().await;
        stage.control().add_person(7, "Ann", None, "de").unwrap();
        stage.control().add_person(8, "Bob", None, "en").unwrap();
        let all = [help(CommandName::Buy), help(CommandName::TopUp)];
        let mut menus = menus_in(None, &all, &[7]);
        menus.extend(menus_in(Some(&"de".to_owned()), &all, &[7]));
        // Nobody with this id ever came: the others are set all the same.
        menus.extend(menus_in(None, &all, &[99]));
        offer(&stage.client(), menus).await;
        let command =
            |name: &str| Command { command: name.into(), description: format!("Does {name}") };
        for language in ["", "de"] {
            let shown = |scope| stage.control().commands(scope, language);
            assert_eq!(shown(Scope::Default), [command("buy")]);
            assert_eq!(shown(Scope::Chat { chat_id: 7 }), [command("buy"), command("topup")]);
        }
        assert_eq!(stage.control().commands_shown(8, 8).unwrap(), [command("buy")]);
    }

    #[test]
    fn an_empty_menu_is_not_sent() {
        assert_eq!(menus_in(None, &[], &[7]), []);
    }
}
