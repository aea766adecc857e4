//! The specification's own examples (WebAuthn Level 3, "Test Vectors", none.ES256), and what is wrong with altered ones.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

use super::*;

const CHALLENGE: &str = "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130";
const CLIENT_DATA: &str = "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354427258426941774a544c453551227d";
const ATTESTATION: &str = "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
const ID: &str = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
const GET_CHALLENGE: &str = "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408";
const GET_DATA: &str = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
const GET_CLIENT_DATA: &str = "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d";
const SIGNATURE: &str = "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

const fn expected(challenge: &[u8]) -> Expected<'_> {
    Expected { challenge, origin: "https://example.org", site: "example.org" }
}

fn registered() -> Registered {
    register(expected(&bytes(CHALLENGE)), &bytes(CLIENT_DATA), &bytes(ATTESTATION)).unwrap()
}

fn checked(expected: Expected<'_>, data: &[u8], client_data: &[u8]) -> Result<PasskeyOutcome, PasskeyFault> {
    let signature = bytes(SIGNATURE);
    verify(expected, &registered().key, &Signed { client_data, authenticator_data: data, signature: &signature })
}

#[test]
fn sec_09_the_specifications_example_is_taken() {
    let made = registered();
    assert_eq!((made.id, made.counter), (bytes(ID), 0));
    let outcome = checked(expected(&bytes(GET_CHALLENGE)), &bytes(GET_DATA), &bytes(GET_CLIENT_DATA));
    assert_eq!(outcome, Ok(PasskeyOutcome::Present { counter: 0 }));
}

#[test]
fn sec_09_what_is_about_something_else_is_refused() {
    let (challenge, client, attestation) = (bytes(CHALLENGE), bytes(CLIENT_DATA), bytes(ATTESTATION));
    let right = expected(&challenge);
    for (wrong, what) in [
        (Expected { challenge: b"another", ..right }, "challenge"),
        (Expected { origin: "https://example.org.evil.example", ..right }, "address"),
        (Expected { origin: "http://example.org", ..right }, "address"),
        (Expected { site: "evil.example", ..right }, "site"),
    ] {
        assert_eq!(register(wrong, &client, &attestation), Err(PasskeyFault::Other(what)), "{wrong:?}");
    }
    let (challenge, data, client) = (bytes(GET_CHALLENGE), bytes(GET_DATA), bytes(GET_CLIENT_DATA));
    let right = expected(&challenge);
    assert_eq!(register(right, &client, &attestation), Err(PasskeyFault::Other("ceremony")));
    let in_a_frame = String::from_utf8(client.clone()).unwrap().replace("false", "true");
    assert_eq!(checked(right, &data, in_a_frame.as_bytes()), Err(PasskeyFault::Other("page")));
    // Whatever of it is altered, the signature is over all of it.
    let blanks = String::from_utf8(client.clone()).unwrap().replace(',', ", ");
    assert_eq!(checked(right, &data, blanks.as_bytes()), Err(PasskeyFault::Signature));
    let mut counted = data.clone();
    counted[36] = 9;
    assert_eq!(checked(right, &counted, &client), Err(PasskeyFault::Signature));
    let mut absent = data;
    absent[32] &= !USER_PRESENT;
    assert_eq!(checked(right, &absent, &client), Err(PasskeyFault::Absent));
}

#[test]
fn sec_09_what_cannot_be_read_is_refused_and_breaks_nothing() {
    let (challenge, client, attestation) = (bytes(CHALLENGE), bytes(CLIENT_DATA), bytes(ATTESTATION));
    for length in 0..attestation.len() {
        assert!(register(expected(&challenge), &client, &attestation[..length]).is_err(), "{length}");
    }
    for at in 0..attestation.len() {
        let mut altered = attestation.clone();
        altered[at] ^= 0xff;
        // It may still be a key; it must not be a panic.
        let _ = register(expected(&challenge), &client, &altered);
    }
    assert!(register(expected(&challenge), b"{}", &attestation).is_err());
    assert!(register(expected(&challenge), &client, &[0x9f; 2_000]).is_err(), "a list in a list in a list");
}

#[test]
fn sec_09_a_key_of_ed25519_verifies_too() {
    let pair = Ed25519KeyPair::generate().unwrap();
    let point = Value::Bytes(pair.public_key().as_ref().to_vec());
    let fields = [(1, Value::from(1)), (3, Value::from(-8)), (-1, Value::from(6)), (-2, point)];
    let key = Value::Map(fields.into_iter().map(|(label, value)| (Value::from(label), value)).collect());
    let key = Key::read(&key).unwrap();
    let signature = pair.sign(b"what was signed");
    assert_eq!(key.verify(b"what was signed", signature.as_ref()), Ok(()));
    assert_eq!(key.verify(b"what was not", signature.as_ref()), Err(PasskeyFault::Signature));
}
