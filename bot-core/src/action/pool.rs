//! Buttons about a group's shared purse, and how they are packed.
//!
//! What is set here is set for the group that the button stands in, or names what it is about.

use super::codec::{Fields, UnknownButton, base36};
use crate::{
    ids::{CustomerId, PoolGiftId, PoolId, PoolRequestId, QuoteId, ServiceId},
    money::Money,
};

/// A limit on what a pool pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    PerOrder,
    PerMember,
    PerDay,
    /// Not a limit: what costs more waits for an administrator.
    Approval,
}

impl Cap {
    pub const ALL: [Self; 4] = [Self::PerOrder, Self::PerMember, Self::PerDay, Self::Approval];

    fn letter(self) -> &'static str {
        match self {
            Self::PerOrder => "o",
            Self::PerMember => "m",
            Self::PerDay => "d",
            Self::Approval => "a",
        }
    }
}

/// A group of people who may spend, as a button names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpendersChoice {
    Everyone,
    Listed,
    Administrators,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoolTap {
    /// What is in the pool of this group, and its rules.
    Show,
    /// The pool pays for what was quoted.
    Pay(QuoteId),
    ConfirmGift(PoolGiftId),
    DropGift(PoolGiftId),
    /// The group's administrators change the rules.
    Rules,
    Spenders(SpendersChoice),
    Members {
        page: u16,
    },
    List {
        customer: CustomerId,
        is_listed: bool,
    },
    Caps(Cap),
    /// Zero for none.
    SetCap {
        cap: Cap,
        amount: Money,
    },
    Services {
        page: u16,
    },
    Allow {
        service: ServiceId,
        is_allowed: bool,
    },
    ShowInGroup(bool),
    Approve(PoolRequestId),
    Decline(PoolRequestId),
    /// Staff give back what is left.
    AskReturn(PoolId),
    Return(PoolId),
}

impl PoolTap {
    /// A letter of its own, then its fields.
    pub(super) fn fields(&self) -> Vec<String> {
        let (kind, mut fields) = match self {
            Self::Show => ("s", vec![]),
            Self::Pay(quote) => ("p", vec![base36(quote.0)]),
            Self::ConfirmGift(gift) => ("G", vec![base36(gift.0)]),
            Self::DropGift(gift) => ("g", vec![base36(gift.0)]),
            Self::Rules => ("r", vec![]),
            Self::Spenders(choice) => {
                let choice = match choice {
                    SpendersChoice::Everyone => "e",
                    SpendersChoice::Listed => "l",
                    SpendersChoice::Administrators => "a",
                };
                ("w", vec![choice.to_owned()])
            }
            Self::Members { page } => ("m", vec![base36(*page)]),
            Self::List { customer, is_listed } => ("l", vec![base36(customer.0), flag(*is_listed)]),
            Self::Caps(cap) => ("c", vec![cap.letter().to_owned()]),
            Self::SetCap { cap, amount } => {
                ("C", vec![cap.letter().to_owned(), base36(amount.raw())])
            }
            Self::Services { page } => ("v", vec![base36(*page)]),
            Self::Allow { service, is_allowed } => {
                ("V", vec![base36(service.0), flag(*is_allowed)])
            }
            Self::ShowInGroup(shows) => ("i", vec![flag(*shows)]),
            Self::Approve(request) => ("A", vec![base36(request.0)]),
            Self::Decline(request) => ("D", vec![base36(request.0)]),
            Self::AskReturn(pool) => ("k", vec![base36(pool.0)]),
            Self::Return(pool) => ("K", vec![base36(pool.0)]),
        };
        fields.insert(0, kind.to_owned());
        fields
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, UnknownButton> {
        Ok(match fields.next()? {
            "s" => Self::Show,
            "p" => Self::Pay(QuoteId(fields.id()?)),
            "G" => Self::ConfirmGift(PoolGiftId(fields.id()?)),
            "g" => Self::DropGift(PoolGiftId(fields.id()?)),
            "r" => Self::Rules,
            "w" => Self::Spenders(match fields.next()? {
                "e" => SpendersChoice::Everyone,
                "l" => SpendersChoice::Listed,
                "a" => SpendersChoice::Administrators,
                _ => return Err(UnknownButton),
            }),
            "m" => Self::Members { page: fields.page()? },
            "l" => Self::List { customer: CustomerId(fields.id()?), is_listed: is_set(fields)? },
            "c" => Self::Caps(cap(fields)?),
            "C" => Self::SetCap { cap: cap(fields)?, amount: Money::from_raw(fields.id()?) },
            "v" => Self::Services { page: fields.page()? },
            "V" => Self::Allow { service: ServiceId(fields.id()?), is_allowed: is_set(fields)? },
            "i" => Self::ShowInGroup(is_set(fields)?),
            "A" => Self::Approve(PoolRequestId(fields.id()?)),
            "D" => Self::Decline(PoolRequestId(fields.id()?)),
            "k" => Self::AskReturn(PoolId(fields.id()?)),
            "K" => Self::Return(PoolId(fields.id()?)),
            _ => return Err(UnknownButton),
        })
    }
}

fn flag(is_set: bool) -> String {
    base36(u16::from(is_set))
}

fn is_set(fields: &mut Fields<'_>) -> Result<bool, UnknownButton> {
    match fields.next()? {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(UnknownButton),
    }
}

fn cap(fields: &mut Fields<'_>) -> Result<Cap, UnknownButton> {
    let letter = fields.next()?;
    Cap::ALL.into_iter().find(|cap| cap.letter() == letter).ok_or(UnknownButton)
}
