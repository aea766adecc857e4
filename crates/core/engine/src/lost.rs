//! Which agents wait for calls that cannot reach them, because their phone is lost (DIA-08).

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{AgentActivity, AgentName, AgentPresence, EndpointName, Wall};

use crate::Live;
use crate::presence::Lost;

/// How many are told of: when a network fails, a list of everybody helps nobody.
const LOST_PHONES_MAX: usize = 20;

/// An agent who is available to callers and has no phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostPhone {
    /// The agent.
    pub agent: AgentName,
    /// Since when no call can reach him.
    pub since: Wall,
    /// The phone that went last, and why; none if none of his has registered since the node was started.
    pub last: Option<(EndpointName, Lost)>,
}

/// The agents who are available while their phones have been gone for longer than `grace`, the oldest first, 20 at most.
/// Who has nothing but mobile and fixed lines is left out: their trunk has its own alert.
pub fn lost_phones(
    live: &Live,
    owners: &BTreeMap<EndpointName, AgentName>,
    grace: Duration,
    now: Wall,
) -> Vec<LostPhone> {
    let waits_in_vain = live.agents().filter(|(_, agent)| {
        agent.presence == AgentPresence::Available
            && agent.activity == AgentActivity::Unreachable
            && now.since(agent.since) > grace
    });
    let mut oldest: Vec<(Wall, &AgentName)> = waits_in_vain.map(|(name, agent)| (agent.since, name)).collect();
    oldest.sort_unstable();
    oldest.into_iter().filter_map(|(since, agent)| lost(live, owners, agent, since)).take(LOST_PHONES_MAX).collect()
}

fn lost(live: &Live, owners: &BTreeMap<EndpointName, AgentName>, agent: &AgentName, since: Wall) -> Option<LostPhone> {
    let is_line = |phone: &EndpointName| live.endpoint(phone).is_some_and(|known| known.line);
    let his = owners.iter().filter(|(phone, owner)| *owner == agent && !is_line(phone)).map(|(phone, _)| phone);
    let mut phones = his.peekable();
    phones.peek()?;
    let gone = phones.filter_map(|phone| Some((live.endpoint(phone)?, phone)));
    let last = gone.max_by_key(|(known, _)| known.since).and_then(|(known, phone)| {
        // That its login is over was the reason, and was told before.
        let why = live.key_end(phone).map(Lost::Key).or(known.gone.map(Lost::Gone))?;
        Some((phone.clone(), why))
    });
    Some(LostPhone { agent: agent.clone(), since, last })
}

#[cfg(test)]
mod tests {
    use bell_types::{Cause, Fact, KeyEnd, LoginId, Now, Party, Seq, What};

    use super::*;

    const GRACE: Duration = Duration::from_secs(30);

    fn at(secs: i64) -> Wall {
        Wall::from_micros(secs * 1_000_000)
    }

    fn phone(name: &str) -> EndpointName {
        EndpointName::new(name).unwrap()
    }

    fn agent(name: &str, presence: AgentPresence, activity: AgentActivity) -> What {
        What::AgentChanged { agent: AgentName::new(name).unwrap(), presence, activity, by: Party::System }
    }

    fn unreachable(name: &str) -> What {
        agent(name, AgentPresence::Available, AgentActivity::Unreachable)
    }

    fn registered(name: &str) -> What {
        What::EndpointRegistered { endpoint: phone(name), source: "192.0.2.1:5060".parse().unwrap(), user_agent: None }
    }

    fn gone(name: &str, cause: Cause) -> What {
        What::EndpointGone { endpoint: phone(name), cause }
    }

    /// What is told at this second; each phone is the agent's whose name it begins with.
    fn told(facts: &[(i64, What)], phones: &[&str], now: i64) -> Vec<LostPhone> {
        let mut live = Live::default();
        for (seq, (secs, what)) in (1..).zip(facts) {
            let now = Now { wall: at(*secs), ..Now::default() };
            live.apply(&Fact { seq: Seq(seq), now, what: what.clone() });
        }
        let owner = |name: &str| AgentName::new(name.split('-').next().unwrap()).unwrap();
        let owners = phones.iter().map(|name| (phone(name), owner(name))).collect();
        lost_phones(&live, &owners, GRACE, at(now))
    }

    #[test]
    fn dia_08_a_phone_that_is_lost_is_told_after_its_grace_with_the_reason() {
        let facts = [(0, registered("alice")), (10, gone("alice", Cause::TransportLost)), (10, unreachable("alice"))];
        assert_eq!(told(&facts, &["alice"], 40), [], "a page that is loaded anew is back by then");
        let last = Some((phone("alice"), Lost::Gone(Cause::TransportLost)));
        let agent = AgentName::new("alice").unwrap();
        assert_eq!(told(&facts, &["alice"], 41), [LostPhone { agent, since: at(10), last }]);
    }

    #[test]
    fn dia_08_it_goes_when_the_phone_is_back_or_nobody_waits_for_calls() {
        let away = AgentPresence::Break { reason: "lunch".to_owned() };
        let ends = [
            agent("alice", AgentPresence::Available, AgentActivity::Idle),
            agent("alice", AgentPresence::Available, AgentActivity::Talking),
            agent("alice", away, AgentActivity::Unreachable),
            agent("alice", AgentPresence::SignedOut, AgentActivity::Unreachable),
        ];
        for end in ends {
            let facts = [(10, gone("alice", Cause::Timeout)), (10, unreachable("alice")), (60, end.clone())];
            assert_eq!(told(&facts, &["alice"], 200), [], "{end:?}");
        }
    }

    #[test]
    fn dia_08_the_phone_that_went_last_has_the_reason_and_the_end_of_a_login_comes_first() {
        let ended = What::KeysEnded { endpoint: phone("alice-web"), login: LoginId(1), how: KeyEnd::Replaced };
        let phones = ["alice-desk", "alice-web"];
        let facts = [
            (5, gone("alice-desk", Cause::Timeout)),
            (8, ended),
            (9, gone("alice-web", Cause::Forbidden)),
            (9, unreachable("alice")),
        ];
        let last = |facts: &[(i64, What)]| told(facts, &phones, 100)[0].last.clone();
        assert_eq!(last(&facts), Some((phone("alice-web"), Lost::Key(KeyEnd::Replaced))));
        assert_eq!(last(&facts[3..]), None, "none has registered since the node was started");
        // Since then it has registered and was lost again: the login is the reason no more.
        let again = [registered("alice-web"), gone("alice-web", Cause::TransportLost)].map(|what| (20, what));
        let facts = [&facts[..], &again].concat();
        assert_eq!(last(&facts), Some((phone("alice-web"), Lost::Gone(Cause::TransportLost))));
    }

    #[test]
    fn dia_08_lines_are_left_out() {
        let line = What::LineReached { endpoint: phone("alice-mobile"), down: Some(Cause::Timeout) };
        let facts = [(10, line), (10, unreachable("alice"))];
        assert_eq!(told(&facts, &["alice-mobile"], 100), []);
        assert_eq!(told(&facts, &["alice-mobile", "alice-desk"], 100).len(), 1, "the desk phone never came");
    }

    #[test]
    fn dia_08_the_oldest_twenty_are_told() {
        let names: Vec<String> = (0..30).map(|number| format!("agent{number}")).collect();
        let facts: Vec<_> = (0..30).map(|number| (100 - number, unreachable(&names[number as usize]))).collect();
        let phones: Vec<&str> = names.iter().map(String::as_str).collect();
        let told = told(&facts, &phones, 1000);
        assert_eq!((told.len(), told[0].since, told[19].since), (20, at(71), at(90)));
    }
}
