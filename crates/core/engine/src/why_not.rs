//! Why calls did not reach an agent at some time: a fold over facts and configurations (DIA-09, AGT-03).

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

use bell_acd::Config;
use bell_types::{
    AgentActivity, AgentName, AgentPresence, CallId, Candidate, Cause, EndpointName, Fact, Filter, OfferId,
    OfferOutcome, Party, QueueName, RoutingReport, SkillName, TrunkName, Wall, What,
};
use serde::Serialize;

/// How many decisions are kept; the oldest give way.
const DECISIONS_MAX: usize = 200;

/// The question: which agent, and when.
#[derive(Clone, Debug)]
pub struct WhyNot {
    at: Wall,
    window: Duration,
    answer: NotReached,
}

/// The answer: how the agent stood at that time, and what was decided around it.
#[derive(Clone, Debug, Serialize)]
pub struct NotReached {
    /// The agent.
    pub agent: AgentName,
    /// The time.
    pub at: Wall,
    /// Whether the configuration knew him then.
    pub configured: bool,
    /// The queues he served.
    pub queues: Vec<QueueName>,
    /// What he was able to do.
    pub skills: Vec<(SkillName, u8)>,
    /// What he had asked for and was doing; none if he had not been heard of since the node's start.
    pub state: Option<State>,
    /// His phones in their order, as they stood.
    pub phones: Vec<(EndpointName, Phone)>,
    /// The call that was being offered to him, or that he was on.
    pub calls: Vec<(CallId, Holding)>,
    /// How many calls he had missed in a row.
    pub missed: u32,
    /// The trunks that could not be used, and why.
    pub trunks_down: Vec<(TrunkName, Cause)>,
    /// What was decided around that time about calls of his queues.
    pub decisions: Vec<Decision>,
    /// The calls that were refused around that time before they came to a queue.
    pub refused: Vec<(Wall, Cause)>,
    /// When the facts begin; what lies before it is not known.
    pub known_from: Option<Wall>,
}

/// An agent's state.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    /// What he had asked for.
    pub presence: AgentPresence,
    /// What he was doing.
    pub activity: AgentActivity,
    /// Since when.
    pub since: Wall,
    /// Who or what had brought that about.
    pub by: Party,
}

/// A phone's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phone {
    /// Not heard of since the node's start.
    Unknown,
    /// Registered, since then.
    Registered(Wall),
    /// A line that a trunk leads to, since then.
    Reached(Wall),
    /// Gone, since then.
    Gone(Wall, Cause),
}

/// What an agent had to do with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// It rang at him.
    Offered(OfferId),
    /// He had taken it.
    Talking,
}

/// A decision about one call, as far as it concerns the agent.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// When.
    pub at: Wall,
    /// The call.
    pub call: CallId,
    /// The queue.
    pub queue: QueueName,
    /// Who got it; none if nobody.
    pub winner: Option<AgentName>,
    /// What became of the agent.
    pub verdict: Verdict,
}

/// What a decision made of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// He got the call.
    Won,
    /// He might have had it; another was better by the queue's strategy.
    Outdone {
        /// What was seen in him.
        his: Candidate,
        /// What was seen in the winner.
        best: Candidate,
    },
    /// Something held him back.
    HeldBack(Filter),
    /// The report was too long to name him. These held back so many.
    NotNamed(Vec<(Filter, u32)>),
}

impl WhyNot {
    /// Asks why calls did not reach the agent at that time; decisions that far before and after it are looked at.
    pub fn new(agent: AgentName, at: Wall, window: Duration) -> Self {
        let answer = NotReached {
            agent,
            at,
            configured: false,
            queues: Vec::new(),
            skills: Vec::new(),
            state: None,
            phones: Vec::new(),
            calls: Vec::new(),
            missed: 0,
            trunks_down: Vec::new(),
            decisions: Vec::new(),
            refused: Vec::new(),
            known_from: None,
        };
        Self { at, window, answer }
    }

