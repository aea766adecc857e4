//! What calls want, in the words of the SIP stack, the media host, the flows and the router.

use bell_acd::Withdrawal;
use bell_call::{AcdOutput, AgentLine, Destination, FlowOutput, Hear, LegInput, LegOutput};
use bell_ivr::{Event, OWN_MESSAGE, QueueLeft};
use bell_media::control::{AudioId, BargeIn, MediaAction, Plan, Play, PlayId, Repeat, Tone};
use bell_sip::{Command, Status, Taking, Target};
use bell_types::{CallId, Caller, Cause, Codec, LegId, Overflow, PromptName, QueueExit, RecordingId, Srtp, never};

use crate::line::Offered;
use crate::node::Node;

/// The gain, in hundredths, that leaves a voice as loud as it is.
const GAIN_AS_IT_IS: u16 = 100;

impl Node {
    pub(crate) fn call_output(&mut self, output: bell_call::Output) {
        match output {
            bell_call::Output::Leg(leg, what) => self.leg_output(leg, what),
            bell_call::Output::Flow(call, what) => self.flow_output(call, what),
            bell_call::Output::Acd(call, what) => self.router_output(call, what),
            bell_call::Output::Fact(what) => self.fact(what),
            bell_call::Output::Await(phone) => {
                if self.sip.is_registered(&phone) {
                    self.tell_call(bell_call::Input::PhoneUp(phone));
                }
            }
        }
    }

    fn leg_output(&mut self, leg: LegId, output: LegOutput) {
        match output {
            LegOutput::OpenMedia => self.open_media(leg),
            LegOutput::Dial { to, caller } => self.dial(leg, to, caller, Taking::ByHand),
            LegOutput::Redial { to, caller } => self.dial(leg, to, caller, Taking::ByItself),
            LegOutput::Progress => self.early_media(leg),
            LegOutput::Answer => self.answer(leg),
            LegOutput::Record => self.media(leg, MediaAction::Record(RecordingId(leg.call))),
            LegOutput::Hear(hear) => {
                let plan = self.plan(leg.call, hear);
                self.media(leg, MediaAction::SetPlan(plan));
            }
            LegOutput::End(cause) => self.end(leg, cause),
            LegOutput::TransferEnded(failed) => self.transfer_ended(leg, failed),
            LegOutput::Seal => self.media(leg, MediaAction::Seal(RecordingId(leg.call))),
        }
    }

    fn open_media(&mut self, leg: LegId) {
        if self.lines.of_leg(leg).is_none() {
            let endpoint = self.calls.endpoint_at(leg);
            let srtp = self.srtp_of(endpoint);
            self.lines.open(leg, None, Offered::Nothing, srtp);
            if endpoint.is_some_and(|endpoint| self.snapshot.browsers.contains(endpoint)) {
                self.offer_webrtc(leg);
            }
        }
        let (wished, voice) = (self.spoken_by_caller(leg.call), self.voice_on(leg));
        let webrtc = self.lines.of_leg(leg).and_then(|line| line.webrtc.as_mut());
        let action = webrtc.map(|webrtc| webrtc.open(wished, voice));
        self.media(leg, action.unwrap_or(MediaAction::Open));
    }

    /// The codec of whoever called: what a leg that is joined with him had best speak.
    fn spoken_by_caller(&mut self, call: CallId) -> Option<Codec> {
        self.lines.of_leg(LegId { call, number: 1 }).and_then(|line| line.codec())
    }

    fn dial(&mut self, leg: LegId, to: Destination, caller: Caller, taking: Taking) {
        if let Some(dialog) = self.lines.detach(leg) {
            self.tell_sip(bell_sip::Input::Command(Command::End { dialog, cause: Cause::Cancelled }));
        }
        let wished = self.spoken_by_caller(leg.call);
        let srtp = match &to {
            Destination::Endpoint { endpoint, .. } => self.srtp_of(Some(endpoint)),
            Destination::Trunk { .. } | Destination::Line(_) => Srtp::Off,
        };
        let Some(line) = self.lines.of_leg(leg) else { return };
        (line.wished, line.srtp) = (wished, srtp);
        let offer = line.offer();
        let dialog = self.sip.mint_dialog();
        self.lines.attach(leg, dialog);
        let to = match to {
            Destination::Endpoint { endpoint, .. } => Target::Endpoint(endpoint),
            Destination::Trunk { trunk, number } | Destination::Line(AgentLine { trunk, number, .. }) => {
                Target::Trunk { trunk, number }
            }
        };
        let invite = Command::Invite { dialog, to, caller, offer, call: Some(leg.call), taking };
        self.tell_sip(bell_sip::Input::Command(invite));
    }

