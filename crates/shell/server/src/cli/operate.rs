//! Commands that look at a running node or change it.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use bell_types::{AgentName, CallId, RegistrationRefusal, Wall};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::progress::Progress;
use super::width::fit;
use super::{NotRunning, Outcome};

use crate::clock::wall;
use crate::configure::{self, Versions};
use crate::control::{AgentChange, Answer, LiveView, Request, ask, warnings};
use crate::dirs::Dirs;
use crate::trace::Shown;

/// Check a configuration, show what it changes, and let it take effect.
#[derive(Debug, Args)]
pub(super) struct Apply {
    /// The configuration file.
    file: PathBuf,
    /// Only check it and show what it would change.
    #[arg(long)]
    dry_run: bool,
    /// What is said of it in the list of versions.
    #[arg(long, default_value = "")]
    comment: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Apply {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let file = self.file.canonicalize().map_err(|error| format!("{}: {error}", self.file.display()))?;
        dirs.make().map_err(|error| format!("{}: {error}", dirs.root().display()))?;
        // The node would prepare the prompts too, but nobody would see how far it is.
        let source = load(&file, dirs)?;
        if self.dry_run {
            let before = Versions::of(dirs).latest()?;
            let same = before.as_ref().is_some_and(|before| before.hash == source.hash);
            let difference = if same { String::new() } else { configure::difference(before.as_ref(), &source) };
            let snapshot = bell_engine::Snapshot::build(source).map_err(configure::ConfigureError::Mistakes)?;
            return self.print_dry(&difference, &warnings(&snapshot));
        }
        match ask(dirs, &Request::Apply { file, comment: self.comment.clone() }) {
            Ok(answer) => print_applied(answer, self.json),
            Err(error) if is_not_running(&error) => self.offline(dirs, source),
            Err(error) => Err(error.into()),
        }
    }

    fn print_dry(&self, difference: &str, warnings: &[String]) -> Outcome {
        if self.json {
            let answer = json!({ "changes": !difference.is_empty(), "difference": difference, "warnings": warnings });
            println!("{answer:#}");
            return Ok(());
        }
        print_warnings(warnings);
        print!("{difference}");
        let end =
            if difference.is_empty() { "nothing would change" } else { "it is right; nothing has been changed yet" };
        println!("{end}");
        Ok(())
    }

    fn offline(&self, dirs: &Dirs, source: bell_engine::Source) -> Outcome {
        let applied = Versions::of(dirs).apply_files(source, &self.comment)?;
        if !self.json {
            println!("no node is running: the configuration takes effect when one starts");
        }
        let answer = Answer::Applied {
            version: applied.snapshot.source.version,
            warnings: warnings(&applied.snapshot),
            difference: applied.difference,
        };
        print_applied(answer, self.json)
    }
}

/// Reads a configuration; whoever watches sees how far its prompts are.
pub(super) fn load(file: &Path, dirs: &Dirs) -> Result<bell_engine::Source, configure::ConfigureError> {
    let mut progress = Progress::new("preparing the prompts");
    configure::load_with(file, &configure::library(dirs), wall(), &mut |done, all| progress.of(done, all))
}

fn print_applied(answer: Answer, as_json: bool) -> Outcome {
    let Answer::Applied { version, difference, warnings } = answer else { return done(answer, as_json) };
    if as_json {
        let changed = !difference.is_empty();
        let answer = json!({ "version": version, "changed": changed, "difference": difference, "warnings": warnings });
        println!("{answer:#}");
        return Ok(());
    }
    print_warnings(&warnings);
    if difference.is_empty() {
        println!("nothing changes: version {version} is what runs");
    } else {
        print!("{difference}");
        println!("version {version} is in force; live calls keep what they started with");
    }
    Ok(())
}

fn print_warnings(warnings: &[String]) {
    for warning in warnings {
        println!("warning: {warning}");
    }
}

