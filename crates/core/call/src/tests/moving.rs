//! Hold, park, transfer, consultation, conference: what moves, what comes back, and whose time it is.

use super::*;

/// Names of what a call went through, with whole seconds.
fn story(record: &CallRecord) -> Vec<String> {
    let told = |stage: &Stage| format!("{} {}", stage.kind, stage.length.as_secs());
    record.stages.iter().filter(|stage| stage.length.as_secs() > 0).map(told).collect()
}

fn handled(record: &CallRecord) -> Vec<String> {
    let told = |(peer, handled): &(Peer, Handled)| {
        let Handled { talk, hold, consult, conference } = handled;
        let secs = [talk, hold, consult, conference].map(|part| part.as_secs().to_string());
        format!("{peer} {}", secs.join("/"))
    };
    record.handled().iter().map(told).collect()
}

/// Plays a script on a caller who talks with alice, and says who hears whom then.
fn after(script: &str) -> (World, String) {
    let mut world = World::new();
    world.play(TALKING);
    world.trace.clear();
    world.tells_of_others = true;
    world.play(script);
    let ears = world.ears();
    (world, ears)
}

/// Twelve ways a caller moves, as golden records: in each, talk, hold, consultation and conference belong to who did
/// them (field complaints 13, 40, 41).
#[test]
fn twelve_kinds_of_transfer_credit_the_right_agent() {
    // Script after 4 s with alice have begun; the record's stages; talk/hold/consult/conference of each party.
    let kinds: [(&str, &str, &[&str], &[&str]); 12] = [
        (
            "blind to an agent",
            "after 10000\n cmd alice transfer bob\n 3 ready\n 3 ringing\n after 3000\n 3 answered\n after 20000\n 3 bye",
            &["talking with alice 10", "being transferred 3", "talking with bob 20"],
            &["alice 10/0/0/0", "bob 20/0/0/0"],
        ),
        (
            "blind by REFER",
            "after 10000\n 2 refer bob\n 3 ready\n after 3000\n 3 answered\n after 20000\n 1 bye",
            &["talking with alice 10", "being transferred 3", "talking with bob 20"],
            &["alice 10/0/0/0", "bob 20/0/0/0"],
        ),
        (
            "blind to a queue",
            "after 10000\n cmd alice transfer queue:support\n after 5000\n acd offer 2 bob\n 3 ready\n 3 answered\n after 20000\n 3 bye",
            &["talking with alice 10", "waiting in queue support 5", "talking with bob 20"],
            &["alice 10/0/0/0", "bob 20/0/0/0"],
        ),
        (
            "blind to a flow",
            "after 10000\n cmd alice transfer flow:survey\n flow play question\n after 6000\n flow hangup",
            &["talking with alice 10", "in the flow 6"],
            &["alice 10/0/0/0"],
        ),
        (
            "blind to a number outside",
            "after 10000\n cmd alice transfer outside\n 3 ready\n 3 ringing\n after 3000\n 3 answered\n after 20000\n 3 bye",
            &["talking with alice 10", "being transferred 3", "talking with +8613900139000 20"],
            &["alice 10/0/0/0", "+8613900139000 20/0/0/0"],
        ),
        (
            "consulted and completed",
            "after 10000\n cmd alice consult bob\n 3 ready\n after 2000\n 3 answered\n after 6000\n cmd alice complete\n after 20000\n 3 bye",
            &["talking with alice 10", "waiting while alice asks bob 8", "talking with bob 20"],
            &["alice 10/0/8/0", "bob 20/0/8/0"],
        ),
        (
            "consulted outside and completed by hanging up",
            "after 10000\n cmd alice consult outside\n 3 ready\n 3 answered\n after 6000\n 2 bye\n after 20000\n 1 bye",
            &["talking with alice 10", "waiting while alice asks +8613900139000 6", "talking with +8613900139000 20"],
            &["alice 10/0/6/0", "+8613900139000 20/0/6/0"],
        ),
        (
            "attended by a phone with two lines",
            "after 10000\n 2 held\n after 1000\n line alice bob\n 3 ready\n 3 answered\n 4 ready\n 4 answered\n after 6000\n 2 join 3\n after 20000\n 4 bye",
            &["talking with alice 10", "held by alice 1", "waiting while alice asks bob 6", "talking with bob 20"],
            &["alice 10/1/6/0", "bob 20/0/6/0"],
        ),
        (
            "consulted, joined, and the first agent leaves",
            "after 10000\n cmd alice consult bob\n 3 ready\n 3 answered\n after 6000\n cmd alice conference\n after 7000\n 2 bye\n after 20000\n 3 bye",
            &[
                "talking with alice 10",
                "waiting while alice asks bob 6",
                "talking with alice bob 7",
                "talking with bob 20",
            ],
            &["alice 10/0/6/7", "bob 20/0/6/7"],
        ),
        (
            "asked and taken back",
            "after 10000\n cmd alice consult bob\n 3 ready\n 3 answered\n after 6000\n cmd alice switch\n after 2000\n cmd alice switch\n after 1000\n cmd alice cancel\n after 20000\n 2 bye",
            &[
                "talking with alice 10",
                "waiting while alice asks bob 6",
                "talking with alice 2",
                "waiting while alice asks bob 1",
                "talking with alice 20",
            ],
            &["alice 32/0/7/0", "bob 0/0/7/0"],
        ),
        (
            "parked and fetched by another",
            "after 10000\n cmd alice park\n after 5000\n cmd op retrieve bob\n 3 ready\n after 2000\n 3 answered\n after 20000\n 3 bye",
            &["talking with alice 10", "parked in place 1 7", "talking with bob 20"],
            &["alice 10/0/0/0", "bob 20/0/0/0"],
        ),
        (
            "taken over by a supervisor",
            "after 10000\n cmd sue intercept sue\n 3 ready\n after 2000\n 3 answered\n after 20000\n 3 bye",
            &["talking with alice 12", "talking with sue 20"],
            &["alice 12/0/0/0", "sue 20/0/0/0"],
        ),
    ];
    for (name, script, stages, parts) in kinds {
        let (world, _) = after(script);
        world.assert_over();
        let record = world.record();
        let told = story(&record);
        // What comes before the talk is the same in all of them.
        assert_eq!(&told[1..], stages, "{name}: {}", world.trace);
        assert_eq!(handled(&record), parts, "{name}");
    }
}

