//! Messages cut out of streams.

use crate::msg::error::{HeaderError, ParseError};
use crate::msg::frame::{Frame, Framer};
use crate::msg::limits::Limits;
use crate::msg::name::HeaderName;
use crate::msg::tests::{LIMITS, invite};

/// Feeds a stream in pieces of `step` bytes and names what comes out.
fn frames(stream: &[u8], step: usize) -> Result<Vec<String>, ParseError> {
    let mut framer = Framer::new(LIMITS);
    let mut frames = Vec::new();
    for piece in stream.chunks(step) {
        framer.push(piece)?;
        while let Some(frame) = framer.next_frame()? {
            frames.push(match frame {
                Frame::Ping => "ping".to_owned(),
                Frame::Message(bytes) => bytes.len().to_string(),
            });
        }
    }
    Ok(frames)
}

#[test]
fn a_stream_gives_the_same_frames_however_it_is_cut() {
    let first = invite("Content-Length : 4\n", "1234");
    let second = invite("", "");
    let third = invite("l: 2\n", "\r\n");
    let stream = [&first[..], b"\r\n\r\n", &second, b"\r\n", &third, b"\r\n\r\n\r\n\r\n"].concat();
    let lengths = [&first, &second, &third].map(|message| message.len().to_string());
    let expected = [&lengths[0], "ping", &lengths[1], &lengths[2], "ping", "ping"];
    for step in [1, 2, 3, 7, 100, stream.len()] {
        assert_eq!(frames(&stream, step).unwrap(), expected, "step {step}");
    }
}

#[test]
fn a_folded_or_quoted_content_length_is_no_content_length() {
    let message = invite("Subject: x\n Content-Length: 400\nContent-Length:\n 3\n", "123");
    assert_eq!(frames(&message, 1).unwrap(), [message.len().to_string()]);
}

#[test]
fn a_stream_that_lost_its_framing_is_refused() {
    let repeated = HeaderError::Repeated(HeaderName::ContentLength).into();
    assert_eq!(frames(&invite("l: 3\nContent-Length: 3\n", "123"), 9), Err(repeated));
    let malformed = HeaderError::Malformed(HeaderName::ContentLength).into();
    assert_eq!(frames(&invite("l: 3, 3\n", "123"), 9), Err(malformed));
    assert_eq!(frames(&invite("l: 99999\n", ""), 9), Err(ParseError::BodyTooLarge));
}

#[test]
fn a_stray_line_break_cannot_hide_the_length_of_a_body() {
    let hidden = invite("Subject: a\rb\nl: 40\n", "INVITE sip:smuggled SIP/2.0\r\n\r\n");
    assert_eq!(frames(&hidden, 50), Err(ParseError::Line(6)));
}

#[test]
fn a_stream_without_end_is_cut_at_the_limit() {
    let endless = vec![b'x'; 2 * LIMITS.head_bytes_max];
    assert_eq!(frames(&endless, 100), Err(ParseError::HeadTooLarge));
    let limits = Limits { stream_bytes_max: 10, ..LIMITS };
    assert_eq!(Framer::new(limits).push(b"01234567890"), Err(ParseError::HeadTooLarge));
}
