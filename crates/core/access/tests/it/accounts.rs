//! Proving who one is, being kept out with the exact reason, and getting in again.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_access::{
    Account, CODE_LEN, CodeHash, Compared, Demand, Factor, Freeze, Method, Next, Otp, Passkey, PasskeyOutcome,
    PasswordHash, Policy, Proof, RECOVERY_CODES, Rank, Reused, STRANGERS_MAX, Secret, Shut, Strangers, Tried,
    UnlockRefusal, Unlocked, UserId, WhyChange,
};
use bell_types::Wall;
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use sha1::Sha1;

use crate::world::at;

/// What the secret is made of.
const SECRET: u8 = 7;

fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

/// An account whose owner chose the password at the beginning.
fn account() -> Account {
    let mut account = Account::new(UserId(1), at(0), hash("first"));
    account.change_password(at(0), hash("own"), &[], &Policy::for_tests()).expect("a new one");
    account
}

fn otp() -> Otp {
    Otp::new(Secret::new(vec![SECRET; 20]))
}

fn passkey() -> Passkey {
    Passkey { id: vec![1, 2, 3], name: "phone".to_owned(), counter: 5 }
}

fn secs(now: Wall, secs: u64) -> Wall {
    now + Duration::from_secs(secs)
}

/// The code an app shows, by an implementation of its own.
pub(crate) fn code(now: Wall) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(&[SECRET; 20]).expect("any length");
    mac.update(&(now.as_secs() as u64 / 30).to_be_bytes());
    let mac = mac.finalize().into_bytes();
    let offset = usize::from(mac[19] & 15);
    let number = u32::from_be_bytes([mac[offset], mac[offset + 1], mac[offset + 2], mac[offset + 3]]);
    format!("{:06}", (number & 0x7FFF_FFFF) % 1_000_000)
}

fn wrong(account: &mut Account, now: Wall, times: u32) -> Tried {
    let tried = (0..times).map(|_| account.try_password(now, Compared::Different, &Policy::for_tests()));
    tried.last().expect("at least one")
}

#[test]
fn sec_12_the_attempts_left_are_told_and_then_the_exact_reason() {
    let (mut account, policy) = (account(), Policy::for_tests());
    let left: Vec<Tried> = (0..3).map(|_| account.try_password(at(1), Compared::Different, &policy)).collect();
    assert_eq!(left, [Tried::Wrong { left: 2 }, Tried::Wrong { left: 1 }, Tried::Wrong { left: 0 }]);
    let shut = Shut::WrongPasswords { until: secs(at(1), 900) };
    let right = account.try_password(secs(at(1), 899), Compared::Same, &policy);
    assert_eq!(right, Tried::Shut(shut.clone()), "right or wrong makes no difference now");
    let text = shut.to_string();
    assert_eq!(text, "locked until 2026-10-27T08:45:00.000000Z after too many wrong passwords");
    assert_eq!(account.try_password(secs(at(1), 900), Compared::Same, &policy), Tried::Right);
    assert_eq!(wrong(&mut account, at(2), 1), Tried::Wrong { left: 2 }, "a right one ends the row");
}

#[test]
fn each_time_the_door_is_shut_for_longer_up_to_a_limit() {
    let (mut account, policy) = (account(), Policy::for_tests());
    let mut now = at(1);
    for length in [900, 1800, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 86_400] {
        assert_eq!(wrong(&mut account, now, 3), Tried::Wrong { left: 0 });
        assert_eq!(account.shut(now, &policy), Some(Shut::WrongPasswords { until: secs(now, length) }));
        now = secs(now, length);
        assert_eq!(account.shut(now, &policy), None);
    }
}

#[test]
fn sec_12_the_owner_unlocks_with_a_second_factor() {
    let (mut account, policy, now) = (account(), Policy::for_tests(), at(1));
    account.otp = Some(otp());
    wrong(&mut account, now, 3);
    assert_eq!(
        account.unlock(now, Factor::Otp("000000"), &policy),
        Err(UnlockRefusal::Factor(Tried::Wrong { left: 2 }))
    );
    let code = code(now);
    assert_eq!(account.unlock(now, Factor::Otp(&code), &policy), Ok(Unlocked::Open));
    assert_eq!(account.shut(now, &policy), None);
    let again = account.unlock(now, Factor::Otp(&code), &policy);
    assert_eq!(again, Err(UnlockRefusal::Factor(Tried::Replayed { left: 2 })));
}

