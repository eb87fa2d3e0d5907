//! Mails that do not go: tried again, given up in time, shown to the practice.

use backend::{
    Error,
    jobs::{self, queue::Ran},
    mail::{NotSent, Trouble},
    store::jobs::NewJob,
    testing::{Kind, TestBackend, instant, zoe},
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Member, Role},
    ids::{PracticeId, PractitionerId},
};
use rstest::rstest;

use crate::postman::{Does, Postman};

const TUESDAY: &str = "2026-11-24T08:00:00Z";
const NEXT_MONTH: &str = "2026-12-22T08:00:00Z";

/// The owner of a practice.
pub(crate) fn owner(test: &TestBackend, practice: PracticeId) -> Actor {
    member(test, practice, Role::Owner, Vec::new())
}

fn member(
    test: &TestBackend,
    practice: PracticeId,
    role: Role,
    agendas: Vec<PractitionerId>,
) -> Actor {
    Actor::Member(Member {
        account: test.new_id(),
        practice,
        role,
        agendas,
    })
}

fn refused(code: u16) -> Does {
    Does::Refuse(NotSent {
        trouble: Trouble::RecipientRefused,
        smtp_code: Some(code),
    })
}

/// Runs what is due until nothing waits any more; answers at which seconds from now it was tried.
async fn run_to_the_end(test: &TestBackend, postman: &Postman) -> Vec<i64> {
    let start = test.now();
    let mut tries = Vec::new();
    loop {
        let next = jobs_next_due(test).await;
        let Some(next) = next else { return tries };
        test.clock.set(next.max(test.now()));
        let before = postman.tried();
        test.run_due_jobs().await.unwrap();
        if postman.tried() > before {
            tries.push((test.now() - start).num_seconds());
        }
    }
}

async fn jobs_next_due(test: &TestBackend) -> Option<chrono::DateTime<chrono::Utc>> {
    let mut db = test.store().read().await.unwrap();
    backend::store::jobs::next_due(&mut db).await.unwrap()
}

#[rstest]
#[tokio::test]
async fn a_code_is_tried_until_its_hold_ends(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    postman.refuses(Trouble::Unreachable);
    test.hold(&practice, TUESDAY).await.unwrap();
    let tries = run_to_the_end(&test, &postman).await;
    assert_eq!(&tries[..6], [0, 10, 30, 70, 130, 190]);
    assert!(tries.iter().all(|seconds| *seconds < 15 * 60), "{tries:?}");
    assert_eq!(tries.last(), Some(&(190 + 11 * 60)));

    let failed = test
        .failed_mails(&owner(&test, practice.practice.id))
        .await
        .unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].kind, jobs::Kind::SendCode);
    assert_eq!(failed[0].why, Some(Trouble::Unreachable.into()));
}

#[rstest]
#[tokio::test]
async fn a_confirmation_is_tried_for_three_days_and_then_shown(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    let ours = owner(&test, practice.practice.id);
    test.book(&practice, NEXT_MONTH).await;
    postman.refuses(Trouble::Unreachable);
    let booked_at = test.now();
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!((ran.retried, ran.discarded), (1, 1));
    assert!(
        test.failed_mails(&ours).await.unwrap().is_empty(),
        "a hiccup"
    );

    test.clock.advance(TimeDelta::minutes(15));
    test.run_due_jobs().await.unwrap();
    let trying = test.failed_mails(&ours).await.unwrap();
    assert_eq!(trying.len(), 1);
    assert!(trying[0].still_tried);
    assert!(
        matches!(
            test.patient_was_phoned(&ours, trying[0].job).await,
            Err(Error::ChangedMeanwhile)
        ),
        "it may still go"
    );

    let tries = run_to_the_end(&test, &postman).await;
    let gaps: Vec<_> = tries.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(gaps.iter().all(|gap| *gap <= 15 * 60), "{gaps:?}");
    let three_days = booked_at + jobs::GIVE_UP_AFTER;
    assert!(test.now() < three_days && three_days - test.now() <= TimeDelta::minutes(15));

    let failed = test.failed_mails(&ours).await.unwrap();
    let [mail] = &failed[..] else {
        panic!("{failed:?}");
    };
    assert!(!mail.still_tried);
    assert_eq!(mail.kind, jobs::Kind::Confirm);
    assert_eq!(mail.why, Some(Trouble::Unreachable.into()));
    assert_eq!(mail.start, instant(NEXT_MONTH));
    assert_eq!(mail.since, booked_at);
    assert_eq!(mail.patient, "Zoé Đặng");
    assert_eq!(mail.phone, zoe().phone);
    assert_eq!(mail.practitioner.id, practice.practitioner.id);
    assert_eq!(mail.place.id, practice.place.id);

    test.patient_was_phoned(&ours, mail.job).await.unwrap();
    assert!(test.failed_mails(&ours).await.unwrap().is_empty());
    assert!(test.patient_was_phoned(&ours, mail.job).await.is_err());
}

