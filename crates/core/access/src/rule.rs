//! Rules about where, when and with what somebody logs in. The function that lets people in is the one that a simulator
//! asks, so that what it says is what happens (SEC-10).

use std::fmt;
use std::net::IpAddr;

use bell_types::{Cidr, LocalTime, OpeningHours, RoleName, Wall};

use crate::account::{Account, Demand, Next, Rank, Shut};
use crate::decide::{Proof, needs_second_factor};
use crate::org::Org;
use crate::policy::Policy;
use crate::role::Roles;
use crate::shipped::SUPER_ADMIN;
use crate::user::User;
use crate::{UnitId, UserId};

/// How many rules a tenant may have.
pub const LOGIN_RULES_MAX: usize = 200;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRule {
    /// What the administrator calls it; every answer names it.
    pub name: String,
    /// Who it is for.
    pub of: Group,
    /// What must be so.
    pub must: Must,
    /// What if it is not.
    pub otherwise: Otherwise,
}

/// Who a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// Everybody.
    Everybody,
    /// Whoever has this role.
    Role(RoleName),
    /// Whoever works in this unit or below it.
    Unit(UnitId),
    /// One person.
    User(UserId),
}

/// What must be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Must {
    /// The login comes from one of these networks.
    ComeFrom(Vec<Cidr>),
    /// It comes within these hours.
    ComeWithin(OpeningHours),
    /// It comes by a device that an administrator has listed.
    UseListedDevice,
}

/// What if a rule is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Otherwise {
    /// A second factor is needed.
    SecondFactor,
    /// The login is refused.
    Refuse,
}

/// Whether an administrator has listed a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// He has.
    Listed,
    /// He has not.
    Unlisted,
}

/// Where, when and with what somebody comes. The time is that of the tenant's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// From where.
    pub address: IpAddr,
    /// When.
    pub at: LocalTime,
    /// With what.
    pub device: Listing,
}

/// What one rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFinding {
    /// The rule.
    pub rule: String,
    /// What it comes to.
    pub says: Says,
    /// Why: one phrase.
    pub because: String,
}

/// What a rule comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// It is for others.
    NotForThisPerson,
    /// It is met.
    Met,
    /// It is not met.
    NotMet(Otherwise),
}

/// What comes of a login, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// What every rule says, in their order.
    pub findings: Vec<RuleFinding>,
    /// What comes next.
    pub step: Step,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The account is shut.
    Shut(Shut),
    /// This rule refuses it.
    RefusedBy(String),
    /// The login goes on.
    Goes(Next),
}

/// Everything logins are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Book<'a> {
    /// The organisation.
    pub org: &'a Org,
    /// The roles.
    pub roles: &'a Roles,
    /// The rules.
    pub rules: &'a [LoginRule],
    /// The thresholds.
    pub policy: &'a Policy,
}

/// What comes of a login after `proof`. For what would come of one, ask with [`Proof::Password`] and the circumstances in
/// question: nothing is changed by asking.
pub fn admit(
    now: Wall,
    (user, account): (&User, &Account),
    proof: Proof,
    circumstances: &Circumstances,
    book: Book<'_>,
) -> Admission {
    let findings: Vec<RuleFinding> = book.rules.iter().map(|rule| rule.judge(user, circumstances, book.org)).collect();
    let refused = findings.iter().find(|finding| finding.says == Says::NotMet(Otherwise::Refuse));
    let step = match (account.shut(now, book.policy), refused) {
        (Some(shut), _) => Step::Shut(shut),
        (None, Some(finding)) => Step::RefusedBy(finding.rule.clone()),
        (None, None) => {
            let demand = demand(user, &findings, book);
            Step::Goes(account.next(now, proof, demand, rank(user), book.policy))
        }
    };
    Admission { findings, step }
}

/// Why rules are not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesRefusal {
    /// More than there may be.
    #[error("there may be {LOGIN_RULES_MAX} rules")]
    TooMany,
    /// A rule without a name, or with one that another has: answers name rules.
    #[error("each rule needs a name of its own; {0:?} is none")]
    Name(String),
    /// A rule that nobody can meet: without a network.
    #[error("rule {0} names no network")]
    Nobody(String),
    /// Whoever saves them could not log in again, here and now.
    #[error("rule {0} would keep you out here and now; add your network, hours or device first")]
    KeepsOut(String),
}

