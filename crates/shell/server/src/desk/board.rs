//! The board: what goes on, from the node's window and the running configuration.

use std::collections::BTreeMap;

use bell_acd::QueueAlert;
use bell_api::doors::{
    Activity, AgentView, AlertKind, AlertView, CallStage, CallView, Direction, FiguresView, LegNowView, LegState, Live,
    Parties, PartyRole, PhoneView, Presence, QueueAgentsView, QueueView, ReasonView, ShiftView, Supervising,
    SupervisorView, TargetView, TodayView, TrunkView,
};
use bell_api::time::rfc3339;
use bell_call::{CallRecord, LegRecord, Peer, StageKind};
use bell_callers::Regions;
use bell_engine::{AgentLive, Snapshot, lost_phones};
use bell_metrics::Figures;
use bell_types::{
    AgentActivity, AgentName, AgentPresence, LegRole, Number, RegistrationRefusal, SupervisionMode, Wall,
};

use super::today::SoFar;
use crate::driver::Windows;

/// What goes on now.
pub(super) fn live(windows: &Windows, so_far: &SoFar, now: Wall) -> Live {
    let snapshot = windows.state().snapshot.clone();
    let figures = so_far.figures();
    let break_reasons = snapshot.as_ref().map_or_else(Vec::new, |snapshot| breaks(&snapshot.breaks));
    let mut live = Live { break_reasons, ..Live::default() };
    let window = windows.live();
    live.calls = window.calls().map(|record| (record.call.to_string(), call(record, &window))).collect();
    live.trunks = window
        .trunks()
        .map(|(name, trunk)| {
            let (up, cause) = (trunk.down.is_none(), trunk.down.map(|cause| cause.code().to_owned()));
            (name.to_string(), TrunkView { trunk: name.to_string(), up, cause, since: rfc3339(trunk.since) })
        })
        .collect();
    live.phones = phones(&window, snapshot.as_deref());
    live.alerts = alerts(&window, snapshot.as_deref(), now);
    if let Some(snapshot) = &snapshot {
        let weak_below = f64::from(snapshot.weak_mos_centi) / 100.0;
        for leg in live.calls.values_mut().flat_map(|call| &mut call.legs) {
            leg.weak = leg.mos.is_some_and(|mos| mos < weak_below);
        }
        let known: BTreeMap<&str, &AgentLive> = window.agents().map(|(name, agent)| (name.as_str(), agent)).collect();
        live.agents = agents(snapshot, &known, &live);
        for (name, finished) in window.agents().filter_map(|(name, _)| Some((name, window.wraps_up(name)?))) {
            if let Some(agent) = live.agents.get_mut(name.as_str()) {
                agent.wrap_up_call = Some(finished.call.to_string());
            }
        }
        live.queues = queues(snapshot, &live, &figures);
        live.figures = totals(snapshot, so_far, &figures);
        live.figures.calls = live.calls.len() as u64;
    }
    drop(window);
    live.today = today(so_far, &figures);
    live
}

fn breaks(reasons: &[bell_engine::BreakReason]) -> Vec<ReasonView> {
    let reason = |reason: &bell_engine::BreakReason| ReasonView {
        code: reason.code.clone(),
        zh: reason.zh.clone(),
        en: reason.en.clone(),
    };
    reasons.iter().map(reason).collect()
}

/// Whom a running call concerns.
pub(super) fn parties(record: &CallRecord, window: &bell_engine::Live) -> Parties {
    let view = call(record, window);
    let talked = record.talked().into_iter().map(|(agent, _)| agent.to_string()).collect();
    Parties { agents: view.agents, talked, queue: view.queue }
}

/// A running call.
pub(super) fn call(record: &CallRecord, window: &bell_engine::Live) -> CallView {
    let stage = record.stages.last();
    let offer = record.offers.iter().rev().find(|offer| offer.ended.is_none());
    let open = || record.legs.iter().filter(|leg| leg.ended.is_none());
    let mut agents: Vec<String> = open().filter_map(|leg| agent_of(&leg.role)).collect();
    agents.extend(offer.map(|offer| offer.agent.to_string()));
    agents.sort();
    agents.dedup();
    let with = match stage.map(|stage| &stage.kind) {
        Some(StageKind::Talk(Peer::Agent(agent)) | StageKind::Hold(Peer::Agent(agent))) => Some(agent.to_string()),
        _ => offer.map(|offer| offer.agent.to_string()),
    };
    let named = stage.map_or(CallStage::Arriving, |stage| stage_of(&stage.kind));
    let (caller, called) = record.ends();
    CallView {
        call: record.call.to_string(),
        direction: if record.trunk.is_some() { Direction::Inbound } else { Direction::Outbound },
        caller: caller.map(ToString::to_string),
        called: called.to_string(),
        region: region(record.caller.number.as_ref()),
        queue: record.queue().map(ToString::to_string),
        agent: with,
        stage: if named == CallStage::Queue && offer.is_some() { CallStage::Ringing } else { named },
        since: rfc3339(stage.map_or(record.arrived, |stage| record.arrived + stage.from)),
        started: rfc3339(record.arrived),
        flow: record.flow.to_string(),
        legs: open().map(|one| leg(one, record)).collect(),
        recording: record.recording.is_some() || record.notice_played.is_some(),
        supervised_by: open().filter_map(|leg| supervisor(leg, window)).collect(),
        agents,
        help_since: window.help(record.call).map(|help| rfc3339(help.since)),
    }
}

