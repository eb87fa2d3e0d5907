//! What programs that we did not write read in a feed: the same instants, the same number, and
//! the same titles. None of them is a validator, so each file is linted first.

use backend::testing::{
    Kind,
    agenda::Written,
    instant,
    linter::Calendar,
    readers::{Reader, Seen},
};
use chrono::{TimeDelta, Utc};
use domain::{
    appointment::{CancelledBy, Status},
    feed::Detail,
};
use rstest::rstest;

use super::{Subscribed, shows::HOSTILE};

/// What the linter saw, as far as this reader tells.
fn expected(calendar: &Calendar, like: Option<&Seen>) -> Vec<Seen> {
    let told = |told: bool, text: Option<String>| text.filter(|_| told);
    let mut events: Vec<_> = calendar
        .events
        .iter()
        .map(|event| Seen {
            start: event.start,
            end: event.end,
            summary: event.text("SUMMARY").unwrap(),
            uid: told(like.is_some_and(|it| it.uid.is_some()), event.text("UID")),
            status: told(
                like.is_some_and(|it| it.status.is_some()),
                event.text("STATUS"),
            ),
            sequence: like
                .and_then(|it| it.sequence)
                .and_then(|_| event.text("SEQUENCE")?.parse().ok()),
        })
        .collect();
    events.sort();
    events
}

/// The file as this reader and the linter see it.
async fn read_by(it: &Subscribed, reader: Reader) -> (Vec<Seen>, Vec<Seen>) {
    let (_, body) = it.file().await;
    let calendar = super::lint(&body);
    let seen = reader.read(&body);
    let expected = expected(&calendar, seen.first());
    (seen, expected)
}

#[rstest]
#[tokio::test]
async fn a_calendar_without_events_is_read_as_one(
    #[values(
        Reader::Icalendar,
        Reader::Recurring,
        Reader::Vobject,
        Reader::IcalJs,
        Reader::Calcurse
    )]
    reader: Reader,
) {
    let it = Subscribed::new(Kind::Sqlite, Detail::BusyOnly).await;
    let (seen, _) = read_by(&it, reader).await;
    assert_eq!(seen, []);
}

#[rstest]
#[tokio::test]
async fn visits_are_read_at_their_instants_on_the_days_the_clocks_change_too(
    #[values(
        Reader::Icalendar,
        Reader::Recurring,
        Reader::Vobject,
        Reader::IcalJs,
        Reader::Calcurse
    )]
    reader: Reader,
) {
    let it = Subscribed::new(Kind::Sqlite, Detail::Initials).await;
    let starts = [
        // Two o'clock in Paris, twice, and the hour that does not exist.
        "2026-10-25T00:00:00Z",
        "2026-10-25T01:00:00Z",
        "2027-03-28T00:40:00Z",
        "2027-03-28T01:00:00Z",
        // Across midnight, a month and a year.
        "2026-11-30T23:50:00Z",
        "2026-12-31T23:50:00Z",
        "2027-10-31T00:40:00Z",
        "2027-10-31T01:00:00Z",
    ];
    for start in starts {
        it.test.write_visit(&it.practice, Written::at(start)).await;
    }
    let cancelled = Written {
        status: Status::Cancelled {
            by: CancelledBy::Practice,
        },
        sequence: 3,
        ..Written::at("2026-12-01T08:00:00Z")
    };
    it.test.write_visit(&it.practice, cancelled).await;
    let (seen, expected) = read_by(&it, reader).await;
    assert_eq!(seen, expected);
    let mut instants: Vec<_> = seen.iter().map(|event| event.start).collect();
    instants.retain(|start| *start != instant("2026-12-01T08:00:00Z"));
    let mut wanted = starts.map(instant);
    wanted.sort();
    assert_eq!(instants, wanted);
    let lengths = seen.iter().map(|event| event.end - event.start);
    assert!(lengths.into_iter().all(|it| it == TimeDelta::minutes(20)));
}

#[rstest]
#[tokio::test]
async fn no_name_adds_or_hides_an_event_in_any_reader(
    #[values(
        Reader::Icalendar,
        Reader::Recurring,
        Reader::Vobject,
        Reader::IcalJs,
        Reader::Calcurse
    )]
    reader: Reader,
) {
    let it = Subscribed::new(Kind::Sqlite, Detail::FullName).await;
    let day = instant("2026-11-23T08:00:00Z");
    for (number, names) in HOSTILE.into_iter().enumerate() {
        let start: chrono::DateTime<Utc> = day + TimeDelta::hours(i64::try_from(number).unwrap());
        let start = start.to_rfc3339();
        let written = Written {
            names,
            ..Written::at(&start)
        };
        it.test.write_visit(&it.practice, written).await;
    }
    let (seen, expected) = read_by(&it, reader).await;
    assert_eq!(seen.len(), HOSTILE.len());
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn twenty_thousand_visits_are_all_there_for_readers_too() {
    let it = Subscribed::new(Kind::Sqlite, Detail::BusyOnly).await;
    let first = instant("2026-11-23T00:00:00Z");
    let ids = it.test.write_visits(&it.practice, 20_000, first).await;
    let (_, body) = it.file().await;
    let calendar = super::lint(&body);
    assert_eq!(calendar.events.len(), ids.len());
    for ((event, id), number) in calendar.events.iter().zip(&ids).zip(0..) {
        assert_eq!(event.start, first + TimeDelta::minutes(20) * number);
        assert_eq!(event.text("UID").unwrap(), backend::ics::uid(*id));
    }
    // Not calcurse: it writes and syncs a file for every event.
    for reader in Reader::ALL.into_iter().filter(|it| *it != Reader::Calcurse) {
        let seen = reader.read(&body);
        assert_eq!(seen.len(), ids.len(), "{reader:?}");
        assert!(seen == expected(&calendar, seen.first()), "{reader:?}");
    }
}
