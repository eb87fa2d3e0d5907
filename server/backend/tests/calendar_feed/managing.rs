//! Who may make, renew, revoke and change a feed, and what the audit trail keeps of it.

use std::sync::Arc;

use backend::{
    Error, Failure,
    accounts::NewAccount,
    calendar_feed::{Answer, FeedRefusal, MOST_FEEDS, REVOKED_IS_EMPTY_FOR},
    passwords::Password,
    testing::{Kind, TestBackend},
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Role},
    feed::Detail,
};
use i18n::Lang;
use rstest::rstest;
use tokio::sync::Barrier;

use super::{Subscribed, member, owner};

#[rstest]
#[tokio::test]
async fn a_new_feed_has_a_secret_that_nothing_stored_repeats(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let one = Subscribed::new(kind, Detail::default()).await;
    assert_eq!(one.token.len(), 43);
    let actor = one.owner();
    let practitioner = one.practice.practitioner.id;
    let two = one
        .test
        .create_feed(&actor, practitioner, Detail::FullName)
        .await
        .unwrap();
    assert_ne!(one.token, two.token);
    assert!(!format!("{two:?}").contains(&two.token));
    let listed = one.test.feeds_of(&actor, practitioner).await.unwrap();
    let details: Vec<_> = listed.iter().map(|feed| (feed.id, feed.detail)).collect();
    assert_eq!(
        details,
        [(two.id, Detail::FullName), (one.feed, Detail::BusyOnly)]
    );
    assert!(listed.iter().all(|feed| feed.created_at == one.test.now()
        && feed.last_used_at.is_none()
        && feed.revoked_at.is_none()));
    if kind == Kind::Sqlite {
        for name in ["rdv.db", "rdv.db-wal"] {
            let file = std::fs::read(one.test.folder.path().join(name)).unwrap();
            let found = file
                .windows(43)
                .any(|window| window == one.token.as_bytes());
            assert!(!found, "the token stands in {name}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn whoever_may_not_manage_the_agenda_finds_no_feed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let tour = Subscribed::new(kind, Detail::BusyOnly).await;
    let parc = tour.test.practice_named("parc").await;
    let hers = tour.practice.practitioner.id;
    let strangers = [
        Actor::Visitor,
        Actor::VisitHolder,
        member(&tour.test, &tour.practice, Role::Practitioner, &[]),
        member(&tour.test, &tour.practice, Role::Secretary, &[&parc]),
        // Of another practice, whatever her membership claims.
        owner(&tour.test, &parc),
        member(&tour.test, &parc, Role::Secretary, &[&tour.practice]),
    ];
    for actor in strangers {
        let test = &tour.test;
        let made = test.create_feed(&actor, hers, Detail::FullName).await;
        let missing = matches!(made, Err(Failure::Broken(Error::NotFound)));
        assert!(missing, "{actor:?}");
        let renewed = test.renew_feed(&actor, tour.feed).await;
        assert!(matches!(renewed, Err(Error::NotFound)), "{actor:?}");
        let revoked = test.revoke_feed(&actor, tour.feed).await;
        assert!(matches!(revoked, Err(Error::NotFound)), "{actor:?}");
        let changed = test
            .set_feed_detail(&actor, tour.feed, None, Detail::FullName)
            .await;
        assert!(
            matches!(changed, Err(Failure::Broken(Error::NotFound))),
            "{actor:?}"
        );
        match test.feeds_of(&actor, hers).await {
            Err(Error::NotFound) => {}
            // An owner of another practice may ask for any agenda of hers; this is none.
            Ok(feeds) => assert!(feeds.is_empty(), "{actor:?}"),
            Err(other) => panic!("{actor:?}: {other}"),
        }
    }
    let own = tour.test.feeds_of(&tour.owner(), hers).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].detail, Detail::BusyOnly);
    assert_eq!(own[0].revoked_at, None);
}

#[rstest]
#[tokio::test]
async fn a_secretary_manages_the_feeds_of_the_agendas_delegated_to_her(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    let secretary = member(&it.test, &it.practice, Role::Secretary, &[&it.practice]);
    it.test.revoke_feed(&secretary, it.feed).await.unwrap();
    let made = it
        .test
        .create_feed(&secretary, it.practice.practitioner.id, Detail::Initials)
        .await
        .unwrap();
    it.test
        .set_feed_detail(&secretary, made.id, None, Detail::FullName)
        .await
        .unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_make_feeds_at_once_nobody_passes_the_most_that_stand(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    let whose = it.practice.practitioner.id;
    for _ in 1..MOST_FEEDS - 1 {
        it.test
            .create_feed(&it.owner(), whose, Detail::BusyOnly)
            .await
            .unwrap();
    }
    let start = Arc::new(Barrier::new(8));
    let at_once: Vec<_> = (0..8)
        .map(|_| {
            let (backend, owner) = (it.test.backend(), it.owner());
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                backend.create_feed(&owner, whose, Detail::Initials).await
            })
        })
        .collect();
    let mut made = 0;
    for one in at_once {
        match one.await.unwrap() {
            Ok(_) => made += 1,
            Err(refused) => assert!(
                matches!(
                    refused,
                    Failure::Refused(FeedRefusal::TooMany { most: MOST_FEEDS })
                ),
                "{refused:?}"
            ),
        }
    }
    assert_eq!(made, 1, "there was room for one");

    // A renewed one takes no more room, a revoked one makes some, another agenda has its own.
    let renewed = it.test.renew_feed(&it.owner(), it.feed).await.unwrap();
    let owner = it.owner();
    let make = async |whose| it.test.create_feed(&owner, whose, Detail::BusyOnly).await;
    assert!(make(whose).await.is_err());
    it.test.revoke_feed(&owner, renewed.id).await.unwrap();
    make(whose).await.unwrap();
    assert!(make(whose).await.is_err());
    let parc = it.test.practice_named("parc").await;
    let theirs = super::owner(&it.test, &parc);
    let elsewhere = it
        .test
        .create_feed(&theirs, parc.practitioner.id, Detail::BusyOnly);
    elsewhere.await.unwrap();
}

