//! Whose datagram it is: many peers share one socket.

use std::collections::HashMap;

use super::paths::{Change, Path};

/// The peers behind one socket, each under the key `K`.
#[derive(Debug)]
pub(crate) struct Demux<K> {
    by_name: HashMap<Box<str>, K>,
    by_path: HashMap<Path, K>,
    by_source: HashMap<u32, K>,
}

/// By what else a peer is known since its last datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) path: Change,
    pub(crate) source: Option<u32>,
}

/// What a datagram says about whose it is (RFC 7983).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark<'a> {
    /// A check of the other side, to the peer of this name.
    Name(&'a str),
    /// Only where it comes from tells.
    None,
    /// A stream of this source.
    Source(u32),
}

impl<K: Copy + PartialEq> Demux<K> {
    pub(crate) fn new() -> Self {
        Self { by_name: HashMap::new(), by_path: HashMap::new(), by_source: HashMap::new() }
    }

    /// The peer a datagram is for, if one can be told. Whether it is authentic is the peer's to say.
    pub(crate) fn find(&self, by: Path, datagram: &[u8]) -> Option<K> {
        let by_path = || self.by_path.get(&by).copied();
        match mark(datagram)? {
            Mark::Name(name) => self.by_name.get(name).copied(),
            Mark::Source(source) => by_path().or_else(|| self.by_source.get(&source).copied()),
            Mark::None => by_path(),
        }
    }

    /// The peer that a check names.
    pub(crate) fn named(&self, check: &[u8]) -> Option<K> {
        match mark(check)? {
            Mark::Name(name) => self.by_name.get(name).copied(),
            Mark::Source(_) | Mark::None => None,
        }
    }

    /// The name of a peer in checks: its own half of the credentials. A restart of ICE changes it.
    pub(crate) fn name(&mut self, key: K, name: &str) {
        self.by_name.insert(name.into(), key);
    }

    /// A datagram of a peer was authentic.
    pub(crate) fn learn(&mut self, key: K, by: Path, places: Places) {
        match places.path {
            Change::None => {}
            Change::Added => drop(self.by_path.insert(by, key)),
            Change::Replaced(old) => {
                if self.by_path.get(&old) == Some(&key) {
                    self.by_path.remove(&old);
                }
                self.by_path.insert(by, key);
            }
        }
        if let Some(source) = places.source {
            self.by_source.insert(source, key);
        }
    }

    /// A peer is gone.
    pub(crate) fn forget(&mut self, key: K) {
        self.by_name.retain(|_, known| *known != key);
        self.by_path.retain(|_, known| *known != key);
        self.by_source.retain(|_, known| *known != key);
    }
}

fn mark(datagram: &[u8]) -> Option<Mark<'_>> {
    match datagram.first()? {
        0..=3 => Some(stun_name(datagram).map_or(Mark::None, Mark::Name)),
        20..=63 => Some(Mark::None),
        128..=191 => source(datagram).map(Mark::Source),
        _ => None,
    }
}

/// The part of USERNAME before the colon: the name of whom a check is for (RFC 8445 §7.2.2).
fn stun_name(datagram: &[u8]) -> Option<&str> {
    const HEADER_LEN: usize = 20;
    const USERNAME: u16 = 0x0006;
    let mut rest = datagram.get(HEADER_LEN..)?;
    loop {
        let (head, tail) = rest.split_first_chunk::<4>()?;
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let len = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = tail.get(..len)?;
        if kind == USERNAME {
            let name = std::str::from_utf8(value).ok()?;
            return Some(name.split_once(':').map_or(name, |(ours, _)| ours));
        }
        rest = tail.get(len.next_multiple_of(4)..)?;
    }
}

/// The source of an RTP packet, or of who sends an RTCP packet (RFC 5761 §4 tells them apart).
fn source(datagram: &[u8]) -> Option<u32> {
    let is_rtcp = (192..=223).contains(datagram.get(1)?);
    let at = if is_rtcp { 4 } else { 8 };
    let octets = datagram.get(at..at + 4)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*octets))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn stun(username: &str) -> Vec<u8> {
        let mut datagram = vec![0, 1, 0, 0];
        datagram.extend([0x21, 0x12, 0xA4, 0x42]);
        datagram.extend([0; 12]);
        datagram.extend([0x80, 0x22, 0, 3, b'a', b'b', b'c', 0]);
        datagram.extend([0, 6, 0, username.len() as u8]);
        datagram.extend(username.as_bytes());
        datagram
    }

    fn rtp(source: u32) -> Vec<u8> {
        let mut datagram = vec![0x80, 8, 0, 1, 0, 0, 0, 0];
        datagram.extend(source.to_be_bytes());
        datagram
    }

    #[test]
    fn a_datagram_finds_its_peer() {
        let home = Path::Udp(SocketAddr::from(([192, 0, 2, 7], 4000)));
        let cafe = Path::Udp(SocketAddr::from(([198, 51, 100, 9], 9000)));
        let mut demux = Demux::new();
        demux.name(1, "alice");
        demux.name(2, "bob");
        assert_eq!(demux.find(home, &stun("alice:theirs")), Some(1));
        assert_eq!(demux.find(home, &stun("carol:theirs")), None);
        assert_eq!((demux.named(&stun("bob:theirs")), demux.named(&rtp(7))), (Some(2), None));
        assert_eq!(demux.find(home, &rtp(7)), None);
        demux.learn(1, home, Places { path: Change::Added, source: Some(7) });
        assert_eq!(demux.find(home, &[22, 254, 253]), Some(1), "DTLS is known by its address alone");
        assert_eq!(demux.find(cafe, &rtp(7)), Some(1), "who has moved is known by his source");
        assert_eq!(demux.find(cafe, &[22, 254, 253]), None);
        demux.learn(1, cafe, Places { path: Change::Replaced(home), source: None });
        assert_eq!(demux.find(home, &[22, 254, 253]), None);
        demux.forget(1);
        assert_eq!(demux.find(cafe, &rtp(7)), None);
        assert_eq!(demux.find(home, &stun("bob:theirs")), Some(2));
    }

    #[test]
    fn noise_finds_nobody() {
        let from = Path::Udp(SocketAddr::from(([192, 0, 2, 7], 4000)));
        let demux: Demux<u32> = Demux::new();
        let whole = stun("alice:theirs");
        for len in 0..whole.len() {
            assert_eq!(demux.find(from, &whole[..len]), None);
            assert_eq!(demux.named(&whole[..len]), None);
        }
        assert_eq!(demux.find(from, &[0xFF; 40]), None);
    }
}
