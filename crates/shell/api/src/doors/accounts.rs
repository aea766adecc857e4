//! The door to accounts: sign-in step by step, one's own account, other people's, roles, approvals, audit, tokens.
//!
//! Whoever stands behind it decides by [`SignedIn::actor`] what may be done, and writes the log of audit together with what
//! it does. The desk has asked only whether the permission is held at all.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use bell_access::audit::{self, Break, Record};
use bell_access::{
    Actor, Admission, Approval, ApprovalId, ExportSet, Filter, LoginId, LoginRule, Method, Permission, Place,
    ProjectId, Role, ShownCode, Token, TokenId, Unit, UnitId, UserId, Waiting, WhoAsks,
};
use bell_types::{AgentName, RoleName, Wall};

use crate::Language;
use crate::doors::Doing;

/// From where and with what a request comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The address of who asks; behind a proxy that is named, the one the proxy says.
    pub address: IpAddr,
    /// What the browser or program calls itself, cut at 200 characters.
    pub user_agent: String,
    /// What was given as [`Entry::device`] at an earlier sign-in of the same browser.
    pub device: Option<String>,
    /// Whether it comes from this machine itself, by a name that only this machine has.
    pub is_local: bool,
}

/// Somebody who is signed in, or a program with a token.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What he may.
    pub actor: Arc<Actor>,
    /// By what.
    pub via: Via,
    /// The name of the account.
    pub name: String,
    /// The unit he works in.
    pub unit: UnitId,
    /// The agent he is, if he takes calls.
    pub agent: Option<AgentName>,
    /// The language he chose.
    pub language: Language,
    /// From where this request comes.
    pub address: IpAddr,
}

/// By what somebody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// By a login: the console.
    Login(LoginId),
    /// By a token: a program.
    Token(TokenId),
}

/// One step of a sign-in.
#[derive(Clone, Debug)]
pub enum NextStep {
    /// It is done.
    SignedIn(Entry),
    /// A second factor is to be shown: one of these.
    SecondFactor {
        /// Which kinds the account has.
        methods: Vec<Method>,
        /// What the next request must bring.
        ticket: String,
    },
    /// An authenticator is to be set up first.
    Enrol {
        /// What it is set up with.
        enrolment: Enrolment,
        /// What the next request must bring.
        ticket: String,
    },
    /// Another password is to be chosen first.
    ChangePassword {
        /// Why.
        why: WhyPassword,
        /// What the next request must bring.
        ticket: String,
    },
}

/// What a phone says to a browser that wants to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanAnswer {
    /// Yes.
    Confirm,
    /// No.
    Refuse,
}

/// A login that has begun.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the browser keeps as its cookie; nobody else ever sees it.
    pub cookie: String,
    /// What the browser is known again by; kept for a year.
    pub device: String,
    /// Who it is.
    pub who: SignedIn,
}

/// What an authenticator is set up with.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret in base 32, for who types it.
    pub secret: String,
    /// `otpauth://totp/…`, for who scans it.
    pub uri: String,
}

/// An authenticator was set up during a sign-in.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// What comes next.
    pub step: NextStep,
    /// The recovery codes, shown once.
    pub recovery_codes: Vec<String>,
}

/// Why another password is to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyPassword {
    /// It was given by somebody else, and this is the first sign-in.
    FirstSignIn,
    /// It is too old.
    Expired,
    /// It was reset, or its owner distrusts it.
    Reset,
}

/// The first administrator.
#[derive(Clone)]
pub struct SetUp {
    /// What the company is called.
    pub company: String,
    /// The name to sign in with.
    pub name: String,
    /// The password.
    pub password: String,
    /// The code that the program printed at its start; not needed on the machine itself.
    pub code: Option<String>,
    /// The language he set up in.
    pub language: Language,
}

/// Who somebody is, for his own screen.
#[derive(Clone, Debug)]
pub struct Me {
    /// What others call him.
    pub display_name: String,
    /// His company.
    pub company: String,
    /// His roles.
    pub roles: Vec<RoleName>,
    /// What his account has to prove itself.
    pub factors: Factors,
    /// When he must choose another password; none: never.
    pub password_ends: Option<Wall>,
    /// When this login ends unless somebody does something.
    pub ends: Option<Wall>,
}

/// What an account has to prove itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// Whether there is an authenticator.
    pub totp: bool,
    /// How many passkeys.
    pub passkeys: usize,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
}