/// Each of these fails, and each time the caller is with a human, in a queue, or in his flow.
#[test]
fn a_caller_is_never_dropped_by_a_failed_transfer() {
    let setups = [
        "cmd alice transfer bob\n 3 ready\n 3 ringing",
        "cmd alice transfer outside\n 3 ready\n 3 ringing",
        "2 refer bob\n 3 ready\n 3 ringing",
        "cmd alice transfer bob\n 3 ready\n 2 bye",
        "cmd alice consult bob\n 3 ready\n 3 ringing",
        "cmd alice consult bob\n 3 ready\n 3 answered",
        "cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice switch",
        "cmd alice consult bob\n 3 ready\n 3 ringing\n 2 bye",
        "cmd alice consult bob\n 3 ready\n 3 ringing\n cmd alice complete",
        "cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice conference",
        "2 held\n line alice bob\n 3 ready\n 3 answered\n 4 ready\n 4 ringing",
        "2 held\n line alice bob\n 3 ready\n 3 answered\n 4 ready\n 4 answered",
        "2 held\n line alice bob\n 3 ready\n 3 answered\n 4 ready\n 4 answered\n 3 join 2",
        "cmd alice hold\n cmd alice transfer bob\n 3 ready",
        "cmd alice park",
        "cmd alice park\n cmd op retrieve bob\n 3 ready\n 3 ringing",
        "cmd sue barge sue\n 3 ready\n 3 answered",
        "cmd sue intercept sue\n 3 ready\n 3 answered",
        "cmd alice transfer queue:support",
        "cmd alice transfer flow:survey",
    ];
    let deaths = ["lost", "dead", "failed", "broken"];
    for setup in setups {
        let steps: Vec<&str> = setup.split('\n').collect();
        // Kill each leg in each way after each step, and then the next one, until nobody but the caller is left.
        for count in 1..=steps.len() {
            for death in deaths {
                for order in [[2, 3, 4, 5, 6], [4, 3, 2, 5, 6], [3, 2, 4, 5, 6]] {
                    let (mut world, _) = after(&steps[..count].join("\n"));
                    // Who is called may say no; who talks may only be lost: to hang up is his right.
                    if setup.ends_with("ringing") && count == steps.len() && death == "lost" {
                        let target = if setup.contains("line") { 4 } else { 3 };
                        world.play(&format!("{target} {}", ["busy", "declined"][order[0] as usize % 2]));
                        assert_served(&world, setup);
                    }
                    for leg in order {
                        world.play(&format!("{leg} {death}"));
                        assert_served(&world, &format!("{setup} [{count}] {leg} {death}"));
                    }
                    world.play("after 200000\n 5 broken\n 6 broken\n after 200000");
                    assert_served(&world, &format!("{setup} [{count}] {death}, and time goes by"));
                    world.play("1 bye");
                    world.assert_over();
                    world.record();
                }
            }
        }
    }
}

