//! The fault switch: what an emulator does wrong on purpose, for which route and how often.
//!
//! It knows nothing of any provider or of HTTP connections: [`crate::upstream::server`] acts on what
//! [`Faults::take`] hands out, so every provider's emulator has every fault.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One thing that goes wrong. "After commit" means that the work is done as usual and only its answer is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing is done and no answer ever comes.
    TimeoutBefore,
    /// The work is done and no answer ever comes.
    TimeoutAfterCommit,
    /// Nothing is done and the connection is closed without an answer.
    ResetBefore,
    /// The work is done and the connection is closed without an answer.
    ResetAfterCommit,
    /// Nothing is done; the provider's own words for an internal error.
    Status500,
    /// The work is done, yet the answer is an internal error.
    Status500AfterCommit,
    /// Nothing is done; unavailable, with `Retry-After` in seconds.
    Status503 { retry_after: u32 },
    /// Nothing is done; too many requests, with `Retry-After` in seconds.
    Status429 { retry_after: u32 },
    /// Nothing is done; this status and this JSON body are the answer.
    Answer { status: u16, body: Value },
    /// The work is done; the answer is a web page with status 200.
    Garbage,
    /// The work is done; only the first half of the JSON answer comes, with a `Content-Length` to match.
    TruncatedJson,
    /// The work is done; every field of this name, at any depth, is missing from the answer.
    MissingField(String),
    /// The work is done; every field of this name, at any depth, has a value of another JSON type.
    WrongType(String),
    /// The work is done; every field of this name, at any depth, has this value in the answer.
    OtherValue { field: String, value: Value },
    /// The work is done at once; the answer comes this many milliseconds later.
    Slow(u64),
}

/// A fault, where it strikes and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A route name of the emulator; every route when absent.
    #[serde(default)]
    pub route: Option<String>,
    pub fault: Fault,
    /// How many requests it strikes; until cleared when absent.
    #[serde(default)]
    pub times: Option<u32>,
}

/// The emulator has no route of this name, so the rule could never strike.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no route is called {0:?}")]
pub struct UnknownRoute(pub String);

/// The switch. Clones share it.
#[derive(Clone, Debug)]
pub struct Faults {
    routes: &'static [&'static str],
    rules: Arc<Mutex<Vec<Rule>>>,
}

