//! Which header holds which number, and how a carrier writes it.

use bell_types::{Number, NumberPlan};

/// How a trunk writes numbers.
#[derive(Clone, Debug)]
pub struct NumberRules {
    /// What national numbers mean here.
    pub plan: NumberPlan,
    /// Where the called number stands.
    pub called_in: CalledIn,
    /// Where the caller's number stands; the first header that is there wins.
    pub caller_in: Vec<CallerIn>,
    /// Applied to the called number as received; the first rule whose prefix fits.
    pub called_rules: Vec<Rewrite>,
    /// Applied to the caller's number as received.
    pub caller_rules: Vec<Rewrite>,
    /// How we write a number that we call.
    pub dial_as: NumberForm,
    /// How we write a number that we show.
    pub show_as: NumberForm,
    /// Applied to the number that we call, when it has its form.
    pub dial_rules: Vec<Rewrite>,
}

/// Which part of an INVITE holds the called number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalledIn {
    /// The request-URI.
    RequestUri,
    /// The To header: the carrier routes on another number than the customer dialled.
    To,
}

/// Which header holds the caller's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerIn {
    /// P-Asserted-Identity (RFC 3325).
    PAssertedIdentity,
    /// Remote-Party-ID.
    RemotePartyId,
    /// From.
    From,
}

/// Replaces a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// What the number begins with; empty fits every number.
    pub prefix: Box<str>,
    /// What it begins with afterwards.
    pub replacement: Box<str>,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberForm {
    /// `+8613800138000`.
    Plus,
    /// `8613800138000`.
    Digits,
    /// As it is dialled within the country: `13800138000`, `057187654321`; abroad with the international prefix.
    National,
}

impl NumberRules {
    /// The number as we dial it.
    pub(crate) fn dialled(&self, number: &Number) -> String {
        rewrite(&self.written(number, self.dial_as), &self.dial_rules)
    }

    /// The number as we show it.
    pub(crate) fn shown(&self, number: &Number) -> String {
        self.written(number, self.show_as)
    }

    fn written(&self, number: &Number, form: NumberForm) -> String {
        let digits = number.digits();
        match (number, form) {
            (Number::Service(_) | Number::Short(_), _) | (Number::E164(_), NumberForm::Digits) => digits.to_owned(),
            (Number::E164(_), NumberForm::Plus) => format!("+{digits}"),
            (Number::E164(_), NumberForm::National) => self.national(digits),
        }
    }

    fn national(&self, digits: &str) -> String {
        let Some(national) = digits.strip_prefix(&*self.plan.country_code) else {
            return format!("{}{digits}", self.plan.international_prefix);
        };
        // In China a mobile number is dialled without the trunk prefix.
        let mobile = &*self.plan.country_code == "86" && national.len() == 11 && national.starts_with('1');
        let prefix = if mobile { "" } else { &*self.plan.trunk_prefix };
        format!("{prefix}{national}")
    }
}

/// The text with its prefix replaced by the first rule that fits.
pub(crate) fn rewrite(text: &str, rules: &[Rewrite]) -> String {
    let fits = |rule: &Rewrite| text.strip_prefix(&*rule.prefix).map(|rest| format!("{}{rest}", rule.replacement));
    rules.iter().find_map(fits).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(form: NumberForm) -> NumberRules {
        NumberRules {
            plan: NumberPlan::china(Some("571")),
            called_in: CalledIn::RequestUri,
            caller_in: vec![CallerIn::From],
            called_rules: Vec::new(),
            caller_rules: Vec::new(),
            dial_as: form,
            show_as: form,
            dial_rules: vec![Rewrite { prefix: "1".into(), replacement: "01".into() }],
        }
    }

    #[test]
    fn numbers_are_written_as_the_carrier_wants_them() {
        let number = |text: &str| Number::parse(text, &NumberPlan::china(Some("571"))).unwrap();
        let cases = [
            (NumberForm::Plus, "13800138000", "+8613800138000", "+8613800138000"),
            (NumberForm::Digits, "13800138000", "8613800138000", "8613800138000"),
            (NumberForm::National, "13800138000", "13800138000", "013800138000"),
            (NumberForm::National, "0571 87654321", "057187654321", "057187654321"),
            (NumberForm::National, "+442079460000", "00442079460000", "00442079460000"),
            (NumberForm::Plus, "4001234567", "4001234567", "4001234567"),
            (NumberForm::Plus, "95588", "95588", "95588"),
        ];
        for (form, text, shown, dialled) in cases {
            let rules = rules(form);
            assert_eq!(rules.shown(&number(text)), shown, "{form:?} {text}");
            assert_eq!(rules.dialled(&number(text)), dialled, "{form:?} {text}");
        }
    }
}
