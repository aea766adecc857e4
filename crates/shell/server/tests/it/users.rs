//! Accounts from the command line, beside a node that serves and without one.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bell_testkit::KitError;
use serde_json::Value;

use crate::centre::{Centre, path};
use crate::commands::run;

/// Runs a command with something piped in.
fn piped(args: &[&str], input: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_belltower"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

/// SEC-01, SEC-14: the first administrator, without a node; whoever changes the log is named with the first bad record.
#[test]
fn sec_14_the_operator_adds_the_first_administrator_and_finds_who_tampers() {
    let dir = tempfile::tempdir().expect("a directory");
    let here = path(dir.path());
    let (ok, text) = piped(
        &["--dir", here, "user", "add", "root", "--role", "super_admin", "--ask-password", "--keep-password"],
        "password\n",
    );
    assert!(!ok && text.contains("too weak") && text.contains("capital letter"), "{text}");
    let (ok, text) = piped(
        &["--dir", here, "user", "add", "root", "--role", "super_admin", "--ask-password", "--keep-password"],
        "Lotos-Kettle7!Rain\n",
    );
    assert!(ok && text.contains("super_admin") && !text.contains("Lotos"), "{text}");
    let (_, text, _) = run(&["--dir", here, "user", "add", "alice", "--role", "agent", "--json"]);
    let added: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(added["password"].as_str().map(str::len), Some(19), "{text}");
    let (_, text, _) = run(&["--dir", here, "user", "list"]);
    assert!(text.contains("alice") && text.contains("never signed in"), "{text}");
    for args in [
        ["user", "grant", "alice", "supervisor"].as_slice(),
        &["user", "revoke", "alice", "agent"],
        &["user", "disable", "alice"],
        &["user", "enable", "alice"],
        &["user", "unlock", "alice", "--reason", "she called"],
        &["user", "reset-password", "alice"],
    ] {
        let (code, text, error) = run(&[["--dir", here].as_slice(), args].concat());
        assert_eq!(code, 0, "{args:?}: {text}{error}");
    }
    let (code, _, error) = run(&["--dir", here, "user", "grant", "alice", "auditor"]);
    assert!(code != 0 && error.contains("must be held by different people"), "{error}");
    let (code, text, error) = run(&["--dir", here, "login-rules", "check", "--user", "root", "--ip", "192.0.2.1"]);
    assert_eq!((code, text.as_str()), (0, "=> let in once a second factor is set up\n"), "{error}");
    let (_, text, _) = run(&["--dir", here, "audit", "search", "--what", "user.", "--json"]);
    let records: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert!(records.iter().any(|record| record["object"] == "user alice" && record["outcome"] == "done"), "{text}");
    assert!(records.iter().all(|record| record["who"].as_str().is_some_and(|who| who.starts_with("operator "))));
    let out = dir.path().join("log.jsonl");
    let (code, text, error) = run(&["--dir", here, "audit", "export", path(&out)]);
    assert_eq!(code, 0, "{text}{error}");
    let (code, text, _) = run(&["--dir", here, "audit", "verify"]);
    assert!(code == 0 && text.contains("the audit log is whole"), "{text}");

    let script = "import sqlite3, sys\n\
                  db = sqlite3.connect(sys.argv[1])\n\
                  db.execute('DROP TRIGGER audit_is_never_changed')\n\
                  db.execute(\"UPDATE audit SET object = 'user bob' WHERE seq = 3\")\n\
                  db.commit()\n";
    let database = dir.path().join("belltower.db");
    let done = Command::new("python3").args(["-c", script, path(&database)]).status().expect("python3 is there");
    assert!(done.success());
    let (code, text, error) = run(&["--dir", here, "audit", "verify"]);
    assert!(code != 0 && error.contains("record 3 was altered"), "{text}{error}");
}

/// SEC-06: beside a node that serves, a leaver's phone is gone within 5 seconds and stays away, also after a restart.
#[test]
fn sec_06_a_leaver_has_no_phone_within_five_seconds() -> Result<(), KitError> {
    let mut centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let add = |name: &str, rest: &[&str]| {
        let (ok, text) = centre.operate(&[["user", "add", name].as_slice(), rest].concat());
        assert!(ok, "{text}");
    };
    add("root", &["--role", "super_admin"]);
    add("bob", &["--role", "agent", "--agent", "bob"]);
    let (ok, text) = centre.operate(&["user", "add", "bert", "--agent", "bob"]);
    assert!(!ok && text.contains("agent is taken"), "{text}");
    let (ok, text) = centre.operate(&["user", "add", "bert", "--agent", "nobody"]);
    assert!(!ok && text.contains("agent is unknown"), "{text}");
    let begun = Instant::now();
    let (ok, text) = centre.operate(&["user", "disable", "bob", "--reason", "has left"]);
    assert!(ok && text.contains("disabled"), "{text}");
    let endpoints = || centre.operate(&["endpoints"]).1;
    centre.until("the phone to be gone", || endpoints().contains("gone: forbidden").then_some(()));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(bob.register(&centre.sip()).is_err());
    centre.server.stop()?;
    centre.server.restart()?;
    let barred = |phone: &mut bell_testkit::TonePhone| phone.register(&centre.sip()).is_err().then_some(());
    centre.until("the node to know who has left", || barred(&mut bob));
    let (ok, text) = centre.operate(&["user", "enable", "bob"]);
    assert!(ok, "{text}");
    centre.until("him to be let in again", || bob.register(&centre.sip()).ok());
    let (ok, text) = centre.operate(&["audit", "verify"]);
    assert!(ok && text.contains("is whole"), "{text}");
    centre.assert_replays();
    Ok(())
}
