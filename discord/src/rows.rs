//! A screen's buttons as Discord takes them: the one place that decides what becomes a button and what an entry of a
//! select menu. Pure.
//!
//! Limits ("Component Reference"): 5 rows, 5 buttons in a row, 25 options in a select, which fills a row; labels of 80
//! characters, options of 100.

use std::mem::discriminant;

use bot_core::{
    action::Tap,
    screen::{Button, Press},
};
use serenity::{
    builder::{
        CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind,
        CreateSelectMenuOption,
    },
    model::application::ButtonStyle,
};

use crate::{custom_id, markdown::cut};

const ROWS: usize = 5;
const BUTTONS_IN_A_ROW: usize = 5;
pub(crate) const OPTIONS: usize = 25;
const LONGEST_LABEL: usize = 80;
pub(crate) const LONGEST_OPTION: usize = 100;

/// A button that asks the shop something.
#[derive(Clone, Copy)]
struct Choice<'a> {
    label: &'a str,
    tap: &'a Tap,
    /// Greyed out until it works.
    is_disabled: bool,
}

enum Row<'a> {
    Buttons(Vec<Choice<'a>>),
    List(Vec<Choice<'a>>),
}

/// Buttons that copy are not here: the text shows what they would copy (see `render`).
pub(crate) fn arrange(rows: &[Vec<Button>]) -> Vec<CreateActionRow> {
    let choices = rows.iter().map(|row| row.iter().filter_map(choice).collect::<Vec<_>>());
    let rows: Vec<Vec<Choice<'_>>> = choices.filter(|row| !row.is_empty()).collect();
    let rows = fit(&rows);
    let mut numbers = 0..;
    rows.into_iter().map(|row| component(row, &mut numbers)).collect()
}

fn choice(button: &Button) -> Option<Choice<'_>> {
    let (tap, is_disabled) = match &button.press {
        Press::Tap(tap) => (tap, false),
        Press::Later(tap) => (tap, true),
        Press::Copy(_) => return None,
    };
    Some(Choice { label: &button.label, tap, is_disabled })
}

/// As they are when they fit. Else the longest run of rows that list things is a select; if that is not enough, the other
/// buttons close ranks.
fn fit<'a>(rows: &[Vec<Choice<'a>>]) -> Vec<Row<'a>> {
    let in_rows: Vec<Vec<Choice<'_>>> =
        rows.iter().flat_map(|row| row.chunks(BUTTONS_IN_A_ROW).map(<[_]>::to_vec)).collect();
    if in_rows.len() <= ROWS {
        return in_rows.into_iter().map(Row::Buttons).collect();
    }
    let (start, length) = longest_run(rows);
    let list: Vec<Choice<'a>> = rows[start..start + length].concat();
    let lists = list.chunks(OPTIONS).map(|part| Row::List(part.to_vec()));
    let before = rows[..start].iter().cloned().map(Row::Buttons);
    let after = rows[start + length..].iter().cloned().map(Row::Buttons);
    let mut fitted: Vec<Row<'_>> = before.chain(lists.clone()).chain(after).collect();
    let is_wide = |row: &Row<'_>| matches!(row, Row::Buttons(row) if row.len() > BUTTONS_IN_A_ROW);
    if fitted.len() > ROWS || fitted.iter().any(is_wide) {
        let others = [&rows[..start], &rows[start + length..]].concat().concat();
        let others = others.chunks(BUTTONS_IN_A_ROW).map(|row| Row::Buttons(row.to_vec()));
        fitted = lists.chain(others).collect();
    }
    if fitted.len() > ROWS {
        tracing::warn!(rows = fitted.len(), "a screen has more buttons than a message takes");
        fitted.truncate(ROWS);
    }
    fitted
}

/// Start and length of the longest run of rows with one button each that lead to the same kind of thing; what turns the
/// page is no part of the list, nor is what does not work yet: an option cannot be greyed out.
fn longest_run(rows: &[Vec<Choice<'_>>]) -> (usize, usize) {
    let kind = |row: &Vec<Choice<'_>>| match row.as_slice() {
        [Choice { tap, is_disabled: false, .. }] => Some(discriminant(*tap)),
        _ => None,
    };
    let mut longest = (0, 0);
    let mut start = 0;
    for run in rows.chunk_by(|one, next| kind(one).is_some() && kind(one) == kind(next)) {
        if run.len() > longest.1.max(1) {
            longest = (start, run.len());
        }
        start += run.len();
    }
    longest
}

fn component(row: Row<'_>, numbers: &mut impl Iterator<Item = usize>) -> CreateActionRow {
    let mut next = || numbers.next().unwrap_or_default();
    match row {
        Row::Buttons(row) => {
            let buttons = row.into_iter().map(|Choice { label, tap, is_disabled }| {
                CreateButton::new(custom_id::pack(next(), tap))
                    .label(cut(shown(label), LONGEST_LABEL))
                    .style(style(tap))
                    .disabled(is_disabled)
            });
            CreateActionRow::Buttons(buttons.collect())
        }
        Row::List(list) => {
            let id = format!("{}.list", next());
            let options = list.into_iter().map(|Choice { label, tap, .. }| {
                let value = custom_id::pack(next(), tap);
                CreateSelectMenuOption::new(cut(shown(label), LONGEST_OPTION), value)
            });
            let kind = CreateSelectMenuKind::String { options: options.collect() };
            CreateActionRow::SelectMenu(CreateSelectMenu::new(id, kind))
        }
    }
}

