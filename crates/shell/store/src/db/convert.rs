//! Domain values as columns, and back.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bell_types::{
    ActorName, AgentName, CallId, Cause, EntryEnd, EntryId, EntryState, ListEntry, ListName, Number, Party, Pattern,
    RecordingStatus, Terms, Wall,
};
use sea_orm::Set;

use super::{DbError, TenantId, entity};
use crate::calls::{CallRecording, CallRow, StoredCall};
use crate::configs::ConfigVersion;
use crate::lists::{EndedEntry, EntryRow};

/// A value of a row, for the message if it cannot be understood.
struct Cell<'a> {
    table: &'static str,
    column: &'static str,
    value: &'a str,
}

impl Cell<'_> {
    fn parse<T: FromStr>(&self) -> Result<T, DbError> {
        self.value.parse().map_err(|_| self.strange())
    }

    fn strange(&self) -> DbError {
        DbError::Row { table: self.table, column: self.column, value: self.value.to_owned() }
    }
}

fn cell<'a>(column: &'static str, value: &'a str) -> Cell<'a> {
    Cell { table: "call_record", column, value }
}

fn optional<T: FromStr>(column: &'static str, value: Option<&String>) -> Result<Option<T>, DbError> {
    value.map(|value| cell(column, value).parse()).transpose()
}

fn number(column: &'static str, value: &str) -> Result<Number, DbError> {
    Number::try_from(value.to_owned()).map_err(|_| cell(column, value).strange())
}

/// An agent's name in a column of another table.
pub(crate) fn agent(table: &'static str, value: &str) -> Result<AgentName, DbError> {
    Cell { table, column: "agent", value }.parse()
}

/// Sequence numbers, epochs and versions never come near 2^63: one a microsecond lasts 290,000 years.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The inverse of [`signed`].
pub(crate) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn duration(millis: i64) -> Duration {
    Duration::from_millis(unsigned(millis))
}

/// PostgreSQL takes no NUL in a text; free text from outside may hold one.
fn text(value: impl fmt::Display) -> String {
    value.to_string().replace('\0', "\u{fffd}")
}

pub(crate) fn call_model(tenant: TenantId, stored: &StoredCall) -> entity::call_record::ActiveModel {
    let row = &stored.row;
    let recording = recording_columns(row.recording.as_ref());
    entity::call_record::ActiveModel {
        tenant: Set(tenant.0),
        call: Set(row.call.to_string()),
        started_at: Set(row.started_at.as_micros()),
        ended_at: Set(row.ended_at.as_micros()),
        caller: Set(row.caller.as_ref().map(text)),
        called: Set(text(&row.called)),
        trunk: Set(row.trunk.as_ref().map(text)),
        flow: Set(text(&row.flow)),
        flow_version: Set(i64::from(row.flow_version)),
        queue: Set(row.queue.as_ref().map(text)),
        agent: Set(row.agent.as_ref().map(text)),
        ring_ms: Set(millis(row.ring)),
        ivr_ms: Set(millis(row.ivr)),
        queue_ms: Set(millis(row.queued)),
        talk_ms: Set(millis(row.talk)),
        hold_ms: Set(millis(row.hold)),
        cause: Set(row.cause.code().to_owned()),
        ended_by: Set(party_text(&row.ended_by)),
        recording: Set(recording.status.map(str::to_owned)),
        recording_missing_ms: Set(millis(recording.missing)),
        recording_reason: Set(recording.reason.map(text)),
        recording_sha256: Set(recording.sha256.map(text)),
        recording_ms: Set(millis(recording.length)),
        record: Set(text(&stored.record)),
    }
}

/// What a [`CallRecording`] is in columns.
#[derive(Default)]
struct RecordingColumns<'a> {
    status: Option<&'static str>,
    missing: Duration,
    reason: Option<&'a str>,
    sha256: Option<&'a str>,
    length: Duration,
}

