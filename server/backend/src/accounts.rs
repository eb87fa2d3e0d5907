//! Accounts of the practice's people: made and reset by the host at the command line, their
//! passwords changed by themselves. Signing in is [`crate::sessions`]'.

use domain::{
    access::Role,
    ids::{AccountId, PracticeId},
    people::EmailAddress,
    practice::{Slug, Title},
};
use i18n::Lang;

use crate::{
    Backend, Error, Failure, Result, factors,
    jobs::AccountChange,
    keys,
    passwords::{Asks, Password},
    sessions::NewSession,
    store::{
        StoreError, Tx, audit,
        people::{self, Account, Membership},
        practices, sessions,
    },
};

/// Somebody to be made one of a practice's people.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The practice, by its part of the address.
    pub practice: Slug,
    /// What she signs in with; one account in the instance.
    pub email: EmailAddress,
    /// Her name, as the office shows it.
    pub name: Title,
    /// What she is in the practice.
    pub role: Role,
    /// Which practitioner she is herself, if she is one.
    pub practitioner: Option<Slug>,
    /// The practitioners whose agendas she keeps.
    pub keeps: Vec<Slug>,
    /// What she signs in with at first.
    pub password: Password,
    /// The language she reads.
    pub lang: Lang,
}

/// Why an account was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// The address has one.
    #[error("there is an account with this e-mail address already")]
    EmailTaken,
    /// No practice of that name.
    #[error("there is no practice {0}")]
    UnknownPractice(Slug),
    /// No practitioner of that name in the practice.
    #[error("there is no practitioner {0} in this practice")]
    UnknownPractitioner(Slug),
    /// A practitioner's account needs to say which one she is.
    #[error("a practitioner's account needs to say which practitioner it belongs to")]
    WhichPractitioner,
}

/// What becomes of the second step when the host gives an account another password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondStepWish {
    /// It is asked as before.
    Keep,
    /// Telephone, passkeys and recovery codes are lost: the password alone signs in.
    Remove,
}

/// Why a password was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// The current password is another.
    WrongCurrent,
}

impl Backend {
    /// A new password to hand to a person, once.
    #[must_use]
    pub fn generate_password(&self) -> Password {
        Password::generate(self.random())
    }

