//! The entries of all lists: found by number, ended when their term is over.

use std::collections::BTreeMap;
use std::sync::Arc;

use bell_types::{EntryId, EntryState, ListName, Number, Pattern, Terms, Wall};

use crate::index::Index;
use crate::key::Key;

/// Where an entry is held.
pub(crate) type Place = u32;

/// The entries of all lists.
#[derive(Debug, Default)]
pub(crate) struct Book {
    held: Vec<Option<Held>>,
    free: Vec<Place>,
    index: Index,
    /// The lists entries are on; an entry knows the place in here.
    names: Vec<ListName>,
    /// The lengths of prefixes that occur: bit n for n digits. They are never fewer again; that costs a look, no more.
    prefix_lengths: u16,
    /// What ends when. A place may since have been given to another entry: its own end decides.
    due: BTreeMap<Wall, Vec<Place>>,
    count: usize,
}

/// One entry, small: there may be five million.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) entry: EntryId,
    pub(crate) terms: Arc<Terms>,
    key: Key,
    until: Wall,
    list: u16,
    pub(crate) state: EntryState,
}

/// Stands for no end.
const NEVER: Wall = Wall::from_micros(i64::MAX);

impl Held {
    /// Whether it counts at this time: approved, and its term not over.
    pub(crate) fn counts_at(&self, wall: Wall) -> bool {
        self.state == EntryState::Active && wall < self.until
    }

    pub(crate) fn is_exact(&self) -> bool {
        !self.key.is_prefix()
    }

    /// How much of a number it says: more is more.
    pub(crate) fn digits(&self) -> u32 {
        self.key.digits()
    }
}

impl Book {
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn list_of(&self, held: &Held) -> &ListName {
        &self.names[usize::from(held.list)]
    }

    pub(crate) fn get(&self, place: Place) -> Option<&Held> {
        self.held.get(place as usize)?.as_ref()
    }

    /// Every entry that is about this number, whether it counts or not.
    pub(crate) fn about(&self, number: &Number) -> impl Iterator<Item = &Held> {
        let keys = std::iter::once(Key::of_number(number)).chain(Key::prefixes(number, self.prefix_lengths));
        keys.flat_map(|key| self.index.find(key)).filter_map(|(_, place)| self.get(*place))
    }

    /// The entry of a list for exactly this pattern.
    pub(crate) fn find(&self, list: &ListName, pattern: &Pattern) -> Option<Place> {
        let places = self.index.find(Key::of(pattern)).iter().map(|(_, place)| *place);
        places.into_iter().find(|place| self.get(*place).is_some_and(|held| self.list_of(held) == list))
    }

    /// The entries of a list that wait for approval, in the order they were proposed.
    pub(crate) fn proposed(&self, list: &ListName) -> Vec<Place> {
        let held = self.held.iter().zip(0..).filter_map(|(held, place)| Some((held.as_ref()?, place)));
        let waiting = held.filter(|(held, _)| held.state == EntryState::Proposed && self.list_of(held) == list);
        let mut waiting: Vec<(EntryId, Place)> = waiting.map(|(held, place)| (held.entry, place)).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, place)| place).collect()
    }

    pub(crate) fn add(
        &mut self,
        list: &ListName,
        entry: EntryId,
        pattern: &Pattern,
        until: Option<Wall>,
        state: EntryState,
        terms: Arc<Terms>,
    ) {
        let key = Key::of(pattern);
        let list = self.name(list);
        let until = until.unwrap_or(NEVER);
        let held = Held { entry, terms, key, until, list, state };
        let place = match self.free.pop() {
            Some(place) => {
                self.held[place as usize] = Some(held);
                place
            }
            None => {
                self.held.push(Some(held));
                // The limit on entries is far below.
                u32::try_from(self.held.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.index.insert(key, place);
        if key.is_prefix() {
            self.prefix_lengths |= 1 << key.digits();
        }
        if until != NEVER {
            self.due.entry(until).or_default().push(place);
        }
        self.count += 1;
    }

    pub(crate) fn approve(&mut self, place: Place) {
        if let Some(Some(held)) = self.held.get_mut(place as usize) {
            held.state = EntryState::Active;
        }
    }

    pub(crate) fn end(&mut self, place: Place) -> Option<Held> {
        let held = self.held.get_mut(place as usize)?.take()?;
        self.index.remove(held.key, place);
        self.free.push(place);
        self.count -= 1;
        Some(held)
    }

    /// Takes out the entries whose term is over, `at_most` so many.
    pub(crate) fn expire(&mut self, wall: Wall, at_most: usize) -> Vec<Held> {
        let mut ended = Vec::new();
        while ended.len() < at_most
            && let Some(mut due) = self.due.first_entry()
            && *due.key() <= wall
        {
            let until = *due.key();
            let Some(place) = due.get_mut().pop() else {
                due.remove();
                continue;
            };
            if self.get(place).is_some_and(|held| held.until == until) {
                ended.extend(self.end(place));
            }
        }
        ended
    }

    /// When the next term is over.
    pub(crate) fn next_end(&self) -> Option<Wall> {
        self.due.first_key_value().map(|(until, _)| *until)
    }

    fn name(&mut self, list: &ListName) -> u16 {
        let known = self.names.iter().position(|name| name == list);
        let place = known.unwrap_or_else(|| {
            self.names.push(list.clone());
            self.names.len() - 1
        });
        // Lists are configured by hand: nobody has sixty thousand.
        u16::try_from(place).unwrap_or(u16::MAX)
    }
}
