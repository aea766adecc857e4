//! The door to reports: sums that the database counts, grouped by the centre's calendar; and the records, as a table or added
//! up one by one to prove the sums.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use bell_api::Language;
use bell_api::doors::{
    AgentReportRow, AgentSums, AgentsReport, Business, CallRowView, CallsWanted, DifferenceView, Direction, Doing,
    GroupedBy, HeatReport, HeatRow, Outcome, PeriodRow, Reconciled, ReconciledFigures, Refused, ReportHead,
    ReportWanted, Reports, ScaleView, SheetForm, TallyView, Visible, VolumeReport, VotesView,
};
use bell_api::time::{read_rfc3339, rfc3339};
use bell_engine::{Snapshot, wanted_zone};
use bell_metrics::{By, Figures, Floor, Scale, Scores, Tally, Votes, grouped, of_week};
use bell_store::calls::{self, Filter, StoredCall, Way};
use bell_store::reports::{InTime, Sums, by_agent, by_quarter};
use bell_store::summaries;
use bell_store::votes::{self, VoteSums};
use bell_store::{TenantId, facts};
use bell_types::{AgentName, Wall, What};

use super::records::{RecordsDoor, row, seen};
use super::today::Offers;
use super::written::Summaries;
use crate::clock::wall;
use crate::projection::{Outline, votes_of};
use crate::sheet;

/// So many calls are read one by one at most.
const READ_MAX: usize = 200_000;
/// So many are exported at a time.
const EXPORT_MAX: usize = 100_000;
/// For longer than this, the time that agents spent is not read: a fact for each change of a state is.
const STATES_MAX: Duration = Duration::from_secs(35 * 86_400);
/// The facts that agents' times are folds of.
const KINDS: &[&str] = &["node_started", "agent_changed", "offer_ended"];

impl RecordsDoor {
    pub(super) fn snapshot(&self) -> Result<Arc<Snapshot>, Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        snapshot.ok_or_else(|| Refused::unavailable("there is no configuration yet"))
    }

    async fn tallies(&self, snapshot: &Snapshot, wanted: &ReportWanted) -> Result<BTreeMap<Wall, Tally>, Refused> {
        let quarters = by_quarter(self.db().await?, TenantId::FIRST, &filter(wanted), in_time(snapshot)).await;
        Ok(quarters.map_err(Refused::unavailable)?.into_iter().map(|(at, sums)| (at, tally(sums))).collect())
    }

    /// How agents spent the time, and what became of their offers; none for a long time.
    async fn times(&self, snapshot: &Snapshot, wanted: &ReportWanted) -> Result<Option<Times>, Refused> {
        if wanted.to.since(wanted.from) > STATES_MAX {
            return Ok(None);
        }
        let mut floor = Floor::new(snapshot.service_level);
        let mut offers: BTreeMap<AgentName, Offers> = BTreeMap::new();
        let each = |fact: bell_types::Fact| {
            if fact.now.wall < wanted.to {
                let since_1970 = u64::try_from(fact.now.wall.as_micros()).unwrap_or_default();
                floor.apply(Duration::from_micros(since_1970), &fact.what);
                if let What::OfferEnded { agent, outcome, .. } = &fact.what {
                    offers.entry(agent.clone()).or_default().count(outcome);
                }
            }
        };
        facts::since(self.db().await?, TenantId::FIRST, wanted.from, KINDS, each)
            .await
            .map_err(Refused::unavailable)?;
        Ok(Some(Times { figures: floor.figures(), offers }))
    }

    /// How many summaries each agent left open beyond their time.
    async fn missed(&self, wanted: &ReportWanted) -> Result<BTreeMap<AgentName, u64>, Refused> {
        let missed = summaries::missed_by_agent(self.db().await?, TenantId::FIRST, &filter(wanted), wall()).await;
        let seen = |(agent, _): &(AgentName, u64)| wanted.visible.has_agent(agent.as_str());
        Ok(missed.map_err(Refused::unavailable)?.into_iter().filter(seen).collect())
    }

    /// What callers said of each agent; of whom the reader does not see, nothing, though another had the call before.
    async fn votes(&self, wanted: &ReportWanted) -> Result<BTreeMap<AgentName, Votes>, Refused> {
        let sums = votes::by_agent(self.db().await?, TenantId::FIRST, &filter(wanted)).await;
        let mut by_agent: BTreeMap<AgentName, Votes> = BTreeMap::new();
        let sums = sums.map_err(Refused::unavailable)?.into_iter();
        for (agent, votes) in sums.map(voted).filter(|(agent, _)| wanted.visible.has_agent(agent.as_str())) {
            by_agent.entry(agent).or_default().add(&votes);
        }
        Ok(by_agent)
    }

    /// Hands over every call that matches, the newest first; so many at most.
    async fn every(
        &self,
        filter: &Filter,
        max: usize,
        mut each: impl FnMut(&StoredCall, &Summaries) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let (mut after, mut count) = (None, 0);
        loop {
            let page = calls::list_whole(self.db().await?, TenantId::FIRST, filter, after, calls::ROWS_MAX).await;
            let (calls, next) = page.map_err(Refused::unavailable)?;
            count += calls.len();
            if count > max {
                return Err(too_many(max));
            }
            let written = Summaries::of(self.db().await?, &calls, None).await?;
            for call in &calls {
                each(call, &written)?;
            }
            match next {
                Some(_) => after = next,
                None => return Ok(()),
            }
        }
    }
}