/// The caller is there, and hears somebody or something: a human, music, ring-back or a flow that has been woken.
fn assert_served(world: &World, what: &str) {
    assert!(world.live.contains(&1), "{what}: the caller was dropped\n{}", world.trace);
    let flow_has_him = world.trace.contains("flow: Enter(") || world.trace.contains("flow: TransferFailed");
    assert!(world.hears(1) != "-" || flow_has_him, "{what}: the caller hears nothing\n{}", world.trace);
}

/// INB-28: an agent lost without hanging up leaves the caller at the front of his queue; by policy his call ends.
#[test]
fn inb_28_a_caller_whose_agent_is_lost_goes_to_the_front_of_his_queue() {
    let (mut world, _) = after("2 lost");
    assert!(world.trace.contains("acd: Enqueue { queue: sales, priority: 255 }"), "{}", world.trace);
    assert_eq!(world.hears(1), "music");
    world.play("1 bye");
    world.assert_over();
    let (mut world, _) = after("");
    let mut config = Config::for_tests();
    config.lost_party = LostParty::End;
    world.calls.configure(config);
    world.play("2 lost");
    world.assert_over();
}

/// TEL-05: a hold by command, by the phone, and by both at once: it is over when both are.
#[test]
fn tel_05_hold_by_command_and_by_the_phone() {
    let (mut world, ears) = after("cmd alice hold");
    assert_eq!(ears, "1:hold 2:-");
    world.play("2 held\n after 2000\n cmd alice resume");
    assert_eq!(world.hears(1), "hold", "the phone holds still");
    world.play("2 resumed");
    assert_eq!(world.ears(), "1:2 2:1");
    world.play("2 bye");
    world.assert_over();
    assert_eq!(world.record().hold_time(), Duration::from_secs(2));
}

/// INB-28: the agent turns from the one to the other, and neither hears what is not meant for him.
#[test]
fn inb_28_a_consultation_keeps_the_caller_out() {
    let (mut world, ears) = after("cmd alice consult bob\n 3 ready");
    assert_eq!(ears, "1:hold 2:ringback 3:-");
    world.play("3 answered");
    assert_eq!(world.ears(), "1:hold 2:3 3:2");
    world.play("cmd alice switch");
    assert_eq!(world.ears(), "1:2 2:1 3:hold");
    world.play("cmd alice conference");
    assert_eq!(world.ears(), "1:2+3 2:1+3 3:1+2", "everybody hears everybody");
    world.play("cmd alice leave");
    assert_eq!(world.ears(), "1:3 3:1");
    world.play("1 bye");
    world.assert_over();
}

/// INB-28: a phone with two lines consults by itself and completes by REFER with Replaces.
#[test]
fn inb_28_an_attended_transfer_by_the_phone() {
    let (mut world, _) = after("2 held\n line alice bob\n 3 ready\n 3 answered\n 4 ready\n 4 answered");
    assert_eq!(world.ears(), "1:hold 2:1 3:4 4:3");
    world.trace.clear();
    world.play("2 join 3");
    assert!(world.trace.contains("2: TransferEnded(None)"), "{}", world.trace);
    assert_eq!(world.ears(), "1:4 4:1");
    world.play("4 bye");
    world.assert_over();
}

/// Field complaint 13: what becomes of the caller later leaves the first agent's wrap-up alone.
#[test]
fn an_agent_is_released_once_whatever_becomes_of_the_caller() {
    let (mut world, _) = after("cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice complete\n 3 bye");
    assert_eq!(world.trace.matches("acd: Released(alice)").count(), 1, "{}", world.trace);
    assert_eq!(world.trace.matches("acd: Served(bob)").count(), 1);
    world.play("after 10");
    world.assert_over();
}

/// Field complaints 35 and 36: recording begins once, on the caller's leg, and no way of moving him touches it.
#[test]
fn moving_a_caller_never_touches_the_recorder() {
    let (mut world, _) = after(
        "cmd alice consult bob\n 3 ready\n 3 busy\n cmd alice consult bob\n 4 ready\n 4 answered\n cmd alice conference
         cmd sue barge sue\n 5 ready\n 5 answered\n cmd alice leave\n 4 bye\n cmd sue park",
    );
    assert!(!world.trace.contains("Record") && !world.trace.contains("Seal"), "{}", world.trace);
    world.play("1 bye");
    assert_eq!(world.trace.matches("1: Seal").count(), 1);
    world.assert_over();
}