#[rstest]
#[tokio::test]
async fn six_hours_without_a_server_lose_nothing_and_repeat_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    postman.refuses(Trouble::NotNow);
    for hour in [8, 9, 10, 13, 14, 15] {
        test.book(&practice, &format!("2026-12-22T{hour:02}:00:00Z"))
            .await;
        test.run_due_jobs().await.unwrap();
        test.clock.advance(TimeDelta::hours(1));
        test.run_due_jobs().await.unwrap();
    }
    assert!(postman.accepted().is_empty());
    postman.does(Does::Accept);
    // At most a quarter of an hour later everything is there.
    test.clock.advance(TimeDelta::minutes(15));
    test.run_due_jobs().await.unwrap();
    run_to_the_end(&test, &postman).await;
    let accepted = postman.accepted();
    let with_invitation = accepted
        .iter()
        .filter(|mail| mail.message.contains("method=REQUEST"));
    assert_eq!(with_invitation.count(), 6, "each confirmation");
    assert_eq!(accepted.len(), 6, "once, and no code that is of no use");
}

#[rstest]
#[tokio::test]
async fn a_mail_that_may_have_arrived_is_sent_three_times_and_no_more(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    test.book(&practice, NEXT_MONTH).await;
    postman.refuses(Trouble::Unanswered);
    let before = postman.tried();
    run_to_the_end(&test, &postman).await;
    // The code of the hold is of no use any more.
    assert_eq!(postman.tried() - before, 3);
    let failed = test
        .failed_mails(&owner(&test, practice.practice.id))
        .await
        .unwrap();
    let why = failed[0].why.unwrap();
    assert!(why.trouble.may_have_arrived() && !failed[0].still_tried);
}

#[rstest]
#[tokio::test]
async fn an_address_that_does_not_exist_is_not_tried_again(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    test.book(&practice, TUESDAY).await;
    postman.does(refused(550));
    assert_eq!(test.run_due_jobs().await.unwrap().failed, 1);
    assert_eq!(run_to_the_end(&test, &postman).await, Vec::<i64>::new());
    let failed = test
        .failed_mails(&owner(&test, practice.practice.id))
        .await
        .unwrap();
    assert_eq!(failed[0].why.unwrap().to_string(), "recipient_refused 550");
}

