//! The facts themselves, as the journal has them.

use bell_types::{CallId, EndpointName, Fact, Seq, Wall};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
    Statement,
};
use serde::Deserialize;

use crate::db::convert::signed;
use crate::db::entity::fact::{ActiveModel, Column, Entity};
use crate::db::{Db, DbError, Scope, TenantId};
use crate::journal::{Epoch, JournalFact};

const TABLE: &str = "fact";

/// Rows per statement: SQLite takes 32,766 values, a row has 8.
const INSERT_ROWS_MAX: usize = 2000;

/// Calls per statement when the facts of several are read.
const READ_CALLS_MAX: usize = 500;

/// All facts of a call, in their order.
pub async fn of_call(db: &Db, tenant: TenantId, call: CallId) -> Result<Vec<Fact>, DbError> {
    of_calls(db.conn(), tenant, &[call]).await
}

/// How many facts are read at one time.
const PAGE: u64 = 5000;

/// Hands over every fact of these kinds since an instant, in the order of the journals they came from. Only a page of
/// them is in memory at one time.
pub async fn since(
    db: &Db,
    tenant: TenantId,
    since: Wall,
    kinds: &[&str],
    mut each: impl FnMut(Fact),
) -> Result<(), DbError> {
    let mut after = (i64::MIN, i64::MIN);
    loop {
        let (epoch, seq) = after;
        let later = Column::Epoch.gt(epoch).or(Column::Epoch.eq(epoch).and(Column::Seq.gt(seq)));
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Kind.is_in(kinds.iter().copied()))
            .filter(Column::At.gte(since.as_micros()))
            .filter(later)
            .order_by_asc(Column::Epoch)
            .order_by_asc(Column::Seq)
            .limit(PAGE)
            .all(db.conn())
            .await
            .map_err(|err| DbError::Read { table: TABLE, err })?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = (last.epoch, last.seq);
        for row in &rows {
            each(read(&row.json)?);
        }
    }
}

/// The facts about callbacks of every caller who has asked for one that has not ended since, in the order of the journals
/// they came from. Of this journal only facts up to `last` count.
pub async fn of_open_callbacks(db: &Db, tenant: TenantId, epoch: Epoch, last: Seq) -> Result<Vec<Fact>, DbError> {
    #[derive(FromQueryResult)]
    struct Asked {
        call: String,
    }
    // The kinds stand in the text, so that the index of those who asked is found.
    const CALLS: &str = "SELECT asked.call AS call FROM fact asked \
         WHERE asked.tenant = $1 AND asked.kind = 'callback_asked' AND (asked.epoch <> $2 OR asked.seq <= $3) \
         AND NOT EXISTS (SELECT 1 FROM fact ended WHERE ended.tenant = asked.tenant AND ended.call = asked.call \
         AND ended.kind = 'callback_ended' \
         AND (ended.epoch > asked.epoch OR (ended.epoch = asked.epoch AND ended.seq > asked.seq)))";
    let failed = |err| DbError::Read { table: TABLE, err };
    let values = [tenant.0.into(), signed(epoch.0).into(), signed(last.0).into()];
    let statement = Statement::from_sql_and_values(db.conn().get_database_backend(), CALLS, values);
    let asked = Asked::find_by_statement(statement).all(db.conn()).await.map_err(failed)?;
    let mut facts = Vec::new();
    for some in asked.chunks(READ_CALLS_MAX) {
        let of_this = Column::Epoch.ne(signed(epoch.0)).or(Column::Seq.lte(signed(last.0)));
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Call.is_in(some.iter().map(|asked| asked.call.as_str())))
            .filter(Column::Kind.starts_with("callback_"))
            .filter(of_this)
            .order_by_asc(Column::Epoch)
            .order_by_asc(Column::Seq)
            .all(db.conn())
            .await
            .map_err(failed)?;
        for row in rows {
            facts.push(read(&row.json)?);
        }
    }
    Ok(facts)
}

/// The switches of emergencies there have been, in the order of the journals they came from. Of this journal only facts up
/// to `last` count. Few: each run repeats what is on once, and people do the rest.
pub async fn of_emergencies(db: &Db, tenant: TenantId, epoch: Epoch, last: Seq) -> Result<Vec<Fact>, DbError> {
    // The kind stands in the text, so that its index is found.
    const FACTS: &str = "SELECT json FROM fact WHERE tenant = $1 AND kind = 'emergency_switched' \
         AND (epoch <> $2 OR seq <= $3) ORDER BY epoch, seq";
    #[derive(FromQueryResult)]
    struct Switched {
        json: String,
    }
    let values = [tenant.0.into(), signed(epoch.0).into(), signed(last.0).into()];
    let statement = Statement::from_sql_and_values(db.conn().get_database_backend(), FACTS, values);
    let rows = Switched::find_by_statement(statement).all(db.conn()).await;
    rows.map_err(|err| DbError::Read { table: TABLE, err })?.iter().map(|row| read(&row.json)).collect()
}

