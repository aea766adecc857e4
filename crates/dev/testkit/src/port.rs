//! Port numbers nobody uses.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use crate::KitError;
use crate::deadline::Deadline;

/// Below the range from which the kernel picks ports for outgoing connections, so that nobody is given the port
/// between the moment it is found and the moment it is used.
const FIRST: u16 = 21_000;
const COUNT: u16 = 11_000;

/// A port of 127.0.0.1 that is free for UDP and TCP, and whose successor is too. No two calls in one process return
/// the same one; processes begin at different places.
///
/// # Panics
///
/// If all of several thousand ports are in use.
pub fn free_port() -> u16 {
    static STEPS: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id().wrapping_mul(62) % u32::from(COUNT)) as u16;
    for _ in 0..COUNT / 2 {
        let step = STEPS.fetch_add(2, Ordering::Relaxed);
        let port = FIRST + (start.wrapping_add(step) % COUNT) / 2 * 2;
        if is_free(port) && is_free(port + 1) {
            return port;
        }
    }
    panic!("no free port between {FIRST} and {}", FIRST + COUNT);
}

fn is_free(port: u16) -> bool {
    let address = (Ipv4Addr::LOCALHOST, port);
    UdpSocket::bind(address).is_ok() && TcpListener::bind(address).is_ok()
}

/// [`PortRange::LEN`] ports below those of [`free_port`] that nobody else on this machine has while this lives, in this process
/// or another.
#[derive(Debug)]
pub struct PortRange {
    first: u16,
    // The claim: a locked file, which the kernel unlocks however the process ends.
    _lock: File,
}

impl PortRange {
    /// How many ports a range has.
    pub const LEN: u16 = 200;

    const FIRST: u16 = 10_000;
    const COUNT: u16 = 55;

    /// A range that is free; waits for one if all are taken.
    ///
    /// # Errors
    ///
    /// If none becomes free within a minute.
    ///
    /// # Panics
    ///
    /// If the directory for temporary files cannot be written.
    pub fn claim() -> Result<Self, KitError> {
        let deadline = Deadline::after(Duration::from_mins(1));
        loop {
            let mut ranges = (0..Self::COUNT).map(|n| Self::FIRST + n * Self::LEN);
            if let Some(range) = ranges.find_map(Self::locked) {
                return Ok(range);
            }
            deadline.left("a range of ports", || format!("all {} are taken", Self::COUNT))?;
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The first of them.
    pub fn first(&self) -> u16 {
        self.first
    }

    /// The last of them.
    pub fn last(&self) -> u16 {
        self.first + Self::LEN - 1
    }

    fn locked(first: u16) -> Option<Self> {
        let path = std::env::temp_dir().join(format!("bell-ports-{first}"));
        let lock = File::create(path).expect("temporary files can be written");
        lock.try_lock().ok()?;
        Some(Self { first, _lock: lock })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_one_owner() -> Result<(), KitError> {
        let (one, other) = (PortRange::claim()?, PortRange::claim()?);
        assert!(one.first() > other.last() || other.first() > one.last());
        assert!(PortRange::locked(one.first()).is_none());
        let first = one.first();
        drop(one);
        assert!(PortRange::locked(first).is_some() || PortRange::claim().is_ok());
        Ok(())
    }
}
