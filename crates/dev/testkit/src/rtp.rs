//! One RTP stream in each direction (RFC 3550): sends a tone and key presses every 20 ms, keeps what arrives.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::audio::{RATE, Sound, Tone};
use crate::deadline::Deadline;
use crate::error::KitError;
use crate::g711::Law;
use crate::sdp::Audio;

/// One packet's worth of time, and of samples.
const PACKET: Duration = Duration::from_millis(20);
const PACKET_SAMPLES: usize = 160;

/// The level at which a phone sends its tone, dBFS.
const TONE_DBFS: f64 = -10.0;

/// The level of each of the two tones of an in-band key press, dBFS.
const KEY_DBFS: f64 = -13.0;

/// A time stamp further ahead than this, in samples, begins a new stretch instead of a gap filled with silence.
const GAP_SAMPLES_MAX: usize = RATE as usize * 10;

/// The socket and the thread of one stream. Both end when it is dropped.
#[derive(Debug)]
pub(crate) struct Stream {
    shared: Arc<Shared>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    state: Mutex<State>,
    heard: Condvar,
    stop: AtomicBool,
}

#[derive(Debug)]
struct State {
    tone: Tone,
    remote: Option<Audio>,
    muted: bool,
    steps: VecDeque<Step>,
    ear: Ear,
}

/// What one packet carries instead of the tone.
#[derive(Clone, Debug)]
enum Step {
    /// RFC 4733: event code, duration so far in samples, first packet, last packet.
    Event(u8, u16, bool, bool),
    /// Two tones at once, for 20 ms.
    Keys(Tone, Tone),
    /// Silence between two key presses.
    Pause,
}

/// Everything received.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    sound: Sound,
    /// When each packet arrived and where its samples begin.
    arrivals: Vec<(Instant, usize)>,
    origin: Option<Origin>,
    digits: String,
    last_event: Option<u32>,
}

/// Which time stamp stands at which sample.
#[derive(Clone, Copy, Debug)]
struct Origin {
    ssrc: u32,
    timestamp: u32,
    sample: usize,
}

