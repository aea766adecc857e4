//! The load generator: callers and agents' phones on real sockets, on one thread that never waits.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustix::net::sockopt;

use crate::Outcome;
use crate::centre::NUMBER;
use crate::measure::process_cpu;
use crate::party::{Agents, Callers, Heard};

/// The room of each socket, so that nothing is lost while the generator looks elsewhere.
const SOCKET_ROOM: usize = 32 << 20;
/// How many messages are taken from a socket before the other is looked at.
const TURN_MAX: usize = 64;
/// How long those may take who are still calling when a run is over.
const PATIENCE: Duration = Duration::from_secs(15);

/// How calls come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Load {
    /// So many calls at a time: as soon as one ends, the next begins.
    AtOnce(usize),
    /// So many calls a second, whatever becomes of them.
    PerSecond(f64),
}

/// One run of load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) load: Load,
    pub(crate) time: Duration,
    /// How long caller and agent are connected.
    pub(crate) talk: Duration,
}

/// What a run came to. Delays are in microseconds.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    pub(crate) offered: u64,
    pub(crate) bridged: u64,
    pub(crate) refused: u64,
    /// Calls that the centre ended.
    pub(crate) dropped: u64,
    /// From a caller's INVITE to its 200.
    pub(crate) answer_us: Vec<u32>,
    /// From a caller's INVITE to the INVITE at an agent's phone.
    pub(crate) ring_us: Vec<u32>,
    /// From BYE to its 200.
    pub(crate) bye_us: Vec<u32>,
    /// The server's CPU time while calls came.
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
    /// Calls of which nothing was heard any more.
    pub(crate) unfinished: usize,
}

/// Callers and agents.
pub(crate) struct Field {
    centre: SocketAddr,
    server: u32,
    callers: Callers,
    callers_socket: UdpSocket,
    agents: Agents,
    agents_socket: UdpSocket,
    /// Takes the audio that the centre sends, and throws it away.
    _audio: UdpSocket,
    next: u64,
    /// Calls that are not over, with when they began or hung up.
    calls: HashMap<u64, Instant>,
    /// Who hangs up when: in order, for everybody talks equally long.
    talking: VecDeque<(Instant, u64)>,
    send: Vec<Bytes>,
}

impl Field {
    pub(crate) fn open(centre: SocketAddr, callers: SocketAddr, agents: SocketAddr, server: u32) -> Outcome<Self> {
        let audio = open_socket(SocketAddr::new(callers.ip(), 0), 4096)?;
        let (callers_socket, agents_socket) = (open_socket(callers, SOCKET_ROOM)?, open_socket(agents, SOCKET_ROOM)?);
        let (callers, agents) = (callers_socket.local_addr()?, agents_socket.local_addr()?);
        Ok(Self {
            centre,
            server,
            callers: Callers::new(callers, centre, audio.local_addr()?),
            callers_socket,
            agents: Agents::new(agents, centre, audio.local_addr()?),
            agents_socket,
            _audio: audio,
            next: 0,
            calls: HashMap::new(),
            talking: VecDeque::new(),
            send: Vec::new(),
        })
    }

    /// Registers the phones of so many agents, one after the other: before the first has proved who it is, its address
    /// is a stranger's.
    pub(crate) fn register(&mut self, agents: usize) -> Outcome {
        for agent in 0..agents {
            self.agents_socket.send_to(&self.agents.register(agent), self.centre)?;
            let by = Instant::now() + Duration::from_secs(2);
            while !self.hear_agents()?.contains(&Heard::Registered) {
                if Instant::now() > by {
                    return Err(format!("agent {agent} could not register").into());
                }
                thread::yield_now();
            }
        }
        Ok(())
    }

    /// Lets callers come for a while, and waits until all have gone.
    pub(crate) fn run(&mut self, run: Run) -> Outcome<Measured> {
        let mut measured = Measured::default();
        let (began, cpu) = (Instant::now(), process_cpu(self.server)?);
        while began.elapsed() < run.time {
            let due = match run.load {
                Load::AtOnce(calls) => calls.saturating_sub(self.calls.len()) as u64,
                Load::PerSecond(rate) => (began.elapsed().as_secs_f64() * rate) as u64 - measured.offered,
            };
            self.offer(due.min(TURN_MAX as u64), &mut measured)?;
            self.turn(run.talk, &mut measured)?;
        }
        measured.wall = began.elapsed();
        measured.cpu = process_cpu(self.server)?.saturating_sub(cpu);
        // What comes from now on has no share in the run, but for its delays.
        let bridged = measured.bridged;
        let by = Instant::now() + PATIENCE + run.talk;
        while !self.calls.is_empty() && Instant::now() < by {
            self.turn(run.talk, &mut measured)?;
        }
        measured.bridged = bridged;
        measured.unfinished = self.calls.len();
        self.calls.clear();
        self.talking.clear();
        Ok(measured)
    }

