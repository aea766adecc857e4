//! The roles that come with the product, and which role each kind of worker gets that the sources name (SEC-01 to SEC-05).

use std::collections::BTreeMap;

use bell_types::RoleName;

use crate::permission::{Permission as P, Scope};
use crate::role::{Role, SecondFactor};

/// A role that comes with the product.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Its name in files and the log.
    pub code: &'static str,
    /// Its name on screens, in Chinese.
    pub chinese: &'static str,
    /// Its name on screens, in English.
    pub english: &'static str,
    /// Whether it needs a second factor, whatever the policy says.
    pub second_factor: SecondFactor,
    permits: &'static [(Scope, &'static [P])],
}

impl Shipped {
    pub(crate) fn role(&self) -> Role {
        let name = RoleName::new(self.code).expect("a test composes every shipped role");
        let of_scope =
            |(scope, permits): &(Scope, &'static [P])| permits.iter().map(move |p| (*p, *scope)).collect::<Vec<_>>();
        let permits: BTreeMap<P, Scope> = self.permits.iter().flat_map(of_scope).collect();
        Role::new(name, permits, self.second_factor).expect("a test composes every shipped role")
    }
}

/// The role whose holders are counted: there should be one or two (SEC-01).
pub const SUPER_ADMIN: &str = "super_admin";

/// Every shipped role. They are composed: a supervisor who takes calls has the role of an agent too.
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        code: SUPER_ADMIN,
        chinese: "超级管理员",
        english: "super administrator",
        second_factor: SecondFactor::Compulsory,
        permits: &[(Scope::Tenant, EVERYTHING_BUT_AUDIT)],
    },
    Shipped {
        code: "dept_admin",
        chinese: "部门管理员",
        english: "department administrator",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Department, DEPARTMENT)],
    },
    Shipped {
        code: "supervisor",
        chinese: "班长",
        english: "supervisor",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Team, TEAM)],
    },
    Shipped {
        code: "qa",
        chinese: "质检员",
        english: "quality inspector",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, SELF), (Scope::Department, QUALITY)],
    },
    Shipped {
        code: "auditor",
        chinese: "审计用户",
        english: "auditor",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Tenant, AUDIT)],
    },
    Shipped {
        code: "agent",
        chinese: "坐席",
        english: "agent",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, AGENT)],
    },
    Shipped {
        code: "project_lead",
        chinese: "项目负责人",
        english: "project lead",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, SELF), (Scope::Project, PROJECT)],
    },
    Shipped {
        code: "sales",
        chinese: "销售",
        english: "sales agent",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, AGENT), (Scope::Project, &[P::CampaignRead])],
    },
    Shipped {
        code: "front_desk",
        chinese: "前台",
        english: "front desk",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, AGENT), (Scope::Tenant, &[P::LiveRead])],
    },
    Shipped {
        code: "manager",
        chinese: "经理",
        english: "manager",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, SELF), (Scope::Department, MANAGER)],
    },
    Shipped {
        code: "maintenance",
        chinese: "运维人员",
        english: "IT maintenance",
        second_factor: SecondFactor::ByPolicy,
        permits: &[
            (Scope::Own, SELF),
            (Scope::Tenant, &[P::HealthRead, P::TraceRead, P::ConfigRead, P::LiveRead, P::NodeMaintain, P::TrunkWrite]),
        ],
    },
    Shipped {
        code: "provider",
        chinese: "第三方服务商",
        english: "third-party provider",
        second_factor: SecondFactor::Compulsory,
        permits: &[(Scope::Own, SELF), (Scope::Tenant, &[P::HealthRead, P::TraceRead])],
    },
    Shipped {
        code: "number_handler",
        chinese: "经办人",
        english: "handler of number applications",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, SELF), (Scope::Tenant, &[P::NumberPapers, P::BillRead])],
    },
    Shipped {
        code: "counsel",
        chinese: "法务",
        english: "counsel",
        second_factor: SecondFactor::ByPolicy,
        permits: &[(Scope::Own, SELF), (Scope::Tenant, COUNSEL)],
    },
    Shipped {
        code: "platform_operator",
        chinese: "平台运营",
        english: "platform operator",
        second_factor: SecondFactor::Compulsory,
        // Given in the platform's own tenant only: its objects are the tenants, not what they contain.
        permits: &[(Scope::Own, SELF), (Scope::Tenant, &[P::TenantWrite, P::HealthRead, P::NodeMaintain, P::BillRead])],
    },
];

/// Each kind of worker the sources name, and the shipped role for it (SEC-05, C-18).
pub const ACTORS: &[(&str, &str)] = &[
    ("IT director", SUPER_ADMIN),
    ("service director", SUPER_ADMIN),
    ("department administrator", "dept_admin"),
    ("team leader", "supervisor"),
    ("supervisor", "supervisor"),
    ("QA staff", "qa"),
    ("auditor", "auditor"),
    ("agent", "agent"),
    ("sales user", "sales"),
    ("front desk", "front_desk"),
    ("IT maintenance", "maintenance"),
    ("manager", "manager"),
    ("project lead", "project_lead"),
    ("platform operator", "platform_operator"),
    ("third-party provider", "provider"),
    ("legal representative", "number_handler"),
    ("handler", "number_handler"),
    ("counsel", "counsel"),
];

/// What everybody with an account has: it, and the list of its own logins.
const SELF: &[P] = &[P::UserRead, P::LoginRead];

