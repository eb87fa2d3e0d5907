//! A half-open stretch of time between two instants.
//! Local hours are another type: see [`crate::opening_hours::WallRange`].

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// `[start, end)` in UTC, never empty: touching intervals do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(
    try_from = "(DateTime<Utc>, DateTime<Utc>)",
    into = "(DateTime<Utc>, DateTime<Utc>)"
)]
pub struct Interval {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

/// An interval must end after it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an interval ends after it starts")]
pub struct EmptyInterval;

impl Interval {
    /// # Errors
    /// [`EmptyInterval`] unless `start < end`.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self, EmptyInterval> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(EmptyInterval)
        }
    }

    /// The interval of `length` that begins at `start`.
    ///
    /// # Errors
    /// [`EmptyInterval`] when the length is not positive or leaves the calendar.
    pub fn starting(start: DateTime<Utc>, length: TimeDelta) -> Result<Self, EmptyInterval> {
        Self::new(
            start,
            start.checked_add_signed(length).ok_or(EmptyInterval)?,
        )
    }

    /// First instant inside.
    #[must_use]
    pub const fn start(self) -> DateTime<Utc> {
        self.start
    }

    /// First instant after.
    #[must_use]
    pub const fn end(self) -> DateTime<Utc> {
        self.end
    }

    /// Elapsed time, not wall-clock time.
    #[must_use]
    pub fn length(self) -> TimeDelta {
        self.end - self.start
    }

    /// Whether the two share an instant.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies inside, bounds included.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the instant lies inside.
    #[must_use]
    pub fn contains_instant(self, instant: DateTime<Utc>) -> bool {
        self.start <= instant && instant < self.end
    }

    /// What the two share.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// What lies outside of another one: before it, and after it.
    pub fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = Self::new(self.start, self.end.min(other.start));
        let after = Self::new(self.start.max(other.end), self.end);
        [before, after].into_iter().flatten()
    }

    /// The interval grown by `before` and `after`; both are zero or more.
    /// At the ends of the calendar it grows as far as it can.
    #[must_use]
    pub fn grown(self, before: TimeDelta, after: TimeDelta) -> Self {
        Self {
            start: self.start.checked_sub_signed(before).unwrap_or(self.start),
            end: self.end.checked_add_signed(after).unwrap_or(self.end),
        }
    }
}

impl TryFrom<(DateTime<Utc>, DateTime<Utc>)> for Interval {
    type Error = EmptyInterval;

    fn try_from((start, end): (DateTime<Utc>, DateTime<Utc>)) -> Result<Self, EmptyInterval> {
        Self::new(start, end)
    }
}

impl From<Interval> for (DateTime<Utc>, DateTime<Utc>) {
    fn from(interval: Interval) -> Self {
        (interval.start, interval.end)
    }
}
