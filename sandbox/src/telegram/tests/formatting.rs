//! Marked-up text and entities.

use serde_json::json;

use super::*;
use crate::telegram::{
    html, markdown,
    text::{Entity, EntityKind, FormattedText},
};

/// Kind and covered text of every entity.
fn covered(text: &FormattedText) -> Vec<(EntityKind, String)> {
    let units: Vec<u16> = text.text.encode_utf16().collect();
    let cut = |entity: &Entity| {
        String::from_utf16(&units[entity.offset..entity.offset + entity.length]).unwrap()
    };
    text.entities.iter().map(|entity| (entity.kind, cut(entity))).collect()
}

fn of(kind: EntityKind, text: &str) -> (EntityKind, String) {
    (kind, text.to_owned())
}

#[test]
fn html_knows_every_documented_tag() {
    use EntityKind::{
        Blockquote, Bold, Code, CustomEmoji, DateTime, ExpandableBlockquote, Italic, Pre, Spoiler,
        Strikethrough, TextLink, Underline,
    };
    let source = "<b>b</b><strong>b</strong><i>i</i><em>i</em><u>u</u><ins>u</ins><s>s</s><strike>s</strike><del>s</del>\
                  <span class=\"tg-spoiler\">h</span><tg-spoiler>h</tg-spoiler><a href=\"https://a.example/?x=1&amp;y=2\">l</a>\
                  <tg-emoji emoji-id=\"5368\">👍</tg-emoji><tg-time unix=\"1647531900\" format=\"wDT\">t</tg-time><code>c</code>\
                  <pre>p</pre><pre><code class=\"language-rust\">r</code></pre><blockquote>q</blockquote>\
                  <blockquote expandable>e</blockquote>";
    let text = html::parse(source).unwrap();
    assert_eq!(text.text, "bbiiuussshhl👍tcprqe");
    let expected = [
        of(Bold, "b"),
        of(Bold, "b"),
        of(Italic, "i"),
        of(Italic, "i"),
        of(Underline, "u"),
        of(Underline, "u"),
        of(Strikethrough, "s"),
        of(Strikethrough, "s"),
        of(Strikethrough, "s"),
        of(Spoiler, "h"),
        of(Spoiler, "h"),
        of(TextLink, "l"),
        of(CustomEmoji, "👍"),
        of(DateTime, "t"),
        of(Code, "c"),
        of(Pre, "p"),
        of(Pre, "r"),
        of(Blockquote, "q"),
        of(ExpandableBlockquote, "e"),
    ];
    assert_eq!(covered(&text), expected);
    assert_eq!(text.entities[11].url.as_deref(), Some("https://a.example/?x=1&y=2"));
    assert_eq!(text.entities[16].language.as_deref(), Some("rust"));
}

#[test]
fn html_nests_and_decodes() {
    let text = html::parse("😀 <b>one <i>two</i></b> &lt;&amp;&gt;&quot;&#65;&#x42; &nbsp;")
        .unwrap()
        .tidied();
    assert_eq!(text.text, "😀 one two <&>\"AB &nbsp;");
    assert_eq!(covered(&text), [of(EntityKind::Bold, "one two"), of(EntityKind::Italic, "two")]);
    let code = html::parse("<code>x<b>y</b></code>").unwrap().tidied();
    assert_eq!(covered(&code), [of(EntityKind::Code, "xy")], "code holds no other formatting");
}

#[test]
fn html_that_is_not_well_formed_is_refused() {
    let wrong = [
        ("a < b", "Unsupported start tag \"\" at byte offset 2"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<h1>x</h1>", "Unsupported start tag \"h1\" at byte offset 0"),
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ("<a href=\"x>y</a>", "Unclosed start tag \"a\" at byte offset 8"),
    ];
    for (source, reason) in wrong {
        assert_eq!(html::parse(source).unwrap_err(), reason, "{source}");
    }
}

