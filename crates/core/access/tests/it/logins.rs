//! On how many devices somebody is, for how long, who has the voice, and how all of it is cut.

use std::time::Duration;

use bell_access::{
    Account, Cut, Cutting, DeviceId, Freeze, InCall, LOGIN_WARNING, Login, LoginId, Logins, PasswordHash, Policy,
    Proof, Reachable, Shut, Standing, TokenId, TooManyDevices, UserId, VoiceRefusal,
};
use bell_types::{AgentName, Wall};
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use crate::world::at;

fn minutes(minutes: u64) -> Wall {
    at(0) + Duration::from_secs(minutes * 60)
}

fn login(id: u64, device: u64, begun: Wall) -> Login {
    let (login, device, proof) = (LoginId(id), DeviceId(device), Proof::Password);
    Login { login, device, proof, begun, active: begun, call: InCall::Never }
}

fn cut(now: Wall, what: Cutting) -> Cut {
    Cut { what, by: now + Duration::from_secs(5) }
}

/// Login 1 on device 1 and login 2 on device 2, both begun at minute 0.
fn two() -> Logins {
    let mut logins = Logins::default();
    for id in [1, 2] {
        assert_eq!(logins.begin(minutes(0), login(id, id, minutes(0)), &Policy::for_tests()), Ok(Vec::new()));
    }
    logins
}

fn ids(logins: &Logins) -> Vec<u64> {
    logins.iter().map(|login| login.login.0).collect()
}

#[test]
fn sec_11_a_third_device_is_refused_or_the_idle_one_ends() {
    let (refusing, now) = (Policy::for_tests(), minutes(3));
    let replacing = Policy { devices_replace: true, ..refusing.clone() };
    let mut logins = two();
    logins.touch(minutes(2), LoginId(1), &refusing);
    let refused = logins.begin(now, login(3, 3, now), &refusing);
    assert_eq!(refused, Err(TooManyDevices { devices: vec![DeviceId(1), DeviceId(2)] }));
    assert_eq!(refused.unwrap_err().to_string(), "logged in on 2 devices already; log out on one of them");
    let replaced = logins.begin(now, login(3, 3, now), &replacing);
    assert_eq!(replaced, Ok(vec![cut(now, Cutting::Login(LoginId(2)))]), "device 2 was idle longer");
    assert_eq!(ids(&logins), [1, 3]);
    logins.call_began(LoginId(1));
    logins.call_began(LoginId(3));
    let in_calls = logins.begin(now, login(4, 4, now), &replacing);
    assert!(in_calls.is_err(), "nobody is thrown out of a call");
}

#[test]
fn sec_11_the_same_device_counts_once_and_what_is_over_not_at_all() {
    let policy = Policy::for_tests();
    let mut logins = two();
    let again = logins.begin(minutes(1), login(3, 2, minutes(1)), &policy);
    assert_eq!(again, Ok(vec![cut(minutes(1), Cutting::Login(LoginId(2)))]));
    assert_eq!(ids(&logins), [1, 3]);
    let later = minutes(30);
    let after_idle = logins.begin(later, login(4, 4, later), &policy);
    assert_eq!(after_idle, Ok(vec![cut(later, Cutting::Login(LoginId(1)))]), "the first was idle too long");
}

/// The policy was lowered while three were logged in.
#[test]
fn sec_11_a_refused_login_ends_nothing() {
    let generous = Policy { devices_max: 3, ..Policy::for_tests() };
    let mut logins = two();
    logins.begin(minutes(1), login(3, 3, minutes(1)), &generous).expect("three");
    let before = logins.clone();
    assert!(logins.begin(minutes(2), login(4, 4, minutes(2)), &Policy::for_tests()).is_err());
    assert_eq!(logins, before);
}

#[test]
fn sec_11_one_device_has_the_voice() {
    let mut logins = two();
    assert_eq!(logins.take_voice(LoginId(1)), Ok(None));
    assert_eq!(logins.take_voice(LoginId(1)), Ok(None), "it has it already");
    assert_eq!(logins.take_voice(LoginId(2)), Ok(Some(LoginId(1))), "the first stops ringing");
    logins.call_began(LoginId(2));
    assert_eq!(logins.take_voice(LoginId(1)), Err(VoiceRefusal::InCall));
    logins.call_ended(minutes(5), LoginId(2));
    assert_eq!(logins.take_voice(LoginId(1)), Ok(Some(LoginId(2))));
    assert_eq!(logins.take_voice(LoginId(9)), Err(VoiceRefusal::Unknown));
    logins.end(minutes(6), LoginId(1));
    assert_eq!(logins.voice(), None, "it went with its login");
}

