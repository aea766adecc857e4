//! Accounts, on SQLite and on PostgreSQL: what is written is read, a change and its record of audit stand or fall together,
//! and whoever tampers with the log is found.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bell_access::audit::{Broken, Detail, Entry, Head, Outcome, Record, Search, Who};
use bell_access::{
    Account, Act, Answer, Approval, ApprovalId, CODE_LEN, Chosen, CodeHash, DeviceId, Failures, Filter, Freeze, Grant,
    Group, InCall, Listing, Login, LoginId, LoginRule, Must, NotMeLink, Object, Otherwise, Otp, Parts, Passkey,
    PasswordHash, Permission, Place, Policy, ProjectId, Proof, Reach, Role, Roles, Scope, SecondFactor, Secret, Spot,
    Token, TokenId, Unit, UnitId, UnitKind, User, UserId,
};
use bell_store::accounts::{Accounts, Changing, Company, Device, LoginRow, NoticeRow, PeopleWanted, Person, Project};
use bell_store::{Db, DbError, TenantId};
use bell_types::{Date, OpenSpan, OpeningHours, RoleName};
use sea_orm::{ConnectionTrait, Database};

use crate::support::database::TestDatabase;
use crate::support::{MORNING, agent};

const ONE: TenantId = TenantId::FIRST;
const TWO: TenantId = TenantId(2);

