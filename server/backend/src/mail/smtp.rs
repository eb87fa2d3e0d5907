//! Handing a mail to an SMTP server: one connection a mail, every step with a limit of time, and
//! an honest answer to "may it have arrived?".
//!
//! Why not the pool of lettre: its asynchronous client limits the time of the connection only, so
//! a limit of ours has to drop the dialogue; a dropped dialogue goes back to the pool half-way,
//! and the answers to one mail are then read as answers to the next.

use std::{
    future::Future,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use lettre::{
    Address,
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail as MailFrom, Noop, Quit, Rcpt},
        extension::ClientId,
        response::Response,
    },
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{net::TcpStream, time::timeout};

use super::{
    Encryption, Mail, MailUrlError, Mailer, NotSent, Sending, SmtpServer, Trouble,
    measured::Measured,
};

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The connection, with its greeting and TLS.
    pub connect: Duration,
    /// The answer to a command.
    pub command: Duration,
    /// The answer to the end of the text, the one that must not be missed: giving up here means
    /// that the mail may arrive twice. Filters make it slow (RFC 5321 §4.5.3.2.6 allows ten
    /// minutes).
    pub after_data: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            command: Duration::from_secs(20),
            after_data: Duration::from_secs(120),
        }
    }
}

/// Hands mails to an SMTP server.
#[derive(Clone)]
pub struct SmtpMailer {
    host: String,
    port: u16,
    encryption: Encryption,
    tls: Option<TlsParameters>,
    credentials: Option<Arc<(String, SecretString)>>,
    hello: ClientId,
    patience: Patience,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpMailer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// To that server. Nothing is sent yet.
    ///
    /// # Errors
    /// [`MailUrlError`] when the certificates it names cannot be read.
    pub fn new(
        server: &SmtpServer,
        public_host: &str,
        patience: Patience,
    ) -> Result<Self, MailUrlError> {
        let tls = match server.encryption {
            Encryption::None => None,
            Encryption::Tls | Encryption::StartTls | Encryption::IfOffered => Some(tls(server)?),
        };
        let hello_name = server.hello_name.as_deref().unwrap_or(public_host);
        Ok(Self {
            host: server.host.clone(),
            port: server.port,
            encryption: server.encryption,
            tls,
            credentials: server.credentials.clone().map(Arc::new),
            hello: hello(hello_name),
            patience,
        })
    }

    async fn deliver(&self, mail: &Mail) -> Result<(), NotSent> {
        let address = |text: &str| text.parse::<Address>().map_err(|_| Trouble::Unbuildable);
        let (from, to) = (address(mail.from.as_str())?, address(mail.to.as_str())?);

        let mut connection = self.connect().await?;
        self.sign_in(&mut connection).await?;
        let limit = self.patience.command;
        let said = connection.command(MailFrom::new(Some(from), Vec::new()));
        agrees(&within(limit, said, Stage::Sender).await?, Stage::Sender)?;
        let said = connection.command(Rcpt::new(to, Vec::new()));
        agrees(
            &within(limit, said, Stage::Recipient).await?,
            Stage::Recipient,
        )?;
        let said = within(limit, connection.command(Data), Stage::Text).await?;
        agrees(&said, Stage::Text)?;
        let said = connection.message(&mail.message);
        let said = within(self.patience.after_data, said, Stage::AfterText).await?;
        agrees(&said, Stage::AfterText)?;
        // It is delivered; how the dialogue ends does not matter.
        let _ = timeout(Duration::from_secs(2), connection.command(Quit)).await;
        Ok(())
    }

