//! A visit in the hour that autumn repeats: page, mail, invitation and feed mean the same of the
//! two, and those for people say which.

use backend::testing::{Kind, TestPractice, hour, instant, linter};
use chrono::NaiveTime;
use domain::{
    feed::Detail,
    links,
    opening_hours::{OpeningHours, Recurrence, WallRange},
};
use http::StatusCode;
use rstest::rstest;

use super::{TestSite, form_of};

/// Half past two in Paris on 25 October 2026, twice: the instant, what a page says to programs,
/// and what tells the hours apart.
const TWICE: [(&str, &str, &str); 2] = [
    ("2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00", "UTC+2"),
    ("2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00", "UTC+1"),
];

/// Opens that night, in visits of twenty minutes from half past one on.
async fn opens_at_night(site: &TestSite, of: &TestPractice) {
    let (practice, place, practitioner) = of.ids();
    let from = NaiveTime::from_hms_opt(1, 30, 0).unwrap();
    let hours = OpeningHours {
        id: site.backend.new_id(),
        place,
        recurrence: Recurrence::Once {
            day: "2026-10-25".parse().unwrap(),
        },
        range: WallRange::new(from, hour(4)).unwrap(),
        reasons: Vec::new(),
    };
    let now = site.backend.now();
    let mut tx = site.backend.store().begin().await.unwrap();
    backend::store::availability::insert_hours(&mut tx, practice, practitioner, &hours, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The address of a feed of that agenda.
async fn feed(site: &TestSite, of: &TestPractice) -> String {
    let owner = site.backend.owner_without_account(of);
    let whose = of.practitioner.id;
    let made = site
        .backend
        .create_feed(&owner, whose, Detail::BusyOnly)
        .await;
    links::feed(&made.unwrap().token)
}

#[rstest]
#[tokio::test]
async fn of_two_equal_hours_every_page_mail_and_calendar_means_the_one_that_was_booked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let site = TestSite::on(kind).await;
    site.backend.clock.set(instant("2026-10-20T08:00:00Z"));
    let of = site.backend.practice().await;
    opens_at_night(&site, &of).await;
    let feed = feed(&site, &of).await;

    let mut visits = Vec::new();
    for ((start, machine, offset), (.., other)) in TWICE.into_iter().zip([TWICE[1], TWICE[0]]) {
        let form = site.get(&form_of(start)).await;
        assert_eq!(form.status, StatusCode::OK, "{start}: {}", form.text());
        let mut pages = vec![form.text()];
        let visit = site.booked(start).await;
        for end in ["", "?nouveau", "/annuler"] {
            pages.push(site.get(&format!("{visit}{end}")).await.text());
        }
        for page in pages {
            let said = format!("datetime=\"{machine}\"");
            assert!(page.contains(&said), "{start}: {said} in {page}");
            let is_told = page.contains(&format!("heure de Paris, {offset}"));
            assert!(is_told && !page.contains(other), "{start}: {page}");
        }
        visits.push(visit);
    }

    site.backend.run_due_jobs().await.unwrap();
    let mails = site.backend.sent_mails().await;
    assert_eq!(mails.len(), 2, "one confirmation each");
    let file = site.get(&feed).await;
    let shown = linter::feed(&file.body).unwrap().events;
    assert_eq!(shown.len(), 2, "{}", file.text());
    for ((start, _, offset), (visit, event)) in TWICE.into_iter().zip(visits.iter().zip(&shown)) {
        let instant = instant(start);
        assert_eq!(event.start, instant);
        let said = format!("dimanche 25 octobre 2026 à 2 h 30 (heure de Paris, {offset})");
        let mail = mails
            .iter()
            .find(|mail| mail.text.replace('\u{a0}', " ").contains(&said));
        let mail = mail.unwrap_or_else(|| panic!("{said} in {mails:?}"));
        assert!(mail.text.contains(visit.as_str()), "{}", mail.text);
        assert!(mail.html.contains(offset), "{}", mail.html);

        let uid = format!("UID:{}", event.text("UID").unwrap());
        let starts = format!("DTSTART:{}", instant.format("%Y%m%dT%H%M%SZ"));
        let invitation = mail.calendar.clone().unwrap();
        let file = site.get(&format!("{visit}/rendez-vous.ics")).await.text();
        for calendar in [invitation, file] {
            for line in [&uid, &starts] {
                assert!(calendar.contains(line), "{line} in {calendar}");
            }
        }
    }
}
