//! The second step of a sign-in: six digits of a telephone, or a recovery code. Turned on and
//! off here by whoever is signed in; asked for in [`second_step`]. What is stored, and why, is
//! in `docs/decisions/0012`.
//!
//! Every change asks for the password again, ends every other session and opens a new one.

mod recovery;
mod second_step;
mod totp;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::AccountId;

pub use self::{
    second_step::{MOST_TRIES, PENDING, SecondStepRefusal},
    totp::Enrolment,
};
use crate::{
    Backend, Error, Failure, Result, keys,
    sessions::NewSession,
    store::{
        StoreError, Tx, factors, people,
        sessions::{self, Session},
    },
};

/// A secret that was started waits so long for its first code.
pub const STARTED: TimeDelta = TimeDelta::minutes(15);

/// Where somebody's second step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondStep {
    /// The password alone signs her in.
    Off,
    /// This session started it; its first code is awaited.
    Started(Enrolment),
    /// A code is asked after the password.
    On {
        /// Since when.
        since: DateTime<Utc>,
        /// Recovery codes that are not used yet.
        codes_left: i64,
    },
}

/// Why the second step was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorRefusal {
    /// The password is another.
    WrongPassword,
    /// The code is none of now, or was used.
    WrongCode,
    /// It stands otherwise by now: on already, off already, or started too long ago.
    ChangedMeanwhile,
}

/// A session with new rights, and the recovery codes to be shown once.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Replaces the session that asked.
    pub session: NewSession,
    /// Ten of them; none when the second step was turned off.
    pub codes: Vec<String>,
}

/// With what a code was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    Totp,
    Recovery,
}

impl Backend {
    /// Where the second step of whoever is signed in with that token stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody is.
    pub async fn second_step_state(&self, token: &str) -> Result<SecondStep> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let account = session.member.account;
        let mut db = self.store().read().await?;
        let Some(row) = factors::totp_of(&mut db, account).await? else {
            return Ok(SecondStep::Off);
        };
        if let Some(since) = row.confirmed_at {
            let codes_left = factors::recovery_codes_left(&mut db, account).await?;
            return Ok(SecondStep::On { since, codes_left });
        }
        let ours = row.started_by.as_deref() == Some(keys::hash(token).as_slice());
        if !ours || self.now() - row.created_at >= STARTED {
            return Ok(SecondStep::Off);
        }
        let (email, practice) = (&session.email, &session.practice_name);
        let shown = totp::enrolment(self.keys(), account, &row.secret, email, practice)?;
        Ok(SecondStep::Started(shown))
    }

    /// Starts a second step: a secret to be read by a telephone and proved by a code. Until
    /// then the password alone signs in, as before.
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn start_second_step(
        &self,
        token: &str,
        password: &str,
    ) -> Result<(), Failure<FactorRefusal>> {
        let (session, stored) = self.proved(token, password).await?;
        let account = session.member.account;
        let secret = totp::new_secret(self.keys(), account, self.random())?;
        let (this, hash) = (self.clone(), keys::hash(token));
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            still(&mut tx, account, &stored).await?;
            let known = factors::totp_of(&mut tx, account).await?;
            if known.is_some_and(|row| row.confirmed_at.is_some()) {
                return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
            }
            let started = factors::start_totp(&mut tx, account, &secret, &hash, this.now()).await;
            match started {
                Err(StoreError::Duplicate(_)) => {
                    return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
                }
                other => other?,
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// Turns the second step on with the first code of the telephone.
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn confirm_second_step(
        &self,
        token: &str,
        code: &str,
    ) -> Result<Changed, Failure<FactorRefusal>> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let (this, hash, code) = (self.clone(), keys::hash(token), digits(code));
        self.detached(async move {
            let (now, account) = (this.now(), session.member.account);
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            let row = factors::totp_of(&mut tx, account).await?;
            let row = row
                .filter(|row| row.started_by.as_deref() == Some(hash.as_slice()))
                .filter(|row| now - row.created_at < STARTED)
                .ok_or(Failure::Refused(FactorRefusal::ChangedMeanwhile))?;
            let step = totp::step_of(this.keys(), account, &row.secret, &code, now)?
                .ok_or(Failure::Refused(FactorRefusal::WrongCode))?;
            if !factors::confirm_totp(&mut tx, account, &row.secret, step, now).await? {
                return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
            }
            let codes = this.write_codes(&mut tx, account).await?;
            this.changed(tx, &hash, &session, "second-step-turned-on", codes)
                .await
        })
        .await
    }

    /// Ten new recovery codes in the place of those that are left.
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn renew_recovery_codes(
        &self,
        token: &str,
        password: &str,
        code: &str,
    ) -> Result<Changed, Failure<FactorRefusal>> {
        let (session, stored) = self.proved(token, password).await?;
        let (this, asked_by, code) = (self.clone(), keys::hash(token), code.to_owned());
        self.detached(async move {
            let account = session.member.account;
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            still(&mut tx, account, &stored).await?;
            this.use_code(&mut tx, account, &code)
                .await?
                .ok_or(Failure::Refused(FactorRefusal::WrongCode))?;
            let codes = this.write_codes(&mut tx, account).await?;
            this.changed(tx, &asked_by, &session, "recovery-codes-renewed", codes)
                .await
        })
        .await
    }

    /// Turns the second step off: the password alone signs in again.
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn turn_second_step_off(
        &self,
        token: &str,
        password: &str,
        code: &str,
    ) -> Result<Changed, Failure<FactorRefusal>> {
        let (session, stored) = self.proved(token, password).await?;
        let (this, asked_by, code) = (self.clone(), keys::hash(token), code.to_owned());
        self.detached(async move {
            let account = session.member.account;
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            still(&mut tx, account, &stored).await?;
            this.use_code(&mut tx, account, &code)
                .await?
                .ok_or(Failure::Refused(FactorRefusal::WrongCode))?;
            remove_all(&mut tx, account).await?;
            this.changed(
                tx,
                &asked_by,
                &session,
                "second-step-turned-off",
                Vec::new(),
            )
            .await
        })
        .await
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
            .matches(password, Some(stored.clone()))
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
        let Some(row) = row.filter(|row| row.confirmed_at.is_some()) else {
            return Ok(None);
        };
        let step = totp::step_of(self.keys(), account, &row.secret, &digits(typed), now)?;
        if let Some(step) = step {
            let fresh = factors::use_step(tx, account, step).await?;
            return Ok(fresh.then_some(Proof::Totp));
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
    /// The account is locked.
    ///
    /// [`Error::NotFound`] when the session that asked was ended meanwhile, while a password was
    /// compared.
    async fn changed(
        &self,
        mut tx: Tx,
        asked_by: &[u8],
        session: &Session,
        action: &str,
        codes: Vec<String>,
    ) -> Result<Changed, Failure<FactorRefusal>> {
        let member = &session.member;
        factors::remove_pendings_of(&mut tx, member.account).await?;
        if sessions::end(&mut tx, asked_by).await? == 0 {
            return Err(Error::NotFound.into());
        }
        sessions::end_others(&mut tx, member.account, &[]).await?;
        self.record_session(&mut tx, member, action).await?;
        let session = self
            .open_session(&mut tx, member.account, member.practice, session.device)
            .await?;
        tx.commit().await?;
        Ok(Changed { session, codes })
    }
}

/// Forgets the secret and the recovery codes of an account; answers whether there was a secret.
pub(crate) async fn remove_all(tx: &mut Tx, account: AccountId) -> Result<bool> {
    factors::remove_recovery_codes(tx, account).await?;
    Ok(factors::remove_totp(tx, account).await?)
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
