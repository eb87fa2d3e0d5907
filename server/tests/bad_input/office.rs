//! The office: hours for ten years, days that are none, and two people at one visit.
//! Hours and lengths that make no sense are `office_http::agendas`'s, zones `practice`'s.

use backend::testing::Kind;
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::{NINE, PRACTITIONER},
    people::{done, keeper, page, refused, signed_in},
    support::Browser,
    watch::{AGENDA, Fields, WHOSE, Watched, keeps, nothing_is_told, with},
};

/// Hours of every day of the week from nine to six, until a day.
fn every_day<'a>(place: &'a str, until: &'a str) -> Fields<'a> {
    let mut form = vec![
        WHOSE,
        ("place", place),
        ("kind", "weekly"),
        ("every", "1"),
        ("first", "2026-11-23"),
        ("until", until),
        ("from_1", "09:00"),
        ("to_1", "12:00"),
        ("from_2", "14:00"),
        ("to_2", "18:00"),
    ];
    form.extend(["0", "1", "2", "3", "4", "5", "6"].map(|day| ("weekdays[]", day)));
    form
}

#[rstest]
#[tokio::test]
async fn a_reason_named_twice_counts_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let (place, reason) = (&it.practice.place.id, &it.practice.reason.id);
    let (place, reason) = (place.to_string(), reason.to_string());
    let before = it.stored().await;
    let mut form = every_day(&place, "2027-11-22");
    form.extend([("reasons[]", &*reason), ("reasons[]", &*reason)]);
    let answer = owner.post("/api/publish_hours", &form).await;
    done(&mut owner, answer, "Les horaires sont publiés").await;
    let added = |table: &str, after: usize| after - before[table].len();
    let after = it.stored().await;
    assert_eq!(added("opening_hours", after["opening_hours"].len()), 14);
    let reasons = after["opening_hours_reasons"].len();
    assert_eq!(added("opening_hours_reasons", reasons), 14);
}

#[rstest]
#[tokio::test]
async fn every_day_for_ten_years_is_a_few_rows_and_longer_or_more_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let place = it.practice.place.id.to_string();
    let before = it.stored().await["opening_hours"].len();
    let answer = owner
        .post("/api/publish_hours", &every_day(&place, "2036-11-22"))
        .await;
    done(&mut owner, answer, "Les horaires sont publiés").await;
    let rows = it.stored().await["opening_hours"].len();
    assert_eq!(rows - before, 14, "a row a range and weekday, however long");

    let stored = it.stored().await;
    for until in ["2037-01-01", "9999-12-31", "+262142-12-31", "262142-12-31"] {
        let answer = owner
            .post("/api/publish_hours", &every_day(&place, until))
            .await;
        let body = answer.text();
        assert!(body.contains("id=\"until-error\""), "{until}: {body}");
        keeps(
            &answer,
            StatusCode::UNPROCESSABLE_ENTITY,
            &[("until", until), ("from_1", "09:00"), ("to_2", "18:00")],
        );
    }
    assert_eq!(it.stored().await, stored);

    // Again and again: at most two hundred rows, and pages cost what they did.
    let mut status = StatusCode::SEE_OTHER;
    for day in 1..=20 {
        let until = format!("2036-10-{day:02}");
        let answer = owner
            .post("/api/publish_hours", &every_day(&place, &until))
            .await;
        status = answer.status;
    }
    assert_eq!(status, StatusCode::CONFLICT);
    let rows = it.stored().await["opening_hours"].len();
    assert!((180..=200).contains(&rows), "{rows}");
    for path in [
        PRACTITIONER.to_owned(),
        format!("{PRACTITIONER}?motif=consultation&semaine=2027-01-20"),
        format!("{AGENDA}/plages"),
        format!("{AGENDA}?date=2026-11-24"),
        "/api/v1/practitioners/camille-lefevre-tour/slots?reason=consultation&from=2026-11-22&to=2036-11-22".to_owned(),
    ] {
        let statements = it.site.backend.store().statements();
        let answer = owner.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.body.len() < 1_000_000, "{path}: {} bytes", answer.body.len());
        let asked = it.site.backend.store().statements() - statements;
        // One more than of a public page: who asks.
        assert!(asked <= 8, "{path}: {asked} statements");
    }
}

