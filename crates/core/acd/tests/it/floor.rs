//! A floor under test: the state machine, what its outputs say, and the checker that compares the two.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bell_acd::{
    Acd, AgentCommand, AgentConfig, CallbackPolicy, Config, EstimatePolicy, Input, Limits, Output, Precedence,
    QueueConfig, SignIn, Unstaffed, Wants,
};
use bell_types::{
    AgentActivity, AgentName, AgentPresence, CallId, EndpointName, Filter, Mono, Now, OfferId, OfferOutcome, Overflow,
    Party, QueueExit, QueueName, RegionName, RoutingReport, SkillName, Strategy, What,
};

pub(crate) fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(crate) fn at(time: Duration) -> Now {
    Now::default().after(time)
}

pub(crate) fn agent_name(name: &str) -> AgentName {
    AgentName::new(name).unwrap()
}

pub(crate) fn queue_name(name: &str) -> QueueName {
    QueueName::new(name).unwrap()
}

pub(crate) fn endpoint_name(name: &str) -> EndpointName {
    EndpointName::new(name).unwrap()
}

/// `english:3` is the skill and the level; `english` is level 1.
pub(crate) fn skill(text: &str) -> (SkillName, u8) {
    let (name, level) = text.split_once(':').unwrap_or((text, "1"));
    (SkillName::new(name).unwrap(), level.parse().unwrap())
}

pub(crate) fn region(name: &str) -> RegionName {
    RegionName::new(name).unwrap()
}

pub(crate) fn queue(name: &str, strategy: Strategy, members: &[&str]) -> QueueConfig {
    QueueConfig {
        name: queue_name(name),
        strategy,
        members: members.iter().map(|member| agent_name(member)).collect(),
        skills: Vec::new(),
        waiting_max: 100,
        wait_max: secs(600),
        ring_timeout: secs(30),
        no_reoffer: secs(60),
        no_reoffer_alone: secs(10),
        announcements: None,
        unstaffed: Unstaffed::Wait,
        overflow: Vec::new(),
        alert_after: None,
        counts_as_missed: vec![OfferOutcome::Missed],
    }
}

/// An agent `a` with the phones `a.1` and `a.2`.
pub(crate) fn agent(name: &str) -> AgentConfig {
    AgentConfig {
        name: agent_name(name),
        endpoints: vec![endpoint_name(&format!("{name}.1")), endpoint_name(&format!("{name}.2"))],
        sign_in: SignIn::Command,
        skills: Vec::new(),
        regions: Vec::new(),
        capacity: 1,
        wrap_up_max: secs(20),
        missed_max: 3,
    }
}

pub(crate) fn config(queues: &[QueueConfig], agents: &[&str]) -> Config {
    Config {
        queues: queues.to_vec(),
        agents: agents.iter().map(|name| agent(name)).collect(),
        estimate: EstimatePolicy { samples_min: 3, samples_max: 10, window: secs(1800) },
        precedence: Precedence { head_start: secs(600), head_start_max: secs(6000) },
        callbacks: CallbackPolicy { plans_max: 3, attempts_max: 2, gap: secs(300), wait_max: secs(3600) },
        parted_rest: secs(60),
        limits: Limits {
            calls_max: 100_000,
            offers_max: 1000,
            exclusions_max: 100,
            moves_max: 2,
            departures_max: 100,
            ring_all_max: 3,
            wants_max: 4,
            endpoints_max: 10_000,
            reason_len_max: 16,
        },
    }
}

/// Nothing ends by itself before its time.
#[derive(Clone, Default)]
struct Deadlines {
    offers: BTreeMap<OfferId, Mono>,
    waits: BTreeMap<CallId, Mono>,
    wrap_ups: BTreeMap<AgentName, Mono>,
}

