//! The whole program under load, beside the least that the same machine could do: what a
//! patient, a secretary and a calendar wait for. The parts alone are in `backend`'s benches.
//!
//! `make bench` runs it on SQLite and PostgreSQL and writes `docs/measured.md`. Parts of it:
//! `RDV_MEASURE=start,reads,feeds,bookings,races,growth cargo bench -p server --bench measured`.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    reason = "a benchmark"
)]

mod feeds;
mod load;
mod program;
mod races;
mod report;
mod yardstick;

use std::{fs, path::Path, time::Duration};

use backend::testing::Kind;
use chrono::{Days, NaiveDate, Utc};
use http::StatusCode;
use load::{Client, WARM_UP, reads, writes};
use program::{Program, fill};
use report::{Bar, Report, number};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use yardstick::Beside;

/// How long one figure of reading takes.
const TIME: Duration = Duration::from_secs(3);
const REASON: &str = "consultation";
/// Bookings of one turn.
const BOOKINGS: usize = 250;
/// So often what is compared is measured in turn: the machine is not the same from second to
/// second. What is told is the median.
const TURNS: usize = 5;
/// Of what differs by a few hundredths only: many short turns, so that a second in which the host
/// has others to serve falls on all alike.
const SHORT_TURNS: usize = 25;
const SHORT_TIME: Duration = Duration::from_millis(500);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Some(at) = arguments.iter().position(|one| one == "--bare-handler") {
        let (database, address) = (&arguments[at + 1], arguments[at + 2].parse().unwrap());
        runtime.block_on(yardstick::serve(database, address));
        return;
    }
    let wanted = std::env::var("RDV_MEASURE").ok();
    let wants = |part: &str| {
        wanted
            .as_ref()
            .is_none_or(|list| list.split(',').any(|one| one == part))
    };
    let mut report = Report::default();
    let before = Processors::now();
    runtime.block_on(async {
        let mut kinds = vec![Place::sqlite()];
        if let Ok(cluster) = std::env::var("RDV_TEST_POSTGRES_URL") {
            kinds.push(Place::postgres(cluster));
        }
        for place in &kinds {
            let mut one = Measuring::new(place, "1", "size1").await;
            if wants("start") {
                one.start(&mut report).await;
            }
            if wants("reads") {
                one.reads(&mut report).await;
            }
            if wants("bookings") {
                one.bookings(&mut report).await;
            }
            if wants("races") {
                races::races(&one, &mut report).await;
            }
            if wants("start") {
                one.memory_after(&mut report);
            }
            drop(one);
            if wants("feeds") {
                report.chapter(&format!("Calendar feeds, {}", place.name()));
                feeds::feeds(place.kind(), &mut report).await;
            }
            if wants("growth") {
                growth(place, &mut report).await;
            }
        }
    });
    if let Ok(path) = std::env::var("RDV_MEASURED") {
        report.write(Path::new(&path), &machine(before)).unwrap();
    }
    println!("\n{} bars missed", report.missed());
}

/// What the processors did since the machine started, in hundredths of a second of all of them.
#[derive(Clone, Copy, Default)]
struct Processors {
    all: f64,
    /// What the host of a virtual machine gave to others while this one had work.
    stolen: f64,
}

impl Processors {
    fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let line = stat.lines().next().unwrap_or_default();
        let times: Vec<f64> = line
            .split_whitespace()
            .skip(1)
            .take(8)
            .filter_map(|word| word.parse().ok())
            .collect();
        Self {
            all: times.iter().sum(),
            stolen: times.get(7).copied().unwrap_or_default(),
        }
    }
}

/// Cores, memory and day, and how much of it was ours: what a figure is worth.
fn machine(before: Processors) -> String {
    let cores = std::thread::available_parallelism().unwrap();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib: f64 = memory
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|word| word.parse().ok())
        .unwrap_or_default();
    let now = Processors::now();
    let stolen = (now.stolen - before.stolen) / (now.all - before.all);
    format!(
        "On a machine of {cores} cores and {:.0} GiB, {}, whose host took {:.1} % of their time for \
         others. The load comes from the same machine, on the same cores.",
        kib / 1024.0 / 1024.0,
        Utc::now().date_naive(),
        stolen * 100.0
    )
}

/// Where databases are made.
enum Place {
    Sqlite(TempDir),
    Postgres(TempDir, String),
}

