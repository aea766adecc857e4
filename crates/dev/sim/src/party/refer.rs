//! Blind transfers by REFER (RFC 3515). The stack asks for none, so a phone writes the request by hand.

use bell_sip::{DialogId, HeaderName, Message, MessageBuilder, Method, Request, Status, Uri, Way};
use bytes::Bytes;

use super::{Act, Party, Want, limits};
use crate::configuration::{CENTRE, DOMAIN};
use crate::network::T1;

/// How often a REFER is sent at most.
const REPEATS_MAX: u32 = 7;

/// What a REFER in a dialog needs, and how far one is.
#[derive(Debug, Default)]
pub(super) struct Referral {
    /// The INVITE that called us.
    invite: Option<Request>,
    our_tag: Option<String>,
    /// The number of our last request.
    number: u32,
    waiting: Option<Bytes>,
}

impl Referral {
    /// Learns from what goes over the wire.
    pub(super) fn overhear(&mut self, way: Way, bytes: &Bytes) {
        let Ok(message) = Message::parse(bytes.clone(), &limits()) else { return };
        match (way, message) {
            (Way::In, Message::Request(request)) => {
                if *request.method() == Method::Invite && self.invite.is_none() {
                    self.invite = Some(request);
                }
            }
            (Way::Out, Message::Request(request)) => self.number = request.cseq().number,
            (Way::Out, Message::Response(response)) => {
                if response.status().is_success() && self.our_tag.is_none() {
                    self.our_tag = response.to_tag().map(str::to_owned);
                }
            }
            (Way::In, Message::Response(_)) => {}
        }
    }

    fn request(&self, party: &Party, branch: u64, target: &str) -> Option<Bytes> {
        let (invite, tag) = (self.invite.as_ref()?, self.our_tag.as_ref()?);
        let contact = invite.contact().ok()??;
        let uri: Uri = contact.uri().ok()?;
        let to = String::from_utf8_lossy(invite.first(HeaderName::To)?).into_owned();
        let builder = MessageBuilder::request(&Method::Refer, &uri)
            .header(HeaderName::Via, format_args!("SIP/2.0/UDP {};branch=z9hG4bK{branch:x};rport", party.address))
            .header(HeaderName::MaxForwards, 70)
            .header(HeaderName::From, format_args!("{to};tag={tag}"))
            .raw(HeaderName::To, invite.first(HeaderName::From)?)
            .header(HeaderName::CallId, invite.call_id())
            .header(HeaderName::CSeq, format_args!("{} REFER", self.number))
            .header(HeaderName::Contact, format_args!("<sip:{}>", party.address))
            .header(HeaderName::ReferTo, format_args!("<sip:{target}@{DOMAIN}>"));
        Some(builder.finish())
    }
}

impl Party {
    /// The INVITE of a call goes over the wire before the stack announces the call.
    pub(super) fn overhear(&mut self, dialog: DialogId, way: Way, bytes: &Bytes) {
        if let Some(line) = self.lines.get_mut(&dialog) {
            return line.referral.overhear(way, bytes);
        }
        let known = self.unannounced.take_if(|(heard, _)| *heard == dialog);
        let mut referral = known.map(|(_, referral)| referral).unwrap_or_default();
        referral.overhear(way, bytes);
        self.unannounced = Some((dialog, referral));
    }

    pub(super) fn refer(&mut self, dialog: DialogId, target: &str) {
        let branch = self.dice.next();
        let Some(line) = self.lines.get(&dialog).filter(|line| line.up) else { return };
        let Some(request) = line.referral.request(self, branch, target) else { return };
        if let Some(line) = self.lines.get_mut(&dialog) {
            line.referral.waiting = Some(request);
            self.repeat_refer(dialog, 0);
        }
    }

    pub(super) fn repeat_refer(&mut self, dialog: DialogId, count: u32) {
        let request = self.lines.get(&dialog).and_then(|line| line.referral.waiting.clone());
        let Some(request) = request.filter(|_| count < REPEATS_MAX) else { return };
        self.wants.push(Want::Transmit(CENTRE, request));
        self.wants.push(Want::Later(T1 * 2_u32.pow(count), Act::RepeatRefer(dialog, count + 1)));
    }

    /// Takes what belongs to a REFER: its response, and the reports on it.
    pub(super) fn is_about_refer(&mut self, bytes: &Bytes) -> bool {
        match Message::parse(bytes.clone(), &limits()) {
            Ok(Message::Request(notify)) if *notify.method() == Method::Notify => {
                let reply = MessageBuilder::response(&notify, CENTRE, Status::OK, None).finish();
                self.wants.push(Want::Transmit(CENTRE, reply));
                true
            }
            Ok(Message::Response(response)) if response.cseq().method == Method::Refer => {
                for line in self.lines.values_mut() {
                    let of = |invite: &Request| invite.call_id() == response.call_id();
                    if line.referral.invite.as_ref().is_some_and(of) {
                        line.referral.waiting = None;
                    }
                }
                true
            }
            Ok(_) | Err(_) => false,
        }
    }
}
