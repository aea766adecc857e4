//! Callers and agents: as little SIP as the centre's answers need, so that the generator costs less than what it
//! measures. They trust the centre to write as it does, and neither repeat nor time out.

use std::collections::HashMap;
use std::net::SocketAddr;

use bell_sip::digest::Secret;
use bell_sip::digest::client::Answerer;
use bell_sip::{Challenge, Method, Uri};
use bytes::Bytes;

use crate::centre::{self, NUMBER, PASSWORD};

/// What a party heard. The number is that of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// His call was answered, by the flow or by whoever.
    Answered(u64),
    /// His call was refused.
    Refused(u64, u16),
    /// An agent's phone got his call.
    Rang(u64),
    /// The agent's phone is connected with him.
    Bridged(u64),
    /// His BYE was answered.
    Ended(u64),
    /// The centre ended his call.
    Dropped(u64),
    /// Some agent is registered.
    Registered,
}

/// Everybody who calls, behind one trunk.
pub(crate) struct Callers {
    here: SocketAddr,
    centre: SocketAddr,
    sdp: String,
    talks: HashMap<u64, Talk>,
}

/// What a caller has to repeat in his requests.
struct Talk {
    to: String,
    target: String,
}

/// Every agent's phone, on one socket.
pub(crate) struct Agents {
    here: SocketAddr,
    centre: SocketAddr,
    sdp: String,
}

impl Callers {
    pub(crate) fn new(here: SocketAddr, centre: SocketAddr, media: SocketAddr) -> Self {
        Self { here, centre, sdp: sdp(media), talks: HashMap::new() }
    }

    /// The first message of a caller, to one of the centre's numbers.
    pub(crate) fn invite(&self, caller: u64, number: &str) -> Bytes {
        let Self { here, centre, sdp, .. } = self;
        let length = sdp.len();
        Bytes::from(format!(
            "INVITE sip:{number}@{centre} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bKi{caller};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{shown}@{here}>;tag=c{caller}\r\nTo: <sip:{number}@{centre}>\r\n\
             Call-ID: {caller}@bench\r\nCSeq: 1 INVITE\r\nContact: <sip:caller@{here}>\r\n\
             Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n{sdp}",
            shown = phone_number(caller),
        ))
    }

    /// Ends a caller's call; none if it is not up.
    pub(crate) fn bye(&mut self, caller: u64) -> Option<Bytes> {
        let talk = self.talks.remove(&caller)?;
        Some(self.request("BYE", 2, caller, &talk.target, &talk.to, &format!("b{caller}")))
    }

    /// Takes a message and says what is to be sent in return.
    pub(crate) fn receive(&mut self, bytes: &[u8], send: &mut Vec<Bytes>) -> Option<Heard> {
        let text = std::str::from_utf8(bytes).ok()?;
        let caller = header(text, "Call-ID")?.split('@').next()?.parse().ok()?;
        let Some(status) = status(text) else { return self.asked(text, caller, send) };
        let is_invite = header(text, "CSeq")?.ends_with("INVITE");
        match status {
            ..200 => None,
            200..300 if is_invite => {
                let (to, target) = (header(text, "To")?, uri(header(text, "Contact")?)?);
                send.push(self.request("ACK", 1, caller, target, to, &format!("a{caller}")));
                let talk = Talk { to: to.to_owned(), target: target.to_owned() };
                self.talks.insert(caller, talk).is_none().then_some(Heard::Answered(caller))
            }
            200..300 => Some(Heard::Ended(caller)),
            300.. if is_invite => {
                let uri = format!("sip:{NUMBER}@{}", self.centre);
                send.push(self.request("ACK", 1, caller, &uri, header(text, "To")?, &format!("i{caller}")));
                Some(Heard::Refused(caller, status))
            }
            300.. => Some(Heard::Ended(caller)),
        }
    }

    fn asked(&mut self, text: &str, caller: u64, send: &mut Vec<Bytes>) -> Option<Heard> {
        send.push(response(text, "200 OK", "", ""));
        text.starts_with("BYE ").then(|| self.talks.remove(&caller))?.map(|_| Heard::Dropped(caller))
    }

    fn request(&self, method: &str, cseq: u32, caller: u64, uri: &str, to: &str, branch: &str) -> Bytes {
        let here = self.here;
        Bytes::from(format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{branch};rport\r\nMax-Forwards: 70\r\n\
             From: <sip:{shown}@{here}>;tag=c{caller}\r\nTo: {to}\r\nCall-ID: {caller}@bench\r\n\
             CSeq: {cseq} {method}\r\nContent-Length: 0\r\n\r\n",
            shown = phone_number(caller),
        ))
    }
}

impl Agents {
    pub(crate) fn new(here: SocketAddr, centre: SocketAddr, media: SocketAddr) -> Self {
        Self { here, centre, sdp: sdp(media) }
    }

    /// The first REGISTER of an agent's phone. The challenge is answered in [`receive`](Self::receive).
    pub(crate) fn register(&self, agent: usize) -> Bytes {
        self.register_with(&centre::agent(agent), 1, "")
    }

