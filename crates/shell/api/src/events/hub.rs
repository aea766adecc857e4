//! Where the floor is looked at, for all viewers together.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bell_types::Wall;
use tokio::sync::broadcast;

use crate::doors::{AgentView, AlertView, CallView, FiguresView, Floor, Live, PhoneView, QueueView, TrunkView};

/// How long changes are gathered before they are told together.
const GATHER: Duration = Duration::from_millis(100);
/// How often the floor is looked at although nothing happened: some of it changes with time alone.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How many changes are kept for viewers that come back.
const KEPT_MAX: usize = 600;
/// How many changes a viewer may be behind before it is cut.
const BEHIND_MAX: usize = 64;

/// What changed at one look.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Change {
    pub(crate) seq: u64,
    pub(crate) at: Wall,
    pub(crate) queues: Vec<QueueView>,
    pub(crate) agents: Vec<AgentView>,
    pub(crate) calls: Vec<CallView>,
    pub(crate) trunks: Vec<TrunkView>,
    pub(crate) phones: Vec<PhoneView>,
    /// Calls that are over: as they were last seen, for who may see them.
    pub(crate) calls_gone: Vec<CallView>,
    pub(crate) agents_gone: Vec<String>,
    pub(crate) alerts: Option<Vec<AlertView>>,
    pub(crate) figures: Option<FiguresView>,
}

/// Live state with its number.
pub(crate) struct Hub {
    seen: Mutex<Seen>,
    sender: broadcast::Sender<Arc<Change>>,
    notices: broadcast::Sender<&'static str>,
}

struct Seen {
    seq: u64,
    at: Wall,
    live: Arc<Live>,
    kept: VecDeque<Arc<Change>>,
}

/// A viewer that has just come, and where it begins.
pub(crate) struct Begun {
    pub(crate) seq: u64,
    pub(crate) at: Wall,
    pub(crate) live: Arc<Live>,
    pub(crate) changes: broadcast::Receiver<Arc<Change>>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        let (sender, _) = broadcast::channel(BEHIND_MAX);
        let (notices, _) = broadcast::channel(BEHIND_MAX);
        // A number of an earlier run is never one of this run: a viewer that comes back gets a snapshot.
        let seq = u64::try_from(wall().as_micros()).unwrap_or_default();
        let seen = Seen { seq, at: wall(), live: Arc::default(), kept: VecDeque::new() };
        Self { seen: Mutex::new(seen), sender, notices }
    }

    /// Looks at the floor whenever it changes, for ever.
    pub(crate) async fn watch(&self, floor: &dyn Floor) {
        let mut changes = floor.changes();
        loop {
            self.look(wall(), floor.live());
            // A node that has stopped changes nothing any more.
            let changed = tokio::time::timeout(LOOK_EVERY, changes.changed()).await;
            if matches!(changed, Ok(Err(_))) {
                return;
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    /// Takes what goes on now, and tells what changed.
    pub(crate) fn look(&self, at: Wall, live: Live) {
        let mut seen = self.seen();
        let Some(change) = difference(&seen.live, &live) else { return };
        seen.seq += 1;
        seen.at = at;
        seen.live = Arc::new(live);
        let change = Arc::new(Change { seq: seen.seq, at, ..change });
        if seen.kept.len() == KEPT_MAX {
            seen.kept.pop_front();
        }
        seen.kept.push_back(Arc::clone(&change));
        // Nobody may be looking.
        let _ = self.sender.send(change);
    }

    /// A viewer begins with what goes on now.
    pub(crate) fn begin(&self) -> Begun {
        let seen = self.seen();
        Begun { seq: seen.seq, at: seen.at, live: Arc::clone(&seen.live), changes: self.sender.subscribe() }
    }

    /// What changed after this number; none if that is too long ago, or a number of another run.
    pub(crate) fn since(&self, seq: u64) -> Option<Vec<Arc<Change>>> {
        let seen = self.seen();
        let first = seen.kept.front().map_or(seen.seq + 1, |change| change.seq);
        let known = (first - 1..=seen.seq).contains(&seq);
        known.then(|| seen.kept.iter().filter(|change| change.seq > seq).cloned().collect())
    }

    /// What goes on, as it was seen last.
    pub(crate) fn live(&self) -> Arc<Live> {
        Arc::clone(&self.seen().live)
    }

    /// Tells everybody that something is to be read again.
    pub(crate) fn notify(&self, what: &'static str) {
        // Nobody may be looking.
        let _ = self.notices.send(what);
    }

    /// What everybody is told to read again.
    pub(crate) fn notices(&self) -> broadcast::Receiver<&'static str> {
        self.notices.subscribe()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is different; none if nothing is.
fn difference(old: &Live, new: &Live) -> Option<Change> {
    let change = Change {
        queues: changed(&old.queues, &new.queues),
        agents: changed(&old.agents, &new.agents),
        calls: changed(&old.calls, &new.calls),
        trunks: changed(&old.trunks, &new.trunks),
        phones: changed(&old.phones, &new.phones),
        calls_gone: gone(&old.calls, &new.calls).map(|(_, call)| call.clone()).collect(),
        agents_gone: gone(&old.agents, &new.agents).map(|(name, _)| name.clone()).collect(),
        alerts: (old.alerts != new.alerts).then(|| new.alerts.clone()),
        figures: (old.figures != new.figures).then(|| new.figures.clone()),
        ..Change::default()
    };
    (change != Change::default()).then_some(change)
}

fn changed<V: Clone + PartialEq>(old: &BTreeMap<String, V>, new: &BTreeMap<String, V>) -> Vec<V> {
    new.iter().filter(|(name, value)| old.get(*name) != Some(value)).map(|(_, value)| value.clone()).collect()
}

fn gone<'a, V>(old: &'a BTreeMap<String, V>, new: &BTreeMap<String, V>) -> impl Iterator<Item = (&'a String, &'a V)> {
    old.iter().filter(|(name, _)| !new.contains_key(*name))
}

fn wall() -> Wall {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Wall::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(names: &[&str]) -> Live {
        let call = |name: &&str| ((*name).to_owned(), CallView { call: (*name).to_owned(), ..CallView::default() });
        Live { calls: names.iter().map(call).collect(), ..Live::default() }
    }

    #[test]
    fn what_changed_has_a_number_and_is_told_again_to_who_missed_it() {
        let hub = Hub::new();
        let began = hub.begin().seq;
        hub.look(Wall::default(), calls(&["a"]));
        hub.look(Wall::default(), calls(&["a"]));
        hub.look(Wall::default(), calls(&["b"]));
        assert_eq!(hub.begin().seq, began + 2, "nothing changed at the second look");
        let missed = hub.since(began).unwrap();
        let told: Vec<_> =
            missed.iter().map(|change| (change.seq, change.calls.len(), change.calls_gone.len())).collect();
        assert_eq!(told, [(began + 1, 1, 0), (began + 2, 1, 1)]);
        assert_eq!(hub.since(began + 2), Some(Vec::new()));
        assert_eq!(hub.since(began + 3), None, "a number that is not there yet");
        assert_eq!(hub.since(7), None, "a number of another run");
    }

    #[test]
    fn what_is_too_long_ago_is_not_kept() {
        let hub = Hub::new();
        let began = hub.begin().seq;
        for number in 0..=KEPT_MAX {
            hub.look(Wall::default(), calls(&[&number.to_string()]));
        }
        assert_eq!(hub.since(began), None);
        assert_eq!(hub.since(began + 1).map(|changes| changes.len()), Some(KEPT_MAX));
    }
}
