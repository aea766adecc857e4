//! Calls that were, with all that is known of them, and their recordings.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{
    ACCEPT, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bell_types::{AgentName, ModeName, QueueName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::{CallSeen, OfCall, Seen, Signed};
use crate::api::Desk;
use crate::body::Asked;
use crate::doors::{
    AudioForm, CallWhole, CallsPage, CallsWanted, Direction, Field, Outcome, PeaksView, StoryView, SummaryIs,
    TraceView, Visible,
};
use crate::page;
use crate::routes::floor::agent;
use crate::visit::text;

/// The most points of a waveform.
const POINTS_MAX: usize = 10_000;

/// Which calls.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallsAsked {
    /// Arrived then or later.
    from: Option<String>,
    /// Arrived before.
    to: Option<String>,
    /// From or to this number, or one that begins or ends so.
    number: Option<String>,
    /// That this agent had.
    agent: Option<String>,
    /// Last in this queue.
    queue: Option<String>,
    /// `inbound` or `outbound`.
    direction: Option<Direction>,
    /// `answered`, `abandoned`, `passed_on` or `left`.
    outcome: Option<Outcome>,
    /// Whose summaries stand so: `open`, `filled`, `not_filled`, or `missed` for those that were not filled in time.
    #[param(inline)]
    summary: Option<SummaryIs>,
    /// Whose result, or a heading over it, has this code.
    disposition: Option<String>,
    /// Placed by this mode, which may be retired.
    mode: Option<String>,
    /// Talked at least so long.
    min_talk_ms: Option<u64>,
    /// Talked at most so long.
    max_talk_ms: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// Where a page of one's own calls begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OwnCallsAsked {
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// Some recordings, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordingsView {
    /// They.
    items: Vec<RecordingView>,
    /// Where the next page begins.
    next: Option<String>,
}

/// A recording.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordingView {
    /// Its id, which is that of its call.
    recording: String,
    /// The call.
    call: String,
    /// When the call arrived.
    started: String,
    /// How long was talked.
    talk_ms: u64,
    /// The last agent who talked with the caller.
    agent: Option<String>,
    /// The last queue it was in.
    queue: Option<String>,
    /// Who called.
    caller: Option<String>,
    /// What was called.
    called: String,
    /// Which way.
    direction: Direction,
    /// `recorded`, `partial` or `failed`.
    status: Option<String>,
}

/// In which form a recording is sent.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AudioAsked {
    /// `wav` or `ogg`; what the browser accepts, if none is given.
    format: Option<String>,
}

/// How fine a waveform is.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeaksAsked {
    /// How many points for each side, 10,000 at most.
    points: Option<usize>,
}

/// Calls, the newest first.
#[utoipa::path(get, path = "/v1/calls", tag = "calls", params(CallsAsked), responses((status = 200, body = CallsPage)))]
pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Asked(asked): Asked<CallsAsked>,
) -> Result<Json<CallsPage>, Problem> {
    Ok(Json(desk.doors.records.calls(asked.wanted(visible)?).await?))
}

/// One's own calls.
#[utoipa::path(get, path = "/v1/me/calls", tag = "desk", params(OwnCallsAsked),
    responses((status = 200, body = CallsPage)))]
pub(crate) async fn own(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<OwnCallsAsked>,
) -> Result<Json<CallsPage>, Problem> {
    let own = agent(&who)?.clone();
    let visible = Visible::Some { agents: [own.clone()].into(), queues: std::collections::BTreeSet::new() };
    let asked = CallsAsked { cursor: asked.cursor, limit: asked.limit, ..CallsAsked::default() };
    let wanted = CallsWanted { own: Some(own), ..asked.wanted(visible)? };
    Ok(Json(desk.doors.records.calls(wanted).await?))
}

/// One call with all that is known of it.
#[utoipa::path(get, path = "/v1/calls/{call}", tag = "calls", params(("call" = String, Path)),
    responses((status = 200, body = CallWhole)))]
pub(crate) async fn one(State(desk): State<Arc<Desk>>, CallSeen(call): CallSeen) -> Result<Json<CallWhole>, Problem> {
    Ok(Json(desk.doors.records.call(call).await?))
}

/// A call as a story.
#[utoipa::path(get, path = "/v1/calls/{call}/story", tag = "calls", params(("call" = String, Path)),
    responses((status = 200, body = StoryView)))]
