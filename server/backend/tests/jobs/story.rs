//! A booking from its code to its cancellation, as the mails tell it.

use backend::{
    jobs::queue::Ran,
    mail::mailbox::LocalMail,
    testing::{Kind, TestBackend, instant, linter},
};
use chrono::TimeDelta;
use domain::appointment::CancelledBy;
use i18n::Lang;
use rstest::rstest;

const TUESDAY: &str = "2026-11-24T08:00:00Z";

fn done(number: usize) -> Ran {
    Ran {
        done: number,
        ..Ran::default()
    }
}

fn discarded(number: usize) -> Ran {
    Ran {
        discarded: number,
        ..Ran::default()
    }
}

/// The secret part of the visit's link in a mail.
fn link_in(mail: &LocalMail) -> String {
    let start = "https://rdv.example.org/rdv/";
    let after = mail.text.split_once(start).expect("a link").1;
    after.lines().next().unwrap().to_owned()
}

async fn last_mail(test: &TestBackend, subject: &str) -> LocalMail {
    let mails = test.sent_mails().await;
    let mut found = mails
        .into_iter()
        .filter(|mail| mail.subject.contains(subject));
    let mail = found.next_back();
    mail.unwrap_or_else(|| panic!("no mail with {subject:?}"))
}

#[rstest]
#[tokio::test]
async fn the_mails_of_a_booking_lead_through_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    assert_eq!(test.run_due_jobs().await.unwrap(), done(0));

    let held = test.hold(&practice, TUESDAY).await.unwrap();
    assert_eq!(test.run_due_jobs().await.unwrap(), done(1));
    let code = last_mail(&test, "code de réservation").await.code.unwrap();
    test.confirm(&held.token, &code).await.unwrap();
    test.clock.advance(TimeDelta::seconds(30));
    assert_eq!(test.run_due_jobs().await.unwrap(), done(1));

    let confirmation = last_mail(&test, "confirmé").await;
    assert_eq!(confirmation.to, "zoe@example.org");
    assert_eq!(
        confirmation.from,
        "Cabinet de la Tour <rdv@mail.example.org>"
    );
    assert_eq!(confirmation.date, instant("2026-11-22T08:00:30Z"));
    let token = link_in(&confirmation);
    let visit = test.visit(&token).await.unwrap().visit;
    assert_eq!(visit.appointment.interval.start(), instant(TUESDAY));

    test.clock.advance(TimeDelta::hours(1));
    test.cancel_by_link(&token).await.unwrap();
    test.cancel_by_link(&token).await.unwrap();
    assert_eq!(test.run_due_jobs().await.unwrap(), done(1));
    let cancellation = last_mail(&test, "annulé").await;

    let read = |mail: &LocalMail| {
        let file = mail.calendar.clone().unwrap();
        linter::invitation(file.as_bytes()).unwrap_or_else(|faults| panic!("{faults:#?}"))
    };
    let (put_in, taken_out) = (read(&confirmation), read(&cancellation));
    assert_eq!(put_in.text("METHOD").as_deref(), Some("REQUEST"));
    assert_eq!(taken_out.text("METHOD").as_deref(), Some("CANCEL"));
    let (put_in, taken_out) = (&put_in.events[0], &taken_out.events[0]);
    for same in [
        "UID",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "ORGANIZER",
        "ATTENDEE",
    ] {
        assert_eq!(put_in.line(same), taken_out.line(same), "{same}");
    }
    assert_eq!(put_in.text("SEQUENCE").as_deref(), Some("0"));
    assert_eq!(taken_out.text("SEQUENCE").as_deref(), Some("1"));
    assert_eq!(put_in.start, instant(TUESDAY));

    test.clock.advance(TimeDelta::days(5));
    assert_eq!(test.run_due_jobs().await.unwrap(), done(0));
    assert_eq!(test.sent_mails().await.len(), 3, "and nothing twice");
}

#[tokio::test]
async fn she_is_written_to_in_her_language() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let practice = test.practice().await;
    let mut request = test.hold_request(&practice, TUESDAY);
    request.lang = Lang::En;
    let held = test.backend().hold(request).await.unwrap();
    test.confirm(&held.token, &test.code_of(&held).await)
        .await
        .unwrap();
    test.run_due_jobs().await.unwrap();
    last_mail(&test, "Appointment confirmed").await;
}

#[rstest]
#[tokio::test]
async fn a_code_is_mailed_again_when_she_asks(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, TUESDAY).await.unwrap();
    test.run_due_jobs().await.unwrap();
    assert!(test.resend_code(&held.token).await.unwrap());
    test.run_due_jobs().await.unwrap();
    let mails = test.sent_mails().await;
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].code, mails[1].code);
    assert_ne!(mails[0].id, mails[1].id);
}

#[rstest]
#[tokio::test]
async fn a_late_code_is_not_mailed(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, TUESDAY).await.unwrap();
    test.clock.set(held.until);
    assert_eq!(test.run_due_jobs().await.unwrap(), discarded(1));

    let held = test.hold(&practice, TUESDAY).await.unwrap();
    test.clock.set(held.until - TimeDelta::seconds(1));
    assert_eq!(test.run_due_jobs().await.unwrap(), done(1));
}

