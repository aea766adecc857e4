//! The index of header fields over the bytes of a message.

use smallvec::SmallVec;

use crate::msg::error::ParseError;
use crate::msg::limits::Limits;
use crate::msg::name::HeaderName;
use crate::msg::scan;

/// One header field: its name, and where name and value stand in the message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: HeaderName,
    name_start: u32,
    name_end: u32,
    start: u32,
    end: u32,
}

impl Field {
    pub(crate) fn name_in<'m>(&self, message: &'m [u8]) -> &'m [u8] {
        &message[self.name_start as usize..self.name_end as usize]
    }

    pub(crate) fn value_in<'m>(&self, message: &'m [u8]) -> &'m [u8] {
        &message[self.start as usize..self.end as usize]
    }
}

/// Where the head of a message ends and what stands in it.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Where the start line begins and ends; line breaks before it are skipped (RFC 3261 §7.5).
    pub(crate) start_line: (usize, usize),
    pub(crate) fields: SmallVec<[Field; 16]>,
    /// Where the body begins.
    pub(crate) body: usize,
}

impl Index {
    /// Reads the head of a message.
    pub(crate) fn read(message: &[u8], limits: &Limits) -> Result<Self, ParseError> {
        let begin = skip_line_breaks(message);
        let start_end = line_end(message, begin).ok_or(ParseError::Unfinished)?;
        let mut index = Self { start_line: (begin, start_end), fields: SmallVec::new(), body: 0 };
        let mut at = start_end + 2;
        while !message[at..].starts_with(b"\r\n") {
            let number = index.fields.len() + 1;
            let end = match folded_line_end(message, at) {
                Some(end) => end,
                None if message[at..].contains(&b'\n') => return Err(ParseError::Line(number)),
                None => return Err(ParseError::Unfinished),
            };
            if end - begin > limits.head_bytes_max || number > limits.field_count_max {
                return Err(ParseError::HeadTooLarge);
            }
            let field = read_field(message, at, end).ok_or(ParseError::Line(number))?;
            index.fields.push(field);
            at = end + 2;
        }
        index.body = at + 2;
        if index.body - begin > limits.head_bytes_max {
            return Err(ParseError::HeadTooLarge);
        }
        Ok(index)
    }
}

pub(crate) fn skip_line_breaks(bytes: &[u8]) -> usize {
    let line = |byte: &u8| !matches!(byte, b'\r' | b'\n');
    bytes.iter().position(line).unwrap_or(bytes.len())
}

/// Where the line ends that begins here. `None` if the message ends first, or a line break stands in the line that is
/// not one: nobody sends that in good faith.
fn line_end(message: &[u8], from: usize) -> Option<usize> {
    let rest = message.get(from..)?;
    let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    rest[end..].starts_with(b"\r\n").then_some(from + end)
}

/// A line goes on where the next one begins with white space (RFC 3261 §7.3.1).
pub(crate) fn folded_line_end(message: &[u8], from: usize) -> Option<usize> {
    let mut end = line_end(message, from)?;
    while matches!(message.get(end + 2), Some(b' ' | b'\t')) {
        end = line_end(message, end + 2)?;
    }
    Some(end)
}

fn read_field(message: &[u8], start: usize, end: usize) -> Option<Field> {
    let line = &message[start..end];
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = scan::token(&line[..colon])?;
    // White space may stand before the colon, but a name does not begin with it: that would be a fold.
    if !line.starts_with(name.as_bytes()) {
        return None;
    }
    let value = scan::trim(&line[colon + 1..]);
    let lead = line[colon + 1..].iter().position(|byte| !scan::is_space(*byte));
    let value_start = lead.map_or(end, |lead| start + colon + 1 + lead);
    Some(Field {
        name: HeaderName::from_bytes(name.as_bytes()),
        name_start: u32::try_from(start).ok()?,
        name_end: u32::try_from(start + name.len()).ok()?,
        start: u32::try_from(value_start).ok()?,
        end: u32::try_from(value_start + value.len()).ok()?,
    })
}
