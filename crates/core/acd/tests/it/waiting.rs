//! Waiting: limits, order, positions and estimates (INB-24), ring time-outs (INB-26), and TEL-02.

use std::time::Duration;

use bell_acd::{Announcements, Config, EstimateError, Output, Unstaffed};
use bell_types::{CallId, QueueExit, Strategy, What};
use expect_test::expect;

use crate::floor::{Floor, at, config, queue, queue_name, secs};
use crate::script::check;

fn one_agent() -> Config {
    config(&[queue("q", Strategy::LongestIdle, &["a"])], &["a"])
}

fn with_announcements() -> Config {
    let mut config = one_agent();
    config.queues[0].announcements = Some(Announcements { first: secs(10), every: secs(20) });
    config
}

#[test]
fn tel_02_five_callers_more_than_agents_wait_and_none_is_refused() {
    let names = ["a", "b", "c"];
    let mut floor = Floor::open(config(&[queue("q", Strategy::LongestIdle, &names)], &names));
    for call in 1..=8 {
        floor.script(&format!("call {call} q"));
    }
    assert_eq!((floor.offers.len(), floor.waiting.len(), floor.left.len()), (3, 8, 0));
    floor.script("accept 1.1\n accept 2.1\n accept 3.1");
    assert_eq!((floor.talking.len(), floor.waiting.len()), (3, 5));
}

/// INB-26: after 30 seconds the call goes on to the next agent, and the first has missed it.
#[test]
fn inb_26_an_unanswered_call_goes_on_at_30_seconds() {
    check(
        config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"]),
        "1 call 1 q
         2 ring 1.1
         32 accept 1.2",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [a=2 b=1], filtered []
            1.0 > offer 1.1 at a.1 for 30s
            1.0 a is available, Offered, by System
            31.0 > withdraw 1.1
            31.0 1.1 to a ended: Missed
            31.0 a is available, Idle, by System
            31.0 1 candidates [b=1], filtered [a:just missed this call]
            31.0 > offer 1.2 at b.1 for 30s
            31.0 b is available, Offered, by System
            32.0 1.2 to b ended: Accepted
            32.0 b is available, Talking, by Agent(b)
            32.0 > 1 left q: answered by b
        "#]],
    );
}

