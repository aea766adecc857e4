//! Browsers whose network lets no UDP through: a TCP connection each (RFC 6544), on which packets follow one another, each
//! behind its length (RFC 4571).
//!
//! The worker owns what is read, the peer what is written, so that neither needs the other to get rid of a packet.

use std::io::{self, IoSlice, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use rustix::net::sockopt;
use thiserror::Error;

use crate::config::{Config, TcpConfig};
use crate::port::mark;

/// How long the length before a packet is.
const HEAD: usize = 2;

/// Where browsers connect.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) limits: TcpConfig,
}

/// What comes by a connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: Arc<TcpStream>,
    from: SocketAddr,
    frames: Frames,
}

/// The way back.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: Arc<TcpStream>,
    to: SocketAddr,
    /// What is left of a packet that the system took in part. It has to be finished, or nothing behind it can be read.
    rest: Vec<u8>,
}

/// Packets on their way in, torn and joined as TCP likes it.
#[derive(Debug, Default)]
struct Frames {
    octets: Vec<u8>,
}

/// Somebody announces a packet that no WebRTC packet is as long as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a packet of {0} octets is announced")]
pub(crate) struct TooLong(usize);

impl Listener {
    /// Waits for connections. Whoever can use UDP needs none, so a port that is taken is no reason not to start.
    pub(super) fn open(bind: IpAddr, port: u16, limits: TcpConfig) -> Option<Self> {
        let socket = TcpListener::bind((bind, port));
        match socket.and_then(|socket| socket.set_nonblocking(true).map(|()| socket)) {
            Ok(socket) => Some(Self { socket, limits }),
            Err(err) => {
                tracing::warn!(
                    port,
                    %err,
                    "browsers cannot connect by TCP, and have no sound where no UDP gets through: \
                     free this port, or choose other webrtc_ports"
                );
                None
            }
        }
    }
}

impl Connection {
    /// One that has just been accepted.
    pub(crate) fn new(stream: TcpStream, from: SocketAddr, config: &Config, tcp: &TcpConfig) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        mark(&stream, config);
        // The queue of what is to be sent is the system's. Audio that waited longer than this would be of no use.
        sockopt::set_socket_send_buffer_size(&stream, tcp.unsent_max)?;
        Ok(Self { stream: Arc::new(stream), from, frames: Frames::default() })
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(crate) const fn from(&self) -> SocketAddr {
        self.from
    }

    /// The other half.
    pub(crate) fn wire(&self) -> Wire {
        Wire { stream: Arc::clone(&self.stream), to: self.from, rest: Vec::new() }
    }

    /// Reads once, by way of this memory. What is left makes the connection ready again. An error if it is over.
    pub(crate) fn read(&mut self, memory: &mut [u8]) -> io::Result<()> {
        match (&*self.stream).read(memory) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(len) => {
                self.frames.put(&memory[..len]);
                Ok(())
            }
            Err(err) if matches!(err.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(()),
            Err(err) => Err(err),
        }
    }

    /// The next whole packet that was read, if there is one. Returns its length.
    pub(crate) fn next(&mut self, packet: &mut [u8]) -> Result<Option<usize>, TooLong> {
        self.frames.next(packet)
    }
}

impl Wire {
    pub(crate) const fn to(&self) -> SocketAddr {
        self.to
    }

    /// Sends a packet. False if there is no room for it: it is lost, as one is that a network drops.
    pub(crate) fn send(&mut self, packet: &[u8]) -> bool {
        let Ok(len) = u16::try_from(packet.len()) else { return false };
        if !self.finish() {
            return false;
        }
        let head = len.to_be_bytes();
        let taken = (&*self.stream).write_vectored(&[IoSlice::new(&head), IoSlice::new(packet)]).unwrap_or(0);
        if taken == 0 {
            return false;
        }
        self.rest.extend(head.iter().chain(packet).skip(taken));
        true
    }

