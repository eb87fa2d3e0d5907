//! Every fault at every stage of the dialogue: what becomes of the mail then, and once the
//! server is well again.

use std::sync::{Arc, Mutex};

use backend::{
    mail::{NotSent, Trouble},
    store::jobs,
    testing::{Kind, TestBackend, TestPractice},
};
use chrono::TimeDelta;
use rstest::rstest;

use crate::server::Server;

const TUESDAY: &str = "2026-11-24T08:00:00Z";

/// The reason that stands in the row of the one job that did not go.
async fn stored_error(test: &TestBackend, practice: &TestPractice) -> String {
    let mut db = test.store().read().await.unwrap();
    let rows = jobs::not_sent(&mut db, practice.practice.id, test.undelivered())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].last_error.clone().unwrap()
}

fn trouble(trouble: Trouble, code: Option<u16>) -> String {
    NotSent {
        trouble,
        smtp_code: code,
    }
    .to_string()
}

#[rstest]
#[case::refused("refuse", Trouble::Unreachable, None)]
#[case::silent("connect hang", Trouble::Slow, None)]
#[case::closed_at_once("connect close", Trouble::Cut, None)]
#[case::too_busy("connect 421", Trouble::NotNow, Some(421))]
#[case::not_for_us("connect 554", Trouble::SenderRefused, Some(554))]
#[case::hello_hangs("ehlo hang", Trouble::Slow, None)]
#[case::hello_cut("ehlo close", Trouble::Cut, None)]
#[case::hello_refused("ehlo 550", Trouble::SenderRefused, Some(550))]
#[case::sender_later("mail 451", Trouble::NotNow, Some(451))]
#[case::sender_refused("mail 550", Trouble::SenderRefused, Some(550))]
#[case::sign_in_first("mail 530", Trouble::SenderRefused, Some(530))]
#[case::sender_hangs("mail hang", Trouble::Slow, None)]
#[case::sender_cut("mail close", Trouble::Cut, None)]
#[case::garbage("mail garbage", Trouble::Garbled, None)]
#[case::greylisted("rcpt 450", Trouble::NotNow, Some(450))]
#[case::relay_denied("rcpt 554 5.7.1", Trouble::SenderRefused, Some(554))]
#[case::relay_not_permitted("rcpt 550 relay not permitted", Trouble::SenderRefused, Some(550))]
#[case::no_relay_of_qmail(
    "rcpt 553 not in my rcpthosts (#5.7.1)",
    Trouble::SenderRefused,
    Some(553)
)]
#[case::a_line_without_an_end("mail endless", Trouble::Cut, None)]
#[case::sender_of_another_step("mail 354", Trouble::Garbled, Some(354))]
#[case::recipient_of_another_step("rcpt 354", Trouble::Garbled, Some(354))]
#[case::data_done_already("data 250", Trouble::Garbled, Some(250))]
#[case::text_of_another_step("after 354", Trouble::Unanswered, Some(354))]
#[case::recipient_hangs("rcpt hang", Trouble::Slow, None)]
#[case::recipient_cut("rcpt close", Trouble::Cut, None)]
#[case::data_later("data 421", Trouble::NotNow, Some(421))]
#[case::data_hangs("data hang", Trouble::Slow, None)]
#[case::data_cut("data close", Trouble::Cut, None)]
#[case::text_later("after 451", Trouble::NotNow, Some(451))]
#[tokio::test]
async fn what_passes_is_tried_again_and_arrives_once(
    #[case] fault: &str,
    #[case] expected: Trouble,
    #[case] code: Option<u16>,
) {
    let mut server = Server::start(&[]);
    let test = TestBackend::with_mailer(Kind::Sqlite, server.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, TUESDAY).await.unwrap();
    server.does(fault);
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!((ran.retried, ran.all()), (1, 1));
    let said = stored_error(&test, &practice).await;
    assert_eq!(said, trouble(expected, code));

    server.does("accept");
    test.clock.advance(TimeDelta::seconds(10));
    assert_eq!(test.run_due_jobs().await.unwrap().done, 1);
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
    let kept: Vec<_> = server
        .mails()
        .into_iter()
        .filter(|mail| mail.kept)
        .collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].to, ["zoe@example.org"]);
    assert_eq!(kept[0].from, "rdv@mail.example.org");
    assert_eq!(kept[0].hello, "rdv.example.org");
    assert!(kept[0].ascii && kept[0].crlf);
}

