//! Four eyes: what is asked for by one, approved by another, and done once.

use bell_access::audit::Outcome;
use bell_access::{Act, Answer, Approval, ApprovalId, Decision, ExportSet, Object, Permission, Request, UserId};
use bell_api::doors::{ApprovalAnswer, ApprovalSeen, ExportApproved, Refused, SignedIn};
use bell_store::accounts::Changing;
use bell_types::Wall;

use super::{Accounts, Operator, done, logged};
use crate::clock::wall;

/// How many requests a list shows.
const SHOWN_MAX: u64 = 200;

/// What a second person must have said yes to, exactly so.
pub(super) struct Guarded {
    pub(super) act: Act,
    pub(super) subject: String,
    pub(super) object: Object,
}

/// Whether an act may be done now.
pub(super) enum Eyes {
    /// It may: somebody has approved it, or who asks stands at the machine, whom nobody need approve.
    Open(Option<Box<Approval>>),
    /// A second person is asked, or has been. The change is committed with that, and nothing else.
    Asked(ApprovalId),
}

impl Accounts {
    /// Uses the approval there is for exactly this, or asks for one.
    pub(super) async fn four_eyes(
        &self,
        change: &mut Changing,
        who: &SignedIn,
        guarded: Guarded,
        reason: Option<&str>,
    ) -> Result<Eyes, Refused> {
        // Whoever owns the machine could write the database: he is logged, not stopped.
        if who.actor.user() == Operator::USER {
            return Ok(Eyes::Open(None));
        }
        let (now, settings) = (wall(), self.settings());
        let Guarded { act, subject, object } = guarded;
        let since = now.before(settings.policy.approval_wait + settings.policy.approval_use_within);
        let open = change.rows().open_approvals(since).await.map_err(Refused::unavailable)?;
        let is_this = |one: &Approval| {
            one.asked_by == who.actor.user() && one.act == act && one.subject == subject && one.object == object
        };
        let waiting = open.iter().filter(|one| one.waits(now, &settings.policy)).count();
        for mut approval in open.into_iter().filter(is_this) {
            match approval.redeem(now, &who.actor, (act, &subject, &object), &settings.policy) {
                Ok(()) => {
                    change.put_approval(&approval).await.map_err(Refused::unavailable)?;
                    return Ok(Eyes::Open(Some(Box::new(approval))));
                }
                Err(_) if approval.waits(now, &settings.policy) => return Ok(Eyes::Asked(approval.approval)),
                // It has expired: another one is asked for.
                Err(_) => {}
            }
        }
        let reason = reason.filter(|reason| !reason.trim().is_empty()).ok_or(Refused::ReasonNeeded)?;
        let approval = change.next_approval().await.map_err(Refused::unavailable)?;
        let request = Request { approval, act, subject, object, reason: reason.to_owned() };
        let asked = Approval::ask(now, &who.actor, request, &settings.policy, waiting)?;
        self.put_approval(change, who, &asked, "approval.ask").await?;
        Ok(Eyes::Asked(asked.approval))
    }

    pub(super) async fn approvals(&self, who: &SignedIn) -> Result<Vec<ApprovalSeen>, Refused> {
        let rows = self.rows().await?;
        let mut seen = Vec::new();
        for approval in rows.approvals(None, SHOWN_MAX).await.map_err(Refused::unavailable)? {
            if approval.asked_by == who.actor.user() || may_answer(who, &approval) {
                seen.push(self.seen(approval).await?);
            }
        }
        Ok(seen)
    }

    pub(super) async fn approval(&self, who: &SignedIn, id: ApprovalId) -> Result<ApprovalSeen, Refused> {
        let found = self.rows().await?.approval(id).await.map_err(Refused::unavailable)?;
        let may_see = |one: &Approval| one.asked_by == who.actor.user() || may_answer(who, one);
        self.seen(found.filter(may_see).ok_or(Refused::NotThere)?).await
    }

    /// Recordings are exported now: nobody needs to approve that, or somebody has, which is used up by it (REC-13).
    pub(super) async fn approve_export(
        &self,
        who: &SignedIn,
        set: &ExportSet,
        named: Option<ApprovalId>,
        reason: Option<&str>,
    ) -> Result<Option<ExportApproved>, Refused> {
        if !set.needs_approval(&self.settings().policy) {
            return Ok(None);
        }
        let object = Object::of_tenant(who.actor.tenant());
        let guarded = Guarded { act: Act::ExportRecordings, subject: set.subject(), object };
        let mut change = self.begin().await?;
        let eyes = match named {
            Some(id) => Eyes::Open(Some(Box::new(self.redeem(&mut change, who, id, &guarded).await?))),
            None => self.four_eyes(&mut change, who, guarded, reason).await?,
        };
        self.commit(change).await?;
        match eyes {
            Eyes::Asked(id) => Err(Refused::ApprovalNeeded(id)),
            Eyes::Open(None) => Ok(None),
            Eyes::Open(Some(approval)) => {
                let seen = self.seen(*approval).await?;
                let by = seen.answered_by.unwrap_or_default();
                Ok(Some(ExportApproved { approval: seen.approval.approval, by, reason: seen.approval.reason }))
            }
        }
    }

