//! Names: none, too long, with every sign there is, and those that are meant to do harm.

use backend::{
    ics,
    testing::{Kind, linter},
};
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::TUESDAY,
    people::page,
    watch::{
        AGENDA, BOTH, PERSON, WHOSE, Watched, as_read, by_telephone, keeps, key, nothing_is_told,
        typed_in, with,
    },
};

const NAMES: [&str; 2] = ["given_name", "family_name"];

/// What must arrive as it was typed, by halves: two to a person.
const KEPT: [(&str, &str); 4] = [
    ("O'Brien-Đặng; \"Zoé\", MD\\", "Zoé; O'Brien, \"MD\\\""),
    (
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
    ),
    ("{{7*7}}", "=HYPERLINK(\"https://bad.example\")"),
    (
        // Thirty families of one sign, and as many of seven as a name holds.
        "👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪👪",
        "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦",
    ),
];

/// What no name may hold.
const HARMFUL: [&str; 11] = [
    "Zoé\r\nBcc: x@evil.example",
    "Zoé\nBcc: x@evil.example",
    "a\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "a\rEND:VEVENT",
    "Zoé\0",
    "Zo\0é",
    "Zo\u{7}é",
    "Zo\u{2028}é",
    "Zo\u{2029}é",
    "\u{202E}Zoé",
    "Zo\u{FFFD}",
];

/// Bytes that are no text, as they stand in the body of a form.
const NO_TEXT: [&[u8]; 6] = [
    b"%FF%FE",
    b"Zo%E9",
    b"%C0%80",
    b"%ED%A0%80",
    b"Zo\xE9",
    b"%F5%80%80%80",
];

#[rstest]
#[tokio::test]
async fn a_name_that_is_none_or_too_long_is_an_error_at_its_field_and_the_rest_is_kept(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let (long, families) = ("Zoé ".repeat(2_500), "👨‍👩‍👧‍👦".repeat(30));
    let before = it.stored().await;
    for action in BOTH {
        for name in NAMES {
            for typed in ["", "   ", "\u{200B}", "\u{3164}", &long, &families] {
                let fields = by_telephone(TUESDAY, "0123456789abcdef");
                let fields = with(fields, name, typed);
                let answer = owner.post(action, &fields).await;
                let html = keeps(&answer, StatusCode::UNPROCESSABLE_ENTITY, &fields[3..8]);
                assert!(html.contains(&format!("id=\"{name}-error\"")), "{html}");
                assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1, "{html}");
                let said = if typed.chars().count() > 60 {
                    "Ce texte est trop long"
                } else {
                    "Ce champ est à remplir"
                };
                assert!(html.contains(said), "{html}");
            }
        }
    }
    assert_eq!(it.stored().await, before);
}

#[rstest]
#[tokio::test]
async fn a_name_is_the_same_on_page_in_mail_in_invitation_and_in_feed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let feed = it.feed().await;
    let mut owner = it.owner().await;
    let mut people = Vec::new();
    for (number, (given, family)) in KEPT.into_iter().enumerate() {
        for (half, action) in BOTH.into_iter().enumerate() {
            let number = 2 * number + half;
            let start = format!(
                "2026-11-24T{:02}:{:02}:00Z",
                8 + number / 3,
                number % 3 * 20
            );
            let key = key(number);
            let fields = with(by_telephone(&start, &key), "given_name", given);
            let fields = with(fields, "family_name", family);
            let answer = owner.post(action, &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
            nothing_is_told(&answer);
            if let Some(token) = answer.location().strip_prefix("/reservation/") {
                let code = it.site.code(token).await;
                let answer = it.site.type_code(token, &code).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER);
                nothing_is_told(&answer);
            } else {
                let html = page(&mut owner, answer.location()).await;
                assert!(
                    as_read(&html).contains(&format!("{given} {family}")),
                    "{html}"
                );
            }
            people.push(format!("{given} {family}"));
        }
    }
    it.post_goes_out().await;

    let html = page(&mut owner, &format!("{AGENDA}?vue=jour&date=2026-11-24")).await;
    for person in &people {
        assert!(
            as_read(&html).matches(person.as_str()).count() >= 2,
            "{person}: {html}"
        );
    }
    for done in ["<script>alert", "<img src=x", "49 "] {
        assert!(!html.contains(done), "{done}: {html}");
    }

    let mails = it.site.backend.sent_mails().await;
    let mails: Vec<_> = mails
        .iter()
        .filter(|mail| mail.calendar.is_some())
        .collect();
    assert_eq!(mails.len(), people.len());
    let mut invited = Vec::new();
    for mail in mails {
        one_recipient(&it, &mail.id);
        assert_eq!(mail.to, PERSON[2].1);
        let person = people.iter().find(|person| mail.text.contains(*person));
        let person = person.unwrap_or_else(|| panic!("nobody in {}", mail.text));
        assert!(as_read(&mail.html).contains(person), "{}", mail.html);
        assert!(
            !mail.html.contains("<script") && !mail.html.contains("<img"),
            "{}",
            mail.html
        );
        let calendar = mail.calendar.as_ref().unwrap();
        let events = linter::invitation(calendar.as_bytes()).unwrap().events;
        let [event] = &events[..] else {
            panic!("{} events in {calendar}", events.len())
        };
        let attendee = event.line("ATTENDEE").unwrap();
        assert_eq!(attendee.value, format!("mailto:{}", PERSON[2].1));
        assert_eq!(
            attendee.parameter("CN").unwrap(),
            ics::clean_parameter(person)
        );
        invited.push(person.clone());
    }
    invited.sort();
    people.sort();
    assert_eq!(invited, people);

    let events = it.events(&feed).await;
    let mut shown: Vec<_> = events
        .iter()
        .map(|event| event.text("SUMMARY").unwrap())
        .collect();
    shown.sort();
    assert_eq!(shown, people);
}

