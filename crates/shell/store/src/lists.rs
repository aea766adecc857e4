//! Entries of callers' lists: one row each, from the day it was added, also after it has ended.

use bell_types::{ActorName, EntryEnd, EntryId, ListEntry, ListName, Number, Pattern, Terms, Wall};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Select, Statement,
};

use crate::db::convert::{self, signed, unsigned};
use crate::db::entity::list_entry::{Column, Entity};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "list_entry";

/// How many rows one page holds at most.
pub const ROWS_MAX: u64 = 20_000;

/// Rows per statement: SQLite takes 32,766 values, a row has 16.
const ROWS_PER_STATEMENT: usize = 1000;

/// An entry, from its beginning to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// The list.
    pub list: ListName,
    /// Its id, its numbers, its end, and whether it was approved. That of one that has ended is what it was before.
    pub entry: ListEntry,
    /// Owner, reason, source.
    pub terms: Terms,
    /// When it was added.
    pub added_at: Wall,
    /// Who approved it, and when, if somebody had to.
    pub approved: Option<(ActorName, Wall)>,
    /// How it ended, if it has.
    pub ended: Option<EndedEntry>,
}

/// How an entry ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedEntry {
    /// How.
    pub how: EntryEnd,
    /// Who ended it; none: it ended by itself.
    pub by: Option<ActorName>,
    /// When.
    pub at: Wall,
}

/// A change of entries, as a fact tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryChange {
    /// They were added.
    Added(Vec<EntryRow>),
    /// They were approved.
    Approved {
        /// Which.
        entries: Vec<EntryId>,
        /// By whom.
        by: ActorName,
        /// When.
        at: Wall,
    },
    /// They ended.
    Ended {
        /// Which.
        entries: Vec<EntryId>,
        /// How, by whom, when.
        how: EndedEntry,
    },
}

/// Which entries a list shows. Each field that is set must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// On this list.
    pub list: Option<ListName>,
    /// About exactly these numbers.
    pub pattern: Option<Pattern>,
    /// Also those that have ended.
    pub ended: bool,
}

/// How many entries of a list count, and how many wait for a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListCount {
    /// The list.
    pub list: ListName,
    /// Those that count.
    pub active: u64,
    /// Those that wait.
    pub proposed: u64,
}

/// A number on a list whose caller has talked with us before (INB-23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedCustomer {
    /// The entry.
    pub row: EntryRow,
    /// In how many calls somebody talked with him.
    pub talked: u64,
    /// When he called last and somebody talked with him.
    pub last_talk: Wall,
    /// How many of his calls were turned away.
    pub turned_away: u64,
}

/// A page of entries behind `after`, by their id. At most `rows_max` and [`ROWS_MAX`].
pub async fn page(
    db: &Db,
    tenant: TenantId,
    filter: &Filter,
    after: EntryId,
    rows_max: u64,
) -> Result<Vec<EntryRow>, DbError> {
    let models = of_tenant(tenant)
        .filter(matching(filter))
        .filter(Column::Entry.gt(signed(after.0)))
        .order_by_asc(Column::Entry)
        .limit(rows_max.clamp(1, ROWS_MAX))
        .all(db.conn())
        .await
        .map_err(read_failed)?;
    models.into_iter().map(convert::list_entry).collect()
}

/// The entries that hold at this time and are about a number: for it alone, or for all that begin like it. At most
/// [`ROWS_MAX`], the oldest first.
pub async fn about(db: &Db, tenant: TenantId, number: &Number, at: Wall) -> Result<Vec<EntryRow>, DbError> {
    let text = number.to_string();
    let prefixes = (1..=text.len()).filter_map(|end| text.get(..end)).map(|prefix| format!("{prefix}*"));
    let patterns: Vec<String> = std::iter::once(text.clone()).chain(prefixes).collect();
    let models = of_tenant(tenant)
        .filter(Column::Pattern.is_in(patterns))
        .filter(Column::State.eq("active"))
        .filter(Column::EndedAt.is_null())
        .filter(Condition::any().add(Column::EndsAt.is_null()).add(Column::EndsAt.gt(at.as_micros())))
        .order_by_asc(Column::Entry)
        .limit(ROWS_MAX)
        .all(db.conn())
        .await
        .map_err(read_failed)?;
    models.into_iter().map(convert::list_entry).collect()
}

/// The highest id that was ever given; 0 if none was.
pub async fn last(db: &Db, tenant: TenantId) -> Result<EntryId, DbError> {
    let newest = of_tenant(tenant).order_by_desc(Column::Entry).one(db.conn()).await.map_err(read_failed)?;
    Ok(newest.map(|model| EntryId(unsigned(model.entry))).unwrap_or_default())
}

/// How many entries each list has, without those that have ended.
pub async fn counts(db: &Db, tenant: TenantId) -> Result<Vec<ListCount>, DbError> {
    let rows: Vec<(String, String, i64)> = of_tenant(tenant)
        .select_only()
        .columns([Column::List, Column::State])
        .column_as(Column::Entry.count(), "entries")
        .filter(Column::EndedAt.is_null())
        .group_by(Column::List)
        .group_by(Column::State)
        .order_by_asc(Column::List)
        .into_tuple()
        .all(db.conn())
        .await
        .map_err(read_failed)?;
    let mut counts: Vec<ListCount> = Vec::new();
    for (list, state, count) in rows {
        let list = convert::list_name(&list)?;
        if counts.last().is_none_or(|last| last.list != list) {
            counts.push(ListCount { list, active: 0, proposed: 0 });
        }
        let (Some(last), count) = (counts.last_mut(), unsigned(count)) else { continue };
        match convert::entry_state(&state)? {
            bell_types::EntryState::Active => last.active += count,
            bell_types::EntryState::Proposed => last.proposed += count,
        }
    }
    Ok(counts)
}

