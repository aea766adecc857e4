//! The operator's door: a socket in the node's directory that only its owner can open. One request, one answer, each a
//! line of JSON.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use bell_acd::{AgentCommand, QueueAlert};
use bell_call::{Ask, CallRecord};
use bell_callers::Change;
use bell_engine::{AgentLive, Command, Emergency, EndpointLive, KeyLive, Moving, Nuisance, Refusal, Ring, TrunkLive};
use bell_mediahost::Host;
use bell_net::Net;
use bell_store::projector::Projector;
use bell_types::{ActorName, AgentName, CallId, EndpointName, LoginId, Number, Party, Wall};
use serde::{Deserialize, Serialize};

use crate::accounts::{Accounts, Operator, OperatorAnswer, OperatorAsk};
use crate::certificate::Certificate;
use crate::clock::wall;
use crate::configure::{self, Applied, ConfigureError, Versions};
use crate::desk::voice::{Voice, VoiceKey};
use crate::dirs::Dirs;
use crate::driver::{Message, Windows};
use crate::serve::ServeError;
use crate::trace::Shown;

/// The longest request: an import of 100,000 entries. It must fit into one record of the journal, which is shorter there.
pub const REQUEST_BYTES_MAX: u64 = 8 << 20;
/// How long the node may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// How long a connection may take to say what it wants.
const REQUEST_MAX: Duration = Duration::from_secs(5);

/// What an operator can ask a running node.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// Let this configuration take effect.
    Apply {
        /// The file, absolute.
        file: PathBuf,
        /// What is said of it.
        #[serde(default)]
        comment: String,
    },
    /// Let an old version take effect again.
    RollBack {
        /// Which.
        version: u64,
    },
    /// Change an agent's state.
    Agent {
        /// Whose.
        agent: AgentName,
        /// How.
        change: AgentChange,
    },
    /// Switch a number's calls to its numbers for emergencies, or back.
    Emergency {
        /// The number.
        number: Number,
        /// On or off.
        on: bool,
        /// Whether it is only a drill.
        drill: bool,
        /// Who does it.
        by: String,
    },
    /// End a call.
    Release {
        /// Which.
        call: CallId,
    },
    /// Move a call, or supervise it.
    Call {
        /// Which.
        call: CallId,
        /// The agent on whose behalf; none: an operator's own.
        by: Option<AgentName>,
        /// What.
        what: Ask,
    },
    /// Place a call.
    Dial {
        /// The customer's number.
        customer: String,
        /// The number of ours that he sees.
        shown: String,
        /// Whose phone rings first.
        first: Ring,
    },
    /// What is going on.
    Live,
    /// The SIP messages of a call.
    Trace {
        /// Which.
        call: CallId,
    },
    /// Change a list of callers.
    Lists {
        /// Who wants it.
        by: ActorName,
        /// What.
        change: Change,
    },
    /// Let somebody register as a browser for a while.
    GiveKey {
        /// The browser.
        endpoint: EndpointName,
        /// For whose login.
        login: LoginId,
        /// For how long, in seconds.
        seconds: u64,
    },
    /// Nobody registers by the keys of a login any more.
    EndLogin {
        /// The login.
        login: LoginId,
    },
    /// Let the phones of an agent register no more, or again.
    Bar {
        /// The agent.
        agent: AgentName,
        /// Whether they may not.
        barred: bool,
    },
    /// Something about accounts, or the log of audit.
    Accounts {
        /// Who asks.
        by: Operator,
        /// What.
        what: Box<OperatorAsk>,
    },
    /// How the node is.
    Health,
    /// Stop in good order.
    Stop,
}

/// How an agent's state is changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentChange {
    /// Comes to work.
    SignIn,
    /// Goes home.
    SignOut,
    /// Takes calls.
    Available,
    /// Takes none for a while.
    Break(String),
    /// Has finished the last call's work.
    EndWrapUp,
    /// Is in no call, whatever is believed.
    Release,
}

/// What a node answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It is done.
    Done,
    /// A configuration took effect.
    Applied {
        /// Its version.
        version: u64,
        /// What it changed; empty if nothing.
        difference: String,
        /// What its author should know.
        warnings: Vec<String>,
    },
    /// What is going on.
    Live(Box<LiveView>),
    /// The SIP messages of a call.
    Messages {
        /// They, in order.
        messages: Vec<Shown>,
    },
    /// What a browser registers by.
    Key {
        /// The user name.
        user: String,
        /// The password, shown this once.
        password: String,
        /// The realm.
        realm: String,
        /// Until when it counts.
        until: Wall,
    },
    /// About accounts.
    Accounts(Box<OperatorAnswer>),
    /// Text to print.
    Text {
        /// It.
        text: String,
    },
    /// It could not be done; nothing has changed.
    Refused {
        /// Why, with the remedy.
        why: String,
    },
}

