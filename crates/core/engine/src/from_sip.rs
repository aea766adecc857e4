//! What the SIP stack wants and says, in the words of the others.

use std::sync::Arc;

use bell_call::{Arrival, Goal, LegInput};
use bell_ivr::{Context, Recording};
use bell_media::control::MediaAction;
use bell_sip::{Command, Description, DialogId, Peer, ReferReplaces, StackEvent, Status, Uri};
use bell_types::{CallRefusal, Cause, DigitVia, EndpointName, LegId, Number, Party, Srtp, What};
use bytes::Bytes;

use crate::door::caller_facts;
use crate::flows::Opening;
use crate::from_callers::Greeting;
use crate::from_callers::wants;
use crate::line::Offered;
use crate::node::Node;
use crate::vocabulary::Output;

impl Node {
    pub(crate) fn sip_output(&mut self, output: bell_sip::Output) {
        match output {
            bell_sip::Output::Transmit { to, bytes } => self.want(Output::Transmit(to, bytes)),
            bell_sip::Output::Lookup { lookup, host, port, transport } => {
                self.want(Output::LookUp { lookup, host, port, transport });
            }
            bell_sip::Output::Trace { dialog, way, peer, bytes } => {
                if let Some(leg) = self.lines.traced(dialog) {
                    self.want(Output::Trace { leg, way, peer, bytes });
                }
            }
            bell_sip::Output::Event(event) => self.sip_event(event),
        }
    }

    fn sip_event(&mut self, event: StackEvent) {
        match event {
            StackEvent::Incoming { dialog, peer, called, caller, offer, replaces: _ } => {
                let (trunk, endpoint) = match peer {
                    Peer::Trunk(trunk) => (Some(trunk), None),
                    Peer::Endpoint(endpoint) => (None, Some(endpoint)),
                };
                let srtp = self.srtp_of(endpoint.as_ref());
                let ours = called.number.as_ref().filter(|number| self.snapshot.numbers.contains_key(number));
                let refused = match (ours, endpoint) {
                    (None, Some(endpoint)) => {
                        self.second_line(dialog, &endpoint, &called.dialled, offer.as_ref()).err()
                    }
                    (Some(number), _) => {
                        let arrival = Arriving { caller, called: number.clone(), trunk: trunk.clone(), srtp };
                        self.arrive(dialog, arrival, offer.as_ref()).err()
                    }
                    (None, None) => Some(Cause::NumberUnknown),
                };
                if let Some(cause) = refused {
                    self.refuse(dialog, cause);
                    self.fact(What::CallRefused { trunk, called: called.dialled, cause });
                }
            }
            StackEvent::Progress { dialog, status: _, sdp } => self.progress(dialog, sdp),
            StackEvent::Answered { dialog, sdp } => self.answered(dialog, sdp),
            StackEvent::Confirmed { dialog, sdp } => self.confirmed(dialog, sdp),
            StackEvent::OfferReceived { dialog, sdp } => self.offered(dialog, sdp),
            StackEvent::OfferAnswered { dialog, sdp } => self.offer_answered(dialog, &sdp),
            // The session stays as it was, and so does the leg.
            StackEvent::OfferFailed { .. } | StackEvent::OfferWithdrawn { .. } => {}
            StackEvent::InfoDigit { dialog, digit, held } => {
                self.tell_dialog(dialog, LegInput::Digit { digit, held, via: DigitVia::SipInfo });
            }
            StackEvent::Refer { dialog, target, replaces } => self.referred(dialog, &target, &replaces),
            StackEvent::Ended { dialog, cause, sip_status, q850 } => self.dialog_ended(dialog, cause, sip_status, q850),
            StackEvent::HungUpToo { dialog, q850 } => self.hung_up_too(dialog, q850),
            StackEvent::EndpointUp { endpoint, source, user_agent } => {
                self.fact(What::EndpointRegistered { endpoint: endpoint.clone(), source, user_agent });
                self.tell_acd(bell_acd::Input::EndpointUp(endpoint.clone()));
                self.tell_call(bell_call::Input::PhoneUp(endpoint));
            }
            StackEvent::ContactReplaced { endpoint, source, cause } => {
                self.fact(What::ContactReplaced { endpoint, source, cause });
            }
            StackEvent::EndpointDown { endpoint, cause } => {
                self.fact(What::EndpointGone { endpoint: endpoint.clone(), cause });
                self.tell_acd(bell_acd::Input::EndpointDown { endpoint, cause });
            }
            StackEvent::RegistrationRefused { endpoint, source, refusal } => {
                self.fact(What::RegistrationRefused { endpoint, source, refusal });
            }
            StackEvent::KeyGiven { endpoint, login, until } => self.fact(What::KeyGiven { endpoint, login, until }),
            StackEvent::KeysEnded { endpoint, login, how } => self.fact(What::KeysEnded { endpoint, login, how }),
            StackEvent::TrunkUp { trunk } => {
                self.trunks_down.remove(&trunk);
                self.fact(What::TrunkUp { trunk });
                self.look_at_lines();
            }
            StackEvent::TrunkDown { trunk, cause } => {
                self.trunks_down.insert(trunk.clone());
                self.fact(What::TrunkDown { trunk, cause });
                self.look_at_lines();
            }
            StackEvent::Refused { source, why, more } => {
                tracing::info!(%source, ?why, more, "a request was refused");
            }
        }
    }

