//! Tickets: what is not resolved, who looks after it, until when the customer hears of it, and everything that was done.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bell_access::audit::Entry;
use bell_customer::{Priority, Promise, Stage, Ticket, TicketChange, TicketState};
use bell_types::{AgentName, CallId, Number, Wall};

use crate::accounts::Changing as Accounts;
use crate::customers::{call, number, text_of};
use crate::db::convert::{signed, unsigned};
use crate::db::rows::Rows;
use crate::db::sql::{Row, Value, marks, text, when};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "ticket";
const CHANGES: &str = "ticket_change";
const TOLD: &str = "promise_told";
const COLUMNS: &str = "ticket, number, call, subject, body, priority, state, made_at, promised_at, opened_at, opened_by, \
                       opener, agent";

/// How many rows one answer holds at most.
pub const ROWS_MAX: u64 = 200;

/// A ticket. Counted in each tenant, never given twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TicketId(pub u64);

impl fmt::Display for TicketId {
    /// As people name it: `T-17`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T-{}", self.0)
    }
}

/// A ticket with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// Its id.
    pub ticket: TicketId,
    /// Whose matter it is.
    pub number: Number,
    /// The call it was opened in.
    pub call: Option<CallId>,
    /// In one line.
    pub subject: String,
    /// In full; it may be empty.
    pub text: String,
    /// How much it matters.
    pub priority: Priority,
    /// How it stands, what was promised, who looks after it.
    pub decided: Ticket,
    /// When it was opened.
    pub opened_at: Wall,
    /// Who opened it.
    pub opened_by: String,
    /// The agent he is, if he is one.
    pub opener: Option<AgentName>,
}

/// Something that was done about a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketChangeRow {
    /// When.
    pub at: Wall,
    /// By whom.
    pub who: String,
    /// What is another value since then.
    pub change: TicketChange,
}

/// An open ticket, and up to which stage of its promise somebody was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The ticket.
    pub ticket: TicketId,
    /// How it stands.
    pub decided: Ticket,
    /// Up to where it was told; running: of nothing yet.
    pub told: Stage,
}

/// Which tickets a list shows. Each field that is set must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketsWanted {
    /// In this state.
    pub state: Option<TicketState>,
    /// Open, with a promise that was to be kept by then.
    pub due_by: Option<Wall>,
    /// Of this number.
    pub number: Option<Number>,
    /// That one of these agents looks after or has opened.
    pub of: Option<BTreeSet<AgentName>>,
    /// That one of these looks after.
    pub agent: Option<AgentName>,
}

/// Where a page ends: the promised time and the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind(pub Wall, pub TicketId);

/// A change of tickets, under way. Dropped without [`Changing::commit`], nothing of it has happened.
#[derive(Debug)]
pub struct Changing {
    rows: Rows,
}

/// The ticket of this id.
pub async fn get(db: &Db, tenant: TenantId, id: TicketId) -> Result<Option<TicketRow>, DbError> {
    one(&Rows::of(db, tenant), id).await
}

/// What was done about a ticket, in order; at most [`ROWS_MAX`], the newest.
pub async fn changes(db: &Db, tenant: TenantId, id: TicketId) -> Result<Vec<TicketChangeRow>, DbError> {
    let sql = "SELECT at, who, body, state, promised_at, agent FROM ticket_change WHERE tenant = $1 AND ticket = $2 \
               ORDER BY change DESC LIMIT $3";
    let values = vec![signed(id.0).into(), signed(ROWS_MAX).into()];
    let found = Rows::of(db, tenant).all(CHANGES, sql, values).await?;
    found.iter().rev().map(change).collect()
}

