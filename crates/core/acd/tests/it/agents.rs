//! AGT-03: what agents ask for and what they are doing, and TEL-05: where they can be reached.

use bell_acd::{AgentCommand, Input, MISSED_CALLS, SignIn};
use bell_types::{AgentActivity, AgentPresence, Filter, Party, Strategy};
use expect_test::expect;

use crate::floor::{Floor, agent_name, config, endpoint_name, queue, secs};
use crate::script::check;

fn one_agent() -> bell_acd::Config {
    config(&[queue("q", Strategy::LongestIdle, &["a"])], &["a"])
}

fn two_agents() -> bell_acd::Config {
    config(&[queue("q", Strategy::Sequential, &["a", "b"])], &["a", "b"])
}

/// The ways into each activity, from a floor where `a` is signed in.
const ACTIVITIES: [(&str, AgentActivity); 5] = [
    ("tick", AgentActivity::Idle),
    ("call 1 q", AgentActivity::Offered),
    ("call 1 q\n accept 1.1", AgentActivity::Talking),
    ("call 1 q\n accept 1.1\n released a 1", AgentActivity::WrapUp),
    ("down a.1", AgentActivity::Unreachable),
];

/// Every command, what is asked for after it, whether a live offer survives it, and whether wrap-up does.
const COMMANDS: [(&str, Asked, bool, bool); 5] = [
    ("in a", Asked::Unchanged, true, true),
    ("avail a", Asked::Available, true, false),
    ("break a lunch", Asked::Lunch, false, true),
    ("done a", Asked::Unchanged, true, false),
    ("out a", Asked::SignedOut, false, false),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Unchanged,
    Available,
    Lunch,
    SignedOut,
}

impl Asked {
    fn after(self, before: &AgentPresence) -> AgentPresence {
        match self {
            Self::Unchanged => before.clone(),
            Self::Available => AgentPresence::Available,
            Self::Lunch => AgentPresence::Break { reason: "lunch".to_owned() },
            Self::SignedOut => AgentPresence::SignedOut,
        }
    }
}

/// Complaint 17: whatever the agent is doing, the later of two requests wins, and only by request does it change.
#[test]
fn agt_03_the_later_request_wins_in_every_state() {
    for (way, activity) in ACTIVITIES {
        for (first, first_asked, ..) in COMMANDS {
            for (second, second_asked, ..) in COMMANDS {
                let mut floor = Floor::open(one_agent());
                floor.script(way);
                assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().activity, activity);
                floor.script(first);
                let between = first_asked.after(&AgentPresence::Available);
                floor.script(second);
                let signs_in = second == "in a" && between == AgentPresence::SignedOut;
                let expected = if signs_in { AgentPresence::Available } else { second_asked.after(&between) };
                let presence = floor.acd.agent(&agent_name("a")).unwrap().presence;
                assert_eq!(*presence, expected, "{activity:?}: {first}, {second}");
                floor.wait_until(floor.now.after(secs(25)));
                let later = floor.acd.agent(&agent_name("a")).unwrap().presence;
                assert_eq!(*later, expected, "it flips by itself: {activity:?}: {first}, {second}");
            }
        }
    }
}

/// AGT-12: nobody is signed out within a call, an offer or the work after a call; and he is offered nothing more.
#[test]
fn agt_12_who_leaves_finishes_and_gets_nothing_more() {
    for (way, activity) in ACTIVITIES {
        let mut floor = Floor::open(one_agent());
        floor.script(way);
        floor.script("shift-over a");
        let after = floor.acd.agent(&agent_name("a")).unwrap();
        let at_once = matches!(activity, AgentActivity::Idle | AgentActivity::Unreachable);
        let expected = if at_once { AgentPresence::SignedOut } else { AgentPresence::Available };
        assert_eq!(*after.presence, expected, "{activity:?}");
        assert_eq!(after.activity, if at_once { AgentActivity::Idle } else { activity }, "nothing is cut");
    }
    let mut floor = Floor::open(two_agents());
    floor.script(
        "1 call 1 q\n 2 accept 1.1\n 3 busy a\n 4 shift-over a\n 5 break b lunch\n 6 call 2 q\n 7 released a 1",
    );
    let after = floor.acd.agent(&agent_name("a")).unwrap();
    assert_eq!(
        (after.activity, after.offer),
        (AgentActivity::Talking, None),
        "the other call goes on, the next is not his"
    );
    floor.script("8 free a");
    let after = floor.acd.agent(&agent_name("a")).unwrap();
    assert_eq!((after.activity, after.offer), (AgentActivity::WrapUp, None), "the work after it too");
    let told = floor.script("9 done a");
    assert!(told.contains("a is signed out, Idle, by System"), "{told}");
}

