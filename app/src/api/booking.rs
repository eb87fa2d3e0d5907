//! Booking without an account: hold a slot, prove the address by a code, or have it sent again.
//! What each may do is `backend::booking`'s; the pages are `pages::patient`'s.

use leptos::{prelude::*, server_fn::codec::PostUrl};

#[cfg(feature = "ssr")]
use crate::api::robots;
use crate::fault::Fault;

/// Holds a slot for the person who comes, and mails her a code. Refused, it shows the form again
/// with what was typed; where the slot has gone, with the nearest free ones to choose from; where
/// the reason has, with those that are left (404).
///
/// `start` is an instant in RFC 3339. Where the form offers several, `wished` is the one that has
/// gone, and `start` may be missing. `seen` is a mark of what the form showed beside the instant
/// ([`backend::booking::mark`]): where that is another by now, it is shown once more before anything is
/// held. `website` is a field that no person sees; `challenge` says
/// when the form was shown, and `proof` is what the browser worked out of it, if it runs scripts.
///
/// # Errors
/// [`Fault::NotFound`] for an unknown practitioner, and what is no name of a reason;
/// [`Fault::BadRequest`] for a `start` that is no instant; [`Fault::TooMany`].
#[server(prefix = "/api", endpoint = "hold_slot", input = PostUrl)]
pub async fn hold_slot(
    practitioner: String,
    reason: String,
    #[server(default)] start: String,
    #[server(default)] wished: String,
    idempotency_key: String,
    #[server(default)] seen: String,
    #[server(default)] given_name: String,
    #[server(default)] family_name: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] birth_date: String,
    #[server(default)] website: String,
    #[server(default)] challenge: String,
    #[server(default)] proof: String,
) -> Result<(), Fault> {
    use std::collections::BTreeSet;

    use backend::{booking::HoldRequest, office::seen::Seen};
    use domain::{
        booking::BookingRefusal,
        links,
        people::{BirthDate, EmailAddress, FamilyName, GivenName, Patient, PhoneNumber},
        visit_reason::BirthDateAsked,
    };
    use http::StatusCode;

    use crate::{
        forms::{self, FieldError, FormErrors},
        request,
    };

    let backend = request::backend()?;
    let practitioner = practitioner.parse().map_err(|_| Fault::NotFound)?;
    let reason = reason.parse().map_err(|_| Fault::NotFound)?;
    let instant = |text: &str| text.parse().map_err(|_| Fault::BadRequest);
    let shown = instant(if start.is_empty() { &wished } else { &start })?;
    let page = links::booking_form(&practitioner, &reason, shown);
    if !is_key(&idempotency_key) {
        return Err(Fault::BadRequest);
    }
    // One that is for staff only is told from one that never was by no answer.
    let gone = || {
        let gone = FormErrors::message("reason-gone-title").with_status(StatusCode::NOT_FOUND);
        forms::refuse(&page, gone)
    };
    let asked = match backend.asked(&practitioner, &reason).await {
        Ok(asked) => asked,
        Err(backend::Error::NotFound) => {
            backend.practitioner_page(&practitioner).await?;
            return gone();
        }
        Err(error) => return Err(error.into()),
    };

    // Whether it is asked for may have changed since the form was sent before.
    let typed_date = BirthDate::parse(&birth_date, asked.today).ok();
    let refuse = |errors| match asked.is_offered {
        true => forms::refuse(&page, errors),
        false => gone(),
    };

    let mut errors = FormErrors::default();
    let given_name = errors.take("given_name", GivenName::parse(&given_name));
    let family_name = errors.take("family_name", FamilyName::parse(&family_name));
    let email = errors.take(
        "email",
        EmailAddress::parse(&email).map_err(FieldError::Email),
    );
    let phone = errors.take(
        "phone",
        PhoneNumber::parse(&phone).map_err(FieldError::Phone),
    );
    let birth_date = match asked.reason.birth_date {
        BirthDateAsked::No => None,
        BirthDateAsked::Yes => {
            let day = BirthDate::parse(&birth_date, asked.today);
            errors.take("birth_date", day.map_err(FieldError::BirthDate))
        }
    };
    if start.is_empty() {
        errors.add("start", FieldError::key("slot-error-choose"));
    }
    let (Some(given_name), Some(family_name), Some(email), Some(phone)) =
        (given_name, family_name, email, phone)
    else {
        return refuse(errors);
    };
    let patient = |birth_date| Patient {
        given_name: given_name.clone(),
        family_name: family_name.clone(),
        email: Some(email.clone()),
        phone: phone.clone(),
        birth_date,
    };
    // An answer that got lost is asked for again: that is no second hold, and counts as none.
    if !start.is_empty() {
        for date in BTreeSet::from([typed_date, birth_date]) {
            let (who, key) = (patient(date), &idempotency_key);
            let held = backend.held_before(&practitioner, &reason, shown, &who, key);
            if let Some(held) = held.await? {
                return forms::see_other(&links::held(&held.token));
            }
        }
    }
    if !errors.is_empty() {
        return refuse(errors);
    }
    if !website.is_empty() {
        return refuse(FormErrors::message("form-not-sent"));
    }
    if !asked.is_offered {
        return gone();
    }
    let (work, who) = ((&*challenge, &*proof), (&email, &phone));
    let whose = (&practitioner, shown);
    let robots::Let { limits, share } = match robots::limits(&backend, work, who, whose).await? {
        Ok(admitted) => admitted,
        Err(robots::Stopped::Form(errors)) => return forms::refuse(&page, errors),
        Err(robots::Stopped::Later { wait }) => {
            let later = BookingRefusal::TooManyHolds { wait };
            return forms::refuse(&page, FormErrors::booking(later));
        }
    };
    let wish = HoldRequest {
        practitioner,
        reason,
        start: shown,
        seen: (!seen.is_empty()).then(|| Seen::from_form(&seen)),
        patient: patient(birth_date),
        lang: request::lang(),
        idempotency_key,
        limits,
        network: share.network.clone(),
    };
    let held = backend.hold(wish).await;
    // Where the database did not say what became of it, it may be held.
    if matches!(held, Err(backend::Failure::Refused(_))) {
        request::limits()?.give_back(&share);
    }
    match forms::decided(held)? {
        Ok(held) => forms::see_other(&links::held(&held.token)),
        // Archived at this very moment.
        Err(BookingRefusal::NotForYou) => gone(),
        Err(refusal) => forms::refuse(&page, FormErrors::booking(refusal)),
    }
}

