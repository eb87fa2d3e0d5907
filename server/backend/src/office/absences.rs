//! Absences: announced, listed, taken back; and the visits that lie inside one.
//! An absence cancels no visit: people are told, or moved, one by one.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::{
    absence::{Absence, Away, Said},
    access::Actor,
    appointment::Status,
    ids::{AbsenceId, PracticeId, PractitionerId},
    interval::Interval,
    practice::Title,
    zone::{self, FURTHEST_APART},
};

use super::{gone, unrefused};
use crate::{
    Backend, Error, Failure, Result,
    store::{
        Access,
        agenda::{self, ShownVisit},
        availability, office, practices,
    },
    zones::Clocks,
};

/// Longest absence.
const LONGEST: TimeDelta = TimeDelta::days(3660);
/// Most absences to come of one practitioner.
pub const MOST_ABSENCES: usize = 200;
/// Most that are read at once, those that are over with them.
pub(super) const MOST_READ: i64 = 1_000;

/// An absence as a form says it, and as it is kept: on the wall clock, at each place on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsenceForm {
    /// First minute; whole days start at midnight.
    pub from: NaiveDateTime,
    /// First minute after; whole days end at the midnight after the last of them.
    pub until: NaiveDateTime,
    /// For the office only.
    pub note: Option<Title>,
}

/// Why an absence was not written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsenceRefusal {
    /// It ends before it starts, or when it starts.
    EndsBeforeStart,
    /// The clock skips these hours that day.
    Never,
    /// It is over already.
    Past,
    /// Longer than ten years, or more than ten years away.
    TooLong,
    /// The practitioner has announced too many.
    TooMany {
        /// At most so many, [`MOST_ABSENCES`].
        most: usize,
    },
}

/// An absence that was written down.
#[derive(Clone, Debug)]
pub struct Announced {
    /// Its identifier.
    pub id: AbsenceId,
    /// The visits that stand and lie inside it, wholly or partly: somebody has to phone.
    pub visits: Vec<ShownVisit>,
}

/// What is announced of one practitioner.
#[derive(Clone, Debug)]
pub struct Absences {
    /// Those that are not over at every place, by start.
    pub to_come: Vec<Absence>,
    /// Those of the practice's places.
    pub clocks: Clocks,
}

/// An absence and whom it concerns.
#[derive(Clone, Debug)]
pub struct Concerned {
    /// The absence.
    pub absence: Absence,
    /// The visits that stand and lie inside it, wholly or partly.
    pub visits: Vec<ShownVisit>,
    /// Those of the practice's places.
    pub clocks: Clocks,
}

impl Backend {
    /// The absences of a practitioner that are not over.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the actor may not manage that agenda.
    pub async fn absences(&self, actor: &Actor, practitioner: PractitionerId) -> Result<Absences> {
        let member = self.keeper(actor, practitioner).await?;
        let mut db = self.store().read().await?;
        let ours = agenda::whose(&mut db, member.practice, practitioner).await?;
        let Some(whose) = ours else {
            drop(db);
            return Err(self.denied(&member, "agenda", practitioner.uuid()).await);
        };
        let clocks = Clocks::of(&whose.places)?;
        let now = self.now();
        let to_come = to_come(&mut db, member.practice, practitioner, &clocks, now).await?;
        Ok(Absences { to_come, clocks })
    }

