//! SmsBuyz's endpoints: their paths with what these name, and their names for faults and counts.

use super::refusal::Refusal;

/// What a request is for. Every endpoint is a GET, even where money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint<'a> {
    Profile,
    Orders,
    Payments,
    Products { country: &'a str, operator: &'a str },
    Prices,
    Buy { country: &'a str, operator: &'a str, product: &'a str },
    Check(&'a str),
    Finish(&'a str),
    Cancel(&'a str),
    Ban(&'a str),
}

/// The names of every endpoint.
pub(super) const ROUTES: &[&str] = &[
    "profile", "orders", "payments", "products", "prices", "buy", "check", "finish", "cancel",
    "ban",
];

impl<'a> Endpoint<'a> {
    /// The endpoint for a method and a path.
    pub fn find(method: &str, path: &'a str) -> Result<Self, Refusal> {
        let segments: Vec<_> = path.split('/').collect();
        let endpoint = match segments[..] {
            ["", "v1", "user", "profile"] => Self::Profile,
            ["", "v1", "user", "orders"] => Self::Orders,
            ["", "v1", "user", "payments"] => Self::Payments,
            ["", "v1", "guest", "products", country, operator] => {
                Self::Products { country, operator }
            }
            ["", "v1", "guest", "prices"] => Self::Prices,
            ["", "v1", "user", "buy", "activation", country, operator, product] => {
                Self::Buy { country, operator, product }
            }
            ["", "v1", "user", "check", id] => Self::Check(id),
            ["", "v1", "user", "finish", id] => Self::Finish(id),
            ["", "v1", "user", "cancel", id] => Self::Cancel(id),
            ["", "v1", "user", "ban", id] => Self::Ban(id),
            _ => return Err(Refusal::NotFound("No such endpoint")),
        };
        if method == "GET" { Ok(endpoint) } else { Err(Refusal::MethodNotAllowed) }
    }

    /// The name that faults and counts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Orders => "orders",
            Self::Payments => "payments",
            Self::Products { .. } => "products",
            Self::Prices => "prices",
            Self::Buy { .. } => "buy",
            Self::Check(_) => "check",
            Self::Finish(_) => "finish",
            Self::Cancel(_) => "cancel",
            Self::Ban(_) => "ban",
        }
    }

    /// What stands for an order's id in the path.
    pub const fn order_part(self) -> Option<&'a str> {
        match self {
            Self::Check(id) | Self::Finish(id) | Self::Cancel(id) | Self::Ban(id) => Some(id),
            Self::Profile
            | Self::Orders
            | Self::Payments
            | Self::Products { .. }
            | Self::Prices
            | Self::Buy { .. } => None,
        }
    }

    /// Whether it is for everyone ("Guest endpoints do not require authentication").
    pub const fn is_guest(self) -> bool {
        match self {
            Self::Products { .. } | Self::Prices => true,
            Self::Profile
            | Self::Orders
            | Self::Payments
            | Self::Buy { .. }
            | Self::Check(_)
            | Self::Finish(_)
            | Self::Cancel(_)
            | Self::Ban(_) => false,
        }
    }
}
