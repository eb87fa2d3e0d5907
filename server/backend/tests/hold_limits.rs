//! Stories of limits: what one address, one telephone or a crowd can hold, also when they all
//! ask at the same moment, on two nodes; and a proof of work that serves once.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use backend::{
    Backend, Failure,
    booking::{Held, HoldLimits, HoldRequest},
    challenge::{LIFETIME, PREFIX, ROUNDS},
    retention::HousekeepingReport,
    store::{availability, practices, reasons},
    testing::{Kind, TestBackend, TestPractice, hour, instant, solved, somebody, zoe},
};
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use domain::{
    booking::{BookingRefusal, HOLD},
    holding::Network,
    opening_hours::{OpeningHours, Recurrence, WallRange},
    people::Patient,
    practice::Practitioner,
    visit_reason::VisitReason,
};
use rstest::rstest;
use tokio::sync::Barrier;

/// The slots of the Monday: 9 h to 12 h and 14 h to 18 h in Paris, each twenty minutes.
fn monday() -> Vec<DateTime<Utc>> {
    let from = |start: &str, count| {
        let start = instant(start);
        (0..count).map(move |n| start + TimeDelta::minutes(20 * n))
    };
    from("2026-11-23T08:00:00Z", 9)
        .chain(from("2026-11-23T13:00:00Z", 12))
        .collect()
}

fn asks(
    test: &TestBackend,
    practice: &TestPractice,
    start: DateTime<Utc>,
    patient: Patient,
    limits: HoldLimits,
) -> HoldRequest {
    HoldRequest {
        patient,
        limits,
        ..test.hold_request(practice, &start.to_rfc3339())
    }
}

/// The wait that was answered, or what was held.
fn wait(answer: Result<Held, Failure<BookingRefusal>>) -> Result<Held, u32> {
    match answer {
        Ok(held) => Ok(held),
        Err(Failure::Refused(BookingRefusal::TooManyHolds { wait })) => Err(wait),
        Err(other) => panic!("{other:?}"),
    }
}

/// All at the same moment, each on the node at its place; answers how many held a slot.
async fn at_once(asked: Vec<(Backend, HoldRequest)>) -> usize {
    let start = Arc::new(Barrier::new(asked.len()));
    let clients: Vec<_> = asked
        .into_iter()
        .map(|(node, request)| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                wait(node.hold(request).await).is_ok()
            })
        })
        .collect();
    let mut held = 0;
    for client in clients {
        held += usize::from(client.await.unwrap());
    }
    held
}

