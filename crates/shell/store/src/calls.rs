//! Call records: one row per ended call.

mod few;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bell_types::{
    AgentName, CallId, Cause, FlowName, ModeName, NameError, Number, Party, QueueName, RecordingStatus, TrunkName, Wall,
};
use sea_orm::sea_query::{Expr, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Iterable, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Set,
};

use crate::db::entity::call_record::{Column, Entity, Model};
use crate::db::entity::{call_agent, call_mode};
use crate::db::{Db, DbError, TenantId, convert};
use crate::summaries::{self, Standing};
use crate::votes::{self, VoteRow};

pub(crate) const TABLE: &str = "call_record";
const AGENTS: &str = "call_agent";
const MODES: &str = "call_mode";

/// How many rows one page, or one search by prefix, holds at most.
pub const ROWS_MAX: u64 = 1000;

/// Rows per statement: SQLite takes 32,766 values, a row has 24.
const INSERT_ROWS_MAX: usize = 500;

/// What lists and reports need of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// The call.
    pub call: CallId,
    /// When it arrived.
    pub started_at: Wall,
    /// When its last leg ended.
    pub ended_at: Wall,
    /// Who called, the customer or we; none if the number was withheld.
    pub caller: Option<Number>,
    /// What was called: a number of ours, or the customer's.
    pub called: Number,
    /// The trunk it came in by; none of a call that we placed.
    pub trunk: Option<TrunkName>,
    /// The flow that greeted it.
    pub flow: FlowName,
    /// The flow's version.
    pub flow_version: u32,
    /// The last queue it was in.
    pub queue: Option<QueueName>,
    /// The last agent who answered it.
    pub agent: Option<AgentName>,
    /// How long agents' phones rang for it. Like all times here, stored in whole milliseconds.
    pub ring: Duration,
    /// How long it was in the flow, outside queues and conversations.
    pub ivr: Duration,
    /// How long it waited in queues.
    pub queued: Duration,
    /// How long caller and agent talked.
    pub talk: Duration,
    /// How long the caller was on hold.
    pub hold: Duration,
    /// Why it ended.
    pub cause: Cause,
    /// Who ended it.
    pub ended_by: Party,
    /// Its recording; none if there was to be none.
    pub recording: Option<CallRecording>,
}

/// Whether and how a call was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRecording {
    /// Whether everything is there.
    pub status: RecordingStatus,
    /// SHA-256 of the sealed file, in hex; empty if there is no file.
    pub sha256: String,
    /// The length of the audio.
    pub length: Duration,
}

/// A call as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCall {
    /// The columns.
    pub row: CallRow,
    /// The full record as JSON, as the fold over the call's facts wrote it.
    pub record: String,
    /// Every agent who had it. Lists and [`find_record`] leave it empty.
    pub agents: BTreeSet<AgentName>,
    /// The mode it was placed by, to find it by. What is read leaves it empty: the record has it.
    pub mode: Option<ModeName>,
    /// What its caller was asked about the agents, to sum up. What is read leaves it empty: the record has it.
    pub votes: Vec<VoteRow>,
}

/// Which calls a list shows. Each field that is set must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Arrived then or later.
    pub from: Option<Wall>,
    /// Arrived before.
    pub until: Option<Wall>,
    /// From this number.
    pub caller: Option<Number>,
    /// To this number.
    pub called: Option<Number>,
    /// Last in this queue.
    pub queue: Option<QueueName>,
    /// Last answered by this agent.
    pub agent: Option<AgentName>,
    /// Talked at least so long.
    pub talk_min: Option<Duration>,
    /// Talked at most so long.
    pub talk_max: Option<Duration>,
    /// From or to this number.
    pub number: Option<Number>,
    /// From or to a number that ends in these digits. It looks at every call that the rest lets through.
    pub number_end: Option<String>,
    /// That this agent had, last or not.
    pub had_by: Option<AgentName>,
    /// By a trunk into the centre, or not.
    pub way: Option<Way>,
    /// That came to this.
    pub outcome: Option<Outcome>,
    /// Placed by this mode.
    pub mode: Option<ModeName>,
    /// Only those that there is audio of.
    pub recorded: bool,
    /// Whose summaries stand so.
    pub summary: Option<Standing>,
    /// Whose result, or a heading over it, has this code.
    pub disposition: Option<String>,
    /// Only those that may be seen.
    pub seen: Option<Seen>,
}

/// Which way a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In by a trunk.
    In,
    /// From a phone of ours, or placed by us.
    Out,
}

