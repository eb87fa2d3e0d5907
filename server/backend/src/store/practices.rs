//! Questions about practices, places, practitioners and reasons.
//! Their hours and absences are in [`super::availability`].

use chrono::{DateTime, Utc};
use domain::{
    holidays::HolidaySet,
    ids::{PlaceId, PracticeId, PractitionerId, VisitReasonId},
    people::{EmailAddress, PhoneNumber},
    practice::{Place, Practice, Practitioner, Slug},
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, maybe, write};

/// A practitioner with the practice she belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PractitionerInPractice {
    /// Who.
    pub practitioner: Practitioner,
    /// Where she practises.
    pub practice: Practice,
    /// Raised by every transaction that changes her agenda.
    pub agenda_version: i64,
}

#[derive(FromRow)]
struct PracticeRow {
    practice_id: Uuid,
    practice_slug: String,
    practice_name: String,
    practice_phone: String,
    practice_email: Option<String>,
    holidays: String,
}

impl PracticeRow {
    fn read(self) -> Result<Practice, StoreError> {
        Ok(Practice {
            id: self.practice_id.into(),
            slug: self.practice_slug.parse().map_err(broken)?,
            name: self.practice_name.parse().map_err(broken)?,
            phone: PhoneNumber::parse(&self.practice_phone).map_err(broken)?,
            email: self
                .practice_email
                .map(|email| EmailAddress::parse(&email))
                .transpose()
                .map_err(broken)?,
            holidays: HolidaySet::from_code(&self.holidays)
                .ok_or_else(|| broken("unknown set of holidays"))?,
        })
    }
}

#[derive(FromRow)]
struct PractitionerRow {
    id: Uuid,
    slug: String,
    name: String,
    specialty: String,
}

