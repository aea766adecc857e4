//! Text that leaves the house: telephone numbers in it are hidden.

use std::collections::BTreeSet;

use crate::{CallId, Number};

/// From so many digits in a row on they may be somebody's number.
const DIGITS_MIN: usize = 7;
/// Digits with hyphens between them may be one from so many on; a date has eight.
const HYPHENED_MIN: usize = 10;
/// The longest telephone number (E.164 §6.2.1); more digits are a card's or a person's.
const DIGITS_MAX: usize = 15;
/// How many digits are left at the end, and how many before them are hidden.
const END_LEFT: usize = 4;
const HIDDEN: usize = 4;

/// Hides telephone numbers in running text: the four digits before the last four of what may be a number, and the last
/// eight of the numbers it was told of wherever they stand, also within other words. Ids of calls stay, and so do the
/// 400 and 800 numbers, which are nobody's own.
#[derive(Clone, Debug, Default)]
pub struct Hiding {
    /// The last digits of numbers that are known.
    known: BTreeSet<String>,
}

impl Hiding {
    /// One that knows of no number yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells it of a number.
    pub fn know(&mut self, number: &Number) {
        if let Number::E164(digits) = number {
            let from = digits.len().saturating_sub(END_LEFT + HIDDEN);
            self.known.insert(digits[from..].to_owned());
        }
    }

    /// The text with its numbers hidden.
    pub fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for known in &self.known {
            let (hidden, left) = known.split_at(known.len() - END_LEFT);
            text = text.replace(known.as_str(), &format!("{}{left}", "*".repeat(hidden.len())));
        }
        hide_runs(&text)
    }
}

fn hide_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_word = false;
    while let Some(c) = rest.chars().next() {
        let length = if in_word { None } else { call_len(rest) }.unwrap_or(0);
        let taken = if length > 0 {
            out.push_str(&rest[..length]);
            length
        } else if c.is_ascii_digit() {
            let length = run_len(rest);
            hide_run(&rest[..length], &mut out);
            length
        } else {
            out.push(c);
            c.len_utf8()
        };
        in_word = rest[..taken].ends_with(|c: char| c.is_ascii_alphanumeric());
        rest = &rest[taken..];
    }
    out
}

/// How long the word at the front is, if it is the id of a call and cannot be a number.
fn call_len(text: &str) -> Option<usize> {
    let length = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let word = &text[..length];
    let has_letters = word.bytes().take(6).any(|byte| byte.is_ascii_uppercase());
    (has_letters && word.parse::<CallId>().is_ok()).then_some(length)
}

/// How long the digits at the front are, single hyphens between them included.
fn run_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let goes_on = |at: usize| is_digit(at) || (bytes[at] == b'-' && is_digit(at + 1));
    (0..bytes.len()).find(|&at| !goes_on(at)).unwrap_or(bytes.len())
}

fn hide_run(run: &str, out: &mut String) {
    let count = run.bytes().filter(u8::is_ascii_digit).count();
    let least = if run.contains('-') { HYPHENED_MIN } else { DIGITS_MIN };
    let is_service = count == 10 && (run.starts_with("400") || run.starts_with("800"));
    if count < least || is_service {
        return out.push_str(run);
    }
    let end = count - END_LEFT;
    let begin = if count > DIGITS_MAX { 0 } else { end.saturating_sub(HIDDEN) };
    let mut place = 0;
    for c in run.chars() {
        let is_hidden = c.is_ascii_digit() && (begin..end).contains(&place);
        out.push(if is_hidden { '*' } else { c });
        place += usize::from(c.is_ascii_digit());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NumberPlan;

    #[test]
    fn dia_19_numbers_are_hidden_and_what_is_none_stays() {
        let cases = [
            ("INVITE sip:013800138000@192.0.2.10:5060 SIP/2.0", "INVITE sip:0138****8000@192.0.2.10:5060 SIP/2.0"),
            ("<tel:+86-138-0013-8000>", "<tel:+86-138-****-8000>"),
            ("transfer number:+8657187654321", "transfer number:+86571****4321"),
            ("8765432", "***5432"),
            ("330106199001011234", "**************1234"),
            ("来自13800138000。", "来自138****8000。"),
            ("to 4001234567 at 2026-11-28T01:02:03.456789Z", "to 4001234567 at 2026-11-28T01:02:03.456789Z"),
            ("call 6NQRFH0000001, leg 6NQRFH0000001.2", "call 6NQRFH0000001, leg 6NQRFH0000001.2"),
            ("x6NQRFH0000001", "x6NQRFH***0001"),
            ("10.123s  c=IN IP4 192.168.100.123", "10.123s  c=IN IP4 192.168.100.123"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(Hiding::new().hide(text), expected);
        }
    }

    #[test]
    fn dia_19_a_known_number_is_hidden_within_other_words() {
        let mut hiding = Hiding::new();
        hiding.know(&Number::parse("013800138000", &NumberPlan::china(None)).unwrap());
        hiding.know(&Number::parse("4001234567", &NumberPlan::china(None)).unwrap());
        let text = "Call-ID: z13800138000x@a, u00138000, 4001234567";
        assert_eq!(hiding.hide(text), "Call-ID: z138****8000x@a, u****8000, 4001234567");
    }
}
