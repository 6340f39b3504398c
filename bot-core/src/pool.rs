//! A group's shared purse: who may spend from it, how much, and how what is left is divided. Pure.
//!
//! Knows nothing of where the money is kept and of who asks.

use crate::{
    action::Standing,
    ledger::Giver,
    money::{Money, OutOfRange},
};

/// What the administrators of a group have decided about its pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub spenders: Spenders,
    /// The most that one order may cost.
    pub per_order: Option<Money>,
    /// The most that one member, and all of them, may spend within 24 hours.
    pub per_member: Option<Money>,
    pub per_day: Option<Money>,
    /// What costs more waits for an administrator.
    pub approve_above: Option<Money>,
    /// Whether the group sees numbers and codes.
    pub show_in_group: bool,
}

/// Who may spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spenders {
    Everyone,
    /// Those on the pool's list.
    Listed,
    /// Those who have this role, by the platform's own id.
    Role(String),
    Administrators,
}

/// What somebody would like to buy, and what was bought before.
#[derive(Clone, Copy, Debug)]
pub struct Spending {
    pub total: Money,
    pub is_listed: bool,
    pub is_allowed_service: bool,
    /// Within the last 24 hours, what was given back left out.
    pub by_member: Money,
    pub by_all: Money,
}

/// What becomes of a wish that breaks no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Buy,
    /// An administrator is asked first.
    Ask,
}

/// The rule that a wish breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// Not in the group any more.
    Stranger,
    /// May not spend.
    Spender,
    Service,
    PerOrder {
        most: Money,
    },
    PerMember {
        most: Money,
        left: Money,
    },
    PerDay {
        most: Money,
        left: Money,
    },
}

impl Rules {
    pub fn may_spend(&self, standing: &Standing, is_listed: bool) -> bool {
        match &self.spenders {
            Spenders::Everyone => true,
            Spenders::Listed => is_listed,
            Spenders::Role(role) => standing.roles.contains(role),
            Spenders::Administrators => standing.is_administrator,
        }
    }

    /// Whether somebody may buy. An administrator need not ask one.
    pub fn judge(
        &self,
        standing: &Standing,
        spending: &Spending,
    ) -> Result<Result<Verdict, Forbidden>, OutOfRange> {
        if !standing.is_member {
            return Ok(Err(Forbidden::Stranger));
        }
        if !self.may_spend(standing, spending.is_listed) {
            return Ok(Err(Forbidden::Spender));
        }
        if let Some(forbidden) = self.over(spending)? {
            return Ok(Err(forbidden));
        }
        let is_much = self.approve_above.is_some_and(|most| spending.total > most);
        Ok(Ok(if is_much && !standing.is_administrator { Verdict::Ask } else { Verdict::Buy }))
    }

    /// The limit that a wish breaks, whoever has it.
    pub fn over(&self, spending: &Spending) -> Result<Option<Forbidden>, OutOfRange> {
        let &Spending { total, by_member, by_all, .. } = spending;
        if !spending.is_allowed_service {
            return Ok(Some(Forbidden::Service));
        }
        if let Some(most) = self.per_order
            && total > most
        {
            return Ok(Some(Forbidden::PerOrder { most }));
        }
        let left = |most: Money, spent| Ok(most.checked_sub(spent)?.max(Money::ZERO));
        if let Some(most) = self.per_member
            && by_member.checked_add(total)? > most
        {
            return Ok(Some(Forbidden::PerMember { most, left: left(most, by_member)? }));
        }
        if let Some(most) = self.per_day
            && by_all.checked_add(total)? > most
        {
            return Ok(Some(Forbidden::PerDay { most, left: left(most, by_all)? }));
        }
        Ok(None)
    }
}

/// Divides what is left by what each gave, to the last unit: each gets their part rounded down, and the units that are
/// left over go one each to those whose part was cut the most, the first of equals first.
pub fn shares(left: Money, given: &[(Giver, Money)]) -> Vec<(Giver, Money)> {
    let (left, sum) =
        (i128::from(left.raw()), given.iter().map(|(_, it)| i128::from(it.raw())).sum::<i128>());
    if sum <= 0 || left <= 0 {
        return Vec::new();
    }
    let mut parts: Vec<(Giver, i128, i128)> = given
        .iter()
        .map(|(giver, gave)| {
            let product = left * i128::from(gave.raw());
            (*giver, product / sum, product % sum)
        })
        .collect();
    let mut over = left - parts.iter().map(|(_, part, _)| part).sum::<i128>();
    parts.sort_by_key(|(giver, _, rest)| (std::cmp::Reverse(*rest), *giver));
    for (_, part, _) in &mut parts {
        if over == 0 {
            break;
        }
        *part += 1;
        over -= 1;
    }
    parts.sort_by_key(|(giver, ..)| *giver);
    let money = |part: i128| Money::from_raw(i64::try_from(part).unwrap_or(0));
    parts
        .into_iter()
        .map(|(giver, part, _)| (giver, money(part)))
        .filter(|(_, it)| it.is_positive())
        .collect()
}

#[cfg(test)]
mod tests;
