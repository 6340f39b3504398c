//! Greeting, main menu, help, and what is said when something is in the way.

use super::{alert, button, show};
use crate::{
    action::{Actor, Command, CommandName, Query, Tap},
    ids::ServiceId,
    ledger,
    screen::{Button, Place, Reply, Screen},
    shop::{Caller, Fault, Shop},
    text::Words,
};

/// `/start`, perhaps with the payload of a deep link: `s5` leads straight to a service, any other word is a search.
pub async fn start(shop: &Shop, caller: &Caller<'_>, payload: &str) -> Result<Reply, Fault> {
    let linked = payload.strip_prefix('s').and_then(|id| id.parse().ok()).map(ServiceId);
    if let Some(service) = linked.filter(|service| shop.catalog.service(*service).is_some()) {
        return super::browse::countries(shop, caller, service, crate::action::Sort::default(), 0)
            .await;
    }
    if !payload.is_empty() {
        return super::browse::search(shop, caller, &payload.replace(['_', '-'], " ")).await;
    }
    let balance = ledger::balance(&shop.store, caller.customer.id).await?;
    let text = caller.words.spans(
        "start-greeting",
        &[
            ("name", caller.actor.name.as_str().into()),
            ("shop", shop.settings.name.as_str().into()),
            ("balance", balance.free.into()),
        ],
    );
    Ok(Reply::Show { screen: with_menu(shop, &caller.words, text), place: Place::New, toast: None })
}

/// The main menu.
pub async fn show_menu(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let balance = ledger::balance(&shop.store, caller.customer.id).await?;
    let text = caller.words.spans(
        "menu-title",
        &[("shop", shop.settings.name.as_str().into()), ("balance", balance.free.into())],
    );
    show(shop, caller, with_menu(shop, &caller.words, text)).await
}

fn with_menu(shop: &Shop, words: &Words, text: Vec<crate::screen::Span>) -> Screen {
    let buy = Tap::Services { query: Query::default(), page: 0 };
    let capabilities = shop.upstream.capabilities();
    let rent = capabilities.rentals.then(|| button(words, "button-rent", Tap::Rentals { page: 0 }));
    let esims = capabilities.esims.then(|| button(words, "button-esims", Tap::Esims { page: 0 }));
    Screen::new(text)
        .row(vec![button(words, "button-buy", buy)])
        .row(rent.into_iter().chain(esims).collect())
        .row(vec![
            button(words, "button-orders", Tap::Orders { page: 0 }),
            button(words, "button-balance", Tap::Balance),
        ])
        .row(vec![button(words, "button-help", Tap::Help)])
        .only_for_actor()
}

/// The way back to the menu.
pub fn menu_button(words: &Words) -> Button {
    button(words, "button-menu", Tap::Menu)
}

/// How it works, and the commands that this person has.
pub async fn help(shop: &Shop, caller: &Caller<'_>) -> Result<Reply, Fault> {
    let offered = CommandName::ALL.into_iter().filter(|name| caller.is_offered(*name));
    let lines: Vec<String> = offered
        .map(|name| format!("/{} - {}", name.word(), command_description(&caller.words, name)))
        .collect();
    let text = caller.words.spans("help-text", &[("commands", lines.join("\n").into())]);
    show(shop, caller, Screen::new(text).row(vec![menu_button(&caller.words)])).await
}

