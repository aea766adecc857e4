//! How large a message may be.

/// The limits of reading. What is larger is refused with a typed error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the start line and all header fields together.
    pub head_bytes_max: usize,
    /// Bytes of the body.
    pub body_bytes_max: usize,
    /// Header fields.
    pub field_count_max: usize,
    /// Bytes of a Request-URI.
    pub uri_bytes_max: usize,
    /// Bytes a stream may hold that are not yet a whole message.
    pub stream_bytes_max: usize,
}
