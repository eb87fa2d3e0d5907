//! A day or a week of an agenda, ready for a page: visits, holds, absences, opening windows,
//! holidays, by local day. Changing a visit is [`super::visits`]'.

use std::{collections::BTreeSet, ops::RangeInclusive};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use domain::{
    absence::Absence,
    access::Actor,
    holidays::{Holiday, HolidaySet},
    ids::{PlaceId, PractitionerId},
    interval::Interval,
    merged::Merged,
    opening_hours::Recurrence,
    practice::{Place, Practice, Practitioner, Title},
    slots::PlacedHours,
    zone::{self, FURTHEST_APART},
};

use super::absences::MOST_READ;
use crate::{
    Backend, Result,
    store::{
        agenda::{self, ShownVisit},
        availability, office,
    },
    zones::Clocks,
};

/// Most days of one page.
pub const MOST_DAYS: u64 = 42;

/// Some days of an agenda.
#[derive(Clone, Debug)]
pub struct AgendaPage {
    /// Whose.
    pub practitioner: Practitioner,
    /// Her practice.
    pub practice: Practice,
    /// The places of the practice, the main one first.
    pub places: Vec<Place>,
    /// Those of the places; the days are counted by the main one's.
    pub clocks: Clocks,
    /// The days, in order, none left out.
    pub days: Vec<AgendaDay>,
}

/// A local day of an agenda, by the clock of the main place. Visits and absences that reach over
/// midnight are in both days, whole.
#[derive(Clone, Debug)]
pub struct AgendaDay {
    /// The day.
    pub day: NaiveDate,
    /// The holiday of the practice on it, if it is one.
    pub holiday: Option<Holiday>,
    /// When visits may be booked, in order, by the clock of each place: where its day is another, what
    /// of its hours lies on this one. On a holiday there only hours for that very day; absences are
    /// left out.
    pub open: Vec<OpenWindow>,
    /// Absences that touch the day, by start.
    pub absences: Vec<ShownAbsence>,
    /// Visits by start; holds too, and cancelled ones.
    pub visits: Vec<ShownVisit>,
}

/// A time during which nobody is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownAbsence {
    /// When.
    pub interval: Interval,
    /// The place whose hours it closes by that one's own clock; `None` for the absence as the clock of
    /// the main place has it, whole.
    pub place: Option<PlaceId>,
    /// For the office only.
    pub note: Option<Title>,
}

/// A stretch of opening hours on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenWindow {
    /// When.
    pub interval: Interval,
    /// Where.
    pub place: PlaceId,
}

impl AgendaPage {
    /// The place with that id.
    #[must_use]
    pub fn place(&self, id: PlaceId) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }
}

