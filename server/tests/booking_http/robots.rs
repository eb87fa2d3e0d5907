//! Robots that book: from one network, from many, with one address or with many, faster than a
//! person types; and the people who book meanwhile, with scripts and without.

use backend::testing::{TestPractice, instant, solved, somebody};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::people::EmailAddress;
use http::{
    Method, StatusCode,
    header::{CONTENT_TYPE, ORIGIN},
};

use super::{NINE, NINE_TWENTY, TestSite, form_of, support, value_of, zoe};
use crate::support::Answer;

type Fields = Vec<(&'static str, String)>;

/// With the limits of a real server, behind a proxy that says where a request comes from.
async fn site() -> (TestPractice, TestSite) {
    let site = TestSite::limited("127.0.0.1").await;
    (site.backend.practice().await, site)
}

/// The slots of the Monday: 9 h to 12 h and 14 h to 18 h in Paris.
fn monday() -> Vec<String> {
    let from = |start: &str, count: i64| {
        let start = instant(start);
        (0..count).map(move |n| in_form(start + TimeDelta::minutes(20 * n)))
    };
    from(NINE, 9)
        .chain(from("2026-11-23T13:00:00Z", 12))
        .collect()
}

fn in_form(start: DateTime<Utc>) -> String {
    start.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// What somebody types for a slot; numbers tell people apart.
fn typed(site: &TestSite, start: &str, number: usize) -> Fields {
    let person = somebody(number);
    let email = person.email.as_ref().map(EmailAddress::as_str);
    vec![
        ("practitioner", "camille-lefevre-tour".to_owned()),
        ("reason", "consultation".to_owned()),
        ("start", start.to_owned()),
        ("idempotency_key", site.backend.new_token()),
        ("given_name", "Zoé".to_owned()),
        ("family_name", "Đặng".to_owned()),
        ("email", email.unwrap_or_default().to_owned()),
        ("phone", person.phone.to_string()),
        ("website", String::new()),
        ("challenge", site.backend.new_challenge().text),
        ("proof", String::new()),
    ]
}

fn with(mut fields: Fields, name: &'static str, value: &str) -> Fields {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value.to_owned()));
    fields
}

/// The same, with the proof that a browser with scripts works out.
fn proved(site: &TestSite, fields: Fields) -> Fields {
    let challenge = site.backend.challenge_of(1, "");
    let fields = with(fields, "challenge", &challenge.text);
    with(fields, "proof", &solved(&challenge))
}

impl TestSite {
    /// Sends a form from the network of that number, without cookies, as it is.
    async fn post_from(&self, network: usize, fields: &Fields) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = support::request(Method::POST, "/api/hold_slot")
            .header(ORIGIN, support::PUBLIC_URL)
            .header("sec-fetch-site", "same-origin")
            .header(
                "x-forwarded-for",
                format!("198.51.{}.{}", network / 250, network % 250),
            )
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Takes the time of a person to fill a form in, then sends it.
    async fn fills_in(&self, network: usize, fields: &Fields) -> Answer {
        self.backend.clock.advance(TimeDelta::seconds(2));
        self.post_from(network, fields).await
    }

    async fn free_on_monday(&self, practice: &TestPractice) -> usize {
        let day = instant(NINE).date_naive();
        let (who, why) = (&practice.practitioner.slug, &practice.reason.slug);
        let free = self.backend.find_slots(who, why, day, day).await.unwrap();
        free.slots.len()
    }
}

/// What a person is told who must wait: the sentences without the minutes. Everything typed is
/// still there, and the number of the practice.
fn told_to_wait(answer: &Answer) -> String {
    assert_eq!(
        answer.status,
        StatusCode::TOO_MANY_REQUESTS,
        "{}",
        answer.text()
    );
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    let page = answer.text();
    assert_eq!(value_of(&page, "given_name").unwrap(), "Zoé");
    assert!(page.contains("action=\"/api/hold_slot\""), "{page}");
    assert!(page.contains("href=\"tel:+33123456789\""), "{page}");
    let (_, said) = page.split_once("Trop de réservations").unwrap();
    let said = said.split("</p>").next().unwrap();
    said.chars()
        .filter(|c| !c.is_ascii_digit())
        .collect::<String>()
        .replace("une minute", " minutes")
}

#[tokio::test]
async fn a_robot_in_one_network_holds_a_few_slots_while_its_neighbours_book() {
    let (practice, site) = site().await;
    let mut held = 0;
    let mut last = None;
    for (number, start) in monday().iter().enumerate() {
        let answer = site.fills_in(1, &typed(&site, start, number)).await;
        held += usize::from(answer.status == StatusCode::SEE_OTHER);
        last = Some(answer);
    }
    assert_eq!(held, 3, "half of the third that there is without proofs");
    told_to_wait(&last.unwrap());
    assert_eq!(site.free_on_monday(&practice).await, 21 - 3);

    let free = monday();
    // In the same waiting room, a browser with scripts; elsewhere, one without.
    let with_scripts = proved(&site, typed(&site, &free[10], 100));
    let answer = site.fills_in(1, &with_scripts).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let answer = site.fills_in(2, &typed(&site, &free[11], 101)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[tokio::test]
async fn a_robot_in_many_networks_with_one_address_takes_no_more_of_a_day_than_with_many() {
    let (practice, site) = site().await;
    let mut held = 0;
    for (number, start) in monday().iter().enumerate() {
        let email = format!("Robot+{number}@Example.org");
        let fields = with(typed(&site, start, number), "email", &email);
        let answer = site.fills_in(number, &proved(&site, fields)).await;
        if answer.status == StatusCode::SEE_OTHER {
            held += 1;
        } else {
            told_to_wait(&answer);
        }
    }
    assert_eq!(held, 10, "half of the day");
    assert_eq!(site.free_on_monday(&practice).await, 11);
}

#[tokio::test]
async fn one_network_holds_two_slots_with_one_telephone_whatever_address_it_types() {
    let (practice, site) = site().await;
    let phone = somebody(1).phone.to_string();
    let mut held = 0;
    for (number, start) in monday().iter().enumerate() {
        let fields = with(typed(&site, start, number), "phone", &phone);
        let answer = site.fills_in(1, &proved(&site, fields)).await;
        held += usize::from(answer.status == StatusCode::SEE_OTHER);
    }
    assert_eq!(held, 2);
    assert_eq!(site.free_on_monday(&practice).await, 19);
}

#[tokio::test]
async fn a_stranger_who_types_somebodys_address_and_telephone_keeps_her_from_nothing() {
    let (_, site) = site().await;
    let free = monday();
    // Three networks, each with all that they are let in with, for as long as she books.
    let hers = |start: &str| proved(&site, typed(&site, start, 7));
    let mut held = 0;
    for (n, start) in free.iter().enumerate().take(9) {
        let answer = site.fills_in(1 + n / 3, &hers(start)).await;
        held += usize::from(answer.status == StatusCode::SEE_OTHER);
    }
    assert_eq!(held, 6, "two of each");
    told_to_wait(&site.fills_in(1, &hers(&free[10])).await);

    // She herself, at home: twice, as anybody.
    for start in &free[10..12] {
        let answer = site.fills_in(50, &hers(start)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    }
    told_to_wait(&site.fills_in(50, &hers(&free[12])).await);
    // Without scripts, on another day, from where she works.
    let form = typed(&site, super::TUESDAY, 7);
    let answer = site.fills_in(51, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[tokio::test]
async fn robots_in_many_networks_with_many_addresses_leave_most_of_a_day_free() {
    let (practice, site) = site().await;
    let mut held = 0;
    for round in 0..3 {
        for (number, start) in monday().iter().enumerate() {
            let number = 21 * round + number;
            let form = typed(&site, start, number);
            let answer = site.fills_in(number, &form).await;
            held += usize::from(answer.status == StatusCode::SEE_OTHER);
        }
    }
    assert_eq!(held, 7, "a third of the day");
    assert_eq!(site.free_on_monday(&practice).await, 14);

    // A person whose browser runs scripts books that day; one without, the next.
    let free = monday();
    let fields = typed(&site, &free[20], 200);
    told_to_wait(&site.fills_in(200, &fields).await);
    let answer = site.fills_in(200, &proved(&site, fields)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let answer = site.fills_in(201, &typed(&site, super::TUESDAY, 201)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[tokio::test]
async fn whatever_the_limit_was_the_answer_is_the_same() {
    let (_, site) = site().await;
    let free = monday();
    let ask = |network, fields: Fields| {
        let site = &site;
        async move { site.fills_in(network, &fields).await }
    };
    for start in &free[..2] {
        let fields = proved(&site, typed(&site, start, 1));
        assert_eq!(ask(1, fields).await.status, StatusCode::SEE_OTHER);
    }
    let person = typed(&site, &free[3], 1);
    let stranger = typed(&site, &free[3], 2);
    let email = person.iter().find(|(name, _)| *name == "email").unwrap();
    let phone = person.iter().find(|(name, _)| *name == "phone").unwrap();
    let of_address = ask(1, with(stranger.clone(), "email", &email.1)).await;
    let of_phone = ask(1, with(stranger.clone(), "phone", &phone.1)).await;
    for (n, start) in free.iter().enumerate().skip(4).take(4) {
        ask(4, typed(&site, start, n)).await;
    }
    let of_network = ask(4, stranger.clone()).await;
    for (n, start) in free.iter().enumerate().skip(8) {
        ask(100 + n, typed(&site, start, n)).await;
    }
    let of_day = ask(5, stranger).await;
    let said = told_to_wait(&of_address);
    for (answer, which) in [
        (of_phone, "phone"),
        (of_network, "network"),
        (of_day, "day"),
    ] {
        assert_eq!(told_to_wait(&answer), said, "{which}");
    }
}

#[tokio::test]
async fn a_form_sent_faster_than_a_person_fills_it_in_is_shown_again_and_then_taken() {
    let (_, site) = site().await;
    let form = typed(&site, NINE, 1);
    site.backend.clock.advance(TimeDelta::seconds(1));
    let answer = site.post_from(1, &form).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "2");
    let page = answer.text();
    assert!(page.contains("plus vite qu’une personne"), "{page}");
    assert_eq!(value_of(&page, "family_name").unwrap(), "Đặng");
    let again = value_of(&page, "challenge")
        .unwrap()
        .replace("&quot;", "\"");
    assert_eq!(
        Some(&again),
        form.iter()
            .find(|(name, _)| *name == "challenge")
            .map(|(_, text)| text)
    );

    site.backend.clock.advance(TimeDelta::seconds(1));
    let answer = site.post_from(1, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[tokio::test]
async fn a_form_that_was_open_for_hours_is_taken_and_so_is_one_from_before_the_clock_was_set_back()
{
    let (_, site) = site().await;
    for (number, hours) in [2, 5, 48, -2].into_iter().enumerate() {
        let start =
            in_form(instant("2026-11-26T08:00:00Z") + TimeDelta::minutes(20 * number as i64));
        let form = typed(&site, &start, number);
        site.backend.clock.advance(TimeDelta::hours(hours));
        let answer = site.post_from(number, &form).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{hours}: {}",
            answer.text()
        );
        site.backend.clock.advance(TimeDelta::hours(-hours));
    }
}

#[tokio::test]
async fn a_form_that_was_never_shown_is_shown_now_with_what_it_brought() {
    let (practice, site) = site().await;
    let forged = site
        .backend
        .new_challenge()
        .text
        .replace("\"shown\":1", "\"shown\":0");
    for challenge in ["", "{}", &forged] {
        let form = with(typed(&site, NINE, 1), "challenge", challenge);
        let answer = site.fills_in(1, &form).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{challenge}");
        let page = answer.text();
        assert!(page.contains("Cette page n’est plus à jour"), "{page}");
        assert_eq!(value_of(&page, "given_name").unwrap(), "Zoé");
        assert_eq!(site.free_on_monday(&practice).await, 21);

        let shown = value_of(&page, "challenge")
            .unwrap()
            .replace("&quot;", "\"");
        assert!(site.backend.read_challenge(&shown).is_some(), "{shown}");
    }
    let missing = zoe(NINE, "0123456789abcdef")
        .into_iter()
        .map(|(name, value)| (name, value.to_owned()));
    let answer = site.fills_in(1, &missing.collect()).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_mistake_costs_no_try_and_keeps_the_proof() {
    let (_, site) = site().await;
    let form = proved(&site, typed(&site, NINE, 1));
    let proof = form
        .iter()
        .find(|(name, _)| *name == "proof")
        .unwrap()
        .1
        .clone();
    for _ in 0..30 {
        let answer = site.fills_in(1, &with(form.clone(), "email", "zoe@")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(value_of(&answer.text(), "proof").unwrap(), proof);
    }
    let answer = site.fills_in(1, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());

    // Used up: sent once more with another key, it proves nothing, and the page has a new one.
    let again = with(form, "idempotency_key", "0123456789abcdef");
    let answer = site
        .fills_in(1, &with(again, "start", "2026-11-28T08:00:00Z"))
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(value_of(&answer.text(), "proof").unwrap(), "");
}

#[tokio::test]
async fn the_proof_that_a_page_asks_for_is_the_one_that_is_taken() {
    let (_, site) = site().await;
    let page = site.get(&form_of(NINE)).await.text();
    let text = value_of(&page, "challenge")
        .unwrap()
        .replace("&quot;", "\"");
    let challenge = site.backend.read_challenge(&text).unwrap();
    // What the island is given.
    let (_, island) = page.split_once("<leptos-island").unwrap();
    for given in [&challenge.nonce, &challenge.salt] {
        assert!(island.contains(given.as_str()), "{given} in {island}");
    }
    assert_eq!(value_of(&page, "proof").unwrap(), "");
    let fields = with(typed(&site, NINE, 1), "challenge", &text);
    let solution = tokio::task::spawn_blocking(move || solved(&challenge))
        .await
        .unwrap();
    let form = with(fields, "proof", &solution);
    // A network that has used up what goes without a proof.
    for (n, start) in monday().iter().enumerate().skip(5).take(5) {
        site.fills_in(1, &typed(&site, start, n)).await;
    }
    told_to_wait(&site.fills_in(1, &typed(&site, NINE_TWENTY, 2)).await);
    let answer = site.fills_in(1, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[tokio::test]
async fn a_form_that_is_sent_again_finds_its_hold_whatever_the_limits() {
    let (_, site) = site().await;
    for (number, start, form) in [(1, NINE, false), (2, NINE_TWENTY, true)] {
        let fields = typed(&site, start, number);
        let fields = if form { proved(&site, fields) } else { fields };
        let first = site.fills_in(number, &fields).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
        for again in 0..30 {
            let answer = site.post_from(number, &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{again}");
            assert_eq!(answer.location(), first.location());
        }
    }
}