/// What became of a call. Each has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An agent talked with the caller.
    Answered,
    /// The caller gave up in a queue.
    Abandoned,
    /// It went on from a queue otherwise.
    PassedOn,
    /// It came to no queue, and nobody talked.
    Left,
}

impl CallRow {
    /// Who is called with: who called us, or whom we called. None if the number was withheld.
    pub fn customer(&self) -> Option<&Number> {
        if self.trunk.is_some() { self.caller.as_ref() } else { Some(&self.called) }
    }

    /// What became of it.
    pub fn outcome(&self) -> Outcome {
        match (self.talk.is_zero(), &self.queue, &self.ended_by) {
            (false, _, _) => Outcome::Answered,
            (true, None, _) => Outcome::Left,
            (true, Some(_), Party::Caller) => Outcome::Abandoned,
            (true, Some(_), Party::Agent(_) | Party::External | Party::System | Party::Operator) => Outcome::PassedOn,
        }
    }
}

/// Which calls may be seen: those that one of the agents had, and of those that nobody had the ones in the queues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The agents.
    pub agents: BTreeSet<AgentName>,
    /// The queues.
    pub queues: BTreeSet<QueueName>,
}

impl Filter {
    /// All calls.
    pub const ALL: Self = Self {
        from: None,
        until: None,
        caller: None,
        called: None,
        queue: None,
        agent: None,
        talk_min: None,
        talk_max: None,
        number: None,
        number_end: None,
        had_by: None,
        way: None,
        outcome: None,
        mode: None,
        recorded: false,
        summary: None,
        disposition: None,
        seen: None,
    };
}

/// The end of a page: the list goes on behind this call. Printed as `1793003400000000-1NDK0QG000001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    started_at: Wall,
    call: CallId,
}

/// Part of a list, newest call first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The calls.
    pub rows: Vec<CallRow>,
    /// Where the next page begins; none if this is the last.
    pub next: Option<Cursor>,
}

/// Stores a call. One that is stored already is replaced: a record is written again when its recording is sealed.
pub async fn put(db: &Db, tenant: TenantId, call: &StoredCall) -> Result<(), DbError> {
    put_all(db.conn(), tenant, std::slice::from_ref(call)).await
}

/// The call with its full record.
pub async fn find(db: &Db, tenant: TenantId, call: CallId) -> Result<Option<StoredCall>, DbError> {
    let Some(found) = find_record(db, tenant, call).await? else { return Ok(None) };
    let had = call_agent::Entity::find()
        .filter(call_agent::Column::Tenant.eq(tenant.0))
        .filter(call_agent::Column::Call.eq(call.to_string()))
        .all(db.conn());
    let had = had.await.map_err(|err| DbError::Read { table: AGENTS, err })?;
    let agents = had.into_iter().map(|row| convert::agent(AGENTS, &row.agent)).collect::<Result<_, _>>()?;
    Ok(Some(StoredCall { agents, ..found }))
}

/// The same without its agents, which the record names as well: half as many statements.
pub async fn find_record(db: &Db, tenant: TenantId, call: CallId) -> Result<Option<StoredCall>, DbError> {
    let found = of_tenant(tenant).filter(Column::Call.eq(call.to_string())).one(db.conn()).await;
    found.map_err(read_failed)?.map(convert::call).transpose()
}

/// A page of the calls that match with their full records, newest first, behind `after`.
pub async fn list_whole(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    after: Option<Cursor>,
    rows_max: u64,
) -> Result<(Vec<StoredCall>, Option<Cursor>), DbError> {
    let limit = rows_max.clamp(1, ROWS_MAX);
    let models = page(db, tenant, filter, after, limit).await?.all(db.conn()).await.map_err(read_failed)?;
    let mut calls: Vec<StoredCall> = models.into_iter().map(convert::call).collect::<Result<_, _>>()?;
    let more = calls.len() as u64 > limit;
    calls.truncate(limit as usize);
    let last = calls.last().filter(|_| more);
    let next = last.map(|call| Cursor { started_at: call.row.started_at, call: call.row.call });
    Ok((calls, next))
}

/// The calls whose id begins with these characters, oldest first: an id as it is read out over the telephone, or the
/// part of it that somebody remembers. Characters an id does not have find nothing.
pub async fn by_prefix(db: &Db, tenant: TenantId, prefix: &str, rows_max: u64) -> Result<Vec<CallRow>, DbError> {
    let Some((first, last)) = prefix_range(prefix) else {
        return Ok(Vec::new());
    };
    let select = of_tenant(tenant)
        .filter(Column::Call.between(first, last))
        .order_by_asc(Column::Call)
        .limit(rows_max.min(ROWS_MAX));
    rows(db, select).await
}

