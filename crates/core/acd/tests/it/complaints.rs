//! What users of other systems complain about, each as a test. The numbers are those of the list of complaints;
//! complaint 17 is in `agents`, 2 and 6 are raced in `interleavings` too, 12 is in `configuration`.

use bell_acd::{Acd, Config};
use bell_types::{AgentActivity, AgentPresence, CallId, Filter, Now, OfferOutcome, QueueExit, Strategy};
use expect_test::expect;

use crate::floor::{Floor, agent_name, config, queue, queue_name, secs};
use crate::script::check;

fn one_agent() -> Config {
    config(&[queue("q", Strategy::LongestIdle, &["a"])], &["a"])
}

fn two_agents() -> Config {
    config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"])
}

fn activity(floor: &Floor, name: &str) -> AgentActivity {
    floor.acd.agent(&agent_name(name)).unwrap().activity
}

#[test]
fn complaint_01_no_ghost_is_left_when_a_call_dies_at_any_step() {
    let steps = ["call 1 q", "ring 1.1", "accept 1.1", "released a 1", "done a"];
    for dead_after in 0..=steps.len() {
        let mut floor = Floor::open(one_agent());
        floor.script(&steps[..dead_after].join("\n"));
        floor.script("end 1");
        // Whatever else the call's side still says comes too late and changes nothing.
        floor.script(&steps[dead_after.max(1)..].join("\n"));
        assert!(floor.waiting.is_empty() && floor.offers.is_empty() && floor.talking.is_empty());
        floor.wait_until(floor.now.after(secs(30)));
        assert_eq!(activity(&floor, "a"), AgentActivity::Idle, "dead after {dead_after} steps");
        floor.script("call 2 q");
        assert_eq!(floor.offers.len(), 1);
    }
}

#[test]
fn complaint_02_an_offer_nobody_speaks_of_ends_by_itself() {
    check(
        one_agent(),
        "1 call 1 q\n 31 hangup 1\n 32 accept 1.1",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [a=1000], filtered []
            1.0 > offer 1.1 at a.1 for 30s
            1.0 a is available, Offered, by System
            31.0 > withdraw 1.1
            31.0 1.1 to a ended: Missed
            31.0 a is available, Idle, by System
            31.0 1 candidates [], filtered [a:just missed this call]
            31.0 1 left q: abandoned
            32.0 > refuse 1.1
        "#]],
    );
}

#[test]
fn complaint_03_an_unavailable_agent_does_not_halt_the_queue() {
    for held_back in ["break a lunch", "out a", "down a.1", "busy a"] {
        let mut floor = Floor::open(two_agents());
        floor.script(held_back);
        floor.script("call 1 q");
        assert_eq!(floor.offers.values().next(), Some(&agent_name("b")), "{held_back}");
    }
}

