//! What is going on right now: a fold over facts, for `belltower agents`, `endpoints`, `trunks`, `calls --live` and the
//! health page.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use bell_acd::{Alerts, QueueAlert};
use bell_call::{CallRecord, Folder, TransferFigures};
use bell_types::{
    AgentActivity, AgentName, AgentPresence, CallId, Cause, EndpointName, EntryId, EntrySource, Fact, KeyEnd, LegId,
    LegRole, ListName, LoginId, Pattern, QueueName, RegistrationRefusal, Seq, SupervisionMode, TrunkName, Wall, What,
};

use crate::attention::{Attention, Help};
use serde::Serialize;

/// How many names that are not ours are remembered with their refused registrations. A scanner must not fill memory:
/// one more replaces the oldest.
const STRANGERS_MAX: usize = 100;
/// How many entries of the nuisance rule are shown; one more replaces the oldest.
const NUISANCES_MAX: usize = 100;

/// What is going on right now.
#[derive(Debug, Default)]
pub struct Live {
    folder: Folder,
    transfers: TransferFigures,
    agents: BTreeMap<AgentName, AgentLive>,
    finished: BTreeMap<AgentName, Finished>,
    endpoints: BTreeMap<EndpointName, EndpointLive>,
    refused: BTreeMap<String, Refusal>,
    keys: BTreeMap<EndpointName, KeyLive>,
    key_ends: BTreeMap<EndpointName, KeyEnd>,
    trunks: BTreeMap<TrunkName, TrunkLive>,
    alerts: Alerts,
    nuisances: BTreeMap<EntryId, Nuisance>,
    attention: Attention,
    config_version: u64,
    last: Seq,
}

/// An agent, as of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentLive {
    /// What he asked for.
    pub presence: AgentPresence,
    /// What he is doing.
    pub activity: AgentActivity,
    /// Since when.
    pub since: Wall,
    /// Since when he is signed in; none if he is not.
    pub signed_in: Option<Wall>,
}

/// A call in which an agent's part has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The call.
    pub call: CallId,
    /// The last queue it was in.
    pub queue: Option<QueueName>,
    /// When his part ended.
    pub ended: Wall,
}

/// A phone, as of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndpointLive {
    /// Where it is registered from; none if it is not.
    pub source: Option<SocketAddr>,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Since when.
    pub since: Wall,
    /// Why it is gone.
    pub gone: Option<Cause>,
    /// Whether it is a mobile or fixed line, which a trunk leads to instead of a registration (TEL-05).
    pub line: bool,
}

/// Who may register as a browser, as of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KeyLive {
    /// The login.
    pub login: LoginId,
    /// Until when, unless it asks again.
    pub until: Wall,
}

/// The last refused registration under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Where it came from.
    pub source: SocketAddr,
    /// Why it was refused.
    pub refusal: RegistrationRefusal,
    /// When.
    pub at: Wall,
}

/// A trunk, as of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrunkLive {
    /// Why it cannot be used; none if it can.
    pub down: Option<Cause>,
    /// Since when.
    pub since: Wall,
}

/// A number that the nuisance rule has put on a list, where it stands (INB-22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nuisance {
    /// The list.
    pub list: ListName,
    /// The number.
    pub number: Pattern,
    /// How often it had called.
    pub calls: usize,
    /// When it was put there.
    pub at: Wall,
}

impl Nuisance {
    /// What the rule has done by this fact.
    pub fn of(fact: &Fact) -> impl Iterator<Item = (EntryId, Self)> {
        let auto = match &fact.what {
            What::ListEntriesAdded { list, terms, entries } => match &terms.source {
                EntrySource::Auto(calls) => Some((list, calls.len(), entries)),
                EntrySource::Manual | EntrySource::Import(_) => None,
            },
            _ => None,
        };
        let at = fact.now.wall;
        auto.into_iter().flat_map(move |(list, calls, entries)| {
            let nuisance = move |number: &Pattern| Self { list: list.clone(), number: number.clone(), calls, at };
            entries.iter().map(move |entry| (entry.entry, nuisance(&entry.pattern)))
        })
    }
}

