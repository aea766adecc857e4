//! Access reviews: who may answer, until when, and who is reminded.

use bell_access::{AccessReview, Policy, ReviewDue, ReviewRefusal, UserId};

use crate::world::{EARLY, PHONE_SALES, SALES, SERVICE, at, somebody, user};

fn opened() -> AccessReview {
    AccessReview::open(1, at(0), UserId(1), &Policy::for_tests())
}

#[test]
fn sec_06_whoever_answers_for_people_is_asked_and_nobody_about_himself() {
    let (review, head) = (opened(), somebody(7, SERVICE, &["dept_admin"]));
    assert_eq!(review.check(at(1), &head, &user(8, EARLY, &["agent"])), Ok(()));
    assert_eq!(review.check(at(1), &head, &user(7, SERVICE, &["dept_admin"])), Err(ReviewRefusal::OwnRoles));
    for (by, person) in [
        (head.clone(), user(8, PHONE_SALES, &["agent"])),
        (somebody(9, EARLY, &["supervisor"]), user(8, EARLY, &["agent"])),
        (somebody(10, SALES, &["auditor"]), user(8, EARLY, &["agent"])),
    ] {
        assert!(matches!(review.check(at(1), &by, &person), Err(ReviewRefusal::Denied(_))), "{by:?}");
    }
}

#[test]
fn sec_06_a_review_is_reminded_of_and_ends() {
    let (policy, mut review) = (Policy::for_tests(), opened());
    assert_eq!(review.due(at(2), &policy), ReviewDue::Nothing);
    assert_eq!(review.due(at(3), &policy), ReviewDue::Reminder);
    review.reminded = at(3);
    assert_eq!(review.due(at(4), &policy), ReviewDue::Nothing);
    assert_eq!(review.due(at(14), &policy), ReviewDue::End);
    let (head, person) = (somebody(7, SERVICE, &["dept_admin"]), user(8, EARLY, &["agent"]));
    assert_eq!(review.check(at(14), &head, &person), Err(ReviewRefusal::Closed));
    review.closed = Some(at(14));
    assert_eq!(review.due(at(99), &policy), ReviewDue::Nothing);
    assert_eq!(review.check(at(1), &head, &person), Err(ReviewRefusal::Closed));
}
