//! Reports over calls that were really made.

use bell_testkit::{EndedBy, KitError};
use serde_json::{Value, json};

use crate::centre::{Centre, choose};
use crate::desk::{Visitor, add};
use crate::flows::facts_of;

const CONSOLE: &str =
    "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
/// A year that the calls of a test lie in, whenever it runs, and that a report may cover.
pub(crate) fn year() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros();
    let at = |days: i64| {
        let micros = i64::try_from(now).expect("a time") + days * 86_400_000_000;
        bell_types::Wall::from_micros(micros).to_string()
    };
    format!("from={}&to={}", at(-1), at(1))
}

/// RPT-01, RPT-02, RPT-04, RPT-12, REC-12: one call that alice takes and one whose caller gives up: every report has the same
/// total, the records come to it, the calls behind each figure are found, and each sees only what he may.
#[test]
fn rpt_01_reports_come_to_what_the_call_records_say() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let (_caller, mut lost) = centre.queued()?;
    let queued = |fact: &Value| fact["what"]["what"] == "enqueued";
    centre.until("the second waits", || (centre.facts().into_iter().filter(queued).count() == 2).then_some(()));
    lost.hang_up()?;
    centre.records(2);

    // A manager sees what the agents of his department do: those who have accounts there.
    let hers = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut manager = Visitor::at(&centre, "console");
    let password = add(&centre, "manager", &["--role", "manager", "--role", "dept_admin"]);
    manager.sign_in("manager", &password);
    let year = year();
    let mut report = |name: &str, more: &str| {
        let (status, report) = manager.ask("GET", &format!("/v1/reports/{name}?{year}{more}"), &Value::Null);
        assert_eq!(status, 200, "{name}: {report}");
        report
    };
    let sum = |report: &Value, figure: &str| {
        let rows = report["rows"].as_array().expect("rows");
        rows.iter().map(|row| row[figure].as_u64().unwrap_or_default()).sum::<u64>()
    };
    for by in ["hour", "day", "week", "month"] {
        let volume = report("volume", &format!("&by={by}"));
        assert_eq!((&volume["totals"]["offered"], &volume["totals"]["answered"]), (&json!(2), &json!(1)), "{volume}");
        assert_eq!((sum(&volume, "offered"), sum(&volume, "abandoned")), (2, 1), "{by}: {volume}");
    }
    let heat = report("heat", "");
    assert_eq!((sum(&heat, "offered"), &heat["zone"]), (2, &json!("Asia/Shanghai")), "{heat}");
    let level = report("service-level", "");
    assert_eq!((&level["within_ms"], &level["target_permille"]), (&json!(30_000), &json!(900)), "{level}");
    assert_eq!(level["totals"]["answered_within"], 1, "{level}");
    let agents = report("agents", "");
    assert_eq!((&agents["rows"][0]["agent"], &agents["rows"][0]["answered"]), (&json!("alice"), &json!(1)), "{agents}");
    assert_eq!(
        agents["totals"]["answered"], level["totals"]["answered"],
        "agents come to what the queues do: {agents}"
    );
    assert_eq!(agents["totals"]["talk_ms"], level["totals"]["talk_ms"], "{agents}");
    assert!(agents["rows"][0]["signed_in_ms"].as_u64() > Some(0), "{agents}");
    let reconciled = report("reconcile", "");
    assert_eq!((&reconciled["equal"], &reconciled["reports"]), (&json!(true), &reconciled["records"]), "{reconciled}");
    assert_eq!(reconciled["records"]["offered"], 2, "{reconciled}");
    assert_eq!(report("volume", "&queue=support")["totals"]["offered"], 0);

    for (outcome, count) in [("answered", 1), ("abandoned", 1), ("passed_on", 0), ("left", 0)] {
        let (status, calls) = manager.ask("GET", &format!("/v1/calls?{year}&outcome={outcome}"), &Value::Null);
        assert_eq!((status, calls["items"].as_array().map(Vec::len)), (200, Some(count)), "{outcome}: {calls}");
    }
    for wrong in ["from=2026-01-01T00:00:00Z&to=2027-06-01T00:00:00Z", "from=yesterday&to=2027-06-01T00:00:00Z"] {
        let (status, refused) = manager.ask("GET", &format!("/v1/reports/volume?{wrong}"), &Value::Null);
        assert_eq!((status, &refused["code"]), (422, &json!("invalid")), "{refused}");
    }

    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &hers);
    let (status, own) = alice.ask("GET", &format!("/v1/reports/volume?{year}"), &Value::Null);
    assert_eq!((status, &own["totals"]["offered"]), (200, &json!(1)), "only her own: {own}");
    Ok(())
}

