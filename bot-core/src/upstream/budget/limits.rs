//! What a provider documents of its limits, as data. Knows nothing of how they are kept.

/// What a provider documents of its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The last one is for every route that no other names. None at all: nothing is limited.
    pub groups: &'static [Group],
    /// The route that polls a single order.
    pub polls: &'static str,
}

/// Endpoints that share a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: &'static str,
    /// Requests in any 60 seconds.
    pub per_minute: u32,
    /// As the requests name themselves: `GET /balance`.
    pub routes: &'static [&'static str],
}
