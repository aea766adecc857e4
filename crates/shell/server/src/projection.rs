//! From the facts of a call to its row in the database.

use std::collections::BTreeSet;
use std::sync::Arc;

use bell_call::{CallRecord, Folder, StageKind};
use bell_engine::Snapshot;
use bell_store::NewEvent;
use bell_store::calls::{CallRecording, CallRow, StoredCall};
use bell_store::lists::{EndedEntry, EntryChange, EntryRow};
use bell_store::projector::{Projection, RowChange};
use bell_types::{AgentName, CallId, Fact, LegRole, ListEntry, What};

use crate::desk::work::asked_after;
use crate::driver::Windows;
use crate::webhooks;

/// Calls become rows when they end, and again when their recording is complete.
pub struct CallRows {
    windows: Windows,
    /// What holds until the node runs.
    first: Arc<Snapshot>,
}

impl CallRows {
    /// Rows of a node that begins with this configuration.
    pub fn new(windows: Windows, first: Arc<Snapshot>) -> Self {
        Self { windows, first }
    }

    /// The call, and the summaries it asks for by the configuration that is running.
    fn rows(&self, record: &CallRecord) -> Vec<RowChange> {
        let snapshot = self.windows.state().snapshot.clone();
        let asked = asked_after(record, snapshot.as_ref().unwrap_or(&self.first));
        let call = stored(record).map(|call| RowChange::PutCall(Box::new(call)));
        call.into_iter().chain(asked.into_iter().map(RowChange::AskSummary)).collect()
    }
}

impl Projection for CallRows {
    fn concerns(&mut self, fact: &Fact) -> Option<CallId> {
        match &fact.what {
            What::CallEnded { call, .. } => Some(*call),
            What::RecordingSealed { recording, .. } => Some(recording.0),
            _ => None,
        }
    }

    fn fold(&mut self, _call: CallId, facts: &[Fact]) -> Vec<RowChange> {
        let mut folder = Folder::new();
        let record = facts.iter().filter_map(|fact| folder.apply(fact)).last();
        record.map(|record| self.rows(&record)).unwrap_or_default()
    }

    fn event(&mut self, fact: &Fact, of_call: &[Fact]) -> Option<NewEvent> {
        webhooks::of_fact(fact, of_call)
    }

    fn entries(&mut self, fact: &Fact) -> Option<EntryChange> {
        let at = fact.now.wall;
        match &fact.what {
            What::ListEntriesAdded { list, terms, entries } => {
                let row = |entry: &ListEntry| EntryRow {
                    list: list.clone(),
                    entry: entry.clone(),
                    terms: terms.clone(),
                    added_at: at,
                    approved: None,
                    ended: None,
                };
                Some(EntryChange::Added(entries.iter().map(row).collect()))
            }
            What::ListEntriesApproved { list: _, by, entries } => {
                Some(EntryChange::Approved { entries: entries.clone(), by: by.clone(), at })
            }
            What::ListEntriesEnded { list: _, by, how, entries } => {
                let how = EndedEntry { how: *how, by: by.clone(), at };
                Some(EntryChange::Ended { entries: entries.clone(), how })
            }
            _ => None,
        }
    }
}

fn stored(record: &CallRecord) -> Option<StoredCall> {
    let json = serde_json::to_string(record);
    let json = json.map_err(|error| tracing::error!(call = %record.call, %error, "a call record cannot be written"));
    let agents = agents_of(record);
    Some(StoredCall { row: row(record), record: json.ok()?, agents, mode: record.mode.clone() })
}

/// Every agent who had the call: who spoke in it, or supervised it.
pub(crate) fn agents_of(record: &CallRecord) -> BTreeSet<AgentName> {
    let answered = record.legs.iter().filter(|leg| leg.answered.is_some());
    let agents = answered.filter_map(|leg| match &leg.role {
        LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. } => Some(agent.clone()),
        LegRole::Caller | LegRole::External { .. } => None,
    });
    agents.collect()
}

pub(crate) fn row(record: &CallRecord) -> CallRow {
    let rings = record.offers.iter().filter_map(|offer| Some(offer.ended.as_ref()?.0.saturating_sub(offer.made)));
    CallRow {
        call: record.call,
        started_at: record.arrived,
        ended_at: record.arrived + record.length,
        caller: record.caller.number.clone(),
        called: record.called.clone(),
        trunk: record.trunk.clone(),
        flow: record.flow.clone(),
        flow_version: record.flow_version,
        queue: record.queue().cloned(),
        agent: record.agent().cloned(),
        ring: rings.sum(),
        ivr: record.total(|kind| matches!(kind, StageKind::Arriving | StageKind::Flow)),
        queued: record.queue_time(),
        talk: record.talk_time(),
        hold: record.hold_time(),
        cause: record.ending.cause,
        ended_by: record.ending.by.clone(),
        recording: record.recording.as_ref().map(|recording| CallRecording {
            status: recording.status.clone(),
            sha256: recording.sha256.clone(),
            length: recording.length,
        }),
    }
}
