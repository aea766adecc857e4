//! What a new password must be: long, mixed, nothing that everybody tries first, nothing about its owner, none of the last.
//!
//! Common words are not simply forbidden, or four of them in a row could not be a password. A common word, a year or a run
//! of keys counts as two characters, however long it is, and what is left must still be long enough: `Password1!` counts as
//! four, `Correct-Horse7-Battery` as nine.

use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use crate::policy::Policy;

/// How long a password may be, in characters: the hash must not be given a book.
pub const PASSWORD_LEN_MAX: usize = 128;

/// What a common word, a year or a run counts as, in characters.
const GUESSABLE_COUNTS: usize = 2;

/// The lengths of what is looked up.
const PIECE_LENGTHS: RangeInclusive<usize> = 3..=20;

/// A hash in the PHC string format, `$argon2id$v=19$…`, as the shell made it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Something a new password lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Too few characters.
    TooShort {
        /// How many it has.
        has: usize,
        /// How many it needs.
        needs: usize,
    },
    /// Too many characters.
    TooLong,
    /// No capital letter.
    NoUpper,
    /// No small letter.
    NoLower,
    /// No digit.
    NoDigit,
    /// Letters and digits only.
    NoSpecial,
    /// A word about its owner: name, telephone number, company.
    Personal(String),
    /// Too little is left without common words, years and runs of keys.
    Guessable {
        /// What it counts as, in characters.
        counts: usize,
        /// What it must count as.
        needs: usize,
        /// The words, years and runs in it.
        pieces: Vec<String>,
    },
}

/// What is wrong with a password; nothing if it is good. `personal`: words about its owner. Whether it is one of the last
/// is found by comparing hashes, see [`crate::Account::change_password`].
pub fn weaknesses(password: &str, personal: &[&str], policy: &Policy) -> Vec<Weakness> {
    let has = password.chars().count();
    if has > PASSWORD_LEN_MAX {
        return vec![Weakness::TooLong];
    }
    let needs = policy.password_length_min;
    let mut found = Vec::new();
    let mut require = |good: bool, weakness: Weakness| {
        if !good {
            found.push(weakness);
        }
    };
    require(has >= needs, Weakness::TooShort { has, needs });
    require(password.chars().any(char::is_uppercase), Weakness::NoUpper);
    require(password.chars().any(char::is_lowercase), Weakness::NoLower);
    require(password.chars().any(|c| c.is_ascii_digit()), Weakness::NoDigit);
    require(password.chars().any(|c| !c.is_alphanumeric()), Weakness::NoSpecial);
    let small: Vec<char> = password.chars().flat_map(char::to_lowercase).collect();
    let readings = readings(&small);
    found.extend(personal_in(&readings, personal).map(Weakness::Personal));
    let (counts, pieces) = guess(&readings);
    if counts < needs && !pieces.is_empty() {
        let typed = |piece: Range<usize>| small[piece].iter().collect();
        let pieces = pieces.into_iter().map(|(begin, end)| typed(begin..end)).collect();
        found.push(Weakness::Guessable { counts, needs, pieces });
    }
    found
}

impl PasswordHash {
    /// Takes what the shell's hash function gave.
    pub const fn new(phc: String) -> Self {
        Self(phc)
    }

    /// For the shell's comparison.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Not even a hash belongs into a log.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { has, needs } => write!(f, "it has {has} characters and needs {needs}"),
            Self::TooLong => write!(f, "it has more than {PASSWORD_LEN_MAX} characters"),
            Self::NoUpper => f.write_str("it has no capital letter"),
            Self::NoLower => f.write_str("it has no small letter"),
            Self::NoDigit => f.write_str("it has no digit"),
            Self::NoSpecial => f.write_str("it has no sign besides letters and digits"),
            Self::Personal(word) => write!(f, "it contains {word:?}, which others know about you"),
            Self::Guessable { counts, needs, pieces } => {
                let pieces = pieces.join(", ");
                write!(
                    f,
                    "everybody tries {pieces} first: without that it counts as {counts} characters and needs {needs}"
                )
            }
        }
    }
}

/// The ways a password is read: as it is in small letters, with signs for letters undone, with shifted digits undone.
fn readings(small: &[char]) -> [Vec<char>; 4] {
    let by = |table: &str| {
        let undo = |c: &char| {
            let pair = table.split(' ').find(|pair| pair.starts_with(*c));
            pair.and_then(|pair| pair.chars().nth(1)).unwrap_or(*c)
        };
        small.iter().map(undo).collect::<Vec<char>>()
    };
    [
        by("@a 4a 8b 3e 0o $s 5s 7t 1i !i"),
        by("@a 4a 8b 3e 0o $s 5s 7t 1l !l"),
        by("!1 @2 #3 $4 %5 ^6 &7 *8 (9 )0"),
        small.to_vec(),
    ]
}

/// The first word about the owner that stands in the password.
fn personal_in(readings: &[Vec<char>], personal: &[&str]) -> Option<String> {
    let read: Vec<String> = readings.iter().map(|reading| reading.iter().collect()).collect();
    let words = personal.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let words = words.map(str::to_lowercase);
    let mut words = words.filter(|word| says_something(word));
    words.find(|word| read.iter().any(|text| text.contains(word.as_str())))
}

/// Two letters stand in every password; two Chinese characters are a name.
fn says_something(word: &str) -> bool {
    let shortest = if word.is_ascii() { 3 } else { 2 };
    word.chars().count() >= shortest
}

/// The fewest characters a password counts as, and where the guessable pieces in it begin and end. Each place asks which piece that ends there
/// makes the way to it shortest.
fn guess(readings: &[Vec<char>; 4]) -> (usize, Vec<(usize, usize)>) {
    let length = readings[0].len();
    let mut ways: Vec<(usize, Option<usize>)> = vec![(0, None)];
    for end in 1..=length {
        let mut best = (ways[end - 1].0 + 1, None);
        for length in PIECE_LENGTHS.take_while(|length| *length <= end) {
            let begin = end - length;
            let cost = ways[begin].0 + GUESSABLE_COUNTS;
            if cost < best.0 && readings.iter().any(|reading| is_guessable(&reading[begin..end])) {
                best = (cost, Some(begin));
            }
        }
        ways.push(best);
    }
    let mut pieces = Vec::new();
    let mut end = length;
    while end > 0 {
        let begin = ways[end].1;
        pieces.extend(begin.map(|begin| (begin, end)));
        end = begin.unwrap_or(end - 1);
    }
    pieces.reverse();
    (ways[length].0, pieces)
}

fn is_guessable(piece: &[char]) -> bool {
    let text: String = piece.iter().collect();
    let is_year = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) && matches!(&text[..2], "19" | "20");
    is_year || is_run(&text) || COMMON.binary_search(&text.as_str()).is_ok()
}

/// `aaaa`, `3456`, `dcba`, `qwerty`.
fn is_run(text: &str) -> bool {
    const ROWS: [&str; 5] = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let backwards: String = text.chars().rev().collect();
    let same = text.chars().zip(text.chars().skip(1)).all(|(one, next)| one == next);
    same || ROWS.iter().any(|row| row.contains(text) || row.contains(&backwards))
}

/// The words, in order. Comments stand in front.
static COMMON: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../data/common.txt").lines().filter(|line| !line.starts_with('#')).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_so_that_words_are_found() {
        assert!(COMMON.len() > 10_000);
        assert!(COMMON.is_sorted());
        for word in ["password", "woaini", "1qaz2wsx", "zhongguo"] {
            assert!(COMMON.binary_search(&word).is_ok(), "{word}");
        }
    }
}
