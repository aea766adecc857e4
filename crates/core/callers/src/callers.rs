//! The lists as one state: who stands on them, who is received how.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bell_types::{
    ActorName, CallId, EntryEnd, EntryId, EntrySource, EntryState, ListEntry, ListHit, ListKind, ListName, Mono, Now,
    Number, Pattern, Reception, Service, Term, Terms, Treatment, Wall, What,
};

use crate::book::{Book, Held, Place};
use crate::config::{Approval, Config, ListConfig, NuisancePolicy, Purpose};
use crate::nuisance::{History, RecentCall};
use crate::region::Regions;
use crate::vocabulary::{Change, Group, Kept, Output, Refused, Which};

/// How long a day is for a term.
const DAY: Duration = Duration::from_secs(86_400);

/// All lists and everybody on them.
#[derive(Debug)]
pub struct Callers {
    config: Config,
    regions: &'static Regions,
    book: Book,
    history: History,
    /// None until what was kept has been given back: ids before that might be given twice.
    next: Option<EntryId>,
    output: VecDeque<Output>,
}

impl Callers {
    /// Empty lists. They turn nobody away and take no change until [`loaded`](Self::loaded).
    pub fn new(config: Config) -> Self {
        Self {
            config,
            regions: Regions::shipped(),
            book: Book::default(),
            history: History::default(),
            next: None,
            output: VecDeque::new(),
        }
    }

    /// Other lists, other policies. Entries of a list that is gone stay, and count again if it comes back.
    pub fn configure(&mut self, config: Config) {
        self.config = config;
    }

    /// Gives back entries that were kept. No id before `next` is given again.
    pub fn keep(&mut self, kept: &[Kept]) {
        for Kept { list, terms, entries } in kept {
            let terms = Arc::new(terms.clone());
            for ListEntry { entry, pattern, until, state } in entries {
                self.book.add(list, *entry, pattern, *until, *state, Arc::clone(&terms));
            }
        }
    }

    /// Gives back the last of the entries that were kept: from now on the lists count. No id before `next` is given.
    pub fn loaded(&mut self, kept: &[Kept], next: EntryId) {
        self.keep(kept);
        self.next = Some(next.max(EntryId(1)));
    }

    /// Gives back the calls that counted for the nuisance rule before a restart, oldest first.
    pub fn recall(&mut self, calls: &[RecentCall]) {
        let Some(policy) = &self.config.nuisance else { return };
        for RecentCall { call, at, caller } in calls {
            self.history.note(*at, policy.window, self.config.limits.calls_remembered_max, caller, *call);
        }
    }

    /// Whether the lists count.
    pub const fn is_loaded(&self) -> bool {
        self.next.is_some()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.book.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.book.len() == 0
    }

    /// Somebody calls: his call is counted, and what is to be done with him is said.
    pub fn receive(&mut self, now: Now, call: CallId, caller: Option<&Number>) -> Reception {
        if let (Some(number), Some(policy), true) = (caller, self.config.nuisance.clone(), self.is_loaded()) {
            self.count(now, call, number, &policy);
        }
        self.decide(now.wall, caller)
    }

    /// What is to be done with a caller at this time. Asking changes nothing.
    pub fn decide(&self, wall: Wall, caller: Option<&Number>) -> Reception {
        let region = self.regions.origin(caller);
        let hits = self.hits(wall, caller);
        let class = hits.iter().find_map(|(_, list, _)| list.class.clone());
        let treatment = hits.iter().find_map(|(name, list, held)| treatment(name, list, held));
        let hit = |(name, list, held): &(&ListName, &ListConfig, &Held)| ListHit {
            list: (*name).clone(),
            kind: list.kind(),
            entry: held.entry,
        };
        let lists = hits.iter().map(hit).collect();
        Reception { region, class, lists, treatment: treatment.unwrap_or(Treatment::Usual) }
    }

    /// Whether a number stands on any list at this time.
    pub fn stands(&self, wall: Wall, number: &Number) -> bool {
        self.book.about(number).any(|held| held.counts_at(wall))
    }

