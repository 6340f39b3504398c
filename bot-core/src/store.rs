//! The database.
/// A fault of the database.
#[derive(Debug, thiserror::Error)]
#[error("database: {0}")]
pub struct StoreError(String);
