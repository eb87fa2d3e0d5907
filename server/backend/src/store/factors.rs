//! The second step of a sign-in: what a code is compared with, and who is between the two
//! steps. Which code is right is [`crate::factors`]' to say.

use chrono::{DateTime, Utc};
use domain::ids::AccountId;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, maybe, write};

/// A secret shared with somebody's telephone.
#[derive(Clone, Debug, FromRow)]
pub struct TotpRow {
    /// Sealed under the instance's key.
    pub secret: Vec<u8>,
    /// Hash of the session that started it, until it was proved.
    pub started_by: Option<Vec<u8>>,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When it was proved; only then it counts.
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// What an account has, proved or not.
///
/// # Errors
/// As the database.
pub async fn totp_of(
    db: &mut impl Access,
    account: AccountId,
) -> Result<Option<TotpRow>, StoreError> {
    maybe!(
        db,
        TotpRow,
        "select secret, started_by, created_at, confirmed_at from totp_factors
         where account_id = $1",
        account.uuid()
    )
}

/// Starts a secret in the place of one that was started and never proved.
///
/// # Errors
/// [`StoreError::Duplicate`] when one counts already.
pub async fn start_totp(
    tx: &mut Tx,
    account: AccountId,
    secret: &[u8],
    started_by: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "delete from totp_factors where account_id = $1 and confirmed_at is null",
        account.uuid()
    )?;
    write!(
        tx,
        "insert into totp_factors (account_id, secret, started_by, created_at)
         values ($1, $2, $3, $4)",
        account.uuid(),
        secret,
        started_by,
        now
    )?;
    Ok(())
}

/// Lets the secret that was proved count from now on; answers whether it still stands there,
/// and another was not started meanwhile.
///
/// # Errors
/// As the database.
pub async fn confirm_totp(
    tx: &mut Tx,
    account: AccountId,
    secret: &[u8],
    step: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update totp_factors set confirmed_at = $3, started_by = null, last_step = $4
         where account_id = $1 and secret = $2 and confirmed_at is null",
        account.uuid(),
        secret,
        now,
        step
    )?;
    Ok(written == 1)
}

/// Uses up the code of a step and of all before; answers whether it was still to be used.
///
/// # Errors
/// As the database.
pub async fn use_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update totp_factors set last_step = $2
         where account_id = $1 and confirmed_at is not null and last_step < $2",
        account.uuid(),
        step
    )?;
    Ok(written == 1)
}

/// Writes a recovery code down, by its hash.
///
/// # Errors
/// As the database.
pub async fn insert_recovery_code(
    tx: &mut Tx,
    account: AccountId,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into recovery_codes (account_id, code_hash, created_at) values ($1, $2, $3)",
        account.uuid(),
        code_hash,
        now
    )?;
    Ok(())
}

/// Uses a recovery code up; answers whether there was such a one.
///
/// # Errors
/// As the database.
pub async fn use_recovery_code(
    tx: &mut Tx,
    account: AccountId,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update recovery_codes set used_at = $3
         where account_id = $1 and code_hash = $2 and used_at is null",
        account.uuid(),
        code_hash,
        now
    )?;
    Ok(written == 1)
}

/// How many recovery codes an account has left.
///
/// # Errors
/// As the database.
pub async fn recovery_codes_left(
    db: &mut impl Access,
    account: AccountId,
) -> Result<i64, StoreError> {
    let found: Option<(i64,)> = maybe!(
        db,
        (i64,),
        "select count(*) from recovery_codes where account_id = $1 and used_at is null",
        account.uuid()
    )?;
    Ok(found.map_or(0, |(count,)| count))
}

/// Forgets an account's recovery codes, used or not.
///
/// # Errors
/// As the database.
pub async fn remove_recovery_codes(tx: &mut Tx, account: AccountId) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from recovery_codes where account_id = $1",
        account.uuid()
    )
}

/// Forgets an account's secret, proved or not; answers whether there was one.
///
/// # Errors
/// As the database.
pub async fn remove_totp(tx: &mut Tx, account: AccountId) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "delete from totp_factors where account_id = $1",
        account.uuid()
    )?;
    Ok(written == 1)
}

/// Somebody whose password was right, before the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Whose.
    pub account: AccountId,
    /// Codes tried so far.
    pub tries: i32,
    /// First instant at which it is worth nothing.
    pub expires_at: DateTime<Utc>,
}

/// Writes down that somebody is between the two steps.
///
/// # Errors
/// As the database.
pub async fn insert_pending(
    tx: &mut Tx,
    hash: &[u8],
    account: AccountId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into pending_sign_ins (token_hash, account_id, created_at, expires_at)
         values ($1, $2, $3, $4)",
        hash,
        account.uuid(),
        now,
        expires_at
    )?;
    Ok(())
}

/// Who is between the two steps with that token.
///
/// # Errors
/// As the database.
pub async fn pending_by_token(
    db: &mut impl Access,
    hash: &[u8],
) -> Result<Option<Pending>, StoreError> {
    let found: Option<(Uuid, i32, DateTime<Utc>)> = maybe!(
        db,
        (Uuid, i32, DateTime<Utc>),
        "select account_id, tries, expires_at from pending_sign_ins where token_hash = $1",
        hash
    )?;
    Ok(found.map(|(account, tries, expires_at)| Pending {
        account: account.into(),
        tries,
        expires_at,
    }))
}

/// Counts one more try before it is made, so that many at once are counted too; answers whether
/// it may be made.
///
/// # Errors
/// As the database.
pub async fn claim_try(
    tx: &mut Tx,
    hash: &[u8],
    most: i32,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update pending_sign_ins set tries = tries + 1
         where token_hash = $1 and tries < $2 and expires_at > $3",
        hash, most, now
    )?;
    Ok(written == 1)
}

/// Ends the wait for a code.
///
/// # Errors
/// As the database.
pub async fn remove_pending(tx: &mut Tx, hash: &[u8]) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from pending_sign_ins where token_hash = $1",
        hash
    )
}

/// Ends every wait for a code of an account.
///
/// # Errors
/// As the database.
pub async fn remove_pendings_of(tx: &mut Tx, account: AccountId) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from pending_sign_ins where account_id = $1",
        account.uuid()
    )
}

/// Forgets those who never typed a code, and secrets that were started before an instant and
/// never proved; answers how many there were.
///
/// # Errors
/// As the database.
pub async fn sweep(
    tx: &mut Tx,
    now: DateTime<Utc>,
    started_before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let pending = write!(
        tx,
        "delete from pending_sign_ins where expires_at <= $1",
        now
    )?;
    let started = write!(
        tx,
        "delete from totp_factors where confirmed_at is null and created_at <= $1",
        started_before
    )?;
    Ok(pending + started)
}
