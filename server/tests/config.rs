//! What is said about a wrong value: which variable, what it should look like, and no secret.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use backend::mail::MailUrl;
use clap::Parser;
use secrecy::ExposeSecret;
use server::{
    cli::Cli,
    config::{Config, ConfigError, RateLimits},
};

/// The configuration of `rdv serve` with these flags (the environment is not read: flags win).
fn config(flags: &[&str]) -> Result<Config, ConfigError> {
    let given = ["rdv", "serve"].iter().chain(flags);
    let cli = Cli::try_parse_from(given).expect("flags that exist");
    let config = Config::check(&cli.options)?;
    config.check_for_serving()?;
    Ok(config)
}

fn refused(flags: &[&str]) -> ConfigError {
    config(flags).expect_err("a wrong value")
}

#[test]
fn nothing_needs_to_be_said_to_try_it_on_this_machine() {
    let config = config(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000");
    assert_eq!(config.database_url.expose_secret(), "sqlite:data/rdv.db");
    assert!(matches!(&config.smtp_url, MailUrl::Folder(path) if path.ends_with("data/mail")));
    assert_eq!(config.rate_limits, RateLimits::On);
    assert!(config.shows_mailbox());
}

#[test]
fn a_wrong_value_names_its_variable_and_shows_a_right_one() {
    for (flags, variable, example) in [
        (&["--listen", "3000"][..], "RDV_LISTEN", "127.0.0.1:3000"),
        (
            &["--listen", "rdv.example:3000"],
            "RDV_LISTEN",
            "127.0.0.1:3000",
        ),
        (&["--listen", ""], "RDV_LISTEN", "127.0.0.1:3000"),
        (
            &["--public-url", "rdv.example"],
            "RDV_PUBLIC_URL",
            "https://rdv.example",
        ),
        (
            &["--public-url", "ftp://rdv.example"],
            "RDV_PUBLIC_URL",
            "https://rdv.example",
        ),
        (
            &["--public-url", "https://rdv.example/rdv"],
            "RDV_PUBLIC_URL",
            "without a path",
        ),
        (
            &["--public-url", "https://rdv.example?x"],
            "RDV_PUBLIC_URL",
            "https://rdv.example",
        ),
        (
            &["--public-url", "https://u:p@rdv.example"],
            "RDV_PUBLIC_URL",
            "https://rdv.example",
        ),
        (
            &["--public-url", "https://:443"],
            "RDV_PUBLIC_URL",
            "https://rdv.example",
        ),
        (
            &["--database-url", "mysql://x"],
            "RDV_DATABASE_URL",
            "sqlite:data/rdv.db",
        ),
        (
            &["--database-url", "sqlite:"],
            "RDV_DATABASE_URL",
            "sqlite:data/rdv.db",
        ),
        (
            &["--database-url", "data/rdv.db"],
            "RDV_DATABASE_URL",
            "sqlite:data/rdv.db",
        ),
        (&["--smtp-url", "mail.example"], "RDV_SMTP_URL", "smtp://"),
        (&["--smtp-url", "smtp://"], "RDV_SMTP_URL", "smtp://"),
        (&["--smtp-url", "file:"], "RDV_SMTP_URL", "file:data/mail"),
        (
            &["--mail-from", "Cabinet"],
            "RDV_MAIL_FROM",
            "<rdv@lilas.example>",
        ),
        (
            &["--mail-from", "Cabinet <rdv@localhost>"],
            "RDV_MAIL_FROM",
            "<rdv@lilas.example>",
        ),
        (
            &["--trusted-proxies", "proxy.example"],
            "RDV_TRUSTED_PROXIES",
            "10.0.0.0/8",
        ),
    ] {
        let error = refused(flags);
        assert_eq!(error.variable, variable, "{flags:?}");
        assert!(error.to_string().contains(example), "{flags:?}: {error}");
    }
}

#[test]
fn an_address_that_others_reach_needs_https_and_limits() {
    let open = ["--listen", "0.0.0.0:3000"];
    assert_eq!(refused(&open).variable, "RDV_PUBLIC_URL");
    let plain = [open[0], open[1], "--public-url", "http://rdv.example"];
    assert!(refused(&plain).to_string().contains("https://"));
    let unlimited = [
        open[0],
        open[1],
        "--public-url",
        "https://rdv.example",
        "--rate-limits",
        "off",
    ];
    assert_eq!(refused(&unlimited).variable, "RDV_RATE_LIMITS");
    assert!(config(&[open[0], open[1], "--public-url", "https://rdv.example"]).is_ok());
    for loopback in [
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://[::1]:3000",
    ] {
        assert!(config(&["--public-url", loopback]).is_ok(), "{loopback}");
    }
    for trick in [
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
    ] {
        assert_eq!(
            refused(&["--public-url", trick]).variable,
            "RDV_PUBLIC_URL",
            "{trick}"
        );
    }
    assert!(config(&["--rate-limits", "off"]).is_ok());
}

#[test]
fn mails_are_shown_on_a_page_only_where_nobody_else_can_look() {
    for flags in [
        &[
            "--smtp-url",
            "smtp://mail.example",
            "--mail-from",
            "rdv@lilas.example",
        ][..],
        &["--public-url", "https://rdv.example"],
        &[
            "--listen",
            "0.0.0.0:3000",
            "--public-url",
            "https://rdv.example",
        ],
    ] {
        assert!(!config(flags).unwrap().shows_mailbox(), "{flags:?}");
    }
}

#[test]
fn a_public_address_is_written_as_browsers_write_an_origin() {
    for (typed, origin) in [
        ("https://RDV.Example/", "https://rdv.example"),
        ("https://rdv.example:443", "https://rdv.example"),
        ("https://rdv.example:8443/", "https://rdv.example:8443"),
        ("http://localhost:80", "http://localhost"),
    ] {
        let config = config(&["--public-url", typed]).unwrap();
        assert_eq!(config.public_url.as_str(), origin);
    }
}

#[test]
fn a_secret_can_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("database");
    fs::write(&file, "postgres://rdv:s3cret@db/rdv\n").unwrap();
    let path = file.to_str().unwrap();
    let read = config(&["--database-url-file", path]).unwrap();
    assert_eq!(
        read.database_url.expose_secret(),
        "postgres://rdv:s3cret@db/rdv"
    );

    let both = refused(&["--database-url-file", path, "--database-url", "sqlite:x.db"]);
    assert_eq!(both.variable, "RDV_DATABASE_URL_FILE");
    let missing = refused(&["--smtp-url-file", "/nowhere/at/all"]);
    assert_eq!(missing.variable, "RDV_SMTP_URL_FILE");
    assert!(missing.to_string().contains("/nowhere/at/all"));
}

