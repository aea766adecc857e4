//! What a test does with one call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::desk::{Book, Desk};
use super::line::{EndedBy, Ending, Line, Phase};
use super::{Keys, refused};
use crate::audio::Sound;
use crate::deadline::Deadline;
use crate::error::KitError;
use crate::message::{Message, parameter};
use crate::rtp::Stream;
use crate::sdp::Flow;

/// The newest sound in which a tone is looked for, in seconds.
const WINDOW: f64 = 0.2;

/// One call of a [`super::TonePhone`]. Every wait ends with an error after the phone's patience.
#[derive(Debug)]
pub struct Call {
    desk: Arc<Desk>,
    call_id: String,
    stream: Arc<Stream>,
    patience: Duration,
}

impl Call {
    pub(super) fn new(desk: Arc<Desk>, call_id: String, patience: Duration) -> Self {
        let stream = Arc::clone(&desk.book().lines[&call_id].stream);
        Self { desk, call_id, stream, patience }
    }

    /// The Call-ID of its dialog.
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// The value of a header of the INVITE that began the call, as it arrived or was sent.
    pub fn invite_header(&self, name: &str) -> Option<String> {
        self.line(|line| line.invite.header(name).map(str::to_owned))
    }

    /// Every status that answered our INVITE so far.
    pub fn statuses(&self) -> Vec<u16> {
        self.line(|line| line.statuses.clone())
    }

    /// Waits until the called side rings or sends early media (180, 183).
    pub fn wait_ringing(&mut self) -> Result<(), KitError> {
        self.wait_phase("ringing", |phase| phase != Phase::Calling)
    }

    /// Waits until the call is answered. Refused, if it ends first.
    pub fn wait_answered(&mut self) -> Result<(), KitError> {
        self.wait_phase("an answer", |phase| phase == Phase::Answered)
    }

    /// Waits until the call is answered (`None`) or has ended: after [`Call::cancel`] it may be either.
    pub fn wait_settled(&mut self) -> Result<Option<Ending>, KitError> {
        self.wait("an answer or an end", |line| match line.phase {
            Phase::Answered => Some(None),
            Phase::Ended(ending) => Some(Some(ending)),
            Phase::Calling | Phase::Ringing => None,
        })
    }

    /// Waits until the call has ended, and says how.
    pub fn wait_ended(&mut self) -> Result<Ending, KitError> {
        self.wait("the end of the call", |line| match line.phase {
            Phase::Ended(ending) => Some(ending),
            Phase::Calling | Phase::Ringing | Phase::Answered => None,
        })
    }

    /// How the call ended; `None` while it lasts.
    pub fn ending(&self) -> Option<Ending> {
        match self.line(|line| line.phase) {
            Phase::Ended(ending) => Some(ending),
            Phase::Calling | Phase::Ringing | Phase::Answered => None,
        }
    }

    /// Tells the caller that this phone rings (180).
    pub fn ring(&mut self) -> Result<(), KitError> {
        let contact = self.contact();
        let mut book = self.desk.book();
        let line = line_in(&mut book, &self.call_id);
        let ringing = Message::response(&line.invite, 180, "Ringing", &line.tag).with("Contact", contact);
        line.phase = Phase::Ringing;
        self.desk.send(&ringing, line.peer);
        Ok(())
    }

    /// Sends sound before the answer (183 with a description).
    pub fn send_early_media(&mut self) -> Result<(), KitError> {
        self.respond(183, "Session Progress", Phase::Ringing)
    }

    /// Answers and waits until the caller knows (ACK).
    pub fn answer(&mut self) -> Result<(), KitError> {
        self.respond(200, "OK", Phase::Answered)
    }

    /// Refuses the call: 486 busy, 603 declined, ...
    pub fn refuse(&mut self, status: u16) -> Result<(), KitError> {
        let mut book = self.desk.book();
        let line = line_in(&mut book, &self.call_id);
        self.desk.reply(&line.invite, line.peer, status, "Refused", &line.tag);
        line.end(EndedBy::Us, Some(status));
        Ok(())
    }

    /// Takes our own unanswered INVITE back and returns at once: the answer may be on its way.
    pub fn cancel(&mut self) -> Result<(), KitError> {
        let (cancel, peer) = self.line(|line| {
            let start = line.invite.start.replacen("INVITE", "CANCEL", 1);
            let copied = ["Via", "Max-Forwards", "From", "To", "Call-ID"];
            let headers = line.invite.headers.iter().filter(|(name, _)| copied.contains(&name.as_str()));
            let cancel = Message { start, headers: headers.cloned().collect(), body: String::new() };
            (cancel.with("CSeq", format!("{} CANCEL", line.invite.cseq())), line.peer)
        });
        self.desk.send(&cancel, peer);
        Ok(())
    }

    /// Ends an answered call and waits until the other side has agreed.
    pub fn hang_up(&mut self) -> Result<(), KitError> {
        self.ask("BYE", |_, bye| bye)?;
        self.change(|line| line.end(EndedBy::Us, None));
        Ok(())
    }

