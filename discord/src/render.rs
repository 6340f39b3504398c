//! A screen as Discord takes it: text, components, nobody ever pinged, all within the limits of a message. Pure.

use bot_core::screen::{Picture, Press, Screen, Span};
use serde::Serialize;
use serenity::{
    builder::{CreateActionRow, CreateAllowedMentions},
    model::id::UserId,
};

use crate::{
    client::PICTURE_NAME,
    markdown::{block, text_of, units},
    rows::arrange,
};

/// Characters of a message's text ("Create Message, content").
const LONGEST_TEXT: usize = 2_000;
/// What is copied: a number or a code. Anything longer is in the text already.
const LONGEST_COPY: usize = 256;
/// "Message Flags": only the person addressed sees it, until they dismiss it.
const EPHEMERAL: u64 = 1 << 6;

/// The body of a new message or of an edit.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    pub content: String,
    /// Always there: an edit without it would leave the old buttons.
    pub components: Vec<CreateActionRow>,
    pub allowed_mentions: CreateAllowedMentions,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<u64>,
    /// What the files that go along are called. Absent in a change, which then leaves the files that are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<[Attachment; 1]>,
    #[serde(skip)]
    pub picture: Option<Picture>,
}

/// "Attachment Object", of a file that comes with the request: the number of its part.
#[derive(Clone, Debug, Serialize)]
struct Attachment {
    id: u64,
    filename: &'static str,
}

impl Message {
    /// Only for the person addressed. Cannot be changed by an edit.
    pub fn ephemeral(mut self) -> Self {
        self.flags = Some(EPHEMERAL);
        self
    }

    /// What changes a message that is there: its picture stays as it is.
    pub fn without_picture(mut self) -> Self {
        (self.attachments, self.picture) = (None, None);
        self
    }

    /// A notice.
    pub fn notice(text: &str) -> Self {
        render(&Screen::new(vec![Span::Plain(text.to_owned())]))
    }

    /// A notice that calls one person, and nobody else.
    pub fn call(person: UserId, text: &str) -> Self {
        let notice = Self::notice(text);
        let content = text_of(&[Span::Plain(text.to_owned())], LONGEST_TEXT - 30);
        Self {
            content: format!("<@{person}> {content}"),
            allowed_mentions: CreateAllowedMentions::new().users([person]),
            ..notice
        }
    }
}

pub(crate) fn render(screen: &Screen) -> Message {
    let picture = screen.picture.as_ref();
    Message {
        content: content(screen),
        components: arrange(&screen.rows),
        allowed_mentions: CreateAllowedMentions::new(),
        flags: None,
        attachments: picture.map(|_| [Attachment { id: 0, filename: PICTURE_NAME }]),
        picture: picture.cloned(),
    }
}

/// The text, and below it in blocks of their own what buttons would copy where there are such buttons.
fn content(screen: &Screen) -> String {
    let mut blocks = String::new();
    for button in screen.rows.iter().flatten() {
        match &button.press {
            Press::Copy(text) if !text.trim().is_empty() && units(text) <= LONGEST_COPY => {
                let block = format!("\n{}", block(text));
                if !blocks.contains(&block) && units(&blocks) + units(&block) < LONGEST_TEXT / 2 {
                    blocks.push_str(&block);
                }
            }
            Press::Copy(_) | Press::Tap(_) | Press::Later(_) => {}
        }
    }
    let text = text_of(&screen.text, LONGEST_TEXT - units(&blocks));
    let content = format!("{}{blocks}", text.trim_end());
    if content.trim().is_empty() { "…".to_owned() } else { content }
}

#[cfg(test)]
mod tests {
    use bot_core::{action::Tap, screen::Button};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn nobody() -> serde_json::Value {
        json!({"parse": [], "users": [], "roles": []})
    }

    #[test]
    fn a_code_is_shown_in_a_block() {
        let screen = Screen::new(vec![
            Span::Bold("WhatsApp".into()),
            Span::Plain(" code: ".into()),
            Span::Code("0123".into()),
        ])
        .row(vec![Button::copy("Copy", "0123"), Button::tap("Done", Tap::Menu)]);
        let message = render(&screen);
        assert_eq!(message.content, "**WhatsApp** code: `0123`\n```\n0123\n```");
        let sent = serde_json::to_value(message.ephemeral()).unwrap();
        assert_eq!(sent["flags"], 64);
        assert_eq!(sent["allowed_mentions"], nobody());
        assert_eq!(sent["components"][0]["components"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn there_is_always_some_text_and_always_components() {
        for spans in [vec![], vec![Span::Bold(" \n".into())]] {
            let sent = serde_json::to_value(render(&Screen::new(spans))).unwrap();
            assert_eq!(
                sent,
                json!({"content": "…", "components": [], "allowed_mentions": nobody()})
            );
        }
    }

    #[test]
    fn a_call_reaches_one_person() {
        let sent = serde_json::to_value(Message::call(UserId::new(7), "News, @everyone")).unwrap();
        assert_eq!(sent["content"], r"<@7> News, \@everyone");
        assert_eq!(sent["allowed_mentions"], json!({"parse": [], "users": ["7"], "roles": []}));
    }

    proptest! {
        #[test]
        fn any_screen_fits(text in ".{0,40}", times in 1usize..120, copies in prop::collection::vec(".{0,300}", 0..8)) {
            let mut screen = Screen::new(vec![Span::Plain(text.repeat(times)), Span::Code(text)]);
            for copy in copies {
                screen = screen.row(vec![Button::copy("Copy", copy)]);
            }
            let content = render(&screen).content;
            prop_assert!((1..=2_000).contains(&units(&content)), "{}", units(&content));
        }
    }
}