#[test]
fn no_error_repeats_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smtp");
    fs::write(&file, "wrong://user:s3cret@mail").unwrap();
    for flags in [
        &["--database-url", "mysql://rdv:s3cret@db/rdv"][..],
        &["--smtp-url", "imap://user:s3cret@mail.example"],
        &["--smtp-url-file", file.to_str().unwrap()],
    ] {
        let error = refused(flags);
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
    let config = config(&["--database-url", "postgres://rdv:s3cret@db/rdv"]).unwrap();
    assert!(!format!("{config:?}").contains("s3cret"));
}

#[test]
fn mails_that_go_to_a_server_need_a_sender() {
    let flags = [
        "--smtp-url",
        "smtp://mail.example",
        "--public-url",
        "https://rdv.example",
    ];
    assert_eq!(refused(&flags).variable, "RDV_MAIL_FROM");
}

#[test]
fn the_help_names_every_variable_and_shows_no_value_of_the_environment() {
    let help = Cli::try_parse_from(["rdv", "serve", "--help"])
        .expect_err("help")
        .to_string();
    for variable in [
        "RDV_LISTEN",
        "RDV_PUBLIC_URL",
        "RDV_DATABASE_URL",
        "RDV_DATABASE_URL_FILE",
        "RDV_SMTP_URL",
        "RDV_SMTP_URL_FILE",
        "RDV_MAIL_FROM",
        "RDV_TRUSTED_PROXIES",
        "RDV_RATE_LIMITS",
        "RDV_LOG",
        "RDV_LOG_FORMAT",
    ] {
        assert!(
            help.contains(&format!("[env: {variable}]")),
            "{variable} in {help}"
        );
    }
}
