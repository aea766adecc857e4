//! Transfers that a phone asks for (RFC 3515, RFC 4488). We call the target ourselves; here are only the request and the
//! reports on it.

use std::time::Duration;

use crate::desk::Desk;
use crate::dialog::{Ask, Dialog, Phase};
use crate::msg::build::OtherName;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::stack::vocabulary::{ReferReplaces, StackEvent};
use crate::txn::Arrival;

const SUB: &str = "Refer-Sub";
const SIPFRAG: &str = "message/sipfrag;version=2.0";
/// For how long a subscription to a transfer is said to last; it ends with the transfer.
const LASTS: Duration = Duration::from_secs(180);

/// A transfer that somebody wants to hear about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Referral {
    /// The number of the REFER, which tells its reports from those of another.
    id: u32,
    reports: u8,
    reported: bool,
}

impl Dialog {
    /// Their REFER.
    pub(crate) fn refer_received(&mut self, desk: &mut Desk, arrival: &Arrival, target: Uri, replaces: ReferReplaces) {
        let Some(mut talk) = self.take_talk() else { return desk.answer(arrival, Status::REQUEST_PENDING) };
        if talk.referral.is_some() {
            self.phase = Phase::Talking(talk);
            return desk.answer(arrival, Status::REQUEST_PENDING);
        }
        let unwanted = arrival.request.first_other(SUB).is_some_and(|value| value.eq_ignore_ascii_case(b"false"));
        let mut builder = self.response(desk, arrival, Status::ACCEPTED);
        if let Some(name) = OtherName::new(SUB).filter(|_| unwanted) {
            builder = builder.other(&name, "false");
        }
        desk.respond(arrival.key, Status::ACCEPTED, builder.finish());
        let id = arrival.request.cseq().number;
        talk.referral = Some(Referral { id, reports: 0, reported: !unwanted });
        self.phase = Phase::Talking(talk);
        // The first report is due at once (RFC 3515 §2.4.4).
        self.report(desk, Status::TRYING);
        desk.event(StackEvent::Refer { dialog: self.id, target, replaces });
    }

    /// How the call to the target goes.
    pub(crate) fn report(&mut self, desk: &mut Desk, status: Status) {
        let Some(mut talk) = self.take_talk() else { return };
        if let Some(mut referral) = talk.referral.take() {
            let room = referral.reports < desk.wire.config.limits.notifies_max;
            if referral.reported && (room || status.is_final()) {
                referral.reports += 1;
                self.notify(desk, &referral, status);
            }
            talk.referral = Some(referral).filter(|_| !status.is_final());
        }
        self.phase = Phase::Talking(talk);
    }

    fn notify(&mut self, desk: &mut Desk, referral: &Referral, status: Status) {
        let key = self.request(desk, &Method::Notify, |builder| {
            let builder = builder.header(HeaderName::Event, format_args!("refer;id={}", referral.id));
            let builder = match status.is_final() {
                true => builder.header(HeaderName::SubscriptionState, "terminated;reason=noresource"),
                false => {
                    builder.header(HeaderName::SubscriptionState, format_args!("active;expires={}", LASTS.as_secs()))
                }
            };
            builder.body(SIPFRAG, format!("SIP/2.0 {status}\r\n").as_bytes())
        });
        self.asked.extend(key.map(|key| (key, Ask::Notice)));
    }
}
