//! The reasons of a practitioner: written down, changed, put away.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Writes a reason down, or over the one named by `reason`. Lengths are in minutes; notice and
/// cancel deadline in hours, horizon in days. `seen` is the mark of what the form showed: where
/// somebody else changed it meanwhile, the form is shown again; where it is not there (archived
/// meanwhile, or never was), as that of a new reason (409).
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's, and for what is no name of a reason.
#[server(prefix = "/api", endpoint = "save_reason", input = PostUrl)]
pub async fn save_reason(
    practitioner: String,
    #[server(default)] reason: String,
    name: String,
    length: String,
    step: String,
    buffer_before: String,
    buffer_after: String,
    min_notice: String,
    horizon: String,
    cancel_deadline: String,
    audience: String,
    #[server(default)] birth_date: String,
    #[server(default)] instructions: String,
    #[server(default)] seen: String,
) -> Result<(), Fault> {
    use backend::{
        Failure,
        office::{
            reasons::{ReasonField, ReasonForm, ReasonRefusal},
            seen::Seen,
        },
    };
    use domain::{
        links,
        practice::{Instructions, Slug, Title},
        visit_reason::{Audience, BirthDateAsked, Minutes, MinutesOutOfRange, bounds},
    };

    use crate::{
        api::fields,
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FieldError, FormErrors},
    };

    const HOUR: i32 = 60;
    const DAY: i32 = 24 * 60;

    let (backend, actor, id) = agenda_of_form(&practitioner).await?;
    let slug: Slug = practitioner.parse().map_err(|_| Fault::NotFound)?;
    let edited: Option<Slug> = match reason.as_str() {
        "" => None,
        reason => Some(reason.parse().map_err(|_| Fault::NotFound)?),
    };
    let known = match &edited {
        Some(edited) => {
            let mut known = backend.reasons(&actor, id).await?.into_iter();
            known.find(|reason| reason.slug == *edited)
        }
        None => None,
    };
    // What was typed is kept, as a reason to come.
    let is_archived = edited.is_some() && known.is_none();
    let page = links::office_reason(&slug, edited.as_ref().filter(|_| !is_archived));
    let mut errors = if is_archived {
        FormErrors::message("reason-error-archived")
    } else {
        FormErrors::default()
    };
    let name = errors.take("name", Title::parse(&name));
    let mut minutes = |field: &'static str, text: &str, unit: i32, (least, most): (i32, i32)| {
        let number = errors.take(field, fields::number::<i32>(text))?;
        let parsed = number
            .checked_mul(unit)
            .map_or(Err(MinutesOutOfRange { least, most }), |m| {
                Minutes::within(m, least, most)
            });
        match parsed {
            Ok(minutes) => Some(minutes),
            Err(_) if unit == HOUR => {
                errors.add(field, FieldError::key("field-error-hours-out-of-range"));
                None
            }
            Err(_) if unit == DAY => {
                errors.add(field, FieldError::key("field-error-days-out-of-range"));
                None
            }
            Err(error) => {
                errors.add(field, error);
                None
            }
        }
    };
    let length = minutes("length", &length, 1, bounds::LENGTH);
    let step = minutes("step", &step, 1, bounds::STEP);
    let buffer_before = minutes("buffer_before", &buffer_before, 1, bounds::BUFFER);
    let buffer_after = minutes("buffer_after", &buffer_after, 1, bounds::BUFFER);
    let min_notice = minutes("min_notice", &min_notice, HOUR, bounds::MIN_NOTICE);
    let horizon = minutes("horizon", &horizon, DAY, bounds::HORIZON);
    let cancel_deadline = minutes(
        "cancel_deadline",
        &cancel_deadline,
        HOUR,
        bounds::CANCEL_DEADLINE,
    );
    let instructions = errors.take("instructions", Instructions::parse(&instructions));
    let audience = match audience.as_str() {
        "everyone" => Audience::Everyone,
        "staff_only" => Audience::StaffOnly,
        _ => return Err(Fault::BadRequest),
    };
    let birth_date = match birth_date.as_str() {
        "" => BirthDateAsked::No,
        "yes" => BirthDateAsked::Yes,
        _ => return Err(Fault::BadRequest),
    };
    let (
        Some(name),
        Some(length),
        Some(step),
        Some(buffer_before),
        Some(buffer_after),
        Some(min_notice),
        Some(horizon),
        Some(cancel_deadline),
        Some(instructions),
    ) = (
        name,
        length,
        step,
        buffer_before,
        buffer_after,
        min_notice,
        horizon,
        cancel_deadline,
        instructions,
    )
    else {
        return forms::refuse(&page, errors);
    };
    let form = ReasonForm {
        name,
        length,
        step,
        buffer_before,
        buffer_after,
        min_notice,
        horizon,
        cancel_deadline,
        audience,
        birth_date,
        instructions,
    };
    let saved = match edited {
        None => forms::decided(backend.create_reason(&actor, id, form).await)?.map(|_| ()),
        Some(_) => {
            let Some(known) = known else {
                return forms::refuse(&page, errors);
            };
            let seen = Some(Seen::from_form(&seen));
            match backend.edit_reason(&actor, id, known.id, form, seen).await {
                Ok(()) => Ok(()),
                Err(Failure::Refused(refusal)) => Err(refusal),
                Err(Failure::Broken(backend::Error::ChangedMeanwhile)) => {
                    let page = links::office_reason(&slug, None);
                    let archived = FormErrors::message("reason-error-archived");
                    return forms::refuse(&page, archived);
                }
                Err(Failure::Broken(error)) => return Err(error.into()),
            }
        }
    };
    match saved {
        Ok(()) => {
            flash::leave(Flash::Done, "reason-saved");
            forms::see_other(&links::office_reasons(&slug))
        }
        Err(ReasonRefusal::OutOfRange { field, least, most }) => {
            let field = match field {
                ReasonField::Length => "length",
                ReasonField::Step => "step",
                ReasonField::BufferBefore => "buffer_before",
                ReasonField::BufferAfter => "buffer_after",
                ReasonField::MinNotice => "min_notice",
                ReasonField::Horizon => "horizon",
                ReasonField::CancelDeadline => "cancel_deadline",
            };
            errors.add(field, MinutesOutOfRange { least, most });
            forms::refuse(&page, errors)
        }
        Err(ReasonRefusal::TooMany { .. }) => {
            forms::refuse(&page, FormErrors::message("reason-error-too-many"))
        }
        Err(ReasonRefusal::ChangedMeanwhile) => {
            forms::refuse(&page, FormErrors::message(forms::CHANGED_MEANWHILE))
        }
    }
}

/// Puts a reason away: nobody books it any more, and visits booked for it stand. Where it is not
/// there (put away meanwhile, or never was), the page says so (404).
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's.
#[server(prefix = "/api", endpoint = "archive_reason", input = PostUrl)]
pub async fn archive_reason(practitioner: String, reason: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms,
    };

    let (backend, actor, id) = agenda_of_form(&practitioner).await?;
    let known = backend.reasons(&actor, id).await?;
    let known = known
        .into_iter()
        .find(|known| known.slug.as_str() == reason);
    let page = links::office_reasons(&practitioner.parse().map_err(|_| Fault::NotFound)?);
    let Some(known) = known else {
        return forms::gone(&page);
    };
    if let Err(error) = backend.archive_reason(&actor, id, known.id).await {
        return forms::gone_or_broken(&page, error);
    }
    flash::leave(Flash::Done, "reason-archived");
    forms::see_other(&page)
}
