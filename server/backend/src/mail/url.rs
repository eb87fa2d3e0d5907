//! The address of whoever takes mails away, as `RDV_SMTP_URL` writes it.
//! Talking to it is [`super::smtp`]'s and [`super::folder`]'s.
//!
//! - `file:data/mail` writes `.eml` files to a folder;
//! - `smtps://name:password@host` speaks TLS from the first byte (port 465);
//! - `smtp://name:password@host` asks for STARTTLS and goes no further without it (port 587);
//! - `?tls=opportunistic` takes STARTTLS if it is offered, `?tls=none` never does (port 25): both
//!   only without a password, or on this machine. On this machine, `none` is the default, for a
//!   mail server beside the program has rarely a certificate for `localhost`;
//! - `?ca=file.pem` trusts the certificates of that file, beside those of the system;
//! - `/name` after the host is what we call ourselves in EHLO, else the public host.
//!
//! A certificate is always checked. Signs like `@ : / %` in a name or password are written
//! `%40 %3A %2F %25`.

use std::{net::IpAddr, path::PathBuf, str::FromStr};

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

/// Where mails go.
#[derive(Clone, Debug)]
pub enum MailUrl {
    /// Into a folder, as files.
    Folder(PathBuf),
    /// To a server that carries them on.
    Smtp(SmtpServer),
}

/// A server that carries mails on.
#[derive(Clone, Debug)]
pub struct SmtpServer {
    /// Name or IP address; the certificate must be for it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the dialogue is encrypted.
    pub encryption: Encryption,
    /// Name and password, if it wants them.
    pub credentials: Option<(String, SecretString)>,
    /// What we call ourselves, if not the public host.
    pub hello_name: Option<String>,
    /// Certificates to trust beside the system's, as PEM.
    pub authorities: Option<PathBuf>,
}

/// How a dialogue is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, and nothing is said without it.
    StartTls,
    /// STARTTLS if the server offers it.
    IfOffered,
    /// None.
    None,
}

/// What is wrong with an address. Never repeats it: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailUrlError {
    /// Not an address of ours.
    #[error("is no address for mails")]
    Malformed,
    /// A name without a password or the other way round, or one that is not UTF-8.
    #[error("wants both a name and a password before the @, with %40 for @ and %3A for : in them")]
    Credentials,
    /// A parameter that is none of ours.
    #[error("knows the parameters tls (required, opportunistic or none) and ca (a file) only")]
    Parameter,
    /// A password would travel in the open.
    #[error("would send the password unencrypted: leave out tls=, or use smtps://")]
    PasswordInTheOpen,
    /// The file of certificates cannot be used.
    #[error("names in ca= a file that cannot be read as PEM certificates")]
    Authorities,
    /// TLS cannot be set up for that host.
    #[error("names a host for which TLS cannot be set up")]
    Tls,
}

impl FromStr for MailUrl {
    type Err = MailUrlError;

    fn from_str(text: &str) -> Result<Self, MailUrlError> {
        if let Some(path) = text.strip_prefix("file:") {
            // `file:///var/mail` and `file:/var/mail` are the same.
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(MailUrlError::Malformed)
            } else {
                Ok(Self::Folder(path.into()))
            };
        }
        let url = Url::parse(text).map_err(|_| MailUrlError::Malformed)?;
        server(&url).map(Self::Smtp)
    }
}

fn server(url: &Url) -> Result<SmtpServer, MailUrlError> {
    let host = url
        .host_str()
        .filter(|host| !host.is_empty())
        .ok_or(MailUrlError::Malformed)?
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let credentials = credentials(url)?;
    let here = is_this_machine(&host);
    let (mut tls, mut authorities) = (None, None);
    for (name, value) in url.query_pairs() {
        match &*name {
            "tls" => tls = Some(value.into_owned()),
            "ca" if !value.is_empty() => authorities = Some(PathBuf::from(value.into_owned())),
            _ => return Err(MailUrlError::Parameter),
        }
    }
    let encryption = match (url.scheme(), tls.as_deref()) {
        ("smtps", None) => Encryption::Tls,
        ("smtp", Some("required")) => Encryption::StartTls,
        ("smtp", Some("opportunistic")) => Encryption::IfOffered,
        ("smtp", Some("none")) => Encryption::None,
        ("smtp", None) if here => Encryption::None,
        ("smtp", None) => Encryption::StartTls,
        ("smtp" | "smtps", Some(_)) => return Err(MailUrlError::Parameter),
        _ => return Err(MailUrlError::Malformed),
    };
    let in_the_open = matches!(encryption, Encryption::IfOffered | Encryption::None);
    if in_the_open && credentials.is_some() && !here {
        return Err(MailUrlError::PasswordInTheOpen);
    }
    let usual_port = match encryption {
        Encryption::Tls => 465,
        Encryption::StartTls => 587,
        Encryption::IfOffered | Encryption::None => 25,
    };
    let hello_name = url.path().trim_matches('/');
    let is_host_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if !hello_name.chars().all(is_host_name) {
        return Err(MailUrlError::Malformed);
    }
    Ok(SmtpServer {
        host,
        port: url.port().unwrap_or(usual_port),
        encryption,
        credentials,
        hello_name: (!hello_name.is_empty()).then(|| hello_name.to_owned()),
        authorities,
    })
}