/// RPT-02: a caller who was served votes; it stands once with the agent, and agents, queues and records come to the same.
#[test]
fn rpt_02_a_vote_counts_once_for_the_agent_who_talked_last() -> Result<(), KitError> {
    let sales = "queue = \"sales\"\non_timeout = \"closed\"";
    let rate = "[nodes.rate]\ndo = \"survey\"\nquestion = \"service\"\nprompt = \"请评价。\"\n\
        scores = { 1 = 5, 2 = 4 }\nnext = \"closed\"\n\n[nodes.closed]\n";
    let after = format!("{sales}\nafter_agent = \"rate\"");
    let centre = Centre::changed(&[("[media]", CONSOLE), (sales, &after), ("[nodes.closed]\n", rate)])?;
    add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut manager = Visitor::at(&centre, "console");
    let password = add(&centre, "manager", &["--role", "manager", "--role", "dept_admin"]);
    manager.sign_in("manager", &password);
    let year = year();
    let report = |manager: &mut Visitor, name: &str, more: &str| {
        let (status, report) = manager.ask("GET", &format!("/v1/reports/{name}?{year}{more}"), &Value::Null);
        assert_eq!(status, 200, "{name}: {report}");
        report
    };
    let nothing = json!({ "asked": 0, "given": 0, "scales": [] });
    assert_eq!(report(&mut manager, "agents", "")["totals"]["votes"], nothing);

    let mut talking = centre.talking()?;
    talking.offer.hang_up()?;
    facts_of(&centre, "survey_began");
    choose(&mut talking.call, "2")?;
    assert_eq!(talking.call.wait_ended()?.by, EndedBy::Them, "the flow ends the call");
    centre.records(1);

    let voted = json!({ "asked": 1, "given": 1, "scales":
        [{ "question": "service", "best": 5, "given": 1, "score_sum": 4, "best_given": 0 }] });
    let agents = report(&mut manager, "agents", "");
    let alice = agents["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["agent"] == "alice"));
    assert_eq!(alice.map(|row| &row["votes"]), Some(&voted), "{agents}");
    assert_eq!(agents["totals"]["votes"], voted, "{agents}");
    assert_eq!(report(&mut manager, "agents", "&queue=sales")["totals"]["votes"], voted);
    assert_eq!(report(&mut manager, "agents", "&queue=support")["totals"]["votes"], nothing);
    let reconciled = report(&mut manager, "reconcile", "");
    assert_eq!((&reconciled["equal"], &reconciled["reports"]), (&json!(true), &reconciled["records"]), "{reconciled}");
    let votes = ["votes_asked", "votes_given", "votes_score_sum"].map(|figure| reconciled["records"][figure].as_u64());
    assert_eq!(votes, [Some(1), Some(1), Some(4)], "{reconciled}");

    let mut bob = Visitor::at(&centre, "console");
    let password = add(&centre, "bob", &["--role", "agent", "--agent", "bob"]);
    bob.sign_in("bob", &password);
    assert_eq!(report(&mut bob, "agents", "")["totals"]["votes"], nothing, "what callers think of others is not his");
    Ok(())
}

/// REC-13, SEC-25: calls are exported by whoever may, with a reason that stands in the log; agents export nothing.
#[test]
fn sec_25_calls_are_exported_with_a_reason_and_agents_export_nothing() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.records(1);
    // A manager sees what the agents of his department do: those who have accounts there.
    let hers = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut manager = Visitor::at(&centre, "console");
    let password = add(&centre, "manager", &["--role", "manager", "--role", "dept_admin"]);
    manager.sign_in("manager", &password);
    let (status, silent) = manager.ask("GET", "/v1/calls.csv", &Value::Null);
    assert_eq!((status, &silent["code"]), (422, &json!("reason_needed")), "{silent}");
    let (status, csv) = manager.fetch("GET", "/v1/calls.csv?reason=for%20the%20board", &Value::Null);
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert_eq!(status, 200, "{csv}");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with('\u{feff}') && lines.len() == 2, "{csv}");
    assert!(lines[1].contains("sales") && lines[1].contains("alice"), "{csv}");
    let (status, xlsx) = manager.fetch("GET", "/v1/calls.xlsx?reason=for%20the%20board", &Value::Null);
    assert!(status == 200 && xlsx.starts_with(b"PK"), "{status}");

    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &hers);
    let (status, refused) = alice.ask("GET", "/v1/calls.csv?reason=mine", &Value::Null);
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    let mut auditor = Visitor::at(&centre, "admin");
    let password = add(&centre, "audit", &["--role", "auditor"]);
    auditor.sign_in("audit", &password);
    let (_, log) = auditor.ask("GET", "/v1/audit?what=report.export", &Value::Null);
    let records = log["items"].as_array().expect("records");
    assert!(records.iter().any(|record| record["details"]["reason"] == "for the board"), "{log}");
    assert!(records.iter().any(|record| record["outcome"] == "refused"), "{log}");
    Ok(())
}
