//! What holds, and what would have been.

use std::fs;

use bell_testkit::{KitError, TonePhone};
use serde_json::Value;

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre};

fn json(centre: &Centre, args: &[&str]) -> Value {
    let (ok, text) = centre.operate(args);
    assert!(ok, "{text}");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Every threshold is listed with its value, its source and the days it holds.
#[test]
fn policies_say_where_they_come_from() -> Result<(), KitError> {
    let timed = "ring_timeout = { value = \"20s\", source = \"contract 7\", from = \"2030-01-01\" }";
    let centre = Centre::changed(&[("ring_timeout = \"30s\"", timed)])?;
    let ring = |policies: &Value| {
        let policies = policies["policies"].as_array().expect("a list");
        policies.iter().find(|policy| policy["key"] == "ring_timeout").expect("it is one of them").clone()
    };
    let today = json(&centre, &["policies", "--json"]);
    assert_eq!((&ring(&today)["value"], &ring(&today)["origin"]), (&"30s".into(), &"shipped".into()));
    assert_eq!(today["changes_on"], "2030-01-01");
    let later = json(&centre, &["policies", "--json", "--on", "2030-01-01"]);
    assert_eq!((&ring(&later)["value"], &ring(&later)["source"]), (&"20s".into(), &"contract 7".into()));
    let (ok, text) = centre.operate(&["policies", "--on", "2030-13-01"]);
    assert!(!ok && text.contains("2026-10-01"), "{text}");
    Ok(())
}

/// A recorded day under its own configuration comes out as it was; without agents nobody would have been answered.
#[test]
fn a_recorded_day_is_run_again() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let (ok, text) = centre.operate(&["whatif"]);
    assert!(!ok && text.contains("no call entered a queue"), "{text}");
    let mut alice = centre.alice()?;
    for _ in 0..3 {
        let (_caller, mut call, mut offer) = centre.connected(TonePhone::new(CALLER_HZ)?, &mut alice)?;
        assert!(offer.hears(CALLER_HZ)? && call.hears(ALICE_HZ)?);
        call.hang_up()?;
        offer.wait_ended()?;
    }
    centre.records(3);
    let figures = json(&centre, &["figures", "--json"]);
    assert_eq!((&figures["total"]["offered"], &figures["total"]["service_level_permille"]), (&3.into(), &1000.into()));
    let (ok, text) = centre.operate(&["figures"]);
    assert!(ok && text.contains("answered within 30 s") && text.contains("alice"), "RPT-12: {text}");
    let same = json(&centre, &["whatif", "--json", "--runs", "3"]);
    assert_eq!((&same["calls"], &same["recorded"]["total"]["answered"]), (&3.into(), &3.into()));
    let figure = |report: &Value, name: &str| {
        let figures = report["figures"].as_array().expect("a list");
        figures.iter().find(|figure| figure["figure"] == name).expect("it is one of them").clone()
    };
    let wait = figure(&same, "mean wait, s");
    let (recorded, mean) = (wait["recorded"].as_f64().expect("a wait"), wait["what_if"]["mean"].as_f64().expect("one"));
    assert!((mean / recorded - 1.0).abs() <= 0.05, "{wait}");
    assert_eq!(figure(&same, "service level, %")["what_if"]["mean"], 100.0);

    // A file of facts serves as well as the journal.
    let (facts, wrong) = (centre.server.dir().join("facts.jsonl"), centre.server.dir().join("wrong.jsonl"));
    let lines = centre.operate(&["replay", "--facts"]).1;
    let lines: Vec<&str> = lines.lines().filter(|line| line.starts_with('{')).collect();
    fs::write(&facts, lines.join("\n")).expect("it is written");
    fs::write(&wrong, [lines[0], "no fact"].join("\n")).expect("it is written");
    let [facts, wrong] = [&facts, &wrong].map(|file| file.to_str().expect("a plain name"));
    assert_eq!(json(&centre, &["figures", "--json", "--journal", facts])["total"], figures["total"]);
    assert_eq!(json(&centre, &["whatif", "--json", "--runs", "3", "--journal", facts]), same);
    let (ok, text) = centre.operate(&["figures", "--journal", wrong]);
    assert!(!ok && text.contains("wrong.jsonl:2: this is no fact"), "{text}");

    let good = fs::read_to_string(centre.config()).expect("the configuration");
    let nobody = centre.server.dir().join("nobody.toml");
    let text = good.replacen("agents = [\"alice\", \"bob\"]", "agents = [\"bob\"]", 1);
    fs::write(&nobody, text.replacen("sign_in = \"registration\"", "sign_in = \"command\"", 1)).expect("it is written");
    let nobody = json(&centre, &["whatif", "--json", "--config", nobody.to_str().expect("a plain name")]);
    assert_eq!(figure(&nobody, "service level, %")["what_if"]["mean"], 0.0);
    assert_eq!(figure(&nobody, "service level, %")["recorded"], 100.0);
    Ok(())
}
