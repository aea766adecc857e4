//! What a crash, a stop, a lost database and a full disk leave behind.

use std::fs::{self, File};
use std::io::Write;
use std::time::Duration;

use bell_testkit::{EndedBy, KitError, Postgres, TonePhone, read_wav};
use serde_json::Value;

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, exported, stages};

/// A power cut in the middle of a conversation: the record says so, and what was said until then can be heard.
#[test]
fn a_killed_node_keeps_what_was_said() -> Result<(), KitError> {
    let mut centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.listen(Duration::from_secs(2))?;
    centre.server.kill()?;
    drop(talking);
    centre.server.restart()?;

    let record = &centre.records(1)[0];
    assert_eq!(record["ending"]["cause"], "node_failed", "{record:#}");
    assert_eq!(stages(record), ["arriving", "flow", "queue sales", "talk alice"], "{record:#}");
    let sides = read_wav(&exported(&centre, record["call"].as_str().expect("an id")))?;
    let (caller, agent) = (&sides[0], &sides[1]);
    assert!((caller.seconds() - agent.seconds()).abs() < 0.1);
    // Of the two seconds, one at most may be missing; in what is there, both talk to its end.
    let heard = |part: &bell_testkit::Sound, hz: f64| (0..6).all(|step| part.part(f64::from(step) * 0.2, 0.2).has(hz));
    let last = |side: &bell_testkit::Sound| side.part(side.seconds() - 1.3, 1.2);
    assert!(heard(&last(caller), CALLER_HZ) && heard(&last(agent), ALICE_HZ));
    centre.assert_quiet();
    centre.facts();

    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    assert_eq!(centre.records(2)[0]["ending"]["cause"], "hung_up");
    centre.facts();
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// The same while one caller hears the menu and an agent's phone rings for another.
#[test]
fn a_killed_node_closes_calls_of_every_stage() -> Result<(), KitError> {
    let mut centre = Centre::start()?;
    let mut alice = centre.alice()?;
    let (_first, mut in_menu) = centre.customer()?;
    assert!(in_menu.hears_sound(|sound| sound.loudness() > -40.0)?);
    let (_second, _waiting) = centre.queued()?;
    let mut offer = alice.wait_call()?;
    offer.ring()?;
    for _ in 0..2 {
        centre.server.kill()?;
        centre.server.restart()?;
        let records = centre.records(2);
        assert!(records.iter().all(|record| record["ending"]["cause"] == "node_failed"), "{records:#?}");
    }
    let facts = centre.facts();
    let ended = facts.iter().filter(|fact| fact["what"]["what"] == "call_ended").count();
    assert_eq!(ended, 2, "each call ends once, however often the node starts");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// REC-24: a crash in the instant between the seal of a recording and its mention in the journal. The file is there, and
/// is found again with its length and hash.
#[test]
fn rec_24_a_recording_whose_seal_was_not_journaled_is_found_again() -> Result<(), KitError> {
    let mut centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    let before = centre.records(1)[0]["recording"].clone();
    assert_eq!(before["status"], "recorded");
    centre.server.kill()?;
    forget_seal(&centre, before["sha256"].as_str().expect("a hash"));
    centre.server.restart()?;
    let record = &centre.records(1)[0];
    for field in ["status", "length", "sha256"] {
        assert_eq!(record["recording"][field], before[field], "{field}: {record:#}");
    }
    assert_eq!(record["ending"]["cause"], "hung_up", "the call itself had ended well");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Brings a killed node's directory to the instant before it heard that the recording with this hash was sealed: the
/// journal ends there, and the database, which follows the journal, has not been written.
fn forget_seal(centre: &Centre, sha256: &str) {
    let dir = centre.server.dir();
    let journal = fs::read_dir(dir.join("journal")).expect("the journal is there").filter_map(Result::ok);
    let segment = journal.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "journal"));
    let segment = segment.expect("it has a segment");
    let bytes = fs::read(&segment).expect("the segment can be read");
    let at = bytes.windows(sha256.len()).position(|window| window == sha256.as_bytes());
    let at = at.expect("the host told of the seal");
    let file = File::options().write(true).open(&segment).expect("the segment can be written");
    file.set_len(at as u64).expect("it can be cut");
    for name in ["belltower.db", "belltower.db-wal", "belltower.db-shm"] {
        // The last two are there only if the database was not closed.
        let _ = fs::remove_file(dir.join(name));
    }
}

/// Stopped in good order, calls end with BYE and recordings are sealed.
#[test]
fn a_stopped_node_ends_its_calls() -> Result<(), KitError> {
    let mut centre = Centre::start()?;
    let mut talking = centre.talking()?;
    assert!(centre.server.stop()?.success(), "{}", centre.server.log());
    for call in [&mut talking.call, &mut talking.offer] {
        let ending = call.wait_ended()?;
        assert_eq!((ending.by, ending.status), (EndedBy::Them, None));
    }
    let record = &centre.records(1)[0];
    assert_eq!(record["ending"]["cause"], "shutting_down", "{record:#}");
    assert_eq!(record["recording"]["status"], "recorded", "{record:#}");
    let facts = centre.facts();
    assert!(facts.iter().any(|fact| fact["what"]["what"] == "node_stopped"), "{:?}", facts.last());
    assert!(!read_wav(&exported(&centre, record["call"].as_str().expect("an id")))?.is_empty());
    centre.assert_replays();
    Ok(())
}

/// Calls do not wait for the database: what happened meanwhile is in it as soon as it is back, once.
#[test]
fn a_lost_database_loses_nothing() -> Result<(), KitError> {
    let mut postgres = Postgres::start_alone()?;
    let centre = Centre::serving(&[], &["--database", &postgres.url()])?;
    let mut alice = centre.alice()?;
    let mut talk = || -> Result<(), KitError> {
        let (_caller, mut call, mut offer) = centre.connected(TonePhone::new(CALLER_HZ)?, &mut alice)?;
        call.hang_up()?;
        offer.wait_ended().map(drop)
    };
    talk()?;
    centre.records(1);
    postgres.stop()?;
    talk()?;
    talk()?;
    centre.assert_quiet();
    let database = |health: &Value| health["data"]["database"]["ok"] == true;
    centre.until("the loss to show", || (!database(&centre.health())).then_some(()));
    postgres.restart()?;
    let records = centre.records(3);
    assert!(records.iter().all(|record| record["ending"]["cause"] == "hung_up"));
    centre.until("the database to be well", || database(&centre.health()).then_some(()));
    let facts = centre.facts().len().to_string();
    centre.until("every fact", || (postgres.query("SELECT count(*) FROM fact").ok()?.trim() == facts).then_some(()));
    assert_eq!(postgres.query("SELECT max(seq) FROM fact")?.trim(), facts, "none is there twice");
    centre.assert_replays();
    Ok(())
}

/// What a disk of half a GiB is good for.
const SMALL_DISK: (&str, &str) = (
    "recording_reserve = \"1MiB\"\nrecording_gate_shut = \"2MiB\"\nrecording_gate_open = \"4MiB\"",
    "recording_reserve = \"32MiB\"\nrecording_gate_shut = \"128MiB\"\nrecording_gate_open = \"192MiB\"",
);

/// REC-24: before the recorder has to stop, calls that it would have to record are refused. Who talks is recorded to the
/// end, and with space again, calls are taken again.
#[test]
fn rec_24_calls_are_refused_before_recordings_are_lost() -> Result<(), KitError> {
    let centre = Centre::on_small_disk(512, &[SMALL_DISK])?;
    let mut talking = centre.talking()?;
    let free = || centre.health()["data"]["disk_free_bytes"].as_u64().expect("octets");
    let gate = || (centre.health()["processing"]["gate"].clone(), centre.health()["processing"]["gate_for"].clone());
    let ballast = centre.node_file("ballast");
    let mut file = File::create(&ballast).expect("a file on the small disk");
    let block = vec![7; 1 << 20];
    while free() > 100 << 20 {
        file.write_all(&block).expect("there is room");
    }
    centre.until("the gate to shut", || (gate() == ("disk_full".into(), "recorded_calls".into())).then_some(()));
    let mut late = TonePhone::new(CALLER_HZ)?;
    assert_eq!(late.call(&centre.number())?.wait_ended()?.status, Some(503));
    talking.call.listen(Duration::from_secs(1))?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(record["recording"]["status"], "recorded", "{record:#}");
    fs::remove_file(&ballast).expect("it can be removed");
    drop(file);
    centre.until("the gate to open", || gate().0.is_null().then_some(()));
    let mut taken = late.call(&centre.number())?;
    taken.wait_answered()?;
    taken.hang_up()?;
    assert_eq!(centre.records(2)[0]["recording"]["status"], "recorded");
    let facts = centre.facts();
    assert!(facts.iter().any(|fact| fact["what"]["what"] == "call_refused" && fact["what"]["cause"] == "disk_full"));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A full disk refuses new calls and harms none that runs; with space again, calls are taken again.
#[test]
fn a_full_disk_refuses_new_calls_only() -> Result<(), KitError> {
    let centre = Centre::on_small_disk(512, &[SMALL_DISK])?;
    let mut talking = centre.talking()?;
    let ballast = centre.node_file("ballast");
    let mut file = File::create(&ballast).expect("a file on the small disk");
    let block = vec![7; 1 << 16];
    let gate = || centre.health()["processing"]["gate_for"].clone();
    centre.until("the gate to shut", || {
        // Until nothing fits any more, not even a little.
        while file.write_all(&block).is_ok() {}
        while file.write_all(&block[..64]).is_ok() {}
        (gate() == "all_calls").then_some(())
    });
    let mut late = TonePhone::new(CALLER_HZ)?;
    let refused = late.call(&centre.number())?.wait_ended()?;
    assert_eq!(refused.status, Some(503));
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?, "who talks goes on talking");
    talking.call.hang_up()?;
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    drop(file);
    fs::remove_file(&ballast).expect("it can be removed");
    centre.until("the gate to open", || gate().is_null().then_some(()));
    let mut taken = late.call(&centre.number())?;
    taken.wait_answered()?;
    taken.hang_up()?;
    let records = centre.records(2);
    assert_eq!(records[1]["ending"]["cause"], "hung_up", "{records:#?}");
    let facts = centre.facts();
    assert!(facts.iter().any(|fact| fact["what"]["what"] == "call_refused" && fact["what"]["cause"] == "disk_full"));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
