//! The endpoints of SMSVerifyo's rental API ("The four-endpoint core" of the guide), and their names for faults and
//! counts.

use super::refusal::Refusal;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint<'a> {
    Services,
    Create,
    Rental(&'a str),
    Cancel(&'a str),
}

/// The names of every endpoint.
pub(super) const ROUTES: &[&str] = &["services", "create", "rental", "cancel"];

impl<'a> Endpoint<'a> {
    /// The endpoint for a method and a path.
    pub fn find(method: &str, path: &'a str) -> Result<Self, Refusal> {
        let segments: Vec<_> = path.split('/').collect();
        let (endpoint, allowed) = match segments[..] {
            ["", "v1", "services"] => (Self::Services, "GET"),
            ["", "v1", "rentals"] => (Self::Create, "POST"),
            ["", "v1", "rentals", id] => (Self::Rental(id), "GET"),
            ["", "v1", "rentals", id, "cancel"] => (Self::Cancel(id), "POST"),
            _ => return Err(Refusal::NotFound("endpoint")),
        };
        if method == allowed { Ok(endpoint) } else { Err(Refusal::MethodNotAllowed(allowed)) }
    }

    /// The name that faults and counts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Create => "create",
            Self::Rental(_) => "rental",
            Self::Cancel(_) => "cancel",
        }
    }

    /// What stands for a rental's id in the path.
    pub const fn rental_part(self) -> Option<&'a str> {
        match self {
            Self::Rental(id) | Self::Cancel(id) => Some(id),
            Self::Services | Self::Create => None,
        }
    }
}
