//! Messages that must still reach a chat.

use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{
        ChatRef, CustomerId, DepositId, LinkId, OrderId, OutboxId, Platform, PoolId, PoolRequestId,
        PoolReturnId, SmsId, TopUpId,
    },
};

/// What a message tells of: ids only. The text is made when it is sent, from what is true then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// An SMS came; a new message, so that the phone rings.
    Sms {
        order: OrderId,
        sms: SmsId,
    },
    /// An order changed; its card is edited, or sent when there is none.
    Card {
        order: OrderId,
    },
    /// An eSIM is there, with the picture that installs it.
    Esim {
        order: OrderId,
    },
    /// A rental ends soon.
    RentalEnds {
        order: OrderId,
    },
    /// A customer was credited, or debited.
    Credited {
        top_up: TopUpId,
    },
    /// Somebody must agree to what an admin has confirmed.
    Second {
        top_up: TopUpId,
    },
    /// What an admin has confirmed was agreed to, or not.
    Seconded {
        top_up: TopUpId,
    },
    /// Somebody was given a role, or lost it.
    Appointed {
        customer: CustomerId,
    },
    /// A customer says that they have paid.
    Deposit {
        deposit: DepositId,
    },
    /// An admin does not think so.
    DepositDeclined {
        deposit: DepositId,
    },
    /// Another account of the person's joined this one, or was parted from it.
    Linked {
        link: LinkId,
    },
    Unlinked {
        link: LinkId,
    },
    /// A group's administrators are asked for a purchase.
    PoolRequest {
        request: PoolRequestId,
    },
    /// Its buyer is told that it comes to nothing.
    PoolDecided {
        request: PoolRequestId,
    },
    /// A part of what was left of a pool came back to a customer.
    PoolReturned {
        back: PoolReturnId,
        customer: CustomerId,
    },
    /// A group that wants to sees the number, and the SMS, that its pool paid for.
    PoolNumber {
        order: OrderId,
    },
    PoolSms {
        order: OrderId,
        sms: SmsId,
    },
    /// The operators must know.
    Alert(Alert),
}

/// What operators are told, once, until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    ProviderDown,
    ProviderBack,
    KeyRefused,
    /// The reseller balance did not suffice for a purchase.
    FundsLow,
    /// The provider answers what its document does not say; holds route and field.
    Garbage(String),
    /// An order that a person must look at.
    NeedsOperator(OrderId),
    /// The provider charged more than the customer paid.
    BelowCost(OrderId),
    /// The provider charges more than its list said.
    PricesRisen,
    /// The reseller balance does not last half a day at this pace; and it does again.
    FundsShort,
    FundsEnough,
    /// Far fewer numbers get their SMS than before; and they do again.
    FewCodes,
    CodesCome,
    /// An audit found that balances and transfers do not agree.
    BooksDiffer,
    /// The shop was removed from a group that has a pool.
    PoolFrozen(PoolId),
}

impl Notice {
    /// Two waiting messages with one topic are one.
    fn topic(&self) -> String {
        match self {
            Self::Sms { sms, .. } => format!("sms:{sms}"),
            Self::Card { order } => format!("card:{order}"),
            Self::Esim { order } => format!("esim:{order}"),
            Self::RentalEnds { order } => format!("rental-ends:{order}"),
            Self::Credited { top_up } => format!("credited:{top_up}"),
            Self::Second { top_up } => format!("second:{top_up}"),
            Self::Seconded { top_up } => format!("seconded:{top_up}"),
            Self::Appointed { customer } => format!("appointed:{customer}"),
            Self::Deposit { deposit } => format!("deposit:{deposit}"),
            Self::DepositDeclined { deposit } => format!("deposit-declined:{deposit}"),
            Self::Linked { link } => format!("linked:{link}"),
            Self::Unlinked { link } => format!("unlinked:{link}"),
            Self::PoolRequest { request } => format!("pool-request:{request}"),
            Self::PoolDecided { request } => format!("pool-decided:{request}"),
            Self::PoolReturned { back, customer } => format!("pool-returned:{back}:{customer}"),
            Self::PoolNumber { order } => format!("pool-number:{order}"),
            Self::PoolSms { sms, .. } => format!("pool-sms:{sms}"),
            Self::Alert(alert) => format!("alert:{alert:?}"),
        }
    }

