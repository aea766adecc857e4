//! Two stacks, a carrier and a call centre, on a wire that delays, loses, doubles and reorders under a seed.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bell_types::{Caller, Cause, Mono, Now, Number, NumberPlan, TrunkName};
use bytes::Bytes;

use crate::stack::fuzz;
use crate::{
    Command, Config, Description, DialogId, Flow, Hop, Input, Output, SocketId, Stack, StackEvent, Status, Target,
    Transport,
};

/// One side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// The carrier, 192.0.2.1.
    A,
    /// The call centre, 192.0.2.2.
    B,
}

impl Side {
    pub(crate) fn address(self) -> SocketAddr {
        match self {
            Self::A => "192.0.2.1:5060".parse().unwrap(),
            Self::B => "192.0.2.2:5060".parse().unwrap(),
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    fn of(name: &str) -> Self {
        match name {
            "a" => Self::A,
            "b" => Self::B,
            other => panic!("no side {other:?}"),
        }
    }
}

/// What the wire does to messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    pub(crate) latency: Duration,
    pub(crate) jitter_ms: u64,
    pub(crate) loss_percent: u64,
    pub(crate) doubled_percent: u64,
}

pub(crate) const FAIR: Weather =
    Weather { latency: Duration::from_millis(10), jitter_ms: 0, loss_percent: 0, doubled_percent: 0 };

/// A small generator for the weather; the stacks have their own.
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) a: Stack,
    pub(crate) b: Stack,
    pub(crate) now: Now,
    weather: Weather,
    pub(crate) dice: Dice,
    in_flight: BTreeMap<(Mono, u64), (Side, Bytes)>,
    sent: u64,
    /// Messages to be lost on purpose, from now on.
    lose: u32,
    /// What has happened, one line each.
    pub(crate) trace: String,
    pub(crate) events: VecDeque<(Side, StackEvent)>,
    /// The dialog each side speaks of in scripts: its newest.
    current: BTreeMap<Side, DialogId>,
    transport: Transport,
}

/// A configuration with one trunk to the other side.
pub(crate) fn config(side: Side, transport: Transport) -> Config {
    fuzz::config(side.address(), side.other().address(), transport)
}

impl Pair {
    pub(crate) fn new(seed: u64, weather: Weather) -> Self {
        Self::with(seed, weather, Transport::Udp, |_, _| {})
    }

    pub(crate) fn with(seed: u64, weather: Weather, transport: Transport, change: impl Fn(Side, &mut Config)) -> Self {
        let now =
            Now { mono: Mono::from_micros(1_000_000), wall: bell_types::Wall::from_micros(1_793_003_400_000_000) };
        let stack = |side: Side| {
            let mut config = config(side, transport);
            change(side, &mut config);
            let mut key = [side as u8; 32];
            key[..8].copy_from_slice(&seed.to_be_bytes());
            let mut stack = Stack::new(now, &key, Arc::new(config));
            // That its trunk is up is no news.
            while stack.poll_output().is_some() {}
            stack
        };
        Self {
            a: stack(Side::A),
            b: stack(Side::B),
            now,
            weather,
            dice: Dice(seed | 1 << 63),
            in_flight: BTreeMap::new(),
            sent: 0,
            lose: 0,
            trace: String::new(),
            events: VecDeque::new(),
            current: BTreeMap::new(),
            transport,
        }
    }

    pub(crate) fn stack(&mut self, side: Side) -> &mut Stack {
        match side {
            Side::A => &mut self.a,
            Side::B => &mut self.b,
        }
    }

    fn ms(&self) -> u64 {
        (self.now.mono.as_micros() - 1_000_000) / 1000
    }

    pub(crate) fn input(&mut self, side: Side, input: Input) {
        let now = self.now;
        self.stack(side).handle(now, input);
        self.drain(side);
    }

    pub(crate) fn command(&mut self, side: Side, command: Command) {
        self.input(side, Input::Command(command));
    }

    fn drain(&mut self, side: Side) {
        while let Some(output) = self.stack(side).poll_output() {
            match output {
                Output::Transmit { to, bytes } => self.transmit(side, &to, &bytes),
                Output::Event(event) => self.happened(side, event),
                Output::Lookup { .. } | Output::Trace { .. } => {}
            }
        }
    }

