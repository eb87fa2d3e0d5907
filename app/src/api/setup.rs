//! Opening the first practice of an instance, by the one-time link that the program prints.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Opens a practice with its place, practitioner, reason and weekly hours, signs its owner in,
/// and leads to the practitioner's public page. Refused, everything typed is kept but the
/// password. `length` is in minutes, hours are `HH:MM`, `weekdays` 0 for Monday to 6.
///
/// # Errors
/// [`Fault::TooMany`]; [`Fault::BadRequest`] for another weekday. A link that is not, or no longer,
/// one shows the neutral page.
#[server(prefix = "/api", endpoint = "open_practice", input = PostUrl)]
pub async fn open_practice(
    token: String,
    #[server(default)] practice_name: String,
    #[server(default)] phone: String,
    #[server(default)] address: String,
    #[server(default)] town: String,
    #[server(default)] zone: String,
    #[server(default)] holidays: String,
    #[server(default)] practitioner: String,
    #[server(default)] specialty: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] reason: String,
    #[server(default)] length: String,
    #[server(default)] weekdays: Vec<u8>,
    #[server(default)] from_1: String,
    #[server(default)] to_1: String,
    #[server(default)] from_2: String,
    #[server(default)] to_2: String,
) -> Result<(), Fault> {
    use backend::{
        Error, Failure,
        office::{places::PlaceForm, reasons::ReasonForm},
        setup::{NewOwner, NewPractice},
    };
    use chrono::Weekday;
    use domain::{
        holidays::HolidaySet,
        links,
        people::{EmailAddress, PhoneNumber},
        practice::{PostalAddress, Title, ZoneName},
        visit_reason::{Minutes, bounds},
    };
    use http::StatusCode;

    use super::fields;
    use crate::{
        forms::{self, FieldError, FormErrors},
        request,
    };

    let backend = request::backend()?;
    let page = links::setup(&token);
    let gone = || FormErrors::message("link-gone-title").with_status(StatusCode::NOT_FOUND);
    if !backend.setup_is_open(&token).await? {
        // Whoever has a good one may mend her form as often as it takes.
        request::limits()?.set_up()?;
        return forms::refuse(&page, gone());
    }
    let mut errors = FormErrors::default();
    let name = errors.take("practice_name", Title::parse(&practice_name));
    let phone = errors.take(
        "phone",
        PhoneNumber::parse(&phone).map_err(FieldError::Phone),
    );
    let address = errors.take("address", PostalAddress::parse(&address));
    let town = errors.take("town", Title::parse(&town));
    let zone = errors.take(
        "zone",
        ZoneName::parse(&zone).map_err(|_| FieldError::key("place-error-unknown-zone")),
    );
    let holidays = HolidaySet::from_code(&holidays).ok_or(Fault::BadRequest)?;
    let about = [&*email, &*practitioner, &*practice_name];
    let password = errors.take("password", backend.judge_password(&password, &about).await?);
    let practitioner = errors.take("practitioner", Title::parse(&practitioner));
    let specialty = errors.take("specialty", Title::parse(&specialty));
    let email = errors.take(
        "email",
        EmailAddress::parse(&email).map_err(FieldError::Email),
    );
    let reason = errors.take("reason", Title::parse(&reason));
    let (least, most) = bounds::LENGTH;
    let length = errors
        .take("length", fields::number(&length))
        .and_then(|length| errors.take("length", Minutes::within(length, least, most)));
    let weekdays: Result<Vec<Weekday>, _> = weekdays.into_iter().map(TryInto::try_into).collect();
    let weekdays = weekdays.map_err(|_| Fault::BadRequest)?;
    let ranges = fields::ranges(
        &mut errors,
        [("from_1", from_1, to_1), ("from_2", from_2, to_2)],
    );
    if weekdays.is_empty() != ranges.is_empty() && errors.is_empty() {
        let (field, key) = if weekdays.is_empty() {
            ("weekday-0", "hours-error-no-day")
        } else {
            ("from_1", "hours-error-no-range")
        };
        errors.add(field, FieldError::key(key));
    }
    let (
        Some(name),
        Some(phone),
        Some(address),
        Some(town),
        Some(zone),
        Some(practitioner),
        Some(specialty),
        Some(email),
        Some(password),
        Some(reason),
        Some(length),
        true,
    ) = (
        name,
        phone,
        address,
        town,
        zone,
        practitioner,
        specialty,
        email,
        password,
        reason,
        length,
        errors.is_empty(),
    )
    else {
        return forms::refuse(&page, errors);
    };
    let hours = weekdays
        .into_iter()
        .flat_map(|day| ranges.iter().map(move |range| (day, *range)))
        .collect();
    let new = NewPractice {
        // The first place bears the practice's name until there is a second.
        place: PlaceForm {
            name: name.clone(),
            address,
            town,
            zone,
        },
        name,
        phone,
        email: None,
        holidays,
        owner: NewOwner {
            name: practitioner.clone(),
            email,
            password,
            lang: request::lang(),
        },
        practitioner,
        specialty,
        reason: ReasonForm::usual(reason, length),
        hours,
    };
    match backend.open_practice(&token, new, request::device()).await {
        Ok((opened, session)) => {
            request::start_session(&session.token);
            forms::see_other(&links::practitioner(&opened.practitioner))
        }
        // Somebody else used the link meanwhile.
        Err(Failure::Broken(Error::NotFound)) => forms::refuse(&page, gone()),
        Err(Failure::Broken(error)) => Err(error.into()),
        Err(Failure::Refused(refusal)) => {
            let (field, error) = wrong(refusal);
            errors.add(field, error);
            forms::refuse(&page, errors)
        }
    }
}

/// The field that a refusal is about, and what is said beside it.
#[cfg(feature = "ssr")]
fn wrong(refusal: backend::setup::SetupRefusal) -> (&'static str, crate::forms::FieldError) {
    use backend::{
        office::{hours::HoursRefusal, reasons::ReasonRefusal},
        setup::SetupRefusal,
    };
    use domain::visit_reason::MinutesOutOfRange;

    use crate::forms::FieldError;

    match refusal {
        SetupRefusal::UnknownZone => ("zone", FieldError::key("place-error-unknown-zone")),
        SetupRefusal::EmailTaken => ("email", FieldError::key("account-error-email-taken")),
        SetupRefusal::Reason(ReasonRefusal::OutOfRange { least, most, .. }) => {
            ("length", MinutesOutOfRange { least, most }.into())
        }
        SetupRefusal::Reason(ReasonRefusal::TooMany { .. } | ReasonRefusal::ChangedMeanwhile) => {
            ("reason", FieldError::key("reason-error-too-many"))
        }
        SetupRefusal::Hours(HoursRefusal::Invalid(error)) => ("from_1", error.into()),
        SetupRefusal::Hours(HoursRefusal::NoDay) => {
            ("weekday-0", FieldError::key("hours-error-no-day"))
        }
        SetupRefusal::Hours(HoursRefusal::RangesOverlap) => {
            ("from_2", FieldError::key("hours-error-overlap"))
        }
        SetupRefusal::Hours(
            HoursRefusal::NoRange
            | HoursRefusal::Past
            | HoursRefusal::Never
            | HoursRefusal::ReasonGone
            | HoursRefusal::TooFar
            | HoursRefusal::TooMany { .. },
        ) => ("from_1", FieldError::key("hours-error-no-range")),
    }
}