#[rstest]
#[tokio::test]
async fn a_mail_that_panics_is_set_aside_and_stops_no_other(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    postman.does_for("poison@example.org", Does::Panic);
    for (hour, address) in [
        (8, "ada@example.org"),
        (9, "poison@example.org"),
        (10, "bob@example.org"),
    ] {
        let mut request = test.hold_request(&practice, &format!("2026-11-24T{hour:02}:00:00Z"));
        request.patient.email = Some(address.parse().unwrap());
        test.backend().hold(request).await.unwrap();
    }
    // Rows that no version of this program writes.
    for (number, (kind, payload)) in [
        ("remind", "{}"),
        ("confirm", "{"),
        ("confirm", r#"{"appointment":"1"}"#),
        (
            "confirm",
            r#"{"appointment":"019a0000-0000-7000-8000-000000000001"}"#,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let job = NewJob {
            id: test.new_id(),
            practice: practice.practice.id,
            kind,
            payload,
            dedup_key: &format!("odd:{number}"),
            run_at: test.now(),
        };
        let mut tx = test.store().begin().await.unwrap();
        backend::store::jobs::enqueue(&mut tx, &job, test.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let expected = Ran {
        done: 2,
        failed: 4,
        discarded: 1,
        retried: 0,
    };
    assert_eq!(test.run_due_jobs().await.unwrap(), expected);
    let mut to: Vec<_> = postman.accepted().into_iter().map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, ["ada@example.org", "bob@example.org"]);
    let failed = test
        .failed_mails(&owner(&test, practice.practice.id))
        .await
        .unwrap();
    assert_eq!(failed.len(), 1, "only what is about a visit");
    assert_eq!(failed[0].why, Some(Trouble::Panicked.into()));
    assert_eq!(jobs_next_due(&test).await, None);
}

#[rstest]
#[tokio::test]
async fn a_row_that_cannot_be_read_is_set_aside(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, TUESDAY).await.unwrap();
    // What the types refuse and lettre would take.
    test.run_sql("update patients set email = 'zoe@localhost'")
        .await
        .unwrap();
    assert_eq!(test.run_due_jobs().await.unwrap().failed, 1);
    assert_eq!(postman.tried(), 0);
}

#[rstest]
#[tokio::test]
async fn who_has_no_address_has_to_be_phoned(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let token = test.book(&practice, TUESDAY).await;
    test.run_sql("update patients set email = null")
        .await
        .unwrap();
    assert_eq!(test.run_due_jobs().await.unwrap().discarded, 2);
    let ours = owner(&test, practice.practice.id);
    assert!(test.failed_mails(&ours).await.unwrap().is_empty());

    let visit = test.visit(&token).await.unwrap().visit.appointment;
    test.cancel_by_practice(&ours, visit.id).await.unwrap();
    assert_eq!(test.run_due_jobs().await.unwrap().failed, 1);
    let failed = test.failed_mails(&ours).await.unwrap();
    assert_eq!(failed[0].kind, jobs::Kind::NotifyCancel);
    assert_eq!(failed[0].why, Some(Trouble::NoAddress.into()));
}

#[rstest]
#[tokio::test]
async fn only_who_manages_the_agenda_sees_what_did_not_go(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    let other = test.practice_named("lac").await;
    postman.does(refused(550));
    test.book(&practice, TUESDAY).await;
    test.run_due_jobs().await.unwrap();

    let ours = practice.practice.id;
    let her = practice.practitioner.id;
    let sees = [
        owner(&test, ours),
        member(&test, ours, Role::Practitioner, vec![her]),
        member(&test, ours, Role::Secretary, vec![her]),
    ];
    let sees_nothing = [
        owner(&test, other.practice.id),
        member(&test, ours, Role::Secretary, Vec::new()),
        member(&test, other.practice.id, Role::Secretary, vec![her]),
    ];
    let job = test.failed_mails(&sees[0]).await.unwrap()[0].job;
    for actor in &sees {
        assert_eq!(test.failed_mails(actor).await.unwrap().len(), 1);
    }
    for actor in &sees_nothing {
        assert!(test.failed_mails(actor).await.unwrap().is_empty());
        let phoned = test.patient_was_phoned(actor, job).await;
        assert!(matches!(phoned, Err(Error::NotFound)), "{phoned:?}");
    }
    for actor in [Actor::Visitor, Actor::VisitHolder] {
        assert!(matches!(
            test.failed_mails(&actor).await,
            Err(Error::NotFound)
        ));
        assert!(test.patient_was_phoned(&actor, job).await.is_err());
    }
    assert_eq!(test.failed_mails(&sees[0]).await.unwrap().len(), 1);

    test.clock.set(instant(TUESDAY));
    assert!(
        test.failed_mails(&sees[0]).await.unwrap().is_empty(),
        "the visit has begun: phoning comes too late"
    );
}

#[tokio::test]
async fn codes_that_did_not_go_are_shown_for_two_days_and_last() {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(Kind::Sqlite, postman.mailer()).await;
    let practice = test.practice().await;
    let ours = owner(&test, practice.practice.id);
    test.book(&practice, NEXT_MONTH).await;
    postman.does(refused(550));
    test.hold(&practice, "2026-12-21T08:00:00Z").await.unwrap();
    test.run_due_jobs().await.unwrap();
    let kinds = |mails: Vec<backend::jobs::failed::FailedMail>| {
        mails.into_iter().map(|mail| mail.kind).collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(test.failed_mails(&ours).await.unwrap()),
        [jobs::Kind::Confirm, jobs::Kind::SendCode]
    );
    test.clock.advance(TimeDelta::days(2));
    assert_eq!(
        kinds(test.failed_mails(&ours).await.unwrap()),
        [jobs::Kind::Confirm]
    );
}
