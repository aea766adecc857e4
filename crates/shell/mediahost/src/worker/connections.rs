//! The connections of a worker's browsers that no UDP leads to.
//!
//! One belongs to the peer that its first packet names, a check that must be authentic, and to nobody else. Whatever is
//! wrong with what comes costs the connection alone.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rustix::event::epoll;
use rustix::fd::OwnedFd;

use super::{Key, Worker};
use crate::config::TcpConfig;
use crate::gauges::count;
use crate::webrtc::{Connection, Path, Peer};

/// The place of the first connection in the epoll set; those of legs are smaller.
pub(super) const CONNECTIONS: u64 = 1 << 48;

/// How many connections are accepted between two looks at other sockets.
const ACCEPTS_MAX: usize = 16;

/// All connections of a worker, by number.
#[derive(Debug, Default)]
pub(super) struct Connections {
    places: Vec<Option<Held>>,
    free: Vec<usize>,
}

#[derive(Debug)]
struct Held {
    connection: Connection,
    /// None before it has shown that.
    whose: Option<Key>,
    /// It ends then, unless something authentic comes.
    until: Instant,
}

impl Connections {
    const fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether there is room for one more from there.
    fn admits(&self, from: SocketAddr, limits: &TcpConfig) -> bool {
        let is_stranger = |held: &&Held| held.whose.is_none() && held.connection.from().ip() == from.ip();
        let strangers = self.places.iter().flatten().filter(is_stranger).count();
        let is_known = self.places.iter().flatten().any(|held| held.connection.from() == from);
        self.len() < limits.connections_max && strangers < limits.strangers_per_source_max && !is_known
    }

    fn put(&mut self, epoll: &OwnedFd, connection: Connection, until: Instant) -> rustix::io::Result<()> {
        let number = self.free.last().copied().unwrap_or(self.places.len());
        let place = epoll::EventData::new_u64(CONNECTIONS + number as u64);
        epoll::add(epoll, connection.stream(), place, epoll::EventFlags::IN)?;
        let held = Some(Held { connection, whose: None, until });
        match self.free.pop() {
            Some(_) => self.places[number] = held,
            None => self.places.push(held),
        }
        Ok(())
    }

    fn get_mut(&mut self, number: usize) -> Option<&mut Held> {
        self.places.get_mut(number)?.as_mut()
    }

    fn remove(&mut self, number: usize) -> Option<Held> {
        let held = self.places.get_mut(number)?.take()?;
        self.free.push(number);
        Some(held)
    }

    /// The numbers of those of which this is true.
    fn numbers(&self, is_so: impl Fn(&Held) -> bool) -> Vec<usize> {
        let numbered = self.places.iter().enumerate();
        numbered.filter(|(_, held)| held.as_ref().is_some_and(&is_so)).map(|(number, _)| number).collect()
    }
}

impl Worker {
    /// Lets browsers connect, up to a limit: the rest waits for the next round.
    pub(super) fn accept_connections(&mut self) {
        let now = self.studio.instant();
        let Some(browsers) = &mut self.browsers else { return };
        let Some(listener) = &browsers.door.listener else { return };
        let limits = &listener.limits;
        for _ in 0..ACCEPTS_MAX {
            // Nobody is there. Or no descriptor is left: then the next round asks again.
            let Ok((stream, from)) = listener.socket.accept() else { break };
            let connections = &mut browsers.connections;
            let is_open = connections.admits(from, limits)
                && Connection::new(stream, from, &self.studio.config, limits)
                    .is_ok_and(|it| connections.put(&self.epoll, it, now + limits.check_within).is_ok());
            if !is_open {
                count(&self.studio.counters.connections_cut, 1);
            }
        }
        self.publish_connections();
    }

    /// Reads once what has come by a connection.
    pub(super) fn read_connection(&mut self, place: u64) {
        let number = (place - CONNECTIONS) as usize;
        let Some(browsers) = &mut self.browsers else { return };
        let Some(held) = browsers.connections.get_mut(number) else { return };
        if held.connection.read(&mut *self.datagram).is_err() {
            return self.hang_up(number);
        }
        while let Some(held) = self.browsers.as_mut().and_then(|browsers| browsers.connections.get_mut(number)) {
            match held.connection.next(&mut *self.datagram) {
                Ok(None) => return,
                Ok(Some(len)) if self.take_packet(number, len) => {}
                Ok(Some(_)) | Err(_) => self.cut(number),
            }
        }
    }

    /// A whole packet has come by a connection. False if it shows that a stranger has no business here.
    fn take_packet(&mut self, number: usize, len: usize) -> bool {
        let Some(browsers) = &mut self.browsers else { return false };
        let Some(held) = browsers.connections.get_mut(number) else { return false };
        let is_known = held.whose.is_some();
        let Some(key) = held.whose.or_else(|| browsers.demux.named(&self.datagram[..len])) else { return false };
        let Some(peer) = self.legs.get_mut(key).and_then(|leg| leg.carrier.peer()) else { return false };
        if !is_known {
            // Its check is answered while it is taken, so the way back has to be there before.
            held.whose = Some(key);
            peer.connected(held.connection.wire());
        }
        let by = Path::Tcp(held.connection.from());
        let is_authentic = self.give(key, by, len);
        if is_authentic {
            self.keep(number);
        }
        is_authentic || is_known
    }

    /// A connection has shown that it lives.
    fn keep(&mut self, number: usize) {
        let now = self.studio.instant();
        let Some(browsers) = &mut self.browsers else { return };
        let silent_max = browsers.door.listener.as_ref().map(|listener| listener.limits.silent_max);
        if let (Some(held), Some(silent_max)) = (browsers.connections.get_mut(number), silent_max) {
            held.until = now + silent_max;
        }
    }

    /// Ends the connections that have said nothing of use for too long.
    pub(super) fn cut_silent(&mut self) {
        let now = self.studio.instant();
        let Some(browsers) = &self.browsers else { return };
        for number in browsers.connections.numbers(|held| held.until <= now) {
            self.cut(number);
        }
    }

    /// Ends the connections of a leg.
    pub(super) fn hang_up_all(&mut self, key: Key) {
        let Some(browsers) = &self.browsers else { return };
        for number in browsers.connections.numbers(|held| held.whose == Some(key)) {
            self.hang_up(number);
        }
    }

    /// Ends the connection from there.
    pub(super) fn hang_up_from(&mut self, from: SocketAddr) {
        let Some(browsers) = &self.browsers else { return };
        for number in browsers.connections.numbers(|held| held.connection.from() == from) {
            self.hang_up(number);
        }
    }

    /// Ends a connection because of what came by it, or did not come.
    fn cut(&mut self, number: usize) {
        count(&self.studio.counters.connections_cut, 1);
        self.hang_up(number);
    }

    fn hang_up(&mut self, number: usize) {
        let Some(browsers) = &mut self.browsers else { return };
        let Some(Held { connection, whose, .. }) = browsers.connections.remove(number) else { return };
        let peer = whose.and_then(|key| self.legs.get_mut(key)).and_then(|leg| leg.carrier.peer());
        peer.into_iter().for_each(|peer: &mut Peer| peer.disconnected(connection.from()));
        self.publish_connections();
    }

    fn publish_connections(&self) {
        let open = self.browsers.as_ref().map_or(0, |browsers| browsers.connections.len());
        self.studio.counters.connections.store(open as u64, Ordering::Relaxed);
    }
}
