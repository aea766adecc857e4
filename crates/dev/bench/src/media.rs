//! The media host: the examples of `bell-mediahost` that load it, run several times.

use std::process::{Command, Stdio};

use crate::Outcome;
use crate::report::{Report, Target};

const CALLS: &str = "500";
const SECONDS: &str = "8";
const RUNS: usize = 3;
/// What a core carries when it is full is asked for, so as many as fill most of one. And fewer: between their packets the host
/// sleeps, and to wake up is what it pays for then.
const BROWSERS: [(&str, Target); 2] = [("100", Target::None), ("1000", Target::AtMost(0.083))];

pub(crate) fn measure(report: &mut Report) -> Outcome {
    for (mode, what, cpu) in [("plain", "bridged", 0.07), ("record", "bridged and recorded", 0.09)] {
        let runs: Vec<String> = (0..RUNS).map(|_| load("load", &[CALLS, SECONDS, mode])).collect::<Result<_, _>>()?;
        let mut add = |name: &str, unit, target, read: fn(&str) -> Option<f64>| {
            let read = |run: &String| read(run).ok_or_else(|| format!("the load example did not print {name}:\n{run}"));
            let figures: Vec<f64> = runs.iter().map(read).collect::<Result<_, _>>()?;
            report.add(&format!("{name}, {CALLS} calls {what}"), unit, target, &figures)
        };
        add("CPU time of a call", "% of a core", Target::AtMost(cpu), |run| after(run, "sum "))?;
        add("added delay, p50", "ms", Target::None, |run| Some(after(run, "p50 ")? / 1000.0))?;
        add("added delay, p99", "ms", Target::AtMost(2.0), |run| Some(after(run, "p99 ")? / 1000.0))?;
        let lost = |run: &str| Some(after(run, "offered ")? - after(run, "came back ")?);
        add("lost", "packets", Target::AtMost(0.0), lost)?;
        add("memory of a call, generator included", "KB", Target::AtMost(64.0), |run| after(run, "per call: "))?;
    }
    BROWSERS.into_iter().try_for_each(|(calls, cpu)| browsers(report, calls, cpu))
}

/// Calls of an agent in a browser, bridged to a trunk in the same codec.
fn browsers(report: &mut Report, calls: &str, cpu: Target) -> Outcome {
    let runs: Vec<String> = (0..RUNS).map(|_| load("browsers", &[calls, SECONDS])).collect::<Result<_, _>>()?;
    let mut add = |name: &str, unit, target, read: fn(&str) -> Option<f64>| {
        let read = |run: &String| read(run).ok_or_else(|| format!("the example browsers did not print {name}:\n{run}"));
        let figures: Vec<f64> = runs.iter().map(read).collect::<Result<_, _>>()?;
        report.add(&format!("{name}, {calls} calls of a browser and a trunk"), unit, target, &figures)
    };
    add("CPU time of a call", "% of a core", cpu, |run| after(run, "sum "))?;
    add("from the answer to the first audio, p50", "ms", Target::None, |run| Some(after(run, "p50 ")? / 1000.0))?;
    add("from the answer to the first audio, p99", "ms", Target::AtMost(300.0), |run| {
        Some(after(run, "p99 ")? / 1000.0)
    })?;
    let lost = |run: &str| Some(after(run, "offered ")? - after(run, "came back ")?);
    add("lost", "packets", Target::AtMost(0.0), lost)
}

/// One run of an example, as it prints it. It pins its own threads.
fn load(example: &str, arguments: &[&str]) -> Outcome<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--quiet", "-p", "bell-mediahost", "--example", example, "--"]);
    let output = command.args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("the example {example} of bell-mediahost failed: see its message above").into()),
    }
}

/// The number behind the first of these words. `added delay in us: p50 812,` has 812 behind `p50 `.
fn after(text: &str, words: &str) -> Option<f64> {
    let (_, rest) = text.split_once(words)?;
    let rest = rest.trim_start();
    rest[..rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_by_the_words_before_them() {
        let text = "sum      0.0713 % of a core per call\nadded delay in us: p50 812, p90 1000, p99 1302, p99.9 9\n";
        assert_eq!(after(text, "sum "), Some(0.0713));
        assert_eq!((after(text, "p50 "), after(text, "p99 ")), (Some(812.0), Some(1302.0)));
        assert_eq!(after(text, "offered "), None);
    }
}
