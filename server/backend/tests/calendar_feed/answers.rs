//! How an address answers: validators, what is remembered, when the database is busy or away.

use std::{sync::Arc, time::Duration};

use backend::{
    Error,
    calendar_feed::{Answer, USE_IS_NOTED_EVERY},
    testing::{Kind, agenda::Written, instant},
};
use chrono::TimeDelta;
use domain::feed::Detail;
use rstest::rstest;

use super::Subscribed;

impl Subscribed {
    async fn last_used_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        let practitioner = self.practice.practitioner.id;
        let feeds = self
            .test
            .feeds_of(&self.owner(), practitioner)
            .await
            .unwrap();
        feeds
            .iter()
            .find(|feed| feed.id == self.feed)
            .unwrap()
            .last_used_at
    }

    /// Notes are written behind the answer.
    async fn noted(&self, wanted: &str) {
        let wanted = instant(wanted);
        for _ in 0..200 {
            if self.last_used_at().await == Some(wanted) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?} instead of {wanted}", self.last_used_at().await);
    }
}

#[rstest]
#[case::nothing("")]
#[case::another_token("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::no_token("1 OR 1=1")]
#[case::a_number("9223372036854775808")]
#[case::very_long(&"A".repeat(60_000))]
#[case::nul("\0")]
#[tokio::test]
async fn what_never_was_an_address_is_unknown(
    #[case] token: &str,
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    let before = it.test.store().statements();
    let answer = it.test.calendar_feed(token, |_| true).await.unwrap();
    assert!(matches!(answer, Answer::Unknown), "{answer:?}");
    // One look into the table whatever it is: nothing is told by the time.
    assert_eq!(it.test.store().statements() - before, 1);
}

#[rstest]
#[tokio::test]
async fn a_token_with_one_character_changed_or_missing_is_unknown(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    let other = if it.token.starts_with('A') { "B" } else { "A" };
    for token in [
        format!("{other}{}", &it.token[1..]),
        it.token[..42].to_owned(),
    ] {
        let answer = it.test.calendar_feed(&token, |_| true).await.unwrap();
        assert!(matches!(answer, Answer::Unknown), "{answer:?}");
    }
}

#[rstest]
#[tokio::test]
async fn an_agenda_that_stands_is_drawn_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    it.test
        .write_visit(&it.practice, Written::at("2026-11-23T08:00:00Z"))
        .await;
    let (first, body) = it.file().await;
    it.noted("2026-11-22T08:00:00Z").await;
    let before = it.test.store().statements();
    for minutes in 1..10 {
        it.test
            .clock
            .set(instant("2026-11-22T08:00:00Z") + TimeDelta::minutes(minutes));
        let (again, same) = it.file().await;
        assert_eq!(again, first);
        assert!(Arc::ptr_eq(&same, &body), "drawn again");
        let answer = it
            .test
            .calendar_feed(&it.token, |known| known.etag == first.etag)
            .await;
        assert!(matches!(answer.unwrap(), Answer::NotModified(known) if known == first));
    }
    assert_eq!(it.test.store().statements() - before, 9 * 2 * 2);
}

#[rstest]
#[tokio::test]
async fn every_change_that_shows_is_seen_by_the_next_poll(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    let mut seen = vec![it.file().await.0];
    let token = it.test.book(&it.practice, "2026-11-25T08:00:00Z").await;
    seen.push(it.file().await.0);
    it.test.cancel_by_link(&token).await.unwrap();
    seen.push(it.file().await.0);
    it.test
        .set_feed_detail(&it.owner(), it.feed, None, Detail::BusyOnly)
        .await
        .unwrap();
    seen.push(it.file().await.0);
    it.test
        .run_sql("update practitioners set name = 'Dre C. Lefèvre'")
        .await
        .unwrap();
    seen.push(it.file().await.0);
    it.test
        .run_sql("update places set address = '5 rue de la Tour'")
        .await
        .unwrap();
    seen.push(it.file().await.0);
    it.test.revoke_feed(&it.owner(), it.feed).await.unwrap();
    seen.push(it.file().await.0);
    // The clock stood still: all in one second, and yet each is later than the one before.
    for pair in seen.windows(2) {
        assert_ne!(pair[0].etag, pair[1].etag);
        assert!(pair[0].last_modified < pair[1].last_modified);
    }
    for validators in &seen {
        assert!(validators.etag.starts_with('"') && validators.etag.ends_with('"'));
        assert!(validators.etag.len() > 40, "strong, of the whole body");
    }
}

