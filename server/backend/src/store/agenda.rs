//! What a day or a week of the office's agenda shows, in few statements.
//! What the slot engine needs of it is in [`super::availability`].

use chrono::{DateTime, Utc};
use domain::{
    appointment::Status,
    ids::{AppointmentId, PlaceId, PracticeId, PractitionerId, VisitReasonId},
    interval::Interval,
    people::Patient,
    practice::Title,
};
use i18n::Lang;
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Access, StoreError, all,
    appointments::status,
    dialect::broken,
    patients::PatientRow,
    practices::{PlaceRow, PractitionerInPractice, PractitionerInPracticeRow},
};

/// A practitioner, her practice, and its places.
#[derive(Clone, Debug)]
pub struct Whose {
    /// Who and where.
    pub found: PractitionerInPractice,
    /// The places of the practice, the main one first.
    pub places: Vec<domain::practice::Place>,
}

#[derive(FromRow)]
struct WhoseRow {
    #[sqlx(flatten)]
    found: PractitionerInPracticeRow,
    place_id: Option<Uuid>,
    place_name: Option<String>,
    address: Option<String>,
    town: Option<String>,
    zone: Option<String>,
}

/// Whose agenda it is, with the places of the practice.
///
/// # Errors
/// As the database.
pub async fn whose(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
) -> Result<Option<Whose>, StoreError> {
    let rows = all!(
        db,
        WhoseRow,
        "select p.id as practitioner_id, p.slug as practitioner_slug, p.name as practitioner_name,
                p.specialty,
                cast(p.agenda_version as bigint) as agenda_version,
                c.id as practice_id, c.slug as practice_slug, c.name as practice_name,
                c.phone as practice_phone, c.email as practice_email, c.holidays,
                l.id as place_id, l.name as place_name, l.address, l.town, l.zone
         from practitioners p
         join practices c on c.id = p.practice_id
         left join places l on l.practice_id = c.id
         where p.practice_id = $1 and p.id = $2
         order by l.created_at, l.id",
        practice.uuid(),
        practitioner.uuid()
    )?;
    let mut whose: Option<Whose> = None;
    for row in rows {
        let place = match (
            row.place_id,
            row.place_name,
            row.address,
            row.town,
            row.zone,
        ) {
            (Some(id), Some(name), Some(address), Some(town), Some(zone)) => Some(
                PlaceRow {
                    place_id: id,
                    place_name: name,
                    address,
                    town,
                    zone,
                }
                .read()?,
            ),
            _ => None,
        };
        match &mut whose {
            Some(whose) => whose.places.extend(place),
            None => {
                whose = Some(Whose {
                    found: row.found.read()?,
                    places: place.into_iter().collect(),
                });
            }
        }
    }
    Ok(whose)
}

/// A visit as the agenda shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownVisit {
    /// Its identifier.
    pub id: AppointmentId,
    /// When.
    pub interval: Interval,
    /// Where.
    pub place: PlaceId,
    /// What for.
    pub reason: VisitReasonId,
    /// What that is called.
    pub reason_name: Title,
    /// Where it stands.
    pub status: Status,
    /// Rises with each change that calendars see.
    pub sequence: i32,
    /// Who comes.
    pub patient: Patient,
    /// The language she reads.
    pub lang: Lang,
}

#[derive(FromRow)]
struct ShownVisitRow {
    id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    place_id: Uuid,
    visit_reason_id: Uuid,
    reason_name: String,
    status: String,
    held_until: Option<DateTime<Utc>>,
    cancelled_by: Option<String>,
    sequence: i32,
    #[sqlx(flatten)]
    patient: PatientRow,
}

/// The visits of an agenda that overlap the range, and the holds that still hold at `now`, by
/// start; cancelled ones too, expired ones not.
///
/// # Errors
/// As the database.
pub async fn visits_shown(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    range: Interval,
    now: DateTime<Utc>,
) -> Result<Vec<ShownVisit>, StoreError> {
    let rows = all!(
        db,
        ShownVisitRow,
        "select a.id, a.starts_at, a.ends_at, a.place_id, a.visit_reason_id,
                r.name as reason_name, a.status, a.held_until, a.cancelled_by, a.sequence,
                p.given_name as patient_given_name, p.family_name as patient_family_name,
                p.email as patient_email, p.phone as patient_phone,
                p.birth_date as patient_birth_date, p.lang as patient_lang
         from appointments a
         join patients p on p.id = a.patient_id
         join visit_reasons r on r.id = a.visit_reason_id
         where a.practitioner_id = $1 and a.practice_id = $2
           and a.starts_at > $3 and a.starts_at < $4 and a.ends_at > $5
           and a.status <> 'expired' and (a.held_until is null or a.held_until > $6)
         order by a.starts_at, a.id",
        practitioner.uuid(),
        practice.uuid(),
        range.start() - chrono::TimeDelta::days(1) - chrono::TimeDelta::seconds(1),
        range.end(),
        range.start(),
        now
    )?;
    rows.into_iter()
        .map(|row| {
            let (patient, lang) = row.patient.read()?;
            Ok(ShownVisit {
                id: row.id.into(),
                interval: Interval::new(row.starts_at, row.ends_at).map_err(broken)?,
                place: row.place_id.into(),
                reason: row.visit_reason_id.into(),
                reason_name: row.reason_name.parse().map_err(broken)?,
                status: status(&row.status, row.held_until, row.cancelled_by.as_deref())?,
                sequence: row.sequence,
                patient,
                lang,
            })
        })
        .collect()
}
