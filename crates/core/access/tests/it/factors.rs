//! Setting second factors up and taking them away.

use bell_access::{
    Account, CODE_LEN, Demand, FactorRefusal, OTP_SECRET_LEN, Otp, PASSKEY_NAME_MAX, PASSKEYS_MAX, Passkey,
    PasswordHash, Policy, RECOVERY_CODES, Removing, Secret, UserId,
};

use crate::accounts::code;
use crate::world::at;

fn account() -> Account {
    Account::new(UserId(1), at(0), PasswordHash::new("x".to_owned()))
}

fn otp() -> Otp {
    Otp::new(Secret::new(vec![7; OTP_SECRET_LEN]))
}

fn passkey(id: u8) -> Passkey {
    Passkey { id: vec![id], name: format!("phone {id}"), counter: 0 }
}

#[test]
fn sec_09_an_authenticator_is_set_up_by_showing_a_code() {
    let (mut account, policy, now) = (account(), Policy::for_tests(), at(1));
    assert_eq!(account.set_up_otp(now, otp(), "000000", &policy), Err(FactorRefusal::WrongCode));
    assert_eq!(account.otp, None, "nobody locks himself out by a picture scanned badly");
    assert_eq!(account.set_up_otp(now, otp(), &code(now), &policy), Ok(()));
    assert!(account.otp.is_some_and(|otp| otp.taken.is_some()), "that code is taken");
}

#[test]
fn only_so_many_passkeys_each_once_and_with_a_name() {
    let mut account = account();
    for id in 0..PASSKEYS_MAX as u8 {
        assert_eq!(account.add_passkey(passkey(id)), Ok(()));
    }
    assert_eq!(account.add_passkey(passkey(0)), Err(FactorRefusal::Twice));
    assert_eq!(account.add_passkey(passkey(99)), Err(FactorRefusal::TooMany));
    for name in [" ".to_owned(), "x".repeat(PASSKEY_NAME_MAX + 1)] {
        assert_eq!(account.add_passkey(Passkey { name, ..passkey(99) }), Err(FactorRefusal::Name));
    }
}

#[test]
fn sec_09_the_last_factor_stays_where_one_is_needed() {
    let mut account = account();
    account.otp = Some(otp());
    account.draw_recovery([[1; CODE_LEN]; RECOVERY_CODES]);
    account.add_passkey(passkey(1)).expect("the first");
    assert_eq!(account.remove_factor(Removing::Passkey(&[9]), Demand::Role), Err(FactorRefusal::Unknown));
    assert_eq!(account.remove_factor(Removing::Otp, Demand::Role), Ok(()));
    assert_eq!(account.remove_factor(Removing::Otp, Demand::Role), Err(FactorRefusal::Unknown));
    assert_eq!(account.recovery.len(), RECOVERY_CODES);
    for demand in [Demand::Role, Demand::Rule] {
        assert_eq!(account.remove_factor(Removing::Passkey(&[1]), demand), Err(FactorRefusal::Last));
    }
    assert_eq!(account.remove_factor(Removing::Passkey(&[1]), Demand::None), Ok(()));
    assert_eq!((account.passkeys.len(), account.recovery.len()), (0, 0));
}
