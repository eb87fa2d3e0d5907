//! Questions about reasons of visits. With everything else that a booking needs they are in
//! [`super::bookable`].

use chrono::{DateTime, Utc};
use domain::{
    ids::{PracticeId, PractitionerId, VisitReasonId},
    practice::Slug,
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, maybe, write};

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
pub async fn of_practitioner(
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
pub async fn by_id(
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
pub async fn by_slug(
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

/// Writes a reason down.
///
/// # Errors
/// [`StoreError::Duplicate`] when the practitioner has one with that slug.
pub async fn insert(
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