/// Where a caller's number is from, in the words of the numbering data.
pub(super) fn region(number: Option<&Number>) -> Option<String> {
    let (place, _) = Regions::shipped().locate(number?).ok()?;
    Some(if place.city.is_empty() { place.province.to_owned() } else { format!("{} {}", place.province, place.city) })
}

pub(super) const fn stage_of(kind: &StageKind) -> CallStage {
    match kind {
        StageKind::Arriving => CallStage::Arriving,
        StageKind::Flow => CallStage::Ivr,
        StageKind::Queue(_) => CallStage::Queue,
        StageKind::Talk(_) => CallStage::Talk,
        StageKind::Hold(_) => CallStage::Hold,
        StageKind::Transfer => CallStage::Transfer,
        StageKind::Consult { .. } => CallStage::Consult,
        StageKind::Conference(_) => CallStage::Conference,
        StageKind::Parked(_) => CallStage::Parked,
        StageKind::Missing(_) => CallStage::Missing,
    }
}

pub(super) fn agent_of(role: &LegRole) -> Option<String> {
    match role {
        LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. } => Some(agent.to_string()),
        LegRole::Caller | LegRole::External { .. } => None,
    }
}

/// What a leg is, and who is at it.
pub(super) fn role(role: &LegRole, record: &CallRecord) -> (PartyRole, Option<String>) {
    match role {
        LegRole::Caller => (PartyRole::Caller, record.caller.number.as_ref().map(ToString::to_string)),
        LegRole::Agent { agent, .. } => (PartyRole::Agent, Some(agent.to_string())),
        LegRole::External { number, .. } => (PartyRole::External, Some(number.to_string())),
        LegRole::Supervisor { agent, .. } => (PartyRole::Supervisor, Some(agent.to_string())),
    }
}

fn leg(leg: &LegRecord, record: &CallRecord) -> LegNowView {
    let state = match (leg.answered, leg.rang) {
        (Some(_), _) => LegState::Answered,
        (None, Some(_)) => LegState::Ringing,
        (None, None) => LegState::Opened,
    };
    let (role, party) = role(&leg.role, record);
    let mos = leg.mos_last_centi.map(|centi| f64::from(centi) / 100.0);
    LegNowView { leg: leg.leg.number, role, party, state, mos, weak: false }
}

/// None until he is in.
fn supervisor(leg: &LegRecord, window: &bell_engine::Live) -> Option<SupervisorView> {
    let mode = match window.mode(leg.leg)? {
        SupervisionMode::Listen => Supervising::Listen,
        SupervisionMode::Whisper => Supervising::Whisper,
        SupervisionMode::Barge => Supervising::Barge,
        SupervisionMode::Intercept => Supervising::Intercept,
    };
    Some(SupervisorView { agent: agent_of(&leg.role)?, mode })
}

fn phones(window: &bell_engine::Live, snapshot: Option<&Snapshot>) -> BTreeMap<String, PhoneView> {
    let owner = |name: &bell_types::EndpointName| Some(snapshot?.owners.get(name)?.to_string());
    let refused: BTreeMap<&str, (String, Option<u16>)> = window
        .refused()
        .map(|(name, refusal)| (name, (refusal_code(refusal.refusal).to_owned(), attempts_left(refusal.refusal))))
        .collect();
    let known = window.endpoints().map(|(name, phone)| {
        let view = PhoneView {
            phone: name.to_string(),
            agent: owner(name),
            registered: phone.source.is_some() || (phone.line && phone.gone.is_none()),
            address: phone.source.map(|source| source.to_string()),
            user_agent: phone.user_agent.clone(),
            since: rfc3339(phone.since),
            cause: phone.gone.map(|cause| cause.code().to_owned()),
            refused: refused.get(name.as_str()).map(|(code, _)| code.clone()),
            attempts_left: refused.get(name.as_str()).and_then(|(_, left)| *left),
        };
        (name.to_string(), view)
    });
    let mut phones: BTreeMap<String, PhoneView> = known.collect();
    // A phone of ours that has never got in.
    let ours = |name: &str| bell_types::EndpointName::new(name).ok().filter(|name| owner(name).is_some());
    for (name, refusal) in window.refused() {
        let Some(endpoint) = ours(name).filter(|_| !phones.contains_key(name)) else { continue };
        let view = PhoneView {
            phone: name.to_owned(),
            agent: owner(&endpoint),
            registered: false,
            address: None,
            user_agent: None,
            since: rfc3339(refusal.at),
            cause: None,
            refused: Some(refusal_code(refusal.refusal).to_owned()),
            attempts_left: attempts_left(refusal.refusal),
        };
        phones.insert(name.to_owned(), view);
    }
    phones
}