#[test]
fn wrong_codes_shut_codes_out_and_a_passkey_still_works() {
    let (mut account, policy, now) = (account(), Policy::for_tests(), at(1));
    (account.otp, account.passkeys) = (Some(otp()), vec![passkey()]);
    for left in [2, 1, 0] {
        assert_eq!(account.try_factor(now, Factor::Otp("000000"), &policy), Tried::Wrong { left });
    }
    let shut = Tried::Shut(Shut::WrongCodes { until: secs(now, 900) });
    assert_eq!(account.try_factor(now, Factor::Otp(&code(now)), &policy), shut);
    let signed = Factor::Passkey { id: &[1, 2, 3], outcome: PasskeyOutcome::Present { counter: 6 } };
    assert_eq!(account.try_factor(now, signed, &policy), Tried::Right);
}

#[test]
fn a_frozen_account_says_why_and_who_can_help() {
    let policy = Policy::for_tests();
    let by_administrator = Freeze::ByAdministrator { at: at(1), reason: "password seen on a note".to_owned() };
    let cases = [
        (Freeze::NotMe { at: at(1) }, "frozen_not_me", true),
        (by_administrator, "frozen_by_administrator", false),
        (Freeze::Left { at: at(1) }, "disabled", false),
    ];
    for (freeze, reason, by_owner) in cases {
        let mut account = account();
        (account.passkeys, account.freeze) = (vec![passkey()], Some(freeze.clone()));
        let Tried::Shut(shut) = account.try_password(at(2), Compared::Same, &policy) else { panic!("let in") };
        assert_eq!(shut.code(), reason);
        assert!(!shut.remedy().is_empty());
        let signed = Factor::Passkey { id: &[1, 2, 3], outcome: PasskeyOutcome::Verified { counter: 6 } };
        let alone = account.try_passkey_alone(at(2), &[1, 2, 3], PasskeyOutcome::Verified { counter: 6 }, &policy);
        assert_eq!(alone, Tried::Shut(shut.clone()));
        let unlocked = account.unlock(at(2), signed, &policy);
        if by_owner {
            assert_eq!(unlocked, Ok(Unlocked::ChoosePassword), "somebody else may know it");
        } else {
            assert_eq!(unlocked, Err(UnlockRefusal::NotByOwner(shut)));
        }
        account.unlock_by_administrator();
        let left = matches!(freeze, Freeze::Left { .. });
        assert_eq!(account.shut(at(2), &policy).is_some(), left, "who has left is not let in by an unlock");
    }
}

#[test]
fn sec_09_a_recovery_code_is_taken_once() {
    let (mut account, policy) = (account(), Policy::for_tests());
    account.otp = Some(otp());
    let random = std::array::from_fn(|place| [place as u8; CODE_LEN]);
    let codes = account.draw_recovery(random);
    assert_eq!((codes.len(), account.recovery.len()), (RECOVERY_CODES, RECOVERY_CODES));
    assert_eq!(account.try_factor(at(1), Factor::Recovery(&codes[3].to_lowercase()), &policy), Tried::Right);
    assert_eq!(account.try_factor(at(1), Factor::Recovery(&codes[3]), &policy), Tried::Wrong { left: 2 });
    assert_eq!(account.recovery.len(), RECOVERY_CODES - 1);
    let drawn_again = account.draw_recovery([[9; CODE_LEN]; RECOVERY_CODES]);
    assert_eq!(account.try_factor(at(1), Factor::Recovery(&codes[4]), &policy), Tried::Wrong { left: 1 });
    assert!(account.recovery.contains(&CodeHash::of(&drawn_again[0])));
}

