//! What agents wrote about calls: one row per agent and call.
//!
//! That a summary is asked for follows from the facts of a call, and the projector writes it. What is written is no fact:
//! it stands here alone, committed before whoever wrote it is told so.

use bell_types::{AgentName, CallId, DispositionName, Wall};
use sea_orm::sea_query::{Expr, LikeExpr, OnConflict, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationDef, Set,
};

use crate::calls::{self, Filter};
use crate::db::entity::call_record;
use crate::db::entity::call_summary::{ActiveModel, Column, Entity, Model};
use crate::db::{Db, DbError, TenantId, convert};

const TABLE: &str = "call_summary";

/// Rows per statement: SQLite takes 32,766 values, a row has 16.
const ROWS_PER_STATEMENT: usize = 500;

/// The summary of one call by one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The call.
    pub call: CallId,
    /// Who had his part in it.
    pub agent: AgentName,
    /// The tree of results it is asked by; none: no such tree.
    pub sheet: Option<DispositionName>,
    /// When it counts as not filled; none: it need not be written, or is not asked for yet.
    pub due: Option<Wall>,
    /// When it was written first.
    pub first_at: Option<Wall>,
    /// What was written last.
    pub written: Option<Written>,
}

/// What was written about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// When.
    pub at: Wall,
    /// Who did.
    pub by: String,
    /// The codes from the root of the tree to the result.
    pub disposition: Vec<String>,
    /// What these were called then, in Chinese.
    pub said_zh: String,
    /// And in English.
    pub said_en: String,
    /// The code of what the result means for the contact.
    pub effect: Option<String>,
    /// Whether the matter was resolved.
    pub resolved: Option<bool>,
    /// Free text.
    pub note: String,
    /// The fields, as JSON.
    pub fields: String,
    /// What was wrong with the data of the other side, as JSON.
    pub owner: Option<String>,
}

/// That a summary is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The call.
    pub call: CallId,
    /// Of whom.
    pub agent: AgentName,
    /// By which tree of results.
    pub sheet: DispositionName,
    /// When it counts as not filled; none: it need not be written.
    pub due: Option<Wall>,
}

/// How summaries stand, for a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Asked for, not written, and not late yet at this instant.
    Open(Wall),
    /// Written, in time or late.
    Filled,
    /// Not written though its time is over at this instant.
    NotFilled(Wall),
    /// Not written in time, whether it was later or not: what reports count.
    Missed(Wall),
}

/// Asks for summaries. What was asked or written before stays as it is; only a row that had no time yet gets one.
pub(crate) async fn ask_in(conn: &impl ConnectionTrait, tenant: TenantId, asked: &[Asked]) -> Result<(), DbError> {
    let known = OnConflict::columns([Column::Tenant, Column::Call, Column::Agent])
        .values([(Column::Sheet, kept("sheet")), (Column::Due, kept("due"))])
        .to_owned();
    for some in asked.chunks(ROWS_PER_STATEMENT) {
        let models = some.iter().map(|asked| ActiveModel {
            sheet: Set(Some(asked.sheet.to_string())),
            due: Set(asked.due.map(Wall::as_micros)),
            ..blank(tenant, asked.call, &asked.agent)
        });
        Entity::insert_many(models)
            .on_conflict(known.clone())
            .exec_without_returning(conn)
            .await
            .map_err(|err| DbError::Write { table: TABLE, err })?;
    }
    Ok(())
}

/// As the projector asks for them.
pub async fn ask(db: &Db, tenant: TenantId, asked: &[Asked]) -> Result<(), DbError> {
    ask_in(db.conn(), tenant, asked).await
}

/// An agent's summary of a call.
pub async fn find(db: &Db, tenant: TenantId, call: CallId, agent: &AgentName) -> Result<Option<Summary>, DbError> {
    let found = Entity::find_by_id((tenant.0, call.to_string(), agent.to_string())).one(db.conn()).await;
    found.map_err(read_failed)?.map(summary).transpose()
}

