//! Many clients want the same time at the same instant, again and again: one slot, or two visits
//! of different lengths that overlap. Exactly one may get in.

use chrono::{DateTime, Days, TimeDelta, Utc};
use http::StatusCode;
use tokio::task::JoinSet;

use super::{
    Measuring, REASON, form, free,
    load::Client,
    report::{Bar, Report},
};

const ROUNDS: usize = 50;
/// A visit twice as long as the others, on their grid.
const LONGER: &str = "double";
const LENGTH: TimeDelta = TimeDelta::minutes(15);

pub async fn races(one: &Measuring<'_>, report: &mut Report) {
    report.chapter(&format!("Races for one slot, {}", one.place.name()));
    let cookie = one.cookie().await;
    let whose = &one.practitioners[0];
    offer_longer_visits(one, &cookie).await;
    let mut key = 0;
    for racers in [32, 50] {
        let mut clients = Vec::new();
        for _ in 0..racers {
            clients.push(Client::connect(one.server.address, Some(cookie.clone())).await);
        }
        for overlapping in [false, true] {
            let mut not_one = 0;
            for start in starts(one, whose, overlapping).await {
                let forms = (0..racers).map(|number| {
                    key += 1;
                    let mark = format!("race{key:06}");
                    if overlapping && number % 2 == 1 {
                        form(whose, LONGER, &text(start - LENGTH), &mark)
                    } else {
                        form(whose, REASON, &text(start), &mark)
                    }
                });
                let forms: Vec<_> = forms.collect();
                not_one += usize::from(race(&mut clients, forms).await != 1);
            }
            let what = if overlapping {
                ", two lengths that overlap,"
            } else {
                ""
            };
            let what = format!("rounds of {racers} clients{what} that not exactly one won");
            let beside = format!("of {ROUNDS}");
            report.figure(&what, not_one as f64, "", Bar::AtMost(0.0), &beside);
        }
    }
}

/// How many of them were let in; everybody else was told politely.
async fn race(clients: &mut Vec<Client>, forms: Vec<String>) -> usize {
    let mut running = JoinSet::new();
    for (mut client, form) in clients.drain(..).zip(forms) {
        running.spawn(async move {
            let answer = client.post("/api/book_by_staff", &form).await;
            (client, answer.status)
        });
    }
    let mut won = 0;
    while let Some(ended) = running.join_next().await {
        let (client, status) = ended.unwrap();
        clients.push(client);
        match status {
            StatusCode::SEE_OTHER => won += 1,
            StatusCode::CONFLICT => {}
            other => panic!("a racer was answered {other}"),
        }
    }
    won
}

/// Free starts to race for; with room for the longer visit before each, where visits overlap.
async fn starts(one: &Measuring<'_>, whose: &str, overlapping: bool) -> Vec<DateTime<Utc>> {
    let mut client = Client::connect(one.server.address, None).await;
    let (from, to) = (one.today, one.today + Days::new(55));
    let reason = if overlapping { LONGER } else { REASON };
    let path = format!("/api/v1/practitioners/{whose}/slots?reason={reason}&from={from}&to={to}");
    let mut starts: Vec<DateTime<Utc>> = Vec::new();
    for start in free(&mut client, &path).await {
        let start: DateTime<Utc> = start.parse().unwrap();
        let start = if overlapping { start + LENGTH } else { start };
        // One race takes nothing from the next.
        if starts.last().is_none_or(|last| start - *last >= LENGTH * 3) {
            starts.push(start);
        }
    }
    assert!(starts.len() >= ROUNDS, "too few free slots to race for");
    starts.truncate(ROUNDS);
    starts
}

async fn offer_longer_visits(one: &Measuring<'_>, cookie: &str) {
    let form = serde_urlencoded::to_string([
        ("practitioner", one.practitioners[0].as_str()),
        ("reason", ""),
        ("name", "Double"),
        ("length", "30"),
        ("step", "15"),
        ("buffer_before", "0"),
        ("buffer_after", "0"),
        ("min_notice", "0"),
        ("horizon", "60"),
        ("cancel_deadline", "24"),
        ("audience", "everyone"),
        ("instructions", ""),
    ]);
    let mut client = Client::connect(one.server.address, Some(cookie.to_owned())).await;
    let answer = client.post("/api/save_reason", &form.unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

fn text(start: DateTime<Utc>) -> String {
    start.to_rfc3339()
}