/// The state machine and what its outputs have said so far.
#[derive(Clone)]
pub(crate) struct Floor {
    pub(crate) acd: Acd,
    pub(crate) config: Arc<Config>,
    pub(crate) now: Now,
    /// What came out of the last step.
    pub(crate) outputs: Vec<Output>,
    /// The offers that are live, as facts tell.
    pub(crate) offers: BTreeMap<OfferId, AgentName>,
    /// Who waits, as facts tell.
    pub(crate) waiting: BTreeMap<CallId, QueueName>,
    /// Who talks with whom, as facts and releases tell.
    pub(crate) talking: BTreeSet<(AgentName, CallId)>,
    pub(crate) agents: BTreeMap<AgentName, (AgentPresence, AgentActivity)>,
    pub(crate) entered: usize,
    pub(crate) left: BTreeMap<CallId, QueueExit>,
    /// The last position each waiting caller was told.
    pub(crate) told: BTreeMap<CallId, u32>,
    /// When offers, waits and wrap-ups are over, as they were told when they began.
    deadlines: Deadlines,
    /// The offer that was let pass last, by whom, and when he had done so before.
    last_passed: Option<(OfferId, (CallId, AgentName), Option<Mono>)>,
    /// The offer whose end the current input tells.
    ending: Option<OfferId>,
    let_pass: BTreeMap<(CallId, AgentName), Mono>,
    /// What callers brought with them to where they wait or waited last.
    pub(crate) wants: BTreeMap<CallId, Wants>,
    /// What ladders have changed in what calls need.
    wider: BTreeMap<CallId, Vec<(SkillName, u8)>>,
    /// Queues whose alert is on, as facts tell.
    pub(crate) alerts: BTreeSet<QueueName>,
    /// The planned call of each caller who asked to be called back, as facts tell.
    pub(crate) plans: BTreeMap<CallId, CallId>,
    /// Whether the configuration has changed.
    reconfigured: bool,
}

impl Floor {
    pub(crate) fn new(config: Config) -> Self {
        Self::seeded(config, 7)
    }

    pub(crate) fn seeded(config: Config, seed: u64) -> Self {
        let config = Arc::new(config);
        Self {
            acd: Acd::new(&config, seed),
            agents: (config.agents.iter())
                .map(|agent| (agent.name.clone(), (AgentPresence::SignedOut, AgentActivity::Idle)))
                .collect(),
            config,
            now: Now::default(),
            outputs: Vec::new(),
            offers: BTreeMap::new(),
            waiting: BTreeMap::new(),
            talking: BTreeSet::new(),
            entered: 0,
            left: BTreeMap::new(),
            told: BTreeMap::new(),
            deadlines: Deadlines::default(),
            last_passed: None,
            ending: None,
            let_pass: BTreeMap::new(),
            wants: BTreeMap::new(),
            wider: BTreeMap::new(),
            alerts: BTreeSet::new(),
            plans: BTreeMap::new(),
            reconfigured: false,
        }
    }

    /// Everybody signed in at the first phone.
    pub(crate) fn open(config: Config) -> Self {
        let mut floor = Self::new(config);
        floor.sign_in_all();
        floor
    }

    pub(crate) fn sign_in_all(&mut self) {
        for agent in Arc::clone(&self.config).agents.iter() {
            self.step(Input::EndpointUp(agent.endpoints[0].clone()));
            self.script(&format!("in {}", agent.name));
        }
    }

    pub(crate) fn step(&mut self, input: Input) {
        self.last_passed = None;
        self.ending = match &input {
            Input::OfferEnded { offer, .. } => Some(*offer),
            _ => None,
        };
        let brought = match &input {
            Input::Enqueue { call, wants, .. } => Some((*call, wants.clone())),
            _ => None,
        };
        match &input {
            Input::Released { agent, call } => {
                self.talking.remove(&(agent.clone(), *call));
            }
            Input::CallEnded(call) => {
                self.talking.retain(|(_, held)| held != call);
                self.let_pass.retain(|(passed, _), _| passed != call);
            }
            Input::Stop => self.plans.clear(),
            Input::OfferConfirming { offer, within } => {
                if let Some(until) = self.deadlines.offers.get_mut(offer) {
                    // The call has the first word.
                    *until = self.now.mono + *within + secs(1);
                }
            }
            Input::CallLost { agent, call } | Input::HandedOn { agent, call } => {
                self.let_pass.insert((*call, agent.clone()), self.now.mono);
            }
            Input::Agent { agent, command: AgentCommand::Release, .. } => {
                self.talking.retain(|(name, _)| name != agent);
            }
            _ => {}
        }
        self.note_wrap_ups();
        self.acd.handle(self.now, input);
        self.drain();
        // Who is turned away keeps the place he had before, with what he wanted there.
        if let Some((call, wants)) = brought.filter(|(call, _)| !self.turned_away(*call)) {
            self.wants.insert(call, wants);
        }
        self.check();
    }

