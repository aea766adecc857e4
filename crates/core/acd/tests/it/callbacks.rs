//! INB-30: who asks to be called back keeps his place, and is called when its turn comes.

use bell_acd::{Config, OpenCallback, OpenCallbacks, Output, Wants};
use bell_types::{CallId, Fact, Now, Seq, Strategy};
use expect_test::expect;

use crate::floor::{Floor, config, queue, queue_name, secs, skill};
use crate::script::check;

fn one_agent() -> Config {
    let mut config = config(&[queue("q", Strategy::LongestIdle, &["a"])], &["a"]);
    config.agents[0].wrap_up_max = secs(0);
    config
}

/// Complaint 20: he is neither before nor behind where he would have been.
#[test]
fn inb_30_the_planned_call_keeps_the_place_and_the_agent_comes_first() {
    check(
        one_agent(),
        "0 busy a
         1 call 1 q
         2 call 2 q
         3 call 3 q
         10 later 2 20
         11 end 2
         12 free a
         13 accept 1.1
         20 end 1
         21 accept 20.1
         25 reached 20
         30 end 20",
        expect![[r#"
            0.0 a is available, Talking, by System
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [], filtered [a:at capacity]
            2.0 2 entered q at 2, priority 0
            2.0 2 candidates [], filtered [a:at capacity]
            3.0 3 entered q at 3, priority 0
            3.0 3 candidates [], filtered [a:at capacity]
            10.0 2 asks to be called back by 20 after 8s
            10.0 > 2 left q: to be called back by 20
            10.0 20 entered q at 2, priority 0
            10.0 20 candidates [], filtered [a:at capacity]
            12.0 a is available, Idle, by System
            12.0 1 candidates [a=0], filtered []
            12.0 > offer 1.1 at a.1 for 30s
            12.0 a is available, Offered, by System
            13.0 1.1 to a ended: Accepted
            13.0 a is available, Talking, by Agent(a)
            13.0 > 1 left q: answered by a
            20.0 a is available, Idle, by System
            20.0 20 candidates [a=0], filtered []
            20.0 > offer 20.1 at a.1 for 30s
            20.0 a is available, Offered, by System
            21.0 20.1 to a ended: Accepted
            21.0 a is available, Talking, by Agent(a)
            21.0 2 is called back by 20, attempt 1, a
            21.0 > 20 left q: answered by a
            25.0 2 called back: Reached(a)
            30.0 a is available, Idle, by System
            30.0 3 candidates [a=0], filtered []
            30.0 > offer 3.1 at a.1 for 30s
            30.0 a is available, Offered, by System
        "#]],
    );
}

#[test]
fn inb_30_a_customer_who_is_not_reached_is_called_again_after_the_gap_and_not_for_ever() {
    check(
        one_agent(),
        "0 busy a
         1 call 1 q
         5 later 1 20
         5 end 1
         10 free a
         12 accept 20.1
         40 unreached 20 21
         40 end 20
         341 accept 21.1
         370 unreached 21 22
         370 end 21",
        expect![[r#"
            0.0 a is available, Talking, by System
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [], filtered [a:at capacity]
            5.0 1 asks to be called back by 20 after 4s
            5.0 > 1 left q: to be called back by 20
            5.0 20 entered q at 1, priority 0
            5.0 20 candidates [], filtered [a:at capacity]
            10.0 a is available, Idle, by System
            10.0 20 candidates [a=0], filtered []
            10.0 > offer 20.1 at a.1 for 30s
            10.0 a is available, Offered, by System
            12.0 20.1 to a ended: Accepted
            12.0 a is available, Talking, by Agent(a)
            12.0 1 is called back by 20, attempt 1, a
            12.0 > 20 left q: answered by a
            40.0 1 put off to 21
            40.0 a is available, Idle, by System
            340.0 21 entered q at 1, priority 0
            340.0 21 candidates [a=300000], filtered []
            340.0 > offer 21.1 at a.1 for 30s
            340.0 a is available, Offered, by System
            341.0 21.1 to a ended: Accepted
            341.0 a is available, Talking, by Agent(a)
            341.0 1 is called back by 21, attempt 2, a
            341.0 > 21 left q: answered by a
            370.0 1 called back: NotReached
            370.0 a is available, Idle, by System
        "#]],
    );
}

#[test]
fn inb_30_outside_the_hours_nobody_is_called_and_the_place_is_kept() {
    let mut floor = Floor::open(one_agent());
    floor.script("0 busy a\n 1 call 1 q\n 5 later 1 20\n 5 end 1\n 6 hours elsewhere night");
    assert!(floor.waiting.contains_key(&CallId::from_u64(20)), "another queue's hours are its own");
    let trace = floor.script("6 hours q night\n 7 call 2 q\n 8 free a");
    assert!(trace.contains("1 is not called back now: night"), "{trace}");
    assert_eq!(floor.offers.keys().next().unwrap().call.as_u64(), 2);
    floor.script("9 busy a\n 10 hours q open\n 11 call 3 q");
    let order: Vec<u64> = floor.acd.waiting(&queue_name("q")).map(|call| call.call.as_u64()).collect();
    assert_eq!(order, [20, 2, 3], "it came first and stands first again");
}

#[test]
fn inb_30_a_call_for_which_there_is_no_room_waits_and_is_no_attempt() {
    let mut floor = Floor::open(one_agent());
    let trace = floor.script("0 busy a\n 1 call 1 q\n 5 later 1 20\n 5 end 1\n 10 free a\n 10 hold 1 full");
    assert!(trace.contains("1 is not called back now: full"), "{trace}");
    assert!(floor.offers.is_empty() && floor.waiting.is_empty(), "the agent takes others meanwhile: {trace}");
    let trace = floor.script("11 hold 1 full\n 309 tick");
    assert!(!trace.contains("20"), "it waits out the gap, once: {trace}");
    let trace = floor.script("310 tick\n 311 accept 20.2");
    assert!(trace.contains("1 is called back by 20, attempt 1, a"), "{trace}");
}

#[test]
fn inb_30_who_has_not_waited_is_called_by_the_queue_that_is_named() {
    let mut floor = Floor::open(one_agent());
    let trace = floor.script("0 busy a\n 5 later 9 20 nowhere\n 6 later 9 20 q");
    assert!(trace.contains("5.0 > 9 cannot be called back"), "there is no such queue: {trace}");
    assert!(trace.contains("6.0 9 asks to be called back by 20 after 0ns"), "{trace}");
    let trace = floor.script("7 free a");
    assert!(trace.contains("offer 20.1 at a.1"), "{trace}");
}

#[test]
fn inb_30_a_plan_that_cannot_be_is_refused_and_one_that_is_called_off_ends() {
    let mut floor = Floor::open(one_agent());
    let trace = floor.script("later 9 20");
    assert_eq!(trace.trim(), "0.0 > 9 cannot be called back: there is no queue whose agents could call him");
    floor.script("break a lunch");
    for call in 1..=3 {
        floor.script(&format!("call {call} q\n later {call} {}\n end {call}", call + 20));
    }
    let trace = floor.script("call 4 q\n later 4 24");
    assert!(trace.contains("4 cannot be called back: 3 callers are to be called back, as many as"), "{trace}");
    let trace = floor.script("later 3 25 q");
    assert!(trace.contains("3 cannot be called back: he will be called back already"), "{trace}");
    assert_eq!(floor.waiting.len(), 4, "he waits on");
    let trace = floor.script("never-mind 2");
    assert!(trace.contains("2 called back: Withdrawn"), "{trace}");
    assert_eq!(floor.plans.len(), 2);
    floor.wait_until(floor.now.after(secs(4000)));
    assert!(floor.plans.is_empty(), "a plan does not wait for ever");
}

/// A caller whom the ladder led out of his queue, or who pressed a key, may still ask: his last place counts.
#[test]
fn inb_30_who_left_the_queue_may_still_ask() {
    let mut floor = Floor::open(one_agent());
    floor.script("0 break a lunch\n 1 call 1 q\n 5 withdraw 1\n 6 call 2 q\n 10 later 1 20\n 10 end 1");
    let order: Vec<u64> = floor.acd.waiting(&queue_name("q")).map(|call| call.call.as_u64()).collect();
    assert_eq!(order, [20, 2]);
}

/// INB-30: a queue that turned him away gave him no place: the one he had counts, with what he wanted there.
#[test]
fn inb_30_who_was_turned_away_elsewhere_is_called_back_from_the_last_place_he_had() {
    let mut config = one_agent();
    config.queues.push(queue("full", Strategy::LongestIdle, &["a"]));
    config.queues[1].waiting_max = 0;
    let mut floor = Floor::open(config.clone());
    let trace = floor.script("1 call 1 q skill=english:2\n 5 withdraw 1\n 6 call 1 full\n 10 later 1 20");
    assert!(trace.contains("1 left full: full"), "{trace}");
    assert!(trace.contains("20 entered q at 1"), "{trace}");
    assert!(floor.offers.is_empty(), "who speaks no English is not asked");
    config.agents[0].skills = vec![skill("english:2")];
    floor.apply(config);
    assert_eq!(floor.offers.keys().next().unwrap().call.as_u64(), 20);
}

/// INB-30: what is open survives a restart: the facts say it, and it is given back with the time that was waited.
#[test]
fn inb_30_open_callbacks_survive_a_restart() {
    let mut floor = Floor::open(one_agent());
    let mut open = OpenCallbacks::default();
    for line in [
        "0 busy a",
        "1 call 1 q",
        "2 call 2 q",
        "3 later 1 21",
        "4 later 2 22",
        "5 end 1",
        "6 end 2",
        "7 free a",
        "8 accept 21.1",
        "9 unreached 21 31",
        "9 end 21",
        "10 accept 22.1",
        "11 reached 22",
    ] {
        floor.script(line);
        for output in &floor.outputs {
            if let Output::Fact(what) = output {
                open.fold(&Fact { seq: Seq(0), now: floor.now, what: what.clone() });
            }
        }
    }
    let (call, plan) = open.iter().next().unwrap();
    assert_eq!(open.iter().count(), 1);
    assert_eq!((call, plan.planned, plan.attempts), (CallId::from_u64(1), CallId::from_u64(31), 1));
    assert_eq!(plan.failed, Some(floor.now.wall.before(secs(2))), "two seconds before the end");

    let mut next = Floor::open(one_agent());
    next.script("0 busy a\n 5 call 7 q");
    next.restore(call, CallId::from_u64(51), plan, Some(secs(290)));
    let trace = next.script("14 call 8 q");
    assert!(!trace.contains("51 entered"), "the gap is not over: {trace}");
    let trace = next.script("15 free a");
    assert!(trace.contains("51 entered q at 1"), "he has waited longest: {trace}");
    let trace = next.script("16 accept 51.1\n 17 unreached 51 61");
    assert!(trace.contains("1 called back: NotReached"), "it was the second of two attempts: {trace}");
}

/// INB-30: an attempt that the node's end cut off was the last one.
#[test]
fn inb_30_whom_the_last_attempt_did_not_reach_is_not_called_after_a_restart() {
    let mut floor = Floor::open(one_agent());
    let plan = plan(2);
    let trace = floor.restore(CallId::from_u64(1), CallId::from_u64(51), &plan, None);
    assert!(trace.contains("1 called back: NotReached"), "{trace}");
}

/// INB-30: what was promised is kept, even if fewer may be promised now; and an id that is taken is taken.
#[test]
fn inb_30_no_limit_refuses_a_plan_that_is_restored() {
    let mut config = one_agent();
    config.callbacks.plans_max = 0;
    let mut floor = Floor::open(config);
    floor.script("0 busy a");
    let (first, second) = (CallId::from_u64(1), CallId::from_u64(2));
    assert!(floor.restore(first, CallId::from_u64(51), &plan(0), None).contains("51 entered q at 1"));
    assert_eq!(floor.restore(first, CallId::from_u64(52), &plan(0), None), "", "he has a plan");
    assert_eq!(floor.restore(second, CallId::from_u64(51), &plan(0), None), "", "it is another's planned call");
    assert_eq!(floor.plans.len(), 1);
}

/// INB-30: a node that stops leaves its plans open in the facts, whatever has become of each.
#[test]
fn inb_30_a_node_that_stops_ends_no_plan() {
    let mut floor = Floor::open(one_agent());
    floor.script("0 busy a\n 1 call 1 q\n 2 call 2 q\n 3 call 3 q\n 4 later 1 21\n 5 later 2 22\n 6 later 3 23");
    floor.script("6 end 1\n 6 end 2\n 6 end 3\n 7 free a\n 8 accept 21.1\n 9 unreached 21 31\n 9 end 21");
    assert_eq!(floor.offers.keys().next().unwrap().call, CallId::from_u64(22), "one pauses, one rings, one waits");
    let trace = floor.script("10 stop\n 11 end 22");
    assert!(trace.contains("22.1 to a ended: Withdrawn") && !trace.contains("called back"), "{trace}");
    assert_eq!(floor.acd.callbacks().count(), 0);
    assert!(floor.waiting.is_empty(), "{:?}", floor.waiting);
    let trace = floor.script("400 free a");
    assert!(!trace.contains("entered"), "nobody is called any more: {trace}");
}

fn plan(attempts: u32) -> OpenCallback {
    OpenCallback {
        planned: CallId::from_u64(50),
        queue: queue_name("q"),
        priority: 0,
        asked: Now::default(),
        waited: secs(10),
        wants: Wants::default(),
        attempts,
        failed: None,
    }
}
