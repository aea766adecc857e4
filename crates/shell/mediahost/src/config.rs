//! What a host obeys.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bell_media::dtmf::{EventConfig, SendConfig, ToneConfig};
use bell_media::jitter::JitterConfig;
use bell_media::latch::{LatchConfig, Learning};
use bell_media::recording::ClockConfig;
use bell_media::silence::SilenceConfig;

use crate::recorder::Vault;
use crate::srtp::KeyRing;

/// The configuration of a host.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address its sockets are bound to; an unspecified one takes packets on every interface.
    pub bind: IpAddr,
    /// The address that stands in SDP.
    pub advertised: IpAddr,
    /// The ports for RTP and RTCP: RTP on the even ones, RTCP on the next.
    pub ports: RangeInclusive<u16>,
    /// How many ports are tried for one leg before it fails.
    pub port_attempts_max: u32,
    /// The threads that own the legs.
    pub workers: Workers,
    /// The class packets are marked with: 46 is expedited forwarding (RFC 3246).
    pub dscp: u8,
    /// A worker that finds packets waits so long before it looks again, so that it finds many at once. This is added to
    /// the delay of what is relayed.
    pub gather: Duration,
    /// The limits of its queues.
    pub queues: QueueLimits,
    /// The limits of one leg.
    pub legs: LegLimits,
    /// From whom a leg takes packets.
    pub latch: LatchConfig,
    /// How packets wait where we decode.
    pub jitter: JitterConfig,
    /// When a direction counts as silent.
    pub silence: SilenceLimits,
    /// How keys are recognised and sent.
    pub keys: KeyConfig,
    /// How loud the tones of the network are, in dBov.
    pub tone_dbov: f64,
    /// The mean time between RTCP reports (RFC 3550 §6.2).
    pub rtcp_interval: Duration,
    /// The time between quality reports.
    pub quality_interval: Duration,
    /// The keys of audio that is encrypted by the signalling's.
    pub keyring: Arc<KeyRing>,
    /// How browsers are spoken with; none: not at all.
    pub webrtc: Option<WebrtcConfig>,
    /// Where and how recordings are written.
    pub recording: RecordingConfig,
    /// Where audio to play comes from.
    pub library: LibraryConfig,
    /// Seeds sources, first sequence numbers and the order of ports.
    pub seed: u64,
}

/// How browsers are spoken with. All of a worker's browsers share one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebrtcConfig {
    /// The ports, one for each worker; none: the first of [`Config::ports`].
    pub ports: Option<RangeInclusive<u16>>,
    /// The addresses by which browsers reach us: the public one behind 1:1 NAT, and one inside, say.
    pub advertised: Vec<IpAddr>,
    /// Once nothing has come from the address that ICE agreed on for so long, audio goes to where it comes from.
    pub path_silent_after: Duration,
    /// After how long without a packet or a check a browser has left. It checks every few seconds that it may send
    /// (RFC 7675), whether anybody speaks or not.
    pub lost_after: Duration,
    /// The time between looks at the way that ICE has agreed on.
    pub path_asked_each: Duration,
    /// How Opus is spoken.
    pub opus: OpusConfig,
    /// How many datagrams of browsers a worker takes between two looks at its other sockets, if there are not more browsers.
    pub reads_max: usize,
    /// How browsers connect that no UDP leads to; none: not at all.
    pub tcp: Option<TcpConfig>,
}

/// How browsers connect that no UDP leads to: by TCP, to the same port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpConfig {
    /// How many connections a worker has at one time; further ones are closed at once.
    pub connections_max: usize,
    /// How many of them from one address may not have shown yet whose they are.
    pub strangers_per_source_max: usize,
    /// How long one may take for that.
    pub check_within: Duration,
    /// After how long without anything authentic one is closed (RFC 7675 §5.1).
    pub silent_max: Duration,
    /// So many octets wait in the system to be sent on one; what does not fit is dropped, as a network would drop it.
    pub unsent_max: usize,
}

/// How Opus is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpusConfig {
    /// Bits in a second.
    pub bitrate: u32,
    /// How hard the encoder tries, of 10.
    pub complexity: u8,
    /// How packets wait that arrive.
    pub jitter: JitterConfig,
}

