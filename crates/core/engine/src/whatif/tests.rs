//! A day made up in full is recorded as a node would record it, and what is read from that record is run again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bell_acd::{
    AgentCommand, AgentConfig, CallbackPolicy, Config, Draws, EstimatePolicy, Limits, Precedence, QueueConfig, SignIn,
    Unstaffed,
};
use bell_metrics::{Figures, ServiceLevel};
use bell_types::{
    AgentActivity, AgentName, CallId, Codec, Direction, EndpointName, Fact, LegId, LegRole, Now, OfferOutcome,
    QueueExit, QueueName, Seq, Strategy, Wall, Wants, What,
};

use super::day::{Day, Pickup, Staffing, Visit};
use super::world::World;

const SERVICE_LEVEL: ServiceLevel =
    ServiceLevel { within: Duration::from_secs(30), abandoned_within: Duration::from_secs(5) };

fn config(agents: usize, strategy: Strategy) -> Arc<Config> {
    let names: Vec<AgentName> = (0..agents).map(agent).collect();
    let queue = |name: &str| QueueConfig {
        name: QueueName::new(name).unwrap(),
        strategy,
        members: names.clone(),
        skills: Vec::new(),
        overflow: Vec::new(),
        alert_after: None,
        waiting_max: 500,
        wait_max: Duration::from_secs(600),
        ring_timeout: Duration::from_secs(30),
        no_reoffer: Duration::from_secs(60),
        no_reoffer_alone: Duration::from_secs(10),
        announcements: None,
        unstaffed: Unstaffed::Wait,
        counts_as_missed: vec![OfferOutcome::Missed],
    };
    let agent = |name: &AgentName| AgentConfig {
        name: name.clone(),
        endpoints: vec![EndpointName::new(name.as_str()).unwrap()],
        skills: Vec::new(),
        regions: Vec::new(),
        capacity: 1,
        wrap_up_max: Duration::from_secs(60),
        missed_max: 0,
        sign_in: SignIn::Command,
    };
    Arc::new(Config {
        queues: vec![queue("sales"), queue("support")],
        agents: names.iter().map(agent).collect(),
        estimate: EstimatePolicy { samples_min: 5, samples_max: 50, window: Duration::from_secs(1800) },
        precedence: Precedence { head_start: Duration::ZERO, head_start_max: Duration::ZERO },
        callbacks: CallbackPolicy {
            plans_max: 0,
            attempts_max: 1,
            gap: Duration::from_secs(900),
            wait_max: Duration::from_secs(3600),
        },
        parted_rest: Duration::from_secs(60),
        limits: Limits {
            calls_max: 10_000,
            offers_max: 100,
            exclusions_max: 100,
            ring_all_max: 8,
            wants_max: 8,
            moves_max: 3,
            departures_max: 100,
            endpoints_max: 1000,
            reason_len_max: 64,
        },
    })
}

fn agent(index: usize) -> AgentName {
    AgentName::new(&format!("agent-{index:03}")).unwrap()
}

