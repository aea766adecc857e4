//! The schema's history: numbered, forward only. A released migration is never changed; each may be applied twice.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};
use tokio::time::sleep;

/// One step of the schema.
#[derive(Clone, Copy)]
struct Migration {
    name: &'static str,
    sql: Sql,
}

/// A text of SQL.
#[derive(Clone, Copy)]
enum Sql {
    /// One that SQLite and PostgreSQL both understand.
    Both(&'static str),
    /// One for each: triggers and functions have no common language.
    Each { sqlite: &'static str, postgres: &'static str },
}

const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_begin", sql: Sql::Both(include_str!("../../migrations/0001_begin.sql")) },
    Migration { name: "0002_lists", sql: Sql::Both(include_str!("../../migrations/0002_lists.sql")) },
    Migration { name: "0003_callbacks", sql: Sql::Both(include_str!("../../migrations/0003_callbacks.sql")) },
    Migration { name: "0004_accounts", sql: Sql::Both(include_str!("../../migrations/0004_accounts.sql")) },
    Migration {
        name: "0004_audit",
        sql: Sql::Each {
            sqlite: include_str!("../../migrations/0004_audit_sqlite.sql"),
            postgres: include_str!("../../migrations/0004_audit_postgres.sql"),
        },
    },
    Migration { name: "0005_emergencies", sql: Sql::Both(include_str!("../../migrations/0005_emergencies.sql")) },
    Migration { name: "0006_call_agents", sql: Sql::Both(include_str!("../../migrations/0006_call_agents.sql")) },
    Migration { name: "0007_summaries", sql: Sql::Both(include_str!("../../migrations/0007_summaries.sql")) },
    Migration { name: "0008_customers", sql: Sql::Both(include_str!("../../migrations/0008_customers.sql")) },
    Migration { name: "0009_phones", sql: Sql::Both(include_str!("../../migrations/0009_phones.sql")) },
    Migration { name: "0011_notices", sql: Sql::Both(include_str!("../../migrations/0011_notices.sql")) },
    Migration { name: "0012_device_reports", sql: Sql::Both(include_str!("../../migrations/0012_device_reports.sql")) },
    Migration { name: "0011_webhooks", sql: Sql::Both(include_str!("../../migrations/0011_webhooks.sql")) },
    Migration { name: "0011_passkeys", sql: Sql::Both(include_str!("../../migrations/0011_passkeys.sql")) },
    Migration { name: "0011_reviews", sql: Sql::Both(include_str!("../../migrations/0011_reviews.sql")) },
    Migration { name: "0014_call_modes", sql: Sql::Both(include_str!("../../migrations/0014_call_modes.sql")) },
    Migration { name: "0014_answers", sql: Sql::Both(include_str!("../../migrations/0014_answers.sql")) },
    Migration {
        name: "0016_search",
        sql: Sql::Each {
            sqlite: include_str!("../../migrations/0016_search_sqlite.sql"),
            postgres: include_str!("../../migrations/0016_search_postgres.sql"),
        },
    },
    Migration { name: "0017_wider_indexes", sql: Sql::Both(include_str!("../../migrations/0017_wider_indexes.sql")) },
    Migration { name: "0018_promises", sql: Sql::Both(include_str!("../../migrations/0018_promises.sql")) },
    Migration { name: "0019_votes", sql: Sql::Both(include_str!("../../migrations/0019_votes.sql")) },
];

struct Migrator;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = match self.sql {
            Sql::Both(sql) => sql,
            Sql::Each { sqlite, postgres } => match manager.get_database_backend() {
                DbBackend::Postgres => postgres,
                _ => sqlite,
            },
        };
        manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }
}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        MIGRATIONS.iter().copied().map(|migration| Box::new(migration) as Box<dyn MigrationTrait>).collect()
    }
}

/// How often a migration that fails is tried again while none gets done, and after which pause: long enough for another process
/// to finish the one that it holds.
const TRIES_MAX: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Applies what is missing. Two processes may do so at once: who comes too late for a migration, or is turned away for the
/// other's sake, looks again what is left.
pub(super) async fn apply(conn: &DatabaseConnection) -> Result<(), DbErr> {
    let (mut left, mut tries) = (usize::MAX, 0);
    loop {
        let Err(err) = Migrator::up(conn, None).await else {
            return Ok(());
        };
        match Migrator::get_pending_migrations(conn).await.map(|pending| pending.len()) {
            Ok(0) => return Ok(()),
            Ok(pending) if pending < left => (left, tries) = (pending, 0),
            Ok(_) | Err(_) if tries < TRIES_MAX => tries += 1,
            Ok(_) | Err(_) => return Err(err),
        }
        sleep(PAUSE).await;
    }
}