/// Tickets, the next promise first, behind `after`.
pub async fn list(
    db: &Db,
    tenant: TenantId,
    wanted: &TicketsWanted,
    after: Option<Behind>,
    rows_max: u64,
) -> Result<Vec<TicketRow>, DbError> {
    let mut values: Vec<Value> = vec![signed(rows_max.clamp(1, ROWS_MAX)).into()];
    let mut sql = format!("SELECT {COLUMNS} FROM ticket WHERE tenant = $1");
    let mut and = |condition: &str, value: Value| {
        values.push(value);
        sql.push_str(&condition.replace('?', &format!("${}", values.len() + 1)));
    };
    if let Some(state) = wanted.state {
        and(" AND state = ?", state.code().into());
    }
    if let Some(by) = wanted.due_by {
        and(" AND state = 'open' AND promised_at <= ?", when(by));
    }
    if let Some(number) = &wanted.number {
        and(" AND number = ?", number.to_string().into());
    }
    if let Some(agent) = &wanted.agent {
        and(" AND agent = ?", agent.to_string().into());
    }
    if let Some(Behind(at, ticket)) = after {
        and(" AND (promised_at, ticket) > (?,", when(at));
        and(" ?)", signed(ticket.0).into());
    }
    if let Some(agents) = &wanted.of {
        let some = marks(values.len() + 1, agents.len());
        values.extend(agents.iter().map(|agent| Value::from(agent.to_string())));
        let of =
            if agents.is_empty() { "1 = 0".to_owned() } else { format!("agent IN ({some}) OR opener IN ({some})") };
        sql.push_str(&format!(" AND ({of})"));
    }
    sql.push_str(" ORDER BY promised_at, ticket LIMIT $2");
    let found = Rows::of(db, tenant).all(TABLE, &sql, values).await?;
    found.iter().map(ticket).collect()
}

/// Open tickets whose promise was not told to its end yet, the next promise first, behind `after`.
pub async fn watched(db: &Db, tenant: TenantId, after: Option<Behind>, rows_max: u64) -> Result<Vec<Watched>, DbError> {
    let Behind(at, ticket) = after.unwrap_or(Behind(Wall::from_micros(i64::MIN), TicketId(0)));
    let sql = "SELECT t.ticket, t.state, t.made_at, t.promised_at, t.agent, p.stage FROM ticket t \
               LEFT JOIN promise_told p ON p.tenant = t.tenant AND p.ticket = t.ticket \
               AND p.made_at = t.made_at AND p.promised_at = t.promised_at \
               WHERE t.tenant = $1 AND t.state = 'open' AND (p.stage IS NULL OR p.stage <> 'overdue') \
               AND (t.promised_at, t.ticket) > ($3, $4) ORDER BY t.promised_at, t.ticket LIMIT $2";
    let values = vec![signed(rows_max.clamp(1, ROWS_MAX)).into(), when(at), signed(ticket.0).into()];
    let found = Rows::of(db, tenant).all(TABLE, sql, values).await?;
    let watched = |row: &Row| {
        let (ticket, decided) = (TicketId(unsigned(row.int("ticket")?)), decided(row)?);
        Ok(Watched { ticket, decided, told: stage_told(Some(row))? })
    };
    found.iter().map(watched).collect()
}

/// How these tickets stand, at most [`ROWS_MAX`] of them; those that are not there are left out.
pub async fn standing(db: &Db, tenant: TenantId, ids: &[TicketId]) -> Result<BTreeMap<TicketId, Ticket>, DbError> {
    let ids: Vec<Value> = ids.iter().take(ROWS_MAX as usize).map(|id| signed(id.0).into()).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let these = marks(1, ids.len());
    let sql = format!(
        "SELECT ticket, state, made_at, promised_at, agent FROM ticket WHERE tenant = $1 AND ticket IN ({these})"
    );
    let found = Rows::of(db, tenant).all(TABLE, &sql, ids).await?;
    found.iter().map(|row| Ok((TicketId(unsigned(row.int("ticket")?)), decided(row)?))).collect()
}