/// What agents did besides talking.
struct Times {
    figures: Figures,
    offers: BTreeMap<AgentName, Offers>,
}

impl Reports for RecordsDoor {
    fn volume<'a>(&'a self, wanted: ReportWanted, by: GroupedBy) -> Doing<'a, VolumeReport> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let quarters = self.tallies(&snapshot, &wanted).await?;
            let by = match by {
                GroupedBy::Hour => By::Hour,
                GroupedBy::Day => By::Day,
                GroupedBy::Week => By::Week,
                GroupedBy::Month => By::Month,
            };
            let groups = grouped(&quarters, (wanted.from, wanted.to), &snapshot.zone, by);
            let period = |(at, tally): (Wall, Tally)| PeriodRow { at: rfc3339(at), tally: view(&tally) };
            Ok(VolumeReport {
                head: head(&snapshot, &wanted),
                rows: groups.into_iter().map(period).collect(),
                totals: view(&total(quarters.values())),
            })
        })
    }

    fn agents<'a>(&'a self, wanted: ReportWanted) -> Doing<'a, AgentsReport> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let sums = by_agent(self.db().await?, TenantId::FIRST, &filter(&wanted), in_time(&snapshot)).await;
            let sums = sums.map_err(Refused::unavailable)?;
            let times = self.times(&snapshot, &wanted).await?;
            let talked = sums.into_iter().filter_map(|(agent, sums)| Some((agent?, sums)));
            let mut rows: BTreeMap<AgentName, AgentSums> =
                talked.map(|(agent, sums)| (agent, agent_sums(sums))).collect();
            if let Some(times) = &times {
                times.add_to(&mut rows, &wanted);
            }
            for (agent, missed) in self.missed(&wanted).await? {
                rows.entry(agent).or_default().not_filled = missed;
            }
            let votes = self.votes(&wanted).await?;
            for (agent, votes) in &votes {
                rows.entry(agent.clone()).or_default().votes = votes_view(votes);
            }
            let mut totals = AgentSums { votes: votes_view(&all(votes.values())), ..AgentSums::default() };
            rows.values().for_each(|row| add_sums(&mut totals, row));
            let line = |(agent, sums): (AgentName, AgentSums)| AgentReportRow {
                agent: agent.to_string(),
                display_name: snapshot.display_names.get(&agent).cloned(),
                sums,
            };
            Ok(AgentsReport { head: head(&snapshot, &wanted), rows: rows.into_iter().map(line).collect(), totals })
        })
    }

    fn heat<'a>(&'a self, wanted: ReportWanted) -> Doing<'a, HeatReport> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let quarters = self.tallies(&snapshot, &wanted).await?;
            let rows = of_week(&quarters, &snapshot.zone).into_iter().map(|(place, tally)| HeatRow {
                weekday: place.weekday,
                hour: place.hour,
                minute: place.minute,
                tally: view(&tally),
            });
            Ok(HeatReport {
                head: head(&snapshot, &wanted),
                rows: rows.collect(),
                totals: view(&total(quarters.values())),
            })
        })
    }

    fn reconcile<'a>(&'a self, wanted: ReportWanted) -> Doing<'a, Reconciled> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let sums = total(self.tallies(&snapshot, &wanted).await?.values());
            let votes = all(self.votes(&wanted).await?.values());
            let reports = ReconciledFigures {
                offered: sums.offered,
                answered: sums.answered,
                abandoned: sums.abandoned,
                talk_ms: sums.talk_ms,
                not_filled: self.missed(&wanted).await?.values().sum(),
                votes_asked: votes.asked,
                votes_given: votes.given(),
                votes_score_sum: votes.score_sum(),
            };
            let mut records = ReconciledFigures::default();
            let each = |call: &StoredCall, written: &Summaries| {
                if call.row.queue.is_some() {
                    count(&mut records, &row(call, written)?);
                    records.not_filled += written.missed(call.row.call, &wanted.visible);
                    count_votes(&mut records, call, &wanted.visible)?;
                }
                Ok(())
            };
            self.every(&filter(&wanted), READ_MAX, each).await?;
            let figures = [
                ("offered", reports.offered, records.offered),
                ("answered", reports.answered, records.answered),
                ("abandoned", reports.abandoned, records.abandoned),
                ("talk_ms", reports.talk_ms, records.talk_ms),
                ("not_filled", reports.not_filled, records.not_filled),
                ("votes_asked", reports.votes_asked, records.votes_asked),
                ("votes_given", reports.votes_given, records.votes_given),
                ("votes_score_sum", reports.votes_score_sum, records.votes_score_sum),
            ];
            let differ = figures.into_iter().filter(|(_, report, records)| report != records);
            let differences = differ.map(|(figure, report, records)| DifferenceView { figure, report, records });
            let differences: Vec<_> = differences.collect();
            Ok(Reconciled { reports, records, equal: differences.is_empty(), differences })
        })
    }

    fn sheet<'a>(&'a self, wanted: CallsWanted, form: SheetForm, language: Language) -> Doing<'a, Bytes> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let mut rows = vec![titles(language)];
            let filter = self.filter(&wanted);
            let each = |call: &StoredCall, written: &Summaries| {
                rows.push(cells(&row(call, written)?, &snapshot, language));
                Ok(())
            };
            self.every(&filter, EXPORT_MAX, each).await?;
            let write = move || match form {
                SheetForm::Xlsx => sheet::workbook_bytes(&rows).map_err(Refused::unavailable),
                SheetForm::Csv => {
                    let text: String = rows.iter().map(|row| sheet::csv_line(row)).collect();
                    Ok(format!("\u{feff}{text}").into_bytes())
                }
            };
            let written = tokio::task::spawn_blocking(write).await.map_err(Refused::unavailable)?;
            written.map(Bytes::from)
        })
    }
}

