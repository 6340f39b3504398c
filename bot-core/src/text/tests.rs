use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::money::Money;

mod ids;

fn words(source: &str) -> Words {
    Words::load("en", source).unwrap()
}

fn line(source: &str, args: &[(&'static str, Arg)]) -> String {
    words(source).line("text", args)
}

#[test]
fn styles_of_the_source_become_spans() {
    let source = "text = Hi <b>{ $name }</b>, take <code>42</code><i>!</i>";
    let spans = words(source).spans("text", &[("name", "Anna".into())]);
    let expected = [
        Span::Plain("Hi ".into()),
        Span::Bold("Anna".into()),
        Span::Plain(", take ".into()),
        Span::Code("42".into()),
        Span::Italic("!".into()),
    ];
    assert_eq!(spans, expected);
    assert_eq!(line(source, &[("name", "Anna".into())]), "Hi Anna, take 42!");
}

#[test]
fn an_empty_variable_leaves_no_empty_span() {
    let spans = words("text = <b>{ $name }</b>!").spans("text", &[("name", "".into())]);
    assert_eq!(spans, [Span::Plain("!".into())]);
}

#[test]
fn a_variable_is_never_markup() {
    let source = "text = <b>{ $name }</b> pays";
    for name in ["</b><code>1</code>", "\u{FDD3}\u{FDD2}x", "{ $name }", "<b>"] {
        let spans = words(source).spans("text", &[("name", name.into())]);
        let shown: String = name.chars().filter(|character| !markup::is_mark(*character)).collect();
        assert_eq!(spans, [Span::Bold(shown), Span::Plain(" pays".into())]);
    }
}

#[test]
fn a_variable_cannot_mirror_or_hide_what_follows() {
    let source = "text = { $name } gets $5";
    let shown = line(source, &[("name", "a\u{202E}b\u{2066}c\u{7}d\re".into())]);
    assert_eq!(shown, "abcde gets $5");
    assert_eq!(line(source, &[("name", "two\nlines 👨‍👩‍👧".into())]), "two\nlines 👨‍👩‍👧 gets $5");
}

#[test]
fn a_bad_source_is_refused_with_its_place() {
    for (source, problem) in [
        (
            "a = x\nb = <b>x",
            "en.ftl, line 2: a style is unknown, nested, or does not end on its line",
        ),
        ("a = <u>x</u>", "en.ftl, line 1: a style"),
        ("a = <b><i>x</i></b>", "en.ftl, line 1: a style"),
        ("a = x</b>", "en.ftl, line 1: a style"),
        ("a = \u{FDD0}", "en.ftl, line 1: a style"),
        ("a = { $x", "en.ftl: "),
        ("a = x\na = y", "en.ftl: "),
    ] {
        let error = Words::load("en", source).err().unwrap().to_string();
        assert!(error.starts_with(problem), "{source:?}: {error}");
    }
}

#[test]
fn every_kind_of_variable_has_its_form() {
    let source = "text = { $x }\nspan-hours = { $hours } h { $minutes } min\nspan-days = { $days } d { $hours } h";
    let shown = |arg: Arg| line(source, &[("x", arg)]);
    assert_eq!(shown(Money::from_raw(15_000).into()), "$1.50");
    assert_eq!(shown(Money::from_raw(4_118).into()), "$0.4118");
    assert_eq!(shown(Money::from_raw(-30_000).into()), "-$3.00");
    assert_eq!(shown(1_234_567_i64.into()), "1234567");
    assert_eq!(shown(i64::MAX.into()), "9223372036854775807");
    assert_eq!(shown(Duration::ZERO.into()), "00:00");
    assert_eq!(shown(Duration::from_millis(1).into()), "00:01");
    assert_eq!(shown(Duration::from_secs(299).into()), "04:59");
    assert_eq!(shown(Duration::from_millis(3_599_001).into()), "1 h 0 min");
    assert_eq!(shown(Duration::from_secs(2 * 3600 + 5 * 60 + 59).into()), "2 h 5 min");
    assert_eq!(shown(Duration::from_secs(24 * 3600 - 1).into()), "23 h 59 min");
    assert_eq!(shown(Duration::from_secs(77 * 3600 + 1).into()), "3 d 5 h");
}

#[test]
fn numbers_choose_the_plural() {
    let source = "text = { $n ->\n    [one] one\n   *[other] { $n }\n }";
    assert_eq!(line(source, &[("n", 1_i64.into())]), "one");
    assert_eq!(line(source, &[("n", 7_i64.into())]), "7");
}

#[test]
fn a_text_that_cannot_be_shown_still_shows_its_variables() {
    let words = words("text = { $code } and { $phone }");
    assert_eq!(words.line("missing", &[("code", "042".into())]), "missing, 042");
    assert_eq!(words.line("text", &[("code", "042".into())]), "text, 042");
    assert_eq!(words.0.reported.lock().unwrap().len(), 2);
}

#[test]
fn an_unknown_language_is_english() {
    let texts = Texts::load().unwrap();
    for tag in [None, Some(""), Some("xx"), Some("en-GB"), Some("🇮🇩"), Some("-")] {
        assert_eq!(texts.language(tag).line("button-done", &[]), "✅ Done");
    }
}

#[test]
fn every_tag_of_a_language_means_it() {
    let texts = Texts::load().unwrap();
    assert_eq!(texts.languages(), ["de"]);
    for tag in ["de", "DE", "de-AT", "de_CH"] {
        assert_eq!(texts.language(Some(tag)).line("button-done", &[]), "✅ Fertig");
    }
}

proptest! {
    #[test]
    fn any_text_passes_through_a_style_whole(name in any::<String>()) {
        let spans = words("text = <code>{ $name }</code>.").spans("text", &[("name", name.as_str().into())]);
        let shown = Arg::from(name.as_str()).shown(&words(""));
        let expected = [Span::Code(shown), Span::Plain(".".into())];
        prop_assert_eq!(&spans[..], &expected[usize::from(expected[0].text().is_empty())..]);
    }
}
