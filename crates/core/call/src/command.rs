//! Commands about a call: what people ask for, who may, and what becomes of it.

use std::fmt;
use std::str::FromStr;

use bell_types::{
    AgentName, CallRefusal, Cause, ConsultEnd, FlowName, LegId, NameError, Party, QueueName, SupervisionMode, What,
    never,
};
use serde::{Deserialize, Serialize};

use crate::call::{Call, Stage, Turn};
use crate::vocabulary::{Destination, Goal, ending};

/// What somebody asks of a call, in names as people know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Put the caller on hold.
    Hold,
    /// Take him off hold.
    Resume,
    /// Hand him on without asking.
    Transfer(Target),
    /// Hand him to the queue for difficult cases (INB-16).
    Escalate,
    /// Ask somebody while he waits.
    Consult(Target),
    /// Turn to the other one: the caller, or who is asked.
    Switch,
    /// Give the caller to who was asked.
    Complete,
    /// Talk all together.
    Conference,
    /// Take the caller back from a consultation.
    Cancel,
    /// Leave a conference; the others talk on.
    Leave,
    /// Park the caller, in this place or a free one.
    Park(Option<u16>),
    /// Ring this agent for the parked caller.
    Retrieve(AgentName),
    /// Let a supervisor listen, whisper, come in or take over.
    Supervise(AgentName, SupervisionMode),
    /// Let a supervisor leave.
    StopSupervising(AgentName),
    /// Ask the supervisors for help.
    Help,
    /// End the call.
    Release,
}

/// Where to, in names as people know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// An agent.
    Agent(AgentName),
    /// A queue.
    Queue(QueueName),
    /// A flow.
    Flow(FlowName),
    /// A number outside, as it was typed.
    Number(String),
}

/// `agent:bob`, `queue:support`, `flow:survey`, `number:057187654321`. Without such a word, what begins like a number is
/// one, and anything else is an agent.
impl FromStr for Target {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.split_once(':') {
            Some(("agent", name)) => Ok(Self::Agent(AgentName::new(name)?)),
            Some(("queue", name)) => Ok(Self::Queue(QueueName::new(name)?)),
            Some(("flow", name)) => Ok(Self::Flow(FlowName::new(name)?)),
            Some(("number", number)) => Ok(Self::Number(number.to_owned())),
            _ if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit() || "+(".contains(c)) => {
                Ok(Self::Number(text.to_owned()))
            }
            _ => Ok(Self::Agent(AgentName::new(text)?)),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(agent) => write!(f, "agent:{agent}"),
            Self::Queue(queue) => write!(f, "queue:{queue}"),
            Self::Flow(flow) => write!(f, "flow:{flow}"),
            Self::Number(number) => write!(f, "number:{number}"),
        }
    }
}

/// The command in words, for the facts.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hold => f.write_str("hold"),
            Self::Resume => f.write_str("resume"),
            Self::Transfer(target) => write!(f, "transfer {target}"),
            Self::Escalate => f.write_str("escalate"),
            Self::Consult(target) => write!(f, "consult {target}"),
            Self::Switch => f.write_str("switch"),
            Self::Complete => f.write_str("complete"),
            Self::Conference => f.write_str("conference"),
            Self::Cancel => f.write_str("cancel"),
            Self::Leave => f.write_str("leave"),
            Self::Park(None) => f.write_str("park"),
            Self::Park(Some(slot)) => write!(f, "park {slot}"),
            Self::Retrieve(agent) => write!(f, "retrieve {agent}"),
            Self::Supervise(agent, mode) => write!(f, "{} {agent}", mode_word(*mode)),
            Self::StopSupervising(agent) => write!(f, "stop-supervising {agent}"),
            Self::Help => f.write_str("help"),
            Self::Release => f.write_str("release"),
        }
    }
}

const fn mode_word(mode: SupervisionMode) -> &'static str {
    match mode {
        SupervisionMode::Listen => "listen",
        SupervisionMode::Whisper => "whisper",
        SupervisionMode::Barge => "barge",
        SupervisionMode::Intercept => "intercept",
    }
}

/// A command with its names looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Put the caller on hold.
    Hold,
    /// Take him off hold.
    Resume,
    /// Hand him on.
    Transfer {
        /// For the facts.
        target: String,
        /// Where to.
        goal: Goal,
    },
    /// Ask somebody, by the first of these ways that works.
    Consult(Vec<Destination>),
    /// Turn to the other one.
    Switch,
    /// Give the caller to who was asked.
    Complete,
    /// Talk all together.
    Conference,
    /// Take the caller back.
    Cancel,
    /// Leave a conference.
    Leave,
    /// Park the caller.
    Park(Option<u16>),
    /// Ring this phone for the parked caller.
    Retrieve(Destination),
    /// Let a supervisor at this phone listen, whisper, come in or take over.
    Supervise(Destination, SupervisionMode),
    /// Let a supervisor leave.
    StopSupervising(AgentName),
    /// Ask these supervisors for help.
    Help(Vec<AgentName>),
    /// End the call.
    Release,
}

