//! Nodes that want something of the world: an answer of a service, a message of the caller, a callback.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bell_types::{Digit, Mono, Now};

use super::{Action, Decisions, LookUpNumber, MessageNumber, Run, State, Wait};
use crate::flow::{BargeIn, Callback, CallbackNumber, LookUp, NodeIndex, Notice, Prompt, Record};
use crate::graph::Label;

/// Why no answer to a look-up came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookUpFailure {
    /// It took too long.
    TimedOut,
    /// The service could not be reached.
    Unreachable,
    /// It is none of the services the configuration names.
    Forbidden,
    /// It answered with this status.
    Status(u16),
    /// Its answer is too large.
    TooLarge,
    /// Its answer is no JSON.
    NoJson,
    /// Too many look-ups are under way.
    Busy,
    /// Nobody whom we trust has signed the service's certificate.
    CertificateUntrusted,
    /// The service's certificate holds no longer, or not yet.
    CertificateExpired,
    /// The service's certificate is that of another host.
    CertificateOfOther,
    /// The service and we found no way to speak TLS with each other.
    Tls,
}

/// How far the taking of a message has come.
#[derive(Clone, Debug)]
pub(super) enum Taking {
    /// The caller hears what to do.
    Prompting(Wait),
    /// He speaks.
    Speaking { message: MessageNumber, began: Mono, until: Mono },
    /// He says whether it shall be kept. He may listen to it so many times more.
    Reviewing { message: MessageNumber, wait: Wait, listens: u8 },
}

/// The key that keeps a message, that which records it anew, and that which plays it.
const KEEP: char = '1';
const AGAIN: char = '2';
const LISTEN: char = '3';
/// How long a caller may think about his message.
const REVIEW_TIMEOUT: Duration = Duration::from_secs(5);

impl Run {
    // Look-ups.

    pub(super) fn enter_look_up(&mut self, now: Now, look_up: &Arc<LookUp>) -> Option<NodeIndex> {
        self.numbers.look_ups += 1;
        let number = LookUpNumber(self.numbers.look_ups);
        let url = self.fill_url(&look_up.url);
        let fields = look_up.into.iter().map(|(_, pointer)| pointer.clone()).collect();
        self.actions.push_back(Action::LookUp { number, url, timeout: look_up.timeout, fields });
        let until = now.mono + look_up.timeout;
        self.state = State::LookingUp { look_up: Arc::clone(look_up), number, until };
        None
    }

    pub(super) fn take_looked_up(
        &mut self,
        answered: LookUpNumber,
        answer: Result<Vec<Option<Box<str>>>, LookUpFailure>,
    ) -> Option<NodeIndex> {
        let State::LookingUp { look_up, number, .. } = &self.state else { return None };
        if *number != answered {
            return None;
        }
        let look_up = Arc::clone(look_up);
        for (variable, word) in &look_up.default {
            self.variables.insert(variable.clone(), word.clone());
        }
        let (way, to, because) = match answer {
            Ok(fields) => {
                let found = look_up.into.iter().zip(fields).filter_map(|((variable, _), word)| Some((variable, word?)));
                for (variable, word) in found {
                    self.variables.insert(variable.clone(), word);
                }
                (Label::Next, look_up.next, format!("{} answered", look_up.origin))
            }
            Err(why) => (Label::LookUpFailed, look_up.otherwise, format!("{}: {why}", look_up.origin)),
        };
        self.decided(way, because);
        Some(to)
    }

    // Messages.

    pub(super) fn enter_record(&mut self, now: Now, record: &Arc<Record>, attempt: u8) -> Option<NodeIndex> {
        self.typed.clear();
        let wait = self.play(now, [&record.prompts, &[]], BargeIn::Yes, Notice::No);
        self.state = State::Recording { record: Arc::clone(record), attempt, taking: Taking::Prompting(wait) };
        None
    }

    pub(super) fn begin_message(&mut self, now: Now, record: &Arc<Record>, attempt: u8) -> Option<NodeIndex> {
        self.numbers.messages += 1;
        let message = MessageNumber(self.numbers.messages);
        self.actions.push_back(Action::RecordMessage { message, queue: record.queue.clone() });
        let taking = Taking::Speaking { message, began: now.mono, until: now.mono + record.max };
        self.state = State::Recording { record: Arc::clone(record), attempt, taking };
        None
    }

    pub(super) fn message_key(
        &mut self,
        now: Now,
        record: &Arc<Record>,
        attempt: u8,
        taking: &Taking,
        digit: Digit,
    ) -> Option<NodeIndex> {
        match taking {
            Taking::Prompting(wait) => {
                self.stop_playing(*wait);
                self.begin_message(now, record, attempt)
            }
            Taking::Speaking { message, .. } => {
                if record.terminator == Some(digit) {
                    self.actions.push_back(Action::StopMessage(*message));
                }
                None
            }
            Taking::Reviewing { message, wait, listens } => {
                self.stop_playing(*wait);
                match (digit.as_char(), listens.checked_sub(1)) {
                    // Whoever may not try again keeps what he has, and so does who cannot decide.
                    (AGAIN, _) if attempt < record.attempts => {
                        self.actions.push_back(Action::DropMessage(*message));
                        self.record_again(now, record, attempt)
                    }
                    (KEEP | AGAIN, _) | (_, None) => self.keep_message(*message, record),
                    (LISTEN, Some(left)) => self.review(now, record, attempt, *message, left, &[Prompt::own_message()]),
                    (_, Some(left)) => self.review(now, record, attempt, *message, left, &[]),
                }
            }
        }
    }

