//! The door to what was: calls from the database, their SIP messages from memory, their recordings from the disk.

use std::sync::Arc;

use axum::body::Bytes;
use bell_api::doors::{
    Audio, AudioForm, BundleWanted, CallRowView, CallWhole, CallsPage, CallsWanted, DigitView, Direction, Doing,
    ExportWanted, Exported, FactView, Field, LegView, MessageView, Outcome, Parties, PeaksView, QualityView, Records,
    Refused, StageView, StoryView, TraceView, Visible,
};
use bell_api::time::rfc3339;
use bell_call::{CallRecord, Folder, StageKind};
use bell_store::calls::{self, Filter, Seen, StoredCall, Way};
use bell_store::{Db, TenantId, facts};
use bell_types::{CallId, Fact, LegId, Number, RecordingStatus, Wall, What};
use serde_json::Value;

use super::board::{region, role};
use super::bundle::{About, Discreet, Parts, Trace, zipped};
use super::crm::CrmDesk;
use super::database::Database;
use super::recording::Shelf;
use super::told::{actions, voice, worst};
use super::written::{Summaries, standing};
use crate::clock::wall;
use crate::configure::Versions;
use crate::control::Context;
use crate::projection::Outline;

pub(super) struct RecordsDoor {
    pub(super) context: Context,
    database: Database,
    shelf: Arc<Shelf>,
    pub(super) crm: CrmDesk,
}

impl RecordsDoor {
    pub(super) fn new(context: Context, database: Database) -> Self {
        let shelf = Arc::new(Shelf::new(context.dirs.clone()));
        Self { context, database, shelf, crm: CrmDesk::new() }
    }

    /// The database, as soon as it is there.
    pub(super) async fn db(&self) -> Result<&Db, Refused> {
        self.database.get().await
    }

    async fn facts(&self, call: CallId) -> Result<Vec<Fact>, Refused> {
        let facts = facts::of_call(self.db().await?, TenantId::FIRST, call).await.map_err(Refused::unavailable)?;
        if facts.is_empty() { Err(Refused::NotThere) } else { Ok(facts) }
    }

    /// The row and the record of a call that is over, without its agents.
    async fn stored(&self, call: CallId) -> Result<Option<StoredCall>, Refused> {
        calls::find_record(self.db().await?, TenantId::FIRST, call).await.map_err(Refused::unavailable)
    }

    /// The version of the configuration that held at this time, as far as it is still known.
    fn config_at(&self, at: Wall) -> Option<u64> {
        let versions = Versions::of(&self.context.dirs);
        let held = |version: &u64| versions.note(*version).is_none_or(|note| note.at <= at.as_micros());
        versions.numbers_or_none().ok()?.into_iter().rfind(held)
    }

    /// Whom a call concerned that is over and not in the database yet, as far as that is known: who wraps up.
    fn just_ended(&self, call: CallId) -> Option<Parties> {
        let live = self.context.windows.live();
        let queue = live.finished(call).find_map(|(_, finished)| finished.queue.as_ref()).map(ToString::to_string);
        let agents: Vec<String> = live.finished(call).map(|(agent, _)| agent.to_string()).collect();
        let known = !agents.is_empty();
        known.then(|| Parties { talked: agents.clone(), agents, queue })
    }

    pub(super) fn filter(&self, wanted: &CallsWanted) -> Filter {
        let snapshot = self.context.windows.state().snapshot.clone();
        let whole = |text: &String| Number::parse(text, &snapshot.as_ref()?.plan).ok();
        let number = wanted.number.as_ref().and_then(whole);
        let number_end = wanted.number.clone().filter(|_| number.is_none());
        Filter {
            from: wanted.from,
            until: wanted.to,
            queue: wanted.queue.clone(),
            talk_min: wanted.talk_min,
            talk_max: wanted.talk_max,
            number,
            number_end,
            had_by: wanted.agent.clone(),
            way: wanted.direction.map(|direction| match direction {
                Direction::Inbound => Way::In,
                Direction::Outbound => Way::Out,
            }),
            outcome: wanted.outcome.map(|outcome| match outcome {
                Outcome::Answered => calls::Outcome::Answered,
                Outcome::Abandoned => calls::Outcome::Abandoned,
                Outcome::PassedOn => calls::Outcome::PassedOn,
                Outcome::Left => calls::Outcome::Left,
            }),
            mode: wanted.mode.clone(),
            recorded: wanted.recorded,
            summary: wanted.summary.map(|summary| standing(summary, wall())),
            disposition: wanted.disposition.clone(),
            seen: seen(&wanted.visible),
            ..Filter::ALL
        }
    }
}