    /// Takes a call, or says why not.
    fn arrive(&mut self, dialog: DialogId, arriving: Arriving, offer: Option<&Bytes>) -> Result<(), Cause> {
        let Arriving { caller, called, trunk, srtp } = arriving;
        let snapshot = Arc::clone(&self.snapshot);
        let which = self.which_flow(&called)?;
        let usual = snapshot.flows.get(&which.flow).ok_or(Cause::Internal)?;
        if let Some(cause) = self.gate.refuses(usual.recording()) {
            return Err(cause);
        }
        let offered = Offered::read(offer)?;
        let call = self.calls.next(self.now())?;
        let place = self.place_for_reception();
        let Greeting { reception, flow, ends_as } = self.greet(call, caller.number.as_ref(), &which.flow)?;
        let context = Context {
            caller: caller.number.clone(),
            called: called.clone(),
            zone: Arc::clone(&snapshot.zone),
            calendars: Arc::clone(&snapshot.calendars),
            facts: caller_facts(&reception),
        };
        let arrival = Arrival {
            caller,
            trunk,
            flow: flow.name().clone(),
            flow_version: flow.version(),
            recorded: flow.recording() == Recording::On,
            ringback: snapshot.ringbacks.get(&called).cloned(),
            called,
        };
        let wants = wants(&reception, snapshot.own_agent_for);
        let leg = self.calls.arrive(self.now(), arrival)?;
        self.flows.open(leg.call, Opening { snapshot, flow, context, ends_as, wants });
        self.lines.open(leg, Some(dialog), offered, srtp);
        self.received(leg.call, reception, place);
        self.take_from_calls();
        self.redirected(leg.call, which);
        Ok(())
    }

    /// Whether the audio of a phone is encrypted; nobody else is asked.
    pub(crate) fn srtp_of(&self, endpoint: Option<&EndpointName>) -> Srtp {
        endpoint.and_then(|endpoint| self.snapshot.srtp.get(endpoint)).copied().unwrap_or_default()
    }

    fn refuse(&mut self, dialog: DialogId, cause: Cause) {
        let status = Status::new(cause.sip_status()).unwrap_or(Status::SERVICE_UNAVAILABLE);
        self.tell_sip(bell_sip::Input::Command(Command::Reject { dialog, status, cause }));
    }

