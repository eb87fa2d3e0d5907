//! How many slots may be held at once, so that holds never empty a practitioner's agenda.
//! Which instants are free is [`crate::slots`]'s; limits per network are counted by `server`.
//!
//! A hold costs its asker nothing but a form, and keeps a slot from everybody for
//! [`crate::booking::HOLD`]. So what is not confirmed yet is bounded twice: by who asks
//! ([`MOST_OPEN`], [`MOST_AN_HOUR`]) and by whose time it takes ([`Ceilings`]), of which one
//! network gets no more than half ([`Network::open`]). Staff are not
//! counted: they book at once, and the share of a day that holds must leave is theirs too.
//!
//! Anybody can type anybody's address and telephone. So who asks is not counted for somebody
//! whose network has a share of its own left ([`Network::own_share`]): strangers elsewhere can use
//! her address up, and keep her from nothing. Only the mails to one mailbox have an end
//! ([`MOST_MAILED`]).

use std::iter::repeat_n;

use chrono::{DateTime, Datelike, Days, TimeDelta, TimeZone, Utc};

use crate::{
    appointment::Status,
    booking::BookingRefusal,
    ids::PractitionerId,
    interval::Interval,
    people::{EmailAddress, PhoneNumber},
    slots::{self, Agenda},
    visit_reason::VisitReason,
    zone,
};

/// How many slots one e-mail address, or one telephone, holds at the same time in a practice.
///
/// A family books its three children one after another and confirms each in turn, so it never
/// has more than one open; two lets somebody who mistyped her address hold another slot at once.
pub const MOST_OPEN: usize = 2;
/// How many slots one e-mail address, or one telephone, asks for within [`LOOKED_BACK`] in a
/// practice, whatever became of them: a large family, and at most so many codes mailed to
/// somebody who asked for none.
pub const MOST_AN_HOUR: usize = 8;
/// How many codes are mailed to one mailbox within [`LOOKED_BACK`] in a practice, whatever networks
/// they are asked from, before no more slot is asked for with it: somebody may have asked for none
/// of them. Those that are sent again for the last slot may come on top.
pub const MOST_MAILED: usize = 24;
/// How far back what was asked for is counted. Holds that ran out must be stored for longer.
pub const LOOKED_BACK: TimeDelta = TimeDelta::hours(1);

/// How much of a stretch of free time holds may take together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// One part in so many of what would be free without them.
    pub one_in: i32,
    /// So many holds are let in however little is free.
    pub at_least: usize,
}

/// The ceilings of a day and of a week (Monday to Sunday), in the zone of the practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceilings {
    /// Of a local day.
    pub day: Ceiling,
    /// Of the week it lies in.
    pub week: Ceiling,
}

impl Ceiling {
    /// What one network may take of it: half, so that what it holds leaves room for somebody
    /// elsewhere, however little is free.
    const fn of_one_network(self) -> Self {
        Self {
            one_in: self.one_in * 2,
            at_least: self.at_least.div_ceil(2),
        }
    }
}

/// Asked with a proof of work. A day with three free slots or more keeps at least one; two
/// people may take the last two of a day at the same time.
pub const WITH_PROOF: Ceilings = Ceilings {
    day: Ceiling {
        one_in: 2,
        at_least: 2,
    },
    week: Ceiling {
        one_in: 4,
        at_least: 4,
    },
};

/// Asked without: robots that bring none cannot take what is left to people whose browser
/// does, nor the last slot of a day with two.
pub const WITHOUT_PROOF: Ceilings = Ceilings {
    day: Ceiling {
        one_in: 3,
        at_least: 1,
    },
    week: Ceiling {
        one_in: 6,
        at_least: 2,
    },
};

/// A slot that was asked for online within [`LOOKED_BACK`], in the practice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentHold {
    /// Whose time.
    pub practitioner: PractitionerId,
    /// When the visit is.
    pub interval: Interval,
    /// What became of it.
    pub status: Status,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// The address that was given; `None` once it was forgotten.
    pub email: Option<EmailAddress>,
    /// The telephone that was given.
    pub phone: PhoneNumber,
    /// How many codes were mailed for it; one at least.
    pub codes: usize,
}

impl RecentHold {
    /// Until when it keeps its slot, if it does at `now` and is not confirmed.
    fn open_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.status {
            Status::Held { until } => (now < until).then_some(until),
            Status::Expired
            | Status::Booked
            | Status::Arrived
            | Status::Attended
            | Status::Missed
            | Status::Cancelled { .. } => None,
        }
    }
}

/// Who asks for a slot, as far as limits go.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The address that will get the code.
    pub email: Option<&'a EmailAddress>,
    /// The telephone.
    pub phone: &'a PhoneNumber,
    /// Whether the form brought a proof of work.
    pub proved: bool,
    /// Where she asks from.
    pub network: &'a Network,
}

/// What counts of the network that a slot is asked from. Its address is stored nowhere, so the
/// database cannot tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Whether it asked so rarely with this address and this telephone that what others did with
    /// them elsewhere does not count against her.
    pub own_share: bool,
    /// When the other slots of this practitioner start that it asked for within
    /// [`crate::booking::HOLD`]. Those that are held still count for it.
    pub open: Vec<DateTime<Utc>>,
}

