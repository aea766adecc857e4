//! `bell-sim`: one seed, fresh seeds for a while, or a day of a site.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bell_sim::{Settings, Site, run, run_day};
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
    /// Runs a usual day instead: 100 agents, 8,000 calls.
    #[arg(long, conflicts_with = "seed")]
    day: bool,
    /// Runs a usual day of this site: shop, finance, or a directory with centre.toml and traffic.toml.
    #[arg(long, conflicts_with = "seed")]
    site: Option<String>,
    /// Of the usual calls of the day so many percent come.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1000))]
    percent: u64,
    /// How often what-if runs the day again.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
    runs: u64,
    /// Writes the facts of the day into this file, a line each: belltower figures and whatif read it.
    #[arg(long)]
    facts: Option<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "a command line tool")]
fn main() -> ExitCode {
    let args = Args::parse();
    if args.day || args.site.is_some() {
        return play_day(&args).unwrap_or_else(|told| {
            println!("{told}");
            ExitCode::FAILURE
        });
    }
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
fn play_day(args: &Args) -> Result<ExitCode, String> {
    let site = args.site.as_deref().map_or_else(|| Ok(Site::hundred()), Site::load)?.percent(args.percent);
    let mut lines = match &args.facts {
        Some(path) => Some(BufWriter::new(File::create(path).map_err(|error| format!("{}: {error}", path.display()))?)),
        None => None,
    };
    let mut failed = None;
    let mut hear = |fact: &bell_types::Fact| {
        if let Some(lines) = &mut lines
            && let Err(error) =
                serde_json::to_writer(&mut *lines, fact).map_err(Into::into).and_then(|()| lines.write_all(b"\n"))
        {
            failed.get_or_insert(error);
        }
    };
    let began = Instant::now();
    let played = run_day(&site, args.runs, &mut hear).map_err(|failure| failure.to_string())?;
    let took = began.elapsed();
    let flushed: std::io::Result<()> = lines.as_mut().map_or(Ok(()), Write::flush);
    if let Some(error) = failed.or(flushed.err()) {
        return Err(format!("the facts could not be written: {error}"));
    }
    if args.coverage {
        tell_coverage(&played.verdict.seen);
    }
    let (agents, level) = (played.snapshot.acd.agents.len(), played.snapshot.service_level.within.as_secs());
    println!("a day of {}: {} calls, {agents} agents, in {:.1} s", site.name, site.calls(), took.as_secs_f64());
    println!("{}", played.verdict);
    println!("\n{}", played.comparison);
    println!(
        "\nservice level: calls answered within {level} s, of all that were offered; what if: nothing were different"
    );
    Ok(ExitCode::SUCCESS)
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
