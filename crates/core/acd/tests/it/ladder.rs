//! The ladder of a queue and its alert (INB-16, INB-25, INB-26), and how fast agents answer (INB-27).

use std::time::Duration;

use bell_acd::{Answers, Config, EstimateErrors, RingTimes, Rung, Unstaffed, When};
use bell_types::{Fact, Mono, Overflow, QueueExit, Seq, Strategy};
use expect_test::expect;

use crate::floor::{Floor, agent_name, at, config, queue, queue_name, secs, skill};
use crate::script::check;

fn two_queues() -> Config {
    let queues = [queue("first", Strategy::Sequential, &["a"]), queue("second", Strategy::Sequential, &["b"])];
    config(&queues, &["a", "b"])
}

fn ladder(when: When, then: Overflow) -> Vec<Rung> {
    vec![Rung { when, then }]
}

/// INB-25, INB-15: after 30 seconds the level comes down, after 60 the skill is dropped.
#[test]
fn inb_25_a_long_wait_widens_the_skills_step_by_step() {
    let mut config = config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"]);
    config.queues[0].skills = vec![skill("loans:3")];
    config.queues[0].overflow = vec![
        Rung { when: When::Waited(secs(30)), then: Overflow::WiderSkills(vec![skill("loans:1")]) },
        Rung { when: When::Waited(secs(60)), then: Overflow::WiderSkills(vec![skill("loans:0")]) },
    ];
    config.agents[0].skills = vec![skill("loans:1")];
    check(
        config,
        "0 call 1 q\n 0 call 2 q\n 31 accept 1.1\n 61 accept 2.1",
        expect![[r#"
        0.0 1 entered q at 1, priority 0
        0.0 1 candidates [], filtered [a:lacks a skill the call needs, b:lacks a skill the call needs]
        0.0 2 entered q at 2, priority 0
        0.0 2 candidates [], filtered [a:lacks a skill the call needs, b:lacks a skill the call needs]
        30.0 1 in q: Waited(30s), so WiderSkills([(loans, 1)])
        30.0 2 in q: Waited(30s), so WiderSkills([(loans, 1)])
        30.0 1 candidates [a=2], filtered [b:lacks a skill the call needs]
        30.0 > offer 1.1 at a.1 for 30s
        30.0 a is available, Offered, by System
        30.0 2 candidates [], filtered [a:another call is being offered, b:lacks a skill the call needs]
        31.0 1.1 to a ended: Accepted
        31.0 a is available, Talking, by Agent(a)
        31.0 > 1 left q: answered by a
        60.0 2 in q: Waited(60s), so WiderSkills([(loans, 0)])
        60.0 2 candidates [b=1], filtered [a:at capacity]
        60.0 > offer 2.1 at b.1 for 30s
        60.0 b is available, Offered, by System
        61.0 2.1 to b ended: Accepted
        61.0 b is available, Talking, by Agent(b)
        61.0 > 2 left q: answered by b
    "#]],
    );
}

/// INB-16, INB-26: into the queue of the second line, with the time he has waited: he stands before who came later.
#[test]
fn inb_26_a_long_wait_moves_the_call_to_another_queue_with_its_time() {
    let mut config = two_queues();
    config.queues[0].overflow = ladder(When::Waited(secs(30)), Overflow::Queue(queue_name("second")));
    check(
        config,
        "0 break a lunch
         0 busy b
         1 call 1 first
         20 call 2 second
         32 free b
         33 accept 1.1",
        expect![[r#"
            0.0 a is break(lunch), Idle, by Agent(a)
            0.0 b is available, Talking, by System
            1.0 1 entered first at 1, priority 0
            1.0 1 candidates [], filtered [a:on a break]
            20.0 2 entered second at 1, priority 0
            20.0 2 candidates [], filtered [b:at capacity]
            31.0 1 in first: Waited(30s), so Queue(second)
            31.0 1 left first: overflowed: Queue(second)
            31.0 1 entered second at 1, priority 0
            31.0 > 1 waits in second now
            31.0 1 candidates [], filtered [b:at capacity]
            32.0 b is available, Idle, by System
            32.0 1 candidates [b=1], filtered []
            32.0 > offer 1.1 at b.1 for 30s
            32.0 b is available, Offered, by System
            33.0 1.1 to b ended: Accepted
            33.0 b is available, Talking, by Agent(b)
            33.0 > 1 left second: answered by b
        "#]],
    );
}

#[test]
fn a_call_that_rings_at_an_agent_is_not_taken_away_from_him() {
    let mut config = two_queues();
    config.queues[0].overflow = ladder(When::Waited(secs(10)), Overflow::Queue(queue_name("second")));
    let mut floor = Floor::open(config);
    floor.script("0 call 1 first\n 20 tick");
    assert_eq!(floor.offers.values().next(), Some(&agent_name("a")));
    floor.script("21 decline 1.1");
    assert_eq!(floor.offers.values().next(), Some(&agent_name("b")), "now it goes on");
}

#[test]
fn a_long_line_a_bad_level_and_an_empty_floor_lead_out_of_the_queue() {
    let mut config = two_queues();
    config.queues[0].overflow = ladder(When::Length(1), Overflow::Voicemail);
    let mut floor = Floor::open(config.clone());
    floor.script("break a lunch\n call 1 first\n call 2 first");
    let overflowed = |floor: &Floor, call| floor.left.get(&bell_types::CallId::from_u64(call)).cloned();
    assert_eq!(overflowed(&floor, 1), None);
    assert_eq!(overflowed(&floor, 2), Some(QueueExit::Overflowed(Overflow::Voicemail)));

    let level = When::ServiceLevel { within: secs(10), window: secs(600), percent: 80 };
    config.queues[0].overflow = ladder(level, Overflow::Callback);
    let mut floor = Floor::open(config.clone());
    floor.script("break a lunch");
    for call in 1..=3 {
        floor.script(&format!("{} call {call} first\n {} hangup {call}", call * 20, call * 20 + 15));
    }
    floor.script("90 call 4 first");
    assert_eq!(overflowed(&floor, 4), Some(QueueExit::Overflowed(Overflow::Callback)));

    config.queues[0].overflow = ladder(When::NoAgent, Overflow::Queue(queue_name("second")));
    config.queues[0].unstaffed = Unstaffed::Leave;
    let mut floor = Floor::open(config);
    floor.script("busy a\n call 1 first\n out a\n call 2 first");
    let second = floor.acd.queue(&queue_name("second")).unwrap();
    assert_eq!(second.waiting, 2, "the ladder goes before leaving");
}

/// Two ladders that lead to each other: the moves are counted, and the call rests where it is then.
#[test]
fn a_call_does_not_go_round_in_circles() {
    let mut config = two_queues();
    config.queues[0].overflow = ladder(When::Waited(secs(5)), Overflow::Queue(queue_name("second")));
    config.queues[1].overflow = ladder(When::Waited(secs(5)), Overflow::Queue(queue_name("first")));
    let mut floor = Floor::open(config);
    floor.script("0 break a lunch\n break b lunch\n call 1 first\n 100 tick");
    assert_eq!(floor.entered, 3);
    assert_eq!(floor.waiting.values().next(), Some(&queue_name("first")));
}

/// INB-25: the alert begins at 30 seconds of the longest wait and ends when nobody waits that long.
#[test]
fn inb_25_the_alert_begins_at_30_seconds_of_the_longest_wait_and_ends() {
    let mut config = config(&[queue("q", Strategy::Sequential, &["a"])], &["a"]);
    config.queues[0].alert_after = Some(secs(30));
    check(
        config,
        "0 break a lunch
         1 call 1 q
         11 call 2 q
         20 hangup 1
         50 hangup 2
         60 call 3 q
         80 hangup 3",
        expect![[r#"
            0.0 a is break(lunch), Idle, by Agent(a)
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [], filtered [a:on a break]
            11.0 2 entered q at 2, priority 0
            11.0 2 candidates [], filtered [a:on a break]
            20.0 1 left q: abandoned
            41.0 alert: 2 has waited 30s in q
            50.0 2 left q: abandoned
            50.0 q is calm
            60.0 3 entered q at 1, priority 0
            60.0 3 candidates [], filtered [a:on a break]
            80.0 3 left q: abandoned
        "#]],
    );
}

/// INB-27: ringing is told for each offer, so that answers within three rings can be counted.
#[test]
fn inb_27_answers_within_three_rings_are_counted_for_each_agent() {
    let mut floor = Floor::open(config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"]));
    let mut times = RingTimes::new(secs(11));
    for line in [
        "0 call 1 q",
        "2 ring 1.1",
        "3 ring 1.1",
        "13 accept 1.1",
        "14 call 2 q",
        "15 ring 2.1",
        "27 decline 2.1",
        "28 hangup 2",
        "28 end 1",
        "60 call 3 q",
        "61 ring 3.1",
        "73 accept 3.1",
    ] {
        floor.script(line);
        for output in &floor.outputs {
            if let bell_acd::Output::Fact(what) = output {
                times.fold(&Fact { seq: Seq(0), now: floor.now, what: what.clone() });
            }
        }
    }
    let answers: Vec<(String, Answers)> = times.iter().map(|(agent, answers)| (agent.to_string(), answers)).collect();
    let a = Answers { rang: 2, answered: 2, in_time: 1, ringing: secs(23) };
    let b = Answers { rang: 1, answered: 0, in_time: 0, ringing: secs(0) };
    assert_eq!(answers, [("a".to_owned(), a), ("b".to_owned(), b)]);
}

/// INB-24: the error of the estimate follows from facts alone, and is the figure the router keeps.
#[test]
fn inb_24_the_error_of_the_estimate_follows_from_facts() {
    let mut config = config(&[queue("q", Strategy::LongestIdle, &["a"])], &["a"]);
    config.queues[0].announcements = Some(bell_acd::Announcements { first: secs(1), every: secs(5) });
    config.agents[0].wrap_up_max = secs(0);
    let mut floor = Floor::open(config);
    let mut errors = EstimateErrors::default();
    for call in 1..=60_u64 {
        wait(&mut floor, &mut errors, secs(call * 4));
        floor.script(&format!("call {call} q"));
        fold(&mut errors, &floor);
        wait(&mut floor, &mut errors, secs(call * 4 + 2));
        if let Some(offer) = floor.offers.keys().next().copied() {
            floor.step(bell_acd::Input::OfferEnded { offer, outcome: bell_types::OfferOutcome::Accepted });
            fold(&mut errors, &floor);
        }
        if call % 2 == 0
            && let Some((agent, held)) = floor.talking.iter().next().cloned()
        {
            floor.step(bell_acd::Input::Released { agent, call: held });
            fold(&mut errors, &floor);
        }
    }
    let kept = floor.acd.queue(&queue_name("q")).unwrap().estimate_error;
    assert!(kept.callers > 5, "{kept:?}");
    assert_eq!(errors.iter().collect::<Vec<_>>(), [(&queue_name("q"), kept)]);
}

/// Wakes up step by step, so that no fact is missed.
fn wait(floor: &mut Floor, errors: &mut EstimateErrors, until: Duration) {
    while let Some(wake) = floor.acd.poll_timeout().filter(|wake| wake.since(Mono::ZERO) <= until) {
        floor.wait_until(at(wake.since(Mono::ZERO)));
        fold(errors, floor);
    }
    floor.wait_until(at(until));
}

fn fold(errors: &mut EstimateErrors, floor: &Floor) {
    for output in &floor.outputs {
        if let bell_acd::Output::Fact(what) = output {
            errors.fold(&Fact { seq: Seq(0), now: floor.now, what: what.clone() });
        }
    }
}
