//! The service of accounts through the door of the desk, on SQLite and on PostgreSQL.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bell_access::audit::Outcome;
use bell_access::{Group, LoginRule, Method, Must, Otherwise, Permission, Place, Shut, Step, UnitId, UserId, Weakness};
use bell_api::Language;
use bell_api::doors::{
    Accounts as Door, ApprovalAnswer, AuditWanted, Created, Entry, Granted, LoginRefused, LoginRules, NewUser,
    NextStep, PersonState, Refused, SetUp, SignedIn, TokenWanted, UserAct, UserChange, UsersWanted, Via, Visit,
    WhyPassword,
};
use bell_testkit::Postgres;
use bell_types::{RoleName, Wall};
use belltower::accounts::{Accounts, OperatorAnswer, OperatorAsk};
use belltower::dirs::Dirs;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// A password that nobody else has.
const OWN: &str = "Lotos-Kettle7!Rain";

/// Accounts of a new centre, and where their database is.
struct Site {
    accounts: Accounts,
    _dir: tempfile::TempDir,
}

/// Runs a test on a new database of each kind.
fn on_both(test: &impl AsyncFn(&Site)) {
    let postgres = Postgres::start().expect("a database");
    for database in [None, Some(postgres.url())] {
        let dir = tempfile::tempdir().expect("a directory");
        let dirs = Dirs::new(dir.path());
        dirs.make().expect("it can be made");
        if let Some(url) = database {
            dirs.remember_database(&url).expect("it can be written");
        }
        let accounts = Accounts::kept(&dirs, None).expect("random bytes");
        let site = Site { accounts, _dir: dir };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(test(&site));
    }
}

fn from(address: &str) -> Visit {
    let address = address.parse().expect("an address");
    Visit { address, user_agent: "Firefox".to_owned(), device: None, is_local: false }
}

fn here() -> Visit {
    Visit { is_local: true, ..from("127.0.0.1") }
}

fn role(name: &str) -> RoleName {
    RoleName::new(name).expect("a name")
}

fn now() -> Wall {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Wall::from_micros(i64::try_from(since.as_micros()).expect("before 292277"))
}