/// A page of the calls that match, newest first, behind `after`. At most `rows_max` and [`ROWS_MAX`] rows.
pub async fn list(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    after: Option<Cursor>,
    rows_max: u64,
) -> Result<Page, DbError> {
    let limit = rows_max.clamp(1, ROWS_MAX);
    let mut rows = rows(db, page(db, tenant, filter, after, limit).await?).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| Cursor { started_at: row.started_at, call: row.call });
    Ok(Page { rows, next })
}

pub(crate) async fn put_all(
    conn: &impl ConnectionTrait,
    tenant: TenantId,
    calls: &[StoredCall],
) -> Result<(), DbError> {
    let mut replace = OnConflict::columns([Column::Tenant, Column::Call]);
    replace.update_columns(Column::iter().filter(|column| !matches!(column, Column::Tenant | Column::Call)));
    for some in calls.chunks(INSERT_ROWS_MAX) {
        let models = some.iter().map(|call| convert::call_model(tenant, call));
        Entity::insert_many(models)
            .on_conflict(replace.clone())
            .exec_without_returning(conn)
            .await
            .map_err(|err| DbError::Write { table: TABLE, err })?;
        put_agents(conn, tenant, some).await?;
        put_modes(conn, tenant, some).await?;
        votes::put_all(conn, tenant, some).await?;
    }
    Ok(())
}

/// A record that is written again has its agents again, and perhaps more of them.
async fn put_agents(conn: &impl ConnectionTrait, tenant: TenantId, calls: &[StoredCall]) -> Result<(), DbError> {
    let had = calls.iter().flat_map(|call| {
        call.agents.iter().map(|agent| call_agent::ActiveModel {
            tenant: Set(tenant.0),
            agent: Set(agent.to_string()),
            started_at: Set(call.row.started_at.as_micros()),
            call: Set(call.row.call.to_string()),
        })
    });
    let had: Vec<call_agent::ActiveModel> = had.collect();
    for some in had.chunks(INSERT_ROWS_MAX) {
        let known = OnConflict::new().do_nothing().to_owned();
        call_agent::Entity::insert_many(some.to_vec())
            .on_conflict(known)
            .exec_without_returning(conn)
            .await
            .map_err(|err| DbError::Write { table: AGENTS, err })?;
    }
    Ok(())
}

