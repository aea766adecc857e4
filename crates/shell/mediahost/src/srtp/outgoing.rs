//! What leaves.

use bell_media::srtp::{Window, header_len, ssrc_of_rtcp};

use super::Suite;
use super::keys::MasterKey;
use super::layer::Layers;

/// The packets of one source of ours.
#[derive(Debug)]
pub(super) struct Outgoing {
    master: MasterKey,
    layers: Layers,
    suite: Suite,
    /// Packets that are relayed may leave in another order than their numbers: each needs its own index, and none may be
    /// used twice, for what was encrypted so could be read by whoever has both.
    window: Window,
    reports: u32,
}

impl Outgoing {
    pub(super) fn new(master: MasterKey, suite: Suite) -> Self {
        let layers = Layers::of(&master, suite);
        Self { master, layers, suite, window: Window::default(), reports: 0 }
    }

    /// Goes on, or begins anew under another key.
    pub(super) fn renew(&mut self, master: MasterKey, suite: Suite) {
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
        self.layers.rtp.seal(ssrc, index, header, out);
        true
    }

    pub(super) fn protect_rtcp(&mut self, packet: &[u8], out: &mut Vec<u8>) -> bool {
        out.clear();
        let Some(ssrc) = ssrc_of_rtcp(packet) else { return false };
        out.extend_from_slice(packet);
        self.layers.rtcp.seal_rtcp(ssrc, self.reports, out);
        // A leg would have to last for three hundred years to use them up.
        self.reports += 1;
        true
    }
}

/// Number and source of a packet that has a header.
pub(super) fn numbers(packet: &[u8]) -> (u16, u32) {
    let seq = u16::from_be_bytes([packet[2], packet[3]]);
    (seq, u32::from_be_bytes([packet[8], packet[9], packet[10], packet[11]]))
}
