//! A practice whose places go by several clocks: wherever a slot or a visit is said, its hour is
//! that of its place, with whose it is, or the page names the clock by which all of it goes.

use backend::{
    office::{
        hours::{Days, HoursForm},
        places::PlaceForm,
    },
    testing::{Kind, TestPractice, hour},
};
use chrono::{TimeDelta, Weekday};
use domain::{
    access::{Actor, Member, Role},
    opening_hours::WallRange,
};
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{owner_of, page, refused},
    support::TestSite,
};

const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";
const PATIENTS: &str = "/praticiens/camille-lefevre-tour";
/// Monday 2026-11-23, 11 h 20 on Réunion, and 8 h 20 in Paris.
const THERE: &str = "2026-11-23T07:20:00Z";
const CLOCK: &str = "heure de La Réunion";

async fn opens_on_reunion(site: &TestSite, of: &TestPractice) {
    let owner = Actor::Member(Member {
        account: site.backend.new_id(),
        practice: of.practice.id,
        role: Role::Owner,
        agendas: Vec::new(),
    });
    let place = PlaceForm {
        name: "Annexe".parse().unwrap(),
        address: "1 rue Neuve\n97400 Saint-Denis".parse().unwrap(),
        town: "Saint-Denis".parse().unwrap(),
        zone: "Indian/Reunion".parse().unwrap(),
    };
    // The oldest place is the main one.
    site.backend.clock.advance(TimeDelta::seconds(1));
    let hours = HoursForm {
        place: site.backend.create_place(&owner, place).await.unwrap(),
        days: Days::Weekly {
            weekdays: vec![Weekday::Mon],
            every: 1,
            first: "2026-11-23".parse().unwrap(),
            until: None,
        },
        ranges: vec![WallRange::new(hour(11), hour(12)).unwrap()],
        reasons: vec![],
    };
    let whose = of.practitioner.id;
    site.backend
        .publish_hours(&owner, whose, hours)
        .await
        .unwrap();
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
