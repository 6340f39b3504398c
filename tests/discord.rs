//! The shop in Discord: the same counter, seen by one person at a time.

use std::time::Duration;

use sandbox::discord::{Control, Fault, FaultRule, MessageView};
use serde_json::json;

use crate::support::lounge::{ANN, BEN, Lounge, OLIVIA};

const QUARTER: Duration = Duration::from_mins(15);

#[tokio::test]
async fn a_number_is_bought_in_the_lounge_and_nobody_else_sees_it() {
    let lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    let services = ann.is_suggested(&[], ("service", "wha")).await;
    assert!(services[0].0.starts_with("WhatsApp · from $"), "{services:?}");
    let service = ("service", json!(services[0].1));
    let countries = ann.is_suggested(std::slice::from_ref(&service), ("country", "indo")).await;
    assert!(countries[0].0.contains("Indonesia · $"), "{countries:?}");
    ann.runs("/buy", &[service, ("country", json!(countries[0].1))]);
    let quote = ann.sees("The price is yours for 60 seconds").await;
    ann.presses("Pay").await;
    let card = ann.sees("Your number:").await;
    assert_eq!(card.id, quote.id, "the quote becomes the order's card");
    lounge.code_comes("012345");
    let code = ann.sees("code: `012345`").await;
    assert!(code.id > card.id && code.content.contains("```\n012345\n```"), "{}", code.content);
    let card = ann.sees("Code: `012345`").await;
    assert_eq!(card.id, quote.id);
    ann.presses("Done").await;
    ann.sees("this number is closed").await;
    for message in ann.screen() {
        assert_eq!(message.only_for, Some(ANN), "{}", message.content);
    }
    assert!(lounge.member(BEN).screen().is_empty());
    lounge.ends_well().await;
}

#[tokio::test]
async fn lists_are_browsed() {
    let lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    ann.runs("/buy", &[]);
    ann.sees("Which service").await;
    ann.chooses("WhatsApp").await;
    ann.sees("which country").await;
    ann.presses("Next").await;
    ann.presses("Previous").await;
    ann.chooses("🇮🇳 India").await;
    ann.sees("Price:").await;
    lounge.ends_well().await;
}

#[tokio::test]
async fn a_number_is_given_back_by_a_button_that_is_grey_until_it_works() {
    let lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    let card = ann.buys().await;
    let grey = card.button("Give it back in").expect("it says how long");
    assert!(grey.is_disabled);
    assert!(lounge.discord.control().press(ANN, card.id, "Give it back").is_err());
    // Whoever forges a press of it is told how long it takes, and nothing happens.
    let forged = grey.custom_id.clone().unwrap();
    lounge.discord.control().forge_press(ANN, card.id, &forged).unwrap();
    ann.sees("takes this number back in").await;
    lounge.passes(2 * Duration::from_mins(1));
    let ready = |message: &MessageView| {
        message.button("Give it back").is_some_and(|button| !button.is_disabled)
    };
    ann.finds(ready, "a button that works").await;
    ann.presses("Give it back").await;
    ann.sees("is back on your balance").await;
    ann.runs("/balance", &[]);
    ann.sees("Your balance: **$10.00**").await;
    lounge.ends_well().await;
}

#[tokio::test]
async fn a_code_that_comes_later_is_a_direct_message() {
    let lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    ann.buys().await;
    lounge.passes(QUARTER);
    lounge.code_comes("4711");
    let private = ann.in_private();
    private.sees("code: `4711`").await;
    private.sees("Code: `4711`").await;
    private.presses("Done").await;
    private.sees("this number is closed").await;
    lounge.ends_well().await;
}

#[tokio::test]
async fn with_closed_direct_messages_the_code_waits_in_the_orders() {
    let lounge = Lounge::open().await;
    let control = lounge.discord.control();
    let ann = lounge.customer(ANN, "10").await;
    control.close_dms(ANN).unwrap();
    ann.buys().await;
    lounge.passes(QUARTER);
    lounge.code_comes("4711");
    let call = lounge.member(BEN).sees("Something of yours has arrived").await;
    assert_eq!(call.pings, [ANN]);
    assert!(!call.content.contains("4711"));
    // It has no buttons; whoever forges one below what is for Ann is told so, alone.
    control.forge_press(BEN, call.id, "0.1m").unwrap();
    let told = lounge.member(BEN).sees("These buttons belong to somebody else").await;
    assert_eq!(told.only_for, Some(BEN));
    ann.runs("/orders", &[]);
    ann.presses("WhatsApp").await;
    ann.sees("Code: `4711`").await;
    assert!(control.invalid_requests() <= 1, "a closed door is not knocked at again");
    lounge.ends_well().await;
}