const AGENT: &[P] = &[
    P::UserRead,
    P::LoginRead,
    P::DeskUse,
    P::StateSet,
    P::CallPlace,
    P::CallControl,
    P::CallRead,
    P::SummaryWrite,
    P::CustomerRead,
    P::CustomerWrite,
    P::RecordingPlay,
    P::QualityRead,
    P::QualityAppeal,
    P::ReportRead,
    P::ScheduleRead,
    P::TicketRead,
    P::TicketWrite,
];

const TEAM: &[P] = &[
    P::UserRead,
    P::UserUnlock,
    P::LoginRead,
    P::StateSet,
    P::CallControl,
    P::CallListen,
    P::CallWhisper,
    P::CallBarge,
    P::CallRead,
    P::SummaryWrite,
    P::NumberUnmask,
    P::CustomerRead,
    P::CustomerWrite,
    P::RecordingPlay,
    P::QualityRead,
    P::LiveRead,
    P::ReportRead,
    P::ReportExport,
    P::ScheduleRead,
    P::ScheduleWrite,
    P::ListRead,
    P::ListWrite,
    P::CampaignRead,
    P::ConfigRead,
    P::CustomerSearch,
    P::TicketRead,
    P::TicketWrite,
    P::KnowledgeWrite,
    P::ScriptWrite,
];

const DEPARTMENT: &[P] = &[
    P::UserRead,
    P::UserWrite,
    P::UserUnlock,
    P::RoleGrant,
    P::ReviewRun,
    P::LoginRead,
    P::StateSet,
    P::CallListen,
    P::CallRead,
    P::NumberUnmask,
    P::CustomerRead,
    P::CustomerWrite,
    P::RecordingPlay,
    P::RecordingExport,
    P::RecordingHold,
    P::QualityRead,
    P::LiveRead,
    P::ReportRead,
    P::ReportExport,
    P::ScheduleRead,
    P::ScheduleWrite,
    P::ListRead,
    P::ListWrite,
    P::ListApprove,
    P::CampaignRead,
    P::CampaignRun,
    P::EmergencySwitch,
    P::ConfigRead,
    P::FlowDraft,
    P::FlowPublish,
    P::QueueWrite,
    P::CalendarWrite,
    P::NumberWrite,
    P::CustomerSearch,
    P::TicketRead,
    P::TicketWrite,
    P::KnowledgeWrite,
    P::ScriptWrite,
];

const QUALITY: &[P] = &[
    P::CallListen,
    P::CallRead,
    P::RecordingPlay,
    P::RecordingExport,
    P::RecordingHold,
    P::QualityRead,
    P::QualityScore,
    P::ReportRead,
];

const PROJECT: &[P] = &[
    P::CallListen,
    P::CallRead,
    P::RecordingPlay,
    P::QualityRead,
    P::LiveRead,
    P::ReportRead,
    P::ReportExport,
    P::CampaignRead,
    P::CampaignRun,
    P::ListRead,
    P::ConfigRead,
];

const MANAGER: &[P] = &[P::LiveRead, P::ReportRead, P::ReportExport, P::QualityRead, P::ScheduleRead, P::BillRead];

const COUNSEL: &[P] =
    &[P::CallRead, P::RecordingPlay, P::RecordingExport, P::RecordingHold, P::NumberPapers, P::NumberUnmask];

/// Read-only on all records, scores and logs; may listen to any call (SEC-03).
const AUDIT: &[P] = &[
    P::UserRead,
    P::LoginRead,
    P::CallListen,
    P::CallRead,
    P::NumberUnmask,
    P::CustomerRead,
    P::RecordingPlay,
    P::QualityRead,
    P::LiveRead,
    P::ReportRead,
    P::ScheduleRead,
    P::ListRead,
    P::CampaignRead,
    P::BillRead,
    P::HealthRead,
    P::TraceRead,
    P::ConfigRead,
    P::AuditRead,
    P::AuditVerify,
    P::AuditExport,
    P::CustomerSearch,
    P::TicketRead,
];

/// All configuration, data, users, rules of security, and the set-up of the audit log (SEC-01). Not the log itself, which
/// somebody else reads; not a desk, which takes the role of an agent; not the platform's tenants.
const EVERYTHING_BUT_AUDIT: &[P] = &[
    P::StateSet,
    P::CallListen,
    P::CallRead,
    P::NumberUnmask,
    P::CustomerRead,
    P::CustomerWrite,
    P::RecordingPlay,
    P::RecordingExport,
    P::RecordingHold,
    P::RecordingDelete,
    P::QualityRead,
    P::LiveRead,
    P::ReportRead,
    P::ReportExport,
    P::ScheduleRead,
    P::ScheduleWrite,
    P::ListRead,
    P::ListWrite,
    P::ListApprove,
    P::CampaignRead,
    P::CampaignRun,
    P::BillRead,
    P::EmergencySwitch,
    P::NumberPapers,
    P::HealthRead,
    P::TraceRead,
    P::NodeMaintain,
    P::ConfigRead,
    P::FlowDraft,
    P::FlowPublish,
    P::QueueWrite,
    P::CalendarWrite,
    P::NumberWrite,
    P::TrunkWrite,
    P::PolicyWrite,
    P::RetentionWrite,
    P::UserRead,
    P::UserWrite,
    P::UserUnlock,
    P::RoleGrant,
    P::RoleWrite,
    P::ReviewRun,
    P::TokenWrite,
    P::SecurityWrite,
    P::AuditSetUp,
    P::LoginRead,
    P::CustomerSearch,
    P::TicketRead,
    P::TicketWrite,
    P::KnowledgeWrite,
    P::ScriptWrite,
];
