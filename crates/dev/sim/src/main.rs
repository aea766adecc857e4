//! `bell-sim`: one seed, or fresh seeds for a while.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bell_sim::{Settings, run};
use clap::Parser;

/// Runs a whole call centre in virtual time and checks what must always hold.
#[derive(Debug, Parser)]
struct Args {
    /// The seed to run; without one, fresh seeds are run.
    #[arg(long)]
    seed: Option<u64>,
    /// How many minutes of virtual time callers come.
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// The same in hours.
    #[arg(long, conflicts_with = "minutes")]
    hours: Option<u64>,
    /// For how many seconds of real time fresh seeds are run.
    #[arg(long, default_value_t = 60, conflicts_with = "seed")]
    seconds: u64,
    /// The first of the fresh seeds; each run after it takes the next. From the clock if it is not given.
    #[arg(long, conflicts_with = "seed")]
    from: Option<u64>,
    /// Tells how often each kind of fact came.
    #[arg(long)]
    coverage: bool,
}

#[expect(clippy::print_stdout, reason = "a command line tool")]
fn main() -> ExitCode {
    let args = Args::parse();
    let minutes = args.hours.map_or(args.minutes, |hours| hours.saturating_mul(60));
    let traffic = Duration::from_secs(minutes.saturating_mul(60));
    if let Some(seed) = args.seed {
        return report(Settings { seed, traffic }, args.coverage);
    }
    let until = Instant::now() + Duration::from_secs(args.seconds);
    let first = args.from.unwrap_or_else(clock_seed);
    let (mut seed, mut calls, mut seen) = (first, 0, BTreeMap::new());
    while Instant::now() < until {
        match run(Settings { seed, traffic }) {
            Ok(verdict) => {
                calls += verdict.calls;
                verdict.seen.into_iter().for_each(|(kind, count)| *seen.entry(kind).or_default() += count);
            }
            Err(failure) => {
                println!("{failure}");
                println!("again: ./dev sim --seed {seed} --minutes {minutes}");
                return ExitCode::FAILURE;
            }
        }
        seed = seed.wrapping_add(1);
    }
    if args.coverage {
        tell_coverage(&seen);
    }
    println!("clean: {} seeds from {first}, {calls} calls", seed.wrapping_sub(first));
    ExitCode::SUCCESS
}

#[expect(clippy::print_stdout, reason = "a command line tool")]
fn report(settings: Settings, coverage: bool) -> ExitCode {
    match run(settings) {
        Ok(verdict) => {
            if coverage {
                tell_coverage(&verdict.seen);
            }
            println!("seed {} {verdict}", settings.seed);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a command line tool")]
fn tell_coverage(seen: &BTreeMap<String, u64>) {
    for (kind, count) in seen {
        println!("{count:>8} {kind}");
    }
}

/// A seed nobody has run yet.
fn clock_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
}
