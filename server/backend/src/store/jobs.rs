//! The outbox's table: a row is written by the transaction that made it necessary, leased by a
//! short update, and finished. What a job does is [`crate::jobs`]'s.

use std::ops::Range;

use chrono::{DateTime, Utc};
use domain::ids::{JobId, PracticeId, PractitionerId};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, maybe, write};

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
    /// Until when it is nobody else's.
    pub leased_until: Option<DateTime<Utc>>,
    /// Why an earlier try did not end well; that of a worker that died is unanswered.
    pub last_error: Option<String>,
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

/// The error of what cannot be mailed because no address is known: somebody has to phone.
pub const NO_ADDRESS: &str = "no_address";
/// The error of a try that nobody wrote the end of: its worker died, or lost its lease.
pub const UNANSWERED: &str = "unanswered";

/// By which clock leases are told, if that of `ours` is not the only one: see
/// [`crate::clock::Clock::is_a_machines`].
///
/// # Errors
/// As the database.
pub async fn shared_now(tx: &mut Tx, ours: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
    super::dialect::shared_now(tx, ours).await
}

/// Leases at most `most` jobs that are due at `now`, oldest first, and counts the try. They are leased
/// until the end of `lease`; an earlier lease that ran out by its start was [`UNANSWERED`].
/// Two workers never get the same job: on SQLite there is one writer, on PostgreSQL locked rows are
/// skipped.
///
/// # Errors
/// As the database.
pub async fn lease_due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    lease: Range<DateTime<Utc>>,
    most: i64,
) -> Result<Vec<LeasedJob>, StoreError> {
    let sql = super::dialect::lease_due(tx);
    let (from, until) = (lease.start, lease.end);
    let mut jobs: Vec<LeasedJob> = all!(tx, LeasedJob, sql, now, from, until, most, UNANSWERED)?;
    jobs.sort_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// Makes jobs due at `now` that nobody tried yet and that wait beyond `newest`, and those that were
/// tried and wait beyond `longest`; answers how many. None is written, or put off, so far ahead: a clock
/// went back since.
///
/// # Errors
/// As the database.
pub async fn bring_forward(
    tx: &mut Tx,
    now: DateTime<Utc>,
    newest: DateTime<Utc>,
    longest: DateTime<Utc>,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "update jobs set run_at = $1
         where finished_at is null
           and run_at > case when attempts = 0 then $2 else $3 end",
        now, newest, longest
    )
}

/// Lets leases that last beyond `longest` end at `latest`; answers how many. None is taken for so long: a
/// clock went back since, and whoever took it may be gone.
///
/// # Errors
/// As the database.
pub async fn shorten_leases(
    tx: &mut Tx,
    latest: DateTime<Utc>,
    longest: DateTime<Utc>,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "update jobs set leased_until = $1 where finished_at is null and leased_until > $2",
        latest, longest
    )
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

/// Ends a job for good; answers whether it did. What was done is done, whoever did it; otherwise
/// only the latest try ends it, as in [`retry`]. The error, if any, is a short text without personal
/// data.
///
/// # Errors
/// As the database.
pub async fn finish(
    tx: &mut Tx,
    id: JobId,
    attempts: i32,
    outcome: Outcome,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let ended = write!(
        tx,
        "update jobs set outcome = $2, finished_at = $3, leased_until = null, last_error = $4
         where id = $1 and finished_at is null and ($2 = 'done' or attempts = $5)",
        id.uuid(),
        outcome.code(),
        now,
        error,
        attempts
    )?;
    Ok(ended == 1)
}

/// Gives a job back, to be tried again at `run_at`; answers whether it was still this try's.
/// A worker whose lease ran out must not end the lease of the one that tries after it.
///
/// # Errors
/// As the database.
pub async fn retry(
    tx: &mut Tx,
    id: JobId,
    attempts: i32,
    error: &str,
    run_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let given_back = write!(
        tx,
        "update jobs set run_at = $2, leased_until = null, last_error = $3
         where id = $1 and attempts = $4 and finished_at is null",
        id.uuid(),
        run_at,
        error,
        attempts
    )?;
    Ok(given_back == 1)
}

