//! The thread that owns the node: reads its inbox, writes the journal, hands over inputs, carries out outputs.
//!
//! An input is in the journal, and so are the facts it led to, before anything that follows from it leaves the process:
//! what the world has seen can always be told again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bell_engine::journal::encode_input;
use bell_engine::{Command, CommandId, Gate, Input, Live, Moving, Node, Output, Refused, Snapshot};
use bell_mediahost::Host;
use bell_net::Net;
use bell_store::disk::DiskSpace;
use bell_store::journal::{Room, Writer};
use bell_store::projector::Projector;
use bell_types::{Fact, Now, What};
use tokio::sync::watch;

use crate::asker::Asker;
use crate::clock::Clock;
use crate::door::Door;
use crate::media_keys;
use crate::trace::Traces;

/// How many inputs are handled before what follows from them leaves.
const BATCH_MAX: usize = 256;
/// How many facts one record of the journal holds: an import of a list leads to many at once.
const FACTS_PER_RECORD: usize = 64;
/// How often the journal's room is looked after.
const TEND_EVERY: Duration = Duration::from_secs(1);
/// How long a node that stops waits for its calls and recordings to end.
const STOP_MAX: Duration = Duration::from_secs(5);

/// What the inbox takes.
pub enum Message {
    /// Something happened.
    Input(Input),
    /// Something came from the network, by its door.
    Sip(bell_sip::Input),
    /// An operator wants something.
    Ask(Command, SyncSender<Result<(), Refused>>),
    /// A configuration is to take effect; the answer comes when it has.
    Apply(Arc<Snapshot>, SyncSender<()>),
    /// Stop in good order.
    Stop,
}

/// What others may look at while the node runs.
#[derive(Clone, Default)]
pub struct Windows {
    live: Arc<Mutex<Live>>,
    traces: Arc<Mutex<Traces>>,
    state: Arc<Mutex<State>>,
    /// The last fact that what goes on contains.
    changed: Arc<watch::Sender<u64>>,
}

/// How the node is doing.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Live calls.
    pub calls: usize,
    /// Live legs.
    pub legs: usize,
    /// How many transfers are on their way, and how many may be.
    pub moving: Moving,
    /// Entries of callers' lists; none until they are loaded.
    pub list_entries: Option<usize>,
    /// Which new calls are taken.
    pub gate: Gate,
    /// The length of the journal in octets.
    pub journal_bytes: u64,
    /// Facts since the journal began.
    pub facts: u64,
    /// Inputs since the start.
    pub inputs: u64,
    /// The running configuration.
    pub snapshot: Option<Arc<Snapshot>>,
    /// How long the longest batch since the last look took.
    pub slowest_batch: Duration,
}

impl Windows {
    /// What is going on.
    pub fn live(&self) -> MutexGuard<'_, Live> {
        open(&self.live)
    }

    /// The SIP messages of calls.
    pub fn traces(&self) -> MutexGuard<'_, Traces> {
        open(&self.traces)
    }

    /// Wakes whenever something happened.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// How the node is doing.
    pub fn state(&self) -> MutexGuard<'_, State> {
        open(&self.state)
    }
}

/// A reader that panicked while it looked has changed nothing.
fn open<T>(window: &Mutex<T>) -> MutexGuard<'_, T> {
    window.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everything the thread owns.
pub struct Driver {
    /// The node.
    pub node: Node,
    /// The clocks it is told.
    pub clock: Clock,
    /// The journal.
    pub journal: Writer,
    /// What fills the database.
    pub projector: Arc<Projector>,
    /// The sockets.
    pub net: Arc<Net>,
    /// The media host.
    pub host: Arc<Host>,
    /// Where it writes recordings.
    pub recordings: PathBuf,
    /// What asks services for flows.
    pub asker: Asker,
    /// What others may look at.
    pub windows: Windows,
    /// The inbox.
    pub inbox: Receiver<Message>,
    /// The network's way into it.
    pub door: Door,
}

