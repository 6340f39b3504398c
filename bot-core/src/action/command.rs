//! The commands a person can type, and how a typed line becomes one.

use super::Action;
use crate::rights::Right;

/// A command with what was typed behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The payload of a deep link, or empty.
    Start(String),
    /// A search, or empty.
    Buy(String),
    Orders,
    Balance,
    Help,
    Cancel,
    /// A code that was given elsewhere, or empty to get one.
    Link(String),
    /// Whom and how much.
    TopUp(String),
    /// Whom and how much.
    Debit(String),
    /// Whom.
    Customer(String),
    /// Whom, and how much they may owe.
    CreditLine(String),
    /// What to do with vouchers.
    Voucher(String),
    /// A voucher's code.
    Redeem(String),
    /// How much was paid, or nothing to learn how.
    Deposit(String),
    /// Which deposit, and how much.
    Approve(String),
    /// How the shop does.
    Desk,
    /// An order, a number or a customer.
    Find(String),
    /// Which order.
    Resend(String),
    /// Whom and which role.
    Grant(String),
    /// Whom.
    Revoke(String),
    Staff,
    /// Whom, or everybody.
    Audit(String),
    /// What to do with the group's pool, or nothing to see it.
    Pool(String),
    /// What the provider charges beside its list.
    Prices,
    /// A command the shop does not have by this word, which may be one in the person's language, and what follows.
    Unknown {
        word: String,
        rest: String,
    },
}

impl Command {
    pub fn unknown(word: &str, rest: &str) -> Self {
        Self::Unknown { word: word.to_owned(), rest: rest.to_owned() }
    }
}

/// Who is offered a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Customer,
    /// Those who have this right.
    Staff(Right),
}

/// A command's name, for menus and the help text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandName {
    Start,
    Buy,
    Orders,
    Balance,
    Help,
    Cancel,
    Link,
    TopUp,
    Customer,
    Prices,
    Debit,
    CreditLine,
    Desk,
    Find,
    Resend,
    Audit,
    Staff,
    Grant,
    Revoke,
    Deposit,
    Redeem,
    Approve,
    Voucher,
    Pool,
}

impl CommandName {
    /// In the order that menus show them.
    pub const ALL: [Self; 24] = [
        Self::Buy,
        Self::Orders,
        Self::Balance,
        Self::Deposit,
        Self::Redeem,
        Self::Pool,
        Self::Cancel,
        Self::Link,
        Self::Help,
        Self::Start,
        Self::TopUp,
        Self::Debit,
        Self::Approve,
        Self::Voucher,
        Self::CreditLine,
        Self::Desk,
        Self::Find,
        Self::Customer,
        Self::Resend,
        Self::Prices,
        Self::Audit,
        Self::Staff,
        Self::Grant,
        Self::Revoke,
    ];

