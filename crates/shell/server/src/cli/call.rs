//! Commands that move a live call or supervise it.

use bell_call::{Ask, Target};
use bell_engine::Ring;
use bell_types::{AgentName, CallId, QueueName, SupervisionMode};
use clap::{Args, Subcommand};

use super::Outcome;
use super::operate::{ask_node, done};
use crate::control::Request;
use crate::dirs::Dirs;

/// Move a live call, or supervise it.
#[derive(Debug, Args)]
pub(super) struct Call {
    /// The call.
    call: CallId,
    /// The agent on whose behalf this is asked; an operator's own wish otherwise.
    #[arg(long = "as", value_name = "AGENT")]
    by: Option<AgentName>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Put the caller on hold: he hears music.
    Hold,
    /// Take him off hold.
    Resume,
    /// Hand him on: to bob, queue:support, flow:survey or a number.
    Transfer {
        /// Where to.
        to: Target,
    },
    /// Hand him to the queue that his queue names for difficult cases.
    Escalate,
    /// Ask somebody while he waits: bob, or a number.
    Consult {
        /// Whom.
        whom: Target,
    },
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
    /// Park the caller: he hears music until an agent fetches him.
    Park {
        /// The parking place; a free one if none is named.
        slot: Option<u16>,
    },
    /// Ring an agent for the parked caller.
    Retrieve {
        /// Who fetches him.
        agent: AgentName,
    },
    /// Let a supervisor hear both sides; nobody hears him.
    Listen {
        /// The supervisor.
        supervisor: AgentName,
    },
    /// Let a supervisor speak to the agent; the customer does not hear him.
    Whisper {
        /// The supervisor.
        supervisor: AgentName,
    },
    /// Let a supervisor come into the call.
    Barge {
        /// The supervisor.
        supervisor: AgentName,
    },
    /// Let a supervisor take the agent's place.
    Intercept {
        /// The supervisor.
        supervisor: AgentName,
    },
    /// Let a supervisor leave the call.
    StopSupervising {
        /// The supervisor.
        supervisor: AgentName,
    },
    /// Ask the supervisors for help.
    AskHelp,
    /// End the call.
    Release,
}

impl Call {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let Self { call, by, json, what } = self;
        done(ask_node(dirs, &Request::Call { call, by, what: what.into() })?, json)
    }
}

/// Place a call: an agent's phone rings first, then the customer's.
#[derive(Debug, Args)]
pub(super) struct Dial {
    /// The customer's number.
    customer: String,
    /// The number of ours that the customer sees.
    #[arg(long, value_name = "NUMBER")]
    show: String,
    #[command(flatten)]
    first: First,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Whose phone rings first.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct First {
    /// This agent's phone rings first.
    #[arg(long)]
    agent: Option<AgentName>,
    /// The phone of whom this queue finds rings first.
    #[arg(long)]
    queue: Option<QueueName>,
}

impl Dial {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let Self { customer, show, first, json } = self;
        let first = match (first.agent, first.queue) {
            (Some(agent), _) => Ring::Agent(agent),
            (None, Some(queue)) => Ring::Queue(queue),
            (None, None) => return Err("say whose phone rings first: --agent or --queue".into()),
        };
        done(ask_node(dirs, &Request::Dial { customer, shown: show, first })?, json)
    }
}

impl From<What> for Ask {
    fn from(what: What) -> Self {
        match what {
            What::Hold => Self::Hold,
            What::Resume => Self::Resume,
            What::Transfer { to } => Self::Transfer(to),
            What::Escalate => Self::Escalate,
            What::Consult { whom } => Self::Consult(whom),
            What::Switch => Self::Switch,
            What::Complete => Self::Complete,
            What::Conference => Self::Conference,
            What::Cancel => Self::Cancel,
            What::Leave => Self::Leave,
            What::Park { slot } => Self::Park(slot),
            What::Retrieve { agent } => Self::Retrieve(agent),
            What::Listen { supervisor } => Self::Supervise(supervisor, SupervisionMode::Listen),
            What::Whisper { supervisor } => Self::Supervise(supervisor, SupervisionMode::Whisper),
            What::Barge { supervisor } => Self::Supervise(supervisor, SupervisionMode::Barge),
            What::Intercept { supervisor } => Self::Supervise(supervisor, SupervisionMode::Intercept),
            What::StopSupervising { supervisor } => Self::StopSupervising(supervisor),
            What::AskHelp => Self::Help,
            What::Release => Self::Release,
        }
    }
}