/// One more practitioner in the same practice, with the hours and the reason of the first.
async fn colleague(test: &TestBackend, practice: &TestPractice, name: &str) -> TestPractice {
    let (practice_id, place, _) = practice.ids();
    let practitioner = Practitioner {
        id: test.new_id(),
        slug: name.parse().unwrap(),
        ..practice.practitioner.clone()
    };
    let reason = VisitReason {
        id: test.new_id(),
        ..practice.reason.clone()
    };
    let now = test.now();
    let mut tx = test.store().begin().await.unwrap();
    practices::insert_practitioner(&mut tx, practice_id, &practitioner, now)
        .await
        .unwrap();
    reasons::insert(&mut tx, practice_id, practitioner.id, &reason, now)
        .await
        .unwrap();
    let hours = OpeningHours {
        id: test.new_id(),
        place,
        recurrence: Recurrence::weekly(Weekday::Mon, 1, now.date_naive(), None).unwrap(),
        range: WallRange::new(hour(9), hour(18)).unwrap(),
        reasons: Vec::new(),
    };
    availability::insert_hours(&mut tx, practice_id, practitioner.id, &hours, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    TestPractice {
        practitioner,
        reason,
        ..practice.clone()
    }
}

#[rstest]
#[tokio::test]
async fn a_third_open_hold_of_an_address_waits_until_one_is_confirmed_or_runs_out(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let slots = monday();
    let ask = |n: usize| {
        let other_phone = Patient {
            phone: somebody(n).phone,
            ..zoe()
        };
        asks(
            &test,
            &practice,
            slots[n],
            other_phone,
            HoldLimits::WithoutProof,
        )
    };
    let first = test.backend().hold(ask(0)).await.unwrap();
    test.clock.advance(TimeDelta::minutes(5));
    test.backend().hold(ask(1)).await.unwrap();
    assert_eq!(wait(test.backend().hold(ask(2)).await), Err(10));

    let code = test.code_of(&first).await;
    test.confirm(&first.token, &code).await.unwrap();
    test.backend()
        .hold(ask(2))
        .await
        .expect("one was confirmed");
    assert_eq!(wait(test.backend().hold(ask(3)).await), Err(15));
    test.clock.advance(HOLD);
    test.backend().hold(ask(3)).await.expect("both ran out");
}

#[rstest]
#[tokio::test]
async fn a_network_with_a_share_of_its_own_is_not_kept_out_by_what_others_hold(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let slots = monday();
    let ask = |n: usize, own_share| HoldRequest {
        network: Network {
            own_share,
            ..Network::default()
        },
        ..asks(&test, &practice, slots[n], zoe(), HoldLimits::WithoutProof)
    };
    for n in 0..2 {
        test.backend().hold(ask(n, false)).await.unwrap();
    }
    assert_eq!(wait(test.backend().hold(ask(2, false)).await), Err(15));
    let hers = test.backend().hold(ask(2, true)).await.unwrap();
    let code = test.code_of(&hers).await;
    test.confirm(&hers.token, &code).await.unwrap();
    // The day is everybody's: what holds may take of it they take together.
    let mut held = 2;
    for n in 3..21 {
        held += usize::from(test.backend().hold(ask(n, true)).await.is_ok());
    }
    assert_eq!(held, 6, "a third of the twenty that are not booked");
}

#[rstest]
#[tokio::test]
async fn what_was_asked_for_within_the_hour_counts_when_it_ran_out_too(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let ask = |slot: usize| {
        let start = monday()[slot];
        asks(&test, &practice, start, zoe(), HoldLimits::WithoutProof)
    };
    for round in 0..4 {
        for slot in 0..2 {
            test.backend().hold(ask(slot)).await.unwrap();
        }
        if round < 3 {
            test.clock.advance(HOLD);
            test.housekeeping().await.unwrap();
        }
    }
    test.clock.advance(TimeDelta::minutes(14));
    assert_eq!(wait(test.backend().hold(ask(3)).await), Err(1));
    test.clock.advance(TimeDelta::minutes(1));
    test.backend()
        .hold(ask(3))
        .await
        .expect("the first was an hour ago");
}

#[rstest]
#[tokio::test]
async fn what_staff_booked_for_somebody_does_not_count(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let slots = monday();
    for start in &slots[..8] {
        test.book(&practice, &start.to_rfc3339()).await;
    }
    let ask = || asks(&test, &practice, slots[9], zoe(), HoldLimits::WithoutProof);
    assert_eq!(wait(test.backend().hold(ask()).await), Err(60));
    // A visit that was never a hold is one of the office's.
    test.run_sql("update appointments set hold_hash = null")
        .await
        .unwrap();
    test.backend().hold(ask()).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_clients_with_one_address_hold_two_slots_in_a_practice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    // An agenda each, so that no agenda's lock puts them in a line; two nodes.
    let nodes = [test.backend(), test.reopen().await];
    let mut colleagues = Vec::new();
    for n in 0..12 {
        colleagues.push(colleague(&test, &practice, &format!("alex-{n}")).await);
    }
    let first = asks(
        &test,
        &practice,
        monday()[0],
        zoe(),
        HoldLimits::WithoutProof,
    );
    test.backend().hold(first).await.unwrap();
    let asked = colleagues
        .iter()
        .enumerate()
        .map(|(n, whom)| {
            let start = monday()[n % 9];
            let request = asks(&test, whom, start, zoe(), HoldLimits::WithoutProof);
            (nodes[n % 2].clone(), request)
        })
        .collect();
    assert_eq!(at_once(asked).await, 1, "and one is held already");
}

#[rstest]
#[case::without_proof(false, 7)]
#[case::with_proof(true, 10)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_addresses_at_once_leave_the_rest_of_a_day_free(
    #[case] proved: bool,
    #[case] most: usize,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let nodes = [test.backend(), test.reopen().await];
    let mut asked = Vec::new();
    for (n, start) in monday().into_iter().enumerate() {
        let limits = if proved {
            test.proved().await
        } else {
            HoldLimits::WithoutProof
        };
        let request = asks(&test, &practice, start, somebody(n), limits);
        asked.push((nodes[n % 2].clone(), request));
    }
    assert_eq!(asked.len(), 21);
    assert_eq!(at_once(asked).await, most);

    let (who, why) = (&practice.practitioner.slug, &practice.reason.slug);
    let day = instant("2026-11-23T08:00:00Z").date_naive();
    let free = test.find_slots(who, why, day, day).await.unwrap().slots;
    assert_eq!(free.len(), 21 - most);
}