    /// Makes an account, for the host at the command line.
    ///
    /// # Errors
    /// [`AccountRefusal`], or as the database.
    pub async fn create_account(
        &self,
        new: NewAccount,
    ) -> Result<AccountId, Failure<AccountRefusal>> {
        let hash = self
            .hasher()
            .hash(new.password.clone(), self.random())
            .await?;
        let this = self.clone();
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            let id = this.create_account_whole(&mut tx, new, hash).await?;
            tx.commit().await?;
            Ok(id)
        })
        .await
    }

    async fn create_account_whole(
        &self,
        tx: &mut Tx,
        new: NewAccount,
        password_hash: String,
    ) -> Result<AccountId, Failure<AccountRefusal>> {
        let practice = practices::practice_by_slug(tx, &new.practice)
            .await?
            .ok_or(Failure::Refused(AccountRefusal::UnknownPractice(
                new.practice,
            )))?
            .id;
        let mut found = Vec::new();
        for slug in new.practitioner.iter().chain(&new.keeps) {
            let one = practices::practitioner_by_slug(tx, slug).await?;
            let one = one
                .filter(|one| one.practice.id == practice)
                .ok_or_else(|| {
                    Failure::Refused(AccountRefusal::UnknownPractitioner(slug.clone()))
                })?;
            found.push(one.practitioner.id);
        }
        let practitioner = new.practitioner.is_some().then(|| found.remove(0));
        if new.role == Role::Practitioner && practitioner.is_none() {
            return Err(Failure::Refused(AccountRefusal::WhichPractitioner));
        }
        let account = Account {
            id: self.new_id(),
            name: new.name,
            email: new.email,
            lang: new.lang,
            password_hash,
        };
        let membership = Membership {
            account: account.id,
            practice,
            role: new.role,
            practitioner,
        };
        self.insert_member(tx, &account, &membership).await?;
        for practitioner in found {
            people::insert_delegation(tx, practice, account.id, practitioner).await?;
        }
        self.record_by_host(tx, practice, "account-created", account.id)
            .await?;
        Ok(account.id)
    }

    /// Writes an account and what it is in a practice.
    pub(crate) async fn insert_member(
        &self,
        tx: &mut Tx,
        account: &Account,
        membership: &Membership,
    ) -> Result<(), Failure<AccountRefusal>> {
        let now = self.now();
        // Asked before, because a refused insert ends a transaction of PostgreSQL.
        if people::account_by_email(tx, &account.email)
            .await?
            .is_some()
        {
            return Err(Failure::Refused(AccountRefusal::EmailTaken));
        }
        match people::insert_account(tx, account, now).await {
            Err(StoreError::Duplicate(_)) => {
                return Err(Failure::Refused(AccountRefusal::EmailTaken));
            }
            other => other?,
        }
        people::insert_membership(tx, membership, now).await?;
        Ok(())
    }

    /// Gives an account another password and ends its sessions, for the host at the command
    /// line; answers whether a second step was there to remove.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no account has that address.
    pub async fn reset_password(
        &self,
        email: &EmailAddress,
        password: Password,
        second_step: SecondStepWish,
    ) -> Result<bool> {
        let hash = self.hasher().hash(password, self.random()).await?;
        let (this, email) = (self.clone(), email.clone());
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            let account = people::account_by_email(&mut tx, &email)
                .await?
                .ok_or(Error::NotFound)?
                .id;
            people::lock_account(&mut tx, account).await?;
            people::set_password_hash(&mut tx, account, &hash).await?;
            factors::end_waiting(&mut tx, account).await?;
            sessions::end_others(&mut tx, account, &[]).await?;
            let removed = match second_step {
                SecondStepWish::Keep => false,
                SecondStepWish::Remove => factors::remove_all(&mut tx, account).await?,
            };
            if let Some(membership) = people::first_membership(&mut tx, account).await? {
                let practice = membership.practice;
                this.record_by_host(&mut tx, practice, "password-reset", account)
                    .await?;
                let change = if removed {
                    this.record_by_host(&mut tx, practice, "second-step-removed", account)
                        .await?;
                    AccountChange::AccessReset
                } else {
                    AccountChange::PasswordReset
                };
                this.tell_account_of(&mut tx, practice, account, change)
                    .await?;
            }
            tx.commit().await?;
            this.jobs_waiting().notify_one();
            Ok(removed)
        })
        .await
    }

    /// Changes the password of whoever is signed in with that token. Every session of hers
    /// ends; she gets a new one.
    ///
    /// # Errors
    /// [`PasswordRefusal`]; [`Error::NotFound`] when nobody is signed in with the token.
    pub async fn change_password(
        &self,
        token: &str,
        current: &str,
        new: Password,
    ) -> Result<NewSession, Failure<PasswordRefusal>> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let account = session.member.account;
        let stored = people::account_by_id(&mut self.store().read().await?, account)
            .await?
            .ok_or(Error::NotFound)?
            .password_hash;
        if !self
            .hasher()
            .matches(current, Some(stored.clone()), Asks::Known)
            .await?
        {
            return Err(Failure::Refused(PasswordRefusal::WrongCurrent));
        }
        let hash = self.hasher().hash(new, self.random()).await?;
        let (this, asked_by) = (self.clone(), keys::hash(token));
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            factors::end_waiting(&mut tx, account).await?;
            // While the passwords were hashed, somebody may have ended this very session.
            if sessions::end(&mut tx, &asked_by).await? == 0 {
                return Err(Error::NotFound.into());
            }
            let unchanged = people::account_by_id(&mut tx, account)
                .await?
                .is_some_and(|account| account.password_hash == stored);
            if !unchanged {
                return Err(Error::ChangedMeanwhile.into());
            }
            people::set_password_hash(&mut tx, account, &hash).await?;
            sessions::end_others(&mut tx, account, &[]).await?;
            this.record_session(&mut tx, &session.member, "password-changed")
                .await?;
            this.tell_account(&mut tx, &session.member, AccountChange::PasswordChanged)
                .await?;
            let session = this
                .open_session(&mut tx, account, session.member.practice, session.device)
                .await?;
            tx.commit().await?;
            this.jobs_waiting().notify_one();
            Ok(session)
        })
        .await
    }

    /// An audit line about what the host did to an account.
    async fn record_by_host(
        &self,
        tx: &mut Tx,
        practice: PracticeId,
        action: &str,
        account: AccountId,
    ) -> Result<()> {
        let line = audit::HostEntry {
            practice,
            at: self.now(),
            action,
            subject: "account",
            subject_id: account.uuid(),
        };
        Ok(audit::record_by_host(tx, self.new_id(), &line).await?)
    }
}
