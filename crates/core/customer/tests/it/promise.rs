//! Promised times.

use std::time::Duration;

use bell_customer::{Promise, PromiseError, Stage};
use bell_types::Wall;

const WEEK: Duration = Duration::from_secs(7 * 86_400);
const NEAR_PERMILLE: u32 = 800;

fn at(secs: i64) -> Wall {
    Wall::from_micros(secs * 1_000_000)
}

#[test]
fn agt_08_a_promise_is_near_after_most_of_its_time_and_overdue_at_it() {
    let promise = Promise::new(at(1000), at(2000), WEEK).expect("a promise");
    for (now, stage, next) in [
        (1000, Stage::Running, Some(1800)),
        (1799, Stage::Running, Some(1800)),
        (1800, Stage::Near, Some(2000)),
        (1999, Stage::Near, Some(2000)),
        (2000, Stage::Overdue, None),
        (9999, Stage::Overdue, None),
    ] {
        assert_eq!(promise.stage(at(now), NEAR_PERMILLE), stage, "at {now}");
        assert_eq!(promise.next(at(now), NEAR_PERMILLE), next.map(at), "at {now}");
    }
}

#[test]
fn agt_08_what_has_passed_or_is_too_far_cannot_be_promised() {
    assert_eq!(Promise::new(at(1000), at(1000), WEEK), Err(PromiseError::Passed));
    assert_eq!(Promise::new(at(1000), at(999), WEEK), Err(PromiseError::Passed));
    assert_eq!(Promise::new(at(0), at(7 * 86_400 + 1), WEEK), Err(PromiseError::TooFar));
    assert!(Promise::new(at(0), at(7 * 86_400), WEEK).is_ok());
}

#[test]
fn agt_08_a_clock_that_is_set_back_and_a_share_beyond_the_whole_do_no_harm() {
    let promise = Promise::kept(at(2000), at(1000));
    assert_eq!(promise.stage(at(500), NEAR_PERMILLE), Stage::Running);
    assert_eq!(promise.stage(at(1000), NEAR_PERMILLE), Stage::Overdue);
    let promise = Promise::kept(at(1000), at(2000));
    assert_eq!(promise.stage(at(1999), 5000), Stage::Running);
    assert_eq!(promise.next(at(1000), 5000), Some(at(2000)));
}

#[test]
fn agt_08_each_stage_of_a_promise_is_told_once() {
    let promise = Promise::new(at(1000), at(2000), WEEK).expect("a promise");
    for (now, told, tells) in [
        (1799, Stage::Running, None),
        (1800, Stage::Running, Some(Stage::Near)),
        (1900, Stage::Near, None),
        (2000, Stage::Near, Some(Stage::Overdue)),
        (2500, Stage::Running, Some(Stage::Overdue)),
        (9999, Stage::Overdue, None),
        // The clock was set back, or the policy changed: what was told is not told again.
        (1500, Stage::Near, None),
    ] {
        assert_eq!(promise.tells(at(now), NEAR_PERMILLE, told), tells, "at {now}, told {told:?}");
    }
}

#[test]
fn agt_08_the_leads_hear_of_what_was_broken_and_of_what_has_no_owner() {
    assert!(!Stage::Near.is_for_leads(true));
    assert!(Stage::Near.is_for_leads(false));
    assert!(Stage::Overdue.is_for_leads(true) && Stage::Overdue.is_for_leads(false));
}

#[test]
fn agt_08_stages_are_found_by_their_codes() {
    for stage in Stage::ALL {
        assert_eq!(Stage::of_code(stage.code()), Some(stage));
    }
    assert_eq!(Stage::of_code("late"), None);
}
