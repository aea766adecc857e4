//! The others: agents' phones and carriers, each a SIP stack with habits.

mod habits;
mod refer;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bell_sip::sdp::description::{self, Direction};
use bell_sip::sdp::parse::SdpLimits;
use bell_sip::sdp::{Before, Local, Preference, answer, offer, read_answer};
use bell_sip::{
    Account, CalledIn, CallerIn, Command, Config, Description, Destination, DialogId, Flow, GuardPolicy, IdentityIn,
    Input, Limits, LocalSocket, NumberForm, NumberRules, Output, Reach, RegistrarPolicy, Registration, Reliable,
    ReplyPort, SocketId, Stack, StackEvent, StackLimits, Status, Strangers, Target, Timing, Transport, Trunk, Uri,
};
use bell_types::{CallId, Caller, Cause, Codec, Digit, LegId, Mono, Now, Number, NumberPlan, OwnKeys, Srtp, TrunkName};
use bytes::Bytes;

use crate::configuration::{CENTRE, password};
use crate::dice::Dice;
use refer::Referral;

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// An agent's phone.
    Phone {
        /// Its name.
        name: Arc<str>,
        /// The domain it registers at.
        domain: Arc<str>,
    },
    /// A carrier: callers, and whom the centre calls outside.
    Carrier,
}

/// How the people behind a party behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    /// As anybody might, and the phones with them.
    Wild,
    /// As on a usual day: they answer after about so long. When they call and hang up, somebody else says.
    Steady(Duration),
}

/// A phone or a carrier.
pub(crate) struct Party {
    pub(crate) address: SocketAddr,
    pub(crate) role: Role,
    manners: Manners,
    /// None while it is switched off.
    stack: Option<Stack>,
    /// Counts how often it was switched on: what it meant to do before is forgotten.
    pub(crate) life: u32,
    lines: BTreeMap<DialogId, Line>,
    /// What was overheard of a call that has not been announced yet.
    unannounced: Option<(DialogId, Referral)>,
    port: u16,
    dice: Dice,
    wants: Vec<Want>,
}

/// A call of a party.
struct Line {
    rtp: SocketAddr,
    codecs: Vec<Codec>,
    ours: Option<description::Description>,
    /// The offer we have not answered.
    theirs: Option<description::Description>,
    direction: Direction,
    up: bool,
    referral: Referral,
    /// Who calls, if it is one of our callers.
    caller: Option<u64>,
}

/// What a party wants of the world.
#[derive(Debug)]
pub(crate) enum Want {
    /// Send a message to the centre.
    Transmit(SocketAddr, Bytes),
    /// Do something later.
    Later(Duration, Act),
    /// Press a key in the audio that comes from this address.
    Press(SocketAddr, Digit),
}

/// What a party does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Call {
        number: Arc<str>,
        caller: u64,
    },
    /// What one of our callers does, if he is still there.
    Caller(u64, CallerAct),
    /// Everybody here hangs up.
    HangUpAll,
    Ring(DialogId),
    Answer(DialogId),
    Reject(DialogId, u16),
    HangUp(DialogId),
    Press(DialogId, Digit),
    Hold(DialogId),
    Resume(DialogId),
    Refer(DialogId, &'static str),
    RepeatRefer(DialogId, u32),
    SwitchOff(Duration),
    SwitchOn,
}

/// What a caller does on the line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CallerAct {
    Press(Digit),
    HangUp,
}

impl Party {
    /// One that is switched off.
    pub(crate) fn new(address: SocketAddr, role: Role, manners: Manners, dice: Dice) -> Self {
        Self {
            address,
            role,
            manners,
            stack: None,
            life: 0,
            lines: BTreeMap::new(),
            unannounced: None,
            port: 30_000,
            dice,
            wants: Vec::new(),
        }
    }

