//! A new database of either kind.

use std::time::Duration;

use bell_store::{Db, DbConfig};
use tempfile::TempDir;

use super::block_on;
use super::postgres::Server;

/// Where a test database is.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    _dir: Option<TempDir>,
}

impl TestDatabase {
    pub(crate) fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { url: format!("sqlite:{}", dir.path().join("钟楼 test.db").display()), _dir: Some(dir) }
    }

    pub(crate) fn postgres() -> Self {
        Self { url: Server::shared().new_database(), _dir: None }
    }

    pub(crate) fn config(&self) -> DbConfig {
        config(&self.url)
    }

    /// Opens it for one test.
    pub(crate) fn run(&self, test: impl AsyncFnOnce(&Db)) {
        block_on(async {
            let db = Db::open(&self.config()).await.unwrap();
            test(&db).await;
            db.close().await.unwrap();
        });
    }
}

pub(crate) fn config(url: &str) -> DbConfig {
    DbConfig {
        url: url.to_owned(),
        connections_max: 3,
        connect_timeout: Duration::from_secs(5),
        busy_timeout: Duration::from_millis(100),
    }
}
