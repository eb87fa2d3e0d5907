//! When visits may be booked, as people say it: on the wall clock of a place, weekly or once.
//! Turning it into instants is [`crate::zone`]'s; subtracting what is taken is [`crate::slots`]'s.

use chrono::{NaiveDate, NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use crate::ids::{OpeningHoursId, PlaceId, VisitReasonId};

/// `[start, end)` on a wall clock within one day, whole minutes. Midnight as an end means the
/// end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(NaiveTime, NaiveTime)", into = "(NaiveTime, NaiveTime)")]
pub struct WallRange {
    start: NaiveTime,
    end: NaiveTime,
}

/// Hours that cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum HoursError {
    /// The end is not after the start (midnight counts as the end of the day).
    #[error("hours end after they start")]
    EndsBeforeStart,
    /// Seconds or fractions.
    #[error("hours are whole minutes")]
    NotWholeMinutes,
    /// Every 0 weeks, or more than 52.
    #[error("every 1 to 52 weeks")]
    WeeksOutOfRange,
    /// The last day is before the first.
    #[error("the last day is not before the first")]
    UntilBeforeFirst,
}

impl WallRange {
    /// # Errors
    /// [`HoursError::EndsBeforeStart`], [`HoursError::NotWholeMinutes`].
    pub fn new(start: NaiveTime, end: NaiveTime) -> Result<Self, HoursError> {
        let whole = |time: NaiveTime| time.second() == 0 && time.nanosecond() == 0;
        if !whole(start) || !whole(end) {
            Err(HoursError::NotWholeMinutes)
        } else if end != NaiveTime::MIN && end <= start {
            Err(HoursError::EndsBeforeStart)
        } else {
            Ok(Self { start, end })
        }
    }

    /// First minute inside.
    #[must_use]
    pub const fn start(self) -> NaiveTime {
        self.start
    }

    /// First minute after; midnight is the end of the day.
    #[must_use]
    pub const fn end(self) -> NaiveTime {
        self.end
    }

    /// Minutes since midnight of the start, 0 to 1439.
    #[must_use]
    pub fn start_minute(self) -> u32 {
        self.start.num_seconds_from_midnight() / 60
    }

    /// Minutes since midnight of the end, 1 to 1440.
    #[must_use]
    pub fn end_minute(self) -> u32 {
        match self.end.num_seconds_from_midnight() / 60 {
            0 => 24 * 60,
            minutes => minutes,
        }
    }
}

impl TryFrom<(NaiveTime, NaiveTime)> for WallRange {
    type Error = HoursError;

    fn try_from((start, end): (NaiveTime, NaiveTime)) -> Result<Self, HoursError> {
        Self::new(start, end)
    }
}

impl From<WallRange> for (NaiveTime, NaiveTime) {
    fn from(range: WallRange) -> Self {
        (range.start, range.end)
    }
}

/// On which days hours recur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    /// One day only.
    Once {
        /// That day, at the place.
        day: NaiveDate,
    },
    /// A weekday, every `every` weeks counted from the week (Monday to Sunday) of `first`.
    Weekly {
        /// The weekday.
        weekday: Weekday,
        /// 1: every week; 2: every other week; up to 52.
        every: u32,
        /// No day before this one is open.
        first: NaiveDate,
        /// The last day that may be open; without it the hours go on.
        until: Option<NaiveDate>,
    },
}

impl Recurrence {
    /// # Errors
    /// [`HoursError::WeeksOutOfRange`], [`HoursError::UntilBeforeFirst`].
    pub fn weekly(
        weekday: Weekday,
        every: u32,
        first: NaiveDate,
        until: Option<NaiveDate>,
    ) -> Result<Self, HoursError> {
        if !(1..=52).contains(&every) {
            Err(HoursError::WeeksOutOfRange)
        } else if until.is_some_and(|until| until < first) {
            Err(HoursError::UntilBeforeFirst)
        } else {
            Ok(Self::Weekly {
                weekday,
                every,
                first,
                until,
            })
        }
    }

    /// The first of its days from `day` on; `None` when it has none, as when it ends before its
    /// weekday comes.
    #[must_use]
    pub fn first_from(self, day: NaiveDate) -> Option<NaiveDate> {
        let (from, days) = match self {
            Self::Once { day: only } => (only, 1),
            Self::Weekly { first, every, .. } => (first.max(day), 7 * every.max(1)),
        };
        from.iter_days()
            .take(usize::try_from(days).unwrap_or(usize::MAX))
            .find(|&one| one >= day && self.falls_on(one))
    }

    /// Whether the day is one of them.
    #[must_use]
    pub fn falls_on(self, day: NaiveDate) -> bool {
        use chrono::Datelike;
        match self {
            Self::Once { day: only } => day == only,
            Self::Weekly {
                weekday,
                every,
                first,
                until,
            } => {
                // Day 1 of the common era was a Monday. Counting avoids Mondays that lie outside
                // the calendar.
                let week = |day: NaiveDate| i64::from(day.num_days_from_ce() - 1).div_euclid(7);
                day.weekday() == weekday
                    && day >= first
                    && until.is_none_or(|until| day <= until)
                    && (week(day) - week(first)) % i64::from(every.max(1)) == 0
            }
        }
    }
}

/// A window in which visits may be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// Its identifier.
    pub id: OpeningHoursId,
    /// The place; its zone is the one of the wall clock.
    pub place: PlaceId,
    /// On which days.
    pub recurrence: Recurrence,
    /// Between which hours. Several ranges a day are several opening hours.
    pub range: WallRange,
    /// The reasons that may be booked in it; empty: all of them.
    pub reasons: Vec<VisitReasonId>,
}
