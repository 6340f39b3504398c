//! A screen as Telegram takes it: text, entities, buttons, each within the limits of the Bot API. Pure.
//!
//! Styles travel as entities beside the text, never as markup inside it, so that a hostile name cannot break it.

use bot_core::screen::{Button, Press, Screen, Span};
use teloxide::types::{
    CopyTextButton, InlineKeyboardButton, InlineKeyboardButtonKind, InlineKeyboardMarkup,
    LinkPreviewOptions, MessageEntity, MessageEntityKind,
};

/// UTF-16 code units of a message's text (sendMessage.text).
const LONGEST_TEXT: usize = 4096;
/// UTF-16 code units of the text below a picture (sendPhoto.caption).
const LONGEST_CAPTION: usize = 1024;
/// UTF-16 code units of a callback query's answer (answerCallbackQuery.text).
const LONGEST_TOAST: usize = 200;
/// UTF-16 code units of a button's label. Telegram names no limit; more is never readable on a phone.
const LONGEST_LABEL: usize = 64;
/// UTF-16 code units of a text to copy (CopyTextButton.text).
const LONGEST_COPY: usize = 256;
/// Not documented; what Telegram takes.
const BUTTONS_IN_A_ROW: usize = 8;
const BUTTONS_IN_ALL: usize = 100;
const CUT: &str = "…";

/// A message, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rendered {
    pub text: String,
    pub entities: Vec<MessageEntity>,
    /// `None` without buttons.
    pub keyboard: Option<InlineKeyboardMarkup>,
}

impl Rendered {
    /// Whether all of the text may stand below a picture.
    pub fn fits_a_caption(&self) -> bool {
        utf16(&self.text) <= LONGEST_CAPTION
    }
}

pub(crate) fn render(screen: &Screen) -> Rendered {
    let (text, entities) = render_text(&screen.text);
    Rendered { text, entities, keyboard: render_keyboard(&screen.rows) }
}

/// A callback query's answer: cut to what fits.
pub(crate) fn render_toast(text: &str) -> String {
    cut(text, LONGEST_TOAST)
}

pub(crate) fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn render_text(spans: &[Span]) -> (String, Vec<MessageEntity>) {
    let mut text = String::new();
    let mut units = 0;
    let mut entities = Vec::new();
    for span in spans {
        let length = utf16(span.text());
        if let Some(kind) = style(span).filter(|_| length > 0) {
            entities.push(MessageEntity::new(kind, units, length));
        }
        text.push_str(span.text());
        units += length;
    }
    if text.trim().is_empty() {
        return (CUT.to_owned(), Vec::new());
    }
    if units > LONGEST_TEXT {
        text = cut(&text, LONGEST_TEXT);
        let end = utf16(&text) - utf16(CUT);
        entities.retain(|entity| entity.offset < end);
        for entity in &mut entities {
            entity.length = entity.length.min(end - entity.offset);
        }
    }
    (text, entities)
}

fn style(span: &Span) -> Option<MessageEntityKind> {
    match span {
        Span::Plain(_) => None,
        Span::Bold(_) => Some(MessageEntityKind::Bold),
        Span::Italic(_) => Some(MessageEntityKind::Italic),
        Span::Code(_) => Some(MessageEntityKind::Code),
    }
}

fn render_keyboard(rows: &[Vec<Button>]) -> Option<InlineKeyboardMarkup> {
    let mut room = BUTTONS_IN_ALL;
    let mut rendered = Vec::new();
    for row in rows {
        let buttons: Vec<_> = row.iter().filter_map(render_button).take(room).collect();
        room -= buttons.len();
        rendered.extend(buttons.chunks(BUTTONS_IN_A_ROW).map(<[_]>::to_vec));
    }
    (!rendered.is_empty()).then(|| InlineKeyboardMarkup::new(rendered))
}

/// `None` for a text that cannot be copied whole: a part of a code is worse than no button.
fn render_button(button: &Button) -> Option<InlineKeyboardButton> {
    let kind = match &button.press {
        // Nothing is greyed out here.
        Press::Tap(tap) | Press::Later(tap) => InlineKeyboardButtonKind::CallbackData(tap.pack()),
        Press::Copy(text) if (1..=LONGEST_COPY).contains(&utf16(text)) => {
            InlineKeyboardButtonKind::CopyText(CopyTextButton { text: text.clone() })
        }
        Press::Copy(_) => return None,
    };
    let label = if button.label.trim().is_empty() { CUT } else { &button.label };
    Some(InlineKeyboardButton::new(cut(label, LONGEST_LABEL), kind))
}

