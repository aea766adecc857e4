//! Lines to say: by queue, phase of the call and class of the customer, with every version.

use bell_access::audit::Entry;
use bell_customer::{Code, Phase, Said};
use bell_types::{QueueName, Wall};

use crate::db::convert::{signed, unsigned};
use crate::db::rows::Rows;
use crate::db::sql::{Row, Value, text, when};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "script";
/// Stands for every queue, and for every class.
const ALL: &str = "*";
const COLUMNS: &str = "queue, phase, class, version, zh, en, at, who";

/// How many versions one answer holds at most.
pub const ROWS_MAX: u64 = 200;

/// Whose lines, and when they are said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The queue; none: every queue that has none of its own.
    pub queue: Option<QueueName>,
    /// The phase.
    pub phase: Phase,
    /// The class of customers; none: all that have none of their own.
    pub class: Option<Code>,
}

/// The lines of a place, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Where they belong.
    pub place: Place,
    /// Counted from 1.
    pub version: u64,
    /// They; empty texts if they were taken away.
    pub said: Said,
    /// Since when.
    pub at: Wall,
    /// Who wrote them.
    pub who: String,
}

/// How lines were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// They are this version now.
    Done(u64),
    /// There are lines for as many places as there may be.
    TooMany,
}

/// The lines that hold for a queue: its own, and those of every queue where it has none. Those that were taken away are left
/// out.
pub async fn of_queue(db: &Db, tenant: TenantId, queue: Option<&QueueName>) -> Result<Vec<Lines>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM script s WHERE tenant = $1 AND queue IN ('{ALL}', $2) AND version = (SELECT MAX(version) \
         FROM script o WHERE o.tenant = s.tenant AND o.queue = s.queue AND o.phase = s.phase AND o.class = s.class) \
         ORDER BY CASE WHEN queue = '{ALL}' THEN 1 ELSE 0 END, phase, class"
    );
    let found = Rows::of(db, tenant).all(TABLE, &sql, vec![queue_text(queue)]).await?;
    let mut holds: Vec<Lines> = Vec::new();
    for row in &found {
        let next = lines(row)?;
        let same = |other: &Lines| other.place.phase == next.place.phase && other.place.class == next.place.class;
        if !is_empty(&next.said) && !holds.iter().any(same) {
            holds.push(next);
        }
    }
    Ok(holds)
}

/// Every version of a place, the newest first.
pub async fn versions(db: &Db, tenant: TenantId, place: &Place, rows_max: u64) -> Result<Vec<Lines>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM script WHERE tenant = $1 AND queue = $2 AND phase = $3 AND class = $4 \
         ORDER BY version DESC LIMIT $5"
    );
    let mut values = key(place);
    values.push(signed(rows_max.clamp(1, ROWS_MAX)).into());
    let found = Rows::of(db, tenant).all(TABLE, &sql, values).await?;
    found.iter().map(lines).collect()
}

/// Writes the lines of a place as its next version, with the entry of that version in the log of audit. The same lines again are
/// no new version. A place that has had none gets lines only if there are fewer than `places_max`.
pub async fn put(
    db: &Db,
    tenant: TenantId,
    place: &Place,
    said: &Said,
    (at, who): (Wall, &str),
    places_max: u64,
    entry: impl FnOnce(u64) -> Entry,
) -> Result<Put, DbError> {
    let rows = Rows::begin(db, tenant, TABLE).await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM script WHERE tenant = $1 AND queue = $2 AND phase = $3 AND class = $4 \
         ORDER BY version DESC LIMIT 1"
    );
    let last = rows.one(TABLE, &sql, key(place)).await?;
    let last = last.as_ref().map(lines).transpose()?;
    if let Some(last) = last.as_ref().filter(|last| last.said == *said) {
        return Ok(Put::Done(last.version));
    }
    if last.is_none() {
        let sql = "SELECT COUNT(*) AS places FROM script WHERE tenant = $1 AND version = 1";
        let count = rows.one(TABLE, sql, vec![]).await?.map_or(Ok(0), |row| row.int("places")).map(unsigned)?;
        if count >= places_max {
            return Ok(Put::TooMany);
        }
    }
    let version = last.map_or(0, |last| last.version) + 1;
    let columns = ["queue", "phase", "class"].into_iter().zip(key(place));
    let columns = columns.chain([("version", signed(version).into())]).collect();
    let rest = vec![("zh", text(&said.zh)), ("en", text(&said.en)), ("at", when(at)), ("who", text(who))];
    rows.put(TABLE, columns, rest).await?;
    rows.commit_logged(entry(version)).await?;
    Ok(Put::Done(version))
}

fn key(place: &Place) -> Vec<Value> {
    let class = place.class.as_ref().map_or(ALL, Code::as_str);
    vec![queue_text(place.queue.as_ref()), place.phase.code().into(), class.into()]
}

fn queue_text(queue: Option<&QueueName>) -> Value {
    queue.map_or(ALL, QueueName::as_str).into()
}

const fn is_empty(said: &Said) -> bool {
    said.zh.is_empty() && said.en.is_empty()
}

fn lines(row: &Row) -> Result<Lines, DbError> {
    let own = |text: &str| text != ALL;
    let (queue, class) = (row.text("queue")?, row.text("class")?);
    let place = Place {
        queue: own(&queue).then(|| QueueName::new(&queue).map_err(|_| row.strange("queue", &queue))).transpose()?,
        phase: row.known("phase", Phase::of_code)?,
        class: own(&class).then(|| Code::parse(&class).map_err(|_| row.strange("class", &class))).transpose()?,
    };
    Ok(Lines {
        place,
        version: unsigned(row.int("version")?),
        said: Said { zh: row.text("zh")?, en: row.text("en")? },
        at: row.wall("at")?,
        who: row.text("who")?,
    })
}
