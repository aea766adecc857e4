//! The alerts of queues as facts tell them: which are on, since when and how long somebody waits; how others ended.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{CallId, Fact, Now, QueueName, Wall, What};

/// An alert of a queue (INB-25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueAlert {
    /// The queue.
    pub queue: QueueName,
    /// Who had waited longest when it began.
    pub call: CallId,
    /// When it began.
    pub began: Wall,
    /// The longest wait of anybody while it was on.
    pub longest: Duration,
    /// When nobody waited that long any more; none: it is on.
    pub ended: Option<Wall>,
}

/// The alerts that are on, as a fold over facts.
#[derive(Debug, Default)]
pub struct Alerts {
    waiting: BTreeMap<QueueName, BTreeMap<CallId, Waiting>>,
    on: BTreeMap<QueueName, QueueAlert>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    since: Now,
    /// How long he had waited then.
    before: Duration,
}

impl Alerts {
    /// Takes the next fact and returns the alerts that end by it.
    pub fn fold(&mut self, fact: &Fact) -> Vec<QueueAlert> {
        let now = fact.now;
        match &fact.what {
            What::Enqueued { call, queue, .. } => {
                self.waits(queue, *call, Waiting { since: now, before: Duration::ZERO });
            }
            What::LeftQueue { call, queue, .. } => self.left(now, queue, *call),
            What::QueueAlertBegan { queue, call, waited } => {
                self.waits(queue, *call, Waiting { since: now, before: *waited });
                let (queue, call, longest) = (queue.clone(), *call, *waited);
                let alert = QueueAlert { queue: queue.clone(), call, began: now.wall, longest, ended: None };
                self.on.insert(queue, alert);
            }
            What::QueueAlertEnded { queue } => {
                let ended = self.on.remove(queue).map(|alert| QueueAlert { ended: Some(now.wall), ..alert });
                return ended.into_iter().collect();
            }
            // Nobody waits in a node that begins.
            What::NodeStarted { .. } => {
                self.waiting.clear();
                let ended = std::mem::take(&mut self.on).into_values();
                return ended.map(|alert| QueueAlert { ended: Some(now.wall), ..alert }).collect();
            }
            _ => {}
        }
        Vec::new()
    }

    /// Those that are on, with the longest wait as of this instant.
    pub fn on(&self, wall: Wall) -> impl Iterator<Item = QueueAlert> {
        self.on.values().map(move |alert| {
            let waits = self.waiting.get(&alert.queue).into_iter().flat_map(BTreeMap::values);
            let longest = waits.map(|waiting| waiting.before + between(waiting.since.wall, wall)).max();
            QueueAlert { longest: longest.unwrap_or_default().max(alert.longest), ..alert.clone() }
        })
    }

    fn waits(&mut self, queue: &QueueName, call: CallId, waiting: Waiting) {
        self.waiting.entry(queue.clone()).or_default().insert(call, waiting);
    }

    fn left(&mut self, now: Now, queue: &QueueName, call: CallId) {
        let Some(waiting) = self.waiting.get_mut(queue).and_then(|waiting| waiting.remove(&call)) else { return };
        if let Some(alert) = self.on.get_mut(queue) {
            alert.longest = alert.longest.max(waiting.before + (now.mono - waiting.since.mono));
        }
    }
}

/// The time between two instants by the wall clock; zero if it was put back meanwhile.
fn between(earlier: Wall, later: Wall) -> Duration {
    Duration::from_micros(u64::try_from(later.as_micros() - earlier.as_micros()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use bell_types::{AgentName, NodeId, QueueExit, Seq};

    use super::*;

    /// Facts at seconds of one clock.
    struct Story {
        alerts: Alerts,
        ended: Vec<String>,
    }

    fn at(second: u64) -> Now {
        Now::default().after(Duration::from_secs(second))
    }

    impl Story {
        fn tell(&mut self, second: u64, what: What) {
            let fact = Fact { seq: Seq(second + 1), now: at(second), what };
            let ended = self.alerts.fold(&fact).into_iter().map(|alert| line(&alert));
            self.ended.extend(ended);
        }

        fn on(&self, second: u64) -> Vec<String> {
            self.alerts.on(at(second).wall).map(|alert| line(&alert)).collect()
        }
    }

    fn line(alert: &QueueAlert) -> String {
        let second = |wall: Wall| wall.as_secs();
        let ended = alert.ended.map_or("on".to_owned(), |ended| second(ended).to_string());
        format!("{} {} to {ended}, longest {} s", alert.queue, second(alert.began), alert.longest.as_secs())
    }

    /// INB-25: what an alert was about is known while it is on and when it is over.
    #[test]
    fn inb_25_an_alert_tells_its_longest_wait() {
        let mut story = Story { alerts: Alerts::default(), ended: Vec::new() };
        let queue = QueueName::new("sales").unwrap();
        let [first, second] = [1, 2].map(CallId::from_u64);
        let enqueued = |call| What::Enqueued {
            call,
            queue: queue.clone(),
            priority: 0,
            head_start: Duration::ZERO,
            position: 1,
            wants: bell_types::Wants::default(),
        };
        let left = |call| {
            let how = QueueExit::Answered(AgentName::new("ann").unwrap());
            What::LeftQueue { call, queue: queue.clone(), how }
        };
        let began = |call, waited| {
            let waited = Duration::from_secs(waited);
            What::QueueAlertBegan { queue: queue.clone(), call, waited }
        };
        story.tell(0, enqueued(first));
        story.tell(20, enqueued(second));
        assert_eq!(story.on(29), Vec::<String>::new());
        story.tell(30, began(first, 30));
        assert_eq!(story.on(41), ["sales 30 to on, longest 41 s"]);
        story.tell(45, left(first));
        assert_eq!(story.on(50), ["sales 30 to on, longest 45 s"], "the second waits for half a minute only");
        story.tell(80, left(second));
        story.tell(80, What::QueueAlertEnded { queue: queue.clone() });
        assert_eq!(story.ended, ["sales 30 to 80, longest 60 s"]);
        story.tell(90, enqueued(first));
        story.tell(120, began(first, 30));
        story.tell(125, What::NodeStarted { node: NodeId(0), version: String::new() });
        assert_eq!(story.ended[1], "sales 120 to 125, longest 30 s", "nobody waits in a node that begins");
        assert_eq!(story.on(130), Vec::<String>::new());
    }
}
