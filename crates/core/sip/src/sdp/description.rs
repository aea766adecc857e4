//! Session descriptions (RFC 8866): what of them means something to us.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use bell_types::{Codec, KeyRef, SrtpSuite};

/// A session description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Whose it is, and how often it has changed.
    pub origin: Origin,
    /// Its media lines, in order. Offer and answer have the same lines at the same places.
    pub media: Vec<Media>,
}

/// The `o=` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The id of the session; with `address` unique.
    pub id: u64,
    /// Grows by one with every change.
    pub version: u64,
    /// The address of the one who made it, an address or a name.
    pub address: Box<str>,
}

/// One `m=` line with its attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Media {
    /// Audio over RTP, in the clear or under keys of the signalling.
    Audio(Audio),
    /// What we do not take, and a line that is refused: kept so that an answer can refuse it in its place.
    Refused(Refused),
}

/// An audio line that may carry audio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Where its side wants RTP. An unspecified address (`0.0.0.0`) is an old way to say hold.
    pub rtp: SocketAddr,
    /// Where it wants RTCP, if it says so (RFC 3605).
    pub rtcp: Option<SocketAddr>,
    /// Whether RTP and RTCP may share a port (RFC 5761).
    pub rtcp_mux: bool,
    /// The profile.
    pub profile: Profile,
    /// The codecs we know in the order of preference, each with its payload type on that side.
    pub codecs: Vec<(Codec, u8)>,
    /// The payload type of telephone-event at 8 kHz (RFC 4733).
    pub events: Option<u8>,
    /// How much audio a packet should hold, in ms.
    pub ptime_ms: Option<u16>,
    /// How much audio a packet may hold, in ms.
    pub maxptime_ms: Option<u16>,
    /// The keys it may be encrypted under, in the order of preference (RFC 4568). Those we cannot use are left out.
    pub crypto: Vec<Crypto>,
    /// Who sends.
    pub direction: Direction,
}

/// A key for one's own packets, and how it is used: an `a=crypto` line (RFC 4568 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crypto {
    /// Its number in the description; an answer repeats that of the line it takes.
    pub tag: u32,
    /// How packets are encrypted.
    pub suite: SrtpSuite,
    /// The key.
    pub key: KeyRef,
}

/// A media line without media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The kind of media: `video`.
    pub kind: Box<str>,
    /// The transport: `RTP/SAVPF`.
    pub protocol: Box<str>,
    /// The formats, as they stood there.
    pub formats: Box<str>,
}

/// The transports of WebRTC (RFC 8829 §5.1.2).
const WEBRTC: [&str; 2] = ["UDP/TLS/RTP/SAVPF", "TCP/TLS/RTP/SAVPF"];

/// The RTP profiles that carry audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// `RTP/AVP` (RFC 3551).
    Avp,
    /// `RTP/AVPF` (RFC 4585): the same with early feedback, which we do not send.
    Avpf,
    /// `RTP/SAVP` (RFC 3711): encrypted.
    Savp,
    /// `RTP/SAVPF` (RFC 5124): encrypted, with early feedback, which we do not send.
    Savpf,
}

/// Who sends media (RFC 3264 §5.1), as seen by the side that says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Both.
    SendRecv,
    /// I send.
    SendOnly,
    /// You send.
    RecvOnly,
    /// Nobody.
    Inactive,
}

impl Description {
    /// The audio line and its place, if there is one.
    pub fn audio(&self) -> Option<(usize, &Audio)> {
        self.media.iter().enumerate().find_map(|(place, media)| match media {
            Media::Audio(audio) => Some((place, audio)),
            Media::Refused(_) => None,
        })
    }
}

impl Refused {
    /// Whether it is audio that would have been encrypted, under no key that we could use.
    pub(crate) fn is_secure_audio(&self) -> bool {
        &*self.kind == "audio" && Profile::from_name(&self.protocol).is_some_and(Profile::is_secure)
    }
}

