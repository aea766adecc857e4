//! Events that are to be told to programs of others. They are written in the transaction of what they are about, so that
//! neither is there without the other.

use bell_types::Wall;
use bell_webhook::Kind;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "outbox";

/// An event that is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What it is about.
    pub kind: Kind,
    /// When it happened.
    pub at: Wall,
    /// The message as it is sent: JSON.
    pub body: String,
}

/// Writes events behind those there are. While nobody is to be told anything, nothing is written.
pub(crate) async fn put(conn: &impl ConnectionTrait, tenant: TenantId, events: &[NewEvent]) -> Result<(), DbError> {
    if events.is_empty() || !has_webhooks(conn, tenant).await? {
        return Ok(());
    }
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    let sql = "INSERT INTO outbox_end (tenant, event) VALUES ($1, $2) \
               ON CONFLICT (tenant) DO UPDATE SET event = outbox_end.event + $2 RETURNING event";
    let end = conn.query_one_raw(statement(conn, sql, vec![tenant.0.into(), count.into()])).await;
    let end = end.map_err(|err| DbError::Write { table: "outbox_end", err })?;
    let end: i64 = match end {
        Some(row) => row.try_get("", "event").map_err(|err| DbError::Read { table: "outbox_end", err })?,
        None => return Ok(()),
    };
    for (event, number) in events.iter().zip(end - count + 1..) {
        let sql = "INSERT INTO outbox (tenant, event, kind, at, body) VALUES ($1, $2, $3, $4, $5)";
        let body = event.body.replace('\0', "\u{fffd}");
        let values =
            vec![tenant.0.into(), number.into(), event.kind.code().into(), event.at.as_micros().into(), body.into()];
        conn.execute_raw(statement(conn, sql, values)).await.map_err(|err| DbError::Write { table: TABLE, err })?;
    }
    Ok(())
}

/// Forgets events that happened before; how many.
pub async fn forget(db: &Db, tenant: TenantId, before: Wall) -> Result<u64, DbError> {
    let sql = "DELETE FROM outbox WHERE tenant = $1 AND at < $2";
    let values = vec![tenant.0.into(), before.as_micros().into()];
    let gone = db.conn().execute_raw(statement(db.conn(), sql, values)).await;
    gone.map(|gone| gone.rows_affected()).map_err(|err| DbError::Write { table: TABLE, err })
}

async fn has_webhooks(conn: &impl ConnectionTrait, tenant: TenantId) -> Result<bool, DbError> {
    let sql = "SELECT 1 AS one FROM webhook WHERE tenant = $1 LIMIT 1";
    let found = conn.query_one_raw(statement(conn, sql, vec![tenant.0.into()])).await;
    found.map(|row| row.is_some()).map_err(|err| DbError::Read { table: "webhook", err })
}

fn statement(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}
