//! Everything that can happen to the stack, and everything it can want.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bell_types::{
    CallId, Caller, Cause, Digit, EndpointName, KeyEnd, LoginId, Number, RegistrationRefusal, TrunkName, Wall,
};
use bytes::Bytes;

use crate::config::Config;
use crate::digest::Secret;
use crate::flow::{Flow, Hop, Transport};
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::msg::value::Replaces;

/// One call leg as SIP sees it, from its INVITE to the end of its last transaction. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogId(pub u64);

/// A question to the name service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupId(pub u64);

/// Everything that can happen to the stack.
#[derive(Clone, Debug)]
pub enum Input {
    /// A datagram or one framed message arrived.
    Received {
        /// On which flow; its `remote` is the source.
        flow: Flow,
        /// The message.
        bytes: Bytes,
    },
    /// A connection closed or was cut.
    FlowClosed(Flow),
    /// A message could not be sent on this hop, or no connection to it could be opened.
    SendFailed(Hop),
    /// The answer to [`Output::Lookup`].
    LookedUp {
        /// The question.
        lookup: LookupId,
        /// What it gave; empty for a name that does not exist or a service that did not answer.
        addresses: Vec<Resolved>,
    },
    /// Somebody wants something.
    Command(Command),
    /// A new configuration.
    Configured(Arc<Config>),
    /// A deadline may have passed.
    Tick,
}

/// One address of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Address and port.
    pub address: SocketAddr,
    /// The lower, the earlier (RFC 2782); 0 without SRV.
    pub priority: u16,
    /// Shares between equal priorities.
    pub weight: u16,
}

/// How a phone is to take a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// It rings until somebody answers.
    ByHand,
    /// It answers by itself, if it does as it is asked (RFC 5373 §4.3.1): its agent talks already.
    ByItself,
}

/// What the stack is told to do. A command for a dialog that is already over does nothing: its
/// [`StackEvent::Ended`] is on its way.
#[derive(Clone, Debug)]
pub enum Command {
    /// Call somebody. The id is of [`Stack::mint_dialog`](crate::Stack::mint_dialog).
    Invite {
        /// The new dialog.
        dialog: DialogId,
        /// Whom.
        to: Target,
        /// Who is shown as the caller.
        caller: Caller,
        /// Our session description; none to let the other side offer.
        offer: Option<Bytes>,
        /// The call it belongs to, if it does: endpoints of ours are told, so that a console knows which call rings.
        call: Option<CallId>,
        /// How an endpoint of ours is to take it.
        taking: Taking,
    },
    /// Answer an INVITE provisionally: 180 or 183, with our answer if there is early media.
    Progress {
        /// The dialog.
        dialog: DialogId,
        /// A provisional status above 100.
        status: Status,
        /// Our session description.
        sdp: Option<Bytes>,
    },
    /// Answer an INVITE with 200. The description is the answer to the offer, or our offer if there was none.
    Answer {
        /// The dialog.
        dialog: DialogId,
        /// Our session description.
        sdp: Bytes,
    },
    /// Refuse an INVITE that has not been answered.
    Reject {
        /// The dialog.
        dialog: DialogId,
        /// A status of 300 or more.
        status: Status,
        /// Why, for the [`StackEvent::Ended`]. A 503 gets the Retry-After of the configuration.
        cause: Cause,
    },
    /// End a dialog, whatever state it is in: CANCEL, BYE or a final response with the status of the cause.
    End {
        /// The dialog.
        dialog: DialogId,
        /// Why.
        cause: Cause,
    },
    /// Change the session of an answered call: a re-INVITE. Ends in [`StackEvent::OfferAnswered`] or
    /// [`StackEvent::OfferFailed`].
    Offer {
        /// The dialog.
        dialog: DialogId,
        /// Our session description.
        sdp: Bytes,
    },
    /// Answer the offer of an [`StackEvent::OfferReceived`], or of [`StackEvent::Answered`] to an INVITE of ours without one.
    AnswerOffer {
        /// The dialog.
        dialog: DialogId,
        /// Our session description.
        sdp: Bytes,
    },
    /// Refuse the offer of an [`StackEvent::OfferReceived`]; the session stays as it is.
    RejectOffer {
        /// The dialog.
        dialog: DialogId,
        /// 488, as a rule.
        status: Status,
    },
    /// Tell the phone that asked for a transfer how it goes: a provisional status, any number of times, then one final.
    ReferProgress {
        /// The dialog the REFER came in.
        dialog: DialogId,
        /// The status of the call to the target.
        status: Status,
    },
    /// Let a login register as one of our phones. Phones that take no keys, and times that have passed, are passed over.
    GiveKey(Key),
    /// A login is over: its keys let nobody in any more, and what registered by them is gone.
    EndLogin(LoginId),
    /// From now on these phones may not register, and no others.
    Bar(BTreeSet<EndpointName>),
}

