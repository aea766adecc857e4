//! Reports of the check of agents' devices: what was measured before a shift, for whoever helps.

use std::time::Duration;

use bell_types::{AgentName, Wall};

use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Conn, Row, Value, text};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "device_report";

/// How often a number is drawn again that somebody else has drawn at the same time.
const ATTEMPTS_MAX: usize = 5;

/// A report that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceReport {
    /// Whose devices.
    pub agent: AgentName,
    /// Whether everything was looked at and nothing failed.
    pub passed: bool,
    /// What the browser calls itself.
    pub browser: String,
    /// How long the check took.
    pub took: Duration,
    /// What was found: JSON, which the store does not read.
    pub results: String,
}

/// A report that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReport {
    /// Its number, which grows with time.
    pub number: u64,
    /// When it came.
    pub at: Wall,
    /// What it says.
    pub report: DeviceReport,
}

/// What is kept of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Those that came at this time or later.
    pub since: Wall,
    /// And of each agent so many, the newest.
    pub of_agent_max: u64,
}

/// Keeps a report that came now, and forgets those that are too old or too many. Its number.
///
/// # Errors
/// The database cannot be read or written.
pub async fn put(db: &Db, tenant: TenantId, now: Wall, report: &DeviceReport, keep: Keep) -> Result<u64, DbError> {
    let conn = Conn::Pool(db.conn().clone());
    let number = insert(&conn, tenant, now, report).await?;
    let old: Vec<Value> = vec![tenant.0.into(), keep.since.as_micros().into()];
    conn.run(TABLE, "DELETE FROM device_report WHERE tenant = $1 AND report < $2", old).await?;
    let many = "DELETE FROM device_report WHERE tenant = $1 AND agent = $2 AND report <= (SELECT report FROM device_report \
                WHERE tenant = $1 AND agent = $2 ORDER BY report DESC LIMIT 1 OFFSET $3)";
    conn.run(TABLE, many, vec![tenant.0.into(), text(&report.agent), signed(keep.of_agent_max).into()]).await?;
    Ok(number)
}

async fn insert(conn: &Conn, tenant: TenantId, now: Wall, report: &DeviceReport) -> Result<u64, DbError> {
    // Two that come in one microsecond get numbers one after the other.
    let sql = "INSERT INTO device_report (tenant, report, agent, passed, browser, took_ms, results) \
               SELECT $1, CASE WHEN MAX(report) >= $2 THEN MAX(report) + 1 ELSE $2 END, $3, $4, $5, $6, $7 \
               FROM device_report WHERE tenant = $1 RETURNING report";
    let took_ms = i64::try_from(report.took.as_millis()).unwrap_or(i64::MAX);
    let mut attempts = 1;
    loop {
        let values = vec![
            tenant.0.into(),
            now.as_micros().into(),
            text(&report.agent),
            i32::from(report.passed).into(),
            text(&report.browser),
            took_ms.into(),
            text(&report.results),
        ];
        match conn.rows(TABLE, sql, values).await {
            Ok(rows) => return rows.first().map_or(Ok(0), |row| row.int("report").map(unsigned)),
            Err(_) if attempts < ATTEMPTS_MAX => attempts += 1,
            Err(error) => return Err(error),
        }
    }
}

/// An agent's reports, the newest first: those that came at `since` or later, before the one with the number `before`.
///
/// # Errors
/// The database cannot be read, or holds what this version does not understand.
pub async fn list(
    db: &Db,
    tenant: TenantId,
    agent: &AgentName,
    since: Wall,
    before: Option<u64>,
    rows_max: u64,
) -> Result<Vec<KeptReport>, DbError> {
    let conn = Conn::Pool(db.conn().clone());
    let sql = "SELECT report, agent, passed, browser, took_ms, results FROM device_report WHERE tenant = $1 AND agent = $2 \
               AND report >= $3 AND report < $4 ORDER BY report DESC LIMIT $5";
    let values = vec![
        tenant.0.into(),
        text(agent),
        since.as_micros().into(),
        before.map_or(i64::MAX, signed).into(),
        signed(rows_max).into(),
    ];
    conn.rows(TABLE, sql, values).await?.iter().map(kept).collect()
}

fn kept(row: &Row) -> Result<KeptReport, DbError> {
    let number = row.int("report")?;
    Ok(KeptReport {
        number: unsigned(number),
        at: Wall::from_micros(number),
        report: DeviceReport {
            agent: row.parsed("agent")?,
            passed: row.int32("passed")? != 0,
            browser: row.text("browser")?,
            took: Duration::from_millis(unsigned(row.int("took_ms")?)),
            results: row.text("results")?,
        },
    })
}
