//! INB-12 and INB-13: each strategy over 10,000 synthetic calls, judged by an oracle that knows nothing of the sets
//! the queue keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bell_acd::{Input, Output};
use bell_types::{AgentName, CallId, Filter, Mono, OfferOutcome, RoutingReport, Strategy, What};
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use crate::floor::{Floor, agent_name, at, config, queue, queue_name};

const CALLS: u64 = 10_000;
const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// One decision: who was free before it and since when, and what was decided.
struct Decision {
    free: Vec<(AgentName, Mono)>,
    report: RoutingReport,
}

impl Decision {
    fn winner(&self) -> &AgentName {
        self.report.winner.as_ref().unwrap()
    }
}

/// A source of arrivals and talk times that shares nothing with the crate's own draws.
struct Traffic(u64);

impl Traffic {
    fn up_to(&mut self, bound: u64) -> u64 {
        // Knuth's MMIX constants; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Calls run through one queue: they arrive, are answered at once, and end after a while, whether they were answered
/// or not.
struct Run {
    floor: Floor,
    freed: BTreeMap<AgentName, Mono>,
}

/// Runs the calls; `judge` sees each decision that had a winner.
fn run(strategy: Strategy, seed: u64, talk_ms: u64, mut judge: impl FnMut(&Decision)) {
    let mut config = config(&[queue("q", strategy, &NAMES)], &NAMES);
    config.agents.iter_mut().for_each(|agent| agent.wrap_up_max = Duration::ZERO);
    let mut floor = Floor::seeded(config, seed);
    floor.sign_in_all();
    let freed = NAMES.iter().map(|name| (agent_name(name), Mono::ZERO)).collect();
    let mut run = Run { floor, freed };
    let mut traffic = Traffic(seed);
    let mut ends: BTreeSet<(Duration, CallId)> = BTreeSet::new();
    let mut clock = Duration::ZERO;
    for call in (1..=CALLS).map(CallId::from_u64) {
        clock += Duration::from_millis(1 + traffic.up_to(1000));
        while let Some((time, call)) = ends.first().copied().filter(|(time, _)| *time <= clock) {
            ends.pop_first();
            run.end(time, call, &mut judge);
        }
        run.begin(clock, call, &mut judge);
        ends.insert((clock + Duration::from_millis(1 + traffic.up_to(talk_ms)), call));
    }
}

impl Run {
    fn begin(&mut self, time: Duration, call: CallId, judge: &mut impl FnMut(&Decision)) {
        self.floor.wait_until(at(time));
        let free = self.free();
        self.floor.step(Input::Enqueue { call, queue: queue_name("q"), priority: 0, since: self.floor.now.mono });
        self.accept(&free, judge);
    }

    fn end(&mut self, time: Duration, call: CallId, judge: &mut impl FnMut(&Decision)) {
        self.floor.wait_until(at(time));
        let held = self.floor.talking.iter().find(|(_, held)| *held == call);
        if let Some((agent, _)) = held {
            self.freed.insert(agent.clone(), self.floor.now.mono);
        }
        let mut free = self.free();
        free.extend(held.map(|(agent, _)| (agent.clone(), self.floor.now.mono)));
        self.floor.step(Input::CallEnded(call));
        self.accept(&free, judge);
    }

    fn free(&self) -> Vec<(AgentName, Mono)> {
        let free = |name: &&AgentName| self.floor.acd.agent(name).unwrap().filter.is_none();
        let names = self.freed.keys().filter(free);
        names.map(|name| (name.clone(), self.freed[name])).collect()
    }

    fn accept(&mut self, free: &[(AgentName, Mono)], judge: &mut impl FnMut(&Decision)) {
        for output in std::mem::take(&mut self.floor.outputs) {
            match output {
                Output::Fact(What::Routed { report, .. }) if report.winner.is_some() => {
                    judge(&Decision { free: free.to_vec(), report });
                }
                Output::Offer { offer, .. } => {
                    self.floor.step(Input::OfferEnded { offer, outcome: OfferOutcome::Accepted });
                }
                _ => {}
            }
        }
    }
}

fn place(agent: &AgentName) -> usize {
    NAMES.iter().position(|name| *name == agent.as_str()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    #[test]
    fn inb_12_sequential_starts_at_the_top_every_time(seed: u64) {
        let mut decisions = 0;
        run(Strategy::Sequential, seed, 7000, |decision| {
            decisions += 1;
            let top = decision.free.iter().map(|(agent, _)| agent).min_by_key(|agent| place(agent));
            assert_eq!(Some(decision.winner()), top);
        });
        prop_assert!(decisions > CALLS * 9 / 10, "{decisions}");
    }

    #[test]
    fn inb_12_round_robin_goes_on_where_it_stopped(seed: u64) {
        let mut last = NAMES.len() - 1;
        run(Strategy::RoundRobin, seed, 7000, |decision| {
            let distance = |agent: &&AgentName| (place(agent) + NAMES.len() - last - 1) % NAMES.len();
            let next = decision.free.iter().map(|(agent, _)| agent).min_by_key(distance);
            assert_eq!(Some(decision.winner()), next);
            last = place(decision.winner());
        });
    }

    #[test]
    fn inb_13_longest_idle_picks_who_has_been_free_longest(seed: u64) {
        run(Strategy::LongestIdle, seed, 7000, |decision| {
            let longest = decision.free.iter().map(|(_, since)| *since).min();
            let winner = decision.free.iter().find(|(agent, _)| agent == decision.winner());
            assert_eq!(winner.map(|(_, since)| *since), longest);
        });
    }

    #[test]
    fn inb_12_random_is_uniform(seed: u64) {
        // Nobody is ever busy when a call arrives: each agent may expect an eighth of the calls.
        let counts = shares(Strategy::Random, seed);
        let expected = CALLS as f64 / NAMES.len() as f64;
        let chi_square: f64 = counts.values().map(|count| (*count as f64 - expected).powi(2) / expected).sum();
        // 7 degrees of freedom: a fair draw exceeds 40 less than once in 800,000 runs.
        prop_assert!(chi_square < 40.0, "{counts:?}");
    }

    #[test]
    fn inb_13_round_robin_is_even(seed: u64) {
        let counts = shares(Strategy::RoundRobin, seed);
        prop_assert!(counts.values().all(|count| *count == CALLS / NAMES.len() as u64), "{counts:?}");
    }

    #[test]
    fn inb_13_longest_idle_is_even_among_equals(seed: u64) {
        let counts = shares(Strategy::LongestIdle, seed);
        prop_assert!(counts.values().all(|count| *count == CALLS / NAMES.len() as u64), "{counts:?}");
    }
}

/// Who got how many calls, if each call is over before the next arrives.
fn shares(strategy: Strategy, seed: u64) -> BTreeMap<AgentName, u64> {
    let mut counts = BTreeMap::new();
    run(strategy, seed, 1, |decision| {
        assert_eq!(decision.free.len(), NAMES.len());
        *counts.entry(decision.winner().clone()).or_insert(0) += 1;
    });
    counts
}

#[test]
fn inb_12_random_choices_follow_from_the_seed() {
    let winners = |seed| {
        let mut winners = Vec::new();
        run(Strategy::Random, seed, 7000, |decision| {
            winners.push(decision.winner().clone());
        });
        winners
    };
    assert_eq!(winners(5), winners(5));
    assert_ne!(winners(5), winners(6));
}

#[test]
fn inb_13_a_report_accounts_for_every_member() {
    for strategy in [Strategy::LongestIdle, Strategy::RoundRobin, Strategy::Sequential, Strategy::Random] {
        run(strategy, 3, 7000, |decision| {
            let report = &decision.report;
            let filtered: u32 = report.filtered_totals.iter().map(|(_, count)| count).sum();
            assert_eq!(report.candidates_total as usize, decision.free.len());
            assert_eq!((report.candidates_total + filtered) as usize, NAMES.len());
            let busy = report.filtered.iter().all(|(_, filter)| *filter == Filter::AtCapacity);
            assert!(busy, "{report:?}");
        });
    }
}

#[test]
fn inb_13_a_report_is_bounded_but_counts_everybody() {
    let names: Vec<String> = (0..100).map(|number| format!("n{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for strategy in [Strategy::LongestIdle, Strategy::RoundRobin, Strategy::Sequential, Strategy::Random] {
        let mut floor = Floor::open(config(&[queue("q", strategy, &names)], &names));
        for name in &names[..50] {
            floor.script(&format!("break {name} lunch"));
        }
        floor.script("call 1 q");
        let report = floor.outputs.iter().find_map(|output| match output {
            Output::Fact(What::Routed { report, .. }) => Some(report.clone()),
            _ => None,
        });
        let report = report.unwrap();
        assert_eq!((report.candidates.len(), report.candidates_total), (16, 50));
        assert_eq!(report.filtered.len(), 32);
        assert_eq!(report.filtered_totals, vec![(Filter::OnBreak, 50)]);
    }
}
