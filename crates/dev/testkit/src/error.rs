//! What goes wrong in a test with real parts, told so that the test's output names the part.

use std::io;
use std::time::Duration;

/// Why a part of the kit could not do what the test asked.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// The awaited thing did not happen in time.
    #[error("waited {waited:?} for {what}; seen: {seen}")]
    TimedOut {
        /// What was awaited.
        what: String,
        /// How long.
        waited: Duration,
        /// What happened instead.
        seen: String,
    },
    /// The other side said no.
    #[error("{what} was refused with {status} {reason}")]
    Refused {
        /// What was asked.
        what: String,
        /// The SIP status.
        status: u16,
        /// Its reason phrase.
        reason: String,
    },
    /// A program ended, or never started to work.
    #[error("{program} failed ({status}):\n{log}")]
    Failed {
        /// The program.
        program: String,
        /// Its exit status.
        status: String,
        /// The end of its output.
        log: String,
    },
    /// The operating system refused.
    #[error("failed to {step}")]
    Io {
        /// What was tried.
        step: String,
        /// Why it failed.
        #[source]
        err: io::Error,
    },
    /// Something read is not of the expected form.
    #[error("{what} is not understood: {text}")]
    Malformed {
        /// What was read.
        what: &'static str,
        /// What stood there.
        text: String,
    },
}

impl KitError {
    /// Wraps an operating-system error with what was tried: `.map_err(KitError::io("bind a socket"))`.
    pub(crate) fn io(step: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |err| Self::Io { step: step.into(), err }
    }

    /// Something read is not of the expected form.
    pub(crate) fn malformed(what: &'static str, text: impl Into<String>) -> Self {
        Self::Malformed { what, text: text.into() }
    }
}
