//! Between the wall clock of a place and instants: the only place that knows the nights on
//! which the clocks change. Generic over the zone, so that the rules carry no zone database.
//!
//! One principle decides every case: **an instant is open exactly when the clock on the wall
//! shows an open hour.** In the gap of spring no instant shows 02:30, so nothing opens there;
//! in the repeat of autumn two instants show 02:30, and both are open.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};

use crate::{interval::Interval, opening_hours::WallRange};

/// No two clocks of the world are further apart: from UTC−12 to UTC+14.
pub const FURTHEST_APART: TimeDelta = TimeDelta::hours(26);

/// A stretch of instants during which a zone keeps one offset, inside a wall-clock range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The instants.
    pub interval: Interval,
    /// Local time minus UTC throughout.
    pub offset: TimeDelta,
}

/// What the wall clock of the zone shows at an instant; UTC where that lies beyond the
/// calendar (a form can send the last instant of it).
#[must_use]
pub fn wall<Tz: TimeZone>(zone: &Tz, instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    utc.checked_add_signed(offset(zone, instant)).unwrap_or(utc)
}

/// The day it is in the zone at an instant.
#[must_use]
pub fn day<Tz: TimeZone>(zone: &Tz, instant: DateTime<Utc>) -> NaiveDate {
    wall(zone, instant).date()
}

/// The local day in instants: 23, 24 or 25 hours long. `None` only at the end of the calendar.
#[must_use]
pub fn whole_day<Tz: TimeZone>(zone: &Tz, day: NaiveDate) -> Option<Interval> {
    let open = stretches(zone, day, 0, 24 * 60);
    Interval::new(open.first()?.interval.start(), open.last()?.interval.end()).ok()
}

/// The instants at which the wall clock shows `wall`: none in a gap, two in a repeat, in order.
#[must_use]
pub fn instants<Tz: TimeZone>(zone: &Tz, wall: NaiveDateTime) -> Vec<DateTime<Utc>> {
    let found = zone.from_local_datetime(&wall);
    let mut instants: Vec<_> = [found.clone().earliest(), found.latest()]
        .into_iter()
        .flatten()
        .map(|instant| instant.to_utc())
        .collect();
    instants.dedup();
    instants
}

/// The first instant at which the wall clock shows `wall`; in a gap, the first instant after it.
/// `None` only at the ends of the calendar.
#[must_use]
pub fn first_at<Tz: TimeZone>(zone: &Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    // No gap is longer than a day: Samoa once skipped one.
    (0..=24 * 60).find_map(|minutes| {
        let later = wall.checked_add_signed(TimeDelta::minutes(minutes))?;
        instants(zone, later).first().copied()
    })
}

/// When what lasts until the wall clock shows `until` is over: a minute after the last instant at which
/// it shows the minute before, so that what ends where an hour begins to repeat ends there, and what
/// ends within it ends the second time. In a gap, the first instant after it. `None` only at the ends
/// of the calendar.
#[must_use]
pub fn end_at<Tz: TimeZone>(zone: &Tz, until: NaiveDateTime) -> Option<DateTime<Utc>> {
    let minute = TimeDelta::minutes(1);
    match instants(zone, until.checked_sub_signed(minute)?).last() {
        Some(last) => last.checked_add_signed(minute),
        None => first_at(zone, until),
    }
}

/// The instants of `day` at which the wall clock shows an hour of `range`: one stretch on
/// most days, two when the clocks change inside the range (they touch, unless the range lies
/// in a repeated hour), none when the range lies in a gap.
#[must_use]
pub fn open_stretches<Tz: TimeZone>(zone: &Tz, day: NaiveDate, range: WallRange) -> Vec<Stretch> {
    stretches(zone, day, range.start_minute(), range.end_minute())
}

fn stretches<Tz: TimeZone>(zone: &Tz, day: NaiveDate, from: u32, to: u32) -> Vec<Stretch> {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
    let minutes =
        |minutes: u32| midnight.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    let (Some(start), Some(end)) = (minutes(from), minutes(to)) else {
        return Vec::new();
    };
    // Every zone lies within UTC−12 and UTC+14; fifteen hours either side hold the range.
    let slack = TimeDelta::hours(15);
    let (Some(first), Some(last)) = (
        start.checked_sub_signed(slack),
        end.checked_add_signed(slack),
    ) else {
        return Vec::new();
    };
    let (before, after) = (offset(zone, first), offset(zone, last));
    let stretch =
        |interval: Option<Interval>, offset| interval.map(|interval| Stretch { interval, offset });
    if before == after {
        return stretch(Interval::new(start - before, end - before).ok(), before)
            .into_iter()
            .collect();
    }
    let change = first_instant_at_offset(zone, first, last, before);
    let early = Interval::new(start - before, (end - before).min(change)).ok();
    let late = Interval::new((start - after).max(change), end - after).ok();
    [stretch(early, before), stretch(late, after)]
        .into_iter()
        .flatten()
        .collect()
}

/// Local time minus UTC at an instant.
fn offset<Tz: TimeZone>(zone: &Tz, instant: DateTime<Utc>) -> TimeDelta {
    let seconds = zone
        .offset_from_utc_datetime(&instant.naive_utc())
        .fix()
        .local_minus_utc();
    TimeDelta::seconds(i64::from(seconds))
}

/// The first instant in `(low, high]` whose offset is no longer `old`, by bisection; zones
/// change at most once in the two days between them.
fn first_instant_at_offset<Tz: TimeZone>(
    zone: &Tz,
    low: DateTime<Utc>,
    high: DateTime<Utc>,
    old: TimeDelta,
) -> DateTime<Utc> {
    let (mut low, mut high) = (low, high);
    while high - low > TimeDelta::seconds(1) {
        let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
        if offset(zone, middle) == old {
            low = middle
        } else {
            high = middle
        }
    }
    high
}

/// The days of the zone that `range` touches, in order; at most `most`.
pub fn days_of<Tz: TimeZone>(
    zone: &Tz,
    range: Interval,
    most: usize,
) -> impl Iterator<Item = NaiveDate> + use<Tz> {
    let first = day(zone, range.start());
    let last = day(zone, range.end() - TimeDelta::nanoseconds(1));
    std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(1)))
        .take_while(move |day| *day <= last)
        .take(most)
}
