//! Bringing a node up, and taking it down in good order.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use bell_engine::journal::encode_start;
use bell_engine::{Input, Node, Snapshot, Start};
use bell_mediahost::{Host, WebrtcConfig, Workers};
use bell_net::Net;
use bell_sip::SocketId;
use bell_store::journal::{Epoch, Limits, Writer};
use bell_store::projector::{Projector, ProjectorConfig};
use bell_store::{DbConfig, TenantId};
use bell_types::{NodeId, Seq};
use thiserror::Error;

use crate::accounts::Running;
use crate::asker::Asker;
use crate::certificate::{Certificate, CertificateError, Speaks};
use crate::clock::{Clock, wall};
use crate::configure::{ConfigureError, Versions};
use crate::control::{self, Control};
use crate::desk;
use crate::dirs::Dirs;
use crate::door::Door;
use crate::driver::{Driver, Message, Run, Windows};
use crate::health;
use crate::kept::{self, Before};
use crate::projection::CallRows;
use crate::recovery::{self, LeftBehind, RecoveryError};
use crate::renewal;

/// How many inputs may wait for the node. What is more is left to retransmission.
const INBOX_MAX: usize = 10_000;
/// With how many of the network's waiting new calls get 503. A call costs some eight messages: those that are up are
/// served before their senders repeat themselves (T1, 500 ms), and what a new one would get is an answer too late.
const CROWDED_AT: usize = INBOX_MAX / 16;
/// How long the database may take to catch up when the node stops.
const CATCH_UP: Duration = Duration::from_secs(5);

