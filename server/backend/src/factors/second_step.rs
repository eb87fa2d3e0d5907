//! Between the password and the code: a short-lived state that opens nothing, good for one
//! account, a few codes and some minutes.

use chrono::TimeDelta;
use domain::people::EmailAddress;

use super::Proof;
use crate::{
    Backend, Error, Failure, Result, keys,
    sessions::{NewSession, SignInFrom},
    store::{Tx, factors, people, sessions},
};

/// So long a code is awaited after the password.
pub const PENDING: TimeDelta = TimeDelta::minutes(5);
/// So many codes may be tried before the password is asked again.
pub const MOST_TRIES: i32 = 5;

/// Why a code did not sign somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondStepRefusal {
    /// It is none of now, or was used; another may be tried.
    WrongCode,
    /// No code is awaited, or not any more: the password first.
    Gone,
}

impl Backend {
    /// Whose code is awaited with that token; `None` when nobody's is, or not any more.
    ///
    /// # Errors
    /// As the database.
    pub async fn awaited_code(&self, pending: &str) -> Result<Option<EmailAddress>> {
        let mut db = self.store().read().await?;
        let found = factors::pending_by_token(&mut db, &keys::hash(pending)).await?;
        let alive = found.filter(|found| found.expires_at > self.now() && found.tries < MOST_TRIES);
        let Some(found) = alive else { return Ok(None) };
        let account = people::account_by_id(&mut db, found.account).await?;
        Ok(account.map(|account| account.email))
    }

    /// Signs somebody in whose password was right, with a code. Each code works once. How often
    /// somebody may try is also counted before, by the caller.
    ///
    /// # Errors
    /// [`SecondStepRefusal`], or as the database.
    pub async fn second_step(
        &self,
        pending: &str,
        code: &str,
        from: SignInFrom,
    ) -> Result<NewSession, Failure<SecondStepRefusal>> {
        let (this, hash, code) = (self.clone(), keys::hash(pending), code.to_owned());
        self.detached(async move {
            let gone = || Failure::Refused(SecondStepRefusal::Gone);
            let mut tx = this.store().begin().await?;
            let account = factors::pending_by_token(&mut tx, &hash).await?;
            let account = account.ok_or_else(gone)?.account;
            people::lock_account(&mut tx, account).await?;
            // Under the lock: a change of password or of the second step ended the wait.
            if !factors::claim_try(&mut tx, &hash, MOST_TRIES, this.now()).await? {
                return Err(gone());
            }
            let found = factors::pending_by_token(&mut tx, &hash).await?;
            let found = found.ok_or_else(gone)?;
            let member = people::first_membership(&mut tx, found.account).await?;
            let member = member.ok_or_else(gone)?;
            let Some(proof) = this.use_code(&mut tx, found.account, &code).await? else {
                let last = found.tries >= MOST_TRIES;
                if last {
                    factors::remove_pending(&mut tx, &hash).await?;
                }
                if found.tries == 1 {
                    this.record_refused_codes(&mut tx, &member).await?;
                }
                tx.commit().await?;
                tracing::info!("a code of a sign-in was refused");
                return Err(Failure::Refused(if last {
                    SecondStepRefusal::Gone
                } else {
                    SecondStepRefusal::WrongCode
                }));
            };
            factors::remove_pending(&mut tx, &hash).await?;
            if let Some(replaced) = from.replaces {
                sessions::end(&mut tx, &keys::hash(&replaced)).await?;
            }
            let session = this
                .open_session(&mut tx, found.account, member.practice, from.device)
                .await?;
            if proof == Proof::Recovery {
                this.record_session(&mut tx, &session.member, "recovery-code-used")
                    .await?;
            }
            tx.commit().await?;
            Ok(session)
        })
        .await
    }

    /// Somebody knows the password and not the code: the practice should know, at the first
    /// code already, because whoever guesses stops before the last. Once a sign-in, so that the
    /// limits of sign-ins are also those of these lines.
    async fn record_refused_codes(
        &self,
        tx: &mut Tx,
        membership: &people::Membership,
    ) -> Result<(), Error> {
        let member = domain::access::Member {
            account: membership.account,
            practice: membership.practice,
            role: membership.role,
            agendas: Vec::new(),
        };
        self.record_session(tx, &member, "second-step-refused")
            .await
    }
}
