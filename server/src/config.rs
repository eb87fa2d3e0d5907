//! What the options mean together, checked before anything starts. Where they come from (flag,
//! environment, default) is [`crate::cli`]'s.

use std::{
    fmt, fs,
    net::{IpAddr, SocketAddr},
    path::Path,
    str::FromStr,
};

use backend::mail::{self, MailUrl, MailUrlError};
use domain::people::EmailAddress;
use http::Uri;
use secrecy::{ExposeSecret, SecretString};

use crate::{cli::Options, network::TrustedProxies, routes::metrics};

/// The database when nothing else is said.
pub const DEFAULT_DATABASE: &str = "sqlite:data/rdv.db";
/// Where mails go when nothing else is said.
pub const DEFAULT_SMTP: &str = "file:data/mail";

/// A wrong value: which variable, and what it should look like. Never repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {wrong}.\n{should}")]
pub struct ConfigError {
    /// `RDV_…`; its flag has the same name in lower case with hyphens.
    pub variable: &'static str,
    /// What is wrong with it.
    pub wrong: String,
    /// What it should look like.
    pub should: &'static str,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Whether tries are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RateLimits {
    /// Counted.
    #[default]
    On,
    /// Not counted: for measuring, on loopback only.
    Off,
}

/// Where the instance is reached: a scheme and a host, no path, no slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The address, `https://rdv.example`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach it over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Its host, without port and brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.0.split("://").nth(1).unwrap_or_default();
        match authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        }
    }

    /// Whether only this machine can mean it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost"
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for PublicUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let uri: Uri = text.trim().parse().map_err(|_| ())?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| matches!(*scheme, "http" | "https"))
            .ok_or(())?;
        let authority = uri.authority().ok_or(())?.as_str();
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.contains('@') {
            return Err(());
        }
        let host = authority.to_lowercase();
        // Browsers leave the usual port out of an Origin.
        let usual = if scheme == "https" { ":443" } else { ":80" };
        let host = host.strip_suffix(usual).unwrap_or(&host);
        if host.is_empty() || host.starts_with(':') {
            return Err(());
        }
        Ok(Self(format!("{scheme}://{host}")))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything a command needs to know, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the instance is reached.
    pub public_url: PublicUrl,
    /// `sqlite:…` or `postgres://…`.
    pub database_url: SecretString,
    /// Where mails go.
    pub smtp_url: MailUrl,
    /// The mailbox that mails come from.
    pub mail_from: EmailAddress,
    /// Whether tries are counted.
    pub rate_limits: RateLimits,
    /// Who may say where a request comes from.
    pub trusted_proxies: TrustedProxies,
    /// Who hosts the site, as it stands on the legal page.
    pub legal_notice: Option<String>,
    /// What lets a program read `/metrics` from elsewhere.
    pub metrics_token: Option<SecretString>,
}

impl Config {
    /// Checks the options.
    ///
    /// # Errors
    /// [`ConfigError`] for the first one that is wrong.
    pub fn check(options: &Options) -> Result<Self, ConfigError> {
        let listen = listen(&options.listen)?;
        let public_url = public_url(options.public_url.as_deref(), listen)?;
        let database_url = secret(
            "RDV_DATABASE_URL",
            "RDV_DATABASE_URL_FILE",
            options.database_url.as_ref(),
            options.database_url_file.as_deref(),
            DEFAULT_DATABASE,
        )?;
        check_database(database_url.expose_secret())?;
        let smtp_url = secret(
            "RDV_SMTP_URL",
            "RDV_SMTP_URL_FILE",
            options.smtp_url.as_ref(),
            options.smtp_url_file.as_deref(),
            DEFAULT_SMTP,
        )?;
        let smtp_url = mail_url(smtp_url.expose_secret())?;
        let mail_from = mail_from(options.mail_from.as_deref(), &smtp_url, &public_url)?;
        let trusted_proxies = options.trusted_proxies.parse().map_err(|_| ConfigError {
            variable: "RDV_TRUSTED_PROXIES",
            wrong: format!("cannot be read: {:?}", options.trusted_proxies),
            should: "Addresses or blocks, separated by commas: 127.0.0.1,10.0.0.0/8,::1",
        })?;
        let legal_notice = options
            .legal_notice
            .as_deref()
            .map(legal_notice)
            .transpose()?;
        let config = Self {
            listen,
            public_url,
            database_url,
            smtp_url,
            mail_from,
            rate_limits: options.rate_limits,
            trusted_proxies,
            legal_notice,
            metrics_token: metrics_token(options)?,
        };
        if config.rate_limits == RateLimits::Off && !listen.ip().is_loopback() {
            return Err(ConfigError {
                variable: "RDV_RATE_LIMITS",
                wrong: "cannot be `off` on an address that others can reach".to_owned(),
                should: "Leave it `on`, or listen on 127.0.0.1 only (RDV_LISTEN=127.0.0.1:3000).",
            });
        }
        Ok(config)
    }