    /// The answer has been worked out when the media opened; it goes out early, so that the caller hears us.
    fn early_media(&mut self, leg: LegId) {
        let Some(line) = self.lines.of_leg(leg) else { return };
        let (Some(dialog), Some(sdp)) = (line.dialog, line.description()) else { return };
        let status = Status::PROGRESS;
        self.tell_sip(bell_sip::Input::Command(Command::Progress { dialog, status, sdp: Some(sdp) }));
    }

    fn answer(&mut self, leg: LegId) {
        let Some(line) = self.lines.of_leg(leg) else { return };
        let Some(dialog) = line.dialog else { return };
        // Without an offer of his, the caller gets ours in the 200 and answers it in the ACK.
        match line.description().or_else(|| line.offer()) {
            Some(sdp) => self.tell_sip(bell_sip::Input::Command(Command::Answer { dialog, sdp })),
            None => {
                never!();
            }
        }
    }

    fn end(&mut self, leg: LegId, cause: Cause) {
        let Some(line) = self.lines.close(leg) else { return };
        self.media(leg, MediaAction::Close);
        if let Some(dialog) = line.dialog {
            self.tell_sip(bell_sip::Input::Command(Command::End { dialog, cause }));
        }
    }

    fn transfer_ended(&mut self, leg: LegId, failed: Option<Cause>) {
        let Some(dialog) = self.lines.of_leg(leg).and_then(|line| line.dialog) else { return };
        let status = failed.map_or(Some(Status::OK), |cause| Status::new(cause.sip_status()));
        let status = status.filter(|status| failed.is_none() || status.code() >= 300);
        let status = status.unwrap_or(Status::SERVICE_UNAVAILABLE);
        self.tell_sip(bell_sip::Input::Command(Command::ReferProgress { dialog, status }));
    }

    /// What a leg hears, as the media host knows it. A prompt without audio is silence that ends at once.
    fn plan(&self, call: CallId, hear: Hear) -> Plan {
        match hear {
            Hear::Silence => Plan::Silence,
            Hear::Ringback => Plan::Tone(Tone::Ringback),
            Hear::Beep => Plan::Tone(Tone::Beep),
            Hear::Leg(leg) => Plan::Leg(leg),
            Hear::Mix(legs) => Plan::Mix(legs.into_iter().map(|leg| (leg, GAIN_AS_IT_IS)).collect()),
            Hear::Supervised { legs, every } => {
                Plan::Supervised { voices: legs.into_iter().map(|leg| (leg, GAIN_AS_IT_IS)).collect(), every }
            }
            Hear::Prompt { play, prompt, barge_in } => Plan::Play(Play {
                id: PlayId(play.0),
                pieces: vec![self.audio(call, &prompt)],
                repeat: Repeat::Once,
                barge_in: if barge_in { BargeIn::Yes } else { BargeIn::No },
            }),
            Hear::Music(prompt) => Plan::Play(Play {
                id: PlayId(0),
                pieces: vec![self.audio(call, &prompt)],
                repeat: Repeat::Forever,
                barge_in: BargeIn::No,
            }),
        }
    }

    /// The audio of a prompt in the configuration the call began with; the running one knows the announcements of a
    /// newer version. What neither knows, the media host reports as failed.
    fn audio(&self, call: CallId, prompt: &PromptName) -> AudioId {
        let own = self.flows.snapshot(call).and_then(|snapshot| snapshot.audio.get(prompt));
        match own.or_else(|| self.snapshot.audio.get(prompt)) {
            Some(hash) => AudioId(hash.as_str().into()),
            None if prompt.as_str() == OWN_MESSAGE => AudioId::own_speech(),
            None => AudioId("".into()),
        }
    }

