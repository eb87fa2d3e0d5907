//! Starts that are no slot: refused, whatever the form says, and nothing is stored.

use backend::testing::Kind;
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::{NINE, TUESDAY, starts_of, value_of},
    people::done,
    watch::{
        AGENDA, BOTH, PERSON, WHOSE, Watched, by_telephone, keeps, key, nothing_is_told, with,
    },
};

/// The addresses of the two forms, up to the start.
const FORMS: [&str; 2] = [
    "/praticiens/camille-lefevre-tour/rendez-vous?motif=consultation&debut=",
    "/agenda/praticiens/camille-lefevre-tour/nouveau-rendez-vous?motif=consultation&debut=",
];

#[rstest]
#[tokio::test]
async fn a_start_that_is_no_slot_is_refused_and_leaves_no_row(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let absence = [
        WHOSE,
        ("first_day", "2026-11-25"),
        ("last_day", "2026-11-25"),
        ("note", ""),
    ];
    let answer = owner.post("/api/announce_absence", &absence).await;
    done(&mut owner, answer, "L’absence est annoncée").await;
    let before = it.stored().await;
    let starts = [
        ("past", "2020-11-23T08:00:00Z"),
        ("an hour ago", "2026-11-22T07:00:00Z"),
        ("ten years ahead", "2036-11-24T08:00:00Z"),
        ("off the grid", "2026-11-23T08:07:00Z"),
        ("off by a second", "2026-11-23T08:00:01Z"),
        ("off by a part of a second", "2026-11-23T08:00:00.5Z"),
        ("before the hours", "2026-11-23T07:40:00Z"),
        ("between the hours", "2026-11-23T11:00:00Z"),
        ("after the hours", "2026-11-23T17:00:00Z"),
        ("too late for its length", "2026-11-23T10:50:00Z"),
        ("on a Sunday", "2026-11-29T08:00:00Z"),
        ("on a holiday", "2026-12-25T08:00:00Z"),
        ("in an absence", "2026-11-25T08:00:00Z"),
    ];
    for action in BOTH {
        for (why, start) in starts {
            let fields = by_telephone(start, "0123456789abcdef");
            let answer = owner.post(action, &fields).await;
            let html = keeps(&answer, StatusCode::CONFLICT, &PERSON);
            assert!(html.contains("créneau"), "{action}, {why}: {html}");
            assert_eq!(starts_of(&html).len(), 3, "{action}, {why}: {html}");
        }
        // Years of which one database or the other knows nothing.
        for start in [
            "-262143-01-01T00:00:00Z",
            "-262143-01-09T00:00:00Z",
            "-100000-11-23T08:00:00Z",
            "+100000-11-23T08:00:00Z",
            "+262142-12-31T23:59:59Z",
        ] {
            let fields = by_telephone(start, "0123456789abcdef");
            let answer = owner.post(action, &fields).await;
            // The sign of a year after 9999 comes through the address of the form.
            if start.starts_with('+') || answer.status != StatusCode::BAD_REQUEST {
                keeps(&answer, StatusCode::CONFLICT, &PERSON);
            }
            nothing_is_told(&answer);
            for form in FORMS {
                let address = format!("{form}{}", start.replace('+', "%2B"));
                nothing_is_told(&owner.get(&address).await);
            }
        }
        for (why, start) in [
            (
                "the gap of March, as a clock would say it",
                "2027-03-28T02:30:00",
            ),
            ("no offset", "2026-11-23T08:00:00"),
            ("no instant", "demain"),
            ("nothing", ""),
            ("a number", "1e9"),
            ("an instant that is none", "2026-11-31T08:00:00Z"),
            ("two", "2026-11-23T08:00:00Z 2026-11-23T08:20:00Z"),
        ] {
            let answer = owner
                .post(action, &by_telephone(start, "0123456789abcdef"))
                .await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{action}, {why}");
            nothing_is_told(&answer);
        }
    }
    assert_eq!(it.stored().await, before);
}

