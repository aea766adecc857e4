//! What the router, the flows and the media host want and say, in the words of calls.

use std::sync::Arc;

use bell_call::{AcdInput, FlowInput, LegInput};
use bell_ivr::{Action, BargeIn, Notice};
use bell_media::control::{MediaEvent, MediaNews};
use bell_types::{CallId, Cause, OfferOutcome, QueueExit, What, never};

use crate::config::announcement;
use crate::door::Asked;
use crate::node::Node;

impl Node {
    pub(crate) fn acd_output(&mut self, output: bell_acd::Output) {
        let (call, input) = match output {
            bell_acd::Output::Offer { offer, agent, endpoint, ring_timeout: _ } => {
                if !self.is_placed(offer) {
                    return;
                }
                (offer.call, AcdInput::Offer { offer, to: self.phone(&endpoint, &agent) })
            }
            bell_acd::Output::WithdrawOffer { offer, outcome } => {
                let elsewhere = outcome == OfferOutcome::AnsweredElsewhere;
                let cause = if elsewhere { Cause::AnsweredElsewhere } else { Cause::Cancelled };
                (offer.call, AcdInput::WithdrawOffer { offer, cause })
            }
            bell_acd::Output::OfferRefused(offer) => {
                // A withdrawn offer's leg is ended in the same step, so it can never be answered after that.
                never!(true, "{offer:?} was answered after it had been withdrawn");
                return;
            }
            bell_acd::Output::Announce { call, position, expected_wait } => {
                let language = self.flows.language(call);
                (call, AcdInput::Announce(announcement(position, expected_wait, language)))
            }
            bell_acd::Output::Moved { call, queue } => {
                let music = self.music_of(call, &queue);
                (call, AcdInput::Moved { queue, music })
            }
            bell_acd::Output::LeftQueue { how: QueueExit::Answered(_), .. } => return,
            bell_acd::Output::LeftQueue { call, queue: _, how } => (call, AcdInput::LeftQueue(how)),
            bell_acd::Output::CallbackRefused { call, why } => return self.callback_refused(call, &why.to_string()),
            bell_acd::Output::AgentUnknown(_) => {
                self.unknown_agent = true;
                return;
            }
            bell_acd::Output::Fact(what) => return self.router_fact(what),
        };
        self.tell_call(bell_call::Input::Acd(call, input));
    }

    pub(crate) fn flow_action(&mut self, call: CallId, action: Action) {
        let input = match action {
            Action::Entered(node) => return self.fact(What::FlowEntered { call, node: node.to_string() }),
            Action::Answer => FlowInput::Answer,
            Action::Play { play: _, prompts, barge_in, notice } => {
                FlowInput::Play { prompts, barge_in: barge_in == BargeIn::Yes, notice: notice == Notice::Yes }
            }
            Action::StopPlaying(_) => FlowInput::StopPlaying,
            Action::Enqueue { queue, priority, skills, goes_on } => {
                self.flows.need(call, skills);
                self.enqueue_input(call, queue, priority, goes_on)
            }
            Action::Decided { node, way, because } => {
                let (node, way) = (node.to_string(), way.to_string());
                return self.fact(What::FlowDecided { call, node, way, because });
            }
            Action::LookUp { number, url, timeout, fields } => {
                let services = Arc::clone(&self.snapshot.services);
                return self.ask_service(call, Asked { number, url, timeout, fields, services });
            }
            Action::RecordMessage { message, queue } => return self.begin_message(call, message, queue),
            Action::StopMessage(_) => return self.stop_message(call),
            Action::KeepMessage(_) => return self.end_message(call, true),
            Action::DropMessage(_) => return self.end_message(call, false),
            Action::Callback { queue, number } => return self.ask_callback(call, queue, &number),
            Action::SurveyBegan { question } => FlowInput::SurveyBegan { question: question.to_string() },
            Action::Scored { question, score, best } => {
                FlowInput::Scored { question: question.to_string(), score, best }
            }
            Action::LeaveQueue => FlowInput::LeaveQueue,
            Action::Transfer { number, ring_timeout } => {
                let routes = self.outside(&number);
                FlowInput::Transfer { target: number, routes, ring_timeout }
            }
            Action::Hangup { cause } => FlowInput::HangUp(self.flows.ending(call, cause)),
        };
        self.tell_call(bell_call::Input::Flow(call, input));
    }

    pub(crate) fn media_event(&mut self, event: MediaEvent) {
        let MediaEvent { leg, what } = event;
        let input = match what {
            MediaNews::Ready { rtp } => return self.media_ready(leg, rtp),
            MediaNews::Described { sdp, agreed } => return self.described(leg, sdp, agreed),
            MediaNews::Agreed(agreed) => return self.agreed(leg, agreed),
            MediaNews::Unacceptable { reason } => return self.unacceptable(leg, &reason),
            MediaNews::Failed { reason } => {
                tracing::warn!(%leg, reason, "the media of a leg failed");
                LegInput::MediaFailed
            }
            // That the first packet came shows in the next report.
            MediaNews::Flowing => return,
            MediaNews::PlayEnded { play, how } => LegInput::PlayEnded { play: bell_call::PlayId(play.0), how },
            MediaNews::Digit { digit, held, via } => LegInput::Digit { digit, held, via },
            MediaNews::Voice(voice) => return self.fact(What::VoiceMeasured { leg, voice }),
            MediaNews::Quality(quality) => {
                self.measured(leg, &quality);
                return self.fact(What::QualityMeasured { leg, quality });
            }
            MediaNews::SilenceBegan { direction, cause } => {
                self.fact(What::SilenceBegan { leg, direction, cause });
                return self.fell_silent(leg, direction);
            }
            MediaNews::SilenceEnded { direction } => return self.fact(What::SilenceEnded { leg, direction }),
            MediaNews::TimedOut => LegInput::MediaTimedOut,
            MediaNews::NoWay => {
                tracing::warn!(%leg, "no way was found for the audio of a browser");
                LegInput::MediaFailed
            }
            MediaNews::RecordingSealed { recording, status, length, sha256 } => {
                return self.fact(What::RecordingSealed { recording, status, length, sha256 });
            }
        };
        self.tell_leg(leg, input);
    }
}