    /// Changes a list for somebody: all of it, or nothing.
    pub fn change(&mut self, now: Now, by: &ActorName, change: &Change) -> Result<(), Refused> {
        if !self.is_loaded() {
            return Err(Refused::NotLoaded);
        }
        match change {
            Change::Add { list, groups } => self.add(now.wall, list, groups),
            Change::Approve { list, which } => self.approve(list, which, by),
            Change::Remove { list, patterns } => self.remove(list, patterns, by, EntryEnd::Removed),
            Change::Undo { list, pattern } => self.undo(now.wall, list, pattern, by),
            Change::Restore { list, terms, entry } => self.restore(now.wall, list, terms, entry, by),
        }
    }

    /// Ends what is over.
    pub fn tick(&mut self, now: Now) {
        let limits = self.config.limits;
        let ended = self.book.expire(now.wall, limits.expired_per_tick_max);
        let mut of_list: BTreeMap<ListName, Vec<EntryId>> = BTreeMap::new();
        for held in ended {
            of_list.entry(self.book.list_of(&held).clone()).or_default().push(held.entry);
        }
        for (list, entries) in of_list {
            self.ended(&list, None, EntryEnd::Expired, &entries);
        }
    }

    /// What the lists want, oldest first.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.output.pop_front()
    }

    /// When a [`tick`](Self::tick) is due. Terms end by the wall clock; `now` says how the clocks stand.
    pub fn poll_timeout(&self, now: Now) -> Option<Mono> {
        let micros = self.book.next_end()?.as_micros().saturating_sub(now.wall.as_micros());
        Some(now.mono + Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
    }

    /// The entries that count for a caller, the decisive ones first: one number before a prefix, the longer prefix before
    /// the shorter, and allowing before denying, so that a real customer is not turned away by accident.
    fn hits(&self, wall: Wall, caller: Option<&Number>) -> Vec<(&ListName, &ListConfig, &Held)> {
        let (Some(number), true) = (caller, self.is_loaded()) else { return Vec::new() };
        let counts = self.book.about(number).filter(|held| held.counts_at(wall));
        let mut hits: Vec<_> = counts
            .filter_map(|held| {
                let (name, list) = self.config.lists.get_key_value(self.book.list_of(held))?;
                Some((name, list, held))
            })
            .collect();
        hits.sort_by_key(|(_, list, held)| (Reverse((held.is_exact(), held.digits())), rank(list.kind()), held.entry));
        hits
    }

    // The nuisance rule.

    fn count(&mut self, now: Now, call: CallId, number: &Number, policy: &NuisancePolicy) {
        let stands = |kinds: &[ListKind]| {
            self.hits(now.wall, Some(number)).iter().any(|(_, list, _)| kinds.contains(&list.kind()))
        };
        if stands(&[ListKind::Allow, ListKind::Exempt]) || stands(&[ListKind::Deny]) {
            return;
        }
        let remembered = self.config.limits.calls_remembered_max;
        let calls = self.history.note(now.wall, policy.window, remembered, number, call);
        if calls.len() >= policy.deny_calls {
            self.history.forget(number);
            self.add_auto(now.wall, &policy.deny, number, calls, policy);
        } else if let Some(watch) = &policy.watch
            && calls.len() >= policy.watch_calls
            && self.book.find(watch, &Pattern::Number(number.clone())).is_none()
        {
            self.add_auto(now.wall, watch, number, calls, policy);
        }
    }

    fn add_auto(&mut self, wall: Wall, list: &ListName, number: &Number, calls: Vec<CallId>, policy: &NuisancePolicy) {
        let reason = format!("{} calls within {} minutes", calls.len(), policy.window.as_secs() / 60);
        let Ok(owner) = ActorName::new("belltower") else { return };
        let terms = Terms { owner, by: None, reason, source: EntrySource::Auto(calls), service: Service::default() };
        let entries = vec![(Pattern::Number(number.clone()), Term::Days(policy.term_days))];
        // Full lists turn nobody away by themselves; who looks after them is told when he adds something.
        let _ = self.add(wall, list, &[Group { terms, entries }]);
    }

    // Changes.

    fn add(&mut self, wall: Wall, list: &ListName, groups: &[Group]) -> Result<(), Refused> {
        let approval = self.config.lists.get(list).ok_or(Refused::ListUnknown)?.approval;
        self.check_add(wall, groups)?;
        for Group { terms, entries } in groups {
            let shared = Arc::new(terms.clone());
            for some in entries.chunks(self.config.limits.entries_per_fact_max.max(1)) {
                let replaced: Vec<Place> =
                    some.iter().filter_map(|(pattern, _)| self.book.find(list, pattern)).collect();
                self.end(list, &replaced, terms.by.as_ref(), EntryEnd::Replaced);
                let mut added = Vec::with_capacity(some.len());
                for (pattern, term) in some {
                    // The same number twice in one change: the last one counts.
                    if let Some(place) = self.book.find(list, pattern) {
                        self.book.end(place);
                        added.retain(|entry: &ListEntry| entry.pattern != *pattern);
                    }
                    let until = end_of(wall, *term);
                    let waits = until.is_none() && approval == Approval::Second;
                    let state = if waits { EntryState::Proposed } else { EntryState::Active };
                    let entry = self.mint();
                    self.book.add(list, entry, pattern, until, state, Arc::clone(&shared));
                    added.push(ListEntry { entry, pattern: pattern.clone(), until, state });
                }
                let (list, terms) = (list.clone(), terms.clone());
                self.fact(What::ListEntriesAdded { list, terms, entries: added });
            }
        }
        Ok(())
    }

    fn check_add(&self, wall: Wall, groups: &[Group]) -> Result<(), Refused> {
        let limits = self.config.limits;
        let count: usize = groups.iter().map(|group| group.entries.len()).sum();
        if count > limits.change_max {
            return Err(Refused::TooMany);
        }
        if self.book.len() + count > limits.entries_max {
            return Err(Refused::Full);
        }
        for Group { terms, entries } in groups {
            if terms.reason.trim().is_empty() {
                return Err(Refused::ReasonMissing);
            }
            if terms.reason.chars().count() > limits.reason_len_max {
                return Err(Refused::ReasonTooLong);
            }
            if entries.iter().any(|(_, term)| end_of(wall, *term).is_some_and(|until| until <= wall)) {
                return Err(Refused::TermOver);
            }
        }
        Ok(())
    }

    fn approve(&mut self, list: &ListName, which: &Which, by: &ActorName) -> Result<(), Refused> {
        if !self.config.lists.contains_key(list) {
            return Err(Refused::ListUnknown);
        }
        let mut places = match which {
            Which::One(pattern) => vec![self.book.find(list, pattern).ok_or(Refused::NotListed)?],
            Which::All => self.book.proposed(list),
        };
        places.retain(|place| self.book.get(*place).is_some_and(|held| held.state == EntryState::Proposed));
        if places.is_empty() {
            return Err(Refused::NothingProposed);
        }
        places.retain(|place| self.book.get(*place).is_some_and(|held| is_second(&held.terms, by)));
        if places.is_empty() {
            return Err(Refused::SamePerson);
        }
        for some in places.chunks(self.config.limits.entries_per_fact_max.max(1)) {
            let entries = some.iter().filter_map(|place| Some(self.book.get(*place)?.entry)).collect();
            some.iter().for_each(|place| self.book.approve(*place));
            self.fact(What::ListEntriesApproved { list: list.clone(), by: by.clone(), entries });
        }
        Ok(())
    }

    fn remove(&mut self, list: &ListName, patterns: &[Pattern], by: &ActorName, how: EntryEnd) -> Result<(), Refused> {
        let places: Option<Vec<Place>> = patterns.iter().map(|pattern| self.book.find(list, pattern)).collect();
        let places = places.filter(|places| !places.is_empty()).ok_or(Refused::NotListed)?;
        self.end(list, &places, Some(by), how);
        Ok(())
    }

    /// As it stood there, under a new id; whoever restores it has put it there.
    fn restore(
        &mut self,
        wall: Wall,
        list: &ListName,
        terms: &Terms,
        was: &ListEntry,
        by: &ActorName,
    ) -> Result<(), Refused> {
        if !self.config.lists.contains_key(list) {
            return Err(Refused::ListUnknown);
        }
        if self.book.find(list, &was.pattern).is_some() {
            return Err(Refused::Listed);
        }
        if was.until.is_some_and(|until| until <= wall) {
            return Err(Refused::TermOver);
        }
        if self.book.len() >= self.config.limits.entries_max {
            return Err(Refused::Full);
        }
        let terms = Terms { by: Some(by.clone()), ..terms.clone() };
        let entry = ListEntry { entry: self.mint(), ..was.clone() };
        self.book.add(list, entry.entry, &entry.pattern, entry.until, entry.state, Arc::new(terms.clone()));
        self.fact(What::ListEntriesAdded { list: list.clone(), terms, entries: vec![entry] });
        Ok(())
    }

    fn undo(&mut self, wall: Wall, list: &ListName, pattern: &Pattern, by: &ActorName) -> Result<(), Refused> {
        let place = self.book.find(list, pattern).ok_or(Refused::NotListed)?;
        let undone = self.book.get(place).map(|held| (held.entry, matches!(held.terms.source, EntrySource::Auto(_))));
        let Some((entry, is_auto)) = undone else { return Err(Refused::NotListed) };
        let exempt = self.config.nuisance.as_ref().filter(|_| is_auto).and_then(|policy| {
            let terms = Terms {
                owner: by.clone(),
                by: Some(by.clone()),
                reason: format!("entry {entry} of list {list} was undone"),
                source: EntrySource::Manual,
                service: Service::default(),
            };
            let entries = vec![(pattern.clone(), Term::Days(policy.exempt_days))];
            Some((policy.exempt.clone()?, Group { terms, entries }))
        });
        if let Some((exempt, group)) = exempt {
            self.add(wall, &exempt, &[group])?;
        }
        self.end(list, &[place], Some(by), EntryEnd::Undone);
        Ok(())
    }

    fn end(&mut self, list: &ListName, places: &[Place], by: Option<&ActorName>, how: EntryEnd) {
        let entries: Vec<EntryId> =
            places.iter().filter_map(|place| self.book.end(*place)).map(|held| held.entry).collect();
        self.ended(list, by, how, &entries);
    }

    fn ended(&mut self, list: &ListName, by: Option<&ActorName>, how: EntryEnd, entries: &[EntryId]) {
        for some in entries.chunks(self.config.limits.entries_per_fact_max.max(1)) {
            let (list, by, entries) = (list.clone(), by.cloned(), some.to_vec());
            self.fact(What::ListEntriesEnded { list, by, how, entries });
        }
    }

    fn mint(&mut self) -> EntryId {
        let entry = self.next.unwrap_or_default();
        self.next = Some(entry.next());
        entry
    }

    fn fact(&mut self, what: What) {
        self.output.push_back(Output::Fact(what));
    }
}

