//! Bugs on purpose: each must be caught within its number of seeds, or the campaign proves nothing.

/// A seeded bug: its name in the shop's code, what it does, and within how many seeds it must be caught.
#[derive(Clone, Copy, Debug)]
pub struct Bug {
    pub name: &'static str,
    pub does: &'static str,
    pub within: u64,
}

const fn bug(name: &'static str, within: u64, does: &'static str) -> Bug {
    Bug { name, does, within }
}

pub const ALL: &[Bug] = &[
    bug("hold-kept-on-refusal", 10, "a refused purchase keeps its hold"),
    bug("expiry-is-charged", 10, "a number that ends without a code is paid"),
    bug("captured-twice", 30, "a second code is charged again"),
    bug(
        "code-while-cancelling-dropped",
        30,
        "a code that comes while a cancel is under way is not shown",
    ),
    bug("late-code-dropped", 60, "a code that is pushed after the refund is not shown"),
    bug("top-up-posted-twice", 30, "a top-up that is confirmed twice is posted twice"),
    bug("release-to-another-wallet", 10, "a hold goes back to the first customer"),
    bug("everybody-is-an-owner", 10, "customers may do what owners do"),
    bug("strangers-orders-exist", 30, "an order can be touched by anybody"),
    bug("update-confirmed-too-early", 30, "an update is confirmed before it is stored"),
    bug("asked-without-a-pause", 60, "an order is asked about twice within a second"),
    bug("quote-used-again", 10, "a quote makes an order for every tap"),
    bug("charged-more-than-shown", 10, "an order costs more than its quote"),
    bug("another-key-for-a-repeat", 30, "the key is not saved: a repeated create has a new one"),
    bug(
        "records-believed-at-once",
        60,
        "the provider's records count while a sale may be under way",
    ),
    bug("lost-answer-is-a-refusal", 10, "a lost answer gives the money back at once"),
    bug("failed-cancel-is-a-refund", 30, "a cancel that failed gives the money back"),
    bug("placing-asked-again", 60, "what was being bought at a kill is asked for as if new"),
    bug("refund-on-our-clock", 10, "a number that is open for half a minute is paid back"),
    bug("message-outside-the-commit", 10, "an SMS is stored and its message is not"),
    bug("nobody-settles-doubt", 10, "a lost answer leaves no work behind"),
    bug("every-sight-is-a-new-sms", 10, "an SMS that is shown again is told again"),
    bug("state-without-history", 10, "a state changes without its history"),
    bug("cost-misread", 10, "the books say another cost than the provider"),
    bug("failed-message-counts-as-sent", 30, "a message that failed is not sent again"),
    bug("push-without-a-check", 60, "a push is taken whatever its signature"),
];

/// From now on this thread's shops have this bug, or none.
#[cfg(feature = "seeded-bugs")]
pub fn choose(name: Option<&str>) {
    let known = name.and_then(|name| ALL.iter().find(|bug| bug.name == name));
    bot_core::seeded::choose(known.map(|bug| bug.name));
}

/// This build has none.
#[cfg(not(feature = "seeded-bugs"))]
pub fn choose(_: Option<&str>) {}
