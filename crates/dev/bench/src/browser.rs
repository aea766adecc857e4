//! People at the console: what a browser asks over HTTP, and what is pushed to it. One connection each, as browsers keep them.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Outcome;

/// After how long an answer is not waited for any more.
const PATIENCE: Duration = Duration::from_secs(10);
/// The head of an answer is not longer.
const HEAD_MAX: usize = 16 << 10;

/// A connection to the console, and who is signed in there.
pub(crate) struct Visitor {
    address: SocketAddr,
    stream: TcpStream,
    cookie: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Visitor {
    /// Signs in.
    pub(crate) fn sign_in(address: SocketAddr, name: &str, password: &str) -> Outcome<Self> {
        let mut visitor = Self { address, stream: open(address)?, cookie: String::new() };
        let body = json!({ "name": name, "password": password }).to_string();
        let answer = visitor.ask("POST", "/v1/session", &body)?;
        let state: Value = serde_json::from_slice(&answer.body)?;
        if state["state"] != "signed_in" {
            return Err(format!("{name} cannot sign in: {state}").into());
        }
        let set = answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let kept: Vec<_> = set.filter_map(|cookie| cookie.split(';').next()).collect();
        visitor.cookie = kept.join("; ");
        Ok(visitor)
    }

    /// Another connection of the same login.
    pub(crate) fn again(&self) -> Outcome<Self> {
        Ok(Self { address: self.address, stream: open(self.address)?, cookie: self.cookie.clone() })
    }

    pub(crate) fn get(&mut self, path: &str) -> Outcome<Answer> {
        let answer = self.ask("GET", path, "")?;
        match answer.status {
            200 => Ok(answer),
            status => Err(format!("{path}: {status} {}", String::from_utf8_lossy(&answer.body)).into()),
        }
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Outcome<Answer> {
        let request = format!(
            "{}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.head(method, path),
            body.len()
        );
        self.stream.write_all(request.as_bytes())?;
        let (head, mut body) = read_head(&mut self.stream)?;
        let status =
            head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("an answer without a status")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.ok_or_else(|| format!("{path}: an answer of no stated length"))?.parse()?;
        let begun = body.len();
        body.resize(length, 0);
        self.stream.read_exact(&mut body[begun..])?;
        Ok(Answer { status, head, body })
    }

    fn head(&self, method: &str, path: &str) -> String {
        let (address, cookie) = (self.address, &self.cookie);
        format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\ncookie: {cookie}\r\n")
    }

    /// Opens the live view: what happens is pushed from now on.
    pub(crate) fn watch(self) -> Outcome<Console> {
        let request = format!(
            "{}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.head("GET", "/v1/events")
        );
        let mut stream = self.stream;
        stream.write_all(request.as_bytes())?;
        let (head, rest) = read_head(&mut stream)?;
        if !head.starts_with("HTTP/1.1 101") {
            return Err(format!("no live view: {head}").into());
        }
        stream.set_nonblocking(true)?;
        Ok(Console { stream, rest })
    }
}

fn open(address: SocketAddr) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// The head of an answer, and what came with it of its body.
fn read_head(stream: &mut TcpStream) -> Outcome<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).to_lowercase().replace("http/1.1", "HTTP/1.1"), body));
        }
        match stream.read(&mut part)? {
            0 => return Err("the server closed the connection".into()),
            len if bytes.len() + len > HEAD_MAX => return Err("an answer without an end of its head".into()),
            len => bytes.extend_from_slice(&part[..len]),
        }
    }
}

/// A live view: the server's side of a WebSocket (RFC 6455), which it does not mask.
pub(crate) struct Console {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Console {
    /// The messages that have come; never waits.
    pub(crate) fn messages(&mut self) -> Outcome<Vec<Vec<u8>>> {
        let mut part = [0; 16 << 10];
        loop {
            match self.stream.read(&mut part) {
                Ok(0) => return Err("the server closed a live view".into()),
                Ok(len) => self.rest.extend_from_slice(&part[..len]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let mut messages = Vec::new();
        while let Some((from, to)) = frame(&self.rest) {
            messages.push(self.rest[from..to].to_vec());
            self.rest.drain(..to);
        }
        Ok(messages)
    }
}

/// Where the payload of the first frame lies, if all of it is there (RFC 6455 section 5.2).
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (from, length) = match bytes.get(1)? & 0x7f {
        126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        length => (2, u64::from(length)),
    };
    let to = from + usize::try_from(length).ok()?;
    (bytes.len() >= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_told_apart_by_their_lengths() {
        assert_eq!(frame(&[0x81]), None);
        assert_eq!(frame(&[0x81, 2, b'h']), None);
        assert_eq!(frame(&[0x81, 2, b'h', b'i', 0x81]), Some((2, 4)));
        let mut long = vec![0x81, 126, 1, 0];
        long.resize(4 + 256, b'x');
        assert_eq!(frame(&long), Some((4, 260)));
        let mut longer = [&[0x81, 127][..], &70_000_u64.to_be_bytes()].concat();
        longer.resize(10 + 70_000, b'x');
        assert_eq!(frame(&longer), Some((10, 70_010)));
    }
}
