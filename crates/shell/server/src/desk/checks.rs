//! The door to what was checked at desks: what the policies ask of a network, and the reports, in the database.

use std::sync::Arc;
use std::time::Duration;

use bell_api::doors::{
    CheckReport, CheckReportView, CheckReportsView, Checks, Doing, Field, NetworkPolicyView, Refused,
};
use bell_api::time::rfc3339;
use bell_engine::DeskPolicy;
use bell_store::TenantId;
use bell_store::device_reports::{self, DeviceReport, Keep, KeptReport};
use bell_types::{AgentName, Wall};

use super::records::RecordsDoor;
use crate::clock::wall;

/// What a call takes in each direction: G.711 in packets of 20 ms, under SRTP, UDP, IP and Ethernet.
const CALL_KBPS: u64 = 100;

/// The node has not begun to run.
#[derive(Debug, thiserror::Error)]
#[error("the node has no configuration yet")]
struct NotRunning;

pub(super) struct ChecksDoor {
    records: Arc<RecordsDoor>,
}

impl ChecksDoor {
    pub(super) const fn new(records: Arc<RecordsDoor>) -> Self {
        Self { records }
    }

    fn policy(&self) -> Result<DeskPolicy, Refused> {
        let running = self.records.context.windows.state().snapshot.clone();
        running.map(|snapshot| snapshot.desk).ok_or_else(|| Refused::unavailable(NotRunning))
    }
}

impl Checks for ChecksDoor {
    fn network(&self) -> Doing<'_, NetworkPolicyView> {
        Box::pin(async {
            let policy = self.policy()?;
            Ok(NetworkPolicyView {
                rate_kbps_min: policy.device_rate_kbps_min,
                rate_kbps_real: CALL_KBPS,
                rtt_ms_max: millis(policy.device_rtt_max),
                jitter_ms_max: millis(policy.device_jitter_max),
                loss_permille_max: policy.device_loss_permille_max,
            })
        })
    }

    fn keep<'a>(&'a self, agent: &'a AgentName, report: CheckReport) -> Doing<'a, String> {
        Box::pin(async move {
            let (policy, now) = (self.policy()?, wall());
            let keep = Keep { since: kept_since(policy, now), of_agent_max: policy.device_reports_max };
            let passed = report.passed();
            let report = DeviceReport {
                agent: agent.clone(),
                passed,
                results: serde_json::to_string(&report.results).map_err(Refused::unavailable)?,
                browser: report.browser,
                took: report.took,
            };
            let number = device_reports::put(self.records.db().await?, TenantId::FIRST, now, &report, keep).await;
            Ok(number.map_err(Refused::unavailable)?.to_string())
        })
    }

    fn reports<'a>(
        &'a self,
        agent: &'a AgentName,
        after: Option<&'a str>,
        limit: usize,
    ) -> Doing<'a, CheckReportsView> {
        Box::pin(async move {
            let before = after.map(|after| after.parse().map_err(|_| Field::malformed("cursor"))).transpose()?;
            let (since, rows_max) = (kept_since(self.policy()?, wall()), limit as u64);
            let db = self.records.db().await?;
            let kept = device_reports::list(db, TenantId::FIRST, agent, since, before, rows_max + 1).await;
            let kept = kept.map_err(Refused::unavailable)?;
            let shown = &kept[..limit.min(kept.len())];
            let next = shown.last().filter(|_| kept.len() > limit).map(|last| last.number.to_string());
            Ok(CheckReportsView { items: shown.iter().map(view).collect::<Result<_, _>>()?, next })
        })
    }
}

fn kept_since(policy: DeskPolicy, now: Wall) -> Wall {
    now.before(policy.device_reports_keep)
}

fn view(kept: &KeptReport) -> Result<CheckReportView, Refused> {
    let report = &kept.report;
    Ok(CheckReportView {
        report: kept.number.to_string(),
        agent: report.agent.to_string(),
        at: rfc3339(kept.at),
        browser: report.browser.clone(),
        took_ms: millis(report.took),
        passed: report.passed,
        results: serde_json::from_str(&report.results).map_err(Refused::unavailable)?,
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
