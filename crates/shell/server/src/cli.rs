//! The operator's commands.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "commands print")]

mod accounts;
mod alerts;
mod audit;
mod call;
mod calls;
mod check;
mod day;
mod demo;
mod doctor;
mod emergency;
mod figures;
mod flow;
mod keys;
mod lists;
mod live;
mod messages;
mod operate;
mod policies;
mod progress;
mod recordings;
mod replay;
mod serve;
mod supervise;
mod timeline;
mod transfers;
mod user;
mod voice;
mod whatif;
mod why_not;
mod width;

pub(crate) use why_not::read as read_why_not;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use clap::{Parser, Subcommand};
use signal_hook::consts::SIGPIPE;
use thiserror::Error;

use crate::dirs::Dirs;

/// A self-hosted call centre.
#[derive(Debug, Parser)]
#[command(name = "belltower", version, long_version = LONG_VERSION.as_str(), about, max_term_width = 100)]
struct Cli {
    /// The directory of the node.
    #[arg(long, visible_alias = "data", global = true, env = "BELLTOWER_DIR", default_value = "/var/lib/belltower")]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a call centre.
    Serve(serve::Serve),
    /// Set up a demo centre in the directory and serve it.
    Demo(demo::Demo),
    /// Check a configuration, show what it changes, and let it take effect.
    Apply(operate::Apply),
    /// The versions of the configuration: list, show, go back.
    #[command(subcommand)]
    Config(operate::Config),
    /// Print the description of the API: OpenAPI 3.1.
    Openapi,
    /// List the thresholds that hold, each with its source.
    Policies(policies::Policies),
    /// Prove and simulate flows before they are published.
    #[command(subcommand)]
    Flow(flow::Flow),
    /// Show alerts: queues whose callers wait too long, and numbers that the nuisance rule has put on lists.
    Alerts(alerts::Alerts),
    /// Show what goes on now: calls, queues, agents.
    Live(live::Live),
    /// List calls, newest first, or tell one to the millisecond.
    Calls(calls::Calls),
    /// List the messages callers left.
    Messages(messages::Messages),
    /// Say why a call went the way it went.
    Why(calls::Why),
    /// Say why calls did not reach an agent.
    WhyNot(why_not::WhyNotCommand),
    /// Print the SIP messages of a recent call, passwords masked.
    Trace(operate::Trace),
    /// Move a live call, or supervise it: hold, transfer, consult, park, listen, take over.
    Call(call::Call),
    /// Listen to an agent, and more: the call he is in is found.
    Supervise(supervise::Supervise),
    /// Place a call: an agent's phone rings first, then the customer's.
    Dial(call::Dial),
    /// Switch a number's calls to its numbers for emergencies and back, or show when that was done and drilled.
    Emergency(emergency::Switch),
    /// End a live call.
    Release(operate::Release),
    /// List agents, or change the state of one.
    Agents(operate::Agents),
    /// List phones: where they are, and who could not register.
    Endpoints(operate::Endpoints),
    /// Make or end keys by which browsers register, and bar an agent's phones.
    #[command(subcommand)]
    Voice(voice::VoiceCommand),
    /// List trunks and whether they work.
    Trunks(operate::Trunks),
    /// Say how transfers have fared, by type, target and trunk.
    Transfers(transfers::Transfers),
    /// Say how the running node is, layer by layer.
    Health(operate::Health),
    /// Look for what is wrong on this machine and in the directory.
    Doctor(doctor::Doctor),
    /// Lists of callers: who is turned away, who skips the menu, who is watched.
    Lists(lists::Lists),
    /// Accounts of people: add, list, disable, unlock, give roles.
    User(user::User),
    /// The log of what everybody did: verify, search, export.
    Audit(audit::Audit),
    /// Rules of login: would somebody be let in, and why.
    #[command(subcommand)]
    LoginRules(audit::LoginRules),
    /// Find, check and export recordings.
    Recordings(recordings::Recordings),
    /// Run a journal again: it must come to the same facts.
    Replay(replay::Replay),
    /// Show how queues and agents fared: service level, waits, occupancy.
    Figures(figures::Figures),
    /// Say how a recorded day would have gone under another configuration.
    #[command(name = "whatif")]
    WhatIf(whatif::WhatIf),
    /// Stop the running node in good order.
    Stop(operate::Stop),
}

