//! The door to answers that are kept, in the database: a call is not dialled twice because the node was started anew.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bell_api::doors::{Answers, Begun, Doing, KeptAnswer, KeyedRequest, Refused, Ticket};
use bell_store::TenantId;
use bell_store::answers::{self, Answer, Found, Request};
use bell_types::Wall;
use sha2::{Digest, Sha256};

use super::records::RecordsDoor;
use crate::clock::wall;

/// How often old answers are forgotten and the others counted.
const TEND_EVERY: Duration = Duration::from_secs(60);

pub(super) struct AnswersDoor {
    records: Arc<RecordsDoor>,
    /// What was begun before is not being carried out any more.
    started: Wall,
    kept: Mutex<Kept>,
}

/// How many there are, as of the last count.
#[derive(Default)]
struct Kept {
    count: u64,
    counted: Option<Instant>,
}

impl AnswersDoor {
    pub(super) fn new(records: Arc<RecordsDoor>) -> Self {
        Self { records, started: wall(), kept: Mutex::default() }
    }

    /// Forgets what is too old, now and then. Whether there is room for one more.
    async fn tend(&self, now: Wall) -> Result<bool, Refused> {
        let snapshot = self.records.context.windows.state().snapshot.clone();
        let Some(policy) = snapshot.map(|snapshot| snapshot.desk) else { return Ok(true) };
        let is_due = self.kept().counted.is_none_or(|at| at.elapsed() >= TEND_EVERY);
        if is_due {
            let before = now.before(policy.idempotency_keep);
            let count = answers::forget(self.records.db().await?, TenantId::FIRST, before).await;
            *self.kept() = Kept { count: count.map_err(Refused::unavailable)?, counted: Some(Instant::now()) };
        }
        Ok(self.kept().count < policy.idempotency_max)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers for AnswersDoor {
    fn begin(&self, asked: KeyedRequest) -> Doing<'_, Begun> {
        Box::pin(async move {
            let now = wall();
            if !self.tend(now).await? {
                return Ok(Begun::Full);
            }
            let KeyedRequest { person, key, request } = asked;
            let request = Sha256::digest(&request).iter().map(|octet| format!("{octet:02x}")).collect();
            let wanted = Request { person, key, request, at: now };
            let found = answers::begin(self.records.db().await?, TenantId::FIRST, &wanted).await;
            Ok(match found.map_err(Refused::unavailable)? {
                Found::Nothing => {
                    self.kept().count += 1;
                    Begun::First(Ticket { person: wanted.person, key: wanted.key })
                }
                Found::Begun(other) | Found::Answered(other, _) if other.request != wanted.request => Begun::Other,
                Found::Begun(before) if before.at < self.started => Begun::Unknown,
                Found::Begun(_) => Begun::Running,
                Found::Answered(_, Answer { status, kind, body }) => Begun::Answered(KeptAnswer { status, kind, body }),
            })
        })
    }

    fn end(&self, ticket: Ticket, answer: KeptAnswer) -> Doing<'_, ()> {
        Box::pin(async move {
            let Ticket { person, key } = ticket;
            let asked = Request { person, key, request: String::new(), at: self.started };
            let KeptAnswer { status, kind, body } = answer;
            let kept =
                answers::end(self.records.db().await?, TenantId::FIRST, &asked, &Answer { status, kind, body }).await;
            kept.map_err(Refused::unavailable)
        })
    }
}
