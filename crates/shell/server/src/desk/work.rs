//! The door to the work after a call. What a summary needs and how it stands, `bell-customer` decides; here it is read and
//! written.

use std::collections::BTreeMap;
use std::sync::Arc;

use bell_api::doors::{
    ChoiceView, DispositionView, DispositionsView, Doing, LackingPart, OwnerKind, OwnerSent, Refused, SignedIn,
    SummaryFieldView, SummaryRuleView, SummarySent, SummaryView, Work,
};
use bell_api::time::rfc3339;
use bell_call::CallRecord;
use bell_callers::{Change, Group};
use bell_customer::{
    Asked, Choice, Code, Correction, Dispositions, Effect, Field, Kind, Lacking, Limits, Need, Node, NotAResult,
    PersonName, Rule, State, Summary, Way, Written,
};
use bell_engine::{Command, Listing, Snapshot, SummarySheet};
use bell_store::summaries::{self, Summary as Row};
use bell_store::{TenantId, calls, knowledge, tickets};
use bell_types::{ActorName, AgentName, CallId, EntrySource, Number, Pattern, QueueName, Service, Terms, Wall};
use serde_json::Value;

use super::act::command;
use super::records::RecordsDoor;
use crate::clock::wall;

/// Characters of a note where no tree says how many.
const TEXT_CHARS_MAX: usize = 2_000;

pub(super) struct WorkDoor {
    records: Arc<RecordsDoor>,
}

/// What is asked of an agent after a call, and what he has given.
struct Standing {
    sheet: Option<Arc<SummarySheet>>,
    /// What was kept; none: nothing yet.
    row: Option<Row>,
    /// When his part in the call ended; none: it goes on.
    ended: Option<Wall>,
}

impl Work for WorkDoor {
    fn dispositions<'a>(&'a self, queue: Option<&'a QueueName>) -> Doing<'a, DispositionsView> {
        Box::pin(async move {
            let snapshot = self.records.snapshot()?;
            let sheet = snapshot.summaries.after(queue).ok_or(Refused::NotThere)?;
            Ok(dispositions(sheet))
        })
    }

    fn summary<'a>(&'a self, call: CallId, agent: &'a AgentName) -> Doing<'a, SummaryView> {
        Box::pin(async move {
            let standing = self.standing(call, agent).await?;
            if standing.sheet.is_none() && standing.row.is_none() {
                return Err(Refused::NotThere);
            }
            self.beside(call, standing.view(call, agent, wall())).await
        })
    }

    fn write<'a>(
        &'a self,
        call: CallId,
        agent: &'a AgentName,
        who: &'a SignedIn,
        sent: SummarySent,
    ) -> Doing<'a, SummaryView> {
        Box::pin(async move {
            let mut standing = self.standing(call, agent).await?;
            let now = wall();
            let tree = standing.tree();
            let written = read(&sent).map_err(Refused::SummaryIncomplete)?;
            let plan = &self.records.snapshot()?.plan;
            let correction = sent.owner.as_ref().map(|owner| correction(owner, plan)).transpose();
            let chosen = standing.summary(now).write(now, &tree, &written);
            let (chosen, correction) = match (chosen, correction) {
                (Ok(chosen), Ok(correction)) => (chosen, correction),
                (taken, wrong) => {
                    let lacking = taken.err().unwrap_or_default();
                    return Err(Refused::SummaryIncomplete(lacking.iter().map(part).chain(wrong.err()).collect()));
                }
            };
            let effect = correction.as_ref().map_or(chosen, |correction| correction.effect(chosen));
            let kept = kept(&tree, sent, effect, (now, &who.name));
            // Only what is new: a note that is mended days later must not undo what was learned since. If the node dies
            // before the summary is written, the same comes again, and changes nothing twice.
            if let Some(correction) = correction.filter(|_| kept.owner.as_deref() != standing.owner()) {
                self.records.correct_owner(who, call, correction).await?;
            }
            if let Some(listing) = standing.listing(&kept) {
                self.enlist(call, listing, &kept).await?;
            }
            let sheet = standing.sheet.as_ref().map(|sheet| &sheet.name);
            let db = self.records.db().await?;
            summaries::write(db, TenantId::FIRST, (call, agent), sheet, &kept).await.map_err(Refused::unavailable)?;
            standing.row = summaries::find(db, TenantId::FIRST, call, agent).await.map_err(Refused::unavailable)?;
            self.beside(call, standing.view(call, agent, now)).await
        })
    }
}