/// How many phones are asked for at one time.
const PHONES_MAX: usize = 16;
/// How many facts about them are read; older ones are left out.
const PHONE_FACTS_MAX: usize = 5000;

/// The newest facts about these phones and about starts of the node since an instant, in the order of the journals they
/// came from. Further phones than 16 are not asked for; a fact about another phone may be among them.
pub async fn of_phones(db: &Db, tenant: TenantId, since: Wall, phones: &[EndpointName]) -> Result<Vec<Fact>, DbError> {
    #[derive(FromQueryResult)]
    struct Told {
        json: String,
    }
    let phones = &phones[..phones.len().min(PHONES_MAX)];
    let named: String = (0..phones.len()).map(|place| format!(" OR json LIKE ${}", place + 3)).collect();
    // The kinds stand in the text as the index has them, so that it is found.
    let facts = format!(
        "SELECT json FROM fact WHERE tenant = $1 AND at >= $2 AND kind IN ('node_started', 'endpoint_registered', \
         'endpoint_gone', 'keys_ended', 'registration_refused') AND (kind = 'node_started'{named}) \
         ORDER BY epoch DESC, seq DESC LIMIT {PHONE_FACTS_MAX}"
    );
    let like = |phone: &EndpointName| format!("%\"endpoint\":\"{phone}\"%").into();
    let values = [tenant.0.into(), since.as_micros().into()].into_iter().chain(phones.iter().map(like));
    let statement = Statement::from_sql_and_values(db.conn().get_database_backend(), facts, values);
    let rows = Told::find_by_statement(statement).all(db.conn()).await;
    let rows = rows.map_err(|err| DbError::Read { table: TABLE, err })?;
    rows.iter().rev().map(|row| read(&row.json)).collect()
}

/// All facts of these calls, in the order of the journals they came from.
pub(crate) async fn of_calls(
    conn: &impl ConnectionTrait,
    tenant: TenantId,
    calls: &[CallId],
) -> Result<Vec<Fact>, DbError> {
    let mut facts = Vec::new();
    for some in calls.chunks(READ_CALLS_MAX) {
        let rows = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Call.is_in(some.iter().map(CallId::to_string)))
            .order_by_asc(Column::Epoch)
            .order_by_asc(Column::Seq)
            .all(conn)
            .await
            .map_err(|err| DbError::Read { table: TABLE, err })?;
        for row in rows {
            facts.push(read(&row.json)?);
        }
    }
    Ok(facts)
}

pub(crate) async fn insert_all(
    conn: &impl ConnectionTrait,
    scope: Scope,
    facts: &[JournalFact],
) -> Result<(), DbError> {
    for some in facts.chunks(INSERT_ROWS_MAX) {
        let models: Vec<ActiveModel> = some.iter().map(|fact| model(scope, fact)).collect::<Result<_, _>>()?;
        Entity::insert_many(models)
            .exec_without_returning(conn)
            .await
            .map_err(|err| DbError::Write { table: TABLE, err })?;
    }
    Ok(())
}

fn model(scope: Scope, JournalFact { fact, json }: &JournalFact) -> Result<ActiveModel, DbError> {
    Ok(ActiveModel {
        tenant: Set(scope.tenant.0),
        node: Set(i32::from(scope.node.0)),
        epoch: Set(signed(scope.epoch.0)),
        seq: Set(signed(fact.seq.0)),
        at: Set(fact.now.wall.as_micros()),
        call: Set(fact.what.call().map(|call| call.to_string())),
        kind: Set(kind(json)?.to_owned()),
        json: Set(json.clone()),
    })
}

/// The name of the fact, as it stands in its JSON: `call_arrived`.
fn kind(json: &str) -> Result<&str, DbError> {
    #[derive(Deserialize)]
    struct Outer<'a> {
        #[serde(borrow)]
        what: Inner<'a>,
    }
    #[derive(Deserialize)]
    struct Inner<'a> {
        what: &'a str,
    }
    let outer: Outer<'_> = serde_json::from_str(json).map_err(|_| strange(json))?;
    Ok(outer.what.what)
}

fn read(json: &str) -> Result<Fact, DbError> {
    serde_json::from_str(json).map_err(|_| strange(json))
}

fn strange(json: &str) -> DbError {
    DbError::Row { table: TABLE, column: "json", value: json.to_owned() }
}
