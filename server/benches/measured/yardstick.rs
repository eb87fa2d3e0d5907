//! What the same machine does with the least that could do the job: a handler that answers one
//! indexed query, and a loop that books without asking anything but whether the slot is free.

use std::{
    net::SocketAddr,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use serde::Deserialize;
use sqlx::{
    Connection, PgConnection, PgPool, SqliteConnection, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

#[derive(Clone)]
enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

#[derive(Deserialize)]
struct Week {
    practitioner: Uuid,
    from: String,
    to: String,
}

const WEEK: &str = "select starts_at, ends_at from appointments
    where practitioner_id = $1 and starts_at >= $2 and starts_at < $3 order by starts_at";

/// Serves `/week` until killed.
pub async fn serve(database: &str, address: SocketAddr) {
    let database = if database.starts_with("sqlite:") {
        let options = SqliteConnectOptions::from_str(database)
            .unwrap()
            .read_only(true);
        let pool = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(4);
        Database::Sqlite(pool.connect_with(options).await.unwrap())
    } else {
        let pool = PgPoolOptions::new()
            .test_before_acquire(false)
            .max_connections(16);
        Database::Postgres(pool.connect(database).await.unwrap())
    };
    let router = Router::new()
        .route("/", get(|| async { "" }))
        .route("/week", get(week))
        .with_state(database);
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

async fn week(
    State(database): State<Database>,
    Query(asked): Query<Week>,
) -> Json<Vec<(String, String)>> {
    Json(match database {
        Database::Sqlite(pool) => sqlx::query_as::<_, (String, String)>(WEEK)
            .bind(asked.practitioner)
            .bind(format!("{}T00:00:00+00:00", asked.from))
            .bind(format!("{}T00:00:00+00:00", asked.to))
            .fetch_all(&pool)
            .await
            .unwrap(),
        Database::Postgres(pool) => {
            let instant = |day: &str| -> chrono::DateTime<chrono::Utc> {
                format!("{day}T00:00:00Z").parse().unwrap()
            };
            type Row = (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>);
            let rows = sqlx::query_as::<_, Row>(WEEK)
                .bind(asked.practitioner)
                .bind(instant(&asked.from))
                .bind(instant(&asked.to))
                .fetch_all(&pool)
                .await
                .unwrap();
            rows.into_iter()
                .map(|(start, end)| (start.to_rfc3339(), end.to_rfc3339()))
                .collect()
        }
    })
}

/// The identifier of the practitioner with that name in addresses.
pub async fn practitioner(database: &str, slug: &str) -> Uuid {
    const WHO: &str = "select id from practitioners where slug = $1";
    if database.starts_with("sqlite:") {
        let pool = SqlitePool::connect(database).await.unwrap();
        sqlx::query_scalar(WHO)
            .bind(slug)
            .fetch_one(&pool)
            .await
            .unwrap()
    } else {
        let pool = PgPool::connect(database).await.unwrap();
        sqlx::query_scalar(WHO)
            .bind(slug)
            .fetch_one(&pool)
            .await
            .unwrap()
    }
}

const CHANGE: &str = "update practitioners set agenda_version = agenda_version + 1";

/// A connection of the benchmark's own, beside those of the server.
pub enum Beside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Beside {
    pub async fn connect(database: &str) -> Self {
        if database.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(database).await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(database).await.unwrap())
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => sqlx::query(sql).execute(connection).await.map(drop),
            Self::Postgres(connection) => sqlx::query(sql).execute(connection).await.map(drop),
        }
    }

    /// Raises the version of every agenda, as a change of it does.
    pub async fn change(&mut self) {
        self.run(CHANGE).await.unwrap();
    }

    /// The same again and again until aborted.
    pub async fn keep_changing(mut self) {
        loop {
            // Busy once in a while: the server writes too.
            let _ = self.run(CHANGE).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits until the server has nothing left to send.
    pub async fn all_mails_sent(&mut self) {
        const WAITING: &str = "select count(*) from jobs where finished_at is null";
        loop {
            let waiting: i64 = match self {
                Self::Sqlite(connection) => sqlx::query_scalar(WAITING).fetch_one(connection).await,
                Self::Postgres(connection) => {
                    sqlx::query_scalar(WAITING).fetch_one(connection).await
                }
            }
            .unwrap();
            if waiting == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What a database learns by itself of data that did not come all at once: SQLite when it is
    /// closed, PostgreSQL within a minute or two.
    pub async fn know_the_data(&mut self) {
        let learn = match self {
            Self::Sqlite(_) => "pragma optimize",
            Self::Postgres(_) => "analyze",
        };
        self.run(learn).await.unwrap();
    }
}

/// Bookings a second of so many tasks that do nothing else, on a table of their own in that
/// database: begin, look, insert, commit, made durable as ours are.
pub async fn bare_bookings(database: &str, tasks: usize, count: usize) -> f64 {
    if database.starts_with("sqlite:") {
        let options = SqliteConnectOptions::from_str(database)
            .unwrap()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(1);
        let pool = pool.connect_with(options).await.unwrap();
        sqlx::raw_sql(
            "create table if not exists bare (id integer primary key, starts integer not null,
                                              ends integer not null);
             create index if not exists bare_starts on bare (starts); delete from bare;",
        )
        .execute(&pool)
        .await
        .unwrap();
        timed(tasks, count, move |number| {
            let pool = pool.clone();
            async move {
                let start = i64::try_from(number).unwrap() * 900;
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                let taken: i64 =
                    sqlx::query_scalar("select count(*) from bare where starts < $2 and starts > $1 - 86400 and ends > $1")
                        .bind(start)
                        .bind(start + 900)
                        .fetch_one(&mut *tx)
                        .await
                        .unwrap();
                assert_eq!(taken, 0);
                sqlx::query("insert into bare (starts, ends) values ($1, $2)")
                    .bind(start)
                    .bind(start + 900)
                    .execute(&mut *tx)
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
            }
        })
        .await
    } else {
        let pool = PgPoolOptions::new()
            .test_before_acquire(false)
            .max_connections(16);
        let pool = pool.connect(database).await.unwrap();
        sqlx::raw_sql(
            "create table if not exists bare (id bigserial primary key, who integer not null,
                 starts timestamptz not null, ends timestamptz not null,
                 exclude using gist (who with =, tstzrange(starts, ends) with &&));
             truncate bare;",
        )
        .execute(&pool)
        .await
        .unwrap();
        timed(tasks, count, move |number| {
            let pool = pool.clone();
            async move {
                let start = i64::try_from(number).unwrap() * 900;
                let mut tx = pool.begin().await.unwrap();
                let taken: i64 = sqlx::query_scalar(
                    "select count(*) from bare where who = 1
                     and tstzrange(starts, ends) && tstzrange(to_timestamp($1), to_timestamp($2))",
                )
                .bind(start as f64)
                .bind((start + 900) as f64)
                .fetch_one(&mut *tx)
                .await
                .unwrap();
                assert_eq!(taken, 0);
                sqlx::query(
                    "insert into bare (who, starts, ends)
                     values (1, to_timestamp($1), to_timestamp($2))",
                )
                .bind(start as f64)
                .bind((start + 900) as f64)
                .execute(&mut *tx)
                .await
                .unwrap();
                tx.commit().await.unwrap();
            }
        })
        .await
    }
}

async fn timed<F, Fut>(tasks: usize, count: usize, book: F) -> f64
where
    F: Fn(usize) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let tasks = (0..tasks).map(|_| {
        let (next, book) = (next.clone(), book.clone());
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    break;
                }
                book(number).await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    count as f64 / start.elapsed().as_secs_f64()
}