impl WorkDoor {
    pub(super) const fn new(records: Arc<RecordsDoor>) -> Self {
        Self { records }
    }

    /// With the articles that were used in the call, and the ticket that was opened.
    async fn beside(&self, call: CallId, view: SummaryView) -> Result<SummaryView, Refused> {
        let db = self.records.db().await?;
        let articles = knowledge::of_call(db, TenantId::FIRST, call).await.map_err(Refused::unavailable)?;
        let ticket = tickets::of_call(db, TenantId::FIRST, call).await.map_err(Refused::unavailable)?;
        Ok(SummaryView { articles, ticket: ticket.map(|ticket| ticket.to_string()), ..view })
    }

    /// Puts the other side's number on a list (AGT-05). One who withheld it stands on none.
    async fn enlist(&self, call: CallId, listing: &Listing, kept: &summaries::Written) -> Result<(), Refused> {
        let Some(number) = self.records.party(call).await? else { return Ok(()) };
        let by = ActorName::new(&kept.by).map_err(Refused::unavailable)?;
        let terms = Terms {
            owner: by.clone(),
            by: Some(by.clone()),
            reason: kept.said_zh.clone(),
            source: EntrySource::Manual,
            service: Service::default(),
        };
        let groups = vec![Group { terms, entries: vec![(Pattern::Number(number), listing.term)] }];
        let change = Change::Add { list: listing.list.clone(), groups };
        command(&self.records.context, Command::Lists(by, Arc::new(change))).await
    }

    /// Whether an agent may end his wrap-up: not while a summary that is required is open. If that cannot be found out, he
    /// may: the time-out counts it, and nobody is kept from work because the database is away.
    pub(super) async fn lets_go(&self, agent: &AgentName) -> Result<(), Refused> {
        let call = self.records.context.windows.live().wraps_up(agent).map(|finished| finished.call);
        let Some(call) = call else { return Ok(()) };
        let standing = match self.standing(call, agent).await {
            Ok(standing) => standing,
            Err(Refused::Unavailable(error)) => {
                tracing::warn!(%call, %agent, error = &*error as &dyn std::error::Error, "a summary cannot be looked up");
                return Ok(());
            }
            Err(refused) => return Err(refused),
        };
        if standing.summary(wall()).lets_go() {
            return Ok(());
        }
        let lacking = standing.rule().review(&standing.tree(), &Written::default()).err().unwrap_or_default();
        Err(Refused::SummaryMissing(lacking.iter().map(part).collect()))
    }

    /// How the summary of a call stands that an agent talked in.
    async fn standing(&self, call: CallId, agent: &AgentName) -> Result<Standing, Refused> {
        let part = match self.running(call, agent) {
            Some(part) => Some(part),
            None => self.ended(call, agent).await?.or_else(|| self.just_ended(call, agent)),
        };
        let (queue, ended) = part.ok_or(Refused::NotThere)?;
        let sheet = self.records.snapshot()?.summaries.after(queue.as_ref()).cloned();
        let db = self.records.db().await?;
        let row = summaries::find(db, TenantId::FIRST, call, agent).await.map_err(Refused::unavailable)?;
        Ok(Standing { sheet, row, ended })
    }

    /// The last queue of a call that runs, and when the agent's part in it ended.
    fn running(&self, call: CallId, agent: &AgentName) -> Option<(Option<QueueName>, Option<Wall>)> {
        let live = self.records.context.windows.live();
        let record = live.calls().find(|record| record.call == call)?;
        let goes_on = record
            .legs
            .iter()
            .any(|leg| leg.ended.is_none() && super::board::agent_of(&leg.role).is_some_and(|on| on == agent.as_str()));
        let (_, ended) = record.talked().into_iter().find(|(talked, _)| *talked == agent)?;
        Some((record.queue().cloned(), (!goes_on).then_some(record.arrived + ended)))
    }

