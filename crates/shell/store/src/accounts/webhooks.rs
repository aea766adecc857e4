//! Programs of others that are told events: who they are, what they have taken, and how it went.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_access::UserId;
use bell_types::Wall;
use bell_webhook::{Delivery, Kind, SECRET_LEN, WebhookSecret};

use super::sql::{Conn, Row, Value, hex, json, text, unhex, when, when_or_none};
use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::outbox::{self, NewEvent};

const TABLE: &str = "webhook";
const COLUMNS: &str = "webhook, name, url, secret, kinds, state, person, made, taken, tries, failing_since, next_try";
const ATTEMPTS: &str = "webhook_attempt";

/// How many attempts of a webhook are kept.
pub const ATTEMPTS_MAX: u64 = 200;
/// How many events are read at one time.
const EVENTS_MAX: u64 = 100;

/// A program of others that is told events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub webhook: u64,
    /// What people call it.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// What messages are signed with.
    pub secret: WebhookSecret,
    /// What it is told.
    pub kinds: BTreeSet<Kind>,
    /// Whether it is told anything now.
    pub state: WebhookState,
    /// Who set it up.
    pub person: UserId,
    /// When.
    pub made: Wall,
    /// The last event it has taken or wanted nothing of.
    pub taken: u64,
    /// How telling it goes.
    pub delivery: Delivery,
}

/// Whether somebody is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// He is.
    On,
    /// Somebody has switched it off.
    Paused,
    /// It took nothing for too long.
    Failed,
}

/// An event that is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEvent {
    /// Its number.
    pub event: u64,
    /// What it is about; none: of a kind of another version.
    pub kind: Option<Kind>,
    /// The message.
    pub body: String,
}

/// How telling an event went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, counted for each webhook.
    pub attempt: u64,
    /// The event.
    pub event: u64,
    /// What it is about.
    pub kind: String,
    /// When it was tried.
    pub at: Wall,
    /// How long that took.
    pub took: Duration,
    /// The status of the answer; none: there was no answer.
    pub status: Option<u16>,
    /// Why it was not taken.
    pub error: Option<String>,
}

impl Webhook {
    /// Whether it is told events of this kind.
    pub fn wants(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }
}

impl WebhookState {
    const ALL: [Self; 3] = [Self::On, Self::Paused, Self::Failed];

    /// As programs know it; never renamed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Paused => "paused",
            Self::Failed => "failed",
        }
    }
}

impl Accounts {
    /// All webhooks, the oldest first. They are few.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM webhook WHERE tenant = $1 ORDER BY webhook");
        self.all(TABLE, &sql, vec![]).await?.iter().map(webhook).collect()
    }

    /// One of them.
    pub async fn webhook(&self, id: u64) -> Result<Option<Webhook>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM webhook WHERE tenant = $1 AND webhook = $2");
        self.one(TABLE, &sql, vec![signed(id).into()]).await?.as_ref().map(webhook).transpose()
    }

    /// The number of the last event.
    pub async fn outbox_end(&self) -> Result<u64, DbError> {
        let row = self.one("outbox_end", "SELECT event FROM outbox_end WHERE tenant = $1", vec![]).await?;
        Ok(row.map(|row| row.int("event")).transpose()?.map_or(0, unsigned))
    }

    /// The number behind which everything happened at this time or later.
    pub async fn outbox_before(&self, at: Wall) -> Result<u64, DbError> {
        let sql = "SELECT MIN(event) AS event FROM outbox WHERE tenant = $1 AND at >= $2";
        let first = self.one("outbox", sql, vec![when(at)]).await?.map(|row| row.int_or_none("event")).transpose()?;
        match first.flatten() {
            Some(first) => Ok(unsigned(first).saturating_sub(1)),
            None => self.outbox_end().await,
        }
    }

    /// Events behind this number, a page of them.
    pub async fn outbox_after(&self, event: u64) -> Result<Vec<OutboxEvent>, DbError> {
        let sql = "SELECT event, kind, body FROM outbox WHERE tenant = $1 AND event > $2 ORDER BY event LIMIT $3";
        let rows = self.all("outbox", sql, vec![signed(event).into(), signed(EVENTS_MAX).into()]).await?;
        let event = |row: &Row| {
            let kind = Kind::of_code(&row.text("kind")?);
            Ok(OutboxEvent { event: unsigned(row.int("event")?), kind, body: row.text("body")? })
        };
        rows.iter().map(event).collect()
    }

    /// Notes how far a webhook is and how it goes, if it still is where it was: meanwhile somebody may have sent it back.
    /// No change of an account: the log is not told.
    pub async fn webhook_went(&self, from: u64, to: u64, webhook: &Webhook) -> Result<bool, DbError> {
        let sql = "UPDATE webhook SET taken = $4, tries = $5, failing_since = $6, next_try = $7 \
                   WHERE tenant = $1 AND webhook = $2 AND taken = $3";
        let Delivery { tries, failing_since, next_try } = webhook.delivery;
        let values = vec![
            signed(webhook.webhook).into(),
            signed(from).into(),
            signed(to).into(),
            i64::from(tries).into(),
            when_or_none(failing_since),
            when_or_none(next_try),
        ];
        Ok(self.conn.run(TABLE, sql, self.with_tenant(values)).await? == 1)
    }

    /// Notes an attempt, and forgets old ones. One webhook is told one thing at a time. The number is given here.
    pub async fn note_attempt(&self, webhook: u64, attempt: &Attempt) -> Result<(), DbError> {
        let sql = "INSERT INTO webhook_attempt (tenant, webhook, attempt, event, kind, at, took_us, status, error) \
                   SELECT $1, $2, COALESCE(MAX(attempt), 0) + 1, $3, $4, $5, $6, $7, $8 \
                   FROM webhook_attempt WHERE tenant = $1 AND webhook = $2";
        let took = i64::try_from(attempt.took.as_micros()).unwrap_or(i64::MAX);
        let values = vec![
            signed(webhook).into(),
            signed(attempt.event).into(),
            text(&attempt.kind),
            when(attempt.at),
            took.into(),
            attempt.status.map(i64::from).into(),
            attempt.error.as_ref().map_or(Value::String(None), text),
        ];
        self.conn.run(ATTEMPTS, sql, self.with_tenant(values)).await?;
        let sql = "DELETE FROM webhook_attempt WHERE tenant = $1 AND webhook = $2 AND attempt <= \
                   (SELECT MAX(attempt) FROM webhook_attempt WHERE tenant = $1 AND webhook = $2) - $3";
        let values = self.with_tenant(vec![signed(webhook).into(), signed(ATTEMPTS_MAX).into()]);
        self.conn.run(ATTEMPTS, sql, values).await.map(drop)
    }

    /// Attempts before one, the newest first.
    pub async fn attempts(&self, webhook: u64, before: Option<u64>, rows_max: usize) -> Result<Vec<Attempt>, DbError> {
        let sql = "SELECT attempt, event, kind, at, took_us, status, error FROM webhook_attempt \
                   WHERE tenant = $1 AND webhook = $2 AND attempt < $3 ORDER BY attempt DESC LIMIT $4";
        let rows_max = i64::try_from(rows_max).unwrap_or(i64::MAX);
        let before = before.map_or(i64::MAX, signed);
        let rows = self.all(ATTEMPTS, sql, vec![signed(webhook).into(), before.into(), rows_max.into()]).await?;
        rows.iter().map(attempt).collect()
    }
}

