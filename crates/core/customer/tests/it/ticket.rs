//! Tickets with the times that were promised.

use std::time::Duration;

use bell_customer::{NotChanged, Priority, Promise, PromiseError, Stage, Ticket, TicketChange, TicketState};
use bell_types::{AgentName, Wall};

const AHEAD_MAX: Duration = Duration::from_secs(1_000);

fn at(secs: i64) -> Wall {
    Wall::from_micros(secs * 1_000_000)
}

fn agent(name: &str) -> AgentName {
    AgentName::new(name).expect("a name")
}

/// Of second 100, promised for second 200, looked after by alice.
fn ticket(state: TicketState) -> Ticket {
    Ticket { state, promise: Promise::kept(at(100), at(200)), agent: Some(agent("alice")) }
}

fn none() -> TicketChange {
    TicketChange::default()
}

#[test]
fn agt_08_a_change_says_what_is_another_value_now() {
    let mut of_alice = ticket(TicketState::Open);
    let wanted = TicketChange {
        state: Some(TicketState::Open),
        text: Some("called the depot".to_owned()),
        promised_at: Some(at(300)),
        agent: Some(agent("alice")),
    };
    let changed = of_alice.change(at(150), wanted, AHEAD_MAX).expect("a change");
    assert_eq!(changed, TicketChange { state: None, agent: None, promised_at: Some(at(300)), ..changed.clone() });
    assert_eq!(of_alice.promise, Promise::kept(at(150), at(300)), "the promise is made anew");
    of_alice.change(at(160), TicketChange { agent: Some(agent("bob")), ..none() }, AHEAD_MAX).expect("handed on");
    assert_eq!(of_alice.agent, Some(agent("bob")));
}

#[test]
fn agt_08_what_is_no_change_is_told_and_changes_nothing() {
    let state = |state| TicketChange { state: Some(state), ..none() };
    let until = |secs| TicketChange { promised_at: Some(at(secs)), ..none() };
    for (of, now, wanted, why) in [
        (TicketState::Open, 150, none(), NotChanged::Nothing),
        (TicketState::Open, 150, state(TicketState::Open), NotChanged::Nothing),
        (TicketState::Open, 150, until(150), NotChanged::Promise(PromiseError::Passed)),
        (TicketState::Open, 150, until(1_151), NotChanged::Promise(PromiseError::TooFar)),
        (TicketState::Done, 150, until(300), NotChanged::Closed),
        (TicketState::Done, 150, state(TicketState::Cancelled), NotChanged::Closed),
        (TicketState::Done, 200, state(TicketState::Open), NotChanged::PromiseMissing),
    ] {
        let mut one = ticket(of);
        assert_eq!(one.change(at(now), wanted, AHEAD_MAX), Err(why));
        assert_eq!(one, ticket(of));
    }
}

#[test]
fn agt_08_a_closed_ticket_takes_words_and_can_be_opened_again() {
    let mut done = ticket(TicketState::Done);
    let words = TicketChange { text: Some("thanked us".to_owned()), ..none() };
    done.change(at(250), words, AHEAD_MAX).expect("words");
    assert_eq!(done.state, TicketState::Done);
    let again = TicketChange { state: Some(TicketState::Open), promised_at: Some(at(400)), ..none() };
    done.change(at(250), again, AHEAD_MAX).expect("opened again");
    assert_eq!((done.state, done.promise.until()), (TicketState::Open, at(400)));
}

#[test]
fn codes_are_read_back() {
    for priority in Priority::ALL {
        assert_eq!(Priority::of_code(priority.code()), Some(priority));
    }
    for state in TicketState::ALL {
        assert_eq!(TicketState::of_code(state.code()), Some(state));
    }
    assert_eq!((Priority::of_code("Urgent"), TicketState::of_code("")), (None, None));
}

#[test]
fn agt_08_a_ticket_that_is_closed_or_promised_anew_is_told_of_no_more() {
    let mut of_alice = ticket(TicketState::Open);
    assert_eq!(of_alice.tells(at(190), 800, Stage::Running), Some(Stage::Near));
    of_alice.change(at(190), TicketChange { promised_at: Some(at(300)), ..none() }, AHEAD_MAX).expect("promised anew");
    assert_eq!(of_alice.tells(at(200), 800, Stage::Running), None, "the time that was promised first does not count");
    assert_eq!(of_alice.tells(at(300), 800, Stage::Running), Some(Stage::Overdue));
    for closed in [TicketState::Done, TicketState::Cancelled] {
        assert_eq!(ticket(closed).tells(at(300), 800, Stage::Running), None);
        assert_eq!(ticket(closed).stage(at(300), 800), None);
    }
}
