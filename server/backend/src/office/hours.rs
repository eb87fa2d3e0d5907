//! Publishing opening hours: weekly or for one day, several ranges at once.
//! Which slots they open is `domain::slots`'.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use chrono_tz::Tz;
use domain::{
    access::Actor,
    ids::{OpeningHoursId, PlaceId, PractitionerId, VisitReasonId},
    opening_hours::{HoursError, OpeningHours, Recurrence, WallRange},
    slots::PlacedHours,
    zone,
};

use super::{Change, gone, unrefused};
use crate::{
    Backend, Error, Failure, Result,
    store::{availability, office, practices, reasons},
    zones,
};

/// Most rows of opening hours that a practitioner has at a time, those that are over not
/// counted: it bounds what the search for a slot reads.
pub const MOST_HOURS: usize = 200;
/// How far from today hours may start or end.
const FARTHEST: TimeDelta = TimeDelta::days(3660);

/// Later than any hours: the last day whose text sorts after all others on SQLite.
fn far() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// On which days hours are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// On one day.
    Once {
        /// That day, at the place.
        day: NaiveDate,
    },
    /// On some weekdays.
    Weekly {
        /// Which; one that is named twice counts once.
        weekdays: Vec<Weekday>,
        /// 1: every week; 2: every other week; up to 52, counted from the week of `first`.
        every: u32,
        /// No day before this one is open.
        first: NaiveDate,
        /// The last day that may be open; without it the hours go on.
        until: Option<NaiveDate>,
    },
}

/// Hours to be published: each range on each day becomes opening hours of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursForm {
    /// Where.
    pub place: PlaceId,
    /// On which days.
    pub days: Days,
    /// Between which hours; they must not overlap.
    pub ranges: Vec<WallRange>,
    /// For which reasons; empty: for all.
    pub reasons: Vec<VisitReasonId>,
}

/// Why hours were not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursRefusal {
    /// Weeks or days that make no sense.
    Invalid(HoursError),
    /// No weekday was chosen.
    NoDay,
    /// No range was given.
    NoRange,
    /// Two ranges of one day share a minute.
    RangesOverlap,
    /// They would be over already.
    Past,
    /// A reason was archived since the form was shown.
    ReasonGone,
    /// None of the days lies between the dates, or the clock skips these hours that night.
    Never,
    /// More than ten years from today.
    TooFar,
    /// The practitioner has too many.
    TooMany {
        /// At most so many rows, [`MOST_HOURS`].
        most: usize,
    },
}

impl From<HoursError> for HoursRefusal {
    fn from(error: HoursError) -> Self {
        Self::Invalid(error)
    }
}

impl HoursForm {
    /// Every pair of day and range, or what is wrong with the form.
    pub(crate) fn rows(&self) -> Result<Vec<(Recurrence, WallRange)>, HoursRefusal> {
        if self.ranges.is_empty() {
            return Err(HoursRefusal::NoRange);
        }
        let mut ranges = self.ranges.clone();
        ranges.sort_unstable_by_key(|range| range.start_minute());
        let overlap = ranges
            .windows(2)
            .any(|pair| pair[1].start_minute() < pair[0].end_minute());
        if overlap {
            return Err(HoursRefusal::RangesOverlap);
        }
        let days = match &self.days {
            Days::Once { day } => vec![Recurrence::Once { day: *day }],
            Days::Weekly {
                weekdays,
                every,
                first,
                until,
            } => {
                let mut weekdays = weekdays.clone();
                weekdays.sort_unstable_by_key(Weekday::num_days_from_monday);
                weekdays.dedup();
                weekdays
                    .into_iter()
                    .map(|weekday| Recurrence::weekly(weekday, *every, *first, *until))
                    .collect::<Result<_, _>>()?
            }
        };
        if days.is_empty() {
            return Err(HoursRefusal::NoDay);
        }
        Ok(days
            .into_iter()
            .flat_map(|day| ranges.iter().map(move |range| (day, *range)))
            .collect())
    }
}

impl Backend {
    /// The opening hours of a practitioner that are not over, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor may not manage that agenda.
    pub async fn hours(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
    ) -> Result<Vec<OpeningHours>> {
        let member = self.keeper(actor, practitioner).await?;
        let mut db = self.store().read().await?;
        let ours = practices::practitioner_by_id(&mut db, member.practice, practitioner).await?;
        if ours.is_none() {
            drop(db);
            return Err(self.denied(&member, "agenda", practitioner.uuid()).await);
        }
        let yesterday = (self.now() - TimeDelta::days(1)).date_naive();
        let hours = availability::hours_of(&mut db, practitioner, yesterday, far()).await?;
        Ok(hours.into_iter().map(|placed| placed.hours).collect())
    }

