//! The SIP side of a phone: one socket, one thread that answers and retransmits, and the book both sides read.

use std::collections::{BTreeMap, VecDeque};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::line::{EndedBy, Line, Phase};
use super::{Profile, media_ip};
use crate::deadline::Deadline;
use crate::error::KitError;
use crate::message::{Message, host_port, unique, uri_of};
use crate::rtp::Stream;
use crate::sdp::{Audio, EVENT_PAYLOAD_TYPE, Flow};

/// RFC 3261 §17.1.1.1: the first retransmission, the longest interval, and when to stop.
const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);
const GIVE_UP: Duration = Duration::from_secs(32);

#[derive(Debug)]
pub(crate) struct Desk {
    socket: UdpSocket,
    address: SocketAddr,
    book: Mutex<Book>,
    changed: Condvar,
    stop: AtomicBool,
}

#[derive(Debug)]
pub(crate) struct Book {
    pub(super) profile: Profile,
    /// Calls by Call-ID.
    pub(crate) lines: BTreeMap<String, Line>,
    /// Calls that came in and were not taken by the test yet.
    pub(crate) offered: VecDeque<String>,
    /// Final responses by branch, kept until they are asked for.
    replies: BTreeMap<String, Message>,
    resends: Vec<Resend>,
}

/// A message that goes out again until it is answered.
#[derive(Debug)]
struct Resend {
    key: String,
    bytes: Vec<u8>,
    to: SocketAddr,
    due: Instant,
    interval: Duration,
    until: Instant,
}

