//! Scripts: inputs as lines, outputs as a golden trace, in virtual time.
//!
//! A line is an optional time in seconds and a command: `12 call 1 sales`, `ring 1.1`, `accept 1.1`. An offer is
//! written as its call and its number.

use std::time::Duration;

use bell_acd::{AgentCommand, Config, Hours, Input, OpenCallback, Output, Wants, Withdrawal};
use bell_types::{
    AgentPresence, CallId, Cause, Mono, OfferId, OfferOutcome, Overflow, Party, QueueExit, RoutingReport, What,
};
use expect_test::Expect;

use crate::floor::{Floor, agent_name, at, endpoint_name, queue_name, region, skill};

/// Runs the script on a floor where everybody is signed in, and compares the trace.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written at the call and used once")]
pub(crate) fn check(config: Config, script: &str, expected: Expect) {
    let mut floor = Floor::open(config);
    expected.assert_eq(&floor.script(script));
}

impl Floor {
    /// Runs the lines and returns what came out.
    pub(crate) fn script(&mut self, script: &str) -> String {
        let mut trace = String::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut words: Vec<&str> = line.split_whitespace().collect();
            if let Ok(time) = words[0].parse::<f64>() {
                words.remove(0);
                self.wait_traced(Duration::from_secs_f64(time), &mut trace);
            }
            self.step(self.input(&words));
            self.trace(&mut trace);
        }
        trace
    }

    /// Gives a plan back that another node left, and returns what came out.
    pub(crate) fn restore(
        &mut self,
        call: CallId,
        planned: CallId,
        plan: &OpenCallback,
        failed_ago: Option<Duration>,
    ) -> String {
        let OpenCallback { queue, priority, waited, wants, attempts, .. } = plan.clone();
        self.step(Input::RestoreCallback { call, planned, queue, priority, waited, wants, attempts, failed_ago });
        let mut trace = String::new();
        self.trace(&mut trace);
        trace
    }

    fn wait_traced(&mut self, until: Duration, trace: &mut String) {
        let until = at(until);
        while let Some(wake) = self.acd.poll_timeout().filter(|wake| *wake <= until.mono) {
            self.wait_until(at(wake.since(Mono::ZERO)));
            self.trace(trace);
        }
        self.wait_until(until);
    }

    fn trace(&self, trace: &mut String) {
        let time = self.now.mono.since(Mono::ZERO).as_secs_f64();
        for line in self.outputs.iter().filter_map(print) {
            trace.push_str(&format!("{time:.1} {line}\n"));
        }
    }

    fn input(&self, words: &[&str]) -> Input {
        let call = |place: usize| CallId::from_u64(words[place].parse().unwrap());
        match words[0] {
            "up" => Input::EndpointUp(endpoint_name(words[1])),
            "line-up" => Input::LineUp(endpoint_name(words[1])),
            "confirming" => Input::OfferConfirming { offer: offer_id(words[1]), within: Duration::from_secs(10) },
            "unconfirmed" => ended(words[1], OfferOutcome::Unconfirmed),
            "down" => Input::EndpointDown { endpoint: endpoint_name(words[1]), cause: Cause::TransportLost },
            "off" => Input::EndpointDown { endpoint: endpoint_name(words[1]), cause: Cause::Moved },
            "barred" => Input::EndpointDown { endpoint: endpoint_name(words[1]), cause: Cause::Forbidden },
            "shift-over" => Input::ShiftOver(agent_name(words[1])),
            "busy" => Input::AgentBusy(agent_name(words[1])),
            "rung" => Input::AgentRung(agent_name(words[1])),
            "rung-no-more" => Input::AgentRungNoMore(agent_name(words[1])),
            "free" => Input::AgentFree(agent_name(words[1])),
            "served" => Input::AgentServed(agent_name(words[1])),
            "lost" => Input::CallLost { agent: agent_name(words[1]), call: call(2) },
            "handed-on" => Input::HandedOn { agent: agent_name(words[1]), call: call(2) },
            "call" => Input::Enqueue {
                call: call(1),
                queue: queue_name(words[2]),
                priority: words.get(3).and_then(|word| word.parse().ok()).unwrap_or(0),
                since: self.now.mono,
                wants: wants(&words[3..]),
            },
            "hangup" => withdraw(call(1), Withdrawal::Abandoned),
            "withdraw" => withdraw(call(1), Withdrawal::Withdrawn),
            "ring" => Input::OfferRinging(offer_id(words[1])),
            "accept" => ended(words[1], OfferOutcome::Accepted),
            "miss" => ended(words[1], OfferOutcome::Missed),
            "decline" => ended(words[1], OfferOutcome::Declined),
            "engaged" => ended(words[1], OfferOutcome::Busy),
            "fail" => ended(words[1], OfferOutcome::Failed),
            "released" => Input::Released { agent: agent_name(words[1]), call: call(2) },
            "end" => Input::CallEnded(call(1)),
            "later" => {
                let queue = words.get(3).map(|name| (queue_name(name), Wants::default()));
                Input::AskCallback { call: call(1), planned: call(2), queue }
            }
            "unreached" => Input::CallbackFailed { planned: call(1), next: call(2) },
            "reached" => Input::CallbackReached(call(1)),
            "hold" => Input::HoldCallback { call: call(1), because: words[2].to_owned() },
            "never-mind" => Input::WithdrawCallback(call(1)),
            "hours" => {
                let hours = if words[2] == "open" { Hours::Open } else { Hours::Shut(words[2].to_owned()) };
                Input::CallbackHours { queue: queue_name(words[1]), hours }
            }
            "stop" => Input::Stop,
            "tick" => Input::Tick,
            _ => command(words),
        }
    }
}