    /// Announces an absence: from now on nothing can be booked in it. Visits inside stand, and
    /// are answered. One that is announced already, as when the form is sent twice, is the answer
    /// once more.
    ///
    /// # Errors
    /// [`AbsenceRefusal`]; [`Error::NotFound`] when the actor may not manage that agenda.
    pub async fn announce_absence(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        form: AbsenceForm,
    ) -> Result<Announced, Failure<AbsenceRefusal>> {
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let (practice, now) = (change.member.practice, change.now);
                let whose = agenda::whose(&mut change.tx, practice, practitioner)
                    .await?
                    .ok_or(Error::NotFound)?;
                let clocks = Clocks::of(&whose.places)?;
                let zone = clocks.main();
                if form.from >= form.until {
                    return Err(Failure::Refused(AbsenceRefusal::EndsBeforeStart));
                }
                let instants = zone::first_at(&zone, form.from);
                let instants = instants.zip(zone::end_at(&zone, form.until));
                let (from, until) = instants.ok_or(Failure::Refused(AbsenceRefusal::TooLong))?;
                let interval = Interval::new(from, until)
                    .map_err(|_| Failure::Refused(AbsenceRefusal::Never))?;
                let away = Away {
                    interval,
                    said: Some(Said {
                        from: form.from,
                        until: form.until,
                    }),
                };
                if clocks.is_over(away, now) {
                    return Err(Failure::Refused(AbsenceRefusal::Past));
                }
                if interval.length() > LONGEST || interval.start() > now + LONGEST {
                    return Err(Failure::Refused(AbsenceRefusal::TooLong));
                }
                let tx = &mut change.tx;
                let there = to_come(tx, practice, practitioner, &clocks, now).await?;
                let visits = standing(tx, practice, practitioner, away, &clocks, now).await?;
                // One that was written down before schema 7 says nothing, and may mean the same.
                let wall = away.on_the_wall(&zone);
                let same = |one: &&Absence| {
                    one.away.interval == interval
                        && one.away.on_the_wall(&zone) == wall
                        && one.note == form.note
                };
                if let Some(id) = there.iter().find(same).map(|same| same.id) {
                    return Ok(Announced { id, visits });
                }
                if there.len() >= MOST_ABSENCES {
                    let most = MOST_ABSENCES;
                    return Err(Failure::Refused(AbsenceRefusal::TooMany { most }));
                }
                let absence = Absence {
                    id: change.backend.new_id(),
                    away,
                    note: form.note,
                };
                availability::insert_absence(tx, practice, practitioner, &absence, now).await?;
                change
                    .record_in_agenda(
                        "absence-announced",
                        practitioner,
                        (None, Some(absence.id.uuid())),
                    )
                    .await?;
                Ok(Announced {
                    id: absence.id,
                    visits,
                })
            })
        })
        .await
    }

    /// The visits that stand inside an absence, wholly or partly: those somebody has to phone. That
    /// names and telephones were looked at is recorded, as of a visit.
    ///
    /// # Errors
    /// [`Error::NotFound`] when agenda or absence is not the actor's.
    pub async fn visits_in_absence(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        id: AbsenceId,
    ) -> Result<Concerned> {
        let member = self.keeper(actor, practitioner).await?;
        let mut db = self.store().read().await?;
        let practice = member.practice;
        let found = office::absence_by_id(&mut db, practice, practitioner, id).await?;
        let Some(absence) = found else {
            drop(db);
            return Err(self.denied(&member, "absence", id.uuid()).await);
        };
        let clocks = Clocks::of(&practices::places_of(&mut db, practice).await?)?;
        let (away, now) = (absence.away, self.now());
        let visits = standing(&mut db, practice, practitioner, away, &clocks, now).await?;
        drop(db);
        if !visits.is_empty() {
            self.read_by(&member, "absence-viewed", "absence", id.uuid(), None)
                .await?;
        }
        Ok(Concerned {
            absence,
            visits,
            clocks,
        })
    }

    /// Takes an absence back.
    ///
    /// # Errors
    /// [`Error::NotFound`] when agenda or absence is not the actor's; [`Error::ChangedMeanwhile`]
    /// when it is nowhere any more.
    pub async fn delete_absence(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        id: AbsenceId,
    ) -> Result<()> {
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let practice = change.member.practice;
                let tx = &mut change.tx;
                if office::delete_absence(tx, practice, practitioner, id).await? == 0 {
                    return Err(gone(office::absence_exists(tx, id).await?).into());
                }
                change
                    .record_in_agenda("absence-deleted", practitioner, (Some(id.uuid()), None))
                    .await?;
                Ok(())
            })
        })
        .await
        .map_err(unrefused)
    }
}

async fn to_come(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    clocks: &Clocks,
    now: DateTime<Utc>,
) -> Result<Vec<Absence>> {
    let (from, far) = (now - FURTHEST_APART, now + LONGEST + LONGEST);
    let mut absences =
        office::absences_between(db, practice, practitioner, from, far, MOST_READ).await?;
    absences.retain(|absence| !clocks.is_over(absence.away, now));
    Ok(absences)
}

/// Visits that still matter to somebody, booked or held, and not over: those that an absence touches by
/// the clock of their place.
async fn standing(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    away: Away,
    clocks: &Clocks,
    now: DateTime<Utc>,
) -> Result<Vec<ShownVisit>> {
    let anywhere = away.interval.grown(FURTHEST_APART, FURTHEST_APART);
    // Of an absence that began long ago, what is over is not read.
    let Ok(anywhere) = Interval::new(anywhere.start().max(now), anywhere.end()) else {
        return Ok(Vec::new());
    };
    let mut visits = agenda::visits_shown(db, practice, practitioner, anywhere, now).await?;
    visits.retain(|visit| match visit.status {
        Status::Booked | Status::Held { .. } => {
            let there = clocks.absent_at(visit.place, away);
            visit.interval.end() > now && there.is_some_and(|it| it.overlaps(visit.interval))
        }
        Status::Expired
        | Status::Arrived
        | Status::Attended
        | Status::Missed
        | Status::Cancelled { .. } => false,
    });
    Ok(visits)
}
