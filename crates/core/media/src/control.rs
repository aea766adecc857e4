//! What the engine tells a media host, and what it hears back.
//!
//! Both are plain serialisable data with ids, so that the host can run in its own process and an engine that comes
//! back can repeat what it is not sure of: a command with an id the host has seen is answered again, not done again.
//! Audio never passes here.

use std::net::SocketAddr;
use std::time::Duration;

use bell_types::{
    Codec, Digit, DigitVia, Digits, Direction, LegId, LegQuality, PromptEnd, RecordingId, RecordingStatus,
    SilenceCause, SrtpKeys, VoiceReport,
};
use serde::{Deserialize, Serialize};

/// The id of one command. Grows with every command of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommandId(pub u64);

/// One command about one leg. All legs of a call live on one worker of the host, so a command touches one worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaCommand {
    /// Its id.
    pub id: CommandId,
    /// The leg.
    pub leg: LegId,
    /// What to do.
    pub what: MediaAction,
}

/// What to do with a leg.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MediaAction {
    /// Open sockets for the leg. Answered by [`MediaNews::Ready`] or [`MediaNews::Failed`].
    Open,
    /// From now on talk with this remote side: after the offer and answer, and again after each new one.
    SetRemote(Remote),
    /// From now on let the leg hear this. Replaces what it heard before; a play that is cut off ends as `Stopped`.
    SetPlan(Plan),
    /// Send these keys to the leg as telephone-events, or as tones if it takes no telephone-events.
    SendDigits(Digits),
    /// Append what the leg says and hears to this recording until the leg closes. Whatever happens to the call in
    /// between never touches the writer.
    Record(RecordingId),
    /// Close the leg. Its sockets and its plan are gone; a last quality report follows.
    Close,
    /// All legs are closed: make the recording complete on disk. Answered by [`MediaNews::RecordingSealed`].
    Seal(RecordingId),
    /// What the leg says is kept in memory, so that it can be played to it as [`AudioId::own_speech`].
    Keep(Keeping),
    /// Open the leg for WebRTC, in place of [`Open`](Self::Open). What both sides agree on is the host's to find out: it
    /// writes our descriptions and reads those of the other side. Answered like the [`Negotiate`](Self::Negotiate) that
    /// it holds.
    OpenWebrtc(WebrtcOpening),
    /// Offer and answer in the course of a WebRTC leg. Answered by [`MediaNews::Described`], [`MediaNews::Agreed`] or
    /// [`MediaNews::Unacceptable`].
    Negotiate(Negotiation),
}

/// How a WebRTC leg begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebrtcOpening {
    /// The codec we would like: that of the leg it will be joined with, so that nothing needs transcoding.
    pub wished: Option<Codec>,
    /// What is spoken if both sides can speak either.
    pub voice: Voice,
    /// Our offer, or our answer to that of the other side.
    pub first: Negotiation,
}

/// What is spoken with a browser if both sides can speak either. Whoever answers our offer may choose the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Voice {
    /// G.711: nothing is transcoded towards a trunk.
    G711,
    /// Opus: survives loss, and costs a tenth of the network.
    Opus,
}

/// A step of offer and answer (RFC 3264) on a WebRTC leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Negotiation {
    /// Make an offer, the first one or another.
    Offer,
    /// Answer this offer.
    TakeOffer(String),
    /// Take this answer to our offer.
    TakeAnswer(String),
}

/// What becomes of what a leg says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keeping {
    /// Keep it from now on, up to so much; what was kept before is forgotten.
    Begin(Duration),
    /// That was all.
    End,
    /// Nobody wants to hear it any more.
    Forget,
}

/// The other side of a leg, as the last offer and answer left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// Where the other side wants RTP, as it says. Packets are sent here until one arrives from elsewhere.
    pub rtp: SocketAddr,
    /// Where it wants RTCP (RFC 3605); the port after `rtp` unless it says otherwise.
    pub rtcp: SocketAddr,
    /// Whether the two share one port (RFC 5761).
    pub rtcp_mux: bool,
    /// The codec we send, with its payload type at the other side.
    pub send: (Codec, u8),
    /// What we take: each codec with its payload type on our side.
    pub receive: Vec<(Codec, u8)>,
    /// The payload type of telephone-event for sending, if the other side takes it (RFC 4733).
    pub send_events: Option<u8>,
    /// The payload type of telephone-event for receiving, if we offered it.
    pub receive_events: Option<u8>,
    /// How much audio a packet that we send holds; 20 ms unless the other side asks otherwise.
    pub packet_time: Duration,
    /// How both sides encrypt what they send; none: they do not.
    pub srtp: Option<SrtpKeys>,
    /// Whether we may send to it: not on hold or inactive (RFC 3264 §8.4).
    pub sending: bool,
    /// Whether it sends to us. If not, its silence is no fault.
    pub receiving: bool,
}

/// The content hash of a piece of audio in the host's library (hex SHA-256 of what was uploaded or synthesised).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AudioId(pub Box<str>);

