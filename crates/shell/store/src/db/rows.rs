//! The rows of one tenant, read one query at a time or changed together.

use bell_access::audit::Entry;

use super::convert::unsigned;
use super::sql::{Conn, Row, Value, upsert};
use super::{Db, DbError, TenantId};
use crate::accounts::Changing;

const SERIES: &str = "series";

/// Rows of a tenant.
#[derive(Debug)]
pub(crate) struct Rows {
    conn: Conn,
    tenant: TenantId,
}

impl Rows {
    /// To be read.
    pub(crate) fn of(db: &Db, tenant: TenantId) -> Self {
        Self { conn: Conn::Pool(db.conn().clone()), tenant }
    }

    /// To be changed together, once a change of the same series that is under way has ended. Dropped without
    /// [`Rows::commit`], nothing has happened.
    pub(crate) async fn begin(db: &Db, tenant: TenantId, series: &str) -> Result<Self, DbError> {
        let rows = Self { conn: Conn::Change(db.begin().await?), tenant };
        // The first statement writes: SQLite gives its lock at once, PostgreSQL that of the row.
        let sql = "INSERT INTO series (tenant, series, last) VALUES ($1, $2, 0) \
                   ON CONFLICT (tenant, series) DO UPDATE SET series = excluded.series";
        rows.run(SERIES, sql, vec![series.into()]).await?;
        Ok(rows)
    }

    /// A number that nothing of the series has had.
    pub(crate) async fn next(&self, series: &str) -> Result<u64, DbError> {
        let more = "UPDATE series SET last = last + 1 WHERE tenant = $1 AND series = $2";
        self.run(SERIES, more, vec![series.into()]).await?;
        let sql = "SELECT last FROM series WHERE tenant = $1 AND series = $2";
        let row = self.one(SERIES, sql, vec![series.into()]).await?;
        row.map_or(Ok(0), |row| row.int("last")).map(unsigned)
    }

    pub(crate) async fn commit(self) -> Result<(), DbError> {
        match self.conn {
            Conn::Change(tx) => tx.commit().await.map_err(DbError::Commit),
            Conn::Pool(_) => Ok(()),
        }
    }

    /// Makes it so with its entry in the log of audit: both are in the database afterwards, or neither is.
    pub(crate) async fn commit_logged(self, entry: Entry) -> Result<(), DbError> {
        let mut change = self.of_accounts().await?;
        change.tell(entry).await?;
        change.commit().await.map(drop)
    }

    /// Goes on as a change of accounts, in the same transaction.
    pub(crate) async fn of_accounts(self) -> Result<Changing, DbError> {
        Changing::within(self.conn, self.tenant).await
    }

    /// The rows of a query whose first value is the tenant.
    pub(crate) async fn all(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, DbError> {
        self.conn.rows(table, sql, self.with_tenant(values)).await
    }

    pub(crate) async fn one(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<Option<Row>, DbError> {
        Ok(self.all(table, sql, values).await?.into_iter().next())
    }

    /// Runs a statement whose first value is the tenant, and says how many rows it changed.
    pub(crate) async fn run(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<u64, DbError> {
        self.conn.run(table, sql, self.with_tenant(values)).await
    }

    /// Writes a row, in place of the one with the same tenant and key.
    pub(crate) async fn put(
        &self,
        table: &'static str,
        key: Vec<(&'static str, Value)>,
        rest: Vec<(&'static str, Value)>,
    ) -> Result<(), DbError> {
        let sql = upsert(table, &key, &rest);
        let values = key.into_iter().chain(rest).map(|(_, value)| value).collect();
        self.run(table, &sql, values).await.map(drop)
    }

    fn with_tenant(&self, values: Vec<Value>) -> Vec<Value> {
        std::iter::once(Value::from(self.tenant.0)).chain(values).collect()
    }
}

/// A part of a text as `LIKE` finds it, with `!` as its escape.
pub(crate) fn part(word: &str) -> Value {
    let escaped = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    super::sql::text(format!("%{escaped}%"))
}