/// What lets a login register as a phone for a while, in place of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The phone.
    pub endpoint: EndpointName,
    /// The login.
    pub login: LoginId,
    /// The user name of its digest credentials, which is no other key's.
    pub user: Box<str>,
    /// What proves it.
    pub secret: Secret,
    /// Until when it counts.
    pub until: Wall,
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A phone of ours: every contact it has registered rings at once.
    Endpoint(EndpointName),
    /// A number outside.
    Trunk {
        /// By this trunk.
        trunk: TrunkName,
        /// This number.
        number: Number,
    },
}

/// Everything the stack can want.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send a message.
    Transmit {
        /// Where to.
        to: Hop,
        /// The message.
        bytes: Bytes,
    },
    /// Ask the name service: SRV first if there is no port, then addresses.
    Lookup {
        /// Comes back in [`Input::LookedUp`].
        lookup: LookupId,
        /// The name.
        host: Box<str>,
        /// The port, if it is known; else 5060 or what SRV says.
        port: Option<u16>,
        /// For which transport.
        transport: Transport,
    },
    /// Something happened.
    Event(StackEvent),
    /// A message that belongs to a dialog, for the trace ring of its call. Print it with [`Masked`](crate::Masked).
    Trace {
        /// The dialog.
        dialog: DialogId,
        /// Which way it went.
        way: Way,
        /// Where from or to.
        peer: SocketAddr,
        /// The message.
        bytes: Bytes,
    },
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To us.
    In,
    /// From us.
    Out,
}

/// Who is at the other end of a dialog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// A phone of ours.
    Endpoint(EndpointName),
    /// A carrier.
    Trunk(TrunkName),
}

/// A session description in the part it plays (RFC 3264).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Description {
    /// There is none, or it only repeats what is settled.
    None,
    /// The other side makes an offer.
    Offer(Bytes),
    /// The other side answers our offer.
    Answer(Bytes),
}

/// What was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// What was dialled, from the header that the trunk's habits name, after its rules: `4001234567`, `1001`.
    pub dialled: String,
    /// The same as a number, if it is one.
    pub number: Option<Number>,
    /// The request-URI.
    pub request_uri: Uri,
    /// The URI of To.
    pub to: Option<Uri>,
}