    /// Publishes hours; answers how many rows they became. Hours that stand already, as when a form
    /// is sent twice, and weekdays that do not come between the dates become none.
    ///
    /// # Errors
    /// [`HoursRefusal`]; [`Error::NotFound`] when agenda, place or reason is not the actor's.
    pub async fn publish_hours(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        mut form: HoursForm,
    ) -> Result<usize, Failure<HoursRefusal>> {
        // A form may name a reason twice: it counts once.
        form.reasons.sort_unstable();
        form.reasons.dedup();
        let rows = form.rows().map_err(Failure::Refused)?;
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let place = At::read(change, practitioner, form.place, &form.reasons).await?;
                for (recurrence, _) in &rows {
                    place.check_days(*recurrence).map_err(Failure::Refused)?;
                }
                let mut rows = rows;
                rows.retain(|(recurrence, _)| recurrence.first_from(place.today).is_some());
                let opens = |row: &(Recurrence, WallRange)| place.ever_opens(row.0, row.1);
                if rows.is_empty() || !rows.iter().all(opens) {
                    return Err(Failure::Refused(HoursRefusal::Never));
                }
                let yesterday = place.today - TimeDelta::days(1);
                let there =
                    availability::hours_of(&mut change.tx, practitioner, yesterday, far()).await?;
                let stands = |(recurrence, range): &(Recurrence, WallRange)| {
                    there.iter().any(|PlacedHours { hours, .. }| {
                        (hours.place, hours.recurrence, hours.range)
                            == (form.place, *recurrence, *range)
                            && hours.reasons.len() == form.reasons.len()
                            && hours.reasons.iter().all(|id| form.reasons.contains(id))
                    })
                };
                rows.retain(|row| !stands(row));
                if there.len() + rows.len() > MOST_HOURS {
                    return Err(Failure::Refused(HoursRefusal::TooMany { most: MOST_HOURS }));
                }
                for (recurrence, range) in &rows {
                    let hours = OpeningHours {
                        id: change.backend.new_id(),
                        place: form.place,
                        recurrence: *recurrence,
                        range: *range,
                        reasons: form.reasons.clone(),
                    };
                    let (practice, now) = (change.member.practice, change.now);
                    availability::insert_hours(&mut change.tx, practice, practitioner, &hours, now)
                        .await?;
                    change
                        .record_in_agenda(
                            "hours-published",
                            practitioner,
                            (None, Some(hours.id.uuid())),
                        )
                        .await?;
                }
                Ok(rows.len())
            })
        })
        .await
    }

    /// Writes hours over the ones with their id.
    ///
    /// # Errors
    /// [`HoursRefusal`]; [`Error::NotFound`] when agenda, hours, place or reason is not the
    /// actor's.
    pub async fn edit_hours(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        hours: OpeningHours,
    ) -> Result<(), Failure<HoursRefusal>> {
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let place = At::read(change, practitioner, hours.place, &hours.reasons).await?;
                place
                    .check_days(hours.recurrence)
                    .map_err(Failure::Refused)?;
                if !place.ever_opens(hours.recurrence, hours.range) {
                    return Err(Failure::Refused(HoursRefusal::Never));
                }
                let practice = change.member.practice;
                let tx = &mut change.tx;
                if office::update_hours(tx, practice, practitioner, &hours).await? == 0 {
                    return Err(gone(office::hours_exist(tx, hours.id).await?).into());
                }
                change
                    .record_in_agenda(
                        "hours-edited",
                        practitioner,
                        (Some(hours.id.uuid()), Some(hours.id.uuid())),
                    )
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Withdraws hours, all of them or none. Visits that were booked in them stand.
    ///
    /// # Errors
    /// [`Error::NotFound`] when agenda or any of the hours is not the actor's;
    /// [`Error::ChangedMeanwhile`] when any of them is nowhere any more.
    pub async fn delete_hours(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        ids: BTreeSet<OpeningHoursId>,
    ) -> Result<()> {
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let practice = change.member.practice;
                for id in ids {
                    let tx = &mut change.tx;
                    if office::delete_hours(tx, practice, practitioner, id).await? == 0 {
                        return Err(gone(office::hours_exist(tx, id).await?).into());
                    }
                    change
                        .record_in_agenda("hours-deleted", practitioner, (Some(id.uuid()), None))
                        .await?;
                }
                Ok(())
            })
        })
        .await
        .map_err(unrefused)
    }
}

/// The place where hours are published, and its clock.
struct At {
    zone: Tz,
    today: NaiveDate,
}

impl At {
    /// The place, if it and the reasons are of this practice and practitioner.
    async fn read(
        change: &mut Change,
        practitioner: PractitionerId,
        place: PlaceId,
        reasons: &[VisitReasonId],
    ) -> Result<Self, Failure<HoursRefusal>> {
        let practice = change.member.practice;
        let place = practices::place_by_id(&mut change.tx, practice, place)
            .await?
            .ok_or(Error::NotFound)?;
        if !reasons.is_empty() {
            let known = reasons::of_practitioner(&mut change.tx, practitioner).await?;
            let is_offered = |id: &VisitReasonId| known.iter().any(|reason| reason.id == *id);
            let mut is_gone = false;
            for &id in reasons.iter().filter(|id| !is_offered(id)) {
                if !office::is_archived(&mut change.tx, practice, practitioner, id).await? {
                    return Err(Error::NotFound.into());
                }
                is_gone = true;
            }
            if is_gone {
                return Err(Failure::Refused(HoursRefusal::ReasonGone));
            }
        }
        let zone = zones::of(&place)?;
        let today = zone::day(&zone, change.now);
        Ok(Self { zone, today })
    }

    /// Whether hours lie in a time that somebody can mean.
    fn check_days(&self, recurrence: Recurrence) -> Result<(), HoursRefusal> {
        let today = self.today;
        let (first, last) = match recurrence {
            Recurrence::Once { day } => (day, Some(day)),
            Recurrence::Weekly { first, until, .. } => (first, until),
        };
        let farthest = today.checked_add_signed(FARTHEST).unwrap_or(today);
        if last.is_some_and(|last| last < today) || first.year() < 1970 {
            Err(HoursRefusal::Past)
        } else if first > farthest || last.is_some_and(|last| last > farthest) {
            Err(HoursRefusal::TooFar)
        } else {
            Ok(())
        }
    }

    /// Whether hours have a day from today on, and, where it is the only one, its clock shows them.
    fn ever_opens(&self, recurrence: Recurrence, range: WallRange) -> bool {
        let Some(first) = recurrence.first_from(self.today) else {
            return false;
        };
        let next = first.succ_opt().and_then(|day| recurrence.first_from(day));
        next.is_some() || !zone::open_stretches(&self.zone, first, range).is_empty()
    }
}