#[tokio::test]
async fn a_kill_loses_no_code() {
    let mut lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    ann.buys().await;
    lounge.kill();
    lounge.code_comes("4711");
    lounge.start().await;
    ann.in_private().sees("code: `4711`").await;
    lounge.ends_well().await;
}

#[tokio::test]
async fn somebody_elses_buttons_do_nothing() {
    let lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    let ben = lounge.customer(BEN, "10").await;
    let card = ann.buys().await;
    let cancel = card.button("Give it back").unwrap().custom_id.clone().unwrap();
    let own = ben.screen().last().unwrap().id;
    lounge.discord.control().forge_press(BEN, own, &cancel).unwrap();
    ben.sees("I cannot find that order").await;
    ann.runs("/orders", &[]);
    ann.sees("Your orders").await;
    lounge.code_comes("4711");
    ann.sees("code: `4711`").await;
    lounge.ends_well().await;
}

#[tokio::test]
async fn a_button_delivered_twice_buys_once() {
    let lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    ann.runs("/buy", &[("service", json!("whatsapp")), ("country", json!("indonesia"))]);
    ann.presses("Pay").await;
    lounge.discord.control().repeat_interaction();
    ann.sees("Your number:").await;
    assert_eq!(lounge.provider.control().orders().len(), 1);
    lounge.ends_well().await;
}

#[tokio::test]
async fn only_owners_top_up_whatever_discord_lets_through() {
    let lounge = Lounge::open().await;
    let control = lounge.discord.control();
    let ben = lounge.customer(BEN, "1").await;
    assert!(
        control.run_command(BEN, ben.channel, "/topup", &[]).is_err(),
        "it is not even offered"
    );
    control.forge_command(BEN, ben.channel, "topup", &[("amount", json!("500"))]).unwrap();
    ben.sees("Only the owner").await;
    let olivia = lounge.member(OLIVIA);
    let form = control.context_command(OLIVIA, olivia.channel, "Top up", BEN).unwrap();
    let bound = Duration::from_secs(20);
    control.until(bound, |control| control.modal(form)).await.expect("a form");
    control.submit_modal(form, &[("Amount", "2.50")]).unwrap();
    olivia.presses("Yes, add it").await;
    olivia.sees("Added **$2.50**").await;
    ben.runs("/balance", &[]);
    ben.sees("Your balance: **$3.50**").await;
    lounge.ends_well().await;
}

#[tokio::test]
async fn a_revoked_token_ends_the_chat_and_not_the_books() {
    let mut lounge = Lounge::open().await;
    let ann = lounge.customer(ANN, "10").await;
    ann.buys().await;
    lounge.discord.control().revoke_token(true);
    lounge.chats_end().await;
    lounge.code_comes("4711");
    lounge.discord.control().revoke_token(false);
    lounge.kill();
    lounge.start().await;
    ann.in_private().sees("code: `4711`").await;
    lounge.ends_well().await;
}

/// Whatever is put into the fields, it is looked up: nothing is bought, nobody is pinged, and the person alone reads the answer.
#[tokio::test]
async fn fields_that_were_never_suggested_buy_nothing() {
    let lounge = Lounge::open().await;
    let control = lounge.discord.control();
    let ann = lounge.customer(ANN, "10").await;
    for (service, country) in [
        ("s:999999", "c:1"),
        ("s:1", "c:999999"),
        ("@everyone", "<@1003> **bold** `x`"),
        ("\u{202e}", ""),
        ("s:-1", "c:x"),
    ] {
        let fields = [("service", json!(service)), ("country", json!(country))];
        let asked = control.run_command(ANN, ann.channel, "/buy", &fields).unwrap();
        let answered =
            |message: &MessageView| message.interaction == Some(asked) && !message.is_thinking;
        let answer = ann.finds(answered, service).await;
        assert_eq!(answer.only_for, Some(ANN), "{}", answer.content);
        assert!(!answer.pings_everyone && answer.pings.is_empty(), "{}", answer.content);
        assert!(answer.button("Pay").is_none(), "{}", answer.content);
    }
    assert!(lounge.provider.control().orders().is_empty());
    ann.runs("/balance", &[]);
    ann.sees("Your balance: **$10.00**").await;
    lounge.ends_well().await;
}

