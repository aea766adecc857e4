//! Reading session descriptions.

use std::net::{IpAddr, SocketAddr};

use bell_types::{Cause, Codec, SrtpSuite};

use crate::sdp::description::{Audio, Crypto, Description, Direction, Media, Origin, Profile, Refused};

/// How many keys of one media line are read; phones offer two or three.
const CRYPTO_MAX: usize = 8;

/// The limits of reading. What is larger is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SdpLimits {
    /// Media lines.
    pub media_count_max: usize,
    /// Formats of one media line.
    pub format_count_max: usize,
}

/// Why a body is no session description we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// It does not begin with `v=0`.
    #[error("session description does not begin with v=0")]
    Version,
    /// The line of this type is malformed.
    #[error("malformed {0}= line in session description")]
    Line(char),
    /// A line that must be there is not.
    #[error("session description without {0}= line")]
    Missing(char),
    /// There are more media lines or formats than there may be.
    #[error("session description too large")]
    TooLarge,
}

impl From<SdpError> for Cause {
    fn from(_: SdpError) -> Self {
        Self::ProtocolError
    }
}

/// An `m=` line and what follows it, before codecs and addresses are put together.
#[derive(Default)]
struct Section<'a> {
    media: &'a str,
    connection: Option<&'a str>,
    attributes: Vec<(&'a str, &'a str)>,
}

impl Description {
    /// Reads a session description. Lines we do not need may be in any charset; line ends may be CRLF or LF.
    pub fn parse(body: &[u8], limits: &SdpLimits) -> Result<Self, SdpError> {
        let mut origin = None;
        let mut common = Section::default();
        let mut sections: Vec<Section<'_>> = Vec::new();
        for (number, line) in body.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if number == 0 && line != b"v=0" {
                return Err(SdpError::Version);
            }
            // A name of the session in GBK, say, is of no use to us and spoils nothing.
            let Some((kind, value)) = std::str::from_utf8(line).ok().and_then(|line| line.split_once('=')) else {
                continue;
            };
            let section = sections.last_mut().unwrap_or(&mut common);
            match kind {
                "o" if origin.is_none() => origin = Some(parse_origin(value)?),
                "c" => section.connection = section.connection.or(Some(value)),
                "a" => section.attributes.push(value.split_once(':').unwrap_or((value, ""))),
                "m" if sections.len() >= limits.media_count_max => return Err(SdpError::TooLarge),
                "m" => sections.push(Section { media: value, ..Section::default() }),
                _ => {}
            }
        }
        let media: Result<_, _> = sections.iter().map(|section| section.read(&common, limits)).collect();
        Ok(Self { origin: origin.ok_or(SdpError::Missing('o'))?, media: media? })
    }
}

