//! Digests against the vectors of the RFCs, and client against server.

use std::time::Duration;

use bell_types::Wall;

use crate::digest::client::Answerer;
use crate::digest::server::{Authenticator, Fault, NoncePolicy, Reason, Verdict};
use crate::digest::{Algorithm, Proof, Secret};
use crate::msg::auth::{Challenge, Credentials};
use crate::msg::method::Method;
use crate::msg::uri::Uri;

fn password() -> Secret {
    Secret::Password("王-secret".into())
}

fn uri() -> Uri {
    Uri::parse("sip:bell.example").unwrap()
}

fn at(secs: i64) -> Wall {
    Wall::from_micros(secs * 1_000_000)
}

fn server(remembered_max: usize) -> Authenticator {
    let policy = NoncePolicy {
        lifetime: Duration::from_secs(300),
        remembered_max,
        algorithms: vec![Algorithm::Sha256, Algorithm::Md5],
    };
    Authenticator::new("bell \"x\"", [7; 32], policy)
}

fn answerer(challenges: &[String]) -> Answerer {
    let parsed = challenges.iter().map(|challenge| Challenge::parse(challenge.as_bytes()).unwrap());
    Answerer::choose(parsed).unwrap()
}

fn check(server: &mut Authenticator, secs: i64, header: &str) -> Verdict {
    let credentials = Credentials::parse(header.as_bytes()).unwrap();
    server.check(at(secs), &credentials, &Method::Register, &password())
}

fn answer(answerer: &mut Answerer, secret: &Secret) -> String {
    let answered = answerer.authorize("10\"01", secret, &Method::Register, &uri(), "c1");
    answered.unwrap().to_string()
}

