//! What is looked at before a caller is moved, so that what cannot succeed is refused while everybody still talks with
//! whom he talked (DIA-13, DIA-14). Pure functions: whoever calls them brings what they need to know.

use bell_types::{AgentName, AgentPresence, CallRefusal, Number, NumberError, NumberPlan, Party, QueueName};
use serde::{Deserialize, Serialize};

/// How far an agent may transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MayTransfer {
    /// Not at all.
    Nowhere,
    /// To agents, queues and flows.
    Inside,
    /// To numbers outside as well.
    #[default]
    Anywhere,
}

/// A number that an agent wants the caller to be taken to, and what decides whether it may be.
#[derive(Clone, Copy, Debug)]
pub struct Outside<'a> {
    /// As it was typed.
    pub typed: &'a str,
    /// How national numbers are read.
    pub plan: &'a NumberPlan,
    /// How far he may transfer.
    pub may: MayTransfer,
    /// The beginnings of allowed numbers, in their canonical form; empty: all are.
    pub allowed: &'a [String],
    /// How many trunks lead outside, and how many of them are up.
    pub trunks: (usize, usize),
}

/// The number, if it is complete, allowed, and can be reached.
///
/// # Errors
/// The rule that refuses it; for an incomplete number, which part is missing.
pub fn check_outside(asked: &Outside<'_>) -> Result<Number, CallRefusal> {
    check_inside(asked.may)?;
    if asked.may < MayTransfer::Anywhere {
        return Err(CallRefusal::MayNotTransferOutside);
    }
    let number = complete(asked.typed, asked.plan)?;
    let text = number.to_string();
    if !asked.allowed.is_empty() && !asked.allowed.iter().any(|beginning| text.starts_with(beginning.as_str())) {
        return Err(CallRefusal::TargetNotAllowed);
    }
    match asked.trunks {
        (0, _) => Err(CallRefusal::NoTrunk),
        (_, 0) => Err(CallRefusal::TrunksDown),
        _ => Ok(number),
    }
}

/// Whether an agent may transfer inside the centre.
///
/// # Errors
/// The rule that refuses it.
pub fn check_inside(may: MayTransfer) -> Result<(), CallRefusal> {
    match may {
        MayTransfer::Nowhere => Err(CallRefusal::MayNotTransfer),
        MayTransfer::Inside | MayTransfer::Anywhere => Ok(()),
    }
}

/// A whole number, or which part of it is missing. Most failed transfers are numbers of which the country code or the
/// area code is missing (DIA-13).
///
/// # Errors
/// What is wrong with it.
pub fn complete(typed: &str, plan: &NumberPlan) -> Result<Number, CallRefusal> {
    let number = match Number::parse(typed, plan) {
        Ok(number) => number,
        Err(error) => return Err(incomplete(error)),
    };
    let Number::E164(digits) = &number else { return Ok(number) };
    match digits.strip_prefix("86") {
        Some(national) => check_chinese(national).map_err(|refusal| part_missing(typed, refusal))?,
        None if digits.len() < 8 => return Err(CallRefusal::NumberTooShort),
        None => {}
    }
    Ok(number)
}

const fn incomplete(error: NumberError) -> CallRefusal {
    match error {
        NumberError::Empty => CallRefusal::NumberEmpty,
        NumberError::Character(_) => CallRefusal::NumberWrong,
        NumberError::AreaCodeMissing => CallRefusal::AreaCodeMissing,
        NumberError::TooLong => CallRefusal::NumberTooLong,
        NumberError::TooShort | NumberError::NotCanonical => CallRefusal::NumberTooShort,
    }
}

/// What a number of the wrong length lacks, by how it was written.
fn part_missing(typed: &str, refusal: CallRefusal) -> CallRefusal {
    let typed = typed.trim_start();
    match refusal {
        // Too long for a number of this country, and not marked as one of another.
        CallRefusal::NumberTooLong if !typed.starts_with(['+', '0', '(']) => CallRefusal::CountryCodeMissing,
        // The area code is there: what follows it is not whole.
        CallRefusal::AreaCodeMissing if typed.starts_with(['0', '(']) => CallRefusal::NumberTooShort,
        other => other,
    }
}

/// A Chinese number without its country code: eleven digits of a mobile, or an area code of two (10, 2x) or three
/// digits and a local number of seven or eight.
fn check_chinese(national: &str) -> Result<(), CallRefusal> {
    let mobile = national.starts_with('1') && !national.starts_with("10");
    let (shortest, longest) = if mobile {
        (11, 11)
    } else if national.starts_with("10") || national.starts_with('2') {
        (10, 10)
    } else {
        (10, 11)
    };
    match national.len() {
        7 | 8 if !mobile => Err(CallRefusal::AreaCodeMissing),
        length if length < shortest => Err(CallRefusal::NumberTooShort),
        length if length > longest => Err(CallRefusal::NumberTooLong),
        _ => Ok(()),
    }
}

