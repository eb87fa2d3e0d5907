//! Between the password and the code or the passkey: a short-lived state that opens nothing,
//! good for one account, a few tries and some minutes.

use chrono::TimeDelta;
use domain::{ids::AccountId, people::EmailAddress};

use super::{Proof, ceremony, passkeys::Purpose};
use crate::{
    Backend, Error, Failure, Result, keys,
    sessions::{NewSession, SignInFrom},
    store::{Tx, factors, passkeys, people, sessions},
};

/// So long a second step is awaited after the password.
pub const PENDING: TimeDelta = TimeDelta::minutes(5);
/// So many codes or answers may be tried before the password is asked again.
pub const MOST_TRIES: i32 = 5;

/// What is awaited of whoever knows the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// Whose account.
    pub email: EmailAddress,
    /// Whether a code of a telephone would do; a recovery code always does.
    pub telephone: bool,
    /// What the browser is shown, if a passkey would do.
    pub passkey: Option<String>,
}

/// Why somebody was not signed in by a second step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondStepRefusal {
    /// The code is none of now, or was used; another may be tried.
    WrongCode,
    /// The device's answer is not right, or not to this challenge; there is another.
    WrongPasskey,
    /// Nothing is awaited, or not any more: the password first.
    Gone,
}

/// What is tried.
enum Tried {
    Code(String),
    Passkey(String),
}

impl Backend {
    /// What is awaited with that token; `None` when nothing is, or not any more.
    ///
    /// # Errors
    /// As the database.
    pub async fn awaited(&self, pending: &str) -> Result<Option<Awaited>> {
        let (hash, now) = (keys::hash(pending), self.now());
        let mut db = self.store().read().await?;
        let found = factors::pending_by_token(&mut db, &hash).await?;
        let alive = found.filter(|found| found.expires_at > now && found.tries < MOST_TRIES);
        let Some(found) = alive else { return Ok(None) };
        let Some(account) = people::account_by_id(&mut db, found.account).await? else {
            return Ok(None);
        };
        let totp = factors::totp_of(&mut db, found.account).await?;
        let purpose = Purpose::SecondStep.code();
        let passkey = passkeys::waiting(&mut db, &hash, purpose, now).await?;
        Ok(Some(Awaited {
            email: account.email,
            telephone: totp.is_some_and(|totp| totp.confirmed_at.is_some()),
            passkey: passkey.map(|passkey| passkey.shown),
        }))
    }

    /// Lets a sign-in wait for its second step, after the right password. The account is locked.
    pub(crate) async fn wait_for_second_step(
        &self,
        tx: &mut Tx,
        account: AccountId,
    ) -> Result<String> {
        let (pending, now) = (self.new_token(), self.now());
        let hash = keys::hash(&pending);
        factors::insert_pending(tx, &hash, account, now, now + PENDING).await?;
        self.challenge_passkeys(tx, &hash, account).await?;
        Ok(pending)
    }

    /// A challenge for the passkeys of the account, if it has some.
    async fn challenge_passkeys(
        &self,
        tx: &mut Tx,
        pending_hash: &[u8],
        account: AccountId,
    ) -> Result<()> {
        let known = passkeys::of_account(tx, account).await?;
        let Some(party) = self.relying_party().filter(|_| !known.is_empty()) else {
            return Ok(());
        };
        let made = ceremony::to_prove(party, &known)?;
        let (purpose, whose) = (Purpose::SecondStep, Some(account));
        self.wait_for(tx, pending_hash, purpose, whose, "", &made)
            .await
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
        self.try_second_step(pending, Tried::Code(code.to_owned()), from)
            .await
    }

    /// The same with the answer of a passkey to the challenge of [`Awaited::passkey`]. Each
    /// challenge is good for one answer; a wrong one is followed by another challenge.
    ///
    /// # Errors
    /// [`SecondStepRefusal`], or as the database.
    pub async fn second_step_by_passkey(
        &self,
        pending: &str,
        answer: &str,
        from: SignInFrom,
    ) -> Result<NewSession, Failure<SecondStepRefusal>> {
        self.try_second_step(pending, Tried::Passkey(answer.to_owned()), from)
            .await
    }

    async fn try_second_step(
        &self,
        pending: &str,
        tried: Tried,
        from: SignInFrom,
    ) -> Result<NewSession, Failure<SecondStepRefusal>> {
        let (this, hash) = (self.clone(), keys::hash(pending));
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
            let tries = found.ok_or_else(gone)?.tries;
            let member = people::first_membership(&mut tx, account).await?;
            let member = member.ok_or_else(gone)?;
            let proof = match &tried {
                Tried::Code(code) => this.use_code(&mut tx, account, code).await?,
                Tried::Passkey(answer) => {
                    let (purpose, now) = (Purpose::SecondStep.code(), this.now());
                    match passkeys::take(&mut tx, &hash, purpose, now).await? {
                        Some(waiting) => {
                            this.use_passkey(&mut tx, account, &waiting.state, answer)
                                .await?
                        }
                        None => None,
                    }
                }
            };
            let Some(proof) = proof else {
                let last = tries >= MOST_TRIES;
                if last {
                    this.end_wait(&mut tx, &hash).await?;
                } else {
                    // Of as many as answer it at once, one is looked at; the next try has another.
                    this.challenge_passkeys(&mut tx, &hash, account).await?;
                }
                if tries == 1 {
                    this.record_refused(&mut tx, &member).await?;
                }
                tx.commit().await?;
                tracing::info!("a second step of a sign-in was refused");
                return Err(Failure::Refused(match (last, tried) {
                    (true, _) => SecondStepRefusal::Gone,
                    (false, Tried::Code(_)) => SecondStepRefusal::WrongCode,
                    (false, Tried::Passkey(_)) => SecondStepRefusal::WrongPasskey,
                }));
            };
            this.end_wait(&mut tx, &hash).await?;
            if let Some(replaced) = from.replaces {
                sessions::end(&mut tx, &keys::hash(&replaced)).await?;
            }
            let session = this
                .open_session(&mut tx, account, member.practice, from.device)
                .await?;
            let action = match proof {
                Proof::Totp => None,
                Proof::Recovery => Some("recovery-code-used"),
                Proof::Passkey => Some("passkey-used"),
            };
            if let Some(action) = action {
                this.record_session(&mut tx, &session.member, action)
                    .await?;
            }
            tx.commit().await?;
            Ok(session)
        })
        .await
    }

    async fn end_wait(&self, tx: &mut Tx, hash: &[u8]) -> Result<()> {
        factors::remove_pending(tx, hash).await?;
        passkeys::take(tx, hash, Purpose::SecondStep.code(), self.now()).await?;
        Ok(())
    }

    /// Somebody knows the password and not the rest: the practice should know, at the first try
    /// already, because whoever guesses stops before the last. Once a sign-in, so that the limits
    /// of sign-ins are also those of these lines.
    async fn record_refused(
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