impl Call {
    /// Carries a command out, or refuses it before anything has moved. `free` is a parking place nobody has.
    pub(crate) fn command(
        &mut self,
        by: &Party,
        command: Command,
        free: Option<u16>,
        turn: &mut Turn<'_>,
    ) -> Result<(), CallRefusal> {
        match command {
            Command::Hold => self.command_hold(by, turn),
            Command::Resume => self.command_resume(by, turn),
            Command::Transfer { target, goal } => self.command_transfer(by, target, goal, turn),
            Command::Consult(routes) => {
                let by = self.alone(by)?;
                self.agent(by).ok_or(CallRefusal::NotTalking)?;
                self.room_for(&routes, turn)?;
                self.consult(by, routes, turn).map_err(|_| CallRefusal::NoTrunk)
            }
            Command::Switch => {
                self.consulted(by)?;
                self.switch(turn);
                Ok(())
            }
            Command::Complete => {
                self.in_consult(by)?;
                // Without an answer the caller waits alone for it: nobody else may be with him then.
                if self.talk().is_some_and(|talk| talk.with.len() > 1) {
                    self.consulted(by)?;
                }
                self.complete(turn);
                Ok(())
            }
            Command::Conference => {
                self.consulted(by)?;
                self.conference(turn);
                Ok(())
            }
            Command::Cancel => {
                self.in_consult(by)?;
                self.cancel_consult(ConsultEnd::Cancelled, Cause::Cancelled, turn);
                Ok(())
            }
            Command::Leave => self.command_leave(by, turn),
            Command::Park(_) => {
                let by = self.alone(by)?;
                self.agent(by).ok_or(CallRefusal::NotTalking)?;
                let slot = free.ok_or(CallRefusal::NoSlot)?;
                self.park(by, slot, turn);
                Ok(())
            }
            Command::Retrieve(to) => self.command_retrieve(to, turn),
            Command::Supervise(to, mode) => self.command_supervise(to, mode, turn),
            Command::StopSupervising(supervisor) => {
                let was_there = self.stop_supervising(&supervisor, turn);
                was_there.then_some(()).ok_or(CallRefusal::NotSupervising)
            }
            Command::Help(supervisors) => self.command_help(by, supervisors, turn),
            Command::Release => {
                self.end(Cause::Released, by.clone(), turn);
                Ok(())
            }
        }
    }

    /// The leg on whose behalf a command about a talk is given.
    fn acting(&self, by: &Party) -> Result<LegId, CallRefusal> {
        let talk = match &self.stage {
            Stage::Talking(talk) => talk,
            Stage::Transferring(_) | Stage::Missing(_) => return Err(CallRefusal::Busy),
            Stage::Opening { .. }
            | Stage::Placing(_)
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Over => return Err(CallRefusal::NotTalking),
        };
        match by {
            Party::Operator | Party::System => talk.with.first().copied().ok_or(CallRefusal::NotTalking),
            Party::Agent(agent) => {
                let his = talk.with.iter().find(|leg| self.agent(**leg).as_ref() == Some(agent));
                his.copied().ok_or(CallRefusal::NotYours)
            }
            Party::Caller | Party::External => Err(CallRefusal::NotYours),
        }
    }

    /// The same, of one who alone talks with the caller and asks nobody.
    fn alone(&self, by: &Party) -> Result<LegId, CallRefusal> {
        let leg = self.acting(by)?;
        match self.talk() {
            Some(talk) if talk.consult.is_some() => Err(CallRefusal::Consulting),
            Some(talk) if talk.with.len() > 1 => Err(CallRefusal::InConference),
            Some(_) => Ok(leg),
            None => Err(CallRefusal::NotTalking),
        }
    }

    fn in_consult(&mut self, by: &Party) -> Result<(), CallRefusal> {
        self.acting(by)?;
        self.consulting().map(|_| ()).ok_or(CallRefusal::NotConsulting)
    }

    /// The same, with somebody who has answered.
    fn consulted(&mut self, by: &Party) -> Result<(), CallRefusal> {
        self.in_consult(by)?;
        let waits = self.consulting().is_some_and(|consult| consult.calling.is_some());
        if waits { Err(CallRefusal::NotAnswered) } else { Ok(()) }
    }

