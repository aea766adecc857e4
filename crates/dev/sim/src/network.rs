//! The virtual network: each message is late, lost, doubled or cut off as the weather of its link says.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bell_types::Mono;

use crate::configuration::CENTRE;
use crate::dice::Dice;

/// What a link does to messages. Chances are in a thousand.
#[derive(Clone, Copy, Debug)]
struct Weather {
    latency_ms: u64,
    /// On top of the latency, a different one for each message: that is what reorders them.
    jitter_ms: u64,
    loss: u64,
    doubling: u64,
}

/// The network between the centre and everybody else.
#[derive(Debug)]
pub(crate) struct Network {
    dice: Dice,
    /// By the address at the other end of the link.
    links: BTreeMap<IpAddr, Weather>,
    /// Links that carry nothing until then.
    cut: BTreeMap<IpAddr, Mono>,
    /// How bad the weather is, from 0 to 3: one for the whole run.
    climate: u64,
}

impl Network {
    /// One with some weather.
    pub(crate) fn new(mut dice: Dice) -> Self {
        let climate = dice.below(4);
        Self { climate, ..Self::fair(dice) }
    }

    /// One that loses nothing.
    pub(crate) fn fair(dice: Dice) -> Self {
        Self { dice, links: BTreeMap::new(), cut: BTreeMap::new(), climate: 0 }
    }

    /// When each copy of a message arrives; none if it is lost.
    pub(crate) fn send(&mut self, now: Mono, from: SocketAddr, to: SocketAddr) -> Vec<Mono> {
        let other = if from == CENTRE { to.ip() } else { from.ip() };
        let Weather { latency_ms, jitter_ms, loss, doubling } = self.weather(other);
        if self.cut.get(&other).is_some_and(|until| now < *until) || self.dice.chance(loss) {
            return Vec::new();
        }
        let copies = if self.dice.chance(doubling) { 2 } else { 1 };
        (0..copies).map(|_| now + self.dice.millis(latency_ms, latency_ms + jitter_ms)).collect()
    }

    fn weather(&mut self, other: IpAddr) -> Weather {
        let (dice, climate) = (&mut self.dice, self.climate);
        *self.links.entry(other).or_insert_with(|| Weather {
            latency_ms: 1 + dice.below(40),
            jitter_ms: dice.below(1 + climate * 40),
            loss: dice.below(1 + climate * 40),
            doubling: dice.below(1 + climate * 30),
        })
    }

    /// Cuts a link for a while.
    pub(crate) fn cut(&mut self, other: IpAddr, until: Mono) {
        self.cut.insert(other, until);
    }

    /// Fair weather from now on, so that everything can come to its end.
    pub(crate) fn heal(&mut self) {
        self.cut.clear();
        for weather in self.links.values_mut() {
            *weather = Weather { latency_ms: weather.latency_ms, jitter_ms: 0, loss: 0, doubling: 0 };
        }
        self.climate = 0;
    }
}

/// The pause after which a request of ours over UDP is sent again, the first time and then doubled.
pub(crate) const T1: Duration = Duration::from_millis(500);
