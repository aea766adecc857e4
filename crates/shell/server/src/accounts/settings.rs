//! What of the configuration accounts are judged by, as it holds now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use bell_access::Policy;
use bell_engine::{Policies, Provider, Snapshot};
use bell_types::{AgentName, Cidr, LocalTime, Wall, Zone};

use crate::clock::wall;
use crate::driver::Windows;

/// What holds now. Made anew when another configuration takes effect.
#[derive(Debug)]
pub(super) struct Settings {
    /// The thresholds.
    pub(super) policy: Policy,
    /// What webhooks are judged by.
    pub(super) webhooks: bell_webhook::Policy,
    /// After how many thousandths of its time a promise is near.
    pub(super) promise_near_permille: u32,
    /// The networks inside that they may go to.
    pub(super) inside: Vec<Cidr>,
    /// Where else people sign in.
    pub(super) providers: BTreeMap<String, Arc<Provider>>,
    /// The agents of the configuration.
    pub(super) agents: BTreeSet<AgentName>,
    zone: Option<Arc<Zone>>,
}

/// Where they come from.
pub(super) enum Source {
    /// What a node runs.
    Node(Windows, Mutex<Option<(Arc<Snapshot>, Arc<Settings>)>>),
    /// What is kept in a directory that no node serves.
    Kept(Arc<Settings>),
}

impl Source {
    pub(super) fn of_node(windows: Windows) -> Self {
        Self::Node(windows, Mutex::default())
    }

    /// `snapshot`: none before the first configuration; then holds what is shipped.
    pub(super) fn kept(snapshot: Option<&Snapshot>) -> Self {
        Self::Kept(Arc::new(snapshot.map_or_else(Settings::shipped, Settings::of)))
    }

    pub(super) fn now(&self) -> Arc<Settings> {
        let (windows, made) = match self {
            Self::Node(windows, made) => (windows, made),
            Self::Kept(settings) => return Arc::clone(settings),
        };
        // The node has told nobody what it goes by before its first turn.
        let Some(running) = windows.state().snapshot.clone() else { return Arc::new(Settings::shipped()) };
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            Some((snapshot, settings)) if Arc::ptr_eq(snapshot, &running) => Arc::clone(settings),
            Some(_) | None => {
                let settings = Arc::new(Settings::of(&running));
                *made = Some((running, Arc::clone(&settings)));
                settings
            }
        }
    }
}

impl Settings {
    fn of(snapshot: &Snapshot) -> Self {
        Self {
            policy: snapshot.policies.of_access(),
            webhooks: snapshot.policies.of_webhooks(),
            promise_near_permille: snapshot.policies.of_customers().promise_near_permille,
            inside: snapshot.outside.inside.clone(),
            providers: snapshot.outside.providers.clone(),
            agents: snapshot.may_transfer.keys().cloned().collect(),
            zone: Some(Arc::clone(&snapshot.zone)),
        }
    }

    fn shipped() -> Self {
        let today = Zone::fixed(0).local(wall()).date;
        let shipped = Policies::shipped(today);
        let (policy, webhooks) = (shipped.of_access(), shipped.of_webhooks());
        let promise_near_permille = shipped.of_customers().promise_near_permille;
        let (inside, providers) = (Vec::new(), BTreeMap::new());
        Self { policy, webhooks, promise_near_permille, inside, providers, agents: BTreeSet::new(), zone: None }
    }

    /// A time by the centre's clocks; by UTC before there is a configuration.
    pub(super) fn local(&self, at: Wall) -> LocalTime {
        match &self.zone {
            Some(zone) => zone.local(at),
            None => Zone::fixed(0).local(at),
        }
    }
}
