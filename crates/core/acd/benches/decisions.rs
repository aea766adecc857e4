//! What a decision costs in a large centre: 2,000 agents, 200 queues, 2,000 callers waiting, and what it costs to take
//! over a configuration of that size. Prints percentiles of the time one input takes, its outputs drained.
#![allow(clippy::disallowed_types, reason = "a benchmark looks at the clock")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use bell_acd::{
    Acd, AgentCommand, AgentConfig, CallbackPolicy, Config, EstimatePolicy, Input, Limits, Output, Precedence,
    QueueConfig, SignIn, Unstaffed, Wants,
};
use bell_types::{AgentName, CallId, EndpointName, NameError, Now, OfferId, OfferOutcome, Party, QueueName, Strategy};

const AGENTS: usize = 2000;
const QUEUES: usize = 200;
const WAITING: u64 = 2000;
const ROUNDS: u64 = 5000;

fn main() -> Result<(), NameError> {
    for strategy in Strategy::ALL.into_iter().filter(|strategy| *strategy != Strategy::RingAll) {
        for queues_each in [10, QUEUES] {
            let config = Arc::new(config(strategy, queues_each)?);
            println!("{strategy:?}, {AGENTS} agents in {queues_each} of {QUEUES} queues each");
            crowded(&config);
            quiet(&config);
            reconfigured(&config);
        }
    }
    Ok(())
}

/// Everybody talks, 2,000 wait: each agent who becomes free takes the next caller, and another caller comes.
fn crowded(config: &Arc<Config>) {
    let mut bench = Bench::new(config);
    let mut calls = 0;
    for _ in 0..AGENTS as u64 + WAITING {
        calls += 1;
        let queue = bench.queue(calls);
        bench.enqueue(calls, queue);
        bench.accept_all();
    }
    bench.times.clear();
    for round in 0..ROUNDS {
        let agent = bench.config.agents[round as usize % AGENTS].name.clone();
        let held = bench.acd.agent(&agent).and_then(|agent| agent.calls.first().copied());
        if let Some(call) = held {
            bench.timed(Input::Released { agent, call });
            bench.accept_all();
            bench.drained(Input::CallEnded(call));
        }
        calls += 1;
        let queue = bench.queue(calls);
        bench.enqueue(calls, queue);
    }
    bench.print("an agent becomes free while 2,000 wait");
}

/// Everybody is free: each call finds an agent at once.
fn quiet(config: &Arc<Config>) {
    let mut bench = Bench::new(config);
    for call in 1..=ROUNDS {
        let queue = bench.queue(call);
        bench.enqueue(call, queue);
        bench.accept_all();
        bench.drained(Input::CallEnded(CallId::from_u64(call)));
    }
    bench.print("a call arrives while 2,000 are free");
}

/// 2,000 wait and everybody talks; every queue gets a new limit.
fn reconfigured(config: &Arc<Config>) {
    let mut bench = Bench::new(config);
    for call in 1..=AGENTS as u64 + WAITING {
        let queue = bench.queue(call);
        bench.enqueue(call, queue);
        bench.accept_all();
    }
    let mut changed = Config::clone(config);
    changed.queues.iter_mut().for_each(|queue| queue.waiting_max += 1);
    let changed = Arc::new(changed);
    let start = Instant::now();
    bench.acd.apply(bench.now, &changed);
    println!("  taking over a configuration that changes every queue: {:?}", start.elapsed());
}

struct Bench {
    acd: Acd,
    config: Arc<Config>,
    now: Now,
    offers: Vec<OfferId>,
    times: Vec<Duration>,
}

impl Bench {
    fn new(config: &Arc<Config>) -> Self {
        let mut bench = Self {
            acd: Acd::new(config, 1),
            config: Arc::clone(config),
            now: Now::default(),
            offers: Vec::new(),
            times: Vec::new(),
        };
        for agent in config.agents.iter() {
            bench.drained(Input::EndpointUp(agent.endpoints[0].clone()));
            bench.drained(Input::Agent {
                agent: agent.name.clone(),
                command: AgentCommand::SignIn,
                by: Party::Operator,
            });
        }
        bench
    }

