//! What callers bring with them: skills (INB-15), agents of their own (INB-17, INB-18), and a priority that is a head
//! start and not a wall (INB-17).

use bell_acd::{Config, Precedence};
use bell_types::Strategy;
use expect_test::expect;

use crate::floor::{Floor, agent_name, config, queue, queue_name, secs, skill};
use crate::script::check;

fn two_agents() -> Config {
    config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"])
}

/// INB-15: three groups over twelve agents, and an expert in each: who lacks a skill or has too low a level is held back.
#[test]
fn inb_15_only_who_has_the_skills_at_their_levels_is_asked() {
    let mut config = two_agents();
    config.queues[0].skills = vec![skill("loans:2")];
    config.agents[0].skills = vec![skill("loans:1"), skill("english:5")];
    config.agents[1].skills = vec![skill("loans:3")];
    check(
        config,
        "1 call 1 q
         2 call 2 q skill=english:1
         3 decline 1.1
         13 tick",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [b=1], filtered [a:lacks a skill the call needs]
            1.0 > offer 1.1 at b.1 for 30s
            1.0 b is available, Offered, by System
            2.0 2 entered q at 2, priority 0
            2.0 2 candidates [], filtered [a:lacks a skill the call needs, b:another call is being offered]
            3.0 1.1 to b ended: Declined
            3.0 b is available, Idle, by Agent(b)
            3.0 1 candidates [], filtered [a:lacks a skill the call needs, b:just missed this call]
            13.0 1 candidates [b=1], filtered [a:lacks a skill the call needs]
            13.0 > offer 1.2 at b.1 for 30s
            13.0 b is available, Offered, by System
        "#]],
    );
}

/// INB-15: a changed level takes effect on the very next decision, in both directions, for calls that wait already.
#[test]
fn inb_15_a_skill_change_takes_effect_at_once() {
    let mut before = two_agents();
    before.queues[0].skills = vec![skill("loans:2")];
    before.agents[1].skills = vec![skill("loans:1")];
    let mut floor = Floor::open(before.clone());
    floor.script("call 1 q");
    assert!(floor.offers.is_empty());
    let mut after = before.clone();
    after.agents[1].skills = vec![skill("loans:2")];
    floor.apply(after.clone());
    assert_eq!(floor.offers.values().next(), Some(&agent_name("b")));
    floor.script("accept 1.1\n end 1\n done b");
    floor.apply(before.clone());
    floor.script("call 2 q");
    assert!(floor.offers.is_empty(), "b may not have it any more");
    before.queues[0].skills = vec![skill("loans:1")];
    floor.apply(before);
    assert_eq!(floor.offers.len(), 1, "the queue asks for less");
}

#[test]
fn inb_15_a_skill_that_nobody_has_makes_a_caller_wait_and_says_why() {
    let mut floor = Floor::open(two_agents());
    let trace = floor.script("call 1 q skill=klingon");
    assert!(trace.contains("a:lacks a skill the call needs, b:lacks a skill the call needs"), "{trace}");
    floor.script("call 2 q");
    assert_eq!(floor.offers.len(), 1, "he does not stand in the way of others");
}