    /// Uses the one approval that is named, for exactly this.
    async fn redeem(
        &self,
        change: &mut Changing,
        who: &SignedIn,
        id: ApprovalId,
        Guarded { act, subject, object }: &Guarded,
    ) -> Result<Approval, Refused> {
        let found = change.rows().approval(id).await.map_err(Refused::unavailable)?;
        // Somebody else's is none for him: its number tells nothing.
        let is_his = |one: &Approval| one.asked_by == who.actor.user();
        let mut approval = found.filter(is_his).ok_or(Refused::NotThere)?;
        approval.redeem(wall(), &who.actor, (*act, subject, object), &self.settings().policy)?;
        change.put_approval(&approval).await.map_err(Refused::unavailable)?;
        Ok(approval)
    }

    pub(super) async fn answer_approval(
        &self,
        who: &SignedIn,
        id: ApprovalId,
        answer: ApprovalAnswer,
    ) -> Result<ApprovalSeen, Refused> {
        let (now, settings) = (wall(), self.settings());
        let mut change = self.begin().await?;
        let found = change.rows().approval(id).await.map_err(Refused::unavailable)?;
        let mut approval = found.ok_or(Refused::NotThere)?;
        if approval.asked_by != who.actor.user() && !may_answer(who, &approval) {
            return Err(Refused::NotThere);
        }
        let action = match answer {
            ApprovalAnswer::Approve => {
                approval.approve(now, &who.actor, &settings.policy)?;
                "approval.approve"
            }
            ApprovalAnswer::Reject(reason) => {
                approval.refuse(now, &who.actor, &reason, &settings.policy)?;
                "approval.reject"
            }
            ApprovalAnswer::Withdraw => {
                approval.withdraw(now, who.actor.user())?;
                "approval.withdraw"
            }
        };
        self.put_approval(&mut change, who, &approval, action).await?;
        self.commit(change).await?;
        self.seen(approval).await
    }

    async fn put_approval(
        &self,
        change: &mut Changing,
        who: &SignedIn,
        approval: &Approval,
        action: &str,
    ) -> Result<(), Refused> {
        change.put_approval(approval).await.map_err(Refused::unavailable)?;
        let mut entry = done(wall(), (logged(who), None), action, format!("approval {}", approval.approval));
        entry.address = Some(who.address);
        entry.outcome = Outcome::Done;
        entry.details = vec![
            ("act".to_owned(), bell_access::audit::Detail::Plain(approval.act.code().to_owned())),
            ("subject".to_owned(), approval.subject_in_log()),
            ("reason".to_owned(), bell_access::audit::Detail::Words(approval.reason.clone())),
        ];
        change.tell(entry).await.map(drop).map_err(Refused::unavailable)
    }

    async fn seen(&self, approval: Approval) -> Result<ApprovalSeen, Refused> {
        let settings = self.settings();
        let by = match &approval.answer {
            Answer::Approved { by, .. } | Answer::Refused { by, .. } | Answer::Used { by, .. } => Some(*by),
            Answer::Waiting | Answer::Withdrawn { .. } => None,
        };
        let answered_by = match by {
            Some(by) => Some(self.name_of(by).await?),
            None => None,
        };
        let ends = match approval.answer {
            Answer::Approved { at, .. } => at + settings.policy.approval_use_within,
            Answer::Refused { at, .. } | Answer::Withdrawn { at } | Answer::Used { at, .. } => at,
            Answer::Waiting => approval.asked_at + settings.policy.approval_wait,
        };
        Ok(ApprovalSeen { asked_by: self.name_of(approval.asked_by).await?, answered_by, ends, approval })
    }

    pub(super) async fn name_of(&self, user: UserId) -> Result<String, Refused> {
        let person = self.rows().await?.person(user).await.map_err(Refused::unavailable)?;
        Ok(person.map_or_else(|| user.to_string(), |person| person.name))
    }
}

fn may_answer(who: &SignedIn, approval: &Approval) -> bool {
    matches!(approval.act.decide(&who.actor, &approval.object), Decision::Allowed(_))
}

/// What the log says of an act that a permission decided; nothing if such an act is not logged.
pub(super) fn decided(
    now: Wall,
    who: &SignedIn,
    (permission, object): (Permission, &str),
    decision: &Decision,
    details: &[(&str, &str)],
) -> Option<bell_access::audit::Entry> {
    let detail =
        |(name, text): &(&str, &str)| ((*name).to_owned(), bell_access::audit::Detail::Words((*text).to_owned()));
    let details = details.iter().map(detail).collect();
    let by = (logged(who), Some(who.address));
    bell_access::audit::Entry::decided(now, by, permission, object, decision, details)
}
