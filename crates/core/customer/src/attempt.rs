//! One wish to reach somebody, tried one way and then another.

use std::time::Duration;

use bell_types::{CallId, Wall};
use thiserror::Error;

use crate::code::Code;

/// One call that was made to reach the contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// The call.
    pub call: CallId,
    /// The way it was set up by.
    pub mode: Code,
    /// When it was dialled.
    pub at: Wall,
    /// What became of it.
    pub end: TryEnd,
}

/// What became of a call to the contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryEnd {
    /// It is still there.
    Running,
    /// Somebody answered.
    Reached,
    /// Nobody answered, or it could not be set up.
    Failed,
}

/// How far one attempt goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimits {
    /// Calls of one attempt.
    pub tries_max: usize,
    /// How long after its first call another one still belongs to it.
    pub within: Duration,
}

/// Why a call is not another try of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotAgain {
    /// The last call has not ended.
    #[error("the call before is still there")]
    Running,
    /// Somebody was reached: what follows is another attempt.
    #[error("somebody was reached already")]
    Reached,
    /// This way has failed already.
    #[error("{0} was tried already")]
    Tried(Code),
    /// The agent may not call this way.
    #[error("{0} is not permitted")]
    NotPermitted(Code),
    /// As many calls as an attempt may have.
    #[error("one attempt has at most {0} calls")]
    TooMany(usize),
    /// The first call is too long ago.
    #[error("the first call is too long ago")]
    TooLate,
}

/// All calls that were made to reach one contact once. It has at least one, and each counts for every cap on calls: a second
/// way is a second call to the person who is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    first: Try,
    later: Vec<Try>,
}

impl Attempt {
    /// The contact is called for the first time.
    pub const fn begin(first: Try) -> Self {
        Self { first, later: Vec::new() }
    }

    /// When it began.
    pub const fn began(&self) -> Wall {
        self.first.at
    }

    /// Its calls in the order they were made.
    pub fn tries(&self) -> impl Iterator<Item = &Try> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// How many of its calls were made since then: what a cap over that time counts.
    pub fn counted_since(&self, since: Wall) -> usize {
        self.tries().filter(|one| since <= one.at).count()
    }

    /// A call has ended. The first end of a call is its end; a call that is not of this attempt changes nothing.
    pub fn ended(&mut self, call: CallId, end: TryEnd) {
        let mut tries = std::iter::once(&mut self.first).chain(&mut self.later);
        if let Some(one) = tries.find(|one| one.call == call && one.end == TryEnd::Running) {
            one.end = end;
        }
    }

    /// Which of the permitted ways are left to try, in the order they are permitted; none when there is nothing to try.
    pub fn ways_left<'a>(
        &'a self,
        now: Wall,
        permitted: &'a [Code],
        limits: AttemptLimits,
    ) -> impl Iterator<Item = &'a Code> {
        permitted.iter().filter(move |mode| self.check(now, mode, permitted, limits).is_ok())
    }

    /// The contact is called another way, as it was [checked](Self::check).
    pub fn again(&mut self, one: Try) {
        self.later.push(one);
    }

    /// Whether the contact may be called by this way now.
    pub fn check(&self, now: Wall, mode: &Code, permitted: &[Code], limits: AttemptLimits) -> Result<(), NotAgain> {
        match self.later.last().unwrap_or(&self.first).end {
            TryEnd::Running => return Err(NotAgain::Running),
            TryEnd::Reached => return Err(NotAgain::Reached),
            TryEnd::Failed => {}
        }
        if !permitted.contains(mode) {
            return Err(NotAgain::NotPermitted(mode.clone()));
        }
        if self.tries().any(|one| one.mode == *mode) {
            return Err(NotAgain::Tried(mode.clone()));
        }
        if self.tries().count() >= limits.tries_max {
            return Err(NotAgain::TooMany(limits.tries_max));
        }
        if now.since(self.first.at) > limits.within {
            return Err(NotAgain::TooLate);
        }
        Ok(())
    }
}
