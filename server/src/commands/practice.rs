//! `rdv practice create`: opens a practice from the command line. The page that does it is
//! `app`'s; what both write is `backend::setup`'s.

use backend::{
    Failure,
    office::{places::PlaceForm, reasons::ReasonForm},
    setup::{NewOwner, NewPractice, SetupRefusal},
};
use chrono::Weekday::{Fri, Mon, Thu, Tue, Wed};
use domain::links;

use super::{CommandError, open, say, user};
use crate::{cli::practice::CreatePractice, config::Config};

pub(super) async fn create(config: &Config, wish: &CreatePractice) -> Result<(), CommandError> {
    let backend = open(config).await?;
    let wish = wish.clone();
    let owner_name = wish.owner_name.unwrap_or_else(|| wish.practitioner.clone());
    let about = [
        owner_name.as_str(),
        wish.owner_email.as_str(),
        wish.name.as_str(),
    ];
    let (password, said) =
        user::password(&backend, wish.credentials.password_file.as_deref(), &about)?;
    let email = wish.owner_email.clone();
    let days = [Mon, Tue, Wed, Thu, Fri].into_iter();
    let new = NewPractice {
        name: wish.name.clone(),
        phone: wish.phone,
        email: wish.email,
        holidays: wish.holidays,
        place: PlaceForm {
            name: wish.name,
            address: wish.address,
            town: wish.town,
            zone: wish.time_zone,
        },
        practitioner: wish.practitioner,
        specialty: wish.specialty,
        reason: ReasonForm::usual(wish.reason, wish.length),
        hours: days
            .flat_map(|day| wish.weekdays.iter().map(move |range| (day, *range)))
            .collect(),
        owner: NewOwner {
            name: owner_name,
            email: wish.owner_email,
            password,
            lang: wish.credentials.language,
        },
    };
    let opened = backend
        .create_practice(new)
        .await
        .map_err(|failure| match failure {
            Failure::Refused(refusal) => CommandError::Refused(in_words(refusal)),
            Failure::Broken(error) => CommandError::Backend(error),
        })?;
    say(format_args!(
        "practice      {}",
        backend.absolute(&links::practice(&opened.practice))
    ))?;
    let page = backend.absolute(&links::practitioner(&opened.practitioner));
    say(format_args!("practitioner  {page}"))?;
    say(format_args!(
        "sign in at    {}",
        backend.absolute(links::SIGN_IN)
    ))?;
    user::say_credentials(&email, said.as_deref())?;
    backend.close().await;
    Ok(())
}

fn in_words(refusal: SetupRefusal) -> String {
    match refusal {
        SetupRefusal::UnknownZone => {
            "--time-zone is no zone of the IANA database: Europe/Paris, Indian/Reunion…".to_owned()
        }
        SetupRefusal::Hours(_) => "--weekdays overlap, or are too many".to_owned(),
        SetupRefusal::Reason(_) => "--length is no length of a visit: 5 to 480 minutes".to_owned(),
        SetupRefusal::EmailTaken => {
            "--owner-email has an account already; see rdv user create".to_owned()
        }
    }
}