/// The calls of a page, and one more that tells whether there is another page.
async fn page(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Select<Entity>, DbError> {
    let calls = of_tenant(tenant).filter(matching(tenant, filter)).filter(behind(after)).limit(limit + 1);
    let calls = match few::calls(db, tenant, filter).await? {
        // A sum is in no index: they are looked up, and then sorted.
        Some(few) => {
            calls.filter(Column::Call.in_subquery(few)).order_by(Expr::cust("+call_record.started_at"), Order::Desc)
        }
        None => calls.order_by_desc(Column::StartedAt),
    };
    Ok(calls.order_by_desc(Column::Call))
}

pub(crate) fn of_tenant(tenant: TenantId) -> Select<Entity> {
    Entity::find().filter(Column::Tenant.eq(tenant.0))
}

async fn rows(db: &Db, select: Select<Entity>) -> Result<Vec<CallRow>, DbError> {
    // The full record may be long, and lists do not show it.
    let models = select
        .select_only()
        .columns(Column::iter().filter(|column| !matches!(column, Column::Record)))
        .expr_as(Expr::value(""), "record")
        .into_model::<Model>()
        .all(db.conn())
        .await
        .map_err(read_failed)?;
    models.into_iter().map(|model| convert::call(model).map(|call| call.row)).collect()
}

async fn put_modes(conn: &impl ConnectionTrait, tenant: TenantId, calls: &[StoredCall]) -> Result<(), DbError> {
    let by_mode = calls.iter().filter_map(|call| {
        Some(call_mode::ActiveModel {
            tenant: Set(tenant.0),
            mode: Set(call.mode.as_ref()?.to_string()),
            started_at: Set(call.row.started_at.as_micros()),
            call: Set(call.row.call.to_string()),
        })
    });
    let by_mode: Vec<call_mode::ActiveModel> = by_mode.collect();
    if by_mode.is_empty() {
        return Ok(());
    }
    let insert = call_mode::Entity::insert_many(by_mode).on_conflict(OnConflict::new().do_nothing().to_owned());
    let done = insert.exec_without_returning(conn).await;
    done.map(|_| ()).map_err(|err| DbError::Write { table: MODES, err })
}

pub(crate) fn matching(tenant: TenantId, filter: &Filter) -> Condition {
    let text = |column: Column, value: Option<String>| value.map(|value| column.eq(value));
    let either = |caller: SimpleExpr, called: SimpleExpr| Condition::any().add(caller).add(called);
    let number = filter
        .number
        .as_ref()
        .map(|number| either(Column::Caller.eq(number.to_string()), Column::Called.eq(number.to_string())));
    let end =
        filter.number_end.as_ref().map(|end| either(Column::Caller.ends_with(end), Column::Called.ends_with(end)));
    let way = filter.way.map(|way| match way {
        Way::In => Column::Trunk.is_not_null(),
        Way::Out => Column::Trunk.is_null(),
    });
    Condition::all()
        .add_option(filter.from.map(|from| Column::StartedAt.gte(from.as_micros())))
        .add_option(filter.until.map(|until| Column::StartedAt.lt(until.as_micros())))
        .add_option(text(Column::Caller, filter.caller.as_ref().map(Number::to_string)))
        .add_option(text(Column::Called, filter.called.as_ref().map(Number::to_string)))
        .add_option(text(Column::Queue, filter.queue.as_ref().map(QueueName::to_string)))
        .add_option(text(Column::Agent, filter.agent.as_ref().map(AgentName::to_string)))
        .add_option(filter.talk_min.map(|talk| Column::TalkMs.gte(convert::millis(talk))))
        .add_option(filter.talk_max.map(|talk| Column::TalkMs.lte(convert::millis(talk))))
        .add_option(number)
        .add_option(end)
        .add_option(way)
        .add_option(filter.outcome.map(came_to))
        .add_option(filter.mode.as_ref().map(|mode| placed_by(tenant, mode)))
        .add_option(filter.recorded.then(|| Column::RecordingMs.gt(0)))
        .add_option(summaries::matching(tenant, filter).map(Expr::exists))
        .add_option(filter.had_by.as_ref().map(|agent| had_by(tenant, std::iter::once(agent))))
        .add_option(filter.seen.as_ref().map(|seen| may_be_seen(tenant, seen)))
}

/// The same as [`CallRow::outcome`].
fn came_to(outcome: Outcome) -> Condition {
    let queued = |by_caller: SimpleExpr| {
        Condition::all().add(Column::TalkMs.eq(0)).add(Column::Queue.is_not_null()).add(by_caller)
    };
    match outcome {
        Outcome::Answered => Condition::all().add(Column::TalkMs.gt(0)),
        Outcome::Abandoned => queued(Column::EndedBy.eq("caller")),
        Outcome::PassedOn => queued(Column::EndedBy.ne("caller")),
        Outcome::Left => Condition::all().add(Column::TalkMs.eq(0)).add(Column::Queue.is_null()),
    }
}

fn had_by<'a>(tenant: TenantId, agents: impl Iterator<Item = &'a AgentName>) -> SimpleExpr {
    let had = call_agent::Entity::find()
        .select_only()
        .column(call_agent::Column::Call)
        .filter(call_agent::Column::Tenant.eq(tenant.0))
        .filter(call_agent::Column::Agent.is_in(agents.map(AgentName::to_string)));
    Column::Call.in_subquery(had.into_query())
}

fn placed_by(tenant: TenantId, mode: &ModeName) -> SimpleExpr {
    let placed = call_mode::Entity::find()
        .select_only()
        .column(call_mode::Column::Call)
        .filter(call_mode::Column::Tenant.eq(tenant.0))
        .filter(call_mode::Column::Mode.eq(mode.to_string()));
    Column::Call.in_subquery(placed.into_query())
}

fn may_be_seen(tenant: TenantId, seen: &Seen) -> Condition {
    // Its `min` and `max` would hide those of numbers.
    use sea_orm::ExprTrait;

    let nobody_had = call_agent::Entity::find()
        .select_only()
        .column(call_agent::Column::Call)
        .filter(call_agent::Column::Tenant.eq(tenant.0))
        .filter(Expr::col((call_agent::Entity, call_agent::Column::Call)).equals((Entity, Column::Call)));
    let of_queues = Condition::all()
        .add(Column::Queue.is_in(seen.queues.iter().map(QueueName::to_string)))
        .add(Expr::exists(nobody_had.into_query()).not());
    Condition::any().add(had_by(tenant, seen.agents.iter())).add(of_queues)
}

