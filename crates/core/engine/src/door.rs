//! Which flow greets a call, the switch for emergencies, and what flows want of the world.

use std::sync::Arc;
use std::time::Duration;

use bell_call::{AfterAgent, FlowInput};
use bell_ivr::{Arriving, CallerFacts, Event, GoesOn, LookUpFailure, LookUpNumber, MessageNumber, Region};
use bell_media::control::{Keeping, MediaAction};
use bell_types::{
    CallId, Cause, Detour, Direction, FlowName, LegId, Number, Origin, PromptName, QueueName, Reception, What,
};

use crate::config::{Trust, targets};
use crate::node::Node;
use crate::vocabulary::{Output, Refused};

/// The caller's leg of a call.
const CALLER_LEG: u16 = 1;

/// The most of a message that can be listened to; flows take none that is longer.
const KEPT_MAX: Duration = Duration::from_secs(300);

/// The flow of a call at the door.
pub(crate) struct Chosen {
    /// The flow.
    pub(crate) flow: FlowName,
    /// The number's usual one.
    pub(crate) usual: FlowName,
    /// Why it is not the usual one.
    pub(crate) why: Option<Detour>,
}

impl Node {
    /// The flow that greets a call to this number now.
    pub(crate) fn which_flow(&self, called: &Number) -> Result<Chosen, Cause> {
        let snapshot = &self.snapshot;
        let door = snapshot.numbers.get(called).ok_or(Cause::NumberUnknown)?;
        let (flow, why) = door.greet(Arriving {
            now: self.now(),
            zone: &snapshot.zone,
            calendars: &snapshot.calendars,
            in_flows: self.flows.in_flows(),
            capacity: snapshot.capacity.as_ref(),
            emergency: self.emergencies.get(called) == Some(&true),
        });
        Ok(Chosen { flow: flow.clone(), usual: door.flow.clone(), why })
    }

    /// Tells why a call is not greeted by its number's usual flow, if it is not.
    pub(crate) fn redirected(&mut self, call: CallId, chosen: Chosen) {
        if let Some(why) = chosen.why {
            // That the call arrived is told first.
            self.settle();
            self.fact(What::FlowRedirected { call, usual: chosen.usual, why });
        }
    }

    /// Switches a number's calls to its numbers for emergencies, or back (DIA-25).
    pub(crate) fn switch_emergency(&mut self, switch: Emergency) -> Result<(), Refused> {
        let Emergency { number, on, drill, by } = switch;
        let door = self.snapshot.numbers.get(&number).ok_or(Refused::NumberUnknown)?;
        let flow = door.emergency.as_ref().ok_or(Refused::NoEmergencyNumbers)?;
        let targets = self.snapshot.flows.get(flow).map(|flow| targets(flow)).unwrap_or_default();
        self.emergencies.insert(number.clone(), on);
        self.fact(What::EmergencySwitched { number, on, drill, targets, by });
        Ok(())
    }

    /// A switch that was on outlives a restart; one whose number has no more numbers for emergencies does not. What was
    /// switched since the start is not touched: the database may say late how it was before.
    pub(crate) fn keep_emergency(&mut self, number: Number) {
        if self.emergencies.contains_key(&number) {
            return;
        }
        let by = "system".to_owned();
        if self.switch_emergency(Emergency { number, on: true, drill: false, by }).is_err() {
            tracing::warn!("an emergency switch that was on has no numbers any more, and is off");
        }
    }

    // What flows want of the world.

    pub(crate) fn ask_service(&mut self, call: CallId, asked: Asked) {
        self.want(Output::Ask(call, asked));
    }

    /// A service answered, or did not. A call that has ended meanwhile wants to know nothing.
    pub(crate) fn looked_up(&mut self, call: CallId, number: LookUpNumber, answer: Answered) {
        let now = self.now();
        let actions = self.flows.handle(now, call, |_| Event::LookedUp { number, answer });
        self.take_from_flow(call, actions);
    }

    // Messages: parts of a call's recording, between two facts.

