//! Lists of callers: who is turned away and how, who skips the menu, who calls too often; files of entries.

use std::fs;
use std::path::PathBuf;

use bell_testkit::{Call, KitError, TonePhone};
use belltower::sheet;
use serde_json::Value;

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, path, stages};

const LISTS: &str = r#"
[list.blocked]
kind = "deny"

[list.told]
kind = "deny"
treatment = "announcement"

[list.own]
kind = "deny"
prompt = "sorry"

[list.friends]
kind = "allow"
queue = "sales"
greeting = "dear"
priority = 9
class = "vip"

[list.seen]
kind = "watch"

[list.cleared]
kind = "exempt"

[nuisance]
deny = "blocked"
watch = "seen"
exempt = "cleared"

[prompt.sorry]
say = "对不起，本中心不接听您的来电。"

[prompt.dear]
say = "尊敬的贵宾，您好。"

[queue.sales]"#;

const PROPOSER: [&str; 2] = ["--as", "wang"];
const CHECKER: [&str; 2] = ["--as", "li"];

pub(crate) fn centre() -> Result<Centre, KitError> {
    Centre::changed(&[("[queue.sales]", LISTS)])
}

/// Runs `belltower lists ...`; it must do what it is asked.
#[track_caller]
fn lists(centre: &Centre, args: &[&str]) -> String {
    let (ok, told) = lists_tried(centre, args);
    assert!(ok, "{args:?}: {told}");
    told
}

fn lists_tried(centre: &Centre, args: &[&str]) -> (bool, String) {
    centre.operate(&[&["lists"], args].concat())
}

fn add(centre: &Centre, list: &str, number: &str) {
    lists(centre, &[&["add", list, number, "--reason", "骚扰"][..], &PROPOSER].concat());
}

/// A call from this number.
pub(crate) fn call_from(centre: &Centre, number: &str) -> Result<(TonePhone, Call), KitError> {
    let mut phone = TonePhone::new(CALLER_HZ)?.number(number);
    let call = phone.call(&centre.number())?;
    Ok((phone, call))
}

/// How a refused call ended: its statuses, whether it heard anything.
fn refused(centre: &Centre, number: &str) -> Result<(Option<u16>, bool), KitError> {
    let (_phone, mut call) = call_from(centre, number)?;
    let ending = call.wait_ended()?;
    assert!(!call.statuses().contains(&200), "it is never answered, and costs the caller nothing");
    let heard = call.heard();
    Ok((ending.status, heard.seconds() > 0.5 && heard.loudness() > -40.0))
}

/// The story of the newest call that ended.
fn newest(centre: &Centre, count: usize) -> (Value, String) {
    let calls: Vec<Value> = centre.until("the call records", || {
        let (_, text) = centre.operate(&["calls", "--json"]);
        let calls: Vec<Value> = serde_json::from_str(&text).ok()?;
        (calls.len() == count).then_some(calls)
    });
    let story = calls[0]["why"].as_array().expect("lines").iter().filter_map(Value::as_str);
    (calls[0]["record"].clone(), story.collect::<Vec<_>>().join("\n"))
}

