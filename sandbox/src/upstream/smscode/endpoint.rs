//! SMSCode's endpoints: their paths, methods, names for faults and counts, and rate limits.

use super::refusal::Refusal;

/// The two projections of one ledger; they differ in how money is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

impl Version {
    /// Takes the version off a path.
    pub fn split(path: &str) -> Option<(Self, &str)> {
        let versions = [("/v1", Self::V1), ("/v2", Self::V2)];
        versions
            .into_iter()
            .find_map(|(prefix, version)| Some((version, path.strip_prefix(prefix)?)))
            .filter(|(_, rest)| rest.starts_with('/'))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Countries,
    Services,
    Products,
    ExchangeRate,
    Balance,
    Orders,
    Order,
    Active,
    Create,
    Cancel,
    Finish,
    Resend,
    WebhookGet,
    WebhookSet,
    WebhookTest,
}

/// The names of every endpoint, in the order of [`Endpoint`].
pub(super) const ROUTES: &[&str] = &[
    "countries",
    "services",
    "products",
    "exchange_rate",
    "balance",
    "orders",
    "order",
    "active",
    "create",
    "cancel",
    "finish",
    "resend",
    "webhook_get",
    "webhook_set",
    "webhook_test",
];

/// Endpoints that share a rate limit ("Rate Limits" of the document).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Catalog,
    Balance,
    OrderReads,
    OrderCreate,
    OrderCancel,
    OrderActions,
    WebhookConfig,
    WebhookTest,
}

/// The window of every limit, in milliseconds.
pub(super) const WINDOW_MS: i64 = 60_000;

impl Group {
    /// Requests per window.
    pub const fn limit(self) -> usize {
        match self {
            Self::Catalog | Self::OrderReads => 5_000,
            Self::Balance | Self::WebhookConfig => 600,
            Self::OrderCreate => 3_000,
            Self::OrderCancel | Self::OrderActions => 1_000,
            Self::WebhookTest => 10,
        }
    }
}

impl Endpoint {
    /// The endpoint for a method and a path without its version.
    pub fn find(method: &str, path: &str) -> Result<Self, Refusal> {
        let (endpoints, allowed): (&[(&str, Self)], _) = match path {
            "/catalog/countries" => (&[("GET", Self::Countries)], "GET"),
            "/catalog/services" => (&[("GET", Self::Services)], "GET"),
            "/catalog/products" => (&[("GET", Self::Products)], "GET"),
            "/catalog/exchange-rate" => (&[("GET", Self::ExchangeRate)], "GET"),
            "/balance" => (&[("GET", Self::Balance)], "GET"),
            "/orders" => (&[("GET", Self::Orders)], "GET"),
            "/orders/active" => (&[("GET", Self::Active)], "GET"),
            "/orders/create" => (&[("POST", Self::Create)], "POST"),
            "/orders/cancel" => (&[("POST", Self::Cancel)], "POST"),
            "/orders/finish" => (&[("POST", Self::Finish)], "POST"),
            "/orders/resend" => (&[("POST", Self::Resend)], "POST"),
            "/webhook" => (&[("GET", Self::WebhookGet), ("PATCH", Self::WebhookSet)], "GET, PATCH"),
            "/webhook/test" => (&[("POST", Self::WebhookTest)], "POST"),
            other if order_part(other).is_some() => (&[("GET", Self::Order)], "GET"),
            _ => return Err(Refusal::NotFound("No such endpoint")),
        };
        endpoints
            .iter()
            .find(|(accepted, _)| *accepted == method)
            .map(|(_, endpoint)| *endpoint)
            .ok_or(Refusal::MethodNotAllowed(allowed))
    }

    /// The name that faults and counts use.
    pub fn name(self) -> &'static str {
        ROUTES.get(self as usize).copied().unwrap_or("unknown")
    }

    pub const fn group(self) -> Group {
        match self {
            Self::Countries | Self::Services | Self::Products | Self::ExchangeRate => {
                Group::Catalog
            }
            Self::Balance => Group::Balance,
            Self::Orders | Self::Order | Self::Active => Group::OrderReads,
            Self::Create => Group::OrderCreate,
            Self::Cancel => Group::OrderCancel,
            Self::Finish | Self::Resend => Group::OrderActions,
            Self::WebhookGet | Self::WebhookSet => Group::WebhookConfig,
            Self::WebhookTest => Group::WebhookTest,
        }
    }
}

/// What stands for the id in `/orders/{id}`.
pub(super) fn order_part(path: &str) -> Option<&str> {
    path.strip_prefix("/orders/").filter(|id| !id.is_empty() && !id.contains('/'))
}