    /// What only a server must keep: patients' data never crosses a network in the clear.
    ///
    /// # Errors
    /// [`ConfigError`] for a plain public address that is not this machine's own.
    pub fn check_for_serving(&self) -> Result<(), ConfigError> {
        if self.public_url.is_https() || self.public_url.is_loopback() {
            return Ok(());
        }
        Err(ConfigError {
            variable: "RDV_PUBLIC_URL",
            wrong: format!(
                "is a plain http address that others can reach: {}",
                self.public_url
            ),
            should: "Use https://… and let a reverse proxy (Caddy, nginx…) hold the certificate; \
                     http:// is for this machine only (http://127.0.0.1:3000).",
        })
    }

    /// Who may read `/metrics`.
    #[must_use]
    pub fn metrics_access(&self) -> metrics::Access {
        metrics::Access {
            token: self.metrics_token.clone(),
            this_machine_only: self.public_url.is_loopback() && self.trusted_proxies.is_empty(),
        }
    }

    /// Whether mails are files that a page may show: in a folder, and nobody else can look.
    #[must_use]
    pub fn shows_mailbox(&self) -> bool {
        matches!(self.smtp_url, MailUrl::Folder(_))
            && self.listen.ip().is_loopback()
            && self.public_url.is_loopback()
    }
}

fn listen(text: &str) -> Result<SocketAddr, ConfigError> {
    let numeric = text.trim().replace("localhost:", "127.0.0.1:");
    numeric.parse().map_err(|_| ConfigError {
        variable: "RDV_LISTEN",
        wrong: format!("is no address with a port: {text:?}"),
        should: "An IP address and a port: 127.0.0.1:3000, or 0.0.0.0:3000 behind a proxy.",
    })
}

fn public_url(text: Option<&str>, listen: SocketAddr) -> Result<PublicUrl, ConfigError> {
    const SHOULD: &str =
        "The scheme and host that people type, without a path: https://rdv.example";
    match text {
        Some(text) => text.parse().map_err(|()| ConfigError {
            variable: "RDV_PUBLIC_URL",
            // A name and a password may stand before an `@`.
            wrong: if text.contains('@') {
                "is no public address: it has a name or a password before an `@`".to_owned()
            } else {
                format!("is no public address: {text:?}")
            },
            should: SHOULD,
        }),
        None if listen.ip().is_loopback() => Ok(PublicUrl(format!("http://{listen}"))),
        None => Err(ConfigError {
            variable: "RDV_PUBLIC_URL",
            wrong: format!("is needed, since the server listens on {listen}"),
            should: SHOULD,
        }),
    }
}

/// A secret from its variable, from the file that its `…_FILE` names, or its default.
fn secret(
    variable: &'static str,
    file_variable: &'static str,
    value: Option<&SecretString>,
    file: Option<&Path>,
    default: &str,
) -> Result<SecretString, ConfigError> {
    match (value, file) {
        (Some(_), Some(_)) => Err(ConfigError {
            variable: file_variable,
            wrong: format!("and {variable} are both set"),
            should: "Set one of the two: the value itself, or the path of a file that holds it.",
        }),
        (Some(value), None) => Ok(value.clone()),
        (None, Some(file)) => read_secret(file_variable, file),
        (None, None) => Ok(SecretString::from(default.to_owned())),
    }
}

/// Shorter ones can be guessed.
const LEAST_TOKEN: usize = 16;

