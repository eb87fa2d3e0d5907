//! Passkeys of accounts, and the challenges that wait for an answer of one. Whether an answer is
//! right is [`crate::factors`]' to say.

use chrono::{DateTime, Utc};
use domain::{
    ids::{AccountId, PasskeyId},
    practice::Title,
};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, maybe, write};

/// A passkey as it is stored.
#[derive(Clone, Debug)]
pub struct PasskeyRow {
    /// Its identifier.
    pub id: PasskeyId,
    /// Whose.
    pub account: AccountId,
    /// What the device calls it; unique in the instance.
    pub credential_id: Vec<u8>,
    /// The public key and what the device said of itself, in JSON.
    pub credential: String,
    /// What its owner calls it.
    pub name: Title,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last proved something.
    pub last_used_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    credential_id: Vec<u8>,
    credential: String,
    name: String,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

impl Row {
    fn read(self) -> Result<PasskeyRow, StoreError> {
        Ok(PasskeyRow {
            id: self.id.into(),
            account: self.account_id.into(),
            credential_id: self.credential_id,
            credential: self.credential,
            name: self.name.parse().map_err(broken)?,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
        })
    }
}

/// The passkeys of an account, the oldest first.
///
/// # Errors
/// As the database.
pub async fn of_account(
    db: &mut impl Access,
    account: AccountId,
) -> Result<Vec<PasskeyRow>, StoreError> {
    let rows = all!(
        db,
        Row,
        "select id, account_id, credential_id, credential, name, created_at, last_used_at
         from passkeys where account_id = $1 order by created_at, id",
        account.uuid()
    )?;
    rows.into_iter().map(Row::read).collect()
}

/// Whoever's passkey a device calls so.
///
/// # Errors
/// As the database.
pub async fn by_credential(
    db: &mut impl Access,
    credential_id: &[u8],
) -> Result<Option<PasskeyRow>, StoreError> {
    maybe!(
        db,
        Row,
        "select id, account_id, credential_id, credential, name, created_at, last_used_at
         from passkeys where credential_id = $1",
        credential_id
    )?
    .map(Row::read)
    .transpose()
}

/// Writes a passkey down.
///
/// # Errors
/// [`StoreError::Duplicate`] when there is one of that credential.
pub async fn insert(tx: &mut Tx, new: &PasskeyRow) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into passkeys (id, account_id, credential_id, credential, name, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        new.id.uuid(),
        new.account.uuid(),
        new.credential_id.as_slice(),
        new.credential.as_str(),
        new.name.as_str(),
        new.created_at
    )?;
    Ok(())
}

/// Writes down that a passkey proved something, with the count of its device; answers whether
/// that was higher than any before. Devices that do not count always say zero.
///
/// # Errors
/// As the database.
pub async fn was_used(
    tx: &mut Tx,
    passkey: PasskeyId,
    credential: &str,
    counter: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update passkeys set credential = $2, counter = $3, last_used_at = $4
         where id = $1 and (counter < $3 or (counter = 0 and $3 = 0))",
        passkey.uuid(),
        credential,
        counter,
        now
    )?;
    Ok(written == 1)
}

/// Forgets a passkey of an account; answers whether there was such a one.
///
/// # Errors
/// As the database.
pub async fn remove(
    tx: &mut Tx,
    account: AccountId,
    passkey: PasskeyId,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "delete from passkeys where account_id = $1 and id = $2",
        account.uuid(),
        passkey.uuid()
    )?;
    Ok(written == 1)
}

/// Forgets all passkeys of an account; answers how many there were.
///
/// # Errors
/// As the database.
pub async fn remove_all(tx: &mut Tx, account: AccountId) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from passkeys where account_id = $1",
        account.uuid()
    )
}

/// A challenge that waits for its answer.
#[derive(Clone, Debug, FromRow)]
pub struct CeremonyRow {
    /// What is done when the answer is right: words of [`crate::factors`].
    pub about: String,
    /// What the browser is shown, in JSON.
    pub shown: String,
    /// What its answer is compared with, in JSON.
    pub state: String,
}

/// A challenge to be written down.
#[derive(Clone, Copy, Debug)]
pub struct NewCeremony<'a> {
    /// Hash of the token of the session or the sign-in that it belongs to.
    pub token_hash: &'a [u8],
    /// What for: words of [`crate::factors`].
    pub purpose: &'a str,
    /// Whose; nobody's before it is answered.
    pub account: Option<AccountId>,
    /// As in [`CeremonyRow`].
    pub about: &'a str,
    /// As in [`CeremonyRow`].
    pub shown: &'a str,
    /// As in [`CeremonyRow`].
    pub state: &'a str,
}

/// Lets a challenge wait until an instant, in the place of the one before it.
///
/// # Errors
/// As the database.
pub async fn begin(
    tx: &mut Tx,
    new: &NewCeremony<'_>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "delete from passkey_ceremonies where token_hash = $1",
        new.token_hash
    )?;
    write!(
        tx,
        "insert into passkey_ceremonies
             (token_hash, purpose, account_id, about, shown, state, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.token_hash,
        new.purpose,
        new.account.map(AccountId::uuid),
        new.about,
        new.shown,
        new.state,
        now,
        expires_at
    )?;
    Ok(())
}

/// The challenge that waits for that token and purpose.
///
/// # Errors
/// As the database.
pub async fn waiting(
    db: &mut impl Access,
    token_hash: &[u8],
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<CeremonyRow>, StoreError> {
    maybe!(
        db,
        CeremonyRow,
        "select about, shown, state from passkey_ceremonies
         where token_hash = $1 and purpose = $2 and expires_at > $3",
        token_hash,
        purpose,
        now
    )
}

/// The same, once: of many who take it at the same time one gets it.
///
/// # Errors
/// As the database.
pub async fn take(
    tx: &mut Tx,
    token_hash: &[u8],
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<CeremonyRow>, StoreError> {
    maybe!(
        tx,
        CeremonyRow,
        "delete from passkey_ceremonies
         where token_hash = $1 and purpose = $2 and expires_at > $3
         returning about, shown, state",
        token_hash,
        purpose,
        now
    )
}

/// Ends every challenge of an account.
///
/// # Errors
/// As the database.
pub async fn end_all(tx: &mut Tx, account: AccountId) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from passkey_ceremonies where account_id = $1",
        account.uuid()
    )
}

/// Forgets the challenges that nobody answered; answers how many there were.
///
/// # Errors
/// As the database.
pub async fn sweep(tx: &mut Tx, now: DateTime<Utc>) -> Result<u64, StoreError> {
    write!(
        tx,
        "delete from passkey_ceremonies where expires_at <= $1",
        now
    )
}
