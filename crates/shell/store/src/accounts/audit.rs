//! The log of what everybody did: added to at its end, searched, verified, and taken from at its front.

use std::net::IpAddr;

use bell_access::audit::{Break, Broken, Detail, Entry, Hash, Head, Outcome, Record, Search, Who, prune, verify};
use bell_access::{Policy, Reach, UserId};
use bell_types::Wall;

use super::people::reached;
use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Row, Value, json, text, when};

const TABLE: &str = "audit";
const COLUMNS: &str = "seq, at, who_kind, who, who_name, address, action, object, outcome, why, details, prev, hash";

/// How many records one page holds at most.
pub const RECORDS_MAX: u64 = 1000;

/// How many records are verified at a time.
const VERIFIED_AT_A_TIME: i64 = 20_000;

/// Records that were found, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// They.
    pub records: Vec<Record>,
    /// Before which place the next page begins; none: there is none.
    pub next: Option<u64>,
}

impl Accounts {
    /// Behind what the log begins, and where it ends; none before the first record.
    pub async fn chain_ends(&self) -> Result<Option<(Head, Head)>, DbError> {
        let sql = "SELECT seq, hash, start_seq, start_hash FROM audit_chain WHERE tenant = $1";
        let row = self.one("audit_chain", sql, vec![]).await?;
        let ends = |row: Row| {
            let start = Head { seq: unsigned(row.int("start_seq")?), hash: Hash(row.hash("start_hash")?) };
            Ok((start, Head { seq: unsigned(row.int("seq")?), hash: Hash(row.hash("hash")?) }))
        };
        row.map(ends).transpose()
    }

    /// What a search finds among what people of this reach did, before `before`. What the system and strangers did is
    /// found by whoever reaches the whole tenant.
    pub async fn search_audit(
        &self,
        search: &Search,
        reach: &Reach,
        before: Option<u64>,
        rows_max: u64,
    ) -> Result<AuditPage, DbError> {
        let rows_max = rows_max.clamp(1, RECORDS_MAX);
        let mut values: Vec<Value> = vec![before.map_or(i64::MAX, signed).into(), signed(rows_max + 1).into()];
        let mut conditions = vec!["tenant = $1".to_owned(), "seq < $2".to_owned()];
        let mut add = |values: &mut Vec<Value>, condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                values.push(value);
                conditions.push(condition.replace('?', &format!("${}", values.len() + 1)));
            }
        };
        add(&mut values, "at >= ?", search.from.map(when));
        add(&mut values, "at < ?", search.until.map(when));
        add(&mut values, "who_kind IN ('user', 'token') AND who = ?", search.user.map(|user| signed(user.0).into()));
        add(&mut values, "address = ?", search.address.map(text));
        add(&mut values, "substr(action, 1, length(?)) = ?", search.action.as_ref().map(text));
        add(
            &mut values,
            "replace(object, ?, '') <> object",
            search.object.as_ref().filter(|o| !o.is_empty()).map(text),
        );
        add(&mut values, "outcome = ?", search.outcome.as_ref().map(text));
        if *reach != Reach::Tenant {
            let reached = reached(reach, &mut values);
            conditions.push(format!(
                "who_kind IN ('user', 'token') AND EXISTS \
                 (SELECT 1 FROM person WHERE person.tenant = audit.tenant AND person.person = audit.who AND ({reached}))"
            ));
        }
        let conditions = conditions.join(" AND ");
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE {conditions} ORDER BY seq DESC LIMIT $3");
        let mut records = self.records(&sql, values).await?;
        let is_more = records.len() as u64 > rows_max;
        records.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
        let next = records.last().filter(|_| is_more).map(|record| record.seq);
        Ok(AuditPage { records, next })
    }

    /// Records behind a place, in their order.
    pub async fn records_after(&self, after: u64, rows_max: u64) -> Result<Vec<Record>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE tenant = $1 AND seq > $2 ORDER BY seq LIMIT $3");
        self.records(&sql, vec![signed(after).into(), signed(rows_max).into()]).await
    }

    /// Walks through the whole log. `anchors`: heads that were noted outside of the database, in their order. The end that
    /// the database itself has noted is one of them.
    pub async fn verify_audit(&self, anchors: &[Head]) -> Result<Result<Head, Break>, DbError> {
        let Some((start, end)) = self.chain_ends().await? else { return Ok(self.verify_empty(anchors)) };
        let walked = self.walk(start, end, anchors).await?;
        let told = self.pruned_until().await?;
        if walked.is_err() || told == (start.seq > 0).then_some(start) {
            return Ok(walked);
        }
        // The records there are fit each other, but begin elsewhere than the last pruning said.
        let seq = told.map_or(0, |told| told.seq.min(start.seq)) + 1;
        Ok(Err(Break { seq, broken: Broken::Missing { until: start.seq.max(seq) } }))
    }

    async fn walk(&self, start: Head, end: Head, anchors: &[Head]) -> Result<Result<Head, Break>, DbError> {
        let mut anchors: Vec<Head> = anchors.iter().copied().filter(|anchor| anchor.seq > start.seq).collect();
        anchors.push(end);
        anchors.sort_unstable();
        let mut reached = start;
        // It ends: each round goes on behind the one before.
        loop {
            let records = self.records_after(reached.seq, unsigned(VERIFIED_AT_A_TIME)).await?;
            let Some(last) = records.last().map(|record| record.seq) else {
                return Ok(verify(self.tenant(), reached, [].iter(), &anchors));
            };
            let of_these: Vec<Head> = anchors.iter().copied().filter(|anchor| anchor.seq <= last).collect();
            match verify(self.tenant(), reached, records.iter(), &of_these) {
                Ok(head) => reached = head,
                Err(found) => return Ok(Err(found)),
            }
            anchors.retain(|anchor| anchor.seq > last);
        }
    }

    /// Behind what the log begins by its own last word about that.
    async fn pruned_until(&self) -> Result<Option<Head>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE tenant = $1 AND action = 'audit.prune' AND who_kind = 'system' \
             ORDER BY seq DESC LIMIT 1"
        );
        let last = self.records(&sql, vec![]).await?;
        let head = |record: &Record| {
            let detail = |wanted: &str| record.details.iter().find(|(name, _)| name == wanted).map(|(_, text)| text);
            let hash = crate::db::sql::unhex(detail("hash")?)?.try_into().ok()?;
            Some(Head { seq: detail("until")?.parse().ok()?, hash: Hash(hash) })
        };
        Ok(last.first().and_then(head))
    }

    fn verify_empty(&self, anchors: &[Head]) -> Result<Head, Break> {
        verify(self.tenant(), Head::genesis(self.tenant()), [].iter(), anchors)
    }

    async fn records(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Record>, DbError> {
        let rows = self.all(TABLE, sql, values).await?;
        rows.iter().map(|row| record(row, self.tenant())).collect()
    }
}

