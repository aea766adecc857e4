//! Field complaint 28: hold × transfer × leg. A caller is held in one of three ways, then moved in one of four, and each
//! of three legs is looked at.

use super::*;

/// What the caller, the agent and the target hear before and after it is done.
struct Case {
    hold: &'static str,
    moves: &'static str,
    /// While it is on its way: caller, agent, target.
    during: [&'static str; 3],
    /// What finishes it.
    finish: &'static str,
    /// When it is done.
    after: [&'static str; 3],
}

const NO_HOLD: &str = "";
const PHONE: &str = "2 held";
const COMMAND: &str = "cmd alice hold";

const BLIND: &str = "cmd alice transfer bob\n 3 ready\n 3 ringing";
const CONSULT: &str = "cmd alice consult bob\n 3 ready\n 3 answered";
const CONFERENCE: &str = "cmd alice consult bob\n 3 ready\n 3 answered\n cmd alice conference";
const PARK: &str = "cmd alice park\n cmd op retrieve bob\n 3 ready\n 3 ringing";

/// Twelve rows of three legs: 36 cases.
const CASES: [Case; 12] = [
    case(NO_HOLD, BLIND, ["ringback", "-", "-"], "3 answered", ["3", "gone", "1"]),
    case(PHONE, BLIND, ["ringback", "-", "-"], "3 answered", ["3", "gone", "1"]),
    case(COMMAND, BLIND, ["ringback", "-", "-"], "3 answered", ["3", "gone", "1"]),
    case(NO_HOLD, CONSULT, ["hold", "3", "2"], "cmd alice complete", ["3", "gone", "1"]),
    case(PHONE, CONSULT, ["hold", "3", "2"], "cmd alice complete", ["3", "gone", "1"]),
    case(COMMAND, CONSULT, ["hold", "3", "2"], "cmd alice complete", ["3", "gone", "1"]),
    case(NO_HOLD, CONFERENCE, ["2+3", "1+3", "1+2"], "2 bye", ["3", "gone", "1"]),
    // Who holds by his phone is out until he resumes: the others talk on.
    case(PHONE, CONFERENCE, ["3", "1+3", "1"], "2 resumed", ["2+3", "1+3", "1+2"]),
    case(COMMAND, CONFERENCE, ["2+3", "1+3", "1+2"], "3 bye", ["2", "1", "gone"]),
    case(NO_HOLD, PARK, ["hold", "gone", "-"], "3 answered", ["3", "gone", "1"]),
    case(PHONE, PARK, ["hold", "gone", "-"], "3 answered", ["3", "gone", "1"]),
    case(COMMAND, PARK, ["hold", "gone", "-"], "3 busy", ["hold", "gone", "gone"]),
];

const fn case(
    hold: &'static str,
    moves: &'static str,
    during: [&'static str; 3],
    finish: &'static str,
    after: [&'static str; 3],
) -> Case {
    Case { hold, moves, during, finish, after }
}

fn ears(world: &World) -> [String; 3] {
    [1, 2, 3].map(|leg| if world.live.contains(&leg) { world.hears(leg) } else { "gone".to_owned() })
}

#[test]
fn hold_transfer_leg_36_cases() {
    for Case { hold, moves, during, finish, after } in CASES {
        let mut world = World::new();
        world.play(TALKING);
        world.play(hold);
        world.play(moves);
        assert_eq!(ears(&world), during, "{hold:?} then {moves:?}: {}", world.trace);
        world.play(finish);
        assert_eq!(ears(&world), after, "{hold:?} then {moves:?}, {finish:?}: {}", world.trace);
        world.play("1 bye");
        world.assert_over();
        world.record();
    }
}

/// The same with a target who fails: the agent has the caller again, and a hold by the phone still holds.
#[test]
fn a_failed_transfer_gives_a_held_caller_back_as_he_was() {
    for (hold, expected) in [(NO_HOLD, ["2", "1"]), (PHONE, ["hold", "1"]), (COMMAND, ["2", "1"])] {
        for moves in ["cmd alice transfer bob\n 3 ready\n 3 busy", "cmd alice consult bob\n 3 ready\n 3 busy"] {
            let mut world = World::new();
            world.play(TALKING);
            world.play(hold);
            world.play(moves);
            assert_eq!([1, 2].map(|leg| world.hears(leg)), expected, "{hold:?} {moves:?}");
            world.play("1 bye");
            world.assert_over();
        }
    }
}
