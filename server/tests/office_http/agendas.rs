//! Opening hours, absences and reasons: written down, shown, taken back.

use backend::testing::Kind;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{done, hidden, owner_of, page, refused},
    support::TestSite,
};

const WHOSE: (&str, &str) = ("practitioner", "camille-lefevre-tour");
const HOURS: &str = "/agenda/praticiens/camille-lefevre-tour/plages";
const ABSENCES: &str = "/agenda/praticiens/camille-lefevre-tour/absences";
const REASONS: &str = "/agenda/praticiens/camille-lefevre-tour/motifs";
/// The public page of the week after the clock of the tests.
const WEEK: &str = "/praticiens/camille-lefevre-tour?motif=consultation&semaine=2026-11-23";

#[tokio::test]
async fn hours_of_some_weekdays_are_published_and_offered() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    let place = of.place.id.to_string();
    let form = [
        WHOSE,
        ("place", &place),
        ("kind", "weekly"),
        ("weekdays[]", "5"),
        ("weekdays[]", "6"),
        ("first", "2026-11-23"),
        ("until", ""),
        ("every", "1"),
        ("day", ""),
        ("from_1", "08:00"),
        ("to_1", "08:40"),
        ("from_2", ""),
        ("to_2", ""),
        ("from_3", ""),
        ("to_3", ""),
    ];
    let answer = browser.post("/api/publish_hours", &form).await;
    let html = done(&mut browser, answer, "Les horaires sont publiés").await;
    assert!(html.contains("samedi, dimanche"), "{html}");
    let public = site.get(WEEK).await.text();
    assert!(
        public.contains("debut=2026-11-28T07:00:00Z"),
        "Saturday: {public}"
    );
    assert!(
        public.contains("debut=2026-11-29T07:20:00Z"),
        "Sunday: {public}"
    );
}

#[tokio::test]
async fn hours_of_one_day_are_published_and_withdrawn() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    let place = of.place.id.to_string();
    let form = [
        WHOSE,
        ("place", &place),
        ("kind", "once"),
        ("day", "28/11/2026"),
        ("from_1", "9 h"),
        ("to_1", "9h20"),
    ];
    let answer = browser.post("/api/publish_hours", &form).await;
    let html = done(&mut browser, answer, "Les horaires sont publiés").await;
    assert!(html.contains("samedi 28\u{a0}novembre 2026"), "{html}");
    assert!(site.get(WEEK).await.text().contains("2026-11-28T08:00:00Z"));
    // The only line with a single day, hence with a button of its own, stands last.
    let row = html.rsplit("<tr>").next().unwrap();
    let hours = hidden(row, "hours[]");
    let nobody = "01a167c6-2000-7000-8000-000000000000";
    let with = |other| [WHOSE, ("hours[]", hours.as_str()), ("hours[]", other)];
    let answer = browser.post("/api/delete_hours", &with(nobody)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(
        site.get(WEEK).await.text().contains("2026-11-28T08:00:00Z"),
        "all of them or none"
    );
    let answer = browser.post("/api/delete_hours", &with(&hours)).await;
    done(&mut browser, answer, "Les horaires sont retirés").await;
    assert!(!site.get(WEEK).await.text().contains("2026-11-28T08:00:00Z"));
    let answer = browser
        .post("/api/delete_hours", &[WHOSE, ("hours[]", &hours)])
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "they are gone");
}

#[rstest]
#[tokio::test]
async fn hours_that_make_no_sense_are_refused_and_kept(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let place = of.place.id.to_string();
    let before = page(&mut browser, HOURS).await.matches("<tr>").count();
    let base = [
        WHOSE,
        ("place", &place),
        ("kind", "weekly"),
        ("first", "2026-11-23"),
    ];
    let cases: [(&[(&str, &str)], &str); 7] = [
        (
            &[
                ("every", "1"),
                ("weekdays[]", "1"),
                ("from_1", "09:00"),
                ("to_1", "09:00"),
            ],
            "L’heure de fin",
        ),
        (
            &[
                ("every", "1"),
                ("weekdays[]", "1"),
                ("from_1", "18:00"),
                ("to_1", "09:00"),
            ],
            "L’heure de fin",
        ),
        (
            &[
                ("every", "1"),
                ("weekdays[]", "1"),
                ("from_1", "09:00"),
                ("to_1", ""),
            ],
            "Saisissez une heure",
        ),
        (
            &[("every", "1"), ("from_1", "09:00"), ("to_1", "12:00")],
            "Choisissez au moins un jour",
        ),
        (
            &[("every", "1"), ("weekdays[]", "1")],
            "Donnez au moins une plage",
        ),
        (
            &[
                ("every", "60"),
                ("weekdays[]", "1"),
                ("from_1", "09:00"),
                ("to_1", "12:00"),
            ],
            "52 semaines",
        ),
        (
            &[
                ("every", "1"),
                ("weekdays[]", "1"),
                ("from_1", "09:00"),
                ("to_1", "12:00"),
                ("from_2", "11:00"),
                ("to_2", "13:00"),
            ],
            "se chevauchent",
        ),
    ];
    for (more, said) in cases {
        let form: Vec<_> = base.iter().chain(more).copied().collect();
        let answer = browser.post("/api/publish_hours", &form).await;
        let html = refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, said);
        for (name, value) in more.iter().filter(|(name, _)| name.starts_with("from")) {
            let input = html.split(&format!("name=\"{name}\"")).nth(1).unwrap();
            let input = input.split('>').next().unwrap();
            assert!(
                input.contains(&format!("value=\"{value}\"")),
                "{name}: {input}"
            );
        }
    }
    let after = page(&mut browser, HOURS).await.matches("<tr>").count();
    assert_eq!(before, after);
}

