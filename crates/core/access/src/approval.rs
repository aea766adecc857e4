//! Four eyes: an act of a short list is asked for by one person, approved by another, and done once, by the one who asked
//! and exactly as it was approved.

use bell_types::Wall;
use thiserror::Error;

use crate::audit::Detail;
use crate::decide::{Actor, Decision, Denied, decide};
use crate::permission::{Condition, Permission};
use crate::policy::Policy;
use crate::reach::Object;
use crate::{ApprovalId, ExportSet, UserId};

/// How long a subject and a reason may be, in characters.
pub const TEXT_LEN_MAX: usize = 1_000;

/// An act that needs a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Making somebody a super administrator.
    MakeSuperAdmin,
    /// Resetting the password or factors of a super administrator or an auditor, or disabling the account.
    ChangeGuardedAccount,
    /// Deleting recordings before their term.
    DeleteRecordings,
    /// Taking recordings home, where the policy wants a second person for it.
    ExportRecordings,
    /// Changing retention, or whether calls are recorded.
    ChangeRetention,
    /// Changing the rules of login.
    ChangeSecurity,
    /// Changing the set-up of the audit log.
    SetUpAudit,
}

/// A request, from asking to using. Its times decide what it is: nothing has to run for it to expire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Its id.
    pub approval: ApprovalId,
    /// What is to be done.
    pub act: Act,
    /// To what, and how, in full: the words an approver reads are those that are carried out.
    pub subject: String,
    /// Whose it is.
    pub object: Object,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: UserId,
    /// When.
    pub asked_at: Wall,
    /// What became of it.
    pub answer: Answer,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    Waiting,
    /// Somebody said yes.
    Approved {
        /// Who.
        by: UserId,
        /// When.
        at: Wall,
    },
    /// Somebody said no.
    Refused {
        /// Who.
        by: UserId,
        /// When.
        at: Wall,
        /// Why.
        reason: String,
    },
    /// Who asked took it back.
    Withdrawn {
        /// When.
        at: Wall,
    },
    /// It was done.
    Used {
        /// Who had approved.
        by: UserId,
        /// When it was done.
        at: Wall,
    },
}

/// Why an approval does not go on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApprovalRefusal {
    /// The person may not do the act, with approval or without.
    #[error("{0}")]
    Denied(Denied),
    /// An act without a reason, or without a subject.
    #[error("say what is to be done, and why")]
    Silent,
    /// A text beyond the limit.
    #[error("subject or reason is too long; a reason may have {TEXT_LEN_MAX} characters")]
    TooLong,
    /// Too many requests wait.
    #[error("too many requests wait for approval already; answer or withdraw some")]
    TooMany,
    /// Who asked wants to approve too.
    #[error("who asked cannot approve; ask another person who may do it")]
    SamePerson,
    /// Another person wants to use or withdraw it.
    #[error("only who asked can do this")]
    NotWhoAsked,
    /// It waited too long, or was not used in time.
    #[error("the request has expired; ask again")]
    Expired,
    /// It has been answered.
    #[error("the request has been answered already")]
    Answered,
    /// Nobody has approved it.
    #[error("nobody has approved it yet")]
    NotApproved,
    /// It was used.
    #[error("an approval is used once; ask again")]
    UsedUp,
    /// What is to be done is not what was approved.
    #[error("this is not what was approved; ask again")]
    Different,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::MakeSuperAdmin,
        Self::ChangeGuardedAccount,
        Self::DeleteRecordings,
        Self::ExportRecordings,
        Self::ChangeRetention,
        Self::ChangeSecurity,
        Self::SetUpAudit,
    ];

    /// As programs and the log know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MakeSuperAdmin => "make_super_admin",
            Self::ChangeGuardedAccount => "change_guarded_account",
            Self::DeleteRecordings => "delete_recordings",
            Self::ExportRecordings => "export_recordings",
            Self::ChangeRetention => "change_retention",
            Self::ChangeSecurity => "change_security",
            Self::SetUpAudit => "set_up_audit",
        }
    }

    /// What both the one who asks and the one who approves must hold. Super administrators are made by those who reach the
    /// whole tenant: giving roles alone can reach a department only, composing them cannot.
    pub const fn permission(self) -> Permission {
        match self {
            Self::MakeSuperAdmin | Self::ChangeGuardedAccount => Permission::RoleWrite,
            Self::DeleteRecordings => Permission::RecordingDelete,
            Self::ExportRecordings => Permission::RecordingExport,
            Self::ChangeRetention => Permission::RetentionWrite,
            Self::ChangeSecurity => Permission::SecurityWrite,
            Self::SetUpAudit => Permission::AuditSetUp,
        }
    }

    /// Whether it is asked for and answered at the desk too; the others are at the listener of administrators only.
    pub const fn is_of_desk(self) -> bool {
        match self {
            Self::ExportRecordings => true,
            Self::MakeSuperAdmin
            | Self::ChangeGuardedAccount
            | Self::DeleteRecordings
            | Self::ChangeRetention
            | Self::ChangeSecurity
            | Self::SetUpAudit => false,
        }
    }

    /// How long its subject may be, in characters: one that names each recording is longer than a sentence.
    pub const fn subject_len_max(self) -> usize {
        match self {
            Self::ExportRecordings => 16_000,
            Self::MakeSuperAdmin
            | Self::ChangeGuardedAccount
            | Self::DeleteRecordings
            | Self::ChangeRetention
            | Self::ChangeSecurity
            | Self::SetUpAudit => TEXT_LEN_MAX,
        }
    }

    /// Whether the actor may do it, ask for it, and answer those who ask. Recordings are of many people: that he reaches
    /// all that are exported is decided where calls are found, and here only that he exports at all.
    pub fn decide(self, actor: &Actor, object: &Object) -> Decision {
        match self {
            Self::ExportRecordings if object.tenant == actor.tenant() => {
                actor.furthest(self.permission()).map_or_else(Decision::Denied, Decision::Allowed)
            }
            Self::ExportRecordings
            | Self::MakeSuperAdmin
            | Self::ChangeGuardedAccount
            | Self::DeleteRecordings
            | Self::ChangeRetention
            | Self::ChangeSecurity
            | Self::SetUpAudit => decide(actor, self.permission(), object),
        }
    }

    /// The act that stands behind a permission which asks for approval.
    pub fn of(permission: Permission) -> Option<Self> {
        let asks = permission.conditions().contains(&Condition::Approval);
        Self::ALL.into_iter().find(|act| asks && act.permission() == permission)
    }
}

