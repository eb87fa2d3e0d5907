//! Which instants of an agenda can be booked for a reason, and why the others cannot.
//! Whether this person may book at all is [`crate::policy`]'s.
//!
//! A slot is computed, never stored. It is free when, in the order in which [`why_not`] looks:
//! its start respects notice and horizon; it begins on the grid of some opening hours and the
//! whole visit lies inside the open time of one place; no absence, by the clock of that place,
//! touches the visit; and the visit with its buffers touches no other visit or hold with theirs.
//! Buffers may reach outside opening hours and into absences: nobody is received in them.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::{DateTime, Datelike, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    absence::Away,
    holidays::HolidaySet,
    ids::{PlaceId, PracticeId, PractitionerId},
    interval::Interval,
    merged::Merged,
    opening_hours::{OpeningHours, Recurrence},
    visit_reason::{Minutes, VisitReason},
    zone,
};

/// Longest range that is computed in one call: a year and a day.
pub const MOST_DAYS: usize = 367;
/// How far before a wished start the nearest free slots are looked for.
pub const NEAREST_BEFORE: TimeDelta = TimeDelta::days(7);
/// How far after.
pub const NEAREST_AFTER: TimeDelta = TimeDelta::days(21);
/// Years that every calendar and database can reckon with, with room on both sides.
const YEARS: RangeInclusive<i32> = 1900..=9990;

/// Opening hours with the zone of their place.
#[derive(Clone, Debug)]
pub struct PlacedHours<Tz> {
    /// The hours.
    pub hours: OpeningHours,
    /// The zone of `hours.place`.
    pub zone: Tz,
}

/// What is known of one practitioner's time over a range. The order of rows means nothing.
#[derive(Clone, Debug)]
pub struct Agenda<Tz> {
    /// The tenant.
    pub practice: PracticeId,
    /// Whose agenda it is.
    pub practitioner: PractitionerId,
    /// When visits may be booked.
    pub hours: Vec<PlacedHours<Tz>>,
    /// The public holidays on which weekly hours are closed. One-off hours open even then:
    /// somebody wrote down that very day.
    pub holidays: HolidaySet,
    /// The zone of the practice's main place.
    pub zone: Tz,
    /// Absences. At a place that goes by another clock than `zone` she is away for the same hours of that
    /// one ([`Away::at`]): a day off is the whole day there too.
    pub absences: Vec<Away>,
    /// Visits and holds that block, each with its buffers around it.
    pub taken: Vec<Interval>,
}

/// A bookable visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// When, without buffers.
    pub interval: Interval,
    /// Where.
    pub place: PlaceId,
}

/// The rule that blocks an instant. Told to staff; patients only learn what
/// [`crate::booking::BookingRefusal`] keeps of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocked {
    /// Closer than the least notice of the reason, or past.
    TooSoon {
        /// First instant that the notice allows.
        earliest: DateTime<Utc>,
    },
    /// At or beyond the horizon of the reason.
    TooFar {
        /// First instant that is too far.
        latest: DateTime<Utc>,
    },
    /// No opening hours for this reason, or they end before the visit does.
    Closed,
    /// Hours of a day that is a public holiday for the practice.
    Holiday,
    /// Inside opening hours, but not on their grid.
    OffGrid,
    /// The practitioner is absent.
    Absent,
    /// Another visit, a hold, or the buffer around one.
    Taken,
}

/// The reason as staff book it: from now on, up to a year ([`Minutes::MOST`]) ahead.
#[must_use]
pub fn without_delays(reason: &VisitReason) -> VisitReason {
    let most = Minutes::within(Minutes::MOST, 0, Minutes::MOST).unwrap_or(reason.horizon);
    VisitReason {
        min_notice: Minutes::ZERO,
        horizon: most,
        ..reason.clone()
    }
}

