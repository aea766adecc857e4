//! A stack under a random peer, a random engine and a random clock. What must hold: every dialog ends once, and when all
//! have ended and time has passed, nothing is left.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bell_types::{Caller, Cause, EndpointName, Now, Number, NumberPlan, TrunkName};
use bytes::Bytes;

use crate::digest::Secret;
use crate::msg::name::HeaderName;
use crate::{
    CalledIn, CallerIn, Command, Config, ConnectionId, Destination, DialogId, Endpoint, Flow, GuardPolicy, IdentityIn,
    Input, Limits, Load, LocalSocket, Message, NumberForm, NumberRules, Output, Reach, RegistrarPolicy, Reliable,
    ReplyPort, Signalling, SocketId, Stack, StackEvent, StackLimits, Status, Strangers, Target, Timing, Transport,
    Trunk,
};

pub(crate) fn limits() -> Limits {
    Limits {
        head_bytes_max: 16_384,
        body_bytes_max: 32_768,
        field_count_max: 100,
        uri_bytes_max: 512,
        stream_bytes_max: 65_536,
    }
}

pub(crate) fn numbers() -> NumberRules {
    NumberRules {
        plan: NumberPlan::china(Some("571")),
        called_in: CalledIn::RequestUri,
        caller_in: vec![CallerIn::PAssertedIdentity, CallerIn::RemotePartyId, CallerIn::From],
        called_rules: Vec::new(),
        caller_rules: Vec::new(),
        dial_as: NumberForm::Plus,
        show_as: NumberForm::Plus,
        dial_rules: Vec::new(),
    }
}

pub(crate) fn trunk_to(address: SocketAddr, transport: Transport) -> Trunk {
    Trunk {
        destinations: vec![Destination {
            host: address.ip().to_string().into(),
            port: Some(address.port()),
            transport,
        }],
        sources: address.ip().to_string().parse().into_iter().collect(),
        inbound: None,
        outbound: None,
        registration: None,
        probe: None,
        numbers: numbers(),
        identity: IdentityIn::From,
        from_host: None,
        calls_max: 100_000,
        reply_port: ReplyPort::AsAsked,
        reach: Reach::Contact,
        reliable: Reliable::IfRequired,
        lookup_interval: Duration::from_secs(60),
    }
}

/// A configuration with one trunk to `other`, named so.
pub(crate) fn config(advertised: SocketAddr, other: SocketAddr, transport: Transport) -> Config {
    let trunk = trunk_to(other, transport);
    Config {
        product: "Belltower".into(),
        realm: "belltower".into(),
        sockets: vec![
            LocalSocket { id: SocketId(1), transport: Transport::Udp, advertised },
            LocalSocket { id: SocketId(2), transport: Transport::Tcp, advertised },
        ],
        timing: Timing { session_interval: None, ..Timing::rfc() },
        messages: limits(),
        limits: StackLimits {
            dialogs_max: 10_000,
            transactions_max: 100_000,
            outputs_max: 10_000,
            retry_after: Duration::from_secs(5),
            forks_max: 8,
            challenges_max: 2,
            routes_max: 8,
            notifies_max: 16,
        },
        guard: GuardPolicy {
            strangers: Strangers::Silence,
            requests_per_second_max: 10,
            burst_max: 20,
            sources_max: 1000,
            wrong_passwords_max: 3,
            lock_out: Duration::from_secs(300),
            reports_per_second_max: 10,
        },
        registrar: RegistrarPolicy {
            expires_min: Duration::from_secs(60),
            expires_max: Duration::from_secs(3600),
            expires_default: Duration::from_secs(300),
            nonce_lifetime: Duration::from_secs(300),
            nonces_max: 1000,
            challenges: crate::Challenges::Sha256AndMd5,
        },
        endpoints: BTreeMap::new(),
        trunks: TrunkName::new("other").map(|name| (name, trunk)).into_iter().collect(),
    }
}

/// The choices that a run makes, read from its data; zeros when it is used up.
struct Choices<'d> {
    data: &'d [u8],
}

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.data.split_first() else { return 0 };
        self.data = rest;
        *first
    }

    fn below(&mut self, limit: u8) -> u8 {
        self.next() % limit
    }
}

/// A stack, what it sent last, and how often each of its dialogs ended.
struct World {
    stack: Stack,
    now: Now,
    /// Requests and responses of the stack, the newest last; what a peer answers and quotes.
    sent: Vec<Message>,
    ended: BTreeMap<DialogId, u32>,
    open: BTreeSet<DialogId>,
}

const METHODS: [&str; 10] =
    ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE", "INFO", "REFER", "REGISTER"];
const STATUSES: [u16; 16] = [100, 180, 183, 200, 200, 200, 302, 401, 407, 422, 481, 486, 487, 491, 503, 603];