    pub(crate) fn apply(&mut self, config: Config) {
        self.config = Arc::new(config);
        self.reconfigured = true;
        self.last_passed = None;
        self.ending = None;
        self.note_wrap_ups();
        self.acd.apply(self.now, &self.config);
        self.drain();
        self.check();
    }

    /// Lets time pass, waking up exactly when asked to.
    pub(crate) fn wait_until(&mut self, until: Now) {
        while let Some(wake) = self.acd.poll_timeout().filter(|wake| *wake <= until.mono) {
            self.now = at(wake.since(Mono::ZERO));
            self.step(Input::Tick);
        }
        self.now = until;
    }

    fn drain(&mut self) {
        self.outputs.clear();
        while let Some(output) = self.acd.poll_output() {
            match &output {
                Output::Fact(fact) => self.fold(fact),
                // It was taken back before the input could tell its end: the agent is not spared the call.
                Output::WithdrawOffer { offer, .. } if self.ending == Some(*offer) => self.spare_no_more(*offer),
                _ => {}
            }
            self.outputs.push(output);
        }
    }

    /// Whether the call's last entry in this step was none: it left in the same breath, before anybody was looked for.
    fn turned_away(&self, call: CallId) -> bool {
        let facts = self.outputs.iter().filter_map(|output| match output {
            Output::Fact(fact) => Some(fact),
            _ => None,
        });
        let since_entry = facts.rev().take_while(|fact| !matches!(fact, What::Enqueued { call: c, .. } if *c == call));
        let next = since_entry.last();
        matches!(
            next,
            Some(What::LeftQueue { call: left, how: QueueExit::Full | QueueExit::NoAgent | QueueExit::Withdrawn, .. })
                if *left == call
        )
    }

    fn spare_no_more(&mut self, offer: OfferId) {
        if let Some((_, passed, before)) = self.last_passed.take_if(|(passed, ..)| *passed == offer) {
            self.let_pass.remove(&passed);
            self.let_pass.extend(before.map(|before| (passed, before)));
        }
    }

    fn note_wrap_ups(&mut self) {
        self.deadlines.wrap_ups.clear();
        for agent in &self.config.agents {
            let until = self.acd.agent(&agent.name).and_then(|agent| agent.wrap_up_until);
            let until = until.map(|until| (agent.name.clone(), until));
            self.deadlines.wrap_ups.extend(until);
        }
    }

