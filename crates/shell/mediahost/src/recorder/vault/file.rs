//! One recording's file under its key.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use bell_types::RecordingId;

use super::{KEY_LEN, KeyId, Vault, cipher, random};

const MAGIC: [u8; 8] = *b"BELLENC1";
const NONCE_LEN: usize = 12;
const TAG_LEN: usize = 16;
const WRAPPED_LEN: usize = KEY_LEN + TAG_LEN;
/// What the envelope authenticates: its magic, the recording, the name of the key.
const NAMED_LEN: usize = 8 + 8 + 16;
const ENVELOPE_LEN: usize = NAMED_LEN + NONCE_LEN + WRAPPED_LEN;
/// What a chunk is longer by than what it holds.
#[cfg(test)]
pub(super) const CHUNK_OVERHEAD: usize = 4 + NONCE_LEN + TAG_LEN;
/// The longest chunk: what is written at once is far shorter.
const CHUNK_LEN_MAX: usize = 16 << 20;
/// How much of a file without a key is read at a time.
const PIECE_LEN: usize = 64 * 1024;

/// A file that is appended to.
#[derive(Debug)]
pub(in super::super) struct Appending {
    file: File,
    /// How long it is on disk, without what failed.
    len: u64,
    chunks: Option<Chunks>,
}

/// The cipher of a file's chunks.
#[derive(Debug)]
struct Chunks {
    key: LessSafeKey,
    recording: u64,
    /// The place of the next.
    next: u32,
}

/// Where the readable part of a file ends, and how it goes on there.
#[derive(Debug)]
pub(in super::super) struct Place {
    len: u64,
    chunks: Option<Chunks>,
}

impl Place {
    /// How much of the file can be read, `readable` octets of what was recorded.
    pub(in super::super) const fn len(&self, readable: u64) -> u64 {
        if self.chunks.is_some() { self.len } else { readable }
    }
}

impl Appending {
    /// Makes the file, with its envelope.
    pub(in super::super) fn create(path: &Path, vault: &Vault, recording: RecordingId) -> io::Result<Self> {
        let mut file = OpenOptions::new().append(true).create_new(true).open(path)?;
        if vault.is_none() {
            return Ok(Self { file, len: 0, chunks: None });
        }
        let begun = Chunks::begin(vault, recording).and_then(|(chunks, envelope)| {
            file.write_all(&envelope)?;
            Ok(chunks)
        });
        match begun {
            Ok(chunks) => Ok(Self { file, len: ENVELOPE_LEN as u64, chunks: Some(chunks) }),
            Err(err) => {
                fs::remove_file(path)?;
                Err(err)
            }
        }
    }

    /// Cuts a file to its readable part, of which `readable` octets were recorded, and goes on there.
    pub(in super::super) fn resume(path: &Path, place: Place, readable: u64) -> io::Result<Self> {
        let Place { len, chunks } = place;
        let len = if chunks.is_some() { len } else { readable };
        let file = OpenOptions::new().append(true).open(path)?;
        file.set_len(len)?;
        Ok(Self { file, len, chunks })
    }

    /// Appends it, whole. If that fails, [`cut_back`](Self::cut_back) before anything else.
    pub(in super::super) fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        let written = match &mut self.chunks {
            None => {
                self.file.write_all(octets)?;
                octets.len()
            }
            Some(chunks) => {
                let chunk = chunks.seal(octets)?;
                self.file.write_all(&chunk)?;
                chunks.next += 1;
                chunk.len()
            }
        };
        self.len += written as u64;
        Ok(())
    }

    /// Removes what a failed write has left.
    pub(in super::super) fn cut_back(&self) -> io::Result<()> {
        self.file.set_len(self.len)
    }

    pub(in super::super) fn sync_all(&self) -> io::Result<()> {
        self.file.sync_all()
    }
}

impl Chunks {
    /// A new data key, and the envelope that holds it.
    fn begin(vault: &Vault, recording: RecordingId) -> io::Result<(Self, Vec<u8>)> {
        let tenant = vault.current()?;
        let mut secret = [0; KEY_LEN];
        random(&mut secret)?;
        let recording = recording.0.as_u64();
        let envelope = envelope(recording, tenant.id, &tenant.cipher(), &secret)?;
        Ok((Self { key: cipher(&secret), recording, next: 0 }, envelope))
    }

    fn seal(&self, octets: &[u8]) -> io::Result<Vec<u8>> {
        let len = octets.len() + TAG_LEN;
        let length = u32::try_from(len).ok().filter(|_| len <= CHUNK_LEN_MAX);
        let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a chunk is too long"))?;
        let mut chunk = length.to_le_bytes().to_vec();
        let sealed = seal(&self.key, &self.place(), octets)?;
        chunk.extend_from_slice(&sealed);
        Ok(chunk)
    }

    fn place(&self) -> [u8; 12] {
        let mut place = [0; 12];
        place[..8].copy_from_slice(&self.recording.to_le_bytes());
        place[8..].copy_from_slice(&self.next.to_le_bytes());
        place
    }
}

fn envelope(recording: u64, id: KeyId, tenant: &LessSafeKey, secret: &[u8; KEY_LEN]) -> io::Result<Vec<u8>> {
    let mut envelope = MAGIC.to_vec();
    envelope.extend(recording.to_le_bytes());
    envelope.extend(id.0);
    let wrapped = seal(tenant, &envelope, secret)?;
    envelope.extend(wrapped);
    Ok(envelope)
}

