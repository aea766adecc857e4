//! INB-12 and INB-13: each strategy over 10,000 synthetic calls, judged by an oracle that knows nothing of the sets
//! the queue keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bell_acd::{Config, Input, Output, Wants};
use bell_types::{AgentName, CallId, Filter, Mono, OfferOutcome, RoutingReport, Strategy, What};
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use crate::floor::{Floor, agent_name, at, config, queue, queue_name, region, skill};

const CALLS: u64 = 10_000;
const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// One decision: who was free before it and since when, and what was decided.
struct Decision {
    free: Vec<(AgentName, Mono)>,
    /// How long each agent had talked, and how many calls he had taken.
    worked: BTreeMap<AgentName, (Duration, u64)>,
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
    worked: BTreeMap<AgentName, (Duration, u64)>,
    answered: BTreeMap<CallId, Mono>,
    wants: Wants,
}

/// Runs the calls; `judge` sees each decision that had a winner.
fn run(strategy: Strategy, seed: u64, talk_ms: u64, judge: impl FnMut(&Decision)) {
    run_on(config(&[queue("q", strategy, &NAMES)], &NAMES), &Wants::default(), seed, talk_ms, judge);
}

fn run_on(mut config: Config, wants: &Wants, seed: u64, talk_ms: u64, mut judge: impl FnMut(&Decision)) {
    config.agents.iter_mut().for_each(|agent| agent.wrap_up_max = Duration::ZERO);
    let mut floor = Floor::seeded(config, seed);
    floor.sign_in_all();
    let freed = NAMES.iter().map(|name| (agent_name(name), Mono::ZERO)).collect();
    let worked = NAMES.iter().map(|name| (agent_name(name), (Duration::ZERO, 0))).collect();
    let mut run = Run { floor, freed, worked, answered: BTreeMap::new(), wants: wants.clone() };
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
        let (since, wants) = (self.floor.now.mono, self.wants.clone());
        self.floor.step(Input::Enqueue { call, queue: queue_name("q"), priority: 0, since, wants });
        self.accept(&free, judge);
    }

    fn end(&mut self, time: Duration, call: CallId, judge: &mut impl FnMut(&Decision)) {
        self.floor.wait_until(at(time));
        let held = self.floor.talking.iter().find(|(_, held)| *held == call);
        if let (Some((agent, _)), Some(answered)) = (held, self.answered.remove(&call)) {
            self.freed.insert(agent.clone(), self.floor.now.mono);
            self.worked.entry(agent.clone()).or_default().0 += self.floor.now.mono.since(answered);
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
                    judge(&Decision { free: free.to_vec(), worked: self.worked.clone(), report });
                }
                Output::Offer { offer, agent, .. } => {
                    self.answered.insert(offer.call, self.floor.now.mono);
                    self.worked.entry(agent).or_default().1 += 1;
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    #[test]
    fn inb_12_least_talk_picks_who_has_talked_least_and_then_who_is_free_longest(seed: u64) {
        run(Strategy::LeastTalk, seed, 7000, |decision| {
            let key = |(agent, since): &(AgentName, Mono)| (decision.worked[agent].0.as_millis(), *since, place(agent));
            let best = decision.free.iter().min_by_key(|free| key(free)).map(|(agent, _)| agent);
            assert_eq!(Some(decision.winner()), best);
        });
    }

    #[test]
    fn inb_12_fewest_calls_picks_who_has_taken_fewest_and_then_who_is_free_longest(seed: u64) {
        run(Strategy::FewestCalls, seed, 7000, |decision| {
            let key = |(agent, since): &(AgentName, Mono)| (decision.worked[agent].1, *since, place(agent));
            let best = decision.free.iter().min_by_key(|free| key(free)).map(|(agent, _)| agent);
            assert_eq!(Some(decision.winner()), best);
        });
    }

    /// INB-13, INB-15: the best fit first, then who is free longest; who is not able is not asked.
    #[test]
    fn inb_13_skill_picks_the_best_fit_and_then_who_is_free_longest(seed: u64) {
        let mut config = config(&[queue("q", Strategy::Skill, &NAMES)], &NAMES);
        config.queues[0].skills = vec![skill("loans:2")];
        let wants = Wants { skills: vec![skill("english:1")], ..Wants::default() };
        let mut levels: BTreeMap<AgentName, (u8, u8)> = BTreeMap::new();
        for (number, agent) in (0u8..).zip(&mut config.agents) {
            let (loans, english) = (number % 4 + 1, number % 3);
            agent.skills = vec![skill(&format!("loans:{loans}")), skill(&format!("english:{english}"))];
            levels.insert(agent.name.clone(), (loans, english));
        }
        let able = |agent: &AgentName| levels[agent].0 >= 2 && levels[agent].1 >= 1;
        let mut decisions = 0;
        run_on(config, &wants, seed, 2500, |decision| {
            decisions += 1;
            let fit = |agent: &AgentName| u16::from(levels[agent].0) + u16::from(levels[agent].1);
            let free = decision.free.iter().filter(|(agent, _)| able(agent));
            let best = free.min_by_key(|(agent, since)| (std::cmp::Reverse(fit(agent)), *since, place(agent)));
            assert_eq!(Some(decision.winner()), best.map(|(agent, _)| agent));
            let unable = decision.report.filtered.iter().filter(|(_, filter)| *filter == Filter::LacksSkill);
            assert!(unable.map(|(agent, _)| agent).all(|agent| !able(agent)));
        });
        prop_assert!(decisions > CALLS * 9 / 10, "{decisions}");
    }

    /// INB-13, INB-14: who serves the caller's region goes first, the narrowest first; then the strategy decides.
    #[test]
    fn inb_13_region_picks_who_serves_the_callers_region_first(seed: u64) {
        let mut config = config(&[queue("q", Strategy::LongestIdle, &NAMES)], &NAMES);
        config.agents[1].regions = vec![region("浙江"), region("杭州")];
        config.agents[4].regions = vec![region("杭州")];
        config.agents[6].regions = vec![region("浙江")];
        config.agents[7].regions = vec![region("广东")];
        let wants = Wants { regions: vec![region("杭州"), region("浙江")], ..Wants::default() };
        let closeness = |agent: &AgentName| match agent.as_str() {
            "b" | "e" => 2,
            "g" => 1,
            _ => 0,
        };
        let mut fallbacks = 0;
        run_on(config, &wants, seed, 4000, |decision| {
            let key = |(agent, since): &(AgentName, Mono)| (std::cmp::Reverse(closeness(agent)), *since, place(agent));
            let best = decision.free.iter().min_by_key(|free| key(free)).map(|(agent, _)| agent);
            assert_eq!(Some(decision.winner()), best);
            fallbacks += u64::from(closeness(decision.winner()) == 0);
        });
        prop_assert!(fallbacks > 100, "nobody of the region was free {fallbacks} times");
    }

    #[test]
    fn inb_13_fewest_calls_is_even(seed: u64) {
        let counts = shares(Strategy::FewestCalls, seed);
        prop_assert!(counts.values().all(|count| *count == CALLS / NAMES.len() as u64), "{counts:?}");
    }
}

/// INB-12: each call rings at everybody who is free at once, as many as may ring; each candidate once in a round; the
/// first who answers has it, and the others are free again in the same step.
#[test]
fn inb_12_ring_all_rings_each_candidate_once_and_the_first_to_answer_wins() {
    let mut config = config(&[queue("q", Strategy::RingAll, &NAMES)], &NAMES);
    config.limits.ring_all_max = NAMES.len();
    config.agents.iter_mut().for_each(|agent| agent.wrap_up_max = Duration::ZERO);
    let mut floor = Floor::open(config);
    let mut traffic = Traffic(11);
    let mut wins: BTreeMap<AgentName, u64> = BTreeMap::new();
    for call in 1..=CALLS {
        floor.wait_until(floor.now.after(Duration::from_millis(10)));
        floor.script(&format!("call {call} q"));
        let rung: Vec<AgentName> = floor.offers.values().cloned().collect();
        assert_eq!(rung.len(), NAMES.len());
        assert_eq!(rung.iter().collect::<BTreeSet<_>>().len(), rung.len(), "nobody twice");
        for _ in 0..traffic.up_to(4) {
            let declines = floor.offers.keys().nth(traffic.up_to(floor.offers.len() as u64) as usize).copied().unwrap();
            floor.step(Input::OfferEnded { offer: declines, outcome: OfferOutcome::Declined });
            assert!(floor.outputs.iter().all(|output| !matches!(output, Output::Offer { .. })), "once in a round");
        }
        let first = floor.offers.keys().nth(traffic.up_to(floor.offers.len() as u64) as usize).copied().unwrap();
        let winner = floor.offers[&first].clone();
        floor.step(Input::OfferEnded { offer: first, outcome: OfferOutcome::Accepted });
        let elsewhere = floor
            .outputs
            .iter()
            .filter(|output| matches!(output, Output::WithdrawOffer { outcome: OfferOutcome::AnsweredElsewhere, .. }));
        assert!(elsewhere.count() >= NAMES.len() - 4);
        assert!(floor.offers.is_empty());
        *wins.entry(winner).or_default() += 1;
        floor.script(&format!("end {call}"));
    }
    assert_eq!(wins.len(), NAMES.len());
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
    for strategy in Strategy::ALL.into_iter().filter(|strategy| *strategy != Strategy::RingAll) {
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
    for strategy in Strategy::ALL {
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