/// The version, and whose data the program carries.
static LONG_VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{}\n{}", env!("CARGO_PKG_VERSION"), bell_callers::NUMBERING_DATA));

/// What a command ends with: nothing, or an error whose causes are printed.
type Outcome = Result<(), Box<dyn Error>>;

/// The exit code of a command that needs a node where none runs. 0 is success, 1 failure, 2 a wrong command line.
const NOT_RUNNING: u8 = 3;

/// No node serves the directory.
#[derive(Debug, Error)]
#[error("no node serves {}: start one with belltower serve --dir {}", .0.display(), .0.display())]
struct NotRunning(PathBuf);

/// Runs the command the arguments ask for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // A node must outlive whoever reads its output; a command need not.
    if !matches!(cli.command, Command::Serve(_) | Command::Demo(_)) {
        end_quietly_with_the_reader();
    }
    let dirs = Dirs::new(&cli.dir);
    let outcome = match cli.command {
        Command::Serve(command) => command.run(&dirs),
        Command::Demo(command) => command.run(&dirs),
        Command::Apply(command) => command.run(&dirs),
        Command::Config(command) => command.run(&dirs),
        Command::Openapi => bell_api::open_api().to_pretty_json().map(|text| println!("{text}")).map_err(Into::into),
        Command::Policies(command) => command.run(&dirs),
        Command::Flow(command) => command.run(&dirs),
        Command::Alerts(command) => command.run(&dirs),
        Command::Live(command) => command.run(&dirs),
        Command::Calls(command) => command.run(&dirs),
        Command::Messages(command) => command.run(&dirs),
        Command::Why(command) => command.run(&dirs),
        Command::WhyNot(command) => command.run(&dirs),
        Command::Trace(command) => command.run(&dirs),
        Command::Call(command) => command.run(&dirs),
        Command::Supervise(command) => command.run(&dirs),
        Command::Dial(command) => command.run(&dirs),
        Command::Emergency(command) => command.run(&dirs),
        Command::Release(command) => command.run(&dirs),
        Command::Agents(command) => command.run(&dirs),
        Command::Endpoints(command) => command.run(&dirs),
        Command::Voice(command) => command.run(&dirs),
        Command::Trunks(command) => command.run(&dirs),
        Command::Transfers(command) => command.run(&dirs),
        Command::Health(command) => command.run(&dirs),
        Command::Doctor(command) => command.run(&dirs),
        Command::Lists(command) => command.run(&dirs),
        Command::User(command) => command.run(&dirs),
        Command::Audit(command) => command.run(&dirs),
        Command::LoginRules(command) => command.run(&dirs),
        Command::Recordings(command) => command.run(&dirs),
        Command::Replay(command) => command.run(&dirs),
        Command::Figures(command) => command.run(&dirs),
        Command::WhatIf(command) => command.run(&dirs),
        Command::Stop(command) => command.run(&dirs),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("belltower: {}", chain(error.as_ref()));
            if error.is::<NotRunning>() { ExitCode::from(NOT_RUNNING) } else { ExitCode::FAILURE }
        }
    }
}

/// An error with its causes, in one line.
pub(crate) fn told(error: &dyn Error) -> String {
    chain(error).trim_end().replace('\n', " ")
}

/// An error with all its causes.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// `belltower calls | head` ends when `head` has seen enough, without a complaint.
fn end_quietly_with_the_reader() {
    // A signal that cannot be handled leaves things as they are.
    let always = Arc::new(AtomicBool::new(true));
    let _ = signal_hook::flag::register_conditional_default(SIGPIPE, always);
}