#[test]
fn markdown_v2_knows_the_documented_set() {
    use EntityKind::{
        Blockquote, Bold, Code, CustomEmoji, ExpandableBlockquote, Italic, Pre, Spoiler,
        Strikethrough, TextLink, Underline,
    };
    let source = "*b* _i_ __u__ ~s~ ||h|| [l](https://a.example/\\)) ![👍](tg://emoji?id=5368) `c\\`` ```rust\nx.y```\n\
                  >q\n>q2\nend\\.\n**>e\n>more||";
    let text = markdown::parse(source).unwrap();
    assert_eq!(text.text, "b i u s h l 👍 c` x.y\nq\nq2\nend.\ne\nmore");
    let expected = [
        of(Bold, "b"),
        of(Italic, "i"),
        of(Underline, "u"),
        of(Strikethrough, "s"),
        of(Spoiler, "h"),
        of(TextLink, "l"),
        of(CustomEmoji, "👍"),
        of(Code, "c`"),
        of(Pre, "x.y"),
        of(Blockquote, "q\nq2\n"),
        of(ExpandableBlockquote, "e\nmore"),
    ];
    assert_eq!(covered(&text), expected);
    assert_eq!(text.entities[5].url.as_deref(), Some("https://a.example/)"));
    assert_eq!(text.entities[8].language.as_deref(), Some("rust"));
}

#[test]
fn markdown_v2_wants_reserved_characters_escaped() {
    for character in ['.', '!', '-', '=', '(', ')', '{', '}', '+', '#', '|', ']'] {
        let reason = markdown::parse(&format!("a{character} b")).unwrap_err();
        let expected = format!(
            "Character '{character}' is reserved and must be escaped with the preceding '\\'"
        );
        assert_eq!(reason, expected);
        assert_eq!(
            markdown::parse(&format!("a\\{character} b")).unwrap().text,
            format!("a{character} b")
        );
    }
    assert_eq!(
        markdown::parse("a *b").unwrap_err(),
        "Can't find end of Bold entity at byte offset 2"
    );
}

#[tokio::test]
async fn bad_markup_is_refused_in_telegrams_words() {
    let bench = Bench::new().await;
    let send = |mode: &str| json!({ "chat_id": ANNA, "text": "<b>x.", "parse_mode": mode });
    let refusal = bench.refusal("sendMessage", send("html")).await;
    let expected =
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"";
    assert_eq!(refusal, expected);
    let refusal = bench.refusal("sendMessage", send("MarkdownV2")).await;
    assert!(refusal.starts_with("Bad Request: can't parse entities: Character"), "{refusal}");
    assert_eq!(
        bench.refusal("sendMessage", send("Word")).await,
        "Bad Request: unsupported parse_mode"
    );
}

#[tokio::test]
async fn entities_lie_within_the_text_between_characters() {
    let bench = Bench::new().await;
    let send = |offset: i64, length: i64, kind: &str| json!({ "chat_id": ANNA, "text": " 😀 ok", "entities": [{ "type": kind, "offset": offset, "length": length }] });
    let out_of_bounds = "Bad Request: ENTITY_BOUNDS_INVALID";
    for (offset, length) in [(0, 7), (6, 1), (1, 1), (2, 2), (0, 0)] {
        let refusal = bench.refusal("sendMessage", send(offset, length, "bold")).await;
        assert_eq!(refusal, out_of_bounds, "{offset}+{length}");
    }
    let unknown = bench.refusal("sendMessage", send(0, 1, "loud")).await;
    assert_eq!(unknown, "Bad Request: can't parse MessageEntity: Unsupported type specified");
    let sent = bench.result("sendMessage", send(1, 5, "bold")).await;
    assert_eq!(sent["text"], "😀 ok");
    assert_eq!(
        sent["entities"],
        json!([{ "type": "bold", "offset": 0, "length": 5 }]),
        "trimmed with the text"
    );
}

#[tokio::test]
async fn commands_mentions_and_links_are_found() {
    let bench = Bench::new().await;
    bench.drain().await;
    bench.control.say(ANNA, ANNA, "😀 /buy@desk_bot @anna https://a.example/x. /").unwrap();
    let updates = bench.drain().await;
    let expected = json!([
        { "type": "bot_command", "offset": 3, "length": 13 },
        { "type": "mention", "offset": 17, "length": 5 },
        { "type": "url", "offset": 23, "length": 19 },
    ]);
    assert_eq!(updates[0]["message"]["entities"], expected);
}

#[tokio::test]
async fn a_link_to_a_person_becomes_a_mention_with_the_whole_person() {
    let bench = Bench::new().await;
    let text =
        format!("<a href=\"tg://user?id={BORIS}\">you</a> <a href=\"tg://user?id=9\">nobody</a>");
    let sent = bench
        .result("sendMessage", json!({ "chat_id": ANNA, "text": text, "parse_mode": "HTML" }))
        .await;
    assert_eq!(sent["entities"].as_array().unwrap().len(), 1);
    assert_eq!(sent["entities"][0]["type"], "text_mention");
    assert_eq!(sent["entities"][0]["user"]["first_name"], "Boris");
}