    pub(crate) fn begin_message(&mut self, call: CallId, message: MessageNumber, queue: QueueName) {
        self.flows.begin_message(self.now(), call, message);
        self.fact(What::MessageBegan { call, message: message.0, queue });
        self.keep_speech(call, Keeping::Begin(KEPT_MAX));
        self.tell_call(bell_call::Input::Flow(call, FlowInput::Beep));
    }

    /// The caller pressed the key that completes his message, fell silent, or spoke as long as he may.
    pub(crate) fn stop_message(&mut self, call: CallId) {
        let now = self.now();
        if let Some((message, length)) = self.flows.stop_message(now, call) {
            self.keep_speech(call, Keeping::End);
            let actions = self.flows.handle(now, call, |_| Event::MessageEnded { message, length });
            self.take_from_flow(call, actions);
        }
    }

    /// A caller who says nothing more has left his message.
    pub(crate) fn fell_silent(&mut self, leg: LegId, direction: Direction) {
        match direction {
            Direction::Inbound if leg.number == CALLER_LEG => self.stop_message(leg.call),
            Direction::Inbound | Direction::Outbound => {}
        }
    }

    pub(crate) fn end_message(&mut self, call: CallId, kept: bool) {
        if let Some((message, length)) = self.flows.end_message(self.now(), call) {
            self.keep_speech(call, Keeping::Forget);
            self.fact(What::MessageEnded { call, message: message.0, length, kept });
        }
    }

    /// What the caller says is kept while he may want to hear it. His leg is the first of his call.
    fn keep_speech(&mut self, call: CallId, keeping: Keeping) {
        let leg = LegId { call, number: CALLER_LEG };
        if self.lines.of_leg(leg).is_some() {
            self.media(leg, MediaAction::Keep(keeping));
        }
    }

    /// Whoever hangs up after he has spoken has left his message.
    pub(crate) fn message_ended_with_call(&mut self, call: CallId) {
        self.end_message(call, true);
    }

    /// What a caller hears in this queue, in the configuration his call began with.
    pub(crate) fn music_of(&self, call: CallId, queue: &QueueName) -> Option<PromptName> {
        let sound = self.flows.snapshot(call).and_then(|snapshot| snapshot.sounds.get(queue));
        sound.and_then(|sound| sound.music.clone())
    }

    pub(crate) fn enqueue_input(&self, call: CallId, queue: QueueName, priority: u8, goes_on: GoesOn) -> FlowInput {
        let music = self.music_of(call, &queue);
        let after_agent = match goes_on {
            GoesOn::Yes => AfterAgent::GoesOn,
            GoesOn::No => AfterAgent::Ends,
        };
        FlowInput::Enqueue { queue, priority, music, after_agent }
    }
}

/// What the lists and the table of regions say of a caller, as flows ask it.
pub(crate) fn caller_facts(reception: &Reception) -> CallerFacts {
    let region = match &reception.region {
        Origin::Known(known) => Ok(Region {
            province: Some(known.province.as_str().into()),
            city: Some(known.city.as_str().into()),
            area_code: None,
            carrier: known.carrier.as_deref().map(Into::into),
        }),
        Origin::Unknown(why) => Err(why.summary().into()),
    };
    let lists = reception.lists.iter().map(|hit| hit.list.clone()).collect();
    CallerFacts { region, class: reception.class.clone(), lists }
}

/// What a service answered: the fields that were asked for, in their order.
pub type Answered = Result<Vec<Option<Box<str>>>, LookUpFailure>;

/// What a service is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Comes back with the answer.
    pub number: LookUpNumber,
    /// The url.
    pub url: String,
    /// How long the answer may take.
    pub timeout: Duration,
    /// The fields of the answer that are wanted (RFC 6901).
    pub fields: Vec<Box<str>>,
    /// The services that may be asked: scheme, host and port, and who must have signed their certificate.
    pub services: Arc<std::collections::BTreeMap<Box<str>, Trust>>,
}

/// Somebody switches a number's calls to its numbers for emergencies, or back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// The number.
    pub number: Number,
    /// On or off.
    pub on: bool,
    /// Whether it is only a drill.
    pub drill: bool,
    /// Who does it.
    pub by: String,
}
