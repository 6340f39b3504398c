//! Faults of the HTTP API on order: the next requests to a route go wrong in a chosen way. Knows nothing of the routes;
//! the gateway's faults are switched one by one on the control.

use serde::{Deserialize, Serialize};

/// What goes wrong. "Before" leaves everything as it was; "after" does the work and loses the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429 of this route, with its bucket's headers.
    RateLimited { retry_after_ms: u64 },
    /// 429 for everything the bot does.
    RateLimitedGlobally { retry_after_ms: u64 },
    /// 429 from the proxy in front of Discord: HTML, and no headers but `Retry-After` in seconds.
    RateLimitedByProxy { retry_after_s: u64 },
    /// A refusal with Discord's JSON.
    Refused { status: u16, code: u32 },
    /// 500 with Discord's JSON.
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
    /// The work is done at once, the answer comes this much (real time) later.
    Slow { ms: u64 },
}

/// Which requests go wrong, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// A route's name, such as `create_message`; every route when missing.
    #[serde(default)]
    pub route: Option<String>,
    /// How many requests; until the rules are cleared when missing.
    #[serde(default)]
    pub times: Option<u32>,
    pub fault: Fault,
}

impl FaultRule {
    /// The next `times` requests to `route` go wrong.
    pub fn next(route: &str, times: u32, fault: Fault) -> Self {
        Self { route: Some(route.to_owned()), times: Some(times), fault }
    }

    /// Every request to `route` goes wrong until the rules are cleared.
    pub fn always(route: &str, fault: Fault) -> Self {
        Self { route: Some(route.to_owned()), times: None, fault }
    }

    fn matches(&self, route: &str) -> bool {
        self.times != Some(0) && self.route.as_ref().is_none_or(|wanted| wanted == route)
    }
}

/// The fault that this request meets, counted; a rule that has run out is dropped.
pub(super) fn draw(rules: &mut Vec<FaultRule>, route: &str) -> Option<Fault> {
    let at = rules.iter().position(|rule| rule.matches(route))?;
    let rule = &mut rules[at];
    let fault = rule.fault.clone();
    if let Some(times) = &mut rule.times {
        *times -= 1;
        if *times == 0 {
            rules.remove(at);
        }
    }
    Some(fault)
}