    fn room_for(&self, routes: &[Destination], turn: &Turn<'_>) -> Result<(), CallRefusal> {
        if !self.has_room(turn.config) {
            return Err(CallRefusal::TooManyLegs);
        }
        let is_in = |to: &Destination| {
            to.agent()
                .is_some_and(|(agent, _)| self.legs().iter().any(|leg| self.agent(leg.id).as_ref() == Some(agent)))
        };
        if routes.iter().any(is_in) { Err(CallRefusal::TargetInCall) } else { Ok(()) }
    }

    fn command_hold(&mut self, by: &Party, turn: &mut Turn<'_>) -> Result<(), CallRefusal> {
        self.alone(by)?;
        if self.talk().is_some_and(|talk| talk.held) {
            return Err(CallRefusal::AlreadyHeld);
        }
        self.hold(turn);
        Ok(())
    }

    fn command_resume(&mut self, by: &Party, turn: &mut Turn<'_>) -> Result<(), CallRefusal> {
        self.acting(by)?;
        if !self.talk().is_some_and(|talk| talk.held) {
            return Err(CallRefusal::NotHeld);
        }
        self.unhold(turn);
        Ok(())
    }

    fn command_transfer(
        &mut self,
        by: &Party,
        target: String,
        goal: Goal,
        turn: &mut Turn<'_>,
    ) -> Result<(), CallRefusal> {
        // Who waits in a queue or a flow can be moved by an operator: no agent is needed for that.
        if matches!(self.stage, Stage::Queued | Stage::Flow) && *by == Party::Operator {
            return self.redirect(target, goal, turn);
        }
        let leg = self.alone(by)?;
        if let Goal::Party(routes) = &goal {
            self.room_for(routes, turn)?;
        }
        self.transfer(leg, target, goal, turn);
        Ok(())
    }

    /// An operator takes a caller who waits somewhere else.
    fn redirect(&mut self, target: String, goal: Goal, turn: &mut Turn<'_>) -> Result<(), CallRefusal> {
        if matches!(self.stage, Stage::Queued) {
            self.leave_queue(turn);
        } else {
            // His flow waits for no queue: should he come back from one, he begins anew.
            self.flow_queued = false;
        }
        let caller = self.caller_id();
        self.stop_playing(caller, turn);
        self.stage = Stage::Flow;
        self.transfer(caller, target, goal, turn);
        Ok(())
    }

    fn command_leave(&mut self, by: &Party, turn: &mut Turn<'_>) -> Result<(), CallRefusal> {
        let leg = self.acting(by)?;
        match self.talk() {
            Some(talk) if talk.with.len() < 2 => return Err(CallRefusal::NotInConference),
            Some(_) => {}
            None => return Err(CallRefusal::NotTalking),
        }
        self.left_talk(leg, turn);
        self.end_leg(leg, ending(Cause::HungUp, by.clone()), turn);
        self.consult_orphaned(leg, Cause::Cancelled, turn);
        self.arrange(turn);
        Ok(())
    }

    fn command_retrieve(&mut self, to: Destination, turn: &mut Turn<'_>) -> Result<(), CallRefusal> {
        match &self.stage {
            Stage::Parked(parked) if parked.ringing.is_none() => {}
            Stage::Opening { .. }
            | Stage::Placing(_)
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Talking(_)
            | Stage::Transferring(_)
            | Stage::Missing(_)
            | Stage::Over => return Err(CallRefusal::NotParked),
        }
        if !self.has_room(turn.config) {
            return Err(CallRefusal::TooManyLegs);
        }
        self.retrieve(to, turn);
        Ok(())
    }

    fn command_supervise(
        &mut self,
        to: Destination,
        mode: SupervisionMode,
        turn: &mut Turn<'_>,
    ) -> Result<(), CallRefusal> {
        let Some((agent, _)) = to.agent() else {
            never!();
            return Err(CallRefusal::AgentUnknown);
        };
        if !self.supervises(agent) {
            self.talk().ok_or(CallRefusal::NotTalking)?;
            self.room_for(std::slice::from_ref(&to), turn)?;
        }
        self.supervise(to, mode, turn);
        Ok(())
    }

    fn command_help(
        &mut self,
        by: &Party,
        supervisors: Vec<AgentName>,
        turn: &mut Turn<'_>,
    ) -> Result<(), CallRefusal> {
        let leg = self.acting(by)?;
        let agent = self.agent(leg).ok_or(CallRefusal::NotYours)?;
        if supervisors.is_empty() {
            return Err(CallRefusal::NoSupervisor);
        }
        turn.fact(What::HelpAsked { call: self.id, agent, supervisors });
        Ok(())
    }
}
