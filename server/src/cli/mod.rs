//! The command line: every option with its flag, its variable and its default, in this order of
//! precedence. What the values mean together is [`crate::config`]'s.

pub mod backup;
pub mod doctor;
pub mod practice;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use i18n::Lang;
use secrecy::SecretString;

use self::{
    backup::{Backup, Restore},
    doctor::Doctor,
    practice::{PracticeCommand, UserCommand},
};
use crate::config::{self, LogFormat, RateLimits};

const MORE: &str = "\
Every option can be given as a flag or as a variable; a flag wins. The first start:
  rdv serve                    on an empty database, prints a link that opens a practice
  rdv demo && rdv serve        a practice with invented patients, to look around
Behind a proxy that holds the certificate:
  RDV_LISTEN=127.0.0.1:3000 RDV_PUBLIC_URL=https://rdv.example RDV_TRUSTED_PROXIES=127.0.0.1 \\
  RDV_SMTP_URL=smtp://user:password@mail.example:587 RDV_MAIL_FROM='Cabinet <rdv@mail.example>' \\
  rdv serve";

/// Appointments of a medical practice, on a server of its own.
#[derive(Debug, Parser)]
#[command(name = "rdv", version, after_help = MORE, max_term_width = 100)]
pub struct Cli {
    /// What every command is told.
    #[command(flatten)]
    pub options: Options,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command is told.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub struct Options {
    /// Address and port to listen on; 127.0.0.1 is for this machine only
    #[arg(
        long,
        env = "RDV_LISTEN",
        global = true,
        hide_env_values = true,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:3000"
    )]
    pub listen: String,

    /// Where people reach it: starts every link in mails and feeds [default: http://ADDRESS:PORT
    /// when listening on this machine only]
    #[arg(
        long,
        env = "RDV_PUBLIC_URL",
        global = true,
        hide_env_values = true,
        value_name = "https://HOST"
    )]
    pub public_url: Option<String>,

    /// The database: a file (sqlite:PATH) or a server (postgres://USER:PASSWORD@HOST/NAME)
    /// [default: sqlite:data/rdv.db]
    #[arg(
        long,
        env = "RDV_DATABASE_URL",
        global = true,
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Option<SecretString>,

    /// A file that holds the address of the database, instead of it
    #[arg(
        long,
        env = "RDV_DATABASE_URL_FILE",
        global = true,
        hide_env_values = true,
        value_name = "PATH"
    )]
    pub database_url_file: Option<PathBuf>,

    /// Where mails go: smtp://USER:PASSWORD@HOST:587 (STARTTLS), smtps://… (TLS), or file:FOLDER,
    /// which writes them as .eml files [default: file:data/mail]
    #[arg(
        long,
        env = "RDV_SMTP_URL",
        global = true,
        hide_env_values = true,
        value_name = "URL"
    )]
    pub smtp_url: Option<SecretString>,

    /// A file that holds the address for mails, instead of it
    #[arg(
        long,
        env = "RDV_SMTP_URL_FILE",
        global = true,
        hide_env_values = true,
        value_name = "PATH"
    )]
    pub smtp_url_file: Option<PathBuf>,

    /// Who mails come from: 'Name <address>' or an address; needed with smtp:// and smtps://
    #[arg(
        long,
        env = "RDV_MAIL_FROM",
        global = true,
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    pub mail_from: Option<String>,

    /// Reverse proxies whose X-Forwarded-For counts, as addresses or blocks: 127.0.0.1,10.0.0.0/8
    #[arg(
        long,
        env = "RDV_TRUSTED_PROXIES",
        global = true,
        hide_env_values = true,
        value_name = "ADDRESSES",
        default_value = "",
        hide_default_value = true
    )]
    pub trusted_proxies: String,

    /// A text file with who hosts this site (name, address, how to reach them), for the legal page
    #[arg(
        long,
        env = "RDV_LEGAL_NOTICE",
        global = true,
        hide_env_values = true,
        value_name = "PATH"
    )]
    pub legal_notice: Option<PathBuf>,

    /// Limits on sign-ins, codes and bookings, and what stops robots; `off` is for measuring, on this machine only
    #[arg(
        long,
        env = "RDV_RATE_LIMITS",
        global = true,
        hide_env_values = true,
        value_enum,
        default_value = "on"
    )]
    pub rate_limits: RateLimits,

    /// A secret of at least 16 characters that lets a program read /metrics: it sends
    /// `Authorization: Bearer SECRET`
    #[arg(
        long,
        env = "RDV_METRICS_TOKEN",
        global = true,
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub metrics_token: Option<SecretString>,

    /// A file that holds that secret, instead of it
    #[arg(
        long,
        env = "RDV_METRICS_TOKEN_FILE",
        global = true,
        hide_env_values = true,
        value_name = "PATH"
    )]
    pub metrics_token_file: Option<PathBuf>,

    /// What is logged, on standard error: error, warn, info, debug, or per part: info,sqlx=debug
    #[arg(
        long,
        env = "RDV_LOG",
        global = true,
        hide_env_values = true,
        value_name = "FILTER",
        default_value = "info"
    )]
    pub log: String,

    /// How the log is written
    #[arg(
        long,
        env = "RDV_LOG_FORMAT",
        global = true,
        hide_env_values = true,
        value_enum,
        default_value = "text"
    )]
    pub log_format: LogFormat,

    /// Language of what backup, restore and doctor say [default: French when LC_ALL, LC_MESSAGES
    /// or LANG says so, otherwise English]
    #[arg(long, global = true, value_name = "fr|en", value_parser = practice::lang)]
    pub lang: Option<Lang>,
}