/// The free slots that start in `range`, in order, one for each start. At most
/// [`MOST_DAYS`] days are looked at.
#[must_use]
pub fn free_slots<Tz: TimeZone + PartialEq>(
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    range: Interval,
    now: DateTime<Utc>,
) -> Vec<Slot> {
    let taken = Taken::of(agenda);
    let Some(range) = bookable(reason, range, now) else {
        return Vec::new();
    };
    slots_in(agenda, &taken, reason, range)
}

/// How much time the free slots that start in `range` cover together; where they overlap it
/// counts once.
#[must_use]
pub fn free_time<Tz: TimeZone + PartialEq>(
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    range: Interval,
    now: DateTime<Utc>,
) -> TimeDelta {
    let slots = free_slots(agenda, reason, range, now);
    let covered: Merged = slots.into_iter().map(|slot| slot.interval).collect();
    covered.length()
}

/// The first free slot that starts in `range`: looks a week at a time and stops at the first.
#[must_use]
pub fn first_free<Tz: TimeZone + PartialEq>(
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    range: Interval,
    now: DateTime<Utc>,
) -> Option<Slot> {
    let taken = Taken::of(agenda);
    let range = bookable(reason, range, now)?;
    let weeks = std::iter::successors(Some(range.start()), |start| {
        start.checked_add_signed(TimeDelta::days(7))
    });
    weeks
        .take_while(|start| *start < range.end())
        .take(MOST_DAYS / 7 + 1)
        .filter_map(|start| {
            Interval::starting(start, TimeDelta::days(7))
                .ok()?
                .intersection(range)
        })
        .find_map(|week| slots_in(agenda, &taken, reason, week).into_iter().next())
}

/// The `most` free slots nearest to a wished start, nearest first; of two equally near, the
/// earlier. Looks from [`NEAREST_BEFORE`] before to [`NEAREST_AFTER`] after: the agenda must
/// have been loaded that far.
#[must_use]
pub fn nearest<Tz: TimeZone + PartialEq>(
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
    most: usize,
) -> Vec<Slot> {
    let Some(range) = around(start) else {
        return Vec::new();
    };
    let mut free = free_slots(agenda, reason, range, now);
    free.sort_by_key(|slot| ((slot.interval.start() - start).abs(), *slot));
    free.truncate(most);
    free
}

/// The range in which [`nearest`] looks around a start; `None` outside of the years that every
/// calendar and database can reckon with, in which nothing is ever open.
#[must_use]
pub fn around(start: DateTime<Utc>) -> Option<Interval> {
    if !YEARS.contains(&start.year()) {
        return None;
    }
    let from = start.checked_sub_signed(NEAREST_BEFORE)?;
    Interval::new(from, start.checked_add_signed(NEAREST_AFTER)?).ok()
}

