//! What the office changes: hours, absences, reasons, places, the practice itself.
//! Writing new ones is beside their reading, in [`super::availability`] and
//! [`super::practices`]; what an agenda shows is in [`super::agenda`].

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    absence::{Absence, Away},
    ids::{AbsenceId, OpeningHoursId, PlaceId, PracticeId, PractitionerId, VisitReasonId},
    opening_hours::{OpeningHours, Recurrence},
    people::EmailAddress,
    practice::{Place, Practice, Title},
    visit_reason::{BirthDateAsked, VisitReason},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Access, StoreError, Tx, all, availability::AwayRow, dialect::broken, maybe,
    reasons::audience_code, write,
};

/// Writes opening hours over the ones with their id; answers how many rows that were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn update_hours(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    hours: &OpeningHours,
) -> Result<u64, StoreError> {
    let (weekday, every, first, until) = match hours.recurrence {
        Recurrence::Once { day } => (None, 1, day, None),
        Recurrence::Weekly {
            weekday,
            every,
            first,
            until,
        } => (
            Some(weekday.num_days_from_monday().cast_signed()),
            i32::try_from(every).unwrap_or(52),
            first,
            until,
        ),
    };
    let written = write!(
        tx,
        "update opening_hours
         set place_id = $4, weekday = $5, every = $6, first_day = $7, until_day = $8,
             starts = $9, ends = $10
         where id = $1 and practice_id = $2 and practitioner_id = $3",
        hours.id.uuid(),
        practice.uuid(),
        practitioner.uuid(),
        hours.place.uuid(),
        weekday,
        every,
        first,
        until,
        hours.range.start(),
        hours.range.end()
    )?;
    if written == 1 {
        write!(
            tx,
            "delete from opening_hours_reasons where opening_hours_id = $1",
            hours.id.uuid()
        )?;
        for reason in &hours.reasons {
            write!(
                tx,
                "insert into opening_hours_reasons (opening_hours_id, visit_reason_id)
                 values ($1, $2)",
                hours.id.uuid(),
                reason.uuid()
            )?;
        }
    }
    Ok(written)
}

/// Removes opening hours; answers how many rows that were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn delete_hours(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    id: OpeningHoursId,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from opening_hours where id = $1 and practice_id = $2 and practitioner_id = $3",
        id.uuid(),
        practice.uuid(),
        practitioner.uuid()
    )
}

/// Whether there are opening hours with that id, of whatever practice.
///
/// # Errors
/// As the database.
pub async fn hours_exist(db: &mut impl Access, id: OpeningHoursId) -> Result<bool, StoreError> {
    let found = maybe!(
        db,
        (Uuid,),
        "select id from opening_hours where id = $1",
        id.uuid()
    )?;
    Ok(found.is_some())
}

#[derive(FromRow)]
struct AbsenceRow {
    id: Uuid,
    #[sqlx(flatten)]
    away: AwayRow,
    note: Option<String>,
}

impl AbsenceRow {
    fn read(self) -> Result<Absence, StoreError> {
        Ok(Absence {
            id: self.id.into(),
            away: self.away.read()?,
            note: self
                .note
                .map(|note| note.parse())
                .transpose()
                .map_err(broken)?,
        })
    }
}

/// The absences of a practitioner that end after `from` and start before `until`, by start; at
/// most `most`.
///
/// # Errors
/// As the database.
pub async fn absences_between(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Absence>, StoreError> {
    all!(
        db,
        AbsenceRow,
        "select id, starts_at, ends_at, said_from, said_until, note from absences
         where practitioner_id = $1 and practice_id = $2 and ends_at > $3 and starts_at < $4
         order by starts_at, id limit $5",
        practitioner.uuid(),
        practice.uuid(),
        from,
        until,
        most
    )?
    .into_iter()
    .map(AbsenceRow::read)
    .collect()
}

/// One absence of a practitioner.
///
/// # Errors
/// As the database.
pub async fn absence_by_id(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    id: AbsenceId,
) -> Result<Option<Absence>, StoreError> {
    maybe!(
        db,
        AbsenceRow,
        "select id, starts_at, ends_at, said_from, said_until, note from absences
         where id = $1 and practice_id = $2 and practitioner_id = $3",
        id.uuid(),
        practice.uuid(),
        practitioner.uuid()
    )?
    .map(AbsenceRow::read)
    .transpose()
}

/// Removes an absence; answers how many rows that were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn delete_absence(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    id: AbsenceId,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from absences where id = $1 and practice_id = $2 and practitioner_id = $3",
        id.uuid(),
        practice.uuid(),
        practitioner.uuid()
    )
}

/// Whether there is an absence with that id, of whatever practice.
///
/// # Errors
/// As the database.
pub async fn absence_exists(db: &mut impl Access, id: AbsenceId) -> Result<bool, StoreError> {
    let found = maybe!(
        db,
        (Uuid,),
        "select id from absences where id = $1",
        id.uuid()
    )?;
    Ok(found.is_some())
}

