//! Opus on the way to a browser and back (RFC 7587), G.711 towards everybody else.
//!
//! At 8 kHz, for nobody behind a trunk hears more. What is lost on the way here is made good by the packet after it: where
//! both sides speak redundant audio (RFC 2198) that says all of it again, else perhaps something like it (forward error
//! correction); what nobody says again is concealed. What we send is said twice while the other side reports loss.

use std::time::Duration;

use bell_media::codec::{Decoder as G711Decoder, Encoder as G711Encoder};
use bell_media::jitter::{Got, JitterBuffer};
use bell_media::rtcp::{ReportBlock, SenderInfo};
use bell_media::rtp::red::{self, Block};
use bell_media::rtp::{Header, Receiver};
use bell_types::{Codec, Mono};
use opusic_c::{Application, Bitrate, Channels, Decoder, Encoder, ErrorCode, InbandFec, SampleRate};

use crate::OpusConfig;

/// Opus counts time at 48 kHz whatever it holds (RFC 7587 §4.1): so many of its ticks are one of G.711.
const TICKS: i64 = 6;

/// Ticks of G.711 in a second.
const CLOCK_HZ: u32 = 8000;

/// The source of what was Opus, towards our own legs.
const SOURCE: u32 = 1;

/// Samples of a packet of 20 ms.
const FRAME: usize = 160;

/// The time of a packet.
const FRAME_TIME: Duration = Duration::from_millis(20);

/// The longest packet that we take: 60 ms.
const FRAME_MAX: usize = 480;

/// The longest packet of 20 ms at our bit rate, with room.
const PACKET_LEN_MAX: usize = 400;

/// How many packet times are made up for when we were held up; beyond that they are left out.
const LATE_MAX: u32 = 10;

/// A packet says nothing again that lies further back than so many packets.
const AGAIN_MAX: u32 = 4;

/// For so many packets after one was missing the next one is waited for.
const LOSS_REMEMBERED: u32 = 500;

/// More loss than this is not prepared for: the speech itself would suffer.
const LOSS_PERCENT_MAX: u8 = 30;

/// What comes from a browser.
pub(super) struct Listening {
    buffer: JitterBuffer,
    decoder: Decoder,
    encoder: G711Encoder,
    payload_type: u8,
    timestamps: Extended,
    /// Counts what was lost, before it is made good.
    receiver: Receiver,
    /// When the next packet is due, once the first has come.
    next: Option<Mono>,
    seq: u16,
    timestamp: u32,
    samples: [u16; FRAME_MAX],
    voiced: Vec<i16>,
    /// Packets that were played since one was missing.
    whole: u32,
    /// What became of packet times since the last report.
    made: Made,
}

/// What packet times were made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    /// Of the packet itself.
    pub(super) whole: u32,
    /// Of what the packet behind it says of it.
    pub(super) corrected: u32,
    /// Of nothing: the decoder went on as before.
    pub(super) concealed: u32,
}

/// What goes to a browser.
pub(super) struct Speaking {
    decoder: G711Decoder,
    encoder: Encoder,
    timestamps: Extended,
    /// What is no whole packet yet, and the time of its first sample.
    samples: Vec<i16>,
    begins: i64,
    seq: u16,
    loss_percent: u8,
    /// What was said last, to be said again, and when.
    last: Vec<u8>,
    last_at: u32,
}

/// The payload types that were agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Types {
    /// Of Opus.
    pub(super) opus: u8,
    /// Of Opus that is said twice, if both sides know that.
    pub(super) redundant: Option<u8>,
}

/// Timestamps without their wrap.
#[derive(Clone, Copy, Debug, Default)]
struct Extended(Option<i64>);

impl Extended {
    fn of(&mut self, timestamp: u32) -> i64 {
        let whole = match self.0 {
            None => i64::from(timestamp),
            Some(last) => last + i64::from(timestamp.wrapping_sub(last as u32) as i32),
        };
        self.0 = Some(whole);
        whole
    }
}

