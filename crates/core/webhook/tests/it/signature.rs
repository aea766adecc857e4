//! Signatures, checked against the specification's own example.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bell_webhook::{Kind, WebhookSecret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The specification signs `id.timestamp.body` by HMAC-SHA256 and writes it in base 64 behind `v1,`.
#[test]
fn a_receiver_finds_the_signature_by_the_specification() {
    let secret = WebhookSecret::new([0x5a; 32]);
    let (id, at, body) = ("evt_7", 1_674_087_231, "{\"type\":\"call.ended\"}");
    // As a receiver does it: the secret as it was shown, decoded behind its prefix.
    let key = STANDARD.decode(secret.text().strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(secret.sign(id, at, body), expected);
    assert_ne!(secret.sign("evt_8", at, body), expected);
    assert_ne!(secret.sign(id, at + 1, body), expected);
    assert!(!format!("{secret:?}").contains("5a"), "a secret stands in no log");
}

/// A value from another implementation of HMAC-SHA256, so that both ends being wrong is found.
#[test]
fn the_signature_is_what_other_programs_make_of_it() {
    let secret = WebhookSecret::new(*b"0123456789abcdef0123456789abcdef");
    assert_eq!(secret.text(), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    assert_eq!(secret.sign("evt_1", 1_700_000_000, "{}"), "v1,92tdonml60wZWeipEITTwvedjc9j20cnxAc7NEkh+JA=");
}

#[test]
fn every_kind_has_a_code_of_its_own() {
    for kind in Kind::ALL {
        assert_eq!(Kind::of_code(kind.code()), Some(*kind));
    }
    assert_eq!(Kind::of_code("call.eaten"), None);
}
