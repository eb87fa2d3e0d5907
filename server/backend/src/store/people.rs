//! The practice's people: accounts, what they are in a practice, whose agendas they keep.
//! Their sessions are [`super::sessions`]', the patients [`super::patients`]'.

use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    ids::{AccountId, PracticeId, PractitionerId},
    people::EmailAddress,
    practice::Title,
};
use i18n::Lang;
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Access, StoreError, Tx,
    dialect::{self, broken},
    maybe, write,
};

/// Somebody who signs in.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// Her name, as the office shows it.
    pub name: Title,
    /// What she signs in with.
    pub email: EmailAddress,
    /// The language she reads.
    pub lang: Lang,
    /// A PHC string: algorithm, parameters, salt and hash.
    pub password_hash: String,
}

#[derive(FromRow)]
struct AccountRow {
    id: Uuid,
    name: String,
    email: String,
    lang: String,
    password_hash: String,
}

impl AccountRow {
    fn read(self) -> Result<Account, StoreError> {
        Ok(Account {
            id: self.id.into(),
            name: self.name.parse().map_err(broken)?,
            email: self.email.parse().map_err(broken)?,
            lang: Lang::from_code(&self.lang).unwrap_or_default(),
            password_hash: self.password_hash,
        })
    }
}

/// Whoever signs in with that address.
///
/// # Errors
/// As the database.
pub async fn account_by_email(
    db: &mut impl Access,
    email: &EmailAddress,
) -> Result<Option<Account>, StoreError> {
    maybe!(
        db,
        AccountRow,
        "select id, name, email, lang, password_hash from accounts where email = $1",
        email.as_str()
    )?
    .map(AccountRow::read)
    .transpose()
}

/// The account with that id.
///
/// # Errors
/// As the database.
pub async fn account_by_id(
    db: &mut impl Access,
    id: AccountId,
) -> Result<Option<Account>, StoreError> {
    maybe!(
        db,
        AccountRow,
        "select id, name, email, lang, password_hash from accounts where id = $1",
        id.uuid()
    )?
    .map(AccountRow::read)
    .transpose()
}

/// Lets nobody else change how an account signs in, or sign in to it, until this transaction
/// ends. The first thing such a transaction does: what it reads afterwards is how things stand,
/// also where each statement sees what others committed (PostgreSQL's READ COMMITTED).
///
/// # Errors
/// As the database.
pub async fn lock_account(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    dialect::lock_names(tx, &[format!("account {account}")]).await
}

/// Writes an account down.
///
/// # Errors
/// [`StoreError::Duplicate`] when the address has one.
pub async fn insert_account(
    tx: &mut Tx,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into accounts (id, email, name, password_hash, lang, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        account.id.uuid(),
        account.email.as_str(),
        account.name.as_str(),
        account.password_hash.as_str(),
        account.lang.code(),
        now
    )?;
    Ok(())
}

/// Writes another password's hash over the one of an account.
///
/// # Errors
/// As the database.
pub async fn set_password_hash(
    tx: &mut Tx,
    account: AccountId,
    password_hash: &str,
) -> Result<(), StoreError> {
    write!(
        tx,
        "update accounts set password_hash = $2 where id = $1",
        account.uuid(),
        password_hash
    )?;
    Ok(())
}

/// What an account is in a practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Who.
    pub account: AccountId,
    /// Where.
    pub practice: PracticeId,
    /// As what.
    pub role: Role,
    /// Which practitioner she is herself, if she is one.
    pub practitioner: Option<PractitionerId>,
}

#[derive(FromRow)]
struct MembershipRow {
    practice_id: Uuid,
    role: String,
    practitioner_id: Option<Uuid>,
}

/// What an account is, in the practice that it joined first.
///
/// # Errors
/// As the database.
pub async fn first_membership(
    db: &mut impl Access,
    account: AccountId,
) -> Result<Option<Membership>, StoreError> {
    let row = maybe!(
        db,
        MembershipRow,
        "select practice_id, role, practitioner_id from memberships
         where account_id = $1 order by created_at, practice_id limit 1",
        account.uuid()
    )?;
    row.map(|row| {
        Ok(Membership {
            account,
            practice: row.practice_id.into(),
            role: Role::from_code(&row.role).ok_or_else(|| broken("unknown role"))?,
            practitioner: row.practitioner_id.map(Into::into),
        })
    })
    .transpose()
}

/// Makes an account one of a practice's people.
///
/// # Errors
/// [`StoreError::Duplicate`] when it is one already.
pub async fn insert_membership(
    tx: &mut Tx,
    membership: &Membership,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into memberships (account_id, practice_id, role, practitioner_id, created_at)
         values ($1, $2, $3, $4, $5)",
        membership.account.uuid(),
        membership.practice.uuid(),
        membership.role.code(),
        membership.practitioner.map(PractitionerId::uuid),
        now
    )?;
    Ok(())
}

/// Lets an account keep a practitioner's agenda; once is enough.
///
/// # Errors
/// As the database.
pub async fn insert_delegation(
    tx: &mut Tx,
    practice: PracticeId,
    account: AccountId,
    practitioner: PractitionerId,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into delegations (practice_id, account_id, practitioner_id)
         values ($1, $2, $3) on conflict (account_id, practitioner_id) do nothing",
        practice.uuid(),
        account.uuid(),
        practitioner.uuid()
    )?;
    Ok(())
}