    /// As it is typed, without the slash.
    pub fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Buy => "buy",
            Self::Orders => "orders",
            Self::Balance => "balance",
            Self::Pool => "pool",
            Self::Help => "help",
            Self::Cancel => "cancel",
            Self::Link => "link",
            Self::TopUp => "topup",
            Self::Customer => "customer",
            Self::Prices => "prices",
            Self::Debit => "debit",
            Self::CreditLine => "creditline",
            Self::Desk => "desk",
            Self::Find => "find",
            Self::Resend => "resend",
            Self::Voucher => "voucher",
            Self::Redeem => "redeem",
            Self::Deposit => "deposit",
            Self::Approve => "approve",
            Self::Audit => "audit",
            Self::Staff => "staff",
            Self::Grant => "grant",
            Self::Revoke => "revoke",
        }
    }

    pub fn audience(self) -> Audience {
        match self {
            Self::Start | Self::Buy | Self::Orders | Self::Balance | Self::Help | Self::Cancel => {
                Audience::Customer
            }
            Self::Deposit | Self::Redeem | Self::Link | Self::Pool => Audience::Customer,
            Self::TopUp | Self::Debit | Self::Approve | Self::Voucher => {
                Audience::Staff(Right::Credit)
            }
            Self::Customer | Self::Find | Self::Resend => Audience::Staff(Right::LookUp),
            Self::Desk => Audience::Staff(Right::Desk),
            Self::Prices => Audience::Staff(Right::Prices),
            Self::Audit => Audience::Staff(Right::Log),
            Self::CreditLine => Audience::Staff(Right::Lend),
            Self::Staff | Self::Grant | Self::Revoke => Audience::Staff(Right::Appoint),
        }
    }

    pub(crate) fn with(self, rest: &str) -> Command {
        match self {
            Self::Start => Command::Start(rest.to_owned()),
            Self::Buy => Command::Buy(rest.to_owned()),
            Self::Orders => Command::Orders,
            Self::Balance => Command::Balance,
            Self::Help => Command::Help,
            Self::Cancel => Command::Cancel,
            Self::Link => Command::Link(rest.to_owned()),
            Self::TopUp => Command::TopUp(rest.to_owned()),
            Self::Customer => Command::Customer(rest.to_owned()),
            Self::Prices => Command::Prices,
            Self::Debit => Command::Debit(rest.to_owned()),
            Self::CreditLine => Command::CreditLine(rest.to_owned()),
            Self::Desk => Command::Desk,
            Self::Find => Command::Find(rest.to_owned()),
            Self::Resend => Command::Resend(rest.to_owned()),
            Self::Voucher => Command::Voucher(rest.to_owned()),
            Self::Redeem => Command::Redeem(rest.to_owned()),
            Self::Deposit => Command::Deposit(rest.to_owned()),
            Self::Approve => Command::Approve(rest.to_owned()),
            Self::Audit => Command::Audit(rest.to_owned()),
            Self::Staff => Command::Staff,
            Self::Pool => Command::Pool(rest.to_owned()),
            Self::Grant => Command::Grant(rest.to_owned()),
            Self::Revoke => Command::Revoke(rest.to_owned()),
        }
    }
}

impl Action {
    /// Reads a typed line: `/buy whatsapp indonesia`, `/buy@shop_bot`, or a search. `None` when a command is addressed
    /// to another bot than `own_name`.
    pub fn from_line(line: &str, own_name: &str) -> Option<Self> {
        let line = line.trim();
        let Some(typed) = line.strip_prefix('/') else { return Some(Self::Text(line.to_owned())) };
        let (head, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
        let (word, addressee) = match head.split_once('@') {
            Some((word, addressee)) => (word, Some(addressee)),
            None => (head, None),
        };
        if addressee.is_some_and(|addressee| !addressee.eq_ignore_ascii_case(own_name)) {
            return None;
        }
        let known =
            CommandName::ALL.into_iter().find(|name| name.word().eq_ignore_ascii_case(word));
        Some(Self::Command(
            known
                .map_or_else(|| Command::unknown(word, rest.trim()), |name| name.with(rest.trim())),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_lines_become_actions() {
        let read = |line| Action::from_line(line, "shop_bot");
        assert_eq!(
            read("/buy whatsapp  indonesia"),
            Some(Action::Command(Command::Buy("whatsapp  indonesia".into())))
        );
        assert_eq!(read("/BUY@Shop_Bot"), Some(Action::Command(Command::Buy(String::new()))));
        assert_eq!(read("/buy@other_bot"), None);
        assert_eq!(read("/start abc"), Some(Action::Command(Command::Start("abc".into()))));
        assert_eq!(read("/topup\n5"), Some(Action::Command(Command::TopUp("5".into()))));
        assert_eq!(read("/"), Some(Action::Command(Command::unknown("", ""))));
        assert_eq!(
            read("/nonsense 5 x"),
            Some(Action::Command(Command::unknown("nonsense", "5 x")))
        );
        assert_eq!(read(" whatsapp "), Some(Action::Text("whatsapp".into())));
    }
}
