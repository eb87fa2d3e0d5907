//! The codes of a telephone: started with a secret that it reads, proved by its first code.
//! Taken away they are in [`super::change`], as every factor is.

use domain::ids::AccountId;

use super::{Changed, FactorRefusal, STARTED, Telephone, Wish, digits, totp};
use crate::{
    Backend, Error, Failure, Result,
    jobs::AccountChange,
    keys,
    store::{
        StoreError, Tx,
        factors::{self, TotpRow},
        people,
        sessions::Session,
    },
};

impl Backend {
    /// What the owner of a session is shown of the codes of her telephone.
    pub(super) fn telephone_of(
        &self,
        session: &Session,
        row: Option<TotpRow>,
        token: &str,
    ) -> Result<Telephone> {
        let Some(row) = row else {
            return Ok(Telephone::Off);
        };
        if let Some(since) = row.confirmed_at {
            return Ok(Telephone::On { since });
        }
        let ours = row.started_by.as_deref() == Some(keys::hash(token).as_slice());
        if !ours || self.now() - row.created_at >= STARTED {
            return Ok(Telephone::Off);
        }
        let (email, practice) = (&session.email, &session.practice_name);
        let account = session.member.account;
        let shown = totp::enrolment(self.keys(), account, &row.secret, email, practice)?;
        Ok(Telephone::Started(shown))
    }

    /// Starts a second step: a secret to be read by a telephone and proved by a code. Until
    /// then signing in is as before. Where passkeys are a second step already, the password is not
    /// enough: it takes a recovery code, or a passkey by [`Self::start_change_by_passkey`].
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn start_second_step(
        &self,
        token: &str,
        password: &str,
        code: &str,
    ) -> Result<(), Failure<FactorRefusal>> {
        self.change_second_step(token, password, code, Wish::AddTelephone)
            .await
            .map(drop)
    }

    /// The secret, which waits for its first code in that session. Everything was proved, and the
    /// account is locked.
    pub(super) async fn begin_telephone(
        &self,
        tx: &mut Tx,
        asked_by: &[u8],
        account: AccountId,
    ) -> Result<(), Failure<FactorRefusal>> {
        let known = factors::totp_of(tx, account).await?;
        if known.is_some_and(|row| row.confirmed_at.is_some()) {
            return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
        }
        let secret = totp::new_secret(self.keys(), account, self.random())?;
        match factors::start_totp(tx, account, &secret, asked_by, self.now()).await {
            Err(StoreError::Duplicate(_)) => Err(Failure::Refused(FactorRefusal::ChangedMeanwhile)),
            other => Ok(other?),
        }
    }

    /// Lets the codes of the telephone count, with its first one. Answers recovery codes if it
    /// is the first second step of the account.
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
            let first = !this.has_factor(&mut tx, account).await?;
            if !factors::confirm_totp(&mut tx, account, &row.secret, step, now).await? {
                return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
            }
            let (action, codes) = if first {
                let codes = this.write_codes(&mut tx, account).await?;
                ("second-step-turned-on", codes)
            } else {
                ("telephone-added", Vec::new())
            };
            this.record_session(&mut tx, &session.member, action)
                .await?;
            this.tell_account(&mut tx, &session.member, AccountChange::TelephoneAdded)
                .await?;
            this.changed(tx, &hash, &session, codes).await
        })
        .await
    }
}