    fn tell_dialog(&mut self, dialog: DialogId, input: LegInput) {
        if let Some(leg) = self.lines.leg_of(dialog) {
            self.tell_leg(leg, input);
        }
    }

    fn dialog_ended(&mut self, dialog: DialogId, cause: Cause, status: Option<Status>, q850: Option<u8>) {
        let cause = self.lines.of_dialog(dialog).map_or(cause, |line| line.failed(cause));
        self.tell_dialog(dialog, LegInput::Ended { cause, sip_status: status.map(Status::code), q850 });
    }

    /// We had ended it, and it hangs up. Its call may be there; if its leg is too, that is on another way by now.
    fn hung_up_too(&mut self, dialog: DialogId, q850: Option<u8>) {
        if let Some(leg) = self.lines.traced(dialog)
            && self.lines.of_leg(leg).is_none()
        {
            self.tell_leg(leg, LegInput::Ended { cause: Cause::HungUp, sip_status: None, q850 });
        }
    }

    // Legs we dialled.

    fn progress(&mut self, dialog: DialogId, sdp: Description) {
        if self.is_webrtc(dialog) {
            // Browsers send nothing before they answer; what another one says in its answer is what counts.
            return self.tell_dialog(dialog, LegInput::Ringing { early_media: false });
        }
        let early_media = self.take_description(dialog, sdp).unwrap_or(false);
        self.tell_dialog(dialog, LegInput::Ringing { early_media });
    }

    fn answered(&mut self, dialog: DialogId, sdp: Description) {
        if self.is_webrtc(dialog) {
            return self.webrtc_answered(dialog, sdp);
        }
        if self.take_description(dialog, sdp).is_ok() {
            self.leg_is_up(dialog);
        }
    }

    /// Reads an answer, or answers an offer, and sets the leg's audio by it. True if there was one.
    fn take_description(&mut self, dialog: DialogId, sdp: Description) -> Result<bool, Cause> {
        let Some(line) = self.lines.of_dialog(dialog) else { return Ok(false) };
        let leg = line.leg;
        let (remote, reply) = match sdp {
            Description::None => return Ok(false),
            Description::Answer(sdp) => (line.answered(&sdp), None),
            Description::Offer(sdp) => {
                let remote = line.answer_anew(&sdp);
                (remote, line.description())
            }
        };
        match remote {
            Ok(remote) => {
                self.media(leg, MediaAction::SetRemote(remote));
                if let Some(sdp) = reply {
                    self.tell_sip(bell_sip::Input::Command(Command::AnswerOffer { dialog, sdp }));
                }
                Ok(true)
            }
            Err(cause) => {
                self.tell_leg(leg, LegInput::Ended { cause, sip_status: None, q850: None });
                Err(cause)
            }
        }
    }

    pub(crate) fn leg_is_up(&mut self, dialog: DialogId) {
        let Some(line) = self.lines.of_dialog(dialog) else { return };
        let leg = line.leg;
        match line.codec() {
            Some(codec) => self.tell_leg(leg, LegInput::Answered { codec }),
            // Answered without a word about audio: there is nobody to talk with.
            None => {
                let cause = Cause::NoCommonCodec;
                self.tell_leg(leg, LegInput::Ended { cause, sip_status: None, q850: None });
            }
        }
    }

    // Legs that called us.

    fn confirmed(&mut self, dialog: DialogId, sdp: Description) {
        if self.is_webrtc(dialog) {
            return self.webrtc_answered(dialog, sdp);
        }
        if self.take_description(dialog, sdp).is_ok() {
            self.leg_is_up(dialog);
        }
    }

    // Changes in the course of a call.

