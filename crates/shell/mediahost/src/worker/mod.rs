//! One thread, and the legs it owns.

mod browsers;
mod commands;
mod connections;
mod legs;
mod memory;
mod outbox;
mod wheel;

pub(crate) use browsers::Browsers;
pub(crate) use legs::Key;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use bell_media::control::{MediaCommand, MediaEvent, MediaNews};
use bell_types::{Digit, LegId, Mono, Now};
use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use smallvec::SmallVec;

use crate::Config;
use crate::clock::Clock;
use crate::gauges::WorkerCounters;
use crate::host::{Door, EventSink};
use crate::leg::{Heard, Received, Tones};
use crate::library::{Library, Loaded};
use crate::port::Ports;
use crate::random::Random;
use crate::recorder::{Takes, Tape};
use connections::CONNECTIONS;
use legs::Legs;
use memory::Memory;
use outbox::Outbox;
use wheel::Wheel;

/// How many sockets one look may find ready; the others are found by the next.
const READY_MAX: usize = 1024;

/// Larger than any datagram of audio; what is longer is cut off and then fails to parse or is played short.
const DATAGRAM_LEN_MAX: usize = 2048;

/// How many orders are carried out between two looks at the sockets.
const ORDERS_MAX: usize = 256;

/// How long a worker without legs sleeps at most.
const IDLE: Duration = Duration::from_secs(1);

/// How long it sleeps at most while the engine or the recorder has no room.
const RETRY: Duration = Duration::from_millis(10);

/// The bell's place in the epoll set; keys of legs are smaller.
const BELL: u64 = u64::MAX;

/// The place of the browsers' socket.
const BROWSERS: u64 = u64::MAX - 1;

/// The place of the socket to which they connect.
const LISTENER: u64 = u64::MAX - 2;

/// What comes in by a worker's door.
#[derive(Debug)]
pub(crate) enum Order {
    Command(MediaCommand),
    Loaded(Loaded),
}

/// What a worker is made of.
pub(crate) struct WorkerParts {
    pub(crate) config: Arc<Config>,
    pub(crate) clock: Clock,
    pub(crate) ports: Ports,
    pub(crate) browsers: Option<Browsers>,
    pub(crate) events: EventSink,
    pub(crate) tape: Tape,
    pub(crate) library: Library,
    pub(crate) door: Door,
    pub(crate) counters: Arc<WorkerCounters>,
    pub(crate) random: Random,
}

/// What a leg needs of its worker.
pub(crate) struct Studio {
    pub(crate) config: Arc<Config>,
    /// When this round began.
    pub(crate) now: Now,
    clock: Clock,
    pub(crate) counters: Arc<WorkerCounters>,
    pub(crate) takes: Takes,
    pub(crate) library: Library,
    pub(crate) door: Door,
    pub(crate) tones: Tones,
    pub(crate) random: Random,
    /// Keys of the leg at hand that were let go, for those who hear it.
    pub(crate) pressed: SmallVec<[Digit; 2]>,
    /// Memory for a packet and a payload in the making.
    pub(crate) packet: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    /// And for one that leaves encrypted.
    pub(crate) sealed: Vec<u8>,
    outbox: Outbox,
}

/// One worker.
pub(crate) struct Worker {
    clock: Clock,
    epoll: OwnedFd,
    datagram: Box<[u8; DATAGRAM_LEN_MAX]>,
    inbox: Receiver<Order>,
    stop: Arc<AtomicBool>,
    ports: Ports,
    browsers: Option<Browsers>,
    legs: Legs,
    wheel: Wheel,
    memory: Memory,
    studio: Studio,
}

impl Studio {
    /// When this round began, for a library that reads its own clock.
    pub(crate) fn instant(&self) -> Instant {
        self.clock.instant(self.now.mono)
    }

    /// Tells the engine.
    pub(crate) fn tell(&mut self, leg: LegId, what: MediaNews) {
        self.outbox.push(MediaEvent { leg, what }, &self.counters);
    }
}

