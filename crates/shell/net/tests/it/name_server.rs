//! A name server of a few records (RFC 1035 §4, RFC 2782).

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::thread::{self, JoinHandle};

use crate::support::loopback;

pub(crate) enum Record {
    Address(&'static str, &'static str),
    /// Name, priority, weight, port, target.
    Service(&'static str, u16, u16, u16, &'static str),
    /// Questions about this name get no answer.
    Lost(&'static str),
}

pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl NameServer {
    pub(crate) fn start(records: Vec<Record>) -> Self {
        let socket = UdpSocket::bind(loopback()).unwrap();
        let address = socket.local_addr().unwrap();
        let thread = thread::spawn(move || {
            let mut buffer = [0; 512];
            loop {
                let (length, asker) = socket.recv_from(&mut buffer).unwrap();
                if length == 0 {
                    return;
                }
                if let Some(reply) = answer(&buffer[..length], &records) {
                    socket.send_to(&reply, asker).unwrap();
                }
            }
        });
        Self { address, thread: Some(thread) }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        UdpSocket::bind(loopback()).unwrap().send_to(b"", self.address).unwrap();
        self.thread.take().map(JoinHandle::join);
    }
}

fn answer(question: &[u8], records: &[Record]) -> Option<Vec<u8>> {
    let (name, end) = name_at(question, 12);
    let kind = u16::from_be_bytes([question[end], question[end + 1]]);
    let mut answers = Vec::new();
    let mut exists = false;
    for record in records {
        let owner = match record {
            Record::Address(owner, _) | Record::Service(owner, ..) | Record::Lost(owner) => owner,
        };
        if !owner.eq_ignore_ascii_case(&name) {
            continue;
        }
        exists = true;
        match record {
            Record::Lost(_) => return None,
            Record::Address(_, address) => match address.parse().unwrap() {
                IpAddr::V4(address) if kind == 1 => answers.push(address.octets().to_vec()),
                IpAddr::V6(address) if kind == 28 => answers.push(address.octets().to_vec()),
                IpAddr::V4(_) | IpAddr::V6(_) => {}
            },
            Record::Service(_, priority, weight, port, target) if kind == 33 => {
                let mut data: Vec<u8> =
                    [priority, weight, port].iter().flat_map(|number| number.to_be_bytes()).collect();
                data.extend(name_bytes(target));
                answers.push(data);
            }
            Record::Service(..) => {}
        }
    }
    Some(reply(question, end + 4, kind, &answers, exists))
}

fn reply(question: &[u8], end: usize, kind: u16, answers: &[Vec<u8>], exists: bool) -> Vec<u8> {
    // A response with recursion, and NXDOMAIN for a name without records.
    let mut reply = vec![question[0], question[1], 0x81, if exists { 0x80 } else { 0x83 }, 0, 1];
    reply.extend((answers.len() as u16).to_be_bytes());
    reply.extend([0; 4]);
    reply.extend(&question[12..end]);
    for data in answers {
        // The name of the question, by a pointer.
        reply.extend([0xc0, 12]);
        reply.extend(kind.to_be_bytes());
        reply.extend([0, 1, 0, 0, 0, 60]);
        reply.extend((data.len() as u16).to_be_bytes());
        reply.extend(data);
    }
    reply
}

fn name_at(message: &[u8], mut at: usize) -> (String, usize) {
    let mut labels = Vec::new();
    while message[at] != 0 {
        let label = &message[at + 1..=at + usize::from(message[at])];
        labels.push(String::from_utf8_lossy(label).into_owned());
        at += label.len() + 1;
    }
    (labels.join("."), at + 1)
}

fn name_bytes(name: &str) -> Vec<u8> {
    let labels = name.split('.').filter(|label| !label.is_empty());
    let mut bytes: Vec<u8> = labels.flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}
