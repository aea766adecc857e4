//! A usual day of a site: people call and work as its traffic says, and nothing breaks. Every checker looks on, and in the
//! end the day is run again by what-if under the configuration it had: it should come out as it was.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bell_acd::AgentCommand;
use bell_callers::{Change, Group};
use bell_engine::whatif::{self, Comparison};
use bell_engine::{Command, Snapshot};
use bell_types::{
    ActorName, AgentActivity, AgentName, CallId, Digit, EntrySource, Fact, LegId, LegRole, ListName, Mono, Number,
    Pattern, Service, Term, Terms, What,
};

use crate::alarm::Alarm;
use crate::centre::Centre;
use crate::configuration::carrier_address;
use crate::dice::Dice;
use crate::mediahost::Host;
use crate::network::Network;
use crate::party::{Act, CallerAct, Manners, Party, Role, caller_number};
use crate::site::{Plan, Site, phone_address};
use crate::traffic::{Caller, Means};
use crate::verdict::{Failure, Verdict};
use crate::world::{Turn, World};

/// How long the calls of the day may outlast it before the node is stopped.
const LATE: Duration = Duration::from_secs(600);
/// How long registrations have to run out after that, when every phone is off.
const EXPIRY: Duration = Duration::from_secs(3600);
/// How long the most patient caller stays, whatever he hears.
const CALL_MAX: Duration = Duration::from_secs(1800);
/// How soon one key follows another of the same input.
const KEY_GAP: Duration = Duration::from_millis(300);
/// How long a message is in the mean.
const MESSAGE: Duration = Duration::from_secs(15);

/// A day in which everything held that must.
#[derive(Debug)]
pub struct DayVerdict {
    /// What happened.
    pub verdict: Verdict,
    /// The figures of the day, beside those of what-if under the same configuration.
    pub comparison: Comparison,
    /// The configuration.
    pub snapshot: Arc<Snapshot>,
}

/// Runs a day of a site; `hear` is told every fact. What-if runs it again so many times.
///
/// # Errors
/// The first thing that did not hold, with what led to it.
pub fn run_day(site: &Site, runs: u64, hear: &mut dyn FnMut(&Fact)) -> Result<DayVerdict, Box<Failure>> {
    let seed = site.traffic.seed;
    let failure = |what| Box::new(Failure { seed, step: 0, what, events: Vec::new() });
    let alarm = Alarm::default();
    let mut day = Day::new(site, alarm.clone(), hear).map_err(failure)?;
    // A broken invariant panics where debug assertions are on; the trail is worth more than the stack.
    let verdict = match alarm.listen(|| catch_unwind(AssertUnwindSafe(|| day.run()))) {
        Ok(outcome) => outcome,
        Err(panic) => Err(crate::verdict::told_by(panic.as_ref())),
    };
    let trail = || (day.world.steps(), day.world.trail());
    let verdict = verdict.map_err(|what| {
        let (step, events) = trail();
        Box::new(Failure { seed, step, what, events })
    })?;
    let snapshot = day.plan.snapshot;
    let comparison = Comparison::of(&day.record, &snapshot.acd, snapshot.service_level, 1, runs);
    Ok(DayVerdict { verdict, comparison, snapshot })
}

/// Who makes the day.
struct Day<'h> {
    world: World<Cue>,
    plan: Plan,
    means: Means,
    dice: Dice,
    callers: Vec<Caller>,
    agents: BTreeMap<AgentName, Agent>,
    /// The party that brings the callers.
    carrier: usize,
    /// The number they call.
    number: Arc<str>,
    calls: BTreeMap<CallId, Call>,
    record: whatif::Day,
    hear: &'h mut dyn FnMut(&Fact),
}

/// An agent.
struct Agent {
    /// His phone.
    party: usize,
    activity: AgentActivity,
    /// Counts his wrap-ups.
    wrap_ups: u32,
}

/// A live call.
struct Call {
    /// Who called; none: we did.
    caller: Option<usize>,
    /// Counts where it has been: what was meant for an earlier place is not done any more.
    place: u32,
    agents: BTreeMap<LegId, AgentName>,
    /// He is about to press a key.
    presses: bool,
}

/// What is done when it is time.
enum Cue {
    Calls(usize),
    /// The caller enters what he is asked for next.
    Enters(CallId),
    Presses(usize, Digit),
    GivesUp(CallId, u32),
    HasTalked(CallId, u32, AgentName),
    HangsUp(usize),
    HasWrappedUp(AgentName, u32),
    Works(AgentName, Work),
}