    fn fold(&mut self, fact: &What) {
        match fact {
            What::Enqueued { call, queue, .. } => {
                self.entered += 1;
                let config = self.config.queues.iter().find(|config| config.name == *queue);
                let deadline = config.map(|config| (*call, self.now.mono + config.wait_max));
                self.deadlines.waits.extend(deadline);
                self.told.remove(call);
                self.wider.remove(call);
                assert_eq!(self.waiting.insert(*call, queue.clone()), None, "{call} waits twice");
            }
            What::LeftQueue { call, how, queue } => {
                assert_eq!(self.waiting.remove(call).as_ref(), Some(queue), "{call} leaves where it waited");
                let early = *how == QueueExit::TimedOut && self.now.mono < self.deadlines.waits[call];
                assert!(!early || self.config.limits.offers_max < 1000, "{call} left before its time");
                self.left.insert(*call, how.clone());
            }
            What::Offered { offer, agent, ring_timeout, .. } => {
                // The agent's next phone rings: he has not let the call pass.
                let last = self.last_passed.as_ref().filter(|(_, passed, _)| *passed == (offer.call, agent.clone()));
                if let Some(last) = last.map(|(last, ..)| *last) {
                    self.spare_no_more(last);
                }
                self.deadlines.offers.insert(*offer, self.now.mono + *ring_timeout);
                assert_eq!(self.offers.insert(*offer, agent.clone()), None, "an offer id is used once");
            }
            What::OfferEnded { offer, agent, outcome } => self.fold_offer_ended(*offer, agent, *outcome),
            What::AgentChanged { agent, presence, activity, by } => {
                let now = (presence.clone(), *activity);
                let before = self.agents.insert(agent.clone(), now.clone());
                assert_ne!(before.as_ref(), Some(&now), "a change changes something");
                let wrapped_up = before == Some((presence.clone(), AgentActivity::WrapUp)) && *by == Party::System;
                if wrapped_up && matches!(activity, AgentActivity::Idle | AgentActivity::Unreachable) {
                    assert!(self.now.mono >= self.deadlines.wrap_ups[agent], "{agent} was cut short");
                }
            }
            What::Routed { report, .. } => check_report(report),
            What::OfferRang { offer, agent } => {
                assert_eq!(self.offers.get(offer), Some(agent), "only a live offer rings");
            }
            What::QueueAlertBegan { queue, .. } => assert!(self.alerts.insert(queue.clone()), "an alert begins once"),
            What::QueueAlertEnded { queue } => assert!(self.alerts.remove(queue), "an alert ends that began"),
            What::CallbackAsked { call, planned, .. } => {
                assert_eq!(self.plans.insert(*call, *planned), None, "a caller asks once");
                self.inherit(*call, *planned);
            }
            What::CallbackHeld { call, .. } => assert!(self.plans.contains_key(call), "what was planned is held back"),
            What::CallbackKept { call, planned, .. } => {
                assert_eq!(self.plans.insert(*call, *planned), None, "a plan is restored once");
                // Nobody here is restored who wants more than the queue asks for.
                self.wants.insert(*planned, Wants::default());
            }
            What::CallbackAttempted { call, planned, .. } => {
                assert_eq!(self.plans.get(call), Some(planned), "what was planned is done");
            }
            What::CallbackPutOff { call, planned } => {
                let before = self.plans.insert(*call, *planned).expect("what was planned is put off");
                self.inherit(before, *planned);
            }
            What::CallbackEnded { call, .. } => {
                assert!(self.plans.remove(call).is_some(), "a plan has one end");
            }
            What::Overflowed { call, queue, to, .. } => {
                if let Overflow::WiderSkills(levels) = to {
                    self.wider.entry(*call).or_default().extend(levels.iter().cloned());
                }
                assert_eq!(self.waiting.get(call), Some(queue), "who waits goes elsewhere");
            }
            What::PositionAnnounced { call, position, .. } => self.fold_position(*call, *position),
            other => panic!("not a fact of ours: {other:?}"),
        }
    }

    /// A planned call wants what its caller wanted.
    fn inherit(&mut self, call: CallId, planned: CallId) {
        let wants = self.wants.get(&call).cloned().unwrap_or_default();
        self.wants.insert(planned, wants);
    }

    fn fold_offer_ended(&mut self, offer: OfferId, agent: &AgentName, outcome: OfferOutcome) {
        assert_eq!(self.offers.remove(&offer).as_ref(), Some(agent), "only a live offer ends");
        let by_itself = outcome == OfferOutcome::Missed && self.ending != Some(offer);
        let over = self.now.mono >= self.deadlines.offers[&offer];
        assert!(!by_itself || over, "{offer:?} ended before its time");
        match outcome {
            OfferOutcome::Accepted => {
                self.talking.insert((agent.clone(), offer.call));
            }
            OfferOutcome::Withdrawn | OfferOutcome::AnsweredElsewhere if self.ending != Some(offer) => {}
            OfferOutcome::Withdrawn
            | OfferOutcome::AnsweredElsewhere
            | OfferOutcome::Missed
            | OfferOutcome::Declined
            | OfferOutcome::Busy
            | OfferOutcome::Failed
            | OfferOutcome::Unconfirmed => {
                let passed = (offer.call, agent.clone());
                let before = self.let_pass.insert(passed.clone(), self.now.mono);
                self.last_passed = Some((offer, passed, before));
            }
        }
    }

