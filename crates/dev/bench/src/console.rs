//! The console: how fast it answers, and how soon hundreds of people see a call.
//!
//! The server has core 0; callers, agents' phones and everybody's browser have core 1. The database holds the calls of some
//! seconds of load before anything is asked.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use bell_testkit::{Server, free_port};
use serde_json::Value;
use tempfile::TempDir;

use crate::Outcome;
use crate::browser::{Console, Visitor};
use crate::centre::Plan;
use crate::field::{Field, Load, Run};
use crate::measure::{open_many_files, permille, pin, process_cpu, resident};
use crate::report::{Report, Target};
use crate::setup::{host, quiet, start};

const AGENTS: usize = 100;
/// Logins; each may ask a hundred times a second.
const PEOPLE: usize = 10;
/// Requests a second, of all of them.
const RATE: f64 = 500.0;
/// What each person asks for in turn: the floor, a page of calls, one call, himself.
const PATHS: [&str; 4] = ["/v1/live", "/v1/calls?limit=50", "/v1/calls/{call}", "/v1/me"];
/// Live views.
const CONSOLES: usize = 500;
const RUN: Duration = Duration::from_secs(4);
const RUNS: usize = 3;
/// The calls that are in the database before.
const BEFORE: Run = Run { load: Load::AtOnce(80), time: RUN, talk: Duration::from_millis(50) };
/// A busy hour of a large centre: 20 calls a second.
const BUSY: Run = Run { load: Load::PerSecond(20.0), time: RUN, talk: Duration::from_secs(1) };
/// How often a call is followed to all consoles.
const SEEN: usize = 15;
/// How long a call may take to be seen.
const SEEN_MAX: Duration = Duration::from_secs(5);

pub(crate) fn measure(report: &mut Report) -> Outcome {
    open_many_files()?;
    let files = TempDir::with_prefix("bell-bench-")?;
    let console = SocketAddr::new(host(1), free_port());
    let plan = plan(console);
    pin(0)?;
    let server = start(&plan, &files)?;
    pin(1)?;
    let people = sign_in(&server, console)?;
    let mut field = Field::open(plan.centre, plan.callers, SocketAddr::new(host(3), 0), server.pid())?;
    field.register(AGENTS)?;
    report.note("filling the database");
    let filled = field.run(BEFORE)?;
    quiet(server.pid())?;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(ask(&people, server.pid())?);
    }
    answers(report, &runs, filled.bridged)?;
    let mut consoles = watch(report, &people, &server)?;
    pushes(report, &mut field, &mut consoles)?;
    busy(report, &mut field, consoles, server.pid())
}

pub(crate) fn plan(console: SocketAddr) -> Plan {
    Plan {
        centre: SocketAddr::new(host(1), free_port()),
        callers: SocketAddr::new(host(2), 0),
        ports: (20_000, 59_999),
        health: Some(SocketAddr::new(host(1), free_port())),
        console: Some(console),
        called: None,
        agents: AGENTS,
        queues: 1,
        queues_each: 1,
        waiting_max: 20_000,
    }
}

/// Auditors, who see everything.
pub(crate) fn sign_in(server: &Server, console: SocketAddr) -> Outcome<Vec<Visitor>> {
    let one = |number| {
        let name = format!("auditor-{number}");
        let add = ["--dir", "{dir}/node", "user", "add", &name, "--role", "auditor", "--keep-password", "--json"];
        let added = server.run(&add)?;
        let told: Value = serde_json::from_slice(&added.stdout)
            .map_err(|_| format!("{name} was not added: {}", String::from_utf8_lossy(&added.stderr)))?;
        Visitor::sign_in(console, &name, told["password"].as_str().unwrap_or_default())
    };
    (0..PEOPLE).map(one).collect()
}

/// How long one request of each path took, in microseconds, by the place of the path among [`PATHS`].
type Delays = [Vec<u32>; PATHS.len()];

/// What people ask at a given rate: the floor, the list of calls, one call, themselves. Each asks at his times, and a delay
/// is counted from then, so that a slow answer delays what comes after it in the figures as in life. Each begins elsewhere:
/// people who all ask for the dear page at once, and then all for something cheap, are none.
fn ask(people: &[Visitor], server: u32) -> Outcome<(Delays, f64)> {
    let (began, cpu) = (Instant::now(), process_cpu(server)?);
    let each = Duration::from_secs_f64(people.len() as f64 / RATE);
    let all: Vec<Result<Delays, String>> = thread::scope(|scope| {
        let asking = people.iter().enumerate().map(|(number, person)| {
            let first = began + each * u32::try_from(number).unwrap_or(0) / PEOPLE as u32;
            scope.spawn(move || asks(person, number, (first, each)).map_err(|error| error.to_string()))
        });
        let asking: Vec<_> = asking.collect();
        asking
            .into_iter()
            .map(|asks| asks.join().unwrap_or_else(|_| Err("a thread of the generator broke".into())))
            .collect()
    });
    let wall = began.elapsed();
    let mut delays = Delays::default();
    for of_one in all {
        for (all, some) in delays.iter_mut().zip(of_one?) {
            all.extend(some);
        }
    }
    Ok((delays, 100.0 * (process_cpu(server)? - cpu).as_secs_f64() / wall.as_secs_f64()))
}

