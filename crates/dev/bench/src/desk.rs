//! An agent at the console in a real browser: how soon he sees who calls, and how soon a call that he places rings.
//!
//! The server has core 0; the browser, callers and whoever is called have core 1. What is timed ends when the browser was asked
//! and has answered, so that each figure holds that way there and back too.

use std::net::SocketAddr;
use std::time::Instant;

use bell_testkit::{ConsolePage, TonePhone, free_port};
use serde_json::Value;
use tempfile::TempDir;

use crate::Outcome;
use crate::centre::{NUMBER, Plan, agent};
use crate::measure::{permille, pin};
use crate::report::{Report, Target};
use crate::setup::{host, start};

/// How many calls come, and how many are placed, in a run.
const CALLS: usize = 20;
const RUNS: usize = 3;
const AGENT_HZ: f64 = 700.0;
const CALLER_HZ: f64 = 1000.0;
/// Whom the agent calls.
const CALLED: &str = "13900139000";
/// What stands on the page while nothing happens.
const IDLE: &str = "Waiting for a call";

pub(crate) fn measure(report: &mut Report) -> Outcome {
    let files = TempDir::with_prefix("bell-bench-")?;
    let console = SocketAddr::new(host(1), free_port());
    pin(1)?;
    let mut outside = TonePhone::at(CALLER_HZ, SocketAddr::new(host(2), 0))?;
    let plan = plan(console, outside.address());
    pin(0)?;
    let server = start(&plan, &files)?;
    let name = agent(0);
    let add =
        ["--dir", "{dir}/node", "user", "add", &name, "--role", "agent", "--agent", &name, "--keep-password", "--json"];
    let added: Value = serde_json::from_slice(&server.run(&add)?.stdout)?;
    pin(1)?;
    let mut page = ConsolePage::start(AGENT_HZ, &format!("http://{console}"))?;
    page.fill("User name", &name)?;
    page.fill("Password", added["password"].as_str().ok_or("the agent was not added")?)?;
    page.press("button", "Sign in")?;
    page.sees("Phone ready")?;
    page.press("button", "Sign in to the floor")?;
    page.sees(IDLE)?;

    let to = format!("sip:{NUMBER}@{}", plan.centre);
    let (mut pops, mut audio, mut rings) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..RUNS {
        let numbers = run * CALLS..(run + 1) * CALLS;
        let came = numbers.map(|number| comes(&mut page, number, &to)).collect::<Outcome<Vec<_>>>()?;
        let (popped, heard): (Vec<u32>, Vec<u32>) = came.into_iter().unzip();
        pops.push(popped);
        audio.push(heard);
        rings.push((0..CALLS).map(|_| is_placed(&mut page, &mut outside)).collect::<Outcome<Vec<_>>>()?);
    }
    tell(report, "INVITE of a caller to his number on the agent's page", &mut pops, Target::AtMost(500.0))?;
    tell(report, "press of Answer to the agent's voice at the caller", &mut audio, Target::None)?;
    tell(
        report,
        "press of Call to the INVITE at the customer, the agent's own phone answered",
        &mut rings,
        Target::None,
    )
}

fn plan(console: SocketAddr, outside: SocketAddr) -> Plan {
    Plan {
        centre: SocketAddr::new(host(1), free_port()),
        callers: outside,
        ports: (20_000, 59_999),
        health: Some(SocketAddr::new(host(1), free_port())),
        console: Some(console),
        called: Some(outside),
        agents: 1,
        queues: 1,
        queues_each: 1,
        waiting_max: 10,
    }
}

/// A call that comes: until who calls can be read on the page, and from the answer until he hears the agent; in milliseconds.
/// Each caller has a number that has not called yet: one of an earlier call may still be read somewhere.
fn comes(page: &mut ConsolePage, number: usize, to: &str) -> Outcome<(u32, u32)> {
    let mut caller =
        TonePhone::at(CALLER_HZ, SocketAddr::new(host(2), 0))?.number(&format!("1380013{:04}", 8000 + number));
    let began = Instant::now();
    let mut call = caller.call(to)?;
    page.finds("text", &format!("138 0013 {:04}", 8000 + number))?;
    let seen = millis(began);
    let began = Instant::now();
    page.press("button", "Answer")?;
    if !call.hears(AGENT_HZ)? {
        return Err("the caller does not hear the agent".into());
    }
    let heard = millis(began);
    call.hang_up()?;
    page.sees(IDLE)?;
    Ok((seen, heard))
}

/// A call that the agent places: until it arrives, in milliseconds.
fn is_placed(page: &mut ConsolePage, called: &mut TonePhone) -> Outcome<u32> {
    page.fill("Telephone number", CALLED)?;
    let began = Instant::now();
    page.press("button", "Call")?;
    let mut call = called.wait_call()?;
    let rang = millis(began);
    call.answer()?;
    if !call.hears(AGENT_HZ)? {
        return Err("who is called does not hear the agent".into());
    }
    call.hang_up()?;
    page.sees(IDLE)?;
    Ok(rang)
}

fn millis(since: Instant) -> u32 {
    u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX)
}

/// The median, and what 95 of 100 do not exceed, of each run.
fn tell(report: &mut Report, what: &str, runs: &mut [Vec<u32>], target: Target) -> Outcome {
    for (name, part, target) in [("p50", 500, Target::None), ("p95", 950, target)] {
        let figures: Vec<f64> = runs.iter_mut().map(|run| permille(run, part)).collect();
        report.add(&format!("{what}, {name}"), "ms", target, &figures)?;
    }
    Ok(())
}
