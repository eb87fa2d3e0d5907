//! Every value of the domain that people meet has words in both languages.
//! That keys and variables agree is tested in `catalogues.rs`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::{Europe, Indian};
use domain::{
    access::Role,
    appointment::{CancelledBy, Status},
    booking::BookingRefusal,
    feed::Detail,
    holidays::{Holiday, HolidaySet},
    opening_hours::HoursError,
    slots::Blocked,
    text::TextError,
    visit_reason::{Audience, Minutes},
};
use i18n::{Lang, refusals, words};

fn instant() -> DateTime<Utc> {
    "2026-11-23T08:20:00Z".parse().expect("RFC 3339")
}

/// As many different sentences as values, in each language.
fn all_different<T: Copy>(values: &[T], in_words: impl Fn(Lang, T) -> String) {
    for lang in Lang::ALL {
        let said: BTreeSet<_> = values.iter().map(|value| in_words(lang, *value)).collect();
        assert_eq!(said.len(), values.len(), "{said:?}");
        assert!(said.iter().all(|words| !words.trim().is_empty()));
    }
}

#[test]
fn every_status_reads_differently() {
    let statuses = [
        Status::Held { until: instant() },
        Status::Expired,
        Status::Booked,
        Status::Arrived,
        Status::Attended,
        Status::Missed,
        Status::Cancelled {
            by: CancelledBy::Patient,
        },
        Status::Cancelled {
            by: CancelledBy::Practice,
        },
    ];
    all_different(&statuses, words::status);
}

#[test]
fn every_choice_of_a_form_reads_differently() {
    all_different(&Role::ALL, words::role);
    all_different(&Detail::ALL, words::detail);
    all_different(&HolidaySet::ALL, words::holiday_set);
    all_different(&[Audience::Everyone, Audience::StaffOnly], words::audience);
}

#[test]
fn every_holiday_reads_differently() {
    let holidays = [
        Holiday::NewYear,
        Holiday::GoodFriday,
        Holiday::EasterMonday,
        Holiday::LabourDay,
        Holiday::Victory1945,
        Holiday::Ascension,
        Holiday::WhitMonday,
        Holiday::AbolitionOfSlavery,
        Holiday::NationalDay,
        Holiday::Assumption,
        Holiday::AllSaints,
        Holiday::Armistice1918,
        Holiday::Christmas,
        Holiday::SaintStephen,
    ];
    all_different(&holidays, words::holiday);
}

#[test]
fn every_error_of_a_field_reads_differently() {
    let errors = [
        TextError::Empty,
        TextError::TooLong,
        TextError::Unprintable,
        TextError::Malformed,
    ];
    all_different(&errors, words::text_error);
    let hours = [
        HoursError::EndsBeforeStart,
        HoursError::NotWholeMinutes,
        HoursError::WeeksOutOfRange,
        HoursError::UntilBeforeFirst,
    ];
    all_different(&hours, words::hours_error);
    let blocked = [
        Blocked::TooSoon {
            earliest: instant(),
        },
        Blocked::TooFar { latest: instant() },
        Blocked::Closed,
        Blocked::Holiday,
        Blocked::OffGrid,
        Blocked::Absent,
        Blocked::Taken,
    ];
    all_different(&blocked, words::blocked);
}

#[test]
fn a_field_with_a_form_of_its_own_shows_an_example() {
    for lang in Lang::ALL {
        for error in [
            TextError::TooLong,
            TextError::Unprintable,
            TextError::Malformed,
        ] {
            assert!(words::email_error(lang, error).contains('@'));
            assert!(words::phone_error(lang, error).contains("06 12 34 56 78"));
            assert!(words::birth_date_error(lang, error).contains("31/12/1980"));
        }
        for in_words in [
            words::email_error,
            words::phone_error,
            words::birth_date_error,
        ] {
            assert_eq!(
                in_words(lang, TextError::Empty),
                words::text_error(lang, TextError::Empty)
            );
        }
    }
}

#[test]
fn a_number_outside_its_bounds_is_told_the_bounds() {
    let Err(error) = Minutes::within(4, 5, 480) else {
        panic!("four is less than five");
    };
    assert_eq!(
        words::minutes_out_of_range(Lang::Fr, error),
        "Choisissez une durée de 5 à 480 minutes."
    );
}

#[test]
fn a_refusal_is_said_on_the_clock_of_the_place() {
    let refusal = BookingRefusal::TooSoon {
        earliest: instant(),
    };
    let in_paris = refusals::in_words(Lang::Fr, &refusal, &Europe::Paris);
    assert!(
        in_paris.contains("lundi 23\u{A0}novembre 2026 à 9\u{A0}h\u{A0}20"),
        "{in_paris}"
    );
    let in_reunion = refusals::in_words(Lang::En, &refusal, &Indian::Reunion);
    assert!(
        in_reunion.contains("Monday 23 November 2026 at 12:20"),
        "{in_reunion}"
    );
}

#[test]
fn every_refusal_reads_differently_and_promises_slots_only_when_there_are_some() {
    let some = || vec![instant()];
    let refusals = [
        BookingRefusal::NotForYou,
        BookingRefusal::TooSoon {
            earliest: instant(),
        },
        BookingRefusal::TooFar { latest: instant() },
        BookingRefusal::NotOpen { nearest: some() },
        BookingRefusal::NotOpen { nearest: vec![] },
        BookingRefusal::Taken { nearest: some() },
        BookingRefusal::Taken { nearest: vec![] },
        BookingRefusal::KeyReused,
        BookingRefusal::Gone { nearest: some() },
        BookingRefusal::Gone { nearest: vec![] },
        BookingRefusal::TooManyHolds { wait: 12 },
    ];
    let with_slots: Vec<_> = refusals
        .iter()
        .map(|refusal| refusals::in_words(Lang::Fr, refusal, &Europe::Paris))
        .map(|words| words.contains("Voici les créneaux"))
        .collect();
    assert_eq!(
        with_slots,
        [
            false, false, false, true, false, true, false, false, true, false, false
        ]
    );
    all_different(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], |lang, n: usize| {
        refusals::in_words(lang, &refusals[n], &Europe::Paris)
    });
    for lang in Lang::ALL {
        let headings: BTreeSet<_> = refusals
            .iter()
            .map(|refusal| refusals::heading(lang, refusal))
            .collect();
        assert_eq!(headings.len(), 4);
    }
}
