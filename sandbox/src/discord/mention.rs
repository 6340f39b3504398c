//! Who a message rings for: what its content mentions, as far as `allowed_mentions` lets it ("Message", "Allowed
//! Mentions Object"). Knows nobody.

use std::collections::BTreeSet;

use serde_json::Value;

use super::snowflake;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pings {
    pub everyone: bool,
    pub people: BTreeSet<u64>,
}

/// Without `allowed` everything that is mentioned rings.
pub(super) fn pings(content: &str, allowed: Option<&Value>) -> Pings {
    let names_everyone = content.contains("@everyone") || content.contains("@here");
    let mentioned = mentioned(content);
    let Some(allowed) = allowed.filter(|allowed| allowed.is_object()) else {
        return Pings { everyone: names_everyone, people: mentioned };
    };
    let listed = |name: &str| allowed[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let parses = |what: &str| listed("parse").iter().any(|word| word == what);
    let named: BTreeSet<u64> = listed("users").iter().filter_map(snowflake::read).collect();
    let all_people = parses("users");
    Pings {
        everyone: names_everyone && parses("everyone"),
        people: mentioned.into_iter().filter(|id| all_people || named.contains(id)).collect(),
    }
}

/// The people that `<@id>` and `<@!id>` name.
fn mentioned(content: &str) -> BTreeSet<u64> {
    content
        .split("<@")
        .skip(1)
        .filter_map(|rest| rest.split_once('>')?.0.trim_start_matches('!').parse().ok())
        .collect()
}
