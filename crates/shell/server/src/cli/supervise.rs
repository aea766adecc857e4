//! A supervisor picks an agent: the call he is in is found, and she is brought into it (REC-19).

use bell_call::{Ask, CallRecord};
use bell_types::{AgentName, CallId, LegRole, SupervisionMode};
use clap::{Args, ValueEnum};

use super::Outcome;
use super::operate::{ask_node, done, live};
use crate::control::Request;
use crate::dirs::Dirs;

/// Listen to an agent, and more: the call he is in is found, and the supervisor's phone rings.
#[derive(Debug, Args)]
pub(super) struct Supervise {
    /// The agent.
    agent: AgentName,
    /// How; again with another word, and the call goes on.
    #[arg(value_enum, default_value = "listen")]
    how: How,
    /// The supervisor: an agent whose `supervises` names a queue of the call.
    #[arg(long = "as", value_name = "SUPERVISOR")]
    by: AgentName,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum How {
    /// Hear both sides; nobody hears the supervisor.
    Listen,
    /// Speak to the agent; the customer does not hear it.
    Whisper,
    /// Come into the call.
    Barge,
    /// Take the agent's place.
    Intercept,
    /// Leave the call.
    Stop,
}

impl Supervise {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let Self { agent, how, by, json } = self;
        let call = live(dirs)?.calls.iter().find_map(|record| with(record, &agent));
        let call = call.ok_or_else(|| format!("{agent} is in no call: see belltower live"))?;
        let what = match how {
            How::Listen => Ask::Supervise(by.clone(), SupervisionMode::Listen),
            How::Whisper => Ask::Supervise(by.clone(), SupervisionMode::Whisper),
            How::Barge => Ask::Supervise(by.clone(), SupervisionMode::Barge),
            How::Intercept => Ask::Supervise(by.clone(), SupervisionMode::Intercept),
            How::Stop => Ask::StopSupervising(by.clone()),
        };
        done(ask_node(dirs, &Request::Call { call, by: Some(by), what })?, json)
    }
}

/// The call, if this agent has answered it and is still there.
fn with(record: &CallRecord, agent: &AgentName) -> Option<CallId> {
    let on = |role: &LegRole| matches!(role, LegRole::Agent { agent: on, .. } if on == agent);
    let there = record.legs.iter().any(|leg| leg.answered.is_some() && leg.ended.is_none() && on(&leg.role));
    there.then_some(record.call)
}