impl PractitionerRow {
    fn read(self) -> Result<Practitioner, StoreError> {
        Ok(Practitioner {
            id: self.id.into(),
            slug: self.slug.parse().map_err(broken)?,
            name: self.name.parse().map_err(broken)?,
            specialty: self.specialty.parse().map_err(broken)?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct PractitionerInPracticeRow {
    #[sqlx(flatten)]
    practitioner: PractitionerRow,
    #[sqlx(flatten)]
    practice: PracticeRow,
    agenda_version: i64,
}

impl PractitionerInPracticeRow {
    pub(crate) fn read(self) -> Result<PractitionerInPractice, StoreError> {
        Ok(PractitionerInPractice {
            practitioner: self.practitioner.read()?,
            practice: self.practice.read()?,
            agenda_version: self.agenda_version,
        })
    }
}

/// The practitioner at a public address.
///
/// # Errors
/// As the database.
pub async fn practitioner_by_slug(
    db: &mut impl Access,
    slug: &Slug,
) -> Result<Option<PractitionerInPractice>, StoreError> {
    let row = maybe!(
        db,
        PractitionerInPracticeRow,
        "select p.id, p.slug, p.name, p.specialty,
                cast(p.agenda_version as bigint) as agenda_version, c.id as practice_id, c.slug as practice_slug, c.name as practice_name,
                c.phone as practice_phone, c.email as practice_email, c.holidays
         from practitioners p join practices c on c.id = p.practice_id
         where p.slug = $1",
        slug.as_str()
    )?;
    row.map(PractitionerInPracticeRow::read).transpose()
}

/// The practitioner with that id in that practice.
///
/// # Errors
/// As the database.
pub async fn practitioner_by_id(
    db: &mut impl Access,
    practice: PracticeId,
    id: PractitionerId,
) -> Result<Option<PractitionerInPractice>, StoreError> {
    let row = maybe!(
        db,
        PractitionerInPracticeRow,
        "select p.id, p.slug, p.name, p.specialty,
                cast(p.agenda_version as bigint) as agenda_version, c.id as practice_id, c.slug as practice_slug, c.name as practice_name,
                c.phone as practice_phone, c.email as practice_email, c.holidays
         from practitioners p join practices c on c.id = p.practice_id
         where p.practice_id = $1 and p.id = $2",
        practice.uuid(),
        id.uuid()
    )?;
    row.map(PractitionerInPracticeRow::read).transpose()
}

/// The practice at a public address.
///
/// # Errors
/// As the database.
pub async fn practice_by_slug(
    db: &mut impl Access,
    slug: &Slug,
) -> Result<Option<Practice>, StoreError> {
    let row = maybe!(
        db,
        PracticeRow,
        "select id as practice_id, slug as practice_slug, name as practice_name,
                phone as practice_phone, email as practice_email, holidays
         from practices where slug = $1",
        slug.as_str()
    )?;
    row.map(PracticeRow::read).transpose()
}

/// The practice with that id.
///
/// # Errors
/// As the database.
pub async fn practice_by_id(
    db: &mut impl Access,
    id: PracticeId,
) -> Result<Option<Practice>, StoreError> {
    let row = maybe!(
        db,
        PracticeRow,
        "select id as practice_id, slug as practice_slug, name as practice_name,
                phone as practice_phone, email as practice_email, holidays
         from practices where id = $1",
        id.uuid()
    )?;
    row.map(PracticeRow::read).transpose()
}

/// The practitioners of a practice, by name.
///
/// # Errors
/// As the database.
pub async fn practitioners_of(
    db: &mut impl Access,
    practice: PracticeId,
) -> Result<Vec<Practitioner>, StoreError> {
    all!(
        db,
        PractitionerRow,
        "select id, slug, name, specialty from practitioners
         where practice_id = $1 order by name, id",
        practice.uuid()
    )?
    .into_iter()
    .map(PractitionerRow::read)
    .collect()
}

#[derive(FromRow)]
pub(crate) struct PlaceRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) town: String,
    pub(crate) zone: String,
}

impl PlaceRow {
    pub(crate) fn read(self) -> Result<Place, StoreError> {
        Ok(Place {
            id: self.id.into(),
            name: self.name.parse().map_err(broken)?,
            address: self.address.parse().map_err(broken)?,
            town: self.town.parse().map_err(broken)?,
            zone: self.zone.parse().map_err(broken)?,
        })
    }
}

/// The places of a practice, oldest first: the first is its main one.
///
/// # Errors
/// As the database.
pub async fn places_of(
    db: &mut impl Access,
    practice: PracticeId,
) -> Result<Vec<Place>, StoreError> {
    all!(
        db,
        PlaceRow,
        "select id, name, address, town, zone from places
         where practice_id = $1 order by created_at, id",
        practice.uuid()
    )?
    .into_iter()
    .map(PlaceRow::read)
    .collect()
}

/// One place of a practice.
///
/// # Errors
/// As the database.
pub async fn place_by_id(
    db: &mut impl Access,
    practice: PracticeId,
    id: PlaceId,
) -> Result<Option<Place>, StoreError> {
    maybe!(
        db,
        PlaceRow,
        "select id, name, address, town, zone from places where practice_id = $1 and id = $2",
        practice.uuid(),
        id.uuid()
    )?
    .map(PlaceRow::read)
    .transpose()
}

#[derive(FromRow)]
pub(crate) struct ReasonRow {
    id: Uuid,
    slug: String,
    name: String,
    length: i32,
    step: i32,
    buffer_before: i32,
    buffer_after: i32,
    min_notice: i32,
    horizon: i32,
    cancel_deadline: i32,
    audience: String,
    birth_date: bool,
    instructions: String,
}

impl ReasonRow {
    pub(crate) fn read(self) -> Result<VisitReason, StoreError> {
        let minutes = |minutes: i32| Minutes::try_from(minutes).map_err(broken);
        Ok(VisitReason {
            id: self.id.into(),
            slug: self.slug.parse().map_err(broken)?,
            name: self.name.parse().map_err(broken)?,
            length: minutes(self.length)?,
            step: minutes(self.step)?,
            buffer_before: minutes(self.buffer_before)?,
            buffer_after: minutes(self.buffer_after)?,
            min_notice: minutes(self.min_notice)?,
            horizon: minutes(self.horizon)?,
            cancel_deadline: minutes(self.cancel_deadline)?,
            audience: match self.audience.as_str() {
                "everyone" => Audience::Everyone,
                "staff_only" => Audience::StaffOnly,
                _ => return Err(broken("unknown audience")),
            },
            birth_date: if self.birth_date {
                BirthDateAsked::Yes
            } else {
                BirthDateAsked::No
            },
            instructions: self.instructions.parse().map_err(broken)?,
        })
    }
}

/// The reasons of a practitioner that are not archived, oldest first.
///
/// # Errors
/// As the database.
pub async fn reasons_of(
    db: &mut impl Access,
    practitioner: PractitionerId,
) -> Result<Vec<VisitReason>, StoreError> {
    all!(
        db,
        ReasonRow,
        "select id, slug, name, length, step, buffer_before, buffer_after, min_notice, horizon,
                cancel_deadline, audience, birth_date, instructions
         from visit_reasons
         where practitioner_id = $1 and archived_at is null order by created_at, id",
        practitioner.uuid()
    )?
    .into_iter()
    .map(ReasonRow::read)
    .collect()
}

/// One reason of a practice, archived or not: a visit keeps the reason it was booked for.
///
/// # Errors
/// As the database.
pub async fn reason_by_id(
    db: &mut impl Access,
    practice: PracticeId,
    id: VisitReasonId,
) -> Result<Option<VisitReason>, StoreError> {
    maybe!(
        db,
        ReasonRow,
        "select id, slug, name, length, step, buffer_before, buffer_after, min_notice, horizon,
                cancel_deadline, audience, birth_date, instructions
         from visit_reasons where practice_id = $1 and id = $2",
        practice.uuid(),
        id.uuid()
    )?
    .map(ReasonRow::read)
    .transpose()
}

/// One reason of a practitioner by its name in addresses, unless archived.
///
/// # Errors
/// As the database.
pub async fn reason_by_slug(
    db: &mut impl Access,
    practitioner: PractitionerId,
    slug: &Slug,
) -> Result<Option<VisitReason>, StoreError> {
    maybe!(
        db,
        ReasonRow,
        "select id, slug, name, length, step, buffer_before, buffer_after, min_notice, horizon,
                cancel_deadline, audience, birth_date, instructions
         from visit_reasons
         where practitioner_id = $1 and slug = $2 and archived_at is null",
        practitioner.uuid(),
        slug.as_str()
    )?
    .map(ReasonRow::read)
    .transpose()
}

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    practitioner: PractitionerRow,
    practice_slug: String,
    practice_name: String,
    town: String,
}

/// A practitioner as the search shows her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who.
    pub practitioner: Practitioner,
    /// Address part of her practice.
    pub practice_slug: Slug,
    /// Name of her practice.
    pub practice_name: domain::practice::Title,
    /// Towns of the practice's places, joined with a comma; may be empty.
    pub towns: String,
}

