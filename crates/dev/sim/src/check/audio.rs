//! Who hears whom, by what the media host was told, is what the facts say.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{CallId, Fact, LegId, LegRole, SupervisionMode, What};

use crate::mediahost::Host;

#[derive(Default)]
pub(super) struct Audio {
    calls: BTreeMap<CallId, Call>,
    touched: BTreeSet<CallId>,
}

#[derive(Default)]
struct Call {
    roles: BTreeMap<LegId, LegRole>,
    /// What supervisors do; one who has not answered does nothing.
    modes: BTreeMap<LegId, SupervisionMode>,
    joined: BTreeSet<(LegId, LegId)>,
    held: BTreeSet<LegId>,
    consults: u32,
}

impl Audio {
    pub(super) fn fact(&mut self, fact: &Fact) {
        if matches!(fact.what, What::NodeStarted { .. }) {
            *self = Self::default();
        }
        let Some(id) = fact.what.call() else { return };
        self.touched.insert(id);
        if matches!(fact.what, What::CallEnded { .. }) {
            self.calls.remove(&id);
            return;
        }
        let call = self.calls.entry(id).or_default();
        match &fact.what {
            What::LegOpened { leg, role, .. } => drop(call.roles.insert(*leg, role.clone())),
            What::LegEnded { leg, .. } => call.leg_ended(*leg),
            What::Supervised { leg, mode, .. } => drop(call.modes.insert(*leg, *mode)),
            What::Bridged { a, b } => drop(call.joined.insert((*a, *b))),
            What::Unbridged { a, b } => drop(call.joined.remove(&(*a, *b))),
            What::LegHeld { leg } => drop(call.held.insert(*leg)),
            What::LegResumed { leg } => drop(call.held.remove(leg)),
            What::ConsultBegan { .. } => call.consults += 1,
            What::ConsultEnded { .. } => call.consults = call.consults.saturating_sub(1),
            _ => {}
        }
    }

    /// A step is over: what the facts lead to has been told to the host.
    pub(super) fn settled(&mut self, host: &mut Host) -> Result<(), String> {
        self.touched.extend(host.changed());
        let nobody = Call::default();
        for id in std::mem::take(&mut self.touched) {
            self.calls.get(&id).unwrap_or(&nobody).agrees(id, host)?;
        }
        Ok(())
    }
}

impl Call {
    fn leg_ended(&mut self, leg: LegId) {
        self.roles.remove(&leg);
        self.modes.remove(&leg);
        self.held.remove(&leg);
    }

    fn agrees(&self, id: CallId, host: &Host) -> Result<(), String> {
        let heard: BTreeMap<LegId, Vec<LegId>> = host.hearing(id).collect();
        for (leg, others) in &heard {
            for other in others {
                if !heard.contains_key(other) {
                    return Err(format!("{leg} is to hear {other}, which is not open"));
                }
                if !self.may_hear(*leg, *other) {
                    return Err(format!("{leg} hears the supervisor at {other}, who does {:?}", self.modes.get(other)));
                }
            }
        }
        // Held, put aside, supervised: then it is not only who is joined.
        let plain = self.held.is_empty() && self.consults == 0 && !self.has_supervisor();
        let hears = |a: &LegId, b: &LegId| heard.get(a).is_none_or(|others| others.contains(b));
        match self.joined.iter().find(|(a, b)| plain && !(hears(a, b) && hears(b, a))) {
            Some((a, b)) => Err(format!("{a} and {b} are joined and do not hear each other: {heard:?}")),
            None => Ok(()),
        }
    }

    fn has_supervisor(&self) -> bool {
        self.roles.values().any(|role| matches!(role, LegRole::Supervisor { .. }))
    }

    /// A supervisor who listens is heard by nobody, one who whispers by agents alone.
    fn may_hear(&self, leg: LegId, other: LegId) -> bool {
        if !matches!(self.roles.get(&other), Some(LegRole::Supervisor { .. })) {
            return true;
        }
        match self.modes.get(&other) {
            Some(SupervisionMode::Barge | SupervisionMode::Intercept) => true,
            Some(SupervisionMode::Whisper) => {
                matches!(self.roles.get(&leg), Some(LegRole::Agent { .. } | LegRole::Supervisor { .. }))
            }
            Some(SupervisionMode::Listen) | None => false,
        }
    }
}
