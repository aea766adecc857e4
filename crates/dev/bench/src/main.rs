//! `bell-bench`: what Belltower costs, each figure beside its target.
//!
//! Every scenario runs in a process of its own, so that none inherits the memory of another; what is compared is CPU
//! time on a pinned core, and each figure is the median of several runs with their range. It prints and never asserts:
//! a slow machine is no mistake. It knows the SIP that Belltower writes, and nothing of how calls are decided.
//!
//! ```text
//! ./dev bench                  # everything: lines for people on stderr, lines of JSON on stdout
//! ./dev bench bridged waiting  # some scenarios
//! ./dev bench --markdown       # the table of docs/benchmarks.md instead of the JSON
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

mod bridged;
mod browser;
mod centre;
mod console;
mod desk;
mod field;
mod measure;
mod media;
mod party;
mod report;
mod routing;
mod search;
mod setup;
mod signalling;
mod wire;

use std::error::Error;
use std::process::{Command, ExitCode, Stdio};

use clap::{Parser, ValueEnum};

use crate::report::{Figure, Report};

/// What a scenario ends with.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Measures what Belltower costs.
#[derive(Debug, Parser)]
struct Args {
    /// What to measure; everything if nothing is named.
    scenarios: Vec<Scenario>,
    /// Print a table for docs/benchmarks.md instead of lines of JSON.
    #[arg(long)]
    markdown: bool,
    /// Measure in this process; so the process that was started starts others.
    #[arg(long, hide = true)]
    here: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// The SIP stack alone: calls it answers, memory per dialog.
    Signalling,
    /// The node alone: callers through a flow and a queue to agents, signalling only.
    Bridged,
    /// The node with a large centre: memory per waiting call, a change of the whole configuration.
    Waiting,
    /// The built server on loopback, with media opened: set-ups, delays, overload.
    Setup,
    /// The built server with people at its console: answers, pushed changes, hundreds of live views.
    Console,
    /// The built server and an agent in a real browser: how soon he sees who calls, and how soon a call that he places rings.
    Desk,
    /// The built server with five million calls in its database: how long a search takes.
    Search,
    /// The media host: CPU time, delay and memory of a bridged call.
    Media,
    /// The router: how long a decision takes.
    Routing,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bell-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Outcome {
    let scenarios = if args.scenarios.is_empty() { Scenario::value_variants() } else { &args.scenarios };
    if args.here {
        return scenarios.iter().try_for_each(|scenario| measure_here(*scenario));
    }
    let mut figures = Vec::new();
    let mut failed = Vec::new();
    for scenario in scenarios {
        match measure_apart(*scenario, args.markdown) {
            Ok(found) => figures.extend(found),
            // What the others cost is worth knowing all the same.
            Err(error) => failed.push(error.to_string()),
        }
    }
    if args.markdown {
        println!("{}", report::markdown(&figures));
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("; ").into()) }
}

fn measure_here(scenario: Scenario) -> Outcome {
    let mut report = Report::new(scenario.name());
    match scenario {
        Scenario::Signalling => signalling::measure(&mut report),
        Scenario::Bridged => bridged::measure(&mut report),
        Scenario::Waiting => bridged::measure_waiting(&mut report),
        Scenario::Setup => setup::measure(&mut report),
        Scenario::Console => console::measure(&mut report),
        Scenario::Desk => desk::measure(&mut report),
        Scenario::Search => search::measure(&mut report),
        Scenario::Media => media::measure(&mut report),
        Scenario::Routing => routing::measure(&mut report),
    }
}

/// Measures in a process of its own. Its lines for people go straight to the terminal.
fn measure_apart(scenario: Scenario, silent: bool) -> Outcome<Vec<Figure>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--here", &scenario.name()]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output()?;
    let lines = String::from_utf8_lossy(&output.stdout);
    if !silent {
        print!("{lines}");
    }
    if !output.status.success() {
        return Err(format!("the scenario {} failed: see its message above", scenario.name()).into());
    }
    Ok(lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

impl Scenario {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}
