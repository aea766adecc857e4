//! Telephone numbers, right by construction.

use std::fmt;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use thiserror::Error;

/// A telephone number in its one canonical form.
///
/// Service numbers come before E.164: 95588, 12345 and 4001234567 have no country code and must never be given one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Number {
    /// An international number: the digits after `+`, 7 to 15 of them (E.164 §6.2.1).
    E164(Box<str>),
    /// A Chinese 400 or 800 number: ten digits, inbound only, no area code.
    Service(Box<str>),
    /// A short number such as 110, 10086, 12345 or 95588: three to eight digits, dialled as they are.
    Short(Box<str>),
}

/// What a national number means where the call came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberPlan {
    /// `86`.
    pub country_code: Box<str>,
    /// The prefix for a national call: `0`.
    pub trunk_prefix: Box<str>,
    /// The prefix for an international call: `00`.
    pub international_prefix: Box<str>,
    /// The area code of a local number, without the trunk prefix: `571` for Hangzhou. None: local numbers are refused.
    pub area_code: Option<Box<str>>,
}

impl NumberPlan {
    /// The Chinese plan, with the area code (without 0) that a local number belongs to.
    pub fn china(area_code: Option<&str>) -> Self {
        Self {
            country_code: "86".into(),
            trunk_prefix: "0".into(),
            international_prefix: "00".into(),
            area_code: area_code.map(Into::into),
        }
    }

    fn is_china(&self) -> bool {
        &*self.country_code == "86"
    }
}

/// Why a text is not a number. Each message says which part is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NumberError {
    /// No digit at all.
    #[error("the number is empty")]
    Empty,
    /// A character that stands in no number.
    #[error("{0:?} does not belong into a telephone number")]
    Character(char),
    /// Fewer digits than any number of its kind.
    #[error("the number is too short: digits are missing")]
    TooShort,
    /// More digits than E.164 allows.
    #[error("the number is too long: at most 15 digits")]
    TooLong,
    /// Neither `+` and digits nor a service number: not what [`Number`] prints.
    #[error("the number is not in its canonical form: write + and the country code")]
    NotCanonical,
    /// A local number where no area code is configured.
    #[error("the area code is missing")]
    AreaCodeMissing,
}

/// Characters people write between digits.
const SEPARATORS: [char; 5] = [' ', '-', '.', '(', ')'];
const E164_DIGITS_MAX: usize = 15;
const E164_DIGITS_MIN: usize = 7;

impl Number {
    /// Reads a number as carriers and people write it: `+8613800138000`, `8613800138000`, `013800138000`,
    /// `138 0013 8000`, `0571-87654321`, `400-123-4567`, `95588`.
    pub fn parse(text: &str, plan: &NumberPlan) -> Result<Self, NumberError> {
        let text = text.trim();
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let digits = digits_of(rest)?;
        if international {
            return Self::from_international(&digits, plan);
        }
        if let Some(abroad) = digits.strip_prefix(&*plan.international_prefix)
            && !abroad.is_empty()
        {
            return Self::from_international(abroad, plan);
        }
        if plan.is_china()
            && let Some(number) = china_service(&digits)
        {
            return Ok(number);
        }
        Self::from_national(&digits, plan)
    }

    fn from_international(digits: &str, plan: &NumberPlan) -> Result<Self, NumberError> {
        // Some carriers send +8695588 and +864001234567: such numbers are not E.164, whatever stands before them.
        if plan.is_china()
            && let Some(national) = digits.strip_prefix("86")
            && let Some(number) = china_service(national)
        {
            return Ok(number);
        }
        e164(digits)
    }

    fn from_national(digits: &str, plan: &NumberPlan) -> Result<Self, NumberError> {
        let country = &*plan.country_code;
        if let Some(national) = digits.strip_prefix(&*plan.trunk_prefix)
            && !plan.trunk_prefix.is_empty()
        {
            // Some carriers put the trunk prefix before service numbers too: 095588.
            if plan.is_china()
                && let Some(number) = china_service(national)
            {
                return Ok(number);
            }
            return e164(&format!("{country}{national}"));
        }
        if plan.is_china() {
            return china_national(digits, plan);
        }
        if digits.starts_with(country) && digits.len() > 10 {
            return e164(digits);
        }
        e164(&format!("{country}{digits}"))
    }

    /// The digits alone, with the country code of an international number but without `+`.
    pub fn digits(&self) -> &str {
        match self {
            Self::E164(digits) | Self::Service(digits) | Self::Short(digits) => digits,
        }
    }

    /// The number with its middle hidden, for logs and for those who need not see it.
    pub const fn masked(&self) -> Masked<'_> {
        Masked(self)
    }
}

/// `+8613800138000`, `4001234567`, `95588`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::E164(_) = self {
            f.write_str("+")?;
        }
        f.write_str(self.digits())
    }
}

/// Masked: a number is personal data, and `{:?}` ends up in logs.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for Number {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        match text.strip_prefix('+') {
            Some(digits) => e164(&digits_of(digits)?),
            None => china_service(&digits_of(&text)?).ok_or(NumberError::NotCanonical),
        }
    }
}