    fn offered(&mut self, dialog: DialogId, sdp: Option<Bytes>) {
        if self.is_webrtc(dialog) {
            return self.webrtc_offered(dialog, sdp);
        }
        let Some(line) = self.lines.of_dialog(dialog) else { return };
        let (leg, was_held) = (line.leg, line.is_held());
        let Some(sdp) = sdp else {
            let ours = line.offer();
            if let Some(sdp) = ours {
                self.tell_sip(bell_sip::Input::Command(Command::AnswerOffer { dialog, sdp }));
            }
            return;
        };
        match line.answer_anew(&sdp) {
            Ok(remote) => {
                let (is_held, ours) = (line.is_held(), line.description());
                self.media(leg, MediaAction::SetRemote(remote));
                if let Some(sdp) = ours {
                    self.tell_sip(bell_sip::Input::Command(Command::AnswerOffer { dialog, sdp }));
                }
                self.hold_changed(leg, was_held, is_held);
            }
            Err(cause) => {
                let status = Status::new(cause.sip_status()).unwrap_or(Status::NOT_ACCEPTABLE_HERE);
                self.tell_sip(bell_sip::Input::Command(Command::RejectOffer { dialog, status }));
            }
        }
    }

    fn offer_answered(&mut self, dialog: DialogId, sdp: &Bytes) {
        if self.is_webrtc(dialog) {
            return self.webrtc_settles(dialog, sdp);
        }
        let Some(line) = self.lines.of_dialog(dialog) else { return };
        let (leg, was_held) = (line.leg, line.is_held());
        if let Ok(remote) = line.answered(sdp) {
            let is_held = line.is_held();
            self.media(leg, MediaAction::SetRemote(remote));
            self.hold_changed(leg, was_held, is_held);
        }
    }

    pub(crate) fn hold_changed(&mut self, leg: LegId, was_held: bool, is_held: bool) {
        match (was_held, is_held) {
            (false, true) => self.tell_leg(leg, LegInput::Held),
            (true, false) => self.tell_leg(leg, LegInput::Resumed),
            (false, false) | (true, true) => {}
        }
    }

    fn referred(&mut self, dialog: DialogId, target: &Uri, replaces: &ReferReplaces) {
        let Some(leg) = self.lines.leg_of(dialog) else { return };
        let user = target.user().map(str::to_owned).unwrap_or_default();
        let goal = match replaces {
            ReferReplaces::Nobody => self.dialled(leg, &user).map_err(CallRefusal::cause),
            // The partner of another call is not ours to give away.
            ReferReplaces::Dialog(other) => {
                let partner = self.lines.leg_of(*other).filter(|other| other.call == leg.call);
                partner.map(Goal::Partner).ok_or(Cause::Forbidden)
            }
            ReferReplaces::Elsewhere(_) => Err(Cause::Forbidden),
        };
        self.tell_leg(leg, LegInput::TransferAsked { target: user, goal });
    }

    /// A phone of ours calls somebody. If its agent talks with a caller, he asks on a second line; otherwise nobody is
    /// there whom the call could belong to.
    fn second_line(
        &mut self,
        dialog: DialogId,
        endpoint: &EndpointName,
        dialled: &str,
        offer: Option<&Bytes>,
    ) -> Result<(), Cause> {
        let agent = self.snapshot.owners.get(endpoint).cloned().ok_or(Cause::NumberUnknown)?;
        let call = self.calls.call_of(&agent).ok_or(Cause::NumberUnknown)?;
        let offered = Offered::read(offer)?;
        let goal = self.goal_of(&Party::Agent(agent.clone()), dialled).map_err(CallRefusal::cause)?;
        let Goal::Party(routes) = goal else { return Err(Cause::Forbidden) };
        let leg = self.calls.consult_by_phone(self.now(), call, &agent, routes)?;
        let srtp = self.srtp_of(Some(endpoint));
        self.lines.open(leg, Some(dialog), offered, srtp);
        self.take_from_calls();
        Ok(())
    }
}

/// A call at the door, as the engine sees it.
struct Arriving {
    caller: bell_types::Caller,
    called: Number,
    trunk: Option<bell_types::TrunkName>,
    srtp: Srtp,
}
