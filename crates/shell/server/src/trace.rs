//! The last SIP messages of each call, in memory: what `belltower trace` prints, instead of a log of every message.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::net::SocketAddr;

use bell_sip::{Masked, Way};
use bell_types::{CallId, Wall};

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

#[derive(Debug)]
struct Message {
    at: Wall,
    way: Way,
    peer: SocketAddr,
    /// A copy: a slice would keep the whole buffer alive that it was read into.
    bytes: Box<[u8]>,
}

impl Traces {
    /// Keeps a message.
    pub fn add(&mut self, call: CallId, at: Wall, way: Way, peer: SocketAddr, bytes: &[u8]) {
        let messages = self.calls.entry(call).or_default();
        if messages.len() == MESSAGES_MAX {
            messages.pop_front();
        }
        messages.push_back(Message { at, way, peer, bytes: bytes.into() });
        while self.calls.len() > CALLS_MAX {
            self.calls.pop_first();
        }
    }

    /// The messages of a call as text, credentials masked; none if nothing of it is kept.
    pub fn print(&self, call: CallId) -> Option<String> {
        let mut text = String::new();
        for message in self.calls.get(&call)? {
            let arrow = match message.way {
                Way::In => "<-",
                Way::Out => "->",
            };
            // Writing to a string does not fail.
            let _ = writeln!(text, "{} {arrow} {}\n{}", message.at, message.peer, Masked(&message.bytes));
        }
        Some(text)
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
            traces.add(CallId::from_u64(call), Wall::default(), Way::In, peer, b"OPTIONS");
        };
        for call in 0..=CALLS_MAX as u64 {
            add(&mut traces, call);
        }
        assert_eq!(traces.print(CallId::from_u64(0)), None);
        for _ in 0..2 * MESSAGES_MAX {
            add(&mut traces, 7);
        }
        let printed = traces.print(CallId::from_u64(7)).unwrap();
        assert_eq!(printed.matches("OPTIONS").count(), MESSAGES_MAX);
    }
}
