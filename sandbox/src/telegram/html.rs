//! Telegram's HTML style (Bot API, "HTML style") read into text and entities. Knows nothing of limits: those count what
//! comes out of here.

use super::text::{Entity, EntityKind, FormattedText};

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
    while let Some(character) = reader.peek() {
        match character {
            '<' => reader.read_tag()?,
            '&' => {
                let character = reader.read_character();
                reader.push(character);
            }
            other => {
                reader.at += other.len_utf8();
                reader.push(other);
            }
        }
    }
    if let Some(open) = reader.open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.name));
    }
    Ok(FormattedText { text: reader.text, entities: reader.entities })
}

struct Open {
    name: String,
    entity: Entity,
}

struct Reader<'a> {
    source: &'a str,
    /// Bytes of `source` already read.
    at: usize,
    text: String,
    /// UTF-16 code units of `text`.
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn push(&mut self, character: char) {
        self.text.push(character);
        self.units += character.len_utf16();
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let rest = &self.source[self.at..];
        let end = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }

    fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// One character, `&lt;` and its kind decoded; an unknown one stays what it is.
    fn read_character(&mut self) -> char {
        let rest = &self.source[self.at..];
        if let Some((decoded, length)) = decode(rest) {
            self.at += length;
            return decoded;
        }
        let character = rest.chars().next().unwrap_or_default();
        self.at += character.len_utf8();
        character
    }

    fn read_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        if self.peek() == Some('/') {
            self.at += 1;
            return self.read_end_tag(begin);
        }
        let name = self
            .take_while(|character| !character.is_whitespace() && character != '>')
            .to_lowercase();
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        let Some(kind) = kind_of(&name) else {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}"));
        };
        let mut entity = Entity::new(kind, self.units, 0);
        let attributes = self.read_attributes(&name, begin)?;
        describe(&mut entity, &name, &attributes, begin)?;
        self.open.push(Open { name, entity });
        Ok(())
    }

    /// What stands between the tag's name and its `>`, which is read, too.
    fn read_attributes(
        &mut self,
        tag: &str,
        begin: usize,
    ) -> Result<Vec<(String, String)>, String> {
        let mut attributes = Vec::new();
        loop {
            self.skip_spaces();
            match self.peek() {
                None => return Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}")),
                Some('>') => {
                    self.at += 1;
                    return Ok(attributes);
                }
                Some(_) => {}
            }
            let at = self.at;
            let name = self
                .take_while(|character| !character.is_whitespace() && !"=>".contains(character));
            if name.is_empty() {
                return Err(format!(
                    "Empty attribute name in the tag \"{tag}\" at byte offset {at}"
                ));
            }
            self.skip_spaces();
            let value = if self.peek() == Some('=') {
                self.at += 1;
                self.skip_spaces();
                self.read_value(tag)?
            } else {
                String::new()
            };
            attributes.push((name.to_lowercase(), value));
        }
    }

    fn read_value(&mut self, tag: &str) -> Result<String, String> {
        let begin = self.at;
        let Some(quote @ ('"' | '\'')) = self.peek() else {
            let value = self.take_while(|character| {
                character.is_ascii_alphanumeric() || ".-".contains(character)
            });
            return match self.peek() {
                Some(character) if character.is_whitespace() || character == '>' => Ok(value),
                _ => Err(format!("Unexpected end of name token at byte offset {begin}")),
            };
        };
        self.at += 1;
        let mut value = String::new();
        loop {
            match self.peek() {
                None => return Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}")),
                Some(character) if character == quote => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(_) => value.push(self.read_character()),
            }
        }
    }

    fn read_end_tag(&mut self, begin: usize) -> Result<(), String> {
        let name = self
            .take_while(|character| !character.is_whitespace() && character != '>')
            .to_lowercase();
        self.skip_spaces();
        if self.peek() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        let Some(Open { name: expected, mut entity }) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        if name != expected {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{name}>\""
            ));
        }
        entity.length = self.units - entity.offset;
        self.close(entity);
        Ok(())
    }

    fn close(&mut self, mut entity: Entity) {
        if entity.length == 0 {
            return;
        }
        if entity.kind == EntityKind::Code
            && let Some(outer) = self.open.last_mut()
            && outer.entity.kind == EntityKind::Pre
        {
            outer.entity.language = entity.language;
            return;
        }
        if entity.kind == EntityKind::Code {
            entity.language = None;
        }
        if entity.kind == EntityKind::TextLink && entity.url.is_none() {
            let from = self.text.len() - bytes_of_last(&self.text, entity.length);
            entity.url = Some(self.text[from..].to_owned());
        }
        self.entities.push(entity);
    }
}

/// How many bytes the last `units` UTF-16 code units of `text` take.
fn bytes_of_last(text: &str, units: usize) -> usize {
    let mut left = units;
    text.chars()
        .rev()
        .take_while(|character| {
            let goes_on = left > 0;
            left = left.saturating_sub(character.len_utf16());
            goes_on
        })
        .map(char::len_utf8)
        .sum()
}

fn kind_of(tag: &str) -> Option<EntityKind> {
    Some(match tag {
        "b" | "strong" => EntityKind::Bold,
        "i" | "em" => EntityKind::Italic,
        "u" | "ins" => EntityKind::Underline,
        "s" | "strike" | "del" => EntityKind::Strikethrough,
        "span" | "tg-spoiler" => EntityKind::Spoiler,
        "a" => EntityKind::TextLink,
        "code" => EntityKind::Code,
        "pre" => EntityKind::Pre,
        "blockquote" => EntityKind::Blockquote,
        "tg-emoji" => EntityKind::CustomEmoji,
        "tg-time" => EntityKind::DateTime,
        _ => return None,
    })
}

/// Puts into the entity what the tag's attributes say.
fn describe(
    entity: &mut Entity,
    tag: &str,
    attributes: &[(String, String)],
    begin: usize,
) -> Result<(), String> {
    let get = |name: &str| {
        attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    };
    match tag {
        "a" => entity.url = get("href").filter(|url| !url.is_empty()).map(str::to_owned),
        "span" if get("class") != Some("tg-spoiler") => {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            ));
        }
        "code" => {
            entity.language =
                get("class").and_then(|class| class.strip_prefix("language-")).map(str::to_owned);
        }
        "blockquote" if get("expandable").is_some() => {
            entity.kind = EntityKind::ExpandableBlockquote;
        }
        "tg-emoji" => {
            let id = get("emoji-id").filter(|id| id.parse::<u64>().is_ok());
            entity.custom_emoji_id =
                Some(id.ok_or("Invalid custom emoji identifier specified")?.to_owned());
        }
        "tg-time" => {
            let time = get("unix").and_then(|unix| unix.parse().ok());
            entity.unix_time = Some(time.ok_or("Invalid date specified")?);
            entity.date_time_format = get("format").map(str::to_owned);
        }
        _ => {}
    }
    Ok(())
}

/// The character that `text` starts with, and how many bytes spell it, if it is one of the supported HTML entities.
fn decode(text: &str) -> Option<(char, usize)> {
    let end = text.find(';').filter(|end| *end <= 10)?;
    let name = text[..end].strip_prefix('&')?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| *character != '\0')?
        }
    };
    Some((character, end + 1))
}