/// Whether new rules may be saved by this person, from where he is now. An administrator who locks himself out, and with him
/// everybody who could let him in again, is what such rules are feared for.
///
/// # Errors
/// Why not.
pub fn check_rules(
    rules: &[LoginRule],
    saving: &User,
    circumstances: &Circumstances,
    org: &Org,
) -> Result<(), RulesRefusal> {
    if rules.len() > LOGIN_RULES_MAX {
        return Err(RulesRefusal::TooMany);
    }
    for (place, rule) in rules.iter().enumerate() {
        let is_taken = rules[..place].iter().any(|other| other.name == rule.name);
        if rule.name.trim().is_empty() || is_taken {
            return Err(RulesRefusal::Name(rule.name.clone()));
        }
        if matches!(&rule.must, Must::ComeFrom(networks) if networks.is_empty()) {
            return Err(RulesRefusal::Nobody(rule.name.clone()));
        }
        if rule.judge(saving, circumstances, org).says == Says::NotMet(Otherwise::Refuse) {
            return Err(RulesRefusal::KeepsOut(rule.name.clone()));
        }
    }
    Ok(())
}

impl LoginRule {
    fn judge(&self, user: &User, circumstances: &Circumstances, org: &Org) -> RuleFinding {
        let finding = |says, because| RuleFinding { rule: self.name.clone(), says, because };
        if !self.of.has(user, org) {
            return finding(Says::NotForThisPerson, format!("it is for {}", self.of));
        }
        let (is_met, because) = self.must.check(circumstances);
        finding(if is_met { Says::Met } else { Says::NotMet(self.otherwise) }, because)
    }
}

impl Group {
    fn has(&self, user: &User, org: &Org) -> bool {
        match self {
            Self::Everybody => true,
            Self::Role(role) => user.grants.iter().any(|grant| grant.role == *role),
            Self::Unit(unit) => org.is_below(user.home, *unit),
            Self::User(one) => user.user == *one,
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => f.write_str("everybody"),
            Self::Role(role) => write!(f, "role {role}"),
            Self::Unit(unit) => write!(f, "unit {unit}"),
            Self::User(user) => write!(f, "user {user}"),
        }
    }
}

impl Must {
    fn check(&self, circumstances: &Circumstances) -> (bool, String) {
        let Circumstances { address, at, device } = circumstances;
        match self {
            Self::ComeFrom(networks) => match networks.iter().find(|network| network.contains(*address)) {
                Some(network) => (true, format!("{address} is in {network}")),
                None => (false, format!("{address} is in none of its networks")),
            },
            Self::ComeWithin(hours) => {
                let within = hours.is_open(*at);
                (
                    within,
                    format!("{} {} is {} its hours", at.date, at.minute, if within { "within" } else { "outside" }),
                )
            }
            Self::UseListedDevice => match device {
                Listing::Listed => (true, "the device is listed".to_owned()),
                Listing::Unlisted => (false, "the device is not listed".to_owned()),
            },
        }
    }
}

/// What the simulator shows and the log keeps: every rule, then the outcome.
impl fmt::Display for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for RuleFinding { rule, says, because } in &self.findings {
            let says = match says {
                Says::NotForThisPerson => "does not apply",
                Says::Met => "met",
                Says::NotMet(Otherwise::SecondFactor) => "not met, needs a second factor",
                Says::NotMet(Otherwise::Refuse) => "not met, refuses",
            };
            writeln!(f, "{rule}: {says}: {because}")?;
        }
        match &self.step {
            Step::Shut(shut) => write!(f, "=> kept out: {shut}; {}", shut.remedy()),
            Step::RefusedBy(rule) => write!(f, "=> refused by rule {rule}"),
            Step::Goes(Next::SecondFactor(_)) => f.write_str("=> let in with a second factor"),
            Step::Goes(Next::SetUpSecondFactor) => f.write_str("=> let in once a second factor is set up"),
            Step::Goes(Next::ChangePassword(_)) => f.write_str("=> let in once another password is chosen"),
            Step::Goes(Next::Refuse) => {
                f.write_str("=> refused: it needs a second factor, which must be set up where no rule asks for it")
            }
            Step::Goes(Next::LetIn(_)) => f.write_str("=> let in"),
        }
    }
}

fn demand(user: &User, findings: &[RuleFinding], book: Book<'_>) -> Demand {
    let by_rule = findings.iter().any(|finding| finding.says == Says::NotMet(Otherwise::SecondFactor));
    let mut roles = user.grants.iter().filter_map(|grant| book.roles.get(&grant.role));
    let by_role = book.policy.second_factor_for_all || roles.any(|role| needs_second_factor(role, book.policy));
    match (by_rule, by_role) {
        (true, _) => Demand::Rule,
        (false, true) => Demand::Role,
        (false, false) => Demand::None,
    }
}

fn rank(user: &User) -> Rank {
    let is_super = user.grants.iter().any(|grant| grant.role.as_str() == SUPER_ADMIN);
    if is_super { Rank::SuperAdmin } else { Rank::Ordinary }
}
