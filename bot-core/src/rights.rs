//! What the people who run the shop may do: roles and what each of them includes.
//!
//! Knows nothing of who holds a role: owners stand in the configuration, the others in `store/staff.rs`.

use crate::money::Money;

/// What somebody is in the shop beside a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Looks things up and moves no money.
    Support,
    /// Moves money.
    Admin,
    /// Named in the configuration; does everything.
    Owner,
}

/// One thing that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Look at customers, and send them a code again.
    LookUp,
    /// Give customers money and take it back.
    Credit,
    /// Say what becomes of an order that nothing settles.
    Settle,
    /// See how the shop does.
    Desk,
    /// See what the provider charges.
    Prices,
    /// Read what owners and staff did.
    Log,
    /// Let a customer owe money.
    Lend,
    /// Grant and revoke roles.
    Appoint,
}

impl Role {
    /// Those that an owner can grant.
    pub const GRANTED: [Self; 2] = [Self::Support, Self::Admin];

    /// As the database writes it, and as it is typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    pub fn may(self, right: Right) -> bool {
        match right {
            Right::LookUp => true,
            Right::Credit | Right::Settle | Right::Desk | Right::Prices | Right::Log => {
                match self {
                    Self::Admin | Self::Owner => true,
                    Self::Support => false,
                }
            }
            Right::Lend | Right::Appoint => match self {
                Self::Owner => true,
                Self::Admin | Self::Support => false,
            },
        }
    }
}

/// What the operator expects of admins. Owners are bound by neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaffRules {
    /// The most that one admin may issue within 24 hours. No limit when `None`.
    pub admin_per_day: Option<Money>,
    /// Amounts above this need a second person's tap. Never when `None`.
    pub second_above: Option<Money>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_includes_the_one_below_it() {
        use Right::{Appoint, Credit, Desk, Lend, Log, LookUp, Prices, Settle};
        for (right, roles) in [
            (LookUp, [true, true, true]),
            (Credit, [false, true, true]),
            (Settle, [false, true, true]),
            (Desk, [false, true, true]),
            (Prices, [false, true, true]),
            (Log, [false, true, true]),
            (Lend, [false, false, true]),
            (Appoint, [false, false, true]),
        ] {
            assert_eq!([Role::Support, Role::Admin, Role::Owner].map(|it| it.may(right)), roles);
        }
    }
}