    pub(super) fn take_message_ended(&mut self, now: Now, ended: MessageNumber, length: Duration) -> Option<NodeIndex> {
        let State::Recording { record, attempt, taking: Taking::Speaking { message, .. } } = &self.state else {
            return None;
        };
        if *message != ended {
            return None;
        }
        let (record, attempt) = (Arc::clone(record), *attempt);
        self.message_over(now, &record, attempt, ended, length)
    }

    fn message_over(
        &mut self,
        now: Now,
        record: &Arc<Record>,
        attempt: u8,
        ended: MessageNumber,
        length: Duration,
    ) -> Option<NodeIndex> {
        if length < self.limits.message_min {
            self.actions.push_back(Action::DropMessage(ended));
            return self.record_again(now, record, attempt);
        }
        if record.review.is_empty() {
            return self.keep_message(ended, record);
        }
        self.review(now, record, attempt, ended, self.limits.reviews_max, &[])
    }

    /// Asks whether the message shall be kept, after it has been heard or not.
    fn review(
        &mut self,
        now: Now,
        record: &Arc<Record>,
        attempt: u8,
        message: MessageNumber,
        listens: u8,
        heard: &[Prompt],
    ) -> Option<NodeIndex> {
        let wait = self.play(now, [heard, &record.review], BargeIn::Yes, Notice::No);
        let taking = Taking::Reviewing { message, wait, listens };
        self.state = State::Recording { record: Arc::clone(record), attempt, taking };
        None
    }

    /// What was played to whoever leaves a message ended.
    pub(super) fn message_played(
        &mut self,
        now: Now,
        record: &Arc<Record>,
        attempt: u8,
        taking: &Taking,
    ) -> Option<NodeIndex> {
        match taking {
            Taking::Prompting(_) => self.begin_message(now, record, attempt),
            Taking::Reviewing { message, listens, .. } => {
                let wait = Wait::Key { until: now.mono + REVIEW_TIMEOUT };
                let taking = Taking::Reviewing { message: *message, wait, listens: *listens };
                self.state = State::Recording { record: Arc::clone(record), attempt, taking };
                None
            }
            Taking::Speaking { .. } => None,
        }
    }

    /// The time for a key is over, or the message is as long as it may be.
    pub(super) fn message_overdue(
        &mut self,
        now: Now,
        record: &Arc<Record>,
        attempt: u8,
        taking: &Taking,
    ) -> Option<NodeIndex> {
        match taking {
            // Whoever says nothing about his message wants it kept.
            Taking::Reviewing { message, .. } => self.keep_message(*message, record),
            Taking::Speaking { message, began, .. } => {
                self.actions.push_back(Action::StopMessage(*message));
                self.message_over(now, record, attempt, *message, now.mono - *began)
            }
            Taking::Prompting(_) => None,
        }
    }

    fn record_again(&mut self, now: Now, record: &Arc<Record>, attempt: u8) -> Option<NodeIndex> {
        if attempt < record.attempts { self.enter_record(now, record, attempt + 1) } else { Some(record.otherwise) }
    }

    fn keep_message(&mut self, message: MessageNumber, record: &Record) -> Option<NodeIndex> {
        self.actions.push_back(Action::KeepMessage(message));
        Some(record.next)
    }

    // Callbacks.

    pub(super) fn enter_callback(&mut self, callback: &Callback) -> Option<NodeIndex> {
        let number = match &callback.number {
            CallbackNumber::Caller => self.context.caller.as_ref().map(ToString::to_string),
            CallbackNumber::Variable(name) => self.variables.get(name).map(ToString::to_string),
        };
        let number = number.or_else(|| (self.decisions == Decisions::Asked).then(String::new));
        let Some(number) = number else {
            self.decided(Label::CallbackRefused, "no number is known".to_owned());
            return Some(callback.otherwise);
        };
        self.actions.push_back(Action::Callback { queue: callback.queue.clone(), number: number.into() });
        self.state = State::Booking { callback: callback.clone() };
        None
    }

    pub(super) fn take_callback(&mut self, refused: Option<&str>) -> Option<NodeIndex> {
        let State::Booking { callback } = &self.state else { return None };
        let (next, otherwise) = (callback.next, callback.otherwise);
        match refused {
            None => Some(next),
            Some(why) => {
                self.decided(Label::CallbackRefused, why.to_owned());
                Some(otherwise)
            }
        }
    }
}

/// In words, for `belltower why`.
impl fmt::Display for LookUpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Unreachable => f.write_str("cannot be reached"),
            Self::Forbidden => f.write_str("is none of the services the configuration names"),
            Self::Status(status) => write!(f, "answered with status {status}"),
            Self::TooLarge => f.write_str("the answer is too large"),
            Self::NoJson => f.write_str("the answer is no JSON"),
            Self::Busy => f.write_str("too many look-ups are under way"),
            Self::CertificateUntrusted => f.write_str("its certificate is signed by nobody we trust"),
            Self::CertificateExpired => f.write_str("its certificate holds no longer, or not yet"),
            Self::CertificateOfOther => f.write_str("its certificate is that of another host"),
            Self::Tls => f.write_str("speaks no TLS that we speak"),
        }
    }
}
