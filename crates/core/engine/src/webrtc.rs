//! Legs that speak WebRTC: the media host writes our descriptions and reads those of the other side, so that every step
//! of offer and answer waits for its word.

use bell_call::LegInput;
use bell_media::control::{Agreed, MediaAction, Negotiation, Voice, WebrtcOpening};
use bell_sip::{Command, Description, DialogId, Status};
use bell_types::{Cause, Codec, LegId, LegQuality};
use bytes::Bytes;

use crate::node::Node;

/// What a line that speaks WebRTC knows of its offer and answer.
pub(crate) struct Webrtc {
    /// The offer by which the other side called, until the leg is opened.
    offered: Option<Bytes>,
    /// Our last description, offer or answer.
    pub(crate) ours: Option<Bytes>,
    pub(crate) agreed: Option<Agreed>,
    awaits: Option<Awaited>,
}

/// What becomes of the media host's next word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaited {
    /// Our first description: the leg is open.
    Opening,
    /// The answer to our first offer was taken: the leg is up.
    Up,
    /// Our answer to another offer of the other side, which had us on hold before or not.
    Reanswer { was_held: bool },
    /// Our offer for an INVITE without one in the course of the call.
    Reoffer,
    /// The answer to that was taken.
    Settled { was_held: bool },
}

impl Webrtc {
    /// Of a line whose other side has offered this.
    pub(crate) const fn answering(offered: Bytes) -> Self {
        Self { offered: Some(offered), ours: None, agreed: None, awaits: None }
    }

    /// Of a line on which we offer.
    const fn offering() -> Self {
        Self { offered: None, ours: None, agreed: None, awaits: None }
    }

    /// Opens the leg.
    pub(crate) fn open(&mut self, wished: Option<Codec>, voice: Voice) -> MediaAction {
        self.awaits = Some(Awaited::Opening);
        let first = self.offered.take().map_or(Negotiation::Offer, |sdp| Negotiation::TakeOffer(text(&sdp)));
        MediaAction::OpenWebrtc(WebrtcOpening { wished, voice, first })
    }
}

impl Node {
    pub(crate) fn is_webrtc(&mut self, dialog: DialogId) -> bool {
        self.lines.of_dialog(dialog).is_some_and(|line| line.webrtc.is_some())
    }

    /// What is best spoken on a leg, if it is a browser's: Opus where much was lost of late.
    pub(crate) fn voice_on(&self, leg: LegId) -> Voice {
        let (now, rules) = (self.now().mono, self.snapshot.weak_network);
        let is_weak = |browser| self.networks.is_weak(now, browser, rules);
        if self.calls.endpoint_at(leg).is_some_and(is_weak) { Voice::Opus } else { self.snapshot.browser_voice }
    }

    /// How a leg was heard is remembered, if it is a browser's.
    pub(crate) fn measured(&mut self, leg: LegId, quality: &LegQuality) {
        let (now, rules) = (self.now().mono, self.snapshot.weak_network);
        let browser = self.calls.endpoint_at(leg).filter(|endpoint| self.snapshot.browsers.contains(*endpoint));
        if let Some(browser) = browser {
            self.networks.measured(now, browser, quality, rules);
        }
    }

    /// A leg that is about to be opened will be called by our offer.
    pub(crate) fn offer_webrtc(&mut self, leg: LegId) {
        if let Some(line) = self.lines.of_leg(leg) {
            line.webrtc = Some(Webrtc::offering());
        }
    }

    /// Our offer was answered with a 200, or our answer confirmed with an ACK.
    pub(crate) fn webrtc_answered(&mut self, dialog: DialogId, sdp: Description) {
        match sdp {
            Description::None => self.leg_is_up(dialog),
            Description::Answer(sdp) => {
                self.negotiate(dialog, Awaited::Up, Negotiation::TakeAnswer(text(&sdp)));
            }
            // We never call a browser without an offer.
            Description::Offer(_) => {
                let cause = Cause::ProtocolError;
                let leg = self.lines.leg_of(dialog);
                leg.into_iter().for_each(|leg| self.end_of_media(leg, cause));
            }
        }
    }

    /// The other side changes the session: hold, another network.
    pub(crate) fn webrtc_offered(&mut self, dialog: DialogId, sdp: Option<Bytes>) {
        let Some(was_held) = self.lines.of_dialog(dialog).map(|line| line.is_held()) else { return };
        match sdp {
            Some(sdp) => {
                self.negotiate(dialog, Awaited::Reanswer { was_held }, Negotiation::TakeOffer(text(&sdp)));
            }
            None => self.negotiate(dialog, Awaited::Reoffer, Negotiation::Offer),
        }
    }

