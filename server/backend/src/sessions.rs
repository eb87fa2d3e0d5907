//! Signing in, and the session that follows: how long it lives and how it ends.
//! Making accounts and changing passwords is [`crate::accounts`]'; the cookie is `app`'s.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Member},
    device::Device,
    ids::{AccountId, PracticeId},
    people::EmailAddress,
};

use crate::{
    Backend, Error, Failure, Result, keys,
    passwords::Asks,
    store::{
        Tx, audit, people,
        sessions::{self, Session},
    },
};

/// A session that is not used for so long is over.
pub const IDLE: TimeDelta = TimeDelta::hours(12);
/// A session is over so long after signing in, however much it is used.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(7);
/// Most sessions of one account: a new one ends the one that was not used for longest.
pub const MOST_SESSIONS: usize = 50;
/// The use of a session is written down at most once in so long.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A session that was just opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// For the cookie; stored nowhere.
    pub token: String,
    /// Who signed in, where and as what.
    pub member: Member,
}

/// What a right password leads to.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// She is signed in.
    Done(NewSession),
    /// A code or a passkey is asked too: see [`Backend::second_step`]. Nothing is open yet.
    SecondStep {
        /// For a cookie of its own; stored nowhere, and worth nothing but a try.
        pending: String,
    },
}

/// Why somebody was not signed in. One reason only: an unknown address, a wrong password and
/// somebody who left the practice look the same (ASVS 6.3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInRefusal;

/// Where somebody signs in.
#[derive(Clone, Debug, Default)]
pub struct SignInFrom {
    /// With what, as far as it is kept.
    pub device: Device,
    /// The token of the session that this browser had, which the new one replaces.
    pub replaces: Option<String>,
    /// Whether this browser signed in to the account before.
    pub asks: Asks,
}

