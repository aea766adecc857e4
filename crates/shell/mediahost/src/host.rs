//! The host as its owner sees it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use bell_media::control::{MediaCommand, MediaEvent};
use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::OwnedFd;
use thiserror::Error;

use crate::clock::Clock;
use crate::gauges::{Gauges, RecorderCounters, WorkerCounters};
use crate::library::{Librarian, Library};
use crate::port::Ports;
use crate::random::Random;
use crate::recorder::Recorder;
use crate::srtp::KeyRing;
use crate::worker::{Browsers, Order, Worker, WorkerParts};
use crate::{Config, Workers};

/// Takes the host's events. Says false if it cannot take this one now: it is offered again.
pub(crate) type EventSink = Arc<dyn Fn(&MediaEvent) -> bool + Send + Sync>;

/// A running host. Dropping it stops it.
#[derive(Debug)]
pub struct Host {
    workers: Vec<Running>,
    librarian: Option<JoinHandle<()>>,
    recorder: Option<Recorder>,
    recorder_counters: Arc<RecorderCounters>,
    keyring: Arc<KeyRing>,
}

/// One worker, from outside.
#[derive(Debug)]
struct Running {
    door: Door,
    stop: Arc<AtomicBool>,
    counters: Arc<WorkerCounters>,
    thread: Option<JoinHandle<()>>,
}

/// The way into a worker: a queue, and a bell that wakes it.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    orders: SyncSender<Order>,
    bell: Arc<OwnedFd>,
}

/// The host has as many commands waiting as it may. The command was not taken; send it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the media host has too many commands waiting")]
pub struct Busy;

/// Why a host could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port range holds no pair of an even port and the next.
    #[error("the port range {0}-{1} holds no pair of an even port and the next one")]
    Ports(u16, u16),
    /// The bind address is none of this machine.
    #[error("cannot open a socket on {address}: check the bind address of the media host")]
    Bind {
        /// The address.
        address: std::net::IpAddr,
        /// What the system said.
        #[source]
        err: io::Error,
    },
    /// No port for browsers can be opened.
    #[error("no UDP port for browsers is free: choose other ports for the media host")]
    Browsers(#[source] io::Error),
    /// The system gives no randomness for a certificate.
    #[error("cannot make a certificate for browsers")]
    Certificate,
    /// The directory for recordings cannot be made or written.
    #[error("cannot write recordings to {directory}")]
    Recordings {
        /// The directory.
        directory: PathBuf,
        /// What the system said.
        #[source]
        err: io::Error,
    },
    /// The system gives no thread, timer or event descriptor.
    #[error("cannot start a media worker")]
    Worker(#[source] io::Error),
}

impl Host {
    /// Starts the threads. `events` is called from them and must not block; it says false if it cannot take an event
    /// now, and is then asked again.
    ///
    /// Recordings of a host that crashed are not touched: call [`recover`](crate::recover) before.
    pub fn start(
        config: Config,
        events: impl Fn(&MediaEvent) -> bool + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let events: EventSink = Arc::new(events);
        let config = Arc::new(config);
        let clock = Clock::start();
        check_bind(&config)?;
        let mut pairs = Ports::pairs(&config)?;
        let browsers = Browsers::open(&config, &mut pairs)?;
        let shares = Ports::shares(&config, pairs)?;
        // Made first, so that it is dropped last: if the start fails halfway, its threads end when what follows is gone.
        let mut host = Self {
            workers: Vec::new(),
            librarian: None,
            recorder: None,
            recorder_counters: Arc::default(),
            keyring: Arc::clone(&config.keyring),
        };
        let (recorder, tape) = Recorder::start(&config.recording, &events, &host.recorder_counters)?;
        host.recorder = Some(recorder);
        let (library, loads) = Library::open(config.queues.loads_max);
        let mut random = Random::new(config.seed);
        for (index, (ports, browsers)) in shares.into_iter().zip(browsers).enumerate() {
            let parts = |door, counters| WorkerParts {
                config: Arc::clone(&config),
                clock,
                ports,
                browsers,
                events: Arc::clone(&events),
                tape: tape.clone(),
                library: library.clone(),
                door,
                counters,
                random: Random::new(random.next()),
            };
            host.workers.push(Running::start(&config, index, parts)?);
        }
        host.librarian = Some(Librarian::start(&config.library, loads).map_err(StartError::Worker)?);
        Ok(host)
    }

    /// Gives a command to the worker that owns the leg's call. Never blocks.
    pub fn command(&self, command: MediaCommand) -> Result<(), Busy> {
        let mut hasher = DefaultHasher::new();
        command.leg.call.hash(&mut hasher);
        let worker = hasher.finish() % self.workers.len() as u64;
        self.workers[worker as usize].door.try_send(Order::Command(command))
    }

    /// The keys of encrypted audio, for the messages that tell them.
    pub fn keyring(&self) -> &KeyRing {
        &self.keyring
    }

    /// What the host says about itself.
    pub fn gauges(&self) -> Gauges {
        let workers: Vec<_> = self.workers.iter().map(|worker| &*worker.counters).collect();
        Gauges::of(&workers, &self.recorder_counters)
    }

    /// Closes all legs, seals all recordings, and returns when every thread has ended. Events of the end are still
    /// offered, once each.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        for worker in &self.workers {
            worker.stop.store(true, Ordering::Release);
            worker.door.ring();
        }
        for worker in &mut self.workers {
            join(worker.thread.take());
        }
        // The last doors to the librarian and the recorder were the workers'.
        self.workers.clear();
        join(self.librarian.take());
        if let Some(recorder) = self.recorder.take() {
            recorder.join();
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.end();
    }
}

