//! Signing in and out, changing one's password, ending other sessions.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Signs somebody in, or leads to the second step. A wrong password and an unknown address are answered the same.
///
/// # Errors
/// [`Fault::TooMany`] for too many tries.
#[server(prefix = "/api", endpoint = "sign_in", input = PostUrl)]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), Fault> {
    use backend::sessions::{SignIn, SignInFrom};
    use domain::{links, people::EmailAddress};
    use http::StatusCode;

    use crate::{
        forms::{self, FormErrors},
        request,
    };

    let next = forms::local_path(&next).unwrap_or(links::AGENDA);
    let page = request::sign_in_path(next);
    let wrong = || FormErrors::message("sign-in-refused").with_status(StatusCode::UNAUTHORIZED);
    let limits = request::limits()?;
    let address = EmailAddress::parse(&email);
    // One account is one counter, however its address is written.
    let typed = address.as_ref().map_or(&*email, EmailAddress::as_str);
    let asks = limits.sign_in(typed).await?;
    let Ok(address) = address else {
        return forms::refuse(&page, wrong());
    };
    let from = SignInFrom {
        asks,
        ..request::sign_in_from()
    };
    let signed_in = request::backend()?.sign_in(&address, &password, from).await;
    match forms::decided(signed_in)? {
        Ok(SignIn::Done(session)) => {
            request::start_session(&session.token);
            limits.signed_in(address.as_str()).await;
            forms::see_other(next)
        }
        Ok(SignIn::SecondStep { pending }) => {
            request::start_pending(&pending);
            forms::see_other(&request::sign_in_code_path(next))
        }
        Err(_) => forms::refuse(&page, wrong()),
    }
}

/// Ends the session, on the server and in the browser.
///
/// # Errors
/// As the database.
#[server(prefix = "/api", endpoint = "sign_out", input = PostUrl)]
pub async fn sign_out() -> Result<(), Fault> {
    use domain::links;

    use crate::{flash, forms, request};

    if let Some(token) = request::session().token() {
        request::backend()?.sign_out(token).await?;
    }
    request::end_session();
    flash::forget();
    forms::see_other(links::SIGN_IN)
}

/// Ends one session of the account, by the handle that the account's page names it by.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::NotFound`] when none of hers has it, or as the database.
#[server(prefix = "/api", endpoint = "end_session", input = PostUrl)]
pub async fn end_session(session: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        flash::{self, Flash},
        forms, request,
    };

    request::signed_in().await?;
    let own = request::session();
    let token = own.token().ok_or(Fault::NotSignedIn)?;
    if request::backend()?.end_session(token, &session).await? {
        request::end_session();
        return forms::see_other(links::SIGN_IN);
    }
    flash::leave(Flash::Done, "account-session-ended");
    forms::see_other(links::ACCOUNT)
}

/// Ends the account's other sessions.
///
/// # Errors
/// [`Fault::NotSignedIn`], or as the database.
#[server(prefix = "/api", endpoint = "end_other_sessions", input = PostUrl)]
pub async fn end_other_sessions() -> Result<(), Fault> {
    use domain::links;

    use crate::{
        flash::{self, Flash},
        forms, request,
    };

    request::signed_in().await?;
    let session = request::session();
    let token = session.token().ok_or(Fault::NotSignedIn)?;
    request::backend()?.end_other_sessions(token).await?;
    flash::leave(Flash::Done, "account-sessions-ended");
    forms::see_other(links::ACCOUNT)
}

/// Changes the password of the account; every session ends but a new one.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "change_password", input = PostUrl)]
pub async fn change_password(current_password: String, new_password: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        flash::{self, Flash},
        forms::{self, FieldError, FormErrors},
        request,
    };

    let signed_in = request::signed_in().await?;
    let session = request::session();
    let token = session.token().ok_or(Fault::NotSignedIn)?;
    let limits = request::limits()?;
    limits.sign_in(signed_in.email.as_str()).await?;
    let mut errors = FormErrors::default();
    let about = [
        signed_in.email.as_str(),
        signed_in.name.as_str(),
        signed_in.practice_name.as_str(),
    ];
    let backend = request::backend()?;
    let new = backend.judge_password(&new_password, &about).await?;
    let new = errors.take("new_password", new);
    let Some(new) = new else {
        return forms::refuse(links::ACCOUNT, errors);
    };
    let changed = backend.change_password(token, &current_password, new).await;
    match forms::decided(changed)? {
        Ok(session) => {
            request::start_session(&session.token);
            limits.signed_in(signed_in.email.as_str()).await;
            // It is done, whatever the database says now.
            let factors = backend.factors(&session.token).await;
            let stand = factors.is_ok_and(|factors| !factors.passkeys.is_empty());
            let done = if stand {
                "account-password-changed-passkeys"
            } else {
                "account-password-changed"
            };
            flash::leave(Flash::Done, done);
            forms::see_other(links::ACCOUNT)
        }
        Err(_) => {
            errors.add(
                "current_password",
                FieldError::key("account-wrong-password"),
            );
            forms::refuse(links::ACCOUNT, errors)
        }
    }
}