    fn flow_output(&mut self, call: CallId, output: FlowOutput) {
        let now = self.now();
        let actions = match output {
            FlowOutput::Start => self.flows.start(now, call),
            FlowOutput::Answered => self.flows.handle(now, call, |_| Event::Answered),
            FlowOutput::PlayEnded(how) => self.flows.handle(now, call, |play| Event::PlayEnded { play, how }),
            FlowOutput::Digit(digit) => self.flows.handle(now, call, |_| Event::Digit(digit)),
            FlowOutput::LeftQueue(QueueExit::Overflowed(Overflow::External(number))) => {
                let ring_timeout = self.snapshot.call.transfer_ring_timeout;
                self.flows.handle(now, call, |_| Event::OverflowedTo { number, ring_timeout })
            }
            FlowOutput::LeftQueue(how) => match queue_left(&how) {
                Some(why) => self.flows.handle(now, call, |_| Event::QueueLeft(why)),
                None => Vec::new(),
            },
            FlowOutput::Enter(flow) => {
                // Whoever is led on while he speaks has left his message, as one who hangs up.
                self.end_message(call, true);
                self.flows.enter(now, call, &flow)
            }
            FlowOutput::AgentLeft => self.flows.handle(now, call, |_| Event::AgentLeft),
            FlowOutput::TransferFailed(cause) => self.flows.handle(now, call, |_| Event::TransferFailed(cause)),
            FlowOutput::Ended => {
                self.message_ended_with_call(call);
                self.tell_acd(bell_acd::Input::CallEnded(call));
                self.flows.close(call);
                Vec::new()
            }
        };
        self.take_from_flow(call, actions);
    }

    fn router_output(&mut self, call: CallId, output: AcdOutput) {
        let input = match output {
            AcdOutput::Enqueue { queue, priority } => {
                let (since, wants) = (self.now().mono, self.flows.wants(call));
                bell_acd::Input::Enqueue { call, queue, priority, since, wants }
            }
            AcdOutput::EnqueueSince { queue, priority, since } => {
                let wants = self.flows.wants(call);
                bell_acd::Input::Enqueue { call, queue, priority, since, wants }
            }
            AcdOutput::OfferRinging(offer) => bell_acd::Input::OfferRinging(offer),
            AcdOutput::OfferConfirming(offer, within) => bell_acd::Input::OfferConfirming { offer, within },
            AcdOutput::OfferEnded(offer, outcome) => bell_acd::Input::OfferEnded { offer, outcome },
            AcdOutput::Withdraw(QueueExit::Abandoned) => bell_acd::Input::Withdraw { call, why: Withdrawal::Abandoned },
            AcdOutput::Withdraw(_) => bell_acd::Input::Withdraw { call, why: Withdrawal::Withdrawn },
            AcdOutput::Took(agent) => bell_acd::Input::AgentBusy(agent),
            AcdOutput::Released(agent) => bell_acd::Input::Released { agent, call },
            AcdOutput::Freed(agent) => bell_acd::Input::AgentFree(agent),
            AcdOutput::Served(agent) => bell_acd::Input::AgentServed(agent),
            AcdOutput::Rings(agent) => bell_acd::Input::AgentRung(agent),
            AcdOutput::RingsNoMore(agent) => bell_acd::Input::AgentRungNoMore(agent),
            AcdOutput::Lost(agent) => bell_acd::Input::CallLost { agent, call },
            AcdOutput::HandedOn(agent) => bell_acd::Input::HandedOn { agent, call },
            AcdOutput::CustomerReached => bell_acd::Input::CallbackReached(call),
            AcdOutput::CustomerMissed => return self.customer_missed(call),
        };
        self.tell_acd(input);
    }

    /// The media host has opened a leg: a caller's offer can be answered, a phone can be called.
    pub(crate) fn media_ready(&mut self, leg: LegId, rtp: std::net::SocketAddr) {
        let Some(line) = self.lines.of_leg(leg) else { return };
        line.ready(rtp);
        if line.has_offer() {
            match line.answer() {
                Ok(remote) => self.media(leg, MediaAction::SetRemote(remote)),
                Err(cause) => {
                    let refused = LegInput::Ended { cause, sip_status: None, q850: None };
                    return self.tell_leg(leg, refused);
                }
            }
        }
        self.tell_leg(leg, LegInput::MediaReady);
    }
}

/// Why the queue gave a call back, as its flow is told. The other exits do not give it back.
fn queue_left(how: &QueueExit) -> Option<QueueLeft> {
    match how {
        QueueExit::TimedOut | QueueExit::Withdrawn => Some(QueueLeft::TimedOut),
        QueueExit::Overflowed(Overflow::Voicemail) => Some(QueueLeft::Voicemail),
        QueueExit::Overflowed(Overflow::Callback) => Some(QueueLeft::Callback),
        QueueExit::Overflowed(Overflow::External(_) | Overflow::WiderSkills(_) | Overflow::Queue(_)) => {
            Some(QueueLeft::TimedOut)
        }
        QueueExit::Full => Some(QueueLeft::Full),
        QueueExit::NoAgent => Some(QueueLeft::NoAgent),
        QueueExit::Answered(_) | QueueExit::Abandoned | QueueExit::Callback(_) => None,
    }
}
