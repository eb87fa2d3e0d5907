//! A practice whose places go by several clocks: wherever a slot or a visit is said, its hour is
//! that of its place, with whose it is, or the page names the clock by which all of it goes.

use backend::{
    office::{
        hours::{Days, HoursForm},
        places::PlaceForm,
    },
    testing::{Kind, TestPractice},
};
use chrono::{TimeDelta, Weekday};
use domain::opening_hours::WallRange;
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{done, owner_of, page, refused},
    support::{Browser, TestSite},
};

const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";
const PATIENTS: &str = "/praticiens/camille-lefevre-tour";
/// Monday 2026-11-23, 11 h 20 on Réunion, and 8 h 20 in Paris.
const THERE: &str = "2026-11-23T07:20:00Z";
const CLOCK: &str = "heure de La Réunion";

async fn opens_on_reunion(site: &TestSite, of: &TestPractice) {
    let days = Days::Weekly {
        weekdays: vec![Weekday::Mon],
        every: 1,
        first: "2026-11-23".parse().unwrap(),
        until: None,
    };
    open_at(site, of, "Indian/Reunion", days, ["11:00", "12:00"]).await;
}

/// Opens a second place, and hours there.
async fn open_at(site: &TestSite, of: &TestPractice, zone: &str, days: Days, range: [&str; 2]) {
    let owner = site.backend.owner_without_account(of);
    let place = PlaceForm {
        name: "Annexe".parse().unwrap(),
        address: "1 rue Neuve\n97400 Saint-Denis".parse().unwrap(),
        town: "Saint-Denis".parse().unwrap(),
        zone: zone.parse().unwrap(),
    };
    let [from, to] = range.map(|hour| hour.parse().unwrap());
    // The oldest place is the main one.
    site.backend.clock.advance(TimeDelta::seconds(1));
    let hours = HoursForm {
        place: site.backend.create_place(&owner, place).await.unwrap(),
        days,
        ranges: vec![WallRange::new(from, to).unwrap()],
        reasons: vec![],
    };
    let whose = of.practitioner.id;
    site.backend
        .publish_hours(&owner, whose, hours)
        .await
        .unwrap();
}

/// Hours in Papeete, eleven hours behind Paris, and a visit that begins there at 12:50: on the agenda
/// of Paris they are of the night to the day after.
#[rstest]
#[tokio::test]
async fn hours_of_a_place_whose_day_is_another_stand_where_their_visits_do(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let days = Days::Once {
        day: "2026-11-24".parse().unwrap(),
    };
    open_at(&site, &of, "Pacific/Tahiti", days, ["12:10", "14:00"]).await;
    site.backend.book(&of, "2026-11-24T22:50:00Z").await;

    let day = async |browser: &mut Browser<'_>, date: &str| {
        page(browser, &format!("{AGENDA}?vue=jour&date={date}")).await
    };
    let evening = day(&mut browser, "2026-11-24").await;
    let hours = "23\u{a0}h\u{a0}10\u{a0}–\u{a0}24\u{a0}h (12\u{a0}h\u{a0}10\u{a0}–\u{a0}13\u{a0}h, heure de Tahiti)";
    assert!(evening.contains(hours), "{evening}");
    assert!(evening.contains("23\u{a0}h\u{a0}50"), "{evening}");
    assert!(!evening.contains("jusqu’à"), "{evening}");
    let night = day(&mut browser, "2026-11-25").await;
    let hours = "0\u{a0}h\u{a0}–\u{a0}1\u{a0}h (13\u{a0}h\u{a0}–\u{a0}14\u{a0}h, heure de Tahiti)";
    assert!(night.contains(hours), "{night}");
    assert!(night.contains("jusqu’à 0\u{a0}h\u{a0}10"), "{night}");
    let before = day(&mut browser, "2026-11-23").await;
    assert!(!before.contains("heure de Tahiti"), "{before}");
}

/// What a page says of the slot behind a link, as far as the next one.
fn said_of<'a>(html: &'a str, start: &str) -> &'a str {
    let link = format!("debut={start}\"");
    let (_, said) = html.split_once(&link).unwrap_or_else(|| panic!("{html}"));
    said.split("</a>").next().unwrap()
}

