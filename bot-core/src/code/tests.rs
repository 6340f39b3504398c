use proptest::prelude::*;

use super::{LONGEST, find_code, normal::normal};

/// The rows of `messages.txt`: the code or none, and the text.
fn messages() -> Vec<(Option<&'static str>, String)> {
    let rows = include_str!("tests/messages.txt").lines();
    rows.filter(|row| !row.is_empty() && !row.starts_with('#'))
        .map(|row| {
            let (code, text) = row.split_once(" | ").unwrap_or_else(|| panic!("no bar in {row:?}"));
            (Some(code).filter(|it| *it != "-"), text.replace("\\n", "\n"))
        })
        .collect()
}

#[test]
fn every_message_gives_its_code_or_none() {
    let wrong: Vec<String> = messages()
        .into_iter()
        .map(|(code, text)| (code, find_code(&text), text))
        .filter(|(code, found, _)| *code != found.as_deref())
        .map(|(code, found, text)| format!("{text:?}: {found:?}, not {code:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_is_as_long_as_it_should_be() {
    let (some, none): (Vec<_>, Vec<_>) = messages().into_iter().partition(|it| it.0.is_some());
    assert!(some.len() >= 100 && none.len() >= 40, "{} and {}", some.len(), none.len());
}

/// Blanks around a text, other line ends and direction marks change nothing.
#[test]
fn what_does_not_show_does_not_count() {
    for (code, text) in messages() {
        let dressed = format!("\u{FEFF}\u{202B} {}\u{202C}\u{200F} ", text.replace('\n', "\r\n"));
        assert_eq!(find_code(&dressed).as_deref(), code, "{text:?}");
    }
}

#[test]
fn marks_inside_a_code_vanish() {
    assert_eq!(find_code("קוד: \u{2067}48\u{200B}29\u{AD}13\u{2069}").unwrap(), "482913");
}

/// Composed or not, an accent is the same.
#[test]
fn accents_may_come_apart() {
    assert_eq!(find_code("Su co\u{301}digo: 4821").unwrap(), "4821");
}

#[test]
fn a_text_beyond_the_longest_is_not_searched() {
    let padded = |length| format!("{:>length$}", "Your code is 482913");
    assert_eq!(find_code(&padded(LONGEST)).unwrap(), "482913");
    assert_eq!(find_code(&padded(LONGEST + 1)), None);
}

/// Ways to name a code, in which it takes the place of `{}`.
const TEMPLATES: [&str; 24] = [
    "Your code is {}",
    "{} is your verification code",
    "OTP: {}. Do not share.",
    "PIN {}",
    "Your one-time passcode is {}",
    "<#> {} is your code\nFA+9qCX9VSu",
    "Tu código es {}",
    "Votre code : {}",
    "Il tuo codice è {}",
    "Ihr Sicherheitscode: {}",
    "Je code is {}",
    "Din kod är {}",
    "Ваш код: {}",
    "Ваш пароль {}",
    "Twój kod: {}",
    "Doğrulama kodu: {}",
    "رمز التحقق {}",
    "आपका कोड {} है",
    "验证码：{}，请勿泄露",
    "認証コード：{}",
    "인증번호 {}입니다",
    "Kode Anda {}",
    "Mã của bạn là {}",
    "รหัสของคุณคือ {}",
];

/// `digits` in groups of three, in Arabic-Indic digits, or as they are.
fn written(digits: &str, way: usize) -> String {
    let (head, tail) = digits.split_at(3);
    match way {
        0 => digits.to_owned(),
        1 => format!("{head}-{tail}"),
        2 => format!("{head} {tail}"),
        _ => digits
            .bytes()
            .map(|it| char::from_u32(0x0660 + u32::from(it - b'0')).unwrap())
            .collect(),
    }
}

proptest! {
    #[test]
    fn any_text_is_searched_without_a_panic(text in any::<String>()) {
        check(&text);
    }

    /// Text made of what the search looks at.
    #[test]
    fn any_text_of_known_pieces_is_searched_without_a_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "code", "код", "验证码", "order", "to", "is", "min", "USD", "G", "-", "/", ":", ".", ",", "+", "*",
                "@", "#", "%", " ", " ", "\n", "<#>", "://", "a.b", "\u{200F}", "\u{301}", "٣", "１", "0", "12",
                "123", "4821", "482913", "AB12CD", "x9", "İ", "😀", "²", "½",
            ]),
            0..40,
        ),
    ) {
        check(&pieces.concat());
    }

    #[test]
    fn a_code_is_found_wherever_a_word_names_it(
        digits in "[0-9]{6}",
        way in 0_usize..4,
        template in prop::sample::select(TEMPLATES.to_vec()),
    ) {
        let text = template.replace("{}", &written(&digits, way));
        prop_assert_eq!(find_code(&text), Some(digits), "{}", text);
    }

    #[test]
    fn a_short_code_is_found_wherever_a_word_names_it(
        digits in "(0|[3-9])[0-9]{3,4}",
        template in prop::sample::select(TEMPLATES.to_vec()),
    ) {
        let text = template.replace("{}", &digits);
        prop_assert_eq!(find_code(&text), Some(digits), "{}", text);
    }
}

/// What is found is short, ASCII, has a digit, and stands in the text: its characters do, with only blanks and hyphens
/// between.
fn check(text: &str) {
    let Some(code) = find_code(text) else { return };
    assert!((3..=8).contains(&code.len()), "{code:?} in {text:?}");
    assert!(code.bytes().all(|it| it.is_ascii_alphanumeric()), "{code:?} in {text:?}");
    assert!(code.bytes().any(|it| it.is_ascii_digit()), "{code:?} in {text:?}");
    let plain: String = normal(text).into_iter().filter(|it| !matches!(it, ' ' | '-')).collect();
    assert!(plain.contains(&code), "{code:?} in {text:?}");
}

/// Texts that make searches slow elsewhere. Work in proportion to the square of the length would take minutes here.
#[test]
fn hostile_texts_are_searched_in_time() {
    let pieces = [
        "1 ",
        "a.",
        "1-",
        "@a",
        "code ",
        "1234 ",
        "code 4821 ",
        "www.",
        "a@",
        "://",
        "123-",
        "'",
        "\u{301}",
    ];
    for piece in pieces {
        let text: String = piece.chars().cycle().take(LONGEST).collect();
        check(&text);
        check(&format!("{text}{text}"));
    }
}
