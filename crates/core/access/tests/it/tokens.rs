//! Tokens of programs.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_access::{
    Actor, Decision, Denied, Permission, Policy, TOKEN_LEN, TOKEN_NAME_MAX, Token, TokenFault, TokenId, TokenRefusal,
    TokenRequest, decide,
};

use crate::world::{COMPANY, EARLY, LATE, at, of_unit, somebody};

fn request(permissions: &[Permission]) -> TokenRequest {
    let permissions = permissions.iter().copied().collect();
    TokenRequest { token: TokenId(12), name: "crm".to_owned(), permissions, ends: at(30) }
}

fn issue(owner: &Actor, has: usize, request: TokenRequest) -> Result<(Token, String), TokenRefusal> {
    Token::issue(at(0), owner, request, [7; TOKEN_LEN], has, &Policy::for_tests())
}

fn root() -> Actor {
    somebody(1, COMPANY, &["super_admin"])
}

fn made() -> (Token, String) {
    issue(&root(), 0, request(&[Permission::CallRead])).expect("a token")
}

#[test]
fn a_token_is_shown_once_and_checked_by_its_hash() {
    let (token, text) = made();
    assert_eq!(text.len(), "bell_12_".len() + 52, "256 bits");
    assert_eq!(Token::id_in(&text), Some(TokenId(12)));
    assert_eq!(token.check(at(1), &text), Ok(()));
    assert!(!format!("{token:?}").contains(&text[8..]));
    for wrong in ["", "bell_12_", "bell_12_0000", &text[1..], &text.replace("bell_12", "bell_13")] {
        assert_eq!(token.check(at(1), wrong), Err(TokenFault::Wrong), "{wrong}");
    }
    for none in ["", "bell_", "bell_x_y", "bell_12", "12_x", "bell_-1_x"] {
        assert_eq!(Token::id_in(none), None, "{none}");
    }
}

#[test]
fn a_token_ends_and_is_revoked() {
    let (mut token, text) = made();
    assert_eq!(token.check(at(30), &text), Err(TokenFault::Ended));
    token.revoke(at(2));
    token.revoke(at(3));
    assert_eq!(token.revoked, Some(at(2)));
    assert_eq!(token.check(at(1), &text), Err(TokenFault::Revoked));
    assert_eq!(token.check(at(1), "bell_12_x"), Err(TokenFault::Wrong), "who has only a number learns nothing");
}

#[test]
fn a_token_permits_what_its_owner_still_may() {
    let (token, _) = made();
    let bearer = token.actor(root());
    assert!(matches!(decide(&bearer, Permission::CallRead, &of_unit(EARLY)), Decision::Allowed(_)));
    let more = decide(&bearer, Permission::CallListen, &of_unit(EARLY));
    assert_eq!(more, Decision::Denied(Denied::NotInToken(Permission::CallListen)));
    let less = token.actor(somebody(1, LATE, &["supervisor"]));
    assert!(matches!(decide(&less, Permission::CallRead, &of_unit(LATE)), Decision::Allowed(_)));
    assert!(matches!(decide(&less, Permission::CallRead, &of_unit(EARLY)), Decision::Denied(_)));
    let demoted = token.actor(somebody(1, EARLY, &[]));
    let gone = decide(&demoted, Permission::CallRead, &of_unit(EARLY));
    assert_eq!(gone, Decision::Denied(Denied::NotHeld(Permission::CallRead)));
}

#[test]
fn a_token_that_should_not_be_is_not_made() {
    let refused = |has, request| issue(&root(), has, request).expect_err("it is refused");
    let good = || request(&[Permission::CallRead]);
    let policy = Policy::for_tests();
    let beyond = request(&[Permission::CallRead, Permission::AuditRead]);
    assert_eq!(refused(0, beyond), TokenRefusal::BeyondOwner(Permission::AuditRead));
    assert_eq!(refused(0, TokenRequest { permissions: BTreeSet::new(), ..good() }), TokenRefusal::Empty);
    for name in [String::new(), "  ".to_owned(), "x".repeat(TOKEN_NAME_MAX + 1)] {
        assert_eq!(refused(0, TokenRequest { name, ..good() }), TokenRefusal::Name);
    }
    let too_late = at(0) + policy.token_length_max + Duration::from_micros(1);
    for ends in [at(0), too_late] {
        assert_eq!(refused(0, TokenRequest { ends, ..good() }), TokenRefusal::Ends);
    }
    assert_eq!(refused(policy.tokens_max, good()), TokenRefusal::TooMany);
    let by_agent = issue(&somebody(7, EARLY, &["agent"]), 0, good());
    let denied = Denied::NotHeld(Permission::TokenWrite);
    assert_eq!(by_agent.expect_err("agents make no tokens"), TokenRefusal::Denied(denied));
}
