//! What this process remembers of agendas it read: everybody asks for the same few weeks, and
//! most of the time nothing has changed in them.
//!
//! Every transaction that changes an agenda raises its version first (the lock of
//! [`availability::lock_agenda`]), so one small statement tells whether what is remembered still
//! holds, also when another process wrote. Nothing here is needed for a right answer, and a
//! booking never looks here: [`crate::booking::decide`] reads for itself.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::{
    ids::PractitionerId,
    interval::Interval,
    slots::{Agenda, PlacedHours},
};
use quick_cache::{Weighter, sync::Cache};

use crate::{
    Backend, Result,
    store::{
        Reader,
        availability::{self, TakenTime},
        bookable::Bookable,
    },
};

/// Rows kept altogether: some 20 MB at most.
const MOST_ROWS: u64 = 300_000;
/// Agendas, and ranges of them, that are expected to be kept at once.
const EXPECTED: usize = 2_000;

/// Agendas lately read; what is asked for least is forgotten first.
#[derive(Debug)]
pub(crate) struct Memory {
    hours: Cache<PractitionerId, Hours>,
    taken: Cache<Range, Taken, ByRows>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            hours: Cache::new(EXPECTED),
            taken: Cache::with_weighter(EXPECTED, MOST_ROWS, ByRows),
        }
    }
}

/// All opening hours from a day on.
#[derive(Clone, Debug)]
struct Hours {
    version: i64,
    from: NaiveDate,
    hours: Arc<[PlacedHours<Tz>]>,
}

/// Whole days of a practitioner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Range {
    practitioner: PractitionerId,
    days: Interval,
}

#[derive(Clone, Debug)]
struct Taken {
    version: i64,
    time: Arc<TakenTime>,
}

#[derive(Clone, Debug)]
struct ByRows;

impl Weighter<Range, Taken> for ByRows {
    fn weight(&self, _: &Range, taken: &Taken) -> u64 {
        // A range without rows takes room too.
        taken.time.rows() as u64 + 4
    }
}

impl Backend {
    /// The agenda over the days that a range touches, as it stands now: what was read last where
    /// its version has not changed since `bookable` was read, else in a statement for the hours
    /// and one for the rest.
    pub(super) async fn known_agenda(
        &self,
        db: &mut Reader,
        bookable: &Bookable,
        range: Interval,
        now: DateTime<Utc>,
    ) -> Result<Agenda<Tz>> {
        let days = whole_days(range);
        let hours = self.known_hours(db, bookable, days).await?;
        let taken = self.known_taken(db, bookable, days).await?;
        Ok(taken.agenda(bookable.key, hours.to_vec(), now))
    }

    // Who writes while these two read makes what they keep newer than its version says, never
    // older.

    async fn known_hours(
        &self,
        db: &mut Reader,
        bookable: &Bookable,
        days: Interval,
    ) -> Result<Arc<[PlacedHours<Tz>]>> {
        let practitioner = bookable.key.practitioner;
        let (from, _) = availability::local_days(days);
        let memory = &self.agendas().hours;
        if let Some(known) = memory.get(&practitioner)
            && known.version == bookable.version
            && known.from <= from
        {
            return Ok(known.hours);
        }
        let hours = availability::hours_of(db, practitioner, from, LAST_DAY).await?;
        let known = Hours {
            version: bookable.version,
            from,
            hours: hours.into(),
        };
        memory.insert(practitioner, known.clone());
        Ok(known.hours)
    }

    async fn known_taken(
        &self,
        db: &mut Reader,
        bookable: &Bookable,
        days: Interval,
    ) -> Result<Arc<TakenTime>> {
        let practitioner = bookable.key.practitioner;
        let range = Range { practitioner, days };
        let memory = &self.agendas().taken;
        if let Some(known) = memory.get(&range)
            && known.version == bookable.version
        {
            return Ok(known.time);
        }
        let time = availability::taken_time(db, practitioner, days).await?;
        let known = Taken {
            version: bookable.version,
            time: Arc::new(time),
        };
        memory.insert(range, known.clone());
        Ok(known.time)
    }
}

/// The last day that both databases can store and compare as text.
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// From midnight to midnight, UTC: so that who asks a second later asks for the same.
fn whole_days(range: Interval) -> Interval {
    let midnight = |at: DateTime<Utc>| at.date_naive().and_time(NaiveTime::MIN).and_utc();
    let (start, end) = (midnight(range.start()), midnight(range.end()));
    let end = if end < range.end() {
        end.checked_add_days(Days::new(1)).unwrap_or(range.end())
    } else {
        end
    };
    Interval::new(start, end).unwrap_or(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> Interval {
        Interval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_range_is_widened_to_whole_days() {
        let widened = whole_days(range("2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z"));
        assert_eq!(
            widened,
            range("2026-11-22T00:00:00Z", "2026-11-30T00:00:00Z")
        );
        assert_eq!(whole_days(widened), widened);
    }
}