fn behind(after: Option<Cursor>) -> Condition {
    let Some(Cursor { started_at, call }) = after else {
        return Condition::all();
    };
    let started_at = started_at.as_micros();
    Condition::any()
        .add(Column::StartedAt.lt(started_at))
        .add(Condition::all().add(Column::StartedAt.eq(started_at)).add(Column::Call.lt(call.to_string())))
}

/// The first and the last id with this prefix. A range, because it needs an index only and no collation.
fn prefix_range(prefix: &str) -> Option<(String, String)> {
    let prefix = prefix.to_ascii_uppercase();
    let first = format!("{prefix:0<13}");
    let last = format!("{prefix:Z<13}");
    let known = first.parse::<CallId>().is_ok() && prefix.len() <= 13;
    known.then_some((first, last))
}

fn read_failed(err: sea_orm::DbErr) -> DbError {
    DbError::Read { table: TABLE, err }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.started_at.as_micros(), self.call)
    }
}

impl FromStr for Cursor {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (micros, call) = text.rsplit_once('-').ok_or(NameError::NotACallId)?;
        Ok(Self {
            started_at: Wall::from_micros(micros.parse().map_err(|_| NameError::NotACallId)?),
            call: call.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, Statement};

    use super::*;
    use crate::db::DbConfig;

    /// How SQLite looks for the calls of a filter when there are more of all its parts than are looked up.
    async fn plan(db: &Db, filter: Filter) -> String {
        let select = page(db, TenantId::FIRST, &filter, None, 50).await.unwrap().select_only().column(Column::Call);
        let sql = format!("EXPLAIN QUERY PLAN {}", select.build(DbBackend::Sqlite));
        let steps = db.conn().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        steps.iter().map(|step| step.try_get::<String>("", "detail").unwrap() + "\n").collect()
    }

    /// REC-12: parts of a search that many calls have, and none all of them, are told from the index alone. A row is long: to
    /// read millions of them takes longer than anybody waits.
    #[test]
    fn rec_12_what_broad_parts_leave_nothing_of_is_walked_in_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let wait = Duration::from_secs(5);
        let url = format!("sqlite:{}", dir.path().join("test.db").display());
        let config = DbConfig { url, connections_max: 1, connect_timeout: wait, busy_timeout: wait };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let db = Db::open(&config).await.unwrap();
            let fill = "INSERT INTO call_record
                WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 9000)
                SELECT 1, printf('1%012d', i), i, i, NULL, '4001234567', NULL, 'welcome', 1,
                    'queue-' || (i % 3), 'agent-' || (i % 3), 0, 0, 0, 1000 * (i % 600), 0,
                    'hung_up', 'caller', NULL, 0, NULL, NULL, 0, '{}' FROM number;
                INSERT INTO call_agent SELECT tenant, agent, started_at, call FROM call_record;";
            db.conn().execute_unprepared(fill).await.unwrap();
            db.take_stock().await;
            let (queue, had_by) = (QueueName::new("queue-1").ok(), AgentName::new("agent-2").ok());
            let long = Filter { had_by, talk_min: Some(Duration::from_secs(60)), ..Filter::ALL };
            let in_time = plan(&db, long.clone()).await;
            assert!(in_time.contains("COVERING INDEX call_record_by_time_talk (tenant=?)"), "{in_time}");
            let of_queue = plan(&db, Filter { queue, ..long }).await;
            assert!(of_queue.contains("COVERING INDEX call_record_by_queue_talk (tenant=? AND queue=?)"), "{of_queue}");
            db.close().await.unwrap();
        });
    }

    #[test]
    fn a_prefix_covers_the_ids_that_begin_with_it() {
        let range = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        assert_eq!(prefix_range("1ndk"), range("1NDK000000000", "1NDKZZZZZZZZZ"));
        assert_eq!(prefix_range("1NDK0QG000001"), range("1NDK0QG000001", "1NDK0QG000001"));
        assert_eq!(prefix_range(""), range("0000000000000", "ZZZZZZZZZZZZZ"));
        for strange in ["1NDK0QG0000011", "U", "%", "'", "号"] {
            assert_eq!(prefix_range(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_cursor_survives_being_printed() {
        let cursor = Cursor { started_at: Wall::from_micros(1_793_003_400_000_001), call: CallId::from_u64(77) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for strange in ["", "-", "x-0000000000001", "1-x"] {
            assert_eq!(strange.parse::<Cursor>(), Err(NameError::NotACallId), "{strange}");
        }
    }
}
