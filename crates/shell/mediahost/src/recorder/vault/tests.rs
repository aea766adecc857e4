use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use bell_types::{CallId, NodeId, RecordingId, Wall};

use super::file::CHUNK_OVERHEAD;
use super::*;

struct Trial {
    directory: tempfile::TempDir,
    vault: Vault,
}

impl Trial {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let vault = Vault::at(directory.path().join("keys"));
        vault.prepare().unwrap();
        Self { directory, vault }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("one.part")
    }

    /// A file of these chunks.
    fn write(&self, chunks: &[&[u8]]) -> PathBuf {
        let mut file = Appending::create(&self.path(), &self.vault, recording(1)).unwrap();
        chunks.iter().for_each(|chunk| file.append(chunk).unwrap());
        file.sync_all().unwrap();
        self.path()
    }

    fn read(&self, path: &Path) -> (Vec<u8>, Place) {
        let mut all = Vec::new();
        let place = read(path, &self.vault, |piece| {
            all.extend_from_slice(piece);
            Ok(())
        });
        (all, place.unwrap())
    }
}

fn recording(count: u32) -> RecordingId {
    RecordingId(CallId::mint(Wall::from_micros(0), NodeId(1), count))
}

#[test]
fn rec_03_what_is_said_does_not_stand_on_disk() {
    let trial = Trial::new();
    let path = trial.write(&[b"said by the caller, ", b"and heard"]);
    let on_disk = fs::read(&path).unwrap();
    assert!(!on_disk.windows(4).any(|window| window == b"said"), "{on_disk:?}");
    assert_eq!(trial.read(&path).0, b"said by the caller, and heard");
    let elsewhere = Vault::at(trial.directory.path().join("other"));
    elsewhere.prepare().unwrap();
    let refused = read(&path, &elsewhere, |_| panic!("it cannot be read")).unwrap_err();
    assert!(is_key_missing(&refused), "{refused}");
}

/// Each octet of the file matters: with any of them changed, nothing that follows is believed.
#[test]
fn rec_03_a_changed_octet_is_noticed() {
    let trial = Trial::new();
    let path = trial.write(&[b"first", b"second", b"third"]);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        fs::write(&path, &changed).unwrap();
        let mut all = Vec::new();
        let read = read(&path, &trial.vault, |piece| {
            all.extend_from_slice(piece);
            Ok(())
        });
        // Without its magic it is read as what it looks like, which is no recording.
        let believed = read.is_ok() && at >= 8;
        assert!(!believed || b"firstsecond".starts_with(&all), "octet {at} was changed: {all:?}");
    }
}

#[test]
fn chunks_cannot_change_places_or_files() {
    let trial = Trial::new();
    let path = trial.write(&[b"12345", b"67890"]);
    let whole = fs::read(&path).unwrap();
    let len = 5 + CHUNK_OVERHEAD;
    let (envelope, chunks) = whole.split_at(whole.len() - 2 * len);
    fs::write(&path, [envelope, &chunks[len..], &chunks[..len]].concat()).unwrap();
    assert_eq!(trial.read(&path).0, b"", "they are swapped");
    fs::write(&path, [envelope, &chunks[..len], &chunks[..len]].concat()).unwrap();
    assert_eq!(trial.read(&path).0, b"12345", "one stands there twice");
    fs::remove_file(&path).unwrap();
    let other = fs::read(trial.write(&[b"abcde"])).unwrap();
    fs::write(&path, [&other[..envelope.len()], &chunks[..len]].concat()).unwrap();
    assert_eq!(trial.read(&path).0, b"", "it is another file's");
}

/// Torn anywhere, a file is readable to its last whole chunk, and goes on there.
#[test]
fn rec_24_a_torn_file_goes_on_after_its_last_whole_chunk() {
    let trial = Trial::new();
    let path = trial.write(&[b"first", b"second"]);
    let whole = fs::read(&path).unwrap();
    let begin = whole.len() - 11 - 2 * CHUNK_OVERHEAD;
    for len in begin..=whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let (readable, place) = trial.read(&path);
        let expected: &[u8] = match len - begin {
            torn if torn < 5 + CHUNK_OVERHEAD => b"",
            torn if torn < 11 + 2 * CHUNK_OVERHEAD => b"first",
            _ => b"firstsecond",
        };
        assert_eq!(readable, expected, "torn at {len}");
        let mut file = Appending::resume(&path, place, readable.len() as u64).unwrap();
        file.append(b", more").unwrap();
        assert_eq!(trial.read(&path).0, [expected, b", more"].concat(), "torn at {len}");
    }
}

#[test]
fn what_failed_is_cut_off() {
    let trial = Trial::new();
    let mut file = Appending::create(&trial.path(), &trial.vault, recording(1)).unwrap();
    file.append(b"whole").unwrap();
    let mut torn = fs::OpenOptions::new().append(true).open(trial.path()).unwrap();
    torn.write_all(b"half a chu").unwrap();
    file.cut_back().unwrap();
    file.append(b" again").unwrap();
    assert_eq!(trial.read(&trial.path()).0, b"whole again");
}

#[test]
fn rec_03_keys_turn_over_and_a_destroyed_one_opens_nothing() {
    let trial = Trial::new();
    let old = trial.vault.current_id().unwrap();
    let (kept, lost) = (trial.write(&[b"kept"]), trial.directory.path().join("lost.part"));
    fs::copy(&kept, &lost).unwrap();
    let new = trial.vault.rotate().unwrap();
    assert_eq!((key_of(&kept).unwrap(), trial.vault.current_id().unwrap()), (Some(old), new));
    assert_eq!(trial.read(&kept).0, b"kept", "the old key is still there");
    assert!(rewrap(&kept, &trial.vault).unwrap() && !rewrap(&kept, &trial.vault).unwrap(), "once is enough");
    assert_eq!(key_of(&kept).unwrap(), Some(new));
    assert!(trial.vault.destroy(new).is_err(), "recordings have it now");
    trial.vault.destroy(old).unwrap();
    assert_eq!(trial.vault.keys().unwrap(), [new]);
    assert_eq!(trial.read(&kept).0, b"kept");
    assert!(is_key_missing(&read(&lost, &trial.vault, |_| Ok(())).unwrap_err()), "nobody reads it again");
}

/// A recording is not lost because a directory cannot be read for a moment.
#[test]
fn without_its_directory_a_vault_goes_on_with_its_last_key() {
    let trial = Trial::new();
    let first = trial.vault.current().unwrap().id;
    let keys = trial.directory.path().join("keys");
    fs::rename(&keys, trial.directory.path().join("away")).unwrap();
    assert_eq!(trial.vault.current().unwrap().id, first);
    assert!(Vault::at(&keys).current().is_err(), "who never had one has none");
}

#[test]
fn only_their_owner_reads_keys() {
    use std::os::unix::fs::PermissionsExt;

    let trial = Trial::new();
    let keys = trial.directory.path().join("keys");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&keys), 0o700);
    for entry in fs::read_dir(&keys).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn a_file_without_an_envelope_is_read_as_it_is() {
    let trial = Trial::new();
    let mut file = Appending::create(&trial.path(), &Vault::none(), recording(1)).unwrap();
    file.append(b"BELLREC1 as before").unwrap();
    assert_eq!(trial.read(&trial.path()).0, b"BELLREC1 as before");
    assert_eq!(key_of(&trial.path()).unwrap(), None);
    assert!(!rewrap(&trial.path(), &trial.vault).unwrap());
}