    /// What it wants since the last time.
    pub(crate) fn wants(&mut self) -> Vec<Want> {
        std::mem::take(&mut self.wants)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Mono> {
        self.stack.as_ref()?.poll_timeout()
    }

    /// Whether audio comes from this address.
    pub(crate) fn sends_from(&self, rtp: SocketAddr) -> bool {
        self.lines.values().any(|line| line.rtp == rtp && line.direction.sends())
    }

    /// What it still holds, if anything.
    pub(crate) fn holds(&self) -> Option<String> {
        let load = self.stack.as_ref()?.load();
        (load.dialogs > 0 || !self.lines.is_empty()).then(|| format!("{:?} holds {load:?}", self.role))
    }

    pub(crate) fn switch_on(&mut self, now: Mono) {
        self.life += 1;
        let config = Arc::new(config(self.address, &self.role, self.manners, &mut self.dice));
        self.stack = Some(Stack::new(clocks(now), &self.dice.key(), config));
        self.drain(now);
    }

    pub(crate) fn switch_off(&mut self) {
        self.stack = None;
        self.lines.clear();
    }

    pub(crate) fn tick(&mut self, now: Mono) {
        self.input(now, Input::Tick);
    }

    pub(crate) fn received(&mut self, now: Mono, bytes: Bytes) {
        if self.stack.is_none() || self.is_about_refer(&bytes) {
            return;
        }
        let flow = Flow::Datagram { socket: SocketId(0), remote: CENTRE };
        self.input(now, Input::Received { flow, bytes });
    }

    fn input(&mut self, now: Mono, input: Input) {
        if let Some(stack) = &mut self.stack {
            stack.handle(clocks(now), input);
            self.drain(now);
        }
    }

    fn command(&mut self, now: Mono, command: Command) {
        self.input(now, Input::Command(command));
    }

    fn drain(&mut self, now: Mono) {
        while let Some(output) = self.stack.as_mut().and_then(Stack::poll_output) {
            match output {
                Output::Transmit { to, bytes } => self.wants.push(Want::Transmit(to.remote(), bytes)),
                Output::Event(event) => self.happened(now, event),
                Output::Trace { dialog, way, bytes, peer: _ } => self.overhear(dialog, way, &bytes),
                Output::Lookup { .. } => {}
            }
        }
    }

    fn happened(&mut self, now: Mono, event: StackEvent) {
        match event {
            StackEvent::Incoming { dialog, offer, .. } => {
                let mut line = self.line(offer.as_deref());
                if let Some((_, referral)) = self.unannounced.take_if(|(heard, _)| *heard == dialog) {
                    line.referral = referral;
                }
                self.lines.insert(dialog, line);
                self.is_called(dialog);
            }
            StackEvent::Progress { dialog, sdp, .. } => self.described(now, dialog, &sdp),
            StackEvent::Answered { dialog, sdp } => {
                self.described(now, dialog, &sdp);
                self.is_up(dialog);
                self.calls_on(dialog);
            }
            StackEvent::Confirmed { dialog, sdp } => {
                self.described(now, dialog, &sdp);
                self.is_up(dialog);
                self.talks(dialog);
            }
            StackEvent::OfferReceived { dialog, sdp } => self.offered(now, dialog, sdp.as_deref()),
            StackEvent::OfferAnswered { dialog, sdp } => self.described(now, dialog, &Description::Answer(sdp)),
            StackEvent::Ended { dialog, .. } => {
                self.lines.remove(&dialog);
            }
            StackEvent::OfferFailed { .. }
            | StackEvent::OfferWithdrawn { .. }
            | StackEvent::InfoDigit { .. }
            | StackEvent::HungUpToo { .. }
            | StackEvent::Refer { .. }
            | StackEvent::EndpointUp { .. }
            | StackEvent::ContactReplaced { .. }
            | StackEvent::EndpointDown { .. }
            | StackEvent::RegistrationRefused { .. }
            | StackEvent::KeyGiven { .. }
            | StackEvent::KeysEnded { .. }
            | StackEvent::TrunkUp { .. }
            | StackEvent::TrunkDown { .. }
            | StackEvent::Refused { .. } => {}
        }
    }

    fn is_up(&mut self, dialog: DialogId) {
        if let Some(line) = self.lines.get_mut(&dialog) {
            line.up = true;
        }
    }

    fn line(&mut self, offered: Option<&[u8]>) -> Line {
        self.port = self.port.checked_add(2).unwrap_or(30_000);
        let mut codecs = Codec::ALL.to_vec();
        codecs.rotate_left(usize::try_from(self.dice.below(3)).unwrap_or(0));
        codecs.truncate(usize::try_from(1 + self.dice.below(3)).unwrap_or(1));
        Line {
            rtp: SocketAddr::new(self.address.ip(), self.port),
            codecs,
            ours: None,
            theirs: offered.and_then(read),
            direction: Direction::SendRecv,
            up: false,
            referral: Referral::default(),
            caller: None,
        }
    }

    /// The other side's description: an answer to ours, or an offer in its answer to our INVITE without one.
    fn described(&mut self, now: Mono, dialog: DialogId, sdp: &Description) {
        match sdp {
            Description::None => {}
            Description::Answer(sdp) => {
                let Some(line) = self.lines.get_mut(&dialog) else { return };
                if let (Some(ours), Some(theirs)) = (&line.ours, read(sdp)) {
                    // The centre's answer must be one: a party that cannot read it hangs up.
                    if read_answer(ours, &theirs, &line.local()).is_err() {
                        self.command(now, Command::End { dialog, cause: Cause::NoCommonCodec });
                    }
                }
            }
            Description::Offer(sdp) => self.offered(now, dialog, Some(sdp)),
        }
    }

    fn offered(&mut self, now: Mono, dialog: DialogId, sdp: Option<&[u8]>) {
        let Some(line) = self.lines.get_mut(&dialog) else { return };
        line.theirs = sdp.and_then(read);
        let command = match line.describe() {
            Some(sdp) => Command::AnswerOffer { dialog, sdp },
            None => Command::RejectOffer { dialog, status: Status::NOT_ACCEPTABLE_HERE },
        };
        self.command(now, command);
    }

    pub(crate) fn act(&mut self, now: Mono, act: Act) {
        match act {
            Act::SwitchOff(time) => {
                self.switch_off();
                self.wants.push(Want::Later(time, Act::SwitchOn));
            }
            Act::SwitchOn if self.stack.is_none() => self.switch_on(now),
            Act::SwitchOn => {}
            Act::Call { number, caller } => self.call(now, &number, caller),
            Act::Caller(caller, act) => {
                let his = self.lines.iter().find(|(_, line)| line.caller == Some(caller));
                if let Some(dialog) = his.map(|(dialog, _)| *dialog) {
                    self.act(now, act.on(dialog));
                }
            }
            Act::HangUpAll => {
                let dialogs: Vec<DialogId> = self.lines.keys().copied().collect();
                dialogs.into_iter().for_each(|dialog| self.act(now, Act::HangUp(dialog)));
            }
            Act::Ring(dialog) => self.command(now, Command::Progress { dialog, status: Status::RINGING, sdp: None }),
            Act::Answer(dialog) => self.answer(now, dialog),
            Act::Reject(dialog, code) => {
                let status = Status::new(code).unwrap_or(Status::SERVER_ERROR);
                self.command(now, Command::Reject { dialog, status, cause: Cause::from_sip_status(code) });
            }
            Act::HangUp(dialog) => self.command(now, Command::End { dialog, cause: Cause::HungUp }),
            Act::Press(dialog, digit) => {
                self.wants.extend(self.lines.get(&dialog).map(|line| Want::Press(line.rtp, digit)));
            }
            Act::Hold(dialog) => self.change(now, dialog, Direction::SendOnly),
            Act::Resume(dialog) => self.change(now, dialog, Direction::SendRecv),
            Act::Refer(dialog, target) => self.refer(dialog, target),
            Act::RepeatRefer(dialog, count) => self.repeat_refer(dialog, count),
        }
    }

    fn call(&mut self, now: Mono, number: &str, caller: u64) {
        let Some(dialog) = self.stack.as_mut().map(Stack::mint_dialog) else { return };
        let mut line = self.line(None);
        line.caller = Some(caller);
        // Some callers let the centre make the offer.
        let offer = if self.dice.chance(900) { line.describe() } else { None };
        self.lines.insert(dialog, line);
        let plan = NumberPlan::china(None);
        let Ok(number) = Number::parse(number, &plan) else { return };
        let caller = caller_number(caller);
        let Some(trunk) = centre() else { return };
        let to = Target::Trunk { trunk, number };
        self.command(
            now,
            Command::Invite {
                dialog,
                to,
                caller: Caller { number: caller, name: None },
                offer,
                call: None,
                taking: bell_sip::Taking::ByHand,
            },
        );
        self.has_patience(dialog);
    }

    fn answer(&mut self, now: Mono, dialog: DialogId) {
        let Some(line) = self.lines.get_mut(&dialog) else { return };
        let command = match line.describe() {
            Some(sdp) => Command::Answer { dialog, sdp },
            None => Command::Reject { dialog, status: Status::NOT_ACCEPTABLE_HERE, cause: Cause::NoCommonCodec },
        };
        self.command(now, command);
    }

    fn change(&mut self, now: Mono, dialog: DialogId, direction: Direction) {
        let Some(line) = self.lines.get_mut(&dialog).filter(|line| line.up) else { return };
        line.direction = direction;
        line.theirs = None;
        if let Some(sdp) = line.describe() {
            self.command(now, Command::Offer { dialog, sdp });
        }
    }
}

impl CallerAct {
    fn on(self, dialog: DialogId) -> Act {
        match self {
            Self::Press(digit) => Act::Press(dialog, digit),
            Self::HangUp => Act::HangUp(dialog),
        }
    }
}

impl Line {
    fn local(&self) -> Local {
        Local {
            rtp: self.rtp,
            codecs: self.codecs.clone(),
            events: true,
            rtcp_mux: false,
            packet_time: Duration::from_millis(20),
            packet_time_max: Duration::from_millis(60),
            srtp: Srtp::Off,
            keys: OwnKeys { leg: LegId { call: CallId::from_u64(1), number: 1 }, attempt: 0 },
            direction: self.direction,
        }
    }