pub(crate) async fn story(State(desk): State<Arc<Desk>>, CallSeen(call): CallSeen) -> Result<Json<StoryView>, Problem> {
    Ok(Json(desk.doors.records.story(call).await?))
}

/// The SIP messages of a call, credentials masked.
#[utoipa::path(get, path = "/v1/calls/{call}/trace", tag = "calls", params(("call" = String, Path)),
    responses((status = 200, body = TraceView)))]
pub(crate) async fn trace(State(desk): State<Arc<Desk>>, of: OfCall) -> Result<Json<TraceView>, Problem> {
    Ok(Json(desk.doors.records.trace(of.call).await?))
}

/// Recordings, the newest first.
#[utoipa::path(get, path = "/v1/recordings", tag = "recordings", params(CallsAsked),
    responses((status = 200, body = RecordingsView)))]
pub(crate) async fn recordings(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Asked(asked): Asked<CallsAsked>,
) -> Result<Json<RecordingsView>, Problem> {
    let wanted = CallsWanted { recorded: true, ..asked.wanted(visible)? };
    let found = desk.doors.records.calls(wanted).await?;
    let items = found.items.into_iter().map(|row| RecordingView {
        recording: row.call.clone(),
        call: row.call,
        started: row.started,
        talk_ms: row.talk_ms,
        agent: row.agent,
        queue: row.queue,
        caller: row.caller,
        called: row.called,
        direction: row.direction,
        status: row.recording,
    });
    Ok(Json(RecordingsView { items: items.collect(), next: found.next }))
}

/// The audio of a recording, or a range of it.
#[utoipa::path(get, path = "/v1/recordings/{recording}/audio", tag = "recordings",
    params(("recording" = String, Path), AudioAsked),
    responses((status = 200, content_type = "audio/wav"), (status = 206, content_type = "audio/wav")))]
