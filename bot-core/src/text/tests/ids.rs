//! Compares the ids and variables that the crate's source names with the texts that exist.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::*;

/// Each text of a Fluent source, with its lines as they are written.
fn texts(source: &str) -> BTreeMap<&str, String> {
    let mut texts = BTreeMap::new();
    let mut current = None;
    for line in source.lines() {
        if line.starts_with(|character: char| character.is_ascii_alphabetic()) {
            let (id, value) = line.split_once(" =").unwrap();
            current = Some(id);
            texts.insert(id, value.to_owned());
        } else if line.starts_with('#') {
            current = None;
        } else if let Some(id) = current {
            texts.get_mut(id).unwrap().extend(["\n", line]);
        }
    }
    texts
}

/// The words that follow each `before` in a text, as far as letters, digits, `-` and `_` go.
fn words_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    text.match_indices(before).map(move |(start, _)| {
        let rest = text[start + before.len()..].trim_start();
        &rest[..rest.find(|character| !is_part(character)).unwrap_or(rest.len())]
    })
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The crate's source but for this module, whose tests bring texts of their own.
fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    files.retain(|file| !file.starts_with(root.join("text")));
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect()
}

/// The ids that a file names: literals handed to a call, and in the flows every `kebab-case` literal.
fn ids_named_in(file: &Path, source: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for call in [".line(", ".spans("] {
        for (start, _) in source.match_indices(call) {
            let argument = source[start + call.len()..].trim_start();
            if let Some(literal) = argument.strip_prefix('"') {
                ids.insert(literal[..literal.find('"').unwrap()].to_owned());
            }
        }
    }
    if file.components().any(|part| part.as_os_str() == "flows" || part.as_os_str() == "flows.rs") {
        let is_kebab =
            |word: &&str| word.split('-').count() > 1 && !word.split('-').any(str::is_empty);
        let literals = source.split('"').skip(1).step_by(2);
        let is_id_like = |word: &&str| {
            word.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        ids.extend(literals.filter(is_id_like).filter(is_kebab).map(str::to_owned));
        for bug in words_after(source, "bug(\"") {
            ids.remove(bug);
        }
    }
    ids
}

#[test]
fn ids_are_seen_where_the_source_names_them() {
    let source = r#"words.line("one", &[]); words.spans(
        "two-b", &args); let id = if x { "three-c" } else { "Not-One" }; "{ $x }-y""#;
    let seen = |file: &str| ids_named_in(Path::new(file), source).into_iter().collect::<Vec<_>>();
    assert_eq!(seen("src/worker.rs"), ["one", "two-b"]);
    assert_eq!(seen("src/flows/buy.rs"), ["one", "three-c", "two-b"]);
}

#[test]
fn every_id_that_the_source_names_exists() {
    let texts = texts(ENGLISH.1);
    let mut named = 0;
    for (file, source) in sources() {
        for id in ids_named_in(&file, &source) {
            assert!(texts.contains_key(&*id), "{}: there is no text `{id}`", file.display());
            named += 1;
        }
    }
    assert!(named > 50, "only {named} ids were found: the search for them is broken");
}

#[test]
fn no_text_is_there_for_nothing() {
    // `text.rs` itself writes long spans.
    let mut named = BTreeSet::from(["span-days", "span-hours"].map(str::to_owned));
    for (file, source) in sources() {
        named.extend(ids_named_in(&file, &source));
    }
    let unused: Vec<&str> =
        texts(ENGLISH.1).into_keys().filter(|id| !named.contains(*id)).collect();
    assert!(unused.is_empty(), "nothing says {unused:?}");
}

/// Per file, since variables are often gathered before the call that hands them over.
#[test]
fn a_file_that_names_a_text_names_its_variables() {
    let texts = texts(ENGLISH.1);
    for (file, source) in sources() {
        let given: BTreeSet<&str> = words_after(&source, "(\"").collect();
        for id in ids_named_in(&file, &source) {
            let Some(text) = texts.get(&*id) else { continue };
            for variable in words_after(text, "$") {
                let place = file.display();
                assert!(given.contains(variable), "{place}: `{id}` needs a ${variable}");
            }
        }
    }
}

/// Every variant of every text, in every language.
#[test]
fn every_text_can_be_formatted() {
    for (code, source) in [ENGLISH].into_iter().chain(OTHERS) {
        let words = Words::load(code, source).unwrap();
        for (id, text) in texts(source) {
            let variables: BTreeSet<&str> = words_after(&text, "$").collect();
            let keys = words_after(&text, "\n        [").chain(words_after(&text, "\n    ["));
            let choices = keys.map(Arg::from).chain([1_i64.into(), 5_i64.into()]);
            for choice in choices {
                let mut values = FluentArgs::new();
                for variable in &variables {
                    values.set(*variable, choice.value(&words));
                }
                let shown = words.try_format(id, &values);
                assert!(shown.is_ok_and(|text| !text.is_empty()), "{code}.ftl: `{id}`");
            }
        }
    }
}

#[test]
fn every_language_has_every_text_with_the_same_variables() {
    let variables = |source| -> BTreeMap<String, BTreeSet<String>> {
        let of = |text: &str| words_after(text, "$").map(str::to_owned).collect();
        texts(source).into_iter().map(|(id, text)| (id.to_owned(), of(&text))).collect()
    };
    for (code, source) in OTHERS {
        assert_eq!(variables(source), variables(ENGLISH.1), "{code}.ftl");
    }
}

/// Telegram cuts a notice at 200 characters; some of these are shown as one.
#[test]
fn notices_are_short() {
    let args = [("left", std::time::Duration::from_secs(599).into()), ("state", "refused".into())];
    let ids = [
        "stale-button",
        "quote-taken",
        "order-not-found",
        "order-closed",
        "not-allowed",
        "apology",
        "too-fast",
        "cancel-too-early",
        "cancel-not-yet",
        "cancel-has-code",
        "cancel-asked",
        "cancel-impossible",
        "another-asked",
        "another-failed",
        "another-unsupported",
        "done-thanks",
        "topup-already",
        "open-private-first",
    ];
    for (code, source) in [ENGLISH].into_iter().chain(OTHERS) {
        let words = Words::load(code, source).unwrap();
        for id in ids {
            let length = words.line(id, &args).chars().count();
            assert!(length <= 200, "{code}.ftl: {id}: {length}");
        }
    }
}