/// What a caller brings: `skill=english:3`, `from=杭州`, `own=ann:20` for his own agent and the seconds the call is kept
/// for her.
fn wants(words: &[&str]) -> Wants {
    let mut wants = Wants::default();
    for (what, value) in words.iter().filter_map(|word| word.split_once('=')) {
        match what {
            "skill" => wants.skills.push(skill(value)),
            "from" => wants.regions.push(region(value)),
            "own" => {
                let (agent, seconds) = value.split_once(':').unwrap();
                wants.preferred.push((agent_name(agent), Duration::from_secs(seconds.parse().unwrap())));
            }
            other => panic!("nobody brings {other}"),
        }
    }
    wants
}

fn command(words: &[&str]) -> Input {
    let agent = agent_name(words[1]);
    Input::Agent {
        command: match words[0] {
            "in" => AgentCommand::SignIn,
            "out" => AgentCommand::SignOut,
            "avail" => AgentCommand::Available,
            "break" => AgentCommand::Break { reason: words[2].to_owned() },
            "done" => AgentCommand::EndWrapUp,
            "release" => AgentCommand::Release,
            other => panic!("no such command: {other}"),
        },
        by: if words[0] == "release" { Party::Operator } else { Party::Agent(agent.clone()) },
        agent,
    }
}

fn withdraw(call: CallId, why: Withdrawal) -> Input {
    Input::Withdraw { call, why }
}

fn ended(offer: &str, outcome: OfferOutcome) -> Input {
    Input::OfferEnded { offer: offer_id(offer), outcome }
}

pub(crate) fn offer_id(text: &str) -> OfferId {
    let (call, number) = text.split_once('.').unwrap();
    OfferId { call: CallId::from_u64(call.parse().unwrap()), number: number.parse().unwrap() }
}

fn print_offer(offer: OfferId) -> String {
    format!("{}.{}", offer.call.as_u64(), offer.number)
}

fn print(output: &Output) -> Option<String> {
    Some(match output {
        Output::Offer { offer, endpoint, ring_timeout, .. } => {
            format!("> offer {} at {endpoint} for {ring_timeout:?}", print_offer(*offer))
        }
        Output::WithdrawOffer { offer, .. } => format!("> withdraw {}", print_offer(*offer)),
        Output::OfferRefused(offer) => format!("> refuse {}", print_offer(*offer)),
        Output::Announce { call, position, expected_wait } => {
            format!("> announce {}: {position:?} {expected_wait:?}", call.as_u64())
        }
        Output::LeftQueue { call, queue, how } => format!("> {} left {queue}: {}", call.as_u64(), print_exit(how)),
        Output::Moved { call, queue } => format!("> {} waits in {queue} now", call.as_u64()),
        Output::CallbackRefused { call, why } => format!("> {} cannot be called back: {why}", call.as_u64()),
        Output::AgentUnknown(agent) => format!("> no agent {agent}"),
        Output::Fact(fact) => return print_fact(fact),
    })
}

