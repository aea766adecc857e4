//! Offers and answers (RFC 3264) about one audio stream, as pure functions.
//!
//! A side keeps the last description it sent and passes it as [`Before`] to the next offer or answer: ids, versions,
//! payload types and the places of media lines follow from it. What both sides agreed on comes back as [`Negotiated`].
//!
//! ```
//! use std::time::Duration;
//!
//! use bell_sip::sdp::{Before, Local, Preference, answer, description::Direction, offer, read_answer};
//! use bell_types::{CallId, Codec, LegId, OwnKeys, Srtp};
//!
//! let ours = Local {
//!     rtp: "192.0.2.1:20000".parse().expect("an address"),
//!     codecs: vec![Codec::Pcma, Codec::Pcmu],
//!     events: true,
//!     rtcp_mux: false,
//!     packet_time: Duration::from_millis(20),
//!     packet_time_max: Duration::from_millis(60),
//!     srtp: Srtp::Off,
//!     keys: OwnKeys { leg: LegId { call: CallId::from_u64(1), number: 1 }, attempt: 0 },
//!     direction: Direction::SendRecv,
//! };
//! let theirs = Local { rtp: "192.0.2.7:4000".parse().expect("an address"), codecs: vec![Codec::Pcmu], ..ours.clone() };
//!
//! let offered = offer(&ours, Before::First { id: 1 });
//! let (answered, at_the_phone) = answer(&offered, &theirs, Preference::Theirs, Before::First { id: 2 })?;
//! let here = read_answer(&offered, &answered, &ours)?;
//! assert_eq!(here.send, (Codec::Pcmu, 0));
//! assert_eq!(here.rtp, theirs.rtp);
//! assert_eq!(at_the_phone.rtp, ours.rtp);
//! # Ok::<(), bell_sip::sdp::Unacceptable>(())
//! ```

pub mod description;
pub mod parse;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use bell_types::{Cause, Codec, OwnKeys, Srtp, SrtpKeys, SrtpSuite};

use crate::sdp::description::{Audio, Crypto, Description, Direction, Media, Origin, Profile, Refused};

/// Payload types that have no meaning until a description gives them one (RFC 3551 §6).
const DYNAMIC: std::ops::RangeInclusive<u8> = 96..=127;
/// What most of the world takes for telephone-event, and some of it without reading what we write.
const EVENTS_USUAL: u8 = 101;

/// What we can do on a leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// Where we take RTP. RTCP is on the next port.
    pub rtp: SocketAddr,
    /// The codecs, in our order of preference.
    pub codecs: Vec<Codec>,
    /// Whether we take telephone-events.
    pub events: bool,
    /// Whether RTP and RTCP may share a port.
    pub rtcp_mux: bool,
    /// How much audio a packet should hold.
    pub packet_time: Duration,
    /// How much audio a packet of ours holds at most, whatever the other side asks for.
    pub packet_time_max: Duration,
    /// Whether the audio is encrypted.
    pub srtp: Srtp,
    /// Under which keys of ours.
    pub keys: OwnKeys,
    /// Who should send: `SendOnly` or `Inactive` to put the other side on hold.
    pub direction: Direction,
}

/// What we sent before on this leg.
#[derive(Clone, Copy, Debug)]
pub enum Before<'a> {
    /// Nothing.
    First {
        /// The id of the session for `o=`; random.
        id: u64,
    },
    /// This was our last description, offer or answer.
    Sent(&'a Description),
}

/// Whose order of codecs decides an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// Ours.
    Ours,
    /// That of the offer.
    Theirs,
}