const fn attempts_left(refusal: RegistrationRefusal) -> Option<u16> {
    match refusal {
        RegistrationRefusal::WrongPassword { attempts_left } => Some(attempts_left),
        RegistrationRefusal::LockedOut => Some(0),
        RegistrationRefusal::UnknownEndpoint
        | RegistrationRefusal::TooManyContacts
        | RegistrationRefusal::KeyOver
        | RegistrationRefusal::Barred
        | RegistrationRefusal::InTheClear => None,
    }
}

const fn refusal_code(refusal: RegistrationRefusal) -> &'static str {
    match refusal {
        RegistrationRefusal::WrongPassword { .. } => "wrong_password",
        RegistrationRefusal::LockedOut => "locked_out",
        RegistrationRefusal::UnknownEndpoint => "unknown_endpoint",
        RegistrationRefusal::TooManyContacts => "too_many_contacts",
        RegistrationRefusal::KeyOver => "key_over",
        RegistrationRefusal::Barred => "barred",
        RegistrationRefusal::InTheClear => "in_the_clear",
    }
}

fn alerts(window: &bell_engine::Live, snapshot: Option<&Snapshot>, now: Wall) -> Vec<AlertView> {
    let of_queue = |alert: QueueAlert| AlertView {
        kind: AlertKind::QueueWait,
        subject: alert.queue.to_string(),
        queue: Some(alert.queue.to_string()),
        agent: None,
        since: rfc3339(alert.began),
        lost: None,
    };
    let down = window.trunks().filter(|(_, trunk)| trunk.down.is_some()).map(|(name, trunk)| AlertView {
        kind: AlertKind::TrunkDown,
        subject: name.to_string(),
        queue: None,
        agent: None,
        since: rfc3339(trunk.since),
        lost: None,
    });
    let nuisances = window.nuisances().map(|nuisance| AlertView {
        kind: AlertKind::Nuisance,
        subject: nuisance.number.to_string(),
        queue: None,
        agent: None,
        since: rfc3339(nuisance.at),
        lost: None,
    });
    let helps = window.helps().map(|(call, help)| AlertView {
        kind: AlertKind::Help,
        subject: call.to_string(),
        queue: None,
        agent: Some(help.agent.to_string()),
        since: rfc3339(help.since),
        lost: None,
    });
    let lost = |snapshot: &Snapshot| lost_phones(window, &snapshot.owners, snapshot.phone_lost_grace, now);
    let lost = snapshot.map(lost).unwrap_or_default().into_iter().map(super::lost::alert);
    helps.chain(window.alerts(now).map(of_queue)).chain(lost).chain(down).chain(nuisances).collect()
}

fn agents(snapshot: &Snapshot, known: &BTreeMap<&str, &AgentLive>, live: &Live) -> BTreeMap<String, AgentView> {
    let all = snapshot.acd.agents.iter().map(|config| {
        let name = config.name.as_str();
        let state = known.get(name);
        let (presence, reason) = state.map_or((Presence::SignedOut, None), |state| presence(&state.presence));
        let activity = state.map_or(Activity::Idle, |state| activity(state.activity));
        let wraps_up = state.filter(|state| state.activity == AgentActivity::WrapUp);
        let serves = snapshot.acd.queues.iter().filter(|queue| queue.members.contains(&config.name));
        let reachable =
            |phone: &&bell_types::EndpointName| live.phones.get(phone.as_str()).is_some_and(|phone| phone.registered);
        let view = AgentView {
            agent: name.to_owned(),
            display_name: snapshot.display_names.get(&config.name).cloned(),
            presence,
            reason,
            activity,
            since: state.map(|state| rfc3339(state.since)),
            call: live
                .calls
                .values()
                .find(|call| call.agents.iter().any(|agent| agent == name))
                .map(|call| call.call.clone()),
            queues: serves.map(|queue| queue.name.to_string()).collect(),
            skills: config.skills.iter().map(|(skill, level)| (skill.to_string(), *level)).collect(),
            phones: config.endpoints.iter().filter(reachable).map(ToString::to_string).collect(),
            wrap_up_call: None,
            wrap_up_until: wraps_up.map(|state| rfc3339(state.since + config.wrap_up_max)),
            shift: state.and_then(|state| shift(snapshot, &config.name, state)),
        };
        (name.to_owned(), view)
    });
    all.collect()
}

