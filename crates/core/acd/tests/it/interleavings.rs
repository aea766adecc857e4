//! What can happen in any order: all orders of the inputs of two agents and two calls to a depth, and long random
//! races. The checker of the floor looks after every step.

use std::time::Duration;

use bell_acd::{AgentCommand, Announcements, Config, Hours, Input, Output, Rung, Unstaffed, Wants, When, Withdrawal};
use bell_types::{AgentActivity, AgentPresence, CallId, Cause, OfferId, OfferOutcome, Overflow, Party, Strategy};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};

use crate::floor::{Floor, agent_name, config, queue, queue_name, secs, skill};

/// What one step of a race does.
#[derive(Clone, Debug)]
enum Step {
    Handle(Input),
    /// Time passes to the next deadline.
    Wake,
}

const DEPTH: u32 = 7;

#[test]
fn all_orders_of_two_agents_and_two_calls_keep_the_invariants() {
    let mut config = config(&[queue("q", Strategy::LongestIdle, &["a", "b"])], &["a", "b"]);
    config.agents.iter_mut().for_each(|agent| agent.missed_max = 2);
    let floor = Floor::open(config);
    let mut visited = 0;
    explore(&floor, DEPTH, &mut visited);
    assert!(visited > 40_000, "{visited} states");
}

/// Complaints 2 and 5: the same where both phones ring at once.
#[test]
fn all_orders_of_two_agents_and_two_calls_that_ring_at_both_keep_the_invariants() {
    let mut config = config(&[queue("q", Strategy::RingAll, &["a", "b"])], &["a", "b"]);
    config.agents.iter_mut().for_each(|agent| agent.missed_max = 2);
    let floor = Floor::open(config);
    let mut visited = 0;
    explore(&floor, DEPTH - 1, &mut visited);
    assert!(visited > 10_000, "{visited} states");
}

fn explore(floor: &Floor, depth: u32, visited: &mut u64) {
    *visited += 1;
    if depth == 0 {
        floor.clone().wind_down();
        return;
    }
    for step in possible(floor) {
        let mut next = floor.clone();
        next.take(step);
        explore(&next, depth - 1, visited);
    }
}

/// Every input that means something in this state.
fn possible(floor: &Floor) -> Vec<Step> {
    let mut inputs = Vec::new();
    for call in [1, 2].map(CallId::from_u64) {
        if floor.waiting.contains_key(&call) {
            let why = Withdrawal::Abandoned;
            inputs.push(Input::Withdraw { call, why });
        } else if !floor.left.contains_key(&call) {
            inputs.push(enqueue(floor, call, "q", 0));
        }
    }
    for offer in floor.offers.keys().copied() {
        for outcome in [OfferOutcome::Accepted, OfferOutcome::Declined] {
            inputs.push(Input::OfferEnded { offer, outcome });
        }
    }
    for (agent, call) in floor.talking.iter().cloned() {
        inputs.push(Input::Released { agent, call });
    }
    inputs.push(toggle(floor, "a"));
    let mut steps: Vec<Step> = inputs.into_iter().map(Step::Handle).collect();
    if floor.acd.poll_timeout().is_some() {
        steps.push(Step::Wake);
    }
    steps
}

fn toggle(floor: &Floor, name: &str) -> Input {
    let agent = agent_name(name);
    let command = match floor.acd.agent(&agent).unwrap().presence {
        AgentPresence::Available => AgentCommand::Break { reason: "lunch".to_owned() },
        AgentPresence::Break { .. } | AgentPresence::SignedOut => AgentCommand::Available,
    };
    let by = Party::Agent(agent.clone());
    Input::Agent { agent, command, by }
}

fn enqueue(floor: &Floor, call: CallId, queue: &str, priority: u8) -> Input {
    Input::Enqueue { call, queue: queue_name(queue), priority, since: floor.now.mono, wants: Wants::default() }
}