impl Live {
    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        self.last = fact.seq;
        let since = fact.now.wall;
        match &fact.what {
            What::NodeStarted { .. } => self.restarted(),
            What::ConfigApplied { version, .. } => self.config_version = *version,
            What::AgentChanged { agent, presence, activity, .. } => {
                if *activity != AgentActivity::WrapUp {
                    self.finished.remove(agent);
                }
                let before = self.agents.get(agent).and_then(|live| live.signed_in);
                let signed_in = (*presence != AgentPresence::SignedOut).then(|| before.unwrap_or(since));
                let live = AgentLive { presence: presence.clone(), activity: *activity, since, signed_in };
                self.agents.insert(agent.clone(), live);
            }
            What::EndpointRegistered { endpoint, source, user_agent } => {
                self.refused.remove(endpoint.as_str());
                self.key_ends.remove(endpoint);
                let (source, user_agent) = (Some(*source), user_agent.clone());
                let live = EndpointLive { source, user_agent, since, gone: None, line: false };
                self.endpoints.insert(endpoint.clone(), live);
            }
            What::EndpointGone { endpoint, cause } => {
                let live = EndpointLive { source: None, user_agent: None, since, gone: Some(*cause), line: false };
                self.endpoints.insert(endpoint.clone(), live);
            }
            What::LineReached { endpoint, down } => {
                let live = EndpointLive { source: None, user_agent: None, since, gone: *down, line: true };
                self.endpoints.insert(endpoint.clone(), live);
            }
            What::KeyGiven { endpoint, login, until } => {
                self.keys.insert(endpoint.clone(), KeyLive { login: *login, until: *until });
            }
            What::KeysEnded { endpoint, how, .. } => {
                self.keys.remove(endpoint);
                self.key_ends.insert(endpoint.clone(), *how);
            }
            What::RegistrationRefused { endpoint, source, refusal } => {
                self.refuse(endpoint, Refusal { source: *source, refusal: *refusal, at: since });
            }
            What::TrunkUp { trunk } => {
                self.trunks.insert(trunk.clone(), TrunkLive { down: None, since });
            }
            What::TrunkDown { trunk, cause } => {
                self.trunks.insert(trunk.clone(), TrunkLive { down: Some(*cause), since });
            }
            What::LegEnded { leg, .. } => {
                self.finished.extend(self.part_that_ends(*leg, since));
            }
            What::ListEntriesAdded { .. } => self.nuisances.extend(Nuisance::of(fact)),
            What::ListEntriesEnded { entries, .. } => {
                entries.iter().for_each(|entry| drop(self.nuisances.remove(entry)));
            }
            _ => {}
        }
        while self.nuisances.len() > NUISANCES_MAX {
            self.nuisances.pop_first();
        }
        self.attention.apply(fact);
        self.alerts.fold(fact);
        self.folder.apply(fact);
        self.transfers.apply(fact);
    }

    /// Whose part in a call ends with this leg.
    fn part_that_ends(&self, leg: LegId, ended: Wall) -> Option<(AgentName, Finished)> {
        let record = self.folder.running(leg.call)?;
        let LegRole::Agent { agent, .. } = &record.legs.iter().find(|one| one.leg == leg)?.role else { return None };
        let talked = record.talked().iter().any(|(talked, _)| *talked == agent);
        talked.then(|| (agent.clone(), Finished { call: leg.call, queue: record.queue().cloned(), ended }))
    }

    /// Nothing that was known of phones and people outlives the node: phones register again, people sign in again.
    fn restarted(&mut self) {
        self.agents.clear();
        self.finished.clear();
        self.endpoints.clear();
        self.keys.clear();
        self.key_ends.clear();
        self.trunks.clear();
    }

    fn refuse(&mut self, name: &str, refusal: Refusal) {
        if self.refused.len() >= STRANGERS_MAX && !self.refused.contains_key(name) {
            let oldest = self.refused.iter().min_by_key(|(_, refusal)| refusal.at).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                self.refused.remove(&oldest);
            }
        }
        self.refused.insert(name.to_owned(), refusal);
    }

    /// The agents anything is known of.
    pub fn agents(&self) -> impl Iterator<Item = (&AgentName, &AgentLive)> {
        self.agents.iter()
    }

    /// The call whose work an agent finishes, while he wraps up (AGT-04).
    pub fn wraps_up(&self, agent: &AgentName) -> Option<&Finished> {
        let state = self.agents.get(agent)?;
        self.finished.get(agent).filter(|_| state.activity == AgentActivity::WrapUp)
    }

    /// The agents whose part in this call has ended, and who wrap up. Of a call that is over and not in the database yet,
    /// nothing else is known.
    pub fn finished(&self, call: CallId) -> impl Iterator<Item = (&AgentName, &Finished)> {
        self.finished.iter().filter(move |(_, finished)| finished.call == call)
    }

    /// The phones that are or were registered.
    pub fn endpoints(&self) -> impl Iterator<Item = (&EndpointName, &EndpointLive)> {
        self.endpoints.iter()
    }

    /// What is known of this phone.
    pub fn endpoint(&self, phone: &EndpointName) -> Option<&EndpointLive> {
        self.endpoints.get(phone)
    }

    /// The browsers that a login may register as.
    pub fn keys(&self) -> impl Iterator<Item = (&EndpointName, &KeyLive)> {
        self.keys.iter()
    }

    /// How the keys of this phone ended, if it has not registered since.
    pub fn key_end(&self, phone: &EndpointName) -> Option<KeyEnd> {
        self.key_ends.get(phone).copied()
    }

    /// The last refused registration under each name that has not registered since.
    pub fn refused(&self) -> impl Iterator<Item = (&str, &Refusal)> {
        self.refused.iter().map(|(name, refusal)| (name.as_str(), refusal))
    }

    /// The trunks whose state is known.
    pub fn trunks(&self) -> impl Iterator<Item = (&TrunkName, &TrunkLive)> {
        self.trunks.iter()
    }

    /// The calls that are going on.
    pub fn calls(&self) -> impl Iterator<Item = &CallRecord> {
        self.folder.live()
    }

    /// The calls in which an agent asks for help that has not come yet (INB-29).
    pub fn helps(&self) -> impl Iterator<Item = (CallId, &Help)> {
        self.attention.helps()
    }

    /// Who asks for help in this call.
    pub fn help(&self, call: CallId) -> Option<&Help> {
        self.attention.help(call)
    }

    /// What the supervisor at this leg does (REC-18); none if nobody supervises there.
    pub fn mode(&self, leg: LegId) -> Option<SupervisionMode> {
        self.attention.mode(leg)
    }

    /// The queues whose alert is on, with the longest wait as of this instant.
    pub fn alerts(&self, wall: Wall) -> impl Iterator<Item = QueueAlert> {
        self.alerts.on(wall)
    }

    /// What the nuisance rule has put on lists since the node began, oldest first, as far as it stands there.
    pub fn nuisances(&self) -> impl Iterator<Item = &Nuisance> {
        self.nuisances.values()
    }

    /// How transfers have fared since the first fact that was taken.
    pub fn transfers(&self) -> &TransferFigures {
        &self.transfers
    }

    /// The version of the running configuration.
    pub fn config_version(&self) -> u64 {
        self.config_version
    }

    /// The last fact that was taken.
    pub fn last(&self) -> Seq {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use bell_types::{Ending, Now, Party};

    use super::*;

    fn apply(live: &mut Live, what: What) {
        let seq = live.last.next();
        let wall = Wall::from_micros(seq.0 as i64);
        live.apply(&Fact { seq, now: Now { wall, ..Now::default() }, what });
    }

    #[test]
    fn a_scanner_does_not_fill_memory() {
        let mut live = Live::default();
        let source = "192.0.2.1:5060".parse().unwrap();
        for number in 0..1000 {
            let refusal = RegistrationRefusal::UnknownEndpoint;
            apply(&mut live, What::RegistrationRefused { endpoint: number.to_string(), source, refusal });
        }
        assert_eq!(live.refused().count(), STRANGERS_MAX);
        assert!(live.refused().any(|(name, _)| name == "999"), "the newest stays");
    }

    /// INB-29, REC-18: a call for help stands until a supervisor comes, and it is seen what she does there.
    #[test]
    fn inb_29_rec_18_help_stands_until_somebody_comes() {
        let mut live = Live::default();
        let call = CallId::from_u64(7);
        let leg = LegId { call, number: 3 };
        let (alice, frank) = (AgentName::new("alice").unwrap(), AgentName::new("frank").unwrap());
        let ask = What::HelpAsked { call, agent: alice.clone(), supervisors: vec![frank.clone()] };
        let comes = |mode| What::Supervised { leg, supervisor: frank.clone(), mode };
        apply(&mut live, ask.clone());
        assert_eq!(live.help(call).map(|help| &help.agent), Some(&alice));
        apply(&mut live, comes(SupervisionMode::Listen));
        assert_eq!((live.helps().count(), live.mode(leg)), (0, Some(SupervisionMode::Listen)));
        apply(&mut live, comes(SupervisionMode::Barge));
        assert_eq!(live.mode(leg), Some(SupervisionMode::Barge));
        apply(&mut live, ask);
        let ending = Ending { cause: Cause::HungUp, by: Party::System, sip_status: None, q850: None };
        apply(&mut live, What::LegEnded { leg, ending: ending.clone() });
        apply(&mut live, What::CallEnded { call, ending });
        assert_eq!((live.helps().count(), live.mode(leg)), (0, None));
    }

    /// Field complaint 10: after a restart nobody is assumed to be there.
    #[test]
    fn a_restart_forgets_who_was_there() {
        let mut live = Live::default();
        let endpoint = EndpointName::new("alice-desk").unwrap();
        let source = "192.0.2.1:5060".parse().unwrap();
        apply(&mut live, What::EndpointRegistered { endpoint, source, user_agent: None });
        assert_eq!(live.endpoints().count(), 1);
        apply(&mut live, What::NodeStarted { node: bell_types::NodeId(0), version: String::new() });
        assert_eq!(live.endpoints().count(), 0);
    }
}
