//! What arrives.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use bell_media::srtp::{RTCP_HEADER_LEN, RtcpIndex, Window, header_len, ssrc_of_rtcp};
use bell_types::SrtpSuite;

use super::RTCP_TAG_LEN;
use super::keys::MasterKey;
use super::layer::{Layer, Layers};
use super::outgoing::{numbers, wraps};

/// So many sources one key is believed for: a phone may take another one with each hold. Of one more nothing is taken, since
/// what is forgotten could be played to us again.
const SOURCES_MAX: usize = 64;

/// The packets of the other side.
#[derive(Debug)]
pub(super) struct Incoming {
    master: MasterKey,
    layers: Layers,
    suite: SrtpSuite,
    sources: Vec<Source>,
    /// Sources under the key before: some phones count on when they change it.
    before: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    ssrc: u32,
    rtp: Window,
    rtcp: Window,
}

/// Why a packet is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is no packet.
    Malformed,
    /// It was there before, or nobody knows.
    Replayed,
    /// It is not from the other side.
    Forged,
    /// The other side has changed its source too often.
    TooManySources,
}

impl Incoming {
    pub(super) fn new(master: MasterKey, suite: SrtpSuite) -> Self {
        let layers = Layers::of(&master);
        Self { master, layers, suite, sources: Vec::with_capacity(1), before: Vec::new() }
    }

    /// Goes on, or begins anew under another key.
    pub(super) fn renew(&mut self, master: MasterKey, suite: SrtpSuite) {
        if self.master != master || self.suite != suite {
            let before = std::mem::take(&mut self.sources);
            *self = Self { before, ..Self::new(master, suite) };
        }
    }

    pub(super) fn open(&mut self, datagram: &mut [u8]) -> Result<usize, Unfit> {
        let end = datagram.len().checked_sub(self.suite.tag_len()).ok_or(Unfit::Malformed)?;
        let (packet, tag) = datagram.split_at_mut(end);
        let header = header_len(packet).ok_or(Unfit::Malformed)?;
        let (seq, ssrc) = numbers(packet);
        let (place, index) = match self.place(ssrc) {
            Some(place) => {
                let window = &self.sources[place].rtp;
                let index = window.guess(seq);
                if !window.is_fresh(index) {
                    return Err(Unfit::Replayed);
                }
                self.layers.rtp.verify([packet, &wraps(index)], tag)?;
                (place, index)
            }
            None => self.meet(ssrc, seq, packet, tag)?,
        };
        self.sources[place].rtp.put(index);
        self.layers.rtp.crypt(ssrc, index, &mut packet[header..]);
        Ok(end)
    }

    /// The first packet of a source: it begins to count, or counts on from the key before.
    fn meet(&mut self, ssrc: u32, seq: u16, packet: &[u8], tag: &[u8]) -> Result<(usize, u64), Unfit> {
        let begins = Source { ssrc, rtp: Window::default(), rtcp: Window::default() };
        let goes_on = self.before.iter().find(|source| source.ssrc == ssrc);
        let goes_on = goes_on.map(|source| Source { rtp: source.rtp.renewed(), ..begins.clone() });
        for source in [Some(begins), goes_on].into_iter().flatten() {
            let index = source.rtp.guess(seq);
            if self.layers.rtp.verify([packet, &wraps(index)], tag).is_ok() {
                return Ok((self.add(source)?, index));
            }
        }
        Err(Unfit::Forged)
    }

    pub(super) fn open_rtcp(&mut self, datagram: &mut [u8]) -> Result<usize, Unfit> {
        let end = datagram.len().checked_sub(RTCP_TAG_LEN).ok_or(Unfit::Malformed)?;
        let (packet, tag) = datagram.split_at_mut(end);
        let ssrc = ssrc_of_rtcp(packet).ok_or(Unfit::Malformed)?;
        let (rest, last) = packet.split_last_chunk::<{ RtcpIndex::LEN }>().ok_or(Unfit::Malformed)?;
        if rest.len() < RTCP_HEADER_LEN {
            return Err(Unfit::Malformed);
        }
        let (last, len) = (RtcpIndex::from_bytes(*last), rest.len());
        let index = u64::from(last.index);
        let place = self.place(ssrc);
        if place.is_some_and(|place| !self.sources[place].rtcp.is_fresh(index)) {
            return Err(Unfit::Replayed);
        }
        self.layers.rtcp.verify([packet, &[]], tag)?;
        let place = match place {
            Some(place) => place,
            None => self.add(Source { ssrc, rtp: Window::default(), rtcp: Window::default() })?,
        };
        self.sources[place].rtcp.put(index);
        if last.encrypted {
            self.layers.rtcp.crypt(ssrc, index, &mut packet[RTCP_HEADER_LEN..len]);
        }
        Ok(len)
    }

    /// Where a source is; the last one is asked about most.
    fn place(&self, ssrc: u32) -> Option<usize> {
        self.sources.iter().rposition(|source| source.ssrc == ssrc)
    }

    fn add(&mut self, source: Source) -> Result<usize, Unfit> {
        if self.sources.len() >= SOURCES_MAX {
            return Err(Unfit::TooManySources);
        }
        self.sources.push(source);
        Ok(self.sources.len() - 1)
    }
}

impl Layer {
    /// Whether a packet ends with what its parts are authenticated by; in the same time whatever it ends with.
    fn verify(&self, parts: [&[u8]; 2], tag: &[u8]) -> Result<(), Unfit> {
        let right = self.tag(parts);
        let right = right.as_ref().get(..tag.len()).unwrap_or_default();
        verify_slices_are_equal(right, tag).map_err(|_| Unfit::Forged)
    }
}
