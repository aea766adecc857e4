//! A line of an agent has been answered. His voicemail may have done so, which takes no calls: whoever answered is asked
//! for a key first, and nobody is joined with him before he has pressed it (TEL-05).

use bell_types::{Codec, Digit, LegId, Mono, What};

use crate::call::{Call, Stage, Turn};
use crate::leg::LegState;
use crate::vocabulary::{AcdOutput, Hear};

/// The key that takes the call, as the prompt says.
const TAKES_IT: char = '1';

impl Call {
    /// Asks for the key, if the leg is a line that wants one. True if it does.
    pub(crate) fn asks_for_key(&mut self, id: LegId, codec: Codec, turn: &mut Turn<'_>) -> bool {
        let within = turn.config.confirm_timeout;
        let until = turn.now.mono + within;
        let Some(leg) = self.leg_mut(id) else { return false };
        let Some(prompt) = leg.confirm().cloned() else { return false };
        leg.state = LegState::Confirming { codec, until };
        let offer = leg.offer;
        turn.fact(What::ConfirmAsked { leg: id, within });
        // Again and again: a voicemail's greeting goes over the first time.
        self.hear(id, Hear::Music(prompt), turn);
        if let Some(offer) = offer {
            turn.tell_acd(self.id, AcdOutput::OfferConfirming(offer, within));
        }
        self.waits_for_key(id, until, turn);
        true
    }

    /// Whoever waits for the leg waits as long as the key may take.
    fn waits_for_key(&mut self, id: LegId, until: Mono, turn: &mut Turn<'_>) {
        if let Some(calling) = self.calling_mut(id) {
            calling.confirms(until);
        } else if let Stage::Parked(parked) = &mut self.stage {
            parked.confirms(id, until);
        }
        self.arrange(turn);
    }

    /// A key of whoever answered a line. True if the leg waits for one.
    pub(crate) fn key_for_line(&mut self, id: LegId, digit: Digit, turn: &mut Turn<'_>) -> bool {
        let state = self.leg_mut(id).map(|leg| leg.state.clone());
        let Some(LegState::Confirming { codec, .. }) = state else { return false };
        if digit.as_char() == TAKES_IT {
            turn.fact(What::Confirmed { leg: id });
            self.taken(id, codec, turn);
        }
        true
    }
}