/// Exponentially distributed, by inversion.
fn exponential(mean: f64, draws: &mut Draws) -> Duration {
    let lot = ((draws.draw() >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
    Duration::from_secs_f64(-mean * lot.ln())
}

/// Callers of whom everything is known: patience stands in `wait`, for each of them, as if each had given up.
fn truth(calls: u64, hours: f64, agents: usize, seed: u64) -> Day {
    let mut draws = Draws::new(seed);
    let mut day = Day::new();
    for index in 0..agents {
        let phone = EndpointName::new(agent(index).as_str()).unwrap();
        day.staff.push((Duration::ZERO, Staffing::Up(phone)));
        day.staff.push((Duration::ZERO, Staffing::Agent(agent(index), AgentCommand::SignIn)));
    }
    let mut at = Duration::from_secs(1);
    for call in 0..calls {
        at += exponential(hours * 3600.0 / calls as f64, &mut draws);
        let queue = if draws.draw().is_multiple_of(3) { "support" } else { "sales" };
        day.visits.push(Visit {
            call: CallId::from_u64(call + 1),
            queue: QueueName::new(queue).unwrap(),
            priority: 0,
            wants: Wants::default(),
            at,
            pickups: vec![Pickup { after: exponential(5.0, &mut draws), outcome: OfferOutcome::Accepted }],
            wait: exponential(150.0, &mut draws),
            gave_up: true,
            talk: Some(exponential(180.0, &mut draws)),
            wrap_up: Some(exponential(20.0, &mut draws)),
        });
    }
    day
}

/// What a node would have written down of that day.
fn record(truth: &Day, config: &Arc<Config>, seed: u64) -> Vec<Fact> {
    let mut record = Record::default();
    for (at, staffing) in &truth.staff {
        if let Staffing::Up(endpoint) = staffing {
            let source = "127.0.0.1:5060".parse().unwrap();
            record.add(*at, What::EndpointRegistered { endpoint: endpoint.clone(), source, user_agent: None });
        }
    }
    World::new(truth, config, seed).run(|at, what| record.hear(at, what));
    record.facts
}

#[derive(Default)]
struct Record {
    facts: Vec<Fact>,
    legs: BTreeMap<AgentName, LegId>,
    legs_opened: BTreeMap<CallId, u16>,
}

impl Record {
    fn add(&mut self, at: Duration, what: What) {
        let now = Now { wall: Wall::from_micros(1_800_000_000_000_000) + at, ..Now::default() };
        self.facts.push(Fact { seq: Seq(self.facts.len() as u64), now, what });
    }

    /// The router's fact, and those of the legs around it.
    fn hear(&mut self, at: Duration, what: &What) {
        match what {
            What::Offered { offer, agent, endpoint, .. } => {
                let number = self.legs_opened.entry(offer.call).or_insert(1);
                *number += 1;
                let leg = LegId { call: offer.call, number: *number };
                self.legs.insert(agent.clone(), leg);
                let role = LegRole::Agent { agent: agent.clone(), endpoint: endpoint.clone() };
                self.add(at, What::LegOpened { leg, role, direction: Direction::Outbound });
            }
            What::LeftQueue { how: QueueExit::Answered(agent), .. } => {
                let leg = self.legs[agent];
                self.add(at, What::LegAnswered { leg, codec: Codec::Pcma });
            }
            What::AgentChanged { agent, activity: AgentActivity::WrapUp | AgentActivity::Idle, .. } => {
                if let Some(leg) = self.legs.remove(agent) {
                    let ending = hung_up();
                    self.add(at, What::LegEnded { leg, ending });
                }
            }
            _ => {}
        }
        self.add(at, what.clone());
    }
}

fn hung_up() -> bell_types::Ending {
    bell_types::Ending { cause: bell_types::Cause::HungUp, by: bell_types::Party::Caller, sip_status: None, q850: None }
}

fn read(facts: &[Fact]) -> Day {
    let mut day = Day::new();
    facts.iter().for_each(|fact| day.read(fact));
    day
}

/// The mean over ten runs of what a figure says.
fn mean(day: &Day, config: &Arc<Config>, figure: impl Fn(&Figures) -> f64) -> f64 {
    (0..10).map(|seed| figure(&day.run(config, SERVICE_LEVEL, seed))).sum::<f64>() / 10.0
}

fn service_level(figures: &Figures) -> f64 {
    figures.total.service_level_permille.unwrap() as f64 / 10.0
}

fn mean_wait(figures: &Figures) -> f64 {
    figures.total.answer_mean.unwrap().as_secs_f64()
}

fn occupancy(figures: &Figures) -> f64 {
    figures.occupancy_permille.unwrap() as f64 / 10.0
}

#[test]
fn the_day_under_its_own_configuration_comes_out_as_it_was() {
    for (agents, strategy) in [(22, Strategy::LongestIdle), (20, Strategy::RoundRobin)] {
        let config = config(agents, strategy);
        let day = read(&record(&truth(1500, 4.0, agents, 1), &config, 99));
        let was = day.recorded(SERVICE_LEVEL);
        assert_eq!(was.total.offered, 1500);
        assert!(was.total.abandoned > 20, "the day is busy enough to tell something: {:?}", was.total);
        let level = mean(&day, &config, service_level);
        assert!((level - service_level(&was)).abs() <= 2.0, "{level} % for {} %", service_level(&was));
        let wait = mean(&day, &config, mean_wait);
        assert!((wait / mean_wait(&was) - 1.0).abs() <= 0.05, "{wait} s for {} s", mean_wait(&was));
        assert!((mean(&day, &config, occupancy) - occupancy(&was)).abs() <= 2.0);
    }
}

/// Runs of the whole truth under the other configuration are what the estimate is measured by.
#[test]
fn fewer_agents_are_foreseen_from_a_day_with_more() {
    let truth = truth(1500, 4.0, 24, 5);
    let day = read(&record(&truth, &config(24, Strategy::LongestIdle), 99));
    let fewer = config(21, Strategy::LongestIdle);
    let foreseen = mean(&day, &fewer, service_level);
    let really = service_level(&read(&record(&truth, &fewer, 7)).recorded(SERVICE_LEVEL));
    let was = service_level(&day.recorded(SERVICE_LEVEL));
    assert!(was - really > 8.0, "three agents make a difference: {was} % and {really} %");
    assert!((foreseen - really).abs() < 5.0, "{foreseen} % was foreseen, {really} % it was");
}

#[test]
fn one_seed_is_one_day() {
    let config = config(10, Strategy::Random);
    let day = read(&record(&truth(300, 2.0, 10, 3), &config, 1));
    assert_eq!(day.run(&config, SERVICE_LEVEL, 4), day.run(&config, SERVICE_LEVEL, 4));
    assert_ne!(day.run(&config, SERVICE_LEVEL, 4), day.run(&config, SERVICE_LEVEL, 5));
}

#[test]
fn an_empty_day_has_no_figures_and_ends() {
    let day = Day::new();
    let figures = day.run(&config(3, Strategy::LongestIdle), SERVICE_LEVEL, 1);
    assert_eq!((figures.total.offered, figures.total.service_level_permille), (0, None));
}
