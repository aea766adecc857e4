//! One leg's line: its dialog, its audio, and what offer and answer have made of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bell_media::control::Remote;
use bell_sip::DialogId;
use bell_sip::sdp::description::{Description, Direction};
use bell_sip::sdp::parse::SdpLimits;
use bell_sip::sdp::{Before, Local, Negotiated, Preference, answer, offer, read_answer};
use bell_types::{Cause, Codec, LegId, OwnKeys, Srtp};
use bytes::Bytes;

use crate::webrtc::Webrtc;

/// How much audio a packet holds.
const PACKET_TIME: Duration = Duration::from_millis(20);
/// And at most, whatever the other side asks for.
const PACKET_TIME_MAX: Duration = Duration::from_millis(60);

/// The lines of all legs, found by leg and by dialog.
#[derive(Default)]
pub(crate) struct Lines {
    /// Boxed: the nodes of a map stay half empty.
    by_leg: BTreeMap<LegId, Box<Line>>,
    by_dialog: BTreeMap<DialogId, LegId>,
    /// Dialogs that were let go: what they still say concerns nobody but who reads the trace of the call.
    gone: BTreeMap<DialogId, LegId>,
}

/// How many dialogs that were let go are remembered; the oldest is forgotten first.
const GONE_MAX: usize = 1000;

/// One leg's line.
pub(crate) struct Line {
    pub(crate) leg: LegId,
    pub(crate) dialog: Option<DialogId>,
    /// Where its audio comes in, once the media host has said so.
    rtp: Option<SocketAddr>,
    /// The other side's offer that we have not answered.
    offered: Option<Description>,
    /// Our last description, offer or answer.
    ours: Option<Description>,
    agreed: Option<Negotiated>,
    /// The codec we would like: that of the leg it will be joined with, so that nothing needs transcoding.
    pub(crate) wished: Option<Codec>,
    /// Whether its audio is encrypted.
    pub(crate) srtp: Srtp,
    /// How many dialogs it had before this one: each has keys of its own.
    attempt: u16,
    /// What is different if the other side speaks WebRTC: the media host does what is done here otherwise.
    pub(crate) webrtc: Option<Webrtc>,
}

/// What the other side offers when it calls.
pub(crate) enum Offered {
    /// Nothing: it wants our offer.
    Nothing,
    /// Audio over plain RTP.
    Rtp(Description),
    /// A browser's offer, as it came.
    Webrtc(Bytes),
}

impl Offered {
    /// Reads an offer. One that cannot be read leads to no call: 488.
    pub(crate) fn read(offer: Option<&Bytes>) -> Result<Self, Cause> {
        let Some(sdp) = offer else { return Ok(Self::Nothing) };
        let description = read(sdp)?;
        Ok(if description.is_webrtc() { Self::Webrtc(sdp.clone()) } else { Self::Rtp(description) })
    }
}

impl Lines {
    pub(crate) fn open(&mut self, leg: LegId, dialog: Option<DialogId>, offered: Offered, srtp: Srtp) {
        let (offered, webrtc) = match offered {
            Offered::Nothing => (None, None),
            Offered::Rtp(description) => (Some(description), None),
            Offered::Webrtc(sdp) => (None, Some(Webrtc::answering(sdp))),
        };
        let line =
            Line { leg, dialog, rtp: None, offered, ours: None, agreed: None, wished: None, srtp, attempt: 0, webrtc };
        self.by_leg.insert(leg, Box::new(line));
        if let Some(dialog) = dialog {
            self.by_dialog.insert(dialog, leg);
        }
    }

    pub(crate) fn attach(&mut self, leg: LegId, dialog: DialogId) {
        if let Some(line) = self.by_leg.get_mut(&leg) {
            line.dialog = Some(dialog);
            self.by_dialog.insert(dialog, leg);
        }
    }

    /// Lets a dialog go in which the leg could not be set up. Nothing that was agreed in it holds any more.
    pub(crate) fn detach(&mut self, leg: LegId) -> Option<DialogId> {
        let line = self.by_leg.get_mut(&leg)?;
        (line.ours, line.agreed) = (None, None);
        line.attempt = line.attempt.saturating_add(1);
        let dialog = line.dialog.take()?;
        self.let_go(dialog, leg);
        Some(dialog)
    }

    fn let_go(&mut self, dialog: DialogId, leg: LegId) {
        self.by_dialog.remove(&dialog);
        self.gone.insert(dialog, leg);
        if self.gone.len() > GONE_MAX {
            self.gone.pop_first();
        }
    }

    pub(crate) fn close(&mut self, leg: LegId) -> Option<Box<Line>> {
        let line = self.by_leg.remove(&leg)?;
        if let Some(dialog) = line.dialog {
            self.let_go(dialog, leg);
        }
        Some(line)
    }

    pub(crate) fn of_leg(&mut self, leg: LegId) -> Option<&mut Line> {
        self.by_leg.get_mut(&leg).map(Box::as_mut)
    }

    pub(crate) fn of_dialog(&mut self, dialog: DialogId) -> Option<&mut Line> {
        let leg = self.by_dialog.get(&dialog)?;
        self.by_leg.get_mut(leg).map(Box::as_mut)
    }

    pub(crate) fn leg_of(&self, dialog: DialogId) -> Option<LegId> {
        self.by_dialog.get(&dialog).copied()
    }

