//! Faults on order: the next calls of a method, or in a chat, go wrong in a chosen way. Knows nothing of the methods.

use serde::{Deserialize, Serialize};

/// What goes wrong. "Before" leaves everything as it was; "after" does the work and loses the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// 429 with `parameters.retry_after`.
    TooManyRequests { retry_after: u64 },
    /// 403 "bot was blocked by the user".
    Forbidden,
    /// 500 with Telegram's JSON.
    InternalServerError,
    /// 502 with a proxy's HTML page.
    BadGateway,
    /// 502 with a proxy's HTML page, though the work was done.
    BadGatewayAfter,
    /// The connection breaks, nothing was done.
    ResetBefore,
    /// The connection breaks after the work was done.
    ResetAfter,
    /// No answer ever, nothing was done.
    HangBefore,
    /// No answer ever, though the work was done.
    HangAfter,
}

/// Which calls go wrong, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// A method's name in any case; every method when missing.
    #[serde(default)]
    pub method: Option<String>,
    /// Only calls with this `chat_id`; every chat when missing.
    #[serde(default)]
    pub chat: Option<i64>,
    /// How many calls; until the rules are cleared when missing.
    #[serde(default)]
    pub times: Option<u32>,
    #[serde(flatten)]
    pub fault: Fault,
}

impl FaultRule {
    /// The next `times` calls of `method` go wrong.
    pub fn next(method: &str, times: u32, fault: Fault) -> Self {
        Self { method: Some(method.to_owned()), chat: None, times: Some(times), fault }
    }

    fn matches(&self, method: &str, chat: Option<i64>) -> bool {
        self.times != Some(0)
            && self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.chat.is_none_or(|wanted| chat == Some(wanted))
    }
}

/// The fault that this call meets, counted; a rule that has run out is dropped.
pub(super) fn draw(rules: &mut Vec<FaultRule>, method: &str, chat: Option<i64>) -> Option<Fault> {
    let at = rules.iter().position(|rule| rule.matches(method, chat))?;
    let rule = &mut rules[at];
    let fault = rule.fault;
    if let Some(times) = &mut rule.times {
        *times -= 1;
        if *times == 0 {
            rules.remove(at);
        }
    }
    Some(fault)
}
