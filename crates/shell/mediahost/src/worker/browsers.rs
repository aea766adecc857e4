//! The legs of a worker that speak WebRTC: one socket for all of them, and connections for who cannot use it.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bell_media::control::{MediaNews, Negotiation, WebrtcOpening};
use bell_types::LegId;
use rustix::event::epoll;
use rustix::fd::OwnedFd;
use rustix::rand::{GetRandomFlags, getrandom};
use smallvec::SmallVec;

use super::connections::Connections;
use super::{BROWSERS, Key, LISTENER, Worker};
use crate::Config;
use crate::config::WebrtcConfig;
use crate::gauges::count;
use crate::host::StartError;
use crate::leg::{Carrier, Leg, PEER};
use crate::webrtc::{Change, Demux, Door, Identity, Path, Peer};

/// What a worker needs to speak with browsers.
pub(crate) struct Browsers {
    config: WebrtcConfig,
    identity: Identity,
    pub(super) door: Arc<Door>,
    pub(super) demux: Demux<Key>,
    pub(super) connections: Connections,
    /// The legs, for their deadlines.
    legs: Vec<Key>,
}

impl Browsers {
    /// One for each worker, or none. The ports they take are taken out of `pairs` unless they have a range of their own.
    pub(crate) fn open(config: &Config, pairs: &mut VecDeque<u16>) -> Result<Vec<Option<Self>>, StartError> {
        let workers = config.workers.count();
        let Some(webrtc) = &config.webrtc else { return Ok((0..workers).map(|_| None).collect()) };
        let identity = Identity::make().ok_or(StartError::Certificate)?;
        let mut own: Option<VecDeque<u16>> = webrtc.ports.clone().map(Iterator::collect);
        let ports = own.as_mut().unwrap_or(pairs);
        let mut open = || {
            let door = Door::open(config, webrtc, ports).map_err(StartError::Browsers)?;
            Ok(Some(Self {
                config: webrtc.clone(),
                identity: identity.clone(),
                door: Arc::new(door),
                demux: Demux::new(),
                connections: Connections::default(),
                legs: Vec::new(),
            }))
        };
        (0..workers).map(|_| open()).collect()
    }

    pub(super) fn watch(&self, epoll: &OwnedFd) -> rustix::io::Result<()> {
        if let Some(listener) = &self.door.listener {
            epoll::add(epoll, &listener.socket, epoll::EventData::new_u64(LISTENER), epoll::EventFlags::IN)?;
        }
        epoll::add(epoll, &self.door.socket, epoll::EventData::new_u64(BROWSERS), epoll::EventFlags::IN)
    }
}

impl Worker {
    /// Opens a leg for WebRTC and makes the first step of offer and answer.
    pub(super) fn open_webrtc(&mut self, id: LegId, opening: WebrtcOpening) {
        let Some(browsers) = &self.browsers else {
            let reason = "this media host is not set up for browsers".to_owned();
            return self.studio.tell(id, MediaNews::Failed { reason });
        };
        let max = self.studio.config.legs.per_worker_max;
        if self.legs.len() >= max {
            let reason = format!("a media worker takes no more than {max} legs");
            return self.studio.tell(id, MediaNews::Failed { reason });
        }
        let mut secret = [0; 24];
        if getrandom(&mut secret, GetRandomFlags::empty()) != Ok(secret.len()) {
            let reason = "the system has no randomness for a key".to_owned();
            return self.studio.tell(id, MediaNews::Failed { reason });
        }
        let now = self.studio.instant();
        let door = Arc::clone(&browsers.door);
        let peer = Peer::new(now, &browsers.config, &browsers.identity, door, &opening, &secret);
        let leg = Leg::open(id, Carrier::Peer(Box::new(peer)), &mut self.studio);
        let key = self.legs.insert(leg);
        if let Some(browsers) = &mut self.browsers {
            browsers.legs.push(key);
        }
        self.legs.rewire(id.call);
        self.publish_legs();
        self.negotiate(id, opening.first);
    }

