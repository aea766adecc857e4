//! One call as a phone sees it: the dialog (RFC 3261 §12) and how far it has come.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::message::{Message, host_port, uri_of};
use crate::rtp::Stream;
use crate::sdp::{Audio, Flow};

/// Who ended a call, and with which status if it was never answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Who ended it.
    pub by: EndedBy,
    /// The final status of an INVITE that failed; `None` for a BYE.
    pub status: Option<u16>,
}

/// Which side ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// This phone.
    Us,
    /// The other side.
    Them,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// An INVITE is out, or has come in.
    Calling,
    Ringing,
    Answered,
    Ended(Ending),
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) call_id: String,
    pub(crate) phase: Phase,
    pub(crate) stream: Arc<Stream>,
    /// The first INVITE: ours as it was last sent, or theirs.
    pub(crate) invite: Message,
    /// Our From and their To in our requests.
    pub(crate) local: String,
    pub(crate) remote: String,
    pub(crate) tag: String,
    /// Where requests within the dialog go.
    pub(crate) target: String,
    pub(crate) routes: Vec<String>,
    pub(crate) peer: SocketAddr,
    pub(crate) cseq: u32,
    pub(crate) audio: Audio,
    pub(crate) version: u32,
    /// The last ACK to a 2xx, with its CSeq: sent again whenever the 2xx comes again.
    pub(crate) ack: Option<(u32, Vec<u8>)>,
    /// Every status that answered our first INVITE.
    pub(crate) statuses: Vec<u16>,
    pub(crate) has_authenticated: bool,
    /// The newest provisional response that was acknowledged (RFC 3262).
    pub(crate) rseq: Option<u32>,
    /// Keys that came as INFO.
    pub(crate) info_digits: String,
    /// Status lines that came as NOTIFY after our REFER.
    pub(crate) transfer_statuses: Vec<u16>,
}

impl Line {
    /// A request within the dialog. ACK and CANCEL are numbered by their INVITE and are made elsewhere.
    pub(crate) fn request(&mut self, method: &str, via: String, contact: &str) -> Message {
        self.cseq += 1;
        self.numbered(method, self.cseq, via, contact)
    }

    /// A request within the dialog with a given sequence number.
    pub(crate) fn numbered(&self, method: &str, cseq: u32, via: String, contact: &str) -> Message {
        let mut request = Message::request(method, &self.target)
            .with("Via", via)
            .with("Max-Forwards", "70")
            .with("From", self.local.clone())
            .with("To", self.remote.clone())
            .with("Call-ID", self.call_id.clone())
            .with("CSeq", format!("{cseq} {method}"))
            .with("Contact", format!("<{contact}>"));
        for route in &self.routes {
            request.push("Route", route.clone());
        }
        request
    }

    /// Where requests within the dialog are sent: the first route, else the target, else where the peer was seen.
    pub(crate) fn next_hop(&self) -> SocketAddr {
        let next = self.routes.first().map_or(self.target.as_str(), |route| uri_of(route));
        host_port(next).parse().unwrap_or(self.peer)
    }

    /// Takes the other side's contact, which every dialog-forming message may change (RFC 3261 §12.2).
    pub(crate) fn follow_contact(&mut self, message: &Message) {
        if let Some(contact) = message.header("Contact") {
            self.target = uri_of(contact).to_owned();
        }
    }

    /// Takes the dialog, early or confirmed, that a response to our INVITE makes.
    pub(crate) fn follow_dialog(&mut self, response: &Message) {
        if let Some(to) = response.header("To") {
            to.clone_into(&mut self.remote);
        }
        self.routes = response.all("Record-Route").map(str::to_owned).collect();
        self.routes.reverse();
        self.follow_contact(response);
    }

    /// Talks to where a description in `message` says, if it has one. True if it had.
    pub(crate) fn follow_description(&mut self, message: &Message) -> bool {
        let Some(remote) = Audio::parse(&message.body) else {
            return false;
        };
        self.audio.law = remote.law;
        self.stream.talk_to(remote);
        true
    }

    /// Our description of the audio, one version newer.
    pub(crate) fn describe(&mut self, flow: Flow) -> String {
        self.version += 1;
        self.audio.flow = flow;
        self.audio.print(self.version)
    }

    /// Our answer to the offer in `request`; an offer of our own if it has none.
    pub(crate) fn answer_description(&mut self, request: &Message) -> String {
        let flow = match Audio::parse(&request.body) {
            Some(offer) => offer.flow.answer(),
            None => Flow::SendRecv,
        };
        self.describe(flow)
    }

    pub(crate) fn end(&mut self, by: EndedBy, status: Option<u16>) {
        if !matches!(self.phase, Phase::Ended(_)) {
            self.phase = Phase::Ended(Ending { by, status });
            self.stream.mute(true);
        }
    }
}