#[test]
fn responses_are_those_of_the_rfcs() {
    let rfc_7616_nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    let rfc_7616_auth = Some(("00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"));
    let rfc_2617_nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
    let cases = [
        // RFC 2069 §2.4 as corrected by its erratum.
        (
            Algorithm::Md5,
            "testrealm@host.com",
            "CircleOfLife",
            rfc_2617_nonce,
            None,
            "1949323746fe6a43ef61f9606e7febea",
        ),
        // RFC 2617 §3.5.
        (
            Algorithm::Md5,
            "testrealm@host.com",
            "Circle Of Life",
            rfc_2617_nonce,
            Some(("00000001", "0a4f113b")),
            "6629fae49393a05397450978507c4ef1",
        ),
        // RFC 7616 §3.9.1, whose algorithms RFC 8760 brings to SIP.
        (
            Algorithm::Md5,
            "http-auth@example.org",
            "Circle of Life",
            rfc_7616_nonce,
            rfc_7616_auth,
            "8ca523f5e9506fed4657c9700eebdbec",
        ),
        (
            Algorithm::Sha256,
            "http-auth@example.org",
            "Circle of Life",
            rfc_7616_nonce,
            rfc_7616_auth,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ];
    for (algorithm, realm, password, nonce, qop_auth, expected) in cases {
        let proof = Proof { algorithm, nonce, method: "GET", uri: "/dir/index.html", qop_auth };
        let hashed = Secret::Password(password.into()).hashed(algorithm, "Mufasa", realm).unwrap();
        assert_eq!(proof.response(&hashed), expected);
    }
}

#[test]
fn rfc_8760_the_strongest_challenge_that_we_know_is_answered() {
    // RFC 8760 §2.6 offers three algorithms; the preferred one is unknown to us.
    let offered = ["SHA-512-256", "MD5", "SHA-256"].map(|algorithm| {
        format!("Digest realm=\"atlanta.com\", domain=\"sip:boxesbybob.com\", qop=\"auth\", nonce=\"f84f1cec\", opaque=\"\", stale=FALSE, algorithm={algorithm}")
    });
    let mut answerer = answerer(&offered);
    let text = answer(&mut answerer, &password());
    assert!(text.contains("algorithm=SHA-256") && text.contains("opaque=\"\""), "{text}");
}

#[test]
fn notes_5_lists_of_qop_and_absent_parameters_are_understood() {
    let both = ["Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"".to_owned()];
    let text = answer(&mut answerer(&both), &password());
    assert!(text.contains("qop=auth, nc=00000001") && !text.contains("algorithm"), "{text}");
    let old = ["Digest realm=\"r\", nonce=\"n\"".to_owned()];
    let text = answer(&mut answerer(&old), &password());
    assert!(!text.contains("qop") && !text.contains("cnonce"), "{text}");
    let only_int = Challenge::parse(b"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"").unwrap();
    assert_eq!(Answerer::choose([only_int].into_iter()), None);
}

#[test]
fn notes_5_counts_are_hexadecimal_and_wide() {
    let mut server = server(10);
    let challenges = server.challenge(at(0), Reason::First);
    let mut client = answerer(&challenges);
    let mut last = String::new();
    for _ in 0..300 {
        last = answer(&mut client, &password());
        assert_eq!(check(&mut server, 1, &last), Verdict::Right, "{last}");
    }
    assert!(last.contains("nc=0000012c"), "{last}");
}

#[test]
fn a_right_answer_is_right_once() {
    let mut server = server(10);
    let mut client = answerer(&server.challenge(at(0), Reason::First));
    let first = answer(&mut client, &password());
    let second = answer(&mut client, &password());
    assert_eq!(check(&mut server, 1, &second), Verdict::Right);
    // UDP swapped the two.
    assert_eq!(check(&mut server, 1, &first), Verdict::Right);
    assert_eq!(check(&mut server, 1, &first), Verdict::Stale);
    assert_eq!(check(&mut server, 1, &second), Verdict::Stale);
    let mut last = first;
    for _ in 0..70 {
        last = answer(&mut client, &password());
    }
    let skipped = answer(&mut answerer(&server.challenge(at(0), Reason::First)), &password());
    assert_eq!(check(&mut server, 1, &last), Verdict::Right);
    assert_eq!(check(&mut server, 1, &second), Verdict::Stale);
    assert_eq!(check(&mut server, 1, &skipped), Verdict::Right);
}

#[test]
fn an_old_nonce_is_stale_and_says_so_only_to_who_knows_the_secret() {
    let mut server = server(10);
    let mut client = answerer(&server.challenge(at(0), Reason::First));
    let right = answer(&mut client, &password());
    let wrong = answer(&mut client, &Secret::Password("guess".into()));
    assert_eq!(check(&mut server, 299, &right), Verdict::Right);
    let late = answer(&mut client, &password());
    assert_eq!(check(&mut server, 300, &late), Verdict::Stale);
    assert_eq!(check(&mut server, 300, &wrong), Verdict::Wrong(Fault::Response));
    for challenge in server.challenge(at(300), Reason::Stale) {
        assert!(Challenge::parse(challenge.as_bytes()).unwrap().is_stale());
    }
}

#[test]
fn what_proves_nothing_is_refused_with_its_fault() {
    let mut server = server(10);
    let challenges = server.challenge(at(0), Reason::First);
    let right = answer(&mut answerer(&challenges), &password());
    let cases = [
        ("realm=\"bell \\\"x\\\"\"", "realm=\"other\"", Fault::Realm),
        ("nonce=\"0", "nonce=\"1", Fault::Nonce),
        ("algorithm=SHA-256", "algorithm=MD5-sess", Fault::Algorithm),
        ("algorithm=SHA-256", "algorithm=MD5", Fault::Response),
        ("qop=auth", "qop=auth-int", Fault::Qop),
        ("nc=00000001", "nc=00000000", Fault::Qop),
        ("nc=00000001", "nc=+1", Fault::Qop),
        ("nc=00000001", "nc=00000002", Fault::Response),
        ("uri=\"sip:bell", "uri=\"sip:hell", Fault::Response),
        ("10\\\"01", "1002", Fault::Response),
    ];
    for (from, to, fault) in cases {
        let forged = right.replace(from, to);
        assert_ne!(forged, right, "{from}");
        assert_eq!(check(&mut server, 1, &forged), Verdict::Wrong(fault), "{to}");
    }
    let credentials = Credentials::parse(right.as_bytes()).unwrap();
    let bye = server.check(at(1), &credentials, &Method::Bye, &password());
    assert_eq!(bye, Verdict::Wrong(Fault::Response));
    assert_eq!(check(&mut server, 1, &right), Verdict::Right);
}

#[test]
fn nobody_logs_in_with_an_empty_password() {
    let mut server = server(10);
    let mut client = answerer(&server.challenge(at(0), Reason::First));
    let text = answer(&mut client, &Secret::Password("".into()));
    let credentials = Credentials::parse(text.as_bytes()).unwrap();
    let verdict = server.check(at(1), &credentials, &Method::Register, &Secret::Nobody);
    assert_eq!(verdict, Verdict::Wrong(Fault::Response));
}

#[test]
fn a_hashed_secret_works_for_its_algorithm_alone() {
    let hashed = Algorithm::Md5.hash(&["10\"01", "bell \"x\"", "王-secret"]);
    let stored = Secret::Hashed { md5: Some(hashed.to_uppercase().into()), sha256: None };
    let mut server = server(10);
    let challenges = server.challenge(at(0), Reason::First);
    let uri = uri();
    let mut check = |answerer: &mut Answerer| {
        let text = answerer.authorize("10\"01", &password(), &Method::Register, &uri, "c").unwrap().to_string();
        let credentials = Credentials::parse(text.as_bytes()).unwrap();
        server.check(at(1), &credentials, &Method::Register, &stored)
    };
    assert_eq!(check(&mut answerer(&challenges)), Verdict::Wrong(Fault::Algorithm));
    assert_eq!(check(&mut answerer(&challenges[1..])), Verdict::Right);
    assert_eq!(format!("{stored:?}"), "Secret");
}

#[test]
fn a_digest_without_qop_is_good_for_one_request() {
    let mut server = server(10);
    let challenge = server.challenge(at(0), Reason::First).pop().unwrap();
    let mut client = answerer(&[challenge.replace(", qop=\"auth\"", "")]);
    let text = answer(&mut client, &password());
    assert!(!text.contains("qop"));
    assert_eq!(check(&mut server, 1, &text), Verdict::Right);
    assert_eq!(check(&mut server, 1, &text), Verdict::Stale);
}

#[test]
fn a_nonce_that_was_forgotten_cannot_be_replayed() {
    let mut server = server(2);
    let answers: Vec<_> =
        (0..4).map(|secs| answer(&mut answerer(&server.challenge(at(secs), Reason::First)), &password())).collect();
    for text in &answers {
        assert_eq!(check(&mut server, 5, text), Verdict::Right);
    }
    for text in &answers {
        assert_eq!(check(&mut server, 5, text), Verdict::Stale);
    }
}

#[test]
fn nonces_of_another_key_are_none_of_ours() {
    let mut ours = server(2);
    let policy =
        NoncePolicy { lifetime: Duration::from_secs(300), remembered_max: 2, algorithms: vec![Algorithm::Md5] };
    let mut other = Authenticator::new("bell \"x\"", [8; 32], policy);
    let text = answer(&mut answerer(&other.challenge(at(0), Reason::First)), &password());
    assert_eq!(check(&mut ours, 1, &text), Verdict::Wrong(Fault::Nonce));
}
