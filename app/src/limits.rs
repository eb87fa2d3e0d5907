//! How a server function asks whether one more try is let in. The counting, and how many are,
//! is `server::limits`'.

use std::{fmt, sync::Arc};

use backend::{known_browser::KnownBrowser, passwords::Asks};
use chrono::{DateTime, Utc};
use domain::{
    holding::Network,
    people::{EmailAddress, PhoneNumber},
    practice::Slug,
};

use crate::{fault::Fault, request};

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt<'a> {
    /// A sign-in with this name of an account, as typed.
    SignIn {
        /// Never stored: only its keyed hash is.
        account: &'a str,
        /// Whether this network signed in to it before, with the password of today.
        known: bool,
    },
    /// A sign-in, or its code, from a browser that proved to have signed in to this account
    /// before: whatever strangers do counts nothing against it.
    KnownBrowser {
        /// Never stored: only its keyed hash is.
        account: &'a str,
        /// The random part of the proof.
        browser: &'a str,
    },
    /// The same from a browser that signed in to it before.
    SecondStepOfKnownBrowser {
        /// Never stored: only its keyed hash is.
        account: &'a str,
        /// The random part of the proof.
        browser: &'a str,
    },
    /// A code after the password of this account, by its address.
    SecondStep {
        /// Never stored: only its keyed hash is.
        account: &'a str,
        /// As [`Attempt::SignIn`]'s.
        known: bool,
    },
    /// A code, or a confirmation by a link, for the held slot behind this token.
    Code {
        /// The token of the hold.
        hold: &'a str,
    },
    /// A code for a token that is none.
    CodeForNone,
    /// A slot to be held by a visitor.
    Hold {
        /// Whether the form brought a proof of work.
        proved: bool,
        /// Whose time, by her name in addresses.
        whose: &'a str,
    },
    /// The code of a held slot, mailed once more.
    Resend,
    /// A challenge for a passkey, or an answer to it, before anybody is known.
    Passkey,
    /// Opening a practice by a set-up link.
    SetUp,
    /// Data that is anybody's to read, asked for by a program.
    Read,
}

/// Who tries: the network a request comes from, an IPv4 address or an IPv6 /64, and those that
/// it lies in: whoever is given 256 of them is no crowd. Never logged.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClientKey {
    network: String,
    wider: Vec<String>,
}

impl ClientKey {
    /// A network, and those it lies in, each wider than the one before.
    pub fn new(network: impl Into<String>, wider: Vec<String>) -> Self {
        Self {
            network: network.into(),
            wider,
        }
    }

    /// The network itself.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.network
    }

    /// The network of a household: of IPv6 what it lies in, which is given to one as often.
    #[must_use]
    pub fn household(&self) -> &str {
        self.wider.first().unwrap_or(&self.network)
    }

    /// The network and those it lies in, the widest last.
    pub fn networks(&self) -> impl Iterator<Item = &str> {
        [&self.network]
            .into_iter()
            .chain(&self.wider)
            .map(String::as_str)
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientKey(…)")
    }
}

/// What a hold took of the shares of its network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// What counts of that network.
    pub network: Network,
    /// Under which keys, of an address and of a telephone.
    pub own: Vec<[u8; 16]>,
    /// Under which key, of a practitioner, and when the slot starts; `None` where it was taken before,
    /// by the same form sent twice.
    pub slot: Option<([u8; 16], DateTime<Utc>)>,
}

impl Share {
    /// Of a network that is not counted.
    #[must_use]
    pub fn none() -> Self {
        Self {
            network: Network {
                own_share: true,
                open: Vec::new(),
            },
            ..Self::default()
        }
    }
}

/// Counts tries.
pub trait Limits: fmt::Debug + Send + Sync {
    /// # Errors
    /// [`Fault::TooMany`], with the seconds to wait.
    fn admit(&self, attempt: Attempt<'_>, client: &ClientKey) -> Result<(), Fault>;

    /// Somebody signed in to this account from there: strangers who try from elsewhere do not
    /// count against that network, for as long as the proof is good.
    fn signed_in(&self, account: &str, client: &ClientKey, proof: KnownBrowser);

    /// What was remembered of the last sign-in to this account from there. Whether it is good
    /// still, the database knows: it ends with the password.
    fn remembered(&self, account: &str, client: &ClientKey) -> Option<KnownBrowser>;

    /// What a hold asked for from there takes of the shares of its network: with each of `with` (an
    /// address, a telephone), and of the time of a practitioner.
    fn take_share(&self, with: &[&str], slot: (&str, DateTime<Utc>), client: &ClientKey) -> Share;

    /// Nothing was held after all.
    fn give_back(&self, share: &Share);

    /// Whether anything is limited at all; if not, forms are not timed either.
    fn are_on(&self) -> bool;

    /// Frees the memory of tries that no longer count; called now and then.
    fn forget_old(&self);
}

/// The limits as they stand for the client of this request.
#[derive(Clone, Debug)]
pub struct Gate {
    pub(crate) limits: Arc<dyn Limits>,
    pub(crate) client: ClientKey,
}

impl Gate {
    /// One more try to sign in to this account (its name as typed), and whether the browser did so before.
    ///
    /// # Errors
    /// [`Fault::TooMany`]: too many from this network, or for this account from anywhere but a
    /// network or a browser that lately signed in to it, so that a stranger cannot lock its
    /// owner out. [`Fault::Unavailable`] when the database cannot tell whether the browser did.
    pub async fn sign_in(&self, account: &str) -> Result<Asks, Fault> {
        let browser = request::known_browser(account).await?;
        let attempt = match &browser {
            Some(browser) => Attempt::KnownBrowser { account, browser },
            None => Attempt::SignIn {
                account,
                known: self.is_known(account).await?,
            },
        };
        self.limits.admit(attempt, &self.client)?;
        // Not a network: how long it takes would tell whoever is beside her whose it is.
        Ok(match browser {
            Some(_) => Asks::Known,
            None => Asks::Stranger,
        })
    }

