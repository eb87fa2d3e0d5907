//! One MIME message out of a letter and a calendar file.
//! The words are [`super::letter`]'s, the calendar file [`super::invitation`]'s.
//!
//! With an invitation (RFC 6047, and what Outlook and others make of it):
//! `multipart/mixed { multipart/alternative { text/plain, text/html, text/calendar; method=… },
//! application/ics attachment }`, the same calendar bytes twice: without the first Outlook shows
//! no buttons, without the second others show nothing. A letter alone is a
//! `multipart/alternative`.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::{ids::JobId, people::EmailAddress};
use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, MultiPartBuilder, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::{Mail, Trouble, invitation::Invitation, letter::Letter};
use crate::ics;

/// What stands on the envelope and in the headers.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The job that sends it.
    pub job: JobId,
    /// The public host, for the Message-ID.
    pub host: &'a str,
    /// The mailbox that sends.
    pub from: &'a EmailAddress,
    /// Shown beside it: the practice.
    pub from_name: &'a str,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<&'a EmailAddress>,
    /// The one recipient.
    pub to: &'a EmailAddress,
    /// Shown beside it; `None` while nobody proved that the name belongs to the address.
    pub to_name: Option<&'a str>,
    /// When it was written.
    pub date: DateTime<Utc>,
}

/// Builds the mail: the same arguments give the same octets.
///
/// # Errors
/// [`Trouble::Unbuildable`] for an address that no header can hold.
pub fn build(
    envelope: &Envelope<'_>,
    letter: Letter,
    invitation: Option<&Invitation>,
) -> Result<Mail, Trouble> {
    let job = envelope.job;
    let mut builder = Message::builder()
        .date(envelope.date.into())
        .from(mailbox(Some(envelope.from_name), envelope.from)?)
        .to(mailbox(envelope.to_name, envelope.to)?)
        .subject(ics::clean(&letter.subject))
        .message_id(Some(format!("<{job}@{}>", envelope.host)))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", letter.lang.code()));
    if let Some(reply_to) = envelope.reply_to {
        builder = builder.reply_to(mailbox(Some(envelope.from_name), reply_to)?);
    }
    let alternative = bounded(MultiPart::alternative(), job, "a")
        .singlepart(SinglePart::plain(letter.text))
        .singlepart(SinglePart::html(letter.html));
    let body = match invitation {
        None => alternative,
        Some(invitation) => with_invitation(alternative, invitation, job)?,
    };
    let message = builder
        .multipart(body)
        .map_err(|_| Trouble::Unbuildable)?
        .formatted();
    Ok(Mail {
        job,
        from: envelope.from.clone(),
        to: envelope.to.clone(),
        message,
    })
}

fn with_invitation(
    alternative: MultiPart,
    invitation: &Invitation,
    job: JobId,
) -> Result<MultiPart, Trouble> {
    let content_type = |text: &str| ContentType::parse(text).map_err(|_| Trouble::Unbuildable);
    let method = invitation.method.name();
    let inline = SinglePart::builder()
        .header(content_type(&format!(
            "text/calendar; method={method}; charset=UTF-8"
        ))?)
        .header(ContentTransferEncoding::Base64)
        .body(invitation.calendar.clone().into_bytes());
    let attached = Attachment::new("invite.ics".to_owned()).body(
        invitation.calendar.clone().into_bytes(),
        content_type("application/ics; name=\"invite.ics\"")?,
    );
    Ok(bounded(MultiPart::mixed(), job, "m")
        .multipart(alternative.singlepart(inline))
        .singlepart(attached))
}

/// lettre draws boundaries by lot; ours come from the job, whose identifier no text can hold by
/// chance.
fn bounded(part: MultiPartBuilder, job: JobId, kind: &str) -> MultiPart {
    part.boundary(format!("{kind}-{}", job.uuid().simple()))
        .build()
}

/// lettre panics on a line break in a display name.
fn mailbox(name: Option<&str>, address: &EmailAddress) -> Result<Mailbox, Trouble> {
    let address: Address = address.as_str().parse().map_err(|_| Trouble::Unbuildable)?;
    let name = name.map(ics::clean).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name.map(Cow::into_owned), address))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
