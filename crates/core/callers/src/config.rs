//! Which lists there are and what they do; when somebody is a nuisance.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{ClassName, ListKind, ListName, Refusal, Service};

/// Everything the callers' lists go by. What lists there are is configured; who stands on them is not.
#[derive(Clone, Debug)]
pub struct Config {
    /// The lists.
    pub lists: BTreeMap<ListName, ListConfig>,
    /// When somebody is a nuisance; none: nobody is.
    pub nuisance: Option<NuisancePolicy>,
    /// How much there may be.
    pub limits: Limits,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListConfig {
    /// What it does to its callers.
    pub purpose: Purpose,
    /// The class its callers belong to, whatever else it does.
    pub class: Option<ClassName>,
    /// Whether a permanent entry needs a second person.
    pub approval: Approval,
}

/// What a list does to its callers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Turns them away, like this.
    Deny(Refusal),
    /// Lets them skip the menu, and gives them this unless the entry says otherwise.
    Allow(Service),
    /// Marks them.
    Watch,
    /// Puts them into the list's class.
    Class,
    /// Keeps them from being taken for a nuisance.
    Exempt,
}

/// Whether a permanent entry needs a second person (INB-23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// It does.
    Second,
    /// It does not.
    None,
}

/// When a number is a nuisance, and what is done about it (INB-22).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NuisancePolicy {
    /// The sliding time in which calls count.
    pub window: Duration,
    /// From how many calls on a number is watched.
    pub watch_calls: usize,
    /// From how many calls on it is turned away.
    pub deny_calls: usize,
    /// The list of those who are watched; none: they are not.
    pub watch: Option<ListName>,
    /// The list of those who are turned away.
    pub deny: ListName,
    /// The list of those who are left alone after a supervisor has undone what the rule did; none: nobody is.
    pub exempt: Option<ListName>,
    /// For how many days the rule's entries hold.
    pub term_days: u16,
    /// For how many days a number is left alone after that.
    pub exempt_days: u16,
}

/// How much there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries on all lists together.
    pub entries_max: usize,
    /// Entries in one change.
    pub change_max: usize,
    /// Characters of a reason.
    pub reason_len_max: usize,
    /// Calls that are remembered for the nuisance rule; one more forgets the oldest.
    pub calls_remembered_max: usize,
    /// Entries that are ended by one tick; the rest follows at the next. They do not count in the meantime.
    pub expired_per_tick_max: usize,
    /// Entries in one fact.
    pub entries_per_fact_max: usize,
}

impl ListConfig {
    /// What it is for, in the word of the facts.
    pub const fn kind(&self) -> ListKind {
        match self.purpose {
            Purpose::Deny(_) => ListKind::Deny,
            Purpose::Allow(_) => ListKind::Allow,
            Purpose::Watch => ListKind::Watch,
            Purpose::Class => ListKind::Class,
            Purpose::Exempt => ListKind::Exempt,
        }
    }
}

impl Limits {
    /// Values that suit an installation.
    pub const USUAL: Self = Self {
        entries_max: 5_500_000,
        change_max: 100_000,
        reason_len_max: 200,
        calls_remembered_max: 200_000,
        expired_per_tick_max: 1000,
        entries_per_fact_max: 100,
    };
}

impl Config {
    /// No list at all.
    pub const fn none() -> Self {
        Self { lists: BTreeMap::new(), nuisance: None, limits: Limits::USUAL }
    }

    /// Lists for tests and examples: `blocked`, `friends`, `watch`, `vip`, `tickets`, and the nuisance rule of INB-22.
    pub fn for_tests() -> Self {
        let name = |text: &str| ListName::new(text).expect("these are names");
        let list = |purpose, class: Option<&str>, approval| ListConfig {
            purpose,
            class: class.map(|class| ClassName::new(class).expect("these are names")),
            approval,
        };
        let lists = BTreeMap::from([
            (name("blocked"), list(Purpose::Deny(Refusal::Busy), None, Approval::Second)),
            (name("friends"), list(Purpose::Allow(Service::default()), Some("vip"), Approval::None)),
            (name("watch"), list(Purpose::Watch, None, Approval::None)),
            (name("vip"), list(Purpose::Class, Some("vip"), Approval::None)),
            (name("tickets"), list(Purpose::Exempt, None, Approval::None)),
        ]);
        let nuisance = NuisancePolicy {
            window: Duration::from_secs(3600),
            watch_calls: 3,
            deny_calls: 5,
            watch: Some(name("watch")),
            deny: name("blocked"),
            exempt: Some(name("tickets")),
            term_days: 7,
            exempt_days: 30,
        };
        Self { lists, nuisance: Some(nuisance), limits: Limits::USUAL }
    }
}
