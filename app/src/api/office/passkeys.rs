//! Passkeys: made and taken away by whoever is signed in, asked for after the password, or
//! instead of one. Each has two steps: a form that makes the challenge, and the answer to it.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Makes a challenge for a new passkey, after the password was asked again, and a code or another
/// passkey where a second step is on.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "start_passkey", input = PostUrl)]
pub async fn start_passkey(
    name: String,
    password: String,
    #[server(default)] code: String,
) -> Result<(), Fault> {
    use backend::factors::Wish;
    use domain::{links, practice::Title};

    use super::second_step::{fulfil, mine};
    use crate::forms::{self, FormErrors};

    let mine = mine().await?;
    let mut errors = FormErrors::default();
    let Some(name) = errors.take("name", Title::parse(&name)) else {
        return forms::refuse(links::PASSKEYS, errors);
    };
    fulfil(mine, &password, &code, Wish::AddPasskey(name)).await
}

/// Adds the passkey that a device made; every other session ends.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "add_passkey", input = PostUrl)]
pub async fn add_passkey(credential: String) -> Result<(), Fault> {
    use domain::links;

    use super::second_step::{changed, mine, wrong};
    use crate::{forms, request};

    let (backend, token, email) = mine().await?;
    request::limits()?.second_step(&email).await?;
    let added = backend.add_passkey(&token, &credential).await;
    match forms::decided(added)? {
        Ok(done) => changed(&done, links::PASSKEYS, "passkey-added-done"),
        Err(refusal) => forms::refuse(links::PASSKEYS, wrong(refusal)),
    }
}

/// Does what was wished when its challenge was made, if a passkey proves it; every other session
/// ends.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "change_by_passkey", input = PostUrl)]
pub async fn change_by_passkey(credential: String) -> Result<(), Fault> {
    use backend::factors::Fulfilled;
    use domain::links;

    use super::second_step::{changed_by, mine, page_of, started_at, wrong};
    use crate::{forms, request};

    let (backend, token, email) = mine().await?;
    request::limits()?.second_step(&email).await?;
    let wish = backend.factors(&token).await?.to_prove;
    let wish = wish.map(|(wish, _)| wish);
    let proved = backend.change_by_passkey(&token, &credential).await;
    match (forms::decided(proved)?, wish) {
        (Ok(Fulfilled::Changed(done)), Some(wish)) => changed_by(&backend, &done, &wish).await,
        (Ok(Fulfilled::Started), Some(wish)) => forms::see_other(started_at(&wish)),
        (Ok(_), None) => forms::see_other(links::ACCOUNT),
        (Err(refusal), wish) => {
            let page = wish.as_ref();
            let page = page.map_or_else(|| links::SECOND_STEP.to_owned(), page_of);
            forms::refuse(&page, wrong(refusal))
        }
    }
}

/// Signs in somebody whose password was right, with a passkey.
///
/// # Errors
/// [`Fault::TooMany`] for too many tries, or as the database.
#[server(prefix = "/api", endpoint = "sign_in_code_by_passkey", input = PostUrl)]
pub async fn sign_in_code_by_passkey(
    credential: String,
    #[server(default)] next: String,
) -> Result<(), Fault> {
    use super::second_step::Step;

    Step::begin(&next).await?.by_passkey(&credential).await
}

/// Makes a challenge for whoever has a passkey.
///
/// # Errors
/// [`Fault::TooMany`], [`Fault::NotFound`] where passkeys are not offered, or as the database.
#[server(prefix = "/api", endpoint = "start_passkey_sign_in", input = PostUrl)]
pub async fn start_passkey_sign_in(#[server(default)] next: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{forms, request};

    let next = forms::local_path(&next).unwrap_or(links::AGENDA);
    request::limits()?.passkey()?;
    let token = request::backend()?.start_passkey_sign_in().await?;
    request::start_passkey(&token.ok_or(Fault::NotFound)?);
    forms::see_other(&request::sign_in_passkey_path(next))
}

/// Signs in whoever's passkey answered.
///
/// # Errors
/// [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "sign_in_by_passkey", input = PostUrl)]
pub async fn sign_in_by_passkey(
    credential: String,
    #[server(default)] next: String,
) -> Result<(), Fault> {
    use domain::links;
    use http::StatusCode;

    use crate::{
        forms::{self, FormErrors},
        request,
    };

    let next = forms::local_path(&next).unwrap_or(links::AGENDA);
    let page = request::sign_in_path(next);
    let wrong = || FormErrors::message("passkey-sign-in-refused");
    let limits = request::limits()?;
    limits.passkey()?;
    request::end_passkey();
    let Some(token) = request::passkey() else {
        return forms::refuse(&page, wrong().with_status(StatusCode::UNAUTHORIZED));
    };
    let backend = request::backend()?;
    let signed_in = backend
        .sign_in_by_passkey(&token, &credential, request::sign_in_from())
        .await;
    match forms::decided(signed_in)? {
        Ok(session) => {
            request::start_session(&session.token);
            if let Some(signed_in) = backend.session(&session.token).await? {
                limits.signed_in(signed_in.email.as_str()).await;
            }
            forms::see_other(next)
        }
        Err(_) => forms::refuse(&page, wrong().with_status(StatusCode::UNAUTHORIZED)),
    }
}
