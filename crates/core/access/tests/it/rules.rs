//! Where, when and with what somebody may log in, and the simulator that says so beforehand.

use std::net::IpAddr;

use bell_access::{
    Account, Admission, Book, Circumstances, Group, LOGIN_RULES_MAX, Listing, LoginRule, Must, Next, Otherwise, Otp,
    PasswordHash, Policy, Proof, Roles, RulesRefusal, Secret, Shut, Step, User, UserId, WhyChange, admit, check_rules,
};
use bell_types::{Date, LocalTime, Minute, OpenSpan, OpeningHours};
use expect_test::{Expect, expect};
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use crate::world::{COMPANY, EARLY, PHONE_SALES, SERVICE, at, org, role, user};

const OFFICE: &str = "203.0.113.7";
const HOME: &str = "198.51.100.9";

fn local(day: &str, time: &str) -> LocalTime {
    LocalTime { date: Date::parse(day).expect("a day"), minute: Minute::parse(time).expect("a minute") }
}

/// A Monday.
fn monday(time: &str) -> LocalTime {
    local("2026-10-26", time)
}

fn rule(name: &str, of: Group, must: Must, otherwise: Otherwise) -> LoginRule {
    LoginRule { name: name.to_owned(), of, must, otherwise }
}

/// Agents of the service department log in from the office; out of hours everybody shows a second factor; administrators
/// use listed devices.
fn rules() -> Vec<LoginRule> {
    let networks = ["203.0.113.0/24", "2001:db8::/32"].map(|network| network.parse().expect("a network"));
    let span = |text: &str| OpenSpan::parse(text).expect("hours");
    let mut hours = OpeningHours::default();
    (0..5).for_each(|day| hours.week[day] = vec![span("08:00-18:00")]);
    hours.exceptions.insert(Date::parse("2026-10-01").expect("a day"), Vec::new());
    vec![
        rule("office", Group::Unit(SERVICE), Must::ComeFrom(networks.to_vec()), Otherwise::Refuse),
        rule("hours", Group::Everybody, Must::ComeWithin(hours), Otherwise::SecondFactor),
        rule("devices", Group::Role(role("super_admin")), Must::UseListedDevice, Otherwise::Refuse),
    ]
}

fn account(of: &User) -> Account {
    let mut account = Account::new(of.user, at(0), PasswordHash::new("first".to_owned()));
    let chosen = account.change_password(at(0), PasswordHash::new("own".to_owned()), &[], &Policy::for_tests());
    chosen.expect("a new password");
    account
}

fn circumstances(address: &str, at: LocalTime, device: Listing) -> Circumstances {
    Circumstances { address: address.parse().expect("an address"), at, device }
}

fn ask(user: &User, account: &Account, proof: Proof, circumstances: Circumstances) -> Admission {
    let (org, roles, rules, policy) = (org(), Roles::shipped(), rules(), Policy::for_tests());
    let book = Book { org: &org, roles: &roles, rules: &rules, policy: &policy };
    admit(at(1), (user, account), proof, &circumstances, book)
}

fn simulate(user: &User, account: &Account, circumstances: Circumstances, expected: &Expect) {
    expected.assert_eq(&ask(user, account, Proof::Password, circumstances).to_string());
}

