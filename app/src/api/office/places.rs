//! The practice itself and its places, for its owner.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Changes name, telephone, mailbox and holidays of the practice. `seen` is the mark of what the form
/// showed: where somebody else changed it meanwhile, the form is shown again.
///
/// # Errors
/// [`Fault::NotFound`] for anybody else than an owner.
#[server(prefix = "/api", endpoint = "save_practice", input = PostUrl)]
pub async fn save_practice(
    name: String,
    phone: String,
    #[server(default)] email: String,
    holidays: String,
    #[server(default)] seen: String,
) -> Result<(), Fault> {
    use backend::office::{
        practice::PracticeForm,
        seen::{ChangedMeanwhile, Seen},
    };
    use domain::{
        access::Actor,
        holidays::HolidaySet,
        links,
        people::{EmailAddress, PhoneNumber},
        practice::Title,
    };

    use crate::{
        flash::{self, Flash},
        forms::{self, FieldError, FormErrors},
        request,
    };

    let actor = Actor::Member(request::member().await?);
    let mut errors = FormErrors::default();
    let name = errors.take("name", Title::parse(&name));
    let phone = errors.take(
        "phone",
        PhoneNumber::parse(&phone).map_err(FieldError::Phone),
    );
    let email = errors.take_optional("email", &email, |text| {
        EmailAddress::parse(text).map_err(FieldError::Email)
    });
    let holidays = HolidaySet::from_code(&holidays).ok_or(Fault::BadRequest)?;
    let (Some(name), Some(phone), true) = (name, phone, errors.is_empty()) else {
        return forms::refuse(links::OFFICE_PRACTICE, errors);
    };
    let form = PracticeForm {
        name,
        phone,
        email,
        holidays,
    };
    let seen = Some(Seen::from_form(&seen));
    let saved = request::backend()?.edit_practice(&actor, form, seen).await;
    match forms::decided(saved)? {
        Ok(()) => {
            flash::leave(Flash::Done, "practice-saved");
            forms::see_other(links::OFFICE_PRACTICE)
        }
        Err(ChangedMeanwhile) => forms::refuse(
            links::OFFICE_PRACTICE,
            FormErrors::message(forms::CHANGED_MEANWHILE),
        ),
    }
}

/// The question whether published hours may move; its only box is [`HOURS_MOVE_BOX`].
pub const HOURS_MOVE: &str = "hours_move";
/// The id of the box, which its error is tied to.
pub const HOURS_MOVE_BOX: &str = "hours_move-0";

/// Writes a place down, or over the one with the id `place`; `seen` as in [`save_practice`]. `hours_move`
/// is `yes` where whoever changes the zone agrees that published hours keep their hour on the wall.
///
/// # Errors
/// [`Fault::NotFound`] for anybody else than an owner, and for a place that is not hers.
#[server(prefix = "/api", endpoint = "save_place", input = PostUrl)]
pub async fn save_place(
    #[server(default)] place: String,
    place_name: String,
    address: String,
    town: String,
    zone: String,
    #[server(default)] seen: String,
    #[server(default)] hours_move: String,
) -> Result<(), Fault> {
    use backend::{
        office::{
            places::{HoursMay, PlaceForm, PlaceRefusal},
            seen::Seen,
        },
        zones,
    };
    use domain::{
        access::Actor,
        ids::PlaceId,
        links,
        practice::{PostalAddress, Title, ZoneName},
    };

    use crate::{
        flash::{self, Flash},
        forms::{self, FieldError, FormErrors},
        request,
    };

    let actor = Actor::Member(request::member().await?);
    let edited: Option<PlaceId> = match place.as_str() {
        "" => None,
        place => Some(place.parse().map_err(|_| Fault::NotFound)?),
    };
    let page = links::office_place(edited);
    let mut errors = FormErrors::default();
    let name = errors.take("place_name", Title::parse(&place_name));
    let address = errors.take("address", PostalAddress::parse(&address));
    let town = errors.take("town", Title::parse(&town));
    let unknown = || FieldError::key("place-error-unknown-zone");
    let zone = ZoneName::parse(zone.trim())
        .ok()
        .filter(|zone| zones::find(zone).is_some());
    let zone = errors.take("zone", zone.ok_or_else(unknown));
    let (Some(name), Some(address), Some(town), Some(zone)) = (name, address, town, zone) else {
        return forms::refuse(&page, errors);
    };
    let form = PlaceForm {
        name,
        address,
        town,
        zone,
    };
    let backend = request::backend()?;
    let saved = match edited {
        None => forms::decided(backend.create_place(&actor, form).await)?.map(|_| ()),
        Some(edited) => {
            let seen = Some(Seen::from_form(&seen));
            let may = match hours_move.as_str() {
                "yes" => HoursMay::Move,
                _ => HoursMay::NotMove,
            };
            forms::decided(backend.edit_place(&actor, edited, form, seen, may).await)?
        }
    };
    match saved {
        Ok(()) => {
            flash::leave(Flash::Done, "place-saved");
            forms::see_other(links::OFFICE_PRACTICE)
        }
        Err(PlaceRefusal::UnknownZone) => {
            errors.add("zone", unknown());
            forms::refuse(&page, errors)
        }
        Err(PlaceRefusal::ZoneInUse { .. }) => {
            errors.add("zone", FieldError::key("place-error-zone-in-use"));
            forms::refuse(&page, errors)
        }
        Err(PlaceRefusal::HoursMove { .. }) => {
            errors.add(HOURS_MOVE_BOX, FieldError::key("place-error-hours-move"));
            forms::refuse(&page, errors)
        }
        Err(PlaceRefusal::TooMany { .. }) => {
            forms::refuse(&page, FormErrors::message("place-error-too-many"))
        }
        Err(PlaceRefusal::ChangedMeanwhile) => {
            forms::refuse(&page, FormErrors::message(forms::CHANGED_MEANWHILE))
        }
    }
}
