//! Identifiers that are none, or of another kind: 404 or 400, never another's.
//! Every form of the office with ids that are none is `office_http::doors`'s.

use backend::testing::Kind;
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::{NINE, TUESDAY},
    people::{hidden, page},
    support::Browser,
    watch::{AGENDA, WHOSE, Watched, by_telephone, nothing_is_told, with},
};

const NONE: [&str; 10] = [
    "0",
    "-1",
    "9223372036854775808",
    "1e9",
    "1%20OR%201=1",
    "'%20OR%20''='",
    "0190aaaa-0000-7000-8000-000000000000",
    "%00",
    "%FF",
    "..%2F..%2Fetc%2Fpasswd",
];

#[rstest]
#[tokio::test]
async fn a_page_of_an_id_that_is_none_is_not_there(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let before = it.stored().await;
    for id in NONE {
        for path in [
            format!("/?page={id}"),
            format!("/cabinets/{id}"),
            format!("/praticiens/{id}"),
            format!("/praticiens/camille-lefevre-tour?motif={id}"),
            format!("/praticiens/camille-lefevre-tour/rendez-vous?motif={id}&debut={NINE}"),
            format!("/praticiens/camille-lefevre-tour/rendez-vous?motif=consultation&debut={id}"),
            format!("/rdv/{id}"),
            format!("/rdv/{id}/annuler"),
            format!("/rdv/{id}/rendez-vous.ics"),
            format!("/reservation/{id}"),
            format!("/calendrier/{id}.ics"),
            format!("/installation/{id}"),
            format!(
                "/api/v1/practitioners/{id}/slots?reason=consultation&from=2026-11-23&to=2026-11-23"
            ),
            format!("/api/v1/practitioners/{id}/first-slot?reason=consultation"),
            format!("/api/v1/practices/{id}/first-slot?reason=consultation"),
            format!("/agenda/praticiens/{id}"),
            format!("{AGENDA}/rendez-vous/{id}"),
            format!("{AGENDA}/absences/{id}"),
            format!("{AGENDA}/motifs?motif={id}"),
            format!("{AGENDA}/nouveau-rendez-vous?motif={id}&debut={NINE}"),
            format!("/agenda/cabinet?lieu={id}"),
        ] {
            let answer = owner.get(&path).await;
            let refused = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST];
            assert!(
                refused.contains(&answer.status),
                "{path}: {}",
                answer.status
            );
            nothing_is_told(&answer);
        }
    }
    assert_eq!(it.stored().await, before);
}

#[rstest]
#[tokio::test]
async fn an_id_of_another_kind_is_none(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let ids = ids(&it, &mut owner).await;
    let before = it.stored().await;
    for (kind, id) in &ids {
        for (action, field) in [
            ("cancel_by_practice", "visit"),
            ("mark_visit", "visit"),
            ("delete_hours", "hours[]"),
            ("delete_absence", "absence"),
            ("renew_feed", "feed"),
            ("revoke_feed", "feed"),
            ("set_feed_detail", "feed"),
            ("save_place", "place"),
            ("publish_hours", "place"),
            ("patient_was_phoned", "mail"),
        ] {
            if field.starts_with(kind) {
                continue;
            }
            let form = [
                WHOSE,
                (field, id),
                ("mark", "arrived"),
                ("detail", "full_name"),
                ("place_name", "Annexe"),
                ("address", "1 place du Marché"),
                ("town", "Paris"),
                ("zone", "Europe/Paris"),
                ("kind", "once"),
                ("day", "2026-11-28"),
                ("from_1", "09:00"),
                ("to_1", "10:00"),
            ];
            let answer = owner.post(&format!("/api/{action}"), &form).await;
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{action} with the id of {kind}"
            );
            nothing_is_told(&answer);
        }
        for (page, of) in [("rendez-vous", "visit"), ("absences", "absence")] {
            if *kind != of {
                let answer = owner.get(&format!("{AGENDA}/{page}/{id}")).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page} of {kind}");
            }
        }
        let reasons = [
            WHOSE,
            ("place", &it.practice.place.id.to_string()),
            ("kind", "once"),
            ("day", "2026-11-28"),
            ("from_1", "09:00"),
            ("to_1", "10:00"),
            ("reasons[]", id),
        ];
        let answer = owner.post("/api/publish_hours", &reasons).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "hours for the reason {kind}"
        );
    }
    assert_eq!(it.stored().await, before);
}

/// One id of each kind that the practice has, as its pages say it.
async fn ids(it: &Watched, owner: &mut Browser<'_>) -> Vec<(&'static str, String)> {
    let form = with(
        by_telephone(TUESDAY, "0123456789abcdef"),
        "given_name",
        "Zoé",
    );
    let answer = owner.post("/api/book_by_staff", &form).await;
    let visit = answer.location().rsplit('/').next().unwrap().to_owned();
    let absence = [
        WHOSE,
        ("first_day", "2026-12-24"),
        ("last_day", "2026-12-24"),
    ];
    owner.post("/api/announce_absence", &absence).await;
    owner
        .post("/api/create_feed", &[WHOSE, ("detail", "busy_only")])
        .await;
    let absence = hidden(&page(owner, &format!("{AGENDA}/absences")).await, "absence");
    let feed = hidden(&page(owner, &format!("{AGENDA}/abonnement")).await, "feed");
    let hours = hidden(&page(owner, &format!("{AGENDA}/plages")).await, "hours[]");
    vec![
        ("visit", visit),
        ("absence", absence),
        ("feed", feed),
        ("hours", hours),
        ("place", it.practice.place.id.to_string()),
        ("practice", it.practice.practice.id.to_string()),
    ]
}
