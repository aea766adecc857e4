//! Writing compound packets (RFC 3550 §6.1).

use super::{BYE, CNAME, DESCRIPTION, RECEIVER_REPORT, ReportBlock, SENDER_REPORT, SenderInfo};

/// How long a canonical name may be, in octets (RFC 3550 §6.5); what is beyond is cut off.
pub const CNAME_LEN_MAX: usize = 255;

/// What we say about a leg: a report, who we are, and at the end a farewell.
#[derive(Clone, Copy, Debug)]
pub struct Compound<'a> {
    /// Our source.
    pub ssrc: u32,
    /// What we sent; none makes it a receiver report.
    pub sent: Option<SenderInfo>,
    /// What we received, if anything.
    pub received: Option<ReportBlock>,
    /// Our canonical name: random text, no address (RFC 7022).
    pub cname: &'a str,
    /// Whether this is the last packet of our source.
    pub leaving: bool,
}

impl Compound<'_> {
    /// Appends the packet to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.write_report(out);
        self.write_description(out);
        if self.leaving {
            head(out, 1, BYE, 1);
            out.extend(self.ssrc.to_be_bytes());
        }
    }

    fn write_report(&self, out: &mut Vec<u8>) {
        let count = u8::from(self.received.is_some());
        let block_words = u16::from(count) * 6;
        match &self.sent {
            Some(info) => {
                head(out, count, SENDER_REPORT, 6 + block_words);
                out.extend(self.ssrc.to_be_bytes());
                out.extend(info.ntp.0.to_be_bytes());
                for word in [info.rtp_timestamp, info.packets, info.octets] {
                    out.extend(word.to_be_bytes());
                }
            }
            None => {
                head(out, count, RECEIVER_REPORT, 1 + block_words);
                out.extend(self.ssrc.to_be_bytes());
            }
        }
        if let Some(block) = &self.received {
            write_block(block, out);
        }
    }

    fn write_description(&self, out: &mut Vec<u8>) {
        let name = self.cname.as_bytes();
        let name = &name[..name.len().min(CNAME_LEN_MAX)];
        // The list of items ends with at least one octet zero, and on a word (RFC 3550 §6.5).
        let unpadded = 2 + name.len();
        let padding = 4 - unpadded % 4;
        let words = 1 + (unpadded + padding) / 4;
        head(out, 1, DESCRIPTION, words as u16);
        out.extend(self.ssrc.to_be_bytes());
        out.extend([CNAME, name.len() as u8]);
        out.extend(name);
        out.extend(&[0; 4][..padding]);
    }
}

/// The header of one packet whose body has so many words.
fn head(out: &mut Vec<u8>, count: u8, packet_type: u8, words: u16) {
    out.extend([0x80 | count, packet_type]);
    out.extend(words.to_be_bytes());
}

fn write_block(block: &ReportBlock, out: &mut Vec<u8>) {
    let lost = u32::from(block.fraction_lost) << 24 | block.cumulative_lost as u32 & 0x00FF_FFFF;
    for word in [block.ssrc, lost, block.highest_seq, block.jitter, block.last_sr, block.delay_since_last_sr] {
        out.extend(word.to_be_bytes());
    }
}