/// A parked caller comes back to who parked him, else to his queue; a place is taken by one caller.
#[test]
fn a_parked_caller_is_not_forgotten() {
    let (mut world, ears) = after("cmd alice park\n cmd alice park");
    assert_eq!(ears, "1:hold");
    assert!(world.trace.contains("refused: not_talking"));
    assert_eq!(world.calls.parked(1), Some(world.leg.call));
    world.play("after 120000");
    assert!(world.trace.contains("3: OpenMedia"), "alice is asked to take him back: {}", world.trace);
    world.play("3 ready\n 3 declined");
    assert!(world.trace.contains("acd: Enqueue { queue: sales, priority: 255 }"), "{}", world.trace);
    world.play("1 bye");
    world.assert_over();
}

/// DIA-21: a set-up that fails on its way is tried by the next trunk at once, one that hangs after a few seconds; who
/// is busy is not called twice.
#[test]
fn dia_21_a_set_up_goes_on_by_the_next_trunk() {
    for (failure, retried) in [("3 failed", true), ("after 8000", true), ("3 lost", true), ("3 busy", false)] {
        let (mut world, _) = after(&format!("cmd alice transfer outside\n 3 ready\n {failure}"));
        let dialled = world.trace.contains("4: OpenMedia");
        assert_eq!(dialled, retried, "{failure}: {}", world.trace);
        if retried {
            world.play("4 ready\n 4 ringing\n after 3000\n 4 answered");
            assert_eq!(world.ears(), "1:4 4:1", "{failure}");
            let order =
                world.calls.trunk_order(world.now, &["first", "second"].map(|name| TrunkName::new(name).unwrap()));
            assert_eq!(order[0].as_str(), "second", "new calls leave the trunk that failed");
            assert!(explain(&world.facts).contains("trunk second is tried next"));
        } else {
            assert_eq!(world.ears(), "1:2 2:1", "{failure}: he is back with alice");
        }
        world.play("1 bye");
        world.assert_over();
    }
}

/// DIA-21: both trunks hang: the caller is back with his agent within 90 s.
#[test]
fn dia_21_a_set_up_ends_within_its_limit() {
    let (mut world, _) = after("cmd alice transfer outside\n 3 ready\n after 8000\n 4 ready\n after 30000");
    assert_eq!(world.ears(), "1:2 2:1", "{}", world.trace);
    world.play("1 bye");
    world.assert_over();
}

/// DIA-14: one transfer more than the limit is refused before anything moves, by the name of the rule.
#[test]
fn dia_14_too_many_transfers_at_one_time() {
    let (mut world, _) = after("");
    let mut config = Config::for_tests();
    config.transfers_max = 0;
    world.calls.configure(config);
    world.play("cmd alice transfer bob");
    assert!(world.trace.contains("refused: too_many_transfers"));
    assert_eq!(world.ears(), "1:2 2:1");
    world.play("1 bye");
    world.assert_over();
    let refused = world.facts.iter().any(
        |fact| matches!(&fact.what, What::CallCommanded { refused: Some(rule), .. } if rule == "too_many_transfers"),
    );
    assert!(refused, "the refusal stands in the facts");
}

/// An agent commands only his own call, and only what makes sense now.
#[test]
fn a_command_that_makes_no_sense_is_refused_by_its_rule() {
    for (script, rule) in [
        ("cmd bob hold", "not_yours"),
        ("cmd alice resume", "not_held"),
        ("cmd alice hold\n cmd alice hold", "already_held"),
        ("cmd alice complete", "not_consulting"),
        ("cmd alice consult bob\n cmd alice conference", "not_answered"),
        ("cmd alice consult bob\n cmd alice transfer carol", "consulting"),
        ("cmd alice transfer bob\n cmd alice hold", "busy"),
        ("cmd alice leave", "not_in_conference"),
        ("cmd alice consult alice", "target_in_call"),
        ("cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice conference\n cmd alice park", "in_conference"),
        ("cmd op retrieve bob", "not_parked"),
        ("cmd alice transfer outside\n 3 ready\n 3 answered\n cmd op consult bob", "not_talking"),
        ("cmd op stop sue", "not_supervising"),
    ] {
        let (mut world, _) = after(script);
        assert!(world.trace.contains(&format!("refused: {rule}")), "{script}: {}", world.trace);
        world.play("1 bye");
        world.assert_over();
    }
}

