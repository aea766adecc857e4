//! The database: opening it, and what the queries share.

use std::fmt;
use std::time::{Duration, Instant};

use bell_types::NodeId;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait,
};

use crate::journal::Epoch;

pub(crate) mod convert;
pub(crate) mod entity;
mod error;
mod migration;
pub(crate) mod rows;
pub(crate) mod sql;

pub use error::DbError;

/// A tenant of the installation. Part of every key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(pub i32);

impl TenantId {
    /// The tenant of an installation that has one.
    pub const FIRST: Self = Self(1);
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose facts: sequence numbers are unique within one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The tenant.
    pub tenant: TenantId,
    /// The node.
    pub node: NodeId,
    /// The node's journal.
    pub epoch: Epoch,
}

/// Where the database is, and how long to wait for it.
#[derive(Clone)]
pub struct DbConfig {
    /// `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST/DATABASE`; a socket directory as `?host=DIR`.
    pub url: String,
    /// Connections at most.
    pub connections_max: u32,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// SQLite: how long to wait while another process writes.
    pub busy_timeout: Duration,
}

/// Without the password.
impl fmt::Debug for DbConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbConfig").field("url", &masked(&self.url)).finish_non_exhaustive()
    }
}

/// An open database with the schema of this version. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Db {
    conn: DatabaseConnection,
}

/// Between two attempts to open a database that somebody else holds.
const PAUSE: Duration = Duration::from_millis(20);

/// So many rows SQLite's thread reads ahead of whoever takes them, so that it does not wait within a page of a list.
const ROWS_AHEAD: usize = 256;

/// Of so many rows of an index SQLite judges it, as its documentation advises.
const SAMPLE_ROWS: u32 = 400;

impl Db {
    /// Connects, and brings the schema up to this version. A SQLite file is made if there is none. Needs a tokio
    /// runtime, and is bound to it.
    ///
    /// Several may open a database at once. SQLite asks for the whole file to turn to its write-ahead log, to make the
    /// first table, and when the last connection closes, and refuses then without waiting `busy_timeout`. So who is refused
    /// asks again for `connect_timeout`.
    pub async fn open(config: &DbConfig) -> Result<Self, DbError> {
        let until = Instant::now() + config.connect_timeout;
        loop {
            match Self::open_once(config).await {
                Err(err) if err.is_busy() && Instant::now() < until => tokio::time::sleep(PAUSE).await,
                opened => return opened,
            }
        }
    }

    async fn open_once(config: &DbConfig) -> Result<Self, DbError> {
        let mut options = ConnectOptions::new(&config.url);
        options
            .max_connections(config.connections_max)
            .connect_timeout(config.connect_timeout)
            .acquire_timeout(config.connect_timeout)
            .sqlx_logging(false)
            // A server may be gone since; a file is not. Each connection to one is a thread of ours, and to ask it how it is
            // costs as much as many a statement.
            .test_before_acquire(!config.url.starts_with("sqlite:"));
        let busy_timeout = config.busy_timeout;
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(busy_timeout)
                .row_buffer_size(ROWS_AHEAD)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
                .analysis_limit(SAMPLE_ROWS)
        });
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| config.url.starts_with(scheme)) {
            return Err(DbError::Scheme { url: masked(&config.url) });
        }
        let conn =
            Database::connect(options).await.map_err(|err| DbError::Connect { url: masked(&config.url), err })?;
        migration::apply(&conn).await.map_err(DbError::Migrate)?;
        let db = Self { conn };
        db.take_stock().await;
        Ok(db)
    }

    /// Renews what SQLite knows of its tables, where they have grown since it last looked: a sample of each index, so that
    /// millions of rows cost milliseconds. Without it SQLite takes every column for telling, that of the tenant as well, and
    /// walks millions of rows for one. Who keeps a database open asks for it now and then; PostgreSQL does it by itself.
    ///
    /// While somebody else writes it changes nothing: what is known is as old as before, and still true enough.
    pub(crate) async fn take_stock(&self) {
        if self.conn.get_database_backend() == DbBackend::Sqlite {
            let took = self.conn.execute_unprepared("PRAGMA optimize = 0x10002").await;
            if let Err(error) = took {
                tracing::debug!(%error, "SQLite's figures of its tables are as old as before");
            }
        }
    }

    /// Closes all connections and waits until they are closed.
    pub async fn close(self) -> Result<(), DbError> {
        self.conn.close().await.map_err(DbError::Close)
    }

    pub(crate) const fn conn(&self) -> &DatabaseConnection {
        &self.conn
    }

    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbError> {
        self.conn.begin().await.map_err(DbError::Begin)
    }
}

/// A URL as it may stand in a log: `postgres://bell:***@db/bell`.
fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{scheme}://{user}:***@{host}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Db, DbConfig, masked};

    #[tokio::test]
    async fn a_connection_to_a_file_is_not_asked_how_it_is_before_each_statement() {
        let dir = tempfile::tempdir().unwrap();
        let (url, wait) = (format!("sqlite:{}", dir.path().join("test.db").display()), Duration::from_secs(5));
        let config = DbConfig { url, connections_max: 1, connect_timeout: wait, busy_timeout: wait };
        let db = Db::open(&config).await.unwrap();
        assert!(!db.conn().get_sqlite_connection_pool().options().get_test_before_acquire());
        db.close().await.unwrap();
    }

    #[test]
    fn a_password_never_stands_in_a_message() {
        assert_eq!(masked("postgres://bell:s3cr:et@db/bell"), "postgres://bell:***@db/bell");
        assert_eq!(masked("sqlite:/var/lib/bell.db"), "sqlite:/var/lib/bell.db");
        assert_eq!(masked("postgres:///bell?host=/run"), "postgres:///bell?host=/run");
    }
}