    /// Takes the configuration that held from the next fact on.
    pub fn configure(&mut self, config: &Config) {
        let answer = &mut self.answer;
        let agent = config.agents.iter().find(|agent| agent.name == answer.agent);
        answer.configured = agent.is_some();
        answer.skills = agent.map_or_else(Vec::new, |agent| agent.skills.clone());
        let serves = config.queues.iter().filter(|queue| queue.members.contains(&answer.agent));
        answer.queues = serves.map(|queue| queue.name.clone()).collect();
        let before: BTreeMap<EndpointName, Phone> = std::mem::take(&mut answer.phones).into_iter().collect();
        let phones = agent.map_or(&[][..], |agent| &agent.endpoints);
        let state = |phone: &EndpointName| before.get(phone).cloned().unwrap_or(Phone::Unknown);
        answer.phones = phones.iter().map(|phone| (phone.clone(), state(phone))).collect();
    }

    /// Takes the next fact. False once it is later than everything that is asked for.
    pub fn fold(&mut self, fact: &Fact) -> bool {
        let wall = fact.now.wall;
        self.answer.known_from.get_or_insert(wall);
        if wall > self.at + self.window {
            return false;
        }
        if wall <= self.at {
            self.stand(fact);
        }
        if wall + self.window >= self.at {
            self.decide(fact);
        }
        true
    }

    /// The answer.
    pub fn answer(self) -> NotReached {
        self.answer
    }

    /// How the agent stands after a fact.
    fn stand(&mut self, fact: &Fact) {
        let (answer, wall) = (&mut self.answer, fact.now.wall);
        match &fact.what {
            What::NodeStarted { .. } => answer.forget(),
            What::AgentChanged { agent, presence, activity, by } if *agent == answer.agent => {
                let (presence, activity, by) = (presence.clone(), *activity, by.clone());
                if presence == AgentPresence::Available && by == Party::Agent(agent.clone()) {
                    answer.missed = 0;
                }
                answer.state = Some(State { presence, activity, since: wall, by });
            }
            What::EndpointRegistered { endpoint, .. } => answer.set_phone(endpoint, Phone::Registered(wall)),
            What::LineReached { endpoint, down: None } => answer.set_phone(endpoint, Phone::Reached(wall)),
            What::LineReached { endpoint, down: Some(cause) } => answer.set_phone(endpoint, Phone::Gone(wall, *cause)),
            What::EndpointGone { endpoint, cause } => answer.set_phone(endpoint, Phone::Gone(wall, *cause)),
            What::TrunkUp { trunk } => answer.trunks_down.retain(|(down, _)| down != trunk),
            What::TrunkDown { trunk, cause } => {
                answer.trunks_down.retain(|(down, _)| down != trunk);
                answer.trunks_down.push((trunk.clone(), *cause));
            }
            What::Offered { offer, agent, .. } if *agent == answer.agent => {
                answer.calls.push((offer.call, Holding::Offered(*offer)));
            }
            What::OfferEnded { offer, agent, outcome } if *agent == answer.agent => answer.ended(*offer, *outcome),
            What::CallEnded { call, .. } => answer.calls.retain(|(held, _)| held != call),
            _ => {}
        }
    }

    fn decide(&mut self, fact: &Fact) {
        let answer = &mut self.answer;
        match &fact.what {
            What::Routed { call, report } => {
                let Some(verdict) = answer.verdict(report) else { return };
                let (call, queue, winner) = (*call, report.queue.clone(), report.winner.clone());
                answer.decisions.push(Decision { at: fact.now.wall, call, queue, winner, verdict });
                let surplus = answer.decisions.len().saturating_sub(DECISIONS_MAX);
                answer.decisions.drain(..surplus);
            }
            What::CallRefused { cause, .. } if answer.refused.len() < DECISIONS_MAX => {
                answer.refused.push((fact.now.wall, *cause));
            }
            _ => {}
        }
    }
}

impl NotReached {
    /// A node starts: nothing is known of anybody.
    fn forget(&mut self) {
        self.state = None;
        self.calls.clear();
        self.missed = 0;
        self.trunks_down.clear();
        self.phones.iter_mut().for_each(|(_, phone)| *phone = Phone::Unknown);
    }

