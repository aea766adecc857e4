//! The database behind the desk: one for all its doors.

use std::sync::Arc;

use bell_api::doors::Refused;
use bell_store::{Db, DbConfig};
use tokio::sync::OnceCell;

use crate::dirs::Dirs;
use crate::serve::db_config;

/// So many look something up at one time; others wait for them. A search among millions of calls may take seconds, and what
/// everybody asks for is not to wait until a few of them are done.
const CONNECTIONS_MAX: u32 = 8;

/// Opened when it is asked for first. Clones share its connections.
#[derive(Clone)]
pub(super) struct Database {
    config: DbConfig,
    db: Arc<OnceCell<Db>>,
}

impl Database {
    /// That of this directory.
    pub(super) fn of(dirs: &Dirs) -> Self {
        Self { config: DbConfig { connections_max: CONNECTIONS_MAX, ..db_config(dirs) }, db: Arc::default() }
    }

    /// The database, as soon as it is there.
    pub(super) async fn get(&self) -> Result<&Db, Refused> {
        self.db.get_or_try_init(|| Db::open(&self.config)).await.map_err(Refused::unavailable)
    }
}