    /// Greets the server, signs in and says goodbye: everything before a mail.
    ///
    /// # Errors
    /// As sending a mail, up to there.
    pub async fn probe(&self) -> Result<(), NotSent> {
        let mut connection = self.connect().await?;
        self.sign_in(&mut connection).await?;
        within(
            self.patience.command,
            connection.command(Noop),
            Stage::Sender,
        )
        .await?;
        let _ = timeout(Duration::from_secs(2), connection.command(Quit)).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, NotSent> {
        let implicit = match self.encryption {
            Encryption::Tls => self.tls.clone(),
            Encryption::StartTls | Encryption::IfOffered | Encryption::None => None,
        };
        let stage = match implicit {
            Some(_) => Stage::EncryptedGreeting,
            None => Stage::Greeting,
        };
        let limit = self.patience.connect;
        let mut connection = match implicit {
            Some(tls) => {
                let server = (self.host.as_str(), self.port);
                let greeted = AsyncSmtpConnection::connect_tokio1(
                    server,
                    Some(limit),
                    &self.hello,
                    Some(tls),
                    None,
                );
                within(limit, greeted, stage).await?
            }
            None => {
                let began = Instant::now();
                let stream = self.reach(limit).await?;
                let left = limit.saturating_sub(began.elapsed());
                let greeted = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
                within(left, greeted, stage).await?
            }
        };
        let upgrade = match self.encryption {
            Encryption::StartTls => true,
            Encryption::IfOffered => connection.can_starttls(),
            Encryption::Tls | Encryption::None => false,
        };
        if let (true, Some(tls)) = (upgrade, &self.tls) {
            let encrypted = connection.starttls(tls.clone(), &self.hello);
            within(limit, encrypted, Stage::Encryption).await?;
        }
        Ok(connection)
    }

    /// A connection on which nothing was said yet, and not too much will be.
    async fn reach(&self, limit: Duration) -> Result<Box<Measured>, NotSent> {
        let reached = TcpStream::connect((self.host.as_str(), self.port));
        let stream = timeout(limit, reached).await.map_err(|_| Trouble::Slow)?;
        let stream = stream.map_err(|_| Trouble::Unreachable)?;
        Ok(Box::new(Measured::new(stream)))
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), NotSent> {
        let Some(credentials) = &self.credentials else {
            return Ok(());
        };
        let (name, password) = &**credentials;
        let credentials = Credentials::new(name.clone(), password.expose_secret().to_owned());
        let said = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
        within(self.patience.command, said, Stage::SignIn).await?;
        Ok(())
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(self.deliver(mail))
    }
}

fn tls(server: &SmtpServer) -> Result<TlsParameters, MailUrlError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(file) = &server.authorities {
        let pem = std::fs::read_to_string(file).map_err(|_| MailUrlError::Authorities)?;
        // lettre takes a file without any certificate for a short list.
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(MailUrlError::Authorities);
        }
        let certificate =
            Certificate::from_pem(pem.as_bytes()).map_err(|_| MailUrlError::Authorities)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|_| MailUrlError::Tls)
}

/// What we call ourselves: a name, or an address literal (RFC 5321 §4.1.3).
fn hello(name: &str) -> ClientId {
    match name.trim_matches(['[', ']']).parse() {
        Ok(std::net::IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Ok(std::net::IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Err(_) => ClientId::Domain(name.to_owned()),
    }
}

/// How far a dialogue came: the same answer means another thing at another stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Greeting,
    EncryptedGreeting,
    Encryption,
    SignIn,
    Sender,
    Recipient,
    Text,
    AfterText,
}

impl Stage {
    /// What it means when nothing is said that can be understood: after the text, that nobody knows
    /// whether the mail was taken; before it, that trouble.
    const fn unanswered_or(self, trouble: Trouble) -> Trouble {
        match self {
            Self::AfterText => Trouble::Unanswered,
            Self::Greeting
            | Self::EncryptedGreeting
            | Self::Encryption
            | Self::SignIn
            | Self::Sender
            | Self::Recipient
            | Self::Text => trouble,
        }
    }
}

/// Waits for one step, at most `limit`.
async fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, SmtpError>>,
    stage: Stage,
) -> Result<T, NotSent> {
    match timeout(limit, step).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(classify(&error, stage)),
        Err(_) => Err(stage.unanswered_or(Trouble::Slow).into()),
    }
}

