//! Checks of digits a caller typed: what a slip of a finger breaks.

use bell_types::Date;

/// What digits must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// A bank card's number: its last digit follows from the others (ISO/IEC 7812-1, Luhn).
    BankCard,
    /// A resident identity number of 18 places: region, a day of birth that exists, and the check character of
    /// GB 11643-1999 (ISO 7064, MOD 11-2). Callers press `*` for X.
    IdCard,
    /// A mobile number of mainland China: 11 digits that begin with 13 to 19.
    Mobile,
}

impl Check {
    /// The words of the language.
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("bank_card", Self::BankCard), ("id_card", Self::IdCard), ("mobile", Self::Mobile)];

    /// How many digits such a number has: so many at least, and so many at most.
    pub(crate) const fn length(self) -> (u8, u8) {
        match self {
            Self::BankCard => (12, 19),
            Self::IdCard => (18, 18),
            Self::Mobile => (11, 11),
        }
    }

    /// Whether the digits pass.
    pub fn passes(self, digits: &str) -> bool {
        let (min, max) = self.length();
        if !(usize::from(min)..=usize::from(max)).contains(&digits.len()) {
            return false;
        }
        match self {
            Self::BankCard => luhn(digits),
            Self::IdCard => id_card(digits),
            Self::Mobile => {
                let second = digits.chars().nth(1).unwrap_or_default();
                digits.starts_with('1') && ('3'..='9').contains(&second) && digits.chars().all(|c| c.is_ascii_digit())
            }
        }
    }
}

fn luhn(digits: &str) -> bool {
    let values: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    let Some(values) = values else { return false };
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(place, value)| match (place % 2, value * 2) {
            (0, _) => *value,
            (_, doubled) => doubled / 10 + doubled % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn id_card(digits: &str) -> bool {
    let values: Option<Vec<u32>> = digits
        .chars()
        .enumerate()
        .map(|(place, c)| match c {
            '*' if place == 17 => Some(10),
            _ => c.to_digit(10),
        })
        .collect();
    let Some(values) = values else { return false };
    let figure = |from: usize, to: usize| values[from..to].iter().fold(0, |sum, value| sum * 10 + value);
    // Four, two and two decimal places fit their types.
    let born = Date::new(figure(6, 10) as i32, figure(10, 12) as u8, figure(12, 14) as u8);
    // ISO 7064: each place weighs 2 to the power of its distance from the end, modulo 11; the whole is 1.
    let sum: u32 = values.iter().rev().enumerate().map(|(place, value)| value * (1 << place) % 11).sum();
    born.is_some() && sum % 11 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_with_a_slip_fail() {
        let cases = [
            // The sample number of GB 11643-1999, its annex.
            (Check::IdCard, "11010519491231002*", true),
            (Check::IdCard, "440524188001010014", true),
            (Check::IdCard, "440524188001010015", false),
            (Check::IdCard, "440524188002300014", false),
            (Check::IdCard, "11010519491231*020", false),
            (Check::IdCard, "1101051949123100", false),
            (Check::BankCard, "4111111111111111", true),
            (Check::BankCard, "4111111111111112", false),
            (Check::BankCard, "4111111111111*11", false),
            (Check::BankCard, "0", false),
            (Check::Mobile, "13800138000", true),
            (Check::Mobile, "12800138000", false),
            (Check::Mobile, "1380013800", false),
            (Check::Mobile, "1380013800#", false),
        ];
        for (check, digits, passes) in cases {
            assert_eq!(check.passes(digits), passes, "{check:?} {digits}");
        }
    }

    /// Every slip of one digit, and every swap of neighbours that differ, is found in an identity number.
    #[test]
    fn an_identity_number_shows_every_single_slip() {
        let good = "11010519491231002*";
        for place in 0..17 {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = good.chars().collect();
                let was = std::mem::replace(&mut wrong[place], digit);
                assert!(was == digit || !Check::IdCard.passes(&wrong.iter().collect::<String>()));
            }
        }
    }
}
