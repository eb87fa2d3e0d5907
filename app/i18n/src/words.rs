//! The words of the domain's own enums: errors of fields, statuses, roles, levels of detail.
//! Refusals of a booking are [`crate::refusals`]'s.

use domain::{
    access::Role,
    appointment::{CancelledBy, Status},
    device::{Browser, Device, System},
    feed::Detail,
    holidays::{Holiday, HolidaySet},
    opening_hours::HoursError,
    slots::Blocked,
    text::TextError,
    visit_reason::{Audience, MinutesOutOfRange},
};

use crate::{Lang, t};

/// What is wrong with a text, without naming the field. A field with a form of its own has
/// better sentences: [`email_error`], [`phone_error`], [`birth_date_error`].
#[must_use]
pub fn text_error(lang: Lang, error: TextError) -> String {
    match error {
        TextError::Empty => t!(lang, "text-error-empty"),
        TextError::TooLong => t!(lang, "text-error-too-long"),
        TextError::Unprintable => t!(lang, "text-error-unprintable"),
        TextError::Malformed => t!(lang, "text-error-malformed"),
    }
}

/// What is wrong with an e-mail address.
#[must_use]
pub fn email_error(lang: Lang, error: TextError) -> String {
    match error {
        TextError::Empty => t!(lang, "text-error-empty"),
        TextError::TooLong | TextError::Unprintable | TextError::Malformed => {
            t!(lang, "email-error-malformed")
        }
    }
}

/// What is wrong with a telephone number.
#[must_use]
pub fn phone_error(lang: Lang, error: TextError) -> String {
    match error {
        TextError::Empty => t!(lang, "text-error-empty"),
        TextError::TooLong | TextError::Unprintable | TextError::Malformed => {
            t!(lang, "phone-error-malformed")
        }
    }
}

/// What is wrong with a birth date.
#[must_use]
pub fn birth_date_error(lang: Lang, error: TextError) -> String {
    match error {
        TextError::Empty => t!(lang, "text-error-empty"),
        TextError::TooLong | TextError::Unprintable | TextError::Malformed => {
            t!(lang, "birth-date-error-malformed")
        }
    }
}

/// What is wrong with opening hours.
#[must_use]
pub fn hours_error(lang: Lang, error: HoursError) -> String {
    match error {
        HoursError::EndsBeforeStart => t!(lang, "hours-error-ends-before-start"),
        HoursError::NotWholeMinutes => t!(lang, "hours-error-not-whole-minutes"),
        HoursError::WeeksOutOfRange => t!(lang, "hours-error-weeks-out-of-range"),
        HoursError::UntilBeforeFirst => t!(lang, "hours-error-until-before-first"),
    }
}

/// `Entre 5 et 480 minutes`.
#[must_use]
pub fn minutes_out_of_range(lang: Lang, error: MinutesOutOfRange) -> String {
    t!(
        lang,
        "minutes-out-of-range",
        least = error.least,
        most = error.most
    )
}

/// Where a visit stands, in one or two words.
#[must_use]
pub fn status(lang: Lang, status: Status) -> String {
    match status {
        Status::Held { .. } => t!(lang, "status-held"),
        Status::Expired => t!(lang, "status-expired"),
        Status::Booked => t!(lang, "status-booked"),
        Status::Arrived => t!(lang, "status-arrived"),
        Status::Attended => t!(lang, "status-attended"),
        Status::Missed => t!(lang, "status-missed"),
        Status::Cancelled {
            by: CancelledBy::Patient,
        } => t!(lang, "status-cancelled-by-patient"),
        Status::Cancelled {
            by: CancelledBy::Practice,
        } => t!(lang, "status-cancelled-by-practice"),
    }
}

/// The rule that blocks an instant, said to staff; patients read [`crate::refusals`].
#[must_use]
pub fn blocked(lang: Lang, blocked: Blocked) -> String {
    match blocked {
        Blocked::TooSoon { .. } => t!(lang, "blocked-too-soon"),
        Blocked::TooFar { .. } => t!(lang, "blocked-too-far"),
        Blocked::Closed => t!(lang, "blocked-closed"),
        Blocked::Holiday => t!(lang, "blocked-holiday"),
        Blocked::OffGrid => t!(lang, "blocked-off-grid"),
        Blocked::Absent => t!(lang, "blocked-absent"),
        Blocked::Taken => t!(lang, "blocked-taken"),
    }
}

