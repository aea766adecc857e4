//! What a call's flow wants of it.

use bell_types::{Cause, Party, PromptName, QueueExit, What};

use crate::call::{Call, Stage, Turn, Waiting};
use crate::leg::{LegState, Manner, PlayingFor};
use crate::vocabulary::{AcdOutput, FlowInput, FlowOutput, Hear, LegOutput};

impl Call {
    pub(crate) fn flow(&mut self, input: FlowInput, turn: &mut Turn<'_>) {
        let leaves = input == FlowInput::LeaveQueue && matches!(self.stage, Stage::Queued);
        if !matches!(self.stage, Stage::Flow) && !leaves {
            // The caller hung up, or an operator acted, while the flow was deciding.
            return;
        }
        let caller = self.caller_id();
        match input {
            FlowInput::Answer => self.answer(turn),
            FlowInput::Play { prompts, barge_in, notice } => {
                self.play_for_flow(prompts, barge_in, notice, turn);
            }
            FlowInput::StopPlaying => {
                self.stop_playing(caller, turn);
                self.hear(caller, Hear::Silence, turn);
            }
            FlowInput::Enqueue { queue, priority, music, after_agent } => {
                self.flow_queued = true;
                self.enqueue(Waiting { queue, priority, music, after_agent }, turn);
            }
            FlowInput::Beep => self.hear(caller, Hear::Beep, turn),
            FlowInput::SurveyBegan { question } => {
                let agent = self.served_by.clone();
                turn.fact(What::SurveyBegan { call: self.id, agent, question });
            }
            FlowInput::Scored { question, score, best } => {
                let agent = self.served_by.clone();
                turn.fact(What::Scored { call: self.id, agent, question, score, best });
            }
            FlowInput::Transfer { target, routes, ring_timeout } => {
                self.flow_queued = false;
                self.transfer_by_flow(&target, routes, ring_timeout, turn);
            }
            FlowInput::LeaveQueue => self.leave_queue(turn),
            FlowInput::HangUp(cause) => self.end(cause, Party::System, turn),
        }
    }

    fn answer(&mut self, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        let Some(leg) = self.leg_mut(id) else { return };
        match leg.state {
            LegState::Ringing | LegState::HearsEarly => self.answer_caller(turn),
            LegState::Up { .. } => turn.tell_flow(self.id, FlowOutput::Answered),
            LegState::Opening | LegState::Answering | LegState::Confirming { .. } => {}
        }
    }

    /// Answers a caller who has not been answered: his flow says so, or somebody has taken his call.
    pub(crate) fn answer_caller(&mut self, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        if let Some(leg) = self.leg_mut(id)
            && matches!(leg.state, LegState::Ringing | LegState::HearsEarly)
        {
            leg.state = LegState::Answering;
            turn.leg(id, LegOutput::Answer);
        }
    }

    /// A caller who has not been answered hears from now on what he is to hear.
    pub(crate) fn open_early(&mut self, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        if let Some(leg) = self.leg_mut(id)
            && leg.state == LegState::Ringing
        {
            leg.state = LegState::HearsEarly;
            turn.leg(id, LegOutput::Progress);
        }
    }

    fn play_for_flow(&mut self, prompts: Vec<PromptName>, barge_in: bool, notice: bool, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        self.open_early(turn);
        self.stop_playing(id, turn);
        self.play(id, prompts, Manner { barge_in, notice, why: PlayingFor::Flow }, turn);
    }

    pub(crate) fn enqueue(&mut self, waiting: Waiting, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        self.stop_playing(id, turn);
        self.stage = Stage::Queued;
        let (queue, priority) = (waiting.queue.clone(), waiting.priority);
        self.queue = Some(waiting);
        self.hear_music(turn);
        self.arrange(turn);
        turn.tell_acd(self.id, AcdOutput::Enqueue { queue, priority });
    }

    /// The caller asked for it by a key; an agent's phone that rings for him stops.
    pub(crate) fn leave_queue(&mut self, turn: &mut Turn<'_>) {
        if !matches!(self.stage, Stage::Queued) {
            return;
        }
        let caller = self.caller_id();
        self.stop_playing(caller, turn);
        // First, so that no agent is found for him any more; with him go his offers.
        turn.tell_acd(self.id, AcdOutput::Withdraw(QueueExit::Withdrawn));
        self.end_ringing(Cause::Moved, turn);
        self.stage = Stage::Flow;
        self.hear(caller, Hear::Silence, turn);
    }
}
