//! The jitter buffer: packets go in as they come, and come out in order and in time. Used only where we decode; what
//! is relayed passes as it comes.
//!
//! Each packet has a transit: its arrival less its timestamp. The smallest transit seen is the undisturbed one, what
//! others have beyond it is jitter, and the delay aimed at is the largest recent jitter between the limits of the
//! configuration; longer, where a decoder makes good what is missing from the packet behind it and has to have that. The delay grows where a packet is missing anyway, and shrinks by leaving one out. A sender whose
//! clock drifts moves the smallest transit, and is followed the same way.

use std::time::Duration;

use bell_types::Mono;

use crate::rtp::{DROPOUT_MAX, Header};

/// Ticks per second of the codecs we decode; a packet lasts one tick per octet (RFC 3551 §4.5).
const CLOCK_HZ: i64 = 8000;

/// The part by which the largest jitter decays, and the smallest transit rises, with each packet: a spike is forgotten
/// in about three seconds, and a clock that is off by 0.1 % is followed.
const DECAY: i64 = 128;
const RISE_US: i64 = 20;

/// What a jitter buffer obeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JitterConfig {
    /// The shortest delay between a packet's arrival and its playing.
    pub delay_min: Duration,
    /// The longest delay aimed at.
    pub delay_max: Duration,
    /// How many packets may wait; more push the oldest out.
    pub packets_max: usize,
    /// How large a payload may be, in octets; larger ones are refused.
    pub payload_max: usize,
    /// After so many concealed packets in a row the stream is silent until the next packet.
    pub conceal_max: u32,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It waits for its turn.
    Stored,
    /// Its turn is over.
    Late,
    /// It is there already.
    Duplicate,
    /// Its payload is larger than allowed, or empty.
    Refused,
}

/// What to play next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got<'a> {
    /// This payload.
    Frame(&'a [u8]),
    /// Something in place of a packet that is missing, as long as so many ticks.
    Conceal(u32),
    /// Nothing is due: before the first packet, or in a pause.
    Silence,
}

/// The jitter buffer of one stream.
#[derive(Clone, Debug)]
pub struct JitterBuffer {
    config: JitterConfig,
    /// Slot `seq % len` holds the packet of that extended sequence number.
    slots: Vec<Slot>,
    waiting: usize,
    /// How much longer packets wait than their jitter asks for, in microseconds.
    ahead: i64,
    stream: Option<Stream>,
}

#[derive(Clone, Debug, Default)]
struct Slot {
    taken: Option<Taken>,
    payload: Vec<u8>,
}

/// What a taken slot holds besides its payload.
#[derive(Clone, Copy, Debug)]
struct Taken {
    seq: i64,
    timestamp: i64,
    /// How long it lasts.
    ticks: u32,
}

/// What is known of the stream. Times are in microseconds, sequence numbers and timestamps extended.
#[derive(Clone, Copy, Debug)]
struct Stream {
    ssrc: u32,
    highest: i64,
    highest_timestamp: i64,
    /// The sequence number and timestamp that are to be played next.
    next: i64,
    next_timestamp: i64,
    /// What lies below this has had its turn.
    floor: i64,
    /// The ticks of the last packet.
    ticks: u32,
    transit_min: i64,
    jitter: i64,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing plays: the next packet waits until it is due.
    Waiting,
    Playing,
    /// So many packets in a row were made up.
    Concealing(u32),
}

/// What stands next in line.
enum Line {
    Packet(usize, Taken),
    /// Missing, and a later packet is there.
    Missing,
    Empty,
}

impl JitterBuffer {
    /// An empty buffer.
    pub fn new(config: JitterConfig) -> Self {
        Self { config, slots: vec![Slot::default(); config.packets_max.max(1)], waiting: 0, ahead: 0, stream: None }
    }

    /// Takes a packet that arrived at `now`, of a codec that has one octet per tick.
    pub fn put(&mut self, now: Mono, header: &Header, payload: &[u8]) -> Put {
        self.put_lasting(now, header, payload, payload.len() as u32)
    }

    /// Takes a packet that arrived at `now` and lasts so many ticks, of any codec whose timestamps are brought to our
    /// clock.
    pub fn put_lasting(&mut self, now: Mono, header: &Header, payload: &[u8], ticks: u32) -> Put {
        if payload.is_empty() || payload.len() > self.config.payload_max {
            return Put::Refused;
        }
        let (seq, timestamp) = self.enter(now, header, ticks);
        let put = self.store(seq, timestamp, payload, ticks);
        if put == Put::Stored {
            self.measure(now, timestamp);
        }
        put
    }

