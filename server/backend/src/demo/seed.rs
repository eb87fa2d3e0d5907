//! Chance that repeats: everything of a demonstration is drawn from its date and size.
//! Never for anything real: whoever knows the date knows every token.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::{self, Random};

/// A stream of chance with a name: streams do not disturb each other.
#[derive(Debug)]
pub(super) struct Seed {
    name: String,
    state: Mutex<u64>,
}

impl Seed {
    /// The stream of that name.
    pub(super) fn new(name: &str) -> Self {
        let digest = Sha256::digest(name.as_bytes());
        let state = digest
            .iter()
            .take(8)
            .fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
        Self {
            name: name.to_owned(),
            state: Mutex::new(state),
        }
    }

    /// A stream of its own for one part of the demonstration.
    pub(super) fn part(&self, name: impl std::fmt::Display) -> Self {
        Self::new(&format!("{}/{name}", self.name))
    }

    /// splitmix64.
    fn next(&self) -> u64 {
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// `0..below`; 0 when nothing is below.
    pub(super) fn below(&self, below: usize) -> usize {
        let below = below as u64;
        // The remainder's bias is far below what anybody can see in so few.
        usize::try_from(self.next().checked_rem(below).unwrap_or(0)).unwrap_or(0)
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// `count` of the numbers `0..of`, each at most once, in order.
    pub(super) fn choose(&self, count: usize, of: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..of).collect();
        for n in 0..count.min(of) {
            let other = n + self.below(of - n);
            numbers.swap(n, other);
        }
        numbers.truncate(count);
        numbers.sort_unstable();
        numbers
    }

    /// An identifier.
    pub(super) fn id<Id: From<Uuid>>(&self, at: DateTime<Utc>) -> Id {
        Id::from(clock::new_uuid(at, self))
    }

    /// A secret that is none.
    pub(super) fn token(&self) -> String {
        clock::new_token(self)
    }
}

impl Random for Seed {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_draws_the_same_and_another_draws_something_else() {
        let drawn = |name: &str| (0..8).map(|_| Seed::new(name).token()).collect::<Vec<_>>();
        assert_eq!(drawn("2026-11-22"), drawn("2026-11-22"));
        assert_ne!(drawn("2026-11-22"), drawn("2026-11-23"));
        let seed = Seed::new("x");
        assert_ne!(seed.part("a").token(), seed.part("b").token());
    }

    #[test]
    fn choosing_takes_exactly_so_many_different_ones() {
        let seed = Seed::new("x");
        for _ in 0..100 {
            let chosen = seed.choose(14, 28);
            assert_eq!(chosen.len(), 14);
            assert!(chosen.is_sorted_by(|a, b| a < b) && chosen[13] < 28);
        }
    }
}