/// A device somebody is signed in on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSeen {
    /// The login.
    pub login: LoginId,
    /// What its browser calls itself.
    pub user_agent: String,
    /// From where.
    pub address: IpAddr,
    /// Since when.
    pub begun: Wall,
    /// When somebody last did something.
    pub active: Wall,
    /// Whether it rings and speaks.
    pub voice: bool,
}

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub user: UserId,
    /// The name to sign in with.
    pub name: String,
    /// What others call him.
    pub display_name: String,
    /// Where he works.
    pub unit: UnitId,
    /// What he works for.
    pub projects: BTreeSet<ProjectId>,
    /// His roles.
    pub roles: Vec<Granted>,
    /// The agent he is.
    pub agent: Option<AgentName>,
    /// How the account stands.
    pub state: PersonState,
    /// What it has to prove itself.
    pub factors: Factors,
    /// When he last signed in.
    pub last_sign_in: Option<Wall>,
}

/// A role somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Which.
    pub role: RoleName,
    /// From where its scopes are counted.
    pub place: Place,
}

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonState {
    /// It may be signed in to.
    Active,
    /// Too many wrong attempts; until then.
    Locked(Wall),
    /// Frozen until somebody does something: why.
    Frozen(String),
    /// The person has left.
    Disabled,
}

/// Which people of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersWanted {
    /// Whose names contain this.
    pub text: Option<String>,
    /// Who work in this unit or below it.
    pub unit: Option<UnitId>,
    /// Who have this role.
    pub role: Option<RoleName>,
    /// Those after this one, by id.
    pub after: Option<UserId>,
    /// At most so many.
    pub limit: usize,
}

/// Some people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersPage {
    /// They.
    pub people: Vec<Person>,
    /// Whether there are more.
    pub more: bool,
}

/// A new person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUser {
    /// The name to sign in with.
    pub name: String,
    /// What others call him.
    pub display_name: String,
    /// Where he works.
    pub unit: UnitId,
    /// What he works for.
    pub projects: BTreeSet<ProjectId>,
    /// His roles.
    pub roles: Vec<Granted>,
    /// The agent he is.
    pub agent: Option<AgentName>,
}

/// A person was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The person.
    pub person: Person,
    /// The password for the first sign-in, shown once.
    pub password: String,
    /// The request for approval, if a role waits for a second person.
    pub waits_for: Option<ApprovalId>,
}

/// What is changed about a person; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// What others call him.
    pub display_name: Option<String>,
    /// Where he works.
    pub unit: Option<UnitId>,
    /// What he works for.
    pub projects: Option<BTreeSet<ProjectId>>,
    /// His roles, all of them.
    pub roles: Option<Vec<Granted>>,
    /// The agent he is; `Some(None)`: none any more.
    pub agent: Option<Option<AgentName>>,
    /// Why.
    pub reason: Option<String>,
}

/// What is done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UserAct {
    /// The person has left: everything of his is cut within 5 s.
    Disable,
    /// He works here again.
    Enable,
    /// A lock-out or freeze ends.
    Unlock,
    /// He gets a password for one sign-in.
    ResetPassword,
    /// His authenticator, passkeys and recovery codes go.
    ResetSecondFactor,
}

/// It was done to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserActed {
    /// How the person stands now.
    pub person: Person,
    /// The password for the next sign-in, shown once.
    pub password: Option<String>,
}

/// The roles there are.
#[derive(Clone, Debug)]
pub struct RolesSeen {
    /// They.
    pub roles: Vec<Role>,
}

/// An organisation as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitsWanted {
    /// The units.
    pub units: Vec<Unit>,
    /// The projects: id, name, who runs it.
    pub projects: Vec<(ProjectId, String, UnitId)>,
}

/// An export of recordings that a second person approved (REC-13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportApproved {
    /// The request, used up by it.
    pub approval: ApprovalId,
    /// The name of who approved.
    pub by: String,
    /// Why it was asked for: what was approved, whatever is said now.
    pub reason: String,
}

/// A request, with the names of those who asked and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalSeen {
    /// The request.
    pub approval: Approval,
    /// The name of who asked.
    pub asked_by: String,
    /// The name of who answered.
    pub answered_by: Option<String>,
    /// Until when it can be answered or used.
    pub ends: Wall,
}

/// How a request is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApprovalAnswer {
    /// Yes.
    Approve,
    /// No, and why.
    Reject(String),
    /// Who asked takes it back.
    Withdraw,
}

/// Which records of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditWanted {
    /// Not before.
    pub from: Option<Wall>,
    /// Before.
    pub to: Option<Wall>,
    /// Of whom: a name.
    pub who: Option<String>,
    /// What: the beginning of an action.
    pub what: Option<String>,
    /// Before this place, the newest first.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
}

/// Some records of the log, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// They.
    pub records: Vec<Record>,
    /// Whether there are more.
    pub more: bool,
}

/// Whether the log is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many records were looked at.
    pub records: u64,
    /// The end of the chain.
    pub head: Option<audit::Head>,
    /// Where it is broken.
    pub breaks: Vec<Break>,
}