impl Worker {
    pub(crate) fn new(parts: WorkerParts, inbox: Receiver<Order>, stop: Arc<AtomicBool>) -> io::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let bell = epoll::EventData::new_u64(BELL);
        epoll::add(&epoll, parts.door.bell(), bell, epoll::EventFlags::IN)?;
        if let Some(browsers) = &parts.browsers {
            browsers.watch(&epoll)?;
        }
        let config = parts.config;
        let now = parts.clock.now();
        let worker = Self {
            clock: parts.clock,
            epoll,
            datagram: Box::new([0; DATAGRAM_LEN_MAX]),
            inbox,
            stop,
            ports: parts.ports,
            browsers: parts.browsers,
            legs: Legs::default(),
            wheel: Wheel::new(now.mono),
            memory: Memory::new(config.queues.remembered_max),
            studio: Studio {
                now,
                clock: parts.clock,
                counters: parts.counters,
                takes: Takes::new(Arc::clone(&config), parts.tape),
                library: parts.library,
                door: parts.door,
                tones: Tones::default(),
                random: parts.random,
                pressed: SmallVec::new(),
                packet: Vec::with_capacity(DATAGRAM_LEN_MAX),
                payload: Vec::with_capacity(DATAGRAM_LEN_MAX),
                sealed: Vec::with_capacity(DATAGRAM_LEN_MAX),
                outbox: Outbox::new(parts.events, config.queues.events_max),
                config,
            },
        };
        worker.publish_legs();
        Ok(worker)
    }

    /// Works until it is stopped.
    pub(crate) fn run(mut self, core: Option<usize>) {
        if let Some(core) = core {
            pin(core);
        }
        let mut ready = Vec::with_capacity(READY_MAX);
        while !self.stop.load(Ordering::Acquire) {
            self.round(&mut ready);
        }
        for leg in self.legs.ids() {
            self.close(leg);
        }
        self.studio.takes.finish();
        self.studio.outbox.offer();
    }

    fn round(&mut self, ready: &mut Vec<epoll::Event>) {
        self.look(ready);
        self.studio.now = self.clock.now();
        let began = self.studio.now.mono;
        self.turn_wheel();
        for event in &*ready {
            self.read(event.data.u64());
        }
        self.take_orders();
        self.studio.outbox.offer();
        if !ready.is_empty() {
            self.gather(began);
        }
    }

    /// Waits for packets, orders, or the wheel.
    fn look(&self, ready: &mut Vec<epoll::Event>) {
        let now = self.clock.now().mono;
        let mut pause = match self.legs.len() {
            0 => IDLE,
            _ => self.wheel.due() - now,
        };
        if !(self.studio.outbox.is_empty() && self.studio.takes.are_idle()) {
            pause = pause.min(RETRY);
        }
        let pause = Timespec { tv_sec: pause.as_secs() as i64, tv_nsec: i64::from(pause.subsec_nanos()) };
        ready.clear();
        match epoll::wait(&self.epoll, spare_capacity(ready), Some(&pause)) {
            Ok(_) | Err(Errno::INTR) => {}
            // Nothing else can go wrong with an epoll set of our own; spinning on it would.
            Err(err) => {
                bell_types::never!(true, "epoll failed: {err}");
                thread::sleep(RETRY);
            }
        }
    }

    /// Lets packets come together, so that one look finds many. Never into the next turn of the wheel.
    fn gather(&self, began: Mono) {
        let until = (began + self.studio.config.gather).min(self.wheel.due());
        let pause = until - self.clock.now().mono;
        if !pause.is_zero() {
            thread::sleep(pause);
        }
    }

    fn read(&mut self, place: u64) {
        if place == BELL {
            // Its count says nothing; the door is looked through in every round.
            let _ = rustix::io::read(self.studio.door.bell(), &mut [0; 8]);
        } else if place == BROWSERS {
            self.read_browsers();
        } else if place == LISTENER {
            self.accept_connections();
        } else if place >= CONNECTIONS {
            self.read_connection(place);
        } else if legs::is_rtcp(place) {
            self.read_rtcp(legs::key_of(place));
        } else {
            self.read_rtp(legs::key_of(place));
        }
    }

    /// Reads one packet that is of use. There is rarely a second one, and asking for it would cost a system call; if
    /// there is, the next round finds it, and no leg can keep others waiting. A packet of no use does not take the
    /// place of one that is.
    fn read_rtp(&mut self, key: Key) {
        for _ in 0..=self.studio.config.legs.refused_reads_max {
            let Some(leg) = self.legs.get_mut(key) else { return };
            let Some(sockets) = leg.carrier.sockets() else { return };
            let (len, from) = match sockets.rtp.recv_from(&mut *self.datagram) {
                Ok(arrived) => arrived,
                Err(err) if err.kind() == io::ErrorKind::WouldBlock => return,
                // What the network says about packets we sent. It is not to be trusted, and costs nothing.
                Err(_) => continue,
            };
            if self.take(key, from, len) {
                return;
            }
        }
    }

    /// Gives a leg the packet that lies there, and those who hear it what is in it. False if it was of no use.
    fn take(&mut self, key: Key, from: SocketAddr, len: usize) -> bool {
        let Some(leg) = self.legs.get_mut(key) else { return false };
        match leg.receive(&mut self.studio, from, &mut self.datagram[..len]) {
            Received::Taken(heard) => self.forward(key, heard.as_ref(), len),
            Received::Rtcp => leg.receive_rtcp(&mut self.studio, from, &mut self.datagram[..len]),
            Received::Refused => return false,
        }
        true
    }

    fn read_rtcp(&mut self, key: Key) {
        let Some(leg) = self.legs.get_mut(key) else { return };
        let Some(sockets) = leg.carrier.sockets() else { return };
        if let Ok((len, from)) = sockets.rtcp.recv_from(&mut *self.datagram) {
            leg.receive_rtcp(&mut self.studio, from, &mut self.datagram[..len]);
        }
    }

    /// Gives a packet to those who hear the leg, and the keys that were pressed.
    fn forward(&mut self, key: Key, heard: Option<&Heard>, len: usize) {
        let pressed = std::mem::take(&mut self.studio.pressed);
        let Some(leg) = self.legs.get_mut(key) else { return };
        let (speaker, passing) = (leg.id, leg.passing());
        for listener in leg.listeners.clone() {
            let Some(leg) = self.legs.get_mut(listener) else { continue };
            if let Some(heard) = heard {
                leg.hear(&mut self.studio, heard, speaker, &mut self.datagram[..len]);
            }
            if listener != key {
                pressed.iter().for_each(|&digit| leg.hear_key(digit, passing));
            }
            self.let_turn(listener);
        }
        // A key may have ended a play.
        self.let_turn(key);
    }

    /// Puts a leg on the wheel, if it wants that.
    fn let_turn(&mut self, key: Key) {
        if let Some(leg) = self.legs.get_mut(key)
            && !leg.turning
            && leg.wants_turn()
        {
            leg.turning = true;
            self.wheel.put(key);
        }
    }

    fn take_orders(&mut self) {
        for _ in 0..ORDERS_MAX {
            match self.inbox.try_recv() {
                Ok(Order::Command(command)) => self.command(command),
                Ok(Order::Loaded(loaded)) => {
                    if let Some(leg) = self.legs.key(loaded.wanted.leg).and_then(|key| self.legs.get_mut(key)) {
                        leg.loaded(loaded);
                    }
                }
                Err(_) => return,
            }
        }
        // There are more: the next look must not wait for anything.
        self.studio.door.ring();
    }

    fn publish_legs(&self) {
        let counters = &self.studio.counters;
        counters.legs.store(self.legs.len() as u64, Ordering::Relaxed);
        counters.ports_free.store(self.ports.free() as u64, Ordering::Relaxed);
    }
}

/// Keeps the thread on one core.
fn pin(core: usize) {
    let mut cores = rustix::thread::CpuSet::new();
    cores.set(core);
    if let Err(err) = rustix::thread::sched_setaffinity(None, &cores) {
        tracing::warn!(core, %err, "a media worker is not pinned");
    }
}