impl Changing {
    /// Writes a webhook.
    pub async fn put_webhook(&self, webhook: &Webhook) -> Result<(), DbError> {
        let kinds: Vec<&str> = webhook.kinds.iter().map(|kind| kind.code()).collect();
        let columns = vec![
            ("name", text(&webhook.name)),
            ("url", text(&webhook.url)),
            ("secret", hex(webhook.secret.as_bytes()).into()),
            ("kinds", json(&kinds)),
            ("state", webhook.state.code().into()),
            ("person", signed(webhook.person.0).into()),
            ("made", when(webhook.made)),
            ("taken", signed(webhook.taken).into()),
            ("tries", i64::from(webhook.delivery.tries).into()),
            ("failing_since", when_or_none(webhook.delivery.failing_since)),
            ("next_try", when_or_none(webhook.delivery.next_try)),
        ];
        self.put(TABLE, vec![("webhook", signed(webhook.webhook).into())], columns).await
    }

    /// Takes a webhook away, with its attempts.
    pub async fn delete_webhook(&self, webhook: u64) -> Result<(), DbError> {
        for table in [ATTEMPTS, TABLE] {
            let sql = format!("DELETE FROM {table} WHERE tenant = $1 AND webhook = $2");
            self.run(table, &sql, vec![signed(webhook).into()]).await?;
        }
        Ok(())
    }

    /// Lets events be told of what this changes.
    pub async fn put_events(&self, events: &[NewEvent]) -> Result<(), DbError> {
        match &self.rows.conn {
            Conn::Change(tx) => outbox::put(tx, self.rows.tenant, events).await,
            Conn::Pool(conn) => outbox::put(conn, self.rows.tenant, events).await,
        }
    }

    /// An id for a new webhook.
    pub async fn next_webhook(&self) -> Result<u64, DbError> {
        self.next_id(TABLE, "webhook").await
    }
}

fn webhook(row: &Row) -> Result<Webhook, DbError> {
    let kinds: Vec<String> = row.json("kinds")?;
    let secret = row.text("secret")?;
    // The secret does not stand in the message.
    let secret: Option<[u8; SECRET_LEN]> = unhex(&secret).and_then(|bytes| bytes.try_into().ok());
    let delivery = Delivery {
        tries: u32::try_from(row.int("tries")?).unwrap_or(u32::MAX),
        failing_since: row.wall_or_none("failing_since")?,
        next_try: row.wall_or_none("next_try")?,
    };
    Ok(Webhook {
        webhook: unsigned(row.int("webhook")?),
        name: row.text("name")?,
        url: row.text("url")?,
        secret: WebhookSecret::new(secret.ok_or_else(|| row.strange("secret", "a secret"))?),
        // A kind of another version is nothing that this one tells.
        kinds: kinds.iter().filter_map(|kind| Kind::of_code(kind)).collect(),
        state: row.known("state", |value| WebhookState::ALL.into_iter().find(|state| state.code() == value))?,
        person: UserId(unsigned(row.int("person")?)),
        made: row.wall("made")?,
        taken: unsigned(row.int("taken")?),
        delivery,
    })
}

fn attempt(row: &Row) -> Result<Attempt, DbError> {
    Ok(Attempt {
        attempt: unsigned(row.int("attempt")?),
        event: unsigned(row.int("event")?),
        kind: row.text("kind")?,
        at: row.wall("at")?,
        took: Duration::from_micros(unsigned(row.int("took_us")?)),
        status: row.int_or_none("status")?.and_then(|status| u16::try_from(status).ok()),
        error: row.text_or_none("error")?,
    })
}