fn recording_columns(recording: Option<&CallRecording>) -> RecordingColumns<'_> {
    let Some(recording) = recording else {
        return RecordingColumns::default();
    };
    let (status, missing, reason) = match &recording.status {
        RecordingStatus::Recorded => ("recorded", Duration::ZERO, None),
        RecordingStatus::Partial { missing } => ("partial", *missing, None),
        RecordingStatus::Failed { reason } => ("failed", Duration::ZERO, Some(reason.as_str())),
    };
    RecordingColumns {
        status: Some(status),
        missing,
        reason,
        sha256: Some(&recording.sha256),
        length: recording.length,
    }
}

fn recording(row: &entity::call_record::Model) -> Result<Option<CallRecording>, DbError> {
    let Some(status) = &row.recording else {
        return Ok(None);
    };
    let status = match status.as_str() {
        "recorded" => RecordingStatus::Recorded,
        "partial" => RecordingStatus::Partial { missing: duration(row.recording_missing_ms) },
        "failed" => RecordingStatus::Failed { reason: row.recording_reason.clone().unwrap_or_default() },
        _ => return Err(cell("recording", status).strange()),
    };
    Ok(Some(CallRecording {
        status,
        sha256: row.recording_sha256.clone().unwrap_or_default(),
        length: duration(row.recording_ms),
    }))
}

fn party_text(party: &Party) -> String {
    match party {
        Party::Caller => "caller".to_owned(),
        Party::Agent(agent) => format!("agent:{agent}"),
        Party::External => "external".to_owned(),
        Party::System => "system".to_owned(),
        Party::Operator => "operator".to_owned(),
    }
}

fn party(value: &str) -> Result<Party, DbError> {
    let strange = || cell("ended_by", value).strange();
    match value {
        "caller" => Ok(Party::Caller),
        "external" => Ok(Party::External),
        "system" => Ok(Party::System),
        "operator" => Ok(Party::Operator),
        agent => {
            let name = agent.strip_prefix("agent:").ok_or_else(strange)?;
            Ok(Party::Agent(AgentName::new(name).map_err(|_| strange())?))
        }
    }
}

fn cause(value: &str) -> Result<Cause, DbError> {
    let known = Cause::ALL.iter().find(|cause| cause.code() == value);
    known.copied().ok_or_else(|| cell("cause", value).strange())
}

pub(crate) fn call(model: entity::call_record::Model) -> Result<StoredCall, DbError> {
    let row = CallRow {
        call: cell("call", &model.call).parse::<CallId>()?,
        started_at: Wall::from_micros(model.started_at),
        ended_at: Wall::from_micros(model.ended_at),
        caller: model.caller.as_deref().map(|caller| number("caller", caller)).transpose()?,
        called: number("called", &model.called)?,
        trunk: optional("trunk", model.trunk.as_ref())?,
        flow: cell("flow", &model.flow).parse()?,
        flow_version: u32::try_from(model.flow_version)
            .map_err(|_| cell("flow_version", &model.flow_version.to_string()).strange())?,
        queue: optional("queue", model.queue.as_ref())?,
        agent: optional("agent", model.agent.as_ref())?,
        ring: duration(model.ring_ms),
        ivr: duration(model.ivr_ms),
        queued: duration(model.queue_ms),
        talk: duration(model.talk_ms),
        hold: duration(model.hold_ms),
        cause: cause(&model.cause)?,
        ended_by: party(&model.ended_by)?,
        recording: recording(&model)?,
    };
    Ok(StoredCall { row, record: model.record, agents: BTreeSet::new(), mode: None, votes: Vec::new() })
}

pub(crate) fn config_model(tenant: TenantId, config: &ConfigVersion) -> entity::config_version::ActiveModel {
    entity::config_version::ActiveModel {
        tenant: Set(tenant.0),
        version: Set(signed(config.head.version)),
        applied_at: Set(config.head.applied_at.as_micros()),
        hash: Set(text(&config.head.hash)),
        applied_by: Set(text(&config.head.applied_by)),
        toml: Set(text(&config.toml)),
    }
}

fn entry_cell<'a>(column: &'static str, value: &'a str) -> Cell<'a> {
    Cell { table: "list_entry", column, value }
}