impl Records for RecordsDoor {
    fn calls<'a>(&'a self, wanted: CallsWanted) -> Doing<'a, CallsPage> {
        Box::pin(async move {
            let after = wanted.after.as_deref().map(|after| after.parse().map_err(|_| Field::malformed("cursor")));
            let (filter, after) = (self.filter(&wanted), after.transpose()?);
            let found = calls::list_whole(self.db().await?, TenantId::FIRST, &filter, after, wanted.limit as u64);
            let (calls, next) = found.await.map_err(Refused::unavailable)?;
            let written = Summaries::of(self.db().await?, &calls, wanted.own.as_ref()).await?;
            let items = calls.iter().map(|call| row(call, &written)).collect::<Result<_, _>>()?;
            Ok(CallsPage { items, next: next.map(|next| next.to_string()) })
        })
    }

    fn parties<'a>(&'a self, call: CallId) -> Doing<'a, Option<Parties>> {
        Box::pin(async move {
            let stored = calls::find(self.db().await?, TenantId::FIRST, call).await.map_err(Refused::unavailable)?;
            let Some(stored) = stored else { return Ok(self.just_ended(call)) };
            let agents = stored.agents.iter().map(ToString::to_string).collect();
            let talked = read(&stored)?.talked().into_iter().map(|(agent, _)| agent.to_string()).collect();
            Ok(Some(Parties { agents, talked, queue: stored.row.queue.map(|queue| queue.to_string()) }))
        })
    }

    fn call<'a>(&'a self, call: CallId) -> Doing<'a, CallWhole> {
        Box::pin(async move {
            let stored = self.stored(call).await?;
            let facts = self.facts(call).await?;
            let written = Summaries::of(self.db().await?, stored.as_slice(), None).await?;
            let record = stored.as_ref().map(|stored| row(stored, &written)).transpose()?;
            let whole = match &stored {
                Some(stored) => Some(read(stored)?),
                None => growing(&facts),
            };
            Ok(CallWhole { record, ..whole_of(whole.as_ref(), &facts) })
        })
    }

    fn story<'a>(&'a self, call: CallId) -> Doing<'a, StoryView> {
        Box::pin(async move {
            let facts = self.facts(call).await?;
            let record = match self.stored(call).await? {
                Some(stored) => Some(read(&stored)?),
                None => growing(&facts),
            };
            Ok(story(record.as_ref(), &facts))
        })
    }

    fn trace<'a>(&'a self, call: CallId) -> Doing<'a, TraceView> {
        Box::pin(async move {
            let shown = self.context.windows.traces().show(call).unwrap_or_default();
            let message = |shown: crate::trace::Shown| MessageView {
                at: rfc3339(shown.at),
                leg: shown.leg,
                way: shown.way,
                peer: shown.peer.to_string(),
                first_line: shown.text.lines().next().unwrap_or_default().to_owned(),
                text: shown.text,
            };
            Ok(TraceView { messages: shown.into_iter().map(message).collect() })
        })
    }

    fn bundle<'a>(&'a self, BundleWanted { call, by, trace }: BundleWanted) -> Doing<'a, Bytes> {
        Box::pin(async move {
            let facts = self.facts(call).await?;
            let whole = self.call(call).await?;
            let messages = if trace { self.trace(call).await?.messages } else { Vec::new() };
            let record = match self.stored(call).await? {
                Some(stored) => Some(read(&stored)?),
                None => growing(&facts),
            };
            let began = facts.first().map(|fact| fact.now.wall);
            let about = About {
                call: call.to_string(),
                made_at: rfc3339(wall()),
                made_by: by,
                program: env!("CARGO_PKG_VERSION"),
                config: began.and_then(|began| self.config_at(began)),
                config_now: self.context.windows.state().snapshot.as_ref().map(|snapshot| snapshot.source.version),
                trace: match (trace, messages.is_empty()) {
                    (false, _) => Trace::NotPermitted,
                    (true, true) => Trace::NotKept,
                    (true, false) => Trace::Included,
                },
            };
            let discreet = Discreet::of(&facts);
            let story = story(record.as_ref(), &Discreet::told(&facts));
            let zip = move || zipped(Parts { about, whole, story, messages }, &discreet);
            tokio::task::spawn_blocking(zip).await.map_err(Refused::unavailable)?.map(Bytes::from)
        })
    }

    fn may_export(&self, count: usize) -> Result<(), Refused> {
        super::export::check(count, self.snapshot()?.export)
    }

    fn export_fits(&self, recordings: &[CallId]) -> Result<(), Refused> {
        super::export::fits(&self.shelf, self.snapshot()?.export, recordings)
    }

    fn export<'a>(&'a self, wanted: ExportWanted) -> Doing<'a, Exported> {
        Box::pin(async move { super::export::begin(&self.shelf, self.snapshot()?.export, wanted) })
    }

    fn audio<'a>(&'a self, call: CallId, form: AudioForm) -> Doing<'a, Audio> {
        let shelf = Arc::clone(&self.shelf);
        Box::pin(async move {
            tokio::task::spawn_blocking(move || shelf.audio(call, form)).await.map_err(Refused::unavailable)?
        })
    }

    fn peaks<'a>(&'a self, call: CallId, points: usize) -> Doing<'a, PeaksView> {
        let shelf = Arc::clone(&self.shelf);
        Box::pin(async move {
            tokio::task::spawn_blocking(move || shelf.peaks(call, points)).await.map_err(Refused::unavailable)?
        })
    }
}