impl Faults {
    /// A switch for an emulator with these route names, with nothing on.
    pub fn new(routes: &'static [&'static str]) -> Self {
        Self { routes, rules: Arc::default() }
    }

    /// The names of every route that can be struck.
    pub fn routes(&self) -> &'static [&'static str] {
        self.routes
    }

    /// Adds a rule. Of several that match a request, the oldest strikes first.
    ///
    /// # Errors
    /// [`UnknownRoute`] when the rule names a route that does not exist.
    pub fn add(&self, rule: Rule) -> Result<(), UnknownRoute> {
        match &rule.route {
            Some(route) if !self.routes.contains(&route.as_str()) => {
                Err(UnknownRoute(route.clone()))
            }
            _ => {
                self.with(|rules| rules.push(rule));
                Ok(())
            }
        }
    }

    /// The fault strikes the next request to `route`, once.
    pub fn once(&self, route: &str, fault: Fault) -> Result<(), UnknownRoute> {
        self.add(Rule { route: Some(route.to_owned()), fault, times: Some(1) })
    }

    /// The fault strikes every request to `route` until [`Faults::clear`].
    pub fn always(&self, route: &str, fault: Fault) -> Result<(), UnknownRoute> {
        self.add(Rule { route: Some(route.to_owned()), fault, times: None })
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        self.with(Vec::clear);
    }

    /// The rules still on, with what is left of their counts.
    pub fn rules(&self) -> Vec<Rule> {
        self.with(|rules| rules.clone())
    }

    /// The fault for one request to `route`, if any; counts it.
    pub fn take(&self, route: &str) -> Option<Fault> {
        self.with(|rules| {
            let strikes = |rule: &Rule| {
                rule.times != Some(0) && rule.route.as_deref().is_none_or(|wanted| wanted == route)
            };
            let rule = rules.iter_mut().find(|rule| strikes(rule))?;
            rule.times = rule.times.map(|times| times - 1);
            let fault = rule.fault.clone();
            rules.retain(|rule| rule.times != Some(0));
            Some(fault)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Rule>) -> T) -> T {
        act(&mut self.rules.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes every field called `name` out of `value`, at any depth.
pub fn remove_field(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => {
            fields.remove(name);
            fields.values_mut().for_each(|inner| remove_field(inner, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| remove_field(inner, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Gives every field called `name` in `value`, at any depth, a value of another JSON type.
pub fn change_type(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                if key == name {
                    *inner = of_another_type(inner);
                } else {
                    change_type(inner, name);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| change_type(inner, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Gives every field called `name` in `value`, at any depth, the value `other`.
pub fn change_value(value: &mut Value, name: &str, other: &Value) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                if key == name {
                    *inner = other.clone();
                } else {
                    change_value(inner, name, other);
                }
            }
        }
        Value::Array(items) => {
            for inner in items {
                change_value(inner, name, other);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn of_another_type(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => json!([7]),
        Value::Number(_) => json!("seven"),
        Value::String(_) => json!(7),
        Value::Array(_) => json!({ "0": "seven" }),
        Value::Object(_) => json!(["seven"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_fault_strikes_its_route_that_often_and_no_other() {
        let faults = Faults::new(&["create", "cancel"]);
        faults
            .add(Rule { route: Some("create".into()), fault: Fault::ResetBefore, times: Some(2) })
            .unwrap();
        assert_eq!(faults.take("cancel"), None);
        assert_eq!(faults.take("create"), Some(Fault::ResetBefore));
        assert_eq!(faults.take("create"), Some(Fault::ResetBefore));
        assert_eq!(faults.take("create"), None);
        assert_eq!(faults.rules(), []);
    }

    #[test]
    fn a_fault_without_a_count_lasts_until_cleared() {
        let faults = Faults::new(&["create"]);
        faults.always("create", Fault::Garbage).unwrap();
        for _ in 0..10 {
            assert_eq!(faults.take("create"), Some(Fault::Garbage));
        }
        faults.clear();
        assert_eq!(faults.take("create"), None);
    }

    #[test]
    fn a_fault_for_no_route_is_refused_and_one_for_all_strikes_all() {
        let faults = Faults::new(&["create", "cancel"]);
        assert_eq!(faults.once("craete", Fault::Garbage), Err(UnknownRoute("craete".into())));
        faults.add(Rule { route: None, fault: Fault::Slow(5), times: Some(2) }).unwrap();
        assert_eq!(faults.take("cancel"), Some(Fault::Slow(5)));
        assert_eq!(faults.take("create"), Some(Fault::Slow(5)));
    }

    #[test]
    fn mangling_reaches_every_depth() {
        let answer = json!({ "id": 1, "data": [{ "id": "x", "keep": true }] });
        let mut missing = answer.clone();
        remove_field(&mut missing, "id");
        assert_eq!(missing, json!({ "data": [{ "keep": true }] }));
        let mut wrong = answer;
        change_type(&mut wrong, "id");
        assert_eq!(wrong, json!({ "id": "seven", "data": [{ "id": 7, "keep": true }] }));
    }

    #[test]
    fn rules_read_from_the_json_that_the_control_route_takes() {
        let rule: Rule = serde_json::from_value(
            json!({ "route": "create", "fault": { "status503": { "retry_after": 3 } }, "times": 1 }),
        )
        .unwrap();
        assert_eq!(rule.fault, Fault::Status503 { retry_after: 3 });
        let rule: Rule =
            serde_json::from_value(json!({ "fault": "timeout_after_commit" })).unwrap();
        assert_eq!(rule, Rule { route: None, fault: Fault::TimeoutAfterCommit, times: None });
    }
}