/// What an offer and its answer agreed on, as our side sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiated {
    /// Where the other side wants RTP, as it says; unspecified if it put us on hold the old way.
    pub rtp: SocketAddr,
    /// Where it wants RTCP.
    pub rtcp: SocketAddr,
    /// Whether the two share one port.
    pub rtcp_mux: bool,
    /// The codec we send, with its payload type at the other side.
    pub send: (Codec, u8),
    /// What we take: each codec with its payload type on our side.
    pub receive: Vec<(Codec, u8)>,
    /// The payload type of telephone-event for sending, if the other side takes it.
    pub send_events: Option<u8>,
    /// The payload type of telephone-event for receiving, if both sides take it: who does not name it in his answer to our
    /// offer sends his keys as tones (RFC 3264 §6.1).
    pub receive_events: Option<u8>,
    /// How much audio a packet that we send holds.
    pub packet_time: Duration,
    /// How both sides encrypt it; none: they do not.
    pub srtp: Option<SrtpKeys>,
    /// Whether we may send.
    pub sending: bool,
    /// Whether the other side sends.
    pub receiving: bool,
}

/// Why an offer or an answer leads to no call. Every one of these is a 488, or the end of a call with a BYE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// There is no audio line we could take, or the answer refused ours.
    #[error("no audio over RTP in a codec we know")]
    NoAudio,
    /// No codec in common.
    #[error("no codec in common")]
    NoCommonCodec,
    /// It would have to be encrypted, and one side does not do it or tells no key that the other can use.
    #[error("no keys in common to encrypt the audio")]
    NotEncrypted,
}

impl From<Unacceptable> for Cause {
    fn from(why: Unacceptable) -> Self {
        match why {
            Unacceptable::NoAudio | Unacceptable::NoCommonCodec => Self::NoCommonCodec,
            Unacceptable::NotEncrypted => Self::NotEncrypted,
        }
    }
}

/// Our offer. After an earlier description it keeps the ids, places and payload types of that one, and its version
/// grows if anything changed (RFC 3264 §8).
pub fn offer(local: &Local, before: Before<'_>) -> Description {
    let previous = match before {
        Before::First { .. } => None,
        Before::Sent(sent) => sent.audio().map(|(_, audio)| audio),
    };
    let mut taken: Vec<u8> = previous.and_then(|audio| audio.events).into_iter().collect();
    let mut codecs = Vec::with_capacity(local.codecs.len());
    for &codec in &local.codecs {
        let kept = previous.and_then(|audio| payload_type_of(audio, codec));
        let payload_type = kept.unwrap_or_else(|| free(&taken, codec.static_payload_type()));
        taken.push(payload_type);
        codecs.push((codec, payload_type));
    }
    let events = previous.and_then(|audio| audio.events);
    let events = events.unwrap_or_else(|| free(&taken, EVENTS_USUAL));
    let profile = previous.map_or(Profile::Avp, |audio| audio.profile);
    let has_keys = local.srtp != Srtp::Off || previous.is_some_and(|audio| !audio.crypto.is_empty());
    let audio = Audio {
        rtp: local.rtp,
        rtcp: None,
        rtcp_mux: local.rtcp_mux,
        profile: if local.srtp == Srtp::Required { profile.secured() } else { profile },
        crypto: if has_keys { all_keys(local.keys) } else { Vec::new() },
        codecs,
        events: local.events.then_some(events),
        ptime_ms: milliseconds(local.packet_time),
        maxptime_ms: None,
        direction: local.direction,
    };
    let media = match before {
        Before::First { .. } => vec![Media::Audio(audio)],
        Before::Sent(sent) => in_place(sent, audio),
    };
    describe(local, media, before)
}

