//! Mails: what they say, how they are built, and how they leave.
//! When one is due, and what happens when it does not go, is [`crate::jobs`]'s.
//!
//! A mail is a folder of `templates/`: `subject.txt`, `body.txt`, `body.html`, compiled in; the
//! words come from `mail.ftl` of `i18n`. [`letter`] fills it, [`invitation`] writes the calendar
//! file beside it, [`message`] makes one MIME message of both, and a [`Mailer`] takes that away:
//! [`smtp`] or [`folder`], as [`MailUrl`] says. To add a mail: a folder, its keys in both
//! catalogues, a function in [`letter`], a job that sends it, and its snapshot in
//! `tests/mail_messages.rs`.
//!
//! No mail says the reason of a visit or the specialty of the practitioner; a mail to an
//! address that is not proved yet says nothing that a visitor typed.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use domain::{ids::JobId, people::EmailAddress};

pub mod folder;
pub mod invitation;
pub mod letter;
pub mod mailbox;
mod measured;
pub mod message;
pub mod smtp;
mod trouble;
mod url;

pub use self::{
    trouble::{NotSent, Trouble},
    url::{Encryption, MailUrl, MailUrlError, SmtpServer},
};

/// A mail that is ready to leave.
#[derive(Clone)]
pub struct Mail {
    /// The job that sends it; a repeat has the same.
    pub job: JobId,
    /// Envelope and header say the same.
    pub from: EmailAddress,
    /// The one recipient.
    pub to: EmailAddress,
    /// The whole message, headers and all, in seven bits and CRLF.
    pub message: Vec<u8>,
}

impl fmt::Debug for Mail {
    /// Says nothing of whom it is for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("job", &self.job)
            .field("octets", &self.message.len())
            .finish_non_exhaustive()
    }
}

/// What [`Mailer::send`] answers with.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send + 'a>>;

/// What takes mails away.
pub trait Mailer: fmt::Debug + Send + Sync {
    /// Hands one mail over. `Ok` means that it was accepted by whoever carries it on; after an
    /// error, only [`Trouble::Unanswered`] leaves open whether it was.
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a>;
}

impl MailUrl {
    /// The mailer it describes.
    ///
    /// # Errors
    /// When a certificate that it names cannot be read.
    pub fn mailer(&self, hello_name: &str) -> Result<Arc<dyn Mailer>, MailUrlError> {
        Ok(match self {
            Self::Folder(folder) => Arc::new(folder::FolderMailer::new(folder.clone())),
            Self::Smtp(server) => Arc::new(smtp::SmtpMailer::new(
                server,
                hello_name,
                smtp::Patience::default(),
            )?),
        })
    }
}

/// The address in `Name <address>` or `address`. A name is not kept: beside the address stands
/// the practice's.
#[must_use]
pub fn sender(text: &str) -> Option<EmailAddress> {
    let address = match text.trim().strip_suffix('>') {
        Some(named) => named.rsplit_once('<').map_or("", |(_, address)| address),
        None => text.trim(),
    };
    EmailAddress::parse(address).ok()
}
