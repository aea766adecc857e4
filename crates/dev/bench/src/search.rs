//! Finding recordings among five million calls (REC-12): what people look for, by everything they know of a call.
//!
//! Some calls are made; the rows of all others are made of the record of one of them, by one statement in the server's own
//! SQLite file. What is measured is the answer of the built server to a person at the console.

use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bell_testkit::free_port;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use tempfile::TempDir;

use crate::Outcome;
use crate::browser::Visitor;
use crate::centre::Plan;
use crate::console::{plan, sign_in};
use crate::field::{Field, Load, Run};
use crate::measure::permille;
use crate::report::{Report, Target};
use crate::setup::{host, quiet, start};

const CALLS: u64 = 5_000_000;
/// How often each question is asked, each time for something else.
const ASKED: u64 = 60;
/// The calls of which one is the model of all.
const MODEL: Run = Run { load: Load::AtOnce(5), time: Duration::from_secs(1), talk: Duration::from_millis(200) };
const DAY_S: u64 = 86_400;

/// A question: what it is called, and its query for a number and the present time in seconds.
type Question = (&'static str, fn(u64, u64) -> String);

const QUESTIONS: [Question; 8] = [
    ("the newest", |_, _| String::new()),
    ("two hours of a day, longer than 5 minutes", |n, now| {
        let day = now - (n + 1) * DAY_S;
        format!("from={}&to={}&min_talk_ms=300000", time(day), time(day + 7_200))
    }),
    ("a week's of a number", |n, now| format!("from={}&number={}", time(now - 7 * DAY_S), caller(n))),
    ("a number's", |n, _| format!("number={}", caller(n))),
    ("an agent's", |n, _| format!("agent=agent-{}", n % 200)),
    ("a queue's, of an agent, longer than 9 minutes", |n, _| {
        format!("queue=queue-{}&agent=agent-{}&min_talk_ms=540000", n % 20, n % 200)
    }),
    ("a common result's", |_, _| "disposition=late".to_owned()),
    ("a rare result's", |_, _| "disposition=rare".to_owned()),
];

pub(crate) fn measure(report: &mut Report) -> Outcome {
    let files = TempDir::with_prefix("bell-bench-")?;
    let console = SocketAddr::new(host(1), free_port());
    let plan: Plan = plan(console);
    let mut server = start(&plan, &files)?;
    let person = sign_in(&server, console)?.swap_remove(0);
    let mut field = Field::open(plan.centre, plan.callers, SocketAddr::new(host(3), 0), server.pid())?;
    field.register(plan.agents)?;
    field.run(MODEL)?;
    quiet(server.pid())?;
    server.stop()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let file = server.dir().join("node/belltower.db");
    report.note("writing the rows");
    fill(&format!("sqlite:{}", file.display()), now)?;
    server.restart()?;
    let mut person = person.again()?;
    for (what, query) in QUESTIONS {
        let mut took = Vec::new();
        for number in 0..ASKED {
            took.push(ask(&mut person, &query(number, now))?);
        }
        let what = format!("recordings among {CALLS} calls, p95: {what}");
        report.add(&what, "ms", Target::AtMost(1000.0), &[permille(&mut took, 950) / 1000.0])?;
    }
    report.add("the database", "MB", Target::None, &[file.metadata()?.len() as f64 / 1e6])
}

fn ask(person: &mut Visitor, query: &str) -> Outcome<u32> {
    let began = Instant::now();
    person.get(&format!("/v1/recordings?limit=50&{query}"))?;
    Ok(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX))
}

fn fill(url: &str, now: u64) -> Outcome {
    let text = include_str!("search.sql")
        .replace("$CALLS", &CALLS.to_string())
        .replace("$NOW", &(now * 1_000_000).to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut options = ConnectOptions::new(url);
        // What the first statements set is a connection's own.
        options.max_connections(1);
        let database = Database::connect(options).await?;
        database.execute_unprepared(&text).await?;
        database.close().await?;
        Ok(())
    })
}

/// The caller of one of the newest calls.
fn caller(number: u64) -> String {
    format!("%2B86138{:08}", (CALLS - number * 211) * 7_919 % 1_000_000)
}

/// An instant as the API reads it; seconds since 1970-01-01T00:00:00Z.
fn time(seconds: u64) -> String {
    bell_types::Wall::from_micros((seconds * 1_000_000).cast_signed()).to_string()
}
