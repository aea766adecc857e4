//! An agent whose phone is lost while he talks with a caller: a page that is loaded anew, a laptop that slept. The caller
//! hears music and has his agent back when the phone is; if it does not come back in time, he goes where a caller goes whose
//! agent is lost. Meanwhile the agent counts as one who talks: he is not rid of the call.
//!
//! Who hangs up is not lost, but may look like it: a browser's audio can be gone before its BYE is here.

use std::time::Duration;

use bell_types::{AbsenceEnd, Cause, Ending, EndpointName, LegId, Mono, Party, What};

use crate::call::{Call, Stage, Turn};
use crate::calls::Config;
use crate::causes::is_lost;
use crate::vocabulary::{AcdOutput, Destination, Hear, Output, ending};

/// How long a phone that is back may take to answer. It does so by itself.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// How often a phone may come back into one call: one that is lost again and again cannot be talked by.
const RETURNS_MAX: u8 = 5;

/// A caller who waits for his agent's phone.
#[derive(Debug)]
pub(crate) struct Missing {
    /// The leg that was lost.
    lost: LegId,
    back: Destination,
    endpoint: EndpointName,
    why: Cause,
    until: Mono,
    /// Whether the caller had been put on hold.
    held: bool,
    /// What the leg was that was lost, for the one that takes its place.
    offered: bool,
    /// What the router is told if the agent does not come back.
    rid: AcdOutput,
    /// The leg by which the phone comes back.
    returning: Option<LegId>,
}

impl Missing {
    pub(crate) const fn due(&self) -> Mono {
        self.until
    }
}

impl Call {
    /// The phone that this call waits for.
    pub(crate) fn missing(&self) -> Option<&EndpointName> {
        match &self.stage {
            Stage::Missing(missing) => Some(&missing.endpoint),
            Stage::Opening { .. }
            | Stage::Placing(_)
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Talking(_)
            | Stage::Transferring(_)
            | Stage::Over => None,
        }
    }

    /// Whether a leg that is lost is waited for: its phone comes back by itself, and it alone talks with the caller. One that is
    /// there and has no way for its audio would come back without sound.
    pub(crate) fn goes_missing(&self, id: LegId, cause: Cause, config: &Config) -> bool {
        let alone = self.talk().is_some_and(|talk| talk.with.as_slice() == [id] && talk.consult.is_none());
        let returns = self.endpoint(id).is_some_and(|endpoint| config.returning.contains(endpoint));
        let waits = !config.return_max.is_zero() && self.returns < RETURNS_MAX;
        is_lost(cause) && cause != Cause::MediaFailed && alone && returns && waits && self.has_leg(self.caller_id())
    }

    /// The caller waits for his agent's phone.
    pub(crate) fn await_agent(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) {
        let held = self.talk().is_some_and(|talk| talk.held);
        let why = how.cause;
        let offered = self.leg_mut(id).is_some_and(|leg| leg.offered);
        self.left_talk(id, turn);
        let (Some(agent), Some(endpoint)) = (self.agent(id), self.endpoint(id).cloned()) else { return };
        let Some(rid) = self.close_leg(id, how, turn) else { return };
        let within = turn.config.return_max;
        turn.fact(What::AgentMissing {
            call: self.id,
            agent: agent.clone(),
            endpoint: endpoint.clone(),
            cause: why,
            within,
        });
        let until = turn.now.mono + within;
        let back = Destination::Endpoint { endpoint: endpoint.clone(), agent };
        let missing =
            Missing { lost: id, back, endpoint: endpoint.clone(), why, until, held, offered, rid, returning: None };
        self.stage = Stage::Missing(missing);
        self.arrange(turn);
        turn.output.push_back(Output::Await(endpoint));
    }

    /// What the caller hears meanwhile. Without any music it rings for him: silence would tell him that nobody is there.
    pub(crate) fn hears_while_missing(&self, config: &Config) -> Hear {
        match self.music(config) {
            Hear::Silence => Hear::Ringback,
            music => music,
        }
    }

