//! The practice itself and its places, for its owner.

use backend::testing::Kind;
use domain::access::Role;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{account, done, hidden, owner_of, page, refused, signed_in},
    support::TestSite,
};

const PRACTICE: &str = "/agenda/cabinet";

#[tokio::test]
async fn the_owner_changes_what_the_practice_says_of_itself() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let seen = seen(&page(&mut browser, PRACTICE).await);
    let form = [
        ("seen", &*seen),
        ("name", "Maison de santé"),
        ("phone", "03 89 00 00 00"),
        ("email", "accueil@example.org"),
        ("holidays", "alsace_moselle"),
    ];
    let answer = browser.post("/api/save_practice", &form).await;
    done(&mut browser, answer, "Le cabinet est enregistré").await;
    let public = site.get("/cabinets/cabinet-tour").await.text();
    assert!(public.contains("Maison de santé"), "{public}");
    assert!(public.contains("tel:+33389000000"), "{public}");

    let form = [
        ("name", "Maison"),
        ("phone", "douze"),
        ("email", "x"),
        ("holidays", "france"),
    ];
    let answer = browser.post("/api/save_practice", &form).await;
    let html = refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Saisissez un numéro",
    );
    for kept in ["value=\"Maison\"", "value=\"douze\"", "value=\"x\""] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
}

#[tokio::test]
async fn a_place_is_written_down_and_changed() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let html = page(&mut browser, "/agenda/cabinet?nouveau-lieu=oui").await;
    let (french, others) = (html.find("Indian/Reunion"), html.find("Africa/Casablanca"));
    assert!(
        french.unwrap() < others.unwrap(),
        "the zones of France come first"
    );
    let form = [
        ("place", ""),
        ("place_name", "Annexe"),
        ("address", "1 place du Marché\n97400 Saint-Denis"),
        ("town", "Saint-Denis"),
        ("zone", "Indian/Reunion"),
    ];
    let answer = browser.post("/api/save_place", &form).await;
    let html = done(&mut browser, answer, "Le lieu est enregistré").await;
    assert!(html.contains("heure de La Réunion"), "{html}");

    let edit = html.split("href=\"/agenda/cabinet?lieu=").last().unwrap();
    let id = edit.split('"').next().unwrap().to_owned();
    let mut form = form.to_vec();
    form[0] = ("place", &id);
    form[1] = ("place_name", "Annexe du marché");
    let html = page(&mut browser, &format!("{PRACTICE}?lieu={id}")).await;
    let seen = hidden(&html, "seen");
    form.push(("seen", &seen));
    // It is the main place, where hours are published on the clock of Paris.
    let answer = browser.post("/api/save_place", &form).await;
    let html = refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Des plages sont publiées dans ce lieu",
    );
    assert!(html.contains("id=\"hours_move-0\""), "{html}");
    form.push(("hours_move", "yes"));
    let answer = browser.post("/api/save_place", &form).await;
    let html = done(&mut browser, answer, "Le lieu est enregistré").await;
    assert!(html.contains("Annexe du marché"), "{html}");

    form[1] = ("place_name", "");
    form[4] = ("zone", "Europe/Atlantis");
    let answer = browser.post("/api/save_place", &form).await;
    let html = refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "fuseau horaire de la liste",
    );
    assert!(html.contains("1 place du Marché\n97400"), "{html}");
}

#[rstest]
#[tokio::test]
async fn the_zone_of_a_place_in_use_stays(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, "2026-11-25T09:00:00Z").await;
    let id = of.place.id.to_string();
    let html = page(&mut browser, &format!("{PRACTICE}?lieu={id}")).await;
    let seen = hidden(&html, "seen");
    let form = [
        ("place", &*id),
        ("seen", &*seen),
        ("place_name", "Cabinet"),
        ("address", "3 rue de la Tour"),
        ("town", "Paris"),
        ("zone", "Indian/Reunion"),
    ];
    let answer = browser.post("/api/save_place", &form).await;
    let html = refused(
        &answer,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Le fuseau ne peut pas changer",
    );
    assert!(html.contains("value=\"Indian/Reunion\" selected"), "{html}");
}

