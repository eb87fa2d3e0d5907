//! What each command does. What it is told is [`crate::cli`]'s.

mod backup;
mod demo;
mod doctor;
mod healthcheck;
mod migrate;
mod practice;
mod serve;
mod user;

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use backend::{
    Backend, Settings,
    clock::{SystemClock, SystemRandom},
};
use secrecy::ExposeSecret;
use tracing_subscriber::EnvFilter;

use crate::{
    cli::{Cli, Command, practice::PracticeCommand},
    config::{Config, ConfigError},
    logging,
};

/// Why a command did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A wrong value.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something broke below.
    #[error(transparent)]
    Backend(#[from] backend::Error),
    /// What was asked for is refused, in words.
    #[error("{0}")]
    Refused(String),
    /// A socket, a file, the terminal.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Runs the command; what went wrong is said on standard error. Exit status 2 for a wrong
/// value, 1 for anything else.
#[must_use]
pub fn main(cli: &Cli) -> ExitCode {
    match start(cli) {
        Ok(true) => ExitCode::SUCCESS,
        // What is wrong was said.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "rdv: {error}");
            ExitCode::from(if matches!(error, CommandError::Config(_)) {
                2
            } else {
                1
            })
        }
    }
}

/// Statements that take more than a second are logged as warnings.
const QUIET: &str = "sqlx::query=error";

/// How long threads that nobody can stop may go on when a server has ended.
const LAST_THREADS: Duration = Duration::from_millis(300);

/// Runs the command; answers whether all is well.
fn start(cli: &Cli) -> Result<bool, CommandError> {
    let filter = EnvFilter::try_new(&cli.options.log).map_err(|_| ConfigError {
        variable: "RDV_LOG",
        wrong: format!("is no filter: {:?}", cli.options.log),
        should: "A level (error, warn, info, debug, trace), or levels of parts: info,sqlx=debug",
    })?;
    let filter = match cli.command {
        // They read whole tables: what is slow there is no news.
        Command::Backup(_) | Command::Restore(_) | Command::Doctor(_) => {
            filter.add_directive(QUIET.parse().unwrap_or_default())
        }
        Command::Serve
        | Command::Demo(_)
        | Command::Migrate
        | Command::Practice(_)
        | Command::User(_)
        | Command::Healthcheck => filter,
    };
    let lang = cli.options.lang();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if let Command::Doctor(wish) = &cli.command {
        // A wrong configuration is one of the things it finds.
        let _log = logging::start(filter, cli.options.log_format);
        return runtime.block_on(doctor::run(&cli.options, wish, lang));
    }
    let config = Config::check(&cli.options)?;
    let _log = logging::start(filter, cli.options.log_format);
    let done = runtime.block_on(async {
        if matches!(cli.command, Command::Backup(_) | Command::Restore(_)) {
            tokio::spawn(backup::end_when_told());
        }
        match &cli.command {
            Command::Serve => serve::run(&config).await,
            Command::Migrate => migrate::run(&config).await,
            Command::Healthcheck => healthcheck::run(&config).await,
            Command::Practice(PracticeCommand::Create(wish)) => {
                practice::create(&config, wish).await
            }
            Command::User(command) => user::run(&config, command).await,
            Command::Backup(wish) => backup::make(&config, wish, lang).await,
            Command::Restore(wish) => backup::restore(&config, wish, lang).await,
            Command::Doctor(_) => Ok(()),
            Command::Demo(wish) => demo::run(&config, wish).await,
        }
    });
    if matches!(cli.command, Command::Serve) {
        // A name that is still being looked up, on a thread that nobody can stop, is not waited for.
        runtime.shutdown_timeout(LAST_THREADS);
    }
    done.map(|()| true)
}

/// Opens the database, bringing it up to date.
pub(crate) async fn open(config: &Config) -> Result<Backend, CommandError> {
    let settings = Settings {
        database_url: config.database_url.expose_secret().to_owned(),
        public_url: config.public_url.as_str().to_owned(),
        smtp_url: config.smtp_url.clone(),
        mail_from: config.mail_from.clone(),
    };
    Ok(Backend::open(settings, Arc::new(SystemClock), Arc::new(SystemRandom)).await?)
}

/// Says something to whoever ran the command.
pub(crate) fn say(words: impl fmt::Display) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{words}")?;
    Ok(out.flush()?)
}