impl Description {
    /// Whether its audio is to be had by WebRTC alone. What else it says is for a media stack that speaks that.
    pub fn is_webrtc(&self) -> bool {
        let webrtc = |media: &Media| match media {
            Media::Audio(_) => false,
            Media::Refused(refused) => &*refused.kind == "audio" && WEBRTC.contains(&&*refused.protocol),
        };
        self.audio().is_none() && self.media.iter().any(webrtc)
    }
}

impl Profile {
    /// The profile with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Avp, Self::Avpf, Self::Savp, Self::Savpf].into_iter().find(|profile| profile.as_str() == name)
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avp => "RTP/AVP",
            Self::Avpf => "RTP/AVPF",
            Self::Savp => "RTP/SAVP",
            Self::Savpf => "RTP/SAVPF",
        }
    }

    /// Whether nothing in it may be in the clear.
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::Savp | Self::Savpf)
    }

    /// The profile that nothing in the clear goes by, in place of this one.
    pub(crate) const fn secured(self) -> Self {
        match self {
            Self::Avp | Self::Savp => Self::Savp,
            Self::Avpf | Self::Savpf => Self::Savpf,
        }
    }
}

impl Direction {
    /// Every direction.
    pub const ALL: [Self; 4] = [Self::SendRecv, Self::SendOnly, Self::RecvOnly, Self::Inactive];

    /// The direction of a side that sends and takes, or not.
    pub const fn new(sends: bool, takes: bool) -> Self {
        match (sends, takes) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether the side that says it sends.
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the side that says it takes.
    pub const fn takes(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// What the other side may say at most to this, if it wants `wanted`.
    pub const fn answered(self, wanted: Self) -> Self {
        Self::new(self.takes() && wanted.sends(), self.sends() && wanted.takes())
    }

    /// The attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { id, version, address } = &self.origin;
        let family = if address.contains(':') { "IP6" } else { "IP4" };
        write!(f, "v=0\r\no=- {id} {version} IN {family} {address}\r\ns=-\r\n")?;
        if let Some((_, audio)) = self.audio() {
            write!(f, "c=IN {}\r\n", InternetAddress(audio.rtp.ip()))?;
        }
        f.write_str("t=0 0\r\n")?;
        self.media.iter().try_for_each(|media| write!(f, "{media}"))
    }
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Audio(audio) => write!(f, "{audio}"),
            Self::Refused(Refused { kind, protocol, formats }) => write!(f, "m={kind} 0 {protocol} {formats}\r\n"),
        }
    }
}

impl fmt::Display for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m=audio {} {}", self.rtp.port(), self.profile.as_str())?;
        let codecs = self.codecs.iter().map(|(_, payload_type)| payload_type);
        for payload_type in codecs.chain(&self.events) {
            write!(f, " {payload_type}")?;
        }
        for (codec, payload_type) in &self.codecs {
            write!(f, "\r\na=rtpmap:{payload_type} {codec}/{}", codec.rtp_clock_hz())?;
        }
        if let Some(events) = self.events {
            write!(f, "\r\na=rtpmap:{events} telephone-event/8000\r\na=fmtp:{events} 0-15")?;
        }
        if let Some(ptime) = self.ptime_ms {
            write!(f, "\r\na=ptime:{ptime}")?;
        }
        if let Some(maxptime) = self.maxptime_ms {
            write!(f, "\r\na=maxptime:{maxptime}")?;
        }
        if let Some(rtcp) = self.rtcp {
            write!(f, "\r\na=rtcp:{} IN {}", rtcp.port(), InternetAddress(rtcp.ip()))?;
        }
        if self.rtcp_mux {
            f.write_str("\r\na=rtcp-mux")?;
        }
        for Crypto { tag, suite, key } in &self.crypto {
            write!(f, "\r\na=crypto:{tag} {} inline:{key}", suite.as_str())?;
        }
        write!(f, "\r\na={}\r\n", self.direction.as_str())
    }
}

/// `IP4 192.0.2.1`.
struct InternetAddress(IpAddr);

impl fmt::Display for InternetAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "IP4 {address}"),
            IpAddr::V6(address) => write!(f, "IP6 {address}"),
        }
    }
}