on_both! {
    the_organisation_is_read_as_it_was_written
    a_person_is_read_with_everything_an_account_has
    people_are_found_within_a_reach_and_a_tenant_sees_its_own
    two_people_never_share_a_name
    logins_end_and_stay_in_the_history
    tokens_rules_and_approvals_are_read_as_they_were_written
    sec_14_a_change_and_its_record_stand_or_fall_together
    sec_14_the_log_is_searched
    sec_14_what_was_written_verifies_and_nothing_can_be_changed
    sec_14_old_records_go_from_the_front_only
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

fn role(name: &str) -> RoleName {
    RoleName::new(name).unwrap()
}

fn unit(unit: u32, parent: Option<u32>, kind: UnitKind) -> Unit {
    Unit { unit: UnitId(unit), parent: parent.map(UnitId), kind, name: format!("部门 {unit}") }
}

/// A person with everything an account can have.
fn full(id: u64, home: u32) -> Person {
    let grant = |name: &str, place| Grant {
        role: role(name),
        place,
        by: Some(UserId(1)),
        since: MORNING,
        confirmed: MORNING + minutes(id),
    };
    let mut account = Account::new(UserId(id), MORNING, PasswordHash::new("$argon2id$now".to_owned()));
    if let Some(password) = &mut account.password {
        password.chosen = Chosen::ByOwner;
        password.old = vec![PasswordHash::new("$argon2id$before".to_owned())];
    }
    account.otp = Some(Otp { taken: Some(59_766_780), ..Otp::new(Secret::new(vec![7; 20])) });
    account.passkeys = vec![Passkey { id: vec![0, 255, 7], name: "王芳的手机".to_owned(), counter: u32::MAX }];
    account.draw_recovery([[3; CODE_LEN]; 10]);
    account.wrong_passwords = Failures { count: 4, last: MORNING };
    account.wrong_codes = Failures { count: 1, last: MORNING + minutes(1) };
    account.freeze = Some(Freeze::ByAdministrator { at: MORNING, reason: "密码\u{1F511}外泄".to_owned() });
    Person {
        user: User {
            user: UserId(id),
            tenant: bell_access::TenantId(1),
            home: UnitId(home),
            projects: BTreeSet::from([ProjectId(1)]),
            grants: vec![grant("agent", Place::Home), grant("supervisor", Place::Unit(UnitId(2)))],
        },
        name: format!("wang{id}"),
        display_name: "王芳".to_owned(),
        language: "zh-CN".to_owned(),
        agent: Some(agent(&format!("agent{id}"))),
        made_at: MORNING,
        last_login: Some(MORNING + minutes(9)),
        account,
    }
}

fn bare(id: u64, home: u32) -> Person {
    let mut person = full(id, home);
    person.user.projects.clear();
    person.user.grants.clear();
    (person.agent, person.last_login) = (None, None);
    let account = Account::new(UserId(id), MORNING, PasswordHash::new("h".to_owned()));
    person.account = Account { password: None, ..account };
    person
}

fn entry(action: &str, object: &str) -> Entry {
    Entry {
        at: MORNING,
        who: Who::User(UserId(1), "admin".to_owned()),
        address: "192.0.2.7".parse().ok(),
        action: action.to_owned(),
        object: object.to_owned(),
        outcome: Outcome::Done,
        details: vec![("reason".to_owned(), Detail::Words("called from 13800138000\u{0}".to_owned()))],
    }
}

async fn begin(db: &Db) -> Changing {
    Changing::begin(db, ONE).await.unwrap()
}

async fn put_people(db: &Db, people: &[Person]) {
    let change = begin(db).await;
    for person in people {
        change.put_person(person).await.unwrap();
    }
    change.commit().await.unwrap();
}

async fn tell(db: &Db, entries: Vec<Entry>) -> Head {
    let mut change = begin(db).await;
    for entry in entries {
        change.tell(entry).await.unwrap();
    }
    change.commit().await.unwrap()
}

async fn the_organisation_is_read_as_it_was_written(db: &Db) {
    let accounts = Accounts::of(db, ONE);
    assert_eq!(accounts.company().await.unwrap(), None);
    let company = Company { name: "城东客服".to_owned(), begun_at: MORNING };
    let units = [unit(1, None, UnitKind::Organisation), unit(2, Some(1), UnitKind::Department)];
    let project = Project { project: ProjectId(1), unit: UnitId(2), name: "召回".to_owned() };
    let permits = BTreeMap::from([(Permission::CallRead, Scope::Team), (Permission::UserRead, Scope::Own)]);
    let own = Role::new(role("trainer"), permits, SecondFactor::Compulsory).unwrap();
    let change = begin(db).await;
    change.put_company(&company).await.unwrap();
    for unit in &units {
        change.put_unit(unit).await.unwrap();
    }
    change.put_project(&project).await.unwrap();
    change.put_role(&own).await.unwrap();
    assert_eq!(change.next_unit().await.unwrap(), UnitId(3));
    change.commit().await.unwrap();
    assert_eq!(accounts.company().await.unwrap(), Some(company));
    assert_eq!(accounts.units().await.unwrap(), units);
    assert_eq!(accounts.projects().await.unwrap(), [project]);
    let org = accounts.org().await.unwrap();
    assert!(org.is_below(UnitId(2), UnitId(1)) && org.run_by(ProjectId(1)) == Some(UnitId(2)));
    let roles = accounts.roles().await.unwrap();
    assert_eq!(roles.get(own.name()), Some(&own));
    assert_eq!(roles.iter().count(), Roles::shipped().iter().count() + 1);
    assert!(Accounts::of(db, TWO).units().await.unwrap().is_empty(), "another tenant has none of it");
}

async fn a_person_is_read_with_everything_an_account_has(db: &Db) {
    let accounts = Accounts::of(db, ONE);
    let freezes = [None, Some(Freeze::NotMe { at: MORNING }), Some(Freeze::Left { at: MORNING + minutes(3) })];
    let mut people = vec![full(1, 2), bare(2, 2)];
    people.extend((3..).zip(freezes).map(|(id, freeze)| {
        let mut person = full(id, 2);
        person.account.freeze = freeze;
        person
    }));
    put_people(db, &people).await;
    for person in &people {
        assert_eq!(accounts.person(person.user.user).await.unwrap().as_ref(), Some(person));
        assert_eq!(accounts.person_named(&person.name).await.unwrap().as_ref(), Some(person));
    }
    // Written again, nothing of what was there is left.
    put_people(db, &[bare(1, 1)]).await;
    assert_eq!(accounts.person(UserId(1)).await.unwrap(), Some(bare(1, 1)));
    assert_eq!(accounts.person_of_agent(&agent("agent1")).await.unwrap(), None);
    assert_eq!(accounts.person(UserId(99)).await.unwrap(), None);
    assert_eq!(accounts.people_count().await.unwrap(), 5);
    assert_eq!(accounts.frozen_agents().await.unwrap(), [agent("agent4"), agent("agent5")]);
    assert_eq!(accounts.holders("agent", UserId(3)).await.unwrap(), 1, "who has left holds nothing");
}

async fn people_are_found_within_a_reach_and_a_tenant_sees_its_own(db: &Db) {
    put_people(db, &[full(1, 1), bare(2, 2), bare(3, 3), bare(4, 2)]).await;
    let accounts = Accounts::of(db, ONE);
    let parts = |owner: Option<u64>, units: &[u32], projects: &[u32]| {
        Reach::Parts(Parts {
            owner: owner.map(UserId),
            units: units.iter().copied().map(UnitId).collect(),
            projects: projects.iter().copied().map(ProjectId).collect(),
        })
    };
    let cases = [
        (Reach::Tenant, vec![1, 2, 3, 4]),
        (parts(Some(3), &[], &[]), vec![3]),
        (parts(Some(3), &[2], &[]), vec![2, 3, 4]),
        (parts(None, &[], &[1]), vec![1]),
        (parts(None, &[9], &[9]), vec![]),
        (parts(None, &[], &[]), vec![]),
    ];
    let everybody = PeopleWanted { named: None, units: None, role: None, after: UserId(0), rows_max: 100 };
    for (reach, expected) in cases {
        let filter = Filter { tenant: bell_access::TenantId(1), reach };
        let found = accounts.people(&filter, &everybody).await.unwrap();
        assert_eq!(ids(&found), expected, "{filter:?}");
        // The query lets through what the filter does.
        assert!(found.iter().all(|person| filter.lets(&person.user.as_object())));
        let agents = accounts.agents_within(&filter).await.unwrap();
        let one = (UserId(1), agent("agent1"));
        assert_eq!(agents, if expected.contains(&1) { vec![one] } else { vec![] }, "{filter:?}");
    }
    let all = Filter { tenant: bell_access::TenantId(1), reach: Reach::Tenant };
    let (second, agents, none) = (BTreeSet::from([UnitId(2)]), role("agent"), BTreeSet::new());
    let wanted = [
        (PeopleWanted { after: UserId(1), rows_max: 2, ..everybody }, vec![2, 3]),
        (PeopleWanted { named: Some("WANG3"), ..everybody }, vec![3]),
        (PeopleWanted { named: Some("王"), ..everybody }, vec![1, 2, 3, 4]),
        (PeopleWanted { named: Some("%"), ..everybody }, vec![]),
        (PeopleWanted { named: Some("ng1 王"), ..everybody }, vec![1]),
        (PeopleWanted { units: Some(&second), ..everybody }, vec![2, 4]),
        (PeopleWanted { units: Some(&none), ..everybody }, vec![]),
        (PeopleWanted { role: Some(&agents), ..everybody }, vec![1]),
        (PeopleWanted { role: Some(&agents), units: Some(&second), ..everybody }, vec![]),
    ];
    for (wanted, expected) in wanted {
        assert_eq!(ids(&accounts.people(&all, &wanted).await.unwrap()), expected, "{wanted:?}");
    }
    assert!(accounts.is_home(UnitId(3)).await.unwrap() && !accounts.is_home(UnitId(9)).await.unwrap());
    assert!(Accounts::of(db, TWO).people(&all, &everybody).await.unwrap().is_empty());
    assert_eq!(Accounts::of(db, TWO).person(UserId(1)).await.unwrap(), None);
}

fn ids(people: &[Person]) -> Vec<u64> {
    people.iter().map(|person| person.user.user.0).collect()
}

async fn two_people_never_share_a_name(db: &Db) {
    put_people(db, &[full(1, 1)]).await;
    let change = begin(db).await;
    let mut twin = bare(2, 1);
    twin.name = "wang1".to_owned();
    let err = change.put_person(&twin).await.unwrap_err();
    assert!(matches!(err, DbError::Write { table: "person", .. }), "{err}");
}

fn login(id: u64, device: u64, minute: u64) -> LoginRow {
    let at = MORNING + minutes(minute);
    LoginRow {
        person: UserId(1),
        login: Login {
            login: LoginId(id),
            device: DeviceId(device),
            proof: Proof::TwoFactors,
            begun: at,
            active: at,
            call: InCall::Never,
        },
        secret: [u8::try_from(id).unwrap(); 32],
        address: "2001:db8::7".parse().unwrap(),
        browser: "Firefox".to_owned(),
        place: Some(Spot { name: "杭州".to_owned(), latitude: 30.25, longitude: 120.2 }),
        voice: false,
        ended_at: None,
    }
}

async fn logins_end_and_stay_in_the_history(db: &Db) {
    let accounts = Accounts::of(db, ONE);
    let change = begin(db).await;
    for row in [login(1, 1, 0), login(2, 2, 1)] {
        change.put_login(&row).await.unwrap();
    }
    change.give_voice(UserId(1), Some(LoginId(2))).await.unwrap();
    let device = Device {
        device: DeviceId(1),
        secret: [9; 32],
        name: "前台电脑".to_owned(),
        listing: Listing::Listed,
        seen_at: MORNING,
    };
    change.put_device(&device).await.unwrap();
    let link =
        NotMeLink { user: UserId(1), login: LoginId(2), code: CodeHash::of("not me"), made: MORNING, used: false };
    let notice = NoticeRow { link, unusual: vec!["new_device".to_owned()] };
    change.put_notice(&notice).await.unwrap();
    assert_eq!((change.next_login().await.unwrap(), change.next_device().await.unwrap()), (LoginId(3), DeviceId(2)));
    change.commit().await.unwrap();

    let (logins, rows) = accounts.logins_of(UserId(1)).await.unwrap();
    assert_eq!(logins.voice(), Some(LoginId(2)));
    assert_eq!(rows[&LoginId(1)], login(1, 1, 0));
    assert_eq!(accounts.device(&[9; 32]).await.unwrap(), Some(device.clone()));
    assert_eq!(accounts.devices(DeviceId(0), 10).await.unwrap(), [device]);
    assert_eq!(accounts.notice(LoginId(2)).await.unwrap(), Some(notice.clone()));
    assert_eq!(accounts.notices_of(UserId(1), 10).await.unwrap(), [notice]);

    accounts.touched(LoginId(1), MORNING + minutes(5)).await.unwrap();
    accounts.touched(LoginId(1), MORNING + minutes(4)).await.unwrap();
    let change = begin(db).await;
    change.end_login(LoginId(2), MORNING + minutes(6)).await.unwrap();
    change.commit().await.unwrap();
    let open = accounts.open_logins().await.unwrap();
    let active: Vec<_> = open.iter().map(|row| (row.login.login, row.login.active)).collect();
    assert_eq!(active, [(LoginId(1), MORNING + minutes(5))]);
    let history = accounts.login_history(UserId(1), None, 10).await.unwrap();
    let ends: Vec<_> = history.iter().map(|row| (row.login.login.0, row.ended_at, row.voice)).collect();
    assert_eq!(ends, [(2, Some(MORNING + minutes(6)), false), (1, None, false)]);
    assert_eq!(accounts.login_history(UserId(1), Some(LoginId(2)), 10).await.unwrap().len(), 1);
    let known: Vec<u64> = accounts.sightings(UserId(1)).await.unwrap().iter().map(|seen| seen.device.0).collect();
    assert_eq!(known, [1, 2]);
}

async fn tokens_rules_and_approvals_are_read_as_they_were_written(db: &Db) {
    let accounts = Accounts::of(db, ONE);
    let token = Token {
        token: TokenId(1),
        user: UserId(1),
        name: "CRM".to_owned(),
        permissions: BTreeSet::from([Permission::CallRead, Permission::ReportRead]),
        made: MORNING,
        ends: MORNING + minutes(60),
        revoked: Some(MORNING + minutes(1)),
        secret: CodeHash::of("bell_1_X"),
    };
    let mut hours = OpeningHours::default();
    hours.week[0] = vec![OpenSpan::parse("08:30-12:00").unwrap(), OpenSpan::parse("22:00-24:00").unwrap()];
    hours.exceptions.insert(Date::parse("2026-10-01").unwrap(), Vec::new());
    let rule = |name: &str, of, must, otherwise| LoginRule { name: name.to_owned(), of, must, otherwise };
    let networks = vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
    let rules = vec![
        rule("办公网", Group::Everybody, Must::ComeFrom(networks), Otherwise::Refuse),
        rule("夜间", Group::Role(role("agent")), Must::ComeWithin(hours), Otherwise::SecondFactor),
        rule("前台", Group::Unit(UnitId(2)), Must::UseListedDevice, Otherwise::Refuse),
        rule("one", Group::User(UserId(7)), Must::UseListedDevice, Otherwise::SecondFactor),
    ];
    let (by, at, reason) = (UserId(2), MORNING + minutes(2), "不同意".to_owned());
    let answers = [
        Answer::Waiting,
        Answer::Approved { by, at },
        Answer::Refused { by, at, reason },
        Answer::Withdrawn { at },
        Answer::Used { by, at },
    ];
    let approvals: Vec<Approval> = (1..)
        .zip(answers)
        .map(|(id, answer)| Approval {
            approval: ApprovalId(id),
            act: Act::MakeSuperAdmin,
            subject: "role super_admin for wang".to_owned(),
            object: Object::of_user(bell_access::TenantId(1), UserId(9), UnitId(2)),
            reason: "接班".to_owned(),
            asked_by: UserId(1),
            asked_at: MORNING,
            answer,
        })
        .collect();
    let change = begin(db).await;
    change.put_token(&token).await.unwrap();
    change.put_login_rules(&rules[..1]).await.unwrap();
    change.put_login_rules(&rules).await.unwrap();
    for approval in &approvals {
        change.put_approval(approval).await.unwrap();
    }
    assert_eq!(
        (change.next_token().await.unwrap(), change.next_approval().await.unwrap()),
        (TokenId(2), ApprovalId(6))
    );
    change.commit().await.unwrap();
    assert_eq!(accounts.token(TokenId(1)).await.unwrap(), Some(token.clone()));
    assert_eq!(accounts.tokens_of(UserId(1)).await.unwrap(), [token]);
    assert_eq!(accounts.login_rules().await.unwrap(), rules);
    for approval in &approvals {
        assert_eq!(accounts.approval(approval.approval).await.unwrap().as_ref(), Some(approval));
    }
    let all: Vec<u64> = accounts.approvals(None, 10).await.unwrap().iter().map(|one| one.approval.0).collect();
    assert_eq!(all, [5, 4, 3, 2, 1]);
    let open: Vec<u64> = accounts.open_approvals(MORNING).await.unwrap().iter().map(|one| one.approval.0).collect();
    assert_eq!(open, [1, 2]);
    assert!(accounts.open_approvals(MORNING + minutes(1)).await.unwrap().is_empty());
}

async fn sec_14_a_change_and_its_record_stand_or_fall_together(db: &Db) {
    let accounts = Accounts::of(db, ONE);
    let mut change = begin(db).await;
    change.put_person(&full(1, 1)).await.unwrap();
    change.tell(entry("user.write", "user 1")).await.unwrap();
    drop(change);
    assert_eq!(accounts.people_count().await.unwrap(), 0, "what is dropped has not happened");
    assert_eq!(accounts.records_after(0, 10).await.unwrap(), []);

    let mut change = begin(db).await;
    change.put_person(&full(1, 1)).await.unwrap();
    let record = change.tell(entry("user.write", "user 1")).await.unwrap();
    let head = change.commit().await.unwrap();
    assert_eq!((record.seq, head), (1, Head { seq: 1, hash: record.hash }));
    assert_eq!(accounts.records_after(0, 10).await.unwrap(), std::slice::from_ref(&record));
    assert_eq!(record.details[0].1, "called from 138****8000\u{fffd}");
    assert_eq!(accounts.person(UserId(1)).await.unwrap(), Some(full(1, 1)));

    // Changes wait for each other: none tells the log at a place another has taken.
    let both = tokio::join!(tell(db, vec![entry("a", "1"), entry("a", "2")]), tell(db, vec![entry("b", "1")]));
    assert_eq!(both.0.seq.max(both.1.seq), 4);
    assert_eq!(accounts.verify_audit(&[]).await.unwrap().unwrap().seq, 4);
    assert_eq!(Accounts::of(db, TWO).chain_ends().await.unwrap(), None);
}

async fn sec_14_the_log_is_searched(db: &Db) {
    put_people(db, &[bare(1, 2), bare(2, 3)]).await;
    let mut entries: Vec<Entry> = (0..5).map(|place| entry("login", &format!("device {place}"))).collect();
    entries.push(entry("recording.export", "recording 6NQRFH0000001"));
    entries.push(Entry { who: Who::Stranger("wang".to_owned()), address: None, ..entry("login", "device 9") });
    entries.push(Entry { who: Who::Token(UserId(2), "bob".to_owned()), ..entry("user.write", "user 1") });
    entries.push(Entry { outcome: Outcome::Refused("not_permitted".to_owned()), ..entry("user.write", "user 2") });
    entries.push(Entry { at: MORNING + minutes(9), ..entry("audit.read", "audit log") });
    tell(db, entries).await;
    let accounts = Accounts::of(db, ONE);
    let all = accounts.records_after(0, 100).await.unwrap();
    let searches = [
        Search::default(),
        Search { from: Some(MORNING + minutes(1)), ..Search::default() },
        Search { until: Some(MORNING + minutes(1)), ..Search::default() },
        Search { user: Some(UserId(2)), ..Search::default() },
        Search { address: "192.0.2.7".parse().ok(), ..Search::default() },
        Search { action: Some("recording.".to_owned()), ..Search::default() },
        Search { action: Some("log_n".to_owned()), ..Search::default() },
        Search { object: Some("device".to_owned()), ..Search::default() },
        Search { outcome: Some("refused".to_owned()), ..Search::default() },
    ];
    for search in searches {
        let page = accounts.search_audit(&search, &Reach::Tenant, None, 100).await.unwrap();
        let expected: Vec<Record> = all.iter().rev().filter(|record| search.finds(record)).cloned().collect();
        assert_eq!((page.records, page.next), (expected, None), "{search:?}");
    }
    let page = accounts.search_audit(&Search::default(), &Reach::Tenant, None, 4).await.unwrap();
    assert_eq!((page.records.len(), page.next), (4, Some(7)));
    let next = accounts.search_audit(&Search::default(), &Reach::Tenant, page.next, 100).await.unwrap();
    assert_eq!((next.records.len(), next.records[0].seq), (6, 6));
    let of_unit = Reach::Parts(Parts { units: BTreeSet::from([UnitId(3)]), ..Parts::default() });
    let within = accounts.search_audit(&Search::default(), &of_unit, None, 100).await.unwrap();
    assert_eq!(within.records.iter().map(|record| record.seq).collect::<Vec<_>>(), [8], "what people of the unit did");
}

async fn sec_14_what_was_written_verifies_and_nothing_can_be_changed(db: &Db) {
    let head = tell(db, (0..30).map(|place| entry("login", &place.to_string())).collect()).await;
    let accounts = Accounts::of(db, ONE);
    assert_eq!(accounts.verify_audit(&[head]).await.unwrap(), Ok(head));
    let forged = Head { seq: 40, ..head };
    let lost = accounts.verify_audit(&[forged]).await.unwrap().unwrap_err();
    assert_eq!((lost.seq, lost.broken), (31, Broken::Missing { until: 40 }));
}

async fn sec_14_old_records_go_from_the_front_only(db: &Db) {
    let policy = Policy { audit_keep: minutes(60), ..Policy::for_tests() };
    let mut entries: Vec<Entry> = (0..10).map(|place| entry("login", &place.to_string())).collect();
    entries.extend((0..3).map(|_| Entry { at: MORNING + minutes(30), ..entry("login", "late") }));
    tell(db, entries).await;
    let mut change = begin(db).await;
    assert_eq!(change.prune_audit(MORNING + minutes(59), &policy).await.unwrap(), 0);
    assert_eq!(change.prune_audit(MORNING + minutes(60), &policy).await.unwrap(), 10);
    change.commit().await.unwrap();
    let accounts = Accounts::of(db, ONE);
    let left: Vec<u64> = accounts.records_after(0, 100).await.unwrap().iter().map(|record| record.seq).collect();
    assert_eq!(left, [11, 12, 13, 14]);
    assert_eq!(accounts.verify_audit(&[]).await.unwrap().map(|head| head.seq), Ok(14));
    let (start, _) = accounts.chain_ends().await.unwrap().unwrap();
    assert_eq!(start.seq, 10);
    let told = accounts.records_after(13, 1).await.unwrap().remove(0);
    assert_eq!((told.action.as_str(), told.details[1].1.as_str()), ("audit.prune", "10"));
}

/// The database itself refuses, whoever asks; and whoever takes that away is found, with the first bad record named.
#[test]
fn sec_14_the_database_refuses_and_verification_finds_who_went_round_it() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        database.run(async |db| {
            tell(db, (0..9).map(|place| entry("login", &place.to_string())).collect()).await;
            let conn = Database::connect(&database.url).await.unwrap();
            for sql in ["UPDATE audit SET object = 'x' WHERE seq = 4", "DELETE FROM audit WHERE seq = 4"] {
                let refused = conn.execute_unprepared(sql).await.unwrap_err().to_string();
                assert!(refused.contains("records of the audit log"), "{refused}");
            }
            let on = if database.url.starts_with("sqlite:") { "" } else { " ON audit" };
            for trigger in ["audit_is_never_changed", "audit_goes_from_the_front"] {
                conn.execute_unprepared(&format!("DROP TRIGGER {trigger}{on}")).await.unwrap();
            }
            let accounts = Accounts::of(db, ONE);
            for (sql, seq, broken) in [
                ("DELETE FROM audit WHERE seq = 7", 7, Broken::Missing { until: 7 }),
                ("UPDATE audit SET outcome = 'refused' WHERE seq = 6", 6, Broken::Altered),
                ("UPDATE audit SET who_name = 'bob' WHERE seq = 4", 4, Broken::Altered),
                ("UPDATE audit SET address = 'nonsense' WHERE seq = 2", 2, Broken::Altered),
                ("UPDATE audit SET details = '' WHERE seq = 1", 1, Broken::Altered),
            ] {
                conn.execute_unprepared(sql).await.unwrap();
                let found = accounts.verify_audit(&[]).await.unwrap().unwrap_err();
                assert_eq!((found.seq, found.broken), (seq, broken), "{sql}");
            }
            // Who lets the log begin later than the last pruning said is found, with what he took out.
            let set_start = "UPDATE audit_chain SET start_seq = 8, start_hash = (SELECT hash FROM audit WHERE seq = 8)";
            conn.execute_unprepared(set_start).await.unwrap();
            let found = accounts.verify_audit(&[]).await.unwrap().unwrap_err();
            assert_eq!((found.seq, found.broken), (1, Broken::Missing { until: 8 }));
            conn.execute_unprepared("UPDATE audit_chain SET start_seq = 0").await.unwrap();
            conn.execute_unprepared("DELETE FROM audit WHERE seq > 0").await.unwrap();
            let found = accounts.verify_audit(&[]).await.unwrap().unwrap_err();
            assert_eq!((found.seq, found.broken), (1, Broken::Missing { until: 9 }), "an empty log is not a whole one");
            conn.close().await.unwrap();
        });
    }
}
