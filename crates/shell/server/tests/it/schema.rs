//! The API against its description: schemathesis asks everything the description permits, and much that it does not, as
//! people with different rights. No answer is a 5xx, and each is as the description says.

use std::path::PathBuf;
use std::process::Command;

use bell_testkit::KitError;

use crate::centre::Centre;
use crate::desk::{Visitor, add, centre};
use crate::people::administrator;

/// Left out: what ends the own login, or opens a socket. They have tests of their own.
const EXCEPT: &str = "^/v1/(session|sessions|scans|events|setup|me/password|me/totp|me/passkeys)";
/// What each answer is held to.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// A login may ask a hundred times a second.
const RATE: &str = "90/s";

/// Asks everything as this person, at one of the listeners.
fn conforms(centre: &Centre, listener: &str, who: &Visitor) {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let home = PathBuf::from(std::env::var_os("HOME").expect("a home directory")).join(".cache/belltower/schemathesis");
    let program = home.join("bin/schemathesis");
    assert!(program.exists(), "schemathesis is missing: run crates/dev/testkit/schemathesis/install");
    // What it remembers between runs would make one run differ from the next.
    let scratch = tempfile::tempdir().expect("a directory");
    let output = Command::new(program)
        .current_dir(scratch.path())
        .arg("run")
        .arg(here.join("docs/openapi.json").canonicalize().expect("the description"))
        .args(["--url", &format!("http://{}", centre.server.address(listener))])
        .args(["-H", &format!("Cookie: {}", who.cookie())])
        .args(["--phases", "coverage,fuzzing", "-c", CHECKS, "--exclude-path-regex", EXCEPT])
        .args(["-n", "3", "--generation-deterministic"])
        .args(["--rate-limit", RATE, "--max-time", "60", "--request-timeout", "20", "--max-failures", "30"])
        .args(["--warnings", "off", "--no-color", "--workers", "1"])
        .output()
        .expect("schemathesis runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("No issues found"), "it has looked: {told}");
}

/// The API is what its description says, for whoever only reads.
#[test]
fn the_api_answers_as_described_to_an_auditor() -> Result<(), KitError> {
    let centre = centre()?;
    conforms(&centre, "admin", &administrator(&centre, "audit", &["auditor"]));
    Ok(())
}

/// The API is what its description says, for an agent at the desk.
#[test]
fn the_api_answers_as_described_to_an_agent() -> Result<(), KitError> {
    let centre = centre()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut desk = Visitor::at(&centre, "console");
    assert_eq!(desk.sign_in("alice", &password).1["state"], "signed_in");
    conforms(&centre, "console", &desk);
    Ok(())
}

/// The API is what its description says, for an administrator who changes what comes to his hand.
#[test]
fn the_api_answers_as_described_to_an_administrator() -> Result<(), KitError> {
    let centre = centre()?;
    conforms(&centre, "admin", &administrator(&centre, "boss", &["super_admin"]));
    Ok(())
}
