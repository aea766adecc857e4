//! Files that come, change and are wrong.

use std::os::unix::fs::PermissionsExt;
use std::time::SystemTime;

use rcgen::generate_simple_self_signed;

use super::*;

const CONFIG: &str = "[centre]\nname = \"test\"\nzone = \"Asia/Shanghai\"\n[sip]\ndomain = \"test.belltower\"\n\
                      tls = [\"127.0.0.1:5061\"]\n[media]\naddress = \"127.0.0.1\"\n";

fn snapshot(tls: &str) -> Snapshot {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("centre.toml");
    fs::write(&file, format!("{CONFIG}{tls}")).unwrap();
    let library = crate::configure::library(&Dirs::new(dir.path()));
    let source = crate::configure::load(&file, &library, wall()).unwrap_or_else(|error| panic!("{error}"));
    Snapshot::build(source).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn node() -> (tempfile::TempDir, Dirs) {
    let dir = tempfile::tempdir().unwrap();
    let dirs = Dirs::new(dir.path());
    (dir, dirs)
}

/// Puts a new certificate into the directory, written at another time than the one before.
fn put(dirs: &Dirs, later: u64) {
    let made = generate_simple_self_signed(vec!["test.belltower".to_owned()]).unwrap();
    for (name, text) in [("a.pem", made.cert.pem()), ("a.key", made.signing_key.serialize_pem())] {
        let path = dirs.root().join(name);
        fs::write(&path, text).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(later);
        fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
    }
}

#[test]
fn a_node_without_a_certificate_makes_one_and_keeps_it_for_itself() {
    let (_dir, dirs) = node();
    let first = Certificate::open(&dirs, &snapshot("")).unwrap().shown();
    assert!(first.own);
    assert!((396..=398).contains(&first.days_left(wall())), "{}", first.days_left(wall()));
    let key = fs::metadata(dirs.tls().join("own.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    assert_eq!(Certificate::open(&dirs, &snapshot("")).unwrap().shown(), first, "the same at the next start");
    let soon = snapshot("[policy]\ncertificate_warn = \"365d\"\n");
    assert_eq!(Certificate::open(&dirs, &soon).unwrap().shown(), first);
}

#[test]
fn files_that_change_are_read_again_and_wrong_ones_leave_the_old() {
    let (_dir, dirs) = node();
    let named = snapshot("[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n");
    put(&dirs, 1);
    let certificate = Certificate::open(&dirs, &named).unwrap();
    let first = certificate.shown();
    assert!(!first.own);
    certificate.look(&named);
    assert_eq!(certificate.shown(), first);
    put(&dirs, 2);
    certificate.look(&named);
    let second = certificate.shown();
    assert_ne!(second.fingerprint, first.fingerprint);
    fs::write(dirs.root().join("a.pem"), "no PEM").unwrap();
    certificate.look(&named);
    let third = certificate.shown();
    assert_eq!(third.fingerprint, second.fingerprint, "what was right is shown on");
    assert!(third.wrong.as_ref().is_some_and(|why| why.contains("a.pem is no PEM with a certificate")), "{third:?}");
    put(&dirs, 3);
    certificate.look(&named);
    assert_eq!(certificate.shown().wrong, None);
}

#[test]
fn a_configuration_that_names_others_shows_them_without_a_restart() {
    let (_dir, dirs) = node();
    let certificate = Certificate::open(&dirs, &snapshot("")).unwrap();
    put(&dirs, 1);
    certificate.look(&snapshot("[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n"));
    assert!(!certificate.shown().own);
}

#[test]
fn what_is_wrong_at_the_start_is_said() {
    let (_dir, dirs) = node();
    let named = snapshot("[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n");
    let told = |dirs: &Dirs| Certificate::open(dirs, &named).unwrap_err().to_string();
    assert!(told(&dirs).starts_with("failed to read "), "{}", told(&dirs));
    put(&dirs, 1);
    let other = generate_simple_self_signed(vec!["other.example".to_owned()]).unwrap();
    fs::write(dirs.root().join("a.key"), other.signing_key.serialize_pem()).unwrap();
    assert!(told(&dirs).ends_with("a.pem is not the certificate of this key"), "{}", told(&dirs));
}
