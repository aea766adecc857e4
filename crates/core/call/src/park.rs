//! Parking: a caller hears music in a numbered place until somebody fetches him.

use bell_types::{AgentName, Cause, LegId, Mono, ParkExit, Party, What};

use crate::call::{Call, Stage, Turn};
use crate::setup::Setup;
use crate::vocabulary::{AcdOutput, Destination, ending};

/// A parked caller.
#[derive(Debug)]
pub(crate) struct Parked {
    /// The number of his place.
    pub(crate) slot: u16,
    /// Where who parked him is found.
    back: Option<Destination>,
    /// When who parked him is asked to take him back.
    until: Mono,
    /// An agent's phone that rings for him.
    pub(crate) ringing: Option<Fetching>,
}

/// An agent's phone that rings for a parked caller.
#[derive(Debug)]
pub(crate) struct Fetching {
    pub(crate) leg: LegId,
    agent: AgentName,
    until: Mono,
    why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// He asked for the caller.
    Retrieve,
    /// He parked him, and the time is over.
    Return,
}

impl Parked {
    pub(crate) fn due(&self) -> Mono {
        self.ringing.as_ref().map_or(self.until, |fetching| fetching.until)
    }

    /// Who rings at this leg has answered, and has until then to take the caller by a key.
    pub(crate) fn confirms(&mut self, leg: LegId, until: Mono) {
        if let Some(fetching) = self.ringing.as_mut().filter(|fetching| fetching.leg == leg) {
            fetching.until = until;
        }
    }

    /// The phone that rings at this leg is called by another way.
    pub(crate) fn anew(&mut self, leg: LegId, setup: &Setup, turn: &Turn<'_>) {
        if let Some(fetching) = self.ringing.as_mut().filter(|fetching| fetching.leg == leg) {
            fetching.until = setup.rings_until(turn, turn.config.transfer_ring_timeout);
        }
    }
}

impl Call {
    /// Parks the caller; the agent is free.
    pub(crate) fn park(&mut self, by: LegId, slot: u16, turn: &mut Turn<'_>) {
        self.unhold(turn);
        let Some(agent) = self.agent(by) else { return };
        let back = self.legs().iter().find(|leg| leg.id == by).and_then(|leg| leg.setup.as_ref());
        let back = back.map(|setup| setup.to.clone());
        turn.fact(What::Parked { call: self.id, slot, by: agent });
        let until = turn.now.mono + turn.config.park_max;
        self.stage = Stage::Parked(Parked { slot, back, until, ringing: None });
        self.end_leg(by, ending(Cause::Moved, Party::System), turn);
        self.arrange(turn);
    }

    /// Rings an agent who wants the parked caller.
    pub(crate) fn retrieve(&mut self, to: Destination, turn: &mut Turn<'_>) {
        self.fetch(to, Why::Retrieve, turn);
    }

    fn fetch(&mut self, to: Destination, why: Why, turn: &mut Turn<'_>) {
        let Some(agent) = to.agent().map(|(agent, _)| agent.clone()) else { return };
        let leg = self.dial(crate::calling::role(&to), to, turn);
        let until = turn.now.mono + turn.config.transfer_ring_timeout;
        if let Stage::Parked(parked) = &mut self.stage {
            parked.ringing = Some(Fetching { leg, agent, until, why });
        }
    }

    pub(crate) fn fetch_answered(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Stage::Parked(Parked { slot, ringing: Some(fetching), .. }) = &self.stage else { return };
        if fetching.leg != id {
            return;
        }
        let (slot, agent) = (*slot, fetching.agent.clone());
        let how = match fetching.why {
            Why::Retrieve => ParkExit::Retrieved(agent.clone()),
            Why::Return => ParkExit::Returned,
        };
        turn.fact(What::Unparked { call: self.id, slot, how });
        turn.tell_acd(self.id, AcdOutput::Took(agent));
        self.talk_with(id, turn);
    }

    /// The phone that rang for the parked caller is out. Its leg has been closed already.
    pub(crate) fn fetch_failed(&mut self, turn: &mut Turn<'_>) {
        let Stage::Parked(parked) = &mut self.stage else { return };
        match parked.ringing.take().map(|fetching| fetching.why) {
            Some(Why::Return) => self.park_over(turn),
            Some(Why::Retrieve) | None => self.arrange(turn),
        }
    }

    pub(crate) fn park_due(&mut self, turn: &mut Turn<'_>) {
        let Stage::Parked(parked) = &mut self.stage else { return };
        if let Some(fetching) = &parked.ringing {
            let leg = fetching.leg;
            self.end_leg(leg, ending(Cause::NoAnswer, Party::System), turn);
            return self.fetch_failed(turn);
        }
        match parked.back.take().filter(|_| self.has_room(turn.config)) {
            Some(back) => self.fetch(back, Why::Return, turn),
            None => self.park_over(turn),
        }
    }

    /// Nobody takes him back.
    fn park_over(&mut self, turn: &mut Turn<'_>) {
        self.leave_park(ParkExit::TimedOut, turn);
        self.go_back(turn);
    }

    pub(crate) fn leave_park(&mut self, how: ParkExit, turn: &mut Turn<'_>) {
        if let Stage::Parked(parked) = &self.stage {
            turn.fact(What::Unparked { call: self.id, slot: parked.slot, how });
        }
    }
}