#[derive(Clone, Copy)]
enum Work {
    Begins,
    Pauses,
    GoesOn,
    Ends,
}

impl<'h> Day<'h> {
    fn new(site: &Site, alarm: Alarm, hear: &'h mut dyn FnMut(&Fact)) -> Result<Self, String> {
        let (plan, traffic) = (site.plan()?, &site.traffic);
        let mut dice = Dice::new(traffic.seed);
        let manners = Manners::Steady(traffic.means().pick_up);
        let domain: Arc<str> = plan.domain.as_str().into();
        let phones = plan.phones.iter().enumerate().map(|(index, name)| {
            (phone_address(index), Role::Phone { name: name.as_str().into(), domain: Arc::clone(&domain) })
        });
        let carriers = (0..plan.trunks).map(|index| (carrier_address(index), Role::Carrier));
        let parties = phones.chain(carriers).map(|(address, role)| Party::new(address, role, manners, dice.fork()));
        let parties: Vec<Party> = parties.collect();
        let beginning = plan.snapshot.source.zone.begin_of(traffic.date()?);
        let (network, host) = (Network::fair(dice.fork()), Host::steady(dice.fork()));
        let number = plan.snapshot.numbers.keys().next().ok_or("there is no number to call")?;
        let number = number.to_string().into();
        let callers = traffic.draw(&mut dice)?;
        let mut day = Self {
            world: World::new(alarm, network, host, Centre::new(beginning), parties),
            means: traffic.means(),
            dice,
            callers,
            agents: agents(&plan),
            carrier: plan.phones.len(),
            number,
            calls: BTreeMap::new(),
            record: whatif::Day::new(),
            hear,
            plan,
        };
        for shift in &traffic.shift {
            let hours = shift.hours()?;
            for agent in &shift.agents {
                day.works(agent, hours)?;
            }
        }
        Ok(day)
    }

    fn works(&mut self, agent: &str, hours: crate::traffic::Hours) -> Result<(), String> {
        let name = AgentName::new(agent).ok().filter(|name| self.agents.contains_key(name));
        let name = name.ok_or_else(|| format!("shift: there is no agent {agent}"))?;
        let rest = hours.rest.into_iter().flat_map(|(from, to)| [(from, Work::Pauses), (to, Work::GoesOn)]);
        for (at, work) in [(hours.work.0, Work::Begins), (hours.work.1, Work::Ends)].into_iter().chain(rest) {
            self.cue_at(at, Cue::Works(name.clone(), work));
        }
        Ok(())
    }

    /// Books a cue for a time of the day.
    fn cue_at(&mut self, at: Duration, cue: Cue) {
        self.world.cue((Mono::ZERO + at) - self.world.now(), cue);
    }

    fn run(&mut self) -> Result<Verdict, String> {
        let host = Host::steady(self.dice.fork());
        self.world.start(Arc::clone(&self.plan.snapshot), self.dice.key(), host)?;
        for carrier in self.carrier..self.world.parties.len() {
            self.world.act(carrier, Act::SwitchOn);
        }
        self.put_on_lists()?;
        for caller in 0..self.callers.len() {
            self.cue_at(self.callers[caller].at, Cue::Calls(caller));
        }
        let midnight = Mono::ZERO + Duration::from_secs(86_400);
        self.run_until(midnight + LATE)?;
        // Whoever is to be called back now is not: the centre closes.
        self.world.command(Command::Stop)?;
        self.run_until(midnight + LATE * 2)?;
        self.world.is_quiet()?;
        for phone in 0..self.carrier {
            self.world.act(phone, Act::SwitchOff(EXPIRY * 2));
        }
        self.run_until(midnight + LATE * 2 + EXPIRY)?;
        self.world.is_quiet()?;
        self.world.checks.end()?;
        self.world.centre.replay()?;
        Ok(self.world.checks.verdict(self.world.steps()))
    }

    /// Callers who stand on lists are put there before the day begins.
    fn put_on_lists(&mut self) -> Result<(), String> {
        let mut lists: BTreeMap<&str, Vec<(Pattern, Term)>> = BTreeMap::new();
        for (index, caller) in self.callers.iter().enumerate() {
            if let Some((list, number)) = caller.list.as_deref().zip(caller_number(index as u64)) {
                lists.entry(list).or_default().push((Pattern::Number(number), Term::Permanent));
            }
        }
        let owner = ActorName::new("sim").map_err(|error| error.to_string())?;
        for (list, entries) in lists {
            let list = ListName::new(list).map_err(|error| error.to_string())?;
            let (reason, service) = ("traffic".to_owned(), Service::default());
            let (by, source) = (Some(owner.clone()), EntrySource::Manual);
            let terms = Terms { owner: owner.clone(), by, reason, source, service };
            let change = Change::Add { list: list.clone(), groups: vec![Group { terms, entries }] };
            let outcome = self.world.command(Command::Lists(owner.clone(), Arc::new(change)))?;
            if let Some(Err(refused)) = outcome {
                return Err(format!("nobody can be put on the list {list}: {refused}"));
            }
        }
        Ok(())
    }

