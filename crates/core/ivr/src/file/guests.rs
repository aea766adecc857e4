//! The nodes that choose a language, ask for a score, look something up, take a message, and note a callback.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{Digit, QueueName, VariableName};

use super::fields::{Fields, Value};
use super::steps::{KEY_TIMEOUT, PROMPT};
use super::{Reader, in_order};
use crate::flow::{Callback, CallbackNumber, ChooseLanguage, LookUp, Record, Step, Survey};

// What a field means that the author left out. Part of the language, so they never change within a format.
const LOOK_UP_TIMEOUT: Duration = Duration::from_secs(2);
const MESSAGE: Duration = Duration::from_secs(120);
/// The best score a caller can give.
const SCORE_MAX: u8 = 10;

impl<'t> Reader<'t> {
    pub(super) fn choose_language(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let prompts = self.required(fields, "prompt", PROMPT, Self::prompts);
        let keys = self.keys_of(fields, "keys", "keys = { 1 = \"zh-CN\", 2 = \"en-US\" }", Self::language);
        let timeout = self.key_timeout(fields, "timeout", KEY_TIMEOUT);
        let attempts = self.attempts(fields);
        let next = self.next(fields, "next");
        Some(Step::Language(Arc::new(ChooseLanguage {
            prompts: prompts?,
            keys: keys?,
            timeout: timeout?,
            attempts: attempts?,
            next: next?,
        })))
    }

    pub(super) fn survey(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let question = self.required(fields, "question", "question = \"service\"", |reader, value| {
            reader.name(value, VariableName::new)
        });
        let prompts = self.required(fields, "prompt", PROMPT, Self::prompts);
        let scores = self.keys_of(fields, "scores", "scores = { 1 = 5, 2 = 3, 3 = 1 }", |reader, value| {
            reader.small(value, 0..=SCORE_MAX)
        });
        let timeout = self.key_timeout(fields, "timeout", KEY_TIMEOUT);
        let attempts = self.attempts(fields);
        let next = self.next(fields, "next");
        Some(Step::Survey(Arc::new(Survey {
            question: question?,
            prompts: prompts?,
            scores: scores?,
            timeout: timeout?,
            attempts: attempts?,
            next: next?,
        })))
    }

    fn keys_of<T>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        example: &str,
        read: impl FnMut(&mut Self, &'t Value<'t>) -> Option<T>,
    ) -> Option<Vec<(Digit, T)>> {
        self.required(fields, key, example, |reader, value| {
            let keys = reader.by_key(value, read)?;
            if keys.is_empty() {
                return reader.wrong(value, "there are no keys", format!("write {example}"));
            }
            Some(keys)
        })
    }

    pub(super) fn look_up(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let example = "url = \"https://crm.example.com/customers/{caller}\"";
        let url = self.required(fields, "url", example, |reader, value| {
            let url = reader.template(value)?;
            match url.origin().map(Into::into) {
                Some(origin) => Some((url, origin)),
                None => {
                    let problem = format!("{:?} names no service", url.to_string());
                    reader.wrong(value, problem, format!("write {example}; only what follows the host may have braces"))
                }
            }
        });
        let max = self.limits.look_up_timeout_max;
        let timeout =
            self.optional(fields, "timeout", LOOK_UP_TIMEOUT.min(max), |reader, value| reader.duration(value, max));
        let into = self.required(fields, "into", "into = { level = \"/customer/level\" }", |reader, value| {
            reader.by_variable(value, Self::pointer)
        });
        let default = self.optional(fields, "default", Vec::new(), |reader, value| {
            reader.by_variable(value, |reader, value| reader.text(value).map(Into::into))
        });
        let next = self.next(fields, "next");
        let otherwise = self.maybe(fields, "otherwise", Self::target);
        let (url, origin) = url?;
        Some(Step::LookUp(Arc::new(LookUp {
            url,
            origin,
            timeout: timeout?,
            into: into?,
            default: default?,
            next: next?,
            otherwise: otherwise?.or(next)?,
        })))
    }

    /// `{ level = "/customer/level" }`
    fn by_variable(
        &mut self,
        value: &'t Value<'t>,
        mut read: impl FnMut(&mut Self, &'t Value<'t>) -> Option<Box<str>>,
    ) -> Option<Vec<(VariableName, Box<str>)>> {
        let (table, max) = (self.table(value)?, self.limits.fields_max);
        if table.is_empty() || table.len() > max {
            return self.wrong(value, format!("{} fields", table.len()), format!("name 1 to {max} variables"));
        }
        let mut fields = Vec::new();
        for (name, value) in in_order(table) {
            let variable = VariableName::new(name.get_ref());
            if let Err(error) = &variable {
                self.diagnostics.report(name.span(), error.to_string(), "rename the variable");
            }
            fields.push((variable.ok(), read(self, value)));
        }
        fields.into_iter().map(|(variable, field)| variable.zip(field)).collect()
    }

    /// A place in a JSON text (RFC 6901).
    fn pointer(&mut self, value: &'t Value<'t>) -> Option<Box<str>> {
        let text = self.text(value)?;
        if text.is_empty() || text.starts_with('/') {
            return Some(text.into());
        }
        self.wrong(value, format!("{text:?} is no place in an answer"), "write \"/customer/level\"")
    }

    pub(super) fn record(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let queue = self.queue_of(fields);
        let prompts = self.required(fields, "prompt", PROMPT, Self::prompts);
        let longest = self.limits.message_max;
        let max = self.optional(fields, "max", MESSAGE.min(longest), |reader, value| reader.duration(value, longest));
        let terminator = self.terminator(fields);
        let review = self.optional(fields, "review", Vec::new(), Self::prompts);
        let attempts = self.attempts(fields);
        let next = self.next(fields, "next");
        let otherwise = self.next(fields, "otherwise");
        Some(Step::Record(Arc::new(Record {
            queue: queue?,
            prompts: prompts?,
            max: max?,
            terminator: terminator?,
            review: review?,
            attempts: attempts?,
            next: next?,
            otherwise: otherwise?,
        })))
    }

    pub(super) fn callback(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let queue = self.queue_of(fields);
        let number = self.optional(fields, "number", CallbackNumber::Caller, |reader, value| {
            if Self::is_word(value, "caller") {
                return Some(CallbackNumber::Caller);
            }
            reader.name(value, VariableName::new).map(CallbackNumber::Variable)
        });
        let next = self.next(fields, "next");
        let otherwise = self.next(fields, "otherwise");
        Some(Step::Callback(Callback { queue: queue?, number: number?, next: next?, otherwise: otherwise? }))
    }

    fn queue_of(&mut self, fields: &mut Fields<'t>) -> Option<QueueName> {
        self.required(fields, "queue", "queue = \"sales\"", |reader, value| reader.name(value, QueueName::new))
    }
}
