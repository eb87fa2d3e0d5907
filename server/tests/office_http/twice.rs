//! Forms of the office that are sent twice, by a button pressed twice or by two people: nothing is
//! there twice, and whoever comes second reads what happened on a page that shows what is left.

use backend::testing::Kind;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{done, hidden, owner_of, page, refused},
    support::TestSite,
};

const WHOSE: (&str, &str) = ("practitioner", "camille-lefevre-tour");
const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";
const GONE: &str = "ce que vous avez choisi n’est plus là";

#[rstest]
#[tokio::test]
async fn what_is_withdrawn_twice_says_so_on_a_page_that_shows_what_is_left(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    let form = [
        WHOSE,
        ("first_day", "2026-11-24"),
        ("last_day", "2026-11-24"),
    ];
    browser.post("/api/announce_absence", &form).await;
    let form = [WHOSE, ("detail", "busy_only")];
    browser.post("/api/create_feed", &form).await;
    let id = async |browser: &mut _, room: &str, field| {
        hidden(&page(browser, &format!("{AGENDA}/{room}")).await, field)
    };
    let hours = id(&mut browser, "plages", "hours[]").await;
    let absence = id(&mut browser, "absences", "absence").await;
    let feed = id(&mut browser, "abonnement", "feed").await;
    let forms = [
        ("delete_hours", "hours[]", &*hours, "sont retirés"),
        ("delete_absence", "absence", &absence, "est retirée"),
        ("revoke_feed", "feed", &feed, "est supprimé"),
        ("archive_reason", "reason", "consultation", "est retiré"),
    ];
    for (action, field, id, said) in forms {
        let address = format!("/api/{action}");
        let form = [WHOSE, (field, id)];
        let answer = browser.post(&address, &form).await;
        done(&mut browser, answer, said).await;
        let again = browser.post(&address, &form).await;
        let html = refused(&again, StatusCode::NOT_FOUND, GONE);
        // What else is to be typed there stands as on a page that is opened.
        match action {
            "delete_hours" => assert!(html.contains("value=\"weekly\" checked"), "{html}"),
            "revoke_feed" => assert!(html.contains("value=\"busy_only\" checked"), "{html}"),
            _ => assert!(html.contains("<h1"), "{action}: {html}"),
        }
    }
    for action in ["renew_feed", "set_feed_detail"] {
        let form = [WHOSE, ("feed", &*feed), ("detail", "full_name")];
        let again = browser.post(&format!("/api/{action}"), &form).await;
        refused(&again, StatusCode::NOT_FOUND, GONE);
    }
    let journal = page(&mut browser, "/agenda/journal?sujet=refus").await;
    assert!(journal.contains("Rien à montrer"), "{journal}");
    // What was never there answers the same.
    for (action, field, ..) in forms {
        let nobody = match field {
            "reason" => "never-was",
            _ => "01a167c6-2000-7000-8000-000000000000",
        };
        let form = [WHOSE, (field, nobody)];
        let never = browser.post(&format!("/api/{action}"), &form).await;
        refused(&never, StatusCode::NOT_FOUND, GONE);
    }
}

#[rstest]
#[tokio::test]
async fn what_is_written_down_twice_is_said_to_be_done_twice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let place = of.place.id.to_string();
    let hours = [
        WHOSE,
        ("place", &*place),
        ("kind", "once"),
        ("day", "2026-11-28"),
        ("from_1", "9 h"),
        ("to_1", "10 h"),
    ];
    let absence = [
        WHOSE,
        ("first_day", "2026-11-24"),
        ("last_day", "2026-11-24"),
        ("note", "Formation"),
    ];
    let reason = [
        WHOSE,
        ("name", "Vaccination"),
        ("length", "10"),
        ("step", "10"),
        ("buffer_before", "0"),
        ("buffer_after", "0"),
        ("min_notice", "2"),
        ("horizon", "30"),
        ("cancel_deadline", "24"),
        ("audience", "everyone"),
    ];
    let place = [
        ("place_name", "Annexe"),
        ("address", "1 place du Marché"),
        ("town", "Tours"),
        ("zone", "Europe/Paris"),
    ];
    type Form<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, &'a str);
    let forms: [Form<'_>; 4] = [
        ("publish_hours", &hours, "28\u{a0}novembre", "sont publiés"),
        ("announce_absence", &absence, "Formation", "est annoncée"),
        ("save_reason", &reason, "Vaccination", "est enregistré"),
        ("save_place", &place, "Annexe", "est enregistré"),
    ];
    for (action, form, shown, said) in forms {
        let mut times = Vec::new();
        for _ in 0..2 {
            let answer = browser.post(&format!("/api/{action}"), form).await;
            let html = done(&mut browser, answer, said).await;
            times.push(html.matches(shown).count());
        }
        assert_eq!(times[0], times[1], "{action}");
    }
}

