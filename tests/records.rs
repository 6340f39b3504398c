//! The shop's records for other books: `numdesk export`, while the shop is open.

use std::{collections::BTreeMap, process::Output};

use rust_decimal::Decimal;

use crate::support::{Platform, World, program};

/// The rows of a table, each value by its column.
fn rows(world: &World, table: &str) -> Vec<BTreeMap<String, String>> {
    let file = world.folder.path().join("records").join(format!("{table}.csv"));
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn the_records_hold_every_transfer_and_no_code() {
    let world = World::open_on(Platform::Telegram).await;
    let mut alice = world.customer(1, "=Alice", "10").await;
    alice.buys().await;
    world.code_comes("4711000");
    alice.sees("code: 4711000").await;
    let folder = world.folder.path().join("records");
    let output = program::run(&world, &["export", folder.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told(&output).contains("customers.csv: 2 rows"), "{}", told(&output));

    let ledger = rows(&world, "ledger");
    let reasons: Vec<_> = ledger.iter().map(|row| row["reason"].as_str()).collect();
    assert_eq!(reasons, ["topup", "hold", "capture"]);
    assert_eq!(ledger[0]["amount"].parse::<Decimal>().unwrap(), Decimal::TEN);
    assert!(ledger[0]["at"].ends_with('Z') && ledger[0]["at"].contains('T'), "{ledger:?}");
    let orders = rows(&world, "orders");
    assert_eq!(
        (orders[0]["state"].as_str(), orders[0]["messages"].as_str()),
        ("code_received", "1")
    );
    assert_eq!(orders[0]["price"], ledger[1]["amount"]);
    let customers = rows(&world, "customers");
    let alice_row = customers.iter().find(|row| row["user"] == "1").unwrap();
    assert_eq!(alice_row["name"], "'=Alice", "a spreadsheet must not take it for a formula");
    let left = Decimal::TEN - orders[0]["price"].parse::<Decimal>().unwrap();
    assert_eq!(alice_row["balance"].parse::<Decimal>().unwrap(), left);
    for file in std::fs::read_dir(&folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("4711000"), "{text}");
    }

    let again = program::run(&world, &["export", folder.to_str().unwrap()]).await;
    assert_eq!(again.status.code(), Some(1), "nothing is written over");
    world.ends_well().await;
}
