//! Sessions of the practice's people, by the hash of their token: the token itself is only in
//! the browser. How long a session lives is [`crate::sessions`]'s.

use chrono::{DateTime, Utc};
use domain::{
    access::{Member, Role},
    device::Device,
    ids::{AccountId, PracticeId},
    people::EmailAddress,
    practice::Title,
};
use i18n::Lang;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, write};

/// A session with everything a page says of who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who, where, as what, with which agendas.
    pub member: Member,
    /// Her name.
    pub name: Title,
    /// What she signs in with.
    pub email: EmailAddress,
    /// The language she reads.
    pub lang: Lang,
    /// Name of the practice.
    pub practice_name: Title,
    /// With what she signed in.
    pub device: Device,
    /// When it was last used, to some minutes.
    pub last_seen_at: DateTime<Utc>,
    /// First instant at which it is over, used or not.
    pub expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct SessionRow {
    account_id: Uuid,
    practice_id: Uuid,
    role: String,
    practitioner_id: Option<Uuid>,
    delegated_id: Option<Uuid>,
    name: String,
    email: String,
    lang: String,
    practice_name: String,
    device: String,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// The session behind a token, in one statement; whether it still lives is the caller's to say.
/// Somebody who is no more of the practice has none.
///
/// # Errors
/// As the database.
pub async fn by_token(db: &mut impl Access, hash: &[u8]) -> Result<Option<Session>, StoreError> {
    let rows = all!(
        db,
        SessionRow,
        "select s.account_id, s.practice_id, m.role, m.practitioner_id,
                d.practitioner_id as delegated_id, a.name, a.email, a.lang,
                c.name as practice_name, s.device, s.last_seen_at, s.expires_at
         from sessions s
         join accounts a on a.id = s.account_id
         join practices c on c.id = s.practice_id
         join memberships m on m.account_id = s.account_id and m.practice_id = s.practice_id
         left join delegations d on d.account_id = s.account_id and d.practice_id = s.practice_id
         where s.token_hash = $1
         order by d.practitioner_id",
        hash
    )?;
    let agendas = rows
        .iter()
        .filter_map(|row| row.practitioner_id)
        .take(1)
        .chain(rows.iter().filter_map(|row| row.delegated_id))
        .map(Into::into)
        .collect();
    let Some(row) = rows.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some(Session {
        member: Member {
            account: row.account_id.into(),
            practice: row.practice_id.into(),
            role: Role::from_code(&row.role).ok_or_else(|| broken("unknown role"))?,
            agendas,
        },
        name: row.name.parse().map_err(broken)?,
        email: row.email.parse().map_err(broken)?,
        lang: Lang::from_code(&row.lang).unwrap_or_default(),
        practice_name: row.practice_name.parse().map_err(broken)?,
        device: Device::from_code(&row.device),
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
    }))
}

/// A session that opens.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// Hash of its token.
    pub hash: &'a [u8],
    /// Whose.
    pub account: AccountId,
    /// In which practice.
    pub practice: PracticeId,
    /// With what she signed in.
    pub device: Device,
}

/// Writes a session down.
///
/// # Errors
/// As the database.
pub async fn insert(
    tx: &mut Tx,
    session: NewSession<'_>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into sessions (token_hash, account_id, practice_id, device, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $5, $6)",
        session.hash,
        session.account.uuid(),
        session.practice.uuid(),
        session.device.code(),
        now,
        expires_at
    )?;
    Ok(())
}

/// Notes that a session was used.
///
/// # Errors
/// As the database.
pub async fn seen(tx: &mut Tx, hash: &[u8], now: DateTime<Utc>) -> Result<(), StoreError> {
    write!(
        tx,
        "update sessions set last_seen_at = $2 where token_hash = $1 and last_seen_at < $2",
        hash, now
    )?;
    Ok(())
}

/// Ends the session behind a token.
///
/// # Errors
/// As the database.
pub async fn end(tx: &mut Tx, hash: &[u8]) -> Result<u64, StoreError> {
    write!(tx, "delete from sessions where token_hash = $1", hash)
}

/// Ends the sessions of an account, but for the one behind the hash; an empty hash keeps none.
///
/// # Errors
/// As the database.
pub async fn end_others(tx: &mut Tx, account: AccountId, kept: &[u8]) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from sessions where account_id = $1 and token_hash <> $2",
        account.uuid(),
        kept
    )
}

/// Forgets the sessions that are over: expired by `now`, or not used since `idle_since`.
///
/// # Errors
/// As the database.
pub async fn sweep(
    tx: &mut Tx,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from sessions where expires_at <= $1 or last_seen_at <= $2",
        now, idle_since
    )
}

/// One of somebody's sessions, as she sees it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SessionOfAccount {
    /// Hash of its token.
    pub token_hash: Vec<u8>,
    /// The code of her [`Device`].
    pub device: String,
    /// When she signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to some minutes.
    pub last_seen_at: DateTime<Utc>,
    /// First instant at which it is over.
    pub expires_at: DateTime<Utc>,
}

/// The sessions of an account, the last used first.
///
/// # Errors
/// As the database.
pub async fn of_account(
    db: &mut impl Access,
    account: AccountId,
) -> Result<Vec<SessionOfAccount>, StoreError> {
    all!(
        db,
        SessionOfAccount,
        "select token_hash, device, created_at, last_seen_at, expires_at from sessions
         where account_id = $1 order by last_seen_at desc, created_at desc",
        account.uuid()
    )
}