#[rstest]
#[tokio::test]
async fn an_hour_is_said_by_the_clock_of_its_place(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    opens_on_reunion(&site, &of).await;

    // Both weeks, and the forms behind them.
    let (patients, staff) = (
        format!("{PATIENTS}?motif=consultation"),
        format!("{AGENDA}/nouveau-rendez-vous?motif=consultation"),
    );
    for path in [&patients, &staff] {
        let html = page(&mut browser, path).await;
        assert!(html.contains(&format!("Matin, Annexe ({CLOCK})")), "{html}");
        assert!(html.contains("sauf mention contraire"), "{html}");
        let said = said_of(&html, THERE);
        assert!(said.contains("11\u{a0}h\u{a0}20"), "{path}: {said}");
    }
    let forms = [
        format!("{PATIENTS}/rendez-vous?motif=consultation&debut={THERE}"),
        format!("{AGENDA}/nouveau-rendez-vous?motif=consultation&debut={THERE}"),
    ];
    for path in &forms {
        let html = page(&mut browser, path).await;
        assert!(html.contains("11\u{a0}h\u{a0}20"), "{path}: {html}");
        assert!(html.contains(CLOCK), "{path}: {html}");
        assert!(!html.contains("8\u{a0}h\u{a0}20"), "{path}: {html}");
    }

    // The one of the form is gone: what is offered instead is said by the clock of its place.
    site.backend.book(&of, THERE).await;
    for path in &forms {
        let html = refused(
            &browser.get(path).await,
            StatusCode::CONFLICT,
            "Ce créneau n’est plus libre",
        );
        for said in [
            "11\u{a0}h\u{a0}40 (heure de La Réunion)",
            "9\u{a0}h (heure de Paris)",
        ] {
            assert!(html.contains(said), "{path}, {said}: {html}");
        }
    }

    // The grid of an agenda goes by one clock, and names it; beside it stands that of the place.
    let html = page(
        &mut browser,
        &format!("{AGENDA}?vue=semaine&date=2026-11-23"),
    )
    .await;
    assert!(html.contains("8\u{a0}h\u{a0}20"), "{html}");
    assert!(
        html.contains("11\u{a0}h\u{a0}20, heure de La Réunion"),
        "{html}"
    );
    for path in [
        &*format!("{AGENDA}?vue=semaine&date=2026-11-23"),
        "/agenda/journal",
    ] {
        let html = page(&mut browser, path).await;
        let named = "Heures de cette page\u{a0}: heure de Paris";
        assert!(html.contains(named), "{path}: {html}");
    }
}

/// Monday from 9 to 12 h: in Réunion that is from 6 to 9 h in Paris.
#[rstest]
#[tokio::test]
async fn an_absence_says_that_it_goes_by_the_clock_of_each_place(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    let (of, mut browser) = owner_of(&site).await;
    let each = "une absence suit l’heure locale de chaque lieu";
    let absences = format!("{AGENDA}/absences");
    assert!(!page(&mut browser, &absences).await.contains(each));
    opens_on_reunion(&site, &of).await;
    assert!(page(&mut browser, &absences).await.contains(each));
    site.backend.book(&of, THERE).await;
    let week = format!("{PATIENTS}?motif=consultation&semaine=2026-11-23");
    let free = "debut=2026-11-23T07:00:00Z";
    assert!(page(&mut browser, &week).await.contains(free));
    let agenda = format!("{AGENDA}?vue=jour&date=2026-11-23");
    let open = "Ouvert\u{a0}: 8\u{a0}h";
    assert!(page(&mut browser, &agenda).await.contains(open));

    let form = [
        ("practitioner", "camille-lefevre-tour"),
        ("first_day", "2026-11-23"),
        ("from", "09:00"),
        ("last_day", "2026-11-23"),
        ("to", "12:00"),
        ("note", "Formation"),
    ];
    let answer = browser.post("/api/announce_absence", &form).await;
    let html = done(&mut browser, answer, "L’absence est annoncée").await;
    for said in [
        "Un rendez-vous est prévu",
        "11\u{a0}h\u{a0}20 (heure de La Réunion)",
        each,
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    let html = page(&mut browser, &week).await;
    assert!(!html.contains(free), "{html}");

    let html = page(&mut browser, &agenda).await;
    let closed = "Absence\u{a0}: Formation (11\u{a0}h\u{a0}–\u{a0}12\u{a0}h, heure de La Réunion)";
    assert!(html.contains(closed), "{html}");
    assert!(!html.contains(open), "{html}");
}