/// Why a node could not be brought up. Each says what to do.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The directory.
    #[error("failed to make the directory {}", .0.display())]
    Dirs(std::path::PathBuf, #[source] io::Error),
    /// The configuration.
    #[error(transparent)]
    Configure(#[from] ConfigureError),
    /// There is none.
    #[error("there is no configuration yet: belltower apply FILE, or belltower serve --config FILE")]
    NoConfiguration,
    /// The certificate that is shown.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The journal.
    #[error("failed to open the journal")]
    Journal(#[from] bell_store::journal::JournalError),
    /// The start could not be journaled.
    #[error("failed to write the journal")]
    Append(#[from] bell_store::journal::AppendError),
    /// What the last run left.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// Its recordings.
    #[error("failed to look for recordings that a crash left open")]
    Recordings(#[source] io::Error),
    /// The keys of recordings.
    #[error("failed to read or make the key of recordings, in the directory keys")]
    Keys(#[source] io::Error),
    /// The sockets.
    #[error(transparent)]
    Net(#[from] bell_net::StartError),
    /// The media host.
    #[error(transparent)]
    Media(#[from] bell_mediahost::StartError),
    /// A listener for operators or health.
    #[error("failed to listen on {0}: is another belltower serving this directory?")]
    Listen(String, #[source] io::Error),
    /// A thread.
    #[error("failed to start a thread")]
    Thread(#[source] io::Error),
    /// The system's random source.
    #[error("failed to read the system's random source")]
    Random(#[from] getrandom::Error),
}

/// A running node.
pub struct Serving {
    /// The running configuration at the start.
    pub snapshot: Arc<Snapshot>,
    /// Where SIP over UDP is taken.
    pub udp: Vec<std::net::SocketAddr>,
    inbox: SyncSender<Message>,
    thread: Option<thread::JoinHandle<()>>,
    projector: Arc<Projector>,
    windows: Windows,
    accounts: Running,
    _control: Control,
}

impl Serving {
    /// A handle that stops the node from anywhere.
    pub fn inbox(&self) -> SyncSender<Message> {
        self.inbox.clone()
    }

    /// The accounts.
    pub const fn accounts(&self) -> &Running {
        &self.accounts
    }

    /// What may be looked at.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// Waits until the node has stopped and its database has caught up.
    pub fn wait(mut self) {
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the node's thread panicked");
        }
        let last = self.windows.live().last();
        if !self.projector.wait_until(CATCH_UP, |health| health.applied >= last) {
            tracing::warn!("the database has not caught up; it will from the journal at the next start");
        }
    }
}

/// Brings a node up with the newest version of its configuration.
pub fn start(dirs: &Dirs) -> Result<Serving, ServeError> {
    dirs.make().map_err(|error| ServeError::Dirs(dirs.root().to_owned(), error))?;
    let source = Versions::of(dirs).latest()?.ok_or(ServeError::NoConfiguration)?.as_of(wall());
    let snapshot = Snapshot::build(source).map(Arc::new).map_err(ConfigureError::Mistakes)?;

    dirs.keys().prepare().map_err(ServeError::Keys)?;
    let recovered = bell_mediahost::recover(&dirs.recordings(), &dirs.keys()).map_err(ServeError::Recordings)?;
    let node_id = NodeId(0);
    let (mut journal, found) = Writer::open(&dirs.journal(), &journal_limits(), node_id, Epoch::begun_at(wall()))?;
    if let Some(cut) = &found.cut {
        tracing::warn!(bytes = cut.bytes, file = %cut.path.display(), "a torn record was cut off the journal");
    }
    let left = recovery::left_behind(dirs, recovered, &snapshot, wall())?;

    let (inbox, messages) = sync_channel(INBOX_MAX);
    let door = Door::new(&inbox, CROWDED_AT);
    let windows = Windows::default();
    let rows = CallRows::new(windows.clone(), Arc::clone(&snapshot));
    let projector = Projector::start(projector_config(dirs), journal.durable(), Box::new(rows));
    let projector = Arc::new(projector.map_err(ServeError::Thread)?);
    // Before anybody can call: who is on a list is received as the list says from the first call on.
    let before = Before { epoch: found.epoch, last: journal.last_seq() };
    kept::give_back(db_config(dirs), &projector, before, &inbox)?;
    take_over(left, &inbox);
    let certificate = Certificate::open(dirs, &snapshot)?;
    let net = Arc::new(Net::start(net_config(&snapshot, &certificate)?, Arc::new(door.clone()))?);
    let host = Arc::new(start_host(dirs, &snapshot, &inbox)?);

    let clock = Clock::start();
    let start = begin(node_id, found.next_seq, &snapshot)?;
    let now = clock.now();
    journal.append_start(&encode_start(now, &start))?;
    let node = Node::new(now, start);

    // Before anybody can ask: what he asks about is there.
    let run = Driver {
        node,
        clock,
        journal,
        projector: Arc::clone(&projector),
        net: Arc::clone(&net),
        host: Arc::clone(&host),
        recordings: dirs.recordings(),
        asker: Asker::start(&inbox).map_err(ServeError::Thread)?,
        windows: windows.clone(),
        inbox: messages,
        door,
    }
    .begin();
    let udp = net.udp_addresses();
    let accounts = Running::start(dirs, &windows, &inbox)?;
    let context = control::Context {
        dirs: dirs.clone(),
        inbox: inbox.clone(),
        windows: windows.clone(),
        projector: Arc::clone(&projector),
        net,
        host,
        accounts: accounts.accounts(),
        runtime: accounts.runtime(),
        certificate: Arc::clone(&certificate),
    };
    certificate.watch(windows.clone())?;
    let control = Control::start(context.clone())?;
    listen(&context, &snapshot, &before)?;
    renewal::start(windows.clone(), inbox.clone())?;
    Ok(Serving { snapshot, udp, inbox, thread: Some(spawn(run)?), projector, windows, accounts, _control: control })
}

/// Lets people and programs ask.
fn listen(context: &control::Context, snapshot: &Snapshot, before: &Before) -> Result<(), ServeError> {
    desk::start(context, snapshot, Arc::new(context.accounts.clone()), (before.epoch, before.last))?;
    // Last of what listens: who waits until a node is well may sign in then.
    match snapshot.listen.health {
        Some(address) => health::start(address, context.clone()),
        None => Ok(()),
    }
}

fn begin(node: NodeId, first: Seq, snapshot: &Arc<Snapshot>) -> Result<Start, ServeError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Start { node, version, seed, first, snapshot: Arc::clone(snapshot) })
}

fn spawn(run: Run) -> Result<thread::JoinHandle<()>, ServeError> {
    thread::Builder::new().name("bell-node".to_owned()).spawn(move || run.run()).map_err(ServeError::Thread)
}

/// Calls in one input: it must fit into a record of the journal.
const CALLS_PER_INPUT: usize = 20_000;

/// Tells a new node what the one before it has left. The inbox holds more than a node's calls and numbers, and nobody else
/// writes into it yet but who gives the lists back.
fn take_over(left: LeftBehind, inbox: &SyncSender<Message>) {
    for calls in left.recent.chunks(CALLS_PER_INPUT) {
        let _ = inbox.try_send(Message::Input(Input::RecentCalls(Arc::new(calls.to_vec()))));
    }
    for calls in left.attempts.chunks(CALLS_PER_INPUT) {
        let _ = inbox.try_send(Message::Input(Input::Attempts(Arc::new(calls.to_vec()))));
    }
    for number in left.emergencies {
        tracing::warn!(%number, "the emergency switch of a number is still on");
        let _ = inbox.try_send(Message::Input(Input::EmergencyKept(number)));
    }
    for orphan in left.orphans {
        tracing::warn!(call = %orphan.call, "a call that the last run left open is closed");
        let _ = inbox.try_send(Message::Input(Input::Orphan(orphan)));
    }
}

fn journal_limits() -> Limits {
    Limits {
        segment_bytes_max: 64 << 20,
        total_bytes_max: 8 << 30,
        reserve_bytes: 64 << 20,
        record_bytes_max: 8 << 20,
        buffer_bytes_max: 32 << 20,
        sync_interval: Duration::from_millis(100),
    }
}

fn net_config(snapshot: &Snapshot, certificate: &Arc<Certificate>) -> Result<bell_net::Config, CertificateError> {
    let listen = &snapshot.listen;
    let speaks = if listen.sip_tls_1_2 { Speaks::SipOfOld } else { Speaks::Sip };
    let server = certificate.server(speaks)?;
    let secure = Some(bell_net::Secure { tls: listen.tls.clone(), wss: listen.wss.clone(), server });
    Ok(bell_net::Config {
        udp: listen.udp.iter().zip(0..).map(|(address, number)| (SocketId(number), *address)).collect(),
        tcp: listen.tcp.clone(),
        ws: listen.ws.clone(),
        secure,
        messages: snapshot.sip.messages,
        connections_max: 4000,
        connections_per_source_max: 200,
        queue_max: 256,
        handshake_timeout: Duration::from_secs(10),
        idle_timeout: Duration::from_secs(600),
        ping_interval: Duration::from_secs(25),
        lookups_max: 64,
        lookup_timeout: Duration::from_secs(3),
        name_servers: Vec::new(),
        dscp: 24,
    })
}

fn start_host(dirs: &Dirs, snapshot: &Snapshot, inbox: &SyncSender<Message>) -> Result<Host, ServeError> {
    let listen = &snapshot.listen;
    let mut seed = [0; 8];
    getrandom::fill(&mut seed)?;
    let mut config = bell_mediahost::Config::loopback(dirs.root());
    config.bind = listen.media;
    config.advertised = listen.media_advertised;
    config.ports = listen.media_ports.0..=listen.media_ports.1;
    config.workers = Workers::Floating(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let mut webrtc = WebrtcConfig::standard(listen.webrtc_advertised.clone());
    webrtc.ports = listen.webrtc_ports.map(|(first, last)| first..=last);
    webrtc.tcp = webrtc.tcp.filter(|_| listen.webrtc_tcp);
    webrtc.lost_after = listen.browser_timeout;
    webrtc.opus.complexity = listen.opus_complexity;
    for jitter in [&mut webrtc.opus.jitter, &mut config.jitter] {
        (jitter.delay_min, jitter.delay_max) = listen.jitter_delay;
    }
    config.webrtc = Some(webrtc);
    config.silence.inbound.gone_after = listen.media_timeout;
    config.recording.directory = dirs.recordings();
    config.recording.vault = dirs.keys();
    config.recording.disk_reserve = snapshot.disk.recording_reserve;
    config.library.directory = dirs.audio();
    config.seed = u64::from_le_bytes(seed);
    let inbox = inbox.clone();
    let host = Host::start(config, move |event| inbox.try_send(Message::Input(Input::Media(event.clone()))).is_ok());
    Ok(host?)
}

fn projector_config(dirs: &Dirs) -> ProjectorConfig {
    ProjectorConfig {
        db: db_config(dirs),
        journal: dirs.journal(),
        tenant: TenantId::FIRST,
        batch_facts_max: 1000,
        batch_timeout: Duration::from_secs(30),
        idle_wait: Duration::from_millis(50),
        retry_wait_min: Duration::from_millis(200),
        retry_wait_max: Duration::from_secs(10),
        niceness: 10,
    }
}

/// Where the database is, and how long to wait for it.
pub fn db_config(dirs: &Dirs) -> DbConfig {
    DbConfig {
        url: dirs.database(),
        connections_max: 4,
        connect_timeout: Duration::from_secs(5),
        busy_timeout: Duration::from_secs(5),
    }
}