#[rstest]
#[tokio::test]
async fn a_length_is_the_reasons_whatever_a_form_adds(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    for (number, action) in BOTH.into_iter().enumerate() {
        let start = ["2026-11-24T08:00:00Z", "2026-11-24T08:20:00Z"][number];
        let key = key(number);
        let mut fields = by_telephone(start, &key);
        fields.extend([
            ("end", "2026-11-24T07:00:00Z"),
            ("length", "-20"),
            ("minutes", "0"),
        ]);
        let answer = owner.post(action, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    }
    let feed = it.feed().await;
    let events = it.events(&feed).await;
    assert_eq!(events.len(), 1, "a hold is in no calendar");
    assert_eq!((events[0].end - events[0].start).num_minutes(), 20);
    let held = it.stored().await["appointments"].len();
    assert_eq!(held, 2);
    let free = it
        .site
        .get("/praticiens/camille-lefevre-tour?semaine=2026-11-24")
        .await;
    let free = free.text();
    assert!(!free.contains("2026-11-24T08:20:00Z") && free.contains("2026-11-24T08:40:00Z"));
}

#[rstest]
#[tokio::test]
async fn another_practices_slot_is_nobody_elses(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let other = it.site.backend.practice_named("phare").await;
    // The other one is open on Saturdays for a reason of its own.
    let saturday = "2026-11-28T08:00:00Z";
    crate::people::account(
        &it.site,
        &other,
        domain::access::Role::Owner,
        "ines@example.org",
    )
    .await;
    let mut theirs = crate::people::signed_in(&it.site, "ines@example.org").await;
    let (slug, place) = (other.practitioner.slug.as_str(), other.place.id.to_string());
    let hours = [
        ("practitioner", slug),
        ("place", &place),
        ("kind", "once"),
        ("day", "2026-11-28"),
        ("from_1", "09:00"),
        ("to_1", "10:00"),
    ];
    let answer = theirs.post("/api/publish_hours", &hours).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let mut reason = crate::names::reason("Plongée");
    reason[0].1 = slug.to_owned();
    let reason: Vec<_> = reason
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = theirs.post("/api/save_reason", &reason).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());

    let mut owner = it.owner().await;
    let before = it.stored().await;
    for action in BOTH {
        let ours = by_telephone(saturday, "0123456789abcdef");
        let answer = owner.post(action, &ours).await;
        keeps(&answer, StatusCode::CONFLICT, &PERSON);
        let answer = owner.post(action, &with(ours, "reason", "plongee")).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{action}: {}",
            answer.text()
        );
        nothing_is_told(&answer);
    }
    let answer = owner
        .post(
            BOTH[1],
            &with(
                by_telephone(saturday, "0123456789abcdef"),
                "practitioner",
                slug,
            ),
        )
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text());
    nothing_is_told(&answer);
    assert_eq!(it.stored().await, before);
    // It is a slot, for whoever asks the one whose it is.
    let answer = theirs
        .post(
            BOTH[1],
            &with(
                by_telephone(saturday, "0123456789abcdef"),
                "practitioner",
                slug,
            ),
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[rstest]
#[tokio::test]
async fn in_the_gap_of_march_there_is_no_slot(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Watched::on(kind).await;
    it.site
        .backend
        .clock
        .set(backend::testing::instant("2027-03-25T08:00:00Z"));
    let mut owner = it.owner().await;
    let place = it.practice.place.id.to_string();
    // From 2 h to 3 h there is nothing on that Sunday: at 2 h it is 3 h.
    let hours = [
        WHOSE,
        ("place", &place),
        ("kind", "once"),
        ("day", "2027-03-28"),
        ("from_1", "02:00"),
        ("to_1", "05:00"),
    ];
    let answer = owner.post("/api/publish_hours", &hours).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let week = "/praticiens/camille-lefevre-tour?motif=consultation&semaine=2027-03-28";
    let html = it.site.get(week).await.text();
    let before = it.stored().await;
    for minutes in (0..180).step_by(20) {
        let start = format!("2027-03-28T{:02}:{:02}:00Z", minutes / 60, minutes % 60);
        // From 3 h of Paris on, which is 1 h of UTC.
        let open = minutes >= 60;
        assert_eq!(html.contains(&start), open, "{start}: {html}");
        for action in BOTH {
            if !open {
                let answer = owner
                    .post(action, &by_telephone(&start, "0123456789abcdef"))
                    .await;
                let page = keeps(&answer, StatusCode::CONFLICT, &PERSON);
                assert!(!starts_of(&page).contains(&start), "{page}");
            }
        }
    }
    assert_eq!(it.stored().await, before);
    let key = key(1);
    let answer = owner
        .post(BOTH[0], &by_telephone("2027-03-28T02:00:00Z", &key))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[rstest]
#[tokio::test]
async fn a_page_of_the_ends_of_the_calendar_is_a_page(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    for day in [
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "-262143-01-01",
        "+262142-12-31",
        "1e9",
    ] {
        let day = day.replace('+', "%2B");
        for path in [
            format!("/praticiens/camille-lefevre-tour?motif=consultation&semaine={day}"),
            format!(
                "/praticiens/camille-lefevre-tour/rendez-vous?motif=consultation&debut={day}T08:00:00Z"
            ),
            format!(
                "/api/v1/practitioners/camille-lefevre-tour/slots?reason=consultation&from={day}&to={day}"
            ),
            format!("{AGENDA}?date={day}"),
            format!("{AGENDA}?vue=jour&date={day}"),
            format!("{AGENDA}/nouveau-rendez-vous?motif=consultation&semaine={day}"),
            format!("{AGENDA}/nouveau-rendez-vous?motif=consultation&debut={day}T08:00:00Z"),
        ] {
            let answer = owner.get(&path).await;
            nothing_is_told(&answer);
        }
    }
    // The program goes on.
    let page = it.site.get(&crate::patient::form_of(NINE)).await.text();
    assert!(value_of(&page, "idempotency_key").is_some());
    it.site.booked(TUESDAY).await;
}
