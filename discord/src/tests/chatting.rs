//! What people see of the bot, wherever they are.

use bot_core::action::{Action, Command, Tap};
use serde_json::json;

use super::stage::*;

#[tokio::test]
async fn in_a_guild_only_the_person_sees_the_answer() {
    let (stage, _run) = Stage::running().await;
    let answer = stage.shows_in_lounge(menu("Your balance: $5")).await;
    assert_eq!((answer.content.as_str(), answer.only_for), ("Your balance: $5", Some(ANN)));
    assert!(stage.control.messages(BOB, LOUNGE).is_empty());
    assert_eq!(stage.shop.actions(), [Action::Command(Command::Orders)]);
}

#[tokio::test]
async fn a_tap_changes_its_message() {
    let (stage, _run) = Stage::running().await;
    let shown = stage.shows_in_lounge(menu("Price: $1")).await;
    stage.shop.will_say(edit(screen("Bought")));
    stage.control.press(ANN, shown.id, "Menu").unwrap();
    let changed = stage.sees(ANN, LOUNGE, "Bought").await;
    assert_eq!((changed.id, changed.only_for), (shown.id, Some(ANN)));
    assert!(changed.rows.is_empty());
    let (actor, action) = stage.shop.asked().remove(1);
    assert_eq!(action, Action::Tap(Tap::Menu));
    assert_eq!(actor.message.unwrap().message, format!("ephemeral.{}", shown.id));
}

#[tokio::test]
async fn a_long_list_is_chosen_from() {
    let (stage, _run) = Stage::running().await;
    let mut list = screen("Which service?");
    for page in 0..8 {
        list = list
            .row(vec![bot_core::screen::Button::tap(format!("Page {page}"), Tap::Orders { page })]);
    }
    let shown = stage.shows_in_lounge(list).await;
    stage.shop.will_say(edit(screen("Chosen")));
    stage.control.choose(ANN, shown.id, "", &["Page 6"]).unwrap();
    stage.sees(ANN, LOUNGE, "Chosen").await;
    assert_eq!(stage.shop.actions()[1], Action::Tap(Tap::Orders { page: 6 }));
}

#[tokio::test]
async fn a_notice_is_a_message_for_the_person_alone() {
    let (stage, _run) = Stage::running().await;
    let shown = stage.shows_in_lounge(menu("A card")).await;
    stage.shop.will_say(toast("Not yet"));
    stage.control.press(ANN, shown.id, "Menu").unwrap();
    assert_eq!(stage.sees(ANN, LOUNGE, "Not yet").await.only_for, Some(ANN));
    assert_eq!(stage.control.message(shown.id).unwrap().edits, shown.edits, "the card stays");
    let private = stage.control.dm(ANN).unwrap();
    stage.shop.will_say(toast("No such order"));
    let id = stage.control.run_command(ANN, private, "/cancel", &[]).unwrap();
    assert_eq!(stage.answer(id).await.content, "No such order");
}

#[tokio::test]
async fn a_promise_is_taken_back_when_there_is_nothing_to_say() {
    let (stage, _run) = Stage::running().await;
    let id = stage.control.run_command(ANN, LOUNGE, "/help", &[]).unwrap();
    let gone = stage.control.until(BOUND, |control| {
        control.responses(id).first().filter(|message| message.is_deleted).map(|_| ())
    });
    gone.await.expect("nothing is left");
}

#[tokio::test]
async fn direct_messages_are_ordinary_ones() {
    let (stage, _run) = Stage::running().await;
    let private = stage.control.dm(ANN).unwrap();
    stage.shop.will_say(new(menu("Hello Ann")));
    let id = stage.control.run_command(ANN, private, "/start", &[]).unwrap();
    let answer = stage.answer(id).await;
    assert_eq!((answer.only_for, answer.channel), (None, private));
    stage.shop.will_say(new(screen("WhatsApp: which country?")));
    stage.control.say(ANN, private, "whatsapp").unwrap();
    stage.sees(ANN, private, "which country").await;
    assert_eq!(stage.shop.actions()[1], Action::Text("whatsapp".into()));
}