#[test]
fn inb_26_the_agent_has_missed_and_a_count() {
    let mut floor = Floor::open(config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"]));
    floor.script("call 1 q\n 30 tick");
    let view = floor.acd.agent(&crate::floor::agent_name("a")).unwrap();
    assert_eq!(view.missed, 1);
}

#[test]
fn a_full_queue_refuses_and_one_that_leaves_makes_room() {
    let mut config = one_agent();
    config.queues[0].waiting_max = 2;
    check(
        config,
        "1 break a lunch
         2 call 1 q
         3 call 2 q
         4 call 3 q
         5 hangup 1
         6 call 4 q",
        expect![[r#"
              1.0 a is break(lunch), Idle, by Agent(a)
              2.0 1 entered q at 1, priority 0
              2.0 1 candidates [], filtered [a:on a break]
              3.0 2 entered q at 2, priority 0
              3.0 2 candidates [], filtered [a:on a break]
              4.0 3 entered q at 3, priority 0
              4.0 > 3 left q: full
              5.0 1 left q: abandoned
              6.0 4 entered q at 2, priority 0
              6.0 4 candidates [], filtered [a:on a break]
        "#]],
    );
}

#[test]
fn a_call_beyond_the_known_calls_is_refused() {
    let mut config = one_agent();
    config.limits.calls_max = 1;
    let mut floor = Floor::open(config);
    floor.script("call 1 q\n call 2 q");
    assert_eq!(floor.left.get(&CallId::from_u64(2)), Some(&QueueExit::Full));
    floor.script("end 1\n call 2 q");
    assert_eq!(floor.waiting.len(), 1);
}

#[test]
fn the_longest_wait_ends_even_while_an_offer_rings() {
    let mut config = one_agent();
    config.queues[0].wait_max = secs(45);
    check(
        config,
        "1 call 1 q
         47 accept 1.2",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [a=1000], filtered []
            1.0 > offer 1.1 at a.1 for 30s
            1.0 a is available, Offered, by System
            31.0 > withdraw 1.1
            31.0 1.1 to a ended: Missed
            31.0 a is available, Idle, by System
            31.0 1 candidates [], filtered [a:just missed this call]
            41.0 1 candidates [a=10000], filtered []
            41.0 > offer 1.2 at a.1 for 30s
            41.0 a is available, Offered, by System
            46.0 1.2 to a ended: Withdrawn
            46.0 > withdraw 1.2
            46.0 a is available, Idle, by System
            46.0 > 1 left q: timed out
            47.0 > refuse 1.2
        "#]],
    );
}

#[test]
fn a_call_that_was_offered_too_often_leaves() {
    let mut config = one_agent();
    config.limits.offers_max = 2;
    config.agents[0].missed_max = 0;
    let mut floor = Floor::open(config);
    floor.script("call 1 q");
    floor.wait_until(floor.now.after(secs(75)));
    assert_eq!(floor.left.get(&CallId::from_u64(1)), Some(&QueueExit::TimedOut));
}

#[test]
fn an_unknown_queue_is_left_at_once() {
    let mut floor = Floor::open(one_agent());
    floor.acd.handle(
        floor.now,
        bell_acd::Input::Enqueue {
            call: CallId::from_u64(1),
            queue: queue_name("nowhere"),
            priority: 0,
            since: floor.now.mono,
            wants: bell_acd::Wants::default(),
        },
    );
    let outputs: Vec<Output> = std::iter::from_fn(|| floor.acd.poll_output()).collect();
    let left = Output::LeftQueue { call: CallId::from_u64(1), queue: queue_name("nowhere"), how: QueueExit::Withdrawn };
    assert_eq!(outputs.last(), Some(&left));
}

#[test]
fn without_an_agent_signed_in_calls_leave_where_the_queue_says_so() {
    let mut config = one_agent();
    config.queues[0].unstaffed = Unstaffed::Leave;
    check(
        config,
        "1 break a lunch
         2 call 1 q
         3 out a
         4 call 2 q",
        expect![[r#"
            1.0 a is break(lunch), Idle, by Agent(a)
            2.0 1 entered q at 1, priority 0
            2.0 1 candidates [], filtered [a:on a break]
            3.0 a is signed out, Idle, by Agent(a)
            3.0 > 1 left q: no agent
            4.0 2 entered q at 1, priority 0
            4.0 > 2 left q: no agent
        "#]],
    );
}

#[test]
fn higher_priority_goes_first_and_equals_in_order_of_arrival() {
    let mut floor = Floor::open(one_agent());
    floor.script("break a lunch\n 1 call 1 q\n 2 call 2 q 5\n 3 call 3 q\n 4 call 4 q 5");
    let order: Vec<u64> = floor.acd.waiting(&queue_name("q")).map(|call| call.call.as_u64()).collect();
    assert_eq!(order, [2, 4, 1, 3]);
    let mut answered = Vec::new();
    floor.script("avail a");
    for time in 5..9 {
        let offer = *floor.offers.keys().next().unwrap();
        answered.push(offer.call.as_u64());
        floor.script(&format!("{time} accept {}.1\n released a {0}\n done a", offer.call.as_u64()));
    }
    assert_eq!(answered, order);
}

/// Two agents become free at the same instant. The one who looks first may not have the call whose turn it is, and what
/// he looks for must not take the other away from it.
#[test]
fn whose_turn_it_is_does_not_depend_on_which_agent_looks_first() {
    let mut config = config(&[queue("q", Strategy::Sequential, &["b", "a"])], &["a", "b"]);
    config.agents.iter_mut().for_each(|agent| agent.wrap_up_max = Duration::from_secs(30));
    let mut floor = Floor::open(config);
    floor.script(
        "break a lunch\n 0 call 9 q\n accept 9.1\n 1 released b 9\n avail a\n call 1 q 5\n 2 call 2 q\n 31 tick",
    );
    let offers: Vec<_> = floor.offers.iter().map(|(offer, to)| format!("{} to {to:?}", offer.call.as_u64())).collect();
    assert_eq!(offers, ["1 to b", "2 to a"]);
}

#[test]
fn an_agent_of_two_queues_takes_who_came_first() {
    let queues = [queue("p", Strategy::Random, &["a"]), queue("q", Strategy::Random, &["a"])];
    let mut floor = Floor::open(config(&queues, &["a"]));
    floor.script("break a lunch\n 1 call 1 q\n 2 call 2 p\n 3 call 3 p 1\n avail a");
    assert_eq!(floor.offers.keys().next().unwrap().call.as_u64(), 3);
    floor.script("4 accept 3.1\n released a 3\n done a");
    assert_eq!(floor.offers.keys().next().unwrap().call.as_u64(), 1);
}

#[test]
fn inb_24_positions_are_told_and_sink() {
    check(
        with_announcements(),
        "0 break a lunch
         1 call 1 q
         2 call 2 q
         15 hangup 1
         40 tick",
        expect![[r#"
            0.0 a is break(lunch), Idle, by Agent(a)
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [], filtered [a:on a break]
            2.0 2 entered q at 2, priority 0
            2.0 2 candidates [], filtered [a:on a break]
            11.0 > announce 1: Some(1) None
            12.0 > announce 2: Some(2) None
            15.0 1 left q: abandoned
            32.0 > announce 2: Some(1) None
        "#]],
    );
}

/// INB-24: a number never grows; while somebody of higher priority is ahead, none is told.
#[test]
fn inb_24_a_grown_position_is_not_told() {
    check(
        with_announcements(),
        "0 break a lunch
         1 call 1 q
         12 call 2 q 9
         35 hangup 2
         52 tick",
        expect![[r#"
            0.0 a is break(lunch), Idle, by Agent(a)
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [], filtered [a:on a break]
            11.0 > announce 1: Some(1) None
            12.0 2 entered q at 1, priority 9
            12.0 2 candidates [], filtered [a:on a break]
            22.0 > announce 2: Some(1) None
            31.0 > announce 1: None None
            35.0 2 left q: abandoned
            51.0 > announce 1: Some(1) None
        "#]],
    );
}

#[test]
fn inb_24_positions_never_grow_over_a_busy_day() {
    let mut config = with_announcements();
    config.queues[0].announcements = Some(Announcements { first: secs(1), every: secs(3) });
    let mut floor = Floor::open(config);
    for call in 1..=200_u64 {
        floor.script(&format!("{} call {call} q {}", call * 2, u64::from(call % 7 == 0)));
        floor.wait_until(floor.now.after(secs(1)));
        if let Some(offer) = floor.offers.keys().next().copied() {
            let call = offer.call.as_u64();
            floor.script(&format!("accept {call}.{}\n released a {call}", offer.number));
        }
    }
    // Wrap-up makes the line grow, so that many hear more than one number.
    assert!(floor.told.len() > 100, "{}", floor.told.len());
}

/// One agent, ten seconds for each call. Who comes fourth in line just after the line moved is told forty seconds, a
/// millisecond after he came, and waits forty.
#[test]
fn inb_24_the_expected_wait_comes_true_and_its_error_is_kept() {
    let mut config = one_agent();
    config.queues[0].announcements = Some(Announcements { first: secs(0), every: secs(0) });
    let mut floor = Floor::open(config);
    (1..=8).for_each(|call| {
        floor.script(&format!("call {call} q"));
    });
    let mut heard = Vec::new();
    for call in 1..=9 {
        floor.script(&format!("accept {call}.1"));
        if call == 5 {
            floor.script("call 9 q");
            floor.wait_until(floor.now.after(Duration::from_millis(1)));
            heard.extend(floor.outputs.iter().find_map(expected_wait));
        }
        floor.wait_until(at(secs(10 * call)));
        floor.script(&format!("released a {call}\n done a"));
    }
    assert_eq!(heard, [secs(40)]);
    let expected = EstimateError { callers: 1, sum_ms: 1, magnitude_sum_ms: 1 };
    assert_eq!(floor.acd.queue(&queue_name("q")).unwrap().estimate_error, expected);
}

fn expected_wait(output: &Output) -> Option<Duration> {
    match output {
        Output::Fact(What::PositionAnnounced { expected_wait, .. }) => *expected_wait,
        _ => None,
    }
}

#[test]
fn inb_24_no_figure_is_told_without_experience_or_without_anybody_on_duty() {
    let mut floor = Floor::open(with_announcements());
    for call in 1..=4 {
        floor.script(&format!("call {call} q"));
        floor.wait_until(floor.now.after(secs(5)));
        floor.script(&format!("accept {call}.1\n released a {call}\n done a"));
    }
    let told = |floor: &mut Floor, call: u64| {
        floor.script(&format!("call {call} q"));
        floor.wait_until(floor.now.after(secs(10)));
        floor.outputs.iter().find_map(expected_wait)
    };
    assert!(told(&mut floor, 5).is_some());
    floor.script("out a");
    assert_eq!(told(&mut floor, 6), None);
    floor.script("in a");
    floor.wait_until(floor.now.after(secs(1790)));
    assert_eq!(told(&mut floor, 7), None, "what is old tells nothing");
}