/// Runs a stack on these choices.
pub(crate) fn run(data: &[u8]) {
    let mut choices = Choices { data };
    let mut world = World::new();
    while !choices.data.is_empty() {
        match choices.below(8) {
            0 | 1 => world.request(&mut choices),
            2 | 3 => world.response(&mut choices),
            4 | 5 => world.command(&mut choices),
            6 => world.pass(Duration::from_millis(u64::from(choices.next()) * 20)),
            _ => world.trouble(&mut choices),
        }
    }
    for dialog in world.open.clone() {
        world.input(Input::Command(Command::End { dialog, cause: Cause::Released }));
    }
    world.pass(Duration::from_secs(8000));
    assert!(world.ended.values().all(|count| *count == 1), "{:?}", world.ended);
    assert!(world.open.is_empty(), "never ended: {:?}", world.open);
    assert_eq!(world.stack.load(), Load::default());
}

impl World {
    fn new() -> Self {
        let ours = SocketAddr::from(([192, 0, 2, 2], 5060));
        let mut config = config(ours, SocketAddr::from(([192, 0, 2, 1], 5060)), Transport::Udp);
        if let Ok(name) = EndpointName::new("1001") {
            let plan = NumberPlan::china(None);
            let (user, secret, keys_max) = ("1001".into(), Some(Secret::Password("x".into())), 2);
            let (sources, reliable) = (Vec::new(), Reliable::WithMedia);
            config.endpoints.insert(
                name,
                Endpoint {
                    user,
                    secret,
                    keys_max,
                    contacts_max: 2,
                    sources,
                    signalling: Signalling::Any,
                    plan,
                    reliable,
                },
            );
        }
        let now = Now::default();
        let stack = Stack::new(now, &[3; 32], Arc::new(config));
        Self { stack, now, sent: Vec::new(), ended: BTreeMap::new(), open: BTreeSet::new() }
    }

    fn input(&mut self, input: Input) {
        self.stack.handle(self.now, input);
        while let Some(output) = self.stack.poll_output() {
            match output {
                Output::Transmit { bytes, .. } => {
                    let message = Message::parse(bytes, &limits()).expect("what we send can be read");
                    self.sent.push(message);
                }
                Output::Event(StackEvent::Incoming { dialog, .. }) => drop(self.open.insert(dialog)),
                Output::Event(StackEvent::Ended { dialog, .. }) => {
                    *self.ended.entry(dialog).or_default() += 1;
                    assert!(self.open.remove(&dialog), "{dialog:?} ended without having begun, or twice");
                }
                Output::Event(_) | Output::Lookup { .. } | Output::Trace { .. } => {}
            }
        }
        let surplus = self.sent.len().saturating_sub(32);
        self.sent.drain(..surplus);
    }

    fn receive(&mut self, choices: &mut Choices<'_>, message: String) {
        let remote = SocketAddr::from(([192, 0, 2, if choices.below(16) == 0 { 77 } else { 1 }], 5060));
        let flow = match choices.below(4) {
            0 => Flow::Stream { transport: Transport::Tcp, connection: ConnectionId(1), remote },
            _ => Flow::Datagram { socket: SocketId(1), remote },
        };
        self.input(Input::Received { flow, bytes: Bytes::from(message) });
    }

    /// A request of the peer: new, or quoting what the stack sent.
    fn request(&mut self, choices: &mut Choices<'_>) {
        let method = METHODS[usize::from(choices.below(10))];
        let (call, branch, number) = (choices.below(4), choices.below(8), choices.below(6));
        let quoted = self.sent.get(usize::from(choices.next()) % self.sent.len().max(1));
        let (from, to, call_id) = match quoted.filter(|_| choices.below(4) > 0) {
            Some(Message::Response(response)) => (
                value(response, HeaderName::From),
                value(response, HeaderName::To),
                value(response, HeaderName::CallId),
            ),
            Some(Message::Request(request)) => (
                format!("{};tag=peer", value(request, HeaderName::To)),
                value(request, HeaderName::From),
                value(request, HeaderName::CallId),
            ),
            None => (
                "<sip:13800138000@192.0.2.1>;tag=peer".to_owned(),
                "<sip:4001234567@192.0.2.2>".to_owned(),
                format!("call{call}"),
            ),
        };
        let extra = match choices.below(8) {
            0 => "Require: 100rel\r\n",
            1 => "Supported: 100rel, timer\r\nSession-Expires: 90\r\n",
            2 => "Contact: <sip:gw@192.0.2.1:5070;transport=tcp>\r\n",
            3 => "Refer-To: <sip:1001@192.0.2.2>\r\n",
            4 => "RAck: 1 1 INVITE\r\n",
            5 => "Content-Type: application/dtmf\r\n",
            _ => "Content-Type: application/sdp\r\n",
        };
        let body = if choices.below(2) == 0 { "" } else { "5" };
        self.receive(choices, format!(
            "{method} sip:4001234567@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{branch};rport\r\n\
             From: {from}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {number} {method}\r\n\
             Contact: <sip:gw@192.0.2.1>\r\n{extra}\r\n{body}"
        ));
    }