#[tokio::test]
async fn who_writes_directly_is_answered_there_wherever_they_were_before() {
    let (stage, _run) = Stage::running().await;
    stage.shows_in_lounge(menu("A card")).await;
    let private = stage.control.dm(ANN).unwrap();
    stage.shop.will_say(new(screen("WhatsApp: which country?")));
    stage.control.say(ANN, private, "whatsapp").unwrap();
    let answer = stage.sees(ANN, private, "which country").await;
    assert_eq!((answer.channel, answer.only_for), (private, None));
}

#[tokio::test]
async fn an_oversized_form_is_read_in_bounds() {
    let (stage, _run) = Stage::running().await;
    let id = stage.control.context_command(ANN, LOUNGE, "TopUpForm", BOB).unwrap();
    stage.control.until(BOUND, |control| control.modal(id)).await.expect("a form");
    stage.shop.will_say(new(screen("Not an amount")));
    let huge = "9 \u{0}@everyone".repeat(100_000);
    let sent = stage.control.forge_modal(id, &[("amount", &huge)]).unwrap();
    assert_eq!(stage.answer(sent).await.content, "Not an amount");
    let actions = stage.shop.actions();
    let [Action::Command(Command::TopUp(amount))] = actions.as_slice() else {
        panic!("{actions:?}")
    };
    assert!(amount.chars().count() <= 100, "{}", amount.chars().count());
}

#[tokio::test]
async fn what_was_never_suggested_is_looked_up_like_anything_typed() {
    let (stage, _run) = Stage::running().await;
    for (count, (service, country)) in [
        ("s:-1", "c:1e9"),
        ("@everyone", "<@1>"),
        ("s:1; DROP TABLE", ""),
        ("\u{202e}\u{0}", "c:2"),
    ]
    .into_iter()
    .enumerate()
    {
        stage.shop.will_say(new(screen(&format!("Nothing matches {count}"))));
        let fields = [("service", json!(service)), ("country", json!(country))];
        let id = stage.control.run_command(ANN, LOUNGE, "/buy", &fields).unwrap();
        stage.answer(id).await;
        let asked = stage.shop.actions().pop();
        assert!(matches!(asked, Some(Action::Command(Command::Buy(_)))), "{asked:?}");
    }
}

#[tokio::test]
async fn fields_are_suggested_and_read() {
    let (stage, _run) = Stage::running().await;
    let typing =
        |options, field| stage.control.autocomplete(BOUND, ANN, LOUNGE, "/buy", options, field);
    let services = typing(&[], ("service", "wha")).await.unwrap();
    assert_eq!((services.len(), services[4].0.as_str()), (25, "WHA 4 · from $1"));
    let chosen = [("service", json!(services[4].1))];
    let countries = typing(&chosen, ("country", "in")).await.unwrap();
    assert_eq!(countries[2].0, "in 2 of 4");
    let fields = [("service", json!(services[4].1)), ("country", json!(countries[2].1))];
    stage.shop.will_say(new(screen("Price: $1")));
    let id = stage.control.run_command(ANN, LOUNGE, "/buy", &fields).unwrap();
    stage.answer(id).await;
    let quote =
        Tap::Quote { service: bot_core::ids::ServiceId(4), country: bot_core::ids::CountryId(2) };
    assert_eq!(stage.shop.actions(), [Action::Tap(quote)]);
}

