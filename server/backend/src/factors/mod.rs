//! What is asked for besides a password: six digits of a telephone, a passkey, or a recovery
//! code. Added and taken away here by whoever is signed in; asked for in [`second_step`]; a
//! passkey alone signs in too, in [`passkey_sign_in`]. What is stored, and why, is in
//! `docs/decisions/0012` and `0014`.
//!
//! Every change asks for the password again, ends every other session and opens a new one.

mod ceremony;
mod change;
mod passkey_sign_in;
mod passkeys;
mod recovery;
mod second_step;
mod telephone;
mod totp;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ids::{AccountId, PasskeyId},
    practice::Title,
};

pub(crate) use self::ceremony::relying_party;
pub use self::{
    change::{Fulfilled, Wish},
    passkey_sign_in::PasskeyRefusal,
    passkeys::{ANSWERED_WITHIN, MOST_PASSKEYS, OwnPasskey},
    second_step::{Awaited, MOST_TRIES, PENDING, SecondStepRefusal},
    totp::Enrolment,
};
use crate::{
    Backend, Error, Failure, Result,
    passwords::Asks,
    sessions::NewSession,
    store::{
        Tx, factors, passkeys as rows, people,
        sessions::{self, Session},
    },
};

/// A secret that was started waits so long for its first code.
pub const STARTED: TimeDelta = TimeDelta::minutes(15);

/// Where somebody's second step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factors {
    /// The codes of her telephone.
    pub telephone: Telephone,
    /// Her passkeys, the oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Recovery codes that are not used yet.
    pub codes_left: i64,
    /// A passkey that this session started: its name, and what the browser is shown.
    pub to_add: Option<(Title, String)>,
    /// A change that this session wishes and a passkey is to prove, and what the browser is shown.
    pub to_prove: Option<(Wish, String)>,
}

impl Factors {
    /// Whether codes of a telephone are asked.
    #[must_use]
    pub const fn has_telephone(&self) -> bool {
        matches!(self.telephone, Telephone::On { .. })
    }

    /// Since when more than the password is asked; `None` when the password alone signs her in.
    #[must_use]
    pub fn on_since(&self) -> Option<DateTime<Utc>> {
        let telephone = match self.telephone {
            Telephone::On { since } => Some(since),
            Telephone::Off | Telephone::Started(_) => None,
        };
        let passkeys = self.passkeys.iter().map(|one| one.since);
        passkeys.chain(telephone).min()
    }
}

/// Where the codes of somebody's telephone stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Telephone {
    /// She has none.
    Off,
    /// This session started them; the first one is awaited.
    Started(Enrolment),
    /// They are asked after the password.
    On {
        /// Since when.
        since: DateTime<Utc>,
    },
}

/// Why the second step was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorRefusal {
    /// The password is another.
    WrongPassword,
    /// The code is none of now, or was used.
    WrongCode,
    /// The device's answer is not right, or not to this challenge.
    WrongPasskey,
    /// It stands otherwise by now: on already, off already, or started too long ago.
    ChangedMeanwhile,
    /// She has [`MOST_PASSKEYS`].
    TooMany,
    /// Devices make no passkeys for this instance: see [`Backend::offers_passkeys`].
    NotOffered,
}

/// A session with new rights, and the recovery codes to be shown once.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Replaces the session that asked.
    pub session: NewSession,
    /// Ten of them, when there are new ones: they were wished, or this was the first factor.
    pub codes: Vec<String>,
}

/// What was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Totp,
    Recovery,
    Passkey,
}

