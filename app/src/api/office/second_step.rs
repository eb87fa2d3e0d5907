//! The second step of a sign-in: typed by whoever signs in, turned on and off by whoever is
//! signed in. Passkeys have doors of their own: see [`super::passkeys`].

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Signs in somebody whose password was right, with a code of her telephone or a recovery code.
///
/// # Errors
/// [`Fault::TooMany`] for too many tries, or as the database.
#[server(prefix = "/api", endpoint = "sign_in_code", input = PostUrl)]
pub async fn sign_in_code(code: String, #[server(default)] next: String) -> Result<(), Fault> {
    Step::begin(&next).await?.by_code(&code).await
}

/// Starts the codes of a telephone, after the password was asked again, and a code or a passkey
/// where a second step is on.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], or as the database.
#[server(prefix = "/api", endpoint = "start_second_step", input = PostUrl)]
pub async fn start_second_step(
    password: String,
    #[server(default)] code: String,
) -> Result<(), Fault> {
    use backend::factors::Wish;

    fulfil(mine().await?, &password, &code, Wish::AddTelephone).await
}

/// Turns the codes of a telephone on with its first one; every other session ends.
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
        Ok(done) => changed(&done, links::SECOND_STEP, "second-step-telephone-added"),
        Err(refusal) => forms::refuse(links::SECOND_STEP, wrong(refusal)),
    }
}

/// Makes new recovery codes, or takes a telephone or a passkey away; every other session ends.
/// Without a code, whoever has a passkey is asked for that.
///
/// # Errors
/// [`Fault::NotSignedIn`], [`Fault::TooMany`], [`Fault::BadRequest`] for another wish, or as the
/// database.
#[server(prefix = "/api", endpoint = "change_second_step", input = PostUrl)]
pub async fn change_second_step(
    password: String,
    code: String,
    wish: String,
    #[server(default)] passkey: String,
) -> Result<(), Fault> {
    use backend::factors::Wish;

    let wish = match wish.as_str() {
        "renew" => Wish::RenewCodes,
        "off" => Wish::RemoveTelephone,
        "passkey" => Wish::RemovePasskey(passkey.parse().map_err(|_| Fault::NotFound)?),
        _ => return Err(Fault::BadRequest),
    };
    fulfil(mine().await?, &password, &code, wish).await
}

/// A second step that is tried: whose, and where it leads.
#[cfg(feature = "ssr")]
pub(super) struct Step {
    backend: backend::Backend,
    limits: crate::limits::Gate,
    next: String,
    /// The token that waits, and what for; nothing when nothing does.
    awaited: Option<(String, backend::factors::Awaited)>,
}

#[cfg(feature = "ssr")]
impl Step {
    /// Who may try how often is counted by the account, which only the waiting state tells.
    pub(super) async fn begin(next: &str) -> Result<Self, Fault> {
        use domain::links;

        use crate::{forms, request};

        let (backend, limits) = (request::backend()?, request::limits()?);
        let mut step = Self {
            next: forms::local_path(next).unwrap_or(links::AGENDA).to_owned(),
            awaited: None,
            backend,
            limits,
        };
        if let Some(pending) = request::pending()
            && let Some(awaited) = step.backend.awaited(&pending).await?
        {
            step.limits.second_step(awaited.email.as_str()).await?;
            step.awaited = Some((pending, awaited));
        }
        Ok(step)
    }

    async fn by_code(self, code: &str) -> Result<(), Fault> {
        let Some((pending, _)) = &self.awaited else {
            return self.gone();
        };
        let from = crate::request::sign_in_from();
        let tried = self.backend.second_step(pending, code, from).await;
        self.end(tried).await
    }

    /// With the answer of a passkey.
    pub(super) async fn by_passkey(self, credential: &str) -> Result<(), Fault> {
        let Some((pending, _)) = &self.awaited else {
            return self.gone();
        };
        let from = crate::request::sign_in_from();
        let tried = self
            .backend
            .second_step_by_passkey(pending, credential, from)
            .await;
        self.end(tried).await
    }

    async fn end(
        self,
        tried: Result<
            backend::sessions::NewSession,
            backend::Failure<backend::factors::SecondStepRefusal>,
        >,
    ) -> Result<(), Fault> {
        use backend::factors::SecondStepRefusal;
        use http::StatusCode;

        use crate::{
            forms::{self, FieldError, FormErrors},
            request,
        };

        let errors = match forms::decided(tried)? {
            Ok(session) => {
                request::start_session(&session.token);
                request::end_pending();
                if let Some((_, awaited)) = &self.awaited {
                    self.limits.signed_in(awaited.email.as_str()).await;
                }
                return forms::see_other(&self.next);
            }
            Err(SecondStepRefusal::WrongCode) => {
                let mut errors = FormErrors::default();
                errors.add("code", FieldError::key("second-step-wrong-code"));
                errors
            }
            Err(SecondStepRefusal::WrongPasskey) => FormErrors::message("passkey-refused"),
            Err(SecondStepRefusal::Gone) => return self.gone(),
        };
        let page = request::sign_in_code_path(&self.next);
        forms::refuse(&page, errors.with_status(StatusCode::UNAUTHORIZED))
    }