    fn queue(&self, call: u64) -> QueueName {
        self.config.queues[(call as usize * 7) % QUEUES].name.clone()
    }

    fn enqueue(&mut self, call: u64, queue: QueueName) {
        self.timed(Input::Enqueue {
            call: CallId::from_u64(call),
            queue,
            priority: (call % 3) as u8,
            since: self.now.mono,
            wants: Wants::default(),
        });
    }

    fn accept_all(&mut self) {
        while let Some(offer) = self.offers.pop() {
            let outcome = OfferOutcome::Accepted;
            self.drained(Input::OfferEnded { offer, outcome });
        }
    }

    fn timed(&mut self, input: Input) {
        let start = Instant::now();
        self.drained(input);
        self.times.push(start.elapsed());
    }

    fn drained(&mut self, input: Input) {
        self.now = self.now.after(Duration::from_micros(100));
        self.acd.handle(self.now, input);
        while let Some(output) = self.acd.poll_output() {
            if let Output::Offer { offer, .. } = output {
                self.offers.push(offer);
            }
        }
    }

    fn print(&mut self, what: &str) {
        self.times.sort();
        let at = |permille: usize| self.times[self.times.len() * permille / 1000];
        println!("  {what}: p50 {:?}, p99 {:?}, p999 {:?}, n {}", at(500), at(990), at(999), self.times.len());
    }
}

fn config(strategy: Strategy, queues_each: usize) -> Result<Config, NameError> {
    let agents: Result<Vec<AgentConfig>, NameError> = (0..AGENTS).map(agent).collect();
    let agents = agents?;
    let queues: Result<Vec<QueueConfig>, NameError> = (0..QUEUES)
        .map(|number| {
            let serves = |agent: &usize| (agent + QUEUES - number) % QUEUES < queues_each;
            let members = (0..AGENTS).filter(serves).map(|agent| agents[agent].name.clone());
            queue(number, strategy, members.collect())
        })
        .collect();
    Ok(Config {
        queues: queues?,
        agents,
        estimate: EstimatePolicy { samples_min: 5, samples_max: 20, window: Duration::from_secs(1800) },
        precedence: Precedence { head_start: Duration::from_secs(60), head_start_max: Duration::from_secs(300) },
        callbacks: CallbackPolicy {
            plans_max: 1000,
            attempts_max: 3,
            gap: Duration::from_secs(900),
            wait_max: Duration::from_secs(86_400),
        },
        parted_rest: Duration::from_secs(60),
        limits: Limits {
            calls_max: 100_000,
            offers_max: 100,
            exclusions_max: 100,
            moves_max: 3,
            departures_max: 1000,
            ring_all_max: 8,
            wants_max: 16,
            endpoints_max: 10_000,
            reason_len_max: 64,
        },
    })
}

fn agent(number: usize) -> Result<AgentConfig, NameError> {
    Ok(AgentConfig {
        name: AgentName::new(&format!("agent-{number}"))?,
        endpoints: vec![EndpointName::new(&format!("phone-{number}"))?],
        sign_in: SignIn::Command,
        skills: Vec::new(),
        regions: Vec::new(),
        capacity: 1,
        wrap_up_max: Duration::ZERO,
        missed_max: 3,
    })
}

fn queue(number: usize, strategy: Strategy, members: Vec<AgentName>) -> Result<QueueConfig, NameError> {
    Ok(QueueConfig {
        name: QueueName::new(&format!("queue-{number}"))?,
        strategy,
        members,
        skills: Vec::new(),
        waiting_max: 10_000,
        wait_max: Duration::from_secs(3600),
        ring_timeout: Duration::from_secs(30),
        no_reoffer: Duration::from_secs(60),
        no_reoffer_alone: Duration::from_secs(10),
        announcements: None,
        unstaffed: Unstaffed::Wait,
        overflow: Vec::new(),
        alert_after: Some(Duration::from_secs(30)),
        counts_as_missed: vec![OfferOutcome::Missed],
    })
}