impl Times {
    fn add_to(&self, rows: &mut BTreeMap<AgentName, AgentSums>, wanted: &ReportWanted) {
        let millis = |time: Duration| Some(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        for (agent, figures) in &self.figures.agents {
            if wanted.visible.has_agent(agent.as_str()) {
                let row = rows.entry(agent.clone()).or_default();
                row.wrap_up_ms = millis(figures.wrap_up);
                row.signed_in_ms = millis(figures.signed_in);
                row.break_ms = millis(figures.on_break);
            }
        }
        for (agent, offers) in &self.offers {
            if wanted.visible.has_agent(agent.as_str()) {
                rows.entry(agent.clone()).or_default().missed = Some(offers.missed);
            }
        }
    }
}

/// Calls that came in to a queue.
fn filter(wanted: &ReportWanted) -> Filter {
    Filter {
        from: Some(wanted.from),
        until: Some(wanted.to),
        queue: wanted.queue.clone(),
        way: Some(Way::In),
        seen: seen(&wanted.visible),
        ..Filter::ALL
    }
}

fn in_time(snapshot: &Snapshot) -> InTime {
    InTime { answered: snapshot.service_level.within, abandoned: snapshot.service_level.abandoned_within }
}

fn head(snapshot: &Snapshot, wanted: &ReportWanted) -> ReportHead {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    ReportHead {
        from: rfc3339(wanted.from),
        to: rfc3339(wanted.to),
        // It was read when the configuration was built.
        zone: wanted_zone(&snapshot.source.main).unwrap_or_default(),
        within_ms: millis(snapshot.service_level.within),
        abandoned_within_ms: millis(snapshot.service_level.abandoned_within),
        target_permille: snapshot.service_level_target * 10,
    }
}

fn tally(sums: Sums) -> Tally {
    Tally {
        offered: sums.offered,
        answered: sums.answered,
        answered_within: sums.answered_within,
        abandoned: sums.abandoned,
        abandoned_early: sums.abandoned_early,
        left: sums.offered.saturating_sub(sums.answered).saturating_sub(sums.abandoned),
        talk_ms: sums.talk_ms,
        hold_ms: sums.hold_ms,
        wait_ms: sums.wait_ms,
    }
}

fn total<'a>(tallies: impl Iterator<Item = &'a Tally>) -> Tally {
    tallies.fold(Tally::default(), |mut total, tally| {
        total.add(tally);
        total
    })
}

