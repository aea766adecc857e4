//! A phone made of bytes, for what a stack of ours would never send.

use std::net::SocketAddr;
use std::sync::Arc;

use bell_types::{EndpointName, Now, NumberPlan};
use bytes::Bytes;

use super::pair::{Side, config};
use crate::digest::Secret;
use crate::digest::client::Answerer;
use crate::msg::name::HeaderName;
use crate::{
    Command, Config, ConnectionId, Endpoint, Flow, Input, Message, Method, Output, Reliable, Request, Response,
    Signalling, SocketId, Stack, StackEvent, Transport, Uri,
};

pub(crate) const PASSWORD: &str = "correct horse";

/// A stack, and what it said since the last look.
pub(crate) struct Bench {
    pub(crate) stack: Stack,
    pub(crate) now: Now,
    pub(crate) sent: Vec<(crate::Hop, Message)>,
    pub(crate) events: Vec<StackEvent>,
    pub(crate) lookups: Vec<Output>,
    count: usize,
}

pub(crate) fn bench_config() -> Config {
    let mut config = config(Side::B, Transport::Udp);
    for name in ["1001", "1002"] {
        config.endpoints.insert(
            EndpointName::new(name).unwrap(),
            Endpoint {
                user: name.into(),
                secret: Some(Secret::Password(PASSWORD.into())),
                keys_max: 0,
                contacts_max: 2,
                sources: Vec::new(),
                signalling: Signalling::Any,
                plan: NumberPlan::china(Some("571")),
                reliable: Reliable::IfRequired,
            },
        );
    }
    config
}

pub(crate) fn udp(remote: &str) -> Flow {
    Flow::Datagram { socket: SocketId(1), remote: remote.parse().unwrap() }
}

pub(crate) fn tcp(connection: u64, remote: &str) -> Flow {
    let remote: SocketAddr = remote.parse().unwrap();
    Flow::Stream { transport: Transport::Tcp, connection: ConnectionId(connection), remote }
}

impl Bench {
    pub(crate) fn new(config: Config) -> Self {
        let now = Now::default().after(std::time::Duration::from_secs(1_793_003_400));
        let stack = Stack::new(now, &[7; 32], Arc::new(config));
        let mut bench = Self { stack, now, sent: Vec::new(), events: Vec::new(), lookups: Vec::new(), count: 0 };
        bench.drain();
        bench
    }

    /// A centre with two phones, 1001 and 1002.
    pub(crate) fn phones() -> Self {
        let mut bench = Self::new(bench_config());
        bench.events.clear();
        bench
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.stack.handle(self.now, input);
        self.drain();
    }

