//! The built server on loopback: set-ups with media opened, their delays, and what overload does to it.
//!
//! The server has core 0 and the generator core 1. A set-up is complete when the agent's phone is connected with a caller
//! who was answered by the flow before; every one costs the server 15 messages, four media ports and its facts on disk.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use bell_testkit::{Ready, Server, ServerPlan, free_port};
use tempfile::TempDir;

use crate::Outcome;
use crate::centre::{Plan, flow, flow_file};
use crate::field::{Field, Load, Measured, Run};
use crate::measure::{open_many_files, permille, pin, process_cpu, resident};
use crate::report::{Report, Target};

const AGENTS: usize = 600;
/// How many calls are set up at the same time when it is to go as fast as it can.
const AT_ONCE: usize = 400;
const TALK: Duration = Duration::from_millis(50);
const RUN: Duration = Duration::from_secs(4);
const RUNS: usize = 3;
/// How many calls are up when their memory is looked at.
const HELD: u64 = 400;
/// How long the server may take to write the rows of what it has handled.
const CATCH_UP: Duration = Duration::from_secs(30);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(500);

pub(crate) fn measure(report: &mut Report) -> Outcome {
    open_many_files()?;
    let files = TempDir::with_prefix("bell-bench-")?;
    let plan = plan();
    pin(0)?;
    let server = start(&plan, &files)?;
    pin(1)?;
    let agents = SocketAddr::new(host(3), 0);
    let mut field = Field::open(plan.centre, plan.callers, agents, server.pid())?;
    field.register(AGENTS)?;

    let pid = server.pid().to_string();
    let before = resident(&pid)?;
    let held = field.hold(HELD, || resident(&pid))?;
    let memory = held.saturating_sub(before) as f64 / HELD as f64 / 1024.0;
    report.add("memory of the server per bridged call", "KB", Target::AtMost(64.0), &[memory])?;

    report.note("warming up");
    field.run(Run { load: Load::AtOnce(AT_ONCE), time: RUN, talk: TALK })?;
    let rate = as_fast_as_it_can(report, &mut field, server.pid())?;
    at_half_load(report, &mut field, rate / 2.0)?;
    quiet(server.pid())?;
    overloaded(report, &mut field, rate * 2.0)
}

pub(crate) const fn host(last: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))
}

fn plan() -> Plan {
    Plan {
        centre: SocketAddr::new(host(1), free_port()),
        callers: SocketAddr::new(host(2), 0),
        ports: (20_000, 59_999),
        health: Some(SocketAddr::new(host(1), free_port())),
        console: None,
        called: None,
        agents: AGENTS,
        queues: 1,
        queues_each: 1,
        waiting_max: 20_000,
    }
}

pub(crate) fn start(plan: &Plan, files: &TempDir) -> Outcome<Server> {
    let config = files.path().join("centre.toml");
    fs::write(&config, plan.text())?;
    fs::write(files.path().join(flow_file(0)), flow(0))?;
    let health = plan.health.map_or_else(String::new, |health| format!("http://{health}/health"));
    let config = config.display().to_string();
    let server = ServerPlan::new(belltower()?, Ready::Http(health))
        .args(&["serve", "--dir", "{dir}/node", "--config", &config])
        .env("RUST_LOG", "error");
    Ok(Server::start(server)?)
}

/// The server that was built with this program.
pub(crate) fn belltower() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?.with_file_name("belltower");
    match program.exists() {
        true => Ok(program),
        false => Err(format!("{} is missing: ./dev bench builds it", program.display()).into()),
    }
}

/// How many set-ups it comes to while the rows of the database may wait, and what one costs when they are written.
fn as_fast_as_it_can(report: &mut Report, field: &mut Field, server: u32) -> Outcome<f64> {
    let mut rates = Vec::new();
    let (before, mut bridged) = (quiet(server)?, 0);
    for _ in 0..RUNS {
        let measured = field.run(Run { load: Load::AtOnce(AT_ONCE), time: RUN, talk: TALK })?;
        complete(report, &measured);
        bridged += measured.ring_us.len();
        rates.push(measured.bridged as f64 / measured.wall.as_secs_f64());
    }
    let cost = (quiet(server)? - before).as_secs_f64() / bridged as f64;
    report.add("bridged set-ups, server on one core", "per second", Target::AtLeast(2000.0), &rates)?;
    report.add("the same without end, rows of the database included", "per second", Target::None, &[1.0 / cost])?;
    report.add("CPU time of the server per call, rows included", "ms", Target::None, &[cost * 1000.0])?;
    rates.sort_by(f64::total_cmp);
    Ok(rates[rates.len() / 2])
}

