//! Why a call went the way it went, in lines that a supervisor can read.

use std::fmt::{self, Write as _};
use std::time::Duration;

use bell_types::{
    AbsenceEnd, AgentName, CallbackOutcome, Candidate, ConsultEnd, Detour, Direction, Ending, Fact, LegRole,
    OfferOutcome, Origin, Overflow, OverflowCause, ParkExit, Party, PromptEnd, QueueExit, Reception, RecordingStatus,
    Refusal, Region, RoutingReport, SilenceCause, Strategy, SupervisionMode, Treatment, What,
};

use crate::calling::failure_class;
use crate::since::Since;

/// A call's facts as a story: a line each, with the seconds since the first. Give it all facts of one call, in order.
pub fn explain(facts: &[Fact]) -> String {
    let mut story = String::new();
    let Some(first) = facts.first() else { return story };
    let mut since = Since::new(first.now);
    for fact in facts {
        let at = since.at(fact.now);
        let mut line = Line { story: &mut story, at };
        // Writing to a string does not fail.
        let _ = line.tell(&fact.what);
    }
    story
}

struct Line<'a> {
    story: &'a mut String,
    at: Duration,
}

impl Line<'_> {
    fn say(&mut self, text: fmt::Arguments<'_>) -> fmt::Result {
        let seconds = format!("{:.3}s", self.at.as_secs_f64());
        writeln!(self.story, "{seconds:<10}{text}")
    }

    fn more(&mut self, text: fmt::Arguments<'_>) -> fmt::Result {
        writeln!(self.story, "{:<10}  {text}", "")
    }

    fn tell(&mut self, what: &What) -> fmt::Result {
        match what {
            What::CallArrived { .. }
            | What::CallReceived { .. }
            | What::CallEnded { .. }
            | What::FlowEntered { .. }
            | What::FlowDecided { .. }
            | What::FlowRedirected { .. }
            | What::SurveyBegan { .. }
            | What::Scored { .. }
            | What::CallbackWished { .. }
            | What::MessageBegan { .. }
            | What::MessageEnded { .. } => self.tell_call(what),
            What::LegOpened { .. }
            | What::LegRinging { .. }
            | What::LegAnswered { .. }
            | What::LegHeld { .. }
            | What::LegResumed { .. }
            | What::LegEnded { .. }
            | What::Bridged { .. }
            | What::Unbridged { .. }
            | What::TransferAsked { .. }
            | What::TransferEnded { .. } => self.tell_leg(what),
            What::LineCalled { .. } | What::ConfirmAsked { .. } | What::Confirmed { .. } => self.tell_leg(what),
            What::PromptStarted { .. } | What::PromptEnded { .. } | What::DigitPressed { .. } => self.tell_prompt(what),
            What::Enqueued { .. }
            | What::PositionAnnounced { .. }
            | What::LeftQueue { .. }
            | What::Routed { .. }
            | What::Offered { .. }
            | What::OfferRang { .. }
            | What::OfferEnded { .. } => self.tell_queue(what),
            What::Overflowed { .. }
            | What::CallbackAsked { .. }
            | What::CallbackKept { .. }
            | What::CallbackHeld { .. }
            | What::CallbackAttempted { .. }
            | What::CallbackPutOff { .. }
            | What::CallbackEnded { .. } => self.tell_elsewhere(what),
            What::RecordingStarted { .. } | What::RecordingSealed { .. } => self.tell_recording(what),
            What::SilenceBegan { .. } | What::SilenceEnded { .. } => self.tell_silence(what),
            What::CallCommanded { .. }
            | What::CallPlaced { .. }
            | What::DialledBy { .. }
            | What::ConsultBegan { .. }
            | What::ConsultSwitched { .. }
            | What::ConsultEnded { .. }
            | What::RouteChanged { .. }
            | What::Parked { .. }
            | What::Unparked { .. }
            | What::Supervised { .. }
            | What::HelpAsked { .. } => self.tell_moving(what),
            What::QueueAlertBegan { .. } | What::QueueAlertEnded { .. } | What::TransfersWatched { .. } => Ok(()),
            What::TrunkUp { .. } | What::TrunkDown { .. } | What::KeyGiven { .. } | What::KeysEnded { .. } => Ok(()),
            What::LineReached { .. } | What::AgentBarred { .. } | What::VoiceMeasured { .. } => Ok(()),
            What::AgentMissing { .. } | What::AgentMissingEnded { .. } => self.tell_absence(what),
            What::NodeStarted { .. } | What::NodeStopped { .. } | What::ConfigApplied { .. } => Ok(()),
            What::EmergencySwitched { .. }
            | What::QualityMeasured { .. }
            | What::AgentChanged { .. }
            | What::EndpointRegistered { .. }
            | What::ContactReplaced { .. }
            | What::EndpointGone { .. }
            | What::RegistrationRefused { .. }
            | What::CallRefused { .. }
            | What::ListEntriesAdded { .. }
            | What::ListEntriesApproved { .. }
            | What::ListEntriesEnded { .. } => Ok(()),
        }
    }

    fn tell_call(&mut self, what: &What) -> fmt::Result {
        match what {
            What::CallArrived { call, caller, called, trunk, flow, flow_version } => {
                let from = caller.number.as_ref().map_or("a withheld number".to_owned(), ToString::to_string);
                let by = trunk.as_ref().map_or("an endpoint".to_owned(), |trunk| format!("trunk {trunk}"));
                self.say(format_args!(
                    "call {call} from {from} to {called} by {by}: flow {flow}, version {flow_version}"
                ))
            }
            What::CallReceived { reception, .. } => self.tell_reception(reception),
            What::CallEnded { ending, .. } => self.say(format_args!("the call ended: {}", Told(ending))),
            What::FlowEntered { node, .. } => self.say(format_args!("flow: {node}")),
            What::FlowDecided { way, because, .. } => self.more(format_args!("{way}: {because}")),
            What::FlowRedirected { usual, why, .. } => match why {
                Detour::AfterHours { because } => self.say(format_args!("not greeted by {usual}: {because}")),
                Detour::Overflow { in_flows, max } => self
                    .say(format_args!("not greeted by {usual}: {in_flows} callers are in flows, at most {max} may be")),
                Detour::Emergency => self.say(format_args!("not greeted by {usual}: the emergency switch is on")),
            },
            What::SurveyBegan { agent, question, .. } => {
                let agent = agent.as_ref().map_or("nobody", AgentName::as_str);
                self.say(format_args!("asked for a score for {question} by {agent}"))
            }
            What::Scored { question, score, best, .. } => {
                self.say(format_args!("scored {question}: {score} of {best}"))
            }
            What::MessageBegan { queue, .. } => self.say(format_args!("leaves a message for queue {queue}")),
            What::MessageEnded { length, kept, .. } => {
                let kept = if *kept { "kept" } else { "not kept" };
                self.say(format_args!("the message of {:.1} s is {kept}", length.as_secs_f64()))
            }
            What::CallbackWished { queue, number, .. } => match number {
                Ok(number) => self.say(format_args!("wants to be called back at {number} by queue {queue}")),
                Err(why) => self.say(format_args!("cannot be called back by queue {queue}: {why}")),
            },
            _ => Ok(()),
        }
    }

    fn tell_reception(&mut self, reception: &Reception) -> fmt::Result {
        match &reception.region {
            Origin::Known(Region { province, city, carrier }) => {
                let carrier = carrier.as_deref().unwrap_or_default();
                self.say(format_args!("the caller's region: {province} {city} {carrier}"))?;
            }
            Origin::Unknown(unknown) => {
                self.say(format_args!("the caller's region is not known: {}", unknown.summary()))?;
            }
        }
        if let Some(class) = &reception.class {
            self.say(format_args!("the caller's class: {class}"))?;
        }
        for hit in &reception.lists {
            self.more(format_args!("stands on list {}, entry {}", hit.list, hit.entry))?;
        }
        match &reception.treatment {
            Treatment::Usual => Ok(()),
            Treatment::Blocked { list, entry, how } => {
                let how = match how {
                    Refusal::Busy => "busy tone".to_owned(),
                    Refusal::Announcement => "announcement".to_owned(),
                    Refusal::Prompt(prompt) => format!("prompt {prompt}"),
                };
                self.say(format_args!("blocked by list {list}, entry {entry}: {how}"))
            }
            Treatment::Favoured { list, entry, service } => {
                let queue = service.queue.as_ref().map_or("-", |queue| queue.as_str());
                self.say(format_args!("skips the menu by list {list}, entry {entry}: queue {queue}"))
            }
        }
    }

    fn tell_leg(&mut self, what: &What) -> fmt::Result {
        match what {
            What::LegOpened { leg, role, .. } => match role {
                LegRole::Caller => Ok(()),
                LegRole::Agent { agent, endpoint } => {
                    self.say(format_args!("leg {}: calling agent {agent} at {endpoint}", leg.number))
                }
                LegRole::Supervisor { agent, endpoint } => {
                    self.say(format_args!("leg {}: calling supervisor {agent} at {endpoint}", leg.number))
                }
                LegRole::External { number, trunk } => {
                    self.say(format_args!("leg {}: calling {number} by trunk {trunk}", leg.number))
                }
            },
            What::LegRinging { leg, .. } => self.say(format_args!("leg {}: rings", leg.number)),
            What::LegAnswered { leg, codec } => self.say(format_args!("leg {}: answered, {codec}", leg.number)),
            What::LineCalled { leg, trunk, shown } => {
                let shown = shown.as_ref().map_or("no number".to_owned(), ToString::to_string);
                self.say(format_args!("leg {}: by trunk {trunk}, showing {shown}", leg.number))
            }
            What::ConfirmAsked { leg, within } => {
                let secs = within.as_secs();
                self.say(format_args!("leg {}: asked to press 1 within {secs} s, to take the call", leg.number))
            }
            What::Confirmed { leg } => self.say(format_args!("leg {}: takes the call by the key", leg.number)),
            What::LegHeld { leg } => self.say(format_args!("leg {}: put us on hold", leg.number)),
            What::LegResumed { leg } => self.say(format_args!("leg {}: took us off hold", leg.number)),
            What::LegEnded { leg, ending } => self.say(format_args!("leg {}: ended, {}", leg.number, Told(ending))),
            What::Bridged { a, b } => self.say(format_args!("legs {} and {} hear each other", a.number, b.number)),
            What::Unbridged { a, b } => self.say(format_args!("legs {} and {} are apart", a.number, b.number)),
            What::TransferAsked { by, target } => {
                self.say(format_args!("leg {}: asks to transfer to {target}", by.number))
            }
            What::TransferEnded { failed: None, .. } => self.say(format_args!("the transfer succeeded")),
            What::TransferEnded { failed: Some(cause), .. } => {
                let class = failure_class(*cause).word();
                self.say(format_args!("the transfer failed ({class}): {cause}"))?;
                if cause.remedy().is_empty() { Ok(()) } else { self.more(format_args!("{}", cause.remedy())) }
            }
            _ => Ok(()),
        }
    }

    fn tell_absence(&mut self, what: &What) -> fmt::Result {
        match what {
            What::AgentMissing { agent, cause, within, .. } => self.say(format_args!(
                "the phone of {agent} is lost: {cause}; the caller waits up to {} s for it to come back",
                within.as_secs()
            )),
            What::AgentMissingEnded { agent, how, .. } => match how {
                AbsenceEnd::Returned => self.say(format_args!("{agent} is back")),
                AbsenceEnd::TimedOut => self.say(format_args!("{agent} did not come back in time")),
                AbsenceEnd::Declined => {
                    self.say(format_args!("the phone of {agent} is back and did not take the call"))
                }
                AbsenceEnd::HungUp => self.say(format_args!("{agent} had hung up, which was heard only now")),
                AbsenceEnd::Ended => self.say(format_args!("the call ended before {agent} was back")),
            },
            _ => Ok(()),
        }
    }

    fn tell_moving(&mut self, what: &What) -> fmt::Result {
        match what {
            What::CallCommanded { by, command, refused: None, .. } => {
                self.say(format_args!("{command}, by {}", Who(by)))
            }
            What::CallCommanded { by, command, refused: Some(rule), .. } => {
                self.say(format_args!("{command}, by {}: refused by the rule {rule}", Who(by)))
            }
            What::CallPlaced { agent: Some(agent), .. } => {
                self.say(format_args!("placed by us: {agent}'s phone rings first"))
            }
            What::CallPlaced { agent: None, .. } => {
                self.say(format_args!("placed by us: the phone of whom the router finds rings first"))
            }
            What::DialledBy { call, mode, attempt } if call == attempt => self.say(format_args!("dialled by {mode}")),
            What::DialledBy { mode, attempt, .. } => {
                self.say(format_args!("dialled another way, by {mode}, after {attempt} had failed"))
            }
            What::ConsultBegan { by, target, .. } => {
                self.say(format_args!("leg {} asks leg {} while the caller waits", by.number, target.number))
            }
            What::ConsultSwitched { by, to_caller: true } => {
                self.say(format_args!("leg {} turns to the caller", by.number))
            }
            What::ConsultSwitched { by, to_caller: false } => {
                self.say(format_args!("leg {} turns to whom it asks", by.number))
            }
            What::ConsultEnded { how, .. } => match how {
                ConsultEnd::Completed => self.say(format_args!("the caller is given to who was asked")),
                ConsultEnd::Conference => self.say(format_args!("all talk together")),
                ConsultEnd::Cancelled => self.say(format_args!("the agent takes the caller back")),
                ConsultEnd::Failed(cause) => self.say(format_args!("nobody to ask: {cause}; {}", cause.remedy())),
                ConsultEnd::Ended => self.say(format_args!("the asking ends with the talk")),
            },
            What::RouteChanged { leg, failed, next } => {
                self.say(format_args!("leg {}: {failed}; trunk {next} is tried next", leg.number))
            }
            What::Parked { slot, by, .. } => self.say(format_args!("parked in place {slot} by {by}")),
            What::Unparked { slot, how, .. } => {
                let how = match how {
                    ParkExit::Retrieved(agent) => format!("fetched by {agent}"),
                    ParkExit::Returned => "taken back by who parked him".to_owned(),
                    ParkExit::TimedOut => "nobody fetched him in time".to_owned(),
                    ParkExit::Ended => "the call ended".to_owned(),
                };
                self.say(format_args!("leaves place {slot}: {how}"))
            }
            What::Supervised { leg, supervisor, mode } => {
                let does = match mode {
                    SupervisionMode::Listen => "listens",
                    SupervisionMode::Whisper => "whispers to the agent",
                    SupervisionMode::Barge => "comes into the call",
                    SupervisionMode::Intercept => "takes the call over",
                };
                self.say(format_args!("supervisor {supervisor} at leg {} {does}", leg.number))
            }
            What::HelpAsked { agent, supervisors, .. } => {
                let names: Vec<&str> = supervisors.iter().map(AgentName::as_str).collect();
                self.say(format_args!("{agent} asks for help: {}", names.join(", ")))
            }
            _ => Ok(()),
        }
    }

    fn tell_prompt(&mut self, what: &What) -> fmt::Result {
        match what {
            What::PromptStarted { prompt, notice, .. } => {
                let notice = if *notice { ", the notice of recording" } else { "" };
                self.say(format_args!("plays {prompt}{notice}"))
            }
            What::PromptEnded { prompt, how, .. } => match how {
                PromptEnd::Completed => Ok(()),
                PromptEnd::BargedIn => self.say(format_args!("{prompt} broken off by a key")),
                PromptEnd::Stopped => self.say(format_args!("{prompt} stopped")),
                PromptEnd::Failed => self.say(format_args!("{prompt} could not be played")),
            },
            What::DigitPressed { leg, digit, .. } => self.say(format_args!("leg {}: pressed {digit}", leg.number)),
            _ => Ok(()),
        }
    }

    fn tell_queue(&mut self, what: &What) -> fmt::Result {
        match what {
            What::Enqueued { queue, priority, position, .. } => {
                self.say(format_args!("waits in queue {queue}, priority {priority}, position {position}"))
            }
            What::PositionAnnounced { position, expected_wait, .. } => {
                let wait = expected_wait.map_or("no figure".to_owned(), |wait| format!("{} s", wait.as_secs()));
                let position = position.map_or("no number".to_owned(), |position| position.to_string());
                self.say(format_args!("told: position {position}, expected wait {wait}"))
            }
            What::OfferRang { agent, .. } => self.say(format_args!("rings at {agent}")),
            What::LeftQueue { queue, how, .. } => self.say(format_args!("left queue {queue}: {}", exit(how))),
            What::Routed { report, .. } => self.tell_decision(report),
            What::Offered { agent, endpoint, ring_timeout, .. } => {
                self.say(format_args!("offered to {agent} at {endpoint}, for {} s", ring_timeout.as_secs()))
            }
            What::OfferEnded { agent, outcome, .. } => self.say(format_args!("offer to {agent}: {}", offer(*outcome))),
            _ => Ok(()),
        }
    }

    fn tell_elsewhere(&mut self, what: &What) -> fmt::Result {
        match what {
            What::Overflowed { cause, to, .. } => {
                self.say(format_args!("{}, {}", overflow_cause(*cause), overflow(to)))
            }
            What::CallbackAsked { planned, .. } => self.say(format_args!("asks to be called back, by call {planned}")),
            What::CallbackKept { planned, waited, .. } => {
                let waited = waited.as_secs();
                self.say(format_args!(
                    "after a restart still to be called back, by call {planned}: waits for {waited} s"
                ))
            }
            What::CallbackHeld { because, .. } => self.say(format_args!("is not called back now: {because}")),
            What::CallbackAttempted { attempt, agent, .. } => {
                self.say(format_args!("is called back, attempt {attempt}, by {agent}"))
            }
            What::CallbackPutOff { .. } => {
                self.say(format_args!("was not reached, will be called again after callback_gap"))
            }
            What::CallbackEnded { outcome, .. } => {
                self.say(format_args!("calling back ended: {}", called_back(outcome)))
            }
            _ => Ok(()),
        }
    }

    fn tell_decision(&mut self, report: &RoutingReport) -> fmt::Result {
        let winner = report.winner.as_ref().map_or("nobody", AgentName::as_str);
        let RoutingReport { queue, candidates_total, .. } = report;
        self.say(format_args!("queue {queue} chose {winner} among {candidates_total} by {:?}", report.strategy))?;
        if let Some(own) = &report.kept_for {
            self.more(format_args!("kept for the caller's own agent {own}"))?;
        }
        for (skill, level) in &report.needs {
            self.more(format_args!("needs {skill} at level {level} or higher"))?;
        }
        for candidate in &report.candidates {
            self.tell_candidate(candidate, report.strategy)?;
        }
        for (agent, filter) in &report.filtered {
            self.more(format_args!("not {agent}: {}", filter.summary()))?;
        }
        Ok(())
    }

    fn tell_candidate(&mut self, candidate: &Candidate, strategy: Strategy) -> fmt::Result {
        let Candidate { agent, region, score, tie } = candidate;
        let region = if *region > 0 { ", serves the caller's region" } else { "" };
        let tie = strategy.tie_broken_by().map_or_else(String::new, |what| format!(", then {tie} ({what})"));
        self.more(format_args!("candidate {agent} with {score} ({}){tie}{region}", strategy.scored_by()))
    }

    fn tell_recording(&mut self, what: &What) -> fmt::Result {
        match what {
            What::RecordingStarted { .. } => self.say(format_args!("recording begins")),
            What::RecordingSealed { status, length, .. } => {
                let seconds = length.as_secs_f64();
                match status {
                    RecordingStatus::Recorded => self.say(format_args!("recorded, {seconds:.1} s")),
                    RecordingStatus::Partial { missing } => {
                        let missing = missing.as_secs_f64();
                        self.say(format_args!("recorded in part, {seconds:.1} s, {missing:.1} s missing"))
                    }
                    RecordingStatus::Failed { reason } => self.say(format_args!("not recorded: {reason}")),
                }
            }
            _ => Ok(()),
        }
    }

    fn tell_silence(&mut self, what: &What) -> fmt::Result {
        match what {
            What::SilenceBegan { leg, direction, cause } => {
                let side = match direction {
                    Direction::Inbound => "is not heard",
                    Direction::Outbound => "hears nothing",
                };
                self.say(format_args!("leg {}: {side}: {}", leg.number, silence(*cause)))
            }
            What::SilenceEnded { leg, .. } => self.say(format_args!("leg {}: the silence is over", leg.number)),
            _ => Ok(()),
        }
    }
}