#[test]
fn complaint_04_the_offer_is_withdrawn_in_the_same_instant_the_caller_leaves() {
    check(
        one_agent(),
        "1 call 1 q\n 2 ring 1.1\n 3 hangup 1\n 4 accept 1.1",
        expect![[r#"
              1.0 1 entered q at 1, priority 0
              1.0 1 candidates [a=1000], filtered []
              1.0 > offer 1.1 at a.1 for 30s
              1.0 a is available, Offered, by System
              3.0 1.1 to a ended: Withdrawn
              3.0 > withdraw 1.1
              3.0 a is available, Idle, by System
              3.0 1 left q: abandoned
              4.0 > refuse 1.1
        "#]],
    );
}

#[test]
fn complaint_05_every_agent_has_the_call_once_before_anybody_has_it_again() {
    let names = ["a", "b", "c", "d"];
    for strategy in Strategy::ALL.into_iter().filter(|strategy| *strategy != Strategy::RingAll) {
        let mut floor = Floor::open(config(&[queue("q", strategy, &names)], &names));
        floor.script("call 1 q");
        let mut round = Vec::new();
        for number in 1..=4 {
            round.extend(floor.offers.values().cloned());
            floor.script(&format!("decline 1.{number}"));
        }
        round.sort();
        assert_eq!(round, names.map(agent_name), "{strategy:?}");
    }
}

/// Complaint 6: each offer has a deadline of its own; that of the one before does not strike the next.
#[test]
fn complaint_06_the_next_offer_rings_its_full_time() {
    let mut floor = Floor::open(two_agents());
    floor.script("1 call 1 q\n 10 decline 1.1\n 39 tick");
    assert_eq!(floor.offers.values().next(), Some(&agent_name("b")));
    floor.script("40 tick");
    let again = floor.offers.values().next();
    assert_eq!(again, Some(&agent_name("a")), "both let it pass, and a has been spared long enough");
}

#[test]
fn complaint_07_an_operator_releases_an_agent_whose_call_was_lost() {
    let mut floor = Floor::open(one_agent());
    floor.script("call 1 q\n accept 1.1\n busy a");
    assert_eq!(activity(&floor, "a"), AgentActivity::Talking);
    let trace = floor.script("release a\n call 2 q");
    assert!(trace.contains("a is available, Idle, by Operator"), "{trace}");
    assert_eq!(floor.offers.len(), 1);
    floor.script("released a 1\n end 1");
    assert_eq!(activity(&floor, "a"), AgentActivity::Offered, "what comes late changes nothing");
}

#[test]
fn complaint_08_missed_calls_lead_to_a_break_not_out_of_work() {
    let mut config = one_agent();
    config.agents[0].missed_max = 1;
    check(
        config,
        "1 call 1 q\n 31 tick\n 40 avail a",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [a=1000], filtered []
            1.0 > offer 1.1 at a.1 for 30s
            1.0 a is available, Offered, by System
            31.0 > withdraw 1.1
            31.0 1.1 to a ended: Missed
            31.0 a is break(missed_calls), Idle, by System
            31.0 1 candidates [], filtered [a:on a break]
            40.0 a is available, Idle, by Agent(a)
        "#]],
    );
}

/// The agent dials out, or is called directly, while an offer rings; with room for two the offer stays.
#[test]
fn complaint_09_a_call_outside_the_queue_during_an_offer() {
    check(
        two_agents(),
        "1 call 1 q\n 2 busy a\n 3 accept 1.1\n 4 accept 1.2\n 5 free a",
        expect![[r#"
              1.0 1 entered q at 1, priority 0
              1.0 1 candidates [a=2 b=1], filtered []
              1.0 > offer 1.1 at a.1 for 30s
              1.0 a is available, Offered, by System
              2.0 1.1 to a ended: Withdrawn
              2.0 > withdraw 1.1
              2.0 a is available, Talking, by System
              2.0 1 candidates [b=1], filtered [a:at capacity]
              2.0 > offer 1.2 at b.1 for 30s
              2.0 b is available, Offered, by System
              3.0 > refuse 1.1
              4.0 1.2 to b ended: Accepted
              4.0 b is available, Talking, by Agent(b)
              4.0 > 1 left q: answered by b
              5.0 a is available, Idle, by System
        "#]],
    );
    let mut roomy = two_agents();
    roomy.agents[0].capacity = 2;
    let mut floor = Floor::open(roomy);
    floor.script("call 1 q\n busy a\n accept 1.1");
    assert_eq!(floor.left.get(&CallId::from_u64(1)), Some(&QueueExit::Answered(agent_name("a"))));
}

#[test]
fn complaint_10_after_a_start_nobody_is_assumed_to_be_there() {
    let config = std::sync::Arc::new(two_agents());
    let acd = Acd::new(&config, 1);
    let view = acd.agent(&agent_name("a")).unwrap();
    assert_eq!((view.presence, view.endpoint), (&AgentPresence::SignedOut, None));
    let mut floor = Floor::new(two_agents());
    floor.script("in a\n call 1 q");
    assert!(floor.offers.is_empty(), "his phone is not known to be reachable");
    floor.script("up a.1");
    assert_eq!(floor.offers.len(), 1);
}

#[test]
fn complaint_11_busy_is_a_count_against_capacity() {
    let mut config = one_agent();
    config.agents[0].capacity = 3;
    config.agents[0].wrap_up_max = secs(0);
    let mut floor = Floor::open(config);
    floor.script("busy a\n busy a\n call 1 q\n accept 1.1\n call 2 q");
    assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().filter, Some(Filter::AtCapacity));
    floor.script("free a");
    assert_eq!(floor.offers.len(), 1);
    floor.script("accept 2.1\n released a 1\n released a 1\n call 3 q");
    assert_eq!(floor.offers.len(), 1, "a release that is told twice counts once");
    floor.script("free a\n free a\n free a\n accept 3.1");
    assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().outside, 0);
}

#[test]
fn complaint_13_wrap_up_belongs_to_the_agent_whatever_becomes_of_the_call() {
    let queues = [queue("q", Strategy::Sequential, &["a"]), queue("r", Strategy::Sequential, &["b"])];
    let mut floor = Floor::open(config(&queues, &["a", "b"]));
    floor.script(
        "1 call 1 q\n 2 accept 1.1\n 10 released a 1\n 11 call 1 r\n 12 accept 1.2\n 13 released b 1\n 14 end 1",
    );
    let until = |name| floor.acd.agent(&agent_name(name)).unwrap().wrap_up_until;
    assert_eq!(until("a"), Some(Now::default().after(secs(30)).mono));
    assert_eq!(until("b"), Some(Now::default().after(secs(33)).mono));
}

#[test]
fn complaint_14_a_queue_with_nobody_free_does_not_block_another() {
    let queues = [queue("p", Strategy::Sequential, &["a"]), queue("q", Strategy::Sequential, &["b"])];
    let mut floor = Floor::open(config(&queues, &["a", "b"]));
    floor.script("break a lunch\n call 1 p 9\n call 2 p 9\n call 3 q");
    assert_eq!(floor.offers.keys().next().unwrap().call, CallId::from_u64(3));
}

#[test]
fn complaint_16_nothing_is_announced_after_the_answer() {
    let mut config = one_agent();
    config.queues[0].announcements = Some(bell_acd::Announcements { first: secs(2), every: secs(2) });
    let mut floor = Floor::open(config);
    let trace = floor.script("0 call 1 q\n 3 accept 1.1\n 60 tick");
    assert_eq!(trace.matches("> announce").count(), 1, "{trace}");
}

#[test]
fn complaint_18_who_declined_is_spared_this_call_but_not_the_next() {
    let mut floor = Floor::open(two_agents());
    floor.script("busy b\n 1 call 1 q\n 2 decline 1.1");
    assert!(floor.offers.is_empty());
    floor.script("3 call 2 q");
    assert_eq!(floor.offers.values().next(), Some(&agent_name("a")));
    floor.script("4 accept 2.1\n 5 released a 2\n 6 done a\n 61 tick");
    assert!(floor.offers.is_empty(), "b could still take it");
    floor.script("62 tick");
    assert_eq!(floor.offers.values().next(), Some(&agent_name("a")));
}

/// Nobody else is on duty: the wait before the same agent has the call again is the short one.
#[test]
fn complaint_18_alone_the_agent_is_spared_for_a_shorter_time() {
    check(
        one_agent(),
        "1 call 1 q\n 2 decline 1.1\n 11 tick\n 12 tick",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [a=1000], filtered []
            1.0 > offer 1.1 at a.1 for 30s
            1.0 a is available, Offered, by System
            2.0 1.1 to a ended: Declined
            2.0 a is available, Idle, by Agent(a)
            2.0 1 candidates [], filtered [a:just missed this call]
            12.0 1 candidates [a=10000], filtered []
            12.0 > offer 1.2 at a.1 for 30s
            12.0 a is available, Offered, by System
        "#]],
    );
    let mut floor = Floor::open(two_agents());
    floor.script("busy b\n 1 call 1 q\n 2 decline 1.1\n 20 tick");
    assert!(floor.offers.is_empty());
    floor.script("21 out b");
    assert_eq!(floor.offers.len(), 1, "now nobody else is left");
}

#[test]
fn complaint_19_outcomes_are_told_apart() {
    let outcomes = [
        ("accept", OfferOutcome::Accepted),
        ("miss", OfferOutcome::Missed),
        ("decline", OfferOutcome::Declined),
        ("engaged", OfferOutcome::Busy),
        ("fail", OfferOutcome::Failed),
    ];
    for (word, outcome) in outcomes {
        let mut floor = Floor::open(one_agent());
        let trace = floor.script(&format!("call 1 q\n {word} 1.1"));
        assert!(trace.contains(&format!("1.1 to a ended: {outcome:?}")), "{trace}");
    }
}

#[test]
fn complaint_20_a_call_that_comes_back_keeps_its_place() {
    let mut floor = Floor::open(one_agent());
    floor.script("break a lunch\n 1 call 1 q\n 2 call 2 q\n 3 withdraw 1\n 4 call 3 q");
    floor.step(bell_acd::Input::Enqueue {
        call: CallId::from_u64(1),
        queue: queue_name("q"),
        priority: 0,
        since: Now::default().after(secs(1)).mono,
        wants: bell_acd::Wants::default(),
    });
    let order: Vec<u64> = floor.acd.waiting(&queue_name("q")).map(|call| call.call.as_u64()).collect();
    assert_eq!(order, [1, 2, 3]);
}

#[test]
fn complaint_21_no_call_goes_to_an_unreachable_agent_and_one_that_rings_there_goes_on() {
    check(
        two_agents(),
        "1 call 1 q\n 2 down a.1\n 3 accept 1.2",
        expect![[r#"
          1.0 1 entered q at 1, priority 0
          1.0 1 candidates [a=2 b=1], filtered []
          1.0 > offer 1.1 at a.1 for 30s
          1.0 a is available, Offered, by System
          2.0 > withdraw 1.1
          2.0 1.1 to a ended: Failed
          2.0 a is available, Unreachable, by System
          2.0 1 candidates [b=1], filtered [a:no reachable phone]
          2.0 > offer 1.2 at b.1 for 30s
          2.0 b is available, Offered, by System
          3.0 1.2 to b ended: Accepted
          3.0 b is available, Talking, by Agent(b)
          3.0 > 1 left q: answered by b
    "#]],
    );
}