    /// INB-24: a number that is told never grows.
    fn fold_position(&mut self, call: CallId, position: Option<u32>) {
        if let Some(position) = position {
            let before = self.told.insert(call, position);
            assert!(before.is_none_or(|before| before >= position), "{call} moved back");
        }
    }

    /// What must hold after every input.
    pub(crate) fn check(&self) {
        self.check_offers();
        self.check_agents();
        let wake = self.acd.poll_timeout();
        for queue in &self.config.queues {
            self.check_queue(queue, wake);
        }
        let waiting: usize = (self.config.queues.iter())
            .filter_map(|queue| self.acd.queue(&queue.name))
            .map(|queue| queue.waiting)
            .sum();
        assert_eq!(waiting, self.waiting.len(), "facts fold to the live state");
        let plans: BTreeMap<CallId, CallId> = self.acd.callbacks().map(|(call, planned, _)| (call, planned)).collect();
        assert_eq!(plans, self.plans, "facts fold to the live state");
    }

    fn check_offers(&self) {
        let agents: BTreeSet<_> = self.offers.values().collect();
        assert_eq!(agents.len(), self.offers.len(), "an agent has two offers");
        let calls: BTreeSet<_> = self.offers.keys().map(|offer| offer.call).collect();
        for call in &calls {
            let rings = self.offers.keys().filter(|offer| offer.call == *call).count();
            let queue = self.waiting.get(call).and_then(|name| self.acd_queue(name));
            let most = queue.map_or(1, |queue| self.rings_at_most(queue));
            // A queue that no longer rings all keeps what rings already.
            assert!(rings <= most || self.reconfigured, "{call} rings at {rings}");
        }
        assert!(calls.iter().all(|call| self.waiting.contains_key(call)), "an offered call waits");
    }

    fn acd_queue(&self, name: &QueueName) -> Option<&QueueConfig> {
        self.config.queues.iter().find(|queue| queue.name == *name)
    }

    fn rings_at_most(&self, queue: &QueueConfig) -> usize {
        if queue.strategy == Strategy::RingAll { self.config.limits.ring_all_max } else { 1 }
    }

    fn check_agents(&self) {
        for agent in &self.config.agents {
            let view = self.acd.agent(&agent.name).expect("configured");
            let (presence, activity) = &self.agents[&agent.name];
            assert_eq!((view.presence, view.activity), (presence, *activity), "facts fold to the live state");
            let talking: BTreeSet<CallId> = view.calls.iter().copied().collect();
            let told = self.talking.iter().filter(|(name, _)| *name == agent.name);
            assert_eq!(talking, told.map(|(_, call)| *call).collect(), "{} talks", agent.name);
            assert!(view.calls.len() <= agent.capacity as usize, "{} has too many calls", agent.name);
            let offered = view.offer.map(|offer| (offer, agent.name.clone()));
            assert_eq!(offered, self.offer_of(&agent.name).map(|offer| (offer, agent.name.clone())));
            if let Some(until) = view.wrap_up_until {
                assert!(self.acd.poll_timeout().is_some_and(|wake| wake <= until), "wrap-up ends");
            }
        }
    }

    fn offer_of(&self, agent: &AgentName) -> Option<OfferId> {
        let mut offers = self.offers.iter().filter(|(_, holder)| *holder == agent);
        offers.next().map(|(offer, _)| *offer)
    }