/// Something happened. Each dialog ends with exactly one [`StackEvent::Ended`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackEvent {
    /// Somebody calls.
    Incoming {
        /// The new dialog.
        dialog: DialogId,
        /// Who sent it.
        peer: Peer,
        /// What was called.
        called: Called,
        /// Who calls, by the trunk's rules. A phone shows what it likes: its name is in `peer`.
        caller: Caller,
        /// The offer; none if we are to make one.
        offer: Option<Bytes>,
        /// The dialog whose place this call takes (RFC 3891), if it is one of ours.
        replaces: Option<DialogId>,
    },
    /// The phone we called rings, or sends sound.
    Progress {
        /// The dialog.
        dialog: DialogId,
        /// 180, 183, ...
        status: Status,
        /// The session description.
        sdp: Description,
    },
    /// The phone we called answered. If it made an offer, [`Command::AnswerOffer`] is due.
    Answered {
        /// The dialog.
        dialog: DialogId,
        /// The session description.
        sdp: Description,
    },
    /// Our answer to an incoming call was acknowledged: the call is up.
    Confirmed {
        /// The dialog.
        dialog: DialogId,
        /// The answer to an offer in our 200.
        sdp: Description,
    },
    /// The other side wants to change the session: hold, resume, another address. [`Command::AnswerOffer`] or
    /// [`Command::RejectOffer`] is due.
    OfferReceived {
        /// The dialog.
        dialog: DialogId,
        /// The offer; none if we are to make one (in [`Command::AnswerOffer`]).
        sdp: Option<Bytes>,
    },
    /// The other side answered our offer.
    OfferAnswered {
        /// The dialog.
        dialog: DialogId,
        /// Its answer.
        sdp: Bytes,
    },
    /// The other side refused our offer; the session stays as it was.
    OfferFailed {
        /// The dialog.
        dialog: DialogId,
        /// What it said; none if it said nothing.
        status: Option<Status>,
    },
    /// The offer of the last [`StackEvent::OfferReceived`] was taken back, or nobody answered it in time.
    OfferWithdrawn {
        /// The dialog.
        dialog: DialogId,
    },
    /// A key was pressed, by SIP INFO.
    InfoDigit {
        /// The dialog.
        dialog: DialogId,
        /// The key.
        digit: Digit,
        /// For how long, as the phone says.
        held: Duration,
    },
    /// The phone asks us to transfer its call partner (RFC 3515). [`Command::ReferProgress`] tells it how it went.
    Refer {
        /// The dialog.
        dialog: DialogId,
        /// Where to.
        target: Uri,
        /// An attended transfer: the dialog, if it is one of ours, whose partner takes the place.
        replaces: ReferReplaces,
    },
    /// The dialog is over. Nothing follows but, perhaps, [`StackEvent::HungUpToo`].
    Ended {
        /// The dialog.
        dialog: DialogId,
        /// Why.
        cause: Cause,
        /// The final response, if one ended it.
        sip_status: Option<Status>,
        /// The Q.850 cause the other side gave (RFC 3326).
        q850: Option<u8>,
    },
    /// The other side hangs up as well what we have ended: its BYE crossed ours. The dialog has had its
    /// [`StackEvent::Ended`].
    HungUpToo {
        /// The dialog.
        dialog: DialogId,
        /// The Q.850 cause of its BYE (RFC 3326).
        q850: Option<u8>,
    },
    /// A phone registered, or moved, or a further contact of it came.
    EndpointUp {
        /// The phone.
        endpoint: EndpointName,
        /// Where it is.
        source: SocketAddr,
        /// What it calls itself.
        user_agent: Option<String>,
    },
    /// A contact of a phone gave way to a new one, because the phone may have no more. The phone stays up.
    ContactReplaced {
        /// The phone.
        endpoint: EndpointName,
        /// Where the contact was.
        source: SocketAddr,
        /// Why it is gone. Moved: the phone is elsewhere.
        cause: Cause,
    },
    /// The last contact of a phone is gone.
    EndpointDown {
        /// The phone.
        endpoint: EndpointName,
        /// Moved: it unregistered. Timeout: it expired. TransportLost: its connection closed.
        cause: Cause,
    },
    /// Somebody could not register or call as one of our phones.
    RegistrationRefused {
        /// The name that was tried.
        endpoint: String,
        /// Where from.
        source: SocketAddr,
        /// Why.
        refusal: RegistrationRefusal,
    },
    /// A login may register as a phone.
    KeyGiven {
        /// The phone.
        endpoint: EndpointName,
        /// The login.
        login: LoginId,
        /// Until when.
        until: Wall,
    },
    /// A login may not any more.
    KeysEnded {
        /// The phone.
        endpoint: EndpointName,
        /// The login.
        login: LoginId,
        /// Why.
        how: KeyEnd,
    },
    /// A trunk can be used.
    TrunkUp {
        /// The trunk.
        trunk: TrunkName,
    },
    /// A trunk cannot be used.
    TrunkDown {
        /// The trunk.
        trunk: TrunkName,
        /// Why.
        cause: Cause,
    },
    /// A request was refused before it became a call. Not every one is reported: `more` were not since the last report.
    Refused {
        /// Where from.
        source: IpAddr,
        /// Why.
        why: Refusal,
        /// How many were refused since the last report, whatever the source and reason.
        more: u64,
    },
}

/// Whose place the target of a transfer takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferReplaces {
    /// A blind transfer.
    Nobody,
    /// An attended transfer to the partner of this dialog of ours.
    Dialog(DialogId),
    /// An attended transfer to a call we do not have.
    Elsewhere(Replaces),
}

/// Why a request was refused before it became a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// It comes from no trunk and names no phone of ours.
    Stranger,
    /// The source sends more than it may.
    TooFast,
    /// The source or the user is locked out after wrong passwords.
    LockedOut,
    /// It could not be read.
    Malformed,
    /// The trunk carries as many calls as it may.
    TrunkFull,
    /// We hold as much as we may.
    Overloaded,
}
