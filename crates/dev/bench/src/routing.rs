//! The router: the benchmark of `bell-acd`.

use std::process::{Command, Stdio};

use crate::Outcome;
use crate::report::{Report, Target};

pub(crate) fn measure(report: &mut Report) -> Outcome {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    let output = command.args(["bench", "--quiet", "-p", "bell-acd", "--bench", "decisions"]);
    let output = output.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the benchmark of bell-acd failed: see its message above".into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut centre = "";
    for line in text.lines() {
        match line.strip_prefix("  ").and_then(|line| line.split_once(": ")) {
            None => centre = line,
            Some((what, figures)) => match micros_after(figures, "p99 ") {
                Some(p99) => report.add(&format!("{centre}: {what}, p99"), "µs", Target::AtMost(50.0), &[p99])?,
                None => {
                    let took = micros(figures).ok_or_else(|| format!("what does {line:?} say?"))?;
                    report.add(&format!("{centre}: {what}"), "ms", Target::AtMost(1000.0), &[took / 1000.0])?;
                }
            },
        }
    }
    Ok(())
}

fn micros_after(text: &str, words: &str) -> Option<f64> {
    micros(text.split_once(words)?.1.split(',').next()?)
}

/// A length of time as Rust prints it: `1.3µs`.
fn micros(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (count, unit) = text.split_at(unit_at);
    let factor = match unit {
        "ns" => 0.001,
        "µs" => 1.0,
        "ms" => 1000.0,
        "s" => 1_000_000.0,
        _ => return None,
    };
    Some(count.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_rust_prints_them() {
        let line = "p50 500ns, p99 15.2µs, p999 1.3ms, n 5000";
        let read = |words| micros_after(line, words);
        assert_eq!((read("p50 "), read("p99 "), read("p999 ")), (Some(0.5), Some(15.2), Some(1300.0)));
        assert_eq!(micros("2s"), Some(2_000_000.0));
        assert_eq!(micros("soon"), None);
    }
}