/// An ending in words.
struct Told<'a>(&'a Ending);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.cause)?;
        match &self.0.by {
            Party::Caller => f.write_str(", by the caller")?,
            Party::Agent(agent) => write!(f, ", by agent {agent}")?,
            Party::External => f.write_str(", by the other party")?,
            Party::System => {}
            Party::Operator => f.write_str(", by an operator")?,
        }
        if let Some(status) = self.0.sip_status {
            write!(f, " (SIP {status})")?;
        }
        if let Some(q850) = self.0.q850 {
            write!(f, " (Q.850 {q850})")?;
        }
        Ok(())
    }
}

/// A party in words.
struct Who<'a>(&'a Party);

impl fmt::Display for Who<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Party::Caller => f.write_str("the caller"),
            Party::Agent(agent) => write!(f, "agent {agent}"),
            Party::External => f.write_str("the other party"),
            Party::System => f.write_str("the system"),
            Party::Operator => f.write_str("an operator"),
        }
    }
}

fn exit(how: &QueueExit) -> String {
    match how {
        QueueExit::Answered(agent) => format!("{agent} took the call"),
        QueueExit::Abandoned => "the caller gave up".to_owned(),
        QueueExit::TimedOut => "waited as long as the queue allows".to_owned(),
        QueueExit::Full => "the queue is full".to_owned(),
        QueueExit::NoAgent => "no agent is signed in".to_owned(),
        QueueExit::Withdrawn => "ended from outside the queue".to_owned(),
        QueueExit::Overflowed(to) => overflow(to),
        QueueExit::Callback(planned) => format!("the caller will be called back by call {planned}"),
    }
}