impl Changing {
    pub(super) async fn put_record(&self, record: &Record) -> Result<(), DbError> {
        let (kind, who, name) = match &record.who {
            Who::User(user, name) => ("user", user.0, name),
            Who::Token(user, name) => ("token", user.0, name),
            Who::Stranger(name) => ("stranger", 0, name),
            Who::System(name) => ("system", 0, name),
        };
        let why = match &record.outcome {
            Outcome::Done => "",
            Outcome::Refused(why) | Outcome::Failed(why) => why,
        };
        let address: Option<String> = record.address.map(|address| address.to_string());
        let sql = format!(
            "INSERT INTO audit (tenant, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        );
        let values = vec![
            signed(record.seq).into(),
            when(record.at),
            kind.into(),
            signed(who).into(),
            text(name),
            address.into(),
            text(&record.action),
            text(&record.object),
            record.outcome.code().into(),
            text(why),
            json(&record.details),
            record.prev.to_string().into(),
            record.hash.to_string().into(),
        ];
        self.run(TABLE, &sql, values).await.map(drop)
    }

    /// Takes the records from the front that are older than the policy keeps them, up to a limit, and tells the log. How
    /// many went.
    pub async fn prune_audit(&mut self, now: Wall, policy: &Policy) -> Result<u64, DbError> {
        let Some((start, _)) = self.rows.chain_ends().await? else { return Ok(0) };
        let oldest = self.rows.records_after(start.seq, bell_access::audit::PRUNED_MAX as u64).await?;
        let Some(pruning) = prune(now, oldest.iter(), policy) else { return Ok(0) };
        self.tell(pruning.entry(now)).await?;
        let start = pruning.start;
        let sql = "UPDATE audit_chain SET start_seq = $2, start_hash = $3 WHERE tenant = $1";
        self.run("audit_chain", sql, vec![signed(start.seq).into(), start.hash.to_string().into()]).await?;
        let sql = "DELETE FROM audit WHERE tenant = $1 AND seq <= $2";
        self.run(TABLE, sql, vec![signed(start.seq).into()]).await
    }
}

/// What the log is told, in texts that every database takes: what is kept must be what was hashed.
pub(super) fn storable(entry: Entry) -> Entry {
    let plain = |text: String| text.replace('\0', "\u{fffd}");
    let Entry { at, who, address, action, object, outcome, details } = entry;
    let detail = |(name, detail): (String, Detail)| {
        let detail = match detail {
            Detail::Plain(text) => Detail::Plain(plain(text)),
            Detail::Words(text) => Detail::Words(plain(text)),
            Detail::Number(_) | Detail::Secret => detail,
        };
        (plain(name), detail)
    };
    Entry {
        at,
        who: match who {
            Who::User(user, name) => Who::User(user, plain(name)),
            Who::Token(user, name) => Who::Token(user, plain(name)),
            Who::Stranger(name) => Who::Stranger(plain(name)),
            Who::System(name) => Who::System(plain(name)),
        },
        address,
        action: plain(action),
        object: plain(object),
        outcome: match outcome {
            Outcome::Done => Outcome::Done,
            Outcome::Refused(why) => Outcome::Refused(plain(why)),
            Outcome::Failed(why) => Outcome::Failed(plain(why)),
        },
        details: details.into_iter().map(detail).collect(),
    }
}

/// A record as it stands there. Whatever was done to it, it is read as far as it can be: its hash tells.
fn record(row: &Row, tenant: bell_access::TenantId) -> Result<Record, DbError> {
    let (who, name) = (UserId(unsigned(row.int("who")?)), row.text("who_name")?);
    let kind = row.text("who_kind")?;
    let why = row.text("why")?;
    let hash = |column| Ok::<_, DbError>(Hash(row.hash(column).unwrap_or_default()));
    Ok(Record {
        tenant,
        seq: unsigned(row.int("seq")?),
        at: row.wall("at")?,
        who: match kind.as_str() {
            "user" => Who::User(who, name),
            "token" => Who::Token(who, name),
            "stranger" => Who::Stranger(name),
            _ => Who::System(name),
        },
        address: row.text_or_none("address")?.and_then(|address| address.parse::<IpAddr>().ok()),
        action: row.text("action")?,
        object: row.text("object")?,
        outcome: match row.text("outcome")?.as_str() {
            "done" => Outcome::Done,
            "refused" => Outcome::Refused(why),
            _ => Outcome::Failed(why),
        },
        details: row.json("details").unwrap_or_default(),
        prev: hash("prev")?,
        hash: hash("hash")?,
    })
}