/// All summaries of these calls, by call and agent.
pub async fn of_calls(db: &Db, tenant: TenantId, of: &[CallId]) -> Result<Vec<Summary>, DbError> {
    let mut found = Vec::new();
    for some in of.chunks(ROWS_PER_STATEMENT) {
        let models = Entity::find()
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Call.is_in(some.iter().map(CallId::to_string)))
            .all(db.conn());
        found.extend(models.await.map_err(read_failed)?);
    }
    let mut found: Vec<Summary> = found.into_iter().map(summary).collect::<Result<_, _>>()?;
    found.sort_by(|a, b| (a.call, &a.agent).cmp(&(b.call, &b.agent)));
    Ok(found)
}

/// Writes a summary, in place of what was written before. When it was written first stays known.
pub async fn write(
    db: &Db,
    tenant: TenantId,
    of: (CallId, &AgentName),
    sheet: Option<&DispositionName>,
    written: &Written,
) -> Result<(), DbError> {
    let at = written.at.as_micros();
    let model = ActiveModel {
        sheet: Set(sheet.map(ToString::to_string)),
        first_at: Set(Some(at)),
        written_at: Set(Some(at)),
        written_by: Set(Some(text(&written.by))),
        disposition: Set(written
            .disposition
            .iter()
            .map(|code| format!("{code}/"))
            .fold("/".to_owned(), |path, code| path + &code)),
        said_zh: Set(text(&written.said_zh)),
        said_en: Set(text(&written.said_en)),
        effect: Set(written.effect.clone()),
        resolved: Set(written.resolved.map(i32::from)),
        note: Set(text(&written.note)),
        fields: Set(text(&written.fields)),
        owner: Set(written.owner.as_deref().map(text)),
        ..blank(tenant, of.0, of.1)
    };
    let columns = [
        Column::WrittenAt,
        Column::WrittenBy,
        Column::Disposition,
        Column::SaidZh,
        Column::SaidEn,
        Column::Effect,
        Column::Resolved,
        Column::Note,
        Column::Fields,
        Column::Owner,
    ];
    let again = OnConflict::columns([Column::Tenant, Column::Call, Column::Agent])
        .update_columns(columns)
        .values([(Column::FirstAt, kept("first_at")), (Column::Sheet, kept("sheet"))])
        .to_owned();
    let done = Entity::insert(model).on_conflict(again).exec_without_returning(db.conn()).await;
    done.map(|_| ()).map_err(|err| DbError::Write { table: TABLE, err })
}

/// How many summaries of the calls that match were not filled in time, by whose they were.
pub async fn missed_by_agent(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    now: Wall,
) -> Result<Vec<(AgentName, u64)>, DbError> {
    #[derive(FromQueryResult)]
    struct Row {
        agent: String,
        missed: i64,
    }
    let of_call: RelationDef = Entity::belongs_to(call_record::Entity)
        .from((Column::Tenant, Column::Call))
        .to((call_record::Column::Tenant, call_record::Column::Call))
        .into();
    let rows = Entity::find()
        .join(JoinType::InnerJoin, of_call)
        .filter(Column::Tenant.eq(tenant.0))
        .filter(calls::matching(tenant, filter))
        // What reports cover: calls that came to a queue.
        .filter(call_record::Column::Queue.is_not_null())
        .filter(stands(Standing::Missed(now)))
        .select_only()
        .column(Column::Agent)
        .expr_as(Expr::cust("CAST(COUNT(*) AS BIGINT)"), "missed")
        .group_by(Column::Agent)
        .order_by_asc(Column::Agent)
        .into_model::<Row>()
        .all(db.conn())
        .await
        .map_err(read_failed)?;
    rows.iter().map(|row| Ok((convert::agent(TABLE, &row.agent)?, convert::unsigned(row.missed)))).collect()
}

