//! What a record does not show: secrets, the middle of numbers, and what is too long.

use crate::audit::record::{DETAILS_MAX, Detail, TEXT_MAX};

/// From so many digits in a row on they may be somebody's number.
const DIGITS_MIN: usize = 7;

/// How many digits are left of them, at the front and at the end.
const DIGITS_LEFT: (usize, usize) = (3, 4);

/// The details as they are kept.
pub(super) fn details(details: Vec<(String, Detail)>) -> Vec<(String, String)> {
    let too_many = details.len().saturating_sub(DETAILS_MAX);
    let kept = details.into_iter().take(DETAILS_MAX).map(|(name, detail)| {
        let shown = match detail {
            Detail::Plain(text) => cut(&text),
            Detail::Words(text) => words(&text),
            Detail::Number(number) => number.masked().to_string(),
            Detail::Secret => "***".to_owned(),
        };
        (cut(&name), shown)
    });
    let told = (too_many > 0).then(|| ("left_out".to_owned(), too_many.to_string()));
    kept.chain(told).collect()
}

/// People's words with the middle of long numbers masked.
pub(super) fn words(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        // Blanks and hyphens within a number do not end it.
        if c.is_ascii_digit() || (!digits.is_empty() && matches!(c, ' ' | '-')) {
            digits.push(c);
        } else {
            out.push_str(&number(&digits));
            digits.clear();
            out.push(c);
        }
    }
    out.pop();
    cut(&out)
}

/// A text of at most so many characters, with the length of what was cut off.
pub(super) fn cut(text: &str) -> String {
    let length = text.chars().count();
    if length <= TEXT_MAX {
        return text.to_owned();
    }
    let kept: String = text.chars().take(TEXT_MAX).collect();
    format!("{kept}… ({} more)", length - TEXT_MAX)
}

fn number(digits: &str) -> String {
    let count = digits.chars().filter(char::is_ascii_digit).count();
    if count < DIGITS_MIN {
        return digits.to_owned();
    }
    let front = if count > DIGITS_MIN { DIGITS_LEFT.0 } else { 0 };
    let hidden = front..count - DIGITS_LEFT.1;
    let mut place = 0;
    let mask = |c: char| {
        let is_digit = c.is_ascii_digit();
        let shown = if is_digit && hidden.contains(&place) { '*' } else { c };
        place += usize::from(is_digit);
        shown
    };
    digits.chars().map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words_are_masked_and_years_are_not() {
        let cases = [
            ("caller 13800138000 complained", "caller 138****8000 complained"),
            ("call 138 0013 8000, please", "call 138 **** 8000, please"),
            ("0571-8765432", "057*-***5432"),
            ("8765432", "***5432"),
            ("330106199001011234", "330***********1234"),
            ("room 1204 on 2026-11", "room 1204 on 2026-11"),
            ("", ""),
            ("末尾13800138000", "末尾138****8000"),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected);
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_told() {
        assert_eq!(cut(&"字".repeat(TEXT_MAX)), "字".repeat(TEXT_MAX));
        assert_eq!(cut(&"字".repeat(TEXT_MAX + 7)), format!("{}… (7 more)", "字".repeat(TEXT_MAX)));
        let many = vec![("name".to_owned(), Detail::Secret); DETAILS_MAX + 3];
        let kept = details(many);
        assert_eq!(kept.len(), DETAILS_MAX + 1);
        assert_eq!(kept[0].1, "***");
        assert_eq!(kept[DETAILS_MAX], ("left_out".to_owned(), "3".to_owned()));
    }
}