#[rstest]
#[tokio::test]
async fn a_proof_serves_for_one_hold_and_is_kept_by_a_refusal(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let challenge = test.challenge_of(1, "");
    let solution = solved(&challenge);
    let proof = test.proof(&challenge, &solution).await.unwrap().unwrap();
    let ask = |n: usize, start| {
        let limits = HoldLimits::WithProof(proof.clone());
        asks(&test, &practice, start, somebody(n), limits)
    };
    let closed = instant("2026-11-28T08:00:00Z");
    let refused = test.backend().hold(ask(0, closed)).await;
    assert!(matches!(
        refused,
        Err(Failure::Refused(BookingRefusal::Gone { .. }))
    ));
    assert!(test.proof(&challenge, &solution).await.unwrap().is_some());
    let same = test.challenge_again(&challenge.text).await.unwrap();
    assert_eq!(same, challenge, "work done is not lost");

    test.backend().hold(ask(0, monday()[0])).await.unwrap();
    assert_eq!(test.proof(&challenge, &solution).await.unwrap(), None);
    let next = test.challenge_again(&challenge.text).await.unwrap();
    assert_ne!(next.nonce, challenge.nonce);
    // Who had it checked before it was used up, on another node.
    assert_eq!(wait(test.backend().hold(ask(1, monday()[1])).await), Err(1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_proof_sent_many_times_at_once_serves_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let colleague = colleague(&test, &practice, "alex").await;
    let nodes = [test.backend(), test.reopen().await];
    let limits = test.proved().await;
    let asked = monday()
        .into_iter()
        .take(8)
        .enumerate()
        .map(|(n, start)| {
            let whom = [&practice, &colleague][n % 2];
            let request = asks(&test, whom, start, somebody(n), limits.clone());
            (nodes[n / 2 % 2].clone(), request)
        })
        .collect();
    assert_eq!(at_once(asked).await, 1);
}

#[rstest]
#[tokio::test]
async fn a_challenge_is_read_for_ever_and_proves_for_four_hours(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let challenge = test.challenge_of(1, "");
    let solution = solved(&challenge);
    assert_eq!(challenge.shown_at, test.now());
    let spent = test.proof(&challenge, &solution).await.unwrap().unwrap();
    let limits = HoldLimits::WithProof(spent);
    let request = asks(&test, &practice, monday()[0], zoe(), limits);
    test.backend().hold(request).await.unwrap();
    let again = solved(&test.challenge_of(1, ""));

    test.clock.advance(LIFETIME - TimeDelta::seconds(1));
    test.housekeeping().await.unwrap();
    assert_eq!(test.proof(&challenge, &solution).await.unwrap(), None);
    test.clock.advance(TimeDelta::seconds(1));
    let forgotten = HousekeepingReport {
        challenges_removed: 1,
        ..HousekeepingReport::default()
    };
    let report = test.housekeeping().await.unwrap();
    assert_eq!(
        HousekeepingReport {
            holds_removed: 0,
            patients_removed: 0,
            ..report
        },
        forgotten
    );
    assert_eq!(
        test.proof(&challenge, &solution).await.unwrap(),
        None,
        "forgotten and too old at the same second"
    );
    let late = test.read_challenge(&challenge.text).unwrap();
    assert_eq!(late, challenge);
    assert_eq!(test.proof(&late, &again).await.unwrap(), None);
}

#[tokio::test]
async fn a_challenge_is_read_only_as_this_instance_wrote_it() {
    let (test, other) = (
        TestBackend::new(Kind::Sqlite).await,
        TestBackend::new(Kind::Sqlite).await,
    );
    let text = test.challenge_of(1, "").text;
    assert!(test.read_challenge(&text).is_some());
    // Both keys come from the same seed in tests; another instance has another one.
    other
        .run_sql("update settings set value = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' where name = 'secret'")
        .await
        .unwrap();
    let other = other.reopen().await;
    let shown = format!("\"shown\":{}", test.now().timestamp());
    assert!(text.contains(&shown), "{text}");
    for forged in [
        other.challenge_of(1, "").text,
        text.replace(&shown, "\"shown\":0"),
        text.replace("\"cost\":1,", "\"cost\":0,"),
        text.replace("\"keyPrefix\":\"\"", "\"keyPrefix\":\"0\""),
        text.replace("\"signature\"", "\"signed\""),
        text.replace("}", ""),
        "null".to_owned(),
        "[".repeat(50_000),
        String::new(),
    ] {
        assert_ne!(forged, text);
        assert_eq!(test.read_challenge(&forged), None, "{forged:.80}");
    }
}

#[tokio::test]
async fn a_proof_is_a_counter_with_its_key() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let challenge = test.challenge_of(2, "0");
    let solution = solved(&challenge);
    assert!(test.proof(&challenge, &solution).await.unwrap().is_some());
    let (counter, key) = solution.split_once('.').unwrap();
    let next = counter.parse::<u32>().unwrap() + 1;
    for wrong in [
        String::new(),
        ".".to_owned(),
        format!("{counter}."),
        format!("{counter}.{}", key.replace('0', "1")),
        format!("{next}.{key}"),
        format!("-1.{key}"),
        format!("{}.{key}", u64::MAX),
        format!("{counter}.{}", "é".repeat(32)),
        solved(&test.challenge_of(2, "0")),
    ] {
        let answer = test.proof(&challenge, &wrong).await.unwrap();
        assert_eq!(answer, None, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_form_carries_a_challenge_of_a_thousand_rounds_with_one_chance_in_256() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let challenge = test.new_challenge();
    assert_eq!((challenge.rounds, &*challenge.prefix), (ROUNDS, PREFIX));
    assert_eq!((ROUNDS, PREFIX), (1_000, "00"));
    let easier = solved(&test.challenge_of(1, ""));
    assert_eq!(test.proof(&challenge, &easier).await.unwrap(), None);
    assert_ne!(test.new_challenge().nonce, challenge.nonce);
}
