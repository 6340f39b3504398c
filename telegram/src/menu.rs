//! Tells Telegram which commands to offer to whom, in every language that the shop speaks.

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

/// Everybody is offered the customers' commands, owners in their private chats all. A menu is a help: a failure is
/// logged, and the next start tries again.
pub(crate) async fn offer_commands(client: &Client, shop: &Shop) {
    let owners: Vec<i64> = shop
        .owners(&Platform::from(PLATFORM))
        .iter()
        .filter_map(|owner| owner.parse().ok())
        .collect();
    let languages = shop.languages();
    for language in languages.iter().map(Some).chain([None]) {
        let commands = shop.commands(language.map(String::as_str));
        let menus = menus(&commands, &owners);
        for (scope, commands) in menus {
            let payload = SetMyCommands {
                commands,
                scope: Some(scope.clone()),
                language_code: language.cloned(),
            };
            match client.call::<_, bool>(&payload).await {
                Ok(_) => {}
                // An owner who never opened the chat.
                Err(error @ CallError::Refused { .. }) => tracing::info!(%error, ?scope, "no menu"),
                Err(error) => tracing::warn!(%error, ?scope, "the menu could not be set"),
            }
        }
    }
}

fn menus(commands: &[CommandHelp], owners: &[i64]) -> Vec<(BotCommandScope, Vec<BotCommand>)> {
    let offer = |is_offered: fn(CommandName) -> bool| -> Vec<BotCommand> {
        let offered = commands.iter().filter(|command| is_offered(command.name));
        offered.map(|command| BotCommand::new(command.name.word(), &command.description)).collect()
    };
    let for_customers = offer(|name| name.audience() == Audience::Customer);
    let for_owners = offer(|_| true);
    let private =
        owners.iter().map(|owner| BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(*owner)) });
    let mut menus = vec![(BotCommandScope::Default, for_customers)];
    menus.extend(private.map(|scope| (scope, for_owners.clone())));
    menus.retain(|(_, commands)| !commands.is_empty());
    menus
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(name: CommandName) -> CommandHelp {
        CommandHelp { name, description: format!("Does {}", name.word()) }
    }

    #[test]
    fn owners_are_offered_more() {
        let menus = menus(&[help(CommandName::Buy), help(CommandName::TopUp)], &[7]);
        let buy = BotCommand::new("buy", "Does buy");
        let top_up = BotCommand::new("topup", "Does topup");
        let owner = BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(7)) };
        let expected = [(BotCommandScope::Default, vec![buy.clone()]), (owner, vec![buy, top_up])];
        assert_eq!(menus, expected);
    }

    #[test]
    fn an_empty_menu_is_not_sent() {
        assert_eq!(menus(&[], &[7]), []);
    }
}