impl Place {
    fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().unwrap())
    }

    fn postgres(cluster: String) -> Self {
        Self::Postgres(TempDir::new().unwrap(), cluster)
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(..) => "PostgreSQL",
        }
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(..) => Kind::Postgres,
        }
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(folder) | Self::Postgres(folder, _) => folder.path(),
        }
    }

    /// The address of an empty database.
    async fn database(&self, name: &str) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join(name).display()),
            Self::Postgres(_, cluster) => {
                let name = format!("measured_{name}_{}", std::process::id());
                let mut connection = PgConnection::connect(cluster).await.unwrap();
                let create = sqlx::AssertSqlSafe(format!("create database {name}"));
                sqlx::raw_sql(create)
                    .execute(&mut connection)
                    .await
                    .unwrap();
                let (server, _) = cluster.rsplit_once('/').unwrap();
                format!("{server}/{name}")
            }
        }
    }
}

/// A server on the measuring data.
struct Measuring<'a> {
    place: &'a Place,
    database: String,
    today: NaiveDate,
    /// Names of the practitioners in addresses.
    practitioners: Vec<String>,
    owner: (String, String),
    server: Program,
}

impl<'a> Measuring<'a> {
    /// The data of that size, in a new database of that name.
    async fn new(place: &'a Place, size: &str, name: &str) -> Self {
        let today = Utc::now().date_naive();
        let database = place.database(name).await;
        let demo = fill(place.folder(), &database, size, &today.to_string());
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let practitioners = demo["practitioners"].as_array().unwrap();
        let owner = &demo["accounts"][0];
        Self {
            place,
            today,
            practitioners: practitioners
                .iter()
                .map(|one| text(&one["url"]).rsplit('/').next().unwrap().to_owned())
                .collect(),
            owner: (text(&owner["email"]), text(&owner["password"])),
            server: Program::rdv(place.folder(), &database).await,
            database,
        }
    }

    /// The Monday after next: a whole week, half booked.
    fn monday(&self) -> NaiveDate {
        let monday = self.today.week(chrono::Weekday::Mon).first_day();
        monday + Days::new(14)
    }

    fn slots(&self, practitioner: &str, days: u64) -> String {
        let (from, to) = (self.monday(), self.monday() + Days::new(days - 1));
        format!("/api/v1/practitioners/{practitioner}/slots?reason={REASON}&from={from}&to={to}")
    }

    fn all(&self, path: impl Fn(&str) -> String) -> Vec<String> {
        self.practitioners.iter().map(|one| path(one)).collect()
    }

