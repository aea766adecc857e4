//! What goes on now, as plain data: what `belltower live --json` prints.

use std::collections::BTreeMap;

use bell_call::{CallRecord, StageKind};
use bell_engine::{Moving, Snapshot};
use bell_types::{AgentName, LegRole, Wall};
use serde::Serialize;
use serde_json::Value;

use crate::cli::operate::word;
use crate::control::LiveView;

/// Who may be at work, and in which queues.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster {
    pub(super) queues: Vec<(String, Vec<String>)>,
    pub(super) agents: Vec<String>,
    pub(super) scope: Scope,
}

/// Who is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everybody, those too who are on no roster any more.
    #[default]
    All,
    /// A supervisor's teams (REC-19).
    Teams,
}

impl Roster {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let queue = |queue: &bell_acd::QueueConfig| {
            (queue.name.to_string(), queue.members.iter().map(ToString::to_string).collect())
        };
        Self {
            queues: snapshot.acd.queues.iter().map(queue).collect(),
            agents: snapshot.acd.agents.iter().map(|agent| agent.name.to_string()).collect(),
            scope: Scope::All,
        }
    }

    /// The part of it that this supervisor sees.
    pub(super) fn seen_by(supervisor: &AgentName, snapshot: &Snapshot) -> Result<Self, String> {
        let none = || format!("{supervisor} supervises no queue: see supervises under [agent.{supervisor}]");
        let own = snapshot.supervises.get(supervisor).ok_or_else(none)?;
        let Self { mut queues, mut agents, .. } = Self::of(snapshot);
        queues.retain(|(queue, _)| own.iter().any(|own| own.as_str() == queue));
        agents.retain(|agent| queues.iter().any(|(_, members)| members.contains(agent)));
        Ok(Self { queues, agents, scope: Scope::Teams })
    }

    /// Whether a call is shown: one of a queue or an agent that is.
    fn shows(&self, record: &CallRecord) -> bool {
        let queue = record.queue().is_some_and(|queue| self.queues.iter().any(|(name, _)| name == queue.as_str()));
        self.scope == Scope::All || queue || self.agents.iter().any(|agent| has(record, agent))
    }
}

