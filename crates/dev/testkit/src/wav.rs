//! WAV files of 16 bit PCM.

use std::fs;
use std::path::Path;

use crate::audio::{RATE, Sound};
use crate::error::KitError;

/// Reads a WAV file of 16 bit PCM, one [`Sound`] per channel. A rate of 16, 24, ... kHz is brought down to 8 kHz by
/// averaging, which is good enough for tones of 1 kHz and less. A file that is still being written (its header
/// has no length yet) is read as far as it goes.
pub fn read_wav(path: &Path) -> Result<Vec<Sound>, KitError> {
    let bytes = fs::read(path).map_err(KitError::io(format!("read {}", path.display())))?;
    parse(&bytes).ok_or_else(|| KitError::malformed("16 bit WAV file", path.display().to_string()))
}

/// Writes a sound as an 8 kHz 16 bit mono WAV file.
pub fn write_wav(path: &Path, sound: &Sound) -> Result<(), KitError> {
    let data: Vec<u8> = sound.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let data_len = u32::try_from(data.len()).map_err(|_| KitError::malformed("sound", "longer than a WAV file"))?;
    let mut bytes = Vec::with_capacity(44 + data.len());
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(data_len + 36).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * 2).to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&data_len.to_le_bytes());
    bytes.extend_from_slice(&data);
    fs::write(path, bytes).map_err(KitError::io(format!("write {}", path.display())))
}

fn parse(bytes: &[u8]) -> Option<Vec<Sound>> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WAVE" {
        return None;
    }
    let (mut rest, mut channels, mut factor) = (&bytes[12..], 0, 1);
    loop {
        let (id, len) = (rest.get(..4)?, u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize);
        rest = &rest[8..];
        match id {
            b"fmt " => {
                let word = |at: usize| Some(u16::from_le_bytes(rest.get(at..at + 2)?.try_into().ok()?));
                let rate = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?);
                if (word(0)?, rate % RATE, word(14)?) != (1, 0, 16) || rate == 0 {
                    return None;
                }
                factor = (rate / RATE) as usize;
                channels = usize::from(word(2)?);
            }
            b"data" if channels > 0 => {
                let known = if len == 0 { rest.len() } else { len.min(rest.len()) };
                return Some(split(&rest[..known], channels, factor));
            }
            _ => {}
        }
        rest = rest.get(len + len % 2..)?;
    }
}

/// Sorts samples by channel and averages every `factor` of them.
fn split(data: &[u8], channels: usize, factor: usize) -> Vec<Sound> {
    let channel = |channel: usize| {
        let bytes = data.chunks_exact(2).skip(channel).step_by(channels);
        let samples: Vec<i32> = bytes.map(|sample| i32::from(i16::from_le_bytes([sample[0], sample[1]]))).collect();
        let averages = samples.chunks_exact(factor).map(|group| group.iter().sum::<i32>() / factor as i32);
        Sound { samples: averages.map(|sample| sample as i16).collect() }
    };
    (0..channels).map(channel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tone.wav");
        let sound = Sound { samples: vec![0, 1, -1, i16::MAX, i16::MIN] };
        write_wav(&path, &sound).unwrap();
        assert_eq!(read_wav(&path).unwrap(), std::slice::from_ref(&sound));

        // A writer that has not closed the file yet has left the length at nought.
        let mut bytes = fs::read(&path).unwrap();
        bytes[40..44].fill(0);
        assert_eq!(parse(&bytes), Some(vec![sound]));
        assert_eq!(parse(&bytes[..20]), None);

        // The same bytes as two channels, and as twice the rate.
        let mut stereo = bytes.clone();
        stereo[22] = 2;
        assert_eq!(parse(&stereo).unwrap()[1].samples, [1, i16::MAX]);
        bytes[24..28].copy_from_slice(&16_000u32.to_le_bytes());
        assert_eq!(parse(&bytes).unwrap()[0].samples, [0, i16::MAX / 2]);
    }
}