#[test]
fn sec_09_a_forgotten_password_needs_more_than_six_digits() {
    let (mut account, policy, now) = (account(), Policy::for_tests(), at(1));
    account.otp = Some(otp());
    let codes = account.draw_recovery([[9; CODE_LEN]; RECOVERY_CODES]);
    assert_eq!(account.recover(now, Factor::Otp(&code(now)), &policy), Err(UnlockRefusal::TooWeak));
    assert_eq!(account.recover(now, Factor::Recovery(&codes[0]), &policy), Ok(Unlocked::ChoosePassword));
    let next = account.next(now, Proof::TwoFactors, Demand::None, Rank::Ordinary, &policy);
    assert_eq!(next, Next::ChangePassword(WhyChange::ChosenByOther), "also for who turns away before choosing one");
}

#[test]
fn a_copied_passkey_is_noticed() {
    let policy = Policy::for_tests();
    let try_it = |account: &mut Account, outcome| {
        account.try_factor(at(1), Factor::Passkey { id: &[1, 2, 3], outcome }, &policy)
    };
    let mut account = account();
    account.passkeys = vec![passkey()];
    assert_eq!(try_it(&mut account, PasskeyOutcome::Present { counter: 6 }), Tried::Right);
    assert_eq!(try_it(&mut account, PasskeyOutcome::Present { counter: 6 }), Tried::Cloned);
    assert_eq!(try_it(&mut account, PasskeyOutcome::Present { counter: 0 }), Tried::Cloned);
    assert_eq!(try_it(&mut account, PasskeyOutcome::Failed), Tried::NotSigned);
    account.passkeys[0].counter = 0;
    for _ in 0..2 {
        assert_eq!(try_it(&mut account, PasskeyOutcome::Present { counter: 0 }), Tried::Right, "many show 0 for ever");
    }
    let unknown = Factor::Passkey { id: &[9], outcome: PasskeyOutcome::Verified { counter: 1 } };
    assert_eq!(account.try_factor(at(1), unknown, &policy), Tried::NotSigned);
}

#[test]
fn a_passkey_alone_must_ask_for_face_finger_or_pin_and_is_not_locked_out_by_strangers() {
    let (mut account, policy) = (account(), Policy::for_tests());
    account.passkeys = vec![passkey()];
    wrong(&mut account, at(1), 3);
    let mut alone = |outcome| account.try_passkey_alone(at(1), &[1, 2, 3], outcome, &policy);
    assert_eq!(alone(PasskeyOutcome::Present { counter: 6 }), Tried::NotSigned);
    assert_eq!(alone(PasskeyOutcome::Verified { counter: 7 }), Tried::Right);
}

/// Every combination of proof, demand and factor: exhaustive.
#[test]
fn sec_09_what_comes_after_the_password() {
    let policy = Policy::for_tests();
    let plain = account();
    let mut strong = account();
    strong.otp = Some(otp());
    let mut fresh = Account::new(UserId(1), at(0), hash("first"));
    let show = Next::SecondFactor(vec![Method::Otp]);
    let (password, both) = (Proof::Password, Proof::TwoFactors);
    let chosen_by_other = Next::ChangePassword(WhyChange::ChosenByOther);
    let cases = [
        (&plain, password, Demand::None, Next::LetIn(password)),
        (&plain, password, Demand::Role, Next::SetUpSecondFactor),
        (&plain, password, Demand::Rule, Next::Refuse),
        (&plain, both, Demand::None, Next::LetIn(both)),
        (&plain, both, Demand::Role, Next::LetIn(both)),
        (&plain, both, Demand::Rule, Next::LetIn(both)),
        (&strong, password, Demand::None, show.clone()),
        (&strong, password, Demand::Role, show.clone()),
        (&strong, password, Demand::Rule, show),
        (&strong, both, Demand::None, Next::LetIn(both)),
        (&strong, both, Demand::Role, Next::LetIn(both)),
        (&strong, both, Demand::Rule, Next::LetIn(both)),
        (&fresh, password, Demand::None, chosen_by_other.clone()),
        (&fresh, password, Demand::Role, chosen_by_other),
        (&fresh, password, Demand::Rule, Next::Refuse),
    ];
    for (account, proof, demand, expected) in cases {
        assert_eq!(account.next(at(1), proof, demand, Rank::Ordinary, &policy), expected, "{proof:?} {demand:?}");
    }
    fresh.recovery = vec![CodeHash::of("x")];
    assert_eq!(fresh.methods(), [], "a recovery code alone is no second factor");
}

