//! What a stream that arrives tells us: loss, order, duplicates, jitter (RFC 3550 §6.4.1, A.1, A.3, A.8).

use bell_types::Mono;

use crate::rtcp::{Ntp, ReportBlock};
use crate::rtp::{DROPOUT_MAX, Header, MISORDER_MAX};

/// What one packet was to its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The first of all.
    First,
    /// The one that was due.
    InOrder,
    /// Newer than the one that was due; so many are missing or late.
    AfterGap(u16),
    /// Older than the newest, and new to us.
    Late,
    /// Seen before, or so old that we cannot tell. It is not counted; throw it away.
    Duplicate,
    /// The source began anew: another SSRC, or sequence numbers far from the last.
    Restarted,
    /// Far from the last packet, and alone so far: it may be noise. A second one in sequence is
    /// [`Restarted`](Self::Restarted). Throw it away.
    Suspect,
}

/// What arrived since the last call of [`Receiver::take_interval`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// Packets that arrived, without duplicates.
    pub received: u32,
    /// Packets that should have arrived, by their sequence numbers.
    pub expected: u32,
    /// Packets that arrived twice.
    pub duplicates: u32,
    /// Packets that arrived after a newer one.
    pub late: u32,
}

impl Interval {
    /// Packets lost, in thousandths of those expected. Late packets of an earlier interval may outnumber the lost.
    pub fn loss_permille(&self) -> u16 {
        if self.expected == 0 {
            return 0;
        }
        let lost = u64::from(self.expected.saturating_sub(self.received));
        // At most 1000, because lost is at most expected.
        (lost * 1000 / u64::from(self.expected)) as u16
    }
}

/// The statistics of one stream that arrives.
#[derive(Clone, Debug)]
pub struct Receiver {
    clock_hz: u32,
    stream: Option<Stream>,
    /// The first packet of what may be a new stream: its source and the number that would prove it.
    suspect: Option<(u32, u16)>,
    interval: Interval,
    /// The extended sequence number up to which the interval before this one expected packets.
    interval_base: u64,
    last_sender_report: Option<(Ntp, Mono)>,
}

/// The stream since it began or began anew.
#[derive(Clone, Debug)]
struct Stream {
    ssrc: u32,
    /// Extended sequence numbers (RFC 3550 A.1): 16 bits of the packet below the count of wraps.
    base: u64,
    highest: u64,
    /// Bit n: whether `highest - n` has arrived.
    seen: u64,
    received: u64,
    /// In ticks, times 16 (RFC 3550 A.8).
    jitter_16: u32,
    transit: u32,
    /// Expected and received when the last report block was made.
    reported: (u64, u64),
}

impl Receiver {
    /// A stream of which nothing has arrived yet. `clock_hz` is its RTP clock.
    pub const fn new(clock_hz: u32) -> Self {
        Self {
            clock_hz,
            stream: None,
            suspect: None,
            interval: Interval { received: 0, expected: 0, duplicates: 0, late: 0 },
            interval_base: 0,
            last_sender_report: None,
        }
    }

    /// Counts one packet that arrived at `now`.
    pub fn receive(&mut self, now: Mono, header: &Header) -> Arrival {
        let arrival_ticks = self.ticks_at(now);
        let Some(stream) = &mut self.stream else {
            self.begin(arrival_ticks, header);
            return Arrival::First;
        };
        if stream.ssrc != header.ssrc {
            return self.suspect(arrival_ticks, header);
        }
        let ahead = header.seq.wrapping_sub(stream.highest as u16);
        if ahead == 0 || ahead > u16::MAX - MISORDER_MAX {
            let arrival = stream.behind(ahead.wrapping_neg());
            self.count(arrival);
            return arrival;
        }
        if ahead > DROPOUT_MAX {
            return self.suspect(arrival_ticks, header);
        }
        stream.advance(ahead);
        stream.measure(arrival_ticks, header.timestamp);
        self.suspect = None;
        let arrival = if ahead == 1 { Arrival::InOrder } else { Arrival::AfterGap(ahead - 1) };
        self.count(arrival);
        arrival
    }

    /// The source that is heard, once a packet has arrived.
    pub fn ssrc(&self) -> Option<u32> {
        self.stream.as_ref().map(|stream| stream.ssrc)
    }

    /// Interarrival jitter in microseconds (RFC 3550 §6.4.1).
    pub fn jitter_us(&self) -> u32 {
        let ticks = self.stream.as_ref().map_or(0, |stream| stream.jitter_16 >> 4);
        u32::try_from(u64::from(ticks) * 1_000_000 / u64::from(self.clock_hz.max(1))).unwrap_or(u32::MAX)
    }

