//! A bad network between two who send datagrams: some are lost, all come late, each by another time.

use std::collections::{BTreeMap, BinaryHeap};
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::KitError;

/// How long the relay looks for datagrams before it looks at its clock again.
const LOOK: Duration = Duration::from_millis(1);

/// A relay in front of some addresses. Dropped, nothing is relayed any more.
#[derive(Debug)]
pub struct WeakNetwork {
    ended: Arc<AtomicBool>,
    lost: Arc<AtomicU64>,
    threads: Vec<JoinHandle<()>>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug)]
pub struct Weakness {
    /// Of 1000 packets of audio so many are lost. What sets the way up passes: it is repeated anyway.
    pub loss_permille: u64,
    /// Each datagram comes up to so much later.
    pub jitter: Duration,
}

/// A datagram that is under way, the earliest first in a heap.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct UnderWay {
    at: std::cmp::Reverse<Instant>,
    way: Way,
    datagram: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// From this one to the address that is relayed to.
    There(SocketAddr),
    /// Back to this one.
    Back(SocketAddr),
}

struct Relay {
    front: UdpSocket,
    to: SocketAddr,
    /// A socket of ours for each who sends, so that answers find back.
    behind: BTreeMap<SocketAddr, UdpSocket>,
    weakness: Weakness,
    under_way: BinaryHeap<UnderWay>,
    dice: u64,
    lost: Arc<AtomicU64>,
}

impl WeakNetwork {
    /// Relays what is sent to the first address of each pair to the second, and back.
    pub fn start(pairs: &[(SocketAddr, SocketAddr)], weakness: Weakness) -> Result<Self, KitError> {
        let (ended, lost) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let mut threads = Vec::new();
        for (dice, (front, to)) in (1..).zip(pairs) {
            let front = UdpSocket::bind(front).map_err(KitError::io(format!("listen on {front}")))?;
            front.set_read_timeout(Some(LOOK)).map_err(KitError::io("set a time-out"))?;
            let (behind, under_way) = (BTreeMap::new(), BinaryHeap::new());
            let relay = Relay { front, to: *to, behind, weakness, under_way, dice, lost: Arc::clone(&lost) };
            let ended = Arc::clone(&ended);
            threads.push(thread::spawn(move || relay.run(&ended)));
        }
        Ok(Self { ended, lost, threads })
    }

    /// How many packets were lost so far.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl Drop for WeakNetwork {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        self.threads.drain(..).for_each(|thread| drop(thread.join()));
    }
}

impl Relay {
    fn run(mut self, ended: &AtomicBool) {
        let mut datagram = [0; 2048];
        while !ended.load(Ordering::Relaxed) {
            match self.front.recv_from(&mut datagram) {
                Ok((len, from)) => self.take(Way::There(from), &datagram[..len]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                // What the network says about datagrams that nobody took.
                Err(_) => {}
            }
            let back: Vec<_> = self
                .behind
                .iter()
                .flat_map(|(from, socket)| {
                    std::iter::from_fn(|| {
                        let mut datagram = [0; 2048];
                        let len = socket.recv(&mut datagram).ok()?;
                        Some((Way::Back(*from), datagram[..len].to_vec()))
                    })
                })
                .collect();
            back.iter().for_each(|(way, datagram)| self.take(*way, datagram));
            self.deliver();
        }
    }

    /// RTP begins with 128 to 191 (RFC 7983 §7).
    fn take(&mut self, way: Way, datagram: &[u8]) {
        let is_audio = datagram.first().is_some_and(|first| (128..192).contains(first));
        if is_audio && self.roll() % 1000 < self.weakness.loss_permille {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let late = Duration::from_micros(self.roll() % (self.weakness.jitter.as_micros() as u64 + 1));
        let at = std::cmp::Reverse(Instant::now() + late);
        self.under_way.push(UnderWay { at, way, datagram: datagram.to_vec() });
    }

    fn deliver(&mut self) {
        let now = Instant::now();
        while self.under_way.peek().is_some_and(|next| next.at.0 <= now) {
            let Some(UnderWay { way, datagram, .. }) = self.under_way.pop() else { return };
            match way {
                Way::Back(to) => drop(self.front.send_to(&datagram, to)),
                Way::There(from) => {
                    if let Some(socket) = self.behind(from) {
                        let _ = socket.send(&datagram);
                    }
                }
            }
        }
    }

    fn behind(&mut self, from: SocketAddr) -> Option<&UdpSocket> {
        if !self.behind.contains_key(&from) {
            let socket = UdpSocket::bind((self.to.ip(), 0)).ok()?;
            socket.connect(self.to).ok()?;
            socket.set_nonblocking(true).ok()?;
            self.behind.insert(from, socket);
        }
        self.behind.get(&from)
    }

    /// Numbers that only have to differ.
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.dice >> 33
    }
}
