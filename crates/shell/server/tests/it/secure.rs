//! SIP over TLS, to phones of another make, and the certificate they are shown.

use std::fs;
use std::path::Path;
use std::process::Command;

use bell_testkit::{KitError, Phone, PhoneEvent, PhonePlan, Process};

use crate::centre::{CALLER_HZ, Centre, choose};

const BOB_TONE: u32 = 450;

/// A centre that listens under TLS too, with more in its configuration.
fn centre(more: &str) -> Result<Centre, KitError> {
    let tcp = "tcp = [\"127.0.0.1:{port:sip}\"]";
    let listen = format!("{tcp}\ntls = [\"127.0.0.1:{{port:tls}}\"]\nwss = [\"127.0.0.1:{{port:wss}}\"]");
    Centre::changed(&[(tcp, &listen), ("[health]", &format!("{more}\n[health]"))])
}

/// What OpenSSL says when it connects.
fn openssl(centre: &Centre, port: &str, more: &[&str]) -> String {
    let address = centre.server.address(port).to_string();
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &address, "-brief"]).args(more);
    let mut process = Process::start(&mut command).expect("openssl is there");
    process.wait_exit(std::time::Duration::from_secs(20)).expect("it ends with its input");
    process.log()
}

/// Writes a certificate for 127.0.0.1 that counts for so many days into a directory, and says it in the configuration's words.
pub(crate) fn certify(dir: &Path, days: u32) -> String {
    let (certificate, key) = (dir.join("cert.pem"), dir.join("cert.key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-days", &days.to_string(), "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    format!("[tls]\ncertificate = \"{}\"\nkey = \"{}\"", certificate.display(), key.display())
}

/// TEL-08: a desk phone registers over TLS and takes a call from the queue, audio both ways, signalled under TLS.
#[test]
fn tel_08_a_phone_over_tls_takes_a_call_from_the_queue() -> Result<(), KitError> {
    let centre = centre("")?;
    let plan = PhonePlan::new("bob", BOB_TONE).register(&centre.server.address("tls").to_string(), "Bob-2").over_tls();
    let mut bob = Phone::start(&plan)?;
    bob.wait_registered()?;
    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    bob.wait(PhoneEvent::Incoming)?;
    bob.answer()?;
    assert!(call.hears(f64::from(BOB_TONE))?, "the customer hears the agent");
    assert!(bob.hears(CALLER_HZ)?, "the agent hears the customer");
    call.hang_up()?;
    bob.wait(PhoneEvent::Closed)?;
    let records = centre.records(1);
    let told = centre.operate(&["trace", records[0]["call"].as_str().expect("an id")]).1;
    assert!(told.contains("SIP/2.0/TLS"), "{told}");
    centre.assert_replays();
    Ok(())
}

/// The node makes a certificate for itself, says which it is, and shows it; doctor and health say until when it counts.
#[test]
fn tel_08_a_node_without_a_certificate_shows_its_own() -> Result<(), KitError> {
    let centre = centre("")?;
    let health = centre.health();
    let certificate = &health["access"]["certificate"];
    assert_eq!((&certificate["own"], &certificate["alert"]), (&true.into(), &false.into()), "{certificate}");
    let fingerprint = certificate["sha256"].as_str().expect("a text").to_owned();
    assert!(centre.server.log().contains(&fingerprint), "it is printed at the start");
    let pem = fs::read(centre.node_file("tls/own.pem")).expect("it is kept");
    let doctor = centre.operate(&["doctor"]).1;
    assert!(doctor.contains("our own, which nobody vouches for") && doctor.contains(&fingerprint), "{doctor}");
    assert!(!pem.is_empty());
    for port in ["tls", "wss"] {
        let told = openssl(&centre, port, &["-tls1_3"]);
        assert!(told.contains("TLSv1.3"), "{told}");
    }
    assert!(openssl(&centre, "tls", &["-tls1_2"]).contains("TLSv1.2"));
    Ok(())
}

/// Old versions are refused where the policy says so.
#[test]
fn tls_1_2_is_refused_by_the_policy() -> Result<(), KitError> {
    let tcp = "tcp = [\"127.0.0.1:{port:sip}\"]";
    let listen = format!("{tcp}\ntls = [\"127.0.0.1:{{port:tls}}\"]");
    let centre = Centre::changed(&[(tcp, &listen), ("[policy]", "[policy]\nsip_tls_1_2 = false")])?;
    assert!(openssl(&centre, "tls", &["-tls1_3"]).contains("TLSv1.3"));
    let told = openssl(&centre, "tls", &["-tls1_2"]);
    assert!(!told.contains("CONNECTION ESTABLISHED"), "{told}");
    Ok(())
}

/// A certificate that is renewed is shown within seconds, without a restart; one that ends soon is told.
#[test]
fn a_renewed_certificate_is_shown_without_a_restart() -> Result<(), KitError> {
    let dir = tempfile::tempdir().expect("a directory");
    let tls = certify(dir.path(), 10);
    let certificate = dir.path().join("cert.pem");
    let centre = centre(&tls)?;
    let shown = || centre.health()["access"]["certificate"].clone();
    let first = shown();
    assert_eq!((&first["own"], &first["alert"]), (&false.into(), &true.into()), "{first}");
    let doctor = centre.operate(&["doctor"]).1;
    assert!(doctor.contains("more days, until"), "{doctor}");
    certify(dir.path(), 90);
    let second = centre.until("the new one is shown", || {
        let now = shown();
        (now["sha256"] != first["sha256"]).then_some(now)
    });
    assert_eq!(second["alert"], false, "{second}");
    let trusted = openssl(&centre, "tls", &["-CAfile", &certificate.display().to_string(), "-verify_return_error"]);
    assert!(trusted.contains("Verification: OK"), "{trusted}");
    Ok(())
}