fn story(record: Option<&CallRecord>, facts: &[Fact]) -> StoryView {
    let stages = record.into_iter().flat_map(|record| &record.stages).map(|stage| StageView {
        stage: super::board::stage_of(&stage.kind),
        with: with(&stage.kind),
        from_ms: millis(stage.from),
        ms: millis(stage.length),
    });
    let lines = bell_call::explain(facts).lines().map(str::to_owned).collect();
    StoryView { stages: stages.collect(), lines }
}

/// Which calls somebody sees, as the database asks for them.
pub(super) fn seen(visible: &Visible) -> Option<Seen> {
    match visible {
        Visible::All => None,
        Visible::Some { agents, queues } => Some(Seen { agents: agents.clone(), queues: queues.clone() }),
    }
}

fn read(stored: &StoredCall) -> Result<CallRecord, Refused> {
    serde_json::from_str(&stored.record).map_err(Refused::unavailable)
}

/// A call that still goes on, as far as its facts are.
fn growing(facts: &[Fact]) -> Option<CallRecord> {
    let mut folder = Folder::new();
    let ended = facts.iter().filter_map(|fact| folder.apply(fact)).last();
    ended.or_else(|| folder.live().next().cloned())
}

pub(super) fn row(stored: &StoredCall, written: &Summaries) -> Result<CallRowView, Refused> {
    let (row, outline) = (&stored.row, Outline::of(stored).map_err(Refused::unavailable)?);
    let summary = written.of_call(row.call);
    let recording = row.recording.as_ref().map(|recording| match recording.status {
        RecordingStatus::Recorded => "recorded",
        RecordingStatus::Partial { .. } => "partial",
        RecordingStatus::Failed { .. } => "failed",
    });
    let has_audio = row.recording.as_ref().is_some_and(|recording| !recording.length.is_zero());
    Ok(CallRowView {
        call: row.call.to_string(),
        started: rfc3339(row.started_at),
        ended: rfc3339(row.ended_at),
        direction: if row.trunk.is_some() { Direction::Inbound } else { Direction::Outbound },
        caller: row.caller.as_ref().map(ToString::to_string),
        called: row.called.to_string(),
        queue: row.queue.as_ref().map(ToString::to_string),
        agent: row.agent.as_ref().map(ToString::to_string),
        agents: outline.agents().iter().map(ToString::to_string).collect(),
        region: region(row.customer()),
        flow: row.flow.to_string(),
        outcome: match row.outcome() {
            calls::Outcome::Answered => Outcome::Answered,
            calls::Outcome::Abandoned => Outcome::Abandoned,
            calls::Outcome::PassedOn => Outcome::PassedOn,
            calls::Outcome::Left => Outcome::Left,
        },
        cause: row.cause.code().to_owned(),
        ended_by: party(&row.ended_by),
        mode: outline.mode.as_ref().map(ToString::to_string),
        attempt: outline.attempt.map(|first| first.to_string()),
        length_ms: millis(row.ended_at.since(row.started_at)),
        ivr_ms: millis(row.ivr),
        wait_ms: millis(row.queued),
        ring_ms: millis(row.ring),
        talk_ms: millis(row.talk),
        hold_ms: millis(row.hold),
        recording: recording.map(str::to_owned),
        recordings: has_audio.then(|| row.call.to_string()).into_iter().collect(),
        summary: summary.state,
        summary_late: summary.late,
        disposition: summary.last.map(|last| last.disposition.clone()),
        disposition_zh: summary.last.map(|last| last.said_zh.clone()),
        disposition_en: summary.last.map(|last| last.said_en.clone()),
    })
}

