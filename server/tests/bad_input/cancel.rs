//! Calling a visit off: five seconds before the deadline, after it, twice at once.

use backend::testing::{Kind, instant, linter};
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::{NINE_TWENTY, TUESDAY},
    people::{hidden, page, refused},
    watch::{AGENDA, WHOSE, Watched, nothing_is_told},
};

/// What calendars are told of the visit that was called off: once, and as a change.
async fn calendars_agree(it: &Watched, feed: &str) {
    it.post_goes_out().await;
    let mails = it.site.backend.sent_mails().await;
    let invitations: Vec<_> = mails
        .iter()
        .filter_map(|mail| mail.calendar.as_deref())
        .map(|calendar| linter::invitation(calendar.as_bytes()).unwrap())
        .collect();
    let of = |method: &str| {
        let is_it = |calendar: &&linter::Calendar| calendar.text("METHOD").unwrap() == method;
        invitations
            .iter()
            .filter(is_it)
            .cloned()
            .collect::<Vec<_>>()
    };
    let (asked, cancelled) = (of("REQUEST"), of("CANCEL"));
    assert_eq!((asked.len(), cancelled.len()), (1, 1));
    let sequence = |calendar: &linter::Calendar| calendar.events[0].text("SEQUENCE").unwrap();
    assert_eq!(
        (sequence(&asked[0]), sequence(&cancelled[0])),
        ("0".into(), "1".into())
    );
    let events = it.events(feed).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].text("STATUS").unwrap(), "CANCELLED");
    assert_eq!(events[0].text("SEQUENCE").unwrap(), "1");
}

#[rstest]
#[tokio::test]
async fn five_seconds_before_the_deadline_is_in_time_and_after_it_the_rule_is_shown(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let feed = it.feed().await;
    let (early, late) = (
        it.site.booked(NINE_TWENTY).await,
        it.site.booked(TUESDAY).await,
    );
    // The second mail is none of this story.
    it.post_goes_out().await;
    let before = it.site.backend.sent_mails().await.len();
    // 24 hours before: the visit is at 8.20 UTC.
    it.site.backend.clock.set(instant("2026-11-22T08:19:55Z"));
    let html = it.site.get(&format!("{early}/annuler")).await.text();
    let form = [("token", hidden(&html, "token"))];
    let form = [(form[0].0, form[0].1.as_str())];
    let answer = it.site.post("/api/cancel_visit", &form).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, &*early)
    );
    nothing_is_told(&answer);
    it.post_goes_out().await;
    let mails = it.site.backend.sent_mails().await;
    assert_eq!(
        mails.len() - before,
        1,
        "one mail, of the visit that was called off"
    );

    // The question was open when the time ran out.
    it.site.backend.clock.set(instant("2026-11-23T07:59:59Z"));
    let question = it.site.get(&format!("{late}/annuler")).await.text();
    let token = hidden(&question, "token");
    let stored = it.stored().await;
    for now in [
        "2026-11-23T08:00:00Z",
        "2026-11-23T08:00:05Z",
        "2026-11-24T07:59:59Z",
    ] {
        it.site.backend.clock.set(instant(now));
        let answer = it
            .site
            .post("/api/cancel_visit", &[("token", &token)])
            .await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{now}");
        nothing_is_told(&answer);
        let html = answer.text();
        for said in [
            "Trop tard pour annuler en ligne",
            "La limite était le lundi 23\u{a0}novembre 2026 à 9\u{a0}h",
            "tel:+33123456789",
        ] {
            assert!(html.contains(said), "{now}: {said} in {html}");
        }
    }
    assert_eq!(it.stored().await, stored);
    it.post_goes_out().await;
    let mails = it.site.backend.sent_mails().await;
    assert_eq!(
        mails.len() - before,
        1,
        "one mail, of the visit that was called off"
    );
    let statuses = it.events(&feed).await;
    let statuses: Vec<_> = statuses
        .iter()
        .map(|event| event.text("STATUS").unwrap())
        .collect();
    assert_eq!(statuses, ["CANCELLED", "CONFIRMED"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twice_at_once_is_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Watched::on(kind).await;
    let feed = it.feed().await;
    let visit = it.site.booked(TUESDAY).await;
    it.post_goes_out().await;
    let form = [("token", visit.strip_prefix("/rdv/").unwrap())];
    let cancel = || it.site.post("/api/cancel_visit", &form);
    let (one, two, three) = tokio::join!(cancel(), cancel(), cancel());
    for answer in [one, two, three, cancel().await] {
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, &*visit)
        );
    }
    calendars_agree(&it, &feed).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_patient_and_the_practice_at_once_is_once_too(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let feed = it.feed().await;
    let mut owner = it.owner().await;
    let visit = it.site.booked(TUESDAY).await;
    it.post_goes_out().await;
    let html = page(&mut owner, &format!("{AGENDA}?date=2026-11-24")).await;
    let id = html
        .split("/rendez-vous/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let (theirs, ours) = (
        [("token", visit.strip_prefix("/rdv/").unwrap())],
        [WHOSE, ("visit", id)],
    );
    let (patient, practice) = tokio::join!(
        it.site.post("/api/cancel_visit", &theirs),
        owner.post("/api/cancel_by_practice", &ours)
    );
    assert_eq!(patient.status, StatusCode::SEE_OTHER, "{}", patient.text());
    // Where the patient was faster, the office is told that it was she.
    if practice.status != StatusCode::SEE_OTHER {
        refused(&practice, StatusCode::CONFLICT, "a changé entre-temps");
    }
    calendars_agree(&it, &feed).await;
}
