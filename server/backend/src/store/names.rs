//! Whether a name in addresses is taken, and whether there is any practice yet.

use domain::{
    ids::{PracticeId, PractitionerId},
    practice::Slug,
};
use uuid::Uuid;

use super::{Access, StoreError, maybe};

/// Whether the instance holds a practice, of a demonstration or not.
///
/// # Errors
/// As the database.
pub async fn any_practice(db: &mut impl Access) -> Result<bool, StoreError> {
    let found = maybe!(db, (i32,), "select 1 from practices limit 1")?;
    Ok(found.is_some())
}

/// The marks of the demonstrations of the practices of the instance; `None` for a real one.
///
/// # Errors
/// As the database.
pub async fn demo_marks(db: &mut impl Access) -> Result<Vec<Option<String>>, StoreError> {
    let rows: Vec<(Option<String>,)> = super::all!(
        db,
        (Option<String>,),
        "select distinct demo from practices limit 10"
    )?;
    Ok(rows.into_iter().map(|(mark,)| mark).collect())
}

/// Whether a practice has that name in addresses.
///
/// # Errors
/// As the database.
pub async fn practice_has(db: &mut impl Access, slug: &Slug) -> Result<bool, StoreError> {
    let found: Option<(Uuid,)> = maybe!(
        db,
        (Uuid,),
        "select id from practices where slug = $1",
        slug.as_str()
    )?;
    Ok(found.is_some())
}

/// Whether a practitioner of the instance has that name in addresses.
///
/// # Errors
/// As the database.
pub async fn practitioner_has(db: &mut impl Access, slug: &Slug) -> Result<bool, StoreError> {
    let found: Option<(Uuid,)> = maybe!(
        db,
        (Uuid,),
        "select id from practitioners where slug = $1",
        slug.as_str()
    )?;
    Ok(found.is_some())
}

/// Whether a reason of the practitioner has that name in addresses, archived or not.
///
/// # Errors
/// As the database.
pub async fn reason_has(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    slug: &Slug,
) -> Result<bool, StoreError> {
    let found: Option<(Uuid,)> = maybe!(
        db,
        (Uuid,),
        "select id from visit_reasons
         where practice_id = $1 and practitioner_id = $2 and slug = $3",
        practice.uuid(),
        practitioner.uuid(),
        slug.as_str()
    )?;
    Ok(found.is_some())
}
