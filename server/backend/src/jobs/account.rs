//! Mails that the way into an account is another: a stolen session must not add a key unnoticed.
//! What changed, and who may change it, is [`crate::factors`]' and [`crate::accounts`]'.

use chrono_tz::Tz;
use domain::{
    access::Member,
    ids::{AccountId, PracticeId},
    links,
};
use i18n::dates;

use super::{End, GIVE_UP_AFTER, Kind};
use crate::{
    Backend, Error, Result,
    mail::{
        Mail,
        letter::{self, AccountNews},
        message,
    },
    store::{Tx, jobs::LeasedJob, passkeys, people, practices},
    zones,
};

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// A passkey more.
    PasskeyAdded,
    /// A passkey less.
    PasskeyRemoved,
    /// The codes of a telephone count.
    TelephoneAdded,
    /// They do no more.
    TelephoneRemoved,
    /// The recovery codes are others.
    CodesRenewed,
    /// Its owner has another password.
    PasswordChanged,
    /// The host gave her another password.
    PasswordReset,
    /// The host did, and took telephone, passkeys and recovery codes away.
    AccessReset,
}

impl AccountChange {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::TelephoneAdded,
        Self::TelephoneRemoved,
        Self::CodesRenewed,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::AccessReset,
    ];

    /// The word under which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::TelephoneAdded => "telephone-added",
            Self::TelephoneRemoved => "telephone-removed",
            Self::CodesRenewed => "codes-renewed",
            Self::PasswordChanged => "password-changed",
            Self::PasswordReset => "password-reset",
            Self::AccessReset => "access-reset",
        }
    }

    /// The change stored under that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == code)
    }

    /// The key of what the mail says of it.
    pub(crate) const fn said(self) -> &'static str {
        match self {
            Self::PasskeyAdded => "mail-account-passkey-added",
            Self::PasskeyRemoved => "mail-account-passkey-removed",
            Self::TelephoneAdded => "mail-account-telephone-added",
            Self::TelephoneRemoved => "mail-account-telephone-removed",
            Self::CodesRenewed => "mail-account-codes-renewed",
            Self::PasswordChanged => "mail-account-password-changed",
            Self::PasswordReset => "mail-account-password-reset",
            Self::AccessReset => "mail-account-access-reset",
        }
    }

    /// Whether somebody may think that everything that opened the account is gone with it.
    const fn is_of_password(self) -> bool {
        match self {
            Self::PasswordChanged | Self::PasswordReset => true,
            Self::PasskeyAdded
            | Self::PasskeyRemoved
            | Self::TelephoneAdded
            | Self::TelephoneRemoved
            | Self::CodesRenewed
            | Self::AccessReset => false,
        }
    }
}

impl Backend {
    /// Lets a mail tell somebody what became of her account, in the transaction that did it. Call
    /// [`Backend::jobs_waiting`] when it is committed.
    pub(crate) async fn tell_account(
        &self,
        tx: &mut Tx,
        member: &Member,
        change: AccountChange,
    ) -> Result<()> {
        self.tell_account_of(tx, member.practice, member.account, change)
            .await
    }

    /// The same for whoever is not signed in.
    pub(crate) async fn tell_account_of(
        &self,
        tx: &mut Tx,
        practice: PracticeId,
        account: AccountId,
        change: AccountChange,
    ) -> Result<()> {
        let (kind, change) = (Kind::NotifyAccount.code(), change.code());
        let payload = format!(r#"{{"account":"{account}","change":"{change}"}}"#);
        // Each change is told, so that no key is like another.
        let key = format!("{kind}:{account}:{}", self.new_id::<domain::ids::JobId>());
        self.enqueue(tx, practice, kind, &payload, &key).await
    }

    /// Sends one. What cannot be sent at all is in the log, and the change in the journal.
    pub(super) async fn act_on_account(
        &self,
        row: &LeasedJob,
        account: AccountId,
        change: AccountChange,
    ) -> End {
        let mail = match self.account_mail(row, account, change).await {
            Ok(Some(mail)) => mail,
            Ok(None) => return End::Discard("the account is gone"),
            Err(error) if error.is_of_a_row() => {
                tracing::error!(id = %row.id, %error, "a mail about an account cannot be built");
                return End::Discard("it cannot be built");
            }
            Err(error) => return self.not_now(row, &error),
        };
        match self.mailer().send(&mail).await {
            Ok(()) => End::Done,
            Err(why) => match self.again(row, row.created_at + GIVE_UP_AFTER, why) {
                End::Fail(why) => {
                    tracing::error!(id = %row.id, %why, "a mail about an account was not sent");
                    End::Discard("it could not be sent")
                }
                other @ (End::Done | End::Retry(..) | End::Wait(_) | End::Discard(_)) => other,
            },
        }
    }

    async fn account_mail(
        &self,
        row: &LeasedJob,
        account: AccountId,
        change: AccountChange,
    ) -> Result<Option<Mail>> {
        let mut db = self.store().read().await?;
        let practice = practices::practice_by_id(&mut db, row.practice_id.into()).await?;
        let (Some(practice), Some(person)) =
            (practice, people::account_by_id(&mut db, account).await?)
        else {
            return Ok(None);
        };
        let places = practices::places_of(&mut db, practice.id).await?;
        let has_passkeys = !passkeys::of_account(&mut db, account).await?.is_empty();
        drop(db);
        let when = match places.first() {
            Some(place) => {
                let zone = zones::of(place)?;
                dates::instant_with_zone(person.lang, row.created_at, &zone, &place.zone)
            }
            None => dates::day_and_hour(person.lang, domain::zone::wall(&Tz::UTC, row.created_at)),
        };
        let news = AccountNews {
            lang: person.lang,
            name: person.name.to_string(),
            practice: practice.name.to_string(),
            phone: practice.phone.in_words(),
            said: change.said(),
            when,
            passkeys_stand: change.is_of_password() && has_passkeys,
            link: self.absolute(links::ACCOUNT),
        };
        let unbuildable = |_| Error::Io("a mail about an account".to_owned());
        let letter = letter::account_changed(news).map_err(unbuildable)?;
        let envelope = message::Envelope {
            job: row.id.into(),
            host: self.public_host(),
            from: &self.settings().mail_from,
            from_name: practice.name.as_str(),
            reply_to: practice.email.as_ref(),
            to: &person.email,
            to_name: Some(person.name.as_str()),
            date: self.now(),
        };
        let mail = message::build(&envelope, letter, None).map_err(unbuildable)?;
        Ok(Some(mail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_back() {
        for change in AccountChange::ALL {
            assert_eq!(AccountChange::from_code(change.code()), Some(change));
        }
        assert_eq!(AccountChange::from_code("renamed"), None);
    }
}