    /// Puts the other side on hold: this phone neither sends nor expects sound.
    pub fn hold(&mut self) -> Result<(), KitError> {
        self.stream.mute(true);
        self.renegotiate(Flow::SendOnly)
    }

    /// Takes the other side back from hold.
    pub fn resume(&mut self) -> Result<(), KitError> {
        self.renegotiate(Flow::SendRecv)?;
        self.stream.mute(false);
        Ok(())
    }

    /// Stops or resumes sending without telling the other side: a microphone switch, or a broken line.
    pub fn mute(&mut self, muted: bool) {
        self.stream.mute(muted);
    }

    /// Asks the other side to connect itself with `uri` (blind transfer, RFC 3515), and waits until it agrees to try.
    pub fn transfer_to(&mut self, uri: &str) -> Result<(), KitError> {
        let refer_to = format!("<{uri}>");
        self.refer(&refer_to)
    }

    /// Asks the other side to take the place of this phone in `other` (attended transfer, RFC 3891).
    pub fn transfer_into(&mut self, other: &Self) -> Result<(), KitError> {
        let refer_to = other.line(|line| {
            let remote_tag = parameter(&line.remote, "tag").unwrap_or_default();
            let replaces = format!("{};to-tag={remote_tag};from-tag={}", line.call_id, line.tag);
            let escaped = replaces.replace(';', "%3B").replace('=', "%3D").replace('@', "%40");
            format!("<{}?Replaces={escaped}>", line.target)
        });
        self.refer(&refer_to)
    }

    /// Waits for the final status of a transfer this phone asked for.
    pub fn wait_transferred(&mut self) -> Result<u16, KitError> {
        self.wait("the end of the transfer", |line| {
            line.transfer_statuses.iter().copied().find(|status| *status >= 200)
        })
    }

    /// Presses keys, one after another, as RTP events; returns when the first is on its way.
    pub fn press(&mut self, keys: &str) -> Result<(), KitError> {
        self.press_by(Keys::Rfc4733, keys)
    }

    /// Presses keys in a way of the test's choice.
    pub fn press_by(&mut self, way: Keys, keys: &str) -> Result<(), KitError> {
        let codes: Vec<usize> = keys.chars().filter_map(|key| "0123456789*#ABCD".find(key)).collect();
        if codes.len() != keys.chars().count() {
            return Err(KitError::malformed("keys", keys));
        }
        match way {
            Keys::Rfc4733 => self.stream.press_events(codes.into_iter().map(|code| code as u8)),
            Keys::InBand => self.stream.press_tones(codes.into_iter().map(tones_of_key)),
            Keys::Info => {
                for key in keys.chars() {
                    let body = format!("Signal={key}\r\nDuration=100\r\n");
                    self.ask("INFO", |_, info| info.with_body("application/dtmf-relay", body))?;
                }
            }
        }
        Ok(())
    }

    /// Waits until the other side has pressed exactly these keys in all, as RTP events or INFO.
    pub fn wait_keys(&mut self, keys: &str) -> Result<(), KitError> {
        let deadline = Deadline::after(self.patience);
        let info = || self.line(|line| line.info_digits.clone());
        let found = self.stream.wait_heard(deadline, |ear| (ear.digits() == keys || info() == keys).then_some(()));
        found.ok_or_else(|| KitError::TimedOut {
            what: format!("keys {keys}"),
            waited: self.patience,
            seen: format!("keys {} {}", self.heard_keys(), info()),
        })
    }

    /// The keys received as RTP events so far.
    pub fn heard_keys(&self) -> String {
        self.heard_now(|ear| ear.digits().to_owned())
    }

    /// True as soon as a tone of `frequency` Hz is heard from now on; false if it is not heard in all the phone's
    /// patience.
    pub fn hears(&mut self, frequency: f64) -> Result<bool, KitError> {
        self.hears_sound(|sound| sound.has(frequency))
    }

    /// True as soon as 200 ms of sound from now on are what `is_it` looks for; false after all the phone's patience.
    pub fn hears_sound(&mut self, is_it: impl Fn(&Sound) -> bool) -> Result<bool, KitError> {
        let started = Instant::now();
        let heard = self.stream.wait_heard(Deadline::after(self.patience), |ear| {
            let sound = ear.since(started);
            let newest = sound.part(sound.seconds() - WINDOW, WINDOW);
            (sound.seconds() >= WINDOW && is_it(&newest)).then_some(())
        });
        Ok(heard.is_some())
    }

    /// True as soon as nothing was heard for 200 ms: no packets, or silent ones. False after all the phone's patience.
    pub fn falls_silent(&mut self) -> Result<bool, KitError> {
        let started = Instant::now();
        let window = Duration::from_secs_f64(WINDOW);
        let silent = self.stream.wait_heard(Deadline::after(self.patience), |ear| {
            let begin = Instant::now().checked_sub(window).filter(|begin| *begin >= started)?;
            ear.since(begin).is_silent().then_some(())
        });
        Ok(silent.is_some())
    }