#[tokio::test]
async fn an_admin_tops_somebody_up_from_their_menu() {
    let (stage, _run) = Stage::running().await;
    let id = stage.control.context_command(ANN, LOUNGE, "TopUpForm", BOB).unwrap();
    let form = stage.control.until(BOUND, |control| control.modal(id)).await.expect("a form");
    assert_eq!((form.title.as_str(), form.custom_id), ("TopUpForm", format!("topup.{BOB}")));
    stage.shop.will_say(new(screen("Add $5 to Bob?")));
    let sent = stage.control.submit_modal(id, &[("TopUpAmount", "5")]).unwrap();
    assert_eq!(stage.answer(sent).await.only_for, Some(ANN));
    let (actor, action) = stage.shop.asked().remove(0);
    assert_eq!(action, Action::Command(Command::TopUp("5".into())));
    assert_eq!(actor.reply_to.unwrap().identity.user, BOB.to_string());
    assert!(
        stage.control.context_command(BOB, LOUNGE, "TopUpForm", ANN).is_err(),
        "not offered to others"
    );
}

#[tokio::test]
async fn who_installed_the_bot_takes_it_along() {
    let (stage, _run) = Stage::running().await;
    stage.control.install_app(ANN, true).unwrap();
    stage.control.add_private_channel(3_500, &[ANN, BOB]).unwrap();
    stage.shop.will_say(new(screen("Hello")));
    let id = stage.control.run_command(ANN, 3_500, "/menu", &[]).unwrap();
    assert_eq!(stage.answer(id).await.only_for, Some(ANN));
}

#[tokio::test]
async fn an_interaction_is_handled_once() {
    let (stage, _run) = Stage::running().await;
    stage.shows_in_lounge(screen("Once")).await;
    assert!(stage.control.repeat_interaction());
    stage.shop.will_say(new(screen("Next")));
    let id = stage.control.run_command(ANN, LOUNGE, "/help", &[]).unwrap();
    stage.answer(id).await;
    assert_eq!(
        stage.shop.actions(),
        [Action::Command(Command::Orders), Action::Command(Command::Help)]
    );
}

#[tokio::test]
async fn a_panic_is_apologised_for_and_harms_nobody() {
    let (stage, _run) = Stage::running().await;
    stage.shop.will_panic();
    let id = stage.control.run_command(ANN, LOUNGE, "/orders", &[]).unwrap();
    assert_eq!(stage.answer(id).await.content, "Sorry");
    assert_eq!(stage.shows_in_lounge(screen("Fine")).await.content, "Fine");
}

#[tokio::test]
async fn forged_components_are_stale() {
    let (stage, _run) = Stage::running().await;
    let shown = stage.shows_in_lounge(menu("Menu")).await;
    for (count, custom_id) in ["x", "0.9z", "999.1m", "0.1m\u{0}"].into_iter().enumerate() {
        stage.shop.will_say(toast(&format!("Out of date {count}")));
        stage.control.forge_press(ANN, shown.id, custom_id).unwrap();
        stage.sees(ANN, LOUNGE, &format!("Out of date {count}")).await;
        assert_eq!(stage.shop.actions().pop(), Some(Action::StaleTap), "{custom_id:?}");
    }
}

#[tokio::test]
async fn a_hostile_name_pings_nobody() {
    let (stage, _run) = Stage::running().await;
    let shown = stage.shows_in_lounge(screen(&format!("**@everyone** <@{BOB}>"))).await;
    assert!(!shown.pings_everyone && shown.pings.is_empty());
    assert_eq!(shown.content, format!("\\*\\*\\@everyone\\*\\* \\<@{BOB}\\>"));
}

#[tokio::test]
async fn a_command_after_the_bot_was_removed_harms_nobody() {
    let (stage, _run) = Stage::running().await;
    stage.control.hold_events();
    stage.shop.will_say(new(screen("Hello")));
    stage.control.run_command(ANN, LOUNGE, "/orders", &[]).unwrap();
    stage.control.remove_bot_from_guild(GUILD).unwrap();
    stage.control.release_events();
    stage.control.install_app(BOB, true).unwrap();
    let private = stage.control.dm(BOB).unwrap();
    stage.asked(1).await;
    stage.shop.will_say(new(screen("Still here")));
    let id = stage.control.run_command(BOB, private, "/help", &[]).unwrap();
    assert_eq!(stage.answer(id).await.content, "Still here");
}
