//! Recordings on disk are ciphertext (REC-03): whoever has a file and not its key has noise.
//!
//! ```text
//! file     = envelope chunk*                                          all numbers little-endian
//! envelope = "BELLENC1" recording:u64 key:[u8; 16] nonce:[u8; 12] wrapped:[u8; 48]
//! chunk    = length:u32 nonce:[u8; 12] ciphertext tag:[u8; 16]        length counts ciphertext and tag
//! ```
//!
//! Each recording has a data key of its own, which stands in its envelope, wrapped by a key of its tenant; both ciphers are
//! AES-256-GCM (NIST SP 800-38D) with random nonces. The envelope authenticates all that stands before the nonce, a chunk
//! its recording and its place. So a chunk is whole or not there, as a record is; that none is missing at the end says the
//! seal inside, whose hash is of what was recorded and does not change with keys.
//!
//! To turn the tenant's key over is to wrap data keys anew; to destroy a key is to destroy all that it wraps.

mod file;

pub(super) use file::{Appending, Place, key_of, read, rewrap};

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::rand;
use thiserror::Error;

use super::sealer::hex;

/// The file that names the key of new recordings.
const CURRENT: &str = "current";
/// The length of a key.
const KEY_LEN: usize = 32;

/// The name of a tenant's key; it says nothing about the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 16]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl FromStr for KeyId {
    type Err = NoKeyId;

    fn from_str(text: &str) -> Result<Self, NoKeyId> {
        unhex(text).map(Self).ok_or(NoKeyId)
    }
}

/// This names no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a key's name has 32 hexadecimal digits: see belltower keys list")]
pub struct NoKeyId;

/// A recording's key is not here: it was destroyed, or is in a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the key {0} of this recording is not here: restore it from where keys are kept, or it stays unreadable")]
pub struct KeyMissing(pub KeyId);

/// Where a tenant's keys are: a directory with a file for each, that only its owner can read.
#[derive(Clone, Debug)]
pub struct Vault {
    /// None: recordings are written as they are.
    directory: Option<PathBuf>,
    /// The key that new recordings had last, in case the directory cannot be read for a moment.
    last: Arc<Mutex<Option<TenantKey>>>,
}

#[derive(Clone)]
struct TenantKey {
    id: KeyId,
    secret: [u8; KEY_LEN],
}

impl fmt::Debug for TenantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TenantKey({})", self.id)
    }
}

impl TenantKey {
    fn cipher(&self) -> LessSafeKey {
        cipher(&self.secret)
    }
}

fn cipher(secret: &[u8; KEY_LEN]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, secret).expect("a key of the algorithm's length"))
}

impl Vault {
    /// The keys in this directory.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self { directory: Some(directory.into()), last: Arc::default() }
    }

    /// No keys: recordings are written as they are. For trials.
    pub fn none() -> Self {
        Self { directory: None, last: Arc::default() }
    }

    /// Makes the first key if there is none. Before that nothing can be recorded.
    pub fn prepare(&self) -> io::Result<()> {
        let Some(directory) = &self.directory else { return Ok(()) };
        if directory.join(CURRENT).try_exists()? {
            return self.current().map(|_| ());
        }
        self.rotate().map(|_| ())
    }

    /// Makes a new key, which recordings have from now on. Older ones keep theirs until they are wrapped anew.
    pub fn rotate(&self) -> io::Result<KeyId> {
        let directory = self.directory()?;
        make_private(directory)?;
        let (mut id, mut secret) = ([0; 16], [0; KEY_LEN]);
        random(&mut id)?;
        random(&mut secret)?;
        let id = KeyId(id);
        write_private(&key_path(directory, id), &hex(&secret))?;
        // The key is durable before anything names it.
        write_private(&directory.join(CURRENT), &id.to_string())?;
        Ok(id)
    }

    /// The names of the keys that are here, in their order.
    pub fn keys(&self) -> io::Result<Vec<KeyId>> {
        let Some(directory) = &self.directory else { return Ok(Vec::new()) };
        let mut keys = Vec::new();
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            let is_key = path.extension().is_some_and(|extension| extension == "key");
            keys.extend(path.file_stem().filter(|_| is_key).and_then(|stem| stem.to_str()?.parse::<KeyId>().ok()));
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// The name of the key that recordings have from now on.
    pub fn current_id(&self) -> io::Result<KeyId> {
        let text = fs::read_to_string(self.directory()?.join(CURRENT))?;
        text.trim().parse().map_err(|err: NoKeyId| io::Error::new(io::ErrorKind::InvalidData, err))
    }

    /// Forgets a key for good: nobody can read again what it wraps. Not the current one.
    pub fn destroy(&self, id: KeyId) -> io::Result<()> {
        if self.current_id()? == id {
            let why = "recordings have this key now: make a new one first, by belltower keys rotate";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let directory = self.directory()?;
        fs::remove_file(key_path(directory, id))?;
        fs::File::open(directory)?.sync_all()
    }

    fn directory(&self) -> io::Result<&Path> {
        self.directory.as_deref().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "recordings have no keys here"))
    }

    const fn is_none(&self) -> bool {
        self.directory.is_none()
    }

    /// The key for a new recording. If the directory cannot be read, the one before: a recording is worth more than a turn
    /// of keys in time.
    fn current(&self) -> io::Result<TenantKey> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.current_id().and_then(|id| self.key(id)), &*last) {
            (Ok(key), _) => {
                *last = Some(key.clone());
                Ok(key)
            }
            (Err(err), Some(key)) => {
                tracing::error!(%err, key = %key.id, "the key of recordings cannot be read: they have the last one");
                Ok(key.clone())
            }
            (Err(err), None) => Err(err),
        }
    }

    fn key(&self, id: KeyId) -> io::Result<TenantKey> {
        let missing = || io::Error::other(KeyMissing(id));
        let directory = self.directory.as_deref().ok_or_else(missing)?;
        let text = match fs::read_to_string(key_path(directory, id)) {
            Ok(text) => text,
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Err(missing()),
            Err(err) => return Err(err),
        };
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, format!("the file of key {id} is damaged"));
        Ok(TenantKey { id, secret: unhex(text.trim()).ok_or_else(damaged)? })
    }
}

/// Whether a recording cannot be read for want of its key.
pub(super) fn is_key_missing(err: &io::Error) -> bool {
    let inner = err.get_ref().and_then(|inner| inner.downcast_ref::<KeyMissing>());
    inner.is_some()
}

fn key_path(directory: &Path, id: KeyId) -> PathBuf {
    directory.join(format!("{id}.key"))
}

fn random(octets: &mut [u8]) -> io::Result<()> {
    rand::fill(octets).map_err(|_| io::Error::other("the system's random source fails"))
}

fn unhex<const LEN: usize>(text: &str) -> Option<[u8; LEN]> {
    let mut octets = [0; LEN];
    if text.len() != 2 * LEN || !text.is_ascii() {
        return None;
    }
    for (octet, at) in octets.iter_mut().zip((0..).step_by(2)) {
        *octet = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(octets)
}

fn make_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Writes a file that only its owner can read, all of it or nothing.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt;

    let partial = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    fs::rename(&partial, path)?;
    path.parent().map_or(Ok(()), |directory| fs::File::open(directory)?.sync_all())
}

#[cfg(test)]
mod tests;
