//! Names that look like something else: each arrives as it was typed, and does nothing.

use backend::{
    booking::VisitDetails,
    ics,
    mail::{
        invitation::{self, Method},
        letter, mailbox,
    },
    testing::{instant, linter},
};
use domain::people::{EmailAddress, FamilyName, GivenName};
use i18n::Lang;
use rstest::rstest;

use crate::support::{build, details, read, sender};

fn with_name(given: &str, family: &str) -> VisitDetails {
    let mut details = details(Lang::Fr);
    details.visit.patient.given_name = given.parse().unwrap();
    details.visit.patient.family_name = family.parse().unwrap();
    details
}

#[rstest]
#[case::signs_of_every_format("O'Brien-Đặng; \"Zoé\",", "MD\\")]
#[case::html("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>")]
#[case::templates("{{7*7}}", "{% for x in y %}${HOME}#{1}")]
#[case::spreadsheet("=HYPERLINK(\"http://evil.example\")", "@SUM(1)")]
#[case::an_equals_sign("a", "=b")]
#[case::an_address("Zoé <eve@evil.example>,", "bob@evil.example")]
#[case::an_encoded_word("=?utf-8?q?Bcc:_eve=40evil.example?=", "=0D=0A")]
#[case::a_parameter("Zoé;ROLE=CHAIR:mailto", "eve@evil.example")]
#[case::carets("^n^^'", "\\n\\,\\;")]
#[case::families_of_emoji("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "🧑🏽‍⚕️🧑🏽‍⚕️🧑🏽‍⚕️")]
#[case::right_to_left("שרה", "محمد")]
#[case::sixty_letters("Ñ".repeat(60).leak(), "Ạ".repeat(60).leak())]
#[case::dots(".", "..")]
#[case::a_quote_alone("\"", "\"")]
fn an_odd_name_arrives_as_it_is_and_does_nothing(#[case] given: &str, #[case] family: &str) {
    let details = with_name(given, family);
    let name = details.visit.patient.full_name();
    let now = instant("2026-11-22T08:01:02Z");
    let letter = letter::confirm(&details, "https://rdv.example.org/rdv/x".to_owned(), now);
    let patient = details.visit.patient.email.as_ref().unwrap();
    let invitation = invitation::write(&details, Method::Request, &sender(), patient);
    let faults = linter::invitation(invitation.calendar.as_bytes()).err();
    assert_eq!(faults, None);
    let mail = build(&details, letter.unwrap(), Some(&invitation), Some(&name));

    let seen = read(&[&mail]).pop().unwrap();
    assert_eq!(seen.to, [(name.clone(), "zoe@example.org".to_owned())]);
    assert!(seen.header("Bcc").is_empty() && seen.header("Cc").is_empty());
    assert_eq!(seen.headers.len(), 10, "{:?}", seen.headers);
    assert_eq!(seen.defects, Vec::<String>::new());
    assert!(seen.text.contains(&name), "{}", seen.text);
    assert_eq!(seen.html.matches("<script").count(), 0);
    assert_eq!(seen.html.matches("<img").count(), 0);
    for calendar in &seen.calendars {
        assert_eq!(calendar.events.len(), 1);
        let event = &calendar.events[0];
        assert_eq!(event.errors, Vec::<String>::new());
        assert_eq!(event.attendees.len(), 1);
        assert_eq!(event.attendees[0].address, "mailto:zoe@example.org");
        assert_eq!(event.attendees[0].cn, ics::clean_parameter(&name));
        assert_eq!(event.organizer[0].address, "mailto:rdv@mail.example.org");
        assert_eq!(
            calendar.vobject_summaries,
            std::slice::from_ref(&event.summary)
        );
    }

    let local = mailbox::read("x", &mail.message).unwrap();
    assert_eq!(local.to, "zoe@example.org");
    assert!(local.text.contains(&name), "{}", local.text);
    assert_eq!(
        local.calendar.as_deref(),
        Some(invitation.calendar.as_str())
    );
}

#[rstest]
#[case("Zoé\r\nBcc: x@evil.example")]
#[case("a\r\nEND:VEVENT\r\nBEGIN:VEVENT")]
#[case("a\rb")]
#[case("a\nb")]
#[case("a\0b")]
#[case("a\u{7}b")]
#[case("a\u{85}b")]
#[case("a\u{2028}b")]
#[case("a\u{202E}b")]
fn a_name_with_a_control_cannot_exist(#[case] name: &str) {
    assert!(GivenName::parse(name).is_err());
    assert!(FamilyName::parse(name).is_err());
}

#[rstest]
#[case("zoe@localhost")]
#[case("zoe@[127.0.0.1]")]
#[case("zoe@127.0.0.1")]
#[case("zoe@example.org, eve@evil.example")]
#[case("zoe@example.org\r\nRCPT TO:<eve@evil.example>")]
#[case("<zoe@example.org>")]
#[case("\"zoe\"@example.org")]
#[case("a@b..c")]
fn an_address_that_lettre_would_take_cannot_exist(#[case] address: &str) {
    assert!(EmailAddress::parse(address).is_err());
}

#[test]
fn an_address_in_another_script_is_written_in_ascii() {
    let mut details = details(Lang::En);
    details.visit.patient.email = Some("Zoe+rdv@Bücher.example".parse().unwrap());
    let letter = letter::send_code(&details, "042137", instant("2026-11-22T08:15:00Z"));
    let mail = build(&details, letter.unwrap(), None, None);
    let seen = read(&[&mail]).pop().unwrap();
    assert_eq!(seen.to[0].1, "zoe+rdv@xn--bcher-kva.example");
}

#[rstest]
#[case("Cabinet \"Les Tilleuls\"; Dupont, Đặng & Cie\\")]
#[case("<b>Cabinet</b> des Médecins, «Ünïcôdé» ")]
#[case("Cabinet <rdv@evil.example>")]
fn an_odd_name_of_a_practice_arrives_too(#[case] name: &str) {
    let mut details = details(Lang::Fr);
    details.practice.name = name.parse().unwrap();
    details.practitioner.name = name.parse().unwrap();
    details.place.name = name.parse().unwrap();
    let now = instant("2026-11-22T08:01:02Z");
    let letter = letter::confirm(&details, "https://rdv.example.org/rdv/x".to_owned(), now);
    let patient = details.visit.patient.email.as_ref().unwrap();
    let invitation = invitation::write(&details, Method::Request, &sender(), patient);
    assert_eq!(
        linter::invitation(invitation.calendar.as_bytes()).err(),
        None
    );
    let mail = build(&details, letter.unwrap(), Some(&invitation), None);
    let seen = read(&[&mail]).pop().unwrap();
    let name = details.practice.name.as_str();
    assert_eq!(seen.from, [(name.to_owned(), sender().to_string())]);
    let event = &seen.calendars[0].events[0];
    assert!(event.summary.contains(name), "{}", event.summary);
    assert!(event.location.starts_with(name), "{}", event.location);
    assert_eq!(event.organizer[0].cn, ics::clean_parameter(name));
    assert!(seen.text.contains(name));
    assert!(!seen.html.contains("<b>"));
}