    fn set_phone(&mut self, endpoint: &EndpointName, state: Phone) {
        if let Some((_, phone)) = self.phones.iter_mut().find(|(name, _)| name == endpoint) {
            *phone = state;
        }
    }

    fn ended(&mut self, offer: OfferId, outcome: OfferOutcome) {
        self.calls.retain(|(call, _)| *call != offer.call);
        match outcome {
            OfferOutcome::Accepted => {
                self.missed = 0;
                self.calls.push((offer.call, Holding::Talking));
            }
            OfferOutcome::Missed | OfferOutcome::Unconfirmed => self.missed += 1,
            OfferOutcome::Declined
            | OfferOutcome::Busy
            | OfferOutcome::Failed
            | OfferOutcome::Withdrawn
            | OfferOutcome::AnsweredElsewhere => {}
        }
    }

    /// What a decision made of the agent; none if it was none of his queues'.
    fn verdict(&self, report: &RoutingReport) -> Option<Verdict> {
        let listed = report.candidates.iter().find(|candidate| candidate.agent == self.agent);
        let filter = report.filtered.iter().find(|(agent, _)| *agent == self.agent);
        if report.winner.as_ref() == Some(&self.agent) {
            return Some(Verdict::Won);
        }
        if let (Some(his), Some(best)) = (listed, report.candidates.first()) {
            return Some(Verdict::Outdone { his: his.clone(), best: best.clone() });
        }
        if let Some((_, filter)) = filter {
            return Some(Verdict::HeldBack(*filter));
        }
        self.queues.contains(&report.queue).then(|| Verdict::NotNamed(report.filtered_totals.clone()))
    }

    /// The first thing that kept calls from him at that time, and what can be done about it; none if nothing did.
    pub fn reason(&self) -> Option<(&'static str, &'static str)> {
        if !self.configured {
            return Some(("no agent of this name was configured", "add him under [agent] and apply the configuration"));
        }
        if self.queues.is_empty() {
            return Some(("he served no queue", "name him in agents of a queue"));
        }
        let Some(state) = &self.state else {
            return Some(("he was not heard of since the node's start", "let him sign in, and his phone register"));
        };
        match &state.presence {
            AgentPresence::SignedOut => return Some(("he was not signed in", "belltower agents NAME sign-in")),
            AgentPresence::Break { .. } => return Some(("he was on a break", "belltower agents NAME available")),
            AgentPresence::Available => {}
        }
        match state.activity {
            AgentActivity::Unreachable => Some(("none of his phones was registered", "see belltower endpoints")),
            AgentActivity::Talking => Some(("he was on a call", "raise his capacity, if he shall take several")),
            AgentActivity::Offered => Some(("another call was ringing at him", "nothing: it was for him to answer")),
            AgentActivity::WrapUp => Some(("he was wrapping up", "belltower agents NAME end-wrap-up")),
            AgentActivity::Idle => None,
        }
    }
}

impl fmt::Display for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "agent {} at {}", self.agent, self.at)?;
        if let Some(from) = self.known_from.filter(|from| *from > self.at) {
            writeln!(f, "  the journal begins at {from}: ask for a later time")?;
        }
        match (self.reason(), &self.decisions[..]) {
            (Some((reason, remedy)), _) => writeln!(f, "  {reason}: {remedy}")?,
            (None, []) => writeln!(f, "  he was free, and no call of his queues had to be given to anybody")?,
            (None, _) => writeln!(f, "  he was free: see the decisions")?,
        }
        self.tell_state(f)?;
        for decision in &self.decisions {
            writeln!(f, "  {} call {} in {}: {}", decision.at, decision.call, decision.queue, decision.told())?;
        }
        for (at, cause) in &self.refused {
            writeln!(f, "  {at} a call was refused before it came to a queue: {cause}")?;
        }
        Ok(())
    }
}