fn view(tally: &Tally) -> TallyView {
    TallyView {
        offered: tally.offered,
        answered: tally.answered,
        answered_within: tally.answered_within,
        abandoned: tally.abandoned,
        abandoned_early: tally.abandoned_early,
        left: tally.left,
        talk_ms: tally.talk_ms,
        hold_ms: tally.hold_ms,
        wait_ms: tally.wait_ms,
        service_level_permille: tally.service_level_permille(),
    }
}

fn agent_sums(sums: Sums) -> AgentSums {
    AgentSums { answered: sums.answered, talk_ms: sums.talk_ms, hold_ms: sums.hold_ms, ..AgentSums::default() }
}

fn add_sums(total: &mut AgentSums, row: &AgentSums) {
    let add = |mine: &mut Option<u64>, other: Option<u64>| {
        if let Some(other) = other {
            *mine = Some(mine.unwrap_or_default() + other);
        }
    };
    total.answered += row.answered;
    total.talk_ms += row.talk_ms;
    total.hold_ms += row.hold_ms;
    total.not_filled += row.not_filled;
    add(&mut total.missed, row.missed);
    add(&mut total.wrap_up_ms, row.wrap_up_ms);
    add(&mut total.signed_in_ms, row.signed_in_ms);
    add(&mut total.break_ms, row.break_ms);
}

fn count(figures: &mut ReconciledFigures, call: &CallRowView) {
    figures.offered += 1;
    figures.answered += u64::from(call.outcome == Outcome::Answered);
    figures.abandoned += u64::from(call.outcome == Outcome::Abandoned);
    figures.talk_ms += call.talk_ms;
}

fn count_votes(figures: &mut ReconciledFigures, call: &StoredCall, visible: &Visible) -> Result<(), Refused> {
    let outline = Outline::of(call).map_err(Refused::unavailable)?;
    let mut votes = Votes::default();
    for vote in votes_of(&outline.votes).filter(|vote| visible.has_agent(vote.agent.as_str())) {
        votes.add(&Votes::one(&vote.question, vote.score));
    }
    figures.votes_asked += votes.asked;
    figures.votes_given += votes.given();
    figures.votes_score_sum += votes.score_sum();
    Ok(())
}

fn voted(sums: VoteSums) -> (AgentName, Votes) {
    let VoteSums { agent, question, best, asked, score_sum, best_given } = sums;
    let scores = Scores { given: asked, sum: score_sum, best: best_given };
    let scales = best.map(|best| (Scale { question, best }, scores)).into_iter().collect();
    (agent, Votes { asked, scales })
}

