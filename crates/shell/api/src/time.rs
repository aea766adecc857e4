//! Times as JSON has them: RFC 3339 in UTC, to the millisecond.

use bell_types::Wall;
use chrono::DateTime;

/// `2026-11-28T01:02:03.456Z`.
pub fn rfc3339(wall: Wall) -> String {
    let mut text = wall.to_string();
    // Of the six digits of the fraction three are left.
    text.truncate(text.len() - "456Z".len());
    text.push('Z');
    text
}

/// Reads a time with `Z` or an offset, with or without a fraction. None: it is none.
pub fn read_rfc3339(text: &str) -> Option<Wall> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    Some(Wall::from_micros(time.timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_back_to_the_millisecond() {
        for text in ["2026-11-28T01:02:03.456Z", "1970-01-01T00:00:00.000Z", "2028-02-29T23:59:59.999Z"] {
            assert_eq!(read_rfc3339(text).map(rfc3339).as_deref(), Some(text));
        }
        assert_eq!(read_rfc3339("2026-11-28T09:02:03+08:00"), read_rfc3339("2026-11-28T01:02:03Z"));
        for wrong in ["", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "é"] {
            assert_eq!(read_rfc3339(wrong), None, "{wrong}");
        }
    }
}
