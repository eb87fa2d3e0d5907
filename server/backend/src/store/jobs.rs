//! The outbox's table: a row is written by the transaction that made it necessary, leased by a
//! short update, and finished. What a job does is [`crate::jobs`]'s.

use chrono::{DateTime, Utc};
use domain::ids::{JobId, PracticeId};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, write};

/// A job to write down.
#[derive(Clone, Debug)]
pub struct NewJob<'a> {
    /// Its identifier, of which the Message-ID is made.
    pub id: JobId,
    /// The tenant.
    pub practice: PracticeId,
    /// What to do, as a word.
    pub kind: &'a str,
    /// To what: ids only, as JSON.
    pub payload: &'a str,
    /// A second job with the same key is not written.
    pub dedup_key: &'a str,
    /// Not before.
    pub run_at: DateTime<Utc>,
}

/// A job that was leased.
#[derive(Clone, Debug, FromRow)]
pub struct LeasedJob {
    /// Its identifier.
    pub id: Uuid,
    /// The tenant.
    pub practice_id: Uuid,
    /// What to do.
    pub kind: String,
    /// To what.
    pub payload: String,
    /// Tries so far, this one included.
    pub attempts: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was due.
    pub run_at: DateTime<Utc>,
}

/// Writes a job down, unless one with its key is there; answers whether it was written.
///
/// # Errors
/// As the database.
pub async fn enqueue(
    tx: &mut Tx,
    job: &NewJob<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "insert into jobs (id, practice_id, kind, payload, dedup_key, run_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (dedup_key) do nothing",
        job.id.uuid(),
        job.practice.uuid(),
        job.kind,
        job.payload,
        job.dedup_key,
        job.run_at,
        now
    )?;
    Ok(written == 1)
}

/// Leases at most `most` due jobs until `until`, oldest first, and counts the try. Two workers
/// never get the same job: on SQLite there is one writer, on PostgreSQL locked rows are skipped.
///
/// # Errors
/// As the database.
pub async fn lease_due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    most: i64,
) -> Result<Vec<LeasedJob>, StoreError> {
    let sql = super::dialect::lease_due(tx);
    let mut jobs: Vec<LeasedJob> = all!(tx, LeasedJob, sql, now, until, most)?;
    jobs.sort_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It made no sense any more.
    Discarded,
    /// It failed for good; the practice is shown it.
    Failed,
}

impl Outcome {
    const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Discarded => "discarded",
            Self::Failed => "failed",
        }
    }
}

/// Ends a job for good. The error, if any, is a short text without personal data.
///
/// # Errors
/// As the database.
pub async fn finish(
    tx: &mut Tx,
    id: JobId,
    outcome: Outcome,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "update jobs set outcome = $2, finished_at = $3, leased_until = null, last_error = $4
         where id = $1 and finished_at is null",
        id.uuid(),
        outcome.code(),
        now,
        error
    )?;
    Ok(())
}

/// Gives a job back, to be tried again at `run_at`.
///
/// # Errors
/// As the database.
pub async fn retry(
    tx: &mut Tx,
    id: JobId,
    error: &str,
    run_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "update jobs set run_at = $2, leased_until = null, last_error = $3
         where id = $1 and finished_at is null",
        id.uuid(),
        run_at,
        error
    )?;
    Ok(())
}

/// When the next job is due, if one waits.
///
/// # Errors
/// As the database.
pub async fn next_due(db: &mut impl Access) -> Result<Option<DateTime<Utc>>, StoreError> {
    let rows: Vec<(DateTime<Utc>,)> = all!(
        db,
        (DateTime<Utc>,),
        "select run_at from jobs where finished_at is null order by run_at limit 1"
    )?;
    Ok(rows.into_iter().next().map(|(run_at,)| run_at))
}
