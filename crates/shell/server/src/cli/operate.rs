//! Commands that look at a running node or change it.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use bell_types::{AgentName, CallId, RegistrationRefusal, Wall};
use clap::{Args, Subcommand, ValueEnum};

use super::Outcome;

use crate::clock::wall;
use crate::configure::{self, Versions};
use crate::control::{AgentChange, Answer, LiveView, Request, ask, warnings};
use crate::dirs::Dirs;

/// Check a configuration, show what it changes, and let it take effect.
#[derive(Debug, Args)]
pub(super) struct Apply {
    /// The configuration file.
    file: PathBuf,
    /// Only check it and show what it would change.
    #[arg(long)]
    dry_run: bool,
}

impl Apply {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let file = self.file.canonicalize().map_err(|error| format!("{}: {error}", self.file.display()))?;
        dirs.make()?;
        if self.dry_run {
            let source = configure::load(&file, &configure::library(dirs), wall())?;
            let before = Versions::of(dirs).latest()?;
            print!("{}", configure::difference(before.as_ref(), &source));
            let snapshot = bell_engine::Snapshot::build(source).map_err(configure::ConfigureError::Mistakes)?;
            print_warnings(&warnings(&snapshot));
            return Ok(());
        }
        match ask(dirs, &Request::Apply { file: file.clone() }) {
            Ok(answer) => print_applied(answer),
            Err(error) if is_not_running(&error) => apply_offline(dirs, &file),
            Err(error) => Err(error.into()),
        }
    }
}

fn apply_offline(dirs: &Dirs, file: &std::path::Path) -> Outcome {
    let source = configure::load(file, &configure::library(dirs), wall())?;
    let applied = Versions::of(dirs).apply(source)?;
    println!("no node is running: the configuration takes effect when one starts");
    print_applied(Answer::Applied {
        version: applied.snapshot.source.version,
        warnings: warnings(&applied.snapshot),
        difference: applied.difference,
    })
}

fn print_applied(answer: Answer) -> Outcome {
    let Answer::Applied { version, difference, warnings } = answer else { return done(answer) };
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
    List,
    /// Print a version's files, without passwords.
    Show {
        /// Its number.
        version: u64,
    },
    /// Let an old version take effect again, as a new version.
    RollBack {
        /// Its number.
        version: u64,
    },
}

impl Config {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let versions = Versions::of(dirs);
        match self {
            Self::List => {
                for number in versions.numbers()? {
                    let source = versions.get(number)?;
                    println!(
                        "{number:>6}  {}  {} flows",
                        &source.hash[..12.min(source.hash.len())],
                        source.flows.len()
                    );
                }
                Ok(())
            }
            Self::Show { version } => {
                let source = versions.get(version)?;
                println!("# {}\n{}", source.main.file, configure::without_passwords(&source.main.text));
                for (file, flow) in &source.flows {
                    println!("# {file}\n{flow}");
                }
                Ok(())
            }
            Self::RollBack { version } => print_applied(ask_node(dirs, &Request::RollBack { version })?),
        }
    }
}

/// Print the SIP messages of a recent call.
#[derive(Debug, Args)]
pub(super) struct Trace {
    /// The call.
    call: CallId,
}

impl Trace {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        done(ask_node(dirs, &Request::Trace { call: self.call })?)
    }
}

/// End a live call.
#[derive(Debug, Args)]
pub(super) struct Release {
    /// The call.
    call: CallId,
}

impl Release {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        done(ask_node(dirs, &Request::Release { call: self.call })?)
    }
}

/// Stop the running node.
#[derive(Debug, Args)]
pub(super) struct Stop {}

impl Stop {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        done(ask_node(dirs, &Request::Stop)?)
    }
}

/// Say how the running node is.
#[derive(Debug, Args)]
pub(super) struct Health {}

