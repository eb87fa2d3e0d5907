//! The second step of a sign-in: typed by whoever signs in, turned on and off by whoever is
//! signed in.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Signs in somebody whose password was right, with a code of her telephone or a recovery code.
///
/// # Errors
/// [`Fault::TooMany`] for too many tries, or as the database.
#[server(prefix = "/api", endpoint = "sign_in_code", input = PostUrl)]
pub async fn sign_in_code(code: String, #[server(default)] next: String) -> Result<(), Fault> {
    use backend::factors::SecondStepRefusal;
    use domain::links;
    use http::StatusCode;

    use crate::{
        forms::{self, FieldError, FormErrors},
        request,
    };

    let next = forms::local_path(&next).unwrap_or(links::AGENDA);
    let gone = || {
        request::end_pending();
        let errors = FormErrors::message("second-step-gone");
        let page = request::sign_in_path(next);
        forms::refuse(&page, errors.with_status(StatusCode::UNAUTHORIZED))
    };
    let backend = request::backend()?;
    let Some(pending) = request::pending() else {
        return gone();
    };
    // Who may try how often is counted by the account, which only the pending state tells.
    let Some(email) = backend.awaited_code(&pending).await? else {
        return gone();
    };
    let limits = request::limits()?;
    limits.second_step(email.as_str()).await?;
    let signed_in = backend
        .second_step(&pending, &code, request::sign_in_from())
        .await;
    match forms::decided(signed_in)? {
        Ok(session) => {
            request::start_session(&session.token);
            request::end_pending();
            limits.signed_in(email.as_str()).await;
            forms::see_other(next)
        }
        Err(SecondStepRefusal::WrongCode) => {
            let mut errors = FormErrors::default();
            errors.add("code", FieldError::key("second-step-wrong-code"));
            let page = request::sign_in_code_path(next);
            forms::refuse(&page, errors.with_status(StatusCode::UNAUTHORIZED))
        }
        Err(SecondStepRefusal::Gone) => gone(),
    }
}

/// Starts a second step, after the password was asked again.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "start_second_step", input = PostUrl)]
pub async fn start_second_step(password: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{forms, request};

    let (backend, token, email) = mine().await?;
    request::limits()?.sign_in(&email).await?;
    let started = backend.start_second_step(&token, &password).await;
    match forms::decided(started)? {
        Ok(()) => forms::see_other(links::SECOND_STEP),
        Err(refusal) => forms::refuse(links::SECOND_STEP, wrong(refusal)),
    }
}

/// Turns the second step on with the first code of the telephone; every other session ends.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "confirm_second_step", input = PostUrl)]
pub async fn confirm_second_step(code: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{forms, request};

    let (backend, token, email) = mine().await?;
    request::limits()?.second_step(&email).await?;
    let confirmed = backend.confirm_second_step(&token, &code).await;
    match forms::decided(confirmed)? {
        Ok(changed) => show_codes(&changed),
        Err(refusal) => forms::refuse(links::SECOND_STEP, wrong(refusal)),
    }
}

/// Makes new recovery codes, or turns the second step off; every other session ends.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], [`Fault::BadRequest`] for another wish, or as the
/// database.
#[server(prefix = "/api", endpoint = "change_second_step", input = PostUrl)]
pub async fn change_second_step(password: String, code: String, wish: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        flash::{self, Flash},
        forms, request,
    };

    let (backend, token, email) = mine().await?;
    let limits = request::limits()?;
    limits.sign_in(&email).await?;
    limits.second_step(&email).await?;
    match wish.as_str() {
        "renew" => {
            let renewed = backend.renew_recovery_codes(&token, &password, &code).await;
            match forms::decided(renewed)? {
                Ok(changed) => show_codes(&changed),
                Err(refusal) => forms::refuse(links::SECOND_STEP, wrong(refusal)),
            }
        }
        "off" => {
            let off = backend.turn_second_step_off(&token, &password, &code).await;
            match forms::decided(off)? {
                Ok(changed) => {
                    request::start_session(&changed.session.token);
                    flash::leave(Flash::Done, "second-step-off-done");
                    forms::see_other(links::ACCOUNT)
                }
                Err(refusal) => forms::refuse(links::SECOND_STEP, wrong(refusal)),
            }
        }
        _ => Err(Fault::BadRequest),
    }
}

/// Who asks: the backend, the token of her session, her address for the limits.
#[cfg(feature = "ssr")]
async fn mine() -> Result<(backend::Backend, String, String), Fault> {
    use crate::request;

    let signed_in = request::signed_in().await?;
    let session = request::session();
    let token = session.token().ok_or(Fault::NotSignedIn)?;
    let email = signed_in.email.as_str().to_owned();
    Ok((request::backend()?, token.to_owned(), email))
}

/// The new session, and the recovery codes for the next page, once.
#[cfg(feature = "ssr")]
fn show_codes(changed: &backend::factors::Changed) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        flash::{self, Flash},
        forms, request,
    };

    request::start_session(&changed.session.token);
    flash::leave(Flash::RecoveryCodes, &changed.codes.join("."));
    forms::see_other(links::SECOND_STEP)
}

#[cfg(feature = "ssr")]
fn wrong(refusal: backend::factors::FactorRefusal) -> crate::forms::FormErrors {
    use backend::factors::FactorRefusal;

    use crate::forms::{FieldError, FormErrors};

    let field = |name: &'static str, key| {
        let mut errors = FormErrors::default();
        errors.add(name, FieldError::key(key));
        errors
    };
    match refusal {
        FactorRefusal::WrongPassword => field("password", "account-wrong-password"),
        FactorRefusal::WrongCode => field("code", "second-step-wrong-code"),
        FactorRefusal::ChangedMeanwhile => FormErrors::message("second-step-changed"),
    }
}
