//! From the facts of a call to its row in the database.

use std::collections::BTreeSet;
use std::sync::Arc;

use bell_call::{CallRecord, Folder, StageKind, Vote};
use bell_engine::Snapshot;
use bell_store::NewEvent;
use bell_store::calls::{CallRecording, CallRow, StoredCall};
use bell_store::lists::{EndedEntry, EntryChange, EntryRow};
use bell_store::projector::{Projection, RowChange};
use bell_store::votes::VoteRow;
use bell_types::{AgentName, CallId, Fact, LegRole, ListEntry, ModeName, What};
use serde::Deserialize;
use serde::de::IgnoredAny;

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
    let votes = votes_of(&record.votes).collect();
    Some(StoredCall { row: row(record), record: json.ok()?, agents, mode: record.mode.clone(), votes })
}

/// The votes that are about an agent: of a caller whom nobody had talked with yet, none is.
pub(crate) fn votes_of(votes: &[Vote]) -> impl Iterator<Item = VoteRow> {
    votes.iter().filter_map(|Vote { agent, question, score }| {
        let score = score.map(|score| (score.given, score.best));
        Some(VoteRow { agent: agent.clone()?, question: question.clone(), score })
    })
}

/// Every agent who had the call: who spoke in it, or supervised it.
pub(crate) fn agents_of(record: &CallRecord) -> BTreeSet<AgentName> {
    let answered = record.legs.iter().filter(|leg| leg.answered.is_some());
    answered.filter_map(|leg| agent_in(&leg.role)).cloned().collect()
}

const fn agent_in(role: &LegRole) -> Option<&AgentName> {
    match role {
        LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. } => Some(agent),
        LegRole::Caller | LegRole::External { .. } => None,
    }
}

/// What a list shows of a stored record that is in no column. Most of a record is decisions: a page of calls that read them
/// all would take longer than everything else about it.
#[derive(Debug, Deserialize)]
pub(crate) struct Outline {
    /// The mode it was placed by.
    #[serde(default)]
    pub(crate) mode: Option<ModeName>,
    /// The first call of its attempt.
    #[serde(default)]
    pub(crate) attempt: Option<CallId>,
    /// What its caller was asked.
    #[serde(default)]
    pub(crate) votes: Vec<Vote>,
    legs: Vec<OutlinedLeg>,
}

#[derive(Debug, Deserialize)]
struct OutlinedLeg {
    role: LegRole,
    answered: Option<IgnoredAny>,
}

impl Outline {
    /// Reads it of a call that is stored.
    pub(crate) fn of(call: &StoredCall) -> serde_json::Result<Self> {
        serde_json::from_str(&call.record)
    }

    /// The same as [`agents_of`] the whole record.
    pub(crate) fn agents(&self) -> BTreeSet<&AgentName> {
        let answered = self.legs.iter().filter(|leg| leg.answered.is_some());
        answered.filter_map(|leg| agent_in(&leg.role)).collect()
    }
}

pub(crate) fn row(record: &CallRecord) -> CallRow {
    let rings = record.offers.iter().filter_map(|offer| Some(offer.ended.as_ref()?.0.saturating_sub(offer.made)));
    let (caller, called) = record.ends();
    CallRow {
        call: record.call,
        started_at: record.arrived,
        ended_at: record.arrived + record.length,
        caller: caller.cloned(),
        called: called.clone(),
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

#[cfg(test)]
mod tests {
    use bell_types::{Caller, Cause, Codec, Direction, Ending, LegId, Mono, Now, NumberPlan, Party, Seq, Wall};

    use super::*;

    /// The record of a call that sue dialled: bob's phone rang in vain, lee listened.
    fn record() -> CallRecord {
        let (call, attempt) = (CallId::from_u64(8), CallId::from_u64(7));
        let number = |text| bell_types::Number::parse(text, &NumberPlan::china(Some("571"))).unwrap();
        let (agent, endpoint) = (|name: &str| name.parse().unwrap(), |name: &str| name.parse().unwrap());
        let leg = |number| LegId { call, number };
        let opened = |number, role| What::LegOpened { leg: leg(number), role, direction: Direction::Outbound };
        let answered = |number| What::LegAnswered { leg: leg(number), codec: Codec::Pcma };
        let listens = LegRole::Supervisor { agent: agent("lee"), endpoint: endpoint("lee-1") };
        let ending = Ending { cause: Cause::HungUp, by: Party::Caller, sip_status: None, q850: None };
        let facts = [
            What::CallArrived {
                call,
                caller: Caller { number: Some(number("13900139000")), name: None },
                called: number("4001234567"),
                trunk: None,
                flow: "welcome".parse().unwrap(),
                flow_version: 1,
            },
            What::CallPlaced { call, agent: Some(agent("sue")) },
            What::DialledBy { call, mode: "mobile".parse().unwrap(), attempt },
            opened(2, LegRole::Agent { agent: agent("bob"), endpoint: endpoint("bob-1") }),
            opened(3, LegRole::Agent { agent: agent("sue"), endpoint: endpoint("sue-1") }),
            answered(3),
            opened(1, LegRole::External { number: number("13900139000"), trunk: "carrier".parse().unwrap() }),
            answered(1),
            opened(4, listens),
            answered(4),
            What::CallEnded { call, ending },
        ];
        let mut folder = Folder::new();
        let fact =
            |(seq, what)| Fact { seq: Seq(seq), now: Now { mono: Mono::ZERO, wall: Wall::from_micros(0) }, what };
        (1..).zip(facts).filter_map(|fact_of| folder.apply(&fact(fact_of))).last().expect("it has ended")
    }

    #[test]
    fn what_a_list_shows_of_a_record_is_what_the_record_says() {
        let record = record();
        let outline = Outline::of(&stored(&record).expect("it can be written")).expect("it can be read");
        assert_eq!((&outline.mode, outline.attempt), (&record.mode, record.attempt));
        assert!(outline.mode.is_some() && outline.attempt.is_some());
        let agents: Vec<_> = outline.agents().into_iter().cloned().collect();
        assert_eq!(agents, agents_of(&record).into_iter().collect::<Vec<_>>());
        assert_eq!(agents.iter().map(AgentName::as_str).collect::<Vec<_>>(), ["lee", "sue"]);
    }
}