    /// An offer of ours in the course of the call was answered.
    pub(crate) fn webrtc_settles(&mut self, dialog: DialogId, sdp: &Bytes) {
        let Some(was_held) = self.lines.of_dialog(dialog).map(|line| line.is_held()) else { return };
        self.negotiate(dialog, Awaited::Settled { was_held }, Negotiation::TakeAnswer(text(sdp)));
    }

    fn negotiate(&mut self, dialog: DialogId, awaited: Awaited, step: Negotiation) {
        let Some(line) = self.lines.of_dialog(dialog) else { return };
        let leg = line.leg;
        if let Some(webrtc) = &mut line.webrtc {
            webrtc.awaits = Some(awaited);
            self.media(leg, MediaAction::Negotiate(step));
        }
    }

    /// The media host has written our description.
    pub(crate) fn described(&mut self, leg: LegId, sdp: String, agreed: Option<Agreed>) {
        let Some((dialog, awaited, webrtc)) = self.awaited(leg) else { return };
        let sdp = Bytes::from(sdp);
        webrtc.ours = Some(sdp.clone());
        webrtc.agreed = agreed.or(webrtc.agreed.take());
        match (awaited, dialog) {
            (Awaited::Opening, _) => self.tell_leg(leg, LegInput::MediaReady),
            (Awaited::Reanswer { was_held }, Some(dialog)) => {
                self.tell_sip(bell_sip::Input::Command(Command::AnswerOffer { dialog, sdp }));
                self.webrtc_hold_changed(leg, was_held);
            }
            (Awaited::Reoffer, Some(dialog)) => {
                self.tell_sip(bell_sip::Input::Command(Command::AnswerOffer { dialog, sdp }));
            }
            // The host answers what it was asked, and only that.
            (Awaited::Up | Awaited::Settled { .. }, _) | (Awaited::Reanswer { .. } | Awaited::Reoffer, None) => {}
        }
    }

    /// It has taken an answer of the other side.
    pub(crate) fn agreed(&mut self, leg: LegId, agreed: Agreed) {
        let Some((dialog, awaited, webrtc)) = self.awaited(leg) else { return };
        webrtc.agreed = Some(agreed);
        match awaited {
            Awaited::Up => dialog.into_iter().for_each(|dialog| self.leg_is_up(dialog)),
            Awaited::Settled { was_held } => self.webrtc_hold_changed(leg, was_held),
            Awaited::Opening | Awaited::Reanswer { .. } | Awaited::Reoffer => {}
        }
    }

    /// It cannot take what the other side said.
    pub(crate) fn unacceptable(&mut self, leg: LegId, reason: &str) {
        let Some((dialog, awaited, _)) = self.awaited(leg) else { return };
        tracing::info!(%leg, reason, "a browser's description leads to no audio");
        match (awaited, dialog) {
            (Awaited::Opening | Awaited::Up, _) => self.end_of_media(leg, Cause::NoCommonCodec),
            (Awaited::Reanswer { .. } | Awaited::Reoffer, Some(dialog)) => {
                let status = Status::NOT_ACCEPTABLE_HERE;
                self.tell_sip(bell_sip::Input::Command(Command::RejectOffer { dialog, status }));
            }
            // The session stays as it was, and so does the leg.
            (Awaited::Settled { .. }, _) | (Awaited::Reanswer { .. } | Awaited::Reoffer, None) => {}
        }
    }

    fn awaited(&mut self, leg: LegId) -> Option<(Option<DialogId>, Awaited, &mut Webrtc)> {
        let line = self.lines.of_leg(leg)?;
        let dialog = line.dialog;
        let webrtc = line.webrtc.as_mut()?;
        let awaited = webrtc.awaits.take()?;
        Some((dialog, awaited, webrtc))
    }

    fn webrtc_hold_changed(&mut self, leg: LegId, was_held: bool) {
        let is_held = self.lines.of_leg(leg).is_some_and(|line| line.is_held());
        self.hold_changed(leg, was_held, is_held);
    }

    fn end_of_media(&mut self, leg: LegId, cause: Cause) {
        self.tell_leg(leg, LegInput::Ended { cause, sip_status: None, q850: None });
    }
}

/// What is no UTF-8 stays out: names that nobody reads.
fn text(sdp: &Bytes) -> String {
    String::from_utf8_lossy(sdp).into_owned()
}