    fn run_until(&mut self, until: Mono) -> Result<(), String> {
        loop {
            match self.world.turn(until)? {
                Turn::Cue(cue) => self.cue(cue)?,
                Turn::Facts(facts) => facts.iter().for_each(|fact| self.hears(fact)),
                Turn::Died => return Err("the node died on a usual day".to_owned()),
                Turn::Over => return Ok(()),
            }
        }
    }

    fn cue(&mut self, cue: Cue) -> Result<(), String> {
        match cue {
            Cue::Calls(caller) => {
                let (number, index) = (Arc::clone(&self.number), caller as u64);
                self.world.act(self.carrier, Act::Call { number, caller: index });
                self.world.cue(CALL_MAX, Cue::HangsUp(caller));
            }
            Cue::Enters(call) => self.enters(call),
            Cue::Presses(caller, digit) => self.caller_does(caller, CallerAct::Press(digit)),
            Cue::HangsUp(caller) => self.caller_does(caller, CallerAct::HangUp),
            Cue::GivesUp(call, place) => {
                if let Some(caller) = self.here(call, place) {
                    self.caller_does(caller, CallerAct::HangUp);
                }
            }
            Cue::HasTalked(call, place, agent) => self.has_talked(call, place, &agent),
            Cue::HasWrappedUp(name, wrap_ups) => {
                let agent = self.agents.get(&name);
                if agent.is_some_and(|agent| agent.wrap_ups == wrap_ups && agent.activity == AgentActivity::WrapUp) {
                    self.world.command(Command::Agent(name, AgentCommand::EndWrapUp))?;
                }
            }
            Cue::Works(name, work) => self.work(name, work)?,
        }
        Ok(())
    }

    /// The caller of a call that is still where it was.
    fn here(&self, call: CallId, place: u32) -> Option<usize> {
        self.calls.get(&call).filter(|call| call.place == place).and_then(|call| call.caller)
    }

    fn caller_does(&mut self, caller: usize, act: CallerAct) {
        self.world.act(self.carrier, Act::Caller(caller as u64, act));
    }

    fn enters(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.presses = false;
        let Some(caller) = call.caller.filter(|caller| !self.callers[*caller].keys.is_empty()) else { return };
        let keys = self.callers[caller].keys.remove(0);
        for (digit, after) in keys.chars().filter_map(Digit::from_char).zip(0_u32..) {
            self.world.cue(KEY_GAP * after, Cue::Presses(caller, digit));
        }
    }

    /// Whoever has said everything hangs up: the caller as often as the agent.
    fn has_talked(&mut self, id: CallId, place: u32, agent: &AgentName) {
        let Some(call) = self.calls.get(&id).filter(|call| call.place == place) else { return };
        match call.caller {
            Some(caller) if self.callers[caller].dice.chance(500) => self.caller_does(caller, CallerAct::HangUp),
            Some(_) | None => {
                if let Some(agent) = self.agents.get(agent) {
                    self.world.act(agent.party, Act::HangUpAll);
                }
            }
        }
    }

    fn work(&mut self, name: AgentName, work: Work) -> Result<(), String> {
        let command = match work {
            Work::Begins => {
                if let Some(agent) = self.agents.get(&name) {
                    self.world.act(agent.party, Act::SwitchOn);
                }
                AgentCommand::SignIn
            }
            Work::Pauses => AgentCommand::Break { reason: "lunch".to_owned() },
            Work::GoesOn => AgentCommand::Available,
            Work::Ends => AgentCommand::SignOut,
        };
        self.world.command(Command::Agent(name, command)).map(|_| ())
    }

