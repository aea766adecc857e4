//! Recordings that somebody takes home (REC-13): written into a `.zip` piece by piece while it is sent, each with a remark
//! that names who took it, and a manifest with their hashes at the end.

use std::fs;
use std::io::{self, Write};
use std::sync::Arc;

use axum::body::Bytes;
use bell_api::doors::{AudioForm, Business, ExportWanted, Exported, Refused};
use bell_api::time::rfc3339;
use bell_engine::ExportPolicy;
use bell_media::wav::with_comment;
use bell_types::CallId;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::recording::Shelf;

/// How much is sent at one time, and how many such pieces may wait.
const PIECE_BYTES: usize = 64 << 10;
const PIECES_MAX: usize = 8;

/// Whether so many may be asked for.
pub(super) fn check(count: usize, policy: ExportPolicy) -> Result<(), Refused> {
    if count > policy.recordings_max { Err(too_many(count, policy.recordings_max)) } else { Ok(()) }
}

/// Whether these may be asked for: each is there, and together they are small enough.
pub(super) fn fits(shelf: &Shelf, policy: ExportPolicy, recordings: &[CallId]) -> Result<(), Refused> {
    check(recordings.len(), policy)?;
    let mut bytes = 0;
    for call in recordings {
        bytes += fs::metadata(shelf.file(*call)?).map_err(Refused::unavailable)?.len();
    }
    if bytes > policy.bytes_max { Err(too_large(bytes, policy.bytes_max)) } else { Ok(()) }
}

/// Checks what is asked for, and begins to write it.
pub(super) fn begin(shelf: &Arc<Shelf>, policy: ExportPolicy, wanted: ExportWanted) -> Result<Exported, Refused> {
    fits(shelf, policy, &wanted.recordings)?;
    let (pieces, receiver) = mpsc::channel(PIECES_MAX);
    let shelf = Arc::clone(shelf);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write(&shelf, &wanted, &pieces) {
            tracing::warn!(%error, "an export of recordings was broken off");
            // Whoever takes it sees that it is not whole.
            let _ = pieces.blocking_send(Err(error));
        }
    });
    Ok(Exported { pieces: receiver })
}

fn write(shelf: &Shelf, wanted: &ExportWanted, pieces: &mpsc::Sender<io::Result<Bytes>>) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(Pieces { pieces: pieces.clone(), waiting: Vec::with_capacity(PIECE_BYTES) });
    // Audio does not get smaller, and what is stored as it is can be read even from a broken archive.
    let audio = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut manifest = String::from("file,bytes,sha256\r\n");
    for call in &wanted.recordings {
        let file = format!("{call}.wav");
        let bytes = marked(shelf, *call, wanted)?;
        manifest.push_str(&format!("{file},{},{}\r\n", bytes.len(), hex(&Sha256::digest(&bytes))));
        zip.start_file(&file, audio)?;
        zip.write_all(&bytes)?;
    }
    for (name, text) in [("manifest.csv", manifest), ("README.txt", readme(wanted))] {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    let writer: StreamWriter<Pieces> = zip.finish()?;
    writer.into_inner().flush()
}

/// A recording as WAV that says in itself who took it, when and why.
fn marked(shelf: &Shelf, call: CallId, wanted: &ExportWanted) -> io::Result<Vec<u8>> {
    let audio =
        shelf.audio(call, AudioForm::Wav).map_err(|refused| io::Error::other(format!("{call}: {refused:?}")))?;
    let ExportWanted { by, reason, at, .. } = wanted;
    let approved = wanted.approved_by.as_ref().map(|name| format!("; approved by {name}")).unwrap_or_default();
    let remark = format!("Belltower call {call}; exported by {by} at {}{approved}; reason: {reason}", rfc3339(*at));
    with_comment(audio.bytes.to_vec(), &remark).ok_or_else(|| io::Error::other(format!("{call} is too long")))
}

fn readme(wanted: &ExportWanted) -> String {
    let ExportWanted { recordings, by, approved_by, reason, at } = wanted;
    let (count, at) = (recordings.len(), rfc3339(*at));
    let approved = approved_by.as_ref().map(|name| format!("审批人 / approved {name}\n")).unwrap_or_default();
    format!(
        "钟楼 Belltower：录音导出 / exported recordings\n\n\
         导出人 / by      {by}\n{approved}时间 / at        {at}\n原因 / reason    {reason}\n录音 / count     {count}\n\n\
         每个文件内都注明了导出人、时间和原因；manifest.csv 列出每个文件的 SHA-256。左声道是客户说的，右声道是客户听到的。\n\
         导出已记入审计日志。请按规定保管，用毕删除。\n\n\
         Each file says in itself who exported it, when and why; manifest.csv has the SHA-256 of each. Left is what the \
         customer says, right what he hears.\nThe export stands in the audit log. Keep it as the rules say, and delete it \
         when it is not needed any more.\n"
    )
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn too_many(count: usize, max: usize) -> Refused {
    Refused::Business(Business {
        code: "export_too_many",
        detail: format!("{count} recordings are asked for, at most {max} are exported at a time: choose fewer"),
        detail_zh: format!("一次最多导出 {max} 个录音，您选了 {count} 个：请减少选择"),
    })
}

fn too_large(bytes: u64, max: u64) -> Refused {
    let (size, max) = (bytes >> 20, max >> 20);
    Refused::Business(Business {
        code: "export_too_large",
        detail: format!("these recordings have {size} MiB, at most {max} MiB are exported at a time: choose fewer"),
        detail_zh: format!("所选录音共 {size} MiB，一次最多导出 {max} MiB：请减少选择"),
    })
}

/// Collects what is written, and hands it on in pieces. Whoever takes it too slowly makes it wait.
struct Pieces {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    waiting: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(octets);
        if self.waiting.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.waiting, Vec::with_capacity(PIECE_BYTES)));
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