/// Telegram counts characters as UTF-16 code units.
fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// At most `longest` code units; what was cut ends in `…`.
fn cut(text: &str, longest: usize) -> String {
    if utf16(text) <= longest {
        return text.to_owned();
    }
    let mut room = longest - utf16(CUT);
    let kept = text.chars().take_while(|character| {
        let fits = character.len_utf16() <= room;
        room = room.saturating_sub(character.len_utf16());
        fits
    });
    let mut cut: String = kept.collect();
    cut.push_str(CUT);
    cut
}

#[cfg(test)]
mod tests {
    use bot_core::action::{Query, Tap};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(spans: Vec<Span>) -> Rendered {
        render(&Screen::new(spans))
    }

    #[test]
    fn styles_are_entities_in_utf16_units() {
        let rendered = text(vec![
            Span::Plain("👋🏽 ".into()),
            Span::Bold("<b>*Ann*".into()),
            Span::Plain("\n".into()),
            Span::Code("+62 812".into()),
            Span::Italic(String::new()),
        ]);
        assert_eq!(rendered.text, "👋🏽 <b>*Ann*\n+62 812");
        let expected = json!([
            {"type": "bold", "offset": 5, "length": 8},
            {"type": "code", "offset": 14, "length": 7},
        ]);
        assert_eq!(serde_json::to_value(&rendered.entities).unwrap(), expected);
        assert_eq!(rendered.keyboard, None);
    }

    #[test]
    fn a_long_text_is_cut_and_its_entities_with_it() {
        let rendered = text(vec![
            Span::Bold("a".into()),
            Span::Code("😀".repeat(3000)),
            Span::Bold("never seen".into()),
        ]);
        assert_eq!(utf16(&rendered.text), 4096);
        assert!(rendered.text.ends_with("😀…"));
        let expected = json!([
            {"type": "bold", "offset": 0, "length": 1},
            {"type": "code", "offset": 1, "length": 4094},
        ]);
        assert_eq!(serde_json::to_value(&rendered.entities).unwrap(), expected);
    }

    #[test]
    fn there_is_always_some_text() {
        for spans in [vec![], vec![Span::Bold(" \n".into())]] {
            assert_eq!((text(spans.clone()).text, text(spans).entities), ("…".into(), vec![]));
        }
    }

    #[test]
    fn buttons_carry_taps_and_texts_to_copy() {
        let screen = Screen::new(vec![Span::Plain("Code".into())])
            .row(vec![Button::tap("Menu", Tap::Menu), Button::copy("Copy", "0123")])
            .row(vec![Button::copy("Too long", "1".repeat(257)), Button::copy("Nothing", "")])
            .row(vec![Button::tap(" ", Tap::Help), Button::tap("x".repeat(65), Tap::Balance)]);
        let expected = json!({"inline_keyboard": [
            [{"text": "Menu", "callback_data": "1m"}, {"text": "Copy", "copy_text": {"text": "0123"}}],
            [{"text": "…", "callback_data": "1h"}, {"text": format!("{}…", "x".repeat(63)), "callback_data": "1b"}],
        ]});
        assert_eq!(serde_json::to_value(render(&screen).keyboard).unwrap(), expected);
    }

    #[test]
    fn keyboards_stay_within_the_limits() {
        let mut screen = Screen::new(vec![]);
        for _ in 0..12 {
            screen = screen.row(vec![Button::tap("x", Tap::Menu); 9]);
        }
        let rows = render(&screen).keyboard.unwrap().inline_keyboard;
        assert!(rows.iter().all(|row| (1..=8).contains(&row.len())));
        assert_eq!(rows.iter().map(Vec::len).sum::<usize>(), 100);
    }

    fn any_span() -> impl Strategy<Value = Span> {
        let long = prop_oneof![".{0,40}", Just("é😀".repeat(900))];
        (long, 0..4).prop_map(|(text, style)| match style {
            0 => Span::Plain(text),
            1 => Span::Bold(text),
            2 => Span::Italic(text),
            _ => Span::Code(text),
        })
    }

    proptest! {
        #[test]
        fn any_screen_fits(spans in prop::collection::vec(any_span(), 0..6), label in ".{0,90}", query in ".{0,60}") {
            let tap = Tap::Services { query: Query::new(&query), page: u16::MAX };
            let screen = Screen::new(spans).row(vec![Button::tap(label, tap)]);
            let rendered = render(&screen);
            let units = utf16(&rendered.text);
            prop_assert!(units <= 4096 && !rendered.text.trim().is_empty());
            let mut end = 0;
            for entity in &rendered.entities {
                prop_assert!(entity.length > 0 && entity.offset >= end);
                end = entity.offset + entity.length;
            }
            prop_assert!(end <= units);
            for button in rendered.keyboard.unwrap().inline_keyboard.concat() {
                prop_assert!((1..=64).contains(&utf16(&button.text)));
                let InlineKeyboardButtonKind::CallbackData(data) = button.kind else { panic!("a tap") };
                prop_assert!((1..=64).contains(&data.len()));
            }
        }
    }
}