impl Listening {
    /// For legs that hear this law of G.711.
    pub(super) fn new(config: &OpusConfig, law: Codec) -> Result<Self, ErrorCode> {
        Ok(Self {
            buffer: JitterBuffer::new(config.jitter),
            decoder: Decoder::new(Channels::Mono, SampleRate::Hz8000)?,
            encoder: G711Encoder::new(law),
            payload_type: law.static_payload_type(),
            timestamps: Extended::default(),
            receiver: Receiver::new(CLOCK_HZ),
            next: None,
            seq: 0,
            timestamp: 0,
            samples: [0; FRAME_MAX],
            voiced: Vec::with_capacity(FRAME_MAX),
            whole: LOSS_REMEMBERED,
            made: Made::default(),
        })
    }

    /// When [`pull`](Self::pull) is due.
    pub(super) const fn due(&self) -> Option<Mono> {
        self.next
    }

    /// Takes a packet of one of these types.
    pub(super) fn put(&mut self, now: Mono, types: Types, header: &Header, payload: &[u8]) {
        let timestamp = (self.timestamps.of(header.timestamp) / TICKS) as u32;
        let header = Header { timestamp, ..*header };
        self.receiver.receive(now, &header);
        self.next.get_or_insert(now);
        if types.redundant != Some(header.payload_type) {
            return self.put_one(now, &header, payload);
        }
        // What is no such payload is a packet without anything in it.
        let Ok(blocks) = red::blocks(payload) else { return };
        for Block { distance, payload, .. } in blocks.filter(|block| block.payload_type == types.opus) {
            self.put_again(now, &header, distance / TICKS as u32, payload);
        }
    }

    /// Takes what a packet says of the time so many ticks before it: that of the packet which was that far before it, where
    /// all are of one length.
    fn put_again(&mut self, now: Mono, header: &Header, distance: u32, payload: &[u8]) {
        let Ok(ticks @ 1..) = self.decoder.get_nb_samples(payload) else { return };
        let (before, rest) = (distance / ticks as u32, distance % ticks as u32);
        if rest == 0 && before <= AGAIN_MAX {
            let (seq, timestamp) = (header.seq.wrapping_sub(before as u16), header.timestamp.wrapping_sub(distance));
            self.put_one(now, &Header { seq, timestamp, ..*header }, payload);
        }
    }

    fn put_one(&mut self, now: Mono, header: &Header, payload: &[u8]) {
        let ticks = self.decoder.get_nb_samples(payload).unwrap_or(FRAME) as u32;
        // What is there already, or has had its turn, stays as it is.
        self.buffer.put_lasting(now, header, payload, ticks);
    }

    /// So many of 1000 packet times since the last time that had to be made up from nothing; none if nothing came.
    pub(super) fn take_concealed_permille(&mut self) -> Option<u16> {
        let Made { whole, corrected, concealed } = std::mem::take(&mut self.made);
        let all = whole + corrected + concealed;
        let permille = (u64::from(concealed) * 1000).checked_div(u64::from(all))?;
        u16::try_from(permille).ok()
    }

    /// What is known of the stream as it came, once something has.
    pub(super) fn receiver(&mut self) -> Option<&mut Receiver> {
        self.next.is_some().then_some(&mut self.receiver)
    }

    /// What is said about the stream as it came, by its own clock.
    pub(super) fn translate(&self, block: &mut ReportBlock) {
        if self.next.is_some() {
            block.jitter = block.jitter.saturating_mul(TICKS as u32);
        }
    }

    /// Puts a packet of another kind into the line of those that are [pulled](Self::pull): a key that is pressed.
    pub(super) fn enter(&mut self, header: &mut Header) {
        if self.next.is_some() {
            self.seq = self.seq.wrapping_add(1);
            (header.seq, header.ssrc) = (self.seq, SOURCE);
        }
    }

