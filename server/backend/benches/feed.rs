//! How long a calendar application waits for a feed: drawn anew, remembered, and not modified.
//! Bars: 1,000 visits in 5 ms, 10,000 in 50 ms, "not modified" in 2 ms.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;

use backend::{
    calendar_feed::{Answer, Heading, calendar, window},
    store::{feeds, shown},
    testing::{Kind, TestBackend, instant},
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use domain::feed::Detail;
use tokio::runtime::Runtime;

/// A practice with so many visits to come, and the token of its feed.
async fn with_visits(count: i32) -> (TestBackend, String) {
    let test = TestBackend::new(Kind::Sqlite).await;
    let practice = test.practice().await;
    let owner = test.owner_without_account(&practice);
    let made = test
        .create_feed(&owner, practice.practitioner.id, Detail::FullName)
        .await
        .unwrap();
    test.write_visits(&practice, count, instant("2026-11-23T00:00:00Z"))
        .await;
    (test, made.token)
}

fn feed(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = c.benchmark_group("feed");
    group.sample_size(20);
    for count in [1_000, 10_000] {
        let (test, token) = runtime.block_on(with_visits(count));
        let whole = async || test.calendar_feed(&token, |_| false).await.unwrap();
        let Answer::Calendar { validators, body } = runtime.block_on(whole()) else {
            panic!("no calendar");
        };
        let events = body.windows(12).filter(|it| it == b"BEGIN:VEVENT").count();
        assert_eq!(events, usize::try_from(count).unwrap());
        group.throughput(Throughput::Elements(u64::try_from(count).unwrap()));
        group.bench_function(BenchmarkId::new("drawn anew", count), |b| {
            b.iter(|| {
                test.forget_feeds();
                runtime.block_on(whole())
            });
        });
        // Its two halves.
        let (addressed, places, window) = runtime.block_on(async {
            let mut db = test.store().read().await.unwrap();
            let hash = backend::keys::hash(&token);
            let addressed = feeds::by_address(&mut db, &hash).await.unwrap().unwrap();
            let places = shown::places(&mut db, addressed.feed.practice)
                .await
                .unwrap();
            (addressed, places, window(test.now()))
        });
        let read = async || {
            let mut db = test.store().read().await.unwrap();
            shown::visits(&mut db, &addressed.feed, window)
                .await
                .unwrap()
        };
        group.bench_function(BenchmarkId::new("the visits read", count), |b| {
            b.iter(|| runtime.block_on(read()));
        });
        let visits = runtime.block_on(read());
        let heading = Heading::of(&addressed);
        group.bench_function(BenchmarkId::new("the file written", count), |b| {
            b.iter(|| calendar(&heading, &places, &visits).unwrap());
        });
        group.bench_function(BenchmarkId::new("remembered", count), |b| {
            b.iter(|| runtime.block_on(whole()));
        });
        group.bench_function(BenchmarkId::new("not modified", count), |b| {
            b.iter(|| {
                let asked = test.calendar_feed(&token, |known| known.etag == validators.etag);
                let answer = runtime.block_on(asked).unwrap();
                assert!(matches!(black_box(answer), Answer::NotModified(_)));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, feed);
criterion_main!(benches);
