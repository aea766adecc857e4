//! A telephone that sends one tone and measures which tones it hears.
//!
//! It has its own SIP, simple and blocking, so that a mistake in the product's is not mirrored here. What the other
//! side asks within a call (re-INVITE, INFO, BYE, ...) is answered in the background; what the test wants is a method.

mod call;
mod desk;
mod line;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::deadline::{Deadline, PATIENCE};
use crate::digest::Credentials;
use crate::error::KitError;
use crate::g711::Law;
use crate::message::{Message, host_port, unique};
use desk::Desk;

pub use call::Call;
pub use line::{EndedBy, Ending};

/// How a phone tells the other side which key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// As RTP events (RFC 4733).
    Rfc4733,
    /// As SIP INFO requests with `application/dtmf-relay`.
    Info,
    /// As pairs of tones in the audio.
    InBand,
}

/// What a phone says of itself in every call.
#[derive(Clone, Debug)]
struct Profile {
    tone: f64,
    user: String,
    law: Law,
    credentials: Option<Credentials>,
    headers: Vec<(String, String)>,
    delays_offer: bool,
    wants_reliable_ringing: bool,
    knows_events: bool,
    patience: Duration,
}

/// A telephone on loopback. Dropped, it vanishes without a word, as a phone does whose battery is empty.
#[derive(Debug)]
pub struct TonePhone {
    desk: Arc<Desk>,
    profile: Profile,
}