impl Backend {
    /// Where the second step of whoever is signed in with that token stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody is.
    pub async fn factors(&self, token: &str) -> Result<Factors> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let account = session.member.account;
        let mut db = self.store().read().await?;
        let totp = factors::totp_of(&mut db, account).await?;
        let passkeys = rows::of_account(&mut db, account).await?;
        let codes_left = factors::recovery_codes_left(&mut db, account).await?;
        drop(db);
        Ok(Factors {
            telephone: self.telephone_of(&session, totp, token)?,
            passkeys: passkeys.into_iter().map(Into::into).collect(),
            codes_left,
            to_add: self.passkey_to_add(token).await?,
            to_prove: self.change_to_prove(token).await?,
        })
    }

    /// One of the passkeys of whoever is signed in with that token.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody is; and with an audit line when it is none of hers.
    pub async fn own_passkey(&self, token: &str, id: PasskeyId) -> Result<OwnPasskey> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let own = rows::of_account(&mut self.store().read().await?, session.member.account).await?;
        let mut own = own.into_iter().map(OwnPasskey::from);
        match own.find(|passkey| passkey.id == id) {
            Some(passkey) => Ok(passkey),
            None => Err(self.denied(&session.member, "passkey", id.uuid()).await),
        }
    }

    /// The session of the token, and the stored hash of the password that was right.
    async fn proved(
        &self,
        token: &str,
        password: &str,
    ) -> Result<(Session, String), Failure<FactorRefusal>> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let stored = people::account_by_id(&mut self.store().read().await?, session.member.account)
            .await?
            .ok_or(Error::NotFound)?
            .password_hash;
        if self
            .hasher()
            .matches(password, Some(stored.clone()), Asks::Known)
            .await?
        {
            Ok((session, stored))
        } else {
            Err(Failure::Refused(FactorRefusal::WrongPassword))
        }
    }

    /// Uses a code up, of the telephone or a recovery one; `None` when it is neither, or was
    /// used. A transaction that is not committed has not used it.
    async fn use_code(
        &self,
        tx: &mut Tx,
        account: AccountId,
        typed: &str,
    ) -> Result<Option<Proof>> {
        let now = self.now();
        let row = factors::totp_of(tx, account).await?;
        if let Some(row) = row.filter(|row| row.confirmed_at.is_some()) {
            let step = totp::step_of(self.keys(), account, &row.secret, &digits(typed), now)?;
            if let Some(step) = step {
                let fresh = factors::use_step(tx, account, step).await?;
                return Ok(fresh.then_some(Proof::Totp));
            }
        }
        let hash = self.keys().recovery_hash(account, &recovery::normal(typed));
        let used = factors::use_recovery_code(tx, account, &hash, now).await?;
        Ok(used.then_some(Proof::Recovery))
    }

    /// Ten new codes, the old ones forgotten.
    async fn write_codes(&self, tx: &mut Tx, account: AccountId) -> Result<Vec<String>> {
        factors::remove_recovery_codes(tx, account).await?;
        let codes = recovery::generate(self.random());
        for code in &codes {
            let hash = self.keys().recovery_hash(account, &recovery::normal(code));
            factors::insert_recovery_code(tx, account, &hash, self.now()).await?;
        }
        Ok(codes)
    }

    /// Ends what was open under the old rights, opens a session under the new ones, commits.
    /// The account is locked, and what was done is recorded.
    ///
    /// [`Error::NotFound`] when the session that asked was ended meanwhile, while a password was
    /// compared.
    async fn changed(
        &self,
        mut tx: Tx,
        asked_by: &[u8],
        session: &Session,
        codes: Vec<String>,
    ) -> Result<Changed, Failure<FactorRefusal>> {
        let member = &session.member;
        end_waiting(&mut tx, member.account).await?;
        if sessions::end(&mut tx, asked_by).await? == 0 {
            return Err(Error::NotFound.into());
        }
        sessions::end_others(&mut tx, member.account, &[]).await?;
        let session = self
            .open_session(&mut tx, member.account, member.practice, session.device)
            .await?;
        tx.commit().await?;
        // Every change is told by mail.
        self.jobs_waiting().notify_one();
        Ok(Changed { session, codes })
    }
}

/// Ends every sign-in of an account that waits for its second step, and every challenge.
pub(crate) async fn end_waiting(tx: &mut Tx, account: AccountId) -> Result<()> {
    factors::remove_pendings_of(tx, account).await?;
    rows::end_all(tx, account).await?;
    Ok(())
}

/// Forgets the secret, the passkeys and the recovery codes of an account; answers whether there
/// was a second step to forget.
pub(crate) async fn remove_all(tx: &mut Tx, account: AccountId) -> Result<bool> {
    factors::remove_recovery_codes(tx, account).await?;
    let passkeys = rows::remove_all(tx, account).await?;
    Ok(factors::remove_totp(tx, account).await? || passkeys > 0)
}

/// The password was compared outside the transaction: it may have changed meanwhile.
async fn still(
    tx: &mut Tx,
    account: AccountId,
    stored: &str,
) -> Result<(), Failure<FactorRefusal>> {
    let now = people::account_by_id(tx, account).await?;
    if now.is_some_and(|account| account.password_hash == stored) {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile.into())
    }
}

/// Six digits, however they are spaced.
fn digits(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(20)
        .collect()
}
