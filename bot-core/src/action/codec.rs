//! Packs a [`Tap`] into at most 64 bytes of text and reads it back, in this version or a later one.
//!
//! Form: a version digit, a letter for the kind, then fields in base 36 parted by `.`; a query is last, as it is.
//! Letters are never given another meaning: an old message's buttons may be tapped years later.

use super::{JoinCode, OfferCode, Pick, PoolTap, Query, RecordCode, Sort, Tap};
use crate::{
    ids::{CountryId, CustomerId, DepositId, LinkId, OrderId, QuoteId, ServiceId, TopUpId},
    phone::AreaCode,
};

/// Bytes that the narrowest platform gives a button.
pub const LONGEST_PACKED: usize = 64;

const VERSION: char = '1';

/// The text is not a packed tap of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a button of this shop")]
pub struct UnknownButton;

impl Tap {
    /// At most [`LONGEST_PACKED`] bytes.
    pub fn pack(&self) -> String {
        let (kind, fields): (char, Vec<String>) = match self {
            Self::Menu => ('m', vec![]),
            Self::Help => ('h', vec![]),
            Self::Balance => ('b', vec![]),
            Self::Orders { page } => ('o', vec![base36(*page)]),
            Self::Services { query, page } => ('s', vec![base36(*page), query.as_str().to_owned()]),
            Self::Countries { service, sort, page } => {
                let sort = match sort {
                    Sort::Price => "p",
                    Sort::Stock => "s",
                };
                ('c', vec![base36(service.0), sort.to_owned(), base36(*page)])
            }
            Self::Quote { service, country } => ('q', vec![base36(service.0), base36(country.0)]),
            Self::Pick { service, country, pick } => ('p', picked(*service, *country, pick)),
            Self::Options { service, country, pick } => ('v', picked(*service, *country, pick)),
            Self::Rentals { page } => ('r', vec![base36(*page)]),
            Self::RentalTerms { service, page } => ('e', vec![base36(service.0), base36(*page)]),
            Self::Esims { page } => ('E', vec![base36(*page)]),
            Self::Check(order) => ('k', vec![base36(order.0)]),
            Self::Renew(order) => ('N', vec![base36(order.0)]),
            Self::QrCode(order) => ('Q', vec![base36(order.0)]),
            Self::Buy(quote) => ('B', vec![base36(quote.0)]),
            Self::Order(order) => ('O', vec![base36(order.0)]),
            Self::Cancel(order) => ('X', vec![base36(order.0)]),
            Self::Another(order) => ('A', vec![base36(order.0)]),
            Self::Done(order) => ('D', vec![base36(order.0)]),
            Self::ConfirmTopUp(top_up) => ('T', vec![base36(top_up.0)]),
            Self::DropTopUp(top_up) => ('t', vec![base36(top_up.0)]),
            Self::Customer(customer) => ('C', vec![base36(customer.0)]),
            Self::Desk => ('d', vec![]),
            Self::ApproveDeposit(deposit) => ('G', vec![base36(deposit.0)]),
            Self::DeclineDeposit(deposit) => ('g', vec![base36(deposit.0)]),
            Self::Log { of, page } => {
                ('J', vec![base36(of.map_or(0, |customer| customer.0)), base36(*page)])
            }
            Self::Join(code) => ('j', vec![base36(code.number())]),
            Self::AskUnlink(link) => ('K', vec![base36(link.0)]),
            Self::Unlink(link) => ('W', vec![base36(link.0)]),
            Self::Refund(order) => ('R', vec![base36(order.0)]),
            Self::RefundAnyway(order) => ('Y', vec![base36(order.0)]),
            Self::Doubt(order) => ('L', vec![base36(order.0)]),
            Self::Pool(tap) => ('P', tap.fields()),
            Self::Adopt { order, record } => ('U', vec![base36(order.0), base36(record.0)]),
        };
        format!("{VERSION}{kind}{}", fields.join("."))
    }