impl Stream {
    /// Binds a port on `ip` and begins to listen. Nothing is sent before [`Stream::talk_to`].
    pub(crate) fn open(ip: IpAddr, tone: f64) -> Result<Self, KitError> {
        let socket = UdpSocket::bind((ip, 0)).map_err(KitError::io("bind an RTP port"))?;
        let address = socket.local_addr().map_err(KitError::io("read an RTP port"))?;
        let shared = Arc::new(Shared {
            socket,
            state: Mutex::new(State {
                tone: Tone::new(tone, TONE_DBFS),
                remote: None,
                muted: false,
                steps: VecDeque::new(),
                ear: Ear::default(),
            }),
            heard: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let worker = Arc::clone(&shared);
        let thread = Some(thread::spawn(move || worker.run()));
        Ok(Self { shared, address, thread })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends to where the other side's description says, in its codec.
    pub(crate) fn talk_to(&self, remote: Audio) {
        self.shared.lock().remote = Some(remote);
    }

    /// Sends nothing while muted.
    pub(crate) fn mute(&self, muted: bool) {
        self.shared.lock().muted = muted;
    }

    /// Queues key presses as RFC 4733 events: 100 ms each, the end sent three times.
    pub(crate) fn press_events(&self, codes: impl Iterator<Item = u8>) {
        let mut state = self.shared.lock();
        for code in codes {
            let steps = (1..=8u16).map(|step| Step::Event(code, step.min(5) * 160, step == 1, step > 5));
            state.steps.extend(steps.chain([Step::Pause, Step::Pause, Step::Pause]));
        }
    }

    /// Queues key presses as pairs of tones in the audio: 100 ms each, 100 ms apart.
    pub(crate) fn press_tones(&self, pairs: impl Iterator<Item = (f64, f64)>) {
        let mut state = self.shared.lock();
        for (low, high) in pairs {
            let (mut low, mut high) = (Tone::new(low, KEY_DBFS), Tone::new(high, KEY_DBFS));
            for _ in 0..5 {
                state.steps.push_back(Step::Keys(low.clone(), high.clone()));
                // The next packet goes on where this one ends, so that the tone has no breaks.
                let _ = (low.nth(PACKET_SAMPLES - 1), high.nth(PACKET_SAMPLES - 1));
            }
            state.steps.extend([const { Step::Pause }; 5]);
        }
    }

    /// Waits until `look` finds in what was heard what it looks for; `None` when the deadline is over. It is asked
    /// again at every packet and, because silence sends none, every 20 ms.
    pub(crate) fn wait_heard<T>(&self, deadline: Deadline, mut look: impl FnMut(&Ear) -> Option<T>) -> Option<T> {
        let mut state = self.shared.lock();
        loop {
            if let Some(found) = look(&state.ear) {
                return Some(found);
            }
            let wait = deadline.remaining()?.min(PACKET);
            let woken = self.shared.heard.wait_timeout(state, wait);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It fails only if the thread panicked, which its own output tells.
            let _ = thread.join();
        }
    }
}

impl Ear {
    /// Everything heard so far.
    pub(crate) fn all(&self) -> &Sound {
        &self.sound
    }

    /// Packets of audio received so far.
    pub(crate) fn packets(&self) -> usize {
        self.arrivals.len()
    }

    /// Keys received as RFC 4733 events so far.
    pub(crate) fn digits(&self) -> &str {
        &self.digits
    }

    /// What arrived since a moment.
    pub(crate) fn since(&self, moment: Instant) -> Sound {
        let later = self.arrivals.partition_point(|(arrived, _)| *arrived < moment);
        let from = self.arrivals.get(later).map_or(self.sound.samples.len(), |(_, sample)| *sample);
        Sound { samples: self.sound.samples[from..].to_vec() }
    }

    fn hear(&mut self, packet: &[u8], event_payload_type: Option<u8>, now: Instant) -> Option<()> {
        let word = |at: usize| Some(u32::from_be_bytes(packet.get(at..at + 4)?.try_into().ok()?));
        let (timestamp, ssrc) = (word(4)?, word(8)?);
        if packet[0] & 0xc0 != 0x80 {
            return None;
        }
        let payload_type = packet[1] & 0x7f;
        let payload = packet.get(12 + 4 * usize::from(packet[0] & 0x0f)..)?;
        if Some(payload_type) == event_payload_type {
            return self.hear_event(payload, timestamp);
        }
        let law = Law::of_payload_type(payload_type)?;
        let at = self.place(ssrc, timestamp);
        let end = at + payload.len();
        if self.sound.samples.len() < end {
            self.sound.samples.resize(end, 0);
        }
        for (sample, byte) in self.sound.samples[at..end].iter_mut().zip(payload) {
            *sample = law.decode(*byte);
        }
        self.arrivals.push((now, at));
        Some(())
    }

    /// An event is one key however often its end is sent: they share a time stamp (RFC 4733 §2.5.1.2).
    fn hear_event(&mut self, payload: &[u8], timestamp: u32) -> Option<()> {
        let (code, is_end) = (*payload.first()?, payload.get(1)? & 0x80 != 0);
        if is_end && self.last_event != Some(timestamp) {
            self.last_event = Some(timestamp);
            self.digits.push(char::from(*b"0123456789*#ABCD".get(usize::from(code))?));
        }
        Some(())
    }

    /// The sample at which audio of this time stamp stands.
    fn place(&mut self, ssrc: u32, timestamp: u32) -> usize {
        let end = self.sound.samples.len();
        if let Some(origin) = self.origin.filter(|origin| origin.ssrc == ssrc) {
            let at = origin.sample + timestamp.wrapping_sub(origin.timestamp) as usize;
            if at <= end + GAP_SAMPLES_MAX {
                return at;
            }
        }
        self.origin = Some(Origin { ssrc, timestamp, sample: end });
        end
    }
}

/// Where the sender stands.
struct Sender {
    sequence: u16,
    timestamp: u32,
    event_timestamp: u32,
    ssrc: u32,
    is_first: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut sender = Sender {
            sequence: 1,
            timestamp: 0,
            event_timestamp: 0,
            ssrc: self.socket.local_addr().map_or(1, |address| u32::from(address.port()) << 8),
            is_first: true,
        };
        let mut due = Instant::now();
        let mut packet = [0; 2048];
        while !self.stop.load(Ordering::Relaxed) {
            let wait = due.saturating_duration_since(Instant::now());
            if wait.is_zero() {
                self.send(&mut sender);
                due += PACKET;
                continue;
            }
            // The socket's time-out is what paces the sender. Setting it fails for nought only.
            let _ = self.socket.set_read_timeout(Some(wait));
            if let Ok(len) = self.socket.recv(&mut packet) {
                let mut state = self.lock();
                let event_payload_type = state.remote.and_then(|remote| remote.event_payload_type);
                // What is not understood is not heard, as with any telephone.
                let _ = state.ear.hear(&packet[..len], event_payload_type, Instant::now());
                self.heard.notify_all();
            }
        }
    }

    fn send(&self, sender: &mut Sender) {
        let mut state = self.lock();
        sender.timestamp = sender.timestamp.wrapping_add(PACKET_SAMPLES as u32);
        let Some(remote) = state.remote.filter(|remote| remote.flow.answer().sends() && !state.muted) else {
            return;
        };
        let encode = |samples: &mut dyn Iterator<Item = i16>| -> Vec<u8> {
            samples.take(PACKET_SAMPLES).map(|sample| remote.law.encode(sample)).collect()
        };
        let step = state.steps.pop_front();
        let audio = match step {
            None => encode(&mut state.tone),
            Some(Step::Pause) => encode(&mut std::iter::repeat(0)),
            Some(Step::Keys(low, high)) => encode(&mut low.zip(high).map(|(low, high)| low + high)),
            Some(Step::Event(code, duration, is_first, is_last)) => {
                if is_first {
                    sender.event_timestamp = sender.timestamp;
                }
                let Some(payload_type) = remote.event_payload_type else {
                    return;
                };
                let [high, low] = duration.to_be_bytes();
                let payload = [code, u8::from(is_last) << 7 | 10, high, low];
                let header = sender.header(payload_type, sender.event_timestamp, is_first);
                return self.transmit(remote.address, header, &payload);
            }
        };
        let header = sender.header(remote.law.payload_type(), sender.timestamp, sender.is_first);
        sender.is_first = false;
        self.transmit(remote.address, header, &audio);
    }

    fn transmit(&self, to: SocketAddr, header: [u8; 12], payload: &[u8]) {
        // The other side may be gone; then nobody hears it.
        let _ = self.socket.send_to(&[&header, payload].concat(), to);
    }
}

impl Sender {
    fn header(&mut self, payload_type: u8, timestamp: u32, marker: bool) -> [u8; 12] {
        let mut header = [0; 12];
        header[0] = 0x80;
        header[1] = payload_type | u8::from(marker) << 7;
        header[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        header[4..8].copy_from_slice(&timestamp.to_be_bytes());
        header[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
        self.sequence = self.sequence.wrapping_add(1);
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(timestamp: u32, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x80, 8, 0, 1];
        packet.extend_from_slice(&timestamp.to_be_bytes());
        packet.extend_from_slice(&[0, 0, 0, 9]);
        packet.extend_from_slice(payload);
        packet
    }

    #[test]
    fn packets_stand_where_their_time_stamps_say() {
        let mut ear = Ear::default();
        let now = Instant::now();
        let loud = [Law::A.encode(1000); 2];
        for timestamp in [u32::MAX - 1, 4, 2] {
            ear.hear(&packet(timestamp, &loud), None, now).unwrap();
        }
        let samples: Vec<bool> = ear.all().samples.iter().map(|sample| *sample > 500).collect();
        // Two before the wrap, two lost, two that came late, two that came early.
        assert_eq!(samples, [true, true, false, false, true, true, true, true]);
        assert!(ear.hear(&[0x80, 8], None, now).is_none());
        assert!(ear.hear(&[0; 20], None, now).is_none());
    }

    #[test]
    fn an_event_whose_end_is_repeated_is_one_key() {
        let mut ear = Ear::default();
        let now = Instant::now();
        for (timestamp, end) in [(0, 0), (0, 0x80), (0, 0x80), (800, 0x80)] {
            let mut event = packet(timestamp, &[11, end, 0, 160]);
            event[1] = 101;
            ear.hear(&event, Some(101), now).unwrap();
        }
        assert_eq!(ear.digits(), "##");
    }
}