/// The slot that starts at that instant.
///
/// # Errors
/// The first rule that blocks it, in the order of the module's description.
pub fn why_not<Tz: TimeZone + PartialEq>(
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Slot, Blocked> {
    let (earliest, latest) = delays(reason, now);
    if start < earliest {
        return Err(Blocked::TooSoon { earliest });
    }
    if start >= latest {
        return Err(Blocked::TooFar { latest });
    }
    let interval = Interval::starting(start, reason.length.delta()).map_err(|_| Blocked::Closed)?;
    let open = opened_at(agenda, reason, interval)?;
    let place = open
        .into_iter()
        .filter(|placed| !is_absent(agenda, &placed.zone, interval))
        .map(|placed| placed.hours.place)
        .min()
        .ok_or(Blocked::Absent)?;
    let with_buffers = interval.grown(reason.buffer_before.delta(), reason.buffer_after.delta());
    if agenda
        .taken
        .iter()
        .any(|taken| taken.overlaps(with_buffers))
    {
        return Err(Blocked::Taken);
    }
    Ok(Slot { interval, place })
}

/// Whether an absence touches the visit by the clock of a place in that zone.
fn is_absent<Tz: TimeZone + PartialEq>(agenda: &Agenda<Tz>, place: &Tz, visit: Interval) -> bool {
    let there = |away: &Away| away.at(&agenda.zone, place);
    let mut absences = agenda.absences.iter().filter_map(there);
    absences.any(|away| away.overlaps(visit))
}

/// The hours in which the whole visit is open and on the grid: one at least.
fn opened_at<'a, Tz: TimeZone>(
    agenda: &'a Agenda<Tz>,
    reason: &'a VisitReason,
    visit: Interval,
) -> Result<Vec<&'a PlacedHours<Tz>>, Blocked> {
    let open = open_time(agenda, reason, visit);
    let mut on_grid = Vec::new();
    let mut blocked = Blocked::Closed;
    for placed in hours_for(agenda, reason) {
        let wall = zone::wall(&placed.zone, visit.start());
        let (day, range) = (wall.date(), placed.hours.range);
        let since_midnight = wall.signed_duration_since(day.and_time(chrono::NaiveTime::MIN));
        let minute = since_midnight.num_minutes();
        let whole_minute = since_midnight == TimeDelta::minutes(minute);
        let inside = i64::from(range.start_minute()) <= minute
            && minute < i64::from(range.end_minute())
            && placed.hours.recurrence.falls_on(day);
        if !inside {
            continue;
        }
        if closed_by_holiday(agenda, placed, day) {
            blocked = stronger(blocked, Blocked::Holiday);
        } else if !whole_minute
            || (minute - i64::from(range.start_minute())) % i64::from(reason.step.get().max(1)) != 0
        {
            blocked = stronger(blocked, Blocked::OffGrid);
        } else if open
            .get(&placed.hours.place)
            .is_some_and(|open| open.covers(visit))
        {
            on_grid.push(placed);
        }
    }
    if on_grid.is_empty() {
        return Err(blocked);
    }
    Ok(on_grid)
}

/// Of two reasons for being closed, the one that says more.
fn stronger(one: Blocked, other: Blocked) -> Blocked {
    match (one, other) {
        (Blocked::Closed, other) => other,
        (one, _) => one,
    }
}

/// `[now + min_notice, now + horizon)`.
fn delays(reason: &VisitReason, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let later = |minutes: Minutes| {
        now.checked_add_signed(minutes.delta())
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    };
    (later(reason.min_notice), later(reason.horizon))
}

fn bookable(reason: &VisitReason, range: Interval, now: DateTime<Utc>) -> Option<Interval> {
    let (earliest, latest) = delays(reason, now);
    range.intersection(Interval::new(earliest, latest).ok()?)
}

fn hours_for<'a, Tz: TimeZone>(
    agenda: &'a Agenda<Tz>,
    reason: &'a VisitReason,
) -> impl Iterator<Item = &'a PlacedHours<Tz>> {
    agenda.hours.iter().filter(|placed| {
        placed.hours.reasons.is_empty() || placed.hours.reasons.contains(&reason.id)
    })
}

fn closed_by_holiday<Tz: TimeZone>(
    agenda: &Agenda<Tz>,
    placed: &PlacedHours<Tz>,
    day: chrono::NaiveDate,
) -> bool {
    match placed.hours.recurrence {
        Recurrence::Once { .. } => false,
        Recurrence::Weekly { .. } => agenda.holidays.on(day).is_some(),
    }
}

/// The stretches of `placed` on the days that `range` touches, holidays left out.
fn stretches<'a, Tz: TimeZone>(
    agenda: &'a Agenda<Tz>,
    placed: &'a PlacedHours<Tz>,
    range: Interval,
) -> impl Iterator<Item = (chrono::NaiveDate, zone::Stretch)> + 'a {
    zone::days_of(&placed.zone, range, MOST_DAYS + 1)
        .filter(|day| placed.hours.recurrence.falls_on(*day))
        .filter(|day| !closed_by_holiday(agenda, placed, *day))
        .flat_map(|day| {
            zone::open_stretches(&placed.zone, day, placed.hours.range)
                .into_iter()
                .map(move |stretch| (day, stretch))
        })
}

