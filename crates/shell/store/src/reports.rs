//! Calls summed up by the database, for reports.

use std::time::Duration;

use bell_types::{AgentName, Wall};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, FromQueryResult, QueryFilter, QuerySelect};

use crate::calls::{Filter, TABLE, matching, of_tenant};
use crate::db::convert::{agent, unsigned};
use crate::db::entity::call_record::Column;
use crate::db::{Db, DbError, TenantId};

/// What a call must be like to count for the service level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InTime {
    /// Answered after no longer a wait.
    pub answered: Duration,
    /// Given up within this time: too early to count.
    pub abandoned: Duration,
}

/// Calls that came to a queue, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// All of them.
    pub offered: u64,
    /// Those with whose caller an agent talked.
    pub answered: u64,
    /// Of these, those that had waited no longer than the service level allows.
    pub answered_within: u64,
    /// Those whose caller gave up.
    pub abandoned: u64,
    /// Of these, those that gave up too early to count.
    pub abandoned_early: u64,
    /// How long agents talked.
    pub talk_ms: u64,
    /// How long callers were on hold.
    pub hold_ms: u64,
    /// How long callers waited.
    pub wait_ms: u64,
}

#[derive(FromQueryResult)]
struct Row {
    quarter: Option<i64>,
    agent: Option<String>,
    offered: i64,
    answered: i64,
    answered_within: i64,
    abandoned: i64,
    abandoned_early: i64,
    talk_ms: i64,
    hold_ms: i64,
    wait_ms: i64,
}

impl Row {
    fn sums(&self) -> Sums {
        Sums {
            offered: unsigned(self.offered),
            answered: unsigned(self.answered),
            answered_within: unsigned(self.answered_within),
            abandoned: unsigned(self.abandoned),
            abandoned_early: unsigned(self.abandoned_early),
            talk_ms: unsigned(self.talk_ms),
            hold_ms: unsigned(self.hold_ms),
            wait_ms: unsigned(self.wait_ms),
        }
    }
}

/// Calls that came to a queue by quarters of an hour, each by when it begins; quarters without a call are left out.
pub async fn by_quarter(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    in_time: InTime,
) -> Result<Vec<(Wall, Sums)>, DbError> {
    const QUARTER: i64 = 15 * 60 * 1_000_000;
    // The same whole number in SQLite and PostgreSQL; no call is older than 1970.
    let quarter = format!("started_at / {QUARTER}");
    let rows = summed(db, tenant, filter, in_time, (&quarter, "NULL")).await?;
    let begin = |row: &Row| Wall::from_micros(row.quarter.unwrap_or_default().saturating_mul(QUARTER));
    Ok(rows.iter().map(|row| (begin(row), row.sums())).collect())
}

/// Calls that came to a queue by the last agent who talked with their callers; none: nobody did.
pub async fn by_agent(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    in_time: InTime,
) -> Result<Vec<(Option<AgentName>, Sums)>, DbError> {
    let rows = summed(db, tenant, filter, in_time, ("NULL", "agent")).await?;
    let named = |row: &Row| row.agent.as_deref().map(|name| agent(TABLE, name)).transpose();
    rows.iter().map(|row| Ok((named(row)?, row.sums()))).collect()
}

async fn summed(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    in_time: InTime,
    (quarter, agent): (&str, &str),
) -> Result<Vec<Row>, DbError> {
    let (within, early) = (in_time.answered.as_millis(), in_time.abandoned.as_millis());
    // PostgreSQL sums whole numbers to decimals.
    let sum = |what: String| Expr::cust(format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT)"));
    let count = |condition: String| sum(format!("CASE WHEN {condition} THEN 1 ELSE 0 END"));
    let given_up = "talk_ms = 0 AND ended_by = 'caller'";
    let select = of_tenant(tenant)
        .filter(matching(tenant, filter))
        .filter(Column::Queue.is_not_null())
        .select_only()
        .expr_as(Expr::cust(format!("CAST({quarter} AS BIGINT)")), "quarter")
        .expr_as(Expr::cust(format!("CAST({agent} AS TEXT)")), "agent")
        .expr_as(Expr::cust("CAST(COUNT(*) AS BIGINT)"), "offered")
        .expr_as(count("talk_ms > 0".to_owned()), "answered")
        .expr_as(count(format!("talk_ms > 0 AND queue_ms <= {within}")), "answered_within")
        .expr_as(count(given_up.to_owned()), "abandoned")
        .expr_as(count(format!("{given_up} AND queue_ms <= {early}")), "abandoned_early")
        .expr_as(sum("talk_ms".to_owned()), "talk_ms")
        .expr_as(sum("hold_ms".to_owned()), "hold_ms")
        .expr_as(sum("queue_ms".to_owned()), "wait_ms")
        // By their places: one of the two is NULL.
        .group_by(Expr::cust("1"))
        .group_by(Expr::cust("2"))
        .into_model::<Row>();
    select.all(db.conn()).await.map_err(|err| DbError::Read { table: TABLE, err })
}