/// What a form says that it showed.
fn seen(html: &str) -> String {
    let field = html.split("name=\"seen\" value=\"").nth(1).unwrap();
    field.split('"').next().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn of_two_who_edit_at_once_the_second_is_told_and_keeps_what_she_typed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let place = of.place.id.to_string();
    let reasons = "/agenda/praticiens/camille-lefevre-tour/motifs?motif=consultation";
    let forms = [
        (
            PRACTICE.to_owned(),
            "/api/save_practice",
            "name",
            vec![("phone", "0389000000"), ("holidays", "france")],
        ),
        (
            format!("{PRACTICE}?lieu={place}"),
            "/api/save_place",
            "place_name",
            vec![
                ("place", &*place),
                ("address", "3 rue de la Tour"),
                ("town", "Paris"),
                ("zone", "Europe/Paris"),
            ],
        ),
        (
            reasons.to_owned(),
            "/api/save_reason",
            "name",
            vec![
                ("practitioner", "camille-lefevre-tour"),
                ("reason", "consultation"),
                ("length", "20"),
                ("step", "20"),
                ("buffer_before", "0"),
                ("buffer_after", "0"),
                ("min_notice", "2"),
                ("horizon", "60"),
                ("cancel_deadline", "24"),
                ("audience", "everyone"),
            ],
        ),
    ];
    for (path, action, name, fields) in forms {
        let shown = seen(&page(&mut browser, &path).await);
        let mut form = [fields, vec![(name, "La première"), ("seen", &*shown)]].concat();
        let answer = browser.post(action, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());

        let named = form.len() - 2;
        // A form that comes back because of a field has seen no more than before.
        form[named] = (name, "");
        let answer = browser.post(action, &form).await;
        let html = refused(
            &answer,
            StatusCode::UNPROCESSABLE_ENTITY,
            "Ce champ est à remplir",
        );
        assert_eq!(seen(&html), shown);
        form[named] = (name, "La seconde");
        let answer = browser.post(action, &form).await;
        let html = refused(&answer, StatusCode::CONFLICT, "a modifié cela entre-temps");
        assert!(html.contains("value=\"La seconde\""), "kept: {html}");
        let saved: Vec<_> = html.split("Enregistré à présent").skip(1).collect();
        assert_eq!(saved.len(), 1, "only where it differs: {html}");
        let saved = saved[0].split("</p>").next().unwrap();
        assert!(saved.contains("La première"), "and what is saved: {saved}");
        let stands = page(&mut browser, &path).await;
        assert!(stands.contains("value=\"La première\""), "{stands}");
        assert!(!stands.contains("value=\"La seconde\""), "{stands}");

        // Told of it, she may all the same: the form that came back has seen what stands.
        let again = seen(&html);
        form[named + 1] = ("seen", &again);
        let answer = browser.post(action, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let stands = page(&mut browser, &path).await;
        assert!(stands.contains("value=\"La seconde\""), "{stands}");
    }
}

#[rstest]
#[tokio::test]
async fn the_practice_and_its_places_are_the_owners_only_and_her_journal_tells_who_tried(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut owner) = owner_of(&site).await;
    let id = of.place.id.to_string();
    let of_place = format!("{PRACTICE}?lieu={id}");
    let stands = [
        seen(&page(&mut owner, PRACTICE).await),
        seen(&page(&mut owner, &of_place).await),
    ];
    let practice = vec![
        ("name", "Chez moi"),
        ("phone", "0389000000"),
        ("email", "pirate@example.org"),
        ("holidays", "none"),
    ];
    let place = |id| {
        vec![
            ("place", id),
            ("place_name", "Chez moi"),
            ("address", "x"),
            ("town", "x"),
            ("zone", "Europe/Paris"),
        ]
    };
    for (role, email) in [
        (Role::Practitioner, "tho@example.org"),
        (Role::Secretary, "ines@example.org"),
    ] {
        account(&site, &of, role, email).await;
        let mut browser = signed_in(&site, email).await;
        for path in [PRACTICE, &of_place] {
            let denied = site.backend.denials().await;
            let answer = browser.get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role:?}: {path}");
            let left = site.backend.denials().await - denied;
            assert_eq!(left, 1, "{role:?}: {path}");
        }
        for (action, form) in [
            ("/api/save_practice", practice.clone()),
            ("/api/save_place", place("")),
            ("/api/save_place", place(&*id)),
        ] {
            let denied = site.backend.denials().await;
            let answer = browser.post(action, &form).await;
            let what = format!("{role:?}: {action}: {}", answer.text());
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
            let left = site.backend.denials().await - denied;
            assert_eq!(left, 1, "{what}");
        }
    }
    let journal = page(&mut owner, "/agenda/journal?sujet=refus").await;
    let lines = journal.matches("Accès refusé</th>").count();
    assert_eq!(lines, 2 * 5, "{journal}");
    let still = [
        seen(&page(&mut owner, PRACTICE).await),
        seen(&page(&mut owner, &of_place).await),
    ];
    assert_eq!(stands, still);
    let html = page(&mut owner, PRACTICE).await;
    assert!(!html.contains("Chez moi"), "{html}");
}

/// Signs that mean something in HTML, and a line end at the beginning, which browsers drop.
const SIGNS: &str = "</textarea><b id=x>https://plan.example/?a=b&section=2&copy=1 &amp; &lt;";
const AS_HTML: &str = "\n&lt;/textarea&gt;&lt;b id=x&gt;https://plan.example/?a=b&amp;section=2\
    &amp;copy=1 &amp;amp; &amp;lt;</textarea>";

#[rstest]
#[tokio::test]
async fn what_stands_in_a_field_of_several_lines_is_text(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let place = of.place.id.to_string();
    let html = page(&mut browser, &format!("{PRACTICE}?lieu={place}")).await;
    let seen = hidden(&html, "seen");
    let form = |name| {
        [
            ("place", &*place),
            ("seen", &*seen),
            ("place_name", name),
            ("address", SIGNS),
            ("town", "Paris"),
            ("zone", "Europe/Paris"),
        ]
    };
    let answer = browser.post("/api/save_place", &form("")).await;
    let html = answer.text();
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{html}");
    assert!(html.contains(AS_HTML), "refused: {html}");
    assert!(!html.contains("<b id=x>"), "{html}");
    let answer = browser.post("/api/save_place", &form("Cabinet")).await;
    done(&mut browser, answer, "Le lieu est enregistré").await;
    let html = page(&mut browser, &format!("{PRACTICE}?lieu={place}")).await;
    assert!(html.contains(AS_HTML), "stored: {html}");

    let whose = ("practitioner", of.practitioner.slug.as_str());
    let form = [
        whose,
        ("name", "Vaccination"),
        ("length", "20"),
        ("step", "20"),
        ("buffer_before", "0"),
        ("buffer_after", "0"),
        ("min_notice", "1"),
        ("horizon", "60"),
        ("cancel_deadline", "24"),
        ("audience", "everyone"),
        ("instructions", SIGNS),
    ];
    let answer = browser.post("/api/save_reason", &form).await;
    done(&mut browser, answer, "est enregistré").await;
    let reasons = format!("/agenda/praticiens/{}/motifs", of.practitioner.slug);
    let html = page(&mut browser, &format!("{reasons}?motif=vaccination")).await;
    assert!(html.contains(AS_HTML), "{html}");
}
