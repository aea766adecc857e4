//! What is opened is closed, once, and before the call it belongs to ends.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{CallId, Cause, Fact, LegId, OfferId, What};

/// Something that is opened and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Call,
    Leg(LegId),
    Offer(OfferId),
    Prompt(LegId),
    Bridge(LegId, LegId),
    Wait,
    Transfer,
    Consult,
    Place,
    Absence,
    Message,
    Recording,
    Callback,
}

#[derive(Default)]
pub(super) struct Balance {
    open: BTreeMap<CallId, BTreeSet<Thing>>,
    /// What has an id of its own, and is never opened a second time.
    closed: BTreeSet<(CallId, Thing)>,
    /// The number of each call's last message.
    messages: BTreeMap<CallId, u16>,
}

impl Balance {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        if let What::NodeStarted { .. } = &fact.what {
            self.started();
        }
        let Some(call) = fact.what.call() else { return Ok(()) };
        match &fact.what {
            What::CallArrived { .. } => self.open(call, Thing::Call),
            What::LegOpened { leg, .. } => self.open(call, Thing::Leg(*leg)),
            What::LegEnded { leg, .. } => self.close(call, Thing::Leg(*leg)),
            What::Offered { offer, .. } => self.open(call, Thing::Offer(*offer)),
            What::OfferEnded { offer, .. } => self.close(call, Thing::Offer(*offer)),
            What::PromptStarted { leg, .. } => {
                self.require(call, Thing::Leg(*leg))?;
                self.open(call, Thing::Prompt(*leg))
            }
            What::PromptEnded { leg, .. } => self.close(call, Thing::Prompt(*leg)),
            What::Bridged { a, b } => {
                self.require(call, Thing::Leg(*a))?;
                self.require(call, Thing::Leg(*b))?;
                self.open(call, Thing::Bridge(*a, *b))
            }
            What::Unbridged { a, b } => self.close(call, Thing::Bridge(*a, *b)),
            What::Enqueued { .. } => self.open(call, Thing::Wait),
            What::LeftQueue { .. } => self.close(call, Thing::Wait),
            What::TransferAsked { .. } => self.open(call, Thing::Transfer),
            What::TransferEnded { .. } => self.close(call, Thing::Transfer),
            What::ConsultBegan { by, target, .. } => {
                self.require(call, Thing::Leg(*by))?;
                self.require(call, Thing::Leg(*target))?;
                self.open(call, Thing::Consult)
            }
            What::ConsultEnded { .. } => self.close(call, Thing::Consult),
            What::Parked { .. } => self.open(call, Thing::Place),
            What::Unparked { .. } => self.close(call, Thing::Place),
            What::AgentMissing { .. } => self.open(call, Thing::Absence),
            What::AgentMissingEnded { .. } => self.close(call, Thing::Absence),
            What::MessageBegan { message, .. } => {
                self.open(call, Thing::Message)?;
                self.message_began(call, *message)
            }
            What::MessageEnded { message, .. } => {
                self.close(call, Thing::Message)?;
                let last = self.messages.get(&call).copied().unwrap_or_default();
                if *message == last { Ok(()) } else { Err(format!("{call}: message {message} ends, {last} was open")) }
            }
            What::CallbackAsked { .. } => self.open(call, Thing::Callback),
            What::CallbackEnded { .. } => self.close(call, Thing::Callback),
            What::RecordingStarted { .. } => self.open(call, Thing::Recording),
            What::RecordingSealed { .. } => self.close(call, Thing::Recording),
            What::LegRinging { leg, .. }
            | What::LegAnswered { leg, .. }
            | What::Supervised { leg, .. }
            | What::LegHeld { leg }
            | What::LegResumed { leg }
            | What::DigitPressed { leg, .. } => self.require(call, Thing::Leg(*leg)),
            What::CallEnded { ending, .. } => self.call_ended(call, ending.cause),
            _ => Ok(()),
        }
    }

    /// Planned calls that waited and had not begun are no calls: with the node that died their waits are over.
    fn started(&mut self) {
        for things in self.open.values_mut().filter(|things| !things.contains(&Thing::Call)) {
            things.remove(&Thing::Wait);
        }
    }

    fn require(&self, call: CallId, thing: Thing) -> Result<(), String> {
        let is_open = self.open.get(&call).is_some_and(|things| things.contains(&thing));
        if is_open { Ok(()) } else { Err(format!("{call}: something happens to {thing:?}, which is not open")) }
    }

    fn open(&mut self, call: CallId, thing: Thing) -> Result<(), String> {
        if self.closed.contains(&(call, thing)) || !self.open.entry(call).or_default().insert(thing) {
            return Err(format!("{call}: {thing:?} is opened twice"));
        }
        Ok(())
    }

    fn close(&mut self, call: CallId, thing: Thing) -> Result<(), String> {
        if !self.open.get_mut(&call).is_some_and(|things| things.remove(&thing)) {
            return Err(format!("{call}: {thing:?} is closed and was not open"));
        }
        match thing {
            Thing::Call | Thing::Leg(_) | Thing::Offer(_) | Thing::Recording => {
                self.closed.insert((call, thing));
            }
            Thing::Prompt(_)
            | Thing::Bridge(..)
            | Thing::Wait
            | Thing::Transfer
            | Thing::Consult
            | Thing::Place
            | Thing::Absence
            | Thing::Message
            | Thing::Callback => {}
        }
        Ok(())
    }

    /// The messages of a call are counted through all of its flows.
    fn message_began(&mut self, call: CallId, message: u16) -> Result<(), String> {
        let before = self.messages.insert(call, message).unwrap_or_default();
        if message == before + 1 { Ok(()) } else { Err(format!("{call}: message {message} follows {before}")) }
    }

    /// A node that died could not say how everything ended; with its calls it is over.
    fn call_ended(&mut self, call: CallId, cause: Cause) -> Result<(), String> {
        self.close(call, Thing::Call)?;
        let Some(things) = self.open.get_mut(&call) else { return Ok(()) };
        if cause == Cause::NodeFailed {
            things.retain(|thing| matches!(thing, Thing::Recording | Thing::Leg(_) | Thing::Callback));
        }
        // A recording is sealed, and its caller called back, when the call is over.
        match things.iter().find(|thing| !matches!(thing, Thing::Recording | Thing::Callback)) {
            Some(thing) => Err(format!("{call} ended with {thing:?} open")),
            None => Ok(()),
        }
    }

    /// Whoever is still to be called back will be by the next node, in whose queues the planned calls then wait.
    pub(super) fn end(&self) -> Result<(), String> {
        let is_call = |things: &BTreeSet<Thing>| things.contains(&Thing::Call);
        let is_left = |things: &BTreeSet<Thing>, thing: &Thing| match thing {
            Thing::Callback => false,
            Thing::Wait => is_call(things),
            Thing::Call
            | Thing::Leg(_)
            | Thing::Offer(_)
            | Thing::Prompt(_)
            | Thing::Bridge(..)
            | Thing::Transfer
            | Thing::Consult
            | Thing::Place
            | Thing::Absence
            | Thing::Message
            | Thing::Recording => true,
        };
        let first = |things: &BTreeSet<Thing>| things.iter().find(|thing| is_left(things, thing)).copied();
        let left = self.open.iter().find_map(|(call, things)| Some((call, first(things)?)));
        match left {
            Some((call, thing)) => Err(format!("{call}: {thing:?} was never closed")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use bell_types::{Ending, Now, Party, PromptEnd, PromptName, RecordingId, Seq};

    use super::*;

    const CALL: CallId = CallId::from_u64(7);
    const LEG: LegId = LegId { call: CALL, number: 1 };

    fn check(facts: Vec<What>) -> Result<(), String> {
        let mut balance = Balance::default();
        for what in facts {
            balance.fact(&Fact { seq: Seq(1), now: Now::default(), what })?;
        }
        balance.end()
    }

    fn how(cause: Cause) -> Ending {
        Ending { cause, by: Party::System, sip_status: None, q850: None }
    }

    fn arrived() -> [What; 2] {
        let plan = bell_types::NumberPlan::china(None);
        let arrived = What::CallArrived {
            call: CALL,
            caller: bell_types::Caller { number: None, name: None },
            called: bell_types::Number::parse("4001234567", &plan).unwrap(),
            trunk: None,
            flow: bell_types::FlowName::new("welcome").unwrap(),
            flow_version: 1,
        };
        let (role, direction) = (bell_types::LegRole::Caller, bell_types::Direction::Inbound);
        [arrived, What::LegOpened { leg: LEG, role, direction }]
    }

    fn ended(cause: Cause) -> [What; 2] {
        [What::LegEnded { leg: LEG, ending: how(cause) }, What::CallEnded { call: CALL, ending: how(cause) }]
    }

    #[test]
    fn what_is_opened_must_be_closed() {
        let prompt = || PromptName::new("hello").unwrap();
        let started = || What::PromptStarted { leg: LEG, prompt: prompt(), notice: false };
        let stopped = || What::PromptEnded { leg: LEG, prompt: prompt(), how: PromptEnd::Stopped };
        let recording = || What::RecordingStarted { recording: RecordingId(CALL) };
        let call = |middle: Vec<What>, cause| check([arrived().to_vec(), middle, ended(cause).to_vec()].concat());
        assert_eq!(call(vec![], Cause::HungUp), Ok(()));
        assert_eq!(call(vec![started(), stopped()], Cause::HungUp), Ok(()));
        assert_eq!(call(vec![started()], Cause::NodeFailed), Ok(()), "a dead node says nothing");
        assert!(call(vec![started()], Cause::HungUp).is_err(), "a prompt goes on");
        assert!(call(vec![stopped()], Cause::HungUp).is_err(), "a prompt ends twice");
        assert!(call(vec![recording()], Cause::HungUp).is_err(), "never sealed");
        assert!(call(arrived().to_vec(), Cause::HungUp).is_err(), "the same call twice");
        assert!(check(arrived().to_vec()).is_err(), "a call without an end");
        assert!(
            check([arrived().to_vec(), ended(Cause::HungUp)[1..].to_vec()].concat()).is_err(),
            "a leg without an end"
        );
    }
}
