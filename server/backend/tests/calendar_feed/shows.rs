//! What a feed shows of an agenda, at each level of detail, and when.

use backend::{
    office::places::{HoursMay, PlaceForm},
    testing::{Kind, agenda::Written, instant, linter::Event},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    appointment::{CancelledBy, Status},
    feed::Detail,
};
use rstest::rstest;

use super::Subscribed;

const CANCELLED: Status = Status::Cancelled {
    by: CancelledBy::Patient,
};

fn field(event: &Event, name: &str) -> String {
    event.line(name).unwrap().value.clone()
}

/// The file for people to look at: identifiers replaced, line ends plain.
fn golden(body: &[u8]) -> String {
    let text = std::str::from_utf8(body).unwrap().replace("\r\n", "\n");
    let lines = text.lines().map(|line| match line.split_once(':') {
        Some(("UID", _)) => "UID:[visit]",
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// An agenda with a bit of everything, at 2026-11-22T08:00Z.
async fn some_of_everything(detail: Detail) -> Subscribed {
    let it = Subscribed::new(Kind::Sqlite, detail).await;
    let booked = Written::at("2026-11-23T08:00:00Z");
    let long = Written {
        names: (
            "Marie-Antoinette Joséphine",
            "de La Rochefoucauld-Montbazon, \"dite\" Zoé; MD\\",
        ),
        ..Written::at("2026-11-23T08:20:00Z")
    };
    let cancelled = Written {
        status: CANCELLED,
        sequence: 1,
        ..Written::at("2026-11-23T08:40:00Z")
    };
    let attended = Written {
        status: Status::Attended,
        ..Written::at("2026-11-20T08:00:00Z")
    };
    for written in [booked, long, cancelled, attended] {
        it.test.write_visit(&it.practice, written).await;
    }
    it
}

#[tokio::test]
async fn busy_only_shows_that_there_is_a_visit() {
    let it = some_of_everything(Detail::BusyOnly).await;
    let (_, body) = it.file().await;
    super::lint(&body);
    insta::assert_snapshot!(golden(&body));
}

#[tokio::test]
async fn initials_show_two_letters() {
    let it = some_of_everything(Detail::Initials).await;
    let (_, body) = it.file().await;
    super::lint(&body);
    insta::assert_snapshot!(golden(&body));
}

#[tokio::test]
async fn the_full_name_is_shown_where_it_was_asked_for() {
    let it = some_of_everything(Detail::FullName).await;
    let (_, body) = it.file().await;
    super::lint(&body);
    insta::assert_snapshot!(golden(&body));
}

#[rstest]
#[tokio::test]
async fn nothing_but_names_is_ever_shown_of_a_patient(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(Detail::BusyOnly, Detail::Initials, Detail::FullName)] detail: Detail,
) {
    let it = Subscribed::new(kind, detail).await;
    it.test.book(&it.practice, "2026-11-23T08:00:00Z").await;
    let (_, body) = it.file().await;
    let calendar = super::lint(&body);
    assert_eq!(calendar.events.len(), 1);
    let text = String::from_utf8_lossy(&body);
    for secret in [
        "zoe@",
        "612345678",
        "06 12",
        "Consultation",
        "Vitale",
        &it.token,
    ] {
        assert!(!text.contains(secret), "{secret} stands in\n{text}");
    }
    assert_eq!(text.contains("Zoé"), detail == Detail::FullName);
    assert_eq!(text.contains('Đ'), detail > Detail::BusyOnly);
}

#[rstest]
#[tokio::test]
async fn a_booked_visit_appears_with_its_own_instants_and_place(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    assert!(it.read().await.events.is_empty());
    let held = it
        .test
        .hold(&it.practice, "2026-11-23T08:00:00Z")
        .await
        .unwrap();
    assert!(it.read().await.events.is_empty(), "a hold is no visit");
    it.test.clock.advance(TimeDelta::minutes(2));
    let code = it.test.code_of(&held).await;
    it.test.confirm(&held.token, &code).await.unwrap();
    let calendar = it.read().await;
    let [event] = &calendar.events[..] else {
        panic!("{calendar:?}");
    };
    assert_eq!(event.start, instant("2026-11-23T08:00:00Z"));
    assert_eq!(event.end, instant("2026-11-23T08:20:00Z"));
    assert_eq!(field(event, "SEQUENCE"), "0");
    assert_eq!(field(event, "LAST-MODIFIED"), "20261122T080200Z");
    assert_eq!(field(event, "DTSTAMP"), "20261122T080200Z");
    assert_eq!(
        event.text("LOCATION").unwrap(),
        "Cabinet, 3 rue de la Tour, 75016 Paris"
    );
    let details = it.test.held_visit(&held.token).await.unwrap();
    let id = details.visit.appointment.id;
    assert_eq!(event.text("UID").unwrap(), backend::ics::uid(id));
    assert_eq!(
        calendar.text("X-WR-CALNAME").unwrap(),
        "Dre Camille Lefèvre, Cabinet de la Tour"
    );
}

#[rstest]
#[tokio::test]
async fn a_cancelled_visit_stays_struck_out_for_seven_days_after_its_end(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    let token = it.test.book(&it.practice, "2026-11-25T08:00:00Z").await;
    let before = it.read().await.events.remove(0);
    it.test.clock.advance(TimeDelta::minutes(5));
    it.test.cancel_by_link(&token).await.unwrap();
    let after = it.read().await.events.remove(0);
    assert_eq!(field(&after, "UID"), field(&before, "UID"));
    assert_eq!(field(&after, "STATUS"), "CANCELLED");
    assert_eq!(field(&after, "TRANSP"), "TRANSPARENT");
    assert_eq!(after.text("SUMMARY").unwrap(), "Annulé\u{a0}: Rendez-vous");
    assert_eq!(field(&after, "SEQUENCE"), "1");
    assert!(field(&after, "LAST-MODIFIED") > field(&before, "LAST-MODIFIED"));

    it.test.clock.set(instant("2026-12-02T08:19:59Z"));
    assert_eq!(it.read().await.events.len(), 1);
    // The window moves by whole hours: at most one hour later than that it is gone.
    it.test.clock.set(instant("2026-12-02T09:00:00Z"));
    assert_eq!(it.read().await.events.len(), 0);
}

#[rstest]
#[case::one_that_ended_thirty_days_ago("2026-10-23T07:40:00Z", false)]
#[case::one_that_ended_within_thirty_days("2026-10-23T08:00:00Z", true)]
#[case::one_in_a_year("2027-11-22T08:59:00Z", true)]
#[case::one_in_more_than_a_year("2027-11-22T09:00:00Z", false)]
#[tokio::test]
async fn the_window_reaches_thirty_days_back_and_twelve_months_ahead(
    #[case] start: &str,
    #[case] shown: bool,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    it.test.write_visit(&it.practice, Written::at(start)).await;
    assert_eq!(it.read().await.events.len(), usize::from(shown));
}

#[rstest]
#[case(Status::Booked, true)]
#[case(Status::Arrived, true)]
#[case(Status::Attended, true)]
#[case(Status::Missed, true)]
#[case(Status::Expired, false)]
#[case(Status::Held { until: "2026-11-22T08:15:00Z".parse().unwrap() }, false)]
#[tokio::test]
async fn only_what_was_promised_is_shown(
    #[case] status: Status,
    #[case] shown: bool,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    let written = Written {
        status,
        ..Written::at("2026-11-23T08:00:00Z")
    };
    it.test.write_visit(&it.practice, written).await;
    let events = it.read().await.events;
    assert_eq!(events.len(), usize::from(shown));
    if let Some(event) = events.first() {
        assert_eq!(field(event, "STATUS"), "CONFIRMED");
    }
}

#[rstest]
#[tokio::test]
async fn another_agenda_is_not_shown(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    let parc = it.test.practice_named("parc").await;
    it.test
        .write_visit(&parc, Written::at("2026-11-23T08:00:00Z"))
        .await;
    assert!(it.read().await.events.is_empty());
}

#[rstest]
#[tokio::test]
async fn another_level_of_detail_shows_every_visit_anew(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    let written = Written {
        sequence: 4,
        ..Written::at("2026-11-23T08:00:00Z")
    };
    it.test.write_visit(&it.practice, written).await;
    let before = it.read().await.events.remove(0);
    assert_eq!(before.text("SUMMARY").unwrap(), "Zoé Đặng");
    it.test.clock.advance(TimeDelta::hours(30));
    it.test
        .set_feed_detail(&it.owner(), it.feed, None, Detail::BusyOnly)
        .await
        .unwrap();
    let after = it.read().await.events.remove(0);
    assert_eq!(after.text("SUMMARY").unwrap(), "Rendez-vous");
    // Without both, Google and ICSx5 keep the name.
    assert_eq!(
        (field(&before, "SEQUENCE"), field(&after, "SEQUENCE")),
        ("4".into(), "5".into())
    );
    assert!(field(&after, "LAST-MODIFIED") > field(&before, "LAST-MODIFIED"));
    assert_eq!(field(&after, "UID"), field(&before, "UID"));
}

#[rstest]
#[tokio::test]
async fn a_place_that_is_renamed_shows_every_visit_anew(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    it.test
        .write_visit(&it.practice, Written::at("2026-11-23T08:00:00Z"))
        .await;
    let before = it.read().await.events.remove(0);
    it.test.clock.advance(TimeDelta::minutes(1));
    let form = PlaceForm {
        name: "Annexe, 2e étage".parse().unwrap(),
        address: it.practice.place.address.clone(),
        town: it.practice.place.town.clone(),
        zone: it.practice.place.zone.clone(),
    };
    it.test
        .edit_place(
            &it.owner(),
            it.practice.place.id,
            form,
            None,
            HoursMay::NotMove,
        )
        .await
        .unwrap();
    let after = it.read().await.events.remove(0);
    assert!(
        after
            .text("LOCATION")
            .unwrap()
            .starts_with("Annexe, 2e étage, 3 rue")
    );
    assert_eq!(
        (field(&before, "SEQUENCE"), field(&after, "SEQUENCE")),
        ("0".into(), "1".into())
    );
    assert!(field(&after, "LAST-MODIFIED") > field(&before, "LAST-MODIFIED"));
}

#[rstest]
#[case::spring("2027-03-28", ["00:40", "01:00"], ["01:40", "03:00"])]
#[case::autumn("2026-10-25", ["00:40", "01:00"], ["02:40", "02:00"])]
#[tokio::test]
async fn on_the_day_the_clocks_change_instants_stay_what_they_are(
    #[case] day: &str,
    #[case] utc: [&str; 2],
    #[case] in_paris: [&str; 2],
) {
    let it = Subscribed::new(Kind::Sqlite, Detail::BusyOnly).await;
    for at in utc {
        let start = format!("{day}T{at}:00Z");
        it.test.write_visit(&it.practice, Written::at(&start)).await;
    }
    let calendar = it.read().await;
    let starts: Vec<DateTime<Utc>> = calendar.events.iter().map(|event| event.start).collect();
    assert_eq!(starts, utc.map(|at| instant(&format!("{day}T{at}:00Z"))));
    for (event, local) in calendar.events.iter().zip(in_paris) {
        assert_eq!(event.end - event.start, TimeDelta::minutes(20));
        let paris = event.start.with_timezone(&chrono_tz::Europe::Paris);
        assert_eq!(paris.format("%H:%M").to_string(), local);
    }
}

/// What a program that forgot to check a name would have stored.
pub(crate) const HOSTILE: [(&str, &str); 12] = [
    ("a\r\nEND:VEVENT\r\nBEGIN:VEVENT", "a\r\nEND:VCALENDAR"),
    ("Zoé\rLOCATION:elsewhere", "lone CR"),
    ("Zoé\nATTENDEE:mailto:x@evil.example", "lone LF"),
    ("O'Brien-Đặng; \"Zoé\"", "MD\\"),
    ("\\n\\N\\,", "\\;\\\\"),
    ("bell\u{7}", "next\u{85}line\u{2028}separator\u{2029}"),
    ("\u{202E}evil", "\u{FEFF}bom\u{2066}"),
    ("<script>alert(1)</script>", "=HYPERLINK(\"x\")"),
    ("{{7*7}}", "%0d%0aBEGIN:VEVENT"),
    ("Zoé  ", "   Đặng\t"),
    (
        "👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦👨\u{200D}👩\u{200D}👧\u{200D}👦",
        "नमस्ते",
    ),
    (
        "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft",
        "Łukasiewicz-Đorđević-Ünsal-Ørsted-Ğökçe-Šćepanović-Þórðarson-Œ",
    ),
];

#[rstest]
#[tokio::test]
async fn no_name_breaks_the_file(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(Detail::Initials, Detail::FullName)] detail: Detail,
) {
    let it = Subscribed::new(kind, detail).await;
    let day = instant("2026-11-23T08:00:00Z");
    for (number, names) in HOSTILE.into_iter().enumerate() {
        let start = (day + TimeDelta::hours(i64::try_from(number).unwrap())).to_rfc3339();
        let written = Written {
            names,
            ..Written::at(&start)
        };
        it.test.write_visit(&it.practice, written).await;
    }
    let calendar = it.read().await;
    assert_eq!(calendar.events.len(), HOSTILE.len());
    if detail == Detail::FullName {
        let summaries: Vec<_> = calendar
            .events
            .iter()
            .map(|event| event.text("SUMMARY").unwrap())
            .collect();
        assert_eq!(summaries[0], "a  END:VEVENT  BEGIN:VEVENT a  END:VCALENDAR");
        assert_eq!(summaries[3], "O'Brien-Đặng; \"Zoé\" MD\\");
        assert_eq!(summaries[4], "\\n\\N\\, \\;\\\\");
        assert_eq!(summaries[6], "evil bom");
    }
}
