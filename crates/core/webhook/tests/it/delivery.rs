//! What follows from failures.

use std::time::Duration;

use bell_types::Wall;
use bell_webhook::{Delivery, Next, Policy};

const NOON: Wall = Wall::from_micros(1_700_000_000_000_000);

#[test]
fn each_failure_waits_twice_as_long_up_to_the_longest() {
    let (mut delivery, policy) = (Delivery::default(), Policy::for_tests());
    assert!(delivery.is_due(NOON));
    for seconds in [10, 20, 40, 60, 60] {
        let at = NOON + Duration::from_secs(seconds);
        assert_eq!(delivery.failed(NOON, 0, &policy), Next::Again { at });
        assert!(!delivery.is_due(at.before(Duration::from_micros(1))) && delivery.is_due(at));
    }
    let spread = delivery.failed(NOON, u8::MAX, &policy);
    assert_eq!(spread, Next::Again { at: NOON + Duration::from_secs(75) }, "a quarter more at most");
    delivery.taken();
    assert_eq!(delivery, Delivery::default(), "what was taken forgets the failures before it");
}

#[test]
fn a_receiver_that_takes_nothing_for_too_long_is_told_nothing_any_more() {
    let (mut delivery, policy) = (Delivery::default(), Policy::for_tests());
    delivery.failed(NOON, 0, &policy);
    let almost = NOON + policy.disable_after.saturating_sub(Duration::from_secs(1));
    assert!(matches!(delivery.failed(almost, 0, &policy), Next::Again { .. }));
    assert_eq!(delivery.failed(NOON + policy.disable_after, 0, &policy), Next::Disable { since: NOON });
}

#[test]
fn very_many_tries_overflow_nothing() {
    let policy = Policy::for_tests();
    let mut delivery = Delivery { tries: u32::MAX, ..Delivery::default() };
    assert_eq!(delivery.failed(NOON, 0, &policy), Next::Again { at: NOON + policy.retry_max });
}
