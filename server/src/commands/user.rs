//! `rdv user`: accounts of a practice's people, made and rescued by the host.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use backend::{
    Backend, Failure,
    accounts::{NewAccount, SecondStepWish},
    passwords::{Password, PasswordError},
    store::{hold, schema},
};
use domain::{links, people::EmailAddress};
use secrecy::ExposeSecret;

use super::{CommandError, open, say};
use crate::{
    cli::practice::{CreateUser, ResetPassword, UserCommand},
    config::Config,
};

/// Most of a file that a password is read from.
const MOST_BYTES: u64 = 64 * 1024;

pub(super) async fn run(config: &Config, command: &UserCommand) -> Result<(), CommandError> {
    // Opening one that is not there makes one, and whoever mistyped its name would find nobody in it.
    let file = schema::file_of(config.database_url.expose_secret());
    let file = file
        .map_err(backend::Error::from)
        .map_err(CommandError::Backend)?;
    if file.is_some_and(|file| hold::is_missing(&file)) {
        return Err(CommandError::Refused(
            "there is no database of rdv there: look at RDV_DATABASE_URL".to_owned(),
        ));
    }
    let backend = open(config).await?;
    match command {
        UserCommand::Create(wish) => create(&backend, wish).await?,
        UserCommand::ResetPassword(wish) => reset(&backend, wish).await?,
    }
    backend.close().await;
    Ok(())
}

async fn create(backend: &Backend, wish: &CreateUser) -> Result<(), CommandError> {
    let about = [
        wish.name.as_str(),
        wish.email.as_str(),
        wish.practice.as_str(),
    ];
    let (password, said) = password(backend, wish.credentials.password_file.as_deref(), &about)?;
    let new = NewAccount {
        practice: wish.practice.clone(),
        email: wish.email.clone(),
        name: wish.name.clone(),
        role: wish.role.into(),
        practitioner: wish.practitioner.clone(),
        keeps: wish.keeps.clone(),
        password,
        lang: wish.credentials.language,
    };
    backend
        .create_account(new)
        .await
        .map_err(|failure| match failure {
            Failure::Refused(refusal) => CommandError::Refused(refusal.to_string()),
            Failure::Broken(error) => CommandError::Backend(error),
        })?;
    say(format_args!(
        "sign in at    {}",
        backend.absolute(links::SIGN_IN)
    ))?;
    say_credentials(&wish.email, said.as_deref())
}

async fn reset(backend: &Backend, wish: &ResetPassword) -> Result<(), CommandError> {
    let (password, said) = password(
        backend,
        wish.password_file.as_deref(),
        &[wish.email.as_str()],
    )?;
    let second_step = if wish.remove_factors {
        SecondStepWish::Remove
    } else {
        SecondStepWish::Keep
    };
    let removed = backend
        .reset_password(&wish.email, password, second_step)
        .await
        .map_err(|error| match error {
            backend::Error::NotFound => {
                CommandError::Refused("no account has that address".to_owned())
            }
            error @ (backend::Error::Store(_)
            | backend::Error::ChangedMeanwhile
            | backend::Error::Crowded
            | backend::Error::Io(_)) => CommandError::Backend(error),
        })?;
    say("Her sessions are ended.")?;
    if removed {
        say("Her second step is removed: the password alone signs her in.")?;
    } else {
        say(
            "Passkeys, if she has some, still sign her in: she sees and removes them at her \
             account; --remove-factors removes them all.",
        )?;
    }
    say_credentials(&wish.email, said.as_deref())
}

/// The password in the file, or a new one with its characters, to be said once.
pub(super) fn password(
    backend: &Backend,
    file: Option<&Path>,
    about: &[&str],
) -> Result<(Password, Option<String>), CommandError> {
    let Some(file) = file else {
        let password = backend.generate_password();
        let said = password.reveal().to_owned();
        return Ok((password, Some(said)));
    };
    let text = read_some(file).map_err(|error| {
        CommandError::Refused(format!("--password-file {}: {error}", file.display()))
    })?;
    // Some editors begin a file with a sign that nobody typed.
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let password = Password::parse(first, about).map_err(|error| {
        let wrong = match error {
            PasswordError::TooShort => "is too short: eight characters at least",
            PasswordError::TooLong => "is too long",
            PasswordError::Common => "is easily guessed: take another, longer one",
        };
        CommandError::Refused(format!("the password in {} {wrong}", file.display()))
    })?;
    Ok((password, None))
}

/// The text of a file, which ends after [`MOST_BYTES`]: a device might never.
fn read_some(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    let mut file = File::open(file)?.take(MOST_BYTES);
    file.read_to_string(&mut text)?;
    Ok(text)
}

/// What she signs in with; a password of her own is not repeated.
pub(super) fn say_credentials(
    email: &EmailAddress,
    password: Option<&str>,
) -> Result<(), CommandError> {
    say(format_args!("e-mail        {email}"))?;
    match password {
        Some(password) => say(format_args!("password      {password}   (shown only here)")),
        None => Ok(()),
    }
}
