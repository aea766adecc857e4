//! Where a peer is, as far as it has proved it.
//!
//! A laptop that goes from Wi-Fi to 4G, or whose NAT forgets it, sends from a new address at once, while ICE keeps to the
//! old one until it times out: 15 to 23 s without sound. So what leaves follows what arrives: never to an address from
//! which nothing was authenticated, and only while the agreed one is silent.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use smallvec::SmallVec;

/// How many addresses of one peer are known at a time; the one that was heard longest ago is forgotten first.
const ADDRESSES_MAX: usize = 8;

/// The addresses from which a peer was heard, and when last.
#[derive(Debug)]
pub(super) struct Paths {
    silent_after: Duration,
    heard: SmallVec<[(SocketAddr, Instant); 2]>,
}

/// What hearing from an address changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is known.
    None,
    /// It is new.
    Added,
    /// It is new, and this one is forgotten.
    Replaced(SocketAddr),
}

impl Paths {
    pub(super) fn new(silent_after: Duration) -> Self {
        Self { silent_after, heard: SmallVec::new() }
    }

    /// Something authentic came from there.
    pub(super) fn heard(&mut self, now: Instant, from: SocketAddr) -> Change {
        if let Some(known) = self.heard.iter_mut().find(|(address, _)| *address == from) {
            known.1 = now;
            return Change::None;
        }
        let oldest = self.heard.iter().enumerate().min_by_key(|(_, (_, at))| *at).map(|(place, _)| place);
        let forgotten = oldest.filter(|_| self.heard.len() >= ADDRESSES_MAX).map(|place| self.heard.remove(place).0);
        self.heard.push((from, now));
        forgotten.map_or(Change::Added, Change::Replaced)
    }

    /// When something authentic came last, from wherever.
    pub(super) fn last_heard(&self) -> Option<Instant> {
        self.heard.iter().map(|(_, at)| *at).max()
    }

    /// Where to send what ICE wants at `agreed`.
    pub(super) fn towards(&self, now: Instant, agreed: SocketAddr) -> SocketAddr {
        let age = |at: &Instant| now.saturating_duration_since(*at);
        let is_silent = |at: &Instant| age(at) > self.silent_after;
        let agreed_at = self.heard.iter().find(|(address, _)| *address == agreed).map(|(_, at)| at);
        if agreed_at.is_none_or(|at| !is_silent(at)) {
            return agreed;
        }
        let latest = self.heard.iter().max_by_key(|(_, at)| *at).filter(|(_, at)| !is_silent(at));
        latest.map_or(agreed, |(address, _)| *address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 7], port))
    }

    /// TEL-16: what leaves follows a peer that has moved, and only once the agreed way is silent.
    #[test]
    fn tel_16_a_peer_that_moved_is_followed() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut paths = Paths::new(Duration::from_millis(300));
        let (old, new) = (address(1), address(2));
        assert_eq!(paths.towards(at(0), old), old, "nothing was heard yet");
        assert_eq!(paths.heard(at(0), old), Change::Added);
        assert_eq!(paths.heard(at(100), new), Change::Added);
        assert_eq!(paths.towards(at(200), old), old, "the agreed one was heard a moment ago");
        paths.heard(at(320), new);
        assert_eq!(paths.towards(at(320), old), new);
        assert_eq!(paths.towards(at(900), old), old, "both are silent");
        assert_eq!(paths.heard(at(910), old), Change::None);
        assert_eq!(paths.towards(at(920), old), old);
    }

    #[test]
    fn the_address_heard_longest_ago_is_forgotten() {
        let start = Instant::now();
        let mut paths = Paths::new(Duration::from_millis(300));
        for (port, millis) in (1..=8).zip(0..) {
            paths.heard(start + Duration::from_millis(millis), address(port));
        }
        paths.heard(start + Duration::from_millis(50), address(1));
        let change = paths.heard(start + Duration::from_millis(60), address(9));
        assert_eq!(change, Change::Replaced(address(2)));
    }
}
