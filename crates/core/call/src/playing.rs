//! Playing prompts, one at a time so that each has its own facts.

use bell_types::{LegId, PromptEnd, PromptName, What};

use crate::call::{Call, Turn};
use crate::leg::{Manner, Playing, PlayingFor};
use crate::vocabulary::{FlowOutput, Hear, PlayId};

impl Call {
    pub(crate) fn play(&mut self, id: LegId, mut prompts: Vec<PromptName>, manner: Manner, turn: &mut Turn<'_>) {
        if prompts.is_empty() {
            return self.all_played(manner.why, PromptEnd::Completed, turn);
        }
        let prompt = prompts.remove(0);
        let Some(leg) = self.leg_mut(id) else { return };
        let play = leg.next_play();
        turn.fact(What::PromptStarted { leg: id, prompt: prompt.clone(), notice: manner.notice });
        leg.playing = Some(Playing { play, prompt: prompt.clone(), rest: prompts, manner });
        self.hear(id, Hear::Prompt { play, prompt, barge_in: manner.barge_in }, turn);
    }

    pub(crate) fn play_ended(&mut self, id: LegId, play: PlayId, how: PromptEnd, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        let Some(playing) = leg.playing.take_if(|playing| playing.play == play) else {
            return;
        };
        turn.fact(What::PromptEnded { leg: id, prompt: playing.prompt, how });
        let Playing { rest, manner, .. } = playing;
        match how {
            // A prompt that cannot be played must not silence those after it.
            PromptEnd::Completed | PromptEnd::Failed if !rest.is_empty() => {
                self.play(id, rest, manner, turn);
            }
            PromptEnd::Completed | PromptEnd::Failed | PromptEnd::BargedIn | PromptEnd::Stopped => {
                self.all_played(manner.why, how, turn);
            }
        }
    }

    fn all_played(&mut self, why: PlayingFor, how: PromptEnd, turn: &mut Turn<'_>) {
        match why {
            PlayingFor::Flow => {
                self.hear(self.caller_id(), Hear::Silence, turn);
                turn.tell_flow(self.id, FlowOutput::PlayEnded(how));
            }
            PlayingFor::Queue => self.hear_music(turn),
        }
    }

    /// What was playing ends without its asker being told: it moved on by itself.
    pub(crate) fn stop_playing(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Some(playing) = self.leg_mut(id).and_then(|leg| leg.playing.take()) else {
            return;
        };
        turn.fact(What::PromptEnded { leg: id, prompt: playing.prompt, how: PromptEnd::Stopped });
    }
}
