//! A log that nobody changes unnoticed.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use bell_access::audit::{
    Break, Broken, Chain, Detail, Entry, Head, Outcome, PRUNED_MAX, Record, Search, Who, prune, verify,
};
use bell_access::{Actor, Object, Permission, Policy, TenantId, UserId, decide};
use bell_types::{Number, NumberPlan, Wall};
use expect_test::expect;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;

use crate::world::{COMPANY, EARLY, PHONE_SALES, TENANT, at, of_unit, somebody};

fn entry(now: Wall, action: &str) -> Entry {
    Entry {
        at: now,
        who: Who::User(UserId(7), "wang".to_owned()),
        address: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))),
        action: action.to_owned(),
        object: "recording 6NQRFH0000001".to_owned(),
        outcome: Outcome::Done,
        details: vec![("reason".to_owned(), Detail::Words("complaint of 13800138000".to_owned()))],
    }
}

/// A log of so many records, one a day.
fn log(count: u64) -> Vec<Record> {
    let mut chain = Chain::new(TENANT, Head::genesis(TENANT));
    (0..count).map(|day| chain.append(entry(at(day), "recording.play"))).collect()
}

fn head(records: &[Record]) -> Head {
    records.last().map_or(Head::genesis(TENANT), |last| Head { seq: last.seq, hash: last.hash })
}

fn check(records: &[Record], anchors: &[Head]) -> Result<Head, Break> {
    verify(TENANT, Head::genesis(TENANT), records.iter(), anchors)
}

/// What somebody does who can write the database and knows how a hash is made.
fn reseal(record: &Record) -> Record {
    let Record { tenant, seq, at, who, address, action, object, outcome, details, prev, hash: _ } = record.clone();
    let details = details.into_iter().map(|(name, value)| (name, Detail::Plain(value))).collect();
    let mut chain = Chain::new(tenant, Head { seq: seq - 1, hash: prev });
    chain.append(Entry { at, who, address, action, object, outcome, details })
}

fn broken(seq: u64, broken: Broken) -> Result<Head, Break> {
    Err(Break { seq, broken })
}

