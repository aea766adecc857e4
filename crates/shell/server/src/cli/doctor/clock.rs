//! The clock: whether it is kept right, and whether it stepped while a node wrote its journal.

use std::path::Path;
use std::process::Command;

use bell_store::journal::{Kind, Reader};
use bell_types::{Now, Seq, Wall};

use super::{Findings, Limits};
use crate::clock::wall;
use crate::dirs::Dirs;

const CHECK: &str = "clock";

pub(super) fn examine(dirs: &Dirs, limits: &Limits, findings: &mut Findings) {
    match synchronised() {
        Some(true) => findings.ok(CHECK, "kept right by a time server"),
        Some(false) => {
            let remedy = "timedatectl set-ntp true, or install chrony: records and reports go by this clock";
            findings.warn(CHECK, "no time server keeps it right", remedy);
        }
        None => {
            let remedy = "in a container it is the host's; otherwise install chrony or systemd-timesyncd";
            findings.warn(CHECK, "cannot tell whether a time server keeps it right", remedy);
        }
    }
    // Without a journal there is nothing to look at.
    let Ok(times) = times(dirs) else { return };
    let steps = steps(&times, limits.step_micros);
    if let Some(ahead) = times.last().map(|last| seconds(last.wall, wall())).filter(|ahead| *ahead < -1.0) {
        let remedy = "set the clock right: new calls would seem to come before old ones";
        findings.fail(CHECK, format!("the journal's last entry lies {:.0} s in the future", -ahead), remedy);
    }
    match steps.as_slice() {
        [] => findings.ok(CHECK, format!("no step in the journal's newest file ({} entries)", times.len())),
        [.., (at, by)] => {
            let found = format!("{} steps in the journal's newest file, the last at {at} by {by:+.1} s", steps.len());
            findings.warn(CHECK, found, "let the time server slew the clock; durations are right all the same");
        }
    }
}

/// How the clock is, in words.
pub(super) fn state() -> String {
    let kept = match synchronised() {
        Some(true) => "kept right by a time server",
        Some(false) => "no time server keeps it right",
        None => "nobody can tell whether a time server keeps it right",
    };
    offset().map_or_else(|| kept.to_owned(), |offset| format!("{kept}, off by {offset}"))
}

/// By how much the clock is off, as the program that keeps it says.
fn offset() -> Option<String> {
    let chrony = said("chronyc", &["-n", "tracking"]).and_then(|text| after(&text, "System time"));
    chrony.or_else(|| said("timedatectl", &["timesync-status"]).and_then(|text| after(&text, "Offset")))
}

/// What stands behind a name: `Offset: +1.2ms`.
fn after(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(name))?;
    Some(line.trim_start_matches([' ', ':']).trim().to_owned())
}

fn said(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// None: nobody can say.
fn synchronised() -> Option<bool> {
    if Path::new("/run/systemd/timesync/synchronized").exists() {
        return Some(true);
    }
    if let Some(text) = said("timedatectl", &["show", "--property=NTPSynchronized", "--value"]) {
        return Some(text.trim() == "yes");
    }
    let text = said("chronyc", &["-n", "tracking"])?;
    text.lines().find_map(|line| line.strip_prefix("Leap status")).map(|state| state.contains("Normal"))
}

/// When the facts of the journal's newest file happened.
fn times(dirs: &Dirs) -> Result<Vec<Now>, bell_store::journal::JournalError> {
    let mut reader = Reader::from_file_of(&dirs.journal(), Seq(u64::MAX))?;
    let mut times = Vec::new();
    while let Some(record) = reader.read()? {
        if record.kind == Kind::Facts {
            for fact in record.facts() {
                times.push(fact?.0.now);
            }
        }
    }
    Ok(times)
}

/// Where the wall clock went another way than the time that passed: when, and by how many seconds.
fn steps(times: &[Now], step_micros: u64) -> Vec<(Wall, f64)> {
    let step = |pair: &[Now]| {
        let (before, after) = (pair.first()?, pair.get(1)?);
        // Time that goes back: a new start, between which nobody can tell.
        let passed = after.mono.as_micros().checked_sub(before.mono.as_micros())?;
        let shown = after.wall.as_micros() - before.wall.as_micros();
        let by = shown.saturating_sub(i64::try_from(passed).ok()?);
        (by.unsigned_abs() > step_micros).then_some((after.wall, by as f64 / 1e6))
    };
    times.windows(2).filter_map(step).collect()
}

fn seconds(from: Wall, to: Wall) -> f64 {
    (to.as_micros() - from.as_micros()) as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use bell_types::Mono;

    use super::*;

    #[test]
    fn dia_12_the_offset_is_read_from_who_keeps_the_clock() {
        let chrony = "Stratum         : 3\nSystem time     : 0.000020390 seconds slow of NTP time\n";
        assert_eq!(after(chrony, "System time").as_deref(), Some("0.000020390 seconds slow of NTP time"));
        let systemd = "       Server: 192.0.2.1\n       Offset: +1.034ms\n";
        assert_eq!(after(systemd, "Offset").as_deref(), Some("+1.034ms"));
        assert_eq!(after(systemd, "System time"), None);
    }

    #[test]
    fn a_step_is_told_from_a_restart() {
        let at = |mono: u64, wall: i64| Now { mono: Mono::from_micros(mono), wall: Wall::from_micros(wall) };
        let steady = [at(0, 100), at(1_000_000, 1_000_100), at(2_000_000, 2_000_200)];
        assert_eq!(steps(&steady, 500_000), []);
        let restarted = [at(9_000_000, 9_000_000), at(0, 60_000_000)];
        assert_eq!(steps(&restarted, 500_000), []);
        let set_back = [at(0, 100_000_000), at(1_000_000, 41_000_000)];
        assert_eq!(steps(&set_back, 500_000), [(Wall::from_micros(41_000_000), -60.0)]);
    }
}
