//! Logging in by scanning a code with a phone that is logged in.

use std::net::IpAddr;
use std::time::Duration;

use bell_access::{CODE_LEN, Policy, Proof, Scan, ScanRefusal, Scans, ShownCode, UserId, Waiting};
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

fn office(last: u8) -> IpAddr {
    IpAddr::from([203, 0, 113, last])
}

/// Shows the code of this number at an address.
fn show(scans: &mut Scans, now: u64, number: u8, at: IpAddr) -> Result<ShownCode, ScanRefusal> {
    let random = ([number; CODE_LEN], [number + 100; CODE_LEN]);
    scans.show(secs(now), ("Firefox", at), random, &Policy::for_tests()).map(|(shown, _)| shown)
}

/// AGT-01: so many at one address, and no more in all; what has ended makes room.
#[test]
fn agt_01_codes_are_limited_by_address_and_in_all() {
    let policy = Policy::for_tests();
    let mut scans = Scans::default();
    let codes: Vec<_> = (0..3).map(|number| show(&mut scans, 0, number, office(1)).expect("a code")).collect();
    assert_eq!(show(&mut scans, 1, 3, office(1)), Err(ScanRefusal::TooMany));
    assert!(show(&mut scans, 1, 4, office(2)).is_ok(), "another address");
    assert!(scans.scan(secs(2), &codes[0].code, WANG, &policy).is_ok());
    assert!(scans.refuse(secs(2), &codes[0].code, WANG, &policy).is_ok());
    assert!(show(&mut scans, 3, 5, office(1)).is_ok(), "one was refused");
    assert!(show(&mut scans, 60, 6, office(1)).is_ok(), "their minute is over");
    let mut scans = Scans::default();
    let shown = (0..100).filter(|number| show(&mut scans, 0, *number, office(*number)).is_ok());
    assert_eq!(shown.count(), policy.scans_max);
    assert_eq!(show(&mut scans, 119, 120, office(200)), Err(ScanRefusal::TooMany), "kept to say how they ended");
    assert!(show(&mut scans, 120, 120, office(200)).is_ok());
}

/// AGT-01: the phone sees who asks; a page elsewhere does not get in, nor does one without the page's secret.
#[test]
fn agt_01_only_the_page_that_showed_it_gets_in() {
    let policy = Policy::for_tests();
    let mut scans = Scans::default();
    let code = show(&mut scans, 0, 1, office(1)).expect("a code");
    let page = (code.code.as_str(), code.page.as_str());
    let asks = scans.scan(secs(1), &code.code, WANG, &policy).expect("a code");
    assert_eq!((asks.browser.as_str(), asks.address, asks.ends), ("Firefox", office(1), secs(60)));
    assert!(scans.confirm(secs(2), &code.code, (WANG, Proof::Password), &policy).is_ok());
    assert_eq!(scans.redeem(secs(3), page, office(2), &policy), Err(ScanRefusal::Elsewhere));
    assert_eq!(scans.redeem(secs(3), (&code.code, &code.code), office(1), &policy), Err(ScanRefusal::Unknown));
    assert_eq!(scans.redeem(secs(3), page, office(1), &policy), Ok((WANG, Proof::Password)));
    assert_eq!(scans.redeem(secs(3), page, office(1), &policy), Err(ScanRefusal::Used));
    assert_eq!(scans.scan(secs(3), "no such code", WANG, &policy), Err(ScanRefusal::Unknown));
}

/// A page that waits hears each thing once, and the yes as often as it asks.
#[test]
fn a_page_is_told_what_it_does_not_know() {
    let policy = Policy::for_tests();
    let mut scans = Scans::default();
    let code = show(&mut scans, 0, 1, office(1)).expect("a code");
    let page = (code.code.as_str(), code.page.as_str());
    assert_eq!(scans.news(secs(1), page, office(1), &policy), Ok(None));
    assert!(scans.scan(secs(2), &code.code, WANG, &policy).is_ok());
    assert_eq!(scans.news(secs(2), page, office(1), &policy), Ok(Some(Waiting::ForAnswer)));
    assert_eq!(scans.news(secs(3), page, office(1), &policy), Ok(None));
    assert!(scans.confirm(secs(4), &code.code, (WANG, Proof::Password), &policy).is_ok());
    for _ in 0..2 {
        assert_eq!(scans.news(secs(4), page, office(1), &policy), Ok(Some(Waiting::ForPage)));
    }
    assert_eq!(scans.news(secs(60), page, office(1), &policy), Err(ScanRefusal::Expired));
}

/// AGT-01, SEC-06: who is cut off between the yes and the login lets nobody in.
#[test]
fn agt_01_who_is_cut_off_lets_nobody_in() {
    let policy = Policy::for_tests();
    let mut scans = Scans::default();
    let code = show(&mut scans, 0, 1, office(1)).expect("a code");
    assert!(scans.scan(secs(1), &code.code, WANG, &policy).is_ok());
    assert!(scans.confirm(secs(1), &code.code, (WANG, Proof::Password), &policy).is_ok());
    scans.forget(LI);
    assert!(scans.waiting(secs(1), (&code.code, &code.page), office(1), &policy).is_ok());
    scans.forget(WANG);
    assert_eq!(scans.redeem(secs(2), (&code.code, &code.page), office(1), &policy), Err(ScanRefusal::Unknown));
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
