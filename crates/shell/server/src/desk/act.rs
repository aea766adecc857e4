//! What the desk asks of the node: the same commands as the operator's socket gives.

use std::time::Duration;

use bell_acd::AgentCommand;
use bell_api::doors::{By, CallAct, Refused, StateWanted, To};
use bell_call::{Ask, Target};
use bell_engine::Command;
use bell_types::{FlowName, Party, SupervisionMode};

use super::refused::refused;
use crate::control::Context;
use crate::driver::Message;

/// How long the node may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// The node does not answer.
#[derive(Debug, thiserror::Error)]
#[error("the node is too busy to answer: try again, and see belltower health")]
struct Busy;

/// Gives the node a command and waits for how it went.
pub(super) async fn command(context: &Context, command: Command) -> Result<(), Refused> {
    let context = context.clone();
    let asked = tokio::task::spawn_blocking(move || {
        let (reply, outcome) = std::sync::mpsc::sync_channel(1);
        context.inbox.try_send(Message::Ask(command, reply)).map_err(|_| Refused::unavailable(Busy))?;
        outcome.recv_timeout(ANSWER_MAX).map_err(|_| Refused::unavailable(Busy))?.map_err(|no| refused(&no))
    });
    asked.await.map_err(Refused::unavailable)?
}

pub(super) fn of_state(wanted: StateWanted) -> AgentCommand {
    match wanted {
        StateWanted::SignIn => AgentCommand::SignIn,
        StateWanted::SignOut => AgentCommand::SignOut,
        StateWanted::Available => AgentCommand::Available,
        StateWanted::Break(reason) => AgentCommand::Break { reason },
        StateWanted::EndWrapUp => AgentCommand::EndWrapUp,
    }
}

/// On whose behalf, and what. Supervision is always somebody's own.
pub(super) fn of_call(by: By, act: CallAct) -> Result<(Party, Ask), Refused> {
    let (party, own) = match by {
        By::Agent(agent) => (Party::Agent(agent.clone()), Some(agent)),
        By::Centre(_) => (Party::Operator, None),
    };
    let own = || own.clone().ok_or(Refused::NotThere);
    let supervise = |mode| Ok::<_, Refused>(Ask::Supervise(own()?, mode));
    let ask = match act {
        CallAct::Hold => Ask::Hold,
        CallAct::Resume => Ask::Resume,
        CallAct::Transfer(to) => Ask::Transfer(target(to)?),
        CallAct::Escalate => Ask::Escalate,
        CallAct::Consult(to) => Ask::Consult(target(to)?),
        CallAct::Switch => Ask::Switch,
        CallAct::Complete => Ask::Complete,
        CallAct::Conference => Ask::Conference,
        CallAct::Cancel => Ask::Cancel,
        CallAct::Leave => Ask::Leave,
        CallAct::Park => Ask::Park(None),
        CallAct::Retrieve => Ask::Retrieve(own()?),
        CallAct::Release => Ask::Release,
        CallAct::Listen => supervise(SupervisionMode::Listen)?,
        CallAct::Whisper => supervise(SupervisionMode::Whisper)?,
        CallAct::Barge => supervise(SupervisionMode::Barge)?,
        CallAct::Intercept => supervise(SupervisionMode::Intercept)?,
        CallAct::StopSupervision => Ask::StopSupervising(own()?),
        CallAct::Help => Ask::Help,
    };
    Ok((party, ask))
}

fn target(to: To) -> Result<Target, Refused> {
    Ok(match to {
        To::Agent(agent) => Target::Agent(agent),
        To::Queue(queue) => Target::Queue(queue),
        To::Flow(flow) => {
            let unknown = |_| bell_types::CallRefusal::FlowUnknown;
            Target::Flow(FlowName::new(&flow).map_err(unknown).map_err(super::refused::of_call)?)
        }
        To::Number(number) => Target::Number(number),
    })
}