/// The entries of these lists about one number each, whose caller has talked with us: customers who are kept out. At most
/// `rows_max`, those who talked last first.
pub async fn blocked_customers(
    db: &Db,
    tenant: TenantId,
    lists: &[ListName],
    rows_max: u64,
) -> Result<Vec<BlockedCustomer>, DbError> {
    #[derive(FromQueryResult)]
    struct Found {
        entry: i64,
        talked: i64,
        last_talk: i64,
        turned_away: i64,
    }
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.conn().get_database_backend();
    let marks = (0..lists.len()).map(|place| format!("${}", place + 3)).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT e.entry AS entry, COUNT(CASE WHEN c.talk_ms > 0 THEN 1 END) AS talked, \
         MAX(CASE WHEN c.talk_ms > 0 THEN c.started_at END) AS last_talk, \
         COUNT(CASE WHEN c.cause = 'blocked' THEN 1 END) AS turned_away \
         FROM list_entry e JOIN call_record c ON c.tenant = e.tenant AND c.caller = e.pattern \
         WHERE e.tenant = $1 AND e.ended_at IS NULL AND e.list IN ({marks}) \
         GROUP BY e.entry HAVING COUNT(CASE WHEN c.talk_ms > 0 THEN 1 END) > 0 \
         ORDER BY last_talk DESC, e.entry LIMIT $2"
    );
    let mut values: Vec<sea_orm::Value> = vec![tenant.0.into(), signed(rows_max).into()];
    values.extend(lists.iter().map(|list| list.to_string().into()));
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let found = Found::find_by_statement(statement).all(db.conn()).await.map_err(read_failed)?;
    let ids: Vec<i64> = found.iter().map(|found| found.entry).collect();
    let models = of_tenant(tenant).filter(Column::Entry.is_in(ids)).all(db.conn()).await.map_err(read_failed)?;
    let rows: Result<Vec<EntryRow>, DbError> = models.into_iter().map(convert::list_entry).collect();
    let rows = rows?;
    let with_row = |found: Found| {
        let row = rows.iter().find(|row| signed(row.entry.entry.0) == found.entry)?.clone();
        let (talked, turned_away) = (unsigned(found.talked), unsigned(found.turned_away));
        Some(BlockedCustomer { row, talked, last_talk: Wall::from_micros(found.last_talk), turned_away })
    };
    Ok(found.into_iter().filter_map(with_row).collect())
}

/// Carries out a change; one that was carried out already changes nothing.
pub async fn apply(db: &Db, tenant: TenantId, change: &EntryChange) -> Result<(), DbError> {
    apply_in(db.conn(), tenant, change).await
}

pub(crate) async fn apply_in(
    conn: &impl ConnectionTrait,
    tenant: TenantId,
    change: &EntryChange,
) -> Result<(), DbError> {
    match change {
        EntryChange::Added(rows) => insert(conn, tenant, rows).await,
        EntryChange::Approved { entries, by, at } => {
            let columns = [
                (Column::State, Expr::value("active")),
                (Column::ApprovedBy, Expr::value(by.to_string())),
                (Column::ApprovedAt, Expr::value(at.as_micros())),
            ];
            update(conn, tenant, entries, &columns).await
        }
        EntryChange::Ended { entries, how } => {
            let columns = [
                (Column::State, Expr::value(convert::entry_end_text(how.how))),
                (Column::EndedBy, Expr::value(how.by.as_ref().map(ToString::to_string))),
                (Column::EndedAt, Expr::value(how.at.as_micros())),
            ];
            update(conn, tenant, entries, &columns).await
        }
    }
}

async fn insert(conn: &impl ConnectionTrait, tenant: TenantId, rows: &[EntryRow]) -> Result<(), DbError> {
    let keep = sea_orm::sea_query::OnConflict::columns([Column::Tenant, Column::Entry]).do_nothing().to_owned();
    for some in rows.chunks(ROWS_PER_STATEMENT) {
        let models = some.iter().map(|row| convert::list_entry_model(tenant, row)).collect::<Result<Vec<_>, _>>()?;
        Entity::insert_many(models)
            .on_conflict(keep.clone())
            .exec_without_returning(conn)
            .await
            .map_err(|err| DbError::Write { table: TABLE, err })?;
    }
    Ok(())
}

async fn update(
    conn: &impl ConnectionTrait,
    tenant: TenantId,
    entries: &[EntryId],
    columns: &[(Column, Expr)],
) -> Result<(), DbError> {
    for some in entries.chunks(ROWS_PER_STATEMENT) {
        let mut update = Entity::update_many();
        for (column, value) in columns {
            update = update.col_expr(*column, value.clone());
        }
        update
            .filter(Column::Tenant.eq(tenant.0))
            .filter(Column::Entry.is_in(some.iter().map(|entry| signed(entry.0))))
            .exec(conn)
            .await
            .map_err(|err| DbError::Write { table: TABLE, err })?;
    }
    Ok(())
}

fn of_tenant(tenant: TenantId) -> Select<Entity> {
    Entity::find().filter(Column::Tenant.eq(tenant.0))
}

fn matching(filter: &Filter) -> Condition {
    let all = Condition::all()
        .add_option(filter.list.as_ref().map(|list| Column::List.eq(list.as_str())))
        .add_option(filter.pattern.as_ref().map(|pattern| Column::Pattern.eq(pattern.to_string())));
    if filter.ended { all } else { all.add(Column::EndedAt.is_null()) }
}

fn read_failed(err: sea_orm::DbErr) -> DbError {
    DbError::Read { table: TABLE, err }
}