/// Something about calling back: planned calls have numbers of their own.
fn plan_input(call: CallId, second: u8) -> Input {
    let planned = CallId::from_u64(1000 + u64::from(second));
    match second % 7 {
        0 | 1 => Input::AskCallback { call, planned, queue: None },
        2 => Input::CallbackFailed { planned, next: CallId::from_u64(2000 + u64::from(second)) },
        3 => Input::CallbackReached(planned),
        4 => Input::WithdrawCallback(call),
        5 => Input::RestoreCallback {
            call,
            planned,
            queue: queue_name("q"),
            priority: second % 3,
            waited: secs(u64::from(second)),
            wants: Wants::default(),
            attempts: u32::from(second % 2),
            failed_ago: second.is_multiple_of(4).then(|| secs(1)),
        },
        _ => {
            let hours = if second.is_multiple_of(4) { Hours::Shut("night".to_owned()) } else { Hours::Open };
            Input::CallbackHours { queue: queue_name(if second.is_multiple_of(3) { "q" } else { "r" }), hours }
        }
    }
}

/// A caller with agents of his own, and perhaps a need.
fn wishing(floor: &Floor, call: CallId, queue: &str, second: u8) -> Input {
    let own = |number: u8| (agent_name(AGENTS[usize::from(number) % AGENTS.len()]), secs(u64::from(number % 8)));
    let preferred = vec![own(second), own(second / 3)];
    let skills = if second.is_multiple_of(3) { vec![skill("english:2")] } else { vec![] };
    let wants = Wants { skills, preferred, ..Wants::default() };
    Input::Enqueue { call, queue: queue_name(queue), priority: 0, since: floor.now.mono, wants }
}

impl Floor {
    fn take(&mut self, step: Step) {
        match step {
            Step::Handle(input) => self.step(input),
            Step::Wake => {
                if let Some(wake) = self.acd.poll_timeout() {
                    self.wait_until(crate::floor::at(wake.since(bell_types::Mono::ZERO)));
                }
            }
        }
    }

    /// Every wait comes to its end if nobody does anything any more.
    fn wind_down(&mut self) {
        for agent in self.config.agents.clone() {
            self.step(Input::Agent { agent: agent.name, command: AgentCommand::Release, by: Party::Operator });
        }
        self.wait_until(self.now.after(secs(100_000)));
        assert!(self.offers.is_empty(), "an offer never ended");
        assert!(self.waiting.is_empty(), "a call never left");
        assert_eq!(self.acd.poll_timeout(), None, "nothing is left to wait for");
        let resting = [AgentActivity::Idle, AgentActivity::Unreachable];
        assert!(self.agents.values().all(|(_, activity)| resting.contains(activity)));
    }
}

const AGENTS: [&str; 4] = ["a", "b", "c", "d"];

