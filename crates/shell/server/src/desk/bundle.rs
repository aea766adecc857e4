//! Everything about one call in one `.zip`, for whoever helps (DIA-19): with numbers, names, keys that were pressed and
//! credentials hidden, and small enough to be sent by mail.

mod discreet;
mod readme;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use bell_api::doors::{CallWhole, MessageView, Refused, StoryView};
use serde::Serialize;
use serde_json::json;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

pub(super) use self::discreet::Discreet;

/// How long one file of it may be; what is beyond is left out, and its last line says so.
const FILE_BYTES_MAX: usize = 4 << 20;

/// What a bundle says of itself.
#[derive(Clone, Debug, Serialize)]
pub(super) struct About {
    /// The call.
    pub(super) call: String,
    /// When the bundle was made.
    pub(super) made_at: String,
    /// By whom.
    pub(super) made_by: String,
    /// The version of the program that made it.
    pub(super) program: &'static str,
    /// The version of the configuration that the call began with; none: it is not known any more.
    pub(super) config: Option<u64>,
    /// The version that holds now.
    pub(super) config_now: Option<u64>,
    /// Whether SIP messages are in it.
    pub(super) trace: Trace,
}

/// Whether SIP messages are in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trace {
    /// They are.
    Included,
    /// None are kept any more: they are in memory for the last calls only.
    NotKept,
    /// Who took the bundle may not see them.
    NotPermitted,
}

/// What goes into it.
pub(super) struct Parts {
    pub(super) about: About,
    pub(super) whole: CallWhole,
    pub(super) story: StoryView,
    pub(super) messages: Vec<MessageView>,
}

/// The bundle's bytes.
pub(super) fn zipped(parts: Parts, discreet: &Discreet) -> Result<Vec<u8>, Refused> {
    let files = files(parts, discreet).map_err(Refused::unavailable)?;
    written(files).map_err(Refused::unavailable)
}

fn files(parts: Parts, discreet: &Discreet) -> Result<Vec<(&'static str, String)>, serde_json::Error> {
    let Parts { about, whole, story, messages } = parts;
    let CallWhole { record, legs, facts, decisions, quality, digits, agent_actions, worst, voice } = whole;
    let call = discreet.value(json!({ "record": record, "legs": legs, "stages": story.stages, "worst": worst }));
    let told: String = story.lines.iter().map(|line| discreet.text(line) + "\n").collect();
    let mut files = vec![
        ("README.txt", readme::written(&about)),
        ("about.json", serde_json::to_string_pretty(&about)?),
        ("call.json", serde_json::to_string_pretty(&call)?),
        ("story.txt", told),
        ("facts.jsonl", lines(facts, discreet)?),
        ("decisions.jsonl", lines(decisions, discreet)?),
        ("quality.jsonl", lines(quality, discreet)?),
        ("voice.jsonl", lines(voice, discreet)?),
        ("keys.jsonl", lines(digits, discreet)?),
        ("actions.jsonl", lines(agent_actions, discreet)?),
    ];
    if about.trace == Trace::Included {
        files.push(("sip.txt", ladder(&messages, discreet)));
    }
    Ok(files)
}

fn lines<T: Serialize>(values: Vec<T>, discreet: &Discreet) -> Result<String, serde_json::Error> {
    let mut out = String::new();
    for value in values {
        out.push_str(&discreet.value(serde_json::to_value(value)?).to_string());
        out.push('\n');
    }
    Ok(out)
}

/// Who sent what to whom, a line each, then the messages themselves.
fn ladder(messages: &[MessageView], discreet: &Discreet) -> String {
    let mut out = String::new();
    let line = |message: &MessageView| {
        let arrow = if message.way == "in" { "<-" } else { "->" };
        let first = discreet.text(&bell_sip::anonymous(&message.first_line));
        format!("{}  leg {}  {arrow} {:<24}  {}\n", message.at, message.leg, message.peer, first.trim_end())
    };
    out.extend(messages.iter().map(line));
    for message in messages {
        // Writing to a string does not fail.
        let _ = write!(out, "\n---- {}{}", line(message), discreet.message(&message.text));
    }
    out
}

fn written(files: Vec<(&'static str, String)>) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(shortened(&text).as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The whole lines at the front that fit.
fn shortened(text: &str) -> String {
    if text.len() <= FILE_BYTES_MAX {
        return text.to_owned();
    }
    let mut end = FILE_BYTES_MAX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let end = text[..end].rfind('\n').map_or(end, |line| line + 1);
    format!("{}... 余下 {1} 字节未收录 / {1} more bytes are left out\n", &text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dia_19_a_file_that_is_too_long_ends_with_a_whole_line_and_says_so() {
        let line = "字".repeat(100) + "\n";
        let long = shortened(&line.repeat(FILE_BYTES_MAX / line.len() + 100));
        let last = long.lines().last().expect("lines");
        assert!(last.ends_with("more bytes are left out") && long.len() < FILE_BYTES_MAX + 200, "{last}");
        assert_eq!(long.lines().rev().nth(1).map(str::len), Some(line.len() - 1));
        assert_eq!(shortened(&line), line);
    }
}