/// What an app shows so many steps from now; it has the secret that was typed.
pub(crate) fn code(secret: &str, steps: u64) -> String {
    let symbols = secret.bytes().map(|symbol| match symbol {
        b'A'..=b'Z' => u32::from(symbol - b'A'),
        _ => u32::from(symbol - b'2') + 26,
    });
    let (mut key, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for symbol in symbols {
        (bits, held) = (bits << 5 | symbol, held + 5);
        if held >= 8 {
            held -= 8;
            key.push((bits >> held & 255) as u8);
        }
    }
    let step = now().as_secs() as u64 / 30 + steps;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("any length");
    mac.update(&step.to_be_bytes());
    let mac = mac.finalize().into_bytes();
    let offset = usize::from(mac[19] & 15);
    let number = u32::from_be_bytes([mac[offset], mac[offset + 1], mac[offset + 2], mac[offset + 3]]);
    format!("{:06}", (number & 0x7FFF_FFFF) % 1_000_000)
}

fn signed_in(step: NextStep) -> Entry {
    match step {
        NextStep::SignedIn(entry) => entry,
        other => panic!("not signed in: {other:?}"),
    }
}

impl Site {
    fn door(&self) -> &dyn Door {
        &self.accounts
    }

    /// The first administrator, with the secret of his authenticator and his recovery codes.
    async fn set_up(&self) -> (Entry, String, Vec<String>) {
        let wanted = SetUp {
            company: "城东客服".to_owned(),
            name: "Admin".to_owned(),
            password: OWN.to_owned(),
            code: None,
            language: Language::Chinese,
        };
        let step = self.door().set_up(&here(), wanted).await.expect("set up");
        let NextStep::Enrol { enrolment, ticket } = step else { panic!("a super administrator needs two factors") };
        let confirmed = self.door().enrol(&here(), &ticket, &code(&enrolment.secret, 0)).await.expect("the first code");
        (signed_in(confirmed.step), enrolment.secret, confirmed.recovery_codes)
    }

    async fn add(&self, by: &SignedIn, name: &str, roles: &[&str]) -> Created {
        let roles = roles.iter().map(|name| Granted { role: role(name), place: Place::Home }).collect();
        let wanted = NewUser {
            name: name.to_owned(),
            display_name: String::new(),
            unit: UnitId(1),
            projects: BTreeSet::new(),
            roles,
            agent: None,
        };
        self.door().create_user(by, wanted).await.expect("a new person")
    }

    /// Somebody who has chosen a password and is signed in.
    async fn somebody(&self, by: &SignedIn, name: &str, roles: &[&str]) -> Entry {
        let created = self.add(by, name, roles).await;
        let visit = from("192.0.2.7");
        let step = self.door().sign_in(&visit, name, &created.password).await.expect("the given password");
        let NextStep::ChangePassword { why, ticket } = step else { panic!("{step:?}") };
        assert_eq!(why, WhyPassword::FirstSignIn);
        signed_in(self.door().choose_password(&visit, &ticket, OWN).await.expect("another password"))
    }

    async fn by_cookie(&self, cookie: &str) -> Option<SignedIn> {
        self.door().by_cookie(&from("192.0.2.7"), cookie, true).await.expect("an answer")
    }

    async fn actions(&self, reader: &SignedIn, what: &str) -> Vec<(String, Outcome)> {
        let wanted = AuditWanted { what: Some(what.to_owned()), limit: 100, ..AuditWanted::default() };
        let page = self.door().audit(reader, wanted).await.expect("the log");
        page.records.into_iter().map(|record| (record.object, record.outcome)).collect()
    }
}

/// SEC-01, SEC-09: the first administrator is made once, at the machine or with its code, and needs two factors.
#[test]
fn sec_01_the_first_administrator_is_made_once_and_needs_two_factors() {
    on_both(&async |site| {
        let door = site.door();
        assert!(door.is_empty().await.expect("an answer"));
        let wanted = |code: Option<String>, password: &str| SetUp {
            company: "C".to_owned(),
            name: "admin".to_owned(),
            password: password.to_owned(),
            code,
            language: Language::English,
        };
        let far = from("203.0.113.9");
        for code in [None, Some("0000-0000-0000-0000-0000-0000".to_owned())] {
            let refused = door.set_up(&far, wanted(code, OWN)).await;
            assert!(matches!(refused, Err(Refused::SetUpElsewhere)), "{refused:?}");
        }
        let code = Some(site.accounts.set_up_code().to_owned());
        let weak = door.set_up(&far, wanted(code.clone(), "password")).await;
        let Err(Refused::Weak(weak)) = weak else { panic!("{weak:?}") };
        assert!(weak.contains(&Weakness::NoUpper), "{weak:?}");
        let step = door.set_up(&far, wanted(code, OWN)).await.expect("set up");
        let NextStep::Enrol { enrolment, ticket } = step else { panic!("{step:?}") };
        let wrong = door.enrol(&far, &ticket, "000000").await;
        assert!(matches!(wrong, Err(Refused::Factor(_))), "{wrong:?}");
        let confirmed = door.enrol(&far, &ticket, &self::code(&enrolment.secret, 0)).await.expect("right");
        assert_eq!(confirmed.recovery_codes.len(), 10);
        let entry = signed_in(confirmed.step);
        assert_eq!(site.by_cookie(&entry.cookie).await.map(|who| who.name).as_deref(), Some("admin"));
        let again = door.set_up(&here(), wanted(None, OWN)).await;
        assert!(matches!(again, Err(Refused::SetUpDone)), "{again:?}");

        // From now on the password alone is half of it.
        let step = door.sign_in(&far, " ADMIN ", OWN).await.expect("right");
        let NextStep::SecondFactor { methods, ticket } = step else { panic!("{step:?}") };
        assert_eq!(methods, [Method::Otp, Method::Recovery]);
        let used = door.second_factor(&far, &ticket, Method::Otp, &self::code(&enrolment.secret, 0)).await;
        assert!(matches!(used, Err(Refused::Login(LoginRefused::WrongCode { .. }))), "taken before: {used:?}");
        let step = door.second_factor(&far, &ticket, Method::Recovery, &confirmed.recovery_codes[0]).await;
        let second = signed_in(step.expect("a recovery code"));
        assert_ne!(second.cookie, entry.cookie);
        let gone = door.second_factor(&far, &ticket, Method::Recovery, &confirmed.recovery_codes[1]).await;
        assert!(matches!(gone, Err(Refused::Login(LoginRefused::TicketOver))), "{gone:?}");
    });
}

/// SEC-12: the attempts left, then exactly why; names that nobody has look the same; the owner opens it by a second factor.
#[test]
fn sec_12_a_locked_account_says_why_and_its_owner_opens_it() {
    on_both(&async |site| {
        let (door, visit) = (site.door(), from("192.0.2.7"));
        let (admin, secret, codes) = site.set_up().await;
        let max = 5;
        for name in ["admin", "nobody"] {
            for left in (0..max).rev() {
                let wrong = door.sign_in(&visit, name, "Wrong-Kettle7!Rain").await;
                let Err(Refused::Login(LoginRefused::Wrong { left: told })) = wrong else { panic!("{wrong:?}") };
                assert_eq!(told, left, "{name}");
            }
            let shut = door.sign_in(&visit, name, OWN).await;
            let Err(Refused::Login(LoginRefused::Shut(Shut::WrongPasswords { until }))) = shut else {
                panic!("{shut:?}")
            };
            assert!(until > now() + Duration::from_secs(14 * 60), "{until}");
        }
        let wrong = door.unlock(&visit, "nobody", Method::Otp, "123456").await;
        assert!(matches!(wrong, Err(Refused::Login(LoginRefused::WrongCode { left: 4 }))), "{wrong:?}");
        let wrong = door.unlock(&visit, "admin", Method::Recovery, "0000").await;
        assert!(matches!(wrong, Err(Refused::Login(LoginRefused::WrongCode { left: 4 }))), "{wrong:?}");
        door.unlock(&visit, "admin", Method::Otp, &code(&secret, 1)).await.expect("his authenticator");
        let step = door.sign_in(&visit, "admin", OWN).await.expect("open again");
        let NextStep::SecondFactor { ticket, .. } = step else { panic!("{step:?}") };
        signed_in(door.second_factor(&visit, &ticket, Method::Recovery, &codes[3]).await.expect("a code"));

        // Somebody else's account an administrator opens, with a reason.
        let bob = site.somebody(&admin.who, "bob", &["agent"]).await;
        for _ in 0..max {
            assert!(door.sign_in(&visit, "bob", "Wrong-Kettle7!Rain").await.is_err());
        }
        let user = bob.who.actor.user();
        let seen = door.user(&admin.who, user).await.expect("bob");
        assert!(matches!(seen.state, PersonState::Locked(_)), "{seen:?}");
        let silent = door.act_on_user(&admin.who, user, UserAct::Unlock, None).await;
        assert!(matches!(silent, Err(Refused::ReasonNeeded)), "{silent:?}");
        let reason = Some("he called".to_owned());
        let acted = door.act_on_user(&admin.who, user, UserAct::Unlock, reason).await.expect("open");
        assert_eq!(acted.person.state, PersonState::Active);
    });
}

/// SEC-06, SEC-14: who has left is out at once, with his tokens; the log tells it, and is whole.
#[test]
fn sec_06_a_leaver_is_cut_and_the_log_tells_it() {
    on_both(&async |site| {
        let door = site.door();
        let (admin, _, _) = site.set_up().await;
        let other = site.somebody(&admin.who, "lead", &["dept_admin"]).await;
        let auditor = site.somebody(&admin.who, "eve", &["auditor"]).await;
        let tokens = BTreeSet::from([Permission::UserRead]);
        let wanted =
            TokenWanted { name: "CRM".to_owned(), permissions: tokens, ends: now() + Duration::from_secs(3600) };
        let denied = door.make_token(&other.who, wanted.clone()).await;
        assert!(matches!(denied, Err(Refused::Denied(_))), "{denied:?}");
        let made = door.make_token(&admin.who, wanted).await.expect("a token");
        let by_token = door.by_token(&from("192.0.2.7"), &made.text).await.expect("an answer").expect("it lets in");
        assert_eq!(by_token.via, Via::Token(made.token.token));
        assert!(door.users(&by_token, UsersWanted { limit: 10, ..UsersWanted::default() }).await.is_ok());

        let (user, reason) = (other.who.actor.user(), Some("has left".to_owned()));
        let begun = std::time::Instant::now();
        let (acted, over) =
            tokio::join!(door.act_on_user(&admin.who, user, UserAct::Disable, reason), door.until_over(other.who.via));
        assert_eq!(acted.expect("done").person.state, PersonState::Disabled);
        over.expect("it never fails");
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(site.by_cookie(&other.cookie).await.is_none(), "his cookie is worth nothing");
        let shut = door.sign_in(&from("192.0.2.7"), "lead", OWN).await;
        assert!(matches!(shut, Err(Refused::Login(LoginRefused::Shut(Shut::Frozen(_))))), "{shut:?}");
        door.revoke_token(&admin.who, made.token.token).await.expect("revoked");
        assert!(door.by_token(&from("192.0.2.7"), &made.text).await.expect("an answer").is_none());

        let told = site.actions(&auditor.who, "user.write").await;
        assert!(told.contains(&("user lead".to_owned(), Outcome::Done)), "{told:?}");
        let told = site.actions(&auditor.who, "login").await;
        assert!(told.contains(&("user lead".to_owned(), Outcome::Refused("disabled".to_owned()))), "{told:?}");
        let verified = door.verify_audit(&auditor.who).await.expect("verified");
        assert!(verified.breaks.is_empty() && verified.records > 10, "{verified:?}");
        // Who administers does not read what he did.
        let denied = door.audit(&admin.who, AuditWanted { limit: 1, ..AuditWanted::default() }).await;
        assert!(matches!(denied, Err(Refused::Denied(_))), "{denied:?}");
    });
}

/// SEC-11, SEC-13: a third device is refused and says so; a new device is told; one's own logins are seen and ended.
#[test]
fn sec_11_two_devices_and_no_third() {
    on_both(&async |site| {
        let door = site.door();
        let (admin, _, _) = site.set_up().await;
        let first = site.somebody(&admin.who, "bob", &["agent"]).await;
        // The same browser again is the same device.
        let known = Visit { device: Some(first.device.clone()), ..from("192.0.2.7") };
        let again = signed_in(door.sign_in(&known, "bob", OWN).await.expect("the same device"));
        assert!(site.by_cookie(&first.cookie).await.is_none(), "one login for each device");
        let second = signed_in(door.sign_in(&from("192.0.2.8"), "bob", OWN).await.expect("a second device"));
        let third = door.sign_in(&from("192.0.2.9"), "bob", OWN).await;
        assert!(matches!(third, Err(Refused::Login(LoginRefused::TooManyDevices(2)))), "{third:?}");
        let devices = door.devices(&again.who).await.expect("his devices");
        assert_eq!(devices.len(), 2, "{devices:?}");
        let Via::Login(login) = second.who.via else { panic!("a login") };
        let others = door.end_device(&admin.who, login).await;
        assert!(matches!(others, Err(Refused::NotThere)), "nobody ends another's: {others:?}");
        door.end_device(&again.who, login).await.expect("his own");
        assert!(site.by_cookie(&second.cookie).await.is_none());
        signed_in(door.sign_in(&from("192.0.2.9"), "bob", OWN).await.expect("there is room again"));
        // A new password lets the others out.
        door.change_password(&again.who, OWN, "Amber-Kettle8!Rain").await.expect("a new one");
        assert_eq!(door.devices(&again.who).await.expect("his devices").len(), 1);
        let reused = door.change_password(&again.who, "Amber-Kettle8!Rain", OWN).await;
        assert!(matches!(reused, Err(Refused::Reused(5))), "SEC-07: {reused:?}");
        let wrong = door.change_password(&again.who, "Wrong-Kettle8!Rain", "Topas-Kettle9!Rain").await;
        assert!(matches!(wrong, Err(Refused::Login(LoginRefused::Wrong { left: 4 }))), "{wrong:?}");
        door.sign_out(&again.who).await.expect("out");
        assert!(site.by_cookie(&again.cookie).await.is_none());
        assert!(door.not_me(&from("192.0.2.9"), "1.nonsense").await.is_err());
    });
}

/// SEC-10: what the simulator says is what happens; a rule that would keep out who saves it is refused.
#[test]
fn sec_10_the_simulator_says_what_happens() {
    on_both(&async |site| {
        let door = site.door();
        let (admin, _, _) = site.set_up().await;
        site.somebody(&admin.who, "bob", &["agent"]).await;
        let second = site.add(&admin.who, "zhang", &["dept_admin"]).await;
        let bob = door.users(&admin.who, UsersWanted { text: Some("bob".to_owned()), limit: 5, ..Default::default() });
        let bob = bob.await.expect("people").people.remove(0).user;
        let rule = |name: &str, networks: &str, otherwise| LoginRule {
            name: name.to_owned(),
            of: Group::Role(role("agent")),
            must: Must::ComeFrom(vec![networks.parse().expect("a network")]),
            otherwise,
        };
        let rules = vec![
            rule("office", "192.0.2.0/24", Otherwise::Refuse),
            rule("desk", "192.0.2.0/28", Otherwise::SecondFactor),
        ];
        let before = door.login_rules(&admin.who).await.expect("rules");
        let stale = LoginRules { version: before.version + 1, rules: rules.clone() };
        let changed = door.put_login_rules(&admin.who, stale, "r".to_owned()).await;
        assert!(matches!(changed, Err(Refused::Changed)), "{changed:?}");
        let wanted = LoginRules { version: before.version, rules };
        // Four eyes (SEC-16): another super administrator says yes, then it is done once.
        let asked = door.put_login_rules(&admin.who, wanted.clone(), "remote work".to_owned()).await;
        let Err(Refused::ApprovalNeeded(id)) = asked else { panic!("{asked:?}") };
        let own = door.answer_approval(&admin.who, id, ApprovalAnswer::Approve).await;
        assert!(matches!(own, Err(Refused::Approval(_))), "not by who asked: {own:?}");
        let operator = belltower::accounts::Operator { name: "root".to_owned() };
        let ask = OperatorAsk::Role { name: "zhang".to_owned(), role: role("super_admin"), gets: true };
        site.accounts.operate(&operator, ask).await;
        let zhang = site.super_admin("zhang", &second.password).await;
        door.answer_approval(&zhang.who, id, ApprovalAnswer::Approve).await.expect("another one");
        door.put_login_rules(&admin.who, wanted.clone(), "remote work".to_owned()).await.expect("approved");

        for (address, expected) in [("192.0.2.7", 0), ("192.0.2.77", 1), ("203.0.113.9", 2)] {
            let address = address.parse().expect("an address");
            let said = door.simulate_login(&admin.who, bob, address, now()).await.expect("an answer").admission;
            let happens = door.sign_in(&from(&address.to_string()), "bob", OWN).await;
            match (expected, said.step, happens) {
                (0, Step::Goes(bell_access::Next::LetIn(_)), Ok(NextStep::SignedIn(_))) => {}
                (1, Step::Goes(bell_access::Next::Refuse), Err(Refused::Login(LoginRefused::FactorMissing))) => {}
                (2, Step::RefusedBy(rule), Err(Refused::Login(LoginRefused::Rule(told)))) => assert_eq!(rule, told),
                (_, said, happens) => panic!("{address}: said {said:?}, happened {happens:?}"),
            }
        }
    });
}

impl Site {
    /// A super administrator's first sign-in with a password that was given.
    async fn super_admin(&self, name: &str, password: &str) -> Entry {
        let (door, visit) = (self.door(), here());
        let step = door.sign_in(&visit, name, password).await.expect("the given password");
        let NextStep::ChangePassword { ticket, .. } = step else { panic!("{step:?}") };
        let step = door.choose_password(&visit, &ticket, OWN).await.expect("another password");
        let NextStep::Enrol { enrolment, ticket } = step else { panic!("{step:?}") };
        signed_in(door.enrol(&visit, &ticket, &code(&enrolment.secret, 0)).await.expect("a code").step)
    }
}

/// SEC-10: a rule that asks for a listed device lets nobody in by another, and by that one once it is listed.
#[test]
fn sec_10_a_listed_device_lets_in_where_a_rule_asks_for_one() {
    on_both(&async |site| {
        let door = site.door();
        let (admin, _, _) = site.set_up().await;
        let bob = site.somebody(&admin.who, "bob", &["agent"]).await;
        let second = site.add(&admin.who, "zhang", &["dept_admin"]).await;
        let operator = belltower::accounts::Operator { name: "root".to_owned() };
        let role_of = |gets| OperatorAsk::Role { name: "zhang".to_owned(), role: role("super_admin"), gets };
        site.accounts.operate(&operator, role_of(true)).await;
        let zhang = site.super_admin("zhang", &second.password).await;
        let rule = LoginRule {
            name: "front desk".to_owned(),
            of: Group::Role(role("agent")),
            must: Must::UseListedDevice,
            otherwise: Otherwise::Refuse,
        };
        let version = door.login_rules(&admin.who).await.expect("rules").version;
        let wanted = LoginRules { version, rules: vec![rule] };
        let asked = door.put_login_rules(&admin.who, wanted.clone(), "theft".to_owned()).await;
        let Err(Refused::ApprovalNeeded(id)) = asked else { panic!("{asked:?}") };
        door.answer_approval(&zhang.who, id, ApprovalAnswer::Approve).await.expect("another one");
        door.put_login_rules(&admin.who, wanted, "theft".to_owned()).await.expect("approved");

        let known = Visit { device: Some(bob.device.clone()), ..from("192.0.2.7") };
        let refused = door.sign_in(&known, "bob", OWN).await;
        assert!(matches!(refused, Err(Refused::Login(LoginRefused::Rule(_)))), "{refused:?}");
        let answer = site.accounts.operate(&operator, OperatorAsk::Devices).await;
        let OperatorAnswer::Devices { devices } = answer else { panic!("{answer:?}") };
        // The administrator's was the first, bob's the second.
        let device = devices[1].device;
        let unknown = site.accounts.operate(&operator, OperatorAsk::ListDevice { device: 99, listed: true }).await;
        assert!(matches!(unknown, OperatorAnswer::Refused { .. }), "{unknown:?}");
        site.accounts.operate(&operator, OperatorAsk::ListDevice { device, listed: true }).await;
        signed_in(door.sign_in(&known, "bob", OWN).await.expect("by the listed one"));
        let other = door.sign_in(&from("192.0.2.7"), "bob", OWN).await;
        assert!(matches!(other, Err(Refused::Login(LoginRefused::Rule(_)))), "{other:?}");
    });
}

/// SEC-02, SEC-16: nobody gives more than he reaches, nobody raises himself, nobody audits what he configures, and the last
/// super administrator stays.
#[test]
fn sec_16_roles_are_given_within_reach_and_duties_stay_apart() {
    on_both(&async |site| {
        let door = site.door();
        let (admin, _, _) = site.set_up().await;
        let lead = site.somebody(&admin.who, "lead", &["dept_admin"]).await;
        let bob = site.somebody(&admin.who, "bob", &["agent"]).await;
        let give = |names: &[&str]| UserChange {
            roles: Some(names.iter().map(|name| Granted { role: role(name), place: Place::Home }).collect()),
            ..UserChange::default()
        };
        let user = |entry: &Entry| entry.who.actor.user();
        let beyond = door.change_user(&lead.who, user(&bob), give(&["agent", "auditor"])).await;
        assert!(matches!(beyond, Err(Refused::Grant(_))), "{beyond:?}");
        let itself = door.change_user(&lead.who, user(&lead), give(&["dept_admin", "agent"])).await;
        assert!(matches!(itself, Err(Refused::Grant(_))), "{itself:?}");
        let both = door.change_user(&admin.who, user(&lead), give(&["dept_admin", "auditor"])).await;
        assert!(matches!(both, Err(Refused::Grant(_))), "{both:?}");
        let changed = door.change_user(&lead.who, user(&bob), give(&["agent", "supervisor"])).await.expect("within");
        assert_eq!(changed.roles.len(), 2);
        let who = site.by_cookie(&bob.cookie).await.expect("still there");
        assert!(who.actor.filter(Permission::CallListen).is_ok(), "it holds at once");
        let denied = door.user(&bob.who, user(&admin)).await;
        assert!(matches!(denied, Err(Refused::Denied(_))), "{denied:?}");
        let own = door.act_on_user(&admin.who, user(&admin), UserAct::Disable, Some("r".to_owned())).await;
        assert!(matches!(own, Err(Refused::Business(_))), "{own:?}");
        let nobody = door.user(&admin.who, UserId(99)).await;
        assert!(matches!(nobody, Err(Refused::NotThere)), "{nobody:?}");
        let operator = belltower::accounts::Operator { name: "root".to_owned() };
        let ask = OperatorAsk::Role { name: "admin".to_owned(), role: role("super_admin"), gets: false };
        let answer = format!("{:?}", site.accounts.operate(&operator, ask).await);
        assert!(answer.contains("the last super administrator"), "{answer}");
    });
}