/// Waits until the server has nothing to do any more, and says what CPU time it has used.
pub(crate) fn quiet(server: u32) -> Outcome<Duration> {
    let by = Instant::now() + CATCH_UP;
    let mut used = process_cpu(server)?;
    loop {
        thread::sleep(LOOK);
        let now = process_cpu(server)?;
        if now - used <= LOOK / 20 || Instant::now() > by {
            return Ok(now);
        }
        used = now;
    }
}

fn at_half_load(report: &mut Report, field: &mut Field, rate: f64) -> Outcome {
    let what = format!("at half load ({rate:.0} calls a second)");
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let measured = field.run(Run { load: Load::PerSecond(rate), time: RUN, talk: TALK })?;
        complete(report, &measured);
        runs.push(measured);
    }
    let answer = delays(&mut runs, |run| std::mem::take(&mut run.answer_us));
    let ring = delays(&mut runs, |run| std::mem::take(&mut run.ring_us));
    let rows = [
        ("INVITE to 200, p50", answer.0, Target::AtMost(3.0)),
        ("INVITE to 200, p99", answer.1, Target::None),
        ("INVITE of a caller to the agent's, through the queue, p50", ring.0, Target::None),
        ("INVITE of a caller to the agent's, through the queue, p99", ring.1, Target::AtMost(10.0)),
    ];
    let cpu: Vec<f64> = runs.iter().map(|run| 100.0 * run.cpu.as_secs_f64() / run.wall.as_secs_f64()).collect();
    for (row, delays, target) in rows {
        report.add(&format!("{row}, {what}"), "ms", target, &delays)?;
    }
    report.add(&format!("CPU of the server {what}"), "% of its core", Target::None, &cpu)
}

/// The median and the 99th percentile of each run, in milliseconds.
fn delays(runs: &mut [Measured], part: fn(&mut Measured) -> Vec<u32>) -> (Vec<f64>, Vec<f64>) {
    let both = |run| {
        let mut delays = part(run);
        (permille(&mut delays, 500) / 1000.0, permille(&mut delays, 990) / 1000.0)
    };
    runs.iter_mut().map(both).unzip()
}

/// Twice as many calls as it can set up: what becomes of the others, and of those that are up.
fn overloaded(report: &mut Report, field: &mut Field, rate: f64) -> Outcome {
    let mut measured = field.run(Run { load: Load::PerSecond(rate), time: RUN, talk: TALK })?;
    let what = format!("at twice the load ({rate:.0} calls a second)");
    let refused = 100.0 * measured.refused as f64 / measured.offered as f64;
    report.add(&format!("calls refused with 503 {what}"), "%", Target::None, &[refused])?;
    let bridged = measured.bridged as f64 / measured.wall.as_secs_f64();
    report.add(&format!("bridged set-ups {what}"), "per second", Target::None, &[bridged])?;
    let bye = permille(&mut measured.bye_us, 990) / 1000.0;
    report.add(&format!("BYE of a bridged call to its 200, p99, {what}"), "ms", Target::None, &[bye])?;
    let lost = measured.dropped as f64 + measured.unfinished as f64;
    report.add(&format!("calls that were lost {what}"), "calls", Target::None, &[lost])
}

/// Says so if a run was not as quiet as it should be.
fn complete(report: &Report, measured: &Measured) {
    let Measured { offered, refused, dropped, unfinished, .. } = measured;
    if *refused > 0 || *dropped > 0 || *unfinished > 0 {
        let text =
            format!("of {offered} calls {refused} were refused, {dropped} ended by the centre, {unfinished} lost");
        report.note(&text);
    }
}