/// The last ticket that was opened in a call.
pub async fn of_call(db: &Db, tenant: TenantId, call: CallId) -> Result<Option<TicketId>, DbError> {
    let sql = "SELECT MAX(ticket) AS ticket FROM ticket WHERE tenant = $1 AND call = $2";
    let row = Rows::of(db, tenant).one(TABLE, sql, vec![call.to_string().into()]).await?;
    let id = row.map(|row| row.int_or_none("ticket")).transpose()?.flatten();
    Ok(id.map(|id| TicketId(unsigned(id))))
}

/// The ticket that this request has opened.
pub async fn opened_by_request(db: &Db, tenant: TenantId, request: &str) -> Result<Option<TicketRow>, DbError> {
    by_request(&Rows::of(db, tenant), request).await
}

impl Changing {
    /// Begins a change, and waits for one that is under way.
    pub async fn begin(db: &Db, tenant: TenantId) -> Result<Self, DbError> {
        Ok(Self { rows: Rows::begin(db, tenant, TABLE).await? })
    }

    /// The ticket of this id, as this change has left it so far.
    pub async fn get(&self, id: TicketId) -> Result<Option<TicketRow>, DbError> {
        one(&self.rows, id).await
    }

    /// The ticket that this request has opened already, if it is asked again.
    pub async fn opened_by_request(&self, request: &str) -> Result<Option<TicketRow>, DbError> {
        by_request(&self.rows, request).await
    }

    /// An id for a new ticket.
    pub async fn next_id(&self) -> Result<TicketId, DbError> {
        self.rows.next(TABLE).await.map(TicketId)
    }

    /// Writes a new ticket. `request`: what it is known by if it is asked for again.
    pub async fn open(&self, row: &TicketRow, request: Option<&str>) -> Result<(), DbError> {
        let columns = vec![
            ("number", row.number.to_string().into()),
            ("call", row.call.map(|call| call.to_string()).into()),
            ("subject", text(&row.subject)),
            ("body", text(&row.text)),
            ("priority", row.priority.code().into()),
            ("state", row.decided.state.code().into()),
            ("made_at", when(row.decided.promise.made())),
            ("promised_at", when(row.decided.promise.until())),
            ("opened_at", when(row.opened_at)),
            ("opened_by", text(&row.opened_by)),
            ("opener", row.opener.as_ref().map(ToString::to_string).into()),
            ("agent", row.decided.agent.as_ref().map(ToString::to_string).into()),
            ("asked_by", request.map(text_of).into()),
        ];
        self.rows.put(TABLE, vec![("ticket", signed(row.ticket.0).into())], columns).await
    }

    /// Writes what was decided about a ticket, and adds to its history what changed.
    pub async fn change(&self, id: TicketId, decided: &Ticket, told: &TicketChangeRow) -> Result<(), DbError> {
        let number: Value = signed(id.0).into();
        let sql = "UPDATE ticket SET state = $3, made_at = $4, promised_at = $5, agent = $6 WHERE tenant = $1 AND ticket = $2";
        let values = vec![
            number.clone(),
            decided.state.code().into(),
            when(decided.promise.made()),
            when(decided.promise.until()),
            decided.agent.as_ref().map(ToString::to_string).into(),
        ];
        self.rows.run(TABLE, sql, values).await?;
        let last = "SELECT COALESCE(MAX(change), 0) AS last FROM ticket_change WHERE tenant = $1 AND ticket = $2";
        let row = self.rows.one(CHANGES, last, vec![number.clone()]).await?;
        let last = row.map_or(Ok(0), |row| row.int("last"))?;
        let change = &told.change;
        let columns = vec![
            ("at", when(told.at)),
            ("who", text(&told.who)),
            ("body", change.text.as_deref().map(text_of).into()),
            ("state", change.state.map(TicketState::code).map(str::to_owned).into()),
            ("promised_at", change.promised_at.map(Wall::as_micros).into()),
            ("agent", change.agent.as_ref().map(ToString::to_string).into()),
        ];
        self.rows.put(CHANGES, vec![("ticket", number), ("change", (last + 1).into())], columns).await
    }

