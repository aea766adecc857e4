//! What can be permitted: one catalogue for roles, end points, screens and the log.

use std::fmt;

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// What is one's own: own calls, own recordings, the own account.
    Own,
    /// What belongs to the own team.
    Team,
    /// What belongs to a project, whichever department works for it.
    Project,
    /// What belongs to the own department and everything below it.
    Department,
    /// Everything of the tenant.
    Tenant,
}

impl Scope {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 5] = [Self::Own, Self::Team, Self::Project, Self::Department, Self::Tenant];

    /// As files and screens name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::Project => "project",
            Self::Department => "department",
            Self::Tenant => "tenant",
        }
    }
}

/// Whether a permission changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It shows.
    Read,
    /// It changes.
    Write,
}

/// The duty a permission belongs to. Duties that check each other are held by different people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Serving callers, and leading those who do.
    Floor,
    /// How the centre works: flows, queues, numbers, policies, accounts, roles.
    Configuration,
    /// Looking over everybody's shoulder.
    Audit,
}

/// What a permitted act asks for in addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// A reason in words, which stands in the log.
    Reason,
    /// The name of who hears or takes it, in what he hears or takes.
    Watermark,
    /// The approval of somebody else (four eyes).
    Approval,
}

struct Entry {
    code: &'static str,
    effect: Effect,
    duty: Duty,
    narrowest: Scope,
    conditions: &'static [Condition],
    summary: &'static str,
}

// The catalogue: variant, code, effect, duty, the narrowest scope it makes sense with, conditions, summary. A code is
// never renamed once released.
macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident $code:literal $effect:ident $duty:ident $narrowest:ident
        [$($condition:ident)*] $summary:literal;)+) => {
        /// Something that can be permitted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $($(#[$doc])* $variant,)+ }

        impl Permission {
            /// Every permission, in the order screens show them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        code: $code,
                        effect: Effect::$effect,
                        duty: Duty::$duty,
                        narrowest: Scope::$narrowest,
                        conditions: &[$(Condition::$condition),*],
                        summary: $summary,
                    },)+
                }
            }
        }
    };
}