/// The versions of the configuration.
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// List the versions.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print a version's files, without passwords.
    Show {
        /// Its number.
        version: u64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let an old version take effect again, as a new version.
    RollBack {
        /// Its number.
        version: u64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Config {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let versions = Versions::of(dirs);
        match self {
            Self::List { json } => list_versions(&versions, json),
            Self::Show { version, json } => show_version(&versions.get(version)?, json),
            Self::RollBack { version, json } => print_applied(ask_node(dirs, &Request::RollBack { version })?, json),
        }
    }
}

fn list_versions(versions: &Versions, as_json: bool) -> Outcome {
    let numbers = versions.numbers_or_none()?;
    let mut list = Vec::new();
    for number in numbers {
        let source = versions.get(number)?;
        if as_json {
            list.push(json!({ "version": number, "hash": source.hash, "files": source.files.len() }));
        } else {
            let hash = source.hash.get(..12).unwrap_or(&source.hash);
            println!("{number:>6}  {hash}  {} files", source.files.len() + 1);
            list.push(Value::Null);
        }
    }
    if as_json {
        println!("{:#}", Value::Array(list));
    } else {
        nothing("there is no configuration yet: belltower apply FILE", list.is_empty());
    }
    Ok(())
}

fn show_version(source: &bell_engine::Source, as_json: bool) -> Outcome {
    let main = configure::without_passwords(&source.main.text);
    if as_json {
        let files = json!({ "version": source.version, "main": { "file": source.main.file, "text": main }, "files": source.files });
        println!("{files:#}");
        return Ok(());
    }
    println!("# {}\n{main}", source.main.file);
    for (file, text) in &source.files {
        println!("# {file}\n{text}");
    }
    Ok(())
}

/// Print the SIP messages of a recent call.
#[derive(Debug, Args)]
pub(super) struct Trace {
    /// The call.
    call: CallId,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Trace {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let messages = match ask_node(dirs, &Request::Trace { call: self.call })? {
            Answer::Messages { messages } => messages,
            other => return done(other, self.json),
        };
        if self.json {
            println!("{}", serde_json::to_string_pretty(&messages)?);
        } else {
            messages.iter().for_each(|message| print!("{message}"));
        }
        Ok(())
    }
}

/// The SIP messages the running node has kept of a call; none without a node.
pub(super) fn messages(dirs: &Dirs, call: CallId) -> Option<Vec<Shown>> {
    match ask(dirs, &Request::Trace { call }) {
        Ok(Answer::Messages { messages }) => Some(messages),
        Ok(_) | Err(_) => None,
    }
}

/// End a live call.
#[derive(Debug, Args)]
pub(super) struct Release {
    /// The call.
    call: CallId,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Release {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        done(ask_node(dirs, &Request::Release { call: self.call })?, self.json)
    }
}

/// Stop the running node.
#[derive(Debug, Args)]
pub(super) struct Stop {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Stop {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        done(ask_node(dirs, &Request::Stop)?, self.json)
    }
}

/// Say how the running node is.
#[derive(Debug, Args)]
pub(super) struct Health {
    /// Print JSON, as the health page does.
    #[arg(long)]
    json: bool,
}

impl Health {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let report = health(dirs)?;
        if self.json {
            println!("{report:#}");
        } else {
            print_health(&report);
        }
        if report["ok"] == true {
            Ok(())
        } else {
            Err("something needs attention: see the layers that are not ok".into())
        }
    }
}

/// What the node that serves this directory says of itself.
pub(super) fn health(dirs: &Dirs) -> Result<Value, Box<dyn std::error::Error>> {
    match ask_node(dirs, &Request::Health)? {
        Answer::Text { text } => Ok(serde_json::from_str(&text)?),
        other => Err(done(other, false).err().unwrap_or_else(|| "the node answered something else".into())),
    }
}

/// A line for each layer: `ok       data        database.lag_facts 0, disk enough`.
fn print_health(report: &Value) {
    for layer in ["access", "processing", "delivery", "data", "control"] {
        let level = if report[layer]["ok"] == true { "ok" } else { "NOT OK" };
        let mut figures = Vec::new();
        flatten(&report[layer], &mut figures);
        println!("{}  {}  {}", fit(level, 6), fit(layer, 10), figures.join(", "));
    }
}