impl Desk {
    pub(super) fn open(address: SocketAddr, profile: Profile) -> Result<Arc<Self>, KitError> {
        let socket = UdpSocket::bind(address).map_err(KitError::io(format!("bind SIP to {address}")))?;
        let address = socket.local_addr().map_err(KitError::io("read the SIP port"))?;
        let desk = Arc::new(Self {
            socket,
            address,
            book: Mutex::new(Book {
                profile,
                lines: BTreeMap::new(),
                offered: VecDeque::new(),
                replies: BTreeMap::new(),
                resends: Vec::new(),
            }),
            changed: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let worker = Arc::clone(&desk);
        thread::spawn(move || worker.run());
        Ok(desk)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes silent. A message to itself wakes the thread so that it ends now.
    pub(crate) fn close(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.socket.send_to(&[], self.address);
        for line in self.book().lines.values() {
            line.stream.mute(true);
        }
    }

    /// A Via with a branch of its own.
    pub(crate) fn via(&self) -> String {
        format!("SIP/2.0/UDP {};rport;branch=z9hG4bK{}", self.address, unique())
    }

    pub(crate) fn contact(&self, user: &str) -> String {
        format!("sip:{user}@{}", self.address)
    }

    pub(crate) fn send(&self, message: &Message, to: SocketAddr) {
        self.send_bytes(&message.to_bytes(), to);
    }

    fn send_bytes(&self, bytes: &[u8], to: SocketAddr) {
        // A peer that is gone looks like a peer that does not answer, which every wait notices.
        let _ = self.socket.send_to(bytes, to);
    }

    /// Sends a request and keeps sending it until it is answered.
    pub(crate) fn send_reliably(&self, request: &Message, to: SocketAddr) {
        self.book().resend(request.branch().to_owned(), request, to);
        self.send(request, to);
    }

    /// Waits until `look` finds something in the book.
    pub(crate) fn wait<T>(
        &self,
        deadline: Deadline,
        what: &str,
        mut look: impl FnMut(&mut Book) -> Option<T>,
    ) -> Result<T, KitError> {
        let mut book = self.book();
        loop {
            if let Some(found) = look(&mut book) {
                return Ok(found);
            }
            let left = deadline.left(what, || book.summary())?;
            book = self.changed.wait_timeout(book, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for the final response to a request.
    pub(crate) fn wait_reply(&self, request: &Message, deadline: Deadline) -> Result<Message, KitError> {
        let what = format!("a response to {}", request.method());
        self.wait(deadline, &what, |book| book.replies.remove(request.branch()))
    }

    /// Sends a first INVITE and returns its Call-ID.
    pub(crate) fn dial(&self, uri: &str) -> Result<String, KitError> {
        let peer = host_port(uri).parse().map_err(|_| KitError::malformed("SIP URI with an IP address", uri))?;
        let profile = self.book().profile.clone();
        let mut line = self.new_line(unique(), peer, &profile)?;
        line.local = format!("<{}>;tag={}", self.contact(&profile.user), line.tag);
        line.remote = format!("<{uri}>");
        uri.clone_into(&mut line.target);
        line.invite = self.invite(&mut line, &profile);
        let (call_id, invite) = (line.call_id.clone(), line.invite.clone());
        self.book().lines.insert(call_id.clone(), line);
        self.send_reliably(&invite, peer);
        Ok(call_id)
    }

    fn invite(&self, line: &mut Line, profile: &Profile) -> Message {
        let mut invite = line.request("INVITE", self.via(), &self.contact(&profile.user));
        invite.push("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, UPDATE");
        if profile.wants_reliable_ringing {
            invite.push("Supported", "100rel");
        }
        for (name, value) in &profile.headers {
            invite.push(name, value.clone());
        }
        if profile.delays_offer {
            return invite;
        }
        let description = line.describe(Flow::SendRecv);
        invite.with_body("application/sdp", description)
    }

    fn new_line(&self, call_id: String, peer: SocketAddr, profile: &Profile) -> Result<Line, KitError> {
        let stream = Stream::open(media_ip(self.address), profile.tone)?;
        let audio = Audio {
            address: stream.address(),
            law: profile.law,
            event_payload_type: profile.knows_events.then_some(EVENT_PAYLOAD_TYPE),
            flow: Flow::SendRecv,
        };
        Ok(Line {
            call_id,
            phase: Phase::Calling,
            stream: Arc::new(stream),
            invite: Message::default(),
            local: String::new(),
            remote: String::new(),
            tag: unique(),
            target: String::new(),
            routes: Vec::new(),
            peer,
            cseq: 0,
            audio,
            version: 0,
            ack: None,
            statuses: Vec::new(),
            has_authenticated: false,
            rseq: None,
            info_digits: String::new(),
            transfer_statuses: Vec::new(),
        })
    }

    fn run(&self) {
        let mut datagram = vec![0; 65_536];
        while !self.stop.load(Ordering::Relaxed) {
            let wait = self.retransmit().max(Duration::from_millis(1));
            // Setting the time-out fails for nought only.
            let _ = self.socket.set_read_timeout(Some(wait));
            let Ok((len, from)) = self.socket.recv_from(&mut datagram) else {
                continue;
            };
            let Ok(message) = Message::parse(&datagram[..len]) else {
                continue;
            };
            match message.status() {
                Some(status) => self.response(&message, status),
                None => self.request(&message, from),
            }
            self.changed.notify_all();
        }
    }

    /// Sends what is due again and says how long nothing will be due.
    fn retransmit(&self) -> Duration {
        let now = Instant::now();
        let mut book = self.book();
        book.resends.retain(|resend| resend.until > now);
        for resend in book.resends.iter_mut().filter(|resend| resend.due <= now) {
            self.send_bytes(&resend.bytes, resend.to);
            resend.interval = (resend.interval * 2).min(T2);
            resend.due = now + resend.interval;
        }
        let next = book.resends.iter().map(|resend| resend.due).min();
        next.map_or(T1, |due| due.saturating_duration_since(now).min(T1))
    }

    fn response(&self, response: &Message, status: u16) {
        let mut book = self.book();
        book.resends.retain(|resend| resend.key != response.branch());
        let profile = book.profile.clone();
        let line = response.header("Call-ID").and_then(|call_id| book.lines.get_mut(call_id));
        if response.method() == "INVITE"
            && let Some(line) = line
        {
            let is_first = line.invite.branch() == response.branch();
            if status >= 200 {
                self.acknowledge(line, response, status, &profile);
            }
            if is_first {
                if let Some(again) = self.progress(line, response, status, &profile) {
                    let peer = line.peer;
                    book.resend(again.branch().to_owned(), &again, peer);
                    self.send(&again, peer);
                }
                return;
            }
        }
        if status >= 200 {
            book.replies.insert(response.branch().to_owned(), response.clone());
        }
    }

    /// ACKs a final response: a 2xx end to end, anything else on the way it came (RFC 3261 §13.2.2.4, §17.1.1.3).
    fn acknowledge(&self, line: &mut Line, response: &Message, status: u16, profile: &Profile) {
        let cseq = response.cseq();
        if status >= 300 {
            let via = response.header("Via").unwrap_or_default().to_owned();
            let mut ack = line.numbered("ACK", cseq, via, &self.contact(&profile.user));
            if let Some((_, to)) = ack.headers.iter_mut().find(|(name, _)| name == "To") {
                response.header("To").unwrap_or_default().clone_into(to);
            }
            if line.invite.branch() == response.branch() {
                line.invite.start.replacen("INVITE", "ACK", 1).clone_into(&mut ack.start);
            }
            return self.send(&ack, line.peer);
        }
        if let Some((known, bytes)) = &line.ack
            && *known == cseq
        {
            return self.send_bytes(bytes, line.next_hop());
        }
        line.follow_dialog(response);
        line.follow_description(response);
        let mut ack = line.numbered("ACK", cseq, self.via(), &self.contact(&profile.user));
        if profile.delays_offer && line.phase != Phase::Answered {
            let answer = line.answer_description(response);
            ack = ack.with_body("application/sdp", answer);
        }
        self.send(&ack, line.next_hop());
        line.ack = Some((cseq, ack.to_bytes()));
    }

    /// Sends PRACK to a provisional response that asks for one (RFC 3262 §4).
    fn acknowledge_provisional(&self, line: &mut Line, response: &Message, profile: &Profile) {
        let Some(rseq) = response.header("RSeq").and_then(|rseq| rseq.parse::<u32>().ok()) else {
            return;
        };
        if line.rseq.is_some_and(|known| known >= rseq) {
            return;
        }
        line.rseq = Some(rseq);
        let invite_cseq = response.cseq();
        let prack = line.request("PRACK", self.via(), &self.contact(&profile.user));
        self.send(&prack.with("RAck", format!("{rseq} {invite_cseq} INVITE")), line.next_hop());
    }

    /// Follows the first INVITE. Returns it once more, with credentials, if it was challenged.
    fn progress(&self, line: &mut Line, response: &Message, status: u16, profile: &Profile) -> Option<Message> {
        line.statuses.push(status);
        match status {
            100 => {}
            101..=199 => {
                if line.phase == Phase::Calling {
                    line.phase = Phase::Ringing;
                }
                line.follow_dialog(response);
                line.follow_description(response);
                self.acknowledge_provisional(line, response, profile);
            }
            200..=299 => {
                if !matches!(line.phase, Phase::Ended(_)) {
                    line.phase = Phase::Answered;
                }
            }
            401 | 407 if !line.has_authenticated => {
                let credentials = profile.credentials.as_ref();
                let uri = line.target.clone();
                let answer = credentials.and_then(|credentials| credentials.answer(response, "INVITE", &uri));
                let Some((name, value)) = answer else {
                    line.end(EndedBy::Them, Some(status));
                    return None;
                };
                line.has_authenticated = true;
                line.invite = self.invite(line, profile).with(name, value);
                return Some(line.invite.clone());
            }
            _ => line.end(EndedBy::Them, Some(status)),
        }
        None
    }

    fn request(&self, request: &Message, from: SocketAddr) {
        let call_id = request.header("Call-ID").unwrap_or_default().to_owned();
        let mut book = self.book();
        if !book.lines.contains_key(&call_id) {
            match request.method() {
                "INVITE" => return self.incoming(&mut book, call_id, request, from),
                "ACK" => return,
                "OPTIONS" => return self.reply(request, from, 200, "OK", ""),
                _ => return self.reply(request, from, 481, "Call/Transaction Does Not Exist", ""),
            }
        }
        let Book { lines, resends, profile, .. } = &mut *book;
        let Some(line) = lines.get_mut(&call_id) else { return };
        let tag = line.tag.clone();
        match request.method() {
            "ACK" => {
                resends.retain(|resend| resend.key != call_id);
                if !request.body.is_empty() {
                    line.follow_description(request);
                }
            }
            "BYE" => {
                self.reply(request, from, 200, "OK", &tag);
                resends.retain(|resend| resend.key != call_id);
                line.end(EndedBy::Them, None);
            }
            "CANCEL" => {
                self.reply(request, from, 200, "OK", &tag);
                if matches!(line.phase, Phase::Calling | Phase::Ringing) {
                    self.reply(&line.invite, line.peer, 487, "Request Terminated", &tag);
                    line.end(EndedBy::Them, Some(487));
                }
            }
            "INVITE" if request.branch() == line.invite.branch() => {}
            "INVITE" | "UPDATE" => {
                line.follow_contact(request);
                line.follow_description(request);
                let answer = line.answer_description(request);
                let contact = self.contact(&profile.user);
                let accepted = Message::response(request, 200, "OK", &tag)
                    .with("Contact", format!("<{contact}>"))
                    .with_body("application/sdp", answer);
                self.send(&accepted, from);
            }
            "INFO" => {
                line.info_digits.extend(info_digit(&request.body));
                self.reply(request, from, 200, "OK", &tag);
            }
            "NOTIFY" => {
                line.transfer_statuses.extend(request.body.get(8..11).and_then(|status| status.parse::<u16>().ok()));
                self.reply(request, from, 200, "OK", &tag);
            }
            "OPTIONS" | "PRACK" => self.reply(request, from, 200, "OK", &tag),
            _ => self.reply(request, from, 405, "Method Not Allowed", &tag),
        }
    }

    /// A new call: 100 now, the rest is the test's business.
    fn incoming(&self, book: &mut Book, call_id: String, request: &Message, from: SocketAddr) {
        let Ok(mut line) = self.new_line(call_id.clone(), from, &book.profile) else {
            return self.reply(request, from, 500, "Server Internal Error", "");
        };
        self.reply(request, from, 100, "Trying", "");
        request.clone_into(&mut line.invite);
        line.local = format!("{};tag={}", request.header("To").unwrap_or_default(), line.tag);
        request.header("From").unwrap_or_default().clone_into(&mut line.remote);
        line.routes = request.all("Record-Route").map(str::to_owned).collect();
        uri_of(request.header("Contact").unwrap_or_default()).clone_into(&mut line.target);
        book.lines.insert(call_id.clone(), line);
        book.offered.push_back(call_id);
    }

    pub(crate) fn reply(&self, request: &Message, to: SocketAddr, status: u16, reason: &str, tag: &str) {
        let mut response = Message::response(request, status, reason, tag);
        if tag.is_empty() {
            // Without a dialog there is no tag to give; 100 has none at all (RFC 3261 §8.2.6.2).
            let tag = if status == 100 { String::new() } else { format!(";tag={}", unique()) };
            if let Some((_, value)) = response.headers.iter_mut().find(|(name, _)| name == "To") {
                *value = format!("{}{tag}", value.trim_end_matches(";tag="));
            }
        }
        self.send(&response, to);
    }
}

impl Book {
    /// Sends a message again and again until `key` is answered: the branch of a request, the Call-ID of a 2xx.
    pub(crate) fn resend(&mut self, key: String, message: &Message, to: SocketAddr) {
        let now = Instant::now();
        self.resends.push(Resend {
            key,
            bytes: message.to_bytes(),
            to,
            due: now + T1,
            interval: T1,
            until: now + GIVE_UP,
        });
    }

    /// True while something goes out again and again under this key.
    pub(crate) fn is_resending(&self, key: &str) -> bool {
        self.resends.iter().any(|resend| resend.key == key)
    }

    /// The number or user the phone calls as.
    pub(crate) fn user(&self) -> String {
        self.profile.user.clone()
    }

    /// The calls and how far they have come, for errors.
    fn summary(&self) -> String {
        let lines = self.lines.values();
        let told: Vec<String> = lines.map(|line| format!("{:?} after {:?}", line.phase, line.statuses)).collect();
        if told.is_empty() { "no call".to_owned() } else { told.join("; ") }
    }
}

/// The key in `application/dtmf-relay` (`Signal=5`) or `application/dtmf` (`5`).
fn info_digit(body: &str) -> Option<char> {
    let signal = body.lines().find_map(|line| line.strip_prefix("Signal="));
    signal.unwrap_or(body).trim().chars().next()
}
