//! Many intervals as one stretch of time, so that a question about it costs a binary search.
//! What the time means (open, taken, absent) is [`crate::slots`]'s.

use crate::interval::Interval;

/// Intervals in order; those that overlapped or touched have become one.
#[derive(Clone, Debug, Default)]
pub struct Merged(Vec<Interval>);

impl FromIterator<Interval> for Merged {
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        let mut intervals: Vec<_> = intervals.into_iter().collect();
        intervals.sort_unstable();
        intervals.dedup_by(|next, kept| {
            let joins = next.start() <= kept.end();
            if joins && next.end() > kept.end() {
                *kept = kept.grown(chrono::TimeDelta::zero(), next.end() - kept.end());
            }
            joins
        });
        Self(intervals)
    }
}

impl Merged {
    /// The intervals, in order; no two touch.
    pub fn iter(&self) -> impl Iterator<Item = Interval> + '_ {
        self.0.iter().copied()
    }

    /// Whether the whole of `interval` lies inside.
    #[must_use]
    pub fn covers(&self, interval: Interval) -> bool {
        let after = self
            .0
            .partition_point(|one| one.start() <= interval.start());
        after > 0 && self.0[after - 1].contains(interval)
    }

    /// Elapsed time inside.
    #[must_use]
    pub fn length(&self) -> chrono::TimeDelta {
        self.0.iter().map(|one| one.length()).sum()
    }

    /// Whether it shares an instant with `interval`.
    #[must_use]
    pub fn touches(&self, interval: Interval) -> bool {
        let first = self.0.partition_point(|one| one.end() <= interval.start());
        self.0.get(first).is_some_and(|one| one.overlaps(interval))
    }
}
