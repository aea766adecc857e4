//! What an operator does, and what he is told when it cannot be done.

use std::fs;
use std::process::Command;
use std::time::Duration;

use bell_testkit::{EndedBy, KitError, Process, TonePhone};
use serde_json::Value;

use crate::centre::{ALICE_HZ, BOB_HZ, CALLER_HZ, Centre, choose, offers, path, stages};

/// A mistake names file, line, column and remedy, and changes nothing.
#[test]
fn a_broken_configuration_changes_nothing() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let before = (centre.operate(&["config", "list"]), centre.health()["control"]["config_version"].clone());
    let good = fs::read_to_string(centre.config()).expect("the configuration");
    let broken = centre.server.dir().join("broken.toml");
    let mistakes = [
        ("agents = [\"alice\", \"bob\"]", "agents = [\"alice\", \"bobb\"]", "bobb"),
        ("zone = \"Asia/Shanghai\"", "zone = \"Asia/Shanghia\"", "Shanghia"),
        ("calls_max = 100", "calls_maximum = 100", "calls_maximum"),
        ("[queue.support]", "[queue.support", "unclosed"),
    ];
    for (right, wrong, named) in mistakes {
        let text = good.replacen(right, wrong, 1);
        let line = text.lines().position(|line| line.contains(wrong)).expect("it was put in") + 1;
        fs::write(&broken, &text).expect("it can be written");
        let (ok, told) = centre.operate(&["apply", path(&broken)]);
        assert!(!ok && told.contains(&format!("broken.toml:{line}:")) && told.contains(named), "{wrong}: {told}");
    }
    assert_eq!(before, (centre.operate(&["config", "list"]), centre.health()["control"]["config_version"].clone()));
    let (ok, told) = centre.operate(&["apply", "/nowhere/centre.toml"]);
    assert!(!ok && told.contains("/nowhere/centre.toml"), "{told}");
    centre.assert_replays();
    Ok(())
}

/// A prompt that cannot be played blocks the configuration that names it.
#[test]
fn a_broken_prompt_blocks_apply() -> Result<(), KitError> {
    let centre = Centre::start()?;
    fs::write(centre.server.dir().join("music.wav"), b"RIFF....WAVE this is no sound").expect("it can be written");
    let good = fs::read_to_string(centre.config()).expect("the configuration");
    let wrong = good.replacen("strategy = \"sequential\"", "strategy = \"sequential\"\nmusic = \"music\"", 1);
    let wrong = format!("{wrong}\n[prompt.music]\nfile = \"music.wav\"\n");
    fs::write(centre.config(), wrong).expect("it can be written");
    let (ok, told) = centre.operate(&["apply", "{config}"]);
    assert!(!ok && told.contains("music") && told.contains("config.toml:"), "{told}");
    assert_eq!(centre.health()["control"]["config_version"], 1);
    centre.assert_replays();
    Ok(())
}

/// INB-09: a change is shown without passwords and counts for the next call; a live call keeps what it started with.
/// An old version can take effect again.
#[test]
fn inb_09_a_change_counts_for_the_next_call() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut talking = centre.talking()?;
    let good = fs::read_to_string(centre.config()).expect("the configuration");
    let changed = good.replacen("agents = [\"alice\", \"bob\"]", "agents = [\"bob\"]", 1).replace("Alice-1", "Alice-9");
    fs::write(centre.config(), changed).expect("it can be written");
    let flow = fs::read_to_string(centre.flow()).expect("the flow");
    fs::write(centre.flow(), flow.replacen("version = 1", "version = 2", 1)).expect("it can be written");
    let (ok, told) = centre.operate(&["apply", "--dry-run", "{config}"]);
    assert!(ok && told.contains("+version = 2"), "{told}");
    let (ok, told) = centre.operate(&["apply", "{config}"]);
    assert!(ok && told.contains("+agents = [\"bob\"]") && told.contains("version 2 is in force"), "{told}");
    assert!(!told.contains("Alice-"), "{told}");
    assert!(talking.call.hears(ALICE_HZ)?, "nobody who talks notices");

    let (_caller, mut call) = centre.queued()?;
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let records = centre.records(2);
    let version = |agent: &str| {
        let talked = |record: &&Value| stages(record).contains(&format!("talk {agent}"));
        records.iter().find(talked).map(|record| record["flow_version"].clone())
    };
    assert_eq!((version("alice"), version("bob")), (Some(1.into()), Some(2.into())));

    let (ok, told) = centre.operate(&["config", "roll-back", "1"]);
    assert!(ok && told.contains("version 3 is in force"), "{told}");
    assert_eq!(centre.operate(&["config", "list"]).1.lines().count(), 3);
    let (ok, told) = centre.operate(&["config", "show", "3"]);
    assert!(ok && told.contains("agents = [\"alice\", \"bob\"]") && !told.contains("Alice-1"), "{told}");
    assert!(!centre.operate(&["config", "roll-back", "77"]).0);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-03: a flow that cannot be published is shown the way that fails; one that can, all its ways.