pub(crate) async fn audio(
    State(desk): State<Arc<Desk>>,
    of: OfCall,
    Asked(asked): Asked<AudioAsked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = match asked.format.as_deref() {
        Some("wav") => AudioForm::Wav,
        Some("ogg" | "opus") => AudioForm::Ogg,
        Some(_) => return Err(page::field(Field::malformed("format"))),
        None if text(&headers, &ACCEPT).is_some_and(|accept| accept.contains("audio/ogg")) => AudioForm::Ogg,
        None => AudioForm::Wav,
    };
    let (kind, ending) = match form {
        AudioForm::Wav => ("audio/wav", "wav"),
        AudioForm::Ogg => ("audio/ogg", "ogg"),
    };
    let audio = desk.doors.records.audio(of.call, form).await?;
    let tag = format!("\"{}\"", audio.tag);
    if text(&headers, &IF_NONE_MATCH).is_some_and(|known| known.contains(&tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let mut response = ranged(text(&headers, &RANGE), audio.bytes);
    let shown = [
        (CONTENT_TYPE, kind.to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (ETAG, tag),
        // Played here, and kept nowhere: whose permission ends cannot play it again.
        (CACHE_CONTROL, "private, no-cache".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{}.{ending}\"", of.call)),
    ];
    for (name, value) in shown {
        if let Ok(value) = value.try_into() {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// The loudness of a recording, for a waveform.
#[utoipa::path(get, path = "/v1/recordings/{recording}/peaks", tag = "recordings",
    params(("recording" = String, Path), PeaksAsked), responses((status = 200, body = PeaksView)))]
pub(crate) async fn peaks(
    State(desk): State<Arc<Desk>>,
    of: OfCall,
    Asked(asked): Asked<PeaksAsked>,
) -> Result<Json<PeaksView>, Problem> {
    let points = asked.points.unwrap_or(1_000);
    if !(1..=POINTS_MAX).contains(&points) {
        return Err(page::field(Field::malformed("points")));
    }
    Ok(Json(desk.doors.records.peaks(of.call, points).await?))
}

impl CallsAsked {
    /// Which calls, for the log.
    pub(super) fn in_words(&self) -> String {
        let talk = |ms: &Option<u64>| ms.map(|ms| ms.to_string());
        let parts = [
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("number", self.number.clone()),
            ("agent", self.agent.clone()),
            ("queue", self.queue.clone()),
            ("summary", self.summary.map(|summary| format!("{summary:?}").to_lowercase())),
            ("disposition", self.disposition.clone()),
            ("min_talk_ms", talk(&self.min_talk_ms)),
            ("max_talk_ms", talk(&self.max_talk_ms)),
        ];
        let named = parts.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        named.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn wanted(self, visible: Visible) -> Result<CallsWanted, Problem> {
        let name = |text: Option<String>| text.filter(|text| !text.is_empty());
        let agent =
            name(self.agent).map(|name| AgentName::new(&name).map_err(|_| page::field(Field::malformed("agent"))));
        let queue =
            name(self.queue).map(|name| QueueName::new(&name).map_err(|_| page::field(Field::malformed("queue"))));
        let mode = name(self.mode).map(|name| ModeName::new(&name).map_err(|_| page::field(Field::malformed("mode"))));
        let number = name(self.number);
        let is_number = |number: &String| {
            (2..=24).contains(&number.len()) && number.chars().all(|c| c.is_ascii_digit() || "+*#".contains(c))
        };
        if number.as_ref().is_some_and(|number| !is_number(number)) {
            return Err(page::field(Field::malformed("number")));
        }
        let disposition = name(self.disposition);
        if disposition.as_ref().is_some_and(|code| code.len() > 40) {
            return Err(page::field(Field::malformed("disposition")));
        }
        Ok(CallsWanted {
            visible,
            from: page::time("from", self.from.as_deref())?,
            to: page::time("to", self.to.as_deref())?,
            number,
            agent: agent.transpose()?,
            queue: queue.transpose()?,
            direction: self.direction,
            outcome: self.outcome,
            mode: mode.transpose()?,
            talk_min: self.min_talk_ms.map(Duration::from_millis),
            talk_max: self.max_talk_ms.map(Duration::from_millis),
            recorded: false,
            summary: self.summary,
            disposition,
            own: None,
            after: self.cursor,
            limit: page::limit(self.limit)?,
        })
    }
}

/// All of it, or the one range that is asked for (RFC 9110 §14). Several ranges get all of it, as the RFC allows.
fn ranged(asked: Option<&str>, bytes: Bytes) -> Response {
    let length = bytes.len();
    match asked.map(|asked| range(asked, length)) {
        None | Some(Asking::Whole) => Body::from(bytes).into_response(),
        Some(Asking::Range(first, last)) => {
            let part = bytes.slice(first..=last);
            let range = format!("bytes {first}-{last}/{length}");
            (StatusCode::PARTIAL_CONTENT, [(CONTENT_RANGE, range)], Body::from(part)).into_response()
        }
        Some(Asking::Nothing) => {
            (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{length}"))]).into_response()
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Asking {
    Whole,
    Range(usize, usize),
    Nothing,
}

fn range(asked: &str, length: usize) -> Asking {
    let Some((first, last)) = asked.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Asking::Whole;
    };
    let (first, last) = match (first.trim().parse::<usize>(), last.trim().parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.min(length.saturating_sub(1))),
        (Ok(first), Err(_)) if last.trim().is_empty() => (first, length.saturating_sub(1)),
        (Err(_), Ok(suffix)) if first.trim().is_empty() && suffix > 0 => {
            (length.saturating_sub(suffix), length.saturating_sub(1))
        }
        (Err(_), Ok(0)) if first.trim().is_empty() => return Asking::Nothing,
        _ => return Asking::Whole,
    };
    if first < length { Asking::Range(first, last) } else { Asking::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_what_the_rfc_says() {
        for (asked, range) in [
            ("bytes=0-9", Asking::Range(0, 9)),
            ("bytes=90-", Asking::Range(90, 99)),
            ("bytes=-10", Asking::Range(90, 99)),
            ("bytes=-1000", Asking::Range(0, 99)),
            ("bytes=50-1000", Asking::Range(50, 99)),
            ("bytes=100-", Asking::Nothing),
            ("bytes=-0", Asking::Nothing),
            ("bytes=9-0", Asking::Whole),
            ("bytes=0-1,5-6", Asking::Whole),
            ("seconds=1-2", Asking::Whole),
            ("bytes=a-b", Asking::Whole),
        ] {
            assert_eq!(super::range(asked, 100), range, "{asked}");
        }
        assert_eq!(super::range("bytes=0-", 0), Asking::Nothing);
    }
}
