//! How long it takes to find free slots on the measuring data (`rdv demo --size 1`): ten
//! practitioners, eight weeks ahead half booked. The engine alone, and with its statements.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;

use backend::{
    demo::Size,
    store::{availability, bookable},
    testing::{Kind, TestBackend, instant},
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use domain::{interval::Interval, practice::Slug, slots};
use tokio::runtime::Runtime;

/// A Sunday.
const DAY: &str = "2026-11-22";

fn range(from: DateTime<Utc>, days: i64) -> Interval {
    Interval::starting(from, TimeDelta::days(days)).unwrap()
}

fn finding(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let day: NaiveDate = DAY.parse().unwrap();
    let test = runtime.block_on(TestBackend::new(Kind::Sqlite));
    let report = runtime.block_on(test.fill_demo(day, Size::One)).unwrap();
    let address = &report.practitioners[0].url;
    let practitioner: Slug = address.rsplit('/').next().unwrap().parse().unwrap();
    let reason: Slug = "consultation".parse().unwrap();

    let (now, monday) = (test.now(), instant("2026-11-22T23:00:00Z"));
    let (bookable, agenda) = runtime.block_on(async {
        let mut db = test.store().read().await.unwrap();
        let bookable = bookable::by_names(&mut db, &practitioner, &reason).await;
        let bookable = bookable.unwrap().unwrap();
        let agenda = availability::load_agenda(&mut db, bookable.key, range(monday, 62), now);
        (bookable, agenda.await.unwrap())
    });
    // Half of what a week has room for: the data is what it says.
    let week = slots::free_slots(&agenda, &bookable.reason, range(monday, 7), now);
    assert_eq!(week.len(), 5 * 28 / 2);

    let mut group = c.benchmark_group("slot engine");
    for (name, days) in [("day", 1), ("week", 7), ("62 days", 62)] {
        let range = range(monday, days);
        group.bench_function(name, |b| {
            b.iter(|| slots::free_slots(black_box(&agenda), &bookable.reason, range, now));
        });
    }
    group.bench_function("first free of 62 days", |b| {
        b.iter(|| slots::first_free(black_box(&agenda), &bookable.reason, range(monday, 62), now));
    });
    group.finish();

    let mut group = c.benchmark_group("find slots");
    let monday = day + Days::new(1);
    for (name, days) in [("day", 1), ("week", 7), ("62 days", 62)] {
        let to = monday + Days::new(days - 1);
        group.bench_function(name, |b| {
            b.iter(|| {
                let found = test.find_slots(&practitioner, &reason, monday, to);
                assert!(!runtime.block_on(found).unwrap().slots.is_empty());
            });
        });
    }
    // A Sunday: nothing is free, so the next free slot is looked for.
    group.bench_function("next free after an empty day", |b| {
        b.iter(|| {
            let found = test.find_slots(&practitioner, &reason, day, day);
            assert!(runtime.block_on(found).unwrap().next.is_some());
        });
    });
    group.finish();
}

criterion_group!(benches, finding);
criterion_main!(benches);
