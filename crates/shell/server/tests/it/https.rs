//! The console over HTTPS: signing in, and the phone that comes with it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use bell_testkit::{BrowserPhone, KitError, Process};
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose};
use crate::secure::certify;

const PATIENCE: Duration = Duration::from_secs(20);

/// A centre whose console speaks HTTPS, with more in its configuration.
fn centre(more: &str) -> Result<Centre, KitError> {
    let console = format!(
        "[console]\nlisten = [\"127.0.0.1:{{port:console}}\"]\ntls = true\n\n\
         [admin]\nlisten = [\"127.0.0.1:{{port:admin}}\"]\n\n{more}\n[media]"
    );
    Centre::changed(&[
        ("[media]", &console),
        ("[endpoint.alice]\npassword = \"Alice-1\"", "[endpoint.alice]\nbrowser = true"),
    ])
}

/// A browser that was told to trust the certificate the node has made.
fn browser(centre: &Centre) -> Result<BrowserPhone, KitError> {
    let script =
        "openssl x509 -in \"$0\" -pubkey -noout | openssl pkey -pubin -outform der | openssl sha256 -binary | base64";
    let made = Command::new("sh").args(["-c", script]).arg(centre.node_file("tls/own.pem")).output();
    let hash = String::from_utf8(made.expect("openssl is there").stdout).expect("base64");
    let mut browser = BrowserPhone::start_trusting(ALICE_HZ, hash.trim())?;
    browser.visit(&format!("https://{}/", centre.server.address("console")))?;
    Ok(browser)
}

/// A plain request, and its answer.
fn plainly(centre: &Centre, request: &str) -> String {
    let mut stream = TcpStream::connect(centre.server.address("console")).expect("the console listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers and closes");
    answer
}

/// TEL-12: over HTTPS an agent signs in, and by the same address her browser becomes her phone, audio both ways.
#[test]
fn tel_12_an_agent_signs_in_and_talks_over_https() -> Result<(), KitError> {
    let centre = centre("")?;
    let (ok, told) =
        centre.operate(&["user", "add", "alice", "--keep-password", "--json", "--role", "agent", "--agent", "alice"]);
    assert!(ok, "{told}");
    let added: Value = serde_json::from_str(&told).expect("JSON");
    let mut browser = browser(&centre)?;
    let (status, step) =
        browser.fetch("POST", "/v1/session", &json!({ "name": "alice", "password": added["password"] }))?;
    assert_eq!((status, &step["state"]), (200, &json!("signed_in")), "{step}");
    let cookies = browser.cookies()?;
    assert!(!cookies.is_empty() && cookies.iter().all(|name| name.starts_with("__Host-bell_")), "{cookies:?}");
    let (status, key) = browser.fetch("POST", "/v1/me/voice", &json!({}))?;
    assert_eq!(status, 200, "{key}");
    let word = |name: &str| key[name].as_str().unwrap_or_else(|| panic!("{name} of {key}")).to_owned();
    let wss = format!("wss://{}{}", centre.server.address("console"), word("ws_path"));
    let uri = word("sip_uri");
    let (user, domain) = uri.trim_start_matches("sip:").split_once('@').expect("a user at a domain");
    browser.register_as(&wss, domain, user, (&word("user"), &word("password")))?;
    browser.fetch("POST", "/v1/me/state", &json!({ "to": "sign_in" }))?;

    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "1")?;
    let rings = browser.wait_call()?;
    browser.answer()?;
    assert!(call.hears(ALICE_HZ)?, "the customer hears the agent");
    assert!(browser.hears(CALLER_HZ)?, "the agent hears the customer");
    call.hang_up()?;
    browser.wait_ended()?;
    let told = centre.operate(&["trace", &rings.call.expect("it is named")]).1;
    assert!(told.contains("SIP/2.0/WSS"), "{told}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Who leaves out the `s` is sent on, if he only looks; what was sent in the clear is not taken.
#[test]
fn plain_http_is_told_where_to_go() -> Result<(), KitError> {
    let centre = centre("")?;
    let looked = plainly(&centre, "GET /calls?queue=a HTTP/1.1\r\nhost: bell.example\r\n\r\n");
    assert!(looked.starts_with("HTTP/1.1 307 "), "{looked}");
    assert!(looked.contains("location: https://bell.example/calls?queue=a\r\n"), "{looked}");
    let body = r#"{"name":"alice","password":"secret"}"#;
    let sent = plainly(
        &centre,
        &format!(
            "POST /v1/session HTTP/1.1\r\nhost: bell.example\r\naccept-language: en\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
    assert!(sent.starts_with("HTTP/1.1 400 ") && sent.contains("speaks_https"), "{sent}");
    assert!(sent.contains("this address speaks HTTPS only"), "{sent}");
    Ok(())
}

/// TEL-12: a certificate that is renewed is shown to who comes from then on, and cuts nobody off who is there.
#[test]
fn tel_12_a_renewed_certificate_cuts_nobody_off() -> Result<(), KitError> {
    let dir = tempfile::tempdir().expect("a directory");
    let centre = centre(&certify(dir.path(), 60))?;
    let address = centre.server.address("console").to_string();
    let shown = |centre: &Centre| centre.health()["access"]["certificate"]["sha256"].clone();
    let before = shown(&centre);
    let mut open = Process::start_told(Command::new("openssl").args(["s_client", "-quiet", "-connect", &address]))?;
    let ask = |open: &mut Process, path: &str| open.tell(&format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r"));
    ask(&mut open, "/v1/setup")?;
    open.wait_line("HTTP/1.1 200 OK", PATIENCE)?;
    open.wait_line("strict-transport-security: max-age=", PATIENCE)?;
    certify(dir.path(), 90);
    centre.until("the new one is shown", || (shown(&centre) != before).then_some(()));
    ask(&mut open, "/v1/me")?;
    open.wait_line("HTTP/1.1 401 Unauthorized", PATIENCE)?;
    Ok(())
}

/// TEL-12: files that cannot be used are told; a centre that shows a certificate to nobody takes its calls all the same.
#[test]
fn tel_12_bad_certificate_files_do_not_stop_a_node_that_speaks_in_the_clear() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", "[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n\n[media]")])?;
    let certificate = centre.health()["access"]["certificate"].clone();
    let wrong = certificate["wrong"].as_str().expect("it is said");
    assert!(wrong.contains("a.pem") && certificate["alert"] == true, "{certificate}");
    assert!(centre.server.log().contains("the certificate as it is configured cannot be used"));
    let _talking = centre.talking()?;
    Ok(())
}