fn shift(snapshot: &Snapshot, agent: &AgentName, state: &AgentLive) -> Option<ShiftView> {
    let end = snapshot.shift_end(agent, state.signed_in?)?;
    Some(ShiftView { ends: rfc3339(end.ends), signs_out_at: rfc3339(end.signs_out_at) })
}

const fn activity(activity: AgentActivity) -> Activity {
    match activity {
        AgentActivity::Idle => Activity::Idle,
        AgentActivity::Offered => Activity::Offered,
        AgentActivity::Talking => Activity::Talking,
        AgentActivity::WrapUp => Activity::WrapUp,
        AgentActivity::Unreachable => Activity::Unreachable,
    }
}

fn presence(presence: &AgentPresence) -> (Presence, Option<String>) {
    match presence {
        AgentPresence::SignedOut => (Presence::SignedOut, None),
        AgentPresence::Available => (Presence::Available, None),
        AgentPresence::Break { reason } => (Presence::Break, Some(reason.clone())),
    }
}

fn queues(snapshot: &Snapshot, live: &Live, figures: &Figures) -> BTreeMap<String, QueueView> {
    let all = snapshot.acd.queues.iter().map(|config| {
        let name = config.name.to_string();
        let waits = |call: &&CallView| {
            matches!(call.stage, CallStage::Queue | CallStage::Ringing) && call.queue.as_ref() == Some(&name)
        };
        let waiting: Vec<&CallView> = live.calls.values().filter(waits).collect();
        let fares = figures.queues.iter().find(|(queue, _)| *queue == config.name).map(|(_, figures)| figures);
        let mut agents = QueueAgentsView::default();
        let members: Vec<String> = config.members.iter().map(ToString::to_string).collect();
        members.iter().filter_map(|member| live.agents.get(member)).for_each(|agent| count(&mut agents, agent));
        let view = QueueView {
            queue: name.clone(),
            title: snapshot.queue_titles.get(&config.name).cloned(),
            waiting: waiting.len() as u64,
            waiting_since: waiting.iter().map(|call| call.since.clone()).min(),
            agents,
            members,
            answered: fares.map_or(0, |fares| fares.answered),
            abandoned: fares.map_or(0, |fares| fares.abandoned),
            service_level_permille: fares.and_then(|fares| fares.service_level_permille),
        };
        (name, view)
    });
    all.collect()
}

/// What he does counts before what he asked for: who talks, talks.
fn count(agents: &mut QueueAgentsView, agent: &AgentView) {
    if agent.presence != Presence::SignedOut {
        agents.signed_in += 1;
    }
    match (agent.activity, agent.presence) {
        (Activity::Talking, _) => agents.talking += 1,
        (Activity::Offered, _) => agents.ringing += 1,
        (Activity::WrapUp, _) => agents.wrap_up += 1,
        (Activity::Idle | Activity::Unreachable, Presence::Break) => agents.on_break += 1,
        (Activity::Unreachable, Presence::Available) => agents.unreachable += 1,
        (Activity::Idle, Presence::Available) => agents.available += 1,
        (Activity::Idle | Activity::Unreachable, Presence::SignedOut) => {}
    }
}

fn totals(snapshot: &Snapshot, so_far: &SoFar, figures: &Figures) -> FiguresView {
    let total = &figures.total;
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    FiguresView {
        day: so_far.day.map(|day| day.to_string()).unwrap_or_default(),
        offered: total.offered,
        answered: total.answered,
        abandoned: total.abandoned,
        service_level_permille: total.service_level_permille,
        service_level_target: TargetView {
            within_ms: millis(snapshot.service_level.within),
            abandoned_within_ms: millis(snapshot.service_level.abandoned_within),
            permille: snapshot.service_level_target * 10,
        },
        answer_mean_ms: total.answer_mean.map(millis),
        longest_wait_ms: millis(total.longest),
        calls: 0,
    }
}

fn today(so_far: &SoFar, figures: &Figures) -> BTreeMap<String, TodayView> {
    let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let of_agent = |(name, fares): &(AgentName, bell_metrics::AgentFigures)| {
        let offers = so_far.offers.get(name).copied().unwrap_or_default();
        let view = TodayView {
            answered: offers.answered,
            missed: offers.missed,
            talk_ms: millis(fares.talking),
            wrap_up_ms: millis(fares.wrap_up),
            break_ms: millis(fares.on_break),
            signed_in_ms: millis(fares.signed_in),
        };
        (name.to_string(), view)
    };
    figures.agents.iter().map(of_agent).collect()
}