#[test]
fn inb_03_flows_are_proved_and_simulated() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let file = centre.flow();
    let (ok, told) = centre.operate(&["flow", "check", path(&file)]);
    assert!(ok && told.contains("proved"), "{told}");
    let (ok, told) = centre.operate(&["flow", "simulate", path(&file)]);
    assert!(ok && told.contains("support") && told.contains("sales"), "{told}");
    let flow = fs::read_to_string(&file).expect("the flow");
    let astray = flow.replace("1 = \"sales\", 2 = \"support\", 0 = \"sales\"", "1 = \"closed\"");
    fs::write(&file, astray.replace("otherwise = \"sales\"", "otherwise = \"closed\"")).expect("it can be written");
    let (ok, told) = centre.operate(&["flow", "check", path(&file)]);
    assert!(!ok && told.contains("menu") && told.contains("cannot be published"), "{told}");
    let (ok, told) = centre.operate(&["apply", "{config}"]);
    assert!(!ok && told.contains("welcome"), "{told}");
    Ok(())
}

/// DIA-09: why an agent got no call: state, skill, phone and decisions of a chosen time, for people and for programs.
#[test]
fn dia_09_what_kept_a_call_from_an_agent_is_told() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let (mut alice, mut bob) = (centre.alice()?, centre.bob()?);
    let (ok, text) = centre.operate(&["agents", "alice", "break", "--reason", "lunch"]);
    assert!(ok, "{text}");
    let (_phone, mut call) = centre.queued()?;
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(!alice.is_called());
    let (ok, told) = centre.operate(&["why-not", "alice"]);
    assert!(ok && told.contains("lunch"), "her state: {told}");
    let (ok, told) = centre.operate(&["why-not", "alice", "--json"]);
    let told: Value = serde_json::from_str(&told).expect("it is JSON");
    assert!(ok && told.to_string().contains("lunch"), "{told}");
    call.hang_up()?;
    offer.wait_ended()?;
    alice.unregister(&centre.sip())?;
    let (ok, told) = centre.operate(&["why-not", "alice"]);
    assert!(ok && told.contains("phone"), "her phone: {told}");
    let (ok, told) = centre.operate(&["why-not", "alice", "--at", "2020-01-01T00:00:00Z"]);
    assert!(ok, "a time before everything: {told}");
    centre.assert_quiet();
    Ok(())
}

