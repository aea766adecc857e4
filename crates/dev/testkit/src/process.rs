//! A program started by a test: its output is kept, and it ends with the test.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::deadline::Deadline;
use crate::error::KitError;

/// Lines of output kept; older ones are dropped.
const LOG_LINES_MAX: usize = 5000;

/// Lines of output shown in an error.
const LOG_LINES_SHOWN: usize = 40;

/// How often a program is asked whether it has ended: the system offers no wait with a deadline.
const EXIT_POLL: Duration = Duration::from_millis(5);

/// A running program. It is killed when dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: Arc<Output>,
}

#[derive(Debug, Default)]
struct Output {
    printed: Mutex<Printed>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct Printed {
    lines: VecDeque<String>,
    /// Pipes that may still bring more.
    open_pipes: usize,
}

impl Process {
    /// Starts a program with its output captured and its input empty.
    pub fn start(command: &mut Command) -> Result<Self, KitError> {
        Self::spawn(command, Stdio::null())
    }

    /// Starts a program that is told what to do by lines ([`tell`](Self::tell)).
    pub fn start_told(command: &mut Command) -> Result<Self, KitError> {
        Self::spawn(command, Stdio::piped())
    }

    /// Writes a line to a program that is [told](Self::start_told) what to do.
    pub fn tell(&mut self, line: &str) -> Result<(), KitError> {
        let Some(input) = &mut self.child.stdin else {
            return Err(KitError::malformed("program", format!("{} takes no lines", self.name)));
        };
        writeln!(input, "{line}").map_err(KitError::io(format!("tell {}", self.name)))
    }

    fn spawn(command: &mut Command, input: Stdio) -> Result<Self, KitError> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(KitError::io(format!("start {name}; ./dev test installs what is missing")))?;
        let output = Arc::new(Output::default());
        if let Some(pipe) = child.stdout.take() {
            output.follow(pipe);
        }
        if let Some(pipe) = child.stderr.take() {
            output.follow(pipe);
        }
        Ok(Self { name, child, output })
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it printed so far, both streams, a line each.
    pub fn log(&self) -> String {
        Vec::from(self.output.lock().lines.clone()).join("\n")
    }

    /// Waits until a line that contains `text` has been printed, and returns it.
    pub fn wait_line(&mut self, text: &str, patience: Duration) -> Result<String, KitError> {
        let deadline = Deadline::after(patience);
        loop {
            // Asked before the lines are read: what a program printed before its end is looked through first.
            let has_ended = self.has_ended()?;
            {
                let printed = self.output.lock();
                if let Some(line) = printed.lines.iter().find(|line| line.contains(text)) {
                    return Ok(line.clone());
                }
                if has_ended.is_none() || printed.open_pipes > 0 {
                    let left = deadline.left(&format!("{text:?} from {}", self.name), || printed.last_lines())?;
                    drop(self.output.grown.wait_timeout(printed, left.min(EXIT_POLL * 4)));
                    continue;
                }
            }
            self.check_alive()?;
        }
    }

    /// Fails with the log if the program has ended.
    pub fn check_alive(&mut self) -> Result<(), KitError> {
        match self.has_ended()? {
            None => Ok(()),
            Some(status) => Err(self.failed(status)),
        }
    }

    fn has_ended(&mut self) -> Result<Option<ExitStatus>, KitError> {
        self.child.try_wait().map_err(KitError::io("ask for an exit status"))
    }