#[test]
fn sec_08_a_password_ends_by_rank_and_can_be_waived() {
    let policy = Policy::for_tests();
    let next = |account: &Account, days, rank, policy: &Policy| {
        account.next(at(days), Proof::TwoFactors, Demand::None, rank, policy)
    };
    let too_old = |days| Next::ChangePassword(WhyChange::TooOld { since: at(days) });
    let let_in = Next::LetIn(Proof::TwoFactors);
    let plain = account();
    assert_eq!(next(&plain, 29, Rank::SuperAdmin, &policy), let_in);
    assert_eq!(next(&plain, 30, Rank::SuperAdmin, &policy), too_old(30));
    assert_eq!(next(&plain, 89, Rank::Ordinary, &policy), let_in);
    assert_eq!(next(&plain, 90, Rank::Ordinary, &policy), too_old(90));
    let never = Policy { password_age: Duration::ZERO, ..policy.clone() };
    assert_eq!(next(&plain, 9_000, Rank::Ordinary, &never), let_in);
    let waived = Policy { password_age_waived: true, ..policy };
    let mut strong = account();
    strong.otp = Some(otp());
    assert_eq!(next(&strong, 9_000, Rank::SuperAdmin, &waived), let_in);
    assert_eq!(next(&plain, 9_000, Rank::SuperAdmin, &waived), too_old(30));
}

