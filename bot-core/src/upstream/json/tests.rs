use super::*;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[derive(Debug, Deserialize)]
struct Exact(#[serde(deserialize_with = "number")] Decimal);

#[derive(Debug, Deserialize)]
struct Whole(#[serde(deserialize_with = "integer")] Decimal);

#[derive(Debug, Deserialize)]
struct Moment(#[serde(deserialize_with = "moment")] Timestamp);

#[test]
fn numbers_keep_every_digit() {
    for (text, value) in [
        ("0.4118", dec("0.4118")),
        ("0.1", dec("0.1")),
        ("15000", dec("15000")),
        ("-2.50", dec("-2.5")),
        ("1.5e3", dec("1500")),
        ("15E-4", dec("0.0015")),
        ("1234567890123456789012345.678", dec("1234567890123456789012345.678")),
    ] {
        assert_eq!(read::<Exact>(text.as_bytes()).unwrap().0, value, "{text}");
    }
}

#[test]
fn numbers_that_would_be_rounded_are_refused() {
    for text in [
        "0.12345678901234567890123456789012345",
        "1e400",
        "1e-400",
        "0.12345678901234567890123456789012345e2",
        "\"1\"",
        "null",
        "true",
    ] {
        assert!(read::<Exact>(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn integers_may_be_written_with_a_zero_fraction_only() {
    assert_eq!(read::<Whole>(b"15000.0").unwrap().0, dec("15000"));
    assert!(read::<Whole>(b"15000.5").is_err());
}

#[test]
fn times_are_milliseconds_whatever_their_zone() {
    for text in ["2026-02-25T10:00:00+00:00", "2026-02-25T10:00:00Z", "2026-02-25T17:00:00+07:00"] {
        let moment: Moment = read(format!("\"{text}\"").as_bytes()).unwrap();
        assert_eq!(moment.0, Timestamp(1_772_013_600_000), "{text}");
    }
    for text in ["2026-02-25 10:00", "2026-02-25T10:00:00", "", "yesterday"] {
        assert!(read::<Moment>(format!("\"{text}\"").as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn what_follows_the_answer_makes_it_unreadable() {
    assert!(read::<Exact>(b"1 ").is_ok());
    assert!(read::<Exact>(b"1 2").is_err());
}

#[test]
fn a_hidden_text_stays_hidden() {
    let hidden: Hidden = read(b"\"123456\"").unwrap();
    assert_eq!(format!("{hidden:?}"), "Hidden");
}