#[rstest]
#[tokio::test]
async fn days_at_the_ends_of_the_calendar_are_refused_and_kept(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let place = it.practice.place.id.to_string();
    let before = it.stored().await;
    for day in [
        "-262143-01-01",
        "-262143-12-31",
        "+262142-12-31",
        "262142-12-31",
        "31/12/262142",
        "9999-12-31",
        "0000-01-01",
        "2027-02-30",
        "1e9",
        "2026-11-2٣",
        "2026-12-01\0",
    ] {
        let kept: &[(&str, &str)] = if day.contains('\0') {
            &[]
        } else {
            &[("day", day)]
        };
        let once = [
            WHOSE,
            ("place", &place),
            ("kind", "once"),
            ("day", day),
            ("from_1", "09:00"),
            ("to_1", "12:00"),
        ];
        let answer = owner.post("/api/publish_hours", &once).await;
        let refused = [StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(refused.contains(&answer.status), "{day}: {}", answer.status);
        keeps(&answer, answer.status, kept);
        let weekly = with(every_day(&place, ""), "first", day);
        let answer = owner.post("/api/publish_hours", &weekly).await;
        assert!(
            refused.contains(&answer.status),
            "from {day}: {}",
            answer.status
        );
        for (first, last) in [(day, day), (day, "2026-12-24"), ("2026-12-24", day)] {
            let absence = [
                WHOSE,
                ("first_day", first),
                ("last_day", last),
                ("note", "Congé"),
            ];
            let answer = owner.post("/api/announce_absence", &absence).await;
            keeps(
                &answer,
                StatusCode::UNPROCESSABLE_ENTITY,
                &[("note", "Congé")],
            );
        }
    }
    assert_eq!(it.stored().await, before);
}

/// The only visit of Monday, as the agenda names it.
async fn visit(browser: &mut Browser<'_>) -> String {
    let html = page(browser, &format!("{AGENDA}?date=2026-11-23")).await;
    let link = html.split("/rendez-vous/").nth(1).unwrap();
    link.split('"').next().unwrap().to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_people_at_one_visit_the_second_is_told_that_it_changed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    keeper(&it.site, &it.practice, "tho@example.org").await;
    let link = it.site.booked(NINE).await;
    let mut one = it.owner().await;
    let id = visit(&mut one).await;
    it.site
        .backend
        .clock
        .set(backend::testing::instant("2026-11-23T07:00:00Z"));
    let (mut one, mut two) = (
        it.owner().await,
        signed_in(&it.site, "tho@example.org").await,
    );
    let path = format!("{AGENDA}/rendez-vous/{id}");
    // Both have it open.
    for browser in [&mut one, &mut two] {
        assert!(page(browser, &path).await.contains("Confirmé"));
    }
    let cancel = [WHOSE, ("visit", id.as_str())];
    let arrived = [WHOSE, ("visit", id.as_str()), ("mark", "arrived")];
    let answer = one.post("/api/cancel_by_practice", &cancel).await;
    done(&mut one, answer, "Le rendez-vous est annulé").await;
    let stored = it.stored().await;
    let answer = two.post("/api/mark_visit", &arrived).await;
    nothing_is_told(&answer);
    let html = refused(&answer, StatusCode::CONFLICT, "a changé entre-temps");
    assert!(
        html.contains("Annulé par le cabinet"),
        "as it is now: {html}"
    );
    assert_eq!(it.stored().await, stored, "nothing is overwritten");
    let patient = it.site.get(&link).await.text();
    assert!(
        patient.contains("Le cabinet a annulé ce rendez-vous"),
        "{patient}"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_people_who_change_a_visit_at_once_one_does_and_mails_agree(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    keeper(&it.site, &it.practice, "tho@example.org").await;
    let link = it.site.booked(NINE).await;
    let mut one = it.owner().await;
    let id = visit(&mut one).await;
    it.post_goes_out().await;
    it.site
        .backend
        .clock
        .set(backend::testing::instant("2026-11-23T07:00:00Z"));
    let (mut one, mut two) = (
        it.owner().await,
        signed_in(&it.site, "tho@example.org").await,
    );
    let cancel = [WHOSE, ("visit", id.as_str())];
    let arrived = [WHOSE, ("visit", id.as_str()), ("mark", "arrived")];
    let (cancelled, marked) = tokio::join!(
        one.post("/api/cancel_by_practice", &cancel),
        two.post("/api/mark_visit", &arrived)
    );
    let (done, late) = if cancelled.status == StatusCode::SEE_OTHER {
        (true, marked)
    } else {
        assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.text());
        (false, cancelled)
    };
    refused(&late, StatusCode::CONFLICT, "a changé entre-temps");
    it.post_goes_out().await;
    let mails = it.site.backend.sent_mails().await;
    let told = mails.iter().filter_map(|mail| mail.calendar.as_deref());
    let told = told
        .filter(|calendar| calendar.contains("METHOD:CANCEL"))
        .count();
    assert_eq!(told, usize::from(done), "a mail says what is so");
    let patient = it.site.get(&link).await.text();
    assert_eq!(patient.contains("Le cabinet a annulé"), done, "{patient}");
}