    fn transmit(&mut self, from: Side, to: &Hop, bytes: &Bytes) {
        let line = first_line(bytes);
        let (ms, name) = (self.ms(), name(from));
        let reaches = to.remote() == from.other().address();
        let lost = self.lose > 0 || !reaches || self.dice.below(100) < self.weather.loss_percent;
        self.lose = self.lose.saturating_sub(1);
        let fate = if lost { " (lost)" } else { "" };
        let arrow = if from == Side::A { "->" } else { "<-" };
        writeln!(self.trace, "{ms:<6} {name} {arrow} {line}{fate}").unwrap();
        if lost {
            return;
        }
        let copies = if self.dice.below(100) < self.weather.doubled_percent { 2 } else { 1 };
        for _ in 0..copies {
            let jitter = Duration::from_millis(self.dice.below(self.weather.jitter_ms + 1));
            self.sent += 1;
            let at = self.now.mono + self.weather.latency + jitter;
            self.in_flight.insert((at, self.sent), (from.other(), bytes.clone()));
        }
    }

    fn happened(&mut self, side: Side, event: StackEvent) {
        if let StackEvent::Incoming { dialog, .. } = &event {
            self.current.insert(side, *dialog);
        }
        let (ms, name) = (self.ms(), name(side));
        writeln!(self.trace, "{ms:<6} {name}    {}", brief(&event)).unwrap();
        self.events.push_back((side, event));
    }

    /// Lets time pass until then, with everything that happens in it.
    pub(crate) fn run_until(&mut self, until: Mono) {
        loop {
            let next = [self.in_flight.keys().next().map(|(at, _)| *at), self.a.poll_timeout(), self.b.poll_timeout()];
            let Some(next) = next.into_iter().flatten().min().filter(|next| *next <= until) else { break };
            self.advance(next.max(self.now.mono));
            if let Some(entry) = self.in_flight.first_entry().filter(|entry| entry.key().0 <= next) {
                let (side, bytes) = entry.remove();
                let flow = self.flow_from(side.other());
                self.input(side, Input::Received { flow, bytes });
            } else {
                self.input(Side::A, Input::Tick);
                self.input(Side::B, Input::Tick);
            }
        }
        self.advance(until);
    }

    fn advance(&mut self, to: Mono) {
        self.now = self.now.after(to.since(self.now.mono));
    }

    pub(crate) fn run(&mut self, ms: u64) {
        self.run_until(self.now.mono + Duration::from_millis(ms));
    }

    fn flow_from(&self, side: Side) -> Flow {
        let remote = side.address();
        match self.transport {
            Transport::Udp => Flow::Datagram { socket: SocketId(1), remote },
            transport => Flow::Stream { transport, connection: crate::ConnectionId(1), remote },
        }
    }

    /// Whether a side holds nothing any more: no dialog, transaction or deadline.
    pub(crate) fn is_empty(&self) -> bool {
        let nothing = crate::Load::default();
        self.a.load() == nothing && self.b.load() == nothing && self.in_flight.is_empty()
    }

    /// Does what a script says, one step a line.
    pub(crate) fn play(&mut self, script: &str) -> &str {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["wait", ms] => self.run(ms.parse().unwrap()),
                ["lose", count] => self.lose = count.parse().unwrap(),
                [side, "calls", rest @ ..] => {
                    let offer = rest.is_empty().then(|| Bytes::from_static(b"offer"));
                    self.call(Side::of(side), offer);
                }
                [side, rest @ ..] => self.step(Side::of(side), rest),
                [] => {}
            }
        }
        &self.trace
    }

    pub(crate) fn call(&mut self, side: Side, offer: Option<Bytes>) -> DialogId {
        let dialog = self.stack(side).mint_dialog();
        self.current.insert(side, dialog);
        let number = Number::parse("4001234567", &NumberPlan::china(None)).unwrap();
        let caller = Number::parse("13800138000", &NumberPlan::china(None)).ok();
        let to = Target::Trunk { trunk: TrunkName::new("other").unwrap(), number };
        let caller = Caller { number: caller, name: None };
        self.command(side, Command::Invite { dialog, to, caller, offer, call: None, taking: crate::Taking::ByHand });
        dialog
    }

    fn step(&mut self, side: Side, words: &[&str]) {
        let dialog = self.current[&side];
        let sdp = Bytes::from(format!("{}-sdp", name(side)));
        let status = |code: &str| Status::new(code.parse().unwrap()).unwrap();
        let command = match words {
            ["rings"] => Command::Progress { dialog, status: Status::RINGING, sdp: None },
            ["sounds"] => Command::Progress { dialog, status: Status::PROGRESS, sdp: Some(sdp) },
            ["answers"] => Command::Answer { dialog, sdp },
            ["rejects", code] => Command::Reject { dialog, status: status(code), cause: Cause::Busy },
            ["ends"] => Command::End { dialog, cause: Cause::HungUp },
            ["offers"] => Command::Offer { dialog, sdp },
            ["agrees"] => Command::AnswerOffer { dialog, sdp },
            ["disagrees"] => Command::RejectOffer { dialog, status: Status::NOT_ACCEPTABLE_HERE },
            ["reports", code] => Command::ReferProgress { dialog, status: status(code) },
            other => panic!("no step {other:?}"),
        };
        self.command(side, command);
    }
}