    /// What arrives during the next `time`: for proving that something is *not* heard.
    pub fn listen(&mut self, time: Duration) -> Result<Sound, KitError> {
        let started = Instant::now();
        self.stream.wait_heard(Deadline::after(time), |_| None::<()>);
        Ok(self.heard_now(|ear| ear.since(started)))
    }

    /// Everything heard since the call began; what was lost is silence.
    pub fn heard(&self) -> Sound {
        self.heard_now(|ear| ear.all().clone())
    }

    /// Packets of sound received since the call began.
    pub fn packets(&self) -> usize {
        self.heard_now(crate::rtp::Ear::packets)
    }

    fn heard_now<T>(&self, look: impl Fn(&crate::rtp::Ear) -> T) -> T {
        let found = self.stream.wait_heard(Deadline::after(Duration::ZERO), |ear| Some(look(ear)));
        found.expect("the look always finds something")
    }

    fn respond(&mut self, status: u16, reason: &str, phase: Phase) -> Result<(), KitError> {
        let contact = self.contact();
        {
            let mut book = self.desk.book();
            let line = line_in(&mut book, &self.call_id);
            if let Phase::Ended(ending) = line.phase {
                return Err(ended(ending));
            }
            let invite = line.invite.clone();
            line.follow_description(&invite);
            line.phase = phase;
            let description = line.answer_description(&invite);
            let response = Message::response(&invite, status, reason, &line.tag)
                .with("Contact", contact)
                .with_body("application/sdp", description);
            let (peer, call_id) = (line.peer, line.call_id.clone());
            if status >= 200 {
                book.resend(call_id, &response, peer);
            }
            self.desk.send(&response, peer);
        }
        if status < 200 {
            return Ok(());
        }
        let call_id = self.call_id.clone();
        let deadline = Deadline::after(self.patience);
        self.desk.wait(deadline, "an ACK", |book| (!book.is_resending(&call_id)).then_some(()))
    }

    fn renegotiate(&mut self, flow: Flow) -> Result<(), KitError> {
        self.ask("INVITE", |line, invite| {
            let description = line.describe(flow);
            invite.with_body("application/sdp", description)
        })
    }

    fn refer(&mut self, refer_to: &str) -> Result<(), KitError> {
        self.ask("REFER", |line, refer| {
            line.transfer_statuses.clear();
            let referred_by = line.local.split(';').next().unwrap_or_default().to_owned();
            refer.with("Refer-To", refer_to).with("Referred-By", referred_by)
        })
    }

    /// Sends a request within the dialog and waits for its final response, which must be 2xx.
    fn ask(&mut self, method: &str, complete: impl FnOnce(&mut Line, Message) -> Message) -> Result<(), KitError> {
        let (via, contact) = (self.desk.via(), self.desk.contact(&self.desk.book().user()));
        let (request, to) = self.change(|line| {
            let request = line.request(method, via, &contact);
            (complete(line, request), line.next_hop())
        });
        self.desk.send_reliably(&request, to);
        let response = self.desk.wait_reply(&request, Deadline::after(self.patience))?;
        match response.status() {
            Some(200..=299) => Ok(()),
            _ => Err(refused(method, &response)),
        }
    }

    fn wait_phase(&mut self, what: &str, is_it: impl Fn(Phase) -> bool) -> Result<(), KitError> {
        self.wait(what, |line| match line.phase {
            Phase::Ended(ending) => Some(Err(ended(ending))),
            phase => is_it(phase).then_some(Ok(())),
        })?
    }

    fn wait<T>(&self, what: &str, look: impl Fn(&Line) -> Option<T>) -> Result<T, KitError> {
        let deadline = Deadline::after(self.patience);
        self.desk.wait(deadline, what, |book| look(line_in(book, &self.call_id)))
    }

    fn line<T>(&self, look: impl FnOnce(&Line) -> T) -> T {
        look(line_in(&mut self.desk.book(), &self.call_id))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Line) -> T) -> T {
        change(line_in(&mut self.desk.book(), &self.call_id))
    }

    fn contact(&self) -> String {
        format!("<{}>", self.desk.contact(&self.desk.book().user()))
    }
}

/// The line of a call. The book keeps every line as long as its phone lives.
fn line_in<'a>(book: &'a mut Book, call_id: &str) -> &'a mut Line {
    book.lines.get_mut(call_id).expect("the phone of this call still exists")
}

fn ended(ending: Ending) -> KitError {
    KitError::Refused {
        what: "the call".to_owned(),
        status: ending.status.unwrap_or_default(),
        reason: format!("ended by {:?}", ending.by),
    }
}

/// The two tones of a key (ITU-T Q.23), by its RFC 4733 event code.
fn tones_of_key(code: usize) -> (f64, f64) {
    const ROWS: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
    const COLUMNS: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
    // The keypad as it looks, by event code: 0-9, *, #, A-D.
    let place = "123A456B789C*0#D".find(&"0123456789*#ABCD"[code..=code]).unwrap_or_default();
    (ROWS[place / 4], COLUMNS[place % 4])
}