fn asks(person: &Visitor, number: usize, (first, each): (Instant, Duration)) -> Outcome<Delays> {
    let mut person = person.again()?;
    let listed: Value = serde_json::from_slice(&person.get("/v1/calls?limit=50")?.body)?;
    let call = listed["items"][0]["call"].as_str().ok_or("there are no calls to ask for")?;
    let mut delays = Delays::default();
    let mut due = first.max(Instant::now());
    for place in (0..PATHS.len()).cycle().skip(number) {
        if due > first + RUN {
            break;
        }
        thread::sleep(due.saturating_duration_since(Instant::now()));
        person.get(&PATHS[place].replace("{call}", call))?;
        delays[place].push(u32::try_from(due.elapsed().as_micros()).unwrap_or(u32::MAX));
        due += each;
    }
    Ok(delays)
}

/// Of all paths together, and of each by itself.
fn answers(report: &mut Report, runs: &[(Delays, f64)], calls: u64) -> Outcome {
    let what = format!("at {RATE} requests a second, {calls} calls in the database");
    let part = |of: &dyn Fn(&Delays) -> Vec<u32>, parts| {
        runs.iter().map(|(delays, _)| permille(&mut of(delays), parts) / 1000.0).collect::<Vec<_>>()
    };
    let all = |delays: &Delays| delays.concat();
    report.add(&format!("answer of the API, p50, {what}"), "ms", Target::None, &part(&all, 500))?;
    report.add(&format!("answer of the API, p99, {what}"), "ms", Target::AtMost(10.0), &part(&all, 990))?;
    for (place, path) in PATHS.iter().enumerate() {
        let one = |delays: &Delays| delays[place].clone();
        report.add(&format!("answer of `{path}` among them, p50"), "ms", Target::None, &part(&one, 500))?;
        report.add(&format!("answer of `{path}` among them, p99"), "ms", Target::None, &part(&one, 990))?;
    }
    let cpu: Vec<f64> = runs.iter().map(|(_, cpu)| *cpu).collect();
    report.add(&format!("CPU of the server {what}"), "% of its core", Target::None, &cpu)
}

/// Opens the live views, spread over the logins.
fn watch(report: &mut Report, people: &[Visitor], server: &Server) -> Outcome<Vec<Console>> {
    let pid = server.pid().to_string();
    let before = resident(&pid)?;
    let mut consoles = Vec::new();
    for person in people.iter().cycle().take(CONSOLES) {
        consoles.push(person.again()?.watch()?);
    }
    until_all(&mut consoles, b"\"snapshot\"")?;
    let memory = resident(&pid)?.saturating_sub(before) as f64 / CONSOLES as f64 / 1024.0;
    report.add(&format!("memory of a live view, {CONSOLES} of them"), "KB", Target::None, &[memory])?;
    Ok(consoles)
}

/// One call after the other: how long until the last console shows it at its agent.
fn pushes(report: &mut Report, field: &mut Field, consoles: &mut [Console]) -> Outcome {
    let mut delays = Vec::new();
    for _ in 0..SEEN {
        let began = Instant::now();
        let seen = field.hold(1, || until_all(consoles, b"\"talk\""))?;
        delays.push((seen - began).as_secs_f64() * 1000.0);
        // What comes of the end of this call is not taken for the next.
        thread::sleep(Duration::from_millis(300));
        for console in &mut *consoles {
            console.messages()?;
        }
    }
    let what = format!("INVITE of a caller to the last of {CONSOLES} consoles that shows the talk");
    report.add(&what, "ms", Target::AtMost(500.0), &delays)
}

/// When every console has got a message that contains a text.
fn until_all(consoles: &mut [Console], text: &[u8]) -> Outcome<Instant> {
    let by = Instant::now() + SEEN_MAX;
    let mut waiting: Vec<usize> = (0..consoles.len()).collect();
    while !waiting.is_empty() {
        if Instant::now() > by {
            return Err(format!("{} of {} consoles were not told in time", waiting.len(), consoles.len()).into());
        }
        let mut still = Vec::new();
        for place in waiting {
            let messages = consoles[place].messages()?;
            if !messages.iter().any(|message| message.windows(text.len()).any(|part| part == text)) {
                still.push(place);
            }
        }
        waiting = still;
        thread::yield_now();
    }
    Ok(Instant::now())
}

/// What the consoles cost in a busy hour: the same calls with and without them.
fn busy(report: &mut Report, field: &mut Field, consoles: Vec<Console>, server: u32) -> Outcome {
    let reading = |mut consoles: Vec<Console>, until: Instant| -> Result<Vec<Console>, String> {
        while Instant::now() < until {
            for console in &mut consoles {
                console.messages().map_err(|error| error.to_string())?;
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(consoles)
    };
    let (mut with, mut consoles) = (Vec::new(), consoles);
    for _ in 0..RUNS {
        let until = Instant::now() + RUN + BUSY.talk * 2;
        let reader = thread::spawn(move || reading(consoles, until));
        let run = field.run(BUSY)?;
        with.push(100.0 * run.cpu.as_secs_f64() / run.wall.as_secs_f64());
        consoles = reader.join().map_err(|_| "a thread of the generator broke")??;
    }
    drop(consoles);
    quiet(server)?;
    let mut without = Vec::new();
    for _ in 0..RUNS {
        let run = field.run(BUSY)?;
        without.push(100.0 * run.cpu.as_secs_f64() / run.wall.as_secs_f64());
    }
    let what = "CPU of the server at 20 calls a second";
    report.add(&format!("{what}, {CONSOLES} consoles looking on"), "% of its core", Target::None, &with)?;
    report.add(&format!("{what}, nobody looking on"), "% of its core", Target::None, &without)
}