    /// The answer to the offer that waits, or an offer of ours; none if the offer cannot be answered.
    fn describe(&mut self) -> Option<Bytes> {
        let local = self.local();
        let before = match &self.ours {
            Some(ours) => Before::Sent(ours),
            None => Before::First { id: u64::from(self.rtp.port()) },
        };
        let ours = match self.theirs.take() {
            Some(theirs) => answer(&theirs, &local, Preference::Theirs, before).ok()?.0,
            None => offer(&local, before),
        };
        let bytes = Bytes::from(ours.to_string());
        self.ours = Some(ours);
        Some(bytes)
    }
}

/// The number of a caller.
pub(crate) fn caller_number(caller: u64) -> Option<Number> {
    Number::parse(&format!("138{:08}", caller % 100_000_000), &NumberPlan::china(None)).ok()
}

fn read(sdp: &[u8]) -> Option<description::Description> {
    description::Description::parse(sdp, &SdpLimits { media_count_max: 8, format_count_max: 32 }).ok()
}

fn clocks(now: Mono) -> Now {
    Now { mono: now, ..Now::default() }
}

/// The name under which every party knows the centre.
fn centre() -> Option<TrunkName> {
    TrunkName::new("centre").ok()
}

fn config(address: SocketAddr, role: &Role, manners: Manners, dice: &mut Dice) -> Config {
    Config {
        product: "Sim".into(),
        realm: "sim".into(),
        sockets: vec![LocalSocket { id: SocketId(0), transport: Transport::Udp, advertised: address }],
        timing: Timing { session_interval: None, ..Timing::rfc() },
        messages: limits(),
        limits: StackLimits {
            dialogs_max: 2000,
            transactions_max: 10_000,
            outputs_max: 10_000,
            retry_after: Duration::from_secs(5),
            forks_max: 8,
            challenges_max: 2,
            routes_max: 8,
            notifies_max: 16,
        },
        guard: GuardPolicy {
            strangers: Strangers::Silence,
            requests_per_second_max: 100,
            burst_max: 100,
            sources_max: 100,
            wrong_passwords_max: 5,
            lock_out: Duration::from_secs(60),
            reports_per_second_max: 10,
        },
        registrar: RegistrarPolicy {
            expires_min: Duration::from_secs(60),
            expires_max: Duration::from_secs(3600),
            expires_default: Duration::from_secs(300),
            nonce_lifetime: Duration::from_secs(300),
            nonces_max: 100,
            challenges: bell_sip::Challenges::Sha256AndMd5,
        },
        endpoints: BTreeMap::new(),
        trunks: centre().map(|name| (name, trunk(role, manners, dice))).into_iter().collect(),
    }
}

/// What a message may hold.
fn limits() -> Limits {
    Limits {
        head_bytes_max: 16_384,
        body_bytes_max: 32_768,
        field_count_max: 128,
        uri_bytes_max: 512,
        stream_bytes_max: 65_536,
    }
}

/// The way to the centre. A phone registers there.
fn trunk(role: &Role, manners: Manners, dice: &mut Dice) -> Trunk {
    let (outbound, registration) = match role {
        Role::Carrier => (None, None),
        Role::Phone { name, domain } => (Some(account(name, manners, dice)), registration(name, domain, manners, dice)),
    };
    let host = CENTRE.ip().to_string();
    Trunk {
        sources: host.parse().into_iter().collect(),
        destinations: vec![Destination { host: host.into(), port: Some(CENTRE.port()), transport: Transport::Udp }],
        inbound: None,
        outbound,
        registration,
        probe: None,
        numbers: NumberRules {
            plan: NumberPlan::china(None),
            called_in: CalledIn::RequestUri,
            caller_in: vec![CallerIn::From],
            called_rules: Vec::new(),
            caller_rules: Vec::new(),
            dial_as: NumberForm::Plus,
            show_as: NumberForm::Plus,
            dial_rules: Vec::new(),
        },
        identity: IdentityIn::From,
        from_host: None,
        calls_max: 1000,
        reply_port: ReplyPort::AsAsked,
        reach: Reach::Contact,
        reliable: if dice.chance(500) { Reliable::IfRequired } else { Reliable::WithMedia },
        lookup_interval: Duration::from_secs(60),
    }
}

/// Now and then somebody mistypes the password.
fn account(name: &str, manners: Manners, dice: &mut Dice) -> Account {
    let mistypes = manners == Manners::Wild && dice.chance(40);
    let password = if mistypes { "wrong".to_owned() } else { password(name) };
    Account { user: name.into(), secret: bell_sip::digest::Secret::Password(password.into()) }
}

fn registration(name: &str, domain: &str, manners: Manners, dice: &mut Dice) -> Option<Registration> {
    let expires = match manners {
        Manners::Wild => 40 + dice.below(200),
        Manners::Steady(_) => 3000,
    };
    Some(Registration {
        address: Uri::parse(&format!("sip:{name}@{domain}")).ok()?,
        registrar: Uri::parse(&format!("sip:{domain}")).ok()?,
        expires: Duration::from_secs(expires),
        retry_min: Duration::from_secs(2),
        retry_max: Duration::from_secs(30),
    })
}
