//! Telegram's MarkdownV2 style (Bot API, "MarkdownV2 style") read into text and entities: the documented set. The older
//! "Markdown" is not spoken here.

use super::text::{Entity, EntityKind, FormattedText};

const RESERVED: &str = "_*[]()~`>#+-=|{}.!";

/// Reads marked-up text; the error is what Telegram writes after "can't parse entities: ".
pub(super) fn parse(source: &str) -> Result<FormattedText, String> {
    let mut reader = Reader {
        source,
        at: 0,
        text: String::new(),
        units: 0,
        open: Vec::new(),
        entities: Vec::new(),
    };
    while reader.at < source.len() {
        reader.step()?;
    }
    reader.end_quote(false);
    if let Some(open) = reader.open.last() {
        return Err(format!(
            "Can't find end of {:?} entity at byte offset {}",
            open.kind, open.begin
        ));
    }
    Ok(FormattedText { text: reader.text, entities: reader.entities })
}

struct Open {
    kind: EntityKind,
    /// Byte of the source where it was opened.
    begin: usize,
    /// UTF-16 code units of text before it.
    offset: usize,
    language: Option<String>,
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    text: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn push(&mut self, character: char) {
        self.text.push(character);
        self.units += character.len_utf16();
    }

    fn innermost(&self) -> Option<EntityKind> {
        self.open.last().map(|open| open.kind)
    }

    fn step(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let Some(character) = rest.chars().next() else { return Ok(()) };
        if character == '\\'
            && let Some(escaped) = rest[1..].chars().next().filter(char::is_ascii)
        {
            self.at += 2;
            self.push(escaped);
            return Ok(());
        }
        if let Some(kind @ (EntityKind::Code | EntityKind::Pre)) = self.innermost() {
            let mark = if kind == EntityKind::Pre { "```" } else { "`" };
            if rest.starts_with(mark) {
                self.at += mark.len();
                self.close(None);
                return Ok(());
            }
            self.at += character.len_utf8();
            self.push(character);
            return Ok(());
        }
        if self.at_line_start() && self.start_line() {
            return Ok(());
        }
        if RESERVED.contains(character) {
            return self.mark(character);
        }
        self.at += character.len_utf8();
        self.push(character);
        Ok(())
    }

    fn at_line_start(&self) -> bool {
        self.at == 0 || self.source[..self.at].ends_with('\n')
    }

    /// Quotes begin and end with lines. True when the line's mark was read.
    fn start_line(&mut self) -> bool {
        let quoted = self.open.iter().any(|open| open.kind == EntityKind::Blockquote);
        let mark = ["**>", ">"].into_iter().find(|mark| self.rest().starts_with(mark));
        let Some(mark) = mark else {
            self.end_quote(false);
            return false;
        };
        if mark == "**>" {
            self.end_quote(false);
        }
        if !quoted || mark == "**>" {
            self.begin(EntityKind::Blockquote, mark.len());
        } else {
            self.at += mark.len();
        }
        true
    }

    fn end_quote(&mut self, expandable: bool) {
        if self.innermost() == Some(EntityKind::Blockquote) {
            if expandable && let Some(open) = self.open.last_mut() {
                open.kind = EntityKind::ExpandableBlockquote;
            }
            self.close(None);
        }
    }

    fn mark(&mut self, character: char) -> Result<(), String> {
        let rest = self.rest();
        let (kind, length) = match character {
            '_' if rest.starts_with("__") => (EntityKind::Underline, 2),
            '_' => (EntityKind::Italic, 1),
            '*' => (EntityKind::Bold, 1),
            '~' => (EntityKind::Strikethrough, 1),
            '|' if self.innermost() == Some(EntityKind::Blockquote)
                && (rest == "||" || rest.starts_with("||\n")) =>
            {
                self.at += 2;
                self.end_quote(true);
                return Ok(());
            }
            '|' if rest.starts_with("||") => (EntityKind::Spoiler, 2),
            '`' if rest.starts_with("```") => {
                self.begin_pre();
                return Ok(());
            }
            '`' => (EntityKind::Code, 1),
            '[' => (EntityKind::TextLink, 1),
            '!' if rest.starts_with("![") => (EntityKind::CustomEmoji, 2),
            ']' => return self.close_link(),
            reserved => {
                return Err(format!(
                    "Character '{reserved}' is reserved and must be escaped with the preceding '\\'"
                ));
            }
        };
        if self.innermost() == Some(kind) && kind != EntityKind::TextLink {
            self.at += length;
            self.close(None);
        } else {
            self.begin(kind, length);
        }
        Ok(())
    }

    fn begin(&mut self, kind: EntityKind, mark_length: usize) {
        self.open.push(Open { kind, begin: self.at, offset: self.units, language: None });
        self.at += mark_length;
    }

    fn begin_pre(&mut self) {
        self.begin(EntityKind::Pre, 3);
        let line = self.rest().split('\n').next().unwrap_or_default();
        if line.len() < self.rest().len()
            && line.chars().all(|character| !character.is_whitespace() && character != '`')
        {
            let language = line.to_owned();
            self.at += language.len() + 1;
            if let Some(open) = self.open.last_mut() {
                open.language = Some(language).filter(|language| !language.is_empty());
            }
        }
    }

    /// `](address)` after a link's or a custom emoji's text.
    fn close_link(&mut self) -> Result<(), String> {
        if !matches!(self.innermost(), Some(EntityKind::TextLink | EntityKind::CustomEmoji)) {
            return Err(
                "Character ']' is reserved and must be escaped with the preceding '\\'".to_owned()
            );
        }
        let begin = self.at;
        self.at += 1;
        let Some(after) = self.rest().strip_prefix('(') else {
            self.close(None);
            return Ok(());
        };
        let mut address = String::new();
        let mut characters = after.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                ')' => {
                    self.at += 1 + at + 1;
                    self.close(Some(address));
                    return Ok(());
                }
                '\\' => address.extend(characters.next().map(|(_, escaped)| escaped)),
                other => address.push(other),
            }
        }
        Err(format!("Can't find end of a URL at byte offset {begin}"))
    }

    fn close(&mut self, address: Option<String>) {
        let Some(open) = self.open.pop() else { return };
        let mut entity = Entity::new(open.kind, open.offset, self.units - open.offset);
        entity.language = open.language;
        match (open.kind, address) {
            (EntityKind::CustomEmoji, Some(address)) => {
                entity.custom_emoji_id = address.strip_prefix("tg://emoji?id=").map(str::to_owned);
            }
            (EntityKind::TextLink, Some(address)) => entity.url = Some(address),
            // A link without an address is only its text.
            (EntityKind::TextLink | EntityKind::CustomEmoji, None) => return,
            (_, _) => {}
        }
        if entity.length > 0 {
            self.entities.push(entity);
        }
    }
}
