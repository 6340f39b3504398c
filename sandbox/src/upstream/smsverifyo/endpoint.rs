//! SMSVerifyo's endpoints: their paths and methods, and their names for faults and counts.

use super::refusal::Refusal;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint<'a> {
    Balance,
    Services,
    Countries,
    Create,
    Order(&'a str),
    Cancel(&'a str),
    Finish(&'a str),
}

/// The names of every endpoint.
pub(super) const ROUTES: &[&str] =
    &["balance", "services", "countries", "create", "order", "cancel", "finish"];

impl<'a> Endpoint<'a> {
    /// The endpoint for a method and a path.
    pub fn find(method: &str, path: &'a str) -> Result<Self, Refusal> {
        let rest = path.strip_prefix("/api/public/v1/").ok_or(Refusal::NotFound("endpoint"))?;
        let segments: Vec<_> = rest.split('/').collect();
        let (endpoint, allowed) = match segments[..] {
            ["balance"] => (Self::Balance, "GET"),
            ["services"] => (Self::Services, "GET"),
            ["countries"] => (Self::Countries, "GET"),
            ["order"] => (Self::Create, "POST"),
            ["order", id] => (Self::Order(id), "GET"),
            ["order", id, "cancel"] => (Self::Cancel(id), "POST"),
            ["order", id, "finish"] => (Self::Finish(id), "POST"),
            _ => return Err(Refusal::NotFound("endpoint")),
        };
        if method == allowed { Ok(endpoint) } else { Err(Refusal::MethodNotAllowed(allowed)) }
    }

    /// The name that faults and counts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Services => "services",
            Self::Countries => "countries",
            Self::Create => "create",
            Self::Order(_) => "order",
            Self::Cancel(_) => "cancel",
            Self::Finish(_) => "finish",
        }
    }

    /// What stands for an order's id in the path.
    pub const fn order_part(self) -> Option<&'a str> {
        match self {
            Self::Order(id) | Self::Cancel(id) | Self::Finish(id) => Some(id),
            Self::Balance | Self::Services | Self::Countries | Self::Create => None,
        }
    }
}