/// An operator moves a caller who waits; if that fails, he is back where he waited.
#[test]
fn an_operator_moves_a_caller_who_waits() {
    for (target, end, expected) in [
        ("bob", "2 ready\n 2 answered", "1:2 2:1"),
        ("bob", "2 ready\n 2 busy", "1:music"),
        ("queue:support", "", "1:music"),
        ("flow:survey", "flow play question", "1:question"),
    ] {
        let mut world = World::new();
        world.play("1 ready\n flow answer\n 1 answered\n flow queue sales");
        world.play(&format!("cmd op transfer {target}\n {end}"));
        assert_eq!(world.ears(), expected, "{target} {end}: {}", world.trace);
        world.play("1 bye");
        world.assert_over();
    }
}

/// AGT-03, INB-28: the router learns who served the caller and has work after it, who handed him on, and whose leg broke.
#[test]
fn agt_03_the_router_learns_who_served_and_who_left_a_caller() {
    let told = |script: &str| -> Vec<String> {
        let (mut world, _) = after(script);
        let lines = world.trace.lines().filter_map(|line| line.trim().strip_prefix("acd: "));
        let lines = lines.filter(|line| !line.starts_with("Enqueue")).map(str::to_owned).collect();
        world.play("release");
        world.assert_over();
        lines
    };
    assert_eq!(
        told("cmd alice transfer bob\n 3 ready\n 3 answered\n 1 bye"),
        ["Rings(bob)", "HandedOn(alice)", "Took(bob)", "Released(alice)", "RingsNoMore(bob)", "Served(bob)"]
    );
    assert_eq!(
        told("cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice complete\n 3 bye"),
        ["Rings(bob)", "Took(bob)", "RingsNoMore(bob)", "HandedOn(alice)", "Released(alice)", "Served(bob)"]
    );
    assert_eq!(
        told("cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice cancel"),
        ["Rings(bob)", "Took(bob)", "RingsNoMore(bob)", "Freed(bob)"],
        "who was only asked has nothing to write down"
    );
    assert_eq!(told("cmd alice transfer bob\n 3 ready\n 3 busy"), ["Rings(bob)", "RingsNoMore(bob)"]);
    assert_eq!(told("cmd alice transfer queue:support"), ["HandedOn(alice)", "Released(alice)"]);
    assert_eq!(told("2 dead"), ["Released(alice)", "Lost(alice)"]);
    assert_eq!(told("2 bye"), ["Released(alice)"]);
    assert_eq!(
        told("cmd alice consult bob\n 3 ready\n 3 answered\n 2 bye")[3..],
        ["Released(alice)", "HandedOn(alice)"]
    );
}

/// The router hears that he leaves before anything else: nobody is found for him any more, and his offer goes with him,
/// which is no fault of the agent.
#[test]
fn a_caller_who_is_moved_leaves_his_queue_first() {
    for target in ["bob", "queue:support", "flow:survey"] {
        let mut world = World::new();
        world.play("1 ready\n flow answer\n 1 answered\n flow queue sales\n acd offer 1 alice\n 2 ready");
        world.trace.clear();
        world.play(&format!("cmd op transfer {target}"));
        let told: Vec<&str> = world.trace.lines().filter(|line| line.contains("acd:")).map(str::trim).collect();
        assert_eq!(told.first(), Some(&"acd: Withdraw(Withdrawn)"), "{target}: {}", world.trace);
        assert!(!world.trace.contains("OfferEnded"), "{target}: {}", world.trace);
        world.play("1 bye");
        world.assert_over();
    }
}

/// A phone that asks to hand the caller on while he is on his way already is refused; the transfer keeps its facts.
#[test]
fn a_second_transfer_leaves_the_facts_of_the_first_alone() {
    let (world, _) = after("cmd alice transfer bob\n 3 ready\n 2 refer carol\n 3 answered");
    let asked = |fact: &&Fact| matches!(fact.what, What::TransferAsked { .. });
    let ended = |fact: &&Fact| matches!(fact.what, What::TransferEnded { .. });
    let count = |of: &dyn Fn(&&Fact) -> bool| world.facts.iter().filter(|fact| of(fact)).count();
    assert_eq!((count(&asked), count(&ended)), (1, 1), "{}", world.trace);
    let refused = |fact: &&Fact| {
        let What::CallCommanded { command, refused: Some(rule), .. } = &fact.what else { return false };
        command.contains("carol") && rule == "busy"
    };
    assert_eq!(count(&refused), 1, "{}", world.trace);
}
