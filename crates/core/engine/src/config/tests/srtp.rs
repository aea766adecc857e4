//! Phones whose audio is encrypted.

use bell_sip::Signalling;
use bell_types::{EndpointName, Srtp};

use super::*;

/// A phone that is set up like this, in a centre that listens under TLS or not.
fn with_phone(endpoint: &str, tls: bool) -> String {
    let text = with_line("", endpoint);
    if tls { text.replace("[sip]\n", "[sip]\ntls = [\"127.0.0.1:5061\"]\n") } else { text }
}

/// C-10: keys travel under TLS alone, and a phone whose audio is encrypted registers by nothing else.
#[test]
fn c_10_a_phone_with_srtp_speaks_under_tls_alone() {
    let phone = |srtp: &str| {
        let text = with_phone(&format!("password = \"x\"\n{srtp}"), true);
        let snapshot = Snapshot::build(source(&text, WELCOME)).expect("nothing is wrong with it");
        let name = EndpointName::new("mobile").unwrap();
        (snapshot.srtp.get(&name).copied(), snapshot.sip.endpoints[&name].signalling)
    };
    for off in ["", "srtp = \"off\""] {
        assert_eq!(phone(off), (None, Signalling::Any));
    }
    assert_eq!(phone("srtp = \"offered\""), (Some(Srtp::Offered), Signalling::Secure));
    assert_eq!(phone("srtp = \"required\""), (Some(Srtp::Required), Signalling::Secure));
}

#[test]
fn c_10_srtp_without_tls_is_a_mistake() {
    let phone = "password = \"x\"\nsrtp = \"required\"";
    let in_the_clear = "the keys of endpoint mobile's audio would cross the network in the clear";
    assert_eq!(told(&with_phone(phone, false)), [in_the_clear]);
    for (endpoint, problem) in [
        ("browser = true\nsrtp = \"offered\"", "endpoint mobile is a browser, whose audio is always encrypted"),
        ("line = \"13800138000\"\nsrtp = \"offered\"", "endpoint mobile is a line, whose audio is the carrier's"),
    ] {
        assert_eq!(told(&with_phone(endpoint, true)), [problem]);
    }
    let off = with_phone("password = \"x\"\nsrtp = \"off\"", false);
    assert!(Snapshot::build(source(&off, WELCOME)).is_ok());
}