/// INB-17: the caller's own agent is asked first for so many seconds, then the group.
#[test]
fn inb_17_the_own_agent_is_asked_first_for_n_seconds_and_then_the_group() {
    check(
        two_agents(),
        "0 busy b
         1 call 1 q own=b:20
         21 tick",
        expect![[r#"
            0.0 b is available, Talking, by System
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [], filtered [a:the call is kept for the caller's own agent, b:at capacity]
            21.0 1 candidates [a=2], filtered [b:at capacity]
            21.0 > offer 1.1 at a.1 for 30s
            21.0 a is available, Offered, by System
        "#]],
    );
}

#[test]
fn inb_17_the_own_agent_who_becomes_free_takes_his_caller_before_others() {
    let mut floor = Floor::open(two_agents());
    floor.script("0 busy a\n busy b\n 1 call 1 q\n 2 call 2 q own=b:20\n 3 free b");
    assert_eq!(floor.offers.keys().next().unwrap().call.as_u64(), 2);
    floor.script("4 free a");
    assert_eq!(floor.offers.len(), 2);
}

#[test]
fn inb_17_an_own_agent_who_is_not_on_duty_keeps_nobody_waiting() {
    for held_back in ["out b", "break b lunch", "down b.1"] {
        let mut floor = Floor::open(two_agents());
        floor.script(held_back);
        floor.script("call 1 q own=b:20");
        assert_eq!(floor.offers.values().next(), Some(&agent_name("a")), "{held_back}");
    }
    for held_back in ["out b", "break b lunch"] {
        let mut floor = Floor::open(two_agents());
        floor.script("busy b\n call 1 q own=b:20");
        assert!(floor.offers.is_empty());
        floor.script(held_back);
        assert_eq!(floor.offers.values().next(), Some(&agent_name("a")), "{held_back} while it was kept");
    }
}

/// INB-18: a dedicated agent need not serve the queue; when he declines the second one is asked, then the group.
#[test]
fn inb_18_dedicated_agents_are_asked_in_order_before_the_group() {
    let mut config = config(&[queue("q", Strategy::Sequential, &["a"])], &["a", "b", "c"]);
    config.queues[0].skills = vec![skill("loans:1")];
    config.agents[0].skills = vec![skill("loans:1")];
    check(
        config,
        "1 call 1 q own=b:20 own=c:20
         2 decline 1.1
         3 miss 1.2",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [b=1000], filtered [a:the call is kept for the caller's own agent]
            1.0 > offer 1.1 at b.1 for 30s
            1.0 b is available, Offered, by System
            2.0 1.1 to b ended: Declined
            2.0 b is available, Idle, by Agent(b)
            2.0 1 candidates [c=2000], filtered [a:the call is kept for the caller's own agent]
            2.0 > offer 1.2 at c.1 for 30s
            2.0 c is available, Offered, by System
            3.0 1.2 to c ended: Missed
            3.0 c is available, Idle, by System
            3.0 1 candidates [a=1], filtered []
            3.0 > offer 1.3 at a.1 for 30s
            3.0 a is available, Offered, by System
        "#]],
    );
}

/// INB-17: a priority is worth a head start: it goes ahead of callers who came up to so much before, and of nobody else.
/// Whatever the flood of higher callers, an ordinary one is passed by none that comes later than the configured wait.
#[test]
fn inb_17_no_priority_starves_ordinary_callers_beyond_the_configured_wait() {
    let mut config = config(&[queue("q", Strategy::LongestIdle, &["a"])], &["a"]);
    config.precedence = Precedence { head_start: secs(60), head_start_max: secs(120) };
    config.queues[0].wait_max = secs(100_000);
    config.queues[0].waiting_max = 1000;
    config.agents[0].wrap_up_max = secs(0);
    let mut floor = Floor::open(config);
    floor.script("busy a\n 10 call 1 q");
    // Every second a caller of the highest class, each of whom talks for two: the flood never ends.
    for second in 11..=300_u64 {
        floor.script(&format!("{second} call {second} q 255"));
    }
    let order: Vec<u64> = floor.acd.waiting(&queue_name("q")).map(|call| call.call.as_u64()).collect();
    let ordinary = order.iter().position(|call| *call == 1).unwrap();
    assert_eq!(ordinary, 119, "those who came within less than 120 seconds after him go ahead, and no other");
    floor.script("free a");
    for expected in &order[..=ordinary] {
        assert_eq!(floor.offers.keys().next().unwrap().call.as_u64(), *expected);
        floor.script(&format!("accept {expected}.1\n end {expected}"));
    }
}

#[test]
fn inb_17_a_step_of_priority_is_worth_a_head_start() {
    let mut config = config(&[queue("q", Strategy::LongestIdle, &["a"])], &["a"]);
    config.precedence = Precedence { head_start: secs(60), head_start_max: secs(600) };
    let mut floor = Floor::open(config);
    floor.script("break a lunch\n 0 call 1 q\n 59 call 2 q 1\n 61 call 3 q 1\n 119 call 4 q 2");
    let order: Vec<u64> = floor.acd.waiting(&queue_name("q")).map(|call| call.call.as_u64()).collect();
    assert_eq!(order, [2, 4, 1, 3]);
}