    fn check_queue(&self, queue: &QueueConfig, wake: Option<Mono>) {
        for waiting in self.acd.waiting(&queue.name) {
            assert_eq!(self.waiting.get(&waiting.call), Some(&queue.name));
            assert!(wake.is_some_and(|wake| wake <= waiting.leave_at), "every wait has a deadline");
            for (offer, until) in &waiting.offers {
                assert!(self.offers.contains_key(offer));
                assert!(wake.is_some_and(|wake| wake <= *until), "every offer has a deadline");
            }
            if waiting.offers.len() < self.rings_at_most(queue) {
                self.check_nobody_is_free(queue, &waiting);
            }
        }
        let view = self.acd.queue(&queue.name).expect("configured");
        let signed_out = view.filtered.contains(&(Filter::SignedOut, view.members as u32));
        let must_leave = queue.unstaffed == Unstaffed::Leave && signed_out;
        assert!(!must_leave || view.waiting == 0, "nobody waits in a deserted queue");
        let filtered: usize = view.filtered.iter().map(|(_, count)| *count as usize).sum();
        assert_eq!(view.ready + filtered, view.members, "every member is ready or filtered");
        let ready = queue.members.iter().filter(|member| self.filter(member).is_none()).count();
        assert_eq!(view.ready, ready, "the sets of a queue follow its agents");
    }

    fn filter(&self, agent: &AgentName) -> Option<Filter> {
        let view = self.acd.agent(agent);
        view.map_or(Some(Filter::SignedOut), |view| view.filter)
    }

    /// Nobody waits while an agent is free who may take the call.
    fn check_nobody_is_free(&self, queue: &QueueConfig, waiting: &bell_acd::WaitingCall) {
        let call = waiting.call;
        if let Some(kept_for) = &waiting.kept_for {
            assert!(self.filter(kept_for).is_some(), "{call} is kept for {kept_for}, who is free");
            return;
        }
        let off_duty = [Filter::SignedOut, Filter::OnBreak, Filter::NoEndpoint];
        let passed = |agent: &AgentName| {
            let since = *self.let_pass.get(&(call, agent.clone()))?;
            Some(self.now.mono.since(since)).filter(|age| *age < queue.no_reoffer)
        };
        let on_duty = |agent: &&AgentName| !self.filter(agent).is_some_and(|filter| off_duty.contains(&filter));
        let able = |agent: &&AgentName| self.is_able(agent, queue, call);
        let nobody_else = queue.members.iter().filter(on_duty).filter(able).all(|agent| passed(agent).is_some());
        for member in queue.members.iter().filter(|member| self.filter(member).is_none()).filter(able) {
            let barred = passed(member).is_some_and(|age| !nobody_else || age < queue.no_reoffer_alone);
            assert!(barred, "{call} waits in {} while {member} is free", queue.name);
        }
    }

    fn is_able(&self, agent: &AgentName, queue: &QueueConfig, call: CallId) -> bool {
        let own = self.config.agents.iter().find(|config| config.name == *agent);
        let level = |skill: &SkillName| {
            let own = own.and_then(|agent| agent.skills.iter().find(|(own, _)| own == skill));
            own.map_or(0, |(_, level)| *level)
        };
        let wanted = self.wants.get(&call).map_or(&[][..], |wants| &wants.skills);
        let wider = self.wider.get(&call).map_or(&[][..], Vec::as_slice);
        let lowered = |skill: &SkillName| wider.iter().filter(|(wide, _)| wide == skill).map(|(_, level)| *level).min();
        let least = |skill: &SkillName, least: u8| lowered(skill).map_or(least, |lowered| lowered.min(least));
        queue.skills.iter().chain(wanted).all(|(skill, wanted)| level(skill) >= least(skill, *wanted))
    }
}

/// INB-13: a report holds together.
fn check_report(report: &RoutingReport) {
    let first = report.candidates.first().map(|candidate| &candidate.agent);
    assert_eq!(report.winner.as_ref(), first, "the first candidate wins");
    let key = |candidate: &bell_types::Candidate| (candidate.region, candidate.score, candidate.tie);
    assert!(report.candidates.is_sorted_by(|a, b| key(a) >= key(b)), "best first");
    let listed = report.candidates.len();
    let total = report.candidates_total as usize;
    assert_eq!(listed, total.min(RoutingReport::CANDIDATES_MAX));
    let filtered: usize = report.filtered_totals.iter().map(|(_, count)| *count as usize).sum();
    assert_eq!(report.filtered.len(), filtered.min(RoutingReport::FILTERED_MAX));
}