/// The open time of each place around `range` for the reason, merged and in order: hours that
/// touch or overlap are one.
fn open_time<Tz: TimeZone>(
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    range: Interval,
) -> BTreeMap<PlaceId, Merged> {
    // A visit that starts in the range may end in the hours of the next day.
    let range = range.grown(TimeDelta::zero(), reason.length.delta());
    let mut open: BTreeMap<PlaceId, Vec<Interval>> = BTreeMap::new();
    for placed in hours_for(agenda, reason) {
        open.entry(placed.hours.place)
            .or_default()
            .extend(stretches(agenda, placed, range).map(|(_, stretch)| stretch.interval));
    }
    open.into_iter()
        .map(|(place, intervals)| (place, intervals.into_iter().collect()))
        .collect()
}

fn slots_in<Tz: TimeZone + PartialEq>(
    agenda: &Agenda<Tz>,
    taken: &Taken<Tz>,
    reason: &VisitReason,
    range: Interval,
) -> Vec<Slot> {
    let open = open_time(agenda, reason, range);
    let step = TimeDelta::minutes(i64::from(reason.step.get().max(1)));
    let mut slots = Vec::new();
    for placed in hours_for(agenda, reason) {
        let place = placed.hours.place;
        let Some(open) = open.get(&place) else {
            continue;
        };
        for (day, stretch) in stretches(agenda, placed, range) {
            let opening = day.and_time(placed.hours.range.start()).and_utc() - stretch.offset;
            let skipped = (stretch.interval.start().max(range.start()) - opening).num_seconds();
            let whole = step.num_seconds();
            let first = opening + TimeDelta::seconds(skipped.max(0).div_euclid(whole) * whole);
            let starts = std::iter::successors(Some(first), |start| start.checked_add_signed(step))
                .skip_while(|start| *start < stretch.interval.start() || *start < range.start())
                .take_while(|start| *start < stretch.interval.end() && *start < range.end());
            slots.extend(
                starts
                    .filter_map(|start| Interval::starting(start, reason.length.delta()).ok())
                    .filter(|visit| open.covers(*visit))
                    .filter(|visit| taken.leaves_free(reason, &placed.zone, *visit))
                    .map(|interval| Slot { interval, place }),
            );
        }
    }
    slots.sort_unstable();
    slots.dedup_by_key(|slot| slot.interval.start());
    slots
}

/// Absences and taken time, merged once for a whole range of questions.
struct Taken<Tz> {
    /// By each clock that some place goes by.
    absences: Vec<(Tz, Merged)>,
    visits: Merged,
}

impl<Tz: TimeZone + PartialEq> Taken<Tz> {
    fn of(agenda: &Agenda<Tz>) -> Self {
        let mut absences: Vec<(Tz, Merged)> = Vec::new();
        for placed in &agenda.hours {
            if absences.iter().all(|(zone, _)| *zone != placed.zone) {
                let there = |away: &Away| away.at(&agenda.zone, &placed.zone);
                let merged = agenda.absences.iter().filter_map(there).collect();
                absences.push((placed.zone.clone(), merged));
            }
        }
        Self {
            absences,
            visits: agenda.taken.iter().copied().collect(),
        }
    }

    /// Whether nothing of it stands against a visit at a place in that zone.
    fn leaves_free(&self, reason: &VisitReason, place: &Tz, visit: Interval) -> bool {
        let with_buffers = visit.grown(reason.buffer_before.delta(), reason.buffer_after.delta());
        let mut absences = self.absences.iter();
        let is_absent = absences.any(|(zone, away)| zone == place && away.touches(visit));
        !is_absent && !self.visits.touches(with_buffers)
    }
}
