//! The commands themselves: what they print, for people and for programs, and what they exit with.

use std::fs;
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use bell_testkit::{KitError, Ready, Server, ServerPlan, TonePhone};
use serde_json::Value;

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose, path};

/// Runs a command and says what it exits with, prints, and complains of.
pub(crate) fn run(args: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_belltower")).args(args).output().expect("the command runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    (status.code().expect("it exits"), text(stdout), text(stderr))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// The demo is a whole centre: its agents get in by the passwords it has drawn, and its callers get to them.
#[test]
fn the_demo_is_a_centre_that_works() -> Result<(), KitError> {
    let ready = Ready::Http("http://127.0.0.1:{port:health}/health".to_owned());
    let plan = ServerPlan::new(env!("CARGO_BIN_EXE_belltower"), ready);
    let args = [
        "demo",
        "--data",
        "{dir}",
        "--sip-port",
        "{port:sip}",
        "--health-port",
        "{port:health}",
        "--console-port",
        "{port:console}",
    ];
    let mut server = Server::start(plan.args(&args))?;
    let file = server.dir().join("demo.json");
    let demo = json(&fs::read_to_string(&file).expect("it is there"));
    assert_eq!(demo["number"], "4008001234");
    assert_eq!((&demo["sip"]["host"], &demo["sip"]["port"]), (&"127.0.0.1".into(), &server.port("sip").into()));
    assert_eq!(demo["trunk"]["address"], server.address("sip").to_string());
    let agents = demo["agents"].as_array().expect("agents");
    let mut passwords: Vec<_> = agents.iter().map(|agent| agent["password"].as_str().expect("one")).collect();
    server.wait_line("What happened: ", Duration::from_secs(20))?;
    let printed = server.log();
    assert!(passwords.iter().all(|password| password.len() >= 16 && !printed.contains(password)), "{printed}");
    passwords.sort_unstable();
    passwords.dedup();
    assert_eq!(passwords.len(), 6, "six agents, each with a password of his own");
    let file_of_people = server.dir().join("demo-people.json");
    let people = json(&fs::read_to_string(&file_of_people).expect("it is there"));
    let people = people.as_array().expect("accounts");
    let names: Vec<_> = people.iter().map(|account| account["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["admin", "lead", "alice", "bob", "carol", "dave", "erin", "frank"]);
    let given = |account: &Value| account["password"].as_str().expect("a password").to_owned();
    assert!(people.iter().all(|account| given(account).len() == 19), "{people:?}");
    let told: Vec<_> = people.iter().filter(|account| printed.contains(&given(account))).collect();
    assert_eq!(told.iter().map(|account| &account["name"]).collect::<Vec<_>>(), ["alice"], "one password: {printed}");
    assert_eq!(told[0]["once"], true, "it lets in once");
    for secret in ["demo.json", "demo-people.json", "demo/centre.toml", "demo/phones/alice/accounts"] {
        assert_eq!(mode(&server.dir().join(secret)), 0o600, "{secret}");
    }
    let accounts = fs::read_to_string(server.dir().join("demo/phones/alice/accounts")).expect("a phone");
    let alice = agents.iter().find(|agent| agent["name"] == "alice").expect("alice");
    let password = alice["password"].as_str().expect("one");
    assert!(accounts.contains(&format!("auth_pass={password};")), "{accounts}");

    let sip = server.address("sip").to_string();
    let mut phone = TonePhone::new(ALICE_HZ)?.number("alice").credentials("alice", password);
    phone.register(&sip)?;
    let mut caller = TonePhone::new(CALLER_HZ)?;
    let mut call = caller.call(demo["dial"].as_str().expect("where to call"))?;
    call.wait_answered()?;
    choose(&mut call, "1")?;
    let mut offer = phone.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;

    // What is there is kept, and passwords are not printed again.
    server.stop()?;
    server.restart()?;
    server.wait_line("What happened: ", Duration::from_secs(20))?;
    let printed = server.log();
    assert!(printed.contains("as before") && !printed.contains("once:"), "{printed}");
    assert_eq!(demo, json(&fs::read_to_string(&file).expect("it is there")));
    Ok(())
}

/// The demo's flow keeps to the policy and greets with the notice; two installations share no password.
#[test]
fn the_demo_is_proved_and_its_passwords_are_its_own() {
    let dirs = [tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory")];
    let made = dirs.each_ref().map(|dir| {
        let (code, out, err) = run(&["--dir", path(dir.path()), "demo", "--files-only"]);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        let text = fs::read_to_string(dir.path().join("demo.json")).expect("it is there");
        json(&text)["agents"][0]["password"].clone()
    });
    assert_ne!(made[0], made[1]);
    let flow = dirs[0].path().join("demo/flows/welcome.toml");
    let (code, out, _) = run(&["flow", "check", path(&flow), "--json"]);
    let proof = json(&out);
    assert_eq!((code, &proof["proved"], &proof["warnings"]), (0, &true.into(), &Value::Array(Vec::new())));
    let (_, out, _) = run(&["flow", "simulate", path(&flow)]);
    for queue in ["sales", "support", "aftersales"] {
        assert!(out.contains(queue), "{out}");
    }
}

/// 0, 1, 2, 3: done, could not be done, wrong command line, no node.
#[test]
fn exit_codes_say_what_happened() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = path(dir.path());
    assert_eq!(run(&["--dir", dir, "config", "list"]).0, 0);
    let (code, out, err) = run(&["--dir", dir, "apply", "/nowhere/centre.toml", "--json"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("/nowhere/centre.toml"), "{err}");
    assert_eq!(run(&["--dir", dir, "calls", "--no-such-option"]).0, 2);
    for command in
        [["live", "--once"], ["health", "--json"], ["agents", "--json"], ["trunks", "--json"], ["stop", "--json"]]
    {
        let (code, out, err) = run(&[&["--data", dir][..], &command[..]].concat());
        assert_eq!((code, out.as_str()), (3, ""), "{command:?}");
        assert!(err.contains("belltower serve --dir"), "{err}");
    }
}

/// Everything that prints prints JSON too, and nothing else into a pipe.
#[test]
fn every_command_speaks_json() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let call = centre.records(1)[0]["call"].as_str().expect("an id").to_owned();
    let (dir, config, flow) = (centre.server.dir().to_owned(), centre.config(), centre.flow());
    let commands: [&[&str]; 17] = [
        &["apply", "--dry-run", path(&config)],
        &["apply", path(&config)],
        &["config", "list"],
        &["config", "show", "1"],
        &["config", "roll-back", "1"],
        &["flow", "check", path(&flow)],
        &["flow", "simulate", path(&flow)],
        &["live"],
        &["calls"],
        &["calls", "--live"],
        &["calls", &call],
        &["why", &call],
        &["trace", &call],
        &["agents"],
        &["agents", "alice", "break"],
        &["health"],
        &["replay"],
    ];
    for command in commands {
        let (code, out, err) = run(&[&["--dir", path(&dir)][..], command, &["--json"]].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{command:?}");
        assert!(json(&out).is_object() || json(&out).is_array(), "{command:?}: {out}");
    }
    Ok(())
}

/// Who waits, who talks, for how long: the same for people and for programs.
#[test]
fn live_shows_calls_queues_and_agents() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    let view = json(&centre.operate(&["live", "--json"]).1);
    assert_eq!(view["calls"][0]["stage"], "talking with alice");
    let agents = view["agents"].as_array().expect("agents");
    let states: Vec<_> = agents.iter().map(|agent| format!("{} {}", agent["agent"], agent["state"])).collect();
    assert_eq!(states, [r#""alice" "talking""#, r#""bob" "signed out""#]);
    assert_eq!(agents[0]["call"], view["calls"][0]["call"]);

    let (_caller, mut waiting) = centre.queued()?;
    centre.until("a second call to wait", || {
        let view = json(&centre.operate(&["live", "--json"]).1);
        (view["queues"][0]["waiting"] == 1 && view["queues"][0]["longest_wait_seconds"].is_u64()).then_some(())
    });
    let (ok, screen) = centre.operate(&["live", "--once"]);
    assert!(ok && screen.contains("2 calls, 1 waiting, 1 of 2 agents at work"), "{screen}");
    assert!(screen.contains("waiting in queue sales") && screen.contains("talking with alice"), "{screen}");
    assert!(!screen.contains('\x1b') && screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    waiting.hang_up()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.assert_quiet();
    let (_, screen) = centre.operate(&["live"]);
    assert!(screen.contains("no call is going on"), "{screen}");
    Ok(())
}

/// DIA-06: one call to the millisecond, with SIP, digits, decisions and media in one line of time.
#[test]
fn dia_06_a_call_is_told_to_the_millisecond() -> Result<(), KitError> {
    let mut centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let call = centre.records(1)[0]["call"].as_str().expect("an id").to_owned();
    let (ok, text) = centre.operate(&["calls", &call]);
    let wanted = ["<- ", "INVITE sip:4001234567@", "200 OK (", "pressed 1 for", "queue sales chose alice", "MOS "];
    for wanted in wanted {
        assert!(ok && text.contains(wanted), "{wanted}: {text}");
    }
    let told = json(&centre.operate(&["calls", "--json", &call]).1);
    let moments = told["timeline"].as_array().expect("a time line");
    let seconds: Vec<f64> = moments.iter().map(|moment| moment["seconds"].as_f64().expect("a figure")).collect();
    assert!(seconds.is_sorted(), "{seconds:?}");
    for kind in ["sip", "call", "flow", "prompt", "digit", "queue", "decision", "offer", "leg", "media", "recording"] {
        assert!(moments.iter().any(|moment| moment["kind"] == kind), "{kind}: {text}");
    }
    // Without the node there is no SIP, and that is said.
    centre.server.stop()?;
    let (ok, text) = centre.operate(&["calls", &call]);
    assert!(ok && text.contains("queue sales chose alice") && text.contains("memory of the running node"), "{text}");
    assert!(!centre.operate(&["calls", "ZZZ"]).0);
    Ok(())
}

/// Before anything is configured, beside a running node, and with somebody on its port.
#[test]
fn the_doctor_names_what_is_wrong_and_what_helps() -> Result<(), KitError> {
    let empty = tempfile::tempdir().expect("a directory");
    let (code, out, err) = run(&["--dir", path(empty.path()), "doctor", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let level = |report: &Value, check: &str| {
        let findings = report["findings"].as_array().expect("findings");
        let levels =
            findings.iter().filter(|finding| finding["check"] == check).map(|finding| finding["level"].clone());
        levels.filter_map(|level| level.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let report = json(&out);
    assert_eq!(
        (level(&report, "configuration"), level(&report, "speech")),
        (vec!["warning".into()], vec!["ok".into()])
    );
    assert_eq!(fs::read_dir(empty.path()).expect("it is there").count(), 0, "it changes nothing");

    let mut centre = Centre::start()?;
    let (ok, text) = centre.operate(&["doctor"]);
    assert!(ok && text.contains("is held by this node") && !text.contains("FAILED"), "{text}");
    centre.server.stop()?;
    let _taken = UdpSocket::bind(centre.server.address("sip")).expect("the port is free again");
    let (ok, text) = centre.operate(&["doctor"]);
    let here = format!("(process {})", std::process::id());
    assert!(!ok && text.contains("FAILED   ports") && text.contains(&here) && text.contains("stop process"), "{text}");
    let version = centre.server.dir().join("config/000001.json");
    for open in [centre.server.dir(), &centre.server.dir().join("config"), &version] {
        fs::set_permissions(open, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    let (_, text) = centre.operate(&["doctor"]);
    assert!(text.contains("chmod go-rwx") && text.contains("000001.json"), "{text}");
    Ok(())
}

/// A private address is of no use to a carrier on the Internet.
#[test]
fn the_doctor_warns_of_a_private_address_for_a_public_trunk() -> Result<(), KitError> {
    let trunk = "from = [\"127.0.0.1\", \"203.0.113.0/28\"]";
    let centre = Centre::changed(&[("from = [\"127.0.0.1\"]", trunk)])?;
    let (ok, text) = centre.operate(&["doctor"]);
    assert!(ok && text.contains("127.0.0.1 is advertised to the public trunk carrier"), "{text}");
    assert!(text.contains("set advertise under [sip]"), "{text}");
    Ok(())
}
