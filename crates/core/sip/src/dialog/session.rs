//! Session timers (RFC 4028): a call whose other side has vanished ends by itself.

use std::time::Duration;

use bell_types::{Cause, Mono};

use crate::desk::Desk;
use crate::dialog::Dialog;
use crate::dialog::deadline::Deadline;
use crate::dialog::talking::Talk;
use crate::msg::build::MessageBuilder;
use crate::msg::message::{Request, Response};
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::value::{Refresher, SessionExpires};
use crate::txn::Arrival;
use crate::wire::Wake;

/// What the two sides have agreed on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    interval: Duration,
    we_refresh: bool,
    expires: Mono,
}

impl Session {
    /// What our next request says: the same interval, and the same side.
    pub(super) fn header_of_request(&self) -> SessionExpires {
        let refresher = if self.we_refresh { Refresher::Uac } else { Refresher::Uas };
        SessionExpires { seconds: seconds(self.interval), refresher: Some(refresher) }
    }
}

impl Dialog {
    /// What a 2xx to a request of ours settles.
    pub(super) fn agree_as_caller(&mut self, desk: &mut Desk, talk: &mut Talk, response: &Response) {
        if response.first(HeaderName::Allow).is_some() {
            talk.updates = response.has_token(HeaderName::Allow, "UPDATE");
        }
        let agreed = response.session_expires().ok().flatten();
        let agreed = agreed.filter(|agreed| Duration::from_secs(agreed.seconds.into()) >= SHORTEST);
        match agreed {
            Some(agreed) => self.keep(desk, talk, agreed.seconds, agreed.refresher != Some(Refresher::Uas)),
            None => self.forget(desk, talk),
        }
    }

    /// Settles the interval of a request of theirs, and writes it into our 2xx.
    pub(super) fn agree_as_called(
        &mut self,
        desk: &mut Desk,
        talk: &mut Talk,
        request: &Request,
        builder: MessageBuilder,
    ) -> MessageBuilder {
        if request.first(HeaderName::Allow).is_some() {
            talk.updates = request.has_token(HeaderName::Allow, "UPDATE");
        }
        let theirs = request.session_expires().ok().flatten();
        let able = request.has_token(HeaderName::Supported, "timer") || theirs.is_some();
        let ours = desk.wire.config.timing.session_interval.filter(|_| able);
        let min = seconds(desk.wire.config.timing.session_interval_min);
        let interval = match (theirs, ours) {
            // The answering side may shorten the interval, never lengthen it (RFC 4028 §9).
            (Some(theirs), Some(ours)) => theirs.seconds.min(seconds(ours)).max(min.min(theirs.seconds)),
            (Some(theirs), None) => theirs.seconds,
            (None, Some(ours)) => seconds(ours),
            (None, None) => {
                self.forget(desk, talk);
                return builder;
            }
        };
        let refresher = theirs.and_then(|theirs| theirs.refresher).unwrap_or(Refresher::Uac);
        self.keep(desk, talk, interval, refresher == Refresher::Uas);
        let agreed = SessionExpires { seconds: interval, refresher: Some(refresher) };
        let builder = builder.header(HeaderName::SessionExpires, agreed);
        match refresher {
            Refresher::Uac => builder.header(HeaderName::Require, "timer"),
            Refresher::Uas => builder,
        }
    }

    /// 422 for an interval that is too short (RFC 4028 §9). Whether it was sent.
    pub(crate) fn refuses_interval(desk: &mut Desk, arrival: &Arrival) -> bool {
        let min = desk.wire.config.timing.session_interval_min;
        let asked = arrival.request.session_expires().ok().flatten();
        let short = asked.is_some_and(|asked| Duration::from_secs(asked.seconds.into()) < min);
        let able = arrival.request.has_token(HeaderName::Supported, "timer");
        if short && able {
            let min = seconds(min).to_string();
            desk.answer_with(arrival, Status::INTERVAL_TOO_SMALL, &[(HeaderName::MinSe, &min)]);
        }
        short && able
    }

    fn keep(&self, desk: &mut Desk, talk: &mut Talk, seconds: u32, we_refresh: bool) {
        let interval = Duration::from_secs(seconds.into());
        let expires = desk.wire.now.mono + interval;
        talk.session = Some(Session { interval, we_refresh, expires });
        // The other side has until shortly before the end, so that our BYE still comes in time (RFC 4028 §10).
        let early = (interval / 3).min(Duration::from_secs(32));
        self.wake(desk, Deadline::Session, if we_refresh { interval / 2 } else { interval - early });
    }

    fn forget(&self, desk: &mut Desk, talk: &mut Talk) {
        talk.session = None;
        self.sleep(desk, Deadline::Session);
    }

    /// The session is to be refreshed, or has run out. Gives the cause if the call is over.
    pub(super) fn session_due(&mut self, desk: &mut Desk, talk: &mut Talk) -> Option<Cause> {
        let session = talk.session?;
        if !session.we_refresh || desk.wire.now.mono >= session.expires {
            return Some(Cause::SessionExpired);
        }
        let busy = talk.ours.is_some() || talk.theirs.is_some() || talk.unacked.is_some();
        if busy {
            self.refresh_later(desk, talk);
        } else if talk.updates {
            self.send_offer(desk, talk, None, true);
        } else {
            let sdp = talk.local_sdp.clone();
            self.send_offer(desk, talk, sdp, true);
        }
        None
    }

    /// A refresh did not work out: once more, in half the time that is left.
    pub(super) fn refresh_later(&self, desk: &mut Desk, talk: &Talk) {
        let Some(session) = talk.session else { return };
        let left = session.expires.since(desk.wire.now.mono);
        let pause = (left / 2).max(Duration::from_secs(1)).min(left);
        let at = desk.wire.now.mono + pause;
        desk.wire.wake_at(Wake::Dialog(self.id, Deadline::Session), at);
    }
}

/// No interval below this is taken seriously, whoever names it.
const SHORTEST: Duration = Duration::from_secs(10);

fn seconds(interval: Duration) -> u32 {
    u32::try_from(interval.as_secs()).unwrap_or(u32::MAX)
}
