//! The SIP stack alone: what an answered call costs it (INVITE, 100, 180, 200, ACK, BYE, 200), and what it keeps of a call
//! that is up. Around it is nothing but somebody who answers every call.

use std::time::Duration;

use bell_sip::{Command, Input, Output, Stack, StackEvent, Status};
use bell_types::Now;
use bytes::Bytes;

use crate::centre::NUMBER;
use crate::measure::{pin, resident, thread_cpu};
use crate::party::{Callers, Heard};
use crate::report::{Report, Target};
use crate::{Outcome, wire};

/// How many calls a second come in virtual time: what the whole server is to set up. Of each, transactions linger for
/// half a minute, so there are as many in the maps and timers as there would be.
pub(crate) const CALLS_PER_SECOND: u64 = 2000;
/// How long calls come before anything is counted: longer than transactions linger (RFC 3261, 64 T1).
pub(crate) const WARM_UP: Duration = Duration::from_secs(34);
/// How many calls come at once.
pub(crate) const AT_ONCE: u64 = 100;
/// How many calls are counted in a run, and how often.
pub(crate) const CALLS: u64 = 20_000;
pub(crate) const RUNS: usize = 5;

/// How many dialogs are up when their memory is looked at.
const DIALOGS: u64 = 20_000;
/// After this long no transaction is left of what began before.
const QUIET: Duration = Duration::from_secs(40);

const ANSWER: &[u8] = b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n\
                        m=audio 20000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n\
                        a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

pub(crate) fn measure(report: &mut Report) -> Outcome {
    pin(0)?;
    report.add("memory per dialog that is up", "KB", Target::None, &[Rig::new()?.memory()?])?;

    let mut rig = Rig::new()?;
    let batches = WARM_UP.as_secs() * CALLS_PER_SECOND / AT_ONCE;
    report.note(&format!("warming up with {} calls", batches * AT_ONCE));
    (0..batches).try_for_each(|_| rig.calls())?;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let before = rig.cpu;
        (0..CALLS / AT_ONCE).try_for_each(|_| rig.calls())?;
        runs.push(CALLS as f64 / (rig.cpu - before).as_secs_f64());
    }
    report.add("answered calls by the stack alone", "per second of a core", Target::AtLeast(10_000.0), &runs)
}

/// The stack and its callers.
struct Rig {
    stack: Stack,
    callers: Callers,
    now: Now,
    cpu: Duration,
    inbox: Vec<Bytes>,
    outbox: Vec<Bytes>,
    /// Who heard what since the last batch.
    heard: Vec<Heard>,
    next: u64,
}

impl Rig {
    fn new() -> Outcome<Self> {
        let snapshot = wire::plan(1, 1, 1, 100).snapshot(1)?;
        let now = wire::beginning();
        let mut stack = Stack::new(now, &[7; 32], snapshot.sip.clone());
        while stack.poll_output().is_some() {}
        Ok(Self {
            stack,
            callers: wire::callers(),
            now,
            cpu: Duration::ZERO,
            inbox: Vec::new(),
            outbox: Vec::new(),
            heard: Vec::new(),
            next: 0,
        })
    }

    /// So many calls from INVITE to the answer of their BYE; then their share of time passes.
    fn calls(&mut self) -> Outcome {
        let first = self.next;
        self.answered_calls(AT_ONCE)?;
        self.inbox.extend((first..self.next).filter_map(|caller| self.callers.bye(caller)));
        self.settle();
        self.expect(AT_ONCE, |heard| matches!(heard, Heard::Ended(_)))?;
        self.now = self.now.after(Duration::from_micros(1_000_000 * AT_ONCE / CALLS_PER_SECOND));
        Ok(())
    }

    fn answered_calls(&mut self, count: u64) -> Outcome {
        self.inbox.extend((self.next..self.next + count).map(|caller| self.callers.invite(caller, NUMBER)));
        self.next += count;
        self.settle();
        self.expect(count, |heard| matches!(heard, Heard::Answered(_)))
    }

    fn expect(&mut self, count: u64, is_it: impl Fn(&Heard) -> bool) -> Outcome {
        let found = self.heard.drain(..).filter(is_it).count() as u64;
        if found < count {
            return Err(format!("of {count} calls only {found} came so far: {:?}", self.stack).into());
        }
        Ok(())
    }

    fn settle(&mut self) {
        while !self.inbox.is_empty() {
            self.handle_all();
            for bytes in std::mem::take(&mut self.outbox) {
                self.heard.extend(self.callers.receive(&bytes, &mut self.inbox));
            }
        }
    }

    /// What is measured.
    fn handle_all(&mut self) {
        let before = thread_cpu();
        for bytes in std::mem::take(&mut self.inbox) {
            self.handle(Input::Received { flow: wire::flow(wire::CALLERS), bytes });
        }
        self.cpu += thread_cpu() - before;
    }

    /// Answers who calls.
    fn handle(&mut self, input: Input) {
        self.stack.handle(self.now, input);
        let mut called = None;
        while let Some(output) = self.stack.poll_output() {
            match output {
                Output::Transmit { bytes, .. } => self.outbox.push(bytes),
                Output::Event(StackEvent::Incoming { dialog, .. }) => called = Some(dialog),
                Output::Event(_) | Output::Lookup { .. } | Output::Trace { .. } => {}
            }
        }
        if let Some(dialog) = called {
            self.handle(Input::Command(Command::Progress { dialog, status: Status::RINGING, sdp: None }));
            self.handle(Input::Command(Command::Answer { dialog, sdp: Bytes::from_static(ANSWER) }));
        }
    }

    /// What it keeps of a dialog that is up, when no transaction is left.
    fn memory(mut self) -> Outcome<f64> {
        self.answered_calls(AT_ONCE)?;
        let before = resident("self")?;
        (0..DIALOGS / AT_ONCE).try_for_each(|_| self.answered_calls(AT_ONCE))?;
        self.now = self.now.after(QUIET);
        self.handle(Input::Tick);
        let load = self.stack.load();
        let after = resident("self")?;
        if load.transactions > 0 {
            return Err(format!("transactions are left: {load:?}").into());
        }
        Ok(after.saturating_sub(before) as f64 / DIALOGS as f64 / 1024.0)
    }
}