/// A number of which all but the first digits and the last four are hidden.
#[derive(Clone, Copy)]
pub struct Masked<'a>(&'a Number);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: SmallVec<[char; 24]> = self.0.to_string().chars().collect();
        // A short number is public: it belongs to a bank or an authority, not to a person.
        let hidden = match self.0 {
            Number::Short(_) | Number::Service(_) => 0..0,
            Number::E164(_) => text.len().saturating_sub(8)..text.len().saturating_sub(4),
        };
        text.iter().enumerate().try_for_each(|(place, c)| {
            let shown = if hidden.contains(&place) { '*' } else { *c };
            write!(f, "{shown}")
        })
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn digits_of(text: &str) -> Result<String, NumberError> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !SEPARATORS.contains(c)) {
        if !c.is_ascii_digit() {
            return Err(NumberError::Character(c));
        }
        digits.push(c);
    }
    if digits.is_empty() { Err(NumberError::Empty) } else { Ok(digits) }
}

fn e164(digits: &str) -> Result<Number, NumberError> {
    if digits.len() < E164_DIGITS_MIN {
        return Err(NumberError::TooShort);
    }
    if digits.len() > E164_DIGITS_MAX {
        return Err(NumberError::TooLong);
    }
    Ok(Number::E164(digits.into()))
}

/// 400 and 800 numbers, and the short numbers of the Chinese plan: 1xx, 1xxxx (10086, 12345), 95xxx to 95xxxxxx and
/// 96xxx to 96xxxxxx (plan of the telecommunications network, 2017 edition, ministry of industry and information
/// technology).
fn china_service(digits: &str) -> Option<Number> {
    let service = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    if service {
        return Some(Number::Service(digits.into()));
    }
    let short = match digits.len() {
        3 => digits.starts_with('1'),
        5 => digits.starts_with('1') || digits.starts_with("95") || digits.starts_with("96"),
        6 => digits.starts_with("95") || digits.starts_with("96") || digits.starts_with("1"),
        7 | 8 => digits.starts_with("95") || digits.starts_with("96"),
        _ => false,
    };
    short.then(|| Number::Short(digits.into()))
}

fn china_national(digits: &str, plan: &NumberPlan) -> Result<Number, NumberError> {
    let mobile = digits.len() == 11 && digits.starts_with('1');
    if mobile {
        return e164(&format!("86{digits}"));
    }
    // 86 and a national number of at least nine digits; a local number has eight at most.
    if digits.starts_with("86") && digits.len() >= 11 {
        return e164(digits);
    }
    match digits.len() {
        7 | 8 => match &plan.area_code {
            Some(area) => e164(&format!("86{area}{digits}")),
            None => Err(NumberError::AreaCodeMissing),
        },
        0..=6 => Err(NumberError::TooShort),
        _ => e164(&format!("86{digits}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hangzhou(text: &str) -> Result<String, NumberError> {
        Number::parse(text, &NumberPlan::china(Some("571"))).map(|number| number.to_string())
    }

    #[test]
    fn one_number_has_one_form() {
        for text in ["+8613800138000", "8613800138000", "013800138000", "13800138000", "0086 138-0013-8000"] {
            assert_eq!(hangzhou(text).as_deref(), Ok("+8613800138000"), "{text}");
        }
        for text in ["057187654321", "(0571) 8765-4321", "87654321", "+8657187654321", "8657187654321"] {
            assert_eq!(hangzhou(text).as_deref(), Ok("+8657187654321"), "{text}");
        }
        assert_eq!(hangzhou("01012345678").as_deref(), Ok("+861012345678"));
        assert_eq!(hangzhou("0044 20 7946 0000").as_deref(), Ok("+442079460000"));
    }

    /// TEL-01: a 400 number has no area code, and ten digits (conflict C-4).
    #[test]
    fn tel_01_service_and_short_numbers_never_become_e164() {
        for (text, form) in [
            ("4001234567", "4001234567"),
            ("400-123-4567", "4001234567"),
            ("+864001234567", "4001234567"),
            ("95588", "95588"),
            ("+8695588", "95588"),
            ("110", "110"),
            ("12345", "12345"),
            ("10086", "10086"),
            ("95105105", "95105105"),
        ] {
            assert_eq!(hangzhou(text).as_deref(), Ok(form), "{text}");
        }
    }

    #[test]
    fn an_error_names_the_missing_part() {
        assert_eq!(hangzhou(""), Err(NumberError::Empty));
        assert_eq!(hangzhou("+"), Err(NumberError::Empty));
        assert_eq!(hangzhou("0571-8765x"), Err(NumberError::Character('x')));
        assert_eq!(hangzhou("8765"), Err(NumberError::TooShort));
        assert_eq!(hangzhou("+1234567890123456"), Err(NumberError::TooLong));
        let nowhere = NumberPlan::china(None);
        assert_eq!(Number::parse("87654321", &nowhere), Err(NumberError::AreaCodeMissing));
    }

    #[test]
    fn debug_output_hides_the_person() {
        let number = Number::parse("13800138000", &NumberPlan::china(None)).unwrap();
        assert_eq!(format!("{number:?}"), "+86138****8000");
        assert_eq!(format!("{:?}", Number::Short("95588".into())), "95588");
    }

    proptest! {
        #[test]
        fn parsing_a_printed_number_gives_the_number(text in "[+]?[0-9 -]{0,18}") {
            let plan = NumberPlan::china(Some("571"));
            if let Ok(number) = Number::parse(&text, &plan) {
                prop_assert_eq!(Number::parse(&number.to_string(), &plan), Ok(number.clone()));
                prop_assert_eq!(Number::try_from(number.to_string()), Ok(number));
            }
        }
    }
}