#[test]
fn sec_14_a_record_says_who_what_to_what_and_shows_no_numbers_or_secrets() {
    let mut chain = Chain::new(TENANT, Head::genesis(TENANT));
    let number = Number::parse("13800138000", &NumberPlan::china(None)).expect("a number");
    let details = vec![
        ("caller".to_owned(), Detail::Number(number)),
        ("password".to_owned(), Detail::Secret),
        ("reason".to_owned(), Detail::Words("says 138 0013 8000 was cut off".to_owned())),
        ("call".to_owned(), Detail::Plain("6NQRFH0000001".to_owned())),
    ];
    let record = chain.append(Entry { details, ..entry(at(0), "call.read") });
    let details: Vec<String> = record.details.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    expect![[r#"
        caller = +86138****8000
        password = ***
        reason = says 138 **** 8000 was cut off
        call = 6NQRFH0000001"#]]
    .assert_eq(&details.join("\n"));
}

/// The bytes a hash is of must never change, or every log that is kept is broken.
#[test]
fn sec_14_the_hashes_of_a_log_are_these_for_ever() {
    let mut records = log(2);
    let mut chain = Chain::new(TENANT, head(&records));
    let who =
        [Who::Token(UserId(7), "crm".to_owned()), Who::Stranger("root".to_owned()), Who::System("job".to_owned())];
    let outcome = [Outcome::Refused("out_of_scope".to_owned()), Outcome::Failed("disk full".to_owned()), Outcome::Done];
    for (who, outcome) in who.into_iter().zip(outcome) {
        records.push(chain.append(Entry { who, outcome, address: None, ..entry(at(9), "login") }));
    }
    let hashes: Vec<String> = records.iter().map(|record| record.hash.to_string()).collect();
    expect![[r#"
        68941803140c7b8f367e1ae2ddd9d7fc02bc2dcc907e52120f81b4331fd5a3f3
        6688a9cba4572d175839e46ccf7dac829153970a134a9e9f7d0a9dff249e1205
        8e173be482fb052bd2c73b300757606a646536ce04f6054a6965087d58a67f58
        4fab16d35c344eef12ba7f3b32c586cf13f6d53260cb2bdb66183f69a54aa6fb
        ea789a9051038b28c7451f83e032cb896c9b204a52a0d3cb42e78eda5cfbf8d3"#]]
    .assert_eq(&hashes.join("\n"));
    assert_eq!(check(&records, &[]), Ok(head(&records)));
    expect!["2d275d60b6fe06605c66121ad259da7bc560c654d0f30c34580d124a19cc2a9a"]
        .assert_eq(&Head::genesis(TENANT).hash.to_string());
}

#[test]
fn a_whole_log_is_whole_and_an_empty_one_too() {
    for count in [0, 1, 2, 20] {
        let records = log(count);
        let anchors = [Head::genesis(TENANT), head(&records[..records.len() / 2]), head(&records)];
        assert_eq!(check(&records, &anchors), Ok(head(&records)));
    }
}

#[test]
fn sec_14_a_break_is_told_in_words() {
    let cases = [
        (Broken::Altered, "record 7 was altered"),
        (Broken::Missing { until: 7 }, "record 7 is missing"),
        (Broken::Missing { until: 9 }, "records 7 to 9 are missing"),
        (Broken::Reordered, "a later record stands at place 7"),
        (Broken::Inserted, "a record was inserted at place 7"),
        (Broken::Rewritten { until: 9 }, "the log was written anew at record 7 or after it, up to record 9"),
    ];
    for (broken, text) in cases {
        assert_eq!(Break { seq: 7, broken }.to_string(), text);
    }
}

#[test]
fn a_record_of_another_tenant_is_an_insertion() {
    let mut records = log(5);
    let mut foreign = Chain::new(TenantId(2), head(&records[..2]));
    records.insert(2, foreign.append(entry(at(2), "recording.export")));
    assert_eq!(check(&records, &[]), broken(3, Broken::Inserted));
}

#[test]
fn sec_14_who_takes_the_last_records_away_is_found_by_what_was_noted() {
    let records = log(9);
    assert_eq!(check(&records[..6], &[head(&records)]), broken(7, Broken::Missing { until: 9 }));
    assert_eq!(check(&records[..6], &[]), Ok(head(&records[..6])), "nobody can know without a note");
}

#[test]
fn sec_14_who_computes_all_hashes_anew_is_found_by_what_was_noted() {
    let records = log(9);
    let noted = [head(&records[..3]), head(&records[..7])];
    let mut forged = records[..4].to_vec();
    let mut chain = Chain::new(TENANT, head(&forged));
    forged.extend((4..9).map(|day| chain.append(entry(at(day), "login"))));
    assert_eq!(check(&forged, &[]), Ok(head(&forged)));
    assert_eq!(check(&forged, &noted), broken(4, Broken::Rewritten { until: 7 }));
}

#[test]
fn sec_14_twelve_months_are_kept_and_the_rest_stays_verifiable() {
    let (records, policy) = (log(400), Policy::for_tests());
    let keep_days = policy.audit_keep.as_secs() / 86_400;
    assert_eq!(keep_days, 366, "twelve months, leap years too");
    assert_eq!(prune(at(keep_days) + Duration::ZERO, records[1..].iter(), &policy), None);
    let pruning = prune(at(keep_days + 9), records.iter(), &policy).expect("ten are old enough");
    assert_eq!((pruning.from, pruning.start), (1, head(&records[..10])));
    let mut left = records[10..].to_vec();
    let mut chain = Chain::new(TENANT, head(&records));
    left.push(chain.append(pruning.entry(at(keep_days + 9))));
    assert_eq!(verify(TENANT, pruning.start, left.iter(), &[]), Ok(head(&left)));
    assert_eq!(left.last().unwrap().details[0], ("from".to_owned(), "1".to_owned()));
    let without_more = verify(TENANT, pruning.start, left[1..].iter(), &[]);
    assert_eq!(without_more, broken(11, Broken::Missing { until: 11 }), "one more than the checkpoint says");
    // A record whose clock was ahead keeps those behind it, however old they are.
    let mut odd = records;
    odd[3].at = at(9_000);
    let up_to_it = prune(at(keep_days + 9), odd.iter(), &policy).expect("three are old enough");
    assert_eq!(up_to_it.start.seq, 3);
}

#[test]
fn pruning_goes_in_steps() {
    let records = log(PRUNED_MAX as u64 + 5);
    let pruning = prune(at(100_000), records.iter(), &Policy::for_tests()).expect("all are old");
    assert_eq!(pruning.start.seq, PRUNED_MAX as u64);
}

#[test]
fn sec_14_a_log_is_searched() {
    let mut records = log(3);
    let mut chain = Chain::new(TENANT, head(&records));
    let refused = Outcome::Refused("not_permitted".to_owned());
    records.push(chain.append(Entry { outcome: refused, ..entry(at(3), "recording.export") }));
    records.push(chain.append(Entry { who: Who::System("retention".to_owned()), ..entry(at(4), "audit.prune") }));
    let found =
        |search: Search| records.iter().filter(|record| search.finds(record)).map(|r| r.seq).collect::<Vec<_>>();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(found(Search::default()), [1, 2, 3, 4, 5]);
    assert_eq!(found(Search { from: Some(at(1)), until: Some(at(3)), ..Search::default() }), [2, 3]);
    assert_eq!(found(Search { user: Some(UserId(7)), action: text("recording."), ..Search::default() }), [1, 2, 3, 4]);
    assert_eq!(found(Search { outcome: text("refused"), ..Search::default() }), [4]);
    assert_eq!(found(Search { user: Some(UserId(8)), ..Search::default() }), []);
    assert_eq!(found(Search { object: text("6NQRFH"), action: text("audit.prune"), ..Search::default() }), [5]);
    let elsewhere = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    assert_eq!(found(Search { address: elsewhere, ..Search::default() }), []);
}

#[test]
fn sec_02_who_asks_for_what_is_not_his_stands_in_the_log() {
    let told = |actor: &Actor, permission: Permission, object: &Object| {
        let decision = decide(actor, permission, object);
        let who = (Who::User(UserId(7), "wang".to_owned()), None);
        let entry = Entry::decided(at(0), who, permission, "call 6NQRFH0000001", &decision, Vec::new());
        entry.map(|entry| format!("{} {:?}", entry.action, entry.outcome))
    };
    let (agent, supervisor) = (somebody(7, EARLY, &["agent"]), somebody(7, EARLY, &["supervisor"]));
    let (root, auditor) = (somebody(7, COMPANY, &["super_admin"]), somebody(7, COMPANY, &["auditor"]));
    let own = Object::of_user(TENANT, UserId(7), EARLY);
    let (colleague, other) = (of_unit(EARLY), of_unit(PHONE_SALES));
    let cases = [
        (&agent, Permission::CallRead, &own, None),
        (&agent, Permission::CallControl, &own, None),
        (&agent, Permission::RecordingPlay, &own, Some("recording.play Done")),
        (&agent, Permission::CallRead, &other, Some("call.read Refused(\"out_of_scope\")")),
        (&agent, Permission::TrunkWrite, &own, Some("trunk.write Refused(\"not_permitted\")")),
        (&supervisor, Permission::CallRead, &colleague, None),
        (&supervisor, Permission::CallControl, &colleague, Some("call.control Done")),
        (&supervisor, Permission::CallListen, &colleague, Some("call.listen Done")),
        (&supervisor, Permission::NumberUnmask, &colleague, Some("number.unmask Done")),
        (&root, Permission::ConfigRead, &other, None),
        (&root, Permission::PolicyWrite, &other, Some("policy.write Done")),
        (&auditor, Permission::AuditRead, &other, Some("audit.read Done")),
    ];
    for (actor, permission, object, expected) in cases {
        assert_eq!(told(actor, permission, object).as_deref(), expected, "{permission}");
    }
}

/// Something done to a log of [`LENGTH`] records, and what must be found.
#[derive(Clone, Debug)]
enum Tampering {
    Alter(Index, u8),
    AlterAndReseal(Index),
    Remove(Index, u8),
    Swap(Index, Index),
    Copy(Index, Index),
    Forge(Index),
}

const LENGTH: usize = 12;

fn any_tampering() -> impl Strategy<Value = Tampering> {
    let place = any::<Index>;
    proptest::prop_oneof![
        (place(), 0_u8..11).prop_map(|(at, field)| Tampering::Alter(at, field)),
        place().prop_map(Tampering::AlterAndReseal),
        (place(), 1_u8..4).prop_map(|(at, count)| Tampering::Remove(at, count)),
        (place(), place()).prop_map(|(one, two)| Tampering::Swap(one, two)),
        (place(), place()).prop_map(|(of, to)| Tampering::Copy(of, to)),
        place().prop_map(Tampering::Forge),
    ]
}

fn alter(record: &mut Record, field: u8) {
    match field {
        0 => record.tenant = TenantId(9),
        1 => record.seq += 40,
        2 => record.at = record.at + Duration::from_micros(1),
        3 => record.who = Who::User(UserId(8), "wang".to_owned()),
        4 => record.address = None,
        5 => record.action.push('x'),
        6 => record.object = "recording 6NQRFH0000002".to_owned(),
        7 => record.outcome = Outcome::Refused(String::new()),
        8 => record.details.clear(),
        9 => record.prev.0[5] ^= 1,
        _ => record.hash.0[5] ^= 1,
    }
}

/// Does it, and says what must be found; nothing if nothing was done.
fn tamper(records: &mut Vec<Record>, tampering: &Tampering) -> Option<Break> {
    let length = records.len();
    let seq = |place: usize| place as u64 + 1;
    match tampering {
        Tampering::Alter(place, field) => {
            let place = place.index(length);
            alter(&mut records[place], *field);
            Some(Break { seq: seq(place), broken: Broken::Altered })
        }
        Tampering::AlterAndReseal(place) => {
            let place = place.index(length);
            records[place].object.push('x');
            records[place] = reseal(&records[place]);
            let is_last = place + 1 == length;
            let rewritten = Break { seq: 1, broken: Broken::Rewritten { until: seq(place) } };
            Some(if is_last { rewritten } else { Break { seq: seq(place), broken: Broken::Altered } })
        }
        Tampering::Remove(place, count) => {
            let from = place.index(length);
            let to = (from + usize::from(*count)).min(length);
            records.drain(from..to);
            Some(Break { seq: seq(from), broken: Broken::Missing { until: to as u64 } })
        }
        Tampering::Swap(one, two) => {
            let (one, two) = (one.index(length), two.index(length));
            records.swap(one, two);
            (one != two).then(|| Break { seq: seq(one.min(two)), broken: Broken::Reordered })
        }
        Tampering::Copy(of, to) => {
            let (of, to) = (of.index(length), to.index(length));
            records.insert(to, records[of].clone());
            // A copy right before the record it is of looks like the record, and the record like the copy.
            let place = if of == to { to + 1 } else { to };
            Some(Break { seq: seq(place), broken: Broken::Inserted })
        }
        Tampering::Forge(place) => {
            let place = place.index(length);
            let mut chain = Chain::new(TENANT, head(&records[..place]));
            records.insert(place, chain.append(entry(at(0), "recording.export")));
            Some(Break { seq: seq(place), broken: Broken::Inserted })
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    /// Whatever is done to a log, the first broken record is named, and what was done to it (SEC-14).
    #[test]
    fn sec_14_tampering_is_found_and_named(tampering in any_tampering()) {
        let mut records = log(LENGTH as u64);
        let noted = [head(&records)];
        let expected = tamper(&mut records, &tampering);
        prop_assert_eq!(check(&records, &noted).err(), expected, "{:?}", tampering);
    }

    /// However much is done, verification ends, and it never says of another log that it is whole.
    #[test]
    fn sec_14_no_tampering_goes_unnoticed(tamperings in proptest::collection::vec(any_tampering(), 1..5)) {
        let written = log(LENGTH as u64);
        let mut records = written.clone();
        for tampering in &tamperings {
            if !records.is_empty() {
                tamper(&mut records, tampering);
            }
        }
        match check(&records, &[head(&written)]) {
            // What was added behind the head that was noted is part of a log that goes on.
            Ok(_) => prop_assert!(records.starts_with(&written), "{:?}", tamperings),
            Err(_) => prop_assert!(records != written, "{:?}", tamperings),
        }
    }
}
