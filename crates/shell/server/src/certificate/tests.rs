//! Files that come, change and are wrong.

use std::os::unix::fs::PermissionsExt;
use std::time::SystemTime;

use rcgen::generate_simple_self_signed;

use super::*;

const CONFIG: &str = "[centre]\nname = \"test\"\nzone = \"Asia/Shanghai\"\n[sip]\ndomain = \"test.belltower\"\n\
                      tls = [\"127.0.0.1:5061\"]\n[media]\naddress = \"127.0.0.1\"\n";

fn snapshot(more: &str) -> Snapshot {
    built(&format!("{CONFIG}{more}"))
}

fn built(text: &str) -> Snapshot {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("centre.toml");
    fs::write(&file, text).unwrap();
    let library = crate::configure::library(&Dirs::new(dir.path()));
    let source = crate::configure::load(&file, &library, wall()).unwrap_or_else(|error| panic!("{error}"));
    Snapshot::build(source).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// What is shown now.
fn shows(certificate: &Certificate) -> Shown {
    certificate.standing().shown.expect("one is shown")
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
    let first = Certificate::open(&dirs, &snapshot("")).map(|certificate| shows(&certificate)).unwrap();
    assert!(first.own);
    assert!((396..=398).contains(&first.days_left(wall())), "{}", first.days_left(wall()));
    let key = fs::metadata(dirs.tls().join("own.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    assert_eq!(
        Certificate::open(&dirs, &snapshot("")).map(|certificate| shows(&certificate)).unwrap(),
        first,
        "the same at the next start"
    );
    let soon = snapshot("[policy]\ncertificate_warn = \"365d\"\n");
    assert_eq!(Certificate::open(&dirs, &soon).map(|certificate| shows(&certificate)).unwrap(), first);
}

#[test]
fn files_that_change_are_read_again_and_wrong_ones_leave_the_old() {
    let (_dir, dirs) = node();
    let named = snapshot("[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n");
    put(&dirs, 1);
    let certificate = Certificate::open(&dirs, &named).unwrap();
    let first = shows(&certificate);
    assert!(!first.own);
    certificate.look(&named);
    assert_eq!(shows(&certificate), first);
    put(&dirs, 2);
    certificate.look(&named);
    let second = shows(&certificate);
    assert_ne!(second.fingerprint, first.fingerprint);
    fs::write(dirs.root().join("a.pem"), "no PEM").unwrap();
    certificate.look(&named);
    let third = certificate.standing();
    assert_eq!(third.shown, Some(second), "what was right is shown on");
    assert!(third.wrong.as_ref().is_some_and(|why| why.contains("a.pem is no PEM with a certificate")), "{third:?}");
    put(&dirs, 3);
    certificate.look(&named);
    assert_eq!(certificate.standing().wrong, None);
}

#[test]
fn a_configuration_that_names_others_shows_them_without_a_restart() {
    let (_dir, dirs) = node();
    let certificate = Certificate::open(&dirs, &snapshot("")).unwrap();
    put(&dirs, 1);
    certificate.look(&snapshot("[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n"));
    assert!(!shows(&certificate).own);
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

/// A node that nobody asks for a certificate takes calls, and says what is wrong with the files until they are right.
#[test]
fn bad_files_do_not_stop_a_node_that_speaks_in_the_clear() {
    let (_dir, dirs) = node();
    let files = "[tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n";
    let snapshot = built(&format!("{}{files}", clear()));
    assert!(snapshot.listen.secure().is_empty());
    let certificate = Certificate::open(&dirs, &snapshot).unwrap();
    let Standing { shown, wrong } = certificate.standing();
    assert_eq!(shown, None);
    assert!(wrong.as_ref().is_some_and(|why| why.contains("failed to read")), "{wrong:?}");
    put(&dirs, 1);
    certificate.look(&snapshot);
    assert!(!shows(&certificate).own);
    assert_eq!(certificate.standing().wrong, None);
}

/// The console's address is in it; one that is for fewer names than we have is made anew.
#[test]
fn our_own_is_for_every_name_we_have() {
    let (_dir, dirs) = node();
    let at = |more: &str| shows(&Certificate::open(&dirs, &snapshot(more)).unwrap());
    let first = at("");
    let console = "[console]\nlisten = [\"192.0.2.7:443\"]\ntls = true\n[tls]\nnames = [\"bell.example\"]\n";
    let second = at(console);
    assert!(["192.0.2.7", "bell.example"].iter().all(|name| second.names.iter().any(|own| own == name)), "{second:?}");
    assert_ne!(first.fingerprint, second.fingerprint);
    assert_eq!(at(console), second);
    assert_eq!(at(""), second, "one that is for more names is good enough");
}

/// However early a centre wants to be warned, and whatever fails, none is made every few seconds.
#[test]
fn our_own_is_not_made_again_and_again() {
    let (_dir, dirs) = node();
    let early = snapshot("[policy]\ncertificate_warn = \"365d\"\n");
    let certificate = Certificate::open(&dirs, &early).unwrap();
    assert!(!certificate.now().is_due(Duration::from_secs(365 * 24 * 3600)));

    let (_dir, dirs) = node();
    fs::write(dirs.tls(), "no directory").unwrap();
    let clear = built(&clear());
    let certificate = Certificate::open(&dirs, &clear).unwrap();
    let failed = certificate.now();
    assert!(failed.standing.wrong.is_some() && failed.is_due(Duration::ZERO));
    certificate.look(&clear);
    assert_eq!(certificate.now().read_at, failed.read_at, "it is not tried again at once");
}

/// A centre that shows a certificate to nobody.
fn clear() -> String {
    CONFIG.replace("tls = [\"127.0.0.1:5061\"]", "udp = [\"127.0.0.1:5060\"]")
}
