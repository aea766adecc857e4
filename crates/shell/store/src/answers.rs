//! Answers to requests with an `Idempotency-Key`: what was asked under a key is carried out once, also after a restart.

use bell_types::Wall;

use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Conn, Row, text};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "answer";

/// A request under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks: keys of two people are two.
    pub person: u64,
    /// The key.
    pub key: String,
    /// What tells this request from others under the key: a hash of all of it.
    pub request: String,
    /// When it came.
    pub at: Wall,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The type of the body.
    pub kind: String,
    /// The body; none: it is not kept.
    pub body: Option<String>,
}

/// What there is under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing: this request is the first, and stands there from now on.
    Nothing,
    /// A request that was begun.
    Begun(Request),
    /// One that was answered.
    Answered(Request, Answer),
}

/// Begins a request, unless one stands under its key.
///
/// # Errors
/// The database cannot be read or written.
pub async fn begin(db: &Db, tenant: TenantId, wanted: &Request) -> Result<Found, DbError> {
    let conn = Conn::Pool(db.conn().clone());
    let sql =
        "INSERT INTO answer (tenant, person, name, at, request) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let values = vec![
        tenant.0.into(),
        signed(wanted.person).into(),
        text(&wanted.key),
        wanted.at.as_micros().into(),
        text(&wanted.request),
    ];
    if conn.run(TABLE, sql, values).await? == 1 {
        return Ok(Found::Nothing);
    }
    let sql = "SELECT at, request, status, kind, body FROM answer WHERE tenant = $1 AND person = $2 AND name = $3";
    let key = vec![tenant.0.into(), signed(wanted.person).into(), text(&wanted.key)];
    let rows = conn.rows(TABLE, sql, key).await?;
    // It was forgotten in between: whoever asks again is the first.
    rows.first().map_or_else(|| Ok(Found::Begun(wanted.clone())), |row| found(row, wanted))
}

fn found(row: &Row, wanted: &Request) -> Result<Found, DbError> {
    let begun = Request { request: row.text("request")?, at: row.wall("at")?, ..wanted.clone() };
    let Some(status) = row.int_or_none("status")? else { return Ok(Found::Begun(begun)) };
    let answer = Answer {
        status: u16::try_from(status).unwrap_or(500),
        kind: row.text_or_none("kind")?.unwrap_or_default(),
        body: row.text_or_none("body")?,
    };
    Ok(Found::Answered(begun, answer))
}

/// Keeps what was answered.
///
/// # Errors
/// The database cannot be written.
pub async fn end(db: &Db, tenant: TenantId, asked: &Request, answer: &Answer) -> Result<(), DbError> {
    let conn = Conn::Pool(db.conn().clone());
    let sql = "UPDATE answer SET status = $4, kind = $5, body = $6 WHERE tenant = $1 AND person = $2 AND name = $3";
    let values = vec![
        tenant.0.into(),
        signed(asked.person).into(),
        text(&asked.key),
        i64::from(answer.status).into(),
        text(&answer.kind),
        answer.body.clone().into(),
    ];
    conn.run(TABLE, sql, values).await.map(drop)
}

/// Forgets what came before. How many are left.
///
/// # Errors
/// The database cannot be read or written.
pub async fn forget(db: &Db, tenant: TenantId, before: Wall) -> Result<u64, DbError> {
    let conn = Conn::Pool(db.conn().clone());
    let old = vec![tenant.0.into(), before.as_micros().into()];
    conn.run(TABLE, "DELETE FROM answer WHERE tenant = $1 AND at < $2", old).await?;
    let rows =
        conn.rows(TABLE, "SELECT COUNT(*) AS count FROM answer WHERE tenant = $1", vec![tenant.0.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.int("count").map(unsigned))
}