impl Section<'_> {
    fn read(&self, common: &Self, limits: &SdpLimits) -> Result<Media, SdpError> {
        let mut words = self.media.split_ascii_whitespace();
        let (Some(kind), Some(port), Some(protocol)) = (words.next(), words.next(), words.next()) else {
            return Err(SdpError::Line('m'));
        };
        let formats: Vec<_> = words.collect();
        if formats.is_empty() {
            return Err(SdpError::Line('m'));
        }
        if formats.len() > limits.format_count_max {
            return Err(SdpError::TooLarge);
        }
        // `49170/2` asks for two ports in a row; only the first matters.
        let port = port.split_once('/').map_or(port, |(port, _)| port);
        let port: u16 = port.parse().map_err(|_| SdpError::Line('m'))?;
        let profile = Profile::from_name(protocol).filter(|_| kind == "audio" && port != 0);
        if let Some(profile) = profile
            && let Some(audio) = self.read_audio(common, profile, port, &formats)?
        {
            return Ok(Media::Audio(audio));
        }
        Ok(Media::Refused(Refused { kind: kind.into(), protocol: protocol.into(), formats: formats.join(" ").into() }))
    }

    /// `None` if its address is none we would send to, we know none of its formats, or it is to be encrypted and we can use
    /// none of its keys.
    fn read_audio(
        &self,
        common: &Self,
        profile: Profile,
        port: u16,
        formats: &[&str],
    ) -> Result<Option<Audio>, SdpError> {
        let crypto: Vec<_> = self.cryptos().take(CRYPTO_MAX).collect();
        if profile.is_secure() && crypto.is_empty() {
            return Ok(None);
        }
        let connection = self.connection.or(common.connection).ok_or(SdpError::Missing('c'))?;
        let Some(address) = parse_connection(connection) else {
            return Ok(None);
        };
        let mut audio = Audio {
            rtp: SocketAddr::new(address, port),
            rtcp: self.value("rtcp").and_then(|value| parse_rtcp(value, address)),
            rtcp_mux: self.value("rtcp-mux").is_some(),
            profile,
            codecs: Vec::new(),
            events: None,
            ptime_ms: self.milliseconds("ptime"),
            maxptime_ms: self.milliseconds("maxptime"),
            crypto,
            direction: self.direction().or_else(|| common.direction()).unwrap_or(Direction::SendRecv),
        };
        for payload_type in formats.iter().filter_map(|format| format.parse().ok()) {
            self.add_format(&mut audio, payload_type);
        }
        // Without a format there is no media line (RFC 8866 §5.14).
        let known = !audio.codecs.is_empty() || audio.events.is_some();
        Ok(known.then_some(audio))
    }

    /// What a payload type means stands in its rtpmap; only without one is it the static meaning. So a number has one
    /// meaning, and audio is never taken for keys.
    fn add_format(&self, audio: &mut Audio, payload_type: u8) {
        if payload_type > 127 {
            return;
        }
        let codec = match self.rtpmap(payload_type) {
            Some(rtpmap) if rtpmap.eq_ignore_ascii_case("telephone-event/8000") => {
                audio.events = audio.events.or(Some(payload_type));
                return;
            }
            Some(rtpmap) => codec_of(rtpmap),
            None => Codec::from_static_payload_type(payload_type),
        };
        if let Some(codec) = codec.filter(|codec| audio.codecs.iter().all(|(known, _)| known != codec)) {
            audio.codecs.push((codec, payload_type));
        }
    }

    fn cryptos(&self) -> impl Iterator<Item = Crypto> {
        let lines = self.attributes.iter().filter(|(name, _)| *name == "crypto");
        lines.filter_map(|(_, value)| parse_crypto(value))
    }

    fn rtpmap(&self, payload_type: u8) -> Option<&str> {
        self.attributes.iter().find_map(|(name, value)| {
            let (number, encoding) = value.split_once(' ').filter(|_| *name == "rtpmap")?;
            (number.parse() == Ok(payload_type)).then(|| encoding.trim())
        })
    }

    fn direction(&self) -> Option<Direction> {
        self.attributes
            .iter()
            .find_map(|(name, _)| Direction::ALL.into_iter().find(|direction| direction.as_str() == *name))
    }

    fn milliseconds(&self, name: &str) -> Option<u16> {
        let value = self.value(name)?.trim();
        // Some peers write fractions: `20.0`.
        let whole = value.split_once('.').map_or(value, |(whole, _)| whole);
        whole.parse().ok().filter(|milliseconds| *milliseconds > 0)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes.find(|(attribute, _)| *attribute == name).map(|(_, value)| *value)
    }
}

/// `1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20`. None if we could not do what it asks for: another suite, a key that is
/// told from others by a number in each packet, or a parameter that we may not pass over (RFC 4568 §6.3).
fn parse_crypto(value: &str) -> Option<Crypto> {
    let mut words = value.split_ascii_whitespace();
    let tag = words.next()?.parse().ok()?;
    let suite = SrtpSuite::from_name(words.next()?)?;
    let mut key = words.next()?.strip_prefix("inline:")?.split('|');
    let reference = key.next()?.parse().ok()?;
    let is_numbered = key.any(|more| more.contains(':'));
    let is_usual = words.all(|parameter| parameter.starts_with('-') || parameter.starts_with("WSH="));
    (!is_numbered && is_usual).then_some(Crypto { tag, suite, key: reference })
}

/// `PCMA/8000` or `PCMA/8000/1`.
fn codec_of(rtpmap: &str) -> Option<Codec> {
    let mut parts = rtpmap.split('/');
    let codec = Codec::from_rtpmap_name(parts.next()?)?;
    let clock = parts.next()?.parse() == Ok(codec.rtp_clock_hz());
    let mono = parts.next().is_none_or(|channels| channels == "1");
    (clock && mono).then_some(codec)
}

/// `name id version IN IP4 address`. The name is of no use, and some peers put spaces into it.
fn parse_origin(value: &str) -> Result<Origin, SdpError> {
    let words: Vec<_> = value.split_ascii_whitespace().collect();
    let [.., id, version, _net, _family, address] = words[..] else {
        return Err(SdpError::Line('o'));
    };
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u64::MAX)).ok_or(SdpError::Line('o'))
    };
    Ok(Origin { id: number(id)?, version: number(version)?, address: address.into() })
}

/// `IN IP4 192.0.2.1`, perhaps with `/ttl`. Names are not resolved, and nobody makes us send to a group.
fn parse_connection(value: &str) -> Option<IpAddr> {
    let mut words = value.split_ascii_whitespace().skip(2);
    let address = words.next()?;
    let address = address.split_once('/').map_or(address, |(address, _)| address);
    address.parse().ok().filter(may_be_sent_to)
}

/// `53020` or `53020 IN IP4 126.16.64.4`.
fn parse_rtcp(value: &str, address: IpAddr) -> Option<SocketAddr> {
    let (port, connection) = value.split_once(' ').unwrap_or((value, ""));
    let address = parse_connection(connection).unwrap_or(address);
    port.parse().ok().filter(|port| *port != 0).map(|port| SocketAddr::new(address, port))
}

fn may_be_sent_to(address: &IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !address.is_multicast() && !broadcast
}
