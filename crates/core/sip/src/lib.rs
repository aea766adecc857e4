//! SIP as pure computation: messages, session descriptions ([`sdp`]), digest authentication ([`digest`]).
//!
//! The crate reads and writes what stands on the wire (RFC 3261 and its family). It knows no socket, no clock and no
//! random source: bytes, time, keys and random tags come in as arguments. It knows nothing of media but its addresses,
//! and nothing of calls but their signalling.
//!
//! ```
//! use bell_sip::{Limits, Message, MessageBuilder, Status};
//! use bytes::Bytes;
//!
//! let limits = Limits {
//!     head_bytes_max: 16_384,
//!     body_bytes_max: 32_768,
//!     field_count_max: 100,
//!     uri_bytes_max: 512,
//!     stream_bytes_max: 65_536,
//! };
//! let datagram = Bytes::from_static(
//!     b"OPTIONS sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;rport;branch=z9hG4bK7\r\n\
//!       From: <sip:a@b>;tag=1\r\nTo: <sip:192.0.2.1>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n",
//! );
//! let Message::Request(request) = Message::parse(datagram, &limits)? else { panic!("it is a request") };
//! assert_eq!(request.uri().as_str(), "sip:192.0.2.1");
//! let source = "192.0.2.7:5062".parse().expect("an address");
//! let reply = MessageBuilder::response(&request, source, Status::OK, Some("our-tag")).finish();
//! assert!(reply.starts_with(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK7;received=192.0.2.7;rport=5062\r\n"));
//! # Ok::<(), bell_sip::ParseError>(())
//! ```

mod config;
mod desk;
mod dialog;
mod flow;
#[doc(hidden)]
pub mod fuzz;
mod guard;

pub mod digest;
pub mod sdp;

mod msg;
mod overload;
mod random;
mod registrar;
mod stack;
mod timer;
mod trunk;
mod txn;
mod wire;

pub use msg::address::{Address, NameAddr};
pub use msg::auth::{Challenge, Credentials};
pub use msg::build::{MessageBuilder, OtherName};
pub use msg::decode::text as decode_text;
pub use msg::envelope::{Contacts, Envelope};
pub use msg::error::{HeaderError, ParseError};
pub use msg::frame::{Frame, Framer, PONG};
pub use msg::host::Host;
pub use msg::inline::replace_media_keys;
pub use msg::limits::Limits;
pub use msg::mask::{Masked, anonymous};
pub use msg::message::{Message, Request, Response};
pub use msg::method::Method;
pub use msg::name::HeaderName;
pub use msg::params::{Param, Params};
pub use msg::reject::reject;
pub use msg::status::Status;
pub use msg::uri::{Scheme, Uri, UriError};
pub use msg::value::{CSeq, Event, MediaType, RAck, Reason, Refresher, Replaces, SessionExpires};
pub use msg::via::{BRANCH_COOKIE, ReplyPort, StampedVia, Via};
pub use overload::overload_reply;

pub use config::endpoint::{Endpoint, Reliable, Signalling};
pub use config::limits::{Challenges, GuardPolicy, RegistrarPolicy, StackLimits, Strangers};
pub use config::number::{CalledIn, CallerIn, NumberForm, NumberRules, Rewrite};
pub use config::trunk::{Account, Destination, IdentityIn, Probe, Reach, Registration, Trunk};
pub use config::{Config, LocalSocket, Timing};
pub use flow::{ConnectionId, Flow, Hop, SocketId, Transport};
pub use stack::vocabulary::{
    Called, Command, Description, DialogId, Input, Key, LookupId, Output, Peer, ReferReplaces, Refusal, Resolved,
    StackEvent, Taking, Target, Way,
};
pub use stack::{Load, Stack};