/// The calls whose summaries a filter asks for; none: it asks for none.
pub(crate) fn matching(tenant: TenantId, filter: &Filter) -> Option<SelectStatement> {
    // Its `min` and `max` would hide those of numbers.
    use sea_orm::ExprTrait;

    let under = filter.disposition.as_deref().map(|code| {
        // Of a code that is none, nothing is left that a row could have.
        let code = code.replace(['%', '/', '\\'], "").replace('_', "\\_");
        Expr::col((Entity, Column::Disposition)).like(LikeExpr::new(format!("%/{code}/%")).escape('\\'))
    });
    if under.is_none() && filter.summary.is_none() {
        return None;
    }
    let its = Expr::col((Entity, Column::Call)).equals((call_record::Entity, call_record::Column::Call));
    let of = Condition::all()
        .add(Column::Tenant.eq(tenant.0))
        .add(its)
        .add_option(filter.summary.map(stands))
        .add_option(under);
    Some(Entity::find().select_only().column(Column::Call).filter(of).into_query())
}

/// The same as the states of `bell-customer`: a summary that was open at its time counts as missed from then on.
fn stands(standing: Standing) -> Condition {
    let unwritten = || Condition::all().add(Column::WrittenAt.is_null());
    match standing {
        Standing::Open(now) => {
            let early = Condition::any().add(Column::Due.is_null()).add(Column::Due.gt(now.as_micros()));
            unwritten().add(early)
        }
        Standing::Filled => Condition::all().add(Column::WrittenAt.is_not_null()),
        Standing::NotFilled(now) => unwritten().add(Column::Due.lte(now.as_micros())),
        Standing::Missed(now) => {
            let late = Condition::all().add(Expr::cust("call_summary.due <= call_summary.first_at"));
            Condition::any().add(unwritten().add(Column::Due.lte(now.as_micros()))).add(late)
        }
    }
}

/// The value that is there, or the new one if there is none.
fn kept(column: &str) -> Expr {
    Expr::cust(format!("COALESCE({TABLE}.{column}, excluded.{column})"))
}

fn blank(tenant: TenantId, call: CallId, agent: &AgentName) -> ActiveModel {
    ActiveModel {
        tenant: Set(tenant.0),
        call: Set(call.to_string()),
        agent: Set(agent.to_string()),
        sheet: Set(None),
        due: Set(None),
        first_at: Set(None),
        written_at: Set(None),
        written_by: Set(None),
        disposition: Set(String::new()),
        said_zh: Set(String::new()),
        said_en: Set(String::new()),
        effect: Set(None),
        resolved: Set(None),
        note: Set(String::new()),
        fields: Set("{}".to_owned()),
        owner: Set(None),
    }
}

fn summary(model: Model) -> Result<Summary, DbError> {
    let strange = |column, value: &str| DbError::Row { table: TABLE, column, value: value.to_owned() };
    let sheet = model.sheet.as_deref().map(|name| name.parse().map_err(|_| strange("sheet", name))).transpose()?;
    let (call, agent) = (model.call.parse().map_err(|_| strange("call", &model.call))?, model.agent);
    let written = model.written_at.map(|at| Written {
        at: Wall::from_micros(at),
        by: model.written_by.unwrap_or_default(),
        disposition: model.disposition.split('/').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
        said_zh: model.said_zh,
        said_en: model.said_en,
        effect: model.effect,
        resolved: model.resolved.map(|resolved| resolved != 0),
        note: model.note,
        fields: model.fields,
        owner: model.owner,
    });
    Ok(Summary {
        call,
        agent: convert::agent(TABLE, &agent)?,
        sheet,
        due: model.due.map(Wall::from_micros),
        first_at: model.first_at.map(Wall::from_micros),
        written,
    })
}

/// A text as PostgreSQL takes it, which knows no NUL.
fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn read_failed(err: sea_orm::DbErr) -> DbError {
    DbError::Read { table: TABLE, err }
}
