//! How long a booking takes on SQLite, beside a yardstick: the barest transaction that the same
//! file and disk allow. What a booking costs is mostly the disk's promise to keep it.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::time::{Duration, Instant};

use backend::{
    Backend,
    booking::HoldRequest,
    store::settings,
    testing::{Kind, TestBackend, TestPractice},
};
use chrono::{DateTime, Days, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use domain::appointment::Status;
use tokio::runtime::Runtime;

/// A practice, and its free slots one after the other.
struct Desk {
    test: TestBackend,
    practice: TestPractice,
    free: Vec<DateTime<Utc>>,
}

impl Desk {
    async fn new() -> Self {
        let test = TestBackend::new(Kind::Sqlite).await;
        let practice = test.practice().await;
        let free = Vec::new();
        Self {
            test,
            practice,
            free,
        }
    }

    /// A hold on the next free slot; when all are taken, all are freed again.
    async fn next(&mut self) -> HoldRequest {
        if self.free.is_empty() {
            self.test
                .run_sql(
                    "update appointments set status = 'cancelled', cancelled_by = 'practice',
                                             held_until = null",
                )
                .await
                .unwrap();
            let today = self.test.now().date_naive();
            let (practitioner, reason) =
                (&self.practice.practitioner.slug, &self.practice.reason.slug);
            let to = today + Days::new(50);
            let found = self
                .test
                .find_slots(practitioner, reason, today, to)
                .await
                .unwrap();
            self.free = found
                .slots
                .iter()
                .map(|slot| slot.interval.start())
                .collect();
        }
        let start = self.free.pop().unwrap();
        self.test.hold_request(&self.practice, &start.to_rfc3339())
    }
}

/// The time of so many holds alone, or of so many confirmations alone.
async fn timed(desk: &mut Desk, times: u64, step: Step) -> Duration {
    let mut spent = Duration::ZERO;
    for _ in 0..times {
        let request = desk.next().await;
        let backend = desk.test.backend();
        let start = Instant::now();
        let held = backend.hold(request).await.unwrap();
        if step == Step::Hold {
            spent += start.elapsed();
            continue;
        }
        let code = desk.test.code_of(&held).await;
        let start = Instant::now();
        let token = backend.confirm(&held.token, &code).await.unwrap();
        spent += start.elapsed();
        debug_assert_eq!(status(&backend, &token).await, Status::Booked);
    }
    spent
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Hold,
    Confirm,
}

async fn status(backend: &Backend, token: &str) -> Status {
    backend.visit(token).await.unwrap().visit.appointment.status
}

fn booking(c: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut desk = runtime.block_on(Desk::new());
    let mut group = c.benchmark_group("booking");
    group.sample_size(20);
    group.bench_function("yardstick: begin immediate, insert, commit", |b| {
        let mut number = 0;
        b.iter(|| {
            number += 1;
            let name = format!("yardstick-{number}");
            runtime.block_on(async {
                let mut tx = desk.test.store().begin().await.unwrap();
                settings::set_once(&mut tx, &name, "1").await.unwrap();
                tx.commit().await.unwrap();
            });
        });
    });
    for (name, step) in [("hold a slot", Step::Hold), ("confirm it", Step::Confirm)] {
        group.bench_function(name, |b| {
            b.iter_custom(|times| runtime.block_on(timed(&mut desk, times, step)));
        });
    }
    group.finish();
}

criterion_group!(benches, booking);
criterion_main!(benches);
