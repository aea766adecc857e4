//! What goes on: the board, the own desk, what is asked of calls and of agents.

use std::sync::Arc;

use axum::Json;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;
use bell_access::{Decision, Permission};
use bell_types::{AgentName, CallId, ModeName, QueueName, Wall};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::{OfCall, Seen, Signed, log, seen};
use crate::api::Desk;
use crate::body::{Asked, Sent};
use crate::doors::{
    Business, By, CallAct, CallingModesView, DeskView, DialWanted, Field, Refused, SignedIn, StateWanted, TargetSeen,
    To, Via, WhyNoCallsView,
};
use crate::events::{Eyes, LiveMessage, desk_of, talk};
use crate::page;
use crate::time::rfc3339;

/// Where a viewer goes on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsAsked {
    /// The number of the last change it knows; without one, or if that is too long ago, it gets a snapshot.
    seq: Option<u64>,
}

/// How one changes one's state.
#[derive(Deserialize, ToSchema)]
pub(crate) struct StateSent {
    /// To what.
    to: StateTo,
    /// Why one takes a break.
    reason: Option<String>,
}

/// A state one can ask for.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateTo {
    /// Come to work.
    SignIn,
    /// Go home.
    SignOut,
    /// Take calls.
    Available,
    /// Take none for a while.
    Break,
    /// The last call's work is finished.
    EndWrapUp,
}

/// For which time.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhyAsked {
    /// Now, if none is given.
    pub(super) at: Option<String>,
}

/// A call that is to be placed.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DialSent {
    /// The number, as one types it.
    to: String,
    /// The number of ours that the customer sees; the one that is set for the agent otherwise.
    shown: Option<String>,
    /// By which calling mode; the usual one otherwise.
    mode: Option<String>,
    /// The failed call that this is another way of: both belong to one attempt to reach the contact.
    again: Option<String>,
}

/// A call that was begun.
#[derive(Serialize, ToSchema)]
pub(crate) struct DialledView {
    /// It, if it is known already; its view comes with the live events in any case.
    call: Option<String>,
}

/// What is asked of a call.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ActSent {
    /// What.
    #[serde(rename = "do")]
    what: ActWhat,
    /// Where to, for a transfer or a consultation.
    target: Option<TargetSent>,
}

/// What can be asked of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ActWhat {
    /// Put the caller on hold.
    Hold,
    /// Take him off hold.
    Resume,
    /// Hand him on without asking.
    Transfer,
    /// Hand him to the queue for difficult cases.
    Escalate,
    /// Ask somebody while he waits.
    Consult,
    /// Turn to the other one.
    Switch,
    /// Give the caller to who was asked.
    Complete,
    /// Take the caller back.
    CancelTransfer,
    /// Talk all together.
    Conference,
    /// Leave a conference; the others talk on.
    Leave,
    /// Park him.
    Park,
    /// Fetch a parked caller.
    Retrieve,
    /// End the call.
    Release,
    /// Hear both sides.
    Listen,
    /// Speak to the agent alone.
    Whisper,
    /// Come in.
    Barge,
    /// Take the agent's place.
    Intercept,
    /// Leave the call again.
    StopSupervision,
    /// Ask the supervisors for help.
    Help,
}

/// Where a caller is taken: one of these.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TargetSent {
    /// To an agent.
    Agent(String),
    /// To a queue.
    Queue(String),
    /// To a flow.
    Flow(String),
    /// To a number outside.
    Number(String),
}

/// Whom one looks for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TargetsAsked {
    /// A part of the name, or a number.
    q: Option<String>,
}

/// What a browser registers by.
#[derive(Serialize, ToSchema)]
pub(crate) struct VoiceView {
    /// The address it registers as.
    sip_uri: String,
    /// The user name of the digest.
    user: String,
    /// Its password.
    password: String,
    /// Its realm.
    realm: String,
    /// Where it speaks SIP, on this very address.
    ws_path: &'static str,
    /// Until when the key counts, unless it is asked for again.
    expires_at: String,
    /// The codecs it should offer, the best first.
    codecs: [&'static str; 2],
}

/// What controls a call, and what supervises one.
pub(crate) const ACTS: &[Permission] =
    &[Permission::CallControl, Permission::CallListen, Permission::CallWhisper, Permission::CallBarge];

/// For how long a key of the browser counts; it is renewed by asking again.
const KEY_SECS: u64 = 3_600;

/// Everything that goes on, as far as one may see it.
#[utoipa::path(get, path = "/v1/live", tag = "live", responses((status = 200, body = LiveMessage)))]
pub(crate) async fn live(State(desk): State<Arc<Desk>>, Seen(visible): Seen) -> Result<Json<LiveMessage>, Problem> {
    // What has just been done is seen, although viewers are told of it a moment later. The number comes first: who goes on
    // from it misses nothing.
    let seq = desk.hub.begin().seq;
    let eyes = Eyes { board: Some(visible), agent: None };
    let live = eyes.live(seq, rfc3339(desk.now()), &desk.doors.floor.live());
    live.map(Json).ok_or_else(|| Problem::of(crate::words::Code::Broken))
}

/// Live state over a WebSocket: a snapshot, then what changes, each with its number.
#[utoipa::path(get, path = "/v1/events", tag = "live", params(EventsAsked),
    responses((status = 101, description = "the messages: snapshot, change, notice")))]
