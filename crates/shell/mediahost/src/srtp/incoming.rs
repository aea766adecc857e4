//! What arrives.

use bell_media::srtp::{Window, header_len, ssrc_of_rtcp};

use super::keys::MasterKey;
use super::layer::Layers;
use super::outgoing::numbers;
use super::{Suite, Unfit};

/// So many sources one key is believed for: a phone may take another one with each hold. Of one more nothing is taken, since
/// what is forgotten could be played to us again.
const SOURCES_MAX: usize = 64;

/// The packets of the other side.
#[derive(Debug)]
pub(super) struct Incoming {
    master: MasterKey,
    layers: Layers,
    suite: Suite,
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

impl Incoming {
    pub(super) fn new(master: MasterKey, suite: Suite) -> Self {
        let layers = Layers::of(&master, suite);
        Self { master, layers, suite, sources: Vec::with_capacity(1), before: Vec::new() }
    }

    /// Goes on, or begins anew under another key.
    pub(super) fn renew(&mut self, master: MasterKey, suite: Suite) {
        if self.master != master || self.suite != suite {
            let before = std::mem::take(&mut self.sources);
            *self = Self { before, ..Self::new(master, suite) };
        }
    }

    pub(super) fn open(&mut self, datagram: &mut [u8]) -> Result<usize, Unfit> {
        let end = datagram.len().checked_sub(self.layers.rtp.tag_len()).ok_or(Unfit::Malformed)?;
        let head = header_len(&datagram[..end]).ok_or(Unfit::Malformed)?;
        let (seq, ssrc) = numbers(datagram);
        let Some(place) = self.place(ssrc) else { return self.meet(ssrc, seq, head, datagram) };
        let window = &mut self.sources[place].rtp;
        let index = window.guess(seq);
        if !window.is_fresh(index) {
            return Err(Unfit::Replayed);
        }
        let len = self.layers.rtp.open(ssrc, index, head, datagram)?;
        window.put(index);
        Ok(len)
    }

    /// The first packet of a source: it begins to count, or counts on from the key before. Only keys of SDES have one before,
    /// and their suites leave a packet as it was if it was not counted so.
    fn meet(&mut self, ssrc: u32, seq: u16, head: usize, datagram: &mut [u8]) -> Result<usize, Unfit> {
        let begins = Source { ssrc, rtp: Window::default(), rtcp: Window::default() };
        let goes_on = self.before.iter().find(|source| source.ssrc == ssrc);
        let goes_on = goes_on.map(|source| Source { rtp: source.rtp.renewed(), ..begins.clone() });
        for mut source in [Some(begins), goes_on].into_iter().flatten() {
            let index = source.rtp.guess(seq);
            if let Ok(len) = self.layers.rtp.open(ssrc, index, head, datagram) {
                source.rtp.put(index);
                self.add(source)?;
                return Ok(len);
            }
        }
        Err(Unfit::Forged)
    }

    pub(super) fn open_rtcp(&mut self, datagram: &mut [u8]) -> Result<usize, Unfit> {
        let ssrc = ssrc_of_rtcp(datagram).ok_or(Unfit::Malformed)?;
        let last = self.layers.rtcp.rtcp_index(datagram).ok_or(Unfit::Malformed)?;
        let index = u64::from(last.index);
        let place = self.place(ssrc);
        if place.is_some_and(|place| !self.sources[place].rtcp.is_fresh(index)) {
            return Err(Unfit::Replayed);
        }
        let len = self.layers.rtcp.open_rtcp(ssrc, last, datagram)?;
        let place = match place {
            Some(place) => place,
            None => self.add(Source { ssrc, rtp: Window::default(), rtcp: Window::default() })?,
        };
        self.sources[place].rtcp.put(index);
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
