//! The legs of one worker, by key, by id and by call.

use std::collections::HashMap;

use bell_types::{CallId, LegId};
use smallvec::SmallVec;

use crate::leg::Leg;

/// The place of a leg in its worker. It is given to another leg once this one is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(u32);

/// All legs.
#[derive(Debug, Default)]
pub(super) struct Legs {
    places: Vec<Option<Box<Leg>>>,
    free: Vec<Key>,
    calls: HashMap<CallId, SmallVec<[Key; 2]>>,
    count: usize,
}

/// What the epoll set knows a leg's sockets by.
pub(super) const fn place_of(key: Key, rtcp: bool) -> u64 {
    (key.0 as u64) << 1 | rtcp as u64
}

/// Whether it is the RTCP socket.
pub(super) const fn is_rtcp(place: u64) -> bool {
    place & 1 == 1
}

/// The leg whose socket it is.
pub(super) const fn key_of(place: u64) -> Key {
    Key((place >> 1) as u32)
}

impl Legs {
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Leg> {
        self.places.get_mut(key.0 as usize)?.as_deref_mut()
    }

    /// The key of a leg.
    pub(super) fn key(&self, id: LegId) -> Option<Key> {
        let keys = self.calls.get(&id.call)?;
        keys.iter().copied().find(|&key| self.id(key) == Some(id))
    }

    /// The next free key, for [`insert`](Self::insert).
    pub(super) fn next_key(&self) -> Key {
        self.free.last().copied().unwrap_or(Key(self.places.len() as u32))
    }

    /// Puts a leg at [`next_key`](Self::next_key).
    pub(super) fn insert(&mut self, leg: Leg) -> Key {
        let key = self.next_key();
        self.calls.entry(leg.id.call).or_default().push(key);
        let leg = Some(Box::new(leg));
        match self.free.pop() {
            Some(_) => self.places[key.0 as usize] = leg,
            None => self.places.push(leg),
        }
        self.count += 1;
        key
    }

    pub(super) fn remove(&mut self, id: LegId) -> Option<Box<Leg>> {
        let key = self.key(id)?;
        let leg = self.places[key.0 as usize].take()?;
        self.free.push(key);
        self.count -= 1;
        if let Some(keys) = self.calls.get_mut(&id.call) {
            keys.retain(|known| *known != key);
            if keys.is_empty() {
                self.calls.remove(&id.call);
            }
        }
        Some(leg)
    }

    pub(super) fn ids(&self) -> Vec<LegId> {
        self.places.iter().flatten().map(|leg| leg.id).collect()
    }

    /// The keys of one part of the legs, by which chores are spread over time.
    pub(super) fn part(&self, part: usize, parts: usize) -> impl Iterator<Item = Key> + use<> {
        (part..self.places.len()).step_by(parts).map(|place| Key(place as u32))
    }

    /// Tells every leg of a call who hears it.
    pub(super) fn rewire(&mut self, call: CallId) {
        let Some(keys) = self.calls.get(&call).cloned() else { return };
        for &key in &keys {
            if let Some(leg) = self.get_mut(key) {
                leg.listeners.clear();
            }
        }
        for &listener in &keys {
            let speakers = self.get_mut(listener).map(|leg| leg.speakers()).unwrap_or_default();
            for speaker in speakers {
                if let Some(leg) = self.key(speaker).and_then(|key| self.get_mut(key)) {
                    leg.listeners.push(listener);
                }
            }
        }
    }

    fn id(&self, key: Key) -> Option<LegId> {
        self.places.get(key.0 as usize)?.as_ref().map(|leg| leg.id)
    }
}
