//! A desk at which tests tell their stories with hours as people write them.
//! What is asserted stands in the tests.
#![allow(dead_code, reason = "each test file uses a part of it")]

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use domain::{
    holidays::HolidaySet,
    ids::VisitReasonId,
    interval::Interval,
    opening_hours::{OpeningHours, Recurrence, WallRange},
    practice::{Instructions, Slug, Title},
    slots::{self, Agenda, Blocked, PlacedHours, Slot},
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason},
    zone,
};
use uuid::Uuid;

/// An identifier of any kind, from a small number.
pub(crate) fn id<Id: From<Uuid>>(number: u128) -> Id {
    Id::from(Uuid::from_u128(number))
}

/// `2026-11-23T08:00:00Z`, with any offset.
pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a test writes RFC 3339")
}

/// `2026-11-23`.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a test writes YYYY-MM-DD")
}

/// `09:20`; `24:00` is midnight as an end.
pub(crate) fn hour(text: &str) -> NaiveTime {
    if text == "24:00" {
        return NaiveTime::MIN;
    }
    NaiveTime::parse_from_str(text, "%H:%M").expect("a test writes HH:MM")
}

/// `09:00-12:00`.
pub(crate) fn wall_range(text: &str) -> WallRange {
    let (start, end) = text.split_once('-').expect("a test writes HH:MM-HH:MM");
    WallRange::new(hour(start), hour(end)).expect("a test opens before it closes")
}

/// `2026-11-23 09:20` on a wall clock.
pub(crate) fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a test writes YYYY-MM-DD HH:MM")
}

pub(crate) fn minutes(number: i32) -> Minutes {
    Minutes::try_from(number).expect("a test stays within a year")
}

/// Twenty minutes on a grid of twenty, no buffer, no notice, a year ahead, for everyone.
pub(crate) fn reason() -> VisitReason {
    VisitReason {
        id: id::<VisitReasonId>(1),
        slug: Slug::parse("consultation").expect("a slug"),
        name: Title::parse("Consultation").expect("a title"),
        length: minutes(20),
        step: minutes(20),
        buffer_before: Minutes::ZERO,
        buffer_after: Minutes::ZERO,
        min_notice: Minutes::ZERO,
        horizon: minutes(366 * 24 * 60),
        cancel_deadline: minutes(24 * 60),
        audience: Audience::Everyone,
        birth_date: BirthDateAsked::No,
        instructions: Instructions::parse("").expect("instructions may be empty"),
    }
}

/// One practitioner at one place, a reason, and the hour it is.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) zone: Tz,
    pub(crate) agenda: Agenda<Tz>,
    pub(crate) reason: VisitReason,
    pub(crate) now: DateTime<Utc>,
}

pub(crate) const PRACTICE: u128 = 100;
pub(crate) const PRACTITIONER: u128 = 200;
pub(crate) const PLACE: u128 = 300;

impl Desk {
    /// No hours yet; it is 1 January 2026, 00:00 UTC.
    pub(crate) fn in_zone(zone: Tz) -> Self {
        Self {
            zone,
            agenda: Agenda {
                practice: id(PRACTICE),
                practitioner: id(PRACTITIONER),
                hours: Vec::new(),
                holidays: HolidaySet::None,
                zone,
                absences: Vec::new(),
                taken: Vec::new(),
            },
            reason: reason(),
            now: utc("2026-01-01T00:00:00Z"),
        }
    }

    pub(crate) fn paris() -> Self {
        Self::in_zone(chrono_tz::Europe::Paris)
    }

    /// Every week, from 1 January 2024 (a Monday) on.
    pub(crate) fn weekly(self, weekday: Weekday, range: &str) -> Self {
        self.every_weeks(1, weekday, "2024-01-01", None, range)
    }

    pub(crate) fn every_weeks(
        self,
        every: u32,
        weekday: Weekday,
        first: &str,
        until: Option<&str>,
        range: &str,
    ) -> Self {
        let recurrence = Recurrence::weekly(weekday, every, day(first), until.map(day))
            .expect("a test writes a recurrence that is allowed");
        self.open(recurrence, range)
    }