    /// The phone is there again: it is called into the talk.
    pub(crate) fn phone_came_back(&mut self, turn: &mut Turn<'_>) {
        let Stage::Missing(Missing { back, returning: None, .. }) = &self.stage else { return };
        let to = back.clone();
        let leg = self.dial(crate::calling::role(&to), to, turn);
        if let Some(leg) = self.leg_mut(leg) {
            leg.returns = true;
        }
        if let Stage::Missing(missing) = &mut self.stage {
            missing.returning = Some(leg);
            missing.until = missing.until.max(turn.now.mono + ANSWER_MAX);
        }
    }

    /// It has answered: everything is as it was.
    pub(crate) fn missing_answered(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Stage::Missing(Missing { returning: Some(leg), held, offered, .. }) = &self.stage else { return };
        if *leg != id {
            return;
        }
        let (held, offered) = (*held, *offered);
        self.returns += 1;
        self.told_of_absence(AbsenceEnd::Returned, turn);
        if let Some(leg) = self.leg_mut(id) {
            leg.offered = offered;
        }
        self.talk_with(id, turn);
        if held {
            self.hold(turn);
        }
    }

    /// The leg that was to bring it back is over, and closed. A phone that was lost again may come back again; one that does
    /// not want the call will not, and one that declines it had hung up and was not heard.
    pub(crate) fn return_failed(&mut self, id: LegId, cause: Cause, turn: &mut Turn<'_>) {
        let Stage::Missing(missing) = &mut self.stage else { return };
        if missing.returning.take_if(|leg| *leg == id).is_none() || is_lost(cause) || cause == Cause::Unreachable {
            return;
        }
        match cause {
            Cause::Declined => self.had_hung_up(turn),
            _ => self.give_up_waiting(AbsenceEnd::Declined, turn),
        }
    }

    /// The phone hangs up a leg that we had ended already. Nothing is left to do, unless we took that leg for lost, and may
    /// be calling the phone back by now.
    pub(crate) fn hung_up_late(&mut self, id: LegId, turn: &mut Turn<'_>) {
        if matches!(&self.stage, Stage::Missing(missing) if missing.lost == id) {
            self.had_hung_up(turn);
        }
    }

    fn had_hung_up(&mut self, turn: &mut Turn<'_>) {
        let Stage::Missing(missing) = &self.stage else { return };
        let by = missing.back.agent().map_or(Party::External, |(agent, _)| Party::Agent(agent.clone()));
        let returning = missing.returning;
        self.stop_waiting(AbsenceEnd::HungUp, turn);
        if let Some(leg) = returning {
            self.end_leg(leg, ending(Cause::Cancelled, Party::System), turn);
        }
        self.left_alone(Cause::HungUp, by, turn);
    }

    /// It did not come back in time.
    pub(crate) fn missing_due(&mut self, turn: &mut Turn<'_>) {
        self.give_up_waiting(AbsenceEnd::TimedOut, turn);
    }

    fn give_up_waiting(&mut self, how: AbsenceEnd, turn: &mut Turn<'_>) {
        let Stage::Missing(missing) = &self.stage else { return };
        let (why, returning) = (missing.why, missing.returning);
        let agent = missing.back.agent().map(|(agent, _)| agent.clone());
        self.stop_waiting(how, turn);
        if let Some(leg) = returning {
            self.end_leg(leg, ending(Cause::NoAnswer, Party::System), turn);
        }
        if let Some(agent) = agent {
            turn.tell_acd(self.id, AcdOutput::Lost(agent));
        }
        self.left_alone(why, Party::System, turn);
    }

    /// The caller waits no more, and the agent is rid of him.
    pub(crate) fn stop_waiting(&mut self, how: AbsenceEnd, turn: &mut Turn<'_>) {
        let Stage::Missing(missing) = &self.stage else { return };
        let rid = missing.rid.clone();
        self.told_of_absence(how, turn);
        turn.tell_acd(self.id, rid);
        self.stage = Stage::Flow;
    }

    fn told_of_absence(&self, how: AbsenceEnd, turn: &mut Turn<'_>) {
        let Stage::Missing(missing) = &self.stage else { return };
        if let Some((agent, _)) = missing.back.agent() {
            turn.fact(What::AgentMissingEnded { call: self.id, agent: agent.clone(), how });
        }
    }
}
