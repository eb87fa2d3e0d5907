//! A round trip to the mail server, up to the point where a mail would begin; with an address,
//! the mail too.

use backend::{
    clock::{self, SystemRandom},
    mail::{MailUrl, NotSent, Trouble, letter::Letter, message, smtp},
};
use i18n::t;

use super::{Check, Finding, Looking, PATIENCE};

impl Looking<'_> {
    pub(super) async fn mail(&self) -> Finding {
        match &self.config.smtp_url {
            MailUrl::Folder(folder) => self.folder(folder),
            MailUrl::Smtp(server) => {
                let patience = smtp::Patience {
                    connect: PATIENCE,
                    command: PATIENCE,
                    after_data: PATIENCE * 3,
                };
                let host = self.config.public_url.host();
                let mailer = smtp::SmtpMailer::new(server, host, patience);
                let port = server.port;
                match mailer {
                    Ok(mailer) => self.round_trip(&mailer, &server.host, port).await,
                    Err(error) => {
                        let says = format!("RDV_SMTP_URL {error}");
                        Finding::wrong(Check::Mail, says, t!(self.lang, "doctor-mail-setup-do"))
                    }
                }
            }
        }
    }

    async fn round_trip(&self, mailer: &smtp::SmtpMailer, host: &str, port: u16) -> Finding {
        let lang = self.lang;
        let at = format!("{host}:{port}");
        let went = match &self.wish.mail_to {
            None => mailer.probe().await,
            Some(_) => self.send_one(mailer).await,
        };
        match (went, &self.wish.mail_to) {
            (Ok(()), None) => Finding::ok(Check::Mail, t!(lang, "doctor-mail-answers", at = at)),
            (Ok(()), Some(to)) => {
                let says = t!(lang, "doctor-mail-sent", at = at, to = to.as_str());
                Finding::ok(Check::Mail, says)
            }
            (Err(why), _) => {
                let code = why.smtp_code.map(|code| format!(" ({code})"));
                let says = format!(
                    "{at} : {}{}",
                    why.trouble.in_words(lang),
                    code.unwrap_or_default()
                );
                Finding::wrong(Check::Mail, says, self.mend(why.trouble))
            }
        }
    }

    fn mend(&self, trouble: Trouble) -> String {
        let lang = self.lang;
        match trouble {
            Trouble::Unreachable | Trouble::Slow | Trouble::Cut | Trouble::Garbled => {
                t!(lang, "doctor-mail-unreachable-do")
            }
            Trouble::Encryption => t!(lang, "doctor-mail-encryption-do"),
            Trouble::SignIn => t!(lang, "doctor-mail-sign-in-do"),
            Trouble::SenderRefused
            | Trouble::RecipientRefused
            | Trouble::TextRefused
            | Trouble::NotNow
            | Trouble::Unanswered
            | Trouble::Folder
            | Trouble::Unbuildable
            | Trouble::NoAddress
            | Trouble::Panicked
            | Trouble::Database
            | Trouble::Restored => t!(lang, "doctor-mail-refused-do"),
        }
    }

    async fn send_one(&self, mailer: &smtp::SmtpMailer) -> Result<(), NotSent> {
        use backend::mail::Mailer;
        let to = self.wish.mail_to.as_ref().ok_or(Trouble::NoAddress)?;
        let words = t!(
            self.lang,
            "doctor-mail-text",
            address = self.config.public_url.as_str()
        );
        let envelope = message::Envelope {
            job: clock::new_uuid(self.now, &SystemRandom).into(),
            host: self.config.public_url.host(),
            from: &self.config.mail_from,
            from_name: "rdv",
            reply_to: None,
            to,
            to_name: None,
            date: self.now,
        };
        let letter = Letter {
            lang: self.lang,
            subject: t!(self.lang, "doctor-mail-subject"),
            html: format!("<p>{words}</p>"),
            text: words,
        };
        let mail = message::build(&envelope, letter, None)?;
        mailer.send(&mail).await
    }

    fn folder(&self, folder: &std::path::Path) -> Finding {
        let lang = self.lang;
        let path = folder.display().to_string();
        let says = t!(lang, "doctor-mail-folder", folder = path);
        if !super::place::is_writable_or_absent(folder) {
            return Finding::wrong(Check::Mail, says, t!(lang, "doctor-mail-folder-do"));
        }
        if self.config.public_url.is_loopback() {
            Finding::ok(Check::Mail, says)
        } else {
            Finding::look(Check::Mail, says, t!(lang, "doctor-mail-setup-do"))
        }
    }
}