/// An agent whom a caller is to be taken to.
#[derive(Clone, Copy, Debug)]
pub struct Colleague<'a> {
    /// What he asked to be.
    pub presence: &'a AgentPresence,
    /// Whether one of his phones can be reached.
    pub reachable: bool,
    /// Whether he has as many calls as he may.
    pub busy: bool,
}

/// Whether a caller can be taken to this agent now.
///
/// # Errors
/// Why not.
pub fn check_colleague(colleague: &Colleague<'_>) -> Result<(), CallRefusal> {
    match colleague.presence {
        AgentPresence::SignedOut => return Err(CallRefusal::TargetSignedOut),
        AgentPresence::Break { .. } => return Err(CallRefusal::TargetOnBreak),
        AgentPresence::Available => {}
    }
    check_phone(colleague)
}

/// Whether this agent's phone can be called now, whatever he asked to be: he himself wants it.
///
/// # Errors
/// Why not.
pub fn check_phone(colleague: &Colleague<'_>) -> Result<(), CallRefusal> {
    match colleague {
        Colleague { reachable: false, .. } => Err(CallRefusal::TargetUnreachable),
        Colleague { busy: true, .. } => Err(CallRefusal::TargetBusy),
        Colleague { .. } => Ok(()),
    }
}

/// A queue that a caller is to be put into.
#[derive(Clone, Copy, Debug)]
pub struct QueueState {
    /// How many wait in it, and how many may.
    pub waiting: (usize, usize),
    /// Whether anybody is signed in to it, or its callers wait all the same.
    pub staffed: bool,
}

/// Whether a caller can be put into this queue now.
///
/// # Errors
/// Why not.
pub fn check_queue(queue: QueueState) -> Result<(), CallRefusal> {
    let (waiting, most) = queue.waiting;
    if !queue.staffed {
        return Err(CallRefusal::QueueUnstaffed);
    }
    if waiting >= most { Err(CallRefusal::QueueFull) } else { Ok(()) }
}

/// Somebody who wants to act on a call, and what gives him the right to.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    /// Who.
    pub by: &'a Party,
    /// The queues whose calls he supervises.
    pub supervises: &'a [QueueName],
    /// The queue the call came by, if it came by one.
    pub queue: Option<&'a QueueName>,
    /// Whether he talks in it.
    pub talks: bool,
}

/// Whether an agent may supervise this call: one of his queues, or one that came by no queue, which belongs to every
/// supervisor (REC-18).
///
/// # Errors
/// The rule that refuses it.
pub fn check_supervise(supervises: &[QueueName], queue: Option<&QueueName>) -> Result<(), CallRefusal> {
    let his = !supervises.is_empty() && queue.is_none_or(|queue| supervises.contains(queue));
    if his { Ok(()) } else { Err(CallRefusal::MayNotSupervise) }
}

/// Whether somebody may end this call: an agent the one he talks in, a supervisor those he supervises (REC-19).
///
/// # Errors
/// The rule that refuses it.
pub fn check_release(acting: &Acting<'_>) -> Result<(), CallRefusal> {
    let supervises = check_supervise(acting.supervises, acting.queue).is_ok();
    match acting.by {
        Party::Operator | Party::System => Ok(()),
        Party::Agent(_) if acting.talks || supervises => Ok(()),
        Party::Agent(_) | Party::Caller | Party::External => Err(CallRefusal::NotYours),
    }
}

