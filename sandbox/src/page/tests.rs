use std::{collections::BTreeSet, net::Ipv4Addr};

use serde_json::{Value, json};

use super::*;

async fn page() -> Running {
    let seat = Seat {
        person: 7,
        chat: 7,
        role: "guest".into(),
        hint: "<b>Hi</b>".into(),
        suggestion: "/hi".into(),
    };
    let player = Player {
        person: "7".into(),
        role: "guest".into(),
        hint: "<b>Hi</b>".into(),
        command: "hi".into(),
    };
    let cast = Cast { title: "Numdesk".into(), seats: vec![seat], players: vec![player] };
    let telegram = Control::new(telegram::Options::default());
    let discord = discord::Control::new(discord::Options::default());
    start(telegram, discord, cast, (Ipv4Addr::LOCALHOST, 0).into()).await.unwrap()
}

async fn get(page: &Running, path: &str) -> reqwest::Response {
    reqwest::get(format!("http://{}{path}", page.address())).await.unwrap()
}

#[tokio::test]
async fn the_page_allows_nothing_from_elsewhere_and_is_never_kept() {
    let page = page().await;
    for (path, mime, content) in FILES {
        let answer = get(&page, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], mime);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none';") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.text().await.unwrap(), content);
    }
    page.stop().await;
}

#[tokio::test]
async fn cast_and_emulator_are_behind_the_page() {
    let page = page().await;
    let cast: Value = get(&page, "/page/cast.json").await.json().await.unwrap();
    let seat = json!({ "person": 7, "chat": 7, "role": "guest", "hint": "<b>Hi</b>", "suggestion": "/hi" });
    let player = json!({ "person": "7", "role": "guest", "hint": "<b>Hi</b>", "command": "hi" });
    assert_eq!(cast, json!({ "title": "Numdesk", "seats": [seat], "players": [player] }));
    for world in ["/sandbox/world", "/discord/sandbox/world"] {
        let world: Value = get(&page, world).await.json().await.unwrap();
        assert_eq!(world["people"], json!([]));
    }
    assert_eq!(get(&page, "/nothing").await.status(), 404);
    page.stop().await;
}

#[tokio::test]
async fn a_listener_does_not_keep_the_page_from_ending() {
    for path in ["/sandbox/events", "/discord/sandbox/events"] {
        let page = page().await;
        let mut events = get(&page, path).await;
        page.stop().await;
        assert!(!matches!(events.chunk().await, Ok(Some(_))), "{path}");
    }
}

/// Every `/page/...` that a file speaks of, and every module it imports.
fn mentioned(content: &str) -> BTreeSet<String> {
    let quoted = content.split('"').skip(1).step_by(2);
    let absolute = |text: &str| match text.strip_prefix("./") {
        Some(module) => Some(format!("/page/{module}")),
        None => text.starts_with("/page/").then(|| text.to_owned()),
    };
    quoted.filter_map(absolute).collect()
}

#[test]
fn whatever_the_files_ask_for_is_served() {
    let served: BTreeSet<String> = FILES.iter().map(|(path, ..)| (*path).to_owned()).collect();
    let asked: BTreeSet<String> =
        FILES.iter().flat_map(|(_, _, content)| mentioned(content)).collect();
    let missing: Vec<_> = asked.difference(&served).collect();
    assert_eq!(missing, ["/page/cast.json"]);
    let unused: Vec<_> = served.difference(&asked).collect();
    assert_eq!(unused, ["/", "/discord"], "the two pages themselves");
}

/// What stands between `before` and the next quote, wherever `before` is.
fn quoted_after<'a>(content: &'a str, before: &str) -> Vec<&'a str> {
    content.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The content of a page and of every script that it loads, directly or through another.
fn scripts_of(page: &str) -> Vec<(&'static str, &'static str)> {
    let file = |path: &str| FILES.iter().find(|file| file.0 == path).unwrap();
    let mut found = vec![(file(page).0, file(page).2)];
    let mut at = 0;
    while let Some((_, text)) = found.get(at).copied() {
        let asked = mentioned(text).into_iter().filter(|path| path != "/page/cast.json");
        let files: Vec<_> = asked.map(|path| file(&path)).collect();
        for (path, mime, text) in files {
            if *mime == SCRIPT && !found.contains(&(path, text)) {
                found.push((path, text));
            }
        }
        at += 1;
    }
    found
}

#[test]
fn every_element_that_a_script_asks_for_is_there_once() {
    for page in ["/", "/discord"] {
        let scripts = scripts_of(page);
        assert!(scripts.len() > 5, "{page} has scripts");
        let ids = quoted_after(scripts[0].1, " id=\"");
        for id in &ids {
            assert_eq!(ids.iter().filter(|other| *other == id).count(), 1, "{page}: {id}");
        }
        for (path, content) in scripts {
            for call in ["getElementById(\"", "byId(\""] {
                for id in quoted_after(content, call) {
                    assert!(ids.contains(&id), "{page}, {path}: {id}");
                }
            }
        }
    }
}

#[test]
fn every_icon_that_a_script_draws_is_there() {
    for (page, own) in [("/", "/page/message.js"), ("/discord", "/page/discord")] {
        let scripts = scripts_of(page);
        let ids = quoted_after(scripts[0].1, " id=\"");
        for (path, content) in scripts.iter().filter(|(path, _)| path.starts_with(own)) {
            for before in [" icon(\"", "(icon(\"", "[icon(\""] {
                for icon in quoted_after(content, before) {
                    assert!(ids.contains(&format!("icon-{icon}").as_str()), "{path}: {icon}");
                }
            }
        }
    }
}

/// The pages are for hostile names, too: they have no way to turn a text into markup.
#[test]
fn no_script_parses_markup() {
    for (path, _, content) in FILES {
        for sink in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval("]
        {
            assert!(!content.contains(sink), "{path}: {sink}");
        }
    }
}