/// What goes on.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct View {
    pub(super) at: String,
    pub(super) config_version: u64,
    pub(super) calls: Vec<CallNow>,
    pub(super) queues: Vec<QueueNow>,
    pub(super) agents: Vec<AgentNow>,
    /// How many transfers are on their way, and how many may be.
    pub(super) transfers: Moving,
    /// The trunks that cannot be used.
    pub(super) trunks_down: Vec<String>,
    /// What the nuisance rule has put on lists, the newest first.
    pub(super) nuisances: Vec<NuisanceNow>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct NuisanceNow {
    pub(super) list: String,
    pub(super) number: String,
    pub(super) calls: u64,
    pub(super) seconds: u64,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct CallNow {
    pub(super) call: String,
    /// None: withheld.
    pub(super) caller: Option<String>,
    pub(super) called: String,
    pub(super) stage: String,
    /// Whom the call is being offered to, as long as nobody has taken it.
    pub(super) offered_to: Option<String>,
    pub(super) stage_seconds: u64,
    pub(super) seconds: u64,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct QueueNow {
    pub(super) queue: String,
    pub(super) waiting: usize,
    pub(super) longest_wait_seconds: Option<u64>,
    /// For how long its alert has been on.
    pub(super) alert_seconds: Option<u64>,
    /// How many of its agents are in each state.
    pub(super) agents: BTreeMap<&'static str, usize>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct AgentNow {
    pub(super) agent: String,
    pub(super) state: &'static str,
    /// Why he takes a break.
    pub(super) reason: Option<String>,
    /// None: nothing is known of him since the node began.
    pub(super) seconds: Option<u64>,
    /// The call he is in or is being offered.
    pub(super) call: Option<String>,
}

impl View {
    pub(super) fn of(live: &LiveView, roster: &Roster, now: Wall) -> Self {
        let mut names = roster.agents.clone();
        if roster.scope == Scope::All {
            let known = live.agents.iter().map(|(name, _)| name.clone());
            names.extend(known.filter(|name| !roster.agents.contains(name)));
        }
        let agents: Vec<AgentNow> = names.into_iter().map(|name| agent(name, live, now)).collect();
        let queues = roster.queues.iter().map(|(name, members)| queue(name, members, live, &agents, now)).collect();
        let down = live.trunks.iter().filter(|(_, trunk)| !trunk["down"].is_null());
        Self {
            at: now.to_string(),
            config_version: live.config_version,
            calls: live.calls.iter().filter(|record| roster.shows(record)).map(|record| call(record, now)).collect(),
            queues,
            agents,
            transfers: live.moving,
            trunks_down: down.map(|(name, _)| name.clone()).collect(),
            nuisances: live.nuisances.iter().rev().map(|nuisance| nuisance_now(nuisance, now)).collect(),
        }
    }
}

fn call(record: &CallRecord, now: Wall) -> CallNow {
    let stage = record.stages.last();
    let began = stage.map_or(record.arrived, |stage| record.arrived + stage.from);
    let offer = record.offers.iter().rev().find(|offer| offer.ended.is_none());
    let (caller, called) = record.ends();
    CallNow {
        call: record.call.to_string(),
        caller: caller.map(ToString::to_string),
        called: called.to_string(),
        stage: stage.map_or_else(String::new, |stage| stage.kind.to_string()),
        offered_to: offer.map(|offer| offer.agent.to_string()),
        stage_seconds: seconds(began, now),
        seconds: seconds(record.arrived, now),
    }
}

fn queue(name: &str, members: &[String], live: &LiveView, agents: &[AgentNow], now: Wall) -> QueueNow {
    let waits: Vec<u64> = live.calls.iter().filter_map(|record| waits_in(record, name, now)).collect();
    let alert = live.alerts.iter().find(|alert| alert.queue == name);
    let mut states = BTreeMap::new();
    for agent in agents.iter().filter(|agent| members.contains(&agent.agent)) {
        *states.entry(agent.state).or_default() += 1;
    }
    QueueNow {
        queue: name.to_owned(),
        waiting: waits.len(),
        longest_wait_seconds: waits.into_iter().max(),
        alert_seconds: alert.map(|alert| seconds(alert.since, now)),
        agents: states,
    }
}

fn nuisance_now(nuisance: &Value, now: Wall) -> NuisanceNow {
    NuisanceNow {
        list: word(&nuisance["list"]),
        number: nuisance["number"].as_str().unwrap_or_default().to_owned(),
        calls: nuisance["calls"].as_u64().unwrap_or_default(),
        seconds: seconds(Wall::from_micros(nuisance["at"].as_i64().unwrap_or_default()), now),
    }
}

fn waits_in(record: &CallRecord, queue: &str, now: Wall) -> Option<u64> {
    let stage = record.stages.last()?;
    let here = matches!(&stage.kind, StageKind::Queue(name) if name.as_str() == queue);
    here.then(|| seconds(record.arrived + stage.from, now))
}

fn agent(name: String, live: &LiveView, now: Wall) -> AgentNow {
    let known = live.agents.iter().find(|(known, _)| *known == name).map(|(_, agent)| agent);
    let Some(known) = known else {
        return AgentNow { agent: name, state: "signed out", reason: None, seconds: None, call: None };
    };
    let (state, reason) = state(known);
    let call = live.calls.iter().find(|record| has(record, &name)).map(|record| record.call.to_string());
    let since = Wall::from_micros(known["since"].as_i64().unwrap_or_default());
    AgentNow { agent: name, state, reason, seconds: Some(seconds(since, now)), call }
}

/// What he does counts before what he asked for: who talks, talks.
fn state(agent: &Value) -> (&'static str, Option<String>) {
    match (agent["activity"].as_str(), &agent["presence"]) {
        (Some("talking"), _) => ("talking", None),
        (Some("offered"), _) => ("ringing", None),
        (Some("wrap_up"), _) => ("wrap-up", None),
        (_, Value::Object(rest)) => ("break", rest.get("break").map(|why| word(why.get("reason").unwrap_or(why)))),
        (_, Value::String(presence)) if presence == "signed_out" => ("signed out", None),
        (Some("unreachable"), _) => ("no phone", None),
        _ => ("free", None),
    }
}

fn has(record: &CallRecord, agent: &str) -> bool {
    let offered = record.offers.iter().any(|offer| offer.ended.is_none() && offer.agent.as_str() == agent);
    let open = |leg: &&bell_call::LegRecord| leg.ended.is_none();
    let on = |leg: &bell_call::LegRecord| matches!(&leg.role, LegRole::Agent { agent: on, .. } if on.as_str() == agent);
    offered || record.legs.iter().filter(open).any(on)
}

fn seconds(from: Wall, to: Wall) -> u64 {
    u64::try_from((to.as_micros() - from.as_micros()) / 1_000_000).unwrap_or(0)
}