permissions! {
    /// The desk with its softphone.
    DeskUse "desk.use" Write Floor Own [] "take calls at the desk";
    /// Available, break, signed out.
    StateSet "state.set" Write Floor Own [] "set the state of agents";
    /// Calls to the outside.
    CallPlace "call.place" Write Floor Own [] "place calls";
    /// Hold, transfer, conference, hang up.
    CallControl "call.control" Write Floor Own [] "hold, transfer and end calls";
    /// Hearing a call while it runs.
    CallListen "call.listen" Read Floor Team [] "listen to running calls";
    /// Speaking so that only the agent hears.
    CallWhisper "call.whisper" Write Floor Team [] "whisper to agents in calls";
    /// Joining a call or taking it over.
    CallBarge "call.barge" Write Floor Team [] "barge into calls and intercept them";
    /// Records of calls with their reasons.
    CallRead "call.read" Read Floor Own [] "see call records";
    /// Summary and disposition.
    SummaryWrite "summary.write" Write Floor Own [] "write call summaries";
    /// Numbers without the stars in them.
    NumberUnmask "number.unmask" Read Floor Own [Reason] "see whole telephone numbers";
    /// Customers' data and history.
    CustomerRead "customer.read" Read Floor Own [] "see customers' data";
    /// Corrections of customers' data.
    CustomerWrite "customer.write" Write Floor Own [] "correct customers' data";
    /// Hearing recordings inside the console.
    RecordingPlay "recording.play" Read Floor Own [Watermark] "play recordings";
    /// Files of recordings. Never for what is only one's own: agents take nothing home (SEC-25).
    RecordingExport "recording.export" Read Floor Team [Reason Watermark] "export recordings";
    /// Keeping recordings as evidence.
    RecordingHold "recording.hold" Write Floor Team [Reason] "put recordings on legal hold";
    /// Ending a recording's life before its term.
    RecordingDelete "recording.delete" Write Floor Department [Reason Approval] "delete recordings before their term";
    /// Scores of quality assurance.
    QualityRead "quality.read" Read Floor Own [] "see quality scores";
    /// Scoring.
    QualityScore "quality.score" Write Floor Team [] "score calls";
    /// Objecting to a score.
    QualityAppeal "quality.appeal" Write Floor Own [] "appeal against a score";
    /// Queues and agents as they are now.
    LiveRead "live.read" Read Floor Own [] "see the live board";
    /// Reports.
    ReportRead "report.read" Read Floor Own [] "see reports";
    /// Reports as files.
    ReportExport "report.export" Read Floor Team [Reason] "export reports and call records";
    /// Shifts.
    ScheduleRead "schedule.read" Read Floor Own [] "see schedules";
    /// Planning shifts.
    ScheduleWrite "schedule.write" Write Floor Team [] "plan schedules";
    /// Who stands on which list of callers.
    ListRead "list.read" Read Floor Team [] "see lists of callers";
    /// Entries of lists.
    ListWrite "list.write" Write Floor Team [] "change lists of callers";
    /// The second person for permanent entries.
    ListApprove "list.approve" Write Floor Team [] "approve permanent entries of lists";
    /// Outbound work.
    CampaignRead "campaign.read" Read Floor Own [] "see campaigns";
    /// Starting, pausing and changing campaigns.
    CampaignRun "campaign.run" Write Floor Team [] "run campaigns";
    /// Bills and balances.
    BillRead "bill.read" Read Floor Department [] "see bills";
    /// The switch that sends all calls of a number elsewhere.
    EmergencySwitch "emergency.switch" Write Floor Department [] "switch numbers to emergency";
    /// Papers of the application for a number.
    NumberPapers "number.papers" Write Floor Department [] "keep the papers of numbers";
    /// Health, quality, and why calls failed.
    HealthRead "health.read" Read Floor Tenant [] "see health and diagnosis";
    /// SIP messages and media reports, masked.
    TraceRead "trace.read" Read Floor Tenant [] "see traces of calls";
    /// Backups and upgrades.
    NodeMaintain "node.maintain" Write Configuration Tenant [] "back up, upgrade and restart nodes";
    /// Everything that is configured, passwords excepted.
    ConfigRead "config.read" Read Configuration Team [] "see the configuration";
    /// Drafts of flows and prompts.
    FlowDraft "flow.draft" Write Configuration Team [] "draw flows and record prompts";
    /// What callers hear from now on.
    FlowPublish "flow.publish" Write Configuration Team [] "publish flows";
    /// Queues, skills, agents' places in them.
    QueueWrite "queue.write" Write Configuration Team [] "change queues and skills";
    /// Calendars and shifts of opening.
    CalendarWrite "calendar.write" Write Configuration Team [] "change calendars";
    /// Numbers and which flow answers them.
    NumberWrite "number.write" Write Configuration Department [] "change numbers";
    /// Carriers.
    TrunkWrite "trunk.write" Write Configuration Tenant [] "change trunks";
    /// Thresholds.
    PolicyWrite "policy.write" Write Configuration Tenant [] "change policies";
    /// How long recordings live, and whether calls are recorded at all.
    RetentionWrite "retention.write" Write Configuration Tenant [Reason Approval] "change retention and recording";
    /// Accounts: who, where, since when.
    UserRead "user.read" Read Configuration Own [] "see accounts";
    /// New people, changes, leavers.
    UserWrite "user.write" Write Configuration Team [] "create, change and disable accounts";
    /// Freezes and lock-outs.
    UserUnlock "user.unlock" Write Configuration Team [Reason] "unlock accounts";
    /// Giving roles to people.
    RoleGrant "role.grant" Write Configuration Team [] "grant roles";
    /// What roles consist of.
    RoleWrite "role.write" Write Configuration Tenant [] "compose roles";
    /// Confirming that people still need what they may.
    ReviewRun "review.run" Write Configuration Department [] "run access reviews";
    /// Tokens for programs.
    TokenWrite "token.write" Write Configuration Own [] "create and revoke API tokens";
    /// Rules for passwords, logins, devices.
    SecurityWrite "security.write" Write Configuration Tenant [Reason Approval] "change the rules of login";
    /// What is kept how long and copied where; never fewer than the policy's months, never an entry.
    AuditSetUp "audit.set_up" Write Configuration Tenant [Reason Approval] "set up the audit log";
    /// Tenants of the platform.
    TenantWrite "tenant.write" Write Configuration Tenant [Reason] "create and change tenants";
    /// Logins with place and device.
    LoginRead "login.read" Read Floor Own [] "see logins and devices";
    /// The log of what everybody did.
    AuditRead "audit.read" Read Audit Department [] "search the audit log";
    /// Whether the log is whole.
    AuditVerify "audit.verify" Read Audit Tenant [] "verify the audit log";
    /// The log as a file.
    AuditExport "audit.export" Read Audit Tenant [Reason] "export the audit log";
    /// Looking for customers who did not call just now: their data is not shown for a call or a ticket then.
    CustomerSearch "customer.search" Read Floor Team [] "search customers";
    /// Tickets with the times that were promised.
    TicketRead "ticket.read" Read Floor Own [] "see tickets";
    /// Opening, changing and handing on tickets.
    TicketWrite "ticket.write" Write Floor Own [] "open and change tickets";
    /// What agents look up.
    KnowledgeWrite "knowledge.write" Write Floor Team [] "write knowledge for agents";
    /// What agents say.
    ScriptWrite "script.write" Write Floor Team [] "write scripts for agents";
}

impl Permission {
    /// What the text of the configuration can change: who lets another one take effect holds all of them for the whole
    /// centre. Whoever holds only some changes his part elsewhere.
    pub const OF_CONFIGURATION: &[Self] = &[
        Self::PolicyWrite,
        Self::TrunkWrite,
        Self::NumberWrite,
        Self::QueueWrite,
        Self::CalendarWrite,
        Self::FlowPublish,
    ];

    /// As files, tokens and the log name it: `recording.play`.
    pub const fn code(self) -> &'static str {
        self.entry().code
    }

    /// Whether it changes something.
    pub const fn effect(self) -> Effect {
        self.entry().effect
    }

    /// The duty it belongs to.
    pub const fn duty(self) -> Duty {
        self.entry().duty
    }

    /// The narrowest scope it may be given with.
    pub const fn narrowest(self) -> Scope {
        self.entry().narrowest
    }

    /// What the act asks for in addition.
    pub const fn conditions(self) -> &'static [Condition] {
        self.entry().conditions
    }

    /// What it permits: one phrase.
    pub const fn summary(self) -> &'static str {
        self.entry().summary
    }

    /// The permission of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.code() == code)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