fn all<'a>(votes: impl Iterator<Item = &'a Votes>) -> Votes {
    votes.fold(Votes::default(), |mut all, votes| {
        all.add(votes);
        all
    })
}

fn votes_view(votes: &Votes) -> VotesView {
    let scale = |(Scale { question, best }, scores): (&Scale, &Scores)| ScaleView {
        question: question.clone(),
        best: *best,
        given: scores.given,
        score_sum: scores.sum,
        best_given: scores.best,
    };
    VotesView { asked: votes.asked, given: votes.given(), scales: votes.scales.iter().map(scale).collect() }
}

fn too_many(max: usize) -> Refused {
    Refused::Business(Business {
        code: "too_many_calls",
        detail: format!("there are more than {max} calls: choose a shorter time, or a queue"),
        detail_zh: format!("通话超过 {max} 条：请缩短时间范围，或选择队列"),
    })
}

fn titles(language: Language) -> Vec<String> {
    let titles: [(&str, &str); 18] = [
        ("通话", "call"),
        ("开始时间", "started"),
        ("方向", "direction"),
        ("主叫", "caller"),
        ("被叫", "called"),
        ("归属地", "region"),
        ("队列", "queue"),
        ("坐席", "agent"),
        ("结果", "outcome"),
        ("原因", "cause"),
        ("流程（秒）", "flow, s"),
        ("等待（秒）", "waiting, s"),
        ("振铃（秒）", "ringing, s"),
        ("通话（秒）", "talking, s"),
        ("保持（秒）", "on hold, s"),
        ("录音", "recording"),
        ("小结", "summary"),
        ("小结结果", "result"),
    ];
    titles.into_iter().map(|(zh, en)| in_language(language, zh, en)).collect()
}

fn cells(call: &CallRowView, snapshot: &Snapshot, language: Language) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let seconds = |ms: u64| format!("{}.{}", ms / 1000, ms % 1000 / 100);
    let started = read_rfc3339(&call.started).map(|at| snapshot.zone.local(at));
    let started = started.map_or_else(|| call.started.clone(), |local| format!("{} {}", local.date, local.minute));
    let direction = match call.direction {
        Direction::Inbound => in_language(language, "呼入", "inbound"),
        Direction::Outbound => in_language(language, "呼出", "outbound"),
    };
    let outcome = match call.outcome {
        Outcome::Answered => in_language(language, "已接通", "answered"),
        Outcome::Abandoned => in_language(language, "放弃", "abandoned"),
        Outcome::PassedOn => in_language(language, "转出队列", "passed on"),
        Outcome::Left => in_language(language, "未进队列", "left before a queue"),
    };
    vec![
        call.call.clone(),
        started,
        direction,
        text(&call.caller),
        call.called.clone(),
        text(&call.region),
        text(&call.queue),
        text(&call.agent),
        outcome,
        call.cause.clone(),
        seconds(call.ivr_ms),
        seconds(call.wait_ms),
        seconds(call.ring_ms),
        seconds(call.talk_ms),
        seconds(call.hold_ms),
        text(&call.recording),
        summary_in_words(call, language),
        text(match language {
            Language::Chinese => &call.disposition_zh,
            Language::English => &call.disposition_en,
        }),
    ]
}

fn summary_in_words(call: &CallRowView, language: Language) -> String {
    let (zh, en) = match (call.summary, call.summary_late) {
        (Some("open"), _) => ("待填写", "open"),
        (Some("not_filled"), _) => ("未填写", "not filled"),
        (Some(_), true) => ("超时补填", "filled late"),
        (Some(_), false) => ("已填写", "filled"),
        (None, _) => ("", ""),
    };
    in_language(language, zh, en)
}

fn in_language(language: Language, zh: &str, en: &str) -> String {
    match language {
        Language::Chinese => zh.to_owned(),
        Language::English => en.to_owned(),
    }
}
