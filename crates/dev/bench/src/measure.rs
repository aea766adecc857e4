//! Clocks, cores and memory.

use std::fs;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

use crate::Outcome;

/// The CPU time this thread has used.
pub(crate) fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Keeps this thread, and the threads and processes it starts from now on, on one core.
pub(crate) fn pin(core: usize) -> Outcome {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).map_err(|error| format!("core {core} cannot be had: {error}"))?;
    Ok(())
}

/// Lets this process and its children open as many files as the system allows.
pub(crate) fn open_many_files() -> Outcome {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    Ok(setrlimit(Resource::Nofile, files)?)
}

/// The memory of a process in octets: `self`, or its number.
pub(crate) fn resident(process: &str) -> Outcome<u64> {
    let statm = fs::read_to_string(format!("/proc/{process}/statm"))?;
    let pages: u64 = statm.split(' ').nth(1).ok_or("statm has no second field")?.parse()?;
    Ok(pages * rustix::param::page_size() as u64)
}

/// The CPU time of all threads of a process, in the kernel and outside.
pub(crate) fn process_cpu(process: u32) -> Outcome<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in parentheses, may hold blanks.
    let (_, fields) = stat.rsplit_once(')').ok_or("stat has no name")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let ticks: u64 = ticks.sum::<Result<u64, _>>()?;
    Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

/// What one in a thousand parts of the values does not exceed; sorts them.
pub(crate) fn permille(values: &mut [u32], permille: usize) -> f64 {
    values.sort_unstable();
    let place = values.len().saturating_sub(1) * permille / 1000;
    values.get(place).copied().map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permilles_are_places_in_the_sorted_values() {
        let mut values: Vec<u32> = (0..=1000).rev().collect();
        assert_eq!((permille(&mut values, 500), permille(&mut values, 990)), (500.0, 990.0));
        assert_eq!(permille(&mut [], 500), 0.0);
    }

    #[test]
    fn this_process_uses_memory_and_time() {
        assert!(resident("self").unwrap() > 0);
        assert!(process_cpu(std::process::id()).is_ok());
    }
}