/// The keys that our forms carry: tokens of the server.
#[cfg(feature = "ssr")]
pub(crate) fn is_key(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (16..=64).contains(&text.len()) && text.bytes().all(is_plain)
}

/// Books the held slot if the code is the one that was mailed, and leads to the visit; sent again
/// once the time of the hold is over, to the page that says that it is booked.
///
/// # Errors
/// [`Fault::NotFound`] for a token that was never one; [`Fault::TooMany`].
#[server(prefix = "/api", endpoint = "confirm_hold", input = PostUrl)]
pub async fn confirm_hold(token: String, #[server(default)] code: String) -> Result<(), Fault> {
    use backend::booking::CodeRefusal;
    use domain::{links, text::TextError};
    use http::StatusCode;

    use crate::{
        forms::{self, FieldError, FormErrors},
        request,
    };

    let backend = request::backend()?;
    // What is no token of ours uses up nobody's tries but those of who makes them up.
    let is_known = match backend.held_visit(&token).await {
        Ok(_) => true,
        Err(backend::Error::NotFound) => false,
        Err(error) => return Err(error.into()),
    };
    request::limits()?.code(is_known.then_some(&token))?;
    if !is_known {
        return Err(Fault::NotFound);
    }
    let page = links::held(&token);
    let mut errors = FormErrors::default();
    // People copy codes with the spaces that mails put into them.
    let code: String = code.split_whitespace().collect();
    if code.is_empty() {
        errors.add("code", TextError::Empty);
    } else if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        errors.add("code", FieldError::key("code-error-malformed"));
    }
    if !errors.is_empty() {
        return forms::refuse(&page, errors);
    }
    match forms::decided(backend.confirm(&token, &code).await)? {
        Ok(visit) => forms::see_other(&format!("{}?nouveau", links::visit(&visit))),
        // The page says that it is confirmed, and where the link is.
        Err(CodeRefusal::Confirmed) => forms::see_other(&page),
        Err(CodeRefusal::Wrong { left: _ }) => {
            errors.add("code", FieldError::key("code-error-wrong"));
            forms::refuse(&page, errors)
        }
        Err(CodeRefusal::Gone) => {
            let gone = FormErrors::message("hold-gone").with_status(StatusCode::GONE);
            forms::refuse(&page, gone)
        }
    }
}

/// Mails the code of a hold once more.
///
/// # Errors
/// [`Fault::NotFound`] for a token that was never one; [`Fault::TooMany`].
#[server(prefix = "/api", endpoint = "resend_code", input = PostUrl)]
pub async fn resend_code(token: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        forms::{self, FormErrors},
        request,
    };

    request::limits()?.resend()?;
    let page = links::held(&token);
    if request::backend()?.resend_code(&token).await? {
        forms::see_other(&format!("{page}?renvoye"))
    } else {
        forms::refuse(&page, FormErrors::message("resend-refused"))
    }
}