    /// Gives what is due as packets of G.711; nothing while the other side pauses.
    pub(super) fn pull(&mut self, now: Mono, mut packet: impl FnMut(Header, &[u8])) {
        let mut payload = Vec::with_capacity(FRAME_MAX);
        while let Some(next) = self.next.filter(|next| *next <= now) {
            let late = now - next > FRAME_TIME * LATE_MAX;
            self.next = Some(if late { now } else { next + FRAME_TIME });
            let sounds = self.decode(now);
            self.timestamp = self.timestamp.wrapping_add(FRAME as u32);
            if !sounds {
                continue;
            }
            payload.clear();
            self.encoder.encode(&self.voiced, &mut payload);
            self.seq = self.seq.wrapping_add(1);
            let (seq, timestamp, payload_type) = (self.seq, self.timestamp, self.payload_type);
            packet(Header { marker: false, payload_type, seq, timestamp, ssrc: SOURCE }, &payload);
        }
    }

    /// The sound of the next packet time. False if there is none.
    fn decode(&mut self, now: Mono) -> bool {
        let decoded = match self.buffer.get(now) {
            Got::Silence => return false,
            Got::Frame(payload) => {
                self.made.whole += 1;
                self.whole = self.whole.saturating_add(1);
                self.decoder.decode_to_slice(payload, &mut self.samples, false)
            }
            Got::Conceal(ticks) => {
                self.whole = 0;
                let missing = &mut self.samples[..(ticks as usize).clamp(1, FRAME_MAX)];
                // What follows may hold what is missing; if it does not, the decoder conceals.
                match self.buffer.peek() {
                    Some(payload) => {
                        self.made.corrected += 1;
                        self.decoder.decode_to_slice(payload, missing, true)
                    }
                    None => {
                        self.made.concealed += 1;
                        self.decoder.decode_to_slice(&[], missing, false)
                    }
                }
            }
        };
        let ahead = if self.whole < LOSS_REMEMBERED { FRAME_TIME } else { Duration::ZERO };
        self.buffer.look_ahead(ahead);
        self.voiced.clear();
        // A packet that is none is as good as lost.
        let count = decoded.unwrap_or(0).min(FRAME_MAX);
        self.voiced.extend(self.samples[..count].iter().map(|sample| sample.cast_signed()));
        count > 0
    }
}

impl Speaking {
    /// From legs that speak this law of G.711.
    pub(super) fn new(config: &OpusConfig, law: Codec) -> Result<Self, ErrorCode> {
        let mut encoder = Encoder::new(Channels::Mono, SampleRate::Hz8000, Application::Voip)?;
        encoder.set_bitrate(Bitrate::Value(config.bitrate))?;
        encoder.set_complexity(config.complexity)?;
        encoder.set_inband_fec(InbandFec::Mode1)?;
        Ok(Self {
            decoder: G711Decoder::new(law),
            encoder,
            timestamps: Extended::default(),
            samples: Vec::with_capacity(FRAME_MAX),
            begins: 0,
            seq: 0,
            loss_percent: 0,
            last: Vec::with_capacity(PACKET_LEN_MAX),
            last_at: 0,
        })
    }

    /// The other side misses so many of 1000 packets: so much of each is said twice. It follows at once when it grows
    /// worse, and slowly when it grows better.
    pub(super) fn is_heard_with_loss(&mut self, permille: u16) {
        let reported = u8::try_from(permille.div_ceil(10)).unwrap_or(u8::MAX).min(LOSS_PERCENT_MAX);
        self.loss_percent = reported.max(self.loss_percent.saturating_sub(1));
        // It takes every percentage.
        let _ = self.encoder.set_packet_loss(self.loss_percent);
    }