/// INB-19: busy tone, announcement, own prompt; each is in the call log with its list and entry.
#[test]
fn inb_19_a_caller_on_a_deny_list_is_turned_away_as_it_says() -> Result<(), KitError> {
    let centre = centre()?;
    let cases = [
        ("blocked", "13800138001", "busy tone"),
        ("told", "13800138002", "announcement"),
        ("own", "13800138003", "prompt sorry"),
    ];
    for (count, (list, number, how)) in (1..).zip(cases) {
        add(&centre, list, number);
        let (status, heard) = refused(&centre, number)?;
        assert_eq!(status, Some(486), "{how}");
        assert_eq!(heard, how != "busy tone", "{how}");
        let (record, story) = newest(&centre, count);
        assert_eq!(record["ending"]["cause"], "blocked", "{record:#}");
        assert!(story.contains(&format!("blocked by list {list}, entry {count}: {how}")), "{story}");
        assert_eq!(story.contains("plays sorry"), list == "own", "{story}");
    }
    let (_phone, mut call) = call_from(&centre, "13800138009")?;
    call.wait_answered()?;
    call.hang_up()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-18: a caller on an allow list hears no menu but his greeting, and comes to his queue before others.
#[test]
fn inb_18_a_caller_on_an_allow_list_skips_the_menu() -> Result<(), KitError> {
    let centre = centre()?;
    add(&centre, "friends", "13800138000");
    let mut alice = centre.alice()?;
    let (_phone, mut call) = call_from(&centre, "13800138000")?;
    call.wait_answered()?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?, "without a key pressed");
    call.hang_up()?;
    offer.wait_ended()?;
    let (record, story) = newest(&centre, 1);
    assert_eq!(stages(&record), ["arriving", "flow", "queue sales", "talk alice"]);
    assert!(record["keys"].as_array().is_some_and(Vec::is_empty), "{record:#}");
    assert!(!record["notice_played"].is_null(), "REC-20: he was told that he is recorded");
    assert!(story.contains("skips the menu by list friends, entry 1: queue sales"), "{story}");
    assert!(story.contains("plays dear") && story.contains("priority 9"), "{story}");
    assert!(story.contains("the caller's class: vip"), "INB-17: {story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-22: the fifth call within an hour is turned away; a supervisor undoes it, and the number is left alone.
#[test]
fn inb_22_the_fifth_call_is_turned_away() -> Result<(), KitError> {
    let centre = centre()?;
    for _ in 0..4 {
        let (_phone, mut call) = call_from(&centre, "13800138000")?;
        call.wait_answered()?;
        call.hang_up()?;
    }
    assert_eq!(refused(&centre, "13800138000")?.0, Some(486));
    assert_eq!(refused(&centre, "13800138000")?.0, Some(486), "and the sixth");
    let shown = || lists(&centre, &["show", "blocked", "--json"]);
    let entries = centre.until("the entry", || {
        let entries: Vec<Value> = serde_json::from_str(&shown()).ok()?;
        (!entries.is_empty()).then_some(entries)
    });
    assert_eq!(entries[0]["source"]["auto"].as_array().map(Vec::len), Some(5), "its evidence: {entries:?}");
    assert!(entries[0]["by"].is_null());
    assert!(centre.server.log().contains("calls again and again"), "somebody is told");
    assert!(lists(&centre, &["show", "seen"]).contains("nuisance rule, 3 calls"), "it was watched before");
    lists(&centre, &[&["undo", "blocked", "13800138000"][..], &CHECKER].concat());
    for _ in 0..6 {
        let (_phone, mut call) = call_from(&centre, "13800138000")?;
        call.wait_answered()?;
        call.hang_up()?;
    }
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-22: the hour goes on over a stop and over a crash: what was counted before counts after.
#[test]
fn inb_22_the_sliding_hour_outlives_the_node() -> Result<(), KitError> {
    let mut centre = centre()?;
    let calls = |centre: &Centre, count: usize| {
        for _ in 0..count {
            let (_phone, mut call) = call_from(centre, "13800138000")?;
            call.wait_answered()?;
            call.hang_up()?;
        }
        Ok::<(), KitError>(())
    };
    calls(&centre, 2)?;
    centre.server.stop()?;
    centre.server.restart()?;
    calls(&centre, 1)?;
    let (_phone, mut call) = call_from(&centre, "13800138000")?;
    call.wait_answered()?;
    centre.server.kill()?;
    centre.server.restart()?;
    assert_eq!(refused(&centre, "13800138000")?.0, Some(486), "the fifth within the hour");
    centre.until("the entry", || lists(&centre, &["show", "blocked"]).contains("nuisance rule, 5 calls").then_some(()));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// An entry that was taken off by mistake comes back as it was, with who put it back.
#[test]
fn inb_19_a_removal_is_undone() -> Result<(), KitError> {
    let mut centre = centre()?;
    add(&centre, "blocked", "13800138000");
    centre.until("the entry", || lists(&centre, &["show", "blocked"]).contains("by hand").then_some(()));
    let restore = ["restore", "blocked", "13800138000"];
    let (ok, told) = lists_tried(&centre, &[&restore[..], &CHECKER].concat());
    assert!(!ok && told.contains("stands on list blocked"), "{told}");
    lists(&centre, &[&["remove", "blocked", "13800138000"][..], &PROPOSER].concat());
    centre.server.stop()?;
    centre.server.restart()?;
    lists(&centre, &[&restore[..], &CHECKER].concat());
    assert_eq!(refused(&centre, "13800138000")?.0, Some(486), "at once");
    let shown = centre.until("the entries", || {
        let entries: Vec<Value> =
            serde_json::from_str(&lists(&centre, &["show", "blocked", "--ended", "--json"])).ok()?;
        (entries.len() == 2).then_some(entries)
    });
    assert_eq!((&shown[0]["state"], &shown[0]["ended_by"]), (&"removed".into(), &"wang".into()));
    assert_eq!((&shown[1]["state"], &shown[1]["by"]), (&"active".into(), &"li".into()));
    assert_eq!((&shown[0]["until"], &shown[0]["reason"]), (&shown[1]["until"], &shown[1]["reason"]));
    let (ok, told) = lists_tried(&centre, &[&["restore", "blocked", "13800138009"][..], &CHECKER].concat());
    assert!(!ok && told.contains("has never stood on list blocked"), "{told}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-23: a permanent entry counts when a second person has approved it. Entries outlive the node; customers who are
/// turned away are found.
#[test]
fn inb_23_a_second_person_approves_and_customers_are_found() -> Result<(), KitError> {
    let mut centre = centre()?;
    let mut alice = centre.alice()?;
    let (caller, mut call, mut offer) =
        centre.connected(TonePhone::new(CALLER_HZ)?.number("13800138000"), &mut alice)?;
    call.hang_up()?;
    offer.wait_ended()?;
    drop((caller, alice));
    let add = ["add", "blocked", "13800138000", "--reason", "威胁", "--term", "permanent"];
    lists(&centre, &[&add[..], &PROPOSER].concat());
    let approve = ["approve", "blocked", "13800138000"];
    let (ok, told) = lists_tried(&centre, &[&approve[..], &PROPOSER].concat());
    assert!(!ok && told.contains("a second person must approve it"), "{told}");
    let (_phone, mut call) = call_from(&centre, "13800138000")?;
    call.wait_answered()?;
    call.hang_up()?;
    lists(&centre, &[&approve[..], &CHECKER].concat());
    assert_eq!(refused(&centre, "13800138000")?.0, Some(486));
    centre.until("the report", || {
        let told = lists(&centre, &["blocked"]);
        (told.contains("+8613800138000") && told.contains("turned away 1 times")).then_some(())
    });
    centre.assert_quiet();
    centre.server.stop()?;
    centre.server.restart()?;
    assert_eq!(refused(&centre, "13800138000")?.0, Some(486), "after a restart as before");
    lists(&centre, &[&["remove", "blocked", "13800138000"][..], &PROPOSER].concat());
    let (_phone, mut call) = call_from(&centre, "13800138000")?;
    call.wait_answered()?;
    call.hang_up()?;
    let (ok, told) = lists_tried(&centre, &[&["remove", "blocked", "13800138000"][..], &PROPOSER].concat());
    assert!(!ok && told.contains("does not stand on this list"), "{told}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-21: 100,000 rows of Excel: one bad row and nothing is changed, each problem with its row and remedy; the good rows
/// count if that is asked for.
#[test]
fn inb_21_a_hundred_thousand_rows_are_imported() -> Result<(), KitError> {
    let centre = centre()?;
    let file = in_node(&centre, "list.xlsx");
    let mut rows: Vec<Vec<String>> = (0..100_000).map(|count| row(&format!("138{count:08}"), "骚扰")).collect();
    rows[77_777][0] = "8765".to_owned();
    rows.insert(0, row("号码", "原因"));
    sheet::write(&file, &rows).expect("it can be written");
    let report = in_node(&centre, "report.csv");
    let import = ["import", "blocked", path(&file), "--term", "30d", "--report", path(&report)];
    let (ok, told) = lists_tried(&centre, &[&import[..], &PROPOSER].concat());
    assert!(!ok && told.contains("99999 rows are good, 1 are not") && told.contains("nothing was changed"), "{told}");
    assert!(told.contains("row 77779, 号码: \"8765\"") && told.contains("80000 of 100000 rows read"), "{told}");
    let told = sheet::read(&report).expect("the report");
    assert_eq!(told.len(), 100_001, "a line for each row");
    assert_eq!((told[77_778][2].as_str(), told[77_777][2].as_str()), ("refused", "ok"));
    let told = lists(&centre, &[&import[..], &["--partial"], &PROPOSER].concat());
    assert!(told.contains("99999 entries were added"), "{told}");
    assert_eq!(refused(&centre, "13800099999")?.0, Some(486), "at once");
    centre.until("the entries in the database", || lists(&centre, &["list"]).contains("99999 active").then_some(()));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-21: a CSV in GBK, and a template that can be filled in and read again.
#[test]
fn inb_21_templates_and_gbk_are_read() -> Result<(), KitError> {
    let centre = centre()?;
    let template = in_node(&centre, "template.xlsx");
    lists(&centre, &["template", path(&template)]);
    let titles = sheet::read(&template).expect("it is a workbook").remove(0);
    assert_eq!(titles[..3], ["号码", "期限", "原因"]);
    let filled = in_node(&centre, "filled.csv");
    let (gbk, _, _) = encoding_rs::GBK.encode("号码,期限,原因\n13800138000,1天,骚扰\n+86170*,7,诈骗号段\n");
    fs::write(&filled, &gbk).expect("it can be written");
    lists(&centre, &[&["import", "blocked", path(&filled)][..], &PROPOSER].concat());
    assert_eq!(refused(&centre, "13800138000")?.0, Some(486));
    assert_eq!(refused(&centre, "17012345678")?.0, Some(486));
    let exported = in_node(&centre, "export.xlsx");
    centre.until("the entries in the database", || {
        lists(&centre, &["export", "blocked", path(&exported)]).contains("2 entries").then_some(())
    });
    let rows = sheet::read(&exported).expect("it is a workbook");
    assert_eq!((rows[2][1].as_str(), rows[2][5].as_str()), ("+86170*", "诈骗号段"));
    let told = lists(&centre, &["who", "057187654321"]);
    assert!(told.contains("浙江 杭州市") && told.contains("stands on no list"), "INB-14: {told}");
    let (_, told) = centre.operate(&["--version"]);
    assert!(told.contains("libphonenumber 9.0.43"), "{told}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

fn row(number: &str, reason: &str) -> Vec<String> {
    vec![number.to_owned(), reason.to_owned()]
}

fn in_node(centre: &Centre, name: &str) -> PathBuf {
    centre.server.dir().join(name)
}