/// What is going on, as it is printed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct LiveView {
    /// The running configuration.
    pub config_version: u64,
    /// The agents.
    pub agents: Vec<(String, serde_json::Value)>,
    /// The phones.
    pub endpoints: Vec<(String, serde_json::Value)>,
    /// The browsers that a login may register as.
    #[serde(default)]
    pub keys: Vec<(String, serde_json::Value)>,
    /// The refused registrations.
    pub refused: Vec<(String, serde_json::Value)>,
    /// The trunks.
    pub trunks: Vec<(String, serde_json::Value)>,
    /// The queues whose alert is on.
    #[serde(default)]
    pub alerts: Vec<AlertView>,
    /// What the nuisance rule has put on lists.
    #[serde(default)]
    pub nuisances: Vec<serde_json::Value>,
    /// The calls.
    pub calls: Vec<CallRecord>,
    /// How transfers have fared: type, target, figures.
    pub transfers: Vec<serde_json::Value>,
    /// How many are on their way, and how many may be.
    pub moving: Moving,
}

/// An alert of a queue that is on (INB-25).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AlertView {
    /// The queue.
    pub queue: String,
    /// Since when.
    pub since: Wall,
    /// The longest wait, in seconds.
    pub longest_wait_secs: u64,
}

/// What answering needs.
#[derive(Clone)]
pub struct Context {
    /// The node's directory.
    pub dirs: Dirs,
    /// Its inbox.
    pub inbox: SyncSender<Message>,
    /// What may be looked at.
    pub windows: Windows,
    /// What fills the database.
    pub projector: Arc<Projector>,
    /// The sockets.
    pub net: Arc<Net>,
    /// The media host.
    pub host: Arc<Host>,
    /// The accounts.
    pub accounts: Accounts,
    /// What they run on.
    pub runtime: tokio::runtime::Handle,
    /// The certificate that is shown.
    pub certificate: Arc<Certificate>,
}

/// Why a configuration is not in force.
#[derive(Debug)]
pub enum NotInForce {
    /// It is not kept.
    Refused(ConfigureError),
    /// It is kept, and the node has not taken it over: the next start does.
    Busy,
}

/// The open door. Dropping it closes it.
pub struct Control {
    path: PathBuf,
}

impl Control {
    /// Opens it. A socket that a crash left behind is replaced; one that answers is not.
    pub fn start(context: Context) -> Result<Self, ServeError> {
        let path = context.dirs.control();
        let listen = |error| ServeError::Listen(path.display().to_string(), error);
        if UnixStream::connect(&path).is_ok() {
            return Err(listen(io::ErrorKind::AddrInUse.into()));
        }
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).map_err(listen)?;
        let serve = move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                if let Err(error) = answer(&context, &stream) {
                    tracing::info!(%error, "an operator's request failed");
                }
            }
        };
        thread::Builder::new().name("bell-control".to_owned()).spawn(serve).map_err(ServeError::Thread)?;
        Ok(Self { path })
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Asks the node that serves this directory.
pub fn ask(dirs: &Dirs, request: &Request) -> io::Result<Answer> {
    let mut stream = UnixStream::connect(dirs.control())?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    Ok(serde_json::from_str(&answer)?)
}

fn answer(context: &Context, stream: &UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(REQUEST_MAX))?;
    stream.set_write_timeout(Some(REQUEST_MAX))?;
    let mut line = String::new();
    BufReader::new(stream.take(REQUEST_BYTES_MAX)).read_line(&mut line)?;
    let answer = match serde_json::from_str(&line) {
        Ok(request) => context.answer(request),
        Err(error) => Answer::Refused { why: format!("not a request: {error}") },
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    let mut stream = stream;
    stream.write_all(&line)
}

impl Context {
    fn answer(&self, request: Request) -> Answer {
        match request {
            Request::Apply { file, comment } => self.apply(&file, &comment),
            Request::RollBack { version } => self.roll_back(version),
            Request::Agent { agent, change } => self.command(Command::Agent(agent, change.into())),
            Request::Release { call } => self.command(Command::Release(call)),
            Request::Lists { by, change } => self.command(Command::Lists(by, Arc::new(change))),
            Request::Call { call, by, what } => {
                let by = by.map_or(Party::Operator, Party::Agent);
                self.command(Command::Call { call, by, ask: what })
            }
            Request::Dial { customer, shown, first } => self.command(Command::Dial { customer, shown, first }),
            Request::Emergency { number, on, drill, by } => {
                self.command(Command::Emergency(Emergency { number, on, drill, by }))
            }
            Request::Live => Answer::Live(Box::new(self.live())),
            Request::Trace { call } => match self.windows.traces().show(call) {
                Some(messages) => Answer::Messages { messages },
                None => Answer::Refused { why: "no SIP messages of this call are kept in memory".to_owned() },
            },
            Request::GiveKey { endpoint, login, seconds } => {
                let until = wall() + Duration::from_secs(seconds);
                match Voice::new(self.inbox.clone(), self.windows.clone()).give(endpoint, login, until) {
                    Ok(VoiceKey { user, password, realm, until }) => Answer::Key { user, password, realm, until },
                    Err(error) => Answer::Refused { why: error.to_string() },
                }
            }
            Request::EndLogin { login } => self.command(Command::EndLogin(login)),
            Request::Bar { agent, barred } => self.command(Command::Bar { agent, barred }),
            Request::Accounts { by, what } => {
                Answer::Accounts(Box::new(self.runtime.block_on(self.accounts.operate(&by, *what))))
            }
            Request::Health => Answer::Text { text: crate::health::report(self).to_string() },
            Request::Stop => match self.inbox.try_send(Message::Stop) {
                Ok(()) => Answer::Done,
                Err(_) => busy(),
            },
        }
    }