fn print_exit(how: &QueueExit) -> String {
    match how {
        QueueExit::Answered(agent) => format!("answered by {agent}"),
        QueueExit::Abandoned => "abandoned".to_owned(),
        QueueExit::TimedOut => "timed out".to_owned(),
        QueueExit::Full => "full".to_owned(),
        QueueExit::NoAgent => "no agent".to_owned(),
        QueueExit::Withdrawn => "withdrawn".to_owned(),
        QueueExit::Overflowed(to) => format!("overflowed: {to:?}"),
        QueueExit::Callback(planned) => format!("to be called back by {}", planned.as_u64()),
    }
}

/// Facts that say no more than an output does are left out.
fn print_fact(fact: &What) -> Option<String> {
    match fact {
        What::Enqueued { call, queue, priority, position, .. } => {
            Some(format!("{} entered {queue} at {position}, priority {priority}", call.as_u64()))
        }
        What::Routed { call, report } => Some(format!("{} {}", call.as_u64(), print_report(report))),
        What::OfferEnded { offer, agent, outcome } => {
            Some(format!("{} to {agent} ended: {outcome:?}", print_offer(*offer)))
        }
        What::AgentChanged { agent, presence, activity, by } => {
            let presence = match presence {
                AgentPresence::SignedOut => "signed out".to_owned(),
                AgentPresence::Available => "available".to_owned(),
                AgentPresence::Break { reason } => format!("break({reason})"),
            };
            Some(format!("{agent} is {presence}, {activity:?}, by {by:?}"))
        }
        What::LeftQueue {
            call,
            queue,
            how: how @ (QueueExit::Overflowed(Overflow::Queue(_)) | QueueExit::Abandoned),
        } => Some(format!("{} left {queue}: {}", call.as_u64(), print_exit(how))),
        What::Overflowed { call, queue, cause, to } => {
            Some(format!("{} in {queue}: {cause:?}, so {to:?}", call.as_u64()))
        }
        What::QueueAlertBegan { queue, call, waited } => {
            Some(format!("alert: {} has waited {waited:?} in {queue}", call.as_u64()))
        }
        What::QueueAlertEnded { queue } => Some(format!("{queue} is calm")),
        What::CallbackAsked { call, planned, waited, .. } => {
            Some(format!("{} asks to be called back by {} after {waited:?}", call.as_u64(), planned.as_u64()))
        }
        What::CallbackHeld { call, because } => Some(format!("{} is not called back now: {because}", call.as_u64())),
        What::CallbackKept { call, planned, waited } => {
            Some(format!("{} is still to be called back by {} after {waited:?}", call.as_u64(), planned.as_u64()))
        }
        What::CallbackAttempted { call, planned, attempt, agent } => {
            let (call, planned) = (call.as_u64(), planned.as_u64());
            Some(format!("{call} is called back by {planned}, attempt {attempt}, {agent}"))
        }
        What::CallbackPutOff { call, planned } => Some(format!("{} put off to {}", call.as_u64(), planned.as_u64())),
        What::CallbackEnded { call, outcome } => Some(format!("{} called back: {outcome:?}", call.as_u64())),
        _ => None,
    }
}

fn print_report(report: &RoutingReport) -> String {
    let candidates: Vec<String> =
        (report.candidates.iter()).map(|candidate| format!("{}={}", candidate.agent, candidate.score)).collect();
    let filtered: Vec<String> =
        (report.filtered.iter()).map(|(agent, filter)| format!("{agent}:{}", filter.summary())).collect();
    format!("candidates [{}], filtered [{}]", candidates.join(" "), filtered.join(", "))
}
