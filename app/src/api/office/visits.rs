//! What the practice does with a visit: marks it, cancels it, phones about it.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Writes down what became of a visit: `arrived`, `attended`, `missed`.
///
/// # Errors
/// [`Fault::NotFound`] when agenda or visit is not the actor's.
#[server(prefix = "/api", endpoint = "mark_visit", input = PostUrl)]
pub async fn mark_visit(practitioner: String, visit: String, mark: String) -> Result<(), Fault> {
    use backend::office::visits::MarkRefusal;
    use domain::{appointment::Mark, links};

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FormErrors},
    };

    let (backend, actor, whose) = agenda_of_form(&practitioner).await?;
    let slug = practitioner.parse().map_err(|_| Fault::NotFound)?;
    let visit = visit.parse().map_err(|_| Fault::NotFound)?;
    backend.is_in_agenda(&actor, whose, visit).await?;
    let mark = Mark::from_code(&mark).ok_or(Fault::BadRequest)?;
    let said = match mark {
        Mark::Arrived => "visit-marked-arrived",
        Mark::Attended => "visit-marked-attended",
        Mark::Missed => "visit-marked-missed",
    };
    let page = links::office_visit(&slug, visit);
    match forms::decided(backend.mark_visit(&actor, visit, mark).await)? {
        Ok(()) => {
            flash::leave(Flash::Done, said);
            forms::see_other(&page)
        }
        Err(MarkRefusal::NotPossible) => {
            forms::refuse(&page, FormErrors::message("visit-error-changed"))
        }
        Err(MarkRefusal::TooEarly) => {
            forms::refuse(&page, FormErrors::message("visit-error-too-early"))
        }
    }
}

/// Cancels a visit for the practice; the patient is told by mail.
///
/// # Errors
/// [`Fault::NotFound`] when agenda or visit is not the actor's.
#[server(prefix = "/api", endpoint = "cancel_by_practice", input = PostUrl)]
pub async fn cancel_by_practice(practitioner: String, visit: String) -> Result<(), Fault> {
    use backend::booking::CancelRefusal;
    use domain::links;

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FormErrors},
    };

    let (backend, actor, whose) = agenda_of_form(&practitioner).await?;
    let slug = practitioner.parse().map_err(|_| Fault::NotFound)?;
    let visit = visit.parse().map_err(|_| Fault::NotFound)?;
    backend.is_in_agenda(&actor, whose, visit).await?;
    let page = links::office_visit(&slug, visit);
    match forms::decided(backend.cancel_by_practice(&actor, visit).await)? {
        Ok(()) => {
            flash::leave(Flash::Done, "visit-cancelled");
            forms::see_other(&page)
        }
        Err(refusal) => {
            let why = match refusal {
                CancelRefusal::TooLate => "visit-error-over",
                CancelRefusal::NotPossible => "visit-error-changed",
            };
            forms::refuse(&page, FormErrors::message(why))
        }
    }
}

/// Takes a mail that did not go off the list: the patient was phoned. Where it is not on it (a
/// colleague phoned, or it is another's), the page says so (404).
///
/// # Errors
/// [`Fault::NotFound`] for what is no id.
#[server(prefix = "/api", endpoint = "patient_was_phoned", input = PostUrl)]
pub async fn patient_was_phoned(mail: String) -> Result<(), Fault> {
    use domain::{access::Actor, links};

    use crate::{
        flash::{self, Flash},
        forms, request,
    };

    let actor = Actor::Member(request::member().await?);
    let mail = mail.parse().map_err(|_| Fault::NotFound)?;
    let phoned = request::backend()?.patient_was_phoned(&actor, mail).await;
    if let Err(error) = phoned {
        return forms::gone_or_broken(links::TO_PHONE, error);
    }
    flash::leave(Flash::Done, "to-phone-done");
    forms::see_other(links::TO_PHONE)
}