impl AudioId {
    /// What the leg itself has said, as far as it was [kept](MediaAction::Keep). It is in no library.
    pub fn own_speech() -> Self {
        Self("own-speech".into())
    }
}

/// The id of one playing; unique within its leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlayId(pub u32);

/// What a leg hears. A small immutable value: a new situation is a new plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Plan {
    /// Nothing; no packet is sent.
    Silence,
    /// Pieces of audio one after the other.
    Play(Play),
    /// A tone, until the next plan.
    Tone(Tone),
    /// Another leg of the same call. Equal codecs are relayed packet by packet, others transcoded.
    Leg(LegId),
    /// Several legs of the same call, each as loud as its gain in hundredths says (100 leaves it as it is).
    Mix(Vec<(LegId, u16)>),
    /// Itself: the echo test.
    Echo,
    /// Several legs as in a mix, and a soft tone at once and again and again: somebody else listens.
    Supervised {
        /// The legs with their gains.
        voices: Vec<(LegId, u16)>,
        /// From the beginning of one tone to that of the next.
        every: Duration,
    },
}

/// Pieces of audio to play to a leg.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Play {
    /// Its id, which comes back in [`MediaNews::PlayEnded`].
    pub id: PlayId,
    /// The pieces, in order.
    pub pieces: Vec<AudioId>,
    /// Once, or again and again until the next plan: music on hold.
    pub repeat: Repeat,
    /// Whether a key ends it.
    pub barge_in: BargeIn,
}

/// How often to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repeat {
    /// Once.
    Once,
    /// Until the next plan.
    Forever,
}

/// Whether a key ends a playing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BargeIn {
    /// A key ends it.
    Yes,
    /// Keys are reported, and it goes on.
    No,
}

/// A tone of the Chinese network (GB/T 3380, 450 Hz).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// 1 s on, 4 s off.
    Ringback,
    /// 0.35 s on, 0.35 s off.
    Busy,
    /// 0.7 s on, 0.7 s off: all lines busy.
    Congestion,
    /// 0.4 s, once: speak now. What follows is silence.
    Beep,
}

/// One message of the host about one leg.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaEvent {
    /// The leg; for a sealed recording, the leg its [`MediaAction::Seal`] named.
    pub leg: LegId,
    /// What happened.
    pub what: MediaNews,
}

/// What happened to a leg's media.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MediaNews {
    /// The leg's sockets are open.
    Ready {
        /// Where we take RTP, as it stands in our SDP: the advertised address. RTCP is on the next port.
        rtp: SocketAddr,
    },
    /// The leg could not be opened or has failed; it is closed.
    Failed {
        /// Why, for the operator.
        reason: String,
    },
    /// The first packet of the other side arrived.
    Flowing,
    /// A playing ended.
    PlayEnded {
        /// Which.
        play: PlayId,
        /// How.
        how: PromptEnd,
    },
    /// A key was pressed, and has been let go.
    Digit {
        /// The key.
        digit: Digit,
        /// How long it was held.
        held: Duration,
        /// How it reached us; never [`DigitVia::SipInfo`].
        via: DigitVia,
    },
    /// How the leg sounded since the last report; every 5 s, and once more when it closes.
    Quality(LegQuality),
    /// One direction fell silent.
    SilenceBegan {
        /// Inbound: we hear nothing. Outbound: the other side gets nothing.
        direction: Direction,
        /// Why.
        cause: SilenceCause,
    },
    /// It is no longer silent.
    SilenceEnded {
        /// Which direction.
        direction: Direction,
    },
    /// No packet at all for so long that the other side must be gone.
    TimedOut,
    /// A WebRTC leg was agreed on, and no way was found for its audio.
    NoWay,
    /// A recording is complete on disk.
    RecordingSealed {
        /// Which.
        recording: RecordingId,
        /// Whether everything is there.
        status: RecordingStatus,
        /// The length of the audio.
        length: Duration,
        /// SHA-256 of all that was recorded, in hex, whatever key it is under on disk; empty if there is no file.
        sha256: String,
    },
    /// Our description of a WebRTC leg.
    Described {
        /// The text, as it goes out.
        sdp: String,
        /// What was agreed on, if it is an answer; none if it is an offer.
        agreed: Option<Agreed>,
    },
    /// The other side's answer to our offer on a WebRTC leg was taken.
    Agreed(Agreed),
    /// What the other side offered or answered leads to no audio; the leg stays as it was.
    Unacceptable {
        /// Why, for the operator.
        reason: String,
    },
    /// What the leg's microphone delivered since the last such report; every 30 s, and once more when it closes.
    Voice(VoiceReport),
}

/// What both sides of a WebRTC leg agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// The codec towards the other legs of the call.
    pub codec: Codec,
    /// The codec on the wire as SDP names it: `PCMA/8000`, `opus/48000`.
    pub spoken: String,
    /// Whether we may send to the other side: it has not put us on hold.
    pub sending: bool,
    /// Whether it sends to us.
    pub receiving: bool,
}