impl NotReached {
    fn tell_state(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(State { presence, activity, since, by }) = &self.state {
            let presence = match presence {
                AgentPresence::SignedOut => "signed out".to_owned(),
                AgentPresence::Available => "available".to_owned(),
                AgentPresence::Break { reason } => format!("break ({reason})"),
            };
            writeln!(
                f,
                "  state: {presence}, {activity:?}, since {since}, by {by:?}; {} missed in a row",
                self.missed
            )?;
        }
        let mut skills = String::new();
        for (skill, level) in &self.skills {
            write!(skills, " {skill}:{level}")?;
        }
        let queues: Vec<&str> = self.queues.iter().map(QueueName::as_str).collect();
        writeln!(f, "  serves: {}; able to:{}", queues.join(", "), if skills.is_empty() { " -" } else { &skills })?;
        for (phone, state) in &self.phones {
            match state {
                Phone::Unknown => writeln!(f, "  phone {phone}: not registered since the node's start")?,
                Phone::Registered(since) => writeln!(f, "  phone {phone}: registered, since {since}")?,
                Phone::Reached(since) => writeln!(f, "  phone {phone}: a line within reach, since {since}")?,
                Phone::Gone(since, cause) => writeln!(f, "  phone {phone}: gone since {since}, {cause}")?,
            }
        }
        for (call, holding) in &self.calls {
            match holding {
                Holding::Offered(offer) => writeln!(f, "  call {call}: offer {} rang at him", offer.number)?,
                Holding::Talking => writeln!(f, "  call {call}: he had taken it")?,
            }
        }
        for (trunk, cause) in &self.trunks_down {
            writeln!(f, "  trunk {trunk}: down, {cause}")?;
        }
        Ok(())
    }
}

