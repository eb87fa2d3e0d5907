//! Why a mail did not go: a small set of classes that hold nothing personal.
//! An SMTP server echoes addresses in its answers, so those are never kept: only their code.

use std::fmt;

use i18n::{Lang, t};

use crate::store::jobs::{NO_ADDRESS, UNANSWERED};

/// Why a mail did not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server cannot be reached.
    Unreachable,
    /// The server did not answer in time, before it had the text.
    Slow,
    /// The connection was cut before the server had the text.
    Cut,
    /// No encryption could be agreed on, or its certificate is not to be trusted.
    Encryption,
    /// The server refuses our name and password.
    SignIn,
    /// The server refuses us or our sender, whatever the mail.
    SenderRefused,
    /// The server does not know the recipient, or does not take mail for her.
    RecipientRefused,
    /// The server does not want the text.
    TextRefused,
    /// Not now, says the server (4xx).
    NotNow,
    /// The server had the text and did not say whether it keeps it: it may have arrived.
    Unanswered,
    /// The server says what no server should.
    Garbled,
    /// The folder cannot be written.
    Folder,
    /// The mail cannot be built.
    Unbuildable,
    /// There is no address to write to.
    NoAddress,
    /// The program failed while it made or sent the mail.
    Panicked,
    /// The database did not answer.
    Database,
    /// The database was restored from a backup in which the mail was waiting: it may have gone
    /// since.
    Restored,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Unreachable,
        Self::Slow,
        Self::Cut,
        Self::Encryption,
        Self::SignIn,
        Self::SenderRefused,
        Self::RecipientRefused,
        Self::TextRefused,
        Self::NotNow,
        Self::Unanswered,
        Self::Garbled,
        Self::Folder,
        Self::Unbuildable,
        Self::NoAddress,
        Self::Panicked,
        Self::Database,
        Self::Restored,
    ];

    /// The word under which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::Cut => "cut",
            Self::Encryption => "encryption",
            Self::SignIn => "sign_in",
            Self::SenderRefused => "sender_refused",
            Self::RecipientRefused => "recipient_refused",
            Self::TextRefused => "text_refused",
            Self::NotNow => "not_now",
            Self::Unanswered => UNANSWERED,
            Self::Garbled => "garbled",
            Self::Folder => "folder",
            Self::Unbuildable => "unbuildable",
            Self::NoAddress => NO_ADDRESS,
            Self::Panicked => "panicked",
            Self::Database => "database",
            Self::Restored => "restored",
        }
    }

    /// Whether the same mail may go at another time.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        match self {
            Self::Unreachable
            | Self::Slow
            | Self::Cut
            | Self::Encryption
            | Self::SignIn
            | Self::SenderRefused
            | Self::NotNow
            | Self::Unanswered
            | Self::Garbled
            | Self::Folder
            | Self::Database => true,
            Self::RecipientRefused
            | Self::TextRefused
            | Self::Unbuildable
            | Self::NoAddress
            | Self::Panicked
            | Self::Restored => false,
        }
    }

    /// Whether the mail may have arrived all the same.
    #[must_use]
    pub const fn may_have_arrived(self) -> bool {
        match self {
            Self::Unanswered | Self::Panicked | Self::Restored => true,
            Self::Unreachable
            | Self::Garbled
            | Self::Slow
            | Self::Cut
            | Self::Encryption
            | Self::SignIn
            | Self::SenderRefused
            | Self::RecipientRefused
            | Self::TextRefused
            | Self::NotNow
            | Self::Folder
            | Self::Unbuildable
            | Self::NoAddress
            | Self::Database => false,
        }
    }

    /// A few words for the office.
    #[must_use]
    pub fn in_words(self, lang: Lang) -> String {
        match self {
            Self::Unreachable => t!(lang, "mail-trouble-unreachable"),
            Self::Slow => t!(lang, "mail-trouble-slow"),
            Self::Cut => t!(lang, "mail-trouble-cut"),
            Self::Encryption => t!(lang, "mail-trouble-encryption"),
            Self::SignIn => t!(lang, "mail-trouble-sign-in"),
            Self::SenderRefused => t!(lang, "mail-trouble-sender-refused"),
            Self::RecipientRefused => t!(lang, "mail-trouble-recipient-refused"),
            Self::TextRefused => t!(lang, "mail-trouble-text-refused"),
            Self::NotNow => t!(lang, "mail-trouble-not-now"),
            Self::Unanswered => t!(lang, "mail-trouble-unanswered"),
            Self::Garbled => t!(lang, "mail-trouble-garbled"),
            Self::Folder => t!(lang, "mail-trouble-folder"),
            Self::Unbuildable => t!(lang, "mail-trouble-unbuildable"),
            Self::NoAddress => t!(lang, "mail-trouble-no-address"),
            Self::Panicked => t!(lang, "mail-trouble-panicked"),
            Self::Database => t!(lang, "mail-trouble-database"),
            Self::Restored => t!(lang, "mail-trouble-restored"),
        }
    }
}

/// A mail that did not go: why, and the code of the SMTP answer if there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSent {
    /// Why.
    pub trouble: Trouble,
    /// 400 to 599.
    pub smtp_code: Option<u16>,
}

impl NotSent {
    /// The form in which it is stored, `recipient_refused 550`, read back; `None` for a text
    /// that is none.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let (word, number) = text.split_once(' ').unwrap_or((text, ""));
        Some(Self {
            trouble: Trouble::ALL
                .into_iter()
                .find(|trouble| trouble.code() == word)?,
            smtp_code: number.parse().ok(),
        })
    }
}

impl From<Trouble> for NotSent {
    fn from(trouble: Trouble) -> Self {
        Self {
            trouble,
            smtp_code: None,
        }
    }
}

impl fmt::Display for NotSent {
    /// The form in which it is stored and logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.trouble.code())?;
        match self.smtp_code {
            Some(code) => write!(f, " {code}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        for trouble in Trouble::ALL {
            for smtp_code in [None, Some(450), Some(550)] {
                let stored = NotSent { trouble, smtp_code };
                assert_eq!(NotSent::from_stored(&stored.to_string()), Some(stored));
            }
            for lang in Lang::ALL {
                assert!(!trouble.in_words(lang).is_empty());
            }
        }
        assert_eq!(
            NotSent::from_stored("550 no such user zoe@example.org"),
            None
        );
    }
}
