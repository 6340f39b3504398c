//! Everything that a chat may ask of the shop, and the codec that fits a button's share of it into 64 bytes.
//!
//! Chat input is hostile: an action carries ids and words only, never a price or a right, and whatever it names is
//! looked up and authorised when it is handled.

use crate::{
    ids::{
        ChatRef, CountryId, CustomerId, DepositId, Identity, LinkId, MessageRef, OrderId,
        ProductRef, QuoteId, ServiceId, TopUpId, UpstreamOrderId,
    },
    phone::AreaCode,
};

mod codec;
mod command;
mod join_code;
mod pool;

pub use codec::{LONGEST_PACKED, UnknownButton};
pub use command::{Audience, Command, CommandName};
pub use join_code::JoinCode;
pub use pool::{Cap, PoolTap, SpendersChoice};

/// Who asks, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub identity: Identity,
    /// The name that the person shows to others.
    pub name: String,
    /// Without the leading `@`.
    pub username: Option<String>,
    /// IETF language tag that the platform reports.
    pub language: Option<String>,
    /// Where the action came from.
    pub chat: ChatRef,
    pub chat_kind: ChatKind,
    /// The chat that only this person reads: numbers, codes and balances go there.
    pub private_chat: ChatRef,
    /// The message whose button was tapped.
    pub message: Option<MessageRef>,
    /// The person whose message this one replies to.
    pub reply_to: Option<Mention>,
    /// The group that the action comes from, even where the answer is shown to the person alone.
    pub group: Option<Group>,
}

/// People who share a place on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The platform's own id of the group.
    pub id: String,
    /// Empty where the platform does not say.
    pub title: String,
    /// Where all of them read what the shop tells them.
    pub chat: ChatRef,
    /// What the person is there, where the platform says so with every action.
    pub standing: Option<Standing>,
}

/// What somebody is in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub is_member: bool,
    pub is_administrator: bool,
    /// Roles by the platform's own ids, where it has such.
    pub roles: Vec<String>,
}

/// What happens to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// The shop is in it, again or for the first time, and it is called this.
    Joined { title: String },
    /// The shop was removed, or the group is gone.
    Left,
    /// It goes on under another id.
    Became { id: String, chat: ChatRef },
}

/// Where an action comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// Only the person and the shop.
    Private,
    Group,
}

/// Another person, as a platform points at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub identity: Identity,
    pub name: String,
    pub username: Option<String>,
}

/// Everything that a chat may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A button of the shop's was tapped.
    Tap(Tap),
    /// A button whose data the shop cannot read: forged, or of another version.
    StaleTap,
    /// A command was typed.
    Command(Command),
    /// Something else was typed: taken as a search.
    Text(String),
    /// The person cannot be reached any more (blocked the shop), or can be again.
    Reachable(bool),
    /// Something happened to the group that the actor is in.
    Group(GroupChange),
}

/// A button's share of [`Action`]: ids only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tap {
    Menu,
    Help,
    Balance,
    Orders {
        page: u16,
    },
    /// The services that match, popular first. An empty query matches all.
    Services {
        query: Query,
        page: u16,
    },
    Countries {
        service: ServiceId,
        sort: Sort,
        page: u16,
    },
    /// Lock the best price of a service in a country.
    Quote {
        service: ServiceId,
        country: CountryId,
    },
    /// Lock the price of what was chosen more closely.
    Pick {
        service: ServiceId,
        country: CountryId,
        pick: Pick,
    },
    /// How else a number may be chosen.
    Options {
        service: ServiceId,
        country: CountryId,
        pick: Pick,
    },
    /// The services whose numbers can be rented.
    Rentals {
        page: u16,
    },
    /// For how long a service's numbers can be rented.
    RentalTerms {
        service: ServiceId,
        page: u16,
    },
    /// The data plans.
    Esims {
        page: u16,
    },
    Buy(QuoteId),
    Order(OrderId),
    Cancel(OrderId),
    /// Another SMS to the same number.
    Another(OrderId),
    Done(OrderId),
    /// Look for new messages of a rental now.
    Check(OrderId),
    /// Lock the price of another term of a rental.
    Renew(OrderId),
    /// The picture of an eSIM's activation code.
    QrCode(OrderId),
    ConfirmTopUp(TopUpId),
    DropTopUp(TopUpId),
    Customer(CustomerId),
    /// How the shop does.
    Desk,
    /// A customer has paid what they said.
    ApproveDeposit(DepositId),
    DeclineDeposit(DepositId),
    /// What owners and staff did: all of it, or what one person did and had done to them.
    Log {
        of: Option<CustomerId>,
        page: u16,
    },
    /// Use a code that joins two accounts.
    Join(JoinCode),
    /// What an operator would undo.
    AskUnlink(LinkId),
    Unlink(LinkId),
    /// An operator gives a customer the money of an unsettled order back.
    Refund(OrderId),
    /// The same, although the provider's records show what could be the order.
    RefundAnyway(OrderId),
    /// An operator looks into an order that nothing settles.
    Doubt(OrderId),
    /// Something about a group's shared purse.
    Pool(PoolTap),
    /// An operator says which of the provider's orders an unsettled order bought.
    Adopt {
        order: OrderId,
        record: RecordCode,
    },
}

/// What is chosen beyond service and country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Which offer; the best when there is none.
    pub offer: Option<OfferCode>,
    /// At least one.
    pub quantity: u16,
    pub area_code: Option<AreaCode>,
}

impl Default for Pick {
    fn default() -> Self {
        Self { offer: None, quantity: 1, area_code: None }
    }
}

/// An offer's short name in buttons, from its product: tells the offers of one service in one country apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OfferCode(pub u32);

impl From<&ProductRef> for OfferCode {
    fn from(product: &ProductRef) -> Self {
        Self(short_name(product.as_str()))
    }
}

/// The short name in buttons of one of the provider's orders: tells the few that one screen shows apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordCode(pub u32);

impl From<&UpstreamOrderId> for RecordCode {
    fn from(id: &UpstreamOrderId) -> Self {
        Self(short_name(id.as_str()))
    }
}

/// FNV-1a with 32 bits: the same in every version, since it stands in buttons.
fn short_name(text: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(0x811c_9dc5, step)
}

/// How countries are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Price,
    Stock,
}

/// A search as a button carries it: at most [`Query::LONGEST`] bytes of what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// Bytes of UTF-8. With the rest of a packed tap this stays within [`LONGEST_PACKED`].
    pub const LONGEST: usize = 40;

    /// Cuts at a character's edge; control characters and outer spaces go.
    pub fn new(text: &str) -> Self {
        let shown: String = text.chars().filter(|character| !character.is_control()).collect();
        let mut kept = String::new();
        for character in shown.trim().chars() {
            if kept.len() + character.len_utf8() > Self::LONGEST {
                break;
            }
            kept.push(character);
        }
        kept.truncate(kept.trim_end().len());
        Self(kept)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