pub(crate) fn list_entry_model(tenant: TenantId, row: &EntryRow) -> Result<entity::list_entry::ActiveModel, DbError> {
    let EntryRow { list, entry, terms, added_at, approved, ended } = row;
    let state = match &ended {
        Some(ended) => entry_end_text(ended.how),
        None => entry_state_text(entry.state),
    };
    Ok(entity::list_entry::ActiveModel {
        tenant: Set(tenant.0),
        entry: Set(signed(entry.entry.0)),
        list: Set(text(list)),
        pattern: Set(text(&entry.pattern)),
        owner: Set(text(&terms.owner)),
        added_by: Set(terms.by.as_ref().map(text)),
        reason: Set(text(&terms.reason)),
        source: Set(json("source", &terms.source)?),
        service: Set(json("service", &terms.service)?),
        added_at: Set(added_at.as_micros()),
        ends_at: Set(entry.until.map(Wall::as_micros)),
        state: Set(state.to_owned()),
        approved_by: Set(approved.as_ref().map(|(by, _)| text(by))),
        approved_at: Set(approved.as_ref().map(|(_, at)| at.as_micros())),
        ended_by: Set(ended.as_ref().and_then(|ended| ended.by.as_ref()).map(text)),
        ended_at: Set(ended.as_ref().map(|ended| ended.at.as_micros())),
    })
}

pub(crate) fn list_entry(model: entity::list_entry::Model) -> Result<EntryRow, DbError> {
    let actor = |column, name: &Option<String>| {
        name.as_ref().map(|name| entry_cell(column, name).parse::<ActorName>()).transpose()
    };
    let pattern = Pattern::try_from(model.pattern.clone());
    let ended = match model.ended_at {
        Some(at) => {
            let how = entry_end(&model.state)?;
            Some(EndedEntry { how, by: actor("ended_by", &model.ended_by)?, at: Wall::from_micros(at) })
        }
        None => None,
    };
    let state = if ended.is_some() { EntryState::Active } else { entry_state(&model.state)? };
    let entry = ListEntry {
        entry: EntryId(unsigned(model.entry)),
        pattern: pattern.map_err(|_| entry_cell("pattern", &model.pattern).strange())?,
        until: model.ends_at.map(Wall::from_micros),
        state,
    };
    let approved = actor("approved_by", &model.approved_by)?.zip(model.approved_at.map(Wall::from_micros));
    let source = serde_json::from_str(&model.source).map_err(|_| entry_cell("source", &model.source).strange())?;
    let service = serde_json::from_str(&model.service).map_err(|_| entry_cell("service", &model.service).strange())?;
    let terms = Terms {
        owner: entry_cell("owner", &model.owner).parse()?,
        by: actor("added_by", &model.added_by)?,
        reason: model.reason,
        source,
        service,
    };
    let added_at = Wall::from_micros(model.added_at);
    Ok(EntryRow { list: list_name(&model.list)?, entry, terms, added_at, approved, ended })
}

pub(crate) fn list_name(value: &str) -> Result<ListName, DbError> {
    entry_cell("list", value).parse()
}

fn json<T: serde::Serialize>(column: &'static str, value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map(text).map_err(|_| entry_cell(column, "").strange())
}

const fn entry_state_text(state: EntryState) -> &'static str {
    match state {
        EntryState::Proposed => "proposed",
        EntryState::Active => "active",
    }
}

pub(crate) fn entry_state(value: &str) -> Result<EntryState, DbError> {
    match value {
        "proposed" => Ok(EntryState::Proposed),
        "active" => Ok(EntryState::Active),
        _ => Err(entry_cell("state", value).strange()),
    }
}

pub(crate) const fn entry_end_text(how: EntryEnd) -> &'static str {
    match how {
        EntryEnd::Expired => "expired",
        EntryEnd::Removed => "removed",
        EntryEnd::Undone => "undone",
        EntryEnd::Replaced => "replaced",
    }
}

fn entry_end(value: &str) -> Result<EntryEnd, DbError> {
    match value {
        "expired" => Ok(EntryEnd::Expired),
        "removed" => Ok(EntryEnd::Removed),
        "undone" => Ok(EntryEnd::Undone),
        "replaced" => Ok(EntryEnd::Replaced),
        _ => Err(entry_cell("state", value).strange()),
    }
}
