//! Who stands on a list is received as it says, and only as long as his entry holds: who is turned away is answered by
//! nobody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use bell_callers::Purpose;
use bell_engine::Snapshot;
use bell_types::{CallId, EntryEnd, EntryState, Fact, Number, Party, Pattern, Reception, Treatment, Wall, What};

use crate::kept::KeptLists;

#[derive(Default)]
pub(super) struct Lists {
    kept: KeptLists,
    callers: BTreeMap<CallId, Number>,
    turned_away: BTreeSet<CallId>,
}

impl Lists {
    pub(super) fn fact(&mut self, fact: &Fact, snapshot: &Snapshot) -> Result<(), String> {
        self.ends_in_time(fact)?;
        self.kept.apply(&fact.what);
        match &fact.what {
            What::CallArrived { call, caller, .. } => {
                self.callers.extend(caller.number.clone().map(|number| (*call, number)));
            }
            What::CallReceived { call, reception } => self.received(fact.now.wall, *call, reception, snapshot)?,
            What::CallEnded { call, .. } => {
                self.callers.remove(call);
                self.turned_away.remove(call);
            }
            // That is a person's decision, who sees what the list says.
            What::CallCommanded { call, by: Party::Operator, command, refused: None }
                if command.starts_with("transfer") =>
            {
                self.turned_away.remove(call);
            }
            What::Enqueued { call, .. } => self.is_let_in(*call, "waits in a queue")?,
            What::Offered { offer, .. } => self.is_let_in(offer.call, "is offered to an agent")?,
            What::LegAnswered { leg, .. } => self.is_let_in(leg.call, "is answered")?,
            _ => {}
        }
        Ok(())
    }

    fn is_let_in(&self, call: CallId, what: &str) -> Result<(), String> {
        if self.turned_away.contains(&call) { Err(format!("{call} was turned away and {what}")) } else { Ok(()) }
    }

    /// What expires was over, and what ends was there.
    fn ends_in_time(&self, fact: &Fact) -> Result<(), String> {
        let What::ListEntriesEnded { how, entries, .. } = &fact.what else { return Ok(()) };
        for entry in entries {
            let Some((list, held)) = self.kept.entries().find(|(_, held)| held.entry == *entry) else {
                return Err(format!("entry {entry} ends and was not there"));
            };
            let over = held.until.is_some_and(|until| until <= fact.now.wall);
            if *how == EntryEnd::Expired && !over {
                return Err(format!("entry {entry} of {list} expires before its end"));
            }
        }
        Ok(())
    }

    /// The most exact entry that holds decides; of two that are equally exact, one that allows.
    fn received(&mut self, wall: Wall, call: CallId, reception: &Reception, snapshot: &Snapshot) -> Result<(), String> {
        let number = self.callers.get(&call);
        let about = |pattern: &Pattern| match (pattern, number) {
            (Pattern::Number(listed), Some(number)) => (listed == number).then_some((true, 0)),
            (Pattern::Prefix(prefix), Some(number)) => {
                number.to_string().starts_with(&**prefix).then_some((false, prefix.len()))
            }
            (Pattern::Number(_) | Pattern::Prefix(_), None) => None,
        };
        let mut decisive = Vec::new();
        for (name, held) in self.kept.entries() {
            let holds = held.state == EntryState::Active && held.until.is_none_or(|until| wall < until);
            let (Some(exact), true) = (about(&held.pattern), holds) else { continue };
            match snapshot.callers.lists.get(name).map(|list| &list.purpose) {
                Some(Purpose::Allow(_)) => decisive.push((Reverse(exact), false)),
                Some(Purpose::Deny(_)) => decisive.push((Reverse(exact), true)),
                Some(Purpose::Watch | Purpose::Class | Purpose::Exempt) | None => {}
            }
        }
        let (expected, told) = (decisive.iter().min().map(|(_, deny)| *deny), told(&reception.treatment));
        if expected != told {
            return Err(format!("{call}: turned away by the entries: {expected:?}, by the node: {told:?}"));
        }
        if told == Some(true) {
            self.turned_away.insert(call);
        }
        Ok(())
    }
}