#[rstest]
#[case::no_such_user("rcpt 550", Trouble::RecipientRefused, 550)]
#[case::unknown_behind_a_relay(
    "rcpt 550 5.1.1 User unknown in relay recipient table of 185.7.1.2",
    Trouble::RecipientRefused,
    550
)]
#[case::mailbox_full("rcpt 552", Trouble::RecipientRefused, 552)]
#[case::no_valid_recipient("data 554", Trouble::TextRefused, 554)]
#[case::taken_for_spam("after 554", Trouble::TextRefused, 554)]
#[tokio::test]
async fn what_does_not_pass_is_given_up_at_once(
    #[case] fault: &str,
    #[case] expected: Trouble,
    #[case] code: u16,
) {
    let mut server = Server::start(&[]);
    let test = TestBackend::with_mailer(Kind::Sqlite, server.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, TUESDAY).await.unwrap();
    server.does(fault);
    assert_eq!(test.run_due_jobs().await.unwrap().failed, 1);
    // The server repeated the address in its answer; nothing of that is kept.
    let said = stored_error(&test, &practice).await;
    assert_eq!(said, trouble(expected, Some(code)));
    server.does("accept");
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
    assert!(!server.mails().iter().any(|mail| mail.kept));
}

#[rstest]
#[tokio::test]
async fn only_a_mail_that_may_have_been_kept_is_sent_twice_and_with_one_message_id(
    #[values("after hang", "after close")] fault: &str,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let mut server = Server::start(&[]);
    let test = TestBackend::with_mailer(kind, server.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, TUESDAY).await.unwrap();
    server.does(fault);
    assert_eq!(test.run_due_jobs().await.unwrap().retried, 1);
    let said = stored_error(&test, &practice).await;
    assert_eq!(said, trouble(Trouble::Unanswered, None));
    server.does("accept");
    test.clock.advance(TimeDelta::seconds(10));
    assert_eq!(test.run_due_jobs().await.unwrap().done, 1);
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].message_id, mails[1].message_id);
    let host = mails[0].message_id.trim_end_matches('>').split('@').nth(1);
    assert_eq!(host, Some("rdv.example.org"));
}

#[tokio::test]
async fn one_refused_recipient_stops_no_other() {
    let mut server = Server::start(&[]);
    let test = TestBackend::with_mailer(Kind::Sqlite, server.mailer()).await;
    let practice = test.practice().await;
    server.does("rcpt 550");
    test.hold(&practice, TUESDAY).await.unwrap();
    test.run_due_jobs().await.unwrap();
    server.does("accept");
    for hour in [9, 10] {
        let start = format!("2026-11-24T{hour:02}:00:00Z");
        test.hold(&practice, &start).await.unwrap();
    }
    assert_eq!(test.run_due_jobs().await.unwrap().done, 2);
    assert_eq!(server.mails().len(), 2);
}

/// What was logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_holds_a_name_an_address_or_a_code() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let mut server = Server::start(&[]);
    let test = TestBackend::with_mailer(Kind::Sqlite, server.mailer()).await;
    let practice = test.practice().await;
    let mut codes = Vec::new();
    for (hour, fault) in [(8, "rcpt 550"), (9, "after close"), (10, "accept")] {
        server.does(fault);
        let start = format!("2026-11-24T{hour:02}:00:00Z");
        let held = test.hold(&practice, &start).await.unwrap();
        codes.push(test.code_of(&held).await);
        test.run_due_jobs().await.unwrap();
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for told in ["recipient_refused 550", "unanswered", "mail sent"] {
        assert!(logged.contains(told), "{told} is not in the log");
    }
    for code in codes {
        assert!(!logged.contains(&code), "a code is in the log");
    }
    for personal in ["zoe@", "Zoé", "Đặng", "612345678"] {
        assert!(!logged.contains(personal), "{personal} is in the log");
    }
}
