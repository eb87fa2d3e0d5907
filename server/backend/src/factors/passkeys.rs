//! Passkeys of whoever is signed in: shown, and added. Taken away they are in [`super::change`],
//! as every factor is.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ids::{AccountId, PasskeyId},
    practice::Title,
};

use super::{Changed, FactorRefusal, Wish, ceremony};
use crate::{
    Backend, Error, Failure, Result,
    jobs::AccountChange,
    keys,
    store::{
        StoreError, Tx, factors,
        passkeys::{self, NewCeremony, PasskeyRow},
        people,
    },
};

/// So long a challenge waits for its answer.
pub const ANSWERED_WITHIN: TimeDelta = TimeDelta::minutes(5);
/// Most passkeys of one account.
pub const MOST_PASSKEYS: usize = 10;

/// One of somebody's passkeys, as she sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPasskey {
    /// What a form names it by.
    pub id: PasskeyId,
    /// What she calls it.
    pub name: Title,
    /// When it was added.
    pub since: DateTime<Utc>,
    /// When it last proved something.
    pub last_used: Option<DateTime<Utc>>,
}

impl From<PasskeyRow> for OwnPasskey {
    fn from(row: PasskeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            since: row.created_at,
            last_used: row.last_used_at,
        }
    }
}

/// What a challenge is for; each is answered at its own door only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A passkey is made.
    Add,
    /// A change of one's own factors is proved.
    Prove,
    /// After the password.
    SecondStep,
    /// Instead of a password.
    SignIn,
}

impl Purpose {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Prove => "prove",
            Self::SecondStep => "second-step",
            Self::SignIn => "sign-in",
        }
    }
}

impl Backend {
    /// Whether devices would make passkeys for this instance: it needs https and the name of a
    /// host, or to be this very machine by its name.
    #[must_use]
    pub fn offers_passkeys(&self) -> bool {
        self.relying_party().is_some()
    }

    /// Starts a passkey of that name: a challenge for a device, answered at
    /// [`Self::add_passkey`] in the same session. Where a second step is on, the password is not
    /// enough: it takes a code, or a passkey by [`Self::start_change_by_passkey`].
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn start_passkey(
        &self,
        token: &str,
        password: &str,
        code: &str,
        name: Title,
    ) -> Result<(), Failure<FactorRefusal>> {
        let wish = Wish::AddPasskey(name);
        self.change_second_step(token, password, code, wish)
            .await
            .map(drop)
    }

    /// The challenge for a new passkey, which waits for its answer in that session. Everything
    /// was proved, and the account is locked.
    pub(super) async fn begin_passkey(
        &self,
        tx: &mut Tx,
        asked_by: &[u8],
        account: AccountId,
        name: &Title,
    ) -> Result<(), Failure<FactorRefusal>> {
        let party = self.relying_party();
        let party = party.ok_or(Failure::Refused(FactorRefusal::NotOffered))?;
        let known = passkeys::of_account(tx, account).await?;
        if known.len() >= MOST_PASSKEYS {
            return Err(Failure::Refused(FactorRefusal::TooMany));
        }
        let person = people::account_by_id(tx, account).await?;
        let person = person.ok_or(Error::NotFound)?;
        let made = ceremony::to_make(party, &person, &known)?;
        let (purpose, whose) = (Purpose::Add, Some(account));
        Ok(self
            .wait_for(tx, asked_by, purpose, whose, name.as_str(), &made)
            .await?)
    }

    /// Adds the passkey that a device made, and answers recovery codes if it is the first
    /// second step of the account. Every other session ends.
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn add_passkey(
        &self,
        token: &str,
        answer: &str,
    ) -> Result<Changed, Failure<FactorRefusal>> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let (this, hash, answer) = (self.clone(), keys::hash(token), answer.to_owned());
        self.detached(async move {
            let (now, account) = (this.now(), session.member.account);
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            let waiting = passkeys::take(&mut tx, &hash, Purpose::Add.code(), now).await?;
            let (Some(waiting), Some(party)) = (waiting, this.relying_party()) else {
                return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
            };
            let Some(made) = ceremony::made(party, &waiting.state, &answer)? else {
                // The challenge is used up by a wrong answer too.
                tx.commit().await?;
                return Err(Failure::Refused(FactorRefusal::WrongPasskey));
            };
            // Asked before, because a refused insert ends a transaction of PostgreSQL.
            let known = passkeys::by_credential(&mut tx, &made.credential_id).await?;
            let own = passkeys::of_account(&mut tx, account).await?;
            if known.is_some() || own.len() >= MOST_PASSKEYS {
                tx.commit().await?;
                return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
            }
            let first = !this.has_factor(&mut tx, account).await?;
            let row = PasskeyRow {
                id: this.new_id(),
                account,
                credential_id: made.credential_id,
                credential: made.credential,
                name: waiting.about.parse().map_err(|_| broken_name())?,
                created_at: now,
                last_used_at: None,
            };
            match passkeys::insert(&mut tx, &row).await {
                Err(StoreError::Duplicate(_)) => {
                    return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
                }
                other => other?,
            }
            this.record_session(&mut tx, &session.member, "passkey-added")
                .await?;
            this.tell_account(&mut tx, &session.member, AccountChange::PasskeyAdded)
                .await?;
            let codes = if first {
                this.record_session(&mut tx, &session.member, "second-step-turned-on")
                    .await?;
                this.write_codes(&mut tx, account).await?
            } else {
                Vec::new()
            };
            this.changed(tx, &hash, &session, codes).await
        })
        .await
    }

    /// What a browser is shown to add the passkey that this session started, and its name.
    pub(super) async fn passkey_to_add(&self, token: &str) -> Result<Option<(Title, String)>> {
        let mut db = self.store().read().await?;
        let hash = keys::hash(token);
        let found = passkeys::waiting(&mut db, &hash, Purpose::Add.code(), self.now()).await?;
        found
            .map(|found| {
                let name = found.about.parse().map_err(|_| broken_name())?;
                Ok((name, found.shown))
            })
            .transpose()
    }

    /// Lets a challenge wait for its answer.
    pub(super) async fn wait_for(
        &self,
        tx: &mut Tx,
        token_hash: &[u8],
        purpose: Purpose,
        account: Option<AccountId>,
        about: &str,
        challenge: &ceremony::Challenge,
    ) -> Result<()> {
        let new = NewCeremony {
            token_hash,
            purpose: purpose.code(),
            account,
            about,
            shown: &challenge.shown,
            state: &challenge.state,
        };
        let now = self.now();
        Ok(passkeys::begin(tx, &new, now, now + ANSWERED_WITHIN).await?)
    }

    /// Whether an account asks for more than its password.
    pub(crate) async fn has_factor(&self, tx: &mut Tx, account: AccountId) -> Result<bool> {
        let totp = factors::totp_of(tx, account).await?;
        if totp.is_some_and(|totp| totp.confirmed_at.is_some()) {
            return Ok(true);
        }
        Ok(!passkeys::of_account(tx, account).await?.is_empty())
    }
}

fn broken_name() -> Error {
    StoreError::BrokenRow("the name of a passkey".to_owned()).into()
}
