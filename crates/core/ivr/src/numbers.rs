//! Telephone numbers as a flow's file writes them.

use bell_types::{Number, NumberPlan};

/// The beginning of a telephone number, as people write it: `138`, `0571`, `+44`, `400`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPrefix {
    /// With `+`: how an international number begins.
    international: Box<str>,
    /// How a service or short number begins; none if the prefix names a country.
    service: Option<Box<str>>,
}

impl NumberPrefix {
    /// Reads a prefix; none if it holds anything but digits and a `+` in front.
    pub fn parse(text: &str, plan: &NumberPlan) -> Option<Self> {
        let all_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(digits) = text.strip_prefix('+') {
            return all_digits(digits).then(|| Self { international: text.into(), service: None });
        }
        if !all_digits(text) {
            return None;
        }
        let international = |digits: &str| -> Box<str> { format!("+{digits}").into() };
        if let Some(abroad) = text.strip_prefix(&*plan.international_prefix) {
            return Some(Self { international: international(abroad), service: None });
        }
        let national = text.strip_prefix(&*plan.trunk_prefix).unwrap_or(text);
        Some(Self {
            international: international(&format!("{}{national}", plan.country_code)),
            service: Some(text.into()),
        })
    }

    /// Whether the number begins so.
    pub fn matches(&self, number: &Number) -> bool {
        let text = number.to_string();
        match number {
            Number::E164(_) => text.starts_with(&*self.international),
            Number::Service(_) | Number::Short(_) => {
                self.service.as_ref().is_some_and(|service| text.starts_with(&**service))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_as_people_write_it() {
        let plan = NumberPlan::china(Some("571"));
        let cases = [
            ("138", "13800138000", true),
            ("+86138", "13800138000", true),
            ("0086138", "13800138000", true),
            ("0571", "0571-87654321", true),
            ("+44", "0044 20 7946 0000", true),
            ("400", "4001234567", true),
            ("95", "95588", true),
            ("139", "13800138000", false),
            ("+8695588", "95588", false),
            ("138", "+1 380 013 8000", false),
        ];
        for (prefix, number, matches) in cases {
            let number = Number::parse(number, &plan).unwrap();
            let parsed = NumberPrefix::parse(prefix, &plan).unwrap();
            assert_eq!(parsed.matches(&number), matches, "{prefix} {number}");
        }
        for wrong in ["", "+", "13x", "+-"] {
            assert_eq!(NumberPrefix::parse(wrong, &plan), None, "{wrong}");
        }
    }
}
