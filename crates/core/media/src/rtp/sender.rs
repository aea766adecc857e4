//! How a stream that leaves is numbered: one source towards the other side, whatever we put into it.

use std::time::Duration;

use bell_types::{Mono, Now};

use crate::rtcp::{Ntp, SenderInfo};
use crate::rtp::{DROPOUT_MAX, Header, MISORDER_MAX};

/// Ticks per second of every clock we speak (RFC 3551 §6; G.722 too, §4.5.2).
const CLOCK_HZ: u64 = 8000;

/// Whether a packet that we make begins to speak or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spurt {
    /// The first after silence or after something else: it bears the marker (RFC 3551 §4.1).
    Begins,
    /// It follows the one before.
    Goes,
}

/// The stream towards one remote side. Prompts, tones, events and packets relayed from other legs all pass here, so
/// that the other side sees one source, sequence numbers without jumps and timestamps that follow real time.
#[derive(Clone, Debug)]
pub struct Sender {
    ssrc: u32,
    next_seq: u16,
    next_timestamp: u32,
    /// When the last packet left, and its timestamp.
    last: Option<(Mono, u32)>,
    flow: Option<Flow>,
    packets: u32,
    octets: u32,
}

/// A stream that is being relayed.
#[derive(Clone, Copy, Debug)]
struct Flow {
    ssrc: u32,
    /// What to add to its sequence numbers and timestamps.
    seq_offset: u16,
    timestamp_offset: u32,
    /// The highest sequence number it got from us, and how far that is above the first; a count that stops at its end,
    /// where nothing can be that late any more.
    highest_out: u16,
    advanced: u16,
    highest_timestamp: u32,
}

impl Sender {
    /// A stream with this source and these first numbers, which the caller draws at random (RFC 3550 §5.1).
    pub const fn new(ssrc: u32, first_seq: u16, first_timestamp: u32) -> Self {
        Self {
            ssrc,
            next_seq: first_seq,
            next_timestamp: first_timestamp,
            last: None,
            flow: None,
            packets: 0,
            octets: 0,
        }
    }

    /// Our synchronisation source.
    pub const fn ssrc(&self) -> u32 {
        self.ssrc
    }

    /// How many packets were numbered so far.
    pub const fn packets(&self) -> u32 {
        self.packets
    }

    /// The header of the next packet that we make ourselves. `ticks` is how much audio it holds; for the three codecs
    /// we speak, that is the length of its payload in octets. A [`Spurt::Begins`] lets the timestamp catch up with
    /// the silence or the event before it.
    pub fn make(&mut self, now: Mono, payload_type: u8, ticks: u32, spurt: Spurt) -> Header {
        let begins = spurt == Spurt::Begins || self.flow.is_some() || self.last.is_none();
        self.flow = None;
        let timestamp = if begins { self.timestamp_at(now) } else { self.next_timestamp };
        let header = self.header(begins, payload_type, self.next_seq, timestamp);
        self.next_seq = header.seq.wrapping_add(1);
        self.next_timestamp = timestamp.wrapping_add(ticks);
        self.sent(now, timestamp, ticks);
        header
    }

    /// The header of the next packet of a telephone-event (RFC 4733 §2.5.1.2): all packets of an event bear the
    /// timestamp of its beginning, the first one the marker. `None` begins an event. Return the header's timestamp
    /// with each further packet.
    pub fn make_event(&mut self, now: Mono, payload_type: u8, begun: Option<u32>) -> Header {
        self.flow = None;
        let timestamp = begun.unwrap_or_else(|| self.timestamp_at(now));
        let header = self.header(begun.is_none(), payload_type, self.next_seq, timestamp);
        self.next_seq = header.seq.wrapping_add(1);
        // Time goes on while the event lasts, although its timestamp does not.
        let present = self.timestamp_at(now);
        self.sent(now, present, 4);
        self.next_timestamp = present;
        header
    }

    /// The header under which a packet of another leg goes on, with the same payload. Its gaps stay gaps, its late
    /// packets stay late. Another source, a break in its numbers or [`source_changed`](Self::source_changed) begins
    /// anew without a jump in ours. `None`: a straggler from before we began to relay it, which has no number here.
    pub fn relay(&mut self, now: Mono, incoming: &Header, payload_type: u8, ticks: u32) -> Option<Header> {
        let (mut flow, begins) = match self.flow {
            Some(flow) if flow.continues_with(incoming) => (flow, false),
            Some(_) | None => (self.begin_flow(now, incoming), true),
        };
        let seq = incoming.seq.wrapping_add(flow.seq_offset);
        let timestamp = incoming.timestamp.wrapping_add(flow.timestamp_offset);
        let ahead = seq.wrapping_sub(flow.highest_out);
        if ahead <= DROPOUT_MAX {
            flow.highest_out = seq;
            flow.advanced = flow.advanced.saturating_add(ahead);
            flow.highest_timestamp = timestamp;
            self.next_seq = seq.wrapping_add(1);
            self.next_timestamp = timestamp.wrapping_add(ticks);
        } else if ahead.wrapping_neg() > flow.advanced {
            return None;
        }
        self.flow = Some(flow);
        self.sent(now, flow.highest_timestamp, ticks);
        Some(self.header(begins || incoming.marker, payload_type, seq, timestamp))
    }

    /// Says that what is relayed from now on comes from elsewhere, even if its source number is the same.
    pub const fn source_changed(&mut self) {
        self.flow = None;
    }

    /// What a sender report says about this stream at `now` (RFC 3550 §6.4.1).
    pub fn report(&self, now: Now) -> SenderInfo {
        SenderInfo {
            ntp: Ntp::from_wall(now.wall),
            rtp_timestamp: match self.last {
                Some((at, timestamp)) => timestamp.wrapping_add(ticks_in(now.mono - at)),
                None => self.next_timestamp,
            },
            packets: self.packets,
            octets: self.octets,
        }
    }

    const fn header(&self, marker: bool, payload_type: u8, seq: u16, timestamp: u32) -> Header {
        Header { marker, payload_type, seq, timestamp, ssrc: self.ssrc }
    }

    /// The timestamp of audio that begins at `now`: real time has gone on since the last packet, and no packet may
    /// claim time that the one before it holds.
    fn timestamp_at(&self, now: Mono) -> u32 {
        let Some((at, timestamp)) = self.last else {
            return self.next_timestamp;
        };
        let held = self.next_timestamp.wrapping_sub(timestamp);
        timestamp.wrapping_add(ticks_in(now - at).max(held))
    }

    fn begin_flow(&self, now: Mono, incoming: &Header) -> Flow {
        let timestamp = self.timestamp_at(now);
        Flow {
            ssrc: incoming.ssrc,
            seq_offset: self.next_seq.wrapping_sub(incoming.seq),
            timestamp_offset: timestamp.wrapping_sub(incoming.timestamp),
            highest_out: self.next_seq,
            advanced: 0,
            highest_timestamp: timestamp,
        }
    }

    fn sent(&mut self, now: Mono, timestamp: u32, octets: u32) {
        self.last = Some((now, timestamp));
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(octets);
    }
}

impl Flow {
    fn continues_with(&self, incoming: &Header) -> bool {
        let ahead = incoming.seq.wrapping_add(self.seq_offset).wrapping_sub(self.highest_out);
        incoming.ssrc == self.ssrc && (ahead <= DROPOUT_MAX || ahead > u16::MAX - MISORDER_MAX)
    }
}

fn ticks_in(time: Duration) -> u32 {
    // Timestamps wrap: the low 32 bits are what counts.
    (time.as_micros() as u64 * CLOCK_HZ / 1_000_000) as u32
}