    /// Lets so many callers call and talk until they are told to go, and calls `look` while they do.
    pub(crate) fn hold<T>(&mut self, calls: u64, look: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let mut measured = Measured::default();
        let by = Instant::now() + PATIENCE;
        while measured.bridged < calls {
            self.offer(u64::from(measured.offered < calls), &mut measured)?;
            self.turn(PATIENCE, &mut measured)?;
            if Instant::now() > by {
                return Err(format!("only {} of {calls} calls were bridged", measured.bridged).into());
            }
        }
        let seen = look()?;
        let now = Instant::now();
        self.talking.iter_mut().for_each(|(until, _)| *until = now);
        while !self.calls.is_empty() && Instant::now() < by {
            self.turn(PATIENCE, &mut measured)?;
        }
        self.calls.clear();
        Ok(seen)
    }

    fn offer(&mut self, calls: u64, measured: &mut Measured) -> io::Result<()> {
        for _ in 0..calls {
            let caller = self.next;
            self.next += 1;
            measured.offered += 1;
            self.calls.insert(caller, Instant::now());
            let invite = self.callers.invite(caller, NUMBER);
            send(&self.callers_socket, &invite, self.centre)?;
        }
        Ok(())
    }

    /// Takes what has come, and hangs up for those who have talked enough.
    fn turn(&mut self, talk: Duration, measured: &mut Measured) -> io::Result<()> {
        let mut heard = self.hear_agents()?;
        heard.extend(self.hear_callers()?);
        let now = Instant::now();
        if heard.is_empty() && self.talking.front().is_none_or(|(until, _)| *until > now) {
            thread::yield_now();
        }
        heard.into_iter().for_each(|heard| self.note(heard, now, talk, measured));
        while let Some((_, caller)) = self.talking.pop_front_if(|(until, _)| *until <= now) {
            if let Some(bye) = self.callers.bye(caller) {
                self.calls.insert(caller, Instant::now());
                send(&self.callers_socket, &bye, self.centre)?;
            }
        }
        Ok(())
    }

    fn note(&mut self, heard: Heard, now: Instant, talk: Duration, measured: &mut Measured) {
        let since = |calls: &HashMap<u64, Instant>, caller| {
            let began = calls.get(&caller)?;
            Some(u32::try_from(now.saturating_duration_since(*began).as_micros()).unwrap_or(u32::MAX))
        };
        match heard {
            Heard::Answered(caller) => measured.answer_us.extend(since(&self.calls, caller)),
            Heard::Rang(caller) => measured.ring_us.extend(since(&self.calls, caller)),
            Heard::Bridged(caller) => {
                measured.bridged += 1;
                self.talking.push_back((now + talk, caller));
            }
            Heard::Ended(caller) => {
                measured.bye_us.extend(since(&self.calls, caller));
                self.calls.remove(&caller);
            }
            Heard::Refused(caller, _) => {
                measured.refused += 1;
                self.calls.remove(&caller);
            }
            Heard::Dropped(caller) => {
                measured.dropped += 1;
                self.calls.remove(&caller);
            }
            Heard::Registered => {}
        }
    }

    fn hear_agents(&mut self) -> io::Result<Vec<Heard>> {
        let agents = &self.agents;
        hear(&self.agents_socket, self.centre, &mut self.send, |bytes, send| agents.receive(bytes, send))
    }

    fn hear_callers(&mut self) -> io::Result<Vec<Heard>> {
        let callers = &mut self.callers;
        hear(&self.callers_socket, self.centre, &mut self.send, |bytes, send| callers.receive(bytes, send))
    }
}

/// Takes what waits on a socket, and sends what is to be sent in return.
fn hear(
    socket: &UdpSocket,
    centre: SocketAddr,
    replies: &mut Vec<Bytes>,
    mut receive: impl FnMut(&[u8], &mut Vec<Bytes>) -> Option<Heard>,
) -> io::Result<Vec<Heard>> {
    let mut heard = Vec::new();
    let mut datagram = [0; 8192];
    for _ in 0..TURN_MAX {
        match socket.recv(&mut datagram) {
            Ok(len) => heard.extend(receive(&datagram[..len], replies)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
        for reply in replies.drain(..) {
            send(socket, &reply, centre)?;
        }
    }
    Ok(heard)
}

/// Sends, or loses what the system does not take, as a network would.
fn send(socket: &UdpSocket, bytes: &[u8], to: SocketAddr) -> io::Result<()> {
    match socket.send_to(bytes, to) {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn open_socket(address: SocketAddr, room: usize) -> Outcome<UdpSocket> {
    let socket = UdpSocket::bind(address).map_err(|error| format!("{address} cannot be opened: {error}"))?;
    socket.set_nonblocking(true)?;
    // More than the system gives everybody needs a privilege.
    sockopt::set_socket_recv_buffer_size_force(&socket, room)
        .or_else(|_| sockopt::set_socket_recv_buffer_size(&socket, room))?;
    Ok(socket)
}
