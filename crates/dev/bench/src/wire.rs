//! The virtual wire: the node, callers, agents and a media host that obeys at once, on one thread and without sockets.
//! Only what the node does is counted.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bell_engine::{Input, Node, Output, Snapshot, Start};
use bell_media::control::{MediaAction, MediaCommand, MediaEvent, MediaNews, Plan as Hears, Repeat};
use bell_sip::{Flow, SocketId};
use bell_types::{Mono, NodeId, Now, PromptEnd, RecordingStatus, Seq, Wall};
use bytes::Bytes;

use crate::Outcome;
use crate::centre::Plan;
use crate::measure::thread_cpu;
use crate::party::{Agents, Callers, Heard};

pub(crate) const CENTRE: SocketAddr = address(1, 5060);
pub(crate) const CALLERS: SocketAddr = address(2, 5060);
const AGENTS: SocketAddr = address(3, 5060);
const MEDIA: SocketAddr = address(4, 40_000);

/// 2026-10-26.
const BEGINNING: Wall = Wall::from_micros(1_793_003_400_000_000);

const fn address(host: u8, port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(10, 0, 0, host)), port)
}

/// When a wire begins.
pub(crate) const fn beginning() -> Now {
    Now { mono: Mono::from_micros(1_000_000), wall: BEGINNING }
}

/// The flow on which a party's messages come.
pub(crate) const fn flow(remote: SocketAddr) -> Flow {
    Flow::Datagram { socket: SocketId(0), remote }
}

/// Everything on the wire.
pub(crate) struct Wire {
    pub(crate) node: Node,
    pub(crate) now: Now,
    /// What the node has used so far.
    pub(crate) cpu: Duration,
    callers: Callers,
    agents: Agents,
    inbox: Vec<Input>,
    outbox: Vec<Output>,
    /// What the parties heard since somebody looked.
    pub(crate) heard: Vec<Heard>,
}

/// The plan of a centre on the wire.
pub(crate) const fn plan(agents: usize, queues: usize, queues_each: usize, waiting_max: usize) -> Plan {
    Plan {
        centre: CENTRE,
        callers: CALLERS,
        ports: (20_000, 59_999),
        health: None,
        console: None,
        called: None,
        agents,
        queues,
        queues_each,
        waiting_max,
    }
}

/// Callers on the wire.
pub(crate) fn callers() -> Callers {
    Callers::new(CALLERS, CENTRE, MEDIA)
}

impl Wire {
    pub(crate) fn new(snapshot: Arc<Snapshot>) -> Self {
        let now = beginning();
        let start = Start { node: NodeId(1), version: "bench".to_owned(), seed: [7; 32], first: Seq(1), snapshot };
        let mut wire = Self {
            node: Node::new(now, start),
            now,
            cpu: Duration::ZERO,
            callers: callers(),
            agents: Agents::new(AGENTS, CENTRE, MEDIA),
            inbox: Vec::new(),
            outbox: Vec::new(),
            heard: Vec::new(),
        };
        while wire.node.poll_output().is_some() {}
        wire
    }

    /// Registers the phones of all agents.
    pub(crate) fn register(&mut self, agents: usize) -> Outcome {
        for agent in 0..agents {
            let register = self.agents.register(agent);
            self.arrives(AGENTS, register);
            self.settle();
        }
        let registered = self.heard.drain(..).filter(|heard| *heard == Heard::Registered).count();
        if registered < agents {
            return Err(format!("only {registered} of {agents} phones could register").into());
        }
        Ok(())
    }

    /// Somebody calls a number.
    pub(crate) fn call(&mut self, caller: u64, number: &str) {
        let invite = self.callers.invite(caller, number);
        self.arrives(CALLERS, invite);
    }

    /// A caller hangs up.
    pub(crate) fn hang_up(&mut self, caller: u64) {
        if let Some(bye) = self.callers.bye(caller) {
            self.arrives(CALLERS, bye);
        }
    }

    fn arrives(&mut self, remote: SocketAddr, bytes: Bytes) {
        self.inbox.push(Input::Sip(bell_sip::Input::Received { flow: flow(remote), bytes }));
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now.after(time);
        if self.node.poll_timeout().is_some_and(|due| due <= self.now.mono) {
            self.inbox.push(Input::Tick);
        }
        self.settle();
    }

    /// Lets a configuration take effect and says what CPU time that took.
    pub(crate) fn configure(&mut self, snapshot: Arc<Snapshot>) -> Duration {
        let before = self.cpu;
        self.inbox.push(Input::Config(snapshot));
        self.settle();
        self.cpu - before
    }

    /// Hands to and fro until nobody has anything to say.
    pub(crate) fn settle(&mut self) {
        let mut send = Vec::new();
        while !self.inbox.is_empty() {
            self.handle_all();
            for output in std::mem::take(&mut self.outbox) {
                match output {
                    Output::Transmit(hop, bytes) if hop.remote() == CALLERS => {
                        self.heard.extend(self.callers.receive(&bytes, &mut send));
                        send.drain(..).for_each(|bytes| self.arrives(CALLERS, bytes));
                    }
                    Output::Transmit(_, bytes) => {
                        self.heard.extend(self.agents.receive(&bytes, &mut send));
                        send.drain(..).for_each(|bytes| self.arrives(AGENTS, bytes));
                    }
                    Output::Media(command) => self.inbox.extend(obey(command).map(Input::Media)),
                    Output::Ask(..)
                    | Output::LookUp { .. }
                    | Output::Fact(_)
                    | Output::Done(..)
                    | Output::Trace { .. } => {}
                }
            }
        }
    }

    /// What is measured.
    fn handle_all(&mut self) {
        let before = thread_cpu();
        for input in self.inbox.drain(..) {
            self.node.handle(self.now, input);
            self.outbox.extend(std::iter::from_fn(|| self.node.poll_output()));
        }
        self.cpu += thread_cpu() - before;
    }
}

/// What a media host says that does everything at once.
fn obey(command: MediaCommand) -> Option<MediaEvent> {
    let news = match command.what {
        MediaAction::Open => MediaNews::Ready { rtp: address(1, 20_000) },
        MediaAction::SetPlan(Hears::Play(play)) if play.repeat == Repeat::Once => {
            MediaNews::PlayEnded { play: play.id, how: PromptEnd::Completed }
        }
        MediaAction::Seal(recording) => MediaNews::RecordingSealed {
            recording,
            status: RecordingStatus::Recorded,
            length: Duration::from_secs(1),
            sha256: String::new(),
        },
        MediaAction::SetRemote(_)
        | MediaAction::OpenWebrtc(_)
        | MediaAction::Negotiate(_)
        | MediaAction::SetPlan(_)
        | MediaAction::SendDigits(_)
        | MediaAction::Record(_)
        | MediaAction::Keep(_)
        | MediaAction::Close => return None,
    };
    Some(MediaEvent { leg: command.leg, what: news })
}
