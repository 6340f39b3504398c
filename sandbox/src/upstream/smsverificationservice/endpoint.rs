//! The endpoints: their paths with what these name, their envelopes, and their names for faults and counts.

use super::{catalog::List, refusal::Refusal};
use crate::upstream::server::Request;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Balance,
    WalletBalance,
    Services(List),
    RentalServices,
    EsimPlans,
    Countries,
    GlobalServices,
    Order(List),
    OrderRental,
    OrderGlobal,
    OrderEsim,
    Orders,
    Status(u64),
    Cancel(u64),
    Renew(u64),
}

/// How an endpoint's answers and refusals are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// `{"success": true, "data"}` and `{"success": false, "error"}`.
    Wrapped,
    /// The thing itself, object or array, and `{"error"}`.
    Bare,
}

/// The names of every endpoint.
pub(super) const ROUTES: &[&str] = &[
    "balance",
    "wallet_balance",
    "services_temporary",
    "services_best_temp",
    "services_rent_1day",
    "services_rent_30days",
    "services_rental",
    "services_esim",
    "countries",
    "global_services",
    "order_temporary",
    "order_best_temp",
    "order_rent_1day",
    "order_rent_30days",
    "order_rental",
    "order_global",
    "order_esim",
    "orders",
    "status",
    "cancel",
    "renew",
];

impl Endpoint {
    /// The endpoint that a request is for.
    ///
    /// # Errors
    /// What Django answers to a path without its last slash (a redirect loses what a POST carries, so it refuses that one)
    /// and to a wrong method.
    pub fn find(request: &Request) -> Result<Self, Refusal> {
        let path = request.path.strip_prefix("/api/v1/").ok_or(Refusal::NoSuchPage)?;
        let Some(path) = path.strip_suffix('/') else {
            Self::at(path)?;
            return Err(if request.method == "POST" {
                Refusal::SlashLost
            } else {
                Refusal::slash_first(request)
            });
        };
        let endpoint = Self::at(path)?;
        let allowed = endpoint.method();
        if request.method == allowed {
            Ok(endpoint)
        } else {
            Err(Refusal::MethodNotAllowed(allowed))
        }
    }

    /// The endpoint at a path between `/api/v1/` and the last slash.
    fn at(path: &str) -> Result<Self, Refusal> {
        let segments: Vec<_> = path.split('/').collect();
        Ok(match segments[..] {
            ["balance"] => Self::Balance,
            ["wallet", "balance"] => Self::WalletBalance,
            ["services", "rental"] => Self::RentalServices,
            ["services", "esim"] => Self::EsimPlans,
            ["services", list] => Self::Services(list_at(list)?),
            ["global", "countries"] => Self::Countries,
            ["global", "services"] => Self::GlobalServices,
            ["order", "rental"] => Self::OrderRental,
            ["order", "global"] => Self::OrderGlobal,
            ["order", "esim"] => Self::OrderEsim,
            ["order", list] => Self::Order(list_at(list)?),
            ["orders"] => Self::Orders,
            ["order", id, "status"] => Self::Status(order_id(id)?),
            ["order", id, "cancel"] => Self::Cancel(order_id(id)?),
            ["order", id, "renew"] => Self::Renew(order_id(id)?),
            _ => return Err(Refusal::NoSuchPage),
        })
    }

    /// The name that faults and counts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::WalletBalance => "wallet_balance",
            Self::Services(List::Temporary) => "services_temporary",
            Self::Services(List::BestTemp) => "services_best_temp",
            Self::Services(List::Rent1Day) => "services_rent_1day",
            Self::Services(List::Rent30Days) => "services_rent_30days",
            Self::RentalServices => "services_rental",
            Self::EsimPlans => "services_esim",
            Self::Countries => "countries",
            Self::GlobalServices => "global_services",
            Self::Order(List::Temporary) => "order_temporary",
            Self::Order(List::BestTemp) => "order_best_temp",
            Self::Order(List::Rent1Day) => "order_rent_1day",
            Self::Order(List::Rent30Days) => "order_rent_30days",
            Self::OrderRental => "order_rental",
            Self::OrderGlobal => "order_global",
            Self::OrderEsim => "order_esim",
            Self::Orders => "orders",
            Self::Status(_) => "status",
            Self::Cancel(_) => "cancel",
            Self::Renew(_) => "renew",
        }
    }

    const fn method(self) -> &'static str {
        match self {
            Self::Order(_)
            | Self::OrderRental
            | Self::OrderGlobal
            | Self::OrderEsim
            | Self::Cancel(_)
            | Self::Renew(_) => "POST",
            Self::Balance
            | Self::WalletBalance
            | Self::Services(_)
            | Self::RentalServices
            | Self::EsimPlans
            | Self::Countries
            | Self::GlobalServices
            | Self::Orders
            | Self::Status(_) => "GET",
        }
    }

    /// From the document's examples. `order/rental/` and `order/esim/` mix: `success` stands beside the fields, while their
    /// refusals are `{"error"}` alone.
    pub const fn envelope(self) -> Envelope {
        match self {
            Self::WalletBalance
            | Self::Services(_)
            | Self::Order(_)
            | Self::OrderGlobal
            | Self::Status(_)
            | Self::Cancel(_)
            | Self::Renew(_) => Envelope::Wrapped,
            Self::Balance
            | Self::RentalServices
            | Self::EsimPlans
            | Self::Countries
            | Self::GlobalServices
            | Self::OrderRental
            | Self::OrderEsim
            | Self::Orders => Envelope::Bare,
        }
    }

    /// The status of success: 201 where the document says "201 Created". Four of the seven creates show no status, and
    /// answer with 200 here.
    pub const fn success(self) -> u16 {
        match self {
            Self::Order(List::Temporary) | Self::OrderRental | Self::OrderGlobal => 201,
            Self::Balance
            | Self::WalletBalance
            | Self::Services(_)
            | Self::RentalServices
            | Self::EsimPlans
            | Self::Countries
            | Self::GlobalServices
            | Self::Order(List::BestTemp | List::Rent1Day | List::Rent30Days)
            | Self::OrderEsim
            | Self::Orders
            | Self::Status(_)
            | Self::Cancel(_)
            | Self::Renew(_) => 200,
        }
    }

    /// The order that the path names.
    pub const fn order(self) -> Option<u64> {
        match self {
            Self::Status(id) | Self::Cancel(id) | Self::Renew(id) => Some(id),
            Self::Balance
            | Self::WalletBalance
            | Self::Services(_)
            | Self::RentalServices
            | Self::EsimPlans
            | Self::Countries
            | Self::GlobalServices
            | Self::Order(_)
            | Self::OrderRental
            | Self::OrderGlobal
            | Self::OrderEsim
            | Self::Orders => None,
        }
    }
}

fn list_at(name: &str) -> Result<List, Refusal> {
    match name {
        "temporary" => Ok(List::Temporary),
        "best-temp" => Ok(List::BestTemp),
        "rent-1day" => Ok(List::Rent1Day),
        "rent-30days" => Ok(List::Rent30Days),
        _ => Err(Refusal::NoSuchPage),
    }
}

/// Only digits are an id; anything else is another page.
fn order_id(text: &str) -> Result<u64, Refusal> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten().ok_or(Refusal::NoSuchPage)
}
