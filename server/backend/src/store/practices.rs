//! Questions about practices, places and practitioners.
//! Hours and absences are in [`super::availability`], reasons in [`super::reasons`].

use chrono::{DateTime, Utc};
use domain::{
    appointment::Appointment,
    holidays::HolidaySet,
    ids::{PlaceId, PracticeId, PractitionerId},
    people::{EmailAddress, PhoneNumber},
    practice::{Place, Practice, Practitioner, Slug},
    visit_reason::VisitReason,
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, maybe, reasons::ReasonRow, write};

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
    practitioner_id: Uuid,
    practitioner_slug: String,
    practitioner_name: String,
    specialty: String,
}

impl PractitionerRow {
    fn read(self) -> Result<Practitioner, StoreError> {
        Ok(Practitioner {
            id: self.practitioner_id.into(),
            slug: self.practitioner_slug.parse().map_err(broken)?,
            name: self.practitioner_name.parse().map_err(broken)?,
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

/// The columns of [`PractitionerInPracticeRow`], and the rest of the statement; more columns may
/// come before it.
macro_rules! practitioners {
    ($rest:literal) => {
        practitioners!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "select p.id as practitioner_id, p.slug as practitioner_slug,
                    p.name as practitioner_name, p.specialty,
                    cast(p.agenda_version as bigint) as agenda_version,
                    c.id as practice_id, c.slug as practice_slug, c.name as practice_name,
                    c.phone as practice_phone, c.email as practice_email, c.holidays ",
            $more,
            " from practitioners p join practices c on c.id = p.practice_id ",
            $rest
        )
    };
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
        practitioners!("where p.slug = $1"),
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
        practitioners!("where p.practice_id = $1 and p.id = $2"),
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
        "select id as practitioner_id, slug as practitioner_slug, name as practitioner_name, specialty
         from practitioners where practice_id = $1 order by name, id",
        practice.uuid()
    )?
    .into_iter()
    .map(PractitionerRow::read)
    .collect()
}

#[derive(FromRow)]
struct AgendaRow {
    practice_id: Uuid,
    #[sqlx(flatten)]
    practitioner: PractitionerRow,
}

/// The practitioner with that name in addresses, and of which practice she is.
///
/// # Errors
/// As the database.
pub async fn agenda_by_slug(
    db: &mut impl Access,
    slug: &Slug,
) -> Result<Option<(PracticeId, Practitioner)>, StoreError> {
    let row = maybe!(
        db,
        AgendaRow,
        "select practice_id, id as practitioner_id, slug as practitioner_slug,
                name as practitioner_name, specialty
         from practitioners where slug = $1",
        slug.as_str()
    )?;
    row.map(|row| Ok((row.practice_id.into(), row.practitioner.read()?)))
        .transpose()
}

#[derive(FromRow)]
pub(crate) struct PlaceRow {
    pub(crate) place_id: Uuid,
    pub(crate) place_name: String,
    pub(crate) address: String,
    pub(crate) town: String,
    pub(crate) zone: String,
}

impl PlaceRow {
    pub(crate) fn read(self) -> Result<Place, StoreError> {
        Ok(Place {
            id: self.place_id.into(),
            name: self.place_name.parse().map_err(broken)?,
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
        "select id as place_id, name as place_name, address, town, zone from places
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
        "select id as place_id, name as place_name, address, town, zone from places where practice_id = $1 and id = $2",
        practice.uuid(),
        id.uuid()
    )?
    .map(PlaceRow::read)
    .transpose()
}

#[derive(FromRow)]
struct SettingRow {
    #[sqlx(flatten)]
    found: PractitionerInPracticeRow,
    #[sqlx(flatten)]
    place: PlaceRow,
    #[sqlx(flatten)]
    reason: ReasonRow,
}

/// Everything about a visit but the visit itself.
#[derive(Clone, Debug)]
pub struct Setting {
    /// With whom, and of which practice.
    pub found: PractitionerInPractice,
    /// Where.
    pub place: Place,
    /// What for; archived or not.
    pub reason: VisitReason,
}

/// With whom, where and what for a visit is, in one statement.
///
/// # Errors
/// As the database.
pub async fn setting_of(
    db: &mut impl Access,
    visit: &Appointment,
) -> Result<Option<Setting>, StoreError> {
    let row = maybe!(
        db,
        SettingRow,
        practitioners!(
            ", l.id as place_id, l.name as place_name, l.address, l.town, l.zone,
             r.id, r.slug, r.name, r.length, r.step, r.buffer_before, r.buffer_after, r.min_notice,
             r.horizon, r.cancel_deadline, r.audience, r.birth_date, r.instructions",
            "join places l on l.practice_id = c.id and l.id = $3
             join visit_reasons r on r.practice_id = c.id and r.id = $4
             where p.practice_id = $1 and p.id = $2"
        ),
        visit.practice.uuid(),
        visit.practitioner.uuid(),
        visit.place.uuid(),
        visit.reason.uuid()
    )?;
    row.map(|row| {
        Ok(Setting {
            found: row.found.read()?,
            place: row.place.read()?,
            reason: row.reason.read()?,
        })
    })
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
        "select p.id as practitioner_id, p.slug as practitioner_slug,
                p.name as practitioner_name, p.specialty, c.slug as practice_slug, c.name as practice_name,
                coalesce(l.town, '') as town
         from practitioners p
         join practices c on c.id = p.practice_id
         left join places l on l.practice_id = c.id
         order by p.name, p.id, l.created_at, l.id"
    )?;
    let mut listed: Vec<Listed> = Vec::new();
    for row in rows {
        match listed.last_mut() {
            Some(last)
                if last.practitioner.id
                    == PractitionerId::from(row.practitioner.practitioner_id) =>
            {
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