    fn apply(&self, file: &Path, comment: &str) -> Answer {
        let library = configure::library(&self.dirs);
        match configure::load(file, &library, wall()) {
            Ok(source) => self.put_in_force_by_command(|versions| versions.apply_files(source, comment)),
            Err(error) => Answer::Refused { why: error.to_string() },
        }
    }

    fn roll_back(&self, version: u64) -> Answer {
        match Versions::of(&self.dirs).get(version) {
            Ok(source) => {
                let comment = format!("= {version}");
                self.put_in_force_by_command(|versions| versions.apply(source.as_of(wall()), &comment))
            }
            Err(error) => Answer::Refused { why: error.to_string() },
        }
    }

    fn put_in_force_by_command(&self, keep: impl FnOnce(Versions) -> Result<Applied, ConfigureError>) -> Answer {
        match self.put_in_force(keep) {
            Ok((applied, warnings)) => {
                Answer::Applied { version: applied.snapshot.source.version, difference: applied.difference, warnings }
            }
            Err(NotInForce::Refused(error)) => Answer::Refused { why: error.to_string() },
            Err(NotInForce::Busy) => busy(),
        }
    }

    /// Keeps a configuration and hands it to the node; with what is allowed and unwise.
    pub fn put_in_force(
        &self,
        keep: impl FnOnce(Versions) -> Result<Applied, ConfigureError>,
    ) -> Result<(Applied, Vec<String>), NotInForce> {
        let applied = keep(Versions::of(&self.dirs)).map_err(NotInForce::Refused)?;
        let warnings = warnings(&applied.snapshot);
        // By what runs, and not by what was kept: a version that a busy node did not take over is handed to it again.
        let running = self.windows.state().snapshot.as_ref().map(|snapshot| snapshot.source.version);
        if running != Some(applied.snapshot.source.version) {
            let (reply, done) = sync_channel(1);
            let snapshot = Arc::clone(&applied.snapshot);
            if self.inbox.try_send(Message::Apply(snapshot, reply)).is_err() || done.recv_timeout(ANSWER_MAX).is_err() {
                return Err(NotInForce::Busy);
            }
        }
        Ok((applied, warnings))
    }

    fn command(&self, command: Command) -> Answer {
        let (reply, outcome) = sync_channel(1);
        if self.inbox.try_send(Message::Ask(command, reply)).is_err() {
            return busy();
        }
        match outcome.recv_timeout(ANSWER_MAX) {
            Ok(Ok(())) => Answer::Done,
            Ok(Err(refused)) => Answer::Refused { why: refused.to_string() },
            Err(_) => busy(),
        }
    }

    fn live(&self) -> LiveView {
        let moving = self.windows.state().moving;
        let live = self.windows.live();
        LiveView {
            moving,
            config_version: live.config_version(),
            agents: live.agents().map(|(name, agent)| (name.to_string(), json::<AgentLive>(agent))).collect(),
            endpoints: live.endpoints().map(|(name, phone)| (name.to_string(), json::<EndpointLive>(phone))).collect(),
            keys: live.keys().map(|(name, key)| (name.to_string(), json::<KeyLive>(key))).collect(),
            refused: live.refused().map(|(name, refusal)| (name.to_owned(), json::<Refusal>(refusal))).collect(),
            trunks: live.trunks().map(|(name, trunk)| (name.to_string(), json::<TrunkLive>(trunk))).collect(),
            alerts: live.alerts(wall()).map(alert).collect(),
            nuisances: live.nuisances().map(json::<Nuisance>).collect(),
            calls: live.calls().cloned().collect(),
            transfers: live.transfers().tallies().map(|tally| json(&tally)).collect(),
        }
    }
}

fn alert(alert: QueueAlert) -> AlertView {
    let QueueAlert { queue, began: since, longest, .. } = alert;
    AlertView { queue: queue.to_string(), since, longest_wait_secs: longest.as_secs() }
}

/// What the author of a configuration should know although it is valid.
pub fn warnings(snapshot: &bell_engine::Snapshot) -> Vec<String> {
    snapshot.warnings.iter().map(|(flow, warning)| format!("flow {flow}: {warning}")).collect()
}

fn json<T: Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn busy() -> Answer {
    Answer::Refused { why: "the node is too busy to answer: try again, and see belltower health".to_owned() }
}

impl From<AgentChange> for AgentCommand {
    fn from(change: AgentChange) -> Self {
        match change {
            AgentChange::SignIn => Self::SignIn,
            AgentChange::SignOut => Self::SignOut,
            AgentChange::Available => Self::Available,
            AgentChange::Break(reason) => Self::Break { reason },
            AgentChange::EndWrapUp => Self::EndWrapUp,
            AgentChange::Release => Self::Release,
        }
    }
}
