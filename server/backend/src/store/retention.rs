//! What is forgotten after its time: holds nobody confirmed with who asked for them, addresses
//! of feeds that were revoked, jobs that are done. When is [`crate::retention`]'s.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StoreError, Tx, all, write};

/// Removes at most `most` holds that expired at `before` or earlier; answers who had asked for
/// them. Their audit lines stay.
///
/// # Errors
/// As the database.
pub async fn remove_expired_holds(
    tx: &mut Tx,
    before: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let rows: Vec<(Uuid,)> = all!(
        tx,
        (Uuid,),
        "delete from appointments
         where id in (select id from appointments
                      where status = 'expired' and changed_at <= $1 limit $2)
         returning patient_id",
        before,
        most
    )?;
    Ok(rows.into_iter().map(|(patient,)| patient).collect())
}

/// Removes a patient whom no visit knows any more; answers how many rows that were, 0 or 1.
///
/// # Errors
/// As the database.
pub async fn remove_patient(tx: &mut Tx, patient: Uuid) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from patients where id = $1
           and not exists (select 1 from appointments where patient_id = $1)",
        patient
    )
}

/// Removes the feeds that were revoked at `before` or earlier.
///
/// # Errors
/// As the database.
pub async fn remove_revoked_feeds(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from calendar_feeds where revoked_at <= $1",
        before
    )
}

/// Removes jobs: those that went well or made no sense and ended at `ended` or earlier, and
/// those that failed at `failed` or earlier.
///
/// # Errors
/// As the database.
pub async fn remove_finished_jobs(
    tx: &mut Tx,
    ended: DateTime<Utc>,
    failed: DateTime<Utc>,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from jobs
         where (outcome in ('done', 'discarded') and finished_at <= $1)
            or (outcome = 'failed' and finished_at <= $2)",
        ended, failed
    )
}