    /// Takes a packet of G.711, and gives what is complete as packets of Opus.
    pub(super) fn take(
        &mut self,
        types: Types,
        header: &Header,
        payload: &[u8],
        mut packet: impl FnMut(Header, &[u8]),
    ) {
        let at = self.timestamps.of(header.timestamp);
        let expected = self.begins + self.samples.len() as i64;
        if at != expected {
            // Nothing is to be said between the two; what is left of the one before is too short to be missed.
            self.samples.clear();
            self.begins = at;
        }
        self.decoder.decode(payload, &mut self.samples);
        let mut encoded = [0; PACKET_LEN_MAX];
        while self.samples.len() >= FRAME {
            let frame: [u16; FRAME] = std::array::from_fn(|place| self.samples[place].cast_unsigned());
            self.samples.drain(..FRAME);
            let timestamp = (self.begins * TICKS) as u32;
            self.begins += FRAME as i64;
            self.seq = self.seq.wrapping_add(1);
            let Ok(len) = self.encoder.encode_to_slice(&frame, &mut encoded) else { continue };
            self.say(types, Header { seq: self.seq, timestamp, ..*header }, &encoded[..len], &mut packet);
        }
    }

    /// What is said about the stream of G.711, by the clock of Opus.
    pub(super) fn translate(&mut self, sent: &mut SenderInfo) {
        sent.rtp_timestamp = (self.timestamps.of(sent.rtp_timestamp) * TICKS) as u32;
    }

    /// Gives a packet, with what was said before it if that is missed.
    fn say(&mut self, types: Types, header: Header, encoded: &[u8], packet: &mut impl FnMut(Header, &[u8])) {
        match types.redundant.filter(|_| self.loss_percent > 0) {
            Some(payload_type) => {
                let distance = header.timestamp.wrapping_sub(self.last_at);
                let before = Block { payload_type: types.opus, distance, payload: &self.last };
                let mut payload = Vec::with_capacity(2 * PACKET_LEN_MAX);
                red::write((!self.last.is_empty()).then_some(before), types.opus, encoded, &mut payload);
                packet(Header { payload_type, ..header }, &payload);
            }
            None => packet(Header { payload_type: types.opus, ..header }, encoded),
        }
        self.last.clear();
        self.last.extend_from_slice(encoded);
        self.last_at = header.timestamp;
    }
}

#[cfg(test)]
mod tests {
    use bell_media::tone::{self, Generator};

    use super::*;
    use crate::WebrtcConfig;

    fn config() -> OpusConfig {
        WebrtcConfig::standard(Vec::new()).opus
    }

