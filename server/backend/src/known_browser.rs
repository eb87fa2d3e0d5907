//! What a browser shows to have signed in to an account before, so that strangers who hammer the
//! account do not keep its owner out (OWASP calls it a device cookie). It opens nothing.

use chrono::{DateTime, TimeDelta, Utc};
use domain::people::EmailAddress;

use crate::{
    Backend, Result, keys,
    store::people::{self, Account},
};

/// So long after a sign-in a browser is known, or until the password is another.
pub const KNOWN: TimeDelta = TimeDelta::days(90);

/// The cookie's three parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBrowser {
    /// Random, and says nothing of the account.
    pub browser: String,
    /// When it signed in, in seconds since 1970.
    pub since: i64,
    /// That we said so, of this account while it had this password.
    pub proof: String,
}

impl Backend {
    /// Whether a browser that shows this signed in to the account of that address lately, with
    /// the password that it has today. `false` for an address that nobody has.
    ///
    /// # Errors
    /// As the database.
    pub async fn is_known_browser(
        &self,
        email: &EmailAddress,
        shown: &KnownBrowser,
    ) -> Result<bool> {
        let since = DateTime::<Utc>::from_timestamp(shown.since, 0);
        if since.is_none_or(|since| self.now() - since >= KNOWN) {
            return Ok(false);
        }
        let account = people::account_by_email(&mut self.store().read().await?, email).await?;
        Ok(account.is_some_and(|account| {
            let expected = self.proof_of(&account, &shown.browser, shown.since);
            keys::same(&expected, &shown.proof)
        }))
    }

    /// What a browser shows from now on that just signed in to the account of that address;
    /// `None` when nobody has it any more.
    ///
    /// # Errors
    /// As the database.
    pub async fn remember_browser(&self, email: &EmailAddress) -> Result<Option<KnownBrowser>> {
        let account = people::account_by_email(&mut self.store().read().await?, email).await?;
        let (browser, since) = (self.new_token(), self.now().timestamp());
        Ok(account.map(|account| KnownBrowser {
            proof: self.proof_of(&account, &browser, since),
            browser,
            since,
        }))
    }

    fn proof_of(&self, account: &Account, browser: &str, since: i64) -> String {
        let password = &account.password_hash;
        self.keys()
            .known_browser(account.id, password, browser, since)
    }
}