/// The figures of a layer as words; what is empty says nothing.
fn flatten(value: &Value, figures: &mut Vec<String>) {
    let Value::Object(fields) = value else { return };
    for (name, field) in fields.iter().filter(|(name, _)| *name != "ok") {
        let name = name.replace('_', " ");
        match field {
            Value::Null => {}
            Value::Array(list) if list.is_empty() => {}
            Value::Object(_) if field["ok"] == false => {
                figures.push(format!("{name} NOT OK"));
                flatten(field, figures);
            }
            Value::Object(_) => {
                let begin = figures.len();
                flatten(field, figures);
                figures.iter_mut().skip(begin).for_each(|figure| figure.insert_str(0, &format!("{name} ")));
            }
            Value::Number(bytes) if name.ends_with("bytes") => {
                let mebibytes = bytes.as_u64().unwrap_or(0) / (1 << 20);
                figures.push(format!("{} {mebibytes} MiB", name.trim_end_matches(" bytes")));
            }
            Value::Array(list) => {
                figures.push(format!("{name}: {}", list.iter().map(words).collect::<Vec<_>>().join("; ")));
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => figures.push(format!("{name} {}", words(field))),
        }
    }
}

/// A list such as a trunk and its cause, side by side.
fn words(value: &Value) -> String {
    match value {
        Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(" "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => word(value),
    }
}

/// List agents, or change the state of one.
#[derive(Debug, Args)]
pub(super) struct Agents {
    /// The agent to change.
    agent: Option<AgentName>,
    /// What to change.
    #[arg(value_enum, requires = "agent")]
    change: Option<Change>,
    /// Why he takes a break.
    #[arg(long, default_value = "break")]
    reason: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Change {
    /// Come to work.
    SignIn,
    /// Go home.
    SignOut,
    /// Take calls.
    Available,
    /// Take none for a while.
    Break,
    /// The last call's work is done.
    EndWrapUp,
    /// Is in no call, whatever is believed.
    Release,
}

impl Agents {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        if let (Some(agent), Some(change)) = (&self.agent, self.change) {
            let change = match change {
                Change::SignIn => AgentChange::SignIn,
                Change::SignOut => AgentChange::SignOut,
                Change::Available => AgentChange::Available,
                Change::Break => AgentChange::Break(self.reason),
                Change::EndWrapUp => AgentChange::EndWrapUp,
                Change::Release => AgentChange::Release,
            };
            return done(ask_node(dirs, &Request::Agent { agent: agent.clone(), change })?, self.json);
        }
        let live = live(dirs)?;
        let mut agents = live.agents;
        agents.retain(|(name, _)| self.agent.as_ref().is_none_or(|agent| agent.as_str() == name));
        if self.json {
            println!("{}", serde_json::to_string_pretty(&agents)?);
            return Ok(());
        }
        for (name, agent) in &agents {
            let presence = word(&agent["presence"]);
            let (name, presence, activity) = (fit(name, 20), fit(&presence, 24), fit(&word(&agent["activity"]), 12));
            println!("{name} {presence} {activity} since {}", since(&agent["since"]));
        }
        nothing("no agent has been seen yet: agents appear when they sign in", agents.is_empty());
        Ok(())
    }
}

/// List phones.
#[derive(Debug, Args)]
pub(super) struct Endpoints {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Endpoints {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let live = live(dirs)?;
        if self.json {
            let both = serde_json::json!({ "endpoints": live.endpoints, "keys": live.keys, "refused": live.refused });
            println!("{both:#}");
            return Ok(());
        }
        for (name, phone) in &live.endpoints {
            let state = match (phone["source"].as_str(), phone["line"] == true, word(&phone["gone"])) {
                (Some(source), ..) => {
                    format!("registered from {source} ({})", phone["user_agent"].as_str().unwrap_or("unknown"))
                }
                (None, true, why) if why.is_empty() => "a line within reach".to_owned(),
                (None, true, why) => format!("a line out of reach: {why}"),
                (None, false, why) => format!("gone: {why}"),
            };
            println!("{} {state}, since {}", fit(name, 20), since(&phone["since"]));
        }
        for (name, key) in &live.keys {
            println!("{} may be registered by login {} until {}", fit(name, 20), key["login"], since(&key["until"]));
        }
        for (name, refusal) in &live.refused {
            let source = refusal["source"].as_str().unwrap_or_default();
            let why = serde_json::from_value(refusal["refusal"].clone()).map(refused).unwrap_or_default();
            println!("{} refused from {source} at {}: {why}", fit(name, 20), since(&refusal["at"]));
        }
        nothing("no phone has registered yet", live.endpoints.is_empty() && live.refused.is_empty());
        Ok(())
    }
}

/// TEL-08: not just "forbidden".
fn refused(refusal: RegistrationRefusal) -> String {
    match refusal {
        RegistrationRefusal::WrongPassword { attempts_left } => {
            let left = match attempts_left {
                0 => "no attempt left: it is locked out and may try again later".to_owned(),
                1 => "1 attempt left".to_owned(),
                more => format!("{more} attempts left"),
            };
            format!("wrong password (case matters), {left}")
        }
        RegistrationRefusal::LockedOut => {
            "locked out after too many wrong passwords; it may try again later".to_owned()
        }
        RegistrationRefusal::UnknownEndpoint => {
            "no endpoint has this name: check the user name of the phone".to_owned()
        }
        RegistrationRefusal::KeyOver => "its login is over, or another one has the voice: sign in again".to_owned(),
        RegistrationRefusal::Barred => {
            "its agent may not work: belltower voice allow lets his phones in again".to_owned()
        }
        RegistrationRefusal::InTheClear => {
            "the keys of its audio would cross the network in the clear: let it register over TLS".to_owned()
        }
        RegistrationRefusal::TooManyContacts => "it may be registered from nowhere: raise contacts_max".to_owned(),
    }
}

/// List trunks.
#[derive(Debug, Args)]
pub(super) struct Trunks {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Trunks {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let live = live(dirs)?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&live.trunks)?);
            return Ok(());
        }
        for (name, trunk) in &live.trunks {
            let state =
                if trunk["down"].is_null() { "up".to_owned() } else { format!("down: {}", word(&trunk["down"])) };
            println!("{} {state}, since {}", fit(name, 20), since(&trunk["since"]));
        }
        nothing("no trunk has been tried yet", live.trunks.is_empty());
        Ok(())
    }
}

