//! What happened last, kept as it was and written down only when somebody asks.

use std::collections::VecDeque;
use std::net::SocketAddr;

use bell_media::control::{MediaCommand, MediaEvent};
use bell_types::{Fact, Mono};
use bytes::Bytes;

use crate::mediahost::HostTimer;
use crate::party::Act;
use crate::trouble::Trouble;

/// How much is kept.
const KEPT_MAX: usize = 50;

/// The last things that happened.
#[derive(Default)]
pub(crate) struct Trail(VecDeque<(Mono, Step)>);

/// One of them.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A message arrived.
    Arrived { from: SocketAddr, to: SocketAddr, bytes: Bytes },
    /// The node heard of its media host.
    Media(MediaEvent),
    /// The node told its media host.
    Told(MediaCommand),
    /// The media host thought of something.
    Host(HostTimer),
    /// A party did something.
    Acted(SocketAddr, Act),
    /// Something went wrong, or somebody interfered.
    Trouble(Trouble),
    /// A deadline of the node passed.
    Tick,
    /// The node said so.
    Fact(Box<Fact>),
}

impl Trail {
    pub(crate) fn add(&mut self, at: Mono, step: Step) {
        if self.0.len() >= KEPT_MAX {
            self.0.pop_front();
        }
        self.0.push_back((at, step));
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |(at, step): &(Mono, Step)| {
            let micros = at.as_micros();
            format!("{:>6}.{:06} {}", micros / 1_000_000, micros % 1_000_000, step.text())
        };
        self.0.iter().map(line).collect()
    }
}

impl Step {
    fn text(&self) -> String {
        match self {
            Self::Arrived { from, to, bytes } => {
                let text = String::from_utf8_lossy(bytes);
                let field =
                    |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
                let first = text.lines().next().unwrap_or_default();
                format!("{from} -> {to} {first} | {} | {}", field("CSeq"), field("Call-ID"))
            }
            Self::Media(event) => format!("media   {event:?}"),
            Self::Told(command) => format!("command {command:?}"),
            Self::Host(timer) => format!("host    {timer:?}"),
            Self::Acted(who, act) => format!("{who} {act:?}"),
            Self::Trouble(trouble) => format!("trouble {trouble:?}"),
            Self::Tick => "tick".to_owned(),
            Self::Fact(fact) => format!("fact {} {:?}", fact.seq, fact.what),
        }
    }
}