#[rstest]
#[tokio::test]
async fn a_code_that_was_used_is_not_mailed(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.book(&practice, TUESDAY).await;
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!((ran.done, ran.discarded), (1, 1), "only the confirmation");
    last_mail(&test, "confirmé").await;
}

#[rstest]
#[tokio::test]
async fn a_confirmation_of_a_cancelled_visit_is_not_mailed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let token = test.book(&practice, TUESDAY).await;
    test.cancel_by_link(&token).await.unwrap();
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!((ran.done, ran.discarded), (1, 1), "the code was used");
    let mails = test.sent_mails().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].subject.contains("annulé"), "{}", mails[0].subject);
}

#[rstest]
#[tokio::test]
async fn nobody_is_told_of_a_visit_that_has_begun(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.book(&practice, TUESDAY).await;
    test.clock.set(instant(TUESDAY));
    assert_eq!(test.run_due_jobs().await.unwrap(), discarded(2));
    assert!(test.sent_mails().await.is_empty());
}

#[rstest]
#[case(CancelledBy::Patient, "Comme vous l’avez demandé")]
#[case(CancelledBy::Practice, "Le cabinet a dû annuler")]
#[tokio::test]
async fn a_cancellation_says_who_cancelled(#[case] by: CancelledBy, #[case] said: &str) {
    let test = TestBackend::new(Kind::Sqlite).await;
    let practice = test.practice().await;
    let token = test.book(&practice, TUESDAY).await;
    test.run_due_jobs().await.unwrap();
    match by {
        CancelledBy::Patient => test.cancel_by_link(&token).await.unwrap(),
        CancelledBy::Practice => {
            let visit = test.visit(&token).await.unwrap().visit.appointment;
            let owner = crate::failing::owner(&test, visit.practice);
            test.cancel_by_practice(&owner, visit.id).await.unwrap();
        }
    }
    test.run_due_jobs().await.unwrap();
    let mail = last_mail(&test, "annulé").await;
    assert!(mail.text.contains(said), "{}", mail.text);
}

#[rstest]
#[case::on_her_way(TimeDelta::minutes(5), (1, 0))]
#[case::over(TimeDelta::hours(2), (0, 1))]
#[tokio::test]
async fn a_visit_that_the_practice_calls_off_when_it_has_begun_is_told_of_until_it_ends(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] sent_after: TimeDelta,
    #[case] (done, discarded): (usize, usize),
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let token = test.book(&practice, TUESDAY).await;
    test.run_due_jobs().await.unwrap();
    let visit = test.visit(&token).await.unwrap().visit.appointment;
    test.clock
        .set(visit.interval.start() + TimeDelta::minutes(1));
    let owner = crate::failing::owner(&test, visit.practice);
    test.cancel_by_practice(&owner, visit.id).await.unwrap();
    test.clock.set(visit.interval.start() + sent_after);
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!((ran.done, ran.discarded, ran.failed), (done, discarded, 0));
    if done > 0 {
        let mail = last_mail(&test, "annulé").await;
        assert!(
            mail.calendar
                .is_some_and(|ics| ics.contains("METHOD:CANCEL"))
        );
    }
}

#[tokio::test]
async fn the_mailbox_shows_the_newest_first_and_only_while_mails_go_to_a_folder() {
    let test = TestBackend::new(Kind::Sqlite).await;
    assert_eq!(test.mailbox().await.unwrap(), Some(Vec::new()));
    let practice = test.practice().await;
    let held = test.hold(&practice, TUESDAY).await.unwrap();
    test.run_due_jobs().await.unwrap();
    test.clock.advance(TimeDelta::seconds(5));
    test.confirm(&held.token, &test.code_of(&held).await)
        .await
        .unwrap();
    test.run_due_jobs().await.unwrap();
    let mails = test.mailbox().await.unwrap().unwrap();
    let subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert!(subjects[0].contains("confirmé") && subjects[1].contains("code"));
    assert!(mails[0].html.contains("<h1"));

    let mut settings = test.settings().clone();
    settings.smtp_url = "smtp://127.0.0.1:9".parse().unwrap();
    let random = backend::clock::SystemRandom;
    let clock = std::sync::Arc::clone(&test.clock);
    let elsewhere = backend::Backend::open(settings, clock, std::sync::Arc::new(random))
        .await
        .unwrap();
    assert_eq!(elsewhere.mailbox().await.unwrap(), None);
}

#[tokio::test]
async fn a_folder_holds_whole_mails_only() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let practice = test.practice().await;
    let folder = test.folder.path().join("mail");
    // Where the folder should be is a file: a full disk or a wrong path.
    std::fs::write(&folder, "").unwrap();
    test.hold(&practice, TUESDAY).await.unwrap();
    assert_eq!(test.run_due_jobs().await.unwrap().retried, 1);
    std::fs::remove_file(&folder).unwrap();
    test.clock.advance(TimeDelta::seconds(10));
    assert_eq!(test.run_due_jobs().await.unwrap(), done(1));
    let names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].ends_with(".eml"), "{names:?}");
}