/// Nonce, ciphertext and tag.
fn seal(key: &LessSafeKey, named: &[u8], octets: &[u8]) -> io::Result<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    random(&mut nonce)?;
    let mut sealed = octets.to_vec();
    let nonced = Nonce::assume_unique_for_key(nonce);
    let failed = |_| io::Error::other("the cipher fails");
    key.seal_in_place_append_tag(nonced, Aad::from(named), &mut sealed).map_err(failed)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// What was sealed under this key and name; none if it was not.
fn open<'a>(key: &LessSafeKey, named: &[u8], sealed: &'a mut [u8]) -> Option<&'a [u8]> {
    let (nonce, sealed) = sealed.split_first_chunk_mut::<NONCE_LEN>()?;
    let nonce = Nonce::assume_unique_for_key(*nonce);
    key.open_in_place(nonce, Aad::from(named), sealed).ok().map(|opened| &*opened)
}

/// Reads a file, under a key or not, piece by piece. It ends where the file does, or at a chunk that is torn or was changed.
pub(in super::super) fn read(
    path: &Path,
    vault: &Vault,
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Place> {
    let mut file = File::open(path)?;
    let mut envelope = [0; ENVELOPE_LEN];
    let begin = fill(&mut file, &mut envelope)?;
    let begin = &envelope[..begin];
    let Some((recording, secret)) = open_envelope(begin, vault)? else {
        return read_plain(begin, &mut file, each);
    };
    let mut chunks = Chunks { key: cipher(&secret), recording, next: 0 };
    let mut len = ENVELOPE_LEN as u64;
    let mut sealed = Vec::new();
    while next_chunk(&mut file, &mut sealed)? {
        let octets = sealed.len();
        let Some(opened) = open(&chunks.key, &chunks.place(), &mut sealed) else { break };
        each(opened)?;
        chunks.next += 1;
        len += 4 + octets as u64;
    }
    Ok(Place { len, chunks: Some(chunks) })
}

fn read_plain(begin: &[u8], file: &mut File, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Place> {
    let mut len = begin.len();
    each(begin)?;
    let mut piece = vec![0; PIECE_LEN];
    loop {
        match fill(file, &mut piece)? {
            0 => return Ok(Place { len: len as u64, chunks: None }),
            read => {
                len += read;
                each(&piece[..read])?;
            }
        }
    }
}

/// Nonce, ciphertext and tag of the next chunk; false at the end of the file, or where it is torn.
fn next_chunk(file: &mut File, sealed: &mut Vec<u8>) -> io::Result<bool> {
    let mut length = [0; 4];
    if fill(file, &mut length)? < length.len() {
        return Ok(false);
    }
    let length = u32::from_le_bytes(length) as usize;
    if !(TAG_LEN..=CHUNK_LEN_MAX).contains(&length) {
        return Ok(false);
    }
    sealed.resize(NONCE_LEN + length, 0);
    Ok(fill(file, sealed)? == sealed.len())
}

/// The recording and its data key; none if this is no envelope.
fn open_envelope(envelope: &[u8], vault: &Vault) -> io::Result<Option<(u64, [u8; KEY_LEN])>> {
    if !envelope.starts_with(&MAGIC) {
        return Ok(None);
    }
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the envelope of the recording is damaged");
    let envelope: &[u8; ENVELOPE_LEN] = envelope.try_into().map_err(|_| damaged())?;
    let (named, wrapped) = envelope.split_at(NAMED_LEN);
    let recording = u64::from_le_bytes(named[8..16].try_into().expect("eight octets"));
    let id = KeyId(named[16..].try_into().expect("sixteen octets"));
    let tenant = vault.key(id)?;
    let mut wrapped = wrapped.to_vec();
    let secret = open(&tenant.cipher(), named, &mut wrapped).and_then(|secret| secret.try_into().ok());
    Ok(Some((recording, secret.ok_or_else(damaged)?)))
}

/// Wraps the data key of the file under the current key, if it is not. What is recorded stays as it is.
pub(in super::super) fn rewrap(path: &Path, vault: &Vault) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut old = [0; ENVELOPE_LEN];
    let read = fill(&mut file, &mut old)?;
    let Some((recording, secret)) = open_envelope(&old[..read], vault)? else { return Ok(false) };
    let tenant = vault.current()?;
    if old[16..NAMED_LEN] == tenant.id.0 {
        return Ok(false);
    }
    // Into a file of its own: half an envelope would be the end of the recording.
    let partial = path.with_extension("wrapping");
    let mut wrapping = File::create(&partial)?;
    wrapping.write_all(&envelope(recording, tenant.id, &tenant.cipher(), &secret)?)?;
    io::copy(&mut file, &mut wrapping)?;
    wrapping.sync_all()?;
    fs::rename(&partial, path)?;
    Ok(true)
}

/// The name of the key that a file is under; none if it is under none.
pub(in super::super) fn key_of(path: &Path) -> io::Result<Option<KeyId>> {
    let mut envelope = [0; NAMED_LEN];
    let read = fill(&mut File::open(path)?, &mut envelope)?;
    let is_envelope = read == NAMED_LEN && envelope.starts_with(&MAGIC);
    Ok(is_envelope.then(|| KeyId(envelope[16..].try_into().expect("sixteen octets"))))
}

/// Fills the buffer, or less at the end of the file.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(len) => filled += len,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    Ok(filled)
}
