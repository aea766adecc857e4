//! Where a peer is, as far as it has proved it.
//!
//! A laptop that goes from Wi-Fi to 4G, or whose NAT forgets it, sends from a new address at once, while ICE keeps to the
//! old one until it times out: 15 to 23 s without sound. So what leaves follows what arrives: never to an address from
//! which nothing was authenticated, and only while the agreed one is silent.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use smallvec::SmallVec;
use str0m::net::Protocol;

/// How many paths of one peer are known at a time; the one that was heard longest ago is forgotten first.
const PATHS_MAX: usize = 8;

/// A way between a peer and us, by the address at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Path {
    Udp(SocketAddr),
    /// By a connection that it has opened.
    Tcp(SocketAddr),
}

/// The ways by which a peer was heard, and when last.
#[derive(Debug)]
pub(super) struct Paths {
    silent_after: Duration,
    heard: SmallVec<[(Path, Instant); 2]>,
}

/// What hearing by a path changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is known.
    None,
    /// It is new.
    Added,
    /// It is new, and this one is forgotten.
    Replaced(Path),
}

impl Path {
    /// One as the library names it. Of what goes over connections we offer TCP alone.
    pub(super) const fn new(protocol: Protocol, address: SocketAddr) -> Self {
        match protocol {
            Protocol::Udp => Self::Udp(address),
            Protocol::Tcp | Protocol::SslTcp | Protocol::Tls => Self::Tcp(address),
        }
    }

    /// As the library names it.
    pub(super) const fn parts(self) -> (Protocol, SocketAddr) {
        match self {
            Self::Udp(address) => (Protocol::Udp, address),
            Self::Tcp(address) => (Protocol::Tcp, address),
        }
    }
}

impl Paths {
    pub(super) fn new(silent_after: Duration) -> Self {
        Self { silent_after, heard: SmallVec::new() }
    }

    /// Something authentic came by this path.
    pub(super) fn heard(&mut self, now: Instant, by: Path) -> Change {
        if let Some(known) = self.heard.iter_mut().find(|(path, _)| *path == by) {
            known.1 = now;
            return Change::None;
        }
        let oldest = self.heard.iter().enumerate().min_by_key(|(_, (_, at))| *at).map(|(place, _)| place);
        let forgotten = oldest.filter(|_| self.heard.len() >= PATHS_MAX).map(|place| self.heard.remove(place).0);
        self.heard.push((by, now));
        forgotten.map_or(Change::Added, Change::Replaced)
    }

    /// When something authentic came last, from wherever.
    pub(super) fn last_heard(&self) -> Option<Instant> {
        self.heard.iter().map(|(_, at)| *at).max()
    }

    /// By which path to send what ICE wants to go by `agreed`.
    pub(super) fn towards(&self, now: Instant, agreed: Path) -> Path {
        let age = |at: &Instant| now.saturating_duration_since(*at);
        let is_silent = |at: &Instant| age(at) > self.silent_after;
        let agreed_at = self.heard.iter().find(|(path, _)| *path == agreed).map(|(_, at)| at);
        if agreed_at.is_none_or(|at| !is_silent(at)) {
            return agreed;
        }
        let latest = self.heard.iter().max_by_key(|(_, at)| *at).filter(|(_, at)| !is_silent(at));
        latest.map_or(agreed, |(path, _)| *path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn udp(port: u16) -> Path {
        Path::Udp(SocketAddr::from(([192, 0, 2, 7], port)))
    }

    /// TEL-16: what leaves follows a peer that has moved, and only once the agreed way is silent.
    #[test]
    fn tel_16_a_peer_that_moved_is_followed() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut paths = Paths::new(Duration::from_millis(300));
        let (old, new) = (udp(1), udp(2));
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

    /// TEL-12: in a network that lets no UDP through any more, what leaves goes by the connection that is heard; and back.
    #[test]
    fn tel_12_a_connection_is_a_path_as_any_other() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut paths = Paths::new(Duration::from_millis(300));
        let (udp, tcp) = (udp(1), Path::Tcp(SocketAddr::from(([192, 0, 2, 7], 1))));
        paths.heard(at(0), udp);
        assert_eq!(paths.heard(at(400), tcp), Change::Added, "the same address over TCP is another path");
        assert_eq!(paths.towards(at(400), udp), tcp);
        paths.heard(at(800), udp);
        assert_eq!(paths.towards(at(800), tcp), udp);
        assert_eq!(paths.last_heard(), Some(at(800)));
    }

    #[test]
    fn the_path_heard_longest_ago_is_forgotten() {
        let start = Instant::now();
        let mut paths = Paths::new(Duration::from_millis(300));
        for (port, millis) in (1..=8).zip(0..) {
            paths.heard(start + Duration::from_millis(millis), udp(port));
        }
        paths.heard(start + Duration::from_millis(50), udp(1));
        let change = paths.heard(start + Duration::from_millis(60), udp(9));
        assert_eq!(change, Change::Replaced(udp(2)));
    }
}