/// Writes a reason over the one with its id, unless that is archived; its name in addresses
/// stays. Answers how many rows that were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn update_reason(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    reason: &VisitReason,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "update visit_reasons
         set name = $4, length = $5, step = $6, buffer_before = $7, buffer_after = $8,
             min_notice = $9, horizon = $10, cancel_deadline = $11, audience = $12,
             birth_date = $13, instructions = $14
         where id = $1 and practice_id = $2 and practitioner_id = $3 and archived_at is null",
        reason.id.uuid(),
        practice.uuid(),
        practitioner.uuid(),
        reason.name.as_str(),
        reason.length.get(),
        reason.step.get(),
        reason.buffer_before.get(),
        reason.buffer_after.get(),
        reason.min_notice.get(),
        reason.horizon.get(),
        reason.cancel_deadline.get(),
        audience_code(reason.audience),
        reason.birth_date == BirthDateAsked::Yes,
        reason.instructions.as_str()
    )
}

/// Archives a reason: it is offered no more, and its visits keep it. Answers how many rows that
/// were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn archive_reason(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    id: VisitReasonId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "update visit_reasons set archived_at = $4
         where id = $1 and practice_id = $2 and practitioner_id = $3 and archived_at is null",
        id.uuid(),
        practice.uuid(),
        practitioner.uuid(),
        now
    )
}

/// Whether a reason of a practitioner is archived; `false` for one that is not hers.
///
/// # Errors
/// As the database.
pub async fn is_archived(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    id: VisitReasonId,
) -> Result<bool, StoreError> {
    let found = maybe!(
        db,
        (Uuid,),
        "select id from visit_reasons
         where id = $1 and practice_id = $2 and practitioner_id = $3 and archived_at is not null",
        id.uuid(),
        practice.uuid(),
        practitioner.uuid()
    )?;
    Ok(found.is_some())
}

/// Writes a place over the one with its id; answers how many rows that were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn update_place(
    tx: &mut Tx,
    practice: PracticeId,
    place: &Place,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "update places set name = $3, address = $4, town = $5, zone = $6
         where id = $1 and practice_id = $2",
        place.id.uuid(),
        practice.uuid(),
        place.name.as_str(),
        place.address.as_str(),
        place.town.as_str(),
        place.zone.as_str()
    )
}

/// How many visits and holds at a place are still to come.
///
/// # Errors
/// As the database.
pub async fn visits_to_come_at(
    db: &mut impl Access,
    practice: PracticeId,
    place: PlaceId,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let found: Option<(i64,)> = maybe!(
        db,
        (i64,),
        "select count(*) from appointments a
         join practitioners p on p.id = a.practitioner_id
         where p.practice_id = $1 and a.starts_at > $3 and a.place_id = $2
           and a.status in ('held', 'booked', 'arrived')",
        practice.uuid(),
        place.uuid(),
        now
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// How many opening hours at a place may open on that local day or later.
///
/// # Errors
/// As the database.
pub async fn hours_to_come_at(
    db: &mut impl Access,
    practice: PracticeId,
    place: PlaceId,
    today: NaiveDate,
) -> Result<i64, StoreError> {
    let found: Option<(i64,)> = maybe!(
        db,
        (i64,),
        "select count(*) from opening_hours h
         where h.practice_id = $1 and h.place_id = $2
           and (h.weekday is null and h.first_day >= $3
                or h.weekday is not null and (h.until_day is null or h.until_day >= $3))",
        practice.uuid(),
        place.uuid(),
        today
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// When the practitioners of a practice are absent, as far as it ends after an instant.
///
/// # Errors
/// As the database.
pub async fn absences_since(
    db: &mut impl Access,
    practice: PracticeId,
    since: DateTime<Utc>,
) -> Result<Vec<Away>, StoreError> {
    let rows = all!(
        db,
        AwayRow,
        "select starts_at, ends_at, said_from, said_until
         from absences
         where practitioner_id in (select id from practitioners where practice_id = $1)
           and ends_at > $2",
        practice.uuid(),
        since
    )?;
    rows.into_iter().map(AwayRow::read).collect()
}

/// Locks the row of a practice until the end of the transaction, so that two changes of it or
/// of its places come one after the other. Answers how many rows that were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn lock_practice(tx: &mut Tx, practice: PracticeId) -> Result<u64, StoreError> {
    write!(
        tx,
        "update practices set name = name where id = $1",
        practice.uuid()
    )
}

/// Locks every agenda of a practice until the end of the transaction. Whoever calls it holds
/// the practice's own lock, so that two callers do not wait for each other.
///
/// # Errors
/// As the database.
pub async fn lock_agendas(tx: &mut Tx, practice: PracticeId) -> Result<u64, StoreError> {
    write!(
        tx,
        "update practitioners set agenda_version = agenda_version + 1 where practice_id = $1",
        practice.uuid()
    )
}

/// Writes name and specialty of a practitioner over her own; answers how many rows that were,
/// 0 or 1.
///
/// # Errors
/// As the database.
pub async fn update_practitioner(
    tx: &mut Tx,
    practice: PracticeId,
    id: PractitionerId,
    name: &Title,
    specialty: &Title,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "update practitioners set name = $3, specialty = $4 where id = $1 and practice_id = $2",
        id.uuid(),
        practice.uuid(),
        name.as_str(),
        specialty.as_str()
    )
}

/// Writes name, telephone, e-mail and holidays of a practice over its own.
///
/// # Errors
/// As the database.
pub async fn update_practice(tx: &mut Tx, practice: &Practice) -> Result<u64, StoreError> {
    write!(
        tx,
        "update practices set name = $2, phone = $3, email = $4, holidays = $5 where id = $1",
        practice.id.uuid(),
        practice.name.as_str(),
        practice.phone.as_str(),
        practice.email.as_ref().map(EmailAddress::as_str),
        practice.holidays.code()
    )
}
