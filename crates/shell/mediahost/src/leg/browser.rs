//! A leg that speaks WebRTC: its descriptions, and what its peer knows.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bell_media::control::{Agreed, MediaNews, Negotiation, Remote};

use super::Leg;
use crate::webrtc::{Absence, Formats};
use crate::worker::Studio;

/// Where a peer's packets come from and go to, as far as its leg is concerned: the peer itself knows.
pub(crate) const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 9);

/// Browsers send packets of this length, whatever is asked.
const PACKET_TIME: Duration = Duration::from_millis(20);

impl Leg {
    /// A step of offer and answer. The engine is told what came of it.
    pub(crate) fn negotiate(&mut self, step: Negotiation, studio: &mut Studio) {
        let now = studio.instant();
        let Some(peer) = self.carrier.peer() else { return };
        let outcome = match step {
            Negotiation::Offer => peer.offer(now).map(|sdp| (Some(sdp), None)),
            Negotiation::TakeOffer(sdp) => peer.take_offer(now, &sdp).map(|(sdp, formats)| (Some(sdp), Some(formats))),
            Negotiation::TakeAnswer(sdp) => peer.take_answer(now, &sdp).map(|formats| (None, Some(formats))),
        };
        let (sdp, formats) = match outcome {
            Ok(outcome) => outcome,
            Err(reason) => return studio.tell(self.id, MediaNews::Unacceptable { reason }),
        };
        let agreed = formats.as_ref().map(Formats::agreed);
        if let Some(sdp) = &sdp {
            self.described = Some((sdp.clone(), agreed.clone()));
        }
        if let Some(formats) = formats {
            self.set_remote(formats.remote(), studio);
        }
        match (sdp, agreed) {
            (Some(sdp), agreed) => studio.tell(self.id, MediaNews::Described { sdp, agreed }),
            (None, Some(agreed)) => studio.tell(self.id, MediaNews::Agreed(agreed)),
            (None, None) => {}
        }
    }

    /// Says again what was said last.
    pub(crate) fn describe_again(&self, studio: &mut Studio) {
        if let Some((sdp, agreed)) = self.described.clone() {
            studio.tell(self.id, MediaNews::Described { sdp, agreed });
        }
    }

    /// Whether the peer is still there.
    pub(super) fn ask_peer(&mut self, studio: &mut Studio) {
        let Some(peer) = self.carrier.peer() else { return };
        match peer.has_just_left(studio.instant()) {
            Some(Absence::NeverMet) => studio.tell(self.id, MediaNews::NoWay),
            Some(Absence::Left) => studio.tell(self.id, MediaNews::TimedOut),
            None => {}
        }
    }
}

impl Formats {
    fn agreed(&self) -> Agreed {
        let Self { send, sending, receiving, ref spoken, .. } = *self;
        Agreed { codec: send.0, spoken: spoken.clone(), sending, receiving }
    }

    fn remote(self) -> Remote {
        Remote {
            rtp: PEER,
            rtcp: PEER,
            rtcp_mux: true,
            send: self.send,
            receive: self.receive,
            send_events: self.events.filter(|_| self.sends_events),
            receive_events: self.events,
            packet_time: PACKET_TIME,
            srtp: None,
            sending: self.sending,
            receiving: self.receiving,
        }
    }
}