#[rstest]
#[tokio::test]
async fn renewing_ends_the_old_address_and_shows_the_same_at_the_new(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::Initials).await;
    it.test.book(&it.practice, "2026-11-23T08:00:00Z").await;
    let before = it.read().await;
    let new = it.test.renew_feed(&it.owner(), it.feed).await.unwrap();
    assert!(it.read().await.events.is_empty());
    let after = it.read_at(&new.token).await;
    assert_eq!(after.events.len(), 1);
    assert_eq!(after.events[0].text("UID"), before.events[0].text("UID"));
    assert_eq!(after.events[0].text("SUMMARY").unwrap(), "Z. Đ.");
    // Only once: the old one is no feed any more.
    let again = it.test.renew_feed(&it.owner(), it.feed).await;
    assert!(matches!(again, Err(Error::ChangedMeanwhile)));
}

#[rstest]
#[tokio::test]
async fn a_revoked_address_is_empty_for_thirty_days_and_then_gone(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    it.test.book(&it.practice, "2026-11-23T08:00:00Z").await;
    assert_eq!(it.read().await.events.len(), 1);
    it.test.revoke_feed(&it.owner(), it.feed).await.unwrap();
    let (validators, body) = it.file().await;
    assert!(super::lint(&body).events.is_empty());
    assert!(!String::from_utf8_lossy(&body).contains("Zoé"));

    it.test
        .clock
        .advance(REVOKED_IS_EMPTY_FOR - TimeDelta::seconds(1));
    assert_eq!(it.file().await.0.etag, validators.etag);
    let listed = it
        .test
        .feeds_of(&it.owner(), it.practice.practitioner.id)
        .await
        .unwrap();
    assert!(listed[0].revoked_at.is_some());

    it.test.clock.advance(TimeDelta::seconds(1));
    let answer = it.test.calendar_feed(&it.token, |_| true).await.unwrap();
    assert!(matches!(answer, Answer::Gone), "{answer:?}");
    let listed = it
        .test
        .feeds_of(&it.owner(), it.practice.practitioner.id)
        .await
        .unwrap();
    assert_eq!(listed, []);
}

#[rstest]
#[tokio::test]
async fn two_who_renew_at_once_make_one_new_address(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    let (actor, feed) = (it.owner(), it.feed);
    let renewals = (0..8).map(|_| {
        let (backend, actor) = (it.test.backend(), actor.clone());
        tokio::spawn(async move { backend.renew_feed(&actor, feed).await })
    });
    let mut renewed = 0;
    for renewal in renewals.collect::<Vec<_>>() {
        match renewal.await.unwrap() {
            Ok(_) => renewed += 1,
            Err(Error::ChangedMeanwhile) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(renewed, 1);
}

#[rstest]
#[tokio::test]
async fn the_audit_trail_keeps_who_changed_the_level_of_detail(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    let actor = it.owner();
    it.test
        .set_feed_detail(&actor, it.feed, None, Detail::FullName)
        .await
        .unwrap();
    // Not a change, and not a line.
    it.test
        .set_feed_detail(&actor, it.feed, None, Detail::FullName)
        .await
        .unwrap();
    let new = it.test.renew_feed(&actor, it.feed).await.unwrap();
    it.test.revoke_feed(&actor, new.id).await.unwrap();
    for (action, before, after, count) in [
        ("feed-created", None, Some("busy_only"), 1),
        (
            "feed-detail-changed",
            Some("busy_only"),
            Some("full_name"),
            1,
        ),
        ("feed-renewed", Some("full_name"), None, 1),
        ("feed-created", None, Some("full_name"), 1),
        ("feed-revoked", Some("full_name"), None, 1),
    ] {
        let lines = it.test.audit_lines("feed", action).await;
        let found = lines
            .iter()
            .filter(|line| (line.0.as_deref(), line.1.as_deref()) == (before, after))
            .count();
        assert_eq!(found, count, "{action}: {lines:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_feed_speaks_the_language_of_whoever_made_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let account = NewAccount {
        practice: practice.practice.slug.clone(),
        email: "sam@tour.example".parse().unwrap(),
        name: "Sam".parse().unwrap(),
        role: Role::Owner,
        practitioner: None,
        keeps: vec![],
        password: Password::parse("le héron traverse", &[]).unwrap(),
        lang: Lang::En,
    };
    test.create_account(account).await.unwrap();
    let session = test
        .sign_in(&"sam@tour.example".parse().unwrap(), "le héron traverse")
        .await
        .unwrap();
    let session = test.session(&session.token).await.unwrap().unwrap();
    let actor = Actor::Member(session.member);
    let made = test
        .create_feed(&actor, practice.practitioner.id, Detail::BusyOnly)
        .await
        .unwrap();
    test.book(&practice, "2026-11-23T08:00:00Z").await;
    let it = Subscribed {
        test,
        practice,
        feed: made.id,
        token: made.token,
    };
    assert_eq!(
        it.read().await.events[0].text("SUMMARY").unwrap(),
        "Appointment"
    );
}