impl Backend {
    /// The local days `from ..= to` of an agenda, in five statements; that it was looked at is
    /// recorded, now and then ([`crate::trail::ONCE_IN`]): names and reasons stand in it. The range
    /// is cut to [`MOST_DAYS`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor may not manage that agenda.
    pub async fn agenda(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<AgendaPage> {
        let member = self.keeper(actor, practitioner).await?;
        let mut db = self.store().read().await?;
        let found = agenda::whose(&mut db, member.practice, practitioner).await?;
        let Some(whose) = found else {
            drop(db);
            return Err(self.denied(&member, "agenda", practitioner.uuid()).await);
        };
        let clocks = Clocks::of(&whose.places)?;
        let (from, to) = (reckonable(from), reckonable(to));
        let last = from.checked_add_days(Days::new(MOST_DAYS - 1));
        let to = to.min(last.unwrap_or(from)).max(from);
        let mut days = local_days(clocks.main(), from, to);
        if let Some(range) = whole(&days) {
            let now = self.now();
            let days_there = days_around(from, to);
            let (first, last) = (*days_there.start(), *days_there.end());
            let hours = availability::hours_of(&mut db, practitioner, first, last).await?;
            let hours = open_windows(&hours, &whose.found.practice.holidays, days_there);
            let anywhere = range.grown(FURTHEST_APART, FURTHEST_APART);
            let absences = office::absences_between(
                &mut db,
                member.practice,
                practitioner,
                anywhere.start(),
                anywhere.end(),
                MOST_READ,
            )
            .await?;
            let (open, absences) = apart(&hours, absences, &clocks);
            let visits =
                agenda::visits_shown(&mut db, member.practice, practitioner, range, now).await?;
            for (day, interval) in &mut days {
                day.holiday = whose.found.practice.holidays.on(day.day);
                day.open = open
                    .iter()
                    .filter_map(|window| {
                        let interval = window.interval.intersection(*interval)?;
                        Some(OpenWindow {
                            interval,
                            ..*window
                        })
                    })
                    .collect();
                day.absences = absences
                    .iter()
                    .filter(|absence| absence.interval.overlaps(*interval))
                    .cloned()
                    .collect();
                day.visits = visits
                    .iter()
                    .filter(|visit| visit.interval.overlaps(*interval))
                    .cloned()
                    .collect();
            }
        }
        drop(db);
        if days.iter().any(|(day, _)| !day.visits.is_empty()) {
            let ends = days.first().zip(days.last());
            let range = ends.map(|((first, _), (last, _))| format!("{}/{}", first.day, last.day));
            let agenda = practitioner.uuid();
            self.read_by(&member, "agenda-viewed", "agenda", agenda, range.as_deref())
                .await?;
        }
        Ok(AgendaPage {
            practitioner: whose.found.practitioner,
            practice: whose.found.practice,
            places: whose.places,
            clocks,
            days: days.into_iter().map(|(day, _)| day).collect(),
        })
    }
}

/// The day, or the nearest to it that every calendar and database can reckon with.
pub(crate) fn reckonable(day: NaiveDate) -> NaiveDate {
    let (least, most) = (
        NaiveDate::from_ymd_opt(1900, 1, 1),
        NaiveDate::from_ymd_opt(9990, 1, 1),
    );
    day.clamp(
        least.unwrap_or(NaiveDate::MIN),
        most.unwrap_or(NaiveDate::MAX),
    )
}

/// What of some hours is open, and when she is absent: as the main place's clock has it, and at a place
/// that goes by another during its hours.
fn apart(
    hours: &[OpenWindow],
    absences: Vec<Absence>,
    clocks: &Clocks,
) -> (Vec<OpenWindow>, Vec<ShownAbsence>) {
    let (mut open, mut shown) = (hours.to_vec(), Vec::new());
    let places: BTreeSet<PlaceId> = hours.iter().map(|window| window.place).collect();
    for absence in absences {
        for place in &places {
            let Some(away) = clocks.absent_at(*place, absence.away) else {
                continue;
            };
            if clocks.at(*place) != clocks.main() {
                let there = hours.iter().filter(|window| window.place == *place);
                // Hours for several reasons may overlap.
                let closed: Merged = there
                    .filter_map(|window| window.interval.intersection(away))
                    .collect();
                shown.extend(closed.iter().map(|interval| ShownAbsence {
                    interval,
                    place: Some(*place),
                    note: absence.note.clone(),
                }));
            }
            let (closed, mut left): (Vec<_>, Vec<_>) = open
                .into_iter()
                .partition(|window| window.place == *place && window.interval.overlaps(away));
            left.extend(closed.into_iter().flat_map(|window| {
                let outside = window.interval.without(away);
                outside.map(move |interval| OpenWindow { interval, ..window })
            }));
            open = left;
        }
        shown.push(ShownAbsence {
            interval: absence.away.interval,
            place: None,
            note: absence.note,
        });
    }
    open.sort_unstable_by_key(|window| window.interval);
    shown.sort_by_key(|absence| absence.interval);
    (open, shown)
}

/// The empty days, each with its instants.
fn local_days(tz: Tz, from: NaiveDate, to: NaiveDate) -> Vec<(AgendaDay, Interval)> {
    from.iter_days()
        .take_while(|day| *day <= to)
        .filter_map(|day| {
            let empty = AgendaDay {
                day,
                holiday: None,
                open: Vec::new(),
                absences: Vec::new(),
                visits: Vec::new(),
            };
            Some((empty, zone::whole_day(&tz, day)?))
        })
        .collect()
}

fn whole(days: &[(AgendaDay, Interval)]) -> Option<Interval> {
    let (first, last) = (days.first()?.1, days.last()?.1);
    Interval::new(first.start(), last.end()).ok()
}

/// The days of any place, wherever it is, that `from ..= to` of the main one may touch: between
/// UTC−12 and UTC+14 lie 26 hours.
fn days_around(from: NaiveDate, to: NaiveDate) -> RangeInclusive<NaiveDate> {
    let slack = Days::new(2);
    let first = from.checked_sub_days(slack).unwrap_or(from);
    first..=to.checked_add_days(slack).unwrap_or(to)
}

/// What is open on some days of the places, in order.
fn open_windows(
    hours: &[PlacedHours<Tz>],
    holidays: &HolidaySet,
    days: RangeInclusive<NaiveDate>,
) -> Vec<OpenWindow> {
    let dates = days.start().iter_days();
    let dates = dates.take_while(|date| date <= days.end());
    let mut open: Vec<_> = dates
        .flat_map(|date| {
            let is_holiday = holidays.on(date).is_some();
            hours
                .iter()
                .filter(move |placed| placed.hours.recurrence.falls_on(date))
                .filter(move |placed| match placed.hours.recurrence {
                    Recurrence::Once { .. } => true,
                    Recurrence::Weekly { .. } => !is_holiday,
                })
                .flat_map(move |placed| {
                    let stretches = zone::open_stretches(&placed.zone, date, placed.hours.range);
                    stretches.into_iter().map(|stretch| OpenWindow {
                        interval: stretch.interval,
                        place: placed.hours.place,
                    })
                })
        })
        .collect();
    open.sort_unstable_by_key(|window| window.interval);
    open
}

#[cfg(test)]
mod tests {
    use domain::ids::AbsenceId;