/// The threads that own the legs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Workers {
    /// So many, where the system puts them.
    Floating(NonZeroUsize),
    /// One on each of these cores.
    Pinned(Vec<usize>),
}

/// The limits of the host's queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Commands that wait for one worker; more are refused as [`Busy`](crate::Busy).
    pub commands_max: usize,
    /// Command ids that one worker remembers, to answer a repeated command and not do it again.
    pub remembered_max: usize,
    /// Events of one worker that wait for the engine. Beyond half of it quality reports are dropped, beyond all of it
    /// every event is dropped; both are counted.
    pub events_max: usize,
    /// Pieces of audio that wait to be loaded; a play that asks for more fails.
    pub loads_max: usize,
}

/// The limits of one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegLimits {
    /// How many legs one worker takes.
    pub per_worker_max: usize,
    /// How many packets that are of no use one leg may have read at a time; the rest waits its turn.
    pub refused_reads_max: u32,
    /// Once the source of a leg's packets has settled, the kernel is told to take no others: what strangers send then
    /// costs the worker nothing, and our packets find their way faster. After so long a silence the door is opened
    /// again, for a source that has moved.
    pub source_held: Duration,
    /// The most audio a packet of ours holds, whatever the other side asks for.
    pub packet_time_max: Duration,
    /// How many pieces one play may have.
    pub pieces_max: usize,
    /// How much of what it says one leg keeps to be played to it: eight thousand octets a second.
    pub kept_time_max: Duration,
    /// How many voices one mix may have.
    pub voices_max: usize,
    /// How many packet times a worker that was held up makes up for; beyond that they are left out.
    pub late_ticks_max: u32,
}

/// When a direction counts as silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilenceLimits {
    /// Towards us.
    pub inbound: SilenceConfig,
    /// From us.
    pub outbound: SilenceConfig,
}

/// How keys are recognised and sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyConfig {
    /// Telephone-events that arrive.
    pub events: EventConfig,
    /// Keys in the audio.
    pub tones: ToneConfig,
    /// Keys that leave, as telephone-events or as tones. The packet time is each leg's own.
    pub send: SendConfig,
    /// How loud each of the two tones of a key is that leaves in the audio, in dBov.
    pub send_dbov: f64,
}

/// Where and how recordings are written.
#[derive(Clone, Debug)]
pub struct RecordingConfig {
    /// The directory; it is made if it is not there.
    pub directory: PathBuf,
    /// Where the keys are that recordings are under.
    pub vault: Vault,
    /// How often what was written is made to survive a power failure.
    pub sync_interval: Duration,
    /// So many octets of the disk are left free; below that nothing is recorded.
    pub disk_reserve: u64,
    /// The longest time audio waits in memory before it is given to the writer.
    pub flush_interval: Duration,
    /// So many octets of one recording are given to the writer at once.
    pub chunk_len: usize,
    /// How many chunks may wait for the writer. When it is full the audio is lost, and the loss recorded.
    pub chunks_max: usize,
    /// As far as a track's timestamps may run away from our clock.
    pub clock: ClockConfig,
    /// How many sealed recordings are remembered, to answer a repeated seal.
    pub remembered_max: usize,
}

/// Where audio to play comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryConfig {
    /// The directory. A piece with the id `x` is the WAV file `x.wav` in it.
    pub directory: PathBuf,
    /// How many octets of encoded audio are kept in memory; a piece that is being played is kept beyond that.
    pub cache_len_max: usize,
    /// The longest piece.
    pub piece_time_max: Duration,
}

impl Workers {
    /// How many.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Floating(count) => count.get(),
            Self::Pinned(cores) => cores.len().max(1),
        }
    }
}

