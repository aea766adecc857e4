//! A configuration is applied as a difference: no call is lost, none waits longer for it.

use std::sync::Arc;

use bell_types::{AgentActivity, CallId, QueueExit, Strategy};

use crate::floor::{Floor, agent_name, config, queue, queue_name, secs};

#[test]
fn an_added_member_takes_a_waiting_call_at_once() {
    let mut floor = Floor::open(config(&[queue("q", Strategy::Sequential, &["a"])], &["a", "b"]));
    floor.script("call 1 q\n call 2 q");
    floor.apply(config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"]));
    assert_eq!(floor.offers.len(), 2);
}

#[test]
fn a_removed_member_gets_no_further_call_and_keeps_the_offer_he_has() {
    let mut floor = Floor::open(config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"]));
    floor.script("call 1 q");
    floor.apply(config(&[queue("q", Strategy::Sequential, &["b"])], &["a", "b"]));
    assert_eq!(floor.offers.values().next(), Some(&agent_name("a")));
    floor.script("accept 1.1\n released a 1\n done a\n busy b\n call 2 q");
    assert!(floor.offers.is_empty());
}

#[test]
fn calls_in_a_removed_queue_leave_as_withdrawn() {
    let two = [queue("p", Strategy::Sequential, &["a"]), queue("q", Strategy::Sequential, &["a"])];
    let mut floor = Floor::open(config(&two, &["a"]));
    floor.script("call 1 p\n call 2 p\n call 3 q");
    floor.apply(config(&two[1..], &["a"]));
    assert_eq!(floor.left.get(&CallId::from_u64(1)), Some(&QueueExit::Withdrawn));
    assert_eq!(floor.left.get(&CallId::from_u64(2)), Some(&QueueExit::Withdrawn));
    assert_eq!(floor.offers.keys().next().map(|offer| offer.call), Some(CallId::from_u64(3)));
    floor.apply(config(&two, &["a"]));
    floor.script("call 4 p");
    assert_eq!(floor.acd.queue(&queue_name("p")).unwrap().waiting, 1);
}

#[test]
fn an_agent_who_is_gone_loses_the_offer_but_not_the_call() {
    let before = config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"]);
    let after = config(&[queue("q", Strategy::Sequential, &["b"])], &["b"]);
    let mut floor = Floor::open(before.clone());
    floor.script("call 1 q");
    floor.apply(after.clone());
    assert_eq!(floor.offers.values().next(), Some(&agent_name("b")));

    let mut floor = Floor::open(before.clone());
    floor.script("call 1 q\n accept 1.1");
    floor.apply(after);
    assert_eq!(floor.acd.agent(&agent_name("a")), None);
    assert_eq!(floor.left.get(&CallId::from_u64(1)), Some(&QueueExit::Answered(agent_name("a"))));
    floor.apply(before);
    let view = floor.acd.agent(&agent_name("a")).unwrap();
    assert_eq!(view.activity, AgentActivity::Talking, "he is still on that call");
}

#[test]
fn waiting_calls_keep_place_and_deadline() {
    let before = config(&[queue("q", Strategy::Sequential, &["a"])], &["a"]);
    let mut floor = Floor::open(before.clone());
    floor.script("break a lunch\n 1 call 1 q\n 2 call 2 q 1\n 3 call 3 q");
    let waiting: Vec<_> = floor.acd.waiting(&queue_name("q")).collect();
    let mut after = before;
    after.queues[0].strategy = Strategy::Random;
    after.queues[0].wait_max = secs(1);
    after.queues[0].waiting_max = 1;
    floor.apply(after);
    assert_eq!(floor.acd.waiting(&queue_name("q")).collect::<Vec<_>>(), waiting);
}

#[test]
fn the_turn_stays_with_whose_turn_it_was() {
    let names = ["a", "b", "c", "d"];
    let mut floor = Floor::open(config(&[queue("q", Strategy::RoundRobin, &names)], &names));
    floor.script("call 1 q");
    floor.apply(config(&[queue("q", Strategy::RoundRobin, &["d", "c", "a"])], &names));
    floor.script("call 2 q");
    let offered: Vec<String> = floor.offers.values().map(ToString::to_string).collect();
    assert_eq!(offered, ["a", "c"], "it was b's turn, who left; then c's");
}

#[test]
fn names_that_are_nobody_or_twice_are_passed_over() {
    let twice = queue("q", Strategy::RoundRobin, &["a", "ghost", "a", "b"]);
    let shadowed = queue("q", Strategy::Random, &["b"]);
    let mut floor = Floor::new(config(&[twice, shadowed], &["a", "b", "a"]));
    assert_eq!(floor.acd.queue(&queue_name("q")).unwrap().members, 2);
    floor.config = Arc::new(config(&[queue("q", Strategy::RoundRobin, &["a", "b"])], &["a", "b"]));
    floor.sign_in_all();
    floor.script("call 1 q\n call 2 q");
    assert_eq!(floor.offers.len(), 2);
}

/// Complaint 12: the whole of a large centre is taken over at once, and what waits is served in the same step.
#[test]
fn complaint_12_a_large_change_keeps_every_call() {
    let names: Vec<String> = (0..200).map(|number| format!("n{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let queues: Vec<_> =
        (0..40).map(|number| queue(&format!("q{number}"), Strategy::LongestIdle, &names[..100])).collect();
    let mut floor = Floor::new(config(&queues, &names));
    for name in &names[100..] {
        floor.acd.handle(floor.now, bell_acd::Input::EndpointUp(crate::floor::endpoint_name(&format!("{name}.1"))));
    }
    for name in &names[100..] {
        floor.script(&format!("in {name}"));
    }
    for call in 0..80 {
        floor.script(&format!("call {} q{}", call + 1, call % 40));
    }
    assert!(floor.offers.is_empty());
    let widened: Vec<_> = (0..40).map(|number| queue(&format!("q{number}"), Strategy::LongestIdle, &names)).collect();
    floor.apply(config(&widened, &names));
    assert_eq!((floor.offers.len(), floor.waiting.len()), (80, 80));
}