impl Health {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let answer = ask_node(dirs, &Request::Health)?;
        let Answer::Text { text } = answer else { return done(answer) };
        let report: serde_json::Value = serde_json::from_str(&text)?;
        println!("{report:#}");
        if report["ok"] == true {
            Ok(())
        } else {
            Err("something needs attention: see the parts that are not ok".into())
        }
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
            return done(ask_node(dirs, &Request::Agent { agent: agent.clone(), change })?);
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
            println!("{name:<20} {presence:<24} {:<12} since {}", word(&agent["activity"]), since(&agent["since"]));
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
            let both = serde_json::json!({ "endpoints": live.endpoints, "refused": live.refused });
            println!("{both:#}");
            return Ok(());
        }
        for (name, phone) in &live.endpoints {
            let state = match phone["source"].as_str() {
                Some(source) => {
                    format!("registered from {source} ({})", phone["user_agent"].as_str().unwrap_or("unknown"))
                }
                None => format!("gone: {}", word(&phone["gone"])),
            };
            println!("{name:<20} {state}, since {}", since(&phone["since"]));
        }
        for (name, refusal) in &live.refused {
            let source = refusal["source"].as_str().unwrap_or_default();
            let why = serde_json::from_value(refusal["refusal"].clone()).map(refused).unwrap_or_default();
            println!("{name:<20} refused from {source} at {}: {why}", since(&refusal["at"]));
        }
        nothing("no phone has registered yet", live.endpoints.is_empty() && live.refused.is_empty());
        Ok(())
    }
}

/// TEL-08: not just "forbidden".
fn refused(refusal: RegistrationRefusal) -> String {
    match refusal {
        RegistrationRefusal::WrongPassword { attempts_left } => {
            format!("wrong password (case matters), {attempts_left} attempts left")
        }
        RegistrationRefusal::LockedOut => {
            "locked out after too many wrong passwords; it may try again later".to_owned()
        }
        RegistrationRefusal::UnknownEndpoint => {
            "no endpoint has this name: check the user name of the phone".to_owned()
        }
        RegistrationRefusal::TooManyContacts => {
            "registered from as many places as it may be: raise contacts_max or sign out elsewhere".to_owned()
        }
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
            println!("{name:<20} {state}, since {}", since(&trunk["since"]));
        }
        nothing("no trunk has been tried yet", live.trunks.is_empty());
        Ok(())
    }
}

/// What is going on in the node that serves this directory.
pub(super) fn live(dirs: &Dirs) -> Result<LiveView, Box<dyn std::error::Error>> {
    match ask_node(dirs, &Request::Live)? {
        Answer::Live(live) => Ok(*live),
        other => Err(done(other).err().unwrap_or_else(|| "the node answered something else".into())),
    }
}

pub(super) fn ask_node(dirs: &Dirs, request: &Request) -> Result<Answer, Box<dyn std::error::Error>> {
    ask(dirs, request).map_err(|error| {
        if is_not_running(&error) {
            let dir = dirs.root().display();
            return format!("no node serves {dir}: start one with belltower serve --dir {dir}").into();
        }
        error.into()
    })
}

fn is_not_running(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

pub(super) fn done(answer: Answer) -> Outcome {
    match answer {
        Answer::Done => println!("done"),
        Answer::Text { text } => print!("{text}"),
        Answer::Refused { why } => return Err(why.into()),
        Answer::Applied { .. } | Answer::Live(_) => {}
    }
    Ok(())
}

fn nothing(why: &str, is_empty: bool) {
    if is_empty {
        println!("{why}");
    }
}

/// A value of the live view as words: `break: lunch`, `available`.
pub(super) fn word(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.replace('_', " "),
        serde_json::Value::Object(map) => map.iter().fold(String::new(), |mut text, (key, inner)| {
            let inner = inner.get("reason").unwrap_or(inner);
            // Writing to a string does not fail.
            let _ = write!(text, "{key}: {}", word(inner));
            text
        }),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn since(value: &serde_json::Value) -> Wall {
    Wall::from_micros(value.as_i64().unwrap_or_default())
}