    /// Whether nothing is left of the last packet.
    fn finish(&mut self) -> bool {
        if !self.rest.is_empty() {
            let taken = (&*self.stream).write(&self.rest).unwrap_or(0);
            self.rest.drain(..taken);
        }
        self.rest.is_empty()
    }
}

impl Frames {
    fn put(&mut self, arrived: &[u8]) {
        self.octets.extend_from_slice(arrived);
    }

    fn next(&mut self, packet: &mut [u8]) -> Result<Option<usize>, TooLong> {
        while let Some((head, rest)) = self.octets.split_first_chunk::<HEAD>() {
            let len = usize::from(u16::from_be_bytes(*head));
            let place = packet.get_mut(..len).ok_or(TooLong(len))?;
            let Some(whole) = rest.get(..len) else { return Ok(None) };
            place.copy_from_slice(whole);
            self.octets.drain(..HEAD + len);
            // One of no length says nothing (RFC 4571 §2).
            if len > 0 {
                return Ok(Some(len));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::path::Path;

    use super::*;
    use crate::WebrtcConfig;

    /// The packets of what comes in these parts.
    fn packets(parts: &[&[u8]]) -> Result<Vec<Vec<u8>>, TooLong> {
        let mut frames = Frames::default();
        let mut found = Vec::new();
        let mut packet = [0; 8];
        for part in parts {
            frames.put(part);
            while let Some(len) = frames.next(&mut packet)? {
                found.push(packet[..len].to_vec());
            }
        }
        Ok(found)
    }

    /// TEL-12: packets are found however TCP has torn and joined them.
    #[test]
    fn tel_12_packets_are_found_in_a_stream() {
        let both = [vec![1, 2, 3], vec![4]];
        let whole: &[u8] = &[0, 3, 1, 2, 3, 0, 1, 4];
        for at in 0..=whole.len() {
            let (one, two) = whole.split_at(at);
            assert_eq!(packets(&[one, two]).unwrap(), both, "torn at {at}");
        }
        let singly: Vec<_> = whole.chunks(1).collect();
        assert_eq!(packets(&singly).unwrap(), both);
        assert_eq!(packets(&[&[0, 0, 0, 0, 0, 1, 9]]).unwrap(), [[9]], "one of no length says nothing");
        assert_eq!(packets(&[&[0, 8, 1, 2, 3, 4, 5, 6, 7]]).unwrap(), Vec::<Vec<u8>>::new(), "not whole yet");
    }

    #[test]
    fn a_packet_that_is_too_long_is_not_waited_for() {
        assert_eq!(packets(&[&[0, 9]]), Err(TooLong(9)));
        assert_eq!(packets(&[b"GET / HTTP/1.1\r\n"]), Err(TooLong(0x4745)));
    }

    /// TEL-12: to who does not read, what does not fit is dropped whole; what arrives is whole and in order.
    #[test]
    fn tel_12_what_does_not_fit_is_dropped_whole() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut reader = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, from) = listener.accept().unwrap();
        let tcp = WebrtcConfig::standard(Vec::new()).tcp.unwrap();
        let connection = Connection::new(stream, from, &Config::loopback(Path::new("unused")), &tcp).unwrap();
        let mut wire = connection.wire();
        let sent: Vec<u32> = (0..200_000).filter(|number: &u32| wire.send(&number.to_be_bytes().repeat(50))).collect();
        assert!(sent.len() < 200_000, "a reader that does not read has no endless queue");
        let mut arrived = Vec::new();
        let mut frames = Frames::default();
        let mut memory = [0; 4096];
        while arrived.len() < sent.len() {
            // Room has come: what was left of a packet goes on its way.
            wire.finish();
            let len = reader.read(&mut memory).unwrap();
            frames.put(&memory[..len]);
            let mut packet = [0; 512];
            while let Some(len) = frames.next(&mut packet).unwrap() {
                let number = u32::from_be_bytes(*packet.first_chunk().unwrap());
                assert_eq!(packet[..len], number.to_be_bytes().repeat(50));
                arrived.push(number);
            }
        }
        assert_eq!(arrived, sent);
    }
}