    use super::*;

    fn between(from: &str, to: &str) -> Interval {
        let at = |hour: &str| format!("2026-11-23T{hour}:00Z").parse().unwrap();
        Interval::new(at(from), at(to)).unwrap()
    }

    fn place(number: u128, zone: &str) -> Place {
        Place {
            id: uuid::Uuid::from_u128(number).into(),
            name: "Cabinet".parse().unwrap(),
            address: "1 rue Neuve".parse().unwrap(),
            town: "Ici".parse().unwrap(),
            zone: zone.parse().unwrap(),
        }
    }

    /// 8 to 10 h UTC are 9 to 11 h in Paris, and 12 to 14 h in Réunion.
    #[test]
    fn an_absence_is_cut_out_of_hours_and_shown_once_however_they_overlap() {
        let (here, there) = (place(1, "Europe/Paris"), place(2, "Indian/Reunion"));
        let clocks = Clocks::of(&[here.clone(), there.clone()]).unwrap();
        let window = |place: &Place, from, to| OpenWindow {
            interval: between(from, to),
            place: place.id,
        };
        let hours = [
            window(&here, "05:00", "09:00"),
            window(&there, "08:00", "09:00"),
            window(&there, "08:30", "10:00"),
            window(&there, "10:30", "11:00"),
        ];
        let absence = |from, to, note: &str| Absence {
            id: AbsenceId::from(uuid::Uuid::from_u128(9)),
            away: between(from, to).into(),
            note: Some(note.parse().unwrap()),
        };
        // In Réunion from 5:15 to 9:45 UTC, and from 6 to 7 h.
        let absences = vec![
            absence("08:15", "12:45", "one"),
            absence("09:00", "10:00", "two"),
        ];
        let (open, shown) = apart(&hours, absences, &clocks);
        let expected = [
            window(&here, "05:00", "08:15"),
            window(&there, "09:45", "10:00"),
            window(&there, "10:30", "11:00"),
        ];
        assert_eq!(open, expected);
        let told: Vec<_> = shown
            .iter()
            .map(|it| (it.interval, it.place, it.note.as_ref().unwrap().as_str()))
            .collect();
        let expected = [
            (between("08:00", "09:45"), Some(there.id), "one"),
            (between("08:15", "12:45"), None, "one"),
            (between("09:00", "10:00"), None, "two"),
        ];
        assert_eq!(told, expected);
    }
}