    /// 0 a code, 1 a receipt, 2 the rest.
    fn rank(&self) -> i64 {
        match self {
            Self::Sms { .. } | Self::Esim { .. } | Self::PoolSms { .. } => 0,
            Self::Card { .. }
            | Self::RentalEnds { .. }
            | Self::Credited { .. }
            | Self::Second { .. }
            | Self::Seconded { .. }
            | Self::Appointed { .. }
            | Self::Deposit { .. }
            | Self::DepositDeclined { .. }
            | Self::Linked { .. }
            | Self::Unlinked { .. }
            | Self::PoolRequest { .. }
            | Self::PoolDecided { .. }
            | Self::PoolReturned { .. }
            | Self::PoolNumber { .. } => 1,
            Self::Alert(_) => 2,
        }
    }
}

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub id: OutboxId,
    pub chat: ChatRef,
    /// `None` when another version of the program wrote what this one cannot read.
    pub notice: Option<Notice>,
    pub version: i64,
    pub attempts: u32,
}

impl Store {
    /// The next message of every chat that has one due on a platform, codes first.
    pub async fn outgoing(
        &self,
        platform: &Platform,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<Outgoing>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, chat, notice, version, attempts FROM (
                 SELECT *, ROW_NUMBER() OVER (PARTITION BY chat ORDER BY rank, id) AS turn FROM outbox
                 WHERE platform = $1 AND state = 'waiting' AND due_at <= $2
             ) AS due WHERE turn = 1 ORDER BY rank, id LIMIT $3",
        )
        .bind(platform)
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(self.readers())
        .await?;
        Ok(rows
            .iter()
            .map(|row| Outgoing {
                id: row.get(0),
                chat: ChatRef { platform: platform.clone(), chat: row.get(1) },
                notice: serde_json::from_str(row.get(2)).ok(),
                version: row.get(3),
                attempts: u32::try_from(row.get::<i64, _>(4)).unwrap_or(u32::MAX),
            })
            .collect())
    }

    /// When the next message that is not due yet will be.
    pub async fn next_outgoing_after(
        &self,
        platform: &Platform,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let due = sqlx::query_scalar(
            "SELECT MIN(due_at) FROM outbox WHERE platform = $1 AND state = 'waiting' AND due_at > $2",
        );
        Ok(due.bind(platform).bind(now).fetch_one(self.readers()).await?)
    }
}

impl WriteTx {
    /// Adds a message, or renews the one that waits about the same thing.
    pub async fn tell(
        &mut self,
        chat: &ChatRef,
        notice: &Notice,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(notice)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        sqlx::query(
            "INSERT INTO outbox (platform, chat, notice, topic, rank, created_at, due_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)
             ON CONFLICT (platform, chat, topic) WHERE state = 'waiting'
             DO UPDATE SET version = version + 1, due_at = MIN(due_at, excluded.due_at)",
        )
        .bind(&chat.platform)
        .bind(&chat.chat)
        .bind(json)
        .bind(notice.topic())
        .bind(notice.rank())
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The message went out. One that was renewed while it was being sent keeps waiting.
    pub async fn outgoing_sent(
        &mut self,
        outgoing: &Outgoing,
        message: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET state = 'sent', sent_at = $3, message = $4 WHERE id = $1 AND version = $2")
            .bind(outgoing.id)
            .bind(outgoing.version)
            .bind(at)
            .bind(message)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Tries a message again at `due_at`.
    pub async fn postpone_outgoing(
        &mut self,
        outgoing: &Outgoing,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET due_at = $2, attempts = attempts + 1 WHERE id = $1")
            .bind(outgoing.id)
            .bind(due_at)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The message will never go out. One that was renewed meanwhile is tried anew: it may tell something else.
    pub async fn bury_outgoing(&mut self, outgoing: &Outgoing) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET state = 'dead' WHERE id = $1 AND version = $2")
            .bind(outgoing.id)
            .bind(outgoing.version)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets messages that were done with before `moment`.
    pub async fn forget_outgoing(&mut self, moment: Timestamp) -> Result<u64, StoreError> {
        let gone = sqlx::query("DELETE FROM outbox WHERE state <> 'waiting' AND created_at < $1")
            .bind(moment)
            .execute(self.connection())
            .await?;
        Ok(gone.rows_affected())
    }
}
