//! Good configurations become snapshots; bad ones name every mistake with its place.

mod shifts;
mod srtp;

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{Date, FlowName, Number, NumberPlan, Wall};
use expect_test::{Expect, expect};

use super::*;

const CENTRE: &str = r#"
[centre]
name = "钟楼"
zone = "Asia/Shanghai"
area_code = "571"

[sip]
domain = "bell.example"
udp = ["127.0.0.1:5060"]

[media]
address = "127.0.0.1"

[trunk.carrier]
from = ["203.0.113.0/24"]
to = ["sip.carrier.example", "198.51.100.7:5080"]
calls_max = 30

[number.400-123-4567]
flow = "welcome"

[flow.welcome]
file = "welcome.toml"

[prompt.music]
file = "music.wav"

[queue.sales]
agents = ["alice"]
music = "music"

[agent.alice]
endpoints = ["desk"]

[endpoint.desk]
password = "Tiger-7"
"#;

const WELCOME: &str = r#"
flow = "welcome"
version = 3
language = "zh-CN"
start = "answer"

[nodes.answer]
do = "answer"
next = "notice"

[nodes.notice]
do = "play"
notice = true
prompt = "本次通话可能录音。"
next = "sales"

[nodes.sales]
do = "queue"
queue = "sales"
on_timeout = "end"
on_full = "end"
on_no_agent = "end"

[nodes.end]
do = "hangup"
"#;

/// The source as the shell would gather it, every prompt playable.
fn source(centre: &str, welcome: &str) -> Source {
    let main = Text { file: "centre.toml".to_owned(), text: centre.to_owned() };
    let files = BTreeMap::from([("welcome.toml".to_owned(), welcome.to_owned())]);
    let wanted = wanted_audio(&main, &files).unwrap_or_default();
    let audio = wanted.into_iter().map(|wanted| (wanted.prompt, Audio::Playable("00".to_owned()))).collect();
    let zone = ZoneTable { first: 28_800, changes: Vec::new() };
    let day = Date::parse("2026-12-01").unwrap();
    Source { version: 1, hash: "h".to_owned(), main, files, audio, zone, day }
}

#[track_caller]
fn refuses(change: impl Fn(String) -> String, mistakes: &Expect) {
    let found = Snapshot::build(source(&change(CENTRE.to_owned()), WELCOME)).expect_err("it is refused");
    let lines: String = found.iter().map(|mistake| format!("{mistake}\n")).collect();
    mistakes.assert_eq(&lines);
}

#[test]
fn a_good_configuration_becomes_a_snapshot() {
    let snapshot = Snapshot::build(source(CENTRE, WELCOME)).expect("nothing is wrong with it");
    let number = Number::parse("4001234567", &NumberPlan::china(None)).unwrap();
    let welcome = FlowName::new("welcome").unwrap();
    assert_eq!(snapshot.numbers.get(&number).map(|door| &door.flow), Some(&welcome), "TEL-01");
    assert_eq!(snapshot.flows[&welcome].version(), 3);
    assert_eq!(snapshot.acd.queues.len(), 1);
    assert_eq!(snapshot.outbound.len(), 1);
    assert!(!format!("{snapshot:?}").contains("Tiger-7"), "passwords are never printed");
}

#[test]
fn what_a_snapshot_was_built_from_builds_it_again() {
    let first = Snapshot::build(source(CENTRE, WELCOME)).unwrap();
    let again = Snapshot::build(first.source.clone()).unwrap();
    assert_eq!(first.source, again.source);
    assert_eq!(first.numbers, again.numbers);
}

