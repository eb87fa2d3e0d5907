//! The practice, its places and its practitioners, and the small parsed texts they carry.
//! Their hours are [`crate::opening_hours`]'s, the people who sign in [`crate::access`]'s.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    holidays::HolidaySet,
    ids::{PlaceId, PracticeId, PractitionerId},
    people::{EmailAddress, PhoneNumber, parsed_text},
    text::{self, TextError},
};

parsed_text! {
    /// What a thing is called on screens: one line of 1 to 100 characters.
    Title => title;
    /// The part of an address that names a thing: `[a-z0-9]+(-[a-z0-9]+)*`, 1 to 60 characters.
    Slug => slug;
    /// A place's postal address: 1 to 300 characters, lines kept.
    PostalAddress => postal_address;
    /// What to know before a visit: 0 to 1,000 characters, lines kept.
    Instructions => instructions;
    /// The name of a time zone in the IANA database, `Europe/Paris`. Only its form is checked
    /// here; that it exists is checked where the database is, in `backend`.
    ZoneName => zone_name;
}

fn title(text: &str) -> Result<String, TextError> {
    text::line(text, 100)
}

fn slug(text: &str) -> Result<String, TextError> {
    let well_formed = !text.is_empty()
        && text.len() <= 60
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(TextError::Malformed)
    }
}

fn postal_address(text: &str) -> Result<String, TextError> {
    let address = text::paragraph(text, 300)?;
    if address.is_empty() {
        Err(TextError::Empty)
    } else {
        Ok(address)
    }
}

fn instructions(text: &str) -> Result<String, TextError> {
    text::paragraph(text, 1000)
}

fn zone_name(text: &str) -> Result<String, TextError> {
    let well_formed = !text.is_empty()
        && text.len() <= 64
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'));
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(TextError::Malformed)
    }
}

/// The organisation that owns places and practitioners; the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Practice {
    /// Its identifier.
    pub id: PracticeId,
    /// Its part of the public address `/cabinets/{slug}`.
    pub slug: Slug,
    /// Its name.
    pub name: Title,
    /// What a patient dials when nothing else helps.
    pub phone: PhoneNumber,
    /// The mailbox its mails come from and answers go to, when it has one of its own.
    pub email: Option<EmailAddress>,
    /// The public holidays on which it is closed.
    pub holidays: HolidaySet,
}

/// Where a visit happens; its zone turns local hours into instants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Its identifier.
    pub id: PlaceId,
    /// Its name, shown when the practice has several.
    pub name: Title,
    /// Street, postcode, town.
    pub address: PostalAddress,
    /// The town alone, for the search.
    pub town: Title,
    /// Its time zone.
    pub zone: ZoneName,
}

/// Who publishes hours and is booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practitioner {
    /// Her identifier.
    pub id: PractitionerId,
    /// Her part of the public address `/praticiens/{slug}`; unique in the instance.
    pub slug: Slug,
    /// Her name as patients know it: `Dre Camille Lefèvre`.
    pub name: Title,
    /// What she practises: `Médecin généraliste`.
    pub specialty: Title,
}
