//! Cutting messages out of a stream (RFC 3261 §18.3, RFC 5626 §4.4.1).

use bytes::{Buf, Bytes, BytesMut};

use crate::msg::error::{HeaderError, ParseError};
use crate::msg::field::folded_line_end;
use crate::msg::limits::Limits;
use crate::msg::name::HeaderName;
use crate::msg::scan;

/// Collects the bytes of one stream and gives out whole messages. After an error the stream has lost its framing and
/// has to be closed.
///
/// ```
/// use bell_sip::{Frame, Framer, Limits};
///
/// # let limits = Limits { head_bytes_max: 9000, body_bytes_max: 9000, field_count_max: 99, uri_bytes_max: 999, stream_bytes_max: 20_000 };
/// let mut framer = Framer::new(limits);
/// framer.push(b"\r\n\r\nOPTIONS sip:a SIP/2.0\r\nl")?;
/// assert_eq!(framer.next_frame()?, Some(Frame::Ping));
/// assert_eq!(framer.next_frame()?, None);
/// # Ok::<(), bell_sip::ParseError>(())
/// ```
#[derive(Debug)]
pub struct Framer {
    limits: Limits,
    buffer: BytesMut,
    /// How much of the buffer holds no end of a head, so that a slow sender costs linear time.
    scanned: usize,
    /// The length of the message at the front, once its head is there.
    message: Option<usize>,
}

/// What came out of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The bytes of one message, for [`Message::parse`](crate::Message::parse).
    Message(Bytes),
    /// A keep-alive; answer it with [`PONG`].
    Ping,
}

/// The answer to a keep-alive.
pub const PONG: &[u8] = b"\r\n";

impl Framer {
    /// A framer for one stream.
    pub fn new(limits: Limits) -> Self {
        Self { limits, buffer: BytesMut::new(), scanned: 0, message: None }
    }

    /// Takes bytes that were read. Drain [`next_frame`](Self::next_frame) to `None` after each push: an error here is
    /// a peer that sends without end, or a caller that does not drain.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ParseError> {
        if self.buffer.len() + bytes.len() > self.limits.stream_bytes_max {
            return Err(ParseError::HeadTooLarge);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// The next message or keep-alive, if all of it is there.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, ParseError> {
        let length = match self.message {
            Some(length) => length,
            None => {
                if let Some(ping) = self.skip_line_breaks() {
                    return Ok(Some(ping));
                }
                let Some(head) = self.head_end()? else {
                    return Ok(None);
                };
                self.message_length(head)?
            }
        };
        if self.buffer.len() < length {
            self.message = Some(length);
            return Ok(None);
        }
        self.message = None;
        self.scanned = 0;
        Ok(Some(Frame::Message(self.buffer.split_to(length).freeze())))
    }

    /// Two line breaks before a message are a ping. A single one is a pong, or a stray one after a body.
    fn skip_line_breaks(&mut self) -> Option<Frame> {
        loop {
            match &self.buffer[..] {
                [b'\r', b'\n', b'\r', b'\n', ..] => {
                    self.buffer.advance(4);
                    return Some(Frame::Ping);
                }
                // The second half of a ping may still be on its way.
                [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] | [b'\r'] => return None,
                [b'\r', b'\n', ..] => self.buffer.advance(2),
                _ => return None,
            }
        }
    }

    fn head_end(&mut self) -> Result<Option<usize>, ParseError> {
        let from = self.scanned.saturating_sub(3);
        let end = self.buffer[from..].windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.map(|end| from + end + 4);
        self.scanned = self.buffer.len();
        if end.unwrap_or(self.scanned) > self.limits.head_bytes_max {
            return Err(ParseError::HeadTooLarge);
        }
        Ok(end)
    }

    /// The length of the message whose head has this length. A stream message without Content-Length has no body.
    fn message_length(&self, head: usize) -> Result<usize, ParseError> {
        let head_bytes = &self.buffer[..head];
        let mut body = None;
        let (mut at, mut line) = (0, 0);
        while let Some(end) = folded_line_end(head_bytes, at) {
            if let Some(length) = content_length_in(&head_bytes[at..end])?
                && body.replace(length).is_some()
            {
                return Err(HeaderError::Repeated(HeaderName::ContentLength).into());
            }
            at = end + 2;
            line += 1;
        }
        // A stray line break: the parser would refuse the message, and whatever follows would be read as another one.
        if at != head {
            return Err(ParseError::Line(line));
        }
        match body.unwrap_or(0) {
            length if length > self.limits.body_bytes_max => Err(ParseError::BodyTooLarge),
            length => Ok(head + length),
        }
    }
}

fn content_length_in(line: &[u8]) -> Result<Option<usize>, HeaderError> {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return Ok(None);
    };
    if HeaderName::from_bytes(scan::trim(&line[..colon])) != HeaderName::ContentLength {
        return Ok(None);
    }
    let length = scan::number(&line[colon + 1..]).ok_or(HeaderError::Malformed(HeaderName::ContentLength))?;
    Ok(Some(length as usize))
}