fn shown(label: &str) -> &str {
    if label.trim().is_empty() { "…" } else { label }
}

/// What spends stands out, and what takes back.
fn style(tap: &Tap) -> ButtonStyle {
    if matches!(tap, Tap::Buy(_) | Tap::ConfirmTopUp(_)) {
        ButtonStyle::Success
    } else if matches!(tap, Tap::Cancel(_) | Tap::Refund(_)) {
        ButtonStyle::Danger
    } else {
        ButtonStyle::Secondary
    }
}

#[cfg(test)]
mod tests {
    use bot_core::ids::{CountryId, ServiceId};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn rows(rows: &[Vec<Button>]) -> Vec<Value> {
        serde_json::from_value(serde_json::to_value(arrange(rows)).unwrap()).unwrap()
    }

    fn offer(country: i64) -> Vec<Button> {
        let tap = Tap::Quote { service: ServiceId(1), country: CountryId(country) };
        vec![Button::tap(format!("Country {country}"), tap)]
    }

    fn menu() -> Button {
        Button::tap("Menu", Tap::Menu)
    }

    /// What each row holds: the labels of buttons, or how many options.
    fn outline(rows: &[Value]) -> Vec<String> {
        let labels = |parts: &[Value]| {
            parts.iter().map(|part| part["label"].as_str().unwrap()).collect::<Vec<_>>().join("|")
        };
        let shown = rows.iter().map(|row| {
            let parts = row["components"].as_array().unwrap();
            match parts[0]["options"].as_array() {
                Some(options) => format!("list of {}", options.len()),
                None => labels(parts),
            }
        });
        shown.collect()
    }

    #[test]
    fn a_few_buttons_stay_as_they_are() {
        let shown = rows(&[
            vec![menu(), Button::copy("Copy", "1")],
            vec![Button::copy("Copy", "2")],
            vec![menu()],
        ]);
        let button = |id: &str| json!({"type": 2, "style": 2, "label": "Menu", "custom_id": id, "disabled": false});
        assert_eq!(
            shown,
            [
                json!({"type": 1, "components": [button("0.1m")]}),
                json!({"type": 1, "components": [button("1.1m")]}),
            ]
        );
    }

    #[test]
    fn a_long_list_is_a_select() {
        let mut screen: Vec<_> = (0..8).map(offer).collect();
        screen.extend([vec![Button::tap("›", Tap::Help)], vec![menu()], vec![menu(), menu()]]);
        let shown = rows(&screen);
        assert_eq!(outline(&shown), ["list of 8", "›", "Menu", "Menu|Menu"]);
        let options = &shown[0]["components"][0]["options"];
        assert_eq!(options[7]["value"], "8.1q1.7");
        assert_eq!(options[7]["label"], "Country 7");
    }

    #[test]
    fn what_spends_and_what_takes_back_stand_out() {
        let style = |tap| rows(&[vec![Button::tap("x", tap)]])[0]["components"][0]["style"].clone();
        assert_eq!(style(Tap::Buy(bot_core::ids::QuoteId(1))), 3);
        assert_eq!(style(Tap::Cancel(bot_core::ids::OrderId(1))), 4);
        assert_eq!(style(Tap::Menu), 2);
    }

    #[test]
    fn what_does_not_work_yet_is_grey() {
        let cancel = Tap::Cancel(bot_core::ids::OrderId(35));
        let buttons =
            [Button::tap("Menu", Tap::Menu), Button::later("Give it back in 01:10", cancel)];
        let shown = rows(&[buttons.to_vec()]);
        let disabled = |at: usize| shown[0]["components"][at]["disabled"].clone();
        assert_eq!((disabled(0), disabled(1)), (json!(false), json!(true)));
    }

    proptest! {
        #[test]
        fn any_rows_fit(lengths in prop::collection::vec(0usize..8, 0..40), label in ".{0,120}") {
            let screen: Vec<Vec<Button>> =
                lengths.iter().map(|length| vec![Button::tap(label.clone(), Tap::Menu); *length]).collect();
            let shown = rows(&screen);
            prop_assert!(shown.len() <= 5);
            let mut ids = std::collections::HashSet::new();
            for row in &shown {
                let parts = row["components"].as_array().unwrap();
                prop_assert!((1..=5).contains(&parts.len()));
                for part in parts {
                    let id = part["custom_id"].as_str().unwrap();
                    prop_assert!((1..=100).contains(&id.len()) && ids.insert(id.to_owned()));
                    let options = part["options"].as_array().cloned().unwrap_or_default();
                    prop_assert!(options.len() <= 25);
                    for shown in options.iter().chain([part]).filter_map(|part| part["label"].as_str()) {
                        prop_assert!((1..=100).contains(&shown.encode_utf16().count()));
                    }
                }
            }
        }
    }
}