    fn hears(&mut self, fact: &Fact) {
        self.record.read(fact);
        (self.hear)(fact);
        match &fact.what {
            What::CallArrived { call, caller, .. } => {
                let caller = caller.number.as_ref().and_then(caller_of).filter(|caller| *caller < self.callers.len());
                let (place, agents, presses) = (0, BTreeMap::new(), false);
                self.calls.insert(*call, Call { caller, place, agents, presses });
            }
            What::CallPlaced { call, .. } => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.caller = None;
                }
            }
            What::CallEnded { call, .. } => drop(self.calls.remove(call)),
            What::LegOpened { leg, role: LegRole::Agent { agent, .. }, .. } => {
                if let Some(call) = self.calls.get_mut(&leg.call) {
                    call.agents.insert(*leg, agent.clone());
                }
            }
            What::PromptStarted { leg, notice: false, .. } if leg.number == 1 => self.is_asked(leg.call),
            What::Enqueued { call, .. } => self.waits(*call),
            What::LeftQueue { call, .. } => drop(self.moves(*call)),
            What::Bridged { a, b } => self.talks(*a, *b),
            What::SurveyBegan { call, .. } => self.is_surveyed(*call),
            What::MessageBegan { call, .. } => {
                if let Some(caller) = self.calls.get(call).and_then(|call| call.caller) {
                    let length = self.callers[caller].dice.exponential(MESSAGE);
                    self.world.cue(length, Cue::HangsUp(caller));
                }
            }
            What::AgentChanged { agent, activity, .. } => self.agent_changed(agent, *activity),
            _ => {}
        }
    }

    /// The caller hears a prompt: he listens for a while, and then presses what he wants.
    fn is_asked(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Some(caller) = call.caller.filter(|caller| !call.presses && !self.callers[*caller].keys.is_empty()) else {
            return;
        };
        call.presses = true;
        let listens = Duration::from_secs(1) + self.callers[caller].dice.exponential(self.means.listen);
        self.world.cue(listens, Cue::Enters(id));
    }

    /// Where a call is now, nothing holds that was meant for the place before.
    fn moves(&mut self, id: CallId) -> Option<u32> {
        let call = self.calls.get_mut(&id)?;
        call.place += 1;
        Some(call.place)
    }

    fn waits(&mut self, id: CallId) {
        let Some(place) = self.moves(id) else { return };
        let Some(caller) = self.calls.get(&id).and_then(|call| call.caller) else { return };
        let caller = &mut self.callers[caller];
        caller.keys.clear();
        // The sum of two: hardly anybody gives up at once.
        let half = self.means.patience / 2;
        let patience = caller.dice.exponential(half) + caller.dice.exponential(half);
        self.world.cue(patience, Cue::GivesUp(id, place));
    }

    fn talks(&mut self, a: LegId, b: LegId) {
        let Some(place) = self.moves(a.call) else { return };
        let call = &self.calls[&a.call];
        let Some(agent) = call.agents.get(&b).or(call.agents.get(&a)).cloned() else { return };
        let talk = match call.caller {
            Some(caller) => self.callers[caller].dice.exponential(self.means.talk),
            None => self.dice.exponential(self.means.talk),
        };
        self.world.cue(talk, Cue::HasTalked(a.call, place, agent));
    }

    /// He is asked for a score: two of three give the best, one of ten hangs up.
    fn is_surveyed(&mut self, id: CallId) {
        let Some(caller) = self.calls.get(&id).and_then(|call| call.caller) else { return };
        let dice = &mut self.callers[caller].dice;
        let score = match dice.below(10) {
            0..7 => "1",
            7 => "2",
            8 => "3",
            _ => return self.world.cue(Duration::from_secs(2), Cue::HangsUp(caller)),
        };
        self.callers[caller].keys = vec![score.into()];
    }

    fn agent_changed(&mut self, name: &AgentName, activity: AgentActivity) {
        let Some(agent) = self.agents.get_mut(name) else { return };
        let before = std::mem::replace(&mut agent.activity, activity);
        if activity == AgentActivity::WrapUp && before != AgentActivity::WrapUp {
            agent.wrap_ups += 1;
            let wrap_up = self.dice.exponential(self.means.wrap_up);
            self.world.cue(wrap_up, Cue::HasWrappedUp(name.clone(), agent.wrap_ups));
        }
    }
}

/// Every agent, with the first of his phones.
fn agents(plan: &Plan) -> BTreeMap<AgentName, Agent> {
    let agent = |(party, phone)| {
        let name = plan.snapshot.owners.get(phone)?.clone();
        Some((name, Agent { party, activity: AgentActivity::Idle, wrap_ups: 0 }))
    };
    // Of several phones the first one written stays.
    plan.phones.iter().enumerate().rev().filter_map(agent).collect()
}

/// Which of our callers has this number.
fn caller_of(number: &Number) -> Option<usize> {
    number.digits().strip_prefix("86138")?.parse().ok()
}