/// Whether a request is somebody's to see and to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concern {
    /// It is not, where he asks.
    Nobody,
    /// It is, by what he may.
    Him,
    /// It is if he reaches each of these recordings; none: if he reaches every recording there is.
    WhoReaches(Option<ExportSet>),
}

impl Approval {
    /// Asks. `waiting`: how many requests of the tenant wait already.
    ///
    /// # Errors
    /// Why it cannot be asked for.
    pub fn ask(
        now: Wall,
        actor: &Actor,
        request: Request,
        policy: &Policy,
        waiting: usize,
    ) -> Result<Self, ApprovalRefusal> {
        let Request { approval, act, subject, object, reason } = request;
        may(actor, act, &object)?;
        if subject.trim().is_empty() || reason.trim().is_empty() {
            return Err(ApprovalRefusal::Silent);
        }
        let limits = [(&subject, act.subject_len_max()), (&reason, TEXT_LEN_MAX)];
        if limits.into_iter().any(|(text, max)| text.chars().count() > max) {
            return Err(ApprovalRefusal::TooLong);
        }
        if waiting >= policy.approvals_max {
            return Err(ApprovalRefusal::TooMany);
        }
        let (asked_by, asked_at) = (actor.user(), now);
        Ok(Self { approval, act, subject, object, reason, asked_by, asked_at, answer: Answer::Waiting })
    }

    /// Another person says yes.
    ///
    /// # Errors
    /// Why that does not count.
    pub fn approve(&mut self, now: Wall, actor: &Actor, policy: &Policy) -> Result<(), ApprovalRefusal> {
        self.check_answer(now, actor, policy)?;
        self.answer = Answer::Approved { by: actor.user(), at: now };
        Ok(())
    }

    /// Another person says no.
    ///
    /// # Errors
    /// Why that does not count.
    pub fn refuse(&mut self, now: Wall, actor: &Actor, reason: &str, policy: &Policy) -> Result<(), ApprovalRefusal> {
        self.check_answer(now, actor, policy)?;
        let reason = reason.chars().take(TEXT_LEN_MAX).collect();
        self.answer = Answer::Refused { by: actor.user(), at: now, reason };
        Ok(())
    }