/// Which kind decides where several are equally exact.
const fn rank(kind: ListKind) -> u8 {
    match kind {
        ListKind::Allow => 0,
        ListKind::Deny => 1,
        ListKind::Class => 2,
        ListKind::Watch => 3,
        ListKind::Exempt => 4,
    }
}

fn treatment(name: &ListName, list: &ListConfig, held: &Held) -> Option<Treatment> {
    let (list_name, entry) = (name.clone(), held.entry);
    match &list.purpose {
        Purpose::Deny(how) => Some(Treatment::Blocked { list: list_name, entry, how: how.clone() }),
        Purpose::Allow(usual) => {
            let own = held.terms.service.clone();
            let service = Service {
                queue: own.queue.or_else(|| usual.queue.clone()),
                greeting: own.greeting.or_else(|| usual.greeting.clone()),
                agent: own.agent.or_else(|| usual.agent.clone()),
                priority: own.priority.or(usual.priority),
            };
            Some(Treatment::Favoured { list: list_name, entry, service })
        }
        Purpose::Watch | Purpose::Class | Purpose::Exempt => None,
    }
}

/// Whether `by` is somebody else than who answers for an entry.
fn is_second(terms: &Terms, by: &ActorName) -> bool {
    terms.owner != *by && terms.by.as_ref() != Some(by)
}

fn end_of(wall: Wall, term: Term) -> Option<Wall> {
    match term {
        Term::Days(days) => Some(wall + DAY * u32::from(days)),
        Term::Until(until) => Some(until),
        Term::Permanent => None,
    }
}