    pub(crate) fn once(self, on: &str, range: &str) -> Self {
        self.open(Recurrence::Once { day: day(on) }, range)
    }

    fn open(mut self, recurrence: Recurrence, range: &str) -> Self {
        let number = self.agenda.hours.len() as u128;
        self.agenda.hours.push(PlacedHours {
            hours: OpeningHours {
                id: id(1000 + number),
                place: id(PLACE),
                recurrence,
                range: wall_range(range),
                reasons: Vec::new(),
            },
            zone: self.zone,
        });
        self
    }

    /// The hours opened last are at another place, in its own zone.
    pub(crate) fn at_place(mut self, number: u128, zone: Tz) -> Self {
        let last = self.agenda.hours.last_mut().expect("hours were opened");
        last.hours.place = id(number);
        last.zone = zone;
        self
    }

    /// The hours opened last are for these reasons only.
    pub(crate) fn only_for(mut self, reasons: &[u128]) -> Self {
        let last = self.agenda.hours.last_mut().expect("hours were opened");
        last.hours.reasons = reasons.iter().map(|number| id(*number)).collect();
        self
    }

    /// Wall clock to wall clock; the earlier instant where the hour repeats.
    pub(crate) fn interval(&self, from: &str, to: &str) -> Interval {
        let instant = |text| zone::instants(&self.zone, wall(text))[0];
        Interval::new(instant(from), instant(to)).expect("a test writes it in order")
    }

    pub(crate) fn absent(mut self, from: &str, to: &str) -> Self {
        self.agenda.absences.push(self.interval(from, to).into());
        self
    }

    pub(crate) fn taken(mut self, from: &str, to: &str) -> Self {
        self.agenda.taken.push(self.interval(from, to));
        self
    }

    pub(crate) fn closed_on(mut self, holidays: HolidaySet) -> Self {
        self.agenda.holidays = holidays;
        self
    }

    /// Length of the visit and step of the grid.
    pub(crate) fn lasting(mut self, length: i32, step: i32) -> Self {
        self.reason.length = minutes(length);
        self.reason.step = minutes(step);
        self
    }

    pub(crate) fn buffers(mut self, before: i32, after: i32) -> Self {
        self.reason.buffer_before = minutes(before);
        self.reason.buffer_after = minutes(after);
        self
    }

    pub(crate) fn notice(mut self, number: i32) -> Self {
        self.reason.min_notice = minutes(number);
        self
    }

    pub(crate) fn horizon(mut self, number: i32) -> Self {
        self.reason.horizon = minutes(number);
        self
    }

    /// It is that hour on the wall.
    pub(crate) fn it_is(mut self, text: &str) -> Self {
        self.now = zone::instants(&self.zone, wall(text))[0];
        self
    }

    pub(crate) fn slots(&self, range: Interval) -> Vec<Slot> {
        slots::free_slots(&self.agenda, &self.reason, range, self.now)
    }

    /// The free starts of a local day as the wall shows them: `09:00 09:20 …`.
    pub(crate) fn free_on(&self, text: &str) -> String {
        let range = zone::whole_day(&self.zone, day(text)).expect("a day of this age");
        self.shown(&self.slots(range))
    }

    pub(crate) fn shown(&self, slots: &[Slot]) -> String {
        let shown = |slot: &Slot| {
            let wall = zone::wall(&self.zone, slot.interval.start());
            wall.format("%H:%M").to_string()
        };
        slots.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    /// Asks about an hour of the wall; the earlier instant where it repeats.
    pub(crate) fn why_not(&self, text: &str) -> Result<Slot, Blocked> {
        self.why_not_at(zone::instants(&self.zone, wall(text))[0])
    }

    pub(crate) fn why_not_at(&self, instant: DateTime<Utc>) -> Result<Slot, Blocked> {
        slots::why_not(&self.agenda, &self.reason, instant, self.now)
    }
}

/// `interval` from minutes after a base.
pub(crate) fn minutes_after(base: DateTime<Utc>, from: i64, length: i64) -> Interval {
    let start = base + TimeDelta::minutes(from);
    Interval::starting(start, TimeDelta::minutes(length)).expect("a positive length")
}
