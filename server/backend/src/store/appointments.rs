//! Visits and holds: written, found by link, changed. Overlaps are refused by the schema too.

use chrono::{DateTime, Utc};
use domain::{
    appointment::{Appointment, CancelledBy, Status},
    booking::hold_ends,
    ids::{AppointmentId, PatientId, PracticeId, PractitionerId},
    interval::Interval,
    people::Patient,
    visit_reason::Minutes,
};
use i18n::Lang;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, maybe, patients::PatientRow, write};

/// A visit with who comes and what its links need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The visit as the rules see it.
    pub appointment: Appointment,
    /// Who comes.
    pub patient: Patient,
    /// In which language she reads.
    pub lang: Lang,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Which of the visit's links is the valid one.
    pub link_version: i32,
    /// Wrong codes typed so far.
    pub wrong_codes: i32,
    /// Codes mailed so far.
    pub codes_sent: i32,
}

impl Visit {
    /// First instant at which the hold that this visit was, or is, no longer runs; of no meaning
    /// for what staff booked.
    #[must_use]
    pub fn hold_ends(&self) -> DateTime<Utc> {
        hold_ends(self.created_at, self.appointment.interval.start())
    }
}

#[derive(FromRow)]
struct VisitRow {
    id: Uuid,
    practice_id: Uuid,
    practitioner_id: Uuid,
    place_id: Uuid,
    visit_reason_id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    status: String,
    held_until: Option<DateTime<Utc>>,
    cancelled_by: Option<String>,
    wrong_codes: i32,
    codes_sent: i32,
    sequence: i32,
    link_version: i32,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
    #[sqlx(flatten)]
    patient: PatientRow,
}

impl VisitRow {
    fn read(self) -> Result<Visit, StoreError> {
        let (patient, lang) = self.patient.read()?;
        Ok(Visit {
            appointment: Appointment {
                id: self.id.into(),
                practice: self.practice_id.into(),
                practitioner: self.practitioner_id.into(),
                place: self.place_id.into(),
                reason: self.visit_reason_id.into(),
                interval: Interval::new(self.starts_at, self.ends_at).map_err(broken)?,
                status: status(&self.status, self.held_until, self.cancelled_by.as_deref())?,
                sequence: self.sequence,
                changed_at: self.changed_at,
            },
            patient,
            lang,
            created_at: self.created_at,
            link_version: self.link_version,
            wrong_codes: self.wrong_codes,
            codes_sent: self.codes_sent,
        })
    }
}

pub(crate) fn status(
    code: &str,
    held_until: Option<DateTime<Utc>>,
    cancelled_by: Option<&str>,
) -> Result<Status, StoreError> {
    Ok(match (code, held_until, cancelled_by) {
        ("held", Some(until), None) => Status::Held { until },
        ("expired", None, None) => Status::Expired,
        ("booked", None, None) => Status::Booked,
        ("arrived", None, None) => Status::Arrived,
        ("attended", None, None) => Status::Attended,
        ("missed", None, None) => Status::Missed,
        ("cancelled", None, Some("patient")) => Status::Cancelled {
            by: CancelledBy::Patient,
        },
        ("cancelled", None, Some("practice")) => Status::Cancelled {
            by: CancelledBy::Practice,
        },
        _ => return Err(broken("unknown status of a visit")),
    })
}

/// The word under which a status is stored, with the columns that belong to it.
#[must_use]
pub fn status_columns(
    status: Status,
) -> (&'static str, Option<DateTime<Utc>>, Option<&'static str>) {
    match status {
        Status::Held { until } => ("held", Some(until), None),
        Status::Expired => ("expired", None, None),
        Status::Booked => ("booked", None, None),
        Status::Arrived => ("arrived", None, None),
        Status::Attended => ("attended", None, None),
        Status::Missed => ("missed", None, None),
        Status::Cancelled {
            by: CancelledBy::Patient,
        } => ("cancelled", None, Some("patient")),
        Status::Cancelled {
            by: CancelledBy::Practice,
        } => ("cancelled", None, Some("practice")),
    }
}

