//! The last SIP messages of each call, in memory: what `belltower trace` prints, instead of a log of every message.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::net::SocketAddr;

use bell_sip::{Masked, Way};
use bell_types::{CallId, LegId, Wall};
use serde::{Deserialize, Serialize};

/// How many messages a call keeps; the oldest goes first.
const MESSAGES_MAX: usize = 200;
/// How many calls are kept; the oldest goes first.
const CALLS_MAX: usize = 2000;

/// The messages of the last calls.
#[derive(Debug, Default)]
pub struct Traces {
    // Call ids grow with time, so the first is the oldest.
    calls: BTreeMap<CallId, VecDeque<Message>>,
}

/// A message as it is shown: credentials masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// When.
    pub at: Wall,
    /// The leg's number.
    pub leg: u16,
    /// `in` to us, or `out`.
    pub way: String,
    /// From whom, or to whom.
    pub peer: SocketAddr,
    /// All of it.
    pub text: String,
}

#[derive(Debug)]
struct Message {
    at: Wall,
    leg: u16,
    way: Way,
    peer: SocketAddr,
    /// A copy: a slice would keep the whole buffer alive that it was read into.
    bytes: Box<[u8]>,
}

impl Traces {
    /// Keeps a message.
    pub fn add(&mut self, leg: LegId, at: Wall, way: Way, peer: SocketAddr, bytes: &[u8]) {
        let messages = self.calls.entry(leg.call).or_default();
        if messages.len() == MESSAGES_MAX {
            messages.pop_front();
        }
        messages.push_back(Message { at, leg: leg.number, way, peer, bytes: bytes.into() });
        while self.calls.len() > CALLS_MAX {
            self.calls.pop_first();
        }
    }

    /// The messages of a call, credentials masked; none if nothing of it is kept.
    pub fn show(&self, call: CallId) -> Option<Vec<Shown>> {
        let show = |message: &Message| Shown {
            at: message.at,
            leg: message.leg,
            way: match message.way {
                Way::In => "in".to_owned(),
                Way::Out => "out".to_owned(),
            },
            peer: message.peer,
            text: Masked(&message.bytes).to_string(),
        };
        Some(self.calls.get(&call)?.iter().map(show).collect())
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = if self.way == "in" { "<-" } else { "->" };
        writeln!(f, "{} {arrow} {}\n{}", self.at, self.peer, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_calls_and_old_messages_make_room() {
        let mut traces = Traces::default();
        let peer = "192.0.2.1:5060".parse().unwrap();
        let add = |traces: &mut Traces, call| {
            traces.add(LegId { call: CallId::from_u64(call), number: 1 }, Wall::default(), Way::In, peer, b"OPTIONS");
        };
        for call in 0..=CALLS_MAX as u64 {
            add(&mut traces, call);
        }
        assert_eq!(traces.show(CallId::from_u64(0)), None);
        for _ in 0..2 * MESSAGES_MAX {
            add(&mut traces, 7);
        }
        let shown = traces.show(CallId::from_u64(7)).unwrap();
        assert!(shown.len() == MESSAGES_MAX && shown.iter().all(|message| message.text.starts_with("OPTIONS")));
    }
}
