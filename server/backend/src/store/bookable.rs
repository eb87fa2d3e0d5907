//! What can be booked: a practitioner for one of her reasons, found by their names in addresses,
//! with everything else that the rules ask of the practice. When is [`super::availability`]'s.

use chrono_tz::Tz;
use domain::{
    holidays::HolidaySet,
    ids::{PracticeId, PractitionerId},
    practice::Slug,
    visit_reason::VisitReason,
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Access, StoreError, all, availability::AgendaKey, dialect::broken, maybe, reasons::ReasonRow,
};

#[derive(FromRow)]
struct BookableRow {
    practice_id: Uuid,
    practitioner_id: Uuid,
    holidays: String,
    agenda_version: i64,
    zone: Option<String>,
    #[sqlx(flatten)]
    reason: ReasonRow,
}

impl BookableRow {
    fn read(self) -> Result<Bookable, StoreError> {
        Ok(Bookable {
            key: AgendaKey {
                practice: self.practice_id.into(),
                practitioner: self.practitioner_id.into(),
                holidays: HolidaySet::from_code(&self.holidays)
                    .ok_or_else(|| broken("unknown set of holidays"))?,
                zone: match self.zone {
                    Some(zone) => zone.parse().map_err(|_| broken("unknown time zone"))?,
                    None => Tz::UTC,
                },
            },
            version: self.agenda_version,
            reason: self.reason.read()?,
        })
    }
}

#[derive(FromRow)]
struct NamedBookableRow {
    practitioner: String,
    #[sqlx(flatten)]
    bookable: BookableRow,
}

/// What an address names: a practitioner and one of her reasons.
#[derive(Clone, Debug)]
pub struct Bookable {
    /// Whose agenda.
    pub key: AgendaKey,
    /// Of the agenda: raised by every transaction that changes it.
    pub version: i64,
    /// For which reason.
    pub reason: VisitReason,
}

/// The columns of [`NamedBookableRow`], and the rest of the statement.
macro_rules! bookables {
    ($rest:literal) => {
        concat!(
            "select p.slug as practitioner, c.id as practice_id, p.id as practitioner_id,
                    c.holidays, cast(p.agenda_version as bigint) as agenda_version,
                    r.id, r.slug, r.name, r.length, r.step, r.buffer_before, r.buffer_after,
                    r.min_notice, r.horizon, r.cancel_deadline, r.audience, r.birth_date,
                    r.instructions,
                    (select l.zone from places l where l.practice_id = c.id
                     order by l.created_at, l.id limit 1) as zone
             from practitioners p
             join practices c on c.id = p.practice_id
             join visit_reasons r on r.practitioner_id = p.id ",
            $rest
        )
    };
}

/// The practitioner and reason that two names in addresses mean, with the zone of the
/// practice's oldest place (UTC while it has none).
///
/// # Errors
/// As the database.
pub async fn by_names(
    db: &mut impl Access,
    practitioner: &Slug,
    reason: &Slug,
) -> Result<Option<Bookable>, StoreError> {
    let row = maybe!(
        db,
        BookableRow,
        bookables!("where p.slug = $1 and r.slug = $2 and r.archived_at is null"),
        practitioner.as_str(),
        reason.as_str()
    )?;
    row.map(BookableRow::read).transpose()
}

/// The same, also when the reason is archived: what a form that was sent before asked for.
///
/// # Errors
/// As the database.
pub async fn ever_by_names(
    db: &mut impl Access,
    practitioner: &Slug,
    reason: &Slug,
) -> Result<Option<Bookable>, StoreError> {
    let row = maybe!(
        db,
        BookableRow,
        bookables!("where p.slug = $1 and r.slug = $2"),
        practitioner.as_str(),
        reason.as_str()
    )?;
    row.map(BookableRow::read).transpose()
}

/// The same as [`by_names`] where the agenda is known, which is of that practice.
///
/// # Errors
/// As the database.
pub async fn in_agenda(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    reason: &Slug,
) -> Result<Option<Bookable>, StoreError> {
    let row = maybe!(
        db,
        BookableRow,
        bookables!("where c.id = $1 and p.id = $2 and r.slug = $3 and r.archived_at is null"),
        practice.uuid(),
        practitioner.uuid(),
        reason.as_str()
    )?;
    row.map(BookableRow::read).transpose()
}

/// Who of a practice can be booked for a reason of that name, by name of the practitioner: her
/// name in addresses, and what [`by_names`] finds.
///
/// # Errors
/// As the database.
pub async fn in_practice(
    db: &mut impl Access,
    practice: &Slug,
    reason: &Slug,
) -> Result<Vec<(Slug, Bookable)>, StoreError> {
    let rows = all!(
        db,
        NamedBookableRow,
        bookables!(
            "where c.slug = $1 and r.slug = $2 and r.archived_at is null order by p.name, p.id"
        ),
        practice.as_str(),
        reason.as_str()
    )?;
    let read = |row: NamedBookableRow| {
        let practitioner = row.practitioner.parse().map_err(broken)?;
        Ok((practitioner, row.bookable.read()?))
    };
    rows.into_iter().map(read).collect()
}