    /// One more code after the password of this account.
    ///
    /// # Errors
    /// [`Fault::TooMany`], as [`Self::sign_in`]: whoever knows the password and tries codes from
    /// elsewhere cannot lock its owner out.
    pub async fn second_step(&self, account: &str) -> Result<(), Fault> {
        let browser = request::known_browser(account).await?;
        let attempt = match &browser {
            Some(browser) => Attempt::SecondStepOfKnownBrowser { account, browser },
            None => Attempt::SecondStep {
                account,
                known: self.is_known(account).await?,
            },
        };
        self.limits.admit(attempt, &self.client)
    }

    /// Whether this network signed in to the account before, with the password of today. Asks the
    /// database only where something is remembered, so that strangers cost it nothing.
    async fn is_known(&self, account: &str) -> Result<bool, Fault> {
        match self.limits.remembered(account, &self.client) {
            Some(proof) => request::is_known_browser(account, &proof).await,
            None => Ok(false),
        }
    }

    /// Call it when a sign-in to this account went well, with its code if it asks for one: a
    /// password alone does not make a network known. Also when its password was changed, which
    /// makes all browsers and networks unknown.
    pub async fn signed_in(&self, account: &str) {
        // She is signed in: that the database went away now is in the log, and no fault of hers.
        if let Ok(Some(proof)) = request::remember_browser(account).await {
            self.limits.signed_in(account, &self.client, proof);
        }
    }

    /// One more code for the held slot behind this token, or for `None` that there is. The former
    /// counts for the hold, wherever it comes from, the latter for the network: who makes up
    /// tokens keeps nobody beside her from confirming.
    ///
    /// # Errors
    /// [`Fault::TooMany`].
    pub fn code(&self, hold: Option<&str>) -> Result<(), Fault> {
        let attempt = match hold {
            Some(hold) => Attempt::Code { hold },
            None => Attempt::CodeForNone,
        };
        self.limits.admit(attempt, &self.client)
    }

    /// One more slot to hold at that practitioner; `proved` says whether the form brought a proof of
    /// work.
    ///
    /// # Errors
    /// [`Fault::TooMany`].
    pub fn hold(&self, proved: bool, whose: &Slug) -> Result<(), Fault> {
        let whose = whose.as_str();
        self.limits
            .admit(Attempt::Hold { proved, whose }, &self.client)
    }

    /// What a hold that was let in takes of the shares of its network. Call it once for each.
    #[must_use]
    pub fn take_share(
        &self,
        email: &EmailAddress,
        phone: &PhoneNumber,
        whose: &Slug,
        start: DateTime<Utc>,
    ) -> Share {
        // As the limits of one mailbox: without its tag.
        let (local, domain) = email.mailbox();
        let (email, phone) = (format!("{local}@{domain}"), phone.to_string());
        let slot = (whose.as_str(), start);
        self.limits
            .take_share(&[&email, &phone], slot, &self.client)
    }

    /// Nothing was held after all: it counts as if it had not been asked for.
    pub fn give_back(&self, share: &Share) {
        self.limits.give_back(share);
    }

    /// One more code to mail for a slot that is held.
    ///
    /// # Errors
    /// [`Fault::TooMany`].
    pub fn resend(&self) -> Result<(), Fault> {
        self.limits.admit(Attempt::Resend, &self.client)
    }

    /// Whether anything is limited at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.limits.are_on()
    }

    /// One more challenge for a passkey, or answer to one. Nothing is counted by account: an
    /// answer cannot be guessed, and so a stranger keeps nobody out.
    ///
    /// # Errors
    /// [`Fault::TooMany`].
    pub fn passkey(&self) -> Result<(), Fault> {
        self.limits.admit(Attempt::Passkey, &self.client)
    }

    /// One more set-up link that is none.
    ///
    /// # Errors
    /// [`Fault::TooMany`].
    pub fn set_up(&self) -> Result<(), Fault> {
        self.limits.admit(Attempt::SetUp, &self.client)
    }
}
