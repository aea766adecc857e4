//! What commands print for programs: JSON on standard output, complaints elsewhere, and an exit code that says which.

use std::fs;

use bell_testkit::{KitError, TonePhone};
use serde_json::{Value, json};

use crate::centre::{CALLER_HZ, Centre, choose};
use crate::{commands, lists};

/// Runs a command with `--json`: its exit code, what it printed, its complaint.
fn run(dir: &str, args: &[&str]) -> (i32, Value, String) {
    let (code, text, complaint) = commands::run(&[&["--dir", dir], args, &["--json"]].concat());
    let told =
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")) };
    (code, told, complaint)
}

/// A running node's directory.
fn dir(centre: &Centre) -> String {
    centre.server.dir().display().to_string()
}

#[track_caller]
fn done(centre: &Centre, args: &[&str]) -> Value {
    let (code, told, complaint) = run(&dir(centre), args);
    assert_eq!(code, 0, "{args:?}: {complaint}");
    told
}

/// It could not be done: nothing on standard output but what was found, and the reason beside it.
#[track_caller]
fn fails(centre: &Centre, args: &[&str], why: &str) -> Value {
    let (code, told, complaint) = run(&dir(centre), args);
    assert_eq!(code, 1, "{args:?}: {told}");
    assert!(complaint.contains(why), "{args:?}: {complaint}");
    told
}

#[test]
fn changes_of_lists_tell_programs_what_became_of_them() -> Result<(), KitError> {
    let centre = lists::centre()?;
    let (wang, li) = (["--as", "wang"], ["--as", "li"]);
    let number = "13800138000";
    let add = ["lists", "add", "blocked", number, "--reason", "骚扰", "--term", "permanent"];
    assert_eq!(done(&centre, &[&add[..], &wang].concat()), json!({ "done": true }));
    let approve = ["lists", "approve", "blocked", number];
    assert_eq!(fails(&centre, &[&approve[..], &wang].concat(), "a second person must approve it"), Value::Null);
    assert_eq!(done(&centre, &[&approve[..], &li].concat()), json!({ "done": true }));
    for what in ["remove", "restore", "undo"] {
        assert_eq!(done(&centre, &[&["lists", what, "blocked", number][..], &li].concat()), json!({ "done": true }));
    }
    let undo = ["lists", "undo", "blocked", number];
    assert_eq!(fails(&centre, &[&undo[..], &li].concat(), "does not stand on this list"), Value::Null);
    let shown = centre.until("the entries", || {
        let shown = done(&centre, &["lists", "show", "blocked", "--ended"]);
        let states: Vec<_> = shown.as_array()?.iter().map(|entry| entry["state"].clone()).collect();
        (states == ["removed", "undone"]).then_some(shown)
    });
    assert_eq!((&shown[0]["approved_by"], &shown[1]["by"]), (&"li".into(), &"li".into()));
    Ok(())
}

#[test]
fn files_of_lists_tell_programs_what_is_in_them() -> Result<(), KitError> {
    let centre = lists::centre()?;
    let path = |name: &str| centre.server.dir().join(name).display().to_string();
    let (template, csv, export) = (path("template.csv"), path("list.csv"), path("export.csv"));
    assert_eq!(done(&centre, &["lists", "template", &template]), json!({ "file": template }));
    fs::write(&csv, "号码,原因\n13800138000,骚扰\n8765,骚扰\n").expect("it can be written");
    let import = ["lists", "import", "blocked", &csv, "--as", "wang"];
    let found = fails(&centre, &import, "nothing was changed");
    assert_eq!((&found["good"], &found["bad"], &found["added"]), (&1.into(), &1.into(), &0.into()), "{found}");
    assert_eq!((&found["problems"][0]["row"], &found["problems"][0]["field"]), (&3.into(), &"号码".into()), "{found}");
    assert_eq!(done(&centre, &[&import[..], &["--partial"]].concat())["added"], 1);
    centre.until("the entry", || {
        let all = done(&centre, &["lists", "list"]);
        let blocked = all.as_array()?.iter().find(|list| list["list"] == "blocked")?.clone();
        (blocked["active"] == 1 && blocked["kind"] == "deny").then_some(())
    });
    let exported = done(&centre, &["lists", "export", "blocked", &export]);
    assert_eq!(exported, json!({ "entries": 1, "file": export }));
    let who = done(&centre, &["lists", "who", "13800138000"]);
    assert_eq!((&who["number"], &who["entries"][0]["list"]), (&"+8613800138000".into(), &"blocked".into()), "{who}");
    assert!(who["region"].to_string().contains("known"), "{who}");
    assert_eq!(done(&centre, &["lists", "blocked"]), json!([]), "nobody has talked with him");
    Ok(())
}