    /// Reads what [`Tap::pack`] wrote. Anything else, forged or damaged, is [`UnknownButton`].
    pub fn unpack(packed: &str) -> Result<Self, UnknownButton> {
        let rest = packed.strip_prefix(VERSION).ok_or(UnknownButton)?;
        let mut characters = rest.chars();
        let kind = characters.next().ok_or(UnknownButton)?;
        let mut fields = Fields(Some(characters.as_str()));
        let tap = match kind {
            'm' => Self::Menu,
            'h' => Self::Help,
            'b' => Self::Balance,
            'o' => Self::Orders { page: fields.page()? },
            's' => Self::Services { page: fields.page()?, query: fields.query()? },
            'c' => {
                let service = ServiceId(fields.id()?);
                let sort = match fields.next()? {
                    "p" => Sort::Price,
                    "s" => Sort::Stock,
                    _ => return Err(UnknownButton),
                };
                Self::Countries { service, sort, page: fields.page()? }
            }
            'q' => {
                Self::Quote { service: ServiceId(fields.id()?), country: CountryId(fields.id()?) }
            }
            'p' => {
                let (service, country, pick) = fields.picked()?;
                Self::Pick { service, country, pick }
            }
            'v' => {
                let (service, country, pick) = fields.picked()?;
                Self::Options { service, country, pick }
            }
            'r' => Self::Rentals { page: fields.page()? },
            'e' => Self::RentalTerms { service: ServiceId(fields.id()?), page: fields.page()? },
            'E' => Self::Esims { page: fields.page()? },
            'k' => Self::Check(OrderId(fields.id()?)),
            'N' => Self::Renew(OrderId(fields.id()?)),
            'Q' => Self::QrCode(OrderId(fields.id()?)),
            'B' => Self::Buy(QuoteId(fields.id()?)),
            'O' => Self::Order(OrderId(fields.id()?)),
            'X' => Self::Cancel(OrderId(fields.id()?)),
            'A' => Self::Another(OrderId(fields.id()?)),
            'D' => Self::Done(OrderId(fields.id()?)),
            'T' => Self::ConfirmTopUp(TopUpId(fields.id()?)),
            't' => Self::DropTopUp(TopUpId(fields.id()?)),
            'C' => Self::Customer(CustomerId(fields.id()?)),
            'd' => Self::Desk,
            'G' => Self::ApproveDeposit(DepositId(fields.id()?)),
            'g' => Self::DeclineDeposit(DepositId(fields.id()?)),
            'J' => {
                let of = Some(fields.id()?).filter(|id| *id > 0).map(CustomerId);
                Self::Log { of, page: fields.page()? }
            }
            'j' => Self::Join(JoinCode::of(fields.id()?).ok_or(UnknownButton)?),
            'K' => Self::AskUnlink(LinkId(fields.id()?)),
            'W' => Self::Unlink(LinkId(fields.id()?)),
            'R' => Self::Refund(OrderId(fields.id()?)),
            'Y' => Self::RefundAnyway(OrderId(fields.id()?)),
            'L' => Self::Doubt(OrderId(fields.id()?)),
            'P' => Self::Pool(PoolTap::read(&mut fields)?),
            'U' => Self::Adopt { order: OrderId(fields.id()?), record: fields.record()? },
            _ => return Err(UnknownButton),
        };
        // One text per tap: what does not pack to itself (spare fields, leading zeros, control characters) is forged.
        if tap.pack() == packed { Ok(tap) } else { Err(UnknownButton) }
    }
}

/// An empty field is a choice that was not made.
fn picked(service: ServiceId, country: CountryId, pick: &Pick) -> Vec<String> {
    let Pick { offer, quantity, area_code } = pick;
    let offer = offer.map(|OfferCode(code)| base36(code)).unwrap_or_default();
    let area = area_code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
    vec![base36(service.0), base36(country.0), offer, base36(*quantity), area]
}

pub(super) struct Fields<'a>(Option<&'a str>);

impl<'a> Fields<'a> {
    pub fn next(&mut self) -> Result<&'a str, UnknownButton> {
        let rest = self.0.ok_or(UnknownButton)?;
        let (field, rest) = match rest.split_once('.') {
            Some((field, rest)) => (field, Some(rest)),
            None => (rest, None),
        };
        self.0 = rest;
        Ok(field)
    }

    pub fn id(&mut self) -> Result<i64, UnknownButton> {
        i64::from_str_radix(self.next()?, 36).ok().filter(|id| *id >= 0).ok_or(UnknownButton)
    }

    pub fn page(&mut self) -> Result<u16, UnknownButton> {
        u16::from_str_radix(self.next()?, 36).map_err(|_| UnknownButton)
    }

    fn record(&mut self) -> Result<RecordCode, UnknownButton> {
        u32::from_str_radix(self.next()?, 36).map(RecordCode).map_err(|_| UnknownButton)
    }

    fn picked(&mut self) -> Result<(ServiceId, CountryId, Pick), UnknownButton> {
        let (service, country) = (ServiceId(self.id()?), CountryId(self.id()?));
        let offer = match self.next()? {
            "" => None,
            code => Some(OfferCode(u32::from_str_radix(code, 36).map_err(|_| UnknownButton)?)),
        };
        let quantity = self.page()?;
        let area_code = match self.next()? {
            "" => None,
            code => Some(AreaCode::parse(code).ok_or(UnknownButton)?),
        };
        if quantity == 0 {
            return Err(UnknownButton);
        }
        Ok((service, country, Pick { offer, quantity, area_code }))
    }

    fn query(&mut self) -> Result<Query, UnknownButton> {
        self.0.take().map(Query::new).ok_or(UnknownButton)
    }
}

pub(super) fn base36(number: impl Into<i64>) -> String {
    let mut number = number.into().unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            break digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests;