pub(crate) fn name(side: Side) -> &'static str {
    match side {
        Side::A => "a",
        Side::B => "b",
    }
}

/// The first line with what matters of the rest.
fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let mut line = lines.next().unwrap_or_default().trim_end_matches(" SIP/2.0").replace("SIP/2.0 ", "");
    for header in lines {
        let Some((name, value)) = header.split_once(": ") else { continue };
        match name {
            "CSeq" if !text.starts_with("SIP/2.0 100") => {
                let method = value.split(' ').nth(1).unwrap_or_default();
                if text.starts_with("SIP/2.0") {
                    write!(line, " [{method}]").unwrap();
                }
            }
            "RSeq" | "Require" | "Reason" | "Subscription-State" | "Session-Expires" | "Retry-After" => {
                let value = if name == "RSeq" { "*" } else { value };
                write!(line, " {name}: {value}").unwrap();
            }
            _ => {}
        }
    }
    // Users and hosts of Contact-made URIs say little in a ladder.
    let words: Vec<_> = line.split(' ').map(|word| if word.starts_with("sip:") { "" } else { word }).collect();
    let mut line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if !body.is_empty() {
        write!(line, " ({})", body.trim().lines().next().unwrap_or_default()).unwrap();
    }
    line
}

fn brief(event: &StackEvent) -> String {
    let said = |sdp: &Description| match sdp {
        Description::None => String::new(),
        Description::Offer(sdp) => format!(" offer {}", String::from_utf8_lossy(sdp)),
        Description::Answer(sdp) => format!(" answer {}", String::from_utf8_lossy(sdp)),
    };
    let text = |sdp: &Bytes| String::from_utf8_lossy(sdp).into_owned();
    match event {
        StackEvent::Incoming { called, caller, offer, .. } => format!(
            "= incoming {} from {} {}",
            called.dialled,
            caller.number.as_ref().map_or("nobody".to_owned(), ToString::to_string),
            offer.as_ref().map_or("without offer".to_owned(), text)
        ),
        StackEvent::Progress { status, sdp, .. } => format!("= progress {}{}", status.code(), said(sdp)),
        StackEvent::Answered { sdp, .. } => format!("= answered{}", said(sdp)),
        StackEvent::Confirmed { sdp, .. } => format!("= confirmed{}", said(sdp)),
        StackEvent::OfferReceived { sdp, .. } => {
            format!("= offer received {}", sdp.as_ref().map_or("without sdp".to_owned(), text))
        }
        StackEvent::OfferAnswered { sdp, .. } => format!("= offer answered {}", text(sdp)),
        StackEvent::OfferFailed { status, .. } => format!("= offer failed {}", status.map_or(0, Status::code)),
        StackEvent::Ended { cause, sip_status, q850, .. } => {
            let status = sip_status.map(|status| format!(" {}", status.code())).unwrap_or_default();
            let q850 = q850.map(|cause| format!(" q850={cause}")).unwrap_or_default();
            format!("= ended {}{status}{q850}", cause.code())
        }
        other => format!("= {other:?}"),
    }
}

/// Plays a script in fair weather and compares the ladder.
#[expect(clippy::needless_pass_by_value, reason = "expect! gives values")]
pub(crate) fn check(script: &str, expected: expect_test::Expect) {
    let mut pair = Pair::new(1, FAIR);
    expected.assert_eq(pair.play(script));
    pair.run(250_000);
    assert!(pair.is_empty(), "left behind: {:?} {:?}", pair.a.load(), pair.b.load());
}
