//! Publishing and withdrawing opening hours.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Publishes hours: weekly on some weekdays (`kind` = `weekly`; 0 is Monday, 6 Sunday) or on one day
/// (`once`), up to three ranges, at a place, for some reasons or for all. Days are ISO 8601, hours
/// `HH:MM`.
///
/// # Errors
/// [`Fault::NotFound`] when agenda, place or reason is not the actor's; [`Fault::BadRequest`] for
/// another kind or weekday, and for what is no id.
#[server(prefix = "/api", endpoint = "publish_hours", input = PostUrl)]
pub async fn publish_hours(
    practitioner: String,
    place: String,
    kind: String,
    #[server(default)] weekdays: Vec<u8>,
    #[server(default)] every: String,
    #[server(default)] first: String,
    #[server(default)] until: String,
    #[server(default)] day: String,
    #[server(default)] from_1: String,
    #[server(default)] to_1: String,
    #[server(default)] from_2: String,
    #[server(default)] to_2: String,
    #[server(default)] from_3: String,
    #[server(default)] to_3: String,
    #[server(default)] reasons: Vec<String>,
) -> Result<(), Fault> {
    use backend::office::hours::{Days, HoursForm, HoursRefusal};
    use domain::{links, opening_hours::HoursError};

    use crate::{
        api::fields,
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FieldError, FormErrors},
    };

    let (backend, actor, id) = agenda_of_form(&practitioner).await?;
    let slug = practitioner.parse().map_err(|_| Fault::NotFound)?;
    let page = links::office_hours(&slug);
    let mut errors = FormErrors::default();
    let typed = [
        ("from_1", from_1, to_1),
        ("from_2", from_2, to_2),
        ("from_3", from_3, to_3),
    ];
    let ranges = fields::ranges(&mut errors, typed);
    let weekdays: Result<Vec<_>, _> = weekdays.into_iter().map(TryInto::try_into).collect();
    let weekdays = weekdays.map_err(|_| Fault::BadRequest)?;
    let days = match kind.as_str() {
        "once" => errors
            .take("day", fields::day(&day))
            .map(|day| Days::Once { day }),
        "weekly" => {
            let every = errors.take("every", fields::number(&every));
            let first = errors.take("first", fields::day(&first));
            let until = errors.take_optional("until", &until, fields::day);
            every.zip(first).map(|(every, first)| Days::Weekly {
                weekdays,
                every,
                first,
                until,
            })
        }
        _ => return Err(Fault::BadRequest),
    };
    let place = place.parse().map_err(|_| Fault::BadRequest)?;
    let reasons: Result<Vec<_>, _> = reasons.iter().map(|reason| reason.parse()).collect();
    let reasons = reasons.map_err(|_| Fault::BadRequest)?;
    let Some(days) = days.filter(|_| errors.is_empty()) else {
        return forms::refuse(&page, errors);
    };
    let form = HoursForm {
        place,
        days,
        ranges,
        reasons,
    };
    match forms::decided(backend.publish_hours(&actor, id, form).await)? {
        Ok(_) => {
            flash::leave(Flash::Done, "hours-published");
            forms::see_other(&page)
        }
        Err(refusal) => {
            // The field that says the last of the days.
            let last_day = match kind.as_str() {
                "once" => "day",
                _ if until.is_empty() => "first",
                _ => "until",
            };
            match refusal {
                HoursRefusal::Invalid(error @ HoursError::WeeksOutOfRange) => {
                    errors.add("every", error);
                }
                HoursRefusal::Invalid(error) => errors.add("until", error),
                HoursRefusal::NoDay => {
                    errors.add("weekday-0", FieldError::key("hours-error-no-day"));
                }
                HoursRefusal::NoRange => {
                    errors.add("from_1", FieldError::key("hours-error-no-range"));
                }
                HoursRefusal::RangesOverlap => {
                    errors.add("from_2", FieldError::key("hours-error-overlap"));
                }
                HoursRefusal::Never => {
                    errors.add(last_day, FieldError::key("hours-error-never"));
                }
                HoursRefusal::Past => errors.add(last_day, FieldError::key("hours-error-past")),
                HoursRefusal::TooFar => {
                    errors.add(last_day, FieldError::key("hours-error-too-far"));
                }
                HoursRefusal::ReasonGone => {
                    errors = FormErrors::message("hours-error-reason-gone");
                }
                HoursRefusal::TooMany { .. } => {
                    errors = FormErrors::message("hours-error-too-many");
                }
            }
            forms::refuse(&page, errors)
        }
    }
}

/// Withdraws hours, all of them or none; visits that were booked in them stand. Where any of them is
/// not there (withdrawn meanwhile, or another's), the page says so (404).
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's, and for what is no id.
#[server(prefix = "/api", endpoint = "delete_hours", input = PostUrl)]
pub async fn delete_hours(
    practitioner: String,
    #[server(default)] hours: Vec<String>,
) -> Result<(), Fault> {
    use std::collections::BTreeSet;

    use domain::{ids::OpeningHoursId, links};

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FormErrors},
    };

    let (backend, actor, id) = agenda_of_form(&practitioner).await?;
    let page = links::office_hours(&practitioner.parse().map_err(|_| Fault::NotFound)?);
    let hours: Result<BTreeSet<OpeningHoursId>, _> =
        hours.iter().map(|hours| hours.parse()).collect();
    let hours = hours.map_err(|_| Fault::NotFound)?;
    if hours.is_empty() {
        let none = FormErrors::message("hours-error-none-chosen");
        return forms::refuse(&page, none.of_another_form());
    }
    if let Err(error) = backend.delete_hours(&actor, id, hours).await {
        return forms::gone_or_broken(&page, error);
    }
    flash::leave(Flash::Done, "hours-withdrawn");
    forms::see_other(&page)
}