    /// As the database does not know it yet.
    fn just_ended(&self, call: CallId, agent: &AgentName) -> Option<(Option<QueueName>, Option<Wall>)> {
        let live = self.records.context.windows.live();
        let (_, finished) = live.finished(call).find(|(other, _)| *other == agent)?;
        Some((finished.queue.clone(), Some(finished.ended)))
    }

    async fn ended(
        &self,
        call: CallId,
        agent: &AgentName,
    ) -> Result<Option<(Option<QueueName>, Option<Wall>)>, Refused> {
        let stored = calls::find(self.records.db().await?, TenantId::FIRST, call).await;
        let Some(stored) = stored.map_err(Refused::unavailable)? else { return Ok(None) };
        let record: CallRecord = serde_json::from_str(&stored.record).map_err(Refused::unavailable)?;
        let part = record.talked().into_iter().find(|(talked, _)| *talked == agent);
        Ok(part.map(|(_, ended)| (record.queue().cloned(), Some(record.arrived + ended))))
    }
}

impl Standing {
    fn rule(&self) -> Rule {
        self.sheet.as_ref().map_or(FREE, |sheet| sheet.rule)
    }

    /// The correction that was written, as it was kept.
    fn owner(&self) -> Option<&str> {
        self.row.as_ref()?.written.as_ref()?.owner.as_deref()
    }

    /// The list that a result puts the other side's number on. Only what is new: a note that is mended days later must not
    /// put a number back that was taken off since.
    fn listing(&self, kept: &summaries::Written) -> Option<&Listing> {
        let before = self.row.as_ref().and_then(|row| row.written.as_ref());
        if before.is_some_and(|before| before.disposition == kept.disposition) {
            return None;
        }
        let way: Vec<Code> = kept.disposition.iter().filter_map(|code| Code::parse(code).ok()).collect();
        self.sheet.as_ref()?.listing(&way)
    }

    fn tree(&self) -> Dispositions {
        self.sheet.as_ref().map_or_else(nothing_asked, |sheet| sheet.tree.clone())
    }

    /// As it was kept; otherwise as it was asked for when his part in the call ended.
    fn summary(&self, now: Wall) -> Summary {
        let asked = || Summary::asked(self.rule(), self.ended.unwrap_or(now));
        let mut summary = self.row.as_ref().and_then(|row| as_kept(self.rule(), row)).unwrap_or_else(asked);
        summary.time_out(now);
        summary
    }

    fn view(&self, call: CallId, agent: &AgentName, now: Wall) -> SummaryView {
        let summary = self.summary(now);
        let asked = || Summary::asked(self.rule(), self.ended?).due();
        let due = self.row.as_ref().and_then(|row| row.due).or_else(asked);
        let written = self.row.as_ref().and_then(|row| row.written.as_ref());
        SummaryView {
            call: call.to_string(),
            agent: agent.to_string(),
            state: state(summary.state()),
            due: due.map(rfc3339),
            late: written.is_some() && summary.was_missed(),
            disposition: written.map(|written| written.disposition.clone()).unwrap_or_default(),
            effect: written.and_then(|written| written.effect.clone()),
            resolved: written.and_then(|written| written.resolved),
            note: written.map(|written| written.note.clone()).unwrap_or_default(),
            // They were written by `kept`.
            fields: written.and_then(|written| serde_json::from_str(&written.fields).ok()).unwrap_or_default(),
            owner: self.owner().and_then(|owner| serde_json::from_str(owner).ok()),
            articles: Vec::new(),
            ticket: None,
            written_at: written.map(|written| rfc3339(written.at)),
            written_by: written.map(|written| written.by.clone()),
        }
    }
}

