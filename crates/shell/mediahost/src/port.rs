//! Port pairs and the sockets on them.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, UdpSocket};

use rustix::fd::AsFd;
use rustix::io::Errno;
use rustix::net::sockopt;
use thiserror::Error;

use crate::Config;
use crate::host::StartError;
use crate::random::Random;

/// The free port pairs of one worker. The pair that has been free longest is taken first, so that late packets of an
/// old call do not reach a new one.
#[derive(Debug)]
pub(crate) struct Ports {
    free: VecDeque<u16>,
    attempts_max: u32,
}

/// The two sockets of a leg.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(crate) rtp: UdpSocket,
    pub(crate) rtcp: UdpSocket,
    /// The port of RTP; RTCP is on the next.
    pub(crate) port: u16,
}

/// Why a leg got no sockets.
#[derive(Debug, Error)]
pub(crate) enum PortError {
    #[error("every media port is in use: widen the port range of the media host")]
    Exhausted,
    #[error("{0} media ports in a row are taken by other programs: choose another port range for the media host")]
    Taken(u32),
    #[error("no file descriptor is left: raise the limit of open files of this service")]
    Descriptors(#[source] io::Error),
    #[error("a media socket cannot be opened: {0}")]
    Socket(#[source] io::Error),
}

impl Ports {
    /// The pairs of the port range, each by its even port.
    pub(crate) fn pairs(config: &Config) -> Result<VecDeque<u16>, StartError> {
        let (first, last) = (*config.ports.start(), *config.ports.end());
        let pairs: VecDeque<u16> = (first..last).filter(|port| port % 2 == 0 && *port > 0).collect();
        if pairs.is_empty() { Err(StartError::Ports(first, last)) } else { Ok(pairs) }
    }

    /// Deals the pairs to the workers. Each begins at a place that the seed tells.
    pub(crate) fn shares(config: &Config, mut pairs: VecDeque<u16>) -> Result<Vec<Self>, StartError> {
        if pairs.is_empty() {
            return Err(StartError::Ports(*config.ports.start(), *config.ports.end()));
        }
        let workers = config.workers.count();
        let turn = Random::new(config.seed).below(pairs.len() as u64);
        pairs.rotate_left(turn as usize);
        let mut shares: Vec<VecDeque<u16>> = vec![VecDeque::new(); workers];
        for (index, port) in pairs.into_iter().enumerate() {
            shares[index % workers].push_back(port);
        }
        Ok(shares.into_iter().map(|free| Self { free, attempts_max: config.port_attempts_max }).collect())
    }

    /// How many pairs are free.
    pub(crate) fn free(&self) -> usize {
        self.free.len()
    }

    /// Opens the sockets of one leg. A port that another program has is passed over and tried again later.
    pub(crate) fn open(&mut self, config: &Config) -> Result<Sockets, PortError> {
        let attempts = self.attempts_max.min(self.free.len() as u32);
        for _ in 0..attempts {
            let Some(port) = self.free.pop_front() else { break };
            match Sockets::bind(config, port) {
                Ok(sockets) => return Ok(sockets),
                Err(err) => {
                    self.free.push_back(port);
                    match Errno::from_io_error(&err) {
                        Some(Errno::ADDRINUSE | Errno::ACCESS) => {}
                        Some(Errno::MFILE | Errno::NFILE) => return Err(PortError::Descriptors(err)),
                        Some(_) | None => return Err(PortError::Socket(err)),
                    }
                }
            }
        }
        Err(match attempts {
            0 => PortError::Exhausted,
            tried => PortError::Taken(tried),
        })
    }

    /// Takes the ports of a closed leg back.
    pub(crate) fn close(&mut self, sockets: Sockets) {
        self.free.push_back(sockets.port);
        drop(sockets);
    }
}

impl Sockets {
    fn bind(config: &Config, port: u16) -> io::Result<Self> {
        let open = |port| {
            let socket = UdpSocket::bind(SocketAddr::new(config.bind, port))?;
            socket.set_nonblocking(true)?;
            mark(&socket, config);
            Ok::<_, io::Error>(socket)
        };
        Ok(Self { rtp: open(port)?, rtcp: open(port + 1)?, port })
    }
}

/// Marks what the socket sends. A network that ignores the mark is no reason to fail a call.
pub(crate) fn mark(socket: &impl AsFd, config: &Config) {
    let class = config.dscp << 2;
    let marked = if config.bind.is_ipv4() {
        sockopt::set_ip_tos(socket, class)
    } else {
        sockopt::set_ipv6_tclass(socket, u32::from(class))
    };
    if let Err(err) = marked {
        tracing::debug!(%err, "packets are not marked");
    }
}
