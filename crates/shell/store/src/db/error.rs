//! What can go wrong with the database, a variant per step.

use bell_types::Seq;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::sqlite::SqliteError;
use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

/// Why the database did not do what it should.
#[derive(Debug, Error)]
pub enum DbError {
    /// A URL of neither kind.
    #[error("{url} is no database: write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
    Scheme {
        /// The URL, without its password.
        url: String,
    },
    /// No connection.
    #[error("failed to connect to {url}")]
    Connect {
        /// The URL, without its password.
        url: String,
        /// Why.
        #[source]
        err: DbErr,
    },
    /// The schema cannot be brought up to this version.
    #[error("failed to bring the database schema up to this version")]
    Migrate(#[source] DbErr),
    /// A connection cannot be closed.
    #[error("failed to close the database")]
    Close(#[source] DbErr),
    /// No transaction can be begun.
    #[error("failed to begin a transaction")]
    Begin(#[source] DbErr),
    /// A transaction cannot be committed. Whether it was is not known.
    #[error("failed to commit a transaction")]
    Commit(#[source] DbErr),
    /// Rows cannot be read.
    #[error("failed to read from the table {table}")]
    Read {
        /// The table.
        table: &'static str,
        /// Why.
        #[source]
        err: DbErr,
    },
    /// Rows cannot be written.
    #[error("failed to write to the table {table}")]
    Write {
        /// The table.
        table: &'static str,
        /// Why.
        #[source]
        err: DbErr,
    },
    /// A stored value that this version does not understand.
    #[error("the table {table} holds {value:?} in the column {column}, which this version does not understand")]
    Row {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// Somebody else applied facts of the same journal.
    #[error("facts after {expected} were to be applied, but another projector applied some already")]
    AppliedElsewhere {
        /// How far this projector thought the database to be.
        expected: Seq,
    },
    /// The database did not answer in time.
    #[error("the database did not answer within {secs} s")]
    Timeout {
        /// The time it had, in seconds.
        secs: u64,
    },
}

impl DbError {
    /// Whether SQLite refused because another connection holds the file: asked again, it may do it.
    pub(super) fn is_busy(&self) -> bool {
        let (Self::Connect { err, .. } | Self::Migrate(err)) = self else {
            return false;
        };
        let (DbErr::Conn(RuntimeErr::SqlxError(err))
        | DbErr::Exec(RuntimeErr::SqlxError(err))
        | DbErr::Query(RuntimeErr::SqlxError(err))) = err
        else {
            return false;
        };
        let refused = err.as_database_error().and_then(|err| err.try_downcast_ref::<SqliteError>());
        // The extended codes have the primary one in their lowest byte (sqlite.org/rescode.html).
        let code = refused.and_then(DatabaseError::code).and_then(|code| code.parse::<u32>().ok());
        matches!(code.map(|code| code & 0xff), Some(SQLITE_BUSY | SQLITE_LOCKED))
    }
}

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