/// Whether an answer is the one that goes on: "send the text" (354) before it, "done" (2xx) anywhere
/// else. lettre takes either for good everywhere (RFC 5321 §4.3.2).
fn agrees(answer: &Response, stage: Stage) -> Result<(), NotSent> {
    let code = u16::from(answer.code());
    let goes_on = match stage {
        Stage::Text => code == 354,
        Stage::Greeting
        | Stage::EncryptedGreeting
        | Stage::Encryption
        | Stage::SignIn
        | Stage::Sender
        | Stage::Recipient
        | Stage::AfterText => (200..300).contains(&code),
    };
    if goes_on {
        return Ok(());
    }
    Err(NotSent {
        trouble: stage.unanswered_or(Trouble::Garbled),
        smtp_code: Some(code),
    })
}

fn classify(error: &SmtpError, stage: Stage) -> NotSent {
    if let Some(code) = error.status() {
        let trouble = if !error.is_permanent() {
            Trouble::NotNow
        } else if stage == Stage::Recipient && is_about_us(error) {
            Trouble::SenderRefused
        } else {
            refused(stage)
        };
        return NotSent {
            trouble,
            smtp_code: Some(u16::from(code)),
        };
    }
    let trouble = match stage {
        // The server had the text, and whatever came after it is no answer to rely on.
        Stage::AfterText => Trouble::Unanswered,
        Stage::Encryption => Trouble::Encryption,
        Stage::SignIn if error.is_client() => Trouble::SignIn,
        Stage::EncryptedGreeting if error.is_tls() || is_tls_inside(error) => Trouble::Encryption,
        Stage::Greeting | Stage::EncryptedGreeting if was_never_connected(error) => {
            Trouble::Unreachable
        }
        Stage::Greeting
        | Stage::EncryptedGreeting
        | Stage::SignIn
        | Stage::Sender
        | Stage::Recipient
        | Stage::Text => {
            // lettre calls an end in the middle of an answer an incomplete response.
            if error.is_response() && !error.to_string().contains("incomplete") {
                Trouble::Garbled
            } else {
                Trouble::Cut
            }
        }
    };
    trouble.into()
}

/// What a permanent refusal means: at the recipient or the text it is about this mail; before,
/// it is about us, and other mails would fare the same until somebody mends it.
const fn refused(stage: Stage) -> Trouble {
    match stage {
        Stage::Recipient => Trouble::RecipientRefused,
        Stage::Text | Stage::AfterText => Trouble::TextRefused,
        Stage::SignIn => Trouble::SignIn,
        Stage::Encryption => Trouble::Encryption,
        Stage::Greeting | Stage::EncryptedGreeting | Stage::Sender => Trouble::SenderRefused,
    }
}

/// Whether a server refuses at the recipient because of who we are: "relay access denied" carries
/// an enhanced status of 5.7 (RFC 3463 §3.8), anywhere in the line (qmail) or not at all (Exim: "relay
/// not permitted"); "sign in first" the code 530. An address that is not there is 5.1, whatever the
/// words.
fn is_about_us(error: &SmtpError) -> bool {
    const WORDS: [&str; 5] = [
        "relay access denied",
        "relay not permitted",
        "relaying denied",
        "unable to relay",
        "rcpthosts",
    ];
    let says_policy = std::error::Error::source(error).is_some_and(|answer| {
        let answer = answer.to_string().to_ascii_lowercase();
        let has_status = |subject: &str| {
            answer
                .split(|c: char| !c.is_ascii_digit() && c != '.')
                .any(|word| word.starts_with(subject) && word.matches('.').count() == 2)
        };
        !has_status("5.1.")
            && (has_status("5.7.") || WORDS.iter().any(|words| answer.contains(words)))
    });
    says_policy || error.status().map(u16::from) == Some(530)
}

fn io_error(error: &SmtpError) -> Option<&io::Error> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref() {
            return Some(io);
        }
        source = inner.source();
    }
    None
}

/// rustls reports a certificate it does not trust as an `io::Error` of this kind.
fn is_tls_inside(error: &SmtpError) -> bool {
    io_error(error).is_some_and(|io| io.kind() == io::ErrorKind::InvalidData)
}

fn was_never_connected(error: &SmtpError) -> bool {
    use io::ErrorKind::{ConnectionReset, UnexpectedEof};
    !error.is_response()
        && io_error(error).is_none_or(|io| !matches!(io.kind(), ConnectionReset | UnexpectedEof))
}