/// AGT-12: whoever signs out himself and comes back works on: what was over is over.
#[test]
fn agt_12_who_comes_back_works_on() {
    let mut floor = Floor::open(one_agent());
    floor.script("1 call 1 q\n 2 accept 1.1\n 3 shift-over a\n 4 out a\n 5 in a\n 6 released a 1\n 7 done a");
    let presence = floor.acd.agent(&agent_name("a")).unwrap().presence;
    assert_eq!(*presence, AgentPresence::Available);
    floor.script("8 out a\n 9 shift-over a\n 10 in a");
    assert_eq!(*floor.acd.agent(&agent_name("a")).unwrap().presence, AgentPresence::Available, "he was out already");
}

#[test]
fn agt_03_a_request_changes_what_is_asked_for_and_a_call_goes_on() {
    for (way, activity) in ACTIVITIES {
        for (command, _, keeps_offer, keeps_wrap_up) in COMMANDS {
            let mut floor = Floor::open(one_agent());
            floor.script(way);
            floor.script(command);
            let after = floor.acd.agent(&agent_name("a")).unwrap();
            let kept = match activity {
                AgentActivity::Talking | AgentActivity::Idle => true,
                AgentActivity::Offered => keeps_offer,
                AgentActivity::WrapUp => keeps_wrap_up,
                AgentActivity::Unreachable => command != "out a",
            };
            let expected = if kept { activity } else { AgentActivity::Idle };
            assert_eq!(after.activity, expected, "{activity:?}: {command}");
        }
    }
}

