//! A transfer as a scene: what support asks about one that failed, answered from the facts, and what is likely to be
//! behind it (DIA-11).

use std::time::Duration;

use bell_types::{Cause, ConsultEnd, Ending, Fact, LegId, LegRole, Wall, What};
use serde::Serialize;

use crate::calling::{FailureClass, failure_class};
use crate::figures::TransferType;
use crate::since::Since;

/// A target that ends sooner than this, without having rung, was dropped at once.
const AT_ONCE: Duration = Duration::from_secs(2);

/// One transfer, or one consultation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scene {
    /// How the caller was to be handed on.
    pub how: TransferType,
    /// Whom he was to reach: `agent:bob`, `number:+8613900139000`.
    pub target: String,
    /// The leg that asked for it.
    pub by: LegId,
    /// When it was asked for.
    pub asked: Wall,
    /// The same, from the call's first fact.
    pub at: Duration,
    /// The legs that were called, one after the other.
    pub attempts: Vec<Attempt>,
    /// What became of it; none while nobody knows.
    pub end: Option<SceneEnd>,
}

/// One leg that was called. All times count from the call's first fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attempt {
    /// The leg.
    pub leg: LegId,
    /// Whom, and by which trunk or at which endpoint.
    pub role: LegRole,
    /// When it was called.
    pub called: Duration,
    /// When it rang, or let sound be heard.
    pub rang: Option<Duration>,
    /// Whether it let sound be heard before an answer: ring-back of the carrier's, or an announcement.
    pub early_media: bool,
    /// When it was answered.
    pub answered: Option<Duration>,
    /// When it ended, and how.
    pub ended: Option<(Duration, Ending)>,
}

/// What became of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SceneEnd {
    /// When, from the call's first fact.
    pub at: Duration,
    /// Why it failed; none: it did not.
    pub failed: Option<Cause>,
}

/// What is likely to be behind a failed transfer, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Likely {
    /// What.
    pub what: &'static str,
    /// What to do, or to ask.
    pub remedy: &'static str,
}

/// The transfers of a call in their order. Give it all facts of the call, in order.
pub fn scenes(facts: &[Fact]) -> Vec<Scene> {
    let mut scenes: Vec<Scene> = Vec::new();
    let Some(first) = facts.first() else { return scenes };
    let mut since = Since::new(first.now);
    for fact in facts {
        let at = since.at(fact.now);
        match &fact.what {
            What::TransferAsked { by, target } => begin(&mut scenes, fact, at, *by, target),
            What::ConsultBegan { by, target, .. } => consult(&mut scenes, facts, fact, at, (*by, *target)),
            What::TransferEnded { failed, .. } => end(&mut scenes, at, *failed),
            What::ConsultEnded { how, .. } => match how {
                // Who completes before the answer goes on as a blind transfer: it ends by itself.
                ConsultEnd::Completed | ConsultEnd::Conference if answered(&scenes) => end(&mut scenes, at, None),
                ConsultEnd::Completed | ConsultEnd::Conference => {}
                ConsultEnd::Failed(cause) => end(&mut scenes, at, Some(*cause)),
                ConsultEnd::Cancelled | ConsultEnd::Ended => end(&mut scenes, at, Some(Cause::Cancelled)),
            },
            what => attempt(&mut scenes, at, what),
        }
    }
    scenes
}

fn open(scenes: &mut [Scene]) -> Option<&mut Scene> {
    scenes.last_mut().filter(|scene| scene.end.is_none())
}

fn answered(scenes: &[Scene]) -> bool {
    let attempt = scenes.last().and_then(|scene| scene.attempts.last());
    attempt.is_some_and(|attempt| attempt.answered.is_some())
}

fn begin(scenes: &mut Vec<Scene>, fact: &Fact, at: Duration, by: LegId, target: &str) {
    if open(scenes).is_some() {
        return;
    }
    let (how, target, asked) = (TransferType::Blind, target.to_owned(), fact.now.wall);
    scenes.push(Scene { how, target, by, asked, at, attempts: Vec::new(), end: None });
}

/// The leg of who is asked was opened just before.
fn consult(scenes: &mut Vec<Scene>, facts: &[Fact], fact: &Fact, at: Duration, (by, leg): (LegId, LegId)) {
    let role = facts.iter().find_map(|fact| match &fact.what {
        What::LegOpened { leg: opened, role, .. } if *opened == leg => Some(role.clone()),
        _ => None,
    });
    let Some(role) = role else { return };
    let (how, target, asked) = (TransferType::Consulted, named(&role), fact.now.wall);
    let first = Attempt { leg, role, called: at, rang: None, early_media: false, answered: None, ended: None };
    scenes.push(Scene { how, target, by, asked, at, attempts: vec![first], end: None });
}

fn named(role: &LegRole) -> String {
    match role {
        LegRole::Caller => "the caller".to_owned(),
        LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. } => format!("agent:{agent}"),
        LegRole::External { number, .. } => format!("number:{number}"),
    }
}

