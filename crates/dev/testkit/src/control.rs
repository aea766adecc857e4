//! The remote control of baresip (`ctrl_tcp`): JSON in netstrings, commands one way, responses and events the other.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::{Value, json};

use crate::deadline::{Deadline, PATIENCE};
use crate::error::KitError;

/// A longer netstring is not from baresip.
const NETSTRING_MAX: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Control {
    stream: TcpStream,
    inbox: Arc<Inbox>,
    commands: u32,
    events_read: usize,
}

#[derive(Debug, Default)]
struct Inbox {
    received: Mutex<Received>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct Received {
    events: Vec<Value>,
    responses: Vec<Value>,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Control {
    pub(crate) fn connect(address: SocketAddr) -> Result<Self, KitError> {
        let stream = TcpStream::connect(address).map_err(KitError::io("connect to baresip"))?;
        let reader = stream.try_clone().map_err(KitError::io("share a connection"))?;
        let inbox = Arc::new(Inbox::default());
        let filled = Arc::clone(&inbox);
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            while let Some(message) = read_netstring(&mut reader) {
                let mut received = filled.lock();
                if message.get("event").is_some() {
                    received.events.push(message);
                } else {
                    received.responses.push(message);
                }
                filled.grown.notify_all();
            }
        });
        Ok(Self { stream, inbox, commands: 0, events_read: 0 })
    }

    /// Runs a command and waits for its response. Refused, if baresip does not like it.
    pub(crate) fn command(&mut self, command: &str, params: &str) -> Result<(), KitError> {
        self.commands += 1;
        let token = self.commands.to_string();
        let text = json!({ "command": command, "params": params, "token": token }).to_string();
        let netstring = format!("{}:{text},", text.len());
        let sent = self.stream.write_all(netstring.as_bytes());
        sent.map_err(KitError::io("write to baresip"))?;
        let response = self.wait(&format!("a response to {command}"), |received| {
            let mut responses = received.responses.iter();
            responses.find(|response| response["token"] == token.as_str()).cloned()
        })?;
        if response["ok"] == true {
            return Ok(());
        }
        Err(KitError::Refused { what: format!("{command} {params}"), status: 0, reason: response["data"].to_string() })
    }

    /// Waits for the next event, after those already waited for, that `look` finds something in. Events before it are
    /// passed over.
    pub(crate) fn wait_event<T>(
        &mut self,
        what: &str,
        mut look: impl FnMut(&str, &str) -> Option<T>,
    ) -> Result<T, KitError> {
        let already_read = self.events_read;
        let (at, found) = self.wait(what, |received| {
            let mut news = received.events.iter().enumerate().skip(already_read);
            news.find_map(|(at, event)| {
                let text = |key: &str| event[key].as_str().unwrap_or_default();
                look(text("type"), text("param")).map(|found| (at, found))
            })
        })?;
        self.events_read = at + 1;
        Ok(found)
    }

    /// How often an event of this type happened since the last event of type `since`.
    pub(crate) fn count_since(&self, since: &str, kind: &str) -> usize {
        let received = self.inbox.lock();
        let newest_first = received.events.iter().rev().map(|event| event["type"].as_str().unwrap_or_default());
        newest_first.take_while(|known| *known != since).filter(|known| *known == kind).count()
    }

    fn wait<T>(&self, what: &str, mut look: impl FnMut(&Received) -> Option<T>) -> Result<T, KitError> {
        let deadline = Deadline::after(PATIENCE);
        let mut received = self.inbox.lock();
        loop {
            if let Some(found) = look(&received) {
                return Ok(found);
            }
            let left = deadline.left(what, || received.told())?;
            received = self.inbox.grown.wait_timeout(received, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Received {
    fn told(&self) -> String {
        let events = self.events.iter().map(|event| format!("{} {}", event["type"], event["param"]));
        Vec::from_iter(events).join(", ")
    }
}

/// Reads `len:text,`; `None` at the end or if it is no netstring.
fn read_netstring(reader: &mut impl Read) -> Option<Value> {
    let mut len = 0usize;
    loop {
        let mut byte = [0];
        reader.read_exact(&mut byte).ok()?;
        match byte[0] {
            b':' => break,
            digit @ b'0'..=b'9' => len = len * 10 + usize::from(digit - b'0'),
            _ => return None,
        }
        if len > NETSTRING_MAX {
            return None;
        }
    }
    let mut text = vec![0; len + 1];
    reader.read_exact(&mut text).ok()?;
    serde_json::from_slice(text.strip_suffix(b",")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn netstrings_are_read_one_after_another() {
        let mut reader: &[u8] = b"14:{\"type\":\"A B\"},2:{},5:{}x";
        assert_eq!(read_netstring(&mut reader), Some(json!({ "type": "A B" })));
        assert_eq!(read_netstring(&mut reader), Some(json!({})));
        assert_eq!(read_netstring(&mut reader), None);
        assert_eq!(read_netstring(&mut &b"99999999999:"[..]), None);
    }
}
