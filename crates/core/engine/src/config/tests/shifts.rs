//! By which hours agents work, and when they are signed out.

use std::sync::Arc;

use bell_acd::AgentCommand;
use bell_types::{AgentName, AgentPresence, LocalTime, Minute, Mono, NodeId, Now, Seq, What, Zone};

use super::*;
use crate::{Command, CommandId, Input, Node, Output, Start};

const CALENDAR: &str = r#"[calendar.office]
week = { mon-fri = "day", sat = "night" }
shifts = { day = "09:00-12:00, 13:30-18:00", night = "22:00-02:00" }

[agent.alice]
calendar = "office"
"#;

fn alice() -> AgentName {
    AgentName::new("alice").unwrap()
}

/// What the clock in Shanghai shows, as an instant.
fn at(text: &str) -> Wall {
    let (day, minute) = text.split_once(' ').unwrap();
    Zone::fixed(28_800).at(LocalTime { date: Date::parse(day).unwrap(), minute: Minute::parse(minute).unwrap() })
}

/// AGT-12: when a shift ends that somebody began at a certain time, and which mistakes its words can have.
#[test]
fn agt_12_the_end_of_a_shift_is_that_of_its_last_hours() {
    let ends = |shift: &str, since: &str| {
        let text = CENTRE.replace("[agent.alice]\n", &format!("{CALENDAR}{shift}"));
        let snapshot = Snapshot::build(source(&text, WELCOME)).unwrap();
        let end = snapshot.shift_end(&alice(), at(since))?;
        let local = snapshot.zone.local(end.ends);
        assert_eq!(end.signs_out_at, end.ends + Duration::from_secs(900));
        Some(format!("{} {}", local.date, local.minute))
    };
    // 2026-10-26 is a Monday.
    for (shift, since, end) in [
        ("", "2026-10-26 08:50", "2026-10-26 18:00"),
        ("", "2026-10-26 12:30", "2026-10-26 18:00"),
        ("", "2026-10-26 18:00", "2026-10-27 18:00"),
        ("", "2026-10-31 21:00", "2026-11-01 02:00"),
        ("shift = \"day\"\n", "2026-10-31 21:00", "2026-11-02 18:00"),
        ("shift = \"night\"\n", "2026-11-01 01:59", "2026-11-01 02:00"),
        ("shift = \"night\"\n", "2026-11-01 02:00", "2026-11-08 02:00"),
    ] {
        assert_eq!(ends(shift, since).as_deref(), Some(end), "{shift} {since}");
    }
    let text = CENTRE.replace(
        "[agent.alice]\n",
        "[calendar.ever]\nweek = { mon-sun = \"00:00-24:00\" }\n\n[agent.alice]\ncalendar = \"ever\"\n",
    );
    let snapshot = Snapshot::build(source(&text, WELCOME)).unwrap();
    assert_eq!(snapshot.shift_end(&alice(), at("2026-10-26 09:00")), None, "day and night has no end");
    let misspelt = CALENDAR.replace("\"office\"\n", "\"office\"\nshift = \"nigth\"\n");
    let refused = |text: String| Snapshot::build(source(&text, WELCOME)).expect_err("it is refused")[0].to_string();
    let misspelt = refused(CENTRE.replace("[agent.alice]\n", &misspelt));
    assert!(misspelt.contains("has no shift \"nigth\": did you mean \"night\"?"), "{misspelt}");
    let alone = refused(CENTRE.replace("[agent.alice]\n", "[agent.alice]\nshift = \"day\"\n"));
    assert!(alone.contains("a shift without a calendar says nothing"), "{alone}");
}

/// AGT-12: the node signs out at the end of the shift and its grace, once; a clock that was set back is waited for, and other
/// hours of a new configuration count at once.
#[test]
fn agt_12_the_node_signs_out_when_the_grace_is_over() {
    let build = |calendar: &str| {
        Arc::new(Snapshot::build(source(&CENTRE.replace("[agent.alice]\n", calendar), WELCOME)).unwrap())
    };
    let (begin, mono) = (at("2026-10-26 17:00"), Mono::ZERO);
    let now = |secs: u64| Now { mono: mono + Duration::from_secs(secs), wall: begin + Duration::from_secs(secs) };
    let (version, seed) = ("test".to_owned(), [7; 32]);
    let start = Start { node: NodeId(1), version, seed, first: Seq(1), snapshot: build(CALENDAR) };
    let mut node = Node::new(now(0), start);
    let presences = |node: &mut Node| -> Vec<AgentPresence> {
        let facts = std::iter::from_fn(|| node.poll_output()).filter_map(|output| match output {
            Output::Fact(fact) => Some(fact.what),
            _ => None,
        });
        facts
            .filter_map(|what| if let What::AgentChanged { presence, .. } = what { Some(presence) } else { None })
            .collect()
    };
    let sign_in = || Input::Command(CommandId(1), Command::Agent(alice(), AgentCommand::SignIn));
    node.handle(now(0), sign_in());
    assert_eq!(presences(&mut node), [AgentPresence::Available]);
    node.handle(now(4500 - 1), Input::Tick);
    assert_eq!(presences(&mut node), [], "18:15 is not yet");
    let set_back = Now { wall: now(4000).wall, ..now(4500) };
    node.handle(set_back, Input::Tick);
    assert_eq!(presences(&mut node), [], "by the clock on the wall it is not");
    node.handle(now(5100), Input::Tick);
    assert_eq!(presences(&mut node), [AgentPresence::SignedOut]);
    node.handle(now(5200), sign_in());
    node.handle(now(5300), Input::Tick);
    assert_eq!(presences(&mut node), [AgentPresence::Available], "who comes back works on");
    let later = CALENDAR.replace("18:00", "18:30");
    node.handle(now(5310), Input::Config(build(&later)));
    assert_eq!(presences(&mut node), []);
    node.handle(now(6300), Input::Tick);
    assert_eq!(presences(&mut node), [AgentPresence::SignedOut], "18:30 and its grace");
}