fn metrics_token(options: &Options) -> Result<Option<SecretString>, ConfigError> {
    const VARIABLE: &str = "RDV_METRICS_TOKEN";
    let (value, file) = (&options.metrics_token, &options.metrics_token_file);
    if value.is_none() && file.is_none() {
        return Ok(None);
    }
    let file_variable = "RDV_METRICS_TOKEN_FILE";
    let token = secret(VARIABLE, file_variable, value.as_ref(), file.as_deref(), "")?;
    if token.expose_secret().len() < LEAST_TOKEN {
        return Err(ConfigError {
            variable: VARIABLE,
            wrong: "is too short: anybody could guess it".to_owned(),
            should: "At least 16 characters drawn by lot: openssl rand -base64 24",
        });
    }
    Ok(Some(token))
}

fn read_secret(variable: &'static str, file: &Path) -> Result<SecretString, ConfigError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(SecretString::from(text.trim().to_owned())),
        Err(error) => Err(ConfigError {
            variable,
            wrong: format!(
                "names a file that cannot be read: {} ({error})",
                file.display()
            ),
            should: "The path of a file whose only line is the secret: /run/secrets/rdv-database",
        }),
    }
}

/// Longest text of a host about itself, in characters.
const LEGAL_NOTICE_MOST: usize = 10_000;

fn legal_notice(file: &Path) -> Result<String, ConfigError> {
    let wrong = match fs::read_to_string(file) {
        Ok(text) => match domain::text::paragraph(&text, LEGAL_NOTICE_MOST) {
            Ok(text) => return Ok(text),
            Err(error) => error.to_string(),
        },
        Err(error) => error.to_string(),
    };
    Err(ConfigError {
        variable: "RDV_LEGAL_NOTICE",
        wrong: format!(
            "names a file that cannot be used: {} ({wrong})",
            file.display()
        ),
        should: "The path of a plain text file (UTF-8) that says who hosts the site.",
    })
}

fn check_database(url: &str) -> Result<(), ConfigError> {
    // One in memory would be gone with the program, and every visit with it.
    let in_memory = url.contains(":memory:") || url.contains("mode=memory");
    let sqlite = !in_memory
        && url
            .strip_prefix("sqlite:")
            .is_some_and(|path| !path.trim_matches('/').is_empty());
    let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| {
        url.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    });
    if sqlite || postgres {
        return Ok(());
    }
    Err(ConfigError {
        variable: "RDV_DATABASE_URL",
        wrong: "is no address of a database".to_owned(),
        should: "A file, sqlite:data/rdv.db, or a server, postgres://user:password@host/database",
    })
}

fn mail_url(url: &str) -> Result<MailUrl, ConfigError> {
    url.parse().map_err(|error: MailUrlError| ConfigError {
        variable: "RDV_SMTP_URL",
        wrong: error.to_string(),
        should: "A server, smtp://user:password@mail.example:587 (STARTTLS) or \
                 smtps://user:password@mail.example (TLS), or a folder, file:data/mail",
    })
}

fn mail_from(
    text: Option<&str>,
    smtp_url: &MailUrl,
    public_url: &PublicUrl,
) -> Result<EmailAddress, ConfigError> {
    const SHOULD: &str =
        "An address, or a name and an address: Cabinet des Lilas <rdv@lilas.example>";
    let wrong = |wrong: String| ConfigError {
        variable: "RDV_MAIL_FROM",
        wrong,
        should: SHOULD,
    };
    let given = match text {
        Some(text) => text,
        // Nobody answers to it, and nobody has to: the mails stay here.
        None if matches!(smtp_url, MailUrl::Folder(_)) || public_url.is_loopback() => {
            "rdv@rdv.invalid"
        }
        None => return Err(wrong("is needed, since mails go to a server".to_owned())),
    };
    mail::sender(given).ok_or_else(|| wrong(format!("holds no e-mail address: {given:?}")))
}

/// Reads `YYYY-MM-DD`.
///
/// # Errors
/// What it should look like.
pub fn day(text: &str) -> Result<chrono::NaiveDate, String> {
    text.parse()
        .map_err(|_| "a day as YYYY-MM-DD, for example 2026-11-23".to_owned())
}
