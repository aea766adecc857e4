//! The door to what was checked at a desk before a shift: devices and network (AGT-10, TEL-18).

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::AgentName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::doors::{CheckLevel, Doing};

/// What was checked at a desk.
pub trait Checks: Send + Sync {
    /// What a desk's network must give before a shift.
    fn network(&self) -> Doing<'_, NetworkPolicyView>;
    /// Keeps a report of an agent. The id of the report.
    fn keep<'a>(&'a self, agent: &'a AgentName, report: CheckReport) -> Doing<'a, String>;
    /// An agent's reports, the newest first, behind the page that ended at `after`.
    fn reports<'a>(&'a self, agent: &'a AgentName, after: Option<&'a str>, limit: usize)
    -> Doing<'a, CheckReportsView>;
}

/// What a desk's network must give before a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NetworkPolicyView {
    /// The rate that is asked for in each direction, in kilobits a second.
    pub rate_kbps_min: u64,
    /// The rate that a call really takes in each direction.
    pub rate_kbps_real: u64,
    /// How long a way there and back may take.
    pub rtt_ms_max: u64,
    /// How much that may differ from one time to the next.
    pub jitter_ms_max: u64,
    /// How much may be lost, in thousandths.
    pub loss_permille_max: u64,
}

/// A report that is to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckReport {
    /// What the browser calls itself.
    pub browser: String,
    /// How long the check took.
    pub took: Duration,
    /// Whether everything was looked at, as the browser says.
    pub complete: bool,
    /// What was found.
    pub results: Vec<CheckResult>,
}

/// How one check went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CheckResult {
    /// Which: `permission`, `microphone`, `speaker`, `route`, `network`, `echo`.
    pub check: String,
    /// How.
    pub level: CheckLevel,
    /// What was measured, each with its unit in its name.
    #[serde(default)]
    pub figures: BTreeMap<String, f64>,
    /// Why it did not go well, as a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// Some reports, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CheckReportsView {
    /// They.
    pub items: Vec<CheckReportView>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A report of the check of an agent's devices.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CheckReportView {
    /// Its id.
    pub report: String,
    /// Whose devices.
    pub agent: String,
    /// When it came.
    pub at: String,
    /// What the browser calls itself.
    pub browser: String,
    /// How long the check took.
    pub took_ms: u64,
    /// Whether everything was looked at and nothing failed.
    pub passed: bool,
    /// What was found.
    pub results: Vec<CheckResult>,
}

impl CheckReport {
    /// Whether everything was looked at and nothing failed: one warning lets one work.
    pub fn passed(&self) -> bool {
        self.complete
            && !self.results.is_empty()
            && self.results.iter().all(|result| result.level != CheckLevel::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AGT-10: a browser cannot call a check passed in which something failed.
    #[test]
    fn agt_10_a_report_passes_only_if_all_was_checked_and_nothing_failed() {
        let passed = |complete, levels: &[CheckLevel]| {
            let result = |level: &CheckLevel| CheckResult {
                check: "echo".to_owned(),
                level: *level,
                figures: BTreeMap::new(),
                cause: None,
            };
            let results = levels.iter().map(result).collect();
            CheckReport { browser: String::new(), took: Duration::ZERO, complete, results }.passed()
        };
        assert!(passed(true, &[CheckLevel::Ok, CheckLevel::Warning, CheckLevel::Skipped]));
        assert!(!passed(true, &[CheckLevel::Ok, CheckLevel::Failed]));
        assert!(!passed(false, &[CheckLevel::Ok]));
        assert!(!passed(true, &[]));
    }
}