impl Running {
    fn start(
        config: &Config,
        index: usize,
        parts: impl FnOnce(Door, Arc<WorkerCounters>) -> WorkerParts,
    ) -> Result<Self, StartError> {
        let (orders, inbox) = sync_channel(config.queues.commands_max);
        let bell = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC);
        let bell = Arc::new(bell.map_err(|err| StartError::Worker(err.into()))?);
        let door = Door { orders, bell };
        let stop = Arc::new(AtomicBool::new(false));
        let counters = Arc::new(WorkerCounters::default());
        let worker = Worker::new(parts(door.clone(), Arc::clone(&counters)), inbox, Arc::clone(&stop))
            .map_err(StartError::Worker)?;
        let core = match &config.workers {
            Workers::Floating(_) => None,
            Workers::Pinned(cores) => cores.get(index).copied(),
        };
        let thread = thread::Builder::new()
            .name(format!("media-{index}"))
            .spawn(move || worker.run(core))
            .map_err(StartError::Worker)?;
        Ok(Self { door, stop, counters, thread: Some(thread) })
    }
}

impl Door {
    /// Puts an order in, unless there are too many.
    pub(crate) fn try_send(&self, order: Order) -> Result<(), Busy> {
        match self.orders.try_send(order) {
            Ok(()) => {
                self.ring();
                Ok(())
            }
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Busy),
        }
    }

    /// Puts an order in, and waits for room. For threads that may wait.
    pub(crate) fn send(&self, order: Order) {
        // A worker that has ended needs no order.
        if self.orders.send(order).is_ok() {
            self.ring();
        }
    }

    pub(crate) fn bell(&self) -> &OwnedFd {
        &self.bell
    }

    /// A bell that cannot ring any louder has rung.
    pub(crate) fn ring(&self) {
        let _ = rustix::io::write(&*self.bell, &1u64.to_ne_bytes());
    }
}

fn join(thread: Option<JoinHandle<()>>) {
    if let Some(thread) = thread
        && thread.join().is_err()
    {
        tracing::error!("a thread of the media host has panicked");
    }
}

/// A wrong bind address is found at the start, not by the first call.
fn check_bind(config: &Config) -> Result<(), StartError> {
    match std::net::UdpSocket::bind((config.bind, 0)) {
        Ok(_) => Ok(()),
        Err(err) => Err(StartError::Bind { address: config.bind, err }),
    }
}
