//! Who may do what: the organisation, roles and permissions, approvals, and all that keeps an account its owner's.
//!
//! A person has roles, a role has permissions with scopes, and [`decide`] says whether somebody may do something to an
//! object, by which role, or why not. [`Actor::filter`] gives the same answer for a whole list, as a value that a store
//! writes as the condition of a query.
//!
//! What this crate deliberately does not know: HTTP, cookies, SQL, calls, what time it is, where randomness comes from,
//! how a password is hashed. Each of its machines is one account, one login, one request: the shell reads it, hands it
//! what happened, and writes it back in the same transaction.
//!
//! ```
//! use std::collections::{BTreeMap, BTreeSet};
//! use bell_access::{Actor, Decision, Grant, Object, Org, Permission, Place, Policy, Proof, Roles, TenantId, Unit, UnitId};
//! use bell_access::{UnitKind, User, UserId, decide};
//! use bell_types::{RoleName, Wall};
//!
//! let (tenant, sales) = (TenantId(1), UnitId(1));
//! let unit = Unit { unit: sales, parent: None, kind: UnitKind::Department, name: "销售部".to_owned() };
//! let org = Org::new(tenant, vec![unit], BTreeMap::new()).expect("a tree");
//! let role = RoleName::new("agent").expect("a name");
//! let since = Wall::default();
//! let grant = Grant { role, place: Place::Home, by: None, since, confirmed: since };
//! let wang = User { user: UserId(7), tenant, home: sales, projects: BTreeSet::new(), grants: vec![grant] };
//!
//! let actor = Actor::new(&wang, &org, &Roles::shipped(), Proof::Password, &Policy::for_tests());
//! let own_call = Object::of_user(tenant, wang.user, sales);
//! assert!(matches!(decide(&actor, Permission::RecordingPlay, &own_call), Decision::Allowed(_)));
//! let denied = decide(&actor, Permission::RecordingExport, &own_call);
//! assert_eq!(denied.to_string(), "denied: no role of this person permits recording.export");
//! ```

pub mod audit;

mod access_review;
mod account;
mod approval;
mod base32;
mod code;
mod decide;
mod duty;
mod export;
mod factors;
mod failures;
mod grant;
mod id;
mod lead;
mod login;
mod notice;
mod org;
mod otp;
mod password;
mod permission;
mod policy;
mod reach;
mod review;
mod role;
mod rule;
mod scan;
mod scans;
mod secret;
mod shipped;
mod stranger;
mod token;
mod user;

pub use access_review::{AccessReview, ReviewDue, ReviewRefusal, Verdict};
pub use account::{
    Account, Chosen, Compared, Demand, Factor, Freeze, Method, Next, PASSKEYS_MAX, Passkey, PasskeyOutcome, Password,
    RECOVERY_CODES, Rank, Reused, Shut, Tried, UnlockRefusal, Unlocked, WhyChange,
};
pub use approval::{Act, Answer, Approval, ApprovalRefusal, Concern, Request, TEXT_LEN_MAX};
pub use bell_types::LoginId;
pub use code::{CODE_LEN, CodeHash, write_code};
pub use decide::{Actor, Allowed, Decision, Denied, Proof, decide, first_denied};
pub use duty::Conflict;
pub use export::ExportSet;
pub use factors::{FactorRefusal, PASSKEY_NAME_MAX, Removing};
pub use failures::Failures;
pub use grant::{GrantRefusal, Granting, Guard, check_change, check_grant, may_take_calls_alone};
pub use id::{ApprovalId, DeviceId, ProjectId, TenantId, TokenId, UnitId, UserId};
pub use lead::{LEADS_MAX, leads};
pub use login::{
    CUT_WITHIN, Cut, Cutting, InCall, LOGIN_WARNING, Login, Logins, Reachable, Standing, TooManyDevices, VoiceRefusal,
};
pub use notice::{
    LinkRefusal, NOTICE_WITHIN, NotMeLink, Notice, SIGHTINGS_MAX, Sighting, Spot, Unusual, remember, unusual,
};
pub use org::{Org, OrgError, UNIT_DEPTH_MAX, UNITS_MAX, Unit, UnitKind};
pub use otp::{OTP_SECRET_LEN, OTP_STEP, Otp, OtpHash, OtpVerdict};
pub use password::{PASSWORD_LEN_MAX, PasswordHash, Weakness, weaknesses};
pub use permission::{Condition, Duty, Effect, Permission, Scope};
pub use policy::Policy;
pub use reach::{Filter, Object, Parts, Reach};
pub use review::{Due, Finding, review};
pub use role::{ROLES_MAX, Role, RoleError, Roles, SecondFactor};
pub use rule::{
    Admission, Book, Circumstances, Group, LOGIN_RULES_MAX, Listing, LoginRule, Must, Otherwise, RuleFinding,
    RulesRefusal, Says, Step, admit, check_rules,
};
pub use scan::{Scan, ScanRefusal, ShownCode, Waiting};
pub use scans::{Scans, WhoAsks};
pub use secret::Secret;
pub use shipped::{ACTORS, SHIPPED, SUPER_ADMIN, Shipped};
pub use stranger::{STRANGERS_MAX, Strangers};
pub use token::{TOKEN_LEN, TOKEN_NAME_MAX, Token, TokenFault, TokenRefusal, TokenRequest};
pub use user::{GRANTS_MAX, Grant, Place, User};
