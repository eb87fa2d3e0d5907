//! Announcing absences and taking them back.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Announces an absence: from a day and hour to a day and hour on the wall clock of each place.
/// Without hours it is whole days, the last included. Leads to the visits inside it, if any.
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's.
#[server(prefix = "/api", endpoint = "announce_absence", input = PostUrl)]
pub async fn announce_absence(
    practitioner: String,
    first_day: String,
    #[server(default)] from: String,
    last_day: String,
    #[server(default)] to: String,
    #[server(default)] note: String,
) -> Result<(), Fault> {
    use backend::office::absences::{AbsenceForm, AbsenceRefusal};
    use chrono::{Days, NaiveTime};
    use domain::{links, practice::Title};

    use crate::{
        api::fields,
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FieldError, FormErrors},
    };

    let (backend, actor, id) = agenda_of_form(&practitioner).await?;
    let slug = practitioner.parse().map_err(|_| Fault::NotFound)?;
    let page = links::office_absences(&slug);
    let mut errors = FormErrors::default();
    let first = errors.take("first_day", fields::day(&first_day));
    let last = errors.take("last_day", fields::day(&last_day));
    let from = errors.take_optional("from", &from, fields::time);
    let ends_at = to;
    let to = errors.take_optional("to", &ends_at, fields::end_time);
    let note = errors.take_optional("note", &note, Title::parse);
    let (Some(first), Some(last), true) = (first, last, errors.is_empty()) else {
        return forms::refuse(&page, errors);
    };
    // Midnight is where the last day begins, unless it is the only one: then it is where that ends.
    let at_24 = ends_at.trim_start().starts_with("24");
    let until = match to {
        Some(to) if to != NaiveTime::MIN || (first < last && !at_24) => last.and_time(to),
        // Without an hour, or at 24 h: to the end of the last day.
        _ => last
            .checked_add_days(Days::new(1))
            .unwrap_or(last)
            .and_time(NaiveTime::MIN),
    };
    let from = first.and_time(from.unwrap_or(NaiveTime::MIN));
    let form = AbsenceForm { from, until, note };
    match forms::decided(backend.announce_absence(&actor, id, form).await)? {
        Ok(announced) if announced.visits.is_empty() => {
            flash::leave(Flash::Done, "absence-announced");
            forms::see_other(&page)
        }
        Ok(announced) => {
            flash::leave(Flash::Done, "absence-announced");
            forms::see_other(&links::office_absence(&slug, announced.id))
        }
        Err(refusal) => {
            let key = match refusal {
                AbsenceRefusal::EndsBeforeStart => "absence-error-ends-before-start",
                AbsenceRefusal::Never => "absence-error-never",
                AbsenceRefusal::Past => "absence-error-past",
                AbsenceRefusal::TooLong => "absence-error-too-long",
                AbsenceRefusal::TooMany { .. } => "absence-error-too-many",
            };
            errors.add("last_day", FieldError::key(key));
            forms::refuse(&page, errors)
        }
    }
}

/// Takes an absence back. Where it is not there (taken back meanwhile, or another's), the page says so
/// (404).
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's, and for what is no id.
#[server(prefix = "/api", endpoint = "delete_absence", input = PostUrl)]
pub async fn delete_absence(practitioner: String, absence: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms,
    };

    let (backend, actor, id) = agenda_of_form(&practitioner).await?;
    let absence = absence.parse().map_err(|_| Fault::NotFound)?;
    let page = links::office_absences(&practitioner.parse().map_err(|_| Fault::NotFound)?);
    if let Err(error) = backend.delete_absence(&actor, id, absence).await {
        return forms::gone_or_broken(&page, error);
    }
    flash::leave(Flash::Done, "absence-taken-back");
    forms::see_other(&page)
}
