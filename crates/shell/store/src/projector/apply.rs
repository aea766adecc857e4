//! The projector's thread: read a batch, commit it, on any failure begin again from what the database says.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::time::Duration;

use bell_types::{CallId, Fact, Seq};

use super::health::{Phase, Shared};
use super::{Projection, ProjectorConfig, ProjectorError, RowChange};
use crate::calls::{self, StoredCall};
use crate::db::{Db, DbError, Scope, TenantId};
use crate::journal::{Durable, FactTail, JournalFact, Reader};
use crate::{applied, facts, lists, outbox, summaries};

/// After so many facts SQLite takes stock of its tables again: an hour of a large centre, two minutes of its worst rush.
const STOCK_FACTS: usize = 100_000;

pub(super) async fn run(
    config: &ProjectorConfig,
    durable: &Durable,
    mut projection: Box<dyn Projection>,
    shared: &Shared,
) {
    let mut wait = config.retry_wait_min;
    while !shared.is_stopping() {
        let before = shared.health().applied;
        let Err(err) = follow(config, durable, projection.as_mut(), shared).await else {
            return;
        };
        let reason = with_causes(&err);
        tracing::warn!(error = %reason, "the database lags behind the journal");
        shared.change(|health| {
            health.phase = Phase::Retrying;
            health.error = Some(reason);
            health.failures += 1;
        });
        if shared.health().applied > before {
            wait = config.retry_wait_min;
        }
        shared.pause(wait);
        wait = (wait * 2).min(config.retry_wait_max);
    }
}

/// Connects and applies facts until it is to stop, or something fails.
async fn follow(
    config: &ProjectorConfig,
    durable: &Durable,
    projection: &mut dyn Projection,
    shared: &Shared,
) -> Result<(), ProjectorError> {
    shared.change(|health| health.phase = Phase::Connecting);
    let mut place = within(config.batch_timeout, Place::find(config, durable)).await?;
    shared.change(|health| {
        health.phase = Phase::Following;
        health.applied = place.applied;
    });
    let mut unjudged = 0;
    while !shared.is_stopping() {
        let batch = place.read_batch(config.batch_facts_max, durable)?;
        let Some(last) = batch.last().map(|last| (last.fact.seq, last.fact.now.wall)) else {
            // The database is there and nothing is left to do: whatever failed before is over.
            shared.change(|health| health.error = None);
            shared.pause(config.idle_wait);
            continue;
        };
        within(config.batch_timeout, place.commit(&batch, last.0, projection)).await?;
        shared.change(|health| {
            health.applied = last.0;
            health.applied_at = Some(last.1);
            health.error = None;
        });
        unjudged += batch.len();
        if unjudged >= STOCK_FACTS {
            place.db.take_stock().await;
            unjudged = 0;
        }
    }
    let Place { db, .. } = place;
    Ok(db.close().await?)
}

/// Where the projector stands: a connection, and the journal at the first fact that is not applied.
struct Place {
    db: Db,
    scope: Scope,
    tail: FactTail,
    applied: Seq,
}

impl Place {
    async fn find(config: &ProjectorConfig, durable: &Durable) -> Result<Self, ProjectorError> {
        let oldest = Reader::oldest(&config.journal)?;
        let scope = Scope { tenant: config.tenant, node: oldest.node(), epoch: oldest.epoch() };
        let db = Db::open(&config.db).await?;
        // A database that is new to an old journal begins with what the journal still has.
        let before_oldest = Seq(oldest.file_first_seq().0.saturating_sub(1));
        applied::begin(&db, scope, before_oldest).await?;
        let applied = applied::get(&db, scope).await?;
        let journal = durable.seq();
        if applied > journal {
            return Err(ProjectorError::JournalBehind { applied, journal });
        }
        let tail = FactTail::after(&config.journal, applied)?;
        Ok(Self { db, scope, tail, applied })
    }

    fn read_batch(&mut self, facts_max: usize, durable: &Durable) -> Result<Vec<JournalFact>, ProjectorError> {
        let durable = durable.seq();
        let mut batch = Vec::new();
        while batch.len() < facts_max.max(1) && self.tail.next_seq() <= durable {
            match self.tail.read()? {
                Some(fact) => batch.push(fact),
                None => break,
            }
        }
        Ok(batch)
    }

    async fn commit(
        &mut self,
        batch: &[JournalFact],
        to: Seq,
        projection: &mut dyn Projection,
    ) -> Result<(), ProjectorError> {
        let tenant = self.scope.tenant;
        let tx = self.db.begin().await?;
        applied::advance(&tx, self.scope, self.applied, to).await?;
        facts::insert_all(&tx, self.scope, batch).await?;
        let mut of_call: BTreeMap<CallId, Vec<Fact>> = batch
            .iter()
            .filter_map(|JournalFact { fact, .. }| projection.concerns(fact))
            .map(|call| (call, Vec::new()))
            .collect();
        let concerned: Vec<CallId> = of_call.keys().copied().collect();
        for fact in facts::of_calls(&tx, tenant, &concerned).await? {
            if let Some(facts) = fact.what.call().and_then(|call| of_call.get_mut(&call)) {
                facts.push(fact);
            }
        }
        let rows = of_call.iter().flat_map(|(call, facts)| projection.fold(*call, facts));
        put(&tx, tenant, rows).await?;
        for change in batch.iter().filter_map(|JournalFact { fact, .. }| projection.entries(fact)) {
            lists::apply_in(&tx, tenant, &change).await?;
        }
        let event = |JournalFact { fact, .. }: &JournalFact| {
            let facts = projection.concerns(fact).and_then(|call| of_call.get(&call));
            projection.event(fact, facts.map_or(&[], Vec::as_slice))
        };
        outbox::put(&tx, tenant, &batch.iter().filter_map(event).collect::<Vec<_>>()).await?;
        tx.commit().await.map_err(DbError::Commit)?;
        self.applied = to;
        Ok(())
    }
}

async fn put(
    tx: &sea_orm::DatabaseTransaction,
    tenant: TenantId,
    rows: impl Iterator<Item = RowChange>,
) -> Result<(), DbError> {
    // One statement may not touch a row twice: the last change of a call wins.
    let mut stored: BTreeMap<CallId, StoredCall> = BTreeMap::new();
    let mut asked = Vec::new();
    for row in rows {
        match row {
            RowChange::PutCall(call) => drop(stored.insert(call.row.call, *call)),
            RowChange::AskSummary(summary) => asked.push(summary),
        }
    }
    let stored: Vec<StoredCall> = stored.into_values().collect();
    calls::put_all(tx, tenant, &stored).await?;
    summaries::ask_in(tx, tenant, &asked).await
}

/// A database that does not answer is one that is away. Dropping what it was asked rolls it back.
async fn within<T>(
    limit: Duration,
    asked: impl Future<Output = Result<T, ProjectorError>>,
) -> Result<T, ProjectorError> {
    match tokio::time::timeout(limit, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(DbError::Timeout { secs: limit.as_secs() }.into()),
    }
}

fn with_causes(err: &dyn Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        text.push_str(": ");
        text.push_str(&err.to_string());
        cause = err.source();
    }
    text
}
