//! The directory of the node, and who can read what must stay secret.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Findings;
use crate::dirs::Dirs;

const CHECK: &str = "files";
/// So many configuration versions are looked at, the newest.
const VERSIONS_MAX: usize = 1000;

pub(super) fn examine(dirs: &Dirs, findings: &mut Findings) {
    let root = dirs.root();
    let shown = root.display();
    match fs::metadata(root) {
        Ok(metadata) if !metadata.is_dir() => {
            findings.fail(CHECK, format!("{shown} is no directory"), "name another one with --dir");
            return;
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            findings.warn(CHECK, format!("{shown} is not there yet"), "belltower apply or serve makes it");
            return;
        }
        Err(error) => {
            findings.fail(CHECK, format!("{shown}: {error}"), "run as the user that belltower serve runs as");
            return;
        }
    }
    if rustix::fs::access(root, rustix::fs::Access::WRITE_OK).is_err() {
        let remedy = format!("run as the user that owns it, or chown it: {shown}");
        findings.fail(CHECK, format!("{shown} cannot be written"), remedy);
    }
    let open: Vec<PathBuf> = secrets(dirs).into_iter().filter(|path| others_may_read(root, path)).collect();
    if open.is_empty() {
        findings.ok(CHECK, format!("{shown}: passwords and recordings are readable by their owner only"));
    }
    for path in open {
        let path = path.display();
        findings.warn(
            CHECK,
            format!("{path} can be read by other users and holds secrets"),
            format!("chmod go-rwx {path}"),
        );
    }
}

/// What holds passwords or voices.
fn secrets(dirs: &Dirs) -> Vec<PathBuf> {
    let root = dirs.root();
    let mut secrets = vec![dirs.journal(), dirs.config(), dirs.recordings()];
    secrets.extend(["database-url", "demo.json", "demo/centre.toml", "belltower.db"].map(|name| root.join(name)));
    let versions = fs::read_dir(dirs.config()).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    secrets.extend(versions.take(VERSIONS_MAX));
    secrets
}

/// Whether somebody else gets to the file: it and every directory from the node's own down to it let him.
fn others_may_read(root: &Path, path: &Path) -> bool {
    let lets = |path: &Path| fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
    let private_above = path.ancestors().skip(1).take_while(|above| above.starts_with(root)).any(|above| !lets(above));
    lets(path) && !private_above
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_secret_is_open_only_if_the_way_to_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let secret = dir.path().join("database-url");
        fs::write(&secret, "postgres://bell:secret@db/bell").unwrap();
        for (dir_mode, file_mode, open) in [
            (0o700, 0o600, false),
            (0o700, 0o644, false),
            (0o755, 0o600, false),
            (0o755, 0o644, true),
            (0o755, 0o640, true),
        ] {
            mode(dir.path(), dir_mode);
            mode(&secret, file_mode);
            assert_eq!(others_may_read(dir.path(), &secret), open, "{dir_mode:o} {file_mode:o}");
        }
        assert!(!others_may_read(dir.path(), &dir.path().join("missing")));
    }
}