    async fn start(&mut self, report: &mut Report) {
        report.chapter(&format!("Start and memory, {}", self.place.name()));
        let millis = self.server.first_answer.as_secs_f64() * 1000.0;
        let visits = "5,600 visits";
        report.figure(
            "start to first page",
            millis,
            "ms",
            Bar::AtMost(150.0),
            visits,
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
        report.figure(
            "memory, idle",
            self.server.memory(),
            "MB",
            Bar::AtMost(40.0),
            visits,
        );
    }

    fn memory_after(&mut self, report: &mut Report) {
        report.chapter(&format!("Memory after the load, {}", self.place.name()));
        let memory = self.server.memory();
        report.figure(
            "memory, after all of the above",
            memory,
            "MB",
            Bar::AtMost(64.0),
            "",
        );
    }

    async fn reads(&mut self, report: &mut Report) {
        report.chapter(&format!("Free slots and pages, {}", self.place.name()));
        let yardstick = Program::yardstick(&self.database).await;
        let mut weeks = Vec::new();
        for one in &self.practitioners {
            let id = yardstick::practitioner(&self.database, one).await;
            let (from, to) = (self.monday(), self.monday() + Days::new(7));
            weeks.push(format!("/week?practitioner={id}&from={from}&to={to}"));
        }
        let bare_1 = reads(yardstick.address, 1, &weeks, TIME).await;
        let bare_8 = reads(yardstick.address, 8, &weeks, TIME).await;
        drop(yardstick);
        let bare = "bare handler, a week, ";
        report.figure(
            &format!("{bare}1 client"),
            bare_1.rate,
            "/s",
            Bar::None,
            &ms(bare_1.p50),
        );
        report.figure(
            &format!("{bare}8 clients"),
            bare_8.rate,
            "/s",
            Bar::None,
            &ms(bare_8.p50),
        );

        let kinds = [
            ("a day's slots", self.all(|one| self.slots(one, 1))),
            ("a week's slots", self.all(|one| self.slots(one, 7))),
            (
                "the first free slot of one",
                self.all(|one| format!("/api/v1/practitioners/{one}/first-slot?reason={REASON}")),
            ),
            (
                "the first free slot of any of ten",
                vec![format!(
                    "/api/v1/practices/cabinet-de-mesure/first-slot?reason={REASON}"
                )],
            ),
        ];
        let address = self.server.address;
        let mut rates = Vec::new();
        for (what, paths) in &kinds {
            let one = reads(address, 1, paths, TIME).await;
            let eight = reads(address, 8, paths, TIME).await;
            let beside = format!(
                "p50 {} at 1 client, p99 {} at 8",
                ms(one.p50),
                ms(eight.p99)
            );
            report.figure(
                &format!("{what}, 8 clients"),
                eight.rate,
                "/s",
                Bar::None,
                &beside,
            );
            let ratio = eight.rate / bare_8.rate;
            report.figure(
                &format!("{what}: share of the bare handler"),
                ratio,
                "",
                Bar::AtLeast(0.4),
                "",
            );
            rates.push(one.p50);
        }
        let ratio = rates[1] / rates[0];
        report.figure(
            "a week costs so many days",
            ratio,
            "",
            Bar::AtMost(2.0),
            "p50 at 1 client",
        );

        let pages =
            self.all(|one| format!("/praticiens/{one}?motif={REASON}&semaine={}", self.monday()));
        let one = reads(address, 1, &pages, TIME).await;
        let eight = reads(address, 8, &pages, TIME).await;
        report.figure(
            "page with a week of slots, p50 at 1 client",
            one.p50,
            "ms",
            Bar::None,
            "",
        );
        let aim = 3000.0 / 19000.0;
        let beside = format!(
            "{} a second; aim: 3 000 where the bare handler gives 19 000",
            number(eight.rate)
        );
        let ratio = eight.rate / bare_8.rate;
        report.figure(
            "page with a week: share of the bare handler",
            ratio,
            "",
            Bar::AtLeast(aim),
            &beside,
        );
    }

    /// Signs the owner in.
    async fn cookie(&self) -> String {
        let form = serde_urlencoded::to_string([
            ("email", self.owner.0.as_str()),
            ("password", self.owner.1.as_str()),
            ("next", ""),
        ]);
        let mut client = Client::connect(self.server.address, None).await;
        let answer = client.post("/api/sign_in", &form.unwrap()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let cookies = answer.headers.get_all(http::header::SET_COOKIE);
        let pairs = cookies
            .iter()
            .map(|one| one.to_str().unwrap().split(';').next().unwrap());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Forms that book free slots: one practitioner after the other, so that clients meet at
    /// the same agenda no more than in life. The first one's are left for the races.
    async fn forms(&self, mark: &str) -> Vec<String> {
        let mut client = Client::connect(self.server.address, None).await;
        let mut by_practitioner = Vec::new();
        for one in &self.practitioners[1..] {
            let (from, to) = (self.today, self.today + Days::new(55));
            let path =
                format!("/api/v1/practitioners/{one}/slots?reason={REASON}&from={from}&to={to}");
            let free = free(&mut client, &path).await;
            let starts = free.iter();
            let forms = starts.map(|start| form(one, REASON, start, mark));
            by_practitioner.push(forms.collect::<Vec<_>>());
        }
        let most = by_practitioner.iter().map(Vec::len).max().unwrap();
        let turns = (0..most).flat_map(|turn| {
            by_practitioner
                .iter()
                .filter_map(move |forms| forms.get(turn).cloned())
        });
        turns.collect()
    }

    async fn bookings(&mut self, report: &mut Report) {
        report.chapter(&format!("Bookings by staff, {}", self.place.name()));
        let cookie = self.cookie().await;
        let bare_database = self.place.database("bare").await;
        if matches!(self.place, Place::Postgres(..)) {
            let mut connection = PgConnection::connect(&bare_database).await.unwrap();
            sqlx::raw_sql("create extension btree_gist")
                .execute(&mut connection)
                .await
                .unwrap();
        }
        let bare_database = match self.place {
            Place::Sqlite(_) => format!("{bare_database}?mode=rwc"),
            Place::Postgres(..) => bare_database,
        };
        let mut beside = Beside::connect(&self.database).await;
        for clients in [1, 8, 32] {
            let (mut bare, mut rates, mut p99, mut shares) = (vec![], vec![], vec![], vec![]);
            for turn in 0..TURNS {
                // Nobody's mails are sent while the next one is measured.
                beside.all_mails_sent().await;
                let yard = yardstick::bare_bookings(&bare_database, clients, BOOKINGS).await;
                let mut forms = self.forms(&format!("clients{clients}turn{turn}")).await;
                forms.truncate(BOOKINGS);
                let ours = writes(
                    self.server.address,
                    clients,
                    &cookie,
                    "/api/book_by_staff",
                    forms,
                    "/rendez-vous/",
                )
                .await;
                bare.push(yard);
                rates.push(ours.rate);
                p99.push(ours.p99);
                shares.push(ours.rate / yard);
            }
            let beside = format!(
                "bare booking {} a second; p99 {}; of {TURNS} turns of {BOOKINGS}",
                number(median(bare)),
                ms(median(p99))
            );
            report.figure(
                &format!("bookings, {clients} clients"),
                median(rates),
                "/s",
                Bar::None,
                &beside,
            );
            let bar = if clients == 8 {
                Bar::AtLeast(0.25)
            } else {
                Bar::None
            };
            report.figure(
                &format!("share of the bare booking, {clients} clients"),
                median(shares),
                "",
                bar,
                "",
            );
        }
    }
}

/// The free starts that an address tells.
async fn free(client: &mut Client, path: &str) -> Vec<String> {
    let answer = client.get(path).await;
    let found: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let starts = found["slots"].as_array().unwrap().iter();
    starts
        .map(|start| start.as_str().unwrap().to_owned())
        .collect()
}

/// The form of a booking by staff.
fn form(practitioner: &str, reason: &str, start: &str, mark: &str) -> String {
    let key = format!("{practitioner}{start}{mark}");
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let key = &key[key.len().saturating_sub(40)..];
    serde_urlencoded::to_string([
        ("practitioner", practitioner),
        ("reason", reason),
        ("start", start),
        ("idempotency_key", key),
        ("given_name", "Zoé"),
        ("family_name", "Mesure"),
        ("phone", "0612345678"),
        ("email", "zoe@mesure.example"),
        ("mail_lang", "fr"),
    ])
    .unwrap()
}

/// The cost of a day with a hundred times as many visits stored.
async fn growth(place: &Place, report: &mut Report) {
    report.chapter(&format!(
        "A day's slots with more and more behind them, {}",
        place.name()
    ));
    const SIZES: [(&str, &str); 3] = [("1", "5 600"), ("10", "56 000"), ("100", "560 000")];
    let mut sizes = Vec::new();
    for (size, _) in SIZES {
        let one = Measuring::new(place, size, &format!("growth{size}")).await;
        Beside::connect(&one.database).await.know_the_data().await;
        sizes.push(one);
    }
    let mut costs = [const { Vec::new() }; SIZES.len()];
    let mut rates = [const { Vec::new() }; SIZES.len()];
    for _ in 0..SHORT_TURNS {
        for (index, one) in sizes.iter().enumerate() {
            let paths = one.all(|practitioner| one.slots(practitioner, 1));
            // Every agenda is read afresh: what is remembered would hide what reading costs.
            let changing = tokio::spawn(Beside::connect(&one.database).await.keep_changing());
            let before = one.server.cpu();
            let speed = reads(one.server.address, 2, &paths, SHORT_TIME).await;
            changing.abort();
            let spent = (one.server.cpu() - before).as_secs_f64();
            costs[index].push(spent * 1e6 / (speed.rate * (SHORT_TIME + WARM_UP).as_secs_f64()));
            rates[index].push(speed.rate);
        }
    }
    let ratios = costs[2]
        .iter()
        .zip(&costs[0])
        .map(|(most, least)| most / least);
    let ratio = median(ratios.collect());
    for ((_, visits), (costs, rates)) in SIZES.iter().zip(costs.into_iter().zip(rates)) {
        report.figure(
            &format!("a day with {visits} visits stored"),
            median(costs),
            "µs CPU",
            Bar::None,
            &format!("{} a second; of {SHORT_TURNS} turns", number(median(rates))),
        );
    }
    report.figure(
        "560 000 against 5 600",
        ratio,
        "",
        Bar::AtMost(1.1),
        "server CPU, turn by turn",
    );
}

/// The one in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn ms(millis: f64) -> String {
    format!("{} ms", number(millis))
}