    pub(crate) fn command(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    fn drain(&mut self) {
        while let Some(output) = self.stack.poll_output() {
            match output {
                Output::Transmit { to, bytes } => {
                    self.sent.push((to, Message::parse(bytes, &crate::stack::fuzz::limits()).unwrap()));
                }
                Output::Event(event) => self.events.push(event),
                Output::Lookup { .. } => self.lookups.push(output),
                Output::Trace { .. } => {}
            }
        }
    }

    /// Lets the time pass that is needed for everything that is due in it.
    pub(crate) fn wait_ms(&mut self, ms: u64) {
        let until = self.now.after(std::time::Duration::from_millis(ms));
        while let Some(next) = self.stack.poll_timeout().filter(|next| *next <= until.mono) {
            self.now = self.now.after(next.since(self.now.mono));
            self.input(Input::Tick);
        }
        self.now = until;
    }

    pub(crate) fn receive(&mut self, flow: Flow, message: &str) {
        let bytes = Bytes::from(message.replace('\n', "\r\n").into_bytes());
        self.input(Input::Received { flow, bytes });
    }

    /// Receives a request and gives what was sent back on its own: the status lines.
    pub(crate) fn ask(&mut self, flow: Flow, message: &str) -> String {
        self.sent.clear();
        self.receive(flow, message);
        self.said()
    }

    /// Everything that was sent since the last look, by first lines.
    pub(crate) fn said(&mut self) -> String {
        let lines = self.sent.iter().map(|(_, message)| match message {
            Message::Request(request) => request.method().to_string(),
            Message::Response(response) => response.status().code().to_string(),
        });
        lines.collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn last_response(&self) -> &Response {
        let found = self.sent.iter().rev().find_map(|(_, message)| match message {
            Message::Response(response) => Some(response),
            Message::Request(_) => None,
        });
        found.expect("a response was sent")
    }

    pub(crate) fn last_request(&self, method: &Method) -> (crate::Hop, &Request) {
        let found = self.sent.iter().rev().find_map(|(hop, message)| match message {
            Message::Request(request) if request.method() == method => Some((*hop, request)),
            Message::Request(_) | Message::Response(_) => None,
        });
        found.expect("a request was sent")
    }

    /// The Authorization that answers the last 401.
    pub(crate) fn authorization(&self, user: &str, password: &str, method: &Method, uri: &str) -> String {
        let challenges = self.last_response().challenges(HeaderName::WwwAuthenticate);
        let mut answerer = Answerer::choose(challenges).expect("a challenge");
        let uri = Uri::parse(uri).unwrap();
        let secret = Secret::Password(password.into());
        answerer.authorize(user, &secret, method, &uri, "cnonce").unwrap().to_string()
    }

    /// Registers a phone in the two steps of digest; gives the final status.
    pub(crate) fn register(&mut self, flow: Flow, user: &str, password: &str, extra: &str) -> u16 {
        self.register_by(flow, user, (user, password), extra)
    }

    /// Registers a phone that proves itself by these credentials.
    pub(crate) fn register_by(&mut self, flow: Flow, user: &str, proof: (&str, &str), extra: &str) -> u16 {
        self.count += 1;
        let number = self.count;
        let request = |step: usize, authorization: &str| {
            let authorization = match authorization {
                "" => String::new(),
                value => format!("Authorization: {value}\n"),
            };
            format!(
                "REGISTER sip:belltower SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9:5062;rport;branch=z9hG4bK{number}.{step}{user}{}\n\
                 From: <sip:{user}@belltower>;tag=f\nTo: <sip:{user}@belltower>\nCall-ID: reg-{user}-{}\n\
                 CSeq: {} REGISTER\n{authorization}{extra}\n\n",
                flow.remote().port(),
                flow.remote(),
                number * 10 + step
            )
        };
        self.sent.clear();
        self.receive(flow, &request(1, ""));
        if self.sent.is_empty() {
            return 0;
        }
        if self.last_response().status().code() != 401 {
            return self.last_response().status().code();
        }
        let authorization = self.authorization(proof.0, proof.1, &Method::Register, "sip:belltower");
        self.sent.clear();
        self.receive(flow, &request(2, &authorization));
        if self.sent.is_empty() { 0 } else { self.last_response().status().code() }
    }

    /// Answers the last request of a method, after forgetting what was sent before.
    pub(crate) fn answer_on(&mut self, flow: Flow, method: &Method, status: &str, fields: &str) {
        let request = Message::Request(self.last_request(method).1.clone());
        self.sent.clear();
        self.answer_message(flow, &request, status, "peer", fields);
    }

    /// Answers a request that was sent.
    pub(crate) fn answer_message(&mut self, flow: Flow, request: &Message, status: &str, tag: &str, fields: &str) {
        let request = request.envelope();
        let value = |name| String::from_utf8_lossy(request.first(name).unwrap()).into_owned();
        let untagged = request.to_tag().is_none() && !status.starts_with("100");
        let tag = if untagged { format!(";tag={tag}") } else { String::new() };
        let response = format!(
            "SIP/2.0 {status}\nVia: {}\nFrom: {}\nTo: {}{tag}\nCall-ID: {}\nCSeq: {}\n{fields}Content-Length: 0\n\n",
            value(HeaderName::Via),
            value(HeaderName::From),
            value(HeaderName::To),
            value(HeaderName::CallId),
            value(HeaderName::CSeq)
        );
        self.receive(flow, &response);
    }

    pub(crate) fn take_events(&mut self) -> Vec<StackEvent> {
        std::mem::take(&mut self.events)
    }
}