fn party(party: &bell_types::Party) -> String {
    match party {
        bell_types::Party::Caller => "caller".to_owned(),
        bell_types::Party::Agent(agent) => format!("agent {agent}"),
        bell_types::Party::External => "external".to_owned(),
        bell_types::Party::System => "system".to_owned(),
        bell_types::Party::Operator => "operator".to_owned(),
    }
}

fn with(kind: &StageKind) -> Option<String> {
    match kind {
        StageKind::Arriving | StageKind::Flow | StageKind::Transfer => None,
        StageKind::Queue(queue) => Some(queue.to_string()),
        StageKind::Talk(peer) | StageKind::Hold(peer) => Some(peer.to_string()),
        StageKind::Consult { by, with } => Some(format!("{by}, {with}")),
        StageKind::Conference(peers) => Some(peers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        StageKind::Parked(slot) => Some(slot.to_string()),
        StageKind::Missing(agent) => Some(agent.to_string()),
    }
}

fn whole_of(record: Option<&CallRecord>, facts: &[Fact]) -> CallWhole {
    let legs = record.into_iter().flat_map(|record| record.legs.iter().map(|leg| leg_view(leg, record)));
    let mut whole = CallWhole {
        record: None,
        legs: legs.collect(),
        facts: Vec::new(),
        decisions: Vec::new(),
        quality: Vec::new(),
        digits: Vec::new(),
        agent_actions: actions(facts),
        worst: worst(facts),
        voice: voice(facts),
    };
    for fact in facts {
        let view = fact_view(fact);
        let on = |leg: &LegId| (leg.number, view.at.clone());
        match &fact.what {
            What::QualityMeasured { leg, .. } => {
                let (leg, at) = on(leg);
                whole.quality.push(QualityView { leg, at, measured: view.data["quality"].clone() });
            }
            What::DigitPressed { leg, .. } => {
                let (leg, at) = on(leg);
                let digit = view.data["digit"].as_str().unwrap_or_default().to_owned();
                whole.digits.push(DigitView { leg, at, digit });
            }
            What::Routed { .. } => whole.decisions.push(view.data.clone()),
            _ => {}
        }
        whole.facts.push(view);
    }
    whole
}

fn fact_view(fact: &Fact) -> FactView {
    // A fact that is in the database can be written.
    let mut data = serde_json::to_value(&fact.what).unwrap_or_default();
    let code = data["what"].as_str().unwrap_or_default().to_owned();
    if let Value::Object(fields) = &mut data {
        fields.remove("what");
    }
    FactView { seq: fact.seq.0, at: rfc3339(fact.now.wall), about: fact.what.about(), code, data }
}

fn leg_view(leg: &bell_call::LegRecord, record: &CallRecord) -> LegView {
    let (name, party_name) = role(&leg.role, record);
    let by = match &leg.role {
        bell_types::LegRole::Caller => record.trunk.as_ref().map(ToString::to_string),
        bell_types::LegRole::Agent { endpoint, .. } | bell_types::LegRole::Supervisor { endpoint, .. } => {
            Some(endpoint.to_string())
        }
        bell_types::LegRole::External { trunk, .. } => Some(trunk.to_string()),
    };
    LegView {
        leg: leg.leg.number,
        role: name,
        party: party_name,
        by,
        opened_ms: millis(leg.opened),
        rang_ms: leg.rang.map(millis),
        answered_ms: leg.answered.map(millis),
        ended_ms: leg.ended.as_ref().map(|(at, _)| millis(*at)),
        cause: leg.ended.as_ref().map(|(_, ending)| ending.cause.code().to_owned()),
        ended_by: leg.ended.as_ref().map(|(_, ending)| party(&ending.by)),
        codec: leg.codec.map(|codec| format!("{codec:?}").to_lowercase()),
        mos_worst: leg.mos_worst_centi.map(|centi| f32::from(centi) / 100.0),
        packets_in: leg.packets.0,
        packets_out: leg.packets.1,
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