#[tokio::test]
async fn an_absence_hides_its_slots_and_names_whom_to_call() {
    let site = TestSite::new().await;
    let (of, mut browser) = owner_of(&site).await;
    site.backend.book(&of, "2026-11-24T08:00:00Z").await;
    assert!(site.get(WEEK).await.text().contains("2026-11-24T08:20:00Z"));
    let form = [
        WHOSE,
        ("first_day", "2026-11-24"),
        ("last_day", "2026-11-24"),
        ("note", "Formation"),
    ];
    let answer = browser.post("/api/announce_absence", &form).await;
    let html = done(&mut browser, answer, "L’absence est annoncée").await;
    for told in ["Un rendez-vous est prévu", "Zoé Đặng", "tel:+33612345678"] {
        assert!(html.contains(told), "{told}: {html}");
    }
    let public = site.get(WEEK).await.text();
    assert!(!public.contains("2026-11-24T"), "{public}");
    assert!(!public.contains("Formation"), "the note is the practice's");

    let list = page(&mut browser, ABSENCES).await;
    assert!(list.contains("le mardi 24\u{a0}novembre 2026"), "{list}");
    let absence = hidden(&list, "absence");
    let answer = browser
        .post("/api/delete_absence", &[WHOSE, ("absence", &absence)])
        .await;
    done(&mut browser, answer, "L’absence est retirée").await;
    assert!(site.get(WEEK).await.text().contains("2026-11-24T08:20:00Z"));
}

#[rstest]
#[tokio::test]
async fn an_absence_that_makes_no_sense_is_refused_and_kept(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    let cases = [
        ("2026-11-26", "2026-11-24", "La fin doit venir après"),
        ("2026-11-01", "2026-11-02", "déjà passée"),
        ("2026-02-30", "2026-03-02", "Saisissez le jour"),
        ("", "2026-12-02", "Saisissez le jour"),
        // With hours: the clock skips them that night.
        ("2027-03-28", "2027-03-28", "saute ces heures ce jour-là"),
    ];
    for (first, last, said) in cases {
        let skipped = first == "2027-03-28";
        let form = [
            WHOSE,
            ("first_day", first),
            ("from", if skipped { "02:10" } else { "" }),
            ("last_day", last),
            ("to", if skipped { "02:40" } else { "" }),
            ("note", "Congé d’hiver"),
        ];
        let answer = browser.post("/api/announce_absence", &form).await;
        let html = refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, said);
        assert!(html.contains(&format!("value=\"{last}\"")), "{html}");
        assert!(html.contains("value=\"Congé d’hiver\""), "{html}");
    }
}

#[tokio::test]
async fn an_absence_in_the_hour_that_autumn_repeats_says_which_of_the_two() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    for (first, from, last, to, said) in [
        (
            "2027-10-31",
            "02:15",
            "2027-10-31",
            "02:45",
            "2\u{a0}h\u{a0}15 (UTC+2)\u{a0}–\u{a0}2\u{a0}h\u{a0}45 (UTC+1)",
        ),
        (
            "2027-10-30",
            "22:00",
            "2027-10-31",
            "02:30",
            "au dimanche 31\u{a0}octobre 2027 à 2\u{a0}h\u{a0}30 (UTC+1)",
        ),
    ] {
        let form = [
            WHOSE,
            ("first_day", first),
            ("from", from),
            ("last_day", last),
            ("to", to),
        ];
        let answer = browser.post("/api/announce_absence", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let list = page(&mut browser, ABSENCES).await;
        assert!(list.contains(said), "{said}: {list}");
    }
}

