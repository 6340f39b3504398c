//! Who holds which role, and the proof of a right that deeds ask for.

use sqlx::Row;

use super::{Store, StoreError, WriteTx};
use crate::{
    clock::Timestamp,
    ids::{CustomerId, Identity},
    rights::{Right, Role},
};

/// Somebody as they came through the door. Proves nothing yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    pub identity: Identity,
    pub customer: CustomerId,
    /// Whether the configuration names them.
    pub is_owner: bool,
}

/// The proof that somebody has a right in the very transaction that holds it. Only [`WriteTx::authorise`] makes one.
#[derive(Debug)]
pub struct Authority {
    badge: Badge,
    role: Role,
}

impl Authority {
    /// As `platform:user`.
    pub fn actor(&self) -> String {
        self.badge.identity.to_string()
    }

    pub fn customer(&self) -> CustomerId {
        self.badge.customer
    }

    pub fn role(&self) -> Role {
        self.role
    }
}

/// One who holds a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staffer {
    pub customer: CustomerId,
    pub role: Role,
}

const ROLE_OF: &str = "SELECT role FROM staff WHERE customer_id = $1";

fn role(word: &str) -> Result<Role, StoreError> {
    let role = Role::GRANTED.into_iter().find(|role| role.word() == word);
    role.ok_or_else(|| StoreError::Corrupt(format!("staff.role `{word}`")))
}

impl Store {
    /// The role that an owner granted.
    pub async fn role_of(&self, customer: CustomerId) -> Result<Option<Role>, StoreError> {
        let word: Option<String> =
            sqlx::query_scalar(ROLE_OF).bind(customer).fetch_optional(self.readers()).await?;
        word.as_deref().map(role).transpose()
    }

    /// Everybody with a granted role, in the order in which it was granted.
    pub async fn staff(&self) -> Result<Vec<Staffer>, StoreError> {
        let rows =
            sqlx::query("SELECT customer_id, role FROM staff ORDER BY granted_at, customer_id")
                .fetch_all(self.readers())
                .await?;
        rows.iter()
            .map(|row| Ok(Staffer { customer: row.get(0), role: role(row.get(1))? }))
            .collect()
    }
}

impl WriteTx {
    /// `None` when the person does not have the right now, whatever they had before.
    pub async fn authorise(
        &mut self,
        badge: &Badge,
        right: Right,
    ) -> Result<Option<Authority>, StoreError> {
        let role = if badge.is_owner {
            Some(Role::Owner)
        } else {
            self.granted_role(badge.customer).await?
        };
        let role = role.filter(|role| role.may(right));
        Ok(role.map(|role| Authority { badge: badge.clone(), role }))
    }

    /// The role that an owner granted.
    pub async fn granted_role(&mut self, customer: CustomerId) -> Result<Option<Role>, StoreError> {
        let word: Option<String> =
            sqlx::query_scalar(ROLE_OF).bind(customer).fetch_optional(self.connection()).await?;
        word.as_deref().map(role).transpose()
    }

    /// Grants a role, or takes it away.
    pub async fn set_role(
        &mut self,
        by: &Authority,
        customer: CustomerId,
        role: Option<Role>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(role) = role else {
            sqlx::query("DELETE FROM staff WHERE customer_id = $1")
                .bind(customer)
                .execute(self.connection())
                .await?;
            return Ok(());
        };
        sqlx::query(
            "INSERT INTO staff (customer_id, role, granted_by, granted_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (customer_id) DO UPDATE SET role = excluded.role, granted_by = excluded.granted_by,
                 granted_at = excluded.granted_at",
        )
        .bind(customer)
        .bind(role.word())
        .bind(by.actor())
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
