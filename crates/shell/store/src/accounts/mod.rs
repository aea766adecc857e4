//! Accounts: the organisation, people and what they may, their logins, and the log of what everybody did.
//!
//! [`Accounts`] reads. [`Changing`] is one transaction that changes something and tells the log of it: both are in the
//! database afterwards, or neither is. It begins by taking the end of the tenant's chain, so that no two run at once and
//! what one reads stays true until it commits.

mod audit;
mod logins;
mod notices;
mod org;
mod passkeys;
mod people;
mod reviews;
mod rules;
mod tokens;
mod webhooks;

use bell_access::audit::{Chain, Entry, Head, Record};

use crate::db::convert::{signed, unsigned};
use crate::db::sql::{self, Conn, Value};
use crate::db::{Db, DbError, TenantId};

pub use audit::{AuditPage, RECORDS_MAX};
pub use logins::{Device, LoginRow, NoticeRow};
pub use notices::{NOTICES_MAX, OwnNotice};
pub use org::{Company, Project};
pub use passkeys::PasskeyKey;
pub use people::{PeopleWanted, Person};
pub use reviews::ReviewItem;
pub use webhooks::{ATTEMPTS_MAX, Attempt, OutboxEvent, Webhook, WebhookState};

/// The accounts of a tenant, to be read.
#[derive(Debug)]
pub struct Accounts {
    conn: Conn,
    tenant: TenantId,
}

/// A change of a tenant's accounts, under way. Dropped without [`Changing::commit`], nothing of it has happened.
#[derive(Debug)]
pub struct Changing {
    rows: Accounts,
    chain: Chain,
}

impl Accounts {
    /// Those of this tenant.
    pub fn of(db: &Db, tenant: TenantId) -> Self {
        Self { conn: Conn::Pool(db.conn().clone()), tenant }
    }

    /// The tenant, as the core counts them.
    pub fn tenant(&self) -> bell_access::TenantId {
        bell_access::TenantId(u32::try_from(self.tenant.0).unwrap_or(0))
    }
}

impl Changing {
    /// Begins a change, and waits for one that is under way.
    pub async fn begin(db: &Db, tenant: TenantId) -> Result<Self, DbError> {
        Self::within(Conn::Change(db.begin().await?), tenant).await
    }

    /// Goes on with a change that has begun elsewhere, and waits for one of accounts that is under way.
    pub(crate) async fn within(conn: Conn, tenant: TenantId) -> Result<Self, DbError> {
        let rows = Accounts { conn, tenant };
        let of_core = rows.tenant();
        let genesis = Head::genesis(of_core);
        let hash = genesis.hash.to_string();
        // The first statement writes: SQLite gives its lock at once, PostgreSQL that of the row.
        let sql = "INSERT INTO audit_chain (tenant, seq, hash, start_seq, start_hash) VALUES ($1, 0, $2, 0, $2) \
                   ON CONFLICT (tenant) DO UPDATE SET tenant = excluded.tenant";
        rows.conn.run("audit_chain", sql, vec![tenant.0.into(), hash.into()]).await?;
        let (_, head) = rows.chain_ends().await?.unwrap_or((genesis, genesis));
        Ok(Self { rows, chain: Chain::new(of_core, head) })
    }

    /// What is there, as this change has left it so far.
    pub const fn rows(&self) -> &Accounts {
        &self.rows
    }

    /// Tells the log.
    pub async fn tell(&mut self, entry: Entry) -> Result<Record, DbError> {
        let record = self.chain.append(audit::storable(entry));
        self.put_record(&record).await?;
        Ok(record)
    }

    /// Makes it so, and says where the log ends now.
    pub async fn commit(self) -> Result<Head, DbError> {
        let head = self.chain.head();
        self.run(
            "audit_chain",
            "UPDATE audit_chain SET seq = $2, hash = $3 WHERE tenant = $1",
            vec![signed(head.seq).into(), head.hash.to_string().into()],
        )
        .await?;
        match self.rows.conn {
            Conn::Change(tx) => tx.commit().await.map_err(DbError::Commit)?,
            Conn::Pool(_) => {}
        }
        Ok(head)
    }

    /// The id that nobody has had in this column: one more than the highest.
    async fn next_id(&self, table: &'static str, column: &'static str) -> Result<u64, DbError> {
        let sql = format!("SELECT COALESCE(MAX({column}), 0) AS last FROM {table} WHERE tenant = $1");
        let row = self.rows.one(table, &sql, vec![]).await?;
        Ok(row.map(|row| row.int("last")).transpose()?.map_or(0, unsigned) + 1)
    }

    /// Runs a statement whose first value is the tenant.
    async fn run(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<u64, DbError> {
        self.rows.conn.run(table, sql, self.rows.with_tenant(values)).await
    }

    /// Writes a row, in place of the one with the same tenant and key.
    async fn put(
        &self,
        table: &'static str,
        key: Vec<(&'static str, Value)>,
        rest: Vec<(&'static str, Value)>,
    ) -> Result<(), DbError> {
        let sql = sql::upsert(table, &key, &rest);
        let values = key.into_iter().chain(rest).map(|(_, value)| value).collect();
        self.run(table, &sql, values).await.map(drop)
    }
}

impl Accounts {
    /// The rows of a query whose first value is the tenant.
    async fn all(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<Vec<sql::Row>, DbError> {
        self.conn.rows(table, sql, self.with_tenant(values)).await
    }

    async fn one(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<Option<sql::Row>, DbError> {
        Ok(self.all(table, sql, values).await?.into_iter().next())
    }

    fn with_tenant(&self, values: Vec<Value>) -> Vec<Value> {
        let mut all = vec![Value::from(self.tenant.0)];
        all.extend(values);
        all
    }
}