/// Our answer to an offer, and what it makes of the leg. Exactly one codec is answered, so that nobody has to guess
/// which of several is used; its payload type is the one of the offer.
pub fn answer(
    offered: &Description,
    local: &Local,
    preference: Preference,
    before: Before<'_>,
) -> Result<(Description, Negotiated), Unacceptable> {
    let mut refusal = Unacceptable::NoAudio;
    let mut chosen = None;
    for (place, media) in offered.media.iter().enumerate() {
        let theirs = match media {
            Media::Audio(theirs) => theirs,
            Media::Refused(refused) if refused.is_secure_audio() => {
                refusal = Unacceptable::NotEncrypted;
                continue;
            }
            Media::Refused(_) => continue,
        };
        match (choose(theirs, local, preference), theirs.crypto.first()) {
            (None, _) => refusal = Unacceptable::NoCommonCodec,
            (Some(_), None) if local.srtp == Srtp::Required => refusal = Unacceptable::NotEncrypted,
            (Some(codec), crypto) => {
                chosen = Some((place, theirs, codec, crypto));
                break;
            }
        }
    }
    let (place, theirs, codec, crypto) = chosen.ok_or(refusal)?;
    let crypto = crypto.map(|theirs| Crypto { key: local.keys.key(theirs.suite), ..*theirs });
    let ours = Audio {
        rtp: local.rtp,
        rtcp: None,
        rtcp_mux: local.rtcp_mux && theirs.rtcp_mux,
        profile: theirs.profile,
        crypto: crypto.into_iter().collect(),
        codecs: vec![codec],
        events: theirs.events.filter(|_| local.events),
        ptime_ms: milliseconds(local.packet_time),
        maxptime_ms: None,
        direction: effective(theirs).answered(local.direction),
    };
    let negotiated = agree(&ours, theirs, codec, local);
    let mut media: Vec<_> = offered.media.iter().map(|media| Media::Refused(refuse(media))).collect();
    media[place] = Media::Audio(ours);
    Ok((describe(local, media, before), negotiated))
}

/// What the answer to our offer makes of the leg.
pub fn read_answer(offered: &Description, answered: &Description, local: &Local) -> Result<Negotiated, Unacceptable> {
    let (place, ours) = offered.audio().ok_or(Unacceptable::NoAudio)?;
    let theirs = match answered.media.get(place) {
        Some(Media::Audio(theirs)) => theirs,
        Some(Media::Refused(refused)) if refused.is_secure_audio() => return Err(Unacceptable::NotEncrypted),
        Some(Media::Refused(_)) | None => return Err(Unacceptable::NoAudio),
    };
    let needs_keys = ours.profile.is_secure() || local.srtp == Srtp::Required;
    if needs_keys && common_keys(ours, theirs).is_none() {
        return Err(Unacceptable::NotEncrypted);
    }
    let mut theirs_known = theirs.codecs.iter();
    let send = theirs_known.find(|(codec, _)| payload_type_of(ours, *codec).is_some());
    let send = send.copied().ok_or(Unacceptable::NoCommonCodec)?;
    Ok(agree(ours, theirs, send, local))
}

fn choose(theirs: &Audio, local: &Local, preference: Preference) -> Option<(Codec, u8)> {
    match preference {
        Preference::Theirs => theirs.codecs.iter().copied().find(|(codec, _)| local.codecs.contains(codec)),
        Preference::Ours => {
            let mut codecs = local.codecs.iter();
            codecs.find_map(|&codec| payload_type_of(theirs, codec).map(|payload_type| (codec, payload_type)))
        }
    }
}

/// Puts the two halves together; `ours` and `theirs` are offer and answer in either order.
fn agree(ours: &Audio, theirs: &Audio, send: (Codec, u8), local: &Local) -> Negotiated {
    let common = |(codec, _): &&(Codec, u8)| payload_type_of(theirs, *codec).is_some();
    let direction = effective(theirs).answered(ours.direction);
    let rtcp_mux = ours.rtcp_mux && theirs.rtcp_mux;
    let next_port = SocketAddr::new(theirs.rtp.ip(), theirs.rtp.port().saturating_add(1));
    Negotiated {
        rtp: theirs.rtp,
        rtcp: if rtcp_mux { theirs.rtp } else { theirs.rtcp.unwrap_or(next_port) },
        rtcp_mux,
        send,
        receive: ours.codecs.iter().filter(common).copied().collect(),
        send_events: theirs.events.filter(|_| local.events),
        receive_events: ours.events.filter(|_| theirs.events.is_some()),
        packet_time: packet_time(theirs, local),
        srtp: common_keys(ours, theirs),
        sending: direction.sends(),
        receiving: direction.takes(),
    }
}

