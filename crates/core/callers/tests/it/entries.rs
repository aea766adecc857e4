//! Entries come, hold for their term, wait for a second person, and go.

use std::time::Duration;

use bell_callers::{Callers, Change, Config, Group, Kept, Refused, Which};
use bell_types::{EntryId, EntryState, ListEntry, Term};
use proptest::prelude::*;

use crate::desk::{Desk, actor, list, number, pattern, terms};

const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

/// INB-20: an entry is inactive one second after its term (and in fact at its end), and that is a fact.
#[test]
fn inb_20_an_entry_ends_by_itself() {
    for days in [1, 7, 30] {
        let mut desk = Desk::new();
        desk.add("wang", "blocked", "13800138000", Term::Days(days)).unwrap();
        assert_eq!(desk.happened(), ["+blocked 1 active"]);
        desk.after(DAY * u32::from(days) - SECOND);
        desk.tick();
        assert_eq!(desk.treated("13800138000"), "blocked by blocked 1");
        assert!(desk.happened().is_empty());
        let due = desk.callers.poll_timeout(desk.now).expect("the end is waited for");
        assert_eq!(due - desk.now.mono, SECOND);
        desk.after(SECOND * 2);
        assert_eq!(desk.treated("13800138000"), "usual", "before any tick");
        desk.tick();
        assert_eq!(desk.happened(), ["-blocked 1 expired"]);
        assert!(desk.callers.is_empty());
    }
}

/// INB-20: any other end will do as well; one that has passed will not.
#[test]
fn inb_20_an_end_may_be_any_instant() {
    let mut desk = Desk::new();
    let until = desk.now.wall + Duration::from_secs(90);
    desk.add("wang", "blocked", "13800138000", Term::Until(until)).unwrap();
    desk.after(Duration::from_secs(89));
    assert_eq!(desk.treated("13800138000"), "blocked by blocked 1");
    desk.after(SECOND);
    assert_eq!(desk.treated("13800138000"), "usual");
    assert_eq!(desk.add("wang", "blocked", "13800138001", Term::Until(until)), Err(Refused::TermOver));
}

/// INB-20: ten thousand terms that end at one instant end in several steps, and count at none of them.
#[test]
fn inb_20_many_ends_at_once_do_not_hold_up_the_node() {
    let mut desk = Desk::new();
    let entries = (0..2500).map(|count| (pattern(&format!("1380013{count:04}")), Term::Days(1))).collect();
    let group = Group { terms: terms("wang", "test"), entries };
    desk.change("wang", &Change::Add { list: list("blocked"), groups: vec![group] }).unwrap();
    assert_eq!(desk.happened().len(), 25, "a hundred to a fact");
    desk.after(DAY);
    desk.callers.tick(desk.now);
    assert_eq!(desk.callers.len(), 1500);
    assert_eq!(desk.treated("13800130000"), "usual");
    desk.tick();
    assert!(desk.callers.is_empty());
    assert_eq!(desk.callers.poll_timeout(desk.now), None);
}

/// INB-23: what is denied for ever needs a second person, and does nothing until then.
#[test]
fn inb_23_a_permanent_entry_needs_a_second_person() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "13800138000", Term::Permanent).unwrap();
    assert_eq!(desk.happened(), ["+blocked 1 proposed"]);
    assert_eq!(desk.treated("13800138000"), "usual");
    let one = || Which::One(pattern("13800138000"));
    assert_eq!(desk.approve("wang", "blocked", one()), Err(Refused::SamePerson));
    assert_eq!(desk.approve("li", "friends", one()), Err(Refused::NotListed));
    desk.approve("li", "blocked", one()).unwrap();
    assert_eq!(desk.happened(), ["=blocked 1 by li"]);
    assert_eq!(desk.treated("13800138000"), "blocked by blocked 1");
    assert_eq!(desk.approve("li", "blocked", one()), Err(Refused::NothingProposed));
    desk.after(DAY * 4000);
    desk.tick();
    assert_eq!(desk.treated("13800138000"), "blocked by blocked 1");
}

/// INB-23: nobody approves his own proposals, not even all at once; a friend needs no approval.
#[test]
fn inb_23_approving_all_leaves_ones_own() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "13800138000", Term::Permanent).unwrap();
    desk.add("li", "blocked", "13800138001", Term::Permanent).unwrap();
    desk.add("li", "friends", "13800138002", Term::Permanent).unwrap();
    desk.approve("li", "blocked", Which::All).unwrap();
    assert_eq!(desk.happened()[3..], ["=blocked 1 by li"]);
    assert_eq!(desk.treated("13800138001"), "usual");
    assert_eq!(desk.treated("13800138002"), "favoured by friends 3");
    assert_eq!(desk.approve("li", "blocked", Which::All), Err(Refused::SamePerson));
}

/// An entry that was taken off by mistake stands there again as it did: approved, and until its old end.
#[test]
fn a_removal_is_undone() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "13800138000", Term::Permanent).unwrap();
    desk.approve("li", "blocked", Which::All).unwrap();
    desk.add("wang", "blocked", "13800138001", Term::Days(1)).unwrap();
    let until = Some(desk.now.wall + DAY);
    let was = |text: &str, until| {
        let entry = ListEntry { entry: EntryId(1), pattern: pattern(text), until, state: EntryState::Active };
        Change::Restore { list: list("blocked"), terms: terms("wang", "test"), entry }
    };
    assert_eq!(desk.change("chen", &was("13800138000", None)), Err(Refused::Listed));
    for number in ["13800138000", "13800138001"] {
        desk.remove("chen", "blocked", number).unwrap();
        assert_eq!(desk.treated(number), "usual");
    }
    desk.happened();
    desk.change("chen", &was("13800138000", None)).unwrap();
    desk.change("chen", &was("13800138001", until)).unwrap();
    assert_eq!(desk.happened(), ["+blocked 3 active", "+blocked 4 active"], "no approval is asked for again");
    assert_eq!(desk.treated("13800138000"), "blocked by blocked 3");
    desk.after(DAY);
    desk.tick();
    assert_eq!(desk.happened(), ["-blocked 4 expired"], "its old end");
    assert_eq!(desk.change("chen", &was("13800138001", until)), Err(Refused::TermOver));
}