/// A level of detail of a calendar feed, as the choice in a form.
#[must_use]
pub fn detail(lang: Lang, detail: Detail) -> String {
    match detail {
        Detail::BusyOnly => t!(lang, "detail-busy-only"),
        Detail::Initials => t!(lang, "detail-initials"),
        Detail::FullName => t!(lang, "detail-full-name"),
    }
}

/// What a member of the practice is there.
#[must_use]
pub fn role(lang: Lang, role: Role) -> String {
    match role {
        Role::Owner => t!(lang, "role-owner"),
        Role::Practitioner => t!(lang, "role-practitioner"),
        Role::Secretary => t!(lang, "role-secretary"),
    }
}

/// Who may book a reason, as the choice in a form.
#[must_use]
pub fn audience(lang: Lang, audience: Audience) -> String {
    match audience {
        Audience::Everyone => t!(lang, "audience-everyone"),
        Audience::StaffOnly => t!(lang, "audience-staff-only"),
    }
}

/// The name of a public holiday, as it stands in an agenda.
#[must_use]
pub fn holiday(lang: Lang, holiday: Holiday) -> String {
    match holiday {
        Holiday::NewYear => t!(lang, "holiday-new-year"),
        Holiday::GoodFriday => t!(lang, "holiday-good-friday"),
        Holiday::EasterMonday => t!(lang, "holiday-easter-monday"),
        Holiday::LabourDay => t!(lang, "holiday-labour-day"),
        Holiday::Victory1945 => t!(lang, "holiday-victory-1945"),
        Holiday::Ascension => t!(lang, "holiday-ascension"),
        Holiday::WhitMonday => t!(lang, "holiday-whit-monday"),
        Holiday::AbolitionOfSlavery => t!(lang, "holiday-abolition-of-slavery"),
        Holiday::NationalDay => t!(lang, "holiday-national-day"),
        Holiday::Assumption => t!(lang, "holiday-assumption"),
        Holiday::AllSaints => t!(lang, "holiday-all-saints"),
        Holiday::Armistice1918 => t!(lang, "holiday-armistice-1918"),
        Holiday::Christmas => t!(lang, "holiday-christmas"),
        Holiday::SaintStephen => t!(lang, "holiday-saint-stephen"),
    }
}

/// A set of public holidays, as the choice in a form.
#[must_use]
pub fn holiday_set(lang: Lang, set: HolidaySet) -> String {
    match set {
        HolidaySet::None => t!(lang, "holidays-none"),
        HolidaySet::France => t!(lang, "holidays-france"),
        HolidaySet::AlsaceMoselle => t!(lang, "holidays-alsace-moselle"),
        HolidaySet::Guadeloupe => t!(lang, "holidays-guadeloupe"),
        HolidaySet::Martinique => t!(lang, "holidays-martinique"),
        HolidaySet::Guyane => t!(lang, "holidays-guyane"),
        HolidaySet::Reunion => t!(lang, "holidays-reunion"),
        HolidaySet::Mayotte => t!(lang, "holidays-mayotte"),
        HolidaySet::SaintBarthelemy => t!(lang, "holidays-saint-barthelemy"),
        HolidaySet::SaintMartin => t!(lang, "holidays-saint-martin"),
    }
}

/// With what somebody signed in: `Firefox sur Linux`.
#[must_use]
pub fn device(lang: Lang, device: Device) -> String {
    let browser = match device.browser {
        Browser::Firefox => t!(lang, "browser-firefox"),
        Browser::Edge => t!(lang, "browser-edge"),
        Browser::Opera => t!(lang, "browser-opera"),
        Browser::Samsung => t!(lang, "browser-samsung"),
        Browser::Chrome => t!(lang, "browser-chrome"),
        Browser::Safari => t!(lang, "browser-safari"),
        Browser::Other => t!(lang, "browser-other"),
    };
    let system = match device.system {
        System::Windows => t!(lang, "system-windows"),
        System::MacOs => t!(lang, "system-macos"),
        System::Linux => t!(lang, "system-linux"),
        System::Android => t!(lang, "system-android"),
        System::Ios => t!(lang, "system-ios"),
        System::Other => return browser,
    };
    t!(lang, "device-on", browser = browser, system = system)
}
