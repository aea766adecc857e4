//! Figures with their targets, for people, for machines and for the documentation.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::Outcome;

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Told for the record.
    None,
}

/// One figure of several runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) scenario: String,
    pub(crate) what: String,
    pub(crate) unit: String,
    pub(crate) target: Target,
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) runs: usize,
}

/// Prints what a scenario finds, as it finds it.
pub(crate) struct Report {
    scenario: String,
}

impl Target {
    /// Whether a figure is as it should be; none if nothing was asked.
    fn is_met(self, figure: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(figure >= least),
            Self::AtMost(most) => Some(figure <= most),
            Self::None => None,
        }
    }

    fn print(self) -> String {
        match self {
            Self::AtLeast(least) => format!("≥ {}", number(least)),
            Self::AtMost(most) => format!("≤ {}", number(most)),
            Self::None => "–".to_owned(),
        }
    }
}

impl Figure {
    fn new(scenario: &str, what: &str, unit: &str, target: Target, runs: &[f64]) -> Option<Self> {
        let mut sorted = runs.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            scenario: scenario.to_owned(),
            what: what.to_owned(),
            unit: unit.to_owned(),
            target,
            median: *sorted.get(sorted.len() / 2)?,
            low: *sorted.first()?,
            high: *sorted.last()?,
            runs: sorted.len(),
        })
    }

    /// `1.31 (1.27 – 1.40)`; without the range if there is none.
    fn result(&self) -> String {
        match self.runs {
            1 => number(self.median),
            _ => format!("{} ({} – {})", number(self.median), number(self.low), number(self.high)),
        }
    }

    const fn verdict(&self, met: Option<bool>) -> &'static str {
        match met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        }
    }

    fn met(&self) -> &'static str {
        self.verdict(self.target.is_met(self.median))
    }
}

impl Report {
    pub(crate) fn new(scenario: String) -> Self {
        Self { scenario }
    }

    /// Prints one figure. A figure of no runs is a mistake of the scenario.
    pub(crate) fn add(&mut self, what: &str, unit: &str, target: Target, runs: &[f64]) -> Outcome {
        let figure = Figure::new(&self.scenario, what, unit, target, runs).ok_or_else(|| format!("{what}: no runs"))?;
        eprintln!(
            "{:<10} {what}, {unit}: target {}, measured {} {}",
            figure.scenario,
            target.print(),
            figure.result(),
            figure.met()
        );
        println!("{}", serde_json::to_string(&figure)?);
        Ok(())
    }

    /// Says what is going on, for whoever waits.
    pub(crate) fn note(&self, text: &str) {
        eprintln!("{:<10} {text}", self.scenario);
    }
}

/// The table of the documentation.
pub(crate) fn markdown(figures: &[Figure]) -> String {
    let mut table = "| scenario | what | unit | target | measured | |\n|---|---|---|---|---|---|".to_owned();
    for figure in figures {
        let (target, result) = (figure.target.print(), figure.result());
        let Figure { scenario, what, unit, .. } = figure;
        // Writing into a string does not fail.
        let _ = write!(table, "\n| {scenario} | {what} | {unit} | {target} | {result} | {} |", figure.met());
    }
    table
}

/// Three digits that count, and thousands apart.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 || size == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    match decimals {
        0 => group(&text),
        _ => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}

fn group(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_three_digits_that_count() {
        let cases = [(12_345.6, "12,346"), (999.7, "1,000"), (10.0, "10"), (2.5, "2.5"), (0.0714, "0.071"), (0.0, "0")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_table_has_the_median_the_range_and_the_verdict() {
        let figure = |target, runs: &[f64]| Figure::new("media", "CPU", "%", target, runs).unwrap();
        let figures = [
            figure(Target::AtMost(0.07), &[0.08, 0.065, 0.069]),
            figure(Target::AtLeast(2.0), &[1.0]),
            figure(Target::None, &[3.0]),
        ];
        let table = markdown(&figures);
        let rows: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| media | CPU | % | ≤ 0.07 | 0.069 (0.065 – 0.08) | met |",
                "| media | CPU | % | ≥ 2 | 1 | missed |",
                "| media | CPU | % | – | 3 |  |",
            ]
        );
    }
}
