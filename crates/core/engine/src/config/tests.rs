//! Good configurations become snapshots; bad ones name every mistake with its place.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{FlowName, Number, NumberPlan};
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
    let flows = BTreeMap::from([("welcome.toml".to_owned(), welcome.to_owned())]);
    let wanted = wanted_audio(&main, &flows).unwrap_or_default();
    let audio = wanted.into_iter().map(|wanted| (wanted.prompt, Audio::Playable("00".to_owned()))).collect();
    let zone = ZoneTable { first: 28_800, changes: Vec::new() };
    Source { version: 1, hash: "h".to_owned(), main, flows, audio, zone }
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
    assert_eq!(snapshot.numbers.get(&number), Some(&welcome), "TEL-01");
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

/// The example of the documentation is one.
#[test]
fn the_documented_example_is_valid() {
    let main = include_str!("../../../../../docs/example/centre.toml");
    let welcome = include_str!("../../../../../docs/example/flows/welcome.toml");
    let mut source = source(main, welcome);
    let text = source.flows.remove("welcome.toml").unwrap();
    source.flows.insert("flows/welcome.toml".to_owned(), text);
    let wanted = wanted_audio(&source.main, &source.flows).expect("its flow can be read");
    source.audio = wanted.into_iter().map(|wanted| (wanted.prompt, Audio::Playable("00".to_owned()))).collect();
    let snapshot = Snapshot::build(source).expect("nothing is wrong with it");
    assert_eq!(snapshot.warnings, []);
}