/// How a summary that was kept stands, by the times that are kept; none: it was not asked for and not written.
pub(super) fn as_kept(rule: Rule, row: &Row) -> Option<Summary> {
    let written = row.first_at.zip(row.written.as_ref().map(|written| written.at));
    let state = match (row.due, written) {
        (Some(due), Some((first, at))) if due <= first => State::FilledLate { missed: due, at },
        (_, Some((_, at))) => State::Filled { at },
        (Some(due), None) => State::Open { due },
        (None, None) => return None,
    };
    Some(Summary::kept(rule, state))
}

/// What is asked where nothing is.
pub(super) const FREE: Rule =
    Rule { disposition: Need::Optional, resolved: Need::Optional, within: std::time::Duration::ZERO };

/// As the console knows it.
pub(super) const fn state(state: State) -> &'static str {
    match state {
        State::Free | State::Open { .. } => "open",
        State::Filled { .. } | State::FilledLate { .. } => "filled",
        State::NotFilled { .. } => "not_filled",
    }
}

/// A tree without results: a note can be written all the same.
fn nothing_asked() -> Dispositions {
    let limits = Limits { nodes_max: 0, depth_max: 0, fields_max: 0, text_chars_max: TEXT_CHARS_MAX };
    Dispositions::new(Vec::new(), Vec::new(), limits).expect("nothing is within every limit")
}

/// A summary in the words of the core. Codes that are none cannot name anything.
fn read(sent: &SummarySent) -> Result<Written, Vec<LackingPart>> {
    let path: Result<Vec<Code>, _> = sent.disposition.iter().map(|code| Code::parse(code)).collect();
    let mut fields = BTreeMap::new();
    let mut wrong = Vec::new();
    if path.is_err() {
        wrong.push(LackingPart { field: "disposition".to_owned(), problem: "unknown" });
    }
    for (name, value) in &sent.fields {
        let text = match value {
            Value::Null => continue,
            Value::Bool(true) => "yes",
            Value::Bool(false) => "no",
            Value::String(text) => text,
            Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                wrong.push(LackingPart { field: name.clone(), problem: "malformed" });
                continue;
            }
        };
        match Code::parse(name) {
            Ok(code) => drop(fields.insert(code, text.to_owned())),
            Err(_) => wrong.push(LackingPart { field: name.clone(), problem: "unknown" }),
        }
    }
    match path {
        Ok(disposition) if wrong.is_empty() => {
            Ok(Written { disposition, resolved: sent.resolved, note: sent.note.clone(), fields })
        }
        _ => Err(wrong),
    }
}

/// What an agent learned about the other side (AGT-06), or what is wrong with it. An empty text is none.
fn correction(owner: &OwnerSent, plan: &bell_types::NumberPlan) -> Result<Correction, LackingPart> {
    let lacks = |problem| LackingPart { field: "owner".to_owned(), problem };
    let text =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let name = text(&owner.name).map(|name| PersonName::parse(&name)).transpose();
    let number = text(&owner.number).map(|number| Number::parse(&number, plan)).transpose();
    let (Ok(name), Ok(number)) = (name, number) else { return Err(lacks("malformed")) };
    match (owner.kind, name, number) {
        (OwnerKind::WrongNumber, name, Some(number)) => Ok(Correction::WrongNumber(Some((number, name)))),
        (OwnerKind::WrongNumber, None, None) => Ok(Correction::WrongNumber(None)),
        (OwnerKind::WrongName, Some(name), _) => Ok(Correction::WrongName(name)),
        (OwnerKind::ExtraContact, name, Some(number)) => Ok(Correction::ExtraContact(number, name)),
        (OwnerKind::WrongNumber | OwnerKind::ExtraContact, _, None) | (OwnerKind::WrongName, None, _) => {
            Err(lacks("missing"))
        }
    }
}

fn part(lacking: &Lacking) -> LackingPart {
    let problem = match lacking {
        Lacking::Disposition | Lacking::Resolved | Lacking::Note | Lacking::Field(_) => "missing",
        // The path ends at a heading: the result below it is missing.
        Lacking::NotAResult(NotAResult::Branch(_) | NotAResult::Nothing) => "missing",
        Lacking::NotAResult(NotAResult::Unknown(_)) | Lacking::UnknownField(_) => "unknown",
        Lacking::Value(_) => "malformed",
        Lacking::NoteTooLong(_) => "too_long",
    };
    LackingPart { field: lacking.part().to_owned(), problem }
}