/// The columns of [`VisitRow`], and the rest of the statement.
macro_rules! visits {
    ($rest:literal) => {
        concat!(
            "select a.id, a.practice_id, a.practitioner_id, a.place_id, a.visit_reason_id,
                    a.starts_at, a.ends_at, a.status, a.held_until, a.cancelled_by,
                    a.wrong_codes, a.codes_sent, a.sequence, a.link_version,
                    a.created_at, a.changed_at,
                    p.given_name as patient_given_name, p.family_name as patient_family_name,
                    p.email as patient_email, p.phone as patient_phone,
                    p.birth_date as patient_birth_date, p.lang as patient_lang
             from appointments a join patients p on p.id = a.patient_id ",
            $rest
        )
    };
}

/// A visit to write down.
#[derive(Clone, Debug)]
pub struct NewVisit<'a> {
    /// The visit as the rules decided it.
    pub appointment: &'a Appointment,
    /// Who comes; written before.
    pub patient: PatientId,
    /// Kept free before.
    pub buffer_before: Minutes,
    /// Kept free after.
    pub buffer_after: Minutes,
    /// Hash of the link at which the hold waits, if it is one.
    pub hold_hash: Option<Vec<u8>>,
    /// Hash of the visit's link.
    pub link_hash: Vec<u8>,
    /// Key of the form, so that a second click finds the first.
    pub idempotency_key: &'a str,
}

/// Writes a visit down, unless a form with its key made one already; answers whether it was.
///
/// # Errors
/// [`StoreError::Overlap`] from the last guard, else as the database.
pub async fn insert(tx: &mut Tx, visit: &NewVisit<'_>) -> Result<bool, StoreError> {
    let NewVisit { appointment, .. } = visit;
    let (status, held_until, cancelled_by) = status_columns(appointment.status);
    let written = write!(
        tx,
        "insert into appointments
            (id, practice_id, practitioner_id, place_id, visit_reason_id, patient_id,
             starts_at, ends_at, buffer_before, buffer_after, status, held_until, cancelled_by,
             sequence, hold_hash, link_hash, idempotency_key, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)
         on conflict (practice_id, idempotency_key) do nothing",
        appointment.id.uuid(),
        appointment.practice.uuid(),
        appointment.practitioner.uuid(),
        appointment.place.uuid(),
        appointment.reason.uuid(),
        visit.patient.uuid(),
        appointment.interval.start(),
        appointment.interval.end(),
        visit.buffer_before.get(),
        visit.buffer_after.get(),
        status,
        held_until,
        cancelled_by,
        appointment.sequence,
        visit.hold_hash.as_deref(),
        visit.link_hash.as_slice(),
        visit.idempotency_key,
        appointment.changed_at
    )?;
    Ok(written == 1)
}

/// The visit behind a link, by the hash of its token.
///
/// # Errors
/// As the database.
pub async fn by_link(db: &mut impl Access, hash: &[u8]) -> Result<Option<Visit>, StoreError> {
    maybe!(db, VisitRow, visits!("where a.link_hash = $1"), hash)?
        .map(VisitRow::read)
        .transpose()
}

/// The hold behind its waiting address, whatever became of it since.
///
/// # Errors
/// As the database.
pub async fn by_hold(db: &mut impl Access, hash: &[u8]) -> Result<Option<Visit>, StoreError> {
    maybe!(db, VisitRow, visits!("where a.hold_hash = $1"), hash)?
        .map(VisitRow::read)
        .transpose()
}

/// The visit with that id in that practice.
///
/// # Errors
/// As the database.
pub async fn by_id(
    db: &mut impl Access,
    practice: PracticeId,
    id: AppointmentId,
) -> Result<Option<Visit>, StoreError> {
    maybe!(
        db,
        VisitRow,
        visits!("where a.practice_id = $1 and a.id = $2"),
        practice.uuid(),
        id.uuid()
    )?
    .map(VisitRow::read)
    .transpose()
}

/// The visit that a form with this key made.
///
/// # Errors
/// As the database.
pub async fn by_key(
    db: &mut impl Access,
    practice: PracticeId,
    key: &str,
) -> Result<Option<Visit>, StoreError> {
    maybe!(
        db,
        VisitRow,
        visits!("where a.practice_id = $1 and a.idempotency_key = $2"),
        practice.uuid(),
        key
    )?
    .map(VisitRow::read)
    .transpose()
}