#[test]
fn sec_26_a_login_slides_is_warned_of_its_end_and_ends() {
    let policy = Policy::for_tests();
    let mut logins = two();
    let standing = |logins: &Logins, minute| logins.standing(minutes(minute), LoginId(1), &policy);
    assert_eq!(standing(&logins, 24), Standing::Alive);
    assert_eq!(standing(&logins, 25), Standing::Ending { ends: minutes(30) }, "five minutes before");
    assert_eq!(logins.touch(minutes(29), LoginId(1), &policy), Standing::Alive);
    assert_eq!(logins.next_end(&policy), Some(minutes(30)), "that of the other");
    assert_eq!(logins.expire(minutes(30), &policy), [cut(minutes(30), Cutting::Login(LoginId(2)))]);
    assert_eq!(standing(&logins, 58), Standing::Ending { ends: minutes(59) });
    assert_eq!(standing(&logins, 59), Standing::Over);
    assert_eq!(logins.touch(minutes(59), LoginId(1), &policy), Standing::Over, "too late is too late");
    assert_eq!(logins.touch(minutes(60), LoginId(9), &policy), Standing::Over);
}

#[test]
fn sec_26_no_login_lasts_longer_than_a_shift() {
    let policy = Policy::for_tests();
    let mut logins = two();
    let shift = 12 * 60;
    for minute in (0..shift).step_by(20) {
        logins.touch(minutes(minute), LoginId(1), &policy);
    }
    let last = logins.touch(minutes(shift - 1), LoginId(1), &policy);
    assert_eq!(last, Standing::Ending { ends: minutes(shift) }, "whatever is done");
    assert_eq!(logins.touch(minutes(shift), LoginId(1), &policy), Standing::Over);
}

#[test]
fn sec_26_a_call_keeps_its_login_alive_and_leaves_time_after_it() {
    let policy = Policy::for_tests();
    let mut logins = two();
    logins.call_began(LoginId(1));
    let shift = 12 * 60;
    assert_eq!(logins.standing(minutes(shift + 90), LoginId(1), &policy), Standing::Alive);
    assert_eq!(logins.expire(minutes(shift + 90), &policy).len(), 1, "the other, which is in no call");
    assert_eq!(logins.next_end(&policy), None);
    logins.call_ended(minutes(shift + 100), LoginId(1));
    let ends = minutes(shift + 100) + LOGIN_WARNING;
    assert_eq!(logins.standing(minutes(shift + 100), LoginId(1), &policy), Standing::Ending { ends });
    assert_eq!(logins.standing(ends, LoginId(1), &policy), Standing::Over);
}

#[test]
fn sec_06_a_leaver_is_cut_from_everything_within_5_s() {
    let mut logins = two();
    let mut account = Account::new(UserId(1), at(0), PasswordHash::new("x".to_owned()));
    let agent = AgentName::new("wang").expect("a name");
    let reachable = Reachable { agent: Some(agent.clone()), tokens: vec![TokenId(4), TokenId(5)] };
    let now = minutes(7);
    let left = Freeze::Left { at: now };
    let cuts = logins.freeze(now, &mut account, left.clone(), &reachable);
    let expected = [
        Cutting::Login(LoginId(1)),
        Cutting::Login(LoginId(2)),
        Cutting::Registrations(agent),
        Cutting::Token(TokenId(4)),
        Cutting::Token(TokenId(5)),
    ];
    assert_eq!(cuts, expected.map(|what| cut(now, what)));
    assert_eq!(ids(&logins), []);
    assert_eq!(account.shut(now, &Policy::for_tests()), Some(Shut::Frozen(left.clone())));
    logins.freeze(now, &mut account, Freeze::NotMe { at: now }, &reachable);
    assert_eq!(account.freeze, Some(left), "who has left stays away");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens, there are at most two devices, each once, and the voice belongs to a login that is there.
    #[test]
    fn sec_11_never_more_than_two_devices(
        steps in proptest::collection::vec((0_u8..6, 0_u64..5, 0_u64..40), 1..60),
        replace in proptest::bool::ANY,
    ) {
        let policy = Policy { devices_replace: replace, ..Policy::for_tests() };
        let (mut logins, mut minute) = (Logins::default(), 0);
        for (count, (step, which, pause)) in steps.into_iter().enumerate() {
            minute += pause;
            let (now, some) = (minutes(minute), logins.iter().nth(which as usize % 2).map(|login| login.login));
            match (step, some) {
                (0 | 1, _) => drop(logins.begin(now, login(count as u64, which, now), &policy)),
                (2, Some(login)) => drop(logins.take_voice(login)),
                (3, Some(login)) => logins.call_began(login),
                (4, Some(login)) => logins.call_ended(now, login),
                (5, Some(login)) => drop(logins.end(now, login)),
                (_, _) => drop(logins.expire(now, &policy)),
            }
            let mut devices: Vec<DeviceId> = logins.iter().map(|login| login.device).collect();
            let all = devices.len();
            devices.sort_unstable();
            devices.dedup();
            prop_assert!(all <= 2 && devices.len() == all, "{logins:?}");
            prop_assert!(logins.voice().is_none_or(|voice| logins.iter().any(|login| login.login == voice)));
        }
    }
}
