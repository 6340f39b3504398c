//! Discord's markdown: styled spans become one text in which nothing but our own styles has a meaning. Pure.
//!
//! Every character that can begin a style, a mention, a link, an emoji or a timestamp is escaped (Discord's "Reference,
//! Message Formatting" and its help page on markdown), so a service called `**@everyone**` is shown as that.

use bot_core::screen::Span;

/// Has a meaning anywhere in a line.
const ANYWHERE: &str = r"\*_~`|<>[]";
/// Has a meaning before these: what calls everybody, and what makes a link.
const BEFORE: [(char, &str); 3] = [('@', "everyone"), ('@', "here"), (':', "//")];
/// Has a meaning at the start of a line.
const AT_LINE_START: &str = "#-+";

/// At most `longest` UTF-16 units, which is never more than Discord counts; what was cut ends in `…`.
pub(crate) fn text_of(spans: &[Span], longest: usize) -> String {
    let mut text = String::new();
    for span in spans {
        let styled = style(span, span.text(), starts_line(&text));
        if units(&text) + units(&styled) <= longest {
            text.push_str(&styled);
            continue;
        }
        text.push_str(&cut_styled(span, longest.saturating_sub(units(&text)), starts_line(&text)));
        break;
    }
    text
}

/// At most `longest` UTF-16 units; what was cut ends in `…`.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    if units(text) <= longest {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        if units(&kept) + character.len_utf16() + 1 > longest {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

/// Text between fences, which the desktop app gives a button to copy it. Never escaped; a fence inside is broken up.
pub(crate) fn block(text: &str) -> String {
    format!("```\n{}\n```", text.replace("```", "` ` `"))
}

pub(crate) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn starts_line(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

fn style(span: &Span, text: &str, at_line_start: bool) -> String {
    if text.trim().is_empty() {
        return text.to_owned();
    }
    match span {
        Span::Plain(_) => escape(text, at_line_start),
        Span::Bold(_) => wrap(text, "**"),
        Span::Italic(_) => wrap(text, "*"),
        // Inside code nothing is escaped, so what cannot stand there is shown without style.
        Span::Code(_) if text.contains(['`', '\n', '\\']) => escape(text, at_line_start),
        Span::Code(_) => format!("`{text}`"),
    }
}

/// A style must not begin or end with a space.
fn wrap(text: &str, mark: &str) -> String {
    let inner = text.trim();
    let (before, after) = text.split_once(inner).unwrap_or_default();
    format!("{before}{mark}{}{mark}{after}", escape(inner, false))
}

fn escape(text: &str, at_line_start: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut at_line_start = at_line_start;
    let mut only_digits = at_line_start;
    for (start, character) in text.char_indices() {
        let rest = &text[start + character.len_utf8()..];
        let begins = |(mark, word): &(char, &str)| *mark == character && rest.starts_with(word);
        let begins_list = only_digits && !at_line_start && character == '.';
        if ANYWHERE.contains(character)
            || (at_line_start && AT_LINE_START.contains(character))
            || begins_list
            || BEFORE.iter().any(begins)
        {
            escaped.push('\\');
        }
        escaped.push(character);
        at_line_start = character == '\n' || (at_line_start && character == ' ');
        only_digits = at_line_start || (only_digits && character.is_ascii_digit());
    }
    escaped
}

/// The longest beginning of a span that fits with its style and `…`.
fn cut_styled(span: &Span, room: usize, at_line_start: bool) -> String {
    let Some(room) = room.checked_sub(1) else { return String::new() };
    let text = span.text();
    let ends = text.char_indices().map(|(start, _)| start).take(room + 1);
    let styled = ends.collect::<Vec<_>>().into_iter().rev();
    let mut kept = styled
        .map(|end| style(span, &text[..end], at_line_start))
        .find(|styled| units(styled) <= room)
        .unwrap_or_default();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(spans: &[Span]) -> String {
        text_of(spans, 2_000)
    }

    #[test]
    fn styles_are_ours_and_nothing_else_is() {
        let text = shown(&[
            Span::Bold("WhatsApp".into()),
            Span::Plain(" · **not bold** <@1> @everyone @ann [x](http://y) (a: b)\n".into()),
            Span::Italic(" Order #7 ".into()),
            Span::Code("+62 812_345".into()),
            Span::Bold(" ".into()),
        ]);
        let expected = r"**WhatsApp** · \*\*not bold\*\* \<@1\> \@everyone @ann \[x\](http\://y) (a: b)
 *Order #7* `+62 812_345` ";
        assert_eq!(text, expected);
    }

    #[test]
    fn lines_start_no_headings_lists_or_quotes() {
        let text = shown(&[Span::Plain("# a\n- b\n  -# c\n12. d\n> e\nf # - 3.5".into())]);
        assert_eq!(text, "\\# a\n\\- b\n  \\-# c\n12\\. d\n\\> e\nf # - 3.5");
    }

    #[test]
    fn code_that_would_end_itself_is_plain() {
        assert_eq!(shown(&[Span::Code("a`b".into())]), r"a\`b");
        assert_eq!(shown(&[Span::Code("a\nb".into())]), "a\nb");
        assert_eq!(block("12`3```4"), "```\n12`3` ` `4\n```");
    }

    #[test]
    fn a_long_text_is_cut_within_its_style() {
        let text = text_of(
            &[Span::Bold("a".into()), Span::Code("😀".repeat(30)), Span::Bold("b".into())],
            20,
        );
        assert_eq!(text, format!("**a**`{}`…", "😀".repeat(6)));
        assert_eq!(units(&text), 20);
        assert_eq!(cut("héllo", 5), "héllo");
        assert_eq!(cut("héllo!", 5), "héll…");
    }

    proptest! {
        #[test]
        fn any_text_fits_and_is_escaped(text in ".{0,80}", style in 0..4, longest in 1usize..60) {
            let span = match style {
                0 => Span::Plain(text),
                1 => Span::Bold(text),
                2 => Span::Italic(text),
                _ => Span::Code(text),
            };
            let shown = text_of(&[span.clone(), Span::Plain("x".into())], longest);
            prop_assert!(units(&shown) <= longest, "{shown:?}");
        }
    }
}