    /// Who asked takes it back, approved or not.
    ///
    /// # Errors
    /// Somebody else wants to, or there is nothing left to take back.
    pub fn withdraw(&mut self, now: Wall, user: UserId) -> Result<(), ApprovalRefusal> {
        if user != self.asked_by {
            return Err(ApprovalRefusal::NotWhoAsked);
        }
        match self.answer {
            Answer::Waiting | Answer::Approved { .. } => {
                self.answer = Answer::Withdrawn { at: now };
                Ok(())
            }
            Answer::Refused { .. } | Answer::Withdrawn { .. } | Answer::Used { .. } => Err(ApprovalRefusal::Answered),
        }
    }

    /// Uses it up for exactly this act. The act is carried out in the same transaction, or not at all.
    ///
    /// # Errors
    /// Why it does not cover the act.
    pub fn redeem(
        &mut self,
        now: Wall,
        actor: &Actor,
        (act, subject, object): (Act, &str, &Object),
        policy: &Policy,
    ) -> Result<(), ApprovalRefusal> {
        let (by, at) = match self.answer {
            Answer::Approved { by, at } => (by, at),
            Answer::Waiting => return Err(ApprovalRefusal::NotApproved),
            Answer::Used { .. } => return Err(ApprovalRefusal::UsedUp),
            Answer::Refused { .. } | Answer::Withdrawn { .. } => return Err(ApprovalRefusal::Answered),
        };
        if actor.user() != self.asked_by {
            return Err(ApprovalRefusal::NotWhoAsked);
        }
        if (act, subject, object) != (self.act, self.subject.as_str(), &self.object) {
            return Err(ApprovalRefusal::Different);
        }
        if now >= at + policy.approval_use_within {
            return Err(ApprovalRefusal::Expired);
        }
        // He may have lost the role since he asked.
        may(actor, act, object)?;
        self.answer = Answer::Used { by, at: now };
        Ok(())
    }

    /// The subject as the log keeps it. Ids of calls have long rows of digits in them and are nobody's number.
    pub fn subject_in_log(&self) -> Detail {
        match self.act {
            Act::ExportRecordings => Detail::Plain(self.subject.clone()),
            Act::MakeSuperAdmin
            | Act::ChangeGuardedAccount
            | Act::DeleteRecordings
            | Act::ChangeRetention
            | Act::ChangeSecurity
            | Act::SetUpAudit => Detail::Words(self.subject.clone()),
        }
    }

    /// Whom a request concerns: who may see it, and answer it unless it is his own.
    pub fn concern(&self, user: UserId, at_desk: bool) -> Concern {
        match self.act {
            act if at_desk && !act.is_of_desk() => Concern::Nobody,
            Act::ExportRecordings if !self.is_of(user) => {
                // What others have settled among themselves is not looked up.
                let waits = self.answer == Answer::Waiting;
                Concern::WhoReaches(ExportSet::read(&self.subject).filter(|_| waits))
            }
            _ => Concern::Him,
        }
    }

    /// Whether this person asked for it or answered it.
    pub fn is_of(&self, user: UserId) -> bool {
        let by = match self.answer {
            Answer::Approved { by, .. } | Answer::Refused { by, .. } | Answer::Used { by, .. } => Some(by),
            Answer::Waiting | Answer::Withdrawn { .. } => None,
        };
        self.asked_by == user || by == Some(user)
    }

    /// Whether it still waits for an answer.
    pub fn waits(&self, now: Wall, policy: &Policy) -> bool {
        self.answer == Answer::Waiting && now < self.asked_at + policy.approval_wait
    }

    fn check_answer(&self, now: Wall, actor: &Actor, policy: &Policy) -> Result<(), ApprovalRefusal> {
        if self.answer != Answer::Waiting {
            return Err(ApprovalRefusal::Answered);
        }
        if !self.waits(now, policy) {
            return Err(ApprovalRefusal::Expired);
        }
        if actor.user() == self.asked_by {
            return Err(ApprovalRefusal::SamePerson);
        }
        may(actor, self.act, &self.object)
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The id it is to have.
    pub approval: ApprovalId,
    /// What is to be done.
    pub act: Act,
    /// To what, and how, in full.
    pub subject: String,
    /// Whose it is.
    pub object: Object,
    /// Why.
    pub reason: String,
}

fn may(actor: &Actor, act: Act, object: &Object) -> Result<(), ApprovalRefusal> {
    match act.decide(actor, object) {
        Decision::Allowed(_) => Ok(()),
        Decision::Denied(denied) => Err(ApprovalRefusal::Denied(denied)),
    }
}
