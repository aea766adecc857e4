//! Stereo as Opus packets in an Ogg file, encoded by the system's libopus. Only for listening: no call waits for it.

use bell_media::ogg::{CLOCK_HZ, OpusFile, OpusHead};
use opusic_c::{Application, Bitrate, Channels, Encoder, ErrorCode, SampleRate};

use super::export::ExportError;

/// Packets in a second: 20 ms each.
const PACKETS_HZ: u32 = 50;
/// The longest packet of 20 ms (RFC 6716 §3.2.1), with room.
const PACKET_LEN_MAX: usize = 1500;
/// How hard the encoder tries, of 10: more costs time, and telephone speech gains nothing by it.
const COMPLEXITY: u8 = 5;

/// A file that is being encoded.
pub(super) struct Stream {
    encoder: Encoder,
    file: OpusFile,
    /// Samples of one packet, both sides.
    packet_len: usize,
    /// What is not a whole packet yet.
    rest: Vec<u16>,
    /// Samples of one side that were taken.
    taken: u64,
    /// How many of the clock's ticks a sample takes.
    ticks: u64,
    /// What the encoder still owes after the last sample, in samples of one side.
    look_ahead: usize,
}

impl Stream {
    pub(super) fn begin(rate_hz: u32, bitrate: u32, out: &mut Vec<u8>) -> Result<Self, ExportError> {
        let rate = match rate_hz {
            8000 => SampleRate::Hz8000,
            16_000 => SampleRate::Hz16000,
            24_000 => SampleRate::Hz24000,
            48_000 => SampleRate::Hz48000,
            _ => return Err(ExportError::Opus("it does not know this sample rate")),
        };
        // Not `Voip`: that guesses one side from the other, and each party is heard faintly on the wrong side.
        let mut encoder = Encoder::new(Channels::Stereo, rate, Application::Audio).map_err(failed)?;
        encoder.set_bitrate(Bitrate::Value(bitrate)).map_err(failed)?;
        encoder.set_vbr(true).map_err(failed)?;
        encoder.set_complexity(COMPLEXITY).map_err(failed)?;
        let look_ahead = encoder.get_look_ahead().map_err(failed)?;
        let ticks = CLOCK_HZ / (rate as u32);
        let pre_skip = u16::try_from(look_ahead * ticks).map_err(|_| ExportError::Opus("its delay is too long"))?;
        Ok(Self {
            encoder,
            file: OpusFile::begin(OpusHead { channels: 2, pre_skip, rate_hz: rate as u32 }, out),
            packet_len: (rate as u32 / PACKETS_HZ) as usize * 2,
            rest: Vec::new(),
            taken: 0,
            ticks: u64::from(ticks),
            look_ahead: look_ahead as usize,
        })
    }

    /// Encodes more samples: left, right, left, right.
    pub(super) fn take(&mut self, samples: &[i16], out: &mut Vec<u8>) -> Result<(), ExportError> {
        self.taken += samples.len() as u64 / 2;
        // The encoder's bindings take the same sixteen bits without their sign.
        self.rest.extend(samples.iter().map(|sample| sample.cast_unsigned()));
        let whole = self.rest.len() / self.packet_len * self.packet_len;
        for packet in self.rest[..whole].chunks_exact(self.packet_len) {
            encode(&mut self.encoder, &mut self.file, packet, out)?;
        }
        self.rest.drain(..whole);
        Ok(())
    }

    /// Encodes the rest and what the encoder still owes, and ends the file.
    pub(super) fn finish(mut self, out: &mut Vec<u8>) -> Result<(), ExportError> {
        let owed = self.rest.len() + self.look_ahead * 2;
        self.rest.resize(owed.next_multiple_of(self.packet_len), 0);
        for packet in self.rest.chunks_exact(self.packet_len) {
            encode(&mut self.encoder, &mut self.file, packet, out)?;
        }
        self.file.finish(self.taken * self.ticks, out);
        Ok(())
    }
}

fn encode(encoder: &mut Encoder, file: &mut OpusFile, packet: &[u16], out: &mut Vec<u8>) -> Result<(), ExportError> {
    let mut encoded = [0; PACKET_LEN_MAX];
    let len = encoder.encode_to_slice(packet, &mut encoded).map_err(failed)?;
    file.packet(&encoded[..len], CLOCK_HZ / PACKETS_HZ, out);
    Ok(())
}

fn failed(error: ErrorCode) -> ExportError {
    ExportError::Opus(error.message())
}
