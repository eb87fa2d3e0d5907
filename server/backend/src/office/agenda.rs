//! A day or a week of an agenda, ready for a page: visits, holds, absences, opening windows,
//! holidays, by local day. Changing a visit is [`super::visits`]'.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use domain::{
    absence::Absence,
    access::Actor,
    holidays::Holiday,
    ids::{PlaceId, PractitionerId},
    interval::Interval,
    opening_hours::Recurrence,
    practice::{Place, Practice, Practitioner},
    slots::PlacedHours,
    zone,
};

use crate::{
    Backend, Result,
    store::{
        agenda::{self, ShownVisit, Whose},
        availability, office,
    },
    zones::{self, Clocks},
};

/// Most days of one page.
pub const MOST_DAYS: u64 = 42;
/// Most absences of one page; more than one practitioner can have.
const MOST_ABSENCES: i64 = 1000;

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

/// A local day of an agenda. What reaches over midnight is in both days, whole.
#[derive(Clone, Debug)]
pub struct AgendaDay {
    /// The day.
    pub day: NaiveDate,
    /// The holiday of the practice on it, if it is one.
    pub holiday: Option<Holiday>,
    /// When visits may be booked, in order; on a holiday only hours for that very day.
    pub open: Vec<OpenWindow>,
    /// Absences that touch the day.
    pub absences: Vec<Absence>,
    /// Visits by start; holds too, and cancelled ones.
    pub visits: Vec<ShownVisit>,
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
            let hours = availability::hours_of(&mut db, practitioner, from, to).await?;
            let absences = office::absences_between(
                &mut db,
                member.practice,
                practitioner,
                range.start(),
                range.end(),
                MOST_ABSENCES,
            )
            .await?;
            let visits =
                agenda::visits_shown(&mut db, member.practice, practitioner, range, now).await?;
            for (day, interval) in &mut days {
                day.holiday = whose.found.practice.holidays.on(day.day);
                day.open = open_windows(&hours, day);
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

/// The zone of the main place; UTC while the practice has none.
pub(crate) fn main_zone(whose: &Whose) -> Result<Tz> {
    whose.places.first().map_or(Ok(Tz::UTC), zones::of)
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

/// The windows of a day, on the wall clock of their places.
fn open_windows(hours: &[PlacedHours<Tz>], day: &AgendaDay) -> Vec<OpenWindow> {
    let mut open: Vec<_> = hours
        .iter()
        .filter(|placed| placed.hours.recurrence.falls_on(day.day))
        .filter(|placed| match placed.hours.recurrence {
            Recurrence::Once { .. } => true,
            Recurrence::Weekly { .. } => day.holiday.is_none(),
        })
        .flat_map(|placed| {
            let stretches = zone::open_stretches(&placed.zone, day.day, placed.hours.range);
            stretches.into_iter().map(|stretch| OpenWindow {
                interval: stretch.interval,
                place: placed.hours.place,
            })
        })
        .collect();
    open.sort_unstable_by_key(|window| window.interval);
    open
}