impl TonePhone {
    /// A phone on a free port of 127.0.0.1 that sends a tone of `tone` Hz in PCMA.
    pub fn new(tone: f64) -> Result<Self, KitError> {
        Self::at(tone, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// A phone at an address of its own, for tests in which the source address counts. Port 0 picks a free one.
    pub fn at(tone: f64, address: SocketAddr) -> Result<Self, KitError> {
        let profile = Profile {
            tone,
            user: "13800138000".to_owned(),
            law: Law::A,
            credentials: None,
            headers: Vec::new(),
            delays_offer: false,
            wants_reliable_ringing: false,
            knows_events: true,
            patience: PATIENCE,
        };
        let desk = Desk::open(address, profile.clone())?;
        Ok(Self { desk, profile })
    }

    /// Calls as this number or user; 13800138000 unless told.
    pub fn number(self, user: &str) -> Self {
        let user = user.to_owned();
        self.with(|profile| profile.user = user)
    }

    /// Answers digest challenges with this name and password.
    pub fn credentials(self, user: &str, password: &str) -> Self {
        let credentials = Credentials { user: user.to_owned(), password: password.to_owned() };
        self.with(|profile| profile.credentials = Some(credentials))
    }

    /// Speaks this law of G.711; A-law unless told.
    pub fn law(self, law: Law) -> Self {
        self.with(|profile| profile.law = law)
    }

    /// Adds a header to every INVITE it sends.
    pub fn header(self, name: &str, value: &str) -> Self {
        let header = (name.to_owned(), value.to_owned());
        self.with(|profile| profile.headers.push(header))
    }

    /// Sends INVITEs without a description; the other side offers in its answer and the phone answers in the ACK.
    pub fn delayed_offer(self) -> Self {
        self.with(|profile| profile.delays_offer = true)
    }

    /// Understands reliable provisional responses (RFC 3262) and sends PRACK to them.
    pub fn reliable_ringing(self) -> Self {
        self.with(|profile| profile.wants_reliable_ringing = true)
    }

    /// Knows no RTP events (RFC 4733): its keys are tones in the audio, or INFO.
    pub fn without_events(self) -> Self {
        self.with(|profile| profile.knows_events = false)
    }

    /// Waits this long for anything; 10 s unless told.
    pub fn patience(self, patience: Duration) -> Self {
        self.with(|profile| profile.patience = patience)
    }

    fn with(mut self, change: impl FnOnce(&mut Profile)) -> Self {
        change(&mut self.profile);
        self.desk.book().profile = self.profile.clone();
        self
    }

    /// Where it can be reached.
    pub fn address(&self) -> SocketAddr {
        self.desk.address()
    }

    /// Its own address as a SIP URI.
    pub fn uri(&self) -> String {
        format!("sip:{}@{}", self.profile.user, self.address())
    }

    /// Registers with the server at `server` (`sip:127.0.0.1:5060`) and returns the granted time.
    /// Refused with the server's status, if it does not let the phone in.
    pub fn register(&mut self, server: &str) -> Result<Duration, KitError> {
        self.register_for(server, Duration::from_secs(300))
    }

    /// Takes its registration back.
    pub fn unregister(&mut self, server: &str) -> Result<(), KitError> {
        self.register_for(server, Duration::ZERO).map(drop)
    }

    /// Registers for a time of its own choice.
    pub fn register_for(&mut self, server: &str, time: Duration) -> Result<Duration, KitError> {
        let domain = host_port(server);
        let aor = format!("sip:{}@{domain}", self.profile.user);
        let call_id = unique();
        let mut authorization = None;
        for cseq in 1.. {
            let mut register = Message::request("REGISTER", &format!("sip:{domain}"))
                .with("Via", self.desk.via())
                .with("Max-Forwards", "70")
                .with("From", format!("<{aor}>;tag={}", unique()))
                .with("To", format!("<{aor}>"))
                .with("Call-ID", call_id.clone())
                .with("CSeq", format!("{cseq} REGISTER"))
                .with("Contact", format!("<{}>", self.uri()))
                .with("Expires", time.as_secs().to_string());
            if let Some((name, value)) = authorization.take() {
                register.push(name, value);
            }
            let response = self.ask(&register, &domain)?;
            let status = response.status().unwrap_or_default();
            if (200..300).contains(&status) {
                return Ok(granted(&response).unwrap_or(time));
            }
            authorization = match &self.profile.credentials {
                Some(credentials) if cseq == 1 => credentials.answer(&response, "REGISTER", &format!("sip:{domain}")),
                _ => None,
            };
            if authorization.is_none() {
                return Err(refused("REGISTER", &response));
            }
        }
        unreachable!("the loop above ends after its second round")
    }

    /// Sends OPTIONS and returns the status of the response.
    pub fn options(&mut self, target: &str) -> Result<u16, KitError> {
        let options = Message::request("OPTIONS", target)
            .with("Via", self.desk.via())
            .with("Max-Forwards", "70")
            .with("From", format!("<{}>;tag={}", self.uri(), unique()))
            .with("To", format!("<{target}>"))
            .with("Call-ID", unique())
            .with("CSeq", "1 OPTIONS");
        let response = self.ask(&options, &host_port(target))?;
        Ok(response.status().unwrap_or_default())
    }

    /// Dials: sends the INVITE and returns at once.
    pub fn call(&mut self, uri: &str) -> Result<Call, KitError> {
        let call_id = self.desk.dial(uri)?;
        Ok(Call::new(Arc::clone(&self.desk), call_id, self.profile.patience))
    }

    /// Waits until somebody calls. The caller hears nothing yet: [`Call::ring`] or [`Call::answer`] follow.
    pub fn wait_call(&mut self) -> Result<Call, KitError> {
        let deadline = Deadline::after(self.profile.patience);
        let call_id = self.desk.wait(deadline, "a call", |book| book.offered.pop_front())?;
        Ok(Call::new(Arc::clone(&self.desk), call_id, self.profile.patience))
    }

    /// True if somebody has called and nobody has taken the call with [`TonePhone::wait_call`].
    pub fn is_called(&self) -> bool {
        !self.desk.book().offered.is_empty()
    }

    /// Sends a request outside of any call and waits for its final response.
    fn ask(&self, request: &Message, to: &str) -> Result<Message, KitError> {
        let to = to.parse().map_err(|_| KitError::malformed("address", to))?;
        self.desk.send_reliably(request, to);
        self.desk.wait_reply(request, Deadline::after(self.profile.patience))
    }
}

impl Drop for TonePhone {
    fn drop(&mut self) {
        self.desk.close();
    }
}

/// The error for a final response that is not 2xx.
fn refused(what: &str, response: &Message) -> KitError {
    KitError::Refused {
        what: what.to_owned(),
        status: response.status().unwrap_or_default(),
        reason: response.reason().to_owned(),
    }
}

/// The time a registrar grants, from Contact or Expires.
fn granted(response: &Message) -> Option<Duration> {
    let from_contact = response.header("Contact").and_then(|contact| crate::message::parameter(contact, "expires"));
    let seconds = from_contact.or(response.header("Expires"))?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The address part a phone bound to `address` writes into its descriptions.
fn media_ip(address: SocketAddr) -> IpAddr {
    address.ip()
}