impl Options {
    /// The language of the terminal, unless one was asked for.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or_else(|| {
            let spoken = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .filter_map(|name| std::env::var(name).ok())
                .find(|value| !value.is_empty())
                .unwrap_or_default();
            if spoken.starts_with("fr") {
                Lang::Fr
            } else {
                Lang::En
            }
        })
    }
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serves the site, sends the mails; brings the database up to date first
    ///
    /// Stops within ten seconds of SIGINT or SIGTERM, after the requests that are running. On a
    /// database without a practice it prints a link, good for one use, that opens one.
    Serve,
    /// Fills an empty database with a practice, patients and visits that are invented
    ///
    /// Prints the accounts and addresses. The same date gives the same data; on a database that
    /// holds the demo already it only prints. Refuses a database that holds a real practice. Not for a
    /// public address: whoever guesses the day can work the passwords out.
    Demo(Demo),
    /// Brings the database up to date and stops; `serve` does it too
    Migrate,
    /// Writes everything the database holds into one file, while the server runs
    ///
    /// SQLite and PostgreSQL write the same form: either can be made of it again. The file holds
    /// every patient and the instance's key; only its owner can read it.
    Backup(Backup),
    /// Makes the database of a backup again; stop the server first
    ///
    /// The backup is read to its end, loaded and checked before anything is replaced. The old
    /// database of SQLite is kept beside the new one; on PostgreSQL everything happens in one
    /// transaction. Nobody is signed in afterwards.
    Restore(Restore),
    /// Looks at everything an instance needs and says what to do: exit status 0 when nothing is
    /// wrong
    ///
    /// Configuration, database, clock, time zones, a round trip to the mail server, the public
    /// address and what the proxy passes on, backups, disk, who may read the files. Changes
    /// nothing, and asks nobody but the database, the mail server and the public address.
    Doctor(Doctor),
    /// Practices
    #[command(subcommand)]
    Practice(PracticeCommand),
    /// The people of a practice
    #[command(subcommand)]
    User(UserCommand),
    /// Asks the running server whether it is well: exit status 0 or 1, for Docker and systemd
    Healthcheck,
}

/// What the demo is like.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// The day it is supposed to be [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = config::day)]
    pub date: Option<NaiveDate>,
    /// `practice` is a believable one; 1, 10 and 100 are for measuring: ten practitioners, eight
    /// weeks ahead half booked, and 0, 72 or 792 weeks of past
    #[arg(long, value_enum, default_value = "practice")]
    pub size: Size,
    /// Prints accounts and addresses as JSON
    #[arg(long)]
    pub json: bool,
}

/// How much the demo holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// A believable practice.
    Practice,
    /// For measuring, without a past.
    #[value(name = "1")]
    One,
    /// For measuring, with 72 weeks of past.
    #[value(name = "10")]
    Ten,
    /// For measuring, with 792 weeks of past.
    #[value(name = "100")]
    Hundred,
}