#[test]
fn every_dangling_name_is_found_with_what_was_meant() {
    refuses(
        |text| {
            text.replace("flow = \"welcome\"", "flow = \"welcom\"")
                .replace("agents = [\"alice\"]", "agents = [\"alicia\"]")
                .replace("endpoints = [\"desk\"]", "endpoints = [\"disk\", \"desk\"]")
        },
        &expect![[r#"
            centre.toml:20:8: no flow is named "welcom": did you mean "welcome"?
            centre.toml:29:11: no agent is named "alicia": did you mean "alice"?
            centre.toml:33:14: no endpoint is named "disk": did you mean "desk"?
        "#]],
    );
}

#[test]
fn values_that_mean_nothing_are_found() {
    refuses(
        |text| {
            text.replace("203.0.113.0/24", "203.0.113.0/99")
                .replace("198.51.100.7:5080", "sip carrier")
                .replace("400-123-4567", "400-123-456x")
                .replace("password = \"Tiger-7\"", "password = \"\"")
        },
        &expect![[r#"
            centre.toml:15:9: "203.0.113.0/99" is no network: not a prefix length: write 203.0.113.0/24, or one address
            centre.toml:16:30: "sip carrier" is no destination: write host, host:port or an address
            centre.toml:19:9: "400-123-456x" is no number: 'x' does not belong into a telephone number: a 400 number has ten digits; others need their area code
            centre.toml:35:11: endpoint desk has no password: give it one of its own
        "#]],
    );
}

/// REC-24: a gate that would let calls in that cannot be recorded is a mistake.
#[test]
fn rec_24_the_gate_shuts_above_the_recorders_reserve() {
    let policy = |lines: &str| format!("[policy]\n{lines}\n[trunk.carrier]");
    refuses(
        |text| text.replace("[trunk.carrier]", &policy("recording_reserve = \"1GiB\"")),
        &expect![[r#"
        centre.toml:1:1: recording_gate_shut is not above recording_reserve: calls would be taken and not recorded: set recording_gate_shut higher under [policy], say to twice the reserve
    "#]],
    );
    refuses(
        |text| text.replace("[trunk.carrier]", &policy("disk_critical_percent = 20")),
        &expect![[r#"
        centre.toml:1:1: disk_critical_percent is not below disk_low_percent: nobody would be warned in time: set disk_low_percent higher under [policy]
    "#]],
    );
    refuses(
        |text| text.replace("[trunk.carrier]", &policy("recording_gate_open = \"300MiB\"")),
        &expect![[r#"
        centre.toml:1:1: recording_gate_open is below recording_gate_shut: the gate would open and shut at once: set recording_gate_open higher under [policy]
    "#]],
    );
    refuses(
        |text| text.replace("[trunk.carrier]", &policy("recording_gate_open = \"1000000\"")),
        &expect![[r#"
            centre.toml:15:23: recording_gate_open: it must be an amount of storage such as "500KiB", "256MiB" or "2GiB"
        "#]],
    );
}

#[test]
fn an_unknown_word_names_its_line() {
    refuses(
        |text| text.replace("calls_max = 30", "calls_max = 30\nmax_calls = 3"),
        &expect![[r#"
        centre.toml:18:1: unknown field `max_calls`, expected one of `from`, `to`, `transport`, `username`, `password`, `register`, `options_interval`, `calls_max`, `called_in`, `caller_in`, `number_format`, `strip`, `symmetric`: see docs/configuration.md
    "#]],
    );
}

/// INB-15, INB-25: skills, regions and the ladder of a queue come out as the router reads them.
#[test]
fn inb_15_skills_and_ladders_are_read() {
    let ladder = r#"
skills = { loans = 2 }
strategy = "skill"
overflow = [
  { when = { waited = "30s" }, then = { skills = { loans = 0 } } },
  { when = { length = 10 }, then = { queue = "second" } },
  { when = { service_level = { percent = 80, within = "20s", window = "15m" } }, then = "callback" },
  { when = "no_agent", then = "voicemail" },
]

[queue.second]
agents = ["alice"]
alert_after = "0s"
"#;
    let text = CENTRE.replace("music = \"music\"\n", &format!("music = \"music\"{ladder}"));
    let text =
        text.replace("endpoints = [\"desk\"]", "endpoints = [\"desk\"]\nskills = { loans = 3 }\nregions = [\"杭州\"]");
    let snapshot = Snapshot::build(source(&text, WELCOME)).expect("nothing is wrong with it");
    let sales = snapshot.acd.queues.iter().find(|queue| queue.name.as_str() == "sales").unwrap();
    assert_eq!((sales.skills.len(), sales.overflow.len(), sales.alert_after), (1, 4, Some(Duration::from_secs(30))));
    let second = snapshot.acd.queues.iter().find(|queue| queue.name.as_str() == "second").unwrap();
    assert_eq!(second.alert_after, None);
    let alice = &snapshot.acd.agents[0];
    assert_eq!((alice.skills[0].1, alice.regions.len()), (3, 1));
}

#[test]
fn a_ladder_that_leads_nowhere_is_found() {
    refuses(
        |text| {
            let ladder =
                "overflow = [{ when = { waited = \"9s\" }, then = { queue = \"sales\" } }]\nskills = { loans = 0 }";
            text.replace("music = \"music\"\n", &format!("music = \"music\"\n{ladder}\n"))
        },
        &expect![[r#"
            centre.toml:31:58: a queue cannot overflow into itself: name another queue
            centre.toml:32:12: level 0 of skill "loans" says nothing: write a level from 1 to 255, or leave the skill out
        "#]],
    );
}

/// A ladder to a number outside needs a number, and a trunk that takes calls; a flow may only ask for what somebody can.
#[test]
fn inb_15_what_nobody_can_do_and_where_nobody_can_be_sent_is_found() {
    let ladder = "overflow = [{ when = { waited = \"9s\" }, then = { external = \"12\" } }]";
    let text = CENTRE.replace("music = \"music\"\n", &format!("music = \"music\"\n{ladder}\n"));
    let welcome = WELCOME.replace("queue = \"sales\"\n", "queue = \"sales\"\nskills = { english = 2 }\n");
    assert_ne!(welcome, WELCOME);
    let found = Snapshot::build(source(&text, &welcome)).expect_err("it is refused");
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let told = |words: &str| found.iter().any(|mistake| mistake.contains(words));
    assert!(told("no agent of queue sales has english at level 2 or higher"), "{found:#?}");
    assert!(told("\"12\" is no number"), "{found:#?}");
}

/// REC-20: a flow that lets an agent join before the notice was heard is not published.
#[test]
fn rec_20_a_flow_without_its_notice_is_refused() {
    let welcome = WELCOME.replace("notice = true\n", "");
    let found = Snapshot::build(source(CENTRE, &welcome)).expect_err("it is refused");
    expect![[r#"
        centre.toml:23:8: flow welcome: line 16, column 8: a human joins a recorded call whose caller has not heard the notice
          call -> [answer] -> [notice] -> [sales]
          remedy: play a node with notice = true before it, without barge_in, on every way; or set recording = "off""#]].assert_eq(&found[0].to_string());
}

/// INB-06, INB-10: a broken prompt blocks publishing.
#[test]
fn inb_10_a_broken_prompt_is_refused() {
    let mut source = source(CENTRE, WELCOME);
    for audio in source.audio.values_mut() {
        *audio = Audio::Broken("the file is silent; record it again".to_owned());
    }
    let found = Snapshot::build(source).expect_err("it is refused");
    expect![[r#"
        centre.toml:23:8: flow welcome: line 11, column 8: prompt say-本次通话可能录音-6a246fed59 cannot be played: the file is silent; record it again
          call -> [answer] -> [notice]
          remedy: upload it again as WAV, MP3 or Ogg
        centre.toml:30:9: prompt music cannot be played: the file is silent; record it again
    "#]].assert_eq(&found.iter().map(|mistake| format!("{mistake}\n")).collect::<String>());
}

const LISTS: &str = r#"
[list.blocked]
kind = "deny"
treatment = "announcement"

[list.threats]
kind = "deny"
prompt = "music"

[list.friends]
kind = "allow"
queue = "sales"
agent = "alice"
class = "vip"

[list.members]
kind = "allow"
flow = "welcome"

[list.seen]
kind = "watch"

[list.tickets]
kind = "exempt"

[nuisance]
deny = "blocked"
watch = "seen"
exempt = "tickets"

[policy]
nuisance_window = "30m"
"#;

/// INB-18, INB-19, INB-22: what lists there are and what they do stands in the configuration.
#[test]
fn inb_19_lists_become_part_of_the_snapshot() {
    let snapshot = Snapshot::build(source(&(CENTRE.to_owned() + LISTS), WELCOME)).expect("nothing is wrong with it");
    assert_eq!(snapshot.callers.lists.len(), 6);
    let nuisance = snapshot.callers.nuisance.as_ref().expect("the rule");
    assert_eq!((nuisance.deny_calls, nuisance.watch_calls, nuisance.window.as_secs()), (5, 3, 1800));
    let [friends, members] = ["friends", "members"].map(|name| bell_types::ListName::new(name).unwrap());
    let bell_callers::Purpose::Allow(service) = &snapshot.callers.lists[&friends].purpose else { panic!("it allows") };
    let none = bell_types::Service::default();
    let flow = |list, service| snapshot.favouring_flow(list, service).map(|flow| flow.name().to_string());
    assert_eq!(flow(&friends, service).as_deref(), Some("list.friends"));
    assert_eq!(flow(&members, &none).as_deref(), Some("welcome"));
    let gone = bell_types::Service { queue: Some("gone".parse().unwrap()), ..none.clone() };
    assert_eq!(flow(&members, &gone).as_deref(), Some("welcome"), "a queue that is gone is passed over");
    for how in [bell_types::Refusal::Announcement, bell_types::Refusal::Prompt("music".parse().unwrap())] {
        assert!(snapshot.refusing_flow(&how).is_some(), "{how:?}");
    }
}

#[test]
fn a_list_that_cannot_work_is_refused() {
    refuses(
        |text| {
            let lists = LISTS
                .replace("queue = \"sales\"", "queue = \"sale\"")
                .replace("flow = \"welcome\"", "treatment = \"busy\"")
                .replace("watch = \"seen\"", "watch = \"tickets\"")
                .replace("exempt = \"tickets\"", "exempt = \"ticket\"");
            text + &lists
        },
        &expect![[r#"
            centre.toml:48:9: no queue is named "sale": did you mean "sales"?
            centre.toml:53:8: an allow list needs either a flow or a queue: name the one its callers go to instead of the menu
            centre.toml:53:8: only a deny list turns callers away: take out treatment and prompt
            centre.toml:64:9: the list "tickets" is of another kind: name a list with kind = "watch"
            centre.toml:65:10: no list is named "ticket": did you mean "tickets"?
        "#]],
    );
}

/// INB-17: a class that no list gives its callers is a mistake of the flow, told with those there are.
#[test]
fn inb_17_a_flow_asks_for_classes_that_lists_give() {
    let branch =
        "[nodes.value]\ndo = \"branch\"\ncases = [{ class = \"vpi\", then = \"end\" }]\notherwise = \"sales\"\n\n";
    let asks = WELCOME.replace("[nodes.end]", &format!("{branch}[nodes.end]")).replacen(
        "next = \"sales\"",
        "next = \"value\"",
        1,
    );
    let told = |centre: &str, welcome: &str| match Snapshot::build(source(centre, welcome)) {
        Ok(_) => Vec::new(),
        Err(found) => found.iter().map(|mistake| mistake.problem.clone()).collect(),
    };
    let listed = CENTRE.to_owned() + LISTS;
    assert_eq!(told(&listed, &asks.replace("vpi", "vip")), Vec::<String>::new());
    let found = told(&listed, &asks);
    assert!(
        found[0].contains("class vpi does not exist, only vip\n") && found[0].contains("give a list this class"),
        "{found:?}"
    );
    let found = told(CENTRE, &asks);
    assert!(found[0].contains("class vpi does not exist, for no list has a class"), "{found:?}");
}

/// INB-19: an announcement that cannot be played is found before anybody shall hear it.
#[test]
fn inb_19_a_broken_announcement_is_refused() {
    let mut source = source(&(CENTRE.to_owned() + LISTS), WELCOME);
    let music = "music".parse().unwrap();
    source.audio.insert(music, Audio::Broken("the file is silent".to_owned()));
    let found = Snapshot::build(source).expect_err("it is refused");
    assert!(found.iter().any(|mistake| mistake.to_string().contains("prompt music cannot be played")), "{found:?}");
    assert!(found.iter().any(|mistake| mistake.line == 42), "at the list: {found:?}");
}

/// The example of the documentation is one.
#[test]
fn the_documented_example_is_valid() {
    let main = include_str!("../../../../../docs/example/centre.toml");
    let welcome = include_str!("../../../../../docs/example/flows/welcome.toml");
    let mut source = source(main, welcome);
    let text = source.files.remove("welcome.toml").unwrap();
    source.files.insert("flows/welcome.toml".to_owned(), text);
    let wanted = wanted_audio(&source.main, &source.files).expect("its flow can be read");
    source.audio = wanted.into_iter().map(|wanted| (wanted.prompt, Audio::Playable("00".to_owned()))).collect();
    let snapshot = Snapshot::build(source).expect("nothing is wrong with it");
    assert_eq!(snapshot.warnings, []);
}

#[test]
fn a_policy_begins_and_ends_on_its_days() {
    let dated = "[policy]\nring_timeout = { value = \"20s\", from = \"2026-12-24\", until = \"2026-12-26\" }\n";
    let on = |day: &str| {
        let mut source = source(&format!("{CENTRE}{dated}"), WELCOME);
        source.day = Date::parse(day).unwrap();
        Snapshot::build(source).unwrap()
    };
    let ring_timeout = |snapshot: &Snapshot| snapshot.acd.queues[0].ring_timeout.as_secs();
    let days = ["2026-12-23", "2026-12-24", "2026-12-26", "2026-12-27"];
    assert_eq!(days.map(|day| ring_timeout(&on(day))), [30, 20, 20, 30]);

    let before = on("2026-12-23");
    assert_eq!(before.policies.changes_on, Date::parse("2026-12-24"));
    // 15:59:59 and 16:00:00 UTC on the 23rd: midnight in Shanghai.
    assert!(before.renewal(Wall::from_micros(1_798_041_599_000_000)).is_none());
    let renewed = before.renewal(Wall::from_micros(1_798_041_600_000_000)).expect("the 24th has begun");
    assert_eq!(ring_timeout(&Snapshot::build(renewed).unwrap()), 20);
}

#[test]
fn a_wrong_policy_is_named_with_what_was_meant() {
    refuses(
        |text| format!("{text}[policy]\nring_timeut = \"20s\"\nmissed_max = \"3\"\n"),
        &expect![[r#"
            centre.toml:38:1: there is no policy "ring_timeut": did you mean "ring_timeout"?
            centre.toml:39:14: missed_max: it must be a whole number
        "#]],
    );
}

/// A centre whose number has a calendar, an emergency switch and a limit.
fn guarded() -> String {
    let number = "[number.400-123-4567]\nflow = \"welcome\"\n";
    let more = "calendar = \"office\"\nafter_hours = \"welcome\"\nemergency = [\"13800138000\", \"0571-87654321\"]\n";
    let tables = "
[calendar.office]
week = { mon-fri = \"day\", sat = \"10:00-16:00\" }
shifts = { day = \"09:00-18:00\" }
holidays = [\"cn-2026\"]
except = { \"2026-12-31\" = \"09:00-12:00\" }
[ivr]
calls_max = 1
overflow = \"welcome\"
[look_up]
origins = [\"http://crm.example:8080\"]
";
    format!("{}{tables}", CENTRE.replace(number, &format!("{number}{more}")))
}

/// Services asked by https: whose certificates are believed, and every mistake in saying so.
#[test]
fn authorities_of_services_are_read_with_every_mistake() {
    let own = "origins = [\"http://crm.example:8080\", \"https://crm.example\"]\n\
               ca_files = { \"https://crm.example\" = \"ca.pem\" }\n";
    let guarded = guarded().replace("origins = [\"http://crm.example:8080\"]\n", own);
    let with = |text: &str, pem: &str| {
        let mut source = source(text, WELCOME);
        source.files.insert("ca.pem".to_owned(), pem.to_owned());
        Snapshot::build(source)
    };
    let pem = "-----BEGIN CERTIFICATE-----\n";
    let snapshot = with(&guarded, pem).unwrap();
    assert_eq!(wanted_files(&snapshot.source.main).unwrap().len(), 2);
    let trust = |origin: &str| snapshot.services.get(origin).cloned();
    assert_eq!(trust("https://crm.example"), Some(Trust::Own(pem.into())));
    assert_eq!(trust("http://crm.example:8080"), Some(Trust::System));
    let wrong = guarded.replace(
        "= \"ca.pem\"",
        "= \"ca.pem\", \"https://crm.exampel\" = \"ca.pem\", \"http://crm.example:8080\" = \"gone.pem\"",
    );
    let found = with(&wrong, "a certificate").unwrap_err();
    let told: String = found.iter().map(|mistake| format!("{mistake}\n")).collect();
    expect![[r#"
        centre.toml:51:38: the file "ca.pem" holds no certificate: write the certificates of the authority as PEM
        centre.toml:51:48: "https://crm.exampel" is none of the origins: did you mean "https://crm.example"?
        centre.toml:51:72: the file "ca.pem" holds no certificate: write the certificates of the authority as PEM
        centre.toml:51:82: a service that is asked by http shows no certificate: ask it by https
        centre.toml:51:110: the file "gone.pem" is not there: put it beside the configuration, or correct the name
    "#]]
    .assert_eq(&told);
}

#[test]
fn inb_32_calendars_and_doors_are_read_with_every_mistake() {
    let snapshot = Snapshot::build(source(&guarded(), WELCOME)).unwrap();
    let door = snapshot.numbers.values().next().unwrap();
    assert!(door.after_hours.is_some() && door.emergency.is_some());
    assert_eq!(snapshot.capacity.as_ref().map(|capacity| capacity.in_flows_max), Some(1));
    let wrong = guarded()
        .replace("holidays = [\"cn-2026\"]", "holidays = [\"cn-2062\"]")
        .replace("= \"day\"", "= \"late\"")
        .replace("calendar = \"office\"", "calendar = \"ofice\"")
        .replace("http://crm.example:8080", "http://crm.example:8080/path");
    let found = Snapshot::build(source(&wrong, WELCOME)).unwrap_err();
    let told: String = found.iter().map(|mistake| format!("{mistake}\n")).collect();
    expect![[r#"
        centre.toml:21:12: no calendar is named "ofice": did you mean "office"?
        centre.toml:42:20: "late" are no hours and no shift: write "09:00-12:00, 13:30-18:00", "closed", or the names of shifts
        centre.toml:44:13: no public calendar is named "cn-2062": did you mean "cn-2026"?
        centre.toml:50:12: "http://crm.example:8080/path" is no service: write scheme, host and port: "http://crm.example.com:8080"
    "#]]
    .assert_eq(&told);
}

/// DIA-25: one act forwards the number, with its author; it outlives a restart, and a number without targets has none.
#[test]
fn dia_25_an_emergency_switch_forwards_a_number_in_one_act() {
    use bell_types::{Detour, NodeId, Now, Seq, What};

    use crate::{Command, CommandId, Emergency, Input, Node, Output, Refused, Start};

    let start = |centre: &str| {
        let snapshot = std::sync::Arc::new(Snapshot::build(source(centre, WELCOME)).unwrap());
        let (version, seed) = ("test".to_owned(), [7; 32]);
        Node::new(Now::default(), Start { node: NodeId(1), version, seed, first: Seq(1), snapshot })
    };
    let number = Number::parse("4001234567", &NumberPlan::china(None)).unwrap();
    let switch = |on, drill| {
        let (number, by) = (number.clone(), "王芳".to_owned());
        Input::Command(CommandId(1), Command::Emergency(Emergency { number, on, drill, by }))
    };
    let told = |node: &mut Node| -> Vec<What> {
        std::iter::from_fn(|| node.poll_output())
            .filter_map(|output| match output {
                Output::Fact(fact) => Some(fact.what),
                _ => None,
            })
            .filter(|what| matches!(what, What::EmergencySwitched { .. }))
            .collect()
    };
    let mut node = start(&guarded());
    node.handle(Now::default(), switch(true, true));
    let facts = told(&mut node);
    let [What::EmergencySwitched { on: true, drill: true, targets, by, .. }] = facts.as_slice() else {
        panic!("{facts:?}");
    };
    assert_eq!((targets.len(), by.as_str()), (2, "王芳"));
    let greeting = node.which_flow(&number).unwrap();
    assert_eq!((greeting.flow.as_str(), greeting.why), ("emergency-4001234567", Some(Detour::Emergency)));
    node.handle(Now::default(), switch(false, false));
    assert_eq!(told(&mut node).len(), 1);
    assert_ne!(node.which_flow(&number).unwrap().why, Some(Detour::Emergency));
    node.handle(Now::default(), Input::EmergencyKept(number.clone()));
    assert_ne!(node.which_flow(&number).unwrap().why, Some(Detour::Emergency), "off since the start is off");
    let mut restarted = start(&guarded());
    for _ in 0..2 {
        restarted.handle(Now::default(), Input::EmergencyKept(number.clone()));
    }
    assert_eq!(restarted.which_flow(&number).unwrap().why, Some(Detour::Emergency), "a restart forgets no emergency");
    assert_eq!(told(&mut restarted).len(), 1, "and says so once");

    let mut without = start(CENTRE);
    without.handle(Now::default(), switch(true, false));
    let refused = std::iter::from_fn(|| without.poll_output()).find_map(|output| match output {
        Output::Done(_, outcome) => Some(outcome),
        _ => None,
    });
    assert_eq!(refused, Some(Err(Refused::NoEmergencyNumbers)));
    assert!(told(&mut without).is_empty());
}

/// The centre with a mobile of alice's.
fn with_line(agent: &str, endpoint: &str) -> String {
    let agent = format!("endpoints = [\"desk\", \"mobile\"]\n{agent}");
    let text = CENTRE.replace("endpoints = [\"desk\"]", &agent);
    format!("{text}\n[endpoint.mobile]\n{endpoint}\n")
}

/// TEL-05: a line has its number, what it shows, and what asks whoever answers for the key, in the agent's language.
#[test]
fn tel_05_lines_of_agents_are_read() {
    let mobile = bell_types::EndpointName::new("mobile").unwrap();
    let line = |agent: &str, endpoint: &str, policy: &str| {
        let text = with_line(agent, endpoint).replace("[trunk.carrier]", &format!("{policy}\n[trunk.carrier]"));
        Snapshot::build(source(&text, WELCOME)).expect("nothing is wrong with it").lines[&mobile].clone()
    };
    let plain = line("", "line = \"13800138000\"", "");
    assert_eq!(plain.number.to_string(), "+8613800138000");
    assert_eq!(plain.shown, bell_call::Shown::Called);
    let asks = |language| Some(announce::confirm(language).name);
    assert_eq!(plain.confirm, asks(bell_ivr::Language::Mandarin));
    let english = line("language = \"en-US\"", "line = \"13800138000\"\nshown = \"400-123-4567\"", "");
    assert_eq!(english.confirm, asks(bell_ivr::Language::English));
    assert_eq!(english.shown, bell_call::Shown::Number(Number::parse("4001234567", &NumberPlan::china(None)).unwrap()));
    let open = line("", "line = \"87654321\"", "[policy]\nline_confirm = false\nline_shows_caller = true");
    assert_eq!((open.number.to_string().as_str(), open.confirm), ("+8657187654321", None), "an area code of ours");
    assert_eq!(open.shown, bell_call::Shown::Caller);
    let main =
        Text { file: "centre.toml".to_owned(), text: with_line("language = \"en-US\"", "line = \"13800138000\"") };
    let wanted = wanted_audio(&main, &BTreeMap::from([("welcome.toml".to_owned(), WELCOME.to_owned())])).unwrap();
    assert!(wanted.iter().any(|audio| Some(&audio.prompt) == english.confirm.as_ref()), "the prompt is made ready");
}

/// What is wrong with a configuration.
fn told(text: &str) -> Vec<String> {
    let mistakes = Snapshot::build(source(text, WELCOME)).expect_err("something is wrong with it");
    mistakes.iter().map(|mistake| mistake.problem.clone()).collect()
}

/// TEL-05: a line that cannot be called is found before anybody waits for it.
#[test]
fn tel_05_lines_that_cannot_be_are_refused() {
    for (agent, endpoint, problem) in [
        ("", "line = \"1380013800\"", "\"1380013800\" is no line: the number is too short: digits are missing"),
        ("", "line = \"442079460958\"", "\"442079460958\" is no line: the country code is missing"),
        ("", "line = \"4001234567\"", "4001234567 is a number of ours: its calls would come back to us"),
        ("", "line = \"13800138000\"\npassword = \"x\"", "endpoint mobile is a phone and a line at once"),
        ("", "line = \"13800138000\"\nbrowser = true", "endpoint mobile is a browser and a line at once"),
        ("", "contacts_max = 1", "endpoint mobile is no phone, no browser and no line"),
        ("", "line = \"13800138000\"\nshown = \"13900139000\"", "13900139000 is none of our numbers"),
        ("", "password = \"x\"\nshown = \"4001234567\"", "a phone that registers shows who calls"),
        ("language = \"fr\"", "line = \"13800138000\"", "\"fr\" is no language we speak"),
    ] {
        assert_eq!(told(&with_line(agent, endpoint)), [problem]);
    }
    let twice = with_line("", "line = \"13800138000\"\n\n[endpoint.other]\nline = \"+86 138 0013 8000\"");
    assert_eq!(told(&twice), ["+86 138 0013 8000 is the line of endpoint mobile already"]);
    let alone = with_line("sign_in = \"registration\"", "line = \"13800138000\"").replace("\"desk\", ", "");
    assert_eq!(told(&alone), ["agent alice has lines alone, and a line does not register"]);
    let inbound = with_line("", "line = \"13800138000\"");
    let inbound = inbound.replace("to = [\"sip.carrier.example\", \"198.51.100.7:5080\"]\n", "");
    assert_eq!(told(&inbound), ["no trunk leads to this line"]);
}

/// TEL-12: a browser needs neither password nor line.
#[test]
fn tel_12_a_browser_is_an_endpoint() {
    let browser = |endpoint: &str| {
        let text = with_line("", endpoint);
        let snapshot = Snapshot::build(source(&text, WELCOME)).expect("nothing is wrong with it");
        let name = bell_types::EndpointName::new("mobile").unwrap();
        let proof = snapshot.sip.endpoints[&name].secret.is_some();
        (snapshot.browsers.contains(&name), proof)
    };
    assert_eq!(browser("browser = true"), (true, false));
    assert_eq!(browser("browser = true\npassword = \"x\""), (true, true));
    assert_eq!(browser("password = \"x\""), (false, true));
}

/// A console speaks in the clear to the machine itself alone, or to a proxy that is named; with HTTPS to everybody.
#[test]
fn a_console_carries_no_passwords_in_the_clear() {
    let console = |lines: &str| format!("[console]\nlisten = [\"192.0.2.10:443\"]\n{lines}\n[trunk.carrier]");
    refuses(
        |text| text.replace("[trunk.carrier]", &console("")),
        &expect![[r#"
            centre.toml:1:1: a console at 192.0.2.10:443 would carry passwords in the clear: speak HTTPS: tls = true under [console]; or listen on loopback; or name the proxy that speaks HTTPS for us: proxies = ["192.0.2.1"] under [console]
        "#]],
    );
    for guarded in ["tls = true", "proxies = [\"192.0.2.1\"]"] {
        let text = CENTRE.replace("[trunk.carrier]", &console(guarded));
        let listen = Snapshot::build(source(&text, WELCOME)).expect("nothing is wrong with it").listen;
        assert_eq!(listen.secure().len(), if listen.desk.tls { 2 } else { 0 }, "administrators' too");
    }
}

const RESULTS: &str = r#"
[disposition.sales]
resolved = true
within = "45s"
results = [
  { code = "ask", zh = "咨询", en = "Question", results = [
    { code = "price", zh = "价格", en = "Price", effect = "done", required = ["product"] },
  ] },
  { code = "empty_number", zh = "空号", en = "Empty number", effect = "invalid" },
]
fields = [{ name = "product", zh = "产品", en = "Product", kind = "choice", choices = [{ code = "a1", zh = "标准版", en = "Standard" }] }]

[queue.sales]
disposition = "sales"
"#;

/// AGT-04, AGT-05: what is asked after a queue's calls, and after those that came by no queue.
#[test]
fn agt_05_a_queue_asks_for_the_results_of_its_tree() {
    let text = CENTRE.replace("[queue.sales]", RESULTS);
    let snapshot = Snapshot::build(source(&text, WELCOME)).expect("nothing is wrong with it");
    let sales = bell_types::QueueName::new("sales").unwrap();
    let sheet = snapshot.summaries.after(Some(&sales)).expect("it has one");
    let need = bell_customer::Need::Required;
    assert_eq!((sheet.name.as_str(), sheet.rule.disposition, sheet.rule.resolved), ("sales", need, need));
    assert_eq!((sheet.rule.within, sheet.tree.tree().len()), (Duration::from_secs(45), 2));
    assert!(snapshot.summaries.after(None).is_none());

    let text = text.replace("area_code", "disposition = \"sales\"\narea_code");
    let snapshot = Snapshot::build(source(&text, WELCOME)).expect("nothing is wrong with it");
    assert_eq!(snapshot.summaries.after(None).map(|sheet| sheet.name.as_str()), Some("sales"));
}

#[test]
fn agt_05_a_tree_that_cannot_work_is_told_with_its_place() {
    for (from, to, mistake) in [
        (
            "\"product\"]",
            "\"produkt\"]",
            expect![[r#"
            centre.toml:34:14: disposition sales: price asks for the field produkt, which is not there: did you mean "product"?
        "#]],
        ),
        (
            "code = \"empty_number\"",
            "code = \"ask\"",
            expect![[r#"
            centre.toml:36:12: disposition sales: ask is there twice under one heading: give each a code of its own
        "#]],
        ),
        (
            "code = \"empty_number\"",
            "code = \"Empty number\"",
            expect![[r#"
            centre.toml:36:12: "Empty number" is no code: 'E' does not belong into a code: lower-case letters, digits and _ do: write one like "wrong_number"
        "#]],
        ),
        (
            "effect = \"invalid\"",
            "effect = \"never\"",
            expect![[r#"
            centre.toml:36:69: unknown variant `never`, expected one of `retry`, `done`, `invalid`, `update_data`: see docs/configuration.md
        "#]],
        ),
        (
            "en = \"Question\"",
            "en = \"Question\", effect = \"done\"",
            expect![[r#"
            centre.toml:33:12: ask is a heading over results and has an effect: give the effect to its results
        "#]],
        ),
        (
            "en = \"Empty number\"",
            "en = \" \"",
            expect![[r#"
            centre.toml:36:12: empty_number has no words in one of the languages: write what agents read in both: zh = "空号", en = "Empty number"
        "#]],
        ),
        (
            "name = \"product\"",
            "name = \"note\"",
            expect![[r#"
            centre.toml:38:20: disposition sales: a field cannot be called note: every summary has that already: call it otherwise
        "#]],
        ),
        (
            "effect = \"invalid\"",
            "effect = \"invalid\", list = \"nowhere\"",
            expect![[r#"
            centre.toml:36:87: no list is named "nowhere": remove it
        "#]],
        ),
        (
            "effect = \"invalid\"",
            "effect = \"invalid\", list_term = \"30d\"",
            expect![[r#"
            centre.toml:36:92: empty_number has a list_term and no list: name the list, or leave it out
        "#]],
        ),
        (
            "kind = \"choice\"",
            "kind = \"text\"",
            expect![[r#"
            centre.toml:38:20: the field product has choices and is none to choose from: write kind = "choice", or leave the choices out
        "#]],
        ),
        (
            "disposition = \"sales\"",
            "disposition = \"sale\"",
            expect![[r#"
            centre.toml:41:15: no disposition is named "sale": did you mean "sales"?
        "#]],
        ),
    ] {
        refuses(|text| text.replace("[queue.sales]", &RESULTS.replace(from, to)), &mistake);
    }
}

/// AGT-02: the system of customers is named with a place for the number, and what of its answer is shown.
#[test]
fn the_system_of_customers_is_asked_by_number() {
    let more = |lines: &str| CENTRE.replace("[trunk.carrier]", &format!("{lines}\n[trunk.carrier]"));
    let lines = "[crm]\nurl = \"https://crm.example.com/c/{number}?all=1\"\npassword = \"s3cret\"\nname = \"/name\"\n\
                 fields = { company = \"/company/name\" }";
    let snapshot = Snapshot::build(source(&more(lines), WELCOME)).expect("nothing is wrong with it");
    let crm = snapshot.outside.crm.as_ref().expect("it is there");
    assert_eq!((crm.before.as_str(), crm.after.as_str()), ("https://crm.example.com/c/", "?all=1"));
    assert!(!format!("{crm:?}").contains("s3cret"), "a secret stands in no log");
    for url in ["https://{number}.example.com/", "https://crm.example.com/", "ftp://a/b/{number}", "/{number}"] {
        let lines = lines.replace("https://crm.example.com/c/{number}?all=1", url);
        let mistakes = Snapshot::build(source(&more(&lines), WELCOME)).expect_err("it is refused");
        assert!(mistakes[0].to_string().contains("is no address that a customer can be asked for at"), "{mistakes:?}");
    }
    refuses(
        |_| more(&lines.replace("\"/name\"", "\"name\"").replace("company =", "Company =")),
        &expect![[r#"
        centre.toml:17:8: "name" points nowhere in an answer: write it like /company/name
        centre.toml:18:12: "Company" is no name of a field: write it in small letters, digits and _
    "#]],
    );
}

/// SEC-09: whoever signs in elsewhere shows there what he shows us. Webhooks go inside only where that is said.
#[test]
fn what_is_asked_outside_is_named_and_not_in_the_clear() {
    let more = |lines: &str| CENTRE.replace("[trunk.carrier]", &format!("{lines}\n[trunk.carrier]"));
    let lines = "[outgoing]\ninside = [\"10.1.0.0/16\"]\n[oidc.corp]\nzh = \"企业登录\"\nissuer = \"https://id.example.com\"\n\
                 client_id = \"bell\"\npassword = \"s3cret\"";
    let snapshot = Snapshot::build(source(&more(lines), WELCOME)).expect("nothing is wrong with it");
    let corp = &snapshot.outside.providers["corp"];
    assert_eq!((corp.en.as_str(), corp.claim.as_str(), corp.second_factor), ("企业登录", "preferred_username", false));
    assert!(!format!("{corp:?}").contains("s3cret"), "a secret stands in no log");
    assert_eq!(snapshot.outside.inside.len(), 1);
    for near in ["http://127.0.0.1:9/realm", "http://localhost"] {
        assert!(
            Snapshot::build(source(&more(&lines.replace("https://id.example.com", near)), WELCOME)).is_ok(),
            "{near}"
        );
    }
    refuses(
        |_| {
            more(
                "[outgoing]\ninside = [\"10.1.0.7/16\"]\n[oidc.corp]\nissuer = \"http://127.0.0.1.evil.example\"\nclient_id = \"x\"",
            )
        },
        &expect![[r#"
            centre.toml:15:11: "10.1.0.7/16" is no network: the address has bits beyond its prefix: write it like 10.1.0.0/16
            centre.toml:17:10: "http://127.0.0.1.evil.example" is no address of a provider that could be trusted: write it as the provider does: https://id.example.com
        "#]],
    );
    refuses(
        |_| more("[policy]\nwebhook_keep = \"1d\""),
        &expect![[r#"
        centre.toml:1:1: webhook_keep is shorter than webhook_disable_after: a receiver that is back would miss events: set webhook_keep longer under [policy]
    "#]],
    );
}