pub(crate) async fn events(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<EventsAsked>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let may_see = who.actor.furthest(Permission::LiveRead).is_ok();
    let board = if may_see { Some(seen(&desk, &who, Permission::LiveRead).await?) } else { None };
    let eyes = Eyes { board, agent: who.agent.clone() };
    let whose = (who.via, who.actor.user());
    // What a viewer says is short.
    let upgrade = upgrade.max_message_size(4_096);
    Ok(upgrade.on_upgrade(move |socket| talk(socket, desk, whose, eyes, asked.seq)))
}

/// The own desk.
#[utoipa::path(get, path = "/v1/me/desk", tag = "desk", responses((status = 200, body = DeskView)))]
pub(crate) async fn desk(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<DeskView>, Problem> {
    let agent = agent(&who)?;
    let view = desk_of(&desk.doors.floor.live(), agent);
    view.map(Json).ok_or_else(|| not_configured(agent))
}

/// Changes one's state.
#[utoipa::path(post, path = "/v1/me/state", tag = "desk", request_body = StateSent, responses((status = 204)))]
pub(crate) async fn state(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<StateSent>,
) -> Result<StatusCode, Problem> {
    let wanted = match (sent.to, sent.reason) {
        (StateTo::SignIn, _) => StateWanted::SignIn,
        (StateTo::SignOut, _) => StateWanted::SignOut,
        (StateTo::Available, _) => StateWanted::Available,
        (StateTo::EndWrapUp, _) => StateWanted::EndWrapUp,
        (StateTo::Break, Some(reason)) if (1..=64).contains(&reason.chars().count()) => StateWanted::Break(reason),
        (StateTo::Break, Some(_)) => return Err(page::field(Field::malformed("reason"))),
        (StateTo::Break, None) => return Err(page::field(Field::missing("reason"))),
    };
    desk.doors.floor.set_state(agent(&who)?, wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why one gets no calls.
#[utoipa::path(get, path = "/v1/me/why-no-calls", tag = "desk", params(WhyAsked),
    responses((status = 200, body = WhyNoCallsView)))]
pub(crate) async fn why_no_calls(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<WhyAsked>,
) -> Result<Json<WhyNoCallsView>, Problem> {
    let at: Wall = page::time("at", asked.at.as_deref())?.unwrap_or_else(|| desk.now());
    Ok(Json(desk.doors.floor.why_no_calls(agent(&who)?, at).await?))
}

/// The ways in which one calls.
#[utoipa::path(get, path = "/v1/me/calling-modes", tag = "desk", responses((status = 200, body = CallingModesView)))]
pub(crate) async fn calling_modes(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
) -> Result<Json<CallingModesView>, Problem> {
    Ok(Json(desk.doors.floor.calling_modes(agent(&who)?)))
}

/// Places a call: the own phone rings first.
#[utoipa::path(post, path = "/v1/calls", tag = "calls", request_body = DialSent,
    responses((status = 202, body = DialledView)))]
pub(crate) async fn dial(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<DialSent>,
) -> Result<(StatusCode, Json<DialledView>), Problem> {
    let mode = sent.mode.as_deref().map(|mode| ModeName::new(mode).map_err(|_| Field::malformed("mode")));
    let again = sent.again.as_deref().map(|call| call.parse::<CallId>().map_err(|_| Field::malformed("again")));
    let (mode, again) = (mode.transpose().map_err(page::field)?, again.transpose().map_err(page::field)?);
    let wanted = DialWanted { to: sent.to, shown: sent.shown, mode, again };
    let call = desk.doors.floor.dial(agent(&who)?, wanted).await?;
    Ok((StatusCode::ACCEPTED, Json(DialledView { call: call.map(|call| call.to_string()) })))
}

/// Asks something of a running call.
#[utoipa::path(post, path = "/v1/calls/{call}/actions", tag = "calls", params(("call" = String, Path)),
    request_body = ActSent, responses((status = 202)))]
pub(crate) async fn act(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    of: OfCall,
    Sent(sent): Sent<ActSent>,
) -> Result<StatusCode, Problem> {
    let permission = sent.what.permission();
    let visible = seen(&desk, &who, permission).await?;
    if !visible.lets(&of.parties) {
        return Err(Problem::of(crate::words::Code::NotFound));
    }
    let is_his = who.agent.as_ref().is_some_and(|own| of.parties.agents.iter().any(|agent| agent == own.as_str()));
    let supervises = permission != Permission::CallControl || sent.what == ActWhat::StopSupervision;
    let by = match (&who.agent, is_his || supervises || sent.what == ActWhat::Retrieve) {
        (Some(agent), true) => By::Agent(agent.clone()),
        (None, true) if supervises => return Err(no_agent()),
        (_, _) => By::Centre(who.name.clone()),
    };
    if !is_his {
        let allowed = who.actor.furthest(permission).map_or_else(Decision::Denied, Decision::Allowed);
        let object = format!("call {} {:?}", of.call, sent.what);
        log(&desk, &who, permission, &object, &allowed).await?;
    }
    let act = sent.act()?;
    desk.doors.floor.act(by, of.call, act).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Whom a caller can be transferred to, and whether that would begin now.
#[utoipa::path(get, path = "/v1/transfer-targets", tag = "desk", params(TargetsAsked),
    responses((status = 200, body = Vec<TargetSeen>)))]