    /// Numbers that only have to differ.
    fn dice(state: &mut u64) -> u64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *state >> 33
    }

    const PLAIN: Types = Types { opus: 111, redundant: None };
    const TWICE: Types = Types { opus: 111, redundant: Some(63) };

    /// How a tone of -12 dBov came through: in each packet time that sounds, how loud all of it is and how loud the tone.
    struct Through {
        levels: Vec<(f64, f64)>,
        made: Made,
        delay: Duration,
    }

    impl Through {
        /// So many of 1000 packet times, after the first second, in which the tone is not as loud as it was.
        fn marred_permille(&self) -> usize {
            let settled = &self.levels[50..];
            let marred = settled.iter().filter(|(_, tone)| !(-15.0..-9.0).contains(tone)).count();
            marred * 1000 / settled.len()
        }

        /// So many of 1000 in which there is next to nothing.
        fn quiet_permille(&self) -> usize {
            let settled = &self.levels[50..];
            settled.iter().filter(|(all, _)| *all < -27.0).count() * 1000 / settled.len()
        }
    }

    /// A minute of a tone through both, with so many of 1000 packets lost, and the others up to so late.
    fn through(types: Types, loss_permille: u64, jitter_ms: u64) -> Through {
        let mut speaking = Speaking::new(&config(), Codec::Pcma).unwrap();
        speaking.is_heard_with_loss(loss_permille as u16);
        let mut listening = Listening::new(&config(), Codec::Pcma).unwrap();
        let mut tone = Generator::sine(440.0, -12.0, 8000);
        let mut encoder = G711Encoder::new(Codec::Pcma);
        let (mut samples, mut payload, mut state) = (Vec::new(), Vec::new(), 7);
        let mut under_way: Vec<(u64, Header, Vec<u8>)> = Vec::new();
        for number in 0..3000_u64 {
            samples.clear();
            payload.clear();
            tone.write(FRAME, &mut samples);
            encoder.encode(&samples, &mut payload);
            // The timestamps wrap on the way.
            let timestamp = (u32::MAX - 20_000).wrapping_add(number as u32 * FRAME as u32);
            let header = Header { marker: false, payload_type: 8, seq: number as u16, timestamp, ssrc: 1 };
            speaking.take(types, &header, &payload, |header, payload| {
                let lost = dice(&mut state) % 1000 < loss_permille;
                let late = dice(&mut state) % (jitter_ms + 1);
                if !lost {
                    under_way.push((number * 20 + late, header, payload.to_vec()));
                }
            });
        }
        under_way.sort_by_key(|(at, ..)| *at);
        let mut sound = Vec::new();
        let mut decoder = G711Decoder::new(Codec::Pcma);
        let mut waiting = under_way.into_iter().peekable();
        for millis in 0..60_000 {
            let now = Mono::from_micros(millis * 1000);
            while let Some((_, header, payload)) = waiting.next_if(|(at, ..)| *at <= millis) {
                listening.put(now, types, &header, &payload);
            }
            listening.pull(now, |_, payload| decoder.decode(payload, &mut sound));
        }
        assert!(sound.len() > 470_000, "{}", sound.len());
        let level = |part: &[i16]| {
            let power =
                part.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum::<f64>() / part.len() as f64;
            10.0 * power.max(1e-12).log10()
        };
        let levels = sound.chunks_exact(FRAME).map(|part| (level(part), tone::level_of(part, 440.0, 8000))).collect();
        Through { levels, made: listening.made, delay: listening.buffer.delay() }
    }

    #[test]
    fn a_tone_comes_through_unharmed() {
        for types in [PLAIN, TWICE] {
            let through = through(types, 0, 0);
            assert_eq!((through.marred_permille(), through.made.concealed), (0, 0));
            assert!(through.delay <= Duration::from_millis(20), "{:?}", through.delay);
        }
    }

    /// TEL-16: with 10 % of the packets lost and 60 ms of jitter, what is said twice comes through as if nothing was.
    #[test]
    fn tel_16_a_tenth_lost_and_sixty_milliseconds_of_jitter_are_not_heard() {
        let through = through(TWICE, 100, 60);
        assert!(through.marred_permille() < 60, "{} {:?}", through.marred_permille(), through.made);
        assert!(through.quiet_permille() < 5, "{} {:?}", through.quiet_permille(), through.made);
        assert!(through.delay < Duration::from_millis(120), "{:?}", through.delay);
    }

    /// TEL-16: where a browser cannot say it twice, nothing falls silent, though it sounds worse.
    #[test]
    fn tel_16_without_redundancy_speech_goes_on() {
        let through = through(PLAIN, 100, 60);
        assert!(through.made.concealed * 2 < through.made.corrected, "{:?}", through.made);
        assert!(through.quiet_permille() < 50, "{} {:?}", through.quiet_permille(), through.made);
    }

    #[test]
    fn packets_of_any_length_become_twenty_milliseconds() {
        let mut speaking = Speaking::new(&config(), Codec::Pcmu).unwrap();
        let mut times = Vec::new();
        for number in 0..8_u32 {
            let header =
                Header { marker: false, payload_type: 0, seq: number as u16, timestamp: 1000 + number * 80, ssrc: 1 };
            speaking.take(PLAIN, &header, &[0xFF; 80], |header, _| times.push(header.timestamp));
        }
        assert_eq!(times, [6000, 6960, 7920, 8880]);
    }
}
