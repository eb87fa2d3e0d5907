//! What is taken for a while and may be given back before: `governor` counts what is over and done.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What was taken under each key, and when.
#[derive(Debug)]
pub(super) struct Shares<K, T> {
    within: Duration,
    taken: Mutex<HashMap<K, Vec<(Instant, T)>>>,
}

impl<K: Copy + Eq + Hash, T: Clone + PartialEq> Shares<K, T> {
    /// Nothing is taken; what will be counts for so long.
    pub(super) fn new(within: Duration) -> Self {
        Self {
            within,
            taken: Mutex::default(),
        }
    }

    /// Takes one more, unless `most` are taken; answers whether it did.
    pub(super) fn take(&self, key: K, one: T, most: usize) -> bool {
        let mut taken = self.lock();
        let taken = taken.entry(key).or_default();
        self.drop_old(taken);
        let is_room = taken.len() < most;
        if is_room {
            taken.push((Instant::now(), one));
        }
        is_room
    }

    /// Takes that one, again if it is taken already; answers the others, and whether it is new.
    pub(super) fn take_beside(&self, key: K, one: T) -> (Vec<T>, bool) {
        let mut taken = self.lock();
        let taken = taken.entry(key).or_default();
        self.drop_old(taken);
        let before = taken.len();
        taken.retain(|(_, other)| *other != one);
        let is_new = taken.len() == before;
        let others = taken.iter().map(|(_, other)| other.clone()).collect();
        taken.push((Instant::now(), one));
        (others, is_new)
    }

    /// Gives one such back, the latest.
    pub(super) fn give_back(&self, key: K, one: &T) {
        let mut taken = self.lock();
        if let Some(taken) = taken.get_mut(&key)
            && let Some(latest) = taken.iter().rposition(|(_, taken)| taken == one)
        {
            taken.remove(latest);
        }
    }

    /// Frees the memory of what no longer counts.
    pub(super) fn forget_old(&self) {
        let mut taken = self.lock();
        taken.retain(|_, taken| {
            self.drop_old(taken);
            !taken.is_empty()
        });
        taken.shrink_to_fit();
    }

    fn drop_old(&self, taken: &mut Vec<(Instant, T)>) {
        taken.retain(|(since, _)| since.elapsed() < self.within);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Vec<(Instant, T)>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
