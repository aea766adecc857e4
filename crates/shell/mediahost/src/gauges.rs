//! What the host says about itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The state of a host at one moment, for `/metrics`. Counts run from its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Legs that are open.
    pub legs: u64,
    /// Port pairs that are free.
    pub ports_free: u64,
    /// RTP packets that arrived and were accepted.
    pub packets_in: u64,
    /// RTP packets that were sent.
    pub packets_out: u64,
    /// Octets of payload that arrived.
    pub bytes_in: u64,
    /// Octets of payload that were sent.
    pub bytes_out: u64,
    /// Packets from addresses that are not the leg's.
    pub refused: u64,
    /// Datagrams that are neither RTP of a negotiated format nor RTCP.
    pub malformed: u64,
    /// Packets the network stack would not take.
    pub unsent: u64,
    /// TCP connections of browsers that are open.
    pub connections: u64,
    /// TCP connections of browsers that were refused, silent, or no WebRTC.
    pub connections_cut: u64,
    /// Packet times that came late by more than one of them.
    pub late_ticks: u64,
    /// Events that were dropped because the engine did not take them.
    pub events_lost: u64,
    /// Recordings that are open.
    pub recordings: u64,
    /// Octets of recordings that wait for the writer.
    pub recorder_backlog: u64,
    /// Octets of recordings that were written.
    pub recorder_written: u64,
    /// Octets of recordings that could not be written.
    pub recorder_lost: u64,
    /// The CPU time each worker has used.
    pub worker_cpu: Vec<Duration>,
    /// The CPU time the recording writer has used.
    pub recorder_cpu: Duration,
}

/// The counters of one worker. Only that worker writes; the alignment keeps it from sharing a cache line.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct WorkerCounters {
    pub(crate) legs: AtomicU64,
    pub(crate) ports_free: AtomicU64,
    pub(crate) packets_in: AtomicU64,
    pub(crate) packets_out: AtomicU64,
    pub(crate) bytes_in: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) malformed: AtomicU64,
    pub(crate) unsent: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) connections_cut: AtomicU64,
    pub(crate) late_ticks: AtomicU64,
    pub(crate) events_lost: AtomicU64,
    pub(crate) cpu_nanos: AtomicU64,
}

/// The counters of the recorder.
#[derive(Debug, Default)]
pub(crate) struct RecorderCounters {
    pub(crate) open: AtomicU64,
    pub(crate) backlog: AtomicU64,
    pub(crate) lost: AtomicU64,
    pub(crate) written: AtomicU64,
    pub(crate) cpu_nanos: AtomicU64,
}

/// Counts in a counter that nobody else writes.
pub(crate) fn count(counter: &AtomicU64, more: u64) {
    counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Relaxed);
}

/// The CPU time of this thread, for whoever asks.
pub(crate) fn publish_cpu(counter: &AtomicU64) {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let nanos = used.tv_sec as u64 * 1_000_000_000 + used.tv_nsec as u64;
    counter.store(nanos, Ordering::Relaxed);
}

impl Gauges {
    pub(crate) fn of(workers: &[&WorkerCounters], recorder: &RecorderCounters) -> Self {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let sum = |of: fn(&WorkerCounters) -> &AtomicU64| workers.iter().map(|worker| read(of(worker))).sum();
        Self {
            legs: sum(|worker| &worker.legs),
            ports_free: sum(|worker| &worker.ports_free),
            packets_in: sum(|worker| &worker.packets_in),
            packets_out: sum(|worker| &worker.packets_out),
            bytes_in: sum(|worker| &worker.bytes_in),
            bytes_out: sum(|worker| &worker.bytes_out),
            refused: sum(|worker| &worker.refused),
            malformed: sum(|worker| &worker.malformed),
            unsent: sum(|worker| &worker.unsent),
            connections: sum(|worker| &worker.connections),
            connections_cut: sum(|worker| &worker.connections_cut),
            late_ticks: sum(|worker| &worker.late_ticks),
            events_lost: sum(|worker| &worker.events_lost),
            recordings: read(&recorder.open),
            recorder_backlog: read(&recorder.backlog),
            recorder_written: read(&recorder.written),
            recorder_lost: read(&recorder.lost),
            worker_cpu: workers.iter().map(|worker| Duration::from_nanos(read(&worker.cpu_nanos))).collect(),
            recorder_cpu: Duration::from_nanos(read(&recorder.cpu_nanos)),
        }
    }
}