#[test]
fn sec_07_none_of_the_last_five_passwords() {
    let (mut account, policy) = (account(), Policy::for_tests());
    let last =
        |account: &Account| account.last_passwords(&policy).map(|hash| hash.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(last(&account), ["own", "first"]);
    let reused = account.change_password(at(1), hash("own"), &[Compared::Same], &policy);
    assert_eq!(reused, Err(Reused(5)));
    assert_eq!(reused.unwrap_err().to_string(), "it is one of the last 5 passwords");
    for new in ["c", "d", "e", "f"] {
        let different = [Compared::Different; 5];
        assert_eq!(account.change_password(at(1), hash(new), &different, &policy), Ok(()));
    }
    assert_eq!(last(&account), ["f", "e", "d", "c", "own"], "five, the present one included");
    account.reset_password(at(2), hash("temporary"), &policy);
    assert_eq!(last(&account), ["temporary", "f", "e", "d", "c"]);
    let next = account.next(at(2), Proof::Password, Demand::None, Rank::Ordinary, &policy);
    assert_eq!(next, Next::ChangePassword(WhyChange::ChosenByOther));
    assert_eq!(format!("{:?}", account.password.unwrap().hash), "PasswordHash", "no hash in a log");
}

#[test]
fn a_name_that_nobody_has_is_answered_like_any_other() {
    let (mut strangers, mut account, policy) = (Strangers::default(), account(), Policy::for_tests());
    for step in [0, 1, 2, 3, 4, 950, 951, 952, 953, 3000] {
        let now = secs(at(1), step);
        let known = account.try_password(now, Compared::Different, &policy);
        assert_eq!(strangers.try_password(now, "nobody", &policy), known, "{step}");
    }
    for count in 0..STRANGERS_MAX as u64 {
        strangers.try_password(secs(at(2), count), &format!("name-{count}"), &policy);
    }
    assert_eq!(strangers.len(), STRANGERS_MAX);
    let forgotten = strangers.try_password(at(3), "nobody", &policy);
    assert_eq!(forgotten, Tried::Wrong { left: 2 }, "the one tried longest ago was forgotten");
}

#[test]
fn a_given_password_does_not_lie_around() {
    let policy = Policy::for_tests();
    let mut fresh = Account::new(UserId(1), at(0), hash("given"));
    let just = Wall::from_micros(at(3).as_micros() - 1);
    assert_eq!(fresh.try_password(just, Compared::Same, &policy), Tried::Right);
    let ended = Shut::GivenPasswordEnded { at: at(3) };
    assert_eq!(fresh.try_password(at(3), Compared::Same, &policy), Tried::Shut(ended.clone()));
    fresh.passkeys = vec![passkey()];
    let signed = Factor::Passkey { id: &[1, 2, 3], outcome: PasskeyOutcome::Verified { counter: 6 } };
    assert_eq!(fresh.unlock(at(3), signed, &policy), Err(UnlockRefusal::NotByOwner(ended)));
    assert_eq!(fresh.recover(at(3), signed, &policy), Ok(Unlocked::ChoosePassword), "a passkey is its owner's own");
    fresh.reset_password(at(4), hash("given again"), &policy);
    assert_eq!(fresh.try_password(at(5), Compared::Same, &policy), Tried::Right);
}

/// Something that happens to an account.
#[derive(Clone, Copy, Debug)]
enum Event {
    Password(Compared),
    Code { steps_ago: u64 },
    Recovery(usize),
    Unlock { steps_ago: u64 },
    Freeze,
    Wait(u64),
}

fn any_event() -> impl Strategy<Value = Event> {
    proptest::prop_oneof![
        select(vec![Compared::Same, Compared::Different, Compared::Different]).prop_map(Event::Password),
        (0_u64..4).prop_map(|steps_ago| Event::Code { steps_ago }),
        (0_usize..RECOVERY_CODES + 2).prop_map(Event::Recovery),
        (0_u64..4).prop_map(|steps_ago| Event::Unlock { steps_ago }),
        proptest::prelude::Just(Event::Freeze),
        (1_u64..2_000).prop_map(Event::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// In any order of any events: a door that is shut stays shut, no code is taken twice, nothing is guessed faster than
    /// the policy says (SEC-09, SEC-12).
    #[test]
    fn whatever_is_tried_a_code_opens_once(events in proptest::collection::vec(any_event(), 1..80)) {
        let (mut account, policy, mut now) = (account(), Policy::for_tests(), at(1));
        account.otp = Some(otp());
        let mut recovery = account.draw_recovery(std::array::from_fn(|place| [place as u8; CODE_LEN]));
        recovery.extend(["0000-0000-0000-0000-0000-0001".to_owned(), String::new()]);
        let (mut taken, mut wrong_in_a_row, mut frozen): (BTreeSet<String>, u32, bool) = (BTreeSet::new(), 0, false);
        for event in events {
            let shut = account.shut(now, &policy);
            prop_assert!(!frozen || shut.is_some(), "frozen and open");
            match event {
                Event::Password(compared) => {
                    let tried = account.try_password(now, compared, &policy);
                    prop_assert_eq!(shut.map(Tried::Shut), Some(tried.clone()).filter(|t| matches!(t, Tried::Shut(_))));
                    match tried {
                        Tried::Wrong { .. } => wrong_in_a_row += 1,
                        Tried::Right => wrong_in_a_row = 0,
                        _ => {}
                    }
                    let lockouts = u64::from(wrong_in_a_row / policy.login_wrong_max);
                    let waited = now.as_secs() - at(1).as_secs();
                    prop_assert!(lockouts.saturating_sub(1) * 900 <= waited as u64, "guessed too fast");
                }
                Event::Code { steps_ago } => {
                    let code = code(Wall::from_micros(now.as_micros() - steps_ago as i64 * 30_000_000));
                    if account.try_factor(now, Factor::Otp(&code), &policy) == Tried::Right {
                        prop_assert!(shut.is_none() && steps_ago <= 1 && taken.insert(code));
                    }
                }
                Event::Recovery(which) => {
                    if account.try_factor(now, Factor::Recovery(&recovery[which]), &policy) == Tried::Right {
                        prop_assert!(shut.is_none() && which < RECOVERY_CODES && taken.insert(recovery[which].clone()));
                    }
                }
                Event::Unlock { steps_ago } => {
                    let code = code(Wall::from_micros(now.as_micros() - steps_ago as i64 * 30_000_000));
                    if account.unlock(now, Factor::Otp(&code), &policy).is_ok() {
                        prop_assert!(steps_ago <= 1 && taken.insert(code));
                        (frozen, wrong_in_a_row) = (false, 0);
                        prop_assert_eq!(account.shut(now, &policy), None);
                    }
                }
                Event::Freeze => {
                    account.freeze = Some(Freeze::NotMe { at: now });
                    frozen = true;
                }
                Event::Wait(seconds) => now = secs(now, seconds),
            }
        }
    }
}