fn credentials(url: &Url) -> Result<Option<(String, SecretString)>, MailUrlError> {
    let decoded = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| MailUrlError::Credentials)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None | Some("")) => Err(MailUrlError::Credentials),
        (name, Some(password)) => Ok(Some((decoded(name)?, decoded(password)?.into()))),
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn smtp(text: &str) -> SmtpServer {
        match text.parse() {
            Ok(MailUrl::Smtp(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn error(text: &str) -> MailUrlError {
        text.parse::<MailUrl>().unwrap_err()
    }

    #[test]
    fn a_folder_is_relative_or_absolute() {
        for (text, path) in [
            ("file:data/mail", "data/mail"),
            ("file:/var/mail", "/var/mail"),
            ("file:///var/mail", "/var/mail"),
        ] {
            match text.parse() {
                Ok(MailUrl::Folder(folder)) => assert_eq!(folder, PathBuf::from(path)),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(error("file:"), MailUrlError::Malformed);
    }

    #[test]
    fn the_default_never_speaks_in_the_open_to_another_machine() {
        assert_eq!(smtp("smtps://mail.example.org").encryption, Encryption::Tls);
        assert_eq!(smtp("smtps://mail.example.org").port, 465);
        assert_eq!(
            smtp("smtp://mail.example.org").encryption,
            Encryption::StartTls
        );
        assert_eq!(smtp("smtp://mail.example.org").port, 587);
        assert_eq!(smtp("smtp://mail.example.org:2525").port, 2525);
        for here in ["localhost", "127.0.0.1", "[::1]"] {
            let server = smtp(&format!("smtp://{here}"));
            assert_eq!((server.encryption, server.port), (Encryption::None, 25));
        }
        assert_eq!(smtp("smtp://[::1]").host, "::1");
    }

    #[test]
    fn a_password_is_decoded_and_never_sent_in_the_open() {
        let server = smtp("smtp://zoe%40example.org:p%3Aw%2F%25@mail.example.org/rdv.example.org");
        let (name, password) = server.credentials.clone().unwrap();
        assert_eq!(
            (name.as_str(), password.expose_secret()),
            ("zoe@example.org", "p:w/%")
        );
        assert_eq!(server.hello_name.as_deref(), Some("rdv.example.org"));
        assert!(!format!("{server:?}").contains("p:w"));
        for tls in ["none", "opportunistic"] {
            let text = format!("smtp://a:b@mail.example.org?tls={tls}");
            assert_eq!(error(&text), MailUrlError::PasswordInTheOpen);
        }
        assert!(smtp("smtp://a:b@127.0.0.1:2525").credentials.is_some());
    }

    #[test]
    fn what_is_wrong_is_named_and_not_repeated() {
        for (text, expected) in [
            ("", MailUrlError::Malformed),
            ("mail.example.org", MailUrlError::Malformed),
            ("http://mail.example.org", MailUrlError::Malformed),
            ("smtp://", MailUrlError::Malformed),
            ("smtp://h/a b", MailUrlError::Malformed),
            ("smtp://a@h", MailUrlError::Credentials),
            ("smtp://:b@h", MailUrlError::Credentials),
            ("smtp://a:%FF@h", MailUrlError::Credentials),
            ("smtp://h?tls=yes", MailUrlError::Parameter),
            ("smtps://h?tls=none", MailUrlError::Parameter),
            ("smtp://h?password=secret", MailUrlError::Parameter),
        ] {
            assert_eq!(error(text), expected, "{text}");
            assert!(!expected.to_string().contains("secret"));
        }
    }
}
