//! Told to stop while people book, the program finishes what it has begun, and ends well.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    bookers::{Crowd, check, form_of, free_starts},
    on_sqlite,
    program::{Program, free_address, head_of_post},
};

/// Requests that have begun when the program is told to stop.
const BEGUN: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_under_load_it_finishes_what_has_begun_and_ends_well_in_ten_seconds() {
    let (test, practice) = on_sqlite().await;
    let mut starts = free_starts(&test, &practice).await;
    let (address, url) = (free_address(), &test.settings().database_url);
    let mut program = Program::start(test.folder.path(), address, url, &[]);
    program.wait_until_up().await;
    let crowd = Crowd::start(50, &[address], &test, &practice).await;
    crowd.book_more(25).await;

    let mut begun = Vec::new();
    for number in 0..BEGUN {
        // The crowd comes to the last slots last.
        let start = starts.pop().unwrap();
        let form = form_of(&practice, start, &format!("begun-before-the-stop-{number}"));
        let head = head_of_post(
            address,
            "/api/hold_slot",
            form.len(),
            "Expect: 100-continue\r\n",
        );
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // It says so when it wants the body: this request is running.
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).await.unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        begun.push((stream, form));
    }
    let told = Instant::now();
    program.tell_to_stop();
    let mut answered = 0;
    for (mut stream, form) in begun {
        stream.write_all(form.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(["303", "409"].contains(&status), "cut short: {answer:?}");
        answered += usize::from(status == "303");
    }
    assert!(answered > 0, "none of them was booked");
    let ended = loop {
        if let Some(ended) = program.ended() {
            break ended;
        }
        assert!(told.elapsed() < Duration::from_secs(10), "it does not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(ended.code(), Some(0));
    let promises = crowd.leave().await;
    check(&test, &practice, &promises).await;
}