#[test]
fn sec_10_the_simulator_says_whether_and_why() {
    let agent = user(7, EARLY, &["agent"]);
    let mut strong = account(&agent);
    strong.otp = Some(Otp::new(Secret::new(vec![7; 20])));
    let plain = account(&agent);
    let office = circumstances(OFFICE, monday("09:00"), Listing::Unlisted);
    simulate(
        &agent,
        &plain,
        office,
        &expect![[r#"
            office: met: 203.0.113.7 is in 203.0.113.0/24
            hours: met: 2026-10-26 09:00 is within its hours
            devices: does not apply: it is for role super_admin
            => let in"#]],
    );
    let home = circumstances(HOME, monday("09:00"), Listing::Unlisted);
    simulate(
        &agent,
        &plain,
        home,
        &expect![[r#"
            office: not met, refuses: 198.51.100.9 is in none of its networks
            hours: met: 2026-10-26 09:00 is within its hours
            devices: does not apply: it is for role super_admin
            => refused by rule office"#]],
    );
    let late = circumstances(OFFICE, monday("23:00"), Listing::Unlisted);
    simulate(
        &agent,
        &plain,
        late,
        &expect![[r#"
            office: met: 203.0.113.7 is in 203.0.113.0/24
            hours: not met, needs a second factor: 2026-10-26 23:00 is outside its hours
            devices: does not apply: it is for role super_admin
            => refused: it needs a second factor, which must be set up where no rule asks for it"#]],
    );
    simulate(
        &agent,
        &strong,
        late,
        &expect![[r#"
            office: met: 203.0.113.7 is in 203.0.113.0/24
            hours: not met, needs a second factor: 2026-10-26 23:00 is outside its hours
            devices: does not apply: it is for role super_admin
            => let in with a second factor"#]],
    );
    let holiday = circumstances(OFFICE, local("2026-10-01", "09:00"), Listing::Unlisted);
    simulate(
        &agent,
        &strong,
        holiday,
        &expect![[r#"
        office: met: 203.0.113.7 is in 203.0.113.0/24
        hours: not met, needs a second factor: 2026-10-01 09:00 is outside its hours
        devices: does not apply: it is for role super_admin
        => let in with a second factor"#]],
    );
    let root = user(1, COMPANY, &["super_admin"]);
    simulate(
        &root,
        &account(&root),
        office,
        &expect![[r#"
            office: does not apply: it is for unit 10
            hours: met: 2026-10-26 09:00 is within its hours
            devices: not met, refuses: the device is not listed
            => refused by rule devices"#]],
    );
    let mut locked = plain;
    for _ in 0..3 {
        locked.try_password(at(1), bell_access::Compared::Different, &Policy::for_tests());
    }
    simulate(
        &agent,
        &locked,
        office,
        &expect![[r#"
            office: met: 203.0.113.7 is in 203.0.113.0/24
            hours: met: 2026-10-26 09:00 is within its hours
            devices: does not apply: it is for role super_admin
            => kept out: locked until 2026-10-27T08:45:00.000000Z after too many wrong passwords; unlock with your authenticator, passkey or a recovery code, or wait"#]],
    );
}

#[test]
fn sec_10_a_rule_is_for_whom_it_names() {
    let everywhere = |of: &User| {
        let account = account(of);
        ask(of, &account, Proof::TwoFactors, circumstances(HOME, monday("09:00"), Listing::Unlisted)).step
    };
    let let_in = Step::Goes(Next::LetIn(Proof::TwoFactors));
    assert_eq!(everywhere(&user(1, EARLY, &["agent"])), Step::RefusedBy("office".to_owned()), "below the department");
    assert_eq!(everywhere(&user(1, SERVICE, &["agent"])), Step::RefusedBy("office".to_owned()));
    assert_eq!(everywhere(&user(1, PHONE_SALES, &["agent"])), let_in);
    assert_eq!(everywhere(&user(1, COMPANY, &["super_admin"])), Step::RefusedBy("devices".to_owned()));
    let org = org();
    let roles = Roles::shipped();
    let policy = Policy::for_tests();
    let one = [rule("only wang", Group::User(UserId(7)), Must::UseListedDevice, Otherwise::Refuse)];
    let book = Book { org: &org, roles: &roles, rules: &one, policy: &policy };
    for (id, refused) in [(7, true), (8, false)] {
        let user = user(id, EARLY, &["agent"]);
        let here = circumstances(HOME, monday("09:00"), Listing::Unlisted);
        let step = admit(at(1), (&user, &account(&user)), Proof::Password, &here, book).step;
        assert_eq!(step == Step::RefusedBy("only wang".to_owned()), refused);
    }
}

#[test]
fn sec_10_nobody_saves_rules_that_keep_himself_out() {
    let root = user(1, COMPANY, &["super_admin"]);
    let listed = circumstances(HOME, monday("23:00"), Listing::Listed);
    let check = |rules: &[LoginRule], from: &Circumstances| check_rules(rules, &root, from, &org());
    assert_eq!(check(&rules(), &listed), Ok(()), "hours ask for a second factor, no more");
    let unlisted = Circumstances { device: Listing::Unlisted, ..listed };
    assert_eq!(check(&rules(), &unlisted), Err(RulesRefusal::KeepsOut("devices".to_owned())));
    let nobody = rule("nobody", Group::Everybody, Must::ComeFrom(Vec::new()), Otherwise::SecondFactor);
    assert_eq!(check(&[nobody], &listed), Err(RulesRefusal::Nobody("nobody".to_owned())));
    let named = |name: &str| rule(name, Group::Everybody, Must::UseListedDevice, Otherwise::SecondFactor);
    assert_eq!(check(&[named(" ")], &listed), Err(RulesRefusal::Name(" ".to_owned())));
    assert_eq!(check(&[named("a"), named("b"), named("a")], &listed), Err(RulesRefusal::Name("a".to_owned())));
    let many: Vec<LoginRule> = (0..=LOGIN_RULES_MAX).map(|count| named(&format!("rule {count}"))).collect();
    assert_eq!(check(&many, &listed), Err(RulesRefusal::TooMany));
    assert_eq!(check(&many[1..], &listed), Ok(()));
}

#[test]
fn an_account_that_is_shut_says_so_before_any_rule() {
    let agent = user(7, EARLY, &["agent"]);
    let mut account = account(&agent);
    let freeze = bell_access::Freeze::Left { at: at(1) };
    account.freeze = Some(freeze.clone());
    let home = circumstances(HOME, monday("09:00"), Listing::Unlisted);
    assert_eq!(ask(&agent, &account, Proof::TwoFactors, home).step, Step::Shut(Shut::Frozen(freeze)));
}

#[test]
fn sec_01_a_super_administrator_sets_up_a_second_factor_before_anything_else() {
    let root = user(1, COMPANY, &["super_admin"]);
    let office = circumstances(OFFICE, monday("09:00"), Listing::Listed);
    let first_login = Account::new(root.user, at(0), PasswordHash::new("first".to_owned()));
    let step = ask(&root, &first_login, Proof::Password, office).step;
    assert_eq!(step, Step::Goes(Next::ChangePassword(WhyChange::ChosenByOther)));
    let step = ask(&root, &account(&root), Proof::Password, office).step;
    assert_eq!(step, Step::Goes(Next::SetUpSecondFactor));
    let month_later = at(30);
    let (org, roles, policy) = (org(), Roles::shipped(), Policy::for_tests());
    let book = Book { org: &org, roles: &roles, rules: &[], policy: &policy };
    let step = admit(month_later, (&root, &account(&root)), Proof::TwoFactors, &office, book).step;
    assert_eq!(step, Step::Goes(Next::ChangePassword(WhyChange::TooOld { since: month_later })));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A second factor never makes a login worse, and no order of rules makes it better or worse.
    #[test]
    fn the_strictest_rule_decides(address in proptest::bits::u32::ANY, hour in 0_u8..24, turned in 0_usize..3) {
        let agent = user(7, EARLY, &["agent"]);
        let account = account(&agent);
        let at_hour = monday(&format!("{hour:02}:00"));
        let here = Circumstances { address: IpAddr::V4(address.into()), at: at_hour, device: Listing::Unlisted };
        let (org, roles, policy) = (org(), Roles::shipped(), Policy::for_tests());
        let mut rules = rules();
        rules.rotate_left(turned);
        let book = Book { org: &org, roles: &roles, rules: &rules, policy: &policy };
        let turned = |proof| admit(at(1), (&agent, &account), proof, &here, book).step;
        prop_assert_eq!(turned(Proof::Password), ask(&agent, &account, Proof::Password, here).step);
        let is_refused = |step: &Step| matches!(step, Step::RefusedBy(_));
        prop_assert_eq!(is_refused(&turned(Proof::TwoFactors)), is_refused(&turned(Proof::Password)));
    }
}