/// A token that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWanted {
    /// What it is for.
    pub name: String,
    /// What it is to permit.
    pub permissions: BTreeSet<Permission>,
    /// Until when.
    pub ends: Wall,
}

/// A token was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMade {
    /// It.
    pub token: Token,
    /// Its text, shown once.
    pub text: String,
}

/// The rules of login, with what they are called by when they are changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRules {
    /// Which state of them this is; who changes them brings it back.
    pub version: u64,
    /// They, in order.
    pub rules: Vec<LoginRule>,
}

/// Whether somebody would be let in.
#[derive(Clone, Debug)]
pub struct LoginSimulated {
    /// What every rule says, and what comes of it.
    pub admission: Admission,
}

/// Whose calls and agents somebody sees by one permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentsSeen {
    /// Everybody's, and what is nobody's.
    All,
    /// Some.
    Some {
        /// The agent he is himself, if what is his own is reached.
        own: Option<AgentName>,
        /// The agents of the units and projects he reaches.
        led: BTreeSet<AgentName>,
    },
}

/// Accounts.
pub trait Accounts: Send + Sync {
    /// Whether there is nobody yet.
    fn is_empty(&self) -> Doing<'_, bool>;
    /// Creates the first administrator, once, and begins his sign-in.
    fn set_up<'a>(&'a self, visit: &'a Visit, wanted: SetUp) -> Doing<'a, NextStep>;

