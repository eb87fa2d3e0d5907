//! The mails in the folder, read back for the page that shows them as a mailbox to whoever tries
//! the program on their own machine. It exists only while mails go to a folder.
//! Writing them is [`super::folder`]'s; whether the page may be shown is `server`'s.

use std::{fs, io, path::Path};

use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser, MimeHeaders};

use super::MailUrl;
use crate::{Backend, Error, Result};

/// A mail as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalMail {
    /// Name of its file without `.eml`: the identifier of its job.
    pub id: String,
    /// Recipient.
    pub to: String,
    /// Sender, as `Name <address>`.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The six digits, if it carries a code.
    pub code: Option<String>,
    /// The calendar file, if it carries one.
    pub calendar: Option<String>,
}

impl Backend {
    /// The mails of the folder, newest first; `None` when mails leave by SMTP.
    ///
    /// # Errors
    /// [`Error::Io`] when the folder cannot be read.
    pub async fn mailbox(&self) -> Result<Option<Vec<LocalMail>>> {
        let MailUrl::Folder(folder) = self.settings().smtp_url.clone() else {
            return Ok(None);
        };
        let read = tokio::task::spawn_blocking(move || read_folder(&folder)).await?;
        let mails =
            read.map_err(|error| Error::Io(format!("the mail folder: {}", error.kind())))?;
        Ok(Some(mails))
    }
}

fn read_folder(folder: &Path) -> io::Result<Vec<LocalMail>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // Nothing was sent yet.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut mails = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(id) = name.and_then(|name| name.strip_suffix(".eml")) else {
            continue;
        };
        let bytes = fs::read(&path)?;
        mails.extend(read(id, &bytes));
    }
    mails.sort_by(|one, other| (other.date, &other.id).cmp(&(one.date, &one.id)));
    Ok(mails)
}

/// Reads one mail of ours; `None` for a file that is none.
#[must_use]
pub fn read(id: &str, bytes: &[u8]) -> Option<LocalMail> {
    let message = MessageParser::default().parse(bytes)?;
    let text = message.body_text(0)?.into_owned();
    Some(LocalMail {
        id: id.to_owned(),
        to: message.to()?.first()?.address()?.to_owned(),
        from: sender(&message)?,
        subject: message.subject()?.to_owned(),
        date: DateTime::from_timestamp(message.date()?.to_timestamp(), 0)?,
        html: message.body_html(0)?.into_owned(),
        code: code(&text),
        calendar: calendar(&message),
        text,
    })
}

fn sender(message: &Message<'_>) -> Option<String> {
    let from = message.from()?.first()?;
    let address = from.address()?;
    Some(match from.name() {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    })
}

/// The code stands alone on its line.
fn code(text: &str) -> Option<String> {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    text.lines().map(str::trim).find(is_code).map(str::to_owned)
}

fn calendar(message: &Message<'_>) -> Option<String> {
    let is_calendar =
        |part: &&mail_parser::MessagePart<'_>| part.is_content_type("text", "calendar");
    let part = message.parts.iter().find(is_calendar)?;
    part.text_contents().map(str::to_owned)
}