fn overflow(to: &Overflow) -> String {
    match to {
        Overflow::WiderSkills(levels) => {
            let levels: Vec<String> = levels.iter().map(|(skill, level)| format!("{skill}:{level}")).collect();
            format!("asks for less: {}", levels.join(", "))
        }
        Overflow::Queue(queue) => format!("goes over to queue {queue}"),
        Overflow::External(number) => format!("goes over to {number}"),
        Overflow::Voicemail => "may leave a message".to_owned(),
        Overflow::Callback => "is offered to be called back".to_owned(),
    }
}

fn called_back(outcome: &CallbackOutcome) -> String {
    match outcome {
        CallbackOutcome::Reached(agent) => format!("reached by {agent}"),
        CallbackOutcome::NotReached => "not reached in as many attempts as callback_attempts_max allows".to_owned(),
        CallbackOutcome::Expired => "no agent was found within callback_wait_max".to_owned(),
        CallbackOutcome::Withdrawn => "called off".to_owned(),
    }
}

fn overflow_cause(cause: OverflowCause) -> String {
    match cause {
        OverflowCause::Waited(waited) => format!("{} s of waiting", waited.as_secs()),
        OverflowCause::Length(before) => format!("{before} callers before him"),
        OverflowCause::ServiceLevel(percent) => format!("only {percent} of 100 answered in time"),
        OverflowCause::NoAgent => "no agent is signed in".to_owned(),
    }
}

const fn offer(outcome: OfferOutcome) -> &'static str {
    match outcome {
        OfferOutcome::Accepted => "answered",
        OfferOutcome::Missed => "missed",
        OfferOutcome::Declined => "declined",
        OfferOutcome::Busy => "busy",
        OfferOutcome::Failed => "failed",
        OfferOutcome::Withdrawn => "withdrawn",
        OfferOutcome::AnsweredElsewhere => "another agent answered first",
        OfferOutcome::Unconfirmed => "the line answered and nobody took the call by the key",
    }
}

const fn silence(cause: SilenceCause) -> &'static str {
    match cause {
        SilenceCause::NoPackets => "no packets arrive; check network, NAT and firewall",
        SilenceCause::SilentPackets => "packets carry silence; check microphone and mute",
        SilenceCause::WrongSource => "packets come from another address and are refused",
        SilenceCause::WrongFormat => "packets come in a format that was not agreed",
    }
}
