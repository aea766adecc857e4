//! What it costs to know a caller: his region, and his entry among five million. Prints percentiles and memory.
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a benchmark looks at the clock and at /proc")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use bell_callers::{Callers, Change, Config, Group, Regions};
use bell_types::{ActorName, EntrySource, ListName, Now, Number, NumberError, Pattern, Service, Term, Terms};

const ENTRIES: u64 = 5_000_000;
const PER_CHANGE: u64 = 100_000;
const LOOKUPS: u64 = 1_000_000;
/// Looked up together, so that reading the clock does not count.
const TOGETHER: usize = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut draw = Draw(7);
    let callers: Result<Vec<Number>, NumberError> = (0..LOOKUPS).map(|_| mobile(draw.next() % ENTRIES)).collect();
    let callers = callers?;
    let start = Instant::now();
    let regions = Regions::shipped();
    println!("regions: read in {:?}, {} octets in memory", start.elapsed(), regions.bytes());
    timed("a region", &callers, |number| u64::from(regions.locate(number).is_ok()));

    let before = resident();
    let start = Instant::now();
    let mut lists = filled()?;
    let grown = resident().saturating_sub(before);
    println!("lists: {} entries in {:?}, {} MiB", lists.len(), start.elapsed(), grown >> 10);
    lists.tick(Now::default());
    let wall = Now::default().wall;
    timed("a caller who is listed, decided", &callers, |number| lists.decide(wall, Some(number)).lists.len() as u64);
    let strangers: Result<Vec<Number>, NumberError> =
        (0..LOOKUPS).map(|_| mobile(ENTRIES + draw.next() % ENTRIES)).collect();
    timed("a caller who is not, decided", &strangers?, |number| lists.decide(wall, Some(number)).lists.len() as u64);
    timed("an entry alone", &callers, |number| u64::from(lists.stands(wall, number)));
    Ok(())
}

fn filled() -> Result<Callers, Box<dyn std::error::Error>> {
    let mut lists = Callers::new(Config::for_tests());
    lists.loaded(&[], Default::default());
    let by = ActorName::new("bench")?;
    let mut slowest = Duration::ZERO;
    for change in 0..ENTRIES / PER_CHANGE {
        let entries: Result<Vec<(Pattern, Term)>, NumberError> = (change * PER_CHANGE..(change + 1) * PER_CHANGE)
            .map(|count| Ok((Pattern::Number(mobile(count)?), Term::Days(30))))
            .collect();
        let terms = terms(&by);
        let list = ListName::new("blocked")?;
        let change = Change::Add { list, groups: vec![Group { terms, entries: entries? }] };
        let start = Instant::now();
        lists.change(Now::default(), &by, &change)?;
        while lists.poll_output().is_some() {}
        slowest = slowest.max(start.elapsed());
    }
    println!("lists: the slowest change of {PER_CHANGE} entries took {slowest:?}");
    Ok(lists)
}

fn terms(by: &ActorName) -> Terms {
    Terms {
        owner: by.clone(),
        by: Some(by.clone()),
        reason: "bench".to_owned(),
        source: EntrySource::Import("bench.csv".to_owned()),
        service: Service::default(),
    }
}

/// Spread over the mobile numbers, each count its own.
fn mobile(count: u64) -> Result<Number, NumberError> {
    let number = 13_000_000_000 + count.wrapping_mul(7_919) % 6_999_999_989;
    Number::try_from(format!("+86{number}"))
}

fn timed(what: &str, callers: &[Number], look: impl Fn(&Number) -> u64) {
    let mut times: Vec<Duration> = Vec::new();
    let mut found = 0;
    for some in callers.chunks(TOGETHER) {
        let start = Instant::now();
        for number in some {
            found += black_box(look(black_box(number)));
        }
        times.push(start.elapsed() / TOGETHER as u32);
    }
    times.sort();
    let at = |permille: usize| times[times.len() * permille / 1000];
    println!("  {what}: p50 {:?}, p99 {:?}, n {}, {found} found", at(500), at(990), callers.len());
}

/// Kilobytes of this process in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// A linear congruential generator: good enough to jump about.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 16
    }
}