/// The run of a driver: what is waited for.
pub struct Run {
    driver: Driver,
    outbox: Vec<Output>,
    facts: Vec<Fact>,
    waiting: BTreeMap<CommandId, SyncSender<Result<(), Refused>>>,
    applied: Vec<SyncSender<()>>,
    commands: u64,
    /// Recordings that have begun and are not complete.
    recordings: usize,
    tend_at: Instant,
    stop_by: Option<Instant>,
}

impl Driver {
    /// Takes the first turn: from here on, others see the configuration and what goes on. What follows from it leaves when
    /// the node [runs](Run::run).
    pub fn begin(self) -> Run {
        let mut run = Run {
            driver: self,
            outbox: Vec::new(),
            facts: Vec::new(),
            waiting: BTreeMap::new(),
            applied: Vec::new(),
            commands: 0,
            recordings: 0,
            tend_at: Instant::now(),
            stop_by: None,
        };
        let now = run.driver.clock.now();
        run.collect(now);
        // Before the first call.
        run.tend();
        run
    }
}

impl Run {
    /// Runs the node until it is told to stop and its calls have ended.
    pub fn run(mut self) {
        self.deliver();
        while !self.is_over() {
            self.turn();
        }
    }

    fn is_over(&self) -> bool {
        let quiet = self.driver.node.calls() == 0 && self.recordings == 0;
        self.stop_by.is_some_and(|by| quiet || Instant::now() >= by)
    }