    /// What arrived since the last call.
    pub fn take_interval(&mut self) -> Interval {
        self.count_expected();
        std::mem::take(&mut self.interval)
    }

    /// Remembers a sender report of the source, for the next report block.
    pub const fn sender_report(&mut self, now: Mono, ntp: Ntp) {
        self.last_sender_report = Some((ntp, now));
    }

    /// What a report says about this stream (RFC 3550 §6.4.1, A.3); the loss fraction counts since the last call.
    /// None before the first packet.
    pub fn report(&mut self, now: Mono) -> Option<ReportBlock> {
        let (last_sr, delay_since_last_sr) = match self.last_sender_report {
            Some((ntp, at)) => (ntp.middle(), Ntp::short(now - at)),
            None => (0, 0),
        };
        let stream = self.stream.as_mut()?;
        let expected = stream.highest + 1 - stream.base;
        let lost = expected as i64 - stream.received as i64;
        let expected_now = expected - stream.reported.0;
        let lost_now = expected_now.saturating_sub(stream.received - stream.reported.1);
        stream.reported = (expected, stream.received);
        Some(ReportBlock {
            ssrc: stream.ssrc,
            fraction_lost: (lost_now * 256).checked_div(expected_now).map_or(0, |part| part.min(255) as u8),
            cumulative_lost: lost.clamp(-0x80_0000, 0x7F_FFFF) as i32,
            highest_seq: stream.highest as u32,
            jitter: stream.jitter_16 >> 4,
            last_sr,
            delay_since_last_sr,
        })
    }

    fn ticks_at(&self, now: Mono) -> u32 {
        (u128::from(now.as_micros()) * u128::from(self.clock_hz) / 1_000_000) as u32
    }

    /// RFC 3550 A.1: two packets in sequence prove that a source began anew; one may be noise.
    fn suspect(&mut self, arrival_ticks: u32, header: &Header) -> Arrival {
        if self.suspect != Some((header.ssrc, header.seq)) {
            self.suspect = Some((header.ssrc, header.seq.wrapping_add(1)));
            return Arrival::Suspect;
        }
        self.begin(arrival_ticks, header);
        Arrival::Restarted
    }

    fn begin(&mut self, arrival_ticks: u32, header: &Header) {
        self.count_expected();
        // Starting one wrap up leaves room below for packets that were overtaken by the first.
        let first = u64::from(header.seq) + 0x1_0000;
        self.stream = Some(Stream {
            ssrc: header.ssrc,
            base: first,
            highest: first,
            seen: 1,
            received: 1,
            jitter_16: 0,
            transit: arrival_ticks.wrapping_sub(header.timestamp),
            reported: (0, 0),
        });
        self.suspect = None;
        self.interval_base = first;
        self.interval.received += 1;
    }

    /// Moves what the stream has come to expect since the last time into the interval.
    fn count_expected(&mut self) {
        if let Some(stream) = &self.stream {
            let end = stream.highest + 1;
            let more = u32::try_from(end.saturating_sub(self.interval_base)).unwrap_or(u32::MAX);
            self.interval.expected = self.interval.expected.saturating_add(more);
            self.interval_base = end;
        }
    }

    fn count(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Duplicate => self.interval.duplicates += 1,
            Arrival::Late => {
                self.interval.late += 1;
                self.interval.received += 1;
            }
            Arrival::First | Arrival::InOrder | Arrival::AfterGap(_) | Arrival::Restarted => {
                self.interval.received += 1;
            }
            Arrival::Suspect => {}
        }
    }
}

impl Stream {
    fn advance(&mut self, by: u16) {
        self.highest += u64::from(by);
        self.seen = self.seen.checked_shl(u32::from(by)).unwrap_or(0) | 1;
        self.received += 1;
    }

    fn behind(&mut self, by: u16) -> Arrival {
        let bit = 1u64.checked_shl(u32::from(by)).unwrap_or(0);
        let seq = self.highest - u64::from(by);
        if bit == 0 || self.seen & bit != 0 || seq < self.base {
            return Arrival::Duplicate;
        }
        self.seen |= bit;
        self.received += 1;
        Arrival::Late
    }

    /// RFC 3550 A.8, in integers.
    fn measure(&mut self, arrival_ticks: u32, timestamp: u32) {
        let transit = arrival_ticks.wrapping_sub(timestamp);
        let distance = (transit.wrapping_sub(self.transit) as i32).unsigned_abs();
        self.transit = transit;
        let decay = (self.jitter_16 + 8) >> 4;
        self.jitter_16 = self.jitter_16.saturating_add(distance).saturating_sub(decay);
    }
}
