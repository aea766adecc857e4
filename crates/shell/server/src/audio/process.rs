//! Running a program to its end, with a limit to its time and to what it says.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use thiserror::Error;

/// The most that is kept of what a program complains of, in octets.
const COMPLAINT_LEN_MAX: u64 = 400;

/// How far a program may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProcessLimits {
    pub(crate) timeout: Duration,
    /// The most it may write to its standard output, in octets.
    pub(crate) output_len_max: u64,
}

/// Why a program gave no result.
#[derive(Debug, Error)]
pub(crate) enum ProcessError {
    #[error("it cannot be started")]
    Start(#[source] io::Error),
    #[error("it did not end within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    #[error("it wrote more than {0} octets")]
    TooMuch(u64),
    #[error("it ended with {status}, saying {complaint:?}")]
    Failed { status: ExitStatus, complaint: String },
    #[error("its output cannot be read")]
    Talk(#[source] io::Error),
}

/// What a program said.
struct Said {
    output: Vec<u8>,
    complaint: Vec<u8>,
}

/// Runs `command` with `input` on its standard input, and returns what it wrote to its standard output. Whatever it
/// started in its process group ends with it.
pub(crate) fn run(command: &mut Command, input: Vec<u8>, limits: ProcessLimits) -> Result<Vec<u8>, ProcessError> {
    let ProcessLimits { timeout, output_len_max } = limits;
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(ProcessError::Start)?;
    let pid = Pid::from_child(&child);
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (done, ended) = sync_channel(1);
    // Not awaited: if the program handed its pipes to one that left the group, that one ends the thread.
    thread::spawn(move || {
        let said = talk(pipes, &input, output_len_max);
        // Its end is awaited but not taken note of, so that its number stays its own until it is killed below.
        let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        // Nobody listens any more if it was late.
        let _ = done.send(said);
    });
    let said = ended.recv_timeout(timeout);
    // Nobody is left to kill where everything went well.
    let _ = kill_process_group(pid, Signal::KILL);
    let status = child.wait().map_err(ProcessError::Talk)?;
    let said = said.map_err(|_| ProcessError::TimedOut(timeout))?.map_err(ProcessError::Talk)?;
    if said.output.len() as u64 > output_len_max {
        return Err(ProcessError::TooMuch(output_len_max));
    }
    if !status.success() {
        let complaint = String::from_utf8_lossy(&said.complaint).trim().to_owned();
        return Err(ProcessError::Failed { status, complaint });
    }
    Ok(said.output)
}

fn talk(
    (stdin, stdout, stderr): (Option<impl Write>, Option<impl Read>, Option<impl Read>),
    input: &[u8],
    output_len_max: u64,
) -> io::Result<Said> {
    if let Some(mut stdin) = stdin {
        // A program that ended before it read everything says why by its status.
        let _ = stdin.write_all(input);
    }
    let mut said = Said { output: Vec::new(), complaint: Vec::new() };
    if let Some(stdout) = stdout {
        stdout.take(output_len_max + 1).read_to_end(&mut said.output)?;
    }
    if let Some(stderr) = stderr {
        stderr.take(COMPLAINT_LEN_MAX).read_to_end(&mut said.complaint)?;
    }
    Ok(said)
}