    /// The leg a dialog belongs to or belonged to, for what comes after its end: our own BYE and CANCEL stand in the trace of its
    /// call, and a BYE of the other side may cross ours.
    pub(crate) fn traced(&self, dialog: DialogId) -> Option<LegId> {
        self.leg_of(dialog).or_else(|| self.gone.get(&dialog).copied())
    }

    pub(crate) fn len(&self) -> usize {
        self.by_leg.len()
    }
}

/// Reads a description. One that cannot be read leads to no call: 488.
fn read(body: &[u8]) -> Result<Description, Cause> {
    let limits = SdpLimits { media_count_max: 16, format_count_max: 64 };
    Description::parse(body, &limits).map_err(|_| Cause::NoCommonCodec)
}

impl Line {
    /// The media host has opened the leg.
    pub(crate) fn ready(&mut self, rtp: SocketAddr) {
        self.rtp = Some(rtp);
    }

    /// Whether the other side has offered and waits for our answer.
    pub(crate) fn has_offer(&self) -> bool {
        self.offered.is_some()
    }

    /// The codec that is spoken.
    pub(crate) fn codec(&self) -> Option<Codec> {
        if let Some(webrtc) = &self.webrtc {
            return webrtc.agreed.as_ref().map(|agreed| agreed.codec);
        }
        self.agreed.as_ref().map(|agreed| agreed.send.0)
    }

    /// Our offer, first or renewed.
    pub(crate) fn offer(&mut self) -> Option<Bytes> {
        if self.webrtc.is_some() {
            return self.description();
        }
        let local = self.local()?;
        let offered = offer(&local, self.before());
        let body = Bytes::from(offered.to_string());
        self.ours = Some(offered);
        Some(body)
    }

    /// Our answer to the offer that waits, and what it makes of the leg.
    pub(crate) fn answer(&mut self) -> Result<Remote, Cause> {
        let offered = self.offered.take().ok_or(Cause::ProtocolError)?;
        let local = self.local().ok_or(Cause::MediaFailed)?;
        let (ours, agreed) = answer(&offered, &local, Preference::Theirs, self.before())?;
        self.ours = Some(ours);
        Ok(self.agree(agreed))
    }

    /// Another offer of the other side, in the course of the call. An unacceptable one changes nothing.
    pub(crate) fn answer_anew(&mut self, body: &[u8]) -> Result<Remote, Cause> {
        self.offered = Some(read(body)?);
        let answered = self.answer();
        self.offered = None;
        answered
    }

    /// The other side's answer to our offer.
    pub(crate) fn answered(&mut self, body: &[u8]) -> Result<Remote, Cause> {
        let answered = read(body)?;
        let local = self.local().ok_or(Cause::MediaFailed)?;
        let ours = self.ours.as_ref().ok_or(Cause::ProtocolError)?;
        let agreed = read_answer(ours, &answered, &local)?;
        Ok(self.agree(agreed))
    }

    /// Our last description as it goes out.
    pub(crate) fn description(&self) -> Option<Bytes> {
        if let Some(webrtc) = &self.webrtc {
            return webrtc.ours.clone();
        }
        self.ours.as_ref().map(|ours| Bytes::from(ours.to_string()))
    }

    /// Whether the other side wants to hear us: if not, it has put us on hold.
    pub(crate) fn is_held(&self) -> bool {
        match &self.webrtc {
            Some(webrtc) => webrtc.agreed.as_ref().is_some_and(|agreed| !agreed.sending),
            None => self.agreed.as_ref().is_some_and(|agreed| !agreed.sending),
        }
    }

    /// Why its dialog came to nothing, if the other side said no more than that it cannot speak as we want: a phone that
    /// must encrypt and cannot says the same as one without a codec of ours.
    pub(crate) fn failed(&self, cause: Cause) -> Cause {
        match (cause, self.srtp, &self.agreed) {
            (Cause::NoCommonCodec, Srtp::Required, None) => Cause::NotEncrypted,
            (cause, _, _) => cause,
        }
    }

    fn agree(&mut self, agreed: Negotiated) -> Remote {
        let remote = remote(&agreed);
        self.agreed = Some(agreed);
        remote
    }

    fn before(&self) -> Before<'_> {
        match &self.ours {
            Some(ours) => Before::Sent(ours),
            // Unique among our sessions, and below 2^63, which some peers read as a signed number.
            None => Before::First { id: (self.leg.call.as_u64() >> 1) ^ u64::from(self.leg.number) },
        }
    }

    fn local(&self) -> Option<Local> {
        let mut codecs = Codec::ALL.to_vec();
        if let Some(wished) = self.wished {
            codecs.sort_by_key(|codec| *codec != wished);
        }
        Some(Local {
            rtp: self.rtp?,
            codecs,
            events: true,
            rtcp_mux: false,
            packet_time: PACKET_TIME,
            packet_time_max: PACKET_TIME_MAX,
            srtp: self.srtp,
            keys: OwnKeys { leg: self.leg, attempt: self.attempt },
            direction: Direction::SendRecv,
        })
    }
}

/// The same agreement in the media host's words.
fn remote(agreed: &Negotiated) -> Remote {
    Remote {
        rtp: agreed.rtp,
        rtcp: agreed.rtcp,
        rtcp_mux: agreed.rtcp_mux,
        send: agreed.send,
        receive: agreed.receive.clone(),
        send_events: agreed.send_events,
        receive_events: agreed.receive_events,
        packet_time: agreed.packet_time,
        srtp: agreed.srtp,
        sending: agreed.sending,
        receiving: agreed.receiving,
    }
}