/// What is going on in the node that serves this directory.
pub(super) fn live(dirs: &Dirs) -> Result<LiveView, Box<dyn std::error::Error>> {
    match ask_node(dirs, &Request::Live)? {
        Answer::Live(live) => Ok(*live),
        other => Err(done(other, false).err().unwrap_or_else(|| "the node answered something else".into())),
    }
}

pub(super) fn ask_node(dirs: &Dirs, request: &Request) -> Result<Answer, Box<dyn std::error::Error>> {
    ask(dirs, request)
        .map_err(|error| if is_not_running(&error) { NotRunning(dirs.root().to_owned()).into() } else { error.into() })
}

pub(super) fn is_not_running(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

pub(super) fn done(answer: Answer, as_json: bool) -> Outcome {
    match answer {
        Answer::Done if as_json => println!("{}", json!({ "done": true })),
        Answer::Done => println!("done"),
        Answer::Text { text } => print!("{text}"),
        Answer::Refused { why } => return Err(why.into()),
        Answer::Applied { .. }
        | Answer::Live(_)
        | Answer::Messages { .. }
        | Answer::Key { .. }
        | Answer::Accounts(_) => {}
    }
    Ok(())
}

fn nothing(why: &str, is_empty: bool) {
    if is_empty {
        println!("{why}");
    }
}

/// A value of the live view as words: `break: lunch`, `available`.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('_', " "),
        Value::Object(map) => map.iter().fold(String::new(), |mut text, (key, inner)| {
            let inner = inner.get("reason").unwrap_or(inner);
            // Writing to a string does not fail.
            let _ = write!(text, "{key}: {}", word(inner));
            text
        }),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn since(value: &Value) -> Wall {
    Wall::from_micros(value.as_i64().unwrap_or_default())
}
