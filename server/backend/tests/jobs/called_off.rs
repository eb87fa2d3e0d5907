//! A visit that is called off around its confirmation: what she is told, and what her calendar is.

use std::sync::Arc;

use backend::{
    jobs::queue::LEASE,
    mail::{Trouble, mailbox::LocalMail},
    testing::{Kind, TestBackend},
};
use chrono::TimeDelta;
use i18n::Lang;
use rstest::rstest;

use crate::postman::{Accepted, Does, Postman};

const TUESDAY: &str = "2026-11-24T08:00:00Z";

/// What each mail that was accepted asks of a calendar, in their order.
fn methods(postman: &Postman) -> Vec<Option<&'static str>> {
    let method = |mail: &Accepted| {
        ["REQUEST", "CANCEL"]
            .into_iter()
            .find(|method| mail.message.contains(&format!("method={method}")))
    };
    postman.accepted().iter().map(method).collect()
}

/// Books a visit whose code was never mailed; answers its link.
async fn booked(test: &TestBackend) -> String {
    let practice = test.practice().await;
    let token = test.book(&practice, TUESDAY).await;
    test.run_sql("delete from jobs where kind = 'send_code'")
        .await
        .unwrap();
    token
}

#[rstest]
#[case(Lang::Fr, "La confirmation n’était pas encore partie")]
#[case(Lang::En, "The confirmation had not been sent yet")]
#[tokio::test]
async fn a_visit_called_off_before_its_confirmation_went_is_told_in_words_alone(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] lang: Lang,
    #[case] said: &str,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let mut request = test.hold_request(&practice, TUESDAY);
    request.lang = lang;
    let held = test.backend().hold(request).await.unwrap();
    let code = test.code_of(&held).await;
    let token = test.confirm(&held.token, &code).await.unwrap();
    test.cancel_by_link(&token).await.unwrap();
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!((ran.done, ran.retried), (1, 0), "at once");
    let mails: Vec<LocalMail> = test.sent_mails().await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.calendar, None);
    assert!(mail.text.contains(said), "{}", mail.text);
    assert!(mail.html.contains(said), "{}", mail.html);
    assert!(!mail.text.contains("invite.ics") && !mail.html.contains("invite.ics"));
    test.clock.advance(TimeDelta::days(1));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
}

#[rstest]
#[case::never_had_the_text(Trouble::NotNow, &[None])]
#[case::unreachable(Trouble::Unreachable, &[None])]
#[case::may_have_arrived(Trouble::Unanswered, &[Some("CANCEL")])]
#[tokio::test]
async fn a_calendar_is_told_only_of_what_it_may_have_been_asked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] first: Trouble,
    #[case] expected: &[Option<&str>],
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let token = booked(&test).await;
    postman.refuses(first);
    assert_eq!(test.run_due_jobs().await.unwrap().retried, 1);
    // What comes after does not make the first try forgotten.
    postman.refuses(Trouble::Unreachable);
    test.clock.advance(TimeDelta::minutes(1));
    assert_eq!(test.run_due_jobs().await.unwrap().retried, 1);
    postman.does(Does::Accept);
    test.cancel_by_link(&token).await.unwrap();
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(test.run_due_jobs().await.unwrap().done, 1);
    assert_eq!(methods(&postman), expected);
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
}

#[rstest]
#[tokio::test]
async fn a_cancellation_waits_while_the_confirmation_is_on_its_way(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let token = booked(&test).await;
    postman.does(Does::Hang);
    let backend = test.backend();
    let on_its_way = tokio::spawn(async move { backend.run_due_jobs().await });
    while postman.tried() == 0 {
        tokio::task::yield_now().await;
    }
    test.cancel_by_link(&token).await.unwrap();

    // Neither worker has anything to send yet, however often they look.
    postman.does(Does::Accept);
    for _ in 0..3 {
        test.run_due_jobs().await.unwrap();
        assert_eq!(methods(&postman), []);
        test.clock.advance(TimeDelta::seconds(10));
    }

    // The first dies, its lease runs out: whether the invitation went is not known.
    on_its_way.abort();
    assert!(on_its_way.await.is_err());
    for _ in 0..3 {
        test.clock.advance(LEASE);
        test.run_due_jobs().await.unwrap();
    }
    assert_eq!(methods(&postman), [Some("CANCEL")]);
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
}

#[rstest]
#[tokio::test]
async fn a_lease_of_a_clock_that_was_wrong_holds_no_cancellation_back(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let token = booked(&test).await;
    postman.does(Does::Hang);
    test.clock.advance(TimeDelta::hours(2));
    let backend = test.backend();
    let on_its_way = tokio::spawn(async move { backend.run_due_jobs().await });
    while postman.tried() == 0 {
        tokio::task::yield_now().await;
    }
    on_its_way.abort();
    assert!(on_its_way.await.is_err());
    test.clock.advance(TimeDelta::hours(-2));
    postman.does(Does::Accept);

    test.cancel_by_link(&token).await.unwrap();
    test.run_due_jobs().await.unwrap();
    assert_eq!(methods(&postman), [], "somebody seems to send it");
    test.clock.advance(LEASE);
    test.run_due_jobs().await.unwrap();
    assert_eq!(methods(&postman), [Some("CANCEL")]);
}

#[rstest]
#[tokio::test]
async fn an_invitation_that_is_sent_meanwhile_comes_before_the_cancellation(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let token = booked(&test).await;
    let gate = Arc::new(tokio::sync::Notify::new());
    postman.does(Does::AcceptAndHang);
    let (backend, open) = (test.backend(), Arc::clone(&gate));
    let sending = tokio::spawn(async move {
        tokio::select! {
            ran = backend.run_due_jobs() => { ran.unwrap(); }
            () = open.notified() => {}
        }
    });
    while postman.tried() == 0 {
        tokio::task::yield_now().await;
    }
    test.cancel_by_link(&token).await.unwrap();
    postman.does(Does::Accept);
    test.run_due_jobs().await.unwrap();
    assert_eq!(methods(&postman), [Some("REQUEST")], "it is still out");
    gate.notify_one();
    sending.await.unwrap();
    for _ in 0..3 {
        test.clock.advance(LEASE);
        test.run_due_jobs().await.unwrap();
    }
    assert_eq!(methods(&postman), [Some("REQUEST"), Some("CANCEL")]);
}