/// Gives a job back that has to wait for another, as [`retry`], without an error: having looked
/// is no try. The next try has the number of this one, which is why its lease tells them apart.
///
/// # Errors
/// As the database.
pub async fn put_off(
    tx: &mut Tx,
    id: JobId,
    attempts: i32,
    leased_until: Option<DateTime<Utc>>,
    run_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let given_back = write!(
        tx,
        "update jobs set run_at = $2, leased_until = null, attempts = attempts - 1
         where id = $1 and attempts = $3 and leased_until = $4 and finished_at is null",
        id.uuid(),
        run_at,
        attempts,
        leased_until
    )?;
    Ok(given_back == 1)
}

/// Ends a job that makes no sense any more, before anybody runs it; answers whether it waited.
/// One that runs already stays: whoever runs it writes down how it ended. What an earlier try
/// failed of is kept.
///
/// # Errors
/// As the database.
pub async fn call_off(
    tx: &mut Tx,
    practice: PracticeId,
    dedup_key: &str,
    why: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update jobs set outcome = $3, finished_at = $4, last_error = coalesce(last_error, $5)
         where practice_id = $1 and dedup_key = $2
           and finished_at is null and leased_until is null",
        practice.uuid(),
        dedup_key,
        Outcome::Discarded.code(),
        now,
        why
    )?;
    Ok(written == 1)
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Standing {
    /// Until when it is leased: it runs, or whoever ran it died.
    pub leased_until: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// How: the word of an [`Outcome`].
    pub outcome: Option<String>,
    /// The last error, or why it made no sense any more.
    pub last_error: Option<String>,
}

impl Standing {
    /// Whether it was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.outcome.as_deref() == Some(Outcome::Done.code())
    }
}

/// Where the job with that key stands; `None` when there was none, or it ended long ago.
///
/// # Errors
/// As the database.
pub async fn standing(
    db: &mut impl Access,
    practice: PracticeId,
    dedup_key: &str,
) -> Result<Option<Standing>, StoreError> {
    maybe!(
        db,
        Standing,
        "select leased_until, finished_at, outcome, last_error
         from jobs where practice_id = $1 and dedup_key = $2",
        practice.uuid(),
        dedup_key
    )
}

/// When the next job can be leased, if one waits: one that is leased, when its lease runs out.
///
/// # Errors
/// As the database.
pub async fn next_due(db: &mut impl Access) -> Result<Option<DateTime<Utc>>, StoreError> {
    let rows: Vec<(DateTime<Utc>,)> = all!(
        db,
        (DateTime<Utc>,),
        "select case when leased_until > run_at then leased_until else run_at end as due
         from jobs where finished_at is null order by due limit 1"
    )?;
    Ok(rows.into_iter().next().map(|(due,)| due))
}

/// The question of [`oldest_due`]: by the index of what is due, as far as the first that nobody has
/// leased, however many wait.
pub const OLDEST_DUE: &str = "select run_at from jobs
     where finished_at is null and run_at <= $1 and (leased_until is null or leased_until <= $1)
     order by run_at limit 1";

/// Since when the oldest job that is due and that nobody has leased is due.
///
/// # Errors
/// As the database.
pub async fn oldest_due(
    db: &mut impl Access,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row: Option<(DateTime<Utc>,)> = maybe!(db, (DateTime<Utc>,), OLDEST_DUE, now)?;
    Ok(row.map(|(due,)| due))
}

/// What is not finished, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// Jobs that are not finished, those of later included.
    pub unfinished: i64,
    /// Those of them that failed at least once.
    pub tried_again: i64,
    /// Since when the oldest one that is due and that nobody has leased is due.
    pub oldest_due: Option<DateTime<Utc>>,
    /// Jobs that failed for good and that nobody has set aside; without those for somebody who
    /// has no address, which is no failure of a mail.
    pub failed: i64,
}

/// What is not finished now.
///
/// # Errors
/// As the database.
pub async fn waiting(db: &mut impl Access, now: DateTime<Utc>) -> Result<Waiting, StoreError> {
    let rows: Vec<Waiting> = all!(
        db,
        Waiting,
        "select count(*) as unfinished,
                count(last_error) as tried_again,
                min(case when run_at <= $1 and (leased_until is null or leased_until <= $1)
                    then run_at end) as oldest_due,
                (select count(*) from jobs
                 where outcome = 'failed' and coalesce(last_error, '') <> $2) as failed
         from jobs where finished_at is null",
        now,
        NO_ADDRESS
    )?;
    rows.into_iter()
        .next()
        .ok_or_else(|| super::dialect::broken("no count"))
}