/// Every practitioner of the instance, by name, with the towns of her practice.
/// A practice holds a handful of people and an instance some hundreds, so the search filters
/// in memory, where accents can be ignored the same way on both databases.
///
/// # Errors
/// As the database.
pub async fn everyone(db: &mut impl Access) -> Result<Vec<Listed>, StoreError> {
    let rows = all!(
        db,
        ListedRow,
        "select p.id, p.slug, p.name, p.specialty,
                c.slug as practice_slug, c.name as practice_name,
                coalesce(l.town, '') as town
         from practitioners p
         join practices c on c.id = p.practice_id
         left join places l on l.practice_id = c.id
         order by p.name, p.id, l.created_at, l.id"
    )?;
    let mut listed: Vec<Listed> = Vec::new();
    for row in rows {
        match listed.last_mut() {
            Some(last) if last.practitioner.id == PractitionerId::from(row.practitioner.id) => {
                if !last.towns.split(", ").any(|town| town == row.town) {
                    last.towns.push_str(", ");
                    last.towns.push_str(&row.town);
                }
            }
            _ => listed.push(Listed {
                practitioner: row.practitioner.read()?,
                practice_slug: row.practice_slug.parse().map_err(broken)?,
                practice_name: row.practice_name.parse().map_err(broken)?,
                towns: row.town,
            }),
        }
    }
    Ok(listed)
}

/// Writes a practice down. `demo` names the demonstration that it belongs to, if any.
///
/// # Errors
/// [`StoreError::Duplicate`] when the slug is taken.
pub async fn insert_practice(
    tx: &mut Tx,
    practice: &Practice,
    demo: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into practices (id, slug, name, phone, email, holidays, demo, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        practice.id.uuid(),
        practice.slug.as_str(),
        practice.name.as_str(),
        practice.phone.as_str(),
        practice.email.as_ref().map(EmailAddress::as_str),
        practice.holidays.code(),
        demo,
        now
    )?;
    Ok(())
}

/// Writes a place down.
///
/// # Errors
/// As the database.
pub async fn insert_place(
    tx: &mut Tx,
    practice: PracticeId,
    place: &Place,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into places (id, practice_id, name, address, town, zone, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        place.id.uuid(),
        practice.uuid(),
        place.name.as_str(),
        place.address.as_str(),
        place.town.as_str(),
        place.zone.as_str(),
        now
    )?;
    Ok(())
}

/// Writes a practitioner down.
///
/// # Errors
/// [`StoreError::Duplicate`] when the slug is taken.
pub async fn insert_practitioner(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: &Practitioner,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into practitioners (id, practice_id, slug, name, specialty, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        practitioner.id.uuid(),
        practice.uuid(),
        practitioner.slug.as_str(),
        practitioner.name.as_str(),
        practitioner.specialty.as_str(),
        now
    )?;
    Ok(())
}

/// Writes a reason down.
///
/// # Errors
/// [`StoreError::Duplicate`] when the practitioner has one with that slug.
pub async fn insert_reason(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    reason: &VisitReason,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into visit_reasons
            (id, practice_id, practitioner_id, slug, name, length, step, buffer_before,
             buffer_after, min_notice, horizon, cancel_deadline, audience, birth_date,
             instructions, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        reason.id.uuid(),
        practice.uuid(),
        practitioner.uuid(),
        reason.slug.as_str(),
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
        reason.instructions.as_str(),
        now
    )?;
    Ok(())
}

/// The word under which an audience is stored.
#[must_use]
pub const fn audience_code(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "everyone",
        Audience::StaffOnly => "staff_only",
    }
}