impl Decision {
    /// What became of the agent, in a sentence.
    pub fn told(&self) -> String {
        let winner = self.winner.as_ref().map_or("nobody", AgentName::as_str);
        match &self.verdict {
            Verdict::Won => "he got it".to_owned(),
            Verdict::Outdone { his, best } => {
                format!("{winner} got it, with {} against his {}", best.score, his.score)
            }
            Verdict::HeldBack(filter) => format!("{winner} got it; he: {}", filter.summary()),
            Verdict::NotNamed(totals) => {
                let totals: Vec<String> =
                    totals.iter().map(|(filter, count)| format!("{count} {}", filter.summary())).collect();
                format!("{winner} got it; the report does not name him ({})", totals.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bell_types::{Mono, Now, Seq, Strategy};

    use super::*;

    fn ann() -> AgentName {
        AgentName::new("ann").unwrap()
    }

    fn fact(second: u64, what: What) -> Fact {
        let now = Now { mono: Mono::from_micros(second * 1_000_000), wall: at(second) };
        Fact { seq: Seq(second), now, what }
    }

    fn at(second: u64) -> Wall {
        Wall::from_micros(i64::try_from(second * 1_000_000).unwrap())
    }

    fn state(presence: AgentPresence, activity: AgentActivity) -> What {
        What::AgentChanged { agent: ann(), presence, activity, by: Party::Agent(ann()) }
    }

    fn routed(filtered: Vec<(AgentName, Filter)>, candidates: Vec<Candidate>) -> What {
        let report = RoutingReport {
            queue: QueueName::new("sales").unwrap(),
            strategy: Strategy::LongestIdle,
            waited: Duration::ZERO,
            needs: Vec::new(),
            kept_for: None,
            winner: candidates.first().map(|candidate| candidate.agent.clone()),
            candidates_total: u32::try_from(candidates.len()).unwrap(),
            candidates,
            filtered_totals: Vec::new(),
            filtered,
        };
        What::Routed { call: CallId::from_u64(1), report }
    }

    fn ask(second: u64, facts: &[Fact]) -> NotReached {
        let mut question = WhyNot::new(ann(), at(second), Duration::from_secs(10));
        question.answer.configured = true;
        question.answer.queues.push(QueueName::new("sales").unwrap());
        question.answer.phones.push((EndpointName::new("ann-desk").unwrap(), Phone::Unknown));
        for fact in facts {
            question.fold(fact);
        }
        question.answer()
    }

    /// DIA-09: each layer that can keep a call from an agent is named, as it stood at the time that is asked for.
    #[test]
    fn dia_09_the_layer_that_kept_calls_away_is_named() {
        let lunch = AgentPresence::Break { reason: "lunch".to_owned() };
        let cases = [
            (AgentPresence::SignedOut, AgentActivity::Idle, Some("he was not signed in")),
            (lunch, AgentActivity::Idle, Some("he was on a break")),
            (AgentPresence::Available, AgentActivity::Unreachable, Some("none of his phones was registered")),
            (AgentPresence::Available, AgentActivity::Talking, Some("he was on a call")),
            (AgentPresence::Available, AgentActivity::WrapUp, Some("he was wrapping up")),
            (AgentPresence::Available, AgentActivity::Offered, Some("another call was ringing at him")),
            (AgentPresence::Available, AgentActivity::Idle, None),
        ];
        for (presence, activity, expected) in cases {
            let later = state(AgentPresence::Available, AgentActivity::Idle);
            let answer = ask(50, &[fact(40, state(presence, activity)), fact(51, later)]);
            assert_eq!(answer.reason().map(|(reason, _)| reason), expected, "{activity:?}");
        }
        assert_eq!(ask(50, &[]).reason().unwrap().0, "he was not heard of since the node's start");
    }

    /// DIA-09: the decisions around that time say what struck him, and those further away are left out.
    #[test]
    fn dia_09_the_decisions_around_the_time_say_what_struck_him() {
        let candidate = |name: &str, score| {
            let agent = AgentName::new(name).unwrap();
            Candidate { agent, region: 0, score, tie: 0 }
        };
        let answer = ask(
            50,
            &[
                fact(30, routed(vec![(ann(), Filter::SignedOut)], vec![])),
                fact(45, routed(vec![(ann(), Filter::LacksSkill)], vec![candidate("bob", 3)])),
                fact(50, routed(vec![], vec![candidate("bob", 9), candidate("ann", 4)])),
                fact(55, routed(vec![], vec![candidate("ann", 4)])),
                fact(70, routed(vec![], vec![candidate("ann", 4)])),
            ],
        );
        let verdicts: Vec<&Verdict> = answer.decisions.iter().map(|decision| &decision.verdict).collect();
        let outdone = Verdict::Outdone { his: candidate("ann", 4), best: candidate("bob", 9) };
        assert_eq!(verdicts, [&Verdict::HeldBack(Filter::LacksSkill), &outdone, &Verdict::Won]);
        let text = answer.to_string();
        assert!(text.contains("bob got it; he: lacks a skill the call needs"), "{text}");
        assert!(text.contains("bob got it, with 9 against his 4"), "{text}");
    }

    /// DIA-09: phones and trunks are told as they stood, and a start makes everything unknown.
    #[test]
    fn dia_09_phones_and_trunks_are_told_as_they_stood() {
        let desk = EndpointName::new("ann-desk").unwrap();
        let registered = What::EndpointRegistered {
            endpoint: desk.clone(),
            source: "192.0.2.1:5060".parse().unwrap(),
            user_agent: None,
        };
        let gone = What::EndpointGone { endpoint: desk.clone(), cause: Cause::Timeout };
        let down = What::TrunkDown { trunk: TrunkName::new("telecom").unwrap(), cause: Cause::Timeout };
        let facts = [fact(10, registered), fact(20, gone), fact(30, down)];
        assert_eq!(ask(15, &facts).phones, [(desk.clone(), Phone::Registered(at(10)))]);
        let answer = ask(35, &facts);
        assert_eq!(answer.phones, [(desk.clone(), Phone::Gone(at(20), Cause::Timeout))]);
        assert_eq!(answer.trunks_down.len(), 1);
        let started = What::NodeStarted { node: bell_types::NodeId(1), version: String::new() };
        let facts = [&facts[..], &[fact(40, started)]].concat();
        let answer = ask(45, &facts);
        assert_eq!((answer.phones, answer.trunks_down.len()), (vec![(desk, Phone::Unknown)], 0));
    }
}