impl Asker<'_> {
    fn asked(&self, hold: &RecentHold) -> bool {
        !self.network.own_share && (self.is_mailed(hold) || hold.phone == *self.phone)
    }

    fn is_mailed(&self, hold: &RecentHold) -> bool {
        match (self.email, &hold.email) {
            (Some(ours), Some(theirs)) => ours.mailbox() == theirs.mailbox(),
            (None, _) | (_, None) => false,
        }
    }
}

/// Whether one more slot may be held. The agenda was read under its lock with everything that
/// blocks, and reaches over the week of `visit` ([`week_of`]); `recent` holds what
/// was asked for in the practice within [`LOOKED_BACK`], in any order.
///
/// # Errors
/// [`BookingRefusal::TooManyHolds`], the same whichever limit it was: a stranger who types
/// somebody else's address learns nothing of her.
pub fn may_hold<Tz: TimeZone + PartialEq>(
    asker: &Asker<'_>,
    visit: Interval,
    zone: &Tz,
    agenda: &Agenda<Tz>,
    reason: &VisitReason,
    recent: &[RecentHold],
    now: DateTime<Utc>,
) -> Result<(), BookingRefusal> {
    let theirs: Vec<_> = recent.iter().filter(|hold| asker.asked(hold)).collect();
    let open = theirs.iter().filter_map(|hold| hold.open_until(now));
    let asked = theirs.iter().map(|hold| hold.asked_at + LOOKED_BACK);
    let mailed = recent.iter().filter(|hold| asker.is_mailed(hold));
    let mailed = mailed.flat_map(|hold| repeat_n(hold.asked_at + LOOKED_BACK, hold.codes));
    let ceilings = if asker.proved {
        WITH_PROOF
    } else {
        WITHOUT_PROOF
    };
    let of_range = |range: Option<Interval>, ceiling| {
        let range = range?;
        let free = slots::free_time(agenda, reason, range, now);
        let held = recent.iter().filter(|hold| {
            hold.practitioner == agenda.practitioner
                && range.contains_instant(hold.interval.start())
        });
        let open = |hold: &RecentHold| Some((hold.interval.length(), hold.open_until(now)?));
        let from_there = |hold: &&RecentHold| asker.network.open.contains(&hold.interval.start());
        let of_network: Vec<_> = held.clone().filter(from_there).filter_map(open).collect();
        let held: Vec<_> = held.filter_map(open).collect();
        let all = total(&held) + free;
        let ends = [
            over(ceiling, visit.length(), all, &held),
            over(ceiling.of_one_network(), visit.length(), all, &of_network),
        ];
        ends.into_iter().flatten().max()
    };
    let day = zone::whole_day(zone, zone::day(zone, visit.start()));
    let week = week_of(zone, visit.start());
    let ends = [
        one_of_many_ends(MOST_OPEN, open),
        one_of_many_ends(MOST_AN_HOUR, asked),
        one_of_many_ends(MOST_MAILED, mailed),
        of_range(day, ceilings.day),
        of_range(week, ceilings.week),
    ];
    match ends.into_iter().flatten().max() {
        None => Ok(()),
        Some(end) => Err(BookingRefusal::TooManyHolds {
            wait: minutes_until(end, now),
        }),
    }
}

/// When one of them will have ended so that fewer than `most` are left; `None` when that is so.
fn one_of_many_ends(
    most: usize,
    ends: impl Iterator<Item = DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    let mut ends: Vec<_> = ends.collect();
    ends.sort_unstable();
    ends.iter().rev().nth(most.saturating_sub(1)).copied()
}

fn total(held: &[(TimeDelta, DateTime<Utc>)]) -> TimeDelta {
    held.iter().map(|(length, _)| *length).sum()
}

/// When the first of the holds ends, if one more of `length` would take more than the ceiling of what
/// would be free without any.
fn over(
    ceiling: Ceiling,
    length: TimeDelta,
    free: TimeDelta,
    held: &[(TimeDelta, DateTime<Utc>)],
) -> Option<DateTime<Utc>> {
    let fits = (total(held) + length) * ceiling.one_in <= free;
    if held.len() < ceiling.at_least || fits {
        return None;
    }
    held.iter().map(|(_, until)| *until).min()
}

/// The week of an instant, Monday to Sunday in that zone; `None` at the ends of the calendar.
#[must_use]
pub fn week_of<Tz: TimeZone>(zone: &Tz, instant: DateTime<Utc>) -> Option<Interval> {
    let day = zone::day(zone, instant);
    let since_monday = Days::new(u64::from(day.weekday().num_days_from_monday()));
    let monday = day.checked_sub_days(since_monday)?;
    let sunday = monday.checked_add_days(Days::new(6))?;
    let (first, last) = (
        zone::whole_day(zone, monday)?,
        zone::whole_day(zone, sunday)?,
    );
    Interval::new(first.start(), last.end()).ok()
}

/// Whole minutes until then, rounded up, at least one.
fn minutes_until(end: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let seconds = (end - now).num_seconds().max(1);
    u32::try_from((seconds + 59) / 60).unwrap_or(1)
}
