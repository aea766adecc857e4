//! The audio of a peer as it is between the two sides: one stream, encrypted.

use bell_media::rtp::Header;

use crate::srtp::Srtp;

/// What encrypts, and memory for a packet.
pub(super) struct Sound {
    pub(super) srtp: Srtp,
    numbers: Numbers,
    plain: Vec<u8>,
    sealed: Vec<u8>,
}

/// G.711 and Opus are numbered by two who know nothing of each other. The other side sees one line of numbers, and no number
/// is used twice.
#[derive(Debug, Default)]
struct Numbers {
    is_opus: bool,
    /// What is added to the numbers of who speaks.
    offset: u16,
    /// The highest that has left.
    last: Option<u16>,
}

impl Sound {
    pub(super) fn new(srtp: Srtp) -> Self {
        Self { srtp, numbers: Numbers::default(), plain: Vec::new(), sealed: Vec::new() }
    }

    /// A packet as it leaves; none if it must not, for its number was used.
    pub(super) fn seal(&mut self, header: Header, payload: &[u8], is_opus: bool) -> Option<&[u8]> {
        let seq = self.numbers.next(header.seq, is_opus);
        self.plain.clear();
        Header { seq, ..header }.write(payload, &mut self.plain);
        self.srtp.protect(&self.plain, &mut self.sealed).then_some(&self.sealed)
    }

    /// The same for a compound packet of RTCP.
    pub(super) fn seal_report(&mut self, packet: &[u8]) -> Option<&[u8]> {
        self.srtp.protect_rtcp(packet, &mut self.sealed).then_some(&self.sealed)
    }
}

impl Numbers {
    fn next(&mut self, seq: u16, is_opus: bool) -> u16 {
        if let Some(last) = self.last.filter(|_| self.is_opus != is_opus) {
            self.offset = last.wrapping_add(1).wrapping_sub(seq);
        }
        self.is_opus = is_opus;
        let seq = seq.wrapping_add(self.offset);
        if self.last.is_none_or(|last| seq.wrapping_sub(last).cast_signed() > 0) {
            self.last = Some(seq);
        }
        seq
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tel_16_numbers_go_on_when_the_codec_changes() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.next(65_534, false), 65_534);
        assert_eq!(numbers.next(1, false), 1);
        assert_eq!(numbers.next(0, false), 0, "a late one keeps its own");
        assert_eq!(numbers.next(700, true), 2);
        assert_eq!(numbers.next(701, true), 3);
        assert_eq!(numbers.next(2, false), 4);
        assert_eq!(numbers.next(4, false), 6, "what is missing stays missing");
    }
}