    /// A step of offer and answer on a leg that speaks WebRTC.
    pub(super) fn negotiate(&mut self, id: LegId, step: Negotiation) {
        self.with(id, |leg, studio| leg.negotiate(step, studio));
        let Some(key) = self.legs.key(id) else { return };
        let name = self.legs.get_mut(key).and_then(|leg| leg.carrier.peer()).and_then(Peer::name);
        if let (Some(name), Some(browsers)) = (name, &mut self.browsers) {
            browsers.demux.name(key, &name);
        }
    }

    /// A browser's leg has closed, or never was one.
    pub(super) fn forget_browser(&mut self, key: Key) {
        self.hang_up_all(key);
        if let Some(browsers) = &mut self.browsers {
            browsers.demux.forget(key);
            browsers.legs.retain(|leg| *leg != key);
        }
    }

    /// Reads what browsers have sent, up to a limit: the rest waits for the next round. There are as many turns as there are
    /// browsers, for every other leg has one: with fewer a busy worker would keep up with all but them.
    pub(super) fn read_browsers(&mut self) {
        let turns = |browsers: &Browsers| browsers.config.reads_max.max(browsers.legs.len());
        let reads_max = self.browsers.as_ref().map_or(0, turns);
        for _ in 0..reads_max {
            let Some(browsers) = &mut self.browsers else { return };
            let (len, from) = match browsers.door.socket.recv_from(&mut *self.datagram) {
                Ok(arrived) => arrived,
                Err(err) if err.kind() == io::ErrorKind::WouldBlock => return,
                // What the network says about packets we sent.
                Err(_) => continue,
            };
            let by = Path::Udp(from);
            match browsers.demux.find(by, &self.datagram[..len]) {
                Some(key) => drop(self.give(key, by, len)),
                None => count(&self.studio.counters.refused, 1),
            }
        }
    }

    /// Gives a peer a datagram of its own, and its leg what is in it. Says whether it was authentic.
    pub(super) fn give(&mut self, key: Key, by: Path, len: usize) -> bool {
        let Some(peer) = self.legs.get_mut(key).and_then(|leg| leg.carrier.peer()) else { return false };
        let taken = peer.receive(self.studio.instant(), by, &mut self.datagram[..len]);
        if let (Some(taken), Some(browsers)) = (taken, &mut self.browsers) {
            browsers.demux.learn(key, by, taken.places);
            if let Change::Replaced(Path::Tcp(old)) = taken.places.path {
                self.hang_up_from(old);
            }
        }
        if let Some(len) = taken.and_then(|taken| taken.len) {
            self.take(key, PEER, len);
        }
        self.take_arrived(key);
        taken.is_some()
    }

    /// Gives a leg the packets that have waited at its peer, as if they had come in the clear.
    fn take_arrived(&mut self, key: Key) {
        while let Some(peer) = self.legs.get_mut(key).and_then(|leg| leg.carrier.peer()) {
            let Some(len) = peer.next(&mut *self.datagram) else { return };
            self.take(key, PEER, len);
        }
    }

    /// Brings the peers round whose time has come.
    pub(super) fn tick_browsers(&mut self) {
        let now = self.studio.instant();
        let Some(browsers) = &self.browsers else { return };
        let legs = &mut self.legs;
        let is_due = |key: &Key| {
            let peer = legs.get_mut(*key).and_then(|leg| leg.carrier.peer());
            peer.is_some_and(|peer| peer.due() <= now)
        };
        let due: SmallVec<[Key; 16]> = browsers.legs.iter().copied().filter(is_due).collect();
        for key in due {
            if let Some(peer) = self.legs.get_mut(key).and_then(|leg| leg.carrier.peer()) {
                peer.tick(now);
            }
            self.take_arrived(key);
        }
    }
}
