//! INB-22: who calls again and again.

use std::time::Duration;

use bell_callers::{Config, RecentCalls};
use bell_types::{ListKind, Now, Term};

use crate::desk::{Desk, list, told};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// Calls from one number, so many minutes apart, and what was done with each.
fn calls(desk: &mut Desk, from: &str, count: usize, apart: Duration) -> Vec<String> {
    let mut done = Vec::new();
    for call in 0..count {
        if call > 0 {
            desk.after(apart);
        }
        done.push(told(&desk.call(from)));
    }
    done
}

/// INB-22: the third call within the hour is watched, the fifth blocked, with the calls as evidence.
#[test]
fn inb_22_the_fifth_call_within_an_hour_is_blocked() {
    let mut desk = Desk::new();
    let done = calls(&mut desk, "13800138000", 6, MINUTE * 15);
    assert_eq!(done, ["usual", "usual", "usual", "usual", "blocked by blocked 2", "blocked by blocked 2"]);
    assert_eq!(desk.happened(), ["+watch 1 active for 3 calls", "+blocked 2 active for 5 calls"]);
    let hits = desk.call("13800138000").lists;
    assert_eq!(hits.iter().map(|hit| hit.kind).collect::<Vec<_>>(), [ListKind::Deny, ListKind::Watch]);
    desk.after(DAY * 7);
    desk.tick();
    assert_eq!(desk.treated("13800138000"), "usual", "the rule's entries have a term");
}

/// INB-22: the window slides. Five calls in sixty minutes are five; in sixty-one they are not.
#[test]
fn inb_22_five_calls_in_61_minutes_are_not_too_many() {
    let mut desk = Desk::new();
    let quarter = Duration::from_secs(61 * 60) / 4;
    assert_eq!(calls(&mut desk, "13800138000", 40, quarter), ["usual"; 40]);
    assert_eq!(desk.happened(), ["+watch 1 active for 3 calls"]);
    let mut desk = Desk::new();
    assert_eq!(calls(&mut desk, "13800138000", 5, MINUTE * 15)[4], "blocked by blocked 2");
}

#[test]
fn inb_22_each_number_is_counted_for_itself() {
    let mut desk = Desk::new();
    for _ in 0..4 {
        for from in ["13800138000", "13800138001", "057187654321"] {
            assert_eq!(told(&desk.call(from)), "usual");
        }
    }
    assert_eq!(told(&desk.call("13800138001")), "blocked by blocked 4");
    assert_eq!(told(&desk.call("13800138000")), "blocked by blocked 5");
}

/// INB-22: friends and those with an open ticket may call as often as they like.
#[test]
fn inb_22_exempt_callers_stay_exempt() {
    let mut desk = Desk::new();
    desk.add("wang", "friends", "13800138000", Term::Permanent).unwrap();
    desk.add("wang", "tickets", "13800138001", Term::Days(1)).unwrap();
    desk.happened();
    assert_eq!(calls(&mut desk, "13800138000", 20, MINUTE), ["favoured by friends 1"; 20]);
    assert_eq!(calls(&mut desk, "13800138001", 20, MINUTE), ["usual"; 20]);
    assert!(desk.happened().is_empty());
    desk.after(DAY);
    assert_eq!(calls(&mut desk, "13800138001", 5, MINUTE)[4], "blocked by blocked 4", "the ticket is closed");
}

/// INB-22: what a supervisor undid is not done again for a while.
#[test]
fn inb_22_undone_is_not_done_again_for_a_while() {
    let mut desk = Desk::new();
    calls(&mut desk, "13800138000", 5, MINUTE);
    desk.happened();
    desk.undo("chen", "blocked", "13800138000").unwrap();
    assert_eq!(desk.happened(), ["+tickets 3 active", "-blocked 2 undone by chen"]);
    assert_eq!(calls(&mut desk, "13800138000", 20, MINUTE), ["usual"; 20]);
    desk.after(DAY * 30);
    desk.tick();
    desk.happened();
    assert_eq!(calls(&mut desk, "13800138000", 5, MINUTE)[4], "blocked by blocked 5");
}

/// Undoing what somebody put there takes it off, and exempts nobody.
#[test]
fn undoing_a_hand_made_entry_exempts_nobody() {
    let mut desk = Desk::new();
    desk.add("wang", "blocked", "13800138000", Term::Days(7)).unwrap();
    desk.undo("chen", "blocked", "13800138000").unwrap();
    assert_eq!(desk.happened(), ["+blocked 1 active", "-blocked 1 undone by chen"]);
}

/// INB-22: after a restart the rule goes on where it was: facts tell which calls count still, and which have led to an
/// entry already.
#[test]
fn inb_22_the_sliding_hour_outlives_a_restart() {
    let mut desk = Desk::new();
    calls(&mut desk, "13800138000", 4, MINUTE * 10);
    calls(&mut desk, "13800138001", 5, MINUTE);
    desk.remove("chen", "blocked", "13800138001").unwrap();
    desk.add("wang", "tickets", "13800138002", Term::Days(1)).unwrap();
    calls(&mut desk, "13800138002", 4, MINUTE);
    let mut recent = RecentCalls::new(list("blocked"));
    desk.facts.iter().for_each(|fact| recent.apply(fact));
    let recent = recent.within(MINUTE * 60, desk.now.wall + MINUTE);
    assert_eq!(recent.len(), 4, "neither those that led to an entry nor those of exempt callers: {recent:?}");

    let mut after = Desk::new();
    // The monotonic clock begins anew, the wall clock goes on.
    after.now = Now { wall: desk.now.wall + MINUTE, ..Now::default() };
    after.callers.recall(&recent);
    assert_eq!(after.treated("13800138000"), "usual");
    assert_eq!(told(&after.call("13800138000")), "blocked by blocked 1", "the fifth call within the hour");
    assert_eq!(told(&after.call("13800138001")), "usual");
    assert_eq!(told(&after.call("13800138002")), "usual");

    let mut late = Desk::new();
    late.now = Now { wall: desk.now.wall + MINUTE * 55, ..Now::default() };
    late.callers.recall(&recent);
    assert_eq!(told(&late.call("13800138000")), "usual", "those of more than an hour ago do not count");
}

/// Thresholds are configuration, and what is remembered has a limit: the oldest call is forgotten.
#[test]
fn what_is_remembered_has_a_limit() {
    let mut config = Config::for_tests();
    config.limits.calls_remembered_max = 3;
    let mut desk = Desk::with(config);
    assert_eq!(calls(&mut desk, "13800138000", 10, MINUTE), ["usual"; 10]);
    let mut config = Config::for_tests();
    config.nuisance.as_mut().unwrap().deny_calls = 2;
    let mut desk = Desk::with(config);
    assert_eq!(calls(&mut desk, "13800138000", 2, MINUTE), ["usual", "blocked by blocked 1"]);
    config = Config::for_tests();
    config.nuisance = None;
    let mut desk = Desk::with(config);
    assert_eq!(calls(&mut desk, "13800138000", 50, MINUTE), ["usual"; 50]);
}
