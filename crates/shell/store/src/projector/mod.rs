//! The projector: fills the database from the journal.
//!
//! It reads the facts behind the last one the database has, and commits rows and the new place in one transaction.
//! So the call path never waits for the database, a database that is away only lags, and nothing is lost or doubled
//! when it is back: whatever happens, the projector asks the database how far it is and goes on there. What the rows
//! are is told by a [`Projection`]; this module knows no business rule.
//!
//! ```no_run
//! # use std::{path::Path, time::Duration};
//! # use bell_types::{CallId, Fact, What};
//! use bell_store::journal::Writer;
//! use bell_store::projector::{Projection, Projector, ProjectorConfig, RowChange};
//! use bell_store::{DbConfig, TenantId};
//!
//! struct CallRecords;
//!
//! impl Projection for CallRecords {
//!     fn concerns(&mut self, fact: &Fact) -> Option<CallId> {
//!         match &fact.what {
//!             What::CallEnded { call, .. } => Some(*call),
//!             What::RecordingSealed { recording, .. } => Some(recording.0),
//!             _ => None,
//!         }
//!     }
//!
//!     fn fold(&mut self, call: CallId, facts: &[Fact]) -> Vec<RowChange> {
//!         // bell_call::fold(facts), converted to a StoredCall
//!         # let _ = (call, facts);
//!         Vec::new()
//!     }
//! }
//!
//! # fn run(journal: &mut Writer, dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
//! let config = ProjectorConfig {
//!     db: DbConfig {
//!         url: "sqlite:/var/lib/belltower/belltower.db".to_owned(),
//!         connections_max: 2,
//!         connect_timeout: Duration::from_secs(5),
//!         busy_timeout: Duration::from_secs(5),
//!     },
//!     journal: dir.to_owned(),
//!     tenant: TenantId::FIRST,
//!     batch_facts_max: 1000,
//!     batch_timeout: Duration::from_secs(30),
//!     idle_wait: Duration::from_millis(50),
//!     retry_wait_min: Duration::from_millis(200),
//!     retry_wait_max: Duration::from_secs(10),
//!     niceness: 10,
//! };
//! let projector = Projector::start(config, journal.durable(), Box::new(CallRecords))?;
//! // Once a second, from the thread that owns the journal:
//! let health = projector.health();
//! let lag = health.lag(journal.last_seq());
//! let room = journal.tend(health.applied);
//! # let _ = (lag, room);
//! # Ok(()) }
//! ```

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bell_types::{CallId, Fact, Seq};
use thiserror::Error;

use crate::calls::StoredCall;
use crate::db::{DbConfig, DbError, TenantId};
use crate::journal::{Durable, JournalError};
use crate::lists::EntryChange;
use crate::outbox::NewEvent;
use crate::summaries::Asked;

mod apply;
mod health;

pub use health::{Phase, ProjectorHealth};

use health::Shared;

/// What facts mean for the rows of the database. Stateless, so that it may be asked again after a failure: all a call
/// needs is handed to [`fold`](Self::fold).
pub trait Projection: Send {
    /// The call whose rows change by this fact.
    fn concerns(&mut self, fact: &Fact) -> Option<CallId>;

    /// The rows of this call, from all its facts so far. Asked once per batch and call.
    fn fold(&mut self, call: CallId, facts: &[Fact]) -> Vec<RowChange>;

    /// What others are told of this fact. `of_call`: all facts of its call, if it [concerns](Self::concerns) one. Asked once
    /// per fact, in their order.
    fn event(&mut self, fact: &Fact, of_call: &[Fact]) -> Option<NewEvent> {
        let _ = (fact, of_call);
        None
    }

    /// What this fact changes on callers' lists. Asked once per fact, in their order.
    fn entries(&mut self, fact: &Fact) -> Option<EntryChange> {
        let _ = fact;
        None
    }
}

/// One change of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// Store this call; one that is stored already is replaced.
    PutCall(Box<StoredCall>),
    /// Ask for this summary; one that was asked for already stays.
    AskSummary(Asked),
}

/// What the projector works with.
#[derive(Clone, Debug)]
pub struct ProjectorConfig {
    /// The database. The projector has connections of its own.
    pub db: DbConfig,
    /// The directory of the journal.
    pub journal: PathBuf,
    /// The tenant whose rows are written.
    pub tenant: TenantId,
    /// Facts in one transaction at most.
    pub batch_facts_max: usize,
    /// How long a transaction may take before the database counts as away.
    pub batch_timeout: Duration,
    /// How long to wait at the end of the journal before looking again.
    pub idle_wait: Duration,
    /// How long to wait after a first failure; twice as long after each further one.
    pub retry_wait_min: Duration,
    /// The longest wait after a failure.
    pub retry_wait_max: Duration,
    /// How far it stands back when the processor is short, 0 to 19 as for nice: calls go first, rows can wait.
    pub niceness: u8,
}

/// Why the projector cannot go on at present. It tries again by itself.
#[derive(Debug, Error)]
pub enum ProjectorError {
    /// The journal.
    #[error("the journal cannot be read")]
    Journal(#[from] JournalError),
    /// The database.
    #[error("the database cannot be written")]
    Db(#[from] DbError),
    /// The database knows more of this journal than the journal does: an old copy of the journal was put back.
    #[error("the database has applied facts to {applied}, but the journal ends at {journal}: it is an older copy")]
    JournalBehind {
        /// How far the database is.
        applied: Seq,
        /// How far the journal is.
        journal: Seq,
    },
}

/// The running projector: a thread named `projector`. Dropping it ends the thread after its current transaction.
#[derive(Debug)]
pub struct Projector {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Projector {
    /// Starts the thread. A database that is away is no error here: the projector waits for it. Facts are applied as
    /// far as they are `durable`, so that the database never knows more than the journal after a power cut.
    pub fn start(config: ProjectorConfig, durable: Durable, projection: Box<dyn Projection>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let shared = Arc::new(Shared::new());
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("projector".to_owned()).spawn(move || {
            let _stopped = theirs.stopped_when_dropped();
            stand_back(config.niceness);
            runtime.block_on(apply::run(&config, &durable, projection, &theirs));
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How it stands.
    pub fn health(&self) -> ProjectorHealth {
        self.shared.health()
    }

    /// Waits until its health is as wanted; false if `timeout` passed first. For a shutdown that lets the database
    /// catch up, and for tests.
    pub fn wait_until(&self, timeout: Duration, wanted: impl Fn(&ProjectorHealth) -> bool) -> bool {
        self.shared.wait_until(timeout, wanted)
    }
}

/// Lowers the priority of this thread, and of the database's threads, which it starts. Linux counts it by thread.
fn stand_back(niceness: u8) {
    if let Err(err) = rustix::process::setpriority_process(None, i32::from(niceness.min(19))) {
        tracing::warn!(error = %err, "the projector keeps the priority of the call path");
    }
}

impl Drop for Projector {
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the projector panicked");
        }
    }
}
