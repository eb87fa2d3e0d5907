//! TLS from the first byte, STARTTLS, certificates that are not to be trusted, names and
//! passwords: what goes through, and that nothing is said before it is safe.

use std::{fs, path::PathBuf};

use backend::{
    mail::{Mailer, NotSent, Trouble},
    testing::{Kind, TestBackend},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::sync::Arc;
use tempfile::TempDir;

use crate::server::{Server, mailer};

/// An authority of our own, and a certificate of it for a name.
struct Certificates {
    folder: TempDir,
}

impl Certificates {
    fn for_name(name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = authority.self_signed(&authority_key).unwrap();
        fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();

        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::new(authority, authority_key);
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        fs::write(folder.path().join("cert.pem"), certificate.pem()).unwrap();
        fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&self, arguments: &[&str]) -> Server {
        let (cert, key) = (self.path("cert.pem"), self.path("key.pem"));
        let mut all = vec![
            "--cert",
            cert.to_str().unwrap(),
            "--key",
            key.to_str().unwrap(),
        ];
        all.extend(arguments);
        Server::start(&all)
    }

    fn ca(&self) -> String {
        self.path("ca.pem").to_str().unwrap().replace('/', "%2F")
    }
}

/// Sends one mail; answers why it did not go, if so.
async fn send(mailer: Arc<dyn Mailer>) -> Option<NotSent> {
    let test = TestBackend::with_mailer(Kind::Sqlite, Some(mailer)).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!(ran.all(), 1);
    let mut db = test.store().read().await.unwrap();
    let rows = backend::store::jobs::not_sent(&mut db, practice.practice.id, test.undelivered())
        .await
        .unwrap();
    let error = rows.first()?.last_error.clone().unwrap();
    Some(NotSent::from_stored(&error).unwrap())
}

#[tokio::test]
async fn starttls_and_a_password_go_through() {
    let certificates = Certificates::for_name("localhost");
    let mut server = certificates.start(&["--starttls", "--auth", "zoé@x:p%:w/ d"]);
    let url = format!(
        "smtp://zo%C3%A9%40x:p%25%3Aw%2F%20d@localhost:{}?tls=required&ca={}",
        server.port,
        certificates.ca()
    );
    assert_eq!(send(mailer(&url)).await, None);
    let mail = &server.mails()[0];
    assert!(mail.encrypted && mail.signed_in && mail.kept);
}

#[tokio::test]
async fn tls_from_the_first_byte_goes_through() {
    let certificates = Certificates::for_name("127.0.0.1");
    let mut server = certificates.start(&["--smtps", "--auth", "rdv:secret"]);
    let url = format!(
        "smtps://rdv:secret@127.0.0.1:{}?ca={}",
        server.port,
        certificates.ca()
    );
    assert_eq!(send(mailer(&url)).await, None);
    let mail = &server.mails()[0];
    assert!(mail.encrypted && mail.signed_in && mail.kept);
}

#[tokio::test]
async fn starttls_that_is_offered_is_taken() {
    let certificates = Certificates::for_name("127.0.0.1");
    let mut server = certificates.start(&["--starttls"]);
    let url = format!(
        "smtp://127.0.0.1:{}?tls=opportunistic&ca={}",
        server.port,
        certificates.ca()
    );
    assert_eq!(send(mailer(&url)).await, None);
    assert!(server.mails()[0].encrypted);

    let mut plain = Server::start(&[]);
    let url = format!("smtp://127.0.0.1:{}?tls=opportunistic", plain.port);
    assert_eq!(send(mailer(&url)).await, None);
    assert!(!plain.mails()[0].encrypted);
}

#[tokio::test]
async fn a_server_without_starttls_is_told_nothing() {
    let mut server = Server::start(&["--auth", "rdv:secret"]);
    let url = format!("smtp://rdv:secret@127.0.0.1:{}?tls=required", server.port);
    assert_eq!(send(mailer(&url)).await, Some(Trouble::Encryption.into()));
    assert_eq!((server.sign_ins(), server.mails().len()), (0, 0));
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let certificates = Certificates::for_name("127.0.0.1");
    for (arguments, url) in [
        (
            ["--starttls", "--auth", "rdv:secret"],
            "smtp://rdv:secret@127.0.0.1",
        ),
        (
            ["--smtps", "--auth", "rdv:secret"],
            "smtps://rdv:secret@127.0.0.1",
        ),
    ] {
        let mut server = certificates.start(&arguments);
        let tls = if url.starts_with("smtps") {
            ""
        } else {
            "?tls=required"
        };
        let url = format!("{url}:{}{tls}", server.port);
        assert_eq!(send(mailer(&url)).await, Some(Trouble::Encryption.into()));
        assert_eq!((server.sign_ins(), server.mails().len()), (0, 0));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let certificates = Certificates::for_name("mail.example.org");
    for (arguments, scheme, query) in [
        (["--starttls"], "smtp", "tls=required&"),
        (["--smtps"], "smtps", ""),
    ] {
        let mut server = certificates.start(&arguments);
        let url = format!(
            "{scheme}://127.0.0.1:{}?{query}ca={}",
            server.port,
            certificates.ca()
        );
        assert_eq!(send(mailer(&url)).await, Some(Trouble::Encryption.into()));
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_wrong_password_is_the_hosts_affair_and_passes_once_mended() {
    let certificates = Certificates::for_name("127.0.0.1");
    let mut server = certificates.start(&["--smtps", "--auth", "rdv:secret"]);
    let url = format!(
        "smtps://rdv:wrong@127.0.0.1:{}?ca={}",
        server.port,
        certificates.ca()
    );
    let why = send(mailer(&url)).await.unwrap();
    assert_eq!((why.trouble, why.smtp_code), (Trouble::SignIn, Some(535)));
    assert!(why.trouble.is_passing());
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_server_that_wants_a_password_we_do_not_have_says_so() {
    let server = Server::start(&["--auth", "rdv:secret"]);
    let why = send(server.mailer().unwrap()).await.unwrap();
    assert_eq!(
        (why.trouble, why.smtp_code),
        (Trouble::SenderRefused, Some(530))
    );
}

#[tokio::test]
async fn starttls_that_hangs_or_is_refused_holds_nothing_up() {
    let certificates = Certificates::for_name("127.0.0.1");
    let mut server = certificates.start(&["--starttls"]);
    let url = format!(
        "smtp://127.0.0.1:{}?tls=required&ca={}",
        server.port,
        certificates.ca()
    );
    for (fault, trouble, code) in [
        ("starttls hang", Trouble::Slow, None),
        ("starttls close", Trouble::Encryption, None),
        ("starttls 454", Trouble::NotNow, Some(454)),
        ("starttls 501", Trouble::Encryption, Some(501)),
    ] {
        server.does(fault);
        let why = send(mailer(&url)).await.unwrap();
        assert_eq!((why.trouble, why.smtp_code), (trouble, code), "{fault}");
    }
}

#[test]
fn a_file_of_certificates_that_cannot_be_read_is_named_at_the_start() {
    use backend::mail::{MailUrl, MailUrlError};
    for ca in [
        "/nowhere.pem",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ] {
        let url: MailUrl = format!("smtps://h?ca={ca}").parse().unwrap();
        let error = url.mailer("rdv.example.org").err();
        assert_eq!(error, Some(MailUrlError::Authorities), "{ca}");
    }
}