#[test]
fn agt_03_every_change_says_who_brought_it_about() {
    check(
        one_agent(),
        "1 break a lunch
         2 avail a
         3 call 1 q
         4 decline 1.1
         5 hangup 1
         6 down a.1
         7 up a.1
         8 release a
         9 out a",
        expect![[r#"
              1.0 a is break(lunch), Idle, by Agent(a)
              2.0 a is available, Idle, by Agent(a)
              3.0 1 entered q at 1, priority 0
              3.0 1 candidates [a=1000], filtered []
              3.0 > offer 1.1 at a.1 for 30s
              3.0 a is available, Offered, by System
              4.0 1.1 to a ended: Declined
              4.0 a is available, Idle, by Agent(a)
              4.0 1 candidates [], filtered [a:just missed this call]
              5.0 1 left q: abandoned
              6.0 a is available, Unreachable, by System
              7.0 a is available, Idle, by System
              9.0 a is signed out, Idle, by Agent(a)
        "#]],
    );
}

#[test]
fn agt_03_the_view_says_why_no_call_comes() {
    let cases = [
        ("tick", None),
        ("out a", Some(Filter::SignedOut)),
        ("break a lunch", Some(Filter::OnBreak)),
        ("call 1 q", Some(Filter::Offered)),
        ("busy a", Some(Filter::AtCapacity)),
        ("rung a", Some(Filter::Offered)),
        ("rung a\n rung a\n rung-no-more a", Some(Filter::Offered)),
        ("rung a\n rung-no-more a", None),
        ("call 1 q\n accept 1.1\n released a 1", Some(Filter::WrappingUp)),
        ("down a.1", Some(Filter::NoEndpoint)),
    ];
    for (script, filter) in cases {
        let mut floor = Floor::open(one_agent());
        floor.script(script);
        assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().filter, filter, "{script}");
    }
}

/// INB-28: one ring at a time. While a transfer rings at an agent, a waiting call goes to somebody else or waits; and what was
/// offered to him in that moment is taken back, without counting as missed.
#[test]
fn inb_28_an_agent_whose_phone_rings_for_a_transfer_is_offered_nothing() {
    check(
        one_agent(),
        "1 rung a
         2 call 1 q
         3 rung-no-more a
         4 rung a
         5 busy a
         5 rung-no-more a
         6 free a",
        expect![[r#"
            1.0 a is available, Offered, by System
            2.0 1 entered q at 1, priority 0
            2.0 1 candidates [], filtered [a:another call is being offered]
            3.0 a is available, Idle, by System
            3.0 1 candidates [a=3000], filtered []
            3.0 > offer 1.1 at a.1 for 30s
            3.0 a is available, Offered, by System
            4.0 1.1 to a ended: Withdrawn
            4.0 > withdraw 1.1
            4.0 1 candidates [], filtered [a:another call is being offered]
            5.0 a is available, Talking, by System
            6.0 a is available, Idle, by System
            6.0 1 candidates [a=0], filtered []
            6.0 > offer 1.2 at a.1 for 30s
            6.0 a is available, Offered, by System
        "#]],
    );
}

#[test]
fn agt_03_a_long_reason_is_cut_and_an_unknown_agent_is_told() {
    let mut floor = Floor::open(one_agent());
    floor.script("break a 很长很长很长很长很长很长很长很长很长");
    let presence = floor.acd.agent(&agent_name("a")).unwrap().presence.clone();
    let reason = "很长很长很长很长很长很长很长很长".to_owned();
    assert_eq!(presence, AgentPresence::Break { reason });
    assert_eq!(floor.script("in nobody").trim(), "0.0 > no agent nobody");
}

#[test]
fn wrap_up_has_a_limit_and_ends_early_on_request() {
    check(
        one_agent(),
        "1 call 1 q
         2 accept 1.1
         3 released a 1
         4 call 2 q
         30 hangup 2
         31 call 3 q
         32 accept 3.1
         33 released a 3
         34 done a
         35 tick",
        expect![[r#"
            1.0 1 entered q at 1, priority 0
            1.0 1 candidates [a=1000], filtered []
            1.0 > offer 1.1 at a.1 for 30s
            1.0 a is available, Offered, by System
            2.0 1.1 to a ended: Accepted
            2.0 a is available, Talking, by Agent(a)
            2.0 > 1 left q: answered by a
            3.0 a is available, WrapUp, by System
            4.0 2 entered q at 1, priority 0
            4.0 2 candidates [], filtered [a:wrapping up]
            23.0 a is available, Idle, by System
            23.0 2 candidates [a=0], filtered []
            23.0 > offer 2.1 at a.1 for 30s
            23.0 a is available, Offered, by System
            30.0 2.1 to a ended: Withdrawn
            30.0 > withdraw 2.1
            30.0 a is available, Idle, by System
            30.0 2 left q: abandoned
            31.0 3 entered q at 1, priority 0
            31.0 3 candidates [a=8000], filtered []
            31.0 > offer 3.1 at a.1 for 30s
            31.0 a is available, Offered, by System
            32.0 3.1 to a ended: Accepted
            32.0 a is available, Talking, by Agent(a)
            32.0 > 3 left q: answered by a
            33.0 a is available, WrapUp, by System
            34.0 a is available, Idle, by Agent(a)
        "#]],
    );
}

/// TEL-05: the first reachable phone rings; when it is gone the next call rings the second.
#[test]
fn tel_05_the_next_phone_rings_when_the_first_is_gone() {
    check(
        one_agent(),
        "1 up a.2
         2 call 1 q
         3 accept 1.1
         4 released a 1
         5 done a
         6 down a.1
         7 call 2 q
         8 accept 2.1",
        expect![[r#"
              2.0 1 entered q at 1, priority 0
              2.0 1 candidates [a=2000], filtered []
              2.0 > offer 1.1 at a.1 for 30s
              2.0 a is available, Offered, by System
              3.0 1.1 to a ended: Accepted
              3.0 a is available, Talking, by Agent(a)
              3.0 > 1 left q: answered by a
              4.0 a is available, WrapUp, by System
              5.0 a is available, Idle, by Agent(a)
              7.0 2 entered q at 1, priority 0
              7.0 2 candidates [a=2000], filtered []
              7.0 > offer 2.1 at a.2 for 30s
              7.0 a is available, Offered, by System
              8.0 2.1 to a ended: Accepted
              8.0 a is available, Talking, by Agent(a)
              8.0 > 2 left q: answered by a
        "#]],
    );
}

/// TEL-05: a phone that fails while it rings hands the same offer's call to the next phone of the same agent.
#[test]
fn tel_05_a_failed_phone_is_followed_by_the_next_of_the_same_agent() {
    check(
        two_agents(),
        "1 up a.2
         2 call 1 q
         3 fail 1.1
         4 down a.2",
        expect![[r#"
              2.0 1 entered q at 1, priority 0
              2.0 1 candidates [a=2 b=1], filtered []
              2.0 > offer 1.1 at a.1 for 30s
              2.0 a is available, Offered, by System
              3.0 1.1 to a ended: Failed
              3.0 > offer 1.2 at a.2 for 30s
              4.0 > withdraw 1.2
              4.0 1.2 to a ended: Failed
              4.0 a is available, Idle, by System
              4.0 1 candidates [b=1], filtered [a:just missed this call]
              4.0 > offer 1.3 at b.1 for 30s
              4.0 b is available, Offered, by System
        "#]],
    );
}

#[test]
fn missed_calls_lead_to_a_break_with_a_reason_and_one_command_leads_back() {
    let mut floor = Floor::open(one_agent());
    for call in 1..=3 {
        assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().missed, call - 1);
        floor.script(&format!("call {call} q"));
        floor.wait_until(floor.now.after(secs(31)));
        floor.script(&format!("hangup {call}"));
    }
    let reason = MISSED_CALLS.to_owned();
    assert_eq!(*floor.acd.agent(&agent_name("a")).unwrap().presence, AgentPresence::Break { reason });
    floor.script("avail a\n call 9 q");
    assert_eq!(floor.offers.len(), 1);
    assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().missed, 0);
}

#[test]
fn an_answered_call_forgets_the_missed_ones() {
    let mut floor = Floor::open(one_agent());
    floor.script("call 1 q\n miss 1.1\n hangup 1\n call 2 q\n accept 2.1");
    assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().missed, 0);
}

#[test]
fn a_phone_that_is_too_many_counts_as_unreachable() {
    let mut config = one_agent();
    config.limits.endpoints_max = 1;
    let mut floor = Floor::open(config);
    floor.script("up a.2\n down a.1");
    assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().endpoint, None);
    floor.script("up a.2");
    assert_eq!(floor.acd.agent(&agent_name("a")).unwrap().endpoint, Some(&endpoint_name("a.2")));
}

#[test]
fn a_command_of_an_operator_is_told_as_his() {
    let mut floor = Floor::open(one_agent());
    floor.step(Input::Agent { agent: agent_name("a"), command: AgentCommand::SignOut, by: Party::Operator });
    let by_operator = floor.outputs.iter().any(|output| {
        matches!(output, bell_acd::Output::Fact(bell_types::What::AgentChanged { by: Party::Operator, .. }))
    });
    assert!(by_operator);
}

fn signs_in_by_registration() -> bell_acd::Config {
    let mut config = two_agents();
    config.agents[0].sign_in = SignIn::Registration;
    config
}

/// AGT-03, TEL-05: the phone that is switched off takes its agent off work, the one that is lost does not.
#[test]
fn agt_03_a_phone_that_unregisters_signs_its_agent_out_and_a_lost_one_does_not() {
    let mut floor = Floor::open(signs_in_by_registration());
    let presence = |floor: &Floor| floor.acd.agent(&agent_name("a")).unwrap().presence.clone();
    floor.script("down a.1");
    assert_eq!(presence(&floor), AgentPresence::Available, "a lost phone comes back");
    floor.script("up a.1\n off a.1");
    assert_eq!(presence(&floor), AgentPresence::SignedOut);
    floor.script("up a.1");
    assert_eq!(presence(&floor), AgentPresence::Available);
    floor.script("barred a.1");
    assert_eq!(presence(&floor), AgentPresence::SignedOut, "the login that brought the phone is over");
    floor.script("up a.1");
    floor.script("break a lunch\n up a.1");
    assert_eq!(presence(&floor), AgentPresence::Break { reason: "lunch".to_owned() }, "a refresh ends no break");
}

#[test]
fn agt_03_the_phone_of_an_agent_who_signs_in_by_command_changes_nothing_he_asked_for() {
    let mut floor = Floor::open(one_agent());
    floor.script("off a.1");
    assert_eq!(*floor.acd.agent(&agent_name("a")).unwrap().presence, AgentPresence::Available);
    floor.script("out a\n up a.1");
    assert_eq!(*floor.acd.agent(&agent_name("a")).unwrap().presence, AgentPresence::SignedOut);
}

#[test]
fn agt_03_an_offer_of_a_phone_that_is_switched_off_goes_to_the_next_agent() {
    let mut floor = Floor::open(signs_in_by_registration());
    floor.script("call 1 q\n off a.1");
    assert_eq!(floor.offers.values().collect::<Vec<_>>(), [&agent_name("b")]);
    assert_eq!(*floor.acd.agent(&agent_name("a")).unwrap().presence, AgentPresence::SignedOut);
}

/// AGT-03, INB-28: an agent to whom a caller was handed has his wrap-up like any other; who was only asked has none.
#[test]
fn agt_03_wrap_up_follows_a_call_that_was_handed_to_him() {
    let wraps = |script: &str| {
        let mut floor = Floor::open(one_agent());
        floor.script(script);
        let view = floor.acd.agent(&agent_name("a")).unwrap();
        (view.activity, view.filter)
    };
    let (wrapping, free) = ((AgentActivity::WrapUp, Some(Filter::WrappingUp)), (AgentActivity::Idle, None));
    assert_eq!(wraps("busy a\n 5 served a"), wrapping);
    assert_eq!(wraps("busy a\n 5 free a"), free);
    assert_eq!(wraps("busy a\n 5 served a\n 6 done a"), free, "he may end it");
    assert_eq!(wraps("busy a\n 5 served a\n 25.1 tick"), free, "it ends by itself");
    let signed_out = (AgentActivity::Idle, Some(Filter::SignedOut));
    assert_eq!(wraps("busy a\n out a\n 5 served a"), signed_out, "who went home has none");
}

/// INB-28: an agent whose leg of a call broke, and one who handed it on, are passed over when it is offered next, for a
/// while, and the report says why.
#[test]
fn inb_28_who_lost_a_call_or_handed_it_on_is_not_offered_it_at_once() {
    for (word, why) in [("lost", "just lost this call"), ("handed-on", "just handed this call on")] {
        let mut floor = Floor::open(two_agents());
        let trace = floor.script(&format!("1 {word} a 7\n 2 call 7 q"));
        assert!(trace.contains(&format!("7 candidates [b=1], filtered [a:{why}]")), "{trace}");
        let trace = floor.script("3 decline 7.1\n 62 end 8");
        assert!(trace.contains("offer 7.2 at a.1"), "when nobody else is left, after a shorter time: {trace}");
        let mut floor = Floor::open(two_agents());
        let trace = floor.script(&format!("1 {word} a 7\n 1 break b lunch\n 2 call 7 q\n 10 tick\n 12 tick"));
        assert!(trace.contains("11.0 > offer 7.1 at a.1"), "he is the only one: {trace}");
        let mut floor = Floor::open(two_agents());
        let trace = floor.script(&format!("1 {word} a 7\n 2 end 7\n 3 call 8 q"));
        assert!(trace.contains("offer 8.1 at a.1"), "it is about that one call: {trace}");
    }
}

/// TEL-05: a line that a voicemail answered is followed by the next phone of the same agent; the lease lasts as long as
/// the key may take, and little longer, however long the line has rung.
#[test]
fn tel_05_a_line_that_nobody_confirms_is_followed_by_the_next_phone() {
    let mut floor = Floor::open(two_agents());
    floor.script("1 line-up a.2\n 1 down a.1\n 2 call 1 q\n 25 confirming 1.1");
    let trace = floor.script("34 tick\n 35 unconfirmed 1.1");
    assert!(trace.contains("1.1 to a ended: Unconfirmed"), "{trace}");
    assert!(trace.contains("offer 1.2 at b.1"), "he has no other phone: {trace}");
    let mut floor = Floor::open(two_agents());
    floor.script("1 line-up a.1\n 1 line-up a.2\n 2 call 1 q\n 3 confirming 1.1");
    let trace = floor.script("4 unconfirmed 1.1");
    assert!(trace.contains("offer 1.2 at a.2"), "his next phone: {trace}");
    let mut floor = Floor::open(two_agents());
    floor.script("2 call 1 q\n 3 confirming 1.1");
    let trace = floor.script("15 tick");
    assert!(trace.contains("14.0 1.1 to a ended: Missed"), "nobody has said what became of it: {trace}");
}

/// TEL-05: a trunk that comes up signs nobody in.
#[test]
fn tel_05_a_line_within_reach_signs_nobody_in() {
    let mut config = one_agent();
    config.agents[0].sign_in = SignIn::Registration;
    let mut floor = Floor::open(config);
    floor.script("out a\n line-up a.1");
    assert_eq!(*floor.acd.agent(&agent_name("a")).unwrap().presence, AgentPresence::SignedOut);
    floor.script("up a.1");
    assert_eq!(*floor.acd.agent(&agent_name("a")).unwrap().presence, AgentPresence::Available);
}