fn end(scenes: &mut [Scene], at: Duration, failed: Option<Cause>) {
    if let Some(scene) = open(scenes) {
        scene.end = Some(SceneEnd { at, failed });
    }
}

fn attempt(scenes: &mut [Scene], at: Duration, what: &What) {
    let Some(scene) = open(scenes) else { return };
    if let What::LegOpened { leg, role: role @ (LegRole::Agent { .. } | LegRole::External { .. }), .. } = what {
        let (leg, role) = (*leg, role.clone());
        scene.attempts.push(Attempt {
            leg,
            role,
            called: at,
            rang: None,
            early_media: false,
            answered: None,
            ended: None,
        });
        return;
    }
    let of = |leg: &LegId| scene.attempts.iter().position(|attempt| attempt.leg == *leg);
    match what {
        What::LegRinging { leg, early_media } => {
            if let Some(place) = of(leg) {
                let attempt = &mut scene.attempts[place];
                attempt.rang = attempt.rang.or(Some(at));
                attempt.early_media |= early_media;
            }
        }
        What::LegAnswered { leg, .. } => {
            if let Some(place) = of(leg) {
                scene.attempts[place].answered = Some(at);
            }
        }
        What::LegEnded { leg, ending } => {
            if let Some(place) = of(leg) {
                scene.attempts[place].ended = Some((at, ending.clone()));
            }
        }
        _ => {}
    }
}

impl Scene {
    /// What is likely to be behind it if it failed, the likeliest first: by its cause, and by what could be seen and heard
    /// on the way there.
    pub fn likely(&self) -> Vec<Likely> {
        let Some(SceneEnd { failed: Some(cause), .. }) = self.end else { return Vec::new() };
        let mut likely = Vec::new();
        if let Some(attempt) = self.attempts.last() {
            likely.extend(attempt.seen());
        }
        likely.extend(usual(cause));
        if likely.is_empty() {
            likely.push(Likely { what: cause.summary(), remedy: cause.remedy() });
        }
        likely
    }

    /// The class of its failure.
    pub fn class(&self) -> Option<FailureClass> {
        self.end.and_then(|end| end.failed).map(failure_class)
    }
}

impl Attempt {
    /// What its course tells, whatever its cause says.
    fn seen(&self) -> Option<Likely> {
        let (ended, ending) = self.ended.as_ref()?;
        let outside = matches!(self.role, LegRole::External { .. });
        let lasted = ended.saturating_sub(self.called);
        match (outside, self.rang, self.answered) {
            // The carrier spoke instead of letting it ring.
            (true, Some(_), None) if self.early_media && failure_class(ending.cause) == FailureClass::Number => {
                Some(Likely {
                    what: "the carrier announced that the number is not in service",
                    remedy: "ask which number was dialled, and call it from another telephone",
                })
            }
            (true, None, None) if lasted < AT_ONCE && is_refusal(ending.cause) => Some(Likely {
                what: "it was dropped at once, before anything rang: the carrier refuses the destination or our number",
                remedy: "ask the carrier whether the destination is open and which numbers may be shown",
            }),
            _ => None,
        }
    }
}

/// Whether a carrier that answers so at once would not take the call at all.
fn is_refusal(cause: Cause) -> bool {
    matches!(failure_class(cause), FailureClass::Permission | FailureClass::Route)
}

/// What is usually behind a cause. A closed table would say less than the summary of most.
fn usual(cause: Cause) -> Option<Likely> {
    let (what, remedy) = match cause {
        Cause::NumberUnknown => {
            ("the number does not exist, or lacks its area or country code", "check it digit by digit")
        }
        Cause::NumberIncomplete => ("the number lacks digits, or its area or country code", "dial the whole number"),
        Cause::Forbidden => {
            ("the right is missing, ours or the carrier's", "check `transfer` of the agent, and the contract")
        }
        Cause::Busy => ("the line is busy, or the telephone declines by busy", "try again later, or ask first"),
        Cause::Unreachable => {
            ("the telephone is switched off or out of coverage", "try another number of the same person")
        }
        Cause::NoAnswer => ("nobody sits there now", "ask first instead of handing on blindly"),
        Cause::NotConfirmed => ("the voicemail of the line answered", "switch it off, or tell the agent to press 1"),
        Cause::Timeout | Cause::TransportLost => {
            ("nothing comes back: network, firewall or a dead trunk", "see belltower trunks")
        }
        Cause::TrunkFull | Cause::Overloaded => {
            ("more calls than the trunk carries", "raise its ceiling, or add a trunk")
        }
        Cause::NoCommonCodec | Cause::MediaFailed => ("no audio in common", "allow PCMA on the other side"),
        Cause::NotEncrypted => {
            ("the phone does not encrypt, or not by a way it shares with us", "switch on SRTP with SDES on it")
        }
        _ => return None,
    };
    Some(Likely { what, remedy })
}
