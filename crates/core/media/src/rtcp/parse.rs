//! Reading compound packets (RFC 3550 §6.1). Nothing that arrives can make this panic.

use thiserror::Error;

use super::{BYE, CNAME, DESCRIPTION, Ntp, RECEIVER_REPORT, ReportBlock, SENDER_REPORT, SenderInfo};

/// One packet of a compound packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A report of a party that sends.
    SenderReport {
        /// The party's source.
        ssrc: u32,
        /// What it sent.
        info: SenderInfo,
        /// What it received.
        blocks: Blocks<'a>,
    },
    /// A report of a party that only receives.
    ReceiverReport {
        /// The party's source.
        ssrc: u32,
        /// What it received.
        blocks: Blocks<'a>,
    },
    /// The name of a source.
    Description {
        /// The source.
        ssrc: u32,
        /// Its canonical name, if it stands there.
        cname: Option<&'a [u8]>,
    },
    /// A source is leaving.
    Bye {
        /// The source; the first one, if it names several.
        ssrc: Option<u32>,
    },
    /// Something else: feedback, extended reports, application data.
    Other {
        /// Its packet type.
        packet_type: u8,
    },
}

/// Why a datagram is not a compound packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CompoundError {
    /// A packet that is cut short, or claims more than there is.
    #[error("RTCP packet cut short")]
    Truncated,
    /// Another version than 2.
    #[error("RTCP version {0} instead of 2")]
    Version(u8),
    /// Padding that does not fit its packet, or is not in the last one.
    #[error("wrong RTCP padding")]
    Padding,
}

/// The packets of a compound packet, in order. After an error it ends.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

/// Reads a compound packet. A packet that begins with something else than a report is taken too (RFC 5506).
pub const fn parse(datagram: &[u8]) -> Messages<'_> {
    Messages { rest: datagram }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, CompoundError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let message = split_message(self.rest).and_then(|(packet, rest)| {
            self.rest = rest;
            message(packet, rest.is_empty())
        });
        if message.is_err() {
            self.rest = &[];
        }
        Some(message)
    }
}

/// The report blocks of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks<'a> {
    rest: &'a [u8],
}

impl Iterator for Blocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.rest.split_first_chunk::<24>()?;
        self.rest = rest;
        let lost = word(block, 4);
        Some(ReportBlock {
            ssrc: word(block, 0),
            fraction_lost: (lost >> 24) as u8,
            // 24 bits with a sign: up and down again carries it along.
            cumulative_lost: (lost << 8) as i32 >> 8,
            highest_seq: word(block, 8),
            jitter: word(block, 12),
            last_sr: word(block, 16),
            delay_since_last_sr: word(block, 20),
        })
    }
}

/// One packet: its header octets and its body.
#[derive(Clone, Copy)]
struct Raw<'a> {
    padded: bool,
    count: u8,
    packet_type: u8,
    body: &'a [u8],
}

fn split_message(bytes: &[u8]) -> Result<(Raw<'_>, &[u8]), CompoundError> {
    let (head, rest) = bytes.split_first_chunk::<4>().ok_or(CompoundError::Truncated)?;
    if head[0] >> 6 != 2 {
        return Err(CompoundError::Version(head[0] >> 6));
    }
    let body_len = usize::from(u16::from_be_bytes([head[2], head[3]])) * 4;
    let (body, rest) = rest.split_at_checked(body_len).ok_or(CompoundError::Truncated)?;
    let raw = Raw { padded: head[0] & 0x20 != 0, count: head[0] & 0x1F, packet_type: head[1], body };
    Ok((raw, rest))
}

fn message(raw: Raw<'_>, last: bool) -> Result<Message<'_>, CompoundError> {
    let body = if raw.padded { without_padding(raw.body, last)? } else { raw.body };
    match raw.packet_type {
        SENDER_REPORT => sender_report(body, raw.count),
        RECEIVER_REPORT => {
            let (ssrc, rest) = split_word(body)?;
            let blocks = blocks(rest, raw.count)?;
            Ok(Message::ReceiverReport { ssrc, blocks })
        }
        DESCRIPTION if raw.count > 0 => {
            let (ssrc, items) = split_word(body)?;
            Ok(Message::Description { ssrc, cname: cname(items)? })
        }
        BYE => Ok(Message::Bye { ssrc: if raw.count > 0 { Some(split_word(body)?.0) } else { None } }),
        packet_type => Ok(Message::Other { packet_type }),
    }
}

/// RFC 3550 §6.4.1: only the last packet may be padded, in multiples of four octets.
fn without_padding(body: &[u8], last: bool) -> Result<&[u8], CompoundError> {
    let padding = usize::from(*body.last().ok_or(CompoundError::Padding)?);
    if !last || padding == 0 || !padding.is_multiple_of(4) {
        return Err(CompoundError::Padding);
    }
    let end = body.len().checked_sub(padding).ok_or(CompoundError::Padding)?;
    Ok(&body[..end])
}

fn sender_report(body: &[u8], count: u8) -> Result<Message<'_>, CompoundError> {
    let (fixed, rest) = body.split_first_chunk::<24>().ok_or(CompoundError::Truncated)?;
    Ok(Message::SenderReport {
        ssrc: word(fixed, 0),
        info: SenderInfo {
            ntp: Ntp(u64::from(word(fixed, 4)) << 32 | u64::from(word(fixed, 8))),
            rtp_timestamp: word(fixed, 12),
            packets: word(fixed, 16),
            octets: word(fixed, 20),
        },
        blocks: blocks(rest, count)?,
    })
}

/// What follows the blocks is a profile's extension (RFC 3550 §6.4.3) and is left alone.
fn blocks(rest: &[u8], count: u8) -> Result<Blocks<'_>, CompoundError> {
    let blocks = rest.get(..usize::from(count) * 24).ok_or(CompoundError::Truncated)?;
    Ok(Blocks { rest: blocks })
}

/// The items of the first chunk, up to the octet zero that ends it.
fn cname(mut items: &[u8]) -> Result<Option<&[u8]>, CompoundError> {
    loop {
        match items {
            [] | [0, ..] => return Ok(None),
            [item, len, rest @ ..] => {
                let (text, rest) = rest.split_at_checked(usize::from(*len)).ok_or(CompoundError::Truncated)?;
                if *item == CNAME {
                    return Ok(Some(text));
                }
                items = rest;
            }
            [_] => return Err(CompoundError::Truncated),
        }
    }
}

fn split_word(bytes: &[u8]) -> Result<(u32, &[u8]), CompoundError> {
    let (word, rest) = bytes.split_first_chunk::<4>().ok_or(CompoundError::Truncated)?;
    Ok((u32::from_be_bytes(*word), rest))
}

/// The word at octet `at` of a block that is long enough.
const fn word<const N: usize>(block: &[u8; N], at: usize) -> u32 {
    u32::from_be_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]])
}