#[tokio::test]
async fn midnight_on_the_last_of_several_days_is_where_it_begins() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    for (first, from, last, to, said) in [
        (
            "2027-05-11",
            "23:50",
            "2027-05-12",
            "00:00",
            "au mercredi 12\u{a0}mai 2027 à 0\u{a0}h",
        ),
        (
            "2027-06-11",
            "23:50",
            "2027-06-12",
            "24:00",
            "au dimanche 13\u{a0}juin 2027 à 0\u{a0}h",
        ),
        (
            "2027-07-12",
            "12:00",
            "2027-07-12",
            "00:00",
            "au mardi 13\u{a0}juillet 2027 à 0\u{a0}h",
        ),
    ] {
        let form = [
            WHOSE,
            ("first_day", first),
            ("from", from),
            ("last_day", last),
            ("to", to),
        ];
        let answer = browser.post("/api/announce_absence", &form).await;
        let html = done(&mut browser, answer, "L’absence est annoncée").await;
        assert!(html.contains(said), "{said}: {html}");
    }
}

fn reason<'a>(name: &'a str, length: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        WHOSE,
        ("reason", ""),
        ("name", name),
        ("length", length),
        ("step", "10"),
        ("buffer_before", "0"),
        ("buffer_after", "5"),
        ("min_notice", "2"),
        ("horizon", "30"),
        ("cancel_deadline", "48"),
        ("audience", "everyone"),
        ("birth_date", "yes"),
        ("instructions", "Apportez le carnet."),
    ]
}

#[tokio::test]
async fn a_reason_is_written_down_changed_and_put_away() {
    let site = TestSite::new().await;
    let (_, mut browser) = owner_of(&site).await;
    let answer = browser
        .post("/api/save_reason", &reason("Vaccination", "10"))
        .await;
    done(&mut browser, answer, "Le motif est enregistré").await;
    let public = site.get("/praticiens/camille-lefevre-tour").await.text();
    assert!(public.contains("Vaccination"), "{public}");

    let form = page(&mut browser, &format!("{REASONS}?motif=vaccination")).await;
    for kept in ["value=\"48\"", "value=\"30\"", "Apportez le carnet."] {
        assert!(form.contains(kept), "{kept}: {form}");
    }
    let mut changed = reason("Vaccin", "15");
    changed[1] = ("reason", "vaccination");
    let seen = hidden(&form, "seen");
    changed.push(("seen", &seen));
    let answer = browser.post("/api/save_reason", &changed).await;
    done(&mut browser, answer, "Le motif est enregistré").await;

    let answer = browser
        .post("/api/archive_reason", &[WHOSE, ("reason", "vaccination")])
        .await;
    let html = done(&mut browser, answer, "Le motif est retiré").await;
    assert!(!html.contains("Vaccin"), "{html}");
    let public = site.get("/praticiens/camille-lefevre-tour").await.text();
    assert!(!public.contains("Vaccin"), "{public}");
}

#[rstest]
#[tokio::test]
async fn numbers_of_a_reason_that_make_no_sense_are_refused_and_kept(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (_, mut browser) = owner_of(&site).await;
    let cases = [
        ("length", "0", "Choisissez une durée de 5 à 480"),
        ("length", "10000", "Choisissez une durée de 5 à 480"),
        ("length", "2147483648", "Saisissez un nombre entier"),
        ("length", "vingt", "Saisissez un nombre entier"),
        ("step", "0", "Choisissez une durée de 5 à 480"),
        ("step", "100000", "Choisissez une durée de 5 à 480"),
        ("min_notice", "721", "de 0 à 720 heures"),
        ("horizon", "0", "de 1 à 366 jours"),
        ("horizon", "2147483647", "de 1 à 366 jours"),
        ("cancel_deadline", "-1", "de 0 à 720 heures"),
        ("name", " ", "Ce champ est à remplir"),
    ];
    for (name, value, said) in cases {
        let mut form = reason("Bilan annuel", "30");
        for field in &mut form {
            if field.0 == name {
                field.1 = value;
            }
        }
        let answer = browser.post("/api/save_reason", &form).await;
        let html = refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, said);
        assert!(
            html.contains(&format!("value=\"{value}\"")),
            "{name}: {html}"
        );
        assert!(html.contains("Apportez le carnet."), "{html}");
    }
    assert!(!page(&mut browser, REASONS).await.contains("Bilan annuel"));
}
