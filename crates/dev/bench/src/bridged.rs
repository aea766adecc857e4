//! The node alone: callers through a flow and a queue to agents' phones, signalling only; and what a large centre costs it.

use std::time::{Duration, Instant};

use crate::centre;
use crate::measure::{pin, resident};
use crate::party::Heard;
use crate::report::{Report, Target};
use crate::signalling::{AT_ONCE, CALLS, CALLS_PER_SECOND, RUNS, WARM_UP};
use crate::wire::{self, Wire};
use crate::{Outcome, centre::NUMBER};

/// Enough for all who call at once, and as many again.
const AGENTS: usize = 200;

/// A large centre.
const LARGE_AGENTS: usize = 2000;
const LARGE_QUEUES: usize = 200;
const QUEUES_EACH: usize = 10;
const WAITING: u64 = 2000;
/// More callers, to weigh one of them.
const WEIGHED: u64 = 20_000;

pub(crate) fn measure(report: &mut Report) -> Outcome {
    pin(0)?;
    let mut wire = Wire::new(wire::plan(AGENTS, 1, 1, 1000).snapshot(1)?);
    wire.register(AGENTS)?;
    let mut next = 0;
    let batches = WARM_UP.as_secs() * CALLS_PER_SECOND / AT_ONCE;
    report.note(&format!("warming up with {} calls", batches * AT_ONCE));
    (0..batches).try_for_each(|_| calls(&mut wire, &mut next))?;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let before = wire.cpu;
        (0..CALLS / AT_ONCE).try_for_each(|_| calls(&mut wire, &mut next))?;
        runs.push(CALLS as f64 / (wire.cpu - before).as_secs_f64());
    }
    report.add("bridged calls by the node alone", "per second of a core", Target::AtLeast(6000.0), &runs)
}

/// So many calls from the caller's INVITE to the end of both legs; then their share of time passes.
fn calls(wire: &mut Wire, next: &mut u64) -> Outcome {
    let callers = *next..*next + AT_ONCE;
    *next = callers.end;
    callers.clone().for_each(|caller| wire.call(caller, NUMBER));
    wire.settle();
    let bridged = wire.heard.drain(..).filter(|heard| matches!(heard, Heard::Bridged(_))).count() as u64;
    callers.for_each(|caller| wire.hang_up(caller));
    wire.settle();
    wire.pass(Duration::from_micros(1_000_000 * AT_ONCE / CALLS_PER_SECOND));
    if bridged < AT_ONCE || wire.node.calls() > 0 {
        let left = wire.node.calls();
        return Err(format!("of {AT_ONCE} calls {bridged} were bridged, and {left} are left").into());
    }
    wire.heard.clear();
    Ok(())
}

pub(crate) fn measure_waiting(report: &mut Report) -> Outcome {
    pin(0)?;
    // First of all, while the memory of this process is fresh.
    let waiting_max = WEIGHED as usize / LARGE_QUEUES * 2;
    let large = wire::plan(LARGE_AGENTS, LARGE_QUEUES, QUEUES_EACH, waiting_max);
    let mut wire = Wire::new(large.snapshot(1)?);
    enqueue(&mut wire, 0, WAITING)?;
    let before = resident("self")?;
    enqueue(&mut wire, WAITING, WEIGHED)?;
    let memory = resident("self")?.saturating_sub(before) as f64 / WEIGHED as f64 / 1024.0;
    report.add("memory per waiting call, without media", "KB", Target::AtMost(8.0), &[memory])?;

    let mut wire = Wire::new(large.snapshot(1)?);
    enqueue(&mut wire, 0, WAITING)?;
    let (mut built, mut taken) = (Vec::new(), Vec::new());
    for version in 2..2 + RUNS as u64 {
        let changed = centre::Plan { waiting_max: waiting_max + version as usize, ..large };
        let began = Instant::now();
        let snapshot = changed.snapshot(version)?;
        built.push(began.elapsed().as_secs_f64() * 1000.0);
        taken.push(wire.configure(snapshot).as_secs_f64() * 1000.0);
    }
    let what = "reading and checking a configuration of 2,000 agents and 200 queues, beside the calls";
    report.add(what, "ms", Target::AtMost(1000.0), &built)?;
    let what = "taking over that configuration with 2,000 waiting: no call is handled meanwhile";
    report.add(what, "ms", Target::AtMost(1000.0), &taken)
}

/// So many more callers wait, the same number in each queue.
fn enqueue(wire: &mut Wire, first: u64, count: u64) -> Outcome {
    let before = wire.node.calls();
    for caller in first..first + count {
        wire.call(caller, &centre::number(caller as usize % LARGE_QUEUES));
        wire.settle();
    }
    // Long enough that no transaction is left.
    wire.pass(Duration::from_secs(40));
    wire.heard.clear();
    let waiting = (wire.node.calls() - before) as u64;
    if waiting < count {
        return Err(format!("only {waiting} of {count} callers wait").into());
    }
    Ok(())
}