    /// A response of the peer to something the stack sent.
    fn response(&mut self, choices: &mut Choices<'_>) {
        let status = STATUSES[usize::from(choices.below(16))];
        let at = usize::from(choices.next()) % self.sent.len().max(1);
        let Some(Message::Request(request)) = self.sent.get(at) else { return };
        let tag = if request.to_tag().is_some() { String::new() } else { format!(";tag=peer{}", choices.below(2)) };
        let extra = match choices.below(6) {
            0 => "Require: 100rel\r\nRSeq: 7\r\n",
            1 => "Session-Expires: 90;refresher=uac\r\nAllow: UPDATE\r\n",
            2 => "Min-SE: 3600\r\n",
            3 => "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n",
            _ => "Contact: <sip:gw@192.0.2.1:5080>\r\nContent-Type: application/sdp\r\n",
        };
        let message = format!(
            "SIP/2.0 {status} X\r\nVia: {}\r\nFrom: {}\r\nTo: {}{tag}\r\nCall-ID: {}\r\nCSeq: {}\r\n{extra}\r\nx",
            value(request, HeaderName::Via),
            value(request, HeaderName::From),
            value(request, HeaderName::To),
            value(request, HeaderName::CallId),
            value(request, HeaderName::CSeq)
        );
        self.receive(choices, message);
    }

    /// Something the engine may do, sensible or not.
    fn command(&mut self, choices: &mut Choices<'_>) {
        let which = usize::from(choices.next()) % self.open.len().max(1);
        let sdp = Bytes::from_static(b"sdp");
        let known = self.open.iter().nth(which).copied();
        let (Some(dialog), kind @ 1..) = (known, choices.below(10)) else { return self.call(choices) };
        self.input(Input::Command(match kind {
            1 => Command::Progress { dialog, status: Status::RINGING, sdp: None },
            2 => Command::Progress { dialog, status: Status::PROGRESS, sdp: Some(sdp) },
            3 | 4 => Command::Answer { dialog, sdp },
            5 => Command::Offer { dialog, sdp },
            6 => Command::AnswerOffer { dialog, sdp },
            7 => Command::RejectOffer { dialog, status: Status::NOT_ACCEPTABLE_HERE },
            8 => Command::ReferProgress { dialog, status: Status::OK },
            _ => Command::End { dialog, cause: Cause::HungUp },
        }));
    }

    fn call(&mut self, choices: &mut Choices<'_>) {
        let target = match (choices.below(2), EndpointName::new("1001"), TrunkName::new("other")) {
            (0, Ok(endpoint), _) => Target::Endpoint(endpoint),
            (_, _, Ok(trunk)) => Target::Trunk { trunk, number: Number::Short("10086".into()) },
            (_, _, Err(_)) => return,
        };
        let dialog = self.stack.mint_dialog();
        self.open.insert(dialog);
        let offer = (choices.below(2) == 0).then(|| Bytes::from_static(b"sdp"));
        let caller = Caller { number: None, name: None };
        self.input(Input::Command(Command::Invite {
            dialog,
            to: target,
            caller,
            offer,
            call: None,
            taking: crate::Taking::ByHand,
        }));
    }

    fn trouble(&mut self, choices: &mut Choices<'_>) {
        let remote = SocketAddr::from(([192, 0, 2, 1], 5060));
        let stream = Flow::Stream { transport: Transport::Tcp, connection: ConnectionId(1), remote };
        match choices.below(3) {
            0 => self.input(Input::FlowClosed(stream)),
            1 => self.input(Input::SendFailed(crate::Hop::Flow(Flow::Datagram { socket: SocketId(1), remote }))),
            _ => {
                let length = usize::from(choices.next()).min(choices.data.len());
                let (raw, rest) = choices.data.split_at(length);
                choices.data = rest;
                let flow = Flow::Datagram { socket: SocketId(1), remote };
                self.input(Input::Received { flow, bytes: Bytes::copy_from_slice(raw) });
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now.after(time);
        while let Some(next) = self.stack.poll_timeout().filter(|next| *next <= until.mono) {
            self.now = self.now.after(next.since(self.now.mono));
            self.input(Input::Tick);
        }
        self.now = until;
    }
}

fn value(message: &crate::Envelope, name: HeaderName) -> String {
    String::from_utf8_lossy(message.first(name).unwrap_or_default()).into_owned()
}