    /// Up to which stage of its promise somebody was told of this ticket.
    pub async fn told(&self, row: &TicketRow) -> Result<Stage, DbError> {
        let sql =
            "SELECT stage FROM promise_told WHERE tenant = $1 AND ticket = $2 AND made_at = $3 AND promised_at = $4";
        let promise = row.decided.promise;
        let values = vec![signed(row.ticket.0).into(), when(promise.made()), when(promise.until())];
        stage_told(self.rows.one(TOLD, sql, values).await?.as_ref())
    }

    /// Notes that this stage of its promise is told, and goes on as a change of accounts: what people are told stands in the
    /// same transaction.
    pub async fn tell(self, row: &TicketRow, stage: Stage) -> Result<Accounts, DbError> {
        let promise = row.decided.promise;
        let columns = vec![
            ("made_at", when(promise.made())),
            ("promised_at", when(promise.until())),
            ("stage", stage.code().into()),
        ];
        self.rows.put(TOLD, vec![("ticket", signed(row.ticket.0).into())], columns).await?;
        self.rows.of_accounts().await
    }

    /// Makes it so with its entry in the log of audit: both are in the database afterwards, or neither is.
    pub async fn commit_logged(self, entry: Entry) -> Result<(), DbError> {
        self.rows.commit_logged(entry).await
    }

    /// Makes it so.
    pub async fn commit(self) -> Result<(), DbError> {
        self.rows.commit().await
    }
}

async fn by_request(rows: &Rows, request: &str) -> Result<Option<TicketRow>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM ticket WHERE tenant = $1 AND asked_by = $2");
    rows.one(TABLE, &sql, vec![text(request)]).await?.as_ref().map(ticket).transpose()
}

async fn one(rows: &Rows, id: TicketId) -> Result<Option<TicketRow>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM ticket WHERE tenant = $1 AND ticket = $2");
    rows.one(TABLE, &sql, vec![signed(id.0).into()]).await?.as_ref().map(ticket).transpose()
}

fn decided(row: &Row) -> Result<Ticket, DbError> {
    Ok(Ticket {
        state: row.known("state", TicketState::of_code)?,
        promise: Promise::kept(row.wall("made_at")?, row.wall("promised_at")?),
        agent: agent(row, "agent")?,
    })
}

fn stage_told(row: Option<&Row>) -> Result<Stage, DbError> {
    let Some(row) = row else { return Ok(Stage::Running) };
    let of_code = |stage: String| Stage::of_code(&stage).ok_or_else(|| row.strange("stage", &stage));
    row.text_or_none("stage")?.map_or(Ok(Stage::Running), of_code)
}

fn ticket(row: &Row) -> Result<TicketRow, DbError> {
    Ok(TicketRow {
        ticket: TicketId(unsigned(row.int("ticket")?)),
        number: number(row, "number")?,
        call: call(row)?,
        subject: row.text("subject")?,
        text: row.text("body")?,
        priority: row.known("priority", Priority::of_code)?,
        decided: decided(row)?,
        opened_at: row.wall("opened_at")?,
        opened_by: row.text("opened_by")?,
        opener: agent(row, "opener")?,
    })
}

fn change(row: &Row) -> Result<TicketChangeRow, DbError> {
    let state = row.text_or_none("state")?;
    let state = state.map(|state| TicketState::of_code(&state).ok_or_else(|| row.strange("state", &state)));
    let change = TicketChange {
        state: state.transpose()?,
        text: row.text_or_none("body")?,
        promised_at: row.wall_or_none("promised_at")?,
        agent: agent(row, "agent")?,
    };
    Ok(TicketChangeRow { at: row.wall("at")?, who: row.text("who")?, change })
}

fn agent(row: &Row, column: &'static str) -> Result<Option<AgentName>, DbError> {
    let name = row.text_or_none(column)?;
    name.map(|name| AgentName::new(&name).map_err(|_| row.strange(column, &name))).transpose()
}