    /// Takes note of a packet of the same stream that is not audio (a telephone-event): it is not missing, and while
    /// it lasts nothing is due.
    pub fn pass(&mut self, now: Mono, header: &Header) {
        let (seq, timestamp) = self.enter(now, header, 0);
        self.store(seq, timestamp, &[], 0);
    }

    /// What to play at `now`, to be called once per packet time.
    pub fn get(&mut self, now: Mono) -> Got<'_> {
        // Each turn passes over one slot, so it ends with the slots.
        for _ in 0..=self.slots.len() {
            let Some(stream) = self.stream else {
                return Got::Silence;
            };
            let line = self.line(&stream);
            let timestamp = match line {
                Line::Packet(_, taken) => taken.timestamp,
                Line::Missing | Line::Empty => stream.next_timestamp,
            };
            let lateness = transit(now, timestamp) - stream.transit_min - self.delay_us(&stream);
            let frame_us = micros(i64::from(stream.ticks));
            match line {
                Line::Packet(slot, taken) if self.slots[slot].payload.is_empty() => {
                    self.pass_over(slot, taken, Phase::Waiting);
                }
                Line::Packet(_, taken) if lateness < 0 && stream.begins_with(taken) => return Got::Silence,
                // More than two packets too late against the aim: one is left out.
                Line::Packet(slot, taken) if lateness > 2 * frame_us && self.waiting > 1 => {
                    self.pass_over(slot, taken, stream.phase);
                }
                Line::Packet(slot, taken) => {
                    self.pass_over(slot, taken, Phase::Playing);
                    return Got::Frame(&self.slots[slot].payload);
                }
                Line::Missing if lateness >= frame_us / 2 => self.skip(),
                Line::Missing => {
                    // Played early against the aim, the stream is stretched; otherwise the packet is given up.
                    if lateness >= -frame_us / 2 {
                        self.skip();
                    }
                    return self.conceal();
                }
                Line::Empty => return self.conceal(),
            }
        }
        Got::Silence
    }

    /// The packet that stands next in line, if it is there: after a [`Got::Conceal`] the one behind what is missing, in
    /// which some codecs say again what was in the one before. None if the stream is only being stretched.
    pub fn peek(&self) -> Option<&[u8]> {
        match self.line(self.stream.as_ref()?) {
            Line::Packet(slot, _) => {
                Some(&self.slots[slot].payload).filter(|payload| !payload.is_empty()).map(Vec::as_slice)
            }
            Line::Missing | Line::Empty => None,
        }
    }

    /// From now on packets wait so much longer than their jitter asks for, within the limits: for a decoder that looks at
    /// what comes [next](Self::peek).
    pub const fn look_ahead(&mut self, by: Duration) {
        self.ahead = by.as_micros() as i64;
    }

    /// Forgets the stream and what waits.
    pub fn clear(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.taken = None);
        self.waiting = 0;
        self.stream = None;
    }

    /// The delay that is aimed at.
    pub fn delay(&self) -> Duration {
        let micros = self.stream.as_ref().map_or(0, |stream| self.delay_us(stream));
        self.config.delay_min.max(Duration::from_micros(micros as u64))
    }

    /// How many packets wait.
    pub const fn waiting(&self) -> usize {
        self.waiting
    }

    /// The extended numbers of a packet. A new source, or numbers far away, empty the buffer.
    fn enter(&mut self, now: Mono, header: &Header, ticks: u32) -> (i64, i64) {
        if let Some(stream) = &mut self.stream
            && stream.ssrc == header.ssrc
        {
            let seq = stream.highest + i64::from(header.seq.wrapping_sub(stream.highest as u16) as i16);
            let apart = header.timestamp.wrapping_sub(stream.highest_timestamp as u32) as i32;
            if (seq - stream.highest).abs() <= i64::from(DROPOUT_MAX) {
                if ticks > 0 {
                    stream.ticks = ticks;
                }
                let timestamp = stream.highest_timestamp + i64::from(apart);
                if seq > stream.highest {
                    (stream.highest, stream.highest_timestamp) = (seq, timestamp);
                }
                return (seq, timestamp);
            }
        }
        self.begin(now, header, ticks)
    }

    fn begin(&mut self, now: Mono, header: &Header, ticks: u32) -> (i64, i64) {
        self.clear();
        // Room below for packets that the first one overtook.
        let seq = i64::from(header.seq) + (1 << 16);
        let timestamp = i64::from(header.timestamp) + (1 << 32);
        self.stream = Some(Stream {
            ssrc: header.ssrc,
            highest: seq,
            highest_timestamp: timestamp,
            next: seq,
            next_timestamp: timestamp,
            floor: i64::MIN,
            ticks: ticks.max(1),
            transit_min: transit(now, timestamp),
            jitter: 0,
            phase: Phase::Waiting,
        });
        (seq, timestamp)
    }

    fn store(&mut self, seq: i64, timestamp: i64, payload: &[u8], ticks: u32) -> Put {
        let length = self.slots.len() as i64;
        let Some(stream) = &mut self.stream else {
            return Put::Refused;
        };
        if seq < stream.next {
            // While nothing plays, an overtaken packet may still come first.
            let may_come_first = stream.phase == Phase::Waiting && seq >= stream.floor;
            if !may_come_first || stream.highest - seq >= length {
                return Put::Late;
            }
            (stream.next, stream.next_timestamp) = (seq, timestamp);
        }
        let phase = stream.phase;
        let oldest = seq - length + 1;
        while self.stream.is_some_and(|stream| stream.next < oldest) {
            self.push_out(oldest, phase);
        }
        let slot = &mut self.slots[seq.rem_euclid(length) as usize];
        if slot.taken.is_some() {
            return Put::Duplicate;
        }
        slot.taken = Some(Taken { seq, timestamp, ticks });
        slot.payload.clear();
        slot.payload.extend_from_slice(payload);
        self.waiting += 1;
        Put::Stored
    }

    /// Makes room for a packet that is further ahead than the buffer is long.
    fn push_out(&mut self, oldest: i64, phase: Phase) {
        let Some(stream) = &self.stream else { return };
        match self.line(stream) {
            Line::Packet(slot, taken) => self.pass_over(slot, taken, phase),
            Line::Missing => self.skip(),
            Line::Empty => {
                if let Some(stream) = &mut self.stream {
                    let skipped = oldest - stream.next;
                    stream.next = oldest;
                    stream.floor = oldest;
                    stream.next_timestamp += skipped * i64::from(stream.ticks);
                }
            }
        }
    }

    fn measure(&mut self, now: Mono, timestamp: i64) {
        let delay_max = self.config.delay_max.as_micros() as i64;
        if let Some(stream) = &mut self.stream {
            let transit = transit(now, timestamp);
            stream.transit_min = transit.min(stream.transit_min + RISE_US);
            stream.jitter -= stream.jitter / DECAY;
            // One outlier beyond the longest delay must not hold the delay there for long.
            stream.jitter = stream.jitter.max((transit - stream.transit_min).min(delay_max));
        }
    }

    fn delay_us(&self, stream: &Stream) -> i64 {
        let min = self.config.delay_min.as_micros() as i64;
        let max = self.config.delay_max.as_micros() as i64;
        (stream.jitter + self.ahead).clamp(min, max.max(min))
    }

    fn line(&self, stream: &Stream) -> Line {
        let index = stream.next.rem_euclid(self.slots.len() as i64) as usize;
        match self.slots[index].taken {
            Some(taken) if taken.seq == stream.next => Line::Packet(index, taken),
            Some(_) | None if self.waiting > 0 => Line::Missing,
            Some(_) | None => Line::Empty,
        }
    }

    /// Frees a slot, keeping its payload readable until the slot is taken again.
    fn pass_over(&mut self, slot: usize, taken: Taken, phase: Phase) {
        self.slots[slot].taken = None;
        self.waiting -= 1;
        if let Some(stream) = &mut self.stream {
            stream.next = taken.seq + 1;
            stream.floor = stream.next;
            stream.next_timestamp = taken.timestamp + i64::from(taken.ticks);
            stream.phase = phase;
        }
    }

    /// Gives a missing packet up.
    fn skip(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.next += 1;
            stream.floor = stream.next;
            stream.next_timestamp += i64::from(stream.ticks);
        }
    }

    fn conceal(&mut self) -> Got<'_> {
        let Some(stream) = &mut self.stream else {
            return Got::Silence;
        };
        let concealed = match stream.phase {
            Phase::Waiting => return Got::Silence,
            Phase::Playing => 1,
            Phase::Concealing(before) => before + 1,
        };
        if concealed > self.config.conceal_max {
            stream.phase = Phase::Waiting;
            return Got::Silence;
        }
        stream.phase = Phase::Concealing(concealed);
        Got::Conceal(stream.ticks)
    }
}

impl Stream {
    /// Whether a packet begins to sound, after nothing or after a pause that its timestamp shows.
    fn begins_with(&self, taken: Taken) -> bool {
        self.phase == Phase::Waiting || taken.timestamp > self.next_timestamp
    }
}

/// Arrival less timestamp, in microseconds.
const fn transit(now: Mono, timestamp: i64) -> i64 {
    now.as_micros() as i64 - micros(timestamp)
}

const fn micros(ticks: i64) -> i64 {
    ticks * 1_000_000 / CLOCK_HZ
}

#[cfg(test)]
mod tests;