fn racing_input(floor: &Floor, history: &[OfferId], kind: u8, first: u8, second: u8) -> Step {
    let agent = agent_name(AGENTS[usize::from(first) % AGENTS.len()]);
    let call = CallId::from_u64(u64::from(first) % 32 + 1);
    let live = floor.offers.keys().nth(usize::from(first) % floor.offers.len().max(1)).copied();
    let outcome = [
        OfferOutcome::Accepted,
        OfferOutcome::Accepted,
        OfferOutcome::Missed,
        OfferOutcome::Declined,
        OfferOutcome::Busy,
        OfferOutcome::Failed,
        OfferOutcome::Withdrawn,
    ][usize::from(second) % 7];
    let endpoint = floor.config.agents[usize::from(first) % AGENTS.len()].endpoints[usize::from(second) % 2].clone();
    let input = match kind {
        0..=2 => enqueue(floor, call, ["q", "r"][usize::from(second / 2 % 2)], second % 2),
        3 => wishing(floor, call, ["q", "r"][usize::from(second / 2 % 2)], second),
        4..=6 => match live {
            Some(offer) => Input::OfferEnded { offer, outcome },
            None => Input::Tick,
        },
        // An answer to any offer there ever was, most of them over.
        7 => match history.get(usize::from(second) % history.len().max(1)) {
            Some(offer) => Input::OfferEnded { offer: *offer, outcome },
            None => Input::Tick,
        },
        8 => Input::Withdraw { call, why: Withdrawal::Abandoned },
        9 => Input::CallEnded(call),
        10 => match floor.talking.iter().nth(usize::from(first) % floor.talking.len().max(1)) {
            Some((agent, call)) => Input::Released { agent: agent.clone(), call: *call },
            None => Input::Tick,
        },
        11 => toggle(floor, AGENTS[usize::from(first) % AGENTS.len()]),
        12 => match second % 4 {
            0 => Input::AgentBusy(agent),
            1 => Input::AgentFree(agent),
            2 => Input::AgentRung(agent),
            _ => Input::AgentRungNoMore(agent),
        },
        13 => {
            if second.is_multiple_of(4) {
                Input::EndpointDown { endpoint, cause: Cause::TransportLost }
            } else {
                Input::EndpointUp(endpoint)
            }
        }
        14 => {
            let command = if second.is_multiple_of(2) { AgentCommand::EndWrapUp } else { AgentCommand::SignIn };
            Input::Agent { agent, command, by: Party::Operator }
        }
        15 => return Step::Wake,
        _ => plan_input(call, second),
    };
    Step::Handle(input)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Complaints 2 and 6: 1,000 racing inputs on two queues with common agents never double-book, whatever the
    /// configuration does meanwhile, and every wait ends.
    #[test]
    fn a_thousand_racing_inputs_never_double_book(seed: u64, moves in vec((0u8..18, any::<u8>(), any::<u8>()), 1000)) {
        let configs = racing_configs();
        let mut floor = Floor::seeded(configs[0].clone(), seed);
        floor.sign_in_all();
        let mut history = Vec::new();
        for (kind, first, second) in moves {
            floor.now = floor.now.after(Duration::from_millis(u64::from(second)));
            if kind == 16 {
                floor.apply(configs[usize::from(first) % configs.len()].clone());
            } else {
                floor.take(racing_input(&floor, &history, kind, first, second));
            }
            history.extend(floor.outputs.iter().filter_map(offered));
        }
        floor.wind_down();
    }
}

fn racing_configs() -> [Config; 5] {
    let random = queue("q", Strategy::Random, &AGENTS);
    let sequential = queue("r", Strategy::Sequential, &["b", "c"]);
    let mut both = config(&[random.clone(), sequential], &AGENTS);
    both.agents[3].capacity = 2;
    both.queues[1].unstaffed = Unstaffed::Leave;
    both.queues[0].announcements = Some(Announcements { first: secs(1), every: secs(2) });
    let mut one = both.clone();
    one.queues = vec![queue("q", Strategy::LongestIdle, &["d", "a"])];
    let mut moved = both.clone();
    moved.queues[0] = random;
    moved.queues[1] = queue("r", Strategy::RoundRobin, &["d", "c", "a"]);
    let mut all = both.clone();
    all.queues[0].strategy = Strategy::RingAll;
    all.agents[0].skills = vec![skill("english:2")];
    all.agents[1].skills = vec![skill("english:1")];
    let mut able = all.clone();
    able.queues[0].alert_after = Some(secs(3));
    able.queues[0].overflow = vec![
        Rung { when: When::Waited(secs(1)), then: Overflow::WiderSkills(vec![skill("english:1")]) },
        Rung { when: When::Length(4), then: Overflow::Queue(queue_name("r")) },
        Rung { when: When::Waited(secs(4)), then: Overflow::Queue(queue_name("r")) },
    ];
    let level = When::ServiceLevel { within: secs(1), window: secs(60), percent: 50 };
    able.queues[1].overflow = vec![
        Rung { when: level, then: Overflow::Voicemail },
        Rung { when: When::NoAgent, then: Overflow::Queue(queue_name("q")) },
        Rung { when: When::Waited(secs(2)), then: Overflow::Callback },
    ];
    able.queues[1].strategy = Strategy::Skill;
    able.queues[1].skills = vec![skill("english:1")];
    able.agents[2].skills = vec![skill("english:1")];
    [both, one, moved, all, able]
}

fn offered(output: &Output) -> Option<OfferId> {
    match output {
        Output::Offer { offer, .. } => Some(*offer),
        _ => None,
    }
}