#[rstest]
#[tokio::test]
async fn a_write_that_does_not_show_changes_no_validator(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    it.test
        .write_visit(&it.practice, Written::at("2026-11-23T08:00:00Z"))
        .await;
    let before = it.file().await.0;
    it.test.clock.advance(TimeDelta::minutes(1));
    it.test
        .hold(&it.practice, "2026-11-23T09:00:00Z")
        .await
        .unwrap();
    assert_eq!(it.file().await.0, before);
    // Hours pass, and nothing leaves the window.
    it.test.clock.advance(TimeDelta::hours(5));
    assert_eq!(it.file().await.0, before);
}

#[rstest]
#[tokio::test]
async fn two_nodes_and_a_restart_give_the_same_bytes(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::Initials).await;
    it.test
        .write_visit(&it.practice, Written::at("2026-11-23T08:00:00Z"))
        .await;
    let (validators, body) = it.file().await;
    it.test.clock.advance(TimeDelta::hours(3));
    let other = it.test.reopen().await;
    let Answer::Calendar {
        validators: same,
        body: bytes,
    } = other.calendar_feed(&it.token, |_| false).await.unwrap()
    else {
        panic!("no calendar");
    };
    assert_eq!(validators.etag, same.etag);
    assert_eq!(body, bytes);
    // Who asks by date alone reads once more after a restart, and never misses a change.
    assert!(same.last_modified >= validators.last_modified);
}

#[rstest]
#[tokio::test]
async fn the_last_use_is_noted_once_an_hour(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    assert_eq!(it.last_used_at().await, None);
    it.file().await;
    it.noted("2026-11-22T08:00:00Z").await;
    it.test
        .clock
        .advance(USE_IS_NOTED_EVERY - TimeDelta::seconds(1));
    let before = it.test.store().statements();
    for _ in 0..10 {
        it.file().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(
        it.test.store().statements() - before,
        20,
        "something was written"
    );
    it.test.clock.advance(TimeDelta::seconds(1));
    it.file().await;
    it.noted("2026-11-22T09:00:00Z").await;
    // A question that is answered "not modified" is a use as well.
    it.test.clock.advance(TimeDelta::hours(2));
    it.test.calendar_feed(&it.token, |_| true).await.unwrap();
    it.noted("2026-11-22T11:00:00Z").await;
}

#[tokio::test]
async fn a_writer_that_takes_its_time_delays_no_answer() {
    let it = Subscribed::new(Kind::Sqlite, Detail::BusyOnly).await;
    it.test
        .write_visit(&it.practice, Written::at("2026-11-23T08:00:00Z"))
        .await;
    let busy = it.test.store().begin().await.unwrap();
    let answers = async {
        for _ in 0..20 {
            assert_eq!(it.read().await.events.len(), 1);
        }
    };
    tokio::time::timeout(Duration::from_secs(5), answers)
        .await
        .expect("an answer waited");
    assert_eq!(it.last_used_at().await, None);
    drop(busy);
    it.noted("2026-11-22T08:00:00Z").await;
}

#[tokio::test]
async fn a_hundred_polls_at_once_draw_one_calendar() {
    let it = Arc::new(Subscribed::new(Kind::Sqlite, Detail::FullName).await);
    let first = instant("2026-11-23T08:00:00Z");
    it.test.write_visits(&it.practice, 500, first).await;
    let polls = (0..100).map(|_| {
        let it = Arc::clone(&it);
        tokio::spawn(async move { it.file().await.1 })
    });
    let mut bodies = Vec::new();
    for poll in polls.collect::<Vec<_>>() {
        bodies.push(poll.await.unwrap());
    }
    bodies.sort_by_key(|body| body.as_ptr());
    bodies.dedup_by_key(|body| body.as_ptr());
    assert!(bodies.len() <= 2, "drawn {} times", bodies.len());
    assert_eq!(super::lint(&bodies[0]).events.len(), 500);
}

#[rstest]
#[tokio::test]
async fn a_database_that_is_away_gives_an_error_and_never_an_empty_calendar(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::BusyOnly).await;
    it.test
        .write_visit(&it.practice, Written::at("2026-11-23T08:00:00Z"))
        .await;
    it.file().await;
    it.test.close().await;
    let answer = it.test.calendar_feed(&it.token, |_| true).await;
    assert!(matches!(answer, Err(Error::Store(_))), "{answer:?}");
}

#[rstest]
#[tokio::test]
async fn a_table_that_cannot_be_read_gives_an_error_and_never_half_a_calendar(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Subscribed::new(kind, Detail::FullName).await;
    it.test
        .write_visit(&it.practice, Written::at("2026-11-23T08:00:00Z"))
        .await;
    it.test
        .run_sql("alter table patients rename to away")
        .await
        .unwrap();
    let answer = it.test.calendar_feed(&it.token, |_| false).await;
    assert!(matches!(answer, Err(Error::Store(_))), "{answer:?}");
}
