//! What leaves.

use bell_media::srtp::{RTCP_HEADER_LEN, RtcpIndex, Window, header_len, ssrc_of_rtcp};
use bell_types::SrtpSuite;

use super::RTCP_TAG_LEN;
use super::keys::MasterKey;
use super::layer::Layers;

/// The packets of one source of ours.
#[derive(Debug)]
pub(super) struct Outgoing {
    master: MasterKey,
    layers: Layers,
    suite: SrtpSuite,
    /// Packets that are relayed may leave in another order than their numbers: each needs its own index, and none may be
    /// used twice, for what was encrypted so could be read by whoever has both.
    window: Window,
    reports: u32,
}

impl Outgoing {
    pub(super) fn new(master: MasterKey, suite: SrtpSuite) -> Self {
        let layers = Layers::of(&master);
        Self { master, layers, suite, window: Window::default(), reports: 0 }
    }

    /// Goes on, or begins anew under another key.
    pub(super) fn renew(&mut self, master: MasterKey, suite: SrtpSuite) {
        if self.master != master || self.suite != suite {
            *self = Self::new(master, suite);
        }
    }

    pub(super) fn protect(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        out.clear();
        let Some(header) = header_len(packet) else { return false };
        let (seq, ssrc) = numbers(packet);
        let index = self.window.guess(seq);
        if !self.window.is_fresh(index) {
            return false;
        }
        self.window.put(index);
        out.extend_from_slice(packet);
        let layer = &self.layers.rtp;
        layer.crypt(ssrc, index, &mut out[header..]);
        let tag = layer.tag([out, &wraps(index)]);
        out.extend_from_slice(&tag.as_ref()[..self.suite.tag_len()]);
        true
    }

    pub(super) fn protect_rtcp(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        out.clear();
        let Some(ssrc) = ssrc_of_rtcp(packet) else { return false };
        let last = RtcpIndex { index: self.reports, encrypted: true };
        // A leg would have to last for three hundred years to use them up.
        self.reports += 1;
        out.extend_from_slice(packet);
        let layer = &self.layers.rtcp;
        layer.crypt(ssrc, u64::from(last.index), &mut out[RTCP_HEADER_LEN..]);
        out.extend_from_slice(&last.to_bytes());
        let tag = layer.tag([out, &[]]);
        out.extend_from_slice(&tag.as_ref()[..RTCP_TAG_LEN]);
        true
    }
}

/// Number and source of a packet that has a header.
pub(super) fn numbers(packet: &[u8]) -> (u16, u32) {
    let seq = u16::from_be_bytes([packet[2], packet[3]]);
    (seq, u32::from_be_bytes([packet[8], packet[9], packet[10], packet[11]]))
}

/// The rollover counter, which is authenticated and not sent (RFC 3711 §4.2).
pub(super) const fn wraps(index: u64) -> [u8; 4] {
    ((index >> 16) as u32).to_be_bytes()
}
