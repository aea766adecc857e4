//! The schema's history: numbered, forward only. A released migration is never changed; each may be applied twice.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

/// One text of SQL that SQLite and PostgreSQL both understand.
struct Migration {
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: [Migration; 4] = [
    Migration { name: "0001_begin", sql: include_str!("../../migrations/0001_begin.sql") },
    Migration { name: "0002_lists", sql: include_str!("../../migrations/0002_lists.sql") },
    Migration { name: "0003_callbacks", sql: include_str!("../../migrations/0003_callbacks.sql") },
    Migration { name: "0005_emergencies", sql: include_str!("../../migrations/0005_emergencies.sql") },
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
        manager.get_connection().execute_unprepared(self.sql).await.map(|_| ())
    }
}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        MIGRATIONS.into_iter().map(|migration| Box::new(migration) as Box<dyn MigrationTrait>).collect()
    }
}

/// Applies what is missing. Two processes may do so at once: the one that comes too late for a migration goes on with the
/// next, and in the end finds nothing left to do.
pub(super) async fn apply(conn: &DatabaseConnection) -> Result<(), DbErr> {
    let mut left = usize::MAX;
    // It ends: each round finds fewer left than the one before it.
    loop {
        let Err(err) = Migrator::up(conn, None).await else {
            return Ok(());
        };
        match Migrator::get_pending_migrations(conn).await {
            Ok(pending) if pending.is_empty() => return Ok(()),
            Ok(pending) if pending.len() < left => left = pending.len(),
            Ok(_) | Err(_) => return Err(err),
        }
    }
}