/// Whether a list turns him away; none: no list says what is done with him.
fn told(treatment: &Treatment) -> Option<bool> {
    match treatment {
        Treatment::Usual => None,
        Treatment::Blocked { .. } => Some(true),
        Treatment::Favoured { .. } => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use bell_types::{
        Caller, EntryId, EntrySource, FlowName, ListEntry, ListName, Now, NumberPlan, Origin, RegionUnknown, Seq,
        Service, Terms,
    };

    use super::*;
    use crate::configuration;
    use crate::dice::Dice;

    const CALL: CallId = CallId::from_u64(1);

    fn check(facts: &[(u64, What)]) -> Result<(), String> {
        let snapshot = configuration::draw(1, &mut Dice::new(1));
        let mut lists = Lists::default();
        for (at, what) in facts {
            let now = Now { wall: Wall::from_micros(i64::try_from(*at).unwrap()), ..Now::default() };
            lists.fact(&Fact { seq: Seq(1), now, what: what.clone() }, &snapshot)?;
        }
        Ok(())
    }

    fn number(text: &str) -> Number {
        Number::parse(text, &NumberPlan::china(None)).unwrap()
    }

    fn added(entry: u64, list: &str, pattern: Pattern, until: Option<i64>) -> What {
        let owner = bell_types::ActorName::new("wang").unwrap();
        let (reason, service, source) = (String::new(), Service::default(), EntrySource::Manual);
        let (until, state) = (until.map(Wall::from_micros), EntryState::Active);
        What::ListEntriesAdded {
            list: ListName::new(list).unwrap(),
            terms: Terms { owner, by: None, reason, source, service },
            entries: vec![ListEntry { entry: EntryId(entry), pattern, until, state }],
        }
    }

    fn arrived() -> What {
        What::CallArrived {
            call: CALL,
            caller: Caller { number: Some(number("13800138000")), name: None },
            called: number("4001234567"),
            trunk: None,
            flow: FlowName::new("welcome").unwrap(),
            flow_version: 1,
        }
    }

    fn received(turned_away: bool) -> What {
        let (list, entry) = (ListName::new("blocked").unwrap(), EntryId(1));
        let treatment = match turned_away {
            true => Treatment::Blocked { list, entry, how: bell_types::Refusal::Busy },
            false => Treatment::Usual,
        };
        let region = Origin::Unknown(RegionUnknown::NoPrefix);
        What::CallReceived { call: CALL, reception: Reception { region, class: None, lists: Vec::new(), treatment } }
    }

    #[test]
    fn who_is_received_otherwise_than_his_entry_says_is_caught() {
        let his = || Pattern::Number(number("13800138000"));
        let prefix = || Pattern::Prefix("+86138".into());
        let deny = |until| (1, added(1, "blocked", his(), until));
        let call = |at, turned_away| [(at, arrived()), (at, received(turned_away))];
        assert_eq!(check(&[&[deny(None)][..], &call(2, true)].concat()), Ok(()));
        assert!(check(&[&[deny(None)][..], &call(2, false)].concat()).is_err(), "he is on the list");
        assert!(check(&call(2, true)).is_err(), "he is on no list");
        assert_eq!(check(&[&[deny(Some(5))][..], &call(5, false)].concat()), Ok(()), "it is over");
        assert!(check(&[&[deny(Some(5))][..], &call(5, true)].concat()).is_err(), "an entry that is over holds");
        let friend = (1, added(2, "friends", prefix(), None));
        assert_eq!(check(&[&[deny(None), friend][..], &call(2, true)].concat()), Ok(()), "the exact one decides");
        let left = What::Enqueued {
            call: CALL,
            queue: bell_types::QueueName::new("sales").unwrap(),
            priority: 0,
            head_start: std::time::Duration::ZERO,
            position: 1,
            wants: bell_types::Wants::default(),
        };
        assert!(check(&[&[deny(None)][..], &call(2, true), &[(3, left)]].concat()).is_err(), "he waits all the same");
        let list = ListName::new("blocked").unwrap();
        let ended = What::ListEntriesEnded { list, by: None, how: EntryEnd::Expired, entries: vec![EntryId(1)] };
        assert_eq!(check(&[deny(Some(5)), (5, ended.clone())]), Ok(()));
        assert!(check(&[deny(Some(5)), (4, ended.clone())]).is_err(), "too early");
        assert!(check(&[(4, ended)]).is_err(), "it was never there");
    }
}
