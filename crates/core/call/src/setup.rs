//! Setting up a leg that we call: by one way after the other, where several lead to the same party.

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::{Caller, Cause, LegId, Mono, TrunkName, What};

use crate::call::{Call, Stage, Turn};
use crate::calling::{Calling, is_of_the_route};
use crate::leg::LegState;
use crate::vocabulary::{Destination, LegOutput};

/// How a leg is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    /// Whom it leads to.
    pub(crate) to: Destination,
    /// The way that is tried.
    pub(crate) way: Destination,
    /// Who is shown as the caller.
    pub(crate) caller: Caller,
    /// Other ways to the same party, the next one first.
    rest: VecDeque<Destination>,
    began: Mono,
    /// When the next way is tried if this one has shown no life.
    route_until: Option<Mono>,
}

impl Setup {
    /// To somebody by the ways that lead to him, and then by the others.
    pub(crate) fn new(to: Destination, others: Vec<Destination>, caller: Caller, turn: &Turn<'_>) -> Self {
        let (way, mut rest) = to.ways();
        rest.extend(others);
        let mut setup = Self { to, way, caller, rest, began: turn.now.mono, route_until: None };
        setup.watch(turn.now.mono, turn.config.route_timeout);
        setup
    }

    /// The trunk that is tried.
    pub(crate) fn trunk(&self) -> Option<&TrunkName> {
        match &self.way {
            Destination::Trunk { trunk, .. } => Some(trunk),
            Destination::Endpoint { .. } | Destination::Line(_) => None,
        }
    }

    /// When the way is given up for the next one.
    pub(crate) const fn due(&self) -> Option<Mono> {
        self.route_until
    }

    /// The way has shown life.
    pub(crate) const fn lives(&mut self) {
        self.route_until = None;
    }

    /// Until when it may ring anew: for so long, but not beyond the time for all ways together.
    pub(crate) fn rings_until(&self, turn: &Turn<'_>, ring_timeout: Duration) -> Mono {
        (turn.now.mono + ring_timeout).min(self.began + turn.config.setup_max)
    }

    /// Goes on to the next way, if there is one and time for it.
    fn next(&mut self, turn: &Turn<'_>) -> Option<()> {
        let now = turn.now.mono;
        if now >= self.began + turn.config.setup_max {
            return None;
        }
        self.way = self.rest.pop_front()?;
        self.watch(now, turn.config.route_timeout);
        Some(())
    }

    fn watch(&mut self, now: Mono, route_timeout: Duration) {
        self.route_until = (!self.rest.is_empty()).then(|| now + route_timeout);
    }
}

impl Call {
    /// A leg has failed before it was answered: it is tried by its next way, if the way was to blame. True if it is.
    pub(crate) fn another_way(&mut self, id: LegId, failed: Cause, turn: &mut Turn<'_>) -> bool {
        let Some(leg) = self.leg_mut(id).filter(|leg| leg.state == LegState::Ringing) else { return false };
        let Some(setup) = leg.setup.as_mut().filter(|_| is_of_the_route(failed)) else { return false };
        if setup.next(turn).is_none() {
            return false;
        }
        let (to, caller, next) = (setup.way.clone(), setup.caller.clone(), setup.trunk().cloned());
        if let Some(next) = next {
            turn.fact(What::RouteChanged { leg: id, failed, next });
        }
        turn.leg(id, LegOutput::Dial { to, caller });
        self.rings_anew(id, turn);
        true
    }

    /// Who is awaited is called by another way, and the time he may ring begins anew.
    fn rings_anew(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Some(setup) = self.leg_mut(id).and_then(|leg| leg.setup.clone()) else { return };
        match &mut self.stage {
            Stage::Placing(placing) if id.number == 1 => placing.customer_anew(&setup, turn),
            Stage::Parked(parked) => parked.anew(id, &setup, turn),
            Stage::Placing(_) | Stage::Transferring(_) | Stage::Talking(_) => {
                if let Some(calling) = self.calling_mut(id) {
                    calling.anew(&setup, turn);
                }
            }
            Stage::Opening { .. } | Stage::Flow | Stage::Queued | Stage::Missing(_) | Stage::Over => {}
        }
        self.arrange(turn);
    }

    /// Whoever is awaited at this leg.
    pub(crate) fn calling_mut(&mut self, id: LegId) -> Option<&mut Calling> {
        let calling = match &mut self.stage {
            Stage::Placing(placing) => placing.calling_mut(),
            Stage::Transferring(transfer) => Some(&mut transfer.calling),
            Stage::Talking(talk) => talk.consult.as_mut().and_then(|consult| consult.calling.as_mut()),
            Stage::Opening { .. }
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Missing(_)
            | Stage::Over => None,
        };
        calling.filter(|calling| calling.target == id)
    }

    /// The trunk a leg is called by.
    fn trunk(&self, id: LegId) -> Option<&TrunkName> {
        self.legs().iter().find(|leg| leg.id == id)?.setup.as_ref()?.trunk()
    }

    /// A trunk that has just failed a set-up is tried last for a while.
    pub(crate) fn trunk_failed(&mut self, id: LegId, cause: Cause, turn: &mut Turn<'_>) {
        let answered = self.legs().iter().any(|leg| leg.id == id && leg.is_up());
        if let Some(trunk) = self.trunk(id).filter(|_| !answered && is_of_the_route(cause)) {
            turn.trunks.failed(turn.now.mono + turn.config.trunk_rest, trunk);
        }
    }

    /// A leg has shown life.
    pub(crate) fn trunk_works(&mut self, id: LegId, turn: &mut Turn<'_>) {
        if let Some(trunk) = self.trunk(id) {
            turn.trunks.works(trunk);
        }
        if let Some(setup) = self.leg_mut(id).and_then(|leg| leg.setup.as_mut()) {
            setup.lives();
        }
    }
}
