//! Supervisors: who hears them, and what a change of mode leaves alone.

use super::*;

fn supervised(script: &str) -> World {
    let mut world = World::new();
    world.play(TALKING);
    world.play(script);
    world
}

/// REC-18: in no order of listening, whispering, holding and consulting does the customer hear the supervisor, until he
/// comes in.
#[test]
fn rec_18_a_customer_never_hears_a_whisper() {
    let moves = [
        "cmd sue listen sue",
        "cmd sue whisper sue",
        "cmd alice hold",
        "cmd alice resume",
        "2 held",
        "2 resumed",
        "cmd alice consult bob",
        "4 ready",
        "4 answered",
        "cmd alice switch",
        "cmd alice conference",
        "cmd alice cancel",
        "cmd alice complete",
        "4 bye",
    ];
    for seed in 0..3000u64 {
        let mut state = seed;
        let mut world = supervised("cmd sue whisper sue\n 3 ready\n 3 answered");
        for _ in 0..20 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            world.play(moves[(state >> 33) as usize % moves.len()]);
            if world.live.is_empty() {
                break;
            }
            let ears = world.hears(1);
            assert!(!ears.split('+').any(|leg| leg == "3"), "seed {seed}: {ears}\n{}", world.trace);
        }
        world.play("release");
        world.assert_over();
    }
}

/// REC-18: each mode, and the way from each to each: the call and its legs stay.
#[test]
fn rec_18_each_mode_has_its_plan_and_keeps_the_call() {
    let plans = [("listen", "1:2 2:1 3:1+2"), ("whisper", "1:2 2:1+3 3:1+2"), ("barge", "1:2+3 2:1+3 3:1+2")];
    for (first, plan) in plans {
        for (second, next) in plans {
            let mut world = supervised(&format!("cmd sue {first} sue\n 3 ready"));
            assert_eq!(world.ears(), "1:2 2:1 3:-", "while his phone rings, nothing changes");
            world.play("3 answered");
            assert_eq!(world.ears(), plan, "{first}");
            world.play(&format!("cmd sue {second} sue"));
            assert_eq!(world.ears(), next, "{first}, then {second}");
            world.play("3 bye");
            assert_eq!(world.ears(), "1:2 2:1", "he leaves, and the call goes on");
            world.play("1 bye");
            world.assert_over();
            let acts = world.facts.iter().filter(|fact| matches!(&fact.what, What::Supervised { .. })).count();
            assert_eq!(acts, 2, "each act stands in the facts");
        }
    }
}

/// REC-18: where the policy wants it, an agent hears a tone while somebody listens to him, and nobody else does; it ends when
/// all hear the supervisor, and when he has gone.
#[test]
fn rec_18_an_agent_who_is_supervised_hears_a_tone_where_the_policy_wants_it() {
    let mut world = World::with(arrival(), |config| config.supervision_tone = Duration::from_secs(15));
    world.play(TALKING);
    world.play("cmd sue listen sue\n 3 ready");
    assert_eq!(world.ears(), "1:2 2:1 3:-", "nobody listens yet");
    world.play("3 answered");
    assert_eq!(world.ears(), "1:2 2:1+tone 3:1+2");
    world.play("cmd sue whisper sue");
    assert_eq!(world.ears(), "1:2 2:1+3+tone 3:1+2");
    world.play("cmd sue barge sue");
    assert_eq!(world.ears(), "1:2+3 2:1+3 3:1+2", "all hear that he is there");
    world.play("cmd sue listen sue\n 3 bye");
    assert_eq!(world.ears(), "1:2 2:1", "he has gone");
    world.play("cmd sue listen sue\n 4 ready\n 4 answered\n cmd alice hold");
    assert_eq!(world.ears(), "1:hold 2:- 4:1+2", "there is nothing to listen to");
    world.play("cmd alice resume");
    assert_eq!(world.ears(), "1:2 2:1+tone 4:1+2");
    world.play("1 bye");
    world.assert_over();
}

/// REC-18: a supervisor who takes over has the caller alone; the agent is released.
#[test]
fn rec_18_a_supervisor_takes_the_call_over() {
    for setup in ["", "cmd sue listen sue\n 3 ready\n 3 answered", "cmd sue barge sue\n 3 ready\n 3 answered"] {
        let mut world = supervised(setup);
        world.play("cmd sue intercept sue\n 3 ready\n 3 answered");
        assert_eq!(world.ears(), "1:3 3:1", "{setup}");
        assert!(world.trace.contains("acd: Released(alice)"));
        world.play("3 bye");
        world.assert_over();
    }
}

/// Field complaint 34: a supervisor who has come in counts among those who talk, and the call survives the agent.
#[test]
fn rec_18_a_supervisor_who_has_come_in_keeps_the_caller() {
    let mut world = supervised("cmd sue barge sue\n 3 ready\n 3 answered\n 2 bye");
    assert_eq!(world.ears(), "1:3 3:1");
    world.play("after 1000\n 3 bye");
    world.assert_over();
    assert!(world.record().stages.iter().any(|stage| stage.kind.to_string() == "talking with sue"));
}

/// INB-29: an agent asks for help, and the supervisor who comes makes it a call of three.
#[test]
fn inb_29_help_makes_a_call_of_three() {
    let mut world = supervised("cmd alice help");
    let asked = |what: &What| matches!(what, What::HelpAsked { supervisors, .. } if supervisors.len() == 1);
    assert!(world.facts.iter().any(|fact| asked(&fact.what)));
    world.play("cmd sue barge sue\n 3 ready\n 3 answered");
    assert_eq!(world.ears(), "1:2+3 2:1+3 3:1+2");
    assert!(explain(&world.facts).contains("alice asks for help: sue"));
    world.play("1 bye");
    world.assert_over();
}

/// A supervisor whose phone is not answered, or who hangs up, is not noticed by anybody.
#[test]
fn a_supervisor_who_fails_leaves_the_call_alone() {
    for failure in ["3 busy", "3 broken", "3 declined", "3 lost"] {
        for mode in ["listen", "whisper", "barge", "intercept"] {
            let mut world = supervised(&format!("cmd sue {mode} sue\n 3 ready\n {failure}"));
            assert_eq!(world.ears(), "1:2 2:1", "{mode} {failure}");
            world.play("1 bye");
            world.assert_over();
        }
    }
}

/// Forced release: the call ends, by whom stands in the record.
#[test]
fn a_supervisor_ends_a_call() {
    let world = supervised("cmd sue release");
    world.assert_over();
    assert_eq!(world.record().ending.by, Party::Agent(AgentName::new("sue").unwrap()));
}

/// A supervisor who has come in stays with the caller, whatever becomes of the agent's consultation.
#[test]
fn a_consultation_under_supervision() {
    let setup = "cmd alice consult bob\n 3 ready\n 3 answered\n cmd sue barge sue\n 4 ready\n 4 answered";
    for (script, expected) in [
        ("cmd alice complete", "1:3+4 3:1+4 4:1+3"),
        ("cmd alice cancel", "1:2+4 2:1+4 4:1+2"),
        ("cmd alice conference", "1:2+4+3 2:1+4+3 3:1+2+4 4:1+2+3"),
        ("2 bye", "1:4 4:1"),
        ("2 lost", "1:4 4:1"),
        ("cmd alice leave", "1:4 4:1"),
        ("cmd sue intercept sue", "1:4 4:1"),
    ] {
        let mut world = supervised(setup);
        world.play(script);
        assert_eq!(world.ears(), expected, "{script}: {}", world.trace);
        world.play("1 bye");
        world.assert_over();
        world.record();
    }
}
