//! Booking for a patient who telephones or stands at the desk.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Books a visit in one step, for a reason of any audience, without its delays. Refused, it
/// shows the form again with what was typed; where the slot has gone, with the nearest free
/// ones.
///
/// `start` is an instant in RFC 3339. Where the form offers several, `wished` is the one that
/// has gone, and `start` may be missing. `seen` is a mark of what the form showed beside the instant
/// ([`backend::booking::mark`]): where that is another by now, it is shown once more before anything is
/// booked. `mail_lang` is the language the patient reads.
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's; [`Fault::BadRequest`] for a `start`
/// that is no instant.
#[server(prefix = "/api", endpoint = "book_by_staff", input = PostUrl)]
pub async fn book_by_staff(
    practitioner: String,
    reason: String,
    #[server(default)] start: String,
    #[server(default)] wished: String,
    idempotency_key: String,
    #[server(default)] seen: String,
    #[server(default)] given_name: String,
    #[server(default)] family_name: String,
    #[server(default)] phone: String,
    #[server(default)] email: String,
    #[server(default)] birth_date: String,
    mail_lang: String,
) -> Result<(), Fault> {
    use backend::office::{seen::Seen, visits::StaffBooking};
    use domain::{
        access::Actor,
        booking::BookingRefusal,
        links,
        people::{BirthDate, EmailAddress, FamilyName, GivenName, Patient, PhoneNumber},
        practice::Slug,
        text::is_blank,
        visit_reason::BirthDateAsked,
    };
    use http::StatusCode;
    use i18n::Lang;

    use crate::{
        api::booking::is_key,
        flash::{self, Flash},
        forms::{self, FieldError, FormErrors},
        request,
    };

    let backend = request::backend()?;
    let actor = Actor::Member(request::member().await?);
    let practitioner: Slug = practitioner.parse().map_err(|_| Fault::NotFound)?;
    // Nobody learns of a form that it is wrong before it is known to be of her agenda. One that
    // is right is booked there, or not, without being asked this first.
    let is_hers = || backend.agenda_named(&actor, practitioner.as_str());
    let reason: Slug = reason.parse().map_err(|_| Fault::NotFound)?;
    let instant = |text: &str| text.parse().ok();
    let shown = instant(if start.is_empty() { &wished } else { &start });
    let lang = Lang::from_code(&mail_lang);
    let (Some(shown), Some(lang), true) = (shown, lang, is_key(&idempotency_key)) else {
        is_hers().await?;
        return Err(Fault::BadRequest);
    };
    let page = links::office_booking_form(&practitioner, &reason, shown);

    let mut errors = FormErrors::default();
    let given_name = errors.take("given_name", GivenName::parse(&given_name));
    let family_name = errors.take("family_name", FamilyName::parse(&family_name));
    let phone = errors.take(
        "phone",
        PhoneNumber::parse(&phone).map_err(FieldError::Phone),
    );
    let email = errors.take_optional("email", &email, |text| {
        EmailAddress::parse(text).map_err(FieldError::Email)
    });
    // Whether the reason asks, and the practice's day, are looked up only where a date was typed.
    let asked = match is_blank(&birth_date) {
        true => None,
        false => match backend.asked(&practitioner, &reason).await {
            Ok(asked) => Some(asked).filter(|it| it.reason.birth_date == BirthDateAsked::Yes),
            // The booking itself says so.
            Err(backend::Error::NotFound) => None,
            Err(error) => return Err(error.into()),
        },
    };
    let birth_date = asked.and_then(|asked| {
        let day = BirthDate::parse(&birth_date, asked.today);
        errors.take("birth_date", day.map_err(FieldError::BirthDate))
    });
    if start.is_empty() {
        errors.add("start-0", FieldError::key("slot-error-choose"));
    }
    let (Some(given_name), Some(family_name), Some(phone), true) =
        (given_name, family_name, phone, errors.is_empty())
    else {
        is_hers().await?;
        return forms::refuse(&page, errors);
    };
    let wish = StaffBooking {
        practitioner: practitioner.clone(),
        reason,
        start: shown,
        seen: (!seen.is_empty()).then(|| Seen::from_form(&seen)),
        patient: Patient {
            given_name,
            family_name,
            email,
            phone,
            birth_date,
        },
        lang,
        idempotency_key,
    };
    match forms::decided(backend.book_by_staff(&actor, wish).await)? {
        Ok(visit) => {
            flash::leave(Flash::Done, "visit-booked");
            forms::see_other(&links::office_visit(&practitioner, visit))
        }
        // The page offers the reasons that are left.
        Err(BookingRefusal::NotForYou) => {
            let gone = FormErrors::booking(BookingRefusal::NotForYou);
            forms::refuse(&page, gone.with_status(StatusCode::NOT_FOUND))
        }
        Err(refusal) => forms::refuse(&page, FormErrors::booking(refusal)),
    }
}
