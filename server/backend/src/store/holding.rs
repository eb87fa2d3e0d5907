//! What limits of holds are decided on: who asked for what lately, and which challenges are
//! used up. The limits themselves are `domain::holding`'s.

use chrono::{DateTime, Utc};
use domain::{
    holding::RecentHold,
    ids::PracticeId,
    interval::Interval,
    people::{EmailAddress, PhoneNumber},
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Access, StoreError, Tx, all, appointments::status, dialect, dialect::broken, maybe, write,
};

#[derive(FromRow)]
struct RecentRow {
    practitioner_id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    status: String,
    held_until: Option<DateTime<Utc>>,
    cancelled_by: Option<String>,
    created_at: DateTime<Utc>,
    email: Option<String>,
    phone: String,
    codes_sent: i32,
}

/// Makes whoever asks with this address or this telephone in this practice wait until the
/// transaction ends: the agenda's lock is one practitioner's, but these limits are the whole
/// practice's. Call it after [`super::availability::lock_agenda`], never before.
///
/// # Errors
/// As the database.
pub async fn lock_asker(
    tx: &mut Tx,
    practice: PracticeId,
    email: Option<&EmailAddress>,
    phone: &PhoneNumber,
) -> Result<(), StoreError> {
    let email = email.map(|email| {
        let (local, domain) = email.mailbox();
        format!("{practice} email {local}@{domain}")
    });
    let phone = format!("{practice} phone {phone}");
    let names: Vec<_> = email.into_iter().chain([phone]).collect();
    dialect::lock_names(tx, &names).await
}

/// The slots that were asked for online in a practice after `since`, whatever became of them.
///
/// # Errors
/// As the database.
pub async fn asked_since(
    db: &mut impl Access,
    practice: PracticeId,
    since: DateTime<Utc>,
) -> Result<Vec<RecentHold>, StoreError> {
    let rows = all!(
        db,
        RecentRow,
        "select a.practitioner_id, a.starts_at, a.ends_at, a.status, a.held_until,
                a.cancelled_by, a.created_at, p.email, p.phone, a.codes_sent
         from appointments a join patients p on p.id = a.patient_id
         where a.practice_id = $1 and a.created_at > $2 and a.hold_hash is not null",
        practice.uuid(),
        since
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(RecentHold {
                practitioner: row.practitioner_id.into(),
                interval: Interval::new(row.starts_at, row.ends_at).map_err(broken)?,
                status: status(&row.status, row.held_until, row.cancelled_by.as_deref())?,
                asked_at: row.created_at,
                email: row
                    .email
                    .map(|email| email.parse())
                    .transpose()
                    .map_err(broken)?,
                phone: row.phone.parse().map_err(broken)?,
                codes: usize::try_from(row.codes_sent).unwrap_or(0).max(1),
            })
        })
        .collect()
}

/// Whether a challenge was used up.
///
/// # Errors
/// As the database.
pub async fn is_spent(db: &mut impl Access, challenge: &[u8]) -> Result<bool, StoreError> {
    let row: Option<(i32,)> = maybe!(
        db,
        (i32,),
        "select 1 from spent_challenges where id = $1",
        challenge
    )?;
    Ok(row.is_some())
}

/// Uses a challenge up; answers whether it was not before. Of two transactions at once, the
/// second waits for the first to end.
///
/// # Errors
/// As the database.
pub async fn spend(
    tx: &mut Tx,
    challenge: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "insert into spent_challenges (id, expires_at) values ($1, $2) on conflict (id) do nothing",
        challenge, expires_at
    )?;
    Ok(written == 1)
}

/// Forgets the challenges that nobody can use any more.
///
/// # Errors
/// As the database.
pub async fn remove_expired_challenges(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from spent_challenges where expires_at <= $1",
        now
    )
}
