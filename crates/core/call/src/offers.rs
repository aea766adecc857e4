//! What the router wants of a call: that it rings at somebody, that it stops, that its caller hears where he stands.

use bell_types::{Cause, LegId, OfferId, OfferOutcome, Party, PromptName, QueueName};
use smallvec::SmallVec;

use crate::call::{Call, Stage, Turn};
use crate::calling::role;
use crate::causes::no_agent_found;
use crate::leg::{Manner, PlayingFor};
use crate::vocabulary::{AcdInput, AcdOutput, Destination, FlowOutput, ending};

impl Call {
    pub(crate) fn acd(&mut self, input: AcdInput, turn: &mut Turn<'_>) {
        let placed = matches!(&self.stage, Stage::Placing(placing) if placing.waits());
        if !matches!(self.stage, Stage::Queued) && !placed {
            return;
        }
        match input {
            // Nobody is there yet to whom anything could be told.
            AcdInput::Announce(_) | AcdInput::Moved { .. } if placed => {}
            AcdInput::Moved { queue, music } => self.moved(queue, music, turn),
            AcdInput::LeftQueue(how) if placed => self.end(no_agent_found(&how), Party::System, turn),
            AcdInput::Offer { offer, to } => self.offer(offer, to, turn),
            AcdInput::WithdrawOffer { offer, cause } => {
                let ringing = self.legs().iter().find(|leg| leg.offer == Some(offer)).map(|leg| leg.id);
                if let Some(id) = ringing {
                    self.end_leg(id, ending(cause, Party::System), turn);
                }
            }
            AcdInput::Announce(prompts) => {
                let id = self.caller_id();
                self.stop_playing(id, turn);
                self.play(id, prompts, Manner { barge_in: false, notice: false, why: PlayingFor::Queue }, turn);
            }
            AcdInput::LeftQueue(how) => {
                self.stop_playing(self.caller_id(), turn);
                self.end_ringing(Cause::Moved, turn);
                self.stage = Stage::Flow;
                if self.flow_queued {
                    turn.tell_flow(self.id, FlowOutput::LeftQueue(how));
                } else {
                    // No step of the flow waits for this queue: he begins anew rather than hear nothing for ever.
                    self.enter_flow(self.arrival.flow.clone(), turn);
                }
            }
        }
    }

    /// He hears the music of the other queue, after what is being said to him.
    fn moved(&mut self, queue: QueueName, music: Option<PromptName>, turn: &mut Turn<'_>) {
        let Some(waiting) = &mut self.queue else { return };
        (waiting.queue, waiting.music) = (queue, music);
        let caller = self.caller_id();
        if self.leg_mut(caller).is_some_and(|leg| leg.playing.is_none()) {
            self.hear_music(turn);
        }
    }

    fn offer(&mut self, offer: OfferId, to: Destination, turn: &mut Turn<'_>) {
        if !self.has_room(turn.config) {
            turn.tell_acd(self.id, AcdOutput::OfferEnded(offer, OfferOutcome::Failed));
            return;
        }
        let id = self.dial(role(&to), to, turn);
        if let Some(leg) = self.leg_mut(id) {
            leg.offer = Some(offer);
            leg.offered = true;
        }
    }

    /// Ends every leg that rings for an offer: the router knows already that the offer is over.
    pub(crate) fn end_ringing(&mut self, cause: Cause, turn: &mut Turn<'_>) {
        let ringing: SmallVec<[LegId; 2]> =
            self.legs().iter().filter(|leg| leg.offer.is_some()).map(|leg| leg.id).collect();
        for id in ringing {
            self.end_leg(id, ending(cause, Party::System), turn);
        }
    }
}
