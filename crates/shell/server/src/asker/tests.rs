//! Services of every kind, asked.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use bell_engine::Trust;
use bell_ivr::LookUpNumber;
use bell_testkit::{Certificate, TlsService};

use super::*;

/// A service that answers one request with these octets, or never if there are none.
fn plain(response: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let read = stream.read(&mut request).unwrap_or(0);
        if response.is_empty() {
            // Until the other side gives up.
            let _ = stream.read(&mut request);
            return;
        }
        let asked = String::from_utf8_lossy(&request[..read]).into_owned();
        assert!(asked.starts_with("GET /c/%2B861?x=1 HTTP/1.1\r\n"), "{asked}");
        let _ = stream.write_all(response.as_bytes());
    });
    address
}

fn json(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn asked(origin: &str, allowed: &str) -> Asked {
    Asked {
        number: LookUpNumber(1),
        url: format!("{origin}/c/%2B861?x=1"),
        timeout: Duration::from_millis(500),
        fields: ["/level", "/balance", "/list", "/nothing"].map(Into::into).to_vec(),
        services: Arc::new([(allowed.into(), Trust::System)].into()),
    }
}

fn run(asked: &Asked) -> Answered {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(answer(asked, service(asked, &mut Connectors::default())))
}

#[track_caller]
fn says(response: &str, expected: &Answered) {
    let origin = format!("http://{}", plain(response.to_owned()));
    assert_eq!(&run(&asked(&origin, &origin)), expected);
}

#[test]
fn fields_of_an_answer_become_words() {
    let body = r#"{"level": "gold", "balance": 12.5, "list": [1], "nothing": null}"#;
    says(&json(body), &Ok(vec![Some("gold".into()), Some("12.5".into()), None, None]));
}

#[test]
fn every_way_to_fail_has_its_reason() {
    says("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", &Err(LookUpFailure::Status(503)));
    says(
        "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
        &Err(LookUpFailure::Status(302)),
    );
    says(&json("no json"), &Err(LookUpFailure::NoJson));
    says(&json(&format!("\"{}\"", "x".repeat(70_000))), &Err(LookUpFailure::TooLarge));
    says("nonsense\r\n\r\n", &Err(LookUpFailure::Unreachable));
    says("", &Err(LookUpFailure::TimedOut));
    let gone = "http://127.0.0.1:9";
    assert_eq!(run(&asked(gone, gone)), Err(LookUpFailure::Unreachable));
}

/// Nothing but the configured services is ever asked, whatever a caller types.
#[test]
fn a_service_that_is_not_named_is_not_asked() {
    for (origin, allowed) in [
        ("http://169.254.169.254", "http://crm.example"),
        ("http://crm.example.evil.example", "http://crm.example"),
        ("http://crm.example@evil.example", "http://crm.example"),
        ("http://crm.example:81", "http://crm.example"),
        ("https://crm.example", "http://crm.example"),
    ] {
        assert_eq!(run(&asked(origin, allowed)), Err(LookUpFailure::Forbidden), "{origin}");
    }
}

const GOLD: (&str, &str) = ("c/one", r#"{"level": "gold"}"#);

/// Asks a service by https that must show a certificate of this authority.
fn asked_safely(origin: &str, trust: Trust) -> Answered {
    run(&Asked {
        url: format!("{origin}/c/one"),
        timeout: Duration::from_secs(5),
        fields: vec!["/level".into()],
        services: Arc::new([(origin.into(), trust)].into()),
        ..asked(origin, origin)
    })
}

/// A service of another make, with an authority of its own, is believed only if that authority is named.
#[test]
fn a_service_asked_by_https_shows_who_it_is() {
    let tls = TlsService::start(Certificate::Sound, &[GOLD]).unwrap();
    let own = || Trust::Own(tls.authority().into());
    assert_eq!(asked_safely(&tls.origin(), own()), Ok(vec![Some("gold".into())]));
    assert_eq!(asked_safely(&tls.origin(), Trust::System), Err(LookUpFailure::CertificateUntrusted));
    let other = TlsService::start(Certificate::Sound, &[]).unwrap();
    let wrong = Trust::Own(other.authority().into());
    assert_eq!(asked_safely(&tls.origin(), wrong), Err(LookUpFailure::CertificateUntrusted));
}

#[test]
fn every_wrong_certificate_has_its_name() {
    for (certificate, expected) in [
        (Certificate::Expired, LookUpFailure::CertificateExpired),
        (Certificate::OfAnotherHost, LookUpFailure::CertificateOfOther),
    ] {
        let tls = TlsService::start(certificate, &[GOLD]).unwrap();
        let answer = asked_safely(&tls.origin(), Trust::Own(tls.authority().into()));
        assert_eq!(answer, Err(expected), "{certificate:?}");
    }
}

/// A service that speaks no TLS, and one that says nothing at all.
#[test]
fn who_speaks_no_tls_is_told_from_who_is_silent() {
    let answers = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", answers.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = answers.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        // Until the other side gives up.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    assert_eq!(asked_safely(&origin, Trust::System), Err(LookUpFailure::Tls));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", silent.local_addr().unwrap());
    assert_eq!(run(&asked(&origin, &origin)), Err(LookUpFailure::TimedOut));
}
