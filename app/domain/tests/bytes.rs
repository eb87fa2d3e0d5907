//! Anything at all, given to every rule that reads what people type: it is refused, or becomes
//! something that stays as it is and can be shown, mailed and stored. `make fuzz` runs it longer.
//! What is accepted and refused case by case is `people.rs`'s and `text.rs`'s.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use chrono::{Datelike, NaiveDate};
use domain::{
    feed::Detail,
    ids::{AppointmentId, PracticeId},
    people::{BirthDate, EmailAddress, FamilyName, GivenName, PhoneNumber},
    practice::{Instructions, PostalAddress, Slug, Title, ZoneName},
};
use proptest::{collection::vec, prelude::*, sample::Index};

/// Valid texts, to be broken.
const RIGHT: [&str; 12] = [
    "O'Brien-Đặng; \"Zoé\", MD\\",
    "👨\u{200D}👩\u{200D}👧\u{200D}👦",
    "zoe+rdv@hôpital.example.org",
    "zoe@xn--hpital-ixa.fr",
    "+33 (0)6 12 34 56 78",
    "0692 12 34 56",
    "1980-12-31",
    "31/12/1980",
    "3 rue de la Tour\r\n75016 Paris",
    "Europe/Paris",
    "camille-lefevre-tour",
    "0190aaaa-0000-7000-8000-000000000000",
];

/// Bytes, read as a form is; characters of the kinds that cleaning is about; and texts that are
/// right but for a few bytes.
fn typed() -> impl Strategy<Value = String> {
    let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let broken = (
        prop::sample::select(&RIGHT[..]),
        vec((any::<Index>(), vec(any::<u8>(), 0..4)), 0..4),
    );
    prop_oneof![
        vec(any::<u8>(), 0..300).prop_map(lossy),
        vec(any::<char>(), 0..80).prop_map(String::from_iter),
        "[\\x00-\\x20\u{85}\u{A0}\u{AD}\u{200B}-\u{200F}\u{2028}-\u{202E}\u{2066}-\u{2069}\u{FEFF}a@.+0-9é\u{301}]{0,60}",
        broken.prop_map(move |(text, changes)| {
            let mut bytes = text.as_bytes().to_vec();
            for (at, instead) in changes {
                let at = at.index(bytes.len());
                bytes.splice(at..=at, instead);
                if bytes.is_empty() {
                    bytes.push(b' ');
                }
            }
            lossy(bytes)
        }),
    ]
}

/// Nothing that could end a header, a line of a calendar, or turn a page around.
fn is_harmless(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFD}')
    })
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_name_is_harmless_and_stays_as_it_is(typed in typed()) {
        if let Ok(name) = GivenName::parse(&typed) {
            prop_assert!(is_harmless(name.as_str()), "{name:?}");
            prop_assert!(!name.as_str().trim().is_empty() && name.as_str().chars().count() <= 60);
            prop_assert_eq!(GivenName::parse(name.as_str()), Ok(name.clone()));
            // Both names obey one rule, and initials can be drawn of any.
            prop_assert!(FamilyName::parse(&typed).is_ok());
            let patient = domain::people::Patient {
                given_name: name,
                family_name: FamilyName::parse(&typed).unwrap(),
                email: None,
                phone: PhoneNumber::parse("0612345678").unwrap(),
                birth_date: None,
            };
            for detail in Detail::ALL {
                let shown = detail.shown(&patient);
                prop_assert!(shown.is_none_or(|shown| is_harmless(&shown) && !shown.is_empty()));
            }
        }
    }

    #[test]
    fn an_address_is_one_ascii_recipient_and_stays_as_it_is(typed in typed()) {
        if let Ok(address) = EmailAddress::parse(&typed) {
            let text = address.as_str();
            prop_assert!(text.bytes().all(|b| b.is_ascii_graphic() && !b"<>()[],;:\"\\".contains(&b)));
            prop_assert_eq!(text.matches('@').count(), 1);
            prop_assert!(text.len() <= 254);
            prop_assert_eq!(EmailAddress::parse(text), Ok(address.clone()));
            prop_assert_eq!(EmailAddress::parse(&text.to_uppercase()), Ok(address.clone()));
            let (local, domain) = address.mailbox();
            prop_assert!(!local.is_empty() && domain.contains('.'));
        }
    }

    #[test]
    fn a_telephone_number_is_e164_and_stays_as_it_is(typed in typed()) {
        if let Ok(number) = PhoneNumber::parse(&typed) {
            let digits = number.as_str().strip_prefix('+').unwrap();
            prop_assert!((8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(PhoneNumber::parse(&number.in_words()), Ok(number.clone()));
        }
    }

    #[test]
    fn a_birth_date_is_a_day_from_1900_to_today_and_is_read_back(typed in prop_oneof![
        typed(),
        "[+-]?[0-9]{1,6}[-/. ][0-9]{1,3}[-/. ][0-9]{1,6}",
    ]) {
        if let Ok(born) = BirthDate::parse(&typed, today()) {
            prop_assert!(born.day() <= today() && born.day().year() >= 1900);
            prop_assert_eq!(BirthDate::parse(&born.day().to_string(), today()), Ok(born));
            let french = born.day().format("%d/%m/%Y").to_string();
            prop_assert_eq!(BirthDate::parse(&french, today()), Ok(born));
        }
    }

    #[test]
    fn titles_addresses_and_instructions_are_harmless_line_by_line(typed in typed()) {
        if let Ok(title) = Title::parse(&typed) {
            prop_assert!(is_harmless(title.as_str()));
        }
        if let Ok(address) = PostalAddress::parse(&typed) {
            prop_assert!(address.as_str().lines().all(is_harmless));
            prop_assert!(!address.as_str().contains('\r'));
        }
        if let Ok(text) = Instructions::parse(&typed) {
            prop_assert!(text.as_str().split('\n').all(is_harmless));
        }
    }

    #[test]
    fn parts_of_addresses_are_what_a_url_takes_as_it_is(typed in typed()) {
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if let Ok(slug) = Slug::parse(&typed) {
            prop_assert!(plain(slug.as_str()) && !slug.as_str().is_empty());
        }
        if let Ok(zone) = ZoneName::parse(&typed) {
            prop_assert!(!zone.as_str().contains("..") && is_harmless(zone.as_str()));
        }
        if let Ok(id) = typed.parse::<AppointmentId>() {
            prop_assert_eq!(id.to_string().parse::<AppointmentId>().ok(), Some(id));
            prop_assert!(typed.parse::<PracticeId>().is_ok());
        }
    }
}