    /// Begins a sign-in.
    fn sign_in<'a>(&'a self, visit: &'a Visit, name: &'a str, password: &'a str) -> Doing<'a, NextStep>;
    /// A second factor is shown.
    fn second_factor<'a>(
        &'a self,
        visit: &'a Visit,
        ticket: &'a str,
        method: Method,
        code: &'a str,
    ) -> Doing<'a, NextStep>;
    /// An authenticator that was offered shows its first code.
    fn enrol<'a>(&'a self, visit: &'a Visit, ticket: &'a str, code: &'a str) -> Doing<'a, Confirmed>;
    /// Another password is chosen during a sign-in.
    fn choose_password<'a>(&'a self, visit: &'a Visit, ticket: &'a str, password: &'a str) -> Doing<'a, NextStep>;
    /// The owner opens a locked account by a second factor. What comes next begins with the password.
    fn unlock<'a>(&'a self, visit: &'a Visit, name: &'a str, method: Method, code: &'a str) -> Doing<'a, ()>;
    /// The owner says of a login by the link he was sent: that was not me. Everything of his is cut and frozen.
    fn not_me<'a>(&'a self, visit: &'a Visit, link: &'a str) -> Doing<'a, ()>;

    /// A browser shows a code that a phone scans; until when it is valid.
    fn show_scan<'a>(&'a self, visit: &'a Visit) -> Doing<'a, (ShownCode, Wall)>;
    /// Waits until the page that shows a code is to be told something, for half a minute at most.
    fn wait_for_scan<'a>(&'a self, visit: &'a Visit, code: &'a str, page: &'a str) -> Doing<'a, Waiting>;
    /// The page begins the sign-in that a phone has confirmed.
    fn take_scan<'a>(&'a self, visit: &'a Visit, code: &'a str, page: &'a str) -> Doing<'a, NextStep>;
    /// A phone that is signed in scans a code: who asks.
    fn see_scan<'a>(&'a self, who: &'a SignedIn, code: &'a str) -> Doing<'a, WhoAsks>;
    /// Its owner answers.
    fn answer_scan<'a>(&'a self, who: &'a SignedIn, code: &'a str, answer: ScanAnswer) -> Doing<'a, ()>;

    /// Who has this cookie. Asked at every request: it must be quick. Whether somebody did something, or a screen asked by
    /// itself, says `activity`.
    fn by_cookie<'a>(&'a self, visit: &'a Visit, cookie: &'a str, activity: bool) -> Doing<'a, Option<SignedIn>>;
    /// Who has this token.
    fn by_token<'a>(&'a self, visit: &'a Visit, token: &'a str) -> Doing<'a, Option<SignedIn>>;
    /// Waits until what this login stands for is over: its WebSockets are then cut. Never an error.
    fn until_over<'a>(&'a self, via: Via) -> Doing<'a, ()>;

    /// Ends this login.
    fn sign_out<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, ()>;
    /// Who he is.
    fn me<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Me>;
    /// Changes the language of his screen.
    fn set_language<'a>(&'a self, who: &'a SignedIn, language: Language) -> Doing<'a, ()>;
    /// He becomes this agent, if his roles let him take calls and nobody else is it.
    fn be_agent<'a>(&'a self, who: &'a SignedIn, agent: AgentName) -> Doing<'a, ()>;
    /// His devices.
    fn devices<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<DeviceSeen>>;
    /// Ends one of his logins.
    fn end_device<'a>(&'a self, who: &'a SignedIn, login: LoginId) -> Doing<'a, ()>;
    /// He chooses another password.
    fn change_password<'a>(&'a self, who: &'a SignedIn, old: &'a str, new: &'a str) -> Doing<'a, ()>;
    /// He begins to set up an authenticator.
    fn begin_totp<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Enrolment>;
    /// It shows its first code; the recovery codes are drawn.
    fn confirm_totp<'a>(&'a self, who: &'a SignedIn, code: &'a str) -> Doing<'a, Vec<String>>;
    /// It goes.
    fn remove_totp<'a>(&'a self, who: &'a SignedIn, password: &'a str) -> Doing<'a, ()>;

    /// People he may see.
    fn users<'a>(&'a self, who: &'a SignedIn, wanted: UsersWanted) -> Doing<'a, UsersPage>;
    /// One of them.
    fn user<'a>(&'a self, who: &'a SignedIn, user: UserId) -> Doing<'a, Person>;
    /// Creates one.
    fn create_user<'a>(&'a self, who: &'a SignedIn, wanted: NewUser) -> Doing<'a, Created>;
    /// Changes one.
    fn change_user<'a>(&'a self, who: &'a SignedIn, user: UserId, change: UserChange) -> Doing<'a, Person>;
    /// Does something to an account. An act that needs a second person asks for one, or uses the approval that was given.
    fn act_on_user<'a>(
        &'a self,
        who: &'a SignedIn,
        user: UserId,
        act: UserAct,
        reason: Option<String>,
    ) -> Doing<'a, UserActed>;
    /// The roles.
    fn roles<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, RolesSeen>;
    /// Composes or changes a role of the centre's own.
    fn put_role<'a>(&'a self, who: &'a SignedIn, role: Role) -> Doing<'a, ()>;
    /// The organisation.
    fn units<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, UnitsWanted>;
    /// Changes it as a whole.
    fn put_units<'a>(&'a self, who: &'a SignedIn, wanted: UnitsWanted) -> Doing<'a, ()>;

    /// The requests for a second pair of eyes that he made or may answer.
    fn approvals<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<ApprovalSeen>>;
    /// One of them.
    fn approval<'a>(&'a self, who: &'a SignedIn, approval: ApprovalId) -> Doing<'a, ApprovalSeen>;
    /// How many recordings one person exports alone (REC-13).
    fn export_alone_max(&self) -> usize;
    /// Whether these recordings are exported now: by an approval, which is used up by that, or because none is needed. The
    /// approval that is named is used or nothing; else the one there is for exactly these, or a second person is asked, and
    /// that is the refusal.
    fn approve_export<'a>(
        &'a self,
        who: &'a SignedIn,
        set: &'a ExportSet,
        approval: Option<ApprovalId>,
        reason: Option<&'a str>,
    ) -> Doing<'a, Option<ExportApproved>>;
    /// Answers one, or takes one back.
    fn answer_approval<'a>(
        &'a self,
        who: &'a SignedIn,
        approval: ApprovalId,
        answer: ApprovalAnswer,
    ) -> Doing<'a, ApprovalSeen>;

    /// Searches the log.
    fn audit<'a>(&'a self, who: &'a SignedIn, wanted: AuditWanted) -> Doing<'a, AuditPage>;
    /// Verifies it.
    fn verify_audit<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Verified>;
    /// Writes into it what another door did or refused.
    fn log<'a>(&'a self, who: Option<&'a SignedIn>, entry: audit::Entry) -> Doing<'a, ()>;

    /// His tokens.
    fn tokens<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<Token>>;
    /// Makes one.
    fn make_token<'a>(&'a self, who: &'a SignedIn, wanted: TokenWanted) -> Doing<'a, TokenMade>;
    /// Ends one.
    fn revoke_token<'a>(&'a self, who: &'a SignedIn, token: TokenId) -> Doing<'a, ()>;

    /// The rules of login.
    fn login_rules<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, LoginRules>;
    /// Changes them as a whole.
    fn put_login_rules<'a>(&'a self, who: &'a SignedIn, rules: LoginRules, reason: String) -> Doing<'a, LoginRules>;
    /// Whether `user` would be let in from there at that time.
    fn simulate_login<'a>(
        &'a self,
        who: &'a SignedIn,
        user: UserId,
        address: IpAddr,
        at: Wall,
    ) -> Doing<'a, LoginSimulated>;

    /// The agents whose things a filter reaches: accounts that are linked with an agent.
    fn agents_within<'a>(&'a self, filter: &'a Filter) -> Doing<'a, AgentsSeen>;
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment")
    }
}