/// A key for every suite we know, best first.
fn all_keys(keys: OwnKeys) -> Vec<Crypto> {
    let numbered = SrtpSuite::ALL.into_iter().zip(1..);
    numbered.map(|(suite, tag)| Crypto { tag, suite, key: keys.key(suite) }).collect()
}

/// The keys of the suite that both sides name. An answer names one; its tag says nothing more, and some phones get it wrong.
fn common_keys(ours: &Audio, theirs: &Audio) -> Option<SrtpKeys> {
    theirs.crypto.iter().find_map(|theirs| {
        let ours = ours.crypto.iter().find(|ours| ours.suite == theirs.suite)?;
        Some(SrtpKeys { suite: ours.suite, ours: ours.key, theirs: theirs.key })
    })
}

/// The direction a side means: with an unspecified address it takes nothing, whatever it says (RFC 3264 §8.4).
fn effective(audio: &Audio) -> Direction {
    let reachable = !audio.rtp.ip().is_unspecified();
    Direction::new(audio.direction.sends(), audio.direction.takes() && reachable)
}

/// What the other side asks for in whole steps of 10 ms, within what it and we may send.
fn packet_time(theirs: &Audio, local: &Local) -> Duration {
    let step = Duration::from_millis(10);
    let whole = |milliseconds: u16| Duration::from_millis(u64::from(milliseconds / 10 * 10));
    let asked = theirs.ptime_ms.map_or(local.packet_time, whole);
    let at_most = theirs.maxptime_ms.map_or(local.packet_time_max, whole);
    asked.min(at_most).min(local.packet_time_max).max(step)
}

fn payload_type_of(audio: &Audio, codec: Codec) -> Option<u8> {
    let mut codecs = audio.codecs.iter();
    codecs.find(|(known, _)| *known == codec).map(|(_, payload_type)| *payload_type)
}

/// The payload type that is wished for, or another one if that is taken.
fn free(taken: &[u8], wished: u8) -> u8 {
    let mut candidates = std::iter::once(wished).chain(DYNAMIC);
    candidates.find(|candidate| !taken.contains(candidate)).unwrap_or(wished)
}

/// The lines of our last description with a new audio line in place of the old one.
fn in_place(sent: &Description, audio: Audio) -> Vec<Media> {
    let mut media: Vec<_> = sent.media.iter().map(|media| Media::Refused(refuse(media))).collect();
    match sent.audio() {
        Some((place, _)) => media[place] = Media::Audio(audio),
        None => media.push(Media::Audio(audio)),
    }
    media
}

fn refuse(media: &Media) -> Refused {
    match media {
        Media::Refused(refused) => refused.clone(),
        Media::Audio(audio) => {
            Refused { kind: "audio".into(), protocol: audio.profile.as_str().into(), formats: "0".into() }
        }
    }
}

fn describe(local: &Local, media: Vec<Media>, before: Before<'_>) -> Description {
    let address = local.rtp.ip().to_string().into();
    match before {
        // Some peers compare versions as signed 32-bit numbers, and 1 is as good as any.
        Before::First { id } => Description { origin: Origin { id, version: 1, address }, media },
        Before::Sent(sent) => {
            let changed = sent.media != media;
            let version = sent.origin.version.saturating_add(u64::from(changed));
            let origin = Origin { version, ..sent.origin.clone() };
            Description { origin, media }
        }
    }
}

fn milliseconds(time: Duration) -> Option<u16> {
    u16::try_from(time.as_millis()).ok().filter(|milliseconds| *milliseconds > 0)
}
