//! Registering commands, and who is offered them where.

use serde_json::json;

use super::*;
use crate::discord::ControlError;

const COMMANDS: &str = "applications/1100/commands";

fn slash(name: &str) -> Value {
    json!({ "name": name, "description": "What it does" })
}

#[tokio::test]
async fn what_is_wrong_with_a_command_is_told_by_field() {
    let bench = Bench::new().await;
    let option = |name: &str, more: Value| {
        let mut option = json!({ "type": 3, "name": name, "description": "x" });
        option.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        option
    };
    let with = |options: Value| json!([{ "name": "buy", "description": "x", "options": options }]);
    let many: Vec<Value> = (0..26).map(|at| option(&format!("o{at}"), json!({}))).collect();
    let choices: Vec<Value> = (0..26).map(|at| json!({ "name": "x", "value": at })).collect();
    let cases = [
        (json!([slash("Buy")]), "0/name", "APPLICATION_COMMAND_INVALID_NAME"),
        (json!([slash("top up")]), "0/name", "APPLICATION_COMMAND_INVALID_NAME"),
        (json!([slash("a"), slash("a")]), "1/name", "APPLICATION_COMMANDS_DUPLICATE_NAME"),
        (json!([{ "name": "buy" }]), "0/description", "BASE_TYPE_REQUIRED"),
        (
            json!([{ "name": "buy", "description": "x", "name_localizations": { "xx": "kauf" } }]),
            "0/name_localizations/xx",
            "APPLICATION_COMMAND_INVALID_LOCALE",
        ),
        (with(json!(many)), "0/options", "BASE_TYPE_BAD_LENGTH"),
        (
            with(json!([option("a", json!({})), option("b", json!({ "required": true }))])),
            "0/options/1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            with(json!([option("a", json!({ "choices": choices }))])),
            "0/options/0/choices",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            json!([{ "type": 2, "name": "Top up", "description": "x" }]),
            "0/description",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            json!([{ "name": "buy", "description": "x", "contexts": [3] }]),
            "0/contexts/0",
            "BASE_TYPE_CHOICES",
        ),
        (
            json!([{ "name": "buy", "description": "x", "default_member_permissions": "admin" }]),
            "0/default_member_permissions",
            "BITFIELD_TYPE_CONVERT",
        ),
    ];
    for (body, field, code) in cases {
        assert_eq!(bench.form_error("PUT", COMMANDS, body, field).await, code);
    }
    assert_eq!(bench.control.commands(None), [] as [Value; 0], "nothing was registered");
    assert_eq!(bench.refusal("PUT", "applications/5/commands", json!([])).await, (404, 10_002));
}

#[tokio::test]
async fn registering_again_keeps_the_ids_and_drops_what_is_missing() {
    let bench = Bench::new().await;
    let first = bench.good("PUT", COMMANDS, json!([slash("buy"), slash("купить")])).await;
    let again = bench.good("PUT", COMMANDS, json!([slash("buy")])).await;
    assert_eq!(again.as_array().unwrap().len(), 1);
    assert_eq!(first[0]["id"], again[0]["id"]);
    assert_ne!(first[0]["version"], again[0]["version"]);
    let made = bench.good("POST", COMMANDS, slash("menu")).await;
    let path = format!("{COMMANDS}/{}", made["id"].as_str().unwrap());
    bench.good("PATCH", &path, json!({ "description": "Another" })).await;
    assert_eq!(bench.good("GET", &path, Value::Null).await["description"], "Another");
    bench.good("DELETE", &path, Value::Null).await;
    assert_eq!(bench.refusal("GET", &path, Value::Null).await, (404, 10_063));
    assert_eq!(bench.good("GET", COMMANDS, Value::Null).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_command_is_offered_where_and_to_whom_it_says() {
    let bench = Bench::new().await;
    let everywhere = json!({ "name": "buy", "description": "x", "contexts": [0, 1, 2], "integration_types": [0, 1] });
    let here =
        json!({ "name": "here", "description": "x", "contexts": [0], "integration_types": [0] });
    let admins = json!({ "name": "topup", "description": "x", "default_member_permissions": "0" });
    bench.good("PUT", COMMANDS, json!([everywhere, here, admins])).await;
    let control = &bench.control;
    control.add_private_channel(77, &[ANNA, BORIS]).unwrap();
    let dm = control.dm(BORIS).unwrap();
    let run = |person, channel, line: &str| control.run_command(person, channel, line, &[]).err();
    let not_offered = |name: &str| Some(ControlError::NotOffered(name.to_owned()));
    assert_eq!(run(BORIS, CHANNEL, "/buy"), None);
    assert_eq!(run(BORIS, CHANNEL, "/here"), None);
    assert_eq!(run(BORIS, CHANNEL, "/topup"), not_offered("topup"));
    assert_eq!(run(ANNA, CHANNEL, "/topup"), None);
    assert_eq!(run(BORIS, dm, "/buy"), None);
    assert_eq!(run(BORIS, dm, "/here"), not_offered("here"));
    assert_eq!(run(BORIS, 77, "/buy"), not_offered("buy"));
    control.install_app(BORIS, true).unwrap();
    assert_eq!(run(BORIS, 77, "/buy"), None);
    control.remove_bot_from_guild(GUILD).unwrap();
    assert_eq!(run(ANNA, CHANNEL, "/buy"), not_offered("buy"));
    assert_eq!(run(BORIS, CHANNEL, "/buy"), None, "they carry it with them");
    assert_eq!(run(ANNA, dm, "/buy"), Some(ControlError::NotPresent { person: ANNA, channel: dm }));
    assert_eq!(run(ANNA, CHANNEL, "/sell"), Some(ControlError::UnknownCommand("sell".to_owned())));
    control.forge_command(ANNA, CHANNEL, "/topup", &[("amount", json!(5))]).unwrap();
}

#[tokio::test]
async fn options_are_filled_as_the_client_lets_people() {
    let bench = Bench::new().await;
    let options = json!([
        { "type": 6, "name": "customer", "description": "x", "required": true },
        { "type": 4, "name": "amount", "description": "x", "min_value": 1, "max_value": 9 },
        { "type": 3, "name": "unit", "description": "x", "choices": [{ "name": "USD", "value": "usd" }] },
    ]);
    bench
        .good("PUT", COMMANDS, json!([{ "name": "topup", "description": "x", "options": options }]))
        .await;
    let run =
        |options: &[(&str, Value)]| bench.control.run_command(ANNA, CHANNEL, "/topup", options);
    let customer = ("customer", json!(BORIS.to_string()));
    assert_eq!(run(&[]), Err(ControlError::MissingOption("customer".to_owned())));
    for wrong in
        [("amount", json!(10)), ("amount", json!("5")), ("unit", json!("eur")), ("x", json!(1))]
    {
        let expected = ControlError::WrongOption(wrong.0.to_owned());
        assert_eq!(run(&[customer.clone(), wrong]), Err(expected));
    }
    run(&[customer, ("amount", json!(9)), ("unit", json!("usd"))]).unwrap();
}