/// A mail as it leaves: one To with one address, nothing in copy.
fn one_recipient(it: &Watched, id: &str) {
    let path = it
        .site
        .backend
        .folder
        .path()
        .join("mail")
        .join(format!("{id}.eml"));
    let mail = std::fs::read_to_string(path).unwrap();
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let named = |name: &str| {
        let is_it = |line: &&str| line.to_lowercase().starts_with(&format!("{name}:"));
        head.lines()
            .filter(is_it)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let [to] = &named("to")[..] else {
        panic!("{head}")
    };
    assert_eq!(to.matches('@').count(), 1, "{to}");
    for copy in ["cc", "bcc", "resent-to", "apparently-to"] {
        assert!(named(copy).is_empty(), "{head}");
    }
}

#[rstest]
#[tokio::test]
async fn a_name_that_is_meant_to_do_harm_is_refused_and_the_worker_lives(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let feed = it.feed().await;
    let mut owner = it.owner().await;
    let before = it.stored().await;
    for action in BOTH {
        for name in NAMES {
            for typed in HARMFUL {
                let fields = by_telephone(TUESDAY, "0123456789abcdef");
                let fields = with(fields, name, typed);
                let others = fields[3..8].iter().filter(|field| field.0 != name);
                let others: Vec<_> = others.copied().collect();
                let answer = owner.post(action, &fields).await;
                let html = keeps(&answer, StatusCode::UNPROCESSABLE_ENTITY, &others);
                assert!(
                    html.contains(&format!("id=\"{name}-error\"")),
                    "{typed:?}: {html}"
                );
            }
            for bytes in NO_TEXT {
                let fields = by_telephone(TUESDAY, "0123456789abcdef");
                let fields = with(fields, name, "Bytes");
                let body = serde_urlencoded::to_string(&fields).unwrap().into_bytes();
                let at = body.windows(5).position(|part| part == b"Bytes").unwrap();
                let body = [&body[..at], bytes, &body[at + 5..]].concat();
                let answer = owner.post_body(action, body).await;
                if !bytes.is_ascii() {
                    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "no form at all");
                    nothing_is_told(&answer);
                    continue;
                }
                // What stands for them, U+FFFD, is in no name.
                let html = keeps(&answer, StatusCode::UNPROCESSABLE_ENTITY, &fields[6..8]);
                assert!(
                    html.contains(&format!("id=\"{name}-error\"")),
                    "{bytes:?}: {html}"
                );
            }
        }
    }
    assert_eq!(it.stored().await, before);

    // Somebody else books, and has her mails: one event, one recipient.
    it.site.booked(TUESDAY).await;
    it.post_goes_out().await;
    let mails = it.site.backend.sent_mails().await;
    assert_eq!(
        mails.iter().filter(|mail| mail.calendar.is_some()).count(),
        1
    );
    for mail in mails {
        assert_eq!(mail.to, "zoe@example.org");
        one_recipient(&it, &mail.id);
    }
    assert_eq!(it.events(&feed).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn what_the_practice_says_of_itself_goes_the_same_way(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let feed = it.feed().await;
    let mut owner = it.owner().await;
    let place = it.practice.place.id.to_string();
    let texts = |typed: &'static str| {
        let place = place.clone();
        [
            (
                "save_practice",
                "name",
                vec![
                    ("name", typed.to_owned()),
                    ("phone", "03 89 00 00 00".to_owned()),
                    ("email", String::new()),
                    ("holidays", "france".to_owned()),
                ],
            ),
            (
                "save_place",
                "place_name",
                vec![
                    ("place", place),
                    ("place_name", typed.to_owned()),
                    ("address", "3 rue de la Tour".to_owned()),
                    ("town", "Paris".to_owned()),
                    ("zone", "Europe/Paris".to_owned()),
                ],
            ),
            ("save_reason", "name", reason(typed)),
            (
                "announce_absence",
                "note",
                vec![
                    ("practitioner", WHOSE.1.to_owned()),
                    ("first_day", "2026-12-24".to_owned()),
                    ("last_day", "2026-12-24".to_owned()),
                    ("note", typed.to_owned()),
                ],
            ),
        ]
    };
    let before = it.stored().await;
    for typed in HARMFUL {
        for (action, field, fields) in texts(typed) {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            let answer = owner.post(&format!("/api/{action}"), &fields).await;
            let html = keeps(&answer, StatusCode::UNPROCESSABLE_ENTITY, &[]);
            assert!(
                html.contains(&format!("id=\"{field}-error\"")),
                "{action}: {html}"
            );
        }
    }
    assert_eq!(it.stored().await, before);

    let typed = "O'Brien-Đặng; \"Zoé\", <b>MD\\</b>";
    for (action, _, mut fields) in texts(typed) {
        let shown = match action {
            "save_practice" => Some("/agenda/cabinet".to_owned()),
            "save_place" => Some(format!("/agenda/cabinet?lieu={place}")),
            _ => None,
        };
        if let Some(shown) = shown {
            let html = owner.get(&shown).await.text();
            fields.push(("seen", crate::people::hidden(&html, "seen")));
        }
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let answer = owner.post(&format!("/api/{action}"), &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{action}: {}",
            answer.text()
        );
    }
    for path in [
        "/cabinets/cabinet-tour".to_owned(),
        "/agenda/cabinet".to_owned(),
        format!("{AGENDA}/motifs"),
        format!("{AGENDA}/absences"),
    ] {
        let html = page(&mut owner, &path).await;
        assert!(as_read(&html).contains(typed), "{path}: {html}");
        assert!(!html.contains("<b>MD"), "{path}: {html}");
    }
    it.site.booked(TUESDAY).await;
    it.post_goes_out().await;
    let mails = it.site.backend.sent_mails().await;
    let mail = mails.iter().find(|mail| mail.calendar.is_some()).unwrap();
    assert!(
        mail.text.contains(typed) && as_read(&mail.html).contains(typed),
        "{mail:?}"
    );
    assert!(!mail.html.contains("<b>MD"), "{}", mail.html);
    let calendar = linter::invitation(mail.calendar.as_ref().unwrap().as_bytes()).unwrap();
    assert!(
        calendar.events[0]
            .text("LOCATION")
            .unwrap()
            .starts_with(typed),
        "{calendar:?}"
    );
    let events = it.events(&feed).await;
    assert_eq!(events.len(), 1);
    assert!(
        events[0].text("LOCATION").unwrap().starts_with(typed),
        "{events:?}"
    );
}

/// A reason of that name.
pub(crate) fn reason(name: &str) -> Vec<(&'static str, String)> {
    let fields = [
        WHOSE,
        ("reason", ""),
        ("name", name),
        ("length", "20"),
        ("step", "20"),
        ("buffer_before", "0"),
        ("buffer_after", "0"),
        ("min_notice", "1"),
        ("horizon", "60"),
        ("cancel_deadline", "24"),
        ("audience", "everyone"),
        ("birth_date", ""),
        ("instructions", ""),
    ];
    let owned = |(field, value): (&'static str, &str)| (field, value.to_owned());
    fields.map(owned).to_vec()
}

#[test]
fn what_is_typed_is_found_in_a_page() {
    let page = "<input id=\"a\" name=\"a\" type=\"text\" value=\"&quot;&gt;&amp;lt;\" />";
    assert_eq!(typed_in(page, "a").unwrap(), "\">&lt;");
}