/// Whether a command may be about this agent: an agent commands for himself, an operator for everybody.
///
/// # Errors
/// The rule that refuses it.
pub fn check_own(by: &Party, agent: &AgentName) -> Result<(), CallRefusal> {
    match by {
        Party::Agent(other) if other != agent => Err(CallRefusal::NotYours),
        Party::Agent(_) | Party::Operator | Party::System => Ok(()),
        Party::Caller | Party::External => Err(CallRefusal::NotYours),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REC-18, REC-19: who may supervise a call and who may end it.
    #[test]
    fn rec_19_who_may_end_a_call() {
        let (sales, support) = (QueueName::new("sales").unwrap(), QueueName::new("support").unwrap());
        let (agent, his) = (Party::Agent(AgentName::new("alice").unwrap()), [sales.clone()]);
        for (by, supervises, queue, talks, supervised, released) in [
            (&agent, &his[..], Some(&sales), false, true, true),
            (&agent, &his[..], Some(&support), false, false, false),
            (&agent, &his[..], Some(&support), true, false, true),
            (&agent, &his[..], None, false, true, true),
            (&agent, &[][..], None, false, false, false),
            (&agent, &[][..], Some(&sales), true, false, true),
            (&Party::Operator, &[][..], Some(&sales), false, false, true),
            (&Party::Caller, &his[..], Some(&sales), true, true, false),
            (&Party::External, &his[..], Some(&sales), true, true, false),
        ] {
            let may = check_supervise(supervises, queue);
            assert_eq!(may.is_ok(), supervised, "{by:?} {supervises:?} {queue:?}");
            let may = check_release(&Acting { by, supervises, queue, talks });
            assert_eq!(may.is_ok(), released, "{by:?} {supervises:?} {queue:?} {talks}");
            assert!(released || may == Err(CallRefusal::NotYours));
        }
    }

    #[test]
    fn an_agent_commands_for_himself() {
        let (alice, bob) = (AgentName::new("alice").unwrap(), AgentName::new("bob").unwrap());
        assert_eq!(check_own(&Party::Agent(alice.clone()), &alice), Ok(()));
        assert_eq!(check_own(&Party::Agent(alice.clone()), &bob), Err(CallRefusal::NotYours));
        assert_eq!(check_own(&Party::Operator, &bob), Ok(()));
        assert_eq!(check_own(&Party::Caller, &bob), Err(CallRefusal::NotYours));
    }

    fn outside<'a>(typed: &'a str, plan: &'a NumberPlan) -> Outside<'a> {
        Outside { typed, plan, may: MayTransfer::Anywhere, allowed: &[], trunks: (2, 2) }
    }

    /// DIA-13: the refusal says which part of the number is missing.
    #[test]
    fn dia_13_an_incomplete_number_says_which_part_is_missing() {
        let (hangzhou, nowhere) = (NumberPlan::china(Some("571")), NumberPlan::china(None));
        for (typed, plan, expected) in [
            ("13800138000", &nowhere, Ok("+8613800138000")),
            ("0571-87654321", &nowhere, Ok("+8657187654321")),
            ("87654321", &hangzhou, Ok("+8657187654321")),
            ("+1 415 555 0100", &nowhere, Ok("+14155550100")),
            ("95588", &nowhere, Ok("95588")),
            ("87654321", &nowhere, Err(CallRefusal::AreaCodeMissing)),
            ("+8687654321", &nowhere, Err(CallRefusal::AreaCodeMissing)),
            ("442079460958", &nowhere, Err(CallRefusal::CountryCodeMissing)),
            ("0571-8765", &nowhere, Err(CallRefusal::NumberTooShort)),
            ("010-876543", &nowhere, Err(CallRefusal::NumberTooShort)),
            ("1380013800", &nowhere, Err(CallRefusal::NumberTooShort)),
            ("+861380013800", &nowhere, Err(CallRefusal::NumberTooShort)),
            ("+86138001380001", &nowhere, Err(CallRefusal::NumberTooLong)),
            ("+12345678901234567", &nowhere, Err(CallRefusal::NumberTooLong)),
            ("", &nowhere, Err(CallRefusal::NumberEmpty)),
            ("alice", &nowhere, Err(CallRefusal::NumberWrong)),
        ] {
            let found = complete(typed, plan).map(|number| number.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{typed}");
        }
    }

    /// DIA-14: who may not, and what may not be called, is refused by the name of the rule.
    #[test]
    fn dia_14_permissions_and_the_list_of_targets() {
        let plan = NumberPlan::china(None);
        let asked = outside("13800138000", &plan);
        let may = |may| check_outside(&Outside { may, ..asked }).err();
        assert_eq!(may(MayTransfer::Anywhere), None);
        assert_eq!(may(MayTransfer::Inside), Some(CallRefusal::MayNotTransferOutside));
        assert_eq!(may(MayTransfer::Nowhere), Some(CallRefusal::MayNotTransfer));
        let allowed = ["+86571".to_owned()];
        let listed = Outside { allowed: &allowed, ..asked };
        assert_eq!(check_outside(&listed).err(), Some(CallRefusal::TargetNotAllowed));
        assert!(check_outside(&Outside { typed: "057187654321", ..listed }).is_ok());
        assert_eq!(check_outside(&Outside { trunks: (0, 0), ..asked }).err(), Some(CallRefusal::NoTrunk));
        assert_eq!(check_outside(&Outside { trunks: (2, 0), ..asked }).err(), Some(CallRefusal::TrunksDown));
    }
}
