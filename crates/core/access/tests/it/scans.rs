//! Logging in by scanning a code with a phone that is logged in.

use std::time::Duration;

use bell_access::{CODE_LEN, Policy, Proof, Scan, ScanRefusal, ShownCode, UserId, Waiting};
use bell_types::Wall;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use crate::world::at;

const WANG: UserId = UserId(7);
const LI: UserId = UserId(8);

fn secs(secs: u64) -> Wall {
    at(0) + Duration::from_secs(secs)
}

fn shown() -> (Scan, ShownCode) {
    let browser = "Firefox, 203.0.113.7";
    Scan::show(secs(0), browser, ([1; CODE_LEN], [2; CODE_LEN]), 0, &Policy::for_tests()).expect("a code")
}

#[test]
fn a_code_is_scanned_confirmed_and_used_once() {
    let (policy, (mut scan, code)) = (Policy::for_tests(), shown());
    assert_eq!(scan.waiting(secs(1), &code.page, &policy), Ok(Waiting::ForScan));
    assert_eq!(scan.redeem(secs(1), &code.page, &policy), Err(ScanRefusal::NotConfirmed));
    assert_eq!(scan.confirm(secs(1), WANG, Proof::Password, &policy), Err(ScanRefusal::Unknown), "not scanned yet");
    assert_eq!(scan.scan(secs(2), &code.code, WANG, &policy), Ok(()));
    assert_eq!(scan.scan(secs(2), &code.code, WANG, &policy), Ok(()), "a phone that scans twice");
    assert_eq!(scan.scan(secs(2), &code.code, LI, &policy), Err(ScanRefusal::ScannedByOther));
    assert_eq!(scan.waiting(secs(3), &code.page, &policy), Ok(Waiting::ForAnswer));
    assert_eq!(scan.confirm(secs(3), LI, Proof::TwoFactors, &policy), Err(ScanRefusal::ScannedByOther));
    assert_eq!(scan.confirm(secs(3), WANG, Proof::TwoFactors, &policy), Ok(()));
    assert_eq!(scan.waiting(secs(4), &code.page, &policy), Ok(Waiting::ForPage));
    assert_eq!(scan.redeem(secs(4), &code.page, &policy), Ok((WANG, Proof::TwoFactors)));
    assert_eq!(scan.redeem(secs(5), &code.page, &policy), Err(ScanRefusal::Used));
    assert_eq!(scan.scan(secs(5), &code.code, WANG, &policy), Err(ScanRefusal::Used));
}

#[test]
fn who_photographs_the_code_does_not_get_in() {
    let (policy, (mut scan, code)) = (Policy::for_tests(), shown());
    assert_ne!(code.code, code.page);
    assert_eq!(scan.scan(secs(1), &code.code, WANG, &policy), Ok(()));
    assert_eq!(scan.confirm(secs(1), WANG, Proof::Password, &policy), Ok(()));
    assert_eq!(scan.redeem(secs(2), &code.code, &policy), Err(ScanRefusal::Unknown));
    assert_eq!(scan.redeem(secs(2), &code.page, &policy), Ok((WANG, Proof::Password)));
}

#[test]
fn a_code_lives_for_60_s_in_every_state() {
    let policy = Policy::for_tests();
    let (mut scan, code) = shown();
    assert_eq!(scan.scan(secs(60), &code.code, WANG, &policy), Err(ScanRefusal::Expired));
    assert_eq!(scan.scan(secs(59), &code.code, WANG, &policy), Ok(()));
    assert_eq!(scan.confirm(secs(60), WANG, Proof::Password, &policy), Err(ScanRefusal::Expired));
    assert_eq!(scan.refuse(secs(60), WANG, &policy), Err(ScanRefusal::Expired));
    assert_eq!(scan.confirm(secs(59), WANG, Proof::Password, &policy), Ok(()));
    assert_eq!(scan.redeem(secs(60), &code.page, &policy), Err(ScanRefusal::Expired));
    assert_eq!(scan.redeem(secs(59), &code.page, &policy), Ok((WANG, Proof::Password)));
}

#[test]
fn who_says_no_ends_it() {
    let (policy, (mut scan, code)) = (Policy::for_tests(), shown());
    assert_eq!(scan.scan(secs(1), &code.code, WANG, &policy), Ok(()));
    assert_eq!(scan.refuse(secs(2), WANG, &policy), Ok(()));
    assert_eq!(scan.waiting(secs(3), &code.page, &policy), Err(ScanRefusal::Refused));
    assert_eq!(scan.confirm(secs(3), WANG, Proof::Password, &policy), Err(ScanRefusal::Used));
}

#[test]
fn only_so_many_codes_are_shown() {
    let policy = Policy::for_tests();
    let show = |open: usize| Scan::show(secs(0), "Firefox", ([1; CODE_LEN], [2; CODE_LEN]), open, &policy).err();
    assert_eq!(show(policy.scans_max - 1), None);
    assert_eq!(show(policy.scans_max), Some(ScanRefusal::TooMany));
    let (scan, _) =
        Scan::show(secs(0), &"字".repeat(5_000), ([1; CODE_LEN], [2; CODE_LEN]), 0, &policy).expect("a code");
    assert_eq!(scan.browser.chars().count(), 200, "a browser may say anything about itself");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// In any order of any steps: at most one login, within a minute, of somebody who scanned and said yes.
    #[test]
    fn a_login_is_only_begun_after_a_yes(steps in proptest::collection::vec((0_u8..5, 0_u64..2, 0_u64..20), 1..40)) {
        let (policy, (mut scan, code)) = (Policy::for_tests(), shown());
        let (mut now, mut said_yes, mut begun) = (0, None, 0);
        for (step, who, pause) in steps {
            now += pause;
            let (when, who) = (secs(now), UserId(who));
            match step {
                0 => drop(scan.scan(when, &code.code, who, &policy)),
                1 if scan.confirm(when, who, Proof::Password, &policy).is_ok() => said_yes = Some(who),
                2 => drop(scan.refuse(when, who, &policy)),
                3 => drop(scan.redeem(when, &code.code, &policy).map(|_| begun += 10)),
                _ => {
                    if let Ok((user, _)) = scan.redeem(when, &code.page, &policy) {
                        begun += 1;
                        prop_assert!(now < 60 && said_yes == Some(user));
                    }
                }
            }
            prop_assert!(begun <= 1);
        }
    }
}