/// A command's line in the platform's menu.
pub fn command_description(words: &Words, name: CommandName) -> String {
    match name {
        CommandName::Start => words.line("command-start", &[]),
        CommandName::Buy => words.line("command-buy", &[]),
        CommandName::Orders => words.line("command-orders", &[]),
        CommandName::Balance => words.line("command-balance", &[]),
        CommandName::Help => words.line("command-help", &[]),
        CommandName::Cancel => words.line("command-cancel", &[]),
        CommandName::TopUp => words.line("command-topup", &[]),
        CommandName::Link => words.line("command-link", &[]),
        CommandName::Customer => words.line("command-customer", &[]),
        CommandName::Prices => words.line("command-prices", &[]),
        CommandName::Debit => words.line("command-debit", &[]),
        CommandName::CreditLine => words.line("command-creditline", &[]),
        CommandName::Voucher => words.line("command-voucher", &[]),
        CommandName::Redeem => words.line("command-redeem", &[]),
        CommandName::Deposit => words.line("command-deposit", &[]),
        CommandName::Approve => words.line("command-approve", &[]),
        CommandName::Desk => words.line("command-desk", &[]),
        CommandName::Find => words.line("command-find", &[]),
        CommandName::Resend => words.line("command-resend", &[]),
        CommandName::Audit => words.line("command-audit", &[]),
        CommandName::Staff => words.line("command-staff", &[]),
        CommandName::Pool => words.line("command-pool", &[]),
        CommandName::Grant => words.line("command-grant", &[]),
        CommandName::Revoke => words.line("command-revoke", &[]),
    }
}

/// A command's name on a platform that shows it in the person's language: lower case and without spaces.
pub fn command_name(words: &Words, name: CommandName) -> String {
    match name {
        CommandName::Start => words.line("name-start", &[]),
        CommandName::Buy => words.line("name-buy", &[]),
        CommandName::Orders => words.line("name-orders", &[]),
        CommandName::Balance => words.line("name-balance", &[]),
        CommandName::Help => words.line("name-help", &[]),
        CommandName::Cancel => words.line("name-cancel", &[]),
        CommandName::TopUp => words.line("name-topup", &[]),
        CommandName::Link => words.line("name-link", &[]),
        CommandName::Customer => words.line("name-customer", &[]),
        CommandName::Prices => words.line("name-prices", &[]),
        CommandName::Debit => words.line("name-debit", &[]),
        CommandName::CreditLine => words.line("name-creditline", &[]),
        CommandName::Voucher => words.line("name-voucher", &[]),
        CommandName::Redeem => words.line("name-redeem", &[]),
        CommandName::Deposit => words.line("name-deposit", &[]),
        CommandName::Approve => words.line("name-approve", &[]),
        CommandName::Desk => words.line("name-desk", &[]),
        CommandName::Find => words.line("name-find", &[]),
        CommandName::Resend => words.line("name-resend", &[]),
        CommandName::Audit => words.line("name-audit", &[]),
        CommandName::Staff => words.line("name-staff", &[]),
        CommandName::Grant => words.line("name-grant", &[]),
        CommandName::Revoke => words.line("name-revoke", &[]),
        CommandName::Pool => words.line("name-pool", &[]),
    }
}

/// What a person means who types a command by its name in their language.
pub fn in_own_words(words: &Words, command: Command) -> Command {
    if let Command::Unknown { word, rest } = &command {
        let typed = word.to_lowercase();
        let mut names = CommandName::ALL.into_iter();
        if let Some(name) = names.find(|name| command_name(words, *name) == typed) {
            return name.with(rest);
        }
    }
    command
}

pub fn unknown_command(caller: &Caller<'_>, word: &str) -> Reply {
    let word: String = word.chars().take(32).collect();
    let text = caller.words.spans("unknown-command", &[("word", word.into())]);
    Reply::Show {
        screen: Screen::new(text).row(vec![menu_button(&caller.words)]),
        place: Place::New,
        toast: None,
    }
}

/// A button of an older version, or a forged one.
pub fn stale_button(caller: &Caller<'_>) -> Reply {
    alert(caller.words.line("stale-button", &[]))
}

/// Something failed inside: nothing was changed.
pub fn apology(words: &Words) -> Reply {
    let screen = Screen::new(words.spans("apology", &[])).row(vec![menu_button(words)]);
    Reply::Show { screen, place: Place::New, toast: None }
}

/// The person blocked the shop, or let it in again.
pub async fn reachable(shop: &Shop, actor: &Actor, reachable: bool) -> Result<Reply, Fault> {
    let chat = actor.private_chat.clone();
    shop.store
        .write(move |tx| Box::pin(async move { tx.set_reachable(&chat, reachable).await }))
        .await?;
    Ok(Reply::Nothing)
}
