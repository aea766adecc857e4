//! How the day fares so far: a fold over the facts since midnight, by the centre's zone.
//!
//! Facts of runs before this one come from the database, those of this run from the journal, which it follows beside the
//! node: counting never delays a call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bell_engine::Snapshot;
use bell_metrics::{Figures, Floor, ServiceLevel};
use bell_store::journal::{Epoch, FactTail};
use bell_store::{Db, TenantId, facts};
use bell_types::{AgentName, Date, Fact, OfferOutcome, Seq, Wall, What};

use crate::clock::wall;
use crate::control::Context;
use crate::serve::{ServeError, db_config};

/// How long to wait at the end of the journal.
const IDLE: Duration = Duration::from_millis(100);
/// How long to wait for the database, or for a configuration.
const PATIENCE: Duration = Duration::from_millis(500);
/// The facts that figures are folds of.
const KINDS: &[&str] =
    &["node_started", "enqueued", "left_queue", "position_announced", "agent_changed", "offer_ended"];

/// How the day fares.
#[derive(Clone)]
pub(super) struct Today {
    so_far: Arc<Mutex<SoFar>>,
}

/// What was counted.
pub(super) struct SoFar {
    pub(super) day: Option<Date>,
    floor: Floor,
    pub(super) offers: BTreeMap<AgentName, Offers>,
}

/// An agent's offers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Offers {
    pub(super) answered: u64,
    pub(super) missed: u64,
}

impl Offers {
    /// Counts how one ended.
    pub(super) fn count(&mut self, outcome: &OfferOutcome) {
        match outcome {
            OfferOutcome::Accepted => self.answered += 1,
            OfferOutcome::Missed
            | OfferOutcome::Declined
            | OfferOutcome::Busy
            | OfferOutcome::Failed
            | OfferOutcome::Unconfirmed => self.missed += 1,
            OfferOutcome::Withdrawn | OfferOutcome::AnsweredElsewhere => {}
        }
    }
}

impl SoFar {
    fn of_day(day: Option<Date>, level: ServiceLevel) -> Self {
        Self { day, floor: Floor::new(level), offers: BTreeMap::new() }
    }

    fn take(&mut self, fact: &Fact) {
        let since_1970 = u64::try_from(fact.now.wall.as_micros()).unwrap_or_default();
        self.floor.apply(Duration::from_micros(since_1970), &fact.what);
        if let What::OfferEnded { agent, outcome, .. } = &fact.what {
            self.offers.entry(agent.clone()).or_default().count(outcome);
        }
    }

    pub(super) fn figures(&self) -> Figures {
        self.floor.figures()
    }
}

impl Today {
    /// Begins to count, on a thread of its own.
    pub(super) fn start(context: &Context, before: (Epoch, Seq)) -> Result<Self, ServeError> {
        let level = ServiceLevel { within: Duration::ZERO, abandoned_within: Duration::ZERO };
        let today = Self { so_far: Arc::new(Mutex::new(SoFar::of_day(None, level))) };
        let (context, theirs) = (context.clone(), today.clone());
        let count = move || {
            if let Err(error) = theirs.count(&context, before.1) {
                tracing::error!(%error, "the figures of the day are not counted any more");
            }
        };
        thread::Builder::new().name("bell-today".to_owned()).spawn(count).map_err(ServeError::Thread)?;
        Ok(today)
    }

    /// What was counted.
    pub(super) fn so_far(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, context: &Context, before: Seq) -> Result<(), Box<dyn std::error::Error>> {
        let snapshot = loop {
            match context.windows.state().snapshot.clone() {
                Some(snapshot) => break snapshot,
                None => thread::sleep(PATIENCE),
            }
        };
        let began = wall();
        self.begin_day(&snapshot, began);
        self.look_back(context, &snapshot, before, began);
        let mut tail = FactTail::after(&context.dirs.journal(), before)?;
        loop {
            match tail.read()? {
                Some(read) => {
                    self.turn_day(context, read.fact.now.wall);
                    self.so_far().take(&read.fact);
                }
                None => {
                    self.turn_day(context, wall());
                    thread::sleep(IDLE);
                }
            }
        }
    }

    fn begin_day(&self, snapshot: &Snapshot, at: Wall) {
        let day = snapshot.source.zone.local_day(at);
        let mut so_far = self.so_far();
        if so_far.day != Some(day) {
            *so_far = SoFar::of_day(Some(day), snapshot.service_level);
        }
    }

    /// At midnight counting begins anew. Who is in a call then is counted from his next change on.
    fn turn_day(&self, context: &Context, at: Wall) {
        let snapshot = context.windows.state().snapshot.clone();
        if let Some(snapshot) = snapshot {
            self.begin_day(&snapshot, at);
        }
    }

    /// What the runs before this one did today, if the database has it.
    fn look_back(&self, context: &Context, snapshot: &Snapshot, before: Seq, until: Wall) {
        let midnight = snapshot.source.zone.begin_of(snapshot.source.zone.local_day(until));
        let caught_up = context.projector.wait_until(PATIENCE * 20, |health| health.applied >= before);
        if !caught_up {
            tracing::warn!("the figures of the day begin with this start: the database is behind");
            return;
        }
        let mut facts = Vec::new();
        let read = async {
            let db = Db::open(&db_config(&context.dirs)).await?;
            // This run's own come from the journal.
            facts::since(&db, TenantId::FIRST, midnight, KINDS, |fact| facts.push(fact)).await
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime.map(|runtime| runtime.block_on(read)) {
            Ok(Ok(())) => {
                let mut so_far = self.so_far();
                facts.iter().filter(|fact| fact.seq <= before).for_each(|fact| so_far.take(fact));
            }
            Ok(Err(error)) => tracing::warn!(%error, "the figures of the day begin with this start"),
            Err(error) => tracing::warn!(%error, "the figures of the day begin with this start"),
        }
    }
}
