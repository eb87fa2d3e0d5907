//! Why one comes, and what follows from it: length, grid, buffers, delays, who may book.
//! The hours in which it may be booked are [`crate::opening_hours`]'s.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{
    ids::VisitReasonId,
    interval::Interval,
    practice::{Instructions, Slug, Title},
};

/// A number of minutes from 0 to one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Minutes(i32);

/// A number of minutes outside the range that the rule allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("between {least} and {most} minutes")]
pub struct MinutesOutOfRange {
    /// Least that is allowed, in minutes.
    pub least: i32,
    /// Most that is allowed, in minutes.
    pub most: i32,
}

impl Minutes {
    /// None at all.
    pub const ZERO: Self = Self(0);
    /// Most that any rule allows: 366 days.
    pub const MOST: i32 = 366 * 24 * 60;

    /// # Errors
    /// [`MinutesOutOfRange`] unless `least <= minutes <= most`.
    pub const fn within(minutes: i32, least: i32, most: i32) -> Result<Self, MinutesOutOfRange> {
        if least <= minutes && minutes <= most && 0 <= minutes && minutes <= Self::MOST {
            Ok(Self(minutes))
        } else {
            Err(MinutesOutOfRange { least, most })
        }
    }

    /// How long a visit is, in whole minutes.
    #[must_use]
    pub fn of_visit(visit: Interval) -> Self {
        let minutes = i32::try_from(visit.length().num_minutes()).unwrap_or(Self::MOST);
        Self(minutes.clamp(0, Self::MOST))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }

    /// As elapsed time.
    #[must_use]
    pub fn delta(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.0))
    }
}

impl TryFrom<i32> for Minutes {
    type Error = MinutesOutOfRange;

    fn try_from(minutes: i32) -> Result<Self, MinutesOutOfRange> {
        Self::within(minutes, 0, Self::MOST)
    }
}

impl From<Minutes> for i32 {
    fn from(minutes: Minutes) -> Self {
        minutes.0
    }
}

/// Who may book a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Patients online, and staff.
    Everyone,
    /// Staff only: it is not shown to patients.
    StaffOnly,
}

/// Which fields, beyond the usual ones, the booking asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BirthDateAsked {
    /// Not asked (data minimisation is the default).
    No,
    /// Asked and required.
    Yes,
}

/// A reason of one practitioner.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VisitReason {
    /// Its identifier.
    pub id: VisitReasonId,
    /// Its name in addresses, unique for the practitioner.
    pub slug: Slug,
    /// What patients read: `Consultation`.
    pub name: Title,
    /// Length of the visit: 5 minutes to 8 hours.
    pub length: Minutes,
    /// Distance between two starts on the grid, counted on the wall clock from the start of
    /// the opening hours: 5 minutes to 8 hours.
    pub step: Minutes,
    /// Kept free before the visit: 0 to 2 hours.
    pub buffer_before: Minutes,
    /// Kept free after the visit: 0 to 2 hours.
    pub buffer_after: Minutes,
    /// A slot is bookable online when `start >= now + min_notice`.
    pub min_notice: Minutes,
    /// A slot is bookable online when `start < now + horizon`.
    pub horizon: Minutes,
    /// A patient may cancel while `now < start - cancel_deadline`; at the very second of the
    /// deadline it is too late.
    pub cancel_deadline: Minutes,
    /// Who may book it.
    pub audience: Audience,
    /// Whether the birth date is asked.
    pub birth_date: BirthDateAsked,
    /// What to know or bring, shown before and after booking and written in the mail.
    pub instructions: Instructions,
}

/// Bounds of the numbers of a reason, in minutes, as `(least, most)`.
pub mod bounds {
    /// Length of a visit.
    pub const LENGTH: (i32, i32) = (5, 8 * 60);
    /// Step of the grid.
    pub const STEP: (i32, i32) = (5, 8 * 60);
    /// Buffers before and after.
    pub const BUFFER: (i32, i32) = (0, 2 * 60);
    /// Least notice: up to 30 days.
    pub const MIN_NOTICE: (i32, i32) = (0, 30 * 24 * 60);
    /// Horizon: one day to 366 days.
    pub const HORIZON: (i32, i32) = (24 * 60, 366 * 24 * 60);
    /// Cancel deadline: up to 30 days before.
    pub const CANCEL_DEADLINE: (i32, i32) = (0, 30 * 24 * 60);
}