    fn gone(&self) -> Result<(), Fault> {
        use http::StatusCode;

        use crate::{
            forms::{self, FormErrors},
            request,
        };

        request::end_pending();
        let errors = FormErrors::message("second-step-gone");
        let page = request::sign_in_path(&self.next);
        forms::refuse(&page, errors.with_status(StatusCode::UNAUTHORIZED))
    }
}

/// Who asks: the backend, the token of her session, her address for the limits.
#[cfg(feature = "ssr")]
pub(super) async fn mine() -> Result<(backend::Backend, String, String), Fault> {
    use crate::request;

    let signed_in = request::signed_in().await?;
    let session = request::session();
    let token = session.token().ok_or(Fault::NotSignedIn)?;
    let email = signed_in.email.as_str().to_owned();
    Ok((request::backend()?, token.to_owned(), email))
}

/// Does what is wished, after the password and, where a second step is on, a code. Without a code,
/// whoever has a passkey is asked for that.
#[cfg(feature = "ssr")]
pub(super) async fn fulfil(
    (backend, token, email): (backend::Backend, String, String),
    password: &str,
    code: &str,
    wish: backend::factors::Wish,
) -> Result<(), Fault> {
    use backend::factors::Fulfilled;

    use crate::{forms, request};

    let limits = request::limits()?;
    limits.sign_in(&email).await?;
    let factors = backend.factors(&token).await?;
    if factors.on_since().is_some() {
        limits.second_step(&email).await?;
    }
    let page = page_of(&wish);
    if code.trim().is_empty() && backend.offers_passkeys() && !factors.passkeys.is_empty() {
        let started = backend.start_change_by_passkey(&token, password, wish);
        return match forms::decided(started.await)? {
            Ok(()) => forms::see_other(&page),
            Err(refusal) => forms::refuse(&page, wrong(refusal)),
        };
    }
    let done = backend
        .change_second_step(&token, password, code, wish.clone())
        .await;
    match forms::decided(done)? {
        Ok(Fulfilled::Changed(done)) => changed_by(&backend, &done, &wish).await,
        Ok(Fulfilled::Started) => forms::see_other(started_at(&wish)),
        Err(refusal) => forms::refuse(&page, wrong(refusal)),
    }
}

/// Where a wish is expressed, and refused.
#[cfg(feature = "ssr")]
pub(super) fn page_of(wish: &backend::factors::Wish) -> String {
    use backend::factors::Wish;
    use domain::links;

    match wish {
        Wish::AddTelephone => links::ADD_TELEPHONE.to_owned(),
        Wish::AddPasskey(_) => links::PASSKEYS.to_owned(),
        Wish::RenewCodes | Wish::RemoveTelephone => links::SECOND_STEP.to_owned(),
        Wish::RemovePasskey(id) => links::remove_passkey(*id),
    }
}

/// Where what is to be added waits for its first code, or for the device.
#[cfg(feature = "ssr")]
pub(super) fn started_at(wish: &backend::factors::Wish) -> &'static str {
    use backend::factors::Wish;
    use domain::links;

    match wish {
        Wish::AddPasskey(_) => links::PASSKEYS,
        Wish::AddTelephone | Wish::RenewCodes | Wish::RemoveTelephone | Wish::RemovePasskey(_) => {
            links::SECOND_STEP
        }
    }
}

/// The new session, and what the next page says once: recovery codes if there are new ones, or
/// that it is done.
#[cfg(feature = "ssr")]
pub(super) fn changed(
    changed: &backend::factors::Changed,
    page: &str,
    done: &str,
) -> Result<(), Fault> {
    use crate::{
        flash::{self, Flash},
        forms, request,
    };

    request::start_session(&changed.session.token);
    if changed.codes.is_empty() {
        flash::leave(Flash::Done, done);
    } else {
        flash::leave(Flash::RecoveryCodes, &changed.codes.join("."));
    }
    forms::see_other(page)
}

/// The same after a wish: without its last factor the account has no second step any more.
#[cfg(feature = "ssr")]
pub(super) async fn changed_by(
    backend: &backend::Backend,
    done: &backend::factors::Changed,
    wish: &backend::factors::Wish,
) -> Result<(), Fault> {
    use backend::factors::Wish;
    use domain::links;

    let left = backend.factors(&done.session.token).await?;
    if left.on_since().is_none() {
        return changed(done, links::ACCOUNT, "second-step-off-done");
    }
    match wish {
        Wish::RenewCodes => changed(done, links::SECOND_STEP, "second-step-renewed"),
        // Done when its first code came.
        Wish::AddTelephone => changed(done, links::SECOND_STEP, "second-step-telephone-added"),
        Wish::AddPasskey(_) => changed(done, links::PASSKEYS, "passkey-added-done"),
        Wish::RemoveTelephone => changed(done, links::SECOND_STEP, "second-step-telephone-removed"),
        Wish::RemovePasskey(_) => changed(done, links::PASSKEYS, "passkey-removed-done"),
    }
}

#[cfg(feature = "ssr")]
pub(super) fn wrong(refusal: backend::factors::FactorRefusal) -> crate::forms::FormErrors {
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
        FactorRefusal::WrongPasskey => FormErrors::message("passkey-refused"),
        FactorRefusal::ChangedMeanwhile => FormErrors::message("second-step-changed"),
        FactorRefusal::TooMany => FormErrors::message("passkey-too-many"),
        FactorRefusal::NotOffered => FormErrors::message("passkey-not-offered"),
    }
}