#[test]
fn a_new_entry_replaces_the_old_one() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "13800138000", Term::Days(1)).unwrap();
    desk.add("li", "blocked", "13800138000", Term::Days(30)).unwrap();
    assert_eq!(desk.happened(), ["+blocked 1 active", "-blocked 1 replaced by li", "+blocked 2 active"]);
    desk.after(DAY * 2);
    desk.tick();
    assert_eq!(desk.treated("13800138000"), "blocked by blocked 2");
    desk.remove("wang", "blocked", "13800138000").unwrap();
    assert_eq!(desk.happened(), ["-blocked 2 removed by wang"]);
    assert_eq!(desk.remove("wang", "blocked", "13800138000"), Err(Refused::NotListed));
    assert_eq!(desk.treated("13800138000"), "usual");
}

#[test]
fn a_change_happens_as_a_whole_or_not_at_all() {
    let mut config = Config::for_tests();
    config.limits.entries_max = 2;
    config.limits.change_max = 3;
    config.limits.reason_len_max = 5;
    let mut desk = Desk::with(config);
    let mut add = |count: usize, reason: &str, on: &str| {
        let entries = (0..count).map(|count| (pattern(&format!("1380013{count:04}")), Term::Days(1))).collect();
        let groups = vec![Group { terms: terms("wang", reason), entries }];
        let refused = desk.change("wang", &Change::Add { list: list(on), groups }).err();
        (refused, desk.callers.len())
    };
    assert_eq!(add(4, "test", "blocked"), (Some(Refused::TooMany), 0));
    assert_eq!(add(3, "test", "blocked"), (Some(Refused::Full), 0));
    assert_eq!(add(1, "", "blocked"), (Some(Refused::ReasonMissing), 0));
    assert_eq!(add(1, "too long", "blocked"), (Some(Refused::ReasonTooLong), 0));
    assert_eq!(add(1, "test", "nowhere"), (Some(Refused::ListUnknown), 0));
    assert_eq!(add(2, "test", "blocked"), (None, 2));
}

#[test]
fn nothing_counts_before_what_was_kept_is_back() {
    let mut callers = Callers::new(Config::for_tests());
    let desk = Desk::new();
    let change = Change::Remove { list: list("blocked"), patterns: vec![pattern("13800138000")] };
    assert_eq!(callers.change(desk.now, &actor("wang"), &change), Err(Refused::NotLoaded));
    let entry =
        ListEntry { entry: EntryId(7), pattern: pattern("13800138000"), until: None, state: EntryState::Active };
    let kept = [Kept { list: list("blocked"), terms: terms("wang", "test"), entries: vec![entry] }];
    callers.keep(&kept);
    assert!(callers.decide(desk.now.wall, Some(&number("13800138000"))).lists.is_empty());
    callers.loaded(&[], EntryId(9));
    assert_eq!(callers.decide(desk.now.wall, Some(&number("13800138000"))).lists[0].entry, EntryId(7));
    let group = Group { terms: terms("wang", "test"), entries: vec![(pattern("13800138001"), Term::Days(1))] };
    callers.change(desk.now, &actor("wang"), &Change::Add { list: list("blocked"), groups: vec![group] }).unwrap();
    let added = callers.decide(desk.now.wall, Some(&number("13800138001")));
    assert_eq!(added.lists[0].entry, EntryId(9), "an id is never given twice");
}

#[derive(Clone, Debug)]
enum Step {
    Add { number: u8, days: u8 },
    Remove { number: u8 },
    Wait { hours: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..20_u8, 1..4_u8).prop_map(|(number, days)| Step::Add { number, days }),
        (0..20_u8).prop_map(|number| Step::Remove { number }),
        (0..48_u8).prop_map(|hours| Step::Wait { hours }),
    ]
}

proptest! {
    /// INB-20: whatever is added, removed and waited for, exactly those are blocked whose term runs.
    #[test]
    fn inb_20_the_lists_agree_with_a_plain_model(steps in prop::collection::vec(step(), 1..80)) {
        let mut desk = Desk::new();
        let mut model = std::collections::BTreeMap::new();
        for step in steps {
            match step {
                Step::Add { number, days } => {
                    let text = format!("138001380{number:02}");
                    desk.add("wang", "blocked", &text, Term::Days(u16::from(days))).unwrap();
                    model.insert(number, desk.now.wall + DAY * u32::from(days));
                }
                Step::Remove { number } => {
                    let listed = model.remove(&number).is_some_and(|until| desk.now.wall < until);
                    let removed = desk.remove("wang", "blocked", &format!("138001380{number:02}"));
                    prop_assert_eq!(removed.is_ok(), listed);
                }
                Step::Wait { hours } => {
                    desk.after(Duration::from_secs(3600) * u32::from(hours));
                    desk.tick();
                    model.retain(|_, until| desk.now.wall < *until);
                }
            }
            prop_assert_eq!(desk.callers.len(), model.len());
            for number in 0..20 {
                let blocked = desk.treated(&format!("138001380{number:02}")) != "usual";
                prop_assert_eq!(blocked, model.contains_key(&number));
            }
        }
    }
}