fn kept(tree: &Dispositions, sent: SummarySent, effect: Option<Effect>, (at, by): (Wall, &str)) -> summaries::Written {
    let codes: Vec<Code> = sent.disposition.iter().filter_map(|code| Code::parse(code).ok()).collect();
    let way = tree.way_to(&codes).unwrap_or_default();
    let said = |of: fn(&Node) -> &str| way.iter().map(|node| of(node)).collect::<Vec<_>>().join(" / ");
    let fields: BTreeMap<_, _> = sent.fields.iter().filter(|(_, value)| !value.is_null()).collect();
    summaries::Written {
        at,
        by: by.to_owned(),
        said_zh: said(|node| &node.said.zh),
        said_en: said(|node| &node.said.en),
        effect: effect.map(|effect| effect_code(effect).to_owned()),
        resolved: sent.resolved,
        // Values and texts that were read as JSON can be written as such.
        fields: serde_json::to_string(&fields).unwrap_or_default(),
        owner: sent.owner.as_ref().and_then(|owner| serde_json::to_string(owner).ok()),
        disposition: sent.disposition,
        note: sent.note,
    }
}

fn dispositions(sheet: &SummarySheet) -> DispositionsView {
    // What the rule asks of every result, each of them asks.
    let resolved = (sheet.rule.resolved == Need::Required).then_some(Asked::Resolved);
    let within_ms = u64::try_from(sheet.rule.within.as_millis()).unwrap_or(u64::MAX);
    DispositionsView {
        name: sheet.name.to_string(),
        tree: sheet.tree.tree().iter().map(|node| entry(node, resolved.as_ref())).collect(),
        fields: sheet.tree.fields().iter().map(field).collect(),
        rule: SummaryRuleView { required: sheet.rule.disposition == Need::Required, within_ms },
    }
}

fn entry(node: &Node, also: Option<&Asked>) -> DispositionView {
    let also = also.filter(|also| !node.required.contains(also));
    let (effect, children) = match &node.kind {
        Kind::Result(effect) => (effect.map(effect_code), Vec::new()),
        Kind::Branch(children) => (None, children.iter().map(|node| entry(node, None)).collect()),
    };
    DispositionView {
        code: node.code.to_string(),
        zh: node.said.zh.clone(),
        en: node.said.en.clone(),
        effect,
        required: also.into_iter().chain(&node.required).map(|asked| asked.as_str().to_owned()).collect(),
        children,
    }
}

fn field(field: &Field) -> SummaryFieldView {
    let choice = |choice: &Choice| ChoiceView {
        code: choice.code.to_string(),
        zh: choice.said.zh.clone(),
        en: choice.said.en.clone(),
    };
    let (kind, choices) = match &field.way {
        Way::Text => ("text", Vec::new()),
        Way::Choice(choices) => ("choice", choices.iter().map(choice).collect()),
        Way::YesNo => ("yes_no", Vec::new()),
        Way::Date => ("date", Vec::new()),
    };
    SummaryFieldView {
        name: field.code.to_string(),
        zh: field.said.zh.clone(),
        en: field.said.en.clone(),
        kind,
        choices,
    }
}

const fn effect_code(effect: Effect) -> &'static str {
    match effect {
        Effect::Retry => "retry",
        Effect::Done => "done",
        Effect::Invalid => "invalid",
        Effect::UpdateData => "update_data",
    }
}

/// What is asked for when this call has ended, of each agent who talked in it.
pub(crate) fn asked_after(record: &CallRecord, snapshot: &Snapshot) -> Vec<summaries::Asked> {
    let Some(sheet) = snapshot.summaries.after(record.queue()) else { return Vec::new() };
    let asked = record.talked().into_iter().map(|(agent, ended)| summaries::Asked {
        call: record.call,
        agent: agent.clone(),
        sheet: sheet.name.clone(),
        due: Summary::asked(sheet.rule, record.arrived + ended).due(),
    });
    asked.collect()
}