    /// Tells the program that nothing more will be told.
    pub fn end_input(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Waits until the program has ended by itself.
    pub fn wait_exit(&mut self, patience: Duration) -> Result<ExitStatus, KitError> {
        let deadline = Deadline::after(patience);
        loop {
            if let Some(status) = self.has_ended()? {
                drop(self.last_words());
                return Ok(status);
            }
            deadline.left(&format!("the end of {}", self.name), || self.output.lock().last_lines())?;
            thread::sleep(EXIT_POLL);
        }
    }

    /// Sends SIGTERM and waits until the program has ended.
    pub fn terminate(&mut self, patience: Duration) -> Result<ExitStatus, KitError> {
        Command::new("kill").arg(self.pid().to_string()).status().map_err(KitError::io("send SIGTERM"))?;
        self.wait_exit(patience)
    }

    /// Sends SIGKILL and waits until the program is gone.
    pub fn kill(&mut self) -> Result<ExitStatus, KitError> {
        self.child.kill().map_err(KitError::io("send SIGKILL"))?;
        self.child.wait().map_err(KitError::io("await a killed program"))
    }

    /// The error for a program that ended with `status`.
    fn failed(&self, status: ExitStatus) -> KitError {
        let log = self.last_words().last_lines();
        KitError::Failed { program: self.name.clone(), status: status.to_string(), log }
    }

    /// What a program that has ended had printed, as far as it comes in a second: its own children may hold the pipes.
    fn last_words(&self) -> MutexGuard<'_, Printed> {
        let deadline = Deadline::after(Duration::from_secs(1));
        let mut printed = self.output.lock();
        while let (1.., Some(left)) = (printed.open_pipes, deadline.remaining()) {
            let woken = self.output.grown.wait_timeout(printed, left);
            printed = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        printed
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if the program has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Output {
    fn lock(&self) -> MutexGuard<'_, Printed> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a pipe to its end in a thread of its own.
    fn follow(self: &Arc<Self>, pipe: impl Read + Send + 'static) {
        let output = Arc::clone(self);
        output.lock().open_pipes += 1;
        thread::spawn(move || {
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                let mut printed = output.lock();
                printed.lines.push_back(String::from_utf8_lossy(&line).trim_end().to_owned());
                if printed.lines.len() > LOG_LINES_MAX {
                    printed.lines.pop_front();
                }
                output.grown.notify_all();
            }
            output.lock().open_pipes -= 1;
            output.grown.notify_all();
        });
    }
}

impl Printed {
    fn last_lines(&self) -> String {
        let skipped = self.lines.len().saturating_sub(LOG_LINES_SHOWN);
        Vec::from_iter(self.lines.iter().skip(skipped).cloned()).join("\n")
    }
}

/// Calls `probe` until it returns something, a few milliseconds apart: for things outside that nobody announces, such
/// as a port that begins to answer.
pub(crate) fn poll_until<T>(
    what: &str,
    patience: Duration,
    mut probe: impl FnMut() -> Result<Option<T>, KitError>,
) -> Result<T, KitError> {
    let started = Instant::now();
    let deadline = Deadline::after(patience);
    loop {
        if let Some(found) = probe()? {
            return Ok(found);
        }
        deadline.left(what, || format!("nothing after {:?}", started.elapsed()))?;
        thread::sleep(EXIT_POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        Process::start(Command::new("sh").args(["-c", script])).unwrap()
    }

    #[test]
    fn a_line_is_awaited_and_the_log_kept() {
        let mut process = shell("echo one; echo two >&2; exec tail -f /dev/null");
        assert_eq!(process.wait_line("tw", Duration::from_secs(5)).unwrap(), "two");
        process.wait_line("one", Duration::from_secs(5)).unwrap();
        assert!(process.terminate(Duration::from_secs(5)).unwrap().code().is_none());
    }

    #[test]
    fn a_program_that_ends_early_fails_with_its_log() {
        let mut process = shell("echo cannot bind; exit 3");
        process.wait_line("cannot bind", Duration::from_secs(5)).unwrap();
        let err = process.wait_line("ready", Duration::from_secs(5)).unwrap_err().to_string();
        assert!(err.contains("exit status: 3") && err.contains("cannot bind"), "{err}");
    }

    #[test]
    fn a_program_that_is_missing_says_so() {
        let err = Process::start(&mut Command::new("/nonexistent/program")).unwrap_err();
        assert!(err.to_string().contains("failed to start /nonexistent/program"), "{err}");
    }
}
