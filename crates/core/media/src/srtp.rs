//! What SRTP (RFC 3711) counts and remembers: the index of each packet, and which were there before. No key, no cipher.

mod header;
mod window;

#[cfg(test)]
mod tests;

pub use header::{RTCP_HEADER_LEN, RtcpIndex, header_len, ssrc_of_rtcp};
pub use window::{SENT_MAX, Window};
