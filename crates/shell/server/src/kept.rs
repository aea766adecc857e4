//! Gives a node that starts back what the database has kept: emergency switches that are on, the entries of lists, and who
//! is to be called back.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::thread;
use std::time::{Duration, Instant};

use bell_callers::Kept;
use bell_engine::{Input, KeptCallback, KeptEntries, LeftCallbacks, SwitchedOn};
use bell_store::journal::Epoch;
use bell_store::lists::{self, EntryRow, Filter};
use bell_store::projector::Projector;
use bell_store::{Db, DbConfig, DbError, TenantId, facts};
use bell_types::{EntryId, Seq};
use thiserror::Error;

use crate::driver::Message;
use crate::serve::ServeError;

/// How long a start waits for the database. After that the node takes calls without lists, until the database is there.
const PATIENCE: Duration = Duration::from_secs(5);
/// How soon it is asked again within that time.
const RETRY_SOON: Duration = Duration::from_millis(100);
/// How often it is asked then whether it is there.
const RETRY: Duration = Duration::from_secs(10);
/// Entries in one input: each must fit into a record of the journal.
const ENTRIES_PER_INPUT: u64 = 20_000;
/// Callbacks in one input: few enough for a record, and for the inbox to hold the inputs before the node runs.
const CALLBACKS_PER_INPUT: usize = 500;

/// The journal that is there when a node starts.
#[derive(Clone, Copy)]
pub struct Before {
    /// Its name.
    pub epoch: Epoch,
    /// Its last fact.
    pub last: Seq,
}

/// Why it could not be read.
#[derive(Debug, Error)]
enum KeptError {
    #[error("failed to start a runtime for the database")]
    Runtime(#[source] io::Error),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the node is gone")]
    NodeGone,
}

/// Puts what is kept into the inbox, once the database has all facts of the runs before: at once, or when it is there.
pub fn give_back(
    db: DbConfig,
    projector: &Arc<Projector>,
    before: Before,
    inbox: &SyncSender<Message>,
) -> Result<(), ServeError> {
    let last = before.last;
    let mut keeper = Keeper { db, inbox: inbox.clone(), before, after: EntryId(0), called_back: false };
    let deadline = Instant::now() + PATIENCE;
    while let Some(left) = deadline.checked_duration_since(Instant::now()) {
        if projector.wait_until(left, |health| health.applied >= last) && keeper.gives_all_back() {
            return Ok(());
        }
        // The projector may be making the tables of a new database at this moment.
        thread::sleep(RETRY_SOON);
    }
    tracing::error!(
        "the database is away: calls are taken without lists, and nobody is called back, until it is there"
    );
    let projector = Arc::downgrade(projector);
    let later = move || {
        while let Some(projector) = projector.upgrade() {
            let caught_up = projector.wait_until(RETRY, |health| health.applied >= last);
            drop(projector);
            if caught_up && keeper.gives_all_back() {
                tracing::info!("the lists are loaded, and who is to be called back is known");
                return;
            }
            // It is there and cannot be read: it went away again.
            thread::sleep(if caught_up { RETRY } else { Duration::ZERO });
        }
    };
    thread::Builder::new().name("bell-lists".to_owned()).spawn(later).map(|_| ()).map_err(ServeError::Thread)
}

/// Reads what is kept and hands it over, page by page. What failed goes on where it was: nothing changes meanwhile, for
/// the node takes no change of lists before it has everything, and knows nobody of those before it who is to be called
/// back.
struct Keeper {
    db: DbConfig,
    inbox: SyncSender<Message>,
    before: Before,
    after: EntryId,
    /// Whether the node knows whom to call back: to be told twice would be to call twice.
    called_back: bool,
}

impl Keeper {
    fn gives_all_back(&mut self) -> bool {
        match self.give() {
            Ok(()) | Err(KeptError::NodeGone) => true,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "lists or callbacks could not be read");
                false
            }
        }
    }

    fn give(&mut self) -> Result<(), KeptError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(KeptError::Runtime)?.block_on(async {
            let db = Db::open(&self.db).await?;
            self.give_emergencies(&db).await?;
            self.give_callbacks(&db).await?;
            let filter = Filter { list: None, pattern: None, ended: false };
            loop {
                let rows = lists::page(&db, TenantId::FIRST, &filter, self.after, ENTRIES_PER_INPUT).await?;
                let Some(last) = rows.last().map(|row| row.entry.entry) else { break };
                self.send(Input::Lists(KeptEntries { kept: Arc::new(grouped(rows)), next: None }))?;
                self.after = last;
            }
            let next = lists::last(&db, TenantId::FIRST).await?.next();
            self.send(Input::Lists(KeptEntries { kept: Arc::default(), next: Some(next) }))?;
            Ok(db.close().await?)
        })
    }

    /// The journal has told of the last runs' switches; those that were on for longer are known here. To be told twice changes
    /// nothing.
    async fn give_emergencies(&self, db: &Db) -> Result<(), KeptError> {
        let Before { epoch, last } = self.before;
        let mut on = SwitchedOn::default();
        facts::of_emergencies(db, TenantId::FIRST, epoch, last).await?.iter().for_each(|fact| on.apply(fact));
        on.into_numbers().try_for_each(|number| self.send(Input::EmergencyKept(number)))
    }

    async fn give_callbacks(&mut self, db: &Db) -> Result<(), KeptError> {
        if self.called_back {
            return Ok(());
        }
        let mut left = LeftCallbacks::new();
        let Before { epoch, last } = self.before;
        facts::of_open_callbacks(db, TenantId::FIRST, epoch, last).await?.iter().for_each(|fact| left.apply(fact));
        let kept: Vec<KeptCallback> = left.kept().collect();
        if !kept.is_empty() {
            tracing::warn!(callers = kept.len(), "the last run left callers who are still to be called back");
        }
        for some in kept.chunks(CALLBACKS_PER_INPUT) {
            self.send(Input::Callbacks(Arc::new(some.to_vec())))?;
        }
        self.called_back = true;
        Ok(())
    }

    fn send(&self, input: Input) -> Result<(), KeptError> {
        self.inbox.send(Message::Input(input)).map_err(|_| KeptError::NodeGone)
    }
}

/// Rows that follow each other and have the same terms, together.
fn grouped(rows: Vec<EntryRow>) -> Vec<Kept> {
    let mut groups: Vec<Kept> = Vec::new();
    for EntryRow { list, entry, terms, .. } in rows {
        match groups.last_mut() {
            Some(group) if group.list == list && group.terms == terms => group.entries.push(entry),
            Some(_) | None => groups.push(Kept { list, terms, entries: vec![entry] }),
        }
    }
    groups
}