/// The visits of a practitioner that overlap the range, by start; holds, expired and cancelled
/// ones too.
///
/// # Errors
/// As the database.
pub async fn between(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    range: Interval,
) -> Result<Vec<Visit>, StoreError> {
    all!(
        db,
        VisitRow,
        visits!(
            "where a.practitioner_id = $1 and a.practice_id = $2
           and a.starts_at > $3 and a.starts_at < $4 and a.ends_at > $5
         order by a.starts_at, a.id"
        ),
        practitioner.uuid(),
        practice.uuid(),
        range.start() - chrono::TimeDelta::days(1) - chrono::TimeDelta::seconds(1),
        range.end(),
        range.start()
    )?
    .into_iter()
    .map(VisitRow::read)
    .collect()
}

/// Writes the status of a visit, if it still is at `sequence`; answers whether it was.
/// A hold that is confirmed keeps its sequence, for no calendar has seen it.
///
/// # Errors
/// [`StoreError::Overlap`] from the last guard, else as the database.
pub async fn set_status(
    tx: &mut Tx,
    appointment: &Appointment,
    status: Status,
    sequence: i32,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (status, held_until, cancelled_by) = status_columns(status);
    let written = write!(
        tx,
        "update appointments
         set status = $1, held_until = $2, cancelled_by = $3, sequence = $4, changed_at = $5
         where id = $6 and practice_id = $7 and sequence = $8",
        status,
        held_until,
        cancelled_by,
        sequence,
        now,
        appointment.id.uuid(),
        appointment.practice.uuid(),
        appointment.sequence
    )?;
    Ok(written == 1)
}

/// Gives a hold another key than that of its form, one that no form can have.
///
/// # Errors
/// As the database.
pub async fn give_up_key(tx: &mut Tx, hold: &Appointment) -> Result<(), StoreError> {
    write!(
        tx,
        "update appointments set idempotency_key = $1 where id = $2 and practice_id = $3",
        format!("given up: {}", hold.id),
        hold.id.uuid(),
        hold.practice.uuid()
    )?;
    Ok(())
}

/// Counts a wrong code against a hold.
///
/// # Errors
/// As the database.
pub async fn count_wrong_code(tx: &mut Tx, id: AppointmentId) -> Result<(), StoreError> {
    write!(
        tx,
        "update appointments set wrong_codes = wrong_codes + 1 where id = $1",
        id.uuid()
    )?;
    Ok(())
}

/// Counts a code that is mailed again.
///
/// # Errors
/// As the database.
pub async fn count_code_sent(tx: &mut Tx, id: AppointmentId) -> Result<(), StoreError> {
    write!(
        tx,
        "update appointments set codes_sent = codes_sent + 1 where id = $1",
        id.uuid()
    )?;
    Ok(())
}

/// A hold that ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct RanOut {
    /// The tenant.
    pub practice_id: Uuid,
    /// Which one.
    pub id: Uuid,
}

/// Frees what the holds of a practitioner keep that ran out by `now`, and answers which: the schema's
/// guard cannot know the time, so this comes before an insert where one did
/// ([`super::availability::TakenTime::has_run_out`]), under the agenda's lock.
///
/// # Errors
/// As the database.
pub async fn expire_holds_of(
    tx: &mut Tx,
    practitioner: PractitionerId,
    now: DateTime<Utc>,
) -> Result<Vec<RanOut>, StoreError> {
    all!(
        tx,
        RanOut,
        "update appointments set status = 'expired', held_until = null, changed_at = $2
         where practitioner_id = $1 and status = 'held' and held_until <= $2
         returning practice_id, id",
        practitioner.uuid(),
        now
    )
}

/// The same for every practitioner, as housekeeping.
///
/// # Errors
/// As the database.
pub async fn expire_all_holds(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<RanOut>, StoreError> {
    all!(
        tx,
        RanOut,
        "update appointments set status = 'expired', held_until = null, changed_at = $1
         where status = 'held' and held_until <= $1
         returning practice_id, id",
        now
    )
}