    fn register_with(&self, name: &str, cseq: u32, authorization: &str) -> Bytes {
        let Self { here, centre, .. } = self;
        Bytes::from(format!(
            "REGISTER sip:{centre} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bKr{name}{cseq};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{name}@{centre}>;tag=r{name}\r\nTo: <sip:{name}@{centre}>\r\n\
             Call-ID: r-{name}\r\nCSeq: {cseq} REGISTER\r\nContact: <sip:{name}@{here}>\r\nExpires: 3600\r\n\
             {authorization}Content-Length: 0\r\n\r\n",
        ))
    }

    /// Takes a message and says what is to be sent in return. Every call is answered at once.
    pub(crate) fn receive(&self, bytes: &[u8], send: &mut Vec<Bytes>) -> Option<Heard> {
        let text = std::str::from_utf8(bytes).ok()?;
        match status(text) {
            Some(401) => {
                send.push(self.proven(text)?);
                return None;
            }
            Some(200) => return Some(Heard::Registered),
            Some(_) => return None,
            None => {}
        }
        let caller = caller_shown(header(text, "From")?);
        match text.split(' ').next()? {
            "INVITE" => {
                let contact = format!("Contact: <sip:phone@{}>\r\n", self.here);
                send.push(response(text, "180 Ringing", &contact, ""));
                let described = format!("{contact}Content-Type: application/sdp\r\n");
                send.push(response(text, "200 OK", &described, &self.sdp));
                caller.map(Heard::Rang)
            }
            "ACK" => caller.map(Heard::Bridged),
            _ => {
                send.push(response(text, "200 OK", "", ""));
                None
            }
        }
    }

    fn proven(&self, text: &str) -> Option<Bytes> {
        let name = header(text, "Call-ID")?.strip_prefix("r-")?;
        let challenge = Challenge::parse(header(text, "WWW-Authenticate")?.as_bytes())?;
        let mut answerer = Answerer::choose(std::iter::once(challenge))?;
        let uri = Uri::parse(&format!("sip:{}", self.centre)).ok()?;
        let secret = Secret::Password(PASSWORD.into());
        let proof = answerer.authorize(name, &secret, &Method::Register, &uri, name)?;
        Some(self.register_with(name, 2, &format!("Authorization: {proof}\r\n")))
    }
}

/// A mobile number with the caller's in it, by which he is known at the other end.
fn phone_number(caller: u64) -> String {
    format!("13{:09}", caller % 1_000_000_000)
}

/// The caller in a From that the centre wrote.
fn caller_shown(from: &str) -> Option<u64> {
    let (user, _) = uri(from)?.strip_prefix("sip:")?.split_once('@')?;
    user.get(user.len().checked_sub(9)?..)?.parse().ok()
}

fn sdp(media: SocketAddr) -> String {
    let (ip, port) = (media.ip(), media.port());
    format!(
        "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n\
         a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"
    )
}

fn status(text: &str) -> Option<u16> {
    text.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
}

fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lines = text.split("\r\n").skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_once(": ")).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// What stands between `<` and `>`.
fn uri(address: &str) -> Option<&str> {
    Some(address.split_once('<')?.1.split_once('>')?.0)
}

/// A response with what it has to copy (RFC 3261 §8.2.6.2).
fn response(request: &str, status: &str, headers: &str, body: &str) -> Bytes {
    let copied = |name| header(request, name).unwrap_or_default();
    let to = copied("To");
    let tag = if to.contains(";tag=") { "" } else { ";tag=phone" };
    Bytes::from(format!(
        "SIP/2.0 {status}\r\nVia: {}\r\nFrom: {}\r\nTo: {to}{tag}\r\nCall-ID: {}\r\nCSeq: {}\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        copied("Via"),
        copied("From"),
        copied("Call-ID"),
        copied("CSeq"),
        body.len(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_caller_is_known_at_the_other_end() {
        let shown = phone_number(42);
        for user in [shown.clone(), format!("+86{shown}")] {
            assert_eq!(caller_shown(&format!("\"x\" <sip:{user}@centre>;tag=1")), Some(42));
        }
        assert_eq!(caller_shown("<sip:anonymous@centre>"), None);
    }

    #[test]
    fn a_caller_confirms_an_answer_once_and_hangs_up_once() {
        let mut callers = Callers::new(address("127.0.0.2:5060"), address("127.0.0.1:5060"), address("127.0.0.2:4000"));
        let invite = callers.invite(7, NUMBER);
        let text = std::str::from_utf8(&invite).unwrap();
        let answer = response(text, "200 OK", "Contact: <sip:c@127.0.0.1:5060>\r\n", "");
        let mut sent = Vec::new();
        assert_eq!(callers.receive(&answer, &mut sent), Some(Heard::Answered(7)));
        assert_eq!(callers.receive(&answer, &mut sent), None, "the ACK was lost");
        assert!(sent.iter().all(|ack| ack.starts_with(b"ACK sip:c@127.0.0.1:5060 SIP/2.0\r\n")));
        let bye = callers.bye(7).unwrap();
        assert!(std::str::from_utf8(&bye).unwrap().contains("To: <sip:4001234567@127.0.0.1:5060>;tag=phone\r\n"));
        assert_eq!((sent.len(), callers.bye(7)), (2, None));
    }
}