/// One of somebody's sessions, as she sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// What a form names it by: it opens nothing, and only its owner can end it with it.
    pub handle: String,
    /// With what she signed in.
    pub device: Device,
    /// When she signed in.
    pub since: DateTime<Utc>,
    /// When it was last used, to some minutes.
    pub last_seen: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Backend {
    /// Signs somebody in with what she typed. Takes as long for an unknown address as for a
    /// known one. How often somebody may try is counted before, by the caller. The session
    /// that the browser had before ends. Whether an account asks for a code too is told only to
    /// those who know its password.
    ///
    /// # Errors
    /// [`SignInRefusal`], or as the database.
    pub async fn sign_in(
        &self,
        email: &EmailAddress,
        password: &str,
        from: SignInFrom,
    ) -> Result<SignIn, Failure<SignInRefusal>> {
        let account = people::account_by_email(&mut self.store().read().await?, email).await?;
        let (id, hash) = account
            .map(|account| (account.id, account.password_hash))
            .unzip();
        let right = self
            .hasher()
            .matches(password, hash.clone(), from.asks)
            .await?;
        let Some(account) = id.filter(|_| right) else {
            tracing::info!("a sign-in was refused");
            return Err(Failure::Refused(SignInRefusal));
        };
        let this = self.clone();
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            // The password was compared outside the transaction: it may have changed meanwhile.
            let unchanged = people::account_by_id(&mut tx, account)
                .await?
                .is_some_and(|account| Some(account.password_hash) == hash);
            let membership = people::first_membership(&mut tx, account).await?;
            let Some(membership) = membership.filter(|_| unchanged) else {
                return Err(Failure::Refused(SignInRefusal));
            };
            if this.has_factor(&mut tx, account).await? {
                let pending = this.wait_for_second_step(&mut tx, account).await?;
                tx.commit().await?;
                return Ok(SignIn::SecondStep { pending });
            }
            if let Some(replaced) = from.replaces {
                sessions::end(&mut tx, &keys::hash(&replaced)).await?;
            }
            let session = this
                .open_session(&mut tx, account, membership.practice, from.device)
                .await?;
            tx.commit().await?;
            Ok(SignIn::Done(session))
        })
        .await
    }

    /// Opens a session and records that it was. The account must be of the practice.
    pub(crate) async fn open_session(
        &self,
        tx: &mut Tx,
        account: AccountId,
        practice: PracticeId,
        device: Device,
    ) -> Result<NewSession> {
        let (token, now) = (self.new_token(), self.now());
        let hash = keys::hash(&token);
        let session = sessions::NewSession {
            hash: &hash,
            account,
            practice,
            device,
        };
        sessions::insert(tx, session, now, now + ABSOLUTE).await?;
        let open = sessions::of_account(tx, account).await?;
        let others = open.iter().filter(|open| open.token_hash != hash);
        for longest_unused in others.skip(MOST_SESSIONS - 1) {
            sessions::end(tx, &longest_unused.token_hash).await?;
        }
        let member = sessions::by_token(tx, &hash)
            .await?
            .ok_or(Error::NotFound)?
            .member;
        self.record_session(tx, &member, "signed-in").await?;
        Ok(NewSession { token, member })
    }

    /// Who is signed in with that token, in one statement; `None` when nobody is, or not any
    /// more. That the session was used is written down behind the request's back, now and then.
    ///
    /// # Errors
    /// As the database.
    pub async fn session(&self, token: &str) -> Result<Option<Session>> {
        let hash = keys::hash(token);
        let session = sessions::by_token(&mut self.store().read().await?, &hash).await?;
        let now = self.now();
        let Some(session) = session.filter(|session| is_alive(session, now)) else {
            return Ok(None);
        };
        if now - session.last_seen_at >= SEEN_EVERY {
            let this = self.clone();
            tokio::spawn(async move {
                if let Err(error) = this.session_was_seen(&hash, now).await {
                    tracing::warn!(%error, "the use of a session was not written down");
                }
            });
        }
        Ok(Some(session))
    }

    async fn session_was_seen(&self, hash: &[u8], now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.store().begin().await?;
        sessions::seen(&mut tx, hash, now).await?;
        Ok(tx.commit().await?)
    }

    /// Ends the session; ending one that is over already is no error.
    ///
    /// # Errors
    /// As the database.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let (this, hash) = (self.clone(), keys::hash(token));
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            if let Some(session) = sessions::by_token(&mut tx, &hash).await? {
                this.record_session(&mut tx, &session.member, "signed-out")
                    .await?;
            }
            sessions::end(&mut tx, &hash).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The sessions of whoever is signed in with that token, the last used first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody is.
    pub async fn own_sessions(&self, token: &str) -> Result<Vec<OwnSession>> {
        let account = self.account_of(token).await?;
        let (hash, now) = (keys::hash(token), self.now());
        let found = sessions::of_account(&mut self.store().read().await?, account).await?;
        Ok(found
            .into_iter()
            .filter(|one| now < one.expires_at && now - one.last_seen_at < IDLE)
            .map(|one| OwnSession {
                handle: keys::handle(&one.token_hash),
                device: Device::from_code(&one.device),
                since: one.created_at,
                last_seen: one.last_seen_at,
                current: one.token_hash == hash,
            })
            .collect())
    }

    /// Ends every session of whoever is signed in with that token, but for this one; answers
    /// how many there were.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody is signed in with it.
    pub async fn end_other_sessions(&self, token: &str) -> Result<u64> {
        let account = self.account_of(token).await?;
        let (this, hash) = (self.clone(), keys::hash(token));
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            let session = sessions::by_token(&mut tx, &hash).await?;
            let member = session.ok_or(Error::NotFound)?.member;
            let ended = sessions::end_others(&mut tx, account, &hash).await?;
            this.record_session(&mut tx, &member, "other-sessions-ended")
                .await?;
            tx.commit().await?;
            Ok(ended)
        })
        .await
    }

    /// Ends one session of whoever is signed in with that token, by its
    /// [handle](OwnSession::handle); answers whether it was this very one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody is signed in with it, or none of hers has that handle.
    pub async fn end_session(&self, token: &str, handle: &str) -> Result<bool> {
        let asked_by = self.session(token).await?.ok_or(Error::NotFound)?.member;
        let account = asked_by.account;
        let (this, hash, handle) = (self.clone(), keys::hash(token), handle.to_owned());
        let ended = self.detached(async move {
            let mut tx = this.store().begin().await?;
            // A session that is being exchanged for another is ended as what it becomes.
            people::lock_account(&mut tx, account).await?;
            let session = sessions::by_token(&mut tx, &hash).await?;
            let member = session.ok_or(Error::NotFound)?.member;
            let found = sessions::of_account(&mut tx, account).await?;
            let found = found
                .into_iter()
                .find(|one| keys::handle(&one.token_hash) == handle)
                .ok_or(Error::NotFound)?;
            sessions::end(&mut tx, &found.token_hash).await?;
            this.record_session(&mut tx, &member, "session-ended")
                .await?;
            tx.commit().await?;
            Ok(found.token_hash == hash)
        });
        match ended.await {
            Err(Error::NotFound) => Err(self.denied(&asked_by, "account", account.uuid()).await),
            ended => ended,
        }
    }

    /// Whose live session it is.
    pub(crate) async fn account_of(&self, token: &str) -> Result<AccountId> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        Ok(session.member.account)
    }

    /// An audit line about somebody's own account.
    pub(crate) async fn record_session(
        &self,
        tx: &mut Tx,
        member: &Member,
        action: &str,
    ) -> Result<()> {
        let entry = audit::Entry {
            practice: member.practice,
            at: self.now(),
            actor: &Actor::Member(member.clone()),
            action,
            subject: "account",
            subject_id: member.account.uuid(),
            before: None,
            after: None,
        };
        self.record(tx, &entry).await
    }
}

fn is_alive(session: &Session, now: DateTime<Utc>) -> bool {
    now < session.expires_at && now - session.last_seen_at < IDLE
}