pub(crate) async fn targets(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<TargetsAsked>,
) -> Result<Json<Vec<TargetSeen>>, Problem> {
    let text = asked.q.unwrap_or_default();
    if text.chars().count() > 64 {
        return Err(page::field(Field::malformed("q")));
    }
    Ok(Json(desk.doors.floor.targets(agent(&who)?, text.trim()).await?))
}

/// A key by which this browser registers as the agent's phone, for as long as the login lives.
#[utoipa::path(post, path = "/v1/me/voice", tag = "desk", responses((status = 200, body = VoiceView)))]
pub(crate) async fn voice(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<VoiceView>, Problem> {
    let Via::Login(login) = who.via else { return Err(no_agent()) };
    let until = desk.now() + std::time::Duration::from_secs(KEY_SECS);
    let key = desk.doors.voice.key(agent(&who)?, login, until).await?;
    Ok(Json(VoiceView {
        sip_uri: format!("sip:{}@{}", key.endpoint, key.realm),
        user: key.user,
        password: key.password,
        realm: key.realm,
        ws_path: "/sip",
        expires_at: rfc3339(key.until),
        codecs: ["opus", "pcma"],
    }))
}

impl ActWhat {
    const fn permission(self) -> Permission {
        match self {
            Self::Listen => Permission::CallListen,
            Self::Whisper => Permission::CallWhisper,
            Self::Barge | Self::Intercept => Permission::CallBarge,
            Self::StopSupervision => Permission::CallListen,
            Self::Hold
            | Self::Resume
            | Self::Transfer
            | Self::Escalate
            | Self::Consult
            | Self::Switch
            | Self::Complete
            | Self::CancelTransfer
            | Self::Conference
            | Self::Leave
            | Self::Park
            | Self::Retrieve
            | Self::Release
            | Self::Help => Permission::CallControl,
        }
    }
}

impl ActSent {
    fn act(self) -> Result<CallAct, Problem> {
        let to = |target: Option<TargetSent>| match target {
            Some(target) => target.to(),
            None => Err(page::field(Field::missing("target"))),
        };
        Ok(match self.what {
            ActWhat::Hold => CallAct::Hold,
            ActWhat::Resume => CallAct::Resume,
            ActWhat::Transfer => CallAct::Transfer(to(self.target)?),
            ActWhat::Escalate => CallAct::Escalate,
            ActWhat::Consult => CallAct::Consult(to(self.target)?),
            ActWhat::Switch => CallAct::Switch,
            ActWhat::Complete => CallAct::Complete,
            ActWhat::CancelTransfer => CallAct::Cancel,
            ActWhat::Conference => CallAct::Conference,
            ActWhat::Leave => CallAct::Leave,
            ActWhat::Park => CallAct::Park,
            ActWhat::Retrieve => CallAct::Retrieve,
            ActWhat::Release => CallAct::Release,
            ActWhat::Listen => CallAct::Listen,
            ActWhat::Whisper => CallAct::Whisper,
            ActWhat::Barge => CallAct::Barge,
            ActWhat::Intercept => CallAct::Intercept,
            ActWhat::StopSupervision => CallAct::StopSupervision,
            ActWhat::Help => CallAct::Help,
        })
    }
}

impl TargetSent {
    fn to(self) -> Result<To, Problem> {
        let wrong = |_| page::field(Field::malformed("target"));
        Ok(match self {
            Self::Agent(name) => To::Agent(AgentName::new(&name).map_err(wrong)?),
            Self::Queue(name) => To::Queue(QueueName::new(&name).map_err(wrong)?),
            Self::Flow(name) => To::Flow(name),
            Self::Number(number) => To::Number(number),
        })
    }
}

/// The agent somebody is. Who is none has no desk.
pub(crate) fn agent(who: &SignedIn) -> Result<&AgentName, Problem> {
    who.agent.as_ref().ok_or_else(no_agent)
}

fn no_agent() -> Problem {
    let business = Business {
        code: "no_agent",
        detail: "this account is no agent: an administrator links it with one".to_owned(),
        detail_zh: "此账号未关联坐席，请管理员在用户管理中关联".to_owned(),
    };
    Refused::Business(business).into()
}

fn not_configured(agent: &AgentName) -> Problem {
    let business = Business {
        code: "agent_not_configured",
        detail: format!("agent {agent} is not in the configuration"),
        detail_zh: format!("配置中没有坐席 {agent}"),
    };
    Refused::Business(business).into()
}
