//! What a calendar application waits for: a feed drawn anew because the agenda changed, a feed
//! that is remembered, and the answer that nothing changed. Over HTTP, one after the other.

use std::time::{Duration, Instant};

use backend::testing::{Kind, TestBackend};
use chrono::{DurationRound, TimeDelta, Utc};
use domain::feed::Detail;
use http::{
    HeaderName, StatusCode,
    header::{ETAG, IF_NONE_MATCH},
};

use super::{
    load::{Answer, Client},
    median,
    program::Program,
    report::{Bar, Report},
    yardstick::Beside,
};

/// Answers of one figure.
const ASKED: usize = 30;
/// Between a change of the agenda and the question.
const AFTER_A_CHANGE: Duration = Duration::from_millis(10);

pub async fn feeds(kind: Kind, report: &mut Report) {
    for (visits, bar) in [(1_000, 5.0), (10_000, 50.0)] {
        let test = TestBackend::new(kind).await;
        let practice = test.practice().await;
        let owner = test.owner_without_account(&practice);
        // The most that a feed can show.
        let feed = test.create_feed(&owner, practice.practitioner.id, Detail::FullName);
        let path = domain::links::feed(&feed.await.unwrap().token);
        let first = Utc::now().duration_trunc(TimeDelta::hours(1)).unwrap();
        test.write_visits(&practice, visits, first).await;
        let (settings, folder) = test.leave().await;
        let mut beside = Beside::connect(&settings.database_url).await;
        beside.know_the_data().await;
        let server = Program::rdv(folder.path(), &settings.database_url).await;
        let mut client = Client::connect(server.address, None).await;

        let whole = client.get(&path).await;
        let events = String::from_utf8_lossy(&whole.body)
            .matches("BEGIN:VEVENT")
            .count();
        assert_eq!(i32::try_from(events), Ok(visits));
        let size = whole.body.len() / 1000;
        let etag = whole.headers[ETAG].to_str().unwrap().to_owned();

        let mut anew = Vec::new();
        for _ in 0..ASKED {
            beside.change().await;
            // What the database does after it has answered is no part of the feed.
            tokio::time::sleep(AFTER_A_CHANGE).await;
            anew.push(took(&mut client, &path, &[], StatusCode::OK).await.0);
        }
        let mut remembered = Vec::new();
        let mut unchanged = Vec::new();
        for _ in 0..ASKED {
            remembered.push(took(&mut client, &path, &[], StatusCode::OK).await.0);
            let known = [(IF_NONE_MATCH, etag.as_str())];
            let (time, answer) = took(&mut client, &path, &known, StatusCode::NOT_MODIFIED).await;
            assert!(answer.body.is_empty());
            unchanged.push(time);
        }
        let mut figure = |what: &str, times, bar| {
            let what = format!("feed of {visits} visits, {what}");
            report.figure(
                &what,
                median(times),
                "ms",
                Bar::AtMost(bar),
                "p50, 1 client",
            );
        };
        figure(&format!("drawn anew ({size} kB)"), anew, bar);
        figure("remembered", remembered, bar);
        figure("not modified", unchanged, 2.0);
    }
}

async fn took(
    client: &mut Client,
    path: &str,
    headers: &[(HeaderName, &str)],
    expected: StatusCode,
) -> (f64, Answer) {
    let start = Instant::now();
    let answer = client.get_with(path, headers).await;
    let millis = start.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(answer.status, expected);
    (millis, answer)
}
