//! The calls of a filter, if an index names few of them.
//!
//! A list is in the order of time, and SQLite walks the index of time for it whatever else is asked for: to find a number
//! that called three times among five million calls takes it twenty seconds. So each part of a filter that has an index of
//! its own is counted first. What names few calls is looked up and sorted; of what names many, the walk soon meets enough.

use bell_types::Number;
use sea_orm::sea_query::{Alias, Asterisk, Expr, Func, Query, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, Statement,
};

use super::{Filter, TABLE, of_tenant, read_failed};
use crate::db::entity::call_record::{Column, Entity};
use crate::db::entity::{call_agent, call_summary};
use crate::db::{Db, DbError, TenantId, convert};

/// So many are looked up one by one: a tenth of a second, or half a second from a slow disk.
const FEW: u64 = 2_000;

/// The digits of a number's end that are indexed.
const END: usize = 4;

/// More paths of results than any centre has.
const PATHS_MAX: usize = 10_000;

/// The calls of a filter's most telling part, if they are few. The other parts are not looked at.
pub(super) async fn calls(db: &Db, tenant: TenantId, filter: &Filter) -> Result<Option<SelectStatement>, DbError> {
    for part in parts(db, tenant, filter).await? {
        if count(db, part.clone()).await? <= FEW {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

/// The calls of each part that has an index, whatever their number.
async fn parts(db: &Db, tenant: TenantId, filter: &Filter) -> Result<Vec<SelectStatement>, DbError> {
    let mut parts = Vec::new();
    if let Some(number) = &filter.number {
        parts.push(either(of_number(tenant, Column::Caller, number), of_number(tenant, Column::Called, number)));
    }
    for (column, number) in [(Column::Caller, &filter.caller), (Column::Called, &filter.called)] {
        parts.extend(number.as_ref().map(|number| of_number(tenant, column, number)));
    }
    if let Some(end) = filter.number_end.as_deref().filter(|end| end.len() >= END && end.is_ascii()) {
        let backend = db.conn().get_database_backend();
        let of = |column: Column, name| {
            let indexed = ends(backend, name, &end[end.len() - END..]);
            named(of_tenant(tenant).filter(indexed).filter(column.ends_with(end)))
        };
        parts.push(either(of(Column::Caller, "caller"), of(Column::Called, "called")));
    }
    if let Some(agent) = &filter.had_by {
        let had = call_agent::Entity::find()
            .filter(call_agent::Column::Tenant.eq(tenant.0))
            .filter(call_agent::Column::Agent.eq(agent.to_string()));
        parts.push(had.select_only().column(call_agent::Column::Call).into_query());
    }
    if let Some(code) = &filter.disposition {
        let with = call_summary::Entity::find()
            .filter(call_summary::Column::Tenant.eq(tenant.0))
            .filter(call_summary::Column::Disposition.is_in(paths(db, tenant, code).await?));
        parts.push(with.select_only().column(call_summary::Column::Call).into_query());
    }
    if let Some(talk) = filter.talk_min {
        parts.push(named(of_tenant(tenant).filter(Column::TalkMs.gte(convert::millis(talk)))));
    }
    Ok(parts)
}

fn of_number(tenant: TenantId, column: Column, number: &Number) -> SelectStatement {
    named(of_tenant(tenant).filter(column.eq(number.to_string())))
}

fn named(calls: Select<Entity>) -> SelectStatement {
    calls.select_only().column(Column::Call).into_query()
}

fn either(mut one: SelectStatement, other: SelectStatement) -> SelectStatement {
    one.union(UnionType::All, other).take()
}

/// Whether a column ends so, as its index has it.
fn ends(backend: DbBackend, column: &str, end: &str) -> SimpleExpr {
    use sea_orm::ExprTrait;

    let of = match backend {
        DbBackend::Postgres => format!("right({column}, {END})"),
        _ => format!("substr({column}, -{END})"),
    };
    Expr::cust(of).eq(end)
}

/// The paths of results that a code is on, of those that were ever written. From one path to the next by the index: there
/// are few, of millions of summaries.
async fn paths(db: &Db, tenant: TenantId, code: &str) -> Result<Vec<String>, DbError> {
    let sql = format!(
        "WITH RECURSIVE path (said) AS (
            SELECT MIN(disposition) FROM call_summary WHERE tenant = {tenant}
            UNION ALL
            SELECT (SELECT MIN(disposition) FROM call_summary WHERE tenant = {tenant} AND disposition > said)
            FROM path WHERE said IS NOT NULL
        )
        SELECT said FROM path WHERE said IS NOT NULL LIMIT {PATHS_MAX}"
    );
    let statement = Statement::from_string(db.conn().get_database_backend(), sql);
    let found = db.conn().query_all_raw(statement).await.map_err(read_failed)?;
    let paths: Vec<String> =
        found.iter().map(|row| row.try_get("", "said")).collect::<Result<_, _>>().map_err(read_failed)?;
    Ok(paths.into_iter().filter(|path| path.split('/').any(|on| on == code)).collect())
}

/// How many there are; more than [`FEW`] are not counted.
async fn count(db: &Db, mut calls: SelectStatement) -> Result<u64, DbError> {
    let count = Query::select()
        .expr(Func::count(Expr::col(Asterisk)))
        .from_subquery(calls.limit(FEW + 1).take(), Alias::new("some"))
        .take();
    let row = db.conn().query_one(&count).await.map_err(read_failed)?;
    let counted: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose().map_err(read_failed)?;
    let absent = || DbError::Read { table: TABLE, err: sea_orm::DbErr::RecordNotFound("a count".to_owned()) };
    Ok(counted.ok_or_else(absent)?.unsigned_abs())
}