#[test]
fn calls_are_moved_and_placed_by_programs() -> Result<(), KitError> {
    let mut customer = TonePhone::new(CALLER_HZ)?;
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        customer.address()
    );
    let centre = Centre::changed(&[("[number.4001234567]", &trunk)])?;
    let mut talking = centre.talking()?;
    let call = done(&centre, &["calls", "--live"])[0]["call"].as_str().expect("an id").to_owned();
    for what in ["hold", "resume"] {
        assert_eq!(done(&centre, &["call", &call, what]), json!({ "done": true }));
    }
    assert_eq!(fails(&centre, &["call", &call, "--as", "alice", "retrieve", "alice"], "belltower: "), Value::Null);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    assert_eq!(fails(&centre, &["call", &call, "hold"], "no live call has this id"), Value::Null);
    drop(talking);
    let mut alice = centre.alice()?;
    let dial = ["dial", "13900139000", "--show", "4001234567", "--agent", "alice"];
    assert_eq!(done(&centre, &dial), json!({ "done": true }));
    let mut first = alice.wait_call()?;
    first.answer()?;
    let mut second = customer.wait_call()?;
    second.answer()?;
    second.hang_up()?;
    first.wait_ended()?;
    assert_eq!(fails(&centre, &["dial", "95", "--show", "4001234567", "--agent", "alice"], "belltower: "), Value::Null);

    let nobody = tempfile::tempdir().expect("a directory");
    let (code, told, complaint) = run(&nobody.path().display().to_string(), &["call", &call, "hold"]);
    assert_eq!((code, told), (3, Value::Null), "{complaint}");
    assert!(complaint.contains("no node serves"), "{complaint}");
    Ok(())
}

#[test]
fn emergencies_messages_and_recordings_are_told_to_programs() -> Result<(), KitError> {
    let message = "[nodes.message]\ndo = \"record\"\nqueue = \"support\"\nprompt = \"请留言。\"\nnext = \"closed\"\n\
        otherwise = \"closed\"\n\n[nodes.closed]\n";
    let support = "queue = \"support\"\non_timeout = \"closed\"\non_full = \"closed\"\non_no_agent = \"closed\"";
    let to_message = support.replace("on_no_agent = \"closed\"", "on_no_agent = \"message\"");
    let number = "[number.4001234567]\nflow = \"welcome\"";
    let switched = format!("{number}\nemergency = [\"13900139000\"]");
    let centre = Centre::changed(&[(support, &to_message), ("[nodes.closed]\n", message), (number, &switched)])?;
    assert_eq!(done(&centre, &["messages"]), json!([]));
    assert_eq!(done(&centre, &["recordings", "list"]), json!([]));
    let (_phone, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    centre.until("the message", || centre.operate(&["replay", "--facts"]).1.contains("message_began").then_some(()));
    call.hang_up()?;
    let record = centre.records(1).remove(0);
    let id = record["call"].as_str().expect("an id");

    let messages = centre.until("the message", || {
        let messages = done(&centre, &["messages", "--queue", "support"]);
        messages.as_array().is_some_and(|messages| messages.len() == 1).then_some(messages)
    });
    assert_eq!((&messages[0]["call"], &messages[0]["queue"]), (&id.into(), &"support".into()), "{messages}");
    assert!(messages[0]["from_secs"].as_f64() > Some(0.0), "{messages}");
    let listed = done(&centre, &["recordings", "list"]);
    assert_eq!((&listed[0]["call"], &listed[0]["sealed"]), (&id.into(), &true.into()), "{listed}");
    let file = centre.server.dir().join("out.opus").display().to_string();
    let exported = done(&centre, &["recordings", "export", id, &file]);
    assert_eq!((&exported["call"], &exported["file"]), (&id.into(), &file.as_str().into()), "{exported}");
    assert!(exported["length_secs"].as_f64() > Some(1.0), "{exported}");
    let (_, checked, _) = run(&dir(&centre), &["recordings", "check"]);
    assert_eq!(checked["calls"], 1, "{checked}");
    let unknown = ["recordings", "export", "1NDK0QG000001", &file];
    assert_eq!(fails(&centre, &unknown, "there is no recording"), Value::Null);

    assert_eq!(done(&centre, &["emergency"]), json!([]));
    let on = ["emergency", "4001234567", "on", "--drill", "--by", "王芳"];
    assert_eq!(done(&centre, &on), json!({ "done": true }));
    let shown = centre.until("the switch", || {
        let shown = done(&centre, &["emergency"]);
        (shown[0]["on"] == true).then_some(shown)
    });
    assert_eq!((&shown[0]["by"], &shown[0]["number"]), (&"王芳".into(), &"4001234567".into()), "{shown}");
    assert!(shown[0]["last_drill"].is_string(), "{shown}");
    assert_eq!(fails(&centre, &["emergency", "4009999999", "on"], "none of ours"), Value::Null);
    Ok(())
}