/// INB-13: an agent on a break gets no call; back from it, he does. A name nobody has is refused.
#[test]
fn inb_13_breaks_count() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let (mut alice, mut bob) = (centre.alice()?, centre.bob()?);
    let (ok, told) = centre.operate(&["agents", "alice", "break", "--reason", "lunch"]);
    assert!(ok, "{told}");
    assert!(centre.operate(&["agents"]).1.contains("lunch"));
    let (_caller, mut call) = centre.queued()?;
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(!alice.is_called());
    call.hang_up()?;
    offer.wait_ended()?;
    centre.assert_quiet();
    assert!(centre.operate(&["agents", "alice", "available"]).0);
    let (_caller, mut call) = centre.queued()?;
    alice.wait_call()?.answer()?;
    assert!(call.hears(ALICE_HZ)?);
    call.hang_up()?;
    assert_eq!(offers(&centre.records(2)[0]), ["alice accepted"]);
    let (ok, told) = centre.operate(&["agents", "zoe", "break"]);
    assert!(!ok && told.contains("no agent of this name"), "{told}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// REC-19: a live call can be ended from outside; both sides get BYE, and the record says who did it.
#[test]
fn a_call_is_released() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    let live: Vec<Value> = serde_json::from_str(&centre.operate(&["calls", "--live", "--json"]).1).expect("JSON");
    let call = live[0]["call"].as_str().expect("an id").to_owned();
    assert!(centre.operate(&["release", &call]).0);
    assert_eq!(talking.call.wait_ended()?.by, EndedBy::Them);
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    let record = &centre.records(1)[0];
    assert_eq!((&record["ending"]["cause"], &record["ending"]["by"]), (&"released".into(), &"operator".into()));
    let (ok, told) = centre.operate(&["release", &call]);
    assert!(!ok && told.contains("no live call has this id"), "{told}");
    let trace = centre.until("both answers to our BYE in the trace", || {
        let (_, trace) = centre.operate(&["trace", &call]);
        (trace.matches("SIP/2.0 200").count() >= 4).then_some(trace)
    });
    assert_eq!(trace.matches("BYE sip:").count(), 2, "DIA-06: what we ended ourselves stands in the trace: {trace}");
    let acts: Vec<Value> = centre.facts().into_iter().filter(|fact| fact["what"]["what"] == "call_commanded").collect();
    let [act] = acts.as_slice() else { panic!("{acts:?}") };
    assert_eq!((&act["what"]["call"], &act["what"]["command"]), (&call.as_str().into(), &"release".into()));
    assert_eq!(act["what"]["by"], "operator", "REC-19: who, when and which call stand in the facts");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// DIA-06: the SIP messages of a call, without what would help to log in.
#[test]
fn dia_06_a_trace_shows_no_secrets() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let alice = TonePhone::at(ALICE_HZ, "127.0.0.2:0".parse().expect("an address"))?;
    let mut alice = alice.number("alice").credentials("alice", "Alice-1");
    alice.register(&centre.sip())?;
    let mut call = alice.call(&centre.number())?;
    call.wait_answered()?;
    assert!(call.hears_sound(|sound| sound.loudness() > -40.0)?);
    call.hang_up()?;
    let record = &centre.records(1)[0];
    let (ok, trace) = centre.operate(&["trace", record["call"].as_str().expect("an id")]);
    assert!(ok && trace.contains("INVITE sip:4001234567@") && trace.contains("SIP/2.0 200 OK"), "{trace}");
    assert!(trace.contains("BYE sip:"), "{trace}");
    let credentials = trace.lines().find(|line| line.starts_with("Authorization:") || line.starts_with("Proxy-Auth"));
    let credentials = credentials.expect("the INVITE that was taken carried credentials");
    assert!(credentials.contains("response=\"***\""), "{credentials}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-03: the layer that is not well says what is wrong.
#[test]
fn tel_03_a_trunk_that_is_down_shows_in_health() -> Result<(), KitError> {
    let trunk = "[trunk.second]\nto = [\"127.0.0.1:{port:nobody}\"]\ntransport = \"tcp\"\ncalls_max = 10\n\
                 options_interval = \"1s\"\n\n[queue.sales]";
    let centre = Centre::changed(&[("[queue.sales]", trunk)])?;
    let down = || centre.health()["access"]["trunks_down"].to_string();
    centre.until("the trunk to be down", || down().contains("second").then_some(()));
    let (_, told) = centre.operate(&["trunks"]);
    assert!(told.contains("second") && told.contains("down: "), "{told}");
    let (_, told) = centre.operate(&["health"]);
    assert!(told.contains("trunks down: second"), "{told}");
    // What leads nowhere concerns nobody who calls in.
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A port in use and a directory in use are told with their remedy, and disturb nobody.
#[test]
fn a_second_server_is_refused() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    let config = centre.config();
    let elsewhere = centre.server.dir().join("elsewhere");
    for (dir, expected) in
        [(elsewhere.as_path(), "in use"), (centre.server.dir(), "another process writes the journal")]
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_belltower"));
        command.args(["serve", "--dir", path(dir), "--config", path(&config)]);
        let mut second = Process::start(&mut command)?;
        let status = second.wait_exit(Duration::from_secs(20))?;
        assert!(!status.success() && second.log().contains(expected), "{}", second.log());
    }
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Commands on a directory that no node serves say so, and how to start one.
#[test]
fn without_a_node_commands_say_so() -> Result<(), KitError> {
    let mut centre = Centre::start()?;
    let (_caller, mut call) = centre.customer()?;
    choose(&mut call, "1")?;
    call.hang_up()?;
    centre.assert_quiet();
    assert!(centre.server.stop()?.success());
    let (ok, told) = centre.operate(&["health"]);
    assert!(!ok && told.contains("belltower serve --dir"), "{told}");
    assert_eq!(centre.records(1).len(), 1, "what was can be read all the same");
    centre.assert_replays();
    Ok(())
}

/// REC-01, REC-02: what is recorded is set against the calls; a recording is exported as its file's name says, and one
/// that was changed is found.
#[test]
fn rec_01_recordings_are_checked_and_exported() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.listen(Duration::from_secs(2))?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let call = centre.records(1)[0]["call"].as_str().expect("an id").to_owned();
    let (ok, told) = centre.operate(&["recordings", "check", "--verify"]);
    assert!(ok && told.contains("1 calls: ") && told.contains(" % recorded"), "{told}");
    let (ok, told) = centre.operate(&["recordings", "check", "--day", "2001-01-01"]);
    assert!(ok && told.contains("0 calls: "), "{told}");
    let (ok, told) = centre.operate(&["recordings", "check", "--json", "--missing-max", "0", "--permille-min", "0"]);
    let report: Value = serde_json::from_str(&told).expect("JSON");
    assert!(ok && report["recorded_percent"].as_f64().is_some_and(|percent| percent > 90.0), "{told}");

    for (name, begins) in [("call.opus", b"OggS"), ("call.ogg", b"OggS"), ("call.wav", b"RIFF")] {
        let file = centre.server.dir().join(name);
        let (ok, told) = centre.operate(&["recordings", "export", &call, path(&file)]);
        assert!(ok, "{told}");
        assert!(fs::read(&file).expect("it is written").starts_with(begins), "{name}");
    }
    let size = |name: &str| fs::metadata(centre.server.dir().join(name)).expect("it is written").len();
    assert!(size("call.opus") * 5 < size("call.wav"), "REC-02: {} and {}", size("call.opus"), size("call.wav"));
    let (ok, told) = centre.operate(&["recordings", "export", &call, "call.mp3"]);
    assert!(!ok && told.contains("end it in .wav or .opus"), "{told}");

    let file = centre.server.dir().join("recordings").join(format!("{call}.rec"));
    let mut bytes = fs::read(&file).expect("the recording");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("it can be written");
    assert!(centre.operate(&["recordings", "check"]).0, "without reading it, it is there");
    let (ok, told) = centre.operate(&["recordings", "check", "--verify"]);
    assert!(!ok && told.contains(&call) && told.contains("1 recordings are not what they should be"), "{told}");
    Ok(())
}

/// REC-03: the file of a recording says nothing without its key; keys turn over, and with the last one a recording is gone.
#[test]
fn rec_03_recordings_are_under_keys_that_turn_over() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let call = centre.records(1)[0]["call"].as_str().expect("an id").to_owned();
    let recordings = centre.server.dir().join("recordings");
    let on_disk = fs::read(recordings.join(format!("{call}.rec"))).expect("the recording");
    assert!(on_disk.starts_with(b"BELLENC1") && !on_disk.windows(8).any(|window| window == b"BELLREC1"));
    let keys = |arguments: &[&str]| centre.operate(&[&["recordings", "keys", "--json"], arguments].concat());
    let listed = || serde_json::from_str::<Value>(&keys(&["list"]).1).expect("JSON")["keys"].clone();
    let old = listed()[0]["key"].as_str().expect("a key").to_owned();
    assert_eq!(listed()[0]["recordings"], 1);
    assert!(keys(&["rotate"]).0 && keys(&["rewrap"]).0);
    let (ok, told) = centre.operate(&["recordings", "check", "--verify", "--missing-max", "0", "--permille-min", "0"]);
    assert!(ok, "its hash is as it was: {told}");
    let (ok, told) = keys(&["destroy", &old, "--recordings", "1"]);
    assert!(!ok && told.contains("opens 0 recordings"), "{told}");
    assert!(keys(&["destroy", &old, "--recordings", "0"]).0);
    let new = listed()[0]["key"].as_str().expect("a key").to_owned();
    assert!(new != old && keys(&["rotate"]).0 && keys(&["destroy", &new, "--recordings", "1"]).0);
    let out = centre.server.dir().join("call.wav");
    let (ok, told) = centre.operate(&["recordings", "export", &call, path(&out)]);
    assert!(!ok && told.contains(&format!("the key {new} of this recording is not here")), "{told}");
    Ok(())
}
