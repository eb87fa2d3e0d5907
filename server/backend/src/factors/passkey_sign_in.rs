//! Signing in by a passkey alone: the device says who she is, and made sure that it is her. That
//! is two factors already, what she has and what she knows or is, so that no code is asked.

use super::{ceremony, passkeys::Purpose};
use crate::{
    Backend, Failure, Result, keys,
    sessions::{NewSession, SignInFrom},
    store::{passkeys, people, sessions},
};

/// Why nobody was signed in by a passkey. An unknown one, one that was removed and a wrong
/// answer look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeyRefusal;

impl Backend {
    /// A challenge for whoever has a passkey; answers the token that it is answered with, for a
    /// cookie. `None` where passkeys are not offered. How often somebody may ask is counted
    /// before, by the caller.
    ///
    /// # Errors
    /// As the database.
    pub async fn start_passkey_sign_in(&self) -> Result<Option<String>> {
        let this = self.clone();
        self.detached(async move {
            let Some(party) = this.relying_party() else {
                return Ok(None);
            };
            let (token, made) = (this.new_token(), ceremony::to_sign_in(party)?);
            let (hash, purpose) = (keys::hash(&token), Purpose::SignIn);
            let mut tx = this.store().begin().await?;
            this.wait_for(&mut tx, &hash, purpose, None, "", &made)
                .await?;
            tx.commit().await?;
            Ok(Some(token))
        })
        .await
    }

    /// What the browser of that token is shown; `None` when no answer is awaited of it, or not
    /// any more.
    ///
    /// # Errors
    /// As the database.
    pub async fn awaited_passkey(&self, token: &str) -> Result<Option<String>> {
        let mut db = self.store().read().await?;
        let (hash, purpose) = (keys::hash(token), Purpose::SignIn.code());
        let found = passkeys::waiting(&mut db, &hash, purpose, self.now()).await?;
        Ok(found.map(|found| found.shown))
    }

    /// Signs in whoever's passkey answered the challenge of that token rightly. The challenge is
    /// used up by any answer. The session that the browser had before ends.
    ///
    /// # Errors
    /// [`PasskeyRefusal`], or as the database.
    pub async fn sign_in_by_passkey(
        &self,
        token: &str,
        answer: &str,
        from: SignInFrom,
    ) -> Result<NewSession, Failure<PasskeyRefusal>> {
        let (this, hash, answer) = (self.clone(), keys::hash(token), answer.to_owned());
        self.detached(async move {
            let refused = || Failure::Refused(PasskeyRefusal);
            let now = this.now();
            // Used up by itself, so that it stays so whatever comes of the answer.
            let mut tx = this.store().begin().await?;
            let waiting = passkeys::take(&mut tx, &hash, Purpose::SignIn.code(), now).await?;
            let waiting = waiting.ok_or_else(refused)?;
            tx.commit().await?;
            let answer = ceremony::Answer::parse(&answer).ok_or_else(refused)?;
            let party = this.relying_party().ok_or_else(refused)?;
            let mut tx = this.store().begin().await?;
            let whose = passkeys::by_credential(&mut tx, answer.credential_id()).await?;
            let account = whose.ok_or_else(refused)?.account;
            people::lock_account(&mut tx, account).await?;
            // Under the lock: it may have been removed meanwhile, or used.
            let row = passkeys::by_credential(&mut tx, answer.credential_id()).await?;
            let row = row.filter(|row| row.account == account);
            let row = row.ok_or_else(refused)?;
            let proved = answer.signs_in(party, &waiting.state, &row)?;
            let proved = proved.ok_or_else(refused)?;
            let membership = people::first_membership(&mut tx, account).await?;
            let membership = membership.ok_or_else(refused)?;
            let (credential, counter) = (&proved.credential, proved.counter);
            if !passkeys::was_used(&mut tx, row.id, credential, counter, now).await? {
                return Err(refused());
            }
            if let Some(replaced) = from.replaces {
                sessions::end(&mut tx, &keys::hash(&replaced)).await?;
            }
            let session = this
                .open_session(&mut tx, account, membership.practice, from.device)
                .await?;
            this.record_session(&mut tx, &session.member, "passkey-used")
                .await?;
            tx.commit().await?;
            Ok(session)
        })
        .await
    }
}