#[rstest]
#[tokio::test]
async fn hours_for_a_reason_that_was_archived_meanwhile_are_asked_for_again(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let archived = [WHOSE, ("reason", of.reason.slug.as_str())];
    browser.post("/api/archive_reason", &archived).await;
    let (place, reason) = (of.place.id.to_string(), of.reason.id.to_string());
    let form = [
        WHOSE,
        ("place", &*place),
        ("kind", "once"),
        ("day", "2026-11-28"),
        ("from_1", "9 h"),
        ("to_1", "10 h"),
        ("reasons[]", &reason),
    ];
    let answer = browser.post("/api/publish_hours", &form).await;
    let said = "Un motif choisi a été retiré entre-temps";
    let html = refused(&answer, StatusCode::CONFLICT, said);
    assert!(html.contains("value=\"2026-11-28\""), "{html}");
}

#[rstest]
#[tokio::test]
async fn a_reason_that_was_archived_while_it_was_edited_is_kept_as_a_new_one(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let slug = of.reason.slug.as_str();
    let archived = [WHOSE, ("reason", slug)];
    browser.post("/api/archive_reason", &archived).await;
    let form = [
        WHOSE,
        ("reason", slug),
        ("name", "Consultation longue"),
        ("length", "40"),
        ("step", "20"),
        ("buffer_before", "0"),
        ("buffer_after", "0"),
        ("min_notice", "2"),
        ("horizon", "30"),
        ("cancel_deadline", "24"),
        ("audience", "everyone"),
    ];
    let answer = browser.post("/api/save_reason", &form).await;
    let said = "Ce motif a été retiré entre-temps";
    let html = refused(&answer, StatusCode::CONFLICT, said);
    assert!(html.contains("value=\"Consultation longue\""), "{html}");
    // Saving what was kept makes a new one.
    assert_eq!(hidden(&html, "reason"), "");
}

#[rstest]
#[tokio::test]
async fn what_a_feed_shows_is_not_widened_by_who_did_not_see_it_narrowed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    let form = [WHOSE, ("detail", "full_name")];
    browser.post("/api/create_feed", &form).await;
    let html = page(&mut browser, &format!("{AGENDA}/abonnement")).await;
    let (feed, seen) = (hidden(&html, "feed"), hidden(&html, "seen"));
    let set = |detail| {
        [
            WHOSE,
            ("feed", &*feed),
            ("seen", &*seen),
            ("detail", detail),
        ]
    };
    let answer = browser
        .post("/api/set_feed_detail", &set("busy_only"))
        .await;
    done(&mut browser, answer, "C’est enregistré").await;
    let answer = browser.post("/api/set_feed_detail", &set("initials")).await;
    let said = "Quelqu’un d’autre a changé ce que montre cet abonnement";
    let html = refused(&answer, StatusCode::CONFLICT, said);
    let stands = hidden(&html, "seen");
    assert_ne!(stands, seen, "what stands is shown");
    assert!(html.contains("value=\"busy_only\" selected"), "{html}");
    let again = [
        WHOSE,
        ("feed", &*feed),
        ("seen", &*stands),
        ("detail", "initials"),
    ];
    let answer = browser.post("/api/set_feed_detail", &again).await;
    done(&mut browser, answer, "C’est enregistré").await;
}

#[rstest]
#[case::a_weekday_that_is_none("weekly", "7", StatusCode::BAD_REQUEST, "")]
#[case::another_kind("yearly", "1", StatusCode::BAD_REQUEST, "")]
#[case::no_such_day_between("weekly", "1", StatusCode::UNPROCESSABLE_ENTITY, "Aucun des jours")]
#[tokio::test]
async fn hours_on_no_day_are_refused(
    #[case] kind: &str,
    #[case] weekday: &str,
    #[case] status: StatusCode,
    #[case] said: &str,
) {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    let place = of.place.id.to_string();
    let form = [
        WHOSE,
        ("place", &*place),
        ("kind", kind),
        ("weekdays[]", "5"),
        ("weekdays[]", weekday),
        ("every", "1"),
        ("first", "2026-11-29"),
        ("until", "2026-11-29"),
        ("from_1", "09:00"),
        ("to_1", "10:00"),
    ];
    let answer = browser.post("/api/publish_hours", &form).await;
    refused(&answer, status, said);
}
