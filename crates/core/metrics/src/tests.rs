//! What the figures of a floor must add up to.

use std::time::Duration;

use bell_types::{
    AgentActivity, AgentName, AgentPresence, CallId, NodeId, Overflow, Party, QueueExit, QueueName, What,
};

use crate::{Floor, QueueFigures, ServiceLevel};

fn floor(abandoned_within: u64) -> Floor {
    Floor::new(ServiceLevel {
        within: Duration::from_secs(30),
        abandoned_within: Duration::from_secs(abandoned_within),
    })
}

fn enters(floor: &mut Floor, at: u64, call: u64, queue: &str) {
    let queue = QueueName::new(queue).unwrap();
    let what = What::Enqueued {
        call: CallId::from_u64(call),
        queue,
        priority: 0,
        head_start: Duration::ZERO,
        position: 1,
        wants: bell_types::Wants::default(),
    };
    floor.apply(Duration::from_secs(at), &what);
}

fn leaves(floor: &mut Floor, at: u64, call: u64, queue: &str, how: QueueExit) {
    let queue = QueueName::new(queue).unwrap();
    floor.apply(Duration::from_secs(at), &What::LeftQueue { call: CallId::from_u64(call), queue, how });
}

fn changes(floor: &mut Floor, at: u64, presence: AgentPresence, activity: AgentActivity) {
    let agent = AgentName::new("alice").unwrap();
    floor.apply(Duration::from_secs(at), &What::AgentChanged { agent, presence, activity, by: Party::System });
}

fn answered() -> QueueExit {
    QueueExit::Answered(AgentName::new("alice").unwrap())
}

fn identity(figures: &QueueFigures) {
    let left = figures.answered + figures.abandoned + figures.timed_out + figures.turned_away + figures.withdrawn;
    let left = left + figures.overflowed + figures.called_back;
    assert_eq!(figures.offered, left + figures.waiting);
}

/// RPT-12, field complaint 43: the formula, and what it adds up to.
#[test]
fn offered_calls_are_those_that_left_and_those_that_wait() {
    let mut floor = floor(5);
    let exits = [
        (10, answered()),
        (30, answered()),
        (31, answered()),
        (3, QueueExit::Abandoned),
        (20, QueueExit::Abandoned),
        (600, QueueExit::TimedOut),
        (0, QueueExit::Full),
        (0, QueueExit::NoAgent),
        (4, QueueExit::Withdrawn),
        (40, QueueExit::Overflowed(Overflow::Voicemail)),
        (50, QueueExit::Callback(CallId::from_u64(77))),
    ];
    for (call, (wait, how)) in (0..).zip(exits) {
        let at = call * 1000;
        enters(&mut floor, at, call, "sales");
        leaves(&mut floor, at + wait, call, "sales", how);
    }
    enters(&mut floor, 9000, 90, "sales");
    enters(&mut floor, 9000, 91, "support");
    let figures = floor.figures();
    for (_, queue) in &figures.queues {
        identity(queue);
    }
    identity(&figures.total);
    let sales = &figures.queues[0].1;
    assert_eq!((sales.offered, sales.answered, sales.abandoned, sales.turned_away, sales.waiting), (12, 3, 2, 2, 1));
    // Two of three in time; twelve offered, one of them waits, one gave up at once.
    assert_eq!(sales.service_level_permille, Some(200));
    assert_eq!(sales.answer_mean, Some(Duration::from_secs(71) / 3));
    assert_eq!(figures.total.waiting, 2);
}

#[test]
fn an_agents_time_is_split_without_holes() {
    let mut floor = floor(0);
    let on_break = || AgentPresence::Break { reason: "lunch".to_owned() };
    changes(&mut floor, 0, AgentPresence::Available, AgentActivity::Idle);
    changes(&mut floor, 100, AgentPresence::Available, AgentActivity::Talking);
    changes(&mut floor, 160, AgentPresence::Available, AgentActivity::WrapUp);
    changes(&mut floor, 200, on_break(), AgentActivity::Idle);
    changes(&mut floor, 250, AgentPresence::SignedOut, AgentActivity::Idle);
    changes(&mut floor, 400, AgentPresence::Available, AgentActivity::Idle);
    let figures = floor.figures();
    let alice = figures.agents[0].1;
    let secs = [alice.signed_in, alice.available, alice.on_break, alice.talking, alice.wrap_up].map(|d| d.as_secs());
    assert_eq!(secs, [250, 200, 50, 60, 40]);
    assert_eq!(figures.occupancy_permille, Some(500));
}

#[test]
fn a_restart_leaves_nobody_waiting_and_nobody_signed_in() {
    let mut floor = floor(0);
    changes(&mut floor, 0, AgentPresence::Available, AgentActivity::Talking);
    enters(&mut floor, 10, 1, "sales");
    floor.apply(Duration::from_secs(50), &What::NodeStarted { node: NodeId(0), version: String::new() });
    enters(&mut floor, 100, 2, "sales");
    let figures = floor.figures();
    identity(&figures.total);
    assert_eq!((figures.total.withdrawn, figures.total.waiting), (1, 1));
    assert_eq!(figures.agents[0].1.talking, Duration::from_secs(50));
}

/// INB-24: the error of the estimate is itself a figure, measured from the first one that was told.
#[test]
fn an_estimate_is_held_to_what_came_of_it() {
    let mut floor = floor(0);
    let told = |floor: &mut Floor, at: u64, call: u64, expected: u64| {
        let expected_wait = Some(Duration::from_secs(expected));
        let what = What::PositionAnnounced { call: CallId::from_u64(call), position: Some(1), expected_wait };
        floor.apply(Duration::from_secs(at), &what);
    };
    (1..=3).for_each(|call| enters(&mut floor, 0, call, "sales"));
    (1..=3).for_each(|call| told(&mut floor, 10, call, 60));
    (1..=3).for_each(|call| told(&mut floor, 40, call, 1));
    leaves(&mut floor, 50, 1, "sales", answered());
    leaves(&mut floor, 80, 2, "sales", QueueExit::Abandoned);
    leaves(&mut floor, 100, 3, "sales", answered());
    let sales = floor.figures().total;
    // Told 70 s after the beginning; answered after 50 s and after 100 s.
    assert_eq!((sales.estimated, sales.waited_longer), (2, 1));
    assert_eq!(sales.estimate_error_mean, Some(Duration::from_secs(25)));
}