/// Whoever forges the form that tops up moves nothing, however much is in it.
#[tokio::test]
async fn a_forged_form_moves_no_money() {
    let lounge = Lounge::open().await;
    let control = lounge.discord.control();
    let ben = lounge.customer(BEN, "1").await;
    let olivia = lounge.member(OLIVIA);
    let form = control.context_command(OLIVIA, olivia.channel, "Top up", BEN).unwrap();
    let bound = Duration::from_secs(20);
    control.until(bound, |control| control.modal(form)).await.expect("a form");
    let huge = "9".repeat(100_000);
    control.forge_modal(form, &[("amount", &huge)]).unwrap();
    olivia.sees("Nothing was moved").await;
    ben.runs("/balance", &[]);
    ben.sees("Your balance: **$1.00**").await;
    lounge.ends_well().await;
}

/// Whatever becomes of the connection between two steps, the next one is heard once, and its answer comes.
#[tokio::test]
async fn a_purchase_survives_every_break_of_the_gateway() {
    let lounge = Lounge::open().await;
    let control = lounge.discord.control();
    control.set_deadlines(false);
    let ann = lounge.customer(ANN, "10").await;
    let breaks: [fn(&Control); 6] = [
        Control::cut,
        Control::ask_to_reconnect,
        |control| control.invalidate_session(true),
        |control| control.invalidate_session(false),
        |control| control.close(4_000),
        |control| control.close(4_009),
    ];
    for (number, break_it) in breaks.into_iter().enumerate() {
        let is_back = async |before: u64| {
            let connections = || control.gateway_counts().connections;
            let back = || (connections() > before && control.is_connected()).then_some(());
            lounge.until("the shop is back", back).await;
        };
        let breaks = async || {
            let before = control.gateway_counts().connections;
            break_it(&control);
            is_back(before).await;
        };
        breaks().await;
        ann.runs("/buy", &[("service", json!("whatsapp")), ("country", json!("indonesia"))]);
        ann.sees("The price is yours").await;
        breaks().await;
        ann.presses("Pay").await;
        ann.sees(&format!("Order #{}", number + 1)).await;
        breaks().await;
        let code = format!("90000{number}");
        ann.finds(|message| message.button("Give it back").is_some(), "the number").await;
        lounge.code_comes(&code);
        ann.sees(&format!("code: `{code}`")).await;
        ann.presses("Done").await;
        ann.sees("this number is closed").await;
        assert_eq!(lounge.provider.control().orders().len(), number + 1);
    }
    lounge.ends_well().await;
}

/// Shown to her alone, and as a direct message.
#[tokio::test]
async fn discord_loses_the_codes_message_and_it_comes_again() {
    let lounge = Lounge::open().await;
    let control = lounge.discord.control();
    let ann = lounge.customer(ANN, "10").await;
    let loses = |route| {
        for fault in [
            Fault::InternalServerError,
            Fault::BadGateway,
            Fault::RateLimited { retry_after_ms: 3_000 },
            Fault::RateLimitedGlobally { retry_after_ms: 2_000 },
            Fault::ResetBefore,
        ] {
            control.add_fault(FaultRule::next(route, 1, fault)).unwrap();
        }
    };
    ann.buys().await;
    loses("follow_up");
    lounge.code_comes("313131");
    ann.sees("code: `313131`").await;
    assert!(control.faults().is_empty(), "each was met");
    lounge.passes(QUARTER);
    loses("create_message");
    lounge.code_comes("323232");
    ann.in_private().sees("code: `323232`").await;
    assert!(control.faults().is_empty(), "each was met");
    lounge.ends_well().await;
}
