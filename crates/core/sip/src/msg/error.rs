//! What can be wrong with a message a peer sent.

use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::uri::UriError;

/// Why bytes are no SIP message we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The head is longer than it may be, or the message has more fields than it may have.
    #[error("message head too large")]
    HeadTooLarge,
    /// The body is longer than it may be.
    #[error("message body too large")]
    BodyTooLarge,
    /// The bytes end within the head.
    #[error("message ends within its head")]
    Unfinished,
    /// The first line is neither a request line nor a status line.
    #[error("malformed start line")]
    StartLine,
    /// The version is not SIP/2.0.
    #[error("unsupported SIP version")]
    Version,
    /// The status code is none.
    #[error("status code outside 100 to 699")]
    StatusCode,
    /// The Request-URI is longer than it may be.
    #[error("request-uri too long")]
    UriTooLong,
    /// The Request-URI is malformed.
    #[error("malformed request-uri")]
    RequestUri(#[source] UriError),
    /// A header line is none: no colon, no name, or a stray line break in it. Counted from one.
    #[error("malformed header line {0}")]
    Line(usize),
    /// A field every message must have, or may have once only, is missing, malformed or repeated.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The method of CSeq is not that of the request line.
    #[error("CSeq is of another method than the request")]
    MethodMismatch,
    /// The body is shorter than Content-Length says.
    #[error("body shorter than Content-Length")]
    BodyShort,
}

/// What is wrong with a header field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It is not there.
    #[error("{0} is missing")]
    Missing(HeaderName),
    /// It cannot be understood.
    #[error("{0} is malformed")]
    Malformed(HeaderName),
    /// It is there more than once.
    #[error("{0} is repeated")]
    Repeated(HeaderName),
}

impl ParseError {
    /// What a request with this fault is answered.
    pub const fn status(self) -> Status {
        match self {
            Self::HeadTooLarge | Self::BodyTooLarge => Status::MESSAGE_TOO_LARGE,
            Self::Version => Status::VERSION_NOT_SUPPORTED,
            Self::UriTooLong => Status::URI_TOO_LONG,
            Self::Unfinished
            | Self::StartLine
            | Self::StatusCode
            | Self::RequestUri(_)
            | Self::Line(_)
            | Self::Header(_)
            | Self::MethodMismatch
            | Self::BodyShort => Status::BAD_REQUEST,
        }
    }
}