impl Config {
    /// A host for trials on loopback with everything under `directory`. The thresholds are those of a call centre.
    pub fn loopback(directory: &Path) -> Self {
        Self {
            bind: Ipv4Addr::LOCALHOST.into(),
            advertised: Ipv4Addr::LOCALHOST.into(),
            ports: 20_000..=29_999,
            port_attempts_max: 100,
            workers: Workers::Floating(NonZeroUsize::MIN),
            dscp: 46,
            gather: Duration::from_millis(1),
            queues: QueueLimits { commands_max: 10_000, remembered_max: 10_000, events_max: 10_000, loads_max: 1000 },
            legs: LegLimits {
                per_worker_max: 20_000,
                refused_reads_max: 16,
                source_held: Duration::from_millis(500),
                packet_time_max: Duration::from_millis(60),
                pieces_max: 64,
                kept_time_max: Duration::from_secs(300),
                voices_max: 8,
                late_ticks_max: 40,
            },
            latch: LatchConfig {
                learning: Learning::Anyone,
                settle: Duration::from_millis(500),
                relearn_after: Duration::from_secs(3),
            },
            jitter: JitterConfig {
                delay_min: Duration::from_millis(20),
                delay_max: Duration::from_millis(200),
                packets_max: 50,
                payload_max: 1500,
                conceal_max: 5,
            },
            silence: SilenceLimits {
                inbound: silence(Duration::from_secs(2)),
                outbound: silence(Duration::from_secs(2)),
            },
            keys: KeyConfig::standard(),
            tone_dbov: -13.0,
            rtcp_interval: Duration::from_secs(5),
            quality_interval: Duration::from_secs(5),
            keyring: Arc::default(),
            webrtc: None,
            recording: RecordingConfig::standard(directory.join("recordings")),
            library: LibraryConfig {
                directory: directory.join("audio"),
                cache_len_max: 256 << 20,
                piece_time_max: Duration::from_secs(900),
            },
            seed: 1,
        }
    }
}

impl WebrtcConfig {
    /// Browsers reach us by these addresses.
    pub fn standard(advertised: Vec<IpAddr>) -> Self {
        Self {
            ports: None,
            advertised,
            path_silent_after: Duration::from_millis(300),
            lost_after: Duration::from_secs(8),
            path_asked_each: Duration::from_secs(1),
            opus: OpusConfig {
                bitrate: 24_000,
                complexity: 5,
                jitter: JitterConfig {
                    delay_min: Duration::from_millis(20),
                    delay_max: Duration::from_millis(200),
                    packets_max: 50,
                    payload_max: 1500,
                    conceal_max: 5,
                },
            },
            reads_max: 64,
            tcp: Some(TcpConfig {
                connections_max: 4000,
                strangers_per_source_max: 64,
                check_within: Duration::from_secs(5),
                silent_max: Duration::from_secs(30),
                unsent_max: 16 << 10,
            }),
        }
    }
}

impl KeyConfig {
    fn standard() -> Self {
        Self {
            events: EventConfig {
                clock_hz: 8000,
                ended_after: Duration::from_millis(150),
                held_max: Duration::from_secs(8),
            },
            tones: ToneConfig {
                level_min_dbov: -38.0,
                reverse_twist_max_db: 8.0,
                twist_max_db: 6.0,
                purity_min_db: 6.0,
                harmonic_min_db: 12.0,
                held_min: Duration::from_millis(40),
                pause_min: Duration::from_millis(30),
            },
            send: SendConfig {
                held: Duration::from_millis(120),
                pause: Duration::from_millis(80),
                volume: 10,
                packet_time: Duration::from_millis(20),
                waiting_max: 64,
            },
            send_dbov: -13.0,
        }
    }
}

impl RecordingConfig {
    fn standard(directory: PathBuf) -> Self {
        Self {
            directory,
            vault: Vault::none(),
            sync_interval: Duration::from_secs(1),
            disk_reserve: 256 << 20,
            flush_interval: Duration::from_millis(500),
            chunk_len: 8192,
            chunks_max: 4096,
            clock: ClockConfig { drift_max: Duration::from_millis(100) },
            remembered_max: 10_000,
        }
    }
}

const fn silence(no_packets_after: Duration) -> SilenceConfig {
    SilenceConfig {
        no_packets_after,
        silent_packets_after: Duration::from_secs(10),
        silence_dbov: -65,
        sound_dbov: -55,
        refused_min: 10,
        gone_after: Duration::from_secs(30),
    }
}