    /// Waits for something to happen, and handles it with what else has happened meanwhile.
    fn turn(&mut self) {
        let first = match self.driver.inbox.recv_timeout(self.patience()) {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Message::Stop),
        };
        let began = Instant::now();
        if let Some(message) = first {
            self.take(message);
            for _ in 1..BATCH_MAX {
                let Ok(message) = self.driver.inbox.try_recv() else { break };
                self.take(message);
            }
        }
        let due = |run: &Self| run.driver.node.poll_timeout().is_some_and(|at| at <= run.driver.clock.now().mono);
        if due(self) {
            self.input(&Input::Tick);
        }
        if began >= self.tend_at {
            self.tend();
        }
        self.deliver();
        let mut state = self.driver.windows.state();
        state.slowest_batch = state.slowest_batch.max(began.elapsed());
    }

    fn patience(&self) -> Duration {
        let now = self.driver.clock.now();
        let node = self.driver.node.poll_timeout().map_or(TEND_EVERY, |at| at - now.mono);
        let tend = self.tend_at.saturating_duration_since(Instant::now());
        let pause = if self.stop_by.is_some() { Duration::from_millis(50) } else { TEND_EVERY };
        node.min(tend).min(pause)
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Input(input) => self.input(&input),
            Message::Sip(input) => {
                self.driver.door.taken();
                // Before it is journaled, traced or understood.
                let input = media_keys::hidden(self.driver.host.keyring(), input);
                self.input(&Input::Sip(input));
            }
            Message::Ask(command, reply) => self.command(command, Some(reply)),
            Message::Apply(snapshot, reply) => {
                self.input(&Input::Config(snapshot));
                self.applied.push(reply);
            }
            Message::Stop => {
                if self.stop_by.is_none() {
                    self.stop_by = Some(Instant::now() + STOP_MAX);
                    self.command(Command::Stop, None);
                }
            }
        }
    }

    fn command(&mut self, command: Command, reply: Option<SyncSender<Result<(), Refused>>>) {
        self.commands += 1;
        let id = CommandId(self.commands);
        if let Some(reply) = reply {
            self.waiting.insert(id, reply);
        }
        self.input(&Input::Command(id, command));
    }

    /// Journals one input and hands it over. What cannot be journaled is not handled: a node must be able to account
    /// for everything it did.
    fn input(&mut self, input: &Input) {
        let now = self.driver.clock.now();
        let journaled = match input {
            Input::Config(_) => self.driver.journal.append_config(&encode_input(now, input)),
            _ => self.driver.journal.append_input(&encode_input(now, input)),
        };
        if let Err(error) = journaled {
            tracing::error!(error = &error as &dyn std::error::Error, "an input is dropped: the journal is full");
            return;
        }
        self.driver.windows.state().inputs += 1;
        self.handle(now, input.clone());
    }

    fn handle(&mut self, now: Now, input: Input) {
        self.driver.node.handle(now, input);
        self.collect(now);
    }

    /// Takes the node's outputs, and writes its facts behind the input they came from. SIP messages are kept with the
    /// time of that input too, so that they stand before the facts they led to.
    fn collect(&mut self, now: Now) {
        while let Some(output) = self.driver.node.poll_output() {
            match output {
                Output::Fact(fact) => self.facts.push(fact),
                Output::Trace { leg, way, peer, bytes } => {
                    self.driver.windows.traces().add(leg, now.wall, way, peer, &bytes);
                }
                other => self.outbox.push(other),
            }
        }
        if self.facts.is_empty() {
            return;
        }
        for some in self.facts.chunks(FACTS_PER_RECORD) {
            if let Err(error) = self.driver.journal.append_facts(some) {
                tracing::error!(error = &error as &dyn std::error::Error, "facts could not be journaled");
            }
        }
        let mut live = self.driver.windows.live();
        for fact in self.facts.drain(..) {
            match &fact.what {
                What::RecordingStarted { .. } => self.recordings += 1,
                What::RecordingSealed { .. } => self.recordings = self.recordings.saturating_sub(1),
                _ => {}
            }
            live.apply(&fact);
        }
        self.driver.windows.changed.send_replace(live.last().0);
    }

    /// Lets everything leave that follows from what is in the journal now.
    fn deliver(&mut self) {
        if let Err(error) = self.driver.journal.flush() {
            tracing::error!(error = &error as &dyn std::error::Error, "the journal cannot be written");
        }
        for output in std::mem::take(&mut self.outbox) {
            self.carry_out(output);
        }
        if !self.applied.is_empty() {
            // Whoever asked looks at it next.
            self.driver.windows.state().snapshot = Some(Arc::clone(self.driver.node.snapshot()));
        }
        for reply in self.applied.drain(..) {
            // Whoever asked may have stopped waiting.
            let _ = reply.try_send(());
        }
        let mut state = self.driver.windows.state();
        state.calls = self.driver.node.calls();
        state.legs = self.driver.node.legs();
        state.moving = self.driver.node.moving();
        let callers = self.driver.node.callers();
        state.list_entries = callers.is_loaded().then(|| callers.len());
        state.facts = self.driver.journal.last_seq().0;
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Transmit(to, bytes) => {
                self.driver.net.transmit(to, &media_keys::revealed(self.driver.host.keyring(), to, &bytes));
            }
            Output::LookUp { lookup, host, port, transport } => {
                self.driver.net.look_up(lookup, &host, port, transport);
            }
            Output::Ask(call, asked) => self.driver.asker.ask(call, asked),
            Output::Media(command) => {
                let leg = command.leg;
                if let Err(busy) = self.driver.host.command(command) {
                    // The call core notices by its own deadline.
                    tracing::error!(%leg, %busy, "the media host refused a command");
                }
            }
            Output::Done(id, outcome) => {
                if let Some(reply) = self.waiting.remove(&id) {
                    let _ = reply.try_send(outcome);
                }
            }
            // They were taken out before.
            Output::Fact(_) | Output::Trace { .. } => {}
        }
    }

    /// Looks after the journal, and opens or shuts the gate for new calls.
    fn tend(&mut self) {
        self.tend_at = Instant::now() + TEND_EVERY;
        let applied = self.driver.projector.health().applied;
        let journal = self.driver.journal.tend(applied) == Room::Enough;
        let recordings_free = match DiskSpace::of(&self.driver.recordings) {
            Ok(space) => Some(space.free_bytes),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "calls that are recorded are refused");
                None
            }
        };
        let room = bell_engine::Room { journal, recordings_free };
        let policy = self.driver.node.snapshot().disk;
        let gate = self.driver.windows.state().gate.after(room, &policy);
        let bytes = self.driver.journal.bytes();
        let changed = {
            let mut state = self.driver.windows.state();
            state.journal_bytes = bytes;
            state.snapshot = Some(Arc::clone(self.driver.node.snapshot()));
            let changed = state.gate != gate && self.stop_by.is_none();
            state.gate = gate;
            changed
        };
        if changed {
            tracing::warn!(?gate, "the gate for new calls changed");
            self.input(&Input::Gate(gate));
        }
    }
}