/// A job whose mail did not go.
#[derive(Clone, Debug, FromRow)]
pub struct NotSentJob {
    /// The row.
    #[sqlx(flatten)]
    pub job: LeasedJob,
    /// The last error.
    pub last_error: Option<String>,
    /// When it was given up; `None` while it is still tried.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The question of [`not_sent`]; how the id of a visit is read of a payload, and an id is written as
/// digits, each database says in its own words.
macro_rules! not_sent_sql {
    ($visit:literal, $practitioner:literal) => {
        concat!(
            "select j.id, j.practice_id, j.kind, j.payload, j.attempts, j.created_at, j.run_at,
                    j.leased_until, j.last_error, j.finished_at
             from jobs j
             left join appointments a on a.practice_id = j.practice_id and a.id = ",
            $visit,
            "
             where j.practice_id = $1
               and (j.outcome = 'failed'
                    or j.finished_at is null and j.created_at <= $2
                       and (j.kind <> $3 or j.last_error is not null))
               and (j.kind <> $3 or j.created_at > $4)
               and (a.id is null
                    or case when j.kind = 'notify_cancel' then a.ends_at else a.starts_at end > $5
                       and ($6 = '' or $6 like '%' || ",
            $practitioner,
            " || '%'))
             order by case when j.kind = $3 then 1 else 0 end,
                      case when a.id is null then 1 else 0 end,
                      a.starts_at, j.created_at desc, j.id desc limit 500"
        )
    };
}

/// Which mails of a practice somebody should know of that did not go.
#[derive(Clone, Copy, Debug)]
pub struct Undelivered<'a> {
    /// Those still waiting only if they were written by then: before, it is a hiccup.
    pub waiting_since: DateTime<Utc>,
    /// What strangers can make as many of as they like. It comes after all others and pushes none out;
    /// while it waits, only what was tried is of interest.
    pub last: &'a str,
    /// Of that kind only what was written after.
    pub last_since: DateTime<Utc>,
    /// Those about visits that start after; where a visit was called off, that would end after.
    pub now: DateTime<Utc>,
    /// Of these agendas only.
    pub whose: Option<&'a [PractitionerId]>,
}

/// The mails of a practice that failed for good, and those that wait for too long, be it that nobody
/// began them; by start of the visit that they are about, at most 500. A visit that has begun, or is
/// another's, takes the place of none; what is about no visit comes last.
///
/// # Errors
/// As the database.
pub async fn not_sent(
    db: &mut impl Access,
    practice: PracticeId,
    wanted: Undelivered<'_>,
) -> Result<Vec<NotSentJob>, StoreError> {
    const SQLITE: &str = not_sent_sql!(
        "unhex(replace(substr(j.payload, instr(j.payload, '\"appointment\":\"') + 15, 36), '-', ''))",
        "lower(hex(a.practitioner_id))"
    );
    const POSTGRES: &str = not_sent_sql!(
        "cast(substring(j.payload from '\"appointment\":\"([0-9a-f-]{36})\"') as uuid)",
        "replace(cast(a.practitioner_id as text), '-', '')"
    );
    let whose = wanted.whose.map_or_else(String::new, |agendas| {
        let ids = agendas.iter().map(|id| id.uuid().simple().to_string());
        // Of none: what no id holds.
        ids.fold("-".to_owned(), |all, id| all + &id + "-")
    });
    all!(
        db,
        NotSentJob,
        sqlite SQLITE,
        postgres POSTGRES,
        practice.uuid(),
        wanted.waiting_since,
        wanted.last,
        wanted.last_since,
        wanted.now,
        whose
    )
}

/// One job, of whatever practice.
///
/// # Errors
/// As the database.
pub async fn by_id(db: &mut impl Access, id: JobId) -> Result<Option<LeasedJob>, StoreError> {
    maybe!(
        db,
        LeasedJob,
        "select id, practice_id, kind, payload, attempts, created_at, run_at, leased_until,
                last_error
         from jobs where id = $1",
        id.uuid()
    )
}

/// Takes a failed job off the practice's list; answers whether it was on it.
///
/// # Errors
/// As the database.
pub async fn set_aside(tx: &mut Tx, practice: PracticeId, id: JobId) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update jobs set outcome = 'discarded'
         where id = $1 and practice_id = $2 and outcome = 'failed'",
        id.uuid(),
        practice.uuid()
    )?;
    Ok(written == 1)
}
